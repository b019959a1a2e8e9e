"""Read one PDF file into facts and text: structure, pages, signatures. Total: any octets, never raises.

`read_pdf` orchestrates `pdf_structure` (pikepdf), `pdf_pages` (PDFium) and `signatures`. The parsers raise
almost anything on malformed files (KeyError, AssertionError, RecursionError, errors of C++ libraries), so
this is the one place of the reader that catches Exception, around third-party code only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from gateway.read.chains import SignerCache
from gateway.read.pdf_pages import Pages, read_pages
from gateway.read.pdf_structure import Structure, read_outside, read_structure
from gateway.read.signature_revisions import Revisions
from gateway.read.signatures import Judging, validate_signatures
from gateway.values.facts import PdfFacts, SignatureFacts

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gateway.read.budget import Budget
    from gateway.read.ocr import Recogniser
    from gateway.values.trust import TrustSnapshot

__all__ = ["PdfReading", "SignerCache", "attempt", "read_pdf"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PdfReading:
    """Facts and text of one PDF file."""

    facts: PdfFacts
    text: str = ""
    """First two pages and the last, annotations included, at most `budget.text_characters`."""
    tops: tuple[str, ...] = ()
    """First lines of each of those pages but the first, where a document bound behind another has its marks."""
    properties: tuple[str, ...] = ()
    """Title, subject and keywords of the document information."""
    uninspectable: str = ""
    """`encrypted`, `malformed`, `over_budget`, or empty when it was read."""


def attempt(call: Callable[[], T]) -> T | None:
    """Run third-party code over hostile octets: its value, or None for whatever it raised."""
    try:
        return call()
    except Exception:  # noqa: BLE001 - parsers raise anything on malformed files (module text); HOUSE 3.6
        return None


def read_pdf(  # noqa: PLR0913 - as `read_message`, and what the worker remembers and is equipped with
    octets: bytes,
    budget: Budget,
    trust: TrustSnapshot,
    at: datetime,
    *,
    signers: SignerCache | None = None,
    recogniser: Recogniser | None = None,
) -> PdfReading:
    """Read a file that claims to be a PDF.

    Args:
        octets: the decoded file.
        budget: structural limits.
        trust: anchors, intermediates and revocation lists.
        at: now, aware; what "fresh", "expired" and a missing signing time are measured by.
        signers: what this worker remembers of signers; a fresh one when None.
        recogniser: reads letters off scans; None where none is installed.
    """
    structure = attempt(lambda: read_structure(octets, budget)) or read_outside(octets)
    facts = _facts(structure)
    if structure.is_encrypted:
        return PdfReading(facts, uninspectable="encrypted")
    if not structure.is_readable:
        return PdfReading(facts, uninspectable="malformed")
    pages = (
        None
        if structure.is_swollen
        else attempt(lambda: read_pages(octets, budget, recogniser, may_render=not structure.has_vast_picture))
    )
    judging = Judging(
        octets=octets,
        trust=trust,
        at=at,
        cache=signers if signers is not None else SignerCache(),
        guard=attempt,
        revisions=Revisions(octets, objects=structure.object_count, seconds=budget.revision_seconds, guard=attempt),
        evidence=structure.evidence,
        is_odd=structure.is_repaired or structure.has_header_junk or structure.stray_signatures > 0,
        listed=pages.listed if pages else None,
    )
    shown, signatures = pages or Pages(), validate_signatures(structure.signatures, judging, budget)
    return PdfReading(
        _facts(structure, shown, signatures),
        text=shown.text,
        tops=shown.tops,
        properties=shown.properties,
        uninspectable=_uninspectable(structure, pages),
    )


def _uninspectable(structure: Structure, pages: Pages | None) -> str:
    if structure.is_over_budget or (pages is not None and pages.scans.is_over_budget):
        return "over_budget"
    if pages is None:
        return "malformed"
    # pictures of text that nobody read; a text layer, even a short one, is what the sender wants read
    return "no_ocr" if pages.scans.image_pages and not pages.has_text and pages.scans.ocr != "pages" else ""


def _facts(structure: Structure, pages: Pages | None = None, signatures: tuple[SignatureFacts, ...] = ()) -> PdfFacts:
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
        has_signature_picture_only=structure.has_unsigned_appearance and not signatures,
        unsigned_signature_fields=structure.unsigned_signature_fields,
        stray_signatures=structure.stray_signatures,
        has_usage_rights=structure.has_usage_rights,
        signatures=signatures,
    )
