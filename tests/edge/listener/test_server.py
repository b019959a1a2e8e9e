"""The listener over loopback: one test for each defect of aiosmtpd and each attack known on it."""

import asyncio
import gc
import logging
import socket

import pytest
from aiosmtpd.smtp import SMTP

from gateway.edge.listener.server import ListenerSettings
from gateway.values.envelope import Client, MailCommand
from gateway.values.faults import Permanent, Transient
from gateway.values.status import Reply, reply_to
from tests.support.smtp_client import bench, has_status

EVIL = 'x\r\n250 OK "văn" \udcff'
"""Exception text that splits replies, is not ASCII and cannot even be encoded."""


def run(test):
    """Run an async test function to its end within one loop."""

    def sync():
        asyncio.run(asyncio.wait_for(test(), 20))

    sync.__name__, sync.__doc__ = test.__name__, test.__doc__
    return sync


@run
async def test_handler_gets_the_envelope():
    """The handler hears client, paths and parameters, in order, and the message in wire form."""
    async with bench() as made:
        client = await made.client()
        await client.greet()
        await client.ask(b"MAIL FROM:<Van.Thu@SO-B.vn> SIZE=100 BODY=8BITMIME SMTPUTF8")
        await client.ask(b"RCPT TO:<a@so-a.gov.vn>")
        await client.ask(b"DATA")
        assert await client.ask(b"Subject: x\r\n\r\n..\r\n.") == b"250 2.0.0 OK\r\n"
        assert (await client.ask(b"QUIT")).startswith(b"221 ")
        await made.handler.closed.wait()

        names = made.handler.names()
        assert names == ["reset", "mail", "rcpt", "start_data", "data", "reset", "close"]
        _, who, mail = made.handler.calls[1]
        assert (who.ip, who.helo, who.is_trusted, who.tls_version) == ("127.0.0.1", "mta.so-b.gov.vn", False, "")
        assert mail == MailCommand("Van.Thu@so-b.vn", 100, is_8bit=True, is_smtputf8=True)
        assert made.handler.messages == [b"Subject: x\r\n\r\n..\r\n"]
        assert made.observer.results == ["quit"]
        assert made.listener.room.used_octets == 0


@pytest.mark.parametrize("name", ["mail", "rcpt", "start_data", "data", "reset"])
def test_exception_is_451_and_says_nothing(name):
    """A bug in a handler is 451 4.3.0, not 500 with its text; the session goes on with a fresh transaction."""

    async def play():
        async with bench() as made:
            client = await made.client()
            await client.greet()
            made.handler.answers[name] = RuntimeError(EVIL)
            lines = (b"MAIL FROM:<a@b.vn>", b"RCPT TO:<a@so-a.gov.vn>", b"DATA")
            replies = [await client.ask(line) for line in lines]
            if replies[-1].startswith(b"354"):
                replies.append(await client.ask(b"text\r\n."))
            bad = [reply for reply in replies if not reply.startswith((b"250 ", b"354 ", b"503 "))]
            if name != "reset":
                assert bad == [b"451 4.3.0 Temporary failure in the gateway, try again later\r\n"]
            assert len(made.observer.bugs) == 1
            made.handler.answers.clear()

            await client.envelope()
            assert (await client.ask(b"again\r\n.")).startswith(b"250 ")
            assert made.handler.messages[-1] == b"again\r\n"

    asyncio.run(asyncio.wait_for(play(), 20))


@pytest.mark.parametrize(
    ("fault", "reply"),
    [
        (Transient("next_hop_lost", EVIL), b"451 4.4.2 "),
        (Permanent("too_many_hops"), b"554 5.4.6 "),
        (Permanent("no such situation"), b"451 4.3.0 "),
    ],
)
def test_fault_is_its_row(fault, reply):
    """A fault becomes the reply of its situation; one the table does not know is temporary."""

    async def play():
        async with bench() as made:
            client = await made.client()
            await client.greet()
            made.handler.answers["data"] = fault
            await client.envelope()
            assert (await client.ask(b"text\r\n.")).startswith(reply)
            assert made.observer.bugs == []

    asyncio.run(asyncio.wait_for(play(), 20))


@run
async def test_client_drop_does_not_cancel_delivery():
    """A client that resets the connection after the final dot: the delivery still ends, close comes last."""
    async with bench() as made:
        made.handler.may_deliver.clear()
        client = await made.client()
        await client.greet()
        await client.envelope()
        await client.send(b"text\r\n.\r\n")
        await made.handler.delivering.wait()
        client.drop()
        assert made.listener.deliveries_active == 1
        made.handler.may_deliver.set()
        await made.observer.ended.wait()

        assert made.handler.messages == [b"text\r\n"]
        assert made.handler.names()[-3:] == ["data", "reset", "close"]
        assert made.observer.results == ["lost"]
        assert made.listener.sessions_active == made.listener.deliveries_active == 0


@run
async def test_half_close_after_the_dot_is_answered():
    """A client that closes its side after the dot still gets its 250 (aiosmtpd cancels handle_DATA)."""
    async with bench() as made:
        made.handler.may_deliver.clear()
        client = await made.client()
        await client.greet()
        await client.envelope()
        await client.send(b"text\r\n.\r\nQUIT\r\n")
        client.writer.write_eof()
        await made.handler.delivering.wait()
        made.handler.may_deliver.set()

        assert await client.rest() == b"250 2.0.0 OK\r\n221 2.0.0 gw.cqnn.test closing connection\r\n"


@run
async def test_drop_in_the_middle_of_data_relays_nothing():
    """A message without its final dot is never handed on, and its memory is freed."""
    async with bench() as made:
        client = await made.client()
        await client.greet()
        await client.envelope()
        await client.send(b"text\r\n" * 100)
        client.drop()
        await made.observer.ended.wait()

        assert made.handler.messages == []
        assert made.handler.names()[-1] == "close"
        assert made.listener.room.used_octets == 0


@run
async def test_no_timer_runs_while_delivering():
    """The client's timeouts do not count while we deliver (aiosmtpd's 300 s cover delivery too)."""
    async with bench(command_timeout_s=0.05, data_block_timeout_s=0.05, data_total_timeout_s=0.06) as made:
        made.handler.may_deliver.clear()
        client = await made.client()
        await client.greet()
        await client.envelope()
        await client.send(b"text\r\n.\r\n")
        await made.handler.delivering.wait()
        # The timers that would have ended the session are all due after this instant of the same loop.
        late = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(0.2, late.set_result, None)
        await late
        made.handler.may_deliver.set()

        assert await client.reply() == b"250 2.0.0 OK\r\n"
        assert (await client.reply()).startswith(b"421 4.4.2 ")


@run
async def test_silent_client_is_ended():
    """No command within the command timeout: 421 4.4.2."""
    async with bench(command_timeout_s=0.05) as made:
        client = await made.client()
        assert (await client.reply()).startswith(b"220 ")
        await client.send(b"EHL")
        assert (await client.reply()).startswith(b"421 4.4.2 ")
        assert await client.rest() == b""
        await made.observer.ended.wait()
        assert made.observer.results == ["timeout"]


@run
async def test_silence_in_data_is_ended():
    """No message data within the block timeout: 421 4.4.2, nothing relayed."""
    async with bench(data_block_timeout_s=0.05, minimum_rate_octets_per_s=0) as made:
        client = await made.client()
        await client.greet()
        await client.envelope()
        await client.send(b"text\r\n")
        assert await client.reply() == b"421 4.4.2 Timeout, closing connection\r\n"
        assert await client.rest() == b""
        assert made.handler.messages == []


@run
async def test_slow_client_is_ended():
    """One octet now and then keeps no session open: the minimum rate ends it."""
    async with bench(data_block_timeout_s=0.1, minimum_rate_octets_per_s=1000) as made:
        client = await made.client()
        await client.greet()
        await client.envelope()
        answer = asyncio.ensure_future(client.reply())
        while not answer.done():
            await client.send(b"x")
            await asyncio.wait([answer], timeout=0.01)
        assert answer.result() == b"421 4.4.2 Data arrives too slowly, closing connection\r\n"
        assert made.handler.messages == []


@run
async def test_endless_line_is_bounded():
    """A line without end is read up to the limit, drained and refused; the session goes on."""
    async with bench(message_size_limit_octets=100_000) as made:
        client = await made.client()
        await client.greet()
        await client.envelope()
        await client.send(b"x" * 3_000_000)
        assert made.listener.room.used_octets <= 100_000
        assert (await client.ask(b"\r\n.")).startswith(b"552 5.3.4 ")
        assert made.listener.room.used_octets == 0
        assert (await client.ask(b"NOOP")).startswith(b"250 ")
        assert made.handler.messages == []


@run
async def test_long_lines_are_mail():
    """Lines over 1,000 octets occur in real mail and are relayed as they are (aiosmtpd: 500)."""
    line = b"y" * 20_000 + b"\r\n"
    async with bench() as made:
        client = await made.client()
        await client.greet()
        await client.envelope()
        assert (await client.ask(line + b".")).startswith(b"250 ")
        assert made.handler.messages == [line]


@pytest.mark.parametrize("octets", [b"a\nb\r\n", b"a\rb\r\n", b"a\0b\r\n", b"\n.\n", b"\r\n.\r", b"a\r\n\n.\r\n"])
def test_stray_octets_close_and_relay_nothing(octets):
    """Bare CR, bare LF or NUL in data: 550 5.5.2, the session ends, nothing after it is read as commands."""

    async def play():
        async with bench() as made:
            client = await made.client()
            await client.greet()
            await client.envelope()
            await client.send(octets + b"MAIL FROM:<evil@b.vn>\r\n.\r\n")
            assert (await client.reply()).startswith(b"550 5.5.2 ")
            assert await client.rest() == b""
            await client.close()
            await made.handler.closed.wait()
            assert made.handler.messages == []
            assert made.handler.names().count("mail") == 1
            assert made.observer.results == ["protocol"]

    asyncio.run(asyncio.wait_for(play(), 20))


@run
async def test_refused_sender_reads_its_refusal():
    """A sender of a large message with one stray octet reads the 550, though it was still sending: no reset."""
    async with bench() as made:
        client = await made.client()
        await client.greet()
        await client.envelope()
        await client.send(b"a\nb" + b"x" * 8_000_000)
        await client.send(b"\r\n.\r\n")
        assert (await client.reply()).startswith(b"550 5.5.2 ")
        assert await client.rest() == b""
        await client.close()
        await made.handler.closed.wait()
        assert made.listener.room.used_octets == 0


@pytest.mark.parametrize(
    "path",
    [
        b"<=?utf-8?q?=0aRCPT=20TO:x=40e?=@so-a.gov.vn>",
        b"<a(x)@so-a.gov.vn>",
        b"<@r.vn:>",
        b"<>",
        b'<"a b" @so-a.gov.vn>',
        b"<a@so-a.gov.vn.>",
        b"<a\x1b@so-a.gov.vn>",
        b"<a\x7f@so-a.gov.vn>",
    ],
)
def test_recipient_tricks_never_reach_the_handler(path):
    """Addresses aiosmtpd's _getaddr decodes, shortens or repairs are refused with 553 5.1.3."""

    async def play():
        async with bench() as made:
            client = await made.client()
            await client.greet()
            await client.ask(b"MAIL FROM:<a@b.vn>")
            assert (await client.ask(b"RCPT TO:" + path)).startswith(b"553 5.1.3 ")
            assert "rcpt" not in made.handler.names()

    asyncio.run(asyncio.wait_for(play(), 20))


@run
async def test_open_relay_is_refused_before_the_handler():
    """Admission stands in the listener: a foreign domain is 550 5.7.1 whatever the handler would say."""
    async with bench() as made:
        client = await made.client()
        await client.greet()
        await client.ask(b"MAIL FROM:<a@so-a.gov.vn>")
        for path in (b"<a@elsewhere.vn>", b"<a%elsewhere.vn@so-a.gov.vn>", b"<elsewhere.vn!a@so-a.gov.vn>"):
            assert (await client.ask(b"RCPT TO:" + path)).startswith(b"550 5.7.1 ")
        assert "rcpt" not in made.handler.names()


@run
async def test_trusted_network_relays_anywhere():
    """A client of a configured network may name any domain, and its handler knows it is trusted."""
    async with bench(client_networks=("127.0.0.0/8",)) as made:
        client = await made.client()
        await client.greet()
        await client.envelope(b"a@elsewhere.vn")
        assert made.handler.calls[1][1].is_trusted


@run
async def test_null_reverse_path_is_empty_text():
    """MAIL FROM:<> reaches the handler as the empty string, not as `<>` (aiosmtpd)."""
    async with bench() as made:
        client = await made.client()
        await client.greet()
        assert (await client.ask(b"MAIL FROM:<>")).startswith(b"250 ")
        assert made.handler.calls[1][2].reverse_path == ""


@run
async def test_recipients_are_answered_one_by_one():
    """A recipient the handler refuses keeps its own reply; DATA goes on for the others."""
    async with bench() as made:
        made.handler.answers["b@so-a.gov.vn"] = Reply(550, "5.1.1", ("No such mailbox",))
        client = await made.client()
        await client.greet()
        await client.ask(b"MAIL FROM:<a@b.vn>")
        assert (await client.ask(b"RCPT TO:<a@so-a.gov.vn>")).startswith(b"250 ")
        assert await client.ask(b"RCPT TO:<b@so-a.gov.vn>") == b"550 5.1.1 No such mailbox\r\n"
        assert (await client.ask(b"DATA")).startswith(b"354 ")
        assert (await client.ask(b".")).startswith(b"250 ")


@run
async def test_recipients_ahead_are_those_of_the_burst():
    """What a pipelining client named behind a recipient is known with it: admitted ones up to the first other command."""
    async with bench() as made:
        client = await made.client()
        await client.greet()
        names = (b"<a@so-a.gov.vn>", b"<b@elsewhere.example>", b"<c@so-a", b"<d@so-a.gov.vn>")
        lines = [b"RCPT TO:" + name for name in names]
        await client.ask(b"\r\n".join((b"MAIL FROM:<x@so-b.vn>", *lines, b"NOOP", b"RCPT TO:<e@so-a.gov.vn>")))
        for _ in range(6):
            await client.reply()
        assert [("d@so-a.gov.vn",), (), ()] == made.handler.ahead


@pytest.mark.parametrize(("limit", "known"), [(3, 2), (1000, 100)])
def test_recipients_ahead_are_bounded(limit, known):
    """No more are looked at than may be accepted, nor than a hundred, however long the burst is."""

    async def story():
        async with bench(recipients_limit=limit) as made:
            client = await made.client()
            await client.greet()
            lines = [b"RCPT TO:<r%d@so-a.gov.vn>" % number for number in range(200)]
            await client.ask(b"\r\n".join((b"MAIL FROM:<x@so-b.vn>", *lines)))
            for _ in lines:
                await client.reply()
            assert known == len(made.handler.ahead[0])

    asyncio.run(story())


@run
async def test_data_vetoed():
    """The handler may refuse DATA before the 354; the transaction stays open for RSET."""
    async with bench() as made:
        made.handler.answers["start_data"] = reply_to("next_hop_no_answer")
        client = await made.client()
        await client.greet()
        await client.ask(b"MAIL FROM:<a@b.vn>")
        await client.ask(b"RCPT TO:<a@so-a.gov.vn>")
        assert (await client.ask(b"DATA")).startswith(b"451 4.4.1 ")
        assert (await client.ask(b"RSET")).startswith(b"250 ")


@run
async def test_every_reply_has_its_enhanced_status():
    """RFC 2034: each reply but greeting, EHLO and 354 carries a status of the class of its code."""
    async with bench(errors_per_session=100) as made:
        client = await made.client()
        await client.greet()
        lines = (
            b"NOOP", b"VRFY x", b"VRFY", b"RSET", b"RSET x", b"HELP", b"FOO", b"", b"MAIL", b"MAIL FROM:<a@b.vn> X=1", b"RCPT TO:<a@b.vn>",
            b"DATA", b"STARTTLS", b"STARTTLS x", b"QUIT x", b"EHLO", b"HELO", b"MAIL FROM:<a@b.vn>", b"RCPT TO:<a@b.vn>", b"RCPT", b"DATA x",
            b"MAIL FROM:" + b"x" * 3000, b"QUIT",
        )  # fmt: skip
        for line in lines:
            reply = await client.ask(line)
            assert has_status(reply), (line, reply)


@run
async def test_limits_belong_to_the_session():
    """Another client's connect changes no limit of mine: aiosmtpd clears one class-wide dict each time."""
    SMTP.command_size_limits["MAIL"] = 7
    try:
        async with bench() as made:
            first = await made.client()
            await first.greet()
            second = await made.client()
            await second.greet()
            assert SMTP.command_size_limits["MAIL"] == 7
            local = b"a" * 640
            domain = b".".join([b"d" * 60] * 3)
            assert (
                await first.ask(b"MAIL FROM:<" + local + b"@" + domain + b"> SIZE=10000000 BODY=8BITMIME SMTPUTF8")
            ).startswith(b"250 ")
    finally:
        SMTP.command_size_limits.clear()


@run
async def test_command_line_too_long():
    """A long line is refused and the session goes on; an endless one ends it, in bounded memory."""
    async with bench() as made:
        client = await made.client()
        await client.greet()
        assert (await client.ask(b"NOOP " + b"x" * 5000)).startswith(b"500 5.5.2 ")
        assert (await client.ask(b"NOOP")).startswith(b"250 ")
        await client.send(b"NOOP " + b"x" * 70_000)
        assert (await client.reply()).startswith(b"500 5.5.2 ")


@run
async def test_unknown_command_is_not_echoed():
    """What a client sent never comes back to it, so no page or log can be made to show it."""
    async with bench() as made:
        client = await made.client()
        await client.greet()
        assert await client.ask(b"<script>") == b"421 4.7.0 This is an SMTP server\r\n"
        client = await made.client()
        await client.greet()
        assert await client.ask(b"ABC<script>\xff") == b"500 5.5.1 Command not recognised\r\n"


def test_aiosmtpd_logs_nothing(caplog):
    """Addresses and commands never reach the `mail.log` logger: no log injection."""

    async def play():
        async with bench() as made:
            client = await made.client()
            await client.greet()
            await client.ask(b"MAIL FROM:<a@b.vn>")
            await client.ask(b"FOO bar")
            await client.ask(b"QUIT")

    with caplog.at_level(logging.DEBUG, logger="mail.log"):
        asyncio.run(asyncio.wait_for(play(), 20))
    assert [record for record in caplog.records if record.name == "mail.log"] == []


def test_no_name_lookup_per_connection(monkeypatch):
    """A stock aiosmtpd without a hostname asks DNS for our own name on every connection; we never do."""

    def refuse(*_):
        raise AssertionError("name lookup")

    async def play():
        async with bench() as made:
            monkeypatch.setattr(socket, "getfqdn", refuse)
            client = await made.client()
            assert (await client.greet()).startswith(b"250-gw.cqnn.test\r\n")

    asyncio.run(asyncio.wait_for(play(), 20))


@run
async def test_session_limits():
    """One session over the limit gets 421 4.3.2 and never a handler; a place freed is given again."""
    async with bench(sessions_limit=2) as made:
        first, second = await made.client(), await made.client()
        await first.greet()
        await second.greet()
        third = await made.client()
        assert (await third.reply()).startswith(b"421 4.3.2 ")
        assert await third.rest() == b""
        assert made.listener.sessions_active == 2
        made.observer.ended.clear()
        await first.ask(b"QUIT")
        await made.observer.ended.wait()
        fourth = await made.client()
        await fourth.greet()
        assert made.observer.results == ["refused", "quit"]


@run
async def test_sessions_of_one_client():
    """One address may not take every place."""
    async with bench(sessions_per_client_limit=1) as made:
        first = await made.client()
        await first.greet()
        second = await made.client()
        assert (await second.reply()).startswith(b"421 4.3.2 ")


@run
async def test_commands_are_counted():
    """No session speaks for ever."""
    async with bench(commands_per_session=3) as made:
        client = await made.client()
        await client.greet()
        await client.ask(b"NOOP")
        await client.ask(b"NOOP")
        assert (await client.ask(b"NOOP")).startswith(b"421 4.7.0 ")


@run
async def test_delivered_message_clears_the_error_count():
    """Errors are counted since the last accepted message: a long-lived relay session is not cut for old ones."""
    async with bench(errors_per_session=2, idle_commands_limit=3) as made:
        client = await made.client()
        await client.greet()
        for _ in range(4):
            assert (await client.ask(b"FOO")).startswith(b"500 ")
            assert (await client.ask(b"RSET")).startswith(b"250 ")
            await client.envelope()
            assert (await client.ask(b".")).startswith(b"250 ")


@run
async def test_room_is_asked_before_the_354():
    """A declared size that does not fit now is 452 4.3.1 at MAIL; undeclared, the same at the final dot."""
    async with bench(in_flight_octets=100) as made:
        client = await made.client()
        await client.greet()
        assert (await client.ask(b"MAIL FROM:<a@b.vn> SIZE=101")).startswith(b"452 4.3.1 ")
        await client.envelope()
        assert (await client.ask(b"x" * 200 + b"\r\n.")).startswith(b"452 4.3.1 ")
        await client.envelope()
        assert (await client.ask(b"x\r\n.")).startswith(b"250 ")
        assert made.listener.room.used_octets == 0


@run
async def test_one_client_cannot_take_all_the_room():
    """Unfinished messages of one client use up its share; others still find room, and so does a served network."""
    async with bench(in_flight_octets=1_000_000, in_flight_octets_per_client=300_000) as made:
        greedy = await made.client()
        await greedy.greet()
        await greedy.envelope()
        await greedy.send(b"x" * 290_000)
        async with asyncio.timeout(10):
            while made.listener.room.used_octets < 290_000:  # noqa: ASYNC110 - nobody is told of octets
                await asyncio.sleep(0)
        second = await made.client()
        await second.greet()
        assert (await second.ask(b"MAIL FROM:<a@b.vn> SIZE=20000")).startswith(b"452 4.3.1 ")
        assert made.listener.room_for(Client("192.0.2.9")).free_octets == 300_000
        assert made.listener.room_for(Client("127.0.0.1", is_trusted=True)).free_octets == 710_000


@run
async def test_settings_are_replaced_while_running():
    """New limits hold for new sessions, the room for all at once; a session under way keeps its own."""
    async with bench() as made:
        old = await made.client()
        assert b"250-SIZE 52428800\r\n" in await old.greet()
        made.listener.settings = ListenerSettings(message_size_limit_octets=4096, in_flight_octets=8192)
        new = await made.client()
        assert b"250-SIZE 4096\r\n" in await new.greet()
        assert b"250-SIZE 52428800\r\n" in await old.ask(b"EHLO mta")
        assert (await old.ask(b"MAIL FROM:<a@b.vn> SIZE=10000")).startswith(b"452 4.3.1 ")


@run
async def test_a_handler_that_cannot_be_made():
    """A bug before the greeting is 421, nothing of it on the wire, and the place is free again."""
    async with bench() as made:

        def fail(client):
            raise RuntimeError(EVIL)

        made.listener.handler_factory = fail
        client = await made.client()
        assert await client.reply() == b"421 4.3.2 gw.cqnn.test is not ready, try again later\r\n"
        assert await client.rest() == b""
        await made.observer.ended.wait()
        assert made.listener.sessions_active == 0
        assert len(made.observer.bugs) == 1


@run
async def test_drain_answers_what_is_under_way():
    """Draining: idle sessions get 421, a message under way is answered first, then its session ends too."""
    async with bench() as made:
        made.handler.may_deliver.clear()
        idle, busy = await made.client(), await made.client()
        await idle.greet()
        await busy.greet()
        await busy.envelope()
        await busy.send(b"text\r\n.\r\n")
        await made.handler.delivering.wait()
        await made.listener.stop_accepting()
        drained = asyncio.ensure_future(made.listener.drain(10))
        assert (await idle.reply()).startswith(b"421 4.3.2 ")
        assert not drained.done()
        made.handler.may_deliver.set()
        assert await busy.reply() == b"250 2.0.0 OK\r\n"
        assert (await busy.reply()).startswith(b"421 4.3.2 ")
        assert await drained == 0


@run
async def test_drain_meets_no_command_with_a_reset():
    """A client that never pauses has commands under way while it is sent away: it reads 421 and a clean end."""
    async with bench() as made:
        client = await made.client()
        await client.greet()
        await made.listener.stop_accepting()
        client.writer.write(b"NOOP\r\n" * 100_000)
        drained = asyncio.ensure_future(made.listener.drain(10))
        replies = await client.rest()
        client.writer.close()
        assert replies.splitlines()[-1].startswith(b"421 4.3.2 ")
        assert await drained == 0


@run
async def test_drain_of_a_client_that_has_gone_is_no_trouble():
    """A client that closes as we stop: its session ends, and no error is left for nobody."""
    async with bench() as made:
        left = []
        loop, connection = asyncio.get_running_loop(), socket.socket()
        loop.set_exception_handler(lambda _loop, context: left.append(context["message"]))
        connection.setblocking(False)
        await loop.sock_connect(connection, made.listener.addresses[0])
        assert (await loop.sock_recv(connection, 1000)).startswith(b"220 ")
        connection.close()  # our 421 is answered with a reset before anybody has read the end of the connection
        assert await made.listener.drain(10) == 0
        gc.collect()
        assert left == []


@run
async def test_drain_has_an_end():
    """A session that does not end in time is cut off without its delivery being cancelled."""
    async with bench() as made:
        made.handler.may_deliver.clear()
        client = await made.client()
        await client.greet()
        await client.envelope()
        await client.send(b"text\r\n.\r\n")
        await made.handler.delivering.wait()
        assert await made.listener.drain(0.01) == 1
        assert made.listener.deliveries_active == 1
        assert await client.rest() == b""
        made.handler.may_deliver.set()
        await made.handler.delivered.wait()
        assert made.handler.messages == [b"text\r\n"]


@run
async def test_replies_that_close_close():
    """A reply the handler marks as closing ends the session after it was sent."""
    async with bench() as made:
        made.handler.answers["mail"] = Reply(421, "4.3.2", ("Not now",), closes=True)
        client = await made.client()
        await client.greet()
        assert await client.ask(b"MAIL FROM:<a@b.vn>") == b"421 4.3.2 Not now\r\n"
        assert await client.rest() == b""


@run
async def test_observer_hears_closed_sets_only():
    """Command labels are verbs we know, so a client cannot invent metric labels."""
    async with bench() as made:
        client = await made.client()
        await client.greet()
        await client.ask(b"EVILLABEL x")
        await client.ask(b"QUIT")
        assert made.observer.replies == [("GREETING", 220), ("EHLO", 250), ("OTHER", 500), ("QUIT", 221)]


@run
async def test_tls_required():
    """With TLS required, mail commands on a plain connection are 530 5.7.0 (RFC 3207 section 4)."""
    async with bench(is_tls_required=True) as made:
        client = await made.client()
        await client.greet()
        for line in (b"MAIL FROM:<a@b.vn>", b"RCPT TO:<a@so-a.gov.vn>", b"DATA", b"VRFY a", b"FOO"):
            assert (await client.ask(line)).startswith(b"530 5.7.0 ")
        assert (await client.ask(b"NOOP")).startswith(b"250 ")
        assert made.handler.names() == ["reset"]
