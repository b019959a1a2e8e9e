"""Topics, periods and roles of labelled texts: each has what it must have and nothing it must not."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from gateway.read.vietnamese import detect

RECORDS = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "corpus" / "topics" / "office.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["id"])
def test_each_text_is_of_its_topics(record: dict) -> None:
    """Classes, period and roles are as labelled; a field without a label may be anything."""
    marks = detect(record["text"], record["kind"], datetime.fromisoformat(record["received_at"]))
    wanted = record["expected"]

    assert set(wanted.get("has", ())) <= set(marks.policy_classes)
    assert set(wanted.get("hasnot", ())).isdisjoint(marks.policy_classes)
    assert wanted.get("period", marks.period) == marks.period
    assert tuple(wanted.get("roles", marks.recipient_roles)) == marks.recipient_roles
