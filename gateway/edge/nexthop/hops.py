"""All routes of one configuration: which one a domain takes, and the connections of each."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, Final

from gateway.edge.nexthop.commands import is_sendable
from gateway.edge.nexthop.pool import RoutePool
from gateway.edge.nexthop.replies import answer_for_trouble
from gateway.edge.nexthop.transaction import NextHopTransaction
from gateway.values.delivery import NextHopRefused, NextHopReply, TlsPolicy
from gateway.values.faults import Misconfigured, Transient, problem_of_no_file
from gateway.values.hostport import split_host_port
from gateway.values.status import reply_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gateway.edge.nexthop.pool import Asked, Offers
    from gateway.values.delivery import RelayObserver, Route
    from gateway.values.envelope import MailCommand, RcptCommand
    from gateway.values.faults import ConfigProblem

ANY_DOMAIN: Final = "*"


class NextHops:
    """The next hops of one configuration generation.

    A reload builds a new one and puts it in the old one's place; transactions begun on the old one end there,
    and `close` of the old one touches only connections that are idle.
    """

    def __init__(
        self,
        routes: Sequence[Route],
        helo: str,
        observer: RelayObserver,
        offers: Offers | None = None,
        problem: Callable[[str, str], ConfigProblem] = problem_of_no_file,
    ) -> None:
        """Check the routes and load their certificate stores; nothing connects yet.

        `offers` keeps what hosts offered from one generation to the next; `problem` makes one of key and message.

        Raises:
            Misconfigured: every route that cannot be used, with the reason.
        """
        problems: list[ConfigProblem] = []
        self._by_domain: dict[str, Route] = {}
        self._pools: dict[str, RoutePool] = {}
        self.deferring: set[str] = set()
        """Routes whose last message was deferred, or in trouble when asked early, by name; whoever asks notes it."""
        for number, route in enumerate(routes):
            key = f"relay.routes[{number}]"
            problems += [problem(key, message) for message in _problems_of(route)]
            if route.name in self._pools:
                problems.append(problem(key, "the name is used twice"))
            for domain in route.domains:
                if domain in self._by_domain:
                    problems.append(problem(key, f"{domain} has another route too"))
                self._by_domain[domain] = route
            try:
                self._pools[route.name] = RoutePool(route, helo, _tls_context(route), observer, offers)
            except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
                problems.append(problem(f"{key}.ca_file", f"cannot be loaded: {error}"))
        if problems:
            raise Misconfigured(problems)

    @property
    def has_choice(self) -> bool:
        """Say whether there is more than one route."""
        return len(self._pools) > 1

    def route_for(self, domain: str) -> Route | None:
        """Find the route of a domain (A-label, any case): exact, then the longest suffix, then `*`.

        The empty domain of `<postmaster>`, whom every server must take (RFC 5321 section 4.5.1), where no domain is
        known to be ours, has the `*` route or else the first one.
        """
        if not domain:
            return self._by_domain.get(ANY_DOMAIN) or next(iter(self._by_domain.values()), None)
        domain = domain.lower()
        if route := self._by_domain.get(domain):
            return route
        while domain:
            if route := self._by_domain.get("." + domain):
                return route
            domain = domain.partition(".")[2]
        return self._by_domain.get(ANY_DOMAIN)

    async def begin(
        self, route: Route, mail: MailCommand, rcpt: RcptCommand | None = None, transaction_id: str = ""
    ) -> NextHopTransaction:
        """Open a transaction: MAIL is accepted when this returns.

        Takes at most the connect timeout to wait for a slot, the same again per host (twice where optional TLS fails),
        and two command timeouts.

        Args:
            route: one of `route_for`; known by its name, so a route of an older generation finds its successor.
            mail: as our client said it; SIZE, BODY=8BITMIME, SMTPUTF8 and DSN parameters are passed on when offered.
                An address in UTF-8 is refused with 553 5.6.7 when not (RFC 6531); for the message see `send`.
            rcpt: a first recipient to ask for together with MAIL, which saves a round trip where the
                next hop offers PIPELINING; its answer is `first_answer` of the transaction.
            transaction_id: ours, for the observer.

        Raises:
            NextHopRefused: with the reply for our client.
        """
        if not is_sendable(mail.reverse_path, is_smtputf8=mail.is_smtputf8):
            raise NextHopRefused(NextHopReply(reply_to("bad_reverse_path")))
        pool = self._pools.get(route.name)
        if pool is None:
            raise NextHopRefused(answer_for_trouble(Transient("next_hop_unroutable", "route is gone"), ""))
        try:
            await pool.acquire()
        except Transient as fault:
            raise NextHopRefused(answer_for_trouble(fault, "")) from None
        transaction = NextHopTransaction(pool, mail, transaction_id)
        await transaction.start(rcpt)
        return transaction

    def offered(self) -> frozenset[str]:
        """EHLO keywords, lower case, that the next hops of all routes offer, as far as is known: for our own EHLO."""
        pools = [pool.offered for pool in self._pools.values()]
        return frozenset.intersection(*pools) if pools else frozenset()

    def offered_by(self, route: Route) -> frozenset[str]:
        """The same of one route."""
        return self._pools[route.name].offered

    async def learn(self) -> dict[str, dict[str, Asked]]:
        """Ask the hosts of all routes what they offer, all routes at a time; later connections tell it anew.

        Answers by route name and host.
        """
        found = await asyncio.gather(*(pool.learn() for pool in self._pools.values()))
        return dict(zip(self._pools, found, strict=True))

    def warm_counts(self) -> dict[str, int]:
        """Count idle connections by route name."""
        return {name: pool.warm_count for name, pool in self._pools.items()}

    async def close(self) -> None:
        """Close idle connections; those in a transaction are closed when it ends."""
        for pool in self._pools.values():
            pool.close()


def _problems_of(route: Route) -> Iterable[str]:
    if not route.hosts:
        yield "at least one host is needed"
    for host in route.hosts:
        try:
            split_host_port(host)
        except ValueError as error:
            yield str(error)
    if route.ca_file and route.tls is not TlsPolicy.VERIFIED:
        yield "ca_file is only used with tls = 'verified'"
    if route.max_connections < 1:
        yield "max_connections must be at least 1"
    for domain in route.domains:
        if domain != domain.lower():
            yield f"{domain} must be lower case"


def _tls_context(route: Route) -> ssl.SSLContext | None:
    """Make the context of one route.

    Raises:
        OSError: `ca_file` cannot be read or holds no certificate.
    """
    if route.tls is TlsPolicy.NONE:
        return None
    if route.tls is TlsPolicy.VERIFIED:
        context = ssl.create_default_context(cafile=route.ca_file or None)
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
