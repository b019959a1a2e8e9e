"""Notes ahead of a commit: what a killed process left is told from what was committed, and from what was cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from gateway.edge.ledger.ahead import MAX_OCTETS, Ahead
from gateway.values.ledger import MAX_PARTIES, Matter, Recipient
from tests.support.ledgers import CHAIN, intent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def ahead(tmp_path: Path) -> Iterator[Ahead]:
    """A process that takes notes."""
    noting = Ahead(tmp_path, CHAIN)
    noting.begin()
    yield noting
    noting.close()


def left(folder: Path, committed: int = 0) -> list[int]:
    """Ordinals the next process finds."""
    return [one.ordinal for one in Ahead(folder, CHAIN).recover(committed)]


def test_what_was_not_committed_is_found(tmp_path: Path, ahead: Ahead) -> None:
    """In order, over several files, from behind the last commit on."""
    for ordinal in range(1, 7):
        assert ahead.note(ordinal, intent(ordinal))
        if ordinal in {2, 4}:
            ahead.turn()
    assert left(tmp_path, 1) == [2, 3, 4, 5, 6]
    assert next(Ahead(tmp_path, CHAIN).recover(5)).record == intent(6)


def test_old_files_go_two_turns_later(tmp_path: Path, ahead: Ahead) -> None:
    """Not at once: a record noted while the files turn stands in the file before."""
    ahead.note(1, intent(1))
    ahead.turn()
    ahead.turn()
    assert left(tmp_path) == [1]
    ahead.turn()
    assert left(tmp_path) == []


def test_an_idle_process_writes_no_files(ahead: Ahead) -> None:
    """A turn is wanted after a note, and once nothing can be noted."""
    assert not ahead.wants_turn
    ahead.note(1, intent(1))
    assert ahead.wants_turn
    ahead.turn()
    assert not ahead.wants_turn


def test_a_line_cut_off_is_none(tmp_path: Path, ahead: Ahead) -> None:
    """The process was killed in the middle of it: nobody was told that it is written."""
    ahead.note(1, intent(1))
    ahead.note(2, intent(2))
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-10])
    assert left(tmp_path) == [1]


def test_without_room_nothing_is_promised(tmp_path: Path) -> None:
    """Then a commit is waited for; at the next turn it is tried again."""
    ahead = Ahead(tmp_path / "missing", CHAIN)
    ahead.turn()
    assert not ahead.note(1, intent(1))
    (tmp_path / "missing").mkdir()
    ahead.turn()
    assert ahead.note(1, intent(1))
    ahead.close()


def test_nothing_is_left_after_an_orderly_end(tmp_path: Path, ahead: Ahead) -> None:
    """Everything was committed before."""
    ahead.note(1, intent(1))
    ahead.close()
    assert not ahead.note(2, intent(2))
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_notes_is_bounded(tmp_path: Path, ahead: Ahead) -> None:
    """It lies in memory: once it is full commits are waited for, and after a turn it goes on."""
    (file,) = tmp_path.iterdir()
    parties = (Recipient("s" * 63, "own", "agency", ("coordinate",)),) * MAX_PARTIES
    large = msgspec.structs.replace(intent(1), matter=Matter(recipients=parties))
    taken = 0
    while ahead.note(taken + 1, large):
        taken += 1
    assert MAX_OCTETS * 0.9 < file.stat().st_size <= MAX_OCTETS
    ahead.turn()
    assert ahead.note(taken + 1, intent(1))
    assert left(tmp_path) == [*range(1, taken + 2)]
