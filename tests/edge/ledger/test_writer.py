"""The writer: what is kept is written, and nothing that a disk does makes mail wait for long."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from gateway.edge.ledger.writer import MAX_WAITING
from gateway.values.ledger import Gap, Opened
from tests.support.ledgers import (
    CHAIN,
    Hearing,
    damages,
    held,
    intent,
    kept,
    kinds,
    locked_out,
    note_sizes,
    numbers,
    outcome,
    start_again,
    writing,
)
from tests.support.tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("memory")

ENOUGH_S = 2.0
"""More than `longest_wait_ms`, and far less than anything that hangs."""


def spoil(folder: Path) -> None:
    """Overwrite the beginning of the one file."""
    (file,) = folder.glob("*.sqlite")
    octets = bytearray(file.read_bytes())
    octets[:4096] = b"\xff" * 4096
    file.write_bytes(octets)


def remove_all(folder: Path) -> None:
    """Clean the folder as somebody does who needs room."""
    for file in folder.glob("*.sqlite*"):
        file.unlink()


def test_what_was_kept_is_there_in_order(tmp_path: Path) -> None:
    """Intents that were waited for and outcomes nobody waits for stand behind `Opened`, each once; the chain holds."""

    async def story() -> None:
        async with writing(tmp_path) as writer:
            for number in range(20):
                assert await writer.keep(intent(number))
                writer.post(outcome(number))

    asyncio.run(story())
    records = [one.record for one in kept(tmp_path)]
    assert isinstance(records[0], Opened)
    assert [one for one in records if one.__class__.__name__ == "Intent"] == [intent(number) for number in range(20)]
    assert kinds(tmp_path) == {"opened": 1, "intent": 20, "outcome": 20}
    assert damages(tmp_path) == []


def test_intents_of_many_sessions_share_a_commit(tmp_path: Path) -> None:
    """A hundred at once take a few commits, and everybody hears of his."""
    told = Hearing()

    async def story() -> None:
        async with writing(tmp_path, told) as writer:
            assert all(await asyncio.gather(*(writer.keep(intent(number)) for number in range(100))))

    asyncio.run(story())
    assert told.written["intent"] == 100
    assert sum(1 for one in told.all if one.counts["intent"]) < 10


def test_a_next_start_goes_on_in_the_same_file(tmp_path: Path) -> None:
    """One file a month, whatever the number of starts; each start is told."""
    for number in range(3):

        async def story(number: int = number) -> None:
            async with writing(tmp_path) as writer:
                await writer.keep(intent(number))

        asyncio.run(story())
    assert len(list(tmp_path.glob("*.sqlite"))) == 1
    assert kinds(tmp_path) == {"opened": 3, "intent": 3}
    assert damages(tmp_path) == []


@pytest.mark.parametrize("is_synced", [False, True])
def test_a_locked_file_keeps_nobody_waiting_and_loses_nothing(tmp_path: Path, *, is_synced: bool) -> None:
    """Mail goes on, where commits are waited for after a moment; when the lock is gone everything is written."""
    told = Hearing()

    async def story() -> None:
        async with writing(tmp_path, told, is_synced=is_synced) as writer:
            await writer.keep(intent(0))
            with held(tmp_path):
                began = time.monotonic()
                assert await writer.keep(intent(1)) is not is_synced
                assert time.monotonic() - began < ENOUGH_S
                await told.until(lambda: writer.trouble == "locked")
                began = time.monotonic()
                for number in range(2, 52):
                    assert await writer.keep(intent(number)) is not is_synced
                assert time.monotonic() - began < ENOUGH_S
            await told.until(lambda: told.has_written_all(writer))
            assert await writer.keep(intent(52))

    asyncio.run(story())
    assert told.troubles == {"locked"}
    assert kinds(tmp_path)["intent"] == 53
    assert not kinds(tmp_path)["gap"]
    assert damages(tmp_path) == []


def test_what_memory_does_not_hold_is_counted_in_a_gap(tmp_path: Path) -> None:
    """Beyond the bound records are lost: told at once, and written as one record when that is possible again."""
    told = Hearing()

    async def story() -> None:
        async with writing(tmp_path, told) as writer:
            async with locked_out(tmp_path, writer, told):
                for number in range(MAX_WAITING + 100):
                    writer.post(outcome(number))
                assert told.lost["locked"] >= 99
            await told.until(lambda: told.has_written_all(writer))
            await writer.keep(intent(2))

    asyncio.run(story())
    (gap,) = [one.record for one in kept(tmp_path) if isinstance(one.record, Gap)]
    assert (gap.count, gap.reason) == (told.lost["locked"], "locked")
    assert gap.from_us <= gap.to_us
    assert kinds(tmp_path)["outcome"] == MAX_WAITING + 100 - gap.count
    assert damages(tmp_path) == []


def test_a_full_disk_is_got_over(tmp_path: Path) -> None:
    """The system takes no more octets: mail goes on, and once there is room everything is written."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    told = Hearing()

    async def story() -> None:
        async with writing(tmp_path, told) as writer:
            await writer.keep(intent(0))
            resource.setrlimit(resource.RLIMIT_FSIZE, (16_384, hard))
            try:
                for number in range(1, 200):
                    await writer.keep(intent(number))
                await told.until(lambda: writer.trouble == "full")
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            await told.until(lambda: told.has_written_all(writer))
            assert await writer.keep(intent(200))

    asyncio.run(story())
    numbers = sorted(int(one.record.transaction_id[1:]) for one in kept(tmp_path) if hasattr(one.record, "matter"))
    assert numbers == list(range(201))
    assert damages(tmp_path) == []


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    """What stands in its place is a file: told as trouble, and taken up as soon as the folder is there."""
    folder = tmp_path / "ledger"
    folder.write_text("")

    told = Hearing()

    async def story() -> None:
        async with writing(folder, told) as writer:
            assert not await writer.keep(intent(0))
            await told.until(lambda: writer.trouble == "read_only")
            folder.unlink()
            await told.until(lambda: told.has_written_all(writer))

    asyncio.run(story())
    assert kinds(folder)["intent"] == 1


def test_a_damaged_file_is_left_and_another_one_begun(tmp_path: Path) -> None:
    """Records go on in the next part, whatever happened to the file of the month."""
    told = Hearing()

    async def story() -> None:
        async with writing(tmp_path, told) as writer:
            await writer.keep(intent(0))
        spoil(tmp_path)
        async with writing(tmp_path, told) as writer:
            await told.until(lambda: not writer.trouble)
            await writer.keep(intent(1))
            await told.until(lambda: told.written["intent"] == 2)

    asyncio.run(story())
    assert sorted(one.name[-10:] for one in tmp_path.glob("*.sqlite")) == ["001.sqlite", "002.sqlite"]
    assert [one.record for one in kept(tmp_path) if hasattr(one.record, "matter")] == [intent(1)]


def test_a_removed_file_takes_no_more_records(tmp_path: Path) -> None:
    """Whoever cleans the folder while we run loses what was there, and nothing that comes after it."""
    told = Hearing()

    async def story() -> None:
        async with writing(tmp_path, told) as writer:
            await writer.keep(intent(0))
            remove_all(tmp_path)
            await told.until(lambda: told.written["opened"] == 2)
            await writer.keep(intent(1))

    asyncio.run(story())
    assert [one.record for one in kept(tmp_path) if hasattr(one.record, "matter")] == [intent(1)]


def test_a_file_removed_under_load_takes_no_more_records(tmp_path: Path) -> None:
    """It is seen before the next commit, though the thread has no moment to rest."""
    told = Hearing()

    async def story() -> int:
        async with writing(tmp_path, told, is_synced=True) as writer:  # each is waited for: the next begins at once
            await writer.keep(intent(0))
            remove_all(tmp_path)
            number = 0
            while told.written["opened"] < 2 and number < 500:
                number += 1
                await writer.keep(intent(number))
            return number

    number = asyncio.run(story())
    assert number < 500
    assert [one.record for one in kept(tmp_path) if hasattr(one.record, "matter")][-1] == intent(number)


def test_two_processes_of_one_name_never_write_together(tmp_path: Path) -> None:
    """The second one waits, tells so, and writes when the first one is gone."""
    told = Hearing()

    async def story() -> None:
        async with writing(tmp_path, told) as second_to_none:
            await second_to_none.keep(intent(0))
            async with writing(tmp_path, told) as second:
                assert not await second.keep(intent(1))
                await told.until(lambda: second.trouble == "locked")
                await second_to_none.close()
                await told.until(lambda: told.has_written_all(second))

    asyncio.run(story())
    assert kinds(tmp_path) == {"opened": 2, "intent": 2}
    assert damages(tmp_path) == []


def test_instances_of_one_host_have_files_of_their_own(tmp_path: Path) -> None:
    """Three processes of different names write into one folder at the same time, each its own chain."""

    async def story() -> None:
        async with contextlib.AsyncExitStack() as stack:
            writers = [await stack.enter_async_context(writing(tmp_path, instance=f"congthu-{one}")) for one in "abc"]
            for number in range(10):
                assert all(await asyncio.gather(*(writer.keep(intent(number)) for writer in writers)))

    asyncio.run(story())
    assert len(list(tmp_path.glob("*.sqlite"))) == 3
    assert kinds(tmp_path) == {"opened": 3, "intent": 30}
    assert damages(tmp_path) == []


_KILLED = """
import asyncio, sys
from pathlib import Path
from tests.support.ledgers import intent, writing

async def story():
    async with writing(Path(sys.argv[1])) as writer:
        number = 0
        while True:
            done = await asyncio.gather(*(writer.keep(intent(number + one)) for one in range(5)))
            number += 5
            print(number if all(done) else "no", flush=True)

asyncio.run(story())
"""


def killed(folder: Path, script: str, lines: int) -> list[str]:
    """Run a process, kill it when it said so many lines, and give what it said in whole."""
    command = [sys.executable, "-c", script, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if len(said) == lines:
                process.send_signal(signal.SIGKILL)
    return [line.strip() for line in said if line.endswith("\n")]


@pytest.mark.parametrize("how", ["", ", is_synced=True"])
@pytest.mark.parametrize("lines", [1, 40, 400])
def test_what_a_killed_process_was_told_is_written(tmp_path: Path, how: str, lines: int) -> None:
    """`kill -9` early, in the middle, after many commits: at the next start all that was acknowledged is there, once."""
    said = killed(tmp_path, _KILLED.replace("sys.argv[1])", f"sys.argv[1]){how}"), lines)
    start_again(tmp_path)
    found = numbers(tmp_path)
    assert len(set(found)) == len(found)
    assert set(found) >= set(range(int(said[-1])))
    assert damages(tmp_path) == []
    start_again(tmp_path)
    assert numbers(tmp_path) == found


_KILLED_IN_TROUBLE = _KILLED.replace(
    "number = 0",
    """number = 0
        import sqlite3
        await writer.keep(intent(10**6))
        (file,) = Path(sys.argv[1]).glob("*.sqlite")
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")""",
)


def test_a_process_killed_while_its_ledger_was_locked_loses_nothing(tmp_path: Path) -> None:
    """No commit was possible any more: what was noted meanwhile is taken up at the next start."""
    said = killed(tmp_path, _KILLED_IN_TROUBLE, 200)
    start_again(tmp_path)
    assert set(numbers(tmp_path)) >= {*range(int(said[-1])), 10**6}
    assert damages(tmp_path) == []


def test_notes_lie_in_memory_where_the_service_has_some(tmp_path: Path, memory: Path) -> None:
    """`$RUNTIME_DIRECTORY` of systemd; nothing is left there at the end."""
    folder = tmp_path / "ledger"
    seen: list[str] = []

    async def story() -> None:
        told = Hearing()
        async with writing(folder, told) as writer:
            await told.until(lambda: told.written["opened"] == 1)
            assert await writer.keep(intent(0))
            seen.extend([*note_sizes(memory), *note_sizes(folder)])

    asyncio.run(story())
    assert seen
    assert all(f"{CHAIN}.ahead-" in one for one in seen)
    assert list(memory.iterdir()) == []
    assert not list(folder.glob("*ahead*"))
    assert numbers(folder) == [0]
