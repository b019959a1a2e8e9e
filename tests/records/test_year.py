"""A made-up year: every figure of every month, quarter, half and the whole equals what is true of it.

The same year at its full size: `python -m tests.records.year --messages 300000`.
"""

from __future__ import annotations

import datetime as dt

import pytest

from gateway.edge.registry.files import load_registry
from gateway.records.figures.caveats import find_caveats
from gateway.records.reading.ledgers import FolderLedger
from gateway.records.reading.sync import rebuild, sync
from gateway.values.zone import VIETNAM
from tests.records.making import roster
from tests.records.year.comparing import PERIODS, differences
from tests.records.year.letters import Maker
from tests.records.year.offices import OFFICES, registry_text
from tests.records.year.paper import Book
from tests.records.year.reports import report_differences
from tests.records.year.truth import Truth
from tests.records.year.writing import lost_of, write_year

MESSAGES = 2_500
AFTERWARDS = int(dt.datetime(2026, 1, 5, tzinfo=VIETNAM).timestamp()) * 1_000_000


@pytest.fixture(scope="module")
def year():
    """Draw one year for all tests here."""
    return Maker(MESSAGES, seed=14).make()


@pytest.fixture(scope="module")
def folders(year, tmp_path_factory):
    """Write its ledgers."""
    return write_year(year, tmp_path_factory.mktemp("year"))


@pytest.fixture
def living(tmp_path):
    """Give the registry of the year."""
    return roster(tmp_path, registry_text())


def wrong(store, living, truth, periods=PERIODS):
    """List what is counted otherwise than it is."""
    with store.begin() as connection:
        *found, (compared, _, _) = differences(connection, living, truth, periods)
    assert compared > 1_000 * len(periods)
    return found


def test_every_figure_equals_the_truth(store, year, folders, living):
    """Resends, corrections, recalls, secrets, mergers, two nodes, a clock a day ahead, a ledger lost for a day."""
    sync(store, [FolderLedger(folder) for folder in folders])

    assert wrong(store, living, Truth(year, OFFICES)) == []


def test_paper_is_counted_as_it_was_entered_and_announced(store, year, folders, living):
    """Savings and pairs, with the paper books of every third office whole."""
    sync(store, [FolderLedger(folder) for folder in folders])
    truth = Truth(year, OFFICES)
    truth.book = Book(truth)
    truth.book.enter(store)

    assert wrong(store, living, truth, ("2025", "2025-H1", "2025-05", "2025-11")) == []
    assert any(counts[2] for counts in truth.book.paperless(dt.date(2025, 1, 1), dt.date(2025, 12, 31)).values())


def test_reports_say_what_is_true(store, year, folders, tmp_path):
    """Cells of agencies, totals, zero-senders, missing and disputed numbers, recalls: as readers see them."""
    sync(store, [FolderLedger(folder) for folder in folders])
    (tmp_path / "agencies.toml").write_text(registry_text(), "utf-8")
    registry, truth = load_registry([tmp_path / "agencies.toml"]), Truth(year, OFFICES)

    with store.begin() as connection:
        for name in ("2025-04", "2025-Q3", "2025"):
            *found, (compared, _, _) = report_differences(connection, registry, truth, name)
            assert (found, compared > 500) == ([], True)


def test_a_file_that_comes_late_makes_the_same_figures(store, year, folders, living, tmp_path):
    """First without May of one node, with a caveat; then with it, and again from nothing."""
    late = next(folders[1].glob("*_2025-05_*"))
    late.rename(tmp_path / late.name)
    sync(store, [FolderLedger(folder) for folder in folders])
    with store.begin() as connection:
        before = {one.kind for one in find_caveats(connection, living, now_us=AFTERWARDS)}
    (tmp_path / late.name).rename(late)
    sync(store, [FolderLedger(folder) for folder in reversed(folders)])

    assert "ledger_missing" in before
    assert wrong(store, living, Truth(year, OFFICES), ("2025", "2025-05", "2025-06")) == []
    rebuild(store, [FolderLedger(folder) for folder in folders])
    assert wrong(store, living, Truth(year, OFFICES), ("2025", "2025-05", "2025-06")) == []


def test_what_speaks_against_the_year_is_named(store, year, folders, living):
    """The clock that was set back, the day the disk was full, the outcomes nobody knows; and nothing else."""
    sync(store, [FolderLedger(folder) for folder in folders])

    with store.begin() as connection:
        found = find_caveats(connection, living, now_us=AFTERWARDS)
    assert {one.kind for one in found} == {"ledger_gap", "clock_set_back", "outcome_unknown"}
    assert sum(one.count for one in found if one.kind == "ledger_gap") == lost_of(year) > 0
