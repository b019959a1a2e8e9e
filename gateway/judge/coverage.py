"""Coverage: what the directives ask, point by point, and the rules and cases that answer it, as a page.

`policies/coverage.toml` is the data. `scripts/policy-reference` writes docs/coverage.md; `tests/house/test_coverage.py`
compares, and fails for a requirement nothing answers and a rule without its evidence.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from gateway.values.faults import ConfigProblem, Misconfigured
from gateway.values.tomltext import TomlText

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gateway.judge.cases import Case
    from gateway.values.pack import Pack

LEAST_CASES = 2
"""Cases a rule hits, and cases written to miss it: one alone may be luck."""


class Requirement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One point of a directive."""

    title: str
    rules: tuple[str, ...] = ()
    """Ids of rules that find it in one message."""
    pages: tuple[str, ...] = ()
    """Pages about what serves it beside rules, from the root of the repository."""
    needs: tuple[str, ...] = ()
    """What one message cannot show: keys of `Coverage.needs`."""
    note: str = ""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One directive, with its requirements by id, in the order of its points."""

    title: str
    document: str
    rows: dict[str, Requirement]
    pack: str = ""
    """Id of the pack that answers it; every rule of that pack stands in some row."""


class Point(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the directives contradict each other, or are easily misread, and what was made of it."""

    title: str
    cases: tuple[str, ...] = ()
    """`pack/case` that show it."""
    needs: tuple[str, ...] = ()
    """As of a requirement."""


class Coverage(msgspec.Struct, frozen=True):
    """The whole file."""

    needs: dict[str, str]
    """Short word to the reason in words."""
    points: tuple[Point, ...]
    sources: dict[str, Source]

    def requirements(self) -> Iterable[tuple[str, Requirement]]:
        """Give every requirement with its id, source by source."""
        for source in self.sources.values():
            yield from source.rows.items()


def parse_coverage(text: str, file: str) -> Coverage:
    """Read `coverage.toml`.

    Raises:
        Misconfigured: it is no TOML, or has another shape.
    """
    tree = TomlText(file, text).value
    whole = {"needs": tree.pop("needs", {}), "points": tree.pop("points", []), "sources": tree}
    try:
        return msgspec.convert(whole, Coverage)
    except msgspec.ValidationError as error:
        raise Misconfigured([ConfigProblem(file, 0, "", str(error))]) from error


class Evidence:
    """Which cases hit and miss each rule, over all packs."""

    def __init__(self, cases: Mapping[str, Mapping[str, Case]], packs: Sequence[Pack]) -> None:
        """Count; `cases` is pack id to case name to case."""
        self.cases = {f"{pack}/{name}" for pack, named in cases.items() for name in named}
        self.pack_of = {rule.id: pack.id for pack in packs for rule in pack.rules}
        self.hits, self.misses = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
        for named in cases.values():
            for name, case in sorted(named.items()):
                for rule in case.expect.hits:
                    self.hits[rule].append(name)
                for rule in case.expect.misses:
                    self.misses[rule].append(name)


def problems_of(coverage: Coverage, evidence: Evidence) -> list[str]:
    """Say what is not whole: an answer, reason, rule or case that is not there, a rule with too few cases."""
    said = []
    named = {rule for _, one in coverage.requirements() for rule in one.rules}
    for key, one in coverage.requirements():
        if not (one.rules or one.pages or one.needs):
            said.append(f"{key}: nothing answers it, and no reason is given")
        said += [f"{key}: there is no reason {need}" for need in one.needs if need not in coverage.needs]
        said += [f"{key}: there is no rule {rule}" for rule in one.rules if rule not in evidence.pack_of]
    for number, point in enumerate(coverage.points, 1):
        if not point.cases and not point.needs:
            said.append(f"point {number}: no case shows it, and no reason is given")
        said += [f"point {number}: there is no case {case}" for case in point.cases if case not in evidence.cases]
        said += [f"point {number}: there is no reason {need}" for need in point.needs if need not in coverage.needs]
    owned = {source.pack for source in coverage.sources.values() if source.pack}
    said += [
        f"rule {rule}: no requirement names it"
        for rule, pack in evidence.pack_of.items()
        if pack in owned and rule not in named
    ]
    for rule in sorted(named & evidence.pack_of.keys()):
        for word, found in (("hit", evidence.hits[rule]), ("miss", evidence.misses[rule])):
            if len(found) < LEAST_CASES:
                said.append(f"rule {rule}: {len(found)} cases that {word}")
    return said


def coverage_lines(coverage: Coverage, evidence: Evidence) -> list[str]:
    """Write the page below its head: a summary, then a table of requirements and one of cases for each source."""
    rows = dict(coverage.requirements())
    by_rule = sum(bool(one.rules) for one in rows.values())
    summary = (
        f"{len(rows)} requirements: {by_rule} found by rules in one message, "
        f"{len(rows) - by_rule} not by one message alone."
    )
    lines = [
        summary,
        "",
        "| needs | what one message cannot show |",
        "|---|---|",
        *(f"| {key} | {text} |" for key, text in coverage.needs.items()),
    ]
    for source in coverage.sources.values():
        lines += ["", f"## {source.title}", "", source.document + (f". Pack `{source.pack}`." if source.pack else ".")]
        lines += ["", "| id | asks | rules | not by one message |", "|---|---|---|---|"]
        lines += [_row(key, one) for key, one in source.rows.items()]
        named = dict.fromkeys(rule for one in source.rows.values() for rule in one.rules)
        mine = [rule for rule in named if not source.pack or evidence.pack_of.get(rule) == source.pack]
        if mine:
            lines += ["", "| rule | cases that hit | cases that miss |", "|---|---|---|"]
            lines += [_case_row(rule, evidence) for rule in mine]
    lines += ["", "## Conflicts and points easily missed", "", "| point | shown by cases | not by one message |"]
    lines += ["|---|---|---|"]
    return lines + [f"| {one.title}. | {', '.join(one.cases)} | {', '.join(one.needs)} |" for one in coverage.points]


def _row(key: str, one: Requirement) -> str:
    answers = [f"`{rule}`" for rule in one.rules] + [f"[{page}]({_link(page)})" for page in one.pages]
    reasons = ", ".join(one.needs)
    note = f" {one.note}" if one.note else ""
    return f"| {key} | {one.title}.{note} | {', '.join(answers)} | {reasons} |"


def _link(page: str) -> str:
    """Give the way from docs/ to a page of the repository."""
    return page.removeprefix("docs/") if page.startswith("docs/") else f"../{page}"


def _case_row(rule: str, evidence: Evidence) -> str:
    return f"| `{rule}` | {', '.join(evidence.hits[rule])} | {', '.join(evidence.misses[rule])} |"
