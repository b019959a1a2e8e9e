"""Savings by cost line (HCM-0c, HCM-4a) and the work of clerks (HN-8).

Only documents without any paper part count, of which no mail says that paper goes too, in months whose paper book is
whole; both periods are reckoned alike. Of every line without an amount the page says why it has none: what mail cannot
tell (printing in haste, certified copies) is not estimated, and no directive says what would count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.records.definitions.parts import AGENCY, AGENCY_ID, CLASS, head, warnings
from gateway.records.definitions.rates import DEFINITIONS, METHOD
from gateway.records.imports.sheets import COST_LINE_NAMES
from gateway.records.report import Column, Report, Table, Text
from gateway.values.declared import COST_LINES

if TYPE_CHECKING:
    from gateway.records.definitions.material import Material
    from gateway.records.figures.declared import Paperless
    from gateway.records.report import Cell

_ENGLISH: Final = {
    "photocopy": "Photocopies", "printing": "Printing", "express_printing": "Printing in haste", "postage": "Postage",
    "express_mail": "Express mail", "certified_copy": "Certified copies",
}  # fmt: skip
_UNTOLD: Final = ("express_printing", "certified_copy")
"""Lines whose avoided items neither mail nor sheets tell."""
_RULES: Final = (
    Text(
        "Giấy photocopy: lượt gửi không có bản giấy × số trang trung bình. In ấn: văn bản không có bản giấy × số "
        "trang trung "
        "bình. Cước văn thư: lượt gửi thường. Thư hỏa tốc: lượt gửi của văn bản khẩn. Mỗi khoản nhân với đơn giá "
        "đã nhập.",
        "Photocopies: deliveries without paper times mean pages. Printing: documents without paper times mean pages. "
        "Postage: ordinary deliveries. Express mail: deliveries of urgent documents. Each times the unit price "
        "entered.",
    ),
    Text(
        "Số trang trung bình lấy từ các bản giấy đã nhập trong kỳ. In siêu tốc và sao y không đọc được từ thư, và "
        "Công văn 226/UBND-TTTH không nêu cách đếm, nên để trống, không ước tính.",
        "Mean pages are those of paper parts entered in the period. Printing in haste and certified copies cannot "
        "be told from mail, and letter 226/UBND-TTTH does not say how to count them; they are blank, not estimated.",
    ),
    Text(
        "Chỉ tính văn bản không có bản giấy nào và không thư nào báo có bản giấy, trong tháng mà cơ quan xác nhận đã "
        "nhập đủ bản giấy; hai kỳ tính như nhau, theo đơn giá của kỳ này.",
        "Only documents without any paper count, of which no mail says that paper goes too, of months whose paper book "
        "is whole; both periods are reckoned alike, by the prices of this one.",
    ),
)


class _Model(NamedTuple):
    """What one period is reckoned with."""

    prices: dict[str, tuple[int, str]]
    pages: float | None

    def items(self, line: str, one: Paperless) -> float | None:
        """Give how many items of a cost line were avoided; None where that cannot be told."""
        urgent = one.urgent_deliveries
        counts: dict[str, float | None] = {
            "photocopy": None if self.pages is None else (one.deliveries + urgent) * self.pages,
            "printing": None if self.pages is None else one.without_paper * self.pages,
            "postage": one.deliveries,
            "express_mail": urgent,
        }
        return counts.get(line)

    def amount(self, line: str, one: Paperless) -> int | None:
        """Give the amount in đồng; None without a price or a count."""
        items, price = self.items(line, one), self.prices.get(line)
        return None if items is None or price is None else round(items * price[0])


def savings(material: Material) -> Report:
    """Make the sheet of savings, by cost line and agency, against the same period of the year before."""
    before = material.year_before
    model = _Model(material.prices, material.mean_pages)
    # pages of then where some were entered then, else nothing: another period's paper is no measure of this one
    then = _Model(material.prices, before.mean_pages)
    by_line = _line_table(material, before, model, then)
    rows = []
    for line in material.lines:
        now, past = material.paperless.get(line.id), before.paperless.get(line.id)
        amount, earlier = _sum(model, now), _sum(then, past)
        change = amount - earlier if amount is not None and earlier is not None else None
        rows.append((
            *head(line), now.documents if now else None, now.without_paper if now else None,
            now.announced if now else None, amount, earlier, change,
        ))  # fmt: skip
    columns = (
        AGENCY, AGENCY_ID, CLASS,
        Column("documents", Text("Văn bản có sổ giấy đủ", "Documents with a whole paper book"), "count"),
        Column("without_paper", Text("Không có bản giấy", "Without paper"), "count"),
        Column("announced", Text("Thư báo có bản giấy", "Paper announced"), "count"),
        Column("saved", Text("Tiết kiệm kỳ này", "Saved"), "money"),
        Column("then", Text("Cùng kỳ năm trước", "A year before"), "money"),
        Column("change", Text("Chênh lệch", "Difference"), "money"),
    )  # fmt: skip
    missing = [line for line in ("photocopy", "printing", "postage", "express_mail") if line not in material.prices]
    notes = [Text(f"Chưa nhập đơn giá: {', '.join(COST_LINE_NAMES[line][0] for line in missing)}.",
                  f"No unit price entered: {', '.join(_ENGLISH[line].lower() for line in missing)}.")]  # fmt: skip
    return Report(
        name="savings",
        period=str(material.period),
        title=Text("Chi phí tiết kiệm nhờ văn bản điện tử", "Savings by electronic documents"),
        audience="internal",
        figures=((Text("Tiết kiệm ước tính (đồng)", "Estimated savings"), _total(material, model)),),
        tables=(by_line, Table("by-agency", Text("Theo cơ quan", "By agency"), columns, tuple(rows))),
        notes=tuple(notes) if missing else (),
        method=(*METHOD, *_RULES),
        definitions=(DEFINITIONS["document"], DEFINITIONS["delivery"], DEFINITIONS["electronic_only"]),
        warnings=warnings(material),
        citations=("Công văn 226/UBND-TTTH, đoạn mở đầu và điểm 4 (2014-01-16)",),
    )


def _sum(model: _Model, one: Paperless | None) -> int | None:
    """Add the lines that can be told; None where none can."""
    amounts = [model.amount(line, one) for line in COST_LINES] if one is not None else []
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def _total(material: Material, model: _Model) -> int | None:
    sums = [_sum(model, material.paperless.get(line.id)) for line in material.lines]
    known = [amount for amount in sums if amount is not None]
    return sum(known) if known else None


def _line_table(material: Material, before: Material, model: _Model, then: _Model) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for line in COST_LINES:
        price = material.prices.get(line)
        now, past = _line_sums(material, model, line), _line_sums(before, then, line)
        change = now[1] - past[1] if now[1] is not None and past[1] is not None else None
        name = f"{COST_LINE_NAMES[line][0].capitalize()} / {_ENGLISH[line]}"
        rows.append((
            name, now[0], price[0] if price else None, price[1] if price else "", now[1], past[1], change,
            _why_blank(material, line, now[0]),
        ))  # fmt: skip
    return Table(
        "by-line",
        Text("Theo khoản chi", "By cost line"),
        (
            Column("line", Text("Khoản chi", "Cost line")),
            Column("items", Text("Số lượng tránh được", "Items avoided"), "count"),
            Column("price", Text("Đơn giá", "Unit price"), "money"),
            Column("evidence", Text("Căn cứ đơn giá", "Evidence")),
            Column("saved", Text("Tiết kiệm kỳ này", "Saved"), "money"),
            Column("then", Text("Cùng kỳ năm trước", "A year before"), "money"),
            Column("change", Text("Chênh lệch", "Difference"), "money"),
            Column("why", Text("Vì sao trống", "Why blank")),
        ),
        tuple(rows),
    )


def _why_blank(material: Material, line: str, items: int | None) -> str:
    """Say why a cost line has no amount; nothing where it has one."""
    if line in _UNTOLD:
        return "thư không cho biết số lượng / mail does not tell how many"
    reasons = []
    if not any(one.id in material.paperless for one in material.lines):
        reasons.append("chưa cơ quan nào xác nhận sổ bản giấy đủ / no whole paper book")
    elif items is None:
        reasons.append("chưa bản giấy nào có số trang / no pages entered")
    if line not in material.prices:
        reasons.append("chưa nhập đơn giá / no unit price")
    return "; ".join(reasons)


def _line_sums(material: Material, model: _Model, line: str) -> tuple[int | None, int | None]:
    """Give items and amount of one cost line over all agencies; None where nothing can be told."""
    books = [material.paperless[one.id] for one in material.lines if one.id in material.paperless]
    items = [model.items(line, one) for one in books]
    amounts = [model.amount(line, one) for one in books]
    known_items = [count for count in items if count is not None]
    known = [amount for amount in amounts if amount is not None]
    return round(sum(known_items)) if known_items else None, sum(known) if known else None


def workload(material: Material) -> Report:
    """Make the sheet of clerks' work: documents carried by agency mailboxes, as a basis of an allowance."""
    rows = []
    for line in material.lines:
        boxes, carried = line.counts.mailboxes.get("agency", 0), line.counts.clerk_documents
        each = round(carried / boxes, 1) if boxes else None
        rows.append((*head(line), boxes, carried, line.counts.received, each))
    total, boxes_of_all = material.total, material.total.mailboxes.get("agency", 0)
    return Report(
        name="workload",
        period=str(material.period),
        title=Text("Khối lượng công việc của văn thư", "Workload of clerks"),
        audience="internal",
        tables=(
            Table("by-agency", Text("Theo cơ quan", "By agency"), (
                AGENCY, AGENCY_ID, CLASS,
                Column("boxes", Text("Hộp thư cơ quan có gửi", "Agency mailboxes in use"), "count"),
                Column("carried", Text("Lượt văn bản gửi từ hộp thư cơ quan", "Documents carried"), "count"),
                Column("received", Text("Văn bản đến qua mạng", "Received"), "count"),
                Column("each", Text("Lượt gửi mỗi hộp thư", "Carried per mailbox"), "score"),
            ), tuple(rows), ("Cộng", "", "", boxes_of_all, total.clerk_documents, total.received, None)),
        ),
        method=(*METHOD, Text(
            "Mỗi thư mang một văn bản là một lượt, gửi lại cũng tính: đó là công việc. Hộp thư cá nhân không có ở "
            "đây.",
            "Each mail that carries a document counts once, a resend too: it is work. Personal mailboxes are not "
            "here.",
        )),
        definitions=(DEFINITIONS["document"],),
        warnings=warnings(material),
        citations=("Công văn 1616/UBND-THCB, điểm 2 (2012-03-12)",),
    )  # fmt: skip
