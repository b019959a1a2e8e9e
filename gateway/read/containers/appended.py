"""Archives behind another file: programs that unpack themselves, pictures and documents with an archive at the end."""

from __future__ import annotations

import zlib
from typing import NamedTuple

from gateway.read.containers.zips import find_directory

HOSTS = frozenset(
    {"executable", "script", "jpeg", "png", "gif", "bmp", "webp", "tiff", "heic", "rtf", "doc", "xls", "ppt", "ole",
     "html", "text", "audio", "video", "drawing", "geodata", "font", "model", "icon", "leftover", "certificate"}
)  # fmt: skip
"""Kinds behind which an archive is looked for. PDF has a reader of its own that looks."""
_SEVEN_ZIP, _RAR4, _RAR5, _CABINET = b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07\0", b"Rar!\x1a\x07\x01\0", b"MSCF\0\0\0\0"
_TRIES = 16
"""Places of one signature that are checked: programs that unpack hold it as a constant too."""
_DIRECTORY_ENTRY = b"PK\x01\x02"
_END_SIZE = 22


class Appended(NamedTuple):
    """One archive behind a file."""

    kind: str
    start: int
    """Where it begins; a zip file is found from its end, and begins with the file before it."""


def find_appended(octets: bytes) -> Appended | None:
    """Find an archive that others would open in a file of another kind."""
    directory = find_directory(octets)
    if directory is not None and octets.startswith(_DIRECTORY_ENTRY, directory.start):
        end = directory.start + directory.size
        size = int.from_bytes(octets[end + 20 : end + _END_SIZE], "little")
        # What follows the end record and its comment belongs to the file the archive is a part of.
        if octets.startswith(b"PK\x05\x06", end) and end + _END_SIZE + size == len(octets):
            return Appended("zip", 0)
    for mark, kind in ((_SEVEN_ZIP, "7z"), (_RAR5, "rar"), (_RAR4, "rar"), (_CABINET, "cab")):
        at = octets.find(mark, 1)
        for _ in range(_TRIES):
            if at < 0:
                break
            if _is_archive(octets, at, mark):
                return Appended(kind, at)
            at = octets.find(mark, at + 1)
    return None


def _is_archive(octets: bytes, at: int, mark: bytes) -> bool:
    """Tell an archive from a constant in a program by what follows its signature."""
    head = octets[at : at + 64]
    if mark == _SEVEN_ZIP:
        return len(head) >= 32 and int.from_bytes(head[8:12], "little") == zlib.crc32(head[12:32])
    if mark == _RAR4:
        return len(head) > 20 and head[9] == 0x73
    if mark == _RAR5:
        size = head[12] if len(head) > 12 else 0
        return 0 < size < 0x40 and zlib.crc32(head[12 : 13 + size]) == int.from_bytes(head[8:12], "little")
    # Reserved fields of a cabinet are zero, its version is 1.3 ([MS-CAB] section 2.1).
    return head[24:26] == b"\x03\x01" and 0 < int.from_bytes(head[8:12], "little") <= len(octets) - at
