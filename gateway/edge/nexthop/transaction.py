"""One transaction with a next hop, live while our client's session runs.

| what happens | at MAIL, RCPT, DATA | in the message | at the final dot |
|---|---|---|---|
| connection lost, 421 | re-opened, envelope replayed, asked again, once | 451 | 451; unknown unless 421 |
| timeout, nonsense, 502, 503 | 451, connection cut | 451, cut | 451, cut; unknown unless 502, 503 |
| 5yz about us (`about_us`) | 451, connection kept | 451, cut | 451, connection kept |
| other 4yz, 5yz | as given, connection kept | as given, whatever follows it, cut | as given, connection kept |

Once means once while MAIL is said, where a warm connection shows its age (by silence too), and once after it.
Between two commands the pool may take connection and slot away; the next command gets them back first.
Replay is safe because nothing is accepted before the final dot: until then a lost connection cannot have
left a copy behind. After it nothing is ever sent twice.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from gateway.edge.nexthop.body import Body, kept_ranges
from gateway.edge.nexthop.commands import is_sendable, mail_command, rcpt_command
from gateway.edge.nexthop.replies import answer_for, answer_for_trouble, is_trouble, lost
from gateway.values.delivery import AttemptResult, NextHopRefused, NextHopReply
from gateway.values.events import RelayRecord
from gateway.values.faults import Transient
from gateway.values.status import reply_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.edge.nexthop.connection import NextHopConnection
    from gateway.edge.nexthop.pool import RoutePool
    from gateway.edge.nexthop.replies import RawReply
    from gateway.values.delivery import Route
    from gateway.values.envelope import MailCommand, RcptCommand

RESET_TIMEOUT_S: Final = 5.0
"""For the reply to RSET when a transaction is given up: the client waits, and a new connection is cheap."""
EARLY_REPLY_S: Final = 1.0
"""For a refusal that was given while the message was still going out, after the sending failed."""


class NextHopTransaction:
    """MAIL, RCPT and DATA of one message; made by `NextHops.begin`, ended by `send` or `abandon`."""

    def __init__(self, pool: RoutePool, mail: MailCommand, transaction_id: str = "") -> None:
        """Describe the envelope; nothing is sent yet and a slot of the pool is held. The id is for the observer."""
        self._id = transaction_id
        self._pool = pool
        self._mail = mail
        self._connection: NextHopConnection | None = None
        self._accepted: list[bytes] = []
        self._needs: set[str] = set()
        """EHLO keywords used, which a connection put in this one's place must offer too."""
        self._has_dsn = False
        """Delivery reports may be asked for."""
        self._is_smtputf8 = mail.is_smtputf8
        """SMTPUTF8 was said to the next hop; one that lacks it still gets what is ASCII (RFC 6531 section 3.4)."""
        self._promised = pool.offered
        """EHLO keywords our client could believe in at its own EHLO, before this connection told us better."""
        self._is_replayed = False
        self._has_slot = True
        self._is_over = False
        self.first_answer: NextHopReply | None = None
        """Answer to the recipient given to `begin`, when one was."""

    @property
    def route(self) -> Route:
        """The route this transaction runs over."""
        return self._pool.route

    @property
    def host(self) -> str:
        """`host:port` of the connection in use; empty when there is none."""
        return self._connection.host if self._connection else ""

    async def start(self, rcpt: RcptCommand | None) -> None:
        """Say MAIL, and RCPT with it when a recipient is given; called once, by `NextHops.begin`.

        Raises:
            NextHopRefused: MAIL was refused or no connection could be had; the transaction is over.
        """
        is_begun = False
        try:
            answer = await self._start(rcpt)
            if not answer.is_accepted:
                raise NextHopRefused(answer)
            is_begun = True
            self._pool.park(self)
        finally:
            if not is_begun:
                await self._finish(needs_reset=False)

    def yield_slot(self) -> None:
        """Give connection and slot up while idle; the pool calls this for one that is parked."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.quit()
        self._has_slot = False
        self._pool.release()

    async def rcpt(self, rcpt: RcptCommand) -> NextHopReply:
        """Ask for one recipient. Never raises for what the next hop does."""
        assert not self._is_over, "RCPT after the end of the transaction"
        if refusal := self._unsendable(rcpt.forward_path):
            return refusal
        loop = asyncio.get_running_loop()
        started = loop.time()
        command = self._rcpt_command(rcpt)
        try:
            answer = self._note_rcpt(command, await self._ask(command))
        except Transient as fault:
            answer = self._trouble(fault, "RCPT")
        if answer.situation:
            self._observe(answer, loop.time() - started)
        if self._has_slot:
            self._pool.park(self)
        return answer

    async def send(  # noqa: PLR0913 - the octets, and what is known of them
        self,
        prefix: bytes,
        fd: int,
        size_octets: int,
        skip: Sequence[tuple[int, int]] = (),
        *,
        has_8bit_octets: bool = True,
        has_8bit_header: bool = True,
        is_secret: bool = False,
    ) -> NextHopReply:
        """Send the message and end the transaction. Never raises for what the next hop does.

        Args:
            prefix: what to put on top: header fields, and perhaps the name of one for the first line that follows;
                CRLF line endings, dot-stuffed, or empty.
            fd: memory file in wire form (CRLF, dot-stuffed, without the final dot), ending in CRLF.
            size_octets: how much of the file is the message.
            skip: half-open ranges left out, sorted, each whole lines.
            has_8bit_octets: whether there are octets above 127; asked only when BODY=8BITMIME was declared
                and the next hop does not offer it.
            has_8bit_header: whether there are some in the header section; asked only when SMTPUTF8 was declared
                and the next hop does not offer it.
            is_secret: the observer is not told what the next hop says of the message: it may quote it.

        Raises:
            ValueError: the octets or ranges are not of this shape: a bug of the caller.
        """
        loop = asyncio.get_running_loop()
        started = loop.time()
        needs_reset = True
        try:
            assert self._accepted, "send without a recipient the next hop accepted"
            assert not self._is_over, "send after the end of the transaction"
            body = Body(prefix, fd, kept_ranges(size_octets, skip))
            refusal = self._unfit(has_8bit_octets=has_8bit_octets, has_8bit_header=has_8bit_header)
            answer = refusal or await self._start_data()
            if answer.is_accepted:
                answer = await self._send_body(body)
                needs_reset = False
        finally:
            await self._finish(needs_reset=needs_reset)
        self._observe(answer, loop.time() - started, is_secret=is_secret)
        return answer

    async def abandon(self) -> None:
        """Give the transaction up: RSET and keep the connection, or cut it. Harmless when it is over."""
        if not self._is_over:
            await self._finish(needs_reset=True)

    async def _start(self, rcpt: RcptCommand | None) -> NextHopReply:
        """Take a connection and say the envelope; a lost connection is re-opened once."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            connection = self._connection = await self._pool.take(self._id)
        except Transient as fault:
            return answer_for_trouble(fault, "")
        if not self._settle(connection):
            return self._no_smtputf8("MAIL")
        rcpts: list[bytes] = []
        if rcpt is not None:
            self.first_answer = self._unsendable(rcpt.forward_path)
            rcpts = [] if self.first_answer else [self._rcpt_command(rcpt)]
        try:
            answer = self._note_envelope(rcpts, await self._say_first(connection, rcpts))
        except Transient as fault:
            answer = self._trouble(fault, "MAIL")
        if not answer.is_accepted:
            self._observe(answer, loop.time() - started)
        elif self.first_answer is not None and self.first_answer.situation:
            self._observe(self.first_answer, loop.time() - started)
        return answer

    def _settle(self, connection: NextHopConnection) -> bool:
        """Settle what is used of what the next hop offers; tell whether MAIL can be said at all."""
        mail, offered = self._mail, connection.extensions
        self._is_smtputf8 = mail.is_smtputf8 and "smtputf8" in offered
        self._has_dsn = "dsn" in offered
        used = {"smtputf8": self._is_smtputf8, "8bitmime": mail.is_8bit, "dsn": bool(mail.dsn)}
        self._needs = {word for word, is_used in used.items() if is_used and word in offered}
        return self._is_smtputf8 or mail.reverse_path.isascii()

    def _rcpt_command(self, rcpt: RcptCommand) -> bytes:
        if self._has_dsn and rcpt.dsn:
            self._needs.add("dsn")
        return rcpt_command(rcpt, has_dsn=self._has_dsn, is_smtputf8=self._is_smtputf8)

    async def _say_first(self, connection: NextHopConnection, rcpts: list[bytes]) -> list[RawReply]:
        """Say the envelope for the first time; what a warm connection could not tell us shows here."""
        try:
            return await self._say_envelope(connection, rcpts)
        except Transient as fault:
            is_silent = connection.is_warm and fault.situation == "next_hop_timeout"
            if fault.situation != "next_hop_lost" and not is_silent:
                raise
        return await self._say_envelope(await self._reopen(), rcpts)

    def _note_envelope(self, rcpts: list[bytes], raws: list[RawReply]) -> NextHopReply:
        """Sort out the replies to MAIL and the RCPT sent with it; return the answer to MAIL."""
        answer = self._answer("MAIL", raws[0])
        if answer.is_accepted:
            for command, raw in zip(rcpts, raws[1:], strict=True):
                self.first_answer = self._note_rcpt(command, raw)
        elif any(raw.code < 400 for raw in raws[1:]):
            self._cut()  # RCPT accepted without MAIL: who knows what this peer thinks
        return answer

    async def _say_envelope(self, connection: NextHopConnection, rcpts: list[bytes]) -> list[RawReply]:
        commands = [mail_command(self._mail, connection.extensions), *rcpts]
        return await connection.ask_all(commands, self.route.command_timeout_s)

    async def _ask(self, command: bytes) -> RawReply:
        """Ask within the transaction; a lost connection is re-opened and replayed once.

        Raises:
            Transient: no usable reply.
        """
        self._pool.unpark(self)
        try:
            return await (await self._current()).ask(command, self.route.command_timeout_s)
        except Transient as fault:
            if fault.situation != "next_hop_lost" or self._is_replayed:
                raise
        self._is_replayed = True
        connection = await self._replayed()
        return await connection.ask(command, self.route.command_timeout_s)

    async def _current(self) -> NextHopConnection:
        """Give the connection; one yielded to another transaction is taken up again."""
        if not self._has_slot:
            await self._pool.acquire()
            self._has_slot = True
            return await self._replayed()
        if self._connection is None:
            raise lost("no connection")
        return self._connection

    async def _replayed(self) -> NextHopConnection:
        """Open another connection and say on it what this transaction said so far.

        Raises:
            Transient: it is lost too, or answers differently.
        """
        connection = await self._reopen()
        raws = await self._say_envelope(connection, self._accepted)
        stages = ["MAIL", *["RCPT"] * len(self._accepted)]
        for stage, raw in zip(stages, raws, strict=True):
            if not self._answer(stage, raw).is_accepted:
                raise lost(f"replay of {stage} answered {raw.code}")
        return connection

    async def _reopen(self) -> NextHopConnection:
        """Open a new connection in place of a lost one; no warm one, which may be as dead as the last."""
        if self._connection is not None and not self._connection.is_warm:
            self._pool.note_failure(self._connection.host)
        self._cut()
        self._connection = await self._pool.open(self._id)
        if not self._needs <= self._connection.extensions:
            raise lost("re-opened with fewer extensions")
        return self._connection

    def _unfit(self, *, has_8bit_octets: bool, has_8bit_header: bool) -> NextHopReply | None:
        """Answer for a message the next hop does not take as it is.

        A client that was offered an extension before we knew better converts when it comes again and is not. One that
        sends octets above 127 unasked, as many do undeclared, has them passed on as they are, but for a header section.
        """
        if self._mail.is_smtputf8 and not self._is_smtputf8 and has_8bit_header:
            return self._no_smtputf8("DATA")
        is_lacking = self._mail.is_8bit and has_8bit_octets and "8bitmime" not in self._needs
        if is_lacking and "8bitmime" in self._promised:
            situation = "next_hop_no_8bitmime"
            return NextHopReply(reply_to(situation), host=self.host, situation=situation, stage="DATA")
        return None

    async def _start_data(self) -> NextHopReply:
        try:
            raw = await self._ask(b"DATA")
        except Transient as fault:
            return self._trouble(fault, "DATA")
        return self._answer("DATA", raw)

    async def _send_body(self, body: Body) -> NextHopReply:
        connection = self._connection
        assert connection is not None
        try:
            connection.protocol.expect()
            try:
                await body.send(connection, self.route.data_timeout_s)
            except Transient as fault:
                return await self._early_answer(connection, body, fault)
            raw = await connection.protocol.reply(self.route.final_reply_timeout_s)
        except Transient as fault:
            return self._trouble(fault, "DOT" if body.is_dot_sent else "body", is_outcome_unknown=body.is_dot_sent)
        connection.note_delivery()
        return self._answer("DOT", raw)

    async def _early_answer(self, connection: NextHopConnection, body: Body, fault: Transient) -> NextHopReply:
        """Find the refusal a next hop gave before it stopped reading, or went on to; otherwise the fault stands."""
        is_unknown, stage = body.is_dot_sent, "DOT" if body.is_dot_sent else "body"
        try:
            raw = await connection.protocol.reply(EARLY_REPLY_S)
        except Transient as reason:  # what reading met says more than that writing met an end
            found = reason if fault.situation == "next_hop_lost" else fault
            return self._trouble(found, stage, is_outcome_unknown=is_unknown)
        self._cut()
        if raw.code < 400:
            return answer_for_trouble(fault, connection.host, stage=stage, is_outcome_unknown=is_unknown)
        return answer_for("DOT", raw, connection.host, connection.own_address, connection.tls)

    def _answer(self, stage: str, raw: RawReply) -> NextHopReply:
        own_address, tls = (self._connection.own_address, self._connection.tls) if self._connection else ("", "")
        answer = answer_for(stage, raw, self.host, own_address, tls)
        if is_trouble(answer):
            self._cut()
        return answer

    def _trouble(self, fault: Transient, stage: str, *, is_outcome_unknown: bool = False) -> NextHopReply:
        answer = answer_for_trouble(fault, self.host, stage=stage, is_outcome_unknown=is_outcome_unknown)
        self._cut()
        return answer

    def _note_rcpt(self, command: bytes, raw: RawReply) -> NextHopReply:
        answer = self._answer("RCPT", raw)
        if answer.is_accepted:
            self._accepted.append(command)
        return answer

    def _unsendable(self, forward_path: str) -> NextHopReply | None:
        if is_sendable(forward_path, is_smtputf8=self._is_smtputf8):
            return None
        if is_sendable(forward_path, is_smtputf8=self._mail.is_smtputf8):
            return self._no_smtputf8("RCPT")
        return NextHopReply(reply_to("bad_forward_path"), host=self.host)

    def _no_smtputf8(self, stage: str) -> NextHopReply:
        """Refuse what needs SMTPUTF8; for now only, where our client was told that it is taken."""
        if "smtputf8" not in self._promised:
            return NextHopReply(reply_to("next_hop_no_smtputf8"), host=self.host)
        situation = "next_hop_lost_smtputf8"
        return NextHopReply(reply_to(situation), host=self.host, situation=situation, stage=stage)

    def _cut(self) -> None:
        if self._connection is not None:
            self._connection.abort()
            self._connection = None

    async def _finish(self, *, needs_reset: bool) -> None:
        """End the transaction once: the connection goes back when clean, the slot in any case."""
        if self._is_over:
            return
        self._is_over = True
        self._pool.unpark(self)
        try:
            connection = self._connection
            if connection is not None and connection.protocol.is_clean:
                if needs_reset and (await connection.ask(b"RSET", RESET_TIMEOUT_S)).code != 250:
                    return
                self._connection = None
                self._pool.give_back(connection)
        except Transient:
            pass  # the connection goes, which is all RSET was for
        finally:
            self._cut()
            if self._has_slot:
                self._pool.release()

    def _observe(self, answer: NextHopReply, seconds: float, *, is_secret: bool = False) -> None:
        result = AttemptResult.DELIVERED if answer.is_accepted else AttemptResult.TEMPORARY_FAILURE
        if answer.reply.is_permanent:
            result = AttemptResult.PERMANENT_FAILURE
        if answer.situation == "next_hop_refuses_us":
            result = AttemptResult.GATEWAY_REFUSED
        record = RelayRecord(
            self.route.name, answer.host, result.value, int(seconds * 1_000_000), self._id,
            stage=answer.stage, situation=answer.situation,
            reason=answer.said if not (is_secret and answer.code) else str(answer.code),
        )  # fmt: skip
        self._pool.observer.on_attempt(record)
