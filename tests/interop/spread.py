"""Spread: two messages to fifty recipients of three routes, and in how many runs of its queue a server is rid of each.

One transaction has one route, so recipients of the others hear 452 4.5.3 and come again. The few come first here and the
many last, one of each route in turn as long as there are any. With the first message the gateway does not know yet what
the server does with those others; with the second it does.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

from tests.interop.senders import Mail
from tests.interop.servers import HOME
from tests.interop.trials import PLAIN, SENDER, text_mail
from tests.interop.world import DOMAIN, Route, Store, gateway, until

if TYPE_CHECKING:
    from tests.interop.servers import Server

COUNTS = {"a": 5, "b": 15, "c": 30}
"""Recipients of each route, named by its domain."""
RUNS = 40
"""Of a queue, at most."""
SETTLED_S = 20.0


class Story(NamedTuple):
    """What was counted of one message."""

    first_run: int
    """Recipients that had the message after the first run."""
    runs: int
    """Of the queue, the first included, until all had it."""
    messages: int
    """Transactions the next hops saw."""
    missing: int
    """Recipients that never had it."""


class Spread(NamedTuple):
    """What was counted of one server."""

    name: str
    first: Story
    second: Story

    @property
    def missing(self) -> int:
        """Recipients that never had a message."""
        return self.first.missing + self.second.missing


def spread(server: Server, words: tuple[str, str]) -> Spread:
    """Count for one server; the words stand in the addresses of each message."""
    stores = {name: Store() for name in COUNTS}
    routes = [Route(store.port, f"{name}.{DOMAIN}") for name, store in stores.items()]
    back = Store()
    with gateway(HOME / "congthu", [*routes, Route(back.port)]) as running, server.before(running):
        return Spread(server.name, *(_story(server, stores, word) for word in words))


def _story(server: Server, stores: dict[str, Store], word: str) -> Story:
    server.send(Mail(SENDER, _recipients(word), text_mail(word, PLAIN)))
    progress: list[int] = []
    while (not progress or progress[-1] < sum(COUNTS.values())) and len(progress) < RUNS:
        if progress:
            server.flush()
        before = progress[-1] if progress else 0
        until(lambda before=before: _delivered(stores, word) > before, SETTLED_S)
        _settle(stores, word)
        progress.append(_delivered(stores, word))
        if not server.waiting():
            break
    messages = [one for store in stores.values() for one in store.messages if word in "".join(one.forward_paths)]
    return Story(progress[0], len(progress), len(messages), sum(COUNTS.values()) - progress[-1])


def _recipients(word: str) -> tuple[str, ...]:
    rows = [[f"r{number}-{word}@{name}.{DOMAIN}" for number in range(count)] for name, count in COUNTS.items()]
    return tuple(path for paths in itertools.zip_longest(*rows) for path in paths if path)


def _delivered(stores: dict[str, Store], word: str) -> int:
    paths = [path for store in stores.values() for one in store.messages for path in one.forward_paths]
    return len({path for path in paths if word in path})


def _settle(stores: dict[str, Store], word: str) -> None:
    """Wait until a run is over: nothing more came for a while."""
    least = -1
    while until(lambda: _delivered(stores, word) > least, 3.0):  # noqa: B023 - asked before it changes
        least = _delivered(stores, word)
