"""Red boxes: marks stamped on a page (MẬT, HỎA TỐC, ...), cut out of it, cleaned of frame and print.

Decree 30/2020 Appendix I III.2 and the circulars on state secrets: bright red, in a rectangle of 20 x 8, 30 x 8
or 40 x 8 mm, with one border for urgency and two for secrecy. Stamps without a frame occur.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.read.scans.blobs import MM_PER_INCH, Blob, find_blobs

if TYPE_CHECKING:
    from gateway.read.scans.colour import Page

_WIDTHS_MM, _HEIGHTS_MM = (9.0, 85.0), (3.0, 26.0)
_LEAST_MM2 = 6.0
_FLATTEST = 1.25
"""Width to height of the least oblong; `MẬT` alone is 3, its frame 2.5, two lines in a frame 1.5."""
_BLOBS = 24
_MOST = 6
"""Boxes read on one page; each costs the reader of text some hundredths of a second."""
_LEVEL, _WORD_GAP = 0.6, 0.8
"""Share of their height that words of one line stand level in, and the gap between two, of their height."""
_MARGIN_INCHES = 0.05
_MOST_DEGREES = 12.0
_LINE = 0.6
"""Share of a row or column that is ink where a frame runs; stems of letters reach half of the height."""
_FRAME_INCHES = 0.14
"""How far inside the box, from each side, its frame is looked for: margin, two borders, what a turn adds."""
_WORTH = 3
_PAPER = 20
"""Pixels of white around what is cut out: letters that touch the edge are not read."""
_LEAST_STRETCH = 24


@dataclass(frozen=True, slots=True)
class Box:
    """Where a mark may stand; inches from the upper left corner of the page."""

    left: float
    top: float
    right: float
    bottom: float
    degrees: float
    """How far it is turned clockwise."""

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.left, self.top, self.right, self.bottom

    def shares(self, other: Box) -> bool:
        """Does the middle of one stand in the other?"""
        return self._holds_middle(other) or other._holds_middle(self)

    def _holds_middle(self, other: Box) -> bool:
        x, y = (other.left + other.right) / 2, (other.top + other.bottom) / 2
        return self.left <= x <= self.right and self.top <= y <= self.bottom


def find_boxes(page: Page) -> list[Box]:
    """Find what may be marks, from the top."""
    mm = page.dpi / MM_PER_INCH
    blobs = find_blobs(page.red_mask, page.width, page.dpi, least_pixels=round(_LEAST_MM2 * mm * mm), most=_BLOBS)
    boxes = [_box(blob, page.dpi) for blob in [*_rows(blobs), *blobs] if _is_oblong(blob, mm)]
    return sorted(boxes[:_MOST], key=lambda box: (box.top, box.left))


def _rows(blobs: list[Blob]) -> list[Blob]:
    """Join words that stand side by side without a frame; what they are joined from stays as well."""
    rows: list[Blob] = []
    ordered = sorted(blobs, key=lambda blob: blob.left)
    for number, left in enumerate(ordered):
        for right in ordered[number + 1 :]:
            high = min(left.height, right.height)
            shared = min(left.bottom, right.bottom) - max(left.top, right.top)
            is_level = shared >= _LEVEL * max(left.height, right.height)
            if is_level and 0 <= right.left - left.right <= _WORD_GAP * high:
                runs = tuple(sorted((*left.runs, *right.runs)))
                top, bottom = min(left.top, right.top), max(left.bottom, right.bottom)
                rows.append(Blob(runs, left.left, top, right.right, bottom, left.pixels + right.pixels))
    return rows[: _MOST // 2]


def _is_oblong(blob: Blob, mm: float) -> bool:
    wide, high = blob.width / mm, blob.height / mm
    is_sized = _WIDTHS_MM[0] <= wide <= _WIDTHS_MM[1] and _HEIGHTS_MM[0] <= high <= _HEIGHTS_MM[1]
    return is_sized and wide >= _FLATTEST * high


def _box(blob: Blob, dpi: int) -> Box:
    degrees = _turn(blob)
    # what is upright is narrower and lower than the upright bounds of what is turned
    middle_x, middle_y = (blob.left + blob.right) / 2, (blob.top + blob.bottom) / 2
    sine = abs(math.sin(math.radians(degrees)))
    high = max(blob.height * 0.6, blob.height - blob.width * sine)
    half_x, half_y = blob.width / 2 + _MARGIN_INCHES * dpi, high / 2 + _MARGIN_INCHES * dpi
    edges = (middle_x - half_x, middle_y - half_y, middle_x + half_x, middle_y + half_y)
    left, top, right, bottom = (edge / dpi for edge in edges)
    return Box(left, top, right, bottom, degrees)


def _turn(blob: Blob) -> float:
    """Degrees the upper and lower edges are turned: slopes between their left and right thirds, if they agree."""
    tops: dict[int, int] = {}
    bottoms: dict[int, int] = {}
    for row, start, stop in blob.runs:
        for column in range(start, stop):
            tops.setdefault(column, row)
            bottoms[column] = row
    slopes = [_slope(profile, blob) for profile in (tops, bottoms)]
    if abs(slopes[0] - slopes[1]) > 0.05:
        return 0.0
    degrees = math.degrees(math.atan(sum(slopes) / 2))
    return degrees if 0.5 <= abs(degrees) <= _MOST_DEGREES else 0.0


def _slope(profile: dict[int, int], blob: Blob) -> float:
    third = blob.width / 3
    left = sorted(row for column, row in profile.items() if 1 <= column - blob.left < third)
    right = sorted(row for column, row in profile.items() if 1 <= blob.right - 1 - column < third)
    if not left or not right:
        return 0.0
    return (right[len(right) // 2] - left[len(left) // 2]) / (2 * third)
