"""`make monitoring-demo`: a gateway under mixed mail, watched by Prometheus, and by Grafana where one is installed.

Things happen to it as in the replayed hour, in ten minutes here and again from the start. Ctrl-C ends all and leaves nothing.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NoReturn

from tests.monitoring.grafana import open_grafana
from tests.monitoring.hour import live
from tests.monitoring.office import open_office
from tests.monitoring.prometheus import Prometheus
from tests.support.tree import ROOT

if TYPE_CHECKING:
    from tests.monitoring.office import Office

STEP_S = 5
"""Between two scrapes, and between two handfuls of mail."""
_MAILS_A_STEP = 6.0


def _end(*_: object) -> NoReturn:
    """Begin to end, once: a second Ctrl-C, or the terminal's besides make's, must not disturb the tidying."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _where(office: Office, prometheus: str, grafana: str | None) -> str:
    """Say where to look."""
    missing = "not installed (https://grafana.com/grafana/download); its dashboards are config/grafana/dashboards/"
    return (
        f"SMTP        127.0.0.1:{office.port}\n"
        f"Metrics     http://127.0.0.1:{office.metrics_port}/metrics\n"
        f"Log         {office.log_file}\n"
        f"Prometheus  {prometheus}/graph?g0.expr=sum+by+(disposition)+(rate(congthu_messages_total[1m]))&g0.tab=0\n"
        f"Alerts      {prometheus}/alerts\n"
        f"Grafana     {missing if grafana is None else f'{grafana}/dashboards'}\n"
        "Rates need a minute or two of mail. Ctrl-C ends it all and leaves nothing.\n"
    )


def main() -> int:
    """Start all, say where to look, send mail until told to end; the exit status."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    with (
        contextlib.suppress(KeyboardInterrupt),
        TemporaryDirectory(prefix="monitoring-demo-", dir=build) as name,
        open_office(Path(name) / "gateway") as office,
        Prometheus(Path(name) / "prometheus", f"127.0.0.1:{office.metrics_port}", f"{STEP_S}s") as prometheus,
        open_grafana(Path(name) / "grafana", prometheus.url, f"{STEP_S}s") as grafana,
    ):
        is_up = 'up{job="congthu"} == 1'
        prometheus.wait_for(lambda: bool(prometheus.values(is_up, time.time())), "Prometheus does not see the gateway")
        sys.stdout.write(_where(office, prometheus.url, grafana))
        sys.stdout.flush()
        while True:
            for _ in live(office, _MAILS_A_STEP):
                time.sleep(STEP_S)
    return 0


if __name__ == "__main__":
    sys.exit(main())
