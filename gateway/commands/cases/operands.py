"""Operands: the parts of an expression that `&&` and `||` join, and which of them decided a case.

Each operand is compiled as a rule of its own and asked about the very subjects of its rule, so it is CEL that answers,
not a second reading of it. Whom the rule binds is left out: an operand says what it says of any message.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from gateway.judge.cases import run_case
from gateway.judge.rules import compile_packs
from gateway.values.pack import EVERYWHERE, Bound, Pack, Scope
from gateway.values.verdict import Disposition, Posture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.judge.cases import Case
    from gateway.judge.domains import DomainList
    from gateway.judge.rules import CompiledPacks
    from gateway.values.facts import MessageFacts
    from gateway.values.pack import Rule

MAX_SHOWN: Final = 100
"""Characters of an operand in a line."""
_PIECE = re.compile(
    r"(?P<text>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')|(?P<comment>//[^\n]*)|(?P<and>&&)|(?P<or>\|\|)"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<choice>\?)|.",
    re.DOTALL,
)


class Operands(NamedTuple):
    """The top of one expression."""

    joined_by: str
    """`&&`, `||`, or empty for a single operand."""
    texts: tuple[str, ...]
    """In the order of the expression, white space reduced."""


class Seen(NamedTuple):
    """What the operands of one rule said of one subject."""

    subject: str
    answers: tuple[bool, ...]


def split(when: str) -> Operands:
    """Cut an expression at its outermost `||`, else at its outermost `&&`."""
    cuts: dict[str, list[int]] = {"and": [], "or": [], "choice": []}
    depth = 0
    pieces = list(_PIECE.finditer(when))
    for piece in pieces:
        kind = piece.lastgroup or ""
        depth += (kind == "open") - (kind == "close")
        if not depth and kind in cuts:
            cuts[kind].append(piece.start())
    joined, word = ("||", "or") if cuts["or"] else ("&&", "and")
    if cuts["choice"] or not cuts[word]:
        inner = _without_brackets(when)
        return split(inner) if inner != when.strip() else Operands("", (_tidy(when),))
    edges = [-2, *cuts[word], len(when)]
    texts = (when[start + 2 : end] for start, end in itertools.pairwise(edges))
    return Operands(joined, tuple(_tidy(text) for text in texts))


def _without_brackets(when: str) -> str:
    """Take one pair of brackets away that holds the whole expression."""
    text = when.strip()
    if not text.startswith("("):
        return text
    depth = 0
    for piece in _PIECE.finditer(text):
        depth += (piece.lastgroup == "open") - (piece.lastgroup == "close")
        if not depth:
            return text[1:-1] if piece.end() == len(text) else text
    return text


def _tidy(text: str) -> str:
    without = "".join(piece.group() for piece in _PIECE.finditer(text) if piece.lastgroup != "comment")
    return " ".join(without.split())


class OperandTrial:
    """The operands of every rule of one pack, compiled once."""

    def __init__(self, pack: Pack) -> None:
        """Make a rule of every operand."""
        self.of = {rule.id: split(rule.when) for rule in pack.rules}
        rules = [
            _rule_of(rule, text, f"{rule.id}/{index}")
            for rule in pack.rules
            for index, text in enumerate(self.of[rule.id].texts)
        ]
        made = msgspec.structs.replace(pack, id="operands", territories=(EVERYWHERE,), rules=tuple(rules))
        self._compiled: CompiledPacks = compile_packs([made])

    def ask(self, case: Case, facts: MessageFacts, domains: DomainList) -> dict[str, list[Seen]]:
        """Give what the operands of each rule say of a case, by subject; subjects all of them deny are left out."""
        plain = msgspec.structs.replace(case, posture=type(case.posture)())
        verdict = run_case(self._compiled, plain, facts, domains)
        said: dict[str, dict[str, set[int]]] = {}
        for finding in verdict.findings:
            rule, _, index = finding.rule.rpartition("/")
            said.setdefault(rule, {}).setdefault(finding.subject, set()).add(int(index))
        return {
            rule: [
                Seen(subject, tuple(index in true for index in range(len(self.of[rule].texts))))
                for subject, true in subjects.items()
            ]
            for rule, subjects in said.items()
        }


def _rule_of(rule: Rule, text: str, name: str) -> Rule:
    """Make a rule that asks one operand, of whomever the message is."""
    return msgspec.structs.replace(
        rule,
        id=name,
        when=text,
        effect=Disposition.TAG,
        posture=Posture.TAG,
        binding=Scope(binds=Bound.ANY),
        is_secret=False,
        evidence=(),
    )


def decided(operands: Operands, seen: list[Seen]) -> Iterator[int]:
    """Give the operands that decided alone: of `&&` the only false one, of `||` the only true one, per subject.

    A subject without an answer is one that all operands deny; there nobody decided alone, unless there is but one.
    """
    for one in seen:
        true = [index for index, answer in enumerate(one.answers) if answer]
        false = [index for index, answer in enumerate(one.answers) if not answer]
        alone = true if operands.joined_by == "||" else false
        if len(alone) == 1:
            yield alone[0]


def why(operands: Operands, seen: list[Seen]) -> Iterator[str]:
    """Show each operand with its answer on the subject that came closest to a hit; what decided alone is marked."""
    best = max(seen, key=lambda one: sum(one.answers), default=Seen("every subject", (False,) * len(operands.texts)))
    alone = set(decided(operands, [best]))
    yield f"on {best.subject}{f', joined by {operands.joined_by}' if operands.joined_by else ''}:"
    for index, (text, answer) in enumerate(zip(operands.texts, best.answers, strict=True)):
        shown = text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 3] + "..."
        yield f"  {'true ' if answer else 'false'} {shown}{'  <- decided' if index in alone else ''}"
