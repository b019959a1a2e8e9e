"""Memory: what a group of rules answered to the same facts before.

An expression sees nothing but the facts bound to it, so equal facts have equal answers and CEL is asked about each
combination once. Everyday mail has few: the same offices, an attachment or none, nothing amiss. Of a message with a
marked state secret nothing is kept: a subject or a file name may be among the facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_REMEMBERED = 2_048
"""Combinations a group keeps: whatever strangers send, a few MB."""
MAX_WEIGHT = 1_000
"""Of the texts of one combination, each its characters and 8 more: longer ones, such as the agencies of hundreds of
recipients, hardly come again and are asked about every time."""

Key: TypeAlias = tuple[Any, ...]
"""Values of the facts that expressions of the group ask, always in the same order; None for an unknown one."""
Answers: TypeAlias = tuple[tuple[int, bool], ...]
"""Index of each rule that hits (False) or is unknown (True)."""


class Memory:
    """Answers by key; the first that came is the first to go."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._answers: dict[Key, Answers] = {}

    def recall(self, key: Key) -> Answers | None:
        """Give what was answered; None when this combination is new."""
        return self._answers.get(key)

    def keep(self, key: Key, answers: Answers) -> None:
        """Remember an answer, unless it is to facts too long, and forget the oldest when there are too many."""
        if sum(_weight(value) for value in key) > MAX_WEIGHT:
            return
        if len(self._answers) >= MAX_REMEMBERED:
            del self._answers[next(iter(self._answers))]
        self._answers[key] = answers


def _weight(value: object) -> int:
    if isinstance(value, tuple):
        return sum(_weight(item) for item in value)
    return 8 + len(value) if isinstance(value, str) else 0


def key_of(values: Iterable[Any]) -> Key:
    """Make values hashable: lists become tuples; a bool, a number and a text never share a place."""
    return tuple([tuple(value) if type(value) is list else value for value in values])
