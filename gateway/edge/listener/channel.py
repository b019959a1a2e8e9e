"""Listener channel: octets in, replies out, deadlines. The transport half of a session, without SMTP verbs.

It stays an `aiosmtpd.smtp.SMTP`, so it is an asyncio protocol with that class's STARTTLS and task shape, but
replaces its stream reader: lines and message data are taken straight from what the socket delivered, replies
to pipelined commands leave in one write (RFC 2920), and one lazy timer serves all deadlines. Nothing here is
cancelled when the client leaves: the session's task sees the end of input and finishes what it promised.
See ADR 0004 for what is overridden and why.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from aiosmtpd.smtp import SMTP

from gateway.edge.listener.commands import is_cross_protocol

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    from gateway.values.status import Reply

_INBOX_LIMIT_OCTETS = 512 * 1024
"""Unread input at which reading pauses: twice what one `recv` of asyncio delivers at most."""

_DISCARD_LIMIT_OCTETS = 64 * 1024
"""A command line longer than this is not waited out but ends the session."""

_LINGER_S = 10.0
"""For the client to take the last reply before the connection is cut."""

_FAREWELL_S = 2.0
"""The same when we stop: the next process waits for this one to end."""


class Head(Protocol):
    """What a connection may begin with, before SMTP."""

    @property
    def size_octets(self) -> int:
        """Where the rest begins."""
        ...


_Head = TypeVar("_Head", bound=Head)


class Hangup(Exception):
    """The session ends: `situation` is the row of the last reply (empty: none), `result` what observers hear."""

    def __init__(self, situation: str, result: str) -> None:
        self.situation, self.result = situation, result
        super().__init__(f"{situation or 'no reply'}: {result}")


class Channel(SMTP):
    """One connected client as a source of lines and chunks and a sink of replies."""

    # SMTP.__init__ is not called: it inspects every method of two objects for each connection (0.15 ms),
    # builds a stream reader we do not use and clears limits shared by all connections.
    def __init__(self, loop: asyncio.AbstractEventLoop, command_timeout_s: float) -> None:
        self.loop = loop
        self.transport: asyncio.Transport | None = None
        self.is_tls = False
        self.is_draining = False
        self.active_at = loop.time()
        """Instant of the loop's clock at which the client last got on with a mail."""
        self.is_in_handshake = False
        self._has_to_go = False
        self._command_timeout_s = command_timeout_s
        self._inbox = b""
        self._start = 0
        """Where the unread part of the inbox begins; moving it is cheaper than cutting off each line."""
        self._outbox: list[bytes] = []
        self._has_ended = False
        """No more input will come: the client closed its side or is gone."""
        self._is_gone = False
        self._is_reading = True
        self._is_writable = True
        self._is_expired = False
        self._waiter: asyncio.Future[None] | None = None
        self._deadline = math.inf
        self._timer: asyncio.TimerHandle | None = None

    # asyncio calls these.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport; the subclass starts the session."""
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Keep what arrived, and stop the sender while nobody reads."""
        self._inbox = self._inbox[self._start :] + data if self.has_input else data
        self._start = 0
        self._wake()
        if len(self._inbox) >= _INBOX_LIMIT_OCTETS:
            self._pause_reading()

    def eof_received(self) -> bool:
        """Note the half-close; on a plain connection replies still reach the client."""
        self._has_ended = True
        self._wake()
        return not self.is_tls

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Note that the client is gone. The session's task goes on to its own end."""
        self._has_ended = self._is_gone = self._is_writable = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._wake()

    def pause_writing(self) -> None:
        """Note that the client does not take its replies."""
        self._is_writable = False

    def resume_writing(self) -> None:
        """Note that the client takes its replies again."""
        self._is_writable = True
        self._wake()

    # The session calls these.

    def say(self, reply: Reply) -> None:
        """Queue a reply; it leaves with the next `flush` or before the next wait."""
        self._outbox.append(reply.octets)

    def flush(self) -> None:
        """Write all queued replies at once."""
        transport = self._open_transport
        if self._outbox and transport is not None:
            transport.write(b"".join(self._outbox))
        self._outbox.clear()

    def wind_down(self) -> None:
        """Let the session end at its next command line, with 421."""
        self.is_draining = True
        self._wake()

    def make_way(self) -> None:
        """Let the session end at once, with 421: others need its place."""
        self._has_to_go = True
        transport = self._open_transport
        if self.is_in_handshake and transport is not None:
            transport.abort()
        self._wake()

    def stay_or_go(self) -> None:
        """Go on, unless the session has to make way.

        Raises:
            Hangup: with 421.
        """
        if self._has_to_go:
            raise Hangup("idle_when_crowded", "timeout")

    @property
    def idle_since(self) -> float:
        """Give the instant since which the client has been expected to get on; infinite while we are at work."""
        return self.active_at if self._waiter is not None or self.is_in_handshake else math.inf

    @property
    def has_input(self) -> bool:
        """Say whether octets wait to be read."""
        return len(self._inbox) > self._start

    def lines_ahead(self, limit: int) -> Iterator[bytes]:
        """Give whole lines that wait to be read, at most so many, without their CRLF and without taking them."""
        start = self._start
        for _ in range(limit):
            end = self._inbox.find(b"\r\n", start)
            if end < 0:
                return
            yield self._inbox[start:end]
            start = end + 2

    async def read_head(self, parse: Callable[[bytes], _Head | None], deadline: float) -> _Head:
        """Wait until `parse` makes something of what the connection begins with, and take that off.

        Raises:
            Hangup: end of input, the deadline, or the drain.
            BadHeader: whatever `parse` raises.
        """
        while True:
            if self.is_draining:
                raise Hangup("shutting_down", "shutdown")
            self.stay_or_go()
            head = parse(self._inbox[self._start :])
            if head is not None:
                self._start += head.size_octets
                return head
            if self._has_ended:
                raise Hangup("", "lost")
            await self._wait(deadline)
            if self._is_expired:
                raise Hangup("", "late_header")

    async def encrypt(self, context: ssl.SSLContext, timeout_s: float) -> None:
        """Turn to TLS; what has arrived already is the beginning of the client's handshake.

        Raises:
            OSError: the handshake failed, in the client's way or ours.
            EOFError: the client left.
            Hangup: it left just now.
        """
        plain = cast("asyncio.Transport", self.transport)
        early = self._take_all()
        self.is_in_handshake = True
        try:
            if early:
                # Two turns of the loop: TLS gets the transport in the next one, and reads it in the one after
                self.loop.call_soon(self.loop.call_soon, _hand_on, plain, early)
            self.transport = await self.loop.start_tls(
                cast("asyncio.WriteTransport", plain), self, context, server_side=True, ssl_handshake_timeout=timeout_s
            )
        finally:
            self.is_in_handshake = False
        if self.transport is None:
            raise Hangup("", "lost")
        self.is_tls = True

    async def read_line(self) -> bytes:
        """Wait for the next command line and take it, without its CRLF.

        Raises:
            Hangup: end of input, a deadline, the drain, or a line that shows a foreign or hostile client.
        """
        deadline = self.loop.time() + self._command_timeout_s
        while True:
            if self.is_draining:
                raise Hangup("shutting_down", "shutdown")
            self.stay_or_go()
            end = self._inbox.find(b"\n", self._start)
            if end >= 0:
                return self._take_line(end)
            if self.has_input and is_cross_protocol(self._inbox[self._start : self._start + 1]):
                raise Hangup("cross_protocol", "protocol")
            if len(self._inbox) - self._start > _DISCARD_LIMIT_OCTETS:
                raise Hangup("line_too_long", "protocol")
            if self._has_ended:
                raise Hangup("", "lost")
            await self._wait(deadline)
            if self._is_expired:
                raise Hangup("idle_timeout", "timeout")

    async def read_chunk(self, deadline: float) -> bytes:
        """Wait for message data and take all there is; empty when no more will come or the deadline passed.

        `deadline` is an instant of the loop's clock; `is_expired` tells the two cases apart.
        """
        while not self.has_input and not self._has_ended and not self._is_expired and not self._has_to_go:
            await self._wait(deadline)
        return self._take_all()

    @property
    def is_expired(self) -> bool:
        """Say whether a deadline passed while waiting for the client."""
        return self._is_expired

    def push_back(self, octets: bytes) -> None:
        """Return octets that came after the final dot: the next pipelined commands."""
        self._inbox = octets + self._take_all()

    async def linger(self) -> None:
        """Close our side and read on without keeping anything, until the client closes its own or time is up.

        Closing while octets still arrive would reset the connection, and the client might lose the refusal,
        take it for a broken line and send the same message again for days.
        """
        self._end_writing()
        deadline = self.loop.time() + _LINGER_S
        while not self.is_draining and await self.read_chunk(deadline):
            pass

    async def take_leave(self) -> None:
        """Let a client that is sent away because we stop read its 421, whatever it is sending meanwhile.

        A client that never pauses has its next command under way when the 421 is written. Closing then resets the
        connection, and the client is told of a broken line instead.
        """
        self._end_writing()
        deadline = self.loop.time() + _FAREWELL_S
        while await self.read_chunk(deadline):
            pass

    def _end_writing(self) -> None:
        """Write what is queued, and tell the client that no more comes; one that has gone need not be told."""
        self.flush()
        transport = self._open_transport
        if transport is not None and transport.can_write_eof():
            with contextlib.suppress(OSError):
                transport.write_eof()

    def hang_up(self) -> None:
        """Write what is queued and close; a client that does not take it is cut off after a while."""
        self.flush()
        transport = self._open_transport
        if transport is None:
            return
        if transport.get_write_buffer_size() > 0:
            self.loop.call_later(_LINGER_S, transport.abort)
        transport.close()

    @property
    def _open_transport(self) -> asyncio.Transport | None:
        """The transport while it may be used: a TLS transport that is closing fails on every call."""
        if self._is_gone or self.transport is None or self.transport.is_closing():
            return None
        return self.transport

    def _take_all(self) -> bytes:
        octets = self._inbox[self._start :] if self._start else self._inbox
        self._inbox, self._start = b"", 0
        self._resume_reading()
        return octets

    def _take_line(self, end: int) -> bytes:
        line = self._inbox[self._start : end]
        self._start = end + 1
        if not self.has_input:
            self._take_all()
        text = line[:-1]
        if line and is_cross_protocol(line):
            raise Hangup("cross_protocol", "protocol")
        if line[-1:] != b"\r" or b"\r" in text or b"\0" in text:
            raise Hangup("stray_octets_command", "protocol")
        return text

    async def _wait(self, deadline: float) -> None:
        """Flush, then wait until something happens or the deadline passes."""
        self.flush()
        self._resume_reading()
        if not self._is_writable:
            # A client that sends commands but does not take the replies: no more input until it does.
            self._pause_reading()
        self._arm(deadline)
        self._waiter = self.loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None
            self._deadline = math.inf

    def _pause_reading(self) -> None:
        transport = self._open_transport
        if self._is_reading and transport is not None:
            self._is_reading = False
            transport.pause_reading()

    def _resume_reading(self) -> None:
        if self._is_reading or not self._is_writable:
            return
        transport = self._open_transport
        if transport is not None:
            self._is_reading = True
            transport.resume_reading()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _arm(self, deadline: float) -> None:
        """Set the deadline; the timer is moved only to an earlier instant, a late one is left to find out."""
        self._deadline = deadline
        if self._timer is not None:
            if self._timer.when() <= deadline:
                return
            self._timer.cancel()
        if deadline < math.inf:
            self._timer = self.loop.call_at(deadline, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        if self._deadline <= self.loop.time():
            self._is_expired = True
            self._wake()
        elif self._deadline < math.inf:
            self._timer = self.loop.call_at(self._deadline, self._on_timer)


def _hand_on(plain: asyncio.Transport, octets: bytes) -> None:
    """Give TLS, which has the transport now, what was read before it had."""
    protocol = plain.get_protocol()
    while octets and isinstance(protocol, asyncio.BufferedProtocol):
        room = memoryview(protocol.get_buffer(len(octets)))
        size = min(len(room), len(octets))
        room[:size] = octets[:size]
        protocol.buffer_updated(size)
        octets = octets[size:]
