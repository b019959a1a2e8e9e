"""Agencies and mailboxes written as CSV, as a spreadsheet saves them: text to draft.

UTF-8 with or without byte order mark; `,`, `;` or tab between cells; one header row, in English or
Vietnamese, in any order. A file with an address column lists mailboxes, one with an id column agencies.
A row of agencies describes the agency for the row's interval: several rows with one id are its history.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from gateway.edge.registry.draft import AgencyDraft, Draft, MailboxStatement, Statement, Where
from gateway.edge.registry.syntax import (
    ATTRIBUTES,
    FIRST_DAY,
    LAST_DAY,
    normal_address,
    normal_date,
    normal_id,
    normal_mailbox_kind,
)
from gateway.values.tomltext import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PERIOD_COLUMNS = {
    "valid_from": ("từ ngày", "hiệu lực từ"),
    "valid_to": ("đến ngày", "hiệu lực đến"),
    "evidence": ("căn cứ", "văn bản căn cứ"),
}
MAILBOX_COLUMNS = {
    "address": ("địa chỉ", "hộp thư", "địa chỉ thư", "email"),
    "agency": ("cơ quan", "mã cơ quan"),
    "kind": ("loại", "loại hộp thư"),
    "forwards_to": ("chuyển tiếp đến", "tự động chuyển tiếp"),
    **_PERIOD_COLUMNS,
}
"""Column of a mailbox file and its Vietnamese names."""
AGENCY_COLUMNS = {
    "id": ("mã", "mã cơ quan"),
    "name": ("tên", "tên cơ quan"),
    "names": ("tên khác", "tên viết tắt"),
    "notations": ("ký hiệu",),
    "codes": ("mã định danh",),
    "domains": ("tên miền",),
    "level": ("cấp",),
    "class": ("nhóm",),
    "territory": ("địa bàn",),
    "parent": ("cơ quan cấp trên", "cấp trên"),
    "certificate": ("chứng thư số", "chứng thư"),
    "certificate_serials": ("số chứng thư",),
    "certificate_subjects": ("tên trên chứng thư",),
    "tax_code": ("mã số thuế",),
    "budget_code": ("mã quan hệ ngân sách",),
    **_PERIOD_COLUMNS,
}
"""Column of an agency file and its Vietnamese names; lists are separated by `|`."""
_LIST_SEPARATOR = "|"


class CsvText:
    """A CSV file as a source of places: a path is the line itself."""

    def __init__(self, file: str) -> None:
        """Remember the name to report."""
        self.file = file

    def line(self, path: Any) -> int:
        """Give the line back."""
        return int(path)


def draft_csv(draft: Draft, file: str, octets: bytes) -> None:
    """Add what one CSV file says to the draft; problems go to `draft.problems`."""
    source = CsvText(file)
    with io.TextIOWrapper(io.BytesIO(octets), "utf-8-sig", newline="") as text:
        header = octets.partition(b"\n")[0].decode("utf-8", "replace")
        try:
            _CsvReader(draft, source, csv.reader(text, delimiter=_delimiter(header))).read()
        except UnicodeDecodeError:
            line = _bad_line(octets)
            draft.problems.add(Where(source, line, ""), "is not UTF-8; save the sheet as `CSV UTF-8`")


def _bad_line(octets: bytes) -> int:
    """Give the line of the first octet that is not UTF-8."""
    try:
        octets.decode()
    except UnicodeDecodeError as error:
        return octets.count(b"\n", 0, error.start) + 1
    return 1


def _delimiter(header: str) -> str:
    """Choose what separates cells: the candidate that occurs most often in the header row."""
    return max(",;\t", key=header.count)


def _folded(title: str) -> str:
    return " ".join(unicodedata.normalize("NFC", title).casefold().split())


class _CsvReader:
    """Reads one file; a row with a problem is reported and left out."""

    def __init__(self, draft: Draft, source: CsvText, rows: Any) -> None:
        self.draft = draft
        self.source = source
        self.rows = rows
        self.line = 1
        self.dates: dict[str, int | None] = {"": None}
        self.kinds: dict[str, str] = {}
        self.domains: dict[str, str] = {}

    def read(self) -> None:
        titles: list[str] = next(self.rows, [])
        folded = [_folded(title) for title in titles]
        addresses = {"address", *MAILBOX_COLUMNS["address"]}
        is_mailboxes = any(title in addresses for title in folded)
        columns = self.header(titles, folded, MAILBOX_COLUMNS if is_mailboxes else AGENCY_COLUMNS)
        required = ("address", "agency") if is_mailboxes else ("id",)
        for column in required:
            if column not in columns:
                self.report(column, f"the header row lacks the column `{column}`{self.aliases(column, is_mailboxes)}")
        if not set(required) <= set(columns):
            return
        if is_mailboxes:
            self.mailboxes(columns)
        else:
            for row in self.data_rows(len(columns)):
                self.agency(dict(zip(columns, row, strict=True)))

    def aliases(self, column: str, is_mailboxes: bool) -> str:
        names = (MAILBOX_COLUMNS if is_mailboxes else AGENCY_COLUMNS)[column]
        return f" (or `{'`, `'.join(names)}`)"

    def header(self, titles: list[str], folded: list[str], known: dict[str, tuple[str, ...]]) -> list[str]:
        """Name the columns; an unknown one is reported and called by an empty name."""
        spelled = {name: column for column, names in known.items() for name in (column, *names)}
        columns: list[str] = []
        for title, name in zip(titles, folded, strict=True):
            column = spelled.get(name, "")
            if name and not column:
                self.report(title, f"unknown column{did_you_mean(name, spelled)}")
            elif column and column in columns:
                self.report(title, f"column `{column}` stands twice")
            columns.append(column)
        return columns

    def data_rows(self, width: int) -> Iterator[list[str]]:
        """Give each row, padded to the width of the header; blank rows are skipped."""
        rows, blank = self.rows, [""] * width
        end = rows.line_num
        try:
            for row in rows:
                self.line, end = end + 1, rows.line_num
                if len(row) == width and row[0]:
                    yield row
                elif len(row) > width and any(map(str.strip, row[width:])):
                    self.report("", f"has {len(row)} cells, the header row has {width}")
                elif any(map(str.strip, row)):
                    yield (row + blank)[:width]
        except csv.Error as error:
            self.line = end + 1
            self.report("", f"cannot be read as CSV: {error}")

    def mailboxes(self, columns: list[str]) -> None:
        """Read a mailbox file: one tight loop, for this is the file of 500,000 rows."""
        wanted = ("address", "agency", "kind", "valid_from", "valid_to", "forwards_to")
        width = len(columns)
        places = [columns.index(column) if column in columns else width for column in wanted]
        pick = itemgetter(*places)
        keep, source, domains, kinds, dates = (
            self.draft.mailboxes.append,
            self.source,
            self.domains,
            self.kinds,
            self.dates,
        )
        for row in self.data_rows(width):
            row.append("")  # what a missing column holds
            written, agency, kind, first, last, target = pick(row)
            try:
                address = normal_address(written, domains)
            except ValueError as error:
                self.report("address", str(error))
                address = ""  # the row is left out, and read on: all its mistakes are told at once
            kind = kinds.get(kind) or self.kind(kind)
            if target:
                target = self.target(target)
            start = dates[first] if first in dates else self.date(first, "valid_from")
            end = dates[last] if last in dates else self.date(last, "valid_to")
            if not (agency := agency.strip()):
                self.report("agency", "is empty; a mailbox belongs to an agency")
            elif start is not None and end is not None and end < start:
                self.report("valid_to", "lies before `valid_from`; it is the last day, included")
            elif kind and address:
                keep(MailboxStatement(address, start, end, agency, kind, target, source, self.line))

    def agency(self, cells: dict[str, str]) -> None:
        found = self.values(normal_id, "id", cells.get("id", "").strip())
        start, end = (
            self.date(cells.get("valid_from", ""), "valid_from"),
            self.date(cells.get("valid_to", ""), "valid_to"),
        )
        evidence = " ".join(cells.get("evidence", "").split())
        first, last = FIRST_DAY if start is None else start, LAST_DAY if end is None else end
        is_backwards = last < first
        if is_backwards:
            self.report("valid_to", "lies before `valid_from`; it is the last day, included")
        said = list(self.said(cells))
        if is_backwards or not found:
            return
        agency = self.draft.agencies.get(found[0])
        if agency is None:
            agency = AgencyDraft(found[0], self.where("id"))
            agency.start, agency.end, agency.evidence = first, last, evidence
            self.draft.agencies[agency.id] = agency
        elif agency.where.source is not self.source:
            self.report("id", f"agency `{agency.id}` is defined already at {agency.where}")
            return
        agency.start, agency.end = min(agency.start, first), max(agency.end, last)
        for key, value in said:
            kind = "official" if key == "domains" else ""
            agency.add(key, Statement(value, first, last, evidence, self.where(key), kind))

    def said(self, cells: dict[str, str]) -> Iterator[tuple[str, str]]:
        """Give what the cells of an agency say, as (key, value); what is wrong is reported and left out."""
        for key, attribute in ATTRIBUTES.items():
            written = cells.get(key, "").split(_LIST_SEPARATOR) if attribute.is_list else [cells.get(key, "")]
            for text in filter(None, map(str.strip, written)):
                for value in self.values(attribute.normal, key, text):
                    yield key, value

    def values(self, normal: Callable[[str], str], column: str, text: str) -> list[str]:
        try:
            return [normal(text)]
        except ValueError as error:
            self.report(column, str(error))
            return []

    def kind(self, text: str) -> str:
        if text not in self.kinds:
            try:
                self.kinds[text] = normal_mailbox_kind(text)
            except ValueError as error:
                self.report("kind", str(error))
                return ""
        return self.kinds[text]

    def target(self, text: str) -> str:
        """Read where a mailbox passes its mail on to; few have such an address."""
        return "".join(self.values(lambda written: normal_address(written, self.domains), "forwards_to", text.strip()))

    def date(self, text: str, column: str) -> int | None:
        if text not in self.dates:
            try:
                self.dates[text] = normal_date(text).toordinal() if text.strip() else None
            except ValueError as error:
                self.report(column, str(error))
                return None
        return self.dates[text]

    def where(self, column: str) -> Where:
        return Where(self.source, self.line, column)

    def report(self, column: str, message: str) -> None:
        self.draft.problems.add(self.where(column), message)
