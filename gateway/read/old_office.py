"""Old office files (OLE2): text by program, document properties, macros, packaged files, encryption."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gateway.read.properties import read_properties
from gateway.read.sheets import read_sheets
from gateway.read.slides import read_slides
from gateway.read.worddoc import read_word

if TYPE_CHECKING:
    from gateway.read.ole import CompoundFile

_MACROS = frozenset({"VBA", "_VBA_PROJECT_CUR", "Macros"})
_PACKAGE = "\x01Ole10Native"
"""A file packed into a document ([MS-OLEDS] section 2.3.6), to be run from there."""
_PACKAGE_OCTETS = 64_000_000
_STRING_OCTETS = 1_024


class OldOffice(NamedTuple):
    """What an old office file shows."""

    text: str | None
    """None when its text cannot be read."""
    properties: tuple[str, ...] = ()
    is_encrypted: bool = False
    has_active_content: bool = False
    """Macros of any generation, or packaged files."""
    packaged: tuple[str, bytes] | None = None
    """Name and octets of a packaged file."""


def read_old_office(file: CompoundFile, kind: str, limit: int) -> OldOffice:
    """Read a doc, xls, ppt or other compound file as far as `limit` characters."""
    if "EncryptedPackage" in file.names:
        return OldOffice(None, is_encrypted=True)
    has_active = not file.names.isdisjoint(_MACROS) or _PACKAGE in file.names
    text, is_encrypted, has_macros = _text(file, kind, limit)
    packaged = _packaged(file.stream(_PACKAGE, _PACKAGE_OCTETS)) if _PACKAGE in file.names else None
    return OldOffice(text, read_properties(file), is_encrypted, has_active or has_macros, packaged)


def _text(file: CompoundFile, kind: str, limit: int) -> tuple[str | None, bool, bool]:
    """Text, whether it is encrypted, and macros that only the text's own records tell of."""
    if kind == "doc":
        word = read_word(file, limit)
        return word.text, word.is_encrypted, False
    if kind == "xls":
        return read_sheets(file, limit)
    if kind == "ppt":
        return read_slides(file, limit)
    return None, False, False


def _packaged(octets: bytes) -> tuple[str, bytes] | None:
    """Read label, path and data of a packaged file; None when it is an object of another kind."""
    if octets[4:6] != b"\x02\0":
        return None
    label, _, rest = octets[6 : 6 + 3 * _STRING_OCTETS].partition(b"\0")
    path, _, rest = rest.partition(b"\0")
    size = int.from_bytes(rest[4:8], "little")
    at = 6 + len(label) + 1 + len(path) + 1 + 8 + size
    length = int.from_bytes(octets[at : at + 4], "little")
    data = octets[at + 4 : at + 4 + length]
    return (label.decode("latin-1"), data) if data else None
