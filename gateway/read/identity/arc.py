"""ARC: whether the chain of those who passed a message on holds, and what they say of it (RFC 8617 section 5.2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.read.identity.canonical import MAX_FIELD_OCTETS, MAX_SETS
from gateway.read.identity.dkim import keys_of, not_accepted, verify
from gateway.read.identity.results import parse_results
from gateway.read.identity.signature import Signature, read_seal, read_signature, without_signature
from gateway.values.addresses import is_mail_domain
from gateway.values.identity import Answer, ArcFacts, AwaitedAnswer

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.read.identity.canonical import SignedContent
    from gateway.read.identity.keys import Key
    from gateway.read.identity.results import MethodResult
    from gateway.read.mime.fields import Field
    from gateway.values.identity import DnsAnswers

_INSTANCE = re.compile(rb"[ \t\r\n]*i[ \t\r\n]*=[ \t\r\n]*([0-9]{1,2})[ \t\r\n]*;")
_KINDS: Final = ("arc-authentication-results", "arc-message-signature", "arc-seal")
"""In the order in which a seal signs them (RFC 8617 section 5.1.1)."""
_DOMAIN_OF: Final = {
    "dmarc": ("header.from",),
    "spf": ("smtp.mailfrom", "smtp.mfrom", "smtp.helo"),
    "dkim": ("header.d", "header.i"),
}
"""Methods told of an earlier hop, and the properties that say whose result it is; smtp.mfrom stands in examples of
the drafts and in the field."""
_TOLD: Final = 4
"""Results of one hop that are told. That of dmarc comes first, and only once: two may contradict each other."""


class ArcSet(NamedTuple):
    """The three fields of one instance."""

    results: Field
    message: Signature
    seal: Signature


def check_arc(content: SignedContent, answers: DnsAnswers, at: datetime) -> ArcFacts:
    """Validate the chain of a message at the aware instant `at`.

    The RFC has a key that cannot be asked for now fail the chain for good (section 5.2.1); here that is `temperror`,
    for what is unknown is not false. Bounds that were met are added to `content.overruns`.

    Raises:
        AwaitedAnswer: keys are not at hand; all that are missing are noted.
    """
    if not any(content.section.count(kind) for kind in _KINDS):
        return ArcFacts("none")
    chain = _read_chain(content)
    if isinstance(chain, str):
        return ArcFacts("fail", reason=chain)
    told = ArcFacts("fail", len(chain), tuple(one.seal.domain for one in chain))
    signatures = [chain[-1].message, *(one.seal for one in reversed(chain))]
    fault = _chain_fault(chain) or next((one.fault for one in signatures if one.fault), "")
    if fault:
        return _with(told, reason=fault)
    keys = _look_up(signatures, answers)
    late = False
    for signature, answer in zip(signatures, keys, strict=True):
        if answer.status == "failed":
            late = True
            continue
        reason = _broken(content, signature, answer, chain, at)
        if reason:
            return _with(told, reason=reason)
    if late:
        return _with(told, result="temperror", reason="no answer about a key")
    return _with(told, result="pass", author_results=tuple(_told(content, one.results) for one in chain))


def _with(facts: ArcFacts, result: str = "fail", reason: str = "", author_results: tuple[str, ...] = ()) -> ArcFacts:
    return ArcFacts(result, facts.instances, facts.sealers, author_results, reason)


def _read_chain(content: SignedContent) -> list[ArcSet] | str:
    """Sort the fields into sets, instance 1 first; a text tells why they are no chain."""
    by_kind = [content.section.by_name.get(kind, []) for kind in _KINDS]
    if max(map(len, by_kind)) > MAX_SETS:
        content.overruns.add("arc_sets")
        return f"more than {MAX_SETS} sets"
    fields = [field for of_kind in by_kind for field in of_kind]
    if len(content.bounded(fields, 2 * MAX_FIELD_OCTETS)) < len(fields):
        return "fields are too long"
    results = [(_instance(content, field), field) for field in by_kind[0]]
    messages = [_numbered(read_signature(content, field, is_arc=True)) for field in by_kind[1]]
    seals = [_numbered(read_seal(content, field)) for field in by_kind[2]]
    wanted = list(range(1, max(map(len, by_kind)) + 1))
    if not all(sorted(number for number, _ in of_kind) == wanted for of_kind in (results, messages, seals)):
        return "sets are not whole or not in sequence"
    return [ArcSet(dict(results)[number], dict(messages)[number], dict(seals)[number]) for number in wanted]


def _instance(content: SignedContent, field: Field) -> int:
    """Read the instance of ARC-Authentication-Results, where it comes first; 0 for none."""
    match = _INSTANCE.match(content.value(field))
    return int(match[1]) if match is not None else 0


def _numbered(signature: Signature) -> tuple[int, Signature]:
    number = signature.tags.text("i")
    return (int(number) if number.isascii() and number.isdigit() and len(number) <= 2 else 0), signature


def _chain_fault(chain: list[ArcSet]) -> str:
    """Tell what is wrong with cv= and h= (RFC 8617 section 5.2 steps 2 and 3, section 4.1), empty for nothing."""
    if chain[-1].seal.tags.text("cv") == "fail":
        return "cv=fail"
    for place, one in enumerate(chain):
        if one.seal.tags.text("cv") != ("pass" if place else "none"):
            return "cv= does not go with the sequence"
        if "h" in one.seal.tags.values:
            return "a seal has h="
    return "the message signature covers seals" if "arc-seal" in chain[-1].message.names else ""


def _look_up(signatures: list[Signature], answers: DnsAnswers) -> list[Answer]:
    """Give the answers about all keys.

    Raises:
        AwaitedAnswer: some are not at hand; all of those are noted.
    """
    found = []
    for signature in signatures:
        try:
            found.append(answers.look_up(signature.key_name, "TXT"))
        except AwaitedAnswer:
            continue
    if len(found) < len(signatures):
        raise AwaitedAnswer
    return found


def _broken(content: SignedContent, signature: Signature, answer: Answer, chain: list[ArcSet], at: datetime) -> str:
    """Tell why a signature of the chain does not hold with any of its keys, empty when it does."""
    reason = "no key is published"
    for key in keys_of(content, signature, answer):
        if signature is chain[-1].message:
            result, reason = verify(content, signature, key)
            reason = reason if result != "pass" else not_accepted(content, signature, key, at)
        else:
            reason = _broken_seal(content, signature, key, chain)
        if not reason:
            return ""
    return reason


def _broken_seal(content: SignedContent, seal: Signature, key: Key, chain: list[ArcSet]) -> str:
    """Tell why a seal does not hold: it signs all sets up to its own, relaxed (RFC 8617 section 5.1.1)."""
    if key.fault or key.is_short:
        return key.fault or f"key of {key.bits} bits"
    parts: list[bytes] = []
    for one in chain:
        parts += (content.field(one.results, "relaxed"), content.field(one.message.field, "relaxed"))
        if one.seal is seal:
            break
        parts.append(content.field(one.seal.field, "relaxed"))
    parts.append(without_signature(content, seal.field, seal.tags, "relaxed"))
    return "" if key.verifies(seal.octets, b"".join(parts)) else "a seal or what it covers was changed"


def _told(content: SignedContent, field: Field) -> str:
    """Tell what one hop says of the mail as it came there; empty when that cannot be read."""
    value = content.value(field)
    found = parse_results(value[value.index(b";") + 1 :])
    results = found.results if found is not None else ()
    texts = [_result_text(one) for method in _DOMAIN_OF for one in results if one.method == method]
    if sum(one.method == "dmarc" for one in results) > 1:
        return ""
    return " ".join(texts[:_TOLD])


def _result_text(result: MethodResult) -> str:
    """Write a result with the domain it is about, as `dmarc=pass header.from=so-a.example`."""
    for name in _DOMAIN_OF[result.method]:
        domain = result.properties.get(name, "").rpartition("@")[2].lower()
        if is_mail_domain(domain):
            return f"{result.method}={result.result} {name}={domain}"
    return f"{result.method}={result.result}"
