"""Laws of DKIM and ARC on hostile messages and hostile DNS: an answer of the closed list, bounded, in words of ours."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.identity.arc import check_arc
from gateway.read.identity.canonical import MAX_SIGNATURES, SignedContent
from gateway.read.identity.dkim import check_dkim
from gateway.read.mime.fields import read_section
from gateway.read.notes import Notes
from gateway.values.identity import Answer, DnsAnswers
from tests.support.dkim_signer import record, rsa_key, seal, sign
from tests.support.dns_world import in_rounds

AT = datetime(2026, 11, 30, tzinfo=UTC)
MAIL = b"From: vanthu@so-a.example\r\nTo: vanthu@so-b.example\r\nSubject: Giay moi\r\nDate: nay\r\n\r\nKinh gui\r\n"
SIGNED = seal(sign(MAIL))
RESULTS = {"pass", "fail", "policy", "neutral", "temperror", "permerror"}
TAGS = st.sampled_from(
    b"v=1;a=rsa-sha256;a=ed25519-sha256;a=rsa-sha1;b=AAAA;bh=AAAA;c=relaxed/relaxed;c=simple;d=so-a.example;d=\xc3\xa1.example;"
    b"s=s1;s=\xff;h=from;h=from:from:to;i=@so-a.example;i=1;i=51;i=0;l=0;l=99;t=1;x=2;x=99999999999999999999;q=dns/txt;"
    b'cv=none;cv=pass;cv=fail;=; ;\r\n ;\0;b=;h=;z=;mx; dmarc=pass header.from=so-a.example;(;"'.split(b";")
)
NAMES = st.sampled_from(
    [
        b"DKIM-Signature",
        b"ARC-Seal",
        b"ARC-Message-Signature",
        b"ARC-Authentication-Results",
        b"From",
        b"Subject",
        b"dkim-signature ",
    ]
)
FIELD = st.tuples(NAMES, st.lists(TAGS, max_size=12)).map(lambda pair: pair[0] + b": " + b"; ".join(pair[1]) + b"\r\n")
SOUP = st.tuples(st.lists(FIELD, max_size=14), st.binary(max_size=40)).map(
    lambda pair: b"".join(pair[0]) + b"\r\n" + pair[1]
)
RECORDS = st.one_of(
    st.just(record(rsa_key())),
    st.lists(
        st.sampled_from(
            ["v=DKIM1", "k=rsa", "k=ed25519", "p=", "p=AAAA", "p=" + "A" * 43, "t=y:s", "h=sha1", "s=*", "\xff", "="]
        )
    ).map("; ".join),
    st.text(max_size=20),
)
ANSWERS = st.one_of(
    st.sampled_from(["no_data", "no_domain", "failed"]).map(Answer),
    st.lists(RECORDS, max_size=6).map(lambda records: Answer("found", tuple(records))),
)


class One(DnsAnswers):
    """A DNS that gives every name the same answer."""

    def __init__(self, answer):
        super().__init__()
        self._answer = answer

    def look_up(self, name, kind):
        """Answer."""
        assert kind == "TXT"
        assert len(name) <= 253
        return self._answer


def content_of(mail):
    """Split octets as the reader does."""
    return SignedContent(mail, read_section(mail, 0, len(mail), Notes(DEFAULT_BUDGET)))


def holds(mail, answer):
    """Check what must hold for any mail and any DNS; give the facts."""
    world = One(answer)
    dkim, _ = in_rounds(world, lambda answers: check_dkim(content_of(mail), answers, AT))
    arc, rounds = in_rounds(world, lambda answers: check_arc(content_of(mail), answers, AT))

    assert len(dkim) <= MAX_SIGNATURES
    assert len(rounds) <= 1
    assert {one.result for one in dkim} <= RESULTS
    assert arc.result in {"none", "pass", "fail", "temperror"}
    for one in (*dkim, arc):
        assert one.reason.isascii()
        assert len(one.reason) <= 60
        assert bool(one.reason) == (one.result not in {"pass", "none"})
    for one in dkim:
        assert f"{one.domain}{one.selector}{one.algorithm}{one.signature}".isascii()
        assert max(len(one.domain), len(one.selector)) <= 253
    return dkim, arc


@settings(max_examples=300, deadline=None)
@given(SOUP, ANSWERS)
def test_fields_of_tags(mail, answer):
    """Signatures and sets of tags in any order, with keys that are none."""
    dkim, arc = holds(mail, answer)

    assert {one.result for one in dkim} <= RESULTS - {"pass", "policy"}
    assert arc.result != "pass"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), ANSWERS)
def test_any_octets(mail, answer):
    """Whatever comes."""
    holds(mail, answer)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(SIGNED) - 1), st.binary(max_size=2), st.integers(0, 2))
def test_one_place_changed(place, new, cut):
    """What verifies still is what was signed, but for blanks and what was not: the subject stands, and From."""
    mail = SIGNED[:place] + new + SIGNED[place + cut :]
    dkim, arc = holds(mail, Answer("found", (record(rsa_key()),)))

    if arc.result == "pass" or any(one.result == "pass" for one in dkim):
        squeezed = b" ".join(mail.split()).lower()
        assert b"from: vanthu@so-a.example" in squeezed.replace(b"from :", b"from:").replace(b"from:v", b"from: v")
        assert b"giay moi" in squeezed
        assert b"kinh gui" in squeezed


@pytest.mark.parametrize(
    "octets",
    [
        b"DKIM-Signature: v=1; h=" + b"from:" * 12_000 + b"\r\n",
        b"DKIM-Signature: " + b"a=1;" * 15_000 + b"\r\n",
        b"DKIM-Signature: " + b"".join(b"a%d=1;" % number for number in range(7_000)) + b"\r\n",
        b"DKIM-Signature: v=1; b=" + b"A " * 30_000 + b"\r\n",
        b"DKIM-Signature: v=1; d=" + b"a." * 30_000 + b"\r\n",
        b"DKIM-Signature:" + b" " * 60_000 + b"\r\n",
        b"DKIM-Signature: v=1; s=" + b"\xc3\xa1" * 30_000 + b"; d=so-a.example\r\n",
        b"ARC-Authentication-Results: i=1; " + b"(" * 60_000 + b"\r\n",
        b"ARC-Seal: i=" + b"1" * 60_000 + b"\r\n",
    ],
    ids=["names", "twice", "tags", "base64", "labels", "blanks", "letters", "comments", "instance"],
)  # fmt: skip
def test_long_fields_within_the_allowance(octets):
    """Sixty kilobytes of one kind are read in one pass, and are no signature."""
    dkim, arc = holds(octets + MAIL, Answer("found", (record(rsa_key()),)))

    assert {one.result for one in dkim} <= {"neutral"}
    assert arc.result != "pass"
