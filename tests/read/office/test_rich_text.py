"""Compressed RTF: the samples of the specification, the checksum, damage."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.office.rich_text import unpack_rich_text
from tests.corpus.crafted import rich

SIMPLE = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
"""Section 3.1 of [MS-OXRTFCP]: literals and references into the dictionary every reader begins with."""
CIRCLES = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
"""Section 3.2: a reference that runs into what it writes."""


def test_samples_of_the_specification() -> None:
    """Both samples unpack to what the specification prints, and their checksums agree."""
    assert unpack_rich_text(SIMPLE) == (b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n", True)
    assert unpack_rich_text(CIRCLES) == (b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}", True)


def test_a_wrong_checksum_is_said_and_the_text_still_there() -> None:
    """Readers differ on such bodies: the text is given all the same."""
    octets = rich("x" * 40)
    text, is_intact = unpack_rich_text(octets[:12] + b"\0\0\0\0" + octets[16:])

    assert (text, is_intact) == (unpack_rich_text(octets).octets, False)


def test_stored_bodies_and_others() -> None:
    """A body may be stored as it is; any other head gives nothing."""
    assert unpack_rich_text(b"\x10\0\0\0\x03\0\0\0MELA\0\0\0\0{x}") == (b"{x}", True)
    assert unpack_rich_text(b"no such head, none at all") == (b"", False)


def test_output_is_bounded() -> None:
    """References alone write no more than the head claims, and never over four million octets."""
    octets = b"\xff\xff\xff\0\xff\xff\xff\xffLZFu\0\0\0\0" + b"\xff" + b"\x0d\xff" * 8
    text, _ = unpack_rich_text(octets + (b"\xff" + b"\x0d\xff" * 8) * 40_000)

    assert 0 < len(text) <= 4_000_017


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_body_ends(data: bytes) -> None:
    """Whatever is packed, unpacking ends."""
    unpack_rich_text(b"\0\0\0\0\xff\xff\0\0LZFu\0\0\0\0" + data)
