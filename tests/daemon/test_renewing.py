"""The trust service in a running daemon: sent out in a process of its own, swapped in when something changed."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
import time
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from gateway.daemon import renewing
from gateway.daemon.config.load import Config, load_config
from gateway.daemon.gauges import sample_trust, standings
from gateway.daemon.inspection import Inspector
from gateway.daemon.loading import load_generation
from gateway.daemon.renewing import MAX_TRIES, Renewer, renew_apart
from gateway.demo.mails import DEPARTMENT_A, demo_mails
from gateway.demo.pki import Subject
from gateway.demo.run import write_world
from gateway.edge.observers.metrics import Metrics
from gateway.edge.trust.cache import read_cache
from gateway.edge.trust.fetch import Errand, FetchSettings
from gateway.edge.trust.folder import numbered
from gateway.values.envelope import Client, Envelope
from gateway.values.events import ReloadRecord
from gateway.values.faults import Transient
from gateway.values.trust import FetchReport, Renewal
from tests.support.authorities import Hierarchy, addressed, crl
from tests.support.daemon import running_daemon, world
from tests.support.signed_pdfs import AT
from tests.support.web import web_server

NOW_S = AT.timestamp()


@pytest.fixture(scope="module")
def server():
    """One server for all tests here."""
    with web_server() as made:
        yield made


@pytest.fixture
def web(server):
    """That server, knowing nothing yet."""
    server.pages.clear()
    server.asked.clear()
    return server


def errand(hierarchy, folder, **options):
    """Send for the lists of a hierarchy."""
    settings = FetchSettings(folder=str(folder), hosts=("127.0.0.1",), deadline_s=5)
    return Errand(hierarchy.trust(), settings, NOW_S, **options)


def test_the_process_fetches_inside_its_sandbox(web, tmp_path):
    """Connecting and writing one folder is all it needs; the answer comes back whole."""
    hierarchy = Hierarchy(web.base)
    web.pages |= {"/root.crl": crl(hierarchy.root), "/sub.crl": crl(hierarchy.sub)}
    awaited = ((hierarchy.leaf.der, hierarchy.sub.der),)
    renewal = asyncio.run(renew_apart(errand(hierarchy, tmp_path, awaited=awaited)))

    assert ["new", "new"] == [report.result for report in renewal.reports]
    assert {web.pages["/root.crl"], web.pages["/sub.crl"]} == set(read_cache(tmp_path)[0])
    assert ((), NOW_S) == (renewal.open_paths, renewal.succeeded_at_s)


def test_a_process_that_dies_is_a_fault(tmp_path, monkeypatch):
    """Its death costs nothing but this run."""
    monkeypatch.setattr(renewing.sys, "executable", "/bin/false")

    with pytest.raises(Transient) as fault:
        asyncio.run(renew_apart(errand(Hierarchy("http://127.0.0.1:9"), tmp_path)))
    assert "ended with 1" in fault.value.detail


def test_a_run_that_hangs_ends_with_the_daemon(web, tmp_path):
    """Who stops waiting for it leaves no process behind, though the server never answers."""
    asked = threading.Event()

    def hang(handler) -> None:
        asked.set()
        web.hang(handler)

    web.pages["/root.crl"] = hang

    async def story() -> None:
        task = asyncio.create_task(renew_apart(errand(Hierarchy(web.base), tmp_path)))
        assert await asyncio.to_thread(asked.wait, 30)
        assert 1 == len(fetching())
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(story())
    assert [] == fetching()


def fetching():
    """Command lines of our children that fetch."""
    pids = [pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()]
    lines = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids]
    return [line for line in lines if b"gateway.daemon.renewing" in line]


class Heard:
    """Stands where the runtime and the observers stand."""

    def __init__(self, hierarchy, settings) -> None:
        self.config = Config(trust=type(Config().trust)(fetch=settings))
        self.generation = type("Generation", (), {"trust": numbered(hierarchy.trust())})
        self.renewals: list[Renewal] = []
        self.changes = 0

    def on_renewal(self, renewal: Renewal) -> None:
        """Note it."""
        self.renewals.append(renewal)

    def on_change(self) -> None:
        """Count it."""
        self.changes += 1


def renewer(hierarchy, **settings):
    """Make one that is not running, with whoever hears of it."""
    heard = Heard(hierarchy, FetchSettings(hosts=("127.0.0.1",), deadline_s=5, **settings))
    return Renewer(lambda: heard, heard, heard.on_change, lambda: NOW_S), heard


def test_offers_of_a_worker_are_bounded(tmp_path):
    """Too long a path, too large a certificate, too many: left out. Nothing is taken while fetching is off."""
    hierarchy = Hierarchy("http://127.0.0.1:9")
    made, _ = renewer(hierarchy, folder=str(tmp_path))
    off, _ = renewer(hierarchy)
    bad = ((), (b"",) * 5, (bytes(20_000),), (b"good",))
    many = tuple((bytes([1, number]),) for number in range(100))
    for one in (made, off):
        one.offer(bad)
        one.offer(many[:8])
        one.offer(many)

    assert 16 == len(made._awaited)
    assert {} == off._awaited


def test_awaited_paths_are_tried_some_times_and_forgotten(tmp_path):
    """A responder that never answers is not asked for ever; a change is told once there is one."""
    hierarchy = Hierarchy("http://127.0.0.1:9")
    made, heard = renewer(hierarchy, folder=str(tmp_path))
    made.offer(((hierarchy.silent.der, hierarchy.sub.der),))
    awaited = dict(made._awaited)
    for tries in range(1, MAX_TRIES):
        made._keep_open(list(awaited), dict(made._awaited))
        assert [tries] == [count for _, count in made._awaited.values()]
    made._keep_open(list(awaited), dict(made._awaited))

    assert {} == made._awaited
    assert 0 == heard.changes


def test_a_run_tells_what_changed(web, tmp_path):
    """New data asks for a new generation; a run that brought nothing new asks for none."""
    hierarchy = Hierarchy(web.base)
    made, heard = renewer(hierarchy, folder=str(tmp_path))

    async def story() -> None:
        await made._once()
        assert ("failed", 0) == (heard.renewals[0].reports[0].result, heard.changes)
        web.pages["/root.crl"] = crl(hierarchy.root, days=(-1, 30_000))
        await made._once()
        (tmp_path / "state.json").unlink()
        await made._once()

    asyncio.run(story())
    assert [1, 0, 1] == [len(renewal.reports) for renewal in heard.renewals]
    assert "stale" == heard.renewals[-1].reports[0].reason
    web.pages["/root.crl"] = crl(hierarchy.root, days=(-1, 300))
    (tmp_path / "state.json").unlink()
    asyncio.run(made._once())
    assert 1 == heard.changes


def test_a_clock_that_is_set_back_during_a_run_delays_nothing_for_long(tmp_path):
    """The next run comes after the usual interval at the latest."""
    hierarchy = Hierarchy("http://127.0.0.1:9")
    made, heard = renewer(hierarchy, folder=str(tmp_path))
    clock = iter((NOW_S + 20 * 86_400, NOW_S))
    made._now = lambda: next(clock)

    assert FetchSettings().interval_s == asyncio.run(made._once())
    assert ["unreachable"] == [report.reason for report in heard.renewals[0].reports]


def test_fetched_data_put_in_place_says_nothing_of_the_files_on_disk():
    """A configuration that did not load stays an alert when a list is swapped in."""
    metrics = Metrics("0.1.0")
    metrics.observe_reload(ReloadRecord(False, 1, NOW_S))
    metrics.observe_reload(ReloadRecord(True, 2, NOW_S, is_whole=False))
    value = metrics.registry.get_sample_value

    assert (2, 0) == (value("congthu_config_generation"), value("congthu_config_last_reload_successful"))


def test_gauges_show_the_first_list_to_end():
    """By trust list: the earliest end, 0 for a missing list, and how many authorities wait."""
    hierarchy = Hierarchy("http://crl.example")
    metrics = Metrics("0.1.0")
    seen = []
    for lists in ((crl(hierarchy.root), crl(hierarchy.sub, days=(-1, 2))), (crl(hierarchy.root),)):
        sample_trust(metrics, standings(hierarchy.trust(*lists), AT), NOW_S)
        samples = {
            sample.name: sample.value
            for family in metrics.registry.collect()
            for sample in family.samples
            if sample.labels.get("trust_list") == "official"
        }
        seen.append((
            samples["congthu_trust_list_expiry_timestamp_seconds"], samples["congthu_trust_stale_authorities"]
        ))  # fmt: skip

    assert [(NOW_S + 2 * 86_400, 0), (0, 1)] == seen


def test_metrics_count_what_was_asked():
    """By result; the last success keeps its time when a later run fails."""
    metrics = Metrics("0.1.0")
    reports = tuple(FetchReport("http://crl.example/", word) for word in ("new", "failed", "failed"))
    metrics.observe_renewal(Renewal(reports, succeeded_at_s=NOW_S))
    metrics.observe_renewal(Renewal(reports[1:]))
    value = metrics.registry.get_sample_value

    assert 4 == value("congthu_trust_fetches_total", {"result": "failed"})
    assert NOW_S == value("congthu_trust_fetch_last_success_timestamp_seconds")


@cache
def addressed_mails(base):
    """The sample mails by title, signed with a certificate that names its list on the test's server."""
    made, _ = world()
    old = made.leaf("addressed demo agency", Subject(mailbox=DEPARTMENT_A), kind="rsa")
    leaf = addressed(made, "demo agency with list", made.subs["official"], crls=[f"{base}/sub.crl"], like=old)
    now = dt.datetime.now(dt.UTC)
    return {mail.title: mail for mail in demo_mails(replace(made, leaves={"demo-agency": leaf}), now)}, leaf


def forget_list(folder) -> None:
    """Take the sub-CA's list out of the trust folder before the daemon starts."""
    (folder / "trust" / "crls" / "official-sub.crl").unlink()


def test_a_deferred_document_passes_once_its_list_was_fetched(web, tmp_path):
    """The signer's certificate says where the list is; mail flows meanwhile, and the swap takes nothing else along."""
    mails, _ = addressed_mails(web.base)
    signed = mails["Công văn PDF có chữ ký số"]
    gate = threading.Event()

    def gated(handler) -> None:
        gate.wait(30)
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(world()[0].crls()[1])

    web.pages |= {"/sub.crl": gated}
    for folder in ("cache", "world"):
        (tmp_path / folder).mkdir()
    fetch = f'folder = "trust"\n[trust.fetch]\nfolder = "{tmp_path}/cache"\nhosts = ["127.0.0.1"]'
    with running_daemon(tmp_path / "world", changes={'folder = "trust"': fetch}, before=forget_list) as gateway:
        assert 451 == gateway.send_mail(signed)[0]
        assert 1 == gateway.metric("congthu_trust_stale_authorities", trust_list="official")
        gateway.wait_for(lambda: web.asked, "nobody asked for the list")
        assert 250 == gateway.send_mail(mails["Công dân gửi kiến nghị từ gmail"])[0]
        registry = gateway.folder / "registry.toml"
        registry.write_text(registry.read_text().replace('level = "province"', 'levle = "province"'))
        gate.set()
        gateway.wait_for(lambda: len(gateway.events("reloaded")) == 2, "nothing was swapped in")

        assert 250 == gateway.send_mail(signed)[0]
        assert 0 == gateway.metric("congthu_trust_stale_authorities", trust_list="official")
        assert 1 == gateway.metric("congthu_trust_fetches_total", result="new")
        ends = gateway.metric("congthu_trust_list_expiry_timestamp_seconds", trust_list="official")
        assert dt.datetime.now(dt.UTC).timestamp() < ends
        assert ([], 1) == (gateway.events("reload_failed"), len(gateway.events("trust_fetched")))


def test_a_worker_hands_over_what_waits_but_nothing_of_a_secret(web, tmp_path):
    """The path of the signer, DER, without the anchor; of a marked state secret not even that."""
    mails, leaf = addressed_mails(web.base)
    write_world(tmp_path, world()[0], [2525, 2526, 2527])
    forget_list(tmp_path)
    inspector = Inspector(load_generation(load_config(tmp_path / "congthu.toml"), 1)[0])

    def handed(title):
        mail = mails[title]
        envelope = Envelope(
            Client("192.0.2.1"), mail.reverse_path, (mail.forward_path,), time.time_ns() // 1000, "0YRNET6JBTVJ"
        )
        return inspector.examine(memoryview(mail.octets + b"\r\n.\r\n"), envelope).inspection

    assert ((leaf.der, world()[0].subs["official"].der),) == handed("Công văn PDF có chữ ký số").awaited
    secret = handed("Tài liệu đóng dấu MẬT")
    assert (True, ()) == (secret.verdict.is_secret, secret.awaited)
    assert () == handed("Công dân gửi kiến nghị từ gmail").awaited
