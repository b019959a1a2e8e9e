"""Attacks on signed PDFs, each named: none is ever reported as passed."""

from __future__ import annotations

import io

import pikepdf
import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import BasicConstraints
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String

from gateway.demo.pki import Identity
from gateway.demo.signing import append_page_text, append_revision, changed, signature_gap, tamper, wrap
from gateway.read.signatures.geometry import SignatureRecord, measure
from gateway.values.evidence import Outcome
from tests.support.signed_pdfs import base, ending, facts_of, one, pki, read, signed, two


def with_gap(octets: bytes, text: bytes) -> bytes:
    """Put other octets of the same length into the gap."""
    start, end = signature_gap(octets)
    assert len(text) == end - start
    return octets[:start] + text + octets[end:]


def gap_of(octets: bytes) -> bytes:
    """The octets the signature leaves out."""
    start, end = signature_gap(octets)
    return octets[start:end]


def outcomes(octets: bytes) -> set[Outcome]:
    """Outcomes of all signatures of a file."""
    return {facts.outcome for facts in read(octets).facts.signatures}


def test_octet_changed_inside_the_signed_range():
    """One bit of the document."""
    assert ("fail", "HASH_FAILURE") == ending(tamper(one()))
    assert False is facts_of(tamper(one())).is_intact


def test_bytes_after_eof_are_not_covered():
    """A polyglot: an archive behind the end of the file is signed by nobody."""
    facts = facts_of(one() + b"PK\x03\x04 another file")

    assert (False, "other", Outcome.PERMERROR) == (facts.covers_whole_file, facts.modification, facts.outcome)
    assert read(one() + b"PK\x03\x04").facts.has_trailing_junk


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_one_line_end_after_eof_is_allowed(line_end):
    """Mail systems add one; it shows nothing."""
    assert ("pass", "") == ending(one() + line_end)


def test_two_line_ends_after_eof_are_not_covered():
    """More than one is more than any system adds."""
    assert Outcome.PERMERROR is facts_of(one() + b"\n\n\n").outcome


def test_octets_before_the_header_shift_nothing_into_a_pass():
    """Another file in front: ranges no longer fit."""
    assert Outcome.FAIL is facts_of(b"MZ another file\n" + one()).outcome


def test_gap_holding_anything_else_fails():
    """The digest is right, the signature is right, but the range leaves out ten octets more than /Contents."""
    facts = facts_of(signed(gap_before_octets=10))

    assert (True, True, False) == (facts.is_intact, facts.is_cryptographically_valid, facts.gap_is_signature)
    assert ("fail", "FORMAT_FAILURE") == (facts.outcome.value, facts.sub_indication)


def test_signature_wrapping_fails():
    """Second range moved down, unsigned octets before it."""
    facts = facts_of(wrap(one()))

    assert (False, Outcome.FAIL) == (facts.gap_is_signature, facts.outcome)


@pytest.mark.parametrize(
    "make",
    [
        lambda gap: gap[:-3] + b"  >",
        lambda gap: gap[:-3] + b"%a>",
        lambda gap: gap[:-3] + b"ag>",
        lambda gap: b"(" + gap[1:-1] + b")",
        lambda gap: gap[:-5] + b"> 0 >",
    ],
)
def test_gap_that_is_no_single_hex_string_fails(make):
    """White space, comments, other digits or another kind of string between the ranges."""
    octets = with_gap(one(), make(gap_of(one())))

    assert Outcome.PASS not in outcomes(octets)


def test_octets_behind_the_cms_inside_contents_fail():
    """The padding after the CMS is signed by nobody: it must be zero."""
    gap = gap_of(one())
    octets = with_gap(one(), gap[:-9] + b"deadbeef>")

    assert ("permerror", "FORMAT_FAILURE") == ending(octets)


@pytest.mark.parametrize(
    "numbers",
    [
        None,
        (0, 10),
        (0, 10, 20, 10, 40, 5),
        (-1, 10, 20, 10),
        (0, -10, 20, 10),
        (5, 10, 20, 10),
        (0, 30, 20, 10),
        (0, 10, 20, 2**70),
        (0, 0, 20, 10),
        (0, 10, 20, 0),
    ],
)
def test_byte_range_of_another_shape_is_refused(numbers):
    """Four integers, from zero, in order, inside the file; anything else measures nothing."""
    octets = b"0123456789<abcdef>0123456789"

    assert not measure(octets, SignatureRecord("f", byte_range=numbers, contents=b"\xab\xcd\xef")).gap_is_signature


def test_geometry_of_the_right_shape_is_accepted():
    """The counter-example to the refusals above."""
    octets = b"0123456789<abcdef>0123456789"
    geometry = measure(octets, SignatureRecord("f", byte_range=(0, 10, 18, 10), contents=b"\xab\xcd\xef"))

    assert (True, True, 28) == (geometry.gap_is_signature, geometry.covers_whole_file, geometry.end)


@pytest.mark.parametrize("old", [b"/ByteRange", b"/Contents"])
def test_universal_forgery_without_range_or_contents(old):
    """/ByteRange or /Contents missing under its name: nothing is verified, so nothing passes."""
    assert Outcome.PASS not in outcomes(one().replace(old, old[:-1] + b"X"))


@pytest.mark.parametrize("text", [b"0" * 10, b"3000000000", b"ffffffffff"])
def test_universal_forgery_with_empty_cms(text):
    """/Contents of zeros or garbage."""
    gap = gap_of(one())
    octets = with_gap(one(), b"<" + text.ljust(len(gap) - 2, b"0") + b">")

    assert Outcome.PASS not in outcomes(octets)


def test_incremental_saving_after_signing_is_seen():
    """New page content in a revision after the signature: the signed revision is intact, the file is another."""
    facts = facts_of(append_page_text(one()))

    assert (True, False, "other") == (facts.is_intact, facts.covers_whole_file, facts.modification)
    assert Outcome.PERMERROR is facts.outcome


def test_incremental_saving_without_new_cross_reference_is_seen():
    """Objects appended bare, as repairing readers would still find them."""
    bare = one() + b"\n4 0 obj\n<< /Type /Page >>\nendobj\n"

    assert Outcome.PASS not in outcomes(bare)


def test_change_signed_by_a_later_signer_does_not_count_for_the_earlier():
    """The agency signs other content over the leader's signature: only the agency vouches for it."""
    leader = signed(pki().person(), field_name="Lanh dao")
    agency = signed(octets=append_page_text(leader), field_name="Van thu")
    first, second = read(agency).facts.signatures

    assert ("other", Outcome.PERMERROR) == (first.modification, first.outcome)
    assert Outcome.PASS is second.outcome


def test_annotation_over_a_certified_document_is_seen():
    """Evil annotation: a free text laid over a certified document (DocMDP 2 allows signing and forms only)."""

    def edit(pdf):
        page = pdf.pages[0].obj
        note = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([50, 50, 500, 800]))
        note.Contents, note.DA = String("noi dung khac"), String("/Helv 12 Tf")
        entry = pdf.make_indirect(note)
        page.Annots = Array([*page.Annots, entry])
        return changed(page, entry)

    assert Outcome.PASS not in outcomes(append_revision(signed(certify=2), edit))


def test_filled_text_field_after_signing_is_seen():
    """Filling in a form says something new, though difference analysis calls it harmless form filling."""

    def add_field(pdf):
        widget = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("so tien"), F=4)
        widget.Rect, widget.V = Array([50, 50, 200, 70]), String("1")
        entry = pdf.make_indirect(widget)
        page = pdf.pages[0].obj
        page.Annots = Array([entry])
        pdf.Root.AcroForm = Dictionary(Fields=Array([entry]))
        return changed(page, entry, pdf.Root)

    def fill(pdf):
        entry = pdf.Root.AcroForm.Fields[0]
        entry.V = String("1000000")
        return changed(entry)

    octets = append_revision(signed(octets=append_revision(base(), add_field)), fill)

    assert Outcome.PASS not in outcomes(octets)


def test_unknown_sub_filter_is_unsupported_not_unsigned():
    """A sub-filter nobody knows: reported with its name, never left out."""
    facts = facts_of(signed(sub_filter="vnx.strange"))

    assert (False, "vnx.strange", Outcome.PERMERROR) == (facts.is_supported, facts.sub_filter, facts.outcome)


@pytest.mark.parametrize("sub_filter", ["adbe.x509.rsa_sha1", ""])
def test_old_sub_filters_are_unsupported_not_unsigned(sub_filter):
    """The raw SHA-1 form of old, and none at all."""
    assert (False, Outcome.PERMERROR) == (
        facts_of(signed(sub_filter=sub_filter or "x")).is_supported,
        facts_of(signed(sub_filter=sub_filter or "x")).outcome,
    )


def test_cms_without_signed_attributes_is_refused():
    """Such a CMS could be cut from another protocol: its content might be attributes itself."""
    assert ("permerror", "FORMAT_FAILURE") == ending(signed(has_signed_attributes=False))


def test_two_signer_infos_are_refused():
    """One signature, one signer: with two, which one is meant is open."""
    assert ("permerror", "FORMAT_FAILURE") == ending(signed(signer_infos=2))


def test_signed_digest_of_another_document_fails():
    """The CMS is genuine but belongs to another document."""
    assert ("fail", "HASH_FAILURE") == ending(signed(message_digest=bytes(32)))


def test_signature_copied_onto_another_document_fails():
    """The whole /Contents of one document in the place of another's."""
    other = signed(octets=base().replace(b"(0000000000)", b"(0000000001)"))

    assert ("fail", "HASH_FAILURE") == ending(with_gap(other, gap_of(one())))


def test_broken_signature_value_fails():
    """The last octet of the RSA value flipped: digest right, signature wrong."""
    start, end = signature_gap(one())
    cms = bytearray(bytes.fromhex(one()[start + 1 : end - 1].decode()))
    length = len(bytes(cms).rstrip(b"\x00"))
    cms[length - 5] ^= 0xFF

    assert ("fail", "SIG_CRYPTO_FAILURE") == ending(with_gap(one(), b"<" + bytes(cms).hex().encode() + b">"))


def test_certificate_bound_by_the_signer_must_be_the_one_used():
    """ESS signing-certificate-v2 names another certificate: a substitution, though the signature itself verifies."""
    facts = facts_of(signed(is_cades=True, certificate_hash=bytes(32)))

    assert (True, False) == (facts.is_cryptographically_valid, facts.is_certificate_bound)
    assert ("permerror", "NO_SIGNING_CERTIFICATE_FOUND") == (facts.outcome.value, facts.sub_indication)


def test_mesh_of_embedded_certificates_is_not_walked():
    """Thirty authorities of one name and key that issue each other: a path builder would try every order of them."""
    made = pki()
    mesh = made.leaf("mesh", authority="foreign")
    name = mesh.certificate.issuer
    ring = []
    for number in range(30):
        sub = Identity(made.subs["foreign"].certificate, made.subs["foreign"].key)
        builder = made._builder(f"ring {number}", name, sub, sub.key, (-100, 100))
        builder = builder.add_extension(BasicConstraints(ca=True, path_length=None), critical=True)
        ring.append(builder.sign(sub.key, SHA256()).public_bytes(Encoding.DER))

    assert ("permerror", "NO_CERTIFICATE_CHAIN_FOUND") == ending(
        signed(mesh, extra_certificates=tuple(ring), reserve_octets=20_000)
    )


def test_rewritten_signed_file_fails():
    """Saved anew by some tool: the field is there, its ranges are not."""
    with pikepdf.open(io.BytesIO(one())) as pdf:
        out = io.BytesIO()
        pdf.save(out)

    assert Outcome.PASS not in outcomes(out.getvalue())


def test_earlier_revision_alone_is_a_document_of_its_own():
    """Cutting the clerk's revision off leaves the leader's valid signature, and only that."""
    first = signed(pki().person(), field_name="Lanh dao")
    assert two().startswith(first[:1000])

    assert ["Lanh dao"] == [facts.field for facts in read(first).facts.signatures]


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, len(one()) - 1), value=st.integers(1, 255), cut=st.booleans())
def test_no_mutation_of_signed_octets_passes(place, value, cut):
    """Any octet changed or the file cut anywhere: facts without an exception, and a pass only if nothing signed changed."""
    octets = one()
    start, end = signature_gap(octets)
    mutated = octets[:place] if cut else octets[:place] + bytes([octets[place] ^ value]) + octets[place + 1 :]
    reading = read(mutated)
    is_untouched = mutated == octets or (not cut and start < place < end - 1)

    assert is_untouched or Outcome.PASS not in {facts.outcome for facts in reading.facts.signatures}


@settings(max_examples=40, deadline=None)
@given(place=st.integers(0, 3005), value=st.integers(0, 255))
def test_no_mutation_of_the_cms_changes_what_is_claimed(place, value):
    """An octet of the signature itself: it fails, or says the same of the same signer and time."""
    start, end = signature_gap(one())
    cms = bytearray(bytes.fromhex(one()[start + 1 : end - 1].decode()))
    cms[place % len(bytes(cms).rstrip(b"\x00"))] = value
    expected = facts_of(one())
    facts = facts_of(with_gap(one(), b"<" + bytes(cms).hex().encode() + b">"))

    if facts.outcome is Outcome.PASS:
        assert claims_of(expected) == claims_of(facts)


def claims_of(facts):
    """The claims a pass rests on."""
    return (facts.signer_fingerprint, facts.signing_time, facts.digest_algorithm, facts.is_intact, facts.trust_list)
