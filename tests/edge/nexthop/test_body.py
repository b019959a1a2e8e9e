"""The octets of a message arrive as they are, whichever way they go."""

from __future__ import annotations

import asyncio
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.edge.nexthop import body
from gateway.edge.nexthop.body import BLOCK_OCTETS, Body, gathered, kept_ranges
from tests.support.relaying import RECIPIENT, begin, hops_to, memory_file
from tests.support.scripted_nexthop import ScriptedNextHop

WAYS = {
    "one write": {"BLOCK_OCTETS": 2**20},
    "blocks": {"BLOCK_OCTETS": 7, "SENDFILE_FROM_OCTETS": 2**30},
    "gathered blocks": {"BLOCK_OCTETS": 60, "SENDFILE_FROM_OCTETS": 2**30},
    "sendfile": {"BLOCK_OCTETS": 7, "SENDFILE_FROM_OCTETS": 9, "SENDFILE_BLOCK_OCTETS": 16},
}


def wire(lines: list[bytes]) -> bytes:
    """Make wire form: dot-stuffed, CRLF."""
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines)


line_octets = st.binary(max_size=40).map(lambda octets: octets.replace(b"\r", b"").replace(b"\n", b""))
messages = st.lists(line_octets, max_size=12)


@pytest.mark.parametrize("way", WAYS)
def test_octets_arrive_exactly(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Received = prefix + message less the skipped lines, for any lines, over write, blocks and sendfile alike."""
    for name, value in WAYS[way].items():
        monkeypatch.setattr(body, name, value)

    async def story(prefix: bytes, lines: list[bytes], skipped: set[int]) -> bytes:
        async with ScriptedNextHop(extensions=()) as hop:
            hops = hops_to(hop.host)
            octets, position, skip = wire(lines), 0, []
            for number, line in enumerate(lines):
                end = position + len(wire([line]))
                if number in skipped:
                    skip.append((position, end))
                position = end
            transaction = await begin(hops, forward_path=RECIPIENT)
            with memory_file(octets) as fd:
                os.lseek(fd, 3, os.SEEK_SET)
                answer = await transaction.send(prefix, fd, len(octets), tuple(skip))
            await hops.close()
            assert answer.is_accepted
            return hop.messages[0].octets

    @settings(max_examples=60, deadline=None)
    @given(messages, messages, st.sets(st.integers(0, 11)))
    def holds(fields: list[bytes], lines: list[bytes], skipped: set[int]) -> None:
        kept = [line for number, line in enumerate(lines) if number not in skipped]

        assert wire(fields) + wire(kept) == asyncio.run(story(wire(fields), lines, skipped))

    holds()


@pytest.mark.parametrize("size_octets", [body.BLOCK_OCTETS, body.BLOCK_OCTETS + 2, 3_000_002])
def test_octets_arrive_exactly_at_real_sizes(size_octets: int) -> None:
    """The limits between the ways of sending lose and double nothing."""
    octets = os.urandom(size_octets - 2).replace(b"\r", b"x").replace(b"\n", b"y").replace(b".", b"z") + b"\r\n"

    async def story() -> None:
        async with ScriptedNextHop() as hop:
            hops = hops_to(hop.host)
            transaction = await begin(hops, forward_path=RECIPIENT)
            with memory_file(octets + b"not of this message") as fd:
                await transaction.send(b"Received: by us\r\n", fd, len(octets))
            await hops.close()

            assert b"Received: by us\r\n" + octets == hop.messages[0].octets

    asyncio.run(story())


@given(st.integers(0, 60), st.sets(st.integers(0, 60)))
@settings(max_examples=100, deadline=None)
def test_kept_ranges_are_the_complement(size_octets: int, borders: set[int]) -> None:
    """Kept and skipped octets together are the message, each once, and no kept range is empty."""
    cuts = sorted(border for border in borders if border <= size_octets)
    skip = list(zip(cuts[::2], cuts[1::2], strict=False))
    kept = kept_ranges(size_octets, skip)

    octets = sorted(octet for start, end in [*kept, *skip] for octet in range(start, end))
    assert list(range(size_octets)) == octets
    assert all(start < end for start, end in kept)


@pytest.mark.parametrize("skip", [((5, 4),), ((0, 2), (1, 3)), ((3, 4), (0, 1)), ((0, 11),), ((-1, 2),)])
def test_ranges_out_of_order_are_a_bug(skip: tuple[tuple[int, int], ...]) -> None:
    """Unsorted, overlapping or outlying ranges are refused before anything is sent."""
    with pytest.raises(ValueError, match="skip range"):
        kept_ranges(10, skip)


@pytest.mark.parametrize(
    ("prefix", "octets", "skip"),
    [(b"", b"a", ()), (b"a", b"", ()), (b"a\r\n", b"b", ()), (b"", b"a\r\nb\r\n", ((4, 6),)), (b"\n", b"", ())],
)
def test_message_that_would_not_end_is_a_bug(prefix: bytes, octets: bytes, skip: tuple[tuple[int, int], ...]) -> None:
    """Without CRLF before it the final dot is text, and the next hop waits for ever."""
    with memory_file(octets) as fd, pytest.raises(ValueError, match="CRLF"):
        Body(prefix, fd, kept_ranges(len(octets), skip))


def test_tens_of_thousands_of_short_ranges_are_few_blocks() -> None:
    """A header section of 1 MB in which every other line is left out costs a handful of reads and writes."""
    kept = kept_ranges(1_000_000, [(start, start + 12) for start in range(0, 999_984, 16)])
    groups = list(gathered(kept))

    assert kept == [run for group in groups for run in group]
    assert len(groups) <= 1_000_000 // BLOCK_OCTETS + 1
    assert all(group[-1][1] - group[0][0] <= BLOCK_OCTETS for group in groups)
