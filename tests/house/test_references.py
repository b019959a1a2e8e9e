"""What a page or a docstring refers to is in the repository, or has a name of its own: a law, a decree, an RFC."""

from __future__ import annotations

import re

import pytest

from tests.support.tree import ROOT

ELSEWHERE = re.compile(r"\b(?:LANGUAGE|LAW|RULES|HOUSE|DESIGN)(?:\.md\b|,? sections? \d| \d+\b|: [a-z])")
"""Sections of working papers that readers of the repository do not have."""
PLACES = [
    file
    for folder in ("gateway", "policies", "docs", "scripts", "config", "systemd")
    for file in sorted((ROOT / folder).rglob("*"))
    if file.suffix in {".py", ".toml", ".md", ".service", ".yml"}
]


@pytest.mark.parametrize("file", PLACES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_reference_leads_out_of_the_repository(file):
    """An operator or a newcomer can look up whatever is cited."""
    found = ELSEWHERE.findall(file.read_text("utf-8"))

    assert found == []
