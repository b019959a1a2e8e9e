"""What tells a loop from mail that comes back for a good reason, by the clock of the caller."""

from __future__ import annotations

from gateway.daemon import passages
from gateway.daemon.passages import KEEP_S, MAX_HELD, MAX_RECIPIENTS, Passages

A, B, LIST = "vanthu@so-a.example", "vanthu@so-b.example", "tatca@so-a.example"


def test_each_turn_of_a_loop_counts() -> None:
    """Two mailboxes that forward to each other: the third time one of them is written to, it had the mail twice."""
    known = Passages()
    for number, recipient in enumerate([A, B, A, B]):
        known.note(f"id{number}", [recipient], number)

    assert 2 == known.returns(["id3", "id2", "id1", "id0"], [A], 4)
    assert 2 == known.returns(["id3", "id2", "id1", "id0"], ["other@so-c.example", A.upper()], 4)


def test_forwarding_and_lists_are_no_returns() -> None:
    """A list and its members, each for the first time; a member who was written to beside the list had it once."""
    known = Passages()
    known.note("id0", [LIST, A], 0)

    assert 0 == known.returns(["id0"], [B], 1)
    assert 1 == known.returns(["id0"], [A], 1)
    assert 0 == known.returns([], [A], 1), "a letter of its own"
    assert 0 == known.returns(["id7"], [A], 1), "an id that nobody gave"


def test_an_id_that_stands_twice_counts_once() -> None:
    """Received fields copied by hand make no loop."""
    known = Passages()
    known.note("id0", [A], 0)

    assert 1 == known.returns(["id0"] * 50, [A], 1)


def test_passages_are_forgotten() -> None:
    """By time and by number, the oldest first; one message with many recipients drives out only as many as it has."""
    known = Passages()
    known.note("old", [A], 0)
    known.note("id1", [A], KEEP_S)

    assert 1 == known.returns(["id1", "old"], [A], KEEP_S + 1)

    for number in range(MAX_HELD // MAX_RECIPIENTS + 1):
        many = [f"u{number}.{recipient}@so-b.example" for recipient in range(2 * MAX_RECIPIENTS)]
        known.note(f"many{number}", many, KEEP_S + 2)
    assert 0 == known.returns(["id1"], [A], KEEP_S + 3)
    assert known._held <= MAX_HELD


def test_no_address_is_kept() -> None:
    """What is remembered are salted numbers."""
    known = Passages()
    known.note("id0", [A], 0)

    assert A not in repr(vars(known))
    assert passages.os.urandom(8) != known._salt
