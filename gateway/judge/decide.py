"""Decide: findings to a verdict. A plain maximum: REJECT > DEFER > TAG > RELAY.

The law of unknowns is already in the findings: a rejecting rule whose answer is unknown asks for DEFER, so
only rules about known facts can reject, and a rejection stands whatever is still unknown (ADR 0003).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from gateway.judge.describe import UNREGISTERED, describe
from gateway.judge.evaluate import findings_of, redact
from gateway.values.verdict import Disposition, Verdict

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from gateway.judge.describe import Scene
    from gateway.judge.rules import CompiledPacks
    from gateway.values.envelope import Envelope
    from gateway.values.facts import MessageFacts
    from gateway.values.pack import PostureTable
    from gateway.values.registry import Registry
    from gateway.values.verdict import Finding


def decide(findings: Sequence[Finding], agency: str = UNREGISTERED, direction: str = "inbound") -> Verdict:
    """Fold the findings of one transaction into its verdict; none at all relays.

    Args:
        findings: as `evaluate` gives them, gravest first.
        agency: registry id of the sender's agency, or `other`.
        direction: `inbound`, `outbound` or `internal`.

    Cites: RFC 5321 section 4.2.1 (4yz against 5yz).
    """
    is_secret = any(finding.is_secret for finding in findings)
    shown = redact(findings) if is_secret else tuple(findings)
    strictest_first = sorted(shown, key=lambda finding: -finding.disposition.strictness)
    standing = tuple(finding for finding in strictest_first if finding.disposition is not Disposition.RELAY)
    return Verdict(
        disposition=standing[0].disposition if standing else Disposition.RELAY,
        findings=standing,
        would=tuple(finding for finding in shown if finding.disposition is not finding.effect and not finding.waived),
        waived=tuple(finding for finding in shown if finding.waived),
        deciding=standing[0] if standing else None,
        agency=agency,
        direction=direction,
        is_secret=is_secret,
    )


class Judged(NamedTuple):
    """A verdict, and what it was asked about."""

    verdict: Verdict
    scene: Scene


def judge(  # noqa: PLR0913, PLR0917 - the inputs of `evaluate`
    compiled: CompiledPacks,
    envelope: Envelope,
    facts: MessageFacts,
    registry: Registry,
    at: dt.datetime,
    posture: PostureTable,
) -> Verdict:
    """Evaluate and decide in one go, with agency and direction from the registry; see `evaluate`."""
    return judge_scene(compiled, describe(envelope, facts, registry, at), facts, posture).verdict


def judge_scene(compiled: CompiledPacks, scene: Scene, facts: MessageFacts, posture: PostureTable) -> Judged:
    """Evaluate and decide about a scene already described, of these facts."""
    findings = findings_of(compiled, scene, posture, facts)
    verdict = decide(findings, scene.agency, scene.direction)
    is_secret = verdict.is_secret or facts.secrecy.value != "none"
    return Judged(msgspec.structs.replace(verdict, is_secret=is_secret, identity=scene.identity), scene)
