"""XFORWARD and XCLIENT: who may speak for whom, what is heard, and whose rights hold."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.edge.listener.admission import KnownClients
from gateway.edge.listener.forwarded import XCLIENT_ATTRIBUTES, XFORWARD_ATTRIBUTES, Forwarded, parse_forwarded
from gateway.values.envelope import Client, Forwarder
from gateway.values.faults import Permanent
from tests.support.smtp_client import bench

OURS = ("127.0.0.1/32", "10.0.0.0/8")


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (b"ADDR=203.0.113.12", Forwarded("203.0.113.12")),
        (b"addr=IPV6:2001:DB8::1 port=25", Forwarded("2001:db8::1")),
        (b"ADDR=::ffff:203.0.113.12", Forwarded("203.0.113.12")),
        (b"NAME=[UNAVAILABLE] ADDR=[TEMPUNAVAIL] HELO=[unavailable]", Forwarded("unknown")),
        (b"NAME=may+2B1.example HELO=[192.168.1.7]", Forwarded(helo="[192.168.1.7]", name="may?1.example")),
        (b"HELO=m+C3+A1y+0D+0AX:+20y IDENT=" + b"4" * 80, Forwarded(helo="m??y??X:?y", ident="4" * 64)),
        (b"HELO= IDENT=", Forwarded()),
    ],
)
def test_attributes_are_read(said, heard):
    """As Postfix writes them; what could break a field or a log line becomes `?`."""
    assert parse_forwarded(said, XFORWARD_ATTRIBUTES) == heard


@pytest.mark.parametrize(
    ("said", "login"),
    [
        (b"LOGIN=vanthu@so-a.gov.vn", "vanthu@so-a.gov.vn"),
        (b"LOGIN=v+C4+83n+20th+0D+0A+2B", "v??n?th??+"),
        (b"LOGIN=" + b"a" * 300, "a" * 128),
        (b"LOGIN=[UNAVAILABLE]", ""),
        (b"LOGIN=", ""),
    ],
)
def test_a_login_is_bounded_and_printable(said, login):
    """As long as a mailbox name can be, its `@` kept, whatever else it holds made harmless."""
    assert parse_forwarded(said, XCLIENT_ATTRIBUTES).login == login


def test_what_is_left_out_stays():
    """Postfix spreads the attributes over several commands."""
    before = Forwarded("203.0.113.12", "may", "may.example", "4gLk")
    assert parse_forwarded(b"HELO=kia", XFORWARD_ATTRIBUTES, before) == Forwarded(
        "203.0.113.12", "kia", "may.example", "4gLk"
    )
    assert parse_forwarded(b"ADDR=[UNAVAILABLE]", XFORWARD_ATTRIBUTES, before).ip == "unknown"


@pytest.mark.parametrize(
    "said", [b"", b"ADDR", b"ADDR=1.2.3", b"ADDR=unix", b"LOGIN=a", b"FOO=1", b"=x", b"ADDR=\xff", b"ADDR=1.2.3.4 x"]
)
def test_attributes_are_refused(said):
    """No attribute, an unknown one, or an address that is none."""
    with pytest.raises(Permanent) as caught:
        parse_forwarded(said, XFORWARD_ATTRIBUTES)
    assert caught.value.situation == "syntax"


@given(st.binary(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_attribute_is_heard_or_refused(octets):
    """Whatever stands there: printable ASCII of a bounded length, or a situation."""
    for attributes in (XFORWARD_ATTRIBUTES, XCLIENT_ATTRIBUTES):
        try:
            heard = parse_forwarded(b"HELO=" + octets, attributes)
        except Permanent:
            continue
        assert heard.helo.isascii()
        assert heard.helo == "" or heard.helo.isprintable()
        assert len(heard.helo) <= 255


async def asked(client, *lines):
    """Say lines and keep the code of each reply."""
    return [(await client.ask(line))[:3].decode() for line in lines]


def play(story):
    """Run a coroutine to its end."""
    asyncio.run(asyncio.wait_for(story, 20))


def test_a_transaction_has_its_true_client():
    """The handler hears of the true client with XFORWARD, of the server itself without, and forgets with the mail."""

    async def story():
        async with bench(client_networks=OURS) as made:
            client = await made.client()
            await client.greet()
            codes = await asked(
                client,
                b"XFORWARD NAME=may-12.example ADDR=203.0.113.12 HELO=may12 IDENT=4gLk SOURCE=REMOTE",
                b"MAIL FROM:<a@b.vn>",
                b"RCPT TO:<x@elsewhere.vn>",
                b"XFORWARD ADDR=203.0.113.13",
                b"RSET",
                b"MAIL FROM:<a@b.vn>",
                b"RSET",
                b"XFORWARD ADDR=10.0.0.7",
                b"MAIL FROM:<a@b.vn>",
            )
            assert codes == ["250", "250", "250", "503", "250", "250", "250", "250", "250"]
            heard = [call[1] for call in made.handler.calls if call[0] == "mail"]
            server = Forwarder("127.0.0.1", "mta.so-b.gov.vn", "4gLk")
            assert heard == [
                Client("203.0.113.12", "may12", name="may-12.example", forwarder=server),
                Client("127.0.0.1", "mta.so-b.gov.vn", is_trusted=True),
                Client("10.0.0.7", is_trusted=True, forwarder=Forwarder("127.0.0.1", "mta.so-b.gov.vn")),
            ]

    play(story())


def test_a_client_speaks_for_the_domains_of_its_own_address():
    """The server that connects for its own; who it names by XFORWARD or XCLIENT for theirs, a stranger for none."""

    async def story():
        blocks = (
            KnownClients(networks=("127.0.0.1",), domains=(".so-a.example",), name="noi-bo"),
            KnownClients(networks=("10.0.0.7",), domains=("so-b.example",)),
        )
        async with bench(known_clients=blocks) as made:
            client = await made.client()
            await client.greet()
            codes = await asked(
                client,
                b"MAIL FROM:<a@b.vn>",
                b"RSET",
                b"XFORWARD ADDR=203.0.113.12",
                b"MAIL FROM:<a@b.vn>",
                b"RSET",
                b"XFORWARD ADDR=10.0.0.7",
                b"MAIL FROM:<a@b.vn>",
                b"RSET",
                b"XCLIENT ADDR=10.0.0.7",
                b"EHLO b",
                b"MAIL FROM:<a@b.vn>",
                b"RSET",
                b"XCLIENT ADDR=203.0.113.12",
                b"EHLO c",
                b"MAIL FROM:<a@b.vn>",
            )
            assert set(codes) == {"220", "250"}
            heard = [call[1].speaks_for for call in made.handler.calls if call[0] == "mail"]
            assert heard == [(".so-a.example",), (), ("so-b.example",), ("so-b.example",), ()]
            named = [call[1].network for call in made.handler.calls if call[0] == "mail"]
            assert named == ["noi-bo", "", "", "", ""]

    play(story())


def test_strangers_speak_for_nobody():
    """Neither command exists for a client outside the client networks, and neither is announced."""

    async def story():
        async with bench(client_networks=("10.0.0.0/8",)) as made:
            client = await made.client()
            assert b"XFORWARD" not in await client.greet()
            lines = (
                b"XCLIENT ADDR=10.0.0.1",
                b"XFORWARD ADDR=10.0.0.1",
                b"MAIL FROM:<a@b.vn>",
                b"RCPT TO:<x@elsewhere.vn>",
            )
            assert await asked(client, *lines) == ["500", "500", "250", "550"]
            assert made.handler.calls[-1][1] == Client("127.0.0.1", "mta.so-b.gov.vn")

    play(story())


def test_xclient_gives_up_rights():
    """A stranger a proxy speaks for is no open relay's customer; the session's end is told under its address."""

    async def story():
        async with bench(client_networks=OURS, errors_per_session=1) as made:
            client = await made.client()
            await client.greet()
            lines = (b"XCLIENT ADDR=203.0.113.12", b"EHLO may", b"MAIL FROM:<a@b.vn>", b"RCPT TO:<x@elsewhere.vn>")
            assert await asked(client, *lines) == ["220", "250", "250", "550"]
            await client.rest()
            (told,) = made.observer.refusals
            assert (told.client.ip, told.client.forwarder.ip) == ("203.0.113.12", "127.0.0.1")

    play(story())


@pytest.mark.parametrize(
    "said",
    [
        (b"ADDR=[UNAVAILABLE]",),
        (b"ADDR=203.0.113.12", b"HELO=may"),
        (b"HELO=may", b"ADDR=203.0.113.12", b"NAME=may.example LOGIN=x"),
    ],
)
def test_xclient_without_an_address_gives_no_rights_of_the_proxy(said):
    """An address that is not known, or was said in an earlier command (Dovecot writes several): nobody may relay."""

    async def story():
        async with bench(client_networks=OURS) as made:
            client = await made.client()
            await client.greet()
            lines = (b"EHLO may", b"MAIL FROM:<a@b.vn>", b"RCPT TO:<x@elsewhere.vn>", b"RCPT TO:<x@so-a.gov.vn>")
            codes = await asked(client, *(b"XCLIENT " + words for words in said), *lines)
            assert codes == ["220"] * len(said) + ["250", "250", "550", "250"]

    play(story())


@pytest.mark.parametrize("said", [b"ADDR=10.0.0.1", b"ADDR=127.0.0.1 NAME=x"])
def test_a_stranger_behind_a_proxy_cannot_take_rights(said):
    """Where a proxy hands octets through, XCLIENT may come from the stranger: the session ends, for now."""

    async def story():
        async with bench(client_networks=OURS) as made:
            client = await made.client()
            await client.greet()
            lines = (b"XCLIENT ADDR=203.0.113.12", b"EHLO may", b"XFORWARD ADDR=203.0.113.9", b"XCLIENT " + said)
            assert await asked(client, *lines) == ["220", "250", "500", "421"]
            assert await client.rest() == b""

    play(story())


def test_a_proxy_may_hand_one_connection_to_one_stranger_after_the_other():
    """As Haraka does, which keeps its connections: the next one has no rights either."""

    async def story():
        async with bench(client_networks=OURS) as made:
            client = await made.client()
            await client.greet()
            first = (b"XCLIENT ADDR=203.0.113.12", b"EHLO may", b"MAIL FROM:<a@b.vn>", b"RSET")
            second = (b"XCLIENT ADDR=203.0.113.13", b"EHLO kia", b"MAIL FROM:<a@b.vn>", b"RCPT TO:<x@elsewhere.vn>")
            assert await asked(client, *first, *second) == ["220", "250", "250", "250", "220", "250", "250", "550"]
            assert [call[1].ip for call in made.handler.calls if call[0] == "mail"] == ["203.0.113.12", "203.0.113.13"]

    play(story())


def test_a_login_is_named_by_who_connected_alone():
    """With the address; not by the stranger handed over, though at once, and not left to the next client."""

    async def story():
        async with bench(client_networks=OURS) as made:
            client = await made.client()
            await client.greet()
            mail = (b"EHLO may", b"MAIL FROM:<a@b.vn>", b"RSET")
            codes = await asked(
                client,
                *(b"XCLIENT ADDR=10.0.0.7 LOGIN=ke-toan", *mail, b"XCLIENT ADDR=10.0.0.7", *mail),
                *(b"XCLIENT LOGIN=van-thu ADDR=203.0.113.12", *mail),
                *(b"XCLIENT LOGIN=giam-doc", *mail, b"XCLIENT ADDR=203.0.113.13 LOGIN=giam-doc", *mail),
            )
            assert set(codes) == {"220", "250"}
            heard = [call[1] for call in made.handler.calls if call[0] == "mail"]
            assert [one.login for one in heard] == ["ke-toan", "", "van-thu", "", ""]

    play(story())


def test_strangers_behind_a_proxy_share_no_more_than_strangers_do():
    """Each has its number of sessions, and makes way when idle: the proxy's own place in the client networks is its own."""

    async def story():
        limits = {"sessions_limit": 4, "sessions_per_client_limit": 2, "crowded_idle_s": 1e-9}
        async with bench(client_networks=OURS, **limits) as made:
            handed = [await made.client() for _ in range(3)]
            for client in handed:
                await client.greet()
            codes = [(await client.ask(b"XCLIENT ADDR=203.0.113.12"))[:3] for client in handed]
            assert codes == [b"220", b"220", b"421"]
            await handed[2].rest()
            for _ in range(3):
                await (await made.client()).greet()
            assert b"421 4.3.2 Too many sessions, idle ones are closed" in await handed[0].rest()

    play(story())
