"""Doctype: the label of the document (Decree 30/2020 Appendix III), with the signal it came from.

Precedence: letters of a type in the notation of the own number, capital type line of a first page, what a notation
without such letters leaves open (công văn, or a damaged notation), type word leading the text, file name, then công
văn where `V/v` stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.read.vietnamese.normalise import Phrases, Scan, cells, strip_marks
from gateway.read.vietnamese.notices import find_noticed_type
from gateway.read.vietnamese.number import notation_label
from gateway.read.vietnamese.sending import is_sent_or_titled
from gateway.read.vietnamese.syllables import canonical, is_faded
from gateway.read.vietnamese.tables import LEADING_LETTERS, TYPE_LETTERS, TYPE_WORDS

if TYPE_CHECKING:
    from gateway.read.vietnamese.lead import Lead
    from gateway.read.vietnamese.normalise import View
    from gateway.read.vietnamese.number import Numbers

TITLE_LINES = 30
"""Lines of a first page among which the type line may stand."""

_BY_KEY = {strip_marks(word): (label, canonical(word)) for label, words in TYPE_WORDS.items() for word in words}
_WORDS = re.compile(
    "(?:"
    + "|".join(re.escape(k).replace(r"\ ", " {1,3}") for k in sorted(_BY_KEY, key=len, reverse=True))
    + r")(?![a-z0-9])"
)
_LETTERS = re.compile(
    "(?P<letters>"
    + "|".join(sorted(LEADING_LETTERS, key=len, reverse=True))
    + r")(?= +[\wĐ]|[._ ]+\d|: ?\w)(?! ?[,/&-])"
)
_ABOUT = re.compile(r"(?:(?<![a-z0-9])v ?[/.] ?v|^vv|(?<![a-z0-9])vv(?= ?:))(?![a-z0-9])|^(?:ve viec)(?![a-z])")
_ABOUT_LEAD = re.compile(r"(?:v ?[/.] ?v|vv|ve viec)(?![a-z0-9])")
_NOT_TYPE = {
    "giay_moi": re.compile(
        r" {1,3}(?:thau|chao|bao gia|chao gia|quan tam|nop|so tuyen|ban doc|ket ban|viet bai|quang cao)"
    ),
    "luat": re.compile(r"(?! {1,3}(?:so|\d))"),
    "lenh": re.compile(r"(?! {1,3}(?:so|\d|dieu dong|cong bo|goi))"),
    "thu_cong": re.compile(r" {1,3}(?:my nghe|nghiep|truyen thong|trinh|ty|cong)|ty"),
    "ban_thoa_thuan": re.compile(r"(?! {1,3}(?:so|hop tac|khung))"),
    "quy_dinh": re.compile(r" {1,3}(?:cua phap luat|hien hanh)"),
    "tai_lieu_hop": re.compile(
        r"[ ,]{0,2}(?:(?:ben|cua|phong) ?[a-z]{1,8} |em |toi |minh |nay |kia |do |hom qua ){0,2}"
        r"(?:chua|khong|o dau|dau roi|da (?:nhan|in|xem|du)|thieu|sai|bi )"
    ),
    "hop_dong": re.compile(r"(?!)"),
    "ban_sao": re.compile(r"(?!)"),
}


UNTYPED = "KL"
"""A notation that names no type, for a text without any."""

_ASCII_TWINS = frozenset({("huong_dan", "hop_dong"), ("du_an", "de_an")})
"""Types whose letters become those of another without diacritics (HĐ, ĐA): the leading word decides."""


_TWINS = frozenset(label for label, _ in _ASCII_TWINS)


def find_leading_type(view: View, start: int) -> str | None:
    """Label of the type word or letters exactly at `start`, None when none stands there."""
    match = _WORDS.match(view.key, start)
    if match:
        label, spelt = _BY_KEY[" ".join(match[0].split())]
        piece = view.lower[match.start() : match.end()]
        guard = None if match[0].startswith("ban ") else _NOT_TYPE.get(label)
        if (piece.isascii() or _is_near(canonical(piece), spelt)) and not (
            guard and guard.match(view.key, match.end())
        ):
            return _narrow(view, label, piece, match.end())
        return None
    letters = _LETTERS.match(view.text, start)
    if letters:
        return "cong_van" if letters["letters"] == "VB" else TYPE_LETTERS[letters["letters"]]
    return None


def _is_near(found: str, spelt: str) -> bool:
    """Equal, or one mark lost or changed (OCR)."""
    if is_faded(found, spelt):
        return True
    here, there = found.split(), spelt.split()
    return (
        len(here) == len(there)
        and len(spelt) > 6
        and sum(a != b for a, b in zip(here, there, strict=True)) == 1
        and (spelt != "thư công")
    )


def _narrow(view: View, label: str, piece: str, end: int) -> str | None:
    """Words that name a type only in company: ASCII `thu cong`, `tài liệu bổ sung`."""
    if label == "thu_cong" and piece.isascii() and not view.is_plain:
        return None
    if label == "tai_lieu_hop" and "bo sung" in strip_marks(piece):
        return label if re.search(r"(?<![a-z])hop|hoi nghi", view.key[end : end + 60]) else None
    if label == "lich_lam_viec" and "hop" in piece:
        return label
    return label


@dataclass(frozen=True)
class _Title:
    """A type line and where it stands."""

    label: str
    start: int


def _has_about_above(view: View, title: _Title) -> bool:
    """`V/v` opens a line above the title, as in a công văn with a form on its first page."""
    lines = view.lines[:TITLE_LINES]
    return any(ln.start < title.start and _ABOUT_LEAD.match(view.key, at) for ln in lines for at, _ in cells(view, ln))


def _type_line(view: View) -> _Title | None:
    """A type word in capitals that opens a line of its own on the first page, or fills it."""
    for line in view.lines[:TITLE_LINES]:
        text = view.text[line.start : line.end]
        if text[:1].islower() and not view.is_plain and len(text) > 30:
            continue
        label = find_leading_type(view, line.start)
        if not label:
            continue
        match = _WORDS.match(view.key, line.start)
        if match is None:
            continue
        word = view.text[match.start() : match.end()]
        rest = view.text[match.end() : line.end].strip(" :.-*")
        if word.isupper() and (not rest or text.isupper()):
            return _Title(label, line.start)
        if not rest and line.rank < 12:
            return _Title(label, line.start)
    return None


def is_about(view: View, kind: str, lead: Lead) -> bool:
    """`V/v` stands where a công văn has it: in a subject, or opening a line elsewhere."""
    if kind in {"subject", "file_name"}:
        if _ABOUT_LEAD.match(view.key, lead.start) or _ABOUT_LEAD.match(view.key, lead.sent_start):
            return True
        return bool(re.search(r"(?<![a-z0-9])v ?/ ?v(?![a-z0-9])", view.key))
    return any(_ABOUT_LEAD.match(view.key, line.start) for line in view.lines[:TITLE_LINES])


def _by_notation(view: View, lead: Lead, numbers: Numbers) -> str | None:
    label = numbers.own.label if numbers.own else notation_label(numbers.blank_notation or UNTYPED)
    if numbers.form == "notice" and not (numbers.own and numbers.own.names_type) and (at := find_noticed_type(view)):
        label = find_leading_type(view, at) or label
    if label not in _TWINS:
        return label
    leading = find_leading_type(view, lead.sent_start)
    return leading if (label, leading) in _ASCII_TWINS else label


_PAPERS = Phrases(*TYPE_WORDS["tai_lieu_hop"])
_BOOKING = Scan(
    r"(?<![a-z])(?:(?:dang ky|xin|muon|de nghi bo tri|nho bo tri)(?: muon| su dung| dat)? (?:phong hop|hoi truong)"
    r"|dang ky lich hop)(?![a-z])"
)
_NOT_BOOKING = re.compile(
    r"(?<![a-z])(?:da|chua|viec|phan mem|huong dan|link|quy che|cach|mau|so|theo|duoc|muc|khi|neu|can|phai|lich) $"
)
_BOOKING_CHARACTERS = 400
"""A mail that books a room says so at its start."""


def _sent_papers(view: View) -> str | None:
    """Papers of a meeting that a mail says it sends, or a room that it books."""
    if any(
        is_sent_or_titled(view, match.start(), match.end())
        and not _NOT_TYPE["tai_lieu_hop"].match(view.key, match.end())
        for match in _PAPERS.matches(view, 0, _BOOKING_CHARACTERS)[:8]
    ):
        return "tai_lieu_hop"
    booked = _BOOKING.search(view, 0, min(len(view.key), _BOOKING_CHARACTERS))
    if booked is None or _NOT_BOOKING.search(view.key, max(0, booked.start() - 16), booked.start()):
        return None
    return "dang_ky_hop"


def _in_body(view: View) -> tuple[str, str] | None:
    """What a mail body says of itself when no number and no leading word does: label and `Marks.type_source`."""
    if line := _type_line(view):
        return line.label, "type_line"
    label = _sent_papers(view)
    return (label, "subject_word") if label else None


def read_doc_type(view: View, kind: str, lead: Lead, numbers: Numbers) -> tuple[str | None, str]:
    """Decide the label and `Marks.type_source`."""
    label = _by_notation(view, lead, numbers)
    line = None
    if kind == "first_page" and (label is None or (numbers.own is not None and not numbers.own.names_type)):
        line = _type_line(view)
    if line is not None and (label is None or not _has_about_above(view, line)):
        return line.label, "type_line"
    if label:
        return label, "notation"
    if _ABOUT_LEAD.match(view.key, lead.start):
        return "cong_van", "default"
    if kind != "first_page":
        label = find_leading_type(view, lead.start) or find_leading_type(view, lead.sent_start)
        if label:
            return label, "file_name" if kind == "file_name" else "subject_word"
    if kind == "body" and (found := _in_body(view)):
        return found
    return ("cong_van", "default") if is_about(view, kind, lead) else (None, "")
