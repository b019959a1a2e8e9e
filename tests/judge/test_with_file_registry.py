"""The judge over the registry of files: the sample registry, through its dates."""

from __future__ import annotations

import datetime as dt

import pytest

from gateway.edge.registry.files import load_registry
from gateway.judge.decide import judge
from gateway.judge.rules import compile_packs
from gateway.values.facts import Marks
from gateway.values.pack import OWN_POSTURE
from gateway.values.verdict import Disposition
from tests.support.judging import PACKS, POLICIES, envelope, message, pdf

SAMPLES = sorted((POLICIES.parent / "config" / "registry").iterdir())
REGISTRY = load_registry([file for file in SAMPLES if file.suffix in {".toml", ".csv"}], [POLICIES / "freemail.txt"])
COMPILED = compile_packs(PACKS)
CLERK = "vanthu@stttt.binhduong.example"
OFFICE = "vanthu.vpubnd@binhduong.example"


def verdict(day: str, facts, author: str = CLERK):
    """Judge a message to the provincial office on a day."""
    at = dt.datetime.fromisoformat(f"{day}T10:00:00+07:00")
    return judge(COMPILED, envelope(author, OFFICE), facts, REGISTRY, at, OWN_POSTURE)


@pytest.mark.parametrize(
    ("day", "disposition", "rule"),
    [
        ("2014-05-20", Disposition.RELAY, "BD-1c-1"),
        ("2014-06-20", Disposition.RELAY, "BD-1c-2"),
        ("2014-07-02", Disposition.REJECT, "BD-1c-2"),
        ("2024-07-02", Disposition.REJECT, "BD-1c-2"),
        ("2026-07-02", Disposition.TAG, ""),
    ],
)
def test_an_unsigned_letter_through_the_years(day, disposition, rule):
    """Seal first, signature once a certificate was issued, binding from 01/7/2014, nothing after the agency ended.

    By then its address is unknown and the letter claims an office without owning one.
    """
    letter = Marks(doc_type="cong_van", number="125", notation="STTTT-VP")
    found = verdict(day, message(pdf(), author=CLERK, name="Văn thư Sở", document=letter))
    rules = {finding.rule for finding in (*found.findings, *found.would) if finding.pack == "binh-duong-14-2014"}
    assert (disposition, {rule} - {""}) == (found.disposition, rules)


def test_the_metric_label_follows_the_date():
    """The agency as it stands on the day, and `other` when it has ended."""
    facts = message(author=CLERK)
    assert ["bd-so-tttt", "other"] == [verdict(day, facts).agency for day in ("2024-07-02", "2026-07-02")]


def test_a_name_of_a_registered_agency_on_a_free_mailbox():
    """Spoofing is found by the names the registry holds on the day."""
    facts = message(author="vanphong@gmail.com", name="Văn phòng UBND tỉnh Bình Dương (mẫu)")
    assert "NAT-NAME-1" in [finding.rule for finding in verdict("2024-07-02", facts, "vanphong@gmail.com").findings]


def test_a_look_alike_of_a_registered_domain():
    """Domains of every time are protected."""
    facts = message(author="x@binhduong-example.com")
    assert Disposition.REJECT is verdict("2024-07-02", facts, "x@binhduong-example.com").disposition
