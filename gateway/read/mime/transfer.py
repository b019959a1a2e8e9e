"""Transfer encodings of bodies (RFC 2045 section 6): tolerant decoding, and every other decoding of damaged data.

Readers differ on damaged base64 and quoted-printable: stop, skip, or decode piece by piece. The most tolerant
reading comes first; where others give different octets they follow, so that each can be inspected.
"""

from __future__ import annotations

import binascii
import re
from itertools import islice
from typing import TYPE_CHECKING

import pybase64

from gateway.read.mime.inline_files import find_inline_files

if TYPE_CHECKING:
    from gateway.read.notes import Notes

UUENCODED = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})
"""Names older programs use for a body that is one uuencoded file."""
_IDENTITY = frozenset({"", "7bit", "8bit", "binary"})
_BLANKS = b" \t\r\n\x0b\x0c"
_TAIL_OCTETS = 8
"""Of a body, in which line ends behind its last letters are looked for: programs write one or two."""
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_OTHERS = bytes(octet for octet in range(256) if octet not in _ALPHABET)
_PADDED = re.compile(rb"([^=]*)=*")
_CUT = re.compile(rb"(?<=[A-Za-z0-9+/=])!\r?\n[ \t](?=[A-Za-z0-9+/=])")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_BAD_ESCAPE = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*\r?\n|[ \t]*\Z)")
_PADDED_BREAK = re.compile(rb"=[ \t]{1,200}(\r?\n)")
_ESCAPED = re.compile(rb"=(?:[0-9A-Fa-f]{2}|[ \t]{0,200}\r?\n)")
_STRANGERS = bytes(octet for octet in range(256) if octet <= 0x20 or octet >= 0x7F)
_ALL_ESCAPES = 16
_BAD_ESCAPES = 100_000
"""Damaged escapes of one body up to which the other ways to read them are followed; each costs a microsecond."""
_DROPPED = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*\r?\n|[ \t]*\Z)[^\r\n=]?")
_SEGMENTS = 1_000
"""Paddings inside one body before the rest is left undecoded; real mail has none."""
_DECODINGS = 4
_FOLLOWED_OCTETS = 2_000_000
"""Of damaged quoted-printable that is decoded in several ways; each way costs 0.1 s a megabyte."""


def decode_body(octets: bytes, start: int, end: int, encoding: str, notes: Notes) -> bytes:
    """Decode the body at `[start, end)` from the lower-case transfer encoding."""
    return decode_readings(octets, start, end, encoding, notes)[0]


def decode_readings(octets: bytes, start: int, end: int, encoding: str, notes: Notes) -> list[bytes]:
    """Decode as `decode_body` does, and give what other readers make of damaged data behind it, without repeats."""
    if encoding == "base64":
        return _decode_base64(octets, start, end, notes)
    if encoding == "quoted-printable":
        return _decode_quoted(octets[start:end], notes)
    if encoding in UUENCODED:
        for file in find_inline_files(octets[start:end]):
            return [file.octets]
    if encoding not in _IDENTITY:
        notes.ambiguous("unknown_transfer_encoding")
    return [octets[start:end]]


def _decode_base64(octets: bytes, start: int, end: int, notes: Notes) -> list[bytes]:
    decoded = _decode_lines(octets, start, end)
    if decoded is not None:
        return [decoded]
    try:  # in one pass, which fails at a stranger and at padding with something behind it
        return [pybase64.b64decode(octets[start:end].translate(None, _BLANKS), validate=True)]
    except binascii.Error:
        return _decode_damaged(octets[start:end], notes)


def _decode_lines(octets: bytes, start: int, end: int) -> bytes | None:
    """Decode lines of one length, as programs write them, in a third of the time; None for every other body.

    The decoder skips what is no letter of its alphabet. Of the octets it skipped only line ends were looked at, so all
    others have to account for what came out: every stranger, and padding before the end, makes it shorter.
    """
    tail = octets[max(start, end - _TAIL_OCTETS) : end]
    end -= len(tail) - len(tail.rstrip(b"\r\n"))
    first = octets.find(b"\r\n", start, end)
    if first < 0:
        return None
    stride = first + 2 - start
    returns, feeds = octets[first:end:stride], octets[first + 1 : end : stride]
    lines = len(feeds)
    if returns.count(b"\r") != len(returns) or feeds.count(b"\n") != lines or len(returns) != lines:
        return None
    letters = end - start - 2 * lines
    padding = octets[max(start, end - 2) : end].count(b"=")
    try:
        decoded = pybase64.b64decode(memoryview(octets)[start:end])
    except binascii.Error:
        return None
    return decoded if letters % 4 == 0 and len(decoded) == letters // 4 * 3 - padding else None


def _decode_damaged(raw: bytes, notes: Notes) -> list[bytes]:
    clean = _wrapped(raw, notes).translate(None, _BLANKS)
    kept = clean.translate(None, _OTHERS)
    readings = [_by_segments(kept, notes)]
    if len(kept) != len(clean):
        notes.ambiguous("base64_junk")
        # Readers that stop at the first stranger, and those that know the alphabet of RFC 4648 section 5.
        prefix = re.match(rb"[A-Za-z0-9+/]*", clean)
        readings += [_whole(prefix[0])] if prefix else []
        if b"-" in clean or b"_" in clean:
            readings.append(_by_segments(clean.translate(_URL_SAFE).translate(None, _OTHERS), None))
    first, _, rest = kept.partition(b"=")
    if rest.strip(b"="):
        readings += [_whole(kept.replace(b"=", b"")), _whole(first)]
    return list(dict.fromkeys(readings))[:_DECODINGS]


def _wrapped(raw: bytes, notes: Notes) -> bytes:
    """Undo how old servers cut a line of more than a thousand octets, which scripts write: `!`, a break, a blank."""
    if b"!" not in raw:
        return raw
    joined = _CUT.sub(b"", raw)
    if joined != raw:
        notes.ambiguous("base64_junk")
    return joined


def _by_segments(kept: bytes, notes: Notes | None) -> bytes:
    """Decode each run up to its padding, one behind the other."""
    decoded = []
    for count, match in enumerate(_PADDED.finditer(kept)):
        data = match[1]
        if not match[0] or count >= _SEGMENTS:
            break
        if notes is not None and match.end() < len(kept):
            notes.ambiguous("base64_early_padding")
        if notes is not None and len(data) % 4 == 1:
            notes.ambiguous("base64_malformed")
        decoded.append(_whole(data))
    return b"".join(decoded)


def _whole(data: bytes) -> bytes:
    """Decode letters of the alphabet without padding; one that is left over is dropped."""
    data = data[: len(data) - (len(data) % 4 == 1)]
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4))


def _decode_quoted(raw: bytes, notes: Notes) -> list[bytes]:
    """Decode quoted-printable; readers keep, drop or cut what is no escape."""
    # Blanks behind a soft line break were added on the way (RFC 2045 section 6.7, rule 3).
    readings = [binascii.a2b_qp(_PADDED_BREAK.sub(rb"=\1", raw) if _PADDED_BREAK.search(raw) else raw)]
    if len(raw) > _FOLLOWED_OCTETS:
        if _BAD_ESCAPE.search(raw):
            notes.ambiguous("quoted_printable_malformed")
            notes.ambiguous("too_many_readings")
        return readings
    damaged = sum(1 for _ in islice(_BAD_ESCAPE.finditer(raw), _BAD_ESCAPES + 1))
    if damaged > _BAD_ESCAPES:
        notes.ambiguous("too_many_readings")
    elif damaged:
        readings += [binascii.a2b_qp(_BAD_ESCAPE.sub(b"", raw)), binascii.a2b_qp(_DROPPED.sub(b"", raw))]
    escapes = raw.count(b"=")
    if escapes >= _ALL_ESCAPES and 4 * escapes > len(raw):
        # A body all in escapes is a binary file: some readers pass over whatever else stands between them.
        between = _ESCAPED.sub(b"", raw.strip())
        if between and not between.translate(None, _STRANGERS):
            readings.append(bytes.fromhex(raw.translate(None, _STRANGERS + b"=").decode("ascii")))
    readings = list(dict.fromkeys(readings))[:_DECODINGS]
    if len(readings) > 1 or damaged:
        notes.ambiguous("quoted_printable_malformed")
    return readings
