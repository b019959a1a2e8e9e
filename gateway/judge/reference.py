"""Reference: the tables of facts and rules that documentation pages carry, as Markdown lines.

`scripts/policy-reference` writes them between markers; `tests/house/test_policy_drift.py` compares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.judge.rules import fact_table

if TYPE_CHECKING:
    from gateway.values.pack import Pack

BEGIN = "<!-- begin table: written by scripts/policy-reference -->"
END = "<!-- end table -->"


def fact_lines() -> list[str]:
    """Write one row a fact: name, type, scopes, meaning."""
    rows = [f"| `{one.name}` | {one.type} | {', '.join(one.scopes)} | {one.description} |" for one in fact_table()]
    return ["| fact | type | scopes | meaning |", "|---|---|---|---|", *rows]


def rule_lines(pack: Pack) -> list[str]:
    """Write one row a rule: id, what it finds, effect, default posture, tag, citations."""
    rows = [
        f"| `{rule.id}` | {rule.title_vi} | {rule.title_en} | {rule.effect.value} | {rule.posture.value} "
        f"| `{rule.tag}` | {'; '.join(rule.cites)} |"
        for rule in pack.rules
    ]
    return ["| rule | tiêu đề | title | effect | posture | tag | cites |", "|---|---|---|---|---|---|---|", *rows]


def with_table(page: str, lines: list[str]) -> str:
    """Put a table between the markers of a page.

    Raises:
        ValueError: the page has no markers.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page has no markers for its table")
    return "\n".join([before + BEGIN, *lines, END]) + after
