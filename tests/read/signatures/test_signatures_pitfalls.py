"""Pitfalls of reading signed PDFs that no attack needs: each once seen in a library or a tool, each named."""

from __future__ import annotations

import io

import pikepdf
import pytest
from msgspec import structs
from pikepdf import Array, Dictionary, Name, String

from gateway.demo.cms_maker import sign_octets
from gateway.demo.signing import append_revision, changed, signature_gap
from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.cms import structure as cms
from gateway.read.pdf.reader import read_pdf
from gateway.values.evidence import Outcome
from tests.support.signed_pdfs import AT, facts_of, one, pki, read, signed, trust, two


def contents_of(octets):
    """The /Contents of the last signature, padding included."""
    start, end = signature_gap(octets)
    return bytes.fromhex(octets[start + 1 : end - 1].decode())


def test_certificates_of_one_signature_help_no_other():
    """A sub-CA embedded by the leader does not complete the clerk's chain, wherever it stands in the file."""
    bare = structs.replace(trust(), generation="no intermediates", intermediates_der=())
    leader = signed(pki().person(), field_name="Lanh dao", extra_certificates=(pki().subs["official"].der,))
    both = signed(octets=leader, field_name="Van thu")
    first, second = read(both, bare).facts.signatures

    assert (Outcome.PASS, "NO_CERTIFICATE_CHAIN_FOUND") == (first.chain, second.sub_indication)


def test_whole_file_by_count_is_not_whole_file_by_content():
    """Lengths that add up prove nothing of what was left out: the gate is asked even where the file is covered."""
    facts = facts_of(signed(gap_before_octets=10))

    assert (True, False, Outcome.FAIL) == (facts.covers_whole_file, facts.gap_is_signature, facts.outcome)


def test_annotation_that_the_certification_allows_is_still_a_change():
    """DocMDP 3 allows annotations; what one of them shows, the signer never saw."""

    def note(pdf):
        page = pdf.pages[0].obj
        text = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([50, 50, 500, 800]), Contents=String("x"))
        entry = pdf.make_indirect(text)
        page.Annots = Array([*page.Annots, entry])
        return changed(page, entry)

    facts = facts_of(append_revision(signed(certify=3), note))

    assert (3, Outcome.PERMERROR) == (facts.certification_level, facts.outcome)


def test_freed_object_is_a_change_that_nobody_calls_forged():
    """Some writers free an object in a later revision: indeterminate, so a person looks, and no TOTAL-FAILED."""
    previous = int(one()[one().rindex(b"startxref") + 9 :].split()[0])
    start = len(one())
    with pikepdf.open(io.BytesIO(one())) as pdf:
        root, size, info = pdf.Root.objgen[0], int(pdf.trailer["/Size"]), pdf.docinfo.objgen[0]
    table = b"xref\n0 1\n%010d 65535 f \n%d 1\n0000000000 00001 f \n" % (info, info)
    trailer = b"trailer\n<< /Size %d /Prev %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, previous, root, start)
    signatures = read(one() + table + trailer).facts.signatures

    assert {Outcome.PERMERROR} == {facts.outcome for facts in signatures}


def test_digest_and_signature_must_use_one_algorithm():
    """A signature over another digest than the SignerInfo names is refused (RFC 5652 section 5.4)."""
    parsed = cms.parse_cms(contents_of(one()))
    parsed.signer_info["signature_algorithm"] = {"algorithm": "sha512_rsa"}
    signature = sign_octets(parsed.signed_attributes, pki().agency(), "sha512", "pkcs1")
    made = cms.Cms(**{name: getattr(parsed, name) for name in cms.Cms.__slots__} | {"signature": signature})

    assert not cms.verify(made, pki().agency().certificate.public_key())


@pytest.mark.parametrize("place", [0, 10, 100])
def test_one_signature_never_speaks_for_the_octets_of_another(place):
    """The leader's revision is judged by its own range: a change in the clerk's revision is the clerk's matter."""
    first = signed(pki().person(), field_name="Lanh dao")
    start = len(first) + 20 + place
    octets = two()[:start] + bytes([two()[start] ^ 1]) + two()[start + 1 :]
    signatures = read(octets).facts.signatures

    assert "Van thu" not in {facts.field for facts in signatures if facts.outcome is Outcome.PASS}


def test_latest_signature_is_compared_first():
    """Many early signatures cannot use up what the last one needs (files of 25 signatures and a store at the end)."""
    octets = one()
    for number in range(4):
        octets = signed(octets=octets, field_name=f"Sau {number}")
    budget_of_one = 0.092  # opening five signatures, and sixty objects: one comparison of the last revisions
    signatures = read_with(octets, budget_of_one)

    assert ("unknown", Outcome.PERMERROR) == (signatures[0].modification, signatures[0].outcome)
    assert ("form", Outcome.PASS) == (signatures[3].modification, signatures[3].outcome)


def read_with(octets, seconds):
    """Read under a short budget for comparing revisions."""
    budget = structs.replace(DEFAULT_BUDGET, revision_seconds=seconds)
    return read_pdf(octets, budget, trust(), AT).facts.signatures
