"""Paragraphs of a loaded PDF page, each on one line, as whoever wrote it wrote it.

A line of print goes on in the next when it fills the measure of its column, so that the first word of the next had no
room in it, and the next begins where a paragraph goes on. What speaks for a measure is several lines that reach it: in
narrow cells and boxes, where the widest line is the measure by itself, only a small letter goes on.
"""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from gateway.read.pdf.lines import BLANK, ENUMERATOR, HYPHEN, LEAST_BLANK, LINE, MAX_LINES, SLACK, find_rows

if TYPE_CHECKING:
    from gateway.read.pdf.lines import Row, Segments

# All shares are of the size of the letters (the em).
_EDGE = 0.4
"""Two lines that begin nearer than this begin at the same edge."""
_INDENT = 7.0
"""Widest indent of a first line: 1.27 cm is 2.8 of 13 points; drafts go to 3 cm."""
_HANGING = 4.5
_LEADING = (0.6, 2.3)
"""Least and greatest distance of two lines of one paragraph; double spacing is 2.3."""
_PARAGRAPH_GAP = 1.25
"""Times the usual distance of lines."""
_ALIKE = 0.15
"""Share by which sizes of one paragraph differ at most."""
_SAID_TWICE = 2.0
_MEASURE = 20.0
"""A column narrower than this is a cell or a box, whose widest line fills it by itself."""
_LEAST_WORD = 0.8
_BULLET = re.compile(rf"(?:{ENUMERATOR.pattern}|Điều \d{{1,3}}[.:])(?=\s|$)")
_STOPS = ".;:!?"
_PARTED = re.compile(rf"(?:\w[-/]|{HYPHEN})$")
"""A notation broken behind one of its signs (`15/QĐ-`)."""


def arrange(text_page: Any, text: str, most: int = MAX_LINES) -> tuple[Segments, list[Row]]:
    """Put the text of a loaded page into paragraphs and cells.

    Args:
        text_page: as loaded by PDFium.
        text: its characters, one each, breaks of lines as CR LF.
        most: rows of print looked at; the lines behind them stay as they are.

    Returns:
        What to write, in order; the rows of print, in the order drawn.
    """
    rows, rest = find_rows(text_page, text, most)
    segments = _written(rows, text)
    tail = text[rest:].strip("\r\n")
    if tail:
        start = text.index(tail, rest)
        segments = [*segments[:-1], (*segments[-1][:2], LINE)] if segments else []
        segments.append((start, start + len(tail), ""))
    return segments, rows


class _Measures:
    """How far the columns of a page reach: the right ends of what begins at the same edge."""

    def __init__(self, rows: list[Row]) -> None:
        self._step = max(min((row.size for row in rows), default=1.0) * _EDGE, 0.1)
        self._ends: dict[int, list[float]] = {}
        for row in rows:
            lefts = [row.left, *(row.cuts[place].left for place in sorted(row.tabs))]
            rights = [*(row.cuts[place].right for place in sorted(row.tabs)), row.right]
            for left, right in zip(lefts, rights, strict=True):
                self._ends.setdefault(self._key(left), []).append(right)
        self.leading = _usual_leading(rows)
        self._most = {key: (max(ends), ends) for key, ends in self._ends.items()}

    def _key(self, left: float) -> int:
        return round(left / self._step) if math.isfinite(left) else 0

    def of(self, left: float, row: Row) -> tuple[float, int]:
        """Give the measure of a column that begins at `left`, and how many lines reach it."""
        key = self._key(left)
        known = [self._most[near] for near in (key - 1, key, key + 1) if near in self._most]
        most = max([row.right, *(end for end, _ in known)])
        near = most - _SAID_TWICE * row.size
        is_own = abs(row.left - left) < self._step
        return most, sum(end >= near for _, ends in known for end in ends) + (row.right >= near and not is_own)

    def is_edge(self, left: float) -> bool:
        """Do several lines begin here?"""
        key = self._key(left)
        return sum(len(self._ends.get(near, ())) for near in (key - 1, key, key + 1)) > 1


def _written(rows: list[Row], text: str) -> Segments:
    """Write the rows, each joined with the next where one goes on in the other."""
    measures = _Measures(rows)
    found: Segments = []
    for row, below in zip(rows, [*rows[1:], None], strict=True):
        mark = ""
        if below is not None:
            below.goes_on = row.is_hyphenated or _continues(row, below, text, measures)
            mark = LINE if not below.goes_on else "" if _PARTED.search(text, row.start, row.end) else BLANK
        found += row.segments(text, mark)
    return found


def _usual_leading(rows: list[Row]) -> float:
    """Give the median distance of two lines, of the em."""
    every = (_step(row, below) for row, below in pairwise(rows))
    steps = sorted(step for step in every if _LEADING[0] < step < _LEADING[1])
    return steps[len(steps) // 2] if steps else _LEADING[1]


def _step(row: Row, below: Row) -> float:
    return (below.base - row.base) / row.size if row.angle == below.angle else 0.0


def _continues(row: Row, below: Row, text: str, measures: _Measures) -> bool:
    """Is a row continued by the one below it: does it fill the measure, at the usual distance, from the same edge?"""
    step = _step(row, below)
    if not _LEADING[0] < step < _LEADING[1] or below.tabs or not _is_alike(row, below) or row.angle % 90:
        return False
    if not _begins_below(row, below, text) or _BULLET.match(text, below.start, below.end):
        return False
    measure, count = measures.of(below.left, row)
    first = below.cuts[0].right if below.cuts and not below.is_sorted else below.left + _LEAST_WORD * row.size
    if row.right + LEAST_BLANK * row.size + (first - below.left) < measure - SLACK * row.size:
        return False
    if text[below.start].islower() or text[below.start] in ",)":
        return True
    if count < 2 or (row.left - below.left > _EDGE * row.size and not measures.is_edge(below.left)):
        return False  # one above the other by chance, as the lines of a heading
    is_new = step > _PARAGRAPH_GAP * measures.leading or text[row.end - 1] in _STOPS
    return row.is_stretched or (measure - below.left >= _MEASURE * row.size and not is_new)


def _is_alike(row: Row, below: Row) -> bool:
    return abs(row.size - below.size) <= _ALIKE * row.size


def _begins_below(row: Row, below: Row, text: str) -> bool:
    """Does the lower row begin where a paragraph of the upper one goes on: its edge, or left of an indent?"""
    inward = below.left - row.last_left
    edge = _EDGE * row.size
    if row.tabs:
        return abs(inward) <= edge
    if inward > edge:
        return inward <= _HANGING * row.size and _BULLET.match(text, row.start, row.end) is not None
    return inward >= -_INDENT * row.size
