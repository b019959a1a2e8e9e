"""DKIM: what signers really sign, and what others make of it (RFC 6376, RFC 8301, RFC 8463)."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.identity.canonical import MAX_FIELD_OCTETS, MAX_SIGNATURES, SignedContent
from gateway.read.identity.dkim import check_dkim
from gateway.read.identity.keys import MAX_KEYS
from gateway.read.mime.fields import read_section
from gateway.read.notes import Notes
from gateway.values.identity import Answer, AwaitedAnswer, DkimFacts, DnsAnswers, Question
from tests.support.dkim_signer import edwards_key, record, rsa_key, sign, signature_field
from tests.support.dns_world import FAILS, World

AT = datetime(2026, 11, 30, tzinfo=UTC)
NAME = "s1._domainkey.so-a.example"
MAIL = (
    b"From: Van thu <vanthu@so-a.example>\r\nTo: vanthu@so-b.example\r\n"
    b"Subject: Giay moi\r\n hop\r\nDate: Mon, 30 Nov 2026 09:00:00 +0700\r\nMessage-ID: <1@so-a.example>\r\n"
    b"\r\nKinh gui \t So B\r\n\r\nTran trong. \r\n\r\n\r\n"
)
OVERSIGNED = ("from", "from", "to", "to", "cc", "subject", "subject", "date", "date", "reply-to")


def content_of(mail):
    """Split a mail as the reader does."""
    return SignedContent(mail, read_section(mail, 0, len(mail), Notes(DEFAULT_BUDGET)))


def check(mail, *records, at=AT):
    """Verify a mail with these key records of `s1` of `so-a.example`, its own key by default."""
    content = content_of(mail)
    facts = check_dkim(content, World({f"{NAME} TXT": records or (record(rsa_key()),)}), at)
    return facts, content.overruns


def result(mail, *records, at=AT):
    """Give (result, reason) of the one signature of a mail."""
    (facts,), _ = check(mail, *records, at=at)
    return facts.result, facts.reason


@pytest.mark.parametrize(
    "c", ["simple", "relaxed", "simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed"]
)
@pytest.mark.parametrize("key", [rsa_key(), edwards_key()], ids=["rsa", "ed25519"])
def test_both_algorithms_pass_in_every_canonical_form(c, key):
    """A mail as it was signed verifies."""
    facts, overruns = check(sign(MAIL, key, c=c), record(key))

    algorithm, bits = ("rsa-sha256", 2048) if key is rsa_key() else ("ed25519-sha256", 256)
    assert facts == (DkimFacts("pass", "so-a.example", "s1", algorithm, bits, signature=facts[0].signature),)
    assert overruns == set()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"Kinh gui", b"Kinh goi", "body was changed"),
        (b"Subject: Giay", b"Subject: Cong", "header or signature was changed"),
        (b"vanthu@so-a", b"vanthu@so-b", "header or signature was changed"),
        (b"s=s1", b"S=1; s=s1", "header or signature was changed"),
        (b"Tran trong.", b"Tran trong.\r\nThem", "body was changed"),
    ],
)
def test_what_was_changed_fails(old, new, reason):
    """One word of what is signed suffices."""
    mail = sign(MAIL)
    assert old in mail

    assert result(mail.replace(old, new, 1)) == ("fail", reason)


def test_relaxed_forms_forgive_what_relays_do():
    """Folds, blanks, letter case of names and empty lines at the end may change (RFC 6376 section 3.4.2)."""
    mail = sign(MAIL).replace(b"Subject: Giay moi\r\n hop", b"SUBJECT :  Giay\tmoi hop ").replace(b"gui \t", b"gui ")

    assert result(mail + b" \r\n\r\n") == ("pass", "")


def test_simple_forms_forgive_empty_lines_at_the_end_alone():
    """RFC 6376 section 3.4.3; a blank more is a change."""
    mail = sign(MAIL, c="simple/simple")

    assert result(mail + b"\r\n\r\n") == ("pass", "")
    assert result(mail.replace(b"gui \t", b"gui ")) == ("fail", "body was changed")
    assert result(mail.replace(b"To: v", b"To:  v")) == ("fail", "header or signature was changed")


@pytest.mark.parametrize("c", ["simple", "relaxed"])
@pytest.mark.parametrize(
    "body", [b"", b"\r\n", b"\r\n\r\n", b" \r\n", b"x", b"x\r\n", b"\r\nx\r\n \t\r\n", b"x \r\n \r\n"]
)
def test_bodies_without_much_in_them(c, body):
    """Empty ones, and a last line that is open (RFC 6376 sections 3.4.3 and 3.4.4)."""
    mail = MAIL.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + body

    assert result(sign(mail, c=f"relaxed/{c}")) == ("pass", "")


def test_names_that_come_again_count_from_below():
    """RFC 6376 section 5.4.2: the last of two fields is signed first."""
    mail = b"X-Note: mot\r\nX-Note: hai\r\n" + MAIL

    once = sign(mail, fields=("from", "subject", "x-note"))
    assert result(once.replace(b"mot", b"ba!")) == ("pass", "")
    assert result(once.replace(b"hai", b"ba!")) == ("fail", "header or signature was changed")
    twice = sign(mail, fields=("from", "subject", "x-note", "X-Note"))
    assert result(twice.replace(b"mot", b"ba!")) == ("fail", "header or signature was changed")


def test_a_subject_that_is_not_signed_is_not_accepted():
    """Anybody could write it; a mail without one needs none."""
    assert result(sign(MAIL, fields=("from", "to"))) == ("policy", "Subject is not signed")
    without = MAIL.replace(b"Subject:", b"X-Subject:")
    assert result(sign(without, fields=("from", "to"))) == ("pass", "")


def test_names_without_a_field_sign_that_there_is_none():
    """Oversigning (RFC 6376 section 8.15): told as a fact, and it holds."""
    mail = sign(MAIL, fields=OVERSIGNED)

    assert check(mail)[0][0].is_oversigned
    assert result(mail) == ("pass", "")
    for added in (
        b"From: k@so-b.example\r\n",
        b"Subject: khac\r\n",
        b"Reply-To: k@so-b.example\r\n",
        b"Cc: k@so-b.example\r\n",
    ):
        assert result(added + mail) == ("fail", "header or signature was changed")


@pytest.mark.parametrize(
    ("added", "reason"),
    [
        (b"From: Giam doc <gd@so-a.example>\r\n", "a further From is not signed"),
        (b"Subject: Hoa toc\r\n", "a further Subject is not signed"),
        (b"Date: Tue, 1 Dec 2026 09:00:00 +0700\r\n", "a further Date is not signed"),
        (b"To: moi@so-b.example\r\n", "a further To is not signed"),
    ],
)
def test_replayed_with_a_field_above(added, reason):
    """Readers show the added field, the signature holds over the old one: it is not accepted."""
    assert result(added + sign(MAIL)) == ("policy", reason)
    head, _, body = sign(MAIL).partition(b"\r\n\r\n")
    assert result(head + b"\r\n" + added + b"\r\n" + body)[0] != "pass"


def test_a_field_nobody_signed_is_told_by_what_is_oversigned():
    """Reply-To added to a mail that had none cannot be seen: the fact says that this signature left it open."""
    (facts,), _ = check(b"Reply-To: k@so-b.example\r\n" + sign(MAIL))

    assert (facts.result, facts.is_oversigned) == ("pass", False)


def test_from_must_be_signed():
    """RFC 6376 section 5.4: a signature that leaves it open says nothing about it."""
    assert result(sign(MAIL, fields=("to", "subject"))) == ("policy", "From is not signed")
    assert result(sign(MAIL[MAIL.index(b"To:") :])) == ("permerror", "message has no From")


def test_length_leaves_no_room():
    """A part of the body that anybody may write is not accepted, be it all of it (RFC 6376 section 8.2)."""
    whole = len(b"Kinh gui So B\r\n\r\nTran trong.\r\n")

    assert result(sign(MAIL, l=str(whole))) == ("pass", "")
    for length in (0, 5, whole - 1):
        (facts,), _ = check(sign(MAIL, l=str(length)))
        assert (facts.result, facts.reason) == ("policy", "l= leaves octets of the body unsigned")
        assert facts.unsigned_octets == whole - length
    assert result(sign(MAIL, l=str(whole)) + b"Them\r\n") == ("policy", "l= leaves octets of the body unsigned")
    assert result(sign(MAIL, l=str(whole + 1))) == ("fail", "body is shorter than signed")
    assert result(sign(MAIL, l="9" * 76)) == ("fail", "body is shorter than signed")
    assert result(sign(MAIL, c="relaxed/simple", l="3")) == ("policy", "l= leaves octets of the body unsigned")


def test_signatures_expire():
    """x= with five minutes for clocks that differ; t= in the future is no fault (RFC 6376 section 3.5)."""
    now = int(AT.timestamp())

    assert result(sign(MAIL, x=str(now - 299))) == ("pass", "")
    assert result(sign(MAIL, x=str(now - 301))) == ("policy", "signature has expired")
    assert result(sign(MAIL, t=str(now + 90_000))) == ("pass", "")


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"v": "2"}, "v= is not 1"),
        ({"v": None}, "v= is not 1"),
        ({"a": "rsa-sha512"}, "a= is unknown"),
        ({"a": None}, "a= is unknown"),
        ({"c": "nofws"}, "c= is unknown"),
        ({"d": "example"}, "d= is malformed"),
        ({"d": "so-a.example(.k.example"}, "d= is malformed"),
        ({"d": "so-a..example"}, "d= is malformed"),
        ({"d": None}, "d= is malformed"),
        ({"s": None}, "s= is malformed"),
        ({"s": "a b"}, "s= is malformed"),
        ({"s": ".".join(["a" * 60] * 4)}, "s= and d= are too long"),
        ({"bh": "!!"}, "bh= is malformed"),
        ({"bh": "A"}, "bh= is malformed"),
        ({"h": None}, "h= is malformed"),
        ({"h": "from::to"}, "h= is malformed"),
        ({"q": "http"}, "q= is unknown"),
        ({"l": "-1"}, "l= is malformed"),
        ({"l": "9" * 77}, "l= is malformed"),
        ({"x": "mai"}, "x= is malformed"),
        ({"t": "1.5"}, "t= is malformed"),
        ({"t": "200", "x": "100"}, "x= lies before t="),
        ({"i": "vanthu"}, "i= is malformed"),
        ({"i": "vanthu@so-b.example"}, "i= is not of d="),
        ({"i": "vanthu@xso-a.example"}, "i= is not of d="),
        ({"n": "1; n=2"}, "tags are malformed"),
        ({"n": "1; ; m=2"}, "tags are malformed"),
        ({"n": "\x00"}, "tags are malformed"),
        ({"=": "1"}, "tags are malformed"),
    ],
)  # fmt: skip
def test_what_no_verifier_can_read_is_neutral(tags, reason):
    """RFC 8601 section 2.7.1: syntax errors, and what is not known; no key is asked for."""
    mail = sign(MAIL)
    for tag, value in tags.items():
        mail = re.sub(rb" %s=[^;]*;" % tag.encode(), b"", mail, count=1)
        mail = mail if value is None else mail.replace(b":", f": {tag}={value};".encode(), 1)
    world = World({})

    (facts,) = check_dkim(content_of(mail), world, AT)

    assert (facts.result, facts.reason) == ("neutral", reason)
    assert world.asked == []


@pytest.mark.parametrize("value", [b"", b"=", b"AB CD!", b"A"])
def test_a_signature_that_is_no_base64(value):
    """An empty b= too."""
    head = signature_field(MAIL).partition(b" b=")[0]

    assert result(head + b" b=" + value + b"\r\n" + MAIL) == ("neutral", "b= is malformed")


def test_where_the_tag_b_stands_is_free():
    """Between others, first, with blanks around it; what surrounds it goes with it (RFC 6376 section 3.7)."""
    for c in ("simple/simple", "relaxed/relaxed"):
        field = signature_field(MAIL, c=c)
        value = field.partition(b" b=")[2].replace(b"\r\n", b"")
        for blanks in (b"", b" ", b"\r\n\t", b" \r\n "):
            assert result(field.partition(b" b=")[0] + b" b=" + blanks + value + blanks + b"\r\n" + MAIL) == (
                "pass",
                "",
            )


def test_i_names_the_domain_or_one_below():
    """RFC 6376 section 3.5; a key with t=s allows the domain itself alone (section 3.6.1)."""
    below = sign(MAIL, i="vanthu@phong.so-a.example")

    assert result(below) == ("pass", "")
    assert result(sign(MAIL, i="@SO-A.example")) == ("pass", "")
    strict = record(rsa_key(), "t=y:s; ")
    assert result(below, strict) == ("permerror", "key is for the domain itself alone")
    (facts,), _ = check(sign(MAIL, i="@so-a.example"), strict)
    assert (facts.result, facts.is_testing, facts.is_strict) == ("pass", True, True)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (["v=DKIM1; p="], ("permerror", "key is revoked")),
        (["v=DKIM1"], ("permerror", "key record has no key")),
        (["v=DKIM1; p=AAAA"], ("permerror", "key is malformed")),
        (["v=DKIM1; p=A!"], ("permerror", "key is malformed")),
        (["v=DKIM1; k=ed25519; p=AAAA"], ("permerror", "key is of another kind")),
        (["v=DKIM1; h=sha1; p=AAAA"], ("permerror", "key is not for this hash")),
        (["v=DKIM1; s=tlsrpt; p=AAAA"], ("permerror", "key is not for mail")),
        (["v=DKIM1: g=*; p=AAAA"], ("permerror", "no key is published")),
        (["v=spf1 -all"], ("permerror", "no key is published")),
        (["xin chao"], ("permerror", "key record is malformed")),
        ([""], ("permerror", "key record is malformed")),
        (["k=rsa; v=DKIM1; p=AAAA"], ("permerror", "no key is published")),
        (["v=DKIM1; p=AAAA; p=AAAA"], ("permerror", "key record is malformed")),
        (["v=spf1 -all", "v=DKIM1; p="], ("permerror", "key is revoked")),
        (["v=DKIM1; p=AAAA\N{EM DASH}"], ("permerror", "key is malformed")),
    ],
)  # fmt: skip
def test_records_that_are_no_key(records, expected):
    """Revoked, of something else, or for something else (RFC 6376 section 3.6.1)."""
    assert result(sign(MAIL), *records) == expected


@pytest.mark.parametrize(
    "more", ["h=sha1:sha256; ", "s=email; ", "s=*; ", "s=tlsrpt : email; ", "n=ghi chu; ", "g=*; ", "z=1; "]
)
def test_records_with_further_tags(more):
    """Those that allow it, notes, and what is unknown (RFC 6376 section 3.6.1)."""
    assert result(sign(MAIL), record(rsa_key(), more)) == ("pass", "")


def test_records_without_version_or_kind():
    """Both are optional, and the key may stand in either form, with blanks in it."""
    plain = record(rsa_key()).partition("p=")[2]

    assert result(sign(MAIL), f"p={plain}") == ("pass", "")
    assert result(sign(MAIL), f"p={plain[:70]} {plain[70:]};") == ("pass", "")
    assert result(sign(MAIL), record(rsa_key(), form=PublicFormat.PKCS1)) == ("pass", "")


def test_several_records_of_one_selector():
    """Each is tried, up to a bound (RFC 6376 section 6.1.2); the nearest to holding tells why none does."""
    mine, other = record(rsa_key()), record(rsa_key(1024))

    assert result(sign(MAIL), "v=DKIM1; p=", other, mine) == ("pass", "")
    assert result(sign(MAIL), "v=DKIM1; p=", other) == ("fail", "header or signature was changed")
    assert result(sign(MAIL), *[other] * MAX_KEYS, mine) == ("fail", "header or signature was changed")


def test_rsa_sha1_is_never_accepted():
    """RFC 8301 section 3.1; no key is asked for."""
    world = World({})

    (facts,) = check_dkim(content_of(sign(MAIL, a="rsa-sha1")), world, AT)

    assert (facts.result, facts.reason, facts.algorithm) == ("permerror", "rsa-sha1 is not accepted", "rsa-sha1")
    assert world.asked == []


def test_keys_by_their_length():
    """1,024 bits pass, less never counts as signed, 4,096 are enough for anybody (RFC 8301 section 3.2)."""
    assert result(sign(MAIL, rsa_key(1024)), record(rsa_key(1024))) == ("pass", "")
    short = "v=DKIM1; p=" + _rsa_octets(768)
    assert result(sign(MAIL), short) == ("fail", "header or signature was changed")
    for bits in (4_104, 16_384):
        facts, overruns = check(sign(MAIL), "v=DKIM1; p=" + _rsa_octets(bits))
        assert (facts[0].result, facts[0].reason) == ("permerror", "key has more than 4096 bits")
        assert (facts[0].key_bits, overruns) == (bits, {"dkim_key_bits"})
    assert result(sign(MAIL), "v=DKIM1; p=" + _rsa_octets(2_048, 1 + 2**2_000)) == (
        "permerror",
        "key has an odd exponent",
    )


def _rsa_octets(bits, exponent=65_537):
    public = rsa.RSAPublicNumbers(exponent, 2 ** (bits - 1) + 2**200 + 1).public_key()
    return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def test_what_dns_does_not_say():
    """No answer is a temporary error, no such name a permanent one (RFC 6376 section 6.1.2)."""
    mail = content_of(sign(MAIL))

    (late,) = check_dkim(mail, World({f"{NAME} TXT": FAILS}), AT)
    (missing,) = check_dkim(mail, World({}), AT)

    assert (late.result, late.reason) == ("temperror", "no answer about the key")
    assert (missing.result, missing.reason) == ("permerror", "no key is published")


def test_all_missing_keys_are_asked_for_at_once():
    """One round of look-ups serves all signatures, and only what is missing is noted."""
    mail = sign(sign(sign(MAIL), s="s2"), s="s3", d="so-b.example")
    answers = DnsAnswers([(Question("s2._domainkey.so-a.example", "TXT"), Answer("no_domain"))])

    with pytest.raises(AwaitedAnswer):
        check_dkim(content_of(mail), answers, AT)

    assert list(answers.missing) == [
        Question("s3._domainkey.so-b.example", "TXT"),
        Question(NAME, "TXT"),
    ]


def test_signatures_in_the_order_of_their_fields():
    """The top-most first, each with its own result; one more above breaks none."""
    mail = sign(sign(MAIL), edwards_key(), s="s2")
    world = World({f"{NAME} TXT": record(rsa_key()), "s2._domainkey.so-a.example TXT": record(edwards_key())})

    facts = check_dkim(content_of(mail), world, AT)

    assert [(one.selector, one.result) for one in facts] == [("s2", "pass"), ("s1", "pass")]


def test_signatures_are_named_by_their_first_letters():
    """Eight of b=, or as many as tell them apart (RFC 6008 section 4)."""
    mail = sign(MAIL, edwards_key())
    value = mail.partition(b"\r\n b=")[2]
    alike = mail.replace(value[:12], value[:10] + b"00", 1)

    (alone,), _ = check(mail, record(edwards_key()))
    facts, _ = check(alike.partition(b"From:")[0] + mail, record(edwards_key()))

    assert alone.signature == value[:8].decode()
    assert [(one.signature, one.result) for one in facts] == [
        (value[:10].decode() + "0", "fail"),
        (value[:11].decode(), "pass"),
    ]


def test_signatures_may_sign_signatures_and_never_themselves():
    """RFC 6376 section 3.5 on h=."""
    mail = sign(sign(MAIL), fields=("from", "subject", "dkim-signature", "dkim-signature"))

    assert [one.result for one in check(mail)[0]] == ["pass", "pass"]
    assert check(mail.replace(b"s=s1", b"s=s1 ", 2).replace(b"s=s1 ", b"s=s1", 1))[0][0].result == "fail"


def test_more_signatures_than_are_looked_at():
    """The ten on top are; that there are more is told."""
    mail = MAIL
    for _ in range(20):
        mail = signature_field(MAIL) + mail

    facts, overruns = check(mail)

    assert [one.result for one in facts] == ["pass"] * MAX_SIGNATURES
    assert overruns == {"dkim_signatures"}


@pytest.mark.parametrize("filling", [b"A \r\n ", b"a=1;\r\n ", b";", b"from:", b"(", b"="])
def test_fields_beyond_the_allowance(filling):
    """A field of 200 kB is passed over, and hides no signature below it."""
    huge = b"DKIM-Signature: v=1; h=" + filling * (200_000 // len(filling)) + b"\r\n"

    facts, overruns = check(huge + sign(MAIL))

    assert [one.result for one in facts] == ["pass"]
    assert overruns == {"dkim_octets"}
    assert len(huge) > MAX_FIELD_OCTETS


def test_domains_of_smtputf8_mail():
    """U-labels stand for A-labels (RFC 8616 section 4)."""
    mail = sign(MAIL, d="cơ-quan.example")
    world = World({"s1._domainkey.xn--c-quan-3wb.example TXT": record(rsa_key())})

    (facts,) = check_dkim(content_of(mail), world, AT)

    assert (facts.result, facts.domain) == ("pass", "xn--c-quan-3wb.example")


EDWARDS_EXAMPLE = b"""\
DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.

""".replace(b"\n", b"\r\n")
EDWARDS_KEYS = {
    "brisbane._domainkey.football.example.com TXT": "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    "test._domainkey.football.example.com TXT": "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6"
    "NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9Pz"
    "oxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB",
}


def test_the_example_of_rfc_8463():
    """Appendix A.3: both signatures hold; Joe signed From, Subject and Date twice, and left To open."""
    facts = check_dkim(content_of(EDWARDS_EXAMPLE), World(EDWARDS_KEYS), AT)

    assert facts == (
        DkimFacts("pass", "football.example.com", "brisbane", "ed25519-sha256", 256, signature="/gCrinpc"),
        DkimFacts("pass", "football.example.com", "test", "rsa-sha256", 1024, signature="F45dVWDf"),
    )
