"""Evaluate: packs and a scene to findings. Every rule that binds is asked about every subject of its scope.

A subject is the message, one part or one recipient. Only facts some rule asks are bound, and only where the same
facts have not been asked about before. A finding says what its rule hit, or that its answer is unknown for now; what
follows is for `decide`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from gateway.judge.binding import is_pack_bound, posture_for
from gateway.judge.describe import describe, describe_recipient
from gateway.judge.memory import key_of
from gateway.judge.rules import NOTHING_ASKED
from gateway.judge.waiving import find_waiver
from gateway.values.facts import Secrecy
from gateway.values.pack import RuleScope
from gateway.values.showing import plain
from gateway.values.verdict import Disposition, Finding, Posture

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from gateway.judge.describe import Scene
    from gateway.judge.memory import Answers, Key
    from gateway.judge.rules import Asked, CompiledPacks, Group
    from gateway.values.envelope import Client, Envelope
    from gateway.values.facts import MessageFacts
    from gateway.values.pack import Pack, PostureTable, Rule
    from gateway.values.registry import Registry

MAX_FINDINGS_PER_RULE = 16
"""A rule that hits 1,000 parts says nothing more after the first few; the strictest are kept."""
MAX_EVIDENCE_CHARACTERS = 400
MAX_FILE_NAME_CHARACTERS = 160
WITH_MESSAGE = (RuleScope.MESSAGE, RuleScope.PART, RuleScope.RECIPIENT)
"""Kinds of subject once the message is known; rules about the envelope are asked with the recipients."""


class Subject(NamedTuple):
    """What one evaluation looks at."""

    label: str
    """`message`, `part <path>` or `recipient <forward-path>`."""
    views: dict[str, Any]
    """Prefix to view."""
    key: Key
    recipient: int = 0
    """Index of the forward-path, in the scopes that have one."""
    recipient_address: str = ""
    file_name: str = ""
    part: str = ""
    """Path of the part, in the scope that has one."""


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
    return findings_of(compiled, describe(envelope, facts, registry, at), posture, facts)


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
    compiled: CompiledPacks, scene: Scene, posture: PostureTable, facts: MessageFacts
) -> tuple[Finding, ...]:
    """Judge a scene already described; `facts` are those it was made from."""
    findings = _collect(compiled, scene, posture, WITH_MESSAGE, facts)
    return redact(findings) if _is_secret(facts) else findings


def _is_secret(facts: MessageFacts | None) -> bool:
    return facts is not None and facts.secrecy is not Secrecy.NONE


def redact(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Take away whatever findings quote of a message that must leave no trace."""
    return tuple(msgspec.structs.replace(finding, evidence=(), file_name="") for finding in findings)


def _collect(
    compiled: CompiledPacks,
    scene: Scene,
    posture: PostureTable,
    scopes: Sequence[RuleScope],
    facts: MessageFacts | None = None,
) -> tuple[Finding, ...]:
    is_secret = _is_secret(facts)
    found: list[tuple[int, Finding]] = []
    counts: dict[str, int] = {}
    bound = frozenset(pack.id for pack in compiled.packs if is_pack_bound(pack, scene))
    for scope in scopes:
        group = compiled.groups.get(scope)
        if group is None:
            continue
        asked = compiled.asked[scope]
        for subject in _subjects(asked, scope, scene):
            answers = _answers(group, asked, subject, is_kept=not is_secret)
            values = _values(asked, subject) if answers else {}
            for index, is_unknown in answers:
                pack, rule = group.rules[index]
                hardness = posture_for(rule, pack, scene, subject.recipient, posture)
                if pack.id in bound and hardness is not Posture.OFF:
                    counts[rule.id] = counts.get(rule.id, 0) + 1
                    finding = _finding(rule, pack, subject, values, hardness, is_unknown=is_unknown)
                    waivers = () if is_unknown else compiled.waivers.get(rule.id, ())
                    if waivers and (waiver := find_waiver(waivers, scene, facts, subject.part)):
                        finding = msgspec.structs.replace(finding, disposition=Disposition.RELAY, waived=waiver)
                    found.append((rule.severity, finding))
    found.sort(key=lambda one: -one[0])
    findings = [finding for _, finding in found]
    return tuple(_trim(findings) if max(counts.values(), default=0) > MAX_FINDINGS_PER_RULE else findings)


def _answers(group: Group, asked: dict[str, Asked], subject: Subject, *, is_kept: bool) -> Answers:
    """Tell which rules hit or are unknown, whomever they bind; `is_kept`: the answer may be remembered."""
    answers = group.memory.recall(subject.key)
    if answers is None:
        values = _values(asked, subject)
        answers = tuple(_ask(group, subject, values))
        if is_kept:
            group.memory.keep(subject.key, answers)
    return answers


def _values(asked: dict[str, Asked], subject: Subject) -> dict[str, Any]:
    """Give full fact name to value; unknown facts are absent."""
    return {
        name: value
        for prefix, view in subject.views.items()
        if (facts := asked.get(prefix)) is not None
        for name, value in zip(facts.names, facts.values_of(view), strict=True)
        if value is not None
    }


def _ask(group: Group, subject: Subject, values: dict[str, Any]) -> Iterator[tuple[int, bool]]:
    """Put the facts to CEL.

    Raises:
        RuntimeError: an expression failed although every fact is known: a bug, never a verdict.
    """
    try:
        together = group.together.eval(data=values)
    except RuntimeError:
        clean = _as_unicode(values)
        if clean == values:
            raise
        yield from _ask(group, subject, clean)
        return
    if together.type().name() != "ERROR":
        yield from ((index, False) for index, is_hit in enumerate(together.plain_value()) if is_hit)
        return
    if None not in subject.key:
        raise RuntimeError(f"a rule failed on known facts of a {subject.label.partition(' ')[0]}")
    activation = group.environment.Activation(values)
    for index, expression in enumerate(group.expressions):
        answer = expression.eval(activation)
        is_unknown = answer.type().name() == "ERROR"
        if is_unknown or answer.value():
            yield index, is_unknown


def _as_unicode(values: dict[str, Any]) -> dict[str, Any]:
    """Replace lone surrogates, which CEL cannot hold: rare, so done only after it refused them."""

    def mend(value: object) -> object:
        if isinstance(value, list):
            return [mend(item) for item in value]
        return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value

    return {name: mend(value) for name, value in values.items()}


def _subjects(asked: dict[str, Asked], scope: RuleScope, scene: Scene) -> Iterator[Subject]:
    views = {prefix: view for prefix in asked if (view := getattr(scene, prefix, None)) is not None}
    common: list[Any] = []
    for prefix, view in views.items():
        common += asked[prefix].deciding_of(view)
    if scope is RuleScope.MESSAGE:
        yield Subject("message", views, key_of(common))
    elif scope is RuleScope.PART:
        deciding_of = asked.get("part", NOTHING_ASKED).deciding_of
        for part in scene.parts:
            key = key_of([*common, *deciding_of(part)])
            name = part.name[:MAX_FILE_NAME_CHARACTERS]
            yield Subject(f"part {part.path}", views | {"part": part}, key, file_name=name, part=part.path)
    else:
        deciding_of = asked.get("recipient", NOTHING_ASKED).deciding_of
        for index, recipient in enumerate(scene.recipients):
            address = recipient.address
            key = key_of([*common, *deciding_of(recipient)])
            yield Subject(f"recipient {address}", views | {"recipient": recipient}, key, index, address)


def _finding(  # noqa: PLR0913 - whose answer it is, about what, and how it counts
    rule: Rule, pack: Pack, subject: Subject, values: dict[str, Any], posture: Posture, *, is_unknown: bool
) -> Finding:
    effect = Disposition.DEFER if is_unknown and rule.effect is Disposition.REJECT else rule.effect
    return Finding(
        rule=rule.id,
        pack=pack.id,
        pack_version=pack.version,
        effect=effect,
        posture=posture,
        disposition=_softened(effect, posture),
        is_unknown=is_unknown,
        cites=rule.cites,
        subject=subject.label,
        evidence=() if rule.is_secret else tuple(_quote(name, values.get(name)) for name in rule.evidence),
        file_name="" if rule.is_secret else plain(subject.file_name),
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
    return plain(f"{name}={text}"[:MAX_EVIDENCE_CHARACTERS])


def _trim(findings: Sequence[Finding]) -> list[Finding]:
    """Keep the strictest findings of each rule, in their order."""
    kept: dict[str, list[int]] = {}
    for index in sorted(range(len(findings)), key=lambda index: -findings[index].disposition.strictness):
        chosen = kept.setdefault(findings[index].rule, [])
        if len(chosen) < MAX_FINDINGS_PER_RULE:
            chosen.append(index)
    return [findings[index] for index in sorted(index for chosen in kept.values() for index in chosen)]
