"""Runtime: what one generation needs at hand, and the observers that hear of everything."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Protocol

from gateway.edge.listener.admission import Admission
from gateway.edge.listener.ports import Observer
from gateway.edge.readers.bugs import bug_of
from gateway.values.events import (
    ConnectionRecord,
    HandshakeRecord,
    RefusalRecord,
    RelayRecord,
    ReloadRecord,
    SessionRecord,
    TransactionRecord,
    check_result,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.daemon.checks import Checks
    from gateway.daemon.config.schema import Config
    from gateway.daemon.enquiry import Enquiry, Inquirer
    from gateway.daemon.gauges import Standing
    from gateway.daemon.generation import Generation, Judge
    from gateway.daemon.keeping import Keeper
    from gateway.daemon.passages import Passages
    from gateway.daemon.waiting import Waiting
    from gateway.edge.nexthop import NextHops
    from gateway.edge.observers.journal import Journal
    from gateway.edge.observers.metrics import Metrics
    from gateway.edge.readers.bugs import Bug
    from gateway.edge.readers.pool import ReaderPool
    from gateway.values.envelope import Client
    from gateway.values.trust import Renewal
    from gateway.values.verdict import Inspection


class Runtime:
    """One generation at work. Transactions hold it while they last; it closes itself after the last one.

    Not for ever: a client may keep a transaction open for hours. One that outlasts `retire` gets 451.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of a generation
        self, config: Config, generation: Generation, judge: Judge, pool: ReaderPool[Inspection], next_hops: NextHops,
        standings: tuple[Standing, ...] = (), inquirer: Inquirer | None = None,
    ) -> None:  # fmt: skip
        """Take over started parts; `standings` are those of the generation's authorities, `inquirer` asks DNS."""
        self.config, self.generation, self.judge = config, generation, judge
        self.standings, self.inquirer = standings, inquirer
        self.pool, self.next_hops = pool, next_hops
        self.rules = generation.rules
        self.admission = Admission(config.relay.relay_domains, config.relay.client_networks, config.relay.clients)
        self._users = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def enquiry(self, client: Client) -> Enquiry | None:
        """Give what one message of a client asks of DNS; None where senders are not checked here."""
        return self.inquirer.enquiry(client) if self.inquirer is not None else None

    def hold(self) -> None:
        """A transaction begins under this generation."""
        self._users += 1
        self._idle.clear()

    def release(self) -> None:
        """It ended."""
        self._users -= 1
        if not self._users:
            self._idle.set()

    async def retire(self, within_s: float) -> None:
        """Close workers and idle connections once no transaction needs them any more, or time is up."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._idle.wait()
        await self.close()

    async def close(self) -> None:
        """Close workers and idle connections now."""
        await self.pool.close()
        await self.next_hops.close()


_COMMANDS = {"GREETING": "CONNECT", "HELO": "EHLO", "DOT": "DATA_END"}
_TOLD_COMMANDS = frozenset(("CONNECT", "EHLO", "STARTTLS", "MAIL", "RCPT", "DATA", "DATA_END"))
_SESSION_ENDS = {
    "refused": "limit",
    "timeout": "timeout",
    "tls": "tls_failed",
    "errors": "dropped",
    "commands": "dropped",
    "protocol": "dropped",
    "shutdown": "denied",
    "fault": "denied",
    "no_header": "proxy_header",
    "bad_header": "proxy_header",
    "late_header": "proxy_header",
}
"""End of a session as the listener names it, to the word of the metric; others are ordinary ends."""


class Observers:
    """Fans every event out to metrics and journal; implements the port of next hops, and `at` that of a listener."""

    def __init__(self, metrics: Metrics, journal: Journal) -> None:
        """Tell both."""
        self.metrics, self.journal = metrics, journal
        self.on_awaited: Callable[[tuple[tuple[bytes, ...], ...]], None] = lambda _paths: None
        """Told which paths wait for revocation data: the trust service."""

    def on_transaction(self, record: TransactionRecord) -> None:
        """A final dot was answered."""
        self.metrics.observe_transaction(record)
        self.journal.observe_transaction(record)
        if record.inspection is not None and record.inspection.awaited and not record.is_secret:
            self.on_awaited(record.inspection.awaited)

    def on_check(self, record: TransactionRecord) -> None:
        """The final dot of a mail to the check address was answered; one of a secret is told as every other is."""
        self.metrics.count("checks", check_result(record.situation))
        if record.is_secret:
            self.on_transaction(record)
            return
        self.journal.observe_check(record)
        if record.inspection is not None and record.inspection.awaited:
            self.on_awaited(record.inspection.awaited)

    def on_refusal(self, record: RefusalRecord) -> None:
        """A command was refused, or a message before it was read."""
        if record.situation.startswith("check_"):
            self.metrics.count("checks", check_result(record.situation))
        self.journal.observe_refusal(record)

    def on_reload(self, record: ReloadRecord) -> None:
        """A generation was loaded, or not."""
        self.metrics.observe_reload(record)
        self.journal.observe_reload(record)

    def on_renewal(self, renewal: Renewal) -> None:
        """The trust service came back."""
        self.metrics.observe_renewal(renewal)
        self.journal.observe_renewal(renewal)

    def at(self, listener: str) -> ListenerObserver:
        """Give the observer of one listener, under its name."""
        return ListenerObserver(self, listener)

    def on_bug(self, where: str, bug: Bug) -> None:
        """A bug showed itself: its class and place are told, never its text, which may quote a message."""
        self.metrics.count("bugs", where)
        self.journal.event("bug", where=where, kind=bug.kind, place=bug.place)

    def on_reader_lost(self, pid: int) -> None:
        """A worker was replaced: what it was reading tells for itself, and with its id the kernel's log can be read."""
        self.journal.event("reader_lost", pid=pid)

    # gateway.values.delivery.RelayObserver

    def on_attempt(self, record: RelayRecord) -> None:
        """An attempt at a next hop ended."""
        self.metrics.observe_relay(record)
        self.journal.observe_relay(record)

    def on_connection(self, record: ConnectionRecord) -> None:
        """A connection to a next hop was opened."""
        self.metrics.observe_connection(record)
        self.journal.observe_connection(record)


class ListenerObserver(Observer):
    """Hears the sessions of one listener."""

    def __init__(self, observers: Observers, listener: str) -> None:
        """Pass on to metrics and journal under the listener's name, a metric label."""
        self._all, self._listener = observers, listener

    def on_session_open(self, client: Client) -> None:
        """A client was let in."""
        self._all.metrics.observe_session(SessionRecord(client, "accepted", listener=self._listener))

    def on_session_close(self, client: Client, result: str, situation: str = "") -> None:
        """A session ended; only ends that are not ordinary are counted and logged."""
        word = "denied" if situation in {"shutting_down", "clients_only"} else _SESSION_ENDS.get(result)
        if word is not None:
            record = SessionRecord(client, word, situation=situation or result, listener=self._listener)
            self._all.metrics.observe_session(record)
            self._all.journal.observe_session(record)

    def on_refusal(self, record: RefusalRecord) -> None:
        """A command was refused."""
        self._all.on_refusal(record)

    def on_reply(self, command: str, code: int) -> None:
        """A reply was given."""
        word = _COMMANDS.get(command, command)
        self._all.metrics.observe_reply(self._listener, word if word in _TOLD_COMMANDS else "other", code)

    def on_tls(self, client: Client, reason: str) -> None:
        """A handshake ended."""
        record = HandshakeRecord(client, is_successful=not reason, reason=reason, listener=self._listener)
        self._all.metrics.observe_handshake(record)
        self._all.journal.observe_handshake(record)

    def on_exception(self, error: Exception) -> None:
        """A bug showed itself in a session."""
        self._all.on_bug("listener", bug_of(error))


class Gateway(Protocol):
    """What a session needs of the service."""

    runtime: Runtime
    """Replaced as a whole at reload."""
    observers: Observers
    passages: Passages
    waiting: Waiting
    checks: Checks
    keeper: Keeper | None
    """Writes the ledger, where one is kept. All four outlive a reload."""
