"""Matter: what of a message is kept to count documents by: agencies, identities of documents, closed words, no text.

A document counts once, however many files show its number; a signed PDF speaks for it before any other file. What the
sender's agency issued is told from what it passes on as rules tell it (`judge.own`); of others' documents the issuer is
named where letters and head leave one agency of the registry, and open else.
Cites: Decree 30/2020 Appendix I, II.3 (number, notation, year of a document).
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.judge.documents import is_official
from gateway.judge.issuer import issuers_of, letters_of
from gateway.judge.signers import beside_by_path, is_broken, is_valid, signatures_of_signers
from gateway.judge.words import fold
from gateway.values.evidence import Outcome
from gateway.values.ledger import (
    MAX_CLASSES,
    MAX_DOCUMENTS,
    MAX_NAMED,
    MAX_PARTIES,
    DocumentEntry,
    DocumentId,
    DocumentNumber,
    DomainClass,
    Form,
    Matter,
    Paper,
    Party,
    Recipient,
)
from gateway.values.numbers import loose_key

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from gateway.judge.describe import Scene
    from gateway.judge.issuer import Issuer
    from gateway.values.evidence import SignatureFacts
    from gateway.values.facts import Marks, MessageFacts, PartFacts
    from gateway.values.registry import Agency, Registry

MAX_CANDIDATES: Final = 8
"""Agencies with the same letters that are compared with a head; more of them are every committee of a country."""
MAX_CANDIDATE_DOCUMENTS: Final = 64
"""Numbers of one message that are looked at, kept or not."""
_NUMBER = re.compile(r"[0-9]{1,8}[0-9A-Za-zĐđ]{0,4}", re.ASCII)
_NOTATION = re.compile(r"[0-9A-Za-zÀ-ưẠ-ỹ&./_-]{1,48}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_CITED = re.compile(r"(?P<number>[0-9.]{1,9}[0-9A-Za-zĐđ]{0,4})[/-](?P<notation>.{1,48})")
_GROUPS = re.compile(r"[-._/]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOSTLY: Final = 2
"""At least every second page is a picture of paper: a scan, though a cover may have been printed to PDF."""


class _Document(NamedTuple):
    """One document while its files are gathered."""

    marks: Marks
    files: list[PartFacts]
    is_principal: bool


def matter_of(scene: Scene, facts: MessageFacts, registry: Registry) -> Matter:
    """Give what is kept of a message; never of one that is marked as a secret, which is for the caller to know.

    Args:
        scene: as `describe` made it from these facts.
        facts: what the reader saw.
        registry: of the same evaluation.
    """
    # not one document more is looked at than is kept: a hostile mail has a thousand
    documents = tuple(islice(_documents(scene, facts, registry), MAX_DOCUMENTS))
    return Matter(_sender(scene), tuple(_recipients(scene)), documents)


def _sender(scene: Scene) -> Party:
    sender, agency = scene.sender, scene.sender_agency
    if scene.reverse.is_null or sender is None:
        return Party(domain_class="null")
    if agency is None or scene.agency != agency.id:  # who only claims to be of an agency counts for nobody
        return Party(domain_class=_class_of("", sender.domain_kind))
    pseudonym = hashlib.sha256(sender.address.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Party(agency.id, _class_of(agency.id, sender.domain_kind), sender.mailbox_kind, pseudonym)


def _recipients(scene: Scene) -> Iterator[Recipient]:
    """Give the recipients, those of whom the same is known together; the last group holds whoever is too many."""
    counts: dict[tuple[str, DomainClass, str, tuple[str, ...]], int] = {}
    for one in scene.recipients:
        key = one.agency, _class_of(one.agency, one.domain_kind), one.mailbox_kind, tuple(one.roles or one.above_roles)
        if key not in counts and len(counts) >= MAX_PARTIES - 1:
            key = "", "other", "", ()
        counts[key] = counts.get(key, 0) + 1
    for (agency, domain_class, mailbox_kind, roles), count in counts.items():
        yield Recipient(agency, domain_class, mailbox_kind, roles, count)


def _class_of(agency: str, domain_kind: str) -> DomainClass:
    if domain_kind == "registered_other":
        return "registered"
    if domain_kind == "official":
        return "own" if agency else "official"
    return "free" if domain_kind in {"free", "disposable"} else "other"


def _documents(scene: Scene, facts: MessageFacts, registry: Registry) -> Iterator[DocumentEntry]:
    """Give the documents a message carries, the principal one first."""
    own = frozenset(part.path for part in scene.parts if part.is_own_document)
    documents = _gather(scene, facts, own)
    if not documents:
        return
    to = [one for one in scene.recipient_agencies if one is not None]
    agency = None if scene.reverse.is_null else scene.sender_agency
    issuers = issuers_of(agency, registry, scene.on, to) if agency is not None else ()
    beside = beside_by_path(facts.parts)
    for one in sorted(documents, key=lambda one: not one.is_principal)[:MAX_CANDIDATE_DOCUMENTS]:
        file = _speaking(one.files)
        is_own = any(part.path in own for part in one.files) or not one.files
        issuer = _own_issuer(one, issuers) if is_own else _other_issuer(one, registry, scene.on)
        signatures = [*_signatures(file), *(beside.get(file.path, ()) if file is not None else ())]
        if (identity := _identity(one.marks, issuer, file, scene.on)) is not None:
            yield DocumentEntry(
                id=identity,
                doc_type=one.marks.doc_type or "",
                urgency=one.marks.urgency.value,
                issued_on=_day(one.marks.issued_on),
                form=_form(file),
                signature=_best(signatures).value,
                is_official=True,
                is_own=is_own,
                classes=tuple(one.marks.policy_classes)[:MAX_CLASSES],
                paper=_paper(one.marks),
                recalls=tuple(_recalled(one.marks)),
                corrects=_amended(one.marks, facts.document, "corrects"),
                replaces=_amended(one.marks, facts.document, "replaces"),
            )


def _gather(scene: Scene, facts: MessageFacts, own: frozenset[str]) -> list[_Document]:
    """Group the files by the document they show.

    A number that stands in the subject or the text alone counts for a file of the sender's own that shows none (a scan
    nobody could read), and where the text itself is the document; else it may be that of what is only spoken of.
    """
    is_sent = scene.document is not None and scene.document.is_official
    principal = _key(facts.document) if is_sent else ""
    groups: dict[str, list[PartFacts]] = {}
    for part in facts.parts:
        if part.is_attachment and is_official(part.marks) and not part.marks.is_enclosure:
            groups.setdefault(_key(part.marks), []).append(part)
    bare = [part for part in facts.parts if part.path in own and not part.marks.number]
    is_in_text = scene.mail is not None and scene.mail.is_own_document_in_text
    if principal and (bare or is_in_text or principal in groups):
        groups[principal] = [*groups.get(principal, ()), *bare]
    return [
        _Document(facts.document if key == principal else files[0].marks, files, key == principal)
        for key, files in groups.items()
    ]


def _key(marks: Marks) -> str:
    return loose_key(marks.number or "", marks.notation or "")


def _speaking(files: Sequence[PartFacts]) -> PartFacts | None:
    """Choose the file that speaks for a document: a signed PDF, else a PDF, else the first; None for a text."""
    ranks = [(not _signatures(file), file.kind != "pdf") for file in files]
    return files[min(range(len(files)), key=ranks.__getitem__)] if files else None


def _signatures(file: PartFacts | None) -> list[SignatureFacts]:
    return signatures_of_signers(file.pdf.signatures) if file is not None and file.pdf is not None else []


def _own_issuer(document: _Document, issuers: Iterable[Issuer]) -> str:
    """Name which of the sender's organisations issued its own document: itself, or of an office the committee."""
    said = [issuer for issuer in issuers if _says(document, issuer)]
    return said[0].agency.id if said else next((issuer.agency.id for issuer in issuers), "")


def _other_issuer(document: _Document, registry: Registry, on: dt.date) -> str:
    """Name the one agency of the registry whose letters and head these are; empty when it is none, or several."""
    agencies = _by_letters(registry, on).get(letters_of(document.marks), ())  # type: ignore[arg-type]  # hashes by identity
    if len(agencies) > MAX_CANDIDATES:
        return ""
    candidates = (issuers_of(agency, registry, on)[0] for agency in agencies)
    said = [issuer for issuer in candidates if _says(document, issuer)]
    return said[0].agency.id if len(said) == 1 else ""


def _says(document: _Document, issuer: Issuer) -> bool:
    """Tell whether letters, head and signers are those of an organisation."""
    return any(issuer.issued(file) for file in document.files) or issuer.named(document.marks) is True


@lru_cache(maxsize=4)
def _by_letters(registry: Registry, on: dt.date) -> dict[str, list[Agency]]:
    """Map folded letters to the agencies that use them; asked once a registry and day."""
    found: dict[str, list[Agency]] = {}
    for agency_id in registry.agency_ids():
        if (agency := registry.agency(agency_id, on)) is not None:
            for letters in {fold(one) for one in agency.notations}:
                found.setdefault(letters, []).append(agency)
    return found


def _identity(marks: Marks, issuer: str, file: PartFacts | None, on: dt.date) -> DocumentId | None:
    """Make the identity of a document; None when its number is of no form that can be compared."""
    number = re.sub(r"[\s.]", "", marks.number or "").lstrip("0")
    notation = re.sub(r"\s", "", marks.notation or "")
    if not _NUMBER.fullmatch(number) or not _NOTATION.fullmatch(notation):
        return None
    year = int(day[:4]) if (day := _day(marks.issued_on)) else on.year
    digest = file.sha256 if file is not None and _DIGEST.fullmatch(file.sha256) else ""
    return DocumentId(issuer, number, notation, year, digest)


def _recalled(marks: Marks) -> Iterator[DocumentNumber]:
    """Give the document that a recall notice takes back: the one number of its own issuer that it cites.

    Of several nobody can tell which; others' documents are not its to recall (Decree 30/2020 article 18.4).
    """
    if "recall" not in marks.policy_classes:
        return
    own = [one for one in (_of_own_issuer(marks, cited) for cited in marks.cited_numbers) if one is not None]
    if len(own) == 1:
        yield own[0]


def _amended(marks: Marks, mail: Marks, kind: str) -> tuple[DocumentNumber, ...]:
    """List what a document says to correct or replace, or its mail says of it by number; of its own issuer alone."""
    own = _key(marks)
    said = [one for one in marks.amends if not one.by or _key_of(one.by) == own]
    said += [one for one in mail.amends if one.by and _key_of(one.by) == own]
    found = {
        named.key: named
        for one in said
        if one.kind == kind and (named := _of_own_issuer(marks, one.number, one.year)) is not None
    }
    return tuple(found.values())[:MAX_NAMED]


def _key_of(written: str) -> str:
    cited = _CITED.fullmatch(written)
    return loose_key(cited["number"], cited["notation"]) if cited else ""


def _of_own_issuer(marks: Marks, written: str, year: int = 0) -> DocumentNumber | None:
    """Read a number a document names; None when it is of no form that can be compared, or of another issuer's."""
    cited = _CITED.fullmatch(written)
    if cited is None or letters_of(marks) not in {fold(group) for group in _GROUPS.split(cited["notation"])}:
        return None
    number, notation = cited["number"].replace(".", "").lstrip("0"), cited["notation"]
    is_comparable = _NUMBER.fullmatch(number) and _NOTATION.fullmatch(notation)
    return DocumentNumber(number, notation, year) if is_comparable else None


def _day(issued_on: str | None) -> str:
    return issued_on if issued_on and _DAY.fullmatch(issued_on) else ""


def _paper(marks: Marks) -> Paper:
    return "announced" if marks.paper == "announced" else "none_announced" if marks.paper == "none_announced" else ""


def _form(file: PartFacts | None) -> Form:
    if file is None:
        return "other"
    if _signatures(file):
        return "signed"
    if file.pdf is not None:
        pages = file.pdf.image_pages
        return "scan" if pages and pages * _MOSTLY >= file.pdf.page_count else "pdf"
    return "scan" if file.picture is not None and file.picture.image_pages else "other"


def _best(signatures: Sequence[SignatureFacts]) -> Outcome:
    """Give the best outcome; one that holds, but over something else than is shown, fails."""
    if any(map(is_valid, signatures)):
        return Outcome.PASS
    outcomes = {Outcome.FAIL if is_broken(one) else one.outcome for one in signatures} - {Outcome.PASS}
    order = (Outcome.TEMPERROR, Outcome.PERMERROR, Outcome.FAIL)
    return next((one for one in order if one in outcomes), Outcome.PERMERROR if signatures else Outcome.NONE)
