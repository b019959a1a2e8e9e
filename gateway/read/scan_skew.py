"""How far a scanned page is turned: lines of print are sharpest when summed along their own direction."""

from __future__ import annotations

import math
from itertools import pairwise
from operator import add
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.read.scan_colour import Page

_STRIPS = 12
_LARGEST_DEGREES = 8
_FINE_STEPS = 4
"""A quarter of a degree."""
_LEAST_PRINT, _MOST_PRINT = 0.003, 0.35
"""Shares of dark pixels between which a page has lines to tell its turn from."""


def find_skew(page: Page) -> float | None:
    """Degrees the lines of a page are turned clockwise, to a quarter; None when there are no lines to tell it by."""
    mask = page.dark_mask
    if not _LEAST_PRINT * len(mask) <= mask.count(1) <= _MOST_PRINT * len(mask) or page.width < 4 * _STRIPS:
        return None
    profiles = _profiles(mask, page.width, page.height)
    step = page.width / _STRIPS
    coarse = max(range(-_LARGEST_DEGREES, _LARGEST_DEGREES + 1), key=lambda turn: _sharpness(profiles, step, turn))
    fine = [coarse + quarter / _FINE_STEPS for quarter in range(-_FINE_STEPS, _FINE_STEPS + 1)]
    best = max(fine, key=lambda turn: (_sharpness(profiles, step, turn), -abs(turn)))
    return best if abs(best) < _LARGEST_DEGREES else None


def _profiles(mask: bytes, width: int, height: int) -> list[list[int]]:
    """Dark pixels of each row, one profile for each vertical strip of the page."""
    bounds = [width * strip // _STRIPS for strip in range(_STRIPS + 1)]
    return [
        [mask.count(1, row * width + left, row * width + right) for row in range(height)]
        for left, right in pairwise(bounds)
    ]


def _sharpness(profiles: list[list[int]], step: float, degrees: float) -> int:
    """Sum the strips along lines turned by `degrees`; sharp lines give a sum with steep edges."""
    height = len(profiles[0])
    slope = math.tan(math.radians(degrees)) * step
    total = [0] * height
    for number, profile in enumerate(profiles):
        shift = round((number - len(profiles) / 2) * slope)
        shifted = profile[shift:] + [0] * shift if shift >= 0 else [0] * -shift + profile[:shift]
        total = list(map(add, total, shifted[:height]))
    return sum((upper - lower) ** 2 for upper, lower in pairwise(total))
