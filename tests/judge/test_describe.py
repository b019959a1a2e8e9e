"""Scenes: what rules may ask of a transaction."""

from __future__ import annotations

import msgspec
import pytest

from gateway.judge.cases import CaseRegistry, ExcerptRegistry
from gateway.judge.describe import describe, describe_recipient
from gateway.judge.domains import DomainList
from gateway.values.envelope import Client
from gateway.values.facts import AddressFacts, HeaderFacts, Marks, PartFacts
from gateway.values.registry import Agency, DomainEntry, MailboxEntry
from tests.support.judging import (
    AGENCY,
    AGENCY_MAILBOX,
    AT,
    DOMAINS,
    OFFICE,
    OFFICE_MAILBOX,
    PERSONAL_MAILBOX,
    envelope,
    message,
    pdf,
    registry,
    signature,
)


def scene(facts=None, reverse_path=AGENCY_MAILBOX, *forward_paths):
    """Describe a message from Sở A to the office unless said otherwise."""
    return describe(envelope(reverse_path, *forward_paths), facts or message(), registry(), AT)


@pytest.mark.parametrize(
    ("author", "forward_paths", "expected"),
    [
        (AGENCY_MAILBOX, (OFFICE_MAILBOX,), ("so-a", "internal")),
        (AGENCY_MAILBOX, (OFFICE_MAILBOX, "x@example.com"), ("so-a", "outbound")),
        ("x@example.com", (OFFICE_MAILBOX,), ("other", "inbound")),
    ],
)
def test_agency_and_direction(author, forward_paths, expected):
    """Both come from the registry alone."""
    shown = scene(message(author=author), author, *forward_paths)
    assert expected == (shown.agency, shown.direction)


def test_the_network_a_client_comes_from():
    """By the name the configuration gives it, for rules that tell a dedicated network from the internet (HCM-3c)."""
    client = Client("10.2.0.25", network="truyen-so-lieu")
    assert "truyen-so-lieu" == describe_recipient(client, "", OFFICE_MAILBOX, registry(), AT).client.network
    assert "" == scene().client.network


def test_classes_and_levels_of_all_recipients():
    """Whoever is of no agency counts as empty, so a rule may ask whether a mail goes to one class only."""
    commune = Agency(id="vpubnd", name="UBND xã C", agency_class="commune_ubnd", level="commune")
    known = registry(commune)
    paths = [(OFFICE_MAILBOX,), (OFFICE_MAILBOX, AGENCY_MAILBOX, "x@example.com")]
    seen = [describe(envelope(AGENCY_MAILBOX, *to), message(), known, AT) for to in paths]
    assert [["commune_ubnd"], ["", "commune_ubnd", "department"]] == [one.mail.recipient_classes for one in seen]
    assert [["commune"], ["", "commune"]] == [one.mail.recipient_levels for one in seen]
    assert [[""], ["", "binh-duong"]] == [one.mail.recipient_territories for one in seen]
    assert ["commune", "", ""] == [one.agency_level for one in seen[1].recipients]


def test_where_a_mailbox_passes_its_mail_on_to():
    """The kind of the domain behind the address that the registry names: mail is received there too (BD-1d-1)."""
    boxes = {
        OFFICE_MAILBOX: MailboxEntry("vpubnd", "agency", forwards_to="vpubnd.vanthu@gmail.com"),
        AGENCY_MAILBOX: MailboxEntry("so-a", "agency", forwards_to="vanthu2@soa.thunghiem.gov.vn"),
    }
    excerpt = CaseRegistry(
        agencies=(AGENCY, OFFICE), mailboxes=boxes, domains={"thunghiem.gov.vn": DomainEntry("official")}
    )
    known = ExcerptRegistry(excerpt, DOMAINS)
    seen = describe(envelope(AGENCY_MAILBOX, OFFICE_MAILBOX, AGENCY_MAILBOX, PERSONAL_MAILBOX), message(), known, AT)
    assert ["free", "official", ""] == [one.forwards_to_kind for one in seen.recipients]


def test_the_sender_is_the_from_mailbox():
    """The reverse-path stands in only when there is no From."""
    assert "so-a" == scene(message(), "bounce@example.com").sender.agency
    without = message(header=HeaderFacts())
    assert PERSONAL_MAILBOX == scene(without, PERSONAL_MAILBOX).sender.address


def test_every_name_a_reader_sees_may_claim():
    """A second mailbox of From, Sender and the name of an empty group are shown like the author's own name."""
    citizen, office = AddressFacts("x@gmail.com", "Nguyễn X"), AddressFacts("y@gmail.com", "UBND tỉnh")
    for header in (
        HeaderFacts(author=(citizen, office)),
        HeaderFacts(author=(citizen,), sender=office),
        HeaderFacts(author=(AddressFacts("", "UBND tỉnh"),)),
    ):
        shown = scene(message(header=header), "x@gmail.com").sender
        assert ("x@gmail.com", True) == (shown.address, shown.claims_office)
    assert 0 == shown.author_count


@pytest.mark.parametrize(
    ("author", "kinds"),
    [
        (AGENCY_MAILBOX, ("official", "agency", True, False)),
        (AGENCY_MAILBOX.upper(), ("official", "agency", True, False)),
        ("someone@other.gov.vn", ("official", "", True, False)),
        ("xnk.soa@gmail.com", ("registered_other", "registered_other", True, False)),
        ("someone@gmail.com", ("free", "", False, True)),
        ("someone@example.com", ("unknown", "", False, False)),
    ],
)
def test_domain_and_mailbox_kinds(author, kinds):
    """A registered address is never free (HCM-2d)."""
    sender = scene(message(author=author)).sender
    assert kinds == (sender.domain_kind, sender.mailbox_kind, sender.is_official, sender.is_free)


def test_reply_to_and_envelope():
    """A free Reply-To and a free reverse-path below an official From are seen."""
    header = HeaderFacts(author=(AddressFacts(AGENCY_MAILBOX),), reply_to=(AddressFacts("soa@gmail.com"),))
    sender = scene(message(header=header), "relay@gmail.com").sender
    assert (True, True, True) == (
        sender.has_free_reply_to,
        sender.has_foreign_reply_to,
        sender.is_envelope_mismatched,
    )
    assert scene(reverse_path="").sender.is_envelope_mismatched is False


def test_the_principal_file_carries_the_number():
    """Not the first file, but the one with the document's own number; else the first PDF."""
    annex = pdf(path="2")
    letter = PartFacts(path="3", kind="pdf", is_attachment=True, marks=Marks(number="125", notation="SA-VP"))
    assert [False, True] == [part.is_principal for part in scene(message(annex, letter)).parts]
    assert [True, False] == [part.is_principal for part in scene(message(annex, pdf(path="3!1"))).parts]


def test_one_rcpt_knows_no_message():
    """At RCPT time only client, reverse-path and that recipient are known."""
    shown = describe_recipient(Client("192.0.2.1"), "", OFFICE_MAILBOX, registry(), AT)
    assert (True, "vpubnd", None, None) == (
        shown.reverse.is_null,
        shown.recipients[0].agency,
        shown.mail,
        shown.sender,
    )


LOOKS_OFFICIAL = "soa-thunghiem-gov-vn.onmicrosoft.com"


def vouched(**domains):
    """The small registry, with these domains registered or allowed besides."""
    known = registry()
    excerpt = msgspec.structs.replace(known._excerpt, domains={**known._excerpt.domains, **domains})
    return ExcerptRegistry(excerpt, DomainList({**DOMAINS.layers, "allowed-gov.vn": "allow"}))


def judged(known, author=AGENCY_MAILBOX, reverse_path=AGENCY_MAILBOX, to="vanthu@vpubnd.thunghiem.gov.vn", **header):
    """What imitates an official domain: sender, envelope, recipient."""
    shown = HeaderFacts(author=(AddressFacts(author),), **header)
    seen = describe(envelope(reverse_path, to), message(header=shown), known, AT)
    return seen.sender.lookalike_of, seen.reverse.lookalike_of, seen.recipients[0].lookalike_of


@pytest.mark.parametrize("domain", [LOOKS_OFFICIAL, f"mail.{LOOKS_OFFICIAL}", "allowed-gov.vn", "mx.allowed-gov.vn"])
def test_a_domain_the_operator_registered_or_allows_imitates_nobody(domain):
    """A cloud tenant of the agency, a firm on the allow list: as From, Reply-To, envelope, bounce host, recipient."""
    known = vouched(**{LOOKS_OFFICIAL: DomainEntry("registered_other", "so-a")})
    assert ("", "", "") == judged(known, f"a@{domain}", f"bounce@{domain}", f"b@{domain}")
    assert ("", "", "") == judged(known, f"MAILER-DAEMON@{domain}", "")
    assert ("", "", "") == judged(known, reply_to=(AddressFacts(f"a@{domain}"),))


@pytest.mark.parametrize(
    "domain",
    [LOOKS_OFFICIAL, f"{LOOKS_OFFICIAL}.example.com", "xallowed-gov.vn", "x-gov.vn"],
)
def test_nobody_else_gains_by_it(domain):
    """The same names unregistered, names around them, and others of their kind still imitate."""
    known = vouched()
    assert "" not in judged(known, f"a@{domain}", f"bounce@{domain}", f"b@{domain}")


def test_a_registered_mailbox_vouches_for_its_own_address_only():
    """One mailbox at a provider whose name looks official does not clear the provider's other customers."""
    known = registry()
    mailboxes = {**known._excerpt.mailboxes, "a@x-gov.vn": MailboxEntry("so-a", "registered_other")}
    known = ExcerptRegistry(msgspec.structs.replace(known._excerpt, mailboxes=mailboxes), DOMAINS)
    assert ("", "", "") == judged(known, "a@x-gov.vn", "a@x-gov.vn", "a@x-gov.vn")
    assert "" not in judged(known, "b@x-gov.vn", "b@x-gov.vn", "b@x-gov.vn")


@pytest.mark.parametrize(
    ("author", "ambiguities", "is_unaddressed"),
    [
        ((), ("from_missing",), True),
        ((AddressFacts("", "Scanner"),), ("from_unaddressed",), True),
        ((AddressFacts("", "MFP-2"),), ("from_unaddressed", "mime_version_missing"), True),
        ((AddressFacts("", ""),), ("from_malformed",), False),
        ((AddressFacts("", "x"),), ("from_malformed", "duplicate_from"), False),
        ((AddressFacts("", "x"),), ("from_malformed", "from_encoded"), False),
        ((AddressFacts("a@b.example"),), ("from_comment",), False),
        ((AddressFacts("a@b.example"),), (), False),
    ],
)
def test_a_from_without_any_address_is_told_from_an_ambiguous_one(author, ambiguities, is_unaddressed):
    """Devices write a bare name or nothing; whoever writes two things writes something else."""
    seen = scene(message(header=HeaderFacts(author=author, is_author_ambiguous=True), ambiguities=ambiguities))
    assert is_unaddressed is seen.sender.is_unaddressed


def test_a_number_quoted_by_an_answer_makes_no_document():
    """`RE: 1502/VPUBND-TH đã nhận` sends nothing; a file that carries the number does."""
    marks = Marks(doc_type="cong_van", number="1502", notation="VPUBND-TH")
    header = HeaderFacts(subject="RE: 1502/VPUBND-TH đã nhận", author=(AddressFacts(AGENCY_MAILBOX),))
    answer = scene(message(header=header, document=marks, subject_marks=marks))
    assert (False, False) == (answer.document.is_issued, answer.document.is_official)
    carried = PartFacts(path="2", kind="pdf", is_attachment=True, marks=marks)
    assert scene(message(carried, header=header, document=marks, subject_marks=marks)).document.is_official


def test_what_smime_wraps_is_attached_to_the_message():
    """The signed PDF in an opaque S/MIME message, or in winmail.dat, is no unsigned attachment."""
    inner = msgspec.structs.replace(pdf(signature()), path="1!2")
    for kind in ("pkcs7", "tnef"):
        seen = scene(message(PartFacts(path="1", kind=kind, is_attachment=True), inner)).mail
        assert (1, 1, ["pdf"]) == (seen.attachment_count, seen.signed_file_count, seen.file_kinds)
    packed = scene(message(PartFacts(path="1", kind="zip", is_attachment=True), inner)).mail
    assert (1, 0, ["zip"]) == (packed.attachment_count, packed.signed_file_count, packed.file_kinds)
