"""The short form of `make chaos`, and a next hop that cheats: what the count is worth."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

from tests.chaos.nexthop import FAULTS, NextHop, Store
from tests.chaos.plan import CALM, SHORT
from tests.chaos.run import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.scripted_nexthop import Received

SEED = 1


def test_nothing_is_lost_altered_refused_or_doubled_in_trouble(tmp_path: Path) -> None:
    """Readers and gateway are killed, files broken, and the next hop fails in every way: no mail comes to harm."""
    outcome = asyncio.run(run(tmp_path, SHORT, SEED))

    assert outcome.grave == []
    assert outcome.done["reader worker, -9"] == SHORT.workers
    assert outcome.done["gateway at AFTERDOT, -9"] == outcome.done["gateway, SIGTERM"] == 1
    assert {f"next hop at {stage}" for stage in FAULTS} <= set(outcome.done)


class _CheatingStore(Store):
    """Loses the second message, and changes one octet of the third."""

    def append(self, received: Received) -> None:
        """Store it, or not, or not as it came."""
        self.seen = getattr(self, "seen", 0) + 1
        if self.seen == 3:
            received.octets = received.octets[:-3] + b"\0\r\n"
        if self.seen != 2:
            super().append(received)


class _Cheat(NextHop):
    """Loses, alters, and refuses the mail of a citizen for good."""

    def __init__(self, *how: object) -> None:
        super().__init__(*how)
        self.messages = _CheatingStore(self.ledgers)

    def _at(self, stage: str, line: str) -> object:
        return "550 5.7.0 Not you" if stage == "MAIL" and "congdan" in line else super()._at(stage, line)


def test_what_a_next_hop_loses_alters_or_refuses_is_found(tmp_path: Path) -> None:
    """The same senders, ledgers and gateway, without other trouble: each cheat is counted once, and nothing else."""
    outcome = asyncio.run(run(tmp_path, CALM, SEED, _Cheat))

    wanted = {"lost": 1, "altered": 1, "refused falsely": 1, "ledger says otherwise": 1}
    assert wanted == Counter(kind for kind, _about in outcome.grave)
    assert not outcome.is_good
    assert "lost                                     1\n" in outcome.table()
