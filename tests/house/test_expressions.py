"""Regular expressions mean the same on every Python we support."""

import re

import pytest

from tests.support.tree import sources

_POSSESSIVE_GROUP = re.compile(r"\)(?:[*+?]|\{\d*,?\d*\})\+|\(\?>")


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.name)
def test_no_group_is_possessive(source):
    """CPython before 3.11.5, Debian 12's among them, matches possessive and atomic groups wrongly."""
    assert _POSSESSIVE_GROUP.findall(source.text) == []
