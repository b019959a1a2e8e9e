"""One run: the real gateway between retrying senders and a next hop of ours, trouble all the while, and the count."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from tests.chaos import kept
from tests.chaos.ledger import GRAVE, NO_REPLY, Attempt, Ledgers
from tests.chaos.mails import Kind, Mail, kinds
from tests.chaos.nexthop import NextHop
from tests.chaos.sender import Place, Sender
from tests.chaos.trouble import Gateway, Trouble
from tests.support.throwaway_tls import ThrowawayAuthority

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.chaos.plan import Plan

LIMIT_S = 570.0
"""Of a whole run: who takes longer ends unfinished, and that is a failure."""
_ROUTE = 'tls = "required"\nconnect_timeout_s = 2.0\ncommand_timeout_s = 2.0\nfinal_reply_timeout_s = '
"""Those before the final dot may be short: one that strikes on a busy host costs a 451, and no more."""


class Outcome(NamedTuple):
    """What came of a run."""

    ledgers: Ledgers
    done: Counter[str]
    """What was done to the gateway and by the next hop."""
    mails: int
    found: list[tuple[str, str]]

    @property
    def is_good(self) -> bool:
        """Nothing happened that must not."""
        return not self.grave

    @property
    def grave(self) -> list[tuple[str, str]]:
        """What happened that must not."""
        return [line for line in self.found if line[0] in GRAVE]

    def table(self) -> str:
        """Show kills by kind, then what became of the mails."""
        counts = Counter(kind for kind, _about in self.found)
        rows = [*sorted(self.done.items()), ("all trouble", self.done.total()), ("", "")]
        rows += [("mails", self.mails), ("attempts", len(self.ledgers.attempts)), ("copies", len(self.ledgers.copies))]
        rows += [(kind, counts[kind]) for kind in ("refused", NO_REPLY, "copies explained", *GRAVE)]
        return "".join(f"{name:<34}{count:>8}\n".lstrip(" ") if name else "\n" for name, count in rows)


class _Post:
    """Mails to send: every kind in turn, until told that it is enough."""

    def __init__(self, listed: list[Kind], at_least: int) -> None:
        self._kinds, self._at_least = itertools.cycle(listed), at_least
        self.is_enough = False
        self.count = 0

    def mails(self) -> Iterator[Mail]:
        """Give out mails, to all senders alike."""
        while not self.is_enough or self.count < self._at_least:
            self.count += 1
            yield Mail(next(self._kinds), self.count)


async def run(
    folder: Path, plan: Plan, seed: int, make_next_hop: Callable[..., NextHop] = NextHop, limit_s: float = LIMIT_S
) -> Outcome:
    """Run a plan in a folder of its own and match the ledgers."""
    rng, ledgers = random.Random(seed), Ledgers()
    asyncio.get_running_loop().set_exception_handler(
        lambda _loop, about: ledgers.troubles.append(("ended badly", f"this program: {about}"))
    )
    authority = ThrowawayAuthority(folder)
    authority.server_context("gateway.example")
    tls = authority.server_context("nexthop.example")
    async with make_next_hop(ledgers, random.Random(rng.random()), plan, tls) as next_hop:
        final_s = "8.0" if plan.has_stalls else "60.0"
        changes = {
            'tls = "none"': _ROUTE + final_s,
            "[log]": f"{kept.SETTINGS}[limits]\ndrain_s = 5.0\n\n[log]",
            "[relay]": 'certificate_file = "gateway.example.pem"\nkey_file = "gateway.example.pem"\n\n[relay]',
        }
        gateway = Gateway(folder, next_hop, changes)
        trouble = Trouble(gateway, next_hop, plan, rng)
        listed = kinds()
        post = _Post(rng.sample(listed, len(listed)), len(listed))
        try:
            async with asyncio.timeout(limit_s):
                await gateway.up()
                await _send_all(trouble, post, ledgers)
        except TimeoutError:
            ledgers.troubles.append(("never over", f"the run is not over after {limit_s:g} s"))
        except ExceptionGroup as group:
            ledgers.troubles += [("ended badly", f"this program: {error!r}") for error in group.exceptions]
        finally:
            code = await asyncio.to_thread(gateway.stop)
        if code:
            ledgers.troubles.append(("ended badly", f"at the end: {code}"))
        await asyncio.to_thread(_check_family, gateway, ledgers)
    ledgers.troubles += [("ended badly", line) for line in trouble.wrong]
    ledgers.troubles += await asyncio.to_thread(lambda: list(kept.check(folder, ledgers)))
    ledgers.troubles += [("bugs logged", line) for line in gateway.bugs()]
    faults = Counter({f"next hop at {stage}": count for stage, count in next_hop.done.items()})
    return Outcome(ledgers, trouble.done + faults, post.count, ledgers.match())


async def _send_all(trouble: Trouble, post: _Post, ledgers: Ledgers) -> None:
    gateway, plan = trouble.gateway, trouble.plan

    async def note(attempt: Attempt) -> None:
        ledgers.note_attempt(attempt)
        await trouble.on_attempt()

    senders = [
        Sender(
            Place(gateway.port, f"127.0.{number}.1", plan.pause_s), random.Random(trouble.rng.random()), gateway, note
        )
        for number in range(1, plan.senders + 1)
    ]
    async with asyncio.TaskGroup() as tasks:
        for sender in senders:
            tasks.create_task(sender.run(post.mails()))
        await trouble.run()
        post.is_enough = True


def _check_family(gateway: Gateway, ledgers: Ledgers) -> None:
    """Give what a killed gateway had started the time to see that it is gone."""
    try:
        gateway.wait_for(lambda: not gateway.left_running(), "")
    except AssertionError:
        ledgers.troubles.append(("left running", str(gateway.left_running())))
