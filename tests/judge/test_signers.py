"""Signers: three-valued answers about signatures."""

from __future__ import annotations

import pytest

from gateway.judge.signers import any_by_agency, any_valid, only_public
from gateway.values.facts import Outcome
from tests.support.judging import AGENCY, AT, registry, signature

PASS, FAIL, LATER = signature(), signature(Outcome.FAIL), signature(Outcome.TEMPERROR)
FOREIGN = {"signer_serial": "77ff", "signer_organisation": "Sở C"}


@pytest.mark.parametrize(
    ("signatures", "expected"),
    [
        ((), False),
        ((FAIL,), False),
        ((FAIL, PASS), True),
        ((LATER,), None),
        ((LATER, PASS), True),
        ((LATER, FAIL), None),
        ((signature(modification="other"),), False),
        ((signature(Outcome.PERMERROR),), False),
    ],
)
def test_one_signature_that_holds_is_enough(signatures, expected):
    """Unknown only where a later try could turn the answer; PERMERROR is known for good."""
    assert expected is any_valid(signatures)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, True),
        (FOREIGN, False),
        (FOREIGN | {"signer_organisation": "SỞ A TỈNH THỬ NGHIỆM"}, True),
        (FOREIGN | {"signer_common_name": "Sở A tỉnh Thử Nghiệm", "signer_organisation": ""}, True),
        (FOREIGN | {"signer_organisation": "Sở A tỉnh Thử Nghiệm khác"}, False),
        (FOREIGN | {"signer_mailboxes": ("vanthu@soa.thunghiem.gov.vn",)}, True),
        (FOREIGN | {"signer_mailboxes": ("x@gmail.com",)}, False),
    ],
)
def test_whose_signature_it_is(facts, expected):
    """By serial, whole name or registered mailbox; a name that only begins alike is another's."""
    assert expected is any_by_agency([signature(**facts)], AGENCY, registry(), AT.date())


def test_a_stranger_that_is_unknown_stays_a_stranger():
    """A foreign signature cannot become the agency's by waiting, so nothing is unknown."""
    assert False is any_by_agency([signature(Outcome.TEMPERROR, **FOREIGN)], AGENCY, registry(), AT.date())
    assert None is any_by_agency([LATER], AGENCY, registry(), AT.date())
    assert False is any_by_agency([PASS], None, registry(), AT.date())


@pytest.mark.parametrize(
    ("signatures", "expected"),
    [
        ((), False),
        ((signature(trust_list="public"),), True),
        ((signature(trust_list="public"), PASS), False),
        ((signature(trust_list="public"), LATER), None),
    ],
)
def test_public_only(signatures, expected):
    """One official signature suffices; a pending one could be it."""
    assert expected is only_public(signatures)
