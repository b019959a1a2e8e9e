"""Names in an OLE2 compound file ([MS-CFB]): a bounded walk along its directory chain, nothing else."""

from __future__ import annotations

import struct

_ENTRY = 128
_ENTRIES = 4_096
"""Directory entries looked at; a document has some tens."""
_HEADER_DIFAT = 109
_FREE = 0xFFFF_FFF0
"""Sector numbers from here on are marks, not sectors (section 2.1)."""


def read_ole_names(octets: bytes) -> frozenset[str]:
    """Names of all storages and streams; empty when the directory cannot be followed."""
    if len(octets) < 512:
        return frozenset()
    (shift,) = struct.unpack_from("<H", octets, 30)
    (sector,) = struct.unpack_from("<I", octets, 48)
    if shift not in (9, 12):
        return frozenset()
    size = 1 << shift
    fat_sectors = struct.unpack_from(f"<{_HEADER_DIFAT}I", octets, 76)
    names: set[str] = set()
    for _ in range(_ENTRIES * _ENTRY // size):
        begin = (sector + 1) * size
        if sector >= _FREE or begin >= len(octets):
            break
        names.update(_names(octets[begin : begin + size]))
        sector = _next_sector(octets, fat_sectors, sector, size)
    return frozenset(names)


def _names(directory: bytes) -> list[str]:
    found = []
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        length = int.from_bytes(directory[at + 64 : at + 66], "little")
        if 2 <= length <= 64 and directory[at + 66]:
            found.append(directory[at : at + length - 2].decode("utf-16-le", "replace"))
    return found


def _next_sector(octets: bytes, fat_sectors: tuple[int, ...], sector: int, size: int) -> int:
    """Follow the sector allocation table; only the part of it the header points at (6.8 MB of 512-octet sectors)."""
    index, within = divmod(sector, size // 4)
    if index >= len(fat_sectors) or fat_sectors[index] >= _FREE:
        return _FREE
    at = (fat_sectors[index] + 1) * size + 4 * within
    return int.from_bytes(octets[at : at + 4], "little") if at + 4 <= len(octets) else _FREE
