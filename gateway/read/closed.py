"""Kinds whose content stays closed to us: why, and what shows from outside."""

from __future__ import annotations

from gateway.read.cache import ContentFacts
from gateway.read.media_kinds import LEFTOVER, NO_TEXT

_UNSUPPORTED = (
    "arj", "ace", "wim", "heic", "chm", "access", "database", "disk_image", "lzip", "lzop", "unknown"
)  # fmt: skip
_REASONS = dict.fromkeys(_UNSUPPORTED, "unsupported") | dict.fromkeys(NO_TEXT, "no_text_format") | {LEFTOVER: LEFTOVER}
"""Kind to why its content is not read."""


def closed_content(octets: bytes, kind: str) -> ContentFacts:
    """Facts of a file of a kind that no reader of ours opens: programs, OpenPGP, and the unknown."""
    if kind == "pgp":
        # Armour says what it holds (RFC 9580 section 6.2); what comes without it is told by its encryption packets.
        is_encrypted = octets.startswith(b"-----BEGIN PGP MESSAGE") or not octets.startswith(b"-----")
        return ContentFacts(kind, "encrypted" if is_encrypted else "", is_encrypted)
    return ContentFacts(kind, _REASONS.get(kind, ""))
