"""Transfer encodings of bodies (RFC 2045 section 6): tolerant decoding, disagreement noted.

Readers differ on damaged base64: stop at the first padding, or skip it and go on. We decode the longer reading,
whose beginning is the shorter one, and note the ambiguity.
"""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING

from gateway.read.inline_files import find_inline_files

if TYPE_CHECKING:
    from gateway.read.notes import Notes

UUENCODED = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})
"""Names older programs use for a body that is one uuencoded file."""
_IDENTITY = frozenset({"", "7bit", "8bit", "binary"})
_BLANKS = b" \t\r\n\x0b\x0c"
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_PADDED = re.compile(rb"([^=]*)=*")
_BAD_ESCAPE = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*\r?\n|[ \t]*\Z)")
_SEGMENTS = 1_000
"""Paddings inside one body before the rest is left undecoded; real mail has none."""


def decode_body(octets: bytes, start: int, end: int, encoding: str, notes: Notes) -> bytes:
    """Decode the body at `[start, end)` from the lower-case transfer encoding."""
    if encoding == "base64":
        return _decode_base64(octets, start, end, notes)
    if encoding == "quoted-printable":
        raw = octets[start:end]
        if _BAD_ESCAPE.search(raw):
            notes.ambiguous("quoted_printable_malformed")
        return binascii.a2b_qp(raw)
    if encoding in UUENCODED:
        for file in find_inline_files(octets[start:end]):
            return file.octets
    if encoding not in _IDENTITY:
        notes.ambiguous("unknown_transfer_encoding")
    return octets[start:end]


def _decode_base64(octets: bytes, start: int, end: int, notes: Notes) -> bytes:
    padding = octets.find(b"=", start, end)
    is_early = padding >= 0 and bool(octets[padding:end].translate(None, b"=" + _BLANKS))
    if not is_early:
        try:
            decoded = binascii.a2b_base64(memoryview(octets)[start:end])
        except binascii.Error:
            pass
        else:
            if octets[start:end].translate(None, _ALPHABET + _BLANKS):
                notes.ambiguous("base64_junk")
            return decoded
    return _decode_damaged(octets[start:end], notes)


def _decode_damaged(raw: bytes, notes: Notes) -> bytes:
    clean = raw.translate(None, _BLANKS)
    kept = _only_alphabet(clean)
    if len(kept) != len(clean):
        notes.ambiguous("base64_junk")
    decoded = []
    for count, match in enumerate(_PADDED.finditer(kept)):
        data = match[1]
        if not match[0] or count >= _SEGMENTS:
            break
        if match.end() < len(kept):
            notes.ambiguous("base64_early_padding")
        if len(data) % 4 == 1:
            notes.ambiguous("base64_malformed")
            data = data[:-1]
        decoded.append(binascii.a2b_base64(data + b"=" * (-len(data) % 4)))
    return b"".join(decoded)


def _only_alphabet(raw: bytes) -> bytes:
    return raw.translate(None, bytes(octet for octet in range(256) if octet not in _ALPHABET))
