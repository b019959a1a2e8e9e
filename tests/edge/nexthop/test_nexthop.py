"""Routes, the envelope as it goes out, and answers as they come back."""

from __future__ import annotations

import asyncio
import smtplib
from typing import Any

import pytest

from gateway.edge.nexthop import NextHops
from gateway.values.delivery import NextHopRefused, NextHopReply, Route, TlsPolicy
from gateway.values.envelope import MailCommand, RcptCommand
from gateway.values.faults import Misconfigured
from tests.support.relaying import (
    RECIPIENT,
    SENDER,
    SMALL,
    Remembering,
    begin,
    hops_to,
    memory_file,
    relay,
    route_to,
    send,
    until,
)
from tests.support.scripted_nexthop import DROP, HANG, ScriptedNextHop, in_thread


def told(answer: NextHopReply) -> str:
    """Reply as one word of text."""
    return f"{answer.reply.code} {answer.reply.status} {' / '.join(answer.reply.lines)}"


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("so-a.example", "exact"),
        ("SO-A.Example", "exact"),
        ("x.so-a.example", "suffix"),
        ("y.x.so-a.example", "suffix"),
        ("deep.x.so-a.example", "suffix"),
        ("a.phong.so-a.example", "longer suffix"),
        ("phong.so-a.example", "longer suffix"),
        ("notso-a.example", "rest"),
        ("example", "rest"),
        ("", "rest"),
    ],
)
def test_route_is_exact_then_longest_suffix_then_rest(domain: str, expected: str) -> None:
    """A suffix takes its domain and all below it, an exact one goes before it, the longest first; `*` takes what is left."""
    routes = [
        Route("rest", ("*",), ("127.0.0.1:1",)),
        Route("suffix", (".so-a.example",), ("127.0.0.1:2",)),
        Route("longer suffix", (".phong.so-a.example",), ("127.0.0.1:3",)),
        Route("exact", ("so-a.example",), ("127.0.0.1:4",)),
    ]
    route = NextHops(routes, "gateway.example", Remembering()).route_for(domain)

    assert route is not None
    assert expected == route.name


def test_no_route_is_none() -> None:
    """Without `*` a strange domain has no route."""
    hops = NextHops([Route("a", ("so-a.example",), ("127.0.0.1:1",))], "gateway.example", Remembering())

    assert hops.route_for("so-b.example") is None


def test_every_problem_of_the_routes_is_told_at_once() -> None:
    """Misconfigured carries each unusable route with the reason."""
    routes = [
        Route("a", ("so-a.example",), ()),
        Route("a", ("so-a.example", "So-B.example"), ("::1:25", "host:0", "[::1]:25", "host")),
        Route("c", ("so-c.example",), ("h:1",), tls=TlsPolicy.REQUIRED, ca_file="ca.pem", max_connections=0),
    ]

    with pytest.raises(Misconfigured) as caught:
        NextHops(routes, "gateway.example", Remembering())

    assert [
        "relay.routes[0]: at least one host is needed",
        "relay.routes[1]: `::1:25` is not `host:port`; write it like `192.0.2.1:25` or `[2001:db8::1]:25`",
        "relay.routes[1]: `host:0` has no port between 1 and 65535",
        "relay.routes[1]: `host` is not `host:port`; write it like `192.0.2.1:25` or `[2001:db8::1]:25`",
        "relay.routes[1]: So-B.example must be lower case",
        "relay.routes[1]: the name is used twice",
        "relay.routes[1]: so-a.example has another route too",
        "relay.routes[2]: ca_file is only used with tls = 'verified'",
        "relay.routes[2]: max_connections must be at least 1",
    ] == [f"{problem.key}: {problem.message}" for problem in caught.value.problems]


def commands_of(script: dict[str, Any] | None = None, *, extensions: tuple[str, ...] = (), **fields: Any) -> list[str]:
    """Relay one message and return the commands the next hop saw."""

    async def story() -> list[str]:
        async with ScriptedNextHop(script, extensions=extensions) as hop:
            hops = hops_to(hop.host)
            answer = await relay(hops, **fields)
            assert answer.is_accepted
            await hops.close()
            return hop.commands

    return asyncio.run(story())


def test_null_reverse_path_goes_out_as_two_brackets() -> None:
    """A notification keeps its null reverse-path."""
    assert "MAIL FROM:<>" in commands_of(reverse_path="")


@pytest.mark.parametrize(
    ("extensions", "fields", "expected"),
    [
        ((), {"size_octets": 7}, f"MAIL FROM:<{SENDER}>"),
        (("SIZE 10",), {"size_octets": 7}, f"MAIL FROM:<{SENDER}> SIZE=7"),
        (("SIZE",), {}, f"MAIL FROM:<{SENDER}>"),
        (("8BITMIME",), {}, f"MAIL FROM:<{SENDER}>"),
        (("8bitMIME",), {"is_8bit": True}, f"MAIL FROM:<{SENDER}> BODY=8BITMIME"),
        (
            ("SMTPUTF8", "8BITMIME"),
            {"is_smtputf8": True, "reverse_path": "văn-thư@sở-a.example"},
            "MAIL FROM:<văn-thư@sở-a.example> SMTPUTF8",
        ),
    ],
)
def test_parameters_of_mail_are_those_offered(extensions: tuple[str, ...], fields: Any, expected: str) -> None:
    """SIZE, BODY and SMTPUTF8 go out when declared by the client and offered by the next hop."""
    assert expected == commands_of(extensions=extensions, **fields)[1]


def test_first_recipient_rides_with_mail() -> None:
    """With PIPELINING the first RCPT is sent before MAIL is answered; without it, after."""

    async def story(extensions: tuple[str, ...]) -> tuple[bool, NextHopReply | None]:
        gate = asyncio.Event()
        async with ScriptedNextHop({"MAIL": gate}, extensions=extensions) as hop:
            hops = hops_to(hop.host)
            task = asyncio.ensure_future(begin(hops, forward_path=RECIPIENT))
            await until(lambda: len(hop.commands) == 2)
            (session,) = hop._open
            for _ in range(50):
                await asyncio.sleep(0)
            is_sent = b"RCPT" in session.reader._buffer
            gate.set()
            transaction = await task
            await transaction.abandon()
            await hops.close()
            return is_sent, transaction.first_answer

    is_sent, answer = asyncio.run(story(("PIPELINING",)))
    assert answer is not None
    assert (True, True) == (is_sent, answer.is_accepted)
    is_sent, answer = asyncio.run(story(()))
    assert answer is not None
    assert (False, True) == (is_sent, answer.is_accepted)


def test_first_recipient_refused_leaves_the_transaction_open() -> None:
    """A refused first recipient is its own answer; the next one may be accepted and served."""

    async def story() -> None:
        async with ScriptedNextHop({"RCPT": ["550 5.1.1 Unknown"]}) as hop:
            hops = hops_to(hop.host)
            transaction = await begin(hops, forward_path="none@so-b.example")
            assert transaction.first_answer is not None
            assert "550 5.1.1 Unknown" == told(transaction.first_answer)
            await transaction.rcpt(RcptCommand(RECIPIENT))
            await send(transaction)
            await hops.close()

            assert [[RECIPIENT]] == [message.forward_paths for message in hop.messages]

    asyncio.run(story())


@pytest.mark.parametrize("extensions", [("PIPELINING",), ()])
def test_mail_refused_keeps_the_connection(extensions: tuple[str, ...]) -> None:
    """MAIL refused in words reaches the client as given and the connection serves the next message."""

    async def story() -> None:
        observer = Remembering()
        async with ScriptedNextHop({"MAIL": ["550 5.7.1 Not you", "452 4.3.1 Full"]}, extensions=extensions) as hop:
            hops = hops_to(hop.host, observer=observer)
            for expected in ("550 5.7.1 Not you", "452 4.3.1 Full"):
                with pytest.raises(NextHopRefused) as caught:
                    await begin(hops, forward_path=RECIPIENT)
                assert expected == told(caught.value.answer)
            assert (await relay(hops)).is_accepted
            await hops.close()

            assert 1 == hop.connections
            assert ["permanent_failure", "temporary_failure", "delivered"] == observer.results

    asyncio.run(story())


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("550 5.1.1 No such user", "550 5.1.1 No such user"),
        ("550-5.1.1 No such user\r\n550 5.1.1 and more", "550 5.1.1 No such user / and more"),
        ("550-\r\n550 5.1.1 second line", "550 5.1.1 second line"),
        ("550 No status", "550 5.0.0 No status"),
        ("450 5.1.1 Class does not match", "450 4.0.0 Class does not match"),
        ("550 5.1.1", "550 5.1.1 Refused by the next hop without a reason"),
        ("550", "550 5.0.0 Refused by the next hop without a reason"),
        ("452 4.5.3\tToo many", "452 4.0.0 4.5.3?Too many"),
        (
            "550-5.7.1 Message refused\r\n550-\r\n550-5.7.1 Call 1022 and say AB12\r\n550 https://so-b.example/spam",
            "550 5.7.1 Message refused / Call 1022 and say AB12 / https://so-b.example/spam",
        ),
        (f"550 5.1.1 {'x' * 600}", f"550 5.1.1 {'x' * 400} / {'x' * 200}"),
        ("550 5.1.1 Không có hộp thư\x1b[31m", "550 5.1.1 Kh??ng c?? h???p th???[31m"),
    ],
)
def test_words_of_the_next_hop_pass_clean(said: str, expected: str) -> None:
    """Its code, its status when it fits, and its first line with text, made printable ASCII."""

    async def story() -> None:
        async with ScriptedNextHop({"RCPT": said}) as hop:
            hops = hops_to(hop.host)
            answer = await relay(hops)
            await hops.close()

            assert expected == told(answer)
            assert hop.host == answer.host

    asyncio.run(story())


def test_delivered_carries_the_text_of_the_next_hop() -> None:
    """250 comes with the next hop's queue id, for reply and log."""

    async def story() -> None:
        async with ScriptedNextHop({"AFTERDOT": "250 2.6.0 queued as 4XyZ"}) as hop:
            hops = hops_to(hop.host)
            answer = await relay(hops)
            await hops.close()

            assert (250, "2.6.0", "queued as 4XyZ", True) == (
                answer.code,
                answer.status,
                answer.text,
                answer.is_accepted,
            )

    asyncio.run(story())


@pytest.mark.parametrize(
    ("reverse_path", "forward_path", "has_8bit_header", "is_taken"),
    [
        (SENDER, RECIPIENT, False, True),
        (SENDER, RECIPIENT, True, False),
        ("văn-thư@so-a.example", RECIPIENT, False, False),
        (SENDER, "văn-thư@so-b.example", False, False),
        ("", RECIPIENT, False, True),
    ],
)
def test_smtputf8_without_support(reverse_path: str, forward_path: str, has_8bit_header: bool, is_taken: bool) -> None:
    """What is ASCII in addresses and header goes through all the same; RFC 6531 section 3.4 forbids only the rest.

    That is deferred as long as we had offered SMTPUTF8, not knowing better, and then refused.
    """

    async def said(hops: NextHops) -> str:
        try:
            transaction = await begin(hops, reverse_path, forward_path, is_smtputf8=True)
        except NextHopRefused as refused:
            answer = refused.answer
        else:
            answer = transaction.first_answer
            if answer.is_accepted:
                answer = await send(transaction, has_8bit_header=has_8bit_header)
            await transaction.abandon()
        return f"{answer.reply.code} {answer.reply.status}"

    async def story() -> None:
        async with ScriptedNextHop(extensions=("8BITMIME",)) as hop:
            hops = hops_to(hop.host)
            assert ("250 2.0.0" if is_taken else "451 4.6.7") == await said(hops)
            assert "smtputf8" not in hops.offered()
            assert ("250 2.0.0" if is_taken else "553 5.6.7") == await said(hops)
            await relay(hops)
            await hops.close()

            assert not any("SMTPUTF8" in command for command in hop.commands)
            assert 1 == hop.connections

    asyncio.run(story())


@pytest.mark.parametrize(
    ("is_8bit", "has_8bit_octets", "expected"),
    [(True, True, "451 4.6.3"), (True, False, "250 2.0.0"), (False, True, "250 2.0.0")],
)
def test_8bitmime_without_support(is_8bit: bool, has_8bit_octets: bool, expected: str) -> None:
    """Declared and held, and we had offered it: deferred once, for the client converts when it is offered no more.

    Who declares it unasked is treated like those who send such octets undeclared: nothing is refused.
    """

    async def story() -> None:
        async with ScriptedNextHop(extensions=()) as hop:
            hops = hops_to(hop.host)
            assert "8bitmime" in hops.offered()
            transaction = await begin(hops, is_8bit=is_8bit, forward_path=RECIPIENT)
            answer = await send(transaction, has_8bit_octets=has_8bit_octets)
            assert expected == f"{answer.reply.code} {answer.reply.status}"
            assert ("DATA" in hop.commands) == answer.is_accepted

            assert "8bitmime" not in hops.offered()
            again = await begin(hops, is_8bit=is_8bit, forward_path=RECIPIENT)
            assert (await send(again, has_8bit_octets=has_8bit_octets)).is_accepted
            await hops.close()
            assert not any("8BITMIME" in command for command in hop.commands)

    asyncio.run(story())


def test_keywords_are_learned_and_learned_anew() -> None:
    """By asking, and by every connection; of several hosts only what all offer; another generation knows it too."""

    async def story() -> None:
        offers: dict = {}
        first = ScriptedNextHop(extensions=("8BITMIME", "SMTPUTF8", "DSN"))
        async with first, ScriptedNextHop(extensions=("8BITMIME", "DSN")) as second:
            hops = NextHops([route_to(first.host, second.host, max_warm=0)], "gateway.example", Remembering(), offers)
            assert {"8bitmime", "smtputf8"} == hops.offered()
            await hops.learn()
            assert {"8bitmime", "dsn"} == hops.offered()
            await until(lambda: first.commands == ["EHLO gateway.example", "QUIT"])

            first.extensions = ("DSN",)
            assert (await relay(hops)).is_accepted
            assert {"dsn"} == hops.offered()
            later = NextHops([route_to(first.host)], "gateway.example", Remembering(), offers)
            assert {"dsn"} == later.offered()
            silent = NextHops([route_to("127.0.0.1:1", connect_timeout_s=5)], "gateway.example", Remembering(), offers)
            await silent.learn()
            assert {"8bitmime", "smtputf8"} == silent.offered()
            await hops.close()

    asyncio.run(story())


DSN_OF_MAIL = ("RET=HDRS", "ENVID=QQ+2B314159+3D")
DSN_OF_RCPT = ("NOTIFY=SUCCESS,DELAY", "ORCPT=rfc822;Van.Thu+40so-b@So-B.example")


@pytest.mark.parametrize("extensions", [("DSN",), ("DSN", "PIPELINING")])
def test_report_parameters_are_passed_on_octet_for_octet(extensions: tuple[str, ...]) -> None:
    """RET, ENVID, NOTIFY and ORCPT as the client wrote them, to a next hop that offers DSN (RFC 3461), replay included."""

    async def story() -> None:
        async with ScriptedNextHop({"DATA": [DROP]}, extensions=extensions) as hop:
            hops = hops_to(hop.host)
            transaction = await hops.begin(
                route_to(hop.host), MailCommand(SENDER, dsn=DSN_OF_MAIL), RcptCommand(RECIPIENT, DSN_OF_RCPT)
            )
            assert (await transaction.rcpt(RcptCommand("b@so-b.example", ("NOTIFY=NEVER",)))).is_accepted
            assert (await transaction.rcpt(RcptCommand("c@so-b.example"))).is_accepted
            assert (await send(transaction)).is_accepted
            await hops.close()

            said = [command for command in hop.commands if command[:4] in {"MAIL", "RCPT"}]
            assert said == 2 * [
                f"MAIL FROM:<{SENDER}> RET=HDRS ENVID=QQ+2B314159+3D",
                f"RCPT TO:<{RECIPIENT}> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Van.Thu+40so-b@So-B.example",
                "RCPT TO:<b@so-b.example> NOTIFY=NEVER",
                "RCPT TO:<c@so-b.example>",
            ]

    asyncio.run(story())


def test_report_parameters_are_left_out_where_nobody_reports() -> None:
    """A next hop without DSN hears none of them and refuses nothing for them."""

    async def story() -> None:
        async with ScriptedNextHop(extensions=("PIPELINING",)) as hop:
            hops = hops_to(hop.host)
            transaction = await hops.begin(
                route_to(hop.host), MailCommand(SENDER, dsn=DSN_OF_MAIL), RcptCommand(RECIPIENT, DSN_OF_RCPT)
            )
            assert (await send(transaction)).is_accepted
            await hops.close()

            assert f"MAIL FROM:<{SENDER}>" in hop.commands
            assert f"RCPT TO:<{RECIPIENT}>" in hop.commands

    asyncio.run(story())


def test_original_recipient_in_utf8_goes_only_with_smtputf8() -> None:
    """RFC 6533 section 3: `ORCPT=utf-8;` in UTF-8 is dropped where SMTPUTF8 was not said; the ASCII form is not."""

    async def story(extensions: tuple[str, ...]) -> list[str]:
        async with ScriptedNextHop(extensions=extensions) as hop:
            hops = hops_to(hop.host)
            rcpts = [RcptCommand(RECIPIENT, (f"ORCPT=utf-8;{form}@so-b.example",)) for form in ("văn", "v\\x{103}n")]
            transaction = await hops.begin(route_to(hop.host), MailCommand(SENDER, is_smtputf8=True), rcpts[0])
            await transaction.rcpt(rcpts[1])
            await transaction.abandon()
            await hops.close()
            return [command.partition(" ORCPT=")[2] for command in hop.commands if command.startswith("RCPT")]

    ascii_form = "utf-8;v\\x{103}n@so-b.example"
    assert ["utf-8;văn@so-b.example", ascii_form] == asyncio.run(story(("DSN", "SMTPUTF8")))
    assert ["", ascii_form] == asyncio.run(story(("DSN",)))


@pytest.mark.parametrize("path", ["a@b\r\nRCPT TO:<x@y", "a@b\n", "a\x00@b", "a\x7f@b", "\x85@b", "sở@b.example"])
def test_path_that_could_end_its_command_is_never_sent(path: str) -> None:
    """Control characters and undeclared non-ASCII are refused by us, at MAIL and at RCPT (command injection)."""

    async def story() -> None:
        async with ScriptedNextHop() as hop:
            hops = hops_to(hop.host)
            with pytest.raises(NextHopRefused) as caught:
                await begin(hops, reverse_path=path)
            assert 553 == caught.value.answer.reply.code
            transaction = await begin(hops, forward_path=path)
            assert transaction.first_answer is not None
            assert 553 == transaction.first_answer.reply.code
            assert 553 == (await transaction.rcpt(RcptCommand(path))).reply.code
            await transaction.abandon()
            await hops.close()

            assert not any(command.startswith("RCPT") for command in hop.commands)

    asyncio.run(story())


def test_observer_hears_every_attempt() -> None:
    """One result an attempt: a host that could not be opened, then how each message ended."""

    async def story() -> None:
        observer = Remembering()
        script = {
            "BANNER": ["554 5.3.2 No"],
            "RCPT": ["550 5.1.1 Unknown", None, None, None, None, "503 5.5.1 What"],
            "MAIL": [*[None] * 6, "354 What"],
            "DOT": [None, "451 4.3.0 Later", "554 5.7.1 Spam", DROP],
        }
        async with ScriptedNextHop(script) as hop:
            hops = hops_to(hop.host, observer=observer)
            for _ in range(9):
                await relay(hops)
            await hops.close()

        assert [
            "gateway_refused",
            "delivered",
            "temporary_failure",
            "permanent_failure",
            "temporary_failure",
            "temporary_failure",
            "temporary_failure",
            "delivered",
        ] == observer.results

    asyncio.run(story())


def test_route_gone_at_reload_is_deferred() -> None:
    """A session that holds a route of an older generation gets 451, or the route of that name."""

    async def story() -> None:
        old = Route("old", ("*",), ("127.0.0.1:1",))
        with pytest.raises(NextHopRefused) as caught:
            await hops_to("127.0.0.1:1").begin(old, MailCommand(""))

        assert (451, "4.4.4") == (caught.value.answer.reply.code, caught.value.answer.reply.status)

        async with ScriptedNextHop() as hop:
            hops = hops_to(hop.host)
            transaction = await hops.begin(route_to("127.0.0.1:1"), MailCommand(""))
            await transaction.abandon()
            await hops.close()

    asyncio.run(story())


def test_transaction_outlives_the_close_of_its_generation() -> None:
    """Close at reload ends idle connections only; the running transaction delivers and then ends its own."""

    async def story() -> None:
        async with ScriptedNextHop() as hop:
            hops = hops_to(hop.host)
            transaction = await begin(hops, forward_path=RECIPIENT)
            await hops.close()
            answer = await send(transaction)

            assert answer.is_accepted
            assert {"so-b": 0} == hops.warm_counts()

    asyncio.run(story())


def test_scripted_next_hop_serves_another_client() -> None:
    """The server these tests lean on does as scripted to a client that is not ours, from a thread of its own."""
    with in_thread(ScriptedNextHop({"RCPT": lambda line: "550 5.1.1 No" if "none" in line else None})) as hop:
        with smtplib.SMTP("127.0.0.1", hop.port, local_hostname="client.example", timeout=20) as client:
            refused = client.sendmail(SENDER, [RECIPIENT, "none@so-b.example"], SMALL.replace(b"\r\n.", b"\r\n"))

        assert {"none@so-b.example": (550, b"5.1.1 No")} == refused
        assert [(SENDER, [RECIPIENT], SMALL, "client.example")] == [
            (message.reverse_path, message.forward_paths, message.octets, message.helo) for message in hop.messages
        ]


@pytest.mark.parametrize("stage", ["RCPT", "DATA", "DOT"])
def test_cancelled_transaction_leaks_no_connection(stage: str) -> None:
    """Cancellation at any await frees the slot and cuts the connection, whose reply is still owed."""

    async def story() -> None:
        async with ScriptedNextHop({stage: [HANG]}) as hop:
            hops = hops_to(hop.host, max_connections=1)
            transaction = await begin(hops)

            async def use() -> None:
                await transaction.rcpt(RcptCommand(RECIPIENT))
                await send(transaction)

            task = asyncio.ensure_future(use())
            await until(lambda: hop.reached(stage))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await transaction.abandon()
            answer = await relay(hops)
            await hops.close()

            assert answer.is_accepted
            assert 2 == hop.connections

    asyncio.run(story())


@pytest.mark.parametrize("stage", ["BANNER", "EHLO", "MAIL", "RCPT"])
def test_cancelled_beginning_leaks_no_connection(stage: str) -> None:
    """Whoever asks before its turn gives up soon: the slot is free again, and nothing half said is used again."""

    async def story() -> None:
        async with ScriptedNextHop({stage: [HANG]}) as hop:
            hops = hops_to(hop.host, max_connections=1)
            task = asyncio.ensure_future(begin(hops, forward_path=RECIPIENT))
            await until(lambda: hop.reached(stage))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            answer = await relay(hops)
            await hops.close()

            assert answer.is_accepted
            assert 2 == hop.connections

    asyncio.run(story())


def test_bug_of_the_caller_leaks_no_connection() -> None:
    """Octets that do not end in CRLF are refused before DATA, loudly, and the slot is freed."""

    async def story() -> None:
        async with ScriptedNextHop() as hop:
            hops = hops_to(hop.host, max_connections=1)
            for octets, prefix in ((b"no line end", b""), (b"", b"X: y")):
                transaction = await begin(hops, forward_path=RECIPIENT)
                with pytest.raises(ValueError, match="CRLF"):
                    await send(transaction, octets, prefix)
            transaction = await begin(hops, forward_path=RECIPIENT)
            with memory_file(SMALL) as fd, pytest.raises(ValueError, match="skip"):
                await transaction.send(b"", fd, len(SMALL), ((5, 4),))
            await hops.close()

            assert "DATA" not in hop.commands
            assert 1 == hop.connections

    asyncio.run(story())
