"""Pictures of PDF pages with PDFium: which page is a scan, and renderings of it, whole or in part.

PDFium decodes an image to draw it and to tell its colour, without a limit of its own: what it may decode is
asked of the image's size first, which it tells without decoding.
"""

from __future__ import annotations

import math
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import pypdfium2
from pypdfium2 import raw

from gateway.read.scans.colour import Page, grey_page_of, page_of
from gateway.read.scans.picture_sizes import JPX_COST, MAX_PIXELS

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAGE_OBJECTS = 20_000
"""Page objects looked at for images; a dense map has more, a scan fewer than ten."""
_IMAGES = 500
"""Images of one page; strip scans have up to some hundred."""
_FORM_DEPTH = 3
_COVERED = 0.85
"""Share of the page its images must cover to be a page image."""
_LARGEST_SIDE_POINTS = 2_400
"""A0 is 2,384 points wide: a larger page is not rendered, at 60 dpi it would be 12 MB and more of pixels."""
_LARGEST_BOX = 6_000_000
"""Pixels drawn at once; a stamp of 90 x 30 mm at 300 dpi has 0.4 million, A4 at 150 dpi 2.2, A0 at 60 dpi 5.6."""
_GREY = (raw.FPDF_COLORSPACE_DEVICEGRAY, raw.FPDF_COLORSPACE_CALGRAY)
_GREY_BITS = 8
_WHITE = (255, 255, 255, 255)


@dataclass(frozen=True, slots=True)
class PageImage:
    """The picture a scanned page is: one image, or strips and layers together."""

    dpi: int
    is_too_large: bool
    """Decoding it would exceed `MAX_PIXELS`: nothing is rendered."""
    tone: str = ""
    """`colour`, `grey` or `bitonal` by the format of its images; empty when not asked."""


def find_page_image(page: Any, *, asks_tone: bool) -> PageImage | None:
    """Find images that cover at least 85 % of a page; telling their tone decodes them."""
    if not may_hold_pictures(page):
        return None
    # as images are placed: before the page is turned by its /Rotate
    start, low, end, high_edge = page.get_bbox()
    width, height = end - start, high_edge - low
    if width <= 0 or height <= 0:
        return None
    placed: list[Any] = []
    covered, pixels, dpi = 0.0, 0, 0
    for image in _images(page):
        left, bottom, right, top = image.get_bounds()
        wide = max(0.0, min(right, end) - max(left, start))
        high = max(0.0, min(top, high_edge) - max(bottom, low))
        if wide * high:
            columns, rows = image.get_px_size()
            covered += wide * high
            pixels += _pixels(image)
            # The best layer counts: mixed raster scans have a coarse background under a fine mask.
            dpi = max(dpi, _resolution(columns, rows, right - left, top - bottom))
            placed.append(image)
    if covered < _COVERED * width * height:
        return None
    is_too_large = pixels > MAX_PIXELS or len(placed) == _IMAGES
    return PageImage(dpi, is_too_large, _tone(placed) if asks_tone and not is_too_large else "")


def placed_pictures(page: Any) -> list[tuple[float, float, float, float]]:
    """Where the pictures of a page show: left, top, right, bottom in inches of the page as it stands, from the top.

    Empty when decoding them would take too much. Nothing is decoded.
    """
    if not may_hold_pictures(page):
        return []
    images = list(_images(page))
    if len(images) == _IMAGES or sum(map(_pixels, images)) > MAX_PIXELS:
        return []
    start, low, end, high = page.get_bbox()
    quarters = page.get_rotation() // 90 % 4
    found = []
    for image in images:
        left, bottom, right, top = image.get_bounds()
        inside = max(left, start) - start, high - min(top, high), min(right, end) - start, high - max(bottom, low)
        found.append(_turned(inside, quarters, end - start, high - low))
    return sorted(found, key=lambda one: (one[1], one[0]))


def _turned(
    box: tuple[float, float, float, float], quarters: int, wide: float, high: float
) -> tuple[float, float, float, float]:
    """Turn a box by quarters clockwise with its page; from points to inches."""
    for _ in range(quarters):
        left, top, right, bottom = box
        box = high - bottom, left, high - top, right
        wide, high = high, wide
    left, top, right, bottom = (edge / 72 for edge in box)
    return left, top, right, bottom


def _pixels(image: Any) -> int:
    """Pixels of a picture, as many as decoding it costs."""
    columns, rows = image.get_px_size()
    return int(columns * rows * (JPX_COST if "JPXDecode" in image.get_filters() else 1))


def may_hold_pictures(page: Any) -> bool:
    """Tell whether pictures or forms stand on a page; most pages are print and have neither."""
    wanted = (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM)
    bare, take, kind_of = page.raw, raw.FPDFPage_GetObject, raw.FPDFPageObj_GetType
    count = min(raw.FPDFPage_CountObjects(page), _PAGE_OBJECTS)
    return any(kind_of(take(bare, number)) in wanted for number in range(count))


def _resolution(columns: int, rows: int, wide: float, high: float) -> int:
    """Least of both directions; the picture may be placed upright or turned by a right angle."""
    upright = min(columns * 72 / wide, rows * 72 / high)
    turned = min(columns * 72 / high, rows * 72 / wide)
    return round(max(upright, turned))


def _tone(images: list[Any]) -> str:
    """Best of the layers. Indexed pictures count as colour when they are not black and white."""
    tone = "bitonal"
    for image in images:
        about = image.get_metadata()
        if about.bits_per_pixel >= 24 and about.colorspace not in _GREY:
            return "colour"
        if about.bits_per_pixel > 1 and about.colorspace == raw.FPDF_COLORSPACE_INDEXED:
            return "colour"
        tone = "grey" if about.bits_per_pixel > 1 else tone
    return tone


def _images(page: Any) -> Iterator[Any]:
    objects = islice(page.get_objects(max_depth=_FORM_DEPTH), _PAGE_OBJECTS)
    return islice((one for one in objects if one.type == raw.FPDF_PAGEOBJ_IMAGE), _IMAGES)


def leave_pictures(page: Any) -> bool:
    """Take everything but pictures off a loaded page; False when it is too large or too full to be rendered.

    Drawings, patterns and shadings have no part in a scan, and can be made to take for ever.
    """
    if max(page.get_size()) > _LARGEST_SIDE_POINTS:
        return False
    objects = list(islice(page.get_objects(max_depth=1), _PAGE_OBJECTS + 1))
    if len(objects) > _PAGE_OBJECTS:
        return False
    kept = {id(one) for one in objects if one.type == raw.FPDF_PAGEOBJ_IMAGE}
    kept |= {id(one) for one in objects if one.type == raw.FPDF_PAGEOBJ_FORM and _holds_pictures(page, one)}
    for one in objects:
        if id(one) not in kept:
            page.remove_obj(one)
            one.close()
    return True


def _holds_pictures(page: Any, form: Any) -> bool:
    """Does a form hold pictures, and nothing else that shows? Letters beside them are those of a text layer."""
    inner = list(islice(page.get_objects(form=form, max_depth=_FORM_DEPTH), _IMAGES + 1))
    shown = {raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_FORM}
    return len(inner) <= _IMAGES and {one.type for one in inner} <= shown


class PdfSheet:
    """A loaded page to be looked at (`scans.look.Sheet`)."""

    def __init__(self, page: Any) -> None:
        self._page = page

    def turn(self, quarters: int) -> None:
        """Turn the page clockwise, in memory."""
        self._page.set_rotation((self._page.get_rotation() + 90 * quarters) % 360)

    def render(self, dpi: int) -> Page | None:
        """Draw the whole page."""
        width, height = self._page.get_size()
        return self.render_part((0.0, 0.0, width / 72, height / 72), 0.0, dpi)

    def render_part(self, box: tuple[float, float, float, float], degrees: float, dpi: int) -> Page | None:
        """Draw a part of the page upright; None when it would be too large."""
        left, top, right, bottom = box
        width, height = round((right - left) * dpi), round((bottom - top) * dpi)
        if width < 1 or height < 1 or width * height > _LARGEST_BOX:
            return None
        scale, turn = dpi / 72, math.radians(-degrees)
        cosine, sine = scale * math.cos(turn), scale * math.sin(turn)
        x, y = (left + right) * 36, (top + bottom) * 36
        across, down = width / 2 - (cosine * x - sine * y), height / 2 - (sine * x + cosine * y)
        is_grey = self._is_grey
        pixels, stride = _drawn(self._page, width, height, (cosine, sine, -sine, cosine, across, down), is_grey=is_grey)
        return (grey_page_of if is_grey else page_of)(pixels, width, height, stride, dpi)

    @cached_property
    def _is_grey(self) -> bool:
        """Are all its pictures of grey pixels? Drawn in grey they take half the time."""
        return all(_is_of_greys(one) for one in self._page.get_objects(max_depth=1))


def _is_of_greys(thing: Any) -> bool:
    """Is a page object a picture of shades of grey, painted as it is? Stencils take the colour they are painted in."""
    if thing.type != raw.FPDF_PAGEOBJ_IMAGE or raw.FPDFPageObj_HasTransparency(thing):
        return False
    about = thing.get_metadata()
    return bool(about.colorspace == raw.FPDF_COLORSPACE_DEVICEGRAY and about.bits_per_pixel == _GREY_BITS)


def _drawn(
    page: Any, width: int, height: int, matrix: tuple[float, float, float, float, float, float], *, is_grey: bool
) -> tuple[bytes, int]:
    """Draw a page through a matrix from points (from the upper left corner) to pixels: octets and their stride."""
    tones = raw.FPDFBitmap_Gray if is_grey else raw.FPDFBitmap_BGR
    with closing(pypdfium2.PdfBitmap.new_native(width, height, tones)) as bitmap:
        bitmap.fill_rect(_WHITE, 0, 0, width, height)
        clip = raw.FS_RECTF(0.0, 0.0, float(width), float(height))
        raw.FPDF_RenderPageBitmapWithMatrix(bitmap, page, raw.FS_MATRIX(*matrix), clip, 0)
        return bytes(bitmap.buffer), bitmap.stride
