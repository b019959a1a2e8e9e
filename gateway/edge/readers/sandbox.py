"""Sandbox: what a reader worker gives up before it reads its first hostile octet.

Layers, each applied when the kernel offers it and reported by name: no_new_privs, resource limits,
Landlock (no file system writes, reads only below the interpreter's own folders, no TCP, no signals to others), and a
seccomp filter that refuses every system call but those listed in `calls`. Nothing here can be undone.

The process that fetches for the trust service is shut in likewise (`enter_fetcher`), but may connect and may write
one folder.

Kernel interfaces: prctl(2), landlock(7), seccomp(2); numbers from the kernel's UAPI headers.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys
import sysconfig
from pathlib import Path

import msgspec

from gateway.edge.readers import calls

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2
SIGKILL = 9

LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
LANDLOCK_READ_FILE, LANDLOCK_READ_DIR = 1 << 2, 1 << 3
LANDLOCK_WRITE = 1 << 1 | 1 << 5 | 1 << 8 | 1 << 14
"""Write, remove, make and truncate files; no folders, links or devices."""
LANDLOCK_BIND_TCP, LANDLOCK_TCP = 0b01, 0b11
"""Bind alone, or bind and connect (Landlock ABI 4)."""
LANDLOCK_SCOPES = 0b11
"""No abstract Unix sockets and no signals beyond the process itself (Landlock ABI 6)."""
_FS_RIGHTS_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
"""All file system rights each ABI can handle; 5 holds for every later one."""

_NAMING = (
    "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/services",
    "/run/systemd/resolve", "/etc/ssl", "/etc/ca-certificates", "/etc/pki/tls", "/usr/share/ca-certificates",
)  # fmt: skip
"""What looking up a name and checking a web server read."""
_RANDOM = "/dev/urandom"
"""qpdf draws from it, to no effect on what it reads, when it opens files encrypted with 256 bits."""
_FETCHER_MEMORY_OCTETS = 2_000_000_000
_FETCHER_FILE_OCTETS = 64_000_000
_NONE_OF = (resource.RLIMIT_NPROC, resource.RLIMIT_CORE, resource.RLIMIT_MEMLOCK, resource.RLIMIT_MSGQUEUE)
"""No process or thread of its own, no core file (it would hold the message), no locked memory, no queue."""
WORKER_LIFE_S = 3_600
"""CPU seconds after which a worker makes room for a fresh one (`nursery.serve`); twice that kills it."""


class SandboxReport(msgspec.Struct, frozen=True):
    """Which layers hold in a worker; `check` prints it and a metric shows it."""

    no_new_privs: bool
    landlock_abi: int
    """0 when the kernel offers none."""
    seccomp: bool
    rlimits: bool


class Limits(msgspec.Struct, frozen=True):
    """Resource limits of one worker."""

    memory_octets: int = 1_500_000_000
    """RLIMIT_AS; address space, so well above resident memory."""
    cpu_seconds: int = 15
    """CPU time for one message; the gateway kills beyond it."""
    open_files: int = 64


def enter(limits: Limits) -> SandboxReport:
    """Give up everything a reader does not need; call once, in the worker, before the first message.

    Layers the kernel lacks are left out and show in the report; a worker never runs unlimited in memory.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    no_new_privs = _begin(libc, limits.memory_octets, 0)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limits.open_files, limits.open_files))
    # the bound for one message is kept from outside (`link`): whoever took a worker over would move one of its own
    life_s, most_s = 2 * max(WORKER_LIFE_S, limits.cpu_seconds), resource.getrlimit(resource.RLIMIT_CPU)[1]
    life_s = life_s if most_s == resource.RLIM_INFINITY else min(life_s, most_s)
    resource.setrlimit(resource.RLIMIT_CPU, (life_s, life_s))
    places = [(folder, LANDLOCK_READ_FILE | LANDLOCK_READ_DIR) for folder in _readable_folders()]
    places.append((_RANDOM, LANDLOCK_READ_FILE))
    abi = _enter_landlock(libc, places, LANDLOCK_TCP) if no_new_privs else 0
    return SandboxReport(no_new_privs, abi, no_new_privs and _enter_seccomp(libc), rlimits=True)


def enter_fetcher(folder: str) -> SandboxReport:
    """Give up everything a process that fetches into one folder does not need; call once, before it asks anybody.

    It connects, looks names up, reads no key and no configuration of ours, and writes nowhere else.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    no_new_privs = _begin(libc, _FETCHER_MEMORY_OCTETS, _FETCHER_FILE_OCTETS)
    reading = LANDLOCK_READ_FILE | LANDLOCK_READ_DIR
    places = [(place, reading) for place in (*_readable_folders(), *_NAMING)] + [(folder, reading | LANDLOCK_WRITE)]
    abi = _enter_landlock(libc, places, LANDLOCK_BIND_TCP) if no_new_privs else 0
    return SandboxReport(no_new_privs, abi, no_new_privs and _enter_seccomp(libc, is_fetching=True), rlimits=True)


def _begin(libc: ctypes.CDLL, memory_octets: int, file_octets: int) -> bool:
    """End with the parent, be no target of a debugger, take limits; tell whether privileges can no longer be gained."""
    libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    no_new_privs = libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    resource.setrlimit(resource.RLIMIT_AS, (memory_octets, memory_octets))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_octets, file_octets))
    for limit in _NONE_OF:
        resource.setrlimit(limit, (0, 0))
    return bool(no_new_privs)


def _readable_folders() -> list[str]:
    """Name the folders lazy imports read: the interpreter, its packages, ours. Never /etc or /run."""
    folders = {sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib"), str(Path(__file__).parents[2])}
    folders |= {"/usr/share/zoneinfo", "/usr/lib", "/lib"}
    return sorted(folder for folder in folders if folder and Path(folder).is_dir())


def _enter_landlock(libc: ctypes.CDLL, places: list[tuple[str, int]], tcp: int) -> int:
    """Restrict the file system to some places and rights, and TCP; answer the ABI that holds, 0 when none."""
    abi = int(libc.syscall(LANDLOCK_CREATE_RULESET, None, 0, 1))
    if abi < 1:
        return 0
    rights = _FS_RIGHTS_BY_ABI[min(abi, 5)]
    # struct landlock_ruleset_attr has grown a field at ABI 4 and at ABI 6
    attributes = struct.pack("=QQQ", rights, tcp, LANDLOCK_SCOPES)[: 24 if abi >= 6 else 16 if abi >= 4 else 8]
    ruleset = int(libc.syscall(LANDLOCK_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0))
    if ruleset < 0:
        return 0
    for place, wanted in places:
        if not Path(place).exists():
            continue
        place_fd = os.open(place, os.O_PATH | os.O_CLOEXEC)
        granted = wanted & rights if Path(place).is_dir() else wanted & rights & ~LANDLOCK_READ_DIR
        libc.syscall(LANDLOCK_ADD_RULE, ruleset, 1, struct.pack("=Qi", granted, place_fd), 0)
        os.close(place_fd)
    held = libc.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return abi if held else 0


class _FilterProgram(ctypes.Structure):
    """struct sock_fprog of linux/filter.h."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _enter_seccomp(libc: ctypes.CDLL, *, is_fetching: bool = False) -> bool:
    """Install the filter of `calls`; answer whether it holds: not on a machine whose numbers nobody wrote down."""
    machine = platform.machine()
    if machine not in calls.AUDIT_ARCH:
        return False
    code = calls.program(machine, os.getpid(), is_fetching=is_fetching)
    program = _FilterProgram(len(code) // calls.INSTRUCTION_OCTETS, code)
    return int(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)) == 0
