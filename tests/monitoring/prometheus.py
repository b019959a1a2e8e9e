"""A real Prometheus on loopback: scrapes as the shipped example says, or answers from an hour that was put into it.

Debian packages it (`apt-get install prometheus`, 2.42 in Debian 12); any newer one on PATH serves as well.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Any, Self

from gateway.demo.ports import free_ports
from tests.support.tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SHIPPED = ROOT / "config" / "prometheus"
IS_PRESENT = bool(shutil.which("prometheus") and shutil.which("promtool"))
WHY_NOT = "Debian package prometheus is missing"
_PATIENCE_S = 60.0
_FEW_SECONDS = re.compile(r"(_interval:) 30s")
_SERIES = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$")


def configuration(target: str, interval: str) -> str:
    """Give the shipped scrape example for one target (`host:port`), scraped and evaluated every `interval`."""
    text = (SHIPPED / "scrape-example.yml").read_text("utf-8")
    text = text.replace("rules.yml", str(SHIPPED / "rules.yml")).replace("127.0.0.1:9725", target)
    return _FEW_SECONDS.sub(rf"\1 {interval}", text)


class Prometheus:
    """One server with its data under a folder; a context manager."""

    def __init__(self, folder: Path, target: str = "127.0.0.1:9", interval: str = "1s") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.data = folder, folder / "data"
        (self.port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        (folder / "prometheus.yml").write_text(configuration(target, interval), "utf-8")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    "prometheus", f"--config.file={self.folder / 'prometheus.yml'}", f"--storage.tsdb.path={self.data}",
                    f"--web.listen-address=127.0.0.1:{self.port}", "--storage.tsdb.retention.time=10y",
                    "--enable-feature=exemplar-storage", "--log.level=warn",
                ],
                stdout=log, stderr=log,
            )  # fmt: skip
        with contextlib.ExitStack() as stack:
            stack.callback(self._end)  # one that never is ready, or Ctrl-C meanwhile, leaves no process
            self.wait_for(self._is_ready, "Prometheus is not ready")
            stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._end()

    def _end(self) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(_PATIENCE_S)

    def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "log").read_text()
        try:
            with urllib.request.urlopen(f"{self.url}/-/ready", timeout=5) as page:
                return page.status == 200
        except OSError:
            return False

    def wait_for(self, condition: Any, what: str) -> None:
        """Wait until a condition holds; fail with `what` when it does not in time."""
        end = time.monotonic() + _PATIENCE_S
        while not condition():
            assert time.monotonic() < end, f"{what}\n{(self.folder / 'log').read_text()[-3000:]}"
            time.sleep(0.05)

    def get(self, path: str, **parameters: str | float) -> Any:
        """Ask the API; answer its `data`.

        Raises:
            ValueError: with what Prometheus says is wrong.
        """
        url = f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=_PATIENCE_S) as page:
                return json.load(page)["data"]
        except urllib.error.HTTPError as error:
            with error:
                raise ValueError(json.load(error)["error"]) from error

    def values(self, expression: str, at_s: float) -> list[float]:
        """Evaluate at an instant; one number a series."""
        found = self.get("query", query=expression, time=at_s)["result"]
        return [float(one["value"][1]) for one in found]

    def values_over(self, expression: str, start_s: float, end_s: float, step_s: float) -> list[float]:
        """Evaluate over a range; the numbers of all series together."""
        found = self.get("query_range", query=expression, start=start_s, end=end_s, step=step_s)["result"]
        return [float(number) for one in found for _, number in one["values"]]

    def put(self, scrapes: Iterable[tuple[float, str]]) -> None:
        """Store scrapes, (Unix time, text of /metrics) each in order of time, as if it had made them itself; when stopped."""
        file = self.folder / "scrapes.txt"
        with file.open("w", encoding="utf-8") as out:
            for at_s, text in scrapes:
                out.writelines(_dated(text, at_s))
            out.write("# EOF\n")
        _run("promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet", str(file), str(self.data))

    def put_rules(self, start_s: float, end_s: float) -> None:
        """Store what the shipped recording rules give over a time; while it runs, to be seen after a restart."""
        times = [f"--start={start_s:.0f}", f"--end={end_s:.0f}", "--eval-interval=30s"]
        where = [f"--url={self.url}", f"--output-dir={self.data}"]
        _run("promtool", "tsdb", "create-blocks-from", "rules", *times, *where, str(SHIPPED / "rules.yml"))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PATIENCE_S * 2)
    assert done.returncode == 0, done.stdout + done.stderr


def _dated(text: str, at_s: float) -> Iterable[str]:
    """Give the samples of one scrape with time, job and instance, as Prometheus adds them, and `up`."""
    target = 'job="congthu",instance="gw1:9725"'
    yield f"up{{{target}}} 1 {at_s:.3f}\n"
    for line in text.splitlines():
        sample = _SERIES.match(line)
        if sample is not None:
            labels = f"{target},{sample[2]}" if sample[2] else target
            yield f"{sample[1]}{{{labels}}} {sample[3]} {at_s:.3f}\n"
