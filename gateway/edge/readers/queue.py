"""Fair queue: whose message the next free worker reads. Pure and deterministic: the caller brings the time.

Every message is counted for an account, its client network or sender domain. Of each is remembered how many worker
seconds it used lately. Whoever used least goes first; being without a worker counts in its favour, so that nobody waits
for ever. A worker that reads cannot be called back, so the order alone does not help while the messages of one account
hold every worker for seconds: **the last free worker is kept** for accounts that have used little and hold none of the
others. It is not kept from those whose messages are known to be short, nor from one that has long been alone.
"""

from __future__ import annotations

import heapq
import math
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Final

HALF_LIFE_S: Final = 60.0
"""After which half of what was used is forgotten."""
MEAN_LIFE_S: Final = HALF_LIFE_S / math.log(2)
"""What is remembered of an account that keeps one worker busy."""
CREDIT: Final = 3.0
"""Worker seconds that one second of waiting without any worker makes up for: who had one worker all the time has its
turn within half a minute, be there ever so many others."""
HEAVY_PART: Final = 0.25
"""Of what all workers can do: who used more waits for another worker than the last."""
SHORT_S: Final = 0.25
"""Messages that take no longer hold nobody up: a quarter of the second that others may wait."""
KNOWN_AFTER: Final = 8
"""Messages after which is known how long those of an account take."""
ALONE_S: Final = 10.0
ALONE_FACTOR: Final = 10.0
ALONE_MOST_S: Final = 300.0
"""An account is alone when nobody else came for ALONE_S, and for ten times what it used, up to five minutes."""
OURS: Final = ""
"""Account of what we read for ourselves: nothing is kept from it, and it is nobody's company."""
ACCOUNTS: Final = 4_096
"""Remembered at most."""
_LOOKED_AT: Final = 64
"""Accounts unseen longest, of which the one that used least is forgotten."""
_NOTHING_S: Final = 0.001


@dataclass(eq=False, slots=True)
class Ticket:
    """One message that waits for a worker or holds one."""

    account: str
    number: int
    """In order of arrival."""
    arrived_s: float
    began_s: float = math.inf
    """When it got its worker; it still waits before."""


@dataclass(eq=False, slots=True)
class _Account:
    """What is remembered of one account; what was used, counted and longest is halved since `at_s`."""

    at_s: float
    seen_s: float
    used_s: float = 0.0
    messages: float = 0.0
    longest_s: float = 0.0
    ended_s: float = -math.inf
    """When it had a worker last."""
    waiting: deque[Ticket] = field(default_factory=deque)
    running: dict[Ticket, None] = field(default_factory=dict)

    def bring_to(self, now_s: float) -> None:
        """Let time pass."""
        kept = 0.5 ** (max(0.0, now_s - self.at_s) / HALF_LIFE_S)
        self.used_s, self.messages, self.longest_s = self.used_s * kept, self.messages * kept, self.longest_s * kept
        self.at_s = now_s

    def used_by(self, now_s: float) -> float:
        """Worker seconds used, with those of messages being read now."""
        self.bring_to(now_s)
        return self.used_s + sum(now_s - ticket.began_s for ticket in self.running)

    def rank(self, now_s: float) -> float:
        """Tell how far back its first message stands: what it used, less what it waited without having any worker."""
        waited_s = 0.0 if self.running else now_s - max(self.waiting[0].arrived_s, self.ended_s)
        return self.used_by(now_s) - CREDIT * waited_s

    def is_short(self, now_s: float) -> bool:
        """Tell whether its messages are known to take no time; those being read now must not have shown otherwise."""
        is_late = any(now_s - ticket.began_s > SHORT_S for ticket in self.running)
        return not is_late and self.messages >= KNOWN_AFTER and self.longest_s <= SHORT_S


class FairQueue:
    """Who waits for a worker, who has one, and what each used. Times are of any clock that never goes back."""

    def __init__(self, began_s: float) -> None:
        """Begin with nobody known."""
        self._began_s = began_s
        self._accounts: OrderedDict[str, _Account] = OrderedDict()
        """The one seen last at the end."""
        self._waiting: dict[str, _Account] = {}
        self._numbers = count()
        self.kept = 0
        """Times the last free worker was kept although messages waited."""

    def __len__(self) -> int:
        """Count the messages that wait."""
        return sum(len(account.waiting) for account in self._waiting.values())

    def arrive(self, name: str, now_s: float) -> Ticket:
        """Take in a message that is counted for the account of that name."""
        account = self._accounts.get(name)
        if account is None:
            self._make_room(now_s)
            account = self._accounts[name] = _Account(now_s, now_s)
        account.seen_s = now_s
        self._accounts.move_to_end(name)
        ticket = Ticket(name, next(self._numbers), now_s)
        account.waiting.append(ticket)
        self._waiting[name] = account
        return ticket

    def next(self, free: int, workers: int, now_s: float) -> Ticket | None:
        """Choose who gets one of `free` workers of all `workers`; None when nobody waits or the last one is kept."""
        if not free or not self._waiting:
            return None
        ranked = [(one.rank(now_s), one.waiting[0].number, name) for name, one in self._waiting.items()]
        heapq.heapify(ranked)
        while ranked:
            name = heapq.heappop(ranked)[2]
            if free > 1 or self._may_take_last(name, workers, now_s):
                return self._begin(name, now_s)
        self.kept += 1
        return None

    def end(self, ticket: Ticket, now_s: float) -> None:
        """Take note that a message gave up waiting, or that its worker is done with it, whatever came of it."""
        account = self._accounts[ticket.account]
        account.seen_s = now_s
        self._accounts.move_to_end(ticket.account)
        if ticket not in account.running:
            account.waiting.remove(ticket)
            if not account.waiting:
                del self._waiting[ticket.account]
            return
        del account.running[ticket]
        took_s = max(0.0, now_s - ticket.began_s)
        account.bring_to(now_s)
        account.used_s += took_s
        account.messages += 1
        account.longest_s = max(account.longest_s, took_s)
        account.ended_s = now_s

    def largest_part(self, now_s: float) -> float:
        """Tell what part of the worker time used lately was one account's, 0 to 1."""
        used = [account.used_by(now_s) for account in self._accounts.values()]
        whole_s = sum(used)
        return max(used) / whole_s if whole_s > _NOTHING_S else 0.0

    def _begin(self, name: str, now_s: float) -> Ticket:
        account = self._waiting[name]
        ticket = account.waiting.popleft()
        if not account.waiting:
            del self._waiting[name]
        ticket.began_s = now_s
        account.running[ticket] = None
        return ticket

    def _may_take_last(self, name: str, workers: int, now_s: float) -> bool:
        if workers <= 1 or name == OURS:  # who may not take the only one would never be read
            return True
        account = self._accounts[name]
        used_s = account.used_by(now_s)
        if len(account.running) < workers - 1 and used_s < HEAVY_PART * workers * MEAN_LIFE_S:
            return True
        alone_s = min(max(ALONE_S, ALONE_FACTOR * used_s), ALONE_MOST_S)
        return account.is_short(now_s) or now_s - self._others_seen_s(name, now_s) >= alone_s

    def _others_seen_s(self, name: str, now_s: float) -> float:
        """Tell when another account had to do with us last; before our time nobody knows."""
        for other, account in islice(reversed(self._accounts.items()), 3):
            if other not in {name, OURS}:
                return now_s if account.running or account.waiting else account.seen_s
        return self._began_s

    def _make_room(self, now_s: float) -> None:
        """Forget the account that used least among the idle ones unseen longest; no more than sessions are not idle."""
        if len(self._accounts) < ACCOUNTS:
            return
        idle = (one for one in self._accounts.items() if not one[1].running and not one[1].waiting)
        least = min(islice(idle, _LOOKED_AT), key=lambda one: one[1].used_by(now_s), default=None)
        if least is not None:
            del self._accounts[least[0]]
