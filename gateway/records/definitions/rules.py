"""What rules found: training needs by kind of error (BD-3a, BD-4a) and the list of the inspection (BD-2d)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from gateway.records.definitions.parts import AGENCY, AGENCY_ID, CLASS, DOCUMENT, citations, head, warnings
from gateway.records.definitions.rates import DEFINITIONS, METHOD, RATE_TITLES, whole_submissions
from gateway.records.figures.rules import hit_documents
from gateway.records.report import Chart, Column, Report, Series, Share, Table, Text, share_of

if TYPE_CHECKING:
    from gateway.records.definitions.material import Material
    from gateway.records.report import Cell

INSPECTED: Final = (
    "BD-1b-1", "BD-5c", "BD-5c-change", "HCM-2a", "HCM-2a-none", "HCM-2a-paper", "HCM-2b", "HCM-2b-none",
    "HCM-2c-papers", "HN-2",
)  # fmt: skip
"""Rules about files submitted for signature and papers of meetings (14/CT-UBND point 2)."""
RESULTS: Final = {
    "delivered": "đã chuyển", "refused": "máy nhận từ chối", "deferred": "máy nhận hoãn", "rejected": "cổng từ chối",
    "put_off": "cổng hoãn", "": "chưa rõ",
}  # fmt: skip
_MESSAGES: Final = Column("messages", Text("Số thư", "Messages"), "count")
_KIND: Final = Column("kind", Text("Dạng lỗi", "Kind of error"))
_RULE: Final = Column("rule", Text("Quy tắc", "Rule"))


def _kinds(material: Material, rule: str) -> tuple[str, ...]:
    """Give the kinds of error of a rule: the guides that show how to mend what it found."""
    known = material.ground.rules.get(rule)
    return tuple(known.help or ()) if known is not None else ()


def _kind_title(material: Material, kind: str) -> str:
    return material.ground.guides.get(kind, kind)


def training(material: Material) -> Report:
    """Make the list of training needs: which errors, of whom, by the remedy a clerk has to learn."""
    by_kind: dict[str, int] = defaultdict(int)
    by_agency: dict[tuple[str, str], int] = defaultdict(int)
    for hit in material.hits:
        if hit.mode != "waived":
            for kind in _kinds(material, hit.rule):
                by_kind[kind] += hit.messages
                by_agency[hit.agency, kind] += hit.messages
    kinds = sorted(by_kind, key=lambda kind: (-by_kind[kind], kind))
    heads = {line.id: head(line) for line in material.lines}
    rows = sorted(
        ((*heads[agency], _kind_title(material, kind), count) for (agency, kind), count in by_agency.items()),
        key=lambda row: (row[0], -row[4], row[3]),
    )
    agencies = {kind: len({agency for agency, other in by_agency if other == kind}) for kind in kinds}
    return Report(
        name="training",
        period=str(material.period),
        title=Text("Nhu cầu tập huấn theo dạng lỗi", "Training needs by kind of error"),
        audience="internal",
        tables=(
            Table("kinds", Text("Dạng lỗi", "Kinds of error"),
                  (_KIND, _MESSAGES, Column("agencies", Text("Số cơ quan", "Agencies"), "count")),
                  tuple((_kind_title(material, kind), by_kind[kind], agencies[kind]) for kind in kinds)),
            Table("by-agency", Text("Theo cơ quan", "By agency"), (AGENCY, AGENCY_ID, CLASS, _KIND, _MESSAGES),
                  tuple(rows)),
        ),
        charts=(
            Chart("kinds-chart", Text("Dạng lỗi", "Kinds of error"), Text("thư", "messages"), "bars",
                  tuple(_kind_title(material, kind) for kind in kinds),
                  (Series(Text("Thư", "Messages"), tuple(float(by_kind[kind]) for kind in kinds)),)),
        ) if kinds else (),
        method=(*METHOD, Text(
            "Mỗi dạng lỗi là một hướng dẫn trên trang trợ giúp; một thư mắc hai dạng được tính ở cả hai. Lỗi có "
            "ngoại lệ "
            "không tính.",
            "Each kind is a guide of the help pages; a mail with two kinds counts in both. Waived findings do not "
            "count.",
        )),
        warnings=warnings(material),
        citations=("Chỉ thị 14/CT-UBND tỉnh Bình Dương, điểm 3 và 4 (2014-05-30)",),
    )  # fmt: skip


def error_table(material: Material, agency: str) -> Table:
    """List what rules found in mail of one agency, by rule, with what to do."""
    rows: list[tuple[Cell, ...]] = []
    for hit in material.hits:
        rule = material.ground.rules.get(hit.rule)
        if hit.agency == agency and rule is not None and rule.help:
            rows.append((f"{hit.rule}: {rule.title_vi}", hit.messages, rule.remedy_vi))
    return Table(
        "errors",
        Text("Điều cần sửa trong thư của đơn vị", "What to mend in mail of the unit"),
        (_RULE, _MESSAGES, Column("remedy", Text("Cách làm", "Remedy"))),
        tuple(sorted(rows, key=lambda row: (-int(str(row[1])), str(row[0])))),
    )


def _whole(material: Material) -> Share:
    """Give the share of whole submissions of all agencies of the report."""
    counts = [material.whole_submissions.get(line.id, (0, 0)) for line in material.lines]
    return share_of(sum(whole for whole, _ in counts), sum(submitted for _, submitted in counts) or None)


def inspection(material: Material) -> Report:
    """Make the list of the inspection: submissions and meeting papers, checked and failed, by agency and one by one."""
    failed: dict[str, int] = defaultdict(int)
    for hit in material.hits:
        if hit.rule in INSPECTED and hit.mode != "waived":
            failed[hit.agency] += hit.messages
    found = hit_documents(material.connection, material.period, INSPECTED, material.shows)
    rules = material.ground.rules
    rows = tuple(
        (
            material.name(one.agency), one.on.isoformat(), f"{one.number}/{one.notation}".strip("/"),
            f"{one.rule}: {rules[one.rule].title_vi}" if one.rule in rules else one.rule, RESULTS.get(one.result, ""),
        )
        for one in found
    )  # fmt: skip
    by_agency = tuple(
        (
            *head(line),
            line.counts.submissions,
            Share(line.counts.signed_submissions, line.counts.submissions),
            whole_submissions(material, line),
            failed[line.id],
        )
        for line in material.lines
        if line.counts.submissions or failed[line.id]
    )
    return Report(
        name="inspection",
        period=str(material.period),
        title=Text("Danh sách kiểm tra hồ sơ trình và tài liệu họp", "Inspection of submissions and meeting papers"),
        audience="internal",
        figures=((RATE_TITLES["whole_submissions"], _whole(material)),),
        tables=(
            Table("by-agency", Text("Theo cơ quan", "By agency"), (
                AGENCY, AGENCY_ID, CLASS, Column("submissions", Text("Văn bản trình qua mạng", "Submissions"), "count"),
                Column("signed", Text("Có ký số", "Signed"), "share"),
                Column("whole", RATE_TITLES["whole_submissions"], "share"),
                Column("failed", Text("Lượt không đạt", "Findings"), "count"),
            ), by_agency),
            Table("items", Text("Từng trường hợp", "One by one"), (
                AGENCY, Column("on", Text("Ngày", "Day"), "date"), DOCUMENT, _RULE,
                Column("result", Text("Kết quả gửi", "How it ended")),
            ), rows),
        ),
        method=METHOD,
        definitions=(DEFINITIONS["whole_submissions"],),
        warnings=warnings(material),
        citations=citations(material, *INSPECTED),
    )  # fmt: skip
