"""Metrics of the report calendar, as a file of the textfile collector of Prometheus' node exporter (ADR 0019)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.records.duties.owing import Owed

FAMILIES: Final = {
    "congthu_reports_overdue": "Periodic reports whose day has passed and that were not handed in, by duty.",
    "congthu_reports_due": "Periodic reports whose period is over and whose day has not passed, by duty.",
    "congthu_reports_calendar_timestamp_seconds": "When this file was written.",
}
"""Name to help; all are gauges."""


def overdue_text(rows: Iterable[Owed], now_s: int) -> str:
    """Write the file; a duty with none overdue stands with 0, so that an alert ends."""
    rows = list(rows)
    duties = sorted({one.duty for one in rows})
    counts = {
        "congthu_reports_overdue": Counter(one.duty for one in rows if one.state == "overdue"),
        "congthu_reports_due": Counter(one.duty for one in rows if one.state == "due"),
    }
    lines = []
    for name, text in FAMILIES.items():
        lines += [f"# HELP {name} {text}", f"# TYPE {name} gauge"]
        if name in counts:
            # ids of duties are letters, digits and hyphens: nothing to escape
            lines += [f'{name}{{duty="{duty}"}} {counts[name][duty]}' for duty in duties]
        else:
            lines.append(f"{name} {now_s}")
    return "".join(f"{line}\n" for line in lines)
