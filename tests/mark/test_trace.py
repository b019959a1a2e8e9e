"""The Received field."""

from __future__ import annotations

import datetime as dt
import email.utils
import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.mark.trace import MARKER, address_literal, received, rfc5322_date, with_protocol
from gateway.values.envelope import Client, Forwarder
from tests.support.verdicts import CLIENT, ENVELOPE, envelopes

GRAMMAR = re.compile(
    r"from (?P<helo>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.IPv]+\]) \((?P<literal>\[[^\]\s]+\])\)"
    r" by [A-Za-z0-9.@_/+-]+ \(Congthu\)"
    r" with (?:SMTP|(?:ESMTP|UTF8SMTP)S?)(?: \(\S+ \S+\))? id [0-9A-Za-z]{8,16}"
    r"; (?P<date>[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} \+0700)"
)


def test_received_reads_as_rfc_5321_asks():
    """One golden line: from, by, with, id, date in Vietnamese time."""
    expected = (
        "from mail.so-a.example.vn ([192.0.2.10]) by mx.example.vn (Congthu) with ESMTP id 4bXk2TzQ;"
        " Wed, 18 Nov 2026 18:06:40 +0700"
    )

    assert expected == received(ENVELOPE, "mx.example.vn").value
    assert MARKER in expected


@given(envelopes)
@settings(max_examples=100, deadline=None)
def test_received_keeps_its_grammar_whatever_the_client_says(envelope):
    """A hostile EHLO name, address or cipher cannot bend the field."""
    assert GRAMMAR.fullmatch(received(envelope, "mx.example.vn").value)


@given(st.integers(0, 4_000_000_000_000_000))
@settings(max_examples=50, deadline=None)
def test_dates_are_read_back_by_a_mail_library(instant_us):
    """The date is the instant, to the second, with the right weekday."""
    moment = email.utils.parsedate_to_datetime(rfc5322_date(instant_us))

    assert instant_us // 1_000_000 == moment.timestamp()
    assert dt.timedelta(hours=7) == moment.utcoffset()
    assert rfc5322_date(instant_us) == email.utils.format_datetime(moment)


@pytest.mark.parametrize(
    ("ip", "literal"),
    [
        ("192.0.2.1", "[192.0.2.1]"),
        ("2001:db8:0::1", "[IPv6:2001:db8::1]"),
        ("fe80::1%eth0] by x", "[IPv6:fe80::1]"),
        ("x", "[unknown]"),
    ],
)
def test_addresses_are_literals(ip, literal):
    """RFC 5321 section 4.1.3; an address that is none is not repeated."""
    assert literal == address_literal(ip)


@pytest.mark.parametrize(
    ("told", "comment"),
    [
        ({"proxy": "10.0.0.5"}, "([203.0.113.12]) (proxy [10.0.0.5]) by "),
        (
            {"proxy": "2001:db8::5", "forwarder": Forwarder("10.0.0.7", "mx.example")},
            "([203.0.113.12]) (through mx.example [10.0.0.7]) (proxy [IPv6:2001:db8::5]) by ",
        ),
    ],
)
def test_who_told_of_the_client_is_named(told, comment):
    """The server that spoke for it, and the proxy that connected."""
    envelope = msgspec.structs.replace(ENVELOPE, client=Client("203.0.113.12", **told))

    assert comment in received(envelope, "gw.example").value


@pytest.mark.parametrize(
    ("changes", "tls", "name"),
    [
        ({}, "", "ESMTP"),
        ({}, "TLSv1.3", "ESMTPS"),
        ({"is_smtputf8": True}, "", "UTF8SMTP"),
        ({"is_smtputf8": True}, "TLSv1.3", "UTF8SMTPS"),
        ({"is_esmtp": False}, "", "SMTP"),
    ],
)
def test_the_protocol_has_its_registered_name(changes, tls, name):
    """RFC 3848 and RFC 6531 section 4.3."""
    client = Client(ip=CLIENT.ip, helo=CLIENT.helo, tls_version=tls, tls_cipher="X" if tls else "")

    assert name == with_protocol(msgspec.structs.replace(ENVELOPE, client=client, **changes))
