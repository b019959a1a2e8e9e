"""Envelope: who speaks to us, from whom and to whom (RFC 5321 section 3.3).

Addresses are kept as the text between the angle brackets, without them; the null reverse-path
is the empty string here and is spelled `<>` only by `gateway.values.addresses`.
"""

from __future__ import annotations

import msgspec


class Forwarder(msgspec.Struct, frozen=True):
    """A server of our own networks that spoke for a client (XFORWARD, XCLIENT)."""

    ip: str
    helo: str = ""
    """Its own argument of EHLO; empty when it gave none."""
    ident: str = ""
    """Its own id of the message, such as a queue id; empty when it has none."""


class Client(msgspec.Struct, frozen=True):
    """Who sends: the peer that connected, or the one it speaks for."""

    ip: str
    """IPv4 or IPv6 in its shortest text form; `unknown` where a proxy spoke for a client it has no address of."""
    helo: str = ""
    """Argument of EHLO or HELO after the character whitelist; empty before it was given."""
    tls_version: str = ""
    """For example `TLSv1.3`; empty on a plain connection."""
    tls_cipher: str = ""
    is_trusted: bool = False
    """True when the address lies in a configured client network: may relay to any domain."""
    speaks_for: tuple[str, ...] = ()
    """Domains the configuration lets this address speak for, lower case and A-labels: `so-a.gov.vn` exactly,
    `.so-a.gov.vn` it and every domain below. Empty: nothing was said about it, which forbids nothing."""
    network: str = ""
    """Name of the configured network it comes from (`relay.clients.name`); empty for most."""
    name: str = ""
    """Host name, when a forwarder gave one; nobody here looks names up."""
    login: str = ""
    """Whom a server of ours has authenticated (XCLIENT): printable ASCII, empty when it named nobody."""
    proxy: str = ""
    """Address of the proxy that connected and told the client's (PROXY protocol); empty for a connection of its own."""
    forwarder: Forwarder | None = None
    """The peer that connected, when that is another than the client."""


class MailCommand(msgspec.Struct, frozen=True):
    """MAIL as the client said it: what opens a transaction with us and, once a route is known, with its next hop."""

    reverse_path: str
    """Address without brackets; empty for the null reverse-path."""
    size_octets: int | None = None
    """SIZE as declared (RFC 1870); None when it was not."""
    is_8bit: bool = False
    """BODY=8BITMIME was declared (RFC 6152)."""
    is_smtputf8: bool = False
    """SMTPUTF8 was declared (RFC 6531)."""
    dsn: tuple[str, ...] = ()
    """RET and ENVID (RFC 3461 sections 4.3 and 4.4) as given, each once: `("RET=HDRS", "ENVID=QQ314159")`.

    Octet for octet but for the keyword, which is in upper case, and escapes as RFC 3461 has them; checked printable
    ASCII without blanks."""
    is_esmtp: bool = True
    """Said after EHLO; after HELO there are no parameters."""


class RcptCommand(msgspec.Struct, frozen=True):
    """RCPT as the client said it."""

    forward_path: str
    """Address without brackets, never empty."""
    dsn: tuple[str, ...] = ()
    """NOTIFY and ORCPT (RFC 3461 sections 4.1 and 4.2), of the same shape as those of MAIL."""


class Envelope(msgspec.Struct, frozen=True):
    """MAIL and RCPT of one transaction, with the moment the final dot arrived."""

    client: Client
    reverse_path: str
    """Address without brackets; empty for the null reverse-path (RFC 5321 section 4.5.5)."""
    forward_paths: tuple[str, ...]
    """Accepted recipients in the order given, without brackets, never empty at DATA."""
    received_at_us: int
    """UTC instant of the final dot, microseconds since 1970-01-01."""
    transaction_id: str
    """Opaque id, the same in log, Received, reply and metrics exemplar. `[0-9A-Za-z]{8,16}`."""
    is_esmtp: bool = True
    is_smtputf8: bool = False
    is_8bit: bool = False
    """BODY=8BITMIME was declared."""
