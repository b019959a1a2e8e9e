"""What is pressed inside a box: letters laid level, without their frame, and the marks on one of them.

The ink is taken from the channel in which it is darkest, so that the coarse colour of JPEG pictures costs no stroke.
One tone tells MẬT from MẤT, MẶT and MÁT: what stands above and below the A is looked at in the picture itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageChops, ImageFilter

from gateway.read.scans.around import brightest_around, darkest_around
from gateway.read.scans.blobs import MM_PER_INCH, find_parts
from gateway.read.scans.colour import ranked
from gateway.read.scans.skew import Profiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.scans.blobs import Blob
    from gateway.read.scans.colour import Page

_WORTH = 6
"""Of 255, how far the strongest ink must differ from the paper."""
_RUNS = 20_000
_TURNS = tuple(quarter / 4 for quarter in range(-44, 45))
_COARSE = 6
_LINE = 0.72
"""Share of a row that is ink where a frame runs; the bars of MẬT in a narrow frame reach six tenths."""
_SIDE = 0.85
"""Share of what stands between the upper and lower borders that is ink where a side of the frame runs."""
_REACH = 0.36
"""How far inside the box, of its sides, its frame is looked for."""
_APART_MM = 1.7
"""Farthest a border stands from the edge or from the border outside it."""
_BORDER_MM = 1.0
"""Thickest border; a thicker beam is a letter's."""
_DOUBLE_MM = 2.6
"""Two borders that ink or compression have joined."""
_LETTER_MM = 1.6
"""Height of the smallest capitals; those of a stamp have 3 to 5 mm."""
_TALL = 0.55
"""Share of the tallest part's height from which a part is a letter and no mark of one."""
_DASH_MM = 1.3
"""Least length of what is erased as a piece of a border; a dot has half of it."""
_EDGE = 4
_SPREAD_MM = 0.6
"""How far inside a frame its ink spreads where a picture is blurred."""
_BESIDE_MM = 0.7
"""Nearer to the side of a frame than this no letter stands."""
_STEMS = 0.55
"""Share of the ink of a row between top and foot of capitals that the rows at both ends have; hats have a third."""
_CAPITAL = 36
"""Pixels a capital is made high for the recogniser."""
_ABOVE, _BELOW, _BESIDE = 0.8, 0.55, 0.6
"""Room around a line, of the capitals' height: hats, dots and some paper."""
_MOST_SIDE = 2_000
_WORD = 3
_NARROW, _WIDE = 1.6, 4.3
"""Least and greatest width of MẬT, in heights of its capitals."""


class Sight(NamedTuple):
    """What stands above and below the A of MẬT, told from the picture; heights in that of the capitals."""

    arch: float
    """How much higher the middle of the mark above stands than its sides: hats 0.02 to 0.08, bowls -0.02 and less."""
    lean: float
    """How much higher its right side stands than its left."""
    above: float
    """Ink above."""
    dot: float
    """Ink below: a dot has 0.012 to 0.04."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of capitals in an impression; pixels."""

    letters: tuple[tuple[int, int], ...]
    """Columns of each letter, from the left; letters that touch count as one."""
    top: int
    bottom: int

    @property
    def height(self) -> int:
        """Of the capitals."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Impression:
    """Ink inside a box, laid level."""

    ink: Image.Image
    """Grey: 255 full ink, 0 paper."""
    lines: tuple[Line, ...]
    borders: int
    """Lines of the frame: 2 for secrecy, 1 for urgency, 0 without."""

    def picture(self, capital: int = _CAPITAL) -> Image.Image:
        """Draw the lines black on white for a recogniser, capitals so many pixels high."""
        first, last = self.lines[0], self.lines[-1]
        high = max(line.height for line in self.lines)
        left = min(line.letters[0][0] for line in self.lines)
        right = max(line.letters[-1][1] for line in self.lines)
        box = (
            round(left - _BESIDE * high),
            round(first.top - _ABOVE * high),
            round(right + _BESIDE * high),
            round(last.bottom + _BELOW * high),
        )
        cut = ImageChops.invert(self.ink.crop(box))
        by = min(capital / high, _MOST_SIDE / max(cut.size))
        size = (max(1, round(cut.width * by)), max(1, round(cut.height * by)))
        return cut.resize(size, Image.Resampling.BICUBIC)

    def sight(self, line: Line, letters: int) -> Sight:
        """Look at the A of a line of so many letters that ends in MẬT."""
        middle, half = _second_last(line, letters)
        high = line.height
        above = (middle - half, round(line.top - 0.62 * high), middle + half, round(line.top - 0.04 * high))
        below = (middle - 0.3 * high, round(line.bottom + 0.05 * high), middle + 0.3 * high, line.bottom + 0.5 * high)
        arch, lean, hat = _arch(self.ink, above, high)
        _, _, dot = _arch(self.ink, below, high)
        return Sight(arch, lean, hat, dot)


def impressions(part: Page, *, is_red: bool) -> Iterator[Impression]:
    """Take what is pressed from a rendering of a box, in several ways; none when it holds no letters."""
    for plane in _planes(part, is_red=is_red):
        yield from _impressions(plane, part.dpi)


def _planes(part: Page, *, is_red: bool) -> Iterator[Image.Image]:
    """Give the ink of a part, 0 where there is none: by how dark it is, and by how red."""
    size = (part.width, part.height)
    green = Image.frombytes("L", size, part.green)
    paper = part.green[:: 1 + len(part.green) // 8_000] or b"\xff"
    bright = ranked(paper, len(paper) * 3 // 4)
    dark = green.point([max(0, bright - value) for value in range(256)])
    if not is_red:
        yield dark
        return
    red = Image.frombytes("L", size, part.redness)
    strongest = _strongest(red)
    if strongest < 3:
        return
    near = brightest_around(red.point([255 * (value >= max(2, strongest // 6)) for value in range(256)]), 4)
    # black print that crosses the stamp is dark in red light, where red ink is not
    print_ = Image.frombytes("L", size, part.red).point([255 * (value > bright * 45 // 100) for value in range(256)])
    yield ImageChops.multiply(ImageChops.multiply(dark, near), darkest_around(print_, 1))
    yield red


def red_ink(part: Page) -> bytes:
    """Mark where red ink is on a part, one octet a pixel; nothing where there is none."""
    plane = next(_planes(part, is_red=True), None)
    if plane is None:
        return bytes(part.width * part.height)
    plane = plane.filter(ImageFilter.GaussianBlur(part.dpi / 400))
    return _mask(plane, max(_WORTH // 2, _strongest(plane) * 2 // 5))


def _strongest(plane: Image.Image) -> int:
    """Ink that a fiftieth of the plane reaches: strokes are thin."""
    seen = plane.tobytes()[:: 1 + plane.width * plane.height // 8_000]
    return ranked(seen, len(seen) * 49 // 50) if seen else 0


def _impressions(plane: Image.Image, dpi: int) -> Iterator[Impression]:
    """Take what stands inside the frame; first the whole where two sides of a frame are seen at most.

    Heavy bars of letters that stand alone run on like the sides of a frame.
    """
    plane = plane.filter(ImageFilter.GaussianBlur(dpi / 400))
    strongest = _strongest(plane)
    if strongest < _WORTH // 2:
        return
    plane = plane.point([min(255, value * 255 // strongest) for value in range(256)])
    degrees = _turn(plane)
    if degrees:
        plane = plane.rotate(degrees, Image.Resampling.BICUBIC)
    mm = dpi / MM_PER_INCH
    inner, borders = _inside(plane, mm)
    whole = (0, 0, *plane.size)
    for box in (whole, inner) if borders == 0 and inner != whole else (inner,):
        if min(box[2] - box[0], box[3] - box[1]) >= _LETTER_MM * mm:
            ink, lines = _lines(plane.crop(box), mm)
            if lines:
                yield Impression(ink, lines, borders)


def _mask(plane: Image.Image, least: int = 128) -> bytes:
    return plane.tobytes().translate(bytes(value >= least for value in range(256)))


def _turn(plane: Image.Image) -> float:
    """Degrees clockwise in which frame and letters run."""
    by = 2 if plane.width > 200 else 1
    small = plane.reduce(by)
    profiles = Profiles(_mask(small, 96), small.width, small.height)
    if not profiles:
        return 0.0
    coarse = max(_TURNS[::_COARSE], key=profiles.sharpness)
    near = [turn for turn in _TURNS if abs(turn - coarse) <= _COARSE / 4]
    return max(near, key=lambda turn: (profiles.sharpness(turn), -abs(turn)))


def _inside(plane: Image.Image, mm: float) -> tuple[tuple[int, int, int, int], int]:
    """Tell the box inside the frame, and how many borders the frame has."""
    mask, (width, height) = _mask(plane, 100), plane.size
    bounds = plane.point([255 * (value >= 100) for value in range(256)]).getbbox() or (0, 0, width, height)
    left, top, right, bottom = bounds
    wide, high = right - left, bottom - top
    thick = _mask(brightest_around(plane, 1), 100)
    rows = [thick.count(1, row * width + left, row * width + right) >= _LINE * wide for row in range(top, bottom)]
    upper, above = _frame(rows[: round(_REACH * high)], mm)
    lower, below = _frame(rows[::-1][: round(_REACH * high)], mm)
    first_row, last_row = top + upper, bottom - lower
    columns = [
        mask[first_row * width + column : last_row * width : width].count(1) >= _SIDE * (last_row - first_row)
        for column in range(left, right)
    ]
    first, before = _frame(columns[: round(min(_REACH * wide, 0.6 * high))], mm)
    last, behind = _frame(columns[::-1][: round(min(_REACH * wide, 0.6 * high))], mm)
    borders = sorted((above, below, before, behind))[1]
    return (left + first, top + upper, right - last, bottom - lower), borders


def _frame(lines: list[bool], mm: float) -> tuple[int, int]:
    """Where the inside begins, seen from one side, and how many lines of a frame stand before it, two at most."""
    depth = borders = index = 0
    while borders < 2:
        start = next((at for at in range(index, len(lines)) if lines[at]), None)
        if start is None or start - depth > _APART_MM * mm:
            break
        stop = next((at for at in range(start, len(lines)) if not lines[at]), len(lines))
        if stop - start > _DOUBLE_MM * mm:
            break
        borders += 2 if stop - start > 1.2 * _BORDER_MM * mm else 1
        depth = index = stop
    return max(0, depth - 1), min(borders, 2)


def _lines(inner: Image.Image, mm: float) -> tuple[Image.Image, tuple[Line, ...]]:
    """Find the lines of letters, and take off what remains of a frame."""
    width = inner.width
    _bare(inner, mm)
    parts = find_parts(_mask(inner, 110), width, most_runs=_RUNS)
    kept = [part for part in parts if not _is_border(part, inner.size, mm)]
    for part in parts:
        if part not in kept:
            _erase(inner, part, mm)
    tallest = max((part.height for part in kept), default=0)
    letters = [part for part in kept if part.height >= max(_TALL * tallest, _LETTER_MM * mm)]
    lines: list[list[Blob]] = []
    for part in sorted(letters, key=lambda one: one.top + one.bottom):
        middle = (part.top + part.bottom) / 2
        if lines and middle < _median([one.bottom for one in lines[-1]]):
            lines[-1].append(part)
        else:
            lines.append([part])
    return inner, tuple(_line(line, inner) for line in lines)


def _bare(inner: Image.Image, mm: float) -> None:
    """Take what borders spread into the rows beside them off, and leave hats and dots that touch them."""
    width, height = inner.size
    reach = min(height // 3, round(_SPREAD_MM * mm))
    for row in (*range(reach), *range(height - reach, height)):
        box = (0, row, width, row + 1)
        line = inner.crop(box)
        spread = sorted(line.tobytes())[width // 2] * 5 // 4
        if spread:
            inner.paste(line.point([max(0, value - spread) * 255 // max(1, 255 - spread) for value in range(256)]), box)


def _is_border(part: Blob, size: tuple[int, int], mm: float) -> bool:
    """Is a part what remains of a frame: long and thin, or hollow and as large as the box?"""
    width, height = size
    is_edge = part.left <= 2 or part.top <= 2 or part.right >= width - 2 or part.bottom >= height - 2
    thin = _BORDER_MM * mm
    if part.height <= 1.4 * thin and part.width >= 5 * mm:
        return True
    if part.height <= 0.5 * thin and is_edge and part.width >= 3 * part.height:
        return True
    beside = _BESIDE_MM * mm
    is_side = part.right <= beside or part.left >= width - beside
    if part.width <= thin and is_side and part.height >= 2 * part.width:
        return True
    is_large = part.width >= 0.75 * width and part.height >= 0.75 * height
    return is_large and part.pixels < 0.4 * part.width * part.height and is_edge


def _erase(inner: Image.Image, part: Blob, mm: float) -> None:
    """Take what remains of a frame off; what is short and stands off the edge is a dot or a hat that touches it."""
    width, height = inner.size
    for row, start, stop in part.runs:
        is_edge = start < _EDGE or stop > width - _EDGE or row < 1 or row >= height - 1
        if is_edge or stop - start >= _DASH_MM * mm or part.height >= 3 * _BORDER_MM * mm:
            inner.paste(0, (max(0, start - 2), max(0, row - 1), stop + 2, row + 2))


def _median(values: list[int]) -> int:
    return sorted(values)[len(values) // 2]


def _line(parts: list[Blob], inner: Image.Image) -> Line:
    """Measure a line: its capitals stand between the first and the last row that is as dark as their stems are."""
    box = min(part.left for part in parts), min(part.top for part in parts), max(part.right for part in parts), 0
    cut = inner.crop((*box[:3], max(part.bottom for part in parts)))
    mask, width = _mask(cut, 110), cut.width
    rows = [mask.count(1, start, start + width) for start in range(0, len(mask), width)]
    middle = sorted(rows[len(rows) // 4 : max(1, len(rows) * 3 // 4)])
    dark = [row for row, count in enumerate(rows) if count >= _STEMS * middle[len(middle) // 2]]
    top, bottom = (box[1] + dark[0], box[1] + dark[-1] + 1) if dark else (box[1], box[1] + cut.height)
    columns: list[tuple[int, int]] = []
    for left, right in sorted((part.left, part.right) for part in parts):
        if columns and left < columns[-1][1] - (right - left) // 2:
            columns[-1] = columns[-1][0], max(columns[-1][1], right)
        else:
            columns.append((left, right))
    return Line(tuple(columns), top, bottom)


def _second_last(line: Line, letters: int) -> tuple[float, float]:
    """Middle and half width of the A of MẬT at the end of a line; from usual shares where letters touch or are torn."""
    start = _last_word(line) if letters > _WORD else line.letters[0][0]
    word = [pair for pair in line.letters if pair[0] >= start]
    if len(word) == _WORD:
        left, right = word[1]
        return (left + right) / 2, max(0.42 * (right - left), 0.3 * line.height)
    wide = line.letters[-1][1] - start
    return start + 0.56 * wide, max(0.17 * wide, 0.3 * line.height)


def _last_word(line: Line) -> int:
    """Column in which MẬT begins: behind the widest gap that leaves room for three letters."""
    end, high = line.letters[-1][1], line.height
    room = range(round(_NARROW * high), round(_WIDE * high) + 1)
    gaps = [(right[0] - left[1], right[0]) for left, right in pairwise(line.letters) if end - right[0] in room]
    return max(gaps, default=(0, line.letters[0][0]))[1]


def _arch(ink: Image.Image, box: tuple[float, float, float, float], high: int) -> tuple[float, float, float]:
    """Arch, lean and amount of the ink in a box."""
    left, top, right, bottom = (round(edge) for edge in box)
    cut = ink.crop((left, top, right, bottom))
    width, octets = cut.width, cut.tobytes().translate(bytes(max(0, value - 70) for value in range(256)))
    columns = [octets[column::width] for column in range(width)]
    weights = [sum(column) for column in columns]
    amount = sum(weights)
    if amount < 185 * 4:
        return 0.0, 0.0, amount / (185 * high * high)
    bound = max(weights) / 5
    inked = [column for column, weight in enumerate(weights) if weight >= bound]
    start, stop = inked[0], inked[-1] + 1
    heights = []
    for third in range(3):
        part = range(start + (stop - start) * third // 3, start + (stop - start) * (third + 1) // 3)
        weight = sum(weights[column] for column in part) or 1
        mean = sum(row * value for column in part for row, value in enumerate(columns[column])) / weight
        heights.append(mean / high)
    return (heights[0] + heights[2]) / 2 - heights[1], heights[0] - heights[2], amount / (185 * high * high)
