"""Reply codes are spelled in one file: gateway/values/status.py."""

from __future__ import annotations

import ast
import re

from tests.support.tree import sources

CODE_AND_TEXT = re.compile(r"[245]\d\d[ -](?:[245]\.\d{1,3}\.\d{1,3}|[A-Z])")
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\Z")
SPELLED_IN = {
    "gateway/values/status.py",
}
SAMPLES = "gateway/demo/"
"""The demo's next hop plays another program, whose replies are its own."""


def strings():
    """Give (file, line, text) of every string and bytes constant that is no docstring."""
    for source in sources():
        name = source.name
        if name in SPELLED_IN or name.startswith(SAMPLES):
            continue
        prose = {id(node.value) for node in source.nodes if isinstance(node, ast.Expr)}
        for node in source.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and id(node) not in prose:
                text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
                yield name, node.lineno, text


def test_no_reply_is_spelled_outside_the_table():
    """A code chosen in two places is chosen twice."""
    assert [f"{name}:{line}: {text}" for name, line, text in strings() if CODE_AND_TEXT.match(text)] == []


def test_no_enhanced_status_is_spelled_outside_the_table():
    """RFC 3463 classes agree with codes only where both are written side by side."""
    assert [f"{name}:{line}: {text}" for name, line, text in strings() if STATUS.match(text)] == []
