"""vCalendar 1.0: values written in quoted-printable or base64 -> values as RFC 5545 writes them.

Programs of phones and old Outlooks write calendars so (`.vcs`), and readers of iCalendar still take it.
"""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING

from gateway.read.vietnamese.charsets import decode_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = (
    r"^(?P<head>(?:[A-Z0-9-]{1,40}\.)?(?P<name>[A-Z][A-Z0-9-]{1,40})(?:;[^:;\n]{0,100}){0,8}?)"
    r";(?:ENCODING=)?%s(?P<tail>(?:;[^:;\n]{0,100}){0,8}):"
)
_QUOTED = re.compile(_HEAD % "QUOTED-PRINTABLE", re.IGNORECASE)
_BASE64 = re.compile(_HEAD % "(?:BASE64|B)" + r"(?P<value>[^\n]*)", re.IGNORECASE | re.MULTILINE)
_CHARSET = re.compile(r";CHARSET=\"?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_BINARY = frozenset({"ATTACH", "PHOTO", "LOGO", "SOUND", "KEY"})
"""Properties whose base64 is a file, not a text."""


def without_quoted_printable(calendar: str) -> str:
    """Undo quoted-printable, whose soft line breaks are no folds: to be called before lines are unfolded.

    Lines within a value become the escapes of RFC 5545 section 3.3.11.
    """
    if "QUOTED-PRINTABLE" not in calendar.upper():
        return calendar
    lines = iter(calendar.split("\n"))
    return "\n".join(_unquoted(match, lines) if (match := _QUOTED.match(line)) else line for line in lines)


def without_base64(calendar: str) -> str:
    """Undo base64 of texts, not of files; to be called on unfolded lines. Lines become escapes as above."""
    upper = calendar.upper()
    return _BASE64.sub(_unpacked, calendar) if ";ENCODING=B" in upper or ";BASE64" in upper else calendar


def _unquoted(match: re.Match[str], following: Iterator[str]) -> str:
    """Write a property without quoted-printable; lines that end in `=` go on in those that follow, folded or not."""
    value = match.string[match.end() :].rstrip("\r")
    pieces = []
    while value.endswith("="):
        pieces.append(value[:-1])
        value = next(following, "").rstrip("\r").lstrip(" \t")
    octets = binascii.a2b_qp("".join([*pieces, value]).encode("utf-8", "replace"))
    return _written(match, octets)


def _unpacked(match: re.Match[str]) -> str:
    if match["name"].upper() in _BINARY:
        return match[0]
    try:
        return _written(match, binascii.a2b_base64("".join(match["value"].split()).encode("ascii"), strict_mode=True))
    except (UnicodeEncodeError, binascii.Error):
        return match[0]


def _written(match: re.Match[str], octets: bytes) -> str:
    """Write the property without its encoding."""
    charset = _CHARSET.search(match["head"] + match["tail"])
    text = decode_text(octets, charset[1].lower() if charset else "")[0]
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return f"{match['head']}{match['tail']}:" + "\\n".join(lines)
