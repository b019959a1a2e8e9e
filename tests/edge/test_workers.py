"""The reader pool: answers, deadlines, deaths and what a worker may not do."""

import asyncio
import contextlib
import os

import pytest

from gateway.edge import sandbox
from gateway.edge.workers import ReaderPool, ReaderSettings
from gateway.values.faults import Transient

ENTRY = "tests.support.reader_work:load"


@contextlib.contextmanager
def memory_file(octets: bytes):
    """A memory file with the given octets, closed afterwards."""
    fd = os.memfd_create("test")
    os.write(fd, octets)
    try:
        yield fd
    finally:
        os.close(fd)


@contextlib.asynccontextmanager
async def running(**changes):
    """A started pool of one worker."""
    pool = ReaderPool(ReaderSettings(**{"workers": 1, "deadline_s": 20.0, **changes}))
    try:
        await pool.start(ENTRY, b"payload")
        yield pool
    finally:
        await pool.close()


async def ask(pool: ReaderPool, octets: bytes, request: bytes = b"request") -> bytes:
    """Inspect one message."""
    with memory_file(octets) as fd:
        return await pool.inspect(request, fd, unread=b"unread")


def test_the_worker_sees_payload_request_and_message():
    """The work function gets the generation once and every message with its request."""

    async def story():
        async with running(workers=2) as pool:
            answers = await asyncio.gather(*(ask(pool, b"octets", b"r%d" % i) for i in range(10)))
            assert answers == [b"payload|r%d|octets" % i for i in range(10)]
            assert pool.busy == 0

    asyncio.run(story())


def test_large_requests_and_answers_and_empty_messages_pass():
    """Framing holds for more than one socket buffer, and an empty message is no special case."""

    async def story():
        async with running() as pool:
            request, octets = b"q" * 700_000, os.urandom(3_000_000)
            assert await ask(pool, octets, request) == b"payload|" + request + b"|" + octets
            assert await ask(pool, b"") == b"payload|request|"

    asyncio.run(story())


@pytest.mark.parametrize(("command", "situation"), [(b"crash!", "worker_lost"), (b"raise!", "internal"), (b"loop!!", "deadline")])
def test_a_message_that_breaks_a_worker_costs_one_deferral_then_becomes_a_fact(command, situation):
    """First try: transient. Second try and later: the unread request is asked; others are not hurt."""

    async def story():
        async with running(deadline_s=1.0 if command == b"loop!!" else 20.0) as pool:
            with pytest.raises(Transient) as fault:
                await ask(pool, command)
            assert fault.value.situation == situation
            assert await ask(pool, b"innocent") == b"payload|request|innocent"
            assert await ask(pool, command) == b"not read"
            assert await ask(pool, command) == b"not read"

    asyncio.run(story())


@pytest.mark.parametrize("command", [b"memory", b"socket", b"file!!"])
def test_a_worker_cannot_take_memory_reach_the_network_or_read_files(command):
    """Limits turn into one transient fault, not into harm."""

    async def story():
        async with running() as pool:
            with pytest.raises(Transient):
                await ask(pool, command)

    asyncio.run(story())


def test_cpu_limit_kills_before_the_deadline():
    """The kernel ends a worker that burns CPU beyond its grant."""

    async def story():
        async with running(limits=sandbox.Limits(cpu_seconds=0)) as pool:
            with pytest.raises(Transient) as fault:
                await ask(pool, b"loop!!")
            assert fault.value.situation == "worker_lost"

    asyncio.run(story())


def test_workers_are_recycled_without_a_lost_message():
    """A worker that served its number leaves; the next message meets a fresh one."""

    async def story():
        async with running(recycle_after=3) as pool:
            for index in range(10):
                assert await ask(pool, b"m", b"%d" % index) == b"payload|%d|m" % index
            assert pool.restarts == 0

    asyncio.run(story())


def test_the_sandbox_report_names_the_layers():
    """What holds in the workers is known to the operator."""

    async def story():
        async with running() as pool:
            report = pool.sandbox_report
            assert report is not None
            assert report.rlimits
            assert report.no_new_privs

    asyncio.run(story())


def test_closing_answers_those_who_wait():
    """A pool that closes leaves nobody hanging."""

    async def story():
        async with running() as pool:
            task = asyncio.create_task(ask(pool, b"loop!!"))
            await asyncio.sleep(0)
            await pool.close()
            with pytest.raises((Transient, EOFError)):
                await task

    asyncio.run(story())


def test_a_payload_that_does_not_load_is_a_fault_at_start():
    """An unknown entry is reported at start, not at the first message."""

    async def story():
        pool = ReaderPool(ReaderSettings(workers=1))
        with pytest.raises(Transient):
            await pool.start("tests.support.reader_work:absent", b"")
        await pool.close()

    asyncio.run(story())
