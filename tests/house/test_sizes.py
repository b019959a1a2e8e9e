"""Size limits: files of 400 lines, functions of 50; tables are exempt and named here."""

from __future__ import annotations

import ast
import io
import tokenize

import pytest

from tests.support.tree import sources

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50

TABLES = {
    "gateway/demo/mails.py": "the list of sample mails",
}
"""Files that are one table, with what it lists."""

FILES = {source.name: source for source in sources()}


def too_long(name):
    """List what of a file is over its limit."""
    lines = FILES[name].text.count("\n")
    functions = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in FILES[name].nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > MAX_FUNCTION_LINES
    ]
    return [f"{lines} lines", *functions] if lines > MAX_FILE_LINES else functions


@pytest.mark.parametrize("name", [name for name in FILES if name not in TABLES])
def test_files_and_functions_stay_readable(name):
    """A file is read in one sitting and a function on one screen."""
    assert too_long(name) == []


def test_exempt_tables_exist_and_need_it():
    """An exemption that is no longer used goes."""
    assert [name for name in TABLES if not too_long(name)] == []


def test_waivers_state_their_reason():
    """Every `noqa` and `type: ignore` names its rule; a noqa says why."""
    wrong = []
    for name, source in FILES.items():
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
            if token.type != tokenize.COMMENT:
                continue
            if "noqa" in token.string and ("noqa:" not in token.string or " - " not in token.string):
                wrong.append(f"{name}:{token.start[0]}: {token.string}")
            if "type: ignore" in token.string and "type: ignore[" not in token.string:
                wrong.append(f"{name}:{token.start[0]}: {token.string}")

    assert wrong == []
