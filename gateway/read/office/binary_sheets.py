"""Binary workbooks (.xlsb, [MS-XLSB]): each part is a row of short records; cells are put together to rows."""

from __future__ import annotations

import struct
from itertools import islice
from typing import TYPE_CHECKING

from gateway.read.office.sheet_rows import SheetRows, rk_value

if TYPE_CHECKING:
    from collections.abc import Iterator

_RECORDS = 200_000
_STRINGS = 50_000
_STRING_PLACES = {19: (1, 1), 6: (8, 1), 8: (8, 1), 637: (1, 1), 156: (8, 2), 479: (2, 6)}
"""Records of binary workbooks with text, where its counted strings begin and how many follow one another: shared
strings, cells, results of formulas, comments, names of sheets, page headers."""
_BINARY_LINK = 360
_NO_STRING = 0xFFFF_FFFF
_ROW, _SHORT, _REAL, _WRITTEN, _SHARED, _FORMULA_TEXT, _FORMULA_REAL = 0, 2, 5, 6, 7, 8, 9
"""Records of rows and cells (section 2.3.1); before the value of a cell stand its column and style, eight octets."""
_BEFORE = 8


class BinaryBook:
    """Shared strings of a binary workbook, and its rows."""

    def __init__(self, limit: int) -> None:
        """Keep at most `limit` characters."""
        self._rows = SheetRows(limit)
        self._strings: list[str] = []
        self._shown: set[int] = set()

    def add_strings(self, octets: bytes) -> None:
        """Take the table of shared strings."""
        self._strings += islice(binary_strings(octets), _STRINGS)

    def add_sheet(self, octets: bytes) -> None:
        """Take the cells of a sheet."""
        row = 0
        for kind, begin, end in _records(octets):
            value = octets[begin + _BEFORE : end]
            if kind == _ROW:
                row = int.from_bytes(octets[begin : begin + 4], "little")
            elif kind == _SHARED and len(value) >= 4:
                number = int.from_bytes(value[:4], "little")
                self._shown.add(number)
                if number < len(self._strings) and self._rows.left > 0:
                    self._rows.word(row, self._strings[number])
            elif kind in (_WRITTEN, _FORMULA_TEXT) and self._rows.left > 0:
                self._rows.word(row, _written(value))
            elif kind in (_REAL, _FORMULA_REAL) and len(value) >= 8:
                self._rows.number(row, struct.unpack_from("<d", value)[0])
            elif kind == _SHORT and len(value) >= 4:
                self._rows.number(row, rk_value(int.from_bytes(value[:4], "little")))
        self._rows.end_sheet()

    def sheets(self) -> list[str]:
        """Text of each sheet that has some."""
        return self._rows.sheets

    def unused(self) -> Iterator[str]:
        """Shared strings that no cell shows."""
        return (text for number, text in enumerate(self._strings) if number not in self._shown)


def _written(value: bytes) -> str:
    count = int.from_bytes(value[:4], "little")
    return "" if count == _NO_STRING else value[4 : 4 + 2 * count].decode("utf-16-le", "replace")


def _records(octets: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind of each record, and where its content begins and ends."""
    at = 0
    for _ in range(_RECORDS):
        kind, at = _short_number(octets, at)
        size, at = _short_number(octets, at)
        if at >= len(octets):
            return
        yield kind, at, at + size
        at += size


def binary_strings(octets: bytes, *, is_sheet: bool = False) -> Iterator[str]:
    """Texts in a part; of a sheet only those that are no cells."""
    for kind, at, stop in _records(octets):
        if is_sheet and kind in (_WRITTEN, _FORMULA_TEXT):
            continue
        places, begin = _STRING_PLACES.get(kind, (0, 0)), at
        for number in range(places[1]):
            begin += places[0] if number == 0 else 0
            count = int.from_bytes(octets[begin : begin + 4], "little")
            end = min(stop, begin + 4 + 2 * count)
            if count != _NO_STRING and begin + 4 < end:
                yield octets[begin + 4 : end].decode("utf-16-le", "replace")
            begin += 4 if count == _NO_STRING else 4 + 2 * count


def has_binary_links(octets: bytes) -> bool:
    """Tell a link of a binary workbook to another program (BrtBeginSupBook, [MS-XLSB] section 2.4.301)."""
    first = next((at for kind, at, _ in _records(octets) if kind == _BINARY_LINK), len(octets))
    return octets[first : first + 2] in (b"\x01\0", b"\x02\0")


def _short_number(octets: bytes, at: int) -> tuple[int, int]:
    """Read a number of seven bits an octet, at most four octets (section 2.1.4), and where it ends."""
    value = 0
    for shift in range(0, 28, 7):
        octet = octets[at] if at < len(octets) else 0
        at += 1
        value |= (octet & 0x7F) << shift
        if octet < 0x80:
            break
    return value, at
