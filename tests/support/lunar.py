"""The lunisolar calendar of Vietnam, computed: what the table of lunar holidays is checked against.

New moons and the longitude of the sun after J. Meeus, Astronomical Algorithms (chapters 25 and 49, the larger terms),
at the meridian of UTC+7 on which Vietnam's calendar rests; months as Hồ Ngọc Đức describes them: the eleventh holds
the winter solstice, and of thirteen months between two such the first without a principal term is the leap month.
"""

from __future__ import annotations

import datetime as dt
from math import floor, pi, radians, sin

_ZONE_DAYS = 7 / 24
_EPOCH = dt.date(2000, 1, 1).toordinal() - 2_451_545
"""Adds to a Julian day number to give the proleptic Gregorian ordinal."""


def _new_moon(k: int) -> int:
    """Julian day, in Vietnam, of the k-th new moon since 1900-01-01."""
    t = k / 1236.85
    day = 2_415_020.75933 + 29.53058868 * k + 0.0001178 * t**2 - 0.000000155 * t**3
    day += 0.00033 * sin(radians(166.56 + 132.87 * t - 0.009173 * t**2))
    sun = radians(359.2242 + 29.10535608 * k - 0.0000333 * t**2)
    moon = radians(306.0253 + 385.81691806 * k + 0.0107306 * t**2)
    node = radians(21.2964 + 390.67050646 * k - 0.0016528 * t**2)
    day += (0.1734 - 0.000393 * t) * sin(sun) + 0.0021 * sin(2 * sun) - 0.4068 * sin(moon) + 0.0161 * sin(2 * moon)
    day += 0.0104 * sin(2 * node) - 0.0051 * sin(sun + moon) - 0.0074 * sin(sun - moon) - 0.0004 * sin(3 * moon)
    day += 0.0004 * sin(2 * node + sun) - 0.0004 * sin(2 * node - sun) - 0.0006 * sin(2 * node + moon)
    day += 0.0010 * sin(2 * node - moon) + 0.0005 * sin(2 * moon + sun)
    return floor(day - (-0.000278 + 0.000265 * t + 0.000262 * t**2) + 0.5 + _ZONE_DAYS)


def _principal_term(day: int) -> int:
    """Twelfth of the sun's circle, 0 from the vernal equinox, at the midnight that begins a day in Vietnam."""
    t = (day - 0.5 - _ZONE_DAYS - 2_451_545) / 36_525
    anomaly = radians(357.52910 + 35_999.05030 * t)
    shift = (1.914600 - 0.004817 * t) * sin(anomaly) + 0.019993 * sin(2 * anomaly) + 0.000290 * sin(3 * anomaly)
    return int((radians(280.46645 + 36_000.76983 * t + shift) % (2 * pi)) / (pi / 6))


def _eleventh(year: int) -> int:
    """Which new moon begins the month of the winter solstice of a year."""
    k = floor((dt.date(year, 12, 31).toordinal() - _EPOCH - 2_415_021) / 29.530588853)
    return k - 1 if _principal_term(_new_moon(k)) >= 9 else k


def lunar_day(year: int, month: int, day: int) -> dt.date:
    """Give the date of a day of one of the first ten months (none of them a leap month) of a lunar year."""
    first, following = _eleventh(year - 1), _eleventh(year)
    step = month + 1  # the eleventh month of the year before is 0 steps on
    if following - first == 13:
        leap = next(
            i
            for i in range(1, 14)
            if _principal_term(_new_moon(first + i)) == _principal_term(_new_moon(first + i + 1))
        )
        step += leap <= step
    return dt.date.fromordinal(_new_moon(first + step) + day - 1 + _EPOCH)
