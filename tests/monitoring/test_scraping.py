"""A real Prometheus scrapes a real gateway as the shipped example says: targets, rules, exemplars."""

from __future__ import annotations

import itertools
import time

import pytest

from tests.monitoring.office import open_office
from tests.monitoring.prometheus import IS_PRESENT, WHY_NOT, Prometheus
from tests.monitoring.traffic import Clients, endless

pytestmark = pytest.mark.skipif(not IS_PRESENT, reason=WHY_NOT)


def ungood(prometheus):
    """Name the rules that were not evaluated yet, or not well."""
    groups = prometheus.get("rules")["groups"]
    return [(rule["name"], rule.get("lastError", "")) for group in groups for rule in group["rules"]
            if rule["health"] != "ok"]  # fmt: skip


def test_targets_rules_and_exemplars(tmp_path):
    """The target is up, every rule evaluates, and exemplars are ids that stand in the log."""
    began = time.time()
    with open_office(tmp_path / "gateway") as office:
        clients = Clients(office.port)
        clients.open()
        target = f"127.0.0.1:{office.metrics_port}"
        with Prometheus(tmp_path / "prometheus", target) as prometheus:
            prometheus.wait_for(lambda: prometheus.values('up{job="congthu"}', time.time()) == [1.0], "not up")
            clients.send(list(itertools.islice(endless(office.signers), 12)))
            clients.close()
            answered = len(office.events("transaction"))
            counted = 'sum(congthu_messages_total{agency!=""})'
            prometheus.wait_for(lambda: prometheus.values(counted, time.time()) >= [answered], "mail is not counted")
            prometheus.wait_for(lambda: not ungood(prometheus), "rules do not evaluate")

            found = prometheus.get("query_exemplars", query="congthu_messages_total", start=began, end=time.time())

    told = {event["id"] for event in office.events("transaction")}  # the log is whole once the gateway has ended
    ids = {exemplar["labels"]["trace_id"] for series in found for exemplar in series["exemplars"]}
    assert ids
    assert ids <= told
