"""Every query of every panel, and every rule, answered by a real Prometheus over an hour of a real gateway's mail.

Nothing may be refused, empty or not a number, but where a panel says that nothing is the good news.
"""

from __future__ import annotations

import math
import re

import pytest
import yaml

from tests.monitoring.asking import GOOD_NEWS, answer, boards, filled, numbers, panels
from tests.monitoring.hour import Hour
from tests.monitoring.prometheus import IS_PRESENT, SHIPPED, WHY_NOT

pytestmark = pytest.mark.skipif(not IS_PRESENT, reason=WHY_NOT)

STEP_S = 60
LATER = {
    # Families that have no series until what they count has happened.
    "congthu_trust_fetch_last_success_timestamp_seconds": "lists are not fetched here",
}
_SELECTOR = re.compile(r"(?<![\w:])(?:[a-z_]+:congthu_[\w:]+|congthu_\w+|up)\b(?:\{[^}]*\})?")


def faults_of_panels(hour):
    """Say which queries fail, and which panels show nothing although something happened."""
    for name, panel in panels():
        for target in panel["targets"]:
            where = f"{name} {target['refId']}"
            try:
                values = numbers(answer(hour, target, STEP_S))
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
    for name, board in boards().items():
        for variable in board["templating"]["list"]:
            if variable["type"] == "query":
                selector, label = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"]["query"]).groups()
                if not hour.prometheus.get(f"label/{label}/values", **{"match[]": filled(selector)}):
                    yield f"{name}: variable {variable['name']} is empty"


def test_every_query_and_every_rule_has_an_answer(tmp_path):
    """One hour is made for all of it: making it is what takes long."""
    assert boards()
    hour = Hour(tmp_path)
    with hour.prometheus:
        faults = [*faults_of_variables(hour), *faults_of_panels(hour), *faults_of_rules(hour)]

    assert not faults, "\n" + "\n".join(faults)
