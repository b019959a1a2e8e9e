"""Time limits: the times a text sets for something to be done (`DL-4c`), in the order of the text.

A point of time behind `trước`, `chậm nhất`, `hạn nộp`, `đến hết`, `trong ngày`; a stretch (`trong tháng 11`); a length
of time with what it counts from (`trong vòng 05 ngày làm việc kể từ ngày nhận`). `duties` tells them from times that
ask for nothing. When one falls that counts from something is for `judge.due`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple

from gateway.read.vietnamese.duties import is_repeated, sentence_of, sets
from gateway.read.vietnamese.meeting import pair_day
from gateway.read.vietnamese.normalise import Scan, View
from gateway.read.vietnamese.times import (
    Clock,
    Day,
    Expressions,
    is_cited_date,
    iso,
    read_expressions,
    shift,
    weekday_date,
)
from gateway.values.time_limits import TimeLimit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.values.time_limits import Ground, Precision, Unit

MAX_TIME_LIMITS = 12
"""Kept of one text."""
MAX_PLACES = 60
"""Words announcing a time limit that are followed, of each form."""
MAX_REACH = 100
"""Characters from such a word to the end of its time."""
MAX_BACK = 300
"""Characters before `cùng ngày` in which the day it takes up is named."""
MAX_APART = 30
"""Characters between an hour and its date."""
LATE_DAYS = 31
"""A date without year that lies no farther back has just passed; it is not that of next year."""
OLD_DAYS = 180
"""A date farther back than this is no time limit of a text without a date of its own."""

_THING = (
    r"(?:nop|gui|tra (?:loi|ket qua)|xu ly|xl|giai quyet|dang ky|hoan thanh|bao cao|phan hoi|gop y|nhan"
    r"|(?:co |cho |lay )?y kien)"
)
_POINT = Scan(
    r"(?<![a-z0-9])(?:"
    rf"(?P<label>cham nhat|tre nhat|muon nhat|han chot|han cuoi(?: cung)?|han {_THING}"
    r"|(?<!het )(?<!qua )(?<!dung )(?<!gia )(?<!thoi )han(?= ?:| la | (?:ngay )?\d)"
    r"|thoi han(?= ?:? ?(?:ngay )?\d{1,2}[/.]\d)"
    rf"|(?:thoi han|thoi gian) {_THING})"
    r"|(?<!dot )(?<!lan )(?P<before>truoc)(?! (?:mat|day|khi|het|tinh|thoi|yeu|su|nguy|dien))"
    r"|(?P<until>den het|den(?= (?:ngay )?\d{1,2} {0,2}(?:[/.\-]|gio|g|h|thang)| ngay \d))"
    r"|(?P<within>trong(?= (?:ngay|hom nay|buoi|sang|chieu|toi|chu nhat"
    r"|thu (?:hai|ba|tu(?= tuan| ngay)|nam|sau|bay|[2-7]))(?![a-z]))))(?![a-z0-9])"
)
_STRETCH = Scan(
    r"(?<![a-z0-9])(?:trong|(?P<until>(?:truoc|den(?: het)?|cham nhat)(?: la)? cuoi(?= thang| quy| nam)))"
    r" (?:(?P<week>tuan(?: (?:nay|sau|toi)|(?= ?[.,;)\n])))"
    r"|thang (?P<month>\d{1,2}|nay)(?![\d/]\d?(?!\d))"
    r"|quy (?P<quarter>iv|i{1,3}|[1-4])|nam (?P<only>20\d\d|nay))(?![a-z0-9])"
    r"(?:(?: nam |/)(?P<year>20\d\d))?(?!\d)"
)
_LENGTH = Scan(
    r"(?<![a-z0-9])(?:trong(?: vong| thoi han| thoi gian)?|thoi han(?: la)?|sau|cham nhat(?: la| sau| trong)?|qua|them)"
    r" {1,2}(?:toi da |khong qua )?(?P<n>\d{1,3})(?: ?\([a-z ]{2,24}\))? {0,2}"
    r"(?P<unit>phut|gio|h|ngay(?: lam viec)?|tuan|thang)(?![a-z0-9])"
    r"(?! (?:qua|truoc|toi|nghi|lien|dau|\d|[a-z]{0,4} ?\d\d?/))(?![ ,(]{1,3}(?:tu|bat dau)(?: tu)? (?:ngay )?\d)"
)
_GATE = Scan(
    r"(?:truoc|(?:cham|tre|muon) nhat"
    r"|\bhan(?: (?:chot|cuoi|nop|gui|tra|xu|xl|dang|hoan|bao|phan|gop|giai|nhan|y|co|cho|lay|la)| ?:| \d)"
    r"|thoi han[ :]{1,2}[a-z\d]|thoi gian [a-z]|den (?:het|cuoi|ngay|\d)"
    r"|trong (?:vong|thoi|ngay|hom|buoi|sang|chieu|toi|thu|chu|tuan|thang|quy|nam|\d)|them {1,2}\d"
    r"|(?:sau|qua) {1,2}(?:toi da |khong qua )?\d)"
)
"""How every one of these begins: most texts hold none, which one pass shows."""
_MAY_SET = re.compile("truoc|nhat|han|den |thoi |trong |sau |qua ")
"""A word of each: a short text that holds none is not worth the engine of the gate."""
_GROUND = re.compile(
    r"(?: lam viec)?[ ,]{0,3}(?:\([^()\n]{0,40}\) )?(?:(?:ke |tinh )?tu|sau) (?:khi |ngay |thoi diem |luc )?"
    r"(?P<what>[a-z0-9][^.;,\n]{0,60})"
)
_THIS = (
    r"(?:cong van|van ban|thong bao|to trinh|ke hoach|giay moi|quyet dinh|chi thi|email|thu|de nghi|yeu cau|phieu|vb"
    r"|cv|tb|bien ban)"
)
_RECEIVED = re.compile(
    rf"(?:tiep )?nhan (?:duoc )?(?:{_THIS}(?: nay)?|)(?! ?(?:du|ho so|kinh|hang|ket qua))"
    r"(?= *$| nay| cua| de| va| [-(])"
    rf"|(?:tiep )?nhan (?:duoc )?{_THIS}(?: |$)"
)
_ISSUED = re.compile(
    rf"(?:(?:ky|ban hanh|phat hanh|ra)(?: ban hanh)?(?: {_THIS})?(?: nay)?|(?:cua {_THIS} nay|lap bien ban)(?: nay)?)"
    r"(?= *$| de | va | cho | [-(])"
)
_FROM_TODAY = re.compile(r"(?:hom )?nay(?= *$| de | va | [-(])")
_FROM_DATE = re.compile(r"(?:\d{1,2} ?(?:gio|g|h|:) ?(?:\d{2})?(?: ?phut)?,? )?(?:ngay )?\d{1,2} ?(?:[/.\-]|thang)")
"""`kể từ ngày 17/4/2026`, `kể từ 6h00 ngày 18/6`."""
_GAP = re.compile(
    r"[ ,:(\-]{0,4}(?:(?:la|vao|luc|den|truoc|trong|ngay|het|thoi diem|khoang|buoi|sang|trua|chieu|toi"
    r"|thu [a-z2-7]{1,4}|tuan (?:nay|sau|toi)|chu nhat|hom|thoi gian|nhat|sau|dong ho)[ ,:(]{1,3}){0,6}"
)
_NOT_TO = re.compile(r"[.;\n/]|(?<![a-z])(?:bat dau|ke tu|tu)(?= (?:ngay )?\Z| \Z)|(?<![a-z])da (?:het|qua)(?![a-z])")
"""Between a label and a time: another sentence, that it begins then (`nhận hồ sơ: từ ngày`), or is over."""
_SPAN = re.compile(r" ?(?:-|den)(?: het)?(?: ngay)? ?")
"""Between two days of a label: until the second."""
_PART = re.compile(r"(?<![^\W\d_])(sáng|chiều|chiêu|sang|chieu)(?![^\W\d_])")
_HAS_YEAR = re.compile(r"\d{4}|[/.\-]\d{1,2}[/.\-]\d\d$")
_DELIVERED = re.compile(
    r"hen gio.{0,17}\Z|(?:^|\n)\W{0,4}(?:hoa toc|thuong khan|khan)(?![a-z])[^\n]{0,60}(?:\n[^\n]{0,80})?"
    r"(?:phat|giao|den noi|den tay) \Z",
    re.DOTALL,
)
"""Before the hour by which a document marked urgent must be delivered."""
_ENDS = re.compile(r"[;\n]|\.(?= )")
_HOURS = re.compile(r"\d{1,2} {0,2}gio")
_PRESENT = re.compile(r"(?<![a-z])(?:co mat|tap trung|den du|vao phong|xuat phat|khoi hanh|dien ra)(?![a-z])")
_NOTICE = re.compile(r"(?<![a-z])bao (?:cho [a-z ]{2,20})?\Z")
_REPEATED = re.compile(r" (?:hang|moi) (?:ngay|tuan|thang)(?![a-z])| (?:cac|nhung) ngay(?![a-z])")
_TOMORROW = re.compile(r"(?:^|[\n,.:;] ?)mai(?= )")
_EVENT = re.compile(r"(?<![a-z])(?:khi|neu) [^.;:,\n]{2,40}, ?\Z")
"""`khi có cháy, trong vòng 30 phút`."""
_ALONE = re.compile(
    r"trong (?:(?P<half>(?:buoi )?(?:sang|chieu)(?: nay)?)|ngay(?: hom nay| nay)?|hom nay)"
    r"(?= ?[.,;:)\n]| de | nhe| a$| giup|$)"
)
_WRAPPED = re.compile(r"(?<![.;:!?\n]) {0,4}\n {0,8}(?=[^\W\dA-ZĐ_]|\(|\d{1,4}[ /])")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_UNITS: dict[str, Unit] = {
    "phut": "minutes", "gio": "hours", "h": "hours", "ngay": "days", "ngay lam viec": "working_days", "tuan": "weeks",
    "thang": "months",
}  # fmt: skip


class _Text(NamedTuple):
    """What is read."""

    view: View
    anchor: date
    """The day the text speaks on."""
    own_at: int
    is_dated: bool
    """That day is its own date of issue, not that of receipt."""
    is_report: bool

    def sets(self, at: int, end: int, form: str) -> bool:
        """Tell whether the time of `[at, end)` sets a time limit."""
        return sets(self.view, sentence_of(self.view, at, end), form, self.own_at, is_report=self.is_report)


class _Found(NamedTuple):
    at: int
    limit: TimeLimit


def read_time_limits(
    view: View, today: date, issued_on: date | None, own_at: int, *, is_report: bool = False
) -> tuple[TimeLimit, ...]:
    """Read the time limits one text sets, at most MAX_TIME_LIMITS, no repeats.

    `today` is the day it was received, `issued_on` its own date: what it calls today, and before which it sets nothing.
    `own_at` is where its own number stands, -1 without one; `is_report`: a document of that type.
    """
    if _MAY_SET.search(view.key) is None or _GATE.search(view) is None:
        return ()
    floor = issued_on or shift_back(today, OLD_DAYS)
    text = _Text(_unwrap(view), issued_on or today, own_at, issued_on is not None, is_report)
    found = [*_lengths(text), *_points(text), *_stretches(text)]
    first = floor.isoformat()
    kept = [one for one in sorted(found) if one.limit.unit or one.limit.at[:10] >= first]
    return tuple(dict.fromkeys(one.limit for one in kept))[:MAX_TIME_LIMITS]


def shift_back(day: date, days: int) -> date:
    """Go some days back; the calendar begins at `date.min`."""
    return day - timedelta(days=min(days, (day - date.min).days))


def _unwrap(view: View) -> View:
    """Join lines that a page broke inside a sentence; offsets stay."""
    return View.of(_WRAPPED.sub(lambda match: match[0].replace("\n", " "), view.text), view.joints)


def _points(text: _Text) -> Iterator[_Found]:
    """Points of time; of several words that lead to one, the nearest says how it is meant."""
    nearest: dict[int, _Found] = {}
    view = text.view
    for intro in islice(_POINT.finditer(view), MAX_PLACES):
        form = next(name for name, word in intro.groupdict().items() if word)
        alone = _ALONE.match(view.key, intro.start()) if form == "within" else None
        if alone:
            if text.sets(*alone.span(), form):
                nearest[intro.start()] = _Found(intro.start(), _today(text, alone))
            continue
        point = _point(text, intro, form, next(reversed(nearest.values()), None))
        if point is not None:
            nearest[point.at] = point
    yield from nearest.values()


def _today(text: _Text, alone: re.Match[str]) -> TimeLimit:
    """`trong ngày`, `trong buổi sáng`: of the day the text speaks on."""
    half = _half(text.view, *alone.span())
    return TimeLimit("half_day" if half else "day", text.anchor.isoformat(), half=half)


def _point(text: _Text, intro: re.Match[str], form: str, last: _Found | None) -> _Found | None:
    """Read the point of time that an announcing word leads to; `last` is the one before, whose day `cùng ngày` is."""
    view, anchor = text.view, text.anchor
    if not text.sets(*intro.span(), form):
        return None
    stop = min(len(view.key), intro.end() + MAX_REACH)
    stop = (view.key.find("\n", intro.end(), stop) + 1 or stop + 1) - 1
    found = read_expressions(view, intro.end(), stop, anchor)
    clock = found.clocks[0] if found.clocks else None
    day = pair_day(view, found, clock) if clock else None
    if clock is None or day is None or not _is_first(found.days, clock, day):
        clock, day = None, _until(view, found.days) if form == "label" else next(iter(found.days), None)
    day = day or _weekday(found, anchor)
    if clock is None and (bare := _bare_hour(text, intro, form, found, day)) is not None:
        clock, day = bare
    if day is None or day.value is None or _DELIVERED.search(view.key, max(0, intro.start() - 160), intro.start()):
        return None
    first = min(day.start, clock.start) if clock else min(one.start for one in (day, *found.days[:1]))
    end = max(day.end, clock.end) if clock else day.end
    if not _reaches(view, intro.end(), first, form) or is_repeated(view, end):
        return None
    same = _named_before(text, intro.start(), last) if view.key.startswith("cung ngay", day.start) else None
    return _Found(first, _at(view, intro, form, clock, same or _near(view, day, anchor)))


def _named_before(text: _Text, at: int, last: _Found | None) -> date | None:
    """Give the day `cùng ngày` takes up: the last one named before, or of the time limit before."""
    low = max(0, at - MAX_BACK)
    days = read_expressions(text.view, low, at, text.anchor).days
    named = [day for day in days if day.is_explicit and day.value and not is_cited_date(text.view, day.start)]
    if named and (last is None or named[-1].start >= last.at):
        return _near(text.view, named[-1], text.anchor)
    return None if last is None else date.fromisoformat(last.limit.at[:10])


def _bare_hour(
    text: _Text, intro: re.Match[str], form: str, found: Expressions, behind: Day | None
) -> tuple[Clock, Day] | None:
    """Read an hour without a day (`trước 17h00`): of the day its sentence names before it, else of today or `mai`.

    None where its own sentence goes on to a day (`behind`), for a length of time (`báo trước 24 giờ`), and for when
    people shall be there.
    """
    clock = next(iter(found.clocks), None)
    if clock is None or form not in {"before", "label"} or found.weekdays:
        return None
    view, start = text.view, sentence_of(text.view, *intro.span()).start
    if behind is not None and not _ENDS.search(view.key, clock.end, behind.start):
        return None
    said = view.key[start : intro.start()]
    is_length = clock.hour == 24 or _HOURS.fullmatch(view.key, clock.start, clock.end) is not None
    if is_length or _PRESENT.search(said) or _NOTICE.search(said) or _REPEATED.match(view.key, clock.end):
        return None
    days = [one for one in read_expressions(view, start, intro.start(), text.anchor).days if one.value is not None]
    named = days[-1].value if days else None
    if named is None:
        named = shift(text.anchor, 1 if _TOMORROW.search(view.lower, start, intro.start()) else 0)
    return clock, Day(clock.start, clock.end, named)


def _until(view: View, days: list[Day]) -> Day | None:
    """Give the day a label names, of a span (`Thời gian đăng ký: 25/11 - 10/12`) the last."""
    is_span = len(days) > 1 and _SPAN.fullmatch(view.key, days[0].end, days[1].start)
    return days[1] if is_span else next(iter(days), None)


def _is_first(days: list[Day], clock: Clock, day: Day) -> bool:
    """Tell whether hour and date stand side by side, and no other date before them."""
    apart = max(day.start, clock.start) - min(day.end, clock.end)
    return apart <= MAX_APART and (days[0] is day or days[0].end > clock.start)


def _weekday(found: Expressions, anchor: date) -> Day | None:
    """A day of the week without its date (`trước thứ Sáu`): the next one."""
    if not found.weekdays or found.days:
        return None
    start, end, code = found.weekdays[0]
    return Day(start, end, weekday_date(code, anchor))


def _reaches(view: View, start: int, first: int, form: str) -> bool:
    """Tell whether a word that announces a time limit governs the time at `first`: a label names a thing before it."""
    gap = view.key[start:first]
    if form == "label" and len(gap) <= 60:
        return not _NOT_TO.search(gap)
    return _GAP.fullmatch(gap) is not None


def _near(view: View, day: Day, anchor: date) -> date:
    """The date; one without a year that has just passed is not that of next year."""
    value = day.value or anchor
    if _HAS_YEAR.search(view.key[day.start : day.end]) or value.year == anchor.year:
        return value
    try:
        before = value.replace(year=value.year - 1)
    except ValueError:
        return value
    return before if before >= shift_back(anchor, LATE_DAYS) else value


def _at(view: View, intro: re.Match[str], form: str, clock: Clock | None, day: date) -> TimeLimit:
    if clock is not None:
        return TimeLimit("hour", iso(day, clock))
    half = _half(view, intro.end(), min(len(view.text), intro.end() + 24))
    if form == "before" and half == "afternoon":
        return TimeLimit("half_day", day.isoformat(), half="morning")
    is_before = form == "before"
    return TimeLimit(
        "half_day" if half and not is_before else "day", day.isoformat(), is_before, half if not is_before else ""
    )


def _half(view: View, start: int, stop: int) -> Literal["", "morning", "afternoon"]:
    """Half a day by its word with its accents; `sang` alone also means `to`."""
    part = _PART.search(view.lower, start, stop)
    if part is None or (part[1] == "sang" and not view.is_plain):
        return ""
    return "morning" if part[1][0] == "s" else "afternoon"


def _stretches(text: _Text) -> Iterator[_Found]:
    for match in islice(_STRETCH.finditer(text.view), MAX_PLACES):
        if not text.sets(*match.span(), "before" if match["until"] else "stretch"):
            continue
        kind, last = _last_day(match, text.anchor)
        if last is not None:
            yield _Found(match.start(), TimeLimit(kind, last.isoformat()))


def _last_day(match: re.Match[str], anchor: date) -> tuple[Precision, date | None]:
    """The last day of a week, month, quarter or year; early ones named late in a year are of the next."""
    if match["week"]:
        return "week", shift(anchor, 6 - anchor.weekday() + (7 if match["week"].endswith(("sau", "toi")) else 0))
    if match["only"]:
        return "year", date(anchor.year if match["only"] == "nay" else int(match["only"]), 12, 31)
    word = match["month"] or match["quarter"]
    month = anchor.month if word == "nay" else _ROMAN.get(word) or int(word)
    kind: Precision = "month" if match["month"] else "quarter"
    month = month if kind == "month" else month * 3
    year = int(match["year"]) if match["year"] else anchor.year + (anchor.month >= 10 and month <= 3)
    if not 1 <= month <= 12 or year > date.max.year:
        return kind, None
    return kind, date(year, month, monthrange(year, month)[1])


def _lengths(text: _Text) -> Iterator[_Found]:
    key = text.view.key
    for match in islice(_LENGTH.finditer(text.view), MAX_PLACES):
        ground = _GROUND.match(key, match.end(), min(len(key), match.end() + 120))
        end = ground.end() if ground else match.end()
        form = "label" if match[0].startswith("cham nhat") else "length"
        if not int(match["n"]) or not text.sets(match.start(), end, form):
            continue
        event = None if ground else _EVENT.search(key, max(0, match.start() - 60), match.start())
        needs_ground = match["unit"] == "phut" or match[0].startswith(("sau", "qua", "thoi han", "them"))
        if ground is None and event is None and needs_ground:
            continue
        kind: Precision = "hour" if match["unit"] in {"phut", "gio", "h"} else "day"
        at, source = _ground_of(text, ground) if ground or event is None else ("", "other")
        limit = TimeLimit(kind, at, amount=int(match["n"]), unit=_UNITS[match["unit"]], ground=source)
        yield _Found(match.start(), limit)


def _ground_of(text: _Text, ground: re.Match[str] | None) -> tuple[str, Ground]:
    """Give what a length counts from: a day or hour the text names, or else its kind."""
    if ground is None:
        return "", "unstated"
    if _RECEIVED.match(ground["what"]):
        return "", "received"
    if _FROM_TODAY.match(ground["what"]):
        return "", "issued" if text.is_dated else "received"
    if dated := _FROM_DATE.match(text.view.key, ground.start("what"), ground.end("what")):
        found = read_expressions(text.view, dated.start(), ground.end("what"), text.anchor)
        day = found.days[0].value if found.days else None
        return ("", "other") if day is None else (iso(day, next(iter(found.clocks), None)), "")
    return "", "issued" if _ISSUED.match(ground["what"]) else "other"
