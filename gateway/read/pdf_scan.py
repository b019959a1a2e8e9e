"""Find a red round seal on the picture of a page: a score with evidence, never proof.

Works on a small rendering (36 dpi) in plain Python, so the core needs no image library: red pixels, blobs
of seal size (24 to 46 mm: agencies' seals are 36 to 42 mm across), then how well the blob's rim is a circle.
Decree 30/2020 Appendix I asks a scan to show the seal in colour. A pasted picture of a seal passes too.
"""

from __future__ import annotations

import math
from collections import deque

SCAN_DPI = 36
_MM = SCAN_DPI / 25.4
_CELL = 3
"""Pixels a side of a grid cell: 2 mm, which joins the strokes of a seal but not neighbouring lines."""
_SMALLEST, _LARGEST = 24 * _MM, 46 * _MM
_SECTORS = 36
_RED_LEAD = 45
"""How far red must lead green and blue, of 255; faded seals on toned paper still do."""
_DISC = 0.80
"""A blob filled beyond this is a disc or a solid logo."""

Pixel = tuple[int, int]


def seal_score(pixels: bytes, width: int, height: int, stride: int) -> float:
    """Score the best seal candidate of a picture from 0 to 1.

    Args:
        pixels: blue, green, red octets, three a pixel, rows of `stride` octets, rendered at `SCAN_DPI`.
        width: pixels a row.
        height: rows.
        stride: octets a row.
    """
    red = _red_pixels(pixels, width, height, stride)
    best = max((_judge(blob) for blob in _blobs(red)), default=0.0)
    return round(best, 3)


def _red_pixels(pixels: bytes, width: int, height: int, stride: int) -> list[Pixel]:
    found = []
    for y in range(height):
        row = pixels[y * stride : y * stride + 3 * width]
        # Most rows hold no red at all: the cheap test on whole rows comes first.
        reds, greens = row[2::3], row[1::3]
        if max(map(int.__sub__, reds, greens), default=0) < _RED_LEAD:
            continue
        blues = row[0::3]
        found += [
            (x, y)
            for x, (r, g, b) in enumerate(zip(reds, greens, blues, strict=False))
            if r - g >= _RED_LEAD and r - b >= _RED_LEAD
        ]
    return found


def _blobs(red: list[Pixel]) -> list[list[Pixel]]:
    """Group red pixels whose grid cells touch, the diagonal included."""
    cells: dict[Pixel, list[Pixel]] = {}
    for x, y in red:
        cells.setdefault((x // _CELL, y // _CELL), []).append((x, y))
    blobs = []
    while cells:
        start, pixels = cells.popitem()
        blob, waiting = list(pixels), deque([start])
        while waiting:
            column, row = waiting.popleft()
            for neighbour in ((column + dx, row + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
                more = cells.pop(neighbour, None)
                if more is not None:
                    blob += more
                    waiting.append(neighbour)
        blobs.append(blob)
    return blobs


def _judge(blob: list[Pixel]) -> float:
    """Score one blob: size, roundness of the rim, and that it is neither solid nor empty."""
    left, right = min(x for x, _ in blob), max(x for x, _ in blob)
    top, bottom = min(y for _, y in blob), max(y for _, y in blob)
    wide, high = right - left + 1, bottom - top + 1
    if not (_SMALLEST <= wide <= _LARGEST and _SMALLEST <= high <= _LARGEST) or not 0.8 <= wide / high <= 1.25:
        return 0.0
    centre_x, centre_y = (left + right) / 2, (top + bottom) / 2
    rim = [0.0] * _SECTORS
    for x, y in blob:
        sector = int((math.atan2(y - centre_y, x - centre_x) / (2 * math.pi) + 0.5) * _SECTORS) % _SECTORS
        rim[sector] = max(rim[sector], math.hypot(x - centre_x, y - centre_y))
    radius = (wide + high) / 4
    coverage = sum(abs(distance - radius) <= 0.1 * radius for distance in rim) / _SECTORS
    fill = len(blob) / (math.pi * radius * radius)
    return coverage if 0.08 <= fill <= _DISC else 0.0
