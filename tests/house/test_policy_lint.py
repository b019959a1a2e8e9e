"""The shipped packs pass their own lint: whoever adds a rule sees here what it lacks."""

from __future__ import annotations

import datetime as dt

from gateway.commands.checking import shipped_packs
from gateway.commands.lint.run import lint_files


def test_the_shipped_packs_are_clean():
    """Every rule can hit, none is covered by a stricter one, and its words reach their reader."""
    assert [] == [str(one) for one in lint_files(shipped_packs(()), dt.date(2026, 11, 23))]
