"""Text of one XML part of an office file: OOXML of both conformances, OpenDocument, and their flat forms.

Elements are told by their local names: the strict and the transitional namespaces, and every prefix, read alike.
What stands in boxes (text boxes, notes, comments, shapes, page headers of OpenDocument) is given apart as well, for a
mark is looked for on the first lines of whatever it stands on. Deleted text is kept apart from what is shown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers import expat

from gateway.read.office.formulas import starts_program
from gateway.read.office.relations import is_loaded
from gateway.read.office.sheets import HEADER_CODES
from gateway.read.vietnamese.legacy_fonts import decode_run, legacy_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gateway.read.notes import Notes

XML_OCTETS = 4_000_000
"""Octets of one XML part that are parsed: 60,000 characters of text carry far less markup, and a parser may go over
an unfinished tag again with every piece."""
_XML_SHARE = 4
"""Octets of XML charged as one of text: parsing is that much cheaper."""
_BOXES_KEPT = 200
_BOX_CHARACTERS = 4_000
_DEEP = 200
"""Boxes inside one another that are told apart."""
_STRINGS = 50_000
"""Shared strings of a workbook that are looked up."""
_TABLE_SHARE = 4
"""Characters of the shared strings for each of the text wanted."""
_BINARY_OCTETS = 4_000_000
_FIELD = re.compile(r"\s{0,99}\"?(?:DDE|DDEAUTO|IMPORT|INCLUDETEXT|LINK)(?![A-Za-z])", re.IGNORECASE)
"""Fields that start programs or load other documents (ECMA-376 part 1, section 17.16.5)."""
_ACTION = re.compile(r"ppaction://(?:program|ole|macro)", re.IGNORECASE)
_REMOTE = re.compile(r"\s{0,9}(?:[a-z][a-z0-9+.-]{1,15}:|\\\\|//)", re.IGNORECASE)

_ACTIONS = {
    "text": "t lpwstr lpstr bstr Data text",
    "deleted": "delText",
    "page header": "oddHeader oddFooter evenHeader evenFooter firstHeader firstFooter",
    "field": "instrText delInstrText",
    "break": "p br cr h si tr line-break row list-item sheet-name Row",
    "blank": "tab tc s table-cell Cell",
    "box": "txbxContent txBody comment footnote endnote threadedComment cm header footer header-left footer-left "
    "header-first footer-first text-box annotation note custom-shape notes Comment ftnEdn",
    "struck": "tracked-changes",
    "font": "rFonts rFont latin",
    "run": "r",
    "style": "pStyle rStyle",
    "cell": "c",
    "value": "v",
    "point": "pt strCache",
    "named": "textpath sheet fldSimple hlinkClick hlinkHover hidden-text Relationship Header Footer",
    "field mark": "fldChar",
    "span": "span",
    "active": "ddeLink dde-connection-decl dde-source event-listener docSuppData applet macrosheet webextension",
    "linked": "section-source table-source object object-ole plugin floating-frame",
    "binary": "binData binaryData binary-data",
    "silent": "creator date initials",
}
"""What is done at elements, by local name."""
_BY_NAME = {name: action for action, names in _ACTIONS.items() for name in names.split()}


class _Names(dict[str, str]):
    """Qualified names of one file to what is done at them, found once each."""

    def __missing__(self, name: str) -> str:
        action = self[name] = _BY_NAME.get(name.rpartition(":")[2], "")
        return action


_NAMES_KEPT = 4_000


class Gathered:
    """Text of the XML parts of one file; parts are added one after another."""

    def __init__(self, limit: int, *, is_open_document: bool = False, default_font: str = "") -> None:
        """Gather at most `limit` characters; `default_font` decides where a run names none."""
        self.limit, self.count = limit, 0
        self.is_open_document = is_open_document
        self.default = legacy_of(default_font)
        self.styles: dict[str, str] = {}
        """Style to the legacy encoding of its font."""
        self.strings: list[str] = []
        """Shared strings of a workbook, which cells refer to."""
        self.shown: set[int] = set()
        """Those a cell refers to."""
        self.is_table = False
        """The part is the table of those strings."""
        self.pieces: list[str] = []
        self.boxes: list[str] = []
        self.deleted: list[str] = []
        self.fields: list[str] = []
        self.binaries: list[str] = []
        self.is_active = False

    def text(self) -> str:
        """What is shown, in the order of the parts."""
        return "".join(self.pieces)[: self.limit]

    def asides(self) -> tuple[str, ...]:
        """Boxes, and what is struck out."""
        struck = "".join(self.deleted)
        return tuple(box for box in (*self.boxes, struck[:_BOX_CHARACTERS]) if box.strip())

    def has_running_fields(self) -> bool:
        """Tell fields that start something; runs may cut a field anywhere."""
        return any(map(_FIELD.match, "".join(self.fields).split("\n")))

    def add(self, pieces: Iterable[bytes], notes: Notes, octets: int = XML_OCTETS, *, is_aside: bool = False) -> None:
        """Add one part; what stands before a fault is kept. One that stands apart is a box of its own as well."""
        if self.count >= self.limit:
            return
        if self.pieces and not self.pieces[-1].endswith("\n"):
            self.pieces.append("\n")
        first = len(self.pieces)
        _Part(self).feed(pieces, notes, octets)
        if is_aside and len(self.boxes) < _BOXES_KEPT:
            self.boxes.append("".join(self.pieces[first:])[:_BOX_CHARACTERS])

    def add_strings(self, pieces: Iterable[bytes], notes: Notes) -> None:
        """Read the shared strings of a workbook, which need not stand in the order of its cells."""
        table = Gathered(_TABLE_SHARE * self.limit, default_font="")
        table.default, table.is_table = self.default, True
        table.add(pieces, notes)
        self.strings = "".join(table.pieces).split("\0")[:_STRINGS]

    def add_unused_strings(self) -> None:
        """Add shared strings no cell shows: they were once, and are in the file."""
        text = "\n".join(text for number, text in enumerate(self.strings) if number not in self.shown)
        self.pieces.append(text[: max(0, self.limit - self.count)])
        self.count += len(self.pieces[-1])


class _EnoughError(Exception):
    """Leaves the XML parser: all the text wanted is there, or the file declares entities."""


class _Part:
    """Handlers of one XML part."""

    def __init__(self, gathered: Gathered) -> None:
        self.whole = gathered
        self.names = _Names()
        self.into = gathered.pieces
        self.waiting: list[str] = []
        """Boxes anchored in the paragraph that is being read."""
        self.stack: list[tuple[list[str], list[str], list[str]]] = []
        self.depth = 0
        self.is_kept = gathered.is_open_document
        self.is_silent = self.is_value = self.is_shared = self.is_coded = False
        self.is_struck = self.is_field = self.is_binary = False
        self.binary_octets = 0
        self.run = self.paragraph = ""
        self.data: list[str] = []

    def feed(self, pieces: Iterable[bytes], notes: Notes, octets: int) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.EntityDeclHandler = self.entity
        left = octets
        try:
            for piece in pieces:
                parser.Parse(piece[:left], False)
                left -= len(piece)
                notes.charge_text(len(piece) // _XML_SHARE)
                if left <= 0 or notes.text_octets <= 0:
                    break
            parser.Parse(b"", True)
        except (_EnoughError, expat.ExpatError):
            pass
        self.depth = len(self.stack)
        while self.stack:
            self._leave()
        self.into.extend(self.waiting)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        action = self.names[name]
        if not action:
            if len(self.names) > _NAMES_KEPT:
                self.names.clear()
            return
        if action == "text":
            self.is_kept = True
        elif action == "blank":
            self.into.append("\t")
            self.whole.is_active |= bool(attributes) and starts_program(attributes.get("ss:Formula", ""))
        elif action == "break":
            if self.whole.is_open_document and self.whole.styles:
                self.paragraph = self._odf_style(attributes)
        elif action == "cell":
            kind = attributes.get("t", "")
            self.is_shared, self.is_value = kind == "s", kind in ("s", "str", "e")
        elif action == "value":
            self.is_kept = self.is_value
        elif action == "run":
            self.run = ""
        else:
            self._start_rare(action, name, attributes)

    def _start_rare(self, action: str, name: str, attributes: dict[str, str]) -> None:
        if action in ("box", "struck"):
            self._enter(is_struck=action == "struck")
        elif action in ("font", "style", "span"):
            self._dress(action, name, attributes)
        elif action == "point":
            self.is_value, self.is_shared = True, False
        elif action == "page header":
            self._enter()
            self.is_kept = self.is_coded = True
        elif action in ("field", "deleted"):
            self.is_kept = True
            self.is_struck |= action == "deleted"
            self.is_field |= action == "field"
        elif action == "named":
            self._attributes(name, attributes)
        else:
            self._start_apart(action, attributes)

    def _start_apart(self, action: str, attributes: dict[str, str]) -> None:
        """Begin what is no text: programs, links, encoded files, names of authors."""
        if action == "active":
            self.whole.is_active = True
        elif action == "linked":
            place = next((value for key, value in attributes.items() if key.endswith("href")), "")
            self.whole.is_active |= _REMOTE.match(place) is not None
        elif action == "binary":
            self.is_binary, self.binary_octets, self.data = True, 0, []
        elif action == "silent":
            self.is_silent = self.whole.is_open_document

    def _dress(self, action: str, name: str, attributes: dict[str, str]) -> None:
        """Take the font of what follows, named or by style."""
        if action == "font":
            font = next(filter(None, map(attributes.get, ("w:ascii", "w:hAnsi", "w:cs", "typeface", "val"))), "")
            self.run = legacy_of(font) or ("-" if font else self.run)
        elif action == "span":
            self.run = self._odf_style(attributes)
        else:
            font = self.whole.styles.get(next(iter(attributes.values()), ""), "")
            self.run, self.paragraph = (font, self.paragraph) if name.endswith("rStyle") else (self.run, font)

    def _odf_style(self, attributes: Mapping[str, str]) -> str:
        return self.whole.styles.get(attributes.get("text:style-name", ""), "")

    def _attributes(self, name: str, attributes: Mapping[str, str]) -> None:
        """Words that stand in attributes: word art, names of sheets, fields, actions, relations."""
        local = name.rpartition(":")[2]
        find = {key.rpartition(":")[2]: value for key, value in attributes.items()}.get
        if local == "Relationship":
            self.whole.is_active |= is_loaded(attributes)
        elif local == "fldSimple":
            self.whole.fields.append("\n" + find("instr", "") + "\n")
        elif local.startswith("hlink"):
            self.whole.is_active |= _ACTION.match(find("action", "")) is not None
        else:
            text = find("string", "") or find("string-value", "") or find("name", "") or find("Data", "")
            if local in ("Header", "Footer"):
                text = HEADER_CODES.sub("\n", text)
            self._enter()
            self._keep(text + "\n")
            self._leave()

    def _enter(self, *, is_struck: bool = False) -> None:
        """Begin a box: its text stands apart, and behind the paragraph it is anchored in."""
        self.depth += 1
        if self.depth <= _DEEP:
            self.stack.append((self.into, self.waiting, self.whole.deleted if is_struck else []))
            self.into, self.waiting = self.stack[-1][2], []

    def _leave(self) -> None:
        self.depth -= 1
        if not 0 <= self.depth < _DEEP:
            return
        self.into.extend(self.waiting)
        self.into, self.waiting, box = self.stack.pop()
        if box is self.whole.deleted:
            return
        text = "".join(box)
        if text and not text.isspace():
            if len(self.whole.boxes) < _BOXES_KEPT:
                self.whole.boxes.append(text[:_BOX_CHARACTERS])
            self.waiting.append(text if text.endswith("\n") else f"{text}\n")

    def end(self, name: str) -> None:
        action = self.names[name]
        if not action:
            return
        if action == "text":
            self.is_kept = self.whole.is_open_document
            if not name.endswith(("t", "text")):
                self.into.append("\n")
        elif action == "break":
            self.into.append("\0" if self.whole.is_table and name.endswith("si") else "\n")
            if self.whole.deleted and self.whole.deleted[-1] != "\n":
                self.whole.deleted.append("\n")
            self.into.extend(self.waiting)
            self.waiting.clear()
            self.run = ""
            self.paragraph = "" if name.endswith(("p", "h")) else self.paragraph
        elif action in ("box", "struck"):
            self._leave()
        else:
            self._end_rare(action)

    def _end_rare(self, action: str) -> None:
        if action in ("value", "page header", "field", "deleted"):
            self.is_kept = self.whole.is_open_document
            if action == "value" and self.is_value:
                self.into.append("\t")
            elif action == "page header":
                self._leave()
            self.is_coded = self.is_field = self.is_struck = False
        elif action == "span":
            self.run = ""
        elif action == "field mark":
            self.whole.fields.append("\n")
        elif action == "binary":
            self.is_binary = False
            self.whole.binaries.append("".join(self.data))
        elif action == "silent":
            self.is_silent = False

    def text(self, data: str) -> None:
        if self.is_kept and not self.is_silent and not self.is_binary:
            self._keep(data)
        elif self.is_binary and self.binary_octets < _BINARY_OCTETS:
            self.binary_octets += len(data)
            self.data.append(data)

    def _keep(self, data: str) -> None:
        whole = self.whole
        if self.is_field:
            whole.fields.append(data)
            return
        if self.is_shared and self.is_value and data.isdecimal() and len(data) < 8:
            number = int(data)
            whole.shown.add(number)
            data = whole.strings[number] if number < len(whole.strings) else ""
        legacy = self.run or self.paragraph or whole.default
        if legacy and legacy != "-":
            data = decode_run(data, legacy)
        if self.is_coded:
            data = HEADER_CODES.sub("\n", data)
        if self.is_struck:
            whole.deleted.append(data)
            return
        self.into.append(data)
        whole.count += len(data)
        if whole.count >= whole.limit:
            raise _EnoughError

    def entity(self, *_arguments: object) -> None:
        # Office files declare none; expansion bombs do.
        raise _EnoughError
