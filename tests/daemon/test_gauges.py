"""What the daemon knows of its parts reaches the metrics."""

from __future__ import annotations

import datetime as dt
import os

import msgspec
from prometheus_client.parser import text_string_to_metric_families

from gateway.daemon.config.load import Config
from gateway.daemon.gauges import PartGauges, publish_files, sample_waivers
from gateway.edge.listener.admission import Admission
from gateway.edge.listener.ports import ListenerSettings
from gateway.edge.listener.server import Listener
from gateway.edge.observers.metrics import Metrics
from gateway.edge.readers.pool import ReaderPool, ReaderSettings
from gateway.values.waiver import Waiver


def scraped(metrics):
    """Give {(name, labels): value} of a scrape."""
    families = text_string_to_metric_families(metrics.render("text/plain")[0].decode())
    return {
        (sample.name, tuple(sample.labels.values())): sample.value for family in families for sample in family.samples
    }


def made():
    """Make metrics that know the listener `smtp`."""
    metrics = Metrics("0.1.0")
    metrics.configure(listeners=["smtp"])
    return metrics


def idle_listener(settings):
    """Make a listener that never listens."""
    return Listener(settings, "mx.example.vn", lambda _client: None, admission=Admission((), ()))


def test_a_scrape_shows_sessions_octets_and_workers():
    """Limits stand beside what is used, so that an alert can divide."""
    metrics = made()
    settings = ListenerSettings()
    listener = idle_listener(settings)
    listener.room.reserve(1_000)

    PartGauges(metrics).sample({"smtp": listener}, ReaderPool(ReaderSettings(), bytes), workers=3)
    found = scraped(metrics)

    assert found["congthu_smtp_connections_limit", ("smtp",)] == settings.sessions_limit
    assert found["congthu_in_flight_bytes", ()] == 1_000
    assert found["congthu_in_flight_limit_bytes", ()] == settings.in_flight_octets
    assert found["congthu_workers_limit", ()] == 3


def test_restarts_add_up_over_generations():
    """Each generation has a pool of its own that counts from 0; the metric never goes back."""
    metrics = made()
    gauges = PartGauges(metrics)
    old, new = ReaderPool(ReaderSettings(), bytes), ReaderPool(ReaderSettings(), bytes)
    for pool, restarts in ((old, 2), (old, 3), (new, 0), (new, 1)):
        pool.restarts = restarts
        gauges.sample({"smtp": idle_listener(ListenerSettings())}, pool, workers=1)

    assert scraped(metrics)["congthu_worker_restarts_total", ()] == 4


def test_data_sets_show_when_they_last_changed(tmp_path):
    """The newest file counts; a missing one and a data set without files show nothing."""
    files = [tmp_path / "a.toml", tmp_path / "b.csv"]
    for number, file in enumerate(files, 1):
        file.touch()
        os.utime(file, (number * 1_000_000, number * 1_000_000))
    config = Config()
    registry = msgspec.structs.replace(config.registry, files=(*map(str, files), str(tmp_path / "gone.toml")))
    metrics = made()

    publish_files(metrics, msgspec.structs.replace(config, registry=registry), [files[0]], ["smtp"])
    found = {labels: value for (name, labels), value in scraped(metrics).items() if "data_updated" in name}

    assert found == {("registry",): 2_000_000, ("packs",): 1_000_000}


def test_a_scrape_shows_waivers_that_end_within_two_weeks():
    """Those in force: one that ended, or has not begun, needs nobody's attention now."""
    metrics, today = made(), dt.date(2026, 11, 23)

    def waiver(first, last):
        days = (today + dt.timedelta(days=first), today + dt.timedelta(days=last))
        return Waiver(id="w", rules=("X-1",), reason="x", approved_by="x", valid_from=days[0], valid_to=days[1])

    sample_waivers(metrics, [waiver(-9, -1), waiver(-9, 0), waiver(0, 13), waiver(0, 14), waiver(1, 13)], today)

    assert scraped(metrics)["congthu_waivers_expiring", ()] == 2
