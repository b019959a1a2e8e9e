"""Own documents: the attached files that are official documents the sender's agency issued.

A directive on form binds whoever issues a document, not whoever passes one on, answers one or bounces one. So
what counts is the number a file itself carries, and that its notation is the sender's; a number that stands only
in the subject or body counts when nothing says that it is quoted.
Cites: RULES 11.11 (official document: issued, by an agency), BD-1c-0 (converted by the issuing agency), BD-2b.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.judge.documents import is_official
from gateway.judge.signers import signatures_of_signers
from gateway.values.registry import name_key

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from gateway.values.facts import Marks, MessageFacts, PartFacts
    from gateway.values.registry import Agency, Registry

_OFFICE_CLASS = "vpubnd"
"""Class of the office of a People's Committee, which also issues the Committee's documents (BD-2b)."""
_IMAGES = frozenset({"jpeg", "png", "gif", "bmp"})
_WRAPPERS = frozenset({"eml", "tnef"})
"""Containers a mail program makes, not the sender: what they hold lies open."""
_BESIDE_DOCUMENTS = frozenset({"pkcs7", "pgp", "ics", "empty"})
"""Kinds that go along with a message and are no document: S/MIME and PGP signatures, calendar data."""
_LIST = r"(?:\[[^\[\]]{0,80}\] {0,4})?"
_REPLY = re.compile(rf" {{0,4}}{_LIST}(?:re|tl|aw|trả lời|phản hồi)(?: tự động)? ?(?:\[\d{{1,3}}\])? ?:", re.IGNORECASE)
_FORWARD = re.compile(rf" {{0,4}}{_LIST}(?:fwd?|ct|chuyển tiếp) ?:", re.IGNORECASE)


def own_notations(agency: Agency, registry: Registry, on: dt.date) -> tuple[str, ...]:
    """Give the notations of documents an agency issues, folded to words; empty when the registry names none."""
    parent = registry.agency(agency.parent, on) if agency.agency_class == _OFFICE_CLASS and agency.parent else None
    own = (*agency.notations, *parent.notations) if parent and agency.notations else agency.notations
    return tuple(filter(None, map(name_key, own)))


def find_own_documents(facts: MessageFacts, own: Sequence[str], *, is_bounce: bool) -> frozenset[str]:
    """Find the paths of the files to be judged for their form, one or more a document.

    Of one document the signed PDFs; else its first PDF, a PDF without a number of its own counting as its scan;
    else the first file that carries it.

    Args:
        facts: of the message.
        own: notations as `own_notations` gives them; empty takes every notation for the sender's.
        is_bounce: the message returns another one, whose files are not the sender's.
    """
    files = _files(facts, is_bounce=is_bounce)
    kinds = {part.path: part.kind for part in facts.parts}
    lying_open = [part for part in files if not _is_packed(part.path, kinds)]
    bare = [part for part in lying_open if not part.marks.number and part.kind not in _WRAPPERS]
    scans = [part for part in bare if part.kind == "pdf"][:1]
    carriers: dict[tuple[str | None, str | None], list[PartFacts]] = {}
    for part in lying_open:
        if part.kind not in _WRAPPERS and _is_own(part.marks, own):
            carriers.setdefault((part.marks.number, part.marks.notation), []).append(part)
    if carriers:
        chosen = [part for group in carriers.values() for part in _of_one_document(group, scans)]
    elif _is_own(facts.document, own) and _is_sent(facts, files, is_bounce=is_bounce):
        chosen = scans or bare[:1] or lying_open[:1]
    else:
        chosen = []
    return frozenset(part.path for part in chosen)


def _of_one_document(carriers: Sequence[PartFacts], scans: list[PartFacts]) -> Sequence[PartFacts]:
    pdfs = [part for part in carriers if part.kind == "pdf"]
    signed = [part for part in pdfs if part.pdf and signatures_of_signers(part.pdf.signatures)]
    return signed or pdfs[:1] or scans or carriers[:1]


def _files(facts: MessageFacts, *, is_bounce: bool) -> list[PartFacts]:
    """Give the attached files that may be documents: no pictures shown in the text, nothing a bounce returns."""
    returned = tuple(part.path for part in facts.parts if is_bounce and part.kind == "eml")
    return [
        part
        for part in facts.parts
        if part.is_attachment
        and not (part.is_inline and part.kind in _IMAGES)
        and part.kind not in _BESIDE_DOCUMENTS
        and not (returned and part.path.startswith(returned))
    ]


def _is_packed(path: str, kinds: Mapping[str, str]) -> bool:
    """Tell whether a file is inside an archive or document; in an attached message or winmail.dat it lies open."""
    steps = path.split("!")
    around = ("!".join(steps[:count]) for count in range(1, len(steps)))
    return any(kinds.get(outer) not in _WRAPPERS for outer in around)


def _is_own(marks: Marks, own: Sequence[str]) -> bool:
    if not is_official(marks):
        return False
    words = f" {name_key((marks.notation or '').rpartition('/')[2])} "
    return not own or any(f" {notation} " in words for notation in own)


def _is_sent(facts: MessageFacts, files: Iterable[PartFacts], *, is_bounce: bool) -> bool:
    """Tell whether the number of the merged document is of something sent here, not of something quoted."""
    wanted = (facts.document.number, facts.document.notation)
    if any((part.marks.number, part.marks.notation) == wanted for part in files):
        return True
    if is_bounce or _REPLY.match(facts.header.subject):
        return False
    by_subject, by_body = (
        (marks.number, marks.notation) == wanted for marks in (facts.subject_marks, facts.body_marks)
    )
    return by_subject or not by_body or not _FORWARD.match(facts.header.subject)
