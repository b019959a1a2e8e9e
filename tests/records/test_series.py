"""Number series: what is missing, and the least an office issued (Decree 30/2020 article 15)."""

from __future__ import annotations

from gateway.records.figures.series import lower_bounds, number_series
from gateway.values.period import parse_period
from tests.records.making import Source, letter, mail, read_in, taken


def fill(store, *numbers, issued_on="2026-10-01", notation="SA-VP", prefix="T"):
    """Read in a letter each of these numbers."""
    mails = [mail(f"{prefix}{one}", letter(str(one), notation=notation, issued_on=issued_on)) for one in numbers]
    read_in(store, Source(*(record for one in mails for record in taken(one)), instance=f"{prefix}{notation}"))


def asked(store, question, period):
    """Put a question about a period."""
    with store.begin() as connection:
        return question(connection, parse_period(period))


def test_gaps_are_listed_from_the_first_of_january(store):
    """Also those before the period: the clerk looks at the whole series."""
    fill(store, 2, 3, issued_on="2026-09-30")
    fill(store, 5, 7, prefix="U")

    (found,) = asked(store, number_series, "2026-10")

    assert (found.issuer, found.notation, found.highest, found.seen) == ("so-a", "SA-VP", 7, 4)
    assert (found.missing, found.missing_count) == ((1, 4, 6), 3)


def test_a_period_without_a_number_lists_no_series(store):
    """Nothing was issued then that anybody saw."""
    fill(store, 2)

    assert asked(store, number_series, "2026-11") == []


def test_the_bound_of_a_month_is_what_lies_between_its_numbers(store):
    """Numbers of September bound nothing in October."""
    fill(store, 1, 9, issued_on="2026-09-30")
    fill(store, 20, 29, prefix="U")

    assert asked(store, lower_bounds, "2026-10") == {"so-a": 10}
    assert asked(store, lower_bounds, "2026") == {"so-a": 29}


def test_the_bound_holds_whether_an_office_runs_one_series_or_many(store):
    """The longest stretch of one, or all documents seen where they are more."""
    fill(store, 1, 4)
    fill(store, 1, 2, 3, notation="QĐ-SA", prefix="Q")

    assert asked(store, lower_bounds, "2026-10") == {"so-a": 5}


def test_a_number_that_was_read_wrongly_bounds_nothing(store):
    """Of millions between, next to none was seen."""
    fill(store, 1, 2, 3, 12345678)

    assert asked(store, lower_bounds, "2026-10") == {"so-a": 4}
    (found,) = asked(store, number_series, "2026-10")
    assert (found.highest, found.seen, found.missing_count, found.doubtful) == (3, 3, 0, (12345678,))
