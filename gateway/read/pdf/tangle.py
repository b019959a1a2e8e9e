"""Pages whose texts are drawn against the direction of reading, too many of them for PDFium to put in order.

It sorts the pieces of one line as they come, each against all that stand right of it: what is drawn from left to right
costs nothing, twenty thousand pieces from right to left a second, and a hundred thousand half a minute. The page is
loaded then, but its text is not asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from gateway.read.pdf.objects import text_places

CROWDED = 8_000
"""Pieces of text of a page from which on it is looked at: in the worst order they cost a fifth of a second."""
_MOST_STEPS = 40_000_000
"""Comparisons: a quarter of a second."""
_STRETCHED = 20.0
"""Times its height: no word is wider. PDFium tells lines by the widths a font gives its letters."""


def is_tangled(page: Any) -> bool:
    """Tell whether putting the texts of a loaded page in order would take too long."""
    line: list[float] = []
    steps, base, reach = 0, 0.0, 0.0
    for left, bottom, right, top in text_places(page):
        width, height = right - left, top - bottom
        slack = width / 2 if width > _STRETCHED * height else height / 2
        if not line or abs(bottom - base) > max(slack, reach):
            line = []
        place = bisect_right(line, left)
        steps += len(line) - place
        line.insert(place, left)
        if steps > _MOST_STEPS:
            return True
        base, reach = bottom, slack
    return False
