"""Hostile shapes in a real worker: none holds or kills it, and none is lost in silence.

They are as large as they grow, and what a mail of their size may cost is a third of what it may in production: a reader
that asks no clock and counts nothing shows as well, and the others end sooner. `scripts/worst` gives them all of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from gateway.read.budget import DEFAULT_BUDGET
from tests.corpus import hostile_files, hostile_pdfs, hostile_shapes
from tests.support.real_worker import RealWorker

if TYPE_CHECKING:
    from collections.abc import Iterator

SHAPES = hostile_shapes.SHAPES | hostile_pdfs.SHAPES | hostile_files.SHAPES
OCTETS = 95_000
_THIRDS = (
    "cpu_milliseconds", "cpu_milliseconds_per_megabyte", "ocr_milliseconds", "ocr_milliseconds_per_megabyte",
    "pdf_content_octets", "container_octets",
)  # fmt: skip
BUDGET = msgspec.structs.replace(DEFAULT_BUDGET, **{name: getattr(DEFAULT_BUDGET, name) // 3 for name in _THIRDS})
MAX_CPU_SECONDS = 4.0
"""None takes 1.5 on an idle machine; a busy one counts more."""
MAX_GROWN_MB = 300


@pytest.fixture(scope="module")
def worker() -> Iterator[RealWorker]:
    """The workers of one process of tests."""
    with RealWorker(BUDGET) as real:
        yield real


@pytest.mark.parametrize("name", SHAPES)
def test_no_shape_holds_or_kills_a_worker(worker: RealWorker, name: str) -> None:
    """It is read or named, and the worker lives, within time and memory."""
    answer = worker.read(SHAPES[name](OCTETS))

    assert "fault" not in answer
    assert answer["cpu_s"] < MAX_CPU_SECONDS
    assert answer["grown_mb"] < MAX_GROWN_MB
