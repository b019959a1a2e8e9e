"""Reader pool: hands messages to sandboxed, killable worker processes, each answer within a deadline.

A worker that dies, fails or overruns costs that message one transient fault and is replaced. A message
that does so twice is not read a third time: the caller's `unread` request is asked instead, so that it
ends as a known fact and is not deferred for ever.

The pool knows nothing of mail: requests and answers are octets, the work function is named by `entry`.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import signal
import socket
import subprocess
import sys
from collections import OrderedDict, deque
from typing import TYPE_CHECKING

import msgspec

from gateway.edge import nursery, sandbox
from gateway.values.faults import Transient

if TYPE_CHECKING:
    from collections.abc import Callable

_POISON_REMEMBERED = 1_000
"""Digests of messages that broke a worker; the oldest is forgotten first."""
_TRIES = 2
_START_SECONDS = 30.0


class ReaderSettings(msgspec.Struct, frozen=True):
    """How many workers, and what each may use."""

    workers: int = 2
    deadline_s: float = 60.0
    """From hand-over to answer, waiting for a free worker included; well below the client's 10 minutes."""
    recycle_after: int = 5_000
    recycle_growth_octets: int = 300_000_000
    limits: sandbox.Limits = sandbox.Limits()


class _Worker:
    """One worker process as the event loop sees it: a socket, a pidfd, at most one question at a time."""

    def __init__(self, pid: int, link: socket.socket, pidfd: int, on_gone: Callable[[_Worker], None]) -> None:
        self.pid, self.pidfd, self.link = pid, pidfd, link
        self.is_leaving = False
        self.report: sandbox.SandboxReport | None = None
        self._on_gone = on_gone
        self._buffer = bytearray()
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[tuple[bytes, bytes]] = self._loop.create_future()
        link.setblocking(False)
        self._loop.add_reader(link.fileno(), self._on_readable)

    async def greeting(self) -> None:
        """Wait for the sandbox report that every worker sends first."""
        _status, octets = await self._answer
        self.report = msgspec.msgpack.decode(octets, type=sandbox.SandboxReport)

    async def ask(self, request: bytes, fd: int) -> tuple[bytes, bytes]:
        """Send one request with its memory file; answer (status, octets). Raises EOFError when the worker is gone."""
        self._answer = self._loop.create_future()
        framed = nursery.LENGTH.pack(len(request)) + request
        try:
            sent = socket.send_fds(self.link, [framed[:65536]], [fd])
            if sent < len(framed):
                await self._loop.sock_sendall(self.link, framed[sent:])
        except OSError as error:
            raise EOFError from error
        return await self._answer

    def _on_readable(self) -> None:
        try:
            received = self.link.recv(262_144)
        except BlockingIOError:
            return
        except OSError:
            received = b""
        if not received:
            self.close()
            return
        self._buffer += received
        if len(self._buffer) < nursery.HEADER_OCTETS:
            return
        end = nursery.HEADER_OCTETS + nursery.LENGTH.unpack_from(self._buffer, 1)[0]
        if len(self._buffer) >= end and not self._answer.done():
            status, octets = bytes(self._buffer[:1]), bytes(self._buffer[nursery.HEADER_OCTETS : end])
            self._buffer.clear()
            self._answer.set_result((status, octets))

    def close(self) -> None:
        """Kill the process and free everything; whoever waits gets EOFError. Idempotent."""
        if self.link.fileno() < 0:
            return
        self._loop.remove_reader(self.link.fileno())
        self.link.close()
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
        os.close(self.pidfd)
        if not self._answer.done():
            self._answer.set_exception(EOFError())
            self._answer.exception()  # nobody may be waiting
        self._on_gone(self)


class ReaderPool:
    """Workers of one generation. Start, inspect many times, close; a reload makes a new pool."""

    def __init__(self, settings: ReaderSettings) -> None:
        """Prepare; nothing runs before `start`."""
        self.settings = settings
        self.restarts = 0
        """Workers replaced because they died, failed or overran; recycling is not counted."""
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._waiting: deque[asyncio.Future[_Worker]] = deque()
        self._poison: OrderedDict[bytes, int] = OrderedDict()
        self._nursery: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._forking = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._order = b""
        self._is_closed = False

    @property
    def busy(self) -> int:
        """Workers reading a message now."""
        return len(self._all) - len(self._idle)

    @property
    def is_up(self) -> bool:
        """At least one worker lives; more are on their way while not."""
        return bool(self._all)

    @property
    def sandbox_report(self) -> sandbox.SandboxReport | None:
        """Layers that hold in the workers; None before `start`."""
        return next((worker.report for worker in self._all), None)

    async def start(self, entry: str, payload: bytes) -> None:
        """Start the nursery with `entry` (`module:function`) and its payload, and all workers.

        Raises:
            Transient: the nursery or a worker did not come up.
        """
        settings = self.settings
        order = msgspec.msgpack.encode(
            nursery.NurseryOrder(entry, settings.limits, settings.recycle_after, settings.recycle_growth_octets)
        )
        self._order = nursery.LENGTH.pack(len(order)) + order + payload
        async with self._forking:
            await self._start_nursery()
        for _ in range(settings.workers):
            await self._add_worker()

    async def _start_nursery(self) -> None:
        if self._control is not None:
            self._control.close()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        payload_fd = os.memfd_create("congthu-generation")
        with os.fdopen(payload_fd, "wb", closefd=False) as handed:
            handed.write(self._order)
        os.lseek(payload_fd, 0, os.SEEK_SET)
        command = [sys.executable, "-m", "gateway.edge.nursery", str(theirs.fileno()), str(payload_fd)]
        # the child is a fresh interpreter: no thread, socket or secret of this process goes along
        self._nursery = subprocess.Popen(  # noqa: ASYNC220, S603 - our own interpreter; start-up and recovery only
            command, pass_fds=(theirs.fileno(), payload_fd), stdin=subprocess.DEVNULL
        )
        theirs.close()
        os.close(payload_fd)
        ours.setblocking(False)
        self._control = ours
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_START_SECONDS):
                ready = await loop.sock_recv(ours, 1)
        except TimeoutError:
            ready = b""
        if ready != nursery.READY:
            raise Transient("not_ready", "the reader process did not start")

    async def _add_worker(self) -> None:
        """Have the nursery fork one worker and put it to use; a dead nursery is started again first."""
        async with self._forking:
            if self._is_closed:
                return
            if self._nursery is None or self._nursery.poll() is not None:
                await self._start_nursery()
            worker = await self._fork()
        await worker.greeting()
        self._release(worker)

    async def _fork(self) -> _Worker:
        control = self._control
        assert control is not None
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(control, nursery.FORK)
        readable = asyncio.Event()
        loop.add_reader(control.fileno(), readable.set)
        try:
            async with asyncio.timeout(_START_SECONDS):
                await readable.wait()
        except TimeoutError:
            raise Transient("not_ready", "the reader process does not fork") from None
        finally:
            loop.remove_reader(control.fileno())
        data, fds, _flags, _address = socket.recv_fds(control, nursery.LENGTH.size, 2)
        if len(fds) != 2:
            raise Transient("not_ready", "the reader process ended")
        worker = _Worker(nursery.LENGTH.unpack(data)[0], socket.socket(fileno=fds[0]), fds[1], self._on_gone)
        self._all.add(worker)
        return worker

    def _on_gone(self, worker: _Worker) -> None:
        """A worker's link closed: forget it and grow a new one, unless we are closing."""
        self._all.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        if self._is_closed:
            return
        if not worker.is_leaving:
            self.restarts += 1
        task = asyncio.get_running_loop().create_task(self._replace())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _replace(self) -> None:
        """Bring the pool back to strength; while that fails, try again every second."""
        while not self._is_closed:
            try:
                await self._add_worker()
            except (Transient, EOFError, OSError):
                await asyncio.sleep(1)
            else:
                return

    def _release(self, worker: _Worker) -> None:
        """Give a free worker to the longest waiting message, or keep it on top of the idle stack (warm caches)."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(worker)
                return
        self._idle.append(worker)

    async def _acquire(self) -> _Worker:
        if self._idle:
            return self._idle.pop()
        waiter: asyncio.Future[_Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self._release(waiter.result())
            raise

    async def _ask(self, request: bytes, fd: int) -> bytes:
        """One attempt with one worker. Raises Transient; the worker is killed unless it answered in order."""
        worker = None
        try:
            async with asyncio.timeout(self.settings.deadline_s):
                worker = await self._acquire()
                status, octets = await worker.ask(request, fd)
        except TimeoutError:
            if worker is None:
                raise Transient("memory_short", "no reader became free in time") from None
            worker.close()
            raise Transient("deadline", f"worker {worker.pid}") from None
        except EOFError:
            assert worker is not None
            worker.close()
            raise Transient("worker_lost", f"worker {worker.pid}") from None
        except asyncio.CancelledError:
            if worker is not None:
                worker.close()
            raise
        if status == nursery.LEAVING:
            worker.is_leaving = True
            worker.close()
        else:
            self._release(worker)
        if status == nursery.FAILED:
            raise Transient("internal", f"reader raised {octets.decode('ascii', 'replace')}")
        return octets

    async def inspect(self, request: bytes, fd: int, *, unread: bytes) -> bytes:
        """Have a worker do the work on the memory file `fd`; answer its octets.

        After the second failure on the same content, `unread` is asked with an empty file instead.

        Raises:
            Transient: `deadline`, `worker_lost`, `internal`, or `memory_short` when no worker became free.
        """
        digest = b""
        if self._poison:
            digest = await asyncio.to_thread(_digest, fd)
            if self._poison.get(digest, 0) >= _TRIES:
                return await self._ask_unread(unread)
        try:
            return await self._ask(request, fd)
        except Transient as fault:
            if fault.situation == "memory_short":
                raise
            digest = digest or await asyncio.to_thread(_digest, fd)
            if self._note_poison(digest) < _TRIES:
                raise
        return await self._ask_unread(unread)

    async def _ask_unread(self, unread: bytes) -> bytes:
        empty = os.memfd_create("congthu-unread")
        try:
            return await self._ask(unread, empty)
        finally:
            os.close(empty)

    def _note_poison(self, digest: bytes) -> int:
        tries = self._poison.pop(digest, 0) + 1
        self._poison[digest] = tries
        if len(self._poison) > _POISON_REMEMBERED:
            self._poison.popitem(last=False)
        return tries

    async def close(self) -> None:
        """Stop every worker and the nursery; messages still being read get a Transient. Idempotent."""
        self._is_closed = True
        for task in list(self._tasks):
            task.cancel()
        for worker in list(self._all):
            worker.close()
        self._idle.clear()
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_exception(EOFError())
        if self._control is not None:
            self._control.close()
        if self._nursery is not None:
            await asyncio.to_thread(self._nursery.wait)


def _digest(fd: int) -> bytes:
    """SHA-256 of the whole memory file."""
    with os.fdopen(os.dup(fd), "rb") as content:
        content.seek(0)
        return hashlib.file_digest(content, "sha256").digest()
