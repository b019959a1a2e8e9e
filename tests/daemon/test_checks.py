"""How often the check address may be asked, by the clock of the caller."""

from __future__ import annotations

from gateway.daemon import checks
from gateway.daemon.checks import HOUR_S, Checks


def test_a_bucket_empties_and_fills_again() -> None:
    """Three an hour: the fourth waits, and a third of an hour later one more is there."""
    asked = Checks()

    assert [asked.take({"a": 3}, 0) for _ in range(4)] == [True, True, True, False]
    assert not asked.take({"a": 3}, HOUR_S / 3 - 1)
    assert asked.take({"a": 3}, HOUR_S / 3 + 1)
    assert not asked.take({"a": 3}, HOUR_S / 3 + 2)


def test_a_bucket_never_holds_more_than_its_size() -> None:
    """A quiet year saves up nothing."""
    asked = Checks()
    asked.take({"a": 2}, 0)

    assert [asked.take({"a": 2}, 9000 * HOUR_S) for _ in range(3)] == [True, True, False]


def test_what_is_refused_costs_nothing() -> None:
    """When the client's bucket is empty, the sender's stays as full as it was."""
    asked = Checks()
    assert asked.take({"sender a": 2, "client": 1}, 0)
    assert not asked.take({"sender a": 2, "client": 1}, 0)

    assert asked.take({"sender a": 2}, 0)
    assert not asked.take({"sender a": 2}, 0)


def test_a_new_limit_holds_at_once() -> None:
    """After a reload that lowers it, nobody keeps what the old one had left."""
    asked = Checks()
    asked.take({"a": 100}, 0)

    assert [asked.take({"a": 2}, 0) for _ in range(3)] == [True, True, False]


def test_memory_is_bounded(monkeypatch) -> None:
    """The one seen longest ago is given up, not the one that asks now."""
    monkeypatch.setattr(checks, "MAX_KNOWN", 3)
    asked = Checks()
    for name in ("a", "b", "c", "a", "d"):
        asked.take({name: 2}, 0)

    assert not asked.take({"a": 2}, 0)
    assert len(asked._left) == 3
