"""A nursery that loads its libraries before its generation is known: used once, replaced when dead, never left over."""

import asyncio
import os
import socket
import subprocess
import sys

import msgspec
import pytest

from gateway.edge.readers import nursery
from gateway.edge.readers.nursery_process import NurseryProcess
from gateway.edge.readers.pool import ReaderPool, ReaderSettings

ENTRY = "tests.support.reader_work:load"


async def answer(pool: ReaderPool[bytes]) -> bytes:
    """Have one message read."""
    fd = os.memfd_create("test")
    try:
        os.write(fd, b"octets")
        return await pool.inspect(b"request", fd, unread=b"unread")
    finally:
        os.close(fd)


@pytest.mark.parametrize("is_dead", [False, True])
def test_a_prepared_nursery_is_used(is_dead):
    """The pool hands its generation over and forks from it; one that died meanwhile is an ordinary failed start."""

    async def story():
        prepared = NurseryProcess(ENTRY)
        if is_dead:
            prepared._process.kill()
            prepared._process.wait()
        pool = ReaderPool(ReaderSettings(workers=1, deadline_s=20.0), bytes)
        try:
            if is_dead:
                with pytest.raises(Exception, match="reader process"):
                    await pool.start(ENTRY, b"payload", prepared)
            await pool.start(ENTRY, b"payload", None if is_dead else prepared)
            assert await answer(pool) == b"payload|request|octets"
            assert prepared.is_alive is not is_dead
        finally:
            await pool.close()
        assert not prepared.is_alive

    asyncio.run(story())


def test_an_unused_nursery_ends_with_the_pool_and_with_its_parent():
    """Nothing is left behind by a start that fails before it has a generation."""

    async def story():
        prepared = NurseryProcess(ENTRY)
        pool = ReaderPool(ReaderSettings(workers=1, deadline_s=20.0), bytes)
        pool._prepared = prepared
        await pool.close()
        assert not prepared.is_alive

    asyncio.run(story())
    program = (
        "import os, sys\nfrom gateway.edge.readers.nursery_process import NurseryProcess\n"
        f"made = NurseryProcess({ENTRY!r})\nos._exit(0)\n"
    )
    # its standard output is inherited: the pipe ends, and with it this call, when no process holds it any more
    subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, timeout=60, check=True)


def test_a_parent_that_is_killed_with_words_unread_ends_it_quietly(capfd):
    """The kernel resets the link then: no error, and no traceback in the log."""
    prepared = NurseryProcess(ENTRY)
    order = msgspec.msgpack.encode(nursery.NurseryOrder(ReaderSettings().limits, 1, 1))
    prepared.hand_over(nursery.LENGTH.pack(len(order)) + order + b"payload")
    prepared._control.setblocking(True)
    assert prepared._control.recv(1, socket.MSG_PEEK) == nursery.READY
    prepared._control.close()

    assert prepared._process.wait() == 0
    assert capfd.readouterr().err == ""
