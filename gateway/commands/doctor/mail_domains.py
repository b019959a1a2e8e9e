"""Mail domains: what DNS tells others of our domains: where their mail goes, who may send it, what forgeries get.

Asked of the servers that the configuration names for checking senders, else of the host's.
"""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from gateway.commands.doctor.line import Line, fail, ok, warn
from gateway.daemon.config.load import covers, host_of
from gateway.daemon.enquiry import resolver_of
from gateway.read.identity.dmarc import check_dmarc
from gateway.read.identity.spf import check_spf
from gateway.read.identity.spf_record import is_spf
from gateway.values.hostport import split_host_port, split_ip_port
from gateway.values.identity import Answer, AtHandAlone, AwaitedAnswer, DnsAnswers, Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gateway.daemon.config.schema import Config
    from gateway.edge.resolver.resolver import Resolver
    from gateway.values.identity import RecordType, SpfFacts

T = TypeVar("T")
MAX_DOMAINS: Final = 50
"""Looked at; a province has hundreds, of one pattern and set up alike."""
ROUNDS: Final = 20
"""Of questions that one answer leads to the next; SPF has ten look-ups."""
WITHIN_S: Final = 10.0
"""For the answers of one round."""
_STRANGER: Final = "192.0.2.1"
"""An address nobody has (RFC 5737): whoever may send from there lets everybody send."""
_MAX_SHOWN: Final = 120
"""Characters of a record that are shown."""
_NO_ANSWER: Final = "DNS does not answer"
_DIG: Final = "ask it by hand (`dig {name} {kind}`); mend the resolver, or name another under [identity.dns]"


class Self(NamedTuple):
    """Who we are to others."""

    host: str
    addresses: frozenset[str]
    """Addresses of this host that are known, as text."""
    senders: tuple[str, ...]
    """Public addresses mail to others may leave from: those of next hops, and ours where one is on this host."""
    unknown: tuple[str, ...]
    """Next hops whose public address nobody can tell from here."""


def examine(config: Config, registered: Iterable[str]) -> list[Line]:
    """Ask DNS about every domain of ours; `registered` are the mail domains of the registry.

    Raises:
        Misconfigured: there is no server to ask.
    """
    return asyncio.run(_examine(config, our_domains(config.relay.relay_domains, registered)))


def our_domains(relay_domains: Iterable[str], registered: Iterable[str]) -> list[str]:
    """List the domains others write to: those named, and of `.so-a.example` the registered ones, or else itself."""
    found: dict[str, None] = {}
    known = sorted(registered)
    for pattern in relay_domains:
        below = [name for name in known if covers(pattern, name)] if pattern.startswith(".") else []
        found |= dict.fromkeys(below or [pattern.removeprefix(".")])
    return list(found)


async def _examine(config: Config, domains: list[str]) -> list[Line]:
    if not domains:
        return [ok("mx", "no relay domains: only our own clients send here, and DNS names us to nobody")]
    resolver = resolver_of(config)
    try:
        own = await _self(config, resolver)
        found = await asyncio.gather(*(_domain(domain, own, resolver) for domain in domains[:MAX_DOMAINS]))
    finally:
        await resolver.close()
    lines = [line for of_one in found for line in of_one]
    if own.unknown:
        names = ", ".join(own.unknown)
        lines.append(
            ok("spf", f"not compared: {names} has no public address here; SPF must name the one it sends from")
        )
    if len(domains) > MAX_DOMAINS:
        lines.append(ok("mx", f"{len(domains) - MAX_DOMAINS} domains more were not looked at"))
    return lines


async def _domain(domain: str, own: Self, resolver: Resolver) -> list[Line]:
    answer = await _ask(resolver, domain, "MX")
    if answer.status == "no_domain":
        todo = "register it, or take it out of relay.relay_domains"
        return [fail("mx", f"{domain} does not exist in DNS", todo)]
    return [
        await _mx(domain, own, answer, resolver),
        *await _spf(domain, own, resolver),
        await _dmarc(domain, resolver),
    ]


async def _mx(domain: str, own: Self, answer: Answer, resolver: Resolver) -> Line:
    """Say whether mail of others for a domain comes to us."""
    if answer.status == "failed":
        return warn("mx", f"{domain}: {_NO_ANSWER}", _DIG.format(name=domain, kind="MX"))
    places = {name: await _addresses(resolver, name) for name in answer.records}
    if problem := _mx_problem(domain, own, answer, places):
        return fail("mx", *problem)
    told = ", ".join(f"{name} ({', '.join(addresses)})" for name, addresses in places.items())
    strangers = [name for name, addresses in places.items() if name != own.host and not own.addresses & set(addresses)]
    if not strangers:
        return ok("mx", f"{domain}: {told}: this gateway")
    way_round = "goes around us" if len(strangers) < len(places) else "does not come to this host by itself"
    return warn(
        "mx",
        f"{domain}: {told}: mail by {', '.join(strangers)} {way_round}",
        f"if a filter, a proxy or a translated address of ours stands there, all is well (name it so:"
        f' gateway.host = "{strangers[0]}"); else let the MX records name {own.host} alone',
    )


def _mx_problem(domain: str, own: Self, answer: Answer, places: dict[str, tuple[str, ...]]) -> tuple[str, str] | None:
    """Find what keeps all mail of others, or a part of it, from coming: what is wrong, and what to do."""
    if answer.status == "no_data":
        return f"{domain} has no MX record: hardly anybody can write to it", f"publish `{domain}. MX 10 {own.host}.`"
    if "" in places:
        return f"{domain} says that it takes no mail (null MX, RFC 7505)", "publish an MX record in its place"
    if dead := [name for name, addresses in places.items() if not addresses]:
        return f"{domain}: {', '.join(dead)} has no address", "publish one, or take that MX record away"
    return None


async def _spf(domain: str, own: Self, resolver: Resolver) -> list[Line]:
    """Say whether a domain names the servers its mail leaves from, and nobody else."""
    answer = await _ask(resolver, domain, "TXT")
    if answer.status == "failed":
        return [warn("spf", f"{domain}: {_NO_ANSWER}", _DIG.format(name=domain, kind="TXT"))]
    records = [text for text in answer.records if is_spf(text)]
    sender = " ".join(map(_spf_term, own.senders)) or "mx"
    publish = f'publish `{domain}. TXT "v=spf1 {sender} -all"`, with all servers its mail leaves from'
    if not records:
        return [fail("spf", f"{domain} has no SPF record: anybody may send in its name", publish)]
    if len(records) > 1:
        return [fail("spf", f"{domain} has {len(records)} SPF records, and counts as having none", "leave one of them")]
    found = {address: await _settled(resolver, _spf_of(domain, address)) for address in (*own.senders, _STRANGER)}
    if any(facts.is_for_anyone for facts in found.values()):
        return [fail("spf", f"{domain} lets anybody send in its name", publish)]
    stranger = found.pop(_STRANGER)
    lines = [_spf_line(domain, address, facts) for address, facts in found.items()]
    if stranger.result == "permerror":
        lines = [fail("spf", f"{domain}: its record cannot be used: {stranger.reason}", "mend it (RFC 7208)")]
    return lines or [ok("spf", f"{domain}: {records[0][:_MAX_SHOWN]}")]


def _spf_line(domain: str, address: str, facts: SpfFacts) -> Line:
    """Say whether a next hop may send for a domain."""
    words = f"{domain}: next hop {address}: {facts.result} ({facts.reason})"
    if facts.result == "pass":
        return ok("spf", words)
    if facts.result == "temperror":
        return warn("spf", words, f"{_NO_ANSWER} for what its record names: ask again later")
    return fail("spf", words, f"add `{_spf_term(address)}` to its record, or others refuse the mail it sends")


def _spf_of(domain: str, address: str) -> Callable[[DnsAnswers], SpfFacts]:
    return lambda answers: check_spf(address, f"postmaster@{domain}", "", answers)


def _spf_term(address: str) -> str:
    return f"ip{ip_address(address).version}:{address}"


async def _dmarc(domain: str, resolver: Resolver) -> Line:
    """Say what others do with mail that is forged in the name of a domain."""
    facts = await _settled(resolver, lambda answers: check_dmarc(domain, None, (), answers))
    publish = f'publish `_dmarc.{domain}. TXT "v=DMARC1; p={{policy}}; rua=mailto:postmaster@{domain}"`'
    if facts.result == "temperror":
        return warn("dmarc", f"{domain}: {_NO_ANSWER}", _DIG.format(name=f"_dmarc.{domain}", kind="TXT"))
    if not facts.policy:
        return warn("dmarc", f"{domain} has no policy: others take forged mail", publish.format(policy="none"))
    where = f"p={facts.policy} of {facts.published_at}{', testing' if facts.is_testing else ''}"
    if facts.policy == "none":
        todo = f"when its reports show none of your own mail failing, {publish.format(policy='quarantine')}"
        return warn("dmarc", f"{domain}: {where}: forged mail is only reported", todo)
    return ok("dmarc", f"{domain}: {where}")


async def _self(config: Config, resolver: Resolver) -> Self:
    """Find out who we are, and where mail leaves from."""
    hosts = dict.fromkeys(split_host_port(host)[0] for route in config.relay.routes for host in route.hosts)
    outward = _outward_addresses()
    listened = [split_ip_port(address, lowest=0)[0] for block in config.listen for address in block.addresses]
    senders: dict[str, None] = {}
    unknown = []
    for host in hosts:
        addresses = await _addresses(resolver, host)
        if any(ip_address(one).is_loopback for one in addresses) or host == "localhost":
            addresses = outward
        public = [one for one in addresses if ip_address(one).is_global]
        senders |= dict.fromkeys(public)
        unknown += [] if public else [host]
    return Self(host_of(config), frozenset((*outward, *listened)), tuple(senders), tuple(unknown))


def _outward_addresses() -> tuple[str, ...]:
    """Give the addresses this host sends from to others; nothing is sent to learn them."""
    found = []
    # documentation addresses, for the kernel only chooses a way towards them
    for family, stranger in ((socket.AF_INET, _STRANGER), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as way:
                way.connect((stranger, 25))
                found.append(str(way.getsockname()[0]))
        except OSError:  # no way there
            continue
    return tuple(found)


async def _addresses(resolver: Resolver, name: str) -> tuple[str, ...]:
    """Give the addresses of a name, or itself when it is one."""
    try:
        return (str(ip_address(name)),)
    except ValueError:
        answers = [await _ask(resolver, name, kind) for kind in ("A", "AAAA")]
    return tuple(address for answer in answers for address in answer.records)


async def _ask(resolver: Resolver, name: str, kind: RecordType) -> Answer:
    question = Question(name.lower().rstrip("."), kind)
    return (await resolver.look_up((question,), WITHIN_S))[question]


async def _settled(resolver: Resolver, evaluate: Callable[[DnsAnswers], T]) -> T:
    """Evaluate with all the answers it needs; what is not answered after some rounds counts as failed."""
    known: dict[Question, Answer] = {}
    for _round in range(ROUNDS):
        at_hand = DnsAnswers(known.items())
        try:
            return evaluate(at_hand)
        except AwaitedAnswer:
            known |= await resolver.look_up(at_hand.missing, WITHIN_S)
    return evaluate(AtHandAlone(DnsAnswers(known.items())))
