"""Objects of a loaded PDF page in the order they are drawn: texts, and what may lie under or over them.

Places are rectangles in points of the page's own coordinates: left, bottom, right, top. PDFium is asked directly, for
a page of print has some hundred objects and every call counts.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from pypdfium2 import raw

if TYPE_CHECKING:
    from collections.abc import Iterator

Place = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]
Colour = tuple[int, int, int]

MAX_OBJECTS = 5_000
"""Objects of one page looked at; a page of print has some hundred, a dense table two thousand."""
_FORM_DEPTH = 4
_PATH_SEGMENTS = 12
"""A rectangle has five; what has more is no rectangle, and only its frame is known."""
_CLIP_PATHS = 8
_SMALLEST_COVER = 3.0
"""Points: what is thinner is a line or a border and hides nothing."""
_UPRIGHT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_OPAQUE = 255


class Text(NamedTuple):
    """One text object."""

    handle: Any
    form: Any
    """The form it stands in; None on the page itself."""
    order: int
    """Place in the order of drawing."""
    place: Place
    mode: int
    """Text rendering mode (ISO 32000-1 table 106)."""
    colour: Colour | None
    """None when it is filled with a pattern."""
    opacity: int
    """0 to 255."""
    matrix: Matrix
    """From its form to the page."""


class Cover(NamedTuple):
    """An area that is painted: a filled path, a picture or a shading."""

    handle: Any
    order: int
    place: Place
    colour: Colour | None
    """None for pictures, shadings and patterns."""
    is_rectangle: bool
    """Painted all over its place, and opaque as far as its own colour goes."""
    is_picture: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a page draws."""

    texts: list[Text]
    covers: list[Cover]
    is_whole: bool
    """False when there are more objects than are looked at."""


class _Hand:
    """Numbers that PDFium fills in, made once."""

    def __init__(self) -> None:
        self.sides = [ctypes.c_float() for _ in range(4)]
        self.colours = [ctypes.c_uint() for _ in range(4)]
        self.modes = (ctypes.c_int(), ctypes.c_int())
        self.matrix = raw.FS_MATRIX()

    def place(self, handle: Any, matrix: Matrix) -> Place | None:
        left, bottom, right, top = self.sides
        if not raw.FPDFPageObj_GetBounds(handle, left, bottom, right, top):
            return None
        place = (left.value, bottom.value, right.value, top.value)
        return place if matrix is _UPRIGHT else moved(place, matrix)

    def colour(self, handle: Any) -> tuple[Colour | None, int]:
        red, green, blue, opacity = self.colours
        if not raw.FPDFPageObj_GetFillColor(handle, red, green, blue, opacity):
            return None, _OPAQUE
        return (red.value, green.value, blue.value), opacity.value


def drawn_on(page: Any) -> Drawn:
    """Walk a loaded page, forms included."""
    hand = _Hand()
    texts: list[Text] = []
    covers: list[Cover] = []
    order = 0
    for order, (handle, kind, form, matrix) in enumerate(_walk(page, hand)):
        if order == MAX_OBJECTS:
            break
        place = hand.place(handle, matrix)
        if place is None:
            continue
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            mode = raw.FPDFTextObj_GetTextRenderMode(handle)
            texts.append(Text(handle, form, order, place, mode, *hand.colour(handle), matrix))
        elif place[2] - place[0] >= _SMALLEST_COVER and place[3] - place[1] >= _SMALLEST_COVER:
            cover = _cover(handle, kind, order, place, hand)
            covers += [cover] if cover is not None else []
    return Drawn(texts, covers, is_whole=order < MAX_OBJECTS)


def _cover(handle: Any, kind: int, order: int, place: Place, hand: _Hand) -> Cover | None:
    if kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING):
        is_picture = kind == raw.FPDF_PAGEOBJ_IMAGE
        return Cover(handle, order, place, None, is_rectangle=is_picture, is_picture=is_picture)
    fill, stroke = hand.modes
    if kind != raw.FPDF_PAGEOBJ_PATH or not raw.FPDFPath_GetDrawMode(handle, fill, stroke) or not fill.value:
        return None
    colour, opacity = hand.colour(handle)
    if opacity < _OPAQUE:
        return None
    is_rectangle = raw.FPDFPath_CountSegments(handle) <= _PATH_SEGMENTS and not raw.FPDFPageObj_HasTransparency(handle)
    return Cover(handle, order, place, colour, is_rectangle=is_rectangle)


def address(handle: Any) -> int | None:
    """Where an object stands in memory: what tells whether two handles are of one object; None for none."""
    return ctypes.addressof(handle.contents) if handle else None


def is_box(path: Any) -> bool:
    """Is a path one rectangle along the axes? All its points stand in the corners of its frame, and none is a curve."""
    across, upward = set(), set()
    x, y = ctypes.c_float(), ctypes.c_float()
    for number in range(raw.FPDFPath_CountSegments(path)):
        segment = raw.FPDFPath_GetPathSegment(path, number)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_BEZIERTO:
            return False
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        across.add(round(x.value, 2))
        upward.add(round(y.value, 2))
    return len(across) == len(upward) == 2


def text_places(page: Any) -> Iterator[Place]:
    """Give the places of all texts of a loaded page, as they are drawn."""
    hand = _Hand()
    for handle, kind, _, matrix in _walk(page, hand):
        if kind == raw.FPDF_PAGEOBJ_TEXT and (place := hand.place(handle, matrix)) is not None:
            yield place


def _walk(page: Any, hand: _Hand) -> Iterator[tuple[Any, int, Any, Matrix]]:
    """Yield every object, its kind, the form it stands in, and the matrix of that form."""
    bare, take, kind_of = page.raw, raw.FPDFPage_GetObject, raw.FPDFPageObj_GetType
    for number in range(raw.FPDFPage_CountObjects(page)):
        handle = take(bare, number)
        kind = kind_of(handle)
        if kind == raw.FPDF_PAGEOBJ_FORM:
            yield from _walk_form(handle, _UPRIGHT, hand, _FORM_DEPTH)
        else:
            yield handle, kind, None, _UPRIGHT


def _walk_form(form: Any, around: Matrix, hand: _Hand, depth: int) -> Iterator[tuple[Any, int, Any, Matrix]]:
    if not depth or not raw.FPDFPageObj_GetMatrix(form, hand.matrix):
        return
    own = hand.matrix
    matrix = joined((own.a, own.b, own.c, own.d, own.e, own.f), around)
    for number in range(max(raw.FPDFFormObj_CountObjects(form), 0)):
        handle = raw.FPDFFormObj_GetObject(form, number)
        kind = raw.FPDFPageObj_GetType(handle)
        if kind == raw.FPDF_PAGEOBJ_FORM:
            yield from _walk_form(handle, matrix, hand, depth - 1)
        else:
            yield handle, kind, form, matrix


def joined(inner: Matrix, outer: Matrix) -> Matrix:
    """Apply one matrix after the other (ISO 32000-1 section 8.3.4)."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def moved(place: Place, matrix: Matrix) -> Place:
    """Give the frame around a place seen through a matrix."""
    left, bottom, right, top = place
    a, b, c, d, e, f = matrix
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (left, right) for y in (bottom, top)]
    across, upward = [x for x, _ in corners], [y for _, y in corners]
    return (min(across), min(upward), max(across), max(upward))


def clip_of(text: Text) -> Place | None:
    """Give the frame of what clips a text; None when nothing does, or when it cannot be told."""
    clip = raw.FPDFPageObj_GetClipPath(text.handle)
    count = raw.FPDFClipPath_CountPaths(clip) if clip else 0
    frames = [frame for number in range(min(count, _CLIP_PATHS)) if (frame := _frame(clip, number)) is not None]
    if not frames:
        return None
    lefts, bottoms, rights, tops = zip(*frames, strict=True)
    return moved((max(lefts), max(bottoms), min(rights), min(tops)), text.matrix)


def _frame(clip: Any, number: int) -> Place | None:
    """Frame of one clipping path; None when it is long, for its points cost a call each."""
    count = raw.FPDFClipPath_CountPathSegments(clip, number)
    if not 0 < count <= _PATH_SEGMENTS:
        return None
    x, y = ctypes.c_float(), ctypes.c_float()
    across, upward = [], []
    for segment in range(count):
        if raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(clip, number, segment), x, y):
            across.append(x.value)
            upward.append(y.value)
    return (min(across), min(upward), max(across), max(upward)) if across else None
