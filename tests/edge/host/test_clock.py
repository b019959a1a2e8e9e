"""What the kernel says of its clock."""

from gateway.edge.host.clock import find_clock_state


def test_the_kernel_answers_or_may_not_be_asked() -> None:
    """An error that is reckoned is no negative one."""
    state = find_clock_state()

    assert state is None or state.largest_error_s >= 0
