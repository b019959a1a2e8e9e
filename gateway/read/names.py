"""File names, of parts and of entries: RFC 2047, raw UTF-8, legacy Vietnamese octets.

The name in the facts is what a file system would get: NFC, without path, controls or trailing dots. What was
taken out to deceive the eye is noted.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from gateway.read.encoded_words import decode_encoded_words
from gateway.read.vietnamese.charsets import decode_text

NAME_OCTETS = 4_096
"""Octets of a name that are looked at."""
_NAME_CHARACTERS = 255
"""NAME_MAX of the file systems a document ends on."""
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TRAILING = re.compile(r"(?<![\s.])[\s.]+\Z")
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Characters without width; they come along when a title is copied from a web page."""
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
PROGRAMS = frozenset(
    [
        "exe",
        "scr",
        "com",
        "pif",
        "bat",
        "cmd",
        "cpl",
        "msi",
        "js",
        "jse",
        "vbs",
        "vbe",
        "wsf",
        "wsh",
        "hta",
        "ps1",
        "lnk",
        "jar",
        "reg",
        "iso",
        "img",
        "vb",
        "ws",
        "wsc",
        "sct",
        "msp",
        "msc",
        "scf",
        "chm",
        "dll",
        "xll",
        "appx",
        "msix",
        "apk",
        "url",
        "website",
        "application",
        "jnlp",
        "iqy",
        "rdp",
        "hlp",
        "xbap",
        "gadget",
        "diagcab",
    ]
)
"""Extensions under which a file is run, or opens what is: those that NAT-EXE-1 names are among them."""
_DISGUISED = re.compile(
    r"(?:\.(?:pdf|docx?|xlsx?|pptx?|rtf|txt|jpe?g|png|odt|zip|rar)[ _.-]{0,250}| {8,250}|_{20,250})"
    rf"\.(?:{'|'.join(sorted(PROGRAMS))})",
    re.IGNORECASE,
)
"""The end of a name made to be taken for a document's."""
_LONGEST_DISGUISE = 270
_EXTENSION = re.compile(r"[^\W_]{1,16}")


class FileName(NamedTuple):
    """A cleaned file name."""

    name: str
    kind: str
    """Extension, lower case, without the dot; empty when there is none."""
    is_deceptive: bool
    """Direction controls stood in it, so that `fdp.exe` may show as `exe.pdf`; or the extension of a program stands
    behind that of a document, or behind so many blanks that it is out of sight."""
    others: tuple[str, ...] = ()
    """Names other readers show for the same part."""


NO_NAME = FileName("", "", is_deceptive=False)


def decode_name(raw: bytes) -> str:
    """Decode a plain parameter or entry name: encoded-words as clients do, else UTF-8 or legacy octets."""
    raw = raw[:NAME_OCTETS]
    if b"=?" in raw:
        return decode_encoded_words(raw)
    if raw.isascii():
        return raw.decode("ascii")
    return decode_text(raw, "")[0]


def clean_name(text: str) -> FileName:
    """Make a bare file name: no path, no controls, no characters that do not show, no trailing dots."""
    shown = _CONTROL.sub("", _INVISIBLE.sub("", text))
    is_deceptive = _DIRECTION.search(text) is not None
    name = unicodedata.normalize("NFC", shown).replace("\\", "/").rstrip("/ ").rpartition("/")[2]
    # Windows drops trailing dots and blanks, so `a.exe. .` runs.
    name = _TRAILING.sub("", name.strip())
    is_deceptive |= any(match.end() == len(name) for match in _DISGUISED.finditer(name, len(name) - _LONGEST_DISGUISE))
    if len(name) > _NAME_CHARACTERS:
        name = name[: _NAME_CHARACTERS - 17] + name[-17:]
    stem, dot, extension = name.rpartition(".")
    is_extension = bool(dot) and bool(stem or extension) and _EXTENSION.fullmatch(extension) is not None
    return FileName(name, extension.lower() if is_extension else "", is_deceptive)
