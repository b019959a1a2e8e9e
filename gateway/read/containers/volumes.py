"""Pieces of one file that was cut for mailing: which attachments belong together, and in what order.

`a.zip.001`, `a.z01` with `a.zip`, `a.part1.rar`, `a.rar` with `a.r00`. Whoever has all of them joins them with a click.
"""

from __future__ import annotations

import re
import struct
import zlib
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_NUMBERED = re.compile(r"(.{1,250})\.(\d{2,4})")
_ZIP = re.compile(r"(.{1,250})\.z(?:ip|(\d{2,3}))", re.IGNORECASE)
_PARTS = re.compile(r"(.{1,250})\.part(\d{1,4})\.(?:rar|exe)", re.IGNORECASE)
_OLD_RAR = re.compile(r"(.{1,250})\.r(?:ar|(\d{2,3}))", re.IGNORECASE)
_LAST = 1 << 20
"""Place of the one that has no number: behind the others for zip, before them for rar."""
_SETS = 16
_END, _ENTRY = b"PK\x05\x06", b"PK\x01\x02"
_ENTRY_FIELDS = struct.Struct("<4s24xHHHH6xI")
"""Signature, sizes of name, extra field and comment, number of the disk, place on it (APPNOTE 4.3.12)."""
_ENTRY_SIZE, _DISK_AT, _PLACE_AT = 46, 34, 42
_ENTRIES = 10_000
_RAR4, _RAR5 = b"Rar!\x1a\x07\0", b"Rar!\x1a\x07\x01\0"
_RAR4_END, _RAR5_END = 0x7B, 0x05
_TAIL = 40
"""Octets from the end in which the last block of a rar volume begins."""
_SPANNED = (b"PK\x07\x08", b"PK00")


class Volumes(NamedTuple):
    """Pieces that belong together, as positions in the list they were found in."""

    name: str
    """Of the whole, without what numbers the pieces."""
    places: tuple[int, ...]
    """In the order the pieces are joined."""
    is_zip: bool
    """Cut by a zip program, which counts offsets from the beginning of each piece."""


def find_volumes(names: Sequence[str]) -> Iterator[Volumes]:
    """Find sets of at least two pieces without a gap among the names of files."""
    found: dict[tuple[str, str], dict[int, int]] = {}
    for place, name in enumerate(names):
        for style, pattern, lone in (("zip", _ZIP, _LAST), ("part", _PARTS, 0), ("rar", _OLD_RAR, -1)):
            match = pattern.fullmatch(name)
            if match is not None:
                number = lone if match[2] is None else int(match[2])
                found.setdefault((style, match[1].lower()), {}).setdefault(number, place)
        match = _NUMBERED.fullmatch(name)
        if match is not None:
            found.setdefault(("number", match[1].lower()), {}).setdefault(int(match[2]), place)
    count = 0
    for (style, name), pieces in found.items():
        order = sorted(pieces)
        if count < _SETS and len(order) > 1 and order[0] <= 1 and _is_gapless(order):
            count += 1
            yield Volumes(name, tuple(pieces[number] for number in order), style == "zip")


def _is_gapless(order: list[int]) -> bool:
    return all(after == before + 1 or after == _LAST for before, after in pairwise(order))


def join_volumes(pieces: Iterable[bytes], *, is_zip: bool) -> bytes:
    """Join pieces; offsets of a cut zip file are counted from the beginning of the whole afterwards."""
    starts, whole = list[int](), bytearray()
    for piece in pieces:
        starts.append(len(whole))
        if piece.startswith(_RAR5) and whole.startswith(_RAR5):
            # Data goes on behind the blocks between: with end and signature left out it is one archive to a reader.
            del whole[_end_block(whole)[0] :]
            whole += piece[len(_RAR5) :]
        else:
            whole += piece
    if is_zip:
        _rebase(whole, starts)
    return bytes(whole)


def lacks_volume(octets: bytes) -> bool:
    """Tell a rar archive that says at its end that another volume follows."""
    return octets.startswith((_RAR4, _RAR5)) and _end_block(octets)[1]


def _end_block(octets: bytes | bytearray) -> tuple[int, bool]:
    """Where the end block of a rar volume begins, and whether it says that another follows."""
    for at in range(max(0, len(octets) - _TAIL), len(octets) - 6):
        block = bytes(octets[at:])
        if octets[:8] == _RAR5:
            # Checksum, then size, type, header flags and end flags in one octet each.
            if block[4] == len(block) - 5 and block[5] == _RAR5_END and _is_sum(block[4:], block[:4]):
                return at, bool(block[7:8] and block[7] & 1)
        elif block[2] == _RAR4_END and block[5:7] == len(block).to_bytes(2, "little"):
            return at, bool(block[3] & 1)
    return len(octets), False


def _is_sum(octets: bytes, checksum: bytes) -> bool:
    return zlib.crc32(octets).to_bytes(4, "little") == checksum


def _rebase(whole: bytearray, starts: list[int]) -> None:
    """Make a cut zip file one whole: its directory then counts from its beginning (APPNOTE 8.5)."""
    end = whole.rfind(_END)
    if end < 0 or end + 22 > len(whole):
        return
    _disk, first, size, place = struct.unpack_from("<HH4xII", whole, end + 4)
    if first >= len(starts):
        return
    struct.pack_into("<HH", whole, end + 4, 0, 0)
    struct.pack_into("<I", whole, end + 16, starts[first] + place)
    at = starts[first] + place
    stop = min(at + size, end)
    for _ in range(_ENTRIES):
        if at + _ENTRY_SIZE > stop:
            break
        magic, name, extra, comment, disk, offset = _ENTRY_FIELDS.unpack_from(whole, at)
        if magic != _ENTRY or disk >= len(starts):
            break
        struct.pack_into("<H", whole, at + _DISK_AT, 0)
        struct.pack_into("<I", whole, at + _PLACE_AT, min(starts[disk] + offset, 0xFFFF_FFFE))
        at += _ENTRY_SIZE + name + extra + comment
    if whole.startswith(_SPANNED):
        whole[:4] = b"\0\0\0\0"
