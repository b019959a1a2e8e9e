"""The whole year: `python -m tests.records.year [--messages 300000] [--seed 14] [--url postgresql://...]`.

Exit 1 when any figure differs from the truth.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from gateway.edge.registry.files import load_registry
from gateway.records.reading.ledgers import FolderLedger
from gateway.records.reading.sync import rebuild
from gateway.records.roster import Roster
from gateway.records.store.opening import open_store
from tests.records.year.comparing import PERIODS, differences
from tests.records.year.letters import Maker
from tests.records.year.offices import OFFICES, registry_text
from tests.records.year.paper import Book
from tests.records.year.reports import report_differences
from tests.records.year.truth import Truth
from tests.records.year.writing import write_year

SHOWN = 20


def _said(what, since):
    sys.stdout.write(f"{time.perf_counter() - since:7.1f} s  {what}\n")
    sys.stdout.flush()


def main():
    """Draw, write, read, compare."""
    parser = argparse.ArgumentParser(prog="python -m tests.records.year", description=__doc__)
    parser.add_argument("--messages", type=int, default=300_000)
    parser.add_argument("--seed", type=int, default=14)
    parser.add_argument("--url", default="")
    arguments = parser.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="congthu-year-") as name:
        folder = Path(name)
        year = Maker(arguments.messages, arguments.seed).make()
        _said(f"{len(year.mails)} messages, {len(year.secrets)} secrets of {len(OFFICES)} agencies drawn", start)
        folders = write_year(year, folder)
        _said("ledgers of two nodes written", start)
        store = open_store(arguments.url or f"sqlite:///{folder}/records.db")
        report = rebuild(store, [FolderLedger(one) for one in folders])
        _said(f"{report.records} records of {report.files} files read and counted", start)
        (folder / "agencies.toml").write_text(registry_text(), "utf-8")
        registry, truth = load_registry([folder / "agencies.toml"]), Truth(year, OFFICES)
        truth.book = Book(truth)
        truth.book.enter(store)
        with store.begin() as connection:
            *wrong, (compared, _, _) = differences(connection, Roster(registry), truth)
            _said(f"{compared} figures compared with the truth", start)
            for period in PERIODS:
                *more, (cells, _, _) = report_differences(connection, registry, truth, period)
                wrong, compared = wrong + more, compared + cells
        store.dispose()
    for what, counted, true in wrong[:SHOWN]:
        sys.stdout.write(f"{what}: counted {counted}, true {true}\n")
    _said(f"{compared} figures and cells of reports compared with the truth, {len(wrong)} differ", start)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
