"""The mail of our own that a worker reads before anybody is told "ready", in real workers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec
import pytest

from gateway.daemon.asking import decode_inspection
from gateway.daemon.config.load import parse_config
from gateway.daemon.early import READER_ENTRY
from gateway.daemon.generation import Order
from gateway.daemon.loading import load_generation
from gateway.daemon.trial import LOOK_AGAIN_S, ReaderWatch, trial_mail, try_readers
from gateway.edge.readers.pool import ReaderPool, ReaderSettings
from gateway.edge.readers.sandbox import Limits
from gateway.values.envelope import Client, Envelope
from gateway.values.faults import Misconfigured, Transient
from tests.support.daemon import Daemon
from tests.support.scripted_nexthop import ScriptedNextHop, in_thread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from gateway.values.verdict import Inspection

UNBOUND = 99
TOO_LITTLE = Limits(memory_octets=100_000_000)
"""A worker starts with as much, and reads nothing."""


@contextlib.asynccontextmanager
async def readers(folder: Path, limits: Limits) -> AsyncIterator[ReaderPool[Inspection]]:
    """One started worker on the defaults."""
    generation, _judge = load_generation(parse_config("", "congthu.toml", folder), 1)
    pool = ReaderPool(ReaderSettings(workers=1, limits=limits), decode_inspection)
    try:
        await pool.start(READER_ENTRY, msgspec.msgpack.encode(generation))
        yield pool
    finally:
        await pool.close()


def test_worker_reads_the_trial_mail(tmp_path: Path) -> None:
    """With the default limits it is read, its PDF too, and nothing of it is a state secret or a risk."""

    async def story() -> Inspection:
        async with readers(tmp_path, Limits()) as pool:
            await try_readers(pool)
            fd = os.memfd_create("mail")
            os.write(fd, trial_mail())
            order = msgspec.msgpack.encode(Order(Envelope(Client("127.0.0.1"), "", ("a@so-a.example",), 0, "4bXk2TzQ")))
            return await pool.inspect(order, fd, unread=order)

    inspection = asyncio.run(story())

    assert (("pdf", "clean"),) == inspection.parts
    assert not inspection.verdict.is_secret


def test_worker_without_room_is_found_out_and_the_verdict_follows_the_facts(tmp_path: Path) -> None:
    """The fault says that the readers fail, on what, and where to look.

    No look while all is well; after a loss one look, and again until a worker reads; each change is told once.
    """
    told: list[str] = []

    async def story() -> Transient:
        watch = ReaderWatch(told.append)
        async with readers(tmp_path, TOO_LITTLE) as pool:
            watch.glance(pool, 0.0)
            assert watch.problem == ""
            with pytest.raises(Transient) as caught:
                await try_readers(pool)
            assert pool.failures
            watch.glance(pool, 1.0)
            assert watch._look is not None
            await watch._look
            assert "trial mail" in watch.problem
            watch.glance(pool, 1.0 + LOOK_AGAIN_S)
            await watch._look
        watch.glance(ReaderPool(ReaderSettings(), decode_inspection), 2.0 + LOOK_AGAIN_S)  # of a new generation
        assert watch.problem == ""
        await watch.stop()
        return caught.value

    fault = asyncio.run(story())

    assert fault.situation == "not_ready"
    assert "trial mail" in fault.detail
    assert "inspection.readers.limits" in fault.detail
    assert [bool(text) for text in told] == [True, False]


def test_readers_that_were_killed_again_and_again_are_found_to_read(tmp_path: Path) -> None:
    """What a host short of memory did to workers is over when it is over: the mail is read as a whole, not its top."""

    async def story() -> bool:
        async with readers(tmp_path, Limits()) as pool:
            for _ in range(3):
                (worker,) = pool._all
                os.kill(worker.pid, signal.SIGKILL)
                with contextlib.suppress(Transient):  # its end may be seen before it is asked: then another is
                    await try_readers(pool)
                assert pool._growing is not None
                await pool._growing
            return await try_readers(pool)

    assert asyncio.run(story())


@pytest.mark.parametrize("line", ["memory_octets = 100_000_000", "open_files = 8"])
def test_limits_nobody_can_work_with_are_refused(tmp_path: Path, line: str) -> None:
    """What a small mail takes is measured; the schema asks for twice as much at least."""
    with pytest.raises(Misconfigured) as caught:
        parse_config(f"[inspection.readers.limits]\n{line}\n", "congthu.toml", tmp_path)

    assert "of at least" in str(caught.value)


@pytest.mark.parametrize("command", ["run", "check"])
def test_gateway_whose_workers_cannot_work_does_not_start(tmp_path: Path, command: str) -> None:
    """Under a limit of the system that leaves workers no room, it says why and ends, and no supervisor hears READY."""
    with in_thread(ScriptedNextHop()) as hop:
        daemon = Daemon(tmp_path, hop, {})

    def narrow() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
        with contextlib.suppress(ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
            os._exit(UNBOUND)

    done = subprocess.run(
        [sys.executable, "-m", "gateway", command, "--config", str(daemon.config)],
        capture_output=True, timeout=120, check=False, preexec_fn=narrow,
    )  # fmt: skip
    if done.returncode == UNBOUND:
        pytest.skip("whoever runs this test is above limits of the system")

    assert done.returncode != 0
    assert b"reader process" in done.stderr
    assert (command == "run") == (b'"event":"readers_fail"' in done.stderr)


def test_ready_page_follows_the_readers(gateway: Daemon) -> None:
    """A started gateway whose workers die one after another is ready again as soon as one reads."""
    for pid in gateway.workers():
        os.kill(pid, 9)
    gateway.wait_for(lambda: len(gateway.workers()) == 2, "no new workers")
    gateway.wait_for(gateway.is_ready, "not ready again")

    assert gateway.events("readers_fail") == []
