"""Accounts: whom the time is counted for that a worker spends on a message, so that nobody takes all of it.

A client on its own is its network. Behind a client that may relay anywhere, another server of ours as a rule, stand all
senders at once: there the agency counts that the reverse-path belongs to. Anybody may write any other domain, so those
share one account: each of many names would get a worker once, and together they had all (tried: 30 s for everybody).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gateway.edge.readers.casualties import network_of
from gateway.values.addresses import domain_of

if TYPE_CHECKING:
    import datetime as dt

    from gateway.values.envelope import Envelope
    from gateway.values.registry import Registry

STRANGERS: Final = "strangers"
"""Account of all domains that belong to no agency."""


def account_of(envelope: Envelope, registry: Registry, on: dt.date) -> str:
    """Name the account of one message."""
    if not envelope.client.is_trusted:
        return network_of(envelope.client.ip)
    path = envelope.reverse_path.lower()
    mailbox, domain = registry.find_mailbox(path, on), domain_of(path)
    agency = mailbox.agency if mailbox is not None else registry.find_domain(domain, on).agency
    return f"agency {agency}" if agency else STRANGERS
