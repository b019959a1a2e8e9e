"""Meeting: invitations, changes and the start of the meeting."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from gateway.read.vietnamese.invitation import find_change, is_inviting, is_towards
from gateway.read.vietnamese.normalise import is_quoted
from gateway.read.vietnamese.times import (
    Clock,
    Day,
    Expressions,
    is_cited_date,
    is_deadline,
    is_previous,
    iso,
    read_expressions,
    weekday_date,
)

if TYPE_CHECKING:
    from datetime import date

    from gateway.read.vietnamese.lead import Lead
    from gateway.read.vietnamese.normalise import Line, View

TIME_LINES = 80
"""Lines of one text in which a meeting time is looked for."""

MAX_PIVOTS = 60
"""Words such as `sang` that may precede the new time of a moved meeting."""

MAX_REACH = 70
"""Characters between an hour and its date."""

_TIME_LINE = re.compile(
    r"[\s\-+*\d.)/]{0,6}(?:(?:va|dia diem|thoi gian, dia diem) ?)?thoi gian(?! (?:ap dung|thuc hien|bao cao|nop"
    r"|gui|hoan thanh|bao hanh))"
)
_PLACE_DATE = re.compile(r"[^,\n\d:]{2,40}, ?ngay {1,3}\d{1,2} {1,3}thang {1,3}\d{1,2} {1,3}nam {1,3}\d{4}\s*")
_ENDS_IN_DATE = re.compile(
    r"(?![^\n]{0,56}(?:\d {0,2}(?:gio|g|h)(?![a-z])|\d:\d\d|thoi gian))[^\n]{0,56}"
    r", ngay \d{1,2} thang \d{1,2} nam \d{4}"
)
"""The line of number, place and date; one with an hour in it is none."""
_SPAN = re.compile(
    r"(?<![a-z])tu (?:ngay )?\d{1,2}[/.\-]\d{1,2}(?:[/.\-]\d{2,4})? ?(?:den"
    r"|-) ?(?:het )?(?:ngay )?\d{1,2}[/.\-]\d{1,2}"
)


@dataclass(frozen=True)
class Meeting:
    """What one text says of a meeting."""

    is_invitation: bool
    change: str | None
    time: str | None
    flags: tuple[str, ...]


_GOES_ON = r"[\s\-+*]{0,6}(?:vao )?(?:ngay|gio|luc|hoi|thu (?:hai|ba|tu|nam|sau|bay|[2-7])|bat dau|khai mac)(?![a-z])"
_CONTINUED = re.compile(_GOES_ON)
"""How a line begins that goes on with the time of the line above."""

_PARTED = re.compile(rf";|\.[^\S\n]|\.?\n(?!{_GOES_ON})")
"""What an hour and its date do not reach across."""


def _is_parted(view: View, start: int, stop: int) -> bool:
    """Tell whether a sentence or statement ends in `[start, stop)`."""
    match = _PARTED.search(view.key, start, stop + 24)
    return match is not None and match.start() < stop


def pair_day(view: View, found: Expressions, clock: Clock) -> Day | None:
    """The date an hour belongs to: the next one behind it, else the last before it."""
    after = [d for d in found.days if d.start >= clock.end and d.start - clock.end <= MAX_REACH]
    before = [d for d in found.days if d.end <= clock.start and clock.start - d.end <= MAX_REACH]
    after = [d for d in after if not _is_parted(view, clock.end, d.start)]
    before = [d for d in before if not _is_parted(view, d.end, clock.start)]
    explicit = [d for d in after if d.is_explicit]
    if explicit and (
        not before or not before[-1].is_explicit or explicit[0].start - clock.end <= clock.start - before[-1].end + 12
    ):
        day = explicit[0]
        relative = [d for d in after if not d.is_explicit and d.start < day.start]
        return day if not relative else (day if day.start - relative[0].end < 16 else relative[0])
    if after and not before:
        return after[0]
    if before and (not after or clock.start - before[-1].end <= after[0].start - clock.end):
        return before[-1]
    return after[0] if after else None


def _complete(day: Day, days: list[Day]) -> Day:
    """A date without year takes the year of the same day and month written in full nearby."""
    if day.value is None:
        return day
    for other in days:
        if (
            other is not day
            and other.value
            and (other.value.day, other.value.month) == (day.value.day, day.value.month)
            and other.end - other.start > day.end - day.start
        ):
            return Day(day.start, day.end, other.value, day.is_explicit)
    return day


def _usable(view: View, start: int, floor: int) -> bool:
    return not is_deadline(view, start, floor) and not is_previous(view, start, floor)


def _choose(view: View, start: int, stop: int, today: date, *, wants_new: bool) -> tuple[str | None, set[str]]:
    """The start stated in `[start, stop)`; `wants_new` takes the time behind `sang`, `đến`, `thành`."""
    found = read_expressions(view, start, stop, today)
    if wants_new:
        pivot = _pivot(view, start, stop, found)
        if pivot > start:
            later = read_expressions(view, pivot, stop, today)
            if later.clocks or later.days:
                whole = {(day.start, day.end): day for day in found.days}  # `cùng ngày` is of a date before the pivot
                later.days = [whole.get((day.start, day.end), day) for day in later.days]
                found, start = later, pivot
    clocks = [c for c in found.clocks if _usable(view, c.start, start)]
    days = [
        _complete(d, found.days)
        for d in found.days
        if _usable(view, d.start, start) and not is_cited_date(view, d.start)
    ]
    found = Expressions(clocks, days, found.weekdays)
    flags: set[str] = set()
    for clock in clocks:
        day = pair_day(view, found, clock)
        if day is None:
            weekday = _weekday_near(view, found, clock.end)
            if weekday is None:
                continue
            return iso(weekday_date(weekday, today), clock), set(clock.flags)
        if day.value is None:
            return None, {"invalid_date"}
        flags = set(clock.flags) | _weekday_flags(found, day)
        return iso(day.value, clock), flags
    return _date_only(view, found, start, stop, today)


_SCHEDULE = re.compile(r"(?:tuan|lich|thang|quy|ky)(?: [a-z]+){0,2} ?\d{0,2}[ (,:]{0,3}$")
_EVENT_BEFORE = re.compile(r"hop|hoi|tap huan|dai hoi|(?<![a-z])le |thoi gian|to chuc|dien ra|khai mac|lop|khoa")


def _is_event_span(view: View, at: int, day: Day, today: date) -> bool:
    """`dự Hội nghị từ ngày … đến ngày …` begins with its first day; `tuần 48 (từ … đến …)` is a schedule."""
    before = view.key[max(0, at - 60) : at]
    is_ahead = day.value is not None and day.value >= today
    return is_ahead and not _SCHEDULE.search(before) and _EVENT_BEFORE.search(before) is not None


def _date_only(view: View, found: Expressions, start: int, stop: int, today: date) -> tuple[str | None, set[str]]:
    spans = [m.span() for m in _SPAN.finditer(view.key, start, stop)]
    for day in found.days:
        span = next((at for at, end in spans if at <= day.start < end), None)
        if span is not None and day.value is not None and _is_event_span(view, span, day, today):
            return iso(day.value, None), _weekday_flags(found, day)
        if any(a <= day.start < b for a, b in spans) or _PLACE_DATE.search(
            view.key, max(start, day.start - 44), day.end
        ):
            continue
        if re.search(
            r"(?:nam|thang|quy|ky niem|ngay quoc te|tu|den) ?$", view.key[max(start, day.start - 12) : day.start]
        ):
            continue
        if day.value is None:
            return None, {"invalid_date"}
        return iso(day.value, None), _weekday_flags(found, day)
    return None, set()


def _weekday_near(view: View, found: Expressions, end: int) -> int | None:
    near = [
        w
        for w in found.weekdays
        if -MAX_REACH <= w[0] - end <= 30 and not re.search(r"[;\n]", view.key[min(end, w[0]) : max(end, w[0])])
    ]
    return near[0][2] if near else None


def _weekday_flags(found: Expressions, day: Day) -> set[str]:
    near = [w for w in found.weekdays if 0 <= day.start - w[1] <= 12 or 0 <= w[0] - day.end <= 4]
    if near and day.value is not None and near[0][2] < 100 and near[0][2] != day.value.weekday():
        return {"weekday_mismatch"}
    return set()


_TOWARDS = (
    re.compile(r"(?<![a-z])(?:sang|thanh|qua|(?<=som )len)(?![a-z])"),
    re.compile(r"(?<![a-z])(?:den|toi)(?![a-z])"),
)
"""Words before a new time; `đến` and `tới` also span hours, so they count only when the others are absent."""


def _pivot(view: View, start: int, stop: int, found: Expressions) -> int:
    """Where the new time begins: behind the last `sang`, `thành`, `đến` that stands between two times."""
    places = [c.start for c in found.clocks] + [d.start for d in found.days] + [w[0] for w in found.weekdays]
    for towards in _TOWARDS:
        for match in reversed(list(islice(towards.finditer(view.key, start, stop), MAX_PIVOTS))):
            if not is_towards(view, match.start(), match.end()):
                continue
            behind = match.end()
            if any(0 <= place - behind <= 24 for place in places) and any(place < match.start() for place in places):
                return behind
    return start


def _time_stretches(view: View, kind: str) -> list[tuple[int, int]]:
    """Stretches to read, best first: the line `Thời gian`, then each line of a text, or the whole subject."""
    if kind in {"subject", "file_name"}:
        return [(0, len(view.key))]
    lines = view.lines[:TIME_LINES]
    first, rest = [], []
    for index, line in enumerate(lines):
        if (
            is_quoted(view, line.start)
            or _PLACE_DATE.fullmatch(view.key, line.start, line.end)
            or (
                line.rank < 14
                and line.end - line.start < 60
                and _ENDS_IN_DATE.fullmatch(view.key, line.start, line.end)
            )
        ):
            continue
        if _TIME_LINE.match(view.key, line.start):
            first.append((line.start, _time_end(view, lines, index)))
        elif (found := re.search(r"thoi gian(?: ?:| {3})", view.key[line.start : line.end])) is not None:
            first.append((line.start + found.start(), line.end))
        else:
            rest.append((line.start, _time_end(view, lines, index)))
    return first + rest


def _time_end(view: View, lines: tuple[Line, ...], index: int) -> int:
    """End of a statement of time: the line, with one that goes on below (`08h00` / `Ngày: 26/11/2026`)."""
    line = lines[index]
    if index + 1 >= len(lines) or line.end - line.start > MAX_REACH:
        return line.end
    below = lines[index + 1]
    is_label = line.end - line.start < 14 and _TIME_LINE.match(view.key, line.start)
    return below.end if is_label or _CONTINUED.match(view.key, below.start) else line.end


_MOVED = re.compile(r"(?<![a-z])(?:nay|doi|chuyen|lui|dieu chinh)(?![a-z])")


def _meeting_time(view: View, kind: str, today: date, change: str | None) -> tuple[str | None, set[str]]:
    dated: tuple[str | None, set[str]] = (None, set())
    for start, stop in _time_stretches(view, kind):
        if not re.search(r"\d|mai|nay|mot|thu ", view.key[start:stop]):
            continue
        if (
            kind == "first_page"
            and re.match(r"(?:so ?:|so \d|can cu |theo |luu ?:|thuc hien )", view.key[start : start + 12])
            and not (change == "rescheduled" and _MOVED.search(view.key, start, stop))
        ):
            continue
        value, flags = _choose(view, start, min(stop, start + 2_000), today, wants_new=change == "rescheduled")
        if value and "T" in value:
            return value, flags
        if "invalid_date" in flags and not dated[1]:
            dated = (None, flags)
        elif value and dated == (None, set()):
            dated = (value, flags)
    return dated


def read_meeting(view: View, kind: str, today: date, doc_type: str | None, lead: Lead) -> Meeting:
    """Read invitation, change and start of one text."""
    change = find_change(view, kind, doc_type, lead)
    invites = change is None and is_inviting(view, kind, doc_type, lead)
    is_carrier = invites or change == "rescheduled" or doc_type in {"tai_lieu_hop", "dang_ky_hop"}
    time, flags = (None, set[str]())
    if is_carrier or (change is None and _is_named_meeting(view, kind, doc_type, lead)):
        time, flags = _meeting_time(view, kind, today, change)
    return Meeting(invites, change, time, tuple(sorted(flags)))


def _is_named_meeting(view: View, kind: str, doc_type: str | None, lead: Lead) -> bool:
    """A subject that is itself a meeting (`Họp giao ban … 8h00 ngày …`), or an authorisation to attend one."""
    if kind != "subject":
        return False
    if doc_type == "giay_uy_quyen":
        return bool(re.search(r"(?<![a-z])hop(?![a-z])", view.key) and re.search(r"\d ?(?:gio|h|g)\d?", view.key))
    return doc_type is None and bool(
        re.match(r"(?:hop|cuoc hop|giao ban|hoi nghi|lich hop)(?![a-z])", view.key[lead.start :])
    )
