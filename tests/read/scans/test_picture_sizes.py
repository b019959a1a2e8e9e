"""Facts about `gateway.read.scans.picture_sizes`: what decoding costs is told from headers, never by decoding."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gateway.read.scans.picture_sizes import is_vast


def jpeg(width: int, height: int, marker: int = 0xC0) -> bytes:
    """The beginning of a JPEG: SOI, a comment, a frame header of three components."""
    return b"\xff\xd8\xff\xfe\x00\x04ab\xff" + struct.pack(">BHBHH", marker, 17, 8, height, width) + b"\x03" + bytes(9)


def jpx(width: int, height: int, tile: int) -> bytes:
    """The beginning of a JPEG 2000 codestream: SOC and SIZ."""
    return b"\xff\x4f\xff\x51" + struct.pack(">HHIIIIII", 47, 0, width, height, 0, 0, tile, tile)


@pytest.mark.parametrize(
    ("width", "height", "filters", "octets", "wanted"),
    [
        (1654, 2339, ["/DCTDecode"], jpeg(1654, 2339), False),
        (100_000, 100_000, ["/FlateDecode"], b"", True),
        (Decimal("100000.0"), 100_000, [], b"", True),
        (None, 100_000, ["/FlateDecode"], b"", False),
        (1000, 1000, ["/DCTDecode"], jpeg(60_000, 60_000), True),
        (1000, 1000, ["/DCT"], jpeg(60_000, 60_000, marker=0xC2), True),
        # a comment that ends like the beginning of a frame swallows no frame
        (1000, 1000, ["/DCT"], b"\xff\xd8\xff\xfe\x00\x07\xff\xc0\x00\x0b\x08" + jpeg(60_000, 60_000)[8:], True),
        (1000, 1000, ["/FlateDecode", "/DCTDecode"], zlib.compress(jpeg(60_000, 60_000)), True),
        (1000, 1000, ["/FlateDecode", "/DCTDecode"], zlib.compress(jpeg(1000, 1000)), False),
        (1000, 1000, ["/ASCII85Decode", "/DCTDecode"], base64.a85encode(jpeg(60_000, 60_000)) + b"~>", True),
        (1000, 1000, ["/ASCII85Decode", "/DCTDecode"], base64.a85encode(jpeg(1000, 1000)) + b"~>", False),
        (1000, 1000, ["/AHx", "/DCTDecode"], jpeg(60_000, 60_000).hex().encode() + b">", True),
        (1000, 1000, ["/LZWDecode", "/DCTDecode"], jpeg(10, 10), True),
        (1000, 1000, ["/FlateDecode", "/FlateDecode", "/DCTDecode"], b"", True),
        (1000, 1000, ["/FlateDecode", "/DCTDecode"], b"no deflate", True),
        (2480, 3508, ["/JPXDecode"], jpx(2480, 3508, 1024), False),
        (1000, 1000, ["/JPXDecode"], jpx(12_000, 12_000, 1024), True),
        (2480, 3508, ["/JPXDecode"], jpx(2480, 3508, 1), True),
    ],
)
def test_what_is_beyond_measure(width, height, filters, octets, wanted):
    """By the PDF's own numbers, and by the picture's header behind one common layer; other layers are not trusted."""
    assert wanted == is_vast(width, height, filters, lambda: octets)


def test_other_pictures_are_not_read():
    """Only JPEG and JPEG 2000 bring a header: of all others the octets are left alone."""

    def read():
        raise AssertionError("read")

    assert not is_vast(100, 100, ["/FlateDecode"], read)


@settings(max_examples=100, deadline=None)
@given(octets=st.binary(max_size=300), filters=st.lists(st.sampled_from(
    ["/FlateDecode", "/ASCII85Decode", "/ASCIIHexDecode", "/DCTDecode", "/JPXDecode", "/X"]), max_size=3))  # fmt: skip
def test_any_stream_is_told(octets, filters):
    """Whatever the octets and filters: a word, no exception."""
    assert is_vast(10, 10, filters, lambda: octets) in {True, False}


def progressive(side: int, scans: int) -> bytes:
    """Give a progressive JPEG that passes over its pixels again and again."""
    out = io.BytesIO()
    Image.new("L", (side, side), 120).save(out, "JPEG", progressive=True)
    octets = out.getvalue()
    last = octets.rfind(b"\xff\xda")
    return octets[:last] + octets[last:-2] * scans + b"\xff\xd9"


@pytest.mark.parametrize("layers", [(), ("/FlateDecode",)])
@pytest.mark.parametrize(("scans", "is_too_much"), [(1, False), (10, False), (3_000, True)])
def test_passes_of_progressive_jpeg_are_counted(scans, is_too_much, layers):
    """82 kB of 2,000 passes over nine million pixels took 21 seconds; scanners write ten."""
    octets = progressive(1_000, scans)
    packed = zlib.compress(octets) if layers else octets

    assert is_too_much == is_vast(1_000, 1_000, [*layers, "/DCTDecode"], lambda: packed)


def jbig2(regions: int, side: int, number: int = 1, refers: int = 0) -> bytes:
    """Give an embedded JBIG2 stream of generic regions."""
    out = b""
    for _ in range(regions):
        data = struct.pack(">IIIIB", side, side, 0, 0, 0) + bytes(9)
        out += (
            struct.pack(">IBB", number, 38, refers << 5) + bytes(refers) + b"\x01" + struct.pack(">I", len(data)) + data
        )
    return out


@pytest.mark.parametrize(
    ("octets", "is_too_much"),
    [
        (jbig2(1, 3_500), False),
        (jbig2(1, 3_500, refers=2), False),
        (jbig2(3_000, 3_000), True),
        (jbig2(30_000, 1), True),
        (struct.pack(">IBB", 1, 38, 0xE0) + bytes(200), False),
        (b"", False),
    ],
    ids=["page", "referring", "regions", "segments", "broken", "empty"],
)
def test_regions_of_jbig2_are_summed(octets, is_too_much):
    """270 kB of 3,000 regions, each the size of the page, took minutes."""
    assert is_too_much == is_vast(3_000, 3_000, ["/JBIG2Decode"], lambda: octets)


def test_long_jpeg_2000_is_too_much():
    """Noise in JPEG 2000 costs by the octet: 26 MB took five seconds."""
    assert is_vast(2_000, 2_000, ["/JPXDecode"], lambda: bytes(9_000_000))
