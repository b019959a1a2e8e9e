"""Expressions of the source, and whether their shape can backtrack without bound.

Two shapes make a backtracking engine take more than a bounded number of steps an octet on text that does not match:
a repeat without bound over a repeat, and two repeats without bound of letters in common, with nothing between them
that these letters do not fill as well. A repeat up to `BOUND` counts as bounded.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import re._compiler as compiler
import re._constants as words
import re._parser as parser
from typing import TYPE_CHECKING, Any

import gateway
from tests.support.tree import sources

if TYPE_CHECKING:
    from collections.abc import Iterator

BOUND = 1_000
"""Repeats up to here cost at most so many steps an octet."""
_ALPHABET = [chr(number) for number in range(256)] + list("ăđơưậốừỹ\u0301\u2028")
_NESTING = 5
_CLASSES: dict[str, set[str]] = {}
_VERBS = frozenset({"search", "match", "fullmatch", "sub", "split", "findall", "finditer"})


def expressions() -> dict[str, re.Pattern[Any]]:
    """Find every compiled expression of the gateway by the name of what holds it."""
    found: dict[str, re.Pattern[Any]] = {}
    for module in pkgutil.walk_packages(gateway.__path__, "gateway."):
        if not module.name.startswith(("gateway.demo", "gateway.__main__")):
            for name, held in vars(importlib.import_module(module.name)).items():
                for number, one in enumerate(_held(held, _NESTING)):
                    found.setdefault(f"{module.name}.{name}{f'[{number}]' if number else ''}", one)
    for source in sources():
        for node in source.nodes if not source.name.startswith("gateway/demo") else ():
            match node:
                case ast.Call(ast.Attribute(ast.Name("re"), str(verb)), [ast.Constant(str() | bytes() as text), *_]):
                    if verb in _VERBS:
                        found[f"{source.name}:{node.lineno}"] = re.compile(text)
    return found


def _held(thing: Any, depth: int) -> Iterator[re.Pattern[Any]]:
    if isinstance(thing, re.Pattern):
        yield thing
    elif depth and isinstance(thing, dict):
        for pair in thing.items():
            yield from _held(pair, depth - 1)
    elif depth and isinstance(thing, tuple | list | set | frozenset):
        for one in thing:
            yield from _held(one, depth - 1)
    elif depth and not isinstance(thing, type) and type(thing).__module__.startswith("gateway"):
        for one in getattr(thing, "__dict__", {}).values():
            yield from _held(one, depth - 1)


def backtracks(pattern: re.Pattern[Any]) -> list[str]:
    """Name what of an expression may backtrack without bound."""
    text = pattern.pattern.decode("latin-1") if isinstance(pattern.pattern, bytes) else pattern.pattern
    found: list[str] = []
    _walk(list(parser.parse(text, pattern.flags & ~re.UNICODE)), found)
    return found


def _walk(sequence: list[Any], found: list[str]) -> set[str]:
    """Look through a sequence; answer the letters of its repeats without bound."""
    before: set[str] | None = None  # letters of the last such repeat that nothing has stopped yet
    endless: set[str] = set()
    for operation, value in sequence:
        letters, least, inner = _letters(operation, value, found)
        is_endless = operation in (words.MAX_REPEAT, words.MIN_REPEAT) and value[1] > BOUND
        if is_endless and inner and not _is_parted(list(value[2]), inner):
            found.append(f"a repeat without bound over one: {value[2]}")
        if before is not None and (is_endless or inner):  # noqa: SIM102 - two questions
            if before & (letters if is_endless else inner) and not _begins_apart(operation, value, before):
                found.append(f"repeats without bound in a row: {value}")
        if is_endless or inner:
            endless |= letters if is_endless else inner
            before = letters if is_endless else inner
        elif before is not None and least and not before & letters:
            before = None
        elif before is not None and least:
            before &= letters
    return endless


def _is_parted(sequence: list[Any], inner: set[str]) -> bool:
    """Does each turn of a repeat begin with a letter that what repeats inside it cannot take?"""
    letters, least, _ = _letters(*sequence[0], [])
    return bool(least) and not letters & inner


def _begins_apart(operation: Any, value: Any, before: set[str]) -> bool:
    """Does each turn of a repeat over a group begin with a letter that the repeat before it cannot take?"""
    if operation not in (words.MAX_REPEAT, words.MIN_REPEAT):
        return False
    ((inside, held), *_) = value[2]
    sequence = list(held[3]) if inside is words.SUBPATTERN else list(value[2])
    return _is_parted(sequence, before)


def _letters(operation: Any, value: Any, found: list[str]) -> tuple[set[str], int, set[str]]:
    """Letters an item may take, how many it takes at least, and those of repeats without bound inside it."""
    if operation in (words.MAX_REPEAT, words.MIN_REPEAT, words.POSSESSIVE_REPEAT):
        inner = _walk(list(value[2]), found)
        taken = [_letters(*one, []) for one in value[2]]
        letters = set().union(*(one[0] for one in taken)) if taken else set()
        if operation is words.POSSESSIVE_REPEAT:
            inner = set()
        return letters, value[0] * sum(one[1] for one in taken), inner
    if operation is words.SUBPATTERN:
        return _group([list(value[3])], found)
    if operation is words.BRANCH:
        return _group([list(branch) for branch in value[1]], found)
    if operation in (words.AT, words.ASSERT, words.ASSERT_NOT, words.GROUPREF):
        return set(), 0, set()
    return _class(operation, value), 1, set()


def _group(branches: list[list[Any]], found: list[str]) -> tuple[set[str], int, set[str]]:
    letters: set[str] = set()
    inner: set[str] = set()
    least = []
    for branch in branches:
        inner |= _walk(branch, found)
        taken = [_letters(*one, []) for one in branch]
        letters |= set().union(*(one[0] for one in taken)) if taken else set()
        least.append(sum(one[1] for one in taken))
    return letters, min(least, default=0), inner


def _class(operation: Any, value: Any) -> set[str]:
    known = _CLASSES.get(repr((operation, value)))
    if known is not None:
        return known
    pattern = parser.SubPattern(parser.State())
    pattern.data = [(operation, value)]
    one = compiler.compile(pattern, re.IGNORECASE | re.DOTALL)
    found = {letter for letter in _ALPHABET if one.match(letter)}
    _CLASSES[repr((operation, value))] = found
    return found
