"""Letters of PDF pages whose text layer is no writing, read off the page as it shows.

Only texts and pictures are drawn: drawings, shadings and letters filled with patterns could be made to take for ever.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from pypdfium2 import raw

from gateway.read.ocr import PAGE_DPI, PAGE_MILLISECONDS
from gateway.read.pdf_objects import MAX_OBJECTS, address, drawn_on
from gateway.read.pdf_pictures import PdfSheet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.read.ocr import Recogniser

_LARGEST_SIDE_POINTS = 1_200
"""A3 is 1,191 points high."""


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
    reading = recogniser.recognise(
        picture.red, picture.width, picture.height, dpi=PAGE_DPI, is_line=False, milliseconds=PAGE_MILLISECONDS
    )
    return reading.text if reading is not None else None


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
