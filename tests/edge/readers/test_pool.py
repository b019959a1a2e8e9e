"""The reader pool: answers, deadlines, deaths and what a worker may not do."""

import asyncio
import contextlib
import os
import signal
import struct

import pytest

from gateway.edge.readers import link, sandbox
from gateway.edge.readers import nursery_process as workers_nursery
from gateway.edge.readers.pool import ReaderPool, ReaderSettings
from gateway.values.faults import Transient
from tests.support.reader_work import ESCAPES

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
async def running(decode=bytes, **changes):
    """A started pool of one worker."""
    pool = ReaderPool(ReaderSettings(**{"workers": 1, "deadline_s": 20.0, **changes}), decode)
    try:
        await pool.start(ENTRY, b"payload")
        yield pool
    finally:
        await pool.close()


async def ask(pool: ReaderPool, octets: bytes, request: bytes = b"request") -> bytes:
    """Inspect one message."""
    with memory_file(octets) as fd:
        return await pool.inspect(request, fd, unread=b"unread")


async def ask_for(pool: ReaderPool, account: str, octets: bytes) -> bytes:
    """Inspect one message that is counted for an account."""
    with memory_file(octets) as fd:
        return await pool.inspect(b"request", fd, unread=b"unread", account=account)


async def until(condition) -> None:
    """Let the loop turn until a condition holds."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - the pool tells nobody
            await asyncio.sleep(0)


def test_the_worker_sees_payload_request_and_message():
    """The work function gets the generation once and every message with its request."""

    async def story():
        async with running(workers=2) as pool:
            answers = await asyncio.gather(*(ask(pool, b"octets", b"r%d" % i) for i in range(10)))
            assert answers == [b"payload|r%d|octets" % i for i in range(10)]
            assert pool.busy == 0

    asyncio.run(story())


def test_memory_for_a_document_is_asked_of_the_kernel_once():
    """A worker copies a document of megabytes some ten times, and pages cleared for each copy cost more than copying."""

    async def story():
        async with running() as pool:
            assert int(await ask(pool, b"faults")) < 100  # 5,000 pages of 4 kB otherwise

    asyncio.run(story())


def test_large_requests_and_answers_and_empty_messages_pass():
    """Framing holds for more than one socket buffer, and an empty message is no special case."""

    async def story():
        async with running() as pool:
            request, octets = b"q" * 700_000, os.urandom(3_000_000)
            assert await ask(pool, octets, request) == b"payload|" + request + b"|" + octets
            assert await ask(pool, b"") == b"payload|request|"

    asyncio.run(story())


@pytest.mark.parametrize(
    ("command", "situation"), [(b"crash!", "worker_lost"), (b"raise!", "internal"), (b"loop!!", "deadline")]
)
def test_a_message_that_breaks_a_worker_costs_one_deferral_then_becomes_a_fact(command, situation):
    """First try: transient. Second try and later: the unread request is asked; others are not hurt."""

    async def story():
        async with running(deadline_s=0.3 if command == b"loop!!" else 20.0) as pool:
            with pytest.raises(Transient) as fault:
                await ask(pool, command)
            assert fault.value.situation == situation
            assert await ask(pool, b"innocent") == b"payload|request|innocent"
            assert await ask(pool, command) == b"not read|" + command
            assert await ask(pool, command) == b"not read|" + command

    asyncio.run(story())


def test_of_a_message_that_is_not_read_only_the_beginning_is_handed_on():
    """Its header section is there; how much of the rest does not matter."""

    async def story():
        octets = b"crash!" + bytes(2_000_000)
        async with running() as pool:
            with pytest.raises(Transient):
                await ask(pool, octets)
            assert await ask(pool, octets) == b"not read|" + octets[:262_144]

    asyncio.run(story())


def test_a_beginning_that_breaks_a_worker_too_is_left_out():
    """It ends as a fact all the same, and is not deferred for ever."""

    async def story():
        async with running() as pool:
            with pytest.raises(Transient):
                await ask(pool, b"doomed")
            assert await ask(pool, b"doomed") == b"not read|"
            assert await ask(pool, b"innocent") == b"payload|request|innocent"

    asyncio.run(story())


@pytest.mark.parametrize("command", [b"memory", b"socket", b"file!!"])
def test_a_worker_cannot_take_memory_reach_the_network_or_read_files(command):
    """Limits turn into one transient fault, not into harm."""

    async def story():
        async with running() as pool:
            with pytest.raises(Transient):
                await ask(pool, command)

    asyncio.run(story())


@pytest.mark.parametrize("command", ESCAPES)
def test_code_that_took_a_worker_over_gets_nowhere(command):
    """No file is written or moved, no socket made, no program or process started, nobody killed or debugged."""

    async def story():
        async with running() as pool:
            with pytest.raises(Transient) as fault:
                await ask(pool, command)
            assert fault.value.situation in {"internal", "worker_lost"}
            assert await ask(pool, b"innocent") == b"payload|request|innocent"

    asyncio.run(story())


def test_an_unknown_machine_has_no_filter_and_says_so(monkeypatch):
    """A layer that cannot be had is missing from the report; nothing fails for it."""
    monkeypatch.setattr(sandbox.platform, "machine", lambda: "s390x")

    assert sandbox._enter_seccomp(None) is False


@pytest.fixture
def watched(monkeypatch):
    """CPU time is looked at often, and nothing is given above the bound of a message but what starting takes."""
    monkeypatch.setattr(link, "_WATCH_S", 0.02)
    monkeypatch.setattr(link, "_SLACK_S", 0.1)


@pytest.mark.usefixtures("watched")
def test_cpu_limit_kills_before_the_deadline():
    """A worker that burns CPU beyond what a message may cost is ended."""

    async def story():
        async with running(limits=sandbox.Limits(cpu_seconds=0)) as pool:
            with pytest.raises(Transient) as fault:
                await ask(pool, b"loop!!")
            assert fault.value.situation == "worker_lost"

    asyncio.run(story())


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize("command", ["burn", "answer"])
def test_code_that_took_a_worker_over_cannot_burn_cpu_time(command):
    """It may ignore what the kernel sends, and may have answered already: the gateway ends it from outside."""

    async def story():
        pool = ReaderPool(ReaderSettings(workers=1, limits=sandbox.Limits(cpu_seconds=0)), bytes)
        try:
            await pool.start("tests.support.escapes:load", b"")
            with contextlib.suppress(Transient), memory_file(b"") as fd:
                assert await pool.inspect(command.encode(), fd, unread=b"") == b"ok"
            await until(lambda: pool.restarts)
        finally:
            await pool.close()

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
        pool = ReaderPool(ReaderSettings(workers=1), bytes)
        with pytest.raises(Transient):
            await pool.start("tests.support.reader_work:absent", b"")
        await pool.close()

    asyncio.run(story())


@pytest.mark.parametrize(
    "spoken",
    [
        b"+" + struct.pack("!I", 0xFFFF_FFFF) + b"endless",
        b"~" + struct.pack("!I", 4) + b"word",
        b"?" + struct.pack("!I", 4) + b"word",
        b"?" + struct.pack("!II", 4, 0),
        b"+" + struct.pack("!I", 4) + b"wordand more",
    ],
    ids=["larger than any answer", "unknown status", "bugs that are none", "no bug", "more than an answer"],
)
def test_a_worker_out_of_protocol_costs_one_deferral_and_is_killed(spoken):
    """Code that took a worker over can neither fill the asyncio process nor confuse it."""

    async def story():
        async with running() as pool:
            with pytest.raises(Transient) as fault:
                await ask(pool, b"speak!" + spoken)
            assert fault.value.situation == "worker_lost"
            assert await ask(pool, b"innocent") == b"payload|request|innocent"
            assert pool.restarts == 1

    asyncio.run(story())


def test_a_worker_that_answers_before_it_is_asked_is_replaced():
    """A prepared second answer is never taken for the answer to the next message."""

    async def story():
        async with running() as pool:
            prepared = b"+" + struct.pack("!I", 6) + b"forged"
            with contextlib.suppress(Transient):  # both answers in one piece: then neither is taken
                assert await ask(pool, b"speak!" + prepared) == b"forged"
            await until(lambda: pool.restarts)
            assert await ask(pool, b"innocent") == b"payload|request|innocent"

    asyncio.run(story())


def test_an_answer_that_cannot_be_decoded_costs_one_deferral_and_the_worker():
    """What no honest worker answers ends that worker."""

    def decode(octets: bytes) -> bytes:
        if b"garbage" in octets:
            raise ValueError("not an answer")
        return octets

    async def story():
        async with running(decode) as pool:
            with pytest.raises(Transient) as fault:
                await ask(pool, b"garbage")
            assert fault.value.situation == "worker_lost"
            assert await ask(pool, b"innocent") == b"payload|request|innocent"
            assert pool.restarts == 1

    asyncio.run(story())


def test_a_dead_nursery_is_replaced_and_its_messages_are_not_to_blame():
    """Workers die with their nursery; the same message may meet that twice and is still read."""

    async def story():
        async with running() as pool:
            for _ in range(3):
                task = asyncio.create_task(ask(pool, b"loop!!"))
                await until(lambda: pool.busy)
                pool._nursery._process.kill()
                with pytest.raises(Transient) as fault:
                    await task
                assert fault.value.situation == "worker_lost"
            assert await ask(pool, b"innocent") == b"payload|request|innocent"

    asyncio.run(story())


def test_a_stuck_nursery_is_killed_and_replaced(monkeypatch):
    """A nursery that does not fork any more does not leave the gateway without readers."""
    monkeypatch.setattr(workers_nursery, "FORK_SECONDS", 0.2)

    async def story():
        async with running() as pool:
            pool._nursery._process.send_signal(signal.SIGSTOP)
            with pytest.raises(Transient):
                await ask(pool, b"crash!")
            assert await ask(pool, b"innocent") == b"payload|request|innocent"

    asyncio.run(story())


def test_a_stopped_nursery_does_not_keep_the_pool_from_closing():
    """Closing ends every process, a stopped one too."""

    async def story():
        async with running() as pool:
            pool._nursery._process.send_signal(signal.SIGSTOP)
            await pool.close()
            assert pool._nursery._process.returncode == -signal.SIGKILL

    asyncio.run(story())


def test_workers_that_cannot_start_are_a_fault_and_do_not_multiply():
    """A worker that dies before its greeting is one failed try, not a try for each death."""

    async def story():
        pool = ReaderPool(ReaderSettings(workers=1, limits=sandbox.Limits(open_files=10**10)), bytes)
        try:
            with pytest.raises(Transient) as fault:
                await pool.start(ENTRY, b"payload")
            assert fault.value.situation == "not_ready"
            assert (pool.is_up, pool.restarts, pool._growing) == (False, 0, None)
        finally:
            await pool.close()

    asyncio.run(story())


def test_waiting_for_a_reader_never_uses_up_the_time_for_reading():
    """A message that found no free worker is deferred as such: no worker is killed, no message remembered."""

    async def story():
        async with running(deadline_s=1.0) as pool:
            reading = asyncio.create_task(ask(pool, b"loop!!"))
            await until(lambda: pool.busy)
            with pytest.raises(Transient) as fault:
                await ask(pool, b"innocent")
            assert fault.value.situation == "memory_short"
            assert pool.restarts == 0
            with pytest.raises(Transient):
                await reading
            assert await ask(pool, b"innocent") == b"payload|request|innocent"

    asyncio.run(story())


def test_one_account_never_has_every_worker_while_others_come():
    """Messages that hold a worker for long wait for one another; everybody else finds the other worker free."""

    async def story():
        async with running(workers=2) as pool:
            worst = [asyncio.create_task(ask_for(pool, "worst", b"loop!!")) for _ in range(5)]
            await until(lambda: pool.busy and pool.turns.waiting == 4)
            for number in range(20):
                assert await ask_for(pool, f"honest {number % 3}", b"innocent") == b"payload|request|innocent"
            assert (pool.busy, pool.turns.waiting, pool.turns.free) == (1, 4, 1)
            assert pool.turns.kept > 0
            for task in worst:
                task.cancel()
            await asyncio.gather(*worst, return_exceptions=True)
            assert pool.turns.waiting == 0
            assert await ask_for(pool, "worst", b"innocent") == b"payload|request|innocent"

    asyncio.run(story())


def test_who_gives_up_waiting_leaves_no_trace():
    """A client that goes away while its message waits keeps nobody from a worker."""

    async def story():
        async with running(workers=1) as pool:
            reading = asyncio.create_task(ask_for(pool, "a", b"loop!!"))
            await until(lambda: pool.busy)
            gone = [asyncio.create_task(ask_for(pool, "b", b"gone")) for _ in range(3)]
            await until(lambda: pool.turns.waiting == 3)
            for task in (*gone, reading):
                task.cancel()
            await asyncio.gather(*gone, reading, return_exceptions=True)
            assert pool.turns.waiting == 0
            assert await ask_for(pool, "b", b"innocent") == b"payload|request|innocent"
            assert pool.busy == 0

    asyncio.run(story())
