"""When a time limit falls, and which of several counts."""

from __future__ import annotations

import datetime as dt

import pytest

from gateway.judge.documents import UNKNOWN_TIME, view_document
from gateway.values.facts import Marks, MessageFacts
from gateway.values.time_limits import TimeLimit
from gateway.values.working_days import LAWFUL_DAYS, WorkingDays
from tests.support.judging import AT

FIVE_WORKING = TimeLimit(amount=5, unit="working_days", ground="received")
NEXT_WEEK, TOMORROW = TimeLimit(at="2026-11-30"), TimeLimit("hour", "2026-11-24T16:00:00+07:00")


def document(*time_limits, days=LAWFUL_DAYS, at=AT, **marks):
    """Show a document with these time limits at 09:00 on Monday 23 November 2026."""
    return view_document(MessageFacts(size_octets=1, document=Marks(time_limits=time_limits, **marks)), at, days)


@pytest.mark.parametrize(
    ("limit", "due", "hours"),
    [
        (TOMORROW, "2026-11-24T16:00:00+07:00", 31.0),
        (TimeLimit(at="2026-11-24"), "2026-11-24", 39.0),
        (TimeLimit(at="2026-11-24", is_before=True), "2026-11-24", 15.0),
        (TimeLimit("half_day", "2026-11-23", half="morning"), "2026-11-23", 3.0),
        (TimeLimit("half_day", "2026-11-23", half="afternoon"), "2026-11-23", 9.0),
        (TimeLimit("month", "2026-11-30"), "2026-11-30", 183.0),
        (TimeLimit(at="2026-11-22"), "2026-11-22", -9.0),
        (FIVE_WORKING, "2026-11-30", 183.0),
        (TimeLimit(amount=5, unit="days", ground="received"), "2026-11-30", 183.0),  # the 28th is a Saturday
        (TimeLimit(amount=2, unit="weeks", ground="received"), "2026-12-07", 351.0),
        (TimeLimit("hour", amount=24, unit="hours", ground="received"), "2026-11-24T09:00:00+07:00", 24.0),
        (TimeLimit(amount=3, unit="days", ground="unstated"), "2026-11-26", 87.0),
        (TimeLimit(at="2026-11-24", amount=10, unit="days"), "2026-12-04", 279.0),
        (TimeLimit("hour", "2026-11-24T06:00:00+07:00", amount=48, unit="hours"), "2026-11-26T06:00:00+07:00", 69.0),
        (TimeLimit("hour", amount=30, unit="minutes", ground="received"), "2026-11-23T09:30:00+07:00", 0.5),
    ],
)
def test_when_a_time_limit_falls(limit, due, hours):
    """An hour is an hour, a day ends at midnight, `trước ngày` before the day begins, days end on a working one."""
    shown = document(limit)

    assert (True, due, hours) == (shown.has_due, shown.due, shown.hours_to_due)


def test_days_count_from_the_date_of_issue_where_the_text_says_so():
    """Issued on Friday: three working days are over on Wednesday. A blank date leaves it open."""
    three = TimeLimit(amount=3, unit="working_days", ground="issued")

    assert "2026-11-25" == document(three, issued_on="2026-11-20").due
    assert (False, "", "issued", ["?"]) == (
        document(three).has_due,
        document(three).due,
        document(three).due_ground,
        document(three).time_limits,
    )


@pytest.mark.parametrize("ground", ["other", "unstated"])
def test_what_nobody_can_know_stays_unknown(ground):
    """Days from a complete file, or from nothing said in a letter of another day, fall nobody knows when."""
    shown = document(TimeLimit(amount=5, unit="days", ground=ground), issued_on="2026-11-19")

    assert (False, UNKNOWN_TIME, ground) == (shown.has_due, shown.hours_to_due, shown.due_ground)


def test_the_operators_days_off_move_a_time_limit():
    """A Friday that is off by decision is no working day."""
    days = WorkingDays({dt.date(2026, 11, 27): False})

    assert "2026-12-01" == document(FIVE_WORKING, days=days).due


def test_the_next_one_of_the_principal_document_counts():
    """Of several the next to fall, past ones only when nothing is ahead; a covering mail's own come last."""
    past = TimeLimit(at="2026-11-20")
    aside = TimeLimit("hour", "2026-11-23T12:00:00+07:00", is_aside=True)

    assert "2026-11-24T16:00:00+07:00" == document(NEXT_WEEK, past, TOMORROW, aside).due
    assert ("2026-11-20", -57.0) == (document(past).due, document(past).hours_to_due)
    assert ["2026-11-30", "2026-11-23T12:00"] == document(NEXT_WEEK, aside).time_limits


@pytest.mark.parametrize("at", ["0001-01-01", "9999-12-31", "9999-12-31T23:59:00+07:00", "soon", "2026-11-24T16:00:00"])
def test_impossible_times_are_no_time_limit(at):
    """Facts of a sender name any day there is."""
    assert not document(TimeLimit("hour" if "T" in at else "day", at)).has_due
    assert not document(TimeLimit(amount=999, unit="months", ground="issued"), issued_on="9999-12-31").has_due


@pytest.mark.parametrize(
    ("issued_on", "at", "days", "working"),
    [
        ("2026-11-23", "2026-11-23T16:00:00+07:00", 0.0, 0.0),
        ("2026-11-20", "2026-11-21T10:00:00+07:00", 1.0, 0.0),  # a Saturday adds nothing
        ("2026-11-20", "2026-11-23T10:00:00+07:00", 3.0, 0.5),
        ("2026-11-20", "2026-11-23T13:00:00+07:00", 3.0, 1.0),
        ("2026-11-20", "2026-11-23T23:30:00+00:00", 4.0, 1.5),  # already Tuesday in Vietnam
        ("2026-11-30", "2026-11-23T10:00:00+07:00", -7.0, 0.0),
        (None, "2026-11-23T10:00:00+07:00", UNKNOWN_TIME, UNKNOWN_TIME),
    ],
)
def test_days_since_issue(issued_on, at, days, working):
    """Whole days, and working days of which a morning is a half: `> 0.5` is later than the next working morning."""
    shown = document(at=dt.datetime.fromisoformat(at), issued_on=issued_on)

    assert (days, working) == (shown.days_since_issue, shown.working_days_since_issue)


def test_a_date_of_issue_ahead_is_flagged():
    """Nobody sends what is issued tomorrow."""
    assert ["future_date"] == document(issued_on="2026-11-24").issue_flags
    assert [] == document(issued_on="2026-11-23").issue_flags


def test_hours_to_the_delivery_of_timed_urgency():
    """Hỏa tốc hẹn giờ names an hour; anything else is none."""
    shown = document(urgent_before="2026-11-23T15:00:00+07:00")

    assert ("2026-11-23T15:00:00+07:00", 6.0) == (shown.urgent_before, shown.hours_to_urgent_before)
    assert ("", UNKNOWN_TIME) == (document().urgent_before, document().hours_to_urgent_before)


def test_cited_numbers_compare_by_their_keys():
    """HN-10: a letter cited as UB- is the one issued as UBND-."""
    shown = document(number="015", notation="SA-VP", cited_numbers=("7745/UB-HCTC", "15-NQ/TW"))

    assert ("15/sa-vp", ["7745/ubnd-hctc", "15/nq-tw"]) == (shown.number_key, shown.cited_keys)
