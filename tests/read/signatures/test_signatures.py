"""Facts about `gateway.read.signatures.validation`: every claim apart, and the outcome they map to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asn1crypto.crl import CertificateList
from cryptography.hazmat.primitives.hashes import SHA256
from msgspec import structs

from gateway.demo.pki import Subject, sign_again_with_sha1, throw_away_pki
from gateway.demo.signing import variant
from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.pdf.reader import read_pdf
from gateway.read.trust.chains import SignerCache
from gateway.values.evidence import Outcome, PdfFacts
from gateway.values.trust import EMPTY_TRUST
from tests.support.signed_pdfs import AT, base, ending, facts_of, one, pki, read, signed, trust, two

DETACHED = ("adbe.pkcs7.detached", "ETSI.CAdES.detached")


def test_plain_signature_passes_with_every_claim():
    """The form the signing tools write: each claim is its own field."""
    facts = facts_of(one())

    assert ("pass", "") == (facts.outcome.value, facts.sub_indication)
    assert (True, True, True, True) == (
        facts.gap_is_signature,
        facts.covers_whole_file,
        facts.is_intact,
        facts.is_cryptographically_valid,
    )
    assert ("sha256", False) == (facts.digest_algorithm, facts.is_weak_algorithm)
    assert (Outcome.PASS, "official", Outcome.PASS, Outcome.PASS) == (
        facts.chain,
        facts.trust_list,
        facts.certificate_validity,
        facts.revocation,
    )
    assert ("2026-11-20T07:00:00+00:00", "claimed") == (facts.signing_time, facts.signing_time_source)
    assert len(one()) == facts.covered_octets


def test_signer_is_named():
    """Subject attributes, serial, fingerprint, mailbox and tax code are there to compare with the registry."""
    facts = facts_of(one())

    assert ("Sở A", "SỞ A") == (facts.signer_common_name, facts.signer_organisation)
    assert ("vanthu@soa.example.gov.vn",) == facts.signer_mailboxes
    assert "MST:0312345678" == facts.signer_uid
    assert f"{pki().agency().certificate.serial_number:x}" == facts.signer_serial
    assert 64 == len(facts.signer_fingerprint)
    assert facts.signer_subject.startswith("CN=Sở A,O=SỞ A")


@pytest.mark.parametrize("sub_filter", DETACHED)
@pytest.mark.parametrize("scheme", ["pkcs1", "pss"])
def test_both_rsa_schemes_and_sub_filters_pass(sub_filter, scheme):
    """PKCS#1 v1.5 is what tools write, PSS what Circular 15/2025 prescribes."""
    assert ("pass", "") == ending(signed(sub_filter=sub_filter, scheme=scheme))


@pytest.mark.parametrize("digest", ["sha384", "sha512"])
def test_longer_digests_pass(digest):
    """Anything of the SHA-2 family from 256 bits on."""
    assert ("pass", "") == ending(signed(pki().person(), digest=digest))


def test_elliptic_curve_signature_passes():
    """ECDSA P-256."""
    assert ("pass", "") == ending(signed(pki().person()))


def test_cades_signature_without_claimed_time_takes_pdf_date():
    """PAdES leaves signingTime out of the CMS; /M then says when."""
    facts = facts_of(signed(sub_filter=DETACHED[1], is_cades=True, claimed_time=AT.replace(hour=6)))

    assert ("2026-11-20T06:00:00+00:00", "claimed") == (facts.signing_time, facts.signing_time_source)
    assert Outcome.PASS is facts.outcome


def test_signature_without_any_time_is_judged_now():
    """No time claimed: source none, and the certificate must hold now."""
    facts = facts_of(signed(is_cades=True))

    assert (None, "none", Outcome.PASS) == (facts.signing_time, facts.signing_time_source, facts.outcome)


def test_trusted_timestamp_gives_the_time():
    """An RFC 3161 token of a trusted authority outranks what the signer claims."""
    stamp = AT - timedelta(days=3)
    facts = facts_of(signed(stamper=pki().time_stamper(), stamp_time=stamp))

    assert (stamp.isoformat(), "timestamp") == (facts.signing_time, facts.signing_time_source)
    assert Outcome.PASS is facts.outcome


def test_weak_timestamp_takes_nothing_from_the_signature():
    """The TSA in use stamps SHA-1 imprints: such a token proves no time, the signature stands by itself."""
    facts = facts_of(signed(stamper=pki().time_stamper(), stamp_time=AT, stamp_digest="sha1"))

    assert ("claimed", Outcome.PASS) == (facts.signing_time_source, facts.outcome)


def test_timestamp_of_unknown_authority_proves_no_time():
    """A token whose chain we do not know is as good as none."""
    facts = facts_of(signed(stamper=pki().time_stamper("foreign"), stamp_time=AT))

    assert ("claimed", Outcome.PASS) == (facts.signing_time_source, facts.outcome)


def test_signer_certificate_cannot_stamp_time():
    """Only a certificate for time stamping alone makes a token: no agency dates its own signature."""
    facts = facts_of(signed(pki().person(), stamper=pki().agency(), stamp_time=AT))

    assert "claimed" == facts.signing_time_source


def test_expired_certificate_without_timestamp_has_no_proof_of_existence():
    """The claimed time lies within the dates, but anyone holding the old key can claim it."""
    octets = signed(pki().expired(), signing_time=AT - timedelta(days=40))

    assert ("permerror", "OUT_OF_BOUNDS_NO_POE") == ending(octets)
    assert Outcome.PASS is facts_of(octets).certificate_validity


def test_expired_certificate_with_timestamp_of_its_time_passes():
    """Valid at signing time, and the token proves that time."""
    when = AT - timedelta(days=40)

    assert ("pass", "") == ending(signed(pki().expired(), stamper=pki().time_stamper(), stamp_time=when))


def test_signed_after_expiry_is_out_of_bounds():
    """Not valid at the time the signer himself gives."""
    octets = signed(pki().expired())

    assert ("permerror", "OUT_OF_BOUNDS_NO_POE") == ending(octets)
    assert Outcome.FAIL is facts_of(octets).certificate_validity


def test_certificate_not_yet_valid_is_out_of_bounds():
    """Signed before the certificate began."""
    octets = signed(pki().leaf("future", days=(1, 100)))

    assert ("permerror", "OUT_OF_BOUNDS_NO_POE") == ending(octets)


SECOND = 1 / 86_400
"""In days."""


@pytest.mark.parametrize("ahead", [1, 30, 300, 599])
def test_certificate_that_begins_in_a_moment_is_a_matter_of_time(ahead):
    """The authority's clock runs ahead of ours: unknown now, and good at the retry, though signed before it began."""
    octets = signed(pki().leaf(f"ahead {ahead}", days=(ahead * SECOND, 100)), signing_time=AT)

    assert ("temperror", "TRY_LATER") == ending(octets)
    assert Outcome.TEMPERROR is facts_of(octets).certificate_validity
    assert ("pass", "") == ending(octets, at=AT + timedelta(minutes=15))


@pytest.mark.parametrize("ago", [1, 30, 300])
def test_certificate_just_begun_passes_though_the_signers_clock_is_behind(ago):
    """Issued and used within a minute, by two clocks."""
    octets = signed(pki().leaf(f"ago {ago}", days=(-ago * SECOND, 100)), signing_time=AT - timedelta(minutes=8))

    assert ("pass", "") == ending(octets)


@pytest.mark.parametrize("minutes", [11, 60, 600])
def test_no_clock_is_that_wrong(minutes):
    """Beyond the tolerance the signature is older than its certificate, and no retry makes it younger."""
    octets = signed(pki().leaf(f"far ahead {minutes}", days=(minutes * 60 * SECOND, 100)), signing_time=AT)

    assert ("permerror", "OUT_OF_BOUNDS_NO_POE") == ending(octets)


def test_time_stamp_a_moment_before_the_certificate_is_a_difference_of_clocks():
    """The time-stamper's clock is five minutes behind the authority's."""
    fresh = pki().leaf("stamped fresh", days=(-60 * SECOND, 100))
    stamped = signed(fresh, stamper=pki().time_stamper(), stamp_time=AT - timedelta(minutes=5))

    assert ("pass", "") == ending(stamped)


def test_local_time_marked_utc_is_tolerated():
    """Some tools write Vietnamese time as UTC: seven hours ahead is taken as local, more as no time."""
    ahead = facts_of(signed(signing_time=AT + timedelta(hours=6, minutes=59)))
    far = facts_of(signed(signing_time=AT + timedelta(days=2)))

    assert ((AT - timedelta(minutes=1)).isoformat(), "claimed") == (ahead.signing_time, ahead.signing_time_source)
    assert (None, "none") == (far.signing_time, far.signing_time_source)


def test_revoked_certificate_fails():
    """Revoked ten days ago, signed today."""
    octets = signed(pki().leaf("revoked"))

    assert ("fail", "REVOKED") == ending(octets)
    assert Outcome.FAIL is facts_of(octets).revocation


def test_revoked_later_without_timestamp_has_no_proof_of_existence():
    """The signer claims a time before the revocation; a thief would claim the same."""
    assert ("permerror", "REVOKED_NO_POE") == ending(
        signed(pki().leaf("revoked"), signing_time=AT - timedelta(days=20))
    )


def test_revoked_after_proven_signing_time_passes():
    """A token from before the revocation proves the signature older."""
    when = AT - timedelta(days=20)

    assert ("pass", "") == ending(signed(pki().leaf("revoked"), stamper=pki().time_stamper(), stamp_time=when))


def test_revoked_authority_condemns_its_leaves():
    """The root's list counts too: a sub-CA that was revoked makes its leaves revoked."""
    made = throw_away_pki(AT)
    when = AT - timedelta(days=5)
    sub = made.subs["official"].certificate.serial_number
    root_list = made._crl(made.roots["official"], [(sub, when)], (-1, 30))
    snapshot = structs.replace(
        made.snapshot(), generation="sub revoked", crls_der=(root_list, *made.snapshot().crls_der[1:])
    )

    assert ("fail", "REVOKED") == ending(signed(made.leaf("under it")), snapshot)


@pytest.mark.parametrize("kept", [(), (0,), (1,)])
def test_missing_revocation_list_is_temporary(kept):
    """Root and sub-CA must both have a list: without, the answer is unknown for now, never a 5yz."""
    crls = tuple(trust().crls_der[number] for number in kept)
    snapshot = structs.replace(trust(), generation=f"missing {kept}", crls_der=crls)

    assert ("temperror", "TRY_LATER") == ending(one(), snapshot)
    assert Outcome.TEMPERROR is facts_of(one(), snapshot).revocation


def test_stale_revocation_list_is_temporary():
    """The next update of the list has passed."""
    assert ("temperror", "TRY_LATER") == ending(one(), pki().snapshot(days=(-60, -1)))


def test_list_signed_by_another_key_is_no_list():
    """A forged list of the right issuer name neither clears nor condemns."""
    other = throw_away_pki(AT)
    forged = other._crl(with_key(other.subs["official"], other.subs["foreign"].key), [], (-1, 30))
    snapshot = structs.replace(trust(), generation="forged list", crls_der=(trust().crls_der[0], forged))

    assert ("temperror", "TRY_LATER") == ending(one(), snapshot)


def with_key(identity, key):
    """Give an authority another key."""
    return type(identity)(identity.certificate, key)


def test_soft_revocation_leaves_the_question_open():
    """`soft`: no data is NONE and the signature passes; data that says revoked still fails."""
    bare = structs.replace(trust(), generation="soft bare", crls_der=(), revocation="soft")

    assert (Outcome.NONE, Outcome.PASS) == (facts_of(one(), bare).revocation, facts_of(one(), bare).outcome)
    assert ("fail", "REVOKED") == ending(signed(pki().leaf("revoked")), pki().snapshot("soft"))


def test_revocation_can_be_switched_off():
    """`off`: not even known data is looked at."""
    assert ("pass", "") == ending(signed(pki().leaf("revoked")), pki().snapshot("off"))


def test_definite_problem_outranks_missing_revocation_data():
    """What a retry cannot change is said at once: a broken digest does not defer."""
    snapshot = structs.replace(trust(), generation="none at all", crls_der=())
    broken = signed(message_digest=bytes(32))

    assert ("fail", "HASH_FAILURE") == ending(broken, snapshot)


def test_unknown_authority_has_no_chain():
    """A chain that ends nowhere we trust."""
    octets = signed(pki().leaf("stranger", authority="foreign"))

    assert ("permerror", "NO_CERTIFICATE_CHAIN_FOUND") == ending(octets)
    assert (Outcome.FAIL, "") == (facts_of(octets).chain, facts_of(octets).trust_list)


def test_nobody_is_trusted_by_default():
    """Anchors nobody configured are unknown, not broken; nothing falls back to the system's web certificates."""
    assert ("temperror", "TRY_LATER") == ending(one(), EMPTY_TRUST)
    assert ("fail", "HASH_FAILURE") == ending(signed(message_digest=bytes(32)), EMPTY_TRUST)


@pytest.mark.parametrize("authority", ["official", "public", "local"])
def test_trust_list_is_told_apart(authority):
    """A public CA's signature on an agency's document is valid and yet another fact."""
    assert authority == facts_of(signed(pki().leaf(f"of {authority}", authority=authority))).trust_list


def test_anchor_counts_only_within_its_dates():
    """A city CA given up in 2019 vouches for documents of its time only."""
    anchors = tuple(structs.replace(anchor, valid_to="2019-06-15") for anchor in trust().anchors)
    snapshot = structs.replace(trust(), generation="until 2019", anchors=anchors)

    assert ("permerror", "NO_CERTIFICATE_CHAIN_FOUND") == ending(one(), snapshot)


def test_sha1_revocation_list_counts():
    """The oldest hierarchy signs its lists with SHA-1; they are the only data there is."""
    lists = pki().crls()
    keys = (pki().roots["official"].key, pki().subs["official"].key)
    old = tuple(sign_again_with_sha1(der, key, CertificateList) for der, key in zip(lists, keys, strict=True))
    snapshot = structs.replace(trust(), generation="sha1 lists", crls_der=old)

    assert ("pass", "") == ending(one(), snapshot)
    assert ("fail", "REVOKED") == ending(signed(pki().leaf("revoked")), snapshot)


def test_missing_intermediate_breaks_the_chain():
    """The CMS embeds only the leaf: the sub-CA must be configured, and is never fetched."""
    snapshot = structs.replace(trust(), generation="no intermediates", intermediates_der=())

    assert ("permerror", "NO_CERTIFICATE_CHAIN_FOUND") == ending(one(), snapshot)


def test_embedded_intermediate_completes_the_chain():
    """When the CMS does bring its sub-CA along, it is used."""
    snapshot = structs.replace(trust(), generation="only embedded", intermediates_der=())

    assert ("pass", "") == ending(signed(extra_certificates=(pki().subs["official"].der,)), snapshot)


def test_embedded_root_is_no_anchor():
    """A root that travels in the file vouches for nobody."""
    extra = (pki().subs["foreign"].der, pki().roots["foreign"].der)

    assert (
        "NO_CERTIFICATE_CHAIN_FOUND"
        == ending(signed(pki().leaf("stranger", authority="foreign"), extra_certificates=extra))[1]
    )


def test_leaf_is_no_authority():
    """A certificate issued by an agency's own leaf has no chain, though every signature in it holds."""
    made = pki()
    below = made._builder("below", made.person().certificate.subject, made.person(), made.person().key, (-1, 100))
    forged = type(made.person())(below.sign(made.person().key, SHA256()), made.person().key)
    facts = facts_of(signed(forged, extra_certificates=(made.person().der,)))

    assert Outcome.PERMERROR is facts.outcome
    assert facts.chain is not Outcome.PASS


def test_sha1_hierarchy_needs_a_pinned_root():
    """The oldest root signed its sub-CA with SHA-1: accepted only where the anchor says so."""
    made = throw_away_pki(AT)
    old = type(made)(at=AT, sha1_authorities=frozenset({"official"}))
    octets = signed(old.leaf("under an old root"))
    plain = structs.replace(old.snapshot(), generation="old plain")
    anchors = tuple(structs.replace(anchor, allows_sha1=True) for anchor in plain.anchors)
    pinned = structs.replace(plain, generation="old pinned", anchors=anchors)
    other = (structs.replace(plain.anchors[0]), *anchors[1:])
    elsewhere = structs.replace(plain, generation="old elsewhere", anchors=other)

    assert ("permerror", "CRYPTO_CONSTRAINTS_FAILURE") == ending(octets, plain)
    assert ("pass", "") == ending(octets, pinned)
    assert ("permerror", "CRYPTO_CONSTRAINTS_FAILURE") == ending(octets, elsewhere)


@pytest.mark.parametrize("digest", ["sha1", "md5"])
def test_weak_digest_is_no_pass(digest):
    """SHA-1 and MD5 signatures verify, and count for nothing."""
    facts = facts_of(signed(digest=digest))

    assert (True, True, True) == (facts.is_intact, facts.is_cryptographically_valid, facts.is_weak_algorithm)
    assert ("permerror", "CRYPTO_CONSTRAINTS_FAILURE") == (facts.outcome.value, facts.sub_indication)


def test_short_rsa_key_is_weak():
    """RSA below 2048 bits."""
    octets = signed(pki().leaf("short", kind="rsa-1024"))

    assert ("permerror", "CRYPTO_CONSTRAINTS_FAILURE") == ending(octets)
    assert facts_of(octets).is_weak_algorithm


def test_certificate_without_non_repudiation_is_refused():
    """Key usage without non-repudiation is for logging in, not for signing."""
    assert ("permerror", "CHAIN_CONSTRAINTS_FAILURE") == ending(signed(pki().leaf("login", is_repudiable=True)))


def test_two_signatures_in_sequence_both_pass():
    """Leader, then clerk: the first does not cover the file, and what follows is only a signature."""
    first, second = read(two()).facts.signatures

    assert ("Lanh dao", "Van thu") == (first.field, second.field)
    assert (False, True) == (first.covers_whole_file, second.covers_whole_file)
    assert ("form", "none") == (first.modification, second.modification)
    assert (Outcome.PASS, Outcome.PASS) == (first.outcome, second.outcome)


def test_document_timestamp_after_a_signature():
    """A document timestamp is no signature of anybody, and leaves the signature before it valid."""
    stamped = signed(pki().time_stamper(), one(), stamp_time=AT, sub_filter="ETSI.RFC3161", field_name="Dau thoi gian")
    first, stamp = read(stamped).facts.signatures

    assert (False, "lta", Outcome.PASS) == (first.is_timestamp, first.modification, first.outcome)
    assert (True, "timestamp", Outcome.PASS) == (stamp.is_timestamp, stamp.signing_time_source, stamp.outcome)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_certification_level_is_a_fact(level):
    """DocMDP permission of a certification signature."""
    facts = facts_of(signed(certify=level))

    assert (level, Outcome.PASS) == (facts.certification_level, facts.outcome)


def test_signature_after_certification_that_allows_none():
    """DocMDP 1 forbids every change, a further signature too: the certification no longer stands."""
    first, second = read(signed(octets=signed(certify=1), field_name="Sau")).facts.signatures

    assert (Outcome.PERMERROR, Outcome.PASS) == (first.outcome, second.outcome)


def test_signature_after_certification_that_allows_signing():
    """DocMDP 2, which the signing tools write, lets the clerk sign afterwards."""
    first, second = read(signed(octets=signed(certify=2), field_name="Sau")).facts.signatures

    assert (Outcome.PASS, Outcome.PASS) == (first.outcome, second.outcome)


def test_variants_are_distinct_and_pass():
    """The benchmark's documents: each another file, each signed anew."""
    made = [variant(one(), number, pki().agency()) for number in range(3)]

    assert 3 == len(set(made))
    assert [("pass", "")] * 3 == [ending(octets) for octets in made]


def test_signer_cache_forgets_with_the_trust_generation():
    """What was learned under one snapshot is never used under another."""
    signers = SignerCache()
    for snapshot, expected in ((trust(), Outcome.PASS), (EMPTY_TRUST, Outcome.TEMPERROR), (trust(), Outcome.PASS)):
        (facts,) = read_pdf(one(), DEFAULT_BUDGET, snapshot, AT, signers=signers).facts.signatures
        assert expected is facts.outcome
        assert 1 == len(signers)


def test_signer_cache_is_bounded():
    """Signers beyond the limit push the longest unused out."""
    signers = SignerCache(limit=2)
    for name in ("a", "b", "c"):
        octets = signed(pki().leaf(f"cached {name}"))
        read_pdf(octets, DEFAULT_BUDGET, trust(), AT, signers=signers)

    assert 2 == len(signers)


def test_remembered_signer_is_judged_by_each_documents_time():
    """The same certificate, two documents: dates are compared per document, not remembered as an answer."""
    expired = pki().expired()
    old = signed(expired, stamper=pki().time_stamper(), stamp_time=AT - timedelta(days=40))
    late = signed(expired, stamper=pki().time_stamper(), stamp_time=AT - timedelta(days=2))

    assert [("pass", ""), ("permerror", "OUT_OF_BOUNDS_NO_POE"), ("pass", "")] == [
        ending(old),
        ending(late),
        ending(old),
    ]


def test_signatures_beyond_the_budget_are_reported_not_dropped():
    """More signatures than we validate: the earliest are unsupported, and so never a pass; the last one counts."""
    budget = structs.replace(DEFAULT_BUDGET, signatures=1)
    first, second = read_pdf(two(), budget, trust(), AT).facts.signatures

    assert (False, True) == (first.is_supported, second.is_supported)
    assert (Outcome.PERMERROR, Outcome.PASS) == (first.outcome, second.outcome)


def test_revisions_beyond_the_budget_are_unknown():
    """No time for the difference analysis: the earlier signature is indeterminate, the last still passes."""
    budget = structs.replace(DEFAULT_BUDGET, revision_seconds=0.001)
    first, second = read_pdf(two(), budget, trust(), AT).facts.signatures

    assert ("unknown", Outcome.PERMERROR) == (first.modification, first.outcome)
    assert Outcome.PASS is second.outcome


def test_unsigned_document_has_no_signatures():
    """Absence is an empty tuple, not a failed signature."""
    assert () == read(base()).facts.signatures
    assert 0 == read(base()).facts.unsigned_signature_fields


def test_long_subject_is_cut():
    """A certificate with absurd names costs at most 512 characters a fact."""
    who = Subject(organisation="Ơ" * 64, common_name="C" * 64, mailbox="x" * 60 + "@example.gov.vn", unit="U" * 64)
    facts = facts_of(signed(pki().leaf("long", who)))

    assert len(facts.signer_subject) <= 512
    assert PdfFacts() != facts
