"""Findings."""

from __future__ import annotations

import msgspec
import pytest

from gateway.judge.evaluate import MAX_FINDINGS_PER_RULE, evaluate, evaluate_recipient
from gateway.judge.packfile import parse_pack
from gateway.judge.rules import compile_packs
from gateway.values.envelope import Client
from gateway.values.evidence import Outcome
from gateway.values.facts import PartFacts, Secrecy
from gateway.values.pack import OWN_POSTURE, PostureEntry, PostureTable
from gateway.values.verdict import Disposition, Posture
from tests.judge.test_packfile import HEAD, RULE
from tests.support.judging import AGENCY_MAILBOX, AT, OFFICE_MAILBOX, PACKS, envelope, message, pdf, registry, signature

COMPILED = compile_packs(PACKS)
TAMPERED = signature(Outcome.FAIL, is_intact=False, sub_indication="HASH_FAILURE")


def findings(facts, posture=OWN_POSTURE, compiled=COMPILED, to=()):
    """Judge a message of Sở A; findings by rule id."""
    found = evaluate(compiled, envelope(AGENCY_MAILBOX, *to), facts, registry(), AT, posture)
    return {finding.rule: finding for finding in found}


def test_a_finding_says_which_file_and_why():
    """Rule, pack, citation, subject, evidence and file name."""
    found = findings(message(pdf(TAMPERED)))["BD-1c-2-invalid"]
    assert ("binh-duong-14-2014", "part 2", "125_SA-VP.pdf") == (found.pack, found.subject, found.file_name)
    assert ("part.sub_indication=HASH_FAILURE", "part.signature_outcomes=fail") == found.evidence
    assert ("Chỉ thị 14/CT-UBND tỉnh Bình Dương, điểm 1c, gạch đầu dòng 2 (2014-05-30)",) == found.cites
    assert (Disposition.REJECT, Disposition.REJECT, Posture.ENFORCE) == (
        found.effect,
        found.disposition,
        found.posture,
    )


def test_an_unknown_rejecting_rule_defers():
    """A pending revocation answer is neither a hit nor a miss."""
    found = findings(message(pdf(signature(Outcome.TEMPERROR))))["BD-1c-2-invalid"]
    assert (True, Disposition.DEFER, Disposition.DEFER) == (found.is_unknown, found.effect, found.disposition)


def test_what_a_retry_cannot_change_is_judged():
    """PERMERROR is a known fact: it rejects and never defers."""
    found = findings(message(pdf(signature(Outcome.PERMERROR))))["BD-1c-2-invalid"]
    assert (False, Disposition.REJECT) == (found.is_unknown, found.disposition)


@pytest.mark.parametrize("reason", ["over_budget", "crashed_reader"])
def test_a_file_our_reader_gave_up_is_not_called_unsigned(reason):
    """That no signature was seen in it is our trouble; it is tagged as not inspected, and nothing refuses it."""
    given_up = msgspec.structs.replace(pdf(), uninspectable=reason)
    found = findings(message(given_up))

    assert "BD-1c-2" in findings(message(pdf()))
    assert not [rule for rule in found if rule.startswith("BD-1c-")]
    assert Disposition.REJECT not in {finding.disposition for finding in found.values()}
    assert Disposition.TAG in {finding.disposition for finding in found.values()}


@pytest.mark.parametrize(
    ("posture", "disposition"),
    [
        (Posture.ENFORCE, Disposition.REJECT),
        (Posture.TAG, Disposition.TAG),
        (Posture.OBSERVE, Disposition.RELAY),
        (Posture.OFF, None),
    ],
)
def test_posture_weakens_the_effect(posture, disposition):
    """The effect stays on record, the disposition is what it comes to."""
    table = PostureTable(None, (PostureEntry(posture, rule="BD-1c-2"),))
    found = findings(message(pdf()), table).get("BD-1c-2")
    assert disposition is (found.disposition if found else None)
    assert found is None or found.effect is Disposition.REJECT


def test_a_marked_secret_leaves_nothing_in_any_finding():
    """No evidence, no file name, not even from rules that are not about secrecy."""
    found = findings(message(pdf(TAMPERED), secrecy=Secrecy.MAT))
    assert {"NAT-SEC-1", "BD-1c-2-invalid"} <= set(found)
    assert [((), "")] * len(found) == [(finding.evidence, finding.file_name) for finding in found.values()]
    assert found["NAT-SEC-1"].is_secret


def test_findings_come_gravest_first():
    """Severity, then packs and files in order."""
    severities = {rule.id: rule.severity for pack in PACKS for rule in pack.rules}
    found = [severities[rule] for rule in findings(message(pdf(TAMPERED), secrecy=Secrecy.MAT))]
    assert sorted(found, reverse=True) == found


def test_recipient_rules_name_the_recipient():
    """One finding per forward-path at fault."""
    facts = message(pdf(signature()))
    found = findings(facts, to=(OFFICE_MAILBOX, "x@gmail.com"))["NAT-FREE-5"]
    assert ("recipient x@gmail.com", "x@gmail.com") == (found.subject, found.recipient)


def test_a_thousand_bad_parts_give_a_bounded_answer():
    """Of one rule only the first and strictest findings are kept."""
    parts = [PartFacts(path=str(index), is_attachment=True, is_mismatched=True) for index in range(1000)]
    found = evaluate(COMPILED, envelope(), message(*parts), registry(), AT, OWN_POSTURE)
    assert MAX_FINDINGS_PER_RULE == sum(finding.rule == "NAT-TYPE-1" for finding in found)


def test_evidence_is_printable_and_short():
    """A hostile value can neither break a line nor fill a log."""
    pack = parse_pack((HEAD + RULE).replace('tag = "x"', 'tag = "x"\nevidence = ["part.name"]'), "pack.toml")
    part = msgspec.structs.replace(pdf(), name="a\r\nb\u202e" + "x" * 5000, size_octets=2)
    shown = findings(message(part), compiled=compile_packs([pack]))["X-1"].evidence[0]
    assert shown.startswith("part.name=a??b?x")
    assert 400 == len(shown)


def test_rcpt_is_judged_by_envelope_rules_alone():
    """A look-alike reverse-path and a look-alike recipient are refused before DATA."""

    def rules(reverse_path, forward_path):
        client = Client("192.0.2.1")
        found = evaluate_recipient(COMPILED, client, reverse_path, forward_path, registry(), AT, OWN_POSTURE)
        return [(finding.rule, finding.disposition, finding.recipient) for finding in found]

    fake = "x@thunghiem-gov.vn"
    assert [] == rules(AGENCY_MAILBOX, OFFICE_MAILBOX)
    assert [] == rules("", OFFICE_MAILBOX)
    assert [("NAT-LOOK-3", Disposition.REJECT, OFFICE_MAILBOX)] == rules(fake, OFFICE_MAILBOX)
    assert [("NAT-LOOK-4", Disposition.REJECT, fake)] == rules(AGENCY_MAILBOX, fake)


def test_a_rule_that_asks_nothing_of_its_subject_still_runs():
    """A part rule may rest on the message alone."""
    text = (HEAD + RULE).replace('part.kind == "pdf"\n  && part.size_octets > 1', "mail.attachment_count > 0")
    found = findings(message(pdf()), compiled=compile_packs([parse_pack(text, "pack.toml")]))
    assert {"X-1"} == set(found)


def test_findings_survive_json():
    """Goldens and `explain` come free."""
    found = findings(message(pdf(TAMPERED)))["BD-1c-2-invalid"]
    assert found == msgspec.json.decode(msgspec.json.encode(found), type=type(found))
