"""Calendar: an iCalendar text as the mail program shows it, for the detectors to read (RFC 5545, iTIP of RFC 5546).

What a meeting's organiser sends is said in the words of a letter: who invites or calls off, when, where, and every
text of the event. An answer to an invitation quotes it, and so do alarms; nothing that may carry a mark is left out.
A mark stands at the beginning of a property, which programs show by itself: each is told apart as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.vietnamese.vcalendar import without_base64, without_quoted_printable
from gateway.values.zone import OFFSET

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CALENDARS = 40
"""Calendars of one text that are told; the rest stays as it is."""

_BEGIN = re.compile(r"^[ \t]{0,4}BEGIN:VCALENDAR(?!\w)", re.IGNORECASE | re.MULTILINE)
_END = re.compile(r"^[ \t]{0,4}END:VCALENDAR(?!\w)\r?", re.IGNORECASE | re.MULTILINE)
_FOLD = re.compile(r"\r?\n[ \t]")
_PROPERTY = re.compile(
    r'(?:[A-Z0-9-]{1,40}\.)?(?P<name>[A-Z][A-Z0-9-]{1,40})(?P<parameters>(?:;(?:[^":\n]|"[^"\n]*"){0,400})?):',
    re.IGNORECASE,
)
"""A name may have a group before it (RFC 6350 section 3.3, written into calendars too)."""
_PARAMETER = re.compile(r';[A-Z0-9-]{1,40}=(?:"(?P<quoted>[^"\n]{0,400})"?|(?P<bare>[^";\n]{0,400}))', re.IGNORECASE)
_ESCAPED = re.compile(r"\\([nN;,\\])")
_CARET = re.compile(r"\^([n'^])")
"""What parameters cannot hold otherwise (RFC 6868)."""
_CARETS = {"n": "\n", "'": '"', "^": "^"}
_BLOCK = re.compile(r"</?(?:p|br|div|tr|li|ul|ol|table|h[1-6])(?![a-z0-9])[^<>]{0,400}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,400}>")
_HEADING = 300
"""Characters; what is longer, or has lines, is a text."""
_ASIDE = 4_000
_PIECES, _PIECES_CHARACTERS = 2_000, 200_000
"""Told apart in all: a year of an office's meetings. Beyond them stands only what the text as a whole says."""
_STAMP = re.compile(
    r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)(?:T(?P<h>\d\d)(?P<min>\d\d)(?:\d\d)?(?P<utc>Z?))?\Z", re.IGNORECASE
)
_ZONE_NAME = re.compile(r'TZID="?([^";:]{1,80})', re.IGNORECASE)
_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)")
_OURS = frozenset(
    {
        "asia/ho_chi_minh",
        "asia/saigon",
        "asia/bangkok",
        "asia/hanoi",
        "se asia standard time",
        "(utc+07:00) bangkok, hanoi, jakarta",
    }
)
"""Names of zones at +07:00 all year, as the IANA and Windows give them."""
_MACHINE = re.compile(r"(?:(?!mat)[!-~]){0,2000}", re.IGNORECASE)
"""A value no person wrote: no blank, no accent, and not a level either."""
_SHOWN = frozenset({"VEVENT", "VTODO", "VJOURNAL"})
_STRUCTURE = frozenset(
    {
        *("UID", "DTSTAMP", "SEQUENCE", "TRANSP", "CREATED", "LAST-MODIFIED", "PRIORITY", "CLASS", "STATUS"),
        *("RRULE", "RDATE", "EXDATE", "EXRULE", "ATTENDEE", "ORGANIZER", "DTSTART", "DTEND", "DURATION"),
        *("RECURRENCE-ID", "URL", "ATTACH", "GEO", "SUMMARY", "LOCATION", "DUE", "REQUEST-STATUS", "VERSION"),
        *("PRODID", "CALSCALE", "TRIGGER", "ACTION", "TZOFFSETFROM", "TZNAME"),
    }
)
"""Properties that are no text to read, or are told apart from the others."""
_CALLED_OFF = "Hủy họp: "
_LEADS = {"REQUEST": "Mời họp: ", "ADD": "Mời họp: ", "CANCEL": _CALLED_OFF}
_ANSWERS = frozenset({"REPLY", "COUNTER", "REFRESH", "DECLINECOUNTER"})


@dataclass
class _Event:
    """What is told of one event."""

    values: dict[str, str] = field(default_factory=dict)
    start: tuple[str, str] = ("", "")
    """Parameters and value of DTSTART."""
    texts: list[str] = field(default_factory=list)


class Told(NamedTuple):
    """A text with its calendars told, and what programs show of them by itself."""

    text: str
    """Each calendar as its events read; the text unchanged where none begins."""
    headings: tuple[str, ...] = ()
    """Properties of one line: a title, a place, a category."""
    asides: tuple[str, ...] = ()
    """The beginnings of longer ones, and what parameters name: those invited, files."""


@dataclass
class _Apart:
    """Pieces told apart, once each, within the limits."""

    headings: dict[str, None] = field(default_factory=dict)
    asides: dict[str, None] = field(default_factory=dict)
    left: int = _PIECES_CHARACTERS

    def add(self, text: str, *, is_heading: bool) -> None:
        text = text.strip()
        kept, text = (self.headings, text) if is_heading else (self.asides, text[:_ASIDE])
        if not text or text in kept or len(text) > self.left or len(self.headings) + len(self.asides) >= _PIECES:
            return
        self.left -= len(text)
        kept[text] = None


def calendar_text(text: str) -> str:
    """Give a text with each calendar in it as its events read; unchanged where none begins."""
    return tell_calendars(text).text


def tell_calendars(text: str) -> Told:
    """Tell each calendar of a text."""
    pieces, at, apart = [], 0, _Apart()
    for _ in range(MAX_CALENDARS):
        begin = _BEGIN.search(text, at)
        if begin is None:
            break
        end = _END.search(text, begin.end())
        stop = end.end() if end else len(text)
        pieces += [text[at : begin.start()], _told(text[begin.start() : stop], apart)]
        at = stop
    return Told("".join([*pieces, text[at:]]) if pieces else text, tuple(apart.headings), tuple(apart.asides))


def _told(calendar: str, apart: _Apart) -> str:
    events, loose = [], _Event()
    zones: dict[str, set[str]] = {}
    method = zone = ""
    around: list[str] = []
    last = loose.texts
    for line in without_base64(_FOLD.sub("", without_quoted_printable(calendar))).splitlines():
        found = _PROPERTY.match(line.strip())
        if found is None:
            last.append(_plain(line))
            continue
        name, value = found["name"].upper(), line.strip()[found.end() :].strip()
        inside = around[-1] if around else ""
        if name == "BEGIN":
            around.append(value.upper())
            if around[-1] in _SHOWN:
                events.append(_Event())
        elif name == "END":
            del around[-1:]
        elif name == "METHOD":
            method = value.upper()
        elif name == "TZID":
            zone = value.lower()
        elif name == "TZOFFSETTO":
            zones.setdefault(zone, set()).add(value)
        else:
            _tell_apart(found["parameters"], value, apart)
            last = _take(events[-1] if inside in _SHOWN else loose, name, found["parameters"], value)
    loose.texts += loose.values.values()
    told = [line for event in events for line in _lines(event, method, zones)]
    return "\n".join([*told, *(f"> {line}" for text in loose.texts for line in text.split("\n"))])


def _tell_apart(parameters: str, value: str, apart: _Apart) -> None:
    for match in _PARAMETER.finditer(parameters):
        said = match["quoted"] or match["bare"] or ""
        if not _MACHINE.fullmatch(said):
            apart.add(_CARET.sub(lambda caret: _CARETS[caret[1]], said), is_heading=False)
    if not _MACHINE.fullmatch(value):
        plain = _plain(value).strip()
        apart.add(plain, is_heading=len(plain) <= _HEADING and "\n" not in plain)


def _take(event: _Event, name: str, parameters: str, value: str) -> list[str]:
    """Keep one property; the list returned takes the lines that go on with it, where escapes were undone before."""
    if name == "DTSTART":
        event.start = (parameters, value)
    is_first = name in {"SUMMARY", "LOCATION", "STATUS"} and name not in event.values
    if is_first:
        event.values[name] = _plain(value)
    if is_first or (name in _STRUCTURE and _MACHINE.fullmatch(value)):
        return []
    is_said = name in {"SUMMARY", "LOCATION", "DESCRIPTION", "COMMENT", "CONTACT", "CATEGORIES", "X-ALT-DESC"}
    event.texts.append(_plain(value) if is_said else f"{name}: {_plain(value)}")
    return event.texts


def _plain(value: str) -> str:
    text = _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)
    text = _TAG.sub(" ", _BLOCK.sub("\n", text)) if "<" in text else text
    return unescape(text) if "&" in text else text


def _lines(event: _Event, method: str, zones: dict[str, set[str]]) -> Iterator[str]:
    summary = event.values.get("SUMMARY", "")
    texts = [line for text in event.texts for line in text.split("\n")]
    if method in _ANSWERS:
        yield from (f"> {line}" for line in [summary, *texts])
        return
    is_off = method == "CANCEL" or event.values.get("STATUS", "").upper() == "CANCELLED"
    yield (_CALLED_OFF if is_off else _LEADS.get(method, "")) + summary
    when = "" if is_off else _when(*event.start, zones)
    if when:
        yield f"Thời gian: {when}"
    if place := event.values.get("LOCATION"):
        yield f"Địa điểm: {place}"
    yield from texts


def _when(parameters: str, value: str, zones: dict[str, set[str]]) -> str:
    """The start in local time; empty when the zone is one we cannot tell."""
    found = _STAMP.match(value)
    if found is None:
        return ""
    if found["h"] is None:
        return f"ngày {found['d']}/{found['m']}/{found['y']}"
    minutes = 0 if found["utc"] else _offset_minutes(parameters, zones)
    if minutes is None:
        return ""
    try:
        year, month, day, hour, minute = (int(found[part]) for part in ("y", "m", "d", "h", "min"))
        local = datetime(year, month, day, hour, minute)  # noqa: DTZ001 - shifted by hand
        local += OFFSET - timedelta(minutes=minutes)
    except (ValueError, OverflowError):
        return ""
    return f"{local:%H} giờ {local:%M}, ngày {local:%d/%m}/{local.year:04d}"


def _offset_minutes(parameters: str, zones: dict[str, set[str]]) -> int | None:
    """Minutes east of UTC: ours without a zone, that of a zone known or described without summer time; else None."""
    named = _ZONE_NAME.search(parameters)
    name = named[1].strip().lower() if named else ""
    if not name or name in _OURS:
        return OFFSET // timedelta(minutes=1)
    described = zones.get(name, set())
    offset = _OFFSET.match(next(iter(described))) if len(described) == 1 else None
    if offset is None:
        return None
    return int(offset[1] + "1") * (int(offset[2]) * 60 + int(offset[3]))
