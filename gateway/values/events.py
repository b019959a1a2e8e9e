"""Records handed to observers (metrics, journal, later the ledger): what happened, after it happened.

A record carries values the edge already holds; observers choose what they may show. Nothing here
holds content of a message beyond the verdict, and a secret verdict is marked so that every observer
can keep to what section 5 of the law frame allows: identity, time, parties and the rule.
"""

from __future__ import annotations

import msgspec

from gateway.values.envelope import Client, Envelope  # noqa: TC001 - msgspec resolves annotations at run time
from gateway.values.status import Reply  # noqa: TC001 - msgspec resolves annotations at run time
from gateway.values.verdict import Inspection, Verdict  # noqa: TC001 - msgspec resolves annotations at run time

STAGES = ("receive", "wait", "read", "judge", "relay")
"""Stages of one transaction in order: DATA until the final dot, waiting for a worker, octets to facts,
facts to verdict, DATA to the next hop until its reply."""

SESSION_RESULTS = ("accepted", "limit", "denied", "tls_failed", "timeout", "dropped", "proxy_header")
"""How admission or the life of a session went: served, over a limit, not allowed or not ready, TLS failed,
idle or too slow, ended by us for its conduct, a proxy without its header."""

RELAY_RESULTS = ("delivered", "temporary_failure", "permanent_failure", "connection_failed", "gateway_refused")
"""One attempt at the next hop: 2yz, 4yz or lost, 5yz, never connected, refused because of who we are."""

RELAY_TLS = ("TLSv1.2", "TLSv1.3", "none", "failed")
"""TLS of a connection to a next hop: its version; in plain, for none was asked for or offered; in plain, for what was
offered failed."""

COMMANDS = ("CONNECT", "EHLO", "STARTTLS", "MAIL", "RCPT", "DATA", "DATA_END", "other")
"""What a reply answers; DATA_END is the final dot, RSET, NOOP, QUIT, VRFY and the rest are `other`."""


CHECK_RESULTS = {
    # situation of the reply: result, a metric label
    "": "answered",
    "check_alone": "mixed",
    "check_limit": "limited",
    "check_nobody": "automatic",
    "check_outsider": "outsider",
    "check_secret": "secret",
    "check_unknown": "unverified",
    "check_unverified": "unverified",
}
"""How a mail to the check address ended; all else `failed`: we or the next hop could not, the client tries again."""


def check_result(situation: str) -> str:
    """Name how a mail to the check address ended, by the situation of its reply."""
    return CHECK_RESULTS.get(situation, "failed")


class TransactionRecord(msgspec.Struct, frozen=True):
    """One transaction whose final dot was answered, or that a fault ended after DATA began."""

    envelope: Envelope
    reply: Reply
    """What the client was told."""
    size_octets: int
    inspection: Inspection | None = None
    """None when a fault came before the verdict."""
    situation: str = ""
    """Key of the reply table when a fault decided, `next_hop` when it refused; empty when the verdict did."""
    listener: str = "smtp"
    route: str = ""
    """Name of the route from the configuration; empty when nothing was relayed."""
    next_hop: str = ""
    """`host[ip]:port`; empty when nothing was relayed."""
    next_hop_reply: str = ""
    """Code and text as the next hop gave them, one line; hostile text."""
    next_hop_tls: str = ""
    """One of RELAY_TLS: of the connection the next hop's reply came on; empty when none came."""
    stages_us: tuple[tuple[str, int], ...] = ()
    """(stage of STAGES, microseconds), in order; a stage that did not happen is left out."""
    total_us: int = 0
    """From the final dot to our reply."""
    generation: int = 0
    """Configuration generation that judged."""

    @property
    def verdict(self) -> Verdict | None:
        """The verdict, when there is one."""
        return self.inspection.verdict if self.inspection is not None else None

    @property
    def is_secret(self) -> bool:
        """True when nothing of the message may be shown by any observer."""
        return self.inspection is not None and self.inspection.verdict.is_secret

    @property
    def disposition(self) -> str:
        """What became of the message, as told to the client: relay, tag, defer or reject.

        The reply outranks the verdict: a message we would relay and the next hop refused was rejected.
        """
        if self.reply.is_transient:
            return "defer"
        if not self.reply.is_positive:
            return "reject"
        verdict = self.verdict
        return verdict.disposition.value if verdict is not None else "relay"


class RefusalRecord(msgspec.Struct, frozen=True):
    """One command that was refused, or a message before any of its content was read."""

    client: Client
    command: str
    """Verb, `DOT` for the end of a message, `OTHER` for what is none."""
    reply: Reply
    transaction_id: str = ""
    """Empty when the listener refused, before an id was given."""
    reverse_path: str = ""
    forward_path: str = ""
    rule: str = ""
    """Rule id when an envelope rule refused."""
    situation: str = ""
    """Key of the reply table when the listener refused or of the trouble with the next hop, `next_hop` when that
    refused; empty for a rule."""
    route: str = ""
    """Name of the route asked; empty when none was."""
    next_hop: str = ""
    """`host:port` that answered; empty when none did."""
    stage: str = ""
    """Where the next hop refused or failed: one of `gateway.values.delivery.STAGES`."""
    next_hop_reply: str = ""
    """Code and text as the next hop gave them, or what failed; hostile text."""
    said: str = ""
    """The command as it was given, when an address or a name in it could not be read; hostile text."""
    listener: str = "smtp"


class SessionRecord(msgspec.Struct, frozen=True):
    """Admission or end of one session."""

    client: Client
    result: str
    """One of SESSION_RESULTS."""
    situation: str = ""
    """Key of the reply table that says why; empty for `accepted`."""
    listener: str = "smtp"


class HandshakeRecord(msgspec.Struct, frozen=True):
    """One TLS handshake with a client."""

    client: Client
    """`tls_version` and `tls_cipher` are filled when it succeeded."""
    is_successful: bool
    reason: str = ""
    """OpenSSL's reason word when it failed, for example `NO_SHARED_CIPHER`."""
    listener: str = "smtp"


class RelayRecord(msgspec.Struct, frozen=True):
    """One attempt to pass a message to a next hop."""

    route: str
    next_hop: str
    result: str
    """One of RELAY_RESULTS."""
    duration_us: int
    transaction_id: str = ""
    stage: str = ""
    """One of `gateway.values.delivery.STAGES`: where it ended."""
    situation: str = ""
    """Key of the reply table for trouble between the two servers; empty for the next hop's own word on the mail."""
    reason: str = ""
    """Code and text of the next hop's reply, or what failed: error of TLS, of the system. Hostile text."""


class ConnectionRecord(msgspec.Struct, frozen=True):
    """One connection to a next hop that was opened, up to its last EHLO."""

    route: str
    next_hop: str
    """`host:port`."""
    tls: str
    """One of RELAY_TLS."""
    reason: str = ""
    """What failed at STARTTLS when `tls` is `failed`: the reply, or the error of TLS or system. Hostile text."""
    transaction_id: str = ""
    """Of the transaction it was opened for; empty when only the offer was asked for."""


class ReloadRecord(msgspec.Struct, frozen=True):
    """One attempt to load configuration, packs, registry, trust and certificates."""

    is_successful: bool
    generation: int
    """The generation that runs now: the new one, or the old one that was kept."""
    at_s: float
    """Unix time."""
    problems: tuple[str, ...] = ()
    """`file:line: key: message`, as `congthu check` prints them."""
    is_whole: bool = True
    """The files on disk were read; else only fetched revocation data was put in place."""
