"""What speaks against figures is named on the report, and nothing is left out in silence."""

from __future__ import annotations

import pytest

from gateway.records.figures.caveats import find_caveats
from gateway.values.ledger import Gap, Outcome
from gateway.values.period import parse_period
from tests.records.making import MORNING, Source, at, figures, letter, mail, office, read_in, roster, taken

DAY = 86_400_000_000
HOUR = 3_600_000_000
NOW = at("2026-12-01 08:00:00")


def caveats(store, agencies, *, now_us=NOW, period=None):
    """List (kind, subject) of what speaks against the figures."""
    with store.begin() as connection:
        found = find_caveats(connection, agencies, now_us=now_us, period=period and parse_period(period))
        assert all(one.words.vi and one.words.en and "{" not in one.words.vi + one.words.en for one in found)
        return [(one.kind, one.subject) for one in found]


def many(count, *, day="2026-10-05", issued="2026-10-05", prefix="T", start=1):
    """Give mails of one day with a document each."""
    mails = [
        mail(f"{prefix}{number}", letter(str(number), issued_on=issued), at_us=at(f"{day} 09:00:00") + number)
        for number in range(start, start + count)
    ]
    return [record for one in mails for record in taken(one)]


def test_a_healthy_store_has_none(store, agencies):
    """Two files of one chain, in order."""
    first = Source(*many(3))
    second = Source(
        *many(3, day="2026-11-05", prefix="U", start=4), month="2026-11",
        previous=(first.file, first.hash_of(len(first.all)).hex()),
    )  # fmt: skip

    read_in(store, first, second)

    assert caveats(store, agencies) == []


def test_a_file_that_never_came_is_named_and_no_longer_when_it_does(store, agencies):
    """One ledger lost for a day: figures are too low, and then right."""
    first = Source(*many(3))
    second = Source(
        *many(3, day="2026-11-05", prefix="U", start=4), month="2026-11",
        previous=(first.file, first.hash_of(len(first.all)).hex()),
    )  # fmt: skip

    read_in(store, second)
    assert caveats(store, agencies) == [("ledger_missing", first.file)]
    assert caveats(store, agencies, period="2026-12") == []
    read_in(store, first)

    assert caveats(store, agencies) == []
    assert figures(store, agencies, "2026").total.issued == 6


def test_two_nodes_that_claim_one_name_are_both_counted_and_named(store, agencies):
    """Each is a chain of its own, written at the same time."""
    one = Source(*many(1), *many(1, day="2026-10-07", prefix="A", start=2))
    other = Source(*many(1, prefix="B", start=3), *many(1, day="2026-10-08", prefix="C", start=4), month="2026-09")

    read_in(store, one)
    read_in(store, other)

    assert caveats(store, agencies) == [("two_nodes_one_name", "gw-1 congthu")]
    assert figures(store, agencies).total.issued == 4


def test_many_files_of_one_name_are_named_once_each(store, agencies):
    """A node that was taken over may hand in thousands; pairs of them would be millions."""
    for number in range(40):
        last = many(1, day="2026-10-07", prefix=f"B{number}-", start=number + 101)
        read_in(store, Source(*many(1, prefix=f"A{number}-", start=number + 1), *last))

    assert caveats(store, agencies) == [("two_nodes_one_name", "gw-1 congthu")] * 39


def test_a_clock_that_was_a_day_ahead_shows_when_it_is_set_back(store, agencies):
    """Records stand in the order they were written."""
    records = [
        *taken(mail("T1", letter("1"), at_us=MORNING + DAY)),
        *taken(mail("T2", letter("2"), at_us=MORNING + HOUR)),
    ]

    read_in(store, Source(*records))

    assert caveats(store, agencies) == [("clock_set_back", "gw-1 congthu")]


def test_a_clock_that_is_a_day_ahead_shows_at_once(store, agencies):
    """Its ledger holds mail of tomorrow."""
    read_in(store, Source(*many(1)))

    assert caveats(store, agencies, now_us=MORNING - DAY) == [("clock_ahead", "gw-1 congthu")]


def test_a_clock_that_is_a_day_behind_shows_by_documents_of_tomorrow(store, agencies):
    """Offices date their documents by their own clocks."""
    read_in(store, Source(*many(6, issued="2026-10-06")))

    assert caveats(store, agencies) == [("clock_behind", "gw-1 congthu")]


def test_a_single_document_dated_ahead_is_no_clock(store, agencies):
    """One of twenty is dated by hand, or misread."""
    read_in(store, Source(*many(19), *many(1, issued="2026-10-09", prefix="U", start=20)))

    assert caveats(store, agencies) == []


def test_records_a_ledger_could_not_take_are_told(store, agencies):
    """With days and number."""
    read_in(store, Source(Gap(MORNING, MORNING + HOUR, 12, "full")))

    with store.begin() as connection:
        (found,) = find_caveats(connection, agencies, now_us=NOW)
    assert (found.kind, found.count, found.first_day) == ("ledger_gap", 12, 20261005)
    assert "thiếu 12 bản ghi" in found.words.vi


@pytest.mark.parametrize(
    ("registry", "kind"),
    [
        ('[[agency]]\nid = "so-b"\n', "agency_not_in_registry"),
        ('[[agency]]\nid = "so-b"\n[[agency]]\nid = "so-a"\nvalid_to = 2025-06-30\n', "agency_not_living"),
    ],
)
def test_an_agency_the_registry_lost_is_named(store, tmp_path, registry, kind):
    """It was counted, and nobody knows its name."""
    read_in(store, Source(*many(2)))

    assert caveats(store, roster(tmp_path, registry)) == [(kind, "so-a")]


def test_an_unknown_agency_is_told_with_the_documents_of_the_period(store, tmp_path):
    """What it sends later does not change what an earlier month says."""
    read_in(store, Source(*many(2), *many(3, day="2026-11-05", issued="2026-11-05", prefix="N", start=3)))

    with store.begin() as connection:
        found = [
            find_caveats(
                connection, roster(tmp_path, '[[agency]]\nid = "so-b"\n'), now_us=NOW, period=parse_period(one)
            )
            for one in ("2026-10", "2026")
        ]
    assert [(one.first_day, one.last_day, one.count) for (one,) in found] == [
        (20261001, 20261031, 2), (20261001, 20261131, 5),
    ]  # fmt: skip


def test_outcomes_nobody_knows_are_told(store, agencies):
    """The gateway died between handing over and the answer, or a file is missing."""
    read_in(store, Source(mail("T1", letter(), sender=office()), Outcome("T9", MORNING, "delivered", 250)))

    assert caveats(store, agencies) == [("outcome_unknown", ""), ("outcome_alone", "gw-1 congthu")]
