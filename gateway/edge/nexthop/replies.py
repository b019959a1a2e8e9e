"""Replies of a next hop to replies of ours: the mapping, pure.

A refusal in words (4yz, 5yz to MAIL, RCPT, DATA, final dot) is the next hop's to give and passes through with
its own code and all its lines, unless it speaks of the gateway itself (`about_us`). Everything else that is not
acceptance is trouble between two servers. Both become 451, never 5yz: the mail is not at fault.

What counts is the first digit (RFC 5321 section 4.2.1): any 2yz accepts, and after DATA any 3yz.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.edge.nexthop.about_us import is_about_us
from gateway.values.delivery import NextHopReply
from gateway.values.faults import Transient
from gateway.values.status import Reply, reply_to

if TYPE_CHECKING:
    from gateway.values.faults import Fault

MAX_TEXT_CHARACTERS: Final = 400
"""Of one line of the next hop's text; leaves room for code, status and an id in a reply line of 512 octets."""

SERVICE_UNAVAILABLE: Final = 421
"""The server closes the connection (RFC 5321 section 3.8), whatever was asked."""
_OUT_OF_STEP: Final = {502, 503}
"""A verb every server must have is unknown or comes too early: the dialogue is at fault (RFC 5321 section 4.5.1)."""
_ACCEPTING: Final = {"MAIL": 2, "RCPT": 2, "DATA": 3, "DOT": 2}
"""First digit of the replies that accept."""
_RCPT_ACCEPTING: Final = {250, 251}
"""What RFC 5321 section 4.3.2 lets RCPT answer; clients are known that take no other 2yz for a yes."""
_STATUS: Final = re.compile(r"([245])(\.[0-9]{1,3}\.[0-9]{1,3})(?: +|$)")
_PRINTABLE: Final = bytes(octet if 0x20 <= octet < 0x7F else ord("?") for octet in range(256))


class RawReply(NamedTuple):
    """One reply as read from the wire, whole."""

    code: int
    """200 to 599."""
    text: bytes
    """Its lines that hold any text, without code and line ends, joined by LF; may hold any other octet but CR."""


def clean_text(octets: bytes) -> str:
    """Make text of a next hop fit for a log: one line of printable ASCII."""
    return octets[:MAX_TEXT_CHARACTERS].strip().translate(_PRINTABLE).decode("ascii")


def answer_for(stage: str, raw: RawReply, host: str, own_address: str = "", tls: str = "") -> NextHopReply:
    """Map one reply to the command of `stage`: MAIL, RCPT, DATA, or DOT for the end of the message.

    `own_address` is where we connected from: a refusal that names it is about us. `tls` is only noted.
    """
    status, lines = _split_status(raw)
    text = " ".join(lines)[:MAX_TEXT_CHARACTERS]
    is_accepted = raw.code // 100 == _ACCEPTING[stage]
    situation = ""
    if raw.code == SERVICE_UNAVAILABLE:
        situation = "next_hop_lost"
    elif raw.code in _OUT_OF_STEP or not (is_accepted or raw.code >= 400):
        situation = "next_hop_nonsense"
    elif is_about_us(raw.code, status, " ".join(lines), own_address):
        situation = "next_hop_refuses_us"
    if situation:
        # 3yz after the final dot may mean anything, acceptance included; 4yz and 5yz say no.
        is_unknown = stage == "DOT" and raw.code < 400
        return NextHopReply(
            reply_to(situation), raw.code, status, text, host,
            is_outcome_unknown=is_unknown, situation=situation, stage=stage, tls=tls,
        )  # fmt: skip
    # Whole, not cut: a line that is too long goes on in the next one.
    words = [piece for line in lines for piece in _pieces(line)]
    words = words or ["OK" if is_accepted else "Refused by the next hop without a reason"]
    code = raw.code if not is_accepted or stage != "RCPT" or raw.code in _RCPT_ACCEPTING else min(_RCPT_ACCEPTING)
    reply = Reply(code, status, tuple(words))
    return NextHopReply(reply, raw.code, status, text, host, is_accepted, stage=stage, tls=tls)


def _pieces(line: str) -> list[str]:
    return [line] if len(line) <= MAX_TEXT_CHARACTERS else textwrap.wrap(line, MAX_TEXT_CHARACTERS)


def _split_status(raw: RawReply) -> tuple[str, list[str]]:
    """Take the enhanced status off every line; give the first one of the code's own class, or `x.0.0`, and the rest."""
    status, lines = "", []
    for octets in raw.text.split(b"\n"):
        line = octets.strip().translate(_PRINTABLE).decode("ascii")
        found = _STATUS.match(line)
        if found and not status and found[1] == str(raw.code // 100):
            status = found[1] + found[2]
        rest = line[found.end() :] if found else line
        if rest:
            lines.append(rest)
    return status or f"{raw.code // 100}.0.0", lines


def answer_for_trouble(fault: Fault, host: str, *, stage: str = "", is_outcome_unknown: bool = False) -> NextHopReply:
    """Map a fault of the connection: 451 with the row of its situation."""
    return NextHopReply(
        reply_to(fault.situation), text=fault.detail, host=host, is_outcome_unknown=is_outcome_unknown,
        situation=fault.situation, stage=fault.stage if isinstance(fault, OpeningFailed) else stage,
    )  # fmt: skip


def is_trouble(answer: NextHopReply) -> bool:
    """Tell whether the connection can no longer be trusted: the answer was neither acceptance nor refusal."""
    return answer.situation not in {"", "next_hop_refuses_us"}


class OpeningFailed(Transient):
    """No connection: which stage of opening failed, and why."""

    def __init__(self, situation: str, detail: str, stage: str) -> None:
        """Note a stage of `gateway.values.delivery.STAGES`."""
        super().__init__(situation, detail)
        self.stage = stage


def lost(detail: str) -> Transient:
    """Make the fault of a connection that ended, from either side or by 421."""
    return Transient("next_hop_lost", detail)


def nonsense(detail: str) -> Transient:
    """Make the fault of a peer that does not keep to the protocol."""
    return Transient("next_hop_nonsense", detail)


def too_slow(detail: str) -> Transient:
    """Make the fault of a reply or a block that took longer than its time."""
    return Transient("next_hop_timeout", detail)
