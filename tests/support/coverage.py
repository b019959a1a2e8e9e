"""The coverage file and the cases of all shipped packs, as the script and the drift test read them."""

from __future__ import annotations

from gateway.judge.cases import parse_case
from gateway.judge.coverage import Evidence, parse_coverage
from tests.support.judging import PACKS, POLICIES

COVERAGE = parse_coverage((POLICIES / "coverage.toml").read_text("utf-8"), "coverage.toml")


def evidence() -> Evidence:
    """Read every case of every pack."""
    cases = {
        pack.id: {
            file.name.removesuffix(".verdict.json"): parse_case(file.read_text("utf-8"), file.name)
            for file in sorted((POLICIES / pack.id / "cases").glob("*.verdict.json"))
        }
        for pack in PACKS
    }
    return Evidence(cases, PACKS)
