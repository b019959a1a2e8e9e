"""Trials: what each program is tried with, and what has to come of it."""

from __future__ import annotations

import base64
import os
import re
from typing import TYPE_CHECKING, NamedTuple

from tests.interop.senders import Mail
from tests.interop.world import DOMAIN, until

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.interop.senders import Sender
    from tests.interop.world import Gateway, Store
    from tests.support.scripted_nexthop import Received

SENDER = f"canbo@soa.{DOMAIN}"
LARGE_OCTETS = 20_000_000
PATIENCE_S = 90.0


class Trial(NamedTuple):
    """One column of the tables."""

    title: str
    make: Callable[[str], Mail]
    """Mail that carries a word nothing else carries."""
    is_down: bool = False
    """The next hop is away when the mail comes, and there again later."""
    is_tls: bool = False


class Chain(NamedTuple):
    """A sender, the gateway, whatever is behind it, and the store at the end."""

    sender: Sender
    gateway: Gateway
    store: Store
    down: Callable[[], object]
    """Takes the next hop away."""
    up: Callable[[], object]
    behind_waiting: Callable[[], int]
    """What a server behind has in its queue."""


def recipients(word: str, count: int = 1) -> tuple[str, ...]:
    """Name mailboxes that exist."""
    return tuple(f"r{number}-{word}@vp.{DOMAIN}" for number in range(1, count + 1))


def text_mail(word: str, body: bytes, *fields: str) -> bytes:
    """Put a head with a word of its own on a body."""
    head = (
        f"From: <{SENDER}>",
        f"To: <vanthu@vp.{DOMAIN}>",
        "Date: Mon, 30 Nov 2026 09:00:00 +0700",
        f"Message-ID: <{word}@soa.{DOMAIN}>",
        *(fields or (f"Subject: Lich hop {word}",)),
    )
    return "\r\n".join(head).encode("utf-8") + b"\r\n\r\n" + body


PLAIN = b"Kinh gui Van phong,\r\n\r\n.mot dau cham o dau dong\r\n.\r\nTran trong.\r\n"


def plain(word: str) -> Mail:
    """Lines that begin with a dot, one of nothing else."""
    return Mail(SENDER, recipients(word), text_mail(word, PLAIN))


def eight_bit(word: str) -> Mail:
    """Vietnamese in UTF-8, declared."""
    fields = (f"Subject: Lich hop {word}", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8")
    fields += ("Content-Transfer-Encoding: 8bit",)
    body = "Kính gửi Văn phòng,\r\n\r\nĐề nghị chuẩn bị phòng họp tầng 2.\r\n".encode()
    return Mail(SENDER, recipients(word), text_mail(word, body, *fields), ("BODY=8BITMIME",))


def international(word: str) -> Mail:
    """Addresses and subject beyond ASCII (RFC 6531)."""
    body = "Kính gửi Văn phòng.\r\n".encode()
    octets = text_mail(
        word, body, f"Subject: Lịch họp {word}", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ).replace(SENDER.encode(), f"cánbộ@soa.{DOMAIN}".encode())  # fmt: skip
    return Mail(f"cánbộ@soa.{DOMAIN}", (f"vănthư-{word}@vp.{DOMAIN}",), octets, ("BODY=8BITMIME", "SMTPUTF8"))


def large(word: str) -> Mail:
    """One attachment of octets nobody can shorten."""
    coded = base64.encodebytes(os.urandom(LARGE_OCTETS * 57 // 78)).replace(b"\n", b"\r\n")
    fields = (f"Subject: So lieu {word}", "MIME-Version: 1.0", 'Content-Type: application/octet-stream; name="a.bin"')
    fields += ("Content-Transfer-Encoding: base64", 'Content-Disposition: attachment; filename="a.bin"')
    return Mail(SENDER, recipients(word), text_mail(word, coded, *fields))


def many(word: str) -> Mail:
    """Fifty recipients, every tenth of them unknown behind the gateway."""
    paths = [f"nobody{path}" if number % 10 == 4 else path for number, path in enumerate(recipients(word, 50))]
    return Mail(SENDER, tuple(paths), text_mail(word, PLAIN))


def notification(word: str) -> Mail:
    """A notification, from the null reverse-path."""
    return plain(word)._replace(sender="")


TRIALS = (
    Trial("plain", plain),
    Trial("8-bit", eight_bit),
    Trial("SMTPUTF8", international),
    Trial("20 MB", large),
    Trial("50 recipients, 5 refused", many),
    Trial("null sender", notification),
    Trial("STARTTLS", plain, is_tls=True),
    Trial("next hop down", plain, is_down=True),
)


class Differs(Exception):
    """What came of a trial, in words, when it was not what it should be."""


def run(trial: Trial, word: str, chain: Chain) -> str:
    """Run a trial; answer `ok` or what differs."""
    mail = trial.make(word)
    try:
        if trial.is_down:
            _send_while_down(mail, chain)
        else:
            _check_complaint(mail, chain, chain.sender.send(mail))
        _check_deliveries(mail, word, chain)
    except Differs as found:
        return str(found)
    return "ok"


def _send_while_down(mail: Mail, chain: Chain) -> None:
    """Queueing senders keep it; the others hear 4yz and are asked to send once more."""
    chain.down()
    try:
        complaint = chain.sender.send(mail)
        if chain.sender.is_queueing:
            if complaint:
                raise Differs(f"not taken: {shortened(complaint)}")
            if not until(lambda: f"{mail.recipients[0]}" in chain.gateway.log.read_text(), PATIENCE_S):
                raise Differs("not tried while the next hop was down")
        elif not re.search(r"\b4\d\d\b", complaint):
            raise Differs(f"no 4yz while the next hop was down: {shortened(complaint)}")
    finally:
        chain.up()
    if not chain.sender.is_queueing:
        _check_complaint(mail, chain, chain.sender.send(mail))


def _check_complaint(mail: Mail, chain: Chain, complaint: str) -> None:
    """A sender without a queue tells at once what was refused, and nothing else."""
    refused = [path for path in mail.recipients if path.startswith("nobody")]
    if chain.sender.is_queueing or not refused:
        if complaint:
            raise Differs(f"refused: {shortened(complaint)}")
    elif not complaint:
        raise Differs("the refused recipients are not told")


def _check_deliveries(mail: Mail, word: str, chain: Chain) -> None:
    """Every recipient has it once, unchanged; those refused are told; nothing is left in any queue."""
    wanted = {path for path in mail.recipients if not path.startswith("nobody")}
    refused = set(mail.recipients) - wanted
    has_bounce = bool(refused) and chain.sender.is_queueing

    def is_over() -> bool:
        found = arrived(chain.store.messages, word)
        return (
            {path for one in found for path in one.forward_paths if path != mail.sender} >= wanted
            and (not has_bounce or any(mail.sender in one.forward_paths for one in found))
            and not chain.sender.waiting()
            and not chain.behind_waiting()
        )

    came = until(is_over, PATIENCE_S, chain.sender.flush)
    found = arrived(chain.store.messages, word)
    mails = [one for one in found if mail.sender not in one.forward_paths or not mail.sender]
    paths = [path for one in mails for path in one.forward_paths]
    if lost := wanted - set(paths):
        bounces = [one for one in found if one not in mails]
        raise Differs(f"{len(lost)} of {len(wanted)} not delivered" + (", bounced" if bounces else ""))
    if len(paths) != len(set(paths)):
        raise Differs("delivered more than once")
    if not came:
        raise Differs("something is left in a queue" if not has_bounce else "the refused recipients are not told")
    told = b"".join(one.octets for one in found if one not in mails)
    if has_bounce and not all(path.encode() in told for path in refused):
        raise Differs("the bounce does not name all that were refused")
    for one in mails:
        check_content(mail, one, chain.gateway)


def check_content(mail: Mail, one: Received, running: Gateway) -> None:
    """Body octet for octet, reverse-path as it was, our fields on it, TLS where it was asked for."""
    head, _, body = re.sub(rb"(?m)^\.", b"", one.octets).partition(b"\r\n\r\n")
    if one.reverse_path != mail.sender:
        raise Differs(f"reverse-path became <{one.reverse_path}>")
    if body != mail.octets.partition(b"\r\n\r\n")[2]:
        raise Differs("body changed")
    if not re.search(rb"(?m)^Congthu-Verdict:", head):
        raise Differs("not through the gateway")
    if running.tls and not re.search(rb"by\s+congthu\.interop\.example[^;]*\(TLSv1", head):
        raise Differs("sent without TLS")


def arrived(messages: Sequence[Received], word: str) -> list[Received]:
    """List what carries the word of one trial, notifications about it too."""
    return [one for one in messages if word.encode() in one.octets]


def shortened(text: str) -> str:
    """Make one short line of what a program said."""
    return " ".join(text.split())[-160:].replace("|", "/")
