"""Containers opened in memory: zip and TNEF, within the container budgets.

An own reader of the zip directory instead of the standard library's: it builds no objects before the number of
entries is known to be within budget, and inflates no further than asked.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.compressed import PIPES, decompress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.notes import Notes

_END = b"PK\x05\x06"
_END_SIZE = 22
_COMMENT = 65_535
_ENTRY = b"PK\x01\x02"
_ENTRY_FIELDS = struct.Struct("<4s4xHH8xIIHHH8xI")
_LOCAL = struct.Struct("<4s22xHH")
_WIDE, _WIDE_DISK = 0xFFFF_FFFF, 0xFFFF
"""What stands in a field whose value is in the zip64 records (APPNOTE 4.4.1.4)."""
_LOCATOR = struct.Struct("<8xQ4x")
_WIDE_END = struct.Struct("<40xQQ")
_IS_ENCRYPTED = 0x1
_IS_UTF8 = 0x800
STORED, _DEFLATED, _BZIP2, _LZMA = 0, 8, 12, 14
_CHUNK = 65_536
_PEEK = 4_096
_TNEF_HEAD = 6
_TNEF_ATTRIBUTE = struct.Struct("<BII")
_TNEF_ATTACHMENT, _TNEF_TITLE, _TNEF_DATA = 0x0006_9002, 0x0001_8010, 0x0006_800F
_TNEF_ATTRIBUTES = 10_000
_PACKAGE_ENTRIES = 10_000
"""Entries of one office file; presentations with pictures have some hundreds."""


class Directory(NamedTuple):
    """Where the central directory of a zip file stands."""

    start: int
    size: int
    shift: int
    """Octets before the archive proper (a program in front of it); local offsets count from there."""


class Entry(NamedTuple):
    """One entry of a container; its data is still packed."""

    name: bytes
    is_utf8: bool
    packed: tuple[int, int]
    """Octet range of the packed data in the container; empty when unreadable."""
    method: int
    size_octets: int
    """Unpacked size as the directory claims it."""
    uninspectable: str = ""
    """`encrypted`, `unsupported`, `malformed` or empty."""

    @property
    def is_folder(self) -> bool:
        """Folders carry a trailing slash and no data."""
        return self.name.endswith(b"/") and not self.size_octets


def find_directory(octets: bytes) -> Directory | None:
    """Find the central directory of a zip file; None when there is none we can use."""
    end = octets.rfind(_END, max(0, len(octets) - _COMMENT - _END_SIZE))
    if end < 0 or end + _END_SIZE > len(octets):
        return None
    disk, first, size, start = struct.unpack_from("<HH4xII", octets, end + 4)
    if disk != first or disk not in (0, _WIDE_DISK):
        return None  # the last piece of an archive in several files
    found = _find_wide(octets, end)
    if found is not None:
        return found
    actual = end - size
    if actual < 0 or start > actual:
        return None
    return Directory(actual, size, actual - start)


def _find_wide(octets: bytes, end: int) -> Directory | None:
    """Find the directory by the zip64 records before the end record (APPNOTE 4.3.14, 4.3.15)."""
    locator = end - _LOCATOR.size
    if locator < 0 or octets[locator : locator + 4] != b"PK\x06\x07":
        return None
    (claimed,) = _LOCATOR.unpack_from(octets, locator)
    # With a program in front the claimed place is too low; the record then stands right before its locator.
    for at in (claimed, locator - _WIDE_END.size):
        if 0 <= at <= locator - _WIDE_END.size and octets[at : at + 4] == b"PK\x06\x06":
            size, start = _WIDE_END.unpack_from(octets, at)
            if size <= at and start <= at - size:
                return Directory(at - size, size, at - size - start)
    return None


def read_zip(octets: bytes, notes: Notes) -> list[Entry] | None:
    """List the entries of an archive; None when it is malformed. What is over budget is left out and noted."""
    entries = _entries(octets, notes.container_entries, notes)
    if entries is not None and len(entries) > notes.container_entries:
        notes.overrun("container_entries")
        del entries[notes.container_entries :]
    notes.container_entries -= len(entries or ())
    return entries


def read_package(octets: bytes, notes: Notes) -> list[Entry]:
    """List the entries of an office file, which has more of them than people put into archives; empty when broken."""
    return _entries(octets, _PACKAGE_ENTRIES, notes) or []


def _entries(octets: bytes, limit: int, notes: Notes) -> list[Entry] | None:
    """Walk the central directory, one entry past the limit at most."""
    directory = find_directory(octets)
    if directory is None:
        return None
    entries: list[Entry] = []
    at, stop = directory.start, directory.start + directory.size
    names: set[bytes] = set()
    while at + _ENTRY_FIELDS.size <= stop and len(entries) <= limit:
        magic, flags, method, packed, size, name_size, extra, comment, offset = _ENTRY_FIELDS.unpack_from(octets, at)
        if magic != _ENTRY:
            return None
        behind = at + _ENTRY_FIELDS.size + name_size
        name = octets[at + _ENTRY_FIELDS.size : behind]
        if _WIDE in (packed, size, offset):
            size, packed, offset = _wide_sizes(octets[behind : behind + extra], size, packed, offset)
        at = behind + extra + comment
        data, local_name = _local_data(octets, directory.shift + offset, packed)
        if name in names or (data is not None and local_name != name):
            notes.ambiguous("zip_disagreement")
        names.add(name)
        reason = _obstacle(flags, method, is_readable=data is not None)
        entries.append(Entry(name, bool(flags & _IS_UTF8), data or (0, 0), method, size, reason))
    return entries


def _wide_sizes(extra: bytes, *sizes: int) -> list[int]:
    """Replace the sizes that overflowed by those of the zip64 extra field, in its fixed order (APPNOTE 4.5.3)."""
    found, at = list(sizes), 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            values = iter(struct.unpack_from(f"<{min(length, len(extra) - at - 4) // 8}Q", extra, at + 4))
            return [next(values, size) if size == _WIDE else size for size in found]
        at += 4 + length
    return found


def _obstacle(flags: int, method: int, *, is_readable: bool) -> str:
    if flags & _IS_ENCRYPTED:
        return "encrypted"
    if not is_readable:
        return "malformed"
    return "" if method in (STORED, _DEFLATED, _BZIP2, _LZMA) else "unsupported"


def _local_data(octets: bytes, at: int, packed: int) -> tuple[tuple[int, int] | None, bytes]:
    if at + 30 > len(octets):
        return None, b""
    magic, name_size, extra = _LOCAL.unpack_from(octets, at)
    begin = at + 30 + name_size + extra
    if magic != b"PK\x03\x04" or begin + packed > len(octets):
        return None, b""
    return (begin, begin + packed), octets[at + 30 : at + 30 + name_size]


def unpack(octets: bytes, entry: Entry, notes: Notes) -> bytes | None:
    """Unpack one entry within what is left of the budget; None when it is over budget or damaged."""
    start, end = entry.packed
    if entry.method == STORED:
        if end - start > notes.container_octets:
            notes.overrun("container_octets")
            return None
        notes.container_octets -= end - start
        return octets[start:end]
    if entry.method == _DEFLATED:
        return inflate(octets[start:end], -15, notes)
    if entry.method == _BZIP2:
        return decompress(octets[start:end], PIPES["bzip2"], notes)
    return _unpack_lzma(octets[start:end], entry.size_octets, notes)


def _unpack_lzma(packed: bytes, size: int, notes: Notes) -> bytes | None:
    """Unpack method 14: version, size of the properties, five octets of properties, data (APPNOTE 5.8.8).

    The stand-alone form of the same stream has the unpacked size behind the properties, all ones when a mark ends it.
    """
    for length in (b"\xff" * 8, min(size, notes.container_octets).to_bytes(8, "little")):
        plain = decompress(packed[4:9] + length + packed[9:], PIPES["lzma"], notes)
        if plain is not None or notes.overruns:
            return plain
    return None


def inflate(packed: bytes, window: int, notes: Notes) -> bytes | None:
    """Inflate a whole stream (window as in zlib); None when it breaks off or exceeds ratio or octets."""
    ratio = max(1, len(packed)) * notes.budget.container_ratio
    allowed = min(notes.container_octets, ratio)
    pipe = zlib.decompressobj(window)
    try:
        plain = pipe.decompress(packed, allowed + 1)
    except zlib.error:
        return None
    notes.container_octets -= min(len(plain), notes.container_octets)
    if len(plain) > allowed:
        notes.overrun("container_ratio" if allowed == ratio else "container_octets")
        return None
    return plain if pipe.eof else None


def stream(octets: bytes, entry: Entry, notes: Notes) -> Iterator[bytes]:
    """Unpack an entry piece by piece, so that a reader of text can stop early; ends quietly on damage or budget."""
    start, end = entry.packed
    if entry.method not in (STORED, _DEFLATED):
        return
    allowed = min(notes.container_octets, max(1, end - start) * notes.budget.container_ratio)
    pipe = zlib.decompressobj(-15)
    for at in range(start, end, _CHUNK):
        # Small inputs keep the unconsumed tail small: it is copied at every step.
        pending = octets[at : min(at + _CHUNK, end)]
        while pending and not pipe.eof:
            if allowed <= 0:
                notes.overrun("container_octets" if notes.container_octets <= 0 else "container_ratio")
                return
            try:
                piece = pending[:allowed] if entry.method == STORED else pipe.decompress(pending, min(_CHUNK, allowed))
            except zlib.error:
                return
            pending = b"" if entry.method == STORED else pipe.unconsumed_tail
            allowed -= len(piece)
            notes.container_octets -= len(piece)
            yield piece


def peek(octets: bytes, entry: Entry) -> bytes:
    """Unpack the first 4,096 octets of an entry, to tell its kind; empty when it is damaged or packed otherwise."""
    start, end = entry.packed
    head = octets[start : min(end, start + _PEEK)]
    if entry.method == STORED:
        return head
    try:
        return zlib.decompressobj(-15).decompress(head, _PEEK) if entry.method == _DEFLATED else b""
    except zlib.error:
        return b""


def read_tnef(octets: bytes, notes: Notes) -> list[Entry] | None:
    """List the files of a winmail.dat ([MS-OXTNEF] section 2.1.3.3); None when an attribute breaks off."""
    entries: list[Entry] = []
    name, at = b"", _TNEF_HEAD
    for _ in range(_TNEF_ATTRIBUTES):
        if at + _TNEF_ATTRIBUTE.size > len(octets):
            break
        _, attribute, size = _TNEF_ATTRIBUTE.unpack_from(octets, at)
        begin = at + _TNEF_ATTRIBUTE.size
        at = begin + size + 2  # a checksum follows
        if at > len(octets):
            return None
        if attribute == _TNEF_ATTACHMENT:
            name = b""
        elif attribute == _TNEF_TITLE:
            name = octets[begin : begin + size].rstrip(b"\0")
        elif attribute == _TNEF_DATA:
            if notes.container_entries <= 0:
                notes.overrun("container_entries")
                break
            notes.container_entries -= 1
            packed = (begin, begin + size)
            entries.append(Entry(name, is_utf8=False, packed=packed, method=STORED, size_octets=size))
    return entries
