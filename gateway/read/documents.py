"""Text of documents that are no PDF: OOXML, OpenDocument, RTF, HTML and plain text.

Only what a reader would see first is wanted: every function stops once it has as many characters as asked for.
"""

from __future__ import annotations

import html
import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from gateway.read.archives import read_package, stream
from gateway.read.relations import is_fetching
from gateway.read.sheets import binary_strings
from gateway.read.vietnamese.charsets import decode_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gateway.read.archives import Entry
    from gateway.read.notes import Notes

_EDGE_CHARACTERS = 4_000
"""Text taken from each header or footer part."""
_EDGE_PARTS = 24
"""Header and footer parts read; a section has three of each."""
_PROPERTY_CHARACTERS = 2_000
"""Text taken from the title, subject and keywords of a document."""
_SHEETS = re.compile(rb"(?:ppt/slides/slide|xl/worksheets/sheet)(\d{1,4})\.xml")
_EDGES = re.compile(rb"word/(?:header|footer)\d{0,4}\.xml")
_MACROS = re.compile(rb"(?:.*/)?vbaProject\.bin|Basic/.+|Scripts/.+|.*/activeX\d*\.bin", re.IGNORECASE)
_XML_OCTETS = 4_000_000
"""Octets of one XML part that are parsed: 60,000 characters of text carry far less markup, and a parser may go over
an unfinished tag again with every piece."""
_XML_SHARE = 4
"""Octets of XML charged as one of text: parsing is that much cheaper."""
_EMBEDDED = re.compile(rb"(?:word|xl|ppt)/embeddings/[^/]+")
_TEXT_ELEMENTS = frozenset({"t", "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"})
"""Runs of text of all three families, and the page headers of sheets."""
_HEADER_CODES = re.compile(r'&(?:[LCR]|"[^"]{0,80}"|K[0-9A-Fa-f]{6}|\d{1,3}|[A-Z])')
"""Formatting inside page headers of sheets (ECMA-376 part 1, section 18.3.1.46)."""
_OTHERS = re.compile(
    rb"(?:word|xl|ppt)/(?!theme/|printerSettings/|styles|settings|fontTable|webSettings|numbering|calcChain|presProps"
    rb"|viewProps|tableStyles|slideLayouts/|slideMasters/|charts/)[^\r\n]{1,200}\.xml|Object \d{1,4}/content\.xml"
)
"""Notes, masters, drawings, charts, diagrams, glossaries, and main parts under a name of their own."""
_OTHER_PARTS = 60
_OTHER_OCTETS = 300_000
"""XML of parts beside the main ones that is read where there are main ones: their text is short, their drawings are
not, and what all documents of a message cost together is bounded."""
_RELATIONS = re.compile(rb"(?:[^\r\n]{0,200}/)?_rels/[^/]{0,200}\.rels")
_BINARY_STRINGS = b"xl/sharedStrings.bin"
_MANIFEST = b"META-INF/manifest.xml"
_PROPERTIES = {b"docProps/core.xml", b"meta.xml"}
"""Where ECMA-376 part 2 (11) and OpenDocument (part 2, 4.3) keep them."""
_PROPERTY_ELEMENTS = frozenset({"title", "subject", "keywords", "keyword", "category", "contentStatus"})
_BREAKS = frozenset({"p", "br", "cr", "h", "si", "tr", "line-break", "row"})
_BLANKS = frozenset({"tab", "tc", "s", "table-cell"})


class _EnoughError(Exception):
    """Leaves the XML parser: all the text wanted is there, or the file declares entities."""


class _XmlText:
    """Handlers that gather the text of one XML part."""

    def __init__(self, limit: int, elements: frozenset[str] = _TEXT_ELEMENTS, *, is_open_document: bool) -> None:
        self.limit, self.count, self.pieces = limit, 0, list[str]()
        self.elements = elements
        self.is_kept = is_open_document
        self.is_open_document = is_open_document
        self.has_codes = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local in self.elements:
            self.is_kept = True
            self.has_codes |= local != "t" and self.elements is _TEXT_ELEMENTS
        elif local in _BLANKS:
            self.pieces.append("\t")

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local in _BREAKS:
            self.pieces.append("\n")
        elif local in self.elements and not self.is_open_document:
            self.is_kept = False
            self.pieces.append("" if local == "t" else "\n")

    def text(self, data: str) -> None:
        if self.is_kept:
            self.pieces.append(data)
            self.count += len(data)
            if self.count >= self.limit:
                raise _EnoughError

    def entity(self, *_arguments: object) -> None:
        # Office files declare none; expansion bombs do.
        raise _EnoughError


def _xml_text(
    pieces: Iterable[bytes],
    limit: int,
    notes: Notes,
    elements: frozenset[str] = _TEXT_ELEMENTS,
    *,
    is_open_document: bool = False,
) -> str:
    """Text of one XML part, or of the named elements in it; what stands before a fault is kept."""
    gathered = _XmlText(limit, elements, is_open_document=is_open_document)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = gathered.start
    parser.EndElementHandler = gathered.end
    parser.CharacterDataHandler = gathered.text
    parser.EntityDeclHandler = gathered.entity
    left = _XML_OCTETS
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
    text = "".join(gathered.pieces)[:limit]
    return _HEADER_CODES.sub("\n", text) if gathered.has_codes else text


class OfficeText(NamedTuple):
    """What an office package shows."""

    text: str
    """In reading order: page headers and footers, then the body."""
    has_macros: bool
    embedded: tuple[Entry, ...]
    """Files embedded in it."""
    properties: tuple[str, ...] = ()
    """Title, subject, keywords, category and status, where they are not empty."""
    is_encrypted: bool = False
    """An OpenDocument file behind a password."""


def read_office(octets: bytes, kind: str, limit: int, notes: Notes) -> OfficeText:
    """Read a docx, xlsx, pptx or odt file as far as `limit` characters."""
    entries = [entry for entry in read_package(octets, notes) if not entry.uninspectable]
    by_name = {entry.name: entry for entry in entries}
    edges = [entry for entry in entries if _EDGES.fullmatch(entry.name)] if kind == "docx" else []
    texts = [_xml_text(stream(octets, entry, notes), _EDGE_CHARACTERS, notes) for entry in edges[:_EDGE_PARTS]]
    left = limit - sum(map(len, texts))
    for entry in _main_parts(by_name, kind):
        if left <= 0:
            break
        text = _xml_text(stream(octets, entry, notes), left, notes, is_open_document=kind == "odt")
        left -= len(text)
        texts.append(text)
    if left > 0 and _BINARY_STRINGS in by_name:
        packed = b"".join(islice(stream(octets, by_name[_BINARY_STRINGS], notes), _XML_OCTETS // 65_536))
        notes.charge_text(len(packed) // _XML_SHARE)
        texts.append("\n".join(binary_strings(packed)))
    is_active = any(_MACROS.fullmatch(entry.name) for entry in entries)
    return OfficeText(
        "\n".join(texts)[:limit],
        is_active or _is_fetching(octets, entries, notes),
        tuple(entry for entry in entries if _EMBEDDED.fullmatch(entry.name)),
        tuple(_properties(octets, by_name, notes)),
        is_encrypted=kind == "odt" and _is_sealed(octets, by_name, notes),
    )


def _is_fetching(octets: bytes, entries: list[Entry], notes: Notes) -> bool:
    """Look through the relations for external templates and objects."""
    relations = [entry for entry in entries if _RELATIONS.fullmatch(entry.name)]
    return any(is_fetching(_charged(octets, entry, notes)) for entry in relations[:_OTHER_PARTS])


def _charged(octets: bytes, entry: Entry, notes: Notes) -> Iterator[bytes]:
    """Stream a part as far as what one message may hold of text allows."""
    for piece in stream(octets, entry, notes):
        notes.charge_text(len(piece) // _XML_SHARE)
        yield piece
        if notes.text_octets <= 0:
            return


def _is_sealed(octets: bytes, by_name: dict[bytes, Entry], notes: Notes) -> bool:
    """Tell an encrypted OpenDocument file by its manifest (part 2, section 4.8.2)."""
    entry = by_name.get(_MANIFEST)
    if entry is None:
        return False
    return any(b"encryption-data" in piece for piece in _charged(octets, entry, notes))


def _properties(octets: bytes, by_name: dict[bytes, Entry], notes: Notes) -> Iterator[str]:
    for name in sorted(_PROPERTIES & by_name.keys()):
        text = _xml_text(stream(octets, by_name[name], notes), _PROPERTY_CHARACTERS, notes, _PROPERTY_ELEMENTS)
        yield from (line.strip() for line in text.splitlines() if line.strip())


def _main_parts(by_name: dict[bytes, Entry], kind: str) -> list[Entry]:
    if kind == "docx":
        notes_on_it = (b"word/footnotes.xml", b"word/endnotes.xml", b"word/comments.xml")
        names = [b"word/document.xml", b"word/document2.xml", *notes_on_it]
    elif kind == "odt":
        names = [b"content.xml", b"styles.xml"]
    elif kind == "xlsx":
        # Programs that write inline strings instead put the text into the sheets.
        names = [b"xl/sharedStrings.xml", *_numbered(by_name)]
    else:
        names = _numbered(by_name)
    chosen = [by_name[name] for name in names if name in by_name]
    left = _OTHER_OCTETS if chosen else _XML_OCTETS
    for name, entry in islice(((name, by_name[name]) for name in by_name if _OTHERS.fullmatch(name)), _OTHER_PARTS):
        if name not in names and not _EDGES.fullmatch(name) and entry.size_octets <= left:
            left -= entry.size_octets
            chosen.append(entry)
    return chosen


def _numbered(by_name: dict[bytes, Entry]) -> list[bytes]:
    """Slides or sheets in the order of their numbers."""
    found = ((match, name) for name in by_name if (match := _SHEETS.fullmatch(name)))
    return [name for _, name in sorted((int(match[1]), name) for match, name in found)]


_HIDDEN = re.compile(r"<(script|style|template)\b[^<>]{0,2000}>|<!--", re.IGNORECASE)
_HIDDEN_ENDS = {
    "script": re.compile(r"</script[^<>]{0,200}>?", re.IGNORECASE),
    "style": re.compile(r"</style[^<>]{0,200}>?", re.IGNORECASE),
    "template": re.compile(r"</template[^<>]{0,200}>?", re.IGNORECASE),
    "": re.compile(r"-->"),
}
_BLOCK = re.compile(
    r"</?(?:address|blockquote|br|dd|div|dt|h[1-6]|hr|li|ol|p|pre|table|td|th|title|tr|ul)\b[^<>]*>", re.IGNORECASE
)
_TAG = re.compile(r"</?[a-z!?][^<>]*>", re.IGNORECASE)
_HUGE_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{8,}")
_MARKUP_SHARE = 16
"""Characters of markup looked at for each character of text wanted."""


def html_text(source: str, limit: int) -> str:
    """Text of an HTML document: scripts, styles and comments dropped, blocks on lines of their own. Linear."""
    source = _without_hidden(source[: limit * _MARKUP_SHARE])
    source = _TAG.sub("", _BLOCK.sub("\n", source))
    # The standard library raises on numbers of thousands of digits.
    return html.unescape(_HUGE_REFERENCE.sub("", source))[:limit]


def _without_hidden(source: str) -> str:
    kept: list[str] = []
    position = 0
    unclosed: set[str] = set()
    while match := _HIDDEN.search(source, position):
        kind = (match[1] or "").lower()
        closing = None if kind in unclosed else _HIDDEN_ENDS[kind].search(source, match.end())
        if closing is None:
            # Readers differ on what is never closed: it stays readable for us.
            unclosed.add(kind)
            kept.append(source[position : match.end()])
            position = match.end()
            continue
        kept.append(source[position : match.start()])
        position = closing.end()
    kept.append(source[position:])
    return "".join(kept)


_RTF = re.compile(
    rb"\\'([0-9a-fA-F]{2})"
    rb"|\\u(-?\d{1,6}) ?(?:\\'[0-9a-fA-F]{2}|\?)?"
    rb"|\\([a-zA-Z]{1,32})(-?\d{0,10}) ?"
    rb"|\\(.)|([{}])|([^\\{}\r\n]+)",
    re.DOTALL,
)
_RTF_TOKENS = 200_000
"""Words, braces and runs of text; 60,000 characters need some tens of thousands."""
_RTF_SKIPPED = frozenset(
    b"fonttbl colortbl stylesheet info pict object objdata generator themedata datastore listtable xmlnstbl "
    b"listoverridetable rsidtbl fldinst latentstyles colorschememapping".split()
)
_RTF_SPACES = {b"par": "\n", b"line": "\n", b"row": "\n", b"cell": "\t", b"tab": "\t", b"page": "\n", b"sect": "\n"}
_RTF_SYMBOLS = {b"~": b" ", b"_": b"-", b"\\": b"\\", b"{": b"{", b"}": b"}"}


class _RtfText:
    """State of stripping one RTF file; the stack holds one flag a group."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.octets = bytearray()
        self.is_skipped = False
        self.stack: list[bool] = []
        self.charset = "cp1252"
        self.count = 0

    def token(self, token: re.Match[bytes]) -> None:
        code, unicode, word, number, symbol, brace, text = token.groups()
        if brace is not None:
            self._brace(brace)
        elif word is not None:
            self._word(word, number)
        elif symbol == b"*":
            self.is_skipped = True
        elif self.is_skipped:
            return
        elif unicode is not None:
            self.flush()
            self._add(chr(int(unicode) & 0xFFFF))
        else:
            self.octets += bytes((int(code, 16),)) if code is not None else text or _RTF_SYMBOLS.get(symbol, b"")

    def flush(self) -> None:
        if self.octets:
            self._add(decode_text(bytes(self.octets), self.charset)[0])
            self.octets.clear()

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self.count += len(text)

    def _word(self, word: bytes, number: bytes) -> None:
        if word in _RTF_SKIPPED:
            self.is_skipped = True
        elif word == b"ansicpg" and number.isdigit():
            self.charset = "cp" + number.decode("ascii")
        elif word in _RTF_SPACES and not self.is_skipped:
            self.flush()
            self._add(_RTF_SPACES[word])

    def _brace(self, brace: bytes) -> None:
        if brace == b"{":
            self.stack.append(self.is_skipped)
        elif self.stack:
            self.is_skipped = self.stack.pop()


def rtf_text(octets: bytes, limit: int) -> tuple[str, bool]:
    """Text of an RTF file, and whether an object is embedded in it. One pass, at most 200,000 tokens."""
    state = _RtfText()
    for count, token in enumerate(_RTF.finditer(octets)):
        state.token(token)
        if count >= _RTF_TOKENS or state.count + len(state.octets) >= limit:
            break
    state.flush()
    # The \\u words are UTF-16 code units: pairs are joined, halves replaced.
    plain = "".join(state.pieces).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return plain[:limit], b"\\objdata" in octets
