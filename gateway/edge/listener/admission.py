"""Admission: which clients and which recipients this gateway relays for; no open relay, ever.

Pure decisions over the configured domains and networks, no I/O. A client outside the configured networks
may only name recipients in the relay domains; nobody may name a recipient that another mail system could
read as an instruction to relay further.
"""

from __future__ import annotations

import unicodedata
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

import msgspec

from gateway.values.addresses import POSTMASTER, normalise_domain
from gateway.values.status import Reply, reply_to

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROUTING_MARKS = frozenset("%!@:")
"""In a local part, quoted or not: percent hack, bang path, an address within the address, DECnet."""
_NOT_UNQUOTED = frozenset('@:,"[]\\ ')
_NOT_IN_LITERALS = frozenset('%!@,"[]\\ ')
_NOT_IN_NAMES = frozenset('%!@:,"[]\\ ')


class KnownClients(msgspec.Struct, frozen=True, kw_only=True):
    """Servers of ours whose domains are known: their networks are client networks too."""

    networks: tuple[str, ...]
    """Networks (CIDR) of these servers; they need not stand in `client_networks` too."""
    domains: tuple[str, ...]
    """Domains they may speak for: `so-a.example` exactly, `.so-a.example` it and every domain below. An address in
    several blocks may speak for the domains of all."""
    name: str = ""
    """Name of these networks for rules (`client.network`): a-z, 0-9 and hyphens; blocks may share one. Of an address in
    several blocks the first name counts."""


class Admission:
    """The relay domains and client networks of one configuration.

    Args:
        relay_domains: `xa.gov.vn` for exactly that domain, `.xa.gov.vn` for it and every domain below it, at
            any depth. Letter case does not matter; U-labels are converted.
        client_networks: CIDR text such as `10.0.0.0/8`; a host address is a network of one.
        known_clients: more client networks, whose domains are known.
        proxy_networks: peers that begin with the header of the PROXY protocol, all of them and always.
        is_internal: only clients of the client networks are let in, and the domains a server of ours may speak for
            hold for those it names by XFORWARD too: people it has authenticated.

    Raises:
        ValueError: an entry is neither a domain name nor a network.
    """

    __slots__ = ("_domains", "_known", "_networks", "_parents", "_proxies", "home", "is_internal")

    def __init__(
        self,
        relay_domains: Iterable[str],
        client_networks: Iterable[str],
        known_clients: Iterable[KnownClients] = (),
        *,
        proxy_networks: Iterable[str] = (),
        is_internal: bool = False,
    ) -> None:
        self.is_internal = is_internal
        entries = [entry.strip() for entry in relay_domains]
        self.home = normalise_domain(entries[0].removeprefix(".")) if entries else ""
        """Domain of a mailbox without one: the first that is relayed for."""
        self._domains = frozenset(normalise_domain(entry) for entry in entries if not entry.startswith("."))
        self._parents = frozenset(normalise_domain(entry[1:]) for entry in entries if entry.startswith("."))
        self._known = tuple(
            (_networks(one.networks), tuple(map(_pattern, one.domains)), one.name) for one in known_clients
        )
        self._proxies = _networks(proxy_networks)
        self._networks = _networks(client_networks) + tuple(network for entry in self._known for network in entry[0])

    def is_trusted_client(self, ip: str) -> bool:
        """Say whether the client's address lies in a configured network; an unreadable address does not."""
        address = _find_address(ip) if self._networks else None
        return address is not None and any(address in network for network in self._networks)

    def is_proxy(self, ip: str) -> bool:
        """Say whether who connects from there tells first whose connection it is (PROXY protocol)."""
        address = _find_address(ip) if self._proxies else None
        return address is not None and any(address in network for network in self._proxies)

    def speaks_for(self, ip: str) -> tuple[str, ...]:
        """Give the domains an address may speak for, each once and in the order they are written; empty for most."""
        address = _find_address(ip) if self._known else None
        if address is None:
            return ()
        found = (domains for networks, domains, _ in self._known if any(address in one for one in networks))
        return tuple(dict.fromkeys(domain for domains in found for domain in domains))

    def network_of(self, ip: str) -> str:
        """Give the name of the configured network an address lies in; empty where it has none."""
        address = _find_address(ip) if self._known else None
        if address is None:
            return ""
        found = (name for networks, _, name in self._known if name and any(address in one for one in networks))
        return next(found, "")

    def relays_for(self, domain: str) -> bool:
        """Say whether a domain (lower case, A-labels) is one of ours, label by label."""
        if domain in self._domains:
            return True
        if not self._parents:
            return False
        labels = domain.split(".")
        return any(".".join(labels[start:]) in self._parents for start in range(len(labels)))

    def check_recipient(self, forward_path: str, is_trusted: bool) -> Reply | None:
        """Answer the refusal for a recipient, or None when mail to it may be relayed.

        A trusted client may mail anyone, so a routing mark is a trick only where the next hop takes the domain for its
        own and would follow it: past our domains the client's own words, within them a way around the judgement of
        the true recipient. `forward_path` is a parsed path without brackets; what no parser of ours gives is refused
        here once more, so that admission does not depend on which one ran before it.
        """
        if forward_path.lower() == POSTMASTER:
            return None
        local, at, domain = forward_path.rpartition("@")
        if not at:
            is_plain = bool(domain) and (_ROUTING_MARKS | _NOT_UNQUOTED).isdisjoint(domain)
            return None if is_trusted and is_plain else reply_to("bad_forward_path")
        is_quoted = len(local) > 2 and local[0] == local[-1] == '"'
        if not local or not (is_quoted or _NOT_UNQUOTED.isdisjoint(local)) or not self._is_domain(domain):
            return reply_to("bad_forward_path")
        if self.relays_for(domain):
            # NFKC: a next hop that folds wide forms would read a mark in one
            is_plain = _ROUTING_MARKS.isdisjoint(unicodedata.normalize("NFKC", local))
            return None if is_plain else reply_to("relay_denied")
        return None if is_trusted else reply_to("relay_denied")

    @staticmethod
    def _is_domain(text: str) -> bool:
        """Tell whether a name or an address literal stands here."""
        if text.startswith("[") and text.endswith("]"):
            return _NOT_IN_LITERALS.isdisjoint(text[1:-1])
        return bool(text) and not text.startswith(".") and not text.endswith(".") and _NOT_IN_NAMES.isdisjoint(text)


def _networks(entries: Iterable[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(entry.strip()) for entry in entries)


def _pattern(entry: str) -> str:
    """Spell a domain pattern as addresses are compared, its leading dot kept."""
    name = entry.strip()
    return f".{normalise_domain(name[1:])}" if name.startswith(".") else normalise_domain(name)


def _find_address(ip: str) -> IPv4Address | IPv6Address | None:
    """Read an address, a mapped one as the IPv4 address it holds; None when it is none."""
    try:
        address = ip_address(ip)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
