"""Replies are cut out of the stream the same way however it arrives, and paired by count."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.edge.nexthop.protocol import MAX_LINE_OCTETS, MAX_LINES, MAX_REPLY_OCTETS, NextHopProtocol
from gateway.edge.nexthop.replies import RawReply
from gateway.values.faults import Transient


class Wire(asyncio.Transport):
    """The transport end of a protocol under test: keeps what is written, notes when it is cut."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.is_cut = False

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Nothing arrives here but what the test feeds."""

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Nothing is buffered here."""

    def is_closing(self) -> bool:
        """Tell whether it was cut."""
        return self.is_cut

    def write(self, data: Any) -> None:
        """Keep the octets."""
        self.written += data

    def abort(self) -> None:
        """Note the cut."""
        self.is_cut = True


def read(chunks: list[bytes], owed: int = 1) -> list[RawReply | str]:
    """Feed chunks to a protocol that is owed this many replies; return them, or the situation that ended it."""

    async def story() -> list[RawReply | str]:
        protocol = NextHopProtocol(Wire())
        protocol.expect(owed)
        for chunk in chunks:
            protocol.data_received(chunk)
        results: list[RawReply | str] = []
        for _ in range(owed):
            if not protocol.has_reply and protocol.fault is None:
                results.append("more")
                break
            try:
                results.append(await protocol.reply(1.0))
            except Transient as fault:
                results.append(fault.situation)
        if protocol.fault is not None:
            results.append(f"ended: {protocol.fault.situation}")
        return results

    return asyncio.run(story())


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"250 fine\r\n", [RawReply(250, b"fine")]),
        (b"250\r\n", [RawReply(250, b"")]),
        (b"250 \r\n", [RawReply(250, b"")]),
        (b"250 bare LF\n", [RawReply(250, b"bare LF")]),
        (b"250-first\r\n250-second\r\n250 last\r\n", [RawReply(250, b"first\nsecond\nlast")]),
        (b"550-\r\n550 text\r\n", [RawReply(550, b"text")]),
        (b"250 fi", ["more"]),
        (b"250-fine\r\n", ["more"]),
        (b"250 fine\r", ["more"]),
        (b"", ["more"]),
        (b"250fine\r\n", ["next_hop_nonsense", "ended: next_hop_nonsense"]),
        (b"150 early\r\n", ["next_hop_nonsense", "ended: next_hop_nonsense"]),
        (b"160 first digit\r\n", ["next_hop_nonsense", "ended: next_hop_nonsense"]),
        (b"\xb2\xb5\xb0 digits of another kind\r\n", ["next_hop_nonsense", "ended: next_hop_nonsense"]),
        (b"+25 sign\r\n", ["next_hop_nonsense", "ended: next_hop_nonsense"]),
        (b"250-a\r\n251 b\r\n", ["next_hop_nonsense", "ended: next_hop_nonsense"]),
        (b"250 bare \r CR\r\n", ["next_hop_nonsense", "ended: next_hop_nonsense"]),
        (b"\r\n", ["next_hop_nonsense", "ended: next_hop_nonsense"]),
        (b"250 fine\r\n250 again\r\n", [RawReply(250, b"fine"), "ended: next_hop_nonsense"]),
        (b"250 fine\r\n421 bye\r\n", [RawReply(250, b"fine"), "ended: next_hop_lost"]),
        (b"250 fine\r\nx", [RawReply(250, b"fine"), "ended: next_hop_nonsense"]),
    ],
)
def test_reply_is_read_the_same_at_every_split(octets: bytes, expected: list[RawReply | str]) -> None:
    """Whole, octet by octet, and cut in two at every place."""
    assert expected == read([octets])
    assert expected == read([octets[place : place + 1] for place in range(len(octets))])
    for place in range(len(octets)):
        assert expected == read([octets[:place], octets[place:]])


@given(st.lists(st.binary(max_size=30), max_size=8), st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_any_octets_end_in_replies_or_a_fault(chunks: list[bytes], owed: int) -> None:
    """Nothing raises, nothing is read that was not owed, and a fault is one of two."""
    results = read(chunks, owed)

    assert len([result for result in results if isinstance(result, RawReply)]) <= owed
    assert {result for result in results if isinstance(result, str)} <= {
        "more",
        "next_hop_nonsense",
        "ended: next_hop_nonsense",
        "next_hop_lost",
        "ended: next_hop_lost",
    }


@pytest.mark.parametrize(
    ("octets", "is_read"),
    [
        (b"250 " + b"x" * (MAX_LINE_OCTETS - 6) + b"\r\n", True),
        (b"250 " + b"x" * (MAX_LINE_OCTETS - 5) + b"\r\n", False),
        (b"250 " + b"x" * MAX_LINE_OCTETS, False),
        (b"250-x\r\n" * (MAX_LINES - 1) + b"250 x\r\n", True),
        (b"250-x\r\n" * MAX_LINES + b"250 x\r\n", False),
        ((b"250-" + b"x" * 1018 + b"\r\n") * (MAX_REPLY_OCTETS // 1024) + b"250 x\r\n", False),
    ],
)
def test_size_of_a_reply_is_bounded(octets: bytes, is_read: bool) -> None:
    """One line, one octet or one continuation more than the bound is nonsense."""
    results = read([octets])

    assert is_read == isinstance(results[0], RawReply)
    assert is_read or results[0] == "next_hop_nonsense"


def test_replies_owed_are_paired_in_order() -> None:
    """Three commands, three replies, in one packet or many."""
    octets = b"250 a\r\n550-b\r\n550 c\r\n354 d\r\n"
    expected = [RawReply(250, b"a"), RawReply(550, b"b\nc"), RawReply(354, b"d")]

    assert expected == read([octets], owed=3)
    assert expected == read([octets[:9], octets[9:]], owed=3)


def test_reply_read_before_the_end_is_still_given() -> None:
    """A server that answers and closes at once has answered."""

    async def story() -> None:
        protocol = NextHopProtocol(Wire())
        protocol.expect()
        protocol.data_received(b"550 5.7.1 go away\r\n")
        protocol.eof_received()

        assert RawReply(550, b"5.7.1 go away") == await protocol.reply(1.0)
        with pytest.raises(Transient, match="next_hop_lost"):
            protocol.expect()

    asyncio.run(story())


def test_drain_waits_for_an_empty_buffer() -> None:
    """Paused means octets are left; drain ends when they are gone, or with the connection."""

    async def story() -> None:
        protocol = NextHopProtocol(Wire())
        protocol.pause_writing()
        task = asyncio.ensure_future(protocol.drain(20.0))
        await asyncio.sleep(0)
        assert not task.done()
        protocol.resume_writing()
        await task

        protocol.pause_writing()
        task = asyncio.ensure_future(protocol.drain(20.0))
        await asyncio.sleep(0)
        protocol.connection_lost(ConnectionResetError())
        with pytest.raises(Transient, match="ConnectionResetError"):
            await task

    asyncio.run(story())


def test_first_fault_stays() -> None:
    """What ended the connection is told, not what followed from it."""

    async def story() -> None:
        protocol = NextHopProtocol(Wire())
        protocol.expect()
        protocol.data_received(b"nonsense\r\n")
        protocol.eof_received()
        protocol.connection_lost(None)

        with pytest.raises(Transient, match="next_hop_nonsense"):
            await protocol.reply(1.0)

    asyncio.run(story())


def test_what_was_said_before_a_reset_is_read_after_the_write_that_met_it() -> None:
    """A server that refuses and closes on octets it has not read sends its refusal, then RST; our write meets the RST."""

    async def story() -> RawReply:
        with socket.create_server(("127.0.0.1", 0)) as server:
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_connection(asyncio.Protocol, *server.getsockname())
            peer, _ = server.accept()
            protocol = NextHopProtocol(transport)
            protocol.expect()
            peer.sendall(b"552 5.3.4 Too big\r\n")
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            peer.close()
            protocol.write(b"a block")  # in the same step: the loop has not heard of the reply yet
            return await protocol.reply(20.0)

    assert asyncio.run(story()) == RawReply(552, b"5.3.4 Too big")


def test_each_wait_has_the_whole_of_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each wait has the whole of its own time, however long the one before it was given."""

    async def story() -> list[str]:
        now = [100.0]
        monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now[0])
        protocol = NextHopProtocol(Wire())
        protocol.expect(4)
        ends = []
        for seconds, passing in ((5.0, 4.0), (300.0, 299.0), (2.0, 1.0), (2.0, 2.5)):
            waiting = asyncio.ensure_future(protocol.reply(seconds))
            await asyncio.sleep(0)
            now[0] += passing
            for _ in range(3):
                await asyncio.sleep(0)
            ends.append(protocol.fault.detail if protocol.fault is not None else "")
            protocol.data_received(b"250 ok\r\n")
            await asyncio.gather(waiting, return_exceptions=True)
        return ends

    assert asyncio.run(story()) == ["", "", "", "no reply within 2 s"]
