"""Elements of one XML part of an office file, and what each does to the text of the file (`markup.Gathered`).

Elements are told by their local names: the strict and the transitional namespaces, and every prefix, read alike.
What stands in boxes (text boxes, notes, comments, shapes, page headers of OpenDocument) is given apart as well, for a
mark is looked for on the first lines of whatever it stands on. Deleted text is kept apart from what is shown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers import expat

from gateway.read.office.formulas import starts_program
from gateway.read.office.places import BOXES_KEPT, Places
from gateway.read.office.relations import is_loaded
from gateway.read.office.sheets import HEADER_CODES
from gateway.read.vietnamese.legacy_fonts import decode_run, legacy_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gateway.read.notes import Notes
    from gateway.read.office.gathering import Gathering

_XML_SHARE = 4
"""Octets of XML charged as one of text: parsing is that much cheaper."""
_BINARY_OCTETS = 4_000_000
_DIGITS = 12
"""Characters kept of a number in a sheet."""
_BLANKS = 40
_CONTROL_CHARACTERS = 200
_CONTROL_PIECES = 40
"""Pieces of text in a content control that is taken for one field."""
_ACTION = re.compile(r"ppaction://(?:program|ole|macro)", re.IGNORECASE)
_REMOTE = re.compile(r"\s{0,9}(?:[a-z][a-z0-9+.-]{1,15}:|\\\\|//)", re.IGNORECASE)

_ACTIONS = {
    "text": "t lpwstr lpstr bstr Data text",
    "deleted": "delText",
    "page header": "oddHeader oddFooter evenHeader evenFooter firstHeader firstFooter",
    "field": "instrText delInstrText",
    "break": "p br cr h si line-break list-item sheet-name",
    "row": "tr row table-row Row",
    "cell": "tc table-cell Cell",
    "blank": "tab ptab",
    "box": "txbxContent comment footnote endnote threadedComment cm header footer header-left footer-left "
    "header-first footer-first text-box annotation note custom-shape notes Comment ftnEdn",
    "struck": "tracked-changes",
    "font": "rFonts rFont latin",
    "run": "r",
    "style": "pStyle rStyle",
    "sheet cell": "c",
    "body": "txBody",
    "sign": "noBreakHyphen s pageBreakBefore sectPr type",
    "control": "sdtPr alias tag sdtContent",
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
_ENDLESS = frozenset({"run", "font", "style", "blank", "active", "linked", "named", "point", "sign"})
"""Of which nothing is done at their end."""
_BY_NAME = {name: action for action, names in _ACTIONS.items() for name in names.split()}


class _Names(dict[str, str]):
    """Qualified names of one file to what is done at them, found once each."""

    def __missing__(self, name: str) -> str:
        action = self[name] = _BY_NAME.get(name.rpartition(":")[2], "")
        return action


_NAMES_KEPT = 4_000


class _EnoughError(Exception):
    """Leaves the XML parser: all the text wanted is there, or the file declares entities."""


class PartReader:
    """Handlers of one XML part."""

    def __init__(self, gathered: Gathering) -> None:
        """Read into `gathered`."""
        self.whole = gathered
        self.names = _Names()
        self.places = Places(gathered.pieces, gathered.boxes, gathered.deleted)
        self.numbers = self.plain_bodies = 0
        """Characters of numbers in the row being read; texts of shapes that are cells."""
        self.labels: list[str] = []
        """Names of the content control that begins."""
        self.controls: list[tuple[list[str], list[str], int]] = []
        """Those that are open: names, where their text goes, and from where on."""
        self.has_words = self.is_number = self.is_plain = self.is_section = False
        self.is_kept = gathered.is_open_document
        self.is_silent = self.is_value = self.is_shared = self.is_coded = False
        self.is_struck = self.is_field = self.is_binary = False
        self.binary_octets = 0
        self.run = self.paragraph = ""
        self.data: list[str] = []

    def feed(self, pieces: Iterable[bytes], notes: Notes, octets: int) -> None:
        """Parse the part as far as `octets`; what stands before a fault is kept."""
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
        self.places.close()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the begin of an element."""
        action = self.names[name]
        if not action:
            if len(self.names) > _NAMES_KEPT:
                self.names.clear()
            return
        if action == "text":
            self.is_kept = True
        elif action == "break":
            if self.whole.is_open_document and self.whole.styles:
                self.paragraph = self._odf_style(attributes)
            elif attributes.get("w:type") == "page":
                self.places.into.append("\n\f")
        elif action == "sheet cell":
            self._start_sheet_cell(attributes.get("t", ""))
        elif action == "value":
            self.is_number = self.is_plain
            self.is_kept = self.is_value or self.is_number
        elif action == "run":
            self.run = ""
        else:
            self._start_rare(action, name, attributes)

    def _start_sheet_cell(self, kind: str) -> None:
        self.is_shared, self.is_value = kind == "s", kind in ("s", "str", "e")
        self.is_plain = kind in ("", "n", "b", "d")
        self.places.enter("cell")

    def _start_rare(self, action: str, name: str, attributes: dict[str, str]) -> None:
        if action in ("font", "style", "span"):
            self._dress(action, name, attributes)
        elif action in ("box", "struck", "row", "cell"):
            self.places.enter(action)
            self.whole.is_active |= action == "cell" and starts_program(attributes.get("ss:Formula", ""))
            self.numbers, self.has_words = (0, False) if action == "row" else (self.numbers, self.has_words)
        elif action == "blank":
            self.places.into.append("\t")
        elif action == "point":
            self.is_value, self.is_shared = True, False
        elif action == "page header":
            self.places.enter("box")
            self.is_kept = self.is_coded = True
        elif action in ("field", "deleted"):
            self.is_kept = True
            self.is_struck |= action == "deleted"
            self.is_field |= action == "field"
        elif action == "named":
            self._attributes(name, attributes)
        else:
            self._start_apart(action, name, attributes)

    def _start_apart(self, action: str, name: str, attributes: dict[str, str]) -> None:
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
        elif action == "sign":
            self._sign(attributes, name.rpartition(":")[2])
        elif action == "body":
            if self.places.is_cell():
                self.plain_bodies += 1
            else:
                self.places.enter("box")
        elif action == "control":
            self._control(attributes, name.rpartition(":")[2])

    def _sign(self, attributes: Mapping[str, str], local: str) -> None:
        """Take what is an element and stands for a character, or for the end of a page."""
        value = attributes.get("w:val", "")
        if local == "noBreakHyphen":
            self.places.into.append("-")
        elif local == "pageBreakBefore":
            self.places.into.append("\f" if value not in ("0", "false", "off") else "")
        elif local == "s" and self.whole.is_open_document:
            count = attributes.get("text:c", "1")
            self.places.into.append(" " * (min(int(count), _BLANKS) if count.isdecimal() and len(count) < 4 else 1))
        elif local == "sectPr":
            self.is_section = True
        elif local == "type":
            self.is_section &= value != "continuous"

    def _control(self, attributes: Mapping[str, str], local: str) -> None:
        """Begin a content control: its names are the label of the field it is (ECMA-376 part 1, section 17.5.2)."""
        if local == "sdtPr":
            self.labels = []
        elif local == "sdtContent":
            into = self.places.into
            self.controls.append((self.labels, into, len(into)))
            self.labels = []
        elif len(self.labels) < 2 and 0 < len(label := attributes.get("w:val", "")) <= _CONTROL_CHARACTERS:
            self.labels.append(label)

    def _end_control(self) -> None:
        labels, into, begin = self.controls.pop() if self.controls else ([], [], 0)
        if not labels or len(into) - begin > _CONTROL_PIECES or len(self.whole.boxes) >= BOXES_KEPT:
            return
        text = "".join(into[begin:]).strip()
        if text and "\n" not in text and len(text) <= _CONTROL_CHARACTERS:
            self.whole.boxes += [f"{label}: {text}" for label in labels]

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
            self.places.enter("box")
            self._keep(text + "\n")
            self.places.leave()

    def end(self, name: str) -> None:
        """Take the end of an element."""
        action = self.names[name]
        if not action or action in _ENDLESS:
            return
        if action == "text":
            self.is_kept = self.whole.is_open_document
            if not name.endswith(("t", "text")):
                self.places.into.append("\n")
        elif action == "break":
            self._end_line(name)
        elif action in ("box", "struck", "cell", "sheet cell"):
            self.is_plain = False
            self.places.leave()
        elif action == "row":
            if self.numbers and not self.has_words and self.places.is_row():
                self.places.into.clear()  # rows of nothing but numbers say nothing of a document
            self.whole.count += self.numbers * self.has_words
            self.places.leave()
        else:
            self._end_rare(action, name)

    def _end_line(self, name: str) -> None:
        """End a paragraph, or a line inside one."""
        into = self.places.into
        into.append("\0" if self.whole.is_table and name.endswith("si") else "\n")
        if self.whole.deleted and self.whole.deleted[-1] != "\n":
            self.whole.deleted.append("\n")
        self.places.end_paragraph()
        self.run = ""
        if name.endswith(("p", "h")):
            self.paragraph = ""
            if self.is_section:
                self.is_section = False
                into.append("\f")

    def _end_rare(self, action: str, name: str) -> None:
        if action in ("value", "page header", "field", "deleted"):
            self.is_kept = self.whole.is_open_document
            if action == "value" and self.is_value:
                self.places.into.append("\t")
            elif action == "page header":
                self.places.leave()
            self.is_coded = self.is_field = self.is_struck = self.is_number = False
        elif action == "span":
            self.run = ""
        elif action == "field mark":
            self.whole.fields.append("\n")
        elif action == "binary":
            self.is_binary = False
            self.whole.binaries.append("".join(self.data))
        elif action == "silent":
            self.is_silent = False
        elif action == "body":
            self._end_body()
        elif name.endswith("sdtContent"):
            self._end_control()

    def _end_body(self) -> None:
        if self.plain_bodies and self.places.is_cell():
            self.plain_bodies -= 1
        else:
            self.places.leave()

    def text(self, data: str) -> None:
        """Take character data."""
        if self.is_kept and not self.is_silent and not self.is_binary:
            self._keep(data)
        elif self.is_binary and self.binary_octets < _BINARY_OCTETS:
            self.binary_octets += len(data)
            self.data.append(data)

    def _keep(self, data: str) -> None:
        whole = self.whole
        if self.is_number:
            self.places.into.append(data[:_DIGITS])
            self.numbers += len(data[:_DIGITS])
            return
        self.has_words = True
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
        self.places.into.append(data)
        whole.count += len(data)
        if whole.count >= whole.stop:
            raise _EnoughError

    def entity(self, *_arguments: object) -> None:
        """Leave: office files declare none; expansion bombs do."""
        raise _EnoughError
