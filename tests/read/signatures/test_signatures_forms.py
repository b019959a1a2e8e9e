"""Forms of signatures and signers: old sub-filters, BER, kinds of signers, generations, later signatures."""

from __future__ import annotations

from datetime import timedelta

import pikepdf
import pytest
from asn1crypto import parser
from cryptography.hazmat.primitives.hashes import SHA256
from msgspec import structs

from gateway.demo.pki import Identity, Subject, throw_away_pki
from gateway.demo.signing import add_security_store, append_revision, changed, signature_gap
from gateway.read.cms import structure as cms
from gateway.read.signatures.second_opinion import warm
from gateway.values.evidence import Outcome
from gateway.values.trust import Anchor
from tests.support.signed_pdfs import AT, facts_of, one, pki, read, signed, trust, two

SHA1 = "adbe.pkcs7.sha1"


def test_sha1_sub_filter_is_verified_and_weak():
    """adbe.pkcs7.sha1: the CMS holds the SHA-1 digest of the ranges; every claim is checked, and it counts for nothing."""
    facts = facts_of(signed(sub_filter=SHA1, holds_digest=True))

    assert (True, True, True, True) == (
        facts.is_supported, facts.is_intact, facts.is_cryptographically_valid, facts.is_weak_algorithm,
    )  # fmt: skip
    assert ("sha1", "permerror", "CRYPTO_CONSTRAINTS_FAILURE") == (
        facts.digest_algorithm, facts.outcome.value, facts.sub_indication,
    )  # fmt: skip


def test_sha1_sub_filter_of_another_document_fails():
    """One octet of the document changed."""
    octets = signed(sub_filter=SHA1, holds_digest=True)
    place = octets.index(b"/CongthuVariant") + 20

    assert ("fail", "HASH_FAILURE") == ending_of(octets[:place] + b"7" + octets[place + 1 :])


def test_sha1_sub_filter_with_a_content_nobody_signed_fails():
    """The encapsulated digest fits the document, the signed attribute another content."""
    octets = signed(sub_filter=SHA1, holds_digest=True, message_digest=bytes(32))

    assert ("fail", "HASH_FAILURE") == ending_of(octets)


@pytest.mark.parametrize(("sub_filter", "holds_digest"), [(SHA1, False), ("adbe.pkcs7.detached", True)])
def test_content_must_be_where_the_sub_filter_says(sub_filter, holds_digest):
    """A detached signature with content inside, and the other way round, is neither."""
    assert ("permerror", "FORMAT_FAILURE") == ending_of(signed(sub_filter=sub_filter, holds_digest=holds_digest))


def ending_of(octets):
    """Outcome and sub-indication of a file's only signature."""
    facts = facts_of(octets)
    return facts.outcome.value, facts.sub_indication


def with_cms(octets, change):
    """Put another CMS into a signed file, padded to the same length."""
    start, end = signature_gap(octets)
    made = change(bytes.fromhex(octets[start + 1 : end - 1].decode()))
    return octets[: start + 1] + made.hex().encode().ljust(end - start - 2, b"0") + octets[end - 1 :]


def indefinite(der):
    """Write ContentInfo, SignedData and the set of certificates with indefinite lengths, as some tools do."""

    def open_ended(tag, contents):
        return bytes([tag, 0x80]) + contents + b"\x00\x00"

    information = parser.parse(der[: parser.peek(der)])[4]
    kind = information[: parser.peek(information)]
    data = parser.parse(parser.parse(information[len(kind) :])[4])[4]
    pieces = []
    while data:
        length = parser.peek(data)
        piece, data = data[:length], data[length:]
        pieces.append(open_ended(0xA0, parser.parse(piece)[4]) if piece[0] == 0xA0 else piece)
    return open_ended(0x30, kind + open_ended(0xA0, open_ended(0x30, b"".join(pieces))))


@pytest.mark.parametrize("stamped", [False, True])
def test_indefinite_lengths_are_read_as_written(stamped):
    """BER: nothing is encoded anew, whatever other libraries taught the parser meanwhile."""
    warm()
    plain = signed(stamper=pki().time_stamper(), stamp_time=AT) if stamped else one()
    octets = with_cms(plain, indefinite)

    assert Outcome.PASS is facts_of(octets).outcome
    assert facts_of(plain).signer_fingerprint == facts_of(octets).signer_fingerprint


def test_certificate_set_is_never_encoded_anew():
    """The set is the key of the cache: as many octets as stand in the file."""
    start, end = signature_gap(one())
    der = bytes.fromhex(one()[start + 1 : end - 1].decode())

    assert cms.parse_cms(der).certificates == pki().agency().der


@pytest.mark.parametrize(
    ("uid", "common_name", "kind"),
    [
        ("MST:0312345678", "Văn thư Sở A", "agency"),
        ("MST:0312345678-001", "Văn thư Sở A", "agency"),
        ("MNS:1234567", "Văn thư Sở A", "agency"),
        ("CCCD:000000000000", "Giám đốc Sở A", "personal"),
        ("CMND:000000000", "Giám đốc Sở A", "personal"),
        ("", "sở A", "agency"),
        ("", "Giám đốc Sở A", ""),
        ("XYZ", "Giám đốc Sở A", ""),
    ],
)
def test_kind_of_signer_is_a_fact(uid, common_name, kind):
    """As far as the subject tells; who it is, the registry says."""
    who = Subject(common_name=common_name, uid=uid)

    assert kind == facts_of(signed(pki().leaf(f"kind {uid} {common_name}", who))).signer_kind


def test_two_uids_are_both_kept():
    """Real certificates name the agency's tax code and the person's card: personal, for a person holds the key."""
    made = throw_away_pki(AT)
    who = Subject(common_name="Giám đốc Sở A", uid=("MST:0312345678", "CCCD:000000000000"))
    facts = facts_of(signed(made.leaf("two uids", who)))

    assert (("MST:0312345678", "CCCD:000000000000"), "personal") == (facts.signer_uids, facts.signer_kind)
    assert "MST:0312345678" == facts.signer_uid


def second_generation():
    """A root and a sub-CA of the same names with other keys, and a leaf under them."""
    made = pki()
    root = made._authority("official root 2", made.roots["official"].certificate.subject, None)
    sub = made._authority("official sub 2", made.subs["official"].certificate.subject, root)
    old = made.person()
    builder = made._builder("second", old.certificate.subject, sub, old.key, (-10, 10))
    leaf = Identity(builder.sign(sub.key, SHA256()), old.key, (sub, root))
    lists = (made._crl(root, [], (-1, 30)), made._crl(sub, [], (-1, 30)))
    return leaf, Anchor(root.der, "official"), sub.der, lists


def test_two_generations_of_an_authority_stand_side_by_side():
    """Same names, other keys: each document rests on the root of its own generation, and on its lists."""
    leaf, anchor, sub, lists = second_generation()
    plain = trust()
    snapshot = structs.replace(
        plain, generation="two generations", anchors=(*plain.anchors, anchor),
        intermediates_der=(*plain.intermediates_der, sub), crls_der=(*plain.crls_der, *lists),
    )  # fmt: skip
    first = structs.replace(plain.anchors[0], valid_to="2025-12-31")
    ended = structs.replace(snapshot, generation="first ended", anchors=(first, *plain.anchors[1:], anchor))

    assert ["pass", "pass"] == [facts_of(octets, snapshot).outcome.value for octets in (one(), signed(leaf))]
    assert ["permerror", "pass"] == [facts_of(octets, ended).outcome.value for octets in (one(), signed(leaf))]
    assert "NO_CERTIFICATE_CHAIN_FOUND" == facts_of(signed(leaf)).sub_indication


@pytest.mark.parametrize(("valid_from", "valid_to", "expected"), [
    ("2019-01-01", "", "pass"), ("2026-11-20", "2026-11-20", "pass"),
    ("2026-11-21", "", "NO_CERTIFICATE_CHAIN_FOUND"), ("", "2026-11-19", "NO_CERTIFICATE_CHAIN_FOUND"),
])  # fmt: skip
def test_each_generation_has_its_dates(valid_from, valid_to, expected):
    """Both bounds are whole days, included."""
    anchors = tuple(structs.replace(anchor, valid_from=valid_from, valid_to=valid_to) for anchor in trust().anchors)
    snapshot = structs.replace(trust(), generation=f"{valid_from} {valid_to}", anchors=anchors)
    facts = facts_of(one(), snapshot)

    assert expected == (facts.sub_indication or facts.outcome.value)


def outcomes(octets, snapshot=None):
    """Outcomes in order of revision."""
    return [facts.outcome for facts in read(octets, snapshot).facts.signatures]


def test_a_worthless_later_signature_takes_the_earlier_along():
    """Certified-document attack: a stranger signs on top, with a picture that may cover anything."""
    stranger = pki().leaf("stranger", authority="foreign")
    octets = signed(stranger, one(), field_name="Sau", shown_text="Noi dung khac")

    assert [Outcome.PERMERROR, Outcome.PERMERROR] == outcomes(octets)
    assert "form" == read(octets).facts.signatures[0].modification


def test_a_broken_later_signature_takes_the_earlier_along():
    """The later one's ranges leave out more than itself (overlapping ranges)."""
    octets = signed(octets=one(), field_name="Sau", gap_before_octets=10)

    assert [Outcome.PERMERROR, Outcome.FAIL] == outcomes(octets)


def test_a_later_signature_that_waits_lets_the_earlier_wait():
    """No list for the later signer's authority: both may still pass."""
    later = pki().leaf("of public", authority="public")
    octets = signed(later, one(), field_name="Sau")
    snapshot = structs.replace(trust(), generation="official lists", crls_der=trust().crls_der[:2])

    assert [Outcome.TEMPERROR, Outcome.TEMPERROR] == outcomes(octets, snapshot)


def test_good_later_signatures_leave_the_earlier():
    """The counter-example: leader, then clerk."""
    assert [Outcome.PASS, Outcome.PASS] == outcomes(two())


def test_security_store_and_timestamp_leave_the_signature():
    """What keeps a signature for the long term is no change: `lta`."""
    stored = add_security_store(one(), crls=pki().crls())
    stamped = signed(
        pki().time_stamper(), stored, stamp_time=AT, sub_filter="ETSI.RFC3161", field_name="Dau", reserve_octets=8192
    )
    first, stamp = read(stamped).facts.signatures

    assert ("lta", Outcome.PASS, Outcome.PASS) == (first.modification, first.outcome, stamp.outcome)


def test_more_than_a_store_in_the_same_revision_is_seen():
    """A page changed beside the security store."""

    def edit(pdf):
        page = pdf.pages[0].obj
        stream = pdf.make_indirect(pikepdf.Stream(pdf, b"BT ET"))
        pdf.Root.DSS = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.DSS))
        page.Contents = stream
        return changed(page, stream, pdf.Root, pdf.Root.DSS)

    assert Outcome.PASS not in outcomes(append_revision(one(), edit))


def test_a_claimed_time_rests_on_no_anchor_that_was_given_up():
    """Signed before the end, as the signer says: whoever took the old root's key would say the same; a stamp proves it."""
    anchors = tuple(structs.replace(anchor, valid_to="2026-11-10") for anchor in trust().anchors)
    ended = structs.replace(trust(), generation="given up", anchors=anchors)
    before = AT - timedelta(days=20)
    proven = signed(stamper=pki().time_stamper("public"), stamp_time=before)
    public = structs.replace(ended, generation="public goes on", anchors=(anchors[0], trust().anchors[1]))

    assert "OUT_OF_BOUNDS_NO_POE" == facts_of(signed(signing_time=before), ended).sub_indication
    assert "pass" == facts_of(proven, public).outcome.value
