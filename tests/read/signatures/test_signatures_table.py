"""The table of pitfalls in ADR 0012 names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
NAME = re.compile(r"`(test_[a-z0-9_]+)`")


def test_every_pitfall_has_its_test():
    """A row whose test was renamed or removed is a claim nobody checks."""
    table = (ROOT / "docs/adr/0012-second-opinions.md").read_text("utf-8").partition("## Pitfalls")[2]
    files = (ROOT / "tests/read").rglob("test_*.py")
    known = {name for file in files for name in re.findall(r"(?m)^def (test_\w+)", file.read_text("utf-8"))}

    assert [] == sorted(set(NAME.findall(table)) - known)
    assert all("`test_" in row for row in table.splitlines() if row.startswith("| ") and row != "| pitfall | test |")
