"""Keeping: what of each transaction goes into the ledger, and when: before the next hop hears of it, and after.

What a worker says of a message is believed only as far as it fits the types of a record; what does not fit is left
empty, costs no mail, and is counted as a bug. A secret leaves its day and nothing else, once its client is not going to
send it again.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import msgspec

from gateway.edge.ledger.writer import LedgerWriter, Told, now_us
from gateway.edge.readers.bugs import bug_of
from gateway.values.ledger import (
    MAX_RULES,
    Intent,
    Matter,
    Outcome,
    Refusal,
    RuleHit,
    Secret,
    Token,
    WaivedHit,
    Word,
)
from gateway.values.zone import day_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.daemon.config.schema import Config
    from gateway.edge.observers.journal import Journal
    from gateway.edge.observers.metrics import Metrics
    from gateway.values.delivery import NextHopReply
    from gateway.values.envelope import Envelope
    from gateway.values.ledger import Result
    from gateway.values.status import Reply
    from gateway.values.verdict import Finding, Inspection, Verdict

_decode_matter = msgspec.msgpack.Decoder(Matter).decode
_NO_MATTER: Final = Matter()
_T = TypeVar("_T")
_Most = msgspec.Meta(max_length=MAX_RULES)
_RECORD_TYPES: Final = {
    "identity": Word,
    "direction": Word,
    "tags": Annotated[tuple[Token, ...], _Most],
    "rules": Annotated[tuple[RuleHit, ...], _Most],
    "waived": Annotated[tuple[WaivedHit, ...], _Most],
}
"""Of what a verdict tells; records are not checked when they are made, only when they are read."""


class Keeper:
    """Writes the ledger of one process."""

    def __init__(self, config: Config, node: str, metrics: Metrics, journal: Journal) -> None:
        """Begin to write, under the name of the configuration file; needs a running loop."""
        self._metrics, self._journal = metrics, journal
        self._told_trouble = ""
        name = config.origin.file.rpartition("/")[2].removesuffix(".toml")
        self._writer = LedgerWriter(config.ledger, node, name, self._on_told)

    async def intend(self, envelope: Envelope, inspection: Inspection, generation: int) -> None:
        """Write that a message is about to be sent to the next hop; of a secret nothing yet.

        Returns when that would survive the end of this process, or when mail must not wait any longer.
        """
        if inspection.verdict.is_secret:
            return
        about = self._about(envelope, inspection, generation)
        if not await self._writer.keep(Intent(**about)):
            self._metrics.count("ledger_late")

    async def conclude(self, envelope: Envelope, inspection: Inspection, answer: NextHopReply) -> None:
        """Write what the next hop answered; nothing where nobody knows whether it took the message (RFC 1047)."""
        if inspection.verdict.is_secret:
            # before the client is told: told nothing, it comes again, and the message counts then
            if answer.is_accepted:
                await self._writer.keep(_secret_of(envelope))
            elif answer.reply.is_permanent:
                self._writer.post(_secret_of(envelope))
        elif not answer.is_outcome_unknown:
            result: Result = (
                "delivered" if answer.is_accepted else "refused" if answer.reply.is_permanent else "deferred"
            )
            self._writer.post(Outcome(envelope.transaction_id, now_us(), result, answer.reply.code))

    def refuse(
        self, envelope: Envelope, inspection: Inspection | None, reply: Reply, situation: str, generation: int
    ) -> None:
        """Write that we rejected or deferred a message; a secret that comes again is not counted yet."""
        if inspection is not None and inspection.verdict.is_secret:
            if reply.is_permanent:
                self._writer.post(_secret_of(envelope))
            return
        about = self._about(envelope, inspection, generation)
        about["disposition"] = "reject" if reply.is_permanent else "defer"
        self._writer.post(Refusal(**about, code=reply.code, situation=situation))

    async def close(self) -> None:
        """Write what is left."""
        await self._writer.close()

    def sample(self) -> None:
        """Show how many records wait."""
        self._metrics.set_gauge("ledger_waiting", self._writer.waiting)

    def _about(self, envelope: Envelope, inspection: Inspection | None, generation: int) -> dict[str, Any]:
        about: dict[str, Any] = {
            "transaction_id": envelope.transaction_id,
            "at_us": envelope.received_at_us,
            "generation": generation,
        }
        if inspection is None:
            return about
        verdict = inspection.verdict
        for name, told in _told_by(verdict).items():
            fitting = self._fitting(partial(msgspec.convert, told, _RECORD_TYPES[name]))
            if fitting is not None:
                about[name] = fitting
        return about | {
            "matter": self._matter_of(inspection),
            "is_automatic": inspection.is_automatic,
            "disposition": verdict.disposition.value,
        }

    def _matter_of(self, inspection: Inspection) -> Matter:
        if not inspection.matter:
            return _NO_MATTER
        return self._fitting(partial(_decode_matter, inspection.matter)) or _NO_MATTER

    def _fitting(self, decode: Callable[[], _T]) -> _T | None:
        """Give what a worker told as its type in a record; None, and counted as a bug, where it does not fit."""
        try:
            return decode()
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            bug = bug_of(error)  # told as `Observers.on_bug` does: its text may quote the message
            self._metrics.count("bugs", "ledger")
            self._journal.event("bug", where="ledger", kind=bug.kind, place=bug.place)
            return None

    def _on_told(self, told: Told) -> None:
        metrics, journal = self._metrics, self._journal
        for kind, count in told.counts.items():
            metrics.count("ledger_records", kind, amount=count)
        for reason, count in told.lost.items():
            metrics.count("ledger_records_lost", reason, amount=count)
        if told.seconds:
            metrics.observe_ledger_commit(told.seconds)
        if told.trouble != self._told_trouble:
            metrics.set_gauge("ledger_failing", int(bool(told.trouble)))
            if told.trouble:
                journal.event("ledger_fails", reason=told.trouble)
            self._told_trouble = told.trouble
        if told.opened:
            journal.event("ledger_opened", file=told.opened, hash=told.head)


def _secret_of(envelope: Envelope) -> Secret:
    return Secret(day_of(envelope.received_at_us).isoformat())


def _told_by(verdict: Verdict) -> dict[str, object]:
    """Give what a verdict tells by the fields of a record, in plain values that are not checked yet."""
    waived = dict.fromkeys((one.rule, one.waived) for one in verdict.waived)
    return {
        "identity": verdict.identity,
        "direction": verdict.direction,
        "tags": tuple(dict.fromkeys(one.tag for one in verdict.findings if one.tag))[:MAX_RULES],
        "rules": _hits(verdict),
        "waived": [{"rule": rule, "waiver": waiver} for rule, waiver in waived][:MAX_RULES],
    }


def _hits(verdict: Verdict) -> list[dict[str, str]]:
    """List each rule once; it is enforced where one of its findings does all it asks for."""
    found: dict[str, bool] = {}
    for one in (*verdict.findings, *verdict.would):
        found[one.rule] = found.get(one.rule, False) or _is_whole(one)
    hits = [{"rule": rule, "mode": "enforced" if whole else "observed"} for rule, whole in found.items()]
    return hits[:MAX_RULES]


def _is_whole(finding: Finding) -> bool:
    return finding.disposition is finding.effect
