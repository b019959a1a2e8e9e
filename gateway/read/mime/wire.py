"""Wire form: octets as received after 354 (still dot-stuffed), and the message content inside them.

Offsets in facts count in content octets; the relay works on wire octets. `content_of` makes the one from the
other and remembers where dots were taken out, `to_wire` leads ranges back.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from mmap import mmap

    Buffer = bytes | bytearray | memoryview | mmap

_STUFFED = re.compile(rb"\n\.")
_HOPS = 256
"""Dots looked at one by one before the regular expression takes over: base64 holds none, prose holds many."""


class Content(NamedTuple):
    """Message content and where it left the wire form."""

    octets: bytes
    """The content; the very object that came in when that was bytes and nothing was stuffed."""
    stuffed: Sequence[int]
    """Ascending content offsets before which one stuffing dot stood on the wire."""


def content_of(wire: Buffer) -> Content:
    """Take the stuffing dots out of `wire`, which ends before the terminating `.CRLF`.

    A dot that begins a line is removed, whatever follows it (RFC 5321 section 4.5.2). Buffers other than bytes,
    such as views of others, are copied once: only bytes can be searched at full speed.
    """
    octets = wire if isinstance(wire, bytes) else bytes(wire)
    if not _has_stuffing(octets):
        return Content(octets, ())
    first = [0] if octets.startswith(b".") else []
    # One removal shifts everything behind it, hence the running count.
    dots = enumerate(match.end() - 1 for match in _STUFFED.finditer(octets))
    places = array("Q", chain(first, (at - taken - len(first) for taken, at in dots)))
    return Content(octets.replace(b"\n.", b"\n")[len(first) :], places)


def _has_stuffing(octets: bytes) -> bool:
    at = octets.find(b".")
    for _ in range(_HOPS):
        if at < 0:
            return False
        if at == 0 or octets[at - 1] == 0x0A:
            return True
        at = octets.find(b".", at + 1)
    return at >= 0 and octets.find(b"\n.", at - 1) >= 0


def to_wire(ranges: Iterable[tuple[int, int]], stuffed: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Map content octet ranges `[start, end)` to wire offsets; a dot stuffed at `start` belongs to the range."""
    return tuple((start + bisect_left(stuffed, start), end + bisect_left(stuffed, end)) for start, end in ranges)
