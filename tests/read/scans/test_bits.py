"""Facts about `gateway.read.scans.bits`: what is told of packed pixels is what is seen pixel by pixel."""

from __future__ import annotations

import random

import pytest

from gateway.read.scans.bits import dark_bits

SIZES = [(1, 1), (5, 3), (33, 40), (64, 7), (101, 67)]


def made(width: int, height: int, share: float) -> list[list[int]]:
    """Rows of 1 and 0, some share of them 1."""
    randomly = random.Random(width + height)
    return [[int(randomly.random() < share) for _ in range(width)] for _ in range(height)]


def packed(rows: list[list[int]]):
    """Mark them as dark pixels on bright paper."""
    plane = bytes(40 if value else 200 for row in rows for value in row)
    return dark_bits(plane, len(rows[0]), len(rows), 100)


def flat(rows: list[list[int]]) -> bytes:
    """One octet a pixel."""
    return bytes(value for row in rows for value in row)


def around(rows: list[list[int]], row: int, column: int) -> int:
    """The pixel at a place, opposite edges met."""
    return rows[row % len(rows)][column % len(rows[0])]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_marks_are_given_back(width, height):
    """Packing loses nothing, whatever the width."""
    rows = made(width, height, 0.3)

    assert flat(rows) == packed(rows).mask()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_widened_marks_reach_all_neighbours(width, height):
    """The diagonal ones too, and those on the other side of an edge."""
    rows = made(width, height, 0.05)
    near = [(down, across) for down in (-1, 0, 1) for across in (-1, 0, 1)]
    wide = [
        [max(around(rows, row + down, column + across) for down, across in near) for column in range(width)]
        for row in range(height)
    ]

    assert flat(wide) == packed(rows).widened().mask()


@pytest.mark.parametrize(("width", "height"), [(40, 45), (101, 67)])
@pytest.mark.parametrize("pixels", [1, 7, 19])
@pytest.mark.parametrize("is_level", [True, False])
def test_what_is_shorter_is_worn_off(width, height, pixels, is_level):
    """Left are the pixels from which so many follow one another."""
    rows = made(width, height, 0.9)
    worn = [
        [
            min(
                around(rows, row + (0 if is_level else step), column + (step if is_level else 0))
                for step in range(pixels)
            )
            for column in range(width)
        ]
        for row in range(height)
    ]

    assert flat(worn) == packed(rows).worn(pixels, is_level=is_level).mask()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_runs_of_rows_are_counted(width, height):
    """By the pixels they begin with; what goes on at the other edge began there."""
    rows = made(width, height, 0.5)
    begun = sum(
        around(rows, row, column) > around(rows, row, column - 1) for row in range(height) for column in range(width)
    )

    assert begun == packed(rows).count_runs()
