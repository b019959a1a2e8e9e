"""The corpus: every message yields exactly the structural facts of its golden."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.corpus.compose import all_cases
from tests.corpus.golden import FOLDERS, cases, golden_path, structure

if TYPE_CHECKING:
    from pathlib import Path

MESSAGES = [message for folder in FOLDERS for message in cases(folder)]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_facts_equal_the_golden(message: Path) -> None:
    """Facts of a corpus message equal its golden; a difference is left beside it as .actual.json."""
    actual = structure(message.read_bytes())
    expected = golden_path(message).read_bytes() if golden_path(message).exists() else b""
    left = message.with_suffix(".actual.json")
    if expected != actual:
        left.write_bytes(actual)
    else:
        left.unlink(missing_ok=True)

    assert expected.decode() == actual.decode()


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_folder_is_empty(folder: str) -> None:
    """Each folder of the corpus holds messages: an empty one would pass unseen."""
    assert len(cases(folder)) >= 10


def test_corpus_is_composed() -> None:
    """The messages on disk are octet for octet those of the tables, but for what fuzzing found, kept as found."""
    tables = all_cases()
    composed = {f"{folder}/{name}": octets for folder in FOLDERS for name, octets in tables[folder].items()}
    on_disk = {
        f"{path.parent.name}/{path.stem}": path.read_bytes() for path in MESSAGES if not path.stem.startswith("fuzz_")
    }

    assert composed.keys() == on_disk.keys()
    # zlib may pack differently from one build to the next: those cases are only compared by name.
    packed = ("zip", "docx", "odt", "gzip", "office", "macros", "tcvn3_name", "xz")
    assert all(on_disk[name] == octets for name, octets in composed.items() if not any(word in name for word in packed))
