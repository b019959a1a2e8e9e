"""Trying: expressions evaluated over the values their facts can take, whole where they are few, else a sample.

A fact of a closed set of words (its description lists them) takes those; any other text takes the words the expression
compares it with, and one it does not; numbers take their thresholds and what lies around them. So a comparison with a
word that cannot occur is false for every value, as in life.
"""

from __future__ import annotations

import itertools
import random
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from gateway.judge.rules import fact_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gateway.judge.rules import CompiledPacks, FactEntry
    from gateway.values.pack import Rule

MAX_COMBINATIONS: Final = 4_096
"""Combinations tried whole; of more, as many are drawn."""
MAX_WITNESSES: Final = 24
"""Combinations kept under which a rule hits."""
_SEED: Final = 20_140_530
_OTHER_WORD: Final = "another-word"
_OTHER_NUMBERS: Final = (0, 1, 1_000_000)

_WORD = re.compile(r"`([^`]*)`")
_PLAIN = re.compile(r"[a-z0-9_]+")
_SAME_AS = re.compile(r"as `([a-z]+\.[a-z_]+)`")
_FACT = re.compile(r"\b[a-z]+\.[a-z_0-9]+\b")
_LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"|\'((?:[^\'\\\n]|\\.)*)\'')
_NUMBER = re.compile(r"(?<![\w.\"])-?\d+(?:\.\d+)?(?![\w\"])")

Values = dict[str, Any]


class Trial(NamedTuple):
    """What trying one rule showed."""

    hits: int
    tried: int
    is_whole: bool
    """Every combination was tried: what was seen holds for all."""
    witnesses: tuple[Values, ...]
    """Some of those under which it hit."""


class Expressions:
    """The rules of some packs, ready to be tried."""

    def __init__(self, compiled: CompiledPacks) -> None:
        """Index the compiled expressions by rule."""
        self._of = {
            rule.id: expression
            for scope, group in compiled.groups.items()
            for (_, rule), expression in zip(group.rules, group.expressions, strict=True)
            if rule.scope is scope
        }

    def hits(self, rule: Rule, values: Mapping[str, Any]) -> bool:
        """Tell whether a rule hits under values for all its facts.

        Raises:
            RuntimeError: the expression failed although every fact is known: a bug.
        """
        answer = self._of[rule.id].eval(data={name: values[name] for name in facts_of(rule)})
        if answer.type().name() == "ERROR":
            raise RuntimeError(f"rule {rule.id} failed on known facts")
        return bool(answer.value())

    def try_rule(self, rule: Rule) -> Trial:
        """Evaluate a rule over its values."""
        hits, tried = 0, 0
        witnesses: list[Values] = []
        combinations, is_whole = combinations_of(rule)
        for values in combinations:
            tried += 1
            if self.hits(rule, values):
                hits += 1
                if len(witnesses) < MAX_WITNESSES:
                    witnesses.append(values)
        return Trial(hits, tried, is_whole, tuple(witnesses))


@cache
def known_facts() -> dict[str, FactEntry]:
    """Every fact a rule may ask, by name."""
    return {fact.name: fact for fact in fact_table()}


@cache
def closed_set(name: str) -> frozenset[str]:
    """Give the words a text or list can hold; empty when its set is open."""
    description = known_facts()[name].description
    same = _SAME_AS.search(description)
    if same is not None and same[1] in known_facts() and same[1] != name:
        return closed_set(same[1])
    words = _WORD.findall(description)
    if len(words) < 2 or "..." in description or not all(_PLAIN.fullmatch(word) for word in words):
        return frozenset()
    return frozenset(words)


def facts_of(rule: Rule) -> tuple[str, ...]:
    """Name the facts an expression asks, in order of their names."""
    code = _LITERAL.sub('""', rule.when)
    return tuple(sorted({name for name in _FACT.findall(code) if name in known_facts()}))


def literals_of(rule: Rule) -> tuple[str, ...]:
    """Give the words an expression compares with."""
    return tuple(dict.fromkeys(first or second for first, second in _LITERAL.findall(rule.when)))


def combinations_of(rule: Rule) -> tuple[Iterator[Values], bool]:
    """Give the combinations to try, and whether they are all there are."""
    names = facts_of(rule)
    choices = [values_of(name, rule) for name in names]
    count = 1
    for values in choices:
        count *= len(values)
    if count <= MAX_COMBINATIONS:
        return (dict(zip(names, values, strict=True)) for values in itertools.product(*choices)), True
    draw = random.Random(_SEED)  # noqa: S311 - a sample, and the same one each time
    return ({name: draw.choice(values) for name, values in zip(names, choices, strict=True)}
            for _ in range(4 * MAX_COMBINATIONS)), False  # fmt: skip


def values_of(name: str, rule: Rule) -> list[Any]:
    """List the values of a fact worth trying in one rule."""
    kind = known_facts()[name].type
    if kind.startswith("bool"):
        return [False, True]
    if kind in {"int", "double"}:
        cast = int if kind == "int" else float
        found = {cast(float(text)) for text in _NUMBER.findall(_LITERAL.sub('""', rule.when))}
        near = {number + step for number in found for step in (-1, 0, 1)}
        # counts and sizes begin at 0; hours may lie in the past
        return sorted(number for number in {*map(cast, _OTHER_NUMBERS), *near} if number >= 0 or kind == "double")
    words = _words(name, rule)
    if kind == "string":
        return words
    return [[], *([word] for word in words if word), [word for word in words if word]]


def _words(name: str, rule: Rule) -> list[str]:
    """List words for a text: of a closed set those the rule names, and one it does not; else its own and another."""
    closed = closed_set(name)
    own = _compared(name, rule) or literals_of(rule)
    if not closed:
        return [*dict.fromkeys(("", _OTHER_WORD, *own))]
    others = sorted(closed - set(own))
    return [*dict.fromkeys(("", *(word for word in own if word in closed), *others[:1]))]


def _compared(name: str, rule: Rule) -> tuple[str, ...]:
    """Give the words one fact stands directly beside: `a == "x"`, `a in ["x"]`, `"x" in a`."""
    fact = re.escape(name)
    word = r'("(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\')'
    found: list[str] = []
    for pattern in (rf"{fact}\s*[!=]=\s*{word}", rf"{word}\s*(?:[!=]=|in)\s*{fact}\b"):
        found += re.findall(pattern, rule.when)
    for members in re.findall(rf"{fact}\s+in\s+\[([^\]]*)\]", rule.when):
        found += re.findall(word, members)
    return tuple(dict.fromkeys(text[1:-1] for text in found))


def impossible_words(rule: Rule) -> Iterator[tuple[str, str]]:
    """Find comparisons of a fact with a word that its closed set lacks: fact and word."""
    for name in facts_of(rule):
        closed = closed_set(name)
        if closed:
            yield from ((name, word) for word in _compared(name, rule) if word and word not in closed)


def is_implied(first: Rule, witnesses: Iterable[Values], second: Rule, expressions: Expressions) -> bool:
    """Tell whether the second rule hit wherever the first was seen to hit, whatever its other facts are."""
    others = [name for name in facts_of(second) if name not in set(facts_of(first))]
    draw = random.Random(_SEED)  # noqa: S311 - as above
    is_seen = False
    for values in witnesses:
        for _ in range(8 if others else 1):
            more = {name: draw.choice(values_of(name, second)) for name in others}
            if not expressions.hits(second, values | more):
                return False
            is_seen = True
    return is_seen
