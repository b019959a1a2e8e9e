"""File names of parts: which of the parameters that name one is right (RFC 2231, RFC 6266)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from gateway.read.names import NAME_OCTETS, NO_NAME, PROGRAMS, FileName, clean_name, decode_name
from gateway.read.vietnamese.charsets import decode_text

if TYPE_CHECKING:
    from gateway.read.mime.fields import Parameters
    from gateway.read.notes import Notes

_CONTINUATION = re.compile(r"(filename|name)\*(\d{1,4})(\*?)")
_OTHER_NAMES = 8
_STROKE = re.compile(r"[\\/](?=[^\\/])")
_PATH = re.compile(r"\A\s{0,9}(?:[A-Za-z]:|[\\/~]|file:)|(?:\A|[\\/])\.{1,2}[\\/]|[\\/][^\\/]{0,255}[\\/]")
"""A path of a disk, or one with several steps."""


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
    joined = b"".join(octets)[:NAME_OCTETS]
    # Some programs cut an encoded-word into pieces instead of encoding them (RFC 2231 forbids both at once).
    return decode_text(joined, charset)[0] if charset or b"=?" not in joined else decode_name(joined)


def _extended(value: bytes) -> str:
    charset, rest = _split_charset(value)
    return decode_text(unquote_to_bytes(rest)[:NAME_OCTETS], charset)[0]


def _split_charset(value: bytes) -> tuple[str, bytes]:
    """Split `charset'language'octets`; what is not of that form has no charset."""
    pieces = value.split(b"'", 2)
    if len(pieces) < 3:
        return "", value
    return pieces[0].decode("latin-1").lower(), pieces[2]
