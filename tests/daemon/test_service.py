"""The daemon's life: start, reload, drain, systemd, bad configuration."""

import datetime as dt
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gateway.demo.mails import DEPARTMENT_A, OFFICE
from tests.support.command import congthu
from tests.support.daemon import PATIENCE_S, Daemon, running_daemon
from tests.support.scripted_nexthop import ScriptedNextHop, in_thread

PLAIN = b"From: vanthu@soa.thunghiem.gov.vn\r\nSubject: Trao doi\r\n\r\nXin chao.\r\n"


@pytest.fixture(scope="module")
def long_lived(tmp_path_factory):
    """One daemon for all that it outlives, started by hand under a low soft limit of descriptors."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        with running_daemon(tmp_path_factory.mktemp("long-lived")) as daemon:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            yield daemon
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def gateway(long_lived):
    """It, with an empty log; what a test changed of its files is put back, and not loaded."""
    long_lived.begin_log()
    long_lived.next_hop.begin_anew()
    files = ("congthu.toml", "registry.toml", "trust/official/root.pem")
    before = {long_lived.folder / name: (long_lived.folder / name).read_bytes() for name in files}
    yield long_lived
    for file, octets in before.items():
        file.write_bytes(octets)


def rename_agency(gateway, name):
    """Have the registry call the agency of the mails here by another name."""
    registry = gateway.folder / "registry.toml"
    registry.write_text(registry.read_text().replace('"so-a"', f'"{name}"'))


def test_reload_takes_a_new_generation_without_losing_mail(gateway):
    """SIGHUP under load: every message is answered 250, one begun before the swap too, and the new registry counts."""
    codes = []

    def load() -> None:
        codes.extend(gateway.send(PLAIN, DEPARTMENT_A)[0] for _ in range(30))

    senders = [threading.Thread(target=load) for _ in range(2)]
    generation = gateway.metric("congthu_config_generation")
    with gateway.client() as client:
        client.mail(DEPARTMENT_A)
        client.rcpt(OFFICE)
        for sender in senders:
            sender.start()
        rename_agency(gateway, "so-a-moi")
        gateway.signal(signal.SIGHUP)
        for sender in senders:
            sender.join()
        gateway.wait_for(lambda: gateway.metric("congthu_config_generation") == generation + 1, "no second generation")
        codes.append(client.data(PLAIN)[0])
    assert set(codes) == {250}
    gateway.send(PLAIN, DEPARTMENT_A)
    assert gateway.events("transaction")[-1]["agency"] == "so-a-moi"


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("congthu.toml", "[log]", "[logg]", "congthu.toml:"),
        ("registry.toml", 'level = "province"', 'levle = "province"', "registry.toml:"),
        ("trust/official/root.pem", "BEGIN", "BEGUN", "root.pem"),
    ],
)
def test_a_bad_reload_keeps_the_old_generation_and_says_so(gateway, file, old, new, problem):
    """Whatever is broken, mail goes on under the old generation; log and metric name the problem."""
    generation, broken = gateway.metric("congthu_config_generation"), gateway.folder / file
    text = broken.read_text()
    assert old in text
    broken.write_text(text.replace(old, new))
    gateway.signal(signal.SIGHUP)
    gateway.wait_for(lambda: gateway.events("reload_failed"), "the failure is not logged")
    (event,) = gateway.events("reload_failed")
    assert problem in " ".join(event["problems"])
    assert gateway.metric("congthu_config_generation") == generation
    assert gateway.metric("congthu_config_last_reload_successful") == 0
    assert gateway.send(PLAIN, DEPARTMENT_A)[0] == 250


WAIVER = """
[[waivers]]
id = "wv-2026-001"
rules = ["NAT-FREE-3"]
reason = "Đang đăng ký hộp thư công vụ."
approved_by = "Chánh Văn phòng"
valid_from = {begins}
valid_to = {ends}
sender = "dan@gmail.com"
"""


def test_a_waiver_file_that_breaks_leaves_the_waivers_that_were(gateway):
    """A wrong name and a last day too far away stop the reload, with file and line; what was waived stays waived."""
    today = dt.datetime.now(dt.UTC).date()
    text = WAIVER.format(begins=today - dt.timedelta(days=2), ends=today + dt.timedelta(days=2))
    waivers, config = gateway.folder / "waivers.toml", gateway.config
    waivers.write_text(text)
    config.write_text(config.read_text().replace("[policy]\n", '[policy]\nwaivers = ["waivers.toml"]\n'))
    generation = gateway.metric("congthu_config_generation")
    gateway.signal(signal.SIGHUP)
    gateway.wait_for(lambda: gateway.metric("congthu_config_generation") == generation + 1, "no second generation")

    for old, new, problem in (
        ("NAT-FREE-3", "NAT-FREE-33", f"{waivers}:2: wv-2026-001.rules: there is no rule or pack `NAT-FREE-33`"),
        (str(today + dt.timedelta(days=2)), "2099-01-01", f"{waivers}:8: waivers[0].valid_to: lies "),
    ):
        gateway.begin_log()
        waivers.write_text(text.replace(old, new))
        gateway.signal(signal.SIGHUP)
        gateway.wait_for(lambda: gateway.events("reload_failed"), "the failure is not logged")
        (event,) = gateway.events("reload_failed")
        assert problem in " ".join(event["problems"])
        assert gateway.metric("congthu_config_generation") == generation + 1

        assert gateway.send(PLAIN.replace(DEPARTMENT_A.encode(), b"dan@gmail.com"), "dan@gmail.com")[0] == 250
        gateway.wait_for(lambda: gateway.events("transaction"), "no line of the transaction")
        assert gateway.events("transaction")[-1]["waived"] == ["NAT-FREE-3 wv-2026-001"]


def test_a_storm_of_hangups_is_one_reload_and_one_more(gateway):
    """However many SIGHUP arrive before and during a reload, one more follows at most: the last change is always taken."""
    generation = gateway.metric("congthu_config_generation")
    for _ in range(50):
        gateway.signal(signal.SIGHUP)
    rename_agency(gateway, "so-a-cuoi")
    gateway.signal(signal.SIGHUP)
    gateway.wait_for(
        lambda: (
            gateway.send(PLAIN, DEPARTMENT_A)[0] == 250
            and any(one["agency"] == "so-a-cuoi" for one in gateway.events("transaction"))
        ),
        "the last change was not taken",
    )
    assert gateway.metric("congthu_config_generation") <= generation + 3


def test_sigterm_ends_a_reload_under_way(tmp_path):
    """The daemon that is told to stop does not wait for what it was loading."""
    with running_daemon(tmp_path) as gateway:
        gateway.signal(signal.SIGHUP)
        assert gateway.stop() == 0
        assert gateway.events("stopped")


def test_sigterm_drains(tmp_path):
    """A session in the middle of a message gets its answer; then the daemon ends with 0."""
    with running_daemon(tmp_path) as gateway:
        client = gateway.client()
        client.mail(DEPARTMENT_A)
        client.rcpt(OFFICE)
        client.docmd("DATA")
        client.send(PLAIN)
        gateway.signal(signal.SIGTERM)
        gateway.wait_for(lambda: gateway.events("draining"), "draining is not logged")
        client.send(b".\r\n")
        assert client.getreply()[0] == 250
        client.close()
        assert gateway.process.wait(PATIENCE_S) == 0
        assert len(gateway.next_hop.messages) == 1


def test_a_thousand_sessions_have_descriptors(gateway):
    """Started by hand, under a soft limit of 1,024 or less, the daemon takes what the hard limit gives."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    limits = Path(f"/proc/{gateway.process.pid}/limits").read_text()
    assert int(re.search(r"Max open files +(\d+)", limits)[1]) == min(hard, 65_536)


def test_ready_and_sockets_of_systemd(tmp_path):
    """The socket unit's listener is used, and READY=1 is told."""
    with in_thread(ScriptedNextHop({})) as next_hop, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        gateway = Daemon(tmp_path, next_hop, {})
        with socket.create_server(("127.0.0.1", gateway.port)) as listening, gateway.log_file.open("ab") as log:
            script = 'exec 3<&"$1"; LISTEN_PID=$$ LISTEN_FDS=1 exec "$2" -m gateway run --config "$3"'
            gateway.process = subprocess.Popen(
                ["bash", "-c", script, "bash", str(listening.fileno()), sys.executable, str(gateway.config)],
                pass_fds=[listening.fileno()],
                stderr=log,
                env={"NOTIFY_SOCKET": str(tmp_path / "notify"), "PATH": "/usr/bin:/bin"},
            )
            manager.settimeout(PATIENCE_S)
            assert manager.recv(1000).startswith(b"READY=1")
            assert gateway.send(PLAIN, DEPARTMENT_A)[0] == 250
        assert gateway.stop() == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("congthu.toml", "relay_domains =", "relay_domain =", "congthu.toml:9: relay.relay_domain"),
        ("congthu.toml", '"national", ', '"nationall", ', "no pack `nationall`"),
        ("registry.toml", 'certificate = "issued"', 'certificate = "issue"', "registry.toml:"),
    ],
)
def test_bad_configuration_ends_with_78_and_the_line(tmp_path, file, old, new, problem):
    """Nothing starts; every problem has file, line and key."""
    with in_thread(ScriptedNextHop({})) as next_hop:
        gateway = Daemon(tmp_path, next_hop, {})
        broken = tmp_path / file
        text = broken.read_text()
        assert old in text
        broken.write_text(text.replace(old, new))
        process = subprocess.run(
            [sys.executable, "-m", "gateway", "run", "--config", str(gateway.config)],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
        for done in (process, congthu("check", "--config", gateway.config)):
            assert done.returncode == 78, done.stderr
            assert problem in done.stderr
            assert "Traceback" not in done.stderr


def test_reload_says_what_waits_for_a_restart(gateway):
    """A new name holds at once everywhere; a new address does not, which the log names and a gauge counts."""
    text = gateway.config.read_text()
    changed = text.replace('host = "congthu.', 'host = "mx2.').replace(
        f'listen = "127.0.0.1:{gateway.metrics_port}"', 'listen = "127.0.0.1:0"'
    )
    assert changed.count("mx2.") == changed.count('"127.0.0.1:0"') == 1
    gateway.config.write_text(changed)
    gateway.signal(signal.SIGHUP)
    gateway.wait_for(lambda: gateway.events("restart_needed"), "nothing is said to wait for a restart")

    assert gateway.events("restart_needed")[-1]["settings"] == ["metrics.listen"]
    assert gateway.metric("congthu_config_restart_needed") == 1
    assert gateway.metric("congthu_config_last_reload_successful") == 1
    with gateway.client() as client:
        assert client.ehlo_resp.startswith(b"mx2.")
    assert gateway.send(PLAIN, DEPARTMENT_A)[0] == 250
    received = gateway.next_hop.messages[-1]
    assert b" by mx2." in received.octets
    assert received.helo.startswith("mx2.")
    assert b"host=mx2." in received.octets

    gateway.config.write_text(text)
    gateway.signal(signal.SIGHUP)
    gateway.wait_for(lambda: gateway.metric("congthu_config_restart_needed") == 0, "it still waits")
