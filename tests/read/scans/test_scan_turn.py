"""Facts about `gateway.read.scans.turn`: which way up a page stands shows without reading a letter."""

from __future__ import annotations

import pytest
from PIL import Image

from gateway.read.scans.colour import page_of
from gateway.read.scans.seals import SCAN_DPI
from gateway.read.scans.turn import find_turn
from tests.support.scans import Scan


def page(picture: Image.Image):
    """Take a picture as a page at the resolution pages are looked at."""
    red, green, blue = picture.convert("RGB").split()
    octets = Image.merge("RGB", (blue, green, red)).tobytes()
    return page_of(octets, picture.width, picture.height, 3 * picture.width, SCAN_DPI)


def scanned(quarters: int, **how):
    """A scan of 150 dpi, reduced, turned by quarters clockwise."""
    picture = Scan(1, "seal", is_seal=True, dpi=150, **how).picture().convert("RGB")
    small = picture.resize((picture.width * SCAN_DPI // 150, picture.height * SCAN_DPI // 150), Image.Resampling.BOX)
    return page(small).turned(quarters)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("turn", [-3.0, 0.0])
def test_way_up_is_told(quarters, turn):
    """Turned by q quarters, it takes 4 - q more to stand upright; a page slightly askew as well."""
    assert (4 - quarters) % 4 == find_turn(scanned(quarters, turn=turn))


@pytest.mark.parametrize("colour", [(255, 255, 255), (0, 0, 0), (250, 200, 200)])
def test_pages_without_lines_stand_upright(colour):
    """Blank, black, coloured: nothing to tell it by."""
    assert 0 == find_turn(page(Image.new("RGB", (496, 702), colour)))


@pytest.mark.parametrize(("width", "height"), [(0, 0), (1, 1), (10, 500), (500, 1)])
def test_slivers_stand_upright(width, height):
    """Pictures too small to be a page are left as they are."""
    assert 0 == find_turn(page_of(b"", width, height, 3 * width, SCAN_DPI))


def test_planes_turn_together():
    """A red pixel in the upper left corner stands in the upper right after a quarter clockwise."""
    picture = Image.new("RGB", (3, 2), (255, 255, 255))
    picture.putpixel((0, 0), (255, 0, 0))
    turned = page(picture).turned(1)

    assert (2, 3, (255, 0, 0)) == (
        turned.width, turned.height, (turned.red[1], turned.green[1], turned.blue[1])
    )  # fmt: skip
