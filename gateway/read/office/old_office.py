"""Old office files (OLE2): text by program, properties, macros, encryption, documents and files inside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gateway.read.office.properties import read_properties
from gateway.read.office.sheets import read_sheets
from gateway.read.office.slides import read_slides
from gateway.read.office.worddoc import read_word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.containers.ole import CompoundFile
    from gateway.read.notes import Notes

_MACROS = frozenset({"VBA", "_VBA_PROJECT_CUR", "Macros", "_VBA_PROJECT"})
_PACKAGE = "\x01Ole10Native"
"""A file packed into a document ([MS-OLEDS] section 2.3.6), to be run from there."""
_CONTENTS = frozenset({"CONTENTS", "Package", "EmbeddedOdf", "package_stream"})
"""Streams in which programs keep a whole file of theirs: PDF, OOXML, OpenDocument."""
_PROGRAMS = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls", "PowerPoint Document": "ppt"}
_FILE_OCTETS = 64_000_000
_STRING_OCTETS = 1_024
_EMBEDDED = 64
"""Documents embedded in one file whose text is read."""
_SHARE = 10_000
"""Characters of each."""


class OldOffice(NamedTuple):
    """What an old office file shows."""

    text: str | None
    """None when its text cannot be read."""
    properties: tuple[str, ...] = ()
    is_encrypted: bool = False
    has_active_content: bool = False
    """Macros of any generation, packaged files, fields and templates that load something."""
    files: tuple[tuple[str, bytes], ...] = ()
    """Names and octets of packaged and embedded files."""
    asides: tuple[str, ...] = ()
    """Page headers, notes, text boxes, slides, sheets, and the texts of embedded documents."""


class ProgramText(NamedTuple):
    """What the records of one program tell."""

    text: str | None
    """None when they are of another version, or damaged."""
    is_encrypted: bool = False
    has_macros: bool = False
    asides: tuple[str, ...] = ()
    files: tuple[bytes, ...] = ()
    """Compound files inside the records."""


def read_old_office(file: CompoundFile, kind: str, limit: int, notes: Notes) -> OldOffice:
    """Read a doc, xls, ppt or other compound file as far as `limit` characters."""
    if "EncryptedPackage" in file.names:
        return OldOffice(None, is_encrypted=True)
    has_active = not file.names.isdisjoint(_MACROS) or _PACKAGE in file.names
    shown = _text(file, kind, limit)
    inner = list(_inner(file, kind))
    texts = [text for one in inner for text in (one.text or "", *one.asides)]
    files = (*_files(file, notes), *(("", data) for one in (shown, *inner) for data in one.files))
    return OldOffice(
        shown.text,
        read_properties(file),
        shown.is_encrypted,
        has_active or shown.has_macros or any(one.has_macros for one in inner),
        files,
        (*shown.asides, *texts),
    )


def _text(file: CompoundFile, kind: str, limit: int) -> ProgramText:
    if kind == "doc":
        word = read_word(file, limit)
        return ProgramText(word.text, word.is_encrypted, word.is_fetching, word.asides)
    if kind == "xls":
        sheets = read_sheets(file, limit)
        return ProgramText(sheets.text, sheets.is_encrypted, sheets.has_macros, sheets.asides)
    if kind == "ppt":
        slides = read_slides(file, limit)
        return ProgramText(slides.text, slides.is_encrypted, slides.has_macros, slides.asides, slides.files)
    return ProgramText(None)


def _inner(file: CompoundFile, kind: str) -> Iterator[ProgramText]:
    """Documents of the family in storages (`ObjectPool` of Word, `MBD...` of Excel), of another program in the root."""
    count = 0
    for path in file.tree():
        folder, slash, name = path.rpartition("/")
        if name in _PROGRAMS and count < _EMBEDDED and (slash or _PROGRAMS[name] != kind):
            count += 1
            yield _text(file.storage(folder + "/") if slash else file, _PROGRAMS[name], _SHARE)


def _files(file: CompoundFile, notes: Notes) -> Iterator[tuple[str, bytes]]:
    """Packaged files, and whole files kept in a stream, wherever they stand."""
    places = {path: stream for path, stream in file.tree().items() if path.rpartition("/")[2] in {_PACKAGE, *_CONTENTS}}
    for path, stream in places.items():
        if notes.container_entries <= 0:
            notes.overrun("container_entries")
            return
        if stream.size_octets > min(notes.container_octets, _FILE_OCTETS):
            notes.overrun("container_octets")
            continue
        data = file.open(stream, _FILE_OCTETS)
        found = unpack_packaged(data[4:]) if path.endswith(_PACKAGE) else ("", data)
        if found is not None and found[1]:
            notes.container_entries -= 1
            notes.container_octets -= min(len(found[1]), notes.container_octets)
            yield found
    if not places and _PACKAGE in file.names:
        found = unpack_packaged(file.stream(_PACKAGE, _FILE_OCTETS)[4:])
        if found is not None:
            yield found


def unpack_packaged(octets: bytes) -> tuple[str, bytes] | None:
    """Read label, path and data of a packaged file; None when it is an object of another kind."""
    if octets[:2] != b"\x02\0":
        return None
    label, _, rest = octets[2 : 2 + 3 * _STRING_OCTETS].partition(b"\0")
    path, _, rest = rest.partition(b"\0")
    size = int.from_bytes(rest[4:8], "little")
    at = 2 + len(label) + 1 + len(path) + 1 + 8 + size
    length = int.from_bytes(octets[at : at + 4], "little")
    data = octets[at + 4 : at + 4 + length]
    # Either name may be the one shown: the label in the document, the path where it is written to.
    name = label if b"." in label else path or label
    return (name.decode("latin-1"), data) if data else None
