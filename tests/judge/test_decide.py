"""Verdicts."""

from __future__ import annotations

import pytest

from gateway.judge.decide import decide, judge
from gateway.judge.rules import compile_packs
from gateway.values.evidence import Outcome
from gateway.values.facts import Marks, Secrecy
from gateway.values.pack import OWN_POSTURE, PostureEntry, PostureTable
from gateway.values.verdict import Disposition, Posture
from tests.support.judging import AGENCY_MAILBOX, AT, OFFICE_MAILBOX, PACKS, envelope, message, pdf, registry, signature

COMPILED = compile_packs(PACKS)
OBSERVE_ALL = PostureTable(Posture.OBSERVE)


def verdict(facts, posture=OWN_POSTURE, reverse_path=AGENCY_MAILBOX):
    """Judge a message to the office."""
    return judge(COMPILED, envelope(reverse_path), facts, registry(), AT, posture)


def test_nothing_found_relays():
    """An ordinary signed letter passes without a word."""
    found = verdict(message(pdf(signature())))
    assert (Disposition.RELAY, (), None, "so-a", "internal") == (
        found.disposition,
        found.findings,
        found.deciding,
        found.agency,
        found.direction,
    )
    assert Disposition.RELAY is decide([]).disposition


def test_the_strictest_finding_decides():
    """A rejection outweighs the tags that stand beside it."""
    found = verdict(message(pdf(), document=Marks(number="125", notation="SA-VP", policy_classes=("funding",))))
    assert ("BD-1c-2", Disposition.REJECT) == (found.deciding.rule, found.disposition)
    assert "BD-1b-2" in [finding.rule for finding in found.findings]


def test_an_unknown_defers_unless_something_known_rejects():
    """451 while a retry may help, 554 when it cannot."""
    pending = pdf(signature(Outcome.TEMPERROR))
    assert Disposition.DEFER is verdict(message(pending)).disposition
    assert Disposition.REJECT is verdict(message(pending, secrecy=Secrecy.MAT)).disposition


def test_weakened_findings_are_on_record():
    """OBSERVE relays and says what would have happened; tagged rejections are in both lists."""
    observed = verdict(message(pdf()), OBSERVE_ALL)
    assert Disposition.RELAY is observed.disposition
    assert ("BD-1c-2", Disposition.REJECT) in [(finding.rule, finding.effect) for finding in observed.would]
    tagged = verdict(message(pdf()), PostureTable(None, (PostureEntry(Posture.TAG, rule="BD-1c-2"),)))
    assert Disposition.TAG is tagged.disposition
    assert tagged.deciding in tagged.would


@pytest.mark.parametrize(
    "posture", [OWN_POSTURE, OBSERVE_ALL, PostureTable(None, (PostureEntry(Posture.OFF, rule="NAT-SEC-1"),))]
)
def test_a_secret_verdict_says_so_and_shows_nothing(posture):
    """Whatever the operator set, a marked message leaves no trace in its verdict."""
    found = verdict(message(pdf(), secrecy=Secrecy.TOI_MAT), posture)
    assert found.is_secret
    assert [] == [finding for finding in (*found.findings, *found.would) if finding.evidence or finding.file_name]


def test_secrecy_outlives_a_blanket_observe():
    """Only an entry that names the rule lets a marked secret pass."""
    assert Disposition.REJECT is verdict(message(secrecy=Secrecy.MAT), OBSERVE_ALL).disposition


def test_a_stranger_is_other():
    """Unregistered senders share one label."""
    found = verdict(message(author="x@gmail.com", document=Marks()), reverse_path="x@gmail.com")
    assert ("other", "inbound", ["NAT-FREE-3"]) == (
        found.agency,
        found.direction,
        [finding.rule for finding in found.findings],
    )
    assert OFFICE_MAILBOX not in str(found)
