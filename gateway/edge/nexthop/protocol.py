"""The lean end of one warm connection: counted replies in, octets out.

aiosmtplib makes the connection (see `connection`); this protocol then takes over its transport, because it
must hold three promises aiosmtplib's own does not make:

- every reply is paired with its command by count, so PIPELINING works and an unsolicited reply can never be
  taken for the answer to the final dot: octets nobody waits for end the connection;
- a reply is bounded in lines, line length and octets, and its code is three digits, the first of them 2 to 5;
- a round trip costs one future, no lock and no task; one lazy timer serves all deadlines.

States: open (`fault` is None) then ended (`fault` says why), never back. Replies read before the end can
still be taken after it.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import math
import os
import re
from typing import TYPE_CHECKING, Final

from gateway.edge.nexthop.replies import RawReply, lost, nonsense, too_slow

if TYPE_CHECKING:
    from gateway.values.faults import Transient

MAX_LINE_OCTETS: Final = 2048
"""Of one reply line; RFC 5321 section 4.5.3.1.5 says 512, Postfix reads 2,048."""
MAX_LINES: Final = 128
"""Of one reply; the longest seen in the wild is an EHLO of some twenty."""
MAX_REPLY_OCTETS: Final = 16_384
"""Of one reply in all."""

_LINE: Final = re.compile(rb"([2-5][0-9][0-9])(?:([ -])([^\r\n]*))?\r?\n")


class NextHopProtocol(asyncio.Protocol):
    """Reads replies that are owed and writes with back-pressure; one task uses it at a time."""

    def __init__(self, transport: asyncio.Transport) -> None:
        """Take over a connected transport between two replies."""
        self._loop = asyncio.get_running_loop()
        self.transport = transport
        self.is_tls = transport.get_extra_info("sslcontext") is not None
        self.fault: Transient | None = None
        self._owed = 0
        self._buffer = bytearray()
        self._replies: collections.deque[RawReply] = collections.deque()
        self._code = 0
        self._texts: list[bytes] = []
        self._lines = 0
        self._octets = 0
        self._is_paused = False
        self._waiter: asyncio.Future[None] | None = None
        self._deadline = math.inf
        self._awaited = ("", 0.0)
        """What the deadline is for, and the seconds it was given."""
        self._timer: asyncio.TimerHandle | None = None
        transport.set_protocol(self)
        # Paused means not empty: `drain` then ends with nothing left in user space, which sendfile needs.
        # asyncio's TLS transport pauses at the limit, not above it: 0 would pause it when empty, for good.
        transport.set_write_buffer_limits(high=1 if self.is_tls else 0, low=0)
        if transport.is_closing():
            self.end(lost("connection closed right after EHLO"))

    @property
    def is_clean(self) -> bool:
        """True when open with no reply owed or left over."""
        return self.fault is None and not self._owed and not self._replies and not self.transport.is_closing()

    @property
    def has_reply(self) -> bool:
        """True when a reply was read that nobody has taken yet."""
        return bool(self._replies)

    def expect(self, count: int = 1) -> None:
        """Announce replies owed from now on; call it before the octets that ask for them are written.

        Raises:
            Transient: the connection has ended.
        """
        if self.fault is not None:
            raise self._again()
        self._owed += count

    def write(self, octets: bytes) -> None:
        """Hand octets to the transport without waiting."""
        self.transport.write(octets)

    async def reply(self, timeout_s: float) -> RawReply:
        """Take the next reply, waiting for it.

        Raises:
            Transient: the connection ended first, the reply is out of protocol, or the time is over (then the
                connection ends too: a late reply must not be paired with a later command).
        """
        while not self._replies and self.fault is None:
            await self._wait(timeout_s, "reply")
        if self._replies:
            return self._replies.popleft()
        raise self._again()

    async def drain(self, timeout_s: float) -> None:
        """Wait until everything written has left for the kernel, and what has come was read.

        Raises:
            Transient: the connection ended first, the next hop does not read, or it has spoken already.
        """
        while self._is_paused and self.fault is None and not self._replies:
            await self._wait(timeout_s, "block to be taken")
        for _ in range(2):  # the loop asks the kernel in the first round and calls `data_received` in the second
            await asyncio.sleep(0)
        if self.fault is not None:
            raise self._again()
        if self._replies:
            raise nonsense("reply before the end of the message")

    def end(self, fault: Transient) -> None:
        """End the connection at once; the first fault stays."""
        if self.fault is None:
            self.fault = fault
        self.transport.abort()
        self._wake()

    def data_received(self, data: bytes) -> None:
        """Cut replies out of what came; anything not owed is nonsense."""
        if self.fault is not None:
            return
        self._buffer += data
        while self._owed and self.fault is None:
            end = self._buffer.find(b"\n") + 1
            if not end:
                break
            line = bytes(self._buffer[:end])
            del self._buffer[:end]
            self._take_line(line)
        if self.fault is None and self._buffer:
            self._check_rest()
        if self._replies:
            self._wake()

    def eof_received(self) -> bool:
        """Take the peer's end of stream as the end of the connection."""
        self.end(lost("closed by the next hop"))
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Note the end unless a better reason is known."""
        if exc is not None and self.fault is None and not self.is_tls:
            self._read_last_words()
        self.end(lost(type(exc).__name__ if exc else "closed"))
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _read_last_words(self) -> None:
        """Read what came before the connection broke: asyncio gives up at the first write that fails.

        A server that says why and closes, while we still write, resets the connection right behind its words.
        Under TLS they cannot be read any more, but for what `drain` found before the write.
        """
        end = self.transport.get_extra_info("socket")
        with contextlib.suppress(OSError):
            self.data_received(os.read(end.fileno(), MAX_REPLY_OCTETS) if end is not None else b"")

    def pause_writing(self) -> None:
        """Note that octets wait in user space."""
        self._is_paused = True

    def resume_writing(self) -> None:
        """Note that all octets went to the kernel."""
        self._is_paused = False
        self._wake()

    async def _wait(self, timeout_s: float, what: str) -> None:
        assert self._waiter is None, "two tasks share one connection"
        self._arm(self._loop.time() + timeout_s)
        self._awaited = (what, timeout_s)
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None
            self._deadline = math.inf

    def _arm(self, deadline: float) -> None:
        """Set the deadline of the wait that begins; a timer that is due before it stays and looks again then."""
        self._deadline = deadline
        if self._timer is not None:
            if self._timer.when() <= deadline:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(deadline, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        if self._deadline <= self._loop.time():
            what, timeout_s = self._awaited
            self.end(too_slow(f"no {what} within {timeout_s:g} s"))
        elif self._deadline < math.inf:
            self._timer = self._loop.call_at(self._deadline, self._on_timer)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _again(self) -> Transient:
        # A fresh exception each time: one raised twice would drag its first traceback along.
        assert self.fault is not None
        return type(self.fault)(self.fault.situation, self.fault.detail)

    def _take_line(self, line: bytes) -> None:
        self._lines += 1
        self._octets += len(line)
        if self._lines > MAX_LINES or self._octets > MAX_REPLY_OCTETS or len(line) > MAX_LINE_OCTETS:
            self.end(nonsense("reply too long"))
            return
        match = _LINE.fullmatch(line)
        if match is None or int(match[1]) != (self._code or int(match[1])):
            self.end(nonsense("malformed reply"))
            return
        self._code = int(match[1])
        if text := (match[3] or b"").strip():
            self._texts.append(text)
        if match[2] != b"-":
            self._replies.append(RawReply(self._code, b"\n".join(self._texts)))
            self._owed -= 1
            self._code, self._texts, self._lines, self._octets = 0, [], 0, 0

    def _check_rest(self) -> None:
        if not self._owed:
            # A server that shuts down or times out says 421 unasked (RFC 5321 section 3.8): a farewell.
            is_farewell = b"421".startswith(self._buffer[:3])
            self.end(lost("421 while idle") if is_farewell else nonsense("reply nobody asked for"))
        elif len(self._buffer) > MAX_LINE_OCTETS:
            self.end(nonsense("reply line too long"))
