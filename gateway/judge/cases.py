"""Cases: the evidence a pack carries. Each is a mail and the verdict it must get.

`cases/<name>.eml` is the mail; `cases/<name>.verdict.json` gives envelope, instant, registry excerpt and what
is expected. `facts` may stand in place of reading the mail (signatures need no PKI then), `authentication` in place of
asking DNS. A rule without a case it hits and a case it misses by name is a problem.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec resolves annotations at run time
from typing import TYPE_CHECKING

import msgspec

from gateway.judge.decide import judge
from gateway.judge.domains import DomainList, parents
from gateway.values.envelope import Client, Envelope
from gateway.values.facts import MessageFacts  # noqa: TC001 - as above
from gateway.values.faults import ConfigProblem, Misconfigured
from gateway.values.identity import Authentication  # noqa: TC001 - as above
from gateway.values.pack import OWN_POSTURE, Pack, PostureTable
from gateway.values.registry import Agency, DomainEntry, MailboxEntry, name_key
from gateway.values.verdict import Disposition, Verdict  # noqa: TC001 - as above
from gateway.values.working_days import LAWFUL_DAYS, WorkingDays

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gateway.judge.rules import CompiledPacks

SAMPLE_CLIENT_IP = "192.0.2.1"
"""TEST-NET-1 (RFC 5737): the client of a case that names none."""


class CaseRegistry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Registry excerpt of a case: as it stands on the case's date."""

    agencies: tuple[Agency, ...] = ()
    mailboxes: dict[str, MailboxEntry] = {}
    """Address in lower case to entry."""
    domains: dict[str, DomainEntry] = {}


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What must come out, for the rules of the case's pack."""

    disposition: Disposition
    hits: tuple[str, ...] = ()
    """All rules of the pack with a finding, in any order."""
    misses: tuple[str, ...] = ()
    """Rules this case was written to miss: close, but not it."""
    unknown: tuple[str, ...] = ()
    """Those of `hits` whose answer is unknown."""


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The `.verdict.json` of one case."""

    about: str
    """One sentence: what the mail is."""
    mail_from: str
    rcpt_to: tuple[str, ...]
    at: dt.datetime
    """Instant of the final dot, with a zone."""
    expect: Expected
    client: Client = msgspec.field(default_factory=lambda: Client(SAMPLE_CLIENT_IP))
    registry: CaseRegistry = msgspec.field(default_factory=CaseRegistry)
    facts: MessageFacts | None = None
    """In place of what the reader would see; None reads the mail."""
    authentication: Authentication | None = None
    """What DNS and signatures say of the sender; None: nobody looked."""
    posture: PostureTable = OWN_POSTURE

    @property
    def envelope(self) -> Envelope:
        """Who sends to whom, and when."""
        return Envelope(
            client=self.client,
            reverse_path=self.mail_from,
            forward_paths=self.rcpt_to,
            received_at_us=int(self.at.timestamp() * 1_000_000),
            transaction_id="case0000",
        )


class ExcerptRegistry:
    """A registry of one case: the excerpt over the layered domain list. Dates are the case's own."""

    def __init__(self, excerpt: CaseRegistry, domains: DomainList) -> None:
        """Index the excerpt; it holds what stands on the case's date."""
        self._excerpt, self._domains = excerpt, domains
        self._agencies = {agency.id: agency for agency in excerpt.agencies}
        listed = {name for name, entry in excerpt.domains.items() if entry.kind == "official"}
        self._protected = domains.official_suffixes() | listed
        names = [(name, one.id) for one in excerpt.agencies for name in (one.name, *one.names)]
        self._names = {name_key(name): owner for name, owner in names if len(name_key(name)) >= 3}

    def find_mailbox(self, address: str, _on: dt.date, /) -> MailboxEntry | None:
        """Find an address of the excerpt."""
        return self._excerpt.mailboxes.get(address)

    def find_domain(self, domain: str, _on: dt.date, /) -> DomainEntry:
        """Find the closest domain of the excerpt, else its kind by the lists."""
        for name in parents(domain):
            if name in self._excerpt.domains:
                return self._excerpt.domains[name]
        return DomainEntry(self._domains.kind(domain), is_allowed=self._domains.find_layer(domain) == "allow")

    def agency(self, agency_id: str, _on: dt.date, /) -> Agency | None:
        """Give an agency of the excerpt."""
        return self._agencies.get(agency_id)

    def agency_ids(self) -> tuple[str, ...]:
        """Give the ids of the excerpt."""
        return tuple(sorted(self._agencies))

    def protected_domains(self) -> frozenset[str]:
        """Give official suffixes and the excerpt's official domains."""
        return self._protected

    def protected_names(self, _on: dt.date, /) -> Mapping[str, str]:
        """Give the names of the excerpt's agencies."""
        return self._names

    def working_days(self) -> WorkingDays:
        """Give the law's own days: a case names none."""
        return LAWFUL_DAYS


def parse_case(text: str, file: str) -> Case:
    """Read one `.verdict.json`.

    Raises:
        Misconfigured: with what the decoder says.
    """
    try:
        case = msgspec.json.decode(text.encode(), type=Case)
    except msgspec.MsgspecError as error:
        raise Misconfigured([ConfigProblem(file, 0, "", str(error))]) from error
    if case.at.tzinfo is None:
        raise Misconfigured([ConfigProblem(file, 0, "at", "give the instant with a zone such as +07:00")])
    return case


def run_case(compiled: CompiledPacks, case: Case, facts: MessageFacts, domains: DomainList) -> Verdict:
    """Judge one case by its facts: those it gives itself, else what was read of its mail."""
    if case.authentication is not None:
        facts = msgspec.structs.replace(facts, authentication=case.authentication)
    return judge(compiled, case.envelope, facts, ExcerptRegistry(case.registry, domains), case.at, case.posture)


def differences(case: Case, pack: Pack, verdict: Verdict) -> list[str]:
    """Say in words where a verdict is not what the case expects; empty when it is."""
    findings = [one for one in {*verdict.findings, *verdict.would} if one.pack == pack.id]
    hits, unknown = {one.rule for one in findings}, {one.rule for one in findings if one.is_unknown}
    expect = case.expect
    said = []
    if verdict.disposition is not expect.disposition:
        said.append(f"disposition is {verdict.disposition.value}, expected {expect.disposition.value}")
    said += [f"{rule} did not hit" for rule in sorted(set(expect.hits) - hits)]
    said += [f"{rule} hit" for rule in sorted(hits - set(expect.hits))]
    said += [f"{rule} is known, expected unknown" for rule in sorted(set(expect.unknown) - unknown)]
    said += [f"{rule} is unknown" for rule in sorted(unknown - set(expect.unknown))]
    return said


def coverage_problems(pack: Pack, cases: Sequence[Case]) -> list[ConfigProblem]:
    """Find rules without a hit case or a miss case, and cases that name no rule of the pack."""
    hits = {rule for case in cases for rule in case.expect.hits}
    misses = {rule for case in cases for rule in case.expect.misses}
    ids = {rule.id for rule in pack.rules}
    problems = []
    for rule in pack.rules:
        lacking = [word for word, named in (("hits", hits), ("misses", misses)) if rule.id not in named]
        if lacking:
            message = f"rule {rule.id}: no case names it under {' or '.join(lacking)}"
            problems.append(ConfigProblem(pack.file, rule.line, "cases", message))
    return problems + [
        ConfigProblem(pack.file, 0, "cases", f"a case names {name}, which is no rule of this pack")
        for name in sorted((hits | misses) - ids)
    ]
