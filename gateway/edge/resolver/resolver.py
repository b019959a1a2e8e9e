"""Resolver: questions of `gateway.values.identity` put to recursive servers, by dnspython, and remembered.

What comes back is hostile: its size, number and shape are bounded here, and none of it is logged. Many messages that
ask the same share one look-up. A look-up that fails is remembered too, for a minute, so that a dead server costs a
name its time once and not every message.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final

import dns.asyncresolver
import dns.exception
import dns.message
import dns.name
import dns.nameserver
import dns.resolver

from gateway.edge.resolver.cache import AnswerCache
from gateway.edge.resolver.settings import DNS_PORT
from gateway.values.hostport import split_ip_port
from gateway.values.identity import MAX_ANSWER_OCTETS, MAX_ANSWER_RECORDS, Answer, Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gateway.edge.resolver.settings import ResolverSettings

FAILED_FOR_S: Final = 60.0
"""For which a look-up that failed is not made again."""
_LEAST_S, _MOST_S, _MOST_NEGATIVE_S = 5.0, 86_400.0, 900.0
"""Bounds on how long answers are kept, whatever their TTL says (RFC 2308 section 5 for negative ones)."""
_MAX_UNDER_WAY = 500
"""Look-ups under way at once; one more counts as failed, and is not remembered. Nobody may have more under way than are
left over: one who floods gets half of them, two a third each, and somebody else always finds as many free."""
_UDP_OCTETS = 1232
"""Announced by EDNS: no fragments on the way; more comes over TCP."""
FAILED: Final = Answer("failed")
_NO_DOMAIN = Answer("no_domain")


class Resolver:
    """Asks and remembers; of one event loop."""

    def __init__(
        self,
        settings: ResolverSettings,
        on_look_up: Callable[[str, float], None] = lambda _status, _seconds: None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare; nothing is asked yet.

        Args:
            settings: whom to ask, and the bounds.
            on_look_up: told of each look-up that was made: `AnswerStatus` and seconds.
            now: the clock answers are kept by.

        Raises:
            ValueError: an address is none, or the host names no server (`/etc/resolv.conf`) and neither do settings.
        """
        self._settings, self._on_look_up, self._now = settings, on_look_up, now
        self._resolver = _client_of(settings)
        self._cache = AnswerCache(settings.cache_entries, settings.cache_octets)
        self._under_way: dict[Question, asyncio.Task[Answer]] = {}
        self._under_way_for: Counter[str] = Counter()
        """Of each asker, those begun for it."""

    @property
    def servers(self) -> tuple[str, ...]:
        """Who is asked: by settings, or what the host named when this was made."""
        return tuple(map(str, self._resolver.nameservers))

    @property
    def settings(self) -> ResolverSettings:
        """What it was made from."""
        return self._settings

    def known(self, question: Question) -> Answer | None:
        """Give the answer at hand, without asking anybody."""
        return self._cache.find(question, self._now())

    async def look_up(self, questions: Iterable[Question], within_s: float, asker: str = "") -> dict[Question, Answer]:
        """Answer all questions; those not answered within so many seconds as failed. Never raises for an answer.

        `asker` is for whom: what one makes us ask does not keep the questions of another from being asked.
        """
        answers: dict[Question, Answer] = {}
        waiting: dict[Question, asyncio.Task[Answer]] = {}
        for question in questions:
            known = self.known(question)
            if known is not None:
                answers[question] = known
            elif (task := self._start(question, asker)) is not None:
                waiting[question] = task
            else:
                answers[question] = FAILED
        if waiting:
            # not cancelled when the time is up: the answer helps the next message
            done, _ = await asyncio.wait(waiting.values(), timeout=max(0.0, within_s))
            for question, task in waiting.items():
                # one that was ended with the resolver is no answer, and no cancellation of who waits for it
                answers[question] = task.result() if task in done and not task.cancelled() else FAILED
        return answers

    def _start(self, question: Question, asker: str) -> asyncio.Task[Answer] | None:
        """Give the look-up that is under way, or begin it; None when too many are."""
        task = self._under_way.get(question)
        if task is None:
            if self._under_way_for[asker] >= _MAX_UNDER_WAY - len(self._under_way):
                return None
            task = self._under_way[question] = asyncio.get_running_loop().create_task(self._ask(question))
            self._under_way_for[asker] += 1
            task.add_done_callback(lambda _done: self._end(question, asker))
        return task

    def _end(self, question: Question, asker: str) -> None:
        self._under_way.pop(question, None)
        self._under_way_for[asker] -= 1
        if not self._under_way_for[asker]:
            del self._under_way_for[asker]

    async def _ask(self, question: Question) -> Answer:
        """Look up, and keep what came of it."""
        began = time.perf_counter()
        answer, holds_s = await self._answer(question)
        self._on_look_up(answer.status, time.perf_counter() - began)
        self._cache.keep(question, answer, self._now() + holds_s)
        return answer

    async def _answer(self, question: Question) -> tuple[Answer, float]:
        """Ask the servers; give the answer and the seconds it holds."""
        try:
            labels = [label.encode("latin-1") for label in question.name.split(".")]
            # built from labels: in the text form of names a backslash would escape what follows
            name = dns.name.Name([*labels, b""])
        except (UnicodeEncodeError, dns.exception.DNSException):
            return _NO_DOMAIN, _MOST_S
        try:
            found = await self._resolver.resolve(
                name, question.kind, raise_on_no_answer=False, search=False, lifetime=self._settings.lookup_timeout_s
            )
        except dns.resolver.NXDOMAIN as error:
            return _NO_DOMAIN, _negative_s(error)
        except (dns.exception.DNSException, OSError, ValueError):
            return FAILED, FAILED_FOR_S
        holds_s = max(0.0, found.expiration - time.time())
        if found.rrset is None:
            return Answer("no_data"), _bounded(holds_s, _MOST_NEGATIVE_S)
        records = records_of(question.kind, found.rrset)
        return (FAILED, FAILED_FOR_S) if records is None else (Answer("found", records), _bounded(holds_s, _MOST_S))

    async def close(self) -> None:
        """End the look-ups under way."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # transports close a turn of the loop later


def _client_of(settings: ResolverSettings) -> dns.asyncresolver.Resolver:
    try:
        client = dns.asyncresolver.Resolver(configure=not settings.addresses)
    except dns.resolver.NoResolverConfiguration as error:
        raise ValueError("the host names no DNS server") from error
    if settings.addresses:
        servers = [split_ip_port(address, default=DNS_PORT) for address in settings.addresses]
        client.nameservers = [dns.nameserver.Do53Nameserver(host, port) for host, port in servers]
    client.cache = None
    client.use_edns(0, 0, _UDP_OCTETS)
    # a server that is silent leaves time for the next one
    client.timeout = settings.lookup_timeout_s / 2
    return client


def _bounded(seconds: float, most_s: float) -> float:
    return min(max(seconds, _LEAST_S), most_s)


def _negative_s(error: dns.resolver.NXDOMAIN) -> float:
    """Give how long a name is known not to exist (RFC 2308 section 5)."""
    try:
        responses: dict[dns.name.Name, dns.message.QueryMessage] = error.kwargs["responses"]
        ends = [response.resolve_chaining().minimum_ttl for response in responses.values()]
    except (dns.exception.DNSException, KeyError):
        return FAILED_FOR_S
    return _bounded(float(min(ends, default=0)), _MOST_NEGATIVE_S)


def records_of(kind: str, rrset: Any) -> tuple[str, ...] | None:
    """Turn the records of one type, as dnspython has them, into texts; None when they are too many or too long."""
    if len(rrset) > MAX_ANSWER_RECORDS:
        return None
    if kind == "TXT":
        records = [b"".join(one.strings).decode("latin-1") for one in rrset]
    elif kind == "MX":
        ordered = sorted((one.preference, text_of(one.exchange)) for one in rrset)
        records = [exchange for _preference, exchange in ordered]
    elif kind == "PTR":
        records = [text_of(one.target) for one in rrset]
    else:
        records = [str(ip_address(one.address)) for one in rrset]
    return tuple(records) if sum(map(len, records)) <= MAX_ANSWER_OCTETS else None


def text_of(name: dns.name.Name) -> str:
    """Write a name as labels joined by dots, an octet a character, lower case; the root is empty text."""
    return b".".join(name.labels).decode("latin-1").lower().rstrip(".")
