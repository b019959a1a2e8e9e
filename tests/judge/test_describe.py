"""Scenes: what rules may ask of a transaction."""

from __future__ import annotations

import pytest

from gateway.judge.describe import describe, describe_recipient
from gateway.values.envelope import Client
from gateway.values.facts import AddressFacts, HeaderFacts, Marks, PartFacts
from tests.support.judging import (
    AGENCY_MAILBOX,
    AT,
    OFFICE_MAILBOX,
    PERSONAL_MAILBOX,
    envelope,
    message,
    pdf,
    registry,
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
