"""Fonts of styles in office packages: which styles, and which documents as a whole, are set in legacy fonts."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from gateway.read.containers.zips import stream
from gateway.read.vietnamese.legacy_fonts import legacy_of

if TYPE_CHECKING:
    from gateway.read.containers.zips import Entry
    from gateway.read.notes import Notes
    from gateway.read.office.package_parts import Part

_STYLES = re.compile(rb"(?:word|xl)/styles\d{0,4}\.xml|styles\.xml|content\.xml", re.IGNORECASE)
_HINT = re.compile(rb"[\"']\s{0,4}(?:\.Vn|VNI[- ])", re.IGNORECASE)
_PIECES = 16
"""Pieces of 64 kB of a part of styles that are looked through."""
_STYLE = re.compile(
    rb"<(?:w:style\b[^<>]{0,400}w:styleId=|style:style\b[^<>]{0,400}style:name=)[\"']([^\"'<>]{1,80})[\"']"
)
_FONT = re.compile(
    rb"(?:w:ascii|w:hAnsi|style:font-name|fo:font-family)=[\"']'?([^\"'<>]{1,80}?)'?[\"']"
    rb"|<name val=[\"']([^\"'<>]{1,80})[\"']"
)
_DEFAULT = b"Normal"
_KEPT = 2_000


def package_fonts(octets: bytes, parts: list[Part], notes: Notes) -> tuple[str, dict[str, str]]:
    """Legacy encoding where no run names a font, and that of each style that has one; mostly neither."""
    default, styles = "", dict[str, str]()
    for part in parts:
        if _STYLES.fullmatch(part.entry.name):
            markup = _markup(octets, part.entry, notes)
            if _HINT.search(markup):
                first, found = _read(markup)
                default = default or first
                styles |= found
    return default, styles


def _markup(octets: bytes, entry: Entry, notes: Notes) -> bytes:
    return b"".join(islice(stream(octets, entry, notes), _PIECES))


def _read(markup: bytes) -> tuple[str, dict[str, str]]:
    """The font before the first style is the default of Word, the first font that of a workbook."""
    marks = list(islice(_STYLE.finditer(markup), _KEPT))
    first = _FONT.search(markup, 0, marks[0].start() if marks else len(markup))
    default = _legacy(first)
    styles: dict[str, str] = {}
    for number, mark in enumerate(marks):
        end = marks[number + 1].start() if number + 1 < len(marks) else len(markup)
        legacy = _legacy(_FONT.search(markup, mark.end(), end))
        if legacy and mark[1] == _DEFAULT:
            default = legacy
        elif legacy:
            styles[mark[1].decode("utf-8", "replace")] = legacy
    return default, styles


def _legacy(match: re.Match[bytes] | None) -> str:
    return legacy_of((match[1] or match[2]).decode("utf-8", "replace")) if match else ""
