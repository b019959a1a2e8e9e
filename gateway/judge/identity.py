"""Identity: is the author who From says? Verified, only claimed, or unknown; never guessed.

Verified is what somebody answers for: a configured network of the domain's own servers, a signature or an address of
that domain (RFC 9989 alignment), or a named list or forwarder that told what it had received (RFC 8617). Where an
answer is still out, or a server of our own networks speaks and nothing was said about whom it speaks for, it is
unknown. All else is claimed: also what nothing can be published for, such as two authors, or one that readers differ
about, or a domain that no host can have: programs cut such a name off at different letters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.values.addresses import is_mail_domain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.values.envelope import Client
    from gateway.values.facts import HeaderFacts
    from gateway.values.identity import Authentication

VERIFIED, CLAIMED, UNKNOWN = "verified", "claimed", "unknown"


def identify(client: Client, header: HeaderFacts, found: Authentication) -> str:
    """Give `verified`, `claimed` or `unknown` for the author of a message.

    Args:
        client: who sent it, and for which domains it may speak by configuration.
        header: with the authors as readers see them.
        found: what DNS and signatures say; nothing, when nobody looked.
    """
    named = header.sole_domain
    author = named if is_mail_domain(named) or named in client.speaks_for else ""
    if author and is_spoken_for(author, client.speaks_for):
        return VERIFIED
    if not (found.spf or found.dkim or found.dmarc or found.arc):  # nobody looked, or told
        return UNKNOWN
    if author and (found.vouched_by or _is_aligned(found)):
        return VERIFIED
    # of a server of ours our own checks tell nothing; one in front, which is such a server, tells of others
    is_ours = client.is_trusted and found.source != "upstream"
    return UNKNOWN if is_ours or _is_open(author, found) else CLAIMED


def _is_aligned(found: Authentication) -> bool:
    """Tell whether a signature or an address of the author's own domain vouches for him.

    A record that lets anybody send tells nothing of this client, whatever DMARC makes of it.
    """
    if found.dmarc is None:
        return False
    if found.source == "upstream" and found.dmarc.result == "pass":
        return True
    is_open = found.spf is not None and found.spf.is_for_anyone
    return any(method != "spf" or not is_open for method in found.dmarc.aligned)


def is_spoken_for(domain: str, named: Iterable[str]) -> bool:
    """Tell whether a domain is one of those named: `so-a.example` exactly, `.so-a.example` it and all below."""
    return any(domain == one or (one.startswith(".") and (domain == one[1:] or domain.endswith(one))) for one in named)


def _is_open(author: str, found: Authentication) -> bool:
    """Tell whether an answer that is unknown for now could have verified the author.

    Names of others do not count: whoever forges writes a signature of a domain whose servers never answer.
    """
    named = [found.dmarc.result] if found.dmarc is not None else []
    named += [one.result for one in (found.spf, *found.dkim) if one is not None and _are_kin(author, one.domain)]
    return bool(author) and "temperror" in named


def _are_kin(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
