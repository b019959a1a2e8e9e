"""Colours of a scanned page: which pixels are seal red, ink blue or gold, told from the paper's own tone.

Plain octets and Python's integers: a whole plane of pixels is one integer, one octet a pixel, so a subtraction
or an `and` of 300,000 pixels is one operation of a fraction of a millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

_HALVES = bytes(value >> 1 for value in range(256))
_RAISED_HALVES = bytes(0x80 | value >> 1 for value in range(256))
_ZERO_LEAD = 128
_LEAST_LEAD = 20
"""How far the red of a seal must lead green and blue beyond what the paper's tone does, of 255: a seal printed
at a quarter of its strength leads by 40 and loses half of it where strokes are thinner than a pixel."""
_SPREADS = 4
"""The lead must also exceed this many standard deviations of the scanner's noise."""
_MOST_RED = 0.30
"""Share of red pixels from which a page is a picture or coloured paper: no seal can be told on it."""
_SAMPLE = 8_000
"""Pixels the paper's tone is told from."""
_GOLD_LEAD = 44
_INK_LEAD = 24
_TURNS = (None, Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_90)
"""By quarters clockwise; Pillow counts the other way."""
_COLOURED_SHARE = 0.0004
"""Share of coloured pixels from which a page shows colour: a red stamp of 20 x 8 mm covers 0.0010 of A4."""


@dataclass(frozen=True)
class Page:
    """A page's picture at `dpi`: one plane of `width * height` octets a colour, rows from the top."""

    blue: bytes
    green: bytes
    red: bytes
    width: int
    height: int
    dpi: int

    @cached_property
    def _red_over_green(self) -> bytes:
        return _lead(self.red, self.green)

    @cached_property
    def _red_over_blue(self) -> bytes:
        return _lead(self.red, self.blue)

    @cached_property
    def red_mask(self) -> bytes:
        """One octet a pixel, 1 where it is seal red; all 0 when too much of the page is."""
        over_green, over_blue = self._red_over_green, self._red_over_blue
        # orange and gold lead blue as well, by more than they lead green: their green leads blue
        not_gold = _at_most(_lead(self.green, self.blue), _GOLD_LEAD)
        mask = _both(_both(_beyond_paper(over_green, _LEAST_LEAD), _beyond_paper(over_blue, _LEAST_LEAD)), not_gold)
        return mask if mask.count(1) <= _MOST_RED * len(mask) else bytes(len(mask))

    def reduced(self, dpi: int) -> Page:
        """Draw the same smaller, each pixel the mean of those it covers."""
        width, height = (max(1, round(side * dpi / self.dpi)) for side in (self.width, self.height))
        return self._changed(lambda plane: plane.resize((width, height), Image.Resampling.BOX), dpi)

    def turned(self, quarters: int) -> Page:
        """Turn it by quarters clockwise."""
        way = _TURNS[quarters % 4]
        return self if way is None else self._changed(lambda plane: plane.transpose(way), self.dpi)

    def _changed(self, change: Callable[[Image.Image], Image.Image], dpi: int) -> Page:
        """Change each plane alike; planes that are the same, once."""
        size, planes = (self.width, self.height), (self.blue, self.green, self.red)
        known: dict[int, bytes] = {}
        changed = size
        for plane in planes:
            if id(plane) not in known:
                picture = change(Image.frombuffer("L", size, plane, "raw", "L", 0, 1))
                known[id(plane)], changed = picture.tobytes(), picture.size
        blue, green, red = (known[id(plane)] for plane in planes)
        return Page(blue, green, red, *changed, dpi)

    @property
    def redness(self) -> bytes:
        """Half of what red leads green by, beyond the paper's tone, one octet a pixel; black print has none."""
        paper = _quantile(self._red_over_green, 0.25)
        return self._red_over_green.translate(bytes(max(0, value - paper) for value in range(256)))

    @cached_property
    def gold_mask(self) -> bytes:
        """1 where a pixel is gold or yellow: emblems and flags have it beside red, seals never."""
        over_blue = _at_least(_lead(self.green, self.blue), _GOLD_LEAD)
        return _both(over_blue, _at_least(self._red_over_blue, _GOLD_LEAD))

    @cached_property
    def ink_mask(self) -> bytes:
        """1 where a pixel is blue as the ink of ball pens is."""
        return _both(
            _beyond_paper(_lead(self.blue, self.red), _INK_LEAD), _beyond_paper(_lead(self.blue, self.green), 10)
        )

    @cached_property
    def dark_mask(self) -> bytes:
        """1 where a pixel is print: much darker than the paper, in green, where red ink is dark too."""
        paper = _quantile(self.green, 0.5)
        bound = max(1, paper * 2 // 3)
        return self.green.translate(bytes(value < bound for value in range(256)))

    @property
    def is_grey(self) -> bool:
        """Is every pixel a shade of grey?"""
        return self.red == self.green == self.blue

    @cached_property
    def is_coloured(self) -> bool:
        """Does it show colour, whatever the file format allows for?"""
        share = _COLOURED_SHARE * self.width * self.height
        return self.red_mask.count(1) > share or self.ink_mask.count(1) > share or self.gold_mask.count(1) > share


def page_of(pixels: bytes, width: int, height: int, stride: int, dpi: int) -> Page:
    """Split a picture into planes.

    Args:
        pixels: blue, green, red octets, three a pixel, rows of `stride` octets; what is missing counts as black.
        width: pixels a row.
        height: rows.
        stride: octets a row, at least three times the width.
        dpi: resolution it was rendered at.
    """
    row = 3 * width
    rows = (pixels[start : start + row].ljust(row, b"\0") for start in range(0, height * stride, max(stride, 1)))
    packed = b"".join(rows) if stride != row else pixels
    packed = packed[: row * height].ljust(row * height, b"\0")
    return Page(packed[0::3], packed[1::3], packed[2::3], width, height, dpi)


def grey_page_of(pixels: bytes, width: int, height: int, stride: int, dpi: int) -> Page:
    """Take a picture of one octet a pixel, rows of `stride` octets, for all three planes; as `page_of` otherwise."""
    plane = pixels
    if stride != width:
        plane = b"".join(pixels[start : start + width] for start in range(0, height * stride, stride))
    return Page(plane, plane, plane, width, height, dpi)


def dilate(mask: bytes, width: int) -> bytes:
    """Widen what is marked by one pixel to each side."""
    number = int.from_bytes(mask, "little")
    wide = number | number << 8 | number >> 8
    tall = wide | wide << 8 * width | wide >> 8 * width
    return (tall & (1 << 8 * len(mask)) - 1).to_bytes(len(mask), "little")


def _lead(first: bytes, second: bytes) -> bytes:
    """Half of `first - second` for each pixel, raised by 128: no octet borrows from its neighbour."""
    difference = int.from_bytes(first.translate(_RAISED_HALVES), "little") - int.from_bytes(
        second.translate(_HALVES), "little"
    )
    return difference.to_bytes(len(first), "little")


def _both(first: bytes, second: bytes) -> bytes:
    return (int.from_bytes(first, "little") & int.from_bytes(second, "little")).to_bytes(len(first), "little")


def _at_least(lead: bytes, bound: int) -> bytes:
    least = _ZERO_LEAD + (bound >> 1)
    return lead.translate(bytes(value >= least for value in range(256)))


def _at_most(lead: bytes, bound: int) -> bytes:
    most = _ZERO_LEAD + (bound >> 1)
    return lead.translate(bytes(value <= most for value in range(256)))


def _beyond_paper(lead: bytes, bound: int) -> bytes:
    """Mark what leads by `bound` more than the paper does, and beyond the noise."""
    paper, upper = _quantile(lead, 0.5), _quantile(lead, 0.84)
    least = min(255, paper + max(bound >> 1, _SPREADS * min(upper - paper, 8)))
    return lead.translate(bytes(value >= least for value in range(256)))


def _quantile(octets: bytes, share: float) -> int:
    """Give the value that `share` of the octets do not exceed, of some thousand taken evenly."""
    sample = octets[:: 1 + len(octets) // _SAMPLE]
    return ranked(sample, int(share * (len(sample) - 1))) if sample else 0


def ranked(octets: bytes, rank: int) -> int:
    """Give the octet that stands at a place, counted from 0, when they are sorted; counting is faster than sorting."""
    counts = Image.frombuffer("L", (len(octets), 1), octets, "raw", "L", 0, 1).histogram()
    return next(value for value, upto in enumerate(accumulate(counts)) if upto > rank)
