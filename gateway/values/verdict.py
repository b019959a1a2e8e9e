"""Findings and verdicts: what the judge says, with the evidence it rests on."""

from __future__ import annotations

from enum import Enum

import msgspec

from gateway.values.identity import Question  # noqa: TC001 - msgspec resolves annotations at run time


class Disposition(str, Enum):
    """What becomes of the message. Strictness: REJECT > DEFER > TAG > RELAY."""

    RELAY = "relay"
    TAG = "tag"
    DEFER = "defer"
    REJECT = "reject"

    @property
    def strictness(self) -> int:
        """0 for RELAY up to 3 for REJECT: the fold takes the maximum."""
        return _STRICTNESS[self]


_STRICTNESS = {Disposition.RELAY: 0, Disposition.TAG: 1, Disposition.DEFER: 2, Disposition.REJECT: 3}


class Posture(str, Enum):
    """How hard a rule acts for an agency on a date."""

    OFF = "off"
    OBSERVE = "observe"
    """Logged and counted as would-reject or would-tag; a trace field only."""
    TAG = "tag"
    """A rejecting rule only tags."""
    ENFORCE = "enforce"


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One rule that hit, or whose answer is unknown, on one subject (message, part or recipient)."""

    rule: str
    """Rule id, for example `NAT-SEC-1`; ASCII, unique over all packs."""
    pack: str
    pack_version: str
    effect: Disposition
    """What the rule asks for when enforced: TAG or REJECT (DEFER when unknown)."""
    posture: Posture
    disposition: Disposition
    """What it comes to under the posture."""
    is_unknown: bool = False
    """The rule rests on a fact that is unknown for now (the law of unknowns)."""
    cites: tuple[str, ...] = ()
    subject: str = ""
    """`message`, `part <path>` or `recipient <forward-path>`."""
    evidence: tuple[str, ...] = ()
    """Short facts as `name=value`; empty for secrecy findings."""
    file_name: str = ""
    """Name of the file at fault; empty when none, and always for secrecy findings."""
    recipient: str = ""
    """Forward-path at fault; empty when none."""
    tag: str = ""
    """Token for the tag field, for example `chua-ky-so`; ASCII."""
    is_secret: bool = False
    """Nothing of the message may be echoed, logged or kept."""
    waived: str = ""
    """Id of the waiver that covers it: then it stays visible, and neither rejects nor tags."""


class Verdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """The whole answer to one transaction."""

    disposition: Disposition
    findings: tuple[Finding, ...] = ()
    """In evaluation order; those that count, strictest first among equals in pack order."""
    would: tuple[Finding, ...] = ()
    """Findings weakened by posture: what would have happened."""
    waived: tuple[Finding, ...] = ()
    """Findings a waiver covers, in neither of the lists above."""
    deciding: Finding | None = None
    """The strictest finding, which the reply names; None for RELAY."""
    agency: str = "other"
    """Registry id of the sender's agency, `other` when unregistered: the metric label."""
    direction: str = "inbound"
    """`inbound`, `outbound` or `internal`."""
    is_secret: bool = False
    identity: str = "unknown"
    """`verified`, `claimed` or `unknown`: whether the author is who From says (`gateway.judge.identity`)."""


class HeaderField(msgspec.Struct, frozen=True):
    """One field we prepend: name and unfolded ASCII value, no line ending."""

    name: str
    value: str


class Inspection(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a reader worker sends back for one message: no content, subject or file name if secret."""

    verdict: Verdict
    forged_ranges: tuple[tuple[int, int], ...] = ()
    """As in HeaderFacts."""
    received_count: int = 0
    own_ids: tuple[str, ...] = ()
    """As in HeaderFacts."""
    doc_type: str = "none"
    urgency: str = "none"
    message_id: str = ""
    """Empty when secret."""
    parts: tuple[tuple[str, str], ...] = ()
    """(kind, verdict word of the attachments metric) per attachment."""
    signatures: tuple[str, ...] = ()
    """Outcome word per PDF attachment that carries or should carry a signature."""
    tags: tuple[HeaderField, ...] = ()
    """Tag fields from the verdict (Congthu-Verdict excluded)."""
    read_us: int = 0
    judge_us: int = 0
    cache_hits: int = 0
    cache_misses: int = 0
    disagreements: tuple[str, ...] = ()
    """`SignatureFacts.disagreement` of all signatures; empty when secret."""
    awaited: tuple[tuple[bytes, ...], ...] = ()
    """Certificates (DER, signer first, without the anchor) of paths that wait for revocation data; empty if secret."""
    has_8bit_octets: bool = False
    """Octets above 127 anywhere: such a message needs 8BITMIME at the next hop."""
    questions: tuple[Question, ...] = ()
    """What reading needed of DNS and had no answer to; facts that rest on it are unknown. Empty when secret."""
    authentication: tuple[tuple[str, str], ...] = ()
    """(method, result) as RFC 8601 words: `spf`, each signature of `dkim`, `dmarc`, `arc`; empty when secret."""
    results: HeaderField | None = None
    """Our Authentication-Results field; None when nothing was checked here, or secret."""
    is_automatic: bool = False
    """A program or a list sent it, not a person (RFC 3834 section 2)."""
    has_8bit_header: bool = False
    """Octets above 127 in the header section: sent with SMTPUTF8, such a message needs it at the next hop too."""
    matter: bytes = b""
    """`gateway.values.ledger.Matter` in MessagePack, decoded apart, for one that cannot be costs no mail; empty when no
    ledger is kept, or secret."""
