"""Disc images (ECMA-119, Joliet, names of Rock Ridge): entries of all trees, nothing copied.

A disc holds one tree of folders a volume descriptor, each of which some system shows. Files are listed under the names
of the tree people see, and those that only another tree knows behind them.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.containers.zips import STORED, Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.notes import Notes

_VOLUMES, _SECTOR = 0x8000, 2_048
"""Where volume descriptors begin, and how far apart they are (ECMA-119 section 6.7.1)."""
_DESCRIPTORS = 32
_PRIMARY, _SUPPLEMENTARY, _TERMINATOR = 1, 2, 255
_JOLIET = (b"%/@", b"%/C", b"%/E")
_RECORD = struct.Struct("<BBI4xI4x7xBH4xB")
"""Length, blocks before the data, sector, octets, flags, interleaving, length of the name (ECMA-119 section 9.1)."""
_RECORD_SIZE = 33
_IS_FOLDER, _CONTINUES = 0x02, 0x80
_ITSELF = (b"\0", b"\1")
_DEPTH = 64
_LOOKS = 4
"""Times the octets of an image that may be gone over as folders: they overlap only where somebody means harm."""
_CONTINUATIONS = 16
"""Areas of Rock Ridge fields that are followed for one name; some images lead round in a circle."""
_UDF = (b"NSR02", b"NSR03")


class _File(NamedTuple):
    """One record of a folder; the extents of a file that has several are joined."""

    name: bytes
    is_utf8: bool
    start: int
    size: int
    flags: int
    reason: str = ""
    """Why it cannot be read: `unsupported` when it is packed (zisofs) or lies in pieces, `malformed` for a folder that
    breaks off."""


class _Tree(NamedTuple):
    """The folders of one volume descriptor."""

    start: int
    size: int
    block: int
    is_joliet: bool


def has_udf(octets: bytes) -> bool:
    """Tell a disc image with a UDF file system by its volume descriptors (ECMA-167 part 2, section 9)."""
    marks = (octets[at + 1 : at + 6] for at in range(_VOLUMES, _VOLUMES + _DESCRIPTORS * _SECTOR, _SECTOR))
    return any(mark in _UDF for mark in marks)


def read_iso(octets: bytes, notes: Notes) -> list[Entry] | None:
    """List the files of a disc image; None when it has no tree, or one breaks off."""
    trees = list(_trees(octets))
    if not trees:
        return None
    entries: list[Entry] = []
    known: set[tuple[int, int]] = set()
    walks = [_Walk(octets, tree, notes) for tree in trees]
    # Rock Ridge names are those of Unix, Joliet's those of Windows: either is what was meant, the plain ones are not.
    for walk in sorted(walks, key=lambda one: not (one.tree.is_joliet or one.has_names)):
        seen = set(known)
        for file in walk.files():
            if (file.start, file.size) in seen or (known and not file.size):
                continue
            known.add((file.start, file.size))
            entries.append(_entry(octets, file))
    return entries


def _entry(octets: bytes, file: _File) -> Entry:
    end = file.start + file.size
    reason = file.reason or ("malformed" if end > len(octets) else "")
    return Entry(file.name, file.is_utf8, (0, 0) if reason else (file.start, end), STORED, file.size, reason)


def _trees(octets: bytes) -> Iterator[_Tree]:
    """Give the root of every tree."""
    for at in range(_VOLUMES, _VOLUMES + _DESCRIPTORS * _SECTOR, _SECTOR):
        if octets[at + 1 : at + 6] != b"CD001" or octets[at] == _TERMINATOR or at + _SECTOR > len(octets):
            return
        if octets[at] in (_PRIMARY, _SUPPLEMENTARY):
            block = int.from_bytes(octets[at + 128 : at + 130], "little") or _SECTOR
            _, _, sector, size, *_ = _RECORD.unpack_from(octets, at + 156)
            is_joliet = octets[at] == _SUPPLEMENTARY and octets[at + 88 : at + 91] in _JOLIET
            yield _Tree(sector * block, size, block, is_joliet)


class _Walk:
    """Goes through one tree, folder by folder; a folder is gone through once."""

    def __init__(self, octets: bytes, tree: _Tree, notes: Notes) -> None:
        """Look at the root for fields of Rock Ridge (SUSP section 5.3)."""
        self.tree = tree
        self._octets, self._notes = octets, notes
        self._left = _LOOKS * len(octets)
        length, *_ = _RECORD.unpack_from(octets, tree.start) if tree.start + _RECORD_SIZE < len(octets) else (0,)
        own = octets[tree.start + _RECORD_SIZE + 1 : tree.start + length]
        self.has_names = not tree.is_joliet and own[:2] == b"SP" and own[4:6] == b"\xbe\xef"
        self._skip = own[6] if self.has_names and len(own) > 6 else 0

    def files(self) -> Iterator[_File]:
        """Give the files of all folders with their paths."""
        waiting = [(self.tree.start, self.tree.size, b"", 0)]
        seen = {self.tree.start}
        while waiting:
            start, size, path, depth = waiting.pop()
            if start + size > len(self._octets):
                yield _File(path, self.tree.is_joliet, 0, size, _IS_FOLDER, "malformed")
            for file in _joined(self._records(start, size)):
                if self._notes.container_entries <= 0:
                    self._notes.overrun("container_entries")
                    return
                self._notes.container_entries -= 1
                whole = path + file.name
                if not file.flags & _IS_FOLDER or file.reason:
                    yield file._replace(name=whole)
                elif file.start not in seen and depth < _DEPTH:
                    seen.add(file.start)
                    waiting.append((file.start, file.size, whole + b"/", depth + 1))

    def _records(self, start: int, size: int) -> Iterator[_File]:
        """Give the records of one folder; none crosses the end of a sector."""
        at, end = start, min(start + size, len(self._octets))
        self._left -= max(0, end - at)
        if self._left < 0:
            self._notes.overrun("container_entries")
            return
        while at + _RECORD_SIZE < end:
            length, before, sector, octets, flags, woven, name_size = _RECORD.unpack_from(self._octets, at)
            name = self._octets[at + _RECORD_SIZE : at + _RECORD_SIZE + name_size]
            if length <= _RECORD_SIZE or not name:
                at += _SECTOR - (at - start) % _SECTOR
                continue
            if name not in _ITSELF:
                behind = at + _RECORD_SIZE + name_size + (1 - name_size % 2)
                file = self._file(name, sector * self.tree.block, octets, flags, (behind, at + length))
                # Of old, data could stand behind blocks of attributes, or woven into another file: programs differ.
                yield file._replace(reason="unsupported") if before or woven else file
            at += length

    def _file(self, name: bytes, start: int, size: int, flags: int, fields: tuple[int, int]) -> _File:
        if self.tree.is_joliet:
            text = name.decode("utf-16-be", "replace")
            return _File(text.removesuffix(";1").encode(), is_utf8=True, start=start, size=size, flags=flags)
        long_name, is_packed = self._further(*fields) if self.has_names else (b"", False)
        plain = name.partition(b";")[0]
        plain = plain.removesuffix(b".") if not flags & _IS_FOLDER else plain
        return _File(long_name or plain, bool(long_name), start, size, flags, "unsupported" if is_packed else "")

    def _further(self, at: int, end: int) -> tuple[bytes, bool]:
        """Read the fields of Rock Ridge: the name in pieces, and whether the data is packed (zisofs)."""
        name, is_packed = b"", False
        at += self._skip
        for _ in range(_CONTINUATIONS):
            following: tuple[int, int] | None = None
            while at + 4 <= min(end, len(self._octets)):
                word, length = self._octets[at : at + 2], self._octets[at + 2]
                if length < 4:
                    break
                value = self._octets[at + 4 : at + length]
                if word == b"NM":
                    name += value[1:]
                elif word == b"ZF":
                    is_packed = True
                elif word == b"CE" and len(value) >= 24:
                    sector, offset, size = struct.unpack("<I4xI4xI4x", value[:24])
                    following = (sector * self.tree.block + offset, size)
                at += length
            if following is None:
                break
            at, end = following[0], sum(following)
        return name[:4_096], is_packed


def _joined(records: Iterator[_File]) -> Iterator[_File]:
    """Join the extents of files that have several, one after another (ECMA-119 section 6.5.1).

    Those that stand apart would be other octets here than elsewhere: `unsupported`.
    """
    open_file: _File | None = None
    for record in records:
        if open_file is not None and open_file.name == record.name:
            is_next = record.start == open_file.start + open_file.size
            reason = open_file.reason or record.reason or ("" if is_next else "unsupported")
            open_file = open_file._replace(size=open_file.size + record.size, reason=reason)
        else:
            open_file = record
        if not record.flags & _CONTINUES:
            yield open_file
            open_file = None
    if open_file is not None:
        yield open_file
