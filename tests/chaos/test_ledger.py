"""The matching of the ledgers: each thing that must not happen is found where it happened, and only there."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gateway.demo.mails import DEPARTMENT_A, OFFICE
from tests.chaos.ledger import Attempt, Ledgers
from tests.chaos.mails import Kind, Mail

if TYPE_CHECKING:
    from pathlib import Path

HONEST = Kind("plain", DEPARTMENT_A, OFFICE, b"Message-ID: <x>\r\nSubject: a\r\n\r\n.dot\r\n")
MARKED = replace(HONEST, title="MẬT", expected="reject")
HELO = "try-0.mail-1.example"
OURS = f"Received: from {HELO} (127.0.1.1)\r\n by congthu.example\r\nCongthu-Verdict: 1; host=a\r\n".encode()
WIRE = Mail(HONEST, 1).wire


def found(code: int, *copies: bytes, kind: Kind = HONEST, spoiled: str = "", **how: bool) -> Counter[str]:
    """Match one attempt, so answered, against copies; count the findings by kind."""
    ledgers = Ledgers(spoiled={HELO: spoiled} if spoiled else {})
    ledgers.note_attempt(Attempt(Mail(kind, 1), HELO, code, "", "dot", **how))
    for octets in copies:
        ledgers.note_copy(octets)
    return Counter(name for name, _about in ledgers.match())


def test_the_wire_form_is_named_and_dot_stuffed() -> None:
    """Each mail has a Message-ID of its own."""
    assert WIRE == b"Message-ID: <m1@senders.example>\r\nSubject: a\r\n\r\n..dot\r\n"


@pytest.mark.parametrize("code", [0, 250, 451])
def test_nothing_is_found_where_all_is_well(code: int) -> None:
    """Taken with one copy; deferred, or cut while the gateway was stopped, without any."""
    copies = [OURS + WIRE] if code == 250 else []

    assert Counter() == found(code, *copies, is_outage=not code)


def test_a_promise_without_a_copy_is_a_loss() -> None:
    """Even when another attempt brought a copy: 250 speaks of this one."""
    assert {"lost": 1} == found(250)


@pytest.mark.parametrize(
    "octets",
    [
        OURS + WIRE[:-3] + b"x\r\n",
        OURS + WIRE[:-2],
        OURS + WIRE + b"more\r\n",
        OURS + b"X-Other: field\r\n" + WIRE,
        OURS.replace(b" by", b"by") + WIRE,
    ],
)
def test_any_other_octet_is_an_alteration(octets: bytes) -> None:
    """One changed, one missing, some added; and above the message nothing but our own fields."""
    assert {"altered": 1} == found(250, octets)


def test_a_copy_of_nobody_is_an_alteration() -> None:
    """The next hop stored what no client sent."""
    assert {"altered": 1, "lost": 1} == found(250, WIRE)


@pytest.mark.parametrize("how", [{"spoiled": "cut"}, {"has_left": True}, {"is_outage": True}])
def test_a_copy_whose_reply_was_lost_is_explained(how: dict) -> None:
    """By the next hop, by the client, or with the gateway."""
    assert {"copies explained": 1} == found(0 if "spoiled" not in how else 451, OURS + WIRE, **how)


def test_a_copy_of_what_was_deferred_or_refused_is_not_explained() -> None:
    """The next hop said 250, the client heard otherwise; and nothing excuses a 5yz, or the same attempt twice."""
    assert {"copies unexplained": 1} == found(451, OURS + WIRE)
    assert {"copies unexplained": 1} == found(451, OURS + WIRE, is_outage=True)
    assert {"copies unexplained": 1, "refused falsely": 1} == found(550, OURS + WIRE, spoiled="cut")
    assert {"copies unexplained": 1} == found(250, OURS + WIRE, OURS + WIRE)


def test_refusals_are_right_for_what_the_policy_refuses() -> None:
    """A 5yz for an honest mail is false, and a marked secret must not arrive."""
    assert {"refused falsely": 1} == found(550)
    assert {"refused": 1} == found(550, kind=MARKED)
    assert {"secrets passed": 1} == found(250, OURS + WIRE, kind=MARKED)


def test_a_session_cut_for_no_reason_and_nonsense_are_found() -> None:
    """While the gateway runs every client gets a reply, and one that is a reply."""
    assert {"cut without cause": 1} == found(0)
    assert {"nonsense said": 1} == found(354)


def test_what_was_altered_is_kept_to_look_at(tmp_path: Path) -> None:
    """Both ledgers as lines, and the octets of a copy that is not as it was sent; none of the others."""
    ledgers = Ledgers()
    ledgers.note_attempt(Attempt(Mail(HONEST, 1), HELO, 250, "", "dot"))
    ledgers.note_copy(OURS + WIRE)
    ledgers.note_copy(OURS + WIRE + b"more\r\n")
    ledgers.write(tmp_path)

    assert sorted(one.name for one in tmp_path.iterdir()) == ["altered-1.eml", "nexthop.jsonl", "senders.jsonl"]
    assert (tmp_path / "altered-1.eml").read_bytes().endswith(b"more\r\n")
