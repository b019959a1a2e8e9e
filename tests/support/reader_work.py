"""A work function for pool tests: the message says what the worker shall do."""

import contextlib
import ctypes
import os
import socket
import stat
import sys
from pathlib import Path


def load(payload: bytes):
    """Answer a work function that remembers the payload."""

    def work(request: bytes, octets: memoryview) -> bytes:
        command = bytes(octets[:6])
        if request == b"unread":
            return b"not read"
        if command == b"crash!":
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
        if command == b"speak!":
            _speak(bytes(octets[6:]))
        if command == b"path!!":
            return sys.executable.encode()
        return payload + b"|" + request + b"|" + bytes(octets)

    return work


def _speak(octets: bytes) -> None:
    """Write to the asyncio process past the worker loop, as code that took the worker over would."""
    for fd in range(3, 64):
        with contextlib.suppress(OSError):
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                os.write(fd, octets)
