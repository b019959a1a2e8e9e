"""What the listener refuses by itself, it tells: no 4yz or 5yz without somebody to look it up."""

import asyncio

import pytest

from gateway.values.status import Reply
from tests.support.smtp_client import bench

OPEN = [b"EHLO mta", b"MAIL FROM:<a@b.vn>"]
READY = [*OPEN, b"RCPT TO:<x@so-a.gov.vn>"]


@pytest.mark.parametrize(
    ("lines", "command", "situation"),
    [
        ([b"EHLO"], "EHLO", "bad_hello"),
        ([b"MAIL FROM:<a@b.vn>"], "MAIL", "need_hello"),
        ([b"EHLO mta", b"MAIL FROM:<a b@c.vn>"], "MAIL", "bad_reverse_path"),
        ([b"EHLO mta", b"MAIL FROM:<a@b.vn> REQUIRETLS"], "MAIL", "bad_parameter"),
        ([b"EHLO mta", b"MAIL FROM:<a@b.vn> SIZE=99999999999"], "MAIL", "too_big"),
        ([b"EHLO mta", b"MAIL whatever"], "MAIL", "syntax"),
        ([*OPEN, b"MAIL FROM:<c@d.vn>"], "MAIL", "nested_mail"),
        ([*OPEN, b"RCPT TO:<x@elsewhere.vn>"], "RCPT", "relay_denied"),
        ([*OPEN, b"RCPT TO:<x@elsewhere.vn@so-a.gov.vn>"], "RCPT", "bad_forward_path"),
        ([*READY, b"RCPT TO:<y@so-a.gov.vn>"], "RCPT", "too_many_recipients"),
        ([*OPEN, b"DATA"], "DATA", "need_rcpt"),
        ([*READY, b"DATA", b"a\nb\r\n."], "DOT", "stray_octets"),
        ([*READY, b"DATA", b"x" * 70_000 + b"\r\n."], "DOT", "too_big"),
        ([b"FOO"], "OTHER", "unknown_command"),
        ([b"AUTH PLAIN AGEAYg=="], "OTHER", "not_implemented"),
        ([b"STARTTLS"], "STARTTLS", "tls_unavailable"),
        ([b"NOOP " + b"x" * 3000], "NOOP", "line_too_long"),
    ],
)
def test_every_refusal_is_told(lines, command, situation):
    """With the command, the row of the reply table, and the parties as far as they are known."""

    async def story():
        async with bench(recipients_limit=1, message_size_limit_octets=65_536) as made:
            client = await made.client()
            await client.reply()
            for line in lines:
                reply = await client.ask(line)
            (told,) = made.observer.refusals
            assert (told.command, told.situation) == (command, situation)
            assert reply.startswith(f"{told.reply.code} {told.reply.status} ".encode())
            assert told.client.ip == "127.0.0.1"
            assert "AGEAYg" not in told.said
            if lines[:2] == OPEN:
                assert told.reverse_path == "a@b.vn"

    asyncio.run(asyncio.wait_for(story(), 20))


def test_what_cannot_be_read_is_told_as_said():
    """An operator sees the address that was refused, as the client wrote it."""

    async def story():
        async with bench() as made:
            client = await made.client()
            await client.greet()
            await client.ask(b"MAIL FROM:<v\xe1n thu@b.vn>")
            await client.ask(b"MAIL FROM:<>")
            await client.ask(b"RCPT TO:<a b@so-a.gov.vn>")
            await client.ask(b"RCPT TO:<a@elsewhere.vn>")
            told = [(one.reverse_path, one.forward_path, one.said) for one in made.observer.refusals]
            assert told == [
                ("", "", "MAIL FROM:<v\\xe1n thu@b.vn>"),
                ("<>", "", "RCPT TO:<a b@so-a.gov.vn>"),
                ("<>", "a@elsewhere.vn", ""),
            ]

    asyncio.run(asyncio.wait_for(story(), 20))


def test_a_handler_tells_its_own_refusals():
    """What the daemon or the next hop refuses has its line there, with the id of the transaction; a bug has one here."""

    async def story():
        async with bench() as made:
            client = await made.client()
            await client.greet()
            made.handler.answers["none@so-a.gov.vn"] = Reply(550, "5.1.1", ("No such user",))
            made.handler.answers["bug@so-a.gov.vn"] = RuntimeError("secret")
            await client.ask(b"MAIL FROM:<a@b.vn>")
            assert (await client.ask(b"RCPT TO:<none@so-a.gov.vn>")).startswith(b"550 ")
            assert made.observer.refusals == []
            assert (await client.ask(b"RCPT TO:<bug@so-a.gov.vn>")).startswith(b"451 ")
            assert [one.situation for one in made.observer.refusals] == ["internal"]

    asyncio.run(asyncio.wait_for(story(), 20))


@pytest.mark.parametrize(
    ("settings", "said", "result", "situation"),
    [
        ({"command_timeout_s": 0.05}, b"", "timeout", "idle_timeout"),
        ({"errors_per_session": 1}, b"FOO\r\n", "errors", "too_many_errors"),
        ({"idle_commands_limit": 5}, b"NOOP\r\n" * 6, "commands", "too_many_commands"),
        ({}, b"GET / HTTP/1.1\r\n", "protocol", "cross_protocol"),
        ({}, b"NOOP\n", "protocol", "stray_octets_command"),
        ({"sessions_limit": 0}, b"", "refused", "too_many_sessions"),
    ],
)
def test_an_ended_session_is_told_once(settings, said, result, situation):
    """A session we end has one line with the reply it was ended with."""

    async def story():
        async with bench(**settings) as made:
            client = await made.client()
            await client.send(said)
            await client.rest()
            await made.observer.ended.wait()
            assert (made.observer.results, made.observer.situations) == ([result], [situation])
            assert situation not in [one.situation for one in made.observer.refusals]

    asyncio.run(asyncio.wait_for(story(), 20))
