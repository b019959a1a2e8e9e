"""Coverage: registered domains against relay domains and routes: a mailbox nobody can write to is a slip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.daemon.config.load import covers, has_clients

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator

    from gateway.daemon.config.schema import Config
    from gateway.edge.registry.index import FileRegistry

_NAMED = 3
"""Domains named as examples; a registry may hold thousands."""


def uncovered(config: Config, registry: FileRegistry, on: dt.date) -> Iterator[str]:
    """Tell, a line each, where registry, relay domains and routes do not meet.

    A registry may well hold agencies whose mail others relay, so a domain outside is only told of where a relay domain
    comes close to it.
    """
    registered = registry.mail_domains(on)
    relayed = config.relay.relay_domains
    if not registered:
        return
    for pattern in relayed:
        below = f".{pattern}"
        missed = [name for name in registered if name.endswith(below) and not _is_any(relayed, name)]
        if not pattern.startswith(".") and missed:
            yield (
                f"relay.relay_domains: `{pattern}` is that domain alone, and strangers cannot write to {_some(missed)},"
                f" which the registry has; write `.{pattern}` for it and all below"
            )
        if not any(covers(pattern, name) for name in registered) and not missed:
            yield f"relay.relay_domains: no domain or mailbox of the registry lies in `{pattern}`; is it written right?"
    routes = [pattern for route in config.relay.routes for pattern in route.domains]
    if has_clients(config) and (lost := [name for name in registered if not _is_any(routes, name)]):
        yield f"relay.routes: no route takes mail for {_some(lost)}, which the registry has; a `*` route takes the rest"


def _is_any(patterns: Collection[str], domain: str) -> bool:
    return any(covers(pattern, domain) for pattern in patterns)


def _some(names: list[str]) -> str:
    """Name a few and count the rest."""
    more = len(names) - _NAMED
    return ", ".join(f"`{name}`" for name in names[:_NAMED]) + (f" and {more} more domains" if more > 0 else "")
