"""Which clients wait with recipients of another route, as far as it was seen."""

from __future__ import annotations

import pytest

from gateway.daemon.waiting import MAX_CLIENTS, Waiting, Watch, speaker_of
from gateway.values.envelope import Client, Forwarder

CLIENT = Client("192.0.2.1")
PATH = "b@so-b.example"


@pytest.mark.parametrize(("seen", "expected"), [(PATH, False), ("a@so-a.example", True), ("", True)])
def test_what_comes_next_shows_it(seen: str, expected: bool) -> None:
    """The recipient that was left out: it comes at once; another one, or the end: it waits. Only the first one counts."""
    waiting = Waiting()
    watch = Watch(waiting)
    watch.see("nobody@was.expected")
    assert CLIENT.ip not in waiting

    watch.expect(CLIENT, PATH)
    watch.see(seen)
    watch.see("c@so-c.example")
    assert expected is (CLIENT.ip in waiting)


def test_what_was_seen_last_holds() -> None:
    """A server that is replaced by one of another kind keeps its address."""
    waiting = Waiting()
    waiting.note(CLIENT.ip, is_waiting=True)
    waiting.note(CLIENT.ip, is_waiting=False)

    assert CLIENT.ip not in waiting


def test_who_speaks_counts() -> None:
    """A server that tells for whom it speaks is the one that comes again."""
    assert "192.0.2.1" == speaker_of(CLIENT)
    assert "192.0.2.25" == speaker_of(Client("198.51.100.7", forwarder=Forwarder("192.0.2.25", "mx.example", "")))


def test_clients_are_bounded() -> None:
    """However many addresses somebody has; who was seen longest ago is forgotten."""
    waiting = Waiting()
    for number in range(MAX_CLIENTS + 2):
        waiting.note(str(number), is_waiting=True)
        waiting.note("0", is_waiting=True)

    assert ["0"] == [str(number) for number in range(3) if str(number) in waiting]
