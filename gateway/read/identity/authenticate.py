"""Authenticate: all that is known about who sent one message, from its octets and the answers of DNS at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.read.identity.arc import check_arc
from gateway.read.identity.canonical import SignedContent
from gateway.read.identity.dkim import check_dkim
from gateway.read.identity.dmarc import check_dmarc
from gateway.read.identity.spf import TOO_MANY_LOOKUPS
from gateway.read.identity.upstream import believed
from gateway.values.identity import (
    NOBODY_LOOKED,
    ArcFacts,
    AtHandAlone,
    Authentication,
    AwaitedAnswer,
    DmarcFacts,
    DnsAnswers,
)

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.read.mime.fields import Section
    from gateway.values.envelope import Client
    from gateway.values.facts import HeaderFacts
    from gateway.values.identity import DkimFacts, IdentitySettings, Known, SpfFacts

_OPEN: Final = "no answer yet"


class Inquiry(NamedTuple):
    """Whether and how to find out who sent a message."""

    settings: IdentitySettings
    spf: SpfFacts | None
    """Worked out before; None where it was not looked at."""
    answers: DnsAnswers
    """At hand; what else is needed is noted there, for another reading."""
    is_trusted: bool
    """A server of our own networks brought the message."""
    overruns: tuple[str, ...] = ()
    """Bounds that were met before it was read."""

    @classmethod
    def of(cls, settings: IdentitySettings, known: Known, client: Client) -> Inquiry:
        """Make the inquiry into one message from what is known before it is read."""
        too_many = known.spf is not None and known.spf.reason == TOO_MANY_LOOKUPS
        overruns = (*known.overruns, "spf_lookups") if too_many else known.overruns
        return cls(settings, known.spf, DnsAnswers(known.answers), client.is_trusted, overruns)


def authenticate(
    octets: bytes, section: Section, header: HeaderFacts, inquiry: Inquiry | None, at: datetime
) -> Authentication:
    """Tell what vouches for the author of a message with this top header section. Never raises on any octets.

    What rests on an answer that is not at hand is `temperror`, and the question is noted. Without an inquiry nobody
    looks.
    """
    if inquiry is None or inquiry.settings.mode == "off":
        return NOBODY_LOOKED
    if inquiry.settings.mode == "upstream":
        names = inquiry.settings.upstream if inquiry.is_trusted else ()
        return believed(section, header.sole_domain, names)
    content = SignedContent(octets, section)
    dkim = _signatures(content, inquiry.answers, at)
    arc = _chain(content, inquiry.answers, at)
    dmarc = _policy(header.sole_domain, inquiry.spf, dkim, inquiry.answers)
    return Authentication(
        spf=inquiry.spf,
        dkim=dkim,
        dmarc=dmarc,
        arc=arc,
        overruns=tuple(sorted(content.overruns.union(inquiry.overruns))),
        vouched_by=vouching_sealer(arc, header.sole_domain, inquiry.settings.arc_sealers),
        source="check",
    )


def _signatures(content: SignedContent, answers: DnsAnswers, at: datetime) -> tuple[DkimFacts, ...]:
    try:
        return check_dkim(content, answers, at)
    except AwaitedAnswer:
        # no signature at all would let DMARC fail, where nobody knows yet
        return check_dkim(content, AtHandAlone(answers), at)


def _chain(content: SignedContent, answers: DnsAnswers, at: datetime) -> ArcFacts:
    try:
        return check_arc(content, answers, at)
    except AwaitedAnswer:
        return ArcFacts("temperror", reason=_OPEN)


def _policy(author: str, spf: SpfFacts | None, dkim: tuple[DkimFacts, ...], answers: DnsAnswers) -> DmarcFacts:
    try:
        return check_dmarc(author, spf, dkim, answers)
    except AwaitedAnswer:
        return DmarcFacts("temperror", domain=author, reason=_OPEN)


def vouching_sealer(arc: ArcFacts, author: str, named: tuple[str, ...]) -> str:
    """Give the named sealer who told that the author was verified when the message came to it; empty when none did.

    Seals are followed from the newest down as long as their sealers are named: what lies below a stranger's seal may
    be the stranger's words (RFC 8617 section 7.2).
    """
    if arc.result != "pass" or not author:
        return ""
    for sealer, told in zip(reversed(arc.sealers), reversed(arc.author_results), strict=False):
        if sealer not in named:
            break
        words = told.split()
        if "dmarc=pass" in words and f"header.from={author}" in words:
            return sealer
    return ""
