"""Text of old Excel workbooks (.xls, BIFF8 of Excel 97 to 2003, [MS-XLS]): rows, headers, text boxes, sheet names."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.office.places import BOX_CHARACTERS
from gateway.read.office.sheet_rows import END, FORMULA, LABEL_SST, MULTIPLE_RK, NUMBER, RK, SheetRows
from gateway.read.vietnamese.charsets import repair_text
from gateway.read.vietnamese.legacy_fonts import decode_run, legacy_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.containers.ole import CompoundFile

HEADER_CODES = re.compile(r'&(?:[LCR]|"[^"]{0,80}"|K[0-9A-Fa-f]{6}|\d{1,3}|[A-Z])')
"""Formatting inside page headers of sheets (ECMA-376 part 1, section 18.3.1.46)."""
_STREAM_OCTETS = 16_000_000
_RECORDS = 200_000
_STRINGS = 50_000
_BOF, _FILE_PASS, _CONTINUE, _SST = 0x0809, 0x002F, 0x003C, 0x00FC
_HEADER, _FOOTER, _SHEET, _LABEL, _FORMULA_TEXT, _TEXT_BOX = 0x0014, 0x0015, 0x0085, 0x0204, 0x0207, 0x01B6
_FONT, _BOOK_LINK = 0x0031, 0x01AE
_ASIDES = 400
_FONT_NAME = 14
_BIFF8 = 0x0600
_WIDE, _EXTENDED, _RICH = 0x01, 0x04, 0x08


class SheetText(NamedTuple):
    """What was found of a workbook."""

    text: str | None
    """None when the workbook is of another version, or damaged."""
    is_encrypted: bool = False
    has_macros: bool = False
    """A macro sheet of Excel 4, which runs without any VBA, or a link to another program (DDE)."""
    asides: tuple[str, ...] = ()
    """Page headers, text boxes and comments, names of sheets."""


def read_sheets(file: CompoundFile, limit: int) -> SheetText:
    """Read the strings of a workbook, at most `limit` characters."""
    octets = file.stream("Workbook", _STREAM_OCTETS) or file.stream("Book", _STREAM_OCTETS)
    if len(octets) < 8 or struct.unpack_from("<H", octets)[0] != _BOF:
        return SheetText(None)
    is_wide = struct.unpack_from("<H", octets, 4)[0] == _BIFF8
    book = _Book(limit)
    has_macros = False
    for kind, bodies in _records(octets):
        if kind == _FILE_PASS:
            return SheetText(None, is_encrypted=True)
        has_macros |= kind == _SHEET and bodies[0][5:6] == b"\x01"
        has_macros |= kind == _BOOK_LINK and _is_program_link(bodies[0])
        book.take(kind, bodies, is_wide=is_wide)
    # TCVN3 and VNI fonts hide behind narrow characters.
    return SheetText(repair_text(book.text()[:limit])[0], has_macros=has_macros, asides=tuple(book.asides()))


class _Book:
    """Records of one workbook on their way to text."""

    def __init__(self, limit: int) -> None:
        self.rows = SheetRows(limit)
        self.formula_row = 0
        """Row of the formula whose text comes in the next record."""
        self.apart: list[str] = []
        self.strings: list[str] = []
        self.shown: set[int] = set()
        self.legacy = ""

    def take(self, kind: int, bodies: list[bytes], *, is_wide: bool) -> None:
        """Take one record with its continuations."""
        body = bodies[0]
        row = int.from_bytes(body[:2], "little")
        if kind == _FONT and not self.legacy:
            self.legacy = legacy_of(_font_name(body, is_wide=is_wide)) or "-"
        elif kind == LABEL_SST and len(body) >= 10:
            number = int.from_bytes(body[6:10], "little")
            self.shown.add(number)
            room = self.rows.room_in(row)
            if room > 0 and number < len(self.strings):
                self.rows.word(row, self._plain(self.strings[number][:room]))
        elif kind in (NUMBER, RK, MULTIPLE_RK, FORMULA):
            self.rows.numbers(kind, body)
            self.formula_row = row if kind == FORMULA else 0
        elif kind == END:
            self.rows.end_sheet()
        elif kind == _SST and is_wide:
            self.strings += _shared_strings(bodies)
        else:
            self._take_text(kind, bodies, row, is_wide=is_wide)

    def _take_text(self, kind: int, bodies: list[bytes], row: int, *, is_wide: bool) -> None:
        for text in _texts(kind, bodies, is_wide=is_wide):
            plain = self._plain(text)
            if kind in (_LABEL, _FORMULA_TEXT):
                self.rows.word(row if kind == _LABEL else self.formula_row, plain)
            elif len(self.apart) < _ASIDES:
                plain = HEADER_CODES.sub("\n", plain).strip("\n") if kind in (_HEADER, _FOOTER) else plain
                self.apart.append(plain)

    def _plain(self, text: str) -> str:
        return decode_run(text, self.legacy.strip("-"))

    def text(self) -> str:
        """What stands apart, the rows, and the strings no cell shows: they were once, and are in the file."""
        self.rows.end_sheet()
        unused = (self._plain(text) for number, text in enumerate(self.strings) if number not in self.shown)
        return "\n".join((*self.apart, *self.rows.sheets, *unused))

    def asides(self) -> Iterator[str]:
        """Page headers, text boxes and names of sheets, and the first lines of each sheet."""
        for text in (*self.apart, *(sheet[:BOX_CHARACTERS] for sheet in self.rows.sheets[:_ASIDES])):
            yield repair_text(text)[0]


def _is_program_link(body: bytes) -> bool:
    """Tell a link to a program, which names it and its topic, from that to a file, whose path begins encoded."""
    path = _characters(body[5:], body[4:5])
    return "\3" in path and path[:1] not in ("\0", "\1", "\2")


def _font_name(body: bytes, *, is_wide: bool) -> str:
    """Name of the first font, that of cells without one of their own (section 2.4.122)."""
    if is_wide:
        return _characters(body[_FONT_NAME + 2 :], body[_FONT_NAME + 1 : _FONT_NAME + 2])
    return body[_FONT_NAME + 1 :].decode("latin-1")


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
    if kind == _TEXT_BOX and len(bodies) > 1 and is_wide:
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
