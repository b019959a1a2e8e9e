"""Notes of the writer: where they lie, what bounds them, and that none is lost or written twice while a disk fails."""

from __future__ import annotations

import asyncio
import os
import resource
from typing import TYPE_CHECKING

import pytest

from gateway.edge.ledger import writer as writer_module
from gateway.edge.ledger.ahead import Ahead
from gateway.edge.ledger.writer import MAX_BATCH, MAX_WAITING
from tests.support.ledgers import (
    CHAIN,
    Hearing,
    damages,
    intent,
    kinds,
    locked_out,
    note_sizes,
    numbers,
    outcome,
    start_again,
    writing,
)

if TYPE_CHECKING:
    from pathlib import Path

    from gateway.edge.ledger.writer import LedgerWriter, Told

pytestmark = pytest.mark.usefixtures("memory")


def test_without_memory_mail_waits_for_the_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No note lies beside the ledger, where a disk that hangs would hold up the event loop, and so all mail."""
    monkeypatch.delenv("RUNTIME_DIRECTORY")
    told = Hearing()

    async def story() -> None:
        async with writing(tmp_path, told) as writer:
            for number in range(3):
                assert await writer.keep(intent(number))
                assert told.written["intent"] == number + 1
            assert note_sizes(tmp_path) == {}

    asyncio.run(story())
    assert numbers(tmp_path) == [0, 1, 2]


def leave_notes(memory: Path, count: int) -> None:
    """Note as a process does that is killed before any commit."""
    ahead = Ahead(memory, CHAIN)
    ahead.begin()
    assert all(ahead.note(number + 1, intent(number)) for number in range(count))
    (file,) = memory.iterdir()
    octets = file.read_bytes()
    ahead.close()
    file.write_bytes(octets)


def test_notes_of_a_killed_process_are_written_once_whatever_fails(tmp_path: Path, memory: Path) -> None:
    """No room for them at several tries: then each is there once and in order, before what came meanwhile."""
    start_again(tmp_path)
    leave_notes(memory, 3 * MAX_BATCH)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    told = Hearing()

    async def story() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, hard))
        try:
            async with writing(tmp_path, told) as writer:
                assert not await writer.keep(intent(3 * MAX_BATCH))
                await told.until(lambda: sum(one.trouble == "full" for one in told.all) > 3)
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
                await told.until(lambda: told.has_written_all(writer))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    asyncio.run(story())
    assert numbers(tmp_path) == [*range(3 * MAX_BATCH + 1)]
    assert damages(tmp_path) == []
    assert list(memory.iterdir()) == []


def test_what_memory_does_not_hold_is_not_noted_either(tmp_path: Path, memory: Path) -> None:
    """Nothing can be committed for long: beyond the bound of records the file of notes does not grow."""
    told = Hearing()

    async def story() -> None:
        async with writing(tmp_path, told) as writer, locked_out(tmp_path, writer, told):
            for number in range(MAX_WAITING + 10):
                writer.post(outcome(number))
            before = note_sizes(memory)
            assert not await writer.keep(intent(2))
            assert note_sizes(memory) == before

    asyncio.run(story())


def test_a_nearly_full_disk_is_told_once_and_takes_what_it_can(tmp_path: Path) -> None:
    """Each try opens the file and finds no room for what waits: that is one trouble, until something was committed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    told = Hearing()

    async def story() -> None:
        async with writing(tmp_path, told) as writer:
            await writer.keep(intent(0))
            await told.until(lambda: told.has_written_all(writer))
            resource.setrlimit(resource.RLIMIT_FSIZE, (90_000, hard))
            try:
                for number in range(1, MAX_BATCH):
                    await writer.keep(intent(number))
                await told.until(lambda: writer.trouble == "full")
                begun = len(told.all)
                await told.until(lambda: told.written["intent"] > 1)
                flaps = [one for one in told.all[begun:] if not one.trouble and not one.counts["intent"]]
                assert flaps == []
                assert not any(one.opened for one in told.all[begun:-1])
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            await told.until(lambda: told.has_written_all(writer))

    asyncio.run(story())
    assert numbers(tmp_path) == [*range(MAX_BATCH)]
    assert damages(tmp_path) == []


def test_a_disk_that_hangs_is_told(tmp_path: Path, memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread does not come back from the system (here from a pipe nobody writes to): told while it hangs."""
    monkeypatch.setattr(writer_module, "SLOW_S", 0.3)
    pipe = memory / f"{CHAIN}.ahead-00000000"
    os.mkfifo(pipe)
    told = Hearing()

    async def story() -> None:
        async with writing(tmp_path, told) as writer:
            try:
                writer.post(outcome(0))
                await told.until(lambda: writer.trouble == "slow")
                assert not await writer.keep(intent(1))
            finally:
                os.close(os.open(pipe, os.O_RDWR | os.O_NONBLOCK))
                pipe.write_bytes(b"")
            await told.until(lambda: told.has_written_all(writer))

    asyncio.run(story())
    assert told.troubles == {"slow"}
    assert kinds(tmp_path) == {"opened": 1, "outcome": 1, "intent": 1}


class Load(Hearing):
    """For every record written two more come, so that something always waits."""

    writer: LedgerWriter | None = None

    def __call__(self, told: Told) -> None:
        """Hear one, and go on."""
        super().__call__(told)
        for number in range(2 * told.counts["outcome"] if self.writer is not None else 0):
            self.writer.post(outcome(number))


def test_under_steady_load_notes_still_turn(tmp_path: Path, memory: Path) -> None:
    """A file of notes that grew while something always waited would end only with the load."""
    told = Load()

    async def story() -> None:
        async with writing(tmp_path, told) as writer:
            async with locked_out(tmp_path, writer, told):
                await writer.keep(intent(2))
                for number in range(MAX_WAITING // 2):
                    writer.post(outcome(number))
                before = set(note_sizes(memory))
                told.writer = writer
            try:
                await told.until(lambda: bool(set(note_sizes(memory)) - before))
                assert writer.waiting
            finally:
                told.writer = None

    asyncio.run(story())
    assert damages(tmp_path) == []
