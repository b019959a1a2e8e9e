"""Replay over the log, where the mails are gone: what the rules that hit come to under other postures.

A line names agency, rules that acted, rules that were only observed, and waived ones. Their effects under both
configurations follow from rule, posture, agency and day. What a line does not hold, nobody can replay: `unknowable`.
"""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING, BinaryIO, Final

import msgspec

from gateway.commands.replay.changes import Changes, Task
from gateway.commands.replay.work import WORDS, Answer
from gateway.commands.trace.query import read_as
from gateway.daemon.config.load import load_config
from gateway.daemon.loading import load_generation
from gateway.judge.binding import posture_of_agency
from gateway.values.pack import Bound
from gateway.values.verdict import Disposition, Posture
from gateway.values.zone import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gateway.daemon.generation import Generation
    from gateway.values.pack import Pack, Rule
    from gateway.values.registry import Registry

UNKNOWABLE: Final = (
    "a rule that was off, not bound or not there when the mail came: the log has only what hit",
    "what a changed expression would hit: the mails are gone, so each rule is taken to hit what it hit then",
    "whom a rule about recipients binds: a line names their addresses, and the posture of the sender's agency is used",
    "waivers by document number or file: the log holds neither; a finding that was waived stays waived",
    "which rule was unknown: in a deferred line every rule that would reject is taken to defer",
    "rules past the twentieth of a line, and everything about secrets but that there were some",
)
"""What a replay of the log cannot tell, for whoever reads its figures."""


class Line(msgspec.Struct):
    """What is read of one line."""

    event: str = ""
    id: str = ""
    agency: str = "other"
    disposition: str = ""
    rules: tuple[str, ...] = ()
    would: tuple[str, ...] = ()
    waived: tuple[str, ...] = ()


class Postures:
    """What a rule comes to under one configuration on one day."""

    def __init__(self, generation: Generation, registry: Registry, on: dt.date) -> None:
        """Index the rules."""
        self._generation, self._registry, self._on = generation, registry, on
        self._rules = {rule.id: (rule, pack) for pack in generation.packs for rule in pack.rules}
        self._remembered: dict[tuple[str, str], str] = {}

    def answer(self, line: Line) -> Answer:
        """Sum a line up as if its mail came on that day."""
        waived = {text.partition(" ")[0] for text in line.waived}
        rules = {}
        for rule in dict.fromkeys((*line.rules, *line.would, *sorted(waived))):
            word = self._word(rule, line.agency)
            if word != WORDS[0] and rule in waived:
                word = "waived"
            if word == "reject" and line.disposition == "defer":
                word = "defer"
            rules[rule] = word
        hardest = max(rules.values(), key=WORDS.index, default=WORDS[0])
        return Answer(hardest if hardest in {"tag", "defer", "reject"} else "relay", line.agency, rules)

    def _word(self, rule_id: str, agency_id: str) -> str:
        found = self._remembered.get((rule_id, agency_id))
        if found is None:
            known = self._rules.get(rule_id)
            found = WORDS[0] if known is None else _effect(known[0], self._posture(*known, agency_id))
            self._remembered[rule_id, agency_id] = found
        return found

    def _posture(self, rule: Rule, pack: Pack, agency_id: str) -> Posture:
        agency = self._registry.agency(agency_id, self._on)
        table = self._generation.posture
        if agency is None or rule.binding.binds is not Bound.SENDER:
            return table.posture_of(rule, pack.id, agency_id, self._on)
        return posture_of_agency(rule, pack, agency, self._on, table)


def _effect(rule: Rule, posture: Posture) -> str:
    if posture is Posture.OFF:
        return WORDS[0]
    if posture is Posture.OBSERVE:
        return "observe"
    return "tag" if posture is Posture.TAG or rule.effect is Disposition.TAG else "reject"


def replay_journal(
    log: BinaryIO, *, config_file: Path, against: Path, at: dt.datetime | None, **_of_mails: object
) -> Task:
    """Load both configurations and make ready to compare what the lines of a log come to under each.

    Args:
        log: lines of JSON; those that are none of ours are left out.
        config_file: the configuration in force.
        against: the other one.
        at: the day whose postures hold; None is today, without a zone it is Vietnam's.
        _of_mails: options that only concern mails.

    Raises:
        Misconfigured: with every problem of the configuration that comes first.
    """
    moment = at or dt.datetime.now(VIETNAM)
    day = (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(VIETNAM).date()
    (present, judge), (other, anew) = (load_generation(load_config(file), 1) for file in (config_file, against))
    size = os.fstat(log.fileno()).st_size if log.seekable() else None
    sides = Postures(present, judge.registry, day), Postures(other, anew.registry, day)
    return Task(size, lambda on_step: compare(log, *sides, Changes(unknowable(present, other)), on_step))


def compare(
    log: BinaryIO, present: Postures, against: Postures, changes: Changes, on_octets: Callable[[int], object]
) -> Changes:
    """Add every line of a log to the changes; `on_octets` is told how many more octets were read."""
    decoder = msgspec.json.Decoder(Line)
    for octets in log:
        on_octets(len(octets))
        line = read_as(decoder, octets)
        if line is None:
            changes.left_out += 1
            continue
        if line.event in {"transaction", "secret_transaction"}:
            is_secret = line.event == "secret_transaction"
            changes.add(line.id, present.answer(line), against.answer(line), is_secret=is_secret)
    return changes


def unknowable(present: Generation, against: Generation) -> Iterator[str]:
    """Tell what these figures cannot know: always the same, and the rules that are not what they were."""
    yield from UNKNOWABLE
    old = {rule.id: rule for pack in present.packs for rule in pack.rules}
    new = {rule.id: rule for pack in against.packs for rule in pack.rules}
    added = sorted(new.keys() - old.keys())
    changed = sorted(
        name
        for name in new.keys() & old.keys()
        if (new[name].when, new[name].scope) != (old[name].when, old[name].scope)
    )
    if added:
        yield f"rules only the other configuration has: {', '.join(added)}"
    if changed:
        yield f"rules whose expression differs: {', '.join(changed)}"
