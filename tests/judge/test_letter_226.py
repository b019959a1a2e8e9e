"""Letter 226 of Hồ Chí Minh City: what its findings tell the clerk beside the rule."""

from __future__ import annotations

import pytest

from gateway.judge.cases import parse_case, run_case
from gateway.judge.rules import compile_packs
from gateway.mark.tags import tag_fields
from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.message import read_message
from gateway.values.trust import EMPTY_TRUST
from tests.support.judging import DOMAINS, PACKS, POLICIES

PACK = "ho-chi-minh-226-2014"
FOLDER = POLICIES / PACK / "cases"
COMPILED = compile_packs([pack for pack in PACKS if pack.id == PACK])


def verdict(name):
    """Read and judge one case of the pack."""
    case = parse_case((FOLDER / f"{name}.verdict.json").read_text("utf-8"), name)
    facts = read_message((FOLDER / f"{name}.eml").read_bytes(), DEFAULT_BUDGET, EMPTY_TRUST, case.at)
    return run_case(COMPILED, case, facts, DOMAINS)


@pytest.mark.parametrize(
    ("case", "rule", "evidence"),
    [
        ("submission-incomplete", "HCM-2a", "mail.missing_enclosures=Danh sách học viên"),
        ("submission-of-district", "HCM-2b", "mail.missing_enclosures=Phụ lục II"),
        ("invitation-unregistered-named", "HCM-2d", "mail.unwritten_mailboxes=vanthu@sob.thunghiem.gov.vn"),
        ("invitation-unregistered", "HCM-2d", "mail.unwritten_mailboxes="),
    ],
)
def test_a_finding_names_what_is_missing_and_where_it_should_have_gone(case, rule, evidence):
    """HCM-2a: the list of missing enclosures; HCM-2d: the right address, where the invitation names the unit."""
    assert evidence in next(one.evidence for one in verdict(case).findings if one.rule == rule)


def test_the_clerk_is_shown_a_proposed_return_and_refuses_only_by_posture():
    """HCM-2b: a field to filter by; once the office lets its gateway refuse, a rejection."""
    shown = {field.name: field.value for field in tag_fields(verdict("submission-incomplete"))}
    assert shown["Congthu-Return"] == "proposed; rule=HCM-2b"
    assert "Congthu-Missing" in shown

    refused = verdict("submission-refused-by-posture")
    assert refused.deciding is not None
    assert refused.deciding.rule == "HCM-2b"
