"""Documents are counted, not messages."""

from __future__ import annotations

import pytest

from gateway.values.ledger import DocumentNumber, Recipient, Secret
from tests.records.making import (
    OTHER_CONTENT,
    Source,
    at,
    figures,
    letter,
    mail,
    office,
    read_in,
    refusal,
    roster,
    taken,
    to,
)


def test_one_letter_to_99_units_is_one_document_and_99_deliveries(store, agencies):
    """226/UBND-TTTH counts documents and deliveries apart."""
    units = [f"don-vi-{number}" for number in range(99)]
    mails = [taken(mail(f"T{place}", letter(), recipients=to(*units[place::3]))) for place in range(3)]

    read_in(store, Source(*(record for pair in mails for record in pair)))

    found = figures(store, agencies)
    assert (found.total.issued, found.agencies["so-a"].sent, found.agencies["so-a"].deliveries) == (1, 1, 99)
    assert found.total.received == 99


def test_what_is_sent_again_counts_once_in_the_month_of_the_first_time(store, agencies):
    """A resend in November leaves November empty."""
    first = taken(mail("T1", letter(), at_us=at("2026-10-31 23:59:59")))
    again = taken(mail("T2", letter(), at_us=at("2026-11-01 00:00:00")))

    read_in(store, Source(*again, *first))

    assert figures(store, agencies, "2026-10").agencies["so-a"].issued == 1
    assert figures(store, agencies, "2026-11").agencies["so-a"].issued == 0
    assert figures(store, agencies, "2026").agencies["so-b"].received == 1


def test_a_month_begins_at_midnight_in_vietnam(store, agencies):
    """17:00 UTC of the day before."""
    read_in(store, Source(*taken(mail("T1", letter(), at_us=at("2026-11-01 00:00:00")))))

    assert (figures(store, agencies, "2026-10").total.issued, figures(store, agencies, "2026-11").total.issued) == (
        0,
        1,
    )


def test_a_corrected_copy_counts_once_and_is_no_finding(store, agencies):
    """It says that it takes the place of the document of its own number."""
    corrected = letter(digest=OTHER_CONTENT, corrects=(DocumentNumber("125", "SA-VP"),))

    read_in(store, Source(*taken(mail("T1", letter())), *taken(mail("T2", corrected))))

    found = figures(store, agencies).agencies["so-a"]
    assert (found.issued, found.disputed) == (1, 0)


def test_another_content_under_one_number_is_a_finding(store, agencies):
    """NAT-4; it stays one document."""
    read_in(store, Source(*taken(mail("T1", letter())), *taken(mail("T2", letter(digest=OTHER_CONTENT)))))

    found = figures(store, agencies).agencies["so-a"]
    assert (found.issued, found.disputed) == (1, 1)


def test_a_number_is_one_however_it_is_written(store, agencies):
    """Zeros in front and marks between groups make no other document."""
    written = [letter("125", notation="SA-VP"), letter("0125", notation="SA.VP"), letter("125", notation="sa-vp")]

    read_in(store, Source(*(record for n, one in enumerate(written) for record in taken(mail(f"T{n}", one)))))

    assert figures(store, agencies).total.issued == 1


def test_a_recalled_document_is_subtracted_and_told_apart(store, agencies):
    """By its issuer, in the month it was counted in; the recall is a document of its own."""
    recall = letter("130", recalls=(DocumentNumber("125", "SA-VP"),))
    source = Source(*taken(mail("T1", letter())), *taken(mail("T2", recall, at_us=at("2026-11-20 09:00:00"))))

    read_in(store, source)

    october, november = (figures(store, agencies, month).agencies["so-a"] for month in ("2026-10", "2026-11"))
    assert (october.issued, october.recalled, october.sent, october.deliveries) == (0, 1, 0, 0)
    assert (november.issued, november.recalled) == (1, 0)


def test_nobody_recalls_what_another_issued(store, agencies):
    """The number stands for a document of the agency that says so."""
    recall = letter("9", issuer="so-b", notation="SB-VP", recalls=(DocumentNumber("125", "SA-VP"),))
    source = Source(*taken(mail("T1", letter())), *taken(mail("T2", recall, sender=office("so-b"))))

    read_in(store, source)

    assert figures(store, agencies).agencies["so-a"].recalled == 0


@pytest.mark.parametrize(
    ("records", "word"),
    [
        (taken(mail("T1", letter()), "refused", 550), "refused"),
        (taken(mail("T1", letter()), "deferred", 451), "deferred"),
        ((mail("T1", letter()),), "unknown"),
        ((refusal("T1", letter()),), "rejected"),
    ],
)
def test_only_what_a_next_hop_took_is_a_document_seen(store, agencies, records, word):
    """All else is a message, by how it ended; what ended nobody knows how is said to be so."""
    read_in(store, Source(*records))

    found = figures(store, agencies).agencies["so-a"]
    assert (found.issued, found.sent, found.messages) == (0, 0, {word: 1})


def test_a_secret_is_one_number_without_an_agency(store, agencies):
    """It enters no rate, and no agency's count."""
    read_in(store, Source(*taken(mail("T1", letter())), Secret("2026-10-09"), Secret("2026-11-09")))

    found = figures(store, agencies)
    assert found.secrets == 1
    assert found.total.issued == 1
    assert sum(sum(one.messages.values()) for one in found.agencies.values()) == 1


def test_units_without_traffic_stand_in_every_table(store, agencies):
    """From the registry, not from traffic (DL-3a)."""
    read_in(store, Source(*taken(mail("T1", letter()))))

    found = figures(store, agencies)
    assert list(found.agencies) == ["so-a", "so-b", "so-c"]
    assert found.zero_senders == ("so-b", "so-c")


def test_a_merged_agency_ends_and_its_successor_begins(store, tmp_path):
    """Statistics of a merged agency start at the merger."""
    merged = roster(
        tmp_path,
        '[[agency]]\nid = "so-cu"\nvalid_to = 2025-06-30\nsuccessors = [{ agency = "so-moi" }]\n'
        '[[agency]]\nid = "so-moi"\nvalid_from = 2025-07-01\n',
    )

    assert list(figures(store, merged, "2025-06").agencies) == ["so-cu"]
    assert list(figures(store, merged, "2025-07").agencies) == ["so-moi"]
    assert list(figures(store, merged, "2025").agencies) == ["so-cu", "so-moi"]


def test_an_agency_the_registry_lost_is_counted_and_named(store, agencies):
    """It stands in the table, and is told of."""
    read_in(store, Source(*taken(mail("T1", letter(issuer="so-mat"), sender=office("so-mat")))))

    found = figures(store, agencies)
    assert found.unlisted == ("so-mat",)
    assert found.agencies["so-mat"].issued == 1


def test_unresolved_issuers_are_parted_by_content(store, agencies):
    """12/UBND of two communes are two documents, and copies of one file are one."""
    one, two = letter("12", issuer="", notation="UBND"), letter("12", issuer="", notation="UBND", digest=OTHER_CONTENT)
    mails = [mail("T1", one), mail("T2", one, recipients=to("so-c")), mail("T3", two)]

    read_in(store, Source(*(record for each in mails for record in taken(each))))

    assert figures(store, agencies).unresolved.issued == 2


def test_addresses_outside_are_counted_by_the_class_of_their_domain(store, agencies):
    """Nothing else is known of them."""
    outside = (*to("so-b"), Recipient("", "free", "", (), 3))

    read_in(store, Source(*taken(mail("T1", letter(), recipients=outside))))

    found = figures(store, agencies).agencies["so-a"]
    assert (found.deliveries, found.outside) == (1, {"free": 3})


def test_mail_within_an_agency_is_counted_apart(store, agencies):
    """HNB-2: internal counts are no exchange between agencies."""
    read_in(store, Source(*taken(mail("T1", letter(), recipients=to("so-a")))))

    found = figures(store, agencies).agencies["so-a"]
    assert (found.internal, found.received, found.deliveries) == (1, 0, 0)
