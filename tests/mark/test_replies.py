"""Replies that say why."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.mark.replies import (
    MAX_LINES,
    delivered_reply,
    reply_for_rcpt_verdict,
    reply_for_verdict,
)
from gateway.values.pack import ascii_form
from gateway.values.verdict import Disposition
from tests.support.verdicts import HOSTILE, RULES, finding, refusing_verdicts, verdict

ID = "4bXk2TzQ"
HELP = "https://tro-giup.example.vn/r/"


def assert_legal(reply):
    """Hold what RFC 5321 section 4.2 and RFC 3463 ask of any reply on the wire."""
    lines = reply.octets.split(b"\r\n")
    assert lines.pop() == b""
    assert 1 <= len(lines) <= MAX_LINES
    for number, line in enumerate(lines, 1):
        assert len(line) + 2 <= 512
        separator = " " if number == len(lines) else "-"
        found = re.fullmatch(rf"(\d{{3}}){separator}(\d)\.\d{{1,3}}\.\d{{1,3}}(?: [ -~]*)?", line.decode("ascii"))
        assert found
        assert str(reply.code) == found[1]
        assert found[1][0] == found[2]


def test_a_rejection_says_what_where_and_what_to_do():
    """Rule, id, file and reason in the first line; remedy, English and help page after."""
    reply = reply_for_verdict(verdict(finding()), RULES, ID, HELP)

    expected = (
        '554-5.7.1 [BD-1c 4bXk2TzQ] Tep "Cong van 12.docx": khong phai tep PDF (Chi thi 14/CT-UBND, diem 1c)\r\n'
        "554-5.7.1 Xuat van ban thanh PDF, ky so roi gui lai.\r\n"
        "554-5.7.1 The document is not a PDF file. Export it as PDF, sign it and send again.\r\n"
        "554 5.7.1 Tro giup / Help: https://tro-giup.example.vn/r/BD-1c\r\n"
    )
    assert expected == reply.octets.decode()


def test_a_recipient_at_fault_is_named_and_refused_with_550():
    """At RCPT the code is 550 and the forward-path stands in the first line."""
    judged = verdict(finding(file_name="", recipient="riêng@so-a.example.vn"))

    reply = reply_for_rcpt_verdict(judged, RULES, ID)

    assert (reply.code, reply.status) == (550, "5.7.1")
    assert reply.lines[0].startswith("[BD-1c 4bXk2TzQ] rieng@so-a.example.vn: khong phai tep PDF")


def test_a_deferral_asks_to_try_again():
    """What is unknown for now is 451 4.7.5 and says that the mail server will retry."""
    judged = verdict(finding(disposition=Disposition.DEFER, is_unknown=True))

    reply = reply_for_verdict(judged, RULES, ID, HELP)

    assert (reply.code, reply.status) == (451, "4.7.5")
    assert "gui tu chuong trinh thu thi hay gui lai sau" in reply.lines[0]
    assert ascii_form(RULES[judged.deciding.rule].reply_vi) not in " ".join(reply.lines)


@pytest.mark.parametrize(
    ("evidence", "status"),
    [
        ((), "5.7.1"),
        (("part.sub_indication=HASH_FAILURE", "part.signature_outcomes=fail"), "5.7.7"),
        (("part.sub_indication=REVOKED", "part.signature_outcomes=pass,fail"), "5.7.5"),
        (("part.sub_indication=", "part.signature_outcomes=pass"), "5.7.1"),
        (("part.uninspectable=encrypted", "part.kind=zip"), "5.7.1"),
        (("part.uninspectable=malformed", "part.kind=pdf"), "5.6.0"),
        (("mail.is_unreadable=True", "mail.overruns="), "5.6.0"),
        (("mail.is_unreadable=False", "mail.overruns=parts"), "5.6.0"),
        (("mail.ambiguities=duplicate_content_type",), "5.6.0"),
    ],
)
def test_the_status_follows_the_evidence(evidence, status):
    """RFC 3463: 5.7.7 for broken integrity, 5.7.5 for other signature failures, 5.6.0 for structure."""
    assert status == reply_for_verdict(verdict(finding(evidence=evidence)), RULES, ID).status


def test_an_unknown_rule_still_gets_a_full_reply():
    """A pack that was reloaded between judging and answering costs words, not the reply."""
    reply = reply_for_verdict(verdict(finding(rule="GONE-1")), RULES, ID)

    assert reply.lines == ('[GONE-1 4bXk2TzQ] Tep "Cong van 12.docx": Refused by policy (Chi thi 14/CT-UBND, diem 1c)',)


def test_a_verdict_that_refuses_nothing_has_no_refusal():
    """Asking for one is a bug."""
    with pytest.raises(ValueError, match="only a rejecting"):
        reply_for_verdict(verdict(), RULES, ID)


@given(refusing_verdicts, HOSTILE)
@settings(max_examples=100, deadline=None)
def test_every_refusal_is_legal_smtp(judged, help_base):
    """Any names, citations, rules and recipients: legal lines, and the class fits the disposition."""
    for make in (reply_for_verdict, reply_for_rcpt_verdict):
        reply = make(judged, RULES, ID, help_base)

        assert_legal(reply)
        assert reply.is_permanent == (judged.disposition is Disposition.REJECT)
        assert ID in reply.lines[0]


CANARY = "Tuyet mat CANARY 7"


@given(st.sampled_from(Disposition), st.sampled_from([Disposition.REJECT, Disposition.DEFER]))
@settings(max_examples=50, deadline=None)
def test_a_secret_is_never_echoed(effect, disposition):
    """Only rule id, transaction id and fixed words, even when a finding wrongly carries more."""
    leaking = finding(
        effect=effect, disposition=disposition, is_secret=True, file_name=CANARY, recipient=CANARY,
        subject=CANARY, cites=(CANARY,), evidence=(CANARY,), tag=CANARY,
    )  # fmt: skip
    reply = reply_for_verdict(verdict(leaking, disposition=disposition), RULES, ID, HELP)

    assert b"CANARY" not in reply.octets
    words = "Thu bi tu choi" if disposition is Disposition.REJECT else "Chua xac minh duoc"
    assert reply.lines[0].startswith(f"[BD-1c 4bXk2TzQ] {words}")


def test_one_secret_finding_masks_the_whole_reply():
    """Another finding may decide; its file and rule stay unsaid, and the reply names the secrecy rule."""
    secret = finding(rule="NAT-SEC-1", is_secret=True, file_name="")
    reply = reply_for_verdict(verdict(finding(), secret), RULES, ID, HELP)

    assert b"docx" not in reply.octets
    assert b"BD-1c" not in reply.octets
    assert reply.lines[0].startswith("[NAT-SEC-1 4bXk2TzQ] ")
    assert reply.lines[-1].endswith("/r/NAT-SEC-1")


def test_the_help_page_is_never_crowded_out():
    """However long the words of a rule, the last line is the address that explains them."""
    wordy = msgspec.structs.replace(RULES["BD-1c"], reply_vi="rất dài " * 400, remedy_vi="làm lại " * 400)
    reply = reply_for_verdict(verdict(finding()), {"BD-1c": wordy}, ID, HELP)

    assert len(reply.lines) == MAX_LINES
    assert reply.lines[-1].endswith("/r/BD-1c")


def test_delivery_repeats_the_next_hops_words_and_our_id():
    """The sender's log shows both ids; the status of the next hop is not doubled."""
    reply = delivered_reply("2.0.0 Ok: queued as 4BXk2", ID)

    assert reply.octets == b"250 2.0.0 Ok: queued as 4BXk2 (Congthu 4bXk2TzQ)\r\n"
    assert delivered_reply("", ID).octets == b"250 2.0.0 OK (Congthu 4bXk2TzQ)\r\n"


@given(HOSTILE)
@settings(max_examples=100, deadline=None)
def test_a_hostile_next_hop_cannot_bend_our_reply(text):
    """Whatever the next hop says, the client reads legal SMTP on one line."""
    reply = delivered_reply(text, ID)

    assert_legal(reply)
    assert len(reply.lines) == 1
    assert ID in reply.lines[0]
