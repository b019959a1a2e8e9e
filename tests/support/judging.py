"""What judge tests share: shipped packs and domain list, one small registry, short ways to write facts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from gateway.judge.cases import CaseRegistry, ExcerptRegistry
from gateway.judge.domains import parse_domain_list
from gateway.judge.packfile import parse_pack
from gateway.values.envelope import Client, Envelope
from gateway.values.evidence import Outcome, PdfFacts, SignatureFacts
from gateway.values.facts import AddressFacts, HeaderFacts, Marks, MessageFacts, PartFacts
from gateway.values.registry import Agency, DomainEntry, MailboxEntry

POLICIES = Path(__file__).parents[2] / "policies"
PACK_FILES = sorted(POLICIES.glob("*/pack.toml"))
AT = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))

DOMAINS = parse_domain_list((POLICIES / "freemail.txt").read_text(encoding="utf-8"), "freemail.txt")
PACKS = tuple(parse_pack(file.read_text(encoding="utf-8"), file.name) for file in PACK_FILES)

AGENCY_MAILBOX = "vanthu@soa.thunghiem.gov.vn"
PERSONAL_MAILBOX = "chuyenvien@soa.thunghiem.gov.vn"
OFFICE_MAILBOX = "vanthu@vpubnd.thunghiem.gov.vn"
AGENCY = Agency(
    id="so-a",
    name="Sở A tỉnh Thử Nghiệm",
    agency_class="department",
    territory="binh-duong",
    certificate="issued",
    certificate_serials=("5a01",),
)
OFFICE = Agency(id="vpubnd", name="Văn phòng UBND tỉnh Thử Nghiệm", agency_class="vpubnd", territory="binh-duong")


def registry(*agencies: Agency) -> ExcerptRegistry:
    """A registry of Sở A and the office, or of the agencies given in their place."""
    by_id = {agency.id: agency for agency in (AGENCY, OFFICE, *agencies)}
    return ExcerptRegistry(
        CaseRegistry(
            agencies=tuple(by_id.values()),
            mailboxes={
                AGENCY_MAILBOX: MailboxEntry("so-a", "agency"),
                PERSONAL_MAILBOX: MailboxEntry("so-a", "personal"),
                OFFICE_MAILBOX: MailboxEntry("vpubnd", "agency"),
                "xnk.soa@gmail.com": MailboxEntry("so-a", "registered_other"),
            },
            domains={"thunghiem.gov.vn": DomainEntry("official")},
        ),
        DOMAINS,
    )


def envelope(reverse_path: str = AGENCY_MAILBOX, *forward_paths: str) -> Envelope:
    """An envelope from Sở A to the office unless said otherwise."""
    client = Client("192.0.2.1")
    return Envelope(client, reverse_path, forward_paths or (OFFICE_MAILBOX,), 0, "test0001")


def signature(outcome: Outcome = Outcome.PASS, **facts: object) -> SignatureFacts:
    """A signature by Sở A."""
    given = {"signer_serial": "5a01", "trust_list": "official", "outcome": outcome, **facts}
    return SignatureFacts(field="Signature1", **given)


def pdf(*signatures: SignatureFacts, path: str = "2", **facts: object) -> PartFacts:
    """An attached PDF with these signatures."""
    return PartFacts(
        path=path,
        kind="pdf",
        name="125_SA-VP.pdf",
        name_kind="pdf",
        is_attachment=True,
        pdf=PdfFacts(version="1.7", page_count=1, signatures=signatures, **facts),
    )


def message(*parts: PartFacts, author: str = AGENCY_MAILBOX, name: str = "", **facts: object) -> MessageFacts:
    """An official letter with these parts."""
    given = {"document": Marks(doc_type="cong_van", number="125", notation="SA-VP"), **facts}
    header = given.pop("header", HeaderFacts(author=(AddressFacts(author, name),)))
    return MessageFacts(size_octets=1000, header=header, parts=parts, **given)
