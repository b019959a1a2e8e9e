"""Work of a replay worker: one mail judged under two configurations; runs inside the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from gateway.commands.corpus.work import CorpusJob, CorpusOrder, envelope_of
from gateway.commands.explaining import wire_form
from gateway.daemon.generation import Generation, Judge
from gateway.daemon.inspection import Inspector
from gateway.read.signatures.second_opinion import warm
from gateway.values.envelope import Client  # noqa: TC001 - msgspec resolves annotations at run time
from gateway.values.facts import Secrecy

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.values.verdict import Verdict

ENTRY: Final = "gateway.commands.replay.work:load"
WORDS: Final = ("-", "waived", "observe", "tag", "defer", "reject")
"""What a rule does to a mail, from nothing to the hardest; `relay` for a mail to which nothing is done."""


class ReplayJob(msgspec.Struct, frozen=True):
    """What every mail of one run is judged with."""

    present: CorpusJob
    """With the generation in force."""
    against: Generation
    against_client: Client
    """The client of the mails with the rights it has under `against`."""


class Answer(msgspec.Struct, frozen=True):
    """What one configuration makes of one mail."""

    disposition: str
    agency: str
    rules: dict[str, str]
    """Each rule with a finding, and the hardest of WORDS it comes to."""


def load(payload: bytes) -> Callable[[bytes, bytes], bytes]:
    """Make the work function that answers each mail twice, from an encoded `ReplayJob`."""
    warm()
    worker = ReplayReader(msgspec.msgpack.decode(payload, type=ReplayJob))
    decode = msgspec.msgpack.Decoder(CorpusOrder).decode

    def work(request: bytes, octets: bytes) -> bytes:
        order = decode(request)
        if order.is_unread:
            return msgspec.json.encode({"fault": "repeated"})
        if order.kind != "eml":
            return msgspec.json.encode({"kind": "file"})
        return msgspec.json.encode(worker.read_mail(octets))

    return work


class ReplayReader:
    """Reads each mail once where both configurations read alike, and judges it twice."""

    def __init__(self, job: ReplayJob) -> None:
        """Build judges and caches, before the sandbox closes.

        Raises:
            Misconfigured: a rule does not compile.
        """
        present, against = job.present.generation, job.against
        assert present is not None  # a replay has two configurations
        self._job = job
        self._inspector = Inspector(present)
        is_alike = _read_with(present, job.present.client) == _read_with(against, job.against_client)
        self._against = Judge(against) if is_alike else Inspector(against)

    def read_mail(self, octets: bytes) -> dict[str, Any]:
        """Give what both configurations make of a mail; of a marked state secret no more than that."""
        envelope, wire = envelope_of(octets, self._job.present), wire_form(octets)
        examination = self._inspector.examine(wire, envelope)
        before, facts = examination.verdict, examination.facts
        anew = msgspec.structs.replace(envelope, client=self._job.against_client)
        if isinstance(self._against, Judge):
            after = self._against.judge(anew, facts)
        else:
            after = self._against.examine(wire, anew).verdict
        is_secret = facts.secrecy is not Secrecy.NONE or before.is_secret or after.is_secret
        return {"kind": "eml", "is_secret": is_secret, "before": answer_of(before), "after": answer_of(after)}


def _read_with(generation: Generation, client: Client) -> tuple[object, ...]:
    """Give all that reading depends on: what a server in front has found is believed of our own clients alone."""
    return generation.trust, generation.budget, generation.host, generation.identity, client.is_trusted


def answer_of(verdict: Verdict) -> Answer:
    """Sum a verdict up: its disposition and what each rule comes to."""
    rules: dict[str, str] = {}
    for finding in (*verdict.findings, *verdict.would, *verdict.waived):
        disposition = finding.disposition.value
        word = "waived" if finding.waived else "observe" if disposition == "relay" else disposition
        rules[finding.rule] = max(word, rules.get(finding.rule, WORDS[0]), key=WORDS.index)
    return Answer(verdict.disposition.value, verdict.agency, rules)
