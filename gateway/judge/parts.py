"""Parts: leaves and the message as a whole, as rules ask them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from gateway.judge.answers import is_reply
from gateway.judge.enclosures import NOTHING_NAMED, Answered
from gateway.judge.own import TRANSPARENT, opens
from gateway.judge.part_view import PartView
from gateway.judge.signers import (
    any_by_agency,
    any_valid,
    is_broken,
    is_signed_over,
    is_valid,
    kinds_of_signers,
    only_public,
    signatures_of_signers,
)
from gateway.judge.views import MAX_LIST_ITEMS, MAX_TEXT_CHARACTERS, MailView
from gateway.values.evidence import Outcome, PdfFacts
from gateway.values.facts import PartFacts, Secrecy, Urgency
from gateway.values.numbers import number_key

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from gateway.values.evidence import SignatureFacts
    from gateway.values.facts import Marks, MessageFacts
    from gateway.values.registry import Agency, Registry

MAX_COUNT = 1 << 53
"""Greatest count a rule sees: far beyond any message, and safe in every number type."""

_NO_PDF = PdfFacts()
_FROM_GOOD_TO_BAD = (Outcome.PASS, Outcome.NONE, Outcome.TEMPERROR, Outcome.PERMERROR, Outcome.FAIL)
_URGENCIES = tuple(Urgency)
"""In rising order."""


def principal_of(facts: MessageFacts) -> PartFacts | None:
    """Find the file of the principal document.

    In this order: the attached file that carries its number and notation, a PDF before any other; the first
    attached PDF; the first attached file. Files inside archives count only when nothing else is attached.
    """
    files = [part for part in facts.parts if part.is_attachment]
    outside = _lying_open(files, facts.parts) or files
    number, notation = facts.document.number, facts.document.notation
    numbered = [part for part in outside if number and (part.marks.number, part.marks.notation) == (number, notation)]
    candidates = numbered or outside
    return next((part for part in candidates if part.kind == "pdf"), candidates[0] if candidates else None)


def view_part(  # noqa: PLR0913 - one part, whose look-ups and what the message makes of it
    part: PartFacts,
    agency: Agency | None,
    registry: Registry,
    on: dt.date,
    *,
    is_principal: bool,
    is_own_document: bool = False,
    is_packed: bool = False,
    beside: Sequence[SignatureFacts] = (),
) -> PartView:
    """Show one leaf; `agency` is the sender's, whose signature is looked for; `beside` are detached ones over it."""
    pdf = part.pdf or _NO_PDF
    scan = part.picture or pdf
    is_document = part.pdf is not None or part.smime is not None or bool(part.smime_others)
    return PartView(
        path=part.path,
        kind=part.kind,
        name=part.name[:MAX_TEXT_CHARACTERS],
        name_kind=part.name_kind[:MAX_TEXT_CHARACTERS],
        media_type=part.media_type[:MAX_TEXT_CHARACTERS],
        size_octets=min(part.size_octets, MAX_COUNT),
        is_body=part.is_body,
        is_attachment=part.is_attachment,
        is_inside="!" in part.path,
        is_principal=is_principal,
        is_own_document=is_own_document,
        is_packed=is_packed,
        is_numbered=bool(part.marks.number and part.marks.notation) and part.marks.number_source == "first_page",
        is_encrypted=part.is_encrypted,
        uninspectable=part.uninspectable,
        is_mismatched=part.is_mismatched,
        has_active_content=part.has_active_content,
        markup=list(part.markup[:MAX_LIST_ITEMS]),
        active_content=list(pdf.active_content[:MAX_LIST_ITEMS]),
        is_draft=part.marks.is_draft or part.marks.has_blank_number,
        pdf_version=_version(pdf.version),
        page_count=min(scan.page_count, MAX_COUNT),
        image_pages=min(scan.image_pages, MAX_COUNT),
        scan_dpi=min(scan.scan_dpi, MAX_COUNT),
        is_scan_colour=scan.is_scan_colour,
        seal_score=scan.seal_score,
        is_signed_beside=any_by_agency(beside, agency, registry, on, kind=""),
        **(_document_facts(part, agency, registry, on) if is_document else _no_document_facts()),
    )


def _document_facts(part: PartFacts, agency: Agency | None, registry: Registry, on: dt.date) -> dict[str, Any]:
    """Say what a PDF or CMS shows and hides, and what its signatures mean."""
    pdf = part.pdf or _NO_PDF
    return _shown_facts(pdf) | _signature_facts(part, agency, registry, on) | _text_facts(pdf)


@cache
def _no_document_facts() -> dict[str, Any]:
    """Say the same of what is neither, as nearly every text of a message: it is the same for all, whoever sent them."""
    nobody: Any = None
    return _document_facts(PartFacts(""), nobody, nobody, nobody)


def _shown_facts(pdf: PdfFacts) -> dict[str, Any]:
    """Say what signatures show, and what shows like one."""
    shown = [one.appearance for one in pdf.signatures if one.appearance is not None]
    return {
        "has_signature_picture_only": pdf.has_signature_picture_only,
        "signature_pictures": list(pdf.signature_pictures),
        "visible_signatures": len(shown),
        "copy_kinds": _distinct(one.copy_kind for one in shown),
        "is_signature_named_otherwise": any(one.named_organisation and one.names_signer is False for one in shown),
    }


def _text_facts(pdf: PdfFacts) -> dict[str, Any]:
    """Say how far the text of a PDF is what it shows."""
    return {
        "hidden_characters": min(pdf.hidden_characters, MAX_COUNT),
        "hidden_text": list(pdf.hidden_text[:MAX_LIST_ITEMS]),
        "is_secrecy_hidden": pdf.is_secrecy_hidden,
        "is_text_unreadable": pdf.is_text_unreadable,
        "unread_pages": min(pdf.unread_pages, MAX_COUNT),
        "opens_without_password": pdf.opens_without_password,
        "other_kinds": list(pdf.other_kinds[:MAX_LIST_ITEMS]),
        "links": list(pdf.links[:MAX_LIST_ITEMS]),
    }


def _signature_facts(part: PartFacts, agency: Agency | None, registry: Registry, on: dt.date) -> dict[str, Any]:
    """Say what the signatures of a document, and of a CMS, mean for the sender's agency."""
    pdf, smimes = part.pdf or _NO_PDF, (*((part.smime,) if part.smime else ()), *part.smime_others)
    smime = max(smimes, key=lambda one: _FROM_GOOD_TO_BAD.index(one.outcome), default=None)
    signatures = signatures_of_signers(pdf.signatures)
    return {
        "signature_count": len(signatures),
        "signature_outcomes": _distinct(signature.outcome.value for signature in signatures),
        "sub_indication": next((one.sub_indication for one in reversed(signatures) if not is_valid(one)), ""),
        "has_valid_signature": any_valid(signatures),
        "has_agency_signature": any_by_agency(signatures, agency, registry, on, kind="agency"),
        "has_personal_signature": any_by_agency(signatures, agency, registry, on, kind="personal"),
        "signer_kinds": sorted(kinds_of_signers(signatures, agency, registry, on)),
        "signers": _distinct(one.signer_common_name[:MAX_TEXT_CHARACTERS] for one in signatures),
        "is_signed_over": is_signed_over(signatures, agency, registry, on),
        "has_broken_signature": any(map(is_broken, signatures)),
        "has_disagreement": any(one.disagreement for one in (*pdf.signatures, *smimes)),
        "stray_signature_count": min(pdf.stray_signatures, MAX_COUNT),
        "has_usage_rights": pdf.has_usage_rights,
        "smime_outcome": smime.outcome.value if smime else "",
        "smime_sub_indication": smime.sub_indication if smime else "",
        "is_public_only": only_public(signatures),
    }


def _lying_open(files: Sequence[PartFacts], parts: Sequence[PartFacts]) -> list[PartFacts]:
    """Leave out what stands inside another file, but not what a mail program wrapped: S/MIME, winmail.dat."""
    if not any("!" in part.path for part in files):
        return list(files)
    kinds = {part.path: part.kind for part in parts}
    wrapping = {part.path.rpartition("!")[0] for part in files if "!" in part.path}
    return [
        part
        for part in files
        if opens(part.path, kinds, TRANSPARENT) and not (part.kind in TRANSPARENT and part.path in wrapping)
    ]


def view_mail(  # noqa: PLR0913 - the message, and what envelope and registry make of it
    facts: MessageFacts,
    *,
    to_kinds: Sequence[str],
    to_agencies: Sequence[Agency | None],
    direction: str,
    own_document_count: int = 0,
    is_own_document_in_text: bool = False,
    enclosures: Answered = NOTHING_NAMED,
    unwritten: Sequence[str] = (),
) -> MailView:
    """Show the message as a whole; by recipient `to_kinds` is the mailbox kind (empty: none), `to_agencies` whose."""
    files = [part for part in facts.parts if part.is_attachment]
    outside = _lying_open(files, facts.parts)
    marks = [facts.subject_marks, facts.body_marks, facts.document, *(part.marks for part in facts.parts)]
    return MailView(
        direction=direction,
        size_octets=min(facts.size_octets, MAX_COUNT),
        subject=facts.header.subject[:MAX_TEXT_CHARACTERS],
        recipient_count=len(to_kinds),
        recipient_agencies=_distinct(one.id for one in to_agencies if one),
        recipient_mailbox_kinds=sorted(set(to_kinds)),
        recipient_classes=sorted({one.agency_class if one else "" for one in to_agencies})[:MAX_LIST_ITEMS],
        recipient_levels=sorted({one.level if one else "" for one in to_agencies}),
        recipient_territories=sorted({one.territory if one else "" for one in to_agencies})[:MAX_LIST_ITEMS],
        attachment_count=len(outside),
        signed_file_count=sum(bool(part.pdf and signatures_of_signers(part.pdf.signatures)) for part in outside),
        file_kinds=_distinct(part.kind for part in outside),
        all_kinds=_distinct(part.kind for part in files),
        uninspectable=_distinct(part.uninspectable for part in facts.parts),
        ambiguities=list(facts.ambiguities[:MAX_LIST_ITEMS]),
        is_ambiguous=facts.is_ambiguous,
        overruns=list(facts.overruns[:MAX_LIST_ITEMS]),
        is_unreadable=facts.is_unreadable,
        is_auto_submitted=facts.header.is_auto_submitted,
        is_reply=is_reply(facts.header.subject),
        own_document_count=own_document_count,
        is_own_document_in_text=is_own_document_in_text,
        rival_numbers=_rivals(outside),
        named_enclosures=min(enclosures.named, MAX_COUNT),
        missing_enclosures=list(enclosures.missing),
        has_all_enclosures=enclosures.has_all,
        unwritten_mailboxes=list(unwritten[:MAX_LIST_ITEMS]),
        secrecy=facts.secrecy.value,
        is_secrecy_mentioned=facts.secrecy is Secrecy.NONE and any(one.is_secrecy_mentioned for one in marks),
        is_restricted=any(one.is_restricted for one in marks),
        urgency=_highest_urgency(marks),
    )


def _rivals(files: Sequence[PartFacts]) -> list[str]:
    """Give the numbers that two PDFs of different octets show in a head (Decree 30/2020 Appendix VI, III.1h).

    A Word file beside its PDF is none, nor what names the number of the document it goes with.
    """
    seen: dict[str, set[str]] = {}
    for part in files:
        marks = part.marks
        if part.kind == "pdf" and marks.number and marks.number_source == "first_page" and marks.issuer_lines:
            seen.setdefault(number_key(marks.number, marks.notation or ""), set()).add(part.sha256)
    return _distinct(key for key, digests in seen.items() if len(digests) > 1)


def _highest_urgency(marks: Sequence[Marks]) -> str:
    return max((one.urgency for one in marks), key=_URGENCIES.index).value


def _distinct(words: Iterable[str]) -> list[str]:
    """Sort and bound; empty words say nothing."""
    return sorted(set(words) - {""})[:MAX_LIST_ITEMS]


def _version(text: str) -> float:
    """Give 1.7 for `1.7`; 0.0 for what is no version."""
    major, _, minor = text.partition(".")
    return float(f"{major}.{minor or 0}") if major.isdecimal() and (minor or "0").isdecimal() else 0.0
