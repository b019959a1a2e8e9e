"""Facts about `gateway.read.pdf.pictures`: grey pictures are drawn in grey, and look as they do drawn in colour."""

from __future__ import annotations

import random
import zlib
from contextlib import closing

import pypdfium2
import pytest
from PIL import Image

from gateway.read.pdf.pictures import PdfSheet
from tests.support.scans import plain_pdf, stream

SIDE = 90
GREY = random.Random(1).randbytes(SIDE * SIDE)
BOX = (1.0, 1.0, 4.5, 4.0)
PLACED = "q 180 20 -10 140 100 560 cm /I Do Q "
SOFT = "/SMask 6 0 R"
STENCIL = "1 0 0 rg q 60 0 0 60 120 600 cm BI /W 8 /H 2 /IM true /BPC 1 ID \x0f\xf0 EI Q"


def page(content: str = PLACED, about: str = "", paint: str = "/ColorSpace/DeviceGray") -> bytes:
    """A page with a grey picture, and beside it one to be its mask."""
    soft = Image.linear_gradient("L").resize((SIDE, SIDE)).tobytes()
    head = f"/Type/XObject/Subtype/Image/Width {SIDE}/Height {SIDE}/BitsPerComponent 8/Filter/FlateDecode"
    samples = GREY if "Gray" in paint else bytes(value for level in GREY for value in (level,) * 3)
    return plain_pdf([
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
        stream("", content.encode("latin-1")),
        stream(head + paint + about, zlib.compress(samples)),
        stream(head + "/ColorSpace/DeviceGray", zlib.compress(soft)),
    ])  # fmt: skip


def drawn(octets: bytes, dpi: int, degrees: float):
    """Draw a part of the page."""
    with closing(pypdfium2.PdfDocument(octets)) as pdf, closing(pdf[0]) as one:
        return PdfSheet(one).render_part(BOX, degrees, dpi)


@pytest.mark.parametrize("about", ["", SOFT, "/Decode[1 0]", "/Decode[.2 .7]", "/Interpolate true", "/Mask[90 160]"])
@pytest.mark.parametrize(("dpi", "degrees"), [(60, 0.0), (150, 3.0), (300, 0.0)])
def test_grey_pictures_look_the_same_in_grey_and_in_colour(about, dpi, degrees):
    """With their masks and decoding, turned and placed askew: something else in colour on the page changes no pixel."""
    red_dot = "1 0 0 rg 590 1 1 1 re f "  # beside what is drawn, so that the page is drawn in colour
    grey, coloured = drawn(page(about=about), dpi, degrees), drawn(page(PLACED + red_dot, about), dpi, degrees)

    assert min(grey.green) < 100
    assert (grey.blue, grey.green, grey.red) == (coloured.blue, coloured.green, coloured.red)


def test_a_coloured_stencil_over_a_grey_picture_keeps_its_colour():
    """A stencil has one bit a pixel and takes the colour of its page."""
    assert not drawn(page(PLACED + STENCIL), 150, 0.0).is_grey


def test_grey_saved_in_colour_is_grey():
    """Its pixels are, whatever the format allows for."""
    assert drawn(page(paint="/ColorSpace/DeviceRGB"), 150, 0.0).is_grey
