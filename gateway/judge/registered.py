"""Registered: what the registry says of addresses and domains on the date of one evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from gateway.judge.domains import Protected, domain_of, protect
from gateway.values.registry import Agency  # noqa: TC001 - msgspec resolves annotations at run time
from gateway.values.zone import VIETNAM

if TYPE_CHECKING:
    import datetime as dt

    from gateway.values.registry import Registry

VOUCHED = frozenset({"official", "registered_other"})
"""Kinds of domain the registry answers for, a cloud tenant of an agency among them: they imitate nobody."""


class Owner(msgspec.Struct, frozen=True):
    """What the registry says of one address on one date."""

    address: str
    domain: str
    domain_kind: str
    mailbox_kind: str
    agency: Agency | None
    forwards_to: str = ""


class Registered:
    """The registry on one date, with the answers of one evaluation remembered."""

    def __init__(self, registry: Registry, at: dt.datetime) -> None:
        """Fix the date: the Vietnamese one of `at`."""
        self.registry = registry
        self.on = at.astimezone(VIETNAM).date()
        self.protected: Protected = protect(registry.protected_domains())
        self._owners: dict[str, Owner] = {}

    def owner(self, address: str) -> Owner:
        """Look an address up; a registered mailbox outside official domains counts as registered_other."""
        key = address.lower()
        found = self._owners.get(key)
        if found is None:
            found = self._owners[key] = self._look_up(key)
        return found

    def imitated(self, domain: str, address: str = "") -> str:
        """Give the official domain a name imitates; empty for one the operator registered or allows."""
        found = self.protected.find_imitated(domain)
        if not found:
            return ""
        entry = self.registry.find_domain(domain, self.on)
        is_known = entry.is_allowed or entry.kind in VOUCHED or bool(address and self.owner(address).mailbox_kind)
        return "" if is_known else found

    def kind_without_mailbox(self, owner: Owner) -> str:
        """Give the kind of a domain alone: a mailbox registered there says nothing for one who only claims it."""
        return self.registry.find_domain(owner.domain, self.on).kind if owner.domain else owner.domain_kind

    def _look_up(self, address: str) -> Owner:
        domain = domain_of(address)
        entry = self.registry.find_domain(domain, self.on) if domain else None
        mailbox = self.registry.find_mailbox(address, self.on) if domain else None
        kind = entry.kind if entry else "unknown"
        if mailbox and kind != "official":
            kind = "registered_other"
        agency_id = mailbox.agency if mailbox else entry.agency if entry else ""
        return Owner(
            address=address,
            domain=domain,
            domain_kind=kind,
            mailbox_kind=mailbox.kind if mailbox else "",
            agency=self.registry.agency(agency_id, self.on) if agency_id else None,
            forwards_to=mailbox.forwards_to if mailbox else "",
        )
