"""Wire form: octets as received after 354 (still dot-stuffed), and the message content inside them.

Offsets in facts count in content octets; the relay works on wire octets. `content_of` makes the one from the
other and remembers where dots were taken out, `to_wire` leads ranges back.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from mmap import mmap

    Buffer = bytes | bytearray | memoryview | mmap

_STUFFED = re.compile(rb"(?:(?<=\n)|(?<![\x00-\xff]))\.")
_HOPS = 256
"""Dots looked at one by one before the regular expression takes over: base64 holds none, prose holds many."""


class Content(NamedTuple):
    """Message content and where it left the wire form."""

    octets: bytes | memoryview
    """The content; the very buffer that came in when nothing was stuffed."""
    stuffed: Sequence[int]
    """Ascending content offsets before which one stuffing dot stood on the wire."""


def content_of(wire: Buffer) -> Content:
    """Take the stuffing dots out of `wire`, which ends before the terminating `.CRLF`.

    A dot that begins a line is removed, whatever follows it (RFC 5321 section 4.5.2).
    """
    view: bytes | memoryview = wire if isinstance(wire, bytes) else memoryview(wire)
    if not _has_stuffing(view):
        return Content(view, ())
    octets = bytes(view)
    # One removal shifts everything behind it, hence the running count.
    places = array("Q", (match.start() - taken for taken, match in enumerate(_STUFFED.finditer(octets))))
    plain = octets.replace(b"\n.", b"\n")
    return Content(plain[1:] if plain.startswith(b".") else plain, places)


def _has_stuffing(view: bytes | memoryview) -> bool:
    if isinstance(view, memoryview):
        return _STUFFED.search(view) is not None
    at = view.find(b".")
    for _ in range(_HOPS):
        if at < 0:
            return False
        if at == 0 or view[at - 1] == 0x0A:
            return True
        at = view.find(b".", at + 1)
    return at >= 0 and _STUFFED.search(view, at) is not None


def to_wire(ranges: Iterable[tuple[int, int]], stuffed: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Map content octet ranges `[start, end)` to wire offsets; a dot stuffed at `start` belongs to the range."""
    return tuple((start + bisect_left(stuffed, start), end + bisect_left(stuffed, end)) for start, end in ranges)
