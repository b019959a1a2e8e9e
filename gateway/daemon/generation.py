"""Generation: everything a verdict rests on besides the message, loaded together and swapped together.

A generation is plain data, so the reader process receives exactly what the checker approved, and both
sides build the same `Judge` from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from gateway.edge.readers.slate import Casualty  # noqa: TC001 - msgspec resolves annotations at run time
from gateway.edge.registry.files import load_dump
from gateway.judge.decide import decide, judge_scene
from gateway.judge.describe import describe
from gateway.judge.evaluate import evaluate_recipient
from gateway.judge.rules import compile_packs
from gateway.read.budget import Budget  # noqa: TC001 - msgspec resolves annotations at run time
from gateway.values.envelope import Envelope  # noqa: TC001 - msgspec resolves annotations at run time
from gateway.values.identity import IdentitySettings, Known
from gateway.values.pack import Pack, PostureTable, Rule  # noqa: TC001 - msgspec resolves annotations at run time
from gateway.values.trust import TrustSnapshot  # noqa: TC001 - msgspec resolves annotations at run time
from gateway.values.waiver import Waiver  # noqa: TC001 - msgspec resolves annotations at run time
from gateway.values.zone import instant

if TYPE_CHECKING:
    import datetime as dt

    from gateway.judge.decide import Judged
    from gateway.values.envelope import Client
    from gateway.values.facts import MessageFacts
    from gateway.values.verdict import Verdict


class Generation(msgspec.Struct, frozen=True):
    """Plain data of one generation; round-trips through msgpack."""

    number: int
    """Counts from 1 at start; every successful reload adds one."""
    host: str
    packs: tuple[Pack, ...]
    posture: PostureTable
    registry_dump: bytes
    trust: TrustSnapshot
    budget: Budget
    cache_entries: int
    help_base: str
    waivers: tuple[Waiver, ...] = ()
    identity: IdentitySettings = IdentitySettings()
    keeps_ledger: bool = False
    """Workers tell what the ledger keeps of a message."""

    @property
    def rules(self) -> dict[str, Rule]:
        """Every rule by its id."""
        return {rule.id: rule for pack in self.packs for rule in pack.rules}


class Order(msgspec.Struct, frozen=True):
    """What the asyncio process asks of a worker for one message; the message itself comes as a memory file."""

    envelope: Envelope
    known: Known = Known()
    left_out: tuple[Casualty, ...] = ()
    """Files that broke a reader before: their facts are that they did, and nothing else."""
    is_unread: bool = False
    """The content has broken two workers: judge it as unreadable, by its header section alone."""


class Judge:
    """Packs, posture and registry of one generation, compiled and ready. Pure once built."""

    def __init__(self, generation: Generation) -> None:
        """Compile the packs and open the registry.

        Raises:
            Misconfigured: a rule does not compile, with every problem found.
        """
        self.registry = load_dump(generation.registry_dump)
        self.compiled = compile_packs(generation.packs, generation.waivers)
        self.posture = generation.posture

    def judge(self, envelope: Envelope, facts: MessageFacts) -> Verdict:
        """Answer the whole message."""
        return self.judge_whole(envelope, facts).verdict

    def judge_whole(self, envelope: Envelope, facts: MessageFacts) -> Judged:
        """Answer it, and give what the rules were asked about."""
        scene = describe(envelope, facts, self.registry, instant(envelope.received_at_us))
        return judge_scene(self.compiled, scene, facts, self.posture)

    def judge_recipient(self, client: Client, reverse_path: str, forward_path: str, at: dt.datetime) -> Verdict:
        """Answer what the envelope alone decides, at RCPT time."""
        findings = evaluate_recipient(
            self.compiled, client, reverse_path, forward_path, self.registry, at, self.posture
        )
        return decide(findings)
