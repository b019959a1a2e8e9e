"""Have octets read in a real worker: sandbox, limits and all; what it found and what that cost."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any, Self

import msgspec

from gateway.edge.readers.pool import ReaderPool, ReaderSettings
from gateway.read.budget import DEFAULT_BUDGET
from gateway.values.faults import Transient
from tests.support.signed_pdfs import trust

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gateway.read.budget import Budget


class RealWorker:
    """Reads each mail in a fresh worker, for memory once taken does not count for the next."""

    def __init__(self, budget: Budget = DEFAULT_BUDGET) -> None:
        """Read within a budget."""
        self._budget = budget
        self._runner = asyncio.Runner()
        self._pool: ReaderPool[dict[str, Any]] = ReaderPool(
            ReaderSettings(workers=1, recycle_after=1), msgspec.json.decode
        )

    def __enter__(self) -> Self:
        """Start its nursery."""
        payload = msgspec.msgpack.encode((trust(), self._budget))
        self._runner.run(self._pool.start("tests.support.bomb_work:load", payload))
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        try:
            self._runner.run(self._pool.close())
        finally:
            self._runner.close()

    def read(self, octets: bytes) -> dict[str, Any]:
        """Give what `bomb_work` answers, or `fault` and `detail` where the worker did not answer."""
        return self._runner.run(self._read(octets))

    async def _read(self, octets: bytes) -> dict[str, Any]:
        fd = os.memfd_create("hostile")
        try:
            with os.fdopen(os.dup(fd), "wb") as target:
                target.write(octets)
            return await self._pool.inspect(b"", fd, unread=b"")
        except Transient as fault:
            return {"fault": fault.situation, "detail": fault.detail}
        finally:
            os.close(fd)


def read_each(mails: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read mails one after another; gives the name and the answer of each."""
    with RealWorker() as worker:
        for name, octets in mails:
            yield name, worker.read(octets)
