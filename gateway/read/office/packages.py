"""Office packages (OOXML, OpenDocument): text and marks of every part, what runs in them, and the files inside.

The parts are told by the content types the package declares, as programs do, and by their names where it declares
none. Only what a reader would see first is wanted: reading stops once there are as many characters as asked for.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.containers.zips import peek, read_package, stream
from gateway.read.kinds import sniff
from gateway.read.office.binary_sheets import BinaryBook, binary_strings, has_binary_links
from gateway.read.office.fonts import package_fonts
from gateway.read.office.markup import XML_OCTETS, Gathered
from gateway.read.office.package_parts import Part, list_parts, property_texts
from gateway.read.office.places import BOX_CHARACTERS
from gateway.read.office.relations import is_fetching

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.containers.zips import Entry
    from gateway.read.notes import Notes

_EDGE_CHARACTERS = 4_000
"""Text taken from each header or footer part."""
_EDGE_PARTS = 24
"""Header and footer parts read; a section has three of each."""
_XML_SHARE = 4
"""Octets of XML charged as one of text: parsing is that much cheaper."""
_MAIN_PARTS = 120
_LEAST_SHARE = 16_384
"""Octets of XML read of every sheet and slide, however great those before it are: its first lines."""
_SIDE_PARTS = 120
_SIDE_OCTETS = 1_000_000
"""XML of parts beside the main ones that is read: their text is short, their drawings are not."""
_SIDE_PART_OCTETS = 200_000
_BINARY_OCTETS = 4_000_000
_BINARY_TEXTS = 20_000
_RELATIONS = 120
_PEEKED = 5_000
"""Parts that are no XML whose first octets are looked at."""
_OPENED = frozenset(
    {"pdf", "docx", "xlsx", "pptx", "odt", "doc", "xls", "ppt", "ole", "rtf", "zip", "7z", "rar", "gzip", "tar",
     "executable", "script", "shortcut", "chm", "onenote", "msg", "eml", "html", "iso", "cab", "xz", "bzip2", "pkcs7"}
)  # fmt: skip
"""Kinds of parts that are files of their own, wherever they lie in the package."""
_PICTURES = frozenset({"jpeg", "png", "tiff", "bmp", "gif"})
_SHOWN_PICTURES = 3
_PICTURE_OCTETS = 20_000
"""Smaller pictures are emblems, not pages."""
_STAMP_OCTETS, _STAMP_PICTURES = range(150, 4_000_000), 12
"""Sizes of pictures that may be stamps, and how many of one document are looked at, the smallest first: together they
take a quarter of what a message may unpack to, and each less than any ratio forbids."""
_LITTLE_TEXT = 200
"""Characters; a document with fewer may be pages pasted in as pictures."""
_EMBEDDED = re.compile(rb"(?:.*/)?(?:embeddings|afchunk)[^\r\n]{0,200}", re.IGNORECASE)
_SIGNED = re.compile(rb"_xmlsignatures/(?!origin)[^/]+|META-INF/[^/]*signatures[^/]*\.xml", re.IGNORECASE)
_MANIFEST = b"meta-inf/manifest.xml"


class OfficeText(NamedTuple):
    """What an office file shows; the same for packages, flat XML and RTF."""

    text: str
    """In reading order: page headers and footers, then the body."""
    has_macros: bool = False
    """Something in it runs, or is loaded from elsewhere, when it is opened."""
    embedded: tuple[Entry, ...] = ()
    """Files embedded in the package."""
    properties: tuple[str, ...] = ()
    """Title, subject, keywords, category, status, comments and custom properties, where they are not empty."""
    is_encrypted: bool = False
    """An OpenDocument file behind a password."""
    asides: tuple[str, ...] = ()
    """Page headers, boxes, notes, comments, slides, sheets: a mark may stand on the first lines of each."""
    pictures: tuple[Entry, ...] = ()
    """Pictures it shows that are not among the files embedded, to be looked at for stamps."""
    is_signed: bool = False
    """An XML signature is in the package (ECMA-376 part 2, clause 12; OpenDocument part 3, section 5)."""


def read_office(octets: bytes, kind: str, limit: int, notes: Notes) -> OfficeText:
    """Read a docx, xlsx, pptx or odt file as far as `limit` characters."""
    entries = [entry for entry in read_package(octets, notes) if not entry.uninspectable]
    parts = list_parts(octets, entries, notes)
    gathered = Gathered(limit, is_open_document=kind == "odt")
    gathered.default, gathered.styles = package_fonts(octets, parts, notes)
    edges = list(_edges(octets, parts, limit, gathered, notes))
    text = "\n".join((*edges, _main(octets, parts, gathered, kind, notes)))[:limit]
    sides = _sides(octets, parts, gathered, notes)
    is_active = gathered.is_active or sides.is_active or gathered.has_running_fields() or sides.has_running_fields()
    described = (part.entry for part in parts if part.role == "properties")
    properties = [text for entry in described for text in property_texts(octets, entry, notes)]
    text = text if text.strip() else sides.text()
    embedded, pictures = _embedded(octets, parts, notes, has_little=len(text.strip()) < _LITTLE_TEXT)
    return OfficeText(
        text,
        is_active or any(part.role == "running" for part in parts) or _is_fetching(octets, parts, notes),
        embedded,
        tuple(properties),
        is_encrypted=kind == "odt" and _is_sealed(octets, entries, notes),
        asides=(*edges, *gathered.asides(), *sides.asides()),
        pictures=pictures,
        is_signed=any(_SIGNED.fullmatch(entry.name) for entry in entries),
    )


def _edges(octets: bytes, parts: list[Part], limit: int, like: Gathered, notes: Notes) -> Iterator[str]:
    """Text of page header and footer parts, with the fonts and findings of the document they belong to."""
    for part in islice((part for part in parts if part.role == "edge"), _EDGE_PARTS):
        edge = Gathered(min(_EDGE_CHARACTERS, limit - like.count))
        edge.default, edge.styles = like.default, like.styles
        edge.add(stream(octets, part.entry, notes), notes)
        like.count += edge.count
        like.boxes += edge.boxes
        like.deleted += edge.deleted
        like.is_active |= edge.is_active or edge.has_running_fields()
        yield edge.text()


def _main(octets: bytes, parts: list[Part], gathered: Gathered, kind: str, notes: Notes) -> str:
    """Text of the body: document, slides in order, sheets with the strings their cells refer to."""
    main = [part for part in parts if part.role == "main"]
    sheets = [part for part in main if part.is_sheet]
    for part in (part for part in parts if part.role == "strings"):
        if sheets and kind == "xlsx":
            gathered.add_strings(stream(octets, part.entry, notes), notes)
        if gathered.count < gathered.limit and not (gathered.strings and sheets):
            gathered.add(stream(octets, part.entry, notes), notes)
    left = XML_OCTETS
    for part in main[:_MAIN_PARTS]:
        share = max(left, _LEAST_SHARE)
        left -= min(part.entry.size_octets, share)
        gathered.add(stream(octets, part.entry, notes), notes, share, is_aside=kind in ("xlsx", "pptx"))
    gathered.add_unused_strings()
    if any(part.role == "binary" for part in parts):
        _add_binary(octets, parts, gathered, notes)
    return gathered.text()


def _add_binary(octets: bytes, parts: list[Part], gathered: Gathered, notes: Notes) -> None:
    """Add the sheets of a binary workbook: the shared strings come first, for cells refer to them."""
    book = BinaryBook(gathered.limit)
    texts: list[str] = []
    binary = [part.entry for part in parts if part.role == "binary"]
    for entry in sorted(binary, key=lambda entry: b"sharedstrings" not in entry.name.lower()):
        name = entry.name.lower()
        packed = b"".join(islice(stream(octets, entry, notes), _BINARY_OCTETS // 65_536))
        notes.charge_text(len(packed) // _XML_SHARE)
        gathered.is_active |= b"externallink" in name and has_binary_links(packed)
        if b"sharedstrings" in name:
            book.add_strings(packed)
            continue
        if is_sheet := b"sheets/" in name:
            book.add_sheet(packed)
        texts += islice(binary_strings(packed, is_sheet=is_sheet), _BINARY_TEXTS)
    sheets = book.sheets()
    gathered.boxes += [sheet[:BOX_CHARACTERS] for sheet in sheets[:_MAIN_PARTS]]
    rest = dict.fromkeys(text for text in (*texts, *book.unused()))
    strings = "\n".join((*sheets, *rest))[: max(0, gathered.limit - gathered.count)]
    gathered.pieces.append(strings)
    gathered.count += len(strings)


def _sides(octets: bytes, parts: list[Part], like: Gathered, notes: Notes) -> Gathered:
    """Notes, comments, masters, drawings, charts, diagrams, data: parts beside the main ones."""
    sides = Gathered(like.limit, is_open_document=like.is_open_document)
    sides.default, sides.styles = like.default, like.styles
    left = _SIDE_OCTETS if like.count else XML_OCTETS
    for part in islice((part for part in parts if part.role in ("side", "data")), _SIDE_PARTS):
        if left <= 0:
            break
        share = min(left, _SIDE_PART_OCTETS if like.count else XML_OCTETS)
        left -= min(part.entry.size_octets, share)
        sides.is_open_document = like.is_open_document or part.role == "data"
        sides.add(stream(octets, part.entry, notes), notes, share, is_aside=True)
    return sides


def _is_fetching(octets: bytes, parts: list[Part], notes: Notes) -> bool:
    """Look through the relations for external templates and objects."""
    relations = [part for part in parts if part.role == "relations"]
    return any(is_fetching(_charged(octets, part.entry, notes)) for part in relations[:_RELATIONS])


def _charged(octets: bytes, entry: Entry, notes: Notes) -> Iterator[bytes]:
    """Stream a part as far as what one message may hold of text allows."""
    for piece in stream(octets, entry, notes):
        notes.charge_text(len(piece) // _XML_SHARE)
        yield piece
        if notes.text_octets <= 0:
            return


def _is_sealed(octets: bytes, entries: list[Entry], notes: Notes) -> bool:
    """Tell an encrypted OpenDocument file by its manifest (part 2, section 4.8.2)."""
    manifest = next((entry for entry in entries if entry.name.lower() == _MANIFEST), None)
    if manifest is None:
        return False
    return any(b"encryption-data" in piece for piece in _charged(octets, manifest, notes))


def _embedded(
    octets: bytes, parts: list[Part], notes: Notes, *, has_little: bool
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Files in the package, wherever they lie, the greatest pictures among them when there is hardly any text.

    The second are its other pictures, as far as they may be stamps.
    """
    files: list[Entry] = []
    pictures: list[Entry] = []
    for count, part in enumerate(part for part in parts if part.role in ("other", "embedded")):
        if count >= _PEEKED:
            notes.overrun("container_entries")
            break
        kind = sniff(peek(octets, part.entry))
        if kind in _OPENED or part.role == "embedded" or _EMBEDDED.fullmatch(part.entry.name):
            files.append(part.entry)
        elif kind in _PICTURES:
            pictures.append(part.entry)
    greatest = sorted(pictures, key=lambda entry: -entry.size_octets)
    shown = [entry for entry in greatest if has_little and entry.size_octets >= _PICTURE_OCTETS][:_SHOWN_PICTURES]
    # stamps are small: photographs do not take the place of one
    others = [entry for entry in reversed(greatest) if entry not in shown and entry.size_octets in _STAMP_OCTETS]
    return (*files, *shown), tuple(others[:_STAMP_PICTURES])
