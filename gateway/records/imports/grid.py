"""Grid: a sheet as rows of plain values, whatever file it came in, and what is wrong with it by row and cell."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_FILE_OCTETS: Final = 8 * 1024 * 1024
"""A sheet of 20,000 rows as XLSX takes 1 MiB."""
MAX_ROWS: Final = 20_000
"""Paper parts of a large office in a year; more come in several files."""
MAX_COLUMNS: Final = 64
MAX_CELL_CHARACTERS: Final = 500
MAX_MISTAKES: Final = 200
"""Told of one file; a clerk mends them and tries again."""


class Formula(NamedTuple):
    """A cell that is calculated: never evaluated here, and its stored result is not believed."""

    text: str


Value = str | int | float | dt.date | Formula | None
"""What one cell holds; None when it is blank."""


class Row(NamedTuple):
    """One row and the number the spreadsheet shows beside it."""

    number: int
    cells: tuple[Value, ...]


class Mistake(NamedTuple):
    """One thing to mend, in Vietnamese, for the clerk who filled the sheet in."""

    row: int
    """From 1, as the spreadsheet counts; 0 of the file as a whole."""
    column: int
    """From 0; -1 of the row as a whole."""
    message: str

    @property
    def cell(self) -> str:
        """Name of the cell, such as `C7`; empty of a whole row or file."""
        return f"{column_letters(self.column)}{self.row}" if self.row and self.column >= 0 else ""

    def __str__(self) -> str:
        """Say where and what."""
        place = f"ô {self.cell}: " if self.cell else f"dòng {self.row}: " if self.row else ""
        return f"{place}{self.message}"


class Unreadable(Exception):
    """Nothing of a sheet is taken; every mistake found is carried."""

    def __init__(self, file: str, mistakes: Sequence[Mistake]) -> None:
        """Carry the mistakes in the order of rows, at most `MAX_MISTAKES` of them."""
        self.file = file
        self.mistakes = tuple(sorted(mistakes)[:MAX_MISTAKES])
        self.left_out = len(mistakes) - len(self.mistakes)
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """Write one line a mistake, the file's name before each."""
        lines = [f"{self.file}: {mistake}" for mistake in self.mistakes]
        return [*lines, f"{self.file}: còn {self.left_out} lỗi khác"] if self.left_out else lines


def column_letters(column: int) -> str:
    """Name a column as spreadsheets do: 0 is `A`, 26 is `AA`."""
    letters = ""
    column += 1
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def whole_file(file: str, message: str) -> Unreadable:
    """Make the fault of a file of which no row can be read."""
    return Unreadable(file, [Mistake(0, -1, message)])
