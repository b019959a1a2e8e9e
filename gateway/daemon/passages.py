"""Passages: what this process relayed lately, so that mail in circles is told from mail that returns.

A message that comes here again is no loop by itself: a list or a forwarding mailbox behind the next hop sends mail of
one agency to another through the same gateway, and a message to a list and a member of it reaches the member twice.
A loop comes back to the same mailbox again and again. Each pass leaves its transaction id in `Received`, so the ids a
message bears, looked up here, say how often this very message was already relayed to the mailbox it is for.

Bounded in number and time; a loop this does not see (other processes, a restart) ends with the hundredth `Received`.
"""

from __future__ import annotations

import os
import struct
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

KEEP_S: Final = 3600.0
"""How long a passage is known. A loop between mail servers takes seconds a turn, minutes where one of them queues."""
MAX_HELD: Final = 100_000
"""Recipients known at one time, the oldest given up first: some 22 MB where each message has one."""
MAX_RECIPIENTS: Final = 100
"""Recipients of one passage that are known: a loop goes through few."""
MAX_RETURNS: Final = 5
"""Passages of one message to one mailbox before it is a loop. Lists within lists that name a member more than once
bring two or three."""


class Passages:
    """Transactions and the recipients they were relayed to, newest last; packed, for a busy hour has many."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._salt = os.urandom(8)
        self._known: OrderedDict[int, bytes] = OrderedDict()
        """Number of a transaction id to `_packed` instant and recipients."""
        self._held = 0

    def note(self, transaction_id: str, forward_paths: Iterable[str], at_s: float) -> None:
        """Note a message the next hop took; `at_s` never runs backwards."""
        recipients = set(self._keys(forward_paths)[:MAX_RECIPIENTS])
        (number,) = self._keys((transaction_id,))
        self._known[number] = _packed(at_s, recipients)
        self._held += len(recipients)
        while self._held > MAX_HELD or _unpacked(next(iter(self._known.values())))[0] < at_s - KEEP_S:
            _number, gone = self._known.popitem(last=False)
            self._held -= len(_unpacked(gone)[1])

    def returns(self, own_ids: Iterable[str], forward_paths: Iterable[str], at_s: float) -> int:
        """Count how often a message was relayed to one of these recipients before: the most of any of them.

        `own_ids` are the transaction ids in its own `Received` fields.
        """
        found = (self._known.get(number) for number in set(self._keys(own_ids)))
        told = (_unpacked(packed) for packed in found if packed is not None)
        passages = [recipients for at, recipients in told if at >= at_s - KEEP_S]
        if not passages:
            return 0
        return max((sum(key in recipients for recipients in passages) for key in self._keys(forward_paths)), default=0)

    def _keys(self, forward_paths: Iterable[str]) -> list[int]:
        """Stand for addresses, or ids, by numbers: nobody is named in memory longer than the transaction."""
        return [hash((self._salt, path.lower())) for path in forward_paths]


def _packed(at_s: float, recipients: Collection[int]) -> bytes:
    """Write whole seconds, and each recipient in eight octets: a fifth of what a tuple with a set takes."""
    return struct.pack(f"<I{len(recipients)}q", int(at_s), *recipients)


def _unpacked(packed: bytes) -> tuple[int, tuple[int, ...]]:
    at_s, *recipients = struct.unpack(f"<I{len(packed) // 8}q", packed)
    return at_s, tuple(recipients)
