"""PDF files of the corpus, one a technique: the facts of each equal its golden, and none costs much."""

from __future__ import annotations

import time

import pytest

from tests.corpus.pdf_papers import FOLDER
from tests.corpus.pdf_tools import MAKERS, golden

FILES = sorted(FOLDER.glob("*.pdf"))
SECONDS = 5.0
"""Of this process, far above what any file takes, for a machine that is busy."""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_facts_equal_the_golden(file):
    """Renewed by `python -m tests.corpus.pdf_papers NAME`."""
    begin = time.process_time()
    found = golden(file.read_bytes())

    assert file.with_suffix(".facts.json").read_bytes() == found
    assert time.process_time() - begin < SECONDS


def test_every_maker_has_its_file():
    """And no file is left of a maker that went."""
    assert set(MAKERS) == {file.stem for file in FILES}
    assert {file.stem for file in FILES} == {file.name.split(".")[0] for file in FOLDER.glob("*.facts.json")}
