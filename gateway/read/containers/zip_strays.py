"""Entries of a zip file that its central directory leaves out or describes otherwise.

Some readers go by the directory, some by the headers before the data, some repair what is cut: an archive that shows
them different files passes one and opens in the other. Both readings are inspected.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from gateway.read.containers.zips import DEFLATED, LOCAL_SIGNATURE, Entry, obstacle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LOCAL = struct.Struct("<4sHHH8xIIHH")
_LOCAL_SIZE = 30
_NEWEST = 63
"""Version needed to extract of the newest feature (APPNOTE 4.4.3.2); more is no header."""
_NAME_OCTETS = 1_024
_DESCRIBED = 0x8
"""Sizes follow the data (APPNOTE 4.4.4)."""
_IS_UTF8 = 0x800
_NEXT = re.compile(rb"PK(?:\x03\x04|\x01\x02|\x05\x06|\x07\x08)")
_LOOKS = 20_000
"""Places that look like a header; each costs a look."""


def stray_entries(octets: bytes, covered: Iterable[tuple[int, int]], limit: int) -> Iterator[Entry]:
    """Entries whose headers stand outside the octet ranges the directory accounts for; at most `limit`."""
    ranges = sorted((start, end) for start, end in covered if end > start)
    at, looks = 0, 0
    while limit > 0 and looks < _LOOKS:
        looks += 1
        at = octets.find(LOCAL_SIGNATURE, at)
        if at < 0:
            return
        while ranges and ranges[0][1] <= at:
            ranges.pop(0)
        if ranges and ranges[0][0] <= at:
            at = ranges[0][1]
            continue
        entry = local_entry(octets, at)
        if entry is None:
            at += 4
            continue
        limit -= 1
        yield entry
        at = max(at + 4, entry.packed[1] if not entry.uninspectable else at + 4)


def local_entry(octets: bytes, at: int) -> Entry | None:
    """Read one entry by the header before its data; None when that is none."""
    if at + _LOCAL_SIZE > len(octets):
        return None
    magic, version, flags, method, packed, size, name_size, extra = _LOCAL.unpack_from(octets, at)
    name = octets[at + _LOCAL_SIZE : at + _LOCAL_SIZE + name_size]
    if magic != LOCAL_SIGNATURE or version & 0xFF > _NEWEST or not 0 < name_size <= _NAME_OCTETS or method > 99:
        return None
    begin = at + _LOCAL_SIZE + name_size + extra
    if flags & _DESCRIBED and not packed:
        # The data ends by itself, or before the next record.
        following = _NEXT.search(octets, begin)
        end = following.start() if following is not None and method != DEFLATED else len(octets)
    else:
        end = begin + packed
    is_readable = begin <= end <= len(octets)
    reason = obstacle(flags, method, is_readable=is_readable)
    return Entry(name, bool(flags & _IS_UTF8), (begin, end) if is_readable else (0, 0), method, size, reason)
