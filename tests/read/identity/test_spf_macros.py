"""Macros of SPF (RFC 7208 section 7)."""

from __future__ import annotations

import pytest

from gateway.read.identity.spf import check_spf
from gateway.read.identity.spf_macros import expand
from gateway.read.identity.spf_record import Record, parse_record
from tests.support.dns_world import World


def asked(spec, ip="192.0.2.3", path="strong-bad@email.example.com", helo="mail.example.com"):
    """Give the name an `exists:` asks for."""
    world = World({"email.example.com TXT": f"v=spf1 exists:{spec} -all"})
    check_spf(ip, path, helo, world)
    return world.asked[-1].removesuffix(" A")


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
        ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
        ("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"),
        ("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"),
        ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
        ("%{s}.x.example", "strong-bad@email.example.com.x.example"),
        ("%{o}.%{d4}.%{d1}", "email.example.com.email.example.com.com"),
        ("%{dr}.%{d2r}.%{h}", "com.example.email.example.email.mail.example.com"),
        ("%{l-}.x.example", "strong.bad.x.example"),
        ("a%%b%_c%-d.example", "a%b c%20d.example"),
        ("%{D}.Example.", "email.example.com.example"),
        ("%{d00002}.x.example", "example.com.x.example"),
        ("%{d999999999999}.x.example", "email.example.com.x.example"),
    ],
)
def test_examples_of_the_rfc(spec, name):
    """RFC 7208 section 7.4, and every transformer and escape."""
    assert asked(spec) == name


def test_ipv6_is_expanded_by_nibble():
    """Example of RFC 7208 section 7.4."""
    name = "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com"

    assert asked("%{ir}.%{v}._spf.%{d2}", ip="2001:db8::cb01") == name


def test_upper_case_is_escaped():
    """What is not unreserved in a URL is percent-encoded (RFC 3986 section 2.3)."""
    assert (
        asked("%{L}.x.example", path="~jack&jill=up-a_b3.c@email.example.com") == "~jack%26jill%3dup-a_b3.c.x.example"
    )


def test_long_names_lose_labels_on_the_left():
    """RFC 7208 section 7.3: until 253 octets are left."""
    name = asked("%{d}." * 20 + "%{d}")

    assert name == ".".join(["email.example.com"] * 14)
    assert len(name) <= 253


@pytest.mark.parametrize("text", ["%{l}" * 1000 + ".example", "%{l1r+-.,/_=}" * 300 + ".example", "%{L}%{h}" * 500])
def test_expansion_is_bounded(text):
    """A record of nothing but macros, on a sender of nothing but octets, makes one name."""
    record = parse_record(f"v=spf1 exists:{text}")
    assert isinstance(record, Record)
    calls = []

    name = expand(record.mechanisms[0].target, lambda letter: calls.append(letter) or "a.=" * 100_000)

    assert len(name) <= 253
    assert len(calls) <= 254
