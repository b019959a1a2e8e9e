"""Reader pool: hands messages to sandboxed, killable worker processes, each answer within a deadline.

A worker that dies, fails, overruns or answers what cannot be decoded is replaced. When it died by its own fault, and
said of which file inside the message, the message is asked about again at once without that file (`Without`). Else it
costs one transient fault, for it may have been an accident; the second time the file is left out, or where none was
named the caller's `unread` request is asked, with the beginning of the message alone. So everything ends as a known
fact and nothing is deferred for ever (ADR 0013).

The pool knows nothing of mail: requests are octets, answers what `decode` makes of octets, and the work
function is named by `entry`.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar, cast

import msgspec

from gateway.edge.readers import bugs, nursery, sandbox
from gateway.edge.readers.casualties import Casualties
from gateway.edge.readers.link import MAX_ANSWER_OCTETS, Bounds, Worker
from gateway.edge.readers.nursery_process import FORK_SECONDS, NurseryProcess
from gateway.edge.readers.queue import OURS
from gateway.edge.readers.turns import Turns
from gateway.values.faults import Transient

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.edge.readers.bugs import Bug
    from gateway.edge.readers.slate import Casualty

_REMEMBERED = 1_000
"""Digests of messages that broke a worker, and of those that met a bug; the oldest is forgotten first."""
_TRIES = 2
_DEATHS = 4
"""Workers one message may cost in one go, each for another file of it."""
_RETRY_S = 1.0
"""Between two tries to bring the pool back to strength."""
TOP_OCTETS = 262_144
"""Of a message that is not read, for what its first octets tell: its header section, and where it has files."""
_LEAST_OCTETS = 16_384
"""The same where those broke a worker: the header section of ordinary mail has some 5 kB."""
_BLOCK_OCTETS = 1_048_576
"""Of one read for a digest."""

Answer = TypeVar("Answer")


class ReaderSettings(msgspec.Struct, frozen=True):
    """How many workers, and what each may use."""

    workers: int = 2
    deadline_s: float = 60.0
    """From hand-over to answer, at most half of it waiting for a free worker; well below the client's 10 minutes."""
    recycle_after: int = 5_000
    recycle_growth_octets: int = 300_000_000
    limits: sandbox.Limits = sandbox.Limits()


class _Lost(Transient):
    """No answer from a worker that was asked; `casualty` is what it was reading, where it said so."""

    def __init__(self, situation: str, detail: str, worker: Worker) -> None:
        """Read off the worker's slate how it ended."""
        super().__init__(situation, detail)
        self.casualty = worker.is_at
        self.is_certain = worker.has_crashed


class _Flawed(Transient):
    """An answer without the facts that a bug cost; another version of ours may find them."""

    def __init__(self, answer: object, bug: Bug) -> None:
        """Keep the answer for a client that comes again."""
        super().__init__("internal", f"reader raised {bug.kind} at {bug.place}, the rest was read")
        self.answer = answer


class Without(msgspec.Struct, frozen=True):
    """How a message is asked about without some of its files."""

    client: str
    """Network it came from; what its files did to readers is remembered for it."""
    request: Callable[[tuple[Casualty, ...]], bytes]
    """Makes the request that leaves them out."""
    top_octets: int = TOP_OCTETS
    """Of the message that are asked about when none of it can be read as a whole."""


class ReaderPool(Generic[Answer]):
    """Workers of one generation. Start, inspect many times, close; a reload makes a new pool."""

    def __init__(
        self,
        settings: ReaderSettings,
        decode: Callable[[bytes], Answer],
        *,
        max_answer_octets: int = MAX_ANSWER_OCTETS,
    ) -> None:
        """Prepare; nothing runs before `start`.

        Args:
            settings: how many workers, and their limits.
            decode: turns the octets of an answer into what `inspect` gives; raises msgspec's errors or
                ValueError for octets no honest worker sends.
            max_answer_octets: of one answer; who sends more is killed.
        """
        self.settings = settings
        self.restarts = 0
        """Workers replaced because they died, failed or overran; recycling is not counted."""
        self.failures = 0
        """Messages on which a reader raised; its worker lives on."""
        self._decode, self._max_answer_octets = decode, max_answer_octets
        self.on_bug: Callable[[Bug], None] = lambda _bug: None
        """Told of every exception a reader raised."""
        self.on_lost: Callable[[int], None] = lambda _pid: None
        """Told which worker is replaced, whenever `restarts` goes up."""
        self._all: set[Worker] = set()
        self.turns = Turns(self._count_up)
        """Free workers, and who waits for one."""
        self._poison: OrderedDict[bytes, int] = OrderedDict()
        self._flawed: OrderedDict[bytes, int] = OrderedDict()
        self._casualties = Casualties()
        self._nursery: NurseryProcess | None = None
        self._growing: asyncio.Task[None] | None = None
        self._entry, self._order = "", b""
        self._prepared: NurseryProcess | None = None
        self._is_closed = False

    @property
    def busy(self) -> int:
        """Workers reading a message now."""
        return self._count_up() - self.turns.free

    @property
    def is_up(self) -> bool:
        """At least one worker is at work; more are on their way while not."""
        return self._count_up() > 0

    def _count_up(self) -> int:
        """Count the workers that have entered their sandbox, reading or free."""
        return sum(worker.report is not None for worker in self._all)

    @property
    def sandbox_report(self) -> sandbox.SandboxReport | None:
        """Layers that hold in the workers; None before `start`."""
        return next((worker.report for worker in self._all if worker.report is not None), None)

    async def start(self, entry: str, payload: bytes, prepared: NurseryProcess | None = None) -> None:
        """Start the nursery with `entry` (`module:function`) and its payload, and all workers.

        `prepared` is a nursery process for this entry that has begun to load, and belongs to the pool from now on.

        Raises:
            Transient: the nursery or a worker did not come up.
        """
        settings = self.settings
        order = msgspec.msgpack.encode(
            nursery.NurseryOrder(settings.limits, settings.recycle_after, settings.recycle_growth_octets)
        )
        self._entry, self._prepared = entry, prepared
        self._order = nursery.LENGTH.pack(len(order)) + order + payload
        for _ in range(settings.workers):
            await self._add_worker()

    async def _add_worker(self) -> None:
        """Fork one worker and put it to use; a dead nursery is started again first. One task at a time.

        Raises:
            Transient: there is no new worker.
        """
        try:
            if self._nursery is None or not self._nursery.is_alive:
                await self._start_nursery()
            assert self._nursery is not None
            bounds = Bounds(self.settings.limits.cpu_seconds, self._max_answer_octets)
            worker = Worker(await self._nursery.fork(), self._on_gone, bounds)
        except OSError as error:
            raise Transient("not_ready", f"no reader process: {error.strerror}") from None
        self._all.add(worker)
        try:
            async with asyncio.timeout(FORK_SECONDS):
                await worker.greeting()
        except (EOFError, TimeoutError):
            worker.close()
            raise Transient("not_ready", "a reader process did not enter its sandbox") from None
        except asyncio.CancelledError:
            worker.close()
            raise
        self.turns.put(worker)

    async def _start_nursery(self) -> None:
        if self._nursery is not None:
            await self._nursery.closed()
            self._nursery = None
        fresh, self._prepared = self._prepared or NurseryProcess(self._entry), None
        try:
            fresh.hand_over(self._order)
            await fresh.ready()
        except BaseException:  # cancelled too: a nursery nobody waits for would live on
            fresh.kill()
            raise
        finally:
            self._nursery = fresh

    def _on_gone(self, worker: Worker) -> None:
        """A worker is closed: forget it and grow a new one, unless we are closing or still starting."""
        self._all.discard(worker)
        self.turns.remove(worker)
        if self._is_closed or worker.report is None:
            return
        if not worker.is_leaving:
            self.restarts += 1
            self.on_lost(worker.pid)
        if self._growing is None or self._growing.done():
            self._growing = asyncio.get_running_loop().create_task(self._grow())

    async def _grow(self) -> None:
        """Bring the pool back to strength; while that fails, try again every second."""
        while len(self._all) < self.settings.workers and not self._is_closed:
            try:
                await self._add_worker()
            except Transient:
                await asyncio.sleep(_RETRY_S)

    async def _ask(self, request: bytes, fd: int, account: str) -> Answer:
        """One attempt with one worker. Raises Transient; the worker is killed unless it answered in order."""
        if self._is_closed:
            raise Transient("worker_lost", "the pool is closed")
        ends_at = asyncio.get_running_loop().time() + self.settings.deadline_s
        worker, ticket = await self.turns.take(account, self.settings.deadline_s / 2)  # the rest is for reading
        is_in_order = False
        try:
            async with asyncio.timeout_at(ends_at):
                status, octets = await worker.ask(request, fd)
            found, answer = self._taken(status, octets)
            is_in_order = not worker.is_leaving
        except TimeoutError:
            raise _Lost("deadline", f"worker {worker.pid}", worker) from None
        except EOFError:
            raise _Lost("worker_lost", f"worker {worker.pid}", worker) from None
        except (msgspec.MsgspecError, ValueError) as error:
            detail = f"worker {worker.pid} answered nonsense: {type(error).__name__}"
            raise _Lost("worker_lost", detail, worker) from None
        else:
            for bug in found:
                self.failures += 1
                self.on_bug(bug)
            if answer is None:
                raise _Lost("internal", f"reader raised {found[0].kind} at {found[0].place}", worker)
            if found:
                raise _Flawed(answer, found[0])
            return answer
        finally:
            if not is_in_order:
                worker.close()
            self.turns.end(ticket, worker)

    def _taken(self, status: bytes, octets: bytes) -> tuple[list[Bug], Answer | None]:
        """Read an answer and the bugs it cost; None when they cost all of it. Raises what `decode` does."""
        if status == nursery.FAILED:
            return [bugs.heard(octets)], None
        found, octets = bugs.parted(octets) if status == nursery.FLAWED else ([], octets)
        return found, self._decode(octets)

    async def inspect(
        self, request: bytes, fd: int, *, unread: bytes, without: Without | None = None, account: str = OURS
    ) -> Answer:
        """Have a worker do the work on the memory file `fd`; answer what it found. `account`: as `FairQueue` takes it.

        Files that killed a worker are left out by `without`. After the second failure on the same content that no
        file explains, `unread` is asked with the beginning of the message instead, and with nothing where that breaks
        a worker too. An answer that lacks facts for a bug of ours is no answer the first time, for another try may know
        them; the second time it is the best there will be.

        Raises:
            Transient: `deadline`, `worker_lost`, `internal`, or `memory_short` when no worker became free.
        """
        digest = b""
        if self._poison:
            digest = await asyncio.to_thread(_digest, fd)
            if self._poison.get(digest, 0) >= _TRIES:
                return await self._ask_unread(unread, fd, without, account)
        try:
            return await self._ask_surviving(request, fd, without, account)
        except _Flawed as flawed:
            digest = digest or await asyncio.to_thread(_digest, fd)
            if _count(self._flawed, digest) < _TRIES:
                raise
            return cast("Answer", flawed.answer)
        except _Lost:
            # when the nursery died, and its workers with it, the message is not to blame
            is_innocent = self._nursery is None or not self._nursery.is_alive
            if is_innocent or self._is_closed:
                raise
            digest = digest or await asyncio.to_thread(_digest, fd)
            if _count(self._poison, digest) < _TRIES:
                raise
        return await self._ask_unread(unread, fd, without, account)

    async def _ask_surviving(self, request: bytes, fd: int, without: Without | None, account: str) -> Answer:
        """Ask, and again without each file that is to blame for a worker's death. Raises Transient."""
        if without is None:
            return await self._ask(request, fd, account)
        left_out = self._casualties.of(without.client)
        # a reader that overran its deadline leaves time for one look without the file that held it
        ends_at = asyncio.get_running_loop().time() + 1.5 * self.settings.deadline_s
        for _ in range(_DEATHS):
            try:
                return await self._ask(without.request(left_out) if left_out else request, fd, account)
            except _Lost as lost:
                blamed = self._blamed(without.client, lost)
                if not blamed or asyncio.get_running_loop().time() >= ends_at:
                    raise
                left_out = (*left_out, *blamed)
        return await self._ask(without.request(left_out), fd, account)

    def _blamed(self, client: str, lost: _Lost) -> tuple[Casualty, ...]:
        """Count a death against the file that was being read; answer it when the message is to go on without it."""
        if lost.casualty is None or self._is_closed or self._nursery is None or not self._nursery.is_alive:
            return ()
        is_known = self._casualties.note(client, lost.casualty, is_certain=lost.is_certain)
        return (lost.casualty,) if is_known else ()

    async def _ask_unread(self, unread: bytes, fd: int, without: Without | None, account: str) -> Answer:
        """Ask about the beginning alone, about less of it when that breaks a worker too, at last about nothing."""
        for octets in (without.top_octets if without else TOP_OCTETS, _LEAST_OCTETS):
            try:
                return await self._ask_with(unread, os.pread(fd, octets, 0), account)
            except _Lost:
                if self._is_closed:
                    raise
        return await self._ask_with(unread, b"", account)

    async def _ask_with(self, unread: bytes, octets: bytes, account: str) -> Answer:
        top = os.memfd_create("congthu-unread")
        try:
            os.write(top, octets)
            return await self._ask(unread, top, account)
        except _Flawed as flawed:  # nothing is asked after this
            return cast("Answer", flawed.answer)
        finally:
            os.close(top)

    async def close(self) -> None:
        """Stop every worker and the nursery; messages still being read get a Transient. Idempotent."""
        self._is_closed = True
        if self._growing is not None:
            self._growing.cancel()
            await asyncio.gather(self._growing, return_exceptions=True)
        for worker in list(self._all):
            worker.close()
        self.turns.close(Transient("worker_lost", "the pool is closing"))
        for process in (self._nursery, self._prepared):
            if process is not None:
                await process.closed()


def _count(known: OrderedDict[bytes, int], digest: bytes) -> int:
    """Count one more try of a message."""
    tries = known.pop(digest, 0) + 1
    known[digest] = tries
    if len(known) > _REMEMBERED:
        known.popitem(last=False)
    return tries


def _digest(fd: int) -> bytes:
    """SHA-256 of the whole memory file, read without its shared offset."""
    digest, position = hashlib.sha256(), 0
    while block := os.pread(fd, _BLOCK_OCTETS, position):
        digest.update(block)
        position += len(block)
    return digest.digest()
