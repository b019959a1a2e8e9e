"""Public statistics (BD-4d), periodic forms (HN-3, HN-9, HCM-2e, DL-11) and the unit sheet for a head (BD-5b)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.records.definitions.lists import both_tables
from gateway.records.definitions.papers import disputed_table, pair_table, series_table
from gateway.records.definitions.parts import (
    AGENCY,
    AGENCY_ID,
    CLASS,
    citations,
    exchange_table,
    head,
    issued_chart,
    notes_of_secrets,
    owed_table,
    trend_chart,
    warnings,
)
from gateway.records.definitions.rates import DEFINITIONS, METHOD, RATE_TITLES, RATES, active_mailboxes
from gateway.records.definitions.rules import error_table
from gateway.records.definitions.targets import target_table
from gateway.records.report import Column, Report, Share, Table, Text, hide_small, share_of

if TYPE_CHECKING:
    from gateway.records.definitions.material import Line, Material
    from gateway.records.report import Cell

_COMMON = ("document", "delivery", "send", "receive", "signed")


def public(material: Material) -> Report:
    """Make the monthly public statistics: per agency, without persons, documents or secrets."""
    return Report(
        name="public",
        period=str(material.period),
        title=Text(
            "Thống kê sử dụng hộp thư công vụ và gửi, nhận văn bản điện tử",
            "Statistics of official mailboxes and exchange of electronic documents",
        ),
        audience="public",
        figures=_figures(material),
        tables=(exchange_table(material), _mailbox_table(material)),
        charts=(issued_chart(material), trend_chart(material)),
        notes=notes_of_secrets(material),
        method=METHOD,
        definitions=tuple(DEFINITIONS[name] for name in (*_COMMON, "mailbox")),
        warnings=warnings(material, "public"),
        citations=citations(material, "BD-4d"),
    )


def periodic(material: Material) -> Report:
    """Make the quarterly, three-month or six-month form, filled in: figures, targets, both lists, what is due."""
    return Report(
        name="periodic",
        period=str(material.period),
        title=Text(
            "Báo cáo định kỳ về gửi, nhận văn bản điện tử", "Periodic report on exchange of electronic documents"
        ),
        audience="internal",
        figures=_figures(material),
        tables=(
            exchange_table(material), _growth_table(material), target_table(material), *both_tables(material),
            owed_table(material),
        ),
        charts=(issued_chart(material), trend_chart(material)),
        notes=notes_of_secrets(material),
        method=METHOD,
        definitions=tuple(DEFINITIONS[name] for name in (*_COMMON, "electronic_only", "pair")),
        warnings=warnings(material),
        citations=citations(material, "HN-3", "HN-9", "HCM-2e", "DL-11"),
    )  # fmt: skip


def unit(material: Material, agency: str) -> Report:
    """Make the sheet for the head of one agency: where it stands, what is due, and what its clerks can mend.

    Raises:
        ValueError: the registry holds no such agency in the period.
    """
    line = next((one for one in material.lines if one.id == agency), None)
    if line is None:
        raise ValueError(f"there is no agency `{agency}` in {material.period}")
    return Report(
        name="unit",
        period=str(material.period),
        subject=agency,
        title=Text(f"Phiếu của đơn vị: {line.name}", f"Unit sheet: {line.name}"),
        audience="internal",
        figures=(
            (Text("Văn bản phát hành qua mạng", "Issued electronically"), line.counts.issued),
            (Text("Văn bản đến qua mạng", "Received electronically"), line.counts.received),
            (RATE_TITLES["send"], RATES["send"](material, line)),
            (RATE_TITLES["signed"], RATES["signed"](material, line)),
        ),
        tables=(
            _comparison(material, line), owed_table(material, agency), pair_table(material, agency),
            series_table(material, agency), disputed_table(material, agency), error_table(material, agency),
        ),
        method=METHOD,
        definitions=tuple(DEFINITIONS[name] for name in (*_COMMON, "electronic_only", "pair", "mailbox")),
        warnings=warnings(material),
        citations=citations(material, "BD-5e"),
    )  # fmt: skip


def _figures(material: Material) -> tuple[tuple[Text, Cell], ...]:
    lines, total = material.lines, material.total
    declared = [material.totals(line.id).issued for line in lines]
    known = [count for count in declared if count is not None]
    whole = sum(known) if len(known) == len(lines) and lines else None
    at_least = sum(max(material.bounds.get(line.id, 0), material.totals(line.id).issued or 0) for line in lines)
    return (
        (Text("Văn bản phát hành qua mạng", "Issued electronically"), total.issued),
        (Text("Lượt gửi", "Deliveries"), total.deliveries),
        (Text("Cơ quan có gửi", "Agencies that sent"), Share(sum(1 for line in lines if line.counts.sent), len(lines))),
        (
            Text("Cơ quan có nhận", "Agencies reached"),
            Share(sum(1 for line in lines if line.counts.received), len(lines)),
        ),
        (Text("Văn bản mỗi tuần", "Documents a week"), round(total.issued / material.period.weeks, 1)),
        (RATE_TITLES["send"], share_of(total.issued, whole, at_least)),
        (RATE_TITLES["signed"], share_of(total.signed, total.issued)),
    )


def _mailbox_table(material: Material) -> Table:
    """Make the table of mailbox use; persons are counted, and small counts of them hidden."""
    personal_issued = hide_small(
        [material.mailboxes.get(line.id, {}).get("personal", 0) for line in material.lines], with_total=False
    )
    personal_active = hide_small(
        [line.counts.mailboxes.get("personal", 0) for line in material.lines], with_total=False
    )
    rows = []
    for place, line in enumerate(material.lines):
        issued = material.mailboxes.get(line.id, {})
        active = active_mailboxes(material, line)
        is_small = not isinstance(personal_active[place], int) or not isinstance(personal_issued[place], int)
        carried = line.counts.messages.get("delivered", 0)
        rows.append((
            *head(line), issued.get("agency", 0), line.counts.mailboxes.get("agency", 0), personal_issued[place],
            personal_active[place], None if is_small else active, carried,
        ))  # fmt: skip
    return Table(
        "mailboxes",
        Text("Sử dụng hộp thư công vụ theo cơ quan", "Use of official mailboxes by agency"),
        (
            AGENCY, AGENCY_ID, CLASS,
            Column("agency_boxes", Text("Hộp thư cơ quan đã cấp", "Agency mailboxes issued"), "count"),
            Column("agency_active", Text("Hộp thư cơ quan có gửi", "Agency mailboxes in use"), "count"),
            Column("personal_boxes", Text("Hộp thư cá nhân đã cấp", "Personal mailboxes issued"), "count"),
            Column("personal_active", Text("Hộp thư cá nhân có gửi", "Personal mailboxes in use"), "count"),
            Column("active", RATE_TITLES["active_mailboxes"], "share"),
            Column("messages", Text("Thư đã gửi", "Messages sent"), "count"),
        ),
        tuple(rows),
    )  # fmt: skip


def _growth_table(material: Material) -> Table:
    """Compare with the same period of the year before (HCM-1); an agency that did not live then has no figure."""
    past = material.year_before
    before = {line.id: line for line in past.lines} if not past.is_unknown else {}
    rows = []
    for line in material.lines:
        then = before.get(line.id)
        count = then.counts.issued if then is not None else None
        growth = round(100 * (line.counts.issued - count) / count, 1) if count else None
        rows.append((*head(line), line.counts.issued, count, growth))
    return Table(
        "growth",
        Text("So với cùng kỳ năm trước", "Against the same period of the year before"),
        (
            AGENCY, AGENCY_ID, CLASS, Column("now", Text("Kỳ này", "This period"), "count"),
            Column("then", Text("Cùng kỳ năm trước", "A year before"), "count"),
            Column("growth", Text("Tăng, giảm", "Change"), "percent"),
        ),
        tuple(rows),
    )  # fmt: skip


def _comparison(material: Material, line: Line) -> Table:
    """Set an agency beside its own past and the mean of its class."""
    last = material.previous
    past = [_find(last, line.id), _find(material.year_before, line.id)]
    peers = [one for one in material.lines if one.agency_class == line.agency_class and one.id != line.id]
    counts = (
        ("issued", Text("Văn bản phát hành qua mạng", "Issued electronically")),
        ("received", Text("Văn bản đến qua mạng", "Received electronically")),
        ("deliveries", Text("Lượt gửi", "Deliveries")),
    )
    rows: list[tuple[Cell, ...]] = []
    for name, title in counts:
        mean = round(sum(getattr(one.counts, name) for one in peers) / len(peers), 1) if peers else None
        then = [getattr(one.counts, name) if one is not None else None for one in past]
        rows.append((title.vi, getattr(line.counts, name), *then, mean))
    for name in ("send", "signed", "pdf", "agency_mailbox", "active_mailboxes", "electronic_only", "reports_on_time"):
        values = [RATES[name](material, one).percent for one in peers]
        known = [value for value in values if value is not None]
        then = [
            RATES[name](where, one).percent if one is not None else None
            for where, one in zip((last, material.year_before), past, strict=True)
        ]
        mean = round(sum(known) / len(known), 1) if known else None
        rows.append((f"{RATE_TITLES[name].vi} (%)", RATES[name](material, line).percent, *then, mean))
    return Table(
        "comparison",
        Text("So sánh", "Comparison"),
        (
            Column("measure", Text("Chỉ số", "Measure")), Column("now", Text("Kỳ này", "This period"), "count"),
            Column("last", Text("Kỳ trước", "Period before"), "count"),
            Column("then", Text("Cùng kỳ năm trước", "A year before"), "count"),
            Column("peers", Text("Trung bình cùng nhóm", "Mean of its class"), "count"),
        ),
        tuple(rows),
        None,
        Text(
            "Tỷ lệ không có mẫu số thì để trống. Trung bình chỉ gồm cơ quan có tỷ lệ.",
            "Rates without a denominator are blank. Means are of agencies with a rate.",
        ),
    )  # fmt: skip


def _find(material: Material, agency: str) -> Line | None:
    """Give an agency's line of another period; None where it did not live, or where no ledger tells."""
    if material.is_unknown:
        return None
    return next((one for one in material.lines if one.id == agency), None)
