"""Numbers of documents as they are compared: one form for every way a number and notation are written."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SEPARATORS = re.compile(r"[\s._/\-]+")
_ALIASES: Final = {"ub": "ubnd"}
"""Letters for which others stand in citations: `7745/UB-HCTC` is `7745/UBND-HCTC` (HN-10)."""


def number_key(number: str, notation: str = "") -> str:
    """Fold a number with its notation: `07745 / UB-HCTC` and `7745/UBND.HCTC` are both `7745/ubnd-hctc`.

    No diacritics, case, blanks, leading zeros or thousands dots; groups of the notation parted by `-`, whatever mark
    stands between them (`01/2026/QĐ-UBND` is `1/2026-qd-ubnd`); a known alias of an issuer's letters written out. The
    Party's order stays its own (`15-NQ/TW` is `15/nq-tw`). Without a notation the number alone; `number` may hold both.
    """
    if not notation:
        parted = re.match(r"([^/]{0,20}?\d[^/\-]{0,8}?)[/-](.{1,80})", number)
        number, notation = (parted[1], parted[2]) if parted else (number, "")
    digits = re.sub(r"[\s.]", "", _plain(number)).lstrip("0")
    groups = [_ALIASES.get(group, group) for group in _SEPARATORS.split(_plain(notation)) if group]
    return f"{digits}/{'-'.join(groups)}" if groups else digits


def loose_key(number: str, notation: str = "") -> str:
    """Fold further, without marks between the groups: files and systems drop or change them (`125/QĐUBND`)."""
    return number_key(number, notation).replace("-", "")


def _plain(text: str) -> str:
    lower = text.lower().replace("đ", "d")
    if lower.isascii():
        return lower
    folded = unicodedata.normalize("NFD", lower)
    return "".join(character for character in folded if not unicodedata.combining(character))
