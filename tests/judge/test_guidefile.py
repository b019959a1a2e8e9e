"""Guide text to guides: what is taken, and where what is wrong stands."""

from __future__ import annotations

import pytest

from gateway.judge.guidefile import parse_guides
from gateway.values.faults import Misconfigured

GOOD = """\
[[guides]]
id = "ky-so"
title = { vi = "Ký số", en = "Sign" }
[[guides.ways]]
tool = "signing"
steps = [{ vi = "Ký.", en = "Sign.", picture = { kind = "paper", labels = ["dau"] } }]
"""


def test_a_guide_is_read():
    """Its steps, the program and the picture."""
    (way,) = parse_guides(GOOD, "guides.toml")["ky-so"].ways

    assert (way.tool, way.steps[0].vi, way.steps[0].picture.labels) == ("signing", "Ký.", ("dau",))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"signing"', '"teams"', "g.toml:5: guides[0].ways[0].tool: Invalid enum value 'teams'"),
        (', en = "Sign" }', " }", "g.toml:3: guides[0].title: Object missing required field `en`"),
        ('"ky-so"', '"Ký số"', "g.toml:2: guides[0].id: Expected `str` matching regex"),
        ('kind = "paper"', 'kind = "photo"', "g.toml:6: guides[0].ways[0].steps[0].picture.kind: Invalid enum value"),
        ("[[guides]]", "[[guide]]", "g.toml:1: guide: unknown key; write guides as [[guides]]"),
        ("[[guides]]", "[[guides", "g.toml:1: "),
        ("[[guides]]\n", GOOD + "[[guides]]\n", "g.toml:8: guides[1].id: `ky-so` is the id of a guide above"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old, new, problem):
    """File, line, key, and what is wrong."""
    with pytest.raises(Misconfigured) as raised:
        parse_guides(GOOD.replace(old, new, 1), "g.toml")

    assert str(raised.value.problems[0]).startswith(problem)


def test_all_broken_guides_are_told_at_once():
    """One problem each."""
    text = GOOD.replace('"signing"', '"teams"') * 2
    with pytest.raises(Misconfigured) as raised:
        parse_guides(text, "g.toml")

    assert [problem.line for problem in raised.value.problems] == [5, 11]
