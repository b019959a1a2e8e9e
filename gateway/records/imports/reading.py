"""Reading: a sheet of a clerk to declared rows, or every mistake in it; one mistake and nothing is taken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from gateway.records.imports.csvtext import read_csv
from gateway.records.imports.grid import MAX_FILE_OCTETS, Mistake, Unreadable, whole_file
from gateway.records.imports.sheets import SHEETS, folded
from gateway.records.imports.xlsx import read_xlsx
from gateway.values.declared import DeclaredTotal, HandedIn, PaperPart, UnitPrice
from gateway.values.numbers import loose_key

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

    from gateway.records.imports.grid import Row, Value
    from gateway.records.imports.sheets import Column, Sheet
    from gateway.values.declared import Declared
    from gateway.values.period import Period

HEADER_WITHIN: Final = 20
"""Rows that may stand above the titles: name of the agency, national motto, title of the sheet."""
SUM_ROWS: Final = frozenset({"cộng", "tổng", "tổng cộng", "tổng số"})
"""First words of a row of sums, which is left out."""
_NUMBER: Final = re.compile(r"0*([0-9]{1,8}[0-9A-Za-zĐđ]{0,4}?)\s*/\s*([0-9A-Za-zÀ-ỹ&./_ -]{1,48})")


class Known(NamedTuple):
    """What a sheet is checked against."""

    find_agency: Callable[[str, dt.date], str]
    """Words of a cell and a day to the registry id; empty when no agency of that day is called so."""
    duties: frozenset[str]
    """Ids of the report calendar."""
    today: dt.date
    """Days after it cannot be true yet."""


class Import(NamedTuple):
    """What one file declares."""

    kind: str
    rows: tuple[Declared, ...]


def read_sheet(file: str, octets: bytes, known: Known) -> Import:
    """Read a `.csv` or `.xlsx` by its content; which kind of sheet it is shows in its titles.

    Raises:
        Unreadable: with every mistake, by row and cell; nothing of the file may be taken.
    """
    if len(octets) > MAX_FILE_OCTETS:
        raise whole_file(file, f"lớn hơn {MAX_FILE_OCTETS // 1024 // 1024} MiB; hãy chia thành nhiều tệp")
    rows = (read_xlsx if octets.startswith(b"PK") else read_csv)(file, octets)
    header, sheet, columns = _find_header(file, rows)
    reader = _Reader(sheet, columns, known)
    for row in rows:
        if row.number > header:
            reader.add(row)
    if not reader.found and not reader.mistakes:
        raise whole_file(file, "không có dòng số liệu nào dưới dòng tiêu đề")
    if reader.mistakes:
        raise Unreadable(file, reader.mistakes)
    return Import(sheet.kind, tuple(row for _, row in reader.found))


def _find_header(file: str, rows: Sequence[Row]) -> tuple[int, Sheet, dict[int, Column]]:
    """Find the row of titles: the one of the first rows that names most columns of some kind of sheet."""
    best: tuple[int, int, Row, Sheet] | None = None
    for row in rows[:HEADER_WITHIN]:
        for sheet in SHEETS:
            named = set(_columns(sheet, row).values())
            required = sum(column.is_required for column in named)
            if len(named) > 1 and (best is None or (required, len(named)) > best[:2]):
                best = (required, len(named), row, sheet)
    if best is None:
        kinds = "; ".join(f"{sheet.title}: {_titles(sheet)}" for sheet in SHEETS)
        raise whole_file(file, f"không thấy dòng tiêu đề trong {HEADER_WITHIN} dòng đầu. Các mẫu: {kinds}")
    _, _, row, sheet = best
    columns = _columns(sheet, row)
    mistakes = [
        Mistake(row.number, place, f"không có cột “{text}” trong mẫu “{sheet.title}”; hãy xóa cột hoặc sửa tiêu đề")
        for place, text in enumerate(row.cells)
        if text is not None and place not in columns and folded(text) not in {"stt", "tt", "ghi chú", "số tt"}
    ]
    mistakes += [
        Mistake(row.number, place, f"cột “{column.titles[0]}” có hai lần")
        for place, column in columns.items()
        if any(other is column for before, other in columns.items() if before < place)
    ]
    missing = [column for column in sheet.columns if column.is_required and column not in columns.values()]
    mistakes += [Mistake(row.number, -1, f"thiếu cột “{column.titles[0]}”") for column in missing]
    if mistakes:
        raise Unreadable(file, mistakes)
    return row.number, sheet, columns


def _columns(sheet: Sheet, row: Row) -> dict[int, Column]:
    """Give the columns a row names, by place."""
    spelled = {folded(title): column for column in sheet.columns for title in column.titles}
    return {
        place: spelled[folded(cell)]
        for place, cell in enumerate(row.cells)
        if isinstance(cell, str) and folded(cell) in spelled
    }


def _titles(sheet: Sheet) -> str:
    return ", ".join(column.titles[0] for column in sheet.columns if column.is_required)


class _Reader:
    """Collects rows and mistakes of one sheet."""

    def __init__(self, sheet: Sheet, columns: dict[int, Column], known: Known) -> None:
        self.sheet, self.columns, self.known = sheet, columns, known
        self.places = {column.name: place for place, column in columns.items()}
        self.make: Callable[[int, dict[str, Any]], Declared | None] = {
            "totals": self.total, "paper": self.paper, "prices": self.price, "handed-in": self.handed_in,
        }[sheet.kind]  # fmt: skip
        self.found: list[tuple[int, Declared]] = []
        self.seen: dict[object, int] = {}
        self.mistakes: list[Mistake] = []

    def add(self, row: Row) -> None:
        """Read one row; blank ones and sums are passed over."""
        words = [cell for cell in row.cells if cell is not None]
        if not words or folded(words[0]) in SUM_ROWS:
            return
        before = len(self.mistakes)
        cells = dict(self.cells(row))
        declared = self.make(row.number, cells) if len(self.mistakes) == before else None
        if declared is not None and len(self.mistakes) == before:
            first = self.seen.setdefault(_key(declared), row.number)
            if first != row.number:
                self.mistakes.append(Mistake(row.number, -1, f"trùng với dòng {first}"))
            self.found.append((row.number, declared))

    def cells(self, row: Row) -> Iterator[tuple[str, object]]:
        """Read the cells of known columns; what is blank and required is a mistake."""
        for place, column in self.columns.items():
            value: Value = row.cells[place] if place < len(row.cells) else None
            if value is None:
                if column.is_required:
                    self.mistakes.append(Mistake(row.number, place, f"{column.titles[0]}: để trống"))
                continue
            try:
                yield column.name, column.read(value)
            except ValueError as error:
                self.mistakes.append(Mistake(row.number, place, f"{column.titles[0]}: {error}"))

    def wrong(self, number: int, column: str, message: str) -> None:
        """Note a mistake of a cell by the name of its column."""
        place = self.places.get(column, -1)
        title = self.columns[place].titles[0] if place in self.columns else column
        self.mistakes.append(Mistake(number, place, f"{title}: {message}"))

    def agency(self, number: int, column: str, words: str, on: dt.date) -> str:
        """Give the registry id that a cell means on a day."""
        found = self.known.find_agency(words, on)
        if not found:
            self.wrong(number, column, f"không có cơ quan “{words[:60]}” trong danh bạ vào ngày {on:%d/%m/%Y}")
        return found

    def past(self, number: int, column: str, day: dt.date) -> None:
        """Refuse a day that is still to come."""
        if day > self.known.today:
            self.wrong(number, column, f"ngày {day:%d/%m/%Y} chưa tới")

    def total(self, number: int, cells: dict[str, Any]) -> DeclaredTotal | None:
        month: Period = cells["month"]
        agency = self.agency(number, "agency", cells["agency"], month.last)
        self.past(number, "month", month.first)
        if not agency:
            return None
        is_whole = cells.get("is_paper_book_whole", False)
        return DeclaredTotal(agency, month, cells["issued"], cells.get("received"), is_whole)

    def paper(self, number: int, cells: dict[str, Any]) -> PaperPart | None:
        issued_on: dt.date = cells["issued_on"]
        on: dt.date = cells["on"]
        self.past(number, "on", on)
        if on < issued_on:
            self.wrong(number, "on", "trước ngày văn bản")
        spelled = _NUMBER.fullmatch(cells["document"])
        if spelled is None:
            self.wrong(number, "document", f"“{cells['document'][:60]}” không phải là số, ký hiệu như 125/TTr-SNV")
        issuer = self.agency(number, "issuer", cells["issuer"], issued_on)
        if cells["direction"] == "received" and "agency" not in cells:
            self.wrong(number, "agency", "để trống; bản giấy đến phải có nơi nhận")
        agency = self.agency(number, "agency", cells["agency"], on) if "agency" in cells else ""
        if spelled is None:
            return None
        notation = "".join(spelled[2].split())
        copies, pages = cells.get("copies", 1), cells.get("pages")
        return PaperPart(
            issuer, spelled[1], notation, issued_on.year, cells["direction"], agency, on, copies, pages
        )  # fmt: skip

    def price(self, _number: int, cells: dict[str, Any]) -> UnitPrice:
        return UnitPrice(cells["line"], cells["price_vnd"], cells["valid_from"], cells.get("evidence", ""))

    def handed_in(self, number: int, cells: dict[str, Any]) -> HandedIn | None:
        duty = cells["duty"]
        if duty not in self.known.duties:
            self.wrong(number, "duty", f"không có báo cáo “{duty[:40]}” trong lịch báo cáo")
        self.past(number, "on", cells["on"])
        agency = self.agency(number, "agency", cells["agency"], cells["on"])
        return HandedIn(agency, duty, cells["period"], cells["on"], cells.get("document", "")) if agency else None


def _key(row: Declared) -> object:
    """Give what may stand once in a sheet."""
    if isinstance(row, DeclaredTotal):
        return row.agency, row.month
    if isinstance(row, PaperPart):
        return row.issuer, loose_key(row.number, row.notation), row.year, row.direction, row.agency, row.on
    return (row.line, row.valid_from) if isinstance(row, UnitPrice) else (row.agency, row.duty, row.period)


def template(sheet: Sheet) -> str:
    """Write an empty sheet of a kind as CSV, with its titles, for a clerk to begin from."""
    return ",".join(f'"{column.titles[0].capitalize()}"' for column in sheet.columns) + "\r\n"
