"""Facts about `gateway.daemon.inspection`: what a reader worker sends back beside the verdict."""

from __future__ import annotations

import msgspec
import pytest

from gateway.daemon.config.load import Config
from gateway.daemon.inspection import Inspector
from gateway.daemon.loading import load_generation
from gateway.values.envelope import Client, Envelope
from gateway.values.verdict import Disposition
from tests.corpus.compose import PLAIN, file, many
from tests.read.signatures.test_signatures_opinions import protected
from tests.support.signed_pdfs import AT, one, trust

ENVELOPE = Envelope(
    client=Client("192.0.2.10"),
    reverse_path="vanthu@so-a.example.vn",
    forward_paths=("vanthu@ubnd.example.vn",),
    received_at_us=int(AT.timestamp() * 1_000_000),
    transaction_id="4bXk2TzQ",
)


@pytest.mark.parametrize(
    ("octets", "expected"),
    [(protected("sha1", "sha1_rsa"), ("pyhanko:is_cryptographically_valid:refused",)), (one(), ())],
    ids=["differing", "agreed"],
)
def test_contradictions_between_readers_are_sent_back(octets, expected):
    """For the counter and the log line; what all agree on sends nothing."""
    generation = msgspec.structs.replace(load_generation(Config(), 1)[0], trust=trust())
    wire = many(PLAIN, file(octets, b"filename=cv.pdf")) + b".\r\n"

    assert Inspector(generation).examine(memoryview(wire), ENVELOPE).inspection.disagreements == expected


def _examined(head: str, reverse_path: str = ENVELOPE.reverse_path, *, is_unread: bool = False):
    wire = head.replace("\n", "\r\n").encode() + (b"" if is_unread else b"\r\nabc\r\n.\r\n")
    envelope = msgspec.structs.replace(ENVELOPE, reverse_path=reverse_path)
    return Inspector(load_generation(Config(), 1)[0]).examine(memoryview(wire), envelope, is_unread=is_unread)


@pytest.mark.parametrize(
    "head", ["", "From: Văn thư <vanthu@so-a.example.vn>\nSubject: x\n\nbody that goes on\nand is c"]
)
def test_nobody_is_refused_for_an_author_that_was_not_read(head):
    """What broke two workers is judged by the rule about unread mail alone, with its header section or without."""
    verdict = _examined(head, is_unread=True).verdict

    assert verdict.disposition is Disposition.TAG
    assert {"NAT-SEC-5"} == {finding.rule for finding in verdict.findings}


def test_a_mark_in_the_subject_of_an_unread_message_still_counts():
    """It is in the beginning that is handed on."""
    head = "From: vanthu@so-a.example.vn\nSubject: =?utf-8?b?W03huqxUXSBCw6FvIGPDoW8=?=\n\nbody\n"

    assert _examined(head, is_unread=True).verdict.is_secret


@pytest.mark.parametrize(
    "author",
    [
        "=?utf-8?q?vanthu=40binhduong.example?=",
        "vanthu@binhduong.example chu tich",
        "(vanthu@binhduong.example)",
    ],
)
def test_the_null_reverse_path_is_no_leave_to_show_an_address(author):
    """A report shows nobody; what shows an address some readers take for the author is ambiguous under any path."""
    verdict = _examined(f"From: {author}\nSubject: x\n", "").verdict

    assert {"NAT-FROM-3"} == {finding.rule for finding in verdict.findings if finding.rule.startswith("NAT-FROM")}


@pytest.mark.parametrize(
    "author", ["MAILER-DAEMON <>", "Mail Delivery System <MAILER-DAEMON>", "Mail Delivery Subsystem"]
)
def test_reports_of_small_mailers_pass_under_the_null_reverse_path(author):
    """They show nobody."""
    assert _examined(f"From: {author}\nSubject: x\n", "").verdict.disposition is not Disposition.REJECT
