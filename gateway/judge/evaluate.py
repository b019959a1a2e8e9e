"""Evaluate: packs and a scene to findings. Every rule that binds is asked about every subject of its scope.

A subject is the message, one part or one recipient. Only facts some rule asks are bound, once a subject. A
finding says what its rule hit, or that its answer is unknown for now; what follows is for `decide`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from gateway.judge.binding import is_pack_bound, posture_for
from gateway.judge.describe import describe, describe_recipient
from gateway.values.facts import Secrecy
from gateway.values.pack import RuleScope
from gateway.values.verdict import Disposition, Finding, Posture

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from gateway.judge.describe import Scene
    from gateway.judge.rules import CompiledPacks, Group
    from gateway.values.envelope import Client, Envelope
    from gateway.values.facts import MessageFacts
    from gateway.values.pack import PostureTable, Rule
    from gateway.values.registry import Registry

MAX_FINDINGS_PER_RULE = 16
"""A rule that hits 1,000 parts says nothing more after the first few; the strictest are kept."""
MAX_EVIDENCE_CHARACTERS = 120
MAX_FILE_NAME_CHARACTERS = 160


class Subject(NamedTuple):
    """What one evaluation looks at."""

    label: str
    """`message`, `part <path>` or `recipient <forward-path>`."""
    values: dict[str, Any]
    """Full fact name to value; unknown facts are absent."""
    is_all_known: bool
    recipient: int = 0
    """Index of the forward-path, in the scopes that have one."""
    recipient_address: str = ""
    file_name: str = ""


def evaluate(  # noqa: PLR0913, PLR0917 - the six inputs of a judgement, all of them values
    compiled: CompiledPacks,
    envelope: Envelope,
    facts: MessageFacts,
    registry: Registry,
    at: dt.datetime,
    posture: PostureTable,
) -> tuple[Finding, ...]:
    """Judge one message by every pack that binds its sender or a recipient.

    Args:
        compiled: packs in their order.
        envelope: with at least one forward-path.
        facts: what the reader saw.
        registry: agencies and domains.
        at: instant of the final dot, with a zone.
        posture: the operator's postures.

    Returns:
        Findings, gravest rules first, then in the order of packs and rules; of one rule at most
        `MAX_FINDINGS_PER_RULE`. When the message is marked secret no finding quotes anything of it.
    """
    return findings_of(compiled, describe(envelope, facts, registry, at), posture, facts.secrecy)


def evaluate_recipient(  # noqa: PLR0913, PLR0917 - what is known when RCPT is asked
    compiled: CompiledPacks,
    client: Client,
    reverse_path: str,
    forward_path: str,
    registry: Registry,
    at: dt.datetime,
    posture: PostureTable,
) -> tuple[Finding, ...]:
    """Judge one RCPT by the rules of scope `envelope`; paths without brackets, the null one empty."""
    scene = describe_recipient(client, reverse_path, forward_path, registry, at)
    return _collect(compiled, scene, posture, (RuleScope.ENVELOPE,))


def findings_of(
    compiled: CompiledPacks, scene: Scene, posture: PostureTable, secrecy: Secrecy = Secrecy.NONE
) -> tuple[Finding, ...]:
    """Judge a scene already described."""
    findings = _collect(compiled, scene, posture, tuple(RuleScope))
    return findings if secrecy is Secrecy.NONE else redact(findings)


def redact(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Take away whatever findings quote of a message that must leave no trace."""
    return tuple(msgspec.structs.replace(finding, evidence=(), file_name="") for finding in findings)


def _collect(
    compiled: CompiledPacks, scene: Scene, posture: PostureTable, scopes: Sequence[RuleScope]
) -> tuple[Finding, ...]:
    found: list[tuple[int, Finding]] = []
    counts: dict[str, int] = {}
    for scope in scopes:
        groups = [group for group in compiled.groups[scope] if is_pack_bound(group.pack, scene)]
        for subject in _subjects(compiled, scope, scene) if groups else ():
            activation = compiled.environments[scope].Activation(subject.values)
            for group in groups:
                for rule, is_unknown in _answers(group, activation, subject):
                    hardness = posture_for(rule, group.pack, scene, subject.recipient, posture)
                    if hardness is not Posture.OFF:
                        counts[rule.id] = counts.get(rule.id, 0) + 1
                        found.append((rule.severity, _finding(rule, group, subject, hardness, is_unknown=is_unknown)))
    found.sort(key=lambda one: -one[0])
    findings = [finding for _, finding in found]
    return tuple(_trim(findings) if max(counts.values(), default=0) > MAX_FINDINGS_PER_RULE else findings)


def _answers(group: Group, activation: Any, subject: Subject) -> Iterator[tuple[Rule, bool]]:
    """Yield the rules that hit (False) or are unknown (True).

    Raises:
        RuntimeError: an expression failed although every fact is known: a bug, never a verdict.
    """
    together = group.together.eval(activation)
    if together.type().name() != "ERROR":
        yield from ((rule, False) for rule, answer in zip(group.rules, together.value(), strict=True) if answer.value())
        return
    if subject.is_all_known:
        raise RuntimeError(f"pack {group.pack.id}: a rule failed on known facts of {subject.label.partition(' ')[0]}")
    for rule, expression in zip(group.rules, group.expressions, strict=True):
        answer = expression.eval(activation)
        if answer.type().name() == "ERROR":
            yield rule, True
        elif answer.value():
            yield rule, False


def _subjects(compiled: CompiledPacks, scope: RuleScope, scene: Scene) -> Iterator[Subject]:
    names = compiled.names[scope]
    shared: dict[str, Any] = {
        "client": scene.client,
        "reverse": scene.reverse,
        "sender": scene.sender,
        "mail": scene.mail,
        "document": scene.document,
    }
    common = _values(names, shared)
    match scope:
        case RuleScope.MESSAGE:
            yield Subject("message", common, is_all_known=True)
        case RuleScope.PART:
            for part in scene.parts:
                own = _values(names, {"part": part})
                values = common | own
                name = part.name[:MAX_FILE_NAME_CHARACTERS]
                yield Subject(f"part {part.path}", values, is_all_known=len(values) == len(names), file_name=name)
        case RuleScope.ENVELOPE | RuleScope.RECIPIENT:
            for index, recipient in enumerate(scene.recipients):
                values = common | _values(names, {"recipient": recipient})
                yield Subject(f"recipient {recipient.address}", values, True, index, recipient.address)


def _values(names: Sequence[tuple[str, str, str]], views: dict[str, Any]) -> dict[str, Any]:
    """Read the facts rules ask from the views that are given; unknown ones (None) are left out."""
    found = {full: getattr(views[prefix], field) for prefix, field, full in names if prefix in views}
    return {full: value for full, value in found.items() if value is not None}


def _finding(rule: Rule, group: Group, subject: Subject, posture: Posture, *, is_unknown: bool) -> Finding:
    effect = Disposition.DEFER if is_unknown and rule.effect is Disposition.REJECT else rule.effect
    return Finding(
        rule=rule.id,
        pack=group.pack.id,
        pack_version=group.pack.version,
        effect=effect,
        posture=posture,
        disposition=_softened(effect, posture),
        is_unknown=is_unknown,
        cites=rule.cites,
        subject=subject.label,
        evidence=() if rule.is_secret else tuple(_quote(name, subject.values.get(name)) for name in rule.evidence),
        file_name="" if rule.is_secret else subject.file_name,
        recipient=subject.recipient_address,
        tag=rule.tag,
        is_secret=rule.is_secret,
    )


def _softened(effect: Disposition, posture: Posture) -> Disposition:
    """Give what an effect comes to: observed it relays, under `tag` it tags at most."""
    if posture is Posture.OBSERVE:
        return Disposition.RELAY
    return Disposition.TAG if posture is Posture.TAG else effect


def _quote(name: str, value: object) -> str:
    """Write one fact as `name=value` in printable characters, cut to length."""
    text = "unknown" if value is None else ",".join(value) if isinstance(value, list) else str(value)
    shown = f"{name}={text}"[:MAX_EVIDENCE_CHARACTERS]
    return "".join(character if character.isprintable() else "?" for character in shown)


def _trim(findings: Sequence[Finding]) -> list[Finding]:
    """Keep the strictest findings of each rule, in their order."""
    kept: dict[str, list[int]] = {}
    for index in sorted(range(len(findings)), key=lambda index: -findings[index].disposition.strictness):
        chosen = kept.setdefault(findings[index].rule, [])
        if len(chosen) < MAX_FINDINGS_PER_RULE:
            chosen.append(index)
    return [findings[index] for index in sorted(index for chosen in kept.values() for index in chosen)]
