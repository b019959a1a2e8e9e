"""Blobs: marked pixels of a page that stand together, each a seal, a stamp, a line of red text or a picture."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CELL_MM = 1.6
"""Side of a grid cell: touching cells join the strokes of a seal and the letters of a stamp, not two lines."""
_LEAST_PIXELS = 2
"""A cell with fewer marked pixels is a speck and joins nothing."""
MM_PER_INCH = 25.4

Run = tuple[int, int, int]
"""Row, first column, column behind the last."""


@dataclass(frozen=True, slots=True)
class Blob:
    """Pixels that stand together, as runs of rows from the top."""

    runs: tuple[Run, ...]
    left: int
    top: int
    right: int
    """Column behind the last."""
    bottom: int
    """Row behind the last."""
    pixels: int

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top


def find_blobs(mask: bytes, width: int, dpi: int, *, least_pixels: int, most: int) -> list[Blob]:
    """Find blobs of at least `least_pixels`, the `most` largest ones, largest first."""
    side = max(2, round(_CELL_MM * dpi / MM_PER_INCH))
    cells: dict[tuple[int, int], list[Run]] = {}
    for row, start, stop in _runs(mask, width):
        for column in range(start // side, (stop - 1) // side + 1):
            piece = (row, max(start, column * side), min(stop, (column + 1) * side))
            cells.setdefault((column, row // side), []).append(piece)
    cells = {place: runs for place, runs in cells.items() if _count(runs) >= _LEAST_PIXELS}
    blobs = [blob for blob in map(_blob, _groups(cells)) if blob.pixels >= least_pixels]
    return sorted(blobs, key=lambda blob: (-blob.pixels, blob.top, blob.left))[:most]


def find_parts(mask: bytes, width: int, *, most_runs: int) -> list[Blob]:
    """Find what touches, the diagonal included, pixel by pixel: letters, their marks, frames; from the top.

    Args:
        mask: one octet a pixel, 1 where it is marked.
        width: pixels a row.
        most_runs: from which a picture is no print and has no parts.
    """
    runs = list(islice(_runs(mask, width), most_runs + 1))
    if len(runs) > most_runs:
        return []
    roots = list(range(len(runs)))
    above: range = range(0)
    row = first = 0
    for number, (at, start, stop) in enumerate(runs):
        if at != row:
            above = range(first, number) if at == row + 1 else range(0)
            row, first = at, number
        for other in above:
            if runs[other][1] > stop:
                break
            if runs[other][2] >= start:
                roots[_root(roots, number)] = _root(roots, other)
            else:
                above = range(other + 1, above.stop)
    groups: dict[int, list[Run]] = {}
    for number, run in enumerate(runs):
        groups.setdefault(_root(roots, number), []).append(run)
    return [_blob(group) for group in groups.values()]


def _root(roots: list[int], number: int) -> int:
    while roots[number] != number:
        roots[number] = number = roots[roots[number]]
    return number


def _runs(mask: bytes, width: int) -> Iterator[Run]:
    start = mask.find(1)  # most of a page is bare, and a single octet is found at the speed of memory
    while start >= 0:
        stop = mask.find(0, start)
        stop = stop if stop >= 0 else len(mask)
        begin = mask.find(1, stop)
        while start < stop:
            row, column = divmod(start, width)
            end = min(stop, (row + 1) * width)
            yield row, column, column + end - start
            start = end
        start = begin


def _groups(cells: dict[tuple[int, int], list[Run]]) -> Iterator[list[Run]]:
    """Group runs whose cells touch, the diagonal included."""
    while cells:
        start, runs = cells.popitem()
        group, waiting = list(runs), [start]
        while waiting:
            column, row = waiting.pop()
            for neighbour in ((column + dx, row + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
                more = cells.pop(neighbour, None)
                if more is not None:
                    group += more
                    waiting.append(neighbour)
        yield group


def _count(runs: list[Run]) -> int:
    return sum(stop - start for _, start, stop in runs)


def _blob(runs: list[Run]) -> Blob:
    runs.sort()
    left, right = min(start for _, start, _ in runs), max(stop for _, _, stop in runs)
    return Blob(tuple(runs), left, runs[0][0], right, runs[-1][0] + 1, _count(runs))
