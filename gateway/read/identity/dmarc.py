"""DMARC (RFC 9989): do SPF or DKIM vouch for the author's domain, and what does its owner ask when they do not?

Departures, both towards less being believed: known public suffixes and single labels are organisations of nobody but
themselves, whatever record stands there (`domains.PUBLIC_SUFFIXES`); of the domains that DKIM vouches for, five that
differ from the author's are walked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from gateway.read.identity.dmarc_tree import Walker
from gateway.read.identity.domains import (
    author_name,
    common_ancestor,
    is_askable,
    is_suffix,
    lies_within,
)
from gateway.values.addresses import is_mail_domain
from gateway.values.identity import AwaitedAnswer, DmarcFacts

if TYPE_CHECKING:
    from gateway.read.identity.dmarc_record import PolicyRecord, Preference
    from gateway.read.identity.dmarc_tree import Tree
    from gateway.values.identity import DkimFacts, DnsAnswers, SpfFacts

MAX_WALKS: Final = 5
"""Domains beside the author's that are walked; mail has one or two. With the author's: 48 questions at most."""

_Check = tuple[Literal["spf", "dkim"], "SpfFacts | DkimFacts"]
_MILDER: Final[dict[str, Preference]] = {"reject": "quarantine", "quarantine": "none", "none": "none"}
_SEVERITY: Final = ("none", "quarantine", "reject")


def check_dmarc(
    author_domain: str, spf: SpfFacts | None, dkim: tuple[DkimFacts, ...], answers: DnsAnswers
) -> DmarcFacts:
    """Evaluate DMARC for the domain of the one author.

    Args:
        author_domain: of From, as A-labels; empty when there is not one author.
        spf: of the reverse-path, or of EHLO where that is null (RFC 9989 section 4.4.2); None: not checked.
        dkim: of every signature.
        answers: asked for all names that may matter; what is not at hand is noted there.

    Raises:
        AwaitedAnswer: an answer is needed that is not at hand.
    """
    domain = author_name(author_domain)
    if not domain:
        return DmarcFacts("none", reason="no author domain")
    walker = Walker(answers)
    tree = walker.walk(domain)
    # Before the policy is known: what both walks lack is asked for in one go.
    author = _Author(domain, tree, walker)
    checks = _worthwhile(domain, spf, dkim)
    author.walk_identifiers(checks)
    if walker.is_awaiting:
        raise AwaitedAnswer
    source, record = _applicable(domain, tree)
    policy, doubt = _policy(domain, source, record, walker)
    if walker.is_awaiting:
        raise AwaitedAnswer
    aligned, may_align = author.aligned(checks, record)
    result, reason = "fail", "nothing aligned"
    if record is None and not tree.is_whole:
        result, reason = "temperror", "no answer for a policy"
    elif record is None or not record.p:
        result, reason = "none", "no policy published" if record is None else "no preference in the policy record"
    elif aligned:
        result, reason = "pass", ""
    elif may_align:
        result, reason = "temperror", "an aligned check had no answer"
    return DmarcFacts(
        result,
        _shown(domain),
        _shown(tree.organisation),
        policy,
        published_at=source if policy else "",
        is_testing=bool(policy and record is not None and record.is_testing),
        aligned=aligned,
        reason=reason or doubt,
    )


def _shown(domain: str) -> str:
    """Leave out a name that is none, which goes to logs and fields."""
    return domain if domain.isascii() and domain.isprintable() else ""


def _worthwhile(domain: str, spf: SpfFacts | None, dkim: tuple[DkimFacts, ...]) -> list[_Check]:
    """Choose the checks that vouch, or may yet, for a domain that can be of the author's organisation."""
    checks: list[_Check] = [("spf", spf)] if spf is not None else []
    checks += [("dkim", facts) for facts in dkim]
    return [
        (method, facts)
        for method, facts in checks
        if facts.result in {"pass", "temperror"} and (facts.domain == domain or _may_be_related(facts.domain, domain))
    ]


def _may_be_related(one: str, other: str) -> bool:
    """Tell without asking whether one organisation can hold both: they meet below a public suffix."""
    return is_mail_domain(one) and not is_suffix(common_ancestor(one, other))


class _Author:
    """The author's domain, and which others are of the same organisation."""

    def __init__(self, domain: str, tree: Tree, walker: Walker) -> None:
        self._domain, self._tree, self._walker = domain, tree, walker
        self._organisations: dict[str, str] = {domain: tree.organisation}

    def walk_identifiers(self, checks: list[_Check]) -> None:
        """Walk up from the domains that passed, where that may lead to the author's organisation."""
        organisation = "" if self._walker.is_awaiting else self._tree.organisation
        for _, facts in checks:
            if facts.result != "pass" or facts.domain in self._organisations:
                continue
            if organisation and not lies_within(facts.domain, organisation):
                continue
            if len(self._organisations) <= MAX_WALKS:
                self._organisations[facts.domain] = self._walker.walk(facts.domain).organisation

    def aligned(self, checks: list[_Check], record: PolicyRecord | None) -> tuple[tuple[str, ...], bool]:
        """Tell which methods are aligned, and whether one may turn out to be once DNS answers."""
        found: dict[str, None] = {}
        may_align = False
        strict = {
            "spf": record is not None and record.is_strict_spf,
            "dkim": record is not None and record.is_strict_dkim,
        }
        for method, facts in checks:
            is_aligned = self._is_aligned(facts.domain, is_strict=strict[method])
            if is_aligned and facts.result == "pass":
                found[method] = None
            elif is_aligned is not False:
                may_align = True
        return tuple(found), may_align

    def _is_aligned(self, domain: str, *, is_strict: bool) -> bool | None:
        """Compare with the author's domain (RFC 9989 section 4.4); None: nobody can tell for now."""
        if domain == self._domain:
            return True
        if is_strict:
            return False
        if not self._tree.organisation:
            return None
        if not lies_within(domain, self._tree.organisation):
            return False
        organisation = self._organisations.get(domain, "")
        return organisation == self._tree.organisation if organisation else None


def _applicable(domain: str, tree: Tree) -> tuple[str, PolicyRecord | None]:
    """Choose the record that applies and its domain: author, organisation, public suffix (RFC 9989 section 4.10.1)."""
    for name in (domain, tree.organisation, tree.top):
        record = tree.records.get(name)
        if record is not None:
            return name, record
    return "", None


def _policy(domain: str, source: str, record: PolicyRecord | None, walker: Walker) -> tuple[str, str]:
    """Read what a record asks for mail of a domain, and say where that is in doubt (RFC 9989 sections 4.7, 4.10.1)."""
    if record is None or not record.p:
        return "", ""
    wanted: Preference = record.p
    doubt = ""
    if source != domain:
        wanted = record.sp or record.p
        if record.np and record.np != wanted:
            # Appendix A.4: a name exists when DNS does not deny it, whatever records it has.
            answer = walker.ask_txt(domain)
            if answer.status == "no_domain" or not is_askable(domain):
                wanted = record.np
            elif answer.status == "failed":
                wanted, doubt = min(wanted, record.np, key=_SEVERITY.index), "no answer whether the domain exists"
    return _MILDER[wanted] if record.is_testing else wanted, doubt
