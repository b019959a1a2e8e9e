"""Find a red round seal on the picture of a page, and ink beside it: scores with evidence, never proof.

Circles are laid through the edge points of red blobs; the best is judged as a person would: is the ring closed,
of a seal's size (agencies' seals are 36 to 42 mm across), thin, lettered inside, alone, and of one colour?
Decree 30/2020 Appendix I asks a scan to show the seal in colour. A pasted picture of a seal passes too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.read.scans.blobs import MM_PER_INCH, find_blobs
from gateway.read.scans.colour import dilate
from gateway.read.scans.lettering import CLOSE_DPI, letters_around

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.scans.blobs import Blob
    from gateway.read.scans.colour import Page

SCAN_DPI = 60
"""A seal of 36 mm is 85 pixels across, its lettering 7 high: enough to tell, and a third of a million pixels."""
_SMALLEST_MM, _LARGEST_MM = 23.0, 47.0
"""Diameters looked for; scanned at 100 % as the decree asks, with room for careless scaling."""
_LEAST_MM2 = 25.0
"""Red area of the smallest thing worth a look: the ring of a seal alone covers 60 mm² and more."""
_BLOBS = 12
_POINTS = 260
_TRIPLES = 420
_SECTORS = 72
_COARSE = _SECTORS // 3
_TURNS = tuple(
    (math.cos(2 * math.pi * sector / _SECTORS), math.sin(2 * math.pi * sector / _SECTORS)) for sector in range(_SECTORS)
)
_FINE = tuple(
    (math.cos(math.pi * step / _SECTORS), math.sin(math.pi * step / _SECTORS)) for step in range(2 * _SECTORS)
)
_INSIDE = 0.6
"""Share of the circle that must lie on the paper."""
_CLOSED, _TORN = 0.85, 0.5
"""Shares of the ring seen: from the first on it counts as closed, at the second it is no ring."""
_LETTERED = 0.35
"""Share of sectors with lettering from which the ring counts as a seal's; prints of half the letters reach it."""
_LETTERS = (0.66, 0.70, 0.74, 0.78, 0.82, 0.85)
_GAPS = (0.45, 0.55, *_LETTERS, 0.89, 0.93)
_SURROUNDINGS = (1.07, 1.12, 1.17)
_FEW_GAPS = 0.4
_DISC = 0.72
"""A circle filled beyond this is a disc or a solid logo."""
_GOLD = 0.05
_BLUE = 0.2
_ALONE, _CROWDED = 0.15, 0.5
"""Shares of sectors with red just outside the ring: a stamp may touch a seal, lines of red text are all around."""
_PLAIN_RING, _ODD = 0.25, 0.2
"""What the score of a ring without letters, and of one of several colours, is multiplied by."""
_STRAY = (4, 3, 2, 1, 0, -1, -2, -3, -4)
_USUAL = 0.85
_ANGULAR = 0.9
"""Seals stray by 0 to 0.6 pixels, also where a stamp touches them; a hexagon by 1.1 and more."""
_ARC = 4
"""Sectors in a row that make an arc."""
_ALTERNATIONS = 14
"""Letters told apart around the ring; agencies' seals have 30 to 60, faded ones lose half."""
_INK_REACH_MM = 45.0
_INK_MM2 = 12.0
"""Area of strokes from which a signature is told; a short one of 0.5 mm strokes covers 30 mm²."""


@dataclass(frozen=True, slots=True)
class Seal:
    """The best circle of a page, lengths in millimetres from the upper left corner."""

    score: float = 0.0
    x_mm: int = 0
    y_mm: int = 0
    diameter_mm: int = 0

    @property
    def place(self) -> tuple[int, ...]:
        """Middle and diameter, empty when there is no seal."""
        return (self.x_mm, self.y_mm, self.diameter_mm) if self.score > 0 else ()


NO_SEAL = Seal()
_LOOKED_AT = 3
"""Circles of one page looked at closely, the best first."""
_Circle = tuple[float, float, float]
Closer = Callable[[tuple[float, float, float, float], float, int], "Page | None"]
"""Draws what stands between left, top, right, bottom, in inches, turned, at a resolution."""


def find_seal(page: Page, closer: Closer | None = None) -> Seal:
    """Find the best seal of a page and score it from 0 to 1.

    Args:
        page: all of it, at `SCAN_DPI`.
        closer: draws a part of it at another resolution, to look whether letters stand around a ring.
    """
    mm = page.dpi / MM_PER_INCH
    blobs = find_blobs(page.red_mask, page.width, page.dpi, least_pixels=round(_LEAST_MM2 * mm * mm), most=_BLOBS)
    least = 0.7 * _SMALLEST_MM * mm
    candidates = [blob for blob in blobs if min(blob.width, blob.height) >= least]
    if not candidates:
        return NO_SEAL
    rings = _Rings(page)
    circles = filter(None, map(rings.through, candidates))
    judged = sorted(((rings.judge(circle), circle) for circle in circles), reverse=True)
    best, at = 0.0, (0.0, 0.0, 0.0)
    for score, circle in judged[:_LOOKED_AT]:
        if score <= best:
            break
        found = score * _looked_at(closer, circle, page.dpi) if closer is not None else score
        if found > best:
            best, at = found, circle
    if best == 0.0:
        return NO_SEAL
    x, y, radius = at
    return Seal(round(best, 3), round(x / mm), round(y / mm), round(2 * radius / mm))


def _looked_at(closer: Closer, circle: _Circle, dpi: int) -> float:
    """Look closely at what stands around a ring."""
    x, y, radius = circle
    reach = 1.1 * radius
    left, top, right, bottom = (
        max(0.0, x - reach) / dpi,
        max(0.0, y - reach) / dpi,
        (x + reach) / dpi,
        (y + reach) / dpi,
    )
    part = closer((left, top, right, bottom), 0.0, CLOSE_DPI)
    if part is None:
        return 1.0
    by = CLOSE_DPI / dpi
    return letters_around(part, (x * by - left * CLOSE_DPI, y * by - top * CLOSE_DPI, radius * by))


class _Rings:
    """Circles on one page."""

    def __init__(self, page: Page) -> None:
        self._page, self._mask = page, page.red_mask
        self._wide = dilate(page.red_mask, page.width)
        mm = page.dpi / MM_PER_INCH
        self._least, self._most = _SMALLEST_MM * mm / 2, _LARGEST_MM * mm / 2

    def through(self, blob: Blob) -> _Circle | None:
        """Lay the circle through a blob's edge that most of the ring is seen of."""
        best: _Circle | None = None
        seen = 0.0
        for points in (_outline(blob, self._page), _edges(blob, self._page)):
            for circle in _circles(points):
                x, y, radius = circle
                if not self._least <= radius <= self._most or not self._is_on_paper(x, y):
                    continue
                # the outer ring of several: equal ones differ by less than this
                coverage = self._coverage(circle, 3) + 0.004 * radius
                if coverage > seen:
                    best, seen = circle, coverage
            if best and self._coverage(best, 1) >= _CLOSED:
                break
        return self._settled(best) if best else None

    def judge(self, circle: _Circle) -> float:
        """Score one circle: closed, thin, lettered, alone, red and nothing else."""
        closed = self._closed(circle)
        inside = [self._sampled(self._mask, circle, turn, _GAPS) for turn in _TURNS]
        gaps = sum(0 in samples for samples in inside if samples) / _SECTORS
        if closed <= _TORN or gaps < _FEW_GAPS or self._share(self._mask, circle) > _DISC:
            return 0.0
        score = min(1.0, (closed - _TORN) / (_CLOSED - _TORN))
        letters = sum(1 in self._sampled(self._mask, circle, turn, _LETTERS) for turn in _TURNS) / _SECTORS
        told_apart = (self._alternations(circle) / _ALTERNATIONS) ** 2
        score *= max(_PLAIN_RING, min(1.0, letters / _LETTERED, told_apart))
        around = sum(1 in self._sampled(self._mask, circle, turn, _SURROUNDINGS) for turn in _TURNS) / _SECTORS
        page = self._page
        is_mixed = self._share(page.gold_mask, circle) > _GOLD or self._share(page.ink_mask, circle) > _BLUE
        score *= min(1.0, max(0.0, (_CROWDED - around) / (_CROWDED - _ALONE)))
        return score * _ODD if is_mixed or self._unroundness(circle) > _ANGULAR else score

    def _closed(self, circle: _Circle) -> float:
        """Share of the ring seen in arcs of some length: letters met by chance make none."""
        page, (x, y, radius) = self._page, circle
        hits = []
        for cosine, sine in _TURNS:
            if 0 <= x + radius * cosine < page.width and 0 <= y + radius * sine < page.height:
                near = (1.0, 1 - 1 / radius, 1 + 1 / radius)
                hits.append(1 in self._sampled(self._mask, circle, (cosine, sine), near))
        if len(hits) < _INSIDE * _SECTORS:
            return 0.0
        turned = hits.index(False) if False in hits else 0
        line = bytes(hits[turned:] + hits[:turned])
        arcs = [len(arc) for arc in line.split(b"\0")]
        return sum(arc for arc in arcs if arc >= _ARC) / len(hits)

    def _unroundness(self, circle: _Circle) -> float:
        """Pixels by which the outer edge strays from the circle, the strangest sectors left out."""
        radius, found = circle[2], []
        for turn in _TURNS:
            reached = (step for step in _STRAY if 1 in self._sampled(self._mask, circle, turn, (1 + step / radius,)))
            found += [step for step in [next(reached, None)] if step is not None]
        middle = sorted(found)[len(found) // 2] if found else 0
        strays = sorted(abs(step - middle) for step in found)[: max(1, round(_USUAL * len(found)))]
        return sum(strays) / len(strays) if strays else 0.0

    def _alternations(self, circle: _Circle) -> int:
        """Count how often lettering and paper alternate around the circle, on the radius where they do most."""
        most = 0
        for share in _LETTERS:
            values = bytes(value for turn in _FINE for value in self._sampled(self._mask, circle, turn, (share,)))
            most = max(most, values.count(b"\0\1"))
        return most

    def _is_on_paper(self, x: float, y: float) -> bool:
        return 0 <= x < self._page.width and 0 <= y < self._page.height

    def _coverage(self, circle: _Circle, step: int) -> float:
        """Share of the ring that is red, of what lies on the paper; 0 when too much lies beside it."""
        page, mask = self._page, self._wide
        x, y, radius = circle
        width, height = page.width, page.height
        hits = inside = 0
        for cosine, sine in _TURNS[::step]:
            column, row = int(x + radius * cosine), int(y + radius * sine)
            if 0 <= column < width and 0 <= row < height:
                inside += 1
                hits += mask[row * width + column]
        return hits / inside if inside * step >= _INSIDE * _SECTORS else 0.0

    def _settled(self, circle: _Circle) -> _Circle:
        """Move the circle by parts of a pixel as long as it covers more of the ring."""
        seen = self._coverage(circle, 1)
        for size in (1.0, 0.5):
            for _ in range(4):
                x, y, radius = circle
                moves = [
                    (x + dx * size, y + dy * size, radius + dr * size)
                    for dx, dy, dr in ((1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1))
                ]
                found = max(moves, key=lambda move: self._coverage(move, 1))
                if self._coverage(found, 1) <= seen:
                    break
                circle, seen = found, self._coverage(found, 1)
        return circle

    def _sampled(self, mask: bytes, circle: _Circle, turn: tuple[float, float], shares: tuple[float, ...]) -> list[int]:
        """Mask values along a radius, at `shares` of its length; what lies beside the paper is left out."""
        width, height = self._page.width, self._page.height
        x, y, radius = circle
        found = []
        for share in shares:
            column, row = int(x + share * radius * turn[0]), int(y + share * radius * turn[1])
            if 0 <= column < width and 0 <= row < height:
                found.append(mask[row * width + column])
        return found

    def _share(self, mask: bytes, circle: _Circle) -> float:
        """Share of the disc inside the ring that is marked."""
        x, y, radius = circle
        width = self._page.width
        marked = area = 0
        for row in range(max(0, int(y - radius)), min(self._page.height, int(y + radius) + 1)):
            half = math.sqrt(max(0.0, radius * radius - (row - y) ** 2))
            left, right = max(0, int(x - half)), min(width, int(x + half) + 1)
            if right > left:
                area += right - left
                marked += mask.count(1, row * width + left, row * width + right)
        return marked / area if area else 0.0


def _outline(blob: Blob, page: Page) -> list[tuple[int, int]]:
    """Outermost pixels of each row and column, those at the paper's edge left out."""
    rows: dict[int, tuple[int, int]] = {}
    tops: dict[int, int] = {}
    bottoms: dict[int, int] = {}
    for row, start, stop in blob.runs:
        low, high = rows.get(row, (start, stop - 1))
        rows[row] = (min(low, start), max(high, stop - 1))
        for column in range(start, stop):
            tops.setdefault(column, row)
            bottoms[column] = row
    points = [(column, row) for row, pair in rows.items() for column in pair]
    points += [*tops.items(), *bottoms.items()]
    return _thinned(points, page)


def _edges(blob: Blob, page: Page) -> list[tuple[int, int]]:
    """Where runs begin and end: for a seal that touches other red things."""
    points = [(column, row) for row, start, stop in blob.runs for column in (start, stop - 1)]
    return _thinned(points, page)


def _thinned(points: list[tuple[int, int]], page: Page) -> list[tuple[int, int]]:
    inner = [(x, y) for x, y in points if 1 < x < page.width - 2 and 1 < y < page.height - 2]
    return inner[:: 1 + len(inner) // _POINTS]


def _circles(points: list[tuple[int, int]]) -> Iterator[_Circle]:
    """Circles through three points each, chosen by a fixed sequence: one picture has one answer."""
    count, state = len(points), 20_260
    if count < 3:
        return
    for _ in range(_TRIPLES):
        state = (state * 1_103_515_245 + 12_345) & 0x7FFF_FFFF
        first = state >> 8
        # spread over the outline: close points fix no circle
        ax, ay = points[first % count]
        bx, by = points[(first + count // 3 + (first >> 9) % 7) % count]
        cx, cy = points[(first * 31 + 2 * count // 3) % count]
        twice = 2 * (ax * (by - cy) + bx * (cy - ay) + cx * (ay - by))
        if twice == 0:
            continue
        a, b, c = ax * ax + ay * ay, bx * bx + by * by, cx * cx + cy * cy
        x = (a * (by - cy) + b * (cy - ay) + c * (ay - by)) / twice
        y = (a * (cx - bx) + b * (ax - cx) + c * (bx - ax)) / twice
        yield x, y, math.hypot(ax - x, ay - y)


def find_ink(page: Page, seal: Seal) -> float:
    """Score blue handwriting from 0 to 1; half at most when it does not stand by the seal. Weak evidence.

    Black ink cannot be told from print by its colour, so 0 says nothing.
    """
    mm = page.dpi / MM_PER_INCH
    best = 0.0
    for blob in find_blobs(page.ink_mask, page.width, page.dpi, least_pixels=round(2 * mm * mm), most=_BLOBS):
        wide, high = blob.width / mm, blob.height / mm
        fill = blob.pixels / (blob.width * blob.height)
        if not (8 <= wide <= 90 and 4 <= high <= 60) or fill > 0.45:
            continue
        score = min(1.0, blob.pixels / (mm * mm) / _INK_MM2)
        x, y = (blob.left + blob.right) / 2 / mm, (blob.top + blob.bottom) / 2 / mm
        is_beside = seal.score > 0 and math.hypot(x - seal.x_mm, y - seal.y_mm) <= _INK_REACH_MM
        best = max(best, score if is_beside else score / 2)
    return round(best, 3)
