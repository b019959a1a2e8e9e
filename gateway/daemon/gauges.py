"""Gauges: what the daemon knows of its parts, brought to the metrics at a scrape and at a reload."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gateway.edge.host.certificate import expires_at_s
from gateway.edge.trust.folder import TRUST_LISTS
from gateway.read.trust.authorities import authorities

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping

    from gateway.daemon.config.schema import Config
    from gateway.edge.listener.server import Listener
    from gateway.edge.observers.metrics import Metrics
    from gateway.edge.readers.pool import ReaderPool
    from gateway.values.trust import TrustSnapshot
    from gateway.values.verdict import Inspection
    from gateway.values.waiver import Waiver


class PartGauges:
    """Samples listeners and reader pool; the caller names the pool, which changes with the generation."""

    def __init__(self, metrics: Metrics) -> None:
        """Write to `metrics`."""
        self._metrics = metrics
        self._pool: ReaderPool[Inspection] | None = None
        self._restarts_seen = self._kept_seen = 0

    def sample(self, listeners: Mapping[str, Listener], pool: ReaderPool[Inspection], workers: int) -> None:
        """Bring gauges up to date; call before every scrape. `workers` is how many are configured."""
        metrics = self._metrics
        for name, listener in listeners.items():
            metrics.set_gauge("smtp_connections_active", listener.sessions_active, name)
            metrics.set_gauge("smtp_connections_limit", listener.settings.sessions_limit, name)
        metrics.set_gauge("in_flight_bytes", sum(one.room.used_octets for one in listeners.values()))
        metrics.set_gauge("in_flight_limit_bytes", sum(one.room.limit_octets for one in listeners.values()))
        metrics.set_gauge("workers_busy", pool.busy)
        metrics.set_gauge("workers_limit", workers)
        metrics.set_gauge("messages_waiting", pool.turns.waiting)
        metrics.set_gauge("worker_largest_part_ratio", pool.turns.largest_part())
        self._count(pool)
        report = pool.sandbox_report
        if report is not None:
            metrics.set_gauge("worker_sandbox", int(report.rlimits), "rlimits")
            metrics.set_gauge("worker_sandbox", int(report.landlock_abi > 0), "landlock")
            metrics.set_gauge("worker_sandbox", int(report.seccomp), "seccomp")
            metrics.set_gauge("worker_sandbox", int(report.no_new_privs), "no_new_privs")

    def _count(self, pool: ReaderPool[Inspection]) -> None:
        """Add what a pool counted since the last look; a reload brings a new pool that starts at 0."""
        if pool is not self._pool:
            self._pool, self._restarts_seen, self._kept_seen = pool, 0, 0
        self._metrics.count("worker_restarts", amount=pool.restarts - self._restarts_seen)
        self._metrics.count("worker_kept", amount=pool.turns.kept - self._kept_seen)
        self._restarts_seen, self._kept_seen = pool.restarts, pool.turns.kept


class Standing(NamedTuple):
    """How one authority in force stands, for the gauges."""

    trust_list: str
    fresh_until_s: float
    """Unix time its newest list ends; 0 without any."""
    ends_at_s: float
    """Unix time its certificate ends: from then on nobody waits for its lists."""


def standings(trust: TrustSnapshot, at: dt.datetime) -> tuple[Standing, ...]:
    """Sum up the authorities of a snapshot; none when revocation is not looked at."""
    if trust.revocation == "off":
        return ()
    return tuple(
        Standing(
            one.trust_list,
            one.fresh_until.timestamp() if one.fresh_until else 0.0,
            one.certificate.not_valid_after_utc.timestamp(),
        )
        for one in authorities(trust, at)
        if one.trust_list
    )


def sample_trust(metrics: Metrics, known: tuple[Standing, ...], at_s: float) -> None:
    """Show when the lists of each trust list run out, and how many authorities are without a fresh one."""
    for trust_list in TRUST_LISTS:
        ends = [one.fresh_until_s for one in known if one.trust_list == trust_list and one.ends_at_s >= at_s]
        metrics.set_gauge("trust_stale_authorities", sum(end < at_s for end in ends), trust_list)
        if ends:
            metrics.set_gauge("trust_list_expiry_timestamp_seconds", min(ends), trust_list)


def sample_waivers(metrics: Metrics, waivers: Iterable[Waiver], on: dt.date) -> None:
    """Show how many waivers in force end soon; `on` is the day in Vietnam."""
    metrics.set_gauge("waivers_expiring", sum(one.is_expiring(on) for one in waivers))


def publish_files(metrics: Metrics, config: Config, packs: Iterable[Path], listeners: Collection[str]) -> None:
    """Show how old the data of a generation is and when its certificates end; call after every load.

    `packs` are the pack files of `gateway.daemon.config.load.pack_files`. A file that vanished since it was
    loaded keeps its last value.
    """
    folders = (config.trust.folder, config.trust.fetch.folder)
    trust = [file for folder in folders if folder for file in Path(folder).rglob("*") if file.name != "state.json"]
    datasets: dict[str, Iterable[str | Path]] = {
        "registry": (*config.registry.files, *config.registry.domain_lists),
        "trust": trust,
        "packs": packs,
    }
    for dataset, files in datasets.items():
        newest = _newest_change_s(files)
        if newest:
            metrics.set_gauge("data_updated_timestamp_seconds", newest, dataset)
    for block in config.listen:
        if block.certificate_file and block.name in listeners:
            with contextlib.suppress(OSError, ValueError):
                expiry = expires_at_s(block.certificate_file)
                metrics.set_gauge("certificate_expiry_timestamp_seconds", expiry, block.name)


def _newest_change_s(files: Iterable[str | Path]) -> float:
    """Give the newest modification time of some files, 0 when none is there."""
    newest = 0.0
    for file in files:
        with contextlib.suppress(OSError):
            newest = max(newest, Path(file).stat().st_mtime)
    return newest
