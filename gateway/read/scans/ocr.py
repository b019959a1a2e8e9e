"""Reading letters off pictures: what a recogniser must do, and which words a red stamp may say.

The recogniser is handed in from outside (`gateway.edge.readers.tesseract`); without one, scans stay unread and are
reported so. Nothing is guessed: a stamp counts only when it says one of the words law and practice know.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

STAMP_DPI = 300
PAGE_DPI = 150
"""Twelve-point print is read without a fault at 150 dpi, in two thirds of the time 300 dpi takes."""
PAGE_MILLISECONDS, STAMP_MILLISECONDS = 2_000, 400
"""Longest processor times for one picture; the recogniser keeps the time of a whole message."""
_LEAST_CONFIDENCE = 45
"""Of 100, to forgive a misread letter or the want of a frame. In a frame, letters that all fit a known word do."""
_MOST_LINES = 4
_WORDS = (
    "TUYỆT MẬT", "TỐI MẬT", "MẬT", "HỎA TỐC HẸN GIỜ", "HỎA TỐC", "THƯỢNG KHẨN", "KHẨN", "TÀI LIỆU THU HỒI",
    "XEM XONG TRẢ LẠI", "LƯU HÀNH NỘI BỘ", "CHỈ NGƯỜI CÓ TÊN MỚI ĐƯỢC BÓC BÌ",
)  # fmt: skip
_LONG = 6
"""Letters from which one misread letter is forgiven."""
_NO_LETTER = re.compile(r"[^A-Z]")
_EDGES = " \t|[](){}_-–—=.,:;'\"*~"


class Reading(NamedTuple):
    """What a recogniser read."""

    text: str
    confidence: int
    """0 to 100."""


class Recogniser(Protocol):
    """Reads Vietnamese print off grey pictures."""

    def recognise(  # noqa: PLR0913 - a picture and how to read it
        self, grey: bytes, width: int, height: int, *, dpi: int, is_line: bool, milliseconds: int
    ) -> Reading | None:
        """Read a picture of one octet a pixel; None when it takes longer than allowed or fails."""


def stamp_words(reading: Reading, borders: int) -> str:
    """Name the mark a stamp says, with what stands below it; empty when it says none that is known.

    Args:
        reading: text read inside the stamp.
        borders: lines of its frame. Short words whose tones were misread count in a frame only.
    """
    found = said_word(reading, borders)
    return "\n".join([found[0], *found[2][found[1] :]]) if found else ""


def said_word(reading: Reading, borders: int) -> tuple[str, int, list[str]] | None:
    """Tell the known word a stamp begins with, how many of its lines that takes, and the lines; None for another."""
    lines = [line.strip(_EDGES) for line in reading.text.splitlines()]
    lines = [line for line in lines if line][:_MOST_LINES]
    is_sure = reading.confidence >= _LEAST_CONFIDENCE
    if not lines or not (is_sure or borders):
        return None
    for taken in (2, 1):
        said = " ".join(lines[:taken])
        word = _known(said, is_framed=borders > 0, is_sure=is_sure) if len(lines) >= taken else ""
        if word:
            return word, taken, lines
    return None


def _known(said: str, *, is_framed: bool, is_sure: bool) -> str:
    plain = plain_letters(said)
    for word in _WORDS:
        spelt = plain_letters(word)
        if plain == spelt and (is_framed or len(spelt) >= _LONG or unicodedata.normalize("NFC", said.upper()) == word):
            return word
        if is_sure and len(spelt) >= _LONG and _is_near(plain, spelt):
            return word
    return ""


def plain_letters(text: str) -> str:
    """Capital letters without marks or anything between them."""
    upper = unicodedata.normalize("NFD", text.upper().replace("Đ", "D"))
    return _NO_LETTER.sub("", upper)


def _is_near(first: str, second: str) -> bool:
    """Do they differ by one letter changed, lost or added?"""
    if abs(len(first) - len(second)) > 1:
        return False
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    a, b = first[start:], second[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:]


def with_marks(text: str, marks: Iterable[str]) -> str:
    """Put the words of stamps on lines of their own above a text, where the detectors look for marks."""
    return "\n".join([*marks, text]) if text else "\n".join(marks)
