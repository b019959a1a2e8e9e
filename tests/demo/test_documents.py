"""Facts about `gateway.demo`: the samples are real files, deterministic, of the size asked for."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest
from cryptography import x509

from gateway.demo.cms_maker import CmsPlan
from gateway.demo.documents import (
    STANDARD,
    OfficialDocument,
    doc,
    docx,
    encrypted_pdf,
    javascript_pdf,
    official_pdf,
    scanned_pdf,
    zip_of,
)
from gateway.demo.pki import throw_away_pki
from gateway.demo.signing import SignPlan, sign_pdf, tamper, variant
from gateway.edge.trust.folder import load_trust

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.mark.parametrize("make", [official_pdf, scanned_pdf, javascript_pdf, docx, doc])
def test_samples_are_deterministic(make):
    """Made twice, equal octet by octet: a cache hit in a test is a hit tomorrow."""
    assert make() == make()


@pytest.mark.parametrize("size", [300_000, 1_000_000])
def test_padding_reaches_the_size(size):
    """Within a tenth."""
    assert abs(len(official_pdf(size_octets=size)) - size) < size / 10


def test_document_not_issued_yet_has_no_number():
    """The number line of a draft."""
    lines = OfficialDocument(number="", marks=("DỰ THẢO",)).lines()

    assert "Số:      /SA-VP" in lines
    assert "DỰ THẢO" in lines


def test_docx_holds_the_text():
    """A word processor's package with every line as a paragraph."""
    with zipfile.ZipFile(io.BytesIO(docx())) as archive:
        text = archive.read("word/document.xml").decode()

    assert all(line in text for line in STANDARD.lines() if "&" not in line)


def test_other_kinds_start_as_they_should():
    """OLE2, PDF and zip by their first octets."""
    assert doc().startswith(bytes.fromhex("d0cf11e0a1b11ae1"))
    assert encrypted_pdf().startswith(b"%PDF-")
    assert zip_of({"a.doc": doc()}).startswith(b"PK\x03\x04")


def test_variants_keep_size_and_layout():
    """Another number, digest and signature; nothing else moves."""
    pki = throw_away_pki(AT)
    signed = sign_pdf(official_pdf(), pki.agency(), SignPlan(CmsPlan(signing_time=AT)))

    assert len(signed) == len(variant(signed, 7, pki.agency()))
    assert variant(signed, 7, pki.agency()) == variant(signed, 7, pki.agency())
    assert variant(signed, 8, pki.agency()) != variant(signed, 7, pki.agency())
    assert 1 == sum(a != b for a, b in zip(signed, tamper(signed), strict=True))


def test_hierarchy_is_written_as_trust_is_loaded(tmp_path):
    """The folder gives the very snapshot, but for the name of its generation."""
    pki = throw_away_pki(AT)
    pki.write(tmp_path)
    loaded, made = load_trust(tmp_path), pki.snapshot()

    assert made.anchors == loaded.anchors
    assert set(made.intermediates_der) == set(loaded.intermediates_der)
    assert {x509.load_der_x509_crl(der).issuer for der in made.crls_der} == {
        x509.load_der_x509_crl(der).issuer for der in loaded.crls_der
    }


def test_leaves_are_remembered_by_name():
    """One name, one certificate."""
    pki = throw_away_pki(AT)

    assert pki.agency() is pki.leaf("agency")
    assert pki.person().certificate.serial_number != pki.agency().certificate.serial_number
