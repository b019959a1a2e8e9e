"""Waiving: which waiver, if any, covers one finding.

A known hit may be waived, an unknown one never: what cannot be known now stays a deferral (ADR 0003, ADR 0017). A
document's number and a file's digest are looked up where the finding stands: of a part in that part, of the message in
its principal document and in its only file, so that one excused file excuses nothing beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.judge.identity import CLAIMED
from gateway.judge.parts import principal_of
from gateway.values.faults import ConfigProblem
from gateway.values.numbers import loose_key
from gateway.values.tomltext import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gateway.judge.describe import Scene
    from gateway.values.facts import Marks, MessageFacts, PartFacts
    from gateway.values.pack import Pack, Rule
    from gateway.values.waiver import Waiver


def waivers_by_rule(waivers: Iterable[Waiver], packs: Iterable[Pack]) -> dict[str, tuple[Waiver, ...]]:
    """Map each rule that may be waived to the waivers that name it or its pack; rules without one are left out."""
    found: dict[str, list[Waiver]] = {}
    listed = tuple(waivers)
    for pack in packs:
        for rule in pack.rules:
            own = [one for one in listed if rule.can_be_waived and (rule.id in one.rules or pack.id in one.rules)]
            if own:
                found[rule.id] = own
    return {rule: tuple(own) for rule, own in found.items()}


def find_waiver(waivers: Sequence[Waiver], scene: Scene, facts: MessageFacts | None, part: str) -> str:
    """Give the id of the first waiver in force that covers a finding; empty when none does.

    Args:
        waivers: those of the rule.
        scene: who sends to whom, and when.
        facts: what the reader saw; None at RCPT time, where no document is known yet.
        part: path of the part the finding is about; empty for message and recipient.
    """
    return next(
        (
            one.id
            for one in waivers
            if one.is_in_force(scene.on) and _is_whom(one, scene) and _is_which(one, facts, part)
        ),
        "",
    )


def _is_whom(waiver: Waiver, scene: Scene) -> bool:
    """Tell whether the sender is the one meant: the author, at RCPT time the reverse-path; never who only claims."""
    if (waiver.agency or waiver.sender) and scene.identity == CLAIMED:
        return False
    if waiver.agency and (scene.sender_agency is None or waiver.agency != scene.sender_agency.id):
        return False
    if not waiver.sender:
        return True
    address = scene.sender.address if scene.sender is not None else scene.reverse.address
    domain = address.rpartition("@")[2]
    if waiver.sender.startswith("."):
        return f".{domain}".endswith(waiver.sender)
    return waiver.sender in {address, domain}


def _is_which(waiver: Waiver, facts: MessageFacts | None, part: str) -> bool:
    """Tell whether the document and the file are the ones meant."""
    if not waiver.number and not waiver.sha256:
        return True
    if facts is None:
        return False
    found = _part_meant(facts, part)
    if waiver.sha256 and (found is None or found.sha256 != waiver.sha256):
        return False
    if not waiver.number:
        return True
    is_principal = not part or found is None or found is principal_of(facts)
    return _is_number(waiver.number, facts.document if is_principal or found is None else found.marks)


def _part_meant(facts: MessageFacts, part: str) -> PartFacts | None:
    """Find the part a finding is about: for one about the message its only attached file."""
    if part:
        return next((one for one in facts.parts if one.path == part), None)
    files = [one for one in facts.parts if one.is_attachment]
    return files[0] if len(files) == 1 else None


def _is_number(written: str, marks: Marks) -> bool:
    """Compare number and notation as a waiver writes them with those of a document, whatever their form."""
    found = f"{marks.number}/{marks.notation}" if marks.number and marks.notation else ""
    return bool(found) and loose_key(written) == loose_key(found)


def waiver_problems(
    waivers: Sequence[Waiver], packs: Sequence[Pack], agencies: Iterable[str]
) -> Iterator[ConfigProblem]:
    """Find what waivers name and packs and registry do not hold, rules that cannot be waived, ids used twice."""
    rules = {rule.id: rule for pack in packs for rule in pack.rules}
    known, ids = {*rules, *(pack.id for pack in packs)}, frozenset(agencies)
    seen: dict[str, Waiver] = {}
    for one in waivers:
        for name in one.rules:
            yield from _rule_problems(one, name, rules.get(name), known)
        if one.agency and one.agency not in ids:
            message = f"there is no agency `{one.agency}` in the registry{did_you_mean(one.agency, ids)}"
            yield ConfigProblem(*one.origin, f"{one.id}.agency", message)
        first = seen.setdefault(one.id, one)
        if first is not one:
            message = f"is the id of another waiver already ({first.origin[0]}:{first.origin[1]}); choose a new one"
            yield ConfigProblem(*one.origin, f"{one.id}.id", message)


def _rule_problems(waiver: Waiver, name: str, rule: Rule | None, known: Iterable[str]) -> Iterator[ConfigProblem]:
    if name not in known:
        message = f"there is no rule or pack `{name}`{did_you_mean(name, known)}"
        yield ConfigProblem(*waiver.origin, f"{waiver.id}.rules", message)
    elif rule is not None and not rule.can_be_waived:
        why = (
            "it is about state secrets" if rule.is_secret else "it is about who wrote the mail or whether it was forged"
        )
        yield ConfigProblem(*waiver.origin, f"{waiver.id}.rules", f"rule {name} cannot be waived: {why}; leave it out")
