"""Parts: columns, warnings and small tables that several reports share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from gateway.records.definitions.material import CLASS_NAMES
from gateway.records.definitions.rates import RATE_TITLES, RATES
from gateway.records.figures.caveat_words import public_words
from gateway.records.report import Chart, Column, Series, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.records.definitions.material import Line, Material
    from gateway.records.report import Cell

MAX_OF_A_KIND: Final = 5
"""Caveats of one kind on a page; a clock that jumps about would else fill it."""
AGENCY: Final = Column("agency", Text("Cơ quan", "Agency"))
AGENCY_ID: Final = Column("id", Text("Mã", "Id"), "id")
CLASS: Final = Column("class", Text("Nhóm", "Class"))
ISSUED: Final = Column("issued", Text("Văn bản phát hành qua mạng", "Issued electronically"), "count")
RECEIVED: Final = Column("received", Text("Văn bản đến qua mạng", "Received electronically"), "count")
DELIVERIES: Final = Column("deliveries", Text("Lượt gửi", "Deliveries"), "count")
SENT: Final = Column("sent", Text("Văn bản đã gửi", "Sent"), "count")
RECALLED: Final = Column("recalled", Text("Thu hồi", "Recalled"), "count")
STATE: Final = Column("state", Text("Trạng thái", "State"), "state")
DOCUMENT: Final = Column("document", Text("Số, ký hiệu", "Number"))


def head(line: Line) -> tuple[str, str, str]:
    """Give the first three cells of an agency's row: name, id and class."""
    return line.name, line.id, CLASS_NAMES.get(line.agency_class, line.agency_class)


def share_columns(*measures: str) -> tuple[Column, ...]:
    """Give the columns of some rates."""
    return tuple(Column(name, RATE_TITLES[name], "share") for name in measures)


def shares(material: Material, line: Line, *measures: str) -> tuple[Cell, ...]:
    """Reckon some rates of one agency."""
    return tuple(RATES[name](material, line) for name in measures)


def exchange_table(material: Material) -> Table:
    """Make the table of exchange by agency: what every periodic report begins with."""
    rates = ("send", "receive", "signed", "agency_mailbox")
    rows = [
        (
            *head(line), line.counts.issued, line.counts.received, line.counts.deliveries, line.counts.recalled,
            *shares(material, line, *rates),
        )
        for line in material.lines
    ]  # fmt: skip
    total = material.total
    note = None
    if total.recalled:
        note = Text(
            f"Đã trừ {total.recalled} văn bản bị thu hồi.", f"{total.recalled} recalled documents are subtracted."
        )
    return Table(
        "exchange",
        Text("Gửi, nhận văn bản điện tử theo cơ quan", "Exchange of electronic documents by agency"),
        (AGENCY, AGENCY_ID, CLASS, ISSUED, RECEIVED, DELIVERIES, RECALLED, *share_columns(*rates)),
        tuple(rows),
        ("Cộng", "", "", total.issued, total.received, total.deliveries, total.recalled, None, None, None, None),
        note,
    )


def owed_table(material: Material, agency: str = "") -> Table:
    """Make the table of reports due in the period, in time, late or missing."""
    titles = {duty.id: duty.title.vi for duty in material.ground.obligations.duties}
    rows = tuple(
        (
            material.name(one.agency), f"{one.duty}: {titles.get(one.duty, '')}", str(one.period), one.due.isoformat(),
            "yes" if one.is_day_named else "no", one.state,
            one.handed_in.isoformat() if one.handed_in is not None else "", one.late_days,
        )
        for one in material.owed
        if agency in {"", one.agency}
    )  # fmt: skip
    return Table(
        "reports-due",
        Text("Báo cáo đến hạn trong kỳ", "Reports due in the period"),
        (
            AGENCY, Column("duty", Text("Báo cáo", "Report")), Column("of", Text("Kỳ báo cáo", "Period")),
            Column("due", Text("Hạn", "Due"), "date"),
            Column("named", Text("Văn bản ấn định ngày", "Day named by the text"), "state"),
            STATE, Column("handed_in", Text("Ngày gửi", "Handed in"), "date"),
            Column("late_days", Text("Trễ (ngày làm việc)", "Working days late"), "count"),
        ),
        rows,
    )  # fmt: skip


def issued_chart(material: Material) -> Chart:
    """Draw documents issued by agency, the most first."""
    lines = sorted(material.lines, key=lambda line: -line.counts.issued)
    return Chart(
        "by-agency",
        Text("Văn bản phát hành qua mạng theo cơ quan", "Issued electronically, by agency"),
        Text("văn bản", "documents"),
        "bars",
        tuple(line.name for line in lines),
        (Series(Text("Kỳ này", "This period"), tuple(float(line.counts.issued) for line in lines)),),
    )


def trend_chart(material: Material) -> Chart:
    """Draw documents issued and received of the last months."""
    months = material.trend
    return Chart(
        "by-month",
        Text("Diễn biến theo tháng", "By month"),
        Text("văn bản", "documents"),
        "lines",
        tuple(f"{month.period.first:%m/%y}" for month in months),
        (
            Series(
                Text("Phát hành", "Issued"), tuple(float(month.total.issued) or None for month in months)
            ),
        ),
    )  # fmt: skip


def warnings(material: Material, audience: Literal["public", "internal"] = "internal") -> tuple[Text, ...]:
    """Say what makes the figures of this period incomplete or doubtful; to the public without names of our hosts."""
    if audience == "public":
        told = [public_words(one.kind, one.first_day, one.last_day, one.count) for one in material.caveats]
        return (*dict.fromkeys(told), *_doubts(material))
    return (*_caveats(material), *_doubts(material))


def _doubts(material: Material) -> Iterator[Text]:
    figures = material.figures
    if unresolved := figures.unresolved.issued:
        yield Text(
            f"{unresolved} văn bản không rõ cơ quan ban hành; không nằm trong dòng nào.",
            f"{unresolved} documents of unknown issuers stand in no row.",
        )
    for line in material.lines:
        declared = material.totals(line.id).issued
        if declared is not None and declared < line.counts.issued:
            yield Text(
                f"{line.name} khai {declared} văn bản phát hành, ít hơn {line.counts.issued} văn bản đã thấy trên "
                f"mạng.",
                f"{line.name} declares {declared} documents issued, fewer than the {line.counts.issued} seen.",
            )


def _caveats(material: Material) -> Iterator[Text]:
    """Give the caveats of the ledgers, the first of each kind in full."""
    told: dict[str, int] = {}
    for one in material.caveats:
        told[one.kind] = told.get(one.kind, 0) + 1
        if told[one.kind] <= MAX_OF_A_KIND:
            yield one.words
    more = sum(count - MAX_OF_A_KIND for count in told.values() if count > MAX_OF_A_KIND)
    if more:
        yield Text(
            f"Còn {more} lưu ý cùng loại khác: congthu records status.",
            f"{more} more of these: congthu records status.",
        )


def citations(material: Material, *ids: str) -> tuple[str, ...]:
    """Give the citations of duties, targets and rules by id, each once."""
    ground = material.ground
    named = [(one.id, one.cites) for one in (*ground.obligations.duties, *ground.obligations.targets)]
    named += [(rule.id, cite) for rule in ground.rules.values() for cite in rule.citations]
    return tuple(dict.fromkeys(str(cite) for one, cite in named if one in ids))


def notes_of_secrets(material: Material) -> tuple[Text, ...]:
    """Say how many messages marked as secrets were left out: one number, without agency."""
    count = material.figures.secrets
    if not count:
        return ()
    return (
        Text(
            f"{count} thư mang dấu chỉ độ mật không được tính vào bất kỳ số nào.",
            f"{count} messages with a secrecy mark are in none of these figures.",
        ),
    )
