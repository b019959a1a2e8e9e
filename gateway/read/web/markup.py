"""HTML beside its text: files carried in it, scripts and forms, text that is written but not shown.

A page may bring a whole file in a `data:` address or in a string of its script and hand it to the reader's disk
("HTML smuggling"): no part of the mail is that file. Linear: bounded expressions, one pass for each.
"""

from __future__ import annotations

import binascii
import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from gateway.read.kinds import sniff
from gateway.read.web.html import html_text

_FILES = 20
"""Files looked for in one page."""
_DATA = re.compile(
    rb"data:[a-z0-9.+/-]{0,100}(?:(?!;base64,);[a-z0-9=_.-]{1,60}){0,4}(;base64)?,([A-Za-z0-9+/=%_.~!*'();:@&$?#\[\]-]{16,})",
    re.IGNORECASE,
)
_STRING = re.compile(rb"[\"'`]([A-Za-z0-9+/]{200,}={0,2})[\"'`]")
_ESCAPES = re.compile(rb"(?:\\x[0-9A-Fa-f]{2}){100,}")
_NUMBERS = re.compile(rb"\[ ?((?:\d{1,3}, ?){100,}\d{1,3})")
_DOWNLOAD = re.compile(rb"download\s{0,4}=\s{0,4}[\"']([^\"'<>\r\n]{1,255})[\"']", re.IGNORECASE)
_PICTURES = frozenset({"png", "jpeg", "gif", "webp", "bmp", "tiff", "heic"})
_PLAIN = frozenset({"text", "unknown", "empty", "xml", "ics"})
_SCRIPT = re.compile(r"<script\b|\bjavascript:|<[a-z][^<>]{0,500}\son[a-z]{3,20}\s{0,4}=", re.IGNORECASE)
_HANDLER_HINT = re.compile(r"on(?<=\son)[a-z]{3,20}\s{0,4}=")
_TRAITS = (
    ("form", re.compile(r"<form\b|<input\b[^<>]{0,200}type\s{0,4}=\s{0,4}[\"']?password", re.IGNORECASE)),
    ("refresh", re.compile(r"<meta\b[^<>]{0,200}http-equiv\s{0,4}=\s{0,4}[\"']?refresh", re.IGNORECASE)),
    ("object", re.compile(r"<(?:iframe|object|embed|applet|frame|base)\b", re.IGNORECASE)),
    ("conditional", re.compile(r"<!--\[if\b", re.IGNORECASE)),
)
"""Words of `PartFacts.markup` and what shows them."""
_UNSHOWN = re.compile(
    r"<[a-z][^<>]{0,500}(?:display\s{0,4}:\s{0,4}none|visibility\s{0,4}:\s{0,4}hidden|mso-hide\s{0,4}:\s{0,4}all"
    r"|font-size\s{0,4}:\s{0,4}0(?:px|pt|em|%)?\s{0,4}[;\"']|opacity\s{0,4}:\s{0,4}0\s{0,4}[;\"']|\shidden[\s>])"
    r"[^<>]{0,500}>[^<]{0,200}?[^\W_]",
    re.IGNORECASE,
)
_UNSHOWN_HINTS = tuple(
    map(
        re.compile,
        (r"display\s{0,4}:\s{0,4}none", r"visibility\s{0,4}:\s{0,4}hidden", r"mso-hide", r"font-size\s{0,4}:\s{0,4}0",
         r"opacity\s{0,4}:\s{0,4}0", r"hidden[\s>]"),
    )
)  # fmt: skip
_WHITE_HINT = re.compile(r"color\s{0,4}[:=]\s{0,4}[\"']?(?:#fff|white)")
"""Hints begin with a word and are looked for in lower case, which is fast; only then it is looked at tags and text."""
_WHITE = re.compile(
    r"<[a-z][^<>]{0,500}[;\"'\s]color\s{0,4}[:=]\s{0,4}[\"']?(?:#fff(?:fff)?|white)\b[^<>]{0,500}>[^<]{0,200}?[^\W_]",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"<!--|<template\b[^<>]{0,500}>", re.IGNORECASE)
_ASIDES = 200
_ASIDE_CHARACTERS = 60_000
_SOURCE_CHARACTERS = 1_000_000


class MarkupFile(NamedTuple):
    """One file a page carries."""

    name: bytes
    """As its link proposes it; empty when it does not."""
    octets: bytes


class Markup(NamedTuple):
    """What a page holds beside its text."""

    traits: tuple[str, ...]
    """Sorted words: `script`, `form`, `refresh`, `object`, `conditional`, `file`, `hidden_text`."""
    files: tuple[MarkupFile, ...]
    aside: str
    """Text of comments and templates: shown by no browser, by Outlook in part."""

    @property
    def is_active(self) -> bool:
        """Tell whether a script may hand a file to the reader."""
        return "script" in self.traits and "file" in self.traits


NO_MARKUP = Markup((), (), "")


def read_markup(octets: bytes) -> Markup:
    """Read what an HTML document in an encoding that keeps ASCII holds beside its text."""
    source = octets[:_SOURCE_CHARACTERS].decode("utf-8", "replace")
    if "\0" in source:  # UTF-16: ASCII shows once the zeros are gone
        octets = octets.replace(b"\0", b"")
        source = source.replace("\0", "")
    files = _files(octets)
    lower = source.lower()
    traits = {name for name, pattern in _TRAITS if pattern.search(source)}
    if _has_script(source, lower):
        traits.add("script")
    if _hides_text(source, lower):
        traits.add("hidden_text")
    if files:
        traits.add("file")
    return Markup(tuple(sorted(traits)), files, _aside(source))


def _has_script(source: str, lower: str) -> bool:
    is_hinted = "<script" in lower or "javascript:" in lower or _HANDLER_HINT.search(lower)
    return bool(is_hinted and _SCRIPT.search(source))


def _hides_text(source: str, lower: str) -> bool:
    """Tell whether text stands in the page that its style keeps from being seen."""
    if any(hint.search(lower) for hint in _UNSHOWN_HINTS) and _UNSHOWN.search(source):
        return True
    has_background = "background" in lower or "bgcolor" in lower
    return not has_background and bool(_WHITE_HINT.search(lower) and _WHITE.search(source))


def _files(octets: bytes) -> tuple[MarkupFile, ...]:
    """Files of the page, pictures it shows left out."""
    lower = octets.lower()
    found: list[bytes] = []
    for pattern, decode, hint in (
        (_DATA, _from_data_uri, b"data:"),
        (_STRING, _from_base64, b""),
        (_ESCAPES, _from_hex, b"\\x"),
        (_NUMBERS, _from_numbers, b"["),
    ):
        if hint not in lower:
            continue
        for count, match in enumerate(pattern.finditer(octets)):
            if count >= _FILES * 10 or len(found) >= _FILES:
                break
            data = decode(match)
            kind = sniff(data)
            is_file = kind not in _PICTURES | _PLAIN and (pattern is _DATA or kind != "html")
            if is_file and data not in found:
                found.append(data)
    if not found:
        return ()
    names = [match[1] for _, match in zip(range(_FILES), _DOWNLOAD.finditer(octets), strict=False)]
    return tuple(MarkupFile(names[at] if at < len(names) else b"", data) for at, data in enumerate(found))


def _base64(text: bytes) -> bytes:
    clean = text.translate(None, b"=")
    return binascii.a2b_base64(clean[: len(clean) - (len(clean) % 4 == 1)] + b"===")


def _from_data_uri(match: re.Match[bytes]) -> bytes:
    value = unquote_to_bytes(match[2])
    return _base64(re.sub(rb"[^A-Za-z0-9+/]", b"", value)) if match[1] else value


def _from_base64(match: re.Match[bytes]) -> bytes:
    return _base64(match[1])


def _from_hex(match: re.Match[bytes]) -> bytes:
    return bytes.fromhex(match[0].replace(b"\\x", b"").decode("ascii"))


def _from_numbers(match: re.Match[bytes]) -> bytes:
    try:
        return bytes(map(int, match[1].split(b",")))
    except ValueError:  # over 255: no octets
        return b""


def _aside(source: str) -> str:
    """Join the comments and templates of a page."""
    pieces: list[str] = []
    at = 0
    while len(pieces) < _ASIDES and (match := _ASIDE.search(source, at)) is not None:
        end = source.find("-->" if match[0] == "<!--" else "</template", match.end())
        at = len(source) if end < 0 else end
        pieces.append(source[match.end() : at])
    return html_text("\n".join(pieces), _ASIDE_CHARACTERS) if pieces else ""
