"""Titles: what the pages of a file are entitled, to find enclosures by (Decree 30/2020 Appendix I, II.5 and II.8).

A title is a line in capitals, or one that begins with the word of a type or of an enclosure, near the top of a page and
no part of its head. What page after page repeats, or stands in running text, is none.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from gateway.read.vietnamese.normalise import View, normalise, strip_marks
from gateway.read.vietnamese.tables import INSTRUMENT_WORDS, ORGANISATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gateway.read.vietnamese.normalise import Line

MAX_TITLES = 4
"""Title lines kept of the first page."""
MAX_ANNEX_TITLES = 64
_MAX_CHARACTERS = 120
_TOP_LINES = 14
"""Of the first page: two columns of a head in one each, marks, then the title."""
_TOP_OF_ANNEX = 3

_NO_TITLE = (
    r"\(?\d{1,3}[.)]|stt |(?:cong hoa xa hoi|doc lap|dang |so ?[:.\d]|v/v|\(?ngay)(?![a-z])|.{2,40}, ngay|.*hanh phuc"
)
_HEAD = re.compile(
    rf"(?:{ORGANISATIONS}|huyen|quan(?! (?:ly|tri|he))|thanh pho|tp|tinh|xa|phuong)(?![a-z])|{_NO_TITLE}"
)
_NOT_BELOW = re.compile(_NO_TITLE)
_NAMED = re.compile(
    r"(?:phu luc|bieu mau|bieu|mau|danh sach|danh muc|bang|du thao|"
    + "|".join(sorted({strip_marks(word) for word in INSTRUMENT_WORDS}, key=len, reverse=True))
    + r")(?![a-z])"
)
_NEW_PIECE = re.compile(
    r"phu luc|bieu mau|bieu so|mau so|danh sach|danh muc|bang (?:tong hop|ke|phan)|du thao|quy che|quy dinh|de an"
    r"|de cuong|ke hoach|phuong an|bao cao|to trinh|quyet dinh|nghi quyet|bien ban|chuong trinh|thuyet minh|ly lich"
)
_LEAST_LETTERS = 6
_END = "noi nhan"
"""With this list a document ends, however few lines it has."""


def read_titles(view: View) -> tuple[str, ...]:
    """Read the title lines of the first page."""
    return tuple(islice(_titles(view, islice(view.lines, _TOP_LINES)), MAX_TITLES))


def read_annex_titles(view: View) -> tuple[str, ...]:
    """Read the titles of pages behind the first on which another piece begins, and those in capitals further down.

    Word processors keep no pages: there an annex shows by its title alone.
    """
    found: dict[str, None] = {}
    page, is_below, has_ended = 0, False, False
    for number, line in enumerate(view.lines):
        page += number > 0 and line.rank == 0
        is_at_top = page > 0 and line.rank < _TOP_OF_ANNEX
        has_ended = has_ended or view.key.startswith(_END, line.start)
        is_behind = has_ended or number > _TOP_LINES
        if is_at_top or is_below or (is_behind and _NEW_PIECE.match(view.key, line.start, line.end)):
            is_title = _begins_piece(view, line, is_first=page > 0 and line.rank == 0)
            if is_title or (is_below and not _NOT_BELOW.match(view.key, line.start, line.end)):
                found[view.text[line.start : line.end][:_MAX_CHARACTERS]] = None
            is_below = is_title
            if len(found) >= MAX_ANNEX_TITLES:
                break
    return tuple(found)[:MAX_ANNEX_TITLES]


def titles_of_tops(tops: Iterable[str]) -> tuple[str, ...]:
    """Read the titles of the tops of further pages of a PDF, a form feed before each."""
    found: list[str] = []
    for top in tops:
        if len(found) >= MAX_ANNEX_TITLES:
            break
        found += read_annex_titles(View.of(normalise(f".\n\f\n{top}")))
    return tuple(dict.fromkeys(found))[:MAX_ANNEX_TITLES]


def _begins_piece(view: View, line: Line, *, is_first: bool) -> bool:
    """Tell whether a line names a piece: the first of a page, or one in capitals."""
    text, key = view.text[line.start : line.end], view.key[line.start : line.end]
    is_named = _NEW_PIECE.match(key) is not None
    return (is_named and (text[:3].isupper() or is_first)) or (bool(line.start) and _is_capital(text, key))


def _titles(view: View, lines: Iterable[Line]) -> Iterator[str]:
    is_below = False
    for number, line in enumerate(lines):
        if number != line.rank:
            return  # the next page
        text, key = view.text[line.start : line.end], view.key[line.start : line.end]
        is_title = _NAMED.match(key) is not None or _is_capital(text, key)
        if is_title or (is_below and not _NOT_BELOW.match(key)):
            yield text[:_MAX_CHARACTERS]
        is_below = is_title


def _is_capital(text: str, key: str) -> bool:
    return text.isupper() and sum(map(str.isalpha, text)) >= _LEAST_LETTERS and not _HEAD.match(key)
