"""Memory of host and control group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gateway.edge.host.memory import has_unified_cgroups, may_swap, memory_octets

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("own", "whole", "expected"), [("max", "max", 4_096_000), ("1000000", "max", 1_000_000), ("max", "2000", 2_000)]
)
def test_the_least_limit_counts(tmp_path: Path, own: str, whole: str, expected: int) -> None:
    """Of host, of our own group, and of what stands at the root, as containers see theirs."""
    proc, cgroup = tmp_path / "proc", tmp_path / "cgroup"
    (proc / "self").mkdir(parents=True)
    (cgroup / "system.slice/congthu.service").mkdir(parents=True)
    (proc / "meminfo").write_text("MemTotal:        4000 kB\nMemFree: 1 kB\n")
    (proc / "self/cgroup").write_text("0::/system.slice/congthu.service\n")
    (cgroup / "system.slice/congthu.service/memory.max").write_text(f"{own}\n")
    (cgroup / "memory.max").write_text(f"{whole}\n")

    assert expected == memory_octets(proc, cgroup)


def test_nothing_told_is_nothing_known(tmp_path: Path) -> None:
    """Without /proc there is no figure, and no swap is claimed."""
    assert (0, False, False) == (memory_octets(tmp_path, tmp_path), may_swap(tmp_path), has_unified_cgroups(tmp_path))


def test_this_host_has_some() -> None:
    """More than the tests need."""
    assert memory_octets() > 100_000_000
