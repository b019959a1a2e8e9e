"""Pieces of one file that was cut for mailing: which attachments belong together, and in what order.

`a.zip.001`, `a.z01` with `a.zip`, `a.part1.rar`, `a.rar` with `a.r00`. Whoever has all of them joins them with a click.
"""

from __future__ import annotations

import re
import struct
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
        whole += piece
    if is_zip:
        _rebase(whole, starts)
    return bytes(whole)


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
