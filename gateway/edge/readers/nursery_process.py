"""The nursery as the event loop sees it: started, asked to fork, killed; never waited for without a limit."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from typing import Final, NamedTuple

from gateway.edge.readers import nursery
from gateway.values.faults import Transient

START_SECONDS: Final = 60.0
"""For the nursery to load a generation, a registry of the largest size included."""
FORK_SECONDS: Final = 10.0
"""For one fork, and for the worker's greeting after it; a process that is stopped or stuck takes longer."""
_ENVIRONMENT: Final = {
    "OMP_THREAD_LIMIT": "1",
    "GLIBC_TUNABLES": "glibc.malloc.mmap_threshold=16777216:glibc.malloc.trim_threshold=33554432",
}
"""A worker may start no thread (`calls`): libraries built with OpenMP must not try, or they end the process.

And it keeps up to 32 MB that it freed: asked anew of the kernel for each copy of a document, and cleared by it, they
cost an eighth of the time a document of 5 MB takes (ADR 0015).
"""


class Forked(NamedTuple):
    """A worker just forked; the descriptors are the receiver's to close."""

    pid: int
    link: socket.socket
    pidfd: int
    page_fd: int
    """Of its slate."""


class NurseryProcess:
    """One nursery process of one generation. When it dies, so do the workers it forked."""

    def __init__(self, entry: str) -> None:
        """Start the process, which loads what the work needs and then waits for `hand_over`.

        Args:
            entry: `module:function` that turns the payload into the work function.

        Raises:
            OSError: no process or socket can be had.
        """
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._control.setblocking(False)
        command = [sys.executable, "-m", "gateway.edge.readers.nursery", str(theirs.fileno()), entry]
        try:
            # the child is a fresh interpreter: no thread, socket or secret of this process goes along
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command, pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL, env={**os.environ, **_ENVIRONMENT}
            )
        except BaseException:  # nobody else knows the descriptor yet
            self._control.close()
            raise
        finally:
            theirs.close()

    def hand_over(self, order: bytes) -> None:
        """Give it its generation, once: `order` is the encoded NurseryOrder with its length, then the payload.

        Raises:
            OSError: the process has ended, or no memory file can be had.
        """
        fd = os.memfd_create("congthu-generation")
        try:
            with os.fdopen(fd, "wb", closefd=False) as handed:
                handed.write(order)
            os.lseek(fd, 0, os.SEEK_SET)
            socket.send_fds(self._control, [nursery.READY], [fd])
        finally:
            os.close(fd)

    @property
    def is_alive(self) -> bool:
        """Say whether the process still runs (a stopped one does)."""
        return self._process.poll() is None

    async def ready(self) -> None:
        """Wait until it can fork.

        Raises:
            Transient: it ended or takes too long.
        """
        try:
            async with asyncio.timeout(START_SECONDS):
                word = await asyncio.get_running_loop().sock_recv(self._control, 1)
        except (TimeoutError, OSError):
            word = b""
        if word != nursery.READY:
            raise Transient("not_ready", "the reader process did not start")

    async def fork(self) -> Forked:
        """Have it fork one worker.

        Raises:
            Transient: it ended, does not answer, or may not fork now.
        """
        loop = asyncio.get_running_loop()
        readable = asyncio.Event()
        try:
            async with asyncio.timeout(FORK_SECONDS):
                await loop.sock_sendall(self._control, nursery.FORK)
                loop.add_reader(self._control.fileno(), readable.set)
                await readable.wait()
            data, fds, _flags, _address = socket.recv_fds(self._control, nursery.LENGTH.size, nursery.FORK_FDS)
        except (TimeoutError, OSError):
            # an answer that comes later must not be taken for that of the next question
            self.kill()
            raise Transient("not_ready", "the reader process does not fork") from None
        finally:
            self._forget_reader()
        if len(fds) == nursery.FORK_FDS and len(data) == nursery.LENGTH.size:
            return Forked(nursery.LENGTH.unpack(data)[0], socket.socket(fileno=fds[0]), fds[1], fds[2])
        for fd in fds:
            os.close(fd)
        raise Transient("not_ready", "the reader process cannot fork now" if data else "the reader process ended")

    def kill(self) -> None:
        """End it, and with it every worker it forked. Idempotent."""
        self._process.kill()
        self._forget_reader()
        self._control.close()

    async def closed(self) -> None:
        """End it and wait until the kernel has cleared it away."""
        self.kill()
        await asyncio.to_thread(self._process.wait)

    def _forget_reader(self) -> None:
        """Stop watching the control socket; before it is closed, for its number may be given out again."""
        if self._control.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._control.fileno())
