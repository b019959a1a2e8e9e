"""Files that qpdf gives up on and viewers open: read by pypdf, within bounds, and never trusted more than others."""

from __future__ import annotations

import io
import re
import time

import pikepdf
import pytest

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.pdf.lenient import MAX_OBJECTS, MAX_OCTETS, rewrite_leniently
from gateway.read.pdf.reader import read_pdf
from gateway.read.pdf.structure import read_structure
from gateway.values.evidence import Outcome
from gateway.values.trust import EMPTY_TRUST
from tests.corpus.pdf_tools import AT, facts
from tests.read.signatures.test_signatures_restricted import restricted
from tests.support.pdf_layout import centred, document, paragraph
from tests.support.signed_pdfs import base, one, read

PAPER = document([centred("MẬT", 165, 790), *paragraph("Nội dung công tác.", 700)])


def without_root(octets: bytes) -> bytes:
    """No trailer names the catalog."""
    return re.sub(rb"/Root (\d+ 0 R)", rb"/Roo1 \1", octets)


def with_root_elsewhere(octets: bytes) -> bytes:
    """The trailer names an object that is not there."""
    return re.sub(rb"/Root \d+ 0 R", b"/Root 99 0 R", octets)


def with_broken_page(octets: bytes) -> bytes:
    """A bracket of a page's resources was lost."""
    return re.sub(rb"/ProcSet \[([^\]]{0,60})\]", rb"/ProcSet [\1 ", octets)


DAMAGES = {"no root": without_root, "root elsewhere": with_root_elsewhere}


@pytest.mark.parametrize("damage", DAMAGES)
def test_lenient_reader_reads_what_qpdf_does_not(damage: str):
    """Text, pages and structure of a file qpdf refuses even with repair; how it was read is a fact."""
    octets = DAMAGES[damage](base())
    assert not read_structure(octets, DEFAULT_BUDGET).is_readable
    reading = read_pdf(octets, DEFAULT_BUDGET, EMPTY_TRUST, AT)

    assert ("", 1, True, True) == (
        reading.uninspectable, reading.facts.page_count, reading.facts.is_repaired, reading.facts.is_read_leniently,
    )  # fmt: skip
    assert "125/SA-VP" in reading.text


@pytest.mark.parametrize("damage", DAMAGES)
def test_mark_is_found(damage: str):
    """A level in such a file is a level."""
    assert facts(DAMAGES[damage](PAPER))["secrecy"] == "mat"


@pytest.mark.parametrize("damage", DAMAGES)
def test_signature_of_a_damaged_file_never_passes(damage: str):
    """Its octets are judged as they stand: what was damaged after signing has another digest."""
    signatures = read(DAMAGES[damage](one())).facts.signatures

    assert Outcome.PASS not in {signature.outcome for signature in signatures}


def test_sound_files_are_none_of_its_business():
    """Where qpdf reads, it is not asked."""
    assert not read(base()).facts.is_read_leniently
    assert not read(base()[:-400]).facts.is_read_leniently


def test_readers_that_differ_are_not_believed():
    """PDFium counts other pages than pypdf: nothing is read, and why is a fact."""
    octets = with_broken_page(base()).replace(b"/Count 1", b"/Count 9")
    reading = read_pdf(octets, DEFAULT_BUDGET, EMPTY_TRUST, AT)

    assert ("malformed", "", True) == (
        reading.uninspectable, reading.text, reading.facts.has_disputed_structure,
    )  # fmt: skip


def test_broken_page_that_viewers_open():
    """The same file with a true count is read."""
    reading = read_pdf(with_broken_page(base()), DEFAULT_BUDGET, EMPTY_TRUST, AT)

    assert reading.uninspectable == ""
    assert "125/SA-VP" in reading.text


def test_bounds():
    """What is too large or too full is not given to it; neither is an encrypted file."""
    assert rewrite_leniently(base()) is not None
    assert rewrite_leniently(base() + b"%" * MAX_OCTETS) is None
    assert rewrite_leniently(base() + b"\n1 0 obj\nnull\nendobj\n" * MAX_OBJECTS) is None
    assert rewrite_leniently(restricted(base(), "R4, AES")) is None


@pytest.mark.parametrize(
    "octets",
    [
        b"%PDF-1.7\nno document at all\n%%EOF\n",
        b"%PDF-1.7\n" + b"<<" * 50_000 + b"\n1 0 obj\n<< /Type /Catalog /Pages 1 0 R /Kids [1 0 R] >>\nendobj\n",
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Kids [2 0 R] /Count 9 >>\nendobj\n",
    ],
    ids=["no document", "deep", "its own child"],
)
def test_rubbish_stays_unread(octets: bytes):
    """What is no document is soon known to be none."""
    began = time.process_time()

    assert read_pdf(octets, DEFAULT_BUDGET, EMPTY_TRUST, AT).uninspectable == "malformed"
    assert time.process_time() - began < 5


def test_document_without_pages_says_nothing():
    """A file in which no reader sees a page is none that can be read, and nobody disputes it."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.save(out)
    reading = read_pdf(out.getvalue(), DEFAULT_BUDGET, EMPTY_TRUST, AT)

    assert ("malformed", 0, False) == (
        reading.uninspectable, reading.facts.page_count, reading.facts.has_disputed_structure,
    )  # fmt: skip
