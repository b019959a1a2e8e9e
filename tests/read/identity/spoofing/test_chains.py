"""Games with ARC, with results of a server in front, and with what forwarders claim.

The list of the province is a named sealer; the other list is a stranger, who seals just as well.
"""

from __future__ import annotations

import pytest

from gateway.demo.mails import PROVINCE
from gateway.values.envelope import Forwarder
from gateway.values.identity import IdentitySettings
from tests.support.dkim_signer import FIELDS, seal, sign
from tests.support.senders import FORGER, FORGER_KEY, KEY, LIST, STRANGE_LIST, VICTIM, mail, receive

TOLD = f"dmarc=pass header.from={VICTIM}"


def listed(octets, *, domain=LIST, told=TOLD, **choices):
    """Pass a mail on as a list does; the named one has its own key, the stranger the forger's."""
    key = KEY if domain == LIST else FORGER_KEY
    return seal(octets, key, domain=domain, told=told, **choices)


def strange(octets, **choices):
    """Pass a mail on as the stranger does."""
    return listed(octets, domain=STRANGE_LIST, **choices)


def test_a_named_sealer_vouches():
    """The neighbour of all below: the list saw DMARC pass, then changed the mail."""
    for octets in (
        listed(mail()),
        listed(listed(mail(), told="dmarc=fail header.from=x.example")),
        listed(listed(mail())),
    ):
        found = receive(octets, f"<bounce@{LIST}>", "198.51.100.9")
        assert (found.identity, found.facts.authentication.vouched_by) == ("verified", LIST)


CHAINS = {
    "stranger": strange(mail()),
    "stranger-on-a-named": strange(listed(mail())),
    "named-on-a-stranger-who-vouches": listed(strange(mail()), told=f"dmarc=fail header.from={VICTIM}"),
    "named-between-strangers": strange(listed(strange(mail()))),
    "named-saw-it-fail": listed(mail(), told=f"dmarc=fail header.from={VICTIM}"),
    "named-saw-another-author": listed(mail(), told=f"dmarc=pass header.from={FORGER}"),
    "named-saw-a-longer-name": listed(mail(), told=f"dmarc=pass header.from={VICTIM}.{FORGER}"),
    "named-saw-spf-alone": listed(mail(), told=f"spf=pass smtp.mailfrom={VICTIM}"),
    "named-says-it-twice": listed(mail(), told=f"dmarc=fail header.from={VICTIM}; {TOLD}"),
    "named-says-it-in-a-comment": listed(mail(), told=f"dmarc=fail ({TOLD}) header.from={VICTIM}"),
    "named-says-it-in-a-reason": listed(mail(), told=f'dmarc=fail reason="{TOLD}" header.from={VICTIM}'),
    "named-says-it-of-no-one": listed(mail(), told="dmarc=pass"),
    "body-changed": listed(mail()).replace(b"lich hop", b"chuyen tien"),
    "subject-added": b"Subject: Chuyen tien\r\n" + listed(mail()),
    "from-added": f"From: <thu@{FORGER}>\r\n".encode() + listed(mail()),
    "from-not-signed": listed(mail(), fields=("to", "subject", "date")),
    "subject-not-signed": listed(mail(), fields=("from", "to", "date")),
    "body-behind-l": listed(mail(), ams={"l": "5"}),
    "wrong-key": seal(mail(), FORGER_KEY, domain=LIST, told=TOLD),
    "wrong-key-below": listed(seal(mail(), FORGER_KEY, domain=LIST, told=TOLD), told="dmarc=none"),
    "sealer-in-upper-case-with-dot": listed(mail(), tags={"d": f"{LIST.upper()}."}),
    "sealer-with-bracket": listed(mail(), tags={"d": f"{LIST}({STRANGE_LIST}"}),
    "selector-of-the-stranger": seal(mail(), FORGER_KEY, domain=LIST, told=TOLD, tags={"s": f"s1._domainkey.{STRANGE_LIST}."}),
    "chain-fails": listed(mail(), cv="fail"),
    "chain-begins-with-pass": listed(mail(), cv="pass"),
    "instance-two-alone": listed(mail(), instance=2, cv="pass"),
    "seal-alone": listed(mail()).partition(b"ARC-Message-Signature:")[0] + mail(),
    "results-alone": f"ARC-Authentication-Results: i=1; mx.{LIST}; {TOLD}\r\n".encode() + mail(),
    "results-replaced": listed(mail(), told=f"dmarc=fail header.from={VICTIM}").replace(b"dmarc=fail", b"dmarc=pass"),
    "results-twice": f"ARC-Authentication-Results: i=1; mx.{LIST}; {TOLD}\r\n".encode()
    + listed(mail(), told=f"dmarc=fail header.from={VICTIM}"),
    "in-the-body": mail(body=listed(mail())),
}  # fmt: skip


@pytest.mark.parametrize("octets", CHAINS.values(), ids=CHAINS)
def test_chains(octets):
    """What strangers seal, what a named sealer did not say, and what was changed behind him verifies nobody."""
    found = receive(octets, f"<bounce@{STRANGE_LIST}>", "198.51.100.9")

    assert (found.identity, found.facts.authentication.vouched_by) == ("claimed", "")


def test_two_authors_are_not_vouched_for():
    """A named sealer speaks of one author."""
    octets = listed(mail(f"From: <a@{VICTIM}>, <b@{FORGER}>\r\n".encode()))

    assert receive(octets).identity == "claimed"


UPSTREAM = f"mx.{PROVINCE}"
BELIEVING = IdentitySettings(mode="upstream", upstream=(UPSTREAM,))


def in_front(text, name=UPSTREAM, *, rest=mail(), **rights):  # noqa: B008 - octets
    """Give what becomes of a mail whose results a server in front wrote."""
    octets = f"Authentication-Results: {name}; {text}\r\n".encode() + rest
    return receive(octets, settings=BELIEVING, **({"is_trusted": True} | rights))


def test_the_server_in_front_is_believed():
    """The neighbour: the named server, from our own networks, with DMARC or with the very domain."""
    for text in (
        TOLD,
        f"spf=pass smtp.mailfrom=x@{VICTIM}",
        f"dkim=pass header.d={VICTIM}",
        f"dmarc=pass (p=reject) header.from={VICTIM}",
    ):
        assert in_front(text).identity == "verified"
    assert in_front(TOLD, f'"{UPSTREAM.upper()}."').identity == "verified"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (TOLD, f"mx2.{PROVINCE}"),
        (TOLD, f"{UPSTREAM}.{FORGER}"),
        (TOLD, f"x.{UPSTREAM}"),
        (TOLD, f"{FORGER} ({UPSTREAM})"),
        (TOLD, f"{UPSTREAM} 2"),
        (TOLD, f"{UPSTREAM}\0"),
        (TOLD, ""),
        (f"dmarc=fail header.from={VICTIM}; {TOLD}", UPSTREAM),
        (f"dmarc=fail ({TOLD}) header.from={VICTIM}", UPSTREAM),
        (f'dmarc=fail reason="{TOLD}" header.from={VICTIM}', UPSTREAM),
        (f"dmarc=fail header.from={VICTIM}(; {TOLD}", UPSTREAM),
        (f"dmarc=pass header.from={FORGER}", UPSTREAM),
        (f"dmarc=pass header.from={VICTIM}.{FORGER}", UPSTREAM),
        (f"dmarc=pass header.from={FORGER} header.from={VICTIM}", UPSTREAM),
        ("dmarc=pass", UPSTREAM),
        (f"dmarc=bestguesspass header.from={VICTIM}", UPSTREAM),
        (f"spf=pass smtp.mailfrom=x@{FORGER} smtp.helo={VICTIM}", UPSTREAM),
        (f"spf=pass smtp.mailfrom={VICTIM}(.{FORGER}", UPSTREAM),
        (f'spf=pass smtp.mailfrom="{VICTIM}@x"@{FORGER}', UPSTREAM),
        (f"spf=neutral smtp.mailfrom=x@{VICTIM}", UPSTREAM),
        (f"spf=pass smtp.mailfrom=x@phong.{VICTIM}", UPSTREAM),
        (f"dkim=pass header.d={FORGER} header.i=@{VICTIM}", UPSTREAM),
        (f"dkim=pass header.d={PROVINCE}", UPSTREAM),
        (f"dkim=fail header.d={VICTIM}; dkim=pass header.d={FORGER}", UPSTREAM),
        (f"arc=pass header.from={VICTIM}", UPSTREAM),
        ("none", UPSTREAM),
    ],
)
def test_what_the_server_in_front_did_not_say(text, name):
    """Other names, comments, reasons, other domains: none of it verifies Sở A."""
    assert in_front(text, name).identity != "verified"


def test_of_two_fields_under_its_name_the_upper_one_is_its_own():
    """Forged results lie below, for the server in front writes on top."""
    forged = f"Authentication-Results: {UPSTREAM}; {TOLD}\r\n".encode() + mail()

    assert in_front(f"dmarc=fail header.from={VICTIM}", rest=forged).identity != "verified"


def test_a_stranger_brings_no_results():
    """Whoever is outside of our networks writes that name as he likes."""
    assert in_front(TOLD, is_trusted=False).identity != "verified"


def test_whoever_speaks_for_another_client_brings_no_results():
    """XFORWARD and XCLIENT: a Postfix with smtpd_proxy_filter and nginx hand a stranger's octets through unread."""
    server = Forwarder("10.0.0.7", "mta.example", "4gLk")

    assert in_front(TOLD, is_trusted=False, forwarder=server).identity == "unknown"


def test_signatures_are_not_looked_at_in_place_of_the_server_in_front():
    """In mode upstream that server's word counts alone."""
    assert in_front("none", rest=sign(mail(), d=VICTIM, fields=FIELDS)).identity == "unknown"
