"""pypdf as an independent witness: what our reader says of sample documents, another library says too."""

import datetime as dt
import io

import pypdf
import pytest

from gateway.demo import documents
from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.pdf.reader import read_pdf
from gateway.values.trust import EMPTY_TRUST

AT = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
SAMPLES = {
    "letter": documents.official_pdf(),
    "pages": documents.official_pdf(pages=5),
    "padded": documents.official_pdf(size_octets=120_000),
    "scan": documents.scanned_pdf(documents.STANDARD),
    "javascript": documents.javascript_pdf(),
    "encrypted": documents.encrypted_pdf(),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_pages_and_encryption_agree(name):
    """Page count and encryption are the same for both."""
    facts = read_pdf(SAMPLES[name], DEFAULT_BUDGET, EMPTY_TRUST, AT).facts
    witness = pypdf.PdfReader(io.BytesIO(SAMPLES[name]))
    assert facts.is_encrypted == witness.is_encrypted
    if not facts.is_encrypted:
        assert facts.page_count == len(witness.pages)


@pytest.mark.parametrize("name", ["letter", "pages", "padded"])
def test_first_page_text_agrees(name):
    """Every word pypdf reads on the first page we read too, Vietnamese intact."""
    ours = read_pdf(SAMPLES[name], DEFAULT_BUDGET, EMPTY_TRUST, AT).text.split()
    theirs = pypdf.PdfReader(io.BytesIO(SAMPLES[name])).pages[0].extract_text().split()
    assert set(theirs) <= set(ours)
    assert "CỘNG" in theirs
