"""Words for the wire."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.mark.ascii import MAX_FILE_NAME, cut_at_word, fold_vietnamese, safe_file_name, token


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Gửi lại bản PDF có chữ ký số", "Gui lai ban PDF co chu ky so"),
        ("Đường đi ở Đắk Lắk", "Duong di o Dak Lak"),
        ("“trích” – yếu…", '"trich" - yeu...'),
        ("a\r\nb\tc\x00d", "a b c d"),
        ("公文", "??"),
        ("", ""),
    ],
)
def test_vietnamese_loses_its_diacritics_and_nothing_else(text, folded):
    """Letters keep their base, controls become spaces, foreign scripts become question marks."""
    assert folded == fold_vietnamese(text)


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_file_name_becomes_harmless(name):
    """No quotes, brackets, controls or non-ASCII survive, and the length is bounded."""
    safe = safe_file_name(name)

    assert len(safe) <= MAX_FILE_NAME
    assert all(" " <= character <= "~" and character not in "\"'`<>\\%" for character in safe)


def test_a_long_name_keeps_its_start_and_its_extension():
    """The middle goes, because both ends tell the clerk which file it is."""
    safe = safe_file_name("Báo cáo " + "rất dài " * 30 + "cuối.docx")

    assert len(safe) == MAX_FILE_NAME
    assert safe.startswith("Bao cao rat dai")
    assert safe.endswith("cuoi.docx")


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=400), st.integers(8, 80))
@settings(max_examples=100, deadline=None)
def test_cutting_loses_only_spaces(text, limit):
    """Pieces fit the limit, and joined without spaces they are the text without spaces."""
    pieces = cut_at_word(text, limit)

    assert all(0 < len(piece) <= limit for piece in pieces)
    assert text.replace(" ", "") == "".join(pieces).replace(" ", "")


def test_a_token_is_one_word():
    """Separators of the structured field cannot be smuggled into a word; an empty word is a dash."""
    assert token("a; b=c:d") == "a__b_c_d"
    assert token("") == "-"
