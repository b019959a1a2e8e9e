"""The connections of one route: a bounded number, the warm ones last in, first out.

Every transaction holds one slot from `acquire` to `release`, with or without a connection. A warm connection
is only kept while the slot it was used in becomes free, so connections in use and warm together never exceed
`max_connections`. Waiting for a slot is first come, first served (asyncio.Semaphore) and ends in 451.

A client decides how long its transaction idles between two commands, so an idle one is only a loan: when slots
run out, the transaction idle longest gives up connection and slot, and takes them up again (its envelope is
replayed) with its next command. Otherwise a hundred idle clients would keep everybody's mail out.

Health is looked at lazily: the event loop has already noted an end of stream or a farewell on an idle
connection by the time it is taken; what it could not see yet is repaired by replay (see `transaction`).
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from gateway.edge.nexthop.connection import open_connection
from gateway.edge.nexthop.replies import OpeningFailed
from gateway.values.delivery import AttemptResult
from gateway.values.events import ConnectionRecord, RelayRecord

if TYPE_CHECKING:
    import ssl

    from gateway.edge.nexthop.connection import NextHopConnection
    from gateway.values.delivery import RelayObserver, Route

MAX_REUSE_S: Final = 300.0
"""A connection older than this is not given another transaction, so traffic returns to a preferred host that
recovered and follows changed addresses (Postfix smtp_connection_reuse_time_limit: 300 s)."""
IDLE_GRACE_S: Final = 1.0
"""A transaction idle for less keeps its slot: honest clients send their next command within a round trip."""
MAX_REFUSED: Final = 5
"""Refusals on a connection since it last took a message; one with as many is not lent to the next transaction. Servers
answer a client slowly after some (Postfix smtpd_soft_error_limit: 10, then 1 s a reply) and the next one may bring
refusals of its own; a new connection costs a few milliseconds."""
HOST_REST_S: Final = 30.0
"""A host that failed is tried last for this long, so a dead first host does not delay every message."""


Offers = dict[str, frozenset[str]]
"""`host:port` to the EHLO keywords, lower case, of the last connection to it."""
ASSUMED: Final = frozenset({"8bitmime", "smtputf8"})
"""Of a next hop nobody has spoken to: what nearly every server offers, and whose lack costs one deferral. Not DSN: a
report promised and not given would be lost."""


class Asked(NamedTuple):
    """What came of asking a host for its offer."""

    problem: str = ""
    """Why it did not answer; empty when it did."""
    tls_error: str = ""
    """What failed at STARTTLS, so that it gets mail in plain; empty when nothing did."""
    tls: str = ""
    """One of `gateway.values.events.RELAY_TLS`."""
    extensions: frozenset[str] = frozenset()
    """Lower-case EHLO keywords it offers."""
    situation: str = ""
    """What the problem is, of the table of replies; empty when there is none."""


class Parkable(Protocol):
    """A transaction as its pool sees it."""

    def yield_slot(self) -> None:
        """Give connection and slot up; called only while parked."""


class RoutePool:
    """Opens, keeps and hands out the connections of one route."""

    def __init__(
        self, route: Route, helo: str, tls: ssl.SSLContext | None, observer: RelayObserver, offers: Offers | None = None
    ) -> None:
        """Prepare without connecting; `tls` is None when the route never asks for TLS.

        `offers` outlives this pool: what is known of the hosts of all generations.
        """
        self.route = route
        self._offers: Offers = {} if offers is None else offers
        self.observer = observer
        self._helo = route.helo or helo
        self._tls = tls
        self._slots = asyncio.Semaphore(route.max_connections)
        self._warm: list[NextHopConnection] = []
        self._parked: dict[Parkable, float] = {}
        """Transactions between two commands, with the instant they became idle, longest idle first."""
        self._failed_at: dict[str, float] = {}
        self._expiry: asyncio.TimerHandle | None = None
        self._is_closed = False

    @property
    def warm_count(self) -> int:
        """Idle connections kept now."""
        return len(self._warm)

    @property
    def offered(self) -> frozenset[str]:
        """EHLO keywords, lower case, that every host of the route offered when it was last spoken to.

        While none was, ASSUMED: a host that lacks one shows it before any mail is lost to the guess.
        """
        known = [self._offers[host] for host in self.route.hosts if host in self._offers]
        return frozenset.intersection(*known) if known else ASSUMED

    async def learn(self) -> dict[str, Asked]:
        """Ask every host for its keywords; one that does not answer stays as it was."""
        found = {}
        for host in self.route.hosts:
            try:
                connection = await self._connect(host)
            except OpeningFailed as fault:
                found[host] = Asked(problem=f"{fault.stage}: {fault.detail}", situation=fault.situation)
            else:
                found[host] = Asked("", connection.tls_error, connection.tls, connection.extensions)
                connection.quit()
        return found

    async def acquire(self) -> None:
        """Take a slot, waiting at most the connect timeout.

        Raises:
            Transient: all connections stayed in use.
        """
        if not self._slots.locked():
            await self._slots.acquire()
            return
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + self.route.connect_timeout_s
        while loop.time() < ends_at:
            self._reclaim(loop.time())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(min(ends_at, loop.time() + IDLE_GRACE_S)):
                    await self._slots.acquire()
                    return
        words = f"all {self.route.max_connections} connections of the route in use"
        raise OpeningFailed("next_hop_timeout", words, "slot")

    def park(self, transaction: Parkable) -> None:
        """Note that a transaction waits for its client: from now on it may lose its slot."""
        self._parked[transaction] = asyncio.get_running_loop().time()

    def unpark(self, transaction: Parkable) -> None:
        """Note that a transaction is at work again, or over."""
        self._parked.pop(transaction, None)

    def _reclaim(self, now: float) -> None:
        """Take the slot of the transaction idle longest, if it is idle long enough."""
        idlest = next(iter(self._parked), None)
        if idlest is not None and now - self._parked[idlest] >= IDLE_GRACE_S:
            del self._parked[idlest]
            idlest.yield_slot()

    def release(self) -> None:
        """Free a slot, after its connection was given back or cut."""
        self._slots.release()

    async def take(self, transaction_id: str = "") -> NextHopConnection:
        """Hand out the warm connection used last, or open one; the id is for the observer.

        Raises:
            Transient: no host could be opened; the fault of the last one tried.
        """
        now = asyncio.get_running_loop().time()
        while self._warm:
            connection = self._warm.pop()
            if connection.protocol.is_clean and not self._is_stale(connection, now):
                return connection
            connection.quit()
        return await self.open(transaction_id)

    async def open(self, transaction_id: str = "") -> NextHopConnection:
        """Open a connection to the first host that lets us, hosts that failed lately last.

        Raises:
            Transient: as `take`.
        """
        loop = asyncio.get_running_loop()
        fault = OpeningFailed("next_hop_unroutable", "route without hosts", "connect")
        for host in self._hosts_by_health(loop.time()):
            started = loop.time()
            try:
                return await self._connect(host, transaction_id)
            except OpeningFailed as error:
                fault = OpeningFailed(error.situation, f"{host}: {error.detail}", error.stage)
                self.note_failure(host)
                self._observe_opening(host, error, loop.time() - started, transaction_id)
        raise fault

    async def _connect(self, host: str, transaction_id: str = "") -> NextHopConnection:
        """Open one connection, note what the host offers and tell how it was opened. Raises OpeningFailed."""
        connection = await open_connection(self.route, host, self._helo, self._tls)
        self._offers[host] = connection.extensions
        record = ConnectionRecord(self.route.name, host, connection.tls, connection.tls_error, transaction_id)
        self.observer.on_connection(record)
        return connection

    def _observe_opening(self, host: str, error: OpeningFailed, seconds: float, transaction_id: str) -> None:
        is_about_us = error.situation == "next_hop_refuses_us"
        result = AttemptResult.GATEWAY_REFUSED if is_about_us else AttemptResult.CONNECTION_FAILED
        record = RelayRecord(
            self.route.name, host, result.value, int(seconds * 1_000_000), transaction_id,
            stage=error.stage, situation=error.situation, reason=error.detail,
        )  # fmt: skip
        self.observer.on_attempt(record)

    def note_failure(self, host: str) -> None:
        """Try this host last for a while."""
        self._failed_at[host] = asyncio.get_running_loop().time()

    def give_back(self, connection: NextHopConnection) -> None:
        """Keep a clean connection warm, or close it."""
        loop = asyncio.get_running_loop()
        is_young = loop.time() - connection.opened_at < MAX_REUSE_S
        is_welcome = connection.refused_count < MAX_REFUSED
        if self._is_closed or not is_young or not is_welcome or not connection.protocol.is_clean:
            connection.quit()
            return
        if len(self._warm) >= self.route.max_warm:
            connection.quit()
            return
        connection.is_warm = True
        connection.idle_since = loop.time()
        self._warm.append(connection)
        if self._expiry is None:
            self._expiry = loop.call_later(self.route.idle_s, self._expire)

    def close(self) -> None:
        """Close the warm connections; those in use are closed when given back."""
        self._is_closed = True
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
        while self._warm:
            self._warm.pop().quit()

    def _hosts_by_health(self, now: float) -> list[str]:
        def has_failed(host: str) -> bool:
            return now - self._failed_at.get(host, -HOST_REST_S) < HOST_REST_S

        return sorted(self.route.hosts, key=has_failed)

    def _is_stale(self, connection: NextHopConnection, now: float) -> bool:
        return now - connection.idle_since >= self.route.idle_s

    def _expire(self) -> None:
        """Close what was idle too long; the oldest stand first because the list is used from its end."""
        loop = asyncio.get_running_loop()
        self._expiry = None
        while self._warm and (self._is_stale(self._warm[0], loop.time()) or self._warm[0].protocol.fault is not None):
            self._warm.pop(0).quit()
        if self._warm:
            left_s = self._warm[0].idle_since + self.route.idle_s - loop.time()
            self._expiry = loop.call_later(max(left_s, 0.0), self._expire)
