"""Upstream: results that a server in front of us wrote into Authentication-Results (RFC 8601), where it is believed.

That server takes out what others wrote under its name (section 5); should it not, forged fields lie below its own, so
of each method the topmost field that speaks of it counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from gateway.read.identity.results import MethodResult, parse_results
from gateway.values.addresses import domain_of
from gateway.values.identity import ArcFacts, Authentication, DkimFacts, DmarcFacts, SpfFacts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.read.mime.fields import Section

_FIELDS: Final = 20
"""Looked at from the top."""
_DOMAIN_LETTERS, _REASON_LETTERS = 255, 80
_POLICIES: Final = ("none", "quarantine", "reject")
_SAME: Final = {"bestguesspass": "none", "hardfail": "fail", "error": "temperror", "unknown": "permerror"}
"""Words of Exchange Online and of older servers."""
_WORDS: Final = frozenset({"none", "neutral", "pass", "fail", "softfail", "policy", "temperror", "permerror"})

_ByMethod: TypeAlias = dict[str, list[MethodResult]]


def believed(section: Section, author: str, authserv_ids: Iterable[str]) -> Authentication:
    """Give what the named servers say of a message with this header section; the section is not changed.

    Args:
        section: the top one.
        author: domain of the one author, empty when there is none: results that are about another say nothing of him.
        authserv_ids: lower case, without a final dot.
    """
    found = _topmost(section, frozenset(authserv_ids))
    spf = next((_spf(one) for one in found.get("spf", ())), None)
    dkim = tuple(map(_dkim, found.get("dkim", ())))
    arc = next((ArcFacts(_word(one)) for one in found.get("arc", ())), None)
    return Authentication(spf, dkim, _dmarc(found, author, spf, dkim), arc, source="upstream")


def _topmost(section: Section, authserv_ids: frozenset[str]) -> _ByMethod:
    found: _ByMethod = {}
    for field in section.by_name.get("authentication-results", ())[:_FIELDS]:
        results = parse_results(section.value(field))
        if results is None or results.authserv_id not in authserv_ids:
            continue
        new = {one.method for one in results.results} - found.keys()
        for one in results.results:
            if one.method in new:
                found.setdefault(one.method, []).append(one)
    return found


def _spf(one: MethodResult) -> SpfFacts:
    if "smtp.mailfrom" in one.properties:
        return SpfFacts(_word(one), _domain(one, "smtp.mailfrom"), "mailfrom", _reason(one))
    return SpfFacts(_word(one), _domain(one, "smtp.helo"), "helo", _reason(one))


def _dkim(one: MethodResult) -> DkimFacts:
    domain = _domain(one, "header.d") or _domain(one, "header.i")
    return DkimFacts(_word(one), domain, one.properties.get("header.s", "")[:_DOMAIN_LETTERS], reason=_reason(one))


def _dmarc(found: _ByMethod, author: str, spf: SpfFacts | None, dkim: tuple[DkimFacts, ...]) -> DmarcFacts | None:
    """Give DMARC of the author's domain; where that server does not evaluate it, only what names the very domain."""
    passing = {"spf": spf is not None and spf.result == "pass" and spf.domain == author}
    passing["dkim"] = any(one.result == "pass" and one.domain == author for one in dkim)
    aligned = tuple(method for method, is_passing in passing.items() if is_passing)
    for one in found.get("dmarc", ()):
        if not author or _domain(one, "header.from") != author:
            continue
        word = _word(one)
        policy = one.properties.get("policy.published-domain-policy", "").lower()
        return DmarcFacts(
            word,
            author,
            policy=policy if policy in _POLICIES else "",
            aligned=aligned if word in {"pass", "none"} else (),
            reason=_reason(one),
        )
    return DmarcFacts("none", author, aligned=aligned) if author and aligned else None


def _word(one: MethodResult) -> str:
    word = _SAME.get(one.result, one.result)
    return word if word in _WORDS else "neutral"


def _domain(one: MethodResult, name: str) -> str:
    value = one.properties.get(name, "")[: 2 * _DOMAIN_LETTERS].lower().rstrip(".")
    domain = domain_of(value) or value
    return domain if domain.isascii() and domain.isprintable() and len(domain) <= _DOMAIN_LETTERS else ""


def _reason(one: MethodResult) -> str:
    return "".join(letter if " " <= letter <= "~" else "?" for letter in one.reason[:_REASON_LETTERS])
