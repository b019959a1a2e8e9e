"""File numbers: the number in a file name, where no slash can stand, in whatever spelling."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.read.vietnamese.number import NUMBER, Candidate, tidy
from gateway.read.vietnamese.tables import COMMON_ISSUERS, LETTERS_BY_LOWER, TYPE_LETTERS, YEAR_LETTERS

if TYPE_CHECKING:
    from gateway.read.vietnamese.normalise import View

_TYPE = "|".join(sorted({*TYPE_LETTERS, *YEAR_LETTERS}, key=len, reverse=True))
_UPPER = "A-ZĐƯƠÔÂĂÊ"
_FIRST = rf"(?:{_TYPE}|[{_UPPER}][{_UPPER}0-9&]{{1,14}})"
_REST = rf"[{_UPPER}][A-Za-zĐđƯƠÔÂĂÊ0-9&]{{0,14}}"
_AT = r"(?:^|[ ([+&,;])(?:[Ss][oốOỐ]\.? {0,2})?"
_YEAR = r"(?:(?P<year>(?:19|20)\d\d)[ ._-]{1,3})?"
_SPELT = re.compile(
    rf"{_AT}(?P<num>{NUMBER})(?P<gap>[ ._-]{{0,3}}){_YEAR}(?P<nota>{_FIRST}[-.]{_REST}(?:-{_REST}){{0,2}})(?![^\W_])"
)
_LOWER = re.compile(
    rf"(?:^|[ ([+&,;])(?:s[oố]\.? {{0,2}})?(?P<num>\d{{1,6}}(?:bis|[a-e])?)[ ._-]{{1,3}}{_YEAR}"
    r"(?P<type>[a-zđ]{2,4})[-.](?P<issuer>[a-zđ&]{2,8})(?![^\W_]|-)"
)
_SPACED = re.compile(rf"{_AT}(?P<num>{NUMBER})[ -]{_YEAR}(?P<type>{_TYPE})[ .](?P<issuer>[{_UPPER}&]{{2,8}})(?![^\W_])")
_TYPED = re.compile(
    r"(?:^|[ ([])(?P<type>CV|VB|GM|TTr|KH|BC|TB|QĐ|QD|NQ|CT|CTr|HD|CĐ|GUQ|BB|PA|ĐA"
    rf"|PTr)[ ._-]{{1,3}}(?:s[oố][ ._-]{{1,3}})?(?P<num>{NUMBER})(?![\w])"
)
_WORDS = frozenset(
    {
        "thang",
        "quy",
        "nam",
        "tuan",
        "ngay",
        "so",
        "phu",
        "danh",
        "bieu",
        "ket",
        "cong",
        "ke",
        "bao",
        "lan",
        "ban",
        "kem",
    }
)
"""What follows type letters in a file name without being an issuer (`12-bc-thang`)."""


def read_file_number(view: View) -> tuple[Candidate | None, str | None, str | None]:
    """Number in a file name: (number with notation, number alone, type letters)."""
    found = _spelt(view) or _lower(view) or _spaced(view)
    if found is not None:
        return found, None, None
    match = _TYPED.search(view.text)
    if match:
        number = match["num"]
        return None, None if re.fullmatch(r"(?:19|20)\d\d", number) else number, match["type"]
    return None, None, None


_COUNTED = re.compile(r"(?:^|[^a-z])(?:lan(?: thu)?|dot|thu|ban|ver|phien ban|v) ?$")
"""What counts versions before a number: `dự thảo lần 2_KH CCHC`."""


def _is_counted(view: View, start: int) -> bool:
    return _COUNTED.search(view.key, max(0, start - 12), start) is not None


def _spelt(view: View) -> Candidate | None:
    """`15_QĐ-SA`, `38.2016.QĐ-UBND`, `15QD-SA`: a notation as it is printed, behind another mark than a slash."""
    for match in _SPELT.finditer(view.text):
        first = re.split("[-.]", match["nota"])[0]
        if first in YEAR_LETTERS and first not in TYPE_LETTERS and not match["year"]:
            continue
        if _is_counted(view, match.start("num")):
            continue
        if first in TYPE_LETTERS or (match["gap"] and len(match["nota"]) > 3):
            nota = tidy(match["nota"].replace(".", "-"), match["year"])
            return Candidate(match.start("num"), match.end(), match["num"], nota)
    return None


def _lower(view: View) -> Candidate | None:
    """`15-qd-sa phu luc`: letters of a type, then some that are no word of a title."""
    for match in _LOWER.finditer(view.lower):
        letters = LETTERS_BY_LOWER.get(match["type"])
        if letters and match["issuer"] not in _WORDS and not _is_counted(view, match.start("num")):
            nota = tidy(f"{letters}-{match['issuer'].upper()}", match["year"])
            return Candidate(match.start("num"), match.end(), match["num"], nota)
    return None


def _spaced(view: View) -> Candidate | None:
    """`15 QD SA phu luc`: underscores for every mark; among capitals only an issuer everybody has is told."""
    match = _SPACED.search(view.text)
    if match is None or (match["type"] in YEAR_LETTERS and not match["year"]):
        return None
    if _is_counted(view, match.start("num")):
        return None
    rest = view.text[match.end() :]
    if match["issuer"] not in COMMON_ISSUERS and (not rest or rest.isupper()) and rest.strip(" )]"):
        return None
    return Candidate(
        match.start("num"), match.end(), match["num"], tidy(f"{match['type']}-{match['issuer']}", match["year"])
    )
