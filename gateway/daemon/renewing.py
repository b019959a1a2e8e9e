"""Renewing: the trust service of a running daemon, and the contained process it sends out.

The fetching process is neither the asyncio process nor a reader: it may connect and may write one folder, and no
message ever reaches it. It lives for one run. Nobody waits for it: mail is judged by what is known, and when a run has
changed that, the daemon puts a new trust generation in place (`on_change`).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec
from msgspec import structs

from gateway.daemon.child import run_child
from gateway.edge.readers.sandbox import enter_fetcher
from gateway.edge.trust.cache import with_fetched
from gateway.edge.trust.fetch import (
    MAX_CERTIFICATE_OCTETS,
    MAX_PATH_LENGTH,
    MAX_PATHS,
    RUN_SECONDS,
    Errand,
    renew,
)
from gateway.edge.trust.plan import FIRST_RETRY_S, FetchSettings
from gateway.values.faults import Transient
from gateway.values.trust import FetchReport, Renewal

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.daemon.runtime import Runtime

NICENESS = 10
"""Of the fetching process: mail comes first."""
MAX_TRIES = 6
"""Runs in which an awaited path is tried; a document that comes again brings it again."""
PAUSE_S = 200.0
"""Between two runs for the sake of awaited paths: each may put a new generation in place, and of those that are
replaced three may last ten minutes (`gateway.daemon.service`). A server that got 451 waits about as long."""
_ANSWER_OCTETS = 10_000_000


async def renew_apart(errand: Errand) -> Renewal:
    """Run one errand in a process of its own.

    Raises:
        Transient: it died or took too long.
        OSError: there is no process or descriptor to be had.
    """
    with contextlib.ExitStack() as stack:
        fds = [os.memfd_create(f"congthu-{name}") for name in ("errand", "renewal")]
        for fd in fds:
            stack.callback(os.close, fd)
        with open(fds[0], "wb", closefd=False) as handed:  # noqa: ASYNC230 - a memory file
            handed.write(msgspec.msgpack.encode(errand))
        seconds = RUN_SECONDS + 2 * errand.settings.deadline_s
        await run_child(
            "gateway.daemon.renewing", fds, fds=tuple(fds), seconds=seconds, task="fetching revocation data"
        )
        octets = os.pread(fds[1], _ANSWER_OCTETS, 0)
    try:
        return msgspec.msgpack.decode(octets, type=Renewal)
    except msgspec.DecodeError:
        raise Transient("not_ready", "the fetching process answered nonsense") from None


def main() -> None:
    """Run as `python -m gateway.daemon.renewing ERRAND_FD ANSWER_FD`."""
    errand_fd, answer_fd = map(int, sys.argv[1:])
    with os.fdopen(errand_fd, "rb") as handed:
        handed.seek(0)
        errand = msgspec.msgpack.decode(handed.read(), type=Errand)
    with contextlib.suppress(OSError):  # our own service unit forbids it
        os.nice(NICENESS)
    enter_fetcher(errand.settings.folder)
    with os.fdopen(answer_fd, "wb") as answer:
        answer.write(msgspec.msgpack.encode(renew(errand)))


class _Listener(Protocol):
    """Who hears of runs."""

    def on_renewal(self, renewal: Renewal) -> None: ...


class Renewer:
    """Sends the fetching process out whenever something is due; lives on the event loop."""

    def __init__(
        self,
        runtime: Callable[[], Runtime],
        observers: _Listener,
        on_change: Callable[[], None],
        now: Callable[[], float] = time.time,
    ) -> None:
        """Serve whatever runtime is in place; `on_change` is called when the fetched data is not what it has."""
        self._runtime, self._observers, self._on_change, self._now = runtime, observers, on_change, now
        self._awaited: dict[bytes, tuple[tuple[bytes, ...], int]] = {}
        """By the signer's certificate: the path, and how often it was tried."""
        self._wake = asyncio.Event()
        self._asked_at_s = float("-inf")
        """Monotonic, of the last run for the sake of awaited paths."""

    @property
    def settings(self) -> FetchSettings:
        """Those in force."""
        return self._runtime().config.trust.fetch

    @property
    def is_on(self) -> bool:
        """Is there a folder to fetch into, and anybody to trust?"""
        trust = self._runtime().generation.trust
        return bool(self.settings.folder and trust.anchors) and trust.revocation != "off"

    def offer(self, paths: tuple[tuple[bytes, ...], ...]) -> None:
        """Take paths a message waits for; what is too much or too large is left out, for a worker is not believed."""
        if not self.is_on:
            return
        for path in paths[:MAX_PATHS]:
            is_sane = 0 < len(path) <= MAX_PATH_LENGTH and all(len(one) <= MAX_CERTIFICATE_OCTETS for one in path)
            if is_sane and path[0] not in self._awaited and len(self._awaited) < MAX_PATHS:
                self._awaited[path[0]] = (path, 0)
                self._wake.set()

    def look_again(self) -> None:
        """The configuration may have changed: look what is due."""
        self._wake.set()

    async def run(self) -> None:
        """Fetch for ever; end it by cancelling."""
        while True:
            self._wake.clear()
            wait_s = await self._once() if self.is_on else None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._wake.wait()
            if self._awaited:
                await asyncio.sleep(max(0.0, self._asked_at_s + PAUSE_S - time.monotonic()))

    async def _once(self) -> float:
        """Send the process out once; give the seconds until the next time."""
        awaited = dict(self._awaited)
        if awaited:
            self._asked_at_s = time.monotonic()
        # what was fetched the process reads itself
        trust = structs.replace(self._runtime().generation.trust, fetched_crls_der=(), fetched_responses_der=())
        paths = tuple(path for path, _ in awaited.values())
        try:
            renewal = await renew_apart(Errand(trust, self.settings, self._now(), paths))
        except (Transient, OSError):
            renewal = Renewal((FetchReport("", "failed", "lost"),), tuple(range(len(paths))), self._now())
        self._keep_open([key for number, key in enumerate(awaited) if number in renewal.open_paths], awaited)
        self._observers.on_renewal(renewal)
        if self.is_on:  # a reload may have changed everything meanwhile
            trust = self._runtime().generation.trust
            with contextlib.suppress(OSError):
                fresh = await asyncio.to_thread(with_fetched, trust, Path(self.settings.folder))
                if fresh.generation != trust.generation:
                    self._on_change()
        longest_s = FIRST_RETRY_S if self._awaited else self.settings.interval_s  # whatever the clock did meanwhile
        return min(max(renewal.next_at_s - self._now(), FIRST_RETRY_S), longest_s)

    def _keep_open(self, still_open: list[bytes], awaited: dict[bytes, tuple[tuple[bytes, ...], int]]) -> None:
        """Forget what was answered, and what was tried often enough."""
        for key, (path, tries) in awaited.items():
            del self._awaited[key]
            if key in still_open and tries + 1 < MAX_TRIES:
                self._awaited[key] = (path, tries + 1)


if __name__ == "__main__":
    main()
