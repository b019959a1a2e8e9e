"""Facts about `gateway.read.budget`: time is for what a message is, and below what kills its worker."""

from __future__ import annotations

import pytest

from gateway.edge.readers.sandbox import Limits
from gateway.read.budget import DEFAULT_BUDGET, Budget

SECOND = 1_000
SLACK_S = 1.5
"""What is begun may go on for so long: finding the lines of a page of noise."""


@pytest.mark.parametrize("octets", [0, 3_000, 100_000, 400_000, 2_000_000, 50_000_000])
def test_reading_and_letters_together_stay_below_the_limit_of_a_worker(octets):
    """On the slowest host too."""
    usual, most = DEFAULT_BUDGET.ocr_milliseconds_for(octets)

    assert usual <= most
    assert DEFAULT_BUDGET.cpu_seconds(octets) + most / SECOND + SLACK_S <= Limits().cpu_seconds


def test_time_for_letters_grows_with_the_message_up_to_a_bound():
    """What is small cannot hold a worker with pictures, and what is large has no more than all."""
    budget = Budget(ocr_milliseconds=1_000, ocr_milliseconds_per_megabyte=2_000, ocr_milliseconds_at_most=4_000)

    assert [1_000, 2_000, 4_000] == [budget.ocr_milliseconds_for(octets)[0] for octets in (0, 500_000, 9_000_000)]
