"""TrustSnapshot: the anchors, intermediates and revocation data a signature is judged against.

An immutable picture, loaded by `gateway.edge.trust`; the reader never fetches.
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
