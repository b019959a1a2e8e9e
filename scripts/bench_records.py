"""How long the records take: ledgers of N records rebuilt from nothing, and a month asked for.

Usage: .venv/bin/python scripts/bench_records.py [--records 10000000] [--folder DIR] [--url postgresql://...]
Half of the records are intents with one document to two agencies, half their outcomes; sixty agencies, two nodes, a
year. The ledgers stay in the folder when one is named, and are used again.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import hashlib
import resource
import sqlite3
import tempfile
import time
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.edge.ledger.files import INSERT, NO_HASH, SCHEMA, encode, link
from gateway.edge.registry.files import load_registry
from gateway.records.figures.agencies import period_figures
from gateway.records.figures.caveats import find_caveats
from gateway.records.figures.series import lower_bounds
from gateway.records.reading.ledgers import FolderLedger
from gateway.records.reading.sync import rebuild
from gateway.records.roster import Roster
from gateway.records.store.opening import open_store
from gateway.values.ledger import DocumentEntry, DocumentId, Intent, Matter, Opened, Outcome, Party, Recipient, RuleHit
from gateway.values.period import parse_period
from gateway.values.zone import VIETNAM, day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Engine

AGENCIES = 60
RECORDS_A_FILE = 200_000
START = int(dt.datetime(2026, 1, 1, 7, tzinfo=VIETNAM).timestamp()) * 1_000_000
YEAR_US = 364 * 86_400_000_000
TYPES = ("cong_van", "quyet_dinh", "bao_cao", "to_trinh", "thong_bao")
MAILBOXES = [hashlib.sha256(bytes([number])).hexdigest()[:16] for number in range(AGENCIES)]


def messages(first: int, count: int, total: int) -> Iterator[bytes]:
    """Make octets of records of some messages of the year, an intent and its outcome each; every eighth is a resend."""
    day = b""
    for number in range(first, first + count):
        at_us = START + number * YEAR_US // total
        if not day or number % 500 == 0:
            day = day_of(at_us).isoformat().encode()
        letter = number - 7 if number % 8 == 7 else number
        digest = hashlib.sha256(letter.to_bytes(8, "big")).hexdigest().encode()
        form = pattern(letter % AGENCIES, number % 50, number % 3)
        yield form % (number, at_us, letter // AGENCIES + 1, digest, day)
        yield OUTCOME % (number, at_us + 400_000)


OUTCOME = encode(Outcome("T%012d", 0, "delivered", 250)).replace(b'"at_us":0', b'"at_us":%d')


@cache
def pattern(agency: int, other: int, rules: int) -> bytes:
    """Encode an intent with places for transaction, time, number, digest and day: encoding each would take longer."""
    form, signature = ("signed", "pass") if agency % 4 else ("scan", "none")
    document = DocumentEntry(
        DocumentId(f"so-{agency}", "%d", f"SO{agency}-VP", 2026, "%b"), TYPES[agency % 5], "none", "%b", form,
        signature,
        is_official=True, is_own=True,
    )  # fmt: skip
    recipients = tuple(
        Recipient(f"so-{(agency + step) % AGENCIES}", "own", "agency", ("act",)) for step in (1, 2 + other)
    )
    intent = Intent(
        transaction_id="T%012d", at_us=0, matter=Matter(Party(f"so-{agency}", "own", "agency", MAILBOXES[agency]),
        recipients, (document,)), identity="verified", direction="internal",
        tags=("chi-dien-tu",) if agency % 5 == 2 else (), rules=() if rules else (RuleHit("NAT-8", "observed"),),
        disposition="tag", generation=1,
    )  # fmt: skip
    return encode(intent).replace(b'"at_us":0', b'"at_us":%d')


def write_ledgers(folder: Path, records: int) -> None:
    """Write the ledgers of two nodes in files of 200,000 records."""
    total = records // 2
    share = total // 2
    for node in range(2):
        below = folder / f"gw-{node}"
        below.mkdir(parents=True)
        written, part, previous = 0, 1, ("", "")
        while written < share:
            count = min(RECORDS_A_FILE // 2 - 1, share - written)
            name = f"gw-{node}_congthu_2026-01_{part:03}.sqlite"
            head = write_file(below / name, node, previous, messages(node * share + written, count, total))
            previous, written, part = (name, head), written + count, part + 1


def write_file(path: Path, node: int, previous: tuple[str, str], records: Iterable[bytes]) -> str:
    """Write one file; give its last hash in hex."""
    head = NO_HASH

    def rows() -> Iterator[tuple[int, bytes, bytes]]:
        nonlocal head
        first = Opened(START, f"gw-{node}", "congthu", START, *previous)
        for seq, body in enumerate(chain((encode(first),), records), 1):
            head = link(head, seq, body)
            yield seq, body, head

    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.executescript(SCHEMA)
        database.execute("BEGIN")
        database.executemany(INSERT, rows())
        database.execute("COMMIT")
    return head.hex()


def main() -> None:
    """Write, rebuild, ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--url", default="")
    arguments = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = arguments.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="congthu-bench-")))
        if not (folder / "gw-0").exists():
            began = time.perf_counter()
            write_ledgers(folder, arguments.records)
            print(f"{time.perf_counter() - began:8.1f} s  {arguments.records} records written", flush=True)
        database = folder / "records.db"
        database.unlink(missing_ok=True)
        store = open_store(arguments.url or f"sqlite:///{database}")
        began, used = time.perf_counter(), time.process_time()
        report = rebuild(store, [FolderLedger(folder / f"gw-{node}") for node in range(2)])
        took = time.perf_counter() - began
        print(f"{took:8.1f} s  {report.records} records rebuilt, {report.records / took:,.0f} a second,"
              f" {time.process_time() - used:.1f} s of processor", flush=True)  # fmt: skip
        print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:8.2f} GB  largest resident memory")
        if database.exists():
            print(f"{database.stat().st_size / 1e9:8.2f} GB  store")
        (folder / "agencies.toml").write_text("".join(f'[[agency]]\nid = "so-{n}"\n' for n in range(AGENCIES)), "utf-8")
        ask(store, Roster(load_registry([folder / "agencies.toml"])))
        store.dispose()


def ask(store: Engine, roster: Roster) -> None:
    """Time what a monthly report asks."""
    for name in ("2026-10", "2026"):
        period = parse_period(name)
        with store.begin() as connection:
            began = time.perf_counter()
            figures = period_figures(connection, roster, period)
            lower_bounds(connection, period)
            middle = time.perf_counter()
            find_caveats(connection, roster, now_us=START + 2 * YEAR_US, period=period)
            print(f"{middle - began:8.3f} s  figures and lower bounds of {name}: {figures.total.issued} documents;"
                  f" caveats {time.perf_counter() - middle:.3f} s")  # fmt: skip


if __name__ == "__main__":
    main()
