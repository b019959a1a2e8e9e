"""Advice: settings that are allowed, and hardly what somebody meant; `congthu check` warns of each.

Every line names the key, what follows from it, and what to do.
"""

from __future__ import annotations

import asyncio
from ipaddress import ip_address, ip_network
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from gateway.daemon.admitting import EARLY_S
from gateway.daemon.config.load import host_of, listen_key
from gateway.edge.listener.admission import Admission
from gateway.edge.nexthop import NextHops
from gateway.edge.nexthop.pool import Asked  # noqa: TC001 - a NamedTuple of ours names it
from gateway.judge.describe import UNREGISTERED
from gateway.values.addresses import domain_of
from gateway.values.delivery import TlsPolicy
from gateway.values.hostport import split_host_port, split_ip_port
from gateway.values.tomltext import did_you_mean
from gateway.values.verdict import Posture

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from gateway.daemon.config.schema import Config
    from gateway.daemon.generation import Generation
    from gateway.edge.registry.files import FileRegistry
    from gateway.values.delivery import RelayObserver, Route
    from gateway.values.pack import Pack, PostureEntry, PostureTable

FINAL_DOT_S: Final = 600.0
"""A client waits as long for the reply to its final dot (RFC 5321 section 4.5.3.2.6)."""
RCPT_S: Final = 300.0
"""And so long for that to RCPT (section 4.5.3.2.3)."""
LEAST_MESSAGE_OCTETS: Final = 1_048_576
"""A message limit below refuses what offices send every day: one scanned page has as much."""
WIDEST_PUBLIC_BITS: Final = {4: 16, 6: 40}
"""Prefix by version: a wider network of public addresses is an access provider's, with strangers in it. The largest
organisations have an IPv4 /16; one site has an IPv6 /48 (RFC 6177), and this is 256 of them."""
ASK_S: Final = 5.0
"""For one host of a route to say what it offers, while an operator looks on."""
WANTED: Final = ("8bitmime", "smtputf8", "dsn")
"""EHLO keywords that are offered to clients only as far as all routes offer them."""
CLASSES: Final = frozenset(
    {"ubnd", "vpubnd", "department", "district_ubnd", "district_division", "district_service_unit", "commune_ubnd",
     "service_unit"}
)  # fmt: skip
"""Class words of docs/registry.md; a pack may name others."""


def advice(config: Config, generation: Generation, registry: FileRegistry, on: dt.date) -> Iterator[str]:
    """Tell, a line each, what is hardly meant."""
    yield from _policy(config, generation, registry, on)
    yield from _posture_entries(config.posture, on)
    yield from _registry(generation.packs, registry, on)
    yield from _addresses(config)
    yield from _networks(config)
    yield from _times(config)
    yield from _checking(config)


def _policy(config: Config, generation: Generation, registry: FileRegistry, on: dt.date) -> Iterator[str]:
    packs, table = generation.packs, generation.posture
    if not packs:
        yield "policy.packs is empty: every message is relayed unjudged"
    if not config.registry.files:
        yield "registry.files is empty: no agency is known, and rules about agencies bind nobody"
    whom = [UNREGISTERED, *registry.agency_ids()]
    postures = {
        (pack.id, rule): [table.posture_of(rule, pack.id, agency, on) for agency in whom]
        for pack in packs
        for rule in pack.rules
    }
    if postures and all(set(found) == {Posture.OFF} for found in postures.values()):
        yield "posture: every rule of every pack is off, for everybody: every message is relayed unjudged"
        return
    for (_pack, rule), found in postures.items():
        softened = sum(posture in {Posture.OFF, Posture.OBSERVE} for posture in found)
        if rule.is_secret and softened:
            yield (
                f"posture: {rule.id}, which keeps marked state secrets from passing, is off or only observed for"
                f" {softened} of {len(whom)} (strangers and agencies)"
            )
    for pack in packs:
        if not pack.is_national and not any(
            agency is not None and agency.territory in pack.territories
            for agency in (registry.agency(agency_id, on) for agency_id in registry.agency_ids())
        ):
            yield f"pack {pack.id} binds nobody: no agency of the registry is in {' or '.join(pack.territories)}"


def _posture_entries(table: PostureTable, on: dt.date) -> Iterator[str]:
    """Warn of entries that are over, and of two that say different things of the same at one time."""
    for number, entry in enumerate(table.entries):
        if entry.valid_to is not None and entry.valid_to < on:
            yield f"posture.entries[{number}] ended on {entry.valid_to.isoformat()}: it does nothing any more"
    for (first, one), (second, other) in combinations(enumerate(table.entries), 2):
        if (one.agency, one.pack, one.rule) == (other.agency, other.pack, other.rule) and _overlap(one, other):
            word = "contradicts" if one.posture is not other.posture else "repeats"
            yield f"posture.entries[{second}] {word} posture.entries[{first}] for days both hold; the later one wins"


def _overlap(one: PostureEntry, other: PostureEntry) -> bool:
    def ends_before(first: PostureEntry, second: PostureEntry) -> bool:
        return first.valid_to is not None and second.valid_from is not None and first.valid_to < second.valid_from

    return not ends_before(one, other) and not ends_before(other, one)


def _registry(packs: Sequence[Pack], registry: FileRegistry, on: dt.date) -> Iterator[str]:
    named = {
        word
        for pack in packs
        for scope in (rule.binding for rule in pack.rules)
        for word in (*scope.classes, *scope.exempt_classes)
    }
    starts = [start for pack in packs for start in (pack.start, *(rule.binding.start for rule in pack.rules)) if start]
    named |= {word for start in starts for word in (*start.by_class, *start.by_decision)} | CLASSES
    for agency_id in registry.agency_ids():
        agency = registry.agency(agency_id, on)
        word = agency.agency_class if agency is not None else ""
        if word and word not in named:
            yield f"registry: no pack knows the class `{word}` of {agency_id}{did_you_mean(word, named)}"
    for domain in registry.mail_domains(on):
        kind = registry.find_domain(domain, on).kind
        if kind in {"free", "disposable"} and registry.has_agency_mailbox(domain, on):
            yield (
                f"registry: a mailbox at {domain} ({kind}) is registered as one of an agency: anybody could have it;"
                " register it with kind registered_other, or a mailbox of an official domain"
            )


def _addresses(config: Config) -> Iterator[str]:
    """Warn of listeners named twice and of next hops that are this gateway."""
    places = [split_ip_port(address, lowest=0) for block in config.listen for address in block.addresses]
    for place in {place for place in places if places.count(place) > 1 and place[1]}:
        yield f"listen.addresses names port {place[1]} of {place[0]} twice: the second cannot be bound"
    fixed = [place for place in places if place[1]]
    if config.metrics.listen and split_ip_port(config.metrics.listen, lowest=0) in fixed:
        yield "metrics.listen is one of listen.addresses: one of them cannot be bound"
    for number, route in enumerate(config.relay.routes):
        for host in route.hosts:
            if _is_ourselves(split_host_port(host), places, host_of(config)):
                yield f"relay.routes[{number}].hosts: {host} is this gateway itself: mail would go round in circles"


def _networks(config: Config) -> Iterator[str]:
    """Warn of client networks that hold strangers."""
    relay = config.relay
    named = [("relay.client_networks", relay.client_networks)]
    named += [(f"relay.clients[{number}].networks", one.networks) for number, one in enumerate(relay.clients)]
    for number, block in enumerate(config.listen):
        named += [
            (listen_key(config, number, "client_networks"), block.client_networks),
            (listen_key(config, number, "proxy_networks"), block.proxy_networks),
        ]
        if block.role == "internal" and not (relay.client_networks or relay.clients or block.client_networks):
            yield f"{listen_key(config, number, 'role')}: internal lets client networks in, and there are none"
    for key, text in ((key, text) for key, texts in named for text in texts):
        network = ip_network(text)
        if not network.is_private and network.prefixlen < WIDEST_PUBLIC_BITS[network.version]:
            may = "name any client" if key.endswith("proxy_networks") else "relay anywhere"
            yield (
                f"{key}: {text} holds {network.num_addresses} public addresses, each of which may {may};"
                " name your own networks alone"
            )


def _is_ourselves(hop: tuple[str, int], places: Sequence[tuple[str, int]], own_name: str) -> bool:
    name, port = hop
    ports = [host for host, listened in places if listened == port]
    if not ports:
        return False
    is_loopback = name == "localhost"
    try:
        is_loopback = is_loopback or ip_address(name).is_loopback
    except ValueError:
        if name.lower().rstrip(".") == own_name:
            return True
    return any(host == name or (is_loopback and (ip_address(host).is_unspecified or host == name)) for host in ports)


def _checking(config: Config) -> Iterator[str]:
    settings = config.checking
    if not settings.address:
        return
    admission = Admission(config.relay.relay_domains, ())
    if not admission.relays_for(domain_of(settings.address)):
        yield f"checking.address: {settings.address} is in no relay domain: only client networks may ask there"
    if settings.asked_by == "anyone" and config.identity.mode != "check":
        yield 'checking.asked_by: whoever is named gets mail from here; set identity.mode = "check" or take "inside"'


def _times(config: Config) -> Iterator[str]:
    deadline_s = config.inspection.readers.deadline_s
    for number, block in enumerate(config.listen):
        size = block.limits.message_size_limit_octets
        if size < LEAST_MESSAGE_OCTETS:
            key = listen_key(config, number, "limits.message_size_limit_octets")
            yield f"{key}: {size} octets are less than one scanned page"
    for number, route in enumerate(config.relay.routes):
        longest_s = 2 * deadline_s + route.final_reply_timeout_s
        if longest_s > FINAL_DOT_S:
            yield (
                f"relay.routes[{number}].final_reply_timeout_s: reading twice (inspection.readers.deadline_s) and this"
                f" take {longest_s:g} s, and clients wait {FINAL_DOT_S:g}: mail would be delivered twice"
            )
        tries = 2 if route.tls is TlsPolicy.OPPORTUNISTIC else 1  # with TLS, and in plain where that fails
        longest_s = (1 + tries * len(route.hosts)) * route.connect_timeout_s + 2 * route.command_timeout_s
        longest_s += EARLY_S if len(config.relay.routes) > 1 else 0
        if longest_s > RCPT_S:
            yield (
                f"relay.routes[{number}]: connect_timeout_s for a place and each try at {len(route.hosts)} hosts, and"
                f" command_timeout_s twice, take {longest_s:g} s, and clients wait {RCPT_S:g} for the reply to RCPT"
            )


class AskedRoutes(NamedTuple):
    """What the hosts of all routes said."""

    routes: tuple[Route, ...]
    found: dict[str, dict[str, Asked]]
    """By route name and host."""
    offered: dict[str, frozenset[str]]
    """Keywords that all hosts of a route offer, by its name."""

    def warnings(self, config: Config) -> list[str]:
        """Tell which does not answer, fails at TLS, or lacks what."""
        lines = [line for route in self.routes for host in route.hosts for line in self.of(route, host)]
        return lines + [line for route in self.routes for line in self.lacking(route, config)]

    def of(self, route: Route, host: str) -> Iterator[str]:
        """Tell what is wrong with one host."""
        return _told(route, host, self.found[route.name][host])

    def lacking(self, route: Route, config: Config) -> Iterator[str]:
        """Tell what a route keeps from all clients."""
        return _lacking(route, self.offered, self.found, config)


def ask_routes(config: Config, observer: RelayObserver) -> AskedRoutes:
    """Connect to every host of every route, up to EHLO."""
    routes = tuple(
        msgspec.structs.replace(route, connect_timeout_s=min(route.connect_timeout_s, ASK_S))
        for route in config.relay.routes
    )

    async def ask() -> AskedRoutes:
        hops = NextHops(routes, host_of(config), observer, problem=config.origin.problem)
        found = await hops.learn()
        return AskedRoutes(routes, found, {route.name: hops.offered_by(route) for route in routes})

    return asyncio.run(ask())


def _told(route: Route, host: str, asked: Asked) -> Iterator[str]:
    """Say that a host does not answer, or fails at the TLS it offers."""
    if asked.problem:
        yield f"route {route.name}: {host}: {asked.problem}"
    if asked.tls_error:
        yield (
            f"route {route.name}: {host} offers STARTTLS and fails at it ({asked.tls_error}), so its mail goes in"
            ' plain: mend it there, or set tls = "required" to wait until it is, or "none" when plain is meant'
        )


def _lacking(
    route: Route, offered: dict[str, frozenset[str]], found: dict[str, dict[str, Asked]], config: Config
) -> Iterator[str]:
    """Warn of what this route keeps from all clients. DSN only where another route has it: many do without."""
    if all(asked.problem for asked in found[route.name].values()):
        return
    lacked = [word for word in WANTED if word not in offered[route.name]]
    if not any(block.limits.is_smtputf8_enabled for block in config.listen):
        lacked = [word for word in lacked if word != "smtputf8"]
    if not any("dsn" in words for words in offered.values()):
        lacked = [word for word in lacked if word != "dsn"]
    if lacked:
        words = ", ".join(word.upper() for word in lacked)
        yield f"route {route.name}: its hosts do not all offer {words}, so no client of any route is offered it"
