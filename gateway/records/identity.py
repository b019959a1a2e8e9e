"""Identity of documents: what is one document, however often and by whomever it is sent.

A document is its issuer, number, notation and year; the digest of its content tells only whether two copies are
alike. Where the issuer was not resolved, number and notation alone may stand for documents of many offices, so that
the digest takes the issuer's place: copies of one file are one document, everything else is counted apart.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from gateway.values.numbers import loose_key

if TYPE_CHECKING:
    from gateway.values.ledger import DocumentId


def document_key(identity: DocumentId, sender: str = "") -> int:
    """Give the key of a document: 63 bits of a digest over its identity, the same in every store.

    Among ten million documents two share a key with a chance of 1 in 180,000.

    Args:
        identity: As the ledger holds it.
        sender: Registry id of who sent it; parts documents that have neither a resolved issuer nor a digest.
    """
    return key_of(identity.issuer or f"?{identity.digest or sender}", identity.number, identity.notation, identity.year)


def key_of(issuer: str, number: str, notation: str, year: int) -> int:
    """Give the key of a document that somebody names by issuer, number, notation and year."""
    named = f"{issuer}\0{folded_number(number)}/{folded_notation(notation)}\0{year}"
    return int.from_bytes(hashlib.blake2b(named.encode(), digest_size=8).digest()) >> 1


def folded_number(number: str) -> str:
    """Fold the number alone; the usual case, digits, without the long way."""
    return number.lstrip("0") if number.isascii() and number.isdigit() else loose_key(number)


@lru_cache(maxsize=65_536)
def folded_notation(notation: str) -> str:
    """Fold the notation alone, as `gateway.values.numbers` folds both together; empty for none."""
    return loose_key("0", notation).partition("/")[2]


def leading_number(number: str) -> int:
    """Give the place in the number series: 125 of `125` and of `125a`; 0 when there is none."""
    digits = number[: len(number) - len(number.lstrip("0123456789"))]
    return int(digits) if digits else 0
