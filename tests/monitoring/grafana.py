"""A real Grafana on loopback, where one is installed: the shipped dashboards over a Prometheus, nobody has to log in."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.demo.ports import free_ports
from tests.support.tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

SHIPPED = ROOT / "config" / "grafana"
_PATIENCE_S = 120.0
"""The first start makes a database, which takes a while on a slow disk."""


def home() -> Path | None:
    """Find where an installed Grafana keeps its own files; None where there is none."""
    program = shutil.which("grafana")
    if program is None:
        return None
    homes = (Path("/usr/share/grafana"), Path(program).resolve().parent.parent)
    return next((one for one in homes if (one / "conf" / "defaults.ini").exists()), None)


def provision(folder: Path, prometheus_url: str, interval: str) -> None:
    """Write the shipped provisioning into a folder for a Prometheus that scrapes every `interval`; no alerts: it has them."""
    changes = {
        "http://127.0.0.1:9090": prometheus_url,
        "timeInterval: 30s": f"timeInterval: {interval}",
        "/var/lib/grafana/dashboards/congthu": str(SHIPPED / "dashboards"),
    }
    for kind in ("datasources", "dashboards"):
        text = (SHIPPED / "provisioning" / kind / "congthu.yaml").read_text("utf-8")
        for old, new in changes.items():
            text = text.replace(old, new)
        (folder / kind).mkdir(parents=True)
        (folder / kind / "congthu.yaml").write_text(text, "utf-8")


@contextlib.contextmanager
def open_grafana(folder: Path, prometheus_url: str, interval: str) -> Iterator[str | None]:
    """Start it with all it writes under a folder; give its address once it answers, None where it is not installed."""
    place = home()
    if place is None:
        yield None
        return
    provision(folder / "provisioning", prometheus_url, interval)
    (port,) = free_ports(1)
    settings = {
        "GF_PATHS_DATA": str(folder / "data"),
        "GF_PATHS_LOGS": str(folder / "logs"),
        "GF_PATHS_PLUGINS": str(folder / "plugins"),
        "GF_PATHS_PROVISIONING": str(folder / "provisioning"),
        "GF_SERVER_HTTP_ADDR": "127.0.0.1",
        "GF_SERVER_HTTP_PORT": str(port),
        "GF_AUTH_ANONYMOUS_ENABLED": "true",
        "GF_ANALYTICS_REPORTING_ENABLED": "false",
        "GF_ANALYTICS_CHECK_FOR_UPDATES": "false",
        "GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES": "false",
    }
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            ["grafana", "server", f"--homepath={place}"], env=os.environ | settings, stdout=log, stderr=log
        )
    try:
        _wait(f"http://127.0.0.1:{port}", process, folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(_PATIENCE_S)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until it answers; AssertionError with the end of its log when it ends or takes too long."""
    end = time.monotonic() + _PATIENCE_S
    while True:
        assert process.poll() is None, log.read_text()[-3000:]
        assert time.monotonic() < end, log.read_text()[-3000:]
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/api/health", timeout=5) as page:
            if page.status == 200:
                return
        time.sleep(0.2)
