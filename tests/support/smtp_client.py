"""A raw, scripted SMTP client and a recording handler: what the listener is tested with, over loopback."""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from typing import TYPE_CHECKING, Self

from gateway.edge.listener.admission import Admission
from gateway.edge.listener.server import Listener, ListenerSettings, Observer, eight_bit, no_tls
from gateway.values.status import Reply, reply_to

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection

    from gateway.edge.listener.admission import KnownClients
    from gateway.edge.listener.wirestore import WireStore
    from gateway.values.envelope import Client, MailCommand, RcptCommand
    from gateway.values.events import RefusalRecord

HOST = "gw.cqnn.test"
RELAY_DOMAINS = ("so-a.gov.vn", ".xa.gov.vn")
PATIENCE_S = 10.0
"""How long a test waits for what must come; never reached when the listener is right."""


class RecordingHandler:
    """Accepts everything and remembers the calls, shared by all sessions of one test."""

    def __init__(self) -> None:
        self.calls: list[tuple] = []
        self.messages: list[bytes] = []
        self.ahead: list[tuple[str, ...]] = []
        """Forward-paths a client had named behind each recipient."""
        self.answers: dict[str, Reply | BaseException] = {}
        """What to answer or raise instead, by the name of the call or by forward-path."""
        self.delivering = asyncio.Event()
        self.may_deliver = asyncio.Event()
        self.may_deliver.set()
        self.delivered = asyncio.Event()
        self.closed = asyncio.Event()

    def __call__(self, client: Client) -> RecordingHandler:
        """Serve as the handler factory: one recorder for every session."""
        return self

    def names(self) -> list[str]:
        """List what was called, in order."""
        return [call[0] for call in self.calls]

    def _answer(self, name: str, default: str | None) -> Reply | None:
        answer = self.answers.get(name)
        if isinstance(answer, BaseException):
            raise answer
        if answer is not None:
            return answer
        return None if default is None else reply_to(default)

    async def on_mail(self, client: Client, mail: MailCommand) -> Reply:
        """Record MAIL and what was declared with it."""
        self.calls.append(("mail", client, mail))
        return self._answer("mail", "sender_ok")

    async def on_rcpt(self, rcpt: RcptCommand, ahead: Callable[[], tuple[RcptCommand, ...]]) -> Reply:
        """Record RCPT; an answer may be set for one forward-path."""
        self.ahead.append(tuple(one.forward_path for one in ahead()))
        self.calls.append(("rcpt", rcpt.forward_path))
        return self._answer(rcpt.forward_path, None) or self._answer("rcpt", "recipient_ok")

    def on_start_data(self) -> Reply | None:
        """Record the veto that was asked for."""
        self.calls.append(("start_data",))
        return self._answer("start_data", None)

    async def on_data(self, store: WireStore) -> Reply:
        """Keep the message, once `may_deliver` is set."""
        with store:
            self.delivering.set()
            await self.may_deliver.wait()
            self.calls.append(("data",))
            self.messages.append(store.octets())
            self.delivered.set()
            return self._answer("data", "ok")

    async def on_reset(self) -> None:
        """Record a transaction forgotten."""
        self.calls.append(("reset",))
        self._answer("reset", None)

    async def on_close(self) -> None:
        """Record the last call of a session."""
        self.calls.append(("close",))
        self.closed.set()


class RecordingObserver(Observer):
    """Remembers what an observer hears."""

    def __init__(self) -> None:
        self.replies: list[tuple[str, int]] = []
        self.results: list[str] = []
        self.situations: list[str] = []
        self.refusals: list[RefusalRecord] = []
        self.handshakes: list[tuple[str, str]] = []
        self.bugs: list[Exception] = []
        self.ended = asyncio.Event()

    def on_refusal(self, record: RefusalRecord) -> None:
        """Keep what the listener refused by itself."""
        self.refusals.append(record)

    def on_session_close(self, client: Client, result: str, situation: str = "") -> None:
        """Keep the word a session ended with, and the row it was ended with."""
        self.situations.append(situation)
        self.results.append(result)
        self.ended.set()

    def on_reply(self, command: str, code: int) -> None:
        """Keep the labels a reply was counted under."""
        self.replies.append((command, code))

    def on_tls(self, client: Client, reason: str) -> None:
        """Keep how a handshake ended."""
        self.handshakes.append((client.tls_version, reason))

    def on_exception(self, error: Exception) -> None:
        """Keep a bug that was kept off the wire."""
        self.bugs.append(error)


class RawClient:
    """Sends exactly the octets it is told to and reads replies; knows no more of SMTP."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self._is_lost = False
        """The handshake failed: asyncio of Python 3.11 never tells that such a connection was closed."""

    @classmethod
    async def connect(cls, address: tuple[str, int]) -> Self:
        """Connect to (ip, port)."""
        return cls(*await asyncio.open_connection(*address))

    async def send(self, octets: bytes) -> None:
        """Send octets as they are."""
        self.writer.write(octets)
        # A listener that refuses early may close while we still send.
        with contextlib.suppress(ConnectionError):
            await self.writer.drain()

    async def reply(self) -> bytes:
        """Read one reply of any number of lines; empty at the end of the session."""
        lines = b""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    line = await self.reader.readline()
                except ConnectionError:
                    return lines
                lines += line
                if not line or line[3:4] == b" ":
                    return lines

    async def ask(self, line: bytes) -> bytes:
        """Send one line, or several joined by CRLF, and read one reply."""
        await self.send(line + b"\r\n")
        return await self.reply()

    async def rest(self) -> bytes:
        """Read to the end of the session."""
        async with asyncio.timeout(PATIENCE_S):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""

    async def greet(self) -> bytes:
        """Read the greeting and say EHLO; answers the EHLO reply."""
        assert (await self.reply()).startswith(b"220 ")
        return await self.ask(b"EHLO mta.so-b.gov.vn")

    async def envelope(self, *recipients: bytes) -> None:
        """Open a transaction up to and with the 354."""
        assert (await self.ask(b"MAIL FROM:<van.thu@so-b.gov.vn>")).startswith(b"250 ")
        for recipient in recipients or (b"van.thu@so-a.gov.vn",):
            assert (await self.ask(b"RCPT TO:<" + recipient + b">")).startswith(b"250 ")
        assert (await self.ask(b"DATA")).startswith(b"354 ")

    async def begin_tls_with(self, octets: bytes) -> tuple[ssl.SSLObject, ssl.MemoryBIO]:
        """Send octets and the beginning of a handshake in one segment, and finish the handshake.

        Answers the layer to read from, and what arrives is to be written to.
        """
        arriving, leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        secure = context.wrap_bio(arriving, leaving)
        while True:
            with contextlib.suppress(ssl.SSLWantReadError):
                secure.do_handshake()
                await self.send(leaving.read())
                return secure, arriving
            await self.send(octets + leaving.read())
            octets = b""
            async with asyncio.timeout(PATIENCE_S):
                arriving.write(await self.reader.read(65_536))

    async def start_tls(self) -> None:
        """Begin the handshake, trusting any certificate.

        Raises:
            OSError: it failed.
        """
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self._is_lost = True
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self.writer.start_tls(context)
        except AttributeError as error:  # the peer left just then: asyncio has no transport to ask
            raise ConnectionResetError from error
        self._is_lost = False

    def drop(self) -> None:
        """Reset the connection, as a crashed client does."""
        self.writer.transport.abort()

    async def close(self) -> None:
        """Close as a polite client does."""
        self.writer.close()
        if self._is_lost:
            return
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            await self.writer.wait_closed()


class Bench:
    """A listener with its recorder, observer and clients."""

    def __init__(self, listener: Listener, handler: RecordingHandler, observer: RecordingObserver) -> None:
        self.listener, self.handler, self.observer = listener, handler, observer
        self._clients: list[RawClient] = []

    async def client(self) -> RawClient:
        """Connect one more client, closed with the bench."""
        client = await RawClient.connect(self.listener.addresses[0])
        self._clients.append(client)
        return client

    async def close(self) -> None:
        """Close clients and listener; nothing may be left over."""
        for client in self._clients:
            await client.close()
        self.handler.may_deliver.set()
        await self.listener.stop_accepting()
        assert await self.listener.drain(PATIENCE_S) == 0, "a session outlived its client"


@contextlib.asynccontextmanager
async def bench(
    *,
    ssl_context_provider: Callable[[], ssl.SSLContext | None] = no_tls,
    client_networks: tuple[str, ...] = (),
    known_clients: tuple[KnownClients, ...] = (),
    proxy_networks: tuple[str, ...] = (),
    is_internal: bool = False,
    is_tls_first: bool = False,
    help_text: str = "",
    extensions: Collection[str] = eight_bit(),
    **settings: object,
) -> AsyncIterator[Bench]:
    """Run a listener on a free loopback port; `extensions` are what the routes offer, `settings` of ListenerSettings."""
    handler, observer = RecordingHandler(), RecordingObserver()
    listener = Listener(
        ListenerSettings(**settings),
        HOST,
        handler,
        observer,
        ssl_context_provider,
        extensions_provider=lambda: extensions,
        admission=Admission(
            RELAY_DOMAINS, client_networks, known_clients, proxy_networks=proxy_networks, is_internal=is_internal
        ),
    )
    listener.is_tls_first, listener.help_text = is_tls_first, help_text
    await listener.start([("127.0.0.1", 0)])
    made = Bench(listener, handler, observer)
    try:
        yield made
    finally:
        await made.close()


_STATUS = re.compile(rb"\A[245]\d\d[ -][245]\.\d{1,3}\.\d{1,3} ")


def has_status(reply: bytes) -> bool:
    """Say whether every line of a reply carries an enhanced status of the class of its code (RFC 2034)."""
    return all(_STATUS.match(line) and line[:1] == line[4:5] for line in reply.splitlines())
