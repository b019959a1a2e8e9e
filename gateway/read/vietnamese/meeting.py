"""Meeting: invitations, changes, the start of the meeting, and deadlines (LANGUAGE sections 6 and 7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.read.vietnamese.normalise import Phrases, Scan
from gateway.read.vietnamese.times import (
    DEADLINE,
    Clock,
    Day,
    Expressions,
    is_cited_date,
    is_deadline,
    is_previous,
    iso,
    local_day,
    read_expressions,
    weekday_date,
)

if TYPE_CHECKING:
    from datetime import date, datetime

    from gateway.read.vietnamese.lead import Lead
    from gateway.read.vietnamese.normalise import View

TITLE_LINES = 14
"""Lines of a first page that may state an invitation or a change."""

TIME_LINES = 80
"""Lines of one text in which a meeting time is looked for."""

MAX_DEADLINES = 12
"""Words announcing a deadline that are followed."""

MAX_REACH = 70
"""Characters between an hour and its date."""

_INVITING = Phrases(
    "mời họp", "mời dự", "mời tham dự", "mời tham gia", "mời đến dự", "mời làm việc", "mời đến họp", "mời cử", "kính mời",
    "trân trọng mời", "trân trọng kính mời", "triệu tập họp", "triệu tập cuộc họp", "triệu tập kỳ họp", "triệu tập hội nghị",
    "giấy mời", "thư mời", "mời các đồng chí", "mời đồng chí", "mời quý", "mời đại diện", "mời lãnh đạo", "mời ông", "mời bà",
    "mời thành viên", "mời toàn thể", "mời các thành viên", "mời đại biểu", "mời anh", "mời các anh", "mời thầy", "mời các",
)  # fmt: skip
_CALLING = frozenset({"kinh moi", "tran trong moi", "tran trong kinh moi"})
_LETTER = frozenset({"giay moi", "thu moi"})
_NOT_INVITING = re.compile(
    r" {1,3}(?:thau|chao|bao gia|quan tam|ban doc|ket ban|nop|so tuyen|don vi cung cap|nha thau|doanh nghiep chao|cac nha thau"
    r"|gui bao gia|dau gia|mua|tham gia (?:chao|dau|khao sat|binh chon)|viet bai|hop tac quang cao|doc|xem|truy cap|cong tac vien)"
)
_TENDER = Scan(r"(?<![a-z])(?:chao gia|bao gia|goi thau|moi thau|dau thau|dau gia)(?![a-z])")
_CITED_LETTER = re.compile(
    r"(?<![a-z])(?:theo|thuc hien|can cu|tai|nhan duoc|phuc dap|tra loi|cua|so|huy|kem|thay|dinh chinh|tiep theo|doi|hoan)(?: cac)? {1,2}$"
)
_SUMMONS = re.compile(r"giay trieu tap")
_EVENT = r"(?:hop|cuoc hop|buoi hop|hoi nghi|hoi thao|ky hop|phien hop|giao ban|buoi lam viec|lich hop|le |toa dam|lop tap huan|dai hoi|giay moi|gm )"
_CANCEL = Scan(
    rf"(?<![a-z])(?:huy(?: bo)?|bai bo|dung) (?:viec )?(?:to chuc )?(?:lich |toan bo )?{_EVENT}|(?<![a-z])khong to chuc (?:cuoc |buoi )?(?:hop|hoi nghi|giao ban|hoi thao|buoi lam viec)"
)
_POSTPONE = Scan(
    rf"(?<![a-z])(?:tam )?hoan (?:thoi gian |lich |viec |lai )?(?:to chuc )?(?:cac )?{_EVENT}|(?<![a-z])(?:tam )?hoan to chuc|(?<![a-z])lui (?:thoi gian|lich|ngay|{_EVENT})|(?<![a-z])tam hoan"
)
_NOT_POSTPONE = re.compile(r"hoan (?:thi hanh|nghia vu|chap hanh|xuat canh|goi|phien toa|nop thue|cong chuyen)")
_RESCHEDULE = Scan(
    rf"(?<![a-z])(?:doi (?:(?:tu|sang|den|toi)(?= (?:luc |vao )?(?:ngay |\d|thu ))|lich|ngay|thoi gian|dia diem|gio|{_EVENT})|chuyen (?:thoi gian|dia diem|lich|ngay|gio) (?:to chuc )?(?:cuoc |buoi )?{_EVENT}"
    rf"|chuyen lich {_EVENT}|(?:thay doi|dieu chinh) (?:lich|thoi gian|dia diem|ngay|gio|thoi gian, dia diem|thoi gian va dia diem|dia diem va thoi gian)"
    rf" (?:to chuc )?(?:cuoc |buoi )?{_EVENT}|thay doi lich {_EVENT}|day (?:som|lui|lich)(?: len)?|lui [^.\n]{{0,60}} (?:den|sang|toi) (?:\d|ngay|thu|sang|chieu))"
)
_NOT_RESCHEDULE = Scan(r"(?:cat|cup|ngung cap) dien|cat nuoc|lich thi|lich tiem|lich phat")
_NEW_TIME = re.compile(r"(?<![a-z])(?:sang|den|toi|thanh|qua|vao|la|luc|:)(?![a-z])")
_TIME_LINE = re.compile(
    r"[\s\-+*\d.)/]{0,6}(?:(?:va|dia diem|thoi gian, dia diem) ?)?thoi gian(?! (?:ap dung|thuc hien|bao cao|nop|gui|hoan thanh|bao hanh))"
)
_PLACE_DATE = re.compile(r"[^,\n\d:]{2,40}, ?ngay {1,3}\d{1,2} {1,3}thang {1,3}\d{1,2} {1,3}nam {1,3}\d{4}\s*")
_RANGE_DATE = re.compile(r"(?:tuan (?:le )?(?:thu )?\d{1,2}|tu(?: ngay)?) ?\(?(?:tu )?(?:ngay )?$")
_SPAN = re.compile(
    r"(?<![a-z])tu (?:ngay )?\d{1,2}[/.\-]\d{1,2}(?:[/.\-]\d{2,4})? ?(?:den|-) ?(?:het )?(?:ngay )?\d{1,2}[/.\-]\d{1,2}"
)
_OFFICE_HOURS = re.compile(r"gio hanh chinh")
_MEETING_WORD = re.compile(rf"(?<![a-z])(?:{_EVENT}|moi|khai mac|thoi gian|tap huan|cuoc)")


@dataclass(frozen=True)
class Meeting:
    """What one text says of a meeting."""

    is_invitation: bool
    change: str | None
    time: str | None
    flags: tuple[str, ...]
    due: str | None


def _title_end(view: View, kind: str) -> int:
    """End of the part that states what the text is for."""
    if kind != "first_page":
        return len(view.key)
    lines = view.lines[:TITLE_LINES]
    for line in lines[2:]:
        if view.key.startswith(("kinh gui", "can cu", "thuc hien"), line.start):
            return line.start
    return lines[-1].end if lines else 0


def _invites(view: View, kind: str, doc_type: str | None, lead: Lead) -> bool:
    if doc_type == "giay_moi":
        return not _SUMMONS.match(view.key, lead.start)
    if doc_type in {
        "tai_lieu_hop",
        "dang_ky_hop",
        "lich_lam_viec",
        "giay_uy_quyen",
        "bien_ban",
        "bao_cao",
        "phieu_trinh",
        "ban_sao",
    }:
        return False
    title = _title_end(view, kind)
    for match in _INVITING.matches(view)[:60]:
        key = " ".join(match[0].split())
        if _NOT_INVITING.match(view.key, match.end()) or view.key[: match.start()].endswith("giay trieu tap "):
            continue
        before = view.key[max(0, match.start() - 24) : match.start()]
        if key in _LETTER:
            if kind in {"subject", "file_name"} and match.start() in {lead.start, lead.sent_start}:
                return True
            if kind == "body" and re.search(
                r"(?:^|\n|gui|kinh chuyen|chuyen)(?: den)?(?: quy don vi| dong chi)? {0,2}$", before
            ):
                return True
            continue
        if _CITED_LETTER.search(before) and not key.startswith("kinh"):
            continue
        if re.search(r"(?:giay|thu|loi|viec gui thu) $", before):
            continue
        if key.startswith("moi ") and not _is_event_near(view, match):
            continue
        if _TENDER.search(view, max(0, match.start() - 80), match.end() + 120):
            continue
        if key in _CALLING or match.start() < title:
            return True
    return False


_EVENT_NEAR = re.compile(
    r"hop|hoi nghi|hoi thao|hoi dam|(?<![a-z])le |du |tham du|lam viec|toa dam|dai hoi|giao ban|tap huan|ngay hoi|khai giang|tham gia"
)


def _is_event_near(view: View, match: re.Match[str]) -> bool:
    return bool(_EVENT_NEAR.search(view.key, match.start(), match.end() + 140))


def _find_change(view: View, kind: str, doc_type: str | None) -> str | None:
    key = view.key
    if not (
        "hoan" in key
        or "doi" in key
        or "huy" in key
        or "lui" in key
        or "chuyen" in key
        or "day" in key
        or "dieu chinh" in key
        or "khong to" in key
        or "bai bo" in key
    ):
        return None
    end = _title_end(view, kind) if kind == "first_page" else min(len(key), 1_500)
    if doc_type in {
        "bao_cao",
        "quyet_dinh",
        "lich_lam_viec",
        "bien_ban",
        "quy_che",
        "quy_dinh",
        "chi_thi",
        "ke_hoach",
        "huong_dan",
    }:
        return None
    if (match := _CANCEL.search(view, 0, end)) and _is_spelt(
        view, match, ("huy", "hủy", "huỷ"), ("khong", "không", "khong"), ("dung", "dừng", "dừng"), ("bai", "bãi", "bãi")
    ):
        return "cancelled"
    moved = _RESCHEDULE.search(view, 0, end)
    if (
        moved
        and not _NOT_RESCHEDULE.search(view, 0, end)
        and _is_spelt(
            view,
            moved,
            ("doi", "dời", "đổi"),
            ("chuyen", "chuyển", "chuyển"),
            ("thay", "thay", "thay"),
            ("dieu", "điều", "điều"),
            ("day", "đẩy", "đẩy"),
            ("lui", "lùi", "lui"),
        )
    ):
        return "rescheduled"
    held = _POSTPONE.search(view, 0, end)
    if (
        held
        and not _NOT_POSTPONE.search(key, held.start(), held.end() + 14)
        and _is_spelt(view, held, ("tam", "tạm", "tạm"), ("hoan", "hoãn", "hoãn"), ("lui", "lùi", "lui"))
    ):
        if held[0].endswith("tam hoan") and not re.search(_EVENT, key[max(0, held.start() - 60) : held.end() + 60]):
            return None
        new = re.search(
            r"(?<![a-z])(?:sang|den|toi|thanh)(?: luc| vao)? (?:ngay )?(?:\d|thu |sang |chieu )", key[held.end() : end]
        )
        return "rescheduled" if new and not re.search(r"thong bao sau|se thong bao", key) else "postponed"
    return None


def _is_spelt(view: View, match: re.Match[str], *words: tuple[str, str, str]) -> bool:
    first = re.match(r"[a-z]+", match[0].lstrip())
    if not first:
        return False
    is_short = re.match(r"\s*doi (?:tu|sang|den|toi)", match[0]) is not None
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    piece = view.lower[start : start + first.end()]
    if is_short:
        return piece == "dời"
    return piece.isascii() or any(piece in (one, two) for key, one, two in words if key == first[0])


def _pair(view: View, found: Expressions, clock: Clock) -> Day | None:
    """The date an hour belongs to: the next one behind it, else the last before it."""
    after = [d for d in found.days if d.start >= clock.end and d.start - clock.end <= MAX_REACH]
    before = [d for d in found.days if d.end <= clock.start and clock.start - d.end <= MAX_REACH]
    after = [d for d in after if not re.search(r"[;\n]|\.\s", view.key[clock.end : d.start])]
    before = [d for d in before if not re.search(r"[;\n]|\.\s", view.key[d.end : clock.start])]
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
        day = _pair(view, found, clock)
        if day is None:
            weekday = _weekday_near(view, found, clock.start, clock.end)
            if weekday is None:
                continue
            return iso(weekday_date(weekday, today), clock), set(clock.flags)
        if day.value is None:
            return None, {"invalid_date"}
        flags = set(clock.flags) | _weekday_flags(found, day)
        return iso(day.value, clock), flags
    return _date_only(view, found, start, stop)


def _date_only(view: View, found: Expressions, start: int, stop: int) -> tuple[str | None, set[str]]:
    spans = [m.span() for m in _SPAN.finditer(view.key, start, stop)]
    for day in found.days:
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


def _weekday_near(view: View, found: Expressions, start: int, end: int) -> int | None:
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


def _pivot(view: View, start: int, stop: int, found: Expressions) -> int:
    """Where the new time begins: behind the last `sang`, `đến`, `thành` that a time follows."""
    places = [c.start for c in found.clocks] + [d.start for d in found.days] + [w[0] for w in found.weekdays]
    for match in reversed(list(re.finditer(r"(?<![a-z])(sang|den|toi|thanh|qua)(?![a-z])", view.key[start:stop]))):
        at = start + match.start()
        if view.lower[at : at + len(match[0])] in {"sáng", "tối", "quá", "tôi"}:
            continue
        behind = start + match.end()
        if any(0 <= place - behind <= 24 for place in places) and any(place < at for place in places):
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
            _PLACE_DATE.fullmatch(view.key, line.start, line.end)
            or re.search(r", ngay \d{1,2} thang \d{1,2} nam \d{4}$", view.key[line.start : line.end])
            and line.rank < 14
            and line.end - line.start < 60
        ):
            continue
        if _TIME_LINE.match(view.key, line.start):
            following = lines[index + 1].end if index + 1 < len(lines) and line.end - line.start < 14 else line.end
            first.append((line.start, following))
        elif (found := re.search(r"thoi gian ?:", view.key[line.start : line.end])) is not None:
            first.append((line.start + found.start(), line.end))
        else:
            rest.append((line.start, line.end))
    return first + rest


def _meeting_time(view: View, kind: str, today: date, change: str | None) -> tuple[str | None, set[str]]:
    dated: tuple[str | None, set[str]] = (None, set())
    for start, stop in _time_stretches(view, kind):
        if not re.search(r"\d|mai|nay|mot|thu ", view.key[start:stop]):
            continue
        if kind == "first_page" and re.match(
            r"(?:so ?:|so \d|can cu |theo |luu ?:|thuc hien )", view.key[start : start + 12]
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


def _due(view: View, today: date) -> str | None:
    """A deadline with its hour, or its date alone; read only behind the words that announce one."""
    for count, match in enumerate(DEADLINE.finditer(view)):
        if count >= MAX_DEADLINES:
            break
        stop = min(len(view.key), match.end() + MAX_REACH + 30)
        stop = (view.key.find("\n", match.end(), stop) + 1 or stop + 1) - 1
        found = read_expressions(view, match.start(), stop, today)
        for clock in found.clocks:
            day = _pair(view, found, clock) if is_deadline(view, clock.start, match.start()) else None
            if day is not None and day.value is not None:
                return iso(day.value, clock)
        for day in found.days:
            if day.value is not None and is_deadline(view, day.start, match.start()):
                return iso(day.value, None)
    return None


def read_urgent_before(view: View, received_at: datetime) -> str | None:
    """Delivery time of `hỏa tốc hẹn giờ`: the first hour with a date behind or below the mark."""
    at = view.key.find("hen gio")
    found = read_expressions(view, max(at, 0), min(len(view.key), max(at, 0) + 200), local_day(received_at))
    for clock in found.clocks:
        day = next((d for d in found.days if d.start >= clock.end), None)
        if day is not None and day.value is not None:
            return iso(day.value, clock)
    return None


def read_meeting(view: View, kind: str, received_at: datetime, doc_type: str | None, lead: Lead) -> Meeting:
    """Read invitation, change, start and deadline of one text."""
    today = local_day(received_at)
    change = _find_change(view, kind, doc_type)
    invites = change is None and _invites(view, kind, doc_type, lead)
    is_carrier = invites or change == "rescheduled" or doc_type in {"tai_lieu_hop", "dang_ky_hop"}
    time, flags = (None, set[str]())
    if is_carrier or (change is None and _is_named_meeting(view, kind, doc_type, lead)):
        time, flags = _meeting_time(view, kind, today, change)
    return Meeting(invites, change, time, tuple(sorted(flags)), _due(view, today))


def _is_named_meeting(view: View, kind: str, doc_type: str | None, lead: Lead) -> bool:
    """A subject that is itself a meeting (`Họp giao ban … 8h00 ngày …`), or an authorisation to attend one."""
    if kind != "subject":
        return False
    if doc_type == "giay_uy_quyen":
        return bool(re.search(r"(?<![a-z])hop(?![a-z])", view.key) and re.search(r"\d ?(?:gio|h|g)\d?", view.key))
    return doc_type is None and bool(
        re.match(r"(?:hop|cuoc hop|giao ban|hoi nghi|lich hop)(?![a-z])", view.key[lead.start :])
    )
