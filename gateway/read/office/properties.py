"""Property sets of old office files ([MS-OLEPS]): title, subject, keywords, comments, and what users add themselves."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from gateway.read.vietnamese.charsets import decode_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.containers.ole import CompoundFile

_SETS = {"\x05SummaryInformation": frozenset({2, 3, 5, 6}), "\x05DocumentSummaryInformation": frozenset({2})}
"""Stream to property numbers: title, subject, keywords, comments; category ([MS-OSHARED] 2.3.3)."""
_DICTIONARY = 0
"""Names of the user's own properties, which stand in a second set behind those of the program (section 2.17)."""
_CODE_PAGE, _UTF16 = 1, b"\xb0\x04"
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
    """Texts of one set; those of the user's own behind their names."""
    if start + 8 > len(octets):
        return
    (count,) = struct.unpack_from("<I", octets, start + 4)
    heads = octets[start + 8 : start + 8 + 8 * min(count, _PROPERTIES)]
    places = dict(struct.iter_unpack("<II", heads[: len(heads) // 8 * 8]))
    at = start + places.get(_DICTIONARY, len(octets))
    is_wide = _CODE_PAGE in places and octets[start + places[_CODE_PAGE] + 4 :][:2] == _UTF16
    names = dict(_names(octets, at, is_wide=is_wide)) if wanted is None else {}
    for identifier, offset in places.items():
        is_wanted = identifier in wanted if wanted is not None else identifier not in (_DICTIONARY, _CODE_PAGE)
        if is_wanted and start + offset + 8 <= len(octets):
            text = _text(octets, start + offset)
            yield f"{names[identifier]}: {text}" if text and identifier in names else text


def _names(octets: bytes, at: int, *, is_wide: bool) -> Iterator[tuple[int, str]]:
    """Read the dictionary (section 2.17): identifiers and names, padded to four octets where they are wide."""
    count = int.from_bytes(octets[at : at + 4], "little")
    at += 4
    for _ in range(min(count, _PROPERTIES)):
        if at + 8 > len(octets):
            return
        identifier, length = struct.unpack_from("<II", octets, at)
        size = 2 * length if is_wide else length
        raw = octets[at + 8 : at + 8 + min(size, 2 * _CHARACTERS)]
        text = raw.decode("utf-16-le", "replace") if is_wide else decode_text(raw, "")[0]
        yield identifier, text.split("\0", 1)[0]
        at += 8 + (-(-size // 4) * 4 if is_wide else size)


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
