"""Facts about `gateway.read.scans.marks` and `lettering`: which red ink is a mark or a seal, and which only looks like it.

Pages come from a generator of their own (`tests.support.pressed`). What needs letters is skipped without a recogniser.
"""

from __future__ import annotations

import datetime as dt

import pytest

from gateway.edge.readers.tesseract import load_recogniser
from gateway.read.budget import Budget
from gateway.read.pdf.reader import read_pdf
from gateway.read.scans.picture_sheets import A4_INCHES, PictureSheet
from gateway.read.scans.seals import SCAN_DPI, find_seal
from gateway.values.trust import EMPTY_TRUST
from tests.support.pressed import MARKS, some, together

RECOGNISER = load_recogniser()
AT = dt.datetime(2026, 11, 30, 2, tzinfo=dt.UTC)
WITH_LETTERS = pytest.mark.skipif(RECOGNISER is None, reason="tesseract is not installed")
CLEAR = {"dpi": 200, "noise": 4, "strength": 0.9, "place": (48.0, 52.0)}


def stamps(page) -> tuple[str, ...]:
    """Read the stamps of a page."""
    RECOGNISER.grant(60_000)
    return read_pdf(page.pdf(), Budget(ocr_pages=0), EMPTY_TRUST, AT, recogniser=RECOGNISER).facts.stamps


def score(page) -> float:
    """Score the seal of a page."""
    sheet = PictureSheet(page.picture(), A4_INCHES[1])
    return find_seal(sheet.render(SCAN_DPI), sheet.render_part).score


@WITH_LETTERS
@pytest.mark.parametrize("turn", [-5.0, 0.0, 5.0])
def test_marks_are_read_however_they_are_turned(turn):
    """Compressed as office scanners do, turned by what a feeder does."""
    page = together(*(some(11, f"mark:{word}", 0, quality=40, turn=turn, tilt=0.0, **CLEAR) for word in MARKS))

    assert sorted(MARKS) == sorted(stamps(page))


@WITH_LETTERS
@pytest.mark.parametrize("number", range(6))
def test_marks_of_any_face_are_read(number):
    """Other faces, frames, reds, papers and turns of the stamp itself."""
    word = MARKS[number % 3]

    assert (word,) == stamps(some(12, f"mark:{word}", number, **CLEAR))


def stamps_beside(words, seed, number, **about) -> tuple[str, ...]:
    """Read the stamps of a page of red words and of one mark, which shows that they were read."""
    others = (some(seed, f"word:{word}", number, quality=60, **CLEAR, **about) for word in words)
    return stamps(together(*others, some(11, "mark:MẬT", 0, quality=60, tilt=0.0, **CLEAR)))


@WITH_LETTERS
@pytest.mark.parametrize("words", [("MẤT", "MẶT", "MÁT", "MẠT"), ("MÃT", "MẮT", "MAT")])
@pytest.mark.parametrize("borders", [1, 2])
def test_other_tones_are_no_mark(words, borders):
    """One tone makes another word of it, also in a frame of two borders."""
    assert ("MẬT",) == stamps_beside(words, 13, borders, borders=borders)


@WITH_LETTERS
@pytest.mark.parametrize(
    "words",
    [
        ("MẤT ĐIỆN", "MẶT TRẬN", "BẢO MẬT", "MẬT ONG", "MẬT MÃ"),
        ("MẬT ĐỘ", "BÍ MẬT", "VẬT", "MẬP", "SỰ THẬT"),
        ("ĐẾN", "BẢN CHÍNH", "ĐÃ THU TIỀN", "20-11-2026", "TỐI MẶT"),
        ("MẬT ONG\nRỪNG U MINH", "MẬT\nONG RỪNG", "MẶT TRẬN\nTỔ QUỐC", "NGUYỄN THỊ\nVĂN THƯ", "ĐẾN\n21-11-2026"),
    ],
)
def test_other_words_are_no_mark(words):
    """Labels, headings, stamps of arrival, dates and names: red, framed, and no level of secrecy."""
    assert ("MẬT",) == stamps_beside(words, 14, 1, borders=1)


@WITH_LETTERS
def test_numbers_below_a_mark_stay_with_it():
    """A copy's number stands in the frame of a level."""
    assert ("MẬT",) == stamps(some(15, "mark:MẬT\nBẢN SỐ 02", 0, quality=75, letters=0.42, **CLEAR))


@pytest.mark.parametrize("number", range(4))
def test_seals_have_letters_around(number):
    """Between an outer and an inner ring."""
    assert score(some(16, "seal", number)) >= 0.5


@pytest.mark.parametrize("kinds", [("rings", "date", "word"), ("oval", "clock", "target"), ("wheel", "paragraph")])
@pytest.mark.parametrize("number", range(2))
def test_round_things_without_a_name_around_are_no_seals(kinds, number):
    """Rings without letters, dates and lines of text in a ring, dials, targets, wheels."""
    assert score(together(*(some(17, kind, number, dpi=(150, 200)[number]) for kind in kinds))) < 0.3
