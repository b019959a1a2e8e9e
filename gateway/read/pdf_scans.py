"""What the scanned pages of a PDF show: resolution, tone, turn, seal, ink, stamps, and their letters where read.

Pages are rendered only when `pdf_pictures` finds that decoding them stays within bounds.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gateway.read.ocr import PAGE_DPI, PAGE_MILLISECONDS, STAMP_DPI, STAMP_MILLISECONDS, stamp_words
from gateway.read.pdf_pictures import find_page_image, leave_pictures, render, render_part
from gateway.read.pdf_scan import NO_SEAL, SCAN_DPI, Seal, find_ink, find_seal
from gateway.read.scan_boxes import cut_out, find_boxes
from gateway.read.scan_skew import find_skew

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.read.budget import Budget
    from gateway.read.ocr import Recogniser
    from gateway.read.pdf_pictures import PageImage
    from gateway.read.scan_boxes import Stamp
    from gateway.read.scan_colour import Page

_INVENTORY_PAGES = 50
"""Pages inventoried once the first proves to be a scan."""
_SURE = 0.9
_LINE_INCHES = 0.55
"""Boxes up to this height hold one line: a frame of 8 mm, slightly turned."""
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


class _Look:
    """One look at the scans of one file."""

    def __init__(self, pdf: Any, recogniser: Recogniser | None) -> None:
        self._pdf, self._recogniser = pdf, recogniser
        self.seal, self.seal_page, self.ink = NO_SEAL, 0, 0.0
        self.skew: float | None = None
        self.shows_colour = False
        self.marks: list[tuple[int, str]] = []
        self.text: dict[int, str] = {}
        self.has_read_marks = False

    def at(self, number: int, image: PageImage, *, wants_text: bool) -> None:
        """Render one page and look at it."""
        with closing(self._pdf[number]) as page:
            if not leave_pictures(page):
                return
            if image.tone == "colour" or self.skew is None:
                picture = render(page, SCAN_DPI)
                self.skew = find_skew(picture) if self.skew is None else self.skew
                if image.tone == "colour":
                    self._colours(page, number, picture)
            if wants_text and self._recogniser is not None:
                self._letters(page, number)

    def _colours(self, page: Any, number: int, picture: Page) -> None:
        self.shows_colour = self.shows_colour or picture.is_coloured
        if self.seal.score < _SURE:
            seal = find_seal(picture)
            if seal.score > self.seal.score:
                self.seal, self.seal_page = seal, number + 1
            self.ink = max(self.ink, find_ink(picture, seal))
        if self._recogniser is not None:
            self.has_read_marks = True
            self.marks += [(number, word) for word in _marks(page, picture, self._recogniser)]

    def _letters(self, page: Any, number: int) -> None:
        inches = tuple(side / 72 for side in page.get_size())
        picture = render_part(page, (0.0, 0.0, inches[0], inches[1]), 0.0, PAGE_DPI)
        if picture is None or self._recogniser is None:
            return
        # in red light seals and stamps vanish, and the print below them shows
        reading = self._recogniser.recognise(
            picture.red, picture.width, picture.height,
            dpi=PAGE_DPI, is_line=False, milliseconds=PAGE_MILLISECONDS,
        )  # fmt: skip
        if reading is not None:
            self.text[number] = reading.text


def look_at_scans(  # noqa: PLR0913 - a file, what was read of it, and what may be spent
    pdf: Any,
    images: dict[int, PageImage],
    lettered: Iterable[int],
    budget: Budget,
    recogniser: Recogniser | None,
    *,
    may_render: bool,
) -> Scans:
    """Look at the scanned pages among those read, the last page first, where seals stand.

    Args:
        pdf: PDFium's document.
        images: page images of the pages read, with their tones.
        lettered: pages that have a text layer.
        budget: how many pages may be read by letters, and how long each may take.
        recogniser: reads letters; None where none is installed.
        may_render: false when something in the file is too large to be decoded.
    """
    if not images:
        return NO_SCANS
    look, all_images, known = _Look(pdf, recogniser), _inventory(pdf, images), set(lettered)
    unlettered = [number for number in sorted(images) if number not in known]
    # the first page has the head of a document, the last one its end
    wanted = {*unlettered[:1], *unlettered[-1:]} if budget.ocr_pages > 1 else set(unlettered[: budget.ocr_pages])
    is_over = not may_render
    for number in sorted(images, reverse=True):
        is_over = is_over or images[number].is_too_large
        if may_render and not images[number].is_too_large:
            look.at(number, images[number], wants_text=number in wanted)
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


def _inventory(pdf: Any, images: dict[int, PageImage]) -> dict[int, PageImage]:
    """Page images of the pages not read too, when the first page is a scan; tones until one is in colour."""
    found = dict(images)
    if 0 not in images:
        return found
    for number in range(min(len(pdf), _INVENTORY_PAGES)):
        if number not in found:
            asks_tone = all(image.tone != "colour" for image in found.values())
            with closing(pdf[number]) as page:
                image = find_page_image(page, asks_tone=asks_tone)
            if image is not None:
                found[number] = image
    return found


def _marks(page: Any, picture: Page, recogniser: Recogniser) -> list[str]:
    """Read the stamps of one page."""
    words = []
    for box in find_boxes(picture):
        part = render_part(page, box.bounds, box.degrees, STAMP_DPI)
        stamp = cut_out(part) if part is not None else None
        word = _word(stamp, recogniser, is_line=box.bottom - box.top <= _LINE_INCHES) if stamp is not None else ""
        if word:
            words.append(word)
    return words


def _word(stamp: Stamp, recogniser: Recogniser, *, is_line: bool) -> str:
    """Read one stamp as a line or as a block, and the other way when that gives no known word."""
    for tried in (is_line, not is_line):
        reading = recogniser.recognise(
            stamp.grey, stamp.width, stamp.height, dpi=STAMP_DPI, is_line=tried, milliseconds=STAMP_MILLISECONDS
        )
        word = stamp_words(reading, stamp.borders) if reading is not None else ""
        if word:
            return word
    return ""
