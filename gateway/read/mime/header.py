"""HeaderFacts from the top header section: who, what, how often relayed, and which fields pretend to be ours."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from gateway.read.encoded_words import decode_encoded_words
from gateway.read.mime.addresses_field import read_mailboxes
from gateway.read.mime.author import hidden_authors, note_author
from gateway.read.mime.fields import note_duplicates, without_comments
from gateway.read.notes import DISPUTED_AUTHOR
from gateway.values.facts import HeaderFacts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.read.mime.fields import Section
    from gateway.read.notes import Notes
    from gateway.values.facts import AddressFacts

_SINGLE = ("from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id")
"""Fields RFC 5322 section 3.6 allows once."""
_OUR_PREFIX = "congthu-"
_SUBJECT_OCTETS = 16_384
_SUBJECT_CHARACTERS = 4_000
_MESSAGE_ID_CHARACTERS = 998
_FIELDS_READ = 4
"""Fields of one name whose addresses are read; RFC 5322 allows one."""
_BLANKS = re.compile(r"[\x00-\x20\x7f\x85\u2028\u2029]+")
_DATE = re.compile(
    r"(?:[A-Za-z]{3,9},?\s{1,8})?(\d{1,2})\s{1,8}([A-Za-z]{3})[a-z]{0,6}\s{1,8}(\d{4})\s{1,8}"
    r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s{0,8}([+-]\d{4}|[A-Za-z]{1,5})?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ANSWERED_BY_PROGRAM = ("x-autoreply", "x-auto-reply", "x-autorespond", "x-autoresponder", "x-autoreply-from")
"""Fields of programs that answer by themselves and know no Auto-Submitted. Exchange of old writes
X-Auto-Response-Suppress (all kinds), vacation programs Precedence: auto_reply (RFC 3834 section 3.1.8)."""
_MASS_PRECEDENCE = frozenset((b"bulk", b"list", b"junk"))
_BY = re.compile(rb"\sby\s+([^\s;()]{1,255})", re.IGNORECASE)
_ID = re.compile(rb"\sid\s+([0-9A-Za-z]{8,16})(?:[\s;]|\Z)")
_MAX_OWN_IDS = 200
"""More than the Received fields of any message that is passed on (RFC 5321 section 6.3: 100)."""
_AUTHSERV_ID = re.compile(rb'\s*(?:"((?:[^"\\]|\\.){0,255})"|([^\s;"]{1,255}))', re.DOTALL)


def read_header(octets: bytes, section: Section, host: str, notes: Notes) -> HeaderFacts:
    """Read the top header section of `octets`; `host` is our own name, empty when there is none to compare with."""
    note_duplicates(section, notes, _SINGLE)
    author, has_group = _mailboxes(section, "from", notes, hidden_authors(octets, section, notes))
    sender, _ = _mailboxes(section, "sender", notes)
    reply_to, _ = _mailboxes(section, "reply-to", notes)
    note_author(section, author, notes, has_group=has_group)
    own_name = host.encode("ascii", "ignore").lower().rstrip(b".")
    return HeaderFacts(
        subject=subject_of(section),
        author=author,
        sender=sender[0] if sender else None,
        reply_to=reply_to,
        message_id=_one_line(section.first("message-id") or b"")[:_MESSAGE_ID_CHARACTERS],
        date=_date(section.first("date")),
        received_count=section.count("received"),
        is_auto_submitted=_is_auto_submitted(section),
        is_list_mail=_is_list_mail(section),
        forged_ranges=_forged_ranges(section, own_name),
        own_ids=_own_ids(section, own_name),
        is_author_ambiguous=not notes.ambiguities.isdisjoint(DISPUTED_AUTHOR),
    )


def subject_of(section: Section) -> str:
    """Decode Subject: NFC, one line, bounded."""
    return _subject(section.first("subject") or b"")


def further_subjects(section: Section) -> list[str]:
    """Decode the Subject fields behind the first: some readers show the last one."""
    return [_subject(section.value(field)) for field in section.by_name.get("subject", ())[1:_FIELDS_READ]]


def _subject(raw: bytes) -> str:
    raw = raw[:_SUBJECT_OCTETS]
    if not raw:
        return ""
    text = raw.decode("ascii") if raw.isascii() and b"=?" not in raw else decode_encoded_words(raw)
    return unicodedata.normalize("NFC", _flat(text))[:_SUBJECT_CHARACTERS]


def _mailboxes(
    section: Section, name: str, notes: Notes, further: Sequence[bytes] = ()
) -> tuple[tuple[AddressFacts, ...], bool]:
    """Read the mailboxes of all fields of that name and of `further` values: readers show any of them."""
    values = [section.value(field) for field in section.by_name.get(name, ())[:_FIELDS_READ]]
    values += further
    return read_mailboxes(b", ".join(values), notes) if any(values) else ((), False)


def _one_line(raw: bytes) -> str:
    return _flat(raw.decode("latin-1"))


def _flat(text: str) -> str:
    """Make one blank of each run of blanks and controls, and none at either end; most texts are so already."""
    return (text if text.isprintable() and "  " not in text else _BLANKS.sub(" ", text)).strip()


def _date(value: bytes | None) -> str | None:
    """RFC 5322 section 3.3 date-time as ISO 8601; None when absent or impossible."""
    match = _DATE.match(_one_line(value[:200])) if value else None
    if match is None or match[2].lower() not in _MONTHS:
        return None
    day, month, year = int(match[1]), _MONTHS.index(match[2].lower()) + 1, int(match[3])
    try:
        offset = _offset(match[7] or "")
        # A leap second (:60) is legal; datetime knows none.
        second = min(int(match[6] or 0), 59)
        return datetime(year, month, day, int(match[4]), int(match[5]), second, tzinfo=timezone(offset)).isoformat()
    except ValueError:
        return None


def _offset(zone: str) -> timedelta:
    """Numeric zones; names other than GMT are obsolete and mean nothing certain (section 4.3)."""
    if zone[:1] not in ("+", "-"):
        return timedelta()
    minutes = int(zone[1:3]) * 60 + int(zone[3:5])
    return timedelta(minutes=-minutes if zone[0] == "-" else minutes)


def _is_auto_submitted(section: Section) -> bool:
    value = section.first("auto-submitted")
    if value is not None:
        word = without_comments(value).partition(b";")[0].strip().lower()
        if word and word != b"no":
            return True
    if not section.by_name.keys().isdisjoint(_ANSWERED_BY_PROGRAM):
        return True
    suppressed = (section.first("x-auto-response-suppress") or b"").lower()
    if b"all" in suppressed or (section.first("precedence") or b"").strip().lower() == b"auto_reply":
        return True
    content_type = section.first("content-type") or b""
    return content_type[:16].lower() == b"multipart/report"


def _is_list_mail(section: Section) -> bool:
    precedence = (section.first("precedence") or b"").strip().lower()
    return precedence in _MASS_PRECEDENCE or any(name.startswith("list-") for name in section.by_name)


def _forged_ranges(section: Section, own_name: bytes) -> tuple[tuple[int, int], ...]:
    """Fields only we may write, and results that claim to be ours (RFC 8601 section 5)."""
    found = []
    for field in section.fields:
        is_forged = field.name.startswith(_OUR_PREFIX)
        if own_name and field.name == "authentication-results":
            is_forged = _authserv_id(section.value(field)) == own_name
        if is_forged:
            found.append((field.start, field.end))
    return tuple(found)


def _authserv_id(value: bytes) -> bytes:
    match = _AUTHSERV_ID.match(without_comments(value) if b"(" in value else value)
    if match is None:
        return b""
    name = match[2] if match[1] is None else re.sub(rb"\\(.)", rb"\1", match[1])
    return name.strip().lower().rstrip(b".")


def _own_ids(section: Section, own_name: bytes) -> tuple[str, ...]:
    """Ids of Received fields with our name behind `by`, our word anywhere in the field and an id as we write it."""
    found: list[str] = []
    for field in section.by_name.get("received", ()) if own_name else ():
        value = section.value(field)
        if b"congthu" not in value.lower():
            continue
        by = _BY.search(b" " + value)
        own_id = _ID.search(value, by.end() - 1) if by is not None else None
        if by is not None and own_id is not None and by[1].lower().rstrip(b".") == own_name:
            found.append(own_id[1].decode("ascii"))
    return tuple(found[:_MAX_OWN_IDS])
