"""Working days: the table of lunar holidays, the law's days off, and what an operator moved."""

from __future__ import annotations

import datetime as dt

import pytest

from gateway.values.working_days import HUNG_KINGS, LAWFUL_DAYS, TET, WorkingDays, holidays
from tests.support.lunar import lunar_day


def day(text):
    """Read a date."""
    return dt.date.fromisoformat(text)


def test_the_lunar_table_is_what_the_sky_says():
    """Computed anew for every year, 2030 among them, when Tết falls a day before the Chinese new year."""
    assert {year: lunar_day(year, 1, 1) for year in TET} == TET
    assert {year: lunar_day(year, 3, 10) for year in HUNG_KINGS} == HUNG_KINGS
    assert set(range(2024, 2036)) <= TET.keys() == HUNG_KINGS.keys()
    assert TET[2030] == day("2030-02-02")


def test_eleven_days_a_year_are_off():
    """Labour Code article 112: eleven days, each on a day otherwise worked, as article 111.3 makes up for weekends."""
    for year in TET:
        assert len(holidays(year)) == 11, year
        assert all(one.weekday() < 5 for one in holidays(year))


@pytest.mark.parametrize(
    ("off", "worked"),
    [
        ("2026-02-16", "2026-02-23"),  # from the last day of the old lunar year
        ("2026-04-27", "2026-04-28"),  # Giỗ Tổ is a Sunday
        ("2026-09-01", "2026-09-03"),
        ("2027-05-03", "2027-05-04"),  # 1 May is a Saturday
    ],
)
def test_days_of_known_years(off, worked):
    """Tết, the Hung Kings, National Day and Labour Day fall where people had them off."""
    assert (False, True) == (LAWFUL_DAYS.is_working(day(off)), LAWFUL_DAYS.is_working(day(worked)))


def test_counting_steps_over_weekends_and_holidays():
    """Friday and two days is Tuesday; over Tết it takes longer."""
    assert day("2026-11-24") == LAWFUL_DAYS.after(day("2026-11-20"), 2)
    assert day("2026-02-23") == LAWFUL_DAYS.after(day("2026-02-13"), 1)
    assert (2, 0, 0) == tuple(
        LAWFUL_DAYS.between(day("2026-11-20"), day(later)) for later in ("2026-11-24", "2026-11-22", "2026-11-19")
    )
    assert day("2026-11-23") == LAWFUL_DAYS.first_from(day("2026-11-21"))


def test_what_the_operator_says_stands():
    """A Saturday may be worked for a Friday."""
    moved = WorkingDays({day("2026-11-20"): False, day("2026-11-21"): True})

    assert day("2026-11-21") == moved.after(day("2026-11-19"), 1)


@pytest.mark.parametrize("start", ["1999-05-04", "2050-01-01", "9999-12-31", "0001-01-01", "2035-12-20"])
def test_of_other_years_nothing_is_known(start):
    """The table ends; no date that somebody writes breaks the count."""
    assert LAWFUL_DAYS.after(day(start), 30) is None
    assert LAWFUL_DAYS.between(day(start), day("9999-12-31")) is None
