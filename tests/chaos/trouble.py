"""Trouble: what is done to the gateway while it carries mail, one accident after the other in a drawn order."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tests.chaos.nexthop import STAGES_OF_CONNECTING
from tests.support.daemon import Daemon

if TYPE_CHECKING:
    import random
    from collections.abc import Awaitable, Callable

    from tests.chaos.nexthop import NextHop
    from tests.chaos.plan import Plan

_SPACING = 4
"""Attempts between two accidents, at most."""


class Gateway(Daemon):
    """The daemon under trouble: knows when it is down, and what it leaves behind."""

    def __init__(self, folder: Path, next_hop: NextHop, changes: dict[str, str]) -> None:
        """Write its world; nothing runs yet."""
        super().__init__(folder, next_hop, changes)
        self.registry = folder / "registry.toml"
        self._good = self.registry.read_text("utf-8")
        self.turns = 1
        """Counts up when it is stopped and when it is up again: odd while it is down."""
        self.family: set[tuple[int, str]] = set()
        """Processes it had when it was stopped, with the time each began."""

    def end(self, number: signal.Signals) -> None:
        """Send a signal that ends it; from now on it counts as down."""
        self.turns += 1 - self.turns % 2
        pids = [*self.nurseries(), *self.workers()]
        self.family |= {(pid, began) for pid in pids if (began := began_at(pid))}
        self.signal(number)

    async def up(self) -> None:
        """Start it, as its manager would at once, on sound files."""
        self.registry.write_text(self._good, "utf-8")
        await asyncio.to_thread(self.start)
        self.turns += 1

    async def reload(self, *, is_good: bool) -> bool:
        """Reload sound or broken files and wait for what comes of it; tell whether they were taken."""
        if not is_good:
            self.registry.write_text(self._good.replace("level =", "levle ="), "utf-8")
        is_taken = await asyncio.to_thread(self._reloaded)
        self.registry.write_text(self._good, "utf-8")
        return is_taken

    def _reloaded(self) -> bool:
        before = self.loads()
        self.signal(signal.SIGHUP)
        self.wait_for(lambda: self.loads() > before, "the reload never ends")
        return self.metric("congthu_config_last_reload_successful") == 1

    def loads(self) -> float:
        """Count the times its files were loaded, taken or not."""
        while not (count := self.metric("congthu_config_reloads_total")):
            self.wait_for(self.is_ready, "no metrics")
        return count

    def bugs(self) -> list[str]:
        """List the lines of the log that tell of a bug; one may be cut by a kill."""
        return [
            line for line in self.log_file.read_text("utf-8").splitlines() if '"bug"' in line or "Traceback" in line
        ]

    def left_running(self) -> list[int]:
        """List processes that outlived a main process they belonged to."""
        return [pid for pid, began in self.family if began_at(pid) == began]


def began_at(pid: int) -> str:
    """Tell when a process began, to know it from a later one of its number; empty when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return "" if fields[0] == "Z" else fields[19]


class Trouble:
    """Goes through a plan while senders send."""

    def __init__(self, gateway: Gateway, next_hop: NextHop, plan: Plan, rng: random.Random) -> None:
        self.gateway, self.next_hop, self.plan, self.rng = gateway, next_hop, plan, rng
        self.done: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._attempts = 0
        self._progress = asyncio.Condition()

    def accidents(self) -> list[Callable[[], Awaitable[None]]]:
        """List what is to happen, in a drawn order."""
        plan, kill, stop = self.plan, signal.SIGKILL, signal.SIGTERM
        listed = [lambda: self._kill(self.gateway.workers, "reader worker, -9")] * plan.workers
        listed += [lambda: self._kill(self.gateway.nurseries, "nursery, -9")] * plan.nurseries
        listed += [lambda: self._end(kill)] * plan.kills + [lambda: self._end(stop)] * plan.stops
        listed += [lambda stage=stage: self._end_at(stage, kill) for stage in plan.kills_at_stages]
        listed += [lambda stage=stage: self._end_at(stage, stop) for stage in plan.stops_at_stages]
        listed += [lambda: self._reload(is_good=True)] * plan.reloads
        listed += [lambda: self._reload(is_good=False)] * plan.bad_reloads
        listed += [self._kill_in_reload, self._end_in_reload] * plan.kills_in_reloads
        self.rng.shuffle(listed)
        return listed

    async def run(self) -> None:
        """Let it all happen, spaced by mail that goes on; end when the next hop has used up its faults too."""
        for accident in self.accidents():
            await self._attempts_more(self.rng.randint(1, _SPACING))
            await accident()
        while self.next_hop.faults_left:
            await self.next_hop.drop_all()
            await self._attempts_more(_SPACING)

    async def on_attempt(self) -> None:
        """Hear that a client's attempt is over."""
        async with self._progress:
            self._attempts += 1
            self._progress.notify_all()

    async def _attempts_more(self, count: int) -> None:
        due = self._attempts + count
        async with self._progress:
            await self._progress.wait_for(lambda: self._attempts >= due)

    async def _kill(self, those: Callable[[], list[int]], what: str) -> None:
        while not self._has_killed(those, what):
            await self._attempts_more(1)

    def _has_killed(self, those: Callable[[], list[int]], what: str) -> bool:
        pids = those()
        if not pids:
            return False
        try:
            os.kill(self.rng.choice(pids), signal.SIGKILL)
        except ProcessLookupError:
            return False
        self.done[what] += 1
        return True

    async def _end(self, number: signal.Signals) -> None:
        self.gateway.end(number)
        await self._up_again(number, "gateway")

    async def _end_at(self, stage: str, number: signal.Signals) -> None:
        reached = asyncio.Event()

        def act() -> None:
            self.gateway.end(number)
            reached.set()

        self.next_hop.watched = (stage, act)
        if stage in STAGES_OF_CONNECTING:
            await self.next_hop.drop_all()
        await reached.wait()
        await self._up_again(number, f"gateway at {stage}")

    async def _up_again(self, number: signal.Signals, what: str) -> None:
        assert self.gateway.process is not None
        code = await asyncio.to_thread(self.gateway.process.wait)
        self.done[f"{what}, {'-9' if number is signal.SIGKILL else 'SIGTERM'}"] += 1
        if code != (-number if number is signal.SIGKILL else 0):
            self.wrong.append(f"{what}: ended with {code} after {number.name}")
        await self.gateway.up()

    async def _reload(self, *, is_good: bool) -> None:
        if await self.gateway.reload(is_good=is_good) != is_good:
            self.wrong.append(f"reload of {'good' if is_good else 'broken'} files")
        self.done["reload, good files" if is_good else "reload, broken files"] += 1

    async def _kill_in_reload(self) -> None:
        while not await self._reload_hit():
            pass

    async def _reload_hit(self) -> bool:
        """Reload and kill the loader, the nursery that comes up beside the old one, or that; False when too late."""
        before, is_hit = await asyncio.to_thread(self.gateway.loads), False
        self.gateway.signal(signal.SIGHUP)
        while await asyncio.to_thread(self.gateway.loads) == before:
            if not is_hit and len(self.gateway.nurseries()) > 1:
                is_hit = self._has_killed(self.gateway.nurseries, "child in a reload, -9")
            await self._attempts_more(1)
        return is_hit

    async def _end_in_reload(self) -> None:
        self.gateway.signal(signal.SIGHUP)
        await self._attempts_more(self.rng.randint(1, _SPACING))
        self.gateway.end(signal.SIGKILL)
        await self._up_again(signal.SIGKILL, "gateway in a reload")
