"""Places: where a word of secrecy or urgency is a mark, and where it is only a word.

`places.jsonl` holds one text a line: the group it stands for, the kind of text, and what is right.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from gateway.read.vietnamese import detect, detect_secrecy

AT = datetime(2026, 11, 30, 9, tzinfo=timezone(timedelta(hours=7)))
ROWS = [
    json.loads(line) for line in Path(__file__).with_name("places.jsonl").read_text("utf-8").rstrip("\n").split("\n")
]


def _found(row: dict[str, Any]) -> dict[str, Any]:
    marks = detect(row["text"], row["kind"], AT)
    return {
        "secrecy": marks.secrecy.value,
        "urgency": marks.urgency.value,
        "mentioned": marks.is_secrecy_mentioned,
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['group']}: {row['kind']}: {row['text'][:50]!r}")
def test_a_mark_needs_a_place(row: dict[str, Any]) -> None:
    """Each text gives its level of secrecy, its urgency, and whether secrecy is spoken of."""
    found = _found(row)

    assert {name: row[name] for name in found if name in row} == {name: found[name] for name in found if name in row}
    assert detect_secrecy(row["text"], row["kind"]).value == found["secrecy"]


def test_every_group_has_marks_and_words() -> None:
    """At least ten texts a group; but for levels that say none, some are marks and some are not."""
    sizes = Counter(row["group"] for row in ROWS)

    assert min(sizes.values()) >= 10
    for group in sizes:
        kinds = {row.get("secrecy", row.get("urgency")) == "none" for row in ROWS if row["group"] == group}
        assert kinds == {True, False} or group == "levels that say none"
