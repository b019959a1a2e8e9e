"""The story of one transaction on one page: admit, read, judge, mark, relay, reply.

Crash and cancel story (RFC 1047, ADR 0001). We keep nothing: whatever stops us, the client still has
its message and tries again.

    state              who has the message          if we die here                              the ledger, if kept
    before final dot   client                       client sees a cut, retries: nothing so far  nothing
    inspecting         client                       the same                                    nothing
    intent written     client                       client retries: nothing so far              outcome unknown
    sent to next hop   client and maybe next hop    client retries: at worst one duplicate      outcome unknown
    next hop's 250     next hop (and client)        client retries: at worst one duplicate      unknown, or delivered
    our 250 sent       next hop                     nothing is lost                             unknown, or delivered

What is sent to the next hop has been noted as an intent, which the next start takes up: that never waits longer than
`ledger.longest_wait_ms`, and a ledger that cannot be written stops no mail (ADR 0018). A secret is written once the
next hop has it, before our 250.
A client that leaves after its final dot does not stop the story: the listener shields it.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from gateway.daemon.accounts import account_of
from gateway.daemon.admitting import Transaction, admit, judged_paths
from gateway.daemon.asking import ask
from gateway.daemon.checked import answer_check
from gateway.daemon.house import carries_own_fields
from gateway.daemon.passages import MAX_RETURNS
from gateway.daemon.waiting import Watch
from gateway.mark.fields import SEAM_OCTETS, prepended, render, seam
from gateway.mark.removable import are_removable
from gateway.mark.replies import delivered_reply, reply_for_verdict
from gateway.values.addresses import bracketed
from gateway.values.delivery import NextHopReply
from gateway.values.envelope import Client, Envelope
from gateway.values.events import RefusalRecord, TransactionRecord
from gateway.values.faults import Fault, Transient
from gateway.values.status import Reply, reply_to
from gateway.values.verdict import Disposition
from gateway.values.zone import day_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.daemon.runtime import Gateway
    from gateway.edge.listener.wirestore import WireStore
    from gateway.values.envelope import MailCommand, RcptCommand
    from gateway.values.verdict import Inspection

MAX_HOPS = 100
"""Received fields in a message; RFC 5321 section 6.3 asks for at least 100."""


class Session:
    """Handler of one SMTP session (`gateway.edge.listener.ports.SessionHandler`)."""

    def __init__(self, gateway: Gateway) -> None:
        """Serve one session; `gateway.runtime` is looked up anew for every transaction, so a reload takes hold."""
        self._gateway = gateway
        self._transaction: Transaction | None = None
        self._watch = Watch(gateway.waiting)

    async def on_mail(self, client: Client, mail: MailCommand) -> Reply:
        """Open a transaction; the next hop hears of it with the first recipient, who decides the route."""
        transaction = Transaction(self._gateway.runtime, client, mail)
        transaction.runtime.hold()
        self._transaction = transaction
        return reply_to("sender_ok")

    async def on_rcpt(self, rcpt: RcptCommand, ahead: Callable[[], tuple[RcptCommand, ...]]) -> Reply:
        """Ask policy and then the next hop about one recipient; the next hop's own reply is passed on."""
        transaction = self._transaction
        assert transaction is not None
        self._watch.see(rcpt.forward_path)
        found = await admit(transaction, rcpt, ahead, self._gateway)
        if found.reply.is_positive:
            transaction.forward_paths.append(rcpt.forward_path)
        else:
            if found.situation == "other_route" and transaction.forward_paths and not transaction.left_out:
                transaction.left_out = rcpt.forward_path
            asked = found.asked or NextHopReply(found.reply)
            self._gateway.observers.on_refusal(
                RefusalRecord(
                    transaction.client, "RCPT", found.reply, transaction.id,
                    transaction.mail.reverse_path or bracketed(transaction.mail.reverse_path), rcpt.forward_path,
                    found.rule, found.situation, route=found.route, next_hop=asked.host, stage=asked.stage,
                    next_hop_reply=asked.said,
                )
            )  # fmt: skip
        return found.reply

    def on_start_data(self) -> Reply | None:
        """Veto only when the next hop knows of a recipient that our client was not told yet; see `_look_ahead`."""
        transaction = self._transaction
        assert transaction is not None
        transaction.data_began_ns = time.perf_counter_ns()
        if transaction.early is not None:
            return reply_to("internal")
        if (enquiry := transaction.runtime.enquiry(transaction.client)) is not None:
            transaction.enquiry = enquiry
            enquiry.begin(transaction.client, transaction.mail.reverse_path)
        return None

    async def on_data(self, store: WireStore) -> Reply:
        """Inspect, judge, mark and relay; answer the final dot."""
        transaction = self._transaction
        assert transaction is not None
        with store:
            story = _Delivery(transaction, store, self._gateway)
            try:
                reply = await story.tell()
            except Fault as fault:
                story.situation = fault.situation
                reply = reply_to(fault.situation)
        if reply.is_positive and transaction.left_out:
            self._watch.expect(transaction.client, transaction.left_out)
        story.note_refusal(reply)
        record = story.record(reply)
        if transaction.is_check:
            self._gateway.observers.on_check(record)
        else:
            self._gateway.observers.on_transaction(record)
        return reply

    async def on_reset(self) -> None:
        """Forget the transaction and give its next-hop connection back."""
        transaction, self._transaction = self._transaction, None
        if transaction is None:
            return
        if transaction.enquiry is not None:
            transaction.enquiry.close()
        try:
            await transaction.leave_next_hop()
        finally:
            transaction.runtime.release()

    async def on_close(self) -> None:
        """The session is over."""
        self._watch.see("")
        await self.on_reset()


class _Delivery:
    """What happens between the final dot and our reply, with the times it took."""

    def __init__(self, transaction: Transaction, store: WireStore, gateway: Gateway) -> None:
        self._transaction, self._store, self._passages = transaction, store, gateway.passages
        keeps = transaction.runtime.generation.keeps_ledger and not transaction.is_check
        self._keeper = gateway.keeper if keeps else None
        self._is_sent = False
        self.situation = ""
        self.inspection: Inspection | None = None
        self._answer: NextHopReply | None = None
        self._began = time.perf_counter_ns()
        self._stages = [("receive", (self._began - transaction.data_began_ns) // 1000)]
        self.envelope = Envelope(
            client=transaction.client,
            reverse_path=transaction.mail.reverse_path,
            forward_paths=judged_paths(transaction),
            received_at_us=time.time_ns() // 1000,
            transaction_id=transaction.id,
            is_esmtp=transaction.mail.is_esmtp,
            is_smtputf8=transaction.mail.is_smtputf8,
            is_8bit=transaction.mail.is_8bit,
        )

    async def tell(self) -> Reply:
        """Run the story to its reply. Raises Fault for anything that is about us, not the message."""
        inspection = await self._inspect()
        verdict = inspection.verdict
        runtime = self._transaction.runtime
        returns = self._passages.returns(inspection.own_ids, self.envelope.forward_paths, time.monotonic())
        if inspection.received_count > MAX_HOPS or returns >= MAX_RETURNS:
            self.situation = "too_many_hops"
            return reply_to("too_many_hops")
        if self._transaction.is_check:
            return await self._answer_check(inspection)
        if verdict.disposition in {Disposition.REJECT, Disposition.DEFER}:
            generation = runtime.generation
            return reply_for_verdict(verdict, runtime.rules, self._transaction.id, generation.help_base)
        return await self._relay(inspection)

    async def _inspect(self) -> Inspection:
        runtime = self._transaction.runtime
        today = day_of(self.envelope.received_at_us)
        account = account_of(self.envelope, runtime.judge.registry, today)
        budget = runtime.generation.budget
        inspection = self.inspection = await ask(
            runtime.pool, self.envelope, self._store.fd, budget, account=account, enquiry=self._transaction.enquiry
        )
        elapsed = (time.perf_counter_ns() - self._began) // 1000
        # the worker's own figures are believed only as far as they fit into the time it took
        read, judge = min(inspection.read_us, elapsed), min(inspection.judge_us, elapsed)
        self._stages += [("wait", max(0, elapsed - read - judge)), ("read", read), ("judge", judge)]
        return inspection

    def _check_removal(self, inspection: Inspection) -> None:
        """Let nothing but forged fields be left out, whatever the worker says. Raises Transient."""
        ranges = inspection.forged_ranges
        if not ranges:
            return
        end = ranges[-1][1]
        # dots stuffed into a header section at most double it
        is_in_head = end <= 2 * self._transaction.runtime.generation.budget.header_octets
        if not is_in_head or not are_removable(os.pread(self._store.fd, max(end, 0), 0), ranges):
            raise Transient("worker_lost", "octets to leave out that are no forged field")

    def _first_kept(self, inspection: Inspection) -> bytes:
        """Read the octets that will stand right below our fields."""
        position = 0
        for start, end in inspection.forged_ranges:
            if start > position:
                break
            position = end
        return os.pread(self._store.fd, SEAM_OCTETS, position)

    async def _relay(self, inspection: Inspection) -> Reply:
        transaction = self._transaction
        self._check_removal(inspection)
        if self._keeper is not None:
            self._is_sent = True
            await self._keeper.intend(self.envelope, inspection, transaction.runtime.generation.number)
        hop, transaction.hop = transaction.hop, None
        assert hop is not None
        runtime = transaction.runtime
        fields = prepended(
            inspection.verdict, inspection, self.envelope, runtime.generation.host,
            is_inside=carries_own_fields(runtime, hop.route, self.envelope),
        )  # fmt: skip
        prefix = render(fields) + seam(self._first_kept(inspection))
        started = time.perf_counter_ns()
        answer = self._answer = await hop.send(
            prefix, self._store.fd, self._store.size_octets, inspection.forged_ranges,
            has_8bit_octets=inspection.has_8bit_octets, has_8bit_header=inspection.has_8bit_header,
            is_secret=inspection.verdict.is_secret,
        )  # fmt: skip
        self._stages.append(("relay", (time.perf_counter_ns() - started) // 1000))
        if self._keeper is not None:
            await self._keeper.conclude(self.envelope, inspection, answer)
        if answer.is_accepted:
            runtime.next_hops.deferring.discard(hop.route.name)
        elif not answer.reply.is_permanent:
            runtime.next_hops.deferring.add(hop.route.name)
        if not answer.is_accepted:
            self.situation = answer.situation or "next_hop"
            return answer.reply
        if not inspection.verdict.is_secret:  # of which nothing is kept
            self._passages.note(transaction.id, self.envelope.forward_paths, time.monotonic())
        return delivered_reply(answer.text, transaction.id)

    async def _answer_check(self, inspection: Inspection) -> Reply:
        """Relay our answer in place of the mail."""
        hop, self._transaction.hop = self._transaction.hop, None
        assert hop is not None
        started = time.perf_counter_ns()
        try:
            found = await answer_check(self._transaction.runtime, hop, self.envelope, inspection, self._store.fd)
        finally:
            await hop.abandon()  # harmless once the answer went out
        self._stages.append(("relay", (time.perf_counter_ns() - started) // 1000))
        self.situation, self._answer = found.situation, found.answer
        return found.reply

    def note_refusal(self, reply: Reply) -> None:
        """Have the ledger note a message that the next hop never saw; of one it did there is an intent."""
        if self._keeper is not None and not self._is_sent:
            generation = self._transaction.runtime.generation.number
            self._keeper.refuse(self.envelope, self.inspection, reply, self.situation, generation)

    def record(self, reply: Reply) -> TransactionRecord:
        """Sum up for the observers, who decide what they may show."""
        answer, route = self._answer, self._transaction.route
        return TransactionRecord(
            envelope=self.envelope,
            reply=reply,
            size_octets=self._store.size_octets,
            inspection=self.inspection,
            situation=self.situation,
            route=route.name if route is not None and answer is not None else "",
            next_hop=answer.host if answer is not None else "",
            next_hop_reply=answer.said if answer is not None else "",
            next_hop_tls=answer.tls if answer is not None else "",
            stages_us=tuple(self._stages),
            total_us=(time.perf_counter_ns() - self._began) // 1000,
            generation=self._transaction.runtime.generation.number,
        )
