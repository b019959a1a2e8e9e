"""Pages of a PDF with PDFium: text, page images, and the pictures the seal is looked for on.

PDFium is not thread-safe and inflates without a limit of its own: this runs in a reader worker only.
Every handle is closed here, for a worker lives through thousands of files.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import pypdfium2
from pypdfium2 import raw

from gateway.read.pdf_scan import SCAN_DPI, seal_score

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.budget import Budget

_PAGE_OBJECTS = 20_000
"""Page objects looked at for images; a dense map has more, a scan fewer than ten."""
_IMAGES = 500
"""Images of one page; strip scans have up to some hundred."""
_ANNOTATIONS = 500
"""Annotations looked at before the page is flattened anyway."""
_FORM_DEPTH = 3
_INVENTORY_PAGES = 50
"""Pages inventoried once the first proves to be a scan."""
_COVERED = 0.85
"""Share of the page its images must cover to be a page image."""
_TOP_LINES = 15
"""Lines at the top of a page where a mark of its own stands: organisation, motto, number, date, mark."""
_PROPERTIES = ("Title", "Subject", "Keywords")
_PROPERTY_CHARACTERS = 1_000
_LARGEST_SIDE_POINTS = 2_400
"""A0 is 2,384 points wide: a larger page is not rendered, at 36 dpi it would be 4 MB and more of pixels."""


@dataclass(frozen=True, slots=True)
class Pages:
    """What the pages show."""

    text: str = ""
    tops: tuple[str, ...] = ()
    """First lines of each page read but the first."""
    properties: tuple[str, ...] = ()
    """Title, subject and keywords of the document information, where they are not empty."""
    has_text: bool = False
    image_pages: int = 0
    scan_dpi: int = 0
    is_scan_colour: bool = False
    seal_score: float = 0.0
    seal_page: int = 0


@dataclass(frozen=True, slots=True)
class _PageImage:
    dpi: int
    is_colour: bool


def read_pages(octets: bytes, budget: Budget) -> Pages:
    """Read text of the first two pages and the last, and look at scans.

    Raises:
        pypdfium2.PdfiumError: PDFium cannot open the file.
    """
    with closing(pypdfium2.PdfDocument(octets)) as pdf:
        count = len(pdf)
        read = sorted({*range(min(budget.pdf_pages_read - 1, count)), count - 1} - {-1})
        texts: list[str] = []
        images: dict[int, _PageImage] = {}
        left = budget.text_characters
        for number in read:
            text, image = _read_page(pdf, number, left)
            left -= len(text)
            texts.append(text)
            if image:
                images[number] = image
        if 0 in images:
            for number in range(min(count, _INVENTORY_PAGES)):
                if number not in read and (image := _inventory(pdf, number)):
                    images[number] = image
        text = "\n".join(texts)
        score, page = _best_seal(pdf, images, read)
        return Pages(
            text=text,
            tops=tuple(_top(page) for page in texts[1:]),
            properties=_properties(pdf),
            has_text=any(character.isalnum() for character in text),
            image_pages=len(images),
            scan_dpi=min((image.dpi for image in images.values()), default=0),
            is_scan_colour=any(image.is_colour for image in images.values()),
            seal_score=score,
            seal_page=page,
        )


def _top(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n".join(lines[:_TOP_LINES])


def _properties(pdf: Any) -> tuple[str, ...]:
    values = (str(pdf.get_metadata_value(key)).strip()[:_PROPERTY_CHARACTERS] for key in _PROPERTIES)
    return tuple(value for value in values if value)


def _read_page(pdf: Any, number: int, limit: int) -> tuple[str, _PageImage | None]:
    """Read the text of one page with its annotations' appearances, and its page image."""
    page = pdf[number]
    try:
        image = _page_image(page)
        # Numbers, dates and marks of Vietnamese signing tools live in appearances, which text extraction
        # skips; flattening the copy in memory moves them into the page content.
        if _has_visible_annotation(page) and raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS:
            page.close()
            page = pdf[number]
        with closing(page.get_textpage()) as text_page:
            characters = min(text_page.count_chars(), max(limit, 0))
            text = text_page.get_text_range(0, characters) if characters else ""
            return text.replace("\r\n", "\n"), image
    finally:
        page.close()


def _has_visible_annotation(page: Any) -> bool:
    """Is there an annotation that may show text? Links show none, and invisible signatures have no size."""
    count = raw.FPDFPage_GetAnnotCount(page)
    if count > _ANNOTATIONS:
        return True
    rectangle = raw.FS_RECTF()
    for number in range(count):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        if not annotation:
            continue
        try:
            is_link = raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_LINK
            if is_link or not raw.FPDFAnnot_GetRect(annotation, rectangle):
                continue
            if rectangle.left != rectangle.right and rectangle.top != rectangle.bottom:
                return True
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
    return False


def _inventory(pdf: Any, number: int) -> _PageImage | None:
    with closing(pdf[number]) as page:
        return _page_image(page)


def _page_image(page: Any) -> _PageImage | None:
    """Find the picture a scanned page is: one image, or strips together, over at least 85 % of it."""
    width, height = page.get_size()
    if width <= 0 or height <= 0:
        return None
    placed: list[tuple[Any, float, float]] = []
    covered = 0.0
    for image in _images(page):
        left, bottom, right, top = image.get_bounds()
        wide = max(0.0, min(right, width) - max(left, 0.0))
        high = max(0.0, min(top, height) - max(bottom, 0.0))
        if wide * high:
            covered += wide * high
            placed.append((image, right - left, top - bottom))
    if covered < _COVERED * width * height:
        return None
    # Only now, for PDFium decodes an image to tell its size and colour: 25 ms for one of 5 MB.
    dpi, is_colour = 0, False
    for image, wide, high in placed:
        about = image.get_metadata()
        # The best layer counts: mixed raster scans have a coarse background under a fine mask.
        dpi = max(dpi, min(round(about.width * 72 / wide), round(about.height * 72 / high)))
        is_colour = is_colour or (about.bits_per_pixel >= 24 and about.colorspace not in _GREY)
    return _PageImage(dpi, is_colour)


_GREY = (raw.FPDF_COLORSPACE_DEVICEGRAY, raw.FPDF_COLORSPACE_CALGRAY)


def _images(page: Any) -> Iterator[Any]:
    objects = islice(page.get_objects(max_depth=_FORM_DEPTH), _PAGE_OBJECTS)
    return islice((one for one in objects if one.type == raw.FPDF_PAGEOBJ_IMAGE), _IMAGES)


def _best_seal(pdf: Any, images: dict[int, _PageImage], read: list[int]) -> tuple[float, int]:
    """Look for the seal on the colour scans among the pages read, from the last page backwards."""
    best = (0.0, 0)
    for number in reversed(read):
        image = images.get(number)
        if image is None or not image.is_colour or best[0] >= 0.9:
            continue
        score = _page_seal(pdf, number)
        if score > best[0]:
            best = (score, number + 1)
    return best


def _page_seal(pdf: Any, number: int) -> float:
    with closing(pdf[number]) as page:
        if max(page.get_size()) > _LARGEST_SIDE_POINTS:
            return 0.0
        with closing(page.render(scale=SCAN_DPI / 72, draw_annots=False, may_draw_forms=False)) as bitmap:
            if bitmap.n_channels != 3:
                return 0.0
            return seal_score(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride)
