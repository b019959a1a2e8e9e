"""Listener ports: the settings of the SMTP listener and the protocols of what is plugged into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Protocol

import msgspec

if TYPE_CHECKING:
    import asyncio
    import ssl
    from collections.abc import Callable, Collection

    from gateway.edge.listener.wirestore import RoomBudget, WireStore
    from gateway.values.envelope import Client, MailCommand, RcptCommand
    from gateway.values.events import RefusalRecord
    from gateway.values.status import Reply


class ListenerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Limits and switches of the listener; every one bounds something a client chooses.

    The bounds of each value are checked where a configuration is read, not when the record is made.
    """

    message_size_limit_octets: Annotated[int, msgspec.Meta(ge=1024, le=1_073_741_824)] = 50 * 1024 * 1024
    """Largest message in wire form (RFC 1870), announced as SIZE."""
    recipients_limit: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1000
    """Accepted recipients of one transaction (Postfix smtpd_recipient_limit); past it 452. OpenSMTPD gives a message
    up after 25 of those; RFC 5321 section 4.5.3.1.8 asks for at least 100."""
    sessions_limit: Annotated[int, msgspec.Meta(ge=1, le=65_536)] = 1000
    """Sessions at the same time, one in ten of them for `client_networks` alone; see `crowded_idle_s`."""
    crowded_idle_s: Annotated[float, msgspec.Meta(gt=0)] = 3.0
    """When there is no session left, the one idle longest outside `client_networks`, this long at least, gets 421."""
    sessions_per_client_limit: Annotated[int, msgspec.Meta(ge=1, le=65_536)] = 100
    """Sessions at the same time from one IPv4 address or one IPv6 /64 outside `client_networks`."""
    commands_per_session: Annotated[int, msgspec.Meta(ge=10)] = 10_000
    """Commands of any kind in one session."""
    idle_commands_limit: Annotated[int, msgspec.Meta(ge=5)] = 100
    """NOOP, RSET, VRFY, HELP, EHLO and HELO since the last accepted message (Postfix smtpd_junk_command_limit)."""
    errors_per_session: Annotated[int, msgspec.Meta(ge=1)] = 20
    """5yz replies since the last accepted message (Postfix smtpd_hard_error_limit)."""
    in_flight_octets: Annotated[int, msgspec.Meta(ge=1024)] = 1024 * 1024 * 1024
    """Octets of all messages received and not yet answered; past it 452."""
    in_flight_octets_per_client: Annotated[int, msgspec.Meta(ge=1024)] = 512 * 1024 * 1024
    """The same for one IPv4 address or IPv6 /64 outside `client_networks`, so that nobody takes all the room."""
    command_timeout_s: Annotated[float, msgspec.Meta(gt=0)] = 300.0
    """For one whole command line (RFC 5321 section 4.5.3.2.7)."""
    data_block_timeout_s: Annotated[float, msgspec.Meta(gt=0)] = 180.0
    """Between two arrivals of message data (RFC 5321 section 4.5.3.2.5)."""
    minimum_rate_octets_per_s: Annotated[int, msgspec.Meta(ge=0)] = 1024
    """Slowest average arrival of message data, counted after `data_block_timeout_s`; 0 sets no minimum."""
    data_total_timeout_s: Annotated[float, msgspec.Meta(gt=0)] = 1800.0
    """For the whole of DATA, from 354 to the final dot."""
    tls_handshake_timeout_s: Annotated[float, msgspec.Meta(gt=0)] = 30.0
    """From the 220 to STARTTLS, or with implicit TLS from the connection, to the end of the handshake."""
    proxy_header_timeout_s: Annotated[float, msgspec.Meta(gt=0)] = 10.0
    """From the connection of a peer of `proxy_networks` to the end of its header, which it sends at once."""
    is_tls_required: bool = False
    """Refuse mail commands on a plain connection (RFC 3207 section 4)."""
    is_smtputf8_enabled: bool = True
    """Announce SMTPUTF8 (RFC 6531) when every route has it; false never announces it."""
    has_reuse_port: bool = False
    """Listen with SO_REUSEPORT, for several instances on one host."""


class SessionHandler(Protocol):
    """What the daemon does with one session; one object each, never called twice at a time.

    An unexpected exception becomes 451 4.3.0 and ends the transaction; a `Fault` becomes the reply of its
    situation. Nothing here is cancelled because the client left.
    """

    async def on_mail(self, client: Client, mail: MailCommand) -> Reply:
        """Begin a transaction. A positive reply opens it."""
        ...

    async def on_rcpt(self, rcpt: RcptCommand, ahead: Callable[[], tuple[RcptCommand, ...]]) -> Reply:
        """Add a recipient; a positive reply accepts it. `ahead` reads those a pipelining client named behind it."""
        ...

    def on_start_data(self) -> Reply | None:
        """Answer a refusal of DATA, or None to let it begin."""
        ...

    async def on_data(self, store: WireStore) -> Reply:
        """Answer the final dot. The store belongs to the handler, who closes it in every case."""
        ...

    async def on_reset(self) -> None:
        """Forget the transaction: after RSET, a new EHLO or HELO, STARTTLS, DATA or a fault."""
        ...

    async def on_close(self) -> None:
        """Forget the session: always the last call, also when the client dropped."""
        ...


class RecipientGate(Protocol):
    """Who may relay to whom; see `gateway.edge.listener.admission.Admission`."""

    is_internal: bool
    """Only clients of the client networks are let in."""

    def is_proxy(self, ip: str) -> bool:
        """Say whether the peer begins with the header of the PROXY protocol."""
        ...

    def is_trusted_client(self, ip: str) -> bool:
        """Say whether the client may relay to any domain."""
        ...

    def speaks_for(self, ip: str) -> tuple[str, ...]:
        """Give the domains the configuration lets the client speak for."""
        ...

    def network_of(self, ip: str) -> str:
        """Give the name of the configured network the client comes from; empty without one."""
        ...

    def check_recipient(self, forward_path: str, is_trusted: bool) -> Reply | None:
        """Answer a refusal, or None."""
        ...


class Observer:
    """Told what happens in sessions; every callback does nothing until overridden, and must not block."""

    def on_session_open(self, client: Client) -> None:
        """A client was let in; its EHLO name is not known yet."""

    def on_session_close(self, client: Client, result: str, situation: str = "") -> None:
        """A session ended: quit, lost, timeout, refused, errors, commands, protocol, tls, shutdown or fault.

        Or before a proxy had said whose session it is: no_header, bad_header or late_header.
        `situation` is the row of the reply table it was ended with, empty when nothing was said.
        """

    def on_refusal(self, record: RefusalRecord) -> None:
        """The listener itself refused a command or a message; what its handler refuses, that tells."""

    def on_reply(self, command: str, code: int) -> None:
        """A reply was given; `command` is a verb we know, `DOT`, `GREETING` or `OTHER`."""

    def on_tls(self, client: Client, reason: str) -> None:
        """A handshake ended: well when `client.tls_version` is filled, else with OpenSSL's reason word."""

    def on_exception(self, error: Exception) -> None:
        """A bug showed itself; the client got 451 4.3.0. For the log, never for the wire."""


class SessionHost(Protocol):
    """What a session needs of the listener that let it in."""

    settings: ListenerSettings
    host: str
    is_tls_first: bool
    help_text: str
    handler_factory: Callable[[Client], SessionHandler]
    observer: Observer
    ssl_context_provider: Callable[[], ssl.SSLContext | None]
    extensions_provider: Callable[[], Collection[str]]
    admission: RecipientGate

    def room_for(self, client: Client) -> RoomBudget:
        """Give the room the messages of a client are taken from; it lives while somebody holds it."""
        ...

    def enter(self, session: Any, client: Client) -> str:
        """Let a session in, or name the situation that refuses it; empty when let in."""
        ...

    def hand_over(self, session: Any, client: Client) -> bool:
        """Count a session for the client a proxy hands it to; False when that one has too many."""
        ...

    def leave(self, session: Any) -> None:
        """Take note that a session let in has ended."""
        ...

    def deliver(self, handler: SessionHandler, store: WireStore) -> asyncio.Task[Reply]:
        """Start the task that answers one final dot, so that it outlives the session."""
        ...
