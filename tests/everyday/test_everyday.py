"""Everyday mail is delivered and marked secrets are not, but for the mails named as known.

A scan takes as long as thirty other mails. Of those that nothing speaks against one in `_ONE_OF` is judged here, and all
of them by `make everyday`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.everyday.rows import load
from tests.everyday.trying import GRAVE, Trying, has_scan, known

if TYPE_CHECKING:
    from tests.everyday.rows import Row

_ONE_OF = 3
_PARTS = 6
"""For as many processes as tests are run in."""


@cache
def trying() -> Trying:
    """Make the province once."""
    return Trying()


@cache
def chosen() -> tuple[Row, ...]:
    """Give the mails judged here: scans first, so that the parts are alike."""
    rows = [row for row in load() if trying().can_try(row)]
    plain = [row for row in rows if has_scan(row) and row["expect"] == "deliver" and row["id"] not in known()]
    left_out = {row["id"] for place, row in enumerate(plain) if place % _ONE_OF}
    return tuple(sorted((row for row in rows if row["id"] not in left_out), key=has_scan, reverse=True))


def test_every_row_is_well_formed_and_its_id_unique() -> None:
    """Every row has the form the README gives, no id stands twice, and what is known is there."""
    rows = load()

    assert len(rows) > 300
    assert set(known()) <= {row["id"] for row in rows}, "known.toml names mails that are not there"


@pytest.mark.parametrize("part", range(_PARTS))
def test_no_honest_mail_is_refused_and_no_secret_passes(part: int) -> None:
    """The mails judged wrong in a grave way are exactly those that `known.toml` names with a reason."""
    rows = chosen()[part::_PARTS]
    wrong = {fault.row["id"]: fault.line for row in rows for fault in trying().faults(row) if fault.fault in GRAVE}
    named = set(known()) & {row["id"] for row in rows}
    new = [line for name, line in wrong.items() if name not in named]
    assert not new, "\n" + "\n".join(new)
    right = sorted(row["id"] for row in rows if row["id"] in named - set(wrong) and trying().is_settled(row))
    assert not right, f"right now: take them out of known.toml: {right}"
