"""iCalendar (RFC 5545): the report calendar for the calendar program of an office, one event a report and day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from gateway.records.duties.owing import Owed

MAX_LINE_OCTETS: Final = 75
"""Of a content line without its line break (RFC 5545 section 3.1)."""
REMIND_BEFORE: Final = "-P3D"
"""A calendar program reminds three days before, at midnight of its own zone."""
_STATE: Final = {
    "coming": "chưa đến kỳ", "due": "đến kỳ, chưa gửi", "overdue": "QUÁ HẠN", "on_time": "đã gửi đúng hạn",
    "late": "đã gửi, trễ",
}  # fmt: skip


def calendar_file(owed: Iterable[Owed], titles: Mapping[str, str], names: Mapping[str, str], stamp: dt.datetime) -> str:
    """Write the calendar.

    Args:
        owed: what is due, in order.
        titles: id of a duty to its Vietnamese title.
        names: registry id to name.
        stamp: when the file is made, in UTC: the DTSTAMP of every event.
    """
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Congthu//Lich bao cao//VI", "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH", "X-WR-CALNAME:Lịch báo cáo văn bản điện tử",
    ]  # fmt: skip
    for one in owed:
        lines += _event(one, titles.get(one.duty, one.duty), names.get(one.agency, one.agency), stamp)
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(one: Owed, title: str, name: str, stamp: dt.datetime) -> list[str]:
    named = "" if one.is_day_named else " Văn bản không ấn định ngày; ngày này do đơn vị vận hành đặt."
    about = f"{name}. Kỳ {one.period}. {_STATE[one.state].capitalize()}.{named}"
    period = str(one.period).replace("/", "_")
    return [
        "BEGIN:VEVENT",
        # the same report keeps its UID, so that a file read again changes events and adds none
        f"UID:{one.duty}-{one.agency}-{period}@congthu",
        f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{one.due:%Y%m%d}",
        f"SUMMARY:{_escaped(f'{one.duty}: {title} ({name})')}",
        f"DESCRIPTION:{_escaped(about)}",
        f"CATEGORIES:{one.state.upper().replace('_', '-')}",
        "TRANSP:TRANSPARENT",
        *(_alarm(one) if one.handed_in is None else ()),
        "END:VEVENT",
    ]


def _alarm(one: Owed) -> list[str]:
    return ["BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:{REMIND_BEFORE}", f"DESCRIPTION:{one.duty}", "END:VALARM"]


def _escaped(text: str) -> str:
    """Escape a TEXT value (RFC 5545 section 3.3.11)."""
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, written)
    return text


def _folded(line: str) -> str:
    """Fold a content line behind 75 octets, never inside a character (RFC 5545 section 3.1)."""
    pieces, piece, size = [], "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > MAX_LINE_OCTETS:
            pieces.append(piece)
            piece, size = "", 1  # the blank that begins a folded line counts
        piece, size = piece + character, size + octets
    return "\r\n ".join([*pieces, piece])
