"""Facts about `gateway.read.pdf_scan`: a seal is a red ring of seal size, and little else is."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from gateway.demo.documents import scan_picture
from gateway.read.pdf_scan import SCAN_DPI, seal_score

RED = (205, 30, 45)
FINE = 200
"""Pictures are drawn at scan resolution, then reduced as PDFium does."""


def score(picture: Image.Image) -> float:
    """Score a picture drawn at 200 dpi."""
    small = picture.resize((picture.width * SCAN_DPI // FINE, picture.height * SCAN_DPI // FINE), Image.Resampling.BOX)
    red, green, blue = small.split()
    octets = Image.merge("RGB", (blue, green, red)).tobytes()
    return seal_score(octets, small.width, small.height, 3 * small.width)


def drawn(draw_on, paper=(250, 248, 243)) -> Image.Image:
    """A blank page of a quarter of A4 with something on it; lengths in millimetres."""
    picture = Image.new("RGB", (827, 1170), paper)
    draw_on(ImageDraw.Draw(picture), FINE / 25.4)
    return picture


def ring(radius_mm: float, colour=RED, width_mm: float = 1.2):
    """Draw a ring around the middle of the page."""

    def draw_on(draw, mm):
        box = (400 - radius_mm * mm, 500 - radius_mm * mm, 400 + radius_mm * mm, 500 + radius_mm * mm)
        draw.ellipse(box, outline=colour, width=round(width_mm * mm))

    return draw_on


@pytest.mark.parametrize("turn", [0, 7, 45])
@pytest.mark.parametrize("dpi", [150, 200])
def test_seal_is_found_turned_or_coarse(turn, dpi):
    """Seals are never straight, and scans of 150 dpi still show them."""
    picture = scan_picture(dpi=dpi).rotate(turn, fillcolor=(250, 248, 243))
    picture = picture.resize((picture.width * FINE // dpi, picture.height * FINE // dpi))

    assert score(picture) >= 0.8


def test_faded_seal_is_found():
    """Half the ink: pink on toned paper."""
    page = scan_picture()

    assert score(Image.blend(page, Image.new("RGB", page.size, (250, 248, 243)), 0.4)) >= 0.8


@pytest.mark.parametrize("radius", [14, 18, 21])
def test_ring_of_seal_size_scores(radius):
    """Seals of agencies are 36 to 42 mm across; some are smaller."""
    assert score(drawn(ring(radius))) >= 0.9


@pytest.mark.parametrize(
    "draw_on",
    [
        ring(8),
        ring(30),
        ring(18, colour=(30, 40, 190)),
        ring(18, colour=(40, 40, 40)),
        lambda draw, mm: draw.ellipse((260, 360, 260 + 36 * mm, 360 + 36 * mm), fill=RED),
        lambda draw, mm: draw.rectangle((260, 360, 260 + 34 * mm, 360 + 34 * mm), fill=RED),
        lambda draw, mm: draw.rectangle((260, 360, 260 + 34 * mm, 360 + 34 * mm), outline=RED, width=8),
        lambda draw, mm: draw.rectangle((260, 360, 260 + 40 * mm, 360 + 8 * mm), outline=RED, width=6),
        lambda draw, mm: [draw.line((100, y, 700, y), fill=RED, width=8) for y in range(100, 900, 60)],
        lambda draw, mm: draw.line((250, 350, 250 + 36 * mm, 350 + 36 * mm), fill=RED, width=8),
        lambda draw, mm: None,
    ],
    ids=["small", "large", "blue", "black", "disc", "solid", "frame", "stamp", "lines", "slash", "blank"],
)
def test_other_red_things_are_no_seal(draw_on):
    """Logos, frames, urgency stamps, red letterheads, seals of another colour."""
    assert score(drawn(draw_on)) < 0.7


def test_half_a_seal_is_weak_evidence():
    """Cut off at the edge of the paper: not round any more."""

    def draw_on(draw, mm):
        box = (400 - 18 * mm, 500 - 18 * mm, 400 + 18 * mm, 500 + 18 * mm)
        draw.arc(box, 0, 180, fill=RED, width=round(1.2 * mm))

    assert score(drawn(draw_on)) < 0.7


def test_all_red_page_is_bounded():
    """A page of nothing but red: one blob, no seal."""
    assert 0.0 == score(drawn(lambda *_: None, paper=(220, 20, 20)))


@settings(max_examples=50, deadline=None)
@given(octets=st.binary(max_size=600), width=st.integers(0, 20), height=st.integers(0, 20))
def test_any_pixels_give_a_score(octets, width, height):
    """Whatever the pixels, also fewer than promised: a number from 0 to 1."""
    found = seal_score(octets, width, height, 3 * width)

    assert 0.0 <= found <= 1.0
    assert not math.isnan(found)
