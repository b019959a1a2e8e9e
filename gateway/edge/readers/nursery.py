"""Nursery: the small single-threaded process that reader workers are forked from, and the worker loop.

It is started afresh by `gateway.edge.readers.pool` (never forked from the asyncio process), imports the reader,
builds what a generation needs, and forks a worker whenever the parent sends an octet on the control
socket. Parent gone: the nursery ends, and with it every worker (PDEATHSIG).

Wire between the asyncio process and a worker, one message at a time:
    request   = length (4 octets, big endian) + request octets, with the message's memory file as ancillary data
    answer    = status octet (`+` done, `.` done and leaving, `?` done but for what bugs cost, `!` failed)
                + length (4 octets) + answer octets
    last word = what the interpreter writes of the signal that ends it; only its first letter is looked at
"""

from __future__ import annotations

import ctypes
import faulthandler
import gc
import importlib
import os
import resource
import signal
import socket
import struct
import sys
import time
from typing import TYPE_CHECKING

import msgspec

from gateway.edge.readers import bugs, sandbox, slate

if TYPE_CHECKING:
    from collections.abc import Callable

    Work = Callable[[bytes, bytes], bytes]

LENGTH = struct.Struct("!I")
HEADER_OCTETS = 1 + LENGTH.size
MAX_ANCILLARY_FDS = 1
_FIRST_OCTETS = 4_096
"""Of a request, asked of the kernel at once: nearly every one fits, also where a worker has hardly any memory left."""
READY, LEAVING, FLAWED, FAILED = b"+", b".", b"?", b"!"
STATUSES = frozenset({READY, LEAVING, FLAWED, FAILED})
LAST_WORDS = frozenset({b"F", b"S"})
"""First letters of faulthandler: `Fatal Python error` of a crash, `Stack` of a trap. A worker that was killed
from outside, by the kernel short of memory for one, says nothing: then nobody knows that its message was to blame."""
FORK = b"f"
FORK_FDS = 3
"""Descriptors of a forked worker: its link, its pidfd, the page of its slate."""
NO_WORKER = LENGTH.pack(0)
"""Answer to FORK, without descriptors, when the kernel refuses."""


class NurseryOrder(msgspec.Struct, frozen=True):
    """What the parent hands over at start, before the payload."""

    limits: sandbox.Limits
    recycle_after: int
    """Messages after which a worker makes room for a fresh one."""
    recycle_growth_octets: int
    """Growth of resident memory after which it does."""


def main() -> int:
    """Run as `python -m gateway.edge.readers.nursery CONTROL_FD MODULE:FUNCTION`.

    The module, whose libraries take longest to load, is imported first; then the order and the payload come, in a
    memory file.
    """
    control = socket.socket(fileno=int(sys.argv[1]))
    try:
        return _attend(control)
    except ConnectionError:
        return 0  # the parent was killed: with something of ours unread that is a reset, not an end


def _attend(control: socket.socket) -> int:
    """Take over the generation and fork a worker whenever the parent asks for one."""
    module, _, function = sys.argv[2].partition(":")
    load = getattr(importlib.import_module(module), function)
    _data, fds, _flags, _address = socket.recv_fds(control, 1, 1)
    if not fds:
        return 0  # the parent ended before it had anything to hand over
    with os.fdopen(fds[0], "rb") as handed:
        length = LENGTH.unpack(handed.read(LENGTH.size))[0]
        order = msgspec.msgpack.decode(handed.read(length), type=NurseryOrder)
        payload = handed.read()
    work: Work = load(payload)
    del payload
    gc.collect()
    gc.freeze()  # keep the collector from touching, and so copying, pages shared with the workers
    gc.set_threshold(20_000, 20, 50)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # workers are reaped by the kernel
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    control.sendall(READY)
    while control.recv(1) == FORK:
        try:
            _fork_worker(control, work, order)
        except OSError:  # no process or descriptor to be had now: the workers there are must not die of it
            control.sendall(NO_WORKER)
    return 0


def _fork_worker(control: socket.socket, work: Work, order: NurseryOrder) -> None:
    """Fork one worker and send its socket and its pidfd to the parent."""
    page_fd = slate.new_page()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        pid = os.fork()
        if pid == 0:
            control.close()
            ours.close()
            status = 70
            try:
                slate.SLATE.attach(page_fd)
                os.close(page_fd)
                status = serve(theirs, work, order)
            finally:
                os._exit(status)
        pidfd = os.pidfd_open(pid)
        socket.send_fds(control, [LENGTH.pack(pid)], [ours.fileno(), pidfd, page_fd])
        os.close(pidfd)
    finally:
        theirs.close()
        ours.close()
        os.close(page_fd)


def serve(link: socket.socket, work: Work, order: NurseryOrder) -> int:
    """Answer requests until the parent closes the link; the worker's whole life."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _silence()
    _say_last_words(link)
    report = sandbox.enter(order.limits)
    answer(link, READY, msgspec.msgpack.encode(report))
    served, resident_at_start = 0, _peak_resident_octets()
    while True:
        request, message_fd = _receive(link)
        if request is None:
            return 0
        served += 1
        slate.SLATE.begin_message()
        try:
            reply = work(request, _octets_of(message_fd))
        except Exception as fault:  # noqa: BLE001 - the wall between hostile input and the gateway: a fault costs one 451
            answer(link, FAILED, bugs.told(bugs.bug_of(fault)))
            continue
        if slate.SLATE.bugs:
            answer(link, FLAWED, bugs.joined(slate.SLATE.bugs, reply))
            continue
        growth = _peak_resident_octets() - resident_at_start
        is_old = served >= order.recycle_after or time.process_time() > sandbox.WORKER_LIFE_S
        if is_old or growth > order.recycle_growth_octets:
            answer(link, LEAVING, reply)
            return 0
        answer(link, READY, reply)


def _say_last_words(link: socket.socket) -> None:
    """Have the interpreter write to the parent when a signal of our own making ends us: that is no accident.

    It names places in programs, never content, and is written without memory or locks.
    """
    faulthandler.enable(file=link.fileno(), all_threads=False)
    faulthandler.register(signal.SIGTRAP, file=link.fileno(), all_threads=False, chain=True)
    # libarchive ends the process by exit(3) when it finds no memory; we ourselves leave by _exit(2)
    at_exit = getattr(ctypes.CDLL(None), "__cxa_atexit")
    at_exit(_SAY_EXIT, link.fileno(), None)


def _say_exit(link_fd: int | None) -> None:
    """Say that a library ended the process."""
    os.write(link_fd or 0, b"F")


_SAY_EXIT = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(_say_exit)
"""As C calls it; kept for as long as the process lives."""


def _silence() -> None:
    """Give up the daemon's log: no library writes content into it, and nobody who took over this process does."""
    nowhere = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    for standard in (1, 2):
        os.dup2(nowhere, standard)
    os.close(nowhere)


def _peak_resident_octets() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _octets_of(fd: int) -> bytes:
    """Read a message's memory file whole, and close it.

    Reading needs bytes for its searches, so a mapping would be copied, and cost page faults besides.
    """
    try:
        return os.pread(fd, os.fstat(fd).st_size, 0)
    finally:
        os.close(fd)


def answer(link: socket.socket, status: bytes, octets: bytes) -> None:
    """Send one framed answer."""
    link.sendall(status + LENGTH.pack(len(octets)) + octets)


def _receive(link: socket.socket) -> tuple[bytes | None, int]:
    """Read one request and its file descriptor; (None, -1) when the parent closed the link."""
    data, fds, _flags, _address = socket.recv_fds(link, _FIRST_OCTETS, MAX_ANCILLARY_FDS)
    if not data or not fds:
        return None, -1
    received = bytearray(data)
    while len(received) < LENGTH.size or len(received) < LENGTH.size + LENGTH.unpack_from(received)[0]:
        more = link.recv(65536)
        if not more:
            os.close(fds[0])
            return None, -1
        received += more
    return bytes(received[LENGTH.size :]), fds[0]


if __name__ == "__main__":
    sys.exit(main())
