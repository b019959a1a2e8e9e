"""Inflation: does a stream of a PDF grow beyond all measure when its filters are undone?

PDFium inflates without a limit and ends the process when memory runs out, so this is asked before any page
is loaded. Deflate gives at most 1032 octets for one: short streams need no look, and only two layers can grow
a short stream beyond that.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from gateway.read.scans.ascii85 import decode_ascii85

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MAX_OCTETS = 256 * 1024 * 1024
"""Of one stream, and of the long streams of a file together; an A4 page at 600 dpi in colour has 104 million."""
_RATIO = 1032
"""Of deflate (zlib technical details); LZW and run lengths stay far below."""
_ZEROS = 4
"""ASCII85 writes four zero octets as one."""
_BLOCK_OCTETS = 1024 * 1024
_STEP_OCTETS = 4_096
"""Of damaged data undone at once; within the step that fails octet by octet, a microsecond each."""
_GROWING = frozenset({"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"})


class Inflation:
    """The streams of one file, looked at one after the other."""

    def __init__(self) -> None:
        """Begin with nothing inflated."""
        self.is_over = False
        """Some stream has two growing layers, or long streams come to more than `MAX_OCTETS`."""
        self._octets = 0

    def add(self, filters: Iterable[str], length: int, read: Callable[[], bytes]) -> None:
        """Look at one stream.

        Args:
            filters: names as in /Filter, slash included.
            length: octets of the encoded stream.
            read: gives them; called for long deflated streams only.
        """
        names = list(filters)
        growing = [name for name in names if name in _GROWING]
        if len(names) > 1:
            length *= _ZEROS
        if len(growing) > 1:
            self.is_over = True
        elif growing and length * _RATIO > MAX_OCTETS and not self.is_over:
            plain = bare(read(), names[: names.index(growing[0])])
            if plain is not None and "Fl" in growing[0]:
                self._octets += _inflated(plain, MAX_OCTETS - self._octets)
            self.is_over = plain is None or self._octets > MAX_OCTETS


def bare(octets: bytes, armour: list[str]) -> bytes | None:
    """Take ASCII filters off; None when there are others, more than one, or none of their text."""
    try:
        if not armour:
            return octets
        if armour in (["/ASCIIHexDecode"], ["/AHx"]):
            return bytes.fromhex(octets.partition(b">")[0].decode("ascii"))
        if armour in (["/ASCII85Decode"], ["/A85"]):
            return decode_ascii85(octets)
    except ValueError:
        return None
    return None


def _inflated(octets: bytes, limit: int) -> int:
    """Count the octets a deflated stream holds, no further than a block past `limit`."""
    worker, count = zlib.decompressobj(), 0
    try:
        while octets and count <= limit and not worker.eof:
            count += len(worker.decompress(octets, _BLOCK_OCTETS))
            octets = worker.unconsumed_tail
    except zlib.error:
        pass  # what follows is not deflated data: no reader inflates it either
    return count


def inflated(filters: list[str], octets: bytes, limit: int = 8_000_000) -> bytes:
    """Undo no filter or one deflate, at most `limit` octets; empty for anything else and for what is longer."""
    if not filters:
        return octets
    if filters not in (["/FlateDecode"], ["/Fl"]):
        return b""
    found = inflate(octets, limit + 1)
    return b"" if len(found) > limit else found


def inflate(octets: bytes, limit: int) -> bytes:
    """Undo deflate, at most `limit` octets, and where the data is damaged what stands before, as PDF readers do."""
    try:
        return zlib.decompressobj().decompress(octets, limit)
    except zlib.error:
        pass
    worker, found = zlib.decompressobj(), bytearray()
    for start in range(0, len(octets), _STEP_OCTETS):
        block, before = octets[start : start + _STEP_OCTETS], worker.copy()
        try:
            found += worker.decompress(block)
        except zlib.error:
            found += _until_damage(before, block)
            break
        if len(found) > limit:
            break
    return bytes(found[:limit])


def _until_damage(worker: zlib._Decompress, octets: bytes) -> bytes:
    """Undo deflate octet by octet, up to the one that is damaged; what follows is not deflated data."""
    found = bytearray()
    try:
        for place in range(len(octets)):
            found += worker.decompress(octets[place : place + 1])
    except zlib.error:
        pass
    return bytes(found)
