"""A decoded picture as a sheet to be looked at: drawn at any resolution, evenly lit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageFilter, ImageMath

from gateway.read.scans.around import brightest_around
from gateway.read.scans.colour import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

A4_INCHES = 8.27, 11.69
TONES = ("colour", "grey", "bitonal")
"""The best first."""
HELD: Mapping[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes an orientation of Exif 2.32 (section 4.6.4, tag 274); Pillow turns counter-clockwise."""
_LARGEST_DRAWING = 6_000_000
"""Pixels drawn at once, as for pages of PDFs."""
_LIGHT_DPI = 60
"""Small neighbourhoods are 9 pixels, 4 mm: between the strokes of a seal there is paper in each."""
_EVEN, _BRIGHT = 40, 150
"""A scanner's light differs by less from place to place, and makes paper brighter; coloured paper too."""
_WHITE = (255, 255, 255)
_TURNS = (None, Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_90)


def tone_of(image: Image.Image) -> str:
    """Tell the format: `colour`, `grey` or `bitonal`. Palettes count as colour, as in a PDF."""
    if image.mode == "1":
        return "bitonal"
    return "grey" if image.mode in ("L", "LA", "La", "I", "F") or image.mode.startswith("I;16") else "colour"


def plain(image: Image.Image) -> Image.Image:
    """Take a picture of any mode as grey or RGB; what is transparent shows white paper."""
    if image.mode in ("L", "RGB"):
        return image
    if image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        clear = image.convert("RGBA")
        paper = Image.new("RGB", image.size, _WHITE)
        paper.paste(clear, mask=clear.getchannel("A"))
        return paper
    if image.mode.startswith("I;16"):
        high = slice(0, None, 2) if image.mode == "I;16B" else slice(1, None, 2)
        return Image.frombytes("L", image.size, image.tobytes()[high])
    return image.convert("L" if tone_of(image) != "colour" else "RGB")


class PictureSheet:
    """A decoded picture to be looked at (`scans.look.Sheet`)."""

    def __init__(self, image: Image.Image, length: float) -> None:
        """Take `image`, grey or RGB, whose long side is `length` inches."""
        self._image, self._dpi = image, max(image.size) / length
        self._light = _light(_resized(image, _LIGHT_DPI / self._dpi))

    def turn(self, quarters: int) -> None:
        """Turn the picture clockwise."""
        way = _TURNS[quarters % 4]
        if way is not None:
            self._image = self._image.transpose(way)
            self._light = self._light.transpose(way) if self._light is not None else None

    def render(self, dpi: int) -> Page | None:
        """Draw the whole picture, as if it were evenly lit."""
        by = dpi / self._dpi
        if self._image.width * self._image.height * by * by > _LARGEST_DRAWING:
            return None
        drawn = _resized(self._image, by)
        return _page(drawn if self._light is None else _evened(drawn, self._light), dpi)

    def render_part(self, box: tuple[float, float, float, float], degrees: float, dpi: int) -> Page | None:
        """Draw a part of the picture upright; None when it would be too large."""
        left, top, right, bottom = (round(edge * self._dpi) for edge in box)
        width, height = right - left, bottom - top
        by = dpi / self._dpi
        if width < 1 or height < 1 or width * height * max(1.0, by * by) > _LARGEST_DRAWING:
            return None
        if not degrees:
            return _page(_resized(self._image.crop((left, top, right, bottom)), by), dpi)
        # with room around it, so that nothing is missing in the corners once it is turned
        room = max(width, height) // 4
        around = self._image.crop((left - room, top - room, right + room, bottom + room))
        upright = around.rotate(degrees, Image.Resampling.BILINEAR)
        return _page(_resized(upright.crop((room, room, room + width, room + height)), by), dpi)


def _resized(image: Image.Image, by: float) -> Image.Image:
    size = (max(1, round(image.width * by)), max(1, round(image.height * by)))
    return image.resize(size, Image.Resampling.BOX if by < 1 else Image.Resampling.BICUBIC)


def _page(image: Image.Image, dpi: int) -> Page:
    red, green, blue = (image.split() * 3)[:3] if image.mode == "L" else image.split()
    return Page(blue.tobytes(), green.tobytes(), red.tobytes(), image.width, image.height, dpi)


def _light(small: Image.Image) -> Image.Image | None:
    """Tell the light on the paper, and its tone: the brightest of each small neighbourhood; None when it is even."""
    light = small
    for _ in range(2):
        light = brightest_around(light, 1)
        light = light.resize((max(1, light.width // 3), max(1, light.height // 3)), Image.Resampling.NEAREST)
    light = light.filter(ImageFilter.MedianFilter(5))
    return light if any(_is_uneven(band) for band in light.split()) else None


def _is_uneven(band: Image.Image) -> bool:
    values = sorted(band.tobytes())
    low, high = values[len(values) // 20], values[len(values) * 19 // 20]
    return high - low > _EVEN or low < _BRIGHT


def _evened(drawn: Image.Image, light: Image.Image) -> Image.Image:
    """Divide a picture by the light on it."""
    whole = light.resize(drawn.size, Image.Resampling.BILINEAR)
    bands = [_quotient(one, by) for one, by in zip(drawn.split(), whole.split(), strict=True)]
    return Image.merge(drawn.mode, bands)


def _quotient(band: Image.Image, light: Image.Image) -> Image.Image:
    found: Image.Image = ImageMath.lambda_eval(
        lambda given: given["convert"](given["min"](given["band"] * 255 / given["max"](given["light"], 1), 255), "L"),
        band=band,
        light=light,
    )
    return found
