"""Targets by rule, year and class (HN-1, HN-2, HN-4, HN-5, HNB-1, HNB-5); past ones stay history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.records.definitions.parts import AGENCY, AGENCY_ID, CLASS, STATE, citations, head, warnings
from gateway.records.definitions.rates import DEFINITIONS, METHOD, RATE_TITLES, RATES
from gateway.records.duties.owing import is_bound
from gateway.records.report import Column, Report, Share, Table, Text

if TYPE_CHECKING:
    from gateway.records.definitions.material import Line, Material
    from gateway.records.duties.packs import Target
    from gateway.records.report import Cell
    from gateway.values.period import Period

NEAR = 10.0
"""Percentage points below a target that are `near`: the amber of red, amber and green."""


def targets(material: Material) -> Report:
    """Make the sheet of targets: those of the period with how agencies stand, and those of other years as history."""
    current, past = _split(material)
    return Report(
        name="targets",
        period=str(material.period),
        title=Text("Chỉ tiêu theo quy định, năm và nhóm cơ quan", "Targets by rule, year and class"),
        audience="public",
        figures=(
            (Text("Chỉ tiêu của kỳ này", "Targets of this period"), len(current)),
            (Text("Chỉ tiêu của năm khác", "Targets of other years"), len(past)),
        ),
        tables=(target_table(material), _history_table(past)),
        method=(
            *METHOD,
            Text(
                f"Gần đạt: thấp hơn chỉ tiêu không quá {NEAR:.0f} điểm phần trăm. Không có mẫu số thì không kết luận.",
                f"Nearly: at most {NEAR:.0f} percentage points below. Without a denominator nothing is concluded.",
            ),
        ),
        definitions=tuple(DEFINITIONS[name] for name in ("document", "send", "signed", "electronic_only")),
        warnings=warnings(material, "public"),
        citations=citations(material, *(one.id for one in (*current, *past))),
    )


def target_table(material: Material) -> Table:
    """Make the table of targets in force: one row an agency it concerns, or one for a target of all together."""
    current, _ = _split(material)
    rows: list[tuple[Cell, ...]] = []
    for one in current:
        bound = [line for line in material.lines if _concerns(material, one, line)]
        if one.measure == "agencies_signing":
            share = Share(sum(1 for line in bound if line.counts.signed), len(bound))
            rows.append(("Tất cả", "", "", *_about(one), share, state(one, share)))
            # those that signed nothing are listed by name (HN-5)
            bound = [line for line in bound if not line.counts.signed]
            rows += [(*head(line), *_about(one), Share(0, 1), "missed") for line in bound]
            continue
        for line in bound:
            share = RATES[one.measure](material, line)
            rows.append((*head(line), *_about(one), share, state(one, share)))
    return Table(
        "targets",
        Text("Chỉ tiêu của kỳ này", "Targets of this period"),
        (
            AGENCY, AGENCY_ID, CLASS,
            Column("target", Text("Quy định", "Rule")), Column("measure", Text("Chỉ số", "Measure")),
            Column("goal", Text("Chỉ tiêu", "Target")), Column("value", Text("Đạt được", "Reached"), "share"), STATE,
        ),
        tuple(rows),
        None,
        None if rows else Text("Không có chỉ tiêu nào đặt cho kỳ này.", "No target was set for this period."),
    )  # fmt: skip


def _history_table(past: list[Target]) -> Table:
    return Table(
        "history",
        Text("Chỉ tiêu của năm khác (lịch sử)", "Targets of other years (history)"),
        (
            Column("target", Text("Quy định", "Rule")), Column("title", Text("Nội dung", "What")),
            Column("measure", Text("Chỉ số", "Measure")), Column("goal", Text("Chỉ tiêu", "Target")),
            Column("since", Text("Từ", "From"), "date"), Column("until", Text("Đến", "To"), "date"),
            Column("source", Text("Căn cứ", "Source")), STATE,
        ),
        tuple(
            (
                one.id, one.title.vi, RATE_TITLES[one.measure].vi, goal(one),
                one.since.isoformat() if one.since else "", one.until.isoformat() if one.until else "",
                str(one.cites), "history",
            )
            for one in past
        ),
    )  # fmt: skip


def _split(material: Material) -> tuple[list[Target], list[Target]]:
    """Tell targets whose time holds a day of the period from those of other years."""
    current: list[Target] = []
    past: list[Target] = []
    for one in material.ground.obligations.targets:
        (current if _meets(one, material.period) else past).append(one)
    return current, past


def _meets(one: Target, period: Period) -> bool:
    return (one.since is None or one.since <= period.last) and (one.until is None or period.first <= one.until)


def _concerns(material: Material, one: Target, line: Line) -> bool:
    agency = material.find_agency(line.id)
    return agency is not None and is_bound(one, agency, material.period.last)


def _about(one: Target) -> tuple[Cell, Cell, Cell]:
    return one.id, RATE_TITLES[one.measure].vi, goal(one)


def goal(one: Target) -> str:
    """Write what is to be reached."""
    return f"≥ {one.at_least:g} %" if one.at_least is not None else f"< {one.below:g} %"


def state(one: Target, share: Share) -> str:
    """Judge a share: `met`, `near`, `missed`, or `open` where nothing can be said."""
    percent = share.percent
    if percent is None:
        # the most that the lower bound of the whole allows may already be too little
        most = share.percent_at_most
        return "missed" if one.at_least is not None and most is not None and most < one.at_least - NEAR else "open"
    if one.below is not None:
        return "met" if percent < one.below else "near" if percent < one.below + NEAR else "missed"
    assert one.at_least is not None
    return "met" if percent >= one.at_least else "near" if percent >= one.at_least - NEAR else "missed"
