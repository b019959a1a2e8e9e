"""Listener dialogue: the life of one session and its walls, from greeting to close; `session` adds the verbs.

Every way back to `greeted` (RSET, EHLO, STARTTLS, the reply to DATA, a bug) tells the handler `on_reset`, and
`on_close` is always its last call. A reply never carries text of an exception.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

import msgspec

from gateway.edge.listener.channel import Channel, Hangup
from gateway.edge.listener.commands import KNOWN_VERBS, MAX_COMMAND_OCTETS, UNOFFERED_VERBS, split_line
from gateway.edge.listener.proxied import BadHeader, parse_proxy_header
from gateway.values.envelope import Client
from gateway.values.events import RefusalRecord
from gateway.values.faults import Fault
from gateway.values.status import TABLE, Reply, reply_to

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable

    from gateway.edge.listener.forwarded import Forwarded
    from gateway.edge.listener.ports import SessionHandler, SessionHost

_Answer = TypeVar("_Answer", Reply, Reply | None)

_BEFORE_TLS = frozenset({b"EHLO", b"HELO", b"NOOP", b"RSET", b"QUIT", b"STARTTLS"})
"""What RFC 3207 section 4 leaves open when TLS is required, with RSET, which discloses nothing."""

_IDLE_VERBS = frozenset({b"NOOP", b"RSET", b"VRFY", b"HELP", b"EHLO", b"HELO"})

_NAMING_VERBS = frozenset({b"EHLO", b"HELO", b"MAIL", b"RCPT"})

_HELPED = frozenset({"help", "relay_denied", "clients_only"})
"""Replies that tell whom to ask, when the configuration says it."""

_BUG = object()
"""What came of a call that failed by our own fault."""


class Dialogue(Channel):
    """One session without its verbs, which `Session` adds."""

    def __init__(self, listener: SessionHost, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop, listener.settings.command_timeout_s)
        self._listener = listener
        self._settings = listener.settings
        self._observer = listener.observer
        self._peer = self._speaker = self._client = Client("")
        """Who connected and may speak for others; whose session it is, and whose rights hold (XCLIENT changes it);
        who sends the transaction under way, or the next one (XFORWARD changes it)."""
        self._forwarded: Forwarded | None = None
        """What XFORWARD said about the client of the next transaction."""
        self._handed_to: Forwarded | None = None
        """What XCLIENT said about the client of the session, all commands together."""
        self._handler: SessionHandler | None = None
        self._is_tls_first = listener.is_tls_first
        self._is_proxied = self._is_silent = False
        """A proxy connected and has yet to tell for whom; nothing may be said yet."""
        self._command_count = self._idle_count = self._error_count = 0
        self._is_esmtp = self._is_told = False
        self._line = b""
        self._forward_path = ""
        self._forget_transaction()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the client in, or turn it away when there are too many."""
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        ip = peer[0].partition("%")[0].removeprefix("::ffff:") if isinstance(peer, tuple) else ""
        self._is_proxied = self._listener.admission.is_proxy(ip)
        self._is_silent = self._is_proxied or self._is_tls_first
        # A proxy waits in the place of a server of ours until it has told whose place it takes
        self._speak_as(Client(ip, is_trusted=True) if self._is_proxied else self._known(ip))
        refusal = self._admit()
        if refusal:
            self._end_with(b"GREETING", refusal)
            self._observer.on_session_close(self._client, "refused", refusal)
            self.hang_up()
            return
        self._handler_coroutine = self.loop.create_task(self._handle_client())

    async def _handle_client(self) -> None:
        """Speak the whole session: the body of the session's task."""
        result, situation = "fault", "not_ready"
        try:
            if await self._walled(self._converse()) is _BUG:
                self._end_with(b"OTHER", situation)
        except Hangup as end:
            result, situation = end.result, end.situation
            if end.situation:
                self._end_with(b"OTHER", end.situation)
            if end.situation == "shutting_down":
                await self.take_leave()
        except asyncio.CancelledError:
            result, situation = "shutdown", ""
            raise
        finally:
            try:
                self.hang_up()
                if self._handler is not None:
                    await self._guarded(self._handler.on_close())
            finally:
                self._listener.leave(self)
                self._observer.on_session_close(self._speaker, result, situation)

    def _known(self, ip: str, proxy: str = "") -> Client:
        """Give the client of an address its rights."""
        admission = self._listener.admission
        return Client(
            ip,
            is_trusted=admission.is_trusted_client(ip),
            speaks_for=admission.speaks_for(ip),
            network=admission.network_of(ip),
            proxy=proxy,
        )

    def _admit(self) -> str:
        """Give the session its place and room, or name the situation that refuses it."""
        self._room = self._listener.room_for(self._client)
        if self._listener.admission.is_internal and not self._client.is_trusted:
            return "clients_only"
        return self._listener.enter(self, self._client)

    async def _hear_proxy(self) -> None:
        """Wait for the header of a proxy; from then on the session is that of the client it tells."""
        proxy = self._peer.ip
        deadline = self.loop.time() + self._settings.proxy_header_timeout_s
        self._speak_as(self._known(proxy))
        try:
            header = await self.read_head(parse_proxy_header, deadline)
        except BadHeader as error:
            raise Hangup("", str(error)) from error
        if header.ip:
            self._speak_as(self._known(header.ip, proxy))
        refusal = self._admit()
        if refusal:
            self._is_silent = self._is_tls_first
            raise Hangup(refusal, "refused")

    async def _secure(self, context: ssl.SSLContext) -> None:
        """Turn to TLS and note what came of it; nothing the client said before counts any more."""
        try:
            await self.encrypt(context, self._settings.tls_handshake_timeout_s)
        except (OSError, EOFError) as error:
            self._observer.on_tls(self._client, getattr(error, "reason", None) or type(error).__name__)
            raise Hangup("", "tls") from error
        secure = cast("asyncio.Transport", self.transport).get_extra_info("ssl_object")
        version, cipher = secure.version() or "", (secure.cipher() or ("",))[0]
        self._speak_as(msgspec.structs.replace(self._speaker, helo="", tls_version=version, tls_cipher=cipher))
        self._observer.on_tls(self._client, "")
        self._is_esmtp = False

    async def _converse(self) -> NoReturn:
        """Greet and serve line by line; ends with Hangup."""
        if self._is_proxied:
            await self._hear_proxy()
        if self._is_tls_first:
            context = self._listener.ssl_context_provider()
            if context is None:
                raise Hangup("", "tls")
            await self._secure(context)
        self._is_silent = False
        self._observer.on_session_open(self._client)
        self._handler = self._listener.handler_factory(self._client)
        self._answer(b"GREETING", self._reply("greeting"))
        while True:
            await self._serve(await self.read_line())

    def cut_off(self) -> asyncio.Task[None]:
        """End the session now, whatever it is doing; a delivery under way goes on alone."""
        if self.transport is not None:
            self.transport.abort()
        task = cast("asyncio.Task[None]", self._handler_coroutine)
        task.cancel()
        return task

    async def _serve(self, line: bytes) -> None:
        """Answer one command line."""
        verb, argument = split_line(line)
        self._line, self._forward_path, self._is_told = line, "", False
        self._count_command(verb)
        if len(line) + 2 > MAX_COMMAND_OCTETS:
            reply: Reply | None = self._reply("line_too_long")
        elif self._settings.is_tls_required and not self.is_tls and verb not in _BEFORE_TLS:
            reply = self._reply("tls_required")
        elif verb in KNOWN_VERBS:
            try:
                reply = await self._execute(verb, argument)
            except Fault as fault:
                reply = self._reply_to_fault(fault)
        else:
            reply = self._reply("not_implemented" if verb in UNOFFERED_VERBS else "unknown_command")
        if verb not in _IDLE_VERBS:
            self.active_at = self.loop.time()
        if reply is not None:
            self._answer(verb, reply)
            if reply.closes:
                raise Hangup("", "protocol")
        if self._error_count >= self._settings.errors_per_session:
            raise Hangup("too_many_errors", "errors")

    async def _execute(self, verb: bytes, argument: bytes) -> Reply | None:
        """Execute a known verb; None when it has spoken itself."""
        raise NotImplementedError

    def _count_command(self, verb: bytes) -> None:
        self._command_count += 1
        if verb in _IDLE_VERBS:
            self._idle_count += 1
        if (
            self._command_count > self._settings.commands_per_session
            or self._idle_count > self._settings.idle_commands_limit
        ):
            raise Hangup("too_many_commands", "commands")

    def _answer(self, verb: bytes, reply: Reply) -> None:
        """Say a reply, count it, and tell a refusal that nobody told yet: what is silent cannot be looked into."""
        self.say(reply)
        if reply.is_permanent:
            self._error_count += 1
        word = verb.decode("ascii") if verb in KNOWN_VERBS or verb in {b"GREETING", b"DOT"} else "OTHER"
        self._observer.on_reply(word, reply.code)
        if reply.code >= 400 and not self._is_told:
            # only what holds a name or an address, and only when that could not be read: other words may be passwords
            is_read = self._forward_path if verb == b"RCPT" else self._reverse_path
            said = "" if is_read or verb not in _NAMING_VERBS else self._line.decode("utf-8", "backslashreplace")
            self._observer.on_refusal(
                RefusalRecord(
                    self._client,
                    word,
                    reply,
                    reverse_path=self._reverse_path,
                    forward_path=self._forward_path,
                    situation=reply.situation,
                    said=said,
                )
            )

    def _end_with(self, verb: bytes, situation: str) -> None:
        """Say the last reply of a session, which is told as its end; nothing before header and handshake are whole."""
        if self._is_silent:
            return
        self._is_told = True
        self._answer(verb, self._reply(situation))

    def _reply(self, situation: str) -> Reply:
        reply = reply_to(situation, host=self._listener.host, limit=self._settings.message_size_limit_octets)
        text = self._listener.help_text if situation in _HELPED else ""
        return msgspec.structs.replace(reply, lines=(*reply.lines, text)) if text else reply

    def _reply_to_fault(self, fault: Fault) -> Reply:
        """Answer a fault by its situation; one the table does not know is our own trouble, hence 451."""
        return self._reply(fault.situation if fault.situation in TABLE else "internal")

    async def _walled(self, call: Awaitable[Any]) -> Any:
        """Await `call`; what it raises is answered elsewhere, but for a bug, which is told to the observer: `_BUG`.

        The one wall of the listener: whatever is wrong in us costs a 4yz and never a word of it reaches the wire.
        """
        try:
            return await call
        except (Fault, Hangup):
            raise
        except Exception as error:  # noqa: BLE001 - a bug costs one 4yz, not the session or the process
            self._observer.on_exception(error)
            return _BUG

    async def _guarded(self, call: Awaitable[Any]) -> Any:
        """Await a call of the handler; a bug in it becomes the `internal` reply and a fresh transaction."""
        self._is_told = False
        try:
            answer = await self._walled(call)
        except Fault as fault:
            return self._reply_to_fault(fault)
        if answer is _BUG:
            self._forget_transaction()
            return self._reply("internal")
        self._is_told = answer is not None  # the handler tells what it refuses, with the id it gave
        return answer

    async def _ask(self, call: Awaitable[_Answer]) -> _Answer:
        """Await the handler's answer; after a bug the handler forgets its transaction too."""
        is_open = self._has_mail
        reply = cast("_Answer", await self._guarded(call))
        if is_open and not self._has_mail:
            await self._guarded(cast("SessionHandler", self._handler).on_reset())
        return reply

    def _speak_as(self, speaker: Client) -> None:
        """Note whose session it is from now on."""
        self._speaker = self._client = speaker
        if self._handed_to is None:
            self._peer = speaker

    def _forget_transaction(self) -> None:
        self._has_mail = False
        self._is_smtputf8 = False
        self._declared_octets = 0
        self._accepted_count = self._asked_count = 0
        if self._forwarded is not None:  # Postfix too forgets it with the transaction
            self._forwarded = None
            self._client = self._speaker
        self._reverse_path = ""

    async def _reset(self) -> None:
        self._forget_transaction()
        await self._guarded(cast("SessionHandler", self._handler).on_reset())
