"""Pages of a PDF with PDFium: their text, and what `pdf.scans` sees of those that are pictures.

PDFium is not thread-safe, inflates without a limit of its own and cannot be interrupted: this runs in a reader worker
only, over the pages that `pdf_contents` found light enough. Every handle is closed here, for a worker lives through
thousands of files.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import pypdfium2
from pypdfium2 import raw

from gateway.read.clock import NO_CLOCK
from gateway.read.pdf.letters import contradicts, read_letters, read_top
from gateway.read.pdf.outlines import has_outlines, read_outlines
from gateway.read.pdf.pasted import NO_PASTED, read_pasted
from gateway.read.pdf.pictures import find_page_image, may_hold_pictures
from gateway.read.pdf.scans import NO_SCANS, Scans, look_at_scans
from gateway.read.pdf.tangle import is_tangled
from gateway.read.pdf.text import Closeness, PageText, read_page_text
from gateway.read.scans.ocr import with_marks
from gateway.read.signatures.listing import Listed, list_signatures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gateway.read.budget import Budget
    from gateway.read.clock import Clock
    from gateway.read.pdf.contents import PagePlan
    from gateway.read.pdf.pasted import Pasted
    from gateway.read.pdf.pictures import PageImage
    from gateway.read.scans.ocr import Recogniser

_ANNOTATIONS = 500
"""Annotations looked at before the page is flattened anyway."""
_TOP_LINES = 15
"""Lines at the top of a page where a mark of its own stands: organisation, motto, number, date, mark."""
_OUTLINED = 2
"""Pages whose curves are read for a mark."""
_MIDDLE_CHARACTERS = 20_000
"""Read of one page that does not speak for the document."""
_WITHHELD = 1_000
"""Pieces of hidden text kept of one file."""
_PROPERTIES = ("Title", "Subject", "Keywords")
_PROPERTY_CHARACTERS = 1_000
_LAYER, _LAYER_LOOKED_AT = 50, 400
"""Letters and digits of the least text layer of a scan: the head of a document has 100; and characters counted."""
_PAGE_BREAK = "\f\n"


@dataclass(frozen=True, slots=True)
class Pages:
    """What the pages show."""

    text: str = ""
    tops: tuple[str, ...] = ()
    """First lines of each page read but the first, a form feed before each page; in pieces of the text budget."""
    withheld: tuple[str, ...] = ()
    """What pages hold and do not show, in pieces of the text budget."""
    properties: tuple[str, ...] = ()
    """Title, subject and keywords of the document information, where they are not empty."""
    has_text: bool = False
    """In the text layer, not counting letters recognised."""
    scans: Scans = NO_SCANS
    listed: tuple[Listed, ...] | None = None
    """Signatures as PDFium lists them; None when it was not asked or cannot tell."""
    hidden_characters: int = 0
    hidden_ways: tuple[str, ...] = ()
    """Sorted words of `pdf_hidden` and `replaced`."""
    charsets: tuple[str, ...] = ()
    """Legacy charsets decoded by the names of fonts; sorted."""
    is_text_unreadable: bool = False
    """A page read has a text layer that is no writing."""
    unread: int = 0
    """Pages of the plan for which time did not suffice, or that are tangled."""
    has_unread_letters: bool = False
    """Such a page was not read by letters either."""


def read_pages(  # noqa: PLR0913 - a file, what is known of it, and what may be spent
    octets: bytes, budget: Budget, plan: PagePlan, recogniser: Recogniser | None = None, *,
    guard: Callable[[Callable[[], Pasted]], Pasted | None], may_render: bool = True, is_unmapped: bool = False,
    clock: Clock = NO_CLOCK,
) -> Pages:  # fmt: skip
    """Read the text of the pages of the plan, and look at scans.

    Args:
        octets: the file.
        budget: structural limits.
        plan: which pages, and how closely.
        recogniser: reads letters off scans; None where none is installed.
        guard: runs what a picture beside the text may break; the text is read all the same.
        may_render: false when something in the file is too large to be decoded.
        is_unmapped: some font of the file does not say what its letters are.
        clock: pages are read as long as there is time.

    Raises:
        pypdfium2.PdfiumError: PDFium cannot open the file.
    """
    with closing(pypdfium2.PdfDocument(octets)) as pdf:
        listed, plan = list_signatures(pdf), plan.within(len(pdf))  # before a page is flattened
        way = _Way(plan, clock, is_unmapped)
        texts, images = _principal(pdf, way, budget, asks_tone=may_render)
        readable = {number for number, text in texts.items() if _is_lettered(text)}
        scans = look_at_scans(
            pdf, images, readable, budget, recogniser, may_render=may_render, light={*plan.principal, *plan.middle}
        )
        odd = [number for number, text in texts.items() if text.is_unreadable and number not in scans.text]
        letters = read_letters(pdf, odd[: budget.ocr_pages], recogniser) if may_render else {}
        seen = read_letters(pdf, _doubtful(texts, {*odd, *images}, budget), recogniser) if may_render else {}
        drawn = _outlined(pdf, texts, recogniser) if may_render and budget.ocr_pages else []
        pictured = _pictured(texts, plan) - images.keys() if may_render else set()
        pasted = guard(lambda: read_pasted(pdf, pictured, recogniser)) or NO_PASTED
        said = [_said(scans.text.get(number), letters.get(number), text) for number, text in texts.items()]
        scans = replace(scans, marks=(*pasted.words, *scans.marks), ocr="pages" if letters else scans.ocr)
        pages = Pages(
            text=with_marks("\n".join(said), [*drawn, *scans.marks])[: budget.text_characters],
            properties=_properties(pdf),
            has_text=bool(readable),
            scans=scans,
            listed=listed,
            has_unread_letters=any(number not in letters for number in odd),
        )
        beside = _beside(pdf, images, texts, recogniser) if may_render and budget.ocr_pages else None
        # Last: what time does not suffice for are pages that do not speak for the document.
        middle = _middle(pdf, way, texts)
    tops = [*said[1:], *(page.shown for page in middle.values()), *seen.values()]
    pages = replace(pages, unread=len({*plan.principal, *plan.middle} - _read_of(texts) - _read_of(middle)))
    return _with_tops(pages, map(_top, tops), [*texts.values(), *middle.values()], beside, budget)


def _doubtful(texts: dict[int, PageText], others: set[int], budget: Budget) -> list[int]:
    """Number the pages whose text may say other letters than they show, `others` left out and paid for."""
    found = [number for number, text in texts.items() if text.is_doubtful and number not in others]
    return found[: max(0, budget.ocr_pages - sum(texts[number].is_unreadable for number in others))]


def _said(scanned: str | None, letters: str | None, text: PageText) -> str:
    """What a page says: as its picture was read, with what lies on it, or as its text says."""
    if scanned and text.is_bare and not text.is_unreadable:
        return "\n".join(filter(None, (scanned, text.shown)))
    return letters or scanned or text.shown


def _with_tops(
    pages: Pages, tops: Iterable[str], every: Sequence[PageText], beside: PageText | None, budget: Budget
) -> Pages:
    """Add the tops of pages, what all of them hold and do not show, and how their text was read."""
    every = every if beside is None else [*every, beside]
    return replace(
        pages,
        tops=(*_pieces(tops, budget), *_pieces([beside.shown] if beside is not None else [], budget)),
        withheld=_pieces([*dict.fromkeys(piece for page in every for piece in page.withheld)][:_WITHHELD], budget),
        hidden_characters=sum(page.hidden_characters for page in every),
        hidden_ways=tuple(sorted(frozenset().union(*(page.ways for page in every)))),
        charsets=tuple(sorted(frozenset().union(*(page.charsets for page in every)))),
        is_text_unreadable=any(page.is_unreadable for page in every),
    )


def _beside(
    pdf: Any, images: dict[int, PageImage], texts: dict[int, PageText], recogniser: Recogniser | None
) -> PageText | None:
    """Read the top of the first scan that has a text layer off its picture: what it shows, and whether both agree."""
    number = next((number for number in sorted(images) if _is_lettered(texts[number])), None)
    if number is None or recogniser is None or images[number].is_too_large:
        return None
    with closing(pdf[number]) as page:
        top = read_top(page, recogniser)
    is_other = contradicts(top, texts[number].shown)
    return PageText(shown=_top(top), ways=frozenset({"contradicted"} if is_other else ()))


def _outlined(pdf: Any, texts: dict[int, PageText], recogniser: Recogniser | None) -> list[str]:
    """Read the marks that curves of the principal pages say; their pages are good for nothing else afterwards."""
    if recogniser is None:
        return []
    numbers = [number for number, text in texts.items() if text.has_outlines][:_OUTLINED]
    return list(filter(None, (read_outlines(pdf, number, recogniser) for number in numbers)))


def _is_lettered(text: PageText) -> bool:
    return not text.is_unreadable and not text.is_bare and any(map(str.isalnum, text.shown))


class _Way(NamedTuple):
    """What pages are read by."""

    plan: PagePlan
    clock: Clock
    is_unmapped: bool


def _principal(
    pdf: Any, way: _Way, budget: Budget, *, asks_tone: bool
) -> tuple[dict[int, PageText], dict[int, PageImage]]:
    """Read the pages that speak for the document, and find those that are pictures."""
    texts: dict[int, PageText] = {}
    images: dict[int, PageImage] = {}
    left = budget.text_characters
    for number in way.plan.principal:
        twin = way.plan.twins.get(number, number)
        if twin in texts:
            texts[number], image = texts[twin]._replace(shown=texts[twin].shown[: max(left, 0)]), images.get(twin)
        elif way.clock.is_over():
            break
        else:
            look = Closeness(left, is_scan=False, plan=way.plan, number=number, is_unmapped=way.is_unmapped)
            texts[number], image = _read_page(pdf, number, look, asks_tone=asks_tone)
        left -= len(texts[number].shown)
        images |= {number: image} if image else {}
    return texts, images


def _middle(pdf: Any, way: _Way, texts: dict[int, PageText]) -> dict[int, PageText]:
    """Read the pages that do not speak for the document, as long as there is time; `texts` are of those that do."""
    found: dict[int, PageText] = {}
    plan = way.plan
    for number in plan.middle:
        twin = plan.twins.get(number, number)
        known = found.get(twin, texts.get(twin))
        if known is not None:
            found[number] = known
            continue
        if way.clock.is_over():
            break
        look = Closeness(
            _MIDDLE_CHARACTERS,
            is_scan=False,
            plan=plan,
            number=number,
            is_unmapped=way.is_unmapped,
            rows=2 * _TOP_LINES,
        )
        found[number], _ = _read_page(pdf, number, look, asks_tone=False)
    return found


def _pictured(texts: dict[int, PageText], plan: PagePlan) -> set[int]:
    return {number for number, text in texts.items() if text.has_pictures and number not in plan.twins}


def _read_of(texts: dict[int, PageText]) -> set[int]:
    return {number for number, text in texts.items() if not text.is_unread}


def _pieces(texts: Iterable[str], budget: Budget) -> tuple[str, ...]:
    """Join texts that differ into pieces of the text budget, each on a page of its own for the detectors."""
    pieces: list[list[str]] = []
    length = budget.text_characters
    for text in filter(str.strip, dict.fromkeys(texts)):
        if not pieces or length + len(text) + len(_PAGE_BREAK) > budget.text_characters:
            pieces.append([])
            length = 0
        pieces[-1].append(text)
        length += len(text) + len(_PAGE_BREAK)
    return tuple(_PAGE_BREAK.join(piece) for piece in pieces)


def _top(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n".join(lines[:_TOP_LINES])


def _properties(pdf: Any) -> tuple[str, ...]:
    values = (str(pdf.get_metadata_value(key)).strip()[:_PROPERTY_CHARACTERS] for key in _PROPERTIES)
    return tuple(value for value in values if value)


def _read_page(pdf: Any, number: int, look: Closeness, *, asks_tone: bool) -> tuple[PageText, PageImage | None]:
    """Read the text of one page with its annotations' appearances, and its page image."""
    page = pdf[number]
    try:
        if number in look.plan.crowded and is_tangled(page):
            return PageText(is_unread=True), None
        has_pictures = may_hold_pictures(page)
        image = find_page_image(page, asks_tone=asks_tone) if has_pictures else None
        is_bare = image is not None and _is_bare(page)
        if _has_visible_annotation(page):
            page = _flattened(pdf, page, number)
            has_pictures = has_pictures or may_hold_pictures(page)
        is_outlined = asks_tone and image is None and has_outlines(page)
        said = read_page_text(pdf, page, replace(look, is_scan=image is not None))
        return said._replace(has_outlines=is_outlined, is_bare=is_bare, has_pictures=has_pictures), image
    finally:
        page.close()


def _is_bare(page: Any) -> bool:
    """Has a scanned page hardly any text of its own, what annotations show not counted?

    Scanners' names, page numbers and what signing tools write are no text layer of what the picture shows; nor is the
    appearance of a signature, which Decree 30/2020 prescribes.
    """
    with closing(page.get_textpage()) as text_page:
        text = (
            text_page.get_text_range(0, min(text_page.count_chars(), _LAYER_LOOKED_AT))
            if text_page.count_chars()
            else ""
        )
    return sum(map(str.isalnum, text)) < _LAYER


def _flattened(pdf: Any, page: Any, number: int) -> Any:
    """Move the appearances of annotations into the content of the page in memory, and load it anew.

    Numbers, dates and marks of Vietnamese signing tools live in appearances, which text extraction skips. The box
    that a page inherits is written down first, for flattening makes one around the annotations of a page without.
    """
    box = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page, box)
    page.set_mediabox(box.left, box.bottom, box.right, box.top)
    page.set_cropbox(box.left, box.bottom, box.right, box.top)
    if raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) != raw.FLATTEN_SUCCESS:
        return page
    page.close()
    return pdf[number]


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
