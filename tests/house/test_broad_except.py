"""The broad except stands only where a bug must still become a 451."""

from __future__ import annotations

import ast

from tests.support.tree import sources

BROAD = {"Exception", "BaseException"}

ALLOWED = {
    "gateway/edge/listener/dialogue.py": "a bug in a command or a handler costs one 4yz, not the session or the process",
    "gateway/edge/readers/nursery.py": "whatever the reader raises, the worker answers that it failed: one 451",
    "gateway/read/guard.py": "libraries raise anything on hostile files, a fact; and a bug of ours takes no mark of secrecy along, and is told",
    "gateway/records/imports/xlsx.py": "openpyxl raises anything on foreign workbooks; a clerk is told, nothing is taken",
}
"""Files that may hold one, with the reason."""


def broad_excepts():
    """Give (file, line) of every bare or broad except clause that keeps what it caught."""
    for source in sources():
        for node in source.nodes:
            if isinstance(node, ast.ExceptHandler):
                kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
                is_passed_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
                if not is_passed_on and any(kind is None or getattr(kind, "id", "") in BROAD for kind in kinds):
                    yield source.name, node.lineno


def test_broad_excepts_stand_only_at_the_edge():
    """Everywhere else a fault is named, and anything else is a bug that must be seen."""
    assert [f"{name}:{line}" for name, line in broad_excepts() if name not in ALLOWED] == []


def test_each_allowance_is_needed():
    """A file that no longer catches everything loses the right to."""
    assert set(ALLOWED) == {name for name, _ in broad_excepts()}


def test_no_exception_text_reaches_the_wire():
    """A reply is never made from an exception."""
    wrong = []
    for source in sources():
        for handler in source.nodes:
            if not isinstance(handler, ast.ExceptHandler) or handler.name is None:
                continue
            for call in ast.walk(handler):
                is_reply = isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"Reply", "reply_to"}
                if is_reply and any(
                    isinstance(part, ast.Call) and getattr(part.func, "id", "") in {"str", "repr"}
                    for argument in (*call.args, *(keyword.value for keyword in call.keywords))
                    for part in ast.walk(argument)
                ):
                    wrong.append(f"{source.name}:{call.lineno}")

    assert wrong == []
