"""XLSX to a grid: hostile input, looked at as a zip of bounded parts before any library parses it.

Formulas are not evaluated and their stored results not taken; macros, links, pictures and drawings are not opened.
What an entity or another charset could do is refused with the DOCTYPE and the charset, before expat or lxml see it.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import signal
import warnings
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from gateway.records.imports.grid import (
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    MAX_ROWS,
    Formula,
    Mistake,
    Row,
    Unreadable,
    whole_file,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.records.imports.grid import Value

MAX_PARTS: Final = 200
"""Entries of the zip; a workbook of 20 sheets has 50."""
MAX_SHEET_OCTETS: Final = 16 * 1024 * 1024
"""Unpacked, of a sheet and of the table of its strings: 20,000 rows of ten cells take 10 MiB."""
MAX_TAGS: Final = 1_500_000
"""Tags of one part: 20,000 rows of ten cells have 1,240,000. An empty one costs 300 octets of memory."""
MAX_OTHER_OCTETS: Final = 512 * 1024
"""Unpacked, of every other part that is parsed: each element there becomes an object of a kilobyte."""
MAX_S: Final = 60.0
"""Of processor time for one file; 20,000 rows of ten cells take three."""
_LARGE: Final = re.compile(r"xl/(?:worksheets/[^/]+|sharedStrings)\.xml")
_PARSED: Final = re.compile(r".*\.(?:xml|rels)|\[Content_Types\]\.xml", re.IGNORECASE)
_BEFORE_XML: Final = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
"""Byte order marks, halves of UTF-16 and blanks: what may stand before the first tag."""
_EBCDIC: Final = b"Lo\xa7\x94"
"""`<?xm` in the one charset that parsers recognize and whose tags do not begin as in ASCII."""
_CHARSET: Final = re.compile(rb"<\?xml[^>]{0,200}encoding\s*=\s*[\"']([^\"']{0,40})")
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError)
"""What zipfile raises of a damaged, encrypted or foreign archive."""


class _TooSlow(Exception):
    """The processor time of one file is used up."""


def read_xlsx(file: str, octets: bytes) -> list[Row]:
    """Read the first sheet; blank rows at its end are left out.

    Raises:
        Unreadable: it is no XLSX, is damaged, protected by a password, too large, or looks like an attack.
    """
    _look_at_parts(file, octets)
    from openpyxl import load_workbook  # noqa: PLC0415 - a fifth of a second that other commands need not wait for

    try:
        with _processor_time(MAX_S), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions it leaves out, none of which holds a cell
            book = load_workbook(io.BytesIO(octets), read_only=True, data_only=False, keep_links=False)
            try:
                return _rows(file, book.worksheets)
            finally:
                book.close()
    except Unreadable:
        raise
    except _TooSlow:
        raise whole_file(file, "mất quá lâu để đọc; hãy chép số liệu sang một tệp mới") from None
    except Exception as error:  # noqa: BLE001 - a parser of foreign files may raise anything; none of it is ours
        raise whole_file(file, f"không đọc được như tệp Excel (.xlsx): {type(error).__name__}") from None


@contextmanager
def _processor_time(seconds: float) -> Iterator[None]:
    """Bound what reading may take: an expression of the library needs hours for some names of ranges.

    Raises:
        _TooSlow: it took longer; raised again every second, for the library may catch it.
    """

    def stop(_number: int, _frame: object) -> None:
        raise _TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _look_at_parts(file: str, octets: bytes) -> None:
    """Refuse what no spreadsheet program writes; sizes are those that unpacking really gives."""
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_PARTS or len({entry.filename for entry in entries}) < len(entries):
                raise whole_file(file, f"có hơn {MAX_PARTS} phần, hoặc hai phần cùng tên; không phải tệp Excel thường")
            for entry in entries:
                limit = MAX_SHEET_OCTETS if _LARGE.fullmatch(entry.filename) else MAX_OTHER_OCTETS
                with archive.open(entry) as part:
                    text = part.read(limit + 1)
                if _PARSED.fullmatch(entry.filename) or _may_be_xml(text):
                    _look_at_xml(file, entry.filename, text, limit)
    except _BROKEN:
        raise whole_file(file, "không phải tệp .xlsx, bị hỏng hoặc có mật khẩu; hãy lưu lại bằng Excel") from None


def _may_be_xml(text: bytes) -> bool:
    """Tell XML from pictures and printer settings: the workbook's relations may call a sheet by any name."""
    begin = text.lstrip(_BEFORE_XML)
    return not begin or begin.startswith((b"<", _EBCDIC))


def _look_at_xml(file: str, name: str, text: bytes, limit: int) -> None:
    if len(text) > limit or text.count(b"<") > MAX_TAGS:
        raise whole_file(file, f"phần {name} quá lớn; hãy chép số liệu sang một tệp mới")
    charset = _CHARSET.match(text.removeprefix(b"\xef\xbb\xbf"))
    is_utf8 = (charset is None or charset[1].lower() == b"utf-8") and b"\0" not in text
    is_utf8 = is_utf8 and not text.startswith(_EBCDIC)
    if not is_utf8 or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise whole_file(file, f"phần {name} có nội dung mà Excel không ghi; hãy chép số liệu sang một tệp mới")


def _rows(file: str, sheets: Any) -> list[Row]:
    if not sheets:
        raise whole_file(file, "không có trang tính nào")
    sheet = sheets[0]
    sheet.reset_dimensions()  # what the file says of its size is not believed
    rows, mistakes = [], []
    for number, cells in enumerate(sheet.iter_rows(max_row=MAX_ROWS + 2, values_only=True), 1):
        beyond = cells[MAX_COLUMNS:]
        if beyond.count(None) < len(beyond):
            mistakes.append(Mistake(number, MAX_COLUMNS, f"quá {MAX_COLUMNS} cột"))
        values = tuple(map(_value, cells[:MAX_COLUMNS]))
        if any(value is not None for value in values):
            mistakes += [
                Mistake(number, place, f"dài quá {MAX_CELL_CHARACTERS} ký tự")
                for place, value in enumerate(values)
                if isinstance(value, str) and len(value) > MAX_CELL_CHARACTERS
            ]
            rows.append(Row(number, values))
    if rows and rows[-1].number > MAX_ROWS + 1:
        raise whole_file(file, f"có hơn {MAX_ROWS} dòng; hãy chia thành nhiều tệp")
    if mistakes:
        raise Unreadable(file, mistakes)
    return rows


def _value(cell: Any) -> Value:
    if isinstance(cell, str):
        text = cell.strip()
        return Formula(text) if text.startswith("=") else text or None
    if isinstance(cell, dt.datetime):
        return cell.date()
    if cell is None or (isinstance(cell, int | float | dt.date) and not isinstance(cell, bool)):
        return cell
    return Formula(str(cell)) if type(cell).__name__.endswith("Formula") else str(cell)
