"""Facts about `gateway.read.scans.blobs`: parts are what touches, pixel by pixel, and no row runs into the next."""

from __future__ import annotations

import random

import pytest

from gateway.read.scans.blobs import find_parts


def flooded(mask: bytes, width: int) -> set[frozenset[int]]:
    """The same parts, found by walking from pixel to neighbour."""
    left = {place for place, value in enumerate(mask) if value}
    parts = set()
    while left:
        waiting, part = [left.pop()], set()
        while waiting:
            place = waiting.pop()
            part.add(place)
            row, column = divmod(place, width)
            near = {
                (row + down) * width + column + across
                for down in (-1, 0, 1)
                for across in (-1, 0, 1)
                if 0 <= column + across < width
            }
            waiting += near & left
            left -= near
        parts.add(frozenset(part))
    return parts


@pytest.mark.parametrize("width", [1, 7, 40])
@pytest.mark.parametrize("share", [0.0, 0.05, 0.3, 0.9, 1.0])
def test_parts_are_what_touches(width, share):
    """Whatever is marked: nothing, specks, most of it, all of it."""
    randomly = random.Random(width)
    mask = bytes(randomly.random() < share for _ in range(width * 30))
    found = find_parts(mask, width, most_runs=1_000)
    pixels = {
        frozenset(row * width + column for row, start, stop in part.runs for column in range(start, stop))
        for part in found
    }

    assert flooded(mask, width) == pixels
    assert all(part.pixels == sum(stop - start for _, start, stop in part.runs) for part in found)


def test_too_many_runs_are_no_print():
    """Fifty are as many as allowed; where they are one more than that, nothing has parts."""
    mask = b"\1\0" * 50

    assert find_parts(mask, 20, most_runs=50)
    assert [] == find_parts(mask, 20, most_runs=49)
