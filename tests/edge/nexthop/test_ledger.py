"""The promise kept under any mix of faults: nothing lost, nothing altered, nothing refused for trouble."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.relaying import hops_to, relay
from tests.support.scripted_nexthop import DROP, RESET, ScriptedNextHop

TROUBLE = [
    DROP,
    RESET,
    "421 4.3.2 Bye",
    "503 5.5.1 What",
    b"?\r\n",
    (b"250-ok\r\n", DROP),
    "399 x",
]
REFUSALS = ["450 4.2.0 Later"]
MESSAGES = 8

# An acceptance that is a lie can only be believed: said in place of the reply to RCPT, not of the final dot.
DOUBLED = b"250 a\r\n250 b\r\n"

faults = st.sampled_from([None, None, *TROUBLE, *REFUSALS])
scripts = st.fixed_dictionaries(
    {
        stage: st.lists(faults, max_size=MESSAGES)
        for stage in ("BANNER", "EHLO", "MAIL", "DATA", "BODY", "DOT", "RSET", "QUIT")
    }
    | {"RCPT": st.lists(st.one_of(faults, st.just(DOUBLED)), max_size=MESSAGES)}
    | {"AFTERDOT": st.lists(st.sampled_from([None, *TROUBLE[:2], *TROUBLE[4:6]]), max_size=MESSAGES)}
)


@given(scripts)
@settings(max_examples=60, deadline=None)
def test_ledger_balances(script: dict[str, list[Any]]) -> None:
    """Each message: 250 means one exact copy; 451 means none, or one when the outcome is unknown; never 5yz."""

    async def story() -> None:
        async with ScriptedNextHop(script) as hop:
            hops = hops_to(hop.host, max_connections=2)
            for number in range(MESSAGES):
                octets = b"Subject: %d\r\n\r\n" % number + b"x" * 70 * number + b"\r\n"
                first = "lanhdao@so-b.example" if number % 2 else None
                answer = await relay(hops, octets, forward_path=first)
                copies = [
                    message.octets for message in hop.messages if message.octets.startswith(b"Subject: %d\r" % number)
                ]

                assert answer.is_accepted or answer.reply.is_transient
                assert all(copy == octets for copy in copies)
                # A next hop that answers too early, then stores what still comes, contradicts itself: BODY.
                allowed = {1} if answer.is_accepted else {0, 1} if answer.is_outcome_unknown or script["BODY"] else {0}
                assert len(copies) in allowed
            await hops.close()

    asyncio.run(story())


def test_concurrent_ledger_balances() -> None:
    """Two hundred messages at once over four connections and a mild mix of faults, each retried until taken."""
    count = 0

    def now_and_then(every: int, fault: Any) -> Any:
        def choose(_line: str) -> Any:
            nonlocal count
            count += 1
            return fault if count % every == 0 else None

        return choose

    async def story() -> None:
        unknown = 0
        script = {
            "MAIL": now_and_then(31, "421 4.3.2 Bye"),
            "RCPT": now_and_then(29, DROP),
            "DOT": now_and_then(17, "451 4.3.0 Later"),
            "AFTERDOT": now_and_then(23, DROP),
        }
        async with ScriptedNextHop(script) as hop:
            hops = hops_to(hop.host, max_connections=4)

            async def deliver(number: int) -> None:
                nonlocal unknown
                while True:
                    answer = await relay(hops, b"Subject: %d\r\n\r\n" % number)
                    if answer.is_accepted:
                        return
                    assert answer.reply.is_transient
                    unknown += answer.is_outcome_unknown

            await asyncio.gather(*(deliver(number) for number in range(200)))
            await hops.close()
            stored = [message.octets for message in hop.messages]

            assert {b"Subject: %d\r\n\r\n" % number for number in range(200)} == set(stored)
            assert len(stored) - 200 <= unknown

    asyncio.run(story())
