"""Answers of DNS kept for as long as they hold, bounded in number and octets: who was asked about longest ago goes."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gateway.values.identity import Answer, Question

_ENTRY_OCTETS = 300
"""Of the objects of one answer, beside its texts."""


class _Kept(NamedTuple):
    answer: Answer
    ends_at_s: float
    octets: int


class AnswerCache:
    """Answers by question."""

    def __init__(self, max_entries: int, max_octets: int) -> None:
        """Keep nothing yet."""
        self._kept: OrderedDict[Question, _Kept] = OrderedDict()
        self._max_entries, self._max_octets = max_entries, max_octets
        self._octets = 0

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, question: Question, now_s: float) -> Answer | None:
        """Give the answer that still holds; None when there is none."""
        kept = self._kept.get(question)
        if kept is None:
            return None
        if kept.ends_at_s <= now_s:
            self._drop(question)
            return None
        self._kept.move_to_end(question)
        return kept.answer

    def keep(self, question: Question, answer: Answer, ends_at_s: float) -> None:
        """Keep an answer until an instant of the same clock as `find` is given."""
        self._drop(question)
        octets = _ENTRY_OCTETS + len(question.name) + sum(map(len, answer.records))
        self._kept[question] = _Kept(answer, ends_at_s, octets)
        self._octets += octets
        while self._kept and (len(self._kept) > self._max_entries or self._octets > self._max_octets):
            self._drop(next(iter(self._kept)))

    def _drop(self, question: Question) -> None:
        kept = self._kept.pop(question, None)
        if kept is not None:
            self._octets -= kept.octets
