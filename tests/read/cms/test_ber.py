"""BER taken apart: definite and indefinite lengths, bounds, damage."""

from __future__ import annotations

import pytest
from asn1crypto import core
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.cms.ber import MAX_ELEMENTS, BerError, Walker, check_count, wrap


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_what_is_wrapped_is_read_by_the_library(octets: bytes) -> None:
    """Lengths are written in the shortest form, as another implementation reads them."""
    assert core.OctetString.load(wrap(4, octets), strict=True).native == octets
    walker = Walker(wrap(0x30, wrap(4, octets), wrap(5)))
    first, second = walker.children(walker.element(0, len(walker.octets)))

    assert (walker.string(first), second.tag) == (octets, 5)


def test_indefinite_lengths_end_where_they_end() -> None:
    """End-of-contents octets inside an inner element do not end the outer one; zeros inside a string end nothing."""
    octets = b"\x30\x80\x24\x80\x04\x02\0\0\x04\x01x\0\0\x05\0\0\0rest"
    walker = Walker(octets)
    whole = walker.element(0, len(octets))
    string, null = walker.children(whole)

    assert octets[whole.after :] == b"rest"
    assert (walker.string(string), null.tag) == (b"\0\0x", 5)


@pytest.mark.parametrize(
    "octets", [b"", b"\x30", b"\x30\x05\x04", b"\x30\x80\x05\0", b"\x04\x80\0\0", b"\x30\xff" + b"\xff" * 127]
)
def test_damage_is_told(octets: bytes) -> None:
    """What has no end, or a length of no size, is no element."""
    with pytest.raises(BerError):
        Walker(octets).element(0, len(octets))


def test_elements_are_bounded() -> None:
    """Neither going through a set nor counting a tree looks at more than the limit."""
    flat, deep = wrap(0x31, b"\x05\0" * (MAX_ELEMENTS + 1)), b"\x30\x80" * (MAX_ELEMENTS + 1)
    walker = Walker(flat)

    with pytest.raises(BerError):
        walker.children(walker.element(0, len(flat)))
    for octets in (flat, deep):
        with pytest.raises(BerError):
            check_count(octets)
    check_count(wrap(0x31, b"\x05\0" * 100))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    """Whatever comes, reading ends, with an element inside the octets or with the one error."""
    try:
        found = Walker(octets).element(0, len(octets))
        check_count(octets)
    except BerError:
        return
    assert 0 < found.start <= found.end <= found.after <= len(octets)
