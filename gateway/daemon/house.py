"""House: which mail stays with those who know the registry, and so may carry what we found out about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.values.addresses import domain_of
from gateway.values.delivery import OwnFields
from gateway.values.zone import day_of

if TYPE_CHECKING:
    import datetime as dt

    from gateway.daemon.runtime import Runtime
    from gateway.values.delivery import Route
    from gateway.values.envelope import Envelope


def carries_own_fields(runtime: Runtime, route: Route, envelope: Envelope) -> bool:
    """Tell whether a message gets `Congthu-*` fields; one recipient outside keeps them from all of its transaction."""
    if route.own_fields is not OwnFields.INSIDE:
        return route.own_fields is OwnFields.ALWAYS
    on = day_of(envelope.received_at_us)
    return all(is_inside(runtime, domain, on) for domain in {domain_of(path) for path in envelope.forward_paths})


def is_inside(runtime: Runtime, domain: str, on: dt.date) -> bool:
    """Tell whether a domain is one we relay for, or is registered; the empty one of `<postmaster>` is ours."""
    domain = domain.lower()
    if not domain or runtime.admission.relays_for(domain):
        return True
    found = runtime.judge.registry.find_domain(domain, on)
    return bool(found.agency) or found.kind == "registered_other"
