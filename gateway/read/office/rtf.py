"""Text of RTF files (RTF 1.9.1): body, page headers, notes and text boxes apart, fonts and code pages followed.

One pass over at most 200,000 tokens. Objects are found by `rtf_objects`, wherever they stand.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gateway.read.rows import join_row
from gateway.read.vietnamese.charsets import decode_text
from gateway.read.vietnamese.legacy_fonts import decode_run, legacy_of

_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\(.)|([{}])|([^\\{}\r\n]{1,4096})", re.DOTALL
)
_TOKENS = 200_000
"""Words, braces and runs of text; 60,000 characters need some tens of thousands."""
_GROUPS = 1_000
"""Groups inside one another that are followed; office programs nest some tens."""
_FONTS = 2_000
_ASIDES = 64
"""Regions beside the body that are kept apart."""
_PROPERTY_CHARACTERS = 2_000
_SKIPPED = frozenset(
    b"colortbl stylesheet pict object objdata generator themedata datastore listtable xmlnstbl listoverridetable "
    b"rsidtbl latentstyles colorschememapping filetbl revtbl sn pgptbl fchars lchars mmathPr blipuid nonesttables "
    b"bkmkstart bkmkend datafield htmltag".split()
)
"""Destinations without text of the document."""
_ASIDE = frozenset(
    b"header headerl headerr headerf footer footerl footerr footerf footnote annotation shptxt sv atnauthor "
    b"ftnsep do".split()
)
"""Destinations shown apart from the body."""
_PROPERTIES = frozenset(b"title subject keywords doccomm category staticval hlinkbase".split())
_KNOWN = frozenset({*_ASIDE, *_PROPERTIES}) | frozenset(
    b"shpinst sp userprops info fldinst template fonttbl falt ud shppict background wgrffmtfilter listtext pntext "
    b"pntxta pntxtb".split()
)
r"""Destinations that are read though `\*` allows to skip them."""
_SPACES = {b"par": "\n", b"line": "\n", b"row": "\n", b"cell": "\t", b"tab": "\t", b"page": "\n\f", b"sect": "\n\f"}
_SIGNS = {
    b"emdash": "\u2014", b"endash": "\u2013", b"lquote": "\u2018", b"rquote": "\u2019", b"ldblquote": "\u201c",
    b"rdblquote": "\u201d", b"bullet": "\u2022", b"emspace": " ", b"enspace": " ", b"nestcell": "\t",
    b"nestrow": "\n", b"column": "\n",
}  # fmt: skip
_SYMBOLS = {b"~": " ", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}", b"\r": "\n", b"\n": "\n", b"\t": "\t"}
_CHARSETS = {128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254", 163: "cp1258",
             177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250"}  # fmt: skip
r"""Numbers of `\fcharset` to code pages; 0 and 1 mean that of the document."""
_REMOTE = re.compile(r"\s{0,9}\"?(?:[a-z][a-z0-9+.-]{1,15}:|\\\\|//)", re.IGNORECASE)
"""A place that is not on this machine's drives."""
_RUNNING = re.compile(r"\s{0,99}\"?(?:DDE|DDEAUTO|IMPORT|INCLUDETEXT|LINK)(?![A-Z])", re.IGNORECASE)
"""Fields that start programs or load other documents when the file is opened."""


class RtfText(NamedTuple):
    """What an RTF file shows."""

    text: str
    """The body, fields included."""
    asides: tuple[str, ...] = ()
    """Page headers and footers, notes, text boxes, word art; text struck out as deleted."""
    properties: tuple[str, ...] = ()
    """Title, subject, keywords, comments and properties of the user's own."""
    is_fetching: bool = False
    """A template, or a field, loads or starts something from elsewhere when it is opened."""


class _Group(NamedTuple):
    """State that ends with its group."""

    place: str = "body"
    """`body`, `skip`, `fonts`, `property`, `template`, `field`, or `aside`."""
    font: int = -1
    fallback: int = 1
    r"""Characters that follow a `\u` for programs without Unicode."""
    is_deleted: bool = False
    is_markup: bool = False
    r"""Between `\htmlrtf` and `\htmlrtf0`: not part of the HTML this file carries ([MS-OXRTFEX] 2.1.3.1.3)."""


class _Walk:
    """One pass over the tokens."""

    def __init__(self, limit: int) -> None:
        self.limit, self.count, self.skip = limit, 0, 0
        self.group, self.stack, self.depth = _Group(), list[_Group](), 0
        self.charset, self.default_font = "cp1252", -1
        self.fonts: dict[int, tuple[str, str]] = {}
        self.is_ignorable = False
        self.body: list[str] = []
        self.asides: list[list[str]] = []
        self.properties: list[list[str]] = []
        self.found: dict[str, list[str]] = {"template": [], "field": [], "fonts": []}
        self.deleted: list[str] = []
        self.octets, self.units = bytearray(), bytearray()
        self.is_cell, self.cell_from = False, -1
        """Paragraphs stand in a table; where the text of the cell begins in the body, negative before it has any."""
        self.row: list[str] = []
        """Cells of the row that are at their end."""

    def text(self, octets: bytes) -> None:
        if self.skip:
            used = min(self.skip, len(octets))
            self.skip -= used
            octets = octets[used:]
        if octets and self.group.place != "skip":
            self._end_units()
            self.octets += octets

    def unit(self, number: int) -> None:
        r"""Take one `\u`: a UTF-16 code unit; its fallback is passed over."""
        self._end_octets()
        self.skip = self.group.fallback
        if self.group.place != "skip":
            self.units += (number & 0xFFFF).to_bytes(2, "little")

    def word(self, word: bytes, number: int | None) -> None:
        if word == b"u" and number is not None:
            self.unit(number)
            return
        self.skip = max(0, self.skip - 1)
        is_ignorable, self.is_ignorable = self.is_ignorable, False
        if word in _SPACES or word in _SIGNS:
            self.flush()
            if word not in (b"cell", b"row") or self.group.place != "body" or not self._end_cell(word):
                self._add(_SPACES.get(word) or _SIGNS[word])
        elif word in _SKIPPED or (is_ignorable and word not in _KNOWN):
            self._enter("skip")
        elif word in _KNOWN:
            self._destination(word)
        elif word in (b"pard", b"intbl"):
            self.is_cell = word == b"intbl"
        else:
            self._property(word, number)

    def _end_cell(self, word: bytes) -> bool:
        """End a cell or a row of the body; False when it ends none that began."""
        if word == b"cell":
            if self.cell_from < 0 and not self.is_cell:
                return False
            begin = self.cell_from if self.cell_from >= 0 else len(self.body)
            self.row.append("".join(self.body[begin:]))
            del self.body[begin:]
        elif not self.row:
            return False
        else:
            self.body.append(join_row(self.row))
            self.row.clear()
        self.cell_from = -1
        return True

    def _property(self, word: bytes, number: int | None) -> None:
        if word == b"uc":
            self.group = self.group._replace(fallback=max(0, min(number or 0, 16)))
        elif word == b"ansicpg" and number:
            self.charset = f"cp{number}"
        elif word == b"deff":
            self.default_font = number or 0
        elif word == b"f":
            self.flush()
            self.group = self.group._replace(font=number or 0)
            if self.group.place == "fonts" and len(self.fonts) < _FONTS:
                self.fonts[number or 0] = ("", "")
        elif word == b"fcharset" and self.group.place == "fonts":
            name, _ = self.fonts.get(self.group.font, ("", ""))
            self.fonts[self.group.font] = (name, _CHARSETS.get(number or 0, ""))
        elif word == b"deleted":
            self.flush()
            self.group = self.group._replace(is_deleted=number != 0)
        elif word == b"plain":
            self.flush()
            self.group = self.group._replace(font=-1, is_deleted=False)
        elif word == b"htmlrtf":
            self.flush()
            self.group = self.group._replace(is_markup=number != 0)

    def _destination(self, word: bytes) -> None:
        if word in _ASIDE:
            self._enter("aside")
            if len(self.asides) < _ASIDES:
                self.asides.append([])
        elif word in _PROPERTIES:
            self._enter("property")
            if len(self.properties) < _ASIDES:
                self.properties.append([])
        elif word in (b"fonttbl", b"template", b"fldinst"):
            self._enter({b"fonttbl": "fonts", b"template": "template", b"fldinst": "field"}[word])
            self.found[self.group.place].append("\n")
        elif word in (b"shpinst", b"info", b"userprops", b"falt", b"sp"):
            self._enter("skip")  # but for the destinations inside

    def _enter(self, place: str) -> None:
        self.flush()
        self.group = self.group._replace(place=place)

    def brace(self, brace: bytes) -> None:
        self.flush()
        self.skip, self.is_ignorable = 0, False
        if brace == b"{":
            self.depth += 1
            if self.depth <= _GROUPS:
                self.stack.append(self.group)
        elif self.depth:
            self.depth -= 1
            if self.depth < _GROUPS:
                before, self.group = self.group.place, self.stack.pop()
                # What stands apart from the body ends here; the text around it goes on in the list it was in.
                if before == "aside" and self.group.place == "aside" and len(self.asides) < _ASIDES:
                    self.asides.append([])

    def flush(self) -> None:
        self._end_octets()
        self._end_units()

    def _end_octets(self) -> None:
        if self.octets:
            octets = bytes(self.octets)
            self.octets.clear()
            name, charset = self._font()
            legacy = legacy_of(name)
            if legacy:
                self._add(decode_run(octets.decode("latin-1"), legacy))
            else:
                self._add(decode_text(octets, charset or self.charset)[0])

    def _end_units(self) -> None:
        if self.units:
            text = self.units.decode("utf-16-le", "replace")
            self.units.clear()
            self._add(decode_run(text, legacy_of(self._font()[0])))

    def _font(self) -> tuple[str, str]:
        if self.group.place == "fonts":
            return "", ""
        return self.fonts.get(self.group.font if self.group.font >= 0 else self.default_font, ("", ""))

    def _add(self, text: str) -> None:
        place = self.group.place
        if place == "fonts":
            name, charset = self.fonts.get(self.group.font, ("", ""))
            self.fonts[self.group.font] = ((name + text)[:80], charset)
        elif place == "property" and self.properties:
            self.properties[-1].append(text)
        elif place in self.found:
            self.found[place].append(text)
        elif place != "skip" and not self.group.is_markup:
            self.count += len(text)
            into = self.asides[-1] if place == "aside" and self.asides else self.body
            if self.is_cell and self.cell_from < 0 and into is self.body:
                self.cell_from = len(into)
            (self.deleted if self.group.is_deleted else into).append(text)


def read_rtf(octets: bytes, limit: int) -> RtfText:
    """Read the text of an RTF file, `limit` characters of body and asides together at most."""
    walk, at = _Walk(limit), 0
    for _ in range(_TOKENS):
        token = _TOKEN.match(octets, at)
        if token is None:
            at += 1  # a line end, or a lone backslash at the end
            if at >= len(octets):
                break
            continue
        at = token.end()
        code, word, number, symbol, brace, text = token.groups()
        if word == b"bin" and number is not None:
            at += max(0, int(number))
        elif word is not None:
            walk.word(word, int(number) if number is not None else None)
        elif brace is not None:
            walk.brace(brace)
        elif symbol == b"*":
            walk.is_ignorable = True
        else:
            escaped = bytes((int(code, 16),)) if code is not None else _SYMBOLS.get(symbol or b"", "").encode("ascii")
            walk.text(text if text is not None else escaped)
        if walk.count + len(walk.octets) >= limit:
            break
    walk.flush()
    return _result(walk, limit)


def _result(walk: _Walk, limit: int) -> RtfText:
    asides = ["".join(pieces) for pieces in (*walk.asides, walk.deleted)]
    properties = ["".join(pieces).strip()[:_PROPERTY_CHARACTERS] for pieces in walk.properties]
    templates, fields = ("".join(walk.found[name]).splitlines() for name in ("template", "field"))
    is_fetching = any(map(_REMOTE.match, templates)) or any(map(_RUNNING.match, fields))
    return RtfText(
        "".join((*walk.body, join_row(walk.row)))[:limit],
        tuple(text[:limit] for text in asides if text.strip()),
        tuple(filter(None, properties)),
        is_fetching,
    )
