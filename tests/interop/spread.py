"""Spread: one message to fifty recipients of three routes, and in how many runs of its queue a server is rid of it.

One transaction has one route, so recipients of the others hear 452 4.5.3 and come again. The few come first here and the
many last, one of each route in turn as long as there are any.
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


class Spread(NamedTuple):
    """What was counted."""

    name: str
    first_run: int
    """Recipients that had the message after the first run."""
    runs: int
    """Of the queue, the first included, until all had it."""
    messages: int
    """Transactions the next hops saw."""
    missing: int
    """Recipients that never had it."""


def spread(server: Server, word: str) -> Spread:
    """Count for one server."""
    stores = {name: Store() for name in COUNTS}
    routes = [Route(store.port, f"{name}.{DOMAIN}") for name, store in stores.items()]
    back = Store()
    with gateway(HOME / "congthu", [*routes, Route(back.port)]) as running, server.before(running):
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
    messages = sum(len(store.messages) for store in stores.values())
    return Spread(server.name, progress[0], len(progress), messages, sum(COUNTS.values()) - progress[-1])


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
