"""Trust report: what `congthu trust` prints of each authority and address, and what `congthu check` warns of."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.daemon.config.load import load_config
from gateway.daemon.loading import load_config_trust
from gateway.daemon.renewing import renew_apart
from gateway.edge.trust.cache import read_state, with_fetched
from gateway.edge.trust.fetch import Errand
from gateway.read.trust.authorities import authorities
from gateway.read.trust.revocation import find_number
from gateway.values.trust import FETCH_REASONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.daemon.config.schema import Config
    from gateway.edge.trust.cache import AddressState, CacheState
    from gateway.read.trust.authorities import Authority
    from gateway.values.trust import TrustSnapshot

NEAR = dt.timedelta(days=60)
"""How long before a root ends an operator wants to hear of it: getting the next one takes a letter."""


def tell(config_file: Path, at: dt.datetime, *, is_offline: bool) -> Iterator[str]:
    """Fetch now what the configuration lets be fetched, unless `is_offline`, and describe all that is trusted.

    Raises:
        Misconfigured: with every problem of configuration and trust folder.
        Transient: the fetching process died or took too long.
        OSError: there is no process to be had.
    """
    config = load_config(config_file)
    trust = load_config_trust(config)
    fetch = config.trust.fetch
    if fetch.folder and not is_offline:
        yield "fetching"
        renewal = asyncio.run(renew_apart(Errand(trust, fetch, at.timestamp(), is_forced=True)))
        for report in renewal.reports:
            what = FETCH_REASONS.get(report.reason, report.reason) if report.result == "failed" else report.result
            yield f"  {report.address or fetch.folder}: {what}"
        before, trust = trust, with_fetched(trust, Path(fetch.folder))
        if before.generation != trust.generation:
            yield "  a running gateway takes it at its next fetch, or at once with `systemctl reload congthu`"
    elif not fetch.folder:
        yield "nothing is fetched: trust.fetch.folder is empty"
    state = read_state(Path(fetch.folder)) if fetch.folder else None
    yield from describe(trust, at)
    if state is not None:
        yield from _addresses(state)
    yield from (f"warning: {warning}" for warning in date_warnings(trust, at))


def describe(trust: TrustSnapshot, at: dt.datetime) -> Iterator[str]:
    """Print each authority with its dates and its newest list."""
    for one in authorities(trust, at):
        certificate = one.certificate
        yield f"{one.trust_list or 'no anchor'}: {'anchor' if one.is_anchor else 'intermediate'} {one.name}"
        yield f"  fingerprint {one.fingerprint}"
        yield f"  certificate {_day(certificate.not_valid_before_utc)} to {_day(certificate.not_valid_after_utc)}"
        if one.valid_from or one.valid_to:
            yield f"  documents of {one.valid_from or 'the beginning'} to {one.valid_to or 'no end'}"
        yield f"  list {_list(one, at)}"


def _list(one: Authority, at: dt.datetime) -> str:
    crl = one.crl
    if crl is None or one.fresh_until is None:
        return "none" if one.waits(at) else "none, and none is awaited: the certificate has ended"
    number = find_number(crl)
    word = "fresh until" if one.fresh_until >= at else "ENDED"
    source = "fetched" if one.is_fetched else "folder"
    issued = f"{'' if number is None else f'number {number}, '}issued {_minute(crl.last_update_utc)}"
    return f"{issued}, {word} {_minute(one.fresh_until)}, {len(crl)} entries, {source}"


def _addresses(state: CacheState) -> Iterator[str]:
    if state.addresses:
        yield "addresses"
    for address, known in sorted(state.addresses.items()):
        yield f"  {address}: {_last(known)}"


def _last(known: AddressState) -> str:
    good = f"last good {_instant(known.succeeded_at_s)}" if known.succeeded_at_s else "never good"
    if not known.failures:
        return good
    reason = FETCH_REASONS.get(known.reason, known.reason)
    return f"{good}; failed {known.failures} times, last {_instant(known.tried_at_s)}: {reason}"


def date_warnings(trust: TrustSnapshot, at: dt.datetime) -> Iterator[str]:
    """Name every authority outside its dates or near their end, and lists that end within a day."""
    today, soon = at.date().isoformat(), (at + NEAR).date().isoformat()
    for one in authorities(trust, at):
        start, end = one.certificate.not_valid_before_utc, one.certificate.not_valid_after_utc
        kind = "anchor" if one.is_anchor else "intermediate"
        if end < at:
            yield f"trust: the certificate of {kind} {one.name} ended {_day(end)}: for documents of its time only"
        elif end < at + NEAR:
            yield f"trust: the certificate of {kind} {one.name} ends {_day(end)}: ask the authority for its successor"
        if start > at:
            yield f"trust: the certificate of {kind} {one.name} begins {_day(start)} only"
        if one.valid_from > today:
            yield f"trust: {kind} {one.name} counts from {one.valid_from} (valid_from) only"
        if one.valid_to and one.valid_to < today:
            yield f"trust: {kind} {one.name} counts for documents until {one.valid_to} (valid_to) only"
        elif one.valid_to and one.valid_to < soon:
            yield f"trust: {kind} {one.name} counts until {one.valid_to} (valid_to)"
        if not one.is_anchor and not one.trust_list:
            yield f"trust: intermediate {one.name} ends at none of the anchors: nothing rests on it"
        until = one.fresh_until
        if trust.revocation != "off" and until is not None and at <= until < at + dt.timedelta(days=1):
            yield f"trust: the revocation list of {one.name} ends {_minute(until)}"


def fetch_warnings(config: Config) -> Iterator[str]:
    """Name addresses that were asked in vain the last time."""
    if config.trust.fetch.folder:
        for address, known in sorted(read_state(Path(config.trust.fetch.folder)).addresses.items()):
            if known.failures:
                yield f"trust: {address}: {_last(known)}"


def _day(instant: dt.datetime) -> str:
    return instant.date().isoformat()


def _minute(instant: dt.datetime) -> str:
    return instant.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%MZ")


def _instant(unix_s: float) -> str:
    return _minute(dt.datetime.fromtimestamp(unix_s, dt.UTC))
