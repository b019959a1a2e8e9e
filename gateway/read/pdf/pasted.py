"""Stamps that stand as pictures on pages of text: each picture is looked at by itself, drawn without the print.

Colour, frame or a picture that holds nothing but the word tell a stamp, as on scans; what else a picture shows, a
logo or a photograph, is nobody's letter. Bounded: pictures a page, their pixels, and the time granted for letters.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.read.pdf.pictures import PdfSheet, leave_pictures, placed_pictures
from gateway.read.scans.look import PartSheet, read_marks
from gateway.read.scans.marks import read_mark
from gateway.read.scans.ocr import PAGE_DPI, STAMP_DPI
from gateway.read.scans.seals import SCAN_DPI

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.read.scans.ocr import Recogniser

_MOST = 6
"""Pictures looked at on one page, from the top: stamps stand in its head."""
_LEAST_INCHES = 0.3, 0.12
_STAMP_INCHES = 3.4, 1.2
"""Largest picture that may be one stamp and nothing else."""
_AROUND_INCHES = 0.4
"""Paper drawn around a picture: what is paper is told from it."""

_Bounds = tuple[float, float, float, float]


class Pasted(NamedTuple):
    """What pictures on pages of text say."""

    words: tuple[str, ...] = ()
    """Of stamps, each with the lines that stand below it in the same box."""


NO_PASTED = Pasted()


def read_pasted(pdf: Any, numbers: Iterable[int], recogniser: Recogniser | None) -> Pasted:
    """Read the stamps pasted on pages that are no scans, in order of pages; nothing without a recogniser."""
    if recogniser is None:
        return NO_PASTED
    words: list[str] = []
    for number in sorted(numbers):
        with closing(pdf[number]) as page:
            pictures = [one for one in placed_pictures(page) if _is_seen(one)][:_MOST]
            if pictures and leave_pictures(page):
                words += _stamps(PdfSheet(page), pictures, recogniser)
    return Pasted(tuple(words))


def _is_seen(bounds: _Bounds) -> bool:
    left, top, right, bottom = bounds
    return right - left >= _LEAST_INCHES[0] and bottom - top >= _LEAST_INCHES[1]


def _stamps(sheet: PdfSheet, pictures: list[_Bounds], recogniser: Recogniser) -> list[str]:
    found: list[str] = []
    for left, top, right, bottom in pictures:
        around = left - _AROUND_INCHES, top - _AROUND_INCHES, right + _AROUND_INCHES, bottom + _AROUND_INCHES
        fine = sheet.render_part(around, 0.0, PAGE_DPI)
        if fine is None:
            continue
        coarse = None if fine.is_grey else fine.reduced(SCAN_DPI)  # nothing in it is red
        words = read_marks(PartSheet(sheet, around[0], around[1]), coarse, fine, recogniser)
        if not words and right - left <= _STAMP_INCHES[0] and bottom - top <= _STAMP_INCHES[1]:
            part = sheet.render_part((left, top, right, bottom), 0.0, STAMP_DPI)
            is_red = coarse is not None and any(coarse.red_mask)
            words = [read_mark(part, recogniser, is_red=is_red)] if part is not None else []
        found += [word for word in words if word and word not in found]
    return found
