"""Stamps in pictures that are no pages: a picture of nothing but a stamp, and strips of a page with one on them.

How large such a picture is meant to be seen is not known. One stamp is laid out as high as stamps are; a strip is taken
for as wide as A4, when it has pixels enough for letters. Other small pictures are logos and icons, and say nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from gateway.read.scans.look import read_marks
from gateway.read.scans.marks import read_mark
from gateway.read.scans.ocr import PAGE_DPI, STAMP_DPI
from gateway.read.scans.picture_sheets import A4_INCHES, PictureSheet
from gateway.read.scans.seals import SCAN_DPI

if TYPE_CHECKING:
    from gateway.read.scans.ocr import Recogniser

_LEAST_SIDES = 48, 18
"""Pixels across and along from which letters can be told."""
_STAMP_INCHES = 0.36
"""Height a picture of one stamp is drawn in: 9 mm."""
_FLATTEST, _LONGEST = 1.25, 9.0
_STRIP = 600
"""Pixels across from which a picture may be a strip of a page: 73 dpi."""
_EDGE = 0.2
"""Paper laid around what is inked, of its height: what is paper is told from it."""
_PALE = 24


def read_small(image: Image.Image, recogniser: Recogniser) -> list[str]:
    """Read the stamps of a decoded picture, grey or RGB, that is too small to be a page."""
    if image.width < _LEAST_SIDES[0] or image.height < _LEAST_SIDES[1]:
        return []
    found = _whole(image, recogniser)
    if found or image.width < _STRIP:
        return found
    return read_sheet(PictureSheet(image, A4_INCHES[0] * max(image.size) / image.width), recogniser)


def read_sheet(sheet: PictureSheet, recogniser: Recogniser) -> list[str]:
    """Read the stamps of a picture whose size is known."""
    fine = sheet.render(PAGE_DPI)
    return read_marks(sheet, fine.reduced(SCAN_DPI), fine, recogniser) if fine is not None else []


def _whole(image: Image.Image, recogniser: Recogniser) -> list[str]:
    """Read a picture as one stamp and nothing else."""
    box = _inked(image)
    if box is None:
        return []
    wide, high = box[2] - box[0], box[3] - box[1]
    if high < _LEAST_SIDES[1] / 2 or not _FLATTEST * high <= wide <= _LONGEST * high:
        return []
    edge = round(_EDGE * high) + 1
    framed = Image.new(image.mode, (wide + 2 * edge, high + 2 * edge), "white")
    framed.paste(image.crop(box), (edge, edge))
    inches = _STAMP_INCHES * max(framed.size) / high
    sheet = PictureSheet(framed, inches)
    size = (0.0, 0.0, framed.width * inches / max(framed.size), framed.height * inches / max(framed.size))
    part, fine = sheet.render_part(size, 0.0, STAMP_DPI), sheet.render(PAGE_DPI)
    if part is None or fine is None:
        return []
    is_red = fine.red_mask.count(1) > 0
    word = read_mark(part, recogniser, is_red=is_red)
    return [word] if word else []


def _inked(image: Image.Image) -> tuple[int, int, int, int] | None:
    """Bounds of what differs from the paper, which is the tone of most of the edge; None where nothing does."""
    corners = [image.getpixel(at) for at in ((0, 0), (image.width - 1, 0), (0, image.height - 1))]
    corner = max(corners, key=corners.count)
    paper = Image.new(image.mode, image.size, corner)
    apart = ImageChops.difference(image, paper).convert("L").point(lambda value: 255 if value > _PALE else 0)
    return apart.getbbox()
