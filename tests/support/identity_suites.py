"""Public suites of identity: what each case gave, held against the deviations that are known and explained."""

from __future__ import annotations

import tomllib
from typing import NamedTuple

from tests.support.tree import ROOT

DEVIATIONS = ROOT / "tests" / "support" / "identity_deviations.toml"
"""Table `deviation`: suite, case, got, reason."""


class Outcome(NamedTuple):
    """One case of a suite."""

    suite: str
    """Name of the file it comes from."""
    case: str
    wanted: tuple[str, ...]
    """Results the suite allows, the one it prefers first."""
    got: str


class Report(NamedTuple):
    """Outcomes of all cases of all suites, sorted out."""

    cases: dict[str, int]
    """By suite."""
    alternatives: list[Outcome]
    """Allowed by the suite, yet not what it prefers."""
    explained: list[tuple[Outcome, str]]
    """Deviations that are known, with the reason."""
    unexplained: list[Outcome]
    obsolete: list[tuple[str, str]]
    """Suite and case of known deviations that no longer deviate, or deviate otherwise."""

    @property
    def is_clean(self):
        """Tell whether something was run, and nothing is left to explain or to forget."""
        return bool(self.cases) and not self.unexplained and not self.obsolete


def known_deviations(file):
    """Read the known deviations: (suite, case) to (got, reason)."""
    rows = tomllib.loads(file.read_text("utf-8")).get("deviation", [])
    return {(row["suite"], row["case"]): (row["got"], row["reason"]) for row in rows}


def report_on(outcomes, known):
    """Sort outcomes out; of suites that were not run, nothing is obsolete."""
    report = Report({}, [], [], [], [])
    explained = set()
    for outcome in outcomes:
        key = (outcome.suite, outcome.case)
        report.cases[outcome.suite] = report.cases.get(outcome.suite, 0) + 1
        got, reason = known.get(key, ("", ""))
        if outcome.got in outcome.wanted:
            if outcome.got != outcome.wanted[0]:
                report.alternatives.append(outcome)
        elif outcome.got == got:
            report.explained.append((outcome, reason))
            explained.add(key)
        else:
            report.unexplained.append(outcome)
    report.obsolete.extend(key for key in known if key[0] in report.cases and key not in explained)
    return report
