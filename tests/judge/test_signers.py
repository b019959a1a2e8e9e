"""Signers: three-valued answers about signatures."""

from __future__ import annotations

import pytest
from msgspec import structs

from gateway.judge.signers import (
    any_by_agency,
    any_valid,
    beside_by_path,
    is_broken,
    is_by_agency,
    is_signed_over,
    kinds_of_signers,
    only_public,
)
from gateway.values.evidence import Outcome
from gateway.values.facts import PartFacts
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
    assert expected is any_by_agency([signature(**facts)], AGENCY, registry(), AT.date(), kind="agency")


def test_a_stranger_that_is_unknown_stays_a_stranger():
    """A foreign signature cannot become the agency's by waiting, so nothing is unknown."""
    assert False is any_by_agency(
        [signature(Outcome.TEMPERROR, **FOREIGN)], AGENCY, registry(), AT.date(), kind="agency"
    )
    assert None is any_by_agency([LATER], AGENCY, registry(), AT.date(), kind="agency")
    assert False is any_by_agency([PASS], None, registry(), AT.date(), kind="agency")


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


CODED = structs.replace(AGENCY, certificate_serials=(), tax_code="0312345678", budget_code="1012345")


@pytest.mark.parametrize(
    ("uids", "expected"),
    [
        (("MST:0312345678",), True),
        (("CCCD:000000000000", "MST:0312345678"), True),
        (("mst: 0312345678",), True),
        (("MST:0312345678-001",), True),
        (("MST:0312345678001",), True),
        (("0312345678",), True),
        (("MNS:1012345",), True),
        (("MST:1012345",), False),
        (("MNS:0312345678",), False),
        (("MST:0312345679",), False),
        (("MST:03123456781",), False),
        (("CCCD:0312345678",), False),
        ((), False),
    ],
)
def test_codes_of_the_agency_are_compared_whole(uids, expected):
    """Any UID counts: tax code with or without a branch, budget code; a person's number never."""
    facts = signature(**FOREIGN, signer_uids=uids)

    assert expected is is_by_agency(facts, CODED, registry(), AT.date())


@pytest.mark.parametrize(
    ("tax_code", "uid", "expected"),
    [
        ("0312345678-001", "MST:0312345678-001", True),
        ("0312345678-001", "MST:0312345678001", True),
        ("0312345678-001", "MST:0312345678-002", False),
        ("0312345678-001", "MST:0312345678", False),
        ("", "MST:", False),
    ],
)
def test_a_branch_is_itself_alone(tax_code, uid, expected):
    """Who is registered with a branch code is neither its parent nor its sister."""
    agency = structs.replace(CODED, tax_code=tax_code)

    assert expected is is_by_agency(signature(**FOREIGN, signer_uids=(uid,)), agency, registry(), AT.date())


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ({"signer_organisation": "SO A TINH THU NGHIEM"}, True),
        ({"signer_organisation": "UBND tỉnh Thử Nghiệm", "signer_common_name": "SỞ A"}, True),
        ({"signer_organisation": "Ủy ban nhân dân tỉnh Thử Nghiệm", "signer_units": ("Sở A",)}, True),
        ({"signer_organisation": "Sở A", "signer_places": ("Tỉnh Thử Nghiệm",)}, True),
        ({"signer_organisation": "Sở A", "signer_places": ("Tỉnh Khác",)}, False),
        ({"signer_organisation": "UBND tỉnh Khác", "signer_common_name": "Sở A"}, False),
        ({"signer_organisation": "Sở A"}, False),
        ({"signer_organisation": "UBND tỉnh Thử Nghiệm"}, False),
        ({"signer_organisation": "Sở A tỉnh Thử Nghiệm", "signer_common_name": "Giám đốc"}, True),
    ],
)
def test_names_as_real_certificates_spell_them(subject, expected):
    """Upper case, without accents, and spread over two attributes in either order; never half a name."""
    facts = signature(**{"signer_serial": "77ff", **subject})

    assert expected is is_by_agency(facts, CODED, registry(), AT.date())


PERSON = {"signer_uids": ("CCCD:000000000000",), "signer_kind": "personal", "signer_serial": "77ff",
          "signer_organisation": "Sở A tỉnh Thử Nghiệm"}  # fmt: skip


def asked(*signatures, kind):
    """Is there one of the kind that holds?"""
    return any_by_agency(list(signatures), AGENCY, registry(), AT.date(), kind=kind)


def test_personal_and_agency_signatures_are_told_apart():
    """The leader's is not the agency's, and the other way round; what waits may still be either."""
    leader, waiting = signature(**PERSON), signature(Outcome.TEMPERROR, **PERSON)

    assert (False, True) == (asked(leader, kind="agency"), asked(leader, kind="personal"))
    assert (True, False) == (asked(PASS, kind="agency"), asked(PASS, kind="personal"))
    assert (True, True) == (asked(leader, PASS, kind="agency"), asked(leader, PASS, kind="personal"))
    assert None is asked(waiting, PASS, kind="personal")


NAMED = FOREIGN | {"signer_organisation": "Sở A tỉnh Thử Nghiệm", "signer_common_name": "Văn thư"}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (({},), {"unclear"}),
        ((PERSON,), {"personal"}),
        ((PERSON, {"signer_kind": "agency"}), {"agency", "personal"}),
        (({"signer_common_name": "SỞ A TỈNH THỬ NGHIỆM"},), {"agency"}),
        ((FOREIGN,), set()),
        ((NAMED,), {"unclear"}),
        ((FOREIGN | {"signer_mailboxes": ("chuyenvien@soa.thunghiem.gov.vn",)},), {"personal"}),
        ((FOREIGN | {"signer_mailboxes": ("vanthu@soa.thunghiem.gov.vn",)},), {"agency"}),
        (({"outcome": Outcome.FAIL},), set()),
        (({"outcome": Outcome.TEMPERROR},), {"unclear"}),
    ],
)
def test_kinds_of_the_agencys_signatures(facts, expected):
    """By the certificate, else by name, serial or registered mailbox; a role like Văn thư stays unclear."""
    signatures = [signature(**one) for one in facts]

    assert expected == kinds_of_signers(signatures, AGENCY, registry(), AT.date())


def test_nobodys_signatures_have_no_kind():
    """A sender without an agency."""
    assert set() == kinds_of_signers([PASS], None, registry(), AT.date())
    assert False is is_signed_over([PASS], None, registry(), AT.date())


@pytest.mark.parametrize(
    ("signatures", "expected"),
    [
        ((PASS,), False),
        ((PASS, signature(**FOREIGN)), True),
        ((signature(**FOREIGN), PASS), False),
        ((signature(**FOREIGN),), False),
        ((PASS, signature(**PERSON)), False),
    ],
)
def test_who_signed_last(signatures, expected):
    """Only somebody else's signature after the agency's own counts."""
    assert expected is is_signed_over(signatures, AGENCY, registry(), AT.date())


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (FAIL, True),
        (signature(Outcome.PERMERROR, modification="other"), True),
        (signature(Outcome.PERMERROR, modification="annotations"), True),
        (signature(Outcome.PERMERROR, modification="unknown"), False),
        (signature(Outcome.PERMERROR), False),
        (LATER, False),
        (PASS, False),
    ],
)
def test_broken_is_known_for_good(facts, expected):
    """Failed, or something else shown than was signed; what nobody could compare is not broken."""
    assert expected is is_broken(facts)


def test_detached_signatures_belong_to_the_file_they_were_judged_over():
    """By name, within one container; a signature over nothing belongs to nobody."""
    parts = [
        PartFacts(path="2", kind="pdf", name="a.pdf"),
        PartFacts(path="3", kind="pkcs7", name="a.pdf.p7s", smime=PASS, smime_others=(FAIL,), signs="a.pdf"),
        PartFacts(path="4!1", kind="pdf", name="a.pdf"),
        PartFacts(path="4!2", kind="pkcs7", name="a.pdf.p7s", smime=LATER, signs="a.pdf"),
        PartFacts(path="5", kind="pkcs7", name="b.pdf.p7s", smime=PASS),
    ]

    assert {"2": [PASS, FAIL], "4!1": [LATER]} == beside_by_path(parts)


def test_of_files_of_one_name_the_digest_tells_which_was_signed():
    """A signed file sent along gives nothing to another of its name; without a digest of two nobody knows which."""
    files = [
        PartFacts(path=path, kind="pdf", name="a.pdf", sha256=digest) for path, digest in (("2", "00"), ("4", "11"))
    ]
    own = PartFacts(path="3", kind="pkcs7", name="a.pdf.p7s", smime=PASS, signs="a.pdf", signs_sha256="00")
    unknown = PartFacts(path="3", kind="pkcs7", name="a.pdf.p7s", smime=PASS, signs="a.pdf")

    assert {"2": [PASS]} == beside_by_path([*files, own])
    assert {} == beside_by_path([*files, unknown])
