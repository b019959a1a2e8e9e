"""Facts about `gateway.read.scans.skew`: the turn of a page is told from its lines, or not at all."""

from __future__ import annotations

import pytest
from PIL import Image

from gateway.read.scans.colour import page_of
from gateway.read.scans.seals import SCAN_DPI
from gateway.read.scans.skew import find_skew
from tests.support.scans import Scan


def page(picture: Image.Image):
    """Reduce a picture of 150 dpi to the resolution pages are looked at."""
    small = picture.convert("RGB").resize(
        (picture.width * SCAN_DPI // 150, picture.height * SCAN_DPI // 150), Image.Resampling.BOX
    )
    red, green, blue = small.split()
    octets = Image.merge("RGB", (blue, green, red)).tobytes()
    return page_of(octets, small.width, small.height, 3 * small.width, SCAN_DPI)


@pytest.mark.parametrize("turn", [-5.0, -1.5, 0.0, 0.75, 4.0])
def test_turn_is_told(turn):
    """Within a third of a degree; clockwise is positive, where Pillow turns the other way."""
    skew = find_skew(page(Scan(1, "plain", is_seal=False, dpi=150, turn=turn).picture()))

    assert skew is not None
    assert abs(skew + turn) <= 0.35


@pytest.mark.parametrize("colour", [(255, 255, 255), (0, 0, 0), (250, 200, 200)])
def test_pages_without_lines_have_no_turn(colour):
    """Blank, black, coloured: nothing to tell it by."""
    assert find_skew(page(Image.new("RGB", (1240, 1754), colour))) is None


@pytest.mark.parametrize(("width", "height"), [(0, 0), (1, 1), (10, 500), (500, 1)])
def test_slivers_have_no_turn(width, height):
    """Pictures too small to be a page end in None."""
    assert find_skew(page_of(b"", width, height, 3 * width, SCAN_DPI)) is None
