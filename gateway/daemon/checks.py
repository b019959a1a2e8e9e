"""Checks: how often the check address was asked, so that it is neither an oracle nor a source of much mail.

Bounded in number; who is given up first may ask as if anew, which takes ten thousand others that were admitted.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from typing import Final

HOUR_S: Final = 3600.0
MAX_KNOWN: Final = 10_000
"""Senders and clients whose checks are counted at one time, the one seen longest ago given up first: some 2 MB."""


class Checks:
    """How often each sender and client asked lately: a bucket each, that fills again within an hour."""

    def __init__(self) -> None:
        """Know nobody yet."""
        self._salt = os.urandom(8)
        self._left: OrderedDict[int, tuple[float, float]] = OrderedDict()

    def take(self, limits: dict[str, int], at_s: float) -> bool:
        """Take one check from each of these buckets, by name with its size, or from none when one is empty."""
        left = {hash((self._salt, name)): (self._filled(name, size, at_s), size) for name, size in limits.items()}
        if any(filled < 1 for filled, _ in left.values()):
            return False
        for key, (filled, _) in left.items():
            self._left[key] = (filled - 1, at_s)
            self._left.move_to_end(key)
        while len(self._left) > MAX_KNOWN:
            self._left.popitem(last=False)
        return True

    def _filled(self, name: str, size: int, at_s: float) -> float:
        filled, since_s = self._left.get(hash((self._salt, name)), (float(size), at_s))
        return min(float(size), filled + size * (at_s - since_s) / HOUR_S)
