"""Times: hours, dates and deadlines in Vietnamese running text.

Works on one line at a time, on the ASCII key; `sáng` (morning) and `sang` (to) are told by their accents.
Order is day/month/year without exception; the zone is that of Vietnam (`gateway.values.zone`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from gateway.read.vietnamese.normalise import Scan
from gateway.values.zone import OFFSET, WRITTEN

if TYPE_CHECKING:
    from gateway.read.vietnamese.normalise import View

MAX_EXPRESSIONS = 40
"""Hours, and dates, read from one stretch of text."""

_D = "[0-9olis]"
_CLOCK = Scan(
    r"(?:(?<![a-z0-9/.,:\-])|(?<=[a-z]:)|(?<=\d{4}[,\-])|(?<=/\d\d[,\-])|(?<=\)[,\-])|(?<=thang \d\d[,\-]))"
    rf"(?P<h>[0-2olis]?{_D}) {{0,2}}(?:"
    rf"(?:gio|g|h) {{0,2}}[.:]? {{0,1}}(?P<m1>[0-5o]{_D})(?::[0-5]\d(?!\d))?(?![0-9/]|[.\-]\d{{1,2}}[.\-]\d)"
    r" {0,2}(?:(?:phut|ph|')(?: {0,2}\d\d {0,2}giay)?|p(?![a-z]))?"
    r"|(?:gio) {0,2}(?P<m2>\d{1,2}) {0,2}phut"
    r"|(?:gio|g|h) {0,2}(?P<half>ruoi)|(?P<said>ruoi)(?= (?:sang|trua|chieu|toi)(?![a-z]))"
    r"|(?:gio|g|h) {0,2}kem {0,2}(?P<less>\d{1,2})"
    rf"|[:.] ?(?P<m3>[0-5]{_D}) {{0,2}}(?:gio|g|h)(?![a-z])"
    r"|[:.](?P<m4>[0-5]\d)(?::[0-5]\d)?(?= ?(?:[ap]\.?m|sa|ch)(?![a-z0-9]))"
    r"|:(?P<m5>[0-5]\d)(?::[0-5]\d)?(?![0-9:])"
    r"|(?:gio|g|h)(?![a-z0-9])'?"
    r"|(?=[ap]\.?m(?![a-z0-9]))"
    r")(?:(?<![a-z]) ?(?P<half_day>[ap]\.?m\b\.?|sa|ch)(?![a-z0-9]))?(?![a-z0-9])"
)
"""An hour. `PM` and `CH` (chiều) count from noon, `AM` and `SA` (sáng) from midnight; seconds are read over."""

MONTH_WORDS = {
    "gieng": 1, "mot": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9,
    "muoi": 10, "muoi mot": 11, "muoi hai": 12,
}  # fmt: skip
_NUMERIC = re.compile(
    r"(?<![a-z0-9/.])(?<!\d-)(?<!\d,)(?P<d>\d{1,2}) ?(?P<s>[/.\-]) ?(?P<m>\d{1,2})"
    r"(?: ?(?P=s) ?(?P<y>\d{4}|\d{2}))?(?![0-9/]|[.\-]\d(?!\d?(?:/\d| ?[hg:])))"
)
_RANGE = re.compile(
    r"(?<![a-z0-9/.,\-])(?<!thu )(?<!gio )(?P<d>\d{1,2}) ?(?:-|,|va"
    r"|den) ?(?:ngay )?\d{1,2} ?(?P<s>[/.\-]) ?(?P<m>\d{1,2})(?: ?(?P=s) ?(?P<y>\d{4}|\d{2}))?(?![0-9/])"
)
_WORDED = re.compile(
    r"(?<![a-z0-9])(?<!gio )(?:ngay )?(?:mong |mung )?(?P<d>\d{1,2})(?: ?(?:-|,|va"
    r"|den) ?(?:ngay )?\d{1,2})?[ ,/]{1,3}thang {0,2}"
    r"(?P<m>\d{1,2}|muoi hai|muoi mot|muoi|gieng|mot|hai|ba|tu|bon|nam(?! \d{4})|sau|bay|tam|chin)(?![a-z0-9])"
    r"(?:[ ,/]{1,3}nam {0,2}(?P<y>\d{4}|\d{2})(?!\d)|[/ ](?P<y2>20\d\d)(?!\d))?"
)
_ISO = re.compile(r"(?<![\w/.\-])(?P<y>20\d\d)-(?P<m>[01]\d)-(?P<d>[0-3]\d)(?![\d\-/])")
"""A date as machines write it (ISO 8601)."""
_RELATIVE = Scan(
    r"(?<![a-z0-9])(?:(?P<today>(?:ngay )?hom nay|cung ngay|(?:sang|trua|chieu"
    r"|toi) nay)|(?P<two>(?:ngay |sang |trua |chieu |toi )(?:mot|kia))"
    r"|(?P<one>(?:ngay |sang |trua |chieu |toi )mai))(?![a-z0-9])"
)
_WEEKDAYS = {
    "hai": 0,
    "2": 0,
    "ba": 1,
    "3": 1,
    "tu": 2,
    "4": 2,
    "nam": 3,
    "5": 3,
    "sau": 4,
    "6": 4,
    "bay": 5,
    "7": 5,
    "cn": 6,
    "nhat": 6,
}
_WEEKDAY = Scan(
    r"(?<![a-z0-9])(?:(?:thu {1,2}|t\.? ?(?=[2-7]))(?P<w>hai|ba|tu|nam|sau|bay|[2-7])|(?P<cn>chu nhat"
    r"|cn))(?![a-z0-9])"
    r"(?P<next> (?:tuan (?:sau|toi)|toi))?"
)
_LUNAR = Scan(
    r"\((?:nham|tuc|am lich)[^)]{0,80}\)|(?:nham|tuc) (?:ngay|la ngay)[^,;.)\n]{0,60}(?:am lich|[a-z]+ (?:ty|suu"
    r"|dan|mao|thin|ti|ngo|mui|than|dau|tuat|hoi))"
)
_DEADLINE_WORD = re.compile(
    r"(?<![a-z0-9])(?:truoc|cham nhat|tre nhat|han cuoi(?: cung)?|thoi han|han chot|het han|han(?= (?:nop|gui"
    r"|bao cao|tra loi|dang ky|la |den|hoan thanh)| ?:)|den het|muon nhat)(?![a-z0-9])(?! (?:mat|day|khi|het|ky))"
)
_PREVIOUS = re.compile(
    r"(?<![a-z0-9])(?:thay cho|thay vi|thay the|khong phai|du kien truoc day|thay(?= \d))(?![a-z0-9])"
)
_REPLACED_LETTER = re.compile(r"\)|/[a-z]|[,.;] {0,2}(?:hop|thoi gian|luc|vao|khai mac|bat dau|to chuc)")
"""Behind `thay thế`: what is replaced is a letter, or has been named to its end."""
_CITED_DATE = re.compile(r"(?:/[a-z0-9&\-]{2,24}|so \d{1,5}),? {1,2}(?:ngay )?$")
_APPROXIMATE = re.compile(r"(?:du kien|khoang|tam)(?: (?:luc|vao|vao luc|bat dau))?[ :]{0,2}$")


@dataclass(frozen=True)
class Clock:
    """An hour of day in the text; `[start, end)` in the view."""

    start: int
    end: int
    hour: int
    minute: int
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Day:
    """A date in the text; `value` is None when no such day exists."""

    start: int
    end: int
    value: date | None
    is_explicit: bool = True
    part: str = ""


@dataclass
class Expressions:
    """Hours and dates of one stretch, in order."""

    clocks: list[Clock] = field(default_factory=list)
    days: list[Day] = field(default_factory=list)
    weekdays: list[tuple[int, int, int]] = field(default_factory=list)


def _digits(text: str) -> int:
    return int(text.translate(str.maketrans("olis", "0115")))


def _year(text: str | None, day: int, month: int, today: date) -> date | None:
    """Build a date; without a year the nearest one not in the past, None when there is no such day."""
    try:
        if text:
            return date(int(text) if len(text) == 4 else 2000 + int(text), month, day)
        value = date(today.year, month, day)
        return value if value >= today else date(today.year + 1, month, day)
    except ValueError:
        return None


def _part_after(view: View, match: re.Match[str], stop: int) -> str:
    tail = view.key[match.end() : min(match.end() + 30, stop)]
    found = re.match(
        r"[ ,(]{0,3}(?:buoi |vao buoi )?(sang|trua|chieu|toi|dem)(?![a-z])(?! \d{1,2} ?(?:gio|g|h|:))", tail
    )
    if not found:
        return ""
    return _spoken_part(view, match.end() + found.start(1), found[1])


def _part_before(view: View, start: int, floor: int) -> str:
    head = view.key[max(floor, start - 44) : start]
    parts = list(re.finditer(r"(?<![a-z])(sang|trua|chieu|toi)(?![a-z])", head))
    found = parts[-1] if parts else None
    if not found or re.search(r"\d ?(?:gio|g|h)|;|\d:\d\d", head[found.end() :]):
        return ""
    return _spoken_part(view, max(floor, start - 44) + found.start(1), found[1])


def _spoken_part(view: View, start: int, word: str) -> str:
    """`sang` may be "to", `toi` may be "I" or "to": the accents decide."""
    piece = view.lower[start : start + len(word)]
    if piece.isascii() and word in {"sang", "toi"} and not view.is_plain:
        return ""
    if not piece.isascii() and piece not in {"sáng", "trưa", "chiều", "tối", "đêm", "trua", "chiêu"}:
        return ""
    return word


def _adjust(hour: int, part: str) -> int:
    """Hour of the day by the part of day it is said of; the 12-hour clock counts from noon or midnight."""
    if part == "am":
        return 0 if hour == 12 else hour
    if part in {"chieu", "pm"} and 1 <= hour <= 11:
        return hour + 12
    if (part == "toi" and 4 <= hour <= 11) or (part == "dem" and 7 <= hour <= 11):
        return hour + 12
    if part == "trua" and 1 <= hour <= 3:
        return hour + 12
    return 0 if part == "dem" and hour == 12 else hour


def _clock(view: View, match: re.Match[str], floor: int, stop: int) -> Clock | None:
    hour = _digits(match["h"])
    minute_text = match["m1"] or match["m2"] or match["m3"] or match["m4"] or match["m5"]
    minute = _digits(minute_text) if minute_text else 30 if match["half"] or match["said"] else 0
    if match["less"]:
        hour, minute = hour - 1, 60 - int(match["less"])
    if not 0 <= hour <= 24 or not 0 <= minute <= 59 or (hour == 24 and minute):
        return None
    if (
        not minute_text
        and not match["half"]
        and not match["less"]
        and re.match(r" (?:lam viec|dong ho|truoc khi|ke tu|/)", view.key[match.end() : match.end() + 12])
    ):
        return None
    half_day = (match["half_day"] or "").replace(".", "")
    part = {"sa": "am", "ch": "pm"}.get(half_day, half_day)
    part = part or _part_after(view, match, stop) or _part_before(view, match.start(), floor)
    flags = set()
    if not part and 1 <= hour <= 6:
        if re.search(r"(?<![a-z])chieu(?![a-z])", view.key[floor:stop]):
            part = "chieu"
        else:
            flags.add("ambiguous_hour")
    if _APPROXIMATE.search(view.key, max(floor, match.start() - 24), match.start()):
        flags.add("approximate")
    return Clock(match.start(), match.end(), _adjust(hour, part), minute, frozenset(flags))


def _days(view: View, clocks: list[Clock], start: int, stop: int, today: date) -> list[Day]:
    """Dates of `[start, stop)`; the minutes of an hour (`08:00, ngày 26/11`) begin no range of days."""
    found: list[Day] = []
    key = _day_key(view.key, clocks, start, stop)
    for expression in (_ISO, _WORDED, _RANGE, _NUMERIC):
        for match in expression.finditer(key, start, stop):
            if any(d.start < match.end() and match.start() < d.end for d in found) or len(found) >= MAX_EXPRESSIONS:
                continue
            year = match["y"] or (match["y2"] if expression is _WORDED else None)
            if expression in {_RANGE, _NUMERIC} and not year and not _is_short_date(key, match):
                continue
            month = int(match["m"]) if match["m"].isdigit() else MONTH_WORDS[match["m"]]
            found.append(Day(match.start(), match.end(), _year(year, int(match["d"]), month, today)))
    for match in _RELATIVE.finditer(view, start, stop):
        if _is_relative(view, match):
            step = 0 if match["today"] else 1 if match["one"] else 2
            named = [day for day in found if day.is_explicit and day.end <= match.start()]
            if match[0] == "cung ngay" and named:  # of the date it follows, else of the day the mail came
                value = max(named, key=lambda day: day.end).value
            else:
                value = shift(today, step)
            found.append(Day(match.start(), match.end(), value, is_explicit=False))
    return sorted(found, key=lambda d: d.start)[:MAX_EXPRESSIONS]


def _is_short_date(key: str, match: re.Match[str]) -> bool:
    """A date without year: `26/11`, and `26-11` or `26.11` behind `ngày`."""
    is_named = key.endswith("ngay ", 0, match.start())
    return int(match["m"]) <= 12 and (match["s"] == "/" or is_named)


_SLURRED_DIGIT = re.compile(
    r"(?<=\d)[oilsb](?=[\d/])|(?<=\d/)[oil](?=[\d/])|(?<=ngay )[oil](?=\d ?[/.\-t])"
    r"|(?<=thang )[oil](?=\d )|(?<=\d)[oil](?= (?:thang|nam) )"
)
_DIGITS = str.maketrans("oilsb", "01158")


def _day_key(key: str, clocks: list[Clock], start: int, stop: int) -> str:
    """The key, same length, with the hours struck out and digits misread inside dates restored (N9)."""
    text = _SLURRED_DIGIT.sub(lambda match: match[0].translate(_DIGITS), key[start:stop])
    key = f"{key[:start]}{text}{key[stop:]}"
    pieces, at = [], 0
    for clock in clocks:
        pieces += [key[at : clock.start], "~" * (clock.end - clock.start)]
        at = clock.end
    return "".join([*pieces, key[at:]]) if pieces else key


def _is_relative(view: View, match: re.Match[str]) -> bool:
    piece = view.lower[match.start() : match.end()]
    return piece.isascii() or bool(re.search(r"(?:nay|ngày|mai|mốt|mót|kia|kìa)$", piece))


def read_expressions(view: View, start: int, stop: int, today: date) -> Expressions:
    """Read hours, dates and weekdays of `[start, stop)`; lunar dates in brackets are left out."""
    blanks = [m.span() for m in _LUNAR.finditer(view, start, stop)]
    out = Expressions()
    for match in _CLOCK.finditer(view, start, stop):
        if any(a <= match.start() < b for a, b in blanks) or len(out.clocks) >= MAX_EXPRESSIONS:
            continue
        if not re.search(r"\d", match["h"]) and match["h"] != "oo":
            continue
        clock = _clock(view, match, start, stop)
        if clock:
            out.clocks.append(clock)
    out.days = [d for d in _days(view, out.clocks, start, stop, today) if not any(a <= d.start < b for a, b in blanks)]
    for match in _WEEKDAY.finditer(view, start, stop):
        word = "cn" if match["cn"] else match["w"]
        piece = view.lower[match.start() : match.end()]
        if match["cn"] or piece.isascii() or piece.startswith(("thứ", "t")):
            out.weekdays.append((match.start(), match.end(), _WEEKDAYS[word] + (100 if match["next"] else 0)))
        if len(out.weekdays) >= MAX_EXPRESSIONS:
            break
    return out


def is_deadline(view: View, start: int, floor: int) -> bool:
    """A word such as `trước`, `chậm nhất`, `hạn` governs the time at `start`."""
    window = view.key[max(floor, start - 48) : start]
    matches = list(_DEADLINE_WORD.finditer(window))
    if not matches:
        return False
    between = window[matches[-1].end() :]
    if re.search(r"[;]|\d ?(?:gio|h)(?![a-z]).{0,40}\d/\d", between) or re.search(
        r"(?:hop|khai mac|bat dau|thoi gian)", between
    ):
        return False
    return "," not in between or bool(re.match(r"[a-z ]{0,12},", between)) is False or len(between) < 16


def is_previous(view: View, start: int, floor: int) -> bool:
    """The time is the one being replaced (`thay cho 8h00 ngày …`), not that of what replaces an invitation."""
    found = list(_PREVIOUS.finditer(view.key, max(floor, start - 32), start))
    return bool(found) and not _REPLACED_LETTER.search(view.key, found[-1].end(), start)


def is_cited_date(view: View, start: int) -> bool:
    """The date belongs to a cited number (`số 31/GM-UBND ngày 20/11/2026`)."""
    return bool(_CITED_DATE.search(view.key, max(0, start - 40), start))


def iso(day: date, clock: Clock | None) -> str:
    """Spell a start as ISO 8601 with +07:00, or the date alone; 24:00 is the next day."""
    if clock is None:
        return day.isoformat()
    if clock.hour == 24:
        day = shift(day, 1)
    return f"{day.isoformat()}T{clock.hour % 24:02d}:{clock.minute:02d}:00{WRITTEN}"


def shift(day: date, days: int) -> date:
    """Go some days on; the calendar ends at `date.max`."""
    return day + timedelta(days=min(days, (date.max - day).days))


def weekday_date(code: int, today: date) -> date:
    """The next such weekday from today; with 100 added, that of the following week."""
    if code >= 100:
        return shift(today, 7 - today.weekday() + code - 100)
    return shift(today, (code - today.weekday()) % 7)


def local_day(received_at: datetime) -> date:
    """The Vietnamese calendar day of an aware instant."""
    offset = received_at.utcoffset() or timedelta(0)
    try:
        return (received_at - offset + OFFSET).date()
    except OverflowError:
        return received_at.date()
