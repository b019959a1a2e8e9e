"""Regular expressions mean the same on every Python we support, and cost a bounded number of steps an octet."""

import re

import pytest

from tests.support.expressions import backtracks, expressions
from tests.support.tree import sources

_POSSESSIVE_GROUP = re.compile(r"\)(?:[*+?]|\{\d*,?\d*\})\+|\(\?>")


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.name)
def test_no_group_is_possessive(source):
    """CPython before 3.11.5, Debian 12's among them, matches possessive and atomic groups wrongly."""
    assert _POSSESSIVE_GROUP.findall(source.text) == []


KNOWN = {
    "gateway.read.mime.boundaries._PLAIN": "one match at a place; the blanks are those of one header field",
    "gateway.read.mime.fields._PARAMETER": "one match at a place; the blanks are those of one header field",
    "gateway.read.office.package_parts._NAMED[6]": "whole names of members, and what follows `.+` takes the rest at once",
    "gateway.read.office.package_parts._NAMED[7]": "whole names of members, and what follows `.+` takes the rest at once",
    "gateway.read.office.package_parts._ROLES[7]": "whole content types, and what follows `.*` takes the rest at once",
    "gateway.read.vietnamese.lead._BARE": "one match at the lead of a subject; a word stands between the blanks",
    "gateway.read.vietnamese.lead._PREFIX": "one match at the lead of a subject; a word stands between the blanks",
    "gateway.read.vietnamese.urgency._REST": "a whole rest of a line; a word stands between the blanks",
}
"""Expressions whose shape looks as if they backtracked, and why they do not."""


def test_no_expression_backtracks_without_bound():
    """No repeat without bound over another, and none behind another of letters in common, but for those explained."""
    assert KNOWN.keys() == {name for name, pattern in expressions().items() if backtracks(pattern)}


@pytest.mark.parametrize(
    "pattern", [r"(a+)+b", r" *[.:]? *$", r"(?:a|b)*[ab]*c", r"\s*(?:x|y)?\s*z", r"(?:x*y?)*", r"(?:.*,)*z"]
)
def test_shapes_that_backtrack_are_seen(pattern):
    """The look at the shape finds the textbook cases, and the one that cost 16 seconds."""
    assert backtracks(re.compile(pattern)) != []


@pytest.mark.parametrize(
    "pattern", [r"a+b", r" *(?:[.:] *)?$", r"[a-z]+(?:-[a-z]+)*", r"(?:a{1,9}b)*", r"x*y*", r"\s*=\s*"]
)
def test_shapes_that_do_not_backtrack_pass(pattern):
    """Repeats whose turns begin apart, bounded ones, and letters between them."""
    assert backtracks(re.compile(pattern)) == []
