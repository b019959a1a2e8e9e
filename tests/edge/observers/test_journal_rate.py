"""Lines about refusals: all of an ordinary client's, few of a flood, and a number for the rest."""

from gateway.edge.observers.journal_rate import CLIENTS, LINES, LINES_TRUSTED, WINDOW_S, LineRate


class Clock:
    """Seconds that pass when told to."""

    now = 1000.0

    def __call__(self):
        """Give the time."""
        return self.now


def test_a_client_has_its_lines_and_then_a_number():
    """The bound is per client and minute; what was left out is told once, when the minute is over."""
    clock = Clock()
    rate = LineRate(clock)
    assert sum(rate.admits("192.0.2.1", is_trusted=False) for _ in range(LINES + 7)) == LINES
    assert rate.admits("192.0.2.2", is_trusted=False)
    assert rate.take_left_out() == []

    clock.now += WINDOW_S
    assert rate.take_left_out() == [("192.0.2.1", 7)]
    assert rate.take_left_out() == []
    assert rate.admits("192.0.2.1", is_trusted=False)


def test_a_number_is_not_lost_to_a_new_minute_or_the_end():
    """A client that comes back before anybody asked, and one in mid-minute at the end of the process."""
    clock = Clock()
    rate = LineRate(clock)
    for _ in range(LINES + 1):
        rate.admits("192.0.2.1", is_trusted=False)
    clock.now += WINDOW_S
    for _ in range(LINES + 2):
        rate.admits("192.0.2.1", is_trusted=False)
    assert rate.take_left_out() == [("192.0.2.1", 1)]
    assert rate.take_left_out(is_end=True) == [("192.0.2.1", 2)]


def test_our_own_servers_speak_for_many():
    """A Postfix in front has one address and everybody's mistakes."""
    rate = LineRate(Clock())
    assert sum(rate.admits("10.0.0.1", is_trusted=True) for _ in range(LINES_TRUSTED + 5)) == LINES_TRUSTED


def test_a_flood_from_everywhere_is_bounded():
    """Clients past the table share one count, and the table does not grow."""
    clock = Clock()
    rate = LineRate(clock)
    written = sum(rate.admits(f"2001:db8::{number:x}", is_trusted=False) for number in range(50_000))
    assert written == CLIENTS + LINES
    assert rate.admits("10.0.0.1", is_trusted=True)
    clock.now += WINDOW_S
    assert rate.take_left_out() == [("", 50_000 - CLIENTS - LINES)]
