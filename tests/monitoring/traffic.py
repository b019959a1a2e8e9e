"""An hour of mixed mail: everyday mail of offices, forgeries, secrets and wrong forms, as fast as the gateway takes it."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import random
import smtplib
import ssl
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.demo.mails import demo_mails
from gateway.demo.pki import throw_away_pki
from gateway.demo.senders import GREETING, sender_mails
from tests.everyday.papers import Maker
from tests.everyday.rows import load
from tests.everyday.shapes import compose
from tests.everyday.shapes.mime import split_address
from tests.everyday.trying import has_scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.demo.pki import Identity
    from tests.everyday.rows import Row

SESSIONS = 3
"""Clients at once: as many as two readers cannot quite keep up with."""
_WRONG_EVERY = 8
"""One mail in so many is a sample of what goes wrong; the rest is everyday mail."""
_SECRETS_ONE_OF = 8
"""Everyday mail has many marked secrets, since they must not pass; offices send few."""
_PATIENCE_S = 60
_NONSENSE = 100


@dataclass(frozen=True)
class Letter:
    """One mail to send."""

    reverse_path: str
    forward_path: str
    octets: bytes


def everyday_rows() -> list[Row]:
    """List everyday mail, but for scans: reading the letters of one takes as long as thirty other mails."""
    secrets = itertools.cycle([True, *[False] * (_SECRETS_ONE_OF - 1)])
    return [row for row in load() if not has_scan(row) and (row["expect"] != "secret" or next(secrets))]


class Writer:
    """Writes everyday mail when it is asked for, each once; `signers` are the agencies with certificates."""

    def __init__(self, signers: dict[str, Identity]) -> None:
        self._maker = Maker(signers, lambda row: compose(row, self._maker.make))
        self._written: dict[str, Letter] = {}

    def letter(self, row: Row) -> Letter:
        """Write a row as a letter to its first recipient."""
        if row["id"] not in self._written:
            sender = row.get("mail_from", split_address(row["from"])[1])
            octets = compose(row, self._maker.make)
            self._written[row["id"]] = Letter(sender, split_address(row["to"][0])[1], octets)
        return self._written[row["id"]]


def sample_letters() -> list[Letter]:
    """Write the demonstration's samples: each kind of refusal, tag and forgery once; scans are left out."""
    now = dt.datetime.now(dt.UTC)
    mails = [*demo_mails(throw_away_pki(now), now), *sender_mails()]
    return [Letter(one.reverse_path, one.forward_path, one.octets) for one in mails if "quét" not in one.title]


def endless(signers: dict[str, Identity], seed: int = 13) -> Iterator[Letter]:
    """Give letters for ever, in an order that is the same on every run."""
    usual, wrong, writer = everyday_rows(), sample_letters(), Writer(signers)
    random.Random(seed).shuffle(usual)
    for number in itertools.count():
        is_wrong = number % _WRONG_EVERY == 0
        yield wrong[number // _WRONG_EVERY % len(wrong)] if is_wrong else writer.letter(usual[number % len(usual)])


class Clients:
    """Sending servers: a few sessions, the first of them in plain, the others under TLS."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._sessions: list[smtplib.SMTP] = []
        self._pool = ThreadPoolExecutor(SESSIONS)

    def open(self) -> None:
        """Connect."""
        for number in range(SESSIONS):
            client = smtplib.SMTP("127.0.0.1", self._port, timeout=_PATIENCE_S)
            client.ehlo(GREETING)
            if number:
                context = ssl.create_default_context()
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
                client.starttls(context=context)
                client.ehlo(GREETING)
            self._sessions.append(client)

    def begin(self, letters: list[Letter]) -> list[Future[None]]:
        """Send all, shared among the sessions, whatever is answered; give what to wait for."""
        shares = [letters[number::SESSIONS] for number in range(SESSIONS)]
        return [self._pool.submit(_send_all, *pair) for pair in zip(self._sessions, shares, strict=True)]

    def send(self, letters: list[Letter]) -> None:
        """Send all and wait until each is answered."""
        for share in self.begin(letters):
            share.result()

    def babble(self) -> None:
        """Connect and say nonsense until the gateway has enough of it."""
        client = smtplib.SMTP("127.0.0.1", self._port, timeout=_PATIENCE_S)
        with contextlib.suppress(smtplib.SMTPServerDisconnected):
            for _ in range(_NONSENSE):
                client.docmd("NONSENSE")
        client.close()

    def hang_up(self) -> None:
        """Say goodbye, to connect anew."""
        while self._sessions:
            self._sessions.pop().quit()

    def close(self) -> None:
        """Say goodbye for good."""
        self._pool.shutdown()
        self.hang_up()


def _send_all(session: smtplib.SMTP, letters: list[Letter]) -> None:
    for letter in letters:
        if session.mail(letter.reverse_path)[0] < 400 and session.rcpt(letter.forward_path)[0] < 400:
            session.data(letter.octets)
        session.rset()
