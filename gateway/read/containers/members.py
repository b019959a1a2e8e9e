"""Containers of files -> their members, one at a time: zip, tar, 7z, rar, iso, cab, TNEF and compressed streams.

A container is gone through once. Every member is unpacked within what is left of the budget, or says why it was not;
what is wrong with the container as a whole is known when its members have been seen.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.containers.cab import unpack_cab
from gateway.read.containers.compressed import PIPES, decompress
from gateway.read.containers.iso import has_udf, read_iso
from gateway.read.containers.libarchive import FORMATS, unpack_all
from gateway.read.containers.rar5 import RAR5, unpack_rar5
from gateway.read.containers.tar import read_tar
from gateway.read.containers.tnef import read_tnef
from gateway.read.containers.unpacked import ArchiveFault
from gateway.read.containers.zip_strays import local_entry, stray_entries
from gateway.read.containers.zips import find_directory, read_zip, unpack
from gateway.read.media_kinds import LEFTOVER, is_left_behind, is_left_name
from gateway.read.names import NO_NAME, clean_name, decode_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.containers.unpacked import Unpacked
    from gateway.read.containers.zips import Entry
    from gateway.read.names import FileName
    from gateway.read.notes import Notes

_LISTINGS = {"zip": read_zip, "tar": read_tar, "tnef": read_tnef, "iso": read_iso}
STREAMS = frozenset({"gzip", "xz", "bzip2", "zstd", "compress"})
"""Kinds that hold one file, named by whoever unpacks it."""
CONTAINERS = frozenset({*_LISTINGS, *STREAMS, *FORMATS, "cab"})
"""Kinds that are opened here."""
SPLIT = "split"
"""Reason: one piece of an archive that was cut into several files."""
_PIECE = re.compile(
    r".{1,250}(?:\.(?:7z|zip|rar|tar|gz|bz2|xz|tgz|pdf|docx?)\.\d{2,4}|\.z\d\d|\.[r-v]\d\d|\.part\d{1,4}\.(?:rar|exe|zip|7z))",
    re.IGNORECASE,
)
_ESCAPING = re.compile(r"\A(?:[/\\]|[A-Za-z]:)|(?:\A|[/\\])\.\.(?:[/\\]|\Z)")
"""A path that leads out of the folder an archive is unpacked in."""
_FOLDERS = 64
_HAS_EXTRA, _HAS_NAME = 0x04, 0x08
_NAME_OCTETS = 255
_PIECE_KINDS = frozenset({"unknown", "zip", "7z", "rar", "tar", "gzip", "xz", "bzip2"})
_RAR4 = b"Rar!\x1a\x07\0"
_SPANNED = b"PK\x07\x08"


class Member(NamedTuple):
    """One file of a container."""

    name: FileName
    octets: bytes | None
    """None when it could not be unpacked; then `uninspectable` says why."""
    size_octets: int
    uninspectable: str = ""


class Container:
    """One container being read; iterate once, then ask for `uninspectable` and `is_encrypted`."""

    def __init__(self, octets: bytes, kind: str, notes: Notes) -> None:
        """Open a container of a kind in `CONTAINERS`."""
        self._octets, self._kind, self._notes = octets, kind, notes
        self.uninspectable = ""
        """Why it could not be read to its end; empty when it was."""
        self.is_encrypted = False
        self.folders: set[str] = set()
        """Names of the folders its members stand in; at most 64."""

    def __iter__(self) -> Iterator[Member]:
        if self._kind in PIPES:
            yield from self._stream()
        elif self._kind in _LISTINGS:
            yield from self._listed()
        else:
            yield from self._unpacked()
        if self._notes.overruns and not self.uninspectable:
            self.uninspectable = "over_budget"

    def _stream(self) -> Iterator[Member]:
        plain = decompress(self._octets, PIPES[self._kind], self._notes)
        if plain is None:
            self.uninspectable = self._failure()
        else:
            yield Member(self._named(_stored_name(self._octets, self._kind)), plain, len(plain))

    def _listed(self) -> Iterator[Member]:
        entries = _LISTINGS[self._kind](self._octets, self._notes)
        if entries is None:
            self.uninspectable = SPLIT if _is_piece(self._octets, self._kind) else "malformed"
        for entry in entries or ():
            if not entry.is_folder:
                yield self.open_entry(entry)
        if self._kind == "iso" and not self.uninspectable and has_udf(self._octets):
            # Windows mounts the other file system of such a disc, which may hold other files: none of ours reads it.
            self.uninspectable = "unsupported"
        if self._kind == "zip" and self.uninspectable != SPLIT:
            yield from self._other_readings(entries or [])

    def _other_readings(self, entries: list[Entry]) -> Iterator[Member]:
        """Entries as readers see them that go by the headers before the data, or repair what is cut."""
        octets, notes = self._octets, self._notes
        directory = find_directory(octets) if not self.uninspectable else None
        covered = [(entry.header, entry.packed[1]) for entry in entries if entry.header >= 0]
        if directory is not None:
            covered.append((directory.start, directory.start + directory.size))
        disputed = (local_entry(octets, entry.header) for entry in entries if entry.is_disputed)
        for entry in chain(disputed, stray_entries(octets, covered, notes.container_entries + 1)):
            if entry is None or entry.is_folder:
                continue
            if notes.container_entries <= 0:
                notes.overrun("container_entries")
                return
            notes.container_entries -= 1
            if not self.uninspectable:
                notes.ambiguous("zip_disagreement")
            yield self.open_entry(entry)

    def open_entry(self, entry: Entry) -> Member:
        """Unpack one entry of a zip file, such as a file embedded in an office package."""
        text = entry.name.decode("utf-8", "replace") if entry.is_utf8 else decode_name(entry.name)
        name, reason = self._named(text), entry.uninspectable
        if not reason:
            plain = unpack(self._octets, entry, self._notes)
            if plain is not None:
                return Member(name, plain, len(plain))
            reason = self._failure()
        self.is_encrypted |= reason == "encrypted"
        return Member(name, None, entry.size_octets, reason)

    def _unpacked(self) -> Iterator[Member]:
        if _is_piece(self._octets, self._kind):
            self.uninspectable = SPLIT
        try:
            for found in self._found():
                text = found.name if isinstance(found.name, str) else decode_name(found.name)
                # A single compressed stream has no name of its own; the library calls it `data`.
                name = NO_NAME if self._kind in STREAMS else self._named(text)
                self.is_encrypted |= found.uninspectable == "encrypted"
                yield Member(name, found.octets, found.size_octets, found.uninspectable)
        except ArchiveFault as fault:
            reason = str(fault)
            self.is_encrypted |= reason == "encrypted"
            self.uninspectable = self.uninspectable or reason

    def _found(self) -> Iterator[Unpacked]:
        if self._kind == "cab":
            return unpack_cab(self._octets, self._notes)
        if self._octets.startswith(RAR5):
            return unpack_rar5(self._octets, self._notes)
        return unpack_all(self._octets, self._kind, self._notes)

    def _named(self, text: str) -> FileName:
        name, folder = clean_name(text), text.replace("\\", "/").rpartition("/")[0]
        if folder and len(self.folders) < _FOLDERS:
            self.folders.add(folder)
        if name.is_deceptive or "\0" in text:
            self._notes.ambiguous("deceptive_name")
        if _ESCAPING.search(text):
            self._notes.ambiguous("escaping_name")
        return name

    def _failure(self) -> str:
        return "over_budget" if self._notes.overruns else "malformed"


def _stored_name(octets: bytes, kind: str) -> str:
    """Name a gzip file gives its content (RFC 1952 section 2.3.1), which some programs write it under."""
    if kind != "gzip" or len(octets) < 10 or not octets[3] & _HAS_NAME:
        return ""
    at = 10 + (2 + int.from_bytes(octets[10:12], "little") if octets[3] & _HAS_EXTRA else 0)
    return decode_name(octets[at : at + _NAME_OCTETS].split(b"\0", 1)[0])


def is_piece_name(name: str, kind: str) -> bool:
    """Tell a piece of a split archive by its name, such as `a.7z.001`, `a.z01` or `a.part2.rar`."""
    return kind in _PIECE_KINDS and _PIECE.fullmatch(name) is not None


def reason_by_name(name: str, kind: str, size_octets: int, reason: str) -> str:
    """Say why a file was not read where its name tells more than `reason`: a piece of an archive, a lock of Word."""
    if reason and is_piece_name(name, kind):
        return SPLIT
    if reason == LEFTOVER and not is_left_name(name, size_octets):
        return "unsupported"
    return LEFTOVER if reason and is_left_behind(name, kind, size_octets) else reason


def _is_piece(octets: bytes, kind: str) -> bool:
    """Tell a piece of a split archive by its head: volume flags of rar, the spanning mark of zip (APPNOTE 8.5.3)."""
    if kind == "zip":
        return octets.startswith(_SPANNED) or (find_directory(octets) is None and octets.rfind(b"PK\x05\x06") >= 0)
    if octets.startswith(_RAR4):
        return len(octets) > 12 and octets[9] == 0x73 and bool(octets[10] & 1)
    if octets.startswith(RAR5):
        return _is_rar5_volume(octets)
    return False


def _is_rar5_volume(octets: bytes) -> bool:
    """Read the main archive header: checksum, then size, type, header flags and archive flags as short vints."""
    numbers: list[int] = []
    at = len(RAR5) + 4
    while len(numbers) < 5 and at < min(len(octets), 64):
        value = shift = 0
        while at < len(octets) and shift < 35:
            value |= (octets[at] & 0x7F) << shift
            shift += 7
            at += 1
            if not octets[at - 1] & 0x80:
                break
        numbers.append(value)
    if len(numbers) < 4 or numbers[1] != 1:
        return False
    # The size of an extra area stands before the archive flags when header flag 1 is set.
    flags = numbers[4] if numbers[2] & 1 and len(numbers) > 4 else numbers[3]
    return bool(flags & 1)
