"""A program shows one author, a verifier checks another: however From is written, such mail verifies nobody.

The forger always has everything in order for his own domain: SPF passes, his signature holds. Techniques: USENIX
Security 2020, "Composition Kills", and 2021, "Weak Links in Authentication Chains"; the mails are ours.
"""

from __future__ import annotations

import base64

import pytest

from gateway.demo.mails import DEPARTMENT_A
from tests.support.dkim_signer import sign
from tests.support.senders import FORGER, FORGER_KEY, VICTIM, ZONE, mail, published, receive

V = DEPARTMENT_A.encode()
F = f"thu@{FORGER}".encode()
AT_VICTIM, AT_FORGER = VICTIM.encode(), FORGER.encode()


def word(octets):
    """An encoded-word of UTF-8 in base64."""
    return b"=?utf-8?B?" + base64.b64encode(octets) + b"?="


def seen(*fields, **more):
    """A mail with these fields in place of From, from the forger's server, with his signature."""
    return receive(sign(mail(*fields, **more), FORGER_KEY, d=FORGER))


FIELDS = {
    "two": (b"From: <" + F + b">\r\n", b"From: <" + V + b">\r\n"),
    "two-other-order": (b"From: <" + V + b">\r\n", b"From: <" + F + b">\r\n"),
    "five": (b"From: <" + F + b">\r\n",) * 4 + (b"From: <" + V + b">\r\n",),
    "blank-before": (b" From: <" + F + b">\r\n", b"From: <" + V + b">\r\n"),
    "blank-before-the-victim": (b" From: <" + V + b">\r\n", b"From: <" + F + b">\r\n"),
    "blank-before-in-the-middle": (b"X-A: b\r\n", b"\tFrom: <" + V + b">\r\n", b"From: <" + F + b">\r\n"),
    "many-blanks-before": (b"X-A: b\r\n", b" " * 40 + b"From: <" + V + b">\r\n", b"From: <" + F + b">\r\n"),
    "fold-behind-a-hidden-name": (b"X-A: b\r\n", b" From:\r\n <" + V + b">\r\n", b"From: <" + F + b">\r\n"),
    "blank-before-colon": (b"From: <" + F + b">\r\n", b"From : <" + V + b">\r\n"),
    "blank-before-colon-first": (b"From : <" + V + b">\r\n", b"From: <" + F + b">\r\n"),
    "fold-before-colon": (b"From\r\n : <" + V + b">\r\n", b"From: <" + F + b">\r\n"),
    "fold-before-colon-of-the-forger": (b"From\r\n : <" + F + b">\r\n", b"From: <" + V + b">\r\n"),
    "sender-in-place": (b"From\r\n : <" + F + b">\r\n", b"Sender: <" + V + b">\r\n"),
    "resent-in-place": (b"From\r\n : <" + F + b">\r\n", b"Resent-From: <" + V + b">\r\n"),
    "no-from-but-sender": (b"Sender: <" + F + b">\r\n",),
    "no-from": (b"X-A: b\r\n",),
    "nul-before": (b"\0From: <" + V + b">\r\n", b"From: <" + F + b">\r\n"),
    "nul-behind": (b"From\0: <" + V + b">\r\n", b"From: <" + F + b">\r\n"),
    "bare-cr": (b"X-A: b\rFrom: <" + V + b">\r\n", b"From: <" + F + b">\r\n"),
    "bare-lf": (b"X-A: b\nFrom: <" + V + b">\r\n", b"From: <" + F + b">\r\n"),
    "form-feed": (b"X-A: b\r\n", b"\x0cFrom: <" + V + b">\r\n", b"From: <" + F + b">\r\n"),
    "byte-order-mark": (b"\xef\xbb\xbfFrom: <" + V + b">\r\n", b"From: <" + F + b">\r\n"),
    "behind-more-fields-than-are-read": (
        b"From: <" + F + b">\r\n",
        *((b"X-A: " + b"b" * 900 + b"\r\n",) * 1_500),
        b"From: <" + V + b">\r\n",
    ),
    "blank-line-that-is-none": (b"From: <" + F + b">\r\n", b"X-A: b\r\n \r\n", b"From: <" + V + b">\r\n"),
    "stray-line-between": (b"From: <" + F + b">\r\n", b"khong phai truong\r\n", b"From: <" + V + b">\r\n"),
    "only-behind-a-stray-line": (b"khong phai truong\r\n", b"From: <" + V + b">\r\n"),
    "two-senders": (b"From: <" + F + b">\r\n", b"Sender: <" + F + b">\r\n", b"Sender: <" + V + b">\r\n"),
    "two-reply-to": (b"From: <" + F + b">\r\n", b"Reply-To: <" + F + b">\r\n", b"Reply-To: <" + V + b">\r\n"),
}


@pytest.mark.parametrize("fields", FIELDS.values(), ids=FIELDS)
def test_fields(fields):
    """Several fields, hidden fields and fields in place of From verify nobody."""
    assert seen(*fields).identity == "claimed"


VALUES = {
    "list": b"<" + F + b">, <" + V + b">",
    "list-other-order": b"<" + V + b">, <" + F + b">",
    "list-with-sender": b"<" + F + b">, <" + V + b">\r\nSender: <" + F + b">",
    "comma-without-blank": V + b",<" + F + b">",
    "group": b"So A: <" + F + b">;, <" + V + b">",
    "group-of-the-forger": b"<" + V + b">: <" + F + b">;",
    "empty-group": b"So A:;, <" + F + b">",
    "group-unclosed": V + b": <" + F + b">",
    "trailing": b"<" + F + b">" + V,
    "trailing-bracketed": b"<" + F + b"><" + V + b">",
    "trailing-far-away": b"<" + F + b">" + b" " * 400 + b"<" + V + b">",
    "trailing-behind-words": b"<" + F + b">" + b" xin" * 120 + b" <" + V + b">",
    "trailing-bare-far-away": b"<" + F + b">" + b" " * 400 + V,
    "trailing-beyond-what-is-read": b"<" + F + b">" + b" " * 20_000 + b"<" + V + b">",
    "trailing-commas": F + b"," * 12_000 + V,
    "trailing-bare-words": F + b" " + V,
    "two-in-brackets": b"<" + F + b" " + V + b">",
    "brackets-in-brackets": b"<<" + F + b">" + V + b">",
    "angle-unclosed": b"<" + F + b", <" + V + b">",
    "escaped-comma": b"<" + V + b">\\, <" + F + b">",
    "escaped-bracket": b"<" + V + b"\\>, <" + F + b">",
    "route": b"<@" + AT_FORGER + b",@any.example:" + V + b">",
    "route-through-the-victim": b"<@" + AT_VICTIM + b":" + F + b">",
    "encoded-list": word(b"<" + V + b">") + b", <" + F + b">",
    "encoded-alone": word(b"<" + V + b">"),
    "encoded-in-brackets": b"<" + word(V) + b">",
    "encoded-bracket-in-name": word(b"So A <" + V + b">") + b" <" + F + b">",
    "encoded-far-away": b"<" + F + b">" + b" " * 400 + word(b"<" + V + b">"),
    "encoded-domain": b"<vanthu@" + word(AT_VICTIM) + b">",
    "encoded-local-part": b"<" + word(b"vanthu@" + AT_VICTIM + b"> ") + b"@" + AT_FORGER + b">",
    "quoted-at": b'"' + V + b'"@' + AT_FORGER,
    "quoted-at-in-brackets": b'<"' + V + b'>, x"@' + AT_FORGER + b">",
    "quote-unclosed": b'"So A <' + V + b">, <" + F + b">",
    "comment-domain": b"<vanthu@" + AT_VICTIM + b"(." + AT_FORGER + b")>",
    "comment-address": b"<" + F + b"> (<" + V + b">)",
    "comment-address-far-away": b"<" + F + b"> (" + b"x" * 400 + b" <" + V + b">)",
    "comment-in-address": b"<thu@(" + AT_VICTIM + b")" + AT_FORGER + b">",
    "comment-unclosed": b"<vanthu@" + AT_VICTIM + b"(." + AT_FORGER + b">",
    "comment-before-at": b"<vanthu(@" + AT_VICTIM + b")@" + AT_FORGER + b">",
    "nul-in-domain": b"<vanthu@" + AT_VICTIM + b"\0." + AT_FORGER + b">",
    "nul-behind-address": b"<" + V + b"\0" + F + b">",
    "nul-in-value": b"<" + V + b">\0, <" + F + b">",
    "control-in-domain": b"<vanthu@" + AT_VICTIM + b"\x01." + AT_FORGER + b">",
    "tab-in-domain": b"<vanthu@" + AT_VICTIM + b"\t." + AT_FORGER + b">",
    "single-quote-in-domain": b"<vanthu@" + AT_VICTIM + b"'." + AT_FORGER + b">",
    "double-quote-in-domain": b"<vanthu@" + AT_VICTIM + b'"=(.' + AT_FORGER + b">",
    "bracket-in-domain": b"<vanthu@" + AT_VICTIM + b"]." + AT_FORGER + b">",
    "slash-in-domain": b"<vanthu@" + AT_VICTIM + b"/." + AT_FORGER + b">",
    "percent-in-domain": b"<vanthu@" + AT_VICTIM + b"%." + AT_FORGER + b">",
    "colon-in-domain": b"<vanthu@" + AT_VICTIM + b":." + AT_FORGER + b">",
    "semicolon-in-domain": b"<vanthu@" + AT_VICTIM + b";." + AT_FORGER + b">",
    "two-ats": b"<vanthu@" + AT_VICTIM + b"@" + AT_FORGER + b">",
    "two-ats-bare": V + b"@" + AT_FORGER,
    "zero-width-in-domain": "<vanthu@soa.thunghiem.gov.vn\u200b.ke-gian.example>".encode(),
    "wide-at": "<vanthu\uff20soa.thunghiem.gov.vn@ke-gian.example>".encode(),
    "turned-round": "\u202e<".encode() + F + b">",
    "legacy-octets-in-domain": b"<vanthu@so\xe0." + AT_FORGER + b">",
    "literal": b"<vanthu@[203.0.113.66]>",
    "no-domain": b"<vanthu>",
    "single-label": b"<vanthu@vn>",
    "dots": b"<vanthu@." + AT_FORGER + b">",
    "inner-dots": b"<vanthu@" + AT_VICTIM + b".." + AT_FORGER + b">",
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_values(value):
    """Lists, groups, routes, quotes, comments, controls and encoded words in From verify nobody."""
    assert seen(b"From: " + value + b"\r\n").identity == "claimed"


@pytest.mark.parametrize(
    "value",
    [
        F,
        b"<" + F + b">",
        b"<" + F.upper() + b">",
        b"Ke Gian <" + F + b">",
        b'"Gian, Ke" <' + F + b">",
        b"=?utf-8?B?" + base64.b64encode("Kế Gian".encode()) + b"?= <" + F + b">",
        b"<" + F + b"> (Ke Gian)",
        b"Ke Gian\r\n <" + F + b">",
        F + b" (" + F + b")",
        b"<thu@" + AT_FORGER + b".>",
        b'<"thu di"@' + AT_FORGER + b">",
        b"<thu.di+1@mail." + AT_FORGER + b">",
    ],
)
def test_whoever_writes_as_people_do_is_verified(value):
    """The neighbour of all that: one author, told by one address, of a domain that answers for it."""
    assert seen(b"From: " + value + b"\r\n").identity == "verified"


def test_a_name_that_is_an_address_verifies_only_whose_mail_it_is():
    """What is shown as a name is the sender's words; the domain behind it is the forger's, and the rules say so."""
    found = seen(b'From: "' + V + b'" <' + F + b">\r\n")

    assert found.facts.header.sole_domain == FORGER
    assert found.disposition != "relay"


@pytest.mark.parametrize(
    ("shown", "checked"),
    [
        ("stra\u00dfe.example", "strasse.example"),
        ("so-\u03c2.example", "xn--so--0oc.example"),
        ("a\u200db.example", "ab.example"),
    ],
    ids=["sharp-s", "final-sigma", "joiner"],
)
def test_a_name_that_two_standards_read_as_two_domains_verifies_neither_owner(shown, checked):
    """IDNA 2003 has the owner of strasse.example answer for straße.example; programs of today show another domain."""
    zone = ZONE + "\n" + published(checked, "v=spf1 +ip4:203.0.113.66 -all")
    found = receive(mail(f"From: <thu@{shown}>\r\n".encode()), f"<thu@{checked}>", zone=zone)

    assert found.identity == "claimed"
