"""Levels: the words of the three levels of secrecy, read in any spelling, spacing and damage (Law 117/2025/QH15).

The accents decide, never the ASCII key alone: `mật` is also the first half of other words, and without accents it is
`mất`, `mặt` and `mắt` as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.read.vietnamese.normalise import strip_marks
from gateway.read.vietnamese.syllables import canonical, is_faded
from gateway.values.facts import Secrecy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.read.vietnamese.normalise import View

_RANK = {Secrecy.NONE: 0, Secrecy.MAT: 1, Secrecy.TOI_MAT: 2, Secrecy.TUYET_MAT: 3}
_SLURRED = frozenset({"mât", "mạt", "mất", "mầt", "mẩt", "mẫt"})
"""`mật` after OCR lost or changed one mark; `mặt` and `mắt` stay other words."""
_LEVELS = {"mat": Secrecy.MAT, "toimat": Secrecy.TOI_MAT, "tuyetmat": Secrecy.TUYET_MAT}
_OTHER_WORDS = frozenset({("tôi", "mất"), ("tới", "mất"), ("tội", "mất"), ("tôi", "mạt"), ("tới", "mạt")})
_INSIDE = r"[\s.*_~+/?-]{0,3}"
LEVEL = _INSIDE.join("tuyetmat") + "|" + _INSIDE.join("toimat") + "|" + _INSIDE.join("mat")
"""A level in the ASCII key, with what people put between its letters (`T Ố I  M Ậ T`, `M.Ậ.T`, `TUYỆT-MẬT`)."""
PLAIN_LEVEL = r"tuyet[ _-]{1,3}mat|toi[ _-]{1,3}mat|mat"
"""A level in running text."""
_URGENCY = r"hoa toc,?[ -]{0,3}hen gio|hoa toc|thuong khan|khan"


def highest_level(levels: Iterable[Secrecy]) -> Secrecy:
    """The highest of the levels; NONE when there are none."""
    return max(levels, key=_RANK.__getitem__, default=Secrecy.NONE)


def level_of(key: str) -> Secrecy:
    """The level that the letters of an ASCII key spell, whatever stands between them; NONE when they spell none."""
    return _LEVELS.get("".join(filter(str.isalpha, key)), Secrecy.NONE)


def read_level(raw: str, key: str, *, is_strict: bool) -> Secrecy:
    """Read a piece that should be a level and nothing else, in any spacing; NONE when it is not.

    `is_strict` pieces stand where ASCII needs capitals (S2, S3); behind a label (S1) any spelling will do.
    """
    level = level_of(key)
    if level is Secrecy.NONE:
        return level
    compact = "".join(filter(str.isalpha, raw))
    if compact.isascii():
        return level if not is_strict or compact.isupper() else Secrecy.NONE
    lower = compact.lower()
    first, last = lower[:-3], lower[-3:]
    if not is_strict or last == "mật":
        return level
    if not first:
        return level if last in _SLURRED else Secrecy.NONE
    if (first, last) in _OTHER_WORDS:
        return Secrecy.NONE
    return level if last in _SLURRED or (last == "mat" and first in {"tối", "tuyệt"}) else Secrecy.NONE


_EDGE = r"[\s\-*_.:;,\"'\[\](){}<>|/=~!?]{0,12}"
_OWN_WORDS = re.compile(
    rf"{_EDGE}(?:(?:{_URGENCY})[\s\-,.;:/|()]{{1,4}})?(?P<level>{LEVEL})(?:[\s\-,.;:/|()]{{1,4}}(?:{_URGENCY}))?"
    r"(?:[\s\-,.;:/|(]{1,4}(?:ban so|so ban|ban thu|so)\s{0,2}:?\s{0,2}[\d./_?]{1,8}|[\s(]{1,3}mau(?: [a-z]{2,8}){0,3}"
    rf"|[\s(]{{1,3}}ban sao)?{_EDGE}"
)


def own_level(view: View, start: int, end: int) -> Secrecy:
    """Read a piece that holds only a level, perhaps with urgency or copy number (S2, S3)."""
    if end - start > 80:
        return Secrecy.NONE
    match = _OWN_WORDS.fullmatch(view.key, start, end)
    if not match:
        return Secrecy.NONE
    return read_level(view.text[slice(*match.span("level"))], match["level"], is_strict=True)


_STAMPED = re.compile(
    r"\s{0,3}(?:[\[(<{].*[\])>}]|(?:[-*=~_.] ?){1,9}[^\W_].*[^\W_](?: ?[-*=~_]){1,9})[\s.]{0,3}", re.DOTALL
)


def is_stamp_like(view: View, start: int, end: int) -> bool:
    """Capitals, or a word set off by brackets, stars or dashes on both sides, or by what stands between its letters."""
    piece = view.text[start:end]
    if piece.isupper():
        return True
    return len(piece) <= 80 and _STAMPED.fullmatch(piece) is not None


def is_ascii_mat(view: View, start: int, end: int) -> bool:
    """`MAT` without accents, which is also an eye, a mat and a column's head."""
    piece = view.text[start:end]
    return piece.isascii() and "".join(filter(str.isalpha, piece)).lower() == "mat"


_COMPOUNDS = (
    "khẩu", "mã", "độ", "thiết", "vụ", "danh", "ong", "mía", "gấu", "tông", "sơn", "trận", "bằng", "nghị",
    "thám", "khu", "đàm", "ước", "ngọt", "hoa", "cật", "ngữ", "lệnh", "thư", "phái", "giáo", "hiệu", "phí", "nhân",
    "tụy",
)  # fmt: skip
"""Second syllables of other words that begin with `mật`, and of `mặt trận` read badly."""
_COMPOUND_AFTER = re.compile(
    r" {1,2}(" + "|".join(map(strip_marks, _COMPOUNDS)) + r")(?![a-z0-9])(?! (?:muc|viec|an)(?![a-z]))"
)
"""Three blanks are the border of a cell: `Mật | Độ khẩn` is no density."""
_COMPOUND_KEYS = frozenset(map(canonical, _COMPOUNDS))
_COMPOUND_WORDS = frozenset(map(strip_marks, _COMPOUNDS))
_FIRST_HALVES = frozenset(
    ("bảo", "bí", "cơ", "giải", "thân", "túi", "sỏi", "đường", "trăng", "ong", "gan", "lấy", "hút", "độ", "không")
)
"""Syllables before which `mật` ends another word or group: bảo mật, bí mật, giải mật, túi mật, lấy mật, độ mật."""
_BARE_FIRST_HALVES = frozenset({"bao", "bi", "giai", "tui", "soi", "lay", "do"})


def is_compound(view: View, end: int) -> bool:
    """The level word is the first half of another word (`mật khẩu`, `mật độ`)."""
    match = _COMPOUND_AFTER.match(view.key, end)
    if not match:
        return False
    piece = view.lower[slice(*match.span(1))]
    if canonical(piece) in _COMPOUND_KEYS or (piece.isascii() and view.is_plain):
        return True
    is_level_faded = not view.lower.startswith("mật", end - 3)
    return is_level_faded and any(is_faded(piece, word) for word in _COMPOUNDS)


def ends_in_first_half(lower: str) -> bool:
    """What stands before makes `mật` the second half of another word (`… tuyệt đối bảo` / `mật`)."""
    words = re.findall(r"[^\W\d_]+", lower[-24:])
    return bool(words) and (words[-1] in _FIRST_HALVES or words[-1] in _BARE_FIRST_HALVES)


_LOSSES = frozenset({"duong", "dien", "nuoc", "hang", "tien", "the"})
"""What follows `mất`, or `mặt`: only without its accents may a mark be one of them."""


def begins_with_second_half(piece: str, key: str) -> bool:
    """What follows makes `mật` the first half of another word (`MẬT` / `KHẨU`, `MAT` / `BANG`).

    `piece` is the mark as printed, `key` the ASCII key of the line below.
    """
    words = re.findall(r"[a-z]+", key[:24])
    if len(words) != 1:
        return False
    is_bare = piece.isascii() and "y" not in piece.lower()  # `TUYET MAT` is nothing else
    return words[0] in _COMPOUND_WORDS or (is_bare and words[0] in _LOSSES)


_LIST_AFTER = re.compile(
    r"\W{0,2}(?:\s{0,4}[,/;|-]|\s{1,3}(?:va|hoac|hay)| {3,6}(?! ))\s{0,4}(?:do )?\W{0,2}(?:tuyet mat|toi mat"
    r"|mat)(?![a-z0-9])"
)
_LIST_BEFORE = re.compile(r"(?<![a-z])(?:tuyet mat|toi mat|mat)\s{0,2}(?:,|/|;|va|hoac|hay)\s{0,2}(?:do )?$")


def is_listed(view: View, start: int, end: int) -> bool:
    """Levels enumerated (`Tuyệt mật, Tối mật và Mật`) are a topic."""
    if _LIST_AFTER.match(view.key, end):
        return True
    return bool(_LIST_BEFORE.search(view.key, max(0, start - 24), start))
