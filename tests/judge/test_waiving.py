"""Waivers: whom they cover, what they leave visible, and what they never reach."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from gateway.judge.decide import judge
from gateway.judge.evaluate import MAX_FINDINGS_PER_RULE, evaluate_recipient
from gateway.judge.packfile import parse_pack
from gateway.judge.rules import compile_packs
from gateway.judge.waiving import waiver_problems
from gateway.mark.tags import tag_fields
from gateway.values.envelope import Client
from gateway.values.evidence import Outcome
from gateway.values.facts import Marks, PartFacts, Secrecy
from gateway.values.identity import Authentication, DmarcFacts, SpfFacts
from gateway.values.pack import OWN_POSTURE
from gateway.values.verdict import Disposition
from gateway.values.waiver import Waiver
from tests.support.judging import AGENCY_MAILBOX, AT, OFFICE_MAILBOX, PACKS, envelope, message, pdf, registry, signature

TODAY = dt.date(2026, 11, 23)
DIGEST = "ab" * 32
WORKS = {
    "the author's address": {"sender": AGENCY_MAILBOX},
    "the author's domain": {"sender": "soa.thunghiem.gov.vn"},
    "a domain above": {"sender": ".thunghiem.gov.vn"},
    "agency": {"agency": "so-a"},
    "number": {"agency": "so-a", "number": "0125/sa-vp"},
    "digest": {"sha256": DIGEST},
    "all at once": {"sender": AGENCY_MAILBOX, "agency": "so-a", "number": "125/SA-VP", "sha256": DIGEST},
}
WORKS_NOT = {
    "another address": {"sender": "vanthu@sob.thunghiem.gov.vn"},
    "the domain above alone": {"sender": "thunghiem.gov.vn"},
    "another agency": {"agency": "vpubnd"},
    "another number": {"agency": "so-a", "number": "126/SA-VP"},
    "another file": {"sha256": "cd" * 32},
    "another rule": {"agency": "so-a", "rules": ("BD-1c-1",)},
    "one of two that must hold": {"agency": "so-a", "sha256": "cd" * 32},
    "ended yesterday": {"agency": "so-a", "valid_to": TODAY - dt.timedelta(days=1)},
    "begins tomorrow": {"agency": "so-a", "valid_from": TODAY + dt.timedelta(days=1)},
}


def waiver(**changes):
    """A waiver of the missing signature; `changes` say for whom."""
    fields = {
        "id": "wv-1",
        "rules": ("BD-1c-2",),
        "reason": "Thiết bị ký số đang được thay.",
        "approved_by": "Chánh Văn phòng",
        "valid_from": TODAY,
        "valid_to": TODAY,
    }
    return Waiver(**{**fields, **changes})


def verdict(facts, *waivers):
    """Judge a message of Sở A to the office under waivers."""
    return judge(compile_packs(PACKS, waivers), envelope(), facts, registry(), AT, OWN_POSTURE)


def file(*signatures, path="2", sha256=DIGEST):
    """A PDF without the signature BD-1c-2 asks for, unless given some."""
    return msgspec.structs.replace(pdf(*signatures, path=path), sha256=sha256)


@pytest.mark.parametrize("whom", WORKS)
def test_a_waived_finding_neither_rejects_nor_tags_and_stays_visible(whom):
    """What the waiver names decides; the finding says which waiver it was."""
    assert Disposition.REJECT is verdict(message(file())).disposition
    found = verdict(message(file()), waiver(**WORKS[whom]))
    assert Disposition.RELAY is found.disposition
    assert [("BD-1c-2", "wv-1", Disposition.REJECT)] == [(one.rule, one.waived, one.effect) for one in found.waived]
    assert "BD-1c-2" not in {one.rule for one in (*found.findings, *found.would)}
    assert "chua-ky-so" not in [field.value for field in tag_fields(found)]


@pytest.mark.parametrize("whom", WORKS_NOT)
def test_nobody_else_and_no_other_day_is_covered(whom):
    """All that is given must hold, on the day of the final dot."""
    found = verdict(message(file()), waiver(**{"valid_to": dt.date(2026, 12, 1), **WORKS_NOT[whom]}))
    assert (Disposition.REJECT, ()) == (found.disposition, found.waived)


def test_a_pack_is_named_for_all_its_rules_that_can_be_waived():
    """Of the pack nothing acts any more but what no waiver reaches."""
    pack = waiver(rules=("binh-duong-14-2014",), agency="so-a")
    assert Disposition.RELAY is verdict(message(file()), pack).disposition
    broken = verdict(message(file(signature(Outcome.FAIL))), pack)
    assert ("BD-1c-2-invalid", Disposition.REJECT) == (broken.deciding.rule, broken.disposition)


def test_an_unknown_is_never_waived():
    """Revocation nobody can tell yet defers, whatever a waiver says of the rule (ADR 0003)."""
    found = verdict(message(file(signature(Outcome.TEMPERROR))), waiver(agency="so-a"))
    assert (Disposition.DEFER, ()) == (found.disposition, found.waived)


def test_a_claimed_sender_is_not_covered():
    """Who only says to be the agency gets nothing of its waiver; a file that was approved is the same whoever sends it."""
    claimed = message(file(), authentication=Authentication(spf=SpfFacts("fail", "thunghiem.gov.vn"), source="check"))
    open_still = message(file(), authentication=Authentication(dmarc=DmarcFacts("temperror", "x"), source="check"))
    for whom in ({"agency": "so-a"}, {"sender": AGENCY_MAILBOX}, {"agency": "so-a", "sha256": DIGEST}):
        assert [] == [one.rule for one in verdict(claimed, waiver(**whom)).waived]
        assert ["BD-1c-2"] == [one.rule for one in verdict(open_still, waiver(**whom)).waived]
    assert ["BD-1c-2"] == [one.rule for one in verdict(claimed, waiver(sha256=DIGEST)).waived]


def test_secrets_stay_refused():
    """Neither the rule about secrets nor what stands beside it is reached by naming its pack."""
    found = verdict(message(file(), secrecy=Secrecy.MAT), waiver(rules=("national",), agency="so-a"))
    assert (Disposition.REJECT, "NAT-SEC-1", True) == (found.disposition, found.deciding.rule, found.is_secret)


def test_one_excused_file_excuses_nothing_beside_it():
    """Not even behind more copies of itself than findings of one rule are kept."""
    programs = [
        PartFacts(f"{number}", kind="executable", name="a.exe", is_attachment=True, sha256=DIGEST)
        for number in range(2, MAX_FINDINGS_PER_RULE + 6)
    ]
    other = PartFacts("90", kind="executable", name="b.exe", is_attachment=True, sha256="cd" * 32)
    excused = waiver(sha256=DIGEST, rules=("NAT-EXE-1",))
    assert Disposition.RELAY is verdict(message(*programs, document=Marks()), excused).disposition
    found = verdict(message(*programs, other, document=Marks()), excused)
    assert (Disposition.REJECT, "part 90") == (found.disposition, found.deciding.subject)


def test_another_number_inside_the_file_counts():
    """The number of the letter covers its own file, and not one that bears another number."""
    first, second = (
        msgspec.structs.replace(file(path=path), marks=Marks(number=number, notation="SA-VP"))
        for path, number in (("2", "125"), ("3", "126"))
    )
    found = verdict(message(first, second), waiver(agency="so-a", number="125/SA-VP"))
    assert ["part 3"] == [one.subject for one in found.findings if one.rule == "BD-1c-2"]
    assert ["part 2"] == [one.subject for one in found.waived]


def test_a_recipient_refused_at_rcpt_is_let_through_by_sender_not_by_document():
    """Before the message is there the reverse-path stands for its author, and nobody knows a file."""
    text = """
    [pack]
    id = "xx"
    version = "1"
    title = { vi = "X", en = "X" }
    territories = ["*"]
    [[rules]]
    id = "X-1"
    scope = "envelope"
    title = { vi = "x", en = "x" }
    cites = [{ document = "house rule" }]
    when = 'reverse.domain_kind == "official"'
    effect = "reject"
    posture = "enforce"
    tag = "x"
    binding = { binds = "any" }
    reply = { vi = "x", en = "x" }
    remedy = { vi = "x", en = "x" }
    """
    packs = [parse_pack(text, "pack.toml")]

    def dispositions(**whom):
        compiled = compile_packs(packs, [waiver(rules=("X-1",), **whom)])
        client = Client("192.0.2.1")
        found = evaluate_recipient(compiled, client, AGENCY_MAILBOX, OFFICE_MAILBOX, registry(), AT, OWN_POSTURE)
        return [one.disposition for one in found]

    assert [Disposition.RELAY] == dispositions(sender=AGENCY_MAILBOX)
    assert [Disposition.REJECT] == dispositions(sender=AGENCY_MAILBOX, number="125/SA-VP")


def test_every_name_nobody_knows_is_told_at_once():
    """Rules, packs and agencies that are not there, rules no waiver reaches, ids used twice; each with its place."""
    wrong = waiver(rules=("BD-1c-3", "NAT-SEC-1", "NAT-LOOK-1", "national"), agency="so-b", origin=("w.toml", 3))
    twice = waiver(agency="so-a", origin=("v.toml", 9))
    assert [
        "w.toml:3: wv-1.rules: there is no rule or pack `BD-1c-3`; did you mean `BD-1c-2`?",
        "w.toml:3: wv-1.rules: rule NAT-SEC-1 cannot be waived: it is about state secrets; leave it out",
        (
            "w.toml:3: wv-1.rules: rule NAT-LOOK-1 cannot be waived: it is about who wrote the mail or whether it was "
            "forged; leave it out"
        ),
        "w.toml:3: wv-1.agency: there is no agency `so-b` in the registry; did you mean `so-a`?",
        "v.toml:9: wv-1.id: is the id of another waiver already (w.toml:3); choose a new one",
    ] == [str(one) for one in waiver_problems([wrong, twice], PACKS, ["so-a"])]


def test_no_rule_about_secrets_can_be_waived_whatever_its_pack_says():
    """`is_secret` outweighs `is_waivable`."""
    assert [] == [rule.id for pack in PACKS for rule in pack.rules if rule.is_secret and rule.can_be_waived]
