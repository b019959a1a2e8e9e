"""Every query of every panel, and every rule, answered by a real Prometheus over an hour of a real gateway's mail.

Nothing may be refused, empty or not a number, but where a panel says that nothing is the good news.
"""

from __future__ import annotations

import json
import math
import re

import pytest
import yaml

from tests.monitoring.hour import INTERVAL_S, Hour
from tests.monitoring.prometheus import IS_PRESENT, SHIPPED, WHY_NOT
from tests.support.tree import ROOT

pytestmark = pytest.mark.skipif(not IS_PRESENT, reason=WHY_NOT)

BOARDS = sorted((ROOT / "config" / "grafana" / "dashboards").glob("*.json"))
GOOD_NEWS = "Empty or 0 is the good news."
STEP_S = 60
VARIABLES = {
    "$__rate_interval": f"{4 * INTERVAL_S}s", "$__range": "1h",
    "$job": "congthu", "$instance": ".+", "$territory": ".+", "$agency": ".+",
}  # fmt: skip
"""As Grafana fills them in for an hour at the shipped scrape interval and the step asked for here."""
LATER = {
    # Families that have no series until what they count has happened.
    "congthu_trust_fetch_last_success_timestamp_seconds": "lists are not fetched here",
}
_SELECTOR = re.compile(r"(?<![\w:])(?:[a-z_]+:congthu_[\w:]+|congthu_\w+|up)\b(?:\{[^}]*\})?")


def filled(expression):
    """Put in what Grafana puts in for variables."""
    for name, value in VARIABLES.items():
        expression = expression.replace(name, value)
    assert "$" not in expression, expression
    return expression


def panels():
    """Give (name, panel) of every panel that asks something."""
    for path in BOARDS:
        for panel in json.loads(path.read_text("utf-8"))["panels"]:
            if panel["type"] != "row":
                yield f"{path.stem} {panel['id']} {panel['title']}", panel


def asked(hour, target):
    """Ask as the panel does: the end of the hour, or its course."""
    expression = filled(target["expr"])
    if target.get("instant"):
        return hour.prometheus.values(expression, hour.end_s)
    return hour.prometheus.values_over(expression, hour.start_s, hour.end_s, STEP_S)


def faults_of_panels(hour):
    """Say which queries fail, and which panels show nothing although something happened."""
    for name, panel in panels():
        for target in panel["targets"]:
            where = f"{name} {target['refId']}"
            try:
                values = asked(hour, target)
            except ValueError as error:
                yield f"{where}: {error}"
                continue
            if not values and GOOD_NEWS not in panel["description"]:
                yield f"{where}: empty"
            if not all(math.isfinite(value) for value in values):
                yield f"{where}: not a number"


def faults_of_rules(hour):
    """The same for rules: what is recorded has values; what alerts is well-formed and rests on series that exist."""
    for group in yaml.safe_load((SHIPPED / "rules.yml").read_text("utf-8"))["groups"]:
        for rule in group["rules"]:
            name = rule.get("record") or rule["alert"]
            values = hour.prometheus.values_over(rule["expr"], hour.start_s, hour.end_s, STEP_S)
            if "record" in rule and not values:
                yield f"{name}: empty"
            if not all(math.isfinite(value) for value in values):
                yield f"{name}: not a number"
            for selector in _SELECTOR.findall(rule["expr"]):
                if selector.partition("{")[0] in LATER:
                    continue
                if not hour.prometheus.values(f"count({selector})", hour.end_s):
                    yield f"{name}: nothing matches {selector}"


def faults_of_variables(hour):
    """Each variable of a dashboard has something to choose from."""
    for path in BOARDS:
        for variable in json.loads(path.read_text("utf-8"))["templating"]["list"]:
            if variable["type"] == "query":
                selector, label = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"]["query"]).groups()
                if not hour.prometheus.get(f"label/{label}/values", **{"match[]": filled(selector)}):
                    yield f"{path.stem}: variable {variable['name']} is empty"


def test_every_query_and_every_rule_has_an_answer(tmp_path):
    """One hour is made for all of it: making it is what takes long."""
    assert BOARDS
    hour = Hour(tmp_path)
    with hour.prometheus:
        faults = [*faults_of_variables(hour), *faults_of_panels(hour), *faults_of_rules(hour)]

    assert not faults, "\n" + "\n".join(faults)
