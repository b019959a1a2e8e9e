"""Memory: how much of it this host, or the container we are in, has; and whether the host may swap."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_TOTAL: Final = re.compile(r"MemTotal:\s+(\d+) kB")
PROC, CGROUP = Path("/proc"), Path("/sys/fs/cgroup")


def memory_octets(proc: Path = PROC, cgroup: Path = CGROUP) -> int:
    """Give the memory there is: of the host, or less where a control group (version 2) limits us; 0 when unknown."""
    found = _TOTAL.search(_read(proc / "meminfo"))
    total = int(found[1]) * 1024 if found else 0
    own = _read(proc / "self/cgroup").strip().rpartition(":")[2].lstrip("/")
    limits = [_read(folder / "memory.max").strip() for folder in (cgroup / own, cgroup)]
    return min([total, *(int(limit) for limit in limits if limit.isdigit())])


def may_swap(proc: Path = PROC) -> bool:
    """Tell whether memory may be written to a disk: some swap is on."""
    return len(_read(proc / "swaps").splitlines()) > 1


def has_unified_cgroups(cgroup: Path = CGROUP) -> bool:
    """Tell whether systemd can keep a unit out of the swap (`MemorySwapMax=0`)."""
    return (cgroup / "cgroup.controllers").exists()


def _read(file: Path) -> str:
    try:
        return file.read_text("ascii", "replace")
    except OSError:
        return ""
