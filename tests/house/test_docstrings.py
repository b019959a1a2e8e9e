"""Docstrings: there for everything public, and never twice (copied docstrings lie)."""

from __future__ import annotations

import ast
from collections import defaultdict

from tests.support.tree import sources


def documented():
    """Give (place, docstring or None, is public) of every module, class and function of the package."""
    for source in sources():
        place = source.name
        yield place, ast.get_docstring(source.tree), True
        for node in source.nodes:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                # The setter of a property is documented by the property.
                is_setter = any(getattr(mark, "attr", "") in {"setter", "deleter"} for mark in node.decorator_list)
                is_public = not node.name.startswith("_") and not is_setter
                yield f"{place}:{node.lineno} {node.name}", ast.get_docstring(node), is_public


def test_everything_public_is_documented():
    """Modules, classes, functions and methods without a leading underscore."""
    private = set(_names_in_private_scopes())

    assert [place for place, text, is_public in documented() if is_public and not text and place not in private] == []


def _names_in_private_scopes():
    """List public names inside private classes and functions: no reader of the interface meets them."""
    for source in sources():
        place = source.name
        for scope in source.nodes:
            is_function = isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef)
            if is_function or (isinstance(scope, ast.ClassDef) and scope.name.startswith("_")):
                for node in ast.walk(scope):
                    if node is not scope and isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                        yield f"{place}:{node.lineno} {node.name}"


def test_no_docstring_occurs_twice():
    """A text that fits two things says too little about either."""
    places = defaultdict(list)
    for place, text, _ in documented():
        if text:
            places[text].append(place)

    assert [found for found in places.values() if len(found) > 1] == []


def test_fields_of_records_say_their_unit():
    """A field that counts octets or time names its unit."""
    suspicious = {"size", "timeout", "duration", "deadline", "interval", "length"}
    wrong = [
        f"{source.name}:{field.lineno} {node.name}.{field.target.id}"
        for source in sources("gateway/values")
        for node in source.nodes
        if isinstance(node, ast.ClassDef)
        for field in node.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and field.target.id in suspicious
    ]

    assert wrong == []
