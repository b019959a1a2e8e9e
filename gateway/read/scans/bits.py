"""Marks of a whole picture as one integer, two bits a pixel: widening, wearing off and counting take microseconds.

Opposite edges meet, as they do where Pillow moves a picture: around it stands what comes in from the other side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

from PIL import Image

_LEFT, _ABOVE, _RIGHT, _BELOW = 4, 4, 32, 32
"""Pixels repeated around a picture; nothing is moved by more."""
_PIXEL = 2
"""Bits: Pillow packs as many without a branch, and one ten times slower."""
_PACKED = f"P;{_PIXEL}"


@dataclass(frozen=True, slots=True)
class Bits:
    """Marked pixels of a picture, 1 or 0 each; the upper left one is the highest."""

    marked: int
    width: int
    height: int

    def widened(self) -> Bits:
        """Add the eight neighbours of every marked pixel."""
        row, across = _PIXEL * _columns(self.width), self.marked | self.marked << _PIXEL | self.marked >> _PIXEL
        # nothing runs over the first pixel of all: what stands around counts as unmarked there
        return replace(self, marked=(across | across << row | across >> row) & ((1 << row * _rows(self.height)) - 1))

    def worn(self, pixels: int, *, is_level: bool) -> Bits:
        """Keep the first of every so many marked pixels in a row, or down a column; at most `_RIGHT` less two."""
        step = _PIXEL * (1 if is_level else _columns(self.width))
        left, done = self.marked, 1
        while done < pixels:
            by = min(done, pixels - done)
            left &= left << by * step
            done += by
        return replace(self, marked=left)

    def count_runs(self) -> int:
        """Count the runs of all rows by the pixels they begin with; one at both ends of a row counts once."""
        return (self.marked & ~(self.marked >> _PIXEL) & self._inside).bit_count()

    def mask(self) -> bytes:
        """One octet a pixel, 1 where it is marked."""
        columns, rows = _columns(self.width), _rows(self.height)
        packed = self.marked.to_bytes(columns * rows * _PIXEL // 8, "big")
        whole = Image.frombuffer("P", (columns, rows), packed, "raw", _PACKED, 0, 1)
        return whole.crop((_LEFT, _ABOVE, _LEFT + self.width, _ABOVE + self.height)).tobytes()

    @property
    def _inside(self) -> int:
        """Mark every pixel of the picture, and none around it."""
        octets = _columns(self.width) * _PIXEL // 8
        row = (1 << _PIXEL * self.width) // 3 << 8 * octets - _PIXEL * (_LEFT + self.width)
        return int.from_bytes(row.to_bytes(octets, "big") * self.height, "big") << 8 * octets * _BELOW


def dark_bits(plane: bytes, width: int, height: int, bound: int) -> Bits:
    """Mark the pixels of a plane, one octet each, that are no brighter than a bound."""
    grey = Image.frombuffer("P", (width, height), plane, "raw", "P", 0, 1)
    dark = grey.point([int(value <= bound) for value in range(256)])
    whole = Image.new("P", (_columns(width), _rows(height)))
    for across, down in product((-1, 0, 1), repeat=2):
        whole.paste(dark, (_LEFT + across * width, _ABOVE + down * height))
    return Bits(int.from_bytes(whole.tobytes("raw", _PACKED), "big"), width, height)


def _columns(width: int) -> int:
    """Columns with those around, in whole octets."""
    return (_LEFT + width + _RIGHT + 3) // 4 * 4


def _rows(height: int) -> int:
    return _ABOVE + height + _BELOW
