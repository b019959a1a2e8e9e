"""Frames of any colour: rectangles of stamp size that stand alone on a page, found by their four sides.

A stamp on a grey or black-and-white copy has lost its red, not its frame. What print and other frames touch is found
as well, for a side is a long thin line; a cell of a table is none, for its lines run on beyond its corners.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.scans.bits import dark_bits
from gateway.read.scans.blobs import MM_PER_INCH, find_parts
from gateway.read.scans.boxes import Box
from gateway.read.scans.colour import ranked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gateway.read.scans.bits import Bits
    from gateway.read.scans.blobs import Blob
    from gateway.read.scans.colour import Page

_Point = tuple[float, float]

FRAME_DPI = 150
_INK = 36
"""Of 255, how much darker than the paper a side is: faded red is grey of 60, blurred to half of that."""
_STRAIGHT_MM = 3.2
"""Length of the straight pieces a side is made of; turned by 6° one rises by a quarter of a millimetre."""
_UPRIGHT_MM = 3.0
_WIDTHS_MM, _HEIGHTS_MM = (9.0, 85.0), (4.5, 26.0)
_FLATTEST = 1.25
_GAP_MM = 2.5
"""Widest gap in a side, where the ink did not reach the paper."""
_END_MM = 2.2
"""How far from one another the ends of sides that meet may be: borders are 1 mm apart."""
_BEYOND_MM = 3.5
"""How far both lines run on beyond a side which the next cell of a table shares; one alone does where print touches."""
_SIDE_SHARE = 0.7
"""Share of the height that upright sides show at least."""
_LEAN_MM = 4.0
"""How much nearer two turned lines may come than they are apart."""
_MOST_FOUND, _MOST_SIDES = 60, 24
_MOST_DEGREES = 11.0
_JOINT = 3
"""Pixels by which pieces that go on in one another may be apart across their way."""
_MOST_RUNS = 30_000
_MOST_LINES = 400
_MOST = 6
"""Frames read on one page."""
_MARGIN_INCHES = 0.03


class _Line(NamedTuple):
    """A straight line, level or upright: where it begins and ends along its way, and where it stands across it."""

    start: float
    stop: float
    first: float
    """Place across at its start."""
    last: float

    @property
    def length(self) -> float:
        """Along its way."""
        return self.stop - self.start

    def at(self, along: float) -> float:
        """Place across, where the line is at a place along its way."""
        return self.first + (self.last - self.first) * (along - self.start) / max(1.0, self.length)

    @property
    def across(self) -> float:
        """Place of its middle."""
        return (self.first + self.last) / 2


def find_frames(page: Page) -> list[Box]:
    """Find frames of stamp size on a page drawn at `FRAME_DPI`, from the top."""
    mm = page.dpi / MM_PER_INCH
    ink = _ink(page).widened()
    # upright ones first: lines of so many rows that they are no print, noise above all, are known by counting
    sides = ink.worn(_worn_off(mm, is_level=False), is_level=False)
    if sides.count_runs() > _MOST_RUNS:
        return []
    level = _lines(ink.worn(_worn_off(mm, is_level=True), is_level=True), mm, is_level=True)
    if next(_pairs(level, mm), None) is None:
        return []
    upright = _lines(sides, mm, is_level=False)
    found: list[Box] = []
    # the outer border of two comes first, and the inner one is the same frame
    for box in sorted(_frames(level, upright, mm), key=lambda one: (one.top - one.bottom, one.left)):
        if len(found) < _MOST and not any(_is_same(box, other, 2 * mm) for other in found):
            found.append(box)
    dpi = page.dpi
    return sorted(
        (Box(one.left / dpi, one.top / dpi, one.right / dpi, one.bottom / dpi, one.degrees) for one in found),
        key=lambda one: (one.top, one.left),
    )


def _ink(page: Page) -> Bits:
    """Mark what is darker than the paper; in green, where red ink is dark too."""
    sample = page.green[:: 1 + len(page.green) // 8_000] or b"\xff"
    return dark_bits(page.green, page.width, page.height, ranked(sample, len(sample) // 2) - _INK)


def _worn_off(mm: float, *, is_level: bool) -> int:
    return round((_STRAIGHT_MM if is_level else _UPRIGHT_MM) * mm)


def _lines(worn: Bits, mm: float, *, is_level: bool) -> list[_Line]:
    """Give the straight lines of which pieces are left where the ink is worn off by the least length of one."""
    parts = find_parts(worn.mask(), worn.width, most_runs=_MOST_RUNS)
    lines = [_line(part, _worn_off(mm, is_level=is_level), is_level=is_level) for part in parts]
    straight = [line for line in lines if _is_straight(line)]
    longest = sorted(straight, key=lambda line: -line.length)[:_MOST_LINES]
    return _joined(longest, _GAP_MM * mm)


def _line(part: Blob, worn: int, *, is_level: bool) -> _Line:
    """Give a part the ends that were worn off it, and its places at both ends."""
    if is_level:
        first = [row for row, start, _ in part.runs if start <= part.left + 2]
        last = [row for row, _, stop in part.runs if stop >= part.right - 2]
        return _Line(part.left, part.right + worn, _mean(first), _mean(last))
    top = [(start + stop) / 2 for row, start, stop in part.runs if row <= part.top + 2]
    foot = [(start + stop) / 2 for row, start, stop in part.runs if row >= part.bottom - 3]
    return _Line(part.top, part.bottom + worn, _mean(top), _mean(foot))


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / max(1, len(known))


def _is_straight(line: _Line) -> bool:
    return abs(line.last - line.first) <= math.tan(math.radians(_MOST_DEGREES)) * line.length + 2


def _joined(lines: list[_Line], gap: float) -> list[_Line]:
    """Join pieces that go on in one another."""
    done: list[_Line] = []
    joined: list[_Line] = []
    slope = math.tan(math.radians(_MOST_DEGREES))
    farthest, soonest = slope * gap + _JOINT, math.inf
    for line in sorted(lines):
        if soonest + gap < line.start:
            done += [other for other in joined if other.stop + gap < line.start]
            joined = [other for other in joined if other.stop + gap >= line.start]
            soonest = min((other.stop for other in joined), default=math.inf)
        for number, other in enumerate(joined):
            aside = abs(line.first - other.last)
            if aside > farthest:  # most are: no need to ask more
                continue
            reach = slope * max(0.0, line.start - other.stop) + _JOINT
            if other.start < line.start and aside <= reach:
                if line.stop > other.stop:
                    joined[number] = _Line(other.start, line.stop, other.first, line.last)
                break
        else:
            joined.append(line)
            soonest = min(soonest, line.stop)
    return done + joined


def _pairs(level: list[_Line], mm: float) -> Iterator[tuple[_Line, _Line]]:
    """Give two level lines each that may be the upper and the lower side of a frame."""
    rows = sorted((line for line in level if line.length >= _WIDTHS_MM[0] * mm), key=lambda line: line.across)
    for number, upper in enumerate(rows):
        for lower in rows[number + 1 :]:
            high = lower.across - upper.across
            if high > (_HEIGHTS_MM[1] + _LEAN_MM) * mm:
                break
            if high >= (_HEIGHTS_MM[0] - _LEAN_MM) * mm and upper.stop > lower.start and lower.stop > upper.start:
                yield upper, lower


def _frames(level: list[_Line], upright: list[_Line], mm: float) -> list[Box]:
    """Find two level lines with an upright one near both ends of what they share; in pixels."""
    columns = sorted((line.across, line) for line in upright)
    found: list[Box] = []
    for upper, lower in _pairs(level, mm):
        if len(found) >= _MOST_FOUND:
            break
        found += _between(upper, lower, columns, mm)
    return found


def _between(upper: _Line, lower: _Line, columns: list[tuple[float, _Line]], mm: float) -> Iterator[Box]:
    """Give frames that stand between two level lines."""
    near, beyond, lean = _END_MM * mm, _BEYOND_MM * mm, (_LEAN_MM + _HEIGHTS_MM[1] / 2) * mm
    start, stop = max(upper.start, lower.start), min(upper.stop, lower.stop)
    sides = []
    for at in range(bisect_left(columns, (start - near,)), bisect_right(columns, (stop + near,))):
        across, line = columns[at]
        if line.start < upper.across + lean and line.stop > lower.across - lean:
            top, foot = upper.at(across), lower.at(across)
            if min(line.stop, foot) - max(line.start, top) >= _SIDE_SHARE * (foot - top):
                sides.append((across, line, top, foot))
    for (left, first, top, foot), (right, last, other_top, other_foot) in combinations(sides[:_MOST_SIDES], 2):
        wide, high = right - left, (foot - top + other_foot - other_top) / 2
        is_sized = _HEIGHTS_MM[0] * mm <= high <= _HEIGHTS_MM[1] * mm and wide <= _WIDTHS_MM[1] * mm
        is_sized = is_sized and wide >= max(_WIDTHS_MM[0] * mm, _FLATTEST * high)
        if not is_sized or abs(foot - top - other_foot + other_top) > near:
            continue
        is_cell = (
            start < left - beyond
            or stop > right + beyond
            or max(first.start - top, last.start - other_top) < -beyond
            or min(first.stop - foot, last.stop - other_foot) > beyond
        )
        if not is_cell:
            yield _box((left, top), (right, other_top), (left, foot), (right, other_foot), mm)


def _box(upper_left: _Point, upper_right: _Point, lower_left: _Point, lower_right: _Point, mm: float) -> Box:
    """Bounds of what stands upright once it is turned back."""
    corners = (upper_left, upper_right, lower_left, lower_right)
    middle_x, middle_y = sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4
    rise = (upper_right[1] - upper_left[1] + lower_right[1] - lower_left[1]) / 2
    wide, degrees = upper_right[0] - upper_left[0], math.degrees(math.atan2(rise, upper_right[0] - upper_left[0]))
    cosine, margin = math.cos(math.radians(degrees)), _MARGIN_INCHES * MM_PER_INCH * mm
    half_x = wide / 2 / cosine + margin
    half_y = (lower_left[1] - upper_left[1] + lower_right[1] - upper_right[1]) / 4 * cosine + margin
    return Box(middle_x - half_x, middle_y - half_y, middle_x + half_x, middle_y + half_y, degrees)


def _is_same(box: Box, other: Box, near: float) -> bool:
    """Is one the inner border of the other, or the same sides in another pairing?"""
    return all(abs(one - two) <= near for one, two in zip(box.bounds, other.bounds, strict=True))
