"""Replay an hour and let Prometheus answer until Ctrl-C: `python -m tests.monitoring FOLDER [--mails-a-scrape 10]`."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from pathlib import Path

from tests.monitoring.hour import Hour
from tests.monitoring.prometheus import IS_PRESENT, WHY_NOT


def main() -> int:
    """Replay, say where to ask and which hour, wait."""
    parser = argparse.ArgumentParser(prog="python -m tests.monitoring", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mails-a-scrape", type=float, default=10.0, metavar="N", help="on average, 120 scrapes")
    asked = parser.parse_args()
    if not IS_PRESENT:
        sys.stderr.write(f"{WHY_NOT}: apt-get install prometheus\n")
        return 69
    began = time.monotonic()
    hour = Hour(asked.folder, asked.mails_a_scrape)
    with hour.prometheus as prometheus:
        times = [dt.datetime.fromtimestamp(at_s, dt.UTC).isoformat() for at_s in (hour.start_s, hour.end_s)]
        sys.stdout.write(f"{prometheus.url} {times[0]} {times[1]} ({time.monotonic() - began:.0f} s)\n")
        sys.stdout.flush()
        try:
            while True:
                time.sleep(60)
        except KeyboardInterrupt:
            return 0


if __name__ == "__main__":
    sys.exit(main())
