"""What is known of each authority, and where its certificates say that lists are to be had."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asn1crypto.crl import CertificateList
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from msgspec import structs

from gateway.demo.pki import Pki, sign_again_with_sha1, throw_away_pki
from gateway.read.trust.authorities import authorities, find_issuer, list_addresses, responder_addresses
from tests.support.authorities import Hierarchy, addressed, crl
from tests.support.signed_pdfs import AT

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def world() -> Hierarchy:
    """One hierarchy for all tests here."""
    return Hierarchy("http://crl.example")


def test_each_authority_has_its_newest_list_and_its_place(world):
    """Folder and cache are told apart; the intermediate knows its anchor's trust list."""
    trust = world.trust(crl(world.root), crl(world.sub, days=(-3, 2)), fetched=[crl(world.sub, days=(-1, 4))])
    root, sub = authorities(trust, AT)

    assert (True, "official", AT + 30 * DAY, False) == (
        root.is_anchor, root.trust_list, root.fresh_until, root.is_fetched
    )  # fmt: skip
    assert (False, "official", AT + 4 * DAY, True) == (sub.is_anchor, sub.trust_list, sub.fresh_until, sub.is_fetched)
    assert [False, False] == [one.waits(AT) for one in (root, sub)]
    assert [False, True] == [one.waits(AT + 5 * DAY) for one in (root, sub)]


def test_an_authority_that_ended_waits_for_nothing(world):
    """Nobody issues lists for it any more."""
    (root, sub) = authorities(world.trust(), AT + 20_000 * DAY)

    assert [False, False] == [one.waits(AT + 20_000 * DAY) for one in (root, sub)]


def test_generations_of_one_name_have_lists_of_their_own():
    """G1 (SHA-1) and G2 (SHA-256), roots and sub-CAs of one name: each key's list counts for itself alone."""
    old, new = Pki(AT, sha1_authorities=frozenset({"official"})), throw_away_pki(AT)
    first = {"root": old.roots["official"], "sub": old.subs["official"]}
    root = new._authority("official root G2", first["root"].certificate.subject, None)
    sub = new._authority("official sub G2", first["sub"].certificate.subject, root)
    anchors = (*old.snapshot().anchors[:1], structs.replace(old.snapshot().anchors[0], certificate_der=root.der))
    lists = [sign_again_with_sha1(crl(one), one.key, CertificateList) for one in first.values()]
    trust = structs.replace(
        old.snapshot(), anchors=anchors, intermediates_der=(first["sub"].der, sub.der),
        crls_der=(*lists, crl(root, days=(-1, 7)), crl(sub, days=(-1, 8))),
    )  # fmt: skip
    found = authorities(trust, AT)

    assert [AT + days * DAY for days in (30, 7, 30, 8)] == [one.fresh_until for one in found]
    assert ["official"] * 4 == [one.trust_list for one in found]
    assert first["root"].certificate == find_issuer(first["sub"].certificate, [root.certificate, found[0].certificate])


def test_addresses_of_lists_and_responders(world):
    """As the certificate names them, alternatives together."""
    assert (("http://crl.example/sub.crl",),) == list_addresses(world.leaf.certificate)
    assert ("http://crl.example/ocsp",) == responder_addresses(world.leaf.certificate)
    assert () == list_addresses(world.root.certificate)
    assert () == responder_addresses(world.root.certificate)


def test_addresses_are_bounded_and_of_the_web(world):
    """A directory, a name of a thousand characters, a hundred points: of four points at most, web addresses are left."""
    odd_ones = ["ldap://directory.example/cn=x", "http://" + "a" * 1000]
    odd = addressed(
        world.pki, "odd", world.sub, crls=[*odd_ones, *(f"http://{n}.example/" for n in range(100))],
        responders=[f"HTTPS://{n}.example/" for n in range(100)], like=world.pki.agency(),
    )  # fmt: skip

    assert tuple((f"http://{n}.example/",) for n in range(2)) == list_addresses(odd.certificate)
    assert [f"HTTPS://{n}.example/" for n in range(4)] == list(responder_addresses(odd.certificate))


def test_points_of_another_issuer_are_left_out(world):
    """Indirect lists are not used, so they are not fetched."""
    names = [x509.UniformResourceIdentifier("http://crl.example/indirect.crl")]
    other = [x509.DirectoryName(world.root.certificate.subject)]
    builder = world.pki._builder("indirect", world.leaf.certificate.subject, world.sub, world.leaf.key, (-1, 1))
    points = x509.CRLDistributionPoints([x509.DistributionPoint(names, None, None, other)])
    made = builder.add_extension(points, critical=False).sign(world.sub.key, SHA256())

    assert () == list_addresses(made)
