"""Which way up a page stands: lines run across it, and letters reach further above their line than below.

Vietnamese writes most of its marks above the letters, so the way up shows in the profile of its lines without reading
any. What cannot be told counts as upright; where letters are read, how sure the reading is decides in the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.read.scans.skew import LEAST_PRINT, MOST_PRINT, STRIPS, Profiles

if TYPE_CHECKING:
    from gateway.read.scans.colour import Page

_STRIPS = 3 * STRIPS
"""Lines turned by 5° rise by a pixel only within such a strip, and stay apart."""
_DEGREES = range(-4, 5, 2)
"""Tried first, and then what lies beside the best."""
_LYING = 0.85
"""Sharpness of lines across to lines down below which a page lies on its side; pages that stand reach 0.99 and more."""
_LEAST_LINE, _MOST_LINE = 4, 30
"""Rows of pixels of one line of print at 60 dpi: 14 points are 12 high."""
_BODY = 0.45
"""Share of a line's darkest row that the rows of its small letters reach."""
_GAP = 0.02
"""Share of the darkest row of all up to which a row lies between lines."""
_HEAD_DOWN = -0.25
"""Balance of what stands above and below the small letters, from -1 to 1: upright print has 0.2 to 0.7."""
_LEAST_LINES = 4


def find_turn(page: Page) -> int:
    """Tell by how many quarters clockwise a page must be turned to stand upright; 0 when nothing tells."""
    mask = page.dark_mask
    if not LEAST_PRINT * len(mask) <= mask.count(1) <= MOST_PRINT * len(mask):
        return 0
    across = Profiles(mask, page.width, page.height, _STRIPS)
    turned = page.turned(1)
    down = Profiles(turned.dark_mask, turned.width, turned.height, _STRIPS)
    if not across or not down:
        return 0
    (sharp_across, turn_across), (sharp_down, turn_down) = _sharpest(across), _sharpest(down)
    lies = sharp_across < _LYING * sharp_down
    lines, first, turn = (down, 1, turn_down) if lies else (across, 0, turn_across)
    return first + 2 if _balance(lines.along(turn)) < _HEAD_DOWN else first


def _sharpest(lines: Profiles) -> tuple[int, int]:
    """How sharp lines are at best, and in which turn."""
    tried = {turn: lines.sharpness(turn) for turn in _DEGREES}
    best = max(tried, key=tried.__getitem__)
    tried |= {turn: lines.sharpness(turn) for turn in (best - 1, best + 1)}
    best = max(tried, key=tried.__getitem__)
    return tried[best], best


def _balance(rows: list[int]) -> float:
    """What stands above small letters against what stands below them, over all lines; 0 when there are too few."""
    least = _GAP * max(rows)
    above = below = lines = 0
    line: list[int] = []
    for count in [*rows, 0]:
        if count > least:
            line.append(count)
            continue
        if _LEAST_LINE <= len(line) <= _MOST_LINE:
            bound = _BODY * max(line)
            body = [row for row, dark in enumerate(line) if dark >= bound]
            above += sum(line[: body[0]])
            below += sum(line[body[-1] + 1 :])
            lines += 1
        line = []
    return (above - below) / (above + below) if lines >= _LEAST_LINES and above + below else 0.0
