"""Text of old Word files (.doc, Word 97 to 2003): the piece table of [MS-DOC] section 2.4.1, nothing else.

Many offices still send them. What is older, or damaged, has no text for us and stays uninspectable.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.office.word_rows import END, Paragraphs, with_rows
from gateway.read.vietnamese.charsets import decode_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.containers.ole import CompoundFile

_STREAM_OCTETS = 16_000_000
_PIECES = 20_000
"""Pieces looked at; every edit of a document adds a few."""
_WORD_97 = 0xA5EC
_OLDEST = 0x00C1
"""nFib of Word 97; the table below stands elsewhere in older files."""
_IS_ENCRYPTED, _IS_TABLE_ONE = 0x0100, 0x0200
_CLX = 0x01A2
_LENGTHS = 0x4C
"""ccpText, ccpFtn, ccpHdd, an unused one, ccpAtn, ccpEdn, ccpTxbx, ccpHdrTxbx: characters of the main text, footnotes,
page headers, comments, endnotes, text boxes and those of page headers, which follow one another (section 2.5.3)."""
_UNUSED = 3
_PAGE_HEADERS = 2
_EDGE_CHARACTERS = 4_000
_ASSOCIATED = 0x019A
"""Strings associated with the document; the second is its template (SttbfAssoc, section 2.9.272)."""
_REMOTE = re.compile(r"\s{0,9}(?:[a-z][a-z0-9+.-]{1,15}:|\\\\|//)", re.IGNORECASE)
_RUNNING = re.compile('\x13\\s{0,99}"?(?:DDE|DDEAUTO|IMPORT|INCLUDETEXT)(?![A-Za-z])', re.IGNORECASE)
"""Fields that start programs or load other documents (section 2.9.90)."""
_COMPRESSED = 0x4000_0000
_FIELD_CODE = re.compile("\x13[^\x13\x14\x15]{0,2000}\x14?")
_BREAKS = str.maketrans({"\r": "\n", "\x0b": "\n", "\x0c": "\n\f", "\x07": "\t", "\x1e": "-", "\xa0": " "})
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")


class WordText(NamedTuple):
    """What was found of the text."""

    text: str | None
    """None when it cannot be read."""
    is_encrypted: bool = False
    is_fetching: bool = False
    """A field, or a template, loads or starts something when the file is opened."""
    asides: tuple[str, ...] = ()
    """Page headers, notes, comments and text boxes."""


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
    # The main text comes first; page headers and what else stands apart are behind it, and read before all.
    lengths = list(struct.unpack_from("<8I", main, _LENGTHS))
    del lengths[_UNUSED]
    asides, first = list[_Region](), lengths[0]
    for length in lengths[1:]:
        asides.append(_region(plan, main, min(length, _EDGE_CHARACTERS), first) if length else _Region("", []))
        first += length
    headers = asides[_PAGE_HEADERS - 1]
    body = _region(plan, main, limit - len(headers.raw))
    if not body.raw:
        return WordText(None)
    regions = [one for one in (headers, body) if one.raw]
    is_running = any(_RUNNING.search(one.raw) for one in regions)
    paragraphs = Paragraphs(main, table) if any("\x07" in one.raw for one in (*asides, body)) else None
    text = "\n".join(_shown(one, paragraphs) for one in regions)[:limit]
    shown = tuple(_shown(one, paragraphs) for one in asides if one.raw)
    return WordText(text, is_fetching=is_running or _has_remote_template(main, table), asides=shown)


class _Region(NamedTuple):
    """One of the texts of a document."""

    raw: str
    ends: list[int]
    """Where in the document stream each of its paragraphs ends."""


def _region(plan: bytes, main: bytes, limit: int, first: int = 0) -> _Region:
    """Read `limit` characters from character `first` on."""
    ends: list[int] = []
    return _Region("".join(_pieces(plan, main, limit, ends, first)), ends)


def _shown(region: _Region, paragraphs: Paragraphs | None) -> str:
    """Text of a region, its tables as rows."""
    if paragraphs is None or "\x07" not in region.raw:
        return _plain(region.raw)
    return with_rows(region.raw, list(map(paragraphs.find, region.ends)), _plain)


def _plain(text: str) -> str:
    return _CONTROLS.sub("", _FIELD_CODE.sub("", text).translate(_BREAKS))


def _has_remote_template(main: bytes, table: bytes) -> bool:
    """Tell whether the template is fetched from elsewhere."""
    start, size = struct.unpack_from("<II", main, _ASSOCIATED)
    strings, at = table[start : start + min(size, 65_536)], 6
    if strings[:2] != b"\xff\xff":
        return False
    for number in range(2):
        length = int.from_bytes(strings[at : at + 2], "little")
        if number == 1:
            return _REMOTE.match(strings[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")) is not None
        at += 2 + 2 * length
    return False


def _piece_table(clx: bytes) -> bytes:
    """PlcPcd behind the property modifiers (section 2.9.38); empty when damaged."""
    at = 0
    while clx[at : at + 1] == b"\x01":
        at += 3 + int.from_bytes(clx[at + 1 : at + 3], "little")
    if clx[at : at + 1] != b"\x02":
        return b""
    size = int.from_bytes(clx[at + 1 : at + 5], "little")
    return clx[at + 5 : at + 5 + size]


def _pieces(table: bytes, main: bytes, limit: int, ends: list[int], first: int = 0) -> Iterator[str]:
    """Text of each piece in reading order from character `first` on: 8-bit octets or UTF-16; `ends` as in `_Region`."""
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
            raw = main[at : at + length]
            text = decode_text(raw, "cp1252")[0]
            ends += [at + match.start() for match in END.finditer(raw.decode("latin-1"))]
        else:
            place += 2 * skipped
            text = main[place : place + 2 * length].decode("utf-16-le", "replace")
            ends += [place + 2 * match.start() for match in END.finditer(text)]
        left -= length
        yield text
