"""What the trust service asks, and when: addresses of lists, the instant each is due, how failures are spaced.

Pure functions of a snapshot, the settings, what is remembered and an instant. Addresses come from the configuration and
from certificates whose chain to a configured anchor was verified, and from nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from gateway.read.trust.authorities import authorities, list_addresses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from gateway.edge.trust.cache import AddressState, CacheState
    from gateway.read.trust.authorities import Authority
    from gateway.values.trust import TrustSnapshot

MAX_SOURCES = 100
"""Lists asked for; the hierarchies of a country have some dozens."""
FIRST_RETRY_S = 60.0
"""After one failure; doubled with each more."""
LONGEST_RETRY_S = 3_600.0
SHORTEST_INTERVAL_S = 300.0
"""Between two successes at one address, however soon its list runs out."""


class FetchSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Revocation data fetched in the background (docs/trust.md, ADR 0011). Nothing is fetched without a `folder`."""

    folder: str = ""
    """Folder the service may write, for fetched data, such as `/var/cache/congthu`; empty: nothing is fetched."""
    addresses: tuple[str, ...] = ()
    """Addresses (http or https) of revocation lists, besides those that certificates of the trust folder name."""
    hosts: tuple[str, ...] = ()
    """Hosts that may be asked on any port, on private addresses too: names, `.suffix` for all below, IP addresses."""
    is_limited_to_hosts: bool = False
    """Ask no host but `hosts` and those of `addresses`; else also hosts that authorities name, on public addresses."""
    proxy: str = ""
    """Web proxy, `http://host:port`; empty to connect directly."""
    interval_s: Annotated[float, msgspec.Meta(ge=300, le=604_800)] = 21_600.0
    """Seconds between two fetches of one list; sooner when half of what remains until its end is less."""
    deadline_s: Annotated[float, msgspec.Meta(gt=0, le=300)] = 60.0
    """Seconds for one transfer as a whole."""
    is_ocsp_enabled: bool = True
    """Ask the OCSP responder of a signer's authority when no list covers the signer; it learns whose mail we get."""


class Source(msgspec.Struct, frozen=True):
    """One list to ask for."""

    addresses: tuple[str, ...]
    """Alternatives, tried in order."""

    @property
    def key(self) -> str:
        """What it is remembered by."""
        return self.addresses[0]


def trusted(trust: TrustSnapshot, at: datetime) -> tuple[Authority, ...]:
    """List the configured authorities that are anchors or chain to one, and have not expired."""
    known = authorities(trust, at)
    return tuple(one for one in known if one.trust_list and one.certificate.not_valid_after_utc >= at)


def sources(trust: TrustSnapshot, settings: FetchSettings, state: CacheState, at: datetime) -> tuple[Source, ...]:
    """List what to ask for, configured addresses first; each list once."""
    found: dict[str, Source] = {}
    for source in _all_sources(trust, settings, state, at):
        if not any(address in found for address in source.addresses):
            found[source.key] = source
    return tuple(found.values())[:MAX_SOURCES]


def _all_sources(trust: TrustSnapshot, settings: FetchSettings, state: CacheState, at: datetime) -> Iterator[Source]:
    yield from (Source((address,)) for address in settings.addresses)
    known = trusted(trust, at)
    for authority in known:
        yield from map(Source, list_addresses(authority.certificate))
    fingerprints = {authority.fingerprint for authority in known}
    for address, fingerprint in state.learned.items():
        if fingerprint in fingerprints:
            yield Source((address,))


def due_at_s(known: AddressState | None, settings: FetchSettings) -> float:
    """Give the Unix time an address is to be asked; 0 for at once.

    After a success: after the interval, or half-way to the end of the list. After failures: ever later, up to an hour.
    """
    if known is None or not known.tried_at_s:
        return 0.0
    if known.failures:
        return known.tried_at_s + min(FIRST_RETRY_S * 2.0 ** min(known.failures - 1, 10), LONGEST_RETRY_S)
    half = (known.fresh_until_s - known.succeeded_at_s) / 2
    return known.succeeded_at_s + max(min(settings.interval_s, half), SHORTEST_INTERVAL_S)


def next_at_s(wanted: tuple[Source, ...], settings: FetchSettings, state: CacheState, at_s: float) -> float:
    """Give the Unix time of the next run: when the first list is due, but not before the shortest pause."""
    due = min((due_at_s(state.addresses.get(one.key), settings) for one in wanted), default=at_s + settings.interval_s)
    return max(due, at_s + FIRST_RETRY_S)
