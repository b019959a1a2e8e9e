"""Own documents: the attached files that are official documents the sender's agency issued.

A directive on form binds whoever issues a document, not whoever passes one on, answers one or bounces one. So what
counts is the number a file itself carries and who its head says issued it; a number that stands only in the subject or
body counts when nothing says that it is quoted. Where it stays open who issued a document, it is none of the sender's.
Cites: docs/policy.md, `document.is_official` (issued, by an agency); BD-1c-0 (converted by the issuing agency); BD-2b.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gateway.judge.answers import is_forward, is_reply, is_report
from gateway.judge.documents import is_official
from gateway.judge.signers import signatures_of_signers
from gateway.values.numbers import loose_key
from gateway.values.registry import name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from gateway.judge.issuer import Issuer
    from gateway.values.facts import Marks, MessageFacts, PartFacts

_IMAGES = frozenset({"jpeg", "png", "gif", "bmp", "tiff", "webp", "heic"})
_ARCHIVES = frozenset(
    ("zip", "7z", "rar", "iso", "cab", "lha", "ar", "cpio", "arj", "ace", "wim", "gzip", "xz", "bzip2", "zstd", "tar")
)
_OFFICE = frozenset(("docx", "doc", "odt", "rtf", "xlsx", "xls", "ods", "pptx", "ppt", "odp", "ole"))
WRAPPERS = frozenset({"eml", "tnef", "pkcs7", "msg"})
"""Containers a mail program makes, not the sender: what they hold lies open."""
TRANSPARENT = frozenset({"tnef", "pkcs7"})
"""Those of them that hold the sender's own files, not another message."""
_FIXED = frozenset({"pdf", *_IMAGES})
"""Kinds in which a document leaves its desk; an editable file that is forwarded is anybody's working copy."""
_BESIDE_DOCUMENTS = frozenset({*WRAPPERS, "pgp", "ics", "empty"})
"""Kinds that go along with a message and are no document: wrappers, signatures, calendar data."""
_MAY_BE_DOCUMENTS = frozenset({*_FIXED, *_OFFICE, *_ARCHIVES})
"""Kinds that may stand for a document the subject names; mail programs attach texts, cards and calendars themselves."""
_NOT_READ = frozenset({"over_budget", "crashed_reader"})
"""Reasons that are ours, or the host's: a locked or broken file is a fact, whoever reads it."""
_LISTED = r"(?:phu ?luc|pl|danh ?sach|ds|bieu ?mau|mau ?bieu|mau ?so|bieu ?so)"
_ENCLOSED = re.compile(rf"(?:^| )(?:{_LISTED} ?\d{{0,2}}|kem(?: ?theo)?)(?: |$)")
"""Names of enclosures (Decree 30/2020 Appendix I, II.8: `Phụ lục`; `Kèm theo` is what the page must say)."""
_WITH_ENCLOSURES = re.compile(rf"(?<= )(?:va|kem(?: ?theo)?) {_LISTED}(?= |$)")
"""`Quyết định 15 kèm phụ lục` is the document, with what it encloses."""


class _Files(NamedTuple):
    """Attached files that may be documents, as they lie."""

    open: list[PartFacts]
    """Attached to the message itself, or in what a mail program wrapped around it."""
    packed: list[PartFacts]
    """Inside an archive, or inside a document."""


def find_own_documents(facts: MessageFacts, issuers: Sequence[Issuer]) -> frozenset[str]:
    """Find the paths of the files to be judged for their form, one or more a document.

    Of one document the signed PDFs; else its first PDF, a PDF without a number of its own counting as its scan;
    else the first file that carries it. An archive is looked into: what it holds counts in its place. A file of which
    nothing was read stands for its document all the same, so that no copy of it is judged, and is not judged itself.

    Args:
        facts: of the message.
        issuers: whose documents the sender's mailbox issues; none, and nothing is its own.
    """
    if not issuers:
        return frozenset()
    files = _files(facts)
    issued = _issued(facts, issuers)
    carriers = [part for part in files.open if issued(part)]
    bare = [part for part in files.open if _may_stand_in(part, issuers)]
    chosen: list[PartFacts] = []
    if carriers:
        for group in _documents(carriers):
            chosen += _unpacked(_of_one_document(group, _scans(bare)), files.packed, issuers)
    elif (inside := [part for part in files.packed if issued(part)]) and not any(map(_is_signed, bare)):
        for group in _documents(inside):
            chosen += _of_one_document(group, [])
    else:
        chosen += _unpacked(_stand_ins(facts, issuers, bare), files.packed, issuers)
    return frozenset(part.path for part in chosen if not _is_unread(part))


def _is_unread(part: PartFacts) -> bool:
    """Was no page of a file read, for want of time or because its reader died?

    Then nobody knows whether it is signed, a draft or an enclosure, and another try may tell.
    """
    is_seen = part.pdf is not None and (part.pdf.has_text or part.pdf.image_pages > 0 or bool(part.pdf.signatures))
    return part.uninspectable in _NOT_READ and not is_seen


def opens(path: str, kinds: Mapping[str, str], wrappers: frozenset[str] = WRAPPERS) -> bool:
    """Tell whether a file lies open: in no container, or only in what a mail program makes."""
    steps = path.split("!")
    return all(kinds.get("!".join(steps[:count])) in wrappers for count in range(1, len(steps)))


def is_document_in_text(facts: MessageFacts, issuers: Sequence[Issuer]) -> bool:
    """Tell whether the text of a mail is itself an own document, and no file comes along.

    Only what leaves nothing open: the sender's agency is named in the head pasted there, and the mail answers,
    passes on and reports nothing.
    """
    marks = facts.body_marks
    if not marks.is_whole or not is_official(marks) or facts.header.is_auto_submitted or not _sends(facts):
        return False
    files = _files(facts)
    is_bare = not files.open and not files.packed
    return is_bare and any(issuer.named(marks) and not issuer.is_stranger(marks) for issuer in issuers)


def _files(facts: MessageFacts) -> _Files:
    """Sort the attached files that may be documents: no pictures shown in the text, nothing a mail program adds.

    Telephones show in the text whatever they attach: a picture named after the document that is sent is none of a
    signature's.
    """
    kinds = {part.path: part.kind for part in facts.parts}
    named = {_document_key(marks) for marks in (facts.subject_marks, facts.body_marks) if marks.number}
    sent = named if _sends(facts) else set[str]()
    files = [
        part
        for part in facts.parts
        if part.is_attachment
        and part.kind not in _BESIDE_DOCUMENTS
        and not (part.is_inline and part.kind in _IMAGES and _document_key(part.marks) not in sent)
    ]
    lying = [opens(part.path, kinds) for part in files]
    return _Files(
        [part for part, is_open in zip(files, lying, strict=True) if is_open],
        [part for part, is_open in zip(files, lying, strict=True) if not is_open],
    )


def _issued(facts: MessageFacts, issuers: Sequence[Issuer]) -> Callable[[PartFacts], bool]:
    """Give the question whether a file carries the number of an own document, and is not merely enclosed with one.

    Where the letters are those of every committee and no head tells more, the text may say whose it is. An editable
    file whose head names a committee without its place is the sender's own when the subject sends it by its number:
    others' documents come as they were issued.
    """
    sent = _document_key(facts.subject_marks) if _sends(facts) and facts.subject_marks.number else None
    said = _said_own(facts, issuers)

    def question(part: PartFacts) -> bool:
        if not is_official(part.marks) or _is_enclosure(part):
            return False
        answers, key = [issuer.issued(part) for issuer in issuers], _document_key(part.marks)
        if True in answers or None not in answers:
            return True in answers
        is_working_copy = part.kind in _OFFICE and bool(part.marks.issuer_lines)
        return key in said or (is_working_copy and key == sent)

    return question


def _sends(facts: MessageFacts) -> bool:
    """Tell whether a message sends documents of its own account: it answers, passes on and reports nothing."""
    subject = facts.header.subject
    return not (is_forward(subject) or is_reply(subject) or is_report(subject))


def _said_own(facts: MessageFacts, issuers: Iterable[Issuer]) -> set[str]:
    """Give the documents that subject or body say are the sender's own, by naming its agency.

    It tells whose the number in a file's name is, where the letters are those of every committee.
    """
    texts = (facts.subject_marks, facts.body_marks) if _sends(facts) else ()
    return {_document_key(marks) for marks in texts if marks.issuer_lines and _names_own(marks, issuers)}


def _is_enclosure(part: PartFacts) -> bool:
    """Tell whether a file only goes with a document: its page or its name says so, and no head of its own is there."""
    if part.marks.number_source == "first_page":
        return False
    name = _WITH_ENCLOSURES.sub("", name_key(part.name.rpartition(".")[0]))
    return part.marks.is_enclosure or _ENCLOSED.search(name) is not None


def _may_stand_in(part: PartFacts, issuers: Iterable[Issuer]) -> bool:
    """Tell whether a file without a number may be the document that subject or body name."""
    is_logo = part.kind in _IMAGES and not (part.picture and part.picture.image_pages)
    return (
        part.kind in _MAY_BE_DOCUMENTS
        and not part.marks.number
        and not is_logo
        and not _is_enclosure(part)
        and not all(issuer.is_stranger(part.marks) for issuer in issuers)
    )


def _documents(carriers: Iterable[PartFacts]) -> Iterator[list[PartFacts]]:
    """Group files by the document they carry; numbers and notations compare without marks, zeros and separators."""
    groups: dict[str, list[PartFacts]] = {}
    for part in carriers:
        groups.setdefault(_document_key(part.marks), []).append(part)
    yield from groups.values()


def _document_key(marks: Marks) -> str:
    return loose_key(marks.number or "", marks.notation or "")


def _scans(bare: Iterable[PartFacts]) -> list[PartFacts]:
    """Take the PDF that may be the scan of a document: a signed one first."""
    pdfs = [part for part in bare if part.kind == "pdf"]
    return ([part for part in pdfs if _is_signed(part)] or pdfs)[:1]


def _is_signed(part: PartFacts) -> bool:
    return bool(part.pdf and signatures_of_signers(part.pdf.signatures))


def _of_one_document(carriers: Sequence[PartFacts], scans: list[PartFacts]) -> Sequence[PartFacts]:
    pdfs = [part for part in carriers if part.kind == "pdf"]
    return [part for part in pdfs if _is_signed(part)] or pdfs[:1] or scans or carriers[:1]


def _unpacked(
    chosen: Sequence[PartFacts], packed: Sequence[PartFacts], issuers: Iterable[Issuer]
) -> Iterator[PartFacts]:
    """Put the documents in an archive in its place: its PDFs that nobody else issued; without any the archive stays."""
    for part in chosen:
        inside = [
            one
            for one in packed
            if part.kind in _ARCHIVES
            and one.path.startswith(f"{part.path}!")
            and one.kind == "pdf"
            and not _is_enclosure(one)
            and not all(issuer.is_stranger(one.marks) for issuer in issuers)
        ]
        yield from inside or [part]


def _stand_ins(facts: MessageFacts, issuers: Iterable[Issuer], bare: Sequence[PartFacts]) -> Sequence[PartFacts]:
    """Take the file that stands for an own document which only subject or body name as sent here."""
    subject = facts.header.subject
    if facts.header.is_auto_submitted or is_report(subject) or is_reply(subject):
        return []
    candidates = bare
    if _names_own(facts.subject_marks, issuers) or _is_of_no_text(facts, issuers):
        candidates = [part for part in bare if part.kind in _FIXED] if is_forward(subject) else bare
    elif is_forward(subject) or not _names_own(facts.body_marks, issuers):
        return []
    return _scans(candidates) or candidates[:1]


def _is_of_no_text(facts: MessageFacts, issuers: Iterable[Issuer]) -> bool:
    """Tell whether the merged document is an own one whose number stands in none of the texts known here."""
    key = _document_key(facts.document)
    texts = (facts.subject_marks, facts.body_marks, *(part.marks for part in facts.parts))
    return _names_own(facts.document, issuers) and key not in map(_document_key, texts)


def _names_own(marks: Marks, issuers: Iterable[Issuer]) -> bool:
    return is_official(marks) and any(issuer.named(marks) for issuer in issuers)
