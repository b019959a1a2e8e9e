"""Delivery: routes to the next hops and what they answered.

A `Route` is what the operator wrote; a `NextHopReply` is one answer of a next hop together with the reply
our client gets for it. The mapping between the two lives in `gateway.edge.nexthop.replies`.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Protocol

import msgspec

from gateway.values.faults import Fault
from gateway.values.status import Reply  # noqa: TC001 - msgspec reads the annotations when decoding

if TYPE_CHECKING:
    from gateway.values.events import ConnectionRecord, RelayRecord


class TlsPolicy(str, enum.Enum):
    """What one route demands of STARTTLS (RFC 3207)."""

    NONE = "none"
    """Never ask for TLS."""
    OPPORTUNISTIC = "opportunistic"
    """Encrypt when the next hop offers it, check no name; when that fails, go on in plain."""
    REQUIRED = "required"
    """Encrypt or do not deliver; the certificate is not checked."""
    VERIFIED = "verified"
    """Encrypt, with a certificate chain to `ca_file` (or the system store) and the expected name."""


class OwnFields(str, enum.Enum):
    """Which mail of a route carries our `Congthu-*` fields."""

    INSIDE = "inside"
    """Mail whose recipients are all in relay domains or in domains of the registry."""
    ALWAYS = "always"
    """Every message: the next hop belongs to the house and takes them off itself."""
    NEVER = "never"
    """No message."""


class Route(msgspec.Struct, frozen=True):
    """Where mail for some domains goes, and how."""

    name: str
    """Closed set from the configuration: a metric label."""
    domains: tuple[str, ...]
    """Lower-case A-labels: `sotaichinh.example` exact, `.tinh-a.example` it and every
    domain below, `*` for all others."""
    hosts: tuple[str, ...]
    """`host:port` or `[IPv6]:port` in order of preference; a later one is tried when the earlier ones fail."""
    tls: TlsPolicy = TlsPolicy.OPPORTUNISTIC
    ca_file: str = ""
    """PEM bundle for VERIFIED; empty for the system store."""
    server_name: str = ""
    """Name the certificate must carry; empty for the host name."""
    connect_timeout_s: float = 30.0
    """For all of connect, greeting, EHLO and STARTTLS with one host (Postfix smtp_connect_timeout: 30 s)."""
    command_timeout_s: float = 60.0
    """For one reply to MAIL, RCPT or DATA; short of the 300 s after which our own client gives up."""
    data_timeout_s: float = 180.0
    """For each block of the message to be taken (RFC 5321 section 4.5.3.2.5)."""
    final_reply_timeout_s: float = 450.0
    """For the reply to the final dot. Our client waits 600 s (RFC 5321 section 4.5.3.2.6), inspection included."""
    max_connections: int = 100
    """Connections at once, in use and warm together."""
    max_warm: int = 10
    """Idle connections kept for the next transaction."""
    idle_s: float = 60.0
    """A warm connection idle for longer is closed (Postfix servers drop them after 300 s)."""
    helo: str = ""
    """EHLO name; empty for the gateway's own."""
    own_fields: OwnFields = OwnFields.INSIDE
    """Which mail carries `Congthu-Verdict` and tags: `inside` when every recipient is in a relay domain or a domain of
    the registry, `always`, `never`."""


class AttemptResult(str, enum.Enum):
    """How one attempt at a next hop ended: a metric label."""

    DELIVERED = "delivered"
    TEMPORARY_FAILURE = "temporary_failure"
    PERMANENT_FAILURE = "permanent_failure"
    CONNECTION_FAILED = "connection_failed"
    GATEWAY_REFUSED = "gateway_refused"
    """The next hop refuses us, whatever the mail: `gateway.edge.nexthop.about_us`."""


STAGES = ("slot", "connect", "greeting", "EHLO", "STARTTLS", "MAIL", "RCPT", "DATA", "body", "DOT")
"""Where an attempt at a next hop can end, in order: waiting for a free connection, opening one, the envelope, the
message on its way, its final dot."""


class NextHopReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """One answer of a next hop, or the trouble that stood in its place."""

    reply: Reply
    """What our client is told: the next hop's own words, or 451 for trouble."""
    code: int = 0
    """Reply code the next hop gave; 0 when it gave none that could be used."""
    status: str = ""
    """Its enhanced status, or `x.0.0` of the code's class; empty when code is 0."""
    text: str = ""
    """Its lines joined, printable ASCII, at most 400 characters; for trouble the detail for the log."""
    host: str = ""
    """`host:port` that answered; empty when none did."""
    is_accepted: bool = False
    """The next hop took the command or, after the final dot, the message."""
    is_outcome_unknown: bool = False
    """The final dot went out and no usable reply came back: the next hop may hold one copy (RFC 1047)."""
    situation: str = ""
    """Key of the reply table for trouble between the two servers; empty for the next hop's own word on the mail."""
    stage: str = ""
    """One of STAGES: what was answered or failed."""
    tls: str = ""
    """One of `gateway.values.events.RELAY_TLS`: of the connection that answered; empty for trouble."""

    @property
    def said(self) -> str:
        """What the next hop said, code first, or what failed: for the log."""
        return f"{self.code} {self.text}".rstrip() if self.code else self.text


class NextHopRefused(Fault):
    """No transaction: no connection could be had (451), or the next hop refused MAIL (its own reply).

    Map it by `answer.reply`, never by the class of the fault.
    """

    situation = "next_hop_no_answer"

    def __init__(self, answer: NextHopReply) -> None:
        """Carry the answer that our client gets."""
        self.answer = answer
        super().__init__(detail=answer.text)


class RelayObserver(Protocol):
    """Told of every attempt at a next hop and every connection to one; must not raise or block."""

    def on_attempt(self, record: RelayRecord) -> None:
        """Note one attempt.

        There is one for each host that could not be opened, each MAIL not accepted, each trouble at RCPT (a recipient
        refused in words is no attempt) and each message sent; the time is that of opening, of begin, of RCPT, or
        from DATA to the reply after the final dot.
        """

    def on_connection(self, record: ConnectionRecord) -> None:
        """Note one connection that was opened."""
