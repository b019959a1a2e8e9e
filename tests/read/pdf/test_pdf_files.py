"""Files inside a PDF: how they are packed, and what cannot be unpacked."""

from __future__ import annotations

import zlib

import pytest

from gateway.read.pdf.files import Embedded

PLAIN = b"noi dung " * 10


@pytest.mark.parametrize(
    ("octets", "filters", "expected"),
    [
        (PLAIN, (), (PLAIN, "")),
        (zlib.compress(PLAIN), ("/FlateDecode",), (PLAIN, "")),
        (zlib.compress(PLAIN).hex().encode() + b">", ("/ASCIIHexDecode", "/Fl"), (PLAIN, "")),
        (PLAIN.hex().encode() + b">", ("/AHx",), (PLAIN, "")),
        (PLAIN, ("/LZWDecode",), (None, "unsupported")),
        (PLAIN, ("/Crypt",), (None, "encrypted")),
        (zlib.compress(zlib.compress(PLAIN)), ("/FlateDecode", "/FlateDecode"), (None, "unsupported")),
        (zlib.compress(bytes(1_000)), ("/FlateDecode",), (None, "over_budget")),
        (bytes(1_000), (), (None, "over_budget")),
    ],
)
def test_unpacking(octets, filters, expected):
    """Plain, deflated, in ASCII, in both; other ways say why not; and never more than the limit."""
    assert expected == Embedded("a", octets, filters).unpacked(500)


def test_a_wrong_checksum_loses_nothing():
    """Viewers save such a file all the same."""
    packed = zlib.compress(PLAIN)[:-4] + bytes(4)

    assert (PLAIN, "") == Embedded("a", packed, ("/FlateDecode",)).unpacked(500)
