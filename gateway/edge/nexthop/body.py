"""The message on its way out: prepended fields, the kept octets of the memory file, the final dot.

Octets are already in wire form (dot-stuffed, CRLF), so nothing is looked at or copied more than the kernel
must: large runs go by sendfile on plain connections, the rest by pread and write with back-pressure.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Final

from gateway.edge.nexthop.replies import lost, too_slow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gateway.edge.nexthop.connection import NextHopConnection

FINAL_DOT: Final = b".\r\n"
"""After octets that end in CRLF: the end of the message (RFC 5321 section 4.1.1.4)."""
SENDFILE_FROM_OCTETS: Final = 524_288
"""Runs this long go by sendfile on plain connections; measured in ADR 0005."""
BLOCK_OCTETS: Final = 131_072
"""Of one pread and write: bounds what one connection holds in user space."""
SENDFILE_BLOCK_OCTETS: Final = 1_048_576
"""Of one sendfile call: each has the data timeout to itself, so only a stalled next hop runs out of time."""


def kept_ranges(size_octets: int, skip: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the half-open ranges of `[0, size_octets)` outside `skip`, none of them empty.

    Raises:
        ValueError: `skip` is unsorted, overlapping or out of range: a bug of the caller.
    """
    kept, position = [], 0
    for start, end in skip:
        if not position <= start <= end <= size_octets:
            raise ValueError(f"skip range [{start}, {end}) after {position} of {size_octets}")
        if position < start:
            kept.append((position, start))
        position = end
    if position < size_octets:
        kept.append((position, size_octets))
    return kept


def gathered(ranges: Sequence[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Group neighbours that lie within one block; a longer range stands alone.

    A header section full of forged fields leaves tens of thousands of short ranges: a read and a write for
    each would hold the event loop for half a second.
    """
    group: list[tuple[int, int]] = []
    for kept in ranges:
        if group and kept[1] - group[0][0] > BLOCK_OCTETS:
            yield group
            group = []
        group.append(kept)
    if group:
        yield group


class Body:
    """One message to send once: `prefix`, then the `ranges` of `fd`, then the final dot."""

    def __init__(self, prefix: bytes, fd: int, ranges: Sequence[tuple[int, int]]) -> None:
        """Describe the octets: what stands last of `prefix` and the ranges ends in CRLF.

        Raises:
            ValueError: they do not, so that the final dot would not be one: a bug of the caller.
        """
        self._prefix = prefix
        self._fd = fd
        self._ranges = ranges
        self.is_dot_sent = False
        """True once the final dot may have reached the next hop: from then on it may hold the message."""
        tail = os.pread(fd, 2, max(ranges[-1][1] - 2, ranges[-1][0])) if ranges else prefix[-2:]
        if tail not in {b"\r\n", b""}:
            raise ValueError("message does not end in CRLF")

    async def send(self, connection: NextHopConnection, block_timeout_s: float) -> None:
        """Write everything; the reply to it must have been announced with `expect`.

        Raises:
            Transient: the connection ended, or the next hop does not take the octets or answers before their end.
        """
        protocol = connection.protocol
        if sum(end - start for start, end in self._ranges) <= BLOCK_OCTETS:
            runs = [self._octets(group) for group in gathered(self._ranges)]
            self.is_dot_sent = True
            protocol.write(b"".join((self._prefix, *runs, FINAL_DOT)))
            return
        protocol.write(self._prefix)
        for group in gathered(self._ranges):
            start, end = group[0][0], group[-1][1]
            if len(group) > 1:
                await protocol.drain(block_timeout_s)
                protocol.write(self._octets(group))
            elif not protocol.is_tls and end - start >= SENDFILE_FROM_OCTETS:
                await self._sendfile(connection, start, end, block_timeout_s)
            else:
                await self._write(connection, start, end, block_timeout_s)
        await protocol.drain(block_timeout_s)
        self.is_dot_sent = True
        protocol.write(FINAL_DOT)

    def _octets(self, group: Sequence[tuple[int, int]]) -> bytes:
        """Read ranges that lie near each other, with one read."""
        first, last = group[0][0], group[-1][1]
        span = os.pread(self._fd, last - first, first)
        return span if len(group) == 1 else b"".join(span[start - first : end - first] for start, end in group)

    async def _write(self, connection: NextHopConnection, start: int, end: int, block_timeout_s: float) -> None:
        for position in range(start, end, BLOCK_OCTETS):
            await connection.protocol.drain(block_timeout_s)
            count = min(BLOCK_OCTETS, end - position)
            connection.protocol.write(os.pread(self._fd, count, position))

    async def _sendfile(self, connection: NextHopConnection, start: int, end: int, block_timeout_s: float) -> None:
        protocol = connection.protocol
        loop = asyncio.get_running_loop()
        with open(self._fd, "rb", buffering=0, closefd=False) as file:  # noqa: ASYNC230 - a descriptor, not a path; opens nothing
            for position in range(start, end, SENDFILE_BLOCK_OCTETS):
                # asyncio's sendfile waits for an empty write buffer in a way that must not be cancelled:
                # drain first, so that it has nothing to wait for.
                await protocol.drain(block_timeout_s)
                count = min(SENDFILE_BLOCK_OCTETS, end - position)
                try:
                    async with asyncio.timeout(block_timeout_s):
                        await loop.sendfile(protocol.transport, file, position, count, fallback=False)
                except TimeoutError:
                    raise too_slow(f"block not taken within {block_timeout_s:g} s") from None
                except (OSError, RuntimeError) as error:  # RuntimeError: closing transport; first call failed
                    raise lost(f"sendfile: {type(error).__name__}") from None
