"""The judge over the registry of files: the sample registry, through its dates."""

from __future__ import annotations

import datetime as dt

import pytest

from gateway.edge.registry.files import load_registry
from gateway.judge.binding import posture_of_agency
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


@pytest.mark.parametrize(
    ("rule", "agency", "day", "expected"),
    [
        # Bình Dương: by class, by decision, until the merger
        ("BD-1c-2", "bd-so-nv", "2014-06-30", "observe"),
        ("BD-1c-2", "bd-so-nv", "2014-07-01", "enforce"),
        ("BD-1c-2", "bd-huyen-x-phong-nv", "2014-12-31", "observe"),
        ("BD-1c-2", "bd-huyen-x-phong-nv", "2015-01-01", "enforce"),
        ("BD-1c-2", "bd-xa-y", "2025-06-30", "observe"),
        ("BD-1c-2", "bd-xa-y", "2025-07-01", "off"),
        # Hồ Chí Minh: the receiving office is bound; who joined the territory is too
        ("HCM-2b", "hcm-vpubnd", "2014-02-28", "observe"),
        ("HCM-2b", "hcm-vpubnd", "2014-03-01", "tag"),
        ("HCM-2b", "hcm-so-nv", "2014-03-01", "off"),
        ("HCM-3d", "bd-xa-y", "2025-06-30", "off"),
        ("HCM-3d", "bd-xa-y", "2025-07-01", "observe"),
        # Hà Nội: a ward of the pilot by decision; the one that followed has none
        ("HN-6", "hn-phuong-n-cu", "2012-05-31", "observe"),
        ("HN-6", "hn-phuong-n-cu", "2012-06-01", "tag"),
        ("HN-6", "hn-phuong-n", "2025-07-01", "observe"),
        ("HN-2", "hn-so-a", "2012-12-31", "tag"),
        ("HN-2", "hn-so-a", "2013-01-01", "off"),
        # Đắk Lắk: the interim regime ends unit by unit; the former Phú Yên by decision
        ("DL-7", "dl-so-a", "2018-12-31", "tag"),
        ("DL-7", "dl-so-a", "2019-01-01", "off"),
        ("DL-7", "dl-so-b", "2026-11-23", "tag"),
        ("DL-7", "dl-xa-q", "2026-11-23", "observe"),
        ("DL-7", "py-trung-tam-r", "2025-06-30", "off"),
        ("DL-7", "py-trung-tam-r", "2025-07-01", "tag"),
        ("DL-7", "py-xa-s", "2026-11-23", "off"),
    ],
)
def test_who_is_bound_on_which_day(rule, agency, day, expected):
    """Classes, territories, starts and ends are data of the registry, before and after 01/7/2025."""
    pack, one = next((pack, one) for pack in PACKS for one in pack.rules if one.id == rule)
    on = dt.date.fromisoformat(day)
    found = REGISTRY.agency(agency, on)
    assert found is not None
    assert expected == posture_of_agency(one, pack, found, on, OWN_POSTURE).value


@pytest.mark.parametrize(
    ("agency", "successor"),
    [
        ("bd-so-nv", "hcm-so-nv"),
        ("py-so-a", "dl-so-a"),
        ("hcm-so-khdt", "hcm-so-tc"),
        ("hn-phuong-n-cu", "hn-phuong-n"),
    ],
)
def test_who_ends_has_a_successor_that_goes_on(agency, successor):
    """Mail to the old office goes to the new one from the day after."""
    history = REGISTRY.find_history(agency)
    assert history is not None
    assert [successor] == [link.value for link in history.successors]
    assert REGISTRY.agency(agency, dt.date.fromordinal(history.end + 1)) is None
    assert REGISTRY.agency(successor, dt.date.fromordinal(history.end + 1)) is not None
