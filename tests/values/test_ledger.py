"""Records of the ledger: what fits into one, and what does not."""

from __future__ import annotations

import calendar
import contextlib
import datetime as dt

import msgspec
import pytest

from gateway.values.ledger import (
    MAX_RULES,
    DocumentEntry,
    DocumentId,
    Intent,
    Matter,
    Opened,
    Party,
    Recipient,
    Record,
    Secret,
)


def test_a_record_comes_back_from_json_as_it_was() -> None:
    """An intent with a document and a group of recipients survives the way through its written form."""
    document = DocumentEntry(DocumentId("so-a", "125", "QĐ-SA", 2026, "0" * 64), doc_type="quyet_dinh", form="signed")
    matter = Matter(Party("so-a", "own", "agency"), (Recipient("so-b", "own", "agency", ("act",), 3),), (document,))
    intent = Intent(transaction_id="a1", at_us=1, matter=matter)
    assert msgspec.json.decode(msgspec.json.encode(intent), type=Record) == intent


@pytest.mark.parametrize(
    "hostile",
    [
        {"id": {"notation": "gửi Văn thư"}},
        {"id": {"notation": "a@b.example"}},
        {"id": {"number": "nguyễn văn a"}},
        {"id": {}, "doc_type": "Công văn về việc"},
        {"id": {"digest": "tep dinh kem.pdf"}},
        {"id": {"issuer": "van-thu@ngoai.example"}},
    ],
)
def test_nothing_but_identities_and_words_can_be_decoded(hostile: dict[str, object]) -> None:
    """Text, addresses and file names fit into no field of a document, whoever sends them."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"documents": [hostile]}, Matter)


def test_numbers_written_otherwise_are_one_document() -> None:
    """Zeros in front, case, diacritics and marks between the groups make no second identity."""
    assert DocumentId("so-a", "0125", "QĐ-SA").key == DocumentId("so-a", "125", "qd_sa").key


def test_a_first_file_names_no_other() -> None:
    """`Opened` of the very first file continues nothing."""
    opened = Opened(at_us=1, node="gw.example", instance="", started_us=1)
    assert (opened.previous_file, opened.previous_hash) == ("", "")


@pytest.mark.parametrize(
    "hostile",
    [
        {"kind": "outcome", "transaction_id": "T1", "at_us": 2**62, "result": "delivered", "code": 250},
        {"kind": "outcome", "transaction_id": "T1", "at_us": -1, "result": "delivered", "code": 250},
        {"kind": "outcome", "transaction_id": "T1", "at_us": 1, "result": "delivered", "code": 2**64},
        {"kind": "outcome", "transaction_id": "T1\x00", "at_us": 1, "result": "delivered", "code": 250},
        {"kind": "outcome", "transaction_id": "T" * 65, "at_us": 1, "result": "delivered", "code": 250},
        {"kind": "intent", "transaction_id": "T1", "at_us": 1, "generation": 2**70},
        {"kind": "intent", "transaction_id": "T1", "at_us": 1, "tags": ["t"] * (MAX_RULES + 1)},
        {"kind": "gap", "from_us": 1, "to_us": 1, "count": 2**63, "reason": "full"},
        {"kind": "gap", "from_us": -(2**60), "to_us": 1, "count": 1, "reason": "full"},
        {"kind": "opened", "at_us": 1, "node": "gw\x1b[2J", "instance": "", "started_us": 1},
        {"kind": "opened", "at_us": 1, "node": "gw\n", "instance": "", "started_us": 1},
        {"kind": "opened", "at_us": 1, "node": "", "instance": "i" * 256, "started_us": 1},
        {"kind": "opened", "at_us": 1, "node": "", "instance": "", "started_us": 1, "previous_file": "../x_y_²_001"},
        {"kind": "secret", "day": "2026-02-29"},
        {"kind": "secret", "day": "2026-13-01"},
        {"kind": "secret", "day": "0000-01-01"},
    ],
    ids=str,
)
def test_no_record_holds_what_a_clock_a_store_or_a_terminal_cannot(hostile: dict[str, object]) -> None:
    """A ledger that is handed in may hold any octets: what would stop counting, or command a terminal, is no record."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(hostile), type=Record)


@pytest.mark.parametrize("month", [dt.date(2024, 2, 1), dt.date(2026, 2, 1), dt.date(2100, 2, 1), dt.date(2026, 4, 1)])
def test_a_day_is_one_of_the_calendar(month: dt.date) -> None:
    """Every day of a month is taken and none that it does not have, leap years included."""
    taken = []
    for day in range(32):
        with contextlib.suppress(msgspec.ValidationError):
            taken.append(msgspec.convert({"kind": "secret", "day": f"{month:%Y-%m}-{day:02}"}, Secret).day)
    assert taken == [f"{month:%Y-%m}-{day:02}" for day in range(1, calendar.monthrange(month.year, month.month)[1] + 1)]
