"""Records of the ledger: what fits into one, and what does not."""

from __future__ import annotations

import msgspec
import pytest

from gateway.values.ledger import DocumentEntry, DocumentId, Intent, Matter, Opened, Party, Recipient, Record


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
