"""Goldens: the `expect` of a case written anew from its verdict, everything else in the file left as it stands."""

from __future__ import annotations

import difflib
import json
import re
from typing import TYPE_CHECKING, Any

from gateway.edge import wholefile
from gateway.judge.cases import Expected

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gateway.values.verdict import Verdict

_EXPECT = re.compile(r'(?<=[{,])(?P<space>\s*)"expect"\s*:\s*(?=\{)')


def expected_of(verdict: Verdict, pack: str, before: Expected) -> Expected:
    """Give what a verdict would have a case expect; rules keep their order, and a miss that hits is none any more."""
    findings = [one for one in (*verdict.findings, *verdict.would) if one.pack == pack]
    hits = {one.rule for one in findings}
    unknown = {one.rule for one in findings if one.is_unknown}
    return Expected(
        verdict.disposition,
        _in_order(before.hits, hits),
        tuple(rule for rule in before.misses if rule not in hits),
        _in_order(before.unknown, unknown),
    )


def _in_order(before: Sequence[str], now: set[str]) -> tuple[str, ...]:
    return (*(rule for rule in before if rule in now), *sorted(now - set(before)))


def with_expected(text: str, expected: Expected) -> str:
    """Put another `expect` into the text of a case, in the form the old one has: on one line, or indented.

    Raises:
        ValueError: the text holds no `expect`.
    """
    place = _EXPECT.search(text)
    if place is None:
        raise ValueError("no `expect`")
    old, length = json.JSONDecoder().raw_decode(text[place.end() :])
    new: dict[str, Any] = {"disposition": expected.disposition.value}
    for key in ("hits", "misses", "unknown"):
        if key in old or getattr(expected, key):
            new[key] = list(getattr(expected, key))
    ordered = {key: new[key] for key in [*(key for key in old if key in new), *(key for key in new if key not in old)]}
    start, end, indent = place.end(), place.end() + length, place["space"].rpartition("\n")[2]
    return text[:start] + _form(ordered, text[start:end], indent) + text[end:]


def _form(value: dict[str, Any], like: str, indent: str) -> str:
    """Write JSON as another piece of JSON is written that stands behind `indent`."""
    line_end = "\r\n" if "\r\n" in like else "\n"
    if "\n" not in like:
        return json.dumps(value, ensure_ascii=False)
    inner = re.match(r"\{\r?\n([ \t]*)", like)
    step = inner[1].removeprefix(indent) if inner else indent
    return json.dumps(value, ensure_ascii=False, indent=step or " ").replace("\n", line_end + indent)


def difference(file: Path, before: str, after: str) -> Iterator[str]:
    """Show what changes in a file, as `diff -u` does."""
    old, new = before.splitlines(), after.splitlines()
    yield from difflib.unified_diff(old, new, str(file), f"{file} (new)", lineterm="", n=2)


def write(file: Path, text: str) -> None:
    """Put a whole file in place of the old one, behind a link too; owner and mode stay.

    Raises:
        OSError: the folder cannot be written.
    """
    wholefile.put(file.resolve(), text.encode(), like=file.stat())
