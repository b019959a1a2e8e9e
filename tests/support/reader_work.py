"""A work function for pool tests: the message says what the worker shall do."""

import contextlib
import ctypes
import os
import resource
import signal
import socket
import stat
import sys
from hashlib import sha256
from pathlib import Path

from gateway.edge.readers.slate import SLATE, Casualty


def _attach() -> None:
    """Debug the parent, as ptrace(2) does; libc tells of the refusal by its number."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(16, os.getppid(), None, None) != 0:
        raise PermissionError(ctypes.get_errno())


ESCAPES = {
    b"write!": lambda: Path("/tmp/congthu-escape").write_bytes(b"x"),
    b"delete": lambda: Path(__file__).rename(__file__ + ".gone"),
    b"listen": lambda: socket.create_server(("127.0.0.1", 0)),
    b"local!": lambda: socket.socket(socket.AF_UNIX),
    b"exec!!": lambda: os.execv("/bin/true", ["true"]),
    b"fork!!": os.fork,
    b"spawn!": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    b"kill!!": lambda: os.kill(os.getppid(), signal.SIGTERM),
    b"attach": _attach,
    b"memfd!": lambda: os.write(os.memfd_create("grown"), b"x"),
    b"limits": lambda: resource.setrlimit(resource.RLIMIT_AS, (2**40, 2**40)),
}
"""What code that took a worker over would try."""


def load_files(_payload: bytes):
    """Answer a work function that reads a message as files, one a line, and tells what became of each.

    A request is the digests that are left out, in hex; a file does what it says.
    """

    def work(request: bytes, octets: bytes) -> bytes:
        if request == b"unread":
            return b"unread"
        SLATE.begin_message(Casualty("made", word) for word in request.decode().split(",") if word)
        told = []
        for file in bytes(octets).splitlines():
            digest = sha256(file).hexdigest()
            if not SLATE.begins("made", digest):
                told.append(b"left out")
                continue
            command, _, _ = file.partition(b" ")
            if command in BREAKING:
                BREAKING[command]()
            SLATE.ends("made", digest)
            told.append(file)
        return b"|".join(told)

    return work


def _loop() -> None:
    while True:
        pass


def _raise() -> None:
    raise ValueError("as a bug does")


BREAKING = {
    b"crash": lambda: ctypes.string_at(0),
    b"abort": os.abort,
    b"exit": lambda: ctypes.CDLL(None).exit(1),
    b"loop": _loop,
    b"raise": _raise,
    b"leave": lambda: os._exit(0),
    b"memory": lambda: bytearray(4_000_000_000),
}
"""What files do to their reader."""


def load_confined(_payload: bytes):
    """Answer a work function that takes so many octets of memory as the message says, where it may take so many."""

    def work(request: bytes, octets: bytes) -> bytes:
        with SLATE.confined(int(request)) as held:
            try:
                taken = bytearray(int(bytes(octets)))
            except MemoryError:
                return b"refused"
            told = b"held" if held() >= len(taken) else b"lost"
        bytearray(int(bytes(octets)))
        return told

    return work


def load(payload: bytes):
    """Answer a work function that remembers the payload."""

    def work(request: bytes, octets: bytes) -> bytes:
        command = bytes(octets[:6])
        if request == b"unread" and command != b"doomed":
            return b"not read|" + bytes(octets)
        if command in (b"crash!", b"doomed"):
            ctypes.string_at(0)
        if command == b"loop!!":
            while True:
                pass
        if command == b"raise!":
            raise ValueError(request.decode())
        if command == b"memory":
            return str(len(bytearray(4_000_000_000))).encode()
        if command == b"socket":
            socket.socket()
        if command == b"file!!":
            return Path("/etc/passwd").read_bytes()
        if command in ESCAPES:
            ESCAPES[command]()
        if command == b"speak!":
            speak(bytes(octets[6:]))
        if command == b"faults":
            return str(_faults_of(7_000_000, copies=3)).encode()
        if command == b"path!!":
            return sys.executable.encode()
        return payload + b"|" + request + b"|" + bytes(octets)

    return work


def _faults_of(size_octets: int, copies: int) -> int:
    """Count the pages asked of the kernel for copies whose memory was had and given back just before."""
    counts = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        held = [b"x" * size_octets for _ in range(copies)]
        del held
        counts.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
    return counts[-1]


def speak(octets: bytes) -> None:
    """Write to the asyncio process past the worker loop, as code that took the worker over would."""
    for fd in range(3, 64):
        with contextlib.suppress(OSError):
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                os.write(fd, octets)
