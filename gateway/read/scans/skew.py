"""How far a scanned page is turned: lines of print are sharpest when summed along their own direction."""

from __future__ import annotations

import math
from itertools import pairwise
from operator import add
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.read.scans.colour import Page

STRIPS = 12
_LARGEST_DEGREES = 8
_FINE_STEPS = 4
"""A quarter of a degree."""
LEAST_PRINT, MOST_PRINT = 0.003, 0.35
"""Shares of dark pixels between which a page has lines to tell its turn from."""


def find_skew(page: Page) -> float | None:
    """Degrees the lines of a page are turned clockwise, to a quarter; None when there are no lines to tell it by."""
    mask = page.dark_mask
    if not LEAST_PRINT * len(mask) <= mask.count(1) <= MOST_PRINT * len(mask):
        return None
    profiles = Profiles(mask, page.width, page.height)
    if not profiles:
        return None
    coarse = max(range(-_LARGEST_DEGREES, _LARGEST_DEGREES + 1), key=profiles.sharpness)
    fine = [coarse + quarter / _FINE_STEPS for quarter in range(-_FINE_STEPS, _FINE_STEPS + 1)]
    best = max(fine, key=lambda turn: (profiles.sharpness(turn), -abs(turn)))
    return best if abs(best) < _LARGEST_DEGREES else None


class Profiles:
    """Dark pixels of each row, one profile for each vertical strip of a page; empty for a sliver."""

    def __init__(self, mask: bytes, width: int, height: int, strips: int = STRIPS) -> None:
        bounds = [width * strip // strips for strip in range(strips + 1)] if width >= 4 * strips else []
        self._step = width / strips
        self._profiles = [
            [mask.count(1, row * width + left, row * width + right) for row in range(height)]
            for left, right in pairwise(bounds)
        ]

    def __bool__(self) -> bool:
        return bool(self._profiles)

    def along(self, degrees: float) -> list[int]:
        """Sum the strips along lines turned by `degrees`."""
        height = len(self._profiles[0])
        slope = math.tan(math.radians(degrees)) * self._step
        total = [0] * height
        for number, profile in enumerate(self._profiles):
            shift = round((number - len(self._profiles) / 2) * slope)
            shifted = profile[shift:] + [0] * shift if shift >= 0 else [0] * -shift + profile[:shift]
            total = list(map(add, total, shifted[:height]))
        return total

    def sharpness(self, degrees: float) -> int:
        """Tell how steep the edges of that sum are: lines along which print runs are sharp."""
        return sum((upper - lower) ** 2 for upper, lower in pairwise(self.along(degrees)))
