"""Ids of transactions: opaque, short, and without letters that look alike."""

from __future__ import annotations

import os

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_transaction_id() -> str:
    """Make an opaque id of 12 characters, 60 random bits (Crockford base 32: no look-alike letters)."""
    bits = int.from_bytes(os.urandom(8))
    return "".join(_ALPHABET[(bits >> shift) & 31] for shift in range(0, 60, 5))
