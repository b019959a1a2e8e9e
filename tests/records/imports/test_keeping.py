"""Sheets in the store: whole or not at all, later ones in the place of earlier ones, and taken back."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.exc import IntegrityError

from gateway.records.figures.declared import declared_totals, unit_prices
from gateway.records.imports.keeping import handed_in, imports, keep, withdraw
from gateway.records.imports.reading import Import
from gateway.values.declared import BY_TOTALS, DeclaredTotal, HandedIn, UnitPrice
from gateway.values.period import parse_period
from tests.records.making import at

OCTOBER = parse_period("2026-10")
NOW = at("2026-11-02 08:00:00")


def totals(store, period="2026-10"):
    """Give what is declared of a period."""
    with store.begin() as connection:
        return declared_totals(connection, parse_period(period))


def test_a_later_sheet_takes_the_place_of_an_earlier_one(store):
    """The clerk mends a total and sends the sheet again."""
    keep(store, "a.csv", b"1", Import("totals", (DeclaredTotal("so-a", OCTOBER, 200),)), NOW)
    keep(store, "a.csv", b"2", Import("totals", (DeclaredTotal("so-a", OCTOBER, 214, 300),)), NOW)

    assert (totals(store)["so-a"].issued, totals(store)["so-a"].received) == (214, 300)


def test_the_same_file_is_taken_once(store):
    """Nothing is done the second time."""
    found = Import("totals", (DeclaredTotal("so-a", OCTOBER, 200),))

    assert [keep(store, name, b"same", found, NOW) for name in ("a.csv", "b.csv")] == [1, 0]


def test_a_total_of_a_quarter_needs_every_month(store):
    """One month declared says nothing of three."""
    keep(store, "a.csv", b"1", Import("totals", (DeclaredTotal("so-a", OCTOBER, 200),)), NOW)

    assert totals(store, "2026-Q4")["so-a"].issued is None


def test_an_import_is_taken_back(store):
    """Its rows go, and it stands in the list no more."""
    keep(store, "a.csv", b"1", Import("totals", (DeclaredTotal("so-a", OCTOBER, 200),)), NOW)
    number = keep(store, "b.csv", b"2", Import("prices", (UnitPrice("postage", 5_000, dt.date(2026, 1, 1)),)), NOW)

    assert withdraw(store, number) == 1
    assert withdraw(store, number) == 0
    with store.begin() as connection:
        assert [(one[0], one[1], one[2], one[3]) for one in imports(connection)] == [(1, "totals", "a.csv", 1)]
        assert unit_prices(connection, OCTOBER) == {}


def test_prices_hold_from_their_day(store):
    """Of two the later one that has begun."""
    prices = (
        UnitPrice("postage", 5_000, dt.date(2025, 1, 1), "QĐ 1"),
        UnitPrice("postage", 6_000, dt.date(2026, 10, 1), "QĐ 2"),
        UnitPrice("postage", 9_000, dt.date(2026, 10, 2), "QĐ 3"),
    )
    keep(store, "p.csv", b"1", Import("prices", prices), NOW)

    with store.begin() as connection:
        assert unit_prices(connection, OCTOBER) == {"postage": (6_000, "QĐ 2")}


def test_reports_handed_in_come_back(store):
    """With period and day."""
    report = HandedIn("so-a", "HN-3", parse_period("2026-Q3"), dt.date(2026, 10, 9), "45/BC-SA")
    keep(store, "r.csv", b"1", Import("handed-in", (report,)), NOW)

    with store.begin() as connection:
        assert handed_in(connection) == [report]


def test_totals_say_when_they_were_entered_first(store):
    """A mended sheet is not late; an import that is taken back takes its day along, and counts its own rows alone."""
    keep(store, "a.csv", b"1", Import("totals", (DeclaredTotal("so-a", OCTOBER, 200),)), NOW)
    keep(store, "a.csv", b"2", Import("totals", (DeclaredTotal("so-a", OCTOBER, 214),)), at("2026-11-20 08:00:00"))

    with store.begin() as connection:
        assert handed_in(connection) == [HandedIn("so-a", BY_TOTALS, OCTOBER, dt.date(2026, 11, 2))]
    assert [withdraw(store, 1), withdraw(store, 2)] == [0, 1]
    with store.begin() as connection:
        assert handed_in(connection) == []


def test_nothing_is_kept_of_a_sheet_that_cannot_be_kept_whole(store):
    """The database refuses the second row: the first is not there either."""
    broken = (DeclaredTotal("so-a", OCTOBER, 200), DeclaredTotal("so-b", OCTOBER, None))
    with pytest.raises(IntegrityError):
        keep(store, "a.csv", b"1", Import("totals", broken), NOW)

    assert totals(store) == {}


def test_a_file_of_another_charset_is_named_as_far_as_it_can(store):
    """Its name is no UTF-8, which no database takes; the sheet is taken all the same."""
    keep(store, "/nhan/S\udcf4.csv", b"1", Import("totals", (DeclaredTotal("so-a", OCTOBER, 200),)), NOW)

    with store.begin() as connection:
        assert [file for _, _, file, _, _ in imports(connection)] == ["/nhan/S?.csv"]
