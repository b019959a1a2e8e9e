"""Listener session: the SMTP verbs of one client (RFC 5321), from greeting to close.

State of the dialogue, and what each state admits:

    connected    EHLO HELO NOOP RSET VRFY QUIT STARTTLS; from our own networks XCLIENT
    greeted      + MAIL; from our own networks XFORWARD
    mail         + RCPT; MAIL is refused as nested
    rcpt         + DATA (at least one accepted recipient)
    data         octets until the final dot; deadlines: block, minimum rate, total
    delivering   no deadline of ours; the handler answers, even when the client has left
"""
# ruff: noqa: N802 - protocol verbs keep protocol case, as in aiosmtpd, whose methods these override

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, cast

import msgspec

from gateway.edge.listener.channel import Hangup
from gateway.edge.listener.commands import KNOWN_VERBS, parse_hello, parse_mail, parse_rcpt, split_line
from gateway.edge.listener.data import DataPace, DataReader
from gateway.edge.listener.dialogue import Dialogue
from gateway.edge.listener.forwarded import (
    UNKNOWN_ADDRESS,
    XCLIENT_ATTRIBUTES,
    XFORWARD_ATTRIBUTES,
    Forwarded,
    parse_forwarded,
)
from gateway.edge.listener.wirestore import WireStore
from gateway.values.addresses import bracketed
from gateway.values.envelope import Client, Forwarder
from gateway.values.faults import Permanent, Transient
from gateway.values.status import Reply, hello_reply

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from gateway.edge.listener.ports import SessionHandler
    from gateway.values.envelope import RcptCommand

_AHEAD_LIMIT = 100
"""Commands of a burst that are looked at before their turn: as many recipients as a client may count on (RFC 5321
section 4.5.3.1.8; Postfix sends 50 at once, Exim 100)."""


class Session(Dialogue):
    """One SMTP session."""

    async def _execute(self, verb: bytes, argument: bytes) -> Reply | None:
        return await _VERBS[verb](self, argument)

    # The verbs. Each takes the raw argument and gives the reply, or None when it has spoken itself.

    async def smtp_EHLO(self, argument: bytes) -> Reply:
        """Greet with the keywords of what we do, and nothing we do not (no CHUNKING, no AUTH).

        We hold no message, so what depends on the next hop is offered as far as every route offers it: a client that
        is not offered 8BITMIME or SMTPUTF8 converts what it can, and one that is not offered DSN reports by itself.
        """
        helo = parse_hello(argument)
        await self._hello(helo, is_esmtp=True)
        offered = self._listener.extensions_provider()
        keywords = [f"SIZE {self._settings.message_size_limit_octets}"]
        keywords += [word for word in ("8BITMIME", "SMTPUTF8", "DSN") if word.lower() in offered]
        if "SMTPUTF8" in keywords and not self._settings.is_smtputf8_enabled:
            keywords.remove("SMTPUTF8")
        keywords += ["PIPELINING", "ENHANCEDSTATUSCODES"]
        if not self.is_tls and self._listener.ssl_context_provider() is not None:
            keywords.append("STARTTLS")
        if self._speaker.is_trusted:
            keywords.append(" ".join(("XFORWARD", *XFORWARD_ATTRIBUTES)))
        if self._peer.is_trusted:
            keywords.append(" ".join(("XCLIENT", *XCLIENT_ATTRIBUTES)))
        return hello_reply(self._listener.host, tuple(keywords))

    async def smtp_HELO(self, argument: bytes) -> Reply:
        """Greet a client of the old protocol."""
        helo = parse_hello(argument)
        await self._hello(helo, is_esmtp=False)
        return self._reply("hello")

    async def _hello(self, helo: str, *, is_esmtp: bool) -> None:
        await self._reset()
        self._speak_as(msgspec.structs.replace(self._speaker, helo=helo))
        self._is_esmtp = is_esmtp

    async def smtp_MAIL(self, argument: bytes) -> Reply:
        """Open a transaction."""
        if not self._speaker.helo:
            return self._reply("need_hello")
        if self._has_mail:
            return self._reply("nested_mail")
        self._reverse_path = ""
        mail = parse_mail(argument, is_esmtp=self._is_esmtp, is_trusted=self._speaker.is_trusted)
        self._reverse_path = mail.reverse_path or bracketed(mail.reverse_path)
        if mail.size_octets is not None and mail.size_octets > self._settings.message_size_limit_octets:
            return self._reply("too_big")
        if (mail.size_octets or 0) > self._room.free_octets:
            return self._reply("memory_short")
        self._has_mail = True
        self._is_smtputf8 = mail.is_smtputf8
        self._declared_octets = mail.size_octets or 0
        reply = await self._ask(cast("SessionHandler", self._handler).on_mail(self._client, mail))
        self._has_mail = self._has_mail and reply.is_positive
        return reply

    async def smtp_RCPT(self, argument: bytes) -> Reply:
        """Add a recipient, once admission has let it pass."""
        if not self._has_mail:
            return self._reply("need_mail" if self._speaker.helo else "need_hello")
        self._asked_count += 1
        rcpt = self._parse_rcpt(argument)
        self._forward_path = rcpt.forward_path
        refusal = self._listener.admission.check_recipient(rcpt.forward_path, self._speaker.is_trusted)
        if refusal is not None:
            return self._reply(refusal.situation)
        if self._accepted_count >= self._settings.recipients_limit:
            return self._reply("too_many_recipients")
        reply = await self._ask(cast("SessionHandler", self._handler).on_rcpt(rcpt, self._recipients_ahead))
        if reply.is_positive:
            self._accepted_count += 1
        return reply

    def _parse_rcpt(self, argument: bytes) -> RcptCommand:
        return parse_rcpt(
            argument, is_smtputf8=self._is_smtputf8, is_esmtp=self._is_esmtp, is_trusted=self._speaker.is_trusted
        )

    def _recipients_ahead(self) -> tuple[RcptCommand, ...]:
        """Read the recipients a pipelining client has named already; each is dealt with again at its turn.

        What would not come to the handler at its turn is left out: refused, not well formed, or past the limit.
        """
        found: list[RcptCommand] = []
        for line in self.lines_ahead(min(_AHEAD_LIMIT, self._settings.recipients_limit - self._accepted_count - 1)):
            verb, argument = split_line(line)
            if verb != b"RCPT":
                break
            with contextlib.suppress(Permanent):
                rcpt = self._parse_rcpt(argument)
                if self._listener.admission.check_recipient(rcpt.forward_path, self._speaker.is_trusted) is None:
                    found.append(rcpt)
        return tuple(found)

    async def smtp_DATA(self, argument: bytes) -> Reply | None:
        """Receive the message and answer its final dot."""
        if not self._has_mail:
            return self._reply("need_mail" if self._speaker.helo else "need_hello")
        if not self._accepted_count:
            return self._reply("no_valid_recipients" if self._asked_count else "need_rcpt")
        if argument:
            return self._reply("syntax")
        if self._declared_octets > self._room.free_octets:
            return self._reply("memory_short")
        refusal = await self._ask(self._start_data())
        if refusal is not None:
            return refusal
        self._answer(b"DATA", self._reply("start_data"))
        self.flush()
        reply = await self._message()
        self._answer(b"DOT", reply)
        if not reply.closes:
            # Any delay between the next hop's answer and ours makes duplicates (RFC 1047).
            self.flush()
        if reply.is_positive:
            self._error_count = self._idle_count = 0
        await self._reset()
        if reply.closes:
            await self.linger()
            raise Hangup("", "protocol")
        return None

    async def _start_data(self) -> Reply | None:
        return cast("SessionHandler", self._handler).on_start_data()

    async def _message(self) -> Reply:
        """Read the message into a store and let the handler answer it."""
        store = WireStore(self._room)
        try:
            refusal = await self._receive(store)
            if refusal is None:
                store.seal()
                delivery = self._listener.deliver(cast("SessionHandler", self._handler), store)
        except Transient as fault:  # no memory for what was received
            store.close()
            return self._reply_to_fault(fault)
        except BaseException:
            store.close()
            raise
        if refusal is not None:
            store.close()
            return self._reply(refusal)
        # Shielded: neither the client's leaving nor the end of this session undoes a delivery under way.
        return cast("Reply", await self._guarded(asyncio.shield(delivery)))

    async def _receive(self, store: WireStore) -> str | None:
        """Read until the final dot; answer the situation that refuses the message, or None."""
        reader = DataReader(self._settings.message_size_limit_octets, store.append)
        settings = self._settings
        pace = DataPace(
            self.loop.time(),
            block_timeout_s=settings.data_block_timeout_s,
            total_timeout_s=settings.data_total_timeout_s,
            minimum_rate_octets_per_s=settings.minimum_rate_octets_per_s,
        )
        while True:
            deadline, situation = pace.deadline(self.loop.time(), reader.size_octets)
            self.active_at = pace.paid_until(reader.size_octets)
            chunk = await self.read_chunk(deadline)
            self.stay_or_go()
            if self.is_expired or self.loop.time() > deadline:
                raise Hangup(situation, "timeout")
            if not chunk:
                raise Hangup("", "lost")
            try:
                rest = reader.feed(chunk)
            except Permanent as fault:
                return fault.situation
            if reader.refusal is not None:
                store.close()
            if rest is not None:
                self.push_back(rest)
                return reader.refusal

    async def smtp_RSET(self, argument: bytes) -> Reply:
        """Forget the transaction."""
        if argument:
            return self._reply("syntax")
        await self._reset()
        return self._reply("ok")

    async def smtp_NOOP(self, argument: bytes) -> Reply:  # noqa: ARG002 - any argument is legal
        """Do nothing."""
        return self._reply("ok")

    async def smtp_VRFY(self, argument: bytes) -> Reply:
        """Tell nobody who exists here (RFC 5321 section 7.3)."""
        return self._reply("vrfy" if argument else "syntax")

    async def smtp_HELP(self, argument: bytes) -> Reply:  # noqa: ARG002 - one answer to every question
        """Answer what the configuration has to say to people (RFC 5321 section 4.1.1.8)."""
        return self._reply("help" if self._listener.help_text else "not_implemented")

    async def smtp_XFORWARD(self, argument: bytes) -> Reply:
        """Hear from a server of ours whose the next transaction is; what it may do, it may still do."""
        if not self._speaker.is_trusted:
            return self._reply("unknown_command")
        if not self._speaker.helo:
            return self._reply("need_hello")
        if self._has_mail:
            return self._reply("nested_mail")
        said = self._forwarded = parse_forwarded(argument, XFORWARD_ATTRIBUTES, self._forwarded)
        # a client whose address nobody knows counts as the server itself
        ip = self._speaker.ip if said.ip in {"", UNKNOWN_ADDRESS} else said.ip
        client = self._spoken_for(msgspec.structs.replace(said, ip=ip), self._speaker)
        if self._listener.admission.is_internal:  # it speaks for people it has authenticated
            domains = tuple(dict.fromkeys((*client.speaks_for, *self._speaker.speaks_for)))
            network = client.network or self._speaker.network
            client = msgspec.structs.replace(client, speaks_for=domains, network=network)
        self._client = client
        return self._reply("ok")

    async def smtp_XCLIENT(self, argument: bytes) -> Reply:
        """Begin the session anew as that of another client, with its rights and never more than the session had."""
        if not self._peer.is_trusted:
            return self._reply("unknown_command")
        if self._has_mail:
            return self._reply("nested_mail")
        said = self._parse_xclient(argument)
        speaker = self._spoken_for(said, self._peer)
        if speaker.is_trusted and not self._speaker.is_trusted:
            # nginx hands octets through from RCPT on: it may be the stranger itself who says this
            return self._reply("rights_given_up")
        if not self._listener.hand_over(self, speaker):
            return self._reply("too_many_sessions")
        await self._reset()
        self._room = self._listener.room_for(speaker)
        self._handed_to = said
        self._speak_as(speaker)
        self._is_esmtp = False
        return self._reply("greeting")

    def _parse_xclient(self, argument: bytes) -> Forwarded:
        """Read XCLIENT, to which several commands may add (Dovecot); a login counts where it is said and no further.

        It is believed of who has the rights of a client network: once the session was handed to a stranger, it may be
        the stranger who speaks. And the next client a connection is handed to is not logged in as the last one was.
        """
        before = msgspec.structs.replace(self._handed_to or Forwarded(self._peer.ip), login="")
        said = parse_forwarded(argument, XCLIENT_ATTRIBUTES, before)
        return said if self._speaker.is_trusted else msgspec.structs.replace(said, login="")

    def _spoken_for(self, said: Forwarded, speaker: Client) -> Client:
        return Client(
            said.ip,
            said.helo,
            speaker.tls_version,
            speaker.tls_cipher,
            is_trusted=self._listener.admission.is_trusted_client(said.ip),
            speaks_for=self._listener.admission.speaks_for(said.ip),
            network=self._listener.admission.network_of(said.ip),
            name=said.name,
            login=said.login,
            proxy=speaker.proxy,
            forwarder=Forwarder(speaker.ip, speaker.helo, said.ident),
        )

    async def smtp_QUIT(self, argument: bytes) -> Reply:
        """Say goodbye."""
        if argument:
            return self._reply("syntax")
        self._answer(b"QUIT", self._reply("closing"))
        raise Hangup("", "quit")

    async def smtp_STARTTLS(self, argument: bytes) -> Reply | None:
        """Turn to TLS and forget all that was said in the clear (RFC 3207 section 4.2)."""
        if argument:
            return self._reply("syntax")
        if self.is_tls:
            return self._reply("tls_active")
        context = self._listener.ssl_context_provider()
        if context is None:
            return self._reply("tls_unavailable")
        await self._reset()
        if self.has_input:
            # Anything already here was sent before the handshake: perhaps not by the client (CVE-2011-0411).
            return self._reply("tls_injection")
        self._answer(b"STARTTLS", self._reply("start_tls"))
        self.flush()
        await self._secure(context)
        return None


_VERBS: dict[bytes, Callable[[Session, bytes], Coroutine[Any, Any, Reply | None]]] = {
    verb: getattr(Session, f"smtp_{verb.decode('ascii')}") for verb in KNOWN_VERBS
}
