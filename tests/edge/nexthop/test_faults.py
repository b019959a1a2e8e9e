"""Every fault at every stage: what our client is told, and how many copies the next hop holds."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gateway.values.envelope import RcptCommand
from tests.support.relaying import LARGE, RECIPIENT, SMALL, Remembering, begin, hops_to, relay, send
from tests.support.scripted_nexthop import DROP, HANG, RESET, ScriptedNextHop

MEDIUM = LARGE[:400_000] + b"\r\n"
"""Sent by blocks, all of which fit into the socket buffers."""

FAULTS: dict[str, Any] = {
    "421": "421 4.3.2 Going down",
    "4yz": "450 4.2.0 Mailbox busy",
    "5yz": "554 5.7.1 Not wanted",
    "503": "503 5.5.1 Bad sequence",
    "other 2yz": "299 2.0.0 What",
    "other 3yz": "399 What",
    "drop": DROP,
    "reset": RESET,
    "hang": HANG,
    "garbage": b"\x00\xff\xfe what is this\r\n",
    "code of two digits": b"25 fine\r\n",
    "code out of range": b"999 fine\r\n",
    "codes that differ": b"250-fine\r\n550 or not\r\n",
    "half a line, then drop": (b"25", DROP),
    "half a line, then hang": (b"250 fi", HANG),
    "endless line": b"2" * 70_000,
    "endless continuation": b"250-and more\r\n" * 5_000,
}

NO_ANSWER, LOST, SLOW, NONSENSE, TLS = "451 4.4.1", "451 4.4.2", "451 4.4.2", "451 4.5.0", "451 4.7.5"
# aiosmtplib reads these two stages; of codes that differ it takes the last, a refusal.
OPENING = {
    **dict.fromkeys(("hang", "half a line, then hang"), NO_ANSWER),
    **dict.fromkeys(("421", "4yz"), "451 4.3.2"),
    **dict.fromkeys(("5yz", "codes that differ"), "451 4.3.5"),
    **dict.fromkeys(("drop", "reset", "half a line, then drop"), LOST),
}
COMMAND = {
    "4yz": "450 4.2.0",
    "5yz": "554 5.7.1",
    **dict.fromkeys(("421", "drop", "reset", "half a line, then drop"), LOST),
    **dict.fromkeys(("hang", "half a line, then hang"), SLOW),
}
"""Faults not named are NONSENSE."""

EXPECTED = {"BANNER": OPENING, "EHLO": OPENING, **dict.fromkeys(("MAIL", "RCPT", "DATA", "DOT", "AFTERDOT"), COMMAND)}
ACCEPTING = {("DATA", "other 3yz"), *((stage, "other 2yz") for stage in ("MAIL", "RCPT", "DOT", "AFTERDOT"))}
"""No faults there: the first digit says yes."""
ROWS = [
    (stage, fault, EXPECTED[stage].get(fault, NONSENSE))
    for stage in EXPECTED
    for fault in FAULTS
    if (stage, fault) not in ACCEPTING
]
REFUSED_IN_WORDS = {"450 4.2.0", "554 5.7.1"}
KNOWN_AT_DOT = {"421", "4yz", "5yz", "503"}
"""At the final dot these say no; after anything else the next hop may hold a copy."""


def timeouts(fault: str) -> dict[str, float]:
    """Short ones where the row waits for them, long ones where a busy machine must not end it."""
    seconds = 0.2 if "hang" in fault else 20.0
    names = ("connect_timeout_s", "command_timeout_s", "data_timeout_s", "final_reply_timeout_s")
    return dict.fromkeys(names, seconds)


@pytest.mark.parametrize(("stage", "fault", "expected"), ROWS)
def test_fault_is_answered(stage: str, fault: str, expected: str) -> None:
    """Trouble is 451 with its row, refusal in words passes as given, and there is at most one copy."""

    async def story() -> None:
        async with ScriptedNextHop({stage: FAULTS[fault]}) as hop:
            hops = hops_to(hop.host, **timeouts(fault))
            answer = await relay(hops, SMALL)
            await hops.close()
            copies = len(hop.messages)

            assert expected == f"{answer.reply.code} {answer.reply.status}"
            assert answer.reply.is_transient or expected in REFUSED_IN_WORDS
            assert not answer.is_accepted
            assert copies == int(stage == "AFTERDOT")
            is_unknown = stage in {"DOT", "AFTERDOT"} and fault not in KNOWN_AT_DOT
            assert is_unknown == answer.is_outcome_unknown

    asyncio.run(story())


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        ("MAIL", "251 2.1.0 Well"),
        ("RCPT", "251 2.1.5 User not local; will forward to <vanthu@so-b.example>"),
        ("RCPT", "252 2.1.5 Cannot verify, but will take it"),
        ("RCPT", "299 Fine"),
        ("DATA", "350 Go on"),
        ("DOT", "251 2.0.0 Stored and forwarded"),
        ("DOT", "252 Taken"),
        ("DOT", "200"),
    ],
)
def test_first_digit_accepts(stage: str, said: str) -> None:
    """Any 2yz, and after DATA any 3yz, is a yes (RFC 5321 section 4.2.1): one copy, and the client is told so."""

    async def story() -> None:
        observer = Remembering()
        async with ScriptedNextHop({stage: said}) as hop:
            hops = hops_to(hop.host, observer=observer)
            transaction = await begin(hops)
            recipient = await transaction.rcpt(RcptCommand(RECIPIENT))
            answer = await send(transaction)
            await hops.close()

            assert recipient.is_accepted
            assert recipient.reply.code in {250, 251}, "what every client takes for a yes"
            assert (answer.is_accepted, answer.is_outcome_unknown) == (True, False)
            assert len(hop.messages) == 1
            assert observer.results == ["delivered"]

    asyncio.run(story())


@pytest.mark.parametrize("octets", [SMALL, MEDIUM, LARGE], ids=["small", "medium", "large"])
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (DROP, {LOST}),
        (RESET, {LOST}),
        (("421 4.3.2 Going down", DROP), {LOST}),
        (("450 4.2.0 Disk full", DROP), {"450 4.2.0"}),
        (("552 5.3.4 Too big", DROP), {"552 5.3.4"}),
        (("503 5.5.1 Sequence", DROP), {NONSENSE}),
        (("500 5.5.2 Line too long", RESET), {"500 5.5.2"}),
        ("552 5.3.4 Too big, but I read on", {"552 5.3.4"}),
        (("552 5.3.4 Too big, and I wait", HANG), {"552 5.3.4"}),
        (b"500 5.5.2 Line too long\r\n" * 40, {"500 5.5.2"}),
        (b"garbage\r\n", {NONSENSE}),
        (HANG, {SLOW}),
    ],
    ids=["drop", "reset", "421", "4yz", "5yz", "503", "reset after 5yz", "5yz and on", "5yz and hang", "5yz often",
        "garbage", "hang"],
)  # fmt: skip
def test_fault_inside_the_message_is_answered(octets: bytes, fault: Any, expected: set[str]) -> None:
    """A next hop that gives up while the message comes in costs 451, or says itself why; no copy is left."""

    async def story() -> None:
        said = (fault, DROP) if isinstance(fault, bytes) else fault
        async with ScriptedNextHop({"BODY": said, "DOT": HANG}) as hop:  # one reply: who refuses early stores nothing
            seconds = timeouts("hang" if HANG in (fault if isinstance(fault, tuple) else [fault]) else "")
            hops = hops_to(hop.host, **seconds)
            answer = await relay(hops, octets)
            await hops.close()

            assert f"{answer.reply.code} {answer.reply.status}" in expected
            assert hop.messages == []
            if octets is LARGE:
                assert not answer.is_outcome_unknown

    asyncio.run(story())


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_at_quit_harms_nothing(fault: str) -> None:
    """QUIT is said without waiting: whatever comes back, the message was delivered."""

    async def story() -> None:
        async with ScriptedNextHop({"QUIT": FAULTS[fault]}) as hop:
            hops = hops_to(hop.host, max_warm=0)
            answer = await relay(hops)

            assert (answer.reply.code, len(hop.messages)) == (250, 1)

    asyncio.run(story())


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if "hang" not in fault])
def test_fault_at_rset_costs_the_connection_only(fault: str) -> None:
    """A transaction given up ends quietly, and the next one is delivered over another connection."""

    async def story() -> None:
        async with ScriptedNextHop({"RSET": [FAULTS[fault]], "RCPT": ["550 5.1.1 Unknown"]}) as hop:
            hops = hops_to(hop.host)
            first = await relay(hops)
            second = await relay(hops)
            await hops.close()

            assert (550, 250) == (first.reply.code, second.reply.code)
            assert (1, 2) == (len(hop.messages), hop.connections)

    asyncio.run(story())


def test_no_server_is_no_answer() -> None:
    """A refused connection is 451 4.4.1."""

    async def story() -> None:
        async with ScriptedNextHop() as hop:
            host = hop.host
        answer = await relay(hops_to(host))

        assert "451 4.4.1" == f"{answer.reply.code} {answer.reply.status}"

    asyncio.run(story())


def test_name_that_cannot_be_resolved_is_no_route() -> None:
    """A host name no resolver can hold is 451 4.4.4, without asking one."""
    answer = asyncio.run(relay(hops_to(f"{'a' * 64}.example:25")))

    assert "451 4.4.4" == f"{answer.reply.code} {answer.reply.status}"
