"""Both lists side by side (DL-3) and the emulation sheet (HCM-4b): one set of criteria, evidence beside every mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.records.definitions.parts import AGENCY, AGENCY_ID, CLASS, SENT, citations, head, warnings
from gateway.records.definitions.rates import DEFINITIONS, METHOD, RATE_TITLES, RATES
from gateway.records.report import Chart, Column, Report, Series, Share, Table, Text

if TYPE_CHECKING:
    from gateway.records.definitions.material import Line, Material
    from gateway.records.report import Cell

MIN_KNOWN: Final = 2
"""Criteria that must be known before an agency is called exemplary."""
_PARTS: Final = {
    "exchange": Text("Trao đổi văn bản điện tử", "Exchange of documents"),
    "mailbox": Text("Sử dụng hộp thư", "Use of the mailbox"),
}


class Marks(NamedTuple):
    """How one agency stands by all criteria."""

    line: Line
    shares: tuple[Share, ...]
    """In the order of the criteria."""
    known: int
    good: int
    """Of the known ones, how many reach what is good."""

    @property
    def is_exemplary(self) -> bool:
        """Good by every criterion that is known, of at least two, and no zero-sender."""
        return self.known >= MIN_KNOWN and self.good == self.known and self.line.counts.sent > 0

    @property
    def is_deficient(self) -> bool:
        """Sent nothing, or good by less than half of the known criteria."""
        return self.line.counts.sent == 0 or (self.known > 0 and self.good * 2 < self.known)


def marks(material: Material) -> list[Marks]:
    """Mark every agency of the registry by the same criteria; of one it lost nobody knows what is asked of it."""
    found = []
    for line in material.lines:
        if line.id in material.figures.unlisted:
            continue
        shares = tuple(RATES[one.measure](material, line) for one in material.ground.criteria)
        judged = [
            share.percent >= one.good_at
            for share, one in zip(shares, material.ground.criteria, strict=True)
            if share.percent is not None
        ]
        found.append(Marks(line, shares, len(judged), sum(judged)))
    return found


def lists(material: Material) -> Report:
    """Make both lists of a period, with the rules that made them."""
    return Report(
        name="lists",
        period=str(material.period),
        title=Text("Đơn vị điển hình và đơn vị cần đôn đốc", "Exemplary and deficient units"),
        audience="internal",
        tables=both_tables(material),
        method=(*METHOD, _RULES),
        definitions=tuple(DEFINITIONS[name] for name in ("document", "send", "signed", "pair")),
        warnings=warnings(material),
        citations=citations(material, "DL-11"),
    )


_RULES: Final = Text(
    "Hai danh sách dùng cùng tiêu chí. Điển hình: có gửi văn bản, có ít nhất hai tiêu chí tính được và đạt tất cả. "
    "Cần đôn "
    "đốc: không gửi văn bản nào, hoặc đạt chưa đến một nửa số tiêu chí tính được. Tiêu chí không có mẫu số không "
    "tính cho ai.",
    "Both lists follow the same criteria. Exemplary: sent documents, two criteria known at least, and good by all "
    "of them. "
    "Deficient: sent nothing, or good by less than half of the known ones. A criterion without a denominator "
    "counts for nobody.",
)


def both_tables(material: Material) -> tuple[Table, ...]:
    """Make the exemplary list, the deficient list, zero-senders and those without paper, with evidence."""
    marked = marks(material)
    good = [one for one in marked if one.is_exemplary]
    bad = [one for one in marked if one.is_deficient]
    return (
        _list_table(material, "exemplary", Text("Đơn vị điển hình", "Exemplary units"), good),
        _list_table(material, "deficient", Text("Đơn vị cần đôn đốc", "Deficient units"), bad),
        _zero_table(material),
        _without_paper_table(material),
    )


def _list_table(material: Material, ident: str, title: Text, marked: list[Marks]) -> Table:
    measures = [
        Column(one.measure, Text(f"{RATE_TITLES[one.measure].vi} (đạt từ {one.good_at:g} %)",
                                 f"{RATE_TITLES[one.measure].en} (good from {one.good_at:g} %)"), "share")
        for one in material.ground.criteria
    ]  # fmt: skip
    reached = Column("good", Text("Tiêu chí đạt", "Criteria met"), "share")
    rows: list[tuple[Cell, ...]] = [
        (*head(one.line), one.line.counts.sent, Share(one.good, one.known), *one.shares) for one in marked
    ]
    return Table(ident, title, (AGENCY, AGENCY_ID, CLASS, SENT, reached, *measures), tuple(rows), None, _RULES)


def _zero_table(material: Material) -> Table:
    """List agencies that sent no document at all (DL-3a); the registry says who they are, not traffic."""
    names = set(material.figures.zero_senders)
    rows = [(*head(line), line.counts.received) for line in material.lines if line.id in names]
    received = Column("received", Text("Văn bản đến qua mạng", "Received electronically"), "count")
    return Table(
        "zero-senders",
        Text("Đơn vị không gửi văn bản điện tử nào", "Units that sent nothing electronically"),
        (AGENCY, AGENCY_ID, CLASS, received),
        tuple(rows),
    )


def _without_paper_table(material: Material) -> Table:
    """Count documents that had to go on paper too and whose paper is missing (DL-3b), by agency."""
    counts: dict[str, int] = {}
    for one in material.pairs:
        if one.state == "paper_missing":
            counts[one.issuer] = counts.get(one.issuer, 0) + 1
    rows = [(*head(line), counts[line.id]) for line in material.lines if line.id in counts]
    return Table(
        "electronic-without-paper",
        Text("Gửi điện tử mà thiếu bản giấy phải có", "Electronic without the paper it needs"),
        (
            AGENCY,
            AGENCY_ID,
            CLASS,
            Column("missing", Text("Văn bản thiếu bản giấy", "Documents without paper"), "count"),
        ),
        tuple(rows),
        None,
        Text(
            "Chỉ gồm tháng mà cơ quan xác nhận đã nhập đủ bản giấy.",
            "Only of months whose paper book the agency confirms to be whole.",
        ),
    )


def emulation(material: Material) -> Report:
    """Make the score sheet: weights over both parts, the share each mark rests on, and what could not be scored."""
    scored = sorted(
        ((*score(material, one), one) for one in marks(material)), key=lambda row: (-row[0], row[-1].line.name)
    )
    total = sum(one.weight for one in material.ground.criteria)
    columns: list[Column] = [
        AGENCY, AGENCY_ID, CLASS, Column("score", Text("Điểm (trên 100)", "Score (of 100)"), "score"),
        *(Column(part, Text(f"{title.vi} (điểm)", title.en), "score") for part, title in _PARTS.items()),
        Column("weight_known", Text("Trọng số tính được (%)", "Weight known"), "percent"),
    ]  # fmt: skip
    columns += [
        Column(one.measure, Text(f"{RATE_TITLES[one.measure].vi} (trọng số {one.weight:g})",
                                 f"{RATE_TITLES[one.measure].en} (weight {one.weight:g})"), "share")
        for one in material.ground.criteria
    ]  # fmt: skip
    rows = tuple(
        (*head(one.line), points, exchange, mailbox, round(100 * known / total, 1) if total else None, *one.shares)
        for points, exchange, mailbox, known, one in scored
    )
    names = tuple(one.line.name for *_, one in scored)
    return Report(
        name="emulation",
        period=str(material.period),
        title=Text("Bảng điểm thi đua", "Emulation score sheet"),
        audience="internal",
        tables=(Table("scores", Text("Điểm và căn cứ", "Scores and evidence"), tuple(columns), rows),),
        charts=(
            Chart("score", Text("Điểm", "Score"), Text("trên 100", "of 100"), "bars", names,
                  (Series(Text("Điểm", "Score"), tuple(row[0] for row in scored)),), None, is_percent=False),
        ),
        method=(*METHOD, _SCORING),
        notes=(_CONTEST,),
        definitions=tuple(DEFINITIONS.values()),
        warnings=warnings(material),
        citations=("Công văn 226/UBND-TTTH, điểm 4 (2014-01-16)",),
    )  # fmt: skip


_SCORING: Final = Text(
    "Điểm mỗi tiêu chí = trọng số nhân tỷ lệ chia cho tỷ lệ được trọn điểm, không quá trọng số. Tiêu chí không có "
    "mẫu số bị "
    "bỏ ra khỏi cả điểm lẫn tổng trọng số. Trọng số do đơn vị chủ trì quyết định; văn bản không nêu.",
    "A criterion earns weight times share over the share that earns all of it, never more than the weight. One "
    "without a "
    "denominator leaves score and sum of weights alike. Weights are decided by who leads; the letter names none.",
)
_CONTEST: Final = Text(
    "Đơn vị có quyền kiểm tra và đề nghị xem lại: căn cứ của mỗi điểm nằm cùng dòng.",
    "A unit may check and contest its score: the evidence of every mark stands in its row.",
)


def score(material: Material, one: Marks) -> tuple[float, float, float, float]:
    """Give the score of 100, its two parts in points of it, and the weight that could be scored."""
    earned, known = {"exchange": 0.0, "mailbox": 0.0}, 0.0
    for criterion, share in zip(material.ground.criteria, one.shares, strict=True):
        if share.percent is not None:
            known += criterion.weight
            earned[criterion.part] += criterion.weight * min(1.0, share.percent / criterion.full_at)
    exchange, mailbox = (round(100 * earned[part] / known, 1) if known else 0.0 for part in _PARTS)
    return round(100 * sum(earned.values()) / known, 1) if known else 0.0, exchange, mailbox, known
