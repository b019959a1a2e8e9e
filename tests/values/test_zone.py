"""The zone of Vietnam: instants, clocks and days, wherever the host stands."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from hypothesis import given
from hypothesis import strategies as st

from gateway.values.zone import OFFSET, VIETNAM, WRITTEN, clock_of, day_of, instant

MIDNIGHT_US = int(dt.datetime(2026, 9, 30, 17, tzinfo=dt.UTC).timestamp()) * 1_000_000
"""Of 1 October in Vietnam."""


def test_a_day_begins_at_17_utc():
    """A microsecond before it is still the day before."""
    assert day_of(MIDNIGHT_US) == dt.date(2026, 10, 1)
    assert day_of(MIDNIGHT_US - 1) == dt.date(2026, 9, 30)
    assert clock_of(MIDNIGHT_US).isoformat() == "2026-10-01T00:00:00+07:00"


@given(st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2190, 1, 1), timezones=st.just(dt.UTC)))  # noqa: DTZ001 - bounds are naive
def test_the_offset_is_what_the_zone_of_the_name_has(moment):
    """Zone data of the host, where there is any, says the same for every instant since 1990."""
    try:
        known = moment.astimezone(zoneinfo.ZoneInfo(str(VIETNAM)))
    except zoneinfo.ZoneInfoNotFoundError:
        known = moment + OFFSET
    at_us = (moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)

    assert day_of(at_us) == known.date() == instant(at_us).astimezone(VIETNAM).date()
    assert clock_of(at_us).isoformat().endswith(WRITTEN)
