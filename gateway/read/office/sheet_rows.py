"""Cells of workbooks in records, put together to rows: [MS-XLS] of Excel 97 to 2003 and [MS-XLSB].

A row is one line, its cells joined by tabs. Numbers are cells where words stand beside them; rows of nothing else
say nothing of a document.
"""

from __future__ import annotations

import struct

from gateway.read.rows import join_row

LABEL_SST, NUMBER, RK, MULTIPLE_RK, FORMULA, END = 0x00FD, 0x0203, 0x027E, 0x00BD, 0x0006, 0x000A
_DIGITS = 12
"""Characters kept of a number."""
_CELLS = 16_384
"""Columns of a sheet, at most."""


class SheetRows:
    """Rows of the sheets of one workbook."""

    def __init__(self, limit: int) -> None:
        """Keep at most `limit` characters of all sheets together."""
        self.left = limit
        self.sheets: list[str] = []
        """Text of each sheet that is at its end."""
        self._lines: list[str] = []
        self._cells: list[str] = []
        self._row, self._has_words, self.room = -1, False, limit
        """`room` is for characters of the row that is being read."""

    def word(self, row: int, text: str) -> None:
        """Add a cell with text."""
        self._turn(row)
        self._has_words |= bool(text.strip())
        if len(self._cells) < _CELLS and self.room > 0:
            self._cells.append(text[: self.room])
            self.room -= len(text)

    def room_in(self, row: int) -> int:
        """Give the characters a cell of this row may still have: what is beyond is not worth decoding."""
        if row != self._row:
            return self.left
        return self.room if len(self._cells) < _CELLS else 0

    def number(self, row: int, value: float) -> None:
        """Add a cell with a number."""
        self._turn(row)
        if len(self._cells) < _CELLS:
            self._cells.append(f"{value:.12g}"[:_DIGITS])

    def numbers(self, kind: int, body: bytes) -> None:
        """Add the numbers of one record of a workbook of Excel 97 to 2003."""
        if len(body) < 6:
            return
        row = int.from_bytes(body[:2], "little")
        if kind == NUMBER and len(body) >= 14:
            self.number(row, struct.unpack_from("<d", body, 6)[0])
        elif kind == RK and len(body) >= 10:
            self.number(row, rk_value(int.from_bytes(body[6:10], "little")))
        elif kind == MULTIPLE_RK:
            for at in range(4, min(len(body) - 7, 6 * _CELLS), 6):
                self.number(row, rk_value(int.from_bytes(body[at + 2 : at + 6], "little")))
        elif kind == FORMULA and len(body) >= 14 and body[12:14] != b"\xff\xff":
            self.number(row, struct.unpack_from("<d", body, 6)[0])

    def end_sheet(self) -> None:
        """End the sheet that was read."""
        self._turn(-1)
        if self._lines:
            self.sheets.append("".join(self._lines))
            self._lines = []

    def _turn(self, row: int) -> None:
        """Begin another row."""
        if row == self._row:
            return
        if self._has_words and self.left > 0:
            line = join_row(self._cells)
            self._lines.append(line)
            self.left -= len(line)
        self._row, self._cells, self._has_words, self.room = row, [], False, self.left


def rk_value(number: int) -> float:
    """Value of an RK number: 30 bits of a double or an integer, perhaps times a hundred (section 2.5.217)."""
    if number & 2:
        value = float((number ^ 0x8000_0000) - 0x8000_0000 >> 2)
    else:
        value = struct.unpack("<d", struct.pack("<Q", (number & 0xFFFF_FFFC) << 32))[0]
    return value / 100 if number & 1 else value
