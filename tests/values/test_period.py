"""Periods: names, borders at midnight of Vietnam, the same period a year before."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from gateway.values.period import Period, month_of, parse_period


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-10", "2026-10-01", "2026-10-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-Q3", "2026-07-01", "2026-09-30"),
        ("2026-H1", "2026-01-01", "2026-06-30"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2017-02-20/2017-05-19", "2017-02-20", "2017-05-19"),
    ],
)
def test_names_are_read_and_written(text, first, last):
    """Both days belong to it, and its name comes back."""
    period = parse_period(text)

    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)
    assert str(period) == text


@pytest.mark.parametrize("text", ["", "2026-13", "2026-Q5", "26-10", "1999", "2026-10-09/2026-10-01", "2026-10-1"])
def test_what_is_no_period_is_refused(text):
    """With a ValueError that an option can show."""
    with pytest.raises(ValueError, match=r".+"):
        parse_period(text)


def test_borders_are_midnight_in_vietnam():
    """The first instant of October is 17:00 UTC of 30 September."""
    october = parse_period("2026-10")
    first = dt.datetime(2026, 9, 30, 17, tzinfo=dt.UTC).timestamp() * 1_000_000

    assert october.from_us == first
    assert october.until_us == parse_period("2026-11").from_us


def test_a_year_before_keeps_whole_months():
    """February of a leap year is compared with all of February before."""
    assert parse_period("2024-02").year_before() == parse_period("2023-02")
    assert parse_period("2025-02").year_before() == parse_period("2024-02")
    assert parse_period("2026-H1").year_before() == parse_period("2025-H1")


def test_months_inside_are_whole():
    """A month that is only touched is not listed."""
    assert [str(month) for month in parse_period("2026-Q4").months()] == ["2026-10", "2026-11", "2026-12"]
    assert [str(month) for month in parse_period("2026-09-02/2026-10-31").months()] == ["2026-10"]
    assert month_of(dt.date(2026, 10, 5)).is_month


def test_weeks_are_calendar_weeks():
    """28 days are four weeks."""
    assert parse_period("2026-02").weeks == 4


def test_a_period_that_ends_before_it_begins_cannot_be_made():
    """Not by decoding either."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"first": "2026-10-02", "last": "2026-10-01"}', type=Period)
