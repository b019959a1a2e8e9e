"""Delimiter lines of multiparts (RFC 2046 section 5.1.1): where they stand, and which only lenient readers see."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gateway.read.notes import Notes

_HOPS = 64
"""Hyphens looked at one by one before the whole delimiter is searched."""
_REST_OCTETS = 70
"""Octets behind a delimiter that are looked at: the longest boundary."""
_INDENT_OCTETS = 16
_INDENT = b" \t\0"


class Delimiter(NamedTuple):
    """One delimiter line."""

    line: int
    """Where it begins, indent included."""
    behind: int
    """Where the next line begins."""
    is_close: bool
    is_indented: bool = False
    """Blanks or a bare carriage return stand before it: only lenient readers take it for one."""


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
        line_end = octets.find(b"\n", at, end)
        behind = end if line_end < 0 else line_end + 1
        line = _line_start(octets, at, start)
        if line < 0:
            # In the middle of a line it is text; of a base64 line it cannot be.
            at = _next(octets, mark, at + 1, end)
            continue
        one = _classify(octets[at + len(mark) : min(behind, at + len(mark) + _REST_OCTETS)], notes)
        if one is not None:
            found.append(Delimiter(line, behind, one, line != at))
            if len(found) > notes.parts + 1:
                break
        elif len(longer) < _HOPS:
            longer.append(boundary + octets[at + len(mark) : min(behind, at + len(mark) + _REST_OCTETS)].rstrip())
        at = _next(octets, mark, behind - 1, end)
    return Delimiters(found, longer)


def _classify(rest: bytes, notes: Notes) -> bool | None:
    """Tell by what stands behind the mark whether it closes; None when it is another boundary."""
    rest = rest.rstrip()
    if not rest or rest == b"--":
        return bool(rest)
    if rest[:2] == b"--" or not rest[:1].strip():
        # Some readers ignore what follows the delimiter; so do we.
        notes.ambiguous("boundary_prefix")
        return rest[:2] == b"--"
    return None


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
    return octets.find(mark, at, end)
