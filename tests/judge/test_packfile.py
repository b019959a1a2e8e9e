"""Pack text to Pack."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from gateway.judge.packfile import MAX_PACK_CHARACTERS, parse_pack
from gateway.values.faults import Misconfigured
from gateway.values.pack import Bound, Pack, RuleScope
from gateway.values.verdict import Disposition, Posture
from tests.support.judging import PACKS

HEAD = """\
[pack]
id = "sample"
version = "1"
title = { vi = "Mẫu", en = "Sample" }
territories = ["binh-duong"]
[pack.start]
default = 2014-09-01
by_class = { department = 2014-07-01 }
by_decision = ["commune_ubnd"]
"""
RULE = """\
[[rules]]
id = "X-1"
scope = "part"
title = { vi = "Tệp", en = "File" }
cites = [{ document = "Chỉ thị", locator = "điểm 1", date = 2014-05-30 }]
when = '''
part.kind == "pdf"
  && part.size_octets > 1'''
effect = "reject"
posture = "tag"
tag = "x"
reply = { vi = "Sai.", en = "Wrong." }
remedy = { vi = "Sửa.", en = "Mend." }
"""


def problems(text: str) -> list[str]:
    """Every problem of a text, as an operator sees it."""
    with pytest.raises(Misconfigured) as raised:
        parse_pack(text, "pack.toml")
    return [str(problem) for problem in raised.value.problems]


def test_a_pack_is_read_whole():
    """Scope, effect, dates and the lines of a rule arrive typed."""
    pack = parse_pack(HEAD + RULE, "pack.toml")
    rule = pack.rules[0]
    assert (RuleScope.PART, Disposition.REJECT, Posture.TAG) == (rule.scope, rule.effect, rule.posture)
    assert dt.date(2014, 7, 1) == pack.start.by_class["department"]
    assert ("commune_ubnd",) == pack.start.by_decision
    assert Bound.SENDER == rule.binding.binds
    assert ("Chỉ thị, điểm 1 (2014-05-30)",) == rule.cites
    assert ("Sua.", "pack.toml") == (rule.remedy_ascii, pack.file)


def test_lines_are_those_of_the_file():
    """A rule knows where it begins and where the first line of its expression stands."""
    rule = parse_pack(HEAD + RULE, "pack.toml").rules[0]
    lines = (HEAD + RULE).splitlines()
    assert "[[rules]]" == lines[rule.line - 1]
    assert 'part.kind == "pdf"' == lines[rule.when_line - 1]


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_shipped_packs_survive_msgpack(pack):
    """Workers get the very pack the checker approved."""
    octets = msgspec.msgpack.encode(pack)
    assert pack == msgspec.msgpack.decode(octets, type=Pack)


def test_broken_toml_is_reported_with_its_line():
    """The syntax error names file and line."""
    assert ["pack.toml:2"] == [problem.partition(": ")[0] for problem in problems("[pack]\nid = \n")]


def test_every_problem_comes_at_once_in_file_order():
    """Four mistakes are four problems, each with line and key."""
    text = (HEAD + RULE).replace('version = "1"', "version = 1").replace('"part"', '"parts"')
    text = text.replace('effect = "reject"', 'effect = "rejct"').replace("tag =", "tagg =")
    found = problems(text)
    assert [3, 10, 12, 18, 20] == [int(problem.split(":")[1]) for problem in found]
    assert "rules.0.tagg: unknown key" in found[-1]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('id = "X-1"', 'id = "X 1"', "rules.0.id"),
        ("date = 2014-05-30", 'date = "2014-05-30"', "rules.0.cites.date"),
        ('cites = [{ document = "Chỉ thị", locator = "điểm 1", date = 2014-05-30 }]', "cites = []", "rules.0.cites"),
        ('effect = "reject"', 'effect = "defer"', "rules.0.effect"),
        ('tag = "x"', 'tag = "Có dấu"', "rules.0.tag"),
        ('tag = "x"', 'tag = "x"\nseverity = 9', "rules.0.severity"),
        ('tag = "x"', 'tag = "x"\nis_secret = true\nevidence = ["part.kind"]', "rules.0.evidence"),
        ('tag = "x"', 'tag = "x"\nbinding = { binds = "nobody" }', "rules.0.binding.binds"),
        ('vi = "Sai."', 'vi = " "', "rules.0.reply.vi"),
        ('vi = "Sai."', f'vi = "{"a" * 401}"', "rules.0.reply.vi"),
        ('territories = ["binh-duong"]', "territories = []", "pack.territories"),
        ("default = 2014-09-01", "default = 2014-09-01T00:00:00", "pack.start.default"),
        (RULE, "", "rules"),
        (RULE, RULE + RULE, "rules.1.id"),
    ],
)
def test_each_mistake_names_its_key(old, new, key):
    """What an operator mistypes is refused where it stands."""
    assert [key] == [problem.split(": ")[1] for problem in problems((HEAD + RULE).replace(old, new))]


def test_a_huge_pack_is_refused_unread():
    """The size of a pack is bounded."""
    assert 1 == len(problems("#" * (MAX_PACK_CHARACTERS + 1)))


def test_guides_of_a_rule_are_known_ones():
    """A guide nobody wrote is an error at its line; without a list of guides nobody looks."""
    text = HEAD + RULE.replace('tag = "x"', 'tag = "x"\nhelp = ["ky-so", "xuat-pdff"]')
    line = text.splitlines().index('help = ["ky-so", "xuat-pdff"]') + 1
    with pytest.raises(Misconfigured) as raised:
        parse_pack(text, "p.toml", guides=("ky-so", "xuat-pdf"))

    assert [str(problem) for problem in raised.value.problems] == [
        f"p.toml:{line}: rules.0.help.1: no guides.toml has a guide `xuat-pdff`; did you mean `xuat-pdf`?"
    ]
    assert parse_pack(text, "p.toml").rules[0].help == ("ky-so", "xuat-pdff")
    assert parse_pack(HEAD + RULE, "p.toml").rules[0].help is None
