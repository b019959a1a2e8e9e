"""The committed dashboards, and their queries as Grafana would send them for the hour that was replayed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.monitoring.hour import INTERVAL_S
from tests.support.tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.monitoring.hour import Hour

GOOD_NEWS = "Empty or 0 is the good news."
"""What a panel that may be empty says (scripts/grafana/parts.py)."""
_VARIABLES = {
    "$__rate_interval": f"{4 * INTERVAL_S}s",
    "$__range": "1h",
    "$job": "congthu",
    "$instance": ".+",
    "$territory": ".+",
    "$agency": ".+",
}
"""As Grafana fills them in for an hour at the shipped scrape interval."""

Board = dict[str, Any]
Panel = dict[str, Any]


def boards() -> dict[str, Board]:
    """Give the committed dashboards by file name."""
    paths = sorted((ROOT / "config" / "grafana" / "dashboards").glob("*.json"))
    return {path.stem: json.loads(path.read_text("utf-8")) for path in paths}


def panels() -> Iterator[tuple[str, Panel]]:
    """Give (name, panel) of every panel that asks something."""
    for name, board in boards().items():
        for panel in board["panels"]:
            if panel["type"] != "row":
                yield f"{name} {panel['id']} {panel['title']}", panel


def filled(expression: str) -> str:
    """Put in what Grafana puts in for variables."""
    for name, value in _VARIABLES.items():
        expression = expression.replace(name, value)
    assert "$" not in expression, expression
    return expression


def answer(hour: Hour, target: dict[str, Any], step_s: int) -> list[dict[str, Any]]:
    """Ask as the panel does: the end of the hour, or its course; give the series as the API has them.

    Raises:
        ValueError: Prometheus refuses the query.
    """
    expression = filled(target["expr"])
    if target.get("instant"):
        return hour.prometheus.get("query", query=expression, time=hour.end_s)["result"]
    asked = {"query": expression, "start": hour.start_s, "end": hour.end_s, "step": step_s}
    return hour.prometheus.get("query_range", **asked)["result"]


def numbers(series: list[dict[str, Any]]) -> list[float]:
    """Give all numbers of an answer."""
    return [float(text) for one in series for _, text in one.get("values", [one.get("value")])]
