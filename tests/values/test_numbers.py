"""Numbers as they are compared."""

from __future__ import annotations

import pytest

from gateway.values.numbers import loose_key, number_key


@pytest.mark.parametrize(
    ("number", "notation", "key"),
    [
        ("7745", "UB-HCTC", "7745/ubnd-hctc"),
        ("07745", "UBND-HCTC", "7745/ubnd-hctc"),
        ("125", "QĐ_UBND", "125/qd-ubnd"),
        ("125", "QĐ-UB", "125/qd-ubnd"),
        ("61", "KH/SNV", "61/kh-snv"),
        ("1.250", "SA - VP", "1250/sa-vp"),
        ("15 bis", "QĐ-SA", "15bis/qd-sa"),
        ("01", "2026/QĐ-UBND", "1/2026-qd-ubnd"),
        ("15", "NQ/TW", "15/nq-tw"),
        ("72", "", "72"),
    ],
)
def test_one_form_for_every_way_of_writing(number, notation, key):
    """Zeros, dots, blanks, marks and the letters UB make no other number."""
    assert key == number_key(number, notation)


@pytest.mark.parametrize(
    ("written", "key"),
    [("7745/UB-HCTC", "7745/ubnd-hctc"), ("01/2026/QĐ-UBND", "1/2026-qd-ubnd"), ("15-NQ/TW", "15/nq-tw")],
)
def test_number_and_notation_in_one_text(written, key):
    """What `cited_numbers` holds compares with number and notation apart."""
    assert key == number_key(written)


def test_any_text_has_a_key():
    """Nothing a sender writes breaks it."""
    assert ["", "?", "a"] == [number_key(text).rstrip("/") for text in ("", "?", "a")]


def test_damaged_notations_are_the_same_when_asked_loosely():
    """A lost hyphen is no other document; a digit on the other side of the slash is."""
    assert loose_key("125", "QĐUBND") == loose_key("0125/QĐ-UB") == "125/qdubnd"
    assert loose_key("12/5SA-VP") != loose_key("125/SA-VP")
