"""Pictures of the dashboards: an hour is replayed, its answers are drawn by Grafana's own components, dark and light.

`scripts/dashboard-pictures` calls it; needs Prometheus, Node and Chromium. A picture holds what a gateway really counted,
and is no screenshot of a Grafana server.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from PIL import Image

from tests.monitoring.asking import GOOD_NEWS, answer, boards
from tests.monitoring.hour import INTERVAL_S, Hour
from tests.support.tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.monitoring.asking import Board

    Target = dict[str, Any]
    Series = dict[str, Any]

DRAWER = ROOT / "scripts" / "pictures" / "take.mjs"
_WIDTH = 1_280
_GROUPED = re.compile(r"\bby \(([^)]*)\)")
_LEGEND = re.compile(r"\{\{(\w+)\}\}")


def _given(board: Board, times: list[int], answers: Callable[[Target], list[Series]]) -> dict[str, object]:
    """Give a dashboard with all its answers, for the drawer; `times` are the steps, Unix time."""
    asking = [panel for panel in board["panels"] if panel["type"] != "row"]
    return {
        "board": board,
        "answers": {panel["id"]: {one["refId"]: answers(one) for one in panel["targets"]} for panel in asking},
        "times": times,
        "mayBeEmpty": [panel["id"] for panel in asking if GOOD_NEWS in panel["description"]],
    }


def _made_up(target: Target, times: list[int]) -> list[Series]:
    """Answer with two series of every label the query groups by: for trying whether Grafana's components take a panel."""
    named = ",".join(_GROUPED.findall(target["expr"])) + "," + ",".join(_LEGEND.findall(target["legendFormat"]))
    labels = {one.strip() for one in named.split(",")} - {""}
    series = []
    for number in range(1, 3):
        metric = {label: f"{label}-{number}" for label in labels}
        point = {"value": [times[-1], str(number)]}
        course = {"values": [[at_s, str(number + place % 7)] for place, at_s in enumerate(times)]}
        series.append({"metric": metric, **(point if target.get("instant") else course)})
    return series


def _squeeze(picture: Path, to: Path) -> None:
    """Write a picture as wide as a page shows it."""
    image = Image.open(picture).convert("RGB")
    image = image.resize((_WIDTH, round(image.height * _WIDTH / image.width)), Image.Resampling.LANCZOS)
    image.save(to, quality=85, method=6)


def _draw(folder: Path, given: dict[str, dict[str, object]], *themes: str) -> int:
    """Draw dashboards into a folder; the drawer's exit status: 1 where a panel is empty or broken."""
    for name, board in given.items():
        (folder / f"{name}.json").write_text(json.dumps(board), "utf-8")
    return subprocess.run(["node", DRAWER, folder, *themes], check=False).returncode


def main() -> int:
    """Replay, ask, draw, write; or only try whether every panel can be drawn."""
    parser = argparse.ArgumentParser(prog="scripts/dashboard-pictures", description=__doc__)
    parser.add_argument("pictures", type=Path, nargs="?", help="folder for the pictures; none: answers are made up")
    asked = parser.parse_args()
    with TemporaryDirectory() as name:
        work = Path(name)
        if asked.pictures is None:
            times = list(range(1_800_000_000, 1_800_003_600, INTERVAL_S))
            made_up = partial(_made_up, times=times)
            return _draw(work, {name: _given(board, times, made_up) for name, board in boards().items()}, "light")
        hour = Hour(work / "hour", 8.0)
        times = list(range(int(hour.start_s), int(hour.end_s) + 1, INTERVAL_S))
        with hour.prometheus:
            ask = partial(answer, hour, step_s=INTERVAL_S)
            given = {name: _given(board, times, ask) for name, board in boards().items()}
        status = _draw(work, given)
        asked.pictures.mkdir(parents=True, exist_ok=True)
        for picture in sorted(work.glob("*.png")):
            _squeeze(picture, asked.pictures / f"{picture.stem}.webp")
    return status


if __name__ == "__main__":
    sys.exit(main())
