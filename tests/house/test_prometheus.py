"""The shipped alert rules ask only for families, labels and values that exist.

promtool checks syntax and behaviour (`promtool test rules config/prometheus/tests.yml`); it cannot know our names.
"""

from __future__ import annotations

import re

import pytest

from gateway.edge.observers.catalogue import CATALOGUE, OTHER, PREFIX, SECRET_RULE
from tests.support.tree import ROOT

FOLDER = ROOT / "config" / "prometheus"
LIBRARY_LABELS = {"job", "instance"}
SERIES = re.compile(r"(?<![:\w])(congthu_\w+)(?:\{([^}]*)\})?")


def exposed():
    """Map each exposed series name to its labels and their values; None for configured sets."""
    found = {}
    for family in CATALOGUE:
        labels = {label.name: {*label.values} if label.values else None for label in family.labels}
        labels |= dict.fromkeys(family.described)
        name = PREFIX + family.name
        suffixes = {
            "counter": ["_total"],
            "gauge": [""],
            "info": ["_info"],
            "histogram": ["_bucket", "_sum", "_count"],
        }
        for suffix in suffixes[family.kind]:
            found[name + suffix] = labels | ({"le": None} if family.kind == "histogram" else {})
    return found


@pytest.mark.parametrize("file", ["rules.yml", "tests.yml"])
def test_every_series_and_label_value_exists(file):
    """A misspelt family or value makes an alert that never fires."""
    known = exposed()
    wrong = []
    for name, matchers in SERIES.findall((FOLDER / file).read_text("utf-8")):
        if name not in known:
            wrong.append(name)
            continue
        for label, operator, value in re.findall(r'(\w+)(=~|!=|=)"([^"]*)"', matchers):
            values = known[name].get(label)
            if label not in {*known[name], *LIBRARY_LABELS}:
                wrong.append(f"{name}: {label}")
            elif values is not None and operator == "=~":
                parts = value.split("|")
                wrong += [f"{name}: {label}={part}" for part in parts if not any(re.fullmatch(part, v) for v in values)]
            elif values is not None and value not in values | {OTHER, SECRET_RULE}:
                wrong.append(f"{name}: {label}={value}")

    assert wrong == []


def test_rules_sum_by_labels_that_exist():
    """`sum by (agencyy)` folds everything into one series without a word."""
    known = {label for labels in exposed().values() for label in labels} | LIBRARY_LABELS
    text = (FOLDER / "rules.yml").read_text("utf-8")
    used = {label.strip() for group in re.findall(r"(?:by|on) \(([^)]*)\)", text) for label in group.split(",")}

    assert used - known == set()
