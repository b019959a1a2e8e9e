"""A sending server: keeps each mail until it is taken or refused for good, and writes down what it was answered."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from tests.chaos.ledger import CLOSING, NO_REPLY, Attempt
from tests.support.smtp_client import RawClient

if TYPE_CHECKING:
    import random
    from collections.abc import Awaitable, Callable, Iterator

    from tests.chaos.mails import Mail
    from tests.chaos.trouble import Gateway

_LEAVES = 0.02
"""How often a client leaves in the middle of the message, and how often after the final dot."""

_STAYS = 0.5
"""How often it goes on in the same session."""

_TLS = 0.5
"""How often a session begins TLS."""


class Place(NamedTuple):
    """Whom a sender talks to, and who it is."""

    port: int
    ip: str
    """Its own; each sender has a network of its own, for what a file did to a reader is held against its network."""
    pause_s: float


class Sender:
    """Sends mail after mail."""

    def __init__(
        self, place: Place, rng: random.Random, gateway: Gateway, note: Callable[[Attempt], Awaitable[None]]
    ) -> None:
        self._place, self._rng, self._gateway, self._note = place, rng, gateway, note
        self._client: RawClient | None = None
        """A session kept for the next try."""
        self._turns = 0
        """Of the gateway, when the session began."""

    async def run(self, mails: Iterator[Mail]) -> None:
        """Send every mail, each until it is taken or refused for good."""
        for mail in mails:
            for number in itertools.count():
                attempt = await self._try(mail, f"try-{number}.mail-{mail.number}.example")
                is_outage = bool(self._turns % 2) or self._turns != self._gateway.turns
                await self._note(replace(attempt, is_outage=is_outage))
                await asyncio.sleep(self._place.pause_s)
                if attempt.code // 100 in {2, 5}:
                    break
        await self._close()

    async def _try(self, mail: Mail, helo: str) -> Attempt:
        is_new = self._client is None
        if self._client is None:
            self._turns = self._gateway.turns
            try:
                self._client = await self._connect()
            except OSError as error:
                return Attempt(mail, helo, 0, type(error).__name__, "connect")
        dialogue = _Dialogue(self._client, mail, helo, is_new=is_new, has_tls=self._rng.random() < _TLS)
        leaves = self._rng.random()
        try:
            if leaves > 2 * _LEAVES:
                attempt = await dialogue.whole()
            else:
                attempt = await dialogue.half(is_with_dot=leaves > _LEAVES)
        except TimeoutError:
            attempt = Attempt(mail, helo, 0, NO_REPLY, dialogue.stage, has_left=True)
        if attempt.code in {0, CLOSING} or self._rng.random() > _STAYS:
            await self._close()
        return attempt

    async def _connect(self) -> RawClient:
        address = self._place.ip, 0
        return RawClient(*await asyncio.open_connection("127.0.0.1", self._place.port, local_addr=address))

    async def _close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()


class _Dialogue:
    """One transaction, in a new session or an older one."""

    def __init__(self, client: RawClient, mail: Mail, helo: str, *, is_new: bool, has_tls: bool) -> None:
        self._client, self._mail, self._helo = client, mail, helo
        self._is_new, self._begins_tls = is_new, is_new and has_tls
        self.stage = "banner"

    async def whole(self) -> Attempt:
        """Say everything; answer with the refusal, or with the reply to the final dot."""
        refusal = await self._envelope()
        if refusal is not None:
            return refusal
        self.stage = "dot"
        await self._client.send(self._mail.wire + b".\r\n")
        return self._attempt(*await self._reply())

    async def half(self, *, is_with_dot: bool) -> Attempt:
        """Leave in the middle of the message, or right after the final dot."""
        refusal = await self._envelope()
        if refusal is not None:
            return refusal
        wire = self._mail.wire
        await self._client.send(wire + b".\r\n" if is_with_dot else wire[: len(wire) // 2])
        return Attempt(self._mail, self._helo, 0, "left", "dot" if is_with_dot else "body", has_left=True)

    async def _envelope(self) -> Attempt | None:
        kind = self._mail.kind
        lines = (
            ("MAIL", f"MAIL FROM:<{kind.reverse_path}>"),
            ("RCPT", f"RCPT TO:<{kind.forward_path}>"),
            ("DATA", "DATA"),
        )
        code, reply = await self._greet()
        for stage, line in lines:
            if code // 100 != 2:
                return self._attempt(code, reply)
            code, reply = await self._ask(stage, line)
        return None if code == 354 else self._attempt(code, reply)

    async def _greet(self) -> tuple[int, str]:
        """Say EHLO, and once more under TLS, which a session begins at once or never."""
        code, reply = await self._reply() if self._is_new else (220, "")
        if code == 220:
            code, reply = await self._ask("EHLO", f"EHLO {self._helo}")
        if code == 250 and self._begins_tls:
            code, reply = await self._ask("STARTTLS", "STARTTLS")
            if code == 220:
                try:
                    await self._client.start_tls()
                except OSError as error:
                    return 0, type(error).__name__
                code, reply = await self._ask("EHLO", f"EHLO {self._helo}")
        return code, reply

    async def _ask(self, stage: str, line: str) -> tuple[int, str]:
        self.stage = stage
        await self._client.send(line.encode() + b"\r\n")
        return await self._reply()

    async def _reply(self) -> tuple[int, str]:
        octets = await self._client.reply()
        # a reply that was cut in its middle is none
        return (int(octets[:3]), octets[4:120].decode("ascii")) if octets.endswith(b"\r\n") else (0, "cut")

    def _attempt(self, code: int, reply: str) -> Attempt:
        return Attempt(self._mail, self._helo, code, reply, self.stage)
