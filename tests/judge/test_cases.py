"""Pack cases: every shipped case gets its verdict, every rule has a hit and a miss."""

from __future__ import annotations

import json
from collections import Counter

import msgspec
import pytest

from gateway.judge.cases import coverage_problems, differences, parse_case, run_case
from gateway.judge.rules import compile_packs
from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.message import read_message
from gateway.values.faults import Misconfigured
from gateway.values.trust import EMPTY_TRUST
from tests.support.judging import DOMAINS, PACKS, POLICIES

COMPILED = {pack.id: compile_packs([pack]) for pack in PACKS}
FILES = [(pack, file) for pack in PACKS for file in sorted((POLICIES / pack.id / "cases").glob("*.verdict.json"))]


def case_of(file):
    """Read one case file."""
    return parse_case(file.read_text(encoding="utf-8"), file.name)


def eml_of(file):
    """Give the mail beside a case file."""
    return file.with_name(file.name.replace(".verdict.json", ".eml"))


@pytest.mark.parametrize(("pack", "file"), FILES, ids=lambda value: getattr(value, "name", "").partition(".")[0])
def test_every_case_gets_its_verdict(pack, file):
    """Disposition and the whole set of rules are as written down."""
    case = case_of(file)
    verdict = run_case(
        COMPILED[pack.id],
        case,
        case.facts or read_message(eml_of(file).read_bytes(), DEFAULT_BUDGET, EMPTY_TRUST, case.at),
        DOMAINS,
    )
    assert [] == differences(case, pack, verdict)


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_every_rule_has_a_hit_and_a_miss(pack):
    """A rule nobody showed to hit and to miss is not shipped."""
    cases = [case_of(file) for owner, file in FILES if owner is pack]
    assert [] == coverage_problems(pack, cases)


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_every_shipped_rule_is_shown_twice_each_way(pack):
    """One mail that hits and one that misses may agree by chance."""
    cases = [case_of(file) for owner, file in FILES if owner is pack]
    hits = Counter(rule for case in cases for rule in set(case.expect.hits))
    misses = Counter(rule for case in cases for rule in set(case.expect.misses))
    assert [] == [rule.id for rule in pack.rules if min(hits[rule.id], misses[rule.id]) < 2]


def test_every_mail_has_its_verdict_and_the_other_way_round():
    """No orphan files; mails end their lines in CRLF, as on the wire."""
    for pack in PACKS:
        folder = POLICIES / pack.id / "cases"
        mails = {file.stem: file.read_bytes() for file in folder.glob("*.eml")}
        assert set(mails) == {file.name.removesuffix(".verdict.json") for file in folder.glob("*.verdict.json")}
        assert [] == [name for name, octets in mails.items() if octets.count(b"\n") != octets.count(b"\r\n")]


def test_a_rule_without_cases_is_named_with_its_line():
    """Coverage problems point into the pack file."""
    pack = PACKS[0]
    found = coverage_problems(pack, [])
    assert len(pack.rules) == len(found)
    assert f"{pack.file}:{pack.rules[0].line}: cases: rule {pack.rules[0].id}" in str(found[0])


def test_a_case_that_names_a_strange_rule_is_a_problem():
    """A misspelt id in a case proves nothing."""
    case = case_of(FILES[0][1])
    expect = msgspec.structs.replace(case.expect, hits=("NO-SUCH-RULE",))
    problems = coverage_problems(PACKS[0], [msgspec.structs.replace(case, expect=expect)])
    assert "NO-SUCH-RULE" in str(problems[-1])


def test_differences_speak_plainly():
    """A case that fails says which rule did what, and both dispositions."""
    pack, file = next((pack, file) for pack, file in FILES if file.name.startswith("letter-unsigned"))
    case = case_of(file)
    wrong = msgspec.structs.replace(case.expect, disposition="relay", hits=("BD-1c-0",))
    case = msgspec.structs.replace(case, expect=msgspec.convert(msgspec.to_builtins(wrong), type(wrong)))
    verdict = run_case(
        COMPILED[pack.id],
        case,
        case.facts or read_message(eml_of(file).read_bytes(), DEFAULT_BUDGET, EMPTY_TRUST, case.at),
        DOMAINS,
    )
    assert ["disposition is reject, expected relay", "BD-1c-0 did not hit", "BD-1c-2 hit"] == differences(
        case, pack, verdict
    )


@pytest.mark.parametrize(
    "change", [{"at": "2026-11-23T09:00:00"}, {"surprise": 1}, {"expect": {"disposition": "maybe"}}], ids=str
)
def test_a_broken_case_names_its_file(change):
    """A case is read strictly: unknown keys, no zone, unknown words."""
    tree = json.loads(FILES[0][1].read_text(encoding="utf-8")) | change
    with pytest.raises(Misconfigured, match=r"^misconfigured: x\.json"):
        parse_case(json.dumps(tree), "x.json")
