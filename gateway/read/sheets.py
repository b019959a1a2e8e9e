"""Text of old Excel workbooks (.xls, BIFF8 of Excel 97 to 2003, [MS-XLS]): strings, headers, text boxes, sheet names.

Numbers and formulas say nothing of a document; only what is written out is read, in the order of the records.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.vietnamese.charsets import repair_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.ole import CompoundFile

_STREAM_OCTETS = 16_000_000
_RECORDS = 200_000
_STRINGS = 50_000
_BOF, _FILE_PASS, _CONTINUE, _SST = 0x0809, 0x002F, 0x003C, 0x00FC
_HEADER, _FOOTER, _SHEET, _LABEL, _FORMULA_TEXT, _TEXT_BOX = 0x0014, 0x0015, 0x0085, 0x0204, 0x0207, 0x01B6
_BIFF8 = 0x0600
_STRING_ITEM = 19
"""BrtSSTItem of binary workbooks."""
_WIDE, _EXTENDED, _RICH = 0x01, 0x04, 0x08


class SheetText(NamedTuple):
    """What was found of a workbook."""

    text: str | None
    """None when the workbook is of another version, or damaged."""
    is_encrypted: bool = False
    has_macros: bool = False
    """A macro sheet of Excel 4: they run without any VBA."""


def read_sheets(file: CompoundFile, limit: int) -> SheetText:
    """Read the strings of a workbook, at most `limit` characters."""
    octets = file.stream("Workbook", _STREAM_OCTETS) or file.stream("Book", _STREAM_OCTETS)
    if len(octets) < 8 or struct.unpack_from("<H", octets)[0] != _BOF:
        return SheetText(None)
    is_wide = struct.unpack_from("<H", octets, 4)[0] == _BIFF8
    pieces: list[str] = []
    left, has_macros = limit, False
    for kind, bodies in _records(octets):
        if kind == _FILE_PASS:
            return SheetText(None, is_encrypted=True)
        has_macros |= kind == _SHEET and bodies[0][5:6] == b"\x01"
        for text in _texts(kind, bodies, is_wide=is_wide):
            if left <= 0:
                break
            pieces.append(text[:left])
            left -= len(text) + 1
    # TCVN3 and VNI fonts hide behind narrow characters.
    return SheetText(repair_text("\n".join(pieces)[:limit])[0], has_macros=has_macros)


def _records(octets: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Records with their continuations (section 2.1.4)."""
    at = 0
    pending: tuple[int, list[bytes]] | None = None
    for _ in range(_RECORDS):
        if at + 4 > len(octets):
            break
        kind, size = struct.unpack_from("<HH", octets, at)
        body = octets[at + 4 : at + 4 + size]
        at += 4 + size
        if kind == _CONTINUE and pending is not None:
            pending[1].append(body)
            continue
        if pending is not None:
            yield pending
        pending = (kind, [body])
    if pending is not None:
        yield pending


def _texts(kind: int, bodies: list[bytes], *, is_wide: bool) -> Iterator[str]:
    body = bodies[0]
    if kind == _SST and is_wide:
        yield from _shared_strings(bodies)
    elif kind == _TEXT_BOX and len(bodies) > 1 and is_wide:
        yield _characters(bodies[1][1:], bodies[1][:1])
    elif kind in (_HEADER, _FOOTER, _FORMULA_TEXT) and len(body) > 3:
        yield _characters(body[3:], body[2:3]) if is_wide else body[1:].decode("latin-1")
    elif kind == _SHEET and len(body) > 8:
        yield _characters(body[8:], body[7:8]) if is_wide else body[7:].decode("latin-1")
    elif kind == _LABEL and len(body) > 9:
        yield _characters(body[9:], body[8:9]) if is_wide else body[8:].decode("latin-1")


def _characters(raw: bytes, flags: bytes) -> str:
    """Text of XLUnicodeString characters: UTF-16, or its low octets alone."""
    return raw.decode("utf-16-le" if flags[:1] and flags[0] & _WIDE else "latin-1", "replace")


class _Tape:
    """The shared string table as one tape; where a string crosses into the next record its flags are said again."""

    def __init__(self, bodies: list[bytes]) -> None:
        self.bodies, self.record, self.at = bodies, 0, 8

    def take(self, size: int) -> bytes:
        """Take plain octets, over the ends of records."""
        pieces = []
        while size > 0 and self.record < len(self.bodies):
            piece = self.bodies[self.record][self.at : self.at + size]
            pieces.append(piece)
            size -= len(piece)
            self.at += len(piece)
            if size > 0:
                self.record, self.at = self.record + 1, 0
        return b"".join(pieces)

    def characters(self, count: int, flags: int) -> str:
        """Take characters; after the end of a record an octet of flags stands before the rest."""
        pieces = []
        while count > 0 and self.record < len(self.bodies):
            width = 2 if flags & _WIDE else 1
            raw = self.bodies[self.record][self.at : self.at + count * width]
            pieces.append(_characters(raw, bytes((flags & _WIDE,))))
            self.at += len(raw)
            count -= -(-len(raw) // width)
            if count > 0:
                self.record, self.at = self.record + 1, 0
                flags = (self.take(1) or b"\0")[0]
        return "".join(pieces)


def _shared_strings(bodies: list[bytes]) -> Iterator[str]:
    """Strings of the table in order (section 2.4.265)."""
    tape = _Tape(bodies)
    for _ in range(_STRINGS):
        head = tape.take(3)
        if len(head) < 3:
            return
        count, flags = struct.unpack("<HB", head)
        runs = int.from_bytes(tape.take(2), "little") if flags & _RICH else 0
        extended = int.from_bytes(tape.take(4), "little") if flags & _EXTENDED else 0
        yield tape.characters(count, flags)
        tape.take(min(4 * runs + extended, _STREAM_OCTETS))


def binary_strings(octets: bytes) -> Iterator[str]:
    """Shared strings of a binary workbook (.xlsb, [MS-XLSB] section 2.4.825): their part is a row of short records."""
    at = 0
    for _ in range(_RECORDS):
        kind, at = _short_number(octets, at)
        size, at = _short_number(octets, at)
        if at >= len(octets):
            return
        if kind == _STRING_ITEM and size >= 5:
            (count,) = struct.unpack_from("<I", octets[at + 1 : at + 5].ljust(4, b"\0"))
            yield octets[at + 5 : at + min(size, 5 + 2 * count)].decode("utf-16-le", "replace")
        at += size


def _short_number(octets: bytes, at: int) -> tuple[int, int]:
    """Read a number of seven bits an octet, at most four octets (section 2.1.4), and where it ends."""
    value = 0
    for shift in range(0, 28, 7):
        octet = octets[at] if at < len(octets) else 0
        at += 1
        value |= (octet & 0x7F) << shift
        if octet < 0x80:
            break
    return value, at
