"""Documents that a clerk must look at."""

from __future__ import annotations

import datetime as dt

from gateway.records.figures.disputes import Amendment, Content, Dispute, Recall, amendments, disputes, recalls
from gateway.values.ledger import DocumentNumber
from gateway.values.period import parse_period
from tests.records.making import CONTENT, OTHER_CONTENT, Source, at, figures, letter, mail, office, read_in, taken, to


def asked(store, question, period):
    """Put a question about a period."""
    with store.begin() as connection:
        return question(connection, parse_period(period))


def test_another_content_under_one_number_is_listed_with_both_sides(store):
    """NAT-4: both clerks see who sent which content to whom, in the month the second one came."""
    read_in(
        store,
        Source(
            *taken(mail("T1", letter(), recipients=to("so-b", "so-c"))),
            *taken(
                mail("T2", letter(digest=OTHER_CONTENT, is_own=False), sender=office("so-b"), recipients=to("so-c"),
                     at_us=at("2026-11-02 09:00:00"))
            ),
        ),
    )  # fmt: skip

    assert asked(store, disputes, "2026-10") == []
    assert asked(store, disputes, "2026-11") == [
        Dispute(
            "so-a", "125", "SA-VP", 2026,
            (
                Content(CONTENT, dt.date(2026, 10, 5), ("so-a",), ("so-b", "so-c")),
                Content(OTHER_CONTENT, dt.date(2026, 11, 2), ("so-b",), ("so-c",)),
            ),
        )
    ]  # fmt: skip


def test_what_is_corrected_or_replaced_is_listed_and_stays_counted(store, agencies):
    """By another number of its issuer, of the year named; a corrected copy of its own number is none."""
    correcting = letter("3", corrects=(DocumentNumber("125", "SA-VP", 2026), DocumentNumber("3", "SA-VP")))
    replacing = letter("4", replaces=(DocumentNumber("0125", "SA.VP"), DocumentNumber("99", "SA-VP", 2025)))
    read_in(
        store,
        Source(
            *taken(mail("T1", letter())),
            *taken(mail("T2", correcting, at_us=at("2026-10-06 09:00:00"))),
            *taken(mail("T3", replacing, at_us=at("2026-11-06 09:00:00"))),
            *taken(mail("T4", letter("5", replaces=(DocumentNumber("125", "SA-VP"),))), "refused", 550),
        ),
    )
    first = dt.date(2026, 10, 5)

    assert asked(store, amendments, "2026-10") == [
        Amendment("corrects", "so-a", "125", "SA-VP", 2026, first, dt.date(2026, 10, 6), "3/SA-VP")
    ]
    assert asked(store, amendments, "2026-11") == [
        Amendment("replaces", "so-a", "99", "SA-VP", 2025, None, dt.date(2026, 11, 6), "4/SA-VP"),
        Amendment("replaces", "so-a", "0125", "SA.VP", 2026, first, dt.date(2026, 11, 6), "4/SA-VP"),
    ]
    assert figures(store, agencies, "2026").total.issued == 3


def test_recalls_are_listed_with_what_they_subtract(store):
    """The year is that of the recall, or the one before; what was never seen is listed too."""
    recall = letter("3", year=2027, recalls=(DocumentNumber("0125", "SA.VP"), DocumentNumber("99", "SA-VP", 2026)))
    source = Source(*taken(mail("T1", letter())), *taken(mail("T2", recall, at_us=at("2027-01-08 09:00:00"))))

    read_in(store, source)

    day = dt.date(2027, 1, 8)
    assert asked(store, recalls, "2026") == []
    assert asked(store, recalls, "2027-01") == [
        Recall("so-a", "99", "SA-VP", 2026, None, day, "3/SA-VP"),
        Recall("so-a", "0125", "SA.VP", 2026, dt.date(2026, 10, 5), day, "3/SA-VP"),
    ]
