"""Mails a run sends: the demonstration's samples and some that are hard to carry, each with a name in its Message-ID."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from gateway.demo.mails import DEPARTMENT_A, OFFICE
from tests.support.daemon import world

_ID = re.compile(rb"^Message-ID: <[^>\r\n]*>", re.MULTILINE)
_DOT = re.compile(rb"^\.", re.MULTILINE)
_FORGED = b"Congthu-Verdict: 1; host=forged.example; id=AAAAAAAAAAAA; disposition=relay\r\n"
_HEAD = (
    f"From: {DEPARTMENT_A}\r\nTo: {OFFICE}\r\nDate: Mon, 30 Nov 2026 09:00:00 +0700\r\nMessage-ID: <x>\r\n"
    "Subject: Trao doi\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n"
).encode()
_LINE = "Xin chào các đồng chí, gửi lịch trực tuần này.\r\n".encode()
_HARD = {
    "short": b"\r\n" + _LINE,
    "no body": b"",
    "dots": b"\r\n" + _LINE + b".\r\n..\r\n.a\r\n\r\n.\r\n" + _LINE,
    "long line": b"\r\n" + b"a" * 5_000 + b"\r\n" + _LINE,
    "long": b"\r\n" + _LINE * 6_000,
    "forged field": _FORGED + b"\r\n" + _LINE,
}


@dataclass(frozen=True)
class Kind:
    """What is sent again and again under new names."""

    title: str
    reverse_path: str
    forward_path: str
    octets: bytes
    """CRLF line ends, not dot-stuffed."""
    expected: str = "relay"
    """As `DemoMail` has it."""


@dataclass(frozen=True)
class Mail:
    """One mail to get rid of."""

    kind: Kind
    number: int

    @property
    def name(self) -> str:
        """Say which mail this is."""
        return f"mail {self.number} ({self.kind.title})"

    @cached_property
    def wire(self) -> bytes:
        """What is sent after DATA, the final dot left out."""
        named = _ID.sub(b"Message-ID: <m%d@senders.example>" % self.number, self.kind.octets, count=1)
        return _DOT.sub(b"..", named)

    @property
    def relayed(self) -> bytes:
        """What of it the next hop must get below our fields."""
        return self.wire.replace(_FORGED, b"")

    @property
    def may_be_refused(self) -> bool:
        """The policy, or the next hop, refuses it for good; unless its file stopped a reader and was left out."""
        return self.kind.expected in {"reject", "rcpt"}

    @property
    def must_be_refused(self) -> bool:
        """A mark of secrecy in the subject is seen however little is read, and nobody has the unknown mailbox."""
        return self.kind.expected == "rcpt" or "MẬT" in self.kind.title


def kinds() -> list[Kind]:
    """List what is sent; a sample that takes a second to read (letters of a scan) is left out."""
    samples = [
        Kind(mail.title, mail.reverse_path, mail.forward_path, mail.octets, mail.expected)
        for mail in world()[1]
        if "quét" not in mail.title
    ]
    return samples + [Kind(title, DEPARTMENT_A, OFFICE, _HEAD + rest) for title, rest in _HARD.items()]
