"""ASCII85 decodes as the standard library's decoder does, only faster."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.scans.ascii85 import decode_ascii85


@settings(max_examples=80, deadline=None)
@given(octets=st.binary(max_size=300), zeros=st.integers(0, 20), wrap=st.integers(0, 40))
def test_whatever_was_encoded_comes_back(octets, zeros, wrap):
    """Any octets, with the short form of zeros, in lines of any length, marked or not."""
    octets = bytes(zeros) + octets + bytes(zeros)
    encoded = base64.a85encode(octets, wrapcol=wrap)

    assert octets == decode_ascii85(encoded) == decode_ascii85(b"<~" + encoded + b"~>rest")


@pytest.mark.parametrize("octets", [b"abc\x80de", b"abcdv", b"a", b"uuuuu"])
def test_what_is_none_is_refused(octets):
    """Other octets, a lone digit, a group that is too large."""
    with pytest.raises(ValueError, match=r"digit|bits"):
        decode_ascii85(octets)
