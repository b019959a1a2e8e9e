"""Data that programs exchange as text: XML, JSON, tables with separators; label and value stay together.

Every value is a line `key: value` under the name the data gives it, for what a document system calls `DoMat` says
nothing without that name. A key that only says that there is a value (`value`, `ten`, `#text`) gives way to the name of
what it stands in, and a pair of elements that are name and value (`{"name": "DoMat", "value": "Mật"}`) is read as such.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from contextlib import suppress
from json import JSONDecodeError, loads
from typing import NamedTuple
from xml.parsers import expat

from gateway.read.rows import join_row

_VALUES = frozenset(
    {"value", "val", "values", "text", "#text", "$", "content", "data", "item", "string", "displaytext", "display",
     "displayname", "label", "title", "name", "ten", "tengoi", "giatri", "noidung", "description", "mota"}
)  # fmt: skip
"""Keys under which what holds them says its value; small letters."""
_NAMES = frozenset(
    {"name", "key", "field", "fieldname", "code", "id", "label", "ten", "tentruong", "truong", "khoa", "property", "n"}
)
"""Keys under which a record says what its value is of."""
_PAIRED = frozenset({"value", "val", "text", "content", "data", "string", "giatri", "noidung", "display", "v"})
"""Keys of that value."""
_PROSE = frozenset(
    {"p", "para", "paragraph", "line", "text", "span", "div", "td", "th", "li", "title", "em", "strong", "h1", "h2",
     "h3", "string"}
)  # fmt: skip
"""Elements whose text is that of a document, not a field of a record."""
_LONG = 2_000
"""Characters of a text that may go on in the element around it."""
_JSON = re.compile(r'\s{0,999}(?:\{\s{0,999}"|\[\s{0,999}(?:"|\{\s{0,999}["}]|\[\s{0,999}["\d{-]))')
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_QUOTED = re.compile(r'"[^"]*"')
_SEPARATORS = (";", ",")
_SAMPLE_LINES = 40
_ROWS = 20_000


class _Record(NamedTuple):
    """One object or element that is being read."""

    label: str
    found: dict[str, str]
    """Under `name` and `value`, what it says of itself."""


class _Fields:
    """Lines of fields."""

    def __init__(self, limit: int) -> None:
        self.lines: list[str] = []
        self.left = limit
        self.records = [_Record("", {})]

    def open(self, label: str) -> None:
        self.records.append(_Record(label or self.records[-1].label, {}))

    def field(self, key: str, value: str) -> None:
        """Add one value under its key, or under that of what holds it."""
        record, small = self.records[-1], key.lower()
        if small in _NAMES:
            record.found.setdefault("name", value)
        if small in _PAIRED:
            record.found.setdefault("value", value)
        label = record.label if record.label and small in _VALUES else key
        # A value of several lines is a text.
        gap = "\n" if "\n" in value else " "
        self.line(f"{label}:{gap}{value}" if label else value)

    def close(self) -> None:
        """End a record; what it calls name and value are a field."""
        found = self.records.pop().found if len(self.records) > 1 else {}
        if len(found) == 2:
            self.line(f"{found['name']}: {found['value']}")

    def line(self, text: str) -> None:
        self.lines.append(text[: self.left])
        self.left -= min(self.left, len(text) + 1)

    def text(self) -> str:
        return "\n".join(self.lines)


def data_text(source: str, limit: int) -> str | None:
    """Lines of a text that is JSON or a table with separators, `limit` characters at most; None for any other."""
    if _JSON.match(source):
        return _json_text(source, limit)
    return _table_text(source, limit)


def _json_text(source: str, limit: int) -> str:
    """Go through the tokens; what is cut, or several values one after another, is read as far as it goes."""
    fields, key, is_key = _Fields(limit), "", False
    lists: list[bool] = []
    keys: list[str] = []
    for match in _TOKEN.finditer(source):
        piece = match[0]
        if piece in "{[":
            fields.open(key)
            keys.append(key)
            lists.append(piece == "[")
            is_key, key = piece == "{", key * lists[-1]
        elif piece in "}]":
            fields.close()
            key, is_key = keys.pop() if keys else "", False
            lists[-1:] = []
        elif piece in ",:":
            is_key = piece == "," and bool(lists) and not lists[-1]
        elif is_key:
            key = _string(piece)
        elif piece != "null":
            fields.field(key, _string(piece))
        if fields.left <= 0:
            break
    return fields.text()


def _string(piece: str) -> str:
    """Value of one string or other scalar."""
    if piece[0] != '"' or "\\" not in piece:
        return piece.strip('"')
    try:
        # An escape may stand for half a character, which is none and cannot be written.
        return str(loads(piece, strict=False)).encode("utf-8", "replace").decode()
    except JSONDecodeError:
        return piece.strip('"')


def _table_text(source: str, limit: int) -> str | None:
    """Rows of a table whose lines have one separator equally often, as programs write them: no blank behind it."""
    head = [line for line in source[: 200 * _SAMPLE_LINES].split("\n")[: 2 * _SAMPLE_LINES] if line.strip()]
    head = [_QUOTED.sub('""', line.rstrip()) for line in head[:_SAMPLE_LINES]]
    separator = next((one for one in _SEPARATORS if len(head) > 1 and _is_separated(head, one)), "")
    if not separator:
        return None
    rows, left = list[str](), limit
    try:
        for number, cells in enumerate(csv.reader(map("{}\n".format, source.split("\n")), delimiter=separator)):
            rows.append(join_row(cells)[:left])
            left -= len(rows[-1])
            if left <= 0 or number > _ROWS:
                break
    except csv.Error:
        return None
    return "".join(rows)


def _is_separated(lines: list[str], separator: str) -> bool:
    counts = Counter(line.rstrip(separator).count(separator) for line in lines)
    count, often = counts.most_common(1)[0]
    return count > 0 and 10 * often >= 9 * len(lines) and not any(separator + " " in line for line in lines)


def xml_fields(source: str, limit: int) -> str:
    """Lines of an XML document as far as it is well-formed, `limit` characters at most; empty when nothing is read."""
    reader = _Elements(limit)
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.EntityDeclHandler = reader.entity
    try:
        parser.Parse(source.encode("utf-8", "replace"), True)
    except (_EnoughError, expat.ExpatError):
        reader.finish()
    return reader.fields.text()


class _EnoughError(Exception):
    """Ends the reading of XML: there is enough text, or entities are declared, which data needs none of."""


class _Elements:
    """Handlers of one XML document."""

    def __init__(self, limit: int) -> None:
        self.fields = _Fields(limit)
        self.names: list[str] = []
        self.texts: list[list[str]] = []
        """Text of each open element with that of the elements in it, as far as that is short."""
        self.has_text: list[bool] = []
        self.has_elements: list[bool] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self.has_elements:
            self.has_elements[-1] = True
        local = name.rpartition(":")[2]
        self.fields.open(local)
        self.names.append(local)
        self.texts.append([])
        self.has_text.append(False)
        self.has_elements.append(False)
        for key, value in attributes.items():
            if not key.startswith("xmlns") and value.strip():
                self.fields.field(key.rpartition(":")[2], value)
        if self.fields.left <= 0:
            raise _EnoughError

    def end(self, _name: str) -> None:
        local, pieces = self.names.pop(), self.texts.pop()
        has_text, has_elements = self.has_text.pop(), self.has_elements.pop()
        text = "".join(pieces).strip()
        record = self.fields.records[-1]
        if text and has_text and not has_elements:
            record.found.setdefault("value", text)
        self.fields.close()
        if text and has_text:
            if has_elements or local.lower() in _PROSE or len(local) == 1:
                self.fields.line(text)
            else:
                self.fields.field(local, text)
        if self.texts and 0 < len(text) <= _LONG:
            self.texts[-1].append(text)
        if self.fields.left <= 0:
            raise _EnoughError

    def finish(self) -> None:
        """End what is open where the document breaks off."""
        while self.names and self.fields.left > 0:
            with suppress(_EnoughError):
                self.end("")

    def text(self, data: str) -> None:
        if self.texts:
            self.texts[-1].append(data)
            self.has_text[-1] = self.has_text[-1] or not data.isspace()

    def entity(self, *_arguments: object) -> None:
        raise _EnoughError
