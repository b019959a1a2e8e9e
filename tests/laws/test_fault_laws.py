"""Laws of trouble: whatever fails at any port, the client is told to try again, and nothing is lost silently."""

import asyncio

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.daemon.checks import Checks
from gateway.daemon.config.load import load_config
from gateway.daemon.inspection import Inspector
from gateway.daemon.loading import load_generation
from gateway.daemon.runtime import Observers, Runtime
from gateway.daemon.transaction import Session
from gateway.daemon.waiting import Waiting
from gateway.demo.mails import DEPARTMENT_A, OFFICE
from gateway.demo.run import write_world
from gateway.edge.listener.admission import Admission
from gateway.edge.listener.server import Listener, ListenerSettings
from gateway.edge.nexthop import NextHops
from gateway.edge.observers.journal import Journal
from gateway.edge.observers.journal_stream import Stream
from gateway.edge.observers.metrics import Metrics
from gateway.values.envelope import Client, Envelope
from gateway.values.faults import Transient
from tests.support.daemon import world
from tests.support.scripted_nexthop import DROP, RESET, ScriptedNextHop
from tests.support.smtp_client import RawClient

MESSAGE = b"From: vanthu@soa.thunghiem.gov.vn\r\nSubject: Trao doi\r\n\r\nXin chao.\r\n"


class FaultyPool:
    """The reader port: answers as a worker did, or fails as drawn."""

    def __init__(self, answer: bytes, failure: BaseException | bytes | None) -> None:
        self._answer, self._failure = answer, failure

    async def inspect(self, request: bytes, fd: int, **how: object) -> bytes:
        """Give the answer, other octets, or an exception."""
        del request, fd, how
        if isinstance(self._failure, BaseException):
            raise self._failure
        return self._answer if self._failure is None else self._failure


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """Configuration, generation and judge of the demonstration, loaded once."""
    folder = tmp_path_factory.mktemp("laws")
    write_world(folder, world()[0], [1, 2, 3])
    config = load_config(folder / "congthu.toml")
    generation, judge = load_generation(config, 1)
    return config, generation, judge, inspection_of(generation)


class Gateway:
    """What a session needs of the service, around one faulty pool."""

    def __init__(self, parts, pool, next_hop, journal_fd):
        config, generation, judge, _answer = parts
        self.waiting = Waiting()
        self.checks = Checks()
        self.observers = Observers(Metrics("test"), Journal(Stream(journal_fd)))
        routes = [msgspec.structs.replace(config.relay.routes[0], hosts=(next_hop.host,), connect_timeout_s=5.0)]
        self.runtime = Runtime(config, generation, judge, pool, NextHops(routes, generation.host, self.observers))


async def converse(parts, failure, script, journal_fd):
    """Send one message through listener, session and next hop; answer (codes, messages the next hop holds)."""
    async with ScriptedNextHop(script) as next_hop:
        pool = FaultyPool(parts[3], failure)
        gateway = Gateway(parts, pool, next_hop, journal_fd)
        admission = Admission((".thunghiem.gov.vn",), ())
        listener = Listener(ListenerSettings(), "gw", lambda _client: Session(gateway), admission=admission)
        await listener.start([("127.0.0.1", 0)])
        reader, writer = await asyncio.open_connection(*listener.addresses[0])
        client, codes = RawClient(reader, writer), []
        try:
            paths = DEPARTMENT_A.encode(), OFFICE.encode()
            envelope = (b"", b"EHLO c\r\n", b"MAIL FROM:<%s>\r\n" % paths[0], b"RCPT TO:<%s>\r\n" % paths[1])
            codes.extend([await _code(client, line) for line in envelope])
            if codes[-1] == 250:
                codes.append(await _code(client, b"DATA\r\n"))
                codes.append(await _code(client, MESSAGE + b".\r\n"))
        finally:
            writer.close()
            await listener.stop_accepting()
            await listener.drain(5)
            await gateway.runtime.next_hops.close()
        return codes, len(next_hop.messages)


async def _code(client, octets=b""):
    """Send octets and read the code of one reply."""
    if octets:
        await client.send(octets)
    return int((await client.reply())[:3])


def inspection_of(generation):
    """What a worker answers for the message."""
    envelope = Envelope(Client("127.0.0.1"), DEPARTMENT_A, (OFFICE,), 1_800_000_000_000_000, "AAAAAAAAAAAA")
    inspection = Inspector(generation).examine(memoryview(MESSAGE), envelope).inspection
    return msgspec.msgpack.encode(inspection)


READER_FAILURES = st.sampled_from(
    [
        None,
        *(Transient(situation, "x") for situation in ("deadline", "worker_lost", "internal", "memory_short")),
        RuntimeError("secret words of a message"),
        MemoryError(),
        OSError(5, "io"),
        b"not an answer",
        b"",
    ]
)
TROUBLE = st.sampled_from([None, DROP, RESET, "421 4.3.2 closing", b"garbage\r\n", "299 what", "399 what"])
STAGES = ("BANNER", "EHLO", "MAIL", "RCPT", "DATA", "BODY", "DOT", "AFTERDOT")


@given(failure=READER_FAILURES, trouble=st.dictionaries(st.sampled_from(STAGES), TROUBLE, max_size=2))
@settings(max_examples=60, deadline=None)
def test_no_trouble_ever_refuses_mail_for_good(parts, journal_fd, failure, trouble):
    """Reader and next hop may fail in any way: no 5yz leaves, and 250 only when the next hop holds the message."""
    codes, held = asyncio.run(converse(parts, failure, trouble, journal_fd))
    assert not [code for code in codes if 500 <= code < 600], (failure, trouble, codes)
    if len(codes) == 6 and codes[-1] == 250:
        assert held == 1
    if failure is not None:
        assert codes[-1] != 250 or len(codes) < 6
        assert held == 0


@pytest.fixture(scope="module")
def journal_fd(tmp_path_factory):
    """A descriptor the journal may write to."""
    with (tmp_path_factory.mktemp("journal") / "log").open("wb") as log:
        yield log.fileno()
