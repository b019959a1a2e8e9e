"""Ledgers of tests: records as a gateway makes them, a writer in a loop, and what stands in a folder."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections import Counter
from typing import TYPE_CHECKING

from gateway.edge.ledger.reader import Damage, Kept, read_ledger
from gateway.edge.ledger.settings import LedgerSettings
from gateway.edge.ledger.tail import Tail
from gateway.edge.ledger.writer import LedgerWriter, Told, kind_of
from gateway.values.ledger import DocumentEntry, DocumentId, Intent, Matter, Opened, Outcome, Party, Recipient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from gateway.values.ledger import Record

NODE, INSTANCE = "gw.thunghiem.example", "congthu"
CHAIN = f"{NODE}_{INSTANCE}"
PATIENCE_S = 20.0
AT_US = 1_796_000_000_000_000
"""30 November 2026."""


def intent(number: int, at_us: int = AT_US) -> Intent:
    """An everyday record: one document to three agencies."""
    document = DocumentEntry(DocumentId("so-a", str(number), "SA-VP", 2026, f"{number:064x}"), "cong_van")
    recipients = tuple(Recipient(f"so-{one}", "own", "agency", ("act",)) for one in "bcd")
    return Intent(
        transaction_id=f"t{number}", at_us=at_us, matter=Matter(Party("so-a", "own", "agency"), recipients, (document,))
    )


def outcome(number: int) -> Outcome:
    """The record behind it."""
    return Outcome(f"t{number}", AT_US, "delivered", 250)


def opened(at_us: int = AT_US) -> Opened:
    """What a process begins with."""
    return Opened(at_us, NODE, INSTANCE, at_us)


class Hearing:
    """Everything a writer told, added up."""

    def __init__(self) -> None:
        self.all: list[Told] = []
        self._news = asyncio.Event()

    def __call__(self, told: Told) -> None:
        """Hear one."""
        self.all.append(told)
        self._news.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something the thread does and tells."""
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                self._news.clear()
                await self._news.wait()

    def has_written_all(self, writer: LedgerWriter) -> bool:
        """Tell whether it writes again, and the last thing it told of was a commit of everything."""
        return not writer.trouble and not writer.waiting and self.all[-1].seconds > 0

    @property
    def written(self) -> Counter[str]:
        """Records by kind."""
        return sum((one.counts for one in self.all), Counter())

    @property
    def lost(self) -> Counter[str]:
        """Records lost by reason."""
        return sum((one.lost for one in self.all), Counter())

    @property
    def troubles(self) -> set[str]:
        """Reasons it ever told."""
        return {one.trouble for one in self.all} - {""}


@contextlib.asynccontextmanager
async def writing(
    folder: Path, told: Hearing | None = None, *, instance: str = INSTANCE, **settings: object
) -> AsyncIterator[LedgerWriter]:
    """A writer that ends with the block."""
    writer = LedgerWriter(LedgerSettings(folder=str(folder), **settings), NODE, instance, told or Hearing())
    try:
        yield writer
    finally:
        await writer.close()


def write_chain(folder: Path, *months: tuple[str, list[Record]]) -> None:
    """Write files month by month, as one process would."""
    tail = Tail(folder, CHAIN, is_synced=False)
    for place, (month, records) in enumerate(months):
        at_us = getattr(records[0], "at_us", AT_US) if records else AT_US
        tail.turn_over(month, opened(at_us)) if place else tail.open(month, opened(at_us))
        if records:
            tail.append(records)
    tail.finish()
    tail.close()


def kept(folder: Path) -> list[Kept]:
    """All good records of a folder."""
    return [found for found in read_ledger(folder) if isinstance(found, Kept)]


def kinds(folder: Path) -> Counter[str]:
    """Count them by kind."""
    return Counter(kind_of(one.record) for one in kept(folder))


def damages(folder: Path) -> list[Damage]:
    """All that is damaged."""
    return [found for found in read_ledger(folder) if isinstance(found, Damage)]


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Another program holds the file for writing, as a backup may."""
    (file,) = folder.glob("*.sqlite")
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@contextlib.asynccontextmanager
async def locked_out(folder: Path, writer: LedgerWriter, told: Hearing) -> AsyncIterator[None]:
    """Have a writer know that somebody else holds its folder: one intent is written, and one was kept since."""
    await writer.keep(intent(0))
    with held(folder):
        await writer.keep(intent(1))
        await told.until(lambda: writer.trouble == "locked")
        yield


def start_again(folder: Path) -> None:
    """Start the process anew and end it in order."""

    async def story() -> None:
        async with writing(folder):
            pass

    asyncio.run(story())


def numbers(folder: Path) -> list[int]:
    """Give the intents of a ledger in order."""
    return [int(one.record.transaction_id[1:]) for one in kept(folder) if isinstance(one.record, Intent)]


def note_sizes(folder: Path) -> dict[str, int]:
    """Give the files of notes in a folder, with their octets."""
    return {one.name: one.stat().st_size for one in folder.glob("*.ahead-*")}
