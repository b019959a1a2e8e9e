"""Secret nouns: what a sentence says of the document sent (Law 117/2025/QH15).

`tài liệu mật` in running text is secrecy as a topic, unless the sentence sends that document, encloses it or declares
it (`văn bản này thuộc độ Mật`), or the words stand where a title stands. Papers about secrecy count and govern secrets.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from gateway.read.vietnamese.levels import PLAIN_LEVEL, highest_level, is_compound, is_listed, level_of
from gateway.read.vietnamese.normalise import Scan
from gateway.read.vietnamese.secret_errands import is_elsewhere
from gateway.read.vietnamese.secret_fields import spans_of_none
from gateway.read.vietnamese.tables import CITING_VERBS, NOUNS
from gateway.values.facts import Secrecy

if TYPE_CHECKING:
    from gateway.read.vietnamese.lead import Lead
    from gateway.read.vietnamese.normalise import View

MAX_PLACES = 400
"""Places of one text that are judged."""

_NOUN_LEVEL = Scan(
    rf"(?<![a-z0-9])(?P<noun>{NOUNS}|dien)(?: so)? {{0,3}}"
    r"(?P<mid>[(\[]?(?:bi mat nha nuoc )?(?:thuoc |(?:co|mang|o) )?"
    r"(?:(?:(?:dong )?dau(?: chi)?(?: do)?|do mat|muc do mat|do|loai|muc do"
    r"|muc) )?(?:la )?[\"'(\[]{0,2})"
    rf"(?P<level>{PLAIN_LEVEL})(?![a-z0-9])"
)
_COPY = Scan(r"(?<![a-z0-9])(?P<noun>ban)(?P<mid>) {1,3}(?P<level>tuyet {1,3}mat|toi {1,3}mat)(?![a-z0-9])")
"""`bản tối mật của phương án`; `bản Mật` is also a hamlet."""
_TITLED = Scan(
    rf"(?<![a-z0-9])(?:{NOUNS}|kh|bc|pa)(?P<mid>(?: [a-z0-9/&-]{{1,12}}){{1,3}})"
    r" (?P<level>tuyet mat|toi mat)(?![a-z0-9])"
)
"""`kế hoạch A2 tuyệt mật`: the level ends a short title."""
TOPIC_BEFORE = re.compile(
    r"(?<![a-z0-9])(?:cac|nhung|moi|tat ca|toan bo|loai|mot so|nhieu|tru|ngoai|ngoai tru|quan ly|soan thao|soan"
    r"|luu tru|luu giu"
    r"|bao quan|bao ve|tieu huy|sao chup|in sao|sao|giao nhan|van chuyen|dang ky|tap huan|quy dinh|danh muc|viec"
    r"|cong tac"
    r"|he thong|mau|xu ly|thong ke|phan mem|chuyen giao|gui,? nhan|cam|nghiem cam|tuyet doi|khong|chua|khi"
    r"|neu|doi voi"
    r"|cach|quy trinh|may tinh|kiem tra|ra soat|bao mat|giai mat|xac dinh|giao nop|huy|phan loai|dong dau|tra cuu"
    r"|khai thac|su dung|lo lot"
    r"|ro ri|lam lo|lam mat|phat tan|truy cap|chia se|dang tai|luat|nghi dinh|can bo|trao doi|lien quan|ve"
    r"|noi dung|theo|nhu"
    r"|vi pham|kho|tu|gui qua|so luong|ty le|chuyen de|giam|tang|ha|thu hoi|tuyen truyen|pho bien|thoi han"
    r"|khai niem|the nao"
    r"|trong|co|la|thuoc|nguoi|bi lo|dau|moi loai|hoac|giua|tung|mot|cua|so theo doi|so sach|buu gui|chuyen phat"
    r"|phong)"
    r"(?![a-z0-9])"
)
_TOPIC_AFTER = re.compile(
    r"\s{0,2}(?:la|phai|duoc(?! gui)|khong|chi|bi|thi|can|nen|se|tren mang|tren moi truong|gui (?:theo|qua)"
    r"|qua (?:mang|thu|duong"
    r"|buu|fax|email|dich vu|zalo|he thong|phan mem)|va|hoac|theo quy dinh"
    r"|cua co quan|trong co quan|thuoc danh muc|theo dung|dung quy dinh|nam \d|het|den muc)(?![a-z0-9])"
)
_COUNTED = re.compile(
    r"\s{0,2}(?:di|den|phat hanh|nhan duoc|da [a-z]+|ban hanh|tiep nhan|luu)?(?: va"
    r"| [a-z]{2,8}){0,2} {0,2}(?:[:=] {0,2}(?:\d|khong co)|- \d)"
    r"|\s{1,3}\d{1,5} (?:van ban|tai lieu|ho so|bo|ban|cuon|to)(?![a-z])"
)
"""Secrets counted: `Văn bản mật đi: 4`, `Hồ sơ mật: 03 bộ`."""
_NUMBER_AFTER = re.compile(r"[\"')\] ]{0,3}(?:so)?[ :]{0,3}\d{1,5}[a-z]{0,3} {0,2}[/-] {0,2}[a-z]")
_PEOPLE = (
    r"(?P<whom> (?:quy (?:don vi|co quan|anh|chi|so|phong|ban|ong|ba)|dong chi|anh|chi|em|a|c|bac|co|chu|don vi|co quan"
    r"|xa|phuong|so|ong|ba"
    r"|lanh dao|cac)(?: [a-z]+){0,4})?"
)
_SENDING = (
    r"(?:(?:(?:anh|chi|co|chu|bac) oi,? )?(?:em|toi|minh|chau) (?:vua |moi |da |co )?(?:chup|scan|quet)(?: gui)?"
    r"|kinh gui|kinh chuyen|gui kem(?: theo)?|xin gui|sao gui|dinh kem(?: theo)?|kem theo|xin chuyen|gui|chuyen"
    r"|trinh kem|file dinh kem|tep dinh kem|day la|day chinh la)"
)
_SENT_EXACT = re.compile(
    r"(?:^|[\n.;:,(\[\-] ?)\s{0,3}(?:(?:toi|chung toi|em|e|minh|so|ubnd|van phong|phong)(?: [a-z]+){0,4} )?"
    rf"{_SENDING}(?: lai)?(?: la| gom| co)?{_PEOPLE}(?: \d{{1,2}}(?: ban| bo)?)?"
    r"(?: (?:ban|file)(?: (?:cuoi(?: cung)?|moi|sua|scan|chup|photo|word|mem|in|dau|sach|chinh thuc))?(?: cua)?)?"
    r"\s{0,3}[:\"'(\[]?\s{0,2}$"
)
_OF_A_TOPIC = re.compile(
    r"(?<![a-z])(?:ve|mau|quy dinh|quy che|huong dan|danh muc|danh sach|quan ly|soan thao|so|thong ke|xu ly|tiep can"
    r"|cong tac|bao ve|bao quan|tap huan|viec|cach|quy trinh|so luong|cac loai|ket qua|kiem ke|bang ke|giay)(?![a-z])"
)
"""What is sent is something else, about secrets (`Gửi anh mẫu sổ theo dõi tài liệu mật`)."""
_ENCLOSED_AFTER = re.compile(r"[^.;!?\n]{0,60}(?<![a-z])(?:file|tep|ban scan) (?:dinh )?kem(?![a-z])")
_OF_PEOPLE = r"(?: (?:giup|gium|ho|cho|em|anh|chi|so|xa|lai|kem|ban|cai|to|bo|file|du thao|ky|truoc)){0,4} {0,2}"
"""Words between a verb and its document that name nothing else."""
_HANDED = re.compile(
    r"\s{0,3}(?:(?:em|toi|minh|xa|so|phong|don vi|ubnd [a-z]+) )?(?:xin )?(?:nop|gui|chuyen|trinh)" + _OF_PEOPLE
)
_IN_HAND = re.compile(r"(?<![a-z])(?:xem|doc|in|ky|duyet|gop y|trinh)" + _OF_PEOPLE + "$")
_THIS_AFTER = re.compile(r"[\"')\] ]{0,3}nay(?![a-z])(?! (?:phai|duoc|khong|chi|la|se|da|bi|thi|can))")
_SENT_AFTER = re.compile(
    r"[\"')\] ]{0,3}(?:gui kem|kem theo|dinh kem|duoi day|(?:em|toi|minh) (?:moi |vua |da )?(?:gui|kem|chuyen))"
    r"(?! (?:thu|qua|theo|duong|phai|duoc|thi|can))"
)
_TAKEN_BACK = re.compile(
    r"[\"')\]]{0,2} ?(?:a ?\?|\?|(?:hay|hoac|thi|khong|chang|dung khong|phai khong)(?![a-z])"
    r"|[^.;!?\n]{0,60}(?:(?<!chua )(?<!chua duoc )(?<!khi )(?<!khi duoc )(?<!tu y )(?<!phep )giai mat|khong con mat)"
    r"(?![a-z])|,? nhung (?:[a-z]+ ){0,5}(?<!khong )(?<!khong duoc )(?<!chua )(?<!chua duoc )cong khai(?![a-z])"
    r"|,? (?:nen|vi vay|vi the|do do)[^.;!?\n]{0,60}(?:ban giay|buu dien"
    r"|khong (?:the )?gui (?:qua|bang) (?:e?-?mail|thu dien tu|mang))(?![a-z]))"
)
"""What follows a level makes it a question, an alternative, a thing of the past, or one that comes on another way."""
_CLAUSE = re.compile(r"[;\n]|\.\s|[?!]\s|:\s")
_CITING = re.compile(
    rf"(?:(?<![a-z])(?<!kem )(?:{CITING_VERBS})|(?:ban hanh|phu luc|bieu|mau|[(\[]) ?kem theo)"
    r"(?:[ ,][a-z]{1,10}){0,4} {0,2}$"
)
"""Words before a document that is cited, not sent; `kèm theo` cites only what an annex belongs to."""
_DECLASSIFIED = re.compile(r"giai mat|thu hoi|danh muc|xac dinh|giam do mat")
_GENERIC = frozenset({"van ban", "tai lieu", "ho so", "vb"})
_ABOUT = re.compile(r"(?<![a-z])(?:v ?/ ?v|vv|ve viec) (?:[a-z]+,? ){0,3}(?:gui|chuyen|phat hanh)[a-z, ]{0,20}$")
"""`V/v gửi văn bản mật`: sending secret papers is the topic when the noun is generic."""
_WORK_BEFORE = re.compile(
    r"(?<!\w)(?:(?<!chính )(?<!danh )(?<!sổ )(?<!ngân )sách|phim|truyện|tiểu thuyết|vở kịch|hồi ký|triển lãm)"
    r"(?: (?:mới|hay|ảnh|tháng|năm|[\d/]{1,7})){0,4}(?: ?: (?:[^;:\n]{0,70}, )?| {0,2}[\"'(]{0,2} ?)$"
)
"""A work that is published: what follows is its title, or one of several behind a colon."""
_SENDS_IT = re.compile(r"(?<!\w)(?:gửi|chuyển|kèm|trình)(?!\w)")
_PAPER_ON_SECRECY = Scan(
    r"(?<![a-z])(?:bao ve bi mat nha nuoc|bvbmnn|(?:so|bieu|bang|mau)(?: so)? (?:dang ky|theo doi|chuyen giao"
    r"|thong ke|quan ly)"
    r"(?: [a-z,]+){0,4} mat|thong ke (?:[a-z]+ ){0,3}(?:van ban|tai lieu|ho so)(?: [a-z]+){0,2} mat"
    r"|quan ly (?:van ban|tai lieu|ho so)(?:, (?:tai lieu|van ban))? mat|danh muc bi mat nha nuoc"
    r"|do mat cua bi mat)(?![a-z])"
)


def is_about_secrecy(view: View) -> bool:
    """A paper about secrecy: a yearly report, a register, a rule."""
    return _PAPER_ON_SECRECY.search(view) is not None


def is_counted(view: View, end: int) -> bool:
    """A number of secrets follows what ends at `end`."""
    return _COUNTED.match(view.key, end) is not None


def is_cited(clause: str) -> bool:
    """What stands behind this clause is another document that it cites."""
    return _CITING.search(clause) is not None


def clause_before(view: View, start: int, window: int = 80) -> tuple[str, bool]:
    """What stands before `start` in its clause, and whether a break opens the clause within the window."""
    before = view.key[max(0, start - window) : start]
    breaks = list(_CLAUSE.finditer(before))
    return (before[breaks[-1].end() :], True) if breaks else (before, False)


def _is_level_spelt(piece: str) -> bool:
    """Only `mật` itself, or `mât` and `tối mạt` as OCR leaves it; `tài liệu mất` is another thing."""
    return piece.endswith(("mật", "mât")) or (piece.endswith("mạt") and "ố" in piece)


_NOT_DONE = re.compile(r"(?<!\w)(?:không|chưa|đừng|chớ|chẳng|ko|khong|chua)(?!\w)")


def _is_sent(view: View, start: int) -> bool:
    """A clause of sending ends where the document's noun begins."""
    match = _SENT_EXACT.search(view.key, max(0, start - 80), start)
    if match is None or _OF_A_TOPIC.search(match["whom"] or ""):
        return False
    return not _NOT_DONE.search(view.lower, match.start(), start)


class _Nouns:
    """Judges document nouns with a level behind them, in one text."""

    def __init__(self, view: View, lead: Lead, *, is_heading: bool, is_about: bool) -> None:
        self._view = view
        self._is_heading = is_heading
        self._is_about = is_about
        self._heads = frozenset({lead.start, lead.sent_start, *(g.start for g in lead.groups)})

    def is_mark(self, match: re.Match[str]) -> bool:
        """This document, or documents as a topic."""
        view, start, (first, last) = self._view, match.start(), match.span("level")
        if not _is_level_spelt(view.lower[first:last]) or is_compound(view, last) or is_listed(view, first, last):
            return False
        clause, is_opened = clause_before(view, start)
        if _NUMBER_AFTER.match(view.key, last):
            return self._is_numbered(clause) and not is_elsewhere(view, start, last)
        if _TOPIC_AFTER.match(view.key, last) or _is_sent(view, start):
            return not (_TOPIC_AFTER.match(view.key, last) or _TAKEN_BACK.match(view.key, last))
        if match["mid"].strip(" \"'(["):
            return False
        is_enclosed = not self._is_about and self._is_enclosed(clause, start, last)
        is_topic = self._is_about or is_counted(view, last)
        return is_enclosed or (not is_topic and self._is_titled(match, clause, is_opened=is_opened))

    def _is_enclosed(self, clause: str, start: int, last: int) -> bool:
        """Tell whether words behind the level say that the document is here, and none that its kind is the topic."""
        key = self._view.key
        if is_elsewhere(self._view, start, last):
            return False
        if _IN_HAND.search(clause) and _THIS_AFTER.match(key, last):
            return True
        if _HANDED.fullmatch(clause) and _ENCLOSED_AFTER.match(key, last):
            return True
        return _SENT_AFTER.match(key, last) is not None and not TOPIC_BEFORE.search(clause)

    def _is_numbered(self, clause: str) -> bool:
        return not (_DECLASSIFIED.search(clause) or _CITING.search(clause) or (self._is_about and not self._is_heading))

    def _is_titled(self, match: re.Match[str], clause: str, *, is_opened: bool) -> bool:
        """The words lead a subject or name."""
        if not self._is_heading:
            return False
        start = match.start()
        if self._is_title_of_work(start):
            return False
        if start in self._heads or (is_opened and not clause.strip(" -+*\"'([")):
            return True
        is_generic = match["noun"] in _GENERIC and _ABOUT.search(clause) is not None
        return not is_generic and not TOPIC_BEFORE.search(clause)

    def _is_title_of_work(self, start: int) -> bool:
        """A film or book that the heading speaks of is called so (`Tiểu thuyết "Tài liệu mật"`); none is sent."""
        before = self._view.lower[max(0, start - 80) : start]
        return _WORK_BEFORE.search(before) is not None and not _SENDS_IT.search(before)


def _is_sent_title(view: View, match: re.Match[str]) -> bool:
    """Tell whether a document is sent whose short title ends in a level, with nothing about secrets in it."""
    first, last = match.span("level")
    is_own = _is_level_spelt(view.lower[first:last]) and not TOPIC_BEFORE.search(match["mid"])
    is_other = is_compound(view, last) or is_listed(view, first, last) or _TOPIC_AFTER.match(view.key, last)
    return is_own and not is_other and not _TAKEN_BACK.match(view.key, last) and _is_sent(view, match.start())


def by_nouns(view: View, lead: Lead, *, is_heading: bool, is_about: bool) -> Secrecy:
    """The highest level of a document noun that names the document itself."""
    nouns = _Nouns(view, lead, is_heading=is_heading, is_about=is_about)
    found = islice(_NOUN_LEVEL.finditer(view), MAX_PLACES)
    levels = [level_of(match["level"]) for match in found if nouns.is_mark(match)]
    levels += [
        level_of(match["level"])
        for match in islice(_COPY.finditer(view), MAX_PLACES)
        if _is_sent(view, match.start()) and _is_level_spelt(view.lower[slice(*match.span("level"))])
    ]
    titled = islice(_TITLED.finditer(view), MAX_PLACES)
    levels += [level_of(match["level"]) for match in titled if _is_sent_title(view, match)]
    return highest_level(levels)


_DECLARED = Scan(
    rf"(?<![a-z0-9])(?:(?:{NOUNS}|ban(?= nay)|thu|file|tep|mail|email|noi dung|thu dien tu|tap tin|chuyen de|toan van)"
    r"(?: [a-z]{1,8}){0,2}(?: (?:nay|kem theo|dinh kem|gui kem|duoi day|tren day|kem thu nay"
    r"|(?:em|toi|minh) (?:moi |vua |da )?(?:gui|kem|dinh kem))){1,2}|day la|(?:kem theo"
    r"|dinh kem)(?: day)? la)"
    r"(?P<between>[^.;!?\n]{0,60}? )(?P<mid>(?:(?:(?:do|muc do|cap do|muc|cap|dau|loai)(?: mat)?|thuoc loai"
    rf"|co do mat|la(?: {{1,3}}(?:{NOUNS}))?) {{0,2}}:? {{0,2}}|(?<=, )(?=t(?:oi|uyet)))[\"'(\[]{{0,2}})"
    rf"(?P<level>{PLAIN_LEVEL})(?![a-z0-9])"
)
_DECLARES = re.compile(r"(?<![a-z])(?:thuoc|co|mang|chua|o|la|dong dau|xep|xac dinh|duoc|dau)(?![a-z])")
_ORDINARY = re.compile(r"(?<=do )mat(?: la)? (?:binh )?thuong(?! (?:xuyen|truc|vu))(?![a-z])")
"""`có độ mật thường`: the field of a document, in a sentence."""
_NO_MORE = re.compile(r"(?<!\w)(?:từng|trước đây|trước kia|nhầm|tưởng|ngỡ)(?!\w)")
"""It was so, or somebody took it for that."""
_NOT_YET = re.compile(r"(?<!\w)(?:chưa|chua)(?!\w)")
"""Not yet; with its accent `chứa` (contains) declares."""
_DENIED = re.compile(
    r"(?<![a-z])(?:khong|neu|co the|phai|khi|truong hop|thi|can|se|vi du|giai mat|giam|de xuat)(?![a-z])"
)


_OF_THE_MAIL = re.compile(r"(?:noi dung )?(?:thu|e-?mail|mail)(?: [a-z]{1,8}){0,2} nay(?![a-z])")
_MISDIRECTED = re.compile(
    r"(?<![a-z])(?:nguoi nhan nham|(?:neu|truong hop)(?: [a-z]+){0,10} (?:nham|khong phai (?:la )?nguoi))(?![a-z])"
)
_FOOTER_CHARACTERS = 320


def _is_footer(view: View, match: re.Match[str]) -> bool:
    """Terms for whom a mail reached by mistake: the standing footer of an office, which keeps its own confidences.

    It calls the mail confidential, whatever stands in it. A higher level is nobody's standing footer.
    """
    end = match.end()
    return (
        level_of(match["level"]) is Secrecy.MAT
        and _OF_THE_MAIL.match(view.key, match.start()) is not None
        and _MISDIRECTED.search(view.key, end, end + _FOOTER_CHARACTERS) is not None
    )


_THIS_IS = Scan(
    rf"(?<![a-z])day (?:(?:deu|chinh|cung) )?la (?:mot )?(?:{NOUNS}|noi dung|dien|thu|file|tep) {{1,3}}"
    rf"(?P<level>{PLAIN_LEVEL})(?![a-z0-9])"
)
"""`đây là tài liệu tối mật`, wherever it stands in its sentence."""
_SENTENCE = re.compile(r"[.?!;]\s|\n")
_SENTENCE_CHARACTERS = 160
_HEDGED = re.compile(
    r"(?<![^\W_])(?:nếu|neu|khi|trường hợp|giả sử|liệu|hỏi|hoi|phải chăng|có phải|không phải|không|chưa|cần|tưởng|tuong"
    r"|nghĩ|ngỡ|cho rằng|nói|noi|ghi|trước|truoc|từng|hôm qua|hôm trước|nhầm|lỡ|theo|ví dụ|vd|biết|nhận biết|xác định)"
    r"(?![^\W_])"
)
"""Asked, supposed, reported, past or prescribed: the writer does not say it of this mail."""
_HEEDED = re.compile(r"(?:cho|để|báo|xin|anh|chị|em|chí|bác|ông|bà|rằng|lưu ý|nhắc) biết")
"""`báo để anh biết đây là …` says it all the same."""


def _is_said_of_this(view: View, match: re.Match[str]) -> bool:
    """The writer says of this mail that it is secret, without asking, supposing or reporting it."""
    first, last = match.span("level")
    if not _is_level_spelt(view.lower[first:last]) or is_compound(view, last) or is_listed(view, first, last):
        return False
    if _TAKEN_BACK.match(view.key, last):
        return False
    floor = max(0, match.start() - _SENTENCE_CHARACTERS)
    breaks = [one.end() for one in _SENTENCE.finditer(view.key, floor, match.start())]
    before = _HEEDED.sub("", view.lower[breaks[-1] if breaks else floor : match.start()])
    return not _HEDGED.search(before)


def by_sentence(view: View) -> Secrecy:
    """A sentence that declares the level of the text it stands in or of what is enclosed."""
    declared = islice(_THIS_IS.finditer(view), MAX_PLACES)
    best = highest_level(level_of(match["level"]) for match in declared if _is_said_of_this(view, match))
    of_none = spans_of_none(view)
    for match in islice(_DECLARED.finditer(view), MAX_PLACES):
        first, last = match.span("level")
        piece = view.lower[first:last]
        if not _is_level_spelt(piece) or is_compound(view, last) or is_listed(view, first, last):
            continue
        if any(start < last <= end for start, end in of_none) or _ORDINARY.match(view.key, first):
            continue
        if _TAKEN_BACK.match(view.key, last) or _is_footer(view, match):
            continue
        if match[0].startswith("ban nay") and not view.lower.startswith("bản này", match.start()):
            continue
        said = match["between"] + match["mid"]
        if not _DECLARES.search(said) and ":" not in said and piece == view.text[first:last]:
            continue
        clause, _ = clause_before(view, match.start())
        if (
            _DENIED.search(clause)
            or _DENIED.search(match["between"])
            # `… là phương án bảo vệ, tuyệt mật`: behind a comma it is said of the whole, whatever that is about
            or (match["mid"] and _OF_A_TOPIC.search(match["between"].replace("thuoc danh muc", "")))
            or _NOT_YET.search(view.lower, match.start(), first)
            or _NO_MORE.search(view.lower, match.start(), first)
        ):
            continue
        best = highest_level((best, level_of(match["level"])))
    return best
