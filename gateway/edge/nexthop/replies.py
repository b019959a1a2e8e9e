"""Replies of a next hop to replies of ours: the mapping, pure.

A refusal in words (4yz, 5yz to MAIL, RCPT, DATA, final dot) is the next hop's to give and passes through with
its own code. Everything else that is not the expected acceptance is trouble between two servers and becomes
451, never 5yz: the mail is not at fault (RFC 5321 section 4.2.1).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.values.delivery import NextHopReply
from gateway.values.faults import Transient
from gateway.values.status import Reply, reply_to

if TYPE_CHECKING:
    from gateway.values.faults import Fault

MAX_TEXT_CHARACTERS: Final = 400
"""Of the next hop's text passed on; leaves room for code, status and an id in a reply line of 512 octets."""

SERVICE_UNAVAILABLE: Final = 421
"""The server closes the connection (RFC 5321 section 3.8), whatever was asked."""
_BAD_SEQUENCE: Final = 503
_ACCEPTING: Final = {"MAIL": (250,), "RCPT": (250, 251), "DATA": (354,), "DOT": (250,)}
_STATUS: Final = re.compile(r"([245])(\.[0-9]{1,3}\.[0-9]{1,3})(?: +|$)")
_PRINTABLE: Final = bytes(octet if 0x20 <= octet < 0x7F else ord("?") for octet in range(256))


class RawReply(NamedTuple):
    """One reply as read from the wire, whole."""

    code: int
    """200 to 559."""
    text: bytes
    """First line that holds any text, without code and line ending; may hold any octet but CR and LF."""


def clean_text(octets: bytes) -> str:
    """Make text of a next hop fit for a reply or a log: one line of printable ASCII."""
    return octets[:MAX_TEXT_CHARACTERS].strip().translate(_PRINTABLE).decode("ascii")


def answer_for(stage: str, raw: RawReply, host: str) -> NextHopReply:
    """Map one reply to the command of `stage`: MAIL, RCPT, DATA, or DOT for the end of the message."""
    text = clean_text(raw.text)
    status = f"{raw.code // 100}.0.0"
    if found := _STATUS.match(text):
        text = text[found.end() :]
        if status.startswith(found[1]):
            status = found[1] + found[2]
    is_accepted = raw.code in _ACCEPTING[stage]
    if raw.code in {SERVICE_UNAVAILABLE, _BAD_SEQUENCE} or not (is_accepted or raw.code >= 400):
        situation = "next_hop_lost" if raw.code == SERVICE_UNAVAILABLE else "next_hop_nonsense"
        # 2yz or 3yz after the final dot may mean anything, acceptance included; 421 and 503 say no.
        is_unknown = stage == "DOT" and raw.code < 400
        return NextHopReply(reply_to(situation), raw.code, status, text, host, is_outcome_unknown=is_unknown)
    words = text or ("OK" if is_accepted else "Refused by the next hop without a reason")
    return NextHopReply(Reply(raw.code, status, (words,)), raw.code, status, text, host, is_accepted)


def answer_for_trouble(fault: Fault, host: str, *, is_outcome_unknown: bool = False) -> NextHopReply:
    """Map a fault of the connection: 451 with the row of its situation."""
    return NextHopReply(reply_to(fault.situation), text=fault.detail, host=host, is_outcome_unknown=is_outcome_unknown)


def is_trouble(answer: NextHopReply) -> bool:
    """Tell whether the connection can no longer be trusted: the answer was neither acceptance nor refusal."""
    return not answer.is_accepted and answer.reply.code != answer.code


def lost(detail: str) -> Transient:
    """Make the fault of a connection that ended, from either side or by 421."""
    return Transient("next_hop_lost", detail)


def nonsense(detail: str) -> Transient:
    """Make the fault of a peer that does not keep to the protocol."""
    return Transient("next_hop_nonsense", detail)


def too_slow(detail: str) -> Transient:
    """Make the fault of a reply or a block that took longer than its time."""
    return Transient("next_hop_timeout", detail)
