"""Detect: every Vietnamese detector over one text. Total: any string gives Marks.

Secrecy is read first and rests on no other detector; a wall stands between it and the others, which build on each other
(a type on a number, a meeting on a type): where one of them raises, what they say of that text is left out as a whole.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gateway.read.guard import contain
from gateway.read.vietnamese.amending import read_amendments
from gateway.read.vietnamese.charsets import repair_text
from gateway.read.vietnamese.circulation import is_restricted
from gateway.read.vietnamese.delivery import read_urgent_before
from gateway.read.vietnamese.doctype import find_leading_type, read_doc_type
from gateway.read.vietnamese.draft import find_draft_type, read_draft
from gateway.read.vietnamese.enclosures import read_enclosures
from gateway.read.vietnamese.file_numbers import read_file_number
from gateway.read.vietnamese.icalendar import Told, tell_calendars
from gateway.read.vietnamese.issued import read_issue
from gateway.read.vietnamese.issuer import (
    NO_HEAD,
    Head,
    is_enclosure,
    is_whole,
    issuer_letters,
    read_head,
    read_said_issuer,
)
from gateway.read.vietnamese.lead import scan_lead
from gateway.read.vietnamese.levels import highest_level
from gateway.read.vietnamese.meeting import read_meeting
from gateway.read.vietnamese.normalise import MAX_CHARACTERS, View, normalise
from gateway.read.vietnamese.number import written_form
from gateway.read.vietnamese.owning import read_numbers
from gateway.read.vietnamese.paper import read_paper
from gateway.read.vietnamese.receivers import read_receivers
from gateway.read.vietnamese.secrecy import may_be_secret, read_secrecy
from gateway.read.vietnamese.tables import TYPE_LETTERS
from gateway.read.vietnamese.time_limits import read_time_limits
from gateway.read.vietnamese.times import local_day
from gateway.read.vietnamese.titles import read_annex_titles, read_titles
from gateway.read.vietnamese.topics import read_period, read_policy_classes, read_recipient_roles
from gateway.read.vietnamese.urgency import read_urgency
from gateway.values.facts import Marks, Secrecy, Urgency

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from gateway.read.vietnamese.lead import Lead
    from gateway.read.vietnamese.number import Numbers

    Caught = Callable[[Exception], None]
    Others = Callable[[Marks, View, str, datetime, Lead], Marks]

_TITLED_REPORT = "\nBÁO CÁO"
"""Told from `BC` in a notation, which may be the letters of an issuer."""

_SINGLE_UNDERSCORE = re.compile(r"(?P<kept>\d/[A-ZĐ][A-Za-zĐ]{0,7}_[A-ZĐ])|(?<!_)_(?!_)")
"""An underscore stands for a blank, but for the hyphen in a notation (`125/QĐ_UBND`)."""
_EXTENSION = re.compile(
    r"(?:\.(?:signed|sign|pdf|docx?|xlsx?|pptx?|odt|ods|zip|rar|7z|jpe?g|png|tiff?|rtf|txt|html?|p7m|eml|xml))+\s*$",
    re.IGNORECASE,
)


def _prepare(text: str, kind: str) -> tuple[View, str, Told]:
    """Give the text to look at, its encoding, and what its calendars show apart from it."""
    repaired, encoding = repair_text(text[:MAX_CHARACTERS])
    has_calendar = "VCALENDAR" in repaired or "vcalendar" in repaired
    told = tell_calendars(repaired) if has_calendar else Told(repaired)
    return _view(told.text, kind), encoding, told


def _view(text: str, kind: str) -> View:
    clean = normalise(text)
    if kind == "file_name":
        clean = clean[-512:]
    joints: tuple[int, ...] = ()
    if kind in {"subject", "file_name"}:
        if "." in clean[-12:]:
            clean = _EXTENSION.sub("", clean)
        if "_" in clean:
            joints = tuple(match.start() for match in _SINGLE_UNDERSCORE.finditer(clean) if not match["kept"])
            clean = _SINGLE_UNDERSCORE.sub(lambda match: match["kept"] or " ", clean)
    return View.of(clean, joints)


def _level(view: View, kind: str) -> Secrecy:
    return read_secrecy(view, kind, scan_lead(view))[0] if may_be_secret(view) else Secrecy.NONE


def _level_apart(told: Told) -> Secrecy:
    """Find the highest level of what programs show of a calendar by itself; most calendars name none at all."""
    pieces = (*told.headings, *told.asides)
    if not pieces or not may_be_secret(View.of(normalise("\n".join(pieces)))):
        return Secrecy.NONE
    levels = [_level(_view(heading, "subject"), "subject") for heading in told.headings]
    return highest_level([*levels, *(_level(_view(aside, "body"), "body") for aside in told.asides)])


def surface(fault: Exception) -> None:
    """Let what a detector raised through, for callers who want to see it."""
    raise fault


def detect(
    text: str, kind: str, received_at: datetime, caught: Caught = surface, others: Others | None = None
) -> Marks:
    """Find every mark of one text; only the first MAX_CHARACTERS are looked at.

    Args:
        text: any string.
        kind: `subject`, `body`, `first_page` or `file_name`.
        received_at: timezone-aware; anchors relative and year-less dates.
        caught: told what another detector than that of secrecy raised, which no string is known to make them do; then
            nothing but secrecy and encoding is known. It may raise, and nothing else here does.
        others: those detectors, `read_others` if None.
    """
    view, encoding, told = _prepare(text, kind)
    if not view.key.strip():
        return Marks(encoding=encoding, secrecy=_level_apart(told))
    lead = scan_lead(view)
    level, is_mentioned = read_secrecy(view, kind, lead)
    level = highest_level((level, _level_apart(told)))
    marks = Marks(encoding=encoding, secrecy=level, is_secrecy_mentioned=is_mentioned)
    return contain(lambda: (others or read_others)(marks, view, kind, received_at, lead), caught) or marks


def read_others(marks: Marks, view: View, kind: str, received_at: datetime, lead: Lead) -> Marks:
    """Add to the marks of secrecy what all other detectors find."""
    numbers = read_numbers(view, kind, lead, find_leading_type(view, lead.sent_start))
    number, notation, doc_type, source = _own_number(view, kind, numbers, *read_doc_type(view, kind, lead, numbers))
    is_draft, about_draft = read_draft(view, kind, lead, numbers)
    doc_type, source = (doc_type, source) if doc_type or not is_draft else find_draft_type(view, kind, lead)
    today = local_day(received_at)
    meeting = read_meeting(view, kind, today, doc_type, lead)
    urgency = read_urgency(view, kind, lead)
    is_report = doc_type == "bao_cao" and _TITLED_REPORT in view.text
    marks = replace(
        _of_head(marks, view, kind, numbers, today, is_report=is_report),
        doc_type=doc_type,
        type_source=source,
        number=number,
        notation=notation,
        has_blank_number=numbers.is_blank,
        urgency=urgency,
        urgent_before=read_urgent_before(view, today) if urgency is Urgency.HOA_TOC_HEN_GIO else None,
        is_restricted=is_restricted(view, lead),
        is_draft=is_draft,
        about_draft=about_draft,
        is_invitation=meeting.is_invitation,
        meeting_time=meeting.time,
        meeting_flags=meeting.flags,
        meeting_change=meeting.change,
        policy_classes=read_policy_classes(view, doc_type, numbers, is_invitation=meeting.is_invitation),
        period=read_period(view, kind, doc_type, lead),
        cited_numbers=numbers.cited,
        recipient_roles=read_recipient_roles(view, kind),
        number_form=_form(view, kind, numbers, doc_type, source),
        number_source=kind if number else "",
        issuer_letters=issuer_letters(notation) if notation else "",
        is_enclosure=kind == "first_page" and number is None and is_enclosure(view),
        is_whole=numbers.form == "head" and numbers.own is not None and is_whole(view, numbers.own),
        paper=read_paper(view, kind),
        amends=read_amendments(view, kind, lead, numbers),
    )
    return _with_company(marks, view, kind, has_head=numbers.form == "head")


def _form(view: View, kind: str, numbers: Numbers, doc_type: str | None, source: str) -> tuple[str, ...]:
    """How a page writes its number; mails and names of files write numbers as it suits."""
    is_head = numbers.own is not None and (kind == "first_page" or numbers.form == "head")
    return written_form(view, numbers.own, doc_type, source) if is_head and numbers.own else ()


def _with_company(marks: Marks, view: View, kind: str, *, has_head: bool) -> Marks:
    """Add whom a document goes to, what comes along with it, and what it is found by as an enclosure itself."""
    if kind == "file_name":
        return marks
    is_page = kind == "first_page"
    found = {
        "enclosures": read_enclosures(view, kind, marks.number),
        "receivers": read_receivers(view, kind, has_head=has_head),
        "titles": read_titles(view) if is_page else (),
        "annex_titles": read_annex_titles(view) if is_page else (),
    }
    return replace(marks, **found) if any(found.values()) else marks


def _of_head(  # noqa: PLR0913 - a text, and what was found in it so far
    marks: Marks, view: View, kind: str, numbers: Numbers, today: date, *, is_report: bool
) -> Marks:
    """Add what the head says, and the time limits, which count from its date of issue."""
    head = _head(view, kind, numbers)
    issue = read_issue(view, head.dated_at, numbers, today)
    own_at = -1 if numbers.own is None else numbers.own.start
    limits = (
        read_time_limits(view, today, issue.on, own_at, is_report=is_report and kind == "first_page")
        if kind != "file_name"
        else ()
    )
    return replace(
        marks,
        time_limits=limits,
        issuer_lines=head.lines,
        issued_on=issue.on.isoformat() if issue.on else None,
        issue_flags=issue.flags,
        place=head.place,
        addressee=head.addressee,
    )


def _head(view: View, kind: str, numbers: Numbers) -> Head:
    """The head of a page or of what is pasted into a body; of another text whose document it says it sends."""
    if kind == "first_page" or numbers.form == "head":
        return read_head(view)
    if kind == "file_name" or numbers.own is None:
        return NO_HEAD
    return Head(read_said_issuer(view, numbers.own))


def detect_secrecy(text: str, kind: str) -> Secrecy:
    """Find what `detect` says of secrecy, and nothing else: a third of its cost."""
    view, _, told = _prepare(text, kind)
    return highest_level((_level(view, kind), _level_apart(told)))


def _own_number(
    view: View, kind: str, numbers: Numbers, doc_type: str | None, source: str
) -> tuple[str | None, str | None, str | None, str]:
    """Number, notation, type and its source; file names, and subjects made of them, have no slash."""
    if numbers.own is not None:
        return numbers.own.number, numbers.own.notation, doc_type, source
    if numbers.is_blank:
        return None, numbers.blank_notation, doc_type, source
    if kind in {"file_name", "subject"} and source != "default":
        found, alone, letters = (
            read_file_number(view) if kind == "file_name" or numbers.informal is None else (None, None, None)
        )
        if found is not None and (kind == "file_name" or _is_file_like(view, found.start)):
            return found.number, found.notation, found.label or doc_type, "file_name"
        if alone is not None and kind == "file_name":
            return alone, None, doc_type or TYPE_LETTERS.get(letters or "", "cong_van"), "file_name"
    if numbers.informal is not None:
        return numbers.informal, None, doc_type, source
    return None, None, doc_type, source


def _is_file_like(view: View, start: int) -> bool:
    """A subject whose number stands where a file name has it: near the start, without citing words before."""
    return start <= 60 and not re.search(r"(?<![a-z])(?:theo|can cu|thuc hien|v/v|tai)(?![a-z])", view.key[:start])
