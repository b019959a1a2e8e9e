"""What readers died of: named on the slate, left out the next time, and never held against anybody else."""

import asyncio
import contextlib
import os

import pytest

from gateway.edge.readers import link
from gateway.edge.readers.casualties import Casualties, network_of
from gateway.edge.readers.pool import ReaderPool, ReaderSettings, Without
from gateway.edge.readers.sandbox import Limits
from gateway.edge.readers.slate import Casualty, Slate, new_page, read_page
from gateway.values.faults import Transient

ENTRY = "tests.support.reader_work:load_files"
HERE, ELSEWHERE = "192.0.2.0/24", "198.51.100.0/24"


@contextlib.asynccontextmanager
async def running(**changes):
    """A started pool of one worker that reads messages as files, one a line."""
    pool = ReaderPool(ReaderSettings(**{"workers": 1, "deadline_s": 20.0, **changes}), bytes)
    try:
        await pool.start(ENTRY, b"")
        yield pool
    finally:
        await pool.close()


async def ask(pool: ReaderPool, message: bytes, client: str = HERE) -> bytes:
    """Inspect one message, as the daemon asks."""
    fd = os.memfd_create("test")
    os.write(fd, message)
    without = Without(client, lambda left_out: ",".join(one.sha256 for one in left_out).encode())
    try:
        return await pool.inspect(b"", fd, unread=b"unread", without=without)
    finally:
        os.close(fd)


@pytest.mark.parametrize("death", [b"crash", b"abort", b"exit"])
def test_the_rest_of_a_message_is_read_without_the_file_that_killed_its_reader(death):
    """At once, in the same transaction: a crash is no accident, and waiting would make nothing better."""

    async def story():
        async with running() as pool:
            assert await ask(pool, b"one\n" + death + b"\nthree") == b"one|left out|three"
            assert pool.restarts == 1

    asyncio.run(story())


def test_what_killed_a_reader_once_kills_no_second_one():
    """Neither in the same mail, nor in another, nor beside other files; from another client it is read."""

    async def story():
        async with running() as pool:
            assert await ask(pool, b"crash\ntwo") == b"left out|two"
            assert await ask(pool, b"crash\ntwo") == b"left out|two"
            assert await ask(pool, b"three\ncrash") == b"three|left out"
            assert pool.restarts == 1
            assert await ask(pool, b"crash", ELSEWHERE) == b"left out"
            assert pool.restarts == 2

    asyncio.run(story())


def test_a_changed_octet_costs_one_worker_and_no_deferral():
    """However many variants come, each ends as a fact in its own transaction."""

    async def story():
        async with running() as pool:
            for number in range(5):
                assert await ask(pool, b"crash %d\nhonest" % number) == b"left out|honest"
            assert pool.restarts == 5

    asyncio.run(story())


def test_cpu_time_used_up_is_no_accident(monkeypatch):
    """The kernel counts it, whatever else the host has to do."""
    monkeypatch.setattr(link, "_WATCH_S", 0.02)
    monkeypatch.setattr(link, "_SLACK_S", 0.1)

    async def story():
        async with running(limits=Limits(cpu_seconds=0)) as pool:
            assert await ask(pool, b"one\nloop") == b"one|left out"

    asyncio.run(story())


@pytest.mark.parametrize("death", [b"leave", b"raise", b"memory"])
def test_what_may_have_been_an_accident_costs_a_deferral_first(death):
    """A worker that ends without a last word, or a reader that raised: the second time the file is to blame."""

    async def story():
        async with running() as pool:
            with pytest.raises(Transient):
                await ask(pool, b"one\n" + death)
            assert await ask(pool, b"one\n" + death) == b"one|left out"
            assert await ask(pool, death + b"\ntwo") == b"left out|two"

    asyncio.run(story())


def test_a_deadline_blames_the_file_the_second_time():
    """The clock on the wall runs on a busy host too."""

    async def story():
        async with running(deadline_s=0.3) as pool:
            with pytest.raises(Transient) as fault:
                await ask(pool, b"loop\ntwo")
            assert fault.value.situation == "deadline"
            assert await ask(pool, b"loop\ntwo") == b"left out|two"

    asyncio.run(story())


def test_a_message_costs_only_so_many_workers():
    """One that is full of such files is deferred in between, and ends as a fact all the same."""

    async def story():
        message = b"\n".join(b"crash %d" % number for number in range(12))
        async with running() as pool:
            with pytest.raises(Transient):
                await ask(pool, message)
            assert pool.restarts == 5
            assert await ask(pool, message) == b"unread"
            assert await ask(pool, b"honest") == b"honest"

    asyncio.run(story())


def test_what_a_worker_says_is_believed_of_its_own_client_only():
    """Code that took a worker over cannot keep others' files from being read."""
    found = Casualties()
    casualty = Casualty("pdf", "00" * 32)

    assert found.note(HERE, casualty, is_certain=True)
    assert found.of(HERE) == (casualty,)
    assert found.of(ELSEWHERE) == ()


def test_an_accident_alone_blames_nobody():
    """Twice the same is none."""
    found = Casualties()
    casualty = Casualty("pdf", "00" * 32)

    assert not found.note(HERE, casualty, is_certain=False)
    assert found.of(HERE) == ()
    assert found.note(HERE, casualty, is_certain=False)
    assert found.of(HERE) == (casualty,)


def test_what_is_remembered_is_bounded():
    """By client and by number of clients; the oldest goes first."""
    found = Casualties()
    for number in range(300):
        for network in range(300) if number == 0 else (299,):
            found.note(f"{network}", Casualty("pdf", f"{number:064x}"), is_certain=True)

    assert len(found.of("299")) == 64
    assert found.of("299")[-1] == Casualty("pdf", f"{299:064x}")
    assert found.of("0") == ()


@pytest.mark.parametrize(
    ("ip", "network"),
    [("192.0.2.77", HERE), ("2001:db8:1:2ff::5", "2001:db8:1:200::/56"), ("", ""), ("unix", "unix")],
)
def test_a_client_is_its_network(ip, network):
    """Addresses of one network are one sender."""
    assert network_of(ip) == network


def test_the_slate_shows_the_innermost_file():
    """Files stand inside one another, and what a reader gave up half-way is passed over."""
    page = new_page()
    slate, (outer, inner, third) = Slate(), (f"{number:064x}" for number in (1, 2, 3))
    slate.attach(page)
    try:
        seen = [read_page(page)]
        for step in (
            lambda: slate.begins("zip", outer), lambda: slate.begins("pdf", inner), lambda: slate.ends("pdf", inner),
            lambda: slate.begins("pdf", inner), lambda: slate.begins("jpeg", third), lambda: slate.ends("pdf", inner),
            lambda: slate.ends("zip", outer),
        ):  # fmt: skip
            step()
            seen.append(read_page(page))
    finally:
        os.close(page)

    expected = [None, ("zip", outer), ("pdf", inner), ("zip", outer), ("pdf", inner), ("jpeg", third), ("zip", outer)]
    assert [(one.kind, one.sha256) if one else None for one in seen] == [*expected, None]


@pytest.mark.parametrize(
    ("allowed", "wanted", "told"),
    [(200_000_000, 300_000_000, b"refused"), (200_000_000, 100_000_000, b"held"), (10**10, 100_000_000, b"held")],
)
def test_native_code_gets_so_much_memory_and_no_more(allowed, wanted, told):
    """Inside a real worker, and afterwards it may take again what the worker may; a bound never widens another."""

    async def story():
        pool = ReaderPool(ReaderSettings(workers=1), bytes)
        fd = os.memfd_create("test")
        os.write(fd, b"%d" % wanted)
        try:
            await pool.start("tests.support.reader_work:load_confined", b"")
            for _ in range(2):
                assert await pool.inspect(b"%d" % allowed, fd, unread=b"") == told
        finally:
            os.close(fd)
            await pool.close()

    asyncio.run(story())


@pytest.mark.parametrize("octets", [b"", b"pdf", b"\xff" * 48, bytes(48), b"a b".ljust(48, b"\0"), b"\n" * 48])
def test_nonsense_on_a_slate_blames_nothing(octets):
    """It is written by a process that is not believed."""
    page = os.memfd_create("test")
    os.write(page, octets)
    try:
        assert read_page(page) is None
    finally:
        os.close(page)
