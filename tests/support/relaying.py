"""What the next hop tests share: an observer that remembers, messages in memory files, one whole relay."""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import TYPE_CHECKING, Any

from gateway.edge.nexthop import NextHops
from gateway.values.delivery import NextHopRefused, NextHopReply, Route, TlsPolicy
from gateway.values.envelope import MailCommand, RcptCommand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gateway.edge.nexthop import NextHopTransaction
    from gateway.values.events import ConnectionRecord, RelayRecord

SENDER, RECIPIENT = "vanthu@so-a.example", "vanthu@so-b.example"
SMALL = b"Subject: So 12/SO-A\r\n\r\nKinh gui So B\r\n..dot\r\n"
LARGE = b"Subject: large\r\n\r\n" + (b"0123456789abcdef" * 4 + b"\r\n") * 250_000
"""More than the socket buffers of both ends hold together."""


class Remembering:
    """A relay observer that keeps what it was told."""

    def __init__(self) -> None:
        self.records: list[RelayRecord] = []
        self.connections: list[ConnectionRecord] = []

    def on_attempt(self, record: RelayRecord) -> None:
        """Remember what was told."""
        assert record.duration_us >= 0
        self.records.append(record)

    def on_connection(self, record: ConnectionRecord) -> None:
        """Remember how it was opened."""
        self.connections.append(record)

    @property
    def attempts(self) -> list[tuple[str, str]]:
        """Route and result of each, in order."""
        return [(record.route, record.result) for record in self.records]

    @property
    def results(self) -> list[str]:
        """Results alone, in order."""
        return [result for _, result in self.attempts]


def route_to(*hosts: str, **fields: Any) -> Route:
    """Make a route for every domain, in plain unless said otherwise."""
    return Route("so-b", ("*",), hosts, **{"tls": TlsPolicy.NONE, **fields})


def hops_to(*hosts: str, observer: Remembering | None = None, **fields: Any) -> NextHops:
    """Make next hops with this one route."""
    return NextHops([route_to(*hosts, **fields)], "gateway.example", observer or Remembering())


@contextlib.contextmanager
def memory_file(octets: bytes) -> Iterator[int]:
    """Give a descriptor of an anonymous memory file that holds the octets."""
    fd = os.memfd_create("message")
    try:
        with open(fd, "wb", closefd=False) as file:
            file.write(octets)
        yield fd
    finally:
        os.close(fd)


async def until(condition: Callable[[], object]) -> None:
    """Let the loop run until the condition holds; a test that waits in vain fails."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - the conditions are states of sockets, nobody sets an event
            await asyncio.sleep(0)


async def begin(
    hops: NextHops, reverse_path: str = SENDER, forward_path: str | None = None, transaction_id: str = "", **fields: Any
) -> NextHopTransaction:
    """Begin a transaction over the only route; `fields` are those of MAIL."""
    route = hops.route_for("so-b.example")
    assert route is not None
    rcpt = None if forward_path is None else RcptCommand(forward_path)
    return await hops.begin(route, MailCommand(reverse_path, **fields), rcpt, transaction_id)


async def send(
    transaction: NextHopTransaction, octets: bytes = SMALL, prefix: bytes = b"", **fields: Any
) -> NextHopReply:
    """Send the octets of a memory file."""
    with memory_file(octets) as fd:
        return await transaction.send(prefix, fd, len(octets), **fields)


async def relay(hops: NextHops, octets: bytes = SMALL, **fields: Any) -> NextHopReply:
    """Relay one message to one recipient: the first answer that is no acceptance, or the last."""
    try:
        transaction = await begin(hops, **fields)
    except NextHopRefused as refused:
        return refused.answer
    answer = await transaction.rcpt(RcptCommand(RECIPIENT))
    if not answer.is_accepted:
        await transaction.abandon()
        return answer
    return await send(transaction, octets)
