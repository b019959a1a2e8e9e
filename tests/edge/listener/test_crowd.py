"""A crowd of sessions: silent clients keep nobody out, and our own servers always have a place."""

import asyncio
import math

import pytest

from gateway.edge.listener.crowd import Crowd, client_key
from gateway.edge.listener.ports import ListenerSettings
from gateway.edge.listener.tls import ServerTls
from tests.support.certificates import write_pair
from tests.support.smtp_client import RawClient, bench

LIMITS = ListenerSettings(sessions_limit=20, sessions_per_client_limit=15, crowded_idle_s=3)
AT_ONCE = 1e-9
"""Idle for longer than this is every session that waits for its client."""


class Member:
    """A session as the crowd sees it."""

    def __init__(self, idle_since=math.inf):
        self.idle_since = idle_since
        self.has_to_go = False

    def make_way(self):
        """Note that it is told to end."""
        self.has_to_go = True


def crowd(clock=lambda: 100.0):
    """Make an empty crowd at second 100."""
    return Crowd(clock)


def enter(made, member, ip="192.0.2.1", *, is_trusted=False):
    """Let one in under LIMITS."""
    return made.enter(member, ip, LIMITS, is_trusted=is_trusted)


def fill(made, count=18, idle_since=math.inf):
    """Let so many in, each from an address of its own."""
    members = [Member(idle_since) for _ in range(count)]
    assert all(enter(made, member, f"198.51.100.{number}") for number, member in enumerate(members))
    return members


def test_the_longest_idle_makes_way():
    """The place goes to the new one; a session at work, or idle for a moment, stays."""
    made = crowd()
    members = fill(made)
    members[3].idle_since, members[7].idle_since, members[9].idle_since = 50.0, 40.0, 98.0

    assert enter(made, Member())
    assert members[7].has_to_go
    assert enter(made, Member())
    assert members[3].has_to_go
    assert not enter(made, Member())
    assert sum(member.has_to_go for member in members) == 2
    assert len(made) == 18


def test_one_that_went_on_meanwhile_stays():
    """Between the look and the need a session may have got its next command."""
    made = crowd()
    members = fill(made, idle_since=50.0)
    assert enter(made, Member())
    for member in members[1:]:
        member.idle_since = 99.0
    assert not enter(made, Member())


def test_our_own_servers_have_places_kept():
    """Strangers fill nine in ten; the client networks have the rest, and then the places of idle strangers."""
    made = crowd()
    fill(made)
    assert not enter(made, Member())
    assert enter(made, Member(), "10.0.0.1", is_trusted=True)
    assert enter(made, Member(), "10.0.0.1", is_trusted=True)
    assert not enter(made, Member(), "10.0.0.1", is_trusted=True)
    again = crowd()
    strangers = fill(again, idle_since=0.0)
    assert all(enter(again, Member(), "10.0.0.1", is_trusted=True) for _ in range(20))
    assert all(member.has_to_go for member in strangers)


def test_no_idle_server_of_ours_makes_way():
    """A warm connection of the own mail server is no stranger's idle session."""
    made = crowd()
    assert all(enter(made, Member(0.0), "10.0.0.1", is_trusted=True) for _ in range(20))
    assert not enter(made, Member())
    assert not enter(made, Member(), "10.0.0.1", is_trusted=True)


def test_one_address_has_its_number_and_ours_have_none():
    """`sessions_per_client_limit` binds strangers; behind a server of ours there are many senders."""
    made = crowd()
    members = [Member() for _ in range(16)]
    assert [enter(made, member) for member in members] == [True] * 15 + [False]
    made.leave(members[0])
    made.leave(members[0])
    assert enter(made, members[0])
    ours = crowd()
    assert all(enter(ours, Member(), "10.0.0.1", is_trusted=True) for _ in range(20))


def test_an_ipv6_client_is_its_network():
    """An IPv6 client owns a /64 and cannot multiply itself within it."""
    assert client_key("2001:db8:1:2:3::4") == client_key("2001:db8:1:2::") != client_key("2001:db8:1:3::")
    assert client_key("192.0.2.1") == "192.0.2.1"
    assert client_key("x:y") == "x:y"


async def silent(made, client):
    """Say nothing at all."""
    await client.reply()


async def chattering(made, client):
    """Say NOOP, which is nothing."""
    await client.greet()
    await client.ask(b"NOOP")


async def dripping(made, client):
    """Begin a message and stop."""
    await client.greet()
    await client.envelope()
    await client.send(b"S")


@pytest.mark.parametrize("way", [silent, chattering, dripping])
def test_idle_clients_keep_nobody_out(way):
    """All places taken by clients that do nothing: the next one is served, and the first idle one told why."""

    async def story():
        # at this rate an octet buys no time: at the usual one it buys a millisecond, which is long on a fast host
        async with bench(sessions_limit=3, crowded_idle_s=AT_ONCE, minimum_rate_octets_per_s=10**12) as made:
            idle = [await made.client() for _ in range(3)]
            for client in idle:
                await way(made, client)
            honest = await made.client()
            await honest.greet()
            await honest.envelope()
            assert (await idle[0].rest()).endswith(
                b"421 4.3.2 Too many sessions, idle ones are closed, try again later\r\n"
            )
            assert (await honest.ask(b"Subject: x\r\n\r\nx\r\n.")).startswith(b"250 ")
            assert made.observer.situations == ["idle_when_crowded"]
            assert made.listener.room.used_octets <= 3

    asyncio.run(asyncio.wait_for(story(), 20))


def test_a_stalled_handshake_keeps_nobody_out(tmp_path):
    """A client that asks for TLS and then says nothing makes way too."""

    async def story():
        tls = ServerTls(*write_pair(tmp_path, "gw.cqnn.test"))
        async with bench(sessions_limit=1, crowded_idle_s=AT_ONCE, ssl_context_provider=tls.context) as made:
            stalled = await made.client()
            await stalled.greet()
            assert (await stalled.ask(b"STARTTLS")).startswith(b"220 ")
            honest = await made.client()
            await honest.greet()
            assert await stalled.rest() == b""

    asyncio.run(asyncio.wait_for(story(), 20))


def test_a_delivery_under_way_is_no_idle_session():
    """Who waits for our answer to the final dot keeps the place, however long it takes."""

    async def story():
        async with bench(sessions_limit=1, crowded_idle_s=AT_ONCE) as made:
            made.handler.may_deliver.clear()
            client = await made.client()
            await client.greet()
            await client.envelope()
            await client.send(b"Subject: x\r\n\r\nx\r\n.\r\n")
            await made.handler.delivering.wait()
            other = await made.client()
            assert (await other.reply()).startswith(b"421 4.3.2 Too many sessions,")
            made.handler.may_deliver.set()
            assert (await client.reply()).startswith(b"250 ")

    asyncio.run(asyncio.wait_for(story(), 20))


def test_client_networks_are_let_in_last():
    """With every place of strangers taken and at work, a server of ours still comes in, as often as it likes."""

    async def story():
        settings = {"sessions_limit": 10, "sessions_per_client_limit": 9, "client_networks": ("127.0.0.2",)}
        async with bench(crowded_idle_s=1000, **settings) as made:
            for _ in range(9):
                await (await made.client()).greet()
            assert (await (await made.client()).reply()).startswith(b"421 ")
            ours = RawClient(*await asyncio.open_connection(*made.listener.addresses[0], local_addr=("127.0.0.2", 0)))
            await ours.greet()
            assert (await ours.ask(b"QUIT")).startswith(b"221 ")
            await ours.close()

    asyncio.run(asyncio.wait_for(story(), 20))
