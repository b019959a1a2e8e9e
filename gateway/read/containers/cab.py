"""Cabinets ([MS-CAB]): files of folders that are stored or packed with MSZIP, each folder unpacked once within budget.

What LZX and Quantum pack stays `unsupported`: programs are installed from such cabinets, and the one reader of them we
could use writes outside its memory when a file tells it to.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.read.containers.unpacked import ArchiveFault, Unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.notes import Notes

_HEADER: Final = struct.Struct("<8xI4xI4xBBHHHHH")
"""Octets, place of the first file, version, counts of folders and files, flags, set, number in it (section 2.1)."""
_HEADER_SIZE: Final = 36
_HAS_PREVIOUS, _HAS_NEXT, _HAS_RESERVE = 1, 2, 4
_FOLDER: Final = struct.Struct("<IHH")
_FILE: Final = struct.Struct("<IIHHHH")
_BLOCK: Final = struct.Struct("<4xHH")
_BLOCK_SIZE, _WINDOW = 8, 32_768
_STORED, _MSZIP = 0, 1
_METHOD: Final = 0x000F
_CONTINUED: Final = 0xFFFD
"""From here on the folder of a file begins in the cabinet before, or goes on in the next."""
_NAME_OCTETS: Final = 256
_IS_UTF8: Final = 0x80


class _Folder(NamedTuple):
    """Data of many files, packed as one."""

    start: int
    blocks: int
    method: int


class _Cabinet(NamedTuple):
    """What stands before the data."""

    folders: list[_Folder]
    files_at: int
    files: int
    reserve: int
    """Octets set aside in every block."""
    is_piece: bool


def unpack_cab(octets: bytes, notes: Notes) -> Iterator[Unpacked]:
    """Unpack the files of a cabinet one after another.

    Raises:
        ArchiveFault: `malformed`, `over_budget`, or `split` for one of several that make a whole.
    """
    cabinet = _read_head(octets, notes)
    held, data = -1, b""
    at = cabinet.files_at
    for _ in range(cabinet.files):
        if notes.container_entries <= 0:
            notes.overrun("container_entries")
            raise ArchiveFault("over_budget")
        notes.container_entries -= 1
        if at + _FILE.size > len(octets):
            raise ArchiveFault("malformed")
        size, begin, number, _, _, attributes = _FILE.unpack_from(octets, at)
        raw, end, _ = octets[at + _FILE.size : at + _FILE.size + _NAME_OCTETS].partition(b"\0")
        if not end:
            raise ArchiveFault("malformed")
        at += _FILE.size + len(raw) + 1
        name = raw.decode("utf-8", "replace") if attributes & _IS_UTF8 else raw
        folder = cabinet.folders[number] if number < len(cabinet.folders) else None
        if folder is None or folder.method not in (_STORED, _MSZIP):
            reason = "unsupported" if folder else "split" if number >= _CONTINUED else "malformed"
            yield Unpacked(name, None, size, reason)
            continue
        if held != number:
            held, data = number, _unpack_folder(octets, folder, cabinet.reserve, notes)
        yield _slice(name, data, begin, size, notes)
    if cabinet.is_piece:
        raise ArchiveFault("split")


def _slice(name: str | bytes, data: bytes, begin: int, size: int, notes: Notes) -> Unpacked:
    """Cut one file out of its folder; where files overlap each is paid for."""
    if begin + size > len(data):
        return Unpacked(name, None, size, "over_budget" if notes.overruns else "malformed")
    if size > notes.container_octets:
        notes.overrun("container_octets")
        return Unpacked(name, None, size, "over_budget")
    notes.container_octets -= size
    return Unpacked(name, data[begin : begin + size], size)


def _read_head(octets: bytes, notes: Notes) -> _Cabinet:
    if len(octets) < _HEADER_SIZE:
        raise ArchiveFault("malformed")
    _, files_at, _, major, folders, files, flags, _, _ = _HEADER.unpack_from(octets, 0)
    at, header, folder, block = _HEADER_SIZE, 0, 0, 0
    if flags & _HAS_RESERVE:
        if at + 4 > len(octets):
            raise ArchiveFault("malformed")
        header, folder, block = struct.unpack_from("<HBB", octets, at)
        at += 4 + header
    for flag in (_HAS_PREVIOUS, _HAS_NEXT):
        for _ in range(2 if flags & flag else 0):  # name of the cabinet, name of its disk
            end = octets.find(b"\0", at, at + _NAME_OCTETS)
            at = end + 1 if end >= 0 else len(octets)
    if major != 1 or at + folders * (_FOLDER.size + folder) > len(octets):
        raise ArchiveFault("malformed")
    if folders > notes.container_entries:
        notes.overrun("container_entries")
        raise ArchiveFault("over_budget")
    found = []
    for _ in range(folders):
        start, blocks, method = _FOLDER.unpack_from(octets, at)
        found.append(_Folder(start, blocks, method & _METHOD))
        at += _FOLDER.size + folder
    return _Cabinet(found, files_at, files, block, bool(flags & (_HAS_PREVIOUS | _HAS_NEXT)))


def _unpack_folder(octets: bytes, folder: _Folder, reserve: int, notes: Notes) -> bytes:
    """Unpack the blocks of a folder as far as they are whole and within budget (section 2.4).

    A block of MSZIP is a deflate stream of its own that refers back into the block before.
    """
    allowed = min(notes.container_octets, notes.unpacked_limit(len(octets)))
    pieces: list[bytes] = []
    at, count, before = folder.start, 0, b""
    for _ in range(folder.blocks):
        if at + _BLOCK_SIZE + reserve > len(octets):
            break
        packed, plain = _BLOCK.unpack_from(octets, at)
        begin = at + _BLOCK_SIZE + reserve
        at = begin + packed
        block = octets[begin:at]
        if at > len(octets) or plain > _WINDOW:
            break
        if folder.method == _MSZIP:
            block = _inflate(block, before, plain)
        if len(block) != plain:
            break
        count += plain
        if count > allowed:
            notes.overrun("container_octets")
            break
        pieces.append(block)
        before = block
    notes.container_octets -= min(count, notes.container_octets)
    return b"".join(pieces)


def _inflate(block: bytes, before: bytes, size: int) -> bytes:
    """Inflate one block; empty when it is damaged."""
    if not block.startswith(b"CK"):
        return b""
    pipe = zlib.decompressobj(-15, zdict=before) if before else zlib.decompressobj(-15)
    try:
        return pipe.decompress(block[2:], size + 1)
    except zlib.error:
        return b""
