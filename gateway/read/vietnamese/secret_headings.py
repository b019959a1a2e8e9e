"""Secret headings: a level set off in a subject or file name, at its end or between its parts.

Brackets, dashes, bars and, in file names, underscores set it off; whatever words stand before do not cancel it. Only
what makes it another word does (`bảo_mật`), a list of levels or of given names, and words that speak of levels.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from gateway.read.vietnamese.levels import (
    LEVEL,
    ends_in_first_half,
    highest_level,
    is_ascii_mat,
    is_compound,
    is_listed,
    own_level,
    read_level,
)
from gateway.read.vietnamese.normalise import Scan
from gateway.read.vietnamese.tables import NOUNS
from gateway.values.facts import Secrecy

if TYPE_CHECKING:
    from gateway.read.vietnamese.normalise import View

MAX_PLACES = 100
"""Places of one subject or name that are judged."""

_BRACKETED = Scan(r"[\[(<{] {0,2}(?P<piece>[^\[\](){}<>\n]{3,40}?) {0,2}[\])>}]")
TALK_BEFORE = re.compile(r"(?<![a-z])(?:dau(?: chi)?|do mat|muc do|cap do|loai|muc|chu|gom|the nao)\W{0,3}$")
_LEVEL = Scan(rf"(?<![a-z0-9])(?P<level>{LEVEL})(?![a-z0-9])")
_URGENT_AFTER = re.compile(r"[-_|/, ]{1,3}(?:hoa toc(?:,? hen gio)?|thuong khan|khan)(?![a-z])")
_URGENT_BEFORE = re.compile(r"(?<![a-z])(?:hoa toc(?:,? hen gio)?|thuong khan|khan)[-_|/, ]{1,3}$")
_COPY_AFTER = re.compile(r" ?\(\d{1,2}\)$| ?(?:copy|ban sao|signed|final|v\d)$")
_DOCUMENT = re.compile(
    rf"\d{{1,6}}[a-z]{{0,3}} ?[/_ -] ?[a-z]{{2,8}}|(?<![a-z])(?:{NOUNS}|kh|bc|qd|ttr|pa|tb|cd|so \d)(?![a-z])"
)
_NUMBER = re.compile(r"\d{1,6}[a-z]{0,3} ?[/_ -] ?[a-z]{2,8}")
_EYE = re.compile(r"(?<![a-z])(?:kham|benh vien|nhan khoa|thi luc|rang|tai mui|kinh|vat tu|thao|the|be)(?![a-z])")
_KIND_END = re.compile(rf"(?<![a-z])(?:{NOUNS})$")
_SIGNS = "-_|/"
_ENDS_IN_NUMBER = re.compile(r"(?<![a-z])(?:\d{1,6}[a-z]{0,3}(?:[/_. -]{1,2}[a-z]{1,8}){0,4})$")
_ADDRESS = frozenset({"anh", "chị", "em", "cô", "chú", "bác", "ông", "bà", "thầy", "bạn", "cháu", "dì", "cậu"})
_FULL_NAME = 2
"""Words before the given name that make a full name: family and middle name."""


def by_headings(view: View, kind: str) -> Secrecy:
    """The highest level set off in a subject or file name."""
    whole = own_level(view, 0, len(view.key))
    is_bare_name = kind == "file_name" and whole is Secrecy.MAT and (view.is_plain or not view.text.isupper())
    found = [Secrecy.NONE if is_bare_name else whole]
    for match in islice(_BRACKETED.finditer(view), MAX_PLACES):
        first, last = match.span("piece")
        level = own_level(view, first + 3 * view.key.startswith("do ", first), last)
        if level is not Secrecy.NONE and _is_bracket_mark(view, match):
            found.append(level)
    key = _joined(view)
    for match in islice(_LEVEL.finditer(view), MAX_PLACES):
        start, end = match.span("level")
        is_parted = end in view.joints and view.text[start:end].isupper() and not view.text[start:].isupper()
        if (is_compound(view, end) and not is_parted) or is_listed(view, start, end):
            continue
        level = read_level(view.text[start:end], match["level"], is_strict=True)
        if level is not Secrecy.NONE and _is_set_off(view, key, start, end):
            found.append(level)
    return highest_level(found)


def _joined(view: View) -> str:
    """The key with the underscores of the name where they stood."""
    if not view.joints:
        return view.key
    key = list(view.key)
    for at in view.joints:
        key[at] = "_"
    return "".join(key)


def _is_document(view: View, before: str) -> bool:
    """ASCII `MAT` is a mark behind a document's number or kind, not where eyes and goods are the matter."""
    return _DOCUMENT.search(before) is not None and not _EYE.search(view.key)


def _is_bracket_mark(view: View, match: re.Match[str]) -> bool:
    before = view.key[max(0, match.start() - 80) : match.start()]
    if TALK_BEFORE.search(before):
        return False
    return not is_ascii_mat(view, *match.span("piece")) or _is_document(view, before)


def _is_set_off(view: View, key: str, start: int, end: int) -> bool:
    """The level stands between signs, or in capitals at the end of a text that is not."""
    left, right = key[:start], key[end:]
    if behind := _URGENT_AFTER.match(right):
        right = right[behind.end() :]
    if ahead := _URGENT_BEFORE.search(left[-24:]):
        left = left[: len(left) - len(ahead[0])] + ahead[0][-1]
    copy = _COPY_AFTER.search(right[-12:])
    right = right[: len(right) - len(copy[0])] if copy else right
    left, right = left.rstrip(), right.strip(" .")
    bare = left.rstrip(_SIGNS + " ")
    if not bare:
        return (
            bool(right) and right[0] in "_|" and view.text[start:end].isupper() and not is_ascii_mat(view, start, end)
        )
    if ends_in_first_half(view.lower[: len(bare)]) or TALK_BEFORE.search(bare):
        return False
    is_signed = left[-1] in _SIGNS or (left[-1] == "." and view.text[start:end].isupper())
    is_ended = not right or right[0] in _SIGNS + "("
    piece = view.text[start:end]
    if piece.isupper():
        if is_ascii_mat(view, start, end):
            return is_signed and is_ended and _NUMBER.search(bare) is not None and not _EYE.search(view.key)
        is_tail = not right and (not view.text[: len(bare)].isupper() or _ENDS_IN_NUMBER.search(bare) is not None)
        return (is_signed and is_ended) or is_tail
    is_spaced = left[-1] in "_|" or left[-2:-1] in {" ", "_", "-"}
    return is_signed and is_spaced and not right and not _is_name(view, bare, key)


def _is_name(view: View, bare: str, key: str) -> bool:
    """The word is a given name: the part before it is one (`Lan - Mật`, `Trần Thị_Mật`, `Lê_Văn_Mật`)."""
    has_blanks = " " in key.strip()
    part = re.split(r"[-_|/:,;]" if has_blanks else r"[-|/:,;]", bare)[-1]
    words = [word for word in re.split(r"[ _]+", view.text[len(bare) - len(part) : len(bare)]) if word]
    named = words[-2:]
    is_document = _DOCUMENT.search(view.key[: len(bare)]) is not None
    if (named and named[-1].lower() in _ADDRESS) or (not has_blanks and len(view.joints) > 1 and not is_document):
        return True
    if not named or not all(word.isalpha() and word.istitle() for word in named):
        return False
    if len(named) == _FULL_NAME:
        return _KIND_END.search(bare) is None
    return not is_document
