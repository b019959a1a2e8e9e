"""How large a picture of a PDF gets when it is decoded, told without decoding it.

PDFium believes the picture's own header (JPEG, JPEG 2000) beside the numbers in the PDF, and has no limit of its
own: a header of 20 octets can cost ten seconds or a gigabyte. So both are asked before anything is drawn.
"""

from __future__ import annotations

import re
import zlib
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from gateway.read.scans.ascii85 import decode_ascii85

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MAX_PIXELS = 100_000_000
"""Of one picture, and of those placed on one page: A3 at 600 dpi has 70 million, three layers of A4 104 at most."""
JPX_COST = 5
"""JPEG 2000 takes three times the time and five times the memory of JPEG: 40 ns and 19 octets a pixel."""
_JPX_OCTETS = 8_000_000
"""Of one JPEG 2000 picture: its octets cost 190 ns each; a page of 300 dpi in colour has one or two million."""
_MAX_TILES = 20_000
_PEELED_OCTETS = 20_000_000
"""Of a picture inside another layer of coding; a larger one is not looked into and not decoded."""
_JBIG2 = frozenset({"/JBIG2Decode"})
_DCT, _JPX = frozenset({"/DCTDecode", "/DCT"}), frozenset({"/JPXDecode"})
_FLATE, _ASCII85 = frozenset({"/FlateDecode", "/Fl"}), frozenset({"/ASCII85Decode", "/A85"})
_HEXADECIMAL = frozenset({"/ASCIIHexDecode", "/AHx"})
# ITU-T T.81 B.2.2: SOFn, length for one to four components, 8 bits, lines, columns; entropy-coded data has none
# What follows is only looked at: a mark in a comment may not swallow the frame behind it
_FRAME = re.compile(rb"\xff([\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf])\x00[\x0b\x0e\x11\x14]\x08(?=(..)(..))", re.DOTALL)
# ITU-T T.800 A.5.1: SOC and SIZ; right and lower edge, left and upper edge, tile width and height
_CODESTREAM = re.compile(rb"\xff\x4f\xff\x51(?=....(....)(....)(....)(....)(....)(....))", re.DOTALL)


def is_vast(width: object, height: object, filters: Iterable[str], read: Callable[[], bytes]) -> bool:
    """Would drawing a picture take time or memory beyond measure?

    Args:
        width: /Width as the PDF says, whatever it is.
        height: /Height likewise.
        filters: names as in /Filter, slash included.
        read: gives the encoded octets; called for JPEG and JPEG 2000 only.
    """
    sides = [side for side in (width, height) if isinstance(side, int | Decimal)]
    if len(sides) == 2 and sides[0] * sides[1] > MAX_PIXELS:
        return True
    names = list(filters)
    if not names or names[-1] not in _DCT | _JPX | _JBIG2:
        return False
    octets = _peeled(read(), names[:-1])
    return octets is None or _is_vast_stream(names[-1], octets)


def _is_vast_stream(name: str, octets: bytes) -> bool:
    """Ask the picture's own headers."""
    if name in _JBIG2:
        return jbig2_pixels(octets) > MAX_PIXELS
    if name in _DCT:
        frames = [(_number(found[2]) * _number(found[3]), found[1]) for found in _FRAME.finditer(octets)]
        largest = max((pixels for pixels, _ in frames), default=0)
        is_progressive = any(kind in _PROGRESSIVE_KINDS for _, kind in frames)
        return largest > MAX_PIXELS or (is_progressive and _is_many(octets, largest))
    if len(octets) > _JPX_OCTETS:
        return True
    return any(_is_vast_codestream([_number(one) for one in found.groups()]) for found in _CODESTREAM.finditer(octets))


def _is_vast_codestream(sizes: list[int]) -> bool:
    right, lower, left, upper, tile_width, tile_height = sizes
    wide, high = max(0, right - left), max(0, lower - upper)
    tiles = (wide // max(1, tile_width) + 1) * (high // max(1, tile_height) + 1)
    return wide * high * JPX_COST > MAX_PIXELS or tiles > _MAX_TILES


def _number(octets: bytes) -> int:
    return int.from_bytes(octets, "big")


def _peeled(octets: bytes, layers: list[str]) -> bytes | None:
    """Take one common layer off; None for what is no such layer, or holds too much."""
    if not layers:
        return octets
    if len(octets) > _PEELED_OCTETS:
        return None
    try:
        if len(layers) == 1 and layers[0] in _FLATE:
            inner = zlib.decompressobj().decompress(octets, _PEELED_OCTETS)
            return inner if len(inner) < _PEELED_OCTETS else None
        if len(layers) == 1 and layers[0] in _ASCII85:
            return decode_ascii85(octets)
        if len(layers) == 1 and layers[0] in _HEXADECIMAL:
            text = b"".join(octets.partition(b">")[0].split())
            return bytes.fromhex(text[: len(text) // 2 * 2].decode("ascii"))
    except (ValueError, zlib.error):
        pass
    return None


_SCAN_COST = 1_000_000_000
"""Pixels times scans: a progressive JPEG passes over all of its blocks with each; ten scans are usual."""
_START_OF_SCAN, _PROGRESSIVE = b"\xff\xda", re.compile(rb"\xff[\xc2\xca]\x00[\x0b\x0e\x11\x14]\x08")
_PROGRESSIVE_KINDS = (b"\xc2", b"\xca")


def has_many_scans(octets: bytes, pixels: int) -> bool:
    """Would a progressive JPEG (ITU-T T.81 annex G) take too many passes to decode?"""
    return bool(_PROGRESSIVE.search(octets)) and _is_many(octets, pixels)


def _is_many(octets: bytes, pixels: int) -> bool:
    return octets.count(_START_OF_SCAN) * pixels > _SCAN_COST


_UNKNOWN_LENGTH = 0xFFFF_FFFF
_REGIONS = frozenset({4, 6, 7, 20, 22, 23, 36, 38, 39, 40, 42, 43})
_JBIG2_SEGMENTS = 20_000


def jbig2_pixels(octets: bytes) -> int:
    """Sum the pixels of all regions of an embedded JBIG2 stream (ITU-T T.88 section 7.2 and 7.4.1)."""
    at = pixels = 0
    for _ in range(_JBIG2_SEGMENTS):
        if at + 11 > len(octets):
            return pixels
        number, flags, count = _number(octets[at : at + 4]), octets[at + 4], octets[at + 5] >> 5
        at += 6
        if count == 7:
            count = _number(octets[at - 1 : at + 3]) & 0x1FFF_FFFF
            at += 3 + (count + 8) // 8
        at += count * (1 if number <= 256 else 2 if number <= 65_536 else 4) + (4 if flags & 0x40 else 1)
        length, data = _number(octets[at : at + 4]), at + 4
        if flags & 0x3F in _REGIONS:
            pixels += _number(octets[data : data + 4]) * _number(octets[data + 4 : data + 8])
        if length == _UNKNOWN_LENGTH:
            return pixels  # ends where its data says; nothing of ours follows in files scanners write
        at = data + length
    return MAX_PIXELS + 1


def webp_size(octets: bytes) -> tuple[int, int] | None:
    """Width and height of a WebP file (RFC 9649 section 2.5 to 2.7); None when the first chunk is none of its own."""
    kind, head = octets[12:16], octets[20:30]
    if len(head) < 10:
        return None
    if kind == b"VP8X":
        return 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
    if kind == b"VP8 ":
        return (int.from_bytes(head[6:8], "little") & 0x3FFF), (int.from_bytes(head[8:10], "little") & 0x3FFF)
    if kind == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return None


_TIFF_PAGES, _TIFF_FIELDS = 500, 400
"""Pages of one file, fields of one page: faxes have some twenty, cameras a hundred."""


def find_tiff_pages(octets: bytes) -> int | None:
    """Count the pages of a TIFF file (TIFF 6.0 section 2); None when they have no end, or one is overloaded."""
    order: Literal["little", "big"] = "little" if octets[:2] == b"II" else "big"
    seen: set[int] = set()
    at = int.from_bytes(octets[4:8], order)
    while at and at + 2 <= len(octets):
        fields = int.from_bytes(octets[at : at + 2], order)
        if at in seen or len(seen) == _TIFF_PAGES or fields > _TIFF_FIELDS:
            return None
        seen.add(at)
        end = at + 2 + 12 * fields
        at = int.from_bytes(octets[end : end + 4], order)
    return len(seen)
