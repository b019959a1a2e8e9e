"""What the scanned pages of a PDF show: resolution, tone, turn, seal, ink, stamps, and their letters where read.

Pages are drawn only when `pdf.pictures` finds that decoding them stays within bounds.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gateway.read.pdf.pictures import PdfSheet, find_page_image, leave_pictures
from gateway.read.scans.look import Look
from gateway.read.scans.seals import NO_SEAL, Seal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from gateway.read.budget import Budget
    from gateway.read.pdf.pictures import PageImage
    from gateway.read.scans.ocr import Recogniser

_INVENTORY_PAGES = 50
"""Pages inventoried once the first proves to be a scan."""
_TONES = ("colour", "grey", "bitonal", "")


@dataclass(frozen=True, slots=True)
class Scans:
    """What the scanned pages show; the fields as in `PdfFacts`."""

    image_pages: int = 0
    dpi: int = 0
    tone: str = ""
    shows_colour: bool = False
    skew: float | None = None
    seal: Seal = NO_SEAL
    seal_page: int = 0
    ink: float = 0.0
    marks: tuple[str, ...] = ()
    """Words of stamps, each with the lines that stand below it in the same box."""
    text: dict[int, str] = field(default_factory=dict)
    """Letters read off pages without a text layer, by page from 0."""
    ocr: str = ""
    """`marks`, `pages`, or empty when nothing was recognised at all."""
    is_over_budget: bool = False


NO_SCANS = Scans()


def look_at_scans(  # noqa: PLR0913 - a file, what was read of it, and what may be spent
    pdf: Any,
    images: dict[int, PageImage],
    lettered: Iterable[int],
    budget: Budget,
    recogniser: Recogniser | None,
    *,
    may_render: bool,
    light: Collection[int] = range(_INVENTORY_PAGES),
) -> Scans:
    """Look at the scanned pages among those read, the last page first, where seals stand.

    Args:
        pdf: PDFium's document.
        images: page images of the pages read, with their tones.
        lettered: pages that have a text layer.
        budget: how many pages may be read by letters, and how long each may take.
        recogniser: reads letters; None where none is installed.
        may_render: false when something in the file is too large to be decoded.
        light: pages that may be loaded.
    """
    if not images:
        return NO_SCANS
    look, all_images, known = Look(recogniser), _inventory(pdf, images, light), set(lettered)
    unlettered = [number for number in sorted(images) if number not in known]
    # the first page has the head of a document, the last one its end
    wanted = {*unlettered[:1], *unlettered[-1:]} if budget.ocr_pages > 1 else set(unlettered[: budget.ocr_pages])
    is_over = not may_render
    for number in sorted(images, reverse=True):
        is_over = is_over or images[number].is_too_large
        if may_render and not images[number].is_too_large:
            with closing(pdf[number]) as page:
                if leave_pictures(page):
                    is_coloured = images[number].tone == "colour"
                    look.at(number, PdfSheet(page), is_coloured=is_coloured, wants_text=number in wanted)
    return Scans(
        image_pages=len(all_images),
        dpi=min(image.dpi for image in all_images.values()),
        tone=min((image.tone for image in all_images.values()), key=_TONES.index),
        shows_colour=look.shows_colour,
        skew=look.skew,
        seal=look.seal,
        seal_page=look.seal_page,
        ink=look.ink,
        marks=tuple(word for _, word in sorted(look.marks)),
        text=look.text,
        ocr="pages" if wanted and wanted <= look.text.keys() else "marks" if look.has_read_marks else "",
        is_over_budget=is_over,
    )


def _inventory(pdf: Any, images: dict[int, PageImage], light: Collection[int]) -> dict[int, PageImage]:
    """Page images of the pages not read too, when the first page is a scan; tones until one is in colour."""
    found = dict(images)
    if 0 not in images:
        return found
    for number in range(min(len(pdf), _INVENTORY_PAGES)):
        if number not in found and number in light:
            asks_tone = all(image.tone != "colour" for image in found.values())
            with closing(pdf[number]) as page:
                image = find_page_image(page, asks_tone=asks_tone)
            if image is not None:
                found[number] = image
    return found
