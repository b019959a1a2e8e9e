"""Paper: does a text say of the document it is or carries that paper goes too, or that none does.

Mail cannot show paper; its words can tell of it. Only a statement about this document is one: what is asked for, a
duty, a condition, a question, a rule about classes of documents and what the recipients shall send say nothing, and
neither do two statements that contradict each other.
Cites: 14/CT-UBND point 1b, 226/UBND-TTTH point 2, 241/VPUBND-HCTC preamble and II.2, 9545/UBND-THCB.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from gateway.read.vietnamese.normalise import Phrases, is_quoted

if TYPE_CHECKING:
    from gateway.read.vietnamese.normalise import View

MAX_PLACES: Final = 16
"""Places where a text names paper that are looked at; an honest one does so once or twice."""
_REACH: Final = 300
"""Characters of a sentence looked at on either side."""

PAPER_WORDS: Final = {
    "bản giấy": "241/VPUBND-HCTC II.2",
    "văn bản giấy": "14/CT-UBND 1b; 9545/UBND-THCB",
    "hồ sơ giấy": "226/UBND-TTTH 2",
    "bản in": "241/VPUBND-HCTC, mở đầu",
}
"""What the directives call the paper of a document, with where they do. Other words say nothing to us."""

_PAPER = Phrases(*PAPER_WORDS)
_OTHER_NOUN = re.compile(r" (?:phep|moi|khen|to|gioi|uy|chung|bao|de nghi|xac|khai|ra|nhap|mau|an)(?![a-z])")
"""`bản giấy mời` is a copy of an invitation, `bản in màu` a way to print."""
_SENTENCE = re.compile(r"[.!?](?=\s|\Z)|\n")
_PIECE = re.compile(r"[,;:()]| - ")
_VERB = r"(?:gui|chuyen|nop|giao|phat(?: hanh)?|trinh)"
_AUX = r"(?:(?:se|da|dang|cung|vua|duoc|xin|dong thoi|van) )"
_WE = (
    r"(?:(?:em|toi|minh|chung toi|ben (?:em|toi|minh)|(?:so|ubnd|uy ban|van phong|vp|phong|ban|chi cuc|cuc|trung tam"
    r"|xa|phuong|hdnd|dang uy|cong an|truong|hoi|doan|vien|benh vien|thanh tra|kho bac)"
    r"(?: (?!(?:khong|chua|se|da) )[a-z]{1,10}){0,4}) )"
)
"""Whoever writes: first persons and offices; `anh`, `chị`, `đơn vị` are whom it is written to."""
_BEHIND = re.compile(
    r" (?:co (?:chu ky|dong dau|dau)(?: va dau)?(?: (?:so|ubnd|co quan|don vi))? )?"
    rf"(?P<we>{_WE}?)(?P<aux>{_AUX}{{0,3}})"
    rf"(?P<no>khong )?(?:{_AUX}){{0,2}}{_VERB}(?![a-z])(?P<tail>(?: (?:sau|kem|kem theo|(?:qua|theo|bang)(?: duong)?"
    r" buu dien|tai (?:cuoc|phong|buoi) hop)(?![a-z]))?)"
)
"""`bản giấy (có dấu) (Sở A) (sẽ) gửi (sau)`."""
_BEFORE = re.compile(
    rf"(?:^|.* )?(?P<what>(?P<no>khong )(?:{_AUX})?(?:{_VERB}|co|in|kem)(?: kem(?: theo)?)?"
    rf"|(?P<sent>(?:{_AUX}){{1,3}}{_VERB}(?: kem(?: theo)?| them)?)|(?P<along>{_VERB} kem(?: theo)?))"
    r"(?: them| bo| toan bo| \d{1,2}(?: bo| ban)?)? \Z"
)
"""`(Sở A) không gửi`, `đã gửi`, `gửi kèm` ... `bản giấy`."""
_WE_SEND = re.compile(rf" ?{_WE}(?:{_AUX}){{0,2}}{_VERB}(?: kem(?: theo)?| them)? \Z")
_INSTEAD = re.compile(r"(?:^|.* )thay (?:the|cho|the cho)(?: viec gui)? \Z")
_THIS = re.compile(r"(?<![a-z])nay(?![a-z])")
_LEADS = frozenset({"", "con", "rieng", "va", "ngoai", "ngoai bo", "con bo", "bo"})
"""What may stand before paper as the subject of its clause."""
_ASKS = re.compile(
    r"(?<![a-z])(?:de nghi|yeu cau|nho|vui long|mong|hay|phai|can|neu|(?<!sau )khi|truong hop|co the|bao gio|hoi|giup"
    r"|thoi han|han nop|han gui)(?![a-z])"
)
_ALWAYS_ASKS = re.compile(r"(?<![a-z])(?:neu|(?<!sau )khi|truong hop|bao gio|hoi dap|phai|thoi han)(?![a-z])")
"""Conditions, questions and duties rule a whole sentence, whoever its clauses are about."""
_QUESTION = re.compile(
    r"(?<![a-z])(?:duoc khong|co khong|chua|khong(?= a\b|\s{0,2}\Z)|the nao"
    r"|(?<!ban )sao(?! (?:y|luc)(?![a-z])))(?![a-z])|\?"
)
_DUE = re.compile(r"(?<![a-z])(?:truoc (?:ngay|\d)|cham nhat|trong (?:vong|\d)|trong thoi han)")
_THEY = re.compile(
    r"(?<![a-z])(?:(?:cac |moi |tung )?(?:don vi|dia phuong)|(?:cac|moi|tung) (?:co quan|so|xa|phong|truong)|quy)"
    r"(?![a-z])"
)
_CLASSES = re.compile(
    r"(?<![a-z])(?:(?:cac|mot so|nhieu) (?:loai )?van ban|loai van ban|tat ca|\d{1,3} ?%|van ban mat|tu ngay"
    r"|han che|chu truong|thuc hien viec|tiep tuc|hang (?:thang|quy|nam)|nhan dong thoi|dau chi do)(?![a-z])"
)
"""Said of documents at large, of what was done for years or shall be from a day on: not of this one."""


def read_paper(view: View, kind: str) -> str:
    """Tell what a text says of paper: `announced`, `none_announced`, or empty where it says nothing, or both."""
    if kind == "file_name" or not ("giay" in view.key or "ban in" in view.key):
        return ""
    found = {_stated(view, kind, match) for match in islice(_PAPER.matches(view), MAX_PLACES)} - {""}
    return found.pop() if len(found) == 1 else ""


def _stated(view: View, kind: str, match: re.Match[str]) -> str:
    """Tell what one place says; on a page it must name the document where it has no subject: guides list classes."""
    start, end = match.span()
    if _OTHER_NOUN.match(view.key, end) or is_quoted(view, start):
        return ""
    first, last = _sentence(view.key, start, end)
    sentence = view.key[first:last]
    if _CLASSES.search(sentence) or _ALWAYS_ASKS.search(sentence) or _QUESTION.search(view.key, end, last):
        return ""
    before = view.key[max([one.end() for one in _PIECE.finditer(view.key, first, start)], default=first) : start]
    behind = _PIECE.search(view.key, end, last)
    after = view.key[end : behind.start() if behind else last]
    lead = sentence[: start - first]
    if before.strip(" -+*") in _LEADS and (told := _BEHIND.match(after)):
        return _of_subject(told, after, lead)
    if _INSTEAD.match(before):
        return "none_announced" if _THIS.search(lead) and not _THEY.search(lead) else ""
    return _of_object(before, after, lead, is_page=kind == "first_page")


def _sentence(key: str, start: int, end: int) -> tuple[int, int]:
    """Give where the sentence or line around a place begins and ends, its mark included."""
    low, high = max(0, start - _REACH), min(len(key), end + _REACH)
    breaks = [one.end() for one in _SENTENCE.finditer(key, low, start)]
    ends = _SENTENCE.search(key, end, high)
    return (breaks[-1] if breaks else low), (ends.end() if ends else high)


def _of_subject(told: re.Match[str], after: str, lead: str) -> str:
    """Read `bản giấy ... gửi`: without a person or a tense, all but what goes behind or by post is a demand."""
    if _DUE.search(after) or (not told["we"] and _ASKS.search(lead)):
        return ""
    if told["no"]:
        return "none_announced"
    return "announced" if told["we"] or told["aux"] or told["tail"] else ""


def _of_object(before: str, after: str, lead: str, *, is_page: bool) -> str:
    """Read `gửi ... bản giấy`: a bare verb is a demand, and so is what others are to send."""
    if _WE_SEND.match(before):
        return "" if _DUE.search(after) else "announced"
    told = _BEFORE.match(before)
    if told is None or _THEY.search(before) or _ASKS.search(before) or _DUE.search(after):
        return ""
    is_alone = not before[: told.start("what")].strip(" -+*")
    if is_alone and (_ASKS.search(lead) or _THEY.match(lead.lstrip(" -+*"))):
        return ""
    if told["no"]:
        is_rule = is_page and is_alone and not _THIS.search(lead)
        return "" if is_rule else "none_announced"
    return "announced"
