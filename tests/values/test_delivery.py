"""Routes and answers as values."""

from __future__ import annotations

import msgspec

from gateway.values.delivery import NextHopRefused, NextHopReply, Route, TlsPolicy
from gateway.values.faults import Fault, Permanent, Transient
from gateway.values.status import Reply


def test_route_reads_from_plain_data() -> None:
    """A route is made from what a configuration file can hold; what is left out has its default."""
    route = msgspec.convert(
        {"name": "so-b", "domains": ["so-b.example", ".so-b.example"], "hosts": ["127.0.0.1:25"], "tls": "verified"},
        Route,
    )

    assert route == Route("so-b", ("so-b.example", ".so-b.example"), ("127.0.0.1:25",), tls=TlsPolicy.VERIFIED)
    assert TlsPolicy.OPPORTUNISTIC is Route("a", (), ()).tls


def test_default_times_are_those_of_rfc_5321_or_below() -> None:
    """Our client waits 300 s for a command and 600 s for the final reply: begin must end before."""
    route = Route("a", (), ())

    assert 2 * route.connect_timeout_s + 2 * route.command_timeout_s < 300
    assert 450 == route.final_reply_timeout_s
    assert 180 == route.data_timeout_s


def test_answer_survives_json() -> None:
    """An answer goes through the log and comes back equal."""
    answer = NextHopReply(Reply(550, "5.1.1", ("No",)), 550, "5.1.1", "No", "127.0.0.1:25")

    assert answer == msgspec.json.decode(msgspec.json.encode(answer), type=NextHopReply)


def test_refused_is_a_fault_of_neither_class() -> None:
    """Whoever maps it by class gets the general 451; only its answer may say 5yz."""
    refused = NextHopRefused(NextHopReply(Reply(550, "5.7.1", ("No",)), text="No"))

    assert isinstance(refused, Fault)
    assert not isinstance(refused, (Transient, Permanent))
    assert "next_hop_no_answer" == refused.situation
