"""Texts of files and bodies: octets to characters under the charset they say or show, markup taken off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.kinds import wide_charset
from gateway.read.vietnamese.charsets import decode_text
from gateway.read.web.html import html_text

if TYPE_CHECKING:
    from gateway.read.notes import Notes

_MARKUP = frozenset({"html", "xml"})
_OCTETS_A_CHARACTER = 4
_UNLABELLED = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252", "cp1252"})
"""Charsets whose octets are told apart by what they are, whichever of them is declared."""
_UTF7 = frozenset({"utf-7", "utf7", "unicode-1-1-utf-7", "csunicode11utf7", "x-unicode-2-0-utf-7"})
"""Old clients know it, and it hides markup and words from whoever does not (RFC 2152)."""
_META_CHARSET = re.compile(rb"""<meta[^<>]{0,200}charset\s{0,4}=\s{0,4}["']?([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)


class Text(NamedTuple):
    """Beginning of a text."""

    text: str
    encoding: str
    """Word of `Marks.encoding`."""


def read_text(octets: bytes, kind: str, charset: str, notes: Notes) -> Text:
    """Decode and strip the beginning of a text of the kinds `html`, `xml` and `text`; its length is charged."""
    limit = notes.budget.text_characters
    head = octets[: limit * _OCTETS_A_CHARACTER * (4 if kind in _MARKUP else 1)]
    notes.charge_text(len(head))
    if kind not in _MARKUP:
        text, encoding = decode_plain(head, charset)
        return Text(text[:limit], encoding)
    declared = _META_CHARSET.search(head[:2_048]) if not charset else None
    source, encoding = decode_plain(head, declared[1].decode("ascii").lower() if declared else charset)
    return Text(html_text(source, limit), encoding)


def plausible_charsets(declared: list[str], markup: bytes) -> list[str]:
    """List charsets that give different texts: the declared ones, and what an HTML document says of itself."""
    found = [one for one in declared if one]
    match = _META_CHARSET.search(markup[:2_048]) if markup else None
    if match is not None:
        found.append(match[1].decode("ascii").lower())
    families: dict[str, str] = {}
    for one in found or [""]:
        families.setdefault("" if one in _UNLABELLED else one, one)
    return list(families.values())


def decode_plain(octets: bytes, charset: str) -> tuple[str, str]:
    """Decode text; a byte order mark or the shape of UTF-16 outweighs what is declared."""
    if octets[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return octets.decode("utf-16", "replace"), "unicode"
    if wide := wide_charset(octets):
        return octets.decode(wide, "replace"), "unicode"
    if charset in _UTF7:
        return octets.decode("utf-7", "replace"), "unicode"
    return decode_text(octets, charset)
