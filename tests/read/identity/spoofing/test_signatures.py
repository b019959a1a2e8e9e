"""Games with DKIM: signatures of others, names that end early, true signatures on mail they were not made for.

From is that of Sở A throughout. What is replayed was really signed by it; the forger brings it from his own server.
"""

from __future__ import annotations

import re

import pytest

from gateway.demo.mails import DEPARTMENT_A
from tests.support.dkim_signer import FIELDS, record, rsa_key, sign, signature_field
from tests.support.senders import FORGER, FORGER_KEY, VICTIM, ZONE, host, mail, published, receive

OVERSIGNED = ("from", "from", "to", "to", "cc", "subject", "subject", "date", "date", "reply-to")
FROM = f"From: Van thu So A <{DEPARTMENT_A}>\r\n".encode()


def test_a_signature_of_the_author_verifies_through_any_server():
    """The neighbour of all below: what Sở A signed is its mail, whoever brings it."""
    for fields in (FIELDS, OVERSIGNED):
        found = receive(sign(mail(), d=VICTIM, fields=fields))
        assert (found.identity, found.facts.authentication.dkim[0].is_oversigned) == ("verified", fields == OVERSIGNED)


NAMES = {
    "another-domain": {"d": FORGER},
    "victim-with-the-forger's-key": {"d": VICTIM},
    "victim-as-subdomain": {"d": f"{VICTIM}.{FORGER}"},
    "nul-in-selector": {"d": VICTIM, "s": f"s1._domainkey.{FORGER}.\0.x"},
    "dot-at-the-end-of-selector": {"d": VICTIM, "s": f"s1._domainkey.{FORGER}."},
    "selector-with-a-domain": {"d": VICTIM, "s": f"s1._domainkey.{FORGER}"},
    "hash-in-selector": {"d": VICTIM, "s": f"s1._domainkey.{FORGER}#"},
    "question-mark-in-selector": {"d": VICTIM, "s": f"s1._domainkey.{FORGER}?x="},
    "slash-in-selector": {"d": VICTIM, "s": f"s1._domainkey.{FORGER}/"},
    "backslash-in-selector": {"d": VICTIM, "s": f"s1._domainkey.{FORGER}\\"},
    "fold-in-selector": {"d": VICTIM, "s": f"s1._domainkey.{FORGER}\r\n "},
    "nul-in-domain": {"d": f"{VICTIM}\0.{FORGER}"},
    "bracket-in-domain": {"d": f"{VICTIM}(.{FORGER}"},
    "quote-in-domain": {"d": f"{VICTIM}'a.{FORGER}"},
    "double-quote-in-domain": {"d": f'{VICTIM}"=(.{FORGER}'},
    "blank-in-domain": {"d": f"{VICTIM} .{FORGER}"},
    "fold-in-domain": {"d": f"{VICTIM}\r\n .{FORGER}"},
    "slash-in-domain": {"d": f"{VICTIM}/.{FORGER}"},
    "comma-in-domain": {"d": f"{VICTIM},{FORGER}"},
    "dot-at-the-end-of-domain": {"d": f"{FORGER}."},
    "empty-domain": {"d": ""},
    "suffix": {"d": "gov.vn"},
    "top-level": {"d": "vn"},
    "identity-of-the-victim": {"d": FORGER, "i": f"@{VICTIM}"},
    "identity-ends-like-the-victim": {"d": FORGER, "i": f"thu@{VICTIM}.{FORGER}"},
    "identity-with-two-ats": {"d": FORGER, "i": f"thu@{FORGER}@{VICTIM}"},
    "query-method": {"d": VICTIM, "q": f"dns/txt@{FORGER}"},
    "upper-case-tag": {"d": FORGER, "D": VICTIM},
    "unknown-algorithm": {"d": VICTIM, "a": "none"},
}


@pytest.mark.parametrize("tags", NAMES.values(), ids=NAMES)
def test_names(tags):
    """No spelling of d=, s= or i= lets the forger's key answer for Sở A."""
    zone = "\n".join((ZONE, published(f"*.{FORGER}", record(FORGER_KEY))))

    assert receive(sign(mail(), FORGER_KEY, **tags), zone=zone).identity == "claimed"


def signed(**choices):
    """What Sở A has signed."""
    return sign(mail(), d=VICTIM, **choices)


def grown(octets, more=b"<b>Chuyen tien</b>\r\n"):
    """A body that goes on."""
    return octets + more


REPLAYS = {
    "body-changed": signed().replace(b"lich hop", b"chuyen tien"),
    "body-grown": grown(signed()),
    "body-grown-behind-l": grown(signed(l=str(len(mail().partition(b"\r\n\r\n")[2])))),
    "body-unsigned": grown(signed(l="0")),
    "body-in-front": signed().replace(b"\r\n\r\nKinh gui", b"\r\n\r\nChuyen tien\r\nKinh gui"),
    "from-changed": signed().replace(b"Van thu So A", b"Giam doc So A"),
    "from-added-above": FROM + signed(),
    "from-added-of-the-forger": f"From: <thu@{FORGER}>\r\n".encode() + signed(),
    "from-added-below": signed().replace(b"\r\n\r\n", b"\r\n" + FROM + b"\r\n", 1),
    "from-added-oversigned": FROM.replace(b"Van thu", b"Giam doc") + signed(fields=OVERSIGNED),
    "subject-changed": signed().replace(b"Trao doi", b"Chuyen tien"),
    "subject-added": b"Subject: Chuyen tien\r\n" + signed(),
    "subject-added-oversigned": b"Subject: Chuyen tien\r\n" + signed(fields=OVERSIGNED),
    "subject-not-signed": signed(fields=("from", "to", "date")).replace(b"Trao doi", b"Chuyen tien"),
    "to-added": b"To: ketoan@soa.example\r\n" + signed(),
    "cc-added-oversigned": b"Cc: ketoan@soa.example\r\n" + signed(fields=OVERSIGNED),
    "reply-to-added-oversigned": f"Reply-To: thu@{FORGER}\r\n".encode() + signed(fields=OVERSIGNED),
    "from-not-signed": signed(fields=("to", "subject", "date")),
    "expired": signed(x="1700000000", t="1690000000"),
    "of-the-future-to-the-past": signed(x="1690000000", t="1700000000"),
    "hash-swapped": re.sub(rb"bh=[^;]+", b"bh=AAAA", signed()),
    "signature-twice-of-which-none-holds": signature_field(mail(), FORGER_KEY, d=VICTIM) + signed(l="0") + b"x\r\n",
    "aligned-but-broken-beside-the-forger's": sign(signed().replace(b"lich hop", b"chuyen tien"), FORGER_KEY, d=FORGER),
    "aligned-but-broken-below-many": b"".join(
        signature_field(mail(), FORGER_KEY, d=FORGER, s=f"s{number}") for number in range(12)
    )
    + signed().replace(b"lich hop", b"chuyen tien"),
    "in-the-body": mail(body=signed()),
    "in-an-attached-message": mail(
        more=b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n",
        body=b"--b\r\n\r\nChuyen tien\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + signed() + b"--b--\r\n",
    ),
    "hidden-in-a-fold": b"X-A: b\r\n " + signed(),
    "sha1": signed(a="rsa-sha1"),
    "weak-version": signed(v="2"),
    "without-version": signed(v=None),
}


@pytest.mark.parametrize("octets", REPLAYS.values(), ids=REPLAYS)
def test_replays(octets):
    """A true signature on other octets, on fields it does not cover, or on part of the body verifies nobody."""
    assert receive(octets).identity == "claimed"


KEYS = {
    "revoked": "v=DKIM1; p=",
    "not-for-mail": record(rsa_key(), "s=tlsrpt; "),
    "another-hash": record(rsa_key(), "h=sha1; "),
    "another-kind": record(FORGER_KEY),
    "of-spf": "v=spf1 +all",
    "two-tags": record(rsa_key(), "p=AAAA; "),
    "malformed": "v=DKIM1; p=%%%",
}


@pytest.mark.parametrize("text", KEYS.values(), ids=KEYS)
def test_keys(text):
    """What is no key for this signature verifies nothing."""
    zone = "\n".join((ZONE, published(f"khac._domainkey.{VICTIM}", text)))

    assert receive(signed(s="khac"), zone=zone).identity == "claimed"


def test_a_signature_for_the_domain_itself_alone_vouches_for_no_name_below():
    """t=s: i= must be the domain (RFC 6376 section 3.6.1)."""
    zone = "\n".join((ZONE, published(f"chat._domainkey.{VICTIM}", record(rsa_key(), "t=s; "))))

    assert receive(signed(s="chat", i=f"thu@phong.{VICTIM}"), zone=zone).identity == "claimed"
    assert receive(signed(s="chat", i=DEPARTMENT_A), zone=zone).identity == "verified"


@pytest.mark.parametrize(
    "text",
    [
        "dmarc=pass header.from=" + VICTIM,
        f"spf=pass smtp.mailfrom={DEPARTMENT_A}; dkim=pass header.d={VICTIM}; dmarc=pass header.from={VICTIM}",
    ],
)
@pytest.mark.parametrize("name", ["{host}", '"{host}"', "{HOST}.", "{host} 1", "(x) {host}", "mx.upstream.example"])
def test_results_others_wrote(text, name):
    """Results in the mail count for nothing where we check ourselves, whatever name they are under."""
    spelled = name.format(host=host(), HOST=host().upper())
    found = receive(f"Authentication-Results: {spelled}; {text}\r\n".encode() + mail())

    assert found.identity == "claimed"
    if "upstream" not in name:
        assert found.facts.header.forged_ranges
