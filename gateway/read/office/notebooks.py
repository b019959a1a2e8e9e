"""Files inside a OneNote section or an ActiveMime blob: what a reader would open from there with a click."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.notes import Notes

_STORED = bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac")
"""Identifier before a stored file ([MS-ONESTORE] section 2.6.13)."""
_DATA_AT = 36
"""From there: identifier, length of eight octets, twelve octets unused or reserved."""
_FILES = 64
_ACTIVE_HEADS = (0x32, 0x22A)
"""Where the zlib stream of ActiveMime is found in files of Word and Excel."""
_SKIPPED = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")


def notebook_files(octets: bytes, notes: Notes) -> Iterator[bytes]:
    """Files stored in a section, pictures left out, within the container budget."""
    at = octets.find(_STORED)
    for _ in range(_FILES):
        if at < 0:
            return
        size = int.from_bytes(octets[at + 16 : at + 24], "little")
        begin = at + _DATA_AT
        if 0 < size <= len(octets) - begin and not octets.startswith(_SKIPPED, begin):
            if notes.container_entries <= 0 or size > notes.container_octets:
                notes.overrun("container_entries" if notes.container_entries <= 0 else "container_octets")
                return
            notes.container_entries -= 1
            notes.container_octets -= size
            yield octets[begin : begin + size]
        at = octets.find(_STORED, at + 16)
    if at >= 0:
        notes.overrun("container_entries")


def active_mime(octets: bytes, notes: Notes) -> bytes:
    """The compound file with macros packed in an ActiveMime blob; empty when it is damaged or over budget."""
    for begin in _ACTIVE_HEADS:
        if octets[begin : begin + 1] != b"\x78":
            continue
        allowed = min(notes.container_octets, notes.unpacked_limit(len(octets)))
        try:
            plain = zlib.decompressobj().decompress(octets[begin:], allowed + 1)
        except zlib.error:
            continue
        notes.container_octets -= min(len(plain), notes.container_octets)
        if len(plain) <= allowed:
            return plain
        notes.overrun("container_ratio")
    return b""
