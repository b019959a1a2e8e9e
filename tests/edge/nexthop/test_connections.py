"""Warm connections, re-opening with replay, fallback hosts, and many transactions over few connections."""

from __future__ import annotations

import asyncio
import errno
import os
from typing import Any

import pytest

from gateway.edge.nexthop import connection
from gateway.edge.nexthop.pool import MAX_REFUSED, RoutePool
from gateway.values.delivery import NextHopRefused
from gateway.values.envelope import RcptCommand
from tests.support.relaying import RECIPIENT, SENDER, SMALL, Remembering, begin, hops_to, relay, route_to, send, until
from tests.support.scripted_nexthop import DROP, HANG, RESET, ScriptedNextHop

OTHER = "lanhdao@so-b.example"


def test_warm_connection_is_used_again() -> None:
    """Ten messages go over one connection, without RSET between them."""

    async def story() -> None:
        async with ScriptedNextHop() as hop:
            hops = hops_to(hop.host)
            for _ in range(10):
                assert (await relay(hops)).is_accepted
            assert {"so-b": 1} == hops.warm_counts()
            await hops.close()

            assert (1, 10) == (hop.connections, len(hop.messages))
            assert "RSET" not in hop.commands

    asyncio.run(story())


@pytest.mark.parametrize("refusal", ["450 4.2.0 Later", "554 5.7.1 No"])
@pytest.mark.parametrize("stage", ["RCPT", "DATA", "DOT"])
def test_refusal_in_words_keeps_the_connection(stage: str, refusal: str) -> None:
    """A next hop that says no keeps its connection for the next message, after RSET where a transaction is open."""

    async def story() -> None:
        async with ScriptedNextHop({stage: [refusal]}) as hop:
            hops = hops_to(hop.host)
            answers = [await relay(hops), await relay(hops)]
            await hops.close()

            assert [int(refusal[:3]), 250] == [answer.reply.code for answer in answers]
            assert 1 == hop.connections
            assert (stage != "DOT") == ("RSET" in hop.commands)

    asyncio.run(story())


@pytest.mark.parametrize("fault", [DROP, RESET, "421 4.4.2 Idle for too long"], ids=str)
@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_lost_connection_is_reopened_and_replayed(stage: str, fault: Any) -> None:
    """A warm connection lost at any command before the message costs the client nothing."""

    async def story() -> None:
        # RCPT is reached once by the first message, then for RECIPIENT, then for OTHER, which is lost.
        script = {stage: [None, None, fault] if stage == "RCPT" else [None, fault]}
        async with ScriptedNextHop(script) as hop:
            hops = hops_to(hop.host)
            await relay(hops)
            transaction = await begin(hops)
            assert (await transaction.rcpt(RcptCommand(RECIPIENT))).is_accepted
            assert (await transaction.rcpt(RcptCommand(OTHER))).is_accepted
            assert (await send(transaction)).is_accepted
            await hops.close()

            assert (2, 2) == (hop.connections, len(hop.messages))
            assert (SENDER, [RECIPIENT, OTHER], SMALL) == (
                hop.messages[1].reverse_path,
                hop.messages[1].forward_paths,
                hop.messages[1].octets,
            )

    asyncio.run(story())


@pytest.mark.parametrize("said", [b"", b"421 4.4.2 Idle for too long\r\n"], ids=["silently", "with a farewell"])
def test_connection_dropped_while_idle_is_replaced(said: bytes) -> None:
    """A next hop that restarts between two messages is not noticed by the client."""

    async def story() -> None:
        async with ScriptedNextHop() as hop:
            hops = hops_to(hop.host)
            await relay(hops)
            for session in hop._open:
                session.writer.write(said)
            await hop.drop_all()
            assert (await relay(hops)).is_accepted
            await hops.close()

            assert 2 == hop.connections

    asyncio.run(story())


def test_connection_dropped_during_inspection_is_replayed() -> None:
    """The envelope is said again when the connection ended between RCPT and DATA."""

    async def story() -> None:
        async with ScriptedNextHop() as hop:
            hops = hops_to(hop.host)
            transaction = await begin(hops, forward_path=RECIPIENT)
            await transaction.rcpt(RcptCommand(OTHER))
            await hop.drop_all()
            assert (await send(transaction)).is_accepted
            await hops.close()

            assert (2, 1) == (hop.connections, len(hop.messages))
            assert [RECIPIENT, OTHER] == hop.messages[0].forward_paths

    asyncio.run(story())


def test_refused_recipient_is_not_replayed() -> None:
    """Only accepted recipients are said again."""

    async def story() -> None:
        async with ScriptedNextHop({"RCPT": ["550 5.1.1 Unknown"]}) as hop:
            hops = hops_to(hop.host)
            transaction = await begin(hops)
            assert not (await transaction.rcpt(RcptCommand("none@so-b.example"))).is_accepted
            assert (await transaction.rcpt(RcptCommand(RECIPIENT))).is_accepted
            await hop.drop_all()
            assert (await send(transaction)).is_accepted
            await hops.close()

            assert [[RECIPIENT]] == [message.forward_paths for message in hop.messages]

    asyncio.run(story())


@pytest.mark.parametrize(
    ("stage", "refusal"), [("MAIL", "550 5.7.1 No"), ("MAIL", "450 4.7.1 No"), ("RCPT", "550 5.1.1 No"), ("RCPT", DROP)]
)
def test_refusal_on_replay_is_temporary(stage: str, refusal: Any) -> None:
    """The client already holds our 250 for the recipient: a refusal on replay is 451, and nothing is sent."""

    async def story() -> None:
        async with ScriptedNextHop({stage: [None, refusal]}) as hop:
            hops = hops_to(hop.host)
            transaction = await begin(hops, forward_path=RECIPIENT)
            await hop.drop_all()
            answer = await send(transaction)
            await hops.close()

            assert (451, "4.4.2") == (answer.reply.code, answer.reply.status)
            assert [] == hop.messages
            assert not answer.is_outcome_unknown

    asyncio.run(story())


def test_stale_warm_connection_does_not_use_up_the_replay() -> None:
    """A connection found dead at MAIL and its successor lost during inspection are both replaced."""

    async def story() -> None:
        async with ScriptedNextHop({"MAIL": [None, DROP]}) as hop:
            hops = hops_to(hop.host)
            await relay(hops)
            transaction = await begin(hops, forward_path=RECIPIENT)
            await hop.drop_all()
            assert (await send(transaction)).is_accepted
            await hops.close()

            assert (3, 2) == (hop.connections, len(hop.messages))

    asyncio.run(story())


def test_replay_happens_once() -> None:
    """A connection lost a second time in one transaction is 451."""

    async def story() -> None:
        async with ScriptedNextHop({"DATA": DROP}) as hop:
            hops = hops_to(hop.host)
            answer = await relay(hops)
            await hops.close()

            assert (451, "4.4.2") == (answer.reply.code, answer.reply.status)
            assert 2 == hop.connections

    asyncio.run(story())


def test_message_is_never_sent_twice() -> None:
    """After the first octet of the message nothing is replayed: one connection, one DATA."""

    async def story() -> None:
        async with ScriptedNextHop({"AFTERDOT": DROP}) as hop:
            hops = hops_to(hop.host)
            answer = await relay(hops)
            await hops.close()

            assert (451, True) == (answer.reply.code, answer.is_outcome_unknown)
            assert (1, 1) == (hop.connections, len(hop.messages))

    asyncio.run(story())


def test_reply_nobody_asked_for_is_not_taken_for_the_next() -> None:
    """A next hop that answers RCPT twice cannot have its second 250 paired with the final dot."""

    async def story() -> None:
        async with ScriptedNextHop({"RCPT": b"250 2.1.5 fine\r\n250 2.0.0 queued\r\n"}) as hop:
            hops = hops_to(hop.host)
            answer = await relay(hops)
            await hops.close()

            assert (451, "4.5.0") == (answer.reply.code, answer.reply.status)
            assert [] == hop.messages

    asyncio.run(story())


@pytest.mark.parametrize("script", [{"BANNER": "554 5.3.2 No"}, {"EHLO": DROP}, {"MAIL": DROP}, None], ids=str)
def test_next_host_serves_when_the_first_does_not(script: dict[str, Any] | None) -> None:
    """A host that is down, refuses or drops a new connection is passed over, and tried last from then on."""

    async def story() -> None:
        async with ScriptedNextHop(script) as first, ScriptedNextHop() as second:
            if script is None:
                await first.stop()
            hops = hops_to(first.host, second.host, max_warm=0)
            answers = [await relay(hops), await relay(hops)]
            await hops.close()
            if script is None:
                await first.__aenter__()

            assert [250, 250] == [answer.reply.code for answer in answers]
            assert [second.host] * 2 == [answer.host for answer in answers]
            assert first.connections <= 1

    asyncio.run(story())


def test_last_fault_is_told_when_no_host_serves() -> None:
    """With every host down the client gets one 451 and the observer every failure."""

    async def story() -> None:
        observer = Remembering()
        async with ScriptedNextHop({"BANNER": DROP}) as first, ScriptedNextHop({"EHLO": "502 5.5.1 What"}) as second:
            hops = hops_to(first.host, second.host, observer=observer)
            answer = await relay(hops)

            assert (451, "4.5.0") == (answer.reply.code, answer.reply.status)
            assert ["connection_failed"] * 2 == observer.results
            assert second.host in answer.text

    asyncio.run(story())


def test_surplus_warm_connections_are_closed() -> None:
    """No more than max_warm stay open after a burst."""

    async def story() -> None:
        async with ScriptedNextHop() as hop:
            hops = hops_to(hop.host, max_warm=2)
            transactions = [await begin(hops) for _ in range(5)]
            for transaction in transactions:
                await transaction.abandon()
            assert {"so-b": 2} == hops.warm_counts()
            await until(lambda: hop.reached("QUIT") == 3)
            await hops.close()

    asyncio.run(story())


def test_idle_connection_expires() -> None:
    """A warm connection is closed by itself after its idle time, and not used when found older."""

    async def story() -> None:
        async with ScriptedNextHop() as hop:
            hops = hops_to(hop.host, idle_s=0.01)
            await relay(hops)
            await until(lambda: hops.warm_counts() == {"so-b": 0})
            await until(lambda: hop.reached("QUIT") == 1)
            assert (await relay(hops)).is_accepted
            await hops.close()

            assert 2 == hop.connections

    asyncio.run(story())


def test_last_in_is_first_out() -> None:
    """The connection used last is used next, so that surplus ones grow old and go."""

    async def story() -> None:
        async with ScriptedNextHop() as hop:
            pool = RoutePool(route_to(hop.host), "gateway.example", None, Remembering())
            connections = [await pool.open() for _ in range(3)]
            for connection in connections:
                pool.give_back(connection)

            assert connections[::-1] == [await pool.take() for _ in range(3)]
            for connection in connections:
                connection.abort()

    asyncio.run(story())


def test_fifty_transactions_share_five_connections() -> None:
    """All are served, none is lost, and never more than five connections are open."""

    async def story() -> None:
        async with ScriptedNextHop() as hop:
            hops = hops_to(hop.host, max_connections=5, max_warm=5)
            answers = await asyncio.gather(*(relay(hops) for _ in range(50)))
            await hops.close()

            assert [250] * 50 == [answer.reply.code for answer in answers]
            assert (5, 50) == (hop.connections, len(hop.messages))

    asyncio.run(story())


def test_waiting_for_a_connection_is_fair() -> None:
    """Slots are given in the order they were asked for."""

    async def story() -> None:
        served: list[int] = []

        async def use(number: int) -> None:
            transaction = await begin(hops)
            served.append(number)
            await transaction.abandon()

        async with ScriptedNextHop() as hop:
            hops = hops_to(hop.host, max_connections=1)
            first = await begin(hops)
            tasks = []
            for number in range(10):
                tasks.append(asyncio.ensure_future(use(number)))
                await asyncio.sleep(0)
            await first.abandon()
            await asyncio.gather(*tasks)
            await hops.close()

        assert list(range(10)) == served

    asyncio.run(story())


def test_waiter_times_out_to_451() -> None:
    """Whoever gets no slot within the connect timeout is deferred; the holder goes on undisturbed."""

    async def story() -> None:
        async with ScriptedNextHop() as hop:
            hops = hops_to(hop.host, max_connections=1, connect_timeout_s=0.5)
            holder = await begin(hops, forward_path=RECIPIENT)
            refused = await asyncio.gather(*(begin(hops) for _ in range(49)), return_exceptions=True)

            assert {NextHopRefused} == {type(error) for error in refused}
            assert {(451, "4.4.2")} == {(r.answer.reply.code, r.answer.reply.status) for r in refused}
            assert (await send(holder)).is_accepted
            assert (await relay(hops)).is_accepted
            await hops.close()
            assert 1 == hop.connections

    asyncio.run(story())


def test_abandon_does_not_wait_for_a_silent_next_hop(monkeypatch: pytest.MonkeyPatch) -> None:
    """RSET without a reply costs its short timeout and the connection, nothing else."""
    monkeypatch.setattr("gateway.edge.nexthop.transaction.RESET_TIMEOUT_S", 0.01)

    async def story() -> None:
        async with ScriptedNextHop({"RSET": [HANG]}) as hop:
            hops = hops_to(hop.host, max_connections=1)
            transaction = await begin(hops)
            await transaction.abandon()
            await transaction.abandon()
            assert (await relay(hops)).is_accepted
            await hops.close()

            assert 2 == hop.connections

    asyncio.run(story())


def test_an_idle_transaction_gives_its_slot_to_one_that_works() -> None:
    """Clients that idle after RCPT keep nobody's mail out, and still deliver theirs when they wake up."""

    async def story() -> None:
        async with ScriptedNextHop() as hop:
            hops = hops_to(hop.host, max_connections=2)
            idle = [await begin(hops) for _ in range(2)]
            for transaction in idle:
                assert (await transaction.rcpt(RcptCommand(RECIPIENT))).is_accepted
            assert (await relay(hops)).is_accepted
            assert [(await send(transaction)).is_accepted for transaction in idle] == [True, True]
            await hops.close()

            assert [[RECIPIENT]] * 3 == [message.forward_paths for message in hop.messages]

    asyncio.run(story())


def test_slots_do_not_multiply_by_being_lent() -> None:
    """However a lent slot is used or given up, no more connections are open at once than the route allows."""

    async def story() -> None:
        async with ScriptedNextHop() as hop:
            hops = hops_to(hop.host, max_connections=1, connect_timeout_s=5.0)
            first = await begin(hops, forward_path=RECIPIENT)
            second = await begin(hops, forward_path=RECIPIENT)
            assert (await first.rcpt(RcptCommand(OTHER))).is_accepted
            await second.abandon()
            await first.abandon()
            assert (await relay(hops)).is_accepted
            assert hops._pools["so-b"]._slots._value == 1
            await hops.close()

    asyncio.run(story())


def test_a_silent_warm_connection_costs_seconds_not_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that died without a word is noticed soon, and the envelope is said on another one."""
    monkeypatch.setattr(connection, "WARM_REPLY_S", 0.2)

    async def story() -> None:
        async with ScriptedNextHop({"MAIL": [None, HANG]}) as hop:
            hops = hops_to(hop.host, command_timeout_s=15.0)
            await relay(hops)
            assert (await relay(hops)).is_accepted
            await hops.close()

            assert (2, 2) == (hop.connections, len(hop.messages))

    asyncio.run(story())


@pytest.mark.parametrize("extensions", [("PIPELINING",), ()])
def test_connection_with_many_refusals_is_not_lent_on(extensions: tuple[str, ...]) -> None:
    """Servers answer a client slowly after some errors; who comes next gets a connection without them."""

    async def story() -> None:
        refusals = ["550 5.1.1 Unknown"] * MAX_REFUSED
        async with ScriptedNextHop({"RCPT": refusals}, extensions=extensions) as hop:
            hops = hops_to(hop.host)
            harvester = await begin(hops)
            for number in range(MAX_REFUSED):
                answer = await harvester.rcpt(RcptCommand(f"u{number}@so-b.example"))
                assert answer.reply.code == 550
            await harvester.abandon()
            assert {"so-b": 0} == hops.warm_counts()
            assert (await relay(hops)).is_accepted
            await hops.close()

            assert hop.connections == 2

    asyncio.run(story())


def test_refusals_before_a_delivery_are_forgotten() -> None:
    """As servers forget them: one unknown recipient in every mailing costs no connection."""

    async def story() -> None:
        script = {"RCPT": ["550 5.1.1 Unknown", None] * (2 * MAX_REFUSED)}
        async with ScriptedNextHop(script) as hop:
            hops = hops_to(hop.host)
            for _ in range(2 * MAX_REFUSED):
                transaction = await begin(hops)
                await transaction.rcpt(RcptCommand("unknown@so-b.example"))
                await transaction.rcpt(RcptCommand("known@so-b.example"))
                assert (await send(transaction)).is_accepted
            await hops.close()

            assert hop.connections == 1

    asyncio.run(story())


def test_refusal_of_the_gateway_leaves_the_other_recipients() -> None:
    """A domain the next hop does not relay for us waits and is told to the operator; the others get their mail."""

    async def story() -> None:
        observer = Remembering()
        async with ScriptedNextHop({"RCPT": [None, "554 5.7.1 <a@so-c.example>: Relay access denied"]}) as hop:
            hops = hops_to(hop.host, observer=observer)
            transaction = await begin(hops, transaction_id="4bXk2TzQ")
            assert (await transaction.rcpt(RcptCommand("a@so-b.example"))).is_accepted
            refused = await transaction.rcpt(RcptCommand("a@so-c.example"))
            assert (await send(transaction)).is_accepted
            await hops.close()

            assert (451, "4.3.5") == (refused.reply.code, refused.reply.status)
            assert ["gateway_refused", "delivered"] == observer.results
            record = observer.records[0]
            assert ("RCPT", "next_hop_refuses_us", "4bXk2TzQ") == (
                record.stage, record.situation, record.transaction_id
            )  # fmt: skip
            assert record.reason == "554 <a@so-c.example>: Relay access denied"
            assert [message.forward_paths for message in hop.messages] == [["a@so-b.example"]]

    asyncio.run(story())


@pytest.mark.parametrize(
    ("script", "stage", "situation", "reason"),
    [
        ({"BANNER": "554 5.7.1 No service for you"}, "greeting", "next_hop_refuses_us", "554 5.7.1 No service for you"),
        ({"BANNER": "421 4.3.2 Busy"}, "greeting", "next_hop_unavailable", "421 4.3.2 Busy"),
        ({"BANNER": DROP}, "greeting", "next_hop_lost", "Unexpected EOF"),
        ({"EHLO": "550 5.7.1 Name not liked"}, "EHLO", "next_hop_refuses_us", "550 5.7.1 Name not liked"),
        ({"MAIL": "530 5.7.0 Must issue a STARTTLS command first"}, "MAIL", "next_hop_refuses_us", "530 Must issue"),
        ({"RCPT": DROP}, "RCPT", "next_hop_lost", "closed by the next hop"),
        ({"DATA": "554 5.7.1 No"}, "DATA", "", "554 No"),
        ({"BODY": "552 5.3.4 Too big"}, "DOT", "", "552 Too big"),
        ({"DOT": "451 4.3.0 Disk full"}, "DOT", "", "451 Disk full"),
    ],
)
def test_observer_hears_why(script: dict, stage: str, situation: str, reason: str) -> None:
    """Each failure names where it happened and the next hop's words, or what broke."""

    async def story() -> None:
        observer = Remembering()
        async with ScriptedNextHop(script) as hop:
            hops = hops_to(hop.host, observer=observer)
            await relay(hops)
            await hops.close()

            record = observer.records[0]
            assert (stage, situation, hop.host) == (record.stage, record.situation, record.next_hop)
            assert reason in record.reason

    asyncio.run(story())


def test_observer_hears_why_nobody_answers() -> None:
    """A refused connection is told in the words of the system."""
    observer = Remembering()
    asyncio.run(relay(hops_to("127.0.0.1:1", observer=observer)))

    (record,) = observer.records
    assert ("connect", "next_hop_no_answer") == (record.stage, record.situation)
    assert os.strerror(errno.ECONNREFUSED) == record.reason
