"""Listening: the SMTP listeners of a process, one for each `[[listen]]` block, from start over reloads to drain.

Sockets are bound once, at the start; all else of a block (rights, TLS, limits) is taken by a reload. A block that came
or went with a reload waits for a restart, and meanwhile what listens goes on as it was.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from gateway.edge.listener.admission import Admission
from gateway.edge.listener.server import Listener
from gateway.edge.listener.tls import ServerTls
from gateway.values.faults import Misconfigured

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Collection, Mapping, Sequence

    from gateway.daemon.config.schema import Config, ListenSection
    from gateway.daemon.early import Place
    from gateway.daemon.runtime import Observers, Runtime
    from gateway.edge.listener.ports import SessionHandler
    from gateway.values.envelope import Client


def admission_of(config: Config, block: ListenSection) -> Admission:
    """Say who may relay to whom for clients of one block: its own client networks are added to those of `[relay]`."""
    relay = config.relay
    return Admission(
        relay.relay_domains,
        (*relay.client_networks, *block.client_networks),
        relay.clients,
        proxy_networks=block.proxy_networks,
        is_internal=block.role == "internal",
    )


def load_tls(config: Config) -> dict[str, ServerTls]:
    """Read certificate and key of every block that has them, by its name.

    Raises:
        Misconfigured: a pair cannot be used.
    """
    return {
        block.name: ServerTls(block.certificate_file, block.key_file)
        for block in config.listen
        if block.certificate_file
    }


class Listening:
    """All listeners of one process."""

    def __init__(
        self,
        places: Sequence[Place],
        new_session: Callable[[Client], SessionHandler],
        observers: Observers,
        offered: Callable[[], Collection[str]],
    ) -> None:
        """Name the places; `offered` are the extensions that every route has."""
        self._places, self._new_session = places, new_session
        self._observers, self._offered = observers, offered
        self._tls: Mapping[str, ServerTls] = {}
        self.by_name: dict[str, Listener] = {}
        """Each listener under the name of its block, once they are started."""

    @property
    def names(self) -> list[str]:
        """Names of the blocks that have sockets: metric labels."""
        return [place.block for place in self._places]

    @property
    def own_names(self) -> frozenset[str]:
        """Names of those whose addresses we bound ourselves."""
        return frozenset(place.block for place in self._places if place.are_ours)

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Where we listen, (ip, port) of every socket."""
        return [address for listener in self.by_name.values() for address in listener.addresses]

    @property
    def sessions_active(self) -> int:
        """Sessions open now at all of them."""
        return sum(listener.sessions_active for listener in self.by_name.values())

    async def start(self, runtime: Runtime, tls: Mapping[str, ServerTls]) -> None:
        """Take clients.

        Raises:
            Misconfigured: blocks were renamed since their sockets were opened, a moment ago.
        """
        self._tls = tls
        blocks = {block.name: block for block in runtime.config.listen}
        if sorted(blocks) != sorted(self.names):
            message = "changed while the gateway started; start it again"
            raise Misconfigured([runtime.config.origin.problem("listen", message)])
        for place in self._places:
            block = blocks[place.block]
            listener = self.by_name[place.block] = Listener(
                block.limits, runtime.generation.host, self._new_session, self._observers.at(place.block),
                partial(self._context, place.block), extensions_provider=self._offered,
                admission=admission_of(runtime.config, block),
            )  # fmt: skip
            self._take(listener, runtime, block)
            await listener.start(place.sockets)

    def take(self, runtime: Runtime, tls: Mapping[str, ServerTls]) -> None:
        """Go on under a new generation: sessions to come by its settings, recipients to come by its rights."""
        now = {block.name for block in runtime.config.listen}
        self._tls = {name: kept for name, kept in self._tls.items() if name not in now} | dict(tls)
        for block in runtime.config.listen:
            if block.name in self.by_name:
                self._take(self.by_name[block.name], runtime, block)

    def _take(self, listener: Listener, runtime: Runtime, block: ListenSection) -> None:
        listener.settings, listener.host = block.limits, runtime.generation.host
        listener.admission = admission_of(runtime.config, block)
        listener.is_tls_first, listener.help_text = block.tls == "implicit", block.help_text

    def _context(self, name: str) -> ssl.SSLContext | None:
        tls = self._tls.get(name)
        return tls.context() if tls is not None else None

    async def stop(self, drain_s: float) -> None:
        """Take no more clients, and give sessions so long to end."""
        for listener in self.by_name.values():
            await listener.stop_accepting()
        await asyncio.gather(*(listener.drain(drain_s) for listener in self.by_name.values()))
