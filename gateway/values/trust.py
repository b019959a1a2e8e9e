"""TrustSnapshot: the anchors, intermediates and revocation data a signature is judged against.

An immutable picture, loaded by `gateway.edge.trust.folder`; the reader never fetches.
"""

from __future__ import annotations

import msgspec


class Anchor(msgspec.Struct, frozen=True):
    """One trust anchor: a self-signed root certificate and when we trust it."""

    certificate_der: bytes
    trust_list: str
    """`official` (Decree 68/2024), `public` (Decree 23/2025) or `local`."""
    valid_from: str = ""
    """ISO date from which documents may rest on it; empty for no bound."""
    valid_to: str = ""
    allows_sha1: bool = False
    """Pinned exception for a root generation that signed with SHA-1 (VGCA G1)."""


class TrustSnapshot(msgspec.Struct, frozen=True):
    """Everything of one trust generation."""

    generation: str
    """Digest over the contents: equal snapshots have equal generations."""
    anchors: tuple[Anchor, ...] = ()
    intermediates_der: tuple[bytes, ...] = ()
    crls_der: tuple[bytes, ...] = ()
    """Revocation lists of the trust folder."""
    revocation: str = "require"
    """`require`: no fresh revocation data is TEMPERROR. `soft`: it is NONE and a rule may look at it.
    `off`: not checked."""
    responses_der: tuple[bytes, ...] = ()
    """OCSP responses of the trust folder (RFC 6960)."""
    fetched_crls_der: tuple[bytes, ...] = ()
    """Revocation lists that the trust service fetched; verified when they came, and again when they are used."""
    fetched_responses_der: tuple[bytes, ...] = ()

    @property
    def all_crls_der(self) -> tuple[bytes, ...]:
        """Lists of the folder, then fetched ones."""
        return self.crls_der + self.fetched_crls_der

    @property
    def all_responses_der(self) -> tuple[bytes, ...]:
        """Responses of the folder, then fetched ones."""
        return self.responses_der + self.fetched_responses_der


EMPTY_TRUST = TrustSnapshot(generation="empty")


FETCH_REASONS = {
    "address": "no web address that may be asked",
    "host": "a host that may not be asked: neither listed nor a public address",
    "unreachable": "no whole answer",
    "timeout": "no whole answer in time",
    "tls": "the server's certificate does not hold",
    "redirect": "sent on to another host, or too often",
    "status": "an answer other than 200",
    "too_large": "more octets than allowed",
    "not_a_list": "no revocation list, or one without an end",
    "not_signed": "signed by none of our authorities",
    "partial": "a delta, indirect or partial list",
    "stale": "over already, or not yet begun",
    "older": "older than the list we have",
    "no_answer": "no genuine, fresh answer for this certificate",
    "no_address": "the certificate names no address to ask",
    "no_path": "certificates that end at none of our anchors",
    "lost": "the fetching process did not come back",
    "no_room": "the folder for fetched data cannot be written, or is full",
    "out_of_time": "left for the next time",
}
"""Why a transfer brought nothing to keep, with the words for operators."""


class FetchReport(msgspec.Struct, frozen=True):
    """What came of asking one address."""

    address: str
    """Empty when there was none to ask."""
    result: str
    """`new`, `unchanged` or `failed`."""
    reason: str = ""
    """A word of FETCH_REASONS when it failed."""
    authority: str = ""
    """Name of the authority that signed the list, or whose certificate was asked about."""


class Renewal(msgspec.Struct, frozen=True):
    """One run of the trust service."""

    reports: tuple[FetchReport, ...] = ()
    """Addresses that were asked; those not due are left out."""
    open_paths: tuple[int, ...] = ()
    """Which of the awaited paths still have no answer, by their place in the errand."""
    next_at_s: float = 0.0
    """Unix time the next list is due."""
    succeeded_at_s: float = 0.0
    """Unix time of the last success at any address; 0 for never."""
