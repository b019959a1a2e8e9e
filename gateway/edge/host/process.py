"""Process: what the kernel is told about the main process and all it starts, before anything else happens."""

from __future__ import annotations

import ctypes
import resource

MAX_OPEN_FILES = 65_536
"""As our service unit allows: three descriptors a session (client, message, next hop), and idle ones."""
_PR_SET_DUMPABLE = 4


def forbid_core_files() -> None:
    """Keep message octets out of core files and out of reach of debuggers, whatever the system's defaults."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def allow_open_files() -> None:
    """Raise the soft limit of descriptors, 1,024 on most systems, towards the hard one: 1,000 sessions need more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, MAX_OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
