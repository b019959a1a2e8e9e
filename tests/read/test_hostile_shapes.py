"""Hostile shapes in a real worker: none holds or kills it, and none is lost in silence."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tests.corpus import hostile_files, hostile_pdfs, hostile_shapes
from tests.support.real_worker import read_each

SHAPES = hostile_shapes.SHAPES | hostile_pdfs.SHAPES | hostile_files.SHAPES
OCTETS = 95_000
MAX_CPU_SECONDS = 8.0
"""As for bombs: none takes 2 on an idle machine, which `scripts/worst` measures."""
MAX_GROWN_MB = 300


@cache
def answers() -> dict[str, dict[str, Any]]:
    """Have every shape read."""
    return dict(read_each((name, make(OCTETS)) for name, make in SHAPES.items()))


@pytest.mark.parametrize("name", SHAPES)
def test_no_shape_holds_or_kills_a_worker(name: str) -> None:
    """It is read or named, and the worker lives, within time and memory."""
    answer = answers()[name]

    assert "fault" not in answer
    assert answer["cpu_s"] < MAX_CPU_SECONDS
    assert answer["grown_mb"] < MAX_GROWN_MB
