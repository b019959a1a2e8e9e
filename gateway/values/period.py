"""Period: the days a report speaks of, by the calendar of Vietnam (UTC+07:00 all year, whatever the host's zone)."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Final

import msgspec

from gateway.values.zone import VIETNAM

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2199
_SPELLED: Final = re.compile(r"([0-9]{4})(?:-(?:([0-9]{2})|Q([1-4])|H([12])))?")
_SPAN: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{4}-[0-9]{2}-[0-9]{2})")
_MICROSECONDS: Final = 1_000_000


class Period(msgspec.Struct, frozen=True, order=True):
    """Days from the first to the last, both included."""

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.last < self.first:
            raise ValueError("a period ends on its first day or later")

    def __contains__(self, day: dt.date) -> bool:
        """Tell whether a day lies in the period."""
        return self.first <= day <= self.last

    def __str__(self) -> str:
        """Spell it as `parse_period` reads it: `2026-10`, `2026-Q3`, `2026-H1`, `2026`, else `first/last`."""
        year = self.first.year
        names = (str(year), *(f"{year}-H{n}" for n in (1, 2)), *(f"{year}-Q{n}" for n in range(1, 5)))
        for name in (*names, f"{year}-{self.first.month:02}"):
            if _named(name) == self:
                return name
        return f"{self.first.isoformat()}/{self.last.isoformat()}"

    @property
    def from_us(self) -> int:
        """First microsecond since the epoch (UTC) that belongs to it."""
        return _midnight_us(self.first)

    @property
    def until_us(self) -> int:
        """First microsecond since the epoch (UTC) after it."""
        return _midnight_us(self.last + dt.timedelta(1))

    @property
    def weeks(self) -> float:
        """Calendar weeks it spans, for weekly averages (226/UBND-TTTH counts by the week)."""
        return ((self.last - self.first).days + 1) / 7

    @property
    def is_month(self) -> bool:
        """True of one whole calendar month."""
        return self == month_of(self.first)

    def months(self) -> tuple[Period, ...]:
        """List the whole calendar months inside it, in order."""
        found, day = [], self.first.replace(day=1)
        while day <= self.last:
            month = month_of(day)
            if self.first <= month.first and month.last <= self.last:
                found.append(month)
            day = month.last + dt.timedelta(1)
        return tuple(found)

    def year_before(self) -> Period:
        """Give the same period of the year before: what growth and savings are compared with."""
        return Period(_a_year_back(self.first), _a_year_back(self.last + dt.timedelta(1)) - dt.timedelta(1))


def month_of(day: dt.date) -> Period:
    """Give the calendar month a day lies in."""
    last = calendar.monthrange(day.year, day.month)[1]
    return Period(day.replace(day=1), day.replace(day=last))


def parse_period(text: str) -> Period:
    """Read `2026-10` (month), `2026-Q3`, `2026-H1`, `2026` or `2026-09-01/2026-10-15`.

    Raises:
        ValueError: it is none of these, or its year is not of 2000 to 2199.
    """
    if span := _SPAN.fullmatch(text):
        period = Period(dt.date.fromisoformat(span[1]), dt.date.fromisoformat(span[2]))
    elif _SPELLED.fullmatch(text):
        period = _named(text)
    else:
        raise ValueError(f"`{text}` is no period: write 2026-10, 2026-Q3, 2026-H1, 2026 or 2026-09-01/2026-10-15")
    if not FIRST_YEAR <= period.first.year <= period.last.year <= LAST_YEAR:
        raise ValueError(f"`{text}` lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
    return period


def _named(text: str) -> Period:
    """Give the period of a name that is well formed."""
    spelled = _SPELLED.fullmatch(text)
    assert spelled is not None
    year, month, quarter, half = spelled.groups()
    if month is not None:
        return month_of(dt.date(int(year), int(month), 1))
    number, size = (int(quarter), 3) if quarter else (int(half), 6) if half else (1, 12)
    first = dt.date(int(year), (number - 1) * size + 1, 1)
    return Period(first, month_of(first.replace(month=number * size)).last)


def _midnight_us(day: dt.date) -> int:
    return int(dt.datetime(day.year, day.month, day.day, tzinfo=VIETNAM).timestamp()) * _MICROSECONDS


def _a_year_back(day: dt.date) -> dt.date:
    """Give the day a year before; 29 February becomes 1 March, so that a whole month stays one."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return dt.date(day.year - 1, 3, 1)
