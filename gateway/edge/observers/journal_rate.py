"""Line rate: how many lines about refusals one client may cause, so that nobody writes the operator's disk full.

Every refusal has a line until its client has had so many in a minute; the rest of that minute is counted, and the
count becomes one line when the minute is over. Nothing is left out without a number.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW_S = 60.0
LINES = 30
"""In one window, for a client outside the client networks: its every mistake, but no flood."""
LINES_TRUSTED = 3_000
"""For one of our own servers, which refuses on behalf of many senders."""
LINES_NEXT_HOP = 3
"""For a next hop that fails at TLS: its connections all tell the same, and each delivery says `next_hop_tls`."""
CLIENTS = 256
"""Counted apart at a time; further ones share one count, under an empty name: 130 lines a second in all."""


class _Window(msgspec.Struct):
    began: float
    written: int = 0
    left_out: int = 0


class LineRate:
    """Says of each line whether it is written; pure but for the clock it is given."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, lines: int = LINES) -> None:
        """Begin with nothing counted; `clock` gives seconds that never go back, `lines` binds who is not trusted."""
        self._clock = clock
        self._lines = lines
        self._windows: dict[str, _Window] = {}
        self._ended: list[tuple[str, int]] = []

    def admits(self, client: str, *, is_trusted: bool = False) -> bool:
        """Count one line about a client, and say whether it is written."""
        now = self._clock()
        key = client if client in self._windows or is_trusted or len(self._windows) < CLIENTS else ""
        window = self._windows.get(key)
        if window is None or now - window.began >= WINDOW_S:
            self._end(key)
            window = self._windows[key] = _Window(now)
        if window.written >= (LINES_TRUSTED if is_trusted else self._lines):
            window.left_out += 1
            return False
        window.written += 1
        return True

    def take_left_out(self, *, is_end: bool = False) -> list[tuple[str, int]]:
        """Give (client, lines left out) of every window that is over, or at the end of all, once."""
        now = self._clock()
        for key in [key for key, window in self._windows.items() if is_end or now - window.began >= WINDOW_S]:
            self._end(key)
        ended, self._ended = self._ended, []
        return ended

    def _end(self, key: str) -> None:
        window = self._windows.pop(key, None)
        if window is not None and window.left_out:
            self._ended.append((key, window.left_out))
