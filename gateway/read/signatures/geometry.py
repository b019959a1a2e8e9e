"""The geometry gate: the octets a signature leaves out are exactly its own hex string, and nothing else.

This is a rule of ours, kept beside whatever a library says of coverage (ISO 32000-1 section 12.8.1 only
says the range *should* be everything but the signature). It needs no parser beyond the one that found
/ByteRange and /Contents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.values.evidence import AppearanceFacts

_DICTIONARY = 16_384
"""Octets on either side of the gap in which the signature dictionary stands; real ones have some hundred."""
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_ONE_EOL = (b"", b"\n", b"\r", b"\r\n")
"""What may stand after the last signed octet; some mail systems add a line end to a file."""


@dataclass(frozen=True, slots=True)
class SignatureRecord:
    """One filled signature field as the PDF structure shows it, nothing verified."""

    field: str
    sub_filter: str = ""
    """Without the slash."""
    is_timestamp: bool = False
    byte_range: tuple[int, ...] | None = None
    """None when it is missing or holds anything but integers."""
    contents: bytes = b""
    """/Contents decoded, zero padding included."""
    claimed_time: str = ""
    """/M as written (`D:20261120...`)."""
    certification_level: int = 0
    appearance: AppearanceFacts | None = None


@dataclass(frozen=True, slots=True)
class Geometry:
    """What the gate found; ranges are half-open octet ranges of the file."""

    gap_is_signature: bool = False
    covers_whole_file: bool = False
    ranges: tuple[tuple[int, int], ...] = ()
    """The signed octets; empty when the range cannot be read at all (nothing to digest)."""

    repeats_entries: bool = False
    """The signature dictionary names /ByteRange or /Contents twice: which one counts depends on the reader."""

    @property
    def end(self) -> int:
        """End of the signed revision, 0 when unknown."""
        return self.ranges[-1][1] if self.ranges else 0


def measure(octets: bytes, record: SignatureRecord) -> Geometry:
    """Apply the gate to one signature.

    Four non-negative integers, the first zero, both ranges inside the file and in order; between them
    one hex string token that decodes to /Contents; the second range not empty.
    """
    numbers = record.byte_range
    if numbers is None or len(numbers) != 4 or min(numbers) < 0:
        return Geometry()
    first, first_length, second, second_length = numbers
    first_end, end = first + first_length, second + second_length
    if first != 0 or first_length == 0 or second_length == 0 or second < first_end or end > len(octets):
        return Geometry()
    ranges = ((first, first_end), (second, end))
    is_own = second - first_end == 2 * len(record.contents) + 2 and _is_hex_of(
        octets[first_end:second], record.contents
    )
    covers = octets[end : end + 3] in _ONE_EOL
    repeats = is_own and _repeats_entries(
        octets[max(0, first_end - _DICTIONARY) : first_end], octets[second : second + _DICTIONARY]
    )
    return Geometry(gap_is_signature=is_own, covers_whole_file=covers, ranges=ranges, repeats_entries=repeats)


def _repeats_entries(before: bytes, after: bytes) -> bool:
    """Do the octets of the dictionary around the gap name an entry again (ISO 32000-1 section 7.3.7 forbids it)?"""
    whole = before[before.rfind(b"obj") :] + after[: after.find(b"endobj")]
    names = _ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()), whole)
    return names.count(b"/ByteRange") > 1 or names.count(b"/Contents") > 1


def _is_hex_of(gap: bytes, contents: bytes) -> bool:
    """Is the gap one hex string token of these contents?

    Lengths were compared before, so that a huge gap is neither copied nor decoded, and so that the white
    space which `fromhex` skips cannot hide between the digits.
    """
    if not contents or gap[:1] != b"<" or gap[-1:] != b">":
        return False
    try:
        return bytes.fromhex(gap[1:-1].decode("ascii")) == contents
    except ValueError:
        return False
