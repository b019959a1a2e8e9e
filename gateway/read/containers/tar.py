"""Tape archives (ustar, GNU and pax headers, POSIX.1-2017 pax): entries with their whole names, nothing copied."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.read.containers.zips import STORED, Entry

if TYPE_CHECKING:
    from gateway.read.notes import Notes

BLOCK = 512
_NAME_OCTETS = 4_096
_FILES = (b"0", b"\0", b"7")
_GNU_NAME, _PAX, _PAX_GLOBAL, _SPARSE = b"L", b"x", b"g", b"S"
_PAX_RECORDS = 100
_LINKS = (b"1", b"2")
_ESCAPING = re.compile(rb"/|(?:[^\0]{0,4096}/)?\.\.(?:/|\0|\Z)")
"""A link out of the folder the archive is unpacked in: what follows may be written through it."""
_OCTET = re.compile(rb"[^\0]")


def is_tar(head: bytes) -> bool:
    """Tell a tape archive by its magic, or by its checksum where the header is older than any magic."""
    if head[257:262] == b"ustar":
        return True
    expected = _number(head[148:156])
    if len(head) < BLOCK or not expected or not head[:1].strip(b"\0"):
        return False
    return sum(head[:148]) + 8 * 0x20 + sum(head[156:BLOCK]) == expected


def read_tar(octets: bytes, notes: Notes) -> list[Entry] | None:
    """List the regular files of a tape archive; None when a header is malformed."""
    entries: list[Entry] = []
    at, long_name, pax = 0, b"", dict[bytes, bytes]()
    while at + BLOCK <= len(octets):
        # A header may have an empty name: what ends an archive is a block that is no header, and looking behind it
        # gives one that is, or the end of the file. So every turn goes on.
        if not octets[at] and not is_tar(octets[at : at + BLOCK]):
            at = _behind_end(octets, at, notes)
            continue
        if notes.container_entries <= 0:
            notes.overrun("container_entries")
            break
        notes.container_entries -= 1
        header, begin = octets[at : at + BLOCK], at + BLOCK
        kind = header[156:157]
        claimed = pax.get(b"size", b"") if kind in _FILES else b""
        size = int(claimed) if claimed.isdigit() and len(claimed) < 16 else _number(header[124:136])
        if size is None or begin + size > len(octets):
            return None
        at = begin + -(-size // BLOCK) * BLOCK
        if kind == _GNU_NAME:
            long_name = octets[begin : begin + min(size, _NAME_OCTETS)].rstrip(b"\0")
        elif kind == _PAX:
            pax = _pax_records(octets[begin : begin + min(size, 16 * _NAME_OCTETS)])
        elif kind in _LINKS and _ESCAPING.match(pax.get(b"linkpath") or header[157:257]):
            notes.ambiguous("escaping_name")
        elif kind != _PAX_GLOBAL:
            name = pax.get(b"path") or long_name or _short_name(header)
            is_sparse = kind == _SPARSE or any(key.startswith(b"GNU.sparse") for key in pax)
            if kind in _FILES or is_sparse:
                reason = "unsupported" if is_sparse else ""
                entries.append(Entry(name, b"path" in pax, (begin, begin + size), STORED, size, reason))
            long_name, pax = b"", {}
    return entries


def _behind_end(octets: bytes, at: int, notes: Notes) -> int:
    """Find where entries go on behind the blocks of zeros that end an archive; some readers go on there too."""
    found = _OCTET.search(octets, at)
    begin = found.start() - (found.start() - at) % BLOCK if found else len(octets)
    if not is_tar(octets[begin : begin + BLOCK]):
        return len(octets)
    notes.ambiguous("archive_continues")
    return begin


def _number(field: bytes) -> int | None:
    """Read an octal field, or the base-256 one of GNU for large files; None when it is neither."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[4:], "big")
    try:
        value = int(field.strip(b" \0") or b"0", 8)
    except ValueError:
        return None
    return value if value >= 0 else None


def _short_name(header: bytes) -> bytes:
    name = header[:100].split(b"\0", 1)[0]
    prefix = header[345:500].split(b"\0", 1)[0] if header[257:263] == b"ustar\0" else b""
    return prefix + b"/" + name if prefix else name


def _pax_records(octets: bytes) -> dict[bytes, bytes]:
    """Read `length key=value` records; what breaks off is left out."""
    records: dict[bytes, bytes] = {}
    at = 0
    for _ in range(_PAX_RECORDS):
        length, blank, _rest = octets[at : at + 24].partition(b" ")
        if not blank or not length.isdigit() or int(length) <= len(length) + 1:
            break
        record = octets[at + len(length) + 1 : at + int(length) - 1]
        key, equals, value = record.partition(b"=")
        if equals:
            records[key[:64]] = value[:_NAME_OCTETS]
        at += int(length)
    return records
