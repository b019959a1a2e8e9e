"""Places: where on a page or in a mail a mark may stand, and where the same word is only a word.

A mark stands in the head of a document: beside or between its number, the nation's name and motto, place and date,
title and issuer. A line of its own elsewhere must look like a stamp. In a row of a table, in a list of single words,
under the closing words of a mail and as the end of a line above, the word is a name or a word.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.vietnamese.levels import begins_with_second_half, ends_in_first_half, is_ascii_mat
from gateway.read.vietnamese.normalise import cells, strip_marks
from gateway.read.vietnamese.tables import INSTRUMENT_WORDS, ORGANISATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.vietnamese.normalise import Line, View

MAX_LINE = 200
"""Characters of a line that may hold a mark in one of its cells."""


class Standing(IntEnum):
    """What a place makes of a word that may be a mark."""

    WORD = 0
    """A word: a name, a goods item, the end of a sentence."""
    FREE = 1
    """A place of its own that proves nothing: a mark only when it looks like a stamp."""
    HEAD = 2
    """In the head of a document: a mark in any form."""


class Cell(NamedTuple):
    """One cell of a line, `[start, end)`, and where it stands in its row."""

    line: int
    """Index in `View.lines`."""
    start: int
    end: int
    row: tuple[tuple[int, int], ...]
    """All cells of the line."""


_PAGE_NUMBER = re.compile(r"(?:trang )?-? ?\d{1,3} ?-?(?: ?/ ?\d{1,3})?")


def is_page_top(view: View, index: int) -> bool:
    """The line just below a page number: the head of a further page whose break was lost."""
    above = [view.lines[i] for i in (index - 1, index - 2) if i >= 0]
    return any(_PAGE_NUMBER.fullmatch(view.key, line.start, line.end) for line in above)


_JOINED = re.compile(
    r"(?P<left>[^\n]{0,80}?)(?P<mark>(?<![a-z0-9])(?:hoa toc|thuong khan|khan|tuyet mat|toi mat"
    r"|mat)(?![a-z0-9])(?:[ ,/-]{1,3}"
    r"(?:hoa toc|thuong khan|khan|tuyet mat|toi mat|mat)(?![a-z0-9]))?)(?P<right>[^\n]{0,110})"
)
_RIGHT = re.compile(
    r" {1,2}(?:cong hoa x[a? ]{1,3}hoi|dang cong san|doc lap ?[-.] ?tu do"
    r"|[^\d,;:\n]{1,40}, {0,3}ngay [\d._?]{1,6} thang)"
)
_LEFT = re.compile(r"so {0,2}: {0,3}[^ ]{1,20}(?: ?/ ?[^ ]{2,24})? {1,2}")


def _split_joined(view: View, line: Line) -> tuple[tuple[int, int], ...]:
    """Columns of a head that one blank joins: a mark in capitals beside number, nation, motto or place and date."""
    match = _JOINED.fullmatch(view.key, line.start, line.end)
    if match is None or not view.text[slice(*match.span("mark"))].isupper():
        return ()
    is_left = _LEFT.fullmatch(match["left"]) is not None
    if not (_RIGHT.match(match["right"]) or (is_left and not match["right"].strip())):
        return ()
    if (
        not is_left
        and match["left"].strip()
        and ends_in_first_half(view.lower[line.start : match.end("left")].rstrip())
    ):
        return ()
    left = (line.start, max(line.start, match.end("left") - 1))
    spans = (left, match.span("mark"), (match.start("right") + 1, line.end))
    return tuple((start, end) for start, end in spans if end > start)


def head_cells(view: View, lines: int) -> Iterator[Cell]:
    """Cells of the first `lines` lines of each page."""
    for index, line in enumerate(view.lines):
        if line.end - line.start <= MAX_LINE and (line.rank < lines or is_page_top(view, index)):
            row = cells(view, line, at_bars=True)
            row = (len(row) == 1 and _split_joined(view, line)) or row
            for start, end in row:
                yield Cell(index, start, end, row)


_PAPERS = ("danh muc", "bang ke", "bang tong hop", "so do", "ban do", "du thao", "lich", "quyet tam")
_TYPES = "|".join(
    sorted({*map(strip_marks, INSTRUMENT_WORDS), "phu luc", "danh sach", *_PAPERS}, key=len, reverse=True)
)
_NOTATION = (
    r"(?:so {0,2}[:.]? {0,3})?(?:\d[\d.a-z]{0,7}|[._]{2,30}|/?) ?/ ?"
    r"(?:\d{4} ?/ ?)?[a-z]{1,12}(?:[-.&/][a-z0-9]{1,12}){0,4}"
)
_LABELLED = re.compile(
    r"\W{0,3}(?:cong hoa x[a? ]{1,3}hoi|dang cong san viet nam|doc lap ?[-.] ?tu do|so {0,2}: {0,3}[\d._/?]"
    r"|so {1,2}\d{1,6} ?[-/]"
    r"|[^\d,;:\n]{1,40}, {0,3}ngay [\d._?]{1,6} thang|v ?/ ?v(?![a-z])"
    r"|(?:hoa toc(?:,? hen gio)?|thuong khan|khan)\W{0,4}(?=$|\n)|ban so\W{0,3}\d)"
)
"""Parts of a head that say what they are, in any case of letters."""
_NUMBERED = re.compile(rf"\W{{0,3}}{_NOTATION}(?![a-z0-9])")
_TITLE = re.compile(rf"\W{{0,3}}(?:{_TYPES})(?![a-z0-9])")
_BARE_TITLE = re.compile(
    rf"\W{{0,3}}(?:(?:{_TYPES})(?: (?:thuong )?khan| hoa toc)?|dien(?: (?:mat|khan|hoa toc))?)\W{{0,3}}"
    r"(?:so \S{1,20})?"
)
"""A title that fills its cell, urgent or not; a telegram is headed `ĐIỆN`, too, which elsewhere is electricity."""
_SUBJECT_LINE = re.compile(r"\W{0,3}(?:v ?/ ?v|ve viec|trich yeu|kinh gui)(?![a-z])")
_ISSUER = re.compile(
    rf"(?:{ORGANISATIONS}|quan khu|su doan|trung doan|lu doan|tinh uy|huyen uy|dang uy|thanh uy|dang bo|chi bo|hai quan"
    r"|bien phong|bo doi|huyen|quan|thanh pho|tinh|xa|phuong)(?![a-z])"
)


def _is_labelled(view: View, start: int, end: int) -> bool:
    return _LABELLED.match(view.key, start, end) is not None


def _is_titled(view: View, start: int, end: int) -> bool:
    """A document's title or number: capitals, or the whole cell (capital fonts of TCVN3 read as small letters)."""
    if _NUMBERED.match(view.key, start, end) or _BARE_TITLE.fullmatch(view.key, start, end):
        return True
    return _TITLE.match(view.key, start, end) is not None and view.text[start:end].isupper()


def _is_issuer(view: View, start: int, end: int) -> bool:
    return _ISSUER.match(view.key, start, end) is not None and view.text[start:end].isupper()


_HEAD_BELOW = 6
"""Lines below the number among which title or addressee stand."""


def is_headed(view: View, index: int) -> bool:
    """The issuer stands above the line, and a title or whom it addresses below: the head of a document."""
    above = [cell for one in (index - 1, index - 2) for cell in _row_at(view, one)]
    below = [cell for one in range(index + 1, index + 1 + _HEAD_BELOW) for cell in _row_at(view, one)]
    return any(_is_issuer(view, *cell) for cell in above) and any(
        view.key.startswith("kinh gui", start)
        or (_BARE_TITLE.fullmatch(view.key, start, end) is not None and view.text[start:end].isupper())
        for start, end in below
    )


def _is_long_name(view: View, start: int, end: int) -> bool:
    """Four words and more in capitals: a body's or the nation's name, not a person's or an item's."""
    piece = view.text[start:end]
    return piece.isupper() and len(piece.split()) >= _NAME_WORDS


def _row_at(view: View, index: int) -> tuple[tuple[int, int], ...]:
    """Cells of the line, empty where there is none on the same page."""
    if not 0 <= index < len(view.lines):
        return ()
    line = view.lines[index]
    return cells(view, line, at_bars=True) if line.end - line.start <= MAX_LINE else ()


def _is_under_number(view: View, index: int) -> bool:
    """The line above is the number of a document: what stands below it is no word of a sentence."""
    above = _row_at(view, index - 1) if view.lines[index].rank else ()
    return any(_NUMBERED.match(view.key, *cell) for cell in above)


def _is_beside_head(view: View, index: int) -> bool:
    """The line above belongs to a head, or the one below does; a subject above may run on (`V/v nuôi ong lấy`)."""
    for start, end in _row_at(view, index - 1) if view.lines[index].rank else ():
        if not _SUBJECT_LINE.match(view.key, start, end) and (
            _is_labelled(view, start, end) or _is_titled(view, start, end)
        ):
            return True
    return any(
        _is_labelled(view, start, end) or _is_titled(view, start, end) or view.key.startswith("kinh gui", start)
        for start, end in _row_at(view, index + 1)
    )


_PLAIN_KHAN = re.compile(r"\W{0,3}khan\W{0,4}", re.IGNORECASE)
"""Without its accent a towel (khăn) as well; MAT and KHAN head the columns of a list of goods."""


def _in_row(view: View, cell: Cell) -> Standing:
    """A cell with others beside it: a head's columns, or a table of names, goods and numbers."""
    others = [one for one in cell.row if one != (cell.start, cell.end)]
    if is_ascii_mat(view, cell.start, cell.end) and not _is_beside_head(view, cell.line):
        # one doubtful word vouches for no other
        others = [one for one in others if _PLAIN_KHAN.fullmatch(view.text, *one) is None]
    if any(_is_labelled(view, *one) for one in others):
        return Standing.HEAD
    if any(_is_titled(view, *one) or _is_issuer(view, *one) or _is_long_name(view, *one) for one in others):
        return Standing.FREE
    return Standing.WORD


_HEAD_CELLS = 3
"""Cells of a row that may belong to the head of a letter: two columns, with the mark between them three."""


def is_entry(view: View, row: tuple[tuple[int, int], ...]) -> bool:
    """A numbered row of several cells: what it says is of the document it lists, not of the text that lists it."""
    return len(row) > _HEAD_CELLS and view.key[slice(*row[0])].strip(" .)").isdigit()


_CLOSING = re.compile(
    r"\W{0,3}(?:(?:xin )?(?:tran trong|chan thanh)?(?: kinh)?(?: va)? ?(?:cam on|cam ta)?(?: [a-z]{1,10}){0,3}"
    r"|than(?: men| ai| chao)?|kinh(?: thu| chao| bao)?|(?:em|toi|chau|minh) (?:xin )?(?:chao"
    r"|cam on)(?: [a-z]{1,10}){0,5}"
    r"|(?:best |kind |warm )?regards|thanks?(?: [a-z&]{1,10}){0,4}|sincerely|nguoi (?:gui|lap|viet|bao cao)"
    r"|k[ /.]?t|thay mat|sent from.{0,30}|duoc gui tu.{0,30}|--+|__+)\W{0,4}"
)
_CLOSING_WORDS = re.compile(r"tran trong|cam on|than|kinh|chao|regards|thank|sincerely|nguoi|--|__|sent|gui tu")
_CONTACT = re.compile(
    r"\W{0,3}(?:d ?t|dt ?dd|sdt|tel|mobile|mob|phone|dien thoai|di dong|email|e-mail|hotline|zalo)\W"
    r"|\+?[\d. ()-]{9,16}\Z"
)
_SIGNATURE_LINES = 6
_NAME_WORDS = 5


def _is_signed_off(view: View, index: int) -> bool:
    """The word stands under the closing words of a mail, or over a telephone number: the sender's name."""
    for above in range(index - 1, max(-1, index - 1 - _SIGNATURE_LINES), -1):
        line = view.lines[above]
        is_closing = line.end - line.start <= 60 and _CLOSING.fullmatch(view.key, line.start, line.end)
        if is_closing and _CLOSING_WORDS.search(view.key, line.start, line.end):
            return True
    below = view.lines[index + 1 : index + 4]
    return index > 0 and any(_CONTACT.match(view.key, line.start, line.end) for line in below)


_RUNS_ON = re.compile(
    r"(?:(?:dau|mau) [^\n]{0,20}mat\W{0,3}|[a-z]+\W+[a-z]+\W+(?:van ban|tai lieu|ho so|cong van)|\W(?:va|hoac|cua"
    r"|la|thuoc|dong chi|thi|van|ong|ba"
    r"|anh|chi))$"
)
"""A line that the next one continues: half a clause, a title, a name without its last word, a sample's title."""


_GOVERNED = re.compile(
    r"(?:quan ly|bao ve|soan thao|dang ky|theo doi|giao nhan|bao quan|xu ly|tieu huy|thong ke)\W{0,2}$"
)


def is_continued(view: View, index: int, *, is_noun: bool = False) -> bool:
    """The line above ends in half a word, or names what the word belongs to (`… QUẢN LÝ VĂN BẢN` / `MẬT`)."""
    if not view.lines[index].rank:
        return False
    line = view.lines[index - 1]
    start = max(line.start, line.end - 60)
    if is_noun:
        return _GOVERNED.search(view.key, start, line.end) is not None
    return ends_in_first_half(view.lower[start : line.end]) or _RUNS_ON.search(view.key, start, line.end) is not None


def _is_item(view: View, index: int) -> bool:
    """A line of one plain word: a name or an item, like those about it."""
    row = _row_at(view, index)
    if len(row) != 1:
        return False
    piece = view.text[slice(*row[0])].strip(" -+*.,;:")
    return piece.isalpha() and not _is_labelled(view, *row[0]) and not _BARE_TITLE.fullmatch(view.key, *row[0])


_FIGURE = re.compile(r"\W{0,2}\d{1,3}(?:[.,]\d{3}){0,3}%?\W{0,2}(?:van ban|tai lieu|ho so|bo)?")


def _is_counted(view: View, index: int) -> bool:
    """A figure stands below: a table of counts whose cells are lines (`Tối mật` / `0`)."""
    below = view.lines[index + 1] if index + 1 < len(view.lines) else None
    return below is not None and below.rank > 0 and _FIGURE.fullmatch(view.key, below.start, below.end) is not None


def _is_listed(view: View, index: int) -> bool:
    """Single words above and below on the same page: a list of names or goods."""
    rank = view.lines[index].rank
    near = [
        one
        for step in (-2, -1, 1, 2)
        if 0 <= (one := index + step) < len(view.lines) and view.lines[one].rank == rank + step
    ]
    beside = [one for one in near if abs(one - index) == 1]
    return bool(beside) and all(_is_item(view, one) for one in beside) and sum(_is_item(view, one) for one in near) > 1


def standing(view: View, cell: Cell) -> Standing:
    """Judge the place of a word that may be a mark."""
    if len(cell.row) > 1:
        return _in_row(view, cell)
    index = cell.line
    below = view.lines[index + 1] if index + 1 < len(view.lines) else None
    if is_continued(view, index):
        return Standing.WORD
    if below and begins_with_second_half(view.text[cell.start : cell.end], view.key[below.start : below.end]):
        return Standing.HEAD if _is_under_number(view, index) else Standing.WORD
    if _is_beside_head(view, index):
        return Standing.HEAD
    if _is_counted(view, index) or _is_listed(view, index) or _is_signed_off(view, index):
        return Standing.WORD
    return Standing.FREE
