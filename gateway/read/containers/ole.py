"""OLE2 compound files ([MS-CFB]): storages and streams, read along bounded sector chains."""

from __future__ import annotations

import copy
import re
import struct
from itertools import chain
from typing import NamedTuple
from uuid import UUID

_ENTRY = 128
_ENTRIES = 4_096
"""Directory entries looked at; a document has some tens."""
_HEADER_DIFAT = 109
_FREE = 0xFFFF_FFF0
"""Sector numbers from here on are marks, not sectors (section 2.1)."""
_MINI_SHIFT = 6
_MINI_CUTOFF = 4_096
_ROOT, _STREAM = 5, 2
_DIRECTORY_ENTRY = struct.Struct("<64sHBxIII36xIQ")
_CLASS = 80
"""Where a directory entry names its class."""
OUTLOOK_MARK = "__properties_version1.0"
"""The stream every Outlook message has in its root ([MS-OXMSG] section 2.4)."""

_SPELLED = {
    name.upper(): name
    for name in (
        "WordDocument", "0Table", "1Table", "Workbook", "Book", "PowerPoint Document", "Current User", "CONTENTS",
        "Package", "EmbeddedOdf", "package_stream", "EncryptedPackage", "VBA", "_VBA_PROJECT_CUR", "Macros",
        "_VBA_PROJECT", "\x01Ole10Native", "\x05SummaryInformation", "\x05DocumentSummaryInformation",
        "__properties_version1.0",
    )
}  # fmt: skip
"""Names readers ask for as programs spell them; they are compared without case (section 2.6.4)."""
_OUTLOOK = re.compile(r"(__substg1\.0)_([0-9A-F]{8}(?:-[0-9A-F]{8})?)", re.IGNORECASE)
_DEPTH = 16
"""Storages inside storages; a message attached to a message takes two levels each."""


class _Stream(NamedTuple):
    """Where a stream begins, and its size."""

    kind: int
    sector: int
    size_octets: int


class _Node(NamedTuple):
    """One directory entry: siblings before and after it, and its first child."""

    name: str
    links: tuple[int, int, int]
    stream: _Stream | None


def _spelled(name: str) -> str:
    """Give a name readers ask for the case they ask for it in."""
    known = _SPELLED.get(name.upper())
    if known is None and (match := _OUTLOOK.fullmatch(name)) is not None:
        return f"__substg1.0_{match[2].upper()}"
    return known or name


class CompoundFile:
    """Directory of one compound file; empty when it cannot be followed."""

    def __init__(self, octets: bytes) -> None:
        """Read header and directory."""
        self._octets = octets
        self._entries: dict[str, _Stream] = {}
        self._nodes: list[_Node] = []
        self._root: _Stream | None = None
        self._mini_table: bytes | None = None
        self._mini_stream = b""
        self._tree: dict[str, _Stream] | None = None
        self.root_class = ""
        """Class of the root as 32 hex digits in the order people write them, lower case; zeros when it names none."""
        shift = int.from_bytes(octets[30:32], "little")
        if len(octets) < 512 or shift not in (9, 12):
            return
        self._size = 1 << shift
        self._table: tuple[int, ...] = struct.unpack_from(f"<{_HEADER_DIFAT}I", octets, 76)
        self._extend_table()
        directory = self._chain(int.from_bytes(octets[48:52], "little"), _ENTRIES * _ENTRY)
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            raw, length, kind, *links, sector, size = _DIRECTORY_ENTRY.unpack_from(directory, at)
            self._nodes.append(_Node("", (0, 0, 0), None))
            if kind and 2 <= length <= 64:
                # Files with 512-octet sectors may leave garbage in the upper half of the size (section 2.6.3).
                stream = _Stream(kind, sector, size & 0xFFFF_FFFF if shift == 9 else size)
                name = _spelled(raw[: length - 2].decode("utf-16-le", "replace"))
                self._entries.setdefault(name, stream)
                self._nodes[-1] = _Node(name, (links[0], links[1], links[2]), stream)
                if kind == _ROOT and self._root is None:
                    self._root = stream
                    self.root_class = UUID(bytes_le=directory[at + _CLASS : at + _CLASS + 16]).hex

    @property
    def names(self) -> frozenset[str]:
        """Names of all storages and streams."""
        return frozenset(self._entries)

    @property
    def root_names(self) -> frozenset[str]:
        """Names of what stands in the root; of everything where the tree is damaged."""
        return frozenset(path.partition("/")[0] for path in self.tree()) or self.names

    def stream(self, name: str, limit: int) -> bytes:
        """The first `limit` octets of a stream; empty when there is none of that name.

        The one in the root counts, whatever stands deeper under the same name; a damaged tree is searched flat.
        """
        entry = self.tree().get(name) or self._entries.get(name)
        return b"" if entry is None else self._read(entry, limit)

    def storage(self, folder: str) -> CompoundFile:
        """One storage as if it were a file of its own; `folder` ends in a slash."""
        inner = copy.copy(self)
        inner.narrow(folder)
        return inner

    def narrow(self, folder: str) -> None:
        """Leave only what stands in one storage."""
        self._tree = {path[len(folder) :]: one for path, one in self.tree().items() if path.startswith(folder)}
        self._entries = {name: one for path, one in self._tree.items() for name in path.split("/")}

    def tree(self) -> dict[str, _Stream]:
        """Map the paths of all streams, storages joined by slashes, to where they are; circles are cut."""
        if self._tree is None:
            self._tree = self._walk()
        return self._tree

    def _walk(self) -> dict[str, _Stream]:
        found: dict[str, _Stream] = {}
        seen: set[int] = set()
        stack = [(self._nodes[0].links[2], "", 0)] if self._nodes else []
        while stack:
            number, folder, depth = stack.pop()
            if number >= len(self._nodes) or number in seen:
                continue
            seen.add(number)
            name, (before, after, child), stream = self._nodes[number]
            stack += [(before, folder, depth), (after, folder, depth)]
            if stream is not None and stream.kind == _STREAM:
                found.setdefault(folder + name, stream)
            elif stream is not None and depth < _DEPTH:
                stack.append((child, f"{folder}{name}/", depth + 1))
        return found

    def open(self, stream: _Stream, limit: int) -> bytes:
        """The first `limit` octets of a stream of the tree."""
        return self._read(stream, limit)

    def _read(self, entry: _Stream, limit: int) -> bytes:
        if entry.kind != _STREAM:
            return b""
        size = min(entry.size_octets, limit)
        if entry.size_octets >= _MINI_CUTOFF:
            return self._chain(entry.sector, size)[:size]
        return self._mini(entry.sector, size)[:size]

    def _extend_table(self) -> None:
        """Follow the sectors that hold the numbers of further allocation sectors: files over 6.8 MB have them."""
        sector, per_sector = int.from_bytes(self._octets[68:72], "little"), self._size // 4
        pieces = [self._table]
        for _ in range(len(self._octets) // self._size // per_sector // (per_sector - 1) + 1):
            begin = (sector + 1) * self._size
            if sector >= _FREE or begin + self._size > len(self._octets):
                break
            *numbers, sector = struct.unpack_from(f"<{per_sector}I", self._octets, begin)
            pieces.append(tuple(numbers))
        self._table = tuple(chain.from_iterable(pieces))

    def _chain(self, sector: int, size: int) -> bytes:
        """Join the sectors of a chain until `size` octets are there; circles end by that count."""
        pieces = []
        for _ in range(-(-min(size, len(self._octets)) // self._size)):
            begin = (sector + 1) * self._size
            if sector >= _FREE or begin >= len(self._octets):
                break
            pieces.append(self._octets[begin : begin + self._size])
            sector = self._next(sector)
        return b"".join(pieces)

    def _next(self, sector: int) -> int:
        index, within = divmod(sector, self._size // 4)
        if index >= len(self._table) or self._table[index] >= _FREE:
            return _FREE
        at = (self._table[index] + 1) * self._size + 4 * within
        return int.from_bytes(self._octets[at : at + 4], "little") if at + 4 <= len(self._octets) else _FREE

    def _mini(self, sector: int, size: int) -> bytes:
        """Join mini sectors: streams under 4,096 octets live together in the stream of the root entry."""
        if self._mini_table is None:
            first, count = struct.unpack_from("<II", self._octets, 60)
            self._mini_table = self._chain(first, min(count, 1_024) * self._size)
            if self._root is not None:
                self._mini_stream = self._chain(self._root.sector, self._root.size_octets)
        pieces = []
        for _ in range((size + 63) >> _MINI_SHIFT):
            if 4 * sector + 4 > len(self._mini_table):
                break
            pieces.append(self._mini_stream[sector << _MINI_SHIFT : (sector + 1) << _MINI_SHIFT])
            sector = int.from_bytes(self._mini_table[4 * sector : 4 * sector + 4], "little")
        return b"".join(pieces)
