"""Office files that are one XML file: flat OPC, Word and Excel 2003 XML, flat OpenDocument (.fodt)."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from gateway.read.office.markup import XML_OCTETS, Gathered
from gateway.read.office.packages import OfficeText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.notes import Notes

_HEAD = 8_192
_ROOT = re.compile(
    rb"<(?:[A-Za-z]{1,16}:)?(package|wordDocument|Workbook|document|document-content)\b[^<>]{0,8000}?"
    rb"(?:schemas\.microsoft\.com/office/|schemas-microsoft-com:office:|urn:oasis:names:tc:opendocument:)"
)
_PIECE = 65_536
_MACROS = re.compile(rb"(?:vbaProject\.bin|<(?:\w{1,8}:)?binData\b[^<>]{0,200}\.mso)", re.IGNORECASE)
_FILES = 32
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd7\xcd\xc6\x9a", b"\x01\0\0\0", b"BM")
"""First octets of pictures, metafiles included, which are no files of their own here."""


def flat_root(octets: bytes) -> str:
    """Name the root element of a flat office file; empty for any other XML."""
    match = _ROOT.search(octets[:_HEAD])
    return match[1].decode("ascii") if match else ""


def read_flat(octets: bytes, limit: int, notes: Notes) -> tuple[OfficeText, tuple[bytes, ...]]:
    """Read a flat office file as far as `limit` characters, and the files encoded in it."""
    is_open_document = flat_root(octets) in ("document", "document-content")
    gathered = Gathered(limit, is_open_document=is_open_document)
    gathered.add((octets[at : at + _PIECE] for at in range(0, min(len(octets), XML_OCTETS), _PIECE)), notes)
    is_active = gathered.is_active or gathered.has_running_fields() or _MACROS.search(octets) is not None
    files = tuple(_decoded(gathered.binaries, notes))
    return OfficeText(gathered.text(), is_active, asides=gathered.asides()), files


def _decoded(binaries: list[str], notes: Notes) -> Iterator[bytes]:
    """Files in base64, pictures left out."""
    for count, text in enumerate(binaries):
        if count >= _FILES or notes.container_entries <= 0:
            notes.overrun("container_entries")
            return
        try:
            plain = base64.b64decode(text.encode("ascii", "replace"))
        except (binascii.Error, ValueError):
            continue
        if plain and not plain.startswith(_PICTURES):
            notes.container_entries -= 1
            notes.container_octets -= min(len(plain), notes.container_octets)
            yield plain
