"""RAR 5 archives (the RAR 5.0 archive format note): taken apart before libarchive sees them, group by group.

The library keeps one window for all files of an archive and loses count of it when they ask for windows of several
sizes (Debian's 3.6.2 then writes outside its memory). So each file that stands for itself is handed over as an archive
of its own, those that continue one another together and only if they agree. Comments, streams and whatever else the
headers carry is left out, and headers whose checksum is wrong end the archive.
"""

from __future__ import annotations

import zlib
from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.read.containers.libarchive import is_available, unpack_all
from gateway.read.containers.unpacked import ArchiveFault, Unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.notes import Notes

RAR5: Final = b"Rar!\x1a\x07\x01\0"
_MAIN, _FILE, _ENCRYPTION, _END = 1, 2, 4, 5
_HAS_EXTRA, _HAS_DATA, _FROM_BEFORE, _GOES_ON = 0x01, 0x02, 0x08, 0x10
_IS_FOLDER, _HAS_TIME, _HAS_CRC, _IS_UNSIZED = 0x01, 0x02, 0x04, 0x08
_IS_SOLID: Final = 0x40
_METHOD, _WINDOW = 0x0380, 0x3C00
_ENCRYPTED, _REDIRECTED = 0x01, 0x05
"""Types of extra records: of a file under a password, and of a link or copy, which has no data.

The latter says of what kind it is, and 0 is none: such a file is like any other to the programs that unpack it."""
_HEADER_OCTETS: Final = 65_536
"""Of one header; the longest name has 2 kB."""
_VINT_OCTETS: Final = 10
_PLAIN_MAIN: Final = (b"\x01\0\0", b"\x01\0\x04")
"""Main headers of an archive whose files stand alone, or continue one another: type, flags, archive flags."""

_PLAIN_END: Final = b"\x05\0\0"


class _Block(NamedTuple):
    """One header with the data behind it."""

    kind: int
    flags: int
    start: int
    end: int
    file: _File
    """`_NO_FILE` for every other kind of block."""


class _File(NamedTuple):
    """What is asked of a file before it is handed on."""

    name: bytes
    size: int
    """Octets unpacked; -1 when the header does not say."""
    method: int
    """Compression information: version, solid, method (0 is stored), window."""
    method_at: int
    """Where that stands in the header."""
    has_data: bool
    """No folder and no link."""
    is_encrypted: bool


_NO_FILE: Final = _File(b"", 0, 0, 0, has_data=False, is_encrypted=False)


def unpack_rar5(octets: bytes, notes: Notes) -> Iterator[Unpacked]:
    """Unpack the files of an archive one after another.

    Raises:
        ArchiveFault: `encrypted` for headers under a password, `malformed` where they break off, `over_budget`,
            `unsupported` without the library.
    """
    head = octets[: len(RAR5)]
    for group in _groups(_blocks(octets)):
        if group[0].kind == _MAIN:
            head = RAR5 + octets[group[0].start : group[0].end]
            continue
        files = [one for one in group if one.file.has_data and not (one.flags & _FROM_BEFORE and one is not group[0])]
        readable = list(takewhile(lambda one: not one.file.is_encrypted and not one.flags & _FROM_BEFORE, files))
        if readable:
            yield from _read_group(_as_archive(octets, head, group), readable, notes)
        for one in files[len(readable) :] if files else group:
            if notes.container_entries <= 0:
                notes.overrun("container_entries")
                raise ArchiveFault("over_budget")
            notes.container_entries -= 1
            if one.file.has_data:
                reason = "split" if files[len(readable)].flags & _FROM_BEFORE else "encrypted"
                yield Unpacked(one.file.name.decode("utf-8", "replace"), None, max(0, one.file.size), reason)


def _as_archive(octets: bytes, head: bytes, group: list[_Block]) -> bytes:
    """Make an archive of the blocks of one group."""
    if any(one.flags & (_FROM_BEFORE | _GOES_ON) for one in group):
        # pieces of one file: where each volume begins stands between them
        return head + octets[group[0].start : group[-1].end] + _framed(_PLAIN_END)
    main = _framed(_PLAIN_MAIN[len(group) > 1])
    further = (octets[one.start : one.end] for one in group[1:])
    return b"".join((RAR5, main, _as_first(octets, group[0]), *further, _framed(_PLAIN_END)))


def _as_first(octets: bytes, block: _Block) -> bytes:
    """Give a block as it would stand where nothing goes before: what is stored is called solid too."""
    if not block.file.method & _IS_SOLID:
        return octets[block.start : block.end]
    size, begin = _vint(octets, block.start + 4)
    head = bytearray(octets[block.start + 4 : begin + size])
    head[begin + block.file.method_at - block.start - 4] &= ~_IS_SOLID
    return zlib.crc32(head).to_bytes(4, "little") + head + octets[begin + size : block.end]


def _read_group(archive: bytes, blocks: list[_Block], notes: Notes) -> Iterator[Unpacked]:
    """Unpack the files of one group; what the library leaves out, or gives otherwise than said, is malformed."""
    reason = "malformed"
    found = unpack_all(archive, "rar", notes)
    for block in blocks:
        file = block.file
        try:
            one = next(found, None)
        except ArchiveFault as fault:
            reason, one = str(fault), None
            if reason == "over_budget" or not is_available():
                raise
        is_cut = one is not None and one.octets is not None and file.size not in (-1, len(one.octets))
        if one is None or is_cut:
            reason = "split" if block.flags & _GOES_ON else reason
            yield Unpacked(file.name.decode("utf-8", "replace"), None, max(0, file.size), reason)
        else:
            yield one


def _groups(blocks: Iterator[_Block]) -> Iterator[list[_Block]]:
    """Give files that continue one another together, every other block of weight alone.

    Raises:
        ArchiveFault: `malformed` when files of one group ask for different windows, `encrypted` for headers.
    """
    group: list[_Block] = []
    fault: ArchiveFault | None = None
    try:
        for block in blocks:
            is_cut = block.flags & (_FROM_BEFORE | _GOES_ON)
            if block.kind == _FILE and not (block.file.has_data and (block.file.method & _METHOD or is_cut)):
                yield [block]  # no window is needed for it: it stands between others and does not part them
            elif block.kind == _FILE:
                if group and not _follows(block, group[-1]):
                    yield group
                    group = []
                group.append(block)
            elif block.kind == _MAIN and not (group and group[-1].flags & _GOES_ON):
                yield from [group] if group else []
                yield [block]
                group = []
    except ArchiveFault as broken:
        fault = broken
    if group:
        yield group
    if fault is not None:
        raise fault


def _follows(block: _Block, before: _Block) -> bool:
    """Tell whether a file is unpacked with what the one before left. Raises ArchiveFault when they do not agree."""
    if not (block.file.method & _IS_SOLID or block.flags & _FROM_BEFORE):
        return False
    if (before.file.method ^ block.file.method) & _WINDOW:
        raise ArchiveFault("malformed")
    return True


def _blocks(octets: bytes) -> Iterator[_Block]:
    """Walk the blocks behind the signature up to the end block. Raises ArchiveFault, `malformed` or `encrypted`."""
    at = len(RAR5)
    while at + 6 < len(octets):
        size, begin = _vint(octets, at + 4)
        end = begin + size
        header = octets[begin:end]
        is_sound = 0 < size <= _HEADER_OCTETS and end <= len(octets)
        if not is_sound or zlib.crc32(octets[at + 4 : end]) != int.from_bytes(octets[at : at + 4], "little"):
            raise ArchiveFault("malformed")
        kind, place = _vint(header, 0)
        if kind == _ENCRYPTION:
            raise ArchiveFault("encrypted")
        flags, place = _vint(header, place)
        extra, place = _vint(header, place) if flags & _HAS_EXTRA else (0, place)
        data, place = _vint(header, place) if flags & _HAS_DATA else (0, place)
        behind = min(end + data, len(octets))
        yield _Block(kind, flags, at, behind, _read_file(header, place, extra) if kind == _FILE else _NO_FILE)
        if kind == _END or end + data > len(octets):
            return
        at = behind


def _read_file(header: bytes, at: int, extra: int) -> _File:
    """Read what a file header says of the file."""
    flags, at = _vint(header, at)
    size, at = _vint(header, at)
    _, at = _vint(header, at)
    at += 4 * bool(flags & _HAS_TIME) + 4 * bool(flags & _HAS_CRC)
    method_at = at
    method, at = _vint(header, at)
    _, at = _vint(header, at)
    length, at = _vint(header, at)
    if at + length > len(header):
        raise ArchiveFault("malformed")
    records = dict(_extra_records(header, len(header) - extra))
    has_data = not flags & _IS_FOLDER and not records.get(_REDIRECTED)
    size = -1 if flags & _IS_UNSIZED else size
    return _File(header[at : at + length], size, method, method_at, has_data, _ENCRYPTED in records)


def _extra_records(header: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Give the types of the extra records at the end of a header, each with the first number it holds."""
    while 0 < at < len(header):
        size, begin = _vint(header, at)
        kind, place = _vint(header, begin)
        yield kind, _vint(header, place)[0] if place < begin + size else 0
        if size <= 0:
            break
        at = begin + size


def _vint(octets: bytes, at: int) -> tuple[int, int]:
    """Read a number of seven bits an octet; answers it and the place behind it. Raises ArchiveFault, `malformed`."""
    value = shift = 0
    for place in range(at, min(at + _VINT_OCTETS, len(octets))):
        value |= (octets[place] & 0x7F) << shift
        if not octets[place] & 0x80:
            return value, place + 1
        shift += 7
    raise ArchiveFault("malformed")


def _framed(header: bytes) -> bytes:
    """Put checksum and size before a header of less than 128 octets."""
    sized = bytes((len(header),)) + header
    return zlib.crc32(sized).to_bytes(4, "little") + sized
