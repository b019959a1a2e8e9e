"""Where the words of a loaded PDF page stand: its rows of print, and the cells of each.

PDFium gives one line of text a line of print, and one blank for every gap. Here the gaps of a row that are wider than
those between its words become tabs, pieces of one row that come apart are put together, and letters that were drawn
behind their line are put back. Only places are compared, along the direction of writing, so that /Rotate, and whether a
program draws line by line, word by word or letter by letter make no difference. Lengths are points; a call of PDFium
takes half a microsecond, so words inside a line are measured at their blanks only.
"""

from __future__ import annotations

import ctypes
import math
import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from pypdfium2 import raw

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINES = 2_000
"""Lines of print measured on one page; a dense one has a hundred, and one written on its side letter by letter some
thousand pieces. Those beyond stay as they are."""
MAX_GAPS = 4_000
"""Blanks measured on one page; a dense one has fifteen hundred."""
MAX_SORTED = 8_000
"""Letters of one page that are put in order."""
HYPHEN = "\ufffe"
"""What PDFium says for a hyphen at the end of a line that the next line goes on."""
_BREAK = re.compile(f"(?:\r\n|\n|\r)|(?<={HYPHEN})")
_BLANKS = re.compile(r"(?<=\S)[ \u00a0]+(?=\S)")
BLANK, LINE, _TAB = " ", "\n", "\t"
# All shares below are of the size of the letters (the em).
_WIDE = 0.75
"""Three blanks: from here on a gap may part two columns."""
_VAST = 2.0
"""From here on it does, unless the line is stretched."""
_LONE = 1.25
"""From here on the only gap of a line does."""
_OUTSTANDING = 2.5
"""Times the narrowest gap of the line: what stretching makes, it makes of all gaps alike."""
_EVEN = 1.4
LEAST_BLANK = 0.2
_CLOSE = 0.14
"""Letters of a word that were drawn one by one stand nearer than this."""
_NARROW = 0.15
"""The narrowest letter has a quarter."""
_SAME_ROW = 0.35
_NOWHERE = -1
"""Angle of a row that cannot be measured: it goes with no other."""
SLACK = 0.15
"""By which edges that are meant to be one may differ."""
_STRETCHED = 1.15
"""Times the usual blank of the page."""
ENUMERATOR = re.compile(
    r"(?:[-+*\u2022\u2013\u2014\u25aa\uf0b7]|\(?(?:\d{1,3}(?:\.\d{1,2}){0,3}|[a-zđ]{1,2}|[IVX]{1,5})[.)])"
)

Segments = list[tuple[int, int, str]]
"""Ranges of characters, each with what stands behind it."""


class Cut(NamedTuple):
    """A gap inside a row."""

    end: int
    """Of the word before it, a place among the characters."""
    start: int
    """Of the word after it."""
    right: float
    left: float
    """Edges of the words, along the direction of writing."""


@dataclass(slots=True)
class Row:
    """What stands on one baseline, as far as it was drawn together."""

    start: int
    end: int
    """Half-open range of characters, without blanks around."""
    angle: int
    """Degrees, counter-clockwise, in which the letters run."""
    size: float
    left: float
    right: float
    base: float
    """Of its first letter, downwards."""
    cuts: list[Cut] = field(default_factory=list)
    tabs: frozenset[int] = frozenset()
    """Which of the cuts part columns."""
    is_stretched: bool = False
    is_hyphenated: bool = False
    goes_on: bool = False
    """It goes on with the paragraph of the row before it."""
    is_sorted: bool = False
    """Its letters were drawn out of order; each gap is of two letters then, not of two words."""

    @property
    def last_left(self) -> float:
        """Where the last cell begins."""
        return self.cuts[max(self.tabs)].left if self.tabs else self.left

    def segments(self, text: str, last: str = "") -> Segments:
        """Give the ranges of characters, each with the mark behind it, `last` behind all."""
        found: Segments = []
        start = self.start
        for place, cut in enumerate(self.cuts):
            is_close = cut.left - cut.right < _CLOSE * self.size
            is_one = is_close and (self.is_sorted or not text[cut.end : cut.start].strip("\r\n"))
            found.append((start, cut.end, _TAB if place in self.tabs else "" if is_one else BLANK))
            start = cut.start
        return [*found, (start, self.end, last)]

    def cells(self, text: str) -> tuple[str, ...]:
        """Give the text of each cell."""
        if not self.tabs and not self.is_sorted:
            return (text[self.start : self.end],)
        return tuple(write(text, self.segments(text)).split(_TAB))


def find_rows(text_page: Any, text: str, most: int = MAX_LINES) -> tuple[list[Row], int]:
    """Measure the rows of print of a loaded page.

    Args:
        text_page: as loaded by PDFium.
        text: its characters, one each, breaks of lines as CR LF.
        most: rows looked at.

    Returns:
        The rows in the order drawn, and where what was not looked at begins.
    """
    ruler = _Ruler(text_page)
    rows: list[Row] = []
    rest = 0
    for begin, end in _lines(text):
        if len(rows) >= most or ruler.lines >= MAX_LINES:
            break
        rest = end
        row = ruler.row(text, begin, end)
        if row is None:
            continue
        if rows and not rows[-1].is_hyphenated and _goes_on(rows[-1], row):
            _append(rows[-1], row)
        else:
            rows.append(row)
    _part(rows, text)
    return rows, rest


def write(characters: str, segments: Segments) -> str:
    """Write the segments of a text."""
    return (
        "".join([f"{characters[start:end]}{mark}" for start, end, mark in segments])
        .replace(HYPHEN, "-")
        .replace("\r\n", "\n")
    )


def _lines(text: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for match in _BREAK.finditer(text):
        yield begin, match.start()
        begin = match.end()
    yield begin, len(text)


class _Ruler:
    """Measures letters of one page; numbers that PDFium fills in are made once."""

    def __init__(self, text_page: Any) -> None:
        self._page = text_page
        self._box, self._matrix = raw.FS_RECTF(), raw.FS_MATRIX()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._gaps = self._sorted = 0
        self.lines = 0
        """Measured so far."""

    def row(self, text: str, begin: int, end: int) -> Row | None:
        """Measure one line of print; None when it is blank."""
        said = text[begin:end]
        begin += len(said) - len(said.lstrip())
        end -= len(said) - len(said.rstrip())
        if begin >= end:
            return None
        self.lines += 1
        page, matrix = self._page, self._matrix
        is_measured = raw.FPDFText_GetMatrix(page, begin, matrix) and raw.FPDFText_GetCharOrigin(
            page, begin, self._x, self._y
        )
        angle = round(math.degrees(math.atan2(matrix.b, matrix.a))) % 360
        size = abs(raw.FPDFText_GetFontSize(page, begin)) * math.hypot(matrix.c, matrix.d)
        if not is_measured or not size or not math.isfinite(size):
            return Row(begin, end, _NOWHERE, 1.0, math.inf, math.inf, math.inf)
        turn = math.radians(angle)
        base = self._x.value * math.sin(turn) - self._y.value * math.cos(turn)
        row = Row(begin, end, angle, size, self.edges(begin, angle)[0], self.edges(end - 1, angle)[1], base)
        row.is_hyphenated = text[end - 1] == HYPHEN
        for match in _BLANKS.finditer(text, begin, end):
            self._gaps += 1
            if self._gaps > MAX_GAPS:
                break
            here, there = match.span()
            row.cuts.append(Cut(here, there, self.edges(here - 1, angle)[1], self.edges(there, angle)[0]))
        if row.cuts and not angle % 90 and _is_disordered(row) and self._sorted + end - begin < MAX_SORTED:
            self._sort(row, text)
        return row

    def _sort(self, row: Row, text: str) -> None:
        """Put the letters of a row in order; programs draw those that a font lacks from another, after the line."""
        self._sorted += row.end - row.start
        letters = [place for place in range(row.start, row.end) if not text[place].isspace()]
        placed = sorted((*self.edges(place, row.angle), place) for place in letters)
        row.start, row.end = placed[0][2], placed[-1][2] + 1
        row.left, row.right = placed[0][0], max(right for _, right, _ in placed)
        row.cuts = [
            Cut(here + 1, there, right, left)
            for (_, right, here), (left, _, there) in pairwise(placed)
            if there != here + 1 or left - right >= _CLOSE * row.size
        ]
        row.is_sorted = True

    def edges(self, place: int, angle: int) -> tuple[float, float]:
        """Where a letter begins and ends, along the direction of writing; on a slant both are where it begins."""
        box = self._box
        if angle % 90:
            raw.FPDFText_GetCharOrigin(self._page, place, self._x, self._y)
            turn = math.radians(angle)
            here = self._x.value * math.cos(turn) + self._y.value * math.sin(turn)
            return here, here
        raw.FPDFText_GetLooseCharBox(self._page, place, box)
        if angle == 0:
            return box.left, box.right
        if angle == 90:
            return box.bottom, box.top
        return (-box.right, -box.left) if angle == 180 else (-box.top, -box.bottom)


def _is_disordered(row: Row) -> bool:
    """Does a word begin before the one drawn before it ends, or is it narrower than its letters can be?"""
    start, left = row.start, row.left
    for cut in row.cuts:
        if cut.right - left < _NARROW * row.size * (cut.end - start) or cut.left - cut.right < -_SAME_ROW * row.size:
            return True
        start, left = cut.start, cut.left
    return row.right - left < _NARROW * row.size * (row.end - start)


def _goes_on(row: Row, piece: Row) -> bool:
    """Does a piece stand on the baseline of a row, behind it?"""
    return (
        row.angle == piece.angle
        and abs(row.base - piece.base) <= _SAME_ROW * min(row.size, piece.size)
        and piece.left >= row.right - _SAME_ROW * row.size
    )


def _append(row: Row, piece: Row) -> None:
    row.cuts += [Cut(row.end, piece.start, row.right, piece.left), *piece.cuts]
    row.end, row.right, row.is_hyphenated = piece.end, piece.right, piece.is_hyphenated


def _part(rows: list[Row], text: str) -> None:
    """Tell gaps between columns from blanks, and lines that were stretched to the measure from others."""
    narrowest = [_narrowest(row) for row in rows]
    usual = sorted(gap for gap in narrowest if gap)
    natural = usual[len(usual) // 5] if usual else 0.25
    for number, (row, least) in enumerate(zip(rows, narrowest, strict=True)):
        if not least:
            continue
        gaps = [(cut.left - cut.right) / row.size for cut in row.cuts]
        is_even = max(gaps) <= _EVEN * least and any(
            _is_as_wide(row, other) for other in rows[max(0, number - 1) : number + 2]
        )
        floor = _OUTSTANDING * max(least, LEAST_BLANK)
        lone = len(gaps) == 1 and not is_even
        row.tabs = frozenset(
            place
            for place, gap in enumerate(gaps)
            if gap >= _WIDE
            and (gap >= floor or (gap >= _VAST and not is_even) or (lone and gap >= _LONE))
            and not (place == 0 and ENUMERATOR.fullmatch(text, row.start, row.cuts[0].end))
        )
        row.is_stretched = not row.tabs and least > _STRETCHED * natural


def _narrowest(row: Row) -> float:
    """Narrowest gap between words, of the em; 0 without one."""
    gaps = [gap for cut in row.cuts if (gap := (cut.left - cut.right) / row.size) >= _CLOSE]
    return min(gaps, default=0.0)


def _is_as_wide(row: Row, other: Row) -> bool:
    """Do two lines begin and end at the same edges, as those of a justified paragraph?"""
    near = SLACK * row.size
    return row is not other and abs(row.left - other.left) <= near and abs(row.right - other.right) <= near
