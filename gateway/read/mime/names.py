"""File names of parts: RFC 2231, RFC 2047 in parameters, raw UTF-8, legacy Vietnamese octets.

The name in the facts is what a file system would get: NFC, without path, controls or trailing dots. What was
taken out to deceive the eye is noted.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote_to_bytes

from gateway.read.mime.encoded_words import decode_encoded_words
from gateway.read.vietnamese.charsets import decode_text

if TYPE_CHECKING:
    from gateway.read.mime.fields import Parameters
    from gateway.read.notes import Notes

_NAME_OCTETS = 4_096
_NAME_CHARACTERS = 255
"""NAME_MAX of the file systems a document ends on."""
_CONTINUATION = re.compile(r"(filename|name)\*(\d{1,4})(\*?)")
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
_OTHER_NAMES = 8
_LONGEST_DISGUISE = 270
_STROKE = re.compile(r"[\\/](?=[^\\/])")
_PATH = re.compile(r"\A\s{0,9}(?:[A-Za-z]:|[\\/~]|file:)|(?:\A|[\\/])\.{1,2}[\\/]|[\\/][^\\/]{0,255}[\\/]")
"""A path of a disk, or one with several steps."""
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


def find_name(
    disposition: Parameters, content_type: Parameters, notes: Notes, further: tuple[Parameters, ...] = ()
) -> FileName:
    """Choose among filename*, filename, name*, name, in that order; that of a program beside another is noted.

    `further` are fields of the same entity that some readers take instead.
    """
    if not disposition.values and not content_type.values and not further:
        return NO_NAME
    readings = [
        clean_name(_without_strokes(text))
        for field in (disposition, content_type, *further)
        for attribute in (("filename", "name") if field is not content_type else ("name", "filename"))
        for text in _readings(field, attribute)
    ]
    named = [reading for reading in readings if reading.name]
    if not named:
        return NO_NAME
    # RFC 6266 recommends an ASCII rendering beside the real name. Under any of them the same octets are opened, or not
    # at all; whether they are run is another thing.
    kinds = {reading.kind for reading in named}
    if kinds & PROGRAMS and kinds - PROGRAMS:
        notes.ambiguous("name_conflict")
    if any(reading.is_deceptive for reading in named):
        notes.ambiguous("deceptive_name")
    others = tuple(dict.fromkeys(one.name for one in named if one.name != named[0].name))
    return named[0]._replace(others=others[:_OTHER_NAMES]) if others else named[0]


def _without_strokes(text: str) -> str:
    """Write strokes as programs do where they are no path: `15/QĐ-SA.pdf` is saved as `15_QĐ-SA.pdf`."""
    return text if _PATH.search(text) else _STROKE.sub("_", text)


def _readings(field: Parameters, attribute: str) -> list[str]:
    """Every way the attribute is spelt, extended forms first, repeats last."""
    values = field.values
    found = []
    if attribute + "*" in values:
        found.append(_extended(values[attribute + "*"]))
    pieces = _continuations(values, attribute)
    if pieces:
        found.append(pieces)
    if attribute in values:
        found.append(decode_name(values[attribute]))
    for name, value in field.repeats:
        if name in (attribute, attribute + "*"):
            found.append(_extended(value) if name.endswith("*") else decode_name(value))
    return found


def _continuations(values: dict[str, bytes], attribute: str) -> str:
    """Join `name*0`, `name*1*`, ... (RFC 2231 section 3) in the order of their numbers, without gaps."""
    pieces = {}
    for key, value in values.items():
        match = _CONTINUATION.fullmatch(key)
        if match and match[1] == attribute:
            pieces[int(match[2])] = (value, bool(match[3]))
    if not pieces:
        return ""
    octets, charset, count = [], "", 0
    while count in pieces:
        value, is_extended = pieces[count]
        if is_extended and count == 0:
            charset, value = _split_charset(value)
        octets.append(unquote_to_bytes(value) if is_extended else value)
        count += 1
    joined = b"".join(octets)[:_NAME_OCTETS]
    # Some programs cut an encoded-word into pieces instead of encoding them (RFC 2231 forbids both at once).
    return decode_text(joined, charset)[0] if charset or b"=?" not in joined else decode_name(joined)


def _extended(value: bytes) -> str:
    charset, rest = _split_charset(value)
    return decode_text(unquote_to_bytes(rest)[:_NAME_OCTETS], charset)[0]


def _split_charset(value: bytes) -> tuple[str, bytes]:
    """Split `charset'language'octets`; what is not of that form has no charset."""
    pieces = value.split(b"'", 2)
    if len(pieces) < 3:
        return "", value
    return pieces[0].decode("latin-1").lower(), pieces[2]


def decode_name(raw: bytes) -> str:
    """Decode a plain parameter or entry name: encoded-words as clients do, else UTF-8 or legacy octets."""
    raw = raw[:_NAME_OCTETS]
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
