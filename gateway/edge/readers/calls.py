"""Calls: the system calls a shut-in process may make, and the filter that refuses every other one.

The lists were taken from traces of the whole test corpora in a worker and of all runs of the trust service, and
widened only by what older and newer C libraries call for the same thing. Anything else answers EPERM, also what
nobody has thought of. Calls of a kernel younger than the newest one known here answer ENOSYS, as on an older
kernel: libraries then fall back on what is listed.

Numbers: the kernel's UAPI headers, x86_64 (asm/unistd_64.h) and aarch64 (asm-generic/unistd.h); a test compares
them with the headers installed. The filter is classic BPF over struct seccomp_data: seccomp(2).
"""

from __future__ import annotations

import struct
from typing import Final

EPERM, ENOSYS = 1, 38
_ABSENT: Final = -1
NEWEST = 469
"""file_setattr of Linux 6.17; numbers are the same on all architectures since 424."""
_X32_BIT = 0x40000000
"""System calls of the x32 ABI carry this bit and would slip past a list of plain numbers."""
AUDIT_ARCH: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_NUMBERS: Final = {
    # memory
    "brk": (12, 214), "madvise": (28, 233), "munmap": (11, 215), "mremap": (25, 216),
    # files already open, and those Landlock lets a process open
    "read": (0, 63), "readv": (19, 65), "pread64": (17, 67), "write": (1, 64), "writev": (20, 66), "lseek": (8, 62),
    "close": (3, 57), "openat": (257, 56), "getdents64": (217, 61), "getcwd": (79, 17),
    "fstat": (5, 80), "newfstatat": (262, 79), "statx": (332, 291), "stat": (4, _ABSENT), "lstat": (6, _ABSENT),
    "access": (21, _ABSENT), "faccessat": (269, 48), "faccessat2": (439, 439),
    "readlink": (89, _ABSENT), "readlinkat": (267, 78),
    # the link to the asyncio process, the only socket there is
    "recvmsg": (47, 212), "recvfrom": (45, 207), "sendmsg": (46, 211), "sendto": (44, 206),
    # itself: time, identity, chance, signals it handles, its end
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "gettimeofday": (96, 169), "time": (201, _ABSENT),
    "times": (100, 153), "getrusage": (98, 165), "clock_nanosleep": (230, 115), "nanosleep": (35, 101),
    "getrandom": (318, 278), "getpid": (39, 172), "gettid": (186, 178), "getuid": (102, 174), "geteuid": (107, 175),
    "getgid": (104, 176), "getegid": (108, 177), "uname": (63, 160), "sysinfo": (99, 179), "getrlimit": (97, 163),
    "sched_getaffinity": (204, 123), "sched_yield": (24, 124), "futex": (202, 98),
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "sigaltstack": (131, 132),
    "restart_syscall": (219, 128), "exit": (60, 93), "exit_group": (231, 94),
    # allowed for some arguments only
    "mmap": (9, 222), "mprotect": (10, 226), "fcntl": (72, 25), "ioctl": (16, 29), "prlimit64": (302, 261),
    "tgkill": (234, 131),
    # for fetching: peers, names, and the files of one folder
    "socket": (41, 198), "connect": (42, 203), "getsockopt": (55, 209), "setsockopt": (54, 208),
    "getsockname": (51, 204), "getpeername": (52, 205), "shutdown": (48, 210), "sendmmsg": (307, 269),
    "poll": (7, _ABSENT), "ppoll": (271, 73), "select": (23, _ABSENT), "pselect6": (270, 72), "setitimer": (38, 103),
    "rename": (82, _ABSENT), "renameat": (264, 38), "renameat2": (316, 276), "unlink": (87, _ABSENT),
    "unlinkat": (263, 35), "fchmod": (91, 52), "fsync": (74, 82), "fdatasync": (75, 83), "ftruncate": (77, 46),
}  # fmt: skip
"""By name: number on x86_64 and on aarch64."""
_FETCHING: Final = frozenset({
    "socket", "connect", "getsockopt", "setsockopt", "getsockname", "getpeername", "shutdown", "sendmmsg", "poll",
    "ppoll", "select", "pselect6", "setitimer", "rename", "renameat", "renameat2", "unlink", "unlinkat", "fchmod",
    "fsync", "fdatasync", "ftruncate",
})  # fmt: skip
"""What only a process that fetches may do."""

_WRITE_AND_EXECUTE, _EXECUTE = 0b110, 0b100
_SIGABRT = 6
_ADDRESS_SPACE = 9
"""RLIMIT_AS, which `slate` lowers around native code. It can be lowered: the hard limit never rises again."""
_FCNTL_COMMANDS = (0, 1, 2, 3, 4, 1030)
"""F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC. F_SETOWN and F_SETSIG would send others signals."""
_IOCTL_REQUESTS = (0x5401, 0x5421, 0x541B, 0x5450, 0x5451)
"""TCGETS (is it a terminal?), FIONBIO, FIONREAD, FIONCLEX, FIOCLEX. FIOSETOWN would send others signals."""

_LOAD, _EQUAL, _AT_LEAST, _ABOVE, _AND, _ANSWER = 0x20, 0x15, 0x35, 0x25, 0x54, 0x06
_KILL, _ALLOW, _ERROR = 0x80000000, 0x7FFF0000, 0x00050000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
"""Offsets in struct seccomp_data; an argument has 8 octets, the lower half first on both machines."""

Instruction = tuple[int, int, int, int]
"""Code, jump if true, jump if false, value."""
INSTRUCTION_OCTETS: Final = 8
"""struct sock_filter."""


def listed(machine: str, *, is_fetching: bool = False) -> dict[str, int]:
    """Give the calls a process may make on one machine, by name, with their numbers there."""
    column = list(AUDIT_ARCH).index(machine)
    found = {name: row[column] for name, row in _NUMBERS.items() if is_fetching or name not in _FETCHING}
    return {name: number for name, number in found.items() if number != _ABSENT}


def program(machine: str, pid: int, *, is_fetching: bool = False) -> bytes:
    """Assemble the filter of process `pid` for one machine: struct sock_filter after struct sock_filter.

    A foreign architecture is killed; what is not listed gets EPERM.
    """
    found: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, AUDIT_ARCH[machine]),
        (_ANSWER, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32_BIT),
        (_ANSWER, 0, 0, _ERROR | EPERM),
        (_ABOVE, 0, 1, NEWEST),
        (_ANSWER, 0, 0, _ERROR | ENOSYS),
    ]
    for name, number in listed(machine, is_fetching=is_fetching).items():
        tests = _argument_tests(name, pid)
        found += [(_EQUAL, 0, len(tests) + 1, number), *tests, (_ANSWER, 0, 0, _ALLOW)]
    found.append((_ANSWER, 0, 0, _ERROR | EPERM))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in found)


def _argument_tests(name: str, pid: int) -> list[Instruction]:
    """Give what must hold of the arguments: falls through to the answer behind it, or refuses."""
    refuse = (_ANSWER, 0, 0, _ERROR | EPERM)
    tests: list[Instruction] = []
    match name:
        case "mmap":  # as MemoryDenyWriteExecute= of systemd: no memory is written and then run
            tests = [_argument(2), (_AND, 0, 0, _WRITE_AND_EXECUTE), (_EQUAL, 0, 1, _WRITE_AND_EXECUTE), refuse]
        case "mprotect":
            tests = [_argument(2), (_AND, 0, 0, _EXECUTE), (_EQUAL, 0, 1, _EXECUTE), refuse]
        case "fcntl":
            tests = [_argument(1), *_one_of(_FCNTL_COMMANDS), refuse]
        case "ioctl":
            tests = [_argument(1), *_one_of(_IOCTL_REQUESTS), refuse]
        case "tgkill":  # abort() of the C library, of itself alone: without it glibc 2.41 ends without a word
            tests = [_argument(0), *_one_of((pid,)), refuse, _argument(2), *_one_of((_SIGABRT,)), refuse]
        case "prlimit64":  # of itself alone; new limits (both halves of the pointer) only for address space
            is_zero = [(_EQUAL, 1, 0, 0), refuse]
            is_read = [_argument(2), *is_zero, (_LOAD, 0, 0, _ARGUMENTS + 8 * 2 + 4), *is_zero]
            tests = [_argument(0), *is_zero, _argument(1), (_EQUAL, len(is_read), 0, _ADDRESS_SPACE), *is_read]
    return tests


def _argument(index: int) -> Instruction:
    """Load the lower half of an argument: all the kernel takes of an int."""
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * index)


def _one_of(values: tuple[int, ...]) -> list[Instruction]:
    """Jump over the refusal that follows when the loaded value is one of these."""
    return [(_EQUAL, len(values) - index, 0, value) for index, value in enumerate(values)]
