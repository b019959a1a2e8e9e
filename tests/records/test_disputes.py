"""Documents that a clerk must look at."""

from __future__ import annotations

import datetime as dt

from gateway.records.figures.disputes import Content, Dispute, Recall, disputes, recalls
from gateway.values.ledger import DocumentNumber
from gateway.values.period import parse_period
from tests.records.making import CONTENT, OTHER_CONTENT, Source, at, letter, mail, office, read_in, taken, to


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
