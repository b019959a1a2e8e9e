"""Queue ids in the replies of mail servers, as they stand in logs: enhanced status codes may be left out."""

from __future__ import annotations

import pytest

from gateway.commands.trace.queue_ids import find_queue_id


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("250 2.0.0 Ok: queued as E8339132AB", "E8339132AB"),
        ("250 Ok: queued as 4bXk2TzQ00z1Lm", "4bXk2TzQ00z1Lm"),
        ("250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 792B6131D7", "792B6131D7"),
        ("250 OK id=1T86oe-0005tU-E9", "1T86oe-0005tU-E9"),
        ("250 OK id=1wLWNN-00000002g1x-0ye6", "1wLWNN-00000002g1x-0ye6"),
        (
            "250 2.6.0 <7F94E1C0299@so-a.example> [InternalId=274498, Hostname=mail] 29 bytes Queued mail for delivery",
            "274498",
        ),
        ("250 2.0.0 6AQ8eT1c012345 Message accepted for delivery", "6AQ8eT1c012345"),
        ("250 2.0.0 3b9f1e2d Message accepted for delivery", "3b9f1e2d"),
        ("250 ok 1715608800 qp 12345", "12345"),
    ],
)
def test_servers_word_it_in_their_own_ways(reply: str, expected: str) -> None:
    """Postfix, amavisd before it, Exim old and new, Exchange, Sendmail, OpenSMTPD, qmail."""
    assert expected == find_queue_id(reply)


@pytest.mark.parametrize(
    "reply",
    ["", "250 OK", "250 2.0.0 Message accepted for delivery", "451 4.3.0 queue file write error", "250 queued as ok"],
)
def test_reply_without_an_id_has_none(reply: str) -> None:
    """Nothing is taken for one that only stands where another server has it."""
    assert "" == find_queue_id(reply)
