"""The pages about policy say what the code and the packs say; `scripts/policy-reference` writes them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.judge.packfile import parse_pack
from gateway.judge.reference import fact_lines, rule_lines, with_table
from gateway.judge.rules import compile_packs

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "policy.md").read_text("utf-8")
PACKS = [parse_pack(file.read_text("utf-8"), str(file)) for file in sorted((ROOT / "policies").glob("*/pack.toml"))]


def test_the_page_lists_every_fact():
    """Name, type, scopes and meaning of each fact a rule may ask."""
    assert with_table(PAGE, fact_lines()) == PAGE


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_each_pack_lists_its_rules(pack):
    """Id, titles, effect, posture, tag and citations."""
    page = (ROOT / "policies" / pack.id / "README.md").read_text("utf-8")
    assert with_table(page, rule_lines(pack)) == page


def test_the_sample_rule_of_the_page_loads():
    """What the page teaches can be pasted."""
    sample = re.search(r"```toml\n(\[pack\].*?)```", PAGE, re.DOTALL)
    assert sample is not None
    compile_packs([parse_pack(sample.group(1), "docs/policy.md")])


def test_a_page_without_markers_is_refused():
    """A lost marker is noticed, not papered over."""
    with pytest.raises(ValueError, match="no markers"):
        with_table("text", [])
