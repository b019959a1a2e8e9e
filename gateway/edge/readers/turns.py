"""Turns: free workers and the messages that wait for one, brought together in the order of the fair queue."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from gateway.edge.readers.queue import FairQueue, Ticket
from gateway.values.faults import Transient

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.edge.readers.link import Worker


class Turns:
    """Hands out workers. What was taken is told to `end` in any case; nothing here kills or starts a worker."""

    def __init__(self, count_workers: Callable[[], int]) -> None:
        """Begin without workers; `count_workers` tells how many there are, free or not."""
        self._count_workers = count_workers
        self._free: list[Worker] = []
        """The one used last on top: its caches are warm."""
        self._promised: dict[Ticket, asyncio.Future[Worker]] = {}
        self._queue = FairQueue(time.monotonic())

    @property
    def free(self) -> int:
        """Workers that read nothing now."""
        return len(self._free)

    @property
    def waiting(self) -> int:
        """Messages without a worker now."""
        return len(self._queue)

    @property
    def kept(self) -> int:
        """Times the last free worker was kept although messages waited."""
        return self._queue.kept

    def largest_part(self) -> float:
        """Tell the part of the account that used most lately, 0 to 1."""
        return self._queue.largest_part(time.monotonic())

    def put(self, worker: Worker) -> None:
        """Take in a worker that is free, unless it has died."""
        if not worker.is_closed:
            self._free.append(worker)
        self._hand_out()

    def remove(self, worker: Worker) -> None:
        """Forget a worker that died."""
        if worker in self._free:
            self._free.remove(worker)

    async def take(self, account: str, within_s: float) -> tuple[Worker, Ticket]:
        """Wait for a worker for a message that is counted for `account`.

        Raises:
            Transient: `memory_short` when none became free in time, or what `close` says.
        """
        ticket = self._queue.arrive(account, time.monotonic())
        promise = self._promised[ticket] = asyncio.get_running_loop().create_future()
        self._hand_out()
        if promise.done():
            return promise.result(), ticket
        try:
            async with asyncio.timeout(within_s):
                return await promise, ticket
        except BaseException as reason:  # cancelled or late: a worker that was just handed over goes back
            if self._promised.pop(ticket, None) is not None:
                self._queue.end(ticket, time.monotonic())
            elif not promise.cancelled():
                self.end(ticket, promise.result())
            if isinstance(reason, TimeoutError):
                raise Transient("memory_short", "no reader became free in time") from None
            raise

    def end(self, ticket: Ticket, worker: Worker) -> None:
        """Take note that a message is through, and take its worker back unless it has died."""
        self._queue.end(ticket, time.monotonic())
        self.put(worker)

    def close(self, fault: Transient) -> None:
        """Forget the workers and answer all who wait."""
        self._free.clear()
        for promise in self._promised.values():
            if not promise.done():
                promise.set_exception(fault)

    def _hand_out(self) -> None:
        """Give free workers to those whose turn it is."""
        now_s = time.monotonic()
        while (ticket := self._queue.next(len(self._free), self._count_workers(), now_s)) is not None:
            promise = self._promised.pop(ticket)
            if promise.done():  # cancelled, and has not heard of it yet
                self._queue.end(ticket, now_s)
            else:
                promise.set_result(self._free.pop())
