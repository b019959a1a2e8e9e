"""Look at scanned pages, whatever file they come in: tone, turn, seal, ink, stamps, and their letters where read.

A sheet is one page that can be drawn at any resolution: a page of a PDF (`pdf.pictures`) or a picture sent as a file
(`pictures`). Pages that lie on their side or stand on their head are turned upright before they are looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from gateway.read.scans.apart import once
from gateway.read.scans.boxes import find_boxes
from gateway.read.scans.frames import find_frames
from gateway.read.scans.marks import read_mark
from gateway.read.scans.ocr import PAGE_DPI, PAGE_MILLISECONDS, STAMP_DPI
from gateway.read.scans.seals import NO_SEAL, SCAN_DPI, find_ink, find_seal
from gateway.read.scans.skew import find_skew
from gateway.read.scans.turn import find_turn

if TYPE_CHECKING:
    from gateway.read.scans.boxes import Box
    from gateway.read.scans.colour import Page
    from gateway.read.scans.ocr import Reading, Recogniser
    from gateway.read.scans.seals import Seal

_SURE = 0.9
_SURELY_READ = 60
"""Of 100: print that stands upright is read at 80 and more, upside down at 20 to 50."""


class Sheet(Protocol):
    """One page; positions in inches from the upper left corner, as it stands after `turn`."""

    def turn(self, quarters: int) -> None:
        """Turn it by quarters clockwise from where it stands."""

    def render(self, dpi: int) -> Page | None:
        """Draw all of it; None when that would be too large."""

    def render_part(self, box: tuple[float, float, float, float], degrees: float, dpi: int) -> Page | None:
        """Draw what stands between left, top, right, bottom, turned clockwise by `degrees`, upright."""


class Drawer(Protocol):
    """Draws parts of a page."""

    def render_part(self, box: tuple[float, float, float, float], degrees: float, dpi: int) -> Page | None:
        """As of a sheet."""


class PartSheet:
    """A part of a sheet, positions counted from its own upper left corner."""

    def __init__(self, sheet: Drawer, left: float, top: float) -> None:
        """Count from `left` and `top` inches of the sheet."""
        self._sheet, self._left, self._top = sheet, left, top

    def render_part(self, box: tuple[float, float, float, float], degrees: float, dpi: int) -> Page | None:
        """Draw what stands between left, top, right, bottom of the part, as a sheet does."""
        left, top, right, bottom = box
        moved = left + self._left, top + self._top, right + self._left, bottom + self._top
        return self._sheet.render_part(moved, degrees, dpi)


class _Sight(NamedTuple):
    """What one page shows."""

    seal: Seal
    ink: float
    is_coloured: bool
    words: list[str]
    """Of its stamps."""


class Look:
    """One look at the scanned pages of one file; gathers the best of them."""

    def __init__(self, recogniser: Recogniser | None) -> None:
        self._recogniser = recogniser
        self.seal, self.seal_page, self.ink = NO_SEAL, 0, 0.0
        self.skew: float | None = None
        self.shows_colour = False
        self.marks: list[tuple[int, str]] = []
        self.text: dict[int, str] = {}
        self.has_read_marks = False

    def at(self, number: int, sheet: Sheet, *, is_coloured: bool, wants_text: bool) -> None:
        """Look at one page.

        Args:
            number: of the page, from 0.
            sheet: draws it.
            is_coloured: its format allows for colour.
            wants_text: its letters are to be read, when there is a recogniser.
        """
        wants_text = wants_text and self._recogniser is not None
        if not is_coloured and self.skew is not None and self._recogniser is None:
            return
        # frames are looked for where letters are: their sides are a few pixels thin
        letters = sheet.render(PAGE_DPI) if self._recogniser is not None else None
        picture = letters.reduced(SCAN_DPI) if letters is not None else sheet.render(SCAN_DPI)
        if picture is None:
            return
        quarters = find_turn(picture)
        if quarters:
            sheet.turn(quarters)
            picture = picture.turned(quarters)
            letters = letters.turned(quarters) if letters is not None else None
        # stamps before letters: the time for reading may not suffice for both
        sight = self._see(sheet, picture, letters, is_coloured=is_coloured)
        if wants_text and letters is not None and self._read(number, letters):
            sheet.turn(2)
            picture = picture.turned(2)
            sight = self._see(sheet, picture, letters.turned(2), is_coloured=is_coloured)
        self.skew = find_skew(picture) if self.skew is None else self.skew
        self._keep(number, sight)

    def _see(self, sheet: Sheet, picture: Page, letters: Page | None, *, is_coloured: bool) -> _Sight:
        words: list[str] = []
        if self._recogniser is not None:
            words = read_marks(sheet, picture if is_coloured else None, letters, self._recogniser)
        if not is_coloured:
            return _Sight(NO_SEAL, 0.0, is_coloured=False, words=words)
        seal = find_seal(picture, sheet.render_part) if self.seal.score < _SURE else NO_SEAL
        ink = find_ink(picture, seal) if self.seal.score < _SURE else 0.0
        return _Sight(seal, ink, picture.is_coloured, words)

    def _keep(self, number: int, sight: _Sight) -> None:
        self.shows_colour = self.shows_colour or sight.is_coloured
        if sight.seal.score > self.seal.score:
            self.seal, self.seal_page = sight.seal, number + 1
        self.ink = max(self.ink, sight.ink)
        self.has_read_marks = self._recogniser is not None
        self.marks += [(number, word) for word in sight.words]

    def _read(self, number: int, letters: Page) -> bool:
        """Read the letters of a page; True when they stand on their head, and were read the other way."""
        reading = _letters(letters, self._recogniser)
        if reading is None:
            return False
        self.text[number] = reading.text
        if reading.confidence >= _SURELY_READ:
            return False
        around = _letters(letters.turned(2), self._recogniser)
        if around is None or around.confidence < _SURELY_READ:
            return False
        self.text[number] = around.text
        return True


def _letters(page: Page, recogniser: Recogniser | None) -> Reading | None:
    """Read a whole page in red light: seals and stamps vanish, and the print below them shows."""
    if recogniser is None:
        return None
    return recogniser.recognise(
        page.red, page.width, page.height, dpi=PAGE_DPI, is_line=False, milliseconds=PAGE_MILLISECONDS
    )


def read_marks(sheet: Drawer, coloured: Page | None, letters: Page | None, recogniser: Recogniser) -> list[str]:
    """Read the stamps of one page, from the top: what is red, and what a frame of any colour holds.

    Args:
        sheet: draws it.
        coloured: the page at `SCAN_DPI`; None when its format has no colour.
        letters: the page at `PAGE_DPI`; None when it is too large for it.
        recogniser: reads letters.
    """
    red = once(recogniser, "boxes", coloured, lambda: tuple(find_boxes(coloured))) if coloured is not None else ()
    frames = once(recogniser, "frames", letters, lambda: tuple(find_frames(letters))) if letters is not None else ()
    # what is red is read as such: print that crosses it is told from it by its colour
    others = [frame for frame in frames if not any(frame.shares(box) for box in red)]
    boxes = [*((box, True) for box in red), *((box, False) for box in others)]
    found: list[tuple[Box, str]] = []
    # the widest first: what a word was read in is not read again by its parts
    for box, is_red in sorted(boxes, key=lambda one: one[0].left - one[0].right):
        if any(other.shares(box) for other, _ in found):
            continue
        part = sheet.render_part(box.bounds, 0.0 if is_red else box.degrees, STAMP_DPI)
        word = read_mark(part, recogniser, is_red=is_red) if part is not None else ""
        if word:
            found.append((box, word))
    return [word for _, word in sorted(found, key=lambda one: (one[0].top, one[0].left))]
