"""DKIM: which signatures of a message hold, by RFC 6376, RFC 8301 and RFC 8463, in the words of RFC 8601."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Final

from msgspec import structs

from gateway.read.identity.canonical import MAX_FIELD_OCTETS, MAX_SIGNATURES
from gateway.read.identity.keys import TOO_LONG, read_keys
from gateway.read.identity.signature import NO_SHA1, read_signature, signed_header
from gateway.values.identity import Answer, AwaitedAnswer, DkimFacts

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.read.identity.canonical import SignedContent
    from gateway.read.identity.keys import Key
    from gateway.read.identity.signature import Signature
    from gateway.values.identity import DnsAnswers

_SINGLE: Final = ("from", "to", "cc", "subject", "date", "reply-to")
"""Fields that readers show and RFC 5322 allows once: one more of them below the signature deceives (RFC 6376
section 8.15)."""
_DRIFT_S: Final = 300
"""Clocks of senders are so much off (OpenDKIM ClockDrift)."""
_MARK_LETTERS, _MARK_OCTETS = 8, 48
"""Letters of b= by which results name a signature (RFC 6008 section 4), and octets that are looked at for them."""


def check_dkim(content: SignedContent, answers: DnsAnswers, at: datetime) -> tuple[DkimFacts, ...]:
    """Verify the signatures of a message at the aware instant `at`, at most MAX_SIGNATURES, the top-most first.

    Bounds that were met are added to `content.overruns`. Never raises anything else on any octets.

    Raises:
        AwaitedAnswer: keys are not at hand; all that are missing are noted.
    """
    written = content.section.by_name.get("dkim-signature")
    if written is None:
        return ()
    fields = content.bounded(written, MAX_FIELD_OCTETS)
    if len(fields) > MAX_SIGNATURES:
        content.overruns.add("dkim_signatures")
    signatures = [read_signature(content, field) for field in fields[:MAX_SIGNATURES]]
    found: list[Answer | None] = []
    for signature in signatures:
        try:
            found.append(None if signature.fault else answers.look_up(signature.key_name, "TXT"))
        except AwaitedAnswer:
            continue
    if len(found) < len(signatures):
        raise AwaitedAnswer
    return _marked(signatures, [_judge(content, *pair, at) for pair in zip(signatures, found, strict=True)])


def _marked(signatures: list[Signature], judged: list[DkimFacts]) -> tuple[DkimFacts, ...]:
    """Name each signature by the first letters of its b=."""
    texts = [b64encode(one.octets[:_MARK_OCTETS]).decode("ascii") for one in signatures]
    letters = _MARK_LETTERS
    while letters < max(map(len, texts), default=0) and len({one[:letters] for one in texts}) < len(set(texts)):
        letters += 1
    return tuple(structs.replace(one, signature=text[:letters]) for one, text in zip(judged, texts, strict=True))


def _judge(content: SignedContent, signature: Signature, answer: Answer | None, at: datetime) -> DkimFacts:
    """Tell what one signature is worth, with the answer to its key; None where it was not asked for."""
    if answer is None:
        return _facts(content, signature, "permerror" if signature.fault == NO_SHA1 else "neutral", signature.fault)
    if not content.section.count("from"):
        return _facts(content, signature, "permerror", "message has no From")
    if answer.status == "failed":
        return _facts(content, signature, "temperror", "no answer about the key")
    keys = keys_of(content, signature, answer)
    if not keys:
        return _facts(content, signature, "permerror", "no key is published")
    # The record that holds counts, or what is wrong with the first (RFC 6376 section 6.1.2).
    judged = []
    for key in keys:
        result, reason = verify(content, signature, key)
        if result == "pass":
            reason = not_accepted(content, signature, key, at)
            result = "policy" if reason else "pass"
        judged.append(_facts(content, signature, result, reason, key))
        if result == "pass":
            break
    return min(judged, key=lambda one: _RANK[one.result])


_RANK: Final = {"pass": 0, "policy": 1, "fail": 2, "permerror": 3}
"""Which of the keys of one selector speaks for it."""


def keys_of(content: SignedContent, signature: Signature, answer: Answer) -> list[Key]:
    """Read the keys a signature may be verified with; one that is too long is an overrun."""
    keys = read_keys(answer.records, signature.algorithm)
    if any(key.fault == TOO_LONG for key in keys):
        content.overruns.add("dkim_key_bits")
    return keys


def verify(content: SignedContent, signature: Signature, key: Key) -> tuple[str, str]:
    """Verify a signature without fault with one key: (`pass`, `fail` or `permerror`, why not)."""
    if key.fault:
        return "permerror", key.fault
    if key.is_strict and signature.identity != signature.domain:
        return "permerror", "key is for the domain itself alone"
    length = signature.length
    if length is not None and length > content.body_length(signature.body_method):
        return "fail", "body is shorter than signed"
    if content.body_hash(signature.body_method, length) != signature.body_hash:
        return "fail", "body was changed"
    if not key.verifies(signature.octets, signed_header(content, signature)):
        return "fail", "header or signature was changed"
    return "pass", ""


def not_accepted(content: SignedContent, signature: Signature, key: Key, at: datetime) -> str:
    """Tell why a signature that holds is not accepted, empty when it is."""
    signed, count = signature.names.count, content.section.count
    added = [name for name in _SINGLE if 0 < signed(name) < count(name)]
    is_late = signature.expires_at is not None and at.timestamp() > signature.expires_at + _DRIFT_S
    checks = (
        (key.is_short, f"key of {key.bits} bits"),
        (not signed("from"), "From is not signed"),
        # RFC 6376 section 5.4.1, the core of a message: what readers and rules go by could be anybody's
        (bool(count("subject")) and not signed("subject"), "Subject is not signed"),
        (bool(added), f"a further {''.join(added[:1]).title()} is not signed"),
        (unsigned_octets(content, signature) > 0, "l= leaves octets of the body unsigned"),
        (is_late, "signature has expired"),
    )
    return next((reason for is_so, reason in checks if is_so), "")


def unsigned_octets(content: SignedContent, signature: Signature) -> int:
    """Count the octets of the canonical body behind l=."""
    if signature.length is None:
        return 0
    return max(0, content.body_length(signature.body_method) - signature.length)


def _facts(content: SignedContent, signature: Signature, result: str, reason: str, key: Key | None = None) -> DkimFacts:
    signed, count = signature.names.count, content.section.count
    return DkimFacts(
        result=result,
        domain=signature.domain,
        selector=signature.selector,
        algorithm=signature.algorithm,
        key_bits=key.bits if key is not None else 0,
        reason=reason,
        is_testing=key is not None and key.is_testing,
        is_strict=key is not None and key.is_strict,
        is_oversigned=all(signed(name) > count(name) for name in _SINGLE),
        unsigned_octets=unsigned_octets(content, signature) if not signature.fault else 0,
    )
