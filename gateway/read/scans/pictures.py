"""Pictures sent as files: what a scanned or photographed document shows, as of a scanned page of a PDF.

JPEG, PNG, TIFF, GIF, BMP and WebP, decoded by Pillow inside the sandbox once `picture_sizes` and the header say that
it stays within bounds. Only pictures of document size are looked at: smaller ones are logos, icons and portraits.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace
from PIL import Image, ImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from gateway.read.scans.look import Look
from gateway.read.scans.ocr import with_marks
from gateway.read.scans.picture_sheets import A4_INCHES, HELD, TONES, PictureSheet, plain, tone_of
from gateway.read.scans.picture_sizes import MAX_PIXELS, find_tiff_pages, has_many_scans, webp_size
from gateway.read.scans.small_stamps import read_sheet, read_small
from gateway.values.evidence import PictureFacts

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.read.notes import Notes
    from gateway.read.scans.ocr import Recogniser

KINDS = frozenset({"jpeg", "png", "tiff", "gif", "bmp", "webp"})
"""HEIC and AVIF need codecs we do not ship: they stay `unsupported`."""
LEAST_SIDES = 400, 560
"""Pixels across and along of the smallest document: A4 at 49 dpi. Of print of 12 to 14 points the recogniser reads
97 words of 100 at 50 dpi, 91 at 45 and 63 to 87 at 35; logos and portraits of 512 pixels a side stay below."""
_WIDEST = 3
"""Width to height from which a picture is a banner and no page."""
LEAST_OCTETS = 4_000
"""Of a broken file that may have been a document; a page of print takes 15,000 at least, an empty one 3,000."""
_MOST_OCTETS = 200_000_000
"""Memory that decoding one picture may take."""
_FLOOR_PIXELS = 4_000_000
"""Pixels charged for a small picture: looking costs as much as decoding so many."""
_SMALL_PIXELS = 500_000
"""Pixels charged for a picture that is only looked at for stamps."""
_WORKING = 2_480, 3_508
"""A4 at 300 dpi: larger pictures are reduced to this and less than twice of it."""
_ORIENTATION = 0x0112
_MAKE, _MODEL = 0x010F, 0x0110
"""Tags of Exif 2.32: how a camera was held, and which camera."""
_FROM_DPI, _LONGEST_INCHES = 100, 17.0
"""Resolutions below are what programs write when they know none (72, 96); with a longer page it is no scanner's."""

ImageFile.LOAD_TRUNCATED_IMAGES = True  # viewers show what is there of a file cut short
Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2  # Pillow itself refuses twice as many

_OPENERS: dict[str, Callable[[io.BytesIO], ImageFile.ImageFile]] = {
    "jpeg": JpegImageFile,
    "png": PngImageFile,
    "tiff": TiffImageFile,
    "gif": GifImageFile,
    "bmp": BmpImageFile,
    "webp": WebPImageFile,
}


class PictureReading(NamedTuple):
    """Facts and text of one picture."""

    facts: PictureFacts | None = None
    """None when its size cannot be told."""
    text: str = ""
    uninspectable: str = ""
    """`malformed`, `over_budget`, `no_ocr`, or empty."""


def is_document_size(width: int, height: int) -> bool:
    """May a picture of so many pixels be a page that somebody is to read?"""
    short, long = sorted((width, height))
    return short >= LEAST_SIDES[0] and long >= LEAST_SIDES[1] and width <= _WIDEST * height


def measure(octets: bytes, kind: str) -> tuple[int, int] | None:
    """Width and height in pixels as the header says; None when there is none.

    Raises:
        Whatever Pillow raises on a broken file.
    """
    if kind == "webp":
        return webp_size(octets)
    return _opened(octets, kind).size


def read_picture(octets: bytes, kind: str, notes: Notes, recogniser: Recogniser | None) -> PictureReading:
    """Look at one picture, or at the first two pages and the last of a fax or scan in TIFF.

    Args:
        octets: the file.
        kind: one of `KINDS`.
        notes: what is left of the pixels one message may have looked at.
        recogniser: reads letters; None where none is installed.

    Raises:
        Whatever Pillow raises on a broken file.
    """
    pages = find_tiff_pages(octets) if kind == "tiff" else 1
    if pages is None:
        return PictureReading(uninspectable="over_budget")
    size = measure(octets, kind)
    if size is None:
        return PictureReading(uninspectable="malformed")
    facts = PictureFacts(width=size[0], height=size[1], page_count=1)
    if kind != "tiff" and not is_document_size(*size):
        return PictureReading(facts)
    if _is_vast(octets, kind, size):
        return PictureReading(facts, uninspectable="over_budget")
    first, last = 0, pages - 1
    seen = _Pages(_opened(octets, kind), notes, recogniser)
    for number in sorted({*range(min(pages, notes.budget.pdf_pages_read - 1)), last}):
        if number != first:
            seen.image.seek(number)
        seen.look_at(number, wants_text=number == first or (number == last and notes.budget.ocr_pages > 1))
    return seen.reading(replace(facts, page_count=pages))


def read_stamps(octets: bytes, kind: str, notes: Notes, recogniser: Recogniser | None) -> list[str]:
    """Read the stamps of a picture that stands in a document or is no page, with what stands below each in its box.

    Nothing is decoded without a recogniser, nor when it would take more than a small picture may, or a page.

    Raises:
        Whatever Pillow raises on a broken file.
    """
    size = measure(octets, kind)
    if recogniser is None or size is None or _is_vast(octets, kind, size):
        return []
    if notes.picture_pixels <= 0 or notes.is_late():
        notes.unread_letters += 1
        return []
    pixels = size[0] * size[1]
    image = _opened(octets, kind)
    if pixels > (MAX_PIXELS if is_document_size(*size) else _FLOOR_PIXELS) or _cost(image) > _MOST_OCTETS:
        return []
    notes.picture_pixels -= max(_SMALL_PIXELS, pixels)
    whole = _upright(image)
    if not is_document_size(*whole.size):
        return read_small(whole, recogniser)
    told = _told_dpi(image)
    return read_sheet(PictureSheet(whole, max(size) / told if told else _assumed_length(*size)), recogniser)


class _Pages:
    """The pages of one file, as far as they are looked at."""

    def __init__(self, image: ImageFile.ImageFile, notes: Notes, recogniser: Recogniser | None) -> None:
        self.image, self._notes = image, notes
        self._look = Look(recogniser)
        self._pages = 0
        self._dpis: list[int] = []
        self._tones: list[str] = []
        self._wanted: set[int] = set()
        self._is_over_budget = False

    def look_at(self, number: int, *, wants_text: bool) -> None:
        """Look at the page the file stands at, unless it is no document or too much."""
        image, notes = self.image, self._notes
        if not is_document_size(*image.size):
            return
        self._pages += 1
        pixels = image.width * image.height
        if wants_text:
            self._wanted.add(number)
        if pixels > MAX_PIXELS or _cost(image) > _MOST_OCTETS:
            self._is_over_budget = True
            return
        if notes.picture_pixels <= 0:
            self._wanted.add(number)  # nobody looked
            return
        notes.picture_pixels -= max(_FLOOR_PIXELS, pixels)
        told, tone = _told_dpi(image), tone_of(image)
        length = max(image.size) / told if told else _assumed_length(*image.size)
        sheet = PictureSheet(_upright(image), length)
        self._dpis.append(told)
        self._tones.append(tone)
        self._look.at(number, sheet, is_coloured=tone == "colour", wants_text=wants_text)

    def reading(self, facts: PictureFacts) -> PictureReading:
        """Sum up."""
        look, is_read = self._look, self._wanted <= self._look.text.keys()
        found = replace(
            facts,
            image_pages=self._pages,
            scan_dpi=min(self._dpis, default=0),
            is_scan_colour="colour" in self._tones,
            scan_tone=min(self._tones, key=TONES.index, default=""),
            shows_colour=look.shows_colour,
            skew_degrees=look.skew,
            seal_score=look.seal.score,
            seal_page=look.seal_page,
            seal_place=look.seal.place,
            ink_score=look.ink,
            stamps=tuple(mark.partition("\n")[0] for _, mark in look.marks),
            ocr="" if not self._pages else "pages" if is_read else "marks" if look.has_read_marks else "",
        )
        text = with_marks(
            "\n".join(look.text[number] for number in sorted(look.text)), (mark for _, mark in look.marks)
        )
        reason = "over_budget" if self._is_over_budget else "" if is_read else "no_ocr"
        return PictureReading(found, text[: self._notes.budget.text_characters], reason)


def _opened(octets: bytes, kind: str) -> ImageFile.ImageFile:
    """Read the header; no pixel is decoded."""
    return _OPENERS[kind](io.BytesIO(octets))


def _is_vast(octets: bytes, kind: str, size: tuple[int, int]) -> bool:
    """Would even the decoder's preparations take too much, or a progressive JPEG its many passes?"""
    if kind == "webp":  # two canvases of four octets a pixel beside the picture
        return size[0] * size[1] * 12 > _MOST_OCTETS
    return kind == "jpeg" and has_many_scans(octets, size[0] * size[1])


def _cost(image: ImageFile.ImageFile) -> int:
    """Octets of memory that decoding takes, told from the header."""
    pixels = image.width * image.height
    if isinstance(image, JpegImageFile):
        # a progressive one keeps all its coefficients; a sequential one is reduced while it is decoded
        return pixels * (6 + 4) if image.info.get("progressive") else 4 * pixels // _reduction(*image.size) ** 2
    return pixels * (1 if image.mode in ("1", "L", "P") else 4)


def _reduction(width: int, height: int) -> int:
    """By how much a picture can be reduced and still have 300 dots an inch of A4: 1, 2, 4 or 8."""
    short, long = sorted((width, height))
    return next((by for by in (8, 4, 2) if short >= by * _WORKING[0] and long >= by * _WORKING[1]), 1)


def _upright(image: ImageFile.ImageFile) -> Image.Image:
    """Decode, reduce to what is needed, and turn as the camera was held."""
    held = image.getexif().get(_ORIENTATION)
    by = _reduction(*image.size)
    if isinstance(image, JpegImageFile):
        image.draft(None, (image.width // by, image.height // by))
    image.load()
    by = _reduction(*image.size)
    whole = image.reduce(by) if by > 1 else image
    way = HELD.get(held) if isinstance(held, int) else None
    return plain(whole.transpose(way) if way is not None else whole)


def _told_dpi(image: ImageFile.ImageFile) -> int:
    """Resolution a scanner wrote; 0 for a camera's picture, and for what programs write when they know none."""
    exif = image.getexif()
    told = image.info.get("dpi")
    if _MAKE in exif or _MODEL in exif or not isinstance(told, tuple):
        return 0
    try:
        dpi = round(min(told))
    except (TypeError, ValueError, OverflowError):
        return 0
    return dpi if dpi >= _FROM_DPI and max(image.size) <= _LONGEST_INCHES * dpi else 0


def _assumed_length(width: int, height: int) -> float:
    """Inches of the long side of a picture that shows a page of A4, all of it or as much as its shape allows."""
    short, long = sorted((width, height))
    return long / min(short / A4_INCHES[0], long / A4_INCHES[1])
