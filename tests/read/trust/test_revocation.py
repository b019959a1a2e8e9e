"""Lists of a snapshot: which one speaks of a certificate, and what is prepared before workers are forked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asn1crypto.crl import CertificateList
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from gateway.read.trust.revocation import RevocationLists, look_up
from tests.support.authorities import Hierarchy, crl
from tests.support.signed_pdfs import AT

WEB = "http://crl.example"
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def world() -> Hierarchy:
    """One hierarchy for all tests here."""
    return Hierarchy(WEB)


def path(world):
    """The leaf's path, anchor first."""
    return [world.root.certificate, world.sub.certificate, world.leaf.certificate]


def revoked(world, *sub_lists):
    """When the leaf was revoked as these lists of the sub-CA say, and until when that is fresh."""
    at, _, fresh = look_up(RevocationLists((crl(world.root), *sub_lists)), path(world), AT)
    return at, fresh


def test_one_of_several_lists_speaks_of_its_own_certificates_only(world):
    """A list for another distribution point neither clears nor condemns (RFC 5280 section 6.3.3)."""
    serial = world.leaf.certificate.serial_number
    own, other = [f"{WEB}/sub.crl"], [f"{WEB}/sub-2.crl"]

    assert (None, None) == revoked(world, crl(world.sub, points=other))
    assert (None, None) == revoked(world, crl(world.sub, [serial], points=other))
    assert (None, AT + 30 * DAY) == revoked(world, crl(world.sub, points=own))
    assert (AT - 5 * DAY, AT + 30 * DAY) == revoked(
        world, crl(world.sub, [serial], points=own), crl(world.sub, points=other, days=(-0.5, 30))
    )


@pytest.mark.parametrize("trait", [
    x509.DeltaCRLIndicator(1),
    x509.IssuingDistributionPoint(None, None, only_contains_user_certs=False, only_contains_ca_certs=True,
        only_some_reasons=None, indirect_crl=False, only_contains_attribute_certs=False),
    x509.IssuingDistributionPoint(None, None, only_contains_user_certs=False, only_contains_ca_certs=False,
        only_some_reasons=None, indirect_crl=True, only_contains_attribute_certs=False),
    x509.IssuingDistributionPoint(None, x509.RelativeDistinguishedName([x509.NameAttribute(
        x509.NameOID.COMMON_NAME, "part")]), only_contains_user_certs=False, only_contains_ca_certs=False,
        only_some_reasons=None, indirect_crl=False, only_contains_attribute_certs=False),
])  # fmt: skip
def test_a_list_that_leaves_certificates_out_clears_nobody(world, trait):
    """Deltas, lists of authorities, indirect lists, parts named within the issuer's name."""
    assert (None, None) == revoked(world, crl(world.sub, extension=trait))


def test_a_list_that_is_not_well_formed_says_nothing(world):
    """Signed by the authority, but one extension stands there twice: it clears nobody and breaks nothing."""
    made = CertificateList.load(crl(world.sub, [world.leaf.certificate.serial_number]))
    body = made["tbs_cert_list"]
    body["crl_extensions"].append(body["crl_extensions"][0])
    made["signature"] = world.sub.key.sign(body.dump(force=True), ec.ECDSA(SHA256()))

    assert (None, None) == revoked(world, made.dump(force=True))


def test_prepared_lists_answer_as_others_do(world):
    """The index is a shortcut, never another answer."""
    serial = world.leaf.certificate.serial_number
    for entries in ([], [serial], [serial + 1], [serial, serial + 1]):
        lists = RevocationLists((crl(world.root), crl(world.sub, entries)))
        before = look_up(lists, path(world), AT)
        lists.prepare([world.root.certificate, world.sub.certificate])

        assert before == look_up(lists, path(world), AT)


def test_the_newest_list_speaks(world):
    """A hold that was lifted is lifted; a list issued later than now does not count yet."""
    serial = world.leaf.certificate.serial_number
    old, new = crl(world.sub, [serial], days=(-3, 10)), crl(world.sub, days=(-1, 5))

    assert (None, AT + 5 * DAY) == revoked(world, new, old)
    assert (None, AT + 5 * DAY) == revoked(world, new, crl(world.sub, [serial], days=(0.5, 9)))
