"""Streams that grow beyond measure are found before a page is loaded."""

import base64
import io
import zlib

import pikepdf
import pytest

from gateway.read.pdf import inflation
from gateway.read.pdf.inflation import Inflation
from tests.support.signed_pdfs import base, read

MAX_OCTETS = 8 * 1024 * 1024


@pytest.fixture(autouse=True)
def small_limit(monkeypatch):
    """A limit that tests can afford to pass."""
    monkeypatch.setattr(inflation, "MAX_OCTETS", MAX_OCTETS)


@pytest.fixture(scope="module")
def packed():
    """A deflated stream of a little more than the limit."""
    return zlib.compress(bytes(MAX_OCTETS + 2 * 1024 * 1024), 9)


def is_over(octets, *filters):
    """Look at one stream."""
    looking = Inflation()
    looking.add(filters, len(octets), lambda: octets)
    return looking.is_over


def test_one_deflated_stream_beyond_the_limit(packed):
    """Counted block by block, never held."""
    assert is_over(packed, "/FlateDecode")
    assert not is_over(packed[:-1000], "/DCTDecode")


@pytest.mark.parametrize(
    ("name", "armour"),
    [("/ASCIIHexDecode", lambda octets: octets.hex().encode() + b">"), ("/A85", lambda octets: base64.a85encode(octets) + b"~>")],
)  # fmt: skip
def test_a_bomb_in_ascii_armour(packed, name, armour):
    """The layer of ASCII grows nothing, and hides nothing."""
    assert is_over(armour(packed), name, "/FlateDecode")
    assert is_over(packed, name, "/FlateDecode")


@pytest.mark.parametrize("second", ["/FlateDecode", "/LZWDecode", "/RL"])
def test_two_growing_layers_are_refused(second):
    """Two layers turn a kilobyte into gigabytes; no honest writer packs twice."""
    assert is_over(b"short", "/FlateDecode", second)


def test_ordinary_streams_pass():
    """Short ones are not even read; long ones that stay in measure are."""
    long = zlib.compress(bytes(range(256)) * 4_000, 0)

    assert not is_over(b"x" * 1000, "/FlateDecode")
    assert not is_over(long, "/FlateDecode")
    assert not is_over(b"\x00" * 2**20, "/FlateDecode")


def test_long_streams_are_counted_together(monkeypatch):
    """Many streams below the limit are one above it."""
    monkeypatch.setattr(inflation, "MAX_OCTETS", 2_000_000)
    octets, looking = zlib.compress(bytes(900_000)), Inflation()
    for _ in range(3):
        looking.add(["/FlateDecode"], 100_000, lambda: octets)

    assert looking.is_over


def test_a_file_with_such_a_stream_is_over_budget():
    """Its pages are not loaded, its structure is known all the same."""
    with pikepdf.open(io.BytesIO(base())) as pdf:
        inner = zlib.compress(zlib.compress(bytes(1_000_000)))
        stream = pikepdf.Stream(pdf, inner)
        stream.Filter = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
        pdf.pages[0].Contents = pdf.make_indirect(stream)
        out = io.BytesIO()
        pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    reading = read(out.getvalue())

    assert ("over_budget", "", 1) == (reading.uninspectable, reading.text, reading.facts.page_count)
