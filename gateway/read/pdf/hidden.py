"""Hidden text: letters a PDF page holds and does not show.

Told by how each text object is drawn, never by rendering: render mode, colour against what lies beneath, size, the
box of the page, clipping, what is drawn over it, layers that are off, opacity. Letters recognised from a scan stand
under or over its picture by custom and are no hidden text.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, NamedTuple

from pypdfium2 import raw

from gateway.read.pdf.objects import address, clip_of, drawn_on, is_box

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gateway.read.pdf.objects import Colour, Cover, Drawn, Place, Text

UNCHECKED = "unchecked"
"""More objects on a page than are looked at: whether some are hidden is not known."""
_SHADES = 14
"""Difference of two colours, of 255 in each channel, that no eye tells apart."""
_FAINT = 13
"""Opacity, of 255."""
_TINY = 1.0
"""Points; the smallest print that can be read has four."""
_INVISIBLE_MODES = (3, 7)
"""Neither filled nor stroked; added to the clipping path only (ISO 32000-1 table 106)."""
_STROKED = 1
_MAX_COVERS = 300
"""Areas of a page compared with its texts, the largest first."""
_PIECES = 300
"""Hidden text objects whose own text is taken."""
_PIECE_CHARACTERS = 1_000
_CHARACTERS = 40_000
"""Of one page, told apart by their text objects."""
_WHITE: Colour = (255, 255, 255)
_LAST_LETTER, _LAST = 0x10FFFF, "\U0010ffff"
"""What stands for numbers that are no letters."""
_MASK_SIDE = 3_000
"""Pixels of a picture drawn to see whether it is opaque."""
_OPAQUE, _OPAQUE_SHARE = 255, 0.98


class Hidden(NamedTuple):
    """What one page holds and does not show."""

    texts: list[Text]
    pieces: list[str]
    """Letters of each, as far as they are taken."""
    ways: frozenset[str]


NONE_HIDDEN = Hidden([], [], frozenset())


class Sight(NamedTuple):
    """What is known of a page before its objects are looked at."""

    is_scan: bool
    """Pictures cover it: letters under or over them are those of recognition."""
    is_clipped: bool
    """Its content clips; asking every text costs as much as all else together."""
    layers_off: frozenset[str]
    """Names of the optional content groups that are off when the document opens."""


def find_hidden(pdf: Any, page: Any, text_page: Any, sight: Sight) -> Hidden:
    """Find the text objects of a loaded page that it does not show."""
    drawn = drawn_on(page)
    box = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page, box)
    look = _Look(pdf, page, drawn, (box.left, box.bottom, box.right, box.top), sight)
    found = [(text, way) for text in drawn.texts if (way := look.way_of(text))]
    said = _said(text_page) if found else {}
    found = [(text, way) for text, way in found if any(map(str.isalnum, said.get(address(text.handle), "")))]
    is_checked = drawn.is_whole and (not said or text_page.count_chars() <= _CHARACTERS)
    ways = {way for _, way in found} | (set() if is_checked else {UNCHECKED})
    pieces = [said[address(text.handle)][:_PIECE_CHARACTERS] for text, _ in found[:_PIECES]]
    return Hidden([text for text, _ in found], pieces, frozenset(ways)) if ways else NONE_HIDDEN


def _said(text_page: Any) -> dict[int | None, str]:
    """Give the letters of every text object by its address; asking for one by one costs a look at all letters each."""
    found: dict[int | None, list[str]] = {}
    bare, object_of, letter_of = text_page.raw, raw.FPDFText_GetTextObject, raw.FPDFText_GetUnicode
    for place in range(min(text_page.count_chars(), _CHARACTERS)):
        here, letter = address(object_of(bare, place)), letter_of(bare, place)
        found.setdefault(here, []).append(chr(letter) if letter <= _LAST_LETTER else _LAST)
    return {here: "".join(letters) for here, letters in found.items()}


class _Look:
    """One look at the texts of one page."""

    def __init__(self, pdf: Any, page: Any, drawn: Drawn, box: Place, sight: Sight) -> None:
        self._pdf, self._page, self._box, self._sight = pdf, page, box, sight
        largest = sorted(drawn.covers, key=lambda cover: -_area(cover.place))[:_MAX_COVERS]
        self._covers = sorted(largest, key=lambda cover: -cover.order)
        self._opaque: dict[int, bool] = {}

    def way_of(self, text: Text) -> str:
        """Name the way a text is hidden; empty when it shows as far as can be told."""
        if text.mode in _INVISIBLE_MODES:
            return "" if self._sight.is_scan or self._is_on_picture(text) else "invisible"
        if text.opacity <= _FAINT:
            return "transparent"
        if _is_tiny(text):
            return "tiny"
        if self._sight.layers_off and any(name in self._sight.layers_off for name in _layers(text.handle)):
            return "layer_off"
        return self._way_by_place(text) or self._way_among_covers(text)

    def _way_by_place(self, text: Text) -> str:
        if _is_apart(text.place, self._box):
            return "outside_page"
        clip = clip_of(text) if self._sight.is_clipped else None
        return "clipped" if clip is not None and _is_apart(text.place, clip) else ""

    def _is_on_picture(self, text: Text) -> bool:
        """Do the letters stand on a picture, as those recognised from a scan that fills part of a page?"""
        return any(cover.is_picture and _holds_middle(cover.place, text.place) for cover in self._covers)

    def _way_among_covers(self, text: Text) -> str:
        """Compare with what is painted later and earlier; covers come the last drawn first."""
        for cover in self._covers:
            if cover.order > text.order:
                if cover.is_rectangle and _holds(cover.place, text.place) and self._is_opaque(cover):
                    return "" if self._sight.is_scan else "covered"
            elif _holds_middle(cover.place, text.place):
                return "background_colour" if _is_alike(text, cover.colour) else ""
        return "background_colour" if _is_alike(text, _WHITE) else ""

    def _is_opaque(self, cover: Cover) -> bool:
        """Does a cover hide what lies under it? Pictures may be stencils or have masks, and few paths are boxes."""
        known = self._opaque.get(cover.order)
        if known is None:
            is_solid = _is_solid(self._pdf, self._page, cover) if cover.is_picture else is_box(cover.handle)
            known = self._opaque[cover.order] = is_solid
        return known


def _is_solid(pdf: Any, page: Any, cover: Cover) -> bool:
    """Draw a picture through its masks and see whether it is opaque nearly everywhere; an unknown one is not."""
    if max(cover.place[2] - cover.place[0], cover.place[3] - cover.place[1]) > _MASK_SIDE:
        return False
    handle = raw.FPDFImageObj_GetRenderedBitmap(pdf, page, cover.handle)
    if not handle:
        return False
    try:
        if raw.FPDFBitmap_GetFormat(handle) not in (raw.FPDFBitmap_BGRA, raw.FPDFBitmap_BGRA_Premul):
            return True
        length = raw.FPDFBitmap_GetStride(handle) * raw.FPDFBitmap_GetHeight(handle)
        opacities = ctypes.string_at(raw.FPDFBitmap_GetBuffer(handle), length)[3::4]
    finally:
        raw.FPDFBitmap_Destroy(handle)
    return opacities.count(_OPAQUE) >= _OPAQUE_SHARE * len(opacities)


def _area(place: Place) -> float:
    return (place[2] - place[0]) * (place[3] - place[1])


def _is_apart(place: Place, box: Place) -> bool:
    return place[2] <= box[0] or place[0] >= box[2] or place[3] <= box[1] or place[1] >= box[3]


def _holds(outer: Place, inner: Place) -> bool:
    return (
        outer[0] <= inner[0] + 1 and outer[1] <= inner[1] + 1 and outer[2] >= inner[2] - 1 and outer[3] >= inner[3] - 1
    )


def _holds_middle(outer: Place, inner: Place) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _is_alike(text: Text, beneath: Colour | None) -> bool:
    """Can no eye tell the letters from what lies beneath? Outlined letters have another colour as well."""
    if text.colour is None or beneath is None or text.mode % 4 != 0:
        return False
    (red, green, blue), (under_red, under_green, under_blue) = text.colour, beneath
    # written out: a dense page has thousands of texts
    is_near = abs(red - under_red) <= _SHADES and abs(green - under_green) <= _SHADES
    return is_near and abs(blue - under_blue) <= _SHADES


def _is_tiny(text: Text) -> bool:
    """Are the letters too small to be seen? A dash is flat in any size, so the size of the font is asked too."""
    left, bottom, right, top = text.place
    if min(right - left, top - bottom) >= _TINY:
        return False
    size, matrix = ctypes.c_float(), raw.FS_MATRIX()
    if not raw.FPDFTextObj_GetFontSize(text.handle, size) or not raw.FPDFPageObj_GetMatrix(text.handle, matrix):
        return False
    a, b, c, d = text.matrix[:4]
    wide = (matrix.a * a + matrix.b * c) ** 2 + (matrix.a * b + matrix.b * d) ** 2
    high = (matrix.c * a + matrix.d * c) ** 2 + (matrix.c * b + matrix.d * d) ** 2
    return bool(abs(size.value) * min(wide, high) ** 0.5 < _TINY)


def _layers(handle: Any) -> Iterator[str]:
    """Names of the optional content groups an object belongs to (ISO 32000-1 section 8.11.3.2)."""
    for number in range(max(raw.FPDFPageObj_CountMarks(handle), 0)):
        mark = raw.FPDFPageObj_GetMark(handle, number)
        name = mark_value(mark, b"Name")
        if name:
            yield name


def mark_value(mark: Any, key: bytes) -> str:
    """Text value of a marked content property; empty when there is none."""
    length = ctypes.c_ulong()
    buffer = (ctypes.c_ushort * _PIECE_CHARACTERS)()
    size = ctypes.sizeof(buffer)
    if not raw.FPDFPageObjMark_GetParamStringValue(mark, key, buffer, size, length) or length.value > size:
        return ""
    return bytes(buffer)[: max(length.value - 2, 0)].decode("utf-16-le", "replace")


def take_off(page: Any, hidden: Iterable[Text]) -> None:
    """Take hidden text objects off a loaded page, so that what is left can be read; their handles are then void."""
    for text in hidden:
        is_off = (
            raw.FPDFPage_RemoveObject(page, text.handle)
            if text.form is None
            else raw.FPDFFormObj_RemoveObject(text.form, text.handle)
        )
        if is_off:
            raw.FPDFPageObj_Destroy(text.handle)
