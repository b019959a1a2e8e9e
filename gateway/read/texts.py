"""Texts of files and bodies: octets to characters under the charset they say or show, markup taken off.

What they give has one paragraph a line and the cells of a row between tabs; of a body, what is quoted is told apart.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.kinds import wide_charset
from gateway.read.mime.paragraphs import joined_text, plain_lines
from gateway.read.mime.quotes import BodyText, part_quotes
from gateway.read.vietnamese.charsets import decode_text
from gateway.read.vietnamese.icalendar import tell_calendars
from gateway.read.web.data_text import data_text, xml_fields
from gateway.read.web.html import html_lines, html_text, xml_text

if TYPE_CHECKING:
    from gateway.read.notes import Notes

_FOLD = re.compile(rb"\r?\n[ \t]")
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


class Flow(NamedTuple):
    """How the lines of a text/plain body are declared to be cut (RFC 3676)."""

    is_flowed: bool
    """format=flowed."""
    is_delsp: bool
    """DelSp=yes."""


NOT_FLOWED = Flow(is_flowed=False, is_delsp=False)


class Body(NamedTuple):
    """Beginning of a body."""

    text: BodyText
    encoding: str
    """Word of `Marks.encoding`."""


def read_text(octets: bytes, kind: str, charset: str, notes: Notes) -> Text:
    """Decode and strip the beginning of a text of the kinds `html`, `xml` and `text`; its length is charged."""
    source, encoding = _decoded(octets, kind, charset, notes)
    limit = notes.budget.text_characters
    if kind == "html":
        return Text(html_text(source, limit), encoding)
    if kind == "xml":
        # What is not well-formed has its tags taken off.
        return Text(xml_fields(source, limit) or xml_text(source, limit), encoding)
    if kind != "text":
        return Text(source[:limit], encoding)
    data = data_text(source, limit)
    return Text(joined_text(source[:limit]) if data is None else data, encoding)


def read_body(octets: bytes, kind: str, charset: str, notes: Notes, flow: Flow = NOT_FLOWED) -> Body:
    """Decode the beginning of a body of the kinds `html`, `ics` and `text` and put it together; charged as a text."""
    source, encoding = _decoded(octets, kind, charset, notes)
    limit = notes.budget.text_characters
    if kind == "html":
        lines = html_lines(source, limit)
    elif kind == "ics":
        told = tell_calendars(source[:limit])
        return Body(BodyText(told.text, subjects=told.headings, asides=told.asides), encoding)
    else:
        lines = plain_lines(source[:limit], is_flowed=flow.is_flowed, is_delsp=flow.is_delsp)
    return Body(part_quotes(lines), encoding)


def outlook_bodies(plain: str, markup: bytes, rich: str, notes: Notes) -> list[BodyText]:
    """Put together the forms in which Outlook keeps one body, without those that say the same."""
    found = [part_quotes(plain_lines(plain)), part_quotes(plain_lines(rich))]
    if markup:
        found.insert(1, read_body(markup, "html", "", notes).text)
    return [one for one in dict.fromkeys(found) if one.own.strip() or one.quoted]


def _decoded(octets: bytes, kind: str, charset: str, notes: Notes) -> tuple[str, str]:
    """Decode the beginning of a text; the second is a word of `Marks.encoding`."""
    limit = notes.budget.text_characters
    head = octets[: limit * _OCTETS_A_CHARACTER * (4 if kind in _MARKUP else 1)]
    notes.charge_text(len(head))
    if kind == "ics" and b"QUOTED-PRINTABLE" not in head.upper():
        head = _FOLD.sub(b"", head)  # may stand within a letter (RFC 5545 section 3.1); quoted-printable has none
    if kind in _MARKUP and not charset:
        declared = _META_CHARSET.search(head[:2_048])
        charset = declared[1].decode("ascii").lower() if declared else charset
    return decode_plain(head, charset)


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
