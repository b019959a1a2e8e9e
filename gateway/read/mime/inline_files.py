"""Files written into texts: uuencode (POSIX.1-2017) and yEnc (draft 1.3), which clients still show, and calendars."""

from __future__ import annotations

import binascii
import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILES = 20
"""Files looked for in one text."""
_BEGIN = re.compile(
    rb"^(?:begin(-base64)? [0-7]{3,4} ([^\r\n]{1,255})"
    rb"|=ybegin (?:[a-z]{1,8}=[0-9]{1,19} ){0,6}name=([^\r\n]{1,255}))\r?$",
    re.MULTILINE,
)
_YENC_END, _YENC_PART = b"\n=yend", b"=ypart"
_YENC = bytes((octet - 42) % 256 for octet in range(256))
_ESCAPES = 500_000
"""Escapes of one yEnc file; 30 MB of noise have so many."""
_END_LINES = (b"end", b"====")


_FOLD = re.compile(rb"\r?\n[ \t]")
_ATTACHED = re.compile(
    rb"^ATTACH(?P<parameters>(?:;[^\r\n:;]{0,300}){0,10}):(?P<data>data:[^,\r\n]{0,200};base64,)?(?P<value>[A-Za-z0-9+/=]{4,})",
    re.IGNORECASE | re.MULTILINE,
)
"""A file of a calendar in place (RFC 5545 section 3.8.1.1), or where one is that stands elsewhere."""
_FILE_NAME = re.compile(rb';(?:X-)?FILENAME="?([^";:\r\n]{1,255})', re.IGNORECASE)


class InlineFile(NamedTuple):
    """One file found in a text."""

    name: bytes
    octets: bytes


def find_inline_files(text: bytes) -> Iterator[InlineFile]:
    """Find at most twenty files in a text, each decoded as far as it can be."""
    at = text.rfind(b"\n", 0, max(0, text.find(b"begin"))) + 1
    if at == 0 and b"begin" not in text:
        return  # searching octets is a hundred times faster than looking at the begin of each line
    for _ in range(_FILES):
        match = _BEGIN.search(text, at)
        if match is None:
            return
        start = text.find(b"\n", match.start()) + 1 or len(text)
        if match[3] is not None:
            end = text.find(_YENC_END, start)
            end = len(text) if end < 0 else end
            yield InlineFile(match[3].strip(b' "'), _from_yenc(text[start:end]))
        else:
            octets, end = _from_lines(text, start, is_base64=match[1] is not None)
            if octets:
                yield InlineFile(match[2].strip(), octets)
        at = max(end, match.end())


def find_calendar_files(calendar: bytes) -> Iterator[InlineFile]:
    """Find at most twenty files that stand in a calendar, each decoded as far as it can be."""
    at = calendar.upper().find(b"ATTACH")
    if at < 0:
        return
    found = _ATTACHED.finditer(_FOLD.sub(b"", calendar[at:]))
    for match in islice((one for one in found if one["data"] or b"BASE64" in one["parameters"].upper()), _FILES):
        name = _FILE_NAME.search(match["parameters"])
        value = match["value"].rstrip(b"=")
        whole = value[: len(value) - (len(value) % 4 == 1)]
        octets = binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))
        yield InlineFile(name[1] if name else b"", octets)


def _from_lines(text: bytes, start: int, *, is_base64: bool) -> tuple[bytes, int]:
    """Decode line by line as far as they decode; the octets, and where the last line ends."""
    pieces: list[bytes] = []
    while start < len(text):
        stop = text.find(b"\n", start)
        stop = len(text) if stop < 0 else stop
        line = text[start:stop].rstrip(b"\r")
        if line in _END_LINES:
            return b"".join(pieces), stop
        try:
            pieces.append(binascii.a2b_base64(line) if is_base64 else _uu_line(line))
        except binascii.Error:
            break
        start = stop + 1
    return b"".join(pieces), start


def _uu_line(line: bytes) -> bytes:
    """Decode one line; what stands behind its stated length is padding some encoders write.

    Raises:
        binascii.Error: it is none.
    """
    if not line:
        return b""
    length = (line[0] - 32) & 0x3F
    return binascii.a2b_uu(line[: 1 + (length + 2) // 3 * 4])


def _from_yenc(data: bytes) -> bytes:
    if data.startswith(_YENC_PART):
        data = data.partition(b"\n")[2]
    if data.count(b"=") > _ESCAPES:
        return data  # nobody writes that, and each costs a microsecond: it stays what it is, unreadable
    first, *escaped = data.replace(b"\r", b"").replace(b"\n", b"").split(b"=")
    joined = first + b"".join(bytes(((one[0] - 64) % 256,)) + one[1:] for one in escaped if one)
    return joined.translate(_YENC)
