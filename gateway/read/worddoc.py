"""Text of old Word files (.doc, Word 97 to 2003): the piece table of [MS-DOC] section 2.4.1, nothing else.

Many offices still send them. What is older, or damaged, has no text for us and stays uninspectable.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.vietnamese.charsets import decode_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.ole import CompoundFile

_STREAM_OCTETS = 16_000_000
_PIECES = 20_000
"""Pieces looked at; every edit of a document adds a few."""
_WORD_97 = 0xA5EC
_OLDEST = 0x00C1
"""nFib of Word 97; the table below stands elsewhere in older files."""
_IS_ENCRYPTED, _IS_TABLE_ONE = 0x0100, 0x0200
_CLX = 0x01A2
_LENGTHS = 0x4C
"""ccpText, ccpFtn, ccpHdd: characters of main text, footnotes and headers (section 2.5.3)."""
_EDGE_CHARACTERS = 4_000
_COMPRESSED = 0x4000_0000
_FIELD_CODE = re.compile("\x13[^\x13\x14\x15]{0,2000}\x14?")
_BREAKS = str.maketrans({"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x07": "\t", "\x1e": "-", "\xa0": " "})
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")


class WordText(NamedTuple):
    """What was found of the text."""

    text: str | None
    """None when it cannot be read."""
    is_encrypted: bool = False


def read_word(file: CompoundFile, limit: int) -> WordText:
    """Read the main text of an old Word file, at most `limit` characters."""
    main = file.stream("WordDocument", _STREAM_OCTETS)
    if len(main) < _CLX + 8:
        return WordText(None)
    magic, version = struct.unpack_from("<HH", main, 0)
    (flags,) = struct.unpack_from("<H", main, 10)
    if magic != _WORD_97:
        return WordText(None)
    if flags & _IS_ENCRYPTED:
        return WordText(None, is_encrypted=True)
    if version < _OLDEST:
        return WordText(None)
    table = file.stream("1Table" if flags & _IS_TABLE_ONE else "0Table", _STREAM_OCTETS)
    start, size = struct.unpack_from("<II", main, _CLX)
    plan = _piece_table(table[start : start + size])
    # The main text comes first, then footnotes, then page headers: marks stand there, so they are read before all.
    body, footnotes, headers = struct.unpack_from("<III", main, _LENGTHS)
    edges = "".join(_pieces(plan, main, min(headers, _EDGE_CHARACTERS), body + footnotes)) if headers else ""
    pieces = list(_pieces(plan, main, limit - len(edges)))
    if not pieces:
        return WordText(None)
    text = _FIELD_CODE.sub("", "\n".join(filter(None, (edges, "".join(pieces))))).translate(_BREAKS)
    return WordText(_CONTROLS.sub("", text)[:limit])


def _piece_table(clx: bytes) -> bytes:
    """PlcPcd behind the property modifiers (section 2.9.38); empty when damaged."""
    at = 0
    while clx[at : at + 1] == b"\x01":
        at += 3 + int.from_bytes(clx[at + 1 : at + 3], "little")
    if clx[at : at + 1] != b"\x02":
        return b""
    size = int.from_bytes(clx[at + 1 : at + 5], "little")
    return clx[at + 5 : at + 5 + size]


def _pieces(table: bytes, main: bytes, limit: int, first: int = 0) -> Iterator[str]:
    """Text of each piece in reading order from character `first` on: 8-bit octets or UTF-16."""
    count = (len(table) - 4) // 12
    left = limit
    for number in range(min(count, _PIECES)):
        begin, end = struct.unpack_from("<II", table, 4 * number)
        (place,) = struct.unpack_from("<I", table, 4 * (count + 1) + 8 * number + 2)
        skipped = max(0, first - begin)
        length = min(end - begin - skipped, left)
        if length <= 0:
            continue
        if place & _COMPRESSED:
            at = (place & ~_COMPRESSED) // 2 + skipped
            # Fonts of TCVN3 and VNI hide behind 8-bit text, hence the detecting decoder.
            text = decode_text(main[at : at + length], "cp1252")[0]
        else:
            place += 2 * skipped
            text = main[place : place + 2 * length].decode("utf-16-le", "replace")
        left -= length
        yield text
