"""Do letters stand around a ring? Looked at closely, where rings side by side and lines of text are told from them.

Circular 21/2012/TT-BCA: an agency's seal has its name around, between an outer and an inner ring.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gateway.read.scans.impressions import red_ink

if TYPE_CHECKING:
    from gateway.read.scans.colour import Page

CLOSE_DPI = 150
_STEPS = 360
_TURNS = tuple((math.cos(math.radians(step)), math.sin(math.radians(step))) for step in range(_STEPS))
_BAND = 0.58, 0.95
"""Shares of the radius between which letters stand."""
_SPARSE, _DENSE = 0.06, 0.72
"""Shares of a circle that are ink where letters stand: half of their band at most, and a tenth where they fade."""
_LETTERS = 16
"""Strokes met around a circle through letters, on a whole seal; agencies' names give 40 and more, a dial twelve."""
_INCHES_HIGH = 0.055
"""Height from which what stands around is letters: 1.4 mm. Those of seals have 2.2 to 3.5, edges of rings 0.5."""
_INNER = 0.44, 0.78
_RING = 0.55
"""Share of a circle that is ink where a ring runs, seen a pixel wide; faded ones have two thirds of it."""
_UPRIGHT_INCHES, _UPRIGHT = 0.047, 0.025
"""A stroke of a letter runs outward for 1.2 mm in one direction of forty at least (seals drawn by two generators: 0.033
to 0.29); pieces of rings run around, and reach 0.017 where ink is rough."""
_WEDGES = 12
_LEAST_PLAIN = 0.3
_UNNAMED = 0.25
"""Most that a ring scores whose strokes are not those of a name around it."""


def letters_around(part: Page, circle: tuple[float, float, float]) -> float:
    """Tell from 0 to 1 how far letters stand around a ring; pixels of the part."""
    mask = red_ink(part)
    rounds = [_round(mask, part, circle, share) for share in _radii(circle[2])]
    run = best = 0
    for values in rounds:
        seen = [value for value in values if value < 2]
        share = seen.count(1) / max(1, len(seen))
        strokes = bytes(values).count(b"\0\1")
        is_lettered = _SPARSE <= share <= _DENSE and strokes * _STEPS >= _LETTERS * len(seen) > 0
        run = run + 1 if is_lettered else 0
        best = max(best, run)
    high = best / (_INCHES_HIGH * part.dpi)
    score = min(1.0, max(_LEAST_PLAIN if high >= 1 else 0.0, 2 * high - 1))
    is_named = _has_inner_ring(mask, part, circle) or _is_all_around(rounds)
    return score if is_named and _runs_outward(rounds, part.dpi) else min(score, _UNNAMED)


def _runs_outward(rounds: list[list[int]], dpi: int) -> bool:
    """Do strokes run outward, as those of letters around a ring do? Rings that wobble are cut into pieces as short."""
    stroke = b"\1" * round(_UPRIGHT_INCHES * dpi)
    found = sum(stroke in bytes(column) for column in zip(*rounds, strict=True))
    return found >= _UPRIGHT * _STEPS


def _radii(radius: float) -> list[float]:
    return [pixel / radius for pixel in range(round(_BAND[0] * radius), round(_BAND[1] * radius) + 1)]


def _round(mask: bytes, part: Page, circle: tuple[float, float, float], share: float) -> list[int]:
    """Mask values along a circle; 2 beside the paper."""
    x, y, radius = circle
    width, height, reach = part.width, part.height, share * radius
    found = []
    for cosine, sine in _TURNS:
        column, row = int(x + reach * cosine), int(y + reach * sine)
        found.append(mask[row * width + column] if 0 <= column < width and 0 <= row < height else 2)
    return found


def _has_inner_ring(mask: bytes, part: Page, circle: tuple[float, float, float]) -> bool:
    """Does a ring run inside the letters? A pixel to each side is forgiven, for circles are never quite round."""
    radius = circle[2]
    rounds = [
        _round(mask, part, circle, pixel / radius)
        for pixel in range(round(_INNER[0] * radius), round(_INNER[1] * radius))
    ]
    for near in zip(rounds, rounds[1:], rounds[2:], strict=False):
        seen = [max(value for value in step) for step in zip(*near, strict=True) if 2 not in step]
        if seen and seen.count(1) >= _RING * len(seen):
            return True
    return False


def _is_all_around(rounds: list[list[int]]) -> bool:
    """Do strokes begin and end in every wedge? Lines of text across a ring leave its top and its foot bare."""
    wide = _STEPS // _WEDGES
    wedges = []
    for wedge in range(_WEDGES):
        strokes = [bytes(values[wedge * wide : (wedge + 1) * wide]).count(b"\0\1") for values in rounds]
        wedges.append(sum(count > 0 for count in strokes) * 4 >= len(rounds))
    return all(wedges)
