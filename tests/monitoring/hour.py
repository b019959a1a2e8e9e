"""An hour of a gateway's life, replayed in a minute: real mail, real scrapes, each moved to where its minute lies.

Things happen in it: a next hop is busy, a configuration has a mistake, mail comes in waves.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
import time
from concurrent.futures import FIRST_COMPLETED, wait
from typing import TYPE_CHECKING

from gateway.records.duties.owing import Owed
from gateway.records.figures.caveats import Caveat
from gateway.records.figures.state import StoreState
from gateway.records.metrics import overdue_text, synced_text
from gateway.records.report import Text
from gateway.values.period import parse_period
from tests.monitoring.office import open_office
from tests.monitoring.prometheus import Prometheus
from tests.monitoring.traffic import Clients, endless

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.monitoring.office import Office

INTERVAL_S = 30
"""Between two scrapes, as the shipped example has it."""
SCRAPES = 3_600 // INTERVAL_S + 1
_BUSY = range(40, 52)
"""Scrapes during which the next hop of the communes says 451."""
_MISTAKE = range(70, 82)
"""Scrapes during which the file on disk has a mistake."""

_SESSION = 8
"""Scrapes until clients connect anew."""


def _mails_before(scrape: int, mean: float) -> int:
    """Say how many mails come before a scrape: three waves an hour, never none."""
    return max(1, round(mean * (1 + 0.6 * math.sin(2 * math.pi * 3 * scrape / SCRAPES))))


def _happenings(office: Office, scrape: int) -> None:
    office.communes.is_busy = scrape in _BUSY
    if scrape in {_MISTAKE.start, _MISTAKE.stop}:
        office.reload(is_good=scrape == _MISTAKE.stop)


def live(office: Office, mean: float) -> Iterator[None]:
    """Live an hour under `mean` mails a scrape; stop before each scrape, while mails are on their way."""
    letters = endless(office.signers)
    clients = Clients(office.port)
    for scrape in range(1, SCRAPES):
        if scrape % _SESSION == 1:
            clients.hang_up()
            clients.open()
            clients.babble()
        _happenings(office, scrape)
        sending = clients.begin(list(itertools.islice(letters, _mails_before(scrape, mean))))
        wait(sending, return_when=FIRST_COMPLETED)
        yield
        for share in sending:
            share.result()
    clients.close()


def textfiles() -> str:
    """Write what the host that counts shows through node exporter: one caveat, one report overdue."""
    now_s = int(time.time())
    caveat = Caveat("ledger_gap", "gw congthu", 0, 0, 3, Text("", ""))
    owed = Owed(dt.date(2026, 10, 14), "HN-3", "so-a", parse_period("2026-Q3"), is_day_named=False, state="overdue")
    return synced_text(StoreState((), 384, 290, 1, 0, 0), [caveat], now_s) + overdue_text([owed], now_s)


def scrapes(folder: Path, mean: float) -> Iterator[str]:
    """Run a gateway through the hour as fast as it can; give the text of each scrape."""
    with open_office(folder) as office:
        counted = textfiles()
        yield office.page("/metrics")[1] + counted
        for _ in live(office, mean):
            yield office.page("/metrics")[1] + counted


class Hour:
    """A Prometheus that holds the hour; `start_s` and `end_s` are its ends, Unix time."""

    def __init__(self, folder: Path, mean: float = 3.0) -> None:
        texts = list(scrapes(folder / "gateway", mean))
        self.end_s = float(round(time.time() / INTERVAL_S) * INTERVAL_S)
        self.start_s = self.end_s - (len(texts) - 1) * INTERVAL_S
        self.prometheus = Prometheus(folder / "prometheus")
        self.prometheus.put((self.start_s + place * INTERVAL_S, text) for place, text in enumerate(texts))
        with self.prometheus:
            self.prometheus.put_rules(self.start_s, self.end_s)
