"""Text of old PowerPoint files (.ppt, PowerPoint 97 to 2003, [MS-PPT]): the text atoms of slides, notes and masters."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.vietnamese.charsets import repair_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.containers.ole import CompoundFile

_STREAM_OCTETS = 32_000_000
_RECORDS = 200_000
_CONTAINER = 0xF
_TEXT_CHARS, _TEXT_BYTES, _STRING, _MACROS, _OBJECT = 0x0FA0, 0x0FA8, 0x0FBA, 0x0400, 0x1011
_OBJECTS = 64
_OBJECT_OCTETS = 32_000_000
_ASIDES = 400
_TEXTS = frozenset({_TEXT_CHARS, _TEXT_BYTES, _STRING})
_ENCRYPTED_TOKEN = 0xF3D1_C4DF
"""headerToken of CurrentUserAtom when the document is encrypted (section 2.3.2)."""
_BREAKS = str.maketrans({"\r": "\n", "\x0b": "\n"})


class SlideText(NamedTuple):
    """What was found of a presentation."""

    text: str | None
    """None when there are no records to follow."""
    is_encrypted: bool = False
    has_macros: bool = False
    asides: tuple[str, ...] = ()
    """Text atoms one by one: titles, boxes, notes."""
    files: tuple[bytes, ...] = ()
    """Compound files of embedded objects (section 2.10.34)."""


def read_slides(file: CompoundFile, limit: int) -> SlideText:
    """Read the text of a presentation, at most `limit` characters."""
    user = file.stream("Current User", 64)
    if len(user) >= 16 and struct.unpack_from("<I", user, 12)[0] == _ENCRYPTED_TOKEN:
        return SlideText(None, is_encrypted=True)
    octets = file.stream("PowerPoint Document", _STREAM_OCTETS)
    if len(octets) < 8:
        return SlideText(None)
    pieces: list[str] = []
    files: list[bytes] = []
    left, has_macros = limit, False
    for kind, instance, body in _atoms(octets):
        if kind == _OBJECT and len(files) < _OBJECTS:
            files.append(_object(body) if instance else body)
        has_macros |= kind == _MACROS and any(body[4:8])
        text = body.decode("latin-1" if kind == _TEXT_BYTES else "utf-16-le", "replace") if kind in _TEXTS else ""
        if not text or left <= 0:
            continue
        pieces.append(text[:left])
        left -= len(text) + 1
    text = repair_text("\n".join(pieces)[:limit].translate(_BREAKS))[0]
    asides = tuple(repair_text(piece.translate(_BREAKS))[0] for piece in pieces[:_ASIDES] if len(piece) > 2)
    return SlideText(text, has_macros=has_macros, asides=asides, files=tuple(filter(None, files)))


def _object(body: bytes) -> bytes:
    """Inflate an object: its size, then a zlib stream."""
    try:
        return zlib.decompressobj().decompress(body[4:], _OBJECT_OCTETS)
    except zlib.error:
        return b""


def _atoms(octets: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Kinds, instances and bodies of the atoms in order; containers are entered, whatever they are (section 2.3.1)."""
    at = 0
    for _ in range(_RECORDS):
        if at + 8 > len(octets):
            return
        version, kind, size = struct.unpack_from("<HHI", octets, at)
        at += 8
        if version & 0xF == _CONTAINER:
            continue
        body = octets[at : at + size]
        at += size
        yield kind, version >> 4, body
