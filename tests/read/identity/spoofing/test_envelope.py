"""Games of the envelope: reverse-paths, EHLO, addresses, networks and subdomains that should vouch for another domain.

From is that of Sở A in all of them, or a name near it; whoever sends it has no right to.
"""

from __future__ import annotations

import pytest

from gateway.demo.mails import DEPARTMENT_A, OFFICE, PROVINCE
from tests.support.senders import (
    ELSEWHERE,
    FORGER,
    FORGER_SERVER,
    OFFICE_SERVER,
    VICTIM,
    ZONE,
    mail,
    published,
    receive,
)

PATHS = {
    "own-domain": f"<thu@{FORGER}>",
    "own-subdomain": f"<thu@{VICTIM}.{FORGER}>",
    "the-victim's": f"<{DEPARTMENT_A}>",
    "of-a-subdomain-that-is-not-there": f"<thu@khongco.{VICTIM}>",
    "of-the-domain-above": f"<thu@{PROVINCE}>",
    "of-the-suffix": "<thu@gov.vn>",
    "null": "<>",
    "bracket-in-local-part": f"<(thu@{VICTIM}>",
    "bracket-in-domain": f"<thu@{VICTIM}(.{FORGER}>",
    "nul-in-domain": f"<thu@{VICTIM}\0.{FORGER}>",
    "quote-in-domain": f"<thu@{VICTIM}'@x.{FORGER}>",
    "quote-and-dot-in-domain": f"<thu@{VICTIM}'.{FORGER}>",
    "route": f"<@{VICTIM},@x.example:thu@{FORGER}>",
    "route-to-the-victim": f"<@{FORGER}:thu@{VICTIM}>",
    "quoted-local-part": f'<"thu@{VICTIM}"@{FORGER}>',
    "two-ats": f"<thu@{VICTIM}@{FORGER}>",
    "backslash": f"<thu@{VICTIM}\\.{FORGER}>",
    "percent": f"<thu%{VICTIM}@{FORGER}>",
    "trailing-dot": f"<thu@{VICTIM}.>",
    "blank": f"<thu@{VICTIM} .{FORGER}>",
    "semicolon": f"<thu@{VICTIM};x.{FORGER}>",
    "no-domain": "<thu>",
    "literal": f"<thu@[{FORGER_SERVER}]>",
}
GREETINGS = [f"mail.{FORGER}", VICTIM, f"mail.{VICTIM}", f"{VICTIM}.", f"{VICTIM}(.{FORGER}", f"[{OFFICE_SERVER}]", "."]


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_reverse_paths(path):
    """Whatever stands in MAIL, the victim's From is not verified from a server its SPF does not name."""
    found = receive(mail(), path)

    assert found is None or found.identity == "claimed"


@pytest.mark.parametrize("helo", GREETINGS)
@pytest.mark.parametrize("path", ["<>", f"<{DEPARTMENT_A}>", f"<thu@{FORGER}>"])
def test_greetings(path, helo):
    """What a client calls itself verifies nobody by itself, null reverse-path or not."""
    assert receive(mail(), path, helo=helo).identity == "claimed"


@pytest.mark.parametrize(
    "ip", [FORGER_SERVER, ELSEWHERE, "2001:db8:26::25", "::ffff:203.0.113.66", "127.0.0.1", "unknown"]
)
def test_addresses(ip):
    """Only the servers a domain names send for it."""
    assert receive(mail(), f"<{DEPARTMENT_A}>", ip).identity == "claimed"


@pytest.mark.parametrize(
    ("path", "ip", "helo"),
    [
        (f"<{DEPARTMENT_A}>", OFFICE_SERVER, f"mail.{VICTIM}"),
        (f"<{DEPARTMENT_A.upper()}>", OFFICE_SERVER, "x"),
        (f"<thu@{VICTIM}.>", OFFICE_SERVER, "x"),
        (f"<@x.example:{DEPARTMENT_A}>", OFFICE_SERVER, "x"),
        (f"<{DEPARTMENT_A}>", "::ffff:192.0.2.25", "x"),
        (f"<{DEPARTMENT_A}>", "2001:db8:25::1", "x"),
        ("<>", OFFICE_SERVER, VICTIM),
    ],
)
def test_servers_of_the_domain_verify_it(path, ip, helo):
    """The neighbour: the same From with its own path, or a bounce of its own server."""
    assert receive(mail(), path, ip, helo).identity == "verified"


MORE = "\n".join(
    (
        ZONE,
        published("khac.gov.vn", f"v=spf1 ip4:{FORGER_SERVER} -all"),
        published("gov.vn", f"v=spf1 ip4:{FORGER_SERVER} -all"),
        published("vn", f"v=spf1 ip4:{FORGER_SERVER} -all"),
        published("_dmarc.gov.vn", "v=DMARC1; p=none"),
        published("_dmarc.vn", "v=DMARC1; p=none"),
        published(f"phong.{VICTIM}", f"v=spf1 ip4:{FORGER_SERVER} -all"),
        published(f"_dmarc.phong.{VICTIM}", "v=DMARC1; p=none; psd=n"),
        published("rieng.example", f"v=spf1 ip4:{FORGER_SERVER} -all"),
        published("a.rieng.example", f"v=spf1 ip4:{FORGER_SERVER} -all"),
        published("chat.example", f"v=spf1 ip4:{OFFICE_SERVER} -all"),
        published("a.chat.example", f"v=spf1 ip4:{FORGER_SERVER} -all"),
        published("_dmarc.chat.example", "v=DMARC1; p=reject; aspf=s; adkim=s"),
        published("thue.example", f"v=spf1 include:{FORGER} -all"),
    )
)


@pytest.mark.parametrize(
    ("author", "path"),
    [
        pytest.param(DEPARTMENT_A, "<thu@khac.gov.vn>", id="another-agency"),
        pytest.param(DEPARTMENT_A, "<thu@gov.vn>", id="suffix"),
        pytest.param(DEPARTMENT_A, "<thu@vn>", id="top-level"),
        pytest.param("thu@khongcogi.gov.vn", "<thu@khac.gov.vn>", id="unpublished-agency"),
        pytest.param(DEPARTMENT_A, f"<thu@phong.{VICTIM}>", id="an-organisation-of-its-own-below"),
        pytest.param("thu@b.rieng.example", "<thu@a.rieng.example>", id="sibling-without-policy"),
        pytest.param("thu@rieng.example", "<thu@a.rieng.example>", id="below-without-policy"),
        pytest.param("thu@a.rieng.example", "<thu@rieng.example>", id="above-without-policy"),
        pytest.param("thu@chat.example", "<thu@a.chat.example>", id="below-of-a-strict-domain"),
        pytest.param(f"thu@{VICTIM}.{PROVINCE}", f"<thu@{FORGER}>", id="doubled"),
        pytest.param(f"thu@so-a{VICTIM}", f"<thu@{FORGER}>", id="prefix-without-dot"),
        pytest.param("thu@example", "<thu@rieng.example>", id="single-label"),
        pytest.param("thu@khac.example", "<thu@thue.example>", id="include-of-the-forger-is-another-domain"),
    ],
)
def test_neighbouring_domains(author, path):
    """A domain above, below or beside vouches only where a policy makes them one organisation."""
    assert receive(mail(f"From: <{author}>\r\n".encode()), path, zone=MORE).identity == "claimed"


def test_a_name_that_is_not_there_falls_under_what_its_organisation_says():
    """np= of the province asks to reject what comes from names that do not exist (RFC 9989 section 4.7)."""
    found = receive(mail(f"From: <thu@khongco.{PROVINCE}>\r\n".encode()))

    assert (found.identity, found.facts.authentication.dmarc.policy) == ("claimed", "reject")
    assert "NAT-AUTH-2" in found.rules


@pytest.mark.parametrize(
    "name",
    [b"thu@" + b"x" * 64 + b".soa.thunghiem.gov.vn", b"thu@a'b.soa.thunghiem.gov.vn", b"thu@-.soa.thunghiem.gov.vn"],
    ids=["long-label", "odd-letter", "hyphen"],
)
def test_a_name_that_cannot_be_is_no_way_out(name):
    """A label of 64 octets or an odd letter: nobody can publish anything there, and it is claimed, not unknown."""
    found = receive(mail(b"From: <" + name + b">\r\n"))

    assert (found.identity, found.facts.authentication.dmarc.result) == ("claimed", "fail")


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1 +all",
        "v=spf1 ip4:192.0.2.25 all",
        "v=spf1 ip4:0.0.0.0/0 -all",
        "v=spf1 ip4:128.0.0.0/1 -all",
        "v=spf1 a/0 -all",
        "v=spf1 include:moi.example -all",
        "v=spf1 redirect=moi.example",
    ],
)
def test_who_lets_everybody_send_verifies_nobody(record):
    """A record that matches any client says nothing about this one; its domain stays claimed."""
    zone = "\n".join(
        (published("so-x.example", record), "so-x.example. A 192.0.2.25", published("moi.example", "v=spf1 +all"))
    )
    found = receive(mail(b"From: <thu@so-x.example>\r\n"), "<thu@so-x.example>", zone=zone)

    assert found.identity == "claimed"
    assert found.facts.authentication.spf.result == "pass"


@pytest.mark.parametrize("local", [FORGER, f"x.{FORGER}", f"{FORGER}#", f"a@{FORGER}"])
@pytest.mark.parametrize(
    "record", ["v=spf1 exists:%{l}.spf.so-x.example -all", "v=spf1 include:%{l1r-}.so-x.example -all"]
)
def test_macros_lead_no_look_up_out_of_the_domain(record, local):
    """What the sender chooses stands on the left of a name, and nothing of it ends the name."""
    zone = "\n".join((ZONE, published("so-x.example", record), f"*.{FORGER}. A 203.0.113.66"))
    found = receive(mail(b"From: <thu@so-x.example>\r\n"), f'<"{local}"@so-x.example>', zone=zone)

    assert found.identity == "claimed"


def test_a_server_of_our_own_networks_speaks_for_nobody_by_being_there():
    """Without domains it may be anybody's: unknown, and never verified by SPF of the outside."""
    found = receive(mail(), f"<{DEPARTMENT_A}>", "10.0.0.5", is_trusted=True)

    assert found.identity == "unknown"


def test_a_server_of_our_own_networks_speaks_for_no_other_domain():
    """It is named for its own: another's From is unknown and a finding."""
    found = receive(
        mail(), f"<{DEPARTMENT_A}>", "10.0.0.5", is_trusted=True, speaks_for=(f"sob.{PROVINCE}", f".soa.{PROVINCE}.x")
    )

    assert found.identity == "unknown"
    assert "NAT-AUTH-3" in found.rules


def test_a_server_of_our_own_networks_verifies_the_domains_named_for_it():
    """The neighbour: exactly the name, or below one with a dot."""
    for named in (VICTIM, f".{VICTIM}", f".{PROVINCE}"):
        found = receive(mail(), f"<{OFFICE}>", "10.0.0.5", is_trusted=True, speaks_for=(named,))
        assert found.identity == "verified"
