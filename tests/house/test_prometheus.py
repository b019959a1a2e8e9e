"""The shipped alert rules ask only for families, labels and values that exist.

promtool checks syntax and behaviour (`promtool test rules config/prometheus/tests*.yml`); it cannot know our names.
"""

from __future__ import annotations

import re

import pytest
import yaml

from gateway.edge.observers.catalogue import CATALOGUE, OTHER, PREFIX, SECRET_RULE
from gateway.records.metrics import FAMILIES
from scripts.runbooks import DEFAULT, linked
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
    for name, gauge in FAMILIES.items():
        found[name] = {gauge.label: {*gauge.values} if gauge.values else None} if gauge.label else {}
    return found


@pytest.mark.parametrize("file", ["rules.yml", "tests.yml", "tests-of-days.yml"])
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


def test_every_alert_is_tried_firing_and_silent():
    """An alert that was never seen to fire may not, and one never seen silent may cry at everything."""
    rules = yaml.safe_load((FOLDER / "rules.yml").read_text("utf-8"))
    alerts = {rule["alert"] for group in rules["groups"] for rule in group["rules"] if "alert" in rule}
    files = [yaml.safe_load(file.read_text("utf-8")) for file in FOLDER.glob("tests*.yml")]
    tried = [case for file in files for group in file["tests"] for case in group["alert_rule_test"]]

    assert alerts - {case["alertname"] for case in tried if case["exp_alerts"]} == set()
    assert alerts - {case["alertname"] for case in tried if not case["exp_alerts"]} == set()


def test_every_alert_has_a_runbook():
    """What it means, what to look at, how to tell a false alarm, how it ends: on one page, and no page for what is gone."""
    pages = {page.stem: page.read_text("utf-8") for page in (ROOT / "docs" / "runbooks").glob("Congthu*.md")}
    headings = ["What it means", "First", "A false alarm", "How it ends"]

    assert set(pages) == set(re.findall(r"- alert: (\w+)", (FOLDER / "rules.yml").read_text("utf-8")))
    assert {name for name, page in pages.items() if re.findall(r"^## (.+)$", page, re.MULTILINE) != headings} == set()
    assert {name for name, page in pages.items() if page.count("\n$ ") != 3} == set()
    assert {name for name, page in pages.items() if "(no line" in page} == set()  # what a healthy gateway prints


@pytest.mark.parametrize("file", ["rules.yml", "tests.yml", "tests-of-days.yml"])
def test_alerts_lead_to_runbooks_of_their_own(file):
    """Whoever is woken at night follows one link; scripts/alerts writes it."""
    text = (FOLDER / file).read_text("utf-8")

    assert linked(text, DEFAULT) == text
    assert "{alert}" not in text


def test_the_alertmanager_example_knows_the_alerts():
    """Alerts, severities and labels it names exist, each severity has a way of its own, and none goes by mail."""
    groups = yaml.safe_load((FOLDER / "rules.yml").read_text("utf-8"))["groups"]
    alerts = [rule for group in groups for rule in group["rules"] if "alert" in rule]
    severities = {rule["labels"]["severity"] for rule in alerts}
    values = {"alertname": {rule["alert"] for rule in alerts}, "severity": severities}
    labels = {label for names in exposed().values() for label in names} | LIBRARY_LABELS | {"alertname"}
    example = yaml.safe_load((FOLDER / "alertmanager-example.yml").read_text("utf-8"))
    inhibitions, routes = example["inhibit_rules"], example["route"]["routes"]
    matchers = [text for rule in inhibitions for text in (*rule["source_matchers"], *rule["target_matchers"])]
    matchers += [text for route in routes for text in route["matchers"]]
    named = [re.fullmatch(r'(\w+) =~? "([\w|]+)"', text).groups() for text in matchers]

    assert [(name, one) for name, words in named for one in words.split("|") if one not in values[name]] == []
    assert {
        *example["route"]["group_by"],
        *(label for rule in inhibitions for label in rule["equal"]),
    } - labels == set()
    assert [route["matchers"] for route in routes] == [
        [f'severity = "{one}"'] for one in ("critical", "warning", "info")
    ]
    assert severities == {"critical", "warning", "info"}
    assert {kind for receiver in example["receivers"] for kind in receiver} == {"name", "webhook_configs"}
