r"""Objects inside RTF files (`\objdata`): hexadecimal digits as programs write them, and as attackers hide them.

Word reads the digits through blanks, control words, groups and raw `\bin` data; those who search for a fixed pattern
do not. Where readers may differ in what belongs to the data, the object of every reading is given.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.notes import Notes

_OBJECT = re.compile(rb"\\objdata(?![a-z])", re.IGNORECASE)
_ACTIVE = re.compile(rb"\\obj(?:data|update|autlink|link|ocx|sub|pub|html)(?![a-z])")
_BACKSLASHES = 64
_OBJECTS = 64
_STEP = re.compile(rb"\\bin(\d{1,9}) ?|(\\'[^\\{}]{2})|\\\*|\\[a-zA-Z]{1,32}-?\d{0,10} ?|\\.|([{}])", re.DOTALL)
_STEPS = 200_000
"""Words and groups inside the data of all objects of a file."""
_NOT_HEX = bytes(octet for octet in range(256) if octet not in b"0123456789abcdefABCDEF")
_COMPOUND = b"d0cf11e0a1b11ae1"
_EMBEDDED = b"0105000002000000"
"""OLEVersion and FormatID of an embedded object ([MS-OLEDS] section 2.2.5); the version is not checked by readers."""
_NAME_OCTETS = 256
_MARK_OCTETS = 2
"""Backslash and apostrophe before the digits of an escape."""


class RtfObject(NamedTuple):
    """One embedded object."""

    name: str
    octets: bytes


def has_objects(octets: bytes) -> bool:
    """Tell whether anything is embedded or linked in an RTF file."""
    return next(_words(_ACTIVE, octets), None) is not None


def _words(word: re.Pattern[bytes], octets: bytes) -> Iterator[re.Match[bytes]]:
    """Places of a word; behind an odd number of further backslashes it is text that speaks of it."""
    for match in word.finditer(octets):
        before = octets[max(0, match.start() - _BACKSLASHES) : match.start()]
        if (len(before) - len(before.rstrip(b"\\"))) % 2 == 0:
            yield match


def find_objects(octets: bytes, notes: Notes) -> Iterator[RtfObject]:
    """Take out the objects one after another, within the container budget."""
    digits = _Digits(octets)
    for count, match in enumerate(_words(_OBJECT, octets)):
        if count >= _OBJECTS or notes.container_entries <= 0 or digits.steps <= 0:
            notes.overrun("container_entries")
            return
        notes.container_entries -= 1
        found = dict.fromkeys(filter(None, map(_object, digits.readings(match.end()))))
        # Data without an end is gone through again for every object: what was looked at is charged, found or not.
        notes.container_octets -= min(digits.end - match.end(), notes.container_octets)
        if notes.container_octets <= 0:
            notes.overrun("container_octets")
            return
        yield from found


class _Digits:
    """Collects the hexadecimal digits of objects; what all of them may cost is bounded."""

    def __init__(self, octets: bytes) -> None:
        self._octets, self.steps, self.end = octets, _STEPS, 0
        self._is_plain = True

    def readings(self, at: int) -> Iterator[bytes]:
        """Digits from one place on under each plausible reading, lower case."""
        for has_escapes, has_groups in ((False, False), (True, False), (False, True), (True, True)):
            self._is_plain = True
            yield self._collect(at, has_escapes=has_escapes, has_groups=has_groups)
            if self._is_plain:
                return

    def _collect(self, at: int, *, has_escapes: bool, has_groups: bool) -> bytes:
        """Collect to the end of the group; octets of escapes and of groups inside it count when asked for."""
        octets, pieces, depth = self._octets, list[bytes](), 0
        while self.steps > 0:
            self.steps -= 1
            step = _STEP.search(octets, at)
            stop = step.start() if step else len(octets)
            if depth == 0 or has_groups:
                pieces.append(octets[at:stop].translate(None, _NOT_HEX))
            at = step.end() if step else stop
            raw, escape, brace = step.groups() if step else (None, None, b"}")
            if raw is not None:
                pieces.append(octets[at : at + int(raw)].hex().encode("ascii"))
                at += int(raw)
            elif escape is not None and has_escapes:
                pieces.append(escape[_MARK_OCTETS:].translate(None, _NOT_HEX))
            depth += {b"{": 1, b"}": -1}.get(brace, 0)
            self._is_plain &= escape is None and brace != b"{"
            if depth < 0 or step is None:
                break
        self.end = min(at, len(octets))
        return b"".join(pieces).lower()


def _object(digits: bytes) -> RtfObject | None:
    """Find the compound file in the digits, at an odd place even, or the native data of an OLE 1 object."""
    name, start = "", digits.find(_EMBEDDED)
    data = _plain(digits[start + len(_EMBEDDED) :]) if start >= 0 else b""
    if data:
        name, data = _native(data)
    compound = digits.find(_COMPOUND)
    if compound >= 0:
        return RtfObject(name, _plain(digits[compound:]))
    return RtfObject(name, data) if data else None


def _plain(digits: bytes) -> bytes:
    return bytes.fromhex(digits[: len(digits) & ~1].decode("ascii"))


def _native(data: bytes) -> tuple[str, bytes]:
    """Class name and native data of an OLE 1 object: three counted strings, a size, the data ([MS-OLEDS] 2.2.5)."""
    at, strings = 0, list[bytes]()
    for _ in range(3):
        size = int.from_bytes(data[at : at + 4], "little")
        if size > _NAME_OCTETS:
            break
        strings.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    size = int.from_bytes(data[at : at + 4], "little")
    name = (strings[0] if strings else b"").rstrip(b"\0").decode("latin-1")
    return name, data[at + 4 : at + 4 + size]
