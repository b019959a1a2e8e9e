"""Tables of old Word files: which paragraphs stand in cells, and where rows end ([MS-DOC] sections 2.8.26 and 2.9.174).

The text alone does not tell: a mark ends each cell, one more of the same ends the row, and cells may be blank.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from typing import TYPE_CHECKING

from gateway.read.rows import join_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PARAGRAPHS_AT = 0x0102
"""Where the header says where the pages of paragraph properties are listed (fcPlcfBtePapx)."""
_PAGE, _ENTRY = 512, 13
_PARAGRAPHS = 60_000
_IN_TABLE, _ROW_END = 0x2416, 0x2417
"""sprmPFInTable, sprmPFTtp (section 2.6.2)."""
_OPERANDS = (1, 1, 2, 4, 2, 2, 0, 3)
"""Octets of an operand by the upper three bits of its modifier; those of the seventh kind say their length."""
_TABS, _LONG = 0xC615, 0xD608
_MODIFIERS = 64
END = re.compile("[\r\x07]")
"""What ends a paragraph, or a cell."""


class Paragraphs:
    """Which octets of the document stream are paragraphs of a table."""

    def __init__(self, main: bytes, table: bytes) -> None:
        """Read the pages of paragraph properties, as far as they are whole."""
        self._starts: list[int] = []
        self._flags: list[tuple[bool, bool]] = []
        start, size = struct.unpack_from("<II", main, _PARAGRAPHS_AT)
        plan = table[start : start + size]
        count = max(0, (len(plan) - 4) // 8)
        for number in range(min(count, _PARAGRAPHS)):
            if len(self._starts) >= _PARAGRAPHS:
                break
            (page,) = struct.unpack_from("<I", plan, 4 * (count + 1) + 4 * number)
            at = (page & 0x3F_FFFF) * _PAGE
            self._add(main[at : at + _PAGE])

    def _add(self, page: bytes) -> None:
        count = page[-1] if len(page) == _PAGE else 0
        if 4 * (count + 1) + _ENTRY * count >= _PAGE:
            return
        for number in range(count):
            (start,) = struct.unpack_from("<I", page, 4 * number)
            if self._starts and start <= self._starts[-1]:
                continue
            at = 2 * page[4 * (count + 1) + _ENTRY * number]
            self._starts.append(start)
            self._flags.append(_flags(_modifiers(page, at)) if at else (False, False))

    def find(self, place: int) -> tuple[bool, bool]:
        """Tell of the paragraph an octet belongs to whether it stands in a table, and whether it ends a row."""
        number = bisect_right(self._starts, place) - 1
        return self._flags[number] if number >= 0 else (False, False)


def _modifiers(page: bytes, at: int) -> bytes:
    """Properties of one paragraph behind the number of its style (PapxInFkp)."""
    size = page[at]
    if size:
        return page[at + 3 : at + 2 * size]
    size = page[at + 1] if at + 1 < len(page) else 0
    return page[at + 4 : at + 2 + 2 * size]


def _flags(modifiers: bytes) -> tuple[bool, bool]:
    at, found = 0, dict[int, bool]()
    for _ in range(_MODIFIERS):
        if at + 3 > len(modifiers):
            break
        (code,) = struct.unpack_from("<H", modifiers, at)
        if code in (_IN_TABLE, _ROW_END):
            found[code] = modifiers[at + 2] != 0
        size = _OPERANDS[code >> 13]
        if code >> 13 == 6:
            size = int.from_bytes(modifiers[at + 2 : at + 4], "little") + 1 if code == _LONG else modifiers[at + 2] + 1
            size = len(modifiers) if code == _TABS and modifiers[at + 2] == 0xFF else size
        at += 2 + size
    return found.get(_IN_TABLE, False), found.get(_ROW_END, False)


def with_rows(text: str, flags: list[tuple[bool, bool]], plain: Callable[[str], str]) -> str:
    """Give the text with its rows as lines of cells; `flags` are those of the ends of paragraphs in order."""
    return "".join(_pieces(text, flags, plain))


def _pieces(text: str, flags: list[tuple[bool, bool]], plain: Callable[[str], str]) -> Iterator[str]:
    """Text outside of tables, made plain together, and rows; `mark` is where what was not given yet begins."""
    cells: list[str] = []
    mark = begin = 0
    is_inside = False
    for end, (is_table, is_row_end) in zip(END.finditer(text), flags, strict=False):
        if is_table != is_inside:
            yield join_row(cells)
            cells.clear()
            if is_table:
                yield plain(text[mark:begin])
                mark = begin
            is_inside = is_table
        begin = end.end()
        if not is_inside or end[0] == "\r":
            continue
        if is_row_end:
            yield join_row(cells)
            cells.clear()
        else:
            cells.append(plain(text[mark : end.start()]))
        mark = begin
    yield join_row(cells)
    yield plain(text[mark:])
