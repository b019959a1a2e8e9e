"""The glossary is the spelling: names in code use its words, and its table is well formed."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from gateway.values.verdict import Disposition, Posture
from tests.support.tree import ROOT, sources

GLOSSARY = (ROOT / "GLOSSARY.md").read_text("utf-8")
NEVER = (
    "backend", "mimetype", "dry_run", "from_addr", "sender_host", "recipient_email", "email_address",
    "soft_fail", "shadow", "tenant", "ca_bundle",
)  # fmt: skip
"""Words of the last column that no name in the code may contain."""


def rows():
    """Give (word, meaning, never) of every row of the glossary's tables."""
    for line in GLOSSARY.splitlines():
        if line.startswith("| ") and not line.startswith("| word "):
            yield tuple(cell.strip() for cell in line.strip("|").split("|"))


def names():
    """Give (place, name) of everything the code names: modules, classes, functions, arguments, variables."""
    for source in sources():
        place = source.name
        yield place, Path(place).stem
        for node in source.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield f"{place}:{node.lineno}", node.name
            elif isinstance(node, ast.arg):
                yield f"{place}:{node.lineno}", node.arg
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield f"{place}:{node.lineno}", node.id


@pytest.mark.parametrize("word", NEVER)
def test_names_use_the_words_of_the_glossary(word):
    """One thing, one word."""
    assert [f"{place}: {name}" for place, name in names() if word in name.lower()] == []


def test_words_are_explained_once():
    """Three cells a row, a meaning in each, no word twice."""
    table = list(rows())
    words = [word for row in table for word in re.split(r",\s*", row[0])]

    assert [row for row in table if len(row) != 3 or not row[0] or not row[1]] == []
    assert len(words) == len(set(words))


def test_dispositions_and_postures_stand_in_the_glossary():
    """The words users meet in tags, logs and metrics are explained."""
    meanings = {row[0]: row[1] for row in rows()}

    assert all(disposition.value in meanings["disposition"] for disposition in Disposition)
    assert all(posture.value in meanings["posture"] for posture in Posture)
