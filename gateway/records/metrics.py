"""Metrics of records and of the report calendar: files for the textfile collector of node exporter (ADR 0019)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple, get_args

from gateway.records.figures.caveat_words import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gateway.records.duties.owing import Owed
    from gateway.records.figures.caveats import Caveat
    from gateway.records.figures.state import StoreState

FOR_ALL: Final = 0o644
"""Node exporter runs under an account of its own; no figure here tells of a person or a document."""


class Family(NamedTuple):
    """One gauge."""

    help: str
    label: str = ""
    """Empty for none."""
    values: tuple[str, ...] = ()
    """What the label may be; empty where packs say."""


FAMILIES: Final = {
    "congthu_records_last_sync_timestamp_seconds": Family("When ledgers were last read to their end."),
    "congthu_records_documents": Family("Documents the store counts."),
    "congthu_records_caveats": Family("What speaks against figures, by kind.", "kind", get_args(Kind)),
    "congthu_reports_overdue": Family(
        "Periodic reports whose day has passed and that were not handed in, by duty.", "duty"
    ),
    "congthu_reports_due": Family(
        "Periodic reports whose period is over and whose day has not passed, by duty.", "duty"
    ),
    "congthu_reports_calendar_timestamp_seconds": Family("When this file was written."),
}
"""By name."""


def overdue_text(rows: Iterable[Owed], now_s: int) -> str:
    """Write the file of the calendar; a duty with none overdue stands with 0, so that an alert ends."""
    rows = list(rows)
    duties = sorted({one.duty for one in rows})
    overdue = Counter(one.duty for one in rows if one.state == "overdue")
    due = Counter(one.duty for one in rows if one.state == "due")
    return _text(
        {
            "congthu_reports_overdue": {duty: overdue[duty] for duty in duties},
            "congthu_reports_due": {duty: due[duty] for duty in duties},
            "congthu_reports_calendar_timestamp_seconds": {"": now_s},
        }
    )


def synced_text(state: StoreState, caveats: Iterable[Caveat], now_s: int) -> str:
    """Write the file of a sync that has ended well; every kind of caveat stands, most with 0."""
    found = Counter(one.kind for one in caveats)
    return _text(
        {
            "congthu_records_last_sync_timestamp_seconds": {"": now_s},
            "congthu_records_documents": {"": state.documents},
            "congthu_records_caveats": {kind: found[kind] for kind in get_args(Kind)},
        }
    )


def _text(values: Mapping[str, Mapping[str, int]]) -> str:
    """Write families, each a value a label value."""
    lines = []
    for name, by_label in values.items():
        family = FAMILIES[name]
        lines += [f"# HELP {name} {family.help}", f"# TYPE {name} gauge"]
        # ids of duties are letters, digits and hyphens: nothing to escape
        lines += [
            f'{name}{{{family.label}="{label}"}} {value}' if family.label else f"{name} {value}"
            for label, value in by_label.items()
        ]
    return "".join(f"{line}\n" for line in lines)
