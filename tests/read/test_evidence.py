"""Revocation data of the document itself: what it settles, and what it must not."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import pytest
from msgspec import structs

from gateway.demo.pki import throw_away_pki
from gateway.demo.signing import add_security_store
from gateway.read.evidence import MAX_ITEMS, MAX_OCTETS, EmbeddedData, bounded
from gateway.values.facts import Outcome
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


def test_data_is_bounded():
    """A store of a million lists is cut; a list beyond its limit is left out."""
    assert EmbeddedData((b"x",) * MAX_ITEMS, ()) == bounded([b"x"] * 1000, [bytes(MAX_OCTETS + 1), b""])


def test_switched_off_means_not_looked_at():
    """`off`: not even an embedded revocation counts."""
    response = pki().ocsp_response(pki().agency(), revoked_days_ago=10)
    off = structs.replace(bare(), generation="off", revocation="off")

    assert (Outcome.PASS, Outcome.NONE, "") == ending(signed(archived_responses=(response,)), off)
