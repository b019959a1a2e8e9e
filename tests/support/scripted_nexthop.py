r"""A next hop that does as scripted: a small SMTP server on a free loopback port.

    async with ScriptedNextHop({"RCPT": ["550 5.1.1 No such user"], "DOT": DROP}) as hop:
        ...                        # connect to hop.host ("127.0.0.1:port")
    hop.messages[0].octets         # what it received, octet-exact, as on the wire, without the final dot

A script maps a stage to an action:

| stage | when | without a script |
|---|---|---|
| BANNER | on connect | 220 |
| EHLO, STARTTLS, MAIL, RCPT, DATA, RSET, QUIT | in place of the reply to the command | accepts; 221 and close for QUIT |
| BODY | after 354, once the first octets of the message came | reads on |
| DOT | after the final dot; stored only if the action is a reply 2yz | stores, 250 |
| AFTERDOT | after the message was stored, in place of the 250 | 250 |

| action | does |
|---|---|
| `"550 5.1.1 No"` | says this line (CRLF added); `"250-a\r\n250 b"` for several |
| `b"..."` | writes these octets as they are |
| `DROP`, `RESET` | closes; closes with RST |
| `HANG` | says nothing and reads nothing until the test ends |
| `asyncio.Event()` | waits for it, then does the default |
| tuple | each action in turn |
| list | one action for each time the stage is reached on this server; `None` and past the end: the default |
| function | called with the command line, returns an action or `None` |

Outside a running loop: `with in_thread(ScriptedNextHop(...)) as hop:`.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import enum
import socket
import struct
import threading
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator, Mapping


class Act(enum.Enum):
    """Actions that are not words."""

    DROP = "drop"
    RESET = "reset"
    HANG = "hang"


DROP, RESET, HANG = Act.DROP, Act.RESET, Act.HANG

EXTENSIONS = ("PIPELINING", "SIZE 104857600", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")


@dataclasses.dataclass
class Received:
    """One message this server took."""

    reverse_path: str
    parameters: str
    """What followed the address in MAIL."""
    forward_paths: list[str]
    octets: bytes
    """As on the wire: dot-stuffed, without the final dot."""
    is_tls: bool
    helo: str


class _GoneError(Exception):
    """The connection is over."""


class ScriptedNextHop:
    """The server; see the module for the script."""

    def __init__(
        self,
        script: Mapping[str, Any] | None = None,
        *,
        extensions: tuple[str, ...] = EXTENSIONS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.script = dict(script or {})
        self.extensions = extensions + (("STARTTLS",) if tls else ())
        self.tls = tls
        self.messages: list[Received] = []
        self.commands: list[str] = []
        """Every command line received, in order, over all connections."""
        self.connections = 0
        """Connections accepted so far."""
        self.port = 0
        self._reached: dict[str, int] = {}
        self._open: set[_Session] = set()
        self._server: asyncio.Server | None = None

    def begin_anew(self, script: Mapping[str, Any] | None = None, extensions: tuple[str, ...] = EXTENSIONS) -> None:
        """Forget what was received and follow another script, for whoever shares this server."""
        self.script, self.extensions = dict(script or {}), extensions
        for kept in (self.messages, self.commands, self._reached):
            kept.clear()

    @property
    def host(self) -> str:
        """`127.0.0.1:port`, as a route has it."""
        return f"127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=2**20)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Stop listening and cut every connection; `__aenter__` again listens on the same port."""
        assert self._server is not None
        self._server.close()
        sessions = list(self._open)
        for session in sessions:
            session.task.cancel()
        await asyncio.gather(*(session.task for session in sessions), return_exceptions=True)
        await self._server.wait_closed()

    async def drop_all(self) -> None:
        """Close every open connection as a server does that restarts, and go on listening."""
        for session in list(self._open):
            session.writer.close()
        await asyncio.sleep(0)

    def reached(self, stage: str) -> int:
        """Count how often a stage was reached so far."""
        return self._reached.get(stage, 0)

    def action(self, stage: str, line: str) -> Any:
        """Look up what to do at this stage, this time."""
        count = self._reached[stage] = self.reached(stage) + 1
        action = self.script.get(stage)
        if isinstance(action, list):
            return action[count - 1] if count <= len(action) else None
        return action(line) if callable(action) else action

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        # not that of TLS, if any comes: on Python 3.11.2 that one fails on every call once it was closed twice
        transport = writer.transport
        session = _Session(self, reader, writer)
        self._open.add(session)
        try:
            await session.run()
        except (_GoneError, OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(session)
            transport.abort()


class _Session:
    """One connection."""

    def __init__(self, hop: ScriptedNextHop, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.hop, self.reader, self.writer = hop, reader, writer
        self.task = asyncio.current_task()
        self.is_tls = False
        self.helo = ""
        self.reset()

    def reset(self) -> None:
        self.reverse_path: str | None = None
        self.parameters = ""
        self.forward_paths: list[str] = []

    async def run(self) -> None:
        await self.answer("BANNER", "", "220 nexthop.example ESMTP")
        while line := (await self.reader.readuntil(b"\r\n"))[:-2].decode():
            self.hop.commands.append(line)
            verb = line[:4].upper()
            handler = getattr(self, "on_" + ("starttls" if line.upper() == "STARTTLS" else verb.lower()), None)
            if handler is None:
                await self.say("500 5.5.1 What")
            else:
                await handler(line)

    async def on_ehlo(self, line: str) -> None:
        self.helo = line[5:]
        offered = [word for word in self.hop.extensions if not (self.is_tls and word == "STARTTLS")]
        lines = [f"250-{word}" for word in ("nexthop.example", *offered)]
        lines[-1] = lines[-1].replace("-", " ", 1)
        await self.answer("EHLO", line, "\r\n".join(lines))

    async def on_starttls(self, line: str) -> None:
        if await self.answer("STARTTLS", line, "220 2.0.0 Go ahead"):
            assert self.hop.tls is not None
            try:
                await self.writer.start_tls(self.hop.tls)
            except AttributeError:  # how asyncio tells that the client left in the handshake: it has no transport then
                raise _GoneError from None
            self.is_tls = True
            self.reset()

    async def on_mail(self, line: str) -> None:
        if self.reverse_path is not None:
            await self.say("503 5.5.1 Nested MAIL")
        elif await self.answer("MAIL", line, "250 2.1.0 Sender fine"):
            path, _, self.parameters = line[len("MAIL FROM:<") :].partition(">")
            self.reverse_path = path
            self.parameters = self.parameters.strip()

    async def on_rcpt(self, line: str) -> None:
        if self.reverse_path is None:
            await self.say("503 5.5.1 MAIL first")
        elif await self.answer("RCPT", line, "250 2.1.5 Recipient fine"):
            self.forward_paths.append(line[len("RCPT TO:<") :].partition(">")[0])

    async def on_data(self, line: str) -> None:
        if not self.forward_paths:
            await self.say("503 5.5.1 RCPT first")
        elif await self.answer("DATA", line, "354 Go ahead"):
            octets = await self.read_message()
            await self.take(octets)
            self.reset()

    async def on_rset(self, line: str) -> None:
        self.reset()
        await self.answer("RSET", line, "250 2.0.0 Reset")

    async def on_quit(self, line: str) -> None:
        await self.answer("QUIT", line, "221 2.0.0 Bye")
        await self.do(DROP)

    async def read_message(self) -> bytes:
        """Read to the final dot; what follows it stays in the stream."""
        octets = bytearray(b"\r\n")  # the line end of DATA, so that a message of nothing ends too
        is_first = True
        while True:
            chunk = await self.reader.read(2**18)
            if not chunk:
                raise _GoneError
            octets += chunk
            if is_first:
                await self.answer("BODY", "", "")
                is_first = False
            if (end := octets.find(b"\r\n.\r\n", max(0, len(octets) - len(chunk) - 4))) >= 0:
                self.reader._buffer[:0] = octets[end + 5 :]
                return bytes(octets[2 : end + 2])

    async def take(self, octets: bytes) -> None:
        """Answer the final dot."""
        received = Received(
            self.reverse_path or "", self.parameters, list(self.forward_paths), octets, self.is_tls, self.helo
        )
        action = self.hop.action("DOT", "")
        if action is not None and not (isinstance(action, str) and action.startswith("2")):
            await self.do(action)
            if not isinstance(action, asyncio.Event):
                return
            action = None
        self.hop.messages.append(received)
        await self.answer("AFTERDOT", "", action or f"250 2.0.0 Ok: queued as {len(self.hop.messages)}")

    async def answer(self, stage: str, line: str, default: str) -> bool:
        """Do what the script says here, or say the default; True when the client was told to go on."""
        action = self.hop.action(stage, line)
        if action is not None:
            await self.do(action)
            if not isinstance(action, asyncio.Event):
                return isinstance(action, str) and action[:1] in "23"
        if default:
            await self.say(default)
        return True

    async def do(self, action: Any) -> None:
        """Perform one action."""
        if isinstance(action, tuple):
            for each in action:
                await self.do(each)
        elif isinstance(action, str):
            await self.say(action)
        elif isinstance(action, bytes):
            self.writer.write(action)
            await self.writer.drain()
        elif isinstance(action, asyncio.Event):
            await action.wait()
        elif action is HANG:
            self.writer.transport.pause_reading()
            await asyncio.Event().wait()
        else:
            if action is RESET:
                raw = self.writer.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.writer.transport.abort()
            self.writer.close()
            raise _GoneError

    async def say(self, line: str) -> None:
        self.writer.write(line.encode() + b"\r\n")
        await self.writer.drain()


@contextlib.contextmanager
def in_thread(hop: ScriptedNextHop) -> Iterator[ScriptedNextHop]:
    """Run the server on a loop of its own in a thread, for tests that run none."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="scripted-nexthop")
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(hop.__aenter__(), loop).result()
        try:
            yield hop
        finally:
            asyncio.run_coroutine_threadsafe(hop.stop(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
