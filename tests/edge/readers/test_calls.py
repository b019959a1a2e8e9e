"""The filter of system calls as a program, on every machine it is written for."""

import re
import struct
from pathlib import Path

import pytest

from gateway.edge.readers import calls

PID = 4_194_303
MACHINES = list(calls.AUDIT_ARCH)
KILL, ERROR, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
EPERM, ENOSYS = ERROR | 1, ERROR | 38
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


def run(program: bytes, architecture: int, number: int, arguments=()) -> int:
    """What the kernel does with one call: the classic BPF of seccomp(2), as far as our filters use it."""
    padded = (*arguments, *[0] * (6 - len(arguments)))
    data = struct.pack("<IIQ6Q", number, architecture, 0, *(one & (1 << 64) - 1 for one in padded))
    loaded, at = 0, 0
    while True:
        code, if_true, if_false, value = struct.unpack_from("=HBBI", program, 8 * at)
        at += 1
        match code:
            case 0x06:
                return value
            case 0x20:
                loaded = struct.unpack_from("<I", data, value)[0]
            case 0x54:
                loaded &= value
            case _:
                holds = {0x15: loaded == value, 0x25: loaded > value, 0x35: loaded >= value}[code]
                at += if_true if holds else if_false


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("is_fetching", [False, True])
def test_what_is_listed_passes_and_nothing_else(machine, is_fetching):
    """Of all numbers there are, with arguments that are zero."""
    program = calls.program(machine, PID, is_fetching=is_fetching)
    listed = calls.listed(machine, is_fetching=is_fetching)
    passing = set(listed.values()) - {listed["ioctl"], listed["tgkill"]}

    for number in range(calls.NEWEST + 1):
        expected = ALLOW if number in passing else EPERM
        assert run(program, calls.AUDIT_ARCH[machine], number) == expected


@pytest.mark.parametrize("machine", MACHINES)
def test_foreign_architectures_and_numbers_do_not_slip_past(machine):
    """32-bit calls, the x32 ABI, and calls of kernels to come."""
    program, architecture = calls.program(machine, PID), calls.AUDIT_ARCH[machine]

    assert run(program, 0x40000003, 3) == KILL
    assert run(program, architecture, 0x40000000) == EPERM
    assert run(program, architecture, 0x40000000 | calls.listed(machine)["read"]) == EPERM
    assert run(program, architecture, calls.NEWEST + 1) == ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("tgkill", (PID, PID, 6), ALLOW),
        ("tgkill", (PID, PID, 9), EPERM),
        ("tgkill", (PID + 1, PID, 6), EPERM),
        ("tgkill", (0, PID, 6), EPERM),
        ("prlimit64", (0, 7, 0, 1), ALLOW),
        ("prlimit64", (0, 7, 1, 0), EPERM),
        ("prlimit64", (0, 7, 1 << 32, 0), EPERM),
        ("prlimit64", (1, 7, 0, 1), EPERM),
        ("prlimit64", (0, 9, 1, 0), ALLOW),
        ("prlimit64", (1, 9, 1, 0), EPERM),
        ("mmap", (0, 4096, 0b101, 2), ALLOW),
        ("mmap", (0, 4096, 0b011, 2), ALLOW),
        ("mmap", (0, 4096, 0b110, 2), EPERM),
        ("mmap", (0, 4096, 0b111, 2), EPERM),
        ("mmap", (0, 4096, 1 << 32 | 0b110, 2), EPERM),
        ("mprotect", (0, 4096, 0b001), ALLOW),
        ("mprotect", (0, 4096, 0b101), EPERM),
        ("fcntl", (4, 1030, 0), ALLOW),
        ("fcntl", (4, 8, 1), EPERM),
        ("fcntl", (4, 1033, 1), EPERM),
        ("ioctl", (4, 0x5401), ALLOW),
        ("ioctl", (4, 0x5412), EPERM),
        ("ioctl", (4, 0x8901), EPERM),
    ],
)
def test_arguments_decide(machine, name, arguments, expected):
    """Limits are read, not set, and its own; nothing is written and run; nobody else is sent a signal."""
    program = calls.program(machine, PID)

    assert run(program, calls.AUDIT_ARCH[machine], calls.listed(machine)[name], arguments) == expected


@pytest.mark.parametrize("machine", MACHINES)
def test_numbers_are_those_of_the_kernel(machine):
    """Every number of the list, compared with the headers."""
    header = HEADERS[machine]
    if not header.exists():
        pytest.skip("no headers of this machine: linux-libc-dev")
    text = header.read_text("ascii")
    plain = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", text))
    wide = dict(re.findall(r"#define __NR_(\w+)\s+__NR3264_(\w+)", text))
    ours = calls.listed(machine, is_fetching=True)

    assert ours == {name: int(plain[wide.get(name, name)]) for name in ours}
