"""Facts about `gateway.read.scans.ocr`: a stamp says a known word or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.scans.ocr import Reading, stamp_words, with_marks


@pytest.mark.parametrize(
    ("text", "confidence", "borders", "words"),
    [
        ("MẬT", 90, 2, "MẬT"),
        ("| MẬT |\n", 90, 0, "MẬT"),
        ("MẶT", 30, 2, "MẬT"),
        ("MẶT", 90, 0, ""),
        ("TÔI MÁT.", 50, 2, "TỐI MẬT"),
        ("TUYET MAI", 80, 2, "TUYỆT MẬT"),
        ("TUYET MAI", 20, 2, ""),
        ("HOẢ TỐC", 80, 1, "HỎA TỐC"),
        ("HỎA TỐC\nHẸN GIỜ", 80, 1, "HỎA TỐC HẸN GIỜ"),
        ("HỎA TỐC HẸN GIỜ\nTrước 15 giờ ngày 24/11/2026", 80, 1, "HỎA TỐC HẸN GIỜ\nTrước 15 giờ ngày 24/11/2026"),
        ("KHẨN", 80, 1, "KHẨN"),
        ("KHAN", 80, 0, ""),
        ("LƯU HÀNH NỘI BỘ", 80, 0, "LƯU HÀNH NỘI BỘ"),
        ("MẬT KHẨU", 90, 2, ""),
        ("CÔNG TY MẬT ONG", 90, 1, ""),
        ("ĐÃ THU TIỀN", 90, 1, ""),
        ("", 0, 2, ""),
    ],
)
def test_stamp_says_a_known_word_or_nothing(text, confidence, borders, words):
    """Tones may be misread in a frame, one letter of a long word when the reading is sure; other words are none."""
    assert words == stamp_words(Reading(text, confidence), borders)


def test_marks_stand_on_lines_of_their_own():
    """Above the text, where the detectors look for marks."""
    assert ("MẬT\nKHẨN\nSố: 1", "MẬT", "", "Số: 1") == (
        with_marks("Số: 1", ("MẬT", "KHẨN")),
        with_marks("", ("MẬT",)),
        with_marks("", ()),
        with_marks("Số: 1", ()),
    )


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=200), confidence=st.integers(0, 100), borders=st.integers(0, 2))
def test_any_reading_is_judged(text, confidence, borders):
    """Whatever was read: a known word first, or nothing."""
    words = stamp_words(Reading(text, confidence), borders)

    assert words == "" or words.partition("\n")[0].isupper()
