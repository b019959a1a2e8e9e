"""Merge: the principal document of a message from subject, body and attached documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from gateway.read.vietnamese.topics import fitting
from gateway.values.facts import Marks, Receiver, Secrecy, Urgency
from gateway.values.numbers import number_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gateway.values.facts import Amendment
    from gateway.values.time_limits import TimeLimit

MAX_TIME_LIMITS = 24
"""Listed of one message."""
MAX_AMENDMENTS = 16
"""The same, of what corrects or replaces what."""

_T = TypeVar("_T")
_SOURCE_RANK = {"notation": 5, "type_line": 4, "subject_word": 3, "file_name": 2, "default": 1, "": 0}
_SECRECY_RANK = {s: i for i, s in enumerate((Secrecy.NONE, Secrecy.MAT, Secrecy.TOI_MAT, Secrecy.TUYET_MAT))}
_URGENCY = (Urgency.NONE, Urgency.KHAN, Urgency.THUONG_KHAN, Urgency.HOA_TOC, Urgency.HOA_TOC_HEN_GIO)
_URGENCY_RANK = {u: i for i, u in enumerate(_URGENCY)}


def _first(values: Iterable[_T | None]) -> _T | None:
    return next((value for value in values if value), None)


def _union(values: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for value in values for item in value))


def _principal(subject: Marks, body: Marks, documents: Sequence[Marks], *, is_answer: bool) -> Marks:
    """The text that names the document best: a printed number first, else the surest type.

    The subject wins a tie over attachments, and those over the body. That of an answer names what is answered, so it
    comes last, and what is sent comes before what is sent back. What goes with papers of a meeting are papers.
    """
    ranked = [*_sent_first(documents, subject, body), body, subject] if is_answer else [subject, *documents, body]
    numbered = [m for m in ranked if m.number and m.notation]
    if numbered:
        return numbered[0]
    blank = [m for m in documents if m.has_blank_number]
    papers = [m for m in (subject, body) if m.doc_type == "tai_lieu_hop"]
    return (blank or papers or [max(ranked, key=lambda m: _SOURCE_RANK.get(m.type_source, 0))])[0]


def _sent_first(documents: Sequence[Marks], subject: Marks, body: Marks) -> list[Marks]:
    """Documents of an answer: those the body says it sends, then others than the one that is answered."""

    def place(marks: Marks) -> int:
        key = (marks.number, marks.notation)
        return 0 if key == (body.number, body.notation) else 1 + (key == (subject.number, subject.notation))

    return sorted(documents, key=place)


def merge(subject: Marks, body: Marks, documents: Sequence[Marks], *, is_answer: bool = False) -> Marks:
    """Fold the marks of one message into those of its principal document.

    Secrecy and urgency are the highest anywhere. A draft is a message whose principal document is one,
    not one that merely encloses a draft with an issued letter. `is_answer`: the subject is that of an answer.
    """
    texts = [*documents, body, subject] if is_answer else [subject, *documents, body]
    principal = _principal(subject, body, documents, is_answer=is_answer)
    told = [body, *documents, subject] if is_answer else texts  # an answer tells the new time, its subject the old one
    change = _first(m.meeting_change for m in told)
    timed = [m for m in told if m.meeting_time]
    exact = [m for m in timed if "T" in (m.meeting_time or "")]
    meeting = (exact or timed or [principal])[0]
    is_draft = _is_draft(principal, subject, body, documents)
    cancelled = change in {"postponed", "cancelled"}
    own = _key(principal)
    cited = {number_key(one): one for m in reversed(texts) for one in reversed(m.cited_numbers)}
    issue = _issue(principal, texts)
    speaking = _speaking(principal, [body] if is_answer else [subject, body], documents)
    doc_type = principal.doc_type or _first(m.doc_type for m in texts)
    return msgspec.structs.replace(
        principal,
        doc_type=doc_type,
        urgency=max((m.urgency for m in texts), key=_URGENCY_RANK.__getitem__),
        urgent_before=_first(m.urgent_before for m in texts),
        secrecy=max((m.secrecy for m in texts), key=_SECRECY_RANK.__getitem__),
        is_secrecy_mentioned=any(m.is_secrecy_mentioned for m in texts),
        is_restricted=any(m.is_restricted for m in texts),
        is_draft=is_draft,
        about_draft=is_draft or any(m.about_draft for m in texts),
        is_invitation=change is None and any(m.is_invitation for m in texts),
        meeting_time=None if cancelled else meeting.meeting_time,
        meeting_flags=meeting.meeting_flags,
        meeting_change=change,
        time_limits=_time_limits(principal, texts),
        issued_on=issue.issued_on,
        issue_flags=issue.issue_flags,
        policy_classes=fitting(_union(m.policy_classes for m in texts), doc_type),
        period=principal.period or _first(m.period for m in texts),
        cited_numbers=tuple(one for key, one in reversed(cited.items()) if key != own),
        number_form=tuple(sorted(_union(m.number_form for m in texts if own and _key(m) == own))),
        recipient_roles=tuple(sorted(set(_union(m.recipient_roles for m in texts)))),
        receivers=_receivers(principal, body, documents),
        paper=_paper(speaking),
        amends=_amends(own, speaking, texts),
        enclosures=(),
        titles=(),
        annex_titles=(),
        encoding=next((m.encoding for m in texts if m.encoding != "unicode"), "unicode"),
    )


def _key(marks: Marks) -> str:
    """Give the number in the form numbers are compared in; empty without one."""
    return number_key(marks.number, marks.notation or "") if marks.number else ""


def _speaking(principal: Marks, mail: Sequence[Marks], documents: Sequence[Marks]) -> list[Marks]:
    """Give the texts that speak of the principal document: its own, and a mail's that carries no other."""
    own = _key(principal)
    same = [m for m in (*mail, *documents) if own and m is not principal and _key(m) == own]
    numbers = {_key(m) for m in documents if m.number and not m.is_enclosure}
    return [principal, *same, *(m for m in mail if len(numbers) <= 1 and not m.number and m is not principal)]


def _paper(speaking: Sequence[Marks]) -> str:
    """Give what is said of paper; nothing where texts contradict each other."""
    said = {m.paper for m in speaking} - {""}
    return said.pop() if len(said) == 1 else ""


def _amends(own: str, speaking: Sequence[Marks], texts: Sequence[Marks]) -> tuple[Amendment, ...]:
    """List what the principal document corrects or replaces, then what any text says of others."""
    found: dict[tuple[str, str, str], Amendment] = {}
    of_own = [one for m in speaking for one in m.amends if not one.by]
    of_others = [
        msgspec.structs.replace(one, by=one.by or f"{m.number}/{m.notation}")
        for m in texts
        for one in m.amends
        if one.by or _key(m) not in {"", own}
    ]
    for one in (*of_own, *of_others):
        by = "" if one.by and number_key(one.by) == own else one.by
        key = one.kind, number_key(one.number), number_key(by)
        if key not in found or (one.year and not found[key].year):
            found[key] = msgspec.structs.replace(one, by=by)
    return tuple(sorted(found.values(), key=lambda one: bool(one.by)))[:MAX_AMENDMENTS]


def _issue(principal: Marks, texts: Sequence[Marks]) -> Marks:
    """Give the marks that date the principal document: its own, else those of a text that carries the same number."""
    if principal.issued_on or principal.issue_flags:
        return principal
    same = [m for m in texts if m.issued_on and not m.is_enclosure and _key(m) in {"", _key(principal)}]
    return same[0] if same else principal


def _time_limits(principal: Marks, texts: Sequence[Marks]) -> tuple[TimeLimit, ...]:
    """List those of the principal document, then the other texts' own ones, told apart from them when it sets any."""
    asides = [one for m in texts if m is not principal for one in m.time_limits if one not in principal.time_limits]
    if principal.time_limits:
        asides = [msgspec.structs.replace(one, is_aside=True) for one in asides]
    return tuple(dict.fromkeys((*principal.time_limits, *asides)))[:MAX_TIME_LIMITS]


def _receivers(principal: Marks, body: Marks, documents: Sequence[Marks]) -> tuple[Receiver, ...]:
    """Whom the principal document goes to: as the text of that number says, else the only text that says it."""
    texts = [m for m in (*documents, body) if m.receivers]
    own = [m.receivers for m in texts if m.number and _key(m) == _key(principal)]
    found = own or list(dict.fromkeys(m.receivers for m in texts if not principal.number or not m.number))
    return found[0] if own or len(found) == 1 else ()


def _is_draft(principal: Marks, subject: Marks, body: Marks, documents: Sequence[Marks]) -> bool:
    if principal.number and principal.notation:
        return principal.is_draft
    if principal.is_draft or subject.is_draft or any(m.is_draft for m in documents[:1]):
        return True
    return body.is_draft and not any(m.number for m in documents)
