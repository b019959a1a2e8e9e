"""Changes: what a replay found, counted by agency and rule, with a few examples each; as JSON or a table.

Memory is bounded by the kinds of change, not by the mails: of each kind the count and the first examples are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from gateway.commands.replay.work import WORDS, Answer
from gateway.values.showing import coded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MAX_EXAMPLES: Final = 3
_HARDNESS = ("relay", *WORDS)


class Task(NamedTuple):
    """A replay ready to run."""

    length: int | None
    """Steps of its progress; None where nobody knows."""
    run: Callable[[Callable[[int], object]], Changes]
    """Runs it; what it is given is told how many more steps are done."""


class Change(msgspec.Struct):
    """One kind of change and how often it was met."""

    agency: str
    """Registry id of the sender's agency, `other` when unregistered."""
    rule: str
    """Empty for the answer to the whole mail."""
    before: str
    after: str
    mails: int = 0
    examples: list[str] = []
    """File names, or ids of the log."""


class Changes:
    """Everything one replay found."""

    def __init__(self, unknowable: Iterable[str] = ()) -> None:
        """Start at nothing; `unknowable` says what the figures cannot tell."""
        self.unknowable = tuple(unknowable)
        self.mails = self.changed = self.secrets = self.secrets_changed = self.left_out = 0
        self.faults: dict[str, int] = {}
        self._kinds: dict[tuple[str, str, str, str], Change] = {}

    def add(self, name: str, before: Answer, after: Answer, *, is_secret: bool = False) -> None:
        """Count one mail; of a secret nothing but that it is one, and whether its answer would change."""
        self.mails += 1
        is_changed = before.disposition != after.disposition
        self.changed += is_changed
        if is_secret:
            self.secrets += 1
            self.secrets_changed += is_changed
            return
        agency = before.agency if before.agency != "other" else after.agency
        if is_changed:
            self._count(agency, "", before.disposition, after.disposition, name)
        for rule in sorted(before.rules.keys() | after.rules.keys()):
            words = before.rules.get(rule, WORDS[0]), after.rules.get(rule, WORDS[0])
            if words[0] != words[1]:
                self._count(agency, rule, *words, name)

    def add_fault(self, word: str) -> None:
        """Count something that could not be read."""
        self.faults[word] = self.faults.get(word, 0) + 1

    def _count(self, agency: str, rule: str, before: str, after: str, name: str) -> None:
        change = self._kinds.setdefault((agency, rule, before, after), Change(agency, rule, before, after))
        change.mails += 1
        if len(change.examples) < MAX_EXAMPLES:
            change.examples.append(name)

    def of_answers(self) -> list[Change]:
        """Changes of the answer to a whole mail, those that become harder first, then the most frequent."""
        return self._sorted(change for change in self._kinds.values() if not change.rule)

    def of_rules(self) -> list[Change]:
        """Changes of what a rule does, in the same order."""
        return self._sorted(change for change in self._kinds.values() if change.rule)

    def _sorted(self, changes: Iterable[Change]) -> list[Change]:
        def key(change: Change) -> tuple[int, int, str, str]:
            harder = _HARDNESS.index(change.after) - _HARDNESS.index(change.before)
            return (-harder, -change.mails, change.agency, change.rule)

        return sorted(changes, key=key)

    def as_json(self) -> dict[str, Any]:
        """Everything as JSON values."""
        return {
            "mails": self.mails,
            "changed": self.changed,
            "secret": {"mails": self.secrets, "changed": self.secrets_changed},
            "left_out": self.left_out,
            "faults": self.faults,
            "answers": msgspec.to_builtins(self.of_answers()),
            "rules": msgspec.to_builtins(self.of_rules()),
            "unknowable": list(self.unknowable),
        }

    def table(self) -> Iterator[str]:
        """Render for people: a sum, then a line a change with its examples."""
        faults = ", ".join(f"{word} {count}" for word, count in sorted(self.faults.items())) or "none"
        yield f"{self.mails} mails, {self.changed} would get another answer; not read: {faults}"
        if self.secrets:
            yield f"{self.secrets} of them bear a secrecy mark and are not named; {self.secrets_changed} would change"
        for title, changes in (("answers", self.of_answers()), ("rules", self.of_rules())):
            if changes:
                yield ""
                yield f"{title:24} {'mails':>7}  {'from':8} {'to':8} {'agency':24} examples"
            for change in changes:
                name = change.rule or f"{change.before} -> {change.after}"
                words = f"{change.before:8} {change.after:8} {change.agency:24}"
                yield f"{name:24} {change.mails:7}  {words} {coded(', '.join(change.examples))}"
        if self.unknowable:
            yield from ("", "These figures cannot know:", *(f"- {text}" for text in self.unknowable))
