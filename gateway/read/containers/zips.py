"""Zip files opened in memory, within the container budgets.

An own reader of the directory instead of the standard library's: it builds no objects before the number of
entries is known to be within budget, and inflates no further than asked.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.containers.compressed import PIPES, decompress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.notes import Notes

_END = b"PK\x05\x06"
_END_SIZE = 22
_COMMENT = 65_535
_ENTRY = b"PK\x01\x02"
LOCAL_SIGNATURE = b"PK\x03\x04"
_ENTRY_FIELDS = struct.Struct("<4s4xHH4xIIIHHH8xI")
_LOCAL = struct.Struct("<4s2xHH8xI4xHH")
_WIDE, _WIDE_DISK = 0xFFFF_FFFF, 0xFFFF
"""What stands in a field whose value is in the zip64 records (APPNOTE 4.4.1.4)."""
_LOCATOR = struct.Struct("<8xQ4x")
_WIDE_END = struct.Struct("<40xQQ")
_IS_ENCRYPTED = 0x1
_DESCRIBED = 0x8
"""Sizes follow the data instead (APPNOTE 4.4.4)."""
_UNICODE_PATH, _UNICODE_KIND = b"up", 0x7075
_IS_UTF8 = 0x800
STORED, DEFLATED, _BZIP2, _LZMA = 0, 8, 12, 14
_CHUNK = 65_536
_PEEK = 4_096
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
    header: int = -1
    """Where the header before its data stands; negative when there is none."""
    is_disputed: bool = False
    """That header describes the data otherwise than the directory does."""

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
    sums: dict[bytes, tuple[int, int]] = {}
    while at + _ENTRY_FIELDS.size <= stop and len(entries) <= limit:
        magic, flags, method, crc, packed, size, name_size, extra, comment, offset = _ENTRY_FIELDS.unpack_from(
            octets, at
        )
        if magic != _ENTRY:
            return None
        behind = at + _ENTRY_FIELDS.size + name_size
        name = octets[at + _ENTRY_FIELDS.size : behind]
        if _WIDE in (packed, size, offset):
            size, packed, offset = _wide_sizes(octets[behind : behind + extra], size, packed, offset)
        at = behind + extra + comment
        local = directory.shift + offset
        data, said = _local_data(octets, local, packed)
        fields = octets[behind : behind + extra]
        is_disputed = data is not None and not _agrees(said, flags, method, packed, name)
        # Some programs list a folder, or the same file, twice.
        if is_disputed or sums.setdefault(name, (crc, size)) != (crc, size):
            notes.ambiguous("zip_disagreement")
        reason = obstacle(flags, method, is_readable=data is not None)
        shown = _unicode_path(fields, name)
        is_utf8 = bool(flags & _IS_UTF8) or shown != name
        header = local if data is not None else -1
        entries.append(Entry(shown, is_utf8, data or (0, 0), method, size, reason, header, is_disputed))
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


def obstacle(flags: int, method: int, *, is_readable: bool) -> str:
    """Say why an entry with these flags and this method cannot be unpacked; empty when it can."""
    if flags & _IS_ENCRYPTED:
        return "encrypted"
    if not is_readable:
        return "malformed"
    return "" if method in (STORED, DEFLATED, _BZIP2, _LZMA) else "unsupported"


class _Local(NamedTuple):
    """What the header before the data says."""

    flags: int
    method: int
    packed: int
    name: bytes


def _local_data(octets: bytes, at: int, packed: int) -> tuple[tuple[int, int] | None, _Local]:
    """Where the data of an entry stands; None without a header before it."""
    if at + 30 > len(octets):
        return None, _Local(0, 0, 0, b"")
    magic, flags, method, said, name_size, extra = _LOCAL.unpack_from(octets, at)
    begin = at + 30 + name_size + extra
    local = _Local(flags, method, said, octets[at + 30 : at + 30 + name_size])
    if magic != LOCAL_SIGNATURE or begin + packed > len(octets):
        return None, local
    return (begin, begin + packed), local


def _agrees(local: _Local, flags: int, method: int, packed: int, name: bytes) -> bool:
    """Tell whether both headers of an entry say the same where readers may go by either.

    Which way the slashes of a path lean is no difference: programs for Windows have written one each.
    """
    is_sized = local.flags & _DESCRIBED or local.packed in (packed, _WIDE)
    is_named = local.name == name or local.name.replace(b"\\", b"/") == name.replace(b"\\", b"/")
    return bool(is_sized) and is_named and (local.method, local.flags & 1) == (method, flags & 1)


def _unicode_path(fields: bytes, name: bytes) -> bytes:
    """Take the name from the Unicode path field where it belongs to this name (APPNOTE 4.6.9)."""
    at = 0
    while _UNICODE_PATH in fields[at:] and at + 4 <= len(fields):
        kind, length = struct.unpack_from("<HH", fields, at)
        value = fields[at + 4 : at + 4 + length]
        if kind == _UNICODE_KIND and len(value) > 5 and int.from_bytes(value[1:5], "little") == zlib.crc32(name):
            return value[5:]
        at += 4 + length
    return name


def unpack(octets: bytes, entry: Entry, notes: Notes) -> bytes | None:
    """Unpack one entry within what is left of the budget; None when it is over budget or damaged."""
    start, end = entry.packed
    if entry.method == STORED:
        if end - start > notes.container_octets:
            notes.overrun("container_octets")
            return None
        notes.container_octets -= end - start
        return octets[start:end]
    if entry.method == DEFLATED:
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
    ratio = notes.unpacked_limit(len(packed))
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
    if entry.method not in (STORED, DEFLATED):
        return
    allowed = min(notes.container_octets, notes.unpacked_limit(end - start))
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
        return zlib.decompressobj(-15).decompress(head, _PEEK) if entry.method == DEFLATED else b""
    except zlib.error:
        return b""
