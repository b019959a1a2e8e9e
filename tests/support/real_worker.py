"""Have octets read in a real worker: sandbox, limits and all; what it found and what that cost."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

import msgspec

from gateway.edge.readers.pool import ReaderPool, ReaderSettings
from gateway.values.faults import Transient
from tests.support.signed_pdfs import trust

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def read_each(mails: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read each mail in a fresh worker, for memory once taken does not count for the next.

    Gives its name and what `bomb_work` answers, or `fault` and `detail` where the worker did not answer.
    """
    with asyncio.Runner() as runner:
        pool: ReaderPool[dict[str, Any]] = ReaderPool(ReaderSettings(workers=1, recycle_after=1), msgspec.json.decode)
        try:
            runner.run(pool.start("tests.support.bomb_work:load", msgspec.msgpack.encode(trust())))
            for name, octets in mails:
                yield name, runner.run(_read(pool, octets))
        finally:
            runner.run(pool.close())


async def _read(pool: ReaderPool[dict[str, Any]], octets: bytes) -> dict[str, Any]:
    fd = os.memfd_create("hostile")
    try:
        with os.fdopen(os.dup(fd), "wb") as target:
            target.write(octets)
        return await pool.inspect(b"", fd, unread=b"")
    except Transient as fault:
        return {"fault": fault.situation, "detail": fault.detail}
    finally:
        os.close(fd)
