"""Line numbers of the keys of a TOML text: what `tomllib` forgets and an operator needs.

A scanner, not a parser: it runs on text `tomllib` already accepted, so it only has to skip strings and
follow table headers. Inline tables count as one key.
"""

from __future__ import annotations

import re

_HEADER = re.compile(r"^\s*(\[\[|\[)\s*([A-Za-z0-9_.\-\" ]{1,200})\s*\]")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-.\"]{1,200})\s*=\s*(.{0,3})")
_QUOTES = ('"""', "'''")


def line_index(text: str) -> dict[str, int]:
    """Map dotted keys to lines, from 1: `rules.0.when`, `rules.0` (the header) and `pack.id`.

    The line of a multi-line string is the line of its first character.
    """
    index: dict[str, int] = {}
    counts: dict[str, int] = {}
    prefix, closing = "", ""
    for number, line in enumerate(text.splitlines(), start=1):
        if closing:
            closing = "" if closing in line else closing
            continue
        header = _HEADER.match(line)
        if header:
            prefix = _enter(header.group(1) == "[[", header.group(2).strip(), counts)
            index.setdefault(prefix, number)
            continue
        key = _KEY.match(line)
        if key:
            closing = _opened(line, key.group(2))
            starts_below = bool(closing) and line.rstrip().endswith(_QUOTES)
            index[_join(prefix, key.group(1).replace('"', ""))] = number + starts_below
    return index


def _enter(is_array: bool, name: str, counts: dict[str, int]) -> str:
    """Give the dotted prefix of a table header; a table below an array belongs to its last element."""
    if is_array:
        counts[name] = counts.get(name, -1) + 1
    path: list[str] = []
    for label in name.replace('"', "").split("."):
        path.append(label.strip())
        element = counts.get(".".join(part for part in path if not part.isdigit()))
        if element is not None:
            path.append(str(element))
    return ".".join(path)


def _opened(line: str, value_start: str) -> str:
    """Give the quotes a multi-line string waits for after this line; empty when none is open."""
    return value_start if value_start in _QUOTES and line.count(value_start) == 1 else ""


def _join(prefix: str, key: str) -> str:
    return f"{prefix}.{key}" if prefix else key
