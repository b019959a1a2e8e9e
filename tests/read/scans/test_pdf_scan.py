"""Facts about `gateway.read.scans.seals`: a seal is a lettered red ring of seal size, and little else is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from gateway.demo.documents import scan_picture
from gateway.read.scans.colour import page_of
from gateway.read.scans.picture_sheets import A4_INCHES, PictureSheet
from gateway.read.scans.seals import NO_SEAL, SCAN_DPI, find_ink, find_seal
from tests.support.scans import Scan, scans

RED = (205, 30, 45)
FINE = 200
"""Pictures are drawn at scan resolution, then reduced as PDFium does."""
ACCEPTED = 0.5
SEAL = Scan(1, "seal", is_seal=True, dpi=150)


def page(picture: Image.Image, dpi: int = FINE):
    """Reduce a picture to the resolution seals are looked for at."""
    size = (picture.width * SCAN_DPI // dpi, picture.height * SCAN_DPI // dpi)
    small = picture.convert("RGB").resize(size, Image.Resampling.BOX)
    red, green, blue = small.split()
    octets = Image.merge("RGB", (blue, green, red)).tobytes()
    return page_of(octets, small.width, small.height, 3 * small.width, SCAN_DPI)


def score(picture: Image.Image, dpi: int = FINE) -> float:
    """Score a picture."""
    return find_seal(page(picture, dpi)).score


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

    assert score(picture, dpi) >= 0.8


@pytest.mark.parametrize(
    "scan",
    [
        replace(SEAL, radius=15),
        replace(SEAL, radius=21, style=1),
        replace(SEAL, strength=0.5, quality=30, noise=8),
        replace(SEAL, ink="black", style=3),
        replace(SEAL, red=(170, 30, 45), paper=(244, 236, 220)),
        replace(SEAL, place=(200.0, 150.0)),
        replace(SEAL, stamp="HỎA TỐC", turn=4.0),
    ],
    ids=["small", "large", "faded", "inked", "toned", "cut", "turned"],
)
def test_seals_persons_accept_are_found(scan):
    """Small and large, faded, signed across, on toned paper, a quarter lost at the edge, on a turned page."""
    assert score(scan.picture(), scan.dpi) >= ACCEPTED


def test_place_is_told():
    """Where the seal stands and how large it is, in millimetres."""
    seal = find_seal(page(replace(SEAL, place=(138.0, 214.0)).picture(), 150))

    assert (abs(seal.x_mm - 138) <= 1, abs(seal.y_mm - 214) <= 1, abs(seal.diameter_mm - 36) <= 1) == (True,) * 3
    assert (seal.x_mm, seal.y_mm, seal.diameter_mm) == seal.place


@pytest.mark.parametrize("kind", sorted({scan.kind for scan in scans() if not scan.is_seal}))
def test_decoys_are_no_seals(kind):
    """One of each kind of the labelled set; the set as a whole is measured by scripts/seal-report."""
    scan = replace(next(scan for scan in scans() if scan.kind == kind), dpi=150)
    sheet = PictureSheet(scan.picture().convert("RGB"), A4_INCHES[1])

    assert find_seal(sheet.render(SCAN_DPI), sheet.render_part).score < ACCEPTED


@pytest.mark.parametrize(
    "draw_on",
    [
        ring(8),
        ring(18),
        ring(30),
        ring(18, colour=(30, 40, 190)),
        ring(18, colour=(40, 40, 40)),
        lambda draw, mm: draw.ellipse((260, 360, 260 + 36 * mm, 360 + 36 * mm), fill=RED),
        lambda draw, mm: draw.rectangle((260, 360, 260 + 34 * mm, 360 + 34 * mm), outline=RED, width=8),
        lambda draw, mm: [draw.line((100, y, 700, y), fill=RED, width=8) for y in range(100, 900, 60)],
        lambda draw, mm: None,
    ],
    ids=["small", "plain", "large", "blue", "black", "disc", "frame", "lines", "blank"],
)
def test_other_shapes_are_no_seal(draw_on):
    """Rings without letters, rings of another size or colour, discs, frames."""
    assert score(drawn(draw_on)) < ACCEPTED


def test_half_a_seal_is_no_evidence():
    """Half cut off by the edge of the paper: nobody could say whose it is."""
    assert score(replace(SEAL, place=(210.0, 150.0)).picture(), 150) < ACCEPTED


def test_all_red_page_is_bounded():
    """A page of nothing but red: no seal can be told."""
    assert NO_SEAL == find_seal(page(drawn(lambda *_: None, paper=(220, 20, 20))))


def test_blue_ink_beside_the_seal_is_evidence():
    """Handwriting across the seal scores full, elsewhere half at most; black ink looks like print."""
    signed, black, none = (page(replace(SEAL, ink=ink).picture(), 150) for ink in ("blue", "black", ""))

    assert 1.0 == find_ink(signed, find_seal(signed))
    assert 0.5 == find_ink(signed, NO_SEAL)
    assert (0.0, 0.0) == (find_ink(black, find_seal(black)), find_ink(none, find_seal(none)))


@settings(max_examples=50, deadline=None)
@given(octets=st.binary(max_size=600), width=st.integers(0, 20), height=st.integers(0, 20))
def test_any_pixels_give_a_score(octets, width, height):
    """Whatever the pixels, also fewer than promised: numbers from 0 to 1."""
    picture = page_of(octets, width, height, 3 * width, SCAN_DPI)
    seal = find_seal(picture)

    assert 0.0 <= seal.score <= 1.0
    assert 0.0 <= find_ink(picture, seal) <= 1.0
