"""Admitting: the recipients of one transaction, asked of rules and then of the next hop, one route a transaction."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from gateway.daemon.checked import Moment, begin_answer, is_check_address, why_not_asked
from gateway.daemon.ids import new_transaction_id
from gateway.daemon.waiting import speaker_of
from gateway.mark.replies import reply_for_rcpt_verdict
from gateway.values.addresses import domain_of
from gateway.values.delivery import NextHopRefused, NextHopReply
from gateway.values.status import Reply, reply_to
from gateway.values.verdict import Disposition
from gateway.values.zone import instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.daemon.enquiry import Enquiry
    from gateway.daemon.runtime import Gateway, Runtime
    from gateway.edge.nexthop import NextHopTransaction
    from gateway.values.delivery import Route
    from gateway.values.envelope import Client, MailCommand, RcptCommand

EARLY_S = 5.0
"""For a recipient that is asked for before his turn: the reply to another waits (RFC 5321 section 4.5.3.2.3: 300 s)."""


class Transaction:
    """MAIL and RCPT of one transaction, pinned to the runtime it began under."""

    __slots__ = (
        "client", "data_began_ns", "early", "enquiry", "forward_paths", "has_looked", "hop", "id", "is_check",
        "left_out", "mail", "route", "runtime",
    )  # fmt: skip

    def __init__(self, runtime: Runtime, client: Client, mail: MailCommand) -> None:
        self.runtime, self.client, self.mail = runtime, client, mail
        self.id = new_transaction_id()
        self.data_began_ns = time.perf_counter_ns()
        self.forward_paths: list[str] = []
        self.route: Route | None = None
        self.hop: NextHopTransaction | None = None
        self.has_looked = False
        """The recipients that came with the first one were counted by route."""
        self.early: tuple[RcptCommand, NextHopReply] | None = None
        """A recipient the next hop accepted before it was his turn, so that his route is the transaction's."""
        self.enquiry: Enquiry | None = None
        """What DNS is asked about the sender, where that is checked."""
        self.is_check = False
        """Its one recipient is the check address, and `hop` waits for our answer to the sender."""
        self.left_out = ""
        """The first recipient of another route behind an accepted one: where a client that comes again begins."""

    async def ask_next_hop(self, route: Route, rcpt: RcptCommand) -> NextHopReply:
        """Ask for one recipient; the first one opens the transaction there. Raises NextHopRefused."""
        if self.hop is not None:
            return await self.hop.rcpt(rcpt)
        self.hop = await self.runtime.next_hops.begin(route, self.mail, rcpt, self.id)
        self.route = route
        assert self.hop.first_answer is not None
        return self.hop.first_answer

    async def leave_next_hop(self) -> None:
        """Give up what the next hop knows of this transaction."""
        hop, self.hop = self.hop, None
        if hop is not None:
            await hop.abandon()


class Admitted(NamedTuple):
    """What became of one recipient."""

    reply: Reply
    situation: str = ""
    rule: str = ""
    route: str = ""
    asked: NextHopReply | None = None
    """The next hop's answer, where it was asked."""


async def admit(
    transaction: Transaction, rcpt: RcptCommand, ahead: Callable[[], tuple[RcptCommand, ...]], gateway: Gateway
) -> Admitted:
    """Answer one recipient; one accepted is not noted in the transaction yet."""
    if transaction.early is not None and transaction.early[0] == rcpt:
        answer, transaction.early = transaction.early[1], None
        return Admitted(answer.reply, asked=answer)
    if (ruled := _refused_by_rule(transaction, rcpt)) is not None:
        return ruled
    if transaction.is_check or is_check_address(transaction.runtime, rcpt.forward_path):
        return await _admit_check(transaction, gateway)
    route = _route_of(transaction, rcpt)
    if route is None:
        return Admitted(reply_to("next_hop_unroutable"), "next_hop_unroutable")
    if not transaction.has_looked:
        is_waiting = speaker_of(transaction.client) in gateway.waiting
        await _look_ahead(transaction, route, ahead, is_waiting=is_waiting)
    if transaction.route is not None and route.name != transaction.route.name:
        if transaction.forward_paths or transaction.early is not None:
            return Admitted(reply_to("other_route"), "other_route")
        await transaction.leave_next_hop()
    try:
        answer = await transaction.ask_next_hop(route, rcpt)
    except NextHopRefused as refused:
        answer = refused.answer
    situation = "" if answer.is_accepted else answer.situation or "next_hop"
    return Admitted(answer.reply, situation, route=route.name, asked=answer)


def judged_paths(transaction: Transaction) -> tuple[str, ...]:
    """Give whom the message is judged as sent to: its recipients, and of a checked mail whom the operator named."""
    recipient = transaction.runtime.config.checking.recipient if transaction.is_check else ""
    return (recipient,) if recipient else tuple(transaction.forward_paths)


async def _admit_check(transaction: Transaction, gateway: Gateway) -> Admitted:
    """Ask the next hop whether our answer may come to the sender, before anything is read; of a check address alone."""
    if transaction.is_check or transaction.forward_paths or transaction.early is not None:
        return Admitted(reply_to("check_alone"), "check_alone")
    runtime, reverse_path = transaction.runtime, transaction.mail.reverse_path
    now = Moment(time.monotonic(), time.time_ns() // 1000)
    situation = why_not_asked(runtime, transaction.client, reverse_path, gateway.checks, now)
    if situation:
        return Admitted(reply_to(situation), situation)
    await transaction.leave_next_hop()
    try:
        hop = await begin_answer(runtime, reverse_path, transaction.id)
    except NextHopRefused as refused:
        return Admitted(refused.answer.reply, refused.answer.situation or "next_hop", asked=refused.answer)
    transaction.hop, transaction.route, transaction.is_check = hop, hop.route, True
    return Admitted(reply_to("recipient_ok"), route=hop.route.name)


def _refused_by_rule(transaction: Transaction, rcpt: RcptCommand) -> Admitted | None:
    runtime = transaction.runtime
    verdict = runtime.judge.judge_recipient(
        transaction.client, transaction.mail.reverse_path, rcpt.forward_path, instant(time.time_ns() // 1000)
    )
    if verdict.deciding is None or verdict.disposition not in {Disposition.REJECT, Disposition.DEFER}:
        return None
    reply = reply_for_rcpt_verdict(verdict, runtime.rules, transaction.id, runtime.generation.help_base)
    return Admitted(reply, rule=verdict.deciding.rule)


def _route_of(transaction: Transaction, rcpt: RcptCommand) -> Route | None:
    # <postmaster> is ours, not that of the server which takes mail for all the world
    runtime = transaction.runtime
    return runtime.next_hops.route_for(domain_of(rcpt.forward_path) or runtime.admission.home)


async def _look_ahead(
    transaction: Transaction, own: Route, ahead: Callable[[], tuple[RcptCommand, ...]], *, is_waiting: bool
) -> None:
    """Let the transaction take another route of recipients that came together, if one of them is accepted there.

    That of most, where the client `is_waiting` with the others (see `waiting`); and the first that took its last
    message, where the one whose turn it is did not.

    Asking first keeps the others free: a route that does not answer soon, or took no message lately, makes nobody wait.
    What is not accepted is forgotten, and everybody has his answer at his turn.
    """
    transaction.has_looked = True
    next_hops = transaction.runtime.next_hops
    if not next_hops.has_choice or not (is_waiting or own.name in next_hops.deferring):
        return
    counts = Counter([own.name])
    first: dict[str, tuple[Route, RcptCommand]] = {}
    for rcpt in ahead():
        if is_check_address(transaction.runtime, rcpt.forward_path):
            continue  # never asked of a next hop
        if (route := _route_of(transaction, rcpt)) is not None:
            counts[route.name] += 1
            first.setdefault(route.name, (route, rcpt))
    # the first of equals: our own, else who leaves the fewest in front
    best = min(counts, key=lambda name: (name in next_hops.deferring, -counts[name] if is_waiting else 0))
    if best == own.name or _refused_by_rule(transaction, first[best][1]) is not None:
        return
    route, rcpt = first[best]
    try:
        async with asyncio.timeout(EARLY_S):
            answer = await transaction.ask_next_hop(route, rcpt)
    except NextHopRefused as refused:
        answer = refused.answer
    except TimeoutError:
        answer = NextHopReply(reply_to("next_hop_timeout"), situation="next_hop_timeout")
    if answer.is_accepted:
        transaction.early = rcpt, answer
        return
    if answer.situation:  # in trouble: not for every message anew
        next_hops.deferring.add(best)
    await transaction.leave_next_hop()
    transaction.route = None
