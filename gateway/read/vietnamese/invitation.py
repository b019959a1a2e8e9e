"""Invitation: does a text invite to a meeting, or change one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.read.vietnamese.lead import answers
from gateway.read.vietnamese.normalise import Phrases, Scan, is_quoted
from gateway.read.vietnamese.syllables import is_faded

if TYPE_CHECKING:
    from gateway.read.vietnamese.lead import Lead
    from gateway.read.vietnamese.normalise import View

TITLE_LINES = 14
"""Lines of a first page that may state an invitation or a change."""

BODY_HEAD = 400
"""A mail body that sends an invitation says so at its start."""

BODY_CHARACTERS = 1_500
"""Start of a text in which a change is announced."""

MAX_PHRASES_READ = 60
"""Inviting phrases of one text that are judged."""

_INVITING = Phrases(
    "mời họp", "mời dự", "mời tham dự", "mời tham gia", "mời đến dự", "mời làm việc", "mời đến họp", "mời cử",
    "kính mời", "trân trọng mời", "trân trọng kính mời", "triệu tập họp", "triệu tập cuộc họp", "triệu tập kỳ họp",
    "triệu tập hội nghị", "giấy mời", "thư mời", "mời các đồng chí", "mời đồng chí", "mời quý", "mời đại diện",
    "mời lãnh đạo", "mời ông", "mời bà", "mời thành viên", "mời toàn thể", "mời các thành viên", "mời đại biểu",
    "mời anh", "mời các anh", "mời thầy", "mời các", "mời mọi người", "mời cả nhà", "mời bà con",
)  # fmt: skip
_CALLING = frozenset({"kinh moi", "tran trong moi", "tran trong kinh moi"})
_LETTER = frozenset({"giay moi", "thu moi"})
_NOT_INVITING = re.compile(
    r" {1,3}(?:thau|chao|bao gia|quan tam|ban doc|ket ban|nop|so tuyen|don vi cung cap|nha thau|doanh nghiep chao"
    r"|cac nha thau"
    r"|gui bao gia|dau gia|mua|tham gia (?:chao|dau|khao sat|binh chon)|viet bai|hop tac quang cao|doc|xem"
    r"|truy cap|cong tac vien)"
)
_TENDER = Scan(r"(?<![a-z])(?:chao gia|bao gia|goi thau|moi thau|dau thau|dau gia)(?![a-z])")
_CITED_LETTER = re.compile(
    r"(?<![a-z])(?:theo|thuc hien|can cu|tai|nhan duoc|phuc dap|tra loi|cua|so|huy|kem|thay|dinh chinh|tiep theo"
    r"|doi|hoan|da|duoc|vua|loi|chua)(?: cac)? {1,2}$"
)
_SUMMONS = re.compile(r"giay trieu tap")
EVENT = (
    r"(?:hop|cuoc hop|buoi hop|hoi nghi|hoi thao|ky hop|phien hop|giao ban|buoi lam viec|lich hop|le |toa dam"
    r"|lop tap huan|dai hoi|giay moi|gm )"
)
_CANCEL = Scan(
    rf"(?<![a-z])(?:huy(?: bo)?|bai bo|dung|ngung)(?: ?[,/]? ?(?:hoac |va )?khong)? (?:viec )?(?:to chuc )?"
    rf"(?:cac |lich |toan bo )?{EVENT}|(?<![a-z])khong (?:to chuc|tien hanh) (?:cuoc |buoi )?(?:hop"
    rf"|hoi nghi|giao ban|hoi thao|buoi lam viec|toa dam)|(?<![a-z])khong hop (?:giao ban|nua|sang|chieu|hom|tuan)"
)
_CANCELLED_LEAD = re.compile(
    r"(?:cancell?ed(?: event)?|(?:su kien )?(?:da |bi |da bi )?huy(?: bo)?(?: (?:su kien|lich|cuoc hop|hop))?) ?[:\-] "
)
"""What calendar programs put before the subject of a meeting that is called off."""
_POSTPONE = Scan(
    rf"(?<![a-z])(?:tam )?hoan (?:thoi gian |lich |viec |lai )?(?:to chuc )?(?:cac )?{EVENT}"
    r"|(?<![a-z])(?:tam )?hoan to chuc"
    rf"|(?<![a-z])lui (?:thoi gian|lich|ngay|lai|{EVENT})|(?<![a-z])tam hoan"
)
_NOT_POSTPONE = re.compile(r"hoan (?:thi hanh|nghia vu|chap hanh|xuat canh|goi|phien toa|nop thue|cong chuyen)")
_SAID_OF = Scan(
    rf"(?<![a-z]){EVENT}[^.;\n]{{0,90}}(?<!khong) (?:(?:bi|duoc|da|se|phai) (?:tam )?"
    r"(?P<verb>huy(?! dong)|hoan(?! (?:thanh|thien|tat|chinh|toan))|doi(?! (?:moi|ten|thoai))|lui)"
    r"|(?:se |da )?(?P<moved>chuyen (?:tu|sang|qua|den) (?:luc |vao )?"
    r"(?:ngay \d|thu (?:hai|ba|tu|nam|sau|bay)|\d{1,2} ?[hg:/]))"
    r"|(?:se |da )?(?P<off>khong (?:to chuc|dien ra|hop|duoc to chuc)|dung to chuc|dung lai)"
    r"(?= ?(?:[.,;!\n]|nua|ngay|vao|hom|tuan|do |vi |nhu |theo |$)))(?:(?<=[hg:/])|(?![a-z]))"
)
"""`Cuộc họp … bị hủy`: the meeting first, then what became of it."""
_RESCHEDULE = Scan(
    r"(?<![a-z])(?:(?<!thay )(?<!hoan )(?<!trao )(?<!chuyen )(?<!bien )"
    r"doi (?:(?:tu|sang|den|toi)(?= (?:luc |vao )?(?:ngay |\d|thu ))|lich|ngay|thoi gian"
    rf"|dia diem|gio(?! lam viec)|{EVENT})"
    rf"|chuyen (?:thoi gian|dia diem|lich|ngay|gio) (?:to chuc )?(?:cuoc |buoi )?{EVENT}"
    rf"|chuyen lich {EVENT}|(?:thay doi|dieu chinh) (?:lich|thoi gian|dia diem|ngay|gio|thoi gian, dia diem"
    rf"|thoi gian va dia diem|dia diem va thoi gian)"
    rf" (?:to chuc )?(?:cuoc |buoi )?{EVENT}|thay doi lich {EVENT}|day (?:som|lui"
    rf"|lich)(?: len)?|lui (?:[^.\n]{{0,60}} )?(?:den|sang|toi) (?:\d|ngay|thu|sang|chieu))"
)
_NOT_RESCHEDULE = Scan(r"(?:cat|cup|ngung cap) dien|cat nuoc|lich thi|lich tiem|lich phat")


def _title_end(view: View, kind: str) -> int:
    """End of the part that states what the text is for."""
    if kind != "first_page":
        return len(view.key)
    lines = view.lines[:TITLE_LINES]
    for line in lines[2:]:
        if view.key.startswith(("kinh gui", "can cu", "thuc hien"), line.start):
            return line.start
    return lines[-1].end if lines else 0


_NEVER_INVITING = frozenset(
    {"tai_lieu_hop", "dang_ky_hop", "lich_lam_viec", "giay_uy_quyen", "bien_ban", "bao_cao", "phieu_trinh", "ban_sao"}
)


def is_inviting(view: View, kind: str, doc_type: str | None, lead: Lead) -> bool:
    """Tell whether the text invites to a meeting or event; tenders, summonses, citations and answers do not."""
    if kind == "subject" and answers(view.key):
        return False
    if doc_type == "giay_moi":
        return not _SUMMONS.match(view.key, lead.start)
    if doc_type in _NEVER_INVITING:
        return False
    if "moi" not in view.key and "trieu tap" not in view.key:
        return False
    title = _title_end(view, kind)
    return any(_is_call(view, kind, match, lead, title) for match in _INVITING.matches(view)[:MAX_PHRASES_READ])


def _is_call(view: View, kind: str, match: re.Match[str], lead: Lead, title: int) -> bool:
    """Judge one inviting phrase."""
    phrase = " ".join(match[0].split())
    if _NOT_INVITING.match(view.key, match.end()) or is_quoted(view, match.start()):
        return False
    before = view.key[max(0, match.start() - 24) : match.start()]
    if phrase in _LETTER:
        if kind in {"subject", "file_name"}:
            return match.start() in {lead.start, lead.sent_start}
        return kind == "body" and match.start() < BODY_HEAD and bool(_LETTER_SENT.search(before))
    is_cited = _CITED_LETTER.search(before) and not phrase.startswith("kinh")
    is_eventless = phrase.startswith("moi ") and not _names_event(view, match, phrase)
    if is_cited or is_eventless or _LETTER_BEFORE.search(before):
        return False
    if _TENDER.search(view, max(0, match.start() - 80), min(len(view.key), match.end() + 120)):
        return False
    return phrase in _CALLING or match.start() < title


_TAKING_PART = "moi tham gia"
_HOUR = re.compile(r"(?<![\d/.])\d{1,2} ?(?:gio|g|h|:)(?:\d\d)?(?![a-z\d])")


def _names_event(view: View, match: re.Match[str], phrase: str) -> bool:
    """Something to come to stands there; `mời tham gia` alone may be a contest, a survey, an offer: it names none."""
    end = match.end() + 140
    if phrase != _TAKING_PART:
        return _EVENT_NEAR.search(view.key, match.start(), end) is not None
    return bool(_EVENT_NEAR.search(view.key, match.end(), end) or _HOUR.search(view.key, match.end(), end))


_LETTER_SENT = re.compile(r"(?:^|\n|gui|kinh chuyen|chuyen)(?: den)?(?: quy don vi| dong chi)? {0,2}$")
_LETTER_BEFORE = re.compile(r"(?:giay|thu|loi|viec gui thu) $")
_EVENT_NEAR = re.compile(
    r"hop|hoi nghi|hoi thao|hoi dam|(?<![a-z])le |du |tham du|lam viec|toa dam|dai hoi|giao ban|tap huan|ngay hoi"
    r"|khai giang|tham gia"
)
_UNCHANGING = frozenset(
    {
        "bao_cao", "quyet_dinh", "lich_lam_viec", "bien_ban", "quy_che", "quy_dinh", "chi_thi", "ke_hoach", "huong_dan",
    }
)  # fmt: skip
"""Types that speak of changed meetings without changing one."""

_CHANGE_SPELT: dict[str, frozenset[str]] = {
    "huy": frozenset({"hủy", "huỷ"}),
    "khong": frozenset({"không"}),
    "dung": frozenset({"dừng"}),
    "bai": frozenset({"bãi"}),
    "doi": frozenset({"dời", "đổi", "dới", "dởi", "dỡi", "dợi"}),
    "chuyen": frozenset({"chuyển"}),
    "thay": frozenset({"thay"}),
    "dieu": frozenset({"điều"}),
    "day": frozenset({"đẩy"}),
    "lui": frozenset({"lùi"}),
    "tam": frozenset({"tạm"}),
    "hoan": frozenset({"hoãn"}),
}
"""First word of a change, ASCII to real: `dời` is not `đội`."""

_NEW_TIME = re.compile(r"(?<![a-z])(?P<to>sang|den|toi|thanh)(?: luc| vao)? (?:ngay )?(?:\d|thu |sang |chieu )")
_LATER = re.compile(r"thong bao sau|se thong bao")


_VERBS = frozenset({"huy", "hủy", "huỷ", "hoan", "hoãn", "doi", "dời", "đổi", "lui", "lùi"})


_CHANGING = (
    "huy",
    "hoan",
    "doi",
    "dieu chinh",
    "chuyen ",
    "lui ",
    "day ",
    "dung",
    "ngung",
    "khong ",
    "bai bo",
    "cancel",
)
"""Words one of which stands in every text that changes a meeting."""


def is_towards(view: View, start: int, end: int) -> bool:
    """Tell `sang` (to), `tới`, `đến` from `sáng` (morning), `tối` (evening), `tôi` (I): the accents decide."""
    return view.lower[start:end] not in {"sáng", "tối", "quá", "tôi"}


def _find_new_time(view: View, start: int, end: int) -> bool:
    return any(
        is_towards(view, match.start("to"), match.end("to")) for match in _NEW_TIME.finditer(view.key, start, end)
    )


_ANY_EVENT = re.compile(rf"(?<![a-z]){EVENT}")
_TERM = re.compile(r"(?<![a-z])(?:thoi han|han)(?: [a-z,/]{1,8}){0,7} $")
"""`Hạn nộp báo cáo lùi đến …`: a term is moved; `tổng hợp` beside it is no `họp`."""


def _moves_meeting(view: View, moved: re.Match[str]) -> bool:
    """What is moved is a meeting: it says so nearby; `lùi … sang` needs its `sang`, `dời từ … sang` nothing more."""
    if moved[0].startswith(("doi tu", "doi sang", "doi den", "doi toi")):
        return True
    if moved[0].startswith("lui") and not _find_new_time(view, moved.start(), min(len(view.key), moved.end() + 12)):
        return False
    start = max(0, moved.start() - 120)
    if _TERM.search(view.key, start, moved.start()):
        return False
    events = _ANY_EVENT.finditer(view.key, start, moved.end() + 120)
    return any(match[0] != "hop" or view.has(match.start(), match.end(), "họp") for match in events)


def find_change(view: View, kind: str, doc_type: str | None, lead: Lead) -> str | None:
    """Find `cancelled`, `rescheduled` or `postponed` (no new time yet); None when no meeting changes."""
    if doc_type in _UNCHANGING or not any(word in view.key for word in _CHANGING):
        return None
    end = _title_end(view, kind) if kind == "first_page" else min(len(view.key), BODY_CHARACTERS)
    if kind == "subject" and _CANCELLED_LEAD.match(view.key, lead.start) and _names_meeting(view, lead.start):
        return "cancelled"
    if (match := _CANCEL.search(view, 0, end)) and _is_spelt(view, match):
        return "cancelled"
    said = _SAID_OF.search(view, 0, end)
    verb = said["verb"] if said and view.lower[slice(*said.span("verb"))] in _VERBS else None
    if verb == "huy" or (said is not None and said["off"]):
        return "cancelled"
    moved = _RESCHEDULE.search(view, 0, end)
    is_moved = (
        verb == "doi"
        or (said is not None and bool(said["moved"]))
        or (moved is not None and _is_spelt(view, moved) and _moves_meeting(view, moved))
    )
    if is_moved and not _NOT_RESCHEDULE.search(view, 0, end):
        return "rescheduled"
    held = _POSTPONE.search(view, 0, end)
    if held and not _is_spelt(view, held):
        held = None
    held = held or (said if verb else None)
    return _held_off(view, held, end) if held else None


def _names_meeting(view: View, start: int) -> bool:
    return view.key.startswith("cancel", start) or _ANY_EVENT.search(view.key, start) is not None


def _held_off(view: View, held: re.Match[str], end: int) -> str | None:
    """Tell a meeting put off from one moved to a time given; None when it is no meeting that is put off."""
    if _NOT_POSTPONE.search(view.key, held.start(), held.end() + 14):
        return None
    near = view.key[max(0, held.start() - 60) : held.end() + 60]
    if held[0].endswith(("tam hoan", "lui lai")) and not re.search(EVENT, near):
        return None
    has_new = _find_new_time(view, held.end(), end) and not _LATER.search(view.key, 0, end)
    return "rescheduled" if has_new else "postponed"


def _is_spelt(view: View, match: re.Match[str]) -> bool:
    """The first word has the accents of a change, or none; a bare `dời từ` needs its accents."""
    word = re.split("[ ,/]", match[0], maxsplit=1)[0]
    piece = view.lower[match.start() : match.start() + len(word)]
    if match[0].startswith(("doi tu", "doi sang", "doi den", "doi toi")):
        return piece in {"dời", "dơi"} or (piece.isascii() and view.is_plain)
    if piece.isascii():
        return not match[0].startswith("doi le")
    return any(is_faded(piece, spelt) for spelt in _CHANGE_SPELT.get(word, frozenset()))
