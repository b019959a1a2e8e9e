"""Golden corpora: every labelled text gives exactly its expected fields."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.commands.classifying import classify_record

CORPUS = Path(__file__).parents[2] / "corpus" / "text"
FILES = sorted(CORPUS.glob("*.jsonl"))


def test_the_corpus_is_there() -> None:
    """The labelled set holds at least 410 texts, the samples among them."""
    assert "samples.jsonl" in {path.name for path in FILES}
    assert sum(len(path.read_text("utf-8").rstrip("\n").split("\n")) for path in FILES) >= 410


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_field_of_every_text_is_as_labelled(path: Path) -> None:
    """No field of any labelled text differs; the failure lists each difference."""
    differences = []
    for line in path.read_text("utf-8").rstrip("\n").split("\n"):
        record = json.loads(line)
        found = classify_record({key: value for key, value in record.items() if key != "expected"})
        for name, wanted in record["expected"].items():
            if found[name] != wanted:
                differences.append(
                    f"{record['id']} {name}: expected {wanted!r}, found {found[name]!r}: {record['text'][:90]!r}"
                )

    assert [] == differences
