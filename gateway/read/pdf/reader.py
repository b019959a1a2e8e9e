"""Read one PDF file into facts and text: structure, pages, signatures. Total: any octets, never raises.

`read_pdf` orchestrates `pdf.structure` (pikepdf), `pdf.lenient` (pypdf) where that gives up, `pdf.pages` (PDFium) and
`signatures`, each behind `guard.attempt`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gateway.read.clock import NO_CLOCK
from gateway.read.guard import attempt
from gateway.read.pdf.appearance import naming, read_looks
from gateway.read.pdf.lenient import count_pages, rewrite_leniently
from gateway.read.pdf.pages import Pages, read_pages
from gateway.read.pdf.signature_pictures import pasted_pictures
from gateway.read.pdf.structure import Structure, read_outside, read_structure, rewritten
from gateway.read.signatures.revisions import Revisions
from gateway.read.signatures.validation import Judging, validate_signatures
from gateway.read.trust.chains import SignerCache
from gateway.values.evidence import PdfFacts, SignatureFacts

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.read.budget import Budget
    from gateway.read.clock import Clock
    from gateway.read.pdf.files import Embedded
    from gateway.read.scans.ocr import Recogniser
    from gateway.values.trust import TrustSnapshot

__all__ = ["PdfReading", "SignerCache", "read_pdf"]


@dataclass(frozen=True, slots=True)
class PdfReading:
    """Facts and text of one PDF file."""

    facts: PdfFacts
    text: str = ""
    """What the first two pages and the last show, annotations included, at most `budget.text_characters`."""
    encoding: str = "unicode"
    """`tcvn3` or `vni` when fonts said so, in the words of `Marks.encoding`."""
    tops: tuple[str, ...] = ()
    """First lines of every page read but the first, where a document bound behind another has its marks."""
    withheld: tuple[str, ...] = ()
    """What pages hold and do not show."""
    properties: tuple[str, ...] = ()
    """Title, subject and keywords of the document information."""
    words: tuple[str, ...] = ()
    """Texts outside the pages: notes, form values, bookmarks, properties, XFA, XMP."""
    files: tuple[Embedded, ...] = ()
    """Files inside, still packed."""
    uninspectable: str = ""
    """`encrypted`, `malformed`, `over_budget`, or empty when it was read."""
    is_late: bool = False
    """Pages or objects were not looked at for want of time."""


def read_pdf(  # noqa: PLR0913 - as `read_message`, and what the worker remembers and is equipped with
    octets: bytes,
    budget: Budget,
    trust: TrustSnapshot,
    at: datetime,
    *,
    signers: SignerCache | None = None,
    recogniser: Recogniser | None = None,
    clock: Clock = NO_CLOCK,
) -> PdfReading:
    """Read a file that claims to be a PDF.

    Args:
        octets: the decoded file.
        budget: structural limits.
        trust: anchors, intermediates and revocation lists.
        at: now, aware; what "fresh", "expired" and a missing signing time are measured by.
        signers: what this worker remembers of signers; a fresh one when None.
        recogniser: reads letters off scans; None where none is installed.
        clock: what time does not suffice for stays unread, and is named.
    """
    structure = attempt(lambda: read_structure(octets, budget, attempt, clock)) or read_outside(octets)
    source = octets
    if not structure.is_encrypted and (not structure.is_readable or structure.has_no_page):
        structure, source = _read_leniently(octets, structure, budget, clock)
    if not structure.is_readable:
        return PdfReading(_facts(structure), uninspectable="encrypted" if structure.is_encrypted else "malformed")
    pages = None if structure.is_swollen else _try_pages(source, structure, budget, recogniser, clock)
    judging = Judging(
        octets=octets, trust=trust, at=at, guard=attempt,
        cache=signers if signers is not None else SignerCache(),
        revisions=_revisions(octets, structure, budget),
        evidence=structure.evidence,
        is_odd=_is_odd(structure, pages),
        listed=pages.listed if pages else None,
    )  # fmt: skip
    signatures = _signatures(source, structure, judging, budget)
    shown = pages or Pages()
    return PdfReading(
        _facts(structure, shown, signatures, _pictures(source, structure, signatures)),
        text=shown.text,
        encoding=shown.charsets[0] if shown.charsets else "unicode",
        tops=shown.tops,
        withheld=shown.withheld,
        properties=shown.properties,
        words=structure.words,
        files=structure.files,
        uninspectable=_uninspectable(structure, pages),
        is_late=shown.unread > 0 or structure.is_late,
    )


def _read_leniently(octets: bytes, structure: Structure, budget: Budget, clock: Clock) -> tuple[Structure, bytes]:
    """Read the structure of a file qpdf gave up on, and give the file to read the pages of; as it was, in vain."""
    outside, count = read_outside(octets), attempt(lambda: count_pages(octets))
    source = attempt(lambda: rewrite_leniently(octets))
    found = attempt(lambda: read_structure(source, budget, attempt, clock)) if source is not None else None
    if source is None or found is None or not found.is_readable or found.has_no_page:
        # Pages that a viewer shows and nobody here can weigh are not read, and the file is none that says nothing.
        return (replace(outside, is_disputed=structure.is_readable) if count else structure), octets
    if count is not None and count != found.page_count:
        return replace(outside, is_disputed=True), octets
    return replace(
        found,
        version=max(found.version, outside.version),
        is_repaired=True,
        is_lenient=True,
        has_header_junk=outside.has_header_junk,
        has_trailing_junk=outside.has_trailing_junk,
        is_linearised=outside.is_linearised,
        is_truncated=outside.is_truncated,
    ), source


def _signatures(octets: bytes, structure: Structure, judging: Judging, budget: Budget) -> tuple[SignatureFacts, ...]:
    """Judge the signatures, with what they show."""
    records = structure.signatures
    if structure.looks.shown:
        under = _light_pages(structure) if len(records) > 1 else frozenset()
        may_decode = not structure.has_vast_picture
        read = attempt(
            lambda: read_looks(structure.looks, octets, under, structure.plan.crowded, may_decode=may_decode)
        )
        looks = read or {one.number: one.about for one in structure.looks.shown}
        records = tuple(replace(one, appearance=looks.get(number)) for number, one in enumerate(records))
    return tuple(naming(one) for one in validate_signatures(records, judging, budget))


def _light_pages(structure: Structure) -> frozenset[int]:
    """Give the pages that may be loaded, from 0."""
    return frozenset((*structure.plan.principal, *structure.plan.middle))


def _pictures(octets: bytes, structure: Structure, signatures: tuple[SignatureFacts, ...]) -> tuple[str, ...]:
    """Name what looks like a signature in a file without one."""
    found = structure.pictures
    if signatures:
        return ()
    pages, pasted = _light_pages(structure) & set(found.pages), None
    if pages and not structure.has_vast_picture:
        pasted = attempt(lambda: pasted_pictures(octets, sorted(pages)))
    return tuple(sorted({*found.kinds, *(pasted or ())}))


def _try_pages(
    octets: bytes, structure: Structure, budget: Budget, recogniser: Recogniser | None, clock: Clock
) -> Pages | None:
    """Read the pages, of the repaired file where PDFium gives up on the file as it is."""

    def read(source: bytes) -> Pages:
        return read_pages(
            source, budget, structure.plan, recogniser, guard=attempt, clock=clock,
            may_render=not structure.has_vast_picture, is_unmapped=structure.has_unmapped_fonts,
        )  # fmt: skip

    pages = attempt(lambda: read(octets))
    if pages is None and structure.is_repaired:
        pages = attempt(lambda: read(rewritten(octets)))
    return pages


def _uninspectable(structure: Structure, pages: Pages | None) -> str:
    if structure.is_over_budget or structure.plan.is_over_budget or (pages is not None and pages.scans.is_over_budget):
        return "over_budget"
    if pages is None:
        return "malformed"
    if structure.is_late or pages.unread:
        return "over_budget"
    # pictures of text that nobody read; a text layer, even a short one, is what the sender wants read
    is_unread = pages.scans.image_pages and not pages.has_text and pages.scans.ocr != "pages"
    return "no_ocr" if is_unread or pages.has_unread_letters else ""


def _revisions(octets: bytes, structure: Structure, budget: Budget) -> Revisions:
    """Prepare pyHanko's view of the file, to be opened when somebody asks."""
    return Revisions(
        octets,
        objects=structure.object_count,
        seconds=budget.revision_seconds,
        guard=attempt,
        contents_octets=sum(len(record.contents) for record in structure.signatures),
    )


def _is_odd(structure: Structure, pages: Pages | None) -> bool:
    """Is anything about the file a reason to hear another reader of the whole of it? What swells, none should open."""
    is_unlisted = pages is None or pages.listed is None
    is_unusual = structure.is_repaired or structure.has_header_junk or structure.stray_signatures > 0
    return is_unusual or (is_unlisted and not structure.is_swollen)


def _facts(
    structure: Structure,
    pages: Pages | None = None,
    signatures: tuple[SignatureFacts, ...] = (),
    pictures: tuple[str, ...] = (),
) -> PdfFacts:
    shown = pages or Pages()
    scans = shown.scans
    return PdfFacts(
        version=structure.version,
        page_count=structure.page_count,
        is_encrypted=structure.is_encrypted,
        is_repaired=structure.is_repaired,
        has_header_junk=structure.has_header_junk,
        has_trailing_junk=structure.has_trailing_junk,
        active_content=structure.active_content,
        has_text=shown.has_text,
        image_pages=scans.image_pages,
        scan_dpi=scans.dpi,
        is_scan_colour=scans.tone == "colour",
        scan_tone=scans.tone,
        shows_colour=scans.shows_colour,
        skew_degrees=scans.skew,
        seal_score=scans.seal.score,
        seal_page=scans.seal_page,
        seal_place=scans.seal.place,
        ink_score=scans.ink,
        stamps=tuple(mark.partition("\n")[0] for mark in scans.marks),
        ocr=scans.ocr,
        has_signature_picture_only=bool(pictures),
        signature_pictures=pictures,
        unsigned_signature_fields=structure.unsigned_signature_fields,
        stray_signatures=structure.stray_signatures,
        has_usage_rights=structure.has_usage_rights,
        signatures=signatures,
        opens_without_password=structure.is_encrypted and structure.is_readable,
        is_linearised=structure.is_linearised,
        is_truncated=structure.is_truncated,
        is_read_leniently=structure.is_lenient,
        has_disputed_structure=structure.is_disputed,
        links=structure.links,
        embedded_files=len(structure.files),
        unread_pages=structure.plan.unread + shown.unread,
        hidden_characters=shown.hidden_characters,
        hidden_text=shown.hidden_ways,
        is_text_unreadable=shown.is_text_unreadable,
        legacy_charsets=shown.charsets,
    )
