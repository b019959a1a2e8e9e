"""Who wrote a message: what is quoted in other fields, and what of From is no difference."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.message import read_message
from gateway.values.trust import EMPTY_TRUST
from tests.corpus.golden import AT

if TYPE_CHECKING:
    from gateway.values.facts import MessageFacts

OWN = b"vanthu@so-a.example.vn"


def read(fields: bytes) -> MessageFacts:
    """Facts of a message with these fields before its From."""
    return read_message(fields + b"From: " + OWN + b"\r\nSubject: x\r\n\r\nx\r\n", DEFAULT_BUDGET, EMPTY_TRUST, AT)


@pytest.mark.parametrize(
    ("fields", "is_ambiguous"),
    [
        (b"DKIM-Signature: v=1; h=date:\r\n\tfrom:to; i=@x.example\r\n", False),
        (b"DKIM-Signature: v=1; h=from:to; d=x.example\r\n", False),
        (b"DKIM-Signature: v=1; h=from:to;\r\n from: la@la.example\r\n", True),
        (b"X-La: from: a\r from: la@la.example from: la@la.example\r\n", True),
        (b"DKIM-Signature: v=1\r\n from: la@la.example\r\n", True),
        (b"DKIM-Signature: v=1\r\n from: La: la@la.example;\r\n", True),
        (b"X-Ham-Report: no\r\n Content preview: a\r\n  From: la@la.example\r\n", False),
        (b"X-Ham-Report: no\r\n From: la@la.example\r\n Content preview: a\r\n", True),
        (b"X-La: Content preview:\r\n From: la@la.example\r\n", True),
    ],
)
def test_what_other_fields_quote_is_no_hidden_author(fields: bytes, is_ambiguous: bool) -> None:
    """A list of signed fields and the preview of a filter name no author; any other fold that reads as From does."""
    assert read(fields).header.is_author_ambiguous is is_ambiguous


@pytest.mark.parametrize(
    ("value", "is_ambiguous"),
    [
        ("UBND tỉnh, Sở A <vanthu@so-a.example.vn>", False),
        ("vanthu@so-a.example.vn x, La <la@la.example>", True),
        ("VP: Sở A <vanthu@so-a.example.vn>", False),
        ("VP: Sở A <vanthu@so-a.example.vn>;", True),
        ("vanthu@so-a.example.vn: La <la@la.example>", True),
        ("vanthu@so-a.example.vn (vanthu@so-a.example.vn)", False),
        ("la@la.example (vanthu@so-a.example.vn)", True),
        ("SO-A\\vanthu <vanthu@so-a.example.vn>", False),
        ("Sở A <van\\thu@so-a.example.vn>", True),
        ("\u2068Sở A\u2069 <vanthu@so-a.example.vn>", False),
        ("\u202eSở A <vanthu@so-a.example.vn>", True),
    ],
)
def test_small_faults_of_a_name_leave_one_author(value: str, is_ambiguous: bool) -> None:
    """Commas, colons, backslashes and marks in a name are read alike; where an address hangs on them they are not."""
    octets = b"From: " + value.encode() + b"\r\nSubject: x\r\n\r\nx\r\n"

    assert read_message(octets, DEFAULT_BUDGET, EMPTY_TRUST, AT).header.is_author_ambiguous is is_ambiguous


def test_a_long_report_is_looked_through_in_time() -> None:
    """Thousands of folds that read as From cost no more than their number."""
    begin = time.process_time()
    read(b"X-Ham-Report: a\r\n" + b" from: a b@c\r\n" * 8_000)

    assert time.process_time() - begin < 1


UNADDRESSED = [
    "scanner", "HP LaserJet <scanner>", "<scanner>", "<>", "", '"MFP 2" <>', "root (Cron Daemon)", "MAILER-DAEMON <>",
    "MAILER-DAEMON (Mail Delivery System)", "Mail Delivery Subsystem <MAILER-DAEMON>", "Máy quét tầng 2",
    "SO-A\\scanner", "SO-A\\scanner <SO-A\\scanner>", "scanner@", "@so-a.example.vn", "Mail Delivery System <daemon@>",
    "=?utf-8?q?M=C3=A1y_qu=C3=A9t?= <>", "MFP, tang 2", "MFP: tang 2", "undisclosed-recipients:;", "Scan [tang 2]",
]  # fmt: skip


@pytest.mark.parametrize("value", UNADDRESSED)
def test_no_address_is_no_other_address(value: str) -> None:
    """Devices and bounces without an address: nobody shows one, so nobody shows another one."""
    facts = read_message(f"From: {value}\r\nSubject: x\r\n\r\nx\r\n".encode(), DEFAULT_BUDGET, EMPTY_TRUST, AT)

    assert facts.ambiguities == ("from_unaddressed",)
    assert not facts.header.is_author_ambiguous
    assert not any(one.address for one in facts.header.author)


@pytest.mark.parametrize(
    "fields",
    [
        "From: a b@so-a.example.vn c\r\n", "From: <a b@so-a.example.vn>\r\n", "From: =?utf-8?q?la=40la=2Eexample?=\r\n",
        'From: "vanthu"@ so-a.example.vn x\r\n', "Sender: vanthu@so-a.example.vn\r\n", "From: x\r\nFrom: la@la.example\r\n",
        "From:\r\n from: la@la.example\r\n", "From: x <la@ la.example y>\r\n", "From: x\r\n From: y@y.example\r\n",
        "From: la(@)@la.example, x@\r\n",
    ],
)  # fmt: skip
def test_something_like_an_address(fields: str) -> None:
    """Where a program may find an address after all, or show another field, the author stays open."""
    facts = read_message(f"{fields}Subject: x\r\n\r\nx\r\n".encode(), DEFAULT_BUDGET, EMPTY_TRUST, AT)

    assert facts.header.is_author_ambiguous


def test_no_from_at_all() -> None:
    """A message without From shows nobody, and says so."""
    facts = read_message(b"Subject: x\r\n\r\nx\r\n", DEFAULT_BUDGET, EMPTY_TRUST, AT)

    assert (facts.ambiguities, facts.header.is_author_ambiguous) == (("from_missing",), False)
