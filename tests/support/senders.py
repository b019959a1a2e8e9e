"""Mail of honest and forging senders through the real inspection: one process, answers of DNS from a master file.

The office is Sở A of the demonstration, which publishes everything; the forger owns a domain and an address, and
publishes everything there too.
"""

from __future__ import annotations

import asyncio
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from gateway.daemon.asking import ask, memory_file
from gateway.daemon.config.load import load_config
from gateway.daemon.enquiry import Ahead, Bounds, Enquiry, Sources
from gateway.daemon.generation import Order
from gateway.daemon.inspection import Inspector
from gateway.daemon.loading import load_generation
from gateway.demo.mails import DEPARTMENT_A, OFFICE, PROVINCE
from gateway.demo.run import write_world
from gateway.edge.resolver.zone import ZoneFile
from gateway.values.addresses import parse_reverse_path
from gateway.values.envelope import Client, Envelope
from gateway.values.faults import Permanent
from gateway.values.identity import IdentitySettings
from tests.support.daemon import world
from tests.support.dkim_signer import edwards_key, record, rsa_key

if TYPE_CHECKING:
    from gateway.daemon.asking import Examination

VICTIM = DEPARTMENT_A.rpartition("@")[2]
FORGER = "ke-gian.example"
LIST = f"list.{PROVINCE}"
STRANGE_LIST = "list.khac.example"
OFFICE_SERVER, FORGER_SERVER, ELSEWHERE = "192.0.2.25", "203.0.113.66", "198.51.100.7"
AT_US = 1_796_000_000_000_000
"""A day in November 2026."""
CHECKING = IdentitySettings(mode="check", arc_sealers=(LIST,))
KEY, FORGER_KEY = rsa_key(), edwards_key()


def published(name, text):
    """Write one TXT record of a master file."""
    return f"{name}. TXT " + " ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200))


ZONE = "\n".join(
    (
        published(VICTIM, f"v=spf1 ip4:{OFFICE_SERVER} ip6:2001:db8:25::/48 -all"),
        published(f"_dmarc.{VICTIM}", "v=DMARC1; p=reject"),
        published(f"s1._domainkey.{VICTIM}", record(KEY)),
        published(f"_dmarc.{PROVINCE}", "v=DMARC1; p=none; np=reject"),
        published(FORGER, f"v=spf1 ip4:{FORGER_SERVER} -all"),
        published(f"*.{FORGER}", f"v=spf1 ip4:{FORGER_SERVER} -all"),
        published(f"_dmarc.{FORGER}", "v=DMARC1; p=none"),
        published(f"s1._domainkey.{FORGER}", record(FORGER_KEY)),
        published(f"s1._domainkey.{LIST}", record(KEY)),
        published(f"s1._domainkey.{STRANGE_LIST}", record(FORGER_KEY)),
    )
)


class Seen(NamedTuple):
    """What the gateway made of one mail."""

    examination: Examination

    @property
    def identity(self):
        """The word of the verdict."""
        return self.examination.verdict.identity

    @property
    def facts(self):
        """What was read."""
        return self.examination.facts

    @property
    def rules(self):
        """Rules that found something."""
        return {finding.rule for finding in self.examination.verdict.findings}

    @property
    def disposition(self):
        """What becomes of it."""
        return self.examination.verdict.disposition.value


@cache
def _generation():
    with tempfile.TemporaryDirectory() as folder:
        write_world(Path(folder), world()[0], [2525, 2526, 2527])
        return load_generation(load_config(Path(folder) / "congthu.toml"), 1)[0]


@cache
def _inspector(settings):
    return Inspector(msgspec.structs.replace(_generation(), identity=settings))


@cache
def _zone(text):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "answers.txt")
        file.write_text(text, "latin-1")
        return ZoneFile(file)


class _Worker:
    """A reader worker in this process: takes the orders of a pool."""

    def __init__(self, settings, wire):
        self._settings, self._wire = settings, wire

    async def inspect(self, request, _fd, **_more):
        """Do what a worker does with an order."""
        order = msgspec.msgpack.decode(request, type=Order)
        return _inspector(self._settings).examine(memoryview(self._wire), order.envelope, known=order.known)


def host():
    """Name of the gateway, its authserv-id."""
    return _generation().host


def receive(
    octets,
    mail_from=f"<thu@{FORGER}>",
    ip=FORGER_SERVER,
    helo=f"mail.{FORGER}",
    *,
    zone=ZONE,
    settings=CHECKING,
    **rights,
):
    """Give what the gateway makes of content from this client; None where MAIL is refused.

    `rights` are fields of Client, such as `is_trusted`.
    """
    try:
        reverse_path = parse_reverse_path(mail_from.encode("latin-1"))
    except Permanent:
        return None
    client = Client(ip, helo=helo, **rights)
    envelope = Envelope(client, reverse_path, (OFFICE,), AT_US, "SPOOF0000000")
    wire = octets.replace(b"\r\n.", b"\r\n..") + b".\r\n"

    async def run():
        answers = _zone(zone)
        enquiry = None
        if settings.mode == "check":
            enquiry = Enquiry(Sources(answers.answer, answers.look_up), Bounds(150, 5.0), Ahead())
            enquiry.begin(client, reverse_path)
        with memory_file(wire) as fd:
            worker = _Worker(settings, wire)
            return Seen(await ask(worker, envelope, fd, _generation().budget, enquiry=enquiry))

    return asyncio.run(run())


def mail(*authors, more=b"", body=b"Kinh gui Van phong,\r\nSo A xin trao doi lich hop.\r\n", subject=b"Trao doi"):
    """Write a mail; `authors` are whole fields with their line ends, by default the one of Sở A."""
    fields = authors or (f"From: Van thu So A <{DEPARTMENT_A}>\r\n".encode(),)
    rest = b"To: " + OFFICE.encode() + b"\r\nSubject: " + subject + b"\r\nDate: Mon, 30 Nov 2026 10:00:00 +0700\r\n"
    rest += b"Message-ID: <1@mail.example>\r\n" + more
    return b"".join(fields) + rest + b"\r\n" + body
