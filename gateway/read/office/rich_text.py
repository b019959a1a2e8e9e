"""Compressed RTF of Outlook messages and TNEF ([MS-OXRTFCP]): LZFu, or stored as it is.

The size the header claims bounds nothing by itself: a token gives at most 17 octets for two, so the output is linear.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

_COMPRESSED, _STORED = b"LZFu", b"MELA"
_HEAD = 16
_WINDOW = 4_096
_SHORTEST = 2
_PREFILL = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain"
    b"\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""What the dictionary holds at the start (section 2.1.2.1)."""
_OUTPUT_OCTETS = 4_000_000


class RichText(NamedTuple):
    """One unpacked body."""

    octets: bytes
    """RTF; empty when the head is not that of compressed RTF."""
    is_intact: bool
    """The checksum of what is packed agrees; readers show such a body either way, or not at all."""


def unpack_rich_text(packed: bytes) -> RichText:
    """Unpack a compressed body, 4 MB at most."""
    kind = packed[8:12]
    if kind == _STORED:
        size = int.from_bytes(packed[4:8], "little")
        return RichText(packed[_HEAD : _HEAD + min(size, _OUTPUT_OCTETS)], is_intact=True)
    if kind != _COMPRESSED:
        return RichText(b"", is_intact=False)
    end = 4 + int.from_bytes(packed[0:4], "little")
    # The checksum is CRC-32 begun at zero and not complemented (section 2.1.3.2).
    checksum = zlib.crc32(packed[_HEAD:end], 0xFFFF_FFFF) ^ 0xFFFF_FFFF
    size = min(int.from_bytes(packed[4:8], "little"), _OUTPUT_OCTETS)
    return RichText(_inflate(packed, size), checksum == int.from_bytes(packed[12:16], "little"))


def _inflate(packed: bytes, size: int) -> bytes:
    """Follow literals and references into the circular dictionary (section 2.2.2.1)."""
    out, at, start = bytearray(_PREFILL), _HEAD, len(_PREFILL)
    while at < len(packed) and len(out) - start < size:
        control = packed[at]
        at += 1
        for bit in range(8):
            if control >> bit & 1:
                reference = int.from_bytes(packed[at : at + 2], "big")
                at += 2
                place, length = reference >> 4, (reference & 0xF) + _SHORTEST
                behind = (len(out) - place) % _WINDOW
                if at > len(packed) or behind == 0:
                    return bytes(out[start : start + size])
                for _ in range(length):
                    out.append(out[-behind] if behind <= len(out) else 0)
            else:
                out += packed[at : at + 1]
                at += 1
    return bytes(out[start : start + size])
