"""Service: the daemon as a whole: start, serve, reload, drain.

Order of start: configuration and generation, readers, listener, health, READY, trust service. Order of stop: no new
clients, sessions wind down, readers and connections close. A reload builds everything new beside the
old and swaps one reference; when any step fails, the old generation goes on and says why. However many
reloads are asked for, one runs and one more is due.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import os
import signal
import time
from functools import partial
from typing import TYPE_CHECKING

import msgspec

import gateway
from gateway.daemon.asking import decode_inspection
from gateway.daemon.checks import Checks
from gateway.daemon.config.load import pack_files
from gateway.daemon.early import READER_ENTRY
from gateway.daemon.enquiry import Inquirer, resolver_of
from gateway.daemon.fixed import waiting_for_restart
from gateway.daemon.gauges import PartGauges, publish_files, sample_trust, sample_waivers, standings
from gateway.daemon.generation import Judge
from gateway.daemon.keeping import Keeper
from gateway.daemon.listening import Listening, load_tls
from gateway.daemon.loader import load_apart
from gateway.daemon.loading import with_fetched_trust
from gateway.daemon.passages import Passages
from gateway.daemon.renewing import Renewer
from gateway.daemon.runtime import Observers, Runtime
from gateway.daemon.transaction import Session
from gateway.daemon.trial import ReaderWatch, try_readers
from gateway.daemon.waiting import Waiting
from gateway.edge.host import systemd
from gateway.edge.nexthop import NextHops
from gateway.edge.observers.health import Health
from gateway.edge.observers.journal import Journal, adopt_library_logs
from gateway.edge.observers.journal_stream import Stream
from gateway.edge.observers.metrics import Metrics
from gateway.edge.readers.bugs import bug_of
from gateway.edge.readers.pool import ReaderPool
from gateway.values.events import ReloadRecord
from gateway.values.faults import Misconfigured, Transient
from gateway.values.hostport import spell_host_port, split_ip_port
from gateway.values.zone import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gateway.daemon.config.schema import Config
    from gateway.daemon.early import Early
    from gateway.daemon.generation import Generation
    from gateway.edge.listener.tls import ServerTls
    from gateway.edge.nexthop.pool import Asked, Offers
    from gateway.edge.readers.nursery_process import NurseryProcess
    from gateway.values.envelope import Client
    from gateway.values.verdict import Inspection

HEARTBEAT_S = 1.0
RETIRE_WITHIN_S = 600.0
"""For the transactions of a replaced generation, and longer than any client waits for the reply to its final dot."""
MAX_RETIRING = 3
"""Replaced generations kept at once, each with its workers; one more ends the oldest."""
LAG_ALLOWED_S = 1.0
"""A loop later than this does not feed the watchdog."""
_STANDARD_ERROR = 2


class Service:
    """One running gateway."""

    def __init__(self, config_file: Path, early: Early) -> None:
        """Name the configuration, of which nothing is read before `run`, and what `begin` began."""
        self._file, self._places = config_file, early.places
        self._prepared: NurseryProcess | None = early.readers
        self._stop = asyncio.Event()
        self._reloading: asyncio.Task[None] | None = None
        self._is_reload_due = self._is_trust_due = False
        self._retiring: dict[Runtime, asyncio.Task[None]] = {}
        self._lag_s = 0.0
        self._is_draining = False
        self._offers: Offers = {}
        self._inquirer: Inquirer | None = None
        self._learning: asyncio.Task[dict[str, dict[str, Asked]]] | None = None
        self._waiting: Callable[[Config], tuple[str, ...]] = lambda _now: ()
        """Names the settings of a configuration that only a restart puts in force."""

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT.

        Raises:
            Misconfigured: nothing was started.
            OSError: an address cannot be bound.
        """
        started = time.monotonic()
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until there is something to reload
        config, generation = await load_apart(self._file, 1)
        self.metrics = Metrics(gateway.__version__)
        self.journal = _open_journal(config)
        self.observers = Observers(self.metrics, self.journal)
        self._renewer = Renewer(lambda: self.runtime, self.observers, self._on_fetched)
        self.observers.on_awaited = self._renewer.offer
        self._gauges = PartGauges(self.metrics)
        self.journal.on_lost = lambda lost: self.metrics.count("journal_lines_lost", amount=lost)
        self._tls = load_tls(config)
        self.keeper = Keeper(config, generation.host, self.metrics, self.journal) if config.ledger.folder else None
        self.passages = Passages()
        self.waiting = Waiting()
        self.checks = Checks()
        self._readers = ReaderWatch(self._on_readers)
        try:
            self.runtime = await self._build(config, generation)
            self._inquirer = self.runtime.inquirer
        except Transient as fault:
            self._on_readers(fault.detail)
            await self._end_ledger()
            self.journal.close()
            raise
        try:
            await self._serve(config)
            self.journal.event("stopped", duration_s=round(time.monotonic() - started, 1))
        finally:
            await self._end_reloads()
            await self.runtime.close()
            await self._end_ledger()
            if self._inquirer is not None:
                await self._inquirer.resolver.close()
            self.journal.close()

    async def _serve(self, config: Config) -> None:
        self._listening = Listening(self._places, self._new_session, self.observers, self._offered)
        health = Health(self.metrics, ready={"gateway": self._why_not_ready}, live={"loop": self._why_not_alive})
        self.metrics.samplers += [self._sample] if self.keeper is None else [self._sample, self.keeper.sample]
        self._publish(self.runtime)
        self._waiting = lambda now: waiting_for_restart(config, now, own_names=self._listening.own_names)
        await self._listening.start(self.runtime, self._tls)
        if config.metrics.listen:
            await health.start(*split_ip_port(config.metrics.listen, lowest=0))
        self._install_signals()
        tasks = [asyncio.create_task(self._beat())]
        listeners = [spell_host_port(host, port) for host, port in self._listening.addresses]
        self.journal.event(
            "started", version=gateway.__version__, generation=self.runtime.generation.number, listeners=listeners
        )
        gc.collect()
        gc.freeze()  # registry and modules stay: looking through them again and again would cost every message
        systemd.notify("READY=1\nSTATUS=Serving")
        self._learn()
        tasks.append(asyncio.create_task(self._renewer.run()))
        tasks[-1].add_done_callback(self._on_renewer_ended)
        await self._stop.wait()
        self._is_draining = True
        systemd.notify("STOPPING=1\nSTATUS=Draining")
        drain_s = self.runtime.config.limits.drain_s
        self.journal.event("draining", sessions=self._listening.sessions_active, deadline_s=drain_s)
        await self._listening.stop(drain_s)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._readers.stop()
        await health.stop()

    def _on_readers(self, problem: str) -> None:
        """Log why no worker reads, or that they read again."""
        if problem:
            self.journal.event("readers_fail", reason=problem)
        else:
            self.journal.event("readers_work")

    def _new_session(self, client: Client) -> Session:
        del client
        return Session(self)

    def _install_signals(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._stop.set)
        loop.add_signal_handler(signal.SIGINT, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._on_hangup)

    def _on_hangup(self) -> None:
        if self._is_draining:
            return
        self._is_reload_due = True
        self._start_reload()

    def _on_fetched(self) -> None:
        """The trust service brought something new."""
        if not self._is_draining:
            self._is_trust_due = True
            self._start_reload()

    def _on_renewer_ended(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self.observers.on_bug("trust_service", bug_of(error))

    def _start_reload(self) -> None:
        if self._reloading is None:
            self._reloading = asyncio.get_running_loop().create_task(self._reload_while_due())
            self._reloading.add_done_callback(self._on_reloaded)

    async def _reload_while_due(self) -> None:
        while self._is_reload_due or self._is_trust_due:
            is_whole, self._is_reload_due, self._is_trust_due = self._is_reload_due, False, False
            await self.reload(is_whole=is_whole)

    def _on_reloaded(self, task: asyncio.Task[None]) -> None:
        self._reloading = None
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self.observers.on_bug("reload", bug_of(error))

    async def _end_ledger(self) -> None:
        if self.keeper is not None:
            await self.keeper.close()

    async def _end_reloads(self) -> None:
        """Stop a reload under way and close the generations it replaced."""
        for under_way in (self._reloading, self._learning):
            if under_way is not None:
                under_way.cancel()
                await asyncio.gather(under_way, return_exceptions=True)
        for task in self._retiring.values():
            task.cancel()
        for runtime in list(self._retiring):
            await runtime.close()

    async def _build(self, config: Config, generation: Generation) -> Runtime:
        """Start one generation.

        Raises:
            Misconfigured: a route that cannot be used.
            Transient: the readers do not start, or do not read.
        """
        inquirer = self._inquirer_of(config)  # before the readers, which what it raises would leave behind
        judge = await asyncio.to_thread(Judge, generation)
        known = await asyncio.to_thread(standings, generation.trust, dt.datetime.now(dt.UTC))
        next_hops = NextHops(config.relay.routes, generation.host, self.observers, self._offers, config.origin.problem)
        pool = ReaderPool(config.inspection.readers, decode_inspection)
        pool.on_bug, pool.on_lost = partial(self.observers.on_bug, "reader"), self.observers.on_reader_lost
        try:
            prepared, self._prepared = self._prepared, None
            await pool.start(READER_ENTRY, msgspec.msgpack.encode(generation), prepared)
            await try_readers(pool)
        except BaseException:  # cancelled too: workers half started would outlive the generation they belong to
            await pool.close()
            raise
        return Runtime(config, generation, judge, pool, next_hops, known, inquirer)

    def _inquirer_of(self, config: Config) -> Inquirer | None:
        """Give who asks DNS, where senders are checked; the one there is, with its answers, unless servers changed.

        Raises:
            Misconfigured: there is nobody to ask.
        """
        if config.identity.mode != "check":
            return None
        resolver = resolver_of(config, self.metrics.observe_look_up)
        running = self._inquirer.resolver if self._inquirer is not None else None
        # servers too: those of the host may have changed though the settings, which name none, have not
        if running is not None and (running.settings, running.servers) == (resolver.settings, resolver.servers):
            return self._inquirer
        return Inquirer(resolver)

    async def reload(self, *, is_whole: bool = True) -> None:
        """Load everything anew, or only fetched data, and swap; on any problem keep what runs and say so."""
        number = self.runtime.generation.number
        systemd.notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")
        try:
            if is_whole:
                config, generation = await load_apart(self._file, number + 1)
                tls = await asyncio.to_thread(load_tls, config)
            else:
                config, tls = self.runtime.config, self._tls
                generation = await asyncio.to_thread(with_fetched_trust, self.runtime.generation, config)
            fresh = await self._build(config, generation)
        except (Misconfigured, Transient, OSError) as fault:
            record = ReloadRecord(False, number, time.time(), _problems(fault), is_whole)
            self.observers.on_reload(record)
        else:
            self._swap(fresh, tls, is_whole=is_whole)
            if is_whole:
                self._renewer.look_again()
        finally:
            systemd.notify("READY=1")

    def _swap(self, fresh: Runtime, tls: dict[str, ServerTls], *, is_whole: bool) -> None:
        """Put a started generation in place of the one that runs, which retires."""
        self._sample()  # or what the old readers counted since the last scrape were lost
        old, self.runtime, self._tls = self.runtime, fresh, tls
        self._inquirer = fresh.inquirer or self._inquirer
        self._listening.take(fresh, tls)
        self._publish(fresh, is_whole=is_whole)
        if is_whole:
            self._learn()
        waiting = self._waiting(fresh.config)
        self.metrics.set_gauge("config_restart_needed", len(waiting))
        if waiting:
            self.journal.event("restart_needed", generation=fresh.generation.number, settings=waiting)
        if len(self._retiring) >= MAX_RETIRING:
            self._retire(next(iter(self._retiring)), 0.0)
        self._retire(old, RETIRE_WITHIN_S)

    def _offered(self) -> frozenset[str]:
        return self.runtime.next_hops.offered()

    def _learn(self) -> None:
        """Ask the next hops what they offer, beside everything else: until they answer nearly everything is assumed."""
        if self._learning is not None:
            self._learning.cancel()
        self._learning = asyncio.get_running_loop().create_task(self.runtime.next_hops.learn())

    def _retire(self, runtime: Runtime, within_s: float) -> None:
        earlier = self._retiring.pop(runtime, None)
        if earlier is not None:
            earlier.cancel()
        task = self._retiring[runtime] = asyncio.get_running_loop().create_task(runtime.retire(within_s))
        task.add_done_callback(lambda done: None if done.cancelled() else self._retiring.pop(runtime, None))

    def _publish(self, runtime: Runtime, *, is_whole: bool = True) -> None:
        """Tell metrics and journal which generation runs."""
        config, generation = runtime.config, runtime.generation
        self.metrics.configure(
            agencies=runtime.judge.registry.agency_ids(),
            rules=runtime.rules,
            routes=[route.name for route in config.relay.routes],
            listeners=self._listening.names,
        )
        today = dt.datetime.now(VIETNAM).date()
        self.metrics.describe_agencies(lambda agency: runtime.judge.registry.agency(agency, today))
        publish_files(self.metrics, config, pack_files(config).values(), self._listening.names)
        self.observers.on_reload(ReloadRecord(True, generation.number, time.time(), is_whole=is_whole))
        missing = _missing_layers(runtime.pool)
        if missing:
            self.journal.event("sandbox_reduced", missing=missing)

    def _sample(self) -> None:
        """Bring gauges up to date before a scrape."""
        runtime = self.runtime
        self._gauges.sample(self._listening.by_name, runtime.pool, runtime.config.inspection.readers.workers)
        sample_trust(self.metrics, runtime.standings, time.time())
        sample_waivers(self.metrics, runtime.generation.waivers, dt.datetime.now(VIETNAM).date())

    def _why_not_ready(self) -> str:
        if self._is_draining:
            return "draining"
        return self._readers.problem if self.runtime.pool.is_up else "no reader worker"

    def _why_not_alive(self) -> str:
        return f"event loop is {self._lag_s:.1f} s late" if self._lag_s > LAG_ALLOWED_S else ""

    async def _beat(self) -> None:
        """Once a second: measure the loop, flush the journal, feed the watchdog while we are well."""
        interval = systemd.watchdog_interval_s()
        due = time.monotonic()
        while True:
            before = time.monotonic()
            await asyncio.sleep(HEARTBEAT_S)
            now = time.monotonic()
            self._lag_s = max(0.0, now - before - HEARTBEAT_S)
            self.metrics.observe_loop_lag(self._lag_s)
            self.journal.flush()
            self._readers.glance(self.runtime.pool, now)
            if interval and now >= due and self._lag_s < LAG_ALLOWED_S:
                systemd.notify("WATCHDOG=1")
                due = now + interval


def _problems(fault: Misconfigured | Transient | OSError) -> tuple[str, ...]:
    """Say why a generation was not put in place."""
    if isinstance(fault, Misconfigured):
        return tuple(str(problem) for problem in fault.problems)
    return (fault.detail if isinstance(fault, Transient) else fault.strerror or type(fault).__name__,)


def _open_journal(config: Config) -> Journal:
    is_terminal = os.isatty(_STANDARD_ERROR)
    is_console = {"console": True, "json": False}.get(config.log.format, is_terminal)
    journal = Journal(Stream(_STANDARD_ERROR), is_console=is_console, has_colours=is_terminal)
    adopt_library_logs(journal)
    return journal


def _missing_layers(pool: ReaderPool[Inspection]) -> list[str]:
    report = pool.sandbox_report
    if report is None:
        return ["all"]
    layers = {"no_new_privs": report.no_new_privs, "landlock": report.landlock_abi, "seccomp": report.seccomp}
    return [name for name, holds in layers.items() if not holds]
