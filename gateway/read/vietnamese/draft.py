"""Draft: is the document itself unissued, or an issued letter about a draft.

A draft is always also of the class "about a draft" of directive 14 (both travel electronically only).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.read.vietnamese.doctype import find_leading_type
from gateway.read.vietnamese.normalise import Scan

if TYPE_CHECKING:
    from gateway.read.vietnamese.lead import Lead
    from gateway.read.vietnamese.normalise import View
    from gateway.read.vietnamese.number import Numbers

MARK_LINES = 20
"""Lines of a first page among which the draft mark stands."""

_DRAFT_WORD = Scan(r"(?<![a-z0-9])(?:du thao|d\.thao|d/thao|ban thao|ban nhap)(?![a-z0-9])(?! luan)")
_OWN_LINE = re.compile(
    r"[\s\-*(\[\"']{0,4}(?:du thao|duthao|d\.thao|d/thao|ban thao|ban nhap|draft)"
    r"(?:\s{0,3}[-:(]?\s{0,2}(?:lan(?: thu)?|so|v|ban)?\s{0,2}(?:\d{1,2}|i{1,3}|nhat|hai|ba|cuoi))?"
    r"(?:[\s,(\-:]{1,4}(?:ngay )?\d{1,2}[/.]\d{1,2}(?:[/.]\d{2,4})?)?[\s\-*)\]\"'.:]{0,4}"
)
_FILE_MARK = re.compile(
    r"(?:^|[ _.\-\[(])(?:du ?thao|dthao|draft|ban nhap|banthao|ban thao|nhap)(?:[ _.\-\])v\d]|$)|^dt[ _]"
)
_BLANK_DATE = Scan(r"(?<![a-z])ngay[ .?_]{3,40}thang[ .?_\d]{1,40}nam")
_COMMENT = re.compile(
    r"(?<![a-z0-9])(?:gop y|lay y kien|xin y kien|cho y kien|tham gia y kien|dong gop y kien|y kien|tham dinh"
    r"|tham gia|tham tra|gop"
    r"|phan bien|tiep thu|giai trinh|hoan thien|hoan chinh|chinh sua|sua doi|ra soat|thong qua|trinh|xay dung"
    r"|soan thao|cong bo|thao luan)"
    r"(?![a-z0-9])"
)
_SEND = re.compile(
    r"(?<![a-z0-9])(?:gui|gui kem|kinh gui|xin gui|dinh kem|kem|kem theo|gui lai|chuyen)(?: [a-z]+){0,5} $"
)
_LAW_PROJECT = re.compile(r"\s{1,3}(?:luat|bo luat|phap lenh)(?![a-z])")
_WORD_SPELT = ("dự thảo", "d.thảo", "d/thảo", "bản thảo", "bản nháp")


def _spelt(view: View, match: re.Match[str]) -> bool:
    before = view.key[max(0, match.start() - 5) : match.start()]
    if match[0] == "du thao" and before.endswith("tham "):
        return "thao luan" not in view.key[match.start() : match.end() + 6]
    return any(view.has(match.start(), match.end(), word) for word in _WORD_SPELT)


def _mentions(view: View, limit: int) -> list[re.Match[str]]:
    if "thao" not in view.key and "nhap" not in view.key:
        return []
    return [m for m in _DRAFT_WORD.finditer(view, 0, limit) if _spelt(view, m)][:50]


def _is_marked_page(view: View) -> bool:
    lines = view.lines[:MARK_LINES]
    return any(line.end - line.start <= 60 and _OWN_LINE.fullmatch(view.key, line.start, line.end) for line in lines)


def _clause(view: View, start: int) -> str:
    window = view.key[max(0, start - 80) : start]
    return re.split(r"[;\n]|\.\s", window)[-1]


def _find_sent_draft(view: View, lead: Lead) -> re.Match[str] | None:
    """`Gửi dự thảo …` without a number of its own: the draft itself travels."""
    for match in _mentions(view, 400):
        clause = _clause(view, match.start())
        if (
            lead.is_sent_draft
            or match.start() == lead.sent_start
            or (_SEND.search(clause) and not _COMMENT.search(clause))
        ):
            return match
    return None


_VERSION = re.compile(r"(?: {0,2}\(?(?:lan(?: thu)?|so|v|ban)? ?\d{1,2}\)?)? {1,2}")


def find_draft_type(view: View, kind: str, lead: Lead) -> tuple[str | None, str]:
    """Label of the type word behind a draft that a subject or body sends, and `Marks.type_source`.

    `Gửi dự thảo lần 2 Quy chế …` is a quy chế.
    """
    draft = _find_sent_draft(view, lead) if kind in {"subject", "body"} else None
    version = _VERSION.match(view.key, draft.end()) if draft else None
    label = find_leading_type(view, version.end()) if version else None
    return label, "subject_word" if label else ""


def read_draft(view: View, kind: str, lead: Lead, numbers: Numbers) -> tuple[bool, bool]:
    """Tell (`is_draft`, `about_draft`)."""
    is_draft = numbers.is_blank
    if kind == "file_name":
        is_draft = is_draft or lead.has_draft or bool(_FILE_MARK.search(view.key))
    elif kind == "first_page":
        is_draft = is_draft or _is_marked_page(view)
        if numbers.own is None and not is_draft and view.lines:
            is_draft = bool(_BLANK_DATE.search(view, 0, view.lines[:MARK_LINES][-1].end))
    else:
        is_draft = is_draft or lead.has_draft or (kind == "body" and _is_marked_page(view))
        if not is_draft and numbers.own is None and not re.match(r"v ?/ ?v|ve viec", view.key[lead.start :][:8]):
            is_draft = _find_sent_draft(view, lead) is not None
        tail = re.search(r"[(\[]\s*(?:du thao|ban thao|draft)[^)\]]{0,12}[)\]][\s.]*$", view.key[-40:])
        if tail and kind == "subject" and numbers.own is None:
            is_draft = True
    return is_draft, is_draft or _is_about_draft(view, kind)


_IS_FILE = re.compile(r"(?<![a-z])(?:file|tep|ban)(?: (?:word|mem|doc|pdf|excel|tin))? $")
_READ_BEFORE = re.compile(r"(?<![a-z])(?:doc|xem|nghien cuu|nhan|ra soat|sua)(?: [a-z]{1,6}){0,3} $")
_ANSWERED = re.compile(r"(?<![a-z])(?:thong nhat|nhat tri|dong y|khong co y kien)(?![a-z])")


def _is_handled(view: View, match: re.Match[str], clause: str, after: str) -> bool:
    """The draft is a file that is handled, or was read and answered."""
    if _LAW_PROJECT.match(view.key, match.end()):
        return False
    is_answered = _READ_BEFORE.search(clause) is not None and _ANSWERED.search(after) is not None
    return is_answered or _IS_FILE.search(clause) is not None


def _is_about_draft(view: View, kind: str) -> bool:
    """A draft is what the letter asks, gives or answers comments on; a law project merely named is not."""
    limit = len(view.key) if kind in {"subject", "file_name"} else 1_500
    for match in _mentions(view, limit):
        clause = _clause(view, match.start())
        strong = re.search(r"gop y|y kien|tham dinh|tham tra|phan bien|tiep thu|giai trinh|gop", clause)
        after = view.key[match.end() : match.end() + 120].split("\n")[0]
        asks = re.search(r"(?:lay|xin|gop|tham gia|cho|dong gop) y kien|gop y|tham dinh", after)
        if strong or asks or _is_handled(view, match, clause, after):
            return True
        if (
            kind in {"subject", "file_name"}
            and not _LAW_PROJECT.match(view.key, match.end())
            and (_COMMENT.search(clause) or re.search(r"(?:v/v|ve viec|vv|gui|hop) (?:[a-z]+ ){0,3}$", clause))
        ):
            return True
    return False
