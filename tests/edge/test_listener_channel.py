"""The channel against a recording transport: one write for pipelined commands, backpressure, no reply lost."""

import asyncio

from gateway.edge.admission import Admission
from gateway.edge.listener import Listener, ListenerSettings
from gateway.edge.listener_session import Session
from tests.support.smtp_client import HOST, RELAY_DOMAINS, RecordingHandler


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


def play(story, **settings):
    """Run a story over a session with its recording transport."""

    async def run():
        handler = RecordingHandler()
        listener = Listener(ListenerSettings(**settings), HOST, handler, admission=Admission(RELAY_DOMAINS, []))
        session = Session(listener, asyncio.get_running_loop())
        transport = RecordingTransport()
        session.connection_made(transport)
        await settle()
        await story(session, transport, handler)
        session.connection_lost(None)
        await listener.drain(5)
        assert listener.sessions_active == 0

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


def test_commands_at_every_split():
    """A dialogue gives the same replies octet by octet as in one piece."""
    dialogue = b"EHLO mta\r\nMAIL FROM:<a@b.vn>\r\nRCPT TO:<a@so-a.gov.vn>\r\nDATA\r\nx\r\n.\r\n\r\nNOOP\r\nQUIT\r\n"
    seen = []
    for size in (1, 2, 3, 7, len(dialogue)):

        async def story(session, transport, handler, size=size):
            for index in range(0, len(dialogue), size):
                session.data_received(dialogue[index : index + size])
                await settle()
            seen.append((b"".join(transport.writes), tuple(handler.messages)))

        play(story)
    assert len(set(seen)) == 1
    assert seen[0][1] == (b"x\r\n",)


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
