"""Single compressed streams: gzip, xz, bzip2 and lzma, unpacked in pieces and counted within the container budget."""

from __future__ import annotations

import bz2
import lzma
import zlib
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.read.notes import Notes

_CHUNK = 262_144
_LZMA_MEMORY = 100_000_000
"""Octets a dictionary may take; `xz -9` needs 65 MB."""
_STREAMS = 200
"""Streams one after another in one file: parallel packers write one a megabyte, and each costs a copy of the rest."""


class _Pipe(Protocol):
    """The common part of the decompressors of the standard library."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gzip:
    """zlib in the shape of the other two."""

    def __init__(self) -> None:
        self._pipe = zlib.decompressobj(31)

    @property
    def eof(self) -> bool:
        return self._pipe.eof

    @property
    def needs_input(self) -> bool:
        return not self._pipe.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._pipe.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._pipe.decompress(self._pipe.unconsumed_tail + data, max(0, max_length))


def _xz() -> _Pipe:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_LZMA_MEMORY)


def _lzma_alone() -> _Pipe:
    return lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_LZMA_MEMORY)


PIPES: dict[str, Callable[[], _Pipe]] = {
    "gzip": _Gzip,
    "xz": _xz,
    "bzip2": bz2.BZ2Decompressor,
    "lzma": _lzma_alone,
}
"""Kind to a fresh decompressor."""


def decompress(packed: bytes, make: Callable[[], _Pipe], notes: Notes) -> bytes | None:
    """Unpack all streams of a file; None when it breaks off, is damaged, or exceeds ratio or octets (then noted).

    Several streams one after another are one file (RFC 1952 section 2.2; the xz format section 2); what follows the
    last one and is no stream is left out, as the command line tools do.
    """
    ratio = notes.unpacked_limit(len(packed))
    allowed = min(notes.container_octets, ratio)
    pieces: list[bytes] = []
    count, rest, is_whole = 0, packed, False
    for _ in range(_STREAMS):
        try:
            piece, rest, is_whole = _one(make(), rest, allowed - count + 1)
        except (zlib.error, lzma.LZMAError, OSError, EOFError, MemoryError):
            break  # the first stream is damaged, or what follows the last whole one is none
        pieces.append(piece)
        count += len(piece)
        if count > allowed or not is_whole or not rest.strip(b"\0"):
            break
    else:
        is_whole = False
    notes.container_octets -= min(count, notes.container_octets)
    if count > allowed:
        notes.overrun("container_ratio" if allowed == ratio else "container_octets")
        return None
    return b"".join(pieces) if is_whole else None


def _one(pipe: _Pipe, packed: bytes, limit: int) -> tuple[bytes, bytes, bool]:
    """Unpack one stream: its octets, what follows it, and whether it ended."""
    pieces = [pipe.decompress(packed, limit)]
    count = len(pieces[0])
    while not pipe.eof and not pipe.needs_input and count < limit:
        piece = pipe.decompress(b"", limit - count)
        if not piece:
            break
        pieces.append(piece)
        count += len(piece)
    return b"".join(pieces), pipe.unused_data if pipe.eof else b"", pipe.eof
