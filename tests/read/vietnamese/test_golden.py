"""Golden sets: what a careful reader of a text answers, and how often the detectors say the same."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from gateway.judge.due import VIETNAM, Basis, fall, spell
from gateway.read.vietnamese.detect import detect
from gateway.values.working_days import LAWFUL_DAYS

FILES = sorted((Path(__file__).parent / "golden").glob("*.jsonl"))
WANTED = 0.97
"""Share of texts answered as by a reader."""


def minute(instant):
    """Write an instant as a reader does: to the minute, in Vietnam."""
    return instant and dt.datetime.fromisoformat(instant).astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M")


def time_limits(marks, at):
    """Spell every time limit as rules see it in `document.time_limits`."""
    issued_on = dt.date.fromisoformat(marks.issued_on) if marks.issued_on else None
    return [spell(fall(one, Basis(at, issued_on, LAWFUL_DAYS))) for one in marks.time_limits]


ANSWERS = {
    "time_limits": time_limits,
    "cited_numbers": lambda marks, _at: list(marks.cited_numbers),
    "issued_on": lambda marks, _at: marks.issued_on,
    "urgent_before": lambda marks, _at: minute(marks.urgent_before),
}


def records(path):
    """Read one golden file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def test_every_fact_has_a_set_of_some_size():
    """Sixty texts a fact at least, no text twice."""
    for fact in ANSWERS:
        texts = [one["text"] for path in FILES if path.stem.partition("-")[0] == fact for one in records(path)]
        assert len(texts) >= 60
        assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_detectors_agree_with_readers(path):
    """At least 97 of 100 texts are answered alike; the failure lists the others."""
    fact = path.stem.partition("-")[0]
    wrong = []
    for one in records(path):
        at = dt.datetime.fromisoformat(one["received_at"])
        found = ANSWERS[fact](detect(one["text"], one["kind"], at), at)
        if found != one["expected"][fact]:
            wrong.append(f"{one['id']}: expected {one['expected'][fact]!r}, found {found!r}: {one['text'][-120:]!r}")
    print(f"{path.name}: {len(records(path)) - len(wrong)} of {len(records(path))}", *wrong, sep="\n")  # noqa: T201 - shown by -s, of sets that pass
    assert len(wrong) <= (1 - WANTED) * len(records(path)), "\n".join(wrong)
