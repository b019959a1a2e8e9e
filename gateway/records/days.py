"""Days and months as numbers, `20261031` and `202610`, as the store keeps them: of Vietnam, comparable, small."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gateway.values.zone import OFFSET

if TYPE_CHECKING:
    from gateway.values.period import Period

DAY_US: Final = 86_400_000_000
_OFFSET_US: Final = OFFSET // dt.timedelta(microseconds=1)
_EPOCH: Final = dt.date(1970, 1, 1).toordinal()


@lru_cache(maxsize=4096)
def _as_number(ordinal: int) -> int:
    day = dt.date.fromordinal(ordinal)
    return day.year * 10_000 + day.month * 100 + day.day


def day_number(at_us: int) -> int:
    """Give the day of an instant, in microseconds since 1970 (UTC); ten times as fast as by `datetime`."""
    return _as_number(_EPOCH + (at_us + _OFFSET_US) // DAY_US)


def number_of_day(day: dt.date) -> int:
    """Write a date as a number."""
    return _as_number(day.toordinal())


def day_of_number(number: int) -> dt.date:
    """Read a day written as a number."""
    return dt.date(number // 10_000, number // 100 % 100, number % 100)


def month_number(day: dt.date) -> int:
    """Write the month of a date as a number."""
    return day.year * 100 + day.month


def months_of(period: Period) -> tuple[int, int]:
    """Give the first and last month of a period as numbers.

    Raises:
        ValueError: it is not made of whole months, by which everything is counted.
    """
    months = period.months()
    if not months or months[0].first != period.first or months[-1].last != period.last:
        raise ValueError(f"`{period}` is not made of whole months")
    return month_number(period.first), month_number(period.last)
