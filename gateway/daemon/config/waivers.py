"""Waiver files: TOML or CSV in, checked waivers out, or every problem of every file with line and key or column.

What a file alone shows is checked here, by the reader of the configuration; what it names is compared with packs and
registry by `gateway.judge.waiving.waiver_problems`.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from gateway.daemon.config.kinds import domain_pattern, word
from gateway.daemon.config.read import ConfigReader
from gateway.edge.registry.syntax import normal_address, normal_date
from gateway.values.faults import ConfigProblem, Misconfigured
from gateway.values.tomltext import TomlText, did_you_mean
from gateway.values.waiver import MAX_WAIVER_DAYS, Waiver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gateway.values.tomltext import Path as KeyPath

MAX_REASON_CHARACTERS = 400
COLUMNS = {
    "id": ("mã",),
    "rules": ("quy tắc", "rule"),
    "reason": ("lý do",),
    "approved_by": ("người duyệt", "chức vụ người duyệt"),
    "valid_from": ("từ ngày", "hiệu lực từ"),
    "valid_to": ("đến ngày", "hiệu lực đến"),
    "sender": ("người gửi", "địa chỉ gửi"),
    "agency": ("cơ quan", "mã cơ quan"),
    "number": ("số, ký hiệu", "số ký hiệu"),
    "sha256": ("mã băm", "sha-256"),
}
"""Column of a CSV file and its Vietnamese names; several rules in a cell are separated by `|`."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_RULE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{1,62}")
_NUMBER = re.compile(r"[0-9A-Za-z.]{1,16}[/-][^\s/][^\s]{0,62}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PERSON = re.compile(r"@|(?:^|[ ,(])(?:ông|bà|anh|chị|mr|mrs|ms)\.? ", re.IGNORECASE)


def load_waivers(files: tuple[str, ...]) -> tuple[Waiver, ...]:
    """Read waiver files in their order.

    Raises:
        Misconfigured: every problem of every file.
    """
    problems: list[ConfigProblem] = []
    found: list[Waiver] = []
    for file in files:
        try:
            found += parse_waivers(Path(file).read_bytes(), file)
        except Misconfigured as fault:
            problems += fault.problems
        except OSError as error:
            problems.append(ConfigProblem(file, 0, "", f"cannot be read: {error.strerror}"))
    if problems:
        raise Misconfigured(problems)
    return tuple(found)


def parse_waivers(octets: bytes, file: str) -> tuple[Waiver, ...]:
    """Check the waivers of one file; a name ending in `.csv` is read as a table, any other as TOML.

    Raises:
        Misconfigured: every problem, by line.
    """
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        raise Misconfigured([ConfigProblem(file, line, "", "is not UTF-8")]) from None
    source = CsvWaivers(file, text) if file.endswith(".csv") else TomlText(file, text)
    reader = ConfigReader(source, Path(), KINDS)
    found: list[Waiver] = []
    rows = source.value.get("waivers", [])
    for number, row in enumerate(rows if isinstance(rows, list) else []):
        place = ("waivers", number)
        already = len(reader.problems)
        one = reader.table(Waiver, row, place)
        if len(reader.problems) == already:  # else what it says together is not known
            reader.problems += (source.problem((*place, key), message) for key, message in _problems_of(one))
            found.append(msgspec.structs.replace(one, origin=(file, source.line(place))))
    if reader.problems:
        raise Misconfigured(sorted(reader.problems, key=lambda problem: problem.line))
    return tuple(found)


def _problems_of(waiver: Waiver) -> Iterator[tuple[str, str]]:
    """Find what takes more than one key to see, and texts left empty; key and message."""
    for key in ("id", "rules", "reason", "approved_by"):
        if not getattr(waiver, key):
            yield key, "is empty; every waiver has an id, rules, a reason and the role of who approved it"
    if not (waiver.sender or waiver.agency or waiver.number or waiver.sha256):
        message = (
            "covers everybody: name a sender, agency, document number or file digest; for all of them use [posture]"
        )
        yield "rules", message
    if waiver.number and not (waiver.sender or waiver.agency):
        yield "number", "needs `sender` or `agency`: anybody can write this number on a document"
    days = (waiver.valid_to - waiver.valid_from).days + 1
    if days < 1:
        yield "valid_to", "lies before `valid_from`; it is the last day, included"
    if days > MAX_WAIVER_DAYS:
        message = f"lies {days} days behind `valid_from`; a waiver lasts {MAX_WAIVER_DAYS} days at most, then renew it"
        yield "valid_to", message


# Kinds of text


def _waiver_id(text: str, _folder: Path) -> str:
    """The name of a waiver, as log and field show it."""
    if not _ID.fullmatch(text):
        raise ValueError(f"`{text}` is not an id; use letters, digits, dots and hyphens, 1 to 32 characters")
    return text


def _rule(text: str, _folder: Path) -> str:
    """The id of a rule or pack."""
    if not _RULE.fullmatch(text):
        raise ValueError(f"`{text}` is not the id of a rule or pack, such as `BD-1c-2` or `national`")
    return text


def _sentence(text: str, _folder: Path) -> str:
    """A reason, white space reduced."""
    reduced = " ".join(unicodedata.normalize("NFC", text).split())
    if len(reduced) > MAX_REASON_CHARACTERS:
        raise ValueError(f"is longer than {MAX_REASON_CHARACTERS} characters")
    return reduced


def _role(text: str, folder: Path) -> str:
    """The role of who approved it."""
    role = _sentence(text, folder)
    if _PERSON.search(role):
        raise ValueError(f"`{role}` names a person; write the role, such as `Chánh Văn phòng`")
    return role


def _sender(text: str, folder: Path) -> str:
    """An address, or a domain pattern."""
    return normal_address(text) if "@" in text else domain_pattern(text, folder)


def _document_number(text: str, _folder: Path) -> str:
    """Number and notation without blanks."""
    bare = "".join(unicodedata.normalize("NFC", text).split())
    if not _NUMBER.fullmatch(bare):
        raise ValueError(f"`{text}` is not number and notation; write it like `214/GM-UBND`")
    return bare


def _digest(text: str, _folder: Path) -> str:
    """A SHA-256 as tools print it."""
    digest = text.strip().lower()
    if not _SHA256.fullmatch(digest):
        raise ValueError(f"`{text[:80]}` is not a SHA-256: 64 digits 0-9 and a-f, as `sha256sum` prints it")
    return digest


KINDS: dict[str, Callable[[str, Path], str]] = {
    "waivers.id": _waiver_id,
    "waivers.rules": _rule,
    "waivers.reason": _sentence,
    "waivers.approved_by": _role,
    "waivers.sender": _sender,
    "waivers.agency": word,
    "waivers.number": _document_number,
    "waivers.sha256": _digest,
}
"""Key of a waiver to the kind of text it holds."""


class CsvWaivers(TomlText):
    """A table of waivers as the same tree a TOML file gives, with the line of each row."""

    def __init__(self, file: str, text: str) -> None:
        """Read the table: `,`, `;` or tab between cells, one header row in English or Vietnamese, in any order.

        Raises:
            Misconfigured: a column nobody knows, or a row that does not fit the header.
        """
        self.file = file
        self._rows: list[int] = []
        head, _, _ = text.partition("\n")
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
        problems: list[ConfigProblem] = []
        found: list[dict[str, Any]] = []
        try:
            titles = [self._column(title, problems) for title in next(reader, [])]
            for row in reader:
                if any(cell.strip() for cell in row):
                    self._rows.append(reader.line_num)
                    found.append(self._row(titles, row, problems))
        except csv.Error as error:
            problems.append(ConfigProblem(file, reader.line_num, "", f"is no table: {error}"))
        if problems:
            raise Misconfigured(problems)
        self.value = {"waivers": found}

    def line(self, path: KeyPath) -> int:
        """Give the line on which the row of a key ends; the header's for what is in no row."""
        return self._rows[path[1]] if len(path) > 1 and isinstance(path[1], int) else 1

    def problem(self, path: KeyPath, message: str) -> ConfigProblem:
        """Make the problem of a cell: its line and column."""
        column = path[2] if len(path) > 2 else ""
        return ConfigProblem(self.file, self.line(path), str(column), message)

    def _column(self, title: str, problems: list[ConfigProblem]) -> str:
        folded = " ".join(unicodedata.normalize("NFC", title).casefold().split())
        name = next((name for name, others in COLUMNS.items() if folded in {name, *others}), "")
        if not name:
            known = [*COLUMNS, *(other for others in COLUMNS.values() for other in others)]
            message = f"unknown column{did_you_mean(folded, known)}; known: {', '.join(COLUMNS)}"
            problems.append(ConfigProblem(self.file, 1, title, message))
        return name

    def _row(self, titles: list[str], row: list[str], problems: list[ConfigProblem]) -> dict[str, Any]:
        line = self._rows[-1]
        if len(row) > len(titles):
            message = f"has {len(row)} cells and the header {len(titles)}; put cells with a separator in quotes"
            problems.append(ConfigProblem(self.file, line, "", message))
        cells: dict[str, Any] = {
            name: cell.strip() for name, cell in zip(titles, row, strict=False) if name and cell.strip()
        }
        if "rules" in cells:
            cells["rules"] = [rule.strip() for rule in cells["rules"].split("|")]
        for name in ("valid_from", "valid_to"):
            try:
                cells |= {name: normal_date(cells[name])} if name in cells else {}
            except ValueError as error:
                problems.append(ConfigProblem(self.file, line, name, str(error)))
        return cells
