"""The real daemon as a process of its own, on the demonstration's world, in front of a scripted next hop."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import re
import smtplib
import subprocess
import sys
import time
import urllib.error
import urllib.request
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.demo.mails import OFFICE, DemoMail, demo_mails
from gateway.demo.pki import Pki, throw_away_pki
from gateway.demo.ports import free_ports
from gateway.demo.run import write_world
from tests.support.scripted_nexthop import EXTENSIONS, ScriptedNextHop, in_thread

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Iterator

PATIENCE_S = 30.0


@cache
def world() -> tuple[Pki, list[DemoMail]]:
    """The throw-away PKI and the sample mails, made once a test run."""
    now = dt.datetime.now(dt.UTC)
    pki = throw_away_pki(now)
    return pki, demo_mails(pki, now)


def mail_titled(word: str) -> DemoMail:
    """Find a sample mail by a word of its title."""
    return next(mail for mail in world()[1] if word in mail.title)


class Daemon:
    """One running gateway."""

    def __init__(self, folder: Path, next_hop: ScriptedNextHop, changes: dict[str, str]) -> None:
        self.folder, self.next_hop = folder, next_hop
        self.port, _unused, self.metrics_port = free_ports(3)
        write_world(folder, world()[0], [self.port, next_hop.port, self.metrics_port])
        self.config = folder / "congthu.toml"
        text = self.config.read_text()
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        self.config.write_text(text)
        self.log_file = folder / "log"
        self._log_from = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, environment: dict[str, str] | None = None) -> None:
        """Start it and wait until it is ready."""
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gateway", "run", "--config", str(self.config)],
                stderr=log,
                env=os.environ | (environment or {}),
            )
        self.wait_for(self.is_ready, "the gateway is not ready")

    def is_ready(self) -> bool:
        """Ask /readyz."""
        assert self.process is not None
        assert self.process.poll() is None, self.log_file.read_text()
        return self.page("/readyz")[0] == 200

    def page(self, path: str) -> tuple[int, str]:
        """Fetch a page of the health listener; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}{path}", timeout=5) as page:
                return page.status, page.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def metric(self, name: str, **labels: str) -> float:
        """Sum the samples of /metrics that carry these labels; 0 when there are none."""
        total = 0.0
        for line in self.page("/metrics")[1].splitlines():
            found = re.match(r"(\w+)(?:\{(.*)\})? (\S+)$", line)
            if found and found[1] == name:
                have = dict(re.findall(r'(\w+)="([^"]*)"', found[2] or ""))
                if all(have.get(key) == value for key, value in labels.items()):
                    total += float(found[3])
        return total

    def begin_log(self) -> None:
        """Forget the log so far: whoever shares a gateway sees what comes from now on."""
        self._log_from = self.log_file.stat().st_size

    @property
    def log(self) -> list[dict]:
        """Events of the log since it was begun."""
        lines = self.log_file.read_bytes()[self._log_from :].decode().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def events(self, name: str) -> list[dict]:
        """Events of one name."""
        return [event for event in self.log if event["event"] == name]

    def wait_for(self, condition, what: str) -> None:
        """Wait until a condition holds; fail with `what` when it does not in time."""
        end = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < end, f"{what}\n{self.log_file.read_text()[-3000:]}"
            time.sleep(0.02)

    def client(self) -> smtplib.SMTP:
        """Open a session and say EHLO."""
        client = smtplib.SMTP("127.0.0.1", self.port, timeout=PATIENCE_S)
        client.ehlo("client.example")
        return client

    def send(self, octets: bytes, mail_from: str, rcpts: tuple[str, ...] = (OFFICE,)) -> tuple[int, str]:
        """Send one message; answer the first refusal, or the reply to the final dot."""
        with self.client() as client:
            for code, reply in (client.mail(mail_from), *(client.rcpt(rcpt) for rcpt in rcpts)):
                if code >= 400:
                    return code, reply.decode("ascii")
            code, reply = client.data(octets)
            return code, reply.decode("ascii")

    def send_mail(self, mail: DemoMail) -> tuple[int, str]:
        """Send one sample mail."""
        return self.send(mail.octets, mail.reverse_path, (mail.forward_path,))

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the main process."""
        assert self.process is not None
        self.process.send_signal(number)

    def workers(self) -> list[int]:
        """Pids of the reader workers: children of the nursery, of both nurseries during a reload."""
        return [worker for nursery in self.nurseries() for worker in _children(nursery)]

    def nurseries(self) -> list[int]:
        """Pids of the main process's children: the nursery, and during a reload another one and the loader."""
        assert self.process is not None
        return _children(self.process.pid)

    def stop(self) -> int:
        """Stop it in order; answer its exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(PATIENCE_S)


def _children(pid: int) -> list[int]:
    """List the children of a process; none of one that is gone."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


@contextlib.contextmanager
def running_daemon(
    folder: Path,
    script: dict | None = None,
    changes: dict[str, str] | None = None,
    before: Callable[[Path], None] | None = None,
    extensions: tuple[str, ...] = EXTENSIONS,
) -> Iterator[Daemon]:
    """A started gateway in front of a next hop that follows a script; `before` may spoil its folder first."""
    with in_thread(ScriptedNextHop(script or {}, extensions=extensions)) as next_hop:
        daemon = Daemon(folder, next_hop, changes or {})
        if before is not None:
            before(folder)
        try:
            daemon.start()
            yield daemon
        finally:
            daemon.stop()
