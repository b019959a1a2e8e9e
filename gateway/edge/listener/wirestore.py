"""Wire store: one message in RAM, in wire form, behind an anonymous file descriptor.

Wire form is what came between the 354 and the final dot: dot-stuffed, CRLF line endings, ending in CRLF
(or empty), without the line of the final dot. Content never touches a disk and never gets a name: the
`memfd` is read by a worker and sent by `sendfile`, and the kernel frees it with its last descriptor.
All stores share one `RoomBudget`, so the number of clients does not decide how much memory mail may take;
each client has a share of it, so that one of them cannot take it all. A complete message is sealed.
"""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING, Self

from gateway.values.faults import Transient

if TYPE_CHECKING:
    from types import TracebackType

_SPILL_OCTETS = 128 * 1024
"""Octets gathered before one write: a small message costs exactly one, a large one no extra copy."""

_SPILL_PIECES = 256
"""Pieces gathered before one write: a client that sends octet by octet must not cost an object for each."""


_SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
"""What a reader worker, perhaps taken over, can no longer do: the octets inspected are the octets relayed."""


class RoomBudget:
    """Octets of messages in flight: of all of them, or one client's share of that room.

    Args:
        limit_octets: how much there is; may be changed, and takes hold as messages leave.
        whole: the room this one is a share of; what is taken here is taken there too.
    """

    __slots__ = ("__weakref__", "_whole", "limit_octets", "used_octets")

    def __init__(self, limit_octets: int, whole: RoomBudget | None = None) -> None:
        self.limit_octets = limit_octets
        self.used_octets = 0
        self._whole = whole

    @property
    def free_octets(self) -> int:
        """Octets that may still be reserved; never negative."""
        free = max(0, self.limit_octets - self.used_octets)
        return free if self._whole is None else min(free, self._whole.free_octets)

    def reserve(self, size_octets: int) -> bool:
        """Take room for that many octets; False, and nothing taken, when there is not enough."""
        if self.used_octets + size_octets > self.limit_octets:
            return False
        if self._whole is not None and not self._whole.reserve(size_octets):
            return False
        self.used_octets += size_octets
        return True

    def release(self, size_octets: int) -> None:
        """Give room back."""
        self.used_octets -= size_octets
        if self._whole is not None:
            self._whole.release(size_octets)


class WireStore:
    """One message in wire form. Whoever holds it closes it: that gives the memory and the room back."""

    __slots__ = ("_fd", "_is_closed", "_pending", "_pending_octets", "_room", "size_octets")

    def __init__(self, room: RoomBudget) -> None:
        self._room = room
        self._fd = -1
        self._pending: list[bytes] = []
        self._pending_octets = 0
        self._is_closed = False
        self.size_octets = 0

    def append(self, data: bytes) -> None:
        """Add octets at the end.

        Raises:
            Transient: `memory_short` when the room of all messages is spent; nothing was added.
        """
        if not self._room.reserve(len(data)):
            raise Transient("memory_short")
        self.size_octets += len(data)
        self._pending.append(data)
        self._pending_octets += len(data)
        if self._pending_octets >= _SPILL_OCTETS or len(self._pending) >= _SPILL_PIECES:
            self._spill()

    @property
    def fd(self) -> int:
        """Descriptor of the memory file, complete up to `size_octets`; its offset is of no meaning.

        Raises:
            Transient: `memory_short` when the kernel refuses memory or a descriptor.
        """
        if self._pending or self._fd < 0:
            self._spill()
        return self._fd

    def seal(self) -> None:
        """End the message: from now on nobody can change it, through whatever descriptor or mapping.

        Raises:
            Transient: `memory_short` as for `fd`.
        """
        try:
            fcntl.fcntl(self.fd, fcntl.F_ADD_SEALS, _SEALS)
        except OSError as error:
            raise Transient("memory_short", str(error)) from error

    def octets(self) -> bytes:
        """Copy the whole message out: for small messages and for tests."""
        if self._fd < 0:
            return b"".join(self._pending)
        return os.pread(self.fd, self.size_octets, 0)

    def close(self) -> None:
        """Free memory, descriptor and room; a second call does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        self._room.release(self.size_octets)
        self._pending.clear()
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _spill(self) -> None:
        if self._is_closed:
            raise ValueError("wire store is closed")
        try:
            if self._fd < 0:
                self._fd = os.memfd_create("message", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
            rest = memoryview(self._pending[0] if len(self._pending) == 1 else b"".join(self._pending))
            while rest:
                rest = rest[os.write(self._fd, rest) :]
        except OSError as error:
            raise Transient("memory_short", str(error)) from error
        self._pending.clear()
        self._pending_octets = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        # A holder that lost track must not cost the process its memory for ever.
        self.close()
