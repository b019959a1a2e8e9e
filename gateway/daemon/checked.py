"""Checked mail: who may ask the check address, and the answer the next hop takes in place of the mail.

The story differs from that of other mail in its end only. At RCPT the next hop is asked to take a notification from <>
to the sender; after the final dot the mail is read and judged as for a recipient, and what is relayed is our answer.
250 means that the next hop has the answer. Nothing of the mail is passed on or kept; what fails is the client's to try
again. RFC 3834: nobody is answered who is a program, a list, or ourselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.daemon.house import is_inside
from gateway.daemon.waiting import speaker_of
from gateway.edge.readers.casualties import network_of
from gateway.mark.checked import Frame, answer_octets
from gateway.mark.replies import reply_for_verdict
from gateway.read.vietnamese.tables import TYPE_WORDS
from gateway.values.addresses import NULL_PATH, domain_of
from gateway.values.delivery import NextHopRefused, NextHopReply
from gateway.values.envelope import MailCommand, RcptCommand
from gateway.values.status import reply_to
from gateway.values.verdict import Disposition
from gateway.values.zone import day_of

if TYPE_CHECKING:
    from gateway.daemon.checks import Checks
    from gateway.daemon.config.schema import CheckingSection
    from gateway.daemon.runtime import Runtime
    from gateway.edge.nexthop import NextHopTransaction
    from gateway.values.envelope import Client, Envelope
    from gateway.values.status import Reply
    from gateway.values.verdict import Inspection


MAX_PATH: Final = 254
"""Of an address that is written into a field of ours (RFC 5321 section 4.5.3.1.3, without the brackets)."""


class Moment(NamedTuple):
    """One instant on two clocks."""

    monotonic_s: float
    utc_us: int
    """Microseconds since 1970: which domains are registered depends on the day."""


class Checked(NamedTuple):
    """How a check ended."""

    reply: Reply
    situation: str = ""
    answer: NextHopReply | None = None
    """What the next hop said of our answer, when it was sent."""


def is_check_address(runtime: Runtime, forward_path: str) -> bool:
    """Tell whether mail to it is checked; the local part is compared whatever its case, as mailboxes of offices are."""
    address = runtime.config.checking.address
    return bool(address) and forward_path.lower() == address.lower()


def why_not_asked(runtime: Runtime, client: Client, reverse_path: str, checks: Checks, now: Moment) -> str:
    """Name the situation that refuses a check at RCPT; empty when it may begin, which counts as one.

    Args:
        runtime: configuration and registry.
        client: who asks.
        reverse_path: whom we would answer.
        checks: what was asked lately.
        now: of the command.
    """
    settings = runtime.config.checking
    is_person = "@" in reverse_path and len(reverse_path) <= MAX_PATH and not is_check_address(runtime, reverse_path)
    if not is_person:
        return "check_nobody"
    if not _may_ask(runtime, settings, client, reverse_path, now):
        return "check_outsider"
    limits = {
        f"sender {reverse_path.lower()}": settings.per_sender_per_hour,
        f"client {network_of(speaker_of(client))}": settings.per_client_per_hour,
    }
    return "" if checks.take(limits, now.monotonic_s) else "check_limit"


def _may_ask(runtime: Runtime, settings: CheckingSection, client: Client, reverse_path: str, now: Moment) -> bool:
    if settings.asked_by != "inside":
        return settings.asked_by == "anyone" or client.is_trusted
    # whoever brings it: a server in front of us may lie in a client network, and bring strangers' mail
    on = day_of(now.utc_us)
    return is_inside(runtime, domain_of(reverse_path), on)


async def begin_answer(runtime: Runtime, reverse_path: str, transaction_id: str) -> NextHopTransaction:
    """Ask the next hop of the sender to take a notification for him.

    Raises:
        NextHopRefused: with the reply for our client.
    """
    route = runtime.next_hops.route_for(domain_of(reverse_path))
    if route is None:
        raise NextHopRefused(NextHopReply(reply_to("next_hop_unroutable"), situation="next_hop_unroutable"))
    mail = MailCommand(NULL_PATH, is_smtputf8=not reverse_path.isascii())
    hop = await runtime.next_hops.begin(route, mail, RcptCommand(reverse_path), transaction_id)
    answer = hop.first_answer
    assert answer is not None
    if not answer.is_accepted:
        await hop.abandon()
        raise NextHopRefused(answer)
    return hop


def why_not_answered(runtime: Runtime, envelope: Envelope, inspection: Inspection) -> str:
    """Name the situation that refuses the answer once the mail is read; empty when it is due."""
    if inspection.verdict.is_secret:
        return "check_secret"
    if inspection.is_automatic:
        return "check_nobody"
    if runtime.config.identity.mode != "check" or envelope.client.is_trusted:
        return ""
    # From is verified, and so is the reverse-path, which alone says where the answer goes (RFC 7208 section 2.4)
    is_vouched = ("spf", "pass") in inspection.authentication
    if inspection.verdict.identity == "verified" and is_vouched:
        return ""
    is_open = inspection.verdict.identity == "unknown" or ("spf", "temperror") in inspection.authentication
    return "check_unknown" if is_open else "check_unverified"


async def answer_check(
    runtime: Runtime, hop: NextHopTransaction, envelope: Envelope, inspection: Inspection, fd: int
) -> Checked:
    """Send the answer in place of the mail; `fd` is that of the mail, of which nothing is read."""
    verdict = inspection.verdict
    situation = why_not_answered(runtime, envelope, inspection)
    if situation == "check_secret" and verdict.disposition in {Disposition.REJECT, Disposition.DEFER}:
        help_base = runtime.generation.help_base
        reply = reply_for_verdict(verdict, runtime.rules, envelope.transaction_id, help_base)
        return Checked(reply, situation)
    if situation:
        return Checked(reply_to(situation), situation)
    config = runtime.config
    frame = Frame(
        host=runtime.generation.host,
        address=config.checking.address,
        recipient=envelope.forward_paths[0],
        help_base=runtime.generation.help_base,
        contact=config.gateway.help_contact,
        doc_type=TYPE_WORDS.get(inspection.doc_type, ("",))[0],
        rule_count=len(runtime.rules),
    )
    octets = answer_octets(inspection, envelope, runtime.rules, frame)
    answer = await hop.send(octets, fd, 0, has_8bit_octets=False, has_8bit_header=not octets.isascii())
    if answer.is_accepted:
        return Checked(reply_to("check_answered"), "", answer)
    return Checked(answer.reply, answer.situation or "next_hop", answer)
