"""Waiting: which clients come again with a later run of their queue for the recipients that heard 452.

A client goes on with the recipients that were accepted, and for the others either comes again in the same session, as
Exim does for those behind the first accepted one, or minutes later, as Postfix and OpenSMTPD do. Only the latter gains
by the order in which routes have their turn, and the former loses by it: whoever then stands in front waits for a run.
Nothing in a session announces which it is, so it is seen, once a client had a message with recipients of two routes.

Bounded in number; a client that is not known is taken for one that comes at once, which costs nobody anything.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gateway.values.envelope import Client

MAX_CLIENTS: Final = 10_000
"""Addresses known at one time, the one seen longest ago given up first: some 2 MB. An office has a few servers."""


class Waiting:
    """Addresses of clients that were last seen to wait."""

    def __init__(self) -> None:
        """Have seen nobody yet."""
        self._seen: OrderedDict[str, None] = OrderedDict()

    def note(self, address: str, *, is_waiting: bool) -> None:
        """Note what a client did for recipients that it may send again."""
        self._seen.pop(address, None)
        if is_waiting:
            self._seen[address] = None
        if len(self._seen) > MAX_CLIENTS:
            self._seen.popitem(last=False)

    def __contains__(self, address: str) -> bool:
        """Tell whether this client was last seen to wait."""
        return address in self._seen


class Watch:
    """Sees in one session whether its client waits."""

    def __init__(self, waiting: Waiting) -> None:
        """Expect nothing yet; what is seen is noted there."""
        self._waiting = waiting
        self._expected: tuple[str, str] | None = None

    def expect(self, client: Client, forward_path: str) -> None:
        """Expect this recipient next of a client that does not wait: the first one a message, now taken, left out."""
        self._expected = speaker_of(client), forward_path

    def see(self, forward_path: str) -> None:
        """See a recipient, or the end of the session as an empty one; the first one after `expect` counts."""
        if self._expected is not None:
            (address, expected), self._expected = self._expected, None
            self._waiting.note(address, is_waiting=forward_path != expected)


def speaker_of(client: Client) -> str:
    """Give the address of the server that speaks to us, whoever it speaks for."""
    return client.forwarder.ip if client.forwarder is not None else client.ip
