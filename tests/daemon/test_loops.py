"""Mail that comes here again: lists, forwards and copies pass; what goes round in circles ends with 554 5.4.6."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.daemon.passages import MAX_RETURNS
from gateway.demo.mails import DEPARTMENT_A, OFFICE, PROVINCE

if TYPE_CHECKING:
    from tests.support.daemon import Daemon

PLAIN = b"From: vanthu@soa.thunghiem.gov.vn\r\nTo: x\r\nSubject: Trao doi\r\n\r\nXin chao.\r\n"
MEMBER, LIST = f"vanthu@sob.{PROVINCE}", f"tatca@vpubnd.{PROVINCE}"


def pass_on(gateway: Daemon, octets: bytes, *forward_paths: str) -> tuple[tuple[int, str], bytes]:
    """Send a message; give the reply and the message as the next hop got it."""
    reply = gateway.send(octets, DEPARTMENT_A, forward_paths)
    return reply, gateway.next_hop.messages[-1].octets


def test_list_and_forward_between_agencies_pass(gateway: Daemon) -> None:
    """To a list and a member, from the list to the member, who forwards to the office, all through one gateway."""
    octets = PLAIN
    for forward_paths in ((LIST, MEMBER), (MEMBER,), (OFFICE,)):
        (code, _text), octets = pass_on(gateway, octets, *forward_paths)
        assert code == 250

    assert 3 == octets.count(b"(Congthu)"), "three Received fields of ours"
    assert octets.endswith(PLAIN)


def test_circle_ends(gateway: Daemon) -> None:
    """Two mailboxes that forward to each other: after as many turns as are allowed the mail is a loop, not before."""
    octets, replies = PLAIN, []
    for _turn in range(MAX_RETURNS + 1):
        for recipient in (MEMBER, OFFICE):
            reply, octets = pass_on(gateway, octets, recipient)
            replies.append(reply)

    assert [250] * 2 * MAX_RETURNS + [554] * 2 == [code for code, _text in replies]
    assert replies[-1][1].startswith("5.4.6")
    assert "too_many_hops" == gateway.events("transaction")[-1]["situation"]


def test_ids_of_other_letters_make_no_loop(gateway: Daemon) -> None:
    """Who copies the Received fields of one loop into a letter spoils that letter alone."""
    ids = [f"4bXk2TzQ{number}" for number in range(20)]
    trace = "".join(f"Received: from a by congthu.{PROVINCE} (Congthu) with ESMTP id {one}; x\r\n" for one in ids)

    assert 250 == gateway.send(trace.encode() + PLAIN, DEPARTMENT_A)[0]
