"""TNEF (`winmail.dat`, [MS-OXTNEF]): attachments with their long names, messages inside, and the bodies of the message.

Attributes follow one another; some hold lists of MAPI properties, where long names, rich text and messages inside are.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.containers.zips import STORED, Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.notes import Notes

_HEAD = 6
_ATTRIBUTE = struct.Struct("<BII")
_RENDERING, _TITLE, _DATA, _FILE_PROPERTIES = 0x0006_9002, 0x0001_8010, 0x0006_800F, 0x0006_9005
_BODY, _PROPERTIES = 0x0002_800C, 0x0006_9003
_ATTRIBUTES = 10_000
_LISTED = 4_096
"""Properties of one list that are followed."""
_VALUES = 256
"""Values of one property that are followed."""
_FIXED = {2: 2, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 2, 20: 8, 64: 8, 72: 16}
"""Octets of the values of each type of fixed size ([MS-OXCDATA] section 2.11.1)."""
_NARROW, _WIDE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_MANY = 0x1000
_NAMED = 0x8000
_LONG_NAME, _FILE_DATA, _RICH, _HTML, _TEXT = 0x3707, 0x3701, 0x1009, 0x1013, 0x1000
_GUID = 16


class TnefText(NamedTuple):
    """Bodies of the message itself."""

    plain: bytes = b""
    html: bytes = b""
    rich: bytes = b""
    """Compressed RTF."""


class _Property(NamedTuple):
    """One value; its octets as a range of the whole."""

    tag: int
    kind: int
    start: int
    end: int


def read_tnef(octets: bytes, notes: Notes) -> list[Entry] | None:
    """List the files of a winmail.dat (section 2.1.3.3); None when an attribute breaks off."""
    files: list[Entry] = []
    name, is_long, is_open = b"", False, False
    for attribute, start, end in _attributes(octets):
        if start < 0:
            return None
        if attribute == _RENDERING:
            name, is_long, is_open = b"", False, False
        elif attribute == _TITLE:
            name = octets[start:end].rstrip(b"\0")
        elif attribute == _DATA and end > start:
            if not _take(notes):
                break
            files.append(Entry(name, is_utf8=False, packed=(start, end), method=STORED, size_octets=end - start))
            is_open = True
        elif attribute == _FILE_PROPERTIES:
            named, held = _file_properties(octets, start, end)
            if held is not None and not is_open and _take(notes):
                files.append(Entry(name, is_utf8=False, packed=held, method=STORED, size_octets=held[1] - held[0]))
                is_open = True
            if named and is_open and not is_long:
                files[-1] = files[-1]._replace(name=named, is_utf8=True)
                is_long = True
    return files


def read_tnef_text(octets: bytes, limit: int) -> TnefText:
    """Bodies of the message, as many octets of each as asked for."""
    found: dict[int, bytes] = {}
    for attribute, start, end in _attributes(octets):
        if attribute == _BODY:
            found.setdefault(_TEXT, octets[start : min(end, start + limit)])
        elif attribute == _PROPERTIES and start >= 0:
            for one in _listed(octets, start, end):
                if one.tag in (_RICH, _HTML, _TEXT):
                    value = octets[one.start : min(one.end, one.start + limit)]
                    found.setdefault(one.tag, _as_utf8(value) if one.kind == _WIDE else value)
    return TnefText(found.get(_TEXT, b"").rstrip(b"\0"), found.get(_HTML, b""), found.get(_RICH, b""))


def _take(notes: Notes) -> bool:
    if notes.container_entries <= 0:
        notes.overrun("container_entries")
        return False
    notes.container_entries -= 1
    return True


def _attributes(octets: bytes) -> Iterator[tuple[int, int, int]]:
    """Identifiers and octet ranges; a negative range when one breaks off."""
    at = _HEAD
    for _ in range(_ATTRIBUTES):
        if at + _ATTRIBUTE.size > len(octets):
            return
        _, attribute, size = _ATTRIBUTE.unpack_from(octets, at)
        start = at + _ATTRIBUTE.size
        at = start + size + 2  # a checksum follows
        if at > len(octets):
            yield attribute, -1, -1
            return
        yield attribute, start, start + size


def _file_properties(octets: bytes, start: int, end: int) -> tuple[bytes, tuple[int, int] | None]:
    """Long name of a file in UTF-8, and the octets of a file or message that stands among its properties."""
    name, held = b"", None
    for one in _listed(octets, start, end):
        if one.tag == _LONG_NAME and one.kind in (_NARROW, _WIDE):
            raw = octets[one.start : one.end]
            name = _as_utf8(raw) if one.kind == _WIDE else raw.rstrip(b"\0")
        elif one.tag == _FILE_DATA and one.kind in (_OBJECT, _BINARY) and one.end > one.start:
            # An object begins with the identifier of its interface; a message inside is TNEF again.
            held = (one.start + _GUID, one.end) if one.kind == _OBJECT else (one.start, one.end)
    return name, held


def _as_utf8(raw: bytes) -> bytes:
    return raw.decode("utf-16-le", "replace").rstrip("\0").encode()


def _listed(octets: bytes, start: int, end: int) -> Iterator[_Property]:
    """Values of a list of properties (section 2.1.3.4); what cannot be followed ends it."""
    count = int.from_bytes(octets[start : start + 4], "little")
    at = start + 4
    for _ in range(min(count, _LISTED)):
        if at + 4 > end:
            return
        kind, tag = struct.unpack_from("<HH", octets, at)
        at += 4
        if tag & _NAMED:
            at = _behind_name(octets, at)
        single, values = kind & ~_MANY, 1
        if kind & _MANY or single in (_NARROW, _WIDE, _OBJECT, _BINARY):
            values = int.from_bytes(octets[at : at + 4], "little")
            at += 4
        for _ in range(min(values, _VALUES)):
            if single in _FIXED:
                size, padded = _FIXED[single], max(4, _FIXED[single])
            else:
                size = int.from_bytes(octets[at : at + 4], "little")
                at, padded = at + 4, -(-size // 4) * 4
            if at + size > end:
                return
            yield _Property(tag, single, at, at + size)
            at += padded
        if values > _VALUES:
            return


def _behind_name(octets: bytes, at: int) -> int:
    """Pass over the set and name of a named property."""
    by_name = int.from_bytes(octets[at + _GUID : at + _GUID + 4], "little")
    at += _GUID + 4
    if by_name == 0:
        return at + 4
    size = int.from_bytes(octets[at : at + 4], "little")
    return at + 4 + -(-size // 4) * 4
