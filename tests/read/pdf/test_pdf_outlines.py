"""Watermarks that were drawn as curves: read by letters, and nothing else of a drawing is."""

from __future__ import annotations

import math
import time

import pypdfium2
import pytest

from gateway.edge.readers.tesseract import load_recogniser
from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.pdf.outlines import has_outlines
from gateway.read.pdf.reader import read_pdf
from gateway.values.trust import EMPTY_TRUST
from tests.corpus.pdf_tools import AT
from tests.support.pdf_layout import document, paragraph
from tests.support.pdf_outlines import curves, with_drawing

TEXT = "Báo cáo kết quả rà soát công trình theo kế hoạch của đơn vị trong quý IV và phương hướng quý I."
PAGE = document(paragraph(TEXT, 760))
RECOGNISER = load_recogniser()
needs_letters = pytest.mark.skipif(RECOGNISER is None, reason="Tesseract is not installed")


def text_of(drawing: bytes) -> str:
    """What is read of a page with a drawing under its text."""
    if RECOGNISER is not None:
        RECOGNISER.grant(60_000)
    return read_pdf(with_drawing(PAGE, drawing), DEFAULT_BUDGET, EMPTY_TRUST, AT, recogniser=RECOGNISER).text


@needs_letters
@pytest.mark.parametrize("angle", [0, 30, 45, 55, -45])
@pytest.mark.parametrize("mark", ["MẬT", "TỐI MẬT", "TUYỆT MẬT"])
def test_level_in_curves(mark: str, angle: int):
    """A level across the page, whichever way it runs."""
    y = 250 if angle >= 0 else 600

    assert text_of(curves(mark, 150, y, 80, angle)).startswith(mark + "\n")


@needs_letters
def test_level_that_reaches_beyond_the_paper():
    """A watermark too long for the page is read whole, though the paper cuts it."""
    assert text_of(b"0 0 595 842 re W n\n" + curves("TUYỆT MẬT", 60, 460, 95, 45)).startswith("TUYỆT MẬT\n")


def _star(points: int, size: float) -> bytes:
    corners = [
        (300 + (size if number % 2 else size / 2.6) * math.sin(number * math.pi / points),
         420 + (size if number % 2 else size / 2.6) * math.cos(number * math.pi / points))
        for number in range(2 * points)
    ]  # fmt: skip
    return (
        b"1 0 0 rg "
        + " ".join(f"{x:.1f} {y:.1f} {'l' if place else 'm'}" for place, (x, y) in enumerate(corners)).encode()
        + b" f\n"
    )


def _bars() -> bytes:
    return b"0.2 0.4 0.8 rg " + b"".join(b"%d 300 20 %d re f\n" % (100 + 30 * n, 40 + 25 * (n % 5)) for n in range(12))


def _wave() -> bytes:
    points = " ".join(f"{x} {400 + 40 * math.sin(x / 20):.1f} l" for x in range(60, 540, 4))
    return f"56 400 m {points} 540 380 l 56 380 l f\n".encode()


HONEST = {
    "words": curves("BẢN SAO", 150, 250, 80, 45),
    "a copy": curves("MẪU", 200, 300, 90, 45),
    "movement": curves("MẶT TRẬN", 120, 250, 60, 45),
    "a star": _star(5, 90),
    "many rays": _star(20, 120),
    "bars": _bars(),
    "a wave": _wave(),
    "an emblem": _star(5, 40) + curves("C", 280, 300, 60, 0),
    "one letter": curves("M", 280, 400, 120, 0),
    "a line of small curves": curves("MẬT", 300, 300, 9, 0),
}


@pytest.mark.parametrize("name", HONEST)
def test_drawings_say_nothing(name: str):
    """Emblems, charts and other words leave the text as it is."""
    assert text_of(HONEST[name]) == TEXT


def test_hostile_curves_cost_nothing():
    """Thousands of curves are a drawing, and left alone."""
    octets = with_drawing(PAGE, b"".join(_star(30, 100) for _ in range(2_000)))
    began = time.process_time()

    with pypdfium2.PdfDocument(octets) as pdf:
        assert not has_outlines(pdf[0])
    assert time.process_time() - began < 2
