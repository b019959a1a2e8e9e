"""Pieces of one file: which belong together, in what order, and how they are joined."""

from __future__ import annotations

import pytest

from gateway.read.containers.volumes import find_volumes, join_volumes, lacks_volume
from tests.corpus.archives import rar, rar5_piece, rar_volume
from tests.corpus.crafted import split_zip


@pytest.mark.parametrize(
    ("names", "places"),
    [
        (["a.zip.002", "b.pdf", "A.ZIP.001"], [(2, 0)]),
        (["a.zip", "a.z01", "a.z02"], [(1, 2, 0)]),
        (["a.part2.rar", "a.part1.rar"], [(1, 0)]),
        (["a.r00", "a.rar", "a.r01"], [(1, 0, 2)]),
        (["a.zip.001", "a.zip.003"], []),
        (["a.zip.002", "a.zip.003"], []),
        (["a.zip", "b.zip"], []),
        (["bao cao.2025", "bao cao.2026"], []),
        (["a.001", "b.001", "a.002", "b.002"], [(0, 2), (1, 3)]),
    ],
)
def test_sets_are_told_by_their_names(names: list[str], places: list[tuple[int, ...]]) -> None:
    """Sets begin at nought or one and have no gap; the piece without a number is the last of zip, the first of rar."""
    assert [volumes.places for volumes in find_volumes(names)] == places


def test_sets_are_bounded() -> None:
    """No more than sixteen sets are joined in one message."""
    names = [f"{number}.{piece:03}" for number in range(40) for piece in (1, 2)]

    assert len(list(find_volumes(names))) == 16


@pytest.mark.parametrize("cut", range(0, 120, 7))
def test_damaged_pieces_join_to_something(cut: int) -> None:
    """Whatever the directory of a cut zip file says, joining it ends with as many octets as it had."""
    first, last = split_zip()
    damaged = last[:cut] + b"\xff" * 4 + last[cut + 4 :]

    assert len(join_volumes((first, damaged), is_zip=True)) == len(first) + len(damaged)


def test_rar_volumes_say_whether_more_follow() -> None:
    """The end block of both generations tells; an archive without one, or no rar at all, says nothing."""
    pieces = [
        rar_volume("a", b"mot", b"mot hai", is_first=True, is_last=False),
        rar_volume("a", b" hai", b"mot hai", is_first=False, is_last=True),
        rar5_piece(0, "a", b"mot", b"mot hai", is_last=False),
        rar5_piece(1, "a", b" hai", b"mot hai", is_last=True),
        rar(("a", b"mot"))[:-7],
        b"PK",
    ]

    assert [lacks_volume(piece) for piece in pieces] == [True, False, True, False, False, False]
