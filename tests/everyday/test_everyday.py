"""Everyday mail is delivered and marked secrets are not, but for the mails named as known."""

from __future__ import annotations

from tests.everyday.rows import load
from tests.everyday.trying import GRAVE, Trying, known


def test_every_row_is_well_formed_and_its_id_unique() -> None:
    """Every row has the form the README gives, and no id stands twice."""
    assert len(load()) > 300


def test_no_honest_mail_is_refused_and_no_secret_passes() -> None:
    """The mails judged wrong in a grave way are exactly those that `known.toml` names with a reason."""
    trying = Trying()
    rows = [row for row in load() if trying.can_try(row)]
    wrong = {fault.row["id"]: fault.line for row in rows for fault in trying.faults(row) if fault.fault in GRAVE}
    named = set(known()) & {row["id"] for row in rows}
    assert set(known()) <= {row["id"] for row in load()}, "known.toml names mails that are not there"
    new = [line for name, line in wrong.items() if name not in named]
    assert not new, "\n" + "\n".join(new)
    right = sorted(row["id"] for row in rows if row["id"] in named - set(wrong) and trying.is_settled(row))
    assert not right, f"right now: take them out of known.toml: {right}"
