"""Letters drawn as outlines: watermarks that office programs write as curves, which no text layer holds.

Large curves of a page are turned level by the direction in which they run, drawn alone and in black, and read as one
line; only the marks that stamps say are taken from them, so that a drawing or an emblem says nothing.
"""

from __future__ import annotations

import ctypes
import math
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

from pypdfium2 import raw

from gateway.read.pdf.pictures import PdfSheet
from gateway.read.scans.ocr import stamp_words

if TYPE_CHECKING:
    from gateway.read.scans.ocr import Recogniser

_OBJECTS = 3_000
"""Objects of a page looked at."""
_PATHS = 60
"""Outlines of one page: a letter, with its marks and its shadow, has some."""
_PIECES = 240
"""Paths drawn: the outlines, and dots and hats on them."""
_POINTS = 3_000
"""Of all outlines; a letter has thirty. Drawings have more, and are left alone."""
_FEWEST_POINTS = 30
_LEAST_SIDE = 24.0
"""Points: the letters of a watermark are a centimetre high and more."""
_LARGEST_SIDE = 2_000.0
_SPREAD = 1.8
"""A line of letters is at least so many times as long as high."""
_STEPS = range(-8, 9)
"""Degrees around the direction of the points that are tried."""
_LETTER_PIXELS = 64
_ROOM = 0.75
"""Of the height of a line of letters, above and below its middle: hats and dots are smaller than letters."""
_EDGE = 12.0
"""Points left blank around."""
_WIDER = 50.0
_MILLISECONDS = 400

_Point = tuple[float, float]


class _Line(NamedTuple):
    """Where a line of letters lies."""

    angle: float
    """Degrees in which it rises."""
    middle: _Point
    length: float
    height: float


def has_outlines(page: Any) -> bool:
    """Does a loaded page draw curves as large as the letters of a watermark?"""
    found = _outlines(page)
    return bool(found) and sum(map(_segments, found)) >= _FEWEST_POINTS


def read_outlines(pdf: Any, number: int, recogniser: Recogniser) -> str:
    """Read the mark that the curves of a page say; empty for none. The page is only good for this afterwards.

    It is laid upright and widened to where the curves stand, for a watermark often begins or ends beside the paper.
    """
    with closing(pdf[number]) as page:
        line = _line_of([point for one in _outlines(page) for point in _points(one)])
        if line is None:
            return ""
        reach = line.length / 2 + _EDGE
        (x, y), box = line.middle, raw.FS_RECTF()
        raw.FPDF_GetPageBoundingBox(page, box)
        left, bottom = min(box.left, x - reach), min(box.bottom, y - reach)
        right, top = max(box.right, x + reach), max(box.top, y + reach)
        page.set_rotation(0)
        page.set_mediabox(left, bottom, right, top)
        page.set_cropbox(left, bottom, right, top)
    with closing(pdf[number]) as page:
        outlines = _outlines(page)
        if not outlines or not _leave(page, line):
            return ""
        return _read(page, line, (x - left, top - y), recogniser)


def _read(page: Any, line: _Line, middle: _Point, recogniser: Recogniser) -> str:
    """Draw the line level, `middle` counted from the upper left corner, and read it."""
    x, y = middle[0] / 72, middle[1] / 72
    across, up = (line.length / 2 + _EDGE) / 72, (line.height * _ROOM + _EDGE) / 72
    dpi = max(20, min(300, round(_LETTER_PIXELS * 72 / line.height)))
    picture = PdfSheet(page).render_part((x - across, y - up, x + across, y + up), -line.angle, dpi)
    if picture is None:
        return ""
    reading = recogniser.recognise(
        picture.red, picture.width, picture.height, dpi=max(dpi, 70), is_line=True, milliseconds=_MILLISECONDS
    )
    return stamp_words(reading, 0) if reading is not None else ""


def _outlines(page: Any) -> list[Any]:
    """Give the large curves of a page; none of a page with more than a line of letters has."""
    found: list[Any] = []
    count = raw.FPDFPage_CountObjects(page)
    if count > _OBJECTS:
        return []
    sides = [ctypes.c_float() for _ in range(4)]
    for number in range(count):
        handle = raw.FPDFPage_GetObject(page, number)
        if raw.FPDFPageObj_GetType(handle) != raw.FPDF_PAGEOBJ_PATH or raw.FPDFPath_CountSegments(handle) <= 4:
            continue
        if not raw.FPDFPageObj_GetBounds(handle, *sides):
            continue
        left, bottom, right, top = (side.value for side in sides)
        if _LEAST_SIDE <= max(right - left, top - bottom) <= _LARGEST_SIDE:
            found.append(handle)
            if len(found) > _PATHS:
                return []
    return found


def _points(path: Any) -> list[_Point]:
    """Give the points of a path where the page shows them."""
    matrix, x, y = raw.FS_MATRIX(), ctypes.c_float(), ctypes.c_float()
    if not raw.FPDFPageObj_GetMatrix(path, matrix):
        return []
    a, b, c, d, e, f = (getattr(matrix, name) for name in "abcdef")
    segments = (raw.FPDFPath_GetPathSegment(path, number) for number in range(min(_segments(path), _POINTS)))
    return [
        (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        for segment in segments
        if raw.FPDFPathSegment_GetPoint(segment, x, y)
    ]


def _segments(path: Any) -> int:
    return int(raw.FPDFPath_CountSegments(path))


def _line_of(points: list[_Point]) -> _Line | None:
    """Find the direction in which points run: that of their spread, then the one in which they take least height."""
    if not _FEWEST_POINTS <= len(points) <= _POINTS:
        return None
    middle = sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    xx = sum((x - middle[0]) ** 2 for x, _ in points)
    yy = sum((y - middle[1]) ** 2 for _, y in points)
    xy = sum((x - middle[0]) * (y - middle[1]) for x, y in points)
    around = math.degrees(0.5 * math.atan2(2 * xy, xx - yy))
    lines = [_frame(points, around + step) for step in _STEPS]
    best = min(lines, key=lambda line: line.height)
    return best if best.height > 0 and best.length >= _SPREAD * best.height else None


def _frame(points: list[_Point], angle: float) -> _Line:
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    across = [x * cosine + y * sine for x, y in points]
    up = [y * cosine - x * sine for x, y in points]
    x, y = (min(across) + max(across)) / 2, (min(up) + max(up)) / 2
    return _Line(angle, (x * cosine - y * sine, x * sine + y * cosine), max(across) - min(across), max(up) - min(up))


def _leave(page: Any, line: _Line) -> bool:
    """Take all but the paths along the line off a page, and paint those black: letters, and the marks on them."""
    sides = [ctypes.c_float() for _ in range(4)]
    handles = [raw.FPDFPage_GetObject(page, number) for number in range(raw.FPDFPage_CountObjects(page))]
    count = 0
    for handle in handles:
        is_kept = raw.FPDFPageObj_GetType(handle) == raw.FPDF_PAGEOBJ_PATH
        if is_kept and raw.FPDFPageObj_GetBounds(handle, *sides):
            left, bottom, right, top = (side.value for side in sides)
            is_kept = math.dist(((left + right) / 2, (bottom + top) / 2), line.middle) <= line.length / 2
            is_kept = is_kept and raw.FPDFPath_CountSegments(handle) <= _POINTS
        count += is_kept
        if not is_kept or count > _PIECES:
            if not raw.FPDFPage_RemoveObject(page, handle):
                return False
            raw.FPDFPageObj_Destroy(handle)
        elif raw.FPDFPageObj_SetFillColor(handle, 0, 0, 0, 255):
            # Clips to the paper cut a letter that reaches beyond it: they are widened around the line.
            x, y = (one * (1 - _WIDER) for one in line.middle)
            raw.FPDFPageObj_TransformClipPath(handle, _WIDER, 0, 0, _WIDER, x, y)
    return True
