"""ARC: chains as lists and forwarders make them, and chains that are none (RFC 8617)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.identity.arc import check_arc
from gateway.read.identity.canonical import MAX_SETS, SignedContent
from gateway.read.mime.fields import read_section
from gateway.read.notes import Notes
from gateway.values.identity import ArcFacts, DnsAnswers
from tests.support.dkim_signer import edwards_key, record, rsa_key, seal, sign
from tests.support.dns_world import FAILS, World, in_rounds

AT = datetime(2026, 11, 30, tzinfo=UTC)
MAIL = sign(
    b"From: Van thu <vanthu@so-a.example>\r\nTo: vanthu@so-b.example\r\nSubject: Giay moi\r\n"
    b"Date: Mon, 30 Nov 2026 09:00:00 +0700\r\n\r\nKinh gui So B\r\n"
)
LIST, RELAY = "s1._domainkey.list.example", "s1._domainkey.relay.example"
WORLD = {f"{LIST} TXT": record(rsa_key()), f"{RELAY} TXT": record(edwards_key())}
ONCE = seal(MAIL)
TWICE = seal(
    ONCE.replace(b"Kinh gui", b"[DS] Kinh gui"), edwards_key(), domain="relay.example", told="dmarc=fail; arc=pass"
)


def check(mail, table=None, at=AT):
    """Validate the chain of a mail: facts and overruns."""
    content = SignedContent(mail, read_section(mail, 0, len(mail), Notes(DEFAULT_BUDGET)))
    return check_arc(content, World(WORLD if table is None else table), at), content.overruns


def reason(mail, table=None):
    """Tell why a chain fails."""
    facts, _ = check(mail, table)
    assert (facts.result, facts.author_results) == ("fail", ())
    return facts.reason


def test_mail_without_a_chain():
    """That is `none`, and nothing is asked."""
    assert check(MAIL) == (ArcFacts("none"), set())


def test_a_chain_of_one():
    """What the list says of the mail as it came there is told once the chain holds."""
    facts, _ = check(ONCE)

    assert facts == ArcFacts("pass", 1, ("list.example",), ("dmarc=pass header.from=so-a.example",))


def test_a_chain_goes_on_when_the_body_was_changed_between():
    """The newest message signature holds, and all seals; the older one need not (RFC 8617 section 5.2)."""
    facts, _ = check(TWICE)

    assert facts == ArcFacts(
        "pass", 2, ("list.example", "relay.example"), ("dmarc=pass header.from=so-a.example", "dmarc=fail")
    )


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("spf=pass smtp.mailfrom=a@So-A.example; dkim=pass header.i=@so-a.example; dmarc=pass (p=NONE) header.from=so-a.example",
         "dmarc=pass header.from=so-a.example spf=pass smtp.mailfrom=so-a.example dkim=pass header.i=so-a.example"),
        ("dmarc=pass header.from=so-a.example; dmarc=fail header.from=so-b.example", ""),
        ("dmarc=pass action=none header.from=so-a.example", "dmarc=pass header.from=so-a.example"),
        ('dmarc=pass header.from="so-a.example spf=pass"', "dmarc=pass"),
        ("dmarc=pass header.from=<so-a.example>", "dmarc=pass"),
        ("iprev=pass; none", ""),
        ("none", ""),
        ("dmarc", ""),
        ("; ".join(["dkim=pass header.d=so-a.example"] * 9), " ".join(["dkim=pass header.d=so-a.example"] * 4)),
    ],
)  # fmt: skip
def test_what_a_hop_says(told, expected):
    """Domains of the results that matter, and nothing that could be taken for another result."""
    facts, _ = check(seal(MAIL, told=told))

    assert facts.author_results == (expected,)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"Kinh gui", b"Kinh goi", "body was changed"),
        (b"Subject: Giay", b"Subject: Cong", "header or signature was changed"),
        (b"i=2; mx.relay.example; dmarc=fail", b"i=2; mx.relay.example; dmarc=pass", "a seal or what it covers was changed"),
        (b"dmarc=pass header.from=so-a", b"dmarc=pass header.from=so-b", "a seal or what it covers was changed"),
        (b"i=1; mx.list", b"i=2; mx.list", "sets are not whole or not in sequence"),
        (b"i=1; mx.list", b"mx.list", "sets are not whole or not in sequence"),
        (b"i=1; mx.list", b"i=1 mx.list", "sets are not whole or not in sequence"),
        (b"ARC-Authentication-Results: i=1", b"X-Results: i=1", "sets are not whole or not in sequence"),
        (b"cv=none", b"cv=pass", "cv= does not go with the sequence"),
        (b"cv=pass", b"cv=fail", "cv=fail"),
        (b"cv=pass", b"cv=none", "cv= does not go with the sequence"),
        (b"cv=pass", b"h=from; cv=pass", "a seal has h="),
        (b"cv=none", b"CV=none", "cv= does not go with the sequence"),
        (b"cv=none; d=list.example", b"cv=none; d=list", "d= is malformed"),
    ],
)  # fmt: skip
def test_what_breaks_a_chain(old, new, why):
    """One octet of what a seal or the newest message signature covers, and the order of the sets."""
    assert old in TWICE

    assert reason(TWICE.replace(old, new, 1)) == why


def test_a_set_more_or_less():
    """Two seals of one instance, a gap, and a chain cut off below (RFC 8617 section 5.2 step 3)."""
    field = ONCE[: ONCE.index(b"ARC-Message")]

    assert reason(field + ONCE) == "sets are not whole or not in sequence"
    assert reason(ONCE[len(field) :]) == "sets are not whole or not in sequence"
    assert reason(seal(MAIL, instance=2)) == "sets are not whole or not in sequence"
    assert reason(seal(MAIL, instance=0)) == "sets are not whole or not in sequence"
    assert reason(seal(ONCE, instance=51)) == "sets are not whole or not in sequence"


def test_what_a_message_signature_must_sign():
    """As in DKIM: From, each of several, and all of the body; and no seals (RFC 8617 section 4.1.2)."""
    assert reason(seal(MAIL, fields=("to",))) == "From is not signed"
    assert reason(b"From: k@so-b.example\r\n" + ONCE) == "a further From is not signed"
    assert reason(seal(MAIL, ams={"l": "3"})) == "l= leaves octets of the body unsigned"
    assert reason(seal(MAIL, ams={"x": "1700000001"})) == "signature has expired"
    assert reason(seal(ONCE, fields=("from", "arc-seal"))) == "the message signature covers seals"
    assert reason(seal(MAIL, ams={"a": "rsa-sha1"})) == "rsa-sha1 is not accepted"


def test_the_keys_of_a_chain():
    """All are asked for at once; one that is missing, revoked or too long breaks it, one nobody tells now does not."""
    content = SignedContent(TWICE, read_section(TWICE, 0, len(TWICE), Notes(DEFAULT_BUDGET)))

    _, rounds = in_rounds(World(WORLD), lambda answers: check_arc(content, answers, AT))

    assert rounds == [[f"{RELAY} TXT", f"{LIST} TXT"]]
    assert reason(TWICE, {f"{RELAY} TXT": record(edwards_key())}) == "no key is published"
    assert reason(TWICE, WORLD | {f"{LIST} TXT": "v=DKIM1; p="}) == "key is revoked"
    late, _ = check(TWICE, WORLD | {f"{LIST} TXT": FAILS})
    assert (late.result, late.reason, late.author_results) == ("temperror", "no answer about a key", ())
    assert reason(TWICE.replace(b"Kinh", b"Kin"), WORLD | {f"{LIST} TXT": FAILS}) == "body was changed"


def test_chains_longer_than_any():
    """Fifty sets are followed (RFC 8617 section 4.2.1); one more is no chain and told as an overrun."""
    mail = MAIL
    for _ in range(MAX_SETS):
        mail = seal(mail, edwards_key(), domain="relay.example")

    facts, overruns = check(mail)
    assert (facts.result, facts.instances, overruns) == ("pass", MAX_SETS, set())
    facts, overruns = check(seal(mail, edwards_key(), domain="relay.example", instance=50))
    assert (facts.result, facts.reason, overruns) == ("fail", "more than 50 sets", {"arc_sets"})


def test_fields_longer_than_any():
    """Two hundred kilobytes of one set are not looked at."""
    huge = b"ARC-Seal: i=1; b=" + b"A\r\n " * 60_000 + b"\r\n"

    facts, overruns = check(huge + MAIL)

    assert (facts.result, facts.reason, overruns) == ("fail", "fields are too long", {"dkim_octets"})


def test_a_failed_structure_asks_nothing():
    """Strangers' chains cost no look-ups before they look like one."""
    content = SignedContent(ONCE[5:], read_section(ONCE[5:], 0, len(ONCE) - 5, Notes(DEFAULT_BUDGET)))
    answers = DnsAnswers()

    assert check_arc(content, answers, AT).result == "fail"
    assert answers.missing == {}
