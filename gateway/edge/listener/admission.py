"""Admission: which clients and which recipients this gateway relays for; no open relay, ever.

Pure decisions over the configured domains and networks, no I/O. A client outside the configured networks
may only name recipients in the relay domains; nobody may name a recipient that another mail system could
read as an instruction to relay further.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from gateway.values.addresses import POSTMASTER, normalise_domain
from gateway.values.status import Reply, reply_to

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROUTING_MARKS = frozenset('%!@:,"[]\\')
"""In a local part: percent hack, bang path, source route, quoting. In a domain none of them may stand either."""


class Admission:
    """The relay domains and client networks of one configuration.

    Args:
        relay_domains: `xa.gov.vn` for exactly that domain, `.gov.vn` for every domain below it, at any
            depth, but not itself. Letter case does not matter; U-labels are converted.
        client_networks: CIDR text such as `10.0.0.0/8`; a host address is a network of one.

    Raises:
        ValueError: an entry is neither a domain name nor a network.
    """

    __slots__ = ("_domains", "_networks", "_parents")

    def __init__(self, relay_domains: Iterable[str], client_networks: Iterable[str]) -> None:
        entries = [entry.strip() for entry in relay_domains]
        self._domains = frozenset(normalise_domain(entry) for entry in entries if not entry.startswith("."))
        self._parents = frozenset(normalise_domain(entry[1:]) for entry in entries if entry.startswith("."))
        self._networks: tuple[IPv4Network | IPv6Network, ...] = tuple(
            ip_network(entry.strip()) for entry in client_networks
        )

    def is_trusted_client(self, ip: str) -> bool:
        """Say whether the client's address lies in a configured network; an unreadable address does not."""
        if not self._networks:
            return False
        try:
            address: IPv4Address | IPv6Address = ip_address(ip)
        except ValueError:
            return False
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return any(address in network for network in self._networks)

    def relays_for(self, domain: str) -> bool:
        """Say whether a domain (lower case, A-labels) is one of ours, label by label."""
        if domain in self._domains:
            return True
        if not self._parents:
            return False
        labels = domain.split(".")
        return any(".".join(labels[start:]) in self._parents for start in range(1, len(labels)))

    def check_recipient(self, forward_path: str, is_trusted: bool) -> Reply | None:
        """Answer the refusal for a recipient, or None when mail to it may be relayed.

        `forward_path` is a parsed path without brackets; the tricks of open-relay testers are refused here
        once more, so that admission does not depend on which parser ran before it.
        """
        if forward_path.lower() == POSTMASTER:
            return None
        local, at, domain = forward_path.rpartition("@")
        if not at or not local or not domain:
            return reply_to("bad_forward_path")
        if domain.endswith(".") or domain.startswith(".") or not _ROUTING_MARKS.isdisjoint(domain):
            return reply_to("bad_forward_path")
        if not _ROUTING_MARKS.isdisjoint(local):
            return reply_to("relay_denied")
        if is_trusted or self.relays_for(domain):
            return None
        return reply_to("relay_denied")
