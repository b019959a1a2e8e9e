"""CSV of a spreadsheet to a grid: UTF-8, cells between `,`, `;` or tabs, text and nothing but text."""

from __future__ import annotations

import csv
import io

from gateway.records.imports.grid import MAX_CELL_CHARACTERS, MAX_COLUMNS, MAX_ROWS, Formula, Row, whole_file

_SNIFFED = 4_096
"""Characters that show which mark stands between cells."""


def read_csv(file: str, octets: bytes) -> list[Row]:
    """Read every row; lines of a quoted cell count as one row, as in the spreadsheet it was saved from.

    Raises:
        Unreadable: it is not UTF-8, is no CSV, or is too large.
    """
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        raise whole_file(file, f"dòng {line} không phải UTF-8; hãy lưu dạng “CSV UTF-8” hoặc .xlsx") from None
    mark = max(",;\t", key=text[:_SNIFFED].count)
    rows = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True), 1):
            if number > MAX_ROWS + 1:
                raise whole_file(file, f"có hơn {MAX_ROWS} dòng; hãy chia thành nhiều tệp")
            if len(cells) > MAX_COLUMNS or any(len(cell) > MAX_CELL_CHARACTERS for cell in cells):
                raise whole_file(file, f"dòng {number} có quá {MAX_COLUMNS} ô hoặc ô quá {MAX_CELL_CHARACTERS} ký tự")
            rows.append(Row(number, tuple(_value(cell) for cell in cells)))
    except csv.Error as error:
        raise whole_file(file, f"không đọc được như CSV sau dòng {len(rows)}: {error}") from None
    return rows


def _value(cell: str) -> str | Formula | None:
    text = cell.strip()
    return Formula(text) if text.startswith("=") else text or None
