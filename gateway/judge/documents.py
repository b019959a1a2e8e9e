"""Documents: the merged marks of the principal document, as rules ask them.

Cites: docs/policy.md, `document.is_official` (working definition of an official document).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from gateway.judge.answers import is_reply, is_report
from gateway.judge.due import Basis, Due, fall, find_counting, spell
from gateway.judge.views import MAX_LIST_ITEMS, MAX_TEXT_CHARACTERS, DocumentView
from gateway.judge.words import fold
from gateway.values.facts import Secrecy
from gateway.values.numbers import number_key
from gateway.values.zone import VIETNAM

if TYPE_CHECKING:
    from gateway.values.facts import Marks, MessageFacts
    from gateway.values.working_days import WorkingDays

UNKNOWN_TIME = 1_000_000.0
"""Hours or days to or from what nobody named: beyond every threshold a rule can set."""
_NOON = 12

_UNOFFICIAL_TYPES = frozenset({"lich_lam_viec", "dang_ky_hop", "tai_lieu_hop", "phieu_gui", "phieu_chuyen"})
_DIRECTING = frozenset(
    ("nghi_quyet", "quyet_dinh", "chi_thi", "chuong_trinh", "ke_hoach", "de_an", "du_an", "cong_dien", "thong_bao")
)
"""Types in which committees direct (14/CT-UBND 1b names programmes, plans, schemes, projects and decisions)."""
_OF_PERSONS = frozenset({"personnel", "emulation", "licensing"})
_COMMITTEE_LETTERS = frozenset({"ubnd", "vpubnd", "ctubnd", "ct"})
"""Folded: of the committee, its office and its chairman (14/CT-UBND, 2b)."""
_UNOFFICIAL_CLASSES = frozenset({"schedule", "booking", "meeting_papers"})


def view_document(facts: MessageFacts, at: dt.datetime, days: WorkingDays) -> DocumentView:
    """Show the principal document; hours and days count from or to `at`."""
    marks = facts.document
    is_issued = _is_issued(marks) and not _is_quoted(facts)
    hours = _hours_to(marks.meeting_time, at)
    until_urgent = _hours_to(marks.urgent_before, at)
    issued_on = _date(marks.issued_on)
    basis = Basis(at, issued_on, days)
    dues = [fall(one, basis) for one in marks.time_limits[:MAX_LIST_ITEMS]]
    due = find_counting(dues, at) if dues else None
    return DocumentView(
        doc_type=marks.doc_type or "",
        number=(marks.number or "")[:MAX_TEXT_CHARACTERS],
        notation=(marks.notation or "")[:MAX_TEXT_CHARACTERS],
        is_issued=is_issued,
        is_official=is_issued and is_official(marks),
        is_draft=marks.is_draft or marks.has_blank_number,
        about_draft=marks.about_draft,
        is_invitation=marks.is_invitation,
        is_meeting_paper=_is_meeting_paper(facts),
        meeting_change=marks.meeting_change or "",
        has_meeting_time=hours is not None,
        hours_to_meeting=UNKNOWN_TIME if hours is None else hours,
        meeting_flags=list(marks.meeting_flags[:MAX_LIST_ITEMS]),
        classes=list(marks.policy_classes[:MAX_LIST_ITEMS]),
        period=marks.period or "",
        roles=list(marks.recipient_roles[:MAX_LIST_ITEMS]),
        is_publishable=is_issued and _is_publishable(facts),
        number_defects=_number_defects(marks) if is_issued else [],
        number_key=number_key(marks.number, marks.notation or "")[:MAX_TEXT_CHARACTERS] if marks.number else "",
        cited_numbers=[one[:MAX_TEXT_CHARACTERS] for one in marks.cited_numbers[:MAX_LIST_ITEMS]],
        cited_keys=[number_key(one)[:MAX_TEXT_CHARACTERS] for one in marks.cited_numbers[:MAX_LIST_ITEMS]],
        corrects=_amended(marks, "corrects"),
        replaces=_amended(marks, "replaces"),
        paper=marks.paper,
        issued_on=issued_on.isoformat() if issued_on else "",
        issue_flags=_issue_flags(marks, issued_on, at),
        days_since_issue=_days_since(issued_on, at),
        working_days_since_issue=_working_days_since(issued_on, at, days),
        has_due=due is not None and due.end is not None,
        due=due.text if due else "",
        due_kind=due.limit.kind if due else "",
        due_ground=(due.limit.ground or "stated") if due else "",
        hours_to_due=_hours_until(due, at),
        time_limits=[spell(one) for one in dues],
        urgent_before="" if until_urgent is None else marks.urgent_before or "",
        hours_to_urgent_before=UNKNOWN_TIME if until_urgent is None else until_urgent,
    )


def _amended(marks: Marks, kind: str) -> list[str]:
    """List what the document corrects or replaces, in the form to compare."""
    keys = [number_key(one.number)[:MAX_TEXT_CHARACTERS] for one in marks.amends if one.kind == kind and not one.by]
    return keys[:MAX_LIST_ITEMS]


def _date(issued_on: str | None) -> dt.date | None:
    """Read a date of facts; None for what is no date."""
    try:
        return dt.date.fromisoformat(issued_on) if issued_on else None
    except ValueError:
        return None


def _issue_flags(marks: Marks, issued_on: dt.date | None, at: dt.datetime) -> list[str]:
    """Name what is odd about the date of issue, sorted."""
    is_ahead = issued_on is not None and issued_on > at.astimezone(VIETNAM).date()
    return sorted({*marks.issue_flags[:MAX_LIST_ITEMS], *(("future_date",) if is_ahead else ())})


def _days_since(issued_on: dt.date | None, at: dt.datetime) -> float:
    """Count whole days, so that the mails of one day share their facts (ADR 0015)."""
    return UNKNOWN_TIME if issued_on is None else float((at.astimezone(VIETNAM).date() - issued_on).days)


def _working_days_since(issued_on: dt.date | None, at: dt.datetime, days: WorkingDays) -> float:
    """Count working days, the one of a morning by half; a day off adds nothing."""
    if issued_on is None:
        return UNKNOWN_TIME
    local = at.astimezone(VIETNAM)
    count = days.between(issued_on, local.date())
    if count is None:
        return UNKNOWN_TIME
    is_morning = local.hour < _NOON and local.date() > issued_on and bool(days.is_working(local.date()))
    return count - 0.5 * is_morning


def _hours_until(due: Due | None, at: dt.datetime) -> float:
    return UNKNOWN_TIME if due is None or due.end is None else (due.end - at).total_seconds() / 3600


def _is_publishable(facts: MessageFacts) -> bool:
    """Tell whether an issued document may be proposed for publication; whatever was not read might be marked."""
    marks, classes = facts.document, frozenset(facts.document.policy_classes)
    texts = (facts.subject_marks, facts.body_marks, marks, *(part.marks for part in facts.parts))
    is_marked = facts.secrecy is not Secrecy.NONE or any(one.is_restricted for one in texts)
    is_unread = bool(facts.overruns) or facts.is_unreadable or any(part.uninspectable for part in facts.parts)
    is_directing = "normative" in classes or marks.doc_type in _DIRECTING
    is_by_committee = fold(marks.issuer_letters) in _COMMITTEE_LETTERS
    return (
        is_directing
        and is_by_committee
        and not (is_marked or is_unread or classes & _OF_PERSONS or _is_informal(marks))
    )


def _is_quoted(facts: MessageFacts) -> bool:
    """Tell whether the number stands only in the subject of an answer, receipt or word of thanks."""
    marks, subject = facts.document, facts.header.subject
    if not (is_reply(subject) or is_report(subject)):
        return False
    texts = (facts.body_marks, *(part.marks for part in facts.parts))
    return all((one.number, one.notation) != (marks.number, marks.notation) for one in texts)


def _is_meeting_paper(facts: MessageFacts) -> bool:
    """Tell whether meeting papers are sent: without any file they are at most asked for."""
    marks = facts.document
    is_named = marks.doc_type == "tai_lieu_hop" or "meeting_papers" in marks.policy_classes
    return is_named and any(part.is_attachment for part in facts.parts)


def is_official(marks: Marks) -> bool:
    """Tell whether marks are of an official document: issued, and nothing informal."""
    return _is_issued(marks) and not _is_informal(marks)


def _is_issued(marks: Marks) -> bool:
    return bool(marks.number and marks.notation) and not marks.is_draft and not marks.has_blank_number


def _is_informal(marks: Marks) -> bool:
    """Tell a schedule, booking, meeting paper or covering note; an invitation with its papers stays official."""
    if marks.doc_type in _UNOFFICIAL_TYPES:
        return True
    return not marks.is_invitation and not _UNOFFICIAL_CLASSES.isdisjoint(marks.policy_classes)


def _hours_to(meeting_time: str | None, at: dt.datetime) -> float | None:
    """Give the hours to a start with an hour; None for a bare date, which may begin at any hour."""
    if not meeting_time or "T" not in meeting_time:
        return None
    try:
        start = dt.datetime.fromisoformat(meeting_time)
    except ValueError:
        return None
    if start.tzinfo is None:
        return None
    return (start - at).total_seconds() / 3600


def _number_defects(marks: Marks) -> list[str]:
    """Name what Decree 30/2020 Appendix I.II.3 would have written otherwise."""
    number, notation = marks.number or "", marks.notation or ""
    defects = []
    if len(number) == 1:
        defects.append("no_leading_zero")
    if "-" not in notation and not notation.rpartition("/")[2].startswith("QH"):
        defects.append("single_group")
    return sorted({*defects, *marks.number_form[:MAX_LIST_ITEMS]})
