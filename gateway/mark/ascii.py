"""Words for the wire: Vietnamese without diacritics, names made harmless, texts cut at a word.

Replies are ASCII unless the transaction used SMTPUTF8 (RFC 5321 section 4.2, RFC 6531 section 3.7.4.2),
and many clients garble the rest anyway, so Vietnamese is written without diacritics on the wire.
"""

from __future__ import annotations

import re

from gateway.values.pack import ascii_form

MAX_FILE_NAME = 60
"""Characters of a file name in a reply: the first line must also hold rule, id and reason."""
MAX_FOLDED_INPUT = 8_192
"""Characters looked at by `fold_vietnamese`; a reply never needs more."""

_QUOTES_AND_BRACKETS = str.maketrans(dict.fromkeys("\"'`<>\\%", None))


def fold_vietnamese(text: str) -> str:
    """Write text as printable ASCII: diacritics dropped, đ as d, other letters as `?`, white space as one space."""
    if text.isascii() and text.isprintable():
        return " ".join(text[:MAX_FOLDED_INPUT].split())
    spaced = "".join(max(" ", character) for character in text[:MAX_FOLDED_INPUT])
    return " ".join(ascii_form(spaced).split())


def safe_file_name(name: str) -> str:
    """Make a hostile file name fit to be quoted in a reply: ASCII, no quotes, at most MAX_FILE_NAME characters.

    A long name is cut in the middle, so that its start and its extension both stay readable.
    """
    plain = " ".join(fold_vietnamese(name).translate(_QUOTES_AND_BRACKETS).split())
    if len(plain) <= MAX_FILE_NAME:
        return plain
    tail = plain[-16:]
    return plain[: MAX_FILE_NAME - len(tail) - 3] + "..." + tail


def cut_at_word(text: str, limit: int) -> tuple[str, ...]:
    """Cut ASCII text into pieces of at most `limit` characters, at spaces where there are any."""
    pieces = []
    rest = text.strip()
    while len(rest) > limit:
        place = rest.rfind(" ", limit // 2, limit + 1)
        if place < 0:
            place = limit
        pieces.append(rest[:place].rstrip())
        rest = rest[place:].lstrip()
    return (*pieces, rest) if rest else tuple(pieces)


_TOKEN_OTHERS = re.compile(r"[^A-Za-z0-9.@_/+-]")


def token(text: str, limit: int = 64) -> str:
    """Make one word of a structured field: letters, digits and `. @ _ / + -`, others as `_`; `-` when empty."""
    return _TOKEN_OTHERS.sub("_", text[:limit]) or "-"
