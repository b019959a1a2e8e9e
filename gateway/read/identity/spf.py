"""SPF (RFC 7208): may this client send for that domain?

One `_Check` is one run of check_host() with everything it includes. What it lacks of DNS it does not stop at: it goes
on as if nothing had matched, so that all names which may be needed are noted in one run, and then awaits them.

`exp=` is read for faults and never looked up: its text is the stranger's, changes no result, and we quote no
stranger's text (RFC 7208 section 6.2 leaves it to the receiver).
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from gateway.read.identity.domains import is_askable, lies_within
from gateway.read.identity.spf_macros import expand
from gateway.read.identity.spf_record import Record, is_spf, parse_record
from gateway.values.addresses import is_mail_domain
from gateway.values.identity import Answer, AwaitedAnswer, SpfFacts

if TYPE_CHECKING:
    from gateway.read.identity.spf_record import MacroString, Mechanism
    from gateway.values.identity import DnsAnswers, RecordType

MAX_LOOKUPS: Final = 10
"""Terms that ask DNS, in the record and all it includes (RFC 7208 section 4.6.4)."""
MAX_VOID_LOOKUPS: Final = 2
"""Of these, terms for which DNS has nothing (RFC 7208 section 4.6.4)."""
MAX_NAMES: Final = 10
"""Exchanges of one mx, and names of a client, whose addresses are asked (RFC 7208 section 4.6.4)."""

_WIDE4, _WIDE6 = 32 - 8, 128 - 12
"""Bits of an address left open by the largest blocks IANA gives to registries, /8 and /12: no wider network is one
sender's."""

TOO_MANY_LOOKUPS: Final = "more than 10 look-ups"
"""The reason where `MAX_LOOKUPS` was met."""

_NO_DOMAIN: Final = Answer("no_domain")
_AWAITED: Final = Answer("failed")
"""Stands for an answer that is not at hand; told from others by identity."""


class _Ended(Exception):
    """The check ends here, whatever surrounds it: temperror or permerror (RFC 7208 section 2.6)."""

    def __init__(self, result: str, reason: str) -> None:
        super().__init__(reason)
        self.result, self.reason = result, reason


def spf_identity(reverse_path: str, helo: str) -> tuple[str, str, Literal["mailfrom", "helo"]]:
    """Give local part, domain and scope of what SPF checks (RFC 7208 sections 2.3, 2.4 and 4.3).

    The domain is lower case without final dot, and empty where there is none to check.
    """
    if reverse_path:
        local, _, domain = reverse_path.rpartition("@")
        scope: Literal["mailfrom", "helo"] = "mailfrom"
    else:
        local, domain, scope = "", helo, "helo"
    domain = domain.removesuffix(".").lower() if "@" in reverse_path or scope == "helo" else ""
    return local or "postmaster", domain if is_mail_domain(domain) else "", scope


def check_spf(ip: str, reverse_path: str, helo: str, answers: DnsAnswers) -> SpfFacts:
    """Check the domain of the reverse-path, or of EHLO when that is null, for a client.

    Args:
        ip: of the client, IPv4, IPv6 or IPv4 mapped into IPv6; of anything else the result is `none`.
        reverse_path: without brackets, possibly null.
        helo: what the client called itself, whatever that is.
        answers: asked for everything that may matter; what is not at hand is noted there.

    Raises:
        AwaitedAnswer: an answer is needed that is not at hand.
    """
    local, domain, scope = spf_identity(reverse_path, helo)
    if not domain:
        return SpfFacts("none", scope=scope, reason="no domain to check")
    try:
        client = ipaddress.ip_address(ip)
    except ValueError:
        return SpfFacts("none", domain, scope, "no client address")
    if isinstance(client, ipaddress.IPv6Address):
        # Section 5: a mapped address is the IPv4 address it holds.
        client = client.ipv4_mapped or client
    check = _Check(client, local, domain, helo, answers)
    try:
        result, reason = check.check_host(domain)
    except _Ended as ended:
        result, reason = ended.result, ended.reason
    if check.is_awaiting:
        raise AwaitedAnswer
    return SpfFacts(result, domain, scope, reason, is_for_anyone=result == "pass" and check.is_for_anyone)


class _Check:
    """One evaluation: its client and sender, and what it has asked so far."""

    def __init__(
        self,
        client: ipaddress.IPv4Address | ipaddress.IPv6Address,
        local: str,
        domain: str,
        helo: str,
        answers: DnsAnswers,
    ) -> None:
        self._client = client
        self._address = int(client)
        self._kind: Literal["A", "AAAA"] = "A" if client.version == 4 else "AAAA"
        self._local, self._sender_domain, self._helo = local, domain, helo
        self._answers = answers
        self._lookups = 0
        self._voids = 0
        self._names: tuple[str, ...] | None = None
        self.is_awaiting = False
        self.is_for_anyone = False
        """The mechanism that matched last, in whichever record, matches nearly every client."""

    def check_host(self, domain: str) -> tuple[str, str]:
        """Evaluate the record of a domain: result and reason (RFC 7208 section 4)."""
        record = self._record(domain)
        if record is None:
            return "awaited", ""
        if isinstance(record, str):
            return "none", record
        for mechanism in record.mechanisms:
            if self._matches(mechanism, domain):
                if mechanism.name != "include":  # there the included record's own decided
                    self.is_for_anyone = self._is_wide(mechanism)
                return mechanism.result, f"{mechanism.name} matches"
        if not record.redirect:
            return "neutral", "nothing matches"
        self._count_lookup()
        result, reason = self.check_host(self._expanded(record.redirect, domain))
        if result == "none":
            raise _Ended("permerror", f"redirect: {reason}")
        return result, reason

    def _record(self, domain: str) -> Record | str | None:
        """Find the one record of a domain (RFC 7208 section 4.5), or say why there is none; None: awaited."""
        if "." not in domain or not is_askable(domain):
            return "no domain to check"
        answer = self._ask(domain, "TXT")
        if answer is _AWAITED:
            return None
        if answer.status == "failed":
            raise _Ended("temperror", "no answer for a record")
        found = [text for text in answer.records if is_spf(text)]
        if not found:
            return "no record"
        if len(found) > 1:
            raise _Ended("permerror", "several records")
        record = parse_record(found[0])
        if isinstance(record, str):
            raise _Ended("permerror", record)
        return record

    def _matches(self, mechanism: Mechanism, domain: str) -> bool:
        match mechanism.name:
            case "ip4":
                return self._kind == "A" and self._address >> mechanism.shift4 == mechanism.network
            case "ip6":
                return self._kind == "AAAA" and self._address >> mechanism.shift6 == mechanism.network
            case "all":
                return True
        self._count_lookup()
        target = self._expanded(mechanism.target, domain) if mechanism.target else domain
        return self._matches_asking(mechanism, target)

    def _matches_asking(self, mechanism: Mechanism, target: str) -> bool:
        shift = mechanism.shift4 if self._kind == "A" else mechanism.shift6
        match mechanism.name:
            case "include":
                return self._includes(target)
            case "a":
                return self._has_client(self._addresses(target, self._kind), shift)
            case "mx":
                return self._matches_mx(target, shift)
            case "exists":
                return bool(self._addresses(target, "A"))
            case _:
                return any(lies_within(host, target) and self._is_validated(host) for host in self._client_names())

    def _is_wide(self, mechanism: Mechanism) -> bool:
        is_open = mechanism.shift4 > _WIDE4 if self._kind == "A" else mechanism.shift6 > _WIDE6
        return mechanism.name == "all" or is_open

    def _includes(self, target: str) -> bool:
        """Tell whether the included domain passes the client (table of RFC 7208 section 5.2)."""
        result, reason = self.check_host(target)
        if result == "none":
            raise _Ended("permerror", f"include: {reason}")
        return result == "pass"

    def _has_client(self, addresses: tuple[str, ...], shift: int) -> bool:
        wanted = self._address >> shift
        return any(_number(address) >> shift == wanted for address in addresses)

    def _addresses(self, host: str, kind: Literal["A", "AAAA"]) -> tuple[str, ...]:
        """Ask for the addresses of a term's own target; that there are none is counted."""
        answer = self._ask(host, kind)
        if answer.status == "failed" and answer is not _AWAITED:
            raise _Ended("temperror", "no answer for an address")
        self._count_void(answer)
        return answer.records

    def _matches_mx(self, target: str, shift: int) -> bool:
        answer = self._ask(target, "MX")
        if answer is _AWAITED:
            return False
        if answer.status == "failed":
            raise _Ended("temperror", "no answer for exchanges")
        self._count_void(answer)
        if len(answer.records) > MAX_NAMES:
            raise _Ended("permerror", "more than 10 exchanges")
        for host in answer.records:
            # A host without addresses of this family is no void look-up: section 4.6.4 counts terms.
            found = self._ask(host.rstrip(".").lower(), self._kind)
            if found.status == "failed" and found is not _AWAITED:
                raise _Ended("temperror", "no answer for an exchange")
            if self._has_client(found.records, shift):
                return True
        return False

    def _client_names(self) -> tuple[str, ...]:
        """Give what the client's address is called, ten names at most, not yet validated (RFC 7208 section 5.5)."""
        if self._names is None:
            answer = self._ask(self._client.reverse_pointer, "PTR")
            self._count_void(answer)
            names = (host.rstrip(".").lower() for host in answer.records[:MAX_NAMES])
            self._names = tuple(dict.fromkeys(names))
        return self._names

    def _is_validated(self, host: str) -> bool:
        """Tell whether a name leads back to the client; where DNS fails it does not."""
        return self._has_client(self._ask(host, self._kind).records, 0)

    def _validated_name(self, domain: str) -> str:
        """Choose the value of `%{p}`: the domain itself, a name below it, any other, or `unknown`."""
        if self._names is None:
            # Section 4.6.4: the query of this macro is one of the ten, once.
            self._count_lookup()
        names = sorted(self._client_names(), key=lambda host: (host != domain, not lies_within(host, domain)))
        return next((host for host in names if self._is_validated(host)), "unknown")

    def _expanded(self, spec: MacroString, domain: str) -> str:
        if len(spec) == 1 and isinstance(spec[0], str):
            return spec[0].removesuffix(".").lower()
        was_awaiting, self.is_awaiting = self.is_awaiting, False
        name = expand(spec, lambda letter: self._value(letter, domain))
        if self.is_awaiting:
            # Of a name of the client that is not known yet: what was made of it must not be asked.
            return ""
        self.is_awaiting = was_awaiting
        return name

    def _value(self, letter: str, domain: str) -> str:
        """Give the value of a macro letter (RFC 7208 section 7.2)."""
        if letter == "d":
            return domain
        if letter == "p":
            return self._validated_name(domain)
        is_ip4 = self._kind == "A"
        values = {
            "s": f"{self._local}@{self._sender_domain}",
            "l": self._local,
            "o": self._sender_domain,
            "h": self._helo,
            "v": "in-addr" if is_ip4 else "ip6",
            "i": str(self._client) if is_ip4 else ".".join(f"{self._address:032x}"),
        }
        return values[letter]

    def _ask(self, name: str, kind: RecordType) -> Answer:
        if not is_askable(name):
            return _NO_DOMAIN
        try:
            return self._answers.look_up(name, kind)
        except AwaitedAnswer:
            self.is_awaiting = True
            return _AWAITED

    def _count_lookup(self) -> None:
        self._lookups += 1
        if self._lookups > MAX_LOOKUPS:
            raise _Ended("permerror", TOO_MANY_LOOKUPS)

    def _count_void(self, answer: Answer) -> None:
        if answer.status in {"no_data", "no_domain"}:
            self._voids += 1
            if self._voids > MAX_VOID_LOOKUPS:
                raise _Ended("permerror", "more than 2 void look-ups")


@lru_cache(maxsize=1024)
def _number(address: str) -> int:
    """Read an address of an answer; what is none equals no client's, whatever the prefix."""
    try:
        return int(ipaddress.ip_address(address))
    except ValueError:
        return -1
