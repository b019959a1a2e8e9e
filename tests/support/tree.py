"""The source tree, parsed once for all house tests."""

from __future__ import annotations

import ast
import functools
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


class Source(NamedTuple):
    """One Python file."""

    name: str
    """Path from the root, with slashes."""
    text: str
    tree: ast.Module
    nodes: tuple[ast.AST, ...]
    """Every node of the tree, in the order of `ast.walk`."""


@functools.cache
def sources(folder: str = "gateway") -> tuple[Source, ...]:
    """Parse every file below a folder, in order of name."""
    found = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        text = path.read_text("utf-8")
        tree = ast.parse(text)
        found.append(Source(str(path.relative_to(ROOT)), text, tree, tuple(ast.walk(tree))))
    return tuple(found)
