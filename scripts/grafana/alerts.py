"""The alert rules of config/prometheus/rules.yml in Grafana's form, for those whose Prometheus evaluates no alerts.

Recording rules stay with Prometheus: alerts on the error budget rest on them.
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from scripts.runbooks import linked

RULES = Path(__file__).parents[2] / "config" / "prometheus" / "rules.yml"
_HEAD = """\
# Written by scripts/dashboards from config/prometheus/rules.yml; a test compares them. Take this file only where
# Prometheus itself evaluates no alerts: two that tell of the same thing are one too many. Recording rules of
# rules.yml must run in Prometheus either way.
"""
_VALUE = re.compile(r"\$value\b")
_LOOK_BACK_S = 600
"""Grafana wants a range; instant queries ask for its end."""


def _rule(rule: dict[str, str | dict[str, str]]) -> dict[str, object]:
    expr = re.sub(r"\s+", " ", str(rule["expr"])).strip()
    annotations = {name: _VALUE.sub("$values.A.Value", text) for name, text in dict(rule["annotations"]).items()}
    window = {"from": _LOOK_BACK_S, "to": 0}
    query = {"refId": "A", "expr": expr, "instant": True, "range": False}
    # Whatever the expression returns is an alert, 0 too: `absent` and comparisons have filtered already.
    condition = {"refId": "B", "type": "math", "expression": "is_number($A)"}
    return {
        "uid": str(rule["alert"]).lower(),
        "title": rule["alert"],
        "condition": "B",
        "data": [
            {"refId": "A", "relativeTimeRange": window, "datasourceUid": "congthu-prometheus", "model": query},
            {"refId": "B", "relativeTimeRange": window, "datasourceUid": "__expr__", "model": condition},
        ],
        "noDataState": "OK",
        "execErrState": "Error",
        "for": rule.get("for", "0s"),
        "labels": rule["labels"],
        "annotations": annotations,
    }


def written(runbooks: str) -> str:
    """Give the provisioning file."""
    groups = yaml.safe_load(linked(RULES.read_text("utf-8"), runbooks))["groups"]
    alerts = [_rule(rule) for group in groups for rule in group["rules"] if "alert" in rule]
    group = {"orgId": 1, "name": "congthu", "folder": "Congthu", "interval": "1m", "rules": alerts}
    return _HEAD + yaml.safe_dump(
        {"apiVersion": 1, "groups": [group]}, allow_unicode=True, sort_keys=False, width=10_000
    )
