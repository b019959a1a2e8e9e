"""What is known of a sender while answers are out."""

from __future__ import annotations

import datetime as dt

import pytest

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.identity.authenticate import Inquiry, authenticate
from gateway.read.mime.fields import read_section
from gateway.read.mime.header import read_header
from gateway.read.notes import Notes
from gateway.values.identity import Answer, DnsAnswers, IdentitySettings, Question, SpfFacts
from tests.support.dkim_signer import record, rsa_key, sign

MAIL = b"From: vanthu@so-a.example\r\nTo: b@c.example\r\nSubject: x\r\nDate: y\r\n\r\nKinh gui\r\n"
KEY = Question("s1._domainkey.so-a.example", "TXT")
POLICY = {
    Question("_dmarc.so-a.example", "TXT"): Answer("found", ("v=DMARC1; p=reject",)),
    Question("_dmarc.example", "TXT"): Answer("no_domain"),
}


def found(answers, octets=None):
    """Authenticate signed content from a server that SPF does not know; what was asked in vain as well."""
    octets = octets or sign(MAIL)
    notes = Notes(DEFAULT_BUDGET)
    section = read_section(octets, 0, len(octets), notes)
    at_hand = DnsAnswers(answers.items())
    inquiry = Inquiry(IdentitySettings(mode="check"), SpfFacts("fail", "so-a.example"), at_hand, is_trusted=False)
    header = read_header(octets, section, "", notes)
    return authenticate(octets, section, header, inquiry, dt.datetime.now(dt.UTC)), set(at_hand.missing)


def test_a_key_nobody_asked_for_yet_leaves_signature_and_policy_open():
    """Not as if there were no signature: then DMARC failed, and a rule could refuse what is only unknown."""
    told, missing = found(POLICY)

    assert ([one.result for one in told.dkim], told.dmarc.result, missing) == (["temperror"], "temperror", {KEY})


@pytest.mark.parametrize(
    ("answer", "results"),
    [
        (Answer("found", (record(rsa_key()),)), ("pass", "pass")),
        (Answer("no_domain"), ("permerror", "fail")),
        (Answer("failed"), ("temperror", "temperror")),
    ],
)
def test_a_key_that_was_asked_for_decides(answer, results):
    """Found, absent, or not answered."""
    told, missing = found(POLICY | {KEY: answer})

    assert ((told.dkim[0].result, told.dmarc.result), missing) == (results, set())


def test_one_key_of_two_is_enough():
    """A signature whose key is at hand holds although another's is out."""
    told, missing = found(POLICY | {KEY: Answer("found", (record(rsa_key()),))}, sign(sign(MAIL), s="s2"))

    assert ([one.result for one in told.dkim], told.dmarc.aligned) == (["temperror", "pass"], ("dkim",))
    assert missing == {Question("s2._domainkey.so-a.example", "TXT")}
