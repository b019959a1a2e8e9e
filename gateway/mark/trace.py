"""Received: the trace field of this hop (RFC 5321 section 4.4), the top-most line we prepend."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from gateway.mark.ascii import token
from gateway.values.verdict import HeaderField
from gateway.values.zone import clock_of

if TYPE_CHECKING:
    from gateway.values.envelope import Client, Envelope

MARKER = "(Congthu)"
"""Comment after our host name: with it the reader recognises our own hop and so a loop."""

_DOMAIN = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9])?\Z")
"""A domain, and underscores, which no rule allows and many machine names have."""
_LITERAL = re.compile(r"\[(?:IPv6:)?[0-9A-Fa-f:.]{2,45}\]\Z")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def rfc5322_date(instant_us: int) -> str:
    """Write a UTC instant (microseconds since 1970) as an RFC 5322 date in +0700, without the locale."""
    moment = clock_of(instant_us)
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    time = f"{moment.hour:02d}:{moment.minute:02d}:{moment.second:02d}"
    return f"{day}, {moment.day:02d} {month} {moment.year:04d} {time} {moment:%z}"


def address_literal(ip: str) -> str:
    """Write an address as RFC 5321 section 4.1.3 asks: `[192.0.2.1]`, `[IPv6:2001:db8::1]`, `[unknown]` otherwise."""
    try:
        # A scope ("fe80::1%eth0") is local to us, and its text is not checked by ipaddress.
        address = ipaddress.ip_address(ip.partition("%")[0])
    except ValueError:
        return "[unknown]"
    return f"[IPv6:{address.compressed}]" if address.version == 6 else f"[{address}]"


def _said_helo(client: Client) -> str:
    """Answer the client's own name when it is a domain or an address literal, else `unknown`."""
    helo = client.helo
    return _name(helo)


def _name(helo: str) -> str:
    return helo if _DOMAIN.match(helo) or _LITERAL.match(helo) else "unknown"


def _through(client: Client) -> str:
    """Name in comments who told of the client: the server that spoke for it (XFORWARD, XCLIENT), and the proxy."""
    forwarder = client.forwarder
    server = f" (through {_name(forwarder.helo)} {address_literal(forwarder.ip)})" if forwarder is not None else ""
    return server + (f" (proxy {address_literal(client.proxy)})" if client.proxy else "")


def with_protocol(envelope: Envelope) -> str:
    """Name the protocol by the IANA mail transmission types (RFC 3848, RFC 6531 section 4.3)."""
    name = "UTF8SMTP" if envelope.is_smtputf8 else "ESMTP" if envelope.is_esmtp else "SMTP"
    return name + "S" if envelope.client.tls_version and name != "SMTP" else name


def received(envelope: Envelope, host: str) -> HeaderField:
    """Make the Received field: from whom, by us, with which protocol, under which id, when.

    There is no `for` clause: it would show a hidden recipient to the others.
    """
    client = envelope.client
    protocol = with_protocol(envelope)
    if client.tls_version:
        protocol += f" ({token(client.tls_version)} {token(client.tls_cipher)})"
    value = (
        f"from {_said_helo(client)} ({address_literal(client.ip)}){_through(client)} by {token(host, 255)} {MARKER}"
        f" with {protocol} id {token(envelope.transaction_id)}; {rfc5322_date(envelope.received_at_us)}"
    )
    return HeaderField("Received", value)
