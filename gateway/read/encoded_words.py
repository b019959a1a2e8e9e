"""Encoded words: one unstructured field value to text, RFC 2047 with what clients really send.

Octets of adjacent words of one charset are joined before decoding, because clients cut UTF-8 inside a letter.
Linear in the octets: one pass of a bounded expression, no backtracking between words.
"""

from __future__ import annotations

import binascii
import re

from gateway.read.vietnamese.charsets import decode_text, repair_text

MAX_OCTETS = 102_400
"""Octets of one field value (Budget.field_octets)."""

_WORD = re.compile(rb"=\?([!-<>@-~]{1,64})\?([bBqQ])\?([^?\r\n]{0,8000})\?=")
_BLANK = re.compile(rb"[ \t]*")
_Q_OCTETS = re.compile(rb"(?:=[0-9A-Fa-f]{2})+")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


def _unbase64(encoded: bytes) -> bytes:
    clean = _NOT_BASE64.sub(b"", encoded)
    if len(clean) % 4 == 1:
        clean = clean[:-1]
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def _unquote(encoded: bytes) -> bytes:
    return _Q_OCTETS.sub(lambda m: bytes.fromhex(m[0].replace(b"=", b"").decode("ascii")), encoded.replace(b"_", b" "))


def _decode_run(charset: str, octets: bytes) -> str:
    return decode_text(octets, charset or None)[0]


def decode_encoded_words(raw: bytes) -> str:
    """Decode one field value, folded or not, to NFC text on one line. Never raises.

    Accepts raw UTF-8 and legacy 8-bit octets outside encoded words, spaces inside Q words, broken base64.

    Cites: RFC 2047 sections 2, 4 and 6.2; RFC 2231 section 5 (language suffix).
    """
    value = raw[:MAX_OCTETS].translate(None, b"\r\n")
    if b"=?" not in value:
        return _decode_run("", value).strip()
    pieces: list[tuple[str, list[bytes]]] = []
    at = 0
    for match in _WORD.finditer(value):
        between = value[at : match.start()]
        is_adjacent = bool(pieces) and pieces[-1][0] != "" and _BLANK.fullmatch(between)
        if between and not is_adjacent:
            pieces.append(("", [between]))
        charset = match[1].split(b"*")[0].decode("ascii").lower()
        octets = _unquote(match[3]) if match[2] in b"qQ" else _unbase64(match[3])
        if is_adjacent and pieces[-1][0] == charset:
            pieces[-1][1].append(octets)
        else:
            pieces.append((charset, [octets]))
        at = match.end()
    if value[at:]:
        pieces.append(("", [value[at:]]))
    text = "".join(_decode_run(charset, b"".join(parts)) for charset, parts in pieces)
    return repair_text(text)[0].strip()
