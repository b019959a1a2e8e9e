"""Pages of a PDF with PDFium: their text, and what `pdf_scans` sees of those that are pictures.

PDFium is not thread-safe and inflates without a limit of its own: this runs in a reader worker only.
Every handle is closed here, for a worker lives through thousands of files.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pypdfium2
from pypdfium2 import raw

from gateway.read.ocr import with_marks
from gateway.read.pdf_listing import Listed, list_signatures
from gateway.read.pdf_pictures import find_page_image
from gateway.read.pdf_scans import NO_SCANS, Scans, look_at_scans

if TYPE_CHECKING:
    from gateway.read.budget import Budget
    from gateway.read.ocr import Recogniser
    from gateway.read.pdf_pictures import PageImage

_ANNOTATIONS = 500
"""Annotations looked at before the page is flattened anyway."""
_TOP_LINES = 15
"""Lines at the top of a page where a mark of its own stands: organisation, motto, number, date, mark."""
_PROPERTIES = ("Title", "Subject", "Keywords")
_PROPERTY_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True)
class Pages:
    """What the pages show."""

    text: str = ""
    tops: tuple[str, ...] = ()
    """First lines of each page read but the first."""
    properties: tuple[str, ...] = ()
    """Title, subject and keywords of the document information, where they are not empty."""
    has_text: bool = False
    """In the text layer, not counting letters recognised."""
    scans: Scans = NO_SCANS
    listed: tuple[Listed, ...] | None = None
    """Signatures as PDFium lists them; None when it was not asked or cannot tell."""


def read_pages(
    octets: bytes, budget: Budget, recogniser: Recogniser | None = None, *, may_render: bool = True
) -> Pages:
    """Read text of the first two pages and the last, and look at scans.

    Args:
        octets: the file.
        budget: structural limits.
        recogniser: reads letters off scans; None where none is installed.
        may_render: false when something in the file is too large to be decoded.

    Raises:
        pypdfium2.PdfiumError: PDFium cannot open the file.
    """
    with closing(pypdfium2.PdfDocument(octets)) as pdf:
        count = len(pdf)
        listed = list_signatures(pdf)  # before a page is flattened
        read = sorted({*range(min(budget.pdf_pages_read - 1, count)), count - 1} - {-1})
        texts: dict[int, str] = {}
        images: dict[int, PageImage] = {}
        left = budget.text_characters
        for number in read:
            texts[number], image = _read_page(pdf, number, left, asks_tone=may_render)
            left -= len(texts[number])
            if image:
                images[number] = image
        lettered = {number for number, text in texts.items() if any(map(str.isalnum, text))}
        scans = look_at_scans(pdf, images, lettered, budget, recogniser, may_render=may_render)
        shown = [scans.text.get(number, "") or texts[number] for number in read]
        return Pages(
            text=with_marks("\n".join(shown), scans.marks)[: budget.text_characters],
            tops=tuple(_top(page) for page in shown[1:]),
            properties=_properties(pdf),
            has_text=bool(lettered),
            scans=scans,
            listed=listed,
        )


def _top(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n".join(lines[:_TOP_LINES])


def _properties(pdf: Any) -> tuple[str, ...]:
    values = (str(pdf.get_metadata_value(key)).strip()[:_PROPERTY_CHARACTERS] for key in _PROPERTIES)
    return tuple(value for value in values if value)


def _read_page(pdf: Any, number: int, limit: int, *, asks_tone: bool) -> tuple[str, PageImage | None]:
    """Read the text of one page with its annotations' appearances, and its page image."""
    page = pdf[number]
    try:
        image = find_page_image(page, asks_tone=asks_tone)
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
