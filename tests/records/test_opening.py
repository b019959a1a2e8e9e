"""Stores opened and let go."""

from __future__ import annotations

import gc
from pathlib import Path

from gateway.records.store.opening import open_store


def test_stores_that_are_forgotten_leave_no_descriptors(tmp_path):
    """A process that opens store after store holds none of their files."""
    for number in range(3):
        with open_store(f"sqlite:///{tmp_path}/{number}.db").begin():
            pass
    gc.collect()

    held = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink() and link.exists()]
    assert not [link for link in held if str(tmp_path) in str(link.resolve())]
