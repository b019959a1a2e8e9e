"""docs/interoperability.md holds a row for each program that is tried and a column for each trial."""

from __future__ import annotations

from tests.interop.__main__ import BEFORE, BEHIND, REPORTING, SPREADING
from tests.interop.proxies import WAYS
from tests.interop.tables import BEFORE as FRONT
from tests.interop.tables import BEGIN, END, KNOWN, PAGE, Row, surprises
from tests.interop.tables import BEHIND as BACK
from tests.interop.trials import TRIALS


def rows():
    """Give the cells of every row between the marks."""
    text = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_program_and_trial_has_its_place():
    """The page is renewed when a program or a trial comes or goes."""
    heads = [FRONT, *(one.name for one in BEFORE), BACK, *(one.name for one in BEHIND)]
    found = rows()

    for more in (SPREADING, REPORTING):
        heads += [found[len(heads)][0], *(one.name for one in more)]
    heads += [found[len(heads)][0], *(name for name, _package in WAYS.values())]
    assert heads == [row[0] for row in found]
    assert [trial.title for trial in TRIALS] == found[0][2:] == found[len(BEFORE) + 1][2:]


def test_every_cell_is_ok_or_explained():
    """What differs has its reason in the page, and nothing unexplained is published."""
    reasons = set(KNOWN.values()) | {"ok"}

    assert [
        cell
        for row in rows()
        if row[0] not in {FRONT, BACK} and len(row) > 4
        for cell in row[2:]
        if cell not in reasons
    ] == []


def test_only_the_unknown_is_a_surprise():
    """A difference without a reason is looked into, and so is a reason that no longer holds."""
    (table, name, title), _ = next(iter(KNOWN.items()))
    as_known, better = Row(name, "1", {title: "sent without TLS"}), Row(name, "1", {title: "ok"})
    worse = Row("x", "1", {title: "body changed"})

    assert table == FRONT
    assert surprises([as_known], []) == []
    assert [f"{name} {FRONT}, {title}: ok", f"x {BACK}, {title}: body changed"] == surprises([better], [worse])
