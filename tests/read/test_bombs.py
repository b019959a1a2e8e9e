"""Bombs in a real worker, sandbox, limits and all: each ends in a named fact or is read, in time and in little memory.

Bombs in single readers have tests of their own: streams of PDFs (`test_inflation`), containers (`test_containers`,
`test_archives`), signatures and revocation data (`test_signatures_pitfalls`, `test_evidence`), text that would make
expressions backtrack (`vietnamese/test_vietnamese_laws`), pictures (`test_pictures`, `test_picture_sizes`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.corpus import bombs
from tests.support.real_worker import RealWorker

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CPU_SECONDS = 8.0
"""The kernel ends a worker at 15; a busy machine counts more than an idle one. None takes 2 on an idle one."""
MAX_GROWN_MB = 200
"""Growth of a fresh worker. What its address space allows is 1,500."""
BOMBS = {name: (make, bombs.as_file, word) for name, (make, word) in bombs.FILES.items()}
BOMBS |= {name: (make, bytes, word) for name, (make, word) in bombs.MAILS.items()}


@pytest.fixture(scope="module")
def worker() -> Iterator[RealWorker]:
    """The workers of one process of tests."""
    with RealWorker() as real:
        yield real


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_a_fact(worker: RealWorker, name: str) -> None:
    """It is named, or read as far as it goes; the worker lives, within time and memory."""
    make, wrap, word = BOMBS[name]
    answer = worker.read(wrap(make()))

    assert "fault" not in answer
    assert not word or word in answer["words"]
    assert answer["cpu_s"] < MAX_CPU_SECONDS
    assert answer["grown_mb"] < MAX_GROWN_MB
