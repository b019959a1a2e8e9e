"""What mails say of paper, as it counts: evidence that paper went, and never a proof that none did."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text as sql

from gateway.records.figures.declared import Paperless, paperless
from gateway.records.figures.pairs import pairs
from gateway.records.imports.keeping import keep
from gateway.records.imports.reading import Import
from gateway.records.store.opening import open_store
from gateway.values.declared import DeclaredTotal, PaperPart
from gateway.values.period import parse_period
from gateway.values.working_days import LAWFUL_DAYS
from tests.records.making import Source, at, letter, mail, read_in, taken, to

OCTOBER = parse_period("2026-10")
DUAL = ("kem-ban-giay",)


def whole_book(store, *parts):
    """Enter totals of October, the paper book whole, and paper parts."""
    totals = (DeclaredTotal("so-a", OCTOBER, 9, is_paper_book_whole=True),)
    keep(store, "totals", b"totals", Import("totals", totals), at("2026-11-02 08:00:00"))
    if parts:
        keep(store, "paper", b"paper", Import("paper", parts), at("2026-11-02 08:00:00"))


def counted(store):
    """Count what went wholly electronically in October."""
    with store.begin() as connection:
        return paperless(connection, OCTOBER).get("so-a")


def told(store):
    """Give number, state and what was said, of the pairs of October."""
    with store.begin() as connection:
        return [(one.number, one.state, one.said) for one in pairs(connection, OCTOBER, LAWFUL_DAYS)]


def test_a_document_whose_paper_was_announced_saved_nothing(store):
    """Though the book of a clerk who calls it whole holds none; that none was announced proves nothing, and adds nothing."""
    letters = [letter("1"), letter("2", paper="announced"), letter("3", paper="none_announced")]
    read_in(
        store,
        Source(
            *(
                record
                for one in letters
                for record in taken(mail(f"T{one.id.number}", one, recipients=to("so-b", "so-c")))
            )
        ),
    )
    whole_book(store)

    assert counted(store) == Paperless(documents=3, without_paper=2, announced=1, deliveries=4)


def test_paper_that_was_entered_counts_once_whatever_was_said(store):
    """The clerk's entry is what counts."""
    read_in(store, Source(*taken(mail("T1", letter("1", paper="announced")))))
    whole_book(store, PaperPart("so-a", "1", "SA-VP", 2026, "sent", "", dt.date(2026, 10, 7)))

    assert counted(store) == Paperless(documents=1)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (("announced",), "announced"),
        (("none_announced", ""), "none_announced"),
        (("announced", "none_announced"), ""),
        (("",), ""),
    ],
)
def test_pairs_show_what_was_said_and_judge_by_the_book(store, said, shown):
    """A missing part stays unknown without a whole book, and missing with one; mails that contradict each other say nothing."""
    for place, paper in enumerate(said):
        read_in(store, Source(*taken(mail(f"T{place}", letter("1", paper=paper), tags=DUAL)), node=f"gw-{place}"))

    assert told(store) == [("1", "unknown", shown)]
    whole_book(store)
    assert told(store) == [("1", "paper_missing", shown)]


def test_what_a_refused_mail_said_is_not_said(store):
    """It reached nobody."""
    read_in(
        store,
        Source(
            *taken(mail("T1", letter("1"), tags=DUAL)),
            *taken(mail("T2", letter("1", paper="announced"), tags=DUAL), "refused", 550),
        ),
    )

    assert told(store) == [("1", "unknown", "")]


def test_a_store_made_before_takes_the_new_table(tmp_path):
    """Its ledgers said nothing of paper: empty is right, and what comes from now on is told."""
    url = f"sqlite:///{tmp_path}/records.db"
    store = open_store(url)
    read_in(store, Source(*taken(mail("T1", letter("1"), tags=DUAL))))
    with store.begin() as connection:
        connection.execute(sql("DROP TABLE paper_said"))
    store.dispose()

    store = open_store(url, may_create=False)
    assert told(store) == [("1", "unknown", "")]
    read_in(store, Source(*taken(mail("T2", letter("2", paper="announced"), tags=DUAL)), node="gw-2"))
    assert told(store) == [("1", "unknown", ""), ("2", "unknown", "announced")]
    store.dispose()
