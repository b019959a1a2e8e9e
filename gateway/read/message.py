"""`read_message`: octets of one message -> MessageFacts. Total, bounded, deterministic.

The story: header section, MIME tree, leaves, then the marks of subject, body and documents merged. Every octet
string yields facts; what is odd about it is an ambiguity, what exceeds the budget an overrun.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gateway.read.clock import NO_CLOCK, Clock
from gateway.read.contents import Reader
from gateway.read.guard import contain
from gateway.read.identity.authenticate import authenticate
from gateway.read.mime.fields import read_section
from gateway.read.mime.header import further_subjects, read_header
from gateway.read.mime.loose_names import loose_names
from gateway.read.mime.parts import read_tree
from gateway.read.mime.quotes import BodyText, join_bodies
from gateway.read.notes import DISPUTED_CONTENT, Notes
from gateway.read.scans.apart import RecogniserApart
from gateway.read.underlay import highest
from gateway.read.vietnamese import detect, detect_secrecy, merge
from gateway.read.vietnamese.charsets import decode_text
from gateway.read.vietnamese.lead import answers
from gateway.read.vietnamese.normalise import strip_marks
from gateway.read.watch import UNWATCHED
from gateway.values.facts import Marks, MessageFacts, Secrecy
from gateway.values.identity import NOBODY_LOOKED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from gateway.read.budget import Budget
    from gateway.read.cache import FactsCache
    from gateway.read.identity.authenticate import Inquiry
    from gateway.read.mime.fields import Section
    from gateway.read.mime.wire import Buffer
    from gateway.read.scans.memory import PictureMemory
    from gateway.read.scans.ocr import Recogniser
    from gateway.read.vietnamese.detect import Others
    from gateway.read.watch import Watch
    from gateway.values.facts import PartFacts
    from gateway.values.trust import TrustSnapshot

_NO_MARKS = Marks()
_LOOSE_OCTETS = 65_536
"""Octets of preambles and epilogues handed to the detectors."""

_LEAD = 200
"""Characters of a subject in which it says that it answers."""


def read_message(  # noqa: PLR0913 - the contract with daemon and workers; every input is a fact of its own
    octets: Buffer,
    budget: Budget,
    trust: TrustSnapshot,
    at: datetime,
    *,
    host: str = "",
    cache: FactsCache | None = None,
    recogniser: Recogniser | None = None,
    watch: Watch = UNWATCHED,
    now: Callable[[], float] | None = None,
    inquiry: Inquiry | None = None,
    others: Others | None = None,
) -> MessageFacts:
    """Read the message content `octets` (dots unstuffed) as received at the aware instant `at`.

    `host` is our own name, for loops and forged results; `cache` remembers documents between messages; `recogniser`
    reads letters off scans, one for one cache; `watch` is told of every file before it is read, and of what a detector
    raises; `now` tells processor seconds, else counts alone bound the reading; `inquiry` has us find out who sent it;
    `others` as `detect` takes them. Never raises on any octets.
    """
    content = _contiguous(octets)
    notes = Notes(budget, Clock(now, budget.cpu_seconds(len(content))) if now is not None else NO_CLOCK, watch)
    recogniser = RecogniserApart(recogniser, notes, _pictures(cache)) if recogniser is not None else None
    if cache is not None:
        cache.begin_message()
    section = read_section(content, 0, len(content), notes)
    header = read_header(content, section, host, notes)
    tree = read_tree(content, section, notes)
    _note_version(section, notes)
    bodies: list[BodyText] = []
    parts = tuple(Reader(notes, trust, at, cache, recogniser, others).leaves(content, tree, bodies))
    bodies += (BodyText(decode_text(content[a : min(b, a + _LOOSE_OCTETS)], "")[0]) for a, b in tree.loose)
    subject_marks = detect(header.subject, "subject", at, notes.caught, others) if header.subject else _NO_MARKS
    body_marks = _body_marks(bodies, budget.text_characters, partial(_body, at, notes, others))
    marks = (subject_marks, body_marks, *(part.marks for part in parts))
    secrecy = highest(*_further(section), *(one.secrecy for one in marks))
    if cache is not None and secrecy is not Secrecy.NONE:
        cache.forget_message()
    document = contain(lambda: _principal(header.subject, subject_marks, body_marks, parts), notes.caught)
    authentication = contain(lambda: authenticate(content, section, header, inquiry, at), notes.caught)
    return MessageFacts(
        size_octets=len(content), header=header, parts=parts,
        ambiguities=tuple(sorted(notes.ambiguities)), overruns=tuple(sorted(notes.overruns)),
        subject_marks=subject_marks, body_marks=body_marks, document=document or Marks(secrecy=secrecy),
        secrecy=secrecy, is_unreadable=notes.flaws > 0,
        is_ambiguous=not notes.ambiguities.isdisjoint(DISPUTED_CONTENT),
        authentication=authentication or NOBODY_LOOKED,
    )  # fmt: skip


def read_top(octets: Buffer, budget: Budget, *, host: str = "") -> MessageFacts:
    """Read the header section of a message whose content has broken the reader, and the names of its files.

    So loops still end, forged fields still go, and a mark of secrecy in a subject or the name of a file still counts:
    names are looked for in the octets as they stand, not in a tree of parts, which may be what broke the reader. What
    the message is about, and what is odd in it, is left open: most of it was not read. `octets` may be only its
    beginning; the rest is as for `read_message`. Never raises on any octets.
    """
    content = _contiguous(octets)
    notes = Notes(budget)
    section = read_section(content, 0, len(content), notes)
    header = read_header(content, section, host, notes)
    levels = [detect_secrecy(header.subject, "subject")] if header.subject else []
    named = [detect_secrecy(name, "file_name") for name in loose_names(content, Notes(budget))]
    level = highest(*levels, *_further(section), *named)
    overruns = tuple(sorted(notes.overruns))
    return only_top(MessageFacts(size_octets=len(content), header=header, overruns=overruns, secrecy=level))


def only_top(facts: MessageFacts) -> MessageFacts:
    """Leave of a message that cannot be judged as a whole its header section and its highest mark of secrecy."""
    return MessageFacts(
        size_octets=facts.size_octets,
        header=facts.header,
        overruns=facts.overruns,
        subject_marks=Marks(secrecy=facts.secrecy),
        secrecy=facts.secrecy,
        is_unreadable=True,
    )


def _pictures(cache: FactsCache | None) -> PictureMemory | None:
    """Give what is remembered of pictures; a cache that is empty has a memory all the same."""
    return cache.pictures if cache is not None else None


def _body(at: datetime, notes: Notes, others: Others | None, text: str) -> Marks:
    """Find the marks of a text that a person wrote."""
    return detect(text, "body", at, notes.caught, others)


def _principal(subject: str, subject_marks: Marks, body_marks: Marks, parts: Iterable[PartFacts]) -> Marks:
    """Fold the marks of a message into those of its principal document."""
    return merge(subject_marks, body_marks, _documents(parts), is_answer=_is_answer(subject))


def _documents(parts: Iterable[PartFacts]) -> tuple[Marks, ...]:
    """Give the marks of the attached files that bear any, in reading order."""
    return tuple(part.marks for part in parts if part.is_attachment and part.marks != _NO_MARKS)


def _further(section: Section) -> list[Secrecy]:
    """Read the marks of Subject fields behind the first."""
    return [detect_secrecy(subject, "subject") for subject in further_subjects(section) if subject]


def _is_answer(subject: str) -> bool:
    return answers(strip_marks(subject[:_LEAD]))


def _contiguous(octets: Buffer) -> bytes:
    """Octets that can be searched: a view over whole bytes is looked through, anything else is copied once."""
    if isinstance(octets, bytes):
        return octets
    if isinstance(octets, memoryview) and isinstance(octets.obj, bytes) and len(octets.obj) == octets.nbytes:
        return octets.obj
    return bytes(octets)


def _note_version(section: Section, notes: Notes) -> None:
    content_type = (section.first("content-type") or b"")[:10].lower()
    is_mime = content_type == b"multipart/" or section.count("content-transfer-encoding") > 0
    if is_mime and not section.count("mime-version"):
        notes.ambiguous("mime_version_missing")


def _body_marks(bodies: list[BodyText], limit: int, find: Callable[[str], Marks]) -> Marks:
    """Detect the marks of what the writer wrote; of what is quoted only secrecy counts, for it is passed on."""
    text = join_bodies(bodies)[:limit]
    marks = find(text) if text and not text.isspace() else _NO_MARKS
    quoted = dict.fromkeys(text[:limit] for body in bodies for text in (body.quoted, *body.asides) if text)
    subjects = dict.fromkeys(subject for body in bodies for subject in body.subjects)
    levels = [detect_secrecy(one, "body") for one in quoted] + [detect_secrecy(one, "subject") for one in subjects]
    level = highest(marks.secrecy, *levels)
    return replace(marks, secrecy=level) if level is not marks.secrecy else marks
