"""Object streams are weighed before the file is opened, wherever their dictionary hides what they are."""

from __future__ import annotations

import pytest

from gateway.demo.documents import official_pdf
from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.pdf.packing import LEAST_OCTETS, is_packed_beyond_measure
from gateway.read.pdf.reader import read_pdf
from tests.corpus.hostile_pdfs import FILES, packed_pdf, stream
from tests.support.signed_pdfs import AT, one, trust

SWOLLEN = b"[" + b"1 " * 3 * LEAST_OCTETS + b"]"
PAGE = {2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>", 3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"}


def changed(old: bytes, new: bytes) -> bytes:
    """A file whose object stream is beyond measure, its dictionary written otherwise."""
    octets = packed_pdf(PAGE | {4: SWOLLEN})
    assert old in octets
    return octets.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/Type/ObjStm", b"/Type/ObjStm"),
        (b"/Type/ObjStm", b""),
        (b"/First", b"/Fir#73t"),
        (b"/Type/ObjStm", b"/A(1 0 obj<<>>)"),
        (b"/Filter", b"/B(1 0 obj<<>>)/Filter"),
        (b"/Filter", b"/B(\n1 0 obj<<(a)>>)/Filter"),
        (b"/Filter", b"%1 0 obj<<\n/Filter"),
        (b"/Filter", b"/B 1 0 obj<61>/Filter"),
        (b"/Filter", b"/Xobj 1/Filter"),
        (b"/Filter", b" " * 70_000 + b"/Filter"),
    ],
    ids=["plain", "no type", "escaped", "string", "string behind", "strings in it", "comment", "odd", "name", "far"],
)
def test_a_swollen_object_stream_is_found(old, new):
    """However its dictionary is written."""
    assert is_packed_beyond_measure(changed(old, new))


def test_what_is_packed_beyond_measure_is_named():
    """It is none that says nothing, and none that is broken."""
    assert "over_budget" == read_pdf(changed(b"", b""), DEFAULT_BUDGET, trust(), AT).uninspectable


@pytest.mark.parametrize(
    "octets",
    [
        official_pdf(),
        official_pdf(size_octets=300_000),
        one(),
        FILES["fields"](0),
        packed_pdf(PAGE | {4: b"<</First 5 0 R/Last 5 0 R>>", 5: b"<</Title(a)>>", 6: stream("", b" " * 9_000_000)}),
    ],
    ids=["letter", "long", "signed", "fields", "bookmarks beside a picture"],
)
def test_honest_files_are_not(octets):
    """Forms of thousands of fields, outlines, and large streams that hold no objects."""
    assert not is_packed_beyond_measure(octets)
