"""Clauses: where what a text says around one place of it begins and ends, in a key (folded text) and its offsets."""

from __future__ import annotations

import re

_CLAUSE_CHARACTERS = 300
_MAX_CHARACTERS = 1_200
_SENTENCE = re.compile(r"(?<![:;] \d)[.!?](?=[\s\"]|\Z)|\n|\./")


def clause_start(key: str, at: int) -> int:
    """Give where the clause of a place begins: behind a bracket, semicolon, colon or sentence."""
    low = max(0, at - _CLAUSE_CHARACTERS)
    depth = 0
    for index in range(at - 1, low - 1, -1):
        sign = key[index]
        if sign == ")":
            depth += 1
        elif sign == "(":
            if not depth:
                return index + 1
            depth -= 1
        elif not depth and (sign in ";\n" or (sign in ".:" and key[index + 1 : index + 2] == " ")):
            return index + 1
    return low


def may_be_aside(key: str, at: int) -> bool:
    """Tell whether a bracket opens before a place, near enough to hold its clause; a closed one counts too."""
    return key.rfind("(", max(0, at - _CLAUSE_CHARACTERS - 1), at) >= 0


def sentence_start(key: str, at: int) -> int:
    """Give where the sentence or line around a place begins, brackets and all."""
    low = max(0, at - _CLAUSE_CHARACTERS)
    return max(low, key.rfind("\n", low, at) + 1, key.rfind(". ", low, at) + 1)


def clause_end(key: str, at: int, *, is_aside: bool) -> int:
    """Give where what a place says ends: at the bracket that closes it, or with the sentence."""
    high = min(len(key), at + _MAX_CHARACTERS)
    if is_aside:
        depth = 0
        for index in range(at, high):
            depth += (key[index] == "(") - (key[index] == ")")
            if depth < 0:
                return index
    ends = _SENTENCE.search(key, at, high)
    return ends.start() if ends else high
