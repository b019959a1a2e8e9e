"""Property sets of old office files ([MS-OLEPS]): title, subject, keywords, comments, and what users add themselves."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from gateway.read.vietnamese.charsets import decode_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.office.ole import CompoundFile

_SETS = {"\x05SummaryInformation": frozenset({2, 3, 5, 6}), "\x05DocumentSummaryInformation": frozenset({2, 14, 15})}
"""Stream to property numbers: title, subject, keywords, comments; category, manager, company ([MS-OSHARED] 2.3.3)."""
_DICTIONARY = 0
"""Names of the user's own properties, which stand in a second set behind those of the program (section 2.17)."""
_OCTETS = 65_536
_PROPERTIES = 200
_CHARACTERS = 2_000
_NARROW, _WIDE = 0x1E, 0x1F


def read_properties(file: CompoundFile) -> tuple[str, ...]:
    """Texts of the document properties that are not empty."""
    found = [text for name, wanted in _SETS.items() for text in _texts(file.stream(name, _OCTETS), wanted)]
    return tuple(text for text in found if text)


def _texts(octets: bytes, wanted: frozenset[int]) -> Iterator[str]:
    """Texts of the first set that are wanted, and all of the second."""
    if len(octets) < 48:
        return
    (sets,) = struct.unpack_from("<I", octets, 24)
    for count in range(min(sets, 2)):
        place = 28 + 20 * count + 16
        if place + 4 <= len(octets):
            (start,) = struct.unpack_from("<I", octets, place)
            yield from _set(octets, start, wanted if count == 0 else None)


def _set(octets: bytes, start: int, wanted: frozenset[int] | None) -> Iterator[str]:
    if start + 8 > len(octets):
        return
    (count,) = struct.unpack_from("<I", octets, start + 4)
    for number in range(min(count, _PROPERTIES)):
        at = start + 8 + 8 * number
        if at + 8 > len(octets):
            return
        identifier, offset = struct.unpack_from("<II", octets, at)
        is_wanted = identifier in wanted if wanted is not None else identifier != _DICTIONARY
        if is_wanted and start + offset + 8 <= len(octets):
            yield _text(octets, start + offset)


def _text(octets: bytes, at: int) -> str:
    kind, size = struct.unpack_from("<II", octets, at)
    raw = octets[at + 8 : at + 8 + min(2 * size if kind == _WIDE else size, 4 * _CHARACTERS)]
    if kind == _WIDE:
        text = raw.decode("utf-16-le", "replace")
    elif kind == _NARROW:
        text = decode_text(raw, "")[0]
    else:
        return ""
    return text.split("\0", 1)[0].strip()[:_CHARACTERS]
