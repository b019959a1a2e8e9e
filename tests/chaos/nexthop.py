"""The next hop of a run: takes mail into the ledger, and misbehaves at every stage until its faults are used up."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from tests.support.scripted_nexthop import DROP, HANG, RESET, ScriptedNextHop

if TYPE_CHECKING:
    import random
    import ssl
    from collections.abc import Callable

    from tests.chaos.ledger import Ledgers
    from tests.chaos.plan import Plan
    from tests.support.scripted_nexthop import Received

_GARBAGE = b"\x00\xff\r\n\r\nwhat\r\n"
_EVERYWHERE = {"cut": DROP, "reset": RESET, "stall": HANG, "garbage": (_GARBAGE, DROP), "half a line": (b"25", DROP)}
_BUSY = {"421": ("421 4.3.2 Shutting down", DROP), "451": "451 4.3.0 Not now"}
_AHEAD = b"250 2.0.0 Stored\r\n250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 Go ahead\r\n250 2.0.0 Stored\r\n"
"""The reply, and those to a next mail that was not sent: whoever believes them loses it."""
FAULTS = {
    "BANNER": _EVERYWHERE | _BUSY | {"554": "554 5.3.2 No mail here"},
    "EHLO": _EVERYWHERE | _BUSY | {"502": "502 5.5.1 What"},
    "STARTTLS": _EVERYWHERE | {"454": "454 4.7.0 No TLS now", "no handshake": ("220 2.0.0 Go ahead", _GARBAGE, DROP)},
    "MAIL": _EVERYWHERE | _BUSY | {"530": "530 5.7.0 Authentication required"},
    "RCPT": _EVERYWHERE | _BUSY | {"554": "554 5.7.1 Relay access denied"},
    "DATA": _EVERYWHERE | _BUSY | {"250": "250 2.0.0 What"},
    "BODY": {"cut": DROP, "reset": RESET, "stall": HANG, "early 451": ("451 4.3.0 Not now", DROP)},
    "DOT": _EVERYWHERE | _BUSY,
    "AFTERDOT": _EVERYWHERE | _BUSY | {"ahead": _AHEAD},
    "RSET": _EVERYWHERE,
}
"""Stage by stage (`ScriptedNextHop`), what it does there. Nothing of it is about the mail, so none may cost a 5yz."""
STAGES_OF_CONNECTING = ("BANNER", "EHLO", "STARTTLS")
SELDOM = (*STAGES_OF_CONNECTING, "RSET")
"""Stages not every mail comes to: faults are three times as likely there."""
NOBODY = "550 5.1.1 No such mailbox"


class Store:
    """Takes the place of the list in which `ScriptedNextHop` keeps messages."""

    def __init__(self, ledgers: Ledgers) -> None:
        self._ledgers = ledgers

    def __len__(self) -> int:
        return len(self._ledgers.copies)

    def append(self, received: Received) -> None:
        """Store a message."""
        self._ledgers.note_copy(received.octets)


class NextHop(ScriptedNextHop):
    """Stores into the ledger, octets and attempt; draws its faults from a seeded store."""

    def __init__(self, ledgers: Ledgers, rng: random.Random, plan: Plan, tls: ssl.SSLContext | None = None) -> None:
        """Misbehave as often in each way as the plan says."""
        super().__init__({stage: partial(self._at, stage) for stage in FAULTS}, tls=tls)
        self.ledgers, self._rng, self._chance = ledgers, rng, plan.chance
        self.messages = Store(ledgers)
        self.faults = {
            stage: [way for way in ways if way != "stall" or plan.has_stalls] * plan.faults
            for stage, ways in FAULTS.items()
        }
        for ways in self.faults.values():
            rng.shuffle(ways)
        self.done: Counter[str] = Counter()
        """Faults, by stage."""
        self.watched: tuple[str, Callable[[], None]] | None = None
        """What to do when a stage is reached the next time."""

    @property
    def faults_left(self) -> int:
        """Count the faults still to come."""
        return sum(map(len, self.faults.values()))

    def _at(self, stage: str, line: str) -> object:
        if self.watched is not None and self.watched[0] == stage:
            (_stage, act), self.watched = self.watched, None
            act()
        if stage == "RCPT" and "khongco@" in line:
            return NOBODY
        ways = self.faults[stage]
        if not ways or self._rng.random() > self._chance * (3 if stage in SELDOM else 1):
            return None
        way = ways.pop()
        self.done[stage] += 1
        if stage == "AFTERDOT":
            self.ledgers.spoiled[self.ledgers.copies[-1].helo] = way
        return FAULTS[stage][way]
