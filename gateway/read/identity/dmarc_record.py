"""DMARC Policy Records (RFC 9989 sections 4.7 and 4.8): what of a TXT record DMARC uses.

Errors behind the version are ignored or take defaults, as section 4.8 asks; reports are not sent, so of `rua` only
matters whether there is one. Reading is pure, so what a text reads as is remembered.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal

import msgspec

MAX_RECORD_OCTETS: Final = 4096
"""Real ones have 50 to 500. A longer one is ignored."""
REMEMBERED_RECORDS: Final = 1024

Preference = Literal["", "none", "quarantine", "reject"]
"""What a domain owner asks for mail that fails; empty: not said."""

_VERSION = re.compile(r"[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|\Z)")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-+\--:<-~]+")
"""Scheme and anything printable but comma and semicolon: enough to tell a report address from a slip of the pen."""


class PolicyRecord(msgspec.Struct, frozen=True):
    """One record, defaults filled in."""

    p: Preference = ""
    """Empty: the record asks for no DMARC processing (RFC 9989 section 4.10.1)."""
    sp: Preference = ""
    np: Preference = ""
    psd: Literal["y", "n", "u"] = "u"
    is_strict_dkim: bool = False
    is_strict_spf: bool = False
    is_testing: bool = False


def is_dmarc(text: str) -> bool:
    """Tell whether a TXT record is a DMARC Policy Record: the version stands first, `DMARC1` in this very case."""
    return len(text) <= MAX_RECORD_OCTETS and _VERSION.match(text) is not None


@lru_cache(maxsize=REMEMBERED_RECORDS)
def parse_policy(text: str) -> PolicyRecord:
    """Read a record that `is_dmarc`; of a tag given twice the first counts."""
    tags: dict[str, str] = {}
    for part in text.split(";")[1:]:
        name, equals, value = part.partition("=")
        if equals:
            tags.setdefault(name.strip(" \t").lower(), value.strip(" \t"))
    p, sp, np = (_preference(tags.get(name, "")) for name in ("p", "sp", "np"))
    if not p or (not sp and "sp" in tags) or (not np and "np" in tags):
        # Section 4.10.1: such a record still asks for reports, or for nothing at all.
        has_address = any(_URI.fullmatch(uri.strip(" \t")) for uri in tags.get("rua", "").split(","))
        p, sp, np = ("none" if has_address else ""), "", ""
    psd = tags.get("psd", "").lower()
    return PolicyRecord(
        p,
        sp,
        np,
        psd="y" if psd == "y" else "n" if psd == "n" else "u",
        is_strict_dkim=tags.get("adkim", "").lower() == "s",
        is_strict_spf=tags.get("aspf", "").lower() == "s",
        is_testing=tags.get("t", "").lower() == "y",
    )


def _preference(value: str) -> Preference:
    match value.lower():
        case "none":
            return "none"
        case "quarantine":
            return "quarantine"
        case "reject":
            return "reject"
        case _:
            return ""
