"""Delimiter lines of multiparts (RFC 2046 section 5.1.1): where they stand, and which only lenient readers see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gateway.read.notes import Notes

_HOPS = 64
"""Hyphens looked at one by one before the whole delimiter is searched."""
_REST_OCTETS = 70
"""Octets behind a delimiter that are looked at: the longest boundary."""
_INDENT_OCTETS = 16
_INDENT = b" \t\0"
_CR = 0x0D
_LONGER = 16
_FIELD_FOLLOWS = re.compile(rb"content-[a-z-]{2,40}[ \t]{0,16}:", re.IGNORECASE)


class Delimiter(NamedTuple):
    """One delimiter line."""

    line: int
    """Where it begins, indent included."""
    behind: int
    """Where the next line begins."""
    is_close: bool
    is_indented: bool = False
    """Blanks or a bare carriage return stand before it, or the line goes on: only lenient readers take it for one."""


class Delimiters(NamedTuple):
    """What was found of one boundary in one range."""

    found: list[Delimiter]
    longer: list[bytes]
    """Boundaries of lines that begin as this one does and go on; some readers compare no further."""


def find_delimiters(octets: bytes, start: int, end: int, boundary: bytes, notes: Notes) -> Delimiters:
    """Find the delimiter lines of `boundary` in `[start, end)`, in order, at most one more than parts are left."""
    mark = b"--" + boundary
    found: list[Delimiter] = []
    longer: list[bytes] = []
    at = start if octets.startswith(mark, start, end) else _next(octets, mark, start, end)
    while at >= 0:
        notes.delimiters -= 1
        if notes.delimiters < 0:
            notes.overrun("parts")
            break
        line = _line_start(octets, at, start)
        if line < 0:
            # In the middle of a line it is text; of a base64 line it cannot be.
            at = _next(octets, mark, at, end)
            continue
        line_end = octets.find(b"\n", at, end)
        behind = end if line_end < 0 else line_end + 1
        rest = octets[at + len(mark) : min(behind, at + len(mark) + _REST_OCTETS)].rstrip()
        is_close = _classify(rest, notes)
        if is_close is not None:
            is_behind_return = line > start and octets[line - 1] == _CR
            found.append(Delimiter(line, behind, is_close, line != at or is_behind_return))
        elif len(longer) < _LONGER:
            longer.append(boundary + rest)
            if _FIELD_FOLLOWS.match(octets, behind) and not _is_declared(octets, boundary + rest, notes):
                found.append(Delimiter(line, behind, is_close=False, is_indented=True))
        if len(found) > notes.parts + 1:
            break
        at = _next(octets, mark, behind - 1, end)
    return Delimiters(found, longer)


def _classify(rest: bytes, notes: Notes) -> bool | None:
    """Tell by what stands behind the mark whether it closes; None when it is another boundary."""
    if not rest or rest == b"--":
        return bool(rest)
    if rest[:2] == b"--" or not rest[:1].strip():
        # Some readers ignore what follows the delimiter; so do we.
        notes.ambiguous("boundary_prefix")
        return rest[:2] == b"--"
    return None


def _is_declared(octets: bytes, boundary: bytes, notes: Notes) -> bool:
    """Tell whether a longer boundary is that of some other multipart: it is named in a field, not only used."""
    notes.search_octets -= len(octets)
    if notes.search_octets < 0:
        return True
    boundary = boundary.removesuffix(b"--")
    return any(octets.find(mark + boundary) >= 0 for mark in (b'"', b"boundary="))


def _line_start(octets: bytes, at: int, start: int) -> int:
    """Where the line of a mark begins when only an indent or a bare carriage return stands before it, else -1."""
    line = at
    while line > start and at - line < _INDENT_OCTETS and octets[line - 1] in _INDENT:
        line -= 1
    return line if line == start or octets[line - 1] in b"\r\n" else -1


def _next(octets: bytes, mark: bytes, start: int, end: int) -> int:
    """Where the mark stands next behind `start`, -1 when it does no more."""
    at = start
    # Base64 holds no hyphen, and one octet is searched ten times faster than several.
    for _ in range(_HOPS):
        at = octets.find(b"-", at + 1, end)
        if at < 0:
            return -1
        if octets.startswith(mark, at, end):
            return at
    return octets.find(mark, at + 1, end)
