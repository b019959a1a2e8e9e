"""Clock: the processor time one message may take to be read; what that leaves unread is a fact.

The clock itself is handed in from outside, as the recogniser is. Reading is bounded by counts first, so that the same
file gives the same facts on every machine; the clock ends what no count foresaw, long before the kernel ends the
worker. It is asked between pieces of work, and a piece takes some tenths of a second at most.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Clock:
    """Counts what one message has left."""

    __slots__ = ("_ends_s", "_now")

    def __init__(self, now: Callable[[], float], seconds: float) -> None:
        """Begin a message.

        Args:
            now: processor seconds of this process, from any instant on.
            seconds: how many of them may be spent.
        """
        self._now = now
        self._ends_s = now() + seconds

    def is_over(self) -> bool:
        """Is the time spent?"""
        return self._now() >= self._ends_s

    def apart(self, call: Callable[[], T]) -> T:
        """Run what has a bound of its own, such as reading letters off pictures: it takes nothing from the rest."""
        began_s = self._now()
        try:
            return call()
        finally:
            self._ends_s += self._now() - began_s


NO_CLOCK: Final = Clock(float, math.inf)
"""It stands still: counts alone bound what is read."""
