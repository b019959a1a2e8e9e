"""The reply table is total: every situation a fault can name has a row, and every row is used."""

from __future__ import annotations

import ast
from collections import Counter

from gateway.values.faults import Fault
from gateway.values.status import TABLE
from tests.support.tree import sources

STATUS_FILE = "gateway/values/status.py"
NO_REPLY = {"misconfigured": "exit 78, never on the wire"}
"""Situations of faults that end no transaction."""


def constants():
    """Give every string constant outside the table: of the package, and of the peers that tests play."""
    for source in (*sources(), *sources("tests/support")):
        if source.name != STATUS_FILE:
            yield from (node.value for node in source.nodes if isinstance(node, ast.Constant))


def raised_situations():
    """Give (place, situation) of every fault raised and every reply asked for by a constant."""
    for source in sources():
        for node in source.nodes:
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {
                "Transient",
                "Permanent",
                "Fault",
                "reply_to",
            }:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield f"{source.name}:{node.lineno}", first.value


def test_keys_are_unique_as_written():
    """A dict literal takes the last of two equal keys in silence; the table may not."""
    tree = next(source.tree for source in sources() if source.name == STATUS_FILE)
    table = next(node.value for node in tree.body if isinstance(node, ast.AnnAssign) and node.target.id == "TABLE")
    keys = Counter(key.value for key in table.keys)

    assert [key for key, times in keys.items() if times > 1] == []
    assert set(TABLE) == set(keys)


def test_every_situation_has_a_row():
    """A fault whose situation is misspelt would become a KeyError in front of a client."""
    assert [
        f"{place}: {name}" for place, name in raised_situations() if name not in TABLE and name not in NO_REPLY
    ] == []


def test_default_situations_have_a_row():
    """The class default of each fault answers too, except where nothing goes on the wire."""
    families = [Fault, *Fault.__subclasses__()]

    assert [family.__name__ for family in families if family.situation not in {*TABLE, *NO_REPLY}] == []


def test_every_row_is_used():
    """A row nobody names is a promise nobody keeps."""
    used = set(constants())

    assert [situation for situation in TABLE if situation not in used] == []
