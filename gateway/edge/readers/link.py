"""One reader worker as the event loop sees it: a socket, a pidfd, at most one question at a time.

A worker has read hostile octets and is not believed: its answer is bounded, comes only when asked, and
anything else ends it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import time
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from gateway.edge.readers import nursery, sandbox, slate

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.edge.readers.nursery_process import Forked

MAX_ANSWER_OCTETS: Final = 4 * 1024 * 1024
"""Of one answer: a header section of 1 MB full of forged fields answers with about as many octets of ranges."""
_READ_OCTETS: Final = 262_144
_FIRST_PIECE_OCTETS: Final = 65_536
"""Of a request in the write that carries the descriptor; the rest follows."""
_WATCH_S: Final = 1.0
"""Between two looks at the CPU time of a worker: what one may use beyond its bound on one core."""
_SLACK_S: Final = 1.0
"""CPU time beside that of messages: starting, and what is left to do after an answer."""


class Bounds(NamedTuple):
    """What a worker may use for one message."""

    cpu_seconds: int
    answer_octets: int


def cpu_time_s(pid: int) -> float:
    """Give the CPU time of a whole process, user and system, in seconds; 0 when it is gone.

    The clock of another process has a number made of its pid: clock_getcpuclockid(3), CPUCLOCK_SCHED of the kernel.
    """
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


class Worker:
    """One worker process; `on_gone` hears once that it is closed."""

    def __init__(self, forked: Forked, on_gone: Callable[[Worker], None], bounds: Bounds) -> None:
        """Take over the descriptors of a process just forked."""
        self.pid, self.pidfd, self.link, self._page_fd = forked.pid, forked.pidfd, forked.link, forked.page_fd
        self.is_leaving = False
        """Its last answer was announced as the last one: recycling, no fault."""
        self.report: sandbox.SandboxReport | None = None
        """What it said of its sandbox; None until then."""
        self._last_at: slate.Casualty | None = None
        self.has_crashed = False
        """It ended by a fault of its own or for its CPU time, not because somebody else killed it."""
        self._on_gone = on_gone
        self._buffer = bytearray()
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[tuple[bytes, bytes]] = self._loop.create_future()
        self._bounds, self._cpu_ends_at_s = bounds, bounds.cpu_seconds + _SLACK_S
        self.link.setblocking(False)
        self._loop.add_reader(self.link.fileno(), self._on_readable)
        self._watch = self._loop.call_later(_WATCH_S, self._look_at_cpu)

    @property
    def is_at(self) -> slate.Casualty | None:
        """Which reader works on which file by the worker's own account, or did when it ended or failed."""
        return self._last_at if self.is_closed else slate.read_page(self._page_fd)

    @property
    def is_closed(self) -> bool:
        """The process was killed, or has ended."""
        return self.link.fileno() < 0

    async def greeting(self) -> None:
        """Wait for the sandbox report that every worker sends first. Raises EOFError when none can be read."""
        _status, octets = await self._answer
        try:
            self.report = msgspec.msgpack.decode(octets, type=sandbox.SandboxReport)
        except msgspec.MsgspecError as error:
            raise EOFError from error

    async def ask(self, request: bytes, fd: int) -> tuple[bytes, bytes]:
        """Send one request with its memory file; answer (status, octets). Raises EOFError when the worker is gone."""
        self._answer = self._loop.create_future()
        self._allow_cpu(self._bounds.cpu_seconds)
        framed = nursery.LENGTH.pack(len(request)) + request
        try:
            sent = socket.send_fds(self.link, [framed[:_FIRST_PIECE_OCTETS]], [fd])
            if sent < len(framed):
                await self._loop.sock_sendall(self.link, framed[sent:])
        except OSError as error:
            raise EOFError from error
        return await self._answer

    def _on_readable(self) -> None:
        try:
            received = self.link.recv(_READ_OCTETS)
        except BlockingIOError:
            return
        except OSError:
            received = b""
        if not self._buffer and received[:1] in nursery.LAST_WORDS:
            self.has_crashed = True
            self.close()
            return
        if not received or self._answer.done():  # gone, or speaking unasked
            self.close()
            return
        self._buffer += received
        if len(self._buffer) < nursery.HEADER_OCTETS:
            return
        status, length = bytes(self._buffer[:1]), nursery.LENGTH.unpack_from(self._buffer, 1)[0]
        end = nursery.HEADER_OCTETS + length
        if length > self._bounds.answer_octets or len(self._buffer) > end or status not in nursery.STATUSES:
            self.close()
        elif len(self._buffer) == end:
            octets = bytes(self._buffer[nursery.HEADER_OCTETS :])
            self._buffer.clear()
            self.is_leaving = status == nursery.LEAVING
            self._allow_cpu(0)
            self._answer.set_result((status, octets))

    def _allow_cpu(self, seconds: int) -> None:
        """Move the bound: so much CPU time from now on."""
        self._cpu_ends_at_s = cpu_time_s(self.pid) + seconds + _SLACK_S

    def _look_at_cpu(self) -> None:
        """Kill a worker that used more than it may, with a message or without; it has no say in this."""
        if cpu_time_s(self.pid) > self._cpu_ends_at_s:
            self.has_crashed = True
            self.close()
        else:
            self._watch = self._loop.call_later(_WATCH_S, self._look_at_cpu)

    def close(self) -> None:
        """Kill the process and free everything; whoever waits gets EOFError. Idempotent."""
        if self.is_closed:
            return
        self._watch.cancel()
        self._loop.remove_reader(self.link.fileno())
        self._loop.remove_writer(self.link.fileno())
        self.link.close()
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
        os.close(self.pidfd)
        self._last_at = slate.read_page(self._page_fd)
        os.close(self._page_fd)
        if not self._answer.done():
            self._answer.set_exception(EOFError())
            self._answer.exception()  # nobody may be waiting
        self._on_gone(self)
