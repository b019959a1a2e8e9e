"""DATA to wire form: find the final dot in large chunks, refuse stray line endings, keep the limit. Sans-IO.

The end of data is CRLF "." CRLF and nothing else (RFC 5321 section 4.1.1.4). A CR, an LF or a NUL that is
not part of a CRLF is refused wherever it stands, in particular around a dot: that is how mails are smuggled
past a server that reads another ending than we do. Both searches run over whole chunks at the speed of
`bytes` methods, so lines, long, short or endless, cost nothing; base64, whose lines have one length, is told
by its stride in a quarter of the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.values.faults import Permanent, Transient

if TYPE_CHECKING:
    from collections.abc import Callable

_FINAL_DOT = b"\r\n.\r\n"
_CARRIES = tuple(_FINAL_DOT[:length] for length in range(len(_FINAL_DOT) - 1, 0, -1))
"""What a chunk may end in and still become the final dot, longest first."""
_NO_LINE_ENDINGS = bytes(octet for octet in range(256) if octet not in b"\r\n\0")
_BLOCK_OCTETS = 64 * 1024
"""Looked at in one go: small enough that most blocks of a mail with one large attachment hold base64 alone."""
_SHORTEST_STRIDE = 4
"""Line ends nearer to each other than this could hide the final dot between them."""


class DataReader:
    """Reads the octets of one DATA command, fed as they arrive.

    Args:
        limit_octets: largest message in wire form; more is read to its end but not kept.
        append: takes the octets of the message; a `Transient` it raises ends keeping, not reading.
    """

    __slots__ = ("_append", "_carry", "_limit_octets", "_skip", "refusal", "size_octets")

    def __init__(self, limit_octets: int, append: Callable[[bytes], None]) -> None:
        self._append = append
        self._limit_octets = limit_octets
        self._carry = _FINAL_DOT[:2]
        # The 354 stands before the first line as CRLF: a lone dot ends an empty message.
        self._skip = 2
        self.refusal: str | None = None
        """Situation to answer at the final dot instead of taking the message: `too_big` or `memory_short`."""
        self.size_octets = 0
        """Octets of the message seen so far, kept or not."""

    def feed(self, chunk: bytes) -> bytes | None:
        """Take the next octets; answer those after the final dot (maybe none) once it was seen, else None.

        Raises:
            Permanent: `stray_octets`: the dialogue cannot go on, since nobody knows where the message ends.
        """
        for start in range(0, len(chunk), _BLOCK_OCTETS):
            end = start + _BLOCK_OCTETS
            rest = self._feed_block(chunk[start:end])
            if rest is not None:
                return rest + chunk[end:]
        return None

    def _feed_block(self, block: bytes) -> bytes | None:
        window = self._carry + block
        # no final dot begins before the last of such lines' ends
        known = uniform_end(window)
        end = window.find(_FINAL_DOT, max(0, known - 2))
        if end >= 0:
            self._take(window[: end + 2], known)
            return window[end + len(_FINAL_DOT) :]
        carry = next((carry for carry in _CARRIES if window.endswith(carry)), b"")
        self._take(window[: len(window) - len(carry)], known)
        self._carry = carry
        return None

    def _take(self, octets: bytes, known: int) -> None:
        """Keep message octets; those before `known` have proper line ends."""
        if has_stray_octets(octets[known:] if known else octets):
            raise Permanent("stray_octets")
        if self._skip and octets:
            octets = octets[self._skip :]
            self._skip = 0
        if not octets:
            return
        self.size_octets += len(octets)
        if self.refusal is None and self.size_octets > self._limit_octets:
            self.refusal = "too_big"
        if self.refusal is None:
            try:
                self._append(octets)
            except Transient as fault:
                self.refusal = fault.situation


def has_stray_octets(octets: bytes) -> bool:
    """Tell whether there is a NUL, a CR not before an LF, or an LF not behind a CR."""
    endings = octets.translate(None, _NO_LINE_ENDINGS)
    pairs = len(endings) // 2
    return endings != b"\r\n" * pairs or octets.count(b"\r\n") != pairs


def uniform_end(octets: bytes) -> int:
    """Find the end of the last of lines that all have one length; 0 when there are not two, or others between.

    In front of that place nothing is stray and no final dot can begin. What is left without the line ends at the
    stride's places is searched for others at the speed of memchr(3), ten times that of a table of octets.
    """
    first = octets.find(b"\r\n")
    stride = octets.find(b"\r\n", first + 2) - first
    if first < 0 or stride < _SHORTEST_STRIDE:
        return 0
    end = octets.rfind(b"\r\n") + 2
    pairs = (end - 2 - first) // stride + 1
    if octets[first:end:stride] != b"\r" * pairs or octets[first + 1 : end : stride] != b"\n" * pairs:
        return 0
    rest = bytearray(memoryview(octets)[:end])
    del rest[first::stride]
    del rest[first :: stride - 1]
    return 0 if b"\r" in rest or b"\n" in rest or b"\0" in rest else end


class DataPace:
    """The three deadlines of one DATA command; pure, over instants in seconds of any one clock.

    The minimum rate is a deadline too: after a grace of one block timeout, so many octets buy so much time.
    """

    __slots__ = ("_began", "_block_timeout_s", "_minimum_rate", "_total_timeout_s")

    def __init__(
        self, began: float, *, block_timeout_s: float, total_timeout_s: float, minimum_rate_octets_per_s: int
    ) -> None:
        self._began = began
        self._block_timeout_s = block_timeout_s
        self._total_timeout_s = total_timeout_s
        self._minimum_rate = minimum_rate_octets_per_s

    def paid_until(self, size_octets: int) -> float:
        """Give the instant up to which the octets that came pay at the minimum rate; behind it the client idles."""
        return self._began + size_octets / (self._minimum_rate or 1)

    def deadline(self, now: float, size_octets: int) -> tuple[float, str]:
        """Give the instant by which more must have arrived, and the situation when it has not."""
        block = now + self._block_timeout_s
        hard = self._began + self._total_timeout_s
        if self._minimum_rate:
            hard = min(hard, self._began + self._block_timeout_s + size_octets / self._minimum_rate)
        return (hard, "too_slow") if hard < block else (block, "idle_timeout")
