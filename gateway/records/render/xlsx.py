"""XLSX: a report as a workbook, a sheet a table, and one that says what the figures mean. Same report, same octets."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from gateway.records.render.data import plain
from gateway.records.render.words import STATES, cell_words, period_words
from gateway.records.report import Share

if TYPE_CHECKING:
    from gateway.records.report import Cell, Kind, Report, Table

_FORMATS: Final = {"count": "#,##0", "percent": '0.0" %"', "money": '#,##0" đ"', "score": "0.0", "date": "dd/mm/yyyy"}
_EPOCH: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a date of the format, of no zone: the same in every file
_MODIFIED: Final = re.compile(rb"(<dcterms:modified[^>]{0,300}>)[^<]{0,40}")
_SHEET_NAME: Final = 31
"""Characters Excel allows."""
_NOT_IN_NAMES: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_HEAD: Final = PatternFill("solid", fgColor="EEF2F6")


def report_xlsx(report: Report) -> bytes:
    """Write the workbook."""
    book = Workbook()
    book.properties.created, book.properties.creator = _EPOCH, "Congthu"
    about = book.active
    about.title = "Giới thiệu"
    for row in _about(report):
        about.append([plain(cell) for cell in row])
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 34, 100
    for row in about.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for number, table in enumerate(report.tables, 1):
        _fill(book.create_sheet(_name(number, table.title.vi)), table)
    octets = io.BytesIO()
    book.save(octets)
    return _steady(octets.getvalue())


def _name(number: int, title: str) -> str:
    """Give a sheet a name that Excel takes and no other sheet has."""
    return f"{number}. {title.translate(_NOT_IN_NAMES)}"[:_SHEET_NAME].strip()


def _about(report: Report) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        (report.title.vi, report.title.en),
        ("Kỳ / Period", period_words(report.period)),
        ("Bản / Version", f"{report.version}. {report.correction}".strip(". ")),
    ]
    rows += [(label.vi, f"{cell_words(cell, 'count')} ({label.en})") for label, cell in report.figures]
    rows += [("Lưu ý / Warning", f"{text.vi} / {text.en}") for text in report.warnings]
    rows += [("Ghi chú / Note", f"{text.vi} / {text.en}") for text in report.notes]
    rows += [(one.term.vi, f"{one.meaning.vi} / {one.meaning.en} [{one.source}]") for one in report.definitions]
    rows += [("Cách tính / Method", f"{text.vi} / {text.en}") for text in report.method]
    return [*rows, *(("Căn cứ / Source", one) for one in report.citations)]


def _fill(sheet: Any, table: Table) -> None:
    titles = []
    for column in table.columns:
        title = f"{column.title.vi}\n{column.title.en}"
        parts = (" (số)", " (trên)", " (trên, ít nhất)", " (%)") if column.kind == "share" else ("",)
        titles += [f"{title}{part}" for part in parts]
    sheet.append(titles)
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for row in (*table.rows, *((table.total,) if table.total is not None else ())):
        place, line = 1, sheet.max_row + 1
        for column, cell in zip(table.columns, row, strict=True):
            for value, number_format in _values(cell, column.kind):
                written = sheet.cell(line, place, value)
                if isinstance(value, str):
                    written.data_type = "s"  # never a formula, whatever it begins with
                written.number_format = number_format
                place += 1
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(1, len(titles)))}{max(1, len(table.rows) + 1)}"
    for place, title in enumerate(titles, 1):
        sheet.column_dimensions[get_column_letter(place)].width = min(48, max(12, len(title.split("\n")[0]) + 2))
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _values(cell: Cell, kind: Kind) -> list[tuple[object, str]]:
    if kind == "share":
        share = cell if isinstance(cell, Share) else None
        values = (share.part, share.whole, share.at_least or None, share.percent) if share else (None,) * 4
        return list(zip(values, ("#,##0", "#,##0", "#,##0", "0.0"), strict=True))
    if kind == "date" and isinstance(cell, str) and cell:
        return [(dt.date.fromisoformat(cell), _FORMATS["date"])]
    if kind == "state" and isinstance(cell, str):
        return [(plain(STATES.get(cell, cell)), "General")]
    return [(plain(cell), _FORMATS.get(kind, "General"))]


def _steady(octets: bytes) -> bytes:
    """Write the zip anew without the time of writing, so that a digest tells content from content."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>2000-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
