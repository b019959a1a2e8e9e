"""Zone: the time of Vietnam, UTC+07:00 all year, in which every day counts, whatever the zone of the host."""

from __future__ import annotations

import datetime as dt
from typing import Final

OFFSET: Final = dt.timedelta(hours=7)
"""East of UTC."""
VIETNAM: Final = dt.timezone(OFFSET, "Asia/Ho_Chi_Minh")
"""A fixed offset: there has been no daylight saving since the directives, and no zone data is needed on the host."""
WRITTEN: Final = "+07:00"
"""As ISO 8601 ends an instant."""


def instant(at_us: int) -> dt.datetime:
    """Turn microseconds since 1970 (UTC) into an aware instant in UTC."""
    return dt.datetime.fromtimestamp(at_us / 1_000_000, dt.UTC)


def clock_of(at_us: int) -> dt.datetime:
    """Give date and clock in Vietnam at an instant, in microseconds since 1970 (UTC); whole seconds, begun ones cut."""
    return dt.datetime.fromtimestamp(at_us // 1_000_000, VIETNAM)


def day_of(at_us: int) -> dt.date:
    """Give the day in Vietnam of an instant, in microseconds since 1970 (UTC)."""
    return clock_of(at_us).date()
