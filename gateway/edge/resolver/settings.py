"""Settings of look-ups in DNS."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

DNS_PORT: Final = 53


class ResolverSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Whom we ask in DNS, and what one message may cost there."""

    addresses: tuple[str, ...] = ()
    """Recursive servers, `192.0.2.53` or `[2001:db8::53]:5353`, asked in this order; empty for those of the host."""
    lookup_timeout_s: Annotated[float, msgspec.Meta(ge=0.1, le=30)] = 3.0
    """For one look-up, all servers and tries together; one that failed is not made again for a minute."""
    message_timeout_s: Annotated[float, msgspec.Meta(ge=0.1, le=60)] = 6.0
    """For all look-ups of one message; what is not known by then counts as unknown, and the mail goes on."""
    questions_per_message: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 150
    """Look-ups of one message (SPF alone may need 111, RFC 7208 section 4.6.4)."""
    cache_entries: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 20_000
    """Answers kept for as long as they hold."""
    cache_octets: Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)] = 32_000_000
    """Of all answers kept."""
