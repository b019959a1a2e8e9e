"""Catalogue, registry, documentation and code name the same metrics and events."""

from __future__ import annotations

import ast

import pytest

from gateway.edge.observers import catalogue, journal_events
from gateway.edge.observers.catalogue import BY_NAME, CATALOGUE, PREFIX
from gateway.edge.observers.metrics import Metrics
from tests.support.tree import ROOT, sources

LIBRARY_FAMILIES = ("process_", "python_")


@pytest.mark.parametrize(
    ("page", "write"), [("docs/metrics.md", catalogue.reference), ("docs/log.md", journal_events.reference)]
)
def test_pages_are_written_from_the_tables(page, write):
    """Renew them with `scripts/reference`."""
    assert write() == (ROOT / page).read_text("utf-8")


def test_the_registry_exposes_the_catalogue_and_nothing_else():
    """Every row becomes a family with its help; no family is made beside the table."""
    metrics = Metrics("0.1.0")
    for family in CATALOGUE:
        if family.is_lazy and not family.labels:  # made with its first value
            metrics.set_gauge(family.name, 1)
    families = {
        family.name: family.documentation
        for family in metrics.registry.collect()
        if not family.name.startswith(LIBRARY_FAMILIES)
    }

    assert families == {PREFIX + family.name: family.help for family in CATALOGUE}


def test_names_follow_the_conventions():
    """Base units as suffix, `_total` left to the library, unique names, one sentence of help."""
    assert len(BY_NAME) == len(CATALOGUE)
    for family in CATALOGUE:
        assert not family.name.endswith("_total")
        assert not family.unit or family.name.endswith(f"_{family.unit}")
        assert (family.kind == "histogram") == bool(family.buckets)
        assert family.help.endswith(".")
        assert list(family.buckets) == sorted(family.buckets)


def test_label_sets_are_closed():
    """Every label has either a written set or a configured one with a limit; values hold no spaces."""
    for family in CATALOGUE:
        for label in family.labels:
            assert bool(label.values) != bool(label.source)
            assert not label.source or label.limit
            assert all(value.replace(".", "").replace("_", "").isalnum() for value in label.values)


def calls(*names):
    """Give (place, first argument) of every call of a method with one of these names and a constant first."""
    for source in sources():
        for node in source.nodes:
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in names
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
            ):
                receiver = ast.unparse(node.func.value)
                yield f"{source.name}:{node.lineno}", receiver, node.args[0].value, node.keywords


def test_gauges_and_counters_named_in_code_are_in_the_catalogue():
    """A misspelt name fails here rather than at the first reload in production."""
    used = [
        (place, name)
        for place, receiver, name, _ in calls("set_gauge", "count")
        if "metrics" in receiver or receiver == "self"
    ]

    assert [f"{place}: {name}" for place, name in used if name not in BY_NAME] == []


def test_events_named_in_code_are_in_the_reference():
    """The same for log events and their keys."""
    wrong = []
    for place, receiver, name, keywords in calls("event"):
        if "journal" not in receiver and receiver != "self":
            continue
        known = journal_events.EVENTS.get(name)
        keys = {keyword.arg for keyword in keywords if keyword.arg}
        if known is None or not keys <= set(known.keys):
            wrong.append(f"{place}: {name} {sorted(keys)}")

    assert wrong == []


def constants_beside(*tables):
    """List every string constant of the package outside the tables themselves."""
    return {
        node.value
        for source in sources()
        if source.name not in tables
        for node in source.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_family_is_fed():
    """A metric that nobody sets says 0 for ever, which reads as good news."""
    named = constants_beside("gateway/edge/observers/catalogue.py")

    assert [family.name for family in CATALOGUE if family.name not in named] == []


def test_every_event_is_written():
    """An event nobody writes is a promise to whoever waits for it."""
    named = constants_beside("gateway/edge/observers/journal_events.py")

    assert [name for name in journal_events.EVENTS if name not in named] == []
