"""The CEL environments and compiled packs."""

from __future__ import annotations

import pytest

from gateway.judge.packfile import parse_pack
from gateway.judge.rules import compile_packs, fact_table
from gateway.values.faults import Misconfigured
from gateway.values.pack import RuleScope
from tests.judge.test_packfile import HEAD, RULE
from tests.support.judging import PACKS


def problems(when: str, *, scope: str = "part", extra: str = "") -> list[str]:
    """What the compiler says of a rule with this expression; empty when it compiles."""
    rule = RULE.replace('"part"', f'"{scope}"').replace('tag = "x"', f'tag = "x"\n{extra}')
    begin, end = rule.index("when ="), rule.index("effect =")
    text = HEAD + rule[:begin] + f"when = '''\n{when}'''\n" + rule[end:]
    try:
        compile_packs([parse_pack(text, "pack.toml")])
    except Misconfigured as fault:
        return [str(problem) for problem in fault.problems]
    return []


def test_shipped_packs_compile_together():
    """Both packs load, and rule ids are unique over all of them."""
    compiled = compile_packs(PACKS)
    asked = {rule.id for group in compiled.groups.values() for _, rule in group.rules}
    assert {rule.id for pack in PACKS for rule in pack.rules} == asked


def test_a_misspelt_fact_is_found_with_file_line_and_column():
    """The second line of an expression is the second line in the file."""
    assert [
        "pack.toml:17: when: rule X-1: column 8: undeclared reference to 'part.kindd' (in container '')"
    ] == problems('part.is_body\n&& part.kindd == "pdf"')


def test_a_fact_of_another_scope_is_unknown():
    """A rule about the message cannot ask about one part."""
    assert "undeclared reference" in problems('part.kind == "pdf"', scope="message")[0]


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("part.kind", "answers STRING"),
        ("part.kind == 3", "no matching overload"),
        ("part.is_body &&", "Syntax error"),
        ('part.active_content[0] == "x"', "may fail"),
        ("part.size_octets / part.page_count > 1", "may fail"),
        ("int(part.name) > 1", "`int()` may fail"),
        ("[1, 2][part.page_count] == 1", "may fail"),
        ('part.name.matches("(")', "is no regular expression"),
        ("part.name.matches(r'a(?=b)')", "is no regular expression"),
        ('{"pdf": 1}[part.kind] == 1', "may fail"),
        ('{"pdf": 1}.docx == 1', "may fail"),
        ("part.size_octets * part.size_octets * part.size_octets > 1", "`*` may fail"),
        ("part.size_octets + 9223372036854775807 > 1", "may fail"),
        ('"tep.pdf".matches(part.name)', "`matches(` may fail"),
        ('part.name.matches("(?i" + part.kind)', "`matches(` may fail"),
    ],
)
def test_what_is_no_safe_bool_is_refused(when, said):
    """Type errors and expressions that may err at run time do not load."""
    found = problems(when)
    assert 1 == len(found)
    assert said in found[0]


@pytest.mark.parametrize(
    "when",
    [
        'part.kind in ["pdf", "docx"]',
        'part.active_content.exists(name, name.startsWith("java"))',
        'part.name.matches("^[0-9]{1,5}_") // a / in a comment [0]',
        "part.name.matches( r'^[0-9]*$' ) && part.size_octets + 1 > 100000000",
        'part.kind in {"pdf": 1}',
        'size(part.active_content) > 0 && !("a/b[0]" in part.active_content)',
    ],
)
def test_ordinary_expressions_load(when):
    """Membership, macros, text functions, comments and literals are no false alarms."""
    assert [] == problems(when)


def test_misspelt_evidence_is_found():
    """Evidence names facts of the rule's scope."""
    found = problems("true", extra='evidence = ["part.knd"]')
    assert ["pack.toml:10: evidence: rule X-1: no fact `part.knd` in scope part"] == found


def test_two_packs_may_not_share_a_rule_id():
    """Replies and metrics name a rule by its id alone."""
    other = parse_pack((HEAD + RULE).replace('id = "sample"', 'id = "other"'), "other.toml")
    with pytest.raises(Misconfigured, match="also in pack sample"):
        compile_packs([parse_pack(HEAD + RULE, "pack.toml"), other])


def test_every_fact_is_typed_and_described():
    """The table of facts has no gaps and no repeats."""
    table = fact_table()
    assert len(table) == len({entry.name for entry in table})
    assert all(entry.description and entry.type and entry.scopes for entry in table)
    assert {scope.value for scope in RuleScope} == {scope for entry in table for scope in entry.scopes}
