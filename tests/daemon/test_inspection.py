"""Facts about `gateway.daemon.inspection`: what a reader worker sends back beside the verdict."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

import msgspec
import pytest

from gateway.daemon.config.load import Config
from gateway.daemon.inspection import Inspector
from gateway.daemon.loading import load_generation
from gateway.edge.readers.slate import Casualty
from gateway.read.kinds import sniff
from gateway.values.envelope import Client, Envelope
from gateway.values.verdict import Disposition
from tests.corpus.compose import PLAIN, archive, file, many
from tests.read.signatures.test_signatures_opinions import protected
from tests.support.signed_pdfs import AT, one, trust

ENVELOPE = Envelope(
    client=Client("192.0.2.10"),
    reverse_path="vanthu@so-a.example.vn",
    forward_paths=("vanthu@ubnd.example.vn",),
    received_at_us=int(AT.timestamp() * 1_000_000),
    transaction_id="4bXk2TzQ",
)


@cache
def generation():
    """The shipped packs."""
    return load_generation(Config(), 1)[0]


@cache
def inspector():
    """What reads mails from which nothing was left out."""
    return Inspector(generation())


@pytest.mark.parametrize(
    ("octets", "expected"),
    [(protected("sha1", "sha1_rsa"), ("pyhanko:is_cryptographically_valid:refused",)), (one(), ())],
    ids=["differing", "agreed"],
)
def test_contradictions_between_readers_are_sent_back(octets, expected):
    """For the counter and the log line; what all agree on sends nothing."""
    trusting = msgspec.structs.replace(generation(), trust=trust())
    wire = many(PLAIN, file(octets, b"filename=cv.pdf")) + b".\r\n"

    assert Inspector(trusting).examine(memoryview(wire), ENVELOPE).inspection.disagreements == expected


def _examined(head: str, reverse_path: str = ENVELOPE.reverse_path, *, is_unread: bool = False):
    wire = head.replace("\n", "\r\n").encode() + (b"" if is_unread else b"\r\nabc\r\n.\r\n")
    envelope = msgspec.structs.replace(ENVELOPE, reverse_path=reverse_path)
    return inspector().examine(memoryview(wire), envelope, is_unread=is_unread)


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


def _judged(*files: bytes, left_out: tuple[bytes, ...] = ()):
    """Facts and verdict of a mail with these attachments, some of which broke a reader."""
    wire = many(PLAIN, *(file(octets, b"filename=tep") for octets in files)) + b".\r\n"
    casualties = tuple(Casualty(sniff(octets), sha256(octets).hexdigest()) for octets in left_out)
    return Inspector(generation()).examine(memoryview(wire), ENVELOPE, left_out=casualties)


SECRET = archive(("MẬT - bao cao.txt", b"noi dung"))


@pytest.mark.parametrize("broken", [one(), archive(("a.txt", b"mot")), b"<html><body>hai</body></html>"])
def test_the_rest_of_a_mail_is_judged_without_the_file_that_broke_its_reader(broken):
    """The file is a named fact, and a mark beside it still counts."""
    examined = _judged(broken, SECRET, left_out=(broken,))

    assert [part.uninspectable for part in examined.facts.parts if part.is_attachment] == ["crashed_reader", "", ""]
    assert examined.verdict.is_secret
    assert not examined.facts.is_unreadable


def test_a_file_that_broke_its_reader_is_tagged_as_such_and_nothing_else():
    """By the rule about files that cannot be read; its neighbour, and its own name, are read as ever."""
    examined = _judged(one(), b"%PDF-1.4 khac", left_out=(one(),))

    assert examined.verdict.disposition is Disposition.TAG
    assert "NAT-SEC-4-BROKEN" in {finding.rule for finding in examined.verdict.findings}


def test_a_file_inside_another_is_left_out_alone():
    """Whatever stands around it is opened."""
    inner = b"<html><body>hai</body></html>"
    examined = _judged(archive(("a.html", inner), ("b.txt", b"mot")), left_out=(inner,))

    reasons = [(part.kind, part.uninspectable) for part in examined.facts.parts if part.is_attachment]
    assert reasons == [("zip", ""), ("html", "crashed_reader"), ("text", "")]


def test_what_was_left_out_once_is_not_remembered_as_unreadable():
    """Another client's mail with the same file is read."""
    reader, wire = Inspector(generation()), many(PLAIN, file(SECRET, b"filename=a.zip")) + b".\r\n"
    casualty = Casualty("zip", sha256(SECRET).hexdigest())

    assert not reader.examine(memoryview(wire), ENVELOPE, left_out=(casualty,)).verdict.is_secret
    assert reader.examine(memoryview(wire), ENVELOPE).verdict.is_secret
