"""The channel against a recording transport: one write for pipelined commands, backpressure, no reply lost."""

import asyncio
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.edge.listener.admission import Admission
from gateway.edge.listener.server import Listener, ListenerSettings
from gateway.edge.listener.session import Session
from tests.support.smtp_client import HOST, RELAY_DOMAINS, RecordingHandler, RecordingObserver


class RecordingTransport(asyncio.Transport):
    """The lowest seam: keeps each write apart and notes when reading pauses."""

    def __init__(self):
        super().__init__({"peername": ("192.0.2.1", 4321)})
        self.writes = []
        self.is_paused = False
        self.has_closed = False
        self.unsent_octets = 0

    def write(self, data):
        """Keep one write."""
        self.writes.append(data)

    def pause_reading(self):
        """Note it."""
        assert not self.is_paused
        self.is_paused = True

    def resume_reading(self):
        """Note that as well."""
        assert self.is_paused
        self.is_paused = False

    def is_closing(self):
        """Say whether close was called."""
        return self.has_closed

    def get_write_buffer_size(self):
        """Say what the test set."""
        return self.unsent_octets

    def close(self):
        """Note the end."""
        self.has_closed = True

    abort = close

    def can_write_eof(self):
        """Say yes, as TCP does."""
        return True

    def write_eof(self):
        """Do nothing."""


def play(story, **limits):
    """Run a story over a session with its recording transport."""

    async def run():
        handler, observer = RecordingHandler(), RecordingObserver()
        admission = Admission(RELAY_DOMAINS, [])
        listener = Listener(ListenerSettings(**limits), HOST, handler, observer, admission=admission)
        session = Session(listener, asyncio.get_running_loop())
        transport = RecordingTransport()
        session.connection_made(transport)
        await settle()
        await story(session, transport, handler)
        session.connection_lost(None)
        await listener.drain(5)
        assert listener.sessions_active == listener.deliveries_active == listener.room.used_octets == 0
        assert observer.bugs == []
        assert len(observer.results) == 1

    asyncio.run(run())


async def settle():
    """Let everything that can run do so; the steps are few and known, no clock is involved."""
    for _ in range(30):
        await asyncio.sleep(0)


def test_pipelined_commands_are_answered_in_one_write():
    """RFC 2920: MAIL, RCPT, RCPT and DATA in one packet get their four replies in one write."""

    async def story(session, transport, handler):
        session.data_received(b"EHLO mta\r\n")
        await settle()
        transport.writes.clear()
        session.data_received(b"MAIL FROM:<a@b.vn>\r\nRCPT TO:<a@so-a.gov.vn>\r\nRCPT TO:<b@x.vn>\r\nDATA\r\n")
        await settle()
        assert len(transport.writes) == 1
        assert [line[:3] for line in transport.writes[0].splitlines()] == [b"250", b"250", b"550", b"354"]

    play(story)


def test_two_transactions_in_one_packet_take_few_writes():
    """Each 354 and each answer to a final dot leaves at once; what stands between joins them."""

    async def story(session, transport, handler):
        session.data_received(b"HELO mta\r\n")
        await settle()
        transport.writes.clear()
        one = b"MAIL FROM:<a@b.vn>\r\nRCPT TO:<a@so-a.gov.vn>\r\nDATA\r\nx\r\n.\r\n"
        session.data_received(one + one + b"QUIT\r\n")
        await settle()
        codes = [[line[:3] for line in write.splitlines()] for write in transport.writes]
        assert codes == [[b"250", b"250", b"354"], [b"250"], [b"250", b"250", b"354"], [b"250"], [b"221"]]
        assert handler.messages == [b"x\r\n", b"x\r\n"]

    play(story)


@pytest.mark.parametrize(
    "dialogue",
    [
        b"EHLO mta\r\nMAIL FROM:<a@b.vn>\r\nRCPT TO:<a@so-a.gov.vn>\r\nDATA\r\nx\r\n.\r\n\r\nNOOP\r\nQUIT\r\n",
        b" \n",
        b"\n",
        b"\r\r\n",
        b"NOOP\rX\r\n",
        b"GETX\r\n",
        b"GET\r\n",
        b"GET / HTTP/1.1\nHost: x\n",
        b"{}\r\n",
    ],
)
def test_commands_at_every_split(dialogue):
    """A dialogue gives the same replies octet by octet as in one piece."""
    seen = []
    for size in (1, 2, 3, 7, len(dialogue)):

        async def story(session, transport, handler, size=size):
            for index in range(0, len(dialogue), size):
                if not transport.has_closed:
                    session.data_received(dialogue[index : index + size])
                await settle()
            seen.append((b"".join(transport.writes), tuple(handler.messages)))

        play(story)
    assert len(set(seen)) == 1
    assert seen[0][1] == ((b"x\r\n",) if b"DATA" in dialogue else ())


def test_input_pauses_while_the_handler_works():
    """A client that floods a session during a delivery is stopped at the socket, and read on afterwards."""

    async def story(session, transport, handler):
        handler.may_deliver.clear()
        session.data_received(b"HELO mta\r\nMAIL FROM:<a@b.vn>\r\nRCPT TO:<a@so-a.gov.vn>\r\nDATA\r\nx\r\n.\r\n")
        await settle()
        for _ in range(5):
            if not transport.is_paused:
                session.data_received(b"NOOP\r\n" * 40_000)
        assert transport.is_paused
        assert len(session._inbox) < 1_000_000
        handler.may_deliver.set()
        await settle()
        assert b"421 4.7.0 Too many commands" in transport.writes[-1]
        assert transport.has_closed

    play(story)


def test_input_pauses_while_replies_are_not_taken():
    """A client that sends but does not read gets no more of our memory."""

    async def story(session, transport, handler):
        session.pause_writing()
        session.data_received(b"NOOP\r\n")
        await settle()
        assert transport.is_paused
        session.resume_writing()
        await settle()
        assert not transport.is_paused

    play(story)


def test_nothing_is_written_to_a_closing_transport():
    """A transport that began to close by itself (TLS does) is not touched again."""

    async def story(session, transport, handler):
        transport.has_closed = True
        transport.writes.clear()
        session.data_received(b"NOOP\r\n" * 3)
        session.eof_received()
        await settle()
        assert transport.writes == []
        assert handler.names() == ["close"]

    play(story)


TOKENS = st.sampled_from(
    [
        b"EHLO mta\r\n",
        b"HELO mta\r\n",
        b"MAIL FROM:<a@b.vn>\r\n",
        b"MAIL FROM:<> SIZE=10\r\n",
        b"RCPT TO:<a@so-a.gov.vn>\r\n",
        b"RCPT TO:<a@elsewhere.vn>\r\n",
        b"DATA\r\n",
        b"x\r\n.\r\n",
        b"..\r\n",
        b".\r\n",
        b"RSET\r\n",
        b"NOOP\r\n",
        b"VRFY a\r\n",
        b"STARTTLS\r\n",
        b"QUIT\r\n",
        b"garbage",
        b"\r\n",
        b"\n",
        b"\r",
        b"\0",
        b"\xff",
        b" ",
        b"y" * 1500,
    ]
)
OPENING = b"EHLO mta\r\nMAIL FROM:<a@b.vn>\r\nRCPT TO:<a@so-a.gov.vn>\r\nDATA\r\n"
LEGAL = re.compile(rb"(?:[245]\d\d[ -][ -~]{0,506}\r\n|354 [ -~]{0,506}\r\n)*")
ORDER = re.compile(r"(?:(?:reset )|(?:mail (?:rcpt )*(?:start_data (?:data )?)?(?=reset |close )))*close ")


@given(st.booleans(), st.lists(TOKENS, max_size=12).map(b"".join), st.data())
@settings(max_examples=60, deadline=None)
def test_any_dialogue_is_lawful(has_opening, octets, data):
    """Whatever arrives: legal replies, the handler called in order, the same at any split, nothing left over."""
    octets = OPENING * has_opening + octets
    cuts = sorted(data.draw(st.lists(st.integers(0, len(octets)), max_size=6)))
    whole, split = [], []

    def story_of(chunks, seen):
        async def story(session, transport, handler):
            for chunk in chunks:
                if not transport.has_closed:
                    session.data_received(chunk)
                await settle()
                await settle()
            session.eof_received()
            await settle()
            seen.extend([b"".join(transport.writes), handler])

        return story

    play(story_of([octets], whole), errors_per_session=5)
    play(
        story_of([octets[a:b] for a, b in zip([0, *cuts], [*cuts, len(octets)], strict=True)], split),
        errors_per_session=5,
    )

    assert LEGAL.fullmatch(whole[0])
    for _, handler in (whole, split):
        assert ORDER.fullmatch(" ".join(handler.names()) + " "), handler.names()
    assert whole[1].messages == split[1].messages
    assert whole[1].names() == split[1].names()
    assert whole[0] == split[0]
