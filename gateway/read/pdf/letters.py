"""Letters of PDF pages read off as they show: of pages whose text layer is no writing, and beside the layer of a scan.

A scan may carry any text layer; what its picture says at the top is read too, and compared. Of pages that
are no scans only plain texts are drawn: drawings, shadings and patterns could be made to take for ever.
"""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING, Any

from pypdfium2 import raw

from gateway.read.pdf.objects import MAX_OBJECTS, address, drawn_on
from gateway.read.pdf.pictures import PdfSheet, leave_pictures
from gateway.read.scans.ocr import PAGE_DPI, PAGE_MILLISECONDS
from gateway.read.vietnamese.normalise import strip_marks
from gateway.read.vietnamese.syllables import compose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.read.scans.colour import Page
    from gateway.read.scans.ocr import Reading, Recogniser

_LARGEST_SIDE_POINTS = 1_200
"""A3 is 1,191 points high."""
_TOP = 0.4
"""Of the height: where number, type and marks of a document stand."""
_SURE = 60
"""Of 100: print that lies on its side or is spoilt is read at less."""
_FEWEST = 12
_COMMON = 0.4
"""Words of the picture that stand in the layer: nine in ten when it was recognised well, half when badly."""
_WORD = re.compile(r"[a-z]{2,}")


def read_top(page: Any, recogniser: Recogniser) -> str:
    """Read the upper part of a scanned page off its picture; empty when that is not possible or not sure."""
    if not leave_pictures(page):
        return ""
    width, height = (side / 72 for side in page.get_size())
    picture = PdfSheet(page).render_part((0.0, 0.0, width, height * _TOP), 0.0, PAGE_DPI)
    reading = _recognise(picture, recogniser) if picture is not None else None
    return reading.text if reading is not None and reading.confidence >= _SURE else ""


def contradicts(read: str, layer: str) -> bool:
    """Does the text layer of a scan say other words than were read off its picture? Diacritics put aside."""
    words = _WORD.findall(strip_marks(compose(read)))
    known = set(_WORD.findall(strip_marks(compose(layer))))
    return len(words) >= _FEWEST and sum(word in known for word in words) < _COMMON * len(words)


def read_letters(pdf: Any, numbers: Iterable[int], recogniser: Recogniser | None) -> dict[int, str]:
    """Read pages by letters, from 0; empty where there is no recogniser, and without the pages that cannot be drawn."""
    found = {}
    for number in numbers if recogniser is not None else ():
        with closing(pdf[number]) as page:
            text = _recognised(page, recogniser) if recogniser is not None and _leave_letters(page) else None
        if text is not None:
            found[number] = text
    return found


def _recognised(page: Any, recogniser: Recogniser) -> str | None:
    picture = PdfSheet(page).render(PAGE_DPI)
    if picture is None:
        return None
    reading = _recognise(picture, recogniser)
    return reading.text if reading is not None else None


def _recognise(picture: Page, recogniser: Recogniser) -> Reading | None:
    return recogniser.recognise(
        picture.red, picture.width, picture.height, dpi=PAGE_DPI, is_line=False, milliseconds=PAGE_MILLISECONDS
    )


def _leave_letters(page: Any) -> bool:
    """Take all but plain texts off a loaded page; False when it is too large or too full to be drawn."""
    drawn = drawn_on(page)
    if not drawn.is_whole or max(page.get_size()) > _LARGEST_SIDE_POINTS:
        return False
    if any(text.form is not None for text in drawn.texts):
        return False
    handles = [raw.FPDFPage_GetObject(page, number) for number in range(min(_count(page), MAX_OBJECTS))]
    plain = {address(text.handle) for text in drawn.texts if text.colour is not None}
    for handle in handles:
        if address(handle) not in plain and raw.FPDFPage_RemoveObject(page, handle):
            raw.FPDFPageObj_Destroy(handle)
    return True


def _count(page: Any) -> int:
    return int(raw.FPDFPage_CountObjects(page))
