"""Working days of Vietnam: weekends, public holidays, and the days an operator says were moved.

The days off are those of the Labour Code 2019 article 112.1; one that falls on a weekend is made up for on the next
working day (article 111.3). Which five days of Tết and which neighbour of 2 September are off, the Prime Minister
decides each year (article 112.3): until the operator names them (docs/registry.md), they are taken to be the last day
of the old year with the first four, and 1 September, or the 3rd where the 1st is a weekend.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_TET = (
    "2012-01-23 2013-02-10 2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 "
    "2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-02 2031-01-23 "
    "2032-02-11 2033-01-31 2034-02-19 2035-02-08"
)
"""First day of the lunar year at UTC+7 (China's differs in 2030), as tests/support/lunar.py computes it."""
_HUNG_KINGS = (
    "2012-03-31 2013-04-19 2014-04-09 2015-04-28 2016-04-16 2017-04-06 2018-04-25 2019-04-14 2020-04-02 2021-04-21 "
    "2022-04-10 2023-04-29 2024-04-18 2025-04-07 2026-04-26 2027-04-16 2028-04-04 2029-04-23 2030-04-12 2031-04-01 "
    "2032-04-19 2033-04-09 2034-04-28 2035-04-17"
)
"""Giỗ Tổ, the tenth of the third lunar month, of the same years."""
TET: Final = {day.year: day for day in map(dt.date.fromisoformat, _TET.split())}
HUNG_KINGS: Final = {day.year: day for day in map(dt.date.fromisoformat, _HUNG_KINGS.split())}
MAX_DAYS: Final = 400
"""Longest stretch that is counted, in days: a year, and what the holidays in it add."""
_SATURDAY = 5


@cache
def holidays(year: int) -> frozenset[dt.date]:
    """Give the days off of a year of the table that are no weekend, those that make up for one included."""
    tet = TET[year]
    second = dt.date(year, 9, 2)
    before, after = second - dt.timedelta(1), second + dt.timedelta(1)
    named = [
        dt.date(year, 1, 1),
        *(tet + dt.timedelta(step) for step in range(-1, 4)),
        HUNG_KINGS[year],
        dt.date(year, 4, 30),
        dt.date(year, 5, 1),
        second,
        after if _is_weekend(before) else before,
    ]
    off = {day for day in named if not _is_weekend(day)}
    for day in sorted(set(named)):
        if _is_weekend(day):
            off.add(_next(day, off))
    return frozenset(off)


def _is_weekend(day: dt.date) -> bool:
    return day.weekday() >= _SATURDAY


def _next(day: dt.date, off: set[dt.date]) -> dt.date:
    """Give the working day on which a holiday at a weekend is made up for."""
    while _is_weekend(day) or day in off:
        day += dt.timedelta(1)
    return day


class WorkingDays:
    """Which days are worked; immutable. Of years outside the table nothing is known."""

    def __init__(self, moved: Mapping[dt.date, bool] | None = None) -> None:
        """Take the days the operator names: True is worked, False is off, whatever the law's own days say."""
        self._moved = dict(moved or {})

    def is_working(self, day: dt.date) -> bool | None:
        """Tell whether a day is worked; None of a year the table does not hold."""
        if day in self._moved:
            return self._moved[day]
        if day.year not in TET:
            return None
        return not _is_weekend(day) and day not in holidays(day.year)

    def first_from(self, day: dt.date) -> dt.date | None:
        """Give the day itself if it is worked, else the next that is; None when nobody knows."""
        if day.year not in TET:
            return None
        return self.after(day - dt.timedelta(1), 1)

    def after(self, day: dt.date, count: int) -> dt.date | None:
        """Give the `count`-th working day behind a day; None when it lies too far or outside the table."""
        if day.year > max(TET):
            return None
        for step in range(1, MAX_DAYS):
            later = day + dt.timedelta(step)
            is_working = self.is_working(later)
            if is_working is None:
                return None
            count -= is_working
            if count <= 0 and is_working:
                return later
        return None

    def between(self, day: dt.date, later: dt.date) -> int | None:
        """Count the working days behind `day`, `later` included; 0 when it is no later, None when nobody knows."""
        if (later - day).days > MAX_DAYS or later.year not in TET:
            return None
        days = [self.is_working(day + dt.timedelta(step)) for step in range(1, (later - day).days + 1)]
        return None if None in days else sum(map(bool, days))


LAWFUL_DAYS: Final = WorkingDays()
"""The law's own days, of an operator who named none."""
