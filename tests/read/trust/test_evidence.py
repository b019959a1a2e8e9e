"""Revocation data of the document itself: what it settles, and what it must not."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import pytest
from asn1crypto import core, ocsp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1
from msgspec import structs

from gateway.demo.pki import throw_away_pki
from gateway.demo.signing import add_security_store
from gateway.read.trust.evidence import MAX_ITEMS, MAX_OCTETS, EmbeddedData, bounded, weigh
from gateway.read.trust.ocsp_answers import responses_answer
from gateway.read.trust.revocation import RevocationLists
from gateway.values.evidence import Outcome
from tests.support.signed_pdfs import AT, facts_of, one, pki, read, signed, trust

DAY = timedelta(days=1)


@cache
def bare():
    """The trust folder without any list: every question is open."""
    return structs.replace(trust(), generation="no lists", crls_der=())


@cache
def rooted():
    """The root's list alone is configured: what of the signer's certificate is open."""
    return structs.replace(trust(), generation="root list", crls_der=trust().crls_der[:1])


def root_list(days=(-1, 30)):
    """The list of the root."""
    return pki().crls(days=days)[0]


def ending(octets, snapshot):
    """Outcome, revocation and where it is known from."""
    facts = facts_of(octets, snapshot) if len(read(octets, snapshot).facts.signatures) == 1 else None
    assert facts is not None
    return facts.outcome, facts.revocation, facts.revocation_source


def test_fresh_lists_in_the_security_store_answer():
    """Signed by the authorities themselves and fresh now: as good as configured ones."""
    octets = add_security_store(one(), crls=pki().crls())

    assert (Outcome.PASS, Outcome.PASS, "embedded") == ending(octets, bare())
    assert "lta" == facts_of(octets, bare()).modification


def test_fresh_response_in_the_security_store_answers():
    """OCSP of the issuer for the signer, and the root's list."""
    octets = add_security_store(one(), crls=(root_list(),), responses=(pki().ocsp_response(pki().agency()),))

    assert (Outcome.PASS, Outcome.PASS, "embedded") == ending(octets, bare())


def test_data_in_the_signed_attribute_answers():
    """adbe-revocationInfoArchival, which older tools write into the CMS."""
    response = pki().ocsp_response(pki().agency())
    by_response = signed(archived_crls=(root_list(),), archived_responses=(response,))
    by_list = signed(archived_crls=pki().crls())

    assert (Outcome.PASS, Outcome.PASS, "embedded") == ending(by_response, bare())
    assert (Outcome.PASS, Outcome.PASS, "embedded") == ending(by_list, bare())


def test_configured_and_embedded_data_add_up():
    """The root's list is configured, the document brings the response for its signer."""
    octets = signed(archived_responses=(pki().ocsp_response(pki().agency()),))

    assert (Outcome.PASS, Outcome.PASS, "embedded") == ending(octets, rooted())


def test_configured_lists_are_asked_first():
    """Nothing embedded is looked at while the folder answers."""
    octets = add_security_store(one(), crls=(b"\x30\x03nonsense",))

    assert (Outcome.PASS, Outcome.PASS, "configured") == ending(octets, trust())


def test_configured_response_answers():
    """OCSP of the trust folder is weighed as lists are, and no embedded data is needed."""
    response = pki().ocsp_response(pki().agency())
    answered = structs.replace(rooted(), generation="configured response", responses_der=(response,))
    late = structs.replace(rooted(), generation="late response", responses_der=(pki().ocsp_response(
        pki().agency(), days=(-9, -1)),))  # fmt: skip
    foreign = structs.replace(rooted(), generation="foreign response", responses_der=(pki().ocsp_response(
        pki().agency(), responder=pki().responder(is_appointed=False)),))  # fmt: skip

    assert (Outcome.PASS, Outcome.PASS, "configured") == ending(one(), answered)
    assert (Outcome.TEMPERROR, Outcome.TEMPERROR, "") == ending(one(), late)
    assert (Outcome.TEMPERROR, Outcome.TEMPERROR, "") == ending(one(), foreign)


def test_configured_response_condemns_whatever_a_list_says():
    """Revoked since the list was issued: responders know earlier."""
    response = pki().ocsp_response(pki().agency(), days=(-0.1, 6), revoked_days_ago=0.5)
    told = structs.replace(trust(), generation="told since", responses_der=(response,))

    assert (Outcome.FAIL, Outcome.FAIL, "configured") == ending(one(), told)


def test_fetched_data_counts_as_configured():
    """What the trust service brought stands beside what lies in the folder."""
    fetched = structs.replace(
        bare(), generation="fetched", fetched_crls_der=(root_list(),),
        fetched_responses_der=(pki().ocsp_response(pki().agency()),),
    )  # fmt: skip

    assert (Outcome.PASS, Outcome.PASS, "configured") == ending(one(), fetched)


def test_response_without_an_end_is_fresh_for_some_hours():
    """Many responders name no next update, meaning that a newer answer is always to be had."""
    endless = {
        hours: structs.replace(
            rooted(), generation=f"endless {hours}",
            responses_der=(pki().ocsp_response(pki().agency(), days=(-hours / 24, None)),),
        )
        for hours in (3, 5)
    }  # fmt: skip

    assert [Outcome.PASS, Outcome.TEMPERROR] == [ending(one(), snapshot)[0] for snapshot in endless.values()]


def test_configured_list_that_ran_out_answers_for_a_proven_time_before_it():
    """Issued after the proven signing time: it knows what was revoked then, whatever came since."""
    stamper = pki().time_stamper("public")
    old = structs.replace(
        trust(), generation="old lists", crls_der=(*pki().crls(days=(-19, -10)), *pki().crls("public"))
    )
    proven = signed(stamper=stamper, stamp_time=AT - 20 * DAY)
    claimed = signed(signing_time=AT - 20 * DAY)

    assert (Outcome.PASS, Outcome.PASS, "configured") == ending(proven, old)
    assert (Outcome.TEMPERROR, Outcome.TEMPERROR, "") == ending(claimed, old)


def test_stale_data_proves_nothing_of_a_claimed_time():
    """Whoever stole a key before it was revoked would bring along the lists of that day, and its date."""
    days = (-40, -10)
    octets = signed(
        signing_time=AT - 20 * DAY,
        archived_crls=(root_list(days),),
        archived_responses=(pki().ocsp_response(pki().agency(), days=days),),
    )

    assert (Outcome.TEMPERROR, Outcome.TEMPERROR, "") == ending(octets, bare())


@pytest.mark.parametrize("days", [(-21, -19), (-19, -10)])
def test_data_of_a_proven_signing_time_answers(days):
    """A token proves the time; data fresh then, or issued after it, tells of it. The token's own chain is known."""
    stamper = pki().time_stamper("public")
    snapshot = structs.replace(trust(), generation="public lists", crls_der=pki().crls("public"))
    octets = signed(
        stamper=stamper,
        stamp_time=AT - 20 * DAY,
        archived_crls=(root_list(days),),
        archived_responses=(pki().ocsp_response(pki().agency(), days=days),),
    )

    assert (Outcome.PASS, Outcome.PASS, "embedded") == ending(octets, snapshot)


def test_data_from_before_a_proven_signing_time_is_too_old():
    """Good last year says nothing of yesterday."""
    stamper, days = pki().time_stamper("public"), (-60, -30)
    snapshot = structs.replace(trust(), generation="public lists too", crls_der=pki().crls("public"))
    octets = signed(
        stamper=stamper, stamp_time=AT - 20 * DAY, archived_crls=(root_list(days),),
        archived_responses=(pki().ocsp_response(pki().agency(), days=days),),
    )  # fmt: skip

    assert (Outcome.TEMPERROR, Outcome.TEMPERROR, "") == ending(octets, snapshot)


def test_embedded_revocation_condemns():
    """A genuine response that says revoked counts, fresh or not."""
    response = pki().ocsp_response(pki().agency(), days=(-9, -8), revoked_days_ago=10)
    facts = facts_of(signed(archived_responses=(response,)), bare())

    assert ("fail", "REVOKED", "unspecified") == (facts.outcome.value, facts.sub_indication, facts.revocation_reason)


def test_embedded_list_of_another_key_is_none():
    """The right name, another key: anybody can write one."""
    other = throw_away_pki(AT)
    forged = type(other.subs["official"])(other.subs["official"].certificate, other.subs["foreign"].key)
    lists = (root_list(), other._crl(forged, [], (-1, 30)))

    assert (Outcome.TEMPERROR, Outcome.TEMPERROR, "") == ending(add_security_store(one(), crls=lists), bare())


def test_appointed_responder_answers_and_others_do_not():
    """A responder needs the purpose in a certificate of the same issuer."""
    by_appointed = pki().ocsp_response(pki().agency(), responder=pki().responder())
    by_stranger = pki().ocsp_response(pki().agency(), responder=pki().responder("foreign"))
    by_leaf = pki().ocsp_response(pki().agency(), responder=pki().responder(is_appointed=False))

    assert [Outcome.PASS, Outcome.TEMPERROR, Outcome.TEMPERROR] == [
        facts_of(signed(archived_responses=(response,)), rooted()).outcome
        for response in (by_appointed, by_stranger, by_leaf)
    ]


def test_no_answer_outlives_the_certificate_of_its_responder():
    """An old key of a responder could date an answer back and let it hold for years."""
    agency = pki().agency()
    response = pki().ocsp_response(agency, days=(-1, 9_000), responder=pki().responder())
    (answer,) = responses_answer([response], agency.issuers[0].certificate, agency.certificate, AT)

    assert pki().responder().certificate.not_valid_after_utc == answer.until


def test_response_for_another_certificate_says_nothing():
    """The colleague's good certificate."""
    octets = signed(archived_responses=(pki().ocsp_response(pki().person()),))

    assert Outcome.TEMPERROR is facts_of(octets, rooted()).outcome


def test_response_from_the_future_does_not_count():
    """Nobody knows it yet."""
    octets = signed(archived_responses=(pki().ocsp_response(pki().agency(), days=(1, 3)),))

    assert Outcome.TEMPERROR is facts_of(octets, rooted()).outcome


def test_unreadable_data_says_nothing():
    """Nonsense in every place: the question stays open, and a store like that is no mere update either."""
    octets = add_security_store(one(), crls=(b"\x30\x03abc", b""), responses=(b"\x30\x80", b"nonsense"))

    assert (Outcome.PERMERROR, Outcome.TEMPERROR, "") == ending(octets, bare())


def test_damaged_data_says_nothing():
    """A list or response is left out wherever it is broken, also in parts that are read late."""
    path = [one.certificate for one in (pki().agency().issuers[0], pki().agency())]
    for whole in (trust().crls_der[0], pki().ocsp_response(pki().agency())):
        for place in range(0, len(whole), 2):
            octets = whole[:place] + bytes((whole[place] ^ 0x7F,)) + whole[place + 1 :]
            assert weigh(bounded((octets,), (octets,)), path, RevocationLists(()), AT, AT).revoked_at is None


def test_data_is_bounded():
    """A store of a million lists is cut; a list beyond its limit is left out."""
    assert EmbeddedData((b"x",) * MAX_ITEMS, ()) == bounded([b"x"] * 1000, [bytes(MAX_OCTETS + 1), b""])


def test_switched_off_means_not_looked_at():
    """`off`: not even an embedded revocation counts."""
    response = pki().ocsp_response(pki().agency(), revoked_days_ago=10)
    off = structs.replace(bare(), generation="off", revocation="off")

    assert (Outcome.PASS, Outcome.NONE, "") == ending(signed(archived_responses=(response,)), off)


def test_response_signed_with_sha1_says_nothing():
    """Whoever asks chooses part of a response, so that a weak digest could be made to collide."""
    response = pki().ocsp_response(pki().agency())
    old = structs.replace(
        rooted(), generation="old response", responses_der=(sign_response_again(response, pki().subs["official"].key),)
    )

    assert Outcome.TEMPERROR is facts_of(one(), old).outcome


def sign_response_again(der, key):
    """Sign a response with SHA-1."""
    response = ocsp.OCSPResponse.load(der)
    basic = response["response_bytes"]["response"].parsed
    basic["signature_algorithm"] = {"algorithm": "sha1_ecdsa"}
    basic["signature"] = key.sign(basic["tbs_response_data"].dump(), ec.ECDSA(SHA1()))
    response["response_bytes"]["response"] = core.ParsableOctetString(basic.dump(force=True))
    return response.dump(force=True)
