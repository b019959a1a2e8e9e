"""Tag lists, the syntax of DKIM and ARC signatures and of key records (RFC 6376 section 3.2)."""

from __future__ import annotations

import binascii
from typing import Final, NamedTuple

_BLANKS: Final = " \t\r\n"
_BLANK_OCTETS: Final = b" \t\r\n"
# Octets above 127 may stand in mail of SMTPUTF8 (RFC 8616 section 4).
_CONTROLS: Final = bytes(octet for octet in (*range(32), 127) if octet not in _BLANK_OCTETS)


class TagList(NamedTuple):
    """Tags by their case-sensitive names, and where the value of `b` stands."""

    values: dict[str, str]
    """In the order written, as Latin-1, an octet a character; values without folds and the blanks around them."""
    signature_span: tuple[int, int] = (0, 0)
    """Octets `[start, end)` between `b=` and the next semicolon or the end; (0, 0) without such a tag."""

    def text(self, name: str, default: str = "") -> str:
        """Give a value, `default` where the tag is missing."""
        return self.values.get(name, default)


def parse_tags(raw: bytes) -> TagList | None:
    """Read a tag list; None when any of it is no tag, or a name comes twice: then all of it is invalid."""
    if len(raw.translate(None, _CONTROLS)) < len(raw):
        return None
    parts = raw.decode("latin-1").split(";")
    if not parts[-1].strip(_BLANKS):  # a semicolon ends the last tag too
        parts.pop()
    values: dict[str, str] = {}
    span, position = (0, 0), 0
    for part in parts:
        written, equals, value = part.partition("=")
        name = written.strip(_BLANKS)
        # a letter, then letters, digits and underscores
        if not equals or name in values or not name.isidentifier() or name[0] == "_" or not name.isascii():
            return None
        values[name] = value.strip(_BLANKS).replace("\r\n", "")
        if name == "b":
            span = (position + len(written) + 1, position + len(part))
        position += len(part) + 1
    return TagList(values, span) if values else None


def decode_base64(value: str) -> bytes | None:
    """Decode base64 with folds in it, padded or not (RFC 6376 section 3.5); None when it is none, or empty."""
    packed = value.encode("latin-1").translate(None, _BLANK_OCTETS)
    try:
        return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4), strict_mode=True) or None
    except binascii.Error:
        return None


def split_list(value: str) -> list[str]:
    """Split a list with colons, blanks around its members taken off."""
    return [member.strip(_BLANKS) for member in value.split(":")]
