"""Tag lists, the syntax of DKIM and ARC signatures and of key records (RFC 6376 section 3.2)."""

from __future__ import annotations

import binascii
import re
from typing import NamedTuple

_BLANKS = b" \t\r\n"
# Octets above 127 may stand in mail of SMTPUTF8 (RFC 8616 section 4).
_TAG = re.compile(rb"[ \t\r\n]*([A-Za-z][A-Za-z0-9_]*)[ \t\r\n]*=([^;\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*)(?:;|\Z)")
_NO_BLANKS = re.compile(rb"[ \t\r\n]+")


class TagList(NamedTuple):
    """Tags by their case-sensitive names, and where the value of `b` stands."""

    values: dict[str, bytes]
    """In the order written; values without the blanks around them."""
    signature_span: tuple[int, int] = (0, 0)
    """Octets `[start, end)` between `b=` and the next semicolon or the end; (0, 0) without such a tag."""

    def text(self, name: str, default: str = "") -> str:
        """Give a value as Latin-1, without folds; `default` where the tag is missing."""
        value = self.values.get(name)
        return default if value is None else value.replace(b"\r\n", b"").decode("latin-1")


def parse_tags(raw: bytes) -> TagList | None:
    """Read a tag list; None when any of it is no tag, or a name comes twice: then all of it is invalid."""
    values: dict[str, bytes] = {}
    span = (0, 0)
    position, end = 0, len(raw.rstrip(_BLANKS))
    while position < end:
        match = _TAG.match(raw, position)
        if match is None:
            return None
        name = match[1].decode("ascii")
        if name in values:
            return None
        values[name] = match[2].strip(_BLANKS)
        if name == "b":
            span = match.span(2)
        position = match.end()
    return TagList(values, span) if values else None


def decode_base64(value: bytes) -> bytes | None:
    """Decode base64 with folds in it, padded or not (RFC 6376 section 3.5); None when it is none, or empty."""
    packed = _NO_BLANKS.sub(b"", value)
    try:
        return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4), strict_mode=True) or None
    except binascii.Error:
        return None


def split_list(value: str) -> list[str]:
    """Split a list with colons, blanks around its members taken off."""
    return [member.strip(" \t\r\n") for member in value.split(":")]
