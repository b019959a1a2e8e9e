"""PROXY protocol: the header at every split and in every form, whose rights hold after it, and who may send one."""

import asyncio
import ipaddress
import ssl
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.edge.listener.admission import KnownClients
from gateway.edge.listener.proxied import MAX_BLOCK_OCTETS, BadHeader, ProxyHeader, parse_proxy_header
from gateway.edge.listener.tls import ServerTls
from gateway.values.envelope import Client, Forwarder
from tests.support.certificates import write_pair
from tests.support.smtp_client import bench

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
LINE = b"PROXY TCP4 203.0.113.12 192.0.2.25 50412 25\r\n"
PROXIES = ("127.0.0.0/8",)
MAIL = (b"EHLO may", b"MAIL FROM:<a@b.vn>", b"RCPT TO:<x@elsewhere.vn>", b"RCPT TO:<x@so-a.gov.vn>")


def block(rest=b"", *, command=0x21, family=0x11, size=None):
    """Write a header of version 2 by hand."""
    return SIGNATURE + struct.pack("!BBH", command, family, len(rest) if size is None else size) + rest


def ends(source, destination="192.0.2.25"):
    """Write both addresses and their ports as version 2 has them."""
    packed = [ipaddress.ip_address(text).packed for text in (source, destination)]
    return b"".join(packed) + struct.pack("!HH", 50_412, 25)


BLOCK = block(ends("203.0.113.12"))
TLV = b"\x20\x00\x06\x01\x00\x00\x00\x00\xff"


def play(story):
    """Run a coroutine to its end."""
    asyncio.run(asyncio.wait_for(story, 20))


async def asked(client, *lines):
    """Say lines and keep the code of each reply."""
    return [(await client.ask(line))[:3].decode() for line in lines]


@pytest.mark.parametrize(
    ("header", "ip"),
    [
        (LINE, "203.0.113.12"),
        (b"PROXY TCP6 2001:DB8::1 ::1 0 65535\r\n", "2001:db8::1"),
        (b"PROXY TCP6 ::ffff:203.0.113.12 ::1 1 25\r\n", "203.0.113.12"),
        (b"PROXY TCP6 " + b"ffff:" * 7 + b"ffff " + b"ffff:" * 7 + b"ffff 65535 65535\r\n", ":".join(["ffff"] * 8)),
        (b"PROXY UNKNOWN\r\n", "unknown"),
        (b"PROXY UNKNOWN " + b"ffff:" * 7 + b"ffff " + b"ffff:" * 7 + b"ffff 65535 65535\r\n", "unknown"),
        (BLOCK, "203.0.113.12"),
        (block(ends("203.0.113.12") + TLV), "203.0.113.12"),
        (block(ends("203.0.113.12") + b"\xff" * 70), "203.0.113.12"),
        (block(ends("2001:db8::1", "::1"), family=0x21), "2001:db8::1"),
        (block(ends("::ffff:10.0.0.1", "::1"), family=0x21), "10.0.0.1"),
        (block(command=0x20, family=0x00), ""),
        (block(ends("203.0.113.12"), command=0x20), ""),
        (block(b"x" * 9, command=0x20, family=0xFF), ""),
        (block(family=0x00), "unknown"),
        (block(b"/" * 300, family=0x00), "unknown"),
        (block(b"/" * 216, family=0x31), "unknown"),
        (block(ends("203.0.113.12"), family=0x12), "unknown"),
        (block(ends("203.0.113.12"), family=0x10), "unknown"),
    ],
)
def test_headers_are_read_at_every_split(header, ip):
    """Nothing is known before the last octet, and what follows belongs to the session."""
    assert all(parse_proxy_header(header[:end]) is None for end in range(len(header)))
    assert parse_proxy_header(header) == ProxyHeader(ip, len(header))
    assert parse_proxy_header(header + LINE) == ProxyHeader(ip, len(header))


@pytest.mark.parametrize(
    "octets",
    [
        b"EHLO may\r\n",
        b"P\r\n",
        b"PROXYTCP4 1.2.3.4 1.2.3.4 1 1\r\n",
        b"proxy TCP4 1.2.3.4 1.2.3.4 1 1\r\n",
        b"\x16\x03\x01\x02\x00\x01",
        b"\r\nQUIT",
        SIGNATURE[:-1] + b"\r",
        b"PROXY \r\n",
        b"PROXY\x00",
        b"PROXY TCP4\r\n",
        b"PROXY UNKNOWN\n",
        b"PROXY UNKNOWN\r\r\n",
        b"PROXY UNKNOWN x\rHELO a\r\n",
        b"PROXY UNKNOWN " + b"x" * 93,
        b"PROXY UDP4 1.2.3.4 1.2.3.4 1 1\r\n",
        b"PROXY TCP4 1.2.3.4 1.2.3.4 1 1 \r\n",
        b"PROXY TCP4  1.2.3.4 1.2.3.4 1 1\r\n",
        b"PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n",
        b"PROXY TCP4 1.2.3.4 1.2.3.4 01 1\r\n",
        b"PROXY TCP4 1.2.3.4 1.2.3.4 -1 1\r\n",
        b"PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n",
        b"PROXY TCP4 1.2.3.04 1.2.3.4 1 1\r\n",
        b"PROXY TCP4 1.2.3 1.2.3.4 1 1\r\n",
        b"PROXY TCP4 ::1 ::1 1 1\r\n",
        b"PROXY TCP6 1.2.3.4 ::1 1 1\r\n",
        b"PROXY TCP6 fe80::1%eth0 ::1 1 1\r\n",
        b"PROXY TCP6 ::1 :::1 1 1\r\n",
        block(ends("1.2.3.4"), command=0x11),
        block(ends("1.2.3.4"), command=0x22),
        block(ends("1.2.3.4"), family=0x41),
        block(ends("1.2.3.4"), family=0x13),
        block(ends("1.2.3.4")[:-1]),
        block(ends("1.2.3.4"), family=0x21),
        block(b"/" * 215, family=0x31),
        block(size=MAX_BLOCK_OCTETS - 15),
        block(size=0xFFFF, command=0x20),
    ],
)
def test_what_is_no_header_is_seen_at_once(octets):
    """As soon as nothing that may follow could make one of it: nobody waits for 64 kB of a length that is a lie."""
    with pytest.raises(BadHeader) as caught:
        parse_proxy_header(octets)
    assert str(caught.value) in {"no_header", "bad_header"}


@given(
    st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=120).map(b"PROXY ".__add__),
        st.binary(max_size=120).map(SIGNATURE.__add__),
    )
)
@settings(max_examples=300, deadline=None)
def test_any_octets_are_a_header_or_more_of_one_or_none(octets):
    """Whatever a peer sends: an address in its shortest form, a bounded wait, or a refusal; and never a change of mind."""
    try:
        found = parse_proxy_header(octets)
    except BadHeader:
        return
    if found is None:
        assert len(octets) < MAX_BLOCK_OCTETS
        return
    assert found.size_octets <= len(octets)
    assert found.ip in {"", "unknown"} or str(ipaddress.ip_address(found.ip)) == found.ip
    assert all(parse_proxy_header(octets[:end]) is None for end in range(found.size_octets))


@given(st.ip_addresses(), st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_the_address_told_is_the_address_known(address, more):
    """In both versions, with anything behind it."""
    text = str(getattr(address, "ipv4_mapped", None) or address)
    other = "::1" if address.version == 6 else "192.0.2.25"
    line = f"PROXY TCP{address.version} {address} {other} 1 25\r\n".encode()
    binary = block(ends(str(address), other) + more, family=0x21 if address.version == 6 else 0x11)
    assert parse_proxy_header(line + more) == ProxyHeader(text, len(line))
    assert parse_proxy_header(binary + more) == ProxyHeader(text, len(binary))


# Rights


@pytest.mark.parametrize(
    ("header", "client", "codes"),
    [
        (LINE, Client("203.0.113.12", "may", proxy="127.0.0.1"), ["250", "250", "550", "250"]),
        (BLOCK, Client("203.0.113.12", "may", proxy="127.0.0.1"), ["250", "250", "550", "250"]),
        (
            block(ends("10.0.0.7")),
            Client("10.0.0.7", "may", is_trusted=True, speaks_for=("so-b.example",), proxy="127.0.0.1"),
            ["250", "250", "250", "250"],
        ),
        (b"PROXY UNKNOWN\r\n", Client("unknown", "may", proxy="127.0.0.1"), ["250", "250", "550", "250"]),
        (block(family=0), Client("unknown", "may", proxy="127.0.0.1"), ["250", "250", "550", "250"]),
        (block(command=0x20, family=0), Client("127.0.0.1", "may", is_trusted=True), ["250", "250", "250", "250"]),
    ],
)
def test_the_session_is_that_of_the_told_client(header, client, codes):
    """Its rights are those of its address, and none of the proxy's where that knows no address; a check is the proxy's own."""

    async def story():
        known = KnownClients(networks=("10.0.0.7",), domains=("so-b.example",))
        ours = {"client_networks": ("127.0.0.1",), "known_clients": (known,)}
        async with bench(proxy_networks=PROXIES, **ours) as made:
            peer = await made.client()
            await peer.send(header)
            assert (await peer.reply()).startswith(b"220 ")
            assert await asked(peer, *MAIL) == codes
            assert [call[1] for call in made.handler.calls if call[0] == "mail"] == [client]

    play(story())


def test_a_check_of_a_proxy_has_no_rights_by_being_one():
    """LOCAL is the proxy itself: a stranger, unless its address lies in a client network."""

    async def story():
        async with bench(proxy_networks=PROXIES) as made:
            peer = await made.client()
            await peer.send(block(command=0x20, family=0))
            assert (await peer.reply()).startswith(b"220 ")
            assert await asked(peer, *MAIL) == ["250", "250", "550", "250"]
            assert [call[1] for call in made.handler.calls if call[0] == "mail"] == [Client("127.0.0.1", "may")]

    play(story())


def test_a_session_through_a_proxy_takes_one_place():
    """The place it waited in for its header is free again."""

    async def story():
        async with bench(proxy_networks=PROXIES, sessions_limit=3, crowded_idle_s=100.0) as made:
            for number in range(3):
                peer = await made.client()
                await peer.send(LINE.replace(b"203.0.113.12", b"203.0.113.%d" % number))
                assert (await peer.reply()).startswith(b"220 ")
            assert await (await made.client()).rest() == b""

    play(story())


def test_a_server_behind_a_proxy_speaks_for_others_by_its_own_address():
    """XFORWARD and XCLIENT are for client networks; the proxy stays known, and its address gives nobody a right."""

    async def story():
        async with bench(proxy_networks=PROXIES, client_networks=("10.0.0.7", "127.0.0.1")) as made:
            server, stranger = await made.client(), await made.client()
            await server.send(block(ends("10.0.0.7")))
            assert b"XCLIENT" in await server.greet()
            assert await asked(server, b"XFORWARD ADDR=203.0.113.9", b"MAIL FROM:<a@b.vn>") == ["250", "250"]
            forwarder = Forwarder("10.0.0.7", "mta.so-b.gov.vn")
            assert made.handler.calls[-1][1] == Client("203.0.113.9", forwarder=forwarder, proxy="127.0.0.1")
            await stranger.send(LINE)
            assert b"XCLIENT" not in await stranger.greet()
            assert await asked(stranger, b"XCLIENT ADDR=10.0.0.7", b"XFORWARD ADDR=10.0.0.7") == ["500", "500"]

    play(story())


def test_strangers_behind_a_proxy_are_counted_one_by_one():
    """Each has its number of sessions; the proxy has none of its own, whatever it is."""

    async def story():
        async with bench(proxy_networks=PROXIES, client_networks=PROXIES, sessions_per_client_limit=2) as made:
            replies = []
            for _ in range(3):
                peer = await made.client()
                await peer.send(LINE)
                replies.append((await peer.reply())[:3])
            other = await made.client()
            await other.send(LINE.replace(b"203.0.113.12", b"203.0.113.13"))
            assert [*replies, (await other.reply())[:3]] == [b"220", b"220", b"421", b"220"]

    play(story())


# Hostile


def test_nothing_is_said_before_the_header_is_whole():
    """However slowly it comes: other sessions go on, and the first octet we send is that of the greeting."""

    async def story():
        async with bench(proxy_networks=PROXIES) as made:
            slow = await made.client()
            for octet in BLOCK[:-1]:
                await slow.send(bytes([octet]))
                quick = await made.client()
                await quick.send(LINE)
                assert (await quick.ask(b"QUIT")).startswith(b"220 ")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0):
                    await slow.reader.read(1)
            await slow.send(BLOCK[-1:])
            assert (await slow.reply()).startswith(b"220 ")

    play(story())


@pytest.mark.parametrize(
    ("octets", "result"),
    [
        (b"EHLO may\r\n", "no_header"),
        (b"QUIT\r\n" + LINE, "no_header"),
        (b"PROXY TCP4 1.2.3.4\r\n", "bad_header"),
        (b"PROXY UNKNOWN " + b"x" * 200, "bad_header"),
        (block(size=0xFFFF), "bad_header"),
    ],
)
def test_a_proxy_without_its_header_is_cut_off(octets, result):
    """Not a word is said, no handler hears of it, and observers are told why under the proxy's own address."""

    async def story():
        async with bench(proxy_networks=PROXIES) as made:
            peer = await made.client()
            await peer.send(octets)
            assert await peer.rest() == b""
            await made.observer.ended.wait()
            assert made.observer.results == [result]
            assert made.observer.replies == []
            assert made.handler.calls == []

    play(story())


@pytest.mark.parametrize("octets", [b"", b"PROXY TCP4 203.0.113.12", BLOCK[:-1]])
def test_a_header_that_does_not_come_ends_the_connection(octets):
    """After `proxy_header_timeout_s`, in silence."""

    async def story():
        async with bench(proxy_networks=PROXIES, proxy_header_timeout_s=0.05) as made:
            peer = await made.client()
            await peer.send(octets)
            assert await peer.rest() == b""
            await made.observer.ended.wait()
            assert made.observer.results == ["late_header"]

    play(story())


@pytest.mark.parametrize("octets", [b"", LINE[:20]])
def test_a_proxy_that_leaves_is_no_trouble(octets):
    """Checks that only connect are ordinary."""

    async def story():
        async with bench(proxy_networks=PROXIES) as made:
            peer = await made.client()
            await peer.send(octets)
            peer.writer.write_eof()
            assert await peer.rest() == b""
            await made.observer.ended.wait()
            assert made.observer.results == ["lost"]

    play(story())


@pytest.mark.parametrize("header", [LINE, block(ends("10.0.0.7")), b"PROXY UNKNOWN\r\n"])
def test_a_header_from_anybody_else_ends_the_session(header):
    """It changes nobody's address: not at the beginning, and not later."""

    async def story():
        async with bench(proxy_networks=("192.0.2.0/24",), client_networks=("10.0.0.7",)) as made:
            early, late = await made.client(), await made.client()
            await early.send(header + b"MAIL FROM:<a@b.vn>\r\n")
            assert b"\r\n421 4.7.0 This is an SMTP server\r\n" in await early.rest()
            await late.greet()
            await late.send(header)
            assert (await late.rest()).endswith(b"421 4.7.0 This is an SMTP server\r\n")
            assert "mail" not in made.handler.names()

    play(story())


def test_a_second_header_is_no_header():
    """What stands behind the proxy's own is the client's: a command, and the end of the session."""

    async def story():
        async with bench(proxy_networks=PROXIES, client_networks=("10.0.0.7",)) as made:
            peer = await made.client()
            await peer.send(LINE + b"PROXY TCP4 10.0.0.7 192.0.2.25 1 25\r\nEHLO may\r\n")
            greeting, end = (await peer.rest()).splitlines()
            assert (greeting[:3], end) == (b"220", b"421 4.7.0 This is an SMTP server")

    play(story())


def test_commands_behind_the_header_are_heard_in_order():
    """The header takes its own octets and no others, also where commands come in the same segment."""

    async def story():
        async with bench(proxy_networks=PROXIES) as made:
            peer = await made.client()
            await peer.send(BLOCK + b"EHLO may\r\nMAIL FROM:<a@b.vn>\r\nRCPT TO:<x@so-a.gov.vn>\r\nDATA\r\n")
            await peer.send(b"Subject: x\r\n\r\n" + LINE + b".\r\nQUIT\r\n")
            assert (await peer.rest()).count(b"\r\n250 2.") == 3
            assert made.handler.messages == [b"Subject: x\r\n\r\n" + LINE]

    play(story())


# TLS from the first octet


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """One certificate and key."""
    return write_pair(tmp_path_factory.mktemp("tls"), "gw.cqnn.test")


def test_tls_may_begin_with_the_connection(pair):
    """Then the greeting is the first thing said inside it, STARTTLS is not offered, and mail goes in."""

    async def story():
        async with bench(is_tls_first=True, ssl_context_provider=ServerTls(*pair).context) as made:
            client = await made.client()
            await client.start_tls()
            assert b"STARTTLS" not in await client.greet()
            await client.envelope()
            assert (await client.ask(b"Subject: x\r\n\r\n.")).startswith(b"250 ")
            (who,) = [call[1] for call in made.handler.calls if call[0] == "mail"]
            assert (who.tls_version, who.helo) == ("TLSv1.3", "mta.so-b.gov.vn")
            assert made.observer.handshakes == [("TLSv1.3", "")]

    play(story())


@pytest.mark.parametrize("header", [LINE, BLOCK + b""], ids=["line", "block"])
def test_the_header_stands_before_the_handshake(pair, header):
    """In one segment with its beginning, and the told client is the one TLS is spoken with."""

    async def story():
        tls = {"is_tls_first": True, "ssl_context_provider": ServerTls(*pair).context}
        async with bench(proxy_networks=PROXIES, **tls) as made:
            client = await made.client()
            secure, arriving = await client.begin_tls_with(header)
            while True:
                try:
                    greeting = secure.read(1000)
                    break
                except ssl.SSLWantReadError:
                    arriving.write(await client.reader.read(65_536))
            assert greeting == b"220 gw.cqnn.test ESMTP Congthu\r\n"
            client.drop()
            await made.observer.ended.wait()
            assert made.observer.handshakes == [("TLSv1.3", "")]

    play(story())


def test_plain_words_on_a_tls_port_get_no_answer(pair):
    """Whoever speaks without TLS there, or a header without being a proxy, is cut off."""

    async def story():
        async with bench(is_tls_first=True, ssl_context_provider=ServerTls(*pair).context) as made:
            for octets in (b"EHLO may\r\n", LINE + b"EHLO may\r\n"):
                client = await made.client()
                await client.send(octets)
                assert b"220" not in await client.rest()
            assert made.handler.calls == []

    play(story())


def test_a_refusal_on_a_tls_port_is_silent(pair):
    """Too many sessions: plain words would be no TLS to the client."""

    async def story():
        tls = {"is_tls_first": True, "ssl_context_provider": ServerTls(*pair).context}
        async with bench(sessions_per_client_limit=1, **tls) as made:
            first, second = await made.client(), await made.client()
            await first.start_tls()
            assert await second.rest() == b""
            assert (await first.reply()).startswith(b"220 ")

    play(story())


# Listeners for our own servers


def test_an_internal_listener_takes_client_networks_alone():
    """A stranger is told so and whom to ask, through a proxy too."""

    async def story():
        made = {"is_internal": True, "client_networks": ("10.0.0.0/8",), "help_text": "Hoi: quantri@so-a.gov.vn"}
        refused = (
            b"554-5.7.1 gw.cqnn.test takes mail of its own servers alone here\r\n554 5.7.1 Hoi: quantri@so-a.gov.vn\r\n"
        )
        async with bench(**made) as plain, bench(proxy_networks=PROXIES, **made) as proxied:
            assert await (await plain.client()).rest() == refused
            peer, server = await proxied.client(), await proxied.client()
            await peer.send(LINE)
            assert await peer.rest() == refused
            await server.send(block(ends("10.0.0.7")))
            assert (await server.reply()).startswith(b"220 ")
            assert (plain.observer.situations, proxied.observer.situations) == (["clients_only"], ["clients_only"])

    play(story())


def test_an_internal_server_speaks_for_those_it_has_authenticated():
    """Its domains hold for the person it names by XFORWARD, beside those of that address, and its name where that has none."""

    async def story():
        known = (
            KnownClients(networks=("127.0.0.1",), domains=(".so-a.example",), name="noi-bo"),
            KnownClients(networks=("10.0.0.0/8",), domains=("so-b.example",), name="so-b"),
        )
        async with bench(is_internal=True, known_clients=known) as made:
            client = await made.client()
            await client.greet()
            for address in (b"203.0.113.12", b"10.0.0.7"):
                assert await asked(client, b"XFORWARD ADDR=" + address, b"MAIL FROM:<a@b.vn>", b"RSET") == ["250"] * 3
            heard = [call[1] for call in made.handler.calls if call[0] == "mail"]
            assert [one.speaks_for for one in heard] == [(".so-a.example",), ("so-b.example", ".so-a.example")]
            assert [one.is_trusted for one in heard] == [False, True]
            assert [one.network for one in heard] == ["noi-bo", "so-b"]

    play(story())


def test_help_tells_whom_to_ask():
    """Where the configuration says it: in the answer to HELP, and behind a refusal to relay."""

    async def story():
        async with bench(help_text="Hoi: quantri@so-a.gov.vn") as made, bench() as without:
            client, other = await made.client(), await without.client()
            await client.greet()
            assert (await client.ask(b"HELP")).endswith(b"214 2.0.0 Hoi: quantri@so-a.gov.vn\r\n")
            await client.ask(b"MAIL FROM:<a@b.vn>")
            assert await client.ask(b"RCPT TO:<x@elsewhere.vn>") == (
                b"550-5.7.1 Relaying denied\r\n550 5.7.1 Hoi: quantri@so-a.gov.vn\r\n"
            )
            await other.greet()
            assert (await other.ask(b"HELP")).startswith(b"502 ")

    play(story())
