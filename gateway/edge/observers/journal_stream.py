"""Stream: lines to one file descriptor without ever blocking the event loop.

When the reader stops reading, lines wait in a bounded buffer; past it the newest are dropped and counted. A
write is tried only when the kernel says there is room, in pieces a pipe takes whole, so the descriptor
keeps its blocking mode, which other processes may share.
"""

from __future__ import annotations

import os
import select
import socket
import stat
import time
from collections import deque

MAX_PENDING_OCTETS = 1_048_576
"""Lines waiting for a stream that takes none: about 2,000."""
PIECE_OCTETS = 4_096
"""PIPE_BUF on Linux: a pipe that polls writable takes this much without blocking."""


class Stream:
    """Octets to one file descriptor without ever blocking; see the module's charter for what happens when full."""

    def __init__(self, fd: int, max_pending_octets: int = MAX_PENDING_OCTETS) -> None:
        """Write to `fd`, which stays open and in the mode it has: others may share it."""
        self._fd = fd
        self._poll = select.poll()
        self._poll.register(fd, select.POLLOUT)
        # A socket (the journal of systemd) may have room for less than a line: send what fits.
        self._socket = socket.socket(fileno=os.dup(fd)) if stat.S_ISSOCK(os.fstat(fd).st_mode) else None
        self._pending: deque[bytes] = deque()
        self._pending_octets = 0
        self._max_pending_octets = max_pending_octets
        self.is_broken = False
        """The reader is gone for good; every further line is lost."""
        self.lost = 0
        """Lines dropped since `take_lost` was last called."""

    def write(self, line: bytes) -> None:
        """Send a line now if the stream takes it, keep it while there is room, drop it otherwise."""
        if self.is_broken:
            self.lost += 1
            return
        if self._pending_octets + len(line) > self._max_pending_octets:
            self.flush()
            if self._pending_octets + len(line) > self._max_pending_octets:
                self.lost += 1
                return
        self._pending.append(line)
        self._pending_octets += len(line)
        self.flush()

    def flush(self) -> None:
        """Send what the stream takes without blocking."""
        while self._pending and self._poll.poll(0):
            line = self._pending[0]
            try:
                sent = self._send(line)
            except BlockingIOError:
                return
            except OSError:  # EPIPE, EIO, ECONNRESET
                self.is_broken = True
                self.lost += len(self._pending)
                self._pending.clear()
                self._pending_octets = 0
                return
            self._pending_octets -= sent
            if sent == len(line):
                self._pending.popleft()
            else:
                self._pending[0] = line[sent:]

    def drain(self, deadline_s: float) -> None:
        """Send what is left, blocking up to `deadline_s` seconds: for the end of the process only."""
        ends_at = time.monotonic() + deadline_s
        self.flush()
        while self._pending and (left := ends_at - time.monotonic()) > 0:
            self._poll.poll(left * 1_000)
            self.flush()

    def take_lost(self) -> int:
        """Give the lines lost since the last call, once the stream has taken everything else; 0 before."""
        if self._pending:
            return 0
        lost, self.lost = self.lost, 0
        return lost

    def _send(self, line: bytes) -> int:
        if self._socket is not None:
            return self._socket.send(line, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
        return os.write(self._fd, line[:PIECE_OCTETS])
