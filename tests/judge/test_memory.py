"""Remembered answers."""

from __future__ import annotations

import datetime as dt
import typing

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.judge import memory
from gateway.judge.describe import Scene
from gateway.judge.evaluate import evaluate, findings_of
from gateway.judge.memory import MAX_REMEMBERED, Memory, key_of
from gateway.judge.rules import VIEWS, compile_packs
from gateway.values.evidence import Outcome
from gateway.values.facts import Marks, MessageFacts, Secrecy
from gateway.values.pack import OWN_POSTURE, RuleScope
from gateway.values.registry import Agency
from tests.support.judging import AT, PACKS, envelope, message, pdf, registry, signature

WARM = compile_packs(PACKS)
"""Remembers over all examples."""
WORDS = ("", "none", "pdf", "docx", "official", "free", "agency", "personal", "fail", "pass", "mat", "khan", "mời")
VALUES = {
    bool: st.booleans(),
    bool | None: st.sampled_from((None, False, True)),
    int: st.integers(0, 2),
    float: st.sampled_from((0.0, 1.5, 1_000_000.0)),
    str: st.sampled_from(WORDS),
    list[str]: st.lists(st.sampled_from(WORDS), max_size=2),
}
PLAIN = MessageFacts(size_octets=0)
"""Facts of a message that is no secret."""
AGENCY = Agency(id="so-a", names=("Sở A",), territory="binh-duong", agency_class="department")


def views(view):
    """Any facts of one view, most of them as in a mail that has nothing to it."""
    hints = typing.get_type_hints(view)
    plain = {bool: False, bool | None: False, int: 0, float: 0.0, str: "", list[str]: []}
    odd = {name: st.just(plain[hint]) | VALUES[hint] for name, hint in hints.items()}
    return st.builds(view, **odd)


SCENES = st.fixed_dictionaries(
    {
        **{prefix: views(view) for prefix, view in VIEWS[RuleScope.MESSAGE].items()},
        "recipients": st.tuples(views(VIEWS[RuleScope.RECIPIENT]["recipient"])),
        "sender_agency": st.sampled_from((AGENCY, None)),
        "recipient_agencies": st.sampled_from(((AGENCY,), (None,))),
        "on": st.just(dt.date(2026, 11, 30)),
        "parts": st.lists(views(VIEWS[RuleScope.PART]["part"]), max_size=2).map(tuple),
    }
).map(lambda fields: Scene(**fields))


def forgetful():
    """The same packs without a memory of what they answered."""
    return WARM._replace(groups={scope: group._replace(memory=Memory()) for scope, group in WARM.groups.items()})


@settings(max_examples=400)
@given(SCENES)
def test_a_remembered_answer_is_the_answer(scene):
    """Whatever was asked before, known or unknown, the findings are those of rules asked afresh."""
    assert findings_of(forgetful(), scene, OWN_POSTURE, PLAIN) == findings_of(WARM, scene, OWN_POSTURE, PLAIN)
    assert findings_of(forgetful(), scene, OWN_POSTURE, PLAIN) == findings_of(WARM, scene, OWN_POSTURE, PLAIN)


@given(SCENES, st.sampled_from((Secrecy.MAT, Secrecy.TUYET_MAT)))
@settings(max_examples=20)
def test_a_marked_secret_is_not_remembered(scene, level):
    """Its facts may hold its subject; they go with the message."""
    fresh = forgetful()
    findings_of(fresh, scene, OWN_POSTURE, MessageFacts(size_octets=0, secrecy=level))
    assert [{}] * len(fresh.groups) == [group.memory._answers for group in fresh.groups.values()]


def test_long_facts_are_not_remembered():
    """A bound on combinations is none on memory while one of them may have a list without end."""
    kept = Memory()
    keys = [key_of([["x" * 92] * 10]), key_of([["x" * 92] * 10, ""]), key_of([[""] * 1_000]), key_of(["x" * 1_000])]
    for key in keys:
        kept.keep(key, ())
    assert [(), None, None, None] == [kept.recall(key) for key in keys]


def test_facts_of_another_type_are_another_combination():
    """Lists are compared by their items and their order; an unknown fact is not a false one."""
    keys = {key_of([["a", "b"], None]), key_of([["b", "a"], None]), key_of([["a", "b"], False]), key_of([[], None])}
    assert len(keys) == 4
    assert key_of([["a"]]) == key_of([["a"]])


def test_the_oldest_is_forgotten_first(monkeypatch):
    """Strangers can send any combination of facts: what is kept of them is bounded."""
    assert MAX_REMEMBERED <= 10_000
    monkeypatch.setattr(memory, "MAX_REMEMBERED", 2)
    kept = Memory()
    for number in range(3):
        kept.keep((number,), ((number, False),))
    assert [None, ((1, False),), ((2, False),)] == [kept.recall((number,)) for number in range(3)]


class Counted:
    """An expression that counts how often CEL is asked."""

    def __init__(self, expression):
        self.expression, self.count = expression, 0

    def eval(self, data):
        """Ask CEL."""
        self.count += 1
        return self.expression.eval(data=data)


def counted(packs):
    """Packs compiled afresh, and a way to tell how often CEL was asked since it was told last."""
    compiled = compile_packs(packs)
    groups = {scope: group._replace(together=Counted(group.together)) for scope, group in compiled.groups.items()}

    def told():
        asked = sum(group.together.count for group in groups.values())
        for group in groups.values():
            group.together.count = 0
        return asked

    return compiled._replace(groups=groups), told


def letters(day):
    """What an office sends in a day: signed or not, scanned or not, with and without a file; each its own number."""
    for number, part in enumerate(
        [(pdf(signature()),), (pdf(signature(Outcome.FAIL)),), (pdf(),), (pdf(image_pages=1),), ()], start=10 * day
    ):
        marks = Marks(doc_type="cong_van", number=str(number), notation="SA-VP")
        yield replace(message(*part, document=marks), size_octets=1_000 + number)


def doubled(packs):
    """Each pack twice, the second time under other ids."""
    twins = [
        replace(pack, id=f"{pack.id}-twin", rules=tuple(replace(rule, id=f"{rule.id}-TWIN") for rule in pack.rules))
        for pack in packs
    ]
    return (*packs, *twins)


def test_twice_the_rules_ask_no_more_questions():
    """A combination of facts costs one question, however many rules there are; a day like the last one costs none."""
    found = {}
    for name, packs in {"once": PACKS, "twice": doubled(PACKS)}.items():
        compiled, told = counted(packs)
        asked, hits = [], []
        for day in range(1, 4):
            verdicts = [evaluate(compiled, envelope(), letter, registry(), AT, OWN_POSTURE) for letter in letters(day)]
            asked.append(told())
            hits.append(sum(map(len, verdicts)))
        found[name] = asked, hits
    assert found["once"][0] == found["twice"][0]
    assert found["once"][0][0] > 0
    assert [0, 0] == found["once"][0][1:]
    assert [2 * hits for hits in found["once"][1]] == found["twice"][1]
