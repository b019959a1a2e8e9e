"""Listener: accepts SMTP clients on one asyncio loop and hands their transactions to the daemon.

One `Session` a client, no threads, no mail knowledge. The listener lets sessions in as the `crowd` allows,
holds the room all messages share, starts the task that answers a final dot, and ends everything in order:
`stop_accepting`, then `drain`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from gateway.edge.listener.crowd import Crowd, client_key
from gateway.edge.listener.ports import ListenerSettings, Observer, RecipientGate, SessionHandler
from gateway.edge.listener.session import Session
from gateway.edge.listener.wirestore import RoomBudget

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Callable, Collection, Coroutine, Sequence
    from typing import Any

    from gateway.edge.listener.wirestore import WireStore
    from gateway.values.envelope import Client
    from gateway.values.status import Reply

_BACKLOG = 1024
"""Connections the kernel holds for us; 100, asyncio's default, costs a burst of clients whole seconds."""


def no_tls() -> ssl.SSLContext | None:
    """Provide no context: STARTTLS is not offered."""
    return None


def eight_bit() -> frozenset[str]:
    """Provide the extensions of a next hop as most are: 8BITMIME and SMTPUTF8."""
    return frozenset({"8bitmime", "smtputf8"})


class Listener:
    """The SMTP listener.

    Args:
        settings: limits and switches.
        host: our name in greeting and replies.
        handler_factory: makes the handler of one session; `client` has address and trust, no EHLO name yet.
        observer: told what happens.
        ssl_context_provider: asked at every EHLO and STARTTLS for the current context; None: no TLS.
        extensions_provider: asked at every EHLO for the keywords, in lower case, that every route offers.
        admission: decides who may relay to whom; may be replaced while running, for new recipients at once.
        room: octets in flight; made when not given. Its limit is the one of the settings.
    """

    def __init__(  # noqa: PLR0913 - composed once, by the daemon
        self,
        settings: ListenerSettings,
        host: str,
        handler_factory: Callable[[Client], SessionHandler],
        observer: Observer | None = None,
        ssl_context_provider: Callable[[], ssl.SSLContext | None] = no_tls,
        *,
        extensions_provider: Callable[[], Collection[str]] = eight_bit,
        admission: RecipientGate,
        room: RoomBudget | None = None,
    ) -> None:
        self.room = room or RoomBudget(settings.in_flight_octets)
        self._shares: WeakValueDictionary[str, RoomBudget] = WeakValueDictionary()
        """Share of the room by client; each lives in the sessions and messages of its client."""
        self.settings = settings
        self.host = host
        self.handler_factory = handler_factory
        self.observer = observer or Observer()
        self.ssl_context_provider = ssl_context_provider
        self.extensions_provider = extensions_provider
        self.admission = admission
        self.is_tls_first = False
        """TLS begins with the connection (RFC 8314), not at STARTTLS."""
        self.help_text = ""
        """Whom to ask, in the reply to HELP and in refusals to relay; printable ASCII. Empty: HELP is not offered."""
        self._servers: list[asyncio.Server] = []
        self._sessions: set[Session] = set()
        self._deliveries: set[asyncio.Task[Reply]] = set()
        self._crowd = Crowd(lambda: asyncio.get_running_loop().time())
        self._is_draining = False
        self._all_left = asyncio.Event()

    @property
    def settings(self) -> ListenerSettings:
        """The settings sessions begin with; replaced on reload, sessions under way keep theirs."""
        return self._settings

    @settings.setter
    def settings(self, settings: ListenerSettings) -> None:
        """Replace the settings, and with them the limit of the room."""
        self._settings = settings
        # Room is one for all sessions: a lower limit takes hold as messages leave.
        self.room.limit_octets = settings.in_flight_octets
        for share in self._shares.values():
            share.limit_octets = settings.in_flight_octets_per_client

    @property
    def sessions_active(self) -> int:
        """Sessions let in and not yet ended."""
        return len(self._sessions)

    @property
    def deliveries_active(self) -> int:
        """Final dots not yet answered by the handler."""
        return len(self._deliveries)

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Where we listen: (ip, port) of every socket, with the port the kernel chose for port 0."""
        return [sock.getsockname()[:2] for server in self._servers for sock in server.sockets]

    async def start(self, listen: Sequence[socket.socket | tuple[str, int]]) -> None:
        """Listen on given sockets (systemd) or (ip, port) pairs; all or none.

        Raises:
            OSError: an address cannot be bound.
        """
        loop = asyncio.get_running_loop()

        def session() -> Session:
            return Session(self, loop)

        try:
            for place in listen:
                if isinstance(place, tuple):
                    ip, port = place
                    reuse_port = self.settings.has_reuse_port or None
                    server = await loop.create_server(session, ip, port, backlog=_BACKLOG, reuse_port=reuse_port)
                else:
                    server = await loop.create_server(session, sock=place, backlog=_BACKLOG)
                self._servers.append(server)
        except OSError:
            await self.stop_accepting()
            raise

    async def stop_accepting(self) -> None:
        """Close the listening sockets; sessions go on."""
        for server in self._servers:
            server.close()
        self._servers.clear()

    async def drain(self, timeout_s: float) -> int:
        """End every session: 421 at its next command, a message under way is answered first.

        Sessions left after `timeout_s` are cut off. Answers how many: their clients will try again. A
        delivery under way is not cancelled even then (`deliveries_active`); it ends with the process.
        """
        self._is_draining = True
        for session in tuple(self._sessions):
            session.wind_down()
        if self._sessions:
            self._all_left.clear()
            try:
                async with asyncio.timeout(timeout_s):
                    await self._all_left.wait()
            except TimeoutError:
                pass
        left = tuple(self._sessions)
        tasks = [session.cut_off() for session in left]
        await asyncio.gather(*tasks, return_exceptions=True)
        return len(left)

    # Sessions call these.

    def enter(self, session: Session, client: Client) -> str:
        """Let a new session in; answers the situation that refuses it, or nothing."""
        self._crowd.leave(session)  # the waiting place of a proxy
        if self._is_draining:
            return "shutting_down"
        if not self._crowd.enter(session, client.ip, self.settings, is_trusted=client.is_trusted):
            return "too_many_sessions"
        self._sessions.add(session)
        return ""

    def hand_over(self, session: Session, client: Client) -> bool:
        """Count a session for the client it now belongs to; False when that one has too many."""
        limit = self.settings.sessions_per_client_limit
        return client.is_trusted or self._crowd.hand_over(session, client.ip, limit)

    def leave(self, session: Session) -> None:
        """Forget a session that has ended."""
        self._sessions.discard(session)
        self._crowd.leave(session)
        if not self._sessions:
            self._all_left.set()

    def room_for(self, client: Client) -> RoomBudget:
        """Give the room of a client: its own share, or all there is when it belongs to the networks we serve."""
        if client.is_trusted:
            return self.room
        key = client_key(client.ip)
        share = self._shares.get(key)
        if share is None:
            share = self._shares[key] = RoomBudget(self.settings.in_flight_octets_per_client, self.room)
        return share

    def deliver(self, handler: SessionHandler, store: WireStore) -> asyncio.Task[Reply]:
        """Start the task that answers one final dot; referenced here, so that it outlives its session."""
        answer: Coroutine[Any, Any, Reply] = handler.on_data(store)
        task = asyncio.get_running_loop().create_task(answer)
        self._deliveries.add(task)
        task.add_done_callback(self._settle)
        return task

    def _settle(self, task: asyncio.Task[Reply]) -> None:
        self._deliveries.discard(task)
        if not task.cancelled():
            # Its session reports the error; when that was cut off, nobody else may ask for it.
            task.exception()


__all__ = ["Listener", "ListenerSettings", "Observer", "RecipientGate", "SessionHandler", "client_key", "no_tls"]
