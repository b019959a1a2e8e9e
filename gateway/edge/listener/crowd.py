"""Crowd: how many sessions there are and whose, who may come in, and who has to go for them.

Sessions cost little, yet each costs something, so their number is bounded; and a bound lets silent clients shut
everyone out. Three rules keep honest mail coming in. One in ten sessions is kept for the client networks, whose own
number by client is not bounded: there are many senders behind each. When sessions run short, a new one takes the
place of the session outside these networks that has done nothing for the longest time, at least `crowded_idle_s`.
And doing something means mail: NOOP, RSET and drops of data slower than the minimum rate are nothing.
"""

from __future__ import annotations

import collections
import ipaddress
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.edge.listener.ports import ListenerSettings

_RESERVE: Final = 10
"""One in so many sessions is for clients of the client networks alone."""
_SORT_EVERY_S: Final = 0.1
"""However many want in: a thousand sessions take half a millisecond to look through."""


class Member(Protocol):
    """A session as the crowd sees it."""

    @property
    def idle_since(self) -> float:
        """Instant of the loop's clock since which it has been our client's turn; infinite when it is ours."""
        ...

    def make_way(self) -> None:
        """End with 421, soon."""


class Crowd:
    """The sessions that have a place."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Begin empty; `clock` is the loop's."""
        self._clock = clock
        self._keys: dict[Member, str] = {}
        """Client of each session outside the client networks, in order of arrival."""
        self._trusted: set[Member] = set()
        self._by_client: collections.Counter[str] = collections.Counter()
        self._idlest: collections.deque[tuple[float, Member]] = collections.deque()
        self._sorted_at = -1.0

    def __len__(self) -> int:
        """Count the sessions that have a place."""
        return len(self._keys) + len(self._trusted)

    def enter(self, session: Member, ip: str, settings: ListenerSettings, *, is_trusted: bool) -> bool:
        """Give a session a place, in exchange for an idle one when there is none; False when there is none at all."""
        limit = settings.sessions_limit
        if is_trusted:
            if len(self) >= limit and not self._end_idlest(settings.crowded_idle_s):
                return False
            self._trusted.add(session)
            return True
        key = client_key(ip)
        if self._by_client[key] >= settings.sessions_per_client_limit:
            return False
        is_full = len(self._keys) >= limit - limit // _RESERVE or len(self) >= limit
        if is_full and not self._end_idlest(settings.crowded_idle_s):
            return False
        self._keys[session] = key
        self._by_client[key] += 1
        return True

    def leave(self, session: Member) -> None:
        """Free the place of a session, if it still has one."""
        self._trusted.discard(session)
        key = self._keys.pop(session, None)
        if key is None:
            return
        self._by_client[key] -= 1
        if self._by_client[key] <= 0:
            del self._by_client[key]

    def hand_over(self, session: Member, ip: str, limit: int) -> bool:
        """Count a session for the stranger a server of ours hands it to; False when that one has `limit` already."""
        if session not in self._trusted and session not in self._keys:
            return True  # it has to make way
        key = client_key(ip)
        if self._by_client[key] - (self._keys.get(session) == key) >= limit:
            return False
        self.leave(session)
        self._keys[session] = key
        self._by_client[key] += 1
        return True

    def _end_idlest(self, grace_s: float) -> bool:
        """End the session outside the client networks that has been idle longest, if for long enough."""
        now = self._clock()
        if not self._idlest and now - self._sorted_at >= min(grace_s, _SORT_EVERY_S):
            self._sorted_at = now
            idle = ((session.idle_since, session) for session in self._keys)
            ended = [(since, session) for since, session in idle if now - since >= grace_s]
            self._idlest.extend(sorted(ended, key=lambda pair: pair[0]))
        while self._idlest:
            since, session = self._idlest.popleft()
            if session in self._keys and session.idle_since == since:
                self.leave(session)
                session.make_way()
                return True
        return False


def client_key(ip: str) -> str:
    """Name the client a session counts for: an IPv4 address, or the /64 an IPv6 client owns."""
    if ":" not in ip:
        return ip
    try:
        return str(ipaddress.ip_network((ip, 64), strict=False))
    except ValueError:
        return ip
