"""Facts about `gateway.read.scans.around`: to the pixel what Pillow's rank filters give, edges and corners included."""

from __future__ import annotations

import random

import pytest
from PIL import Image, ImageFilter

from gateway.read.scans.around import brightest_around, darkest_around


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("size", [(1, 1), (2, 9), (31, 17), (64, 64)])
@pytest.mark.parametrize("reach", [1, 4])
def test_they_are_the_rank_filters(mode, size, reach):
    """Pictures of noise, smaller than the square and larger."""
    samples = random.Random(reach).randbytes(size[0] * size[1] * len(mode))
    picture = Image.frombytes(mode, size, samples)
    side = 2 * reach + 1

    assert picture.filter(ImageFilter.MaxFilter(side)).tobytes() == brightest_around(picture, reach).tobytes()
    assert picture.filter(ImageFilter.MinFilter(side)).tobytes() == darkest_around(picture, reach).tobytes()
