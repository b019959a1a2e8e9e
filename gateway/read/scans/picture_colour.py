"""Colour of a small picture: seal red, ink blue, black, or another, told from a few thousand of its pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pypdfium2 import raw

from gateway.read.scans.picture_sizes import MAX_PIXELS

if TYPE_CHECKING:
    from collections.abc import Iterator

_SAMPLE = 4_000
"""Pixels looked at; more tell nothing more, and cost a microsecond each."""
_LARGEST_SIDE = 2_400
"""Pixels of a rendering: pictures are rendered at one pixel a point."""
_PAPER = 225
"""From this value on in every colour a pixel is paper."""
_LEAD = 40
"""How far red or blue must lead both other colours, of 255."""
_SHARE = 0.15
"""Of the pixels that are not paper, from which a colour names the picture."""


def colour_of(image: Any) -> str:
    """Name the colour of PDFium's picture object: `red`, `blue`, `black`, `other`, or empty when it shows nothing."""
    columns, rows = image.get_px_size()
    left, bottom, right, top = image.get_bounds()
    if columns * rows > MAX_PIXELS or max(right - left, top - bottom) > _LARGEST_SIDE:
        return ""
    counts = dict.fromkeys(("red", "blue", "black", "other"), 0)
    bitmap = image.get_bitmap(render=True)  # PDFium's own: freed with the object, never closed by hand
    for red, green, blue in _pixels(bitmap):
        counts[_name(red, green, blue)] += 1
    inked = sum(counts.values())
    if not inked:
        return ""
    coloured = max(("red", "blue"), key=counts.__getitem__)
    if counts[coloured] >= _SHARE * inked:
        return coloured
    return "black" if counts["black"] >= counts["other"] else "other"


def _pixels(bitmap: Any) -> Iterator[tuple[int, int, int]]:
    """Yield pixels that are not paper, laid on white where they are transparent."""
    octets, size, stride = bytes(bitmap.buffer), bitmap.n_channels, bitmap.stride
    step = max(1, round((bitmap.width * bitmap.height / _SAMPLE) ** 0.5))
    has_alpha = bitmap.format == raw.FPDFBitmap_BGRA
    for row in range(0, bitmap.height, step):
        for place in range(row * stride, row * stride + bitmap.width * size, size * step):
            pixel = octets[place : place + size]
            blue, green, red = (pixel[0], pixel[1], pixel[2]) if size > 1 else (pixel[0],) * 3
            if has_alpha:
                alpha = pixel[3]
                red, green, blue = (255 - (255 - value) * alpha // 255 for value in (red, green, blue))
            if min(red, green, blue) < _PAPER:
                yield red, green, blue


def _name(red: int, green: int, blue: int) -> str:
    if red - max(green, blue) > _LEAD:
        return "red"
    if blue - max(red, green) > _LEAD // 2:
        return "blue"
    return "black" if max(red, green, blue) - min(red, green, blue) < _LEAD else "other"
