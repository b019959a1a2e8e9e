"""Replacement texts of a PDF page: what /ActualText tells whoever copies or searches, instead of what is shown.

Honest writers use it for ligatures and hyphens (ISO 32000-1 section 14.9.4); PDFium gives it in place of the letters,
so a page can show one text and say another.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from pypdfium2 import raw

from gateway.read.pdf.objects import drawn_on

_KEY = b"ActualText"
_MARKS = 16


def drop_replacements(page: Any) -> bool:
    """Take the replacement texts off a loaded page: true when there were some."""
    has_any = False
    for text in drawn_on(page).texts:
        count = raw.FPDFPageObj_CountMarks(text.handle)
        marks = [raw.FPDFPageObj_GetMark(text.handle, number) for number in islice(range(max(count, 0)), _MARKS)]
        for mark in marks:
            if raw.FPDFPageObjMark_GetParamValueType(mark, _KEY) == raw.FPDF_OBJECT_STRING:
                has_any = bool(raw.FPDFPageObj_RemoveMark(text.handle, mark)) or has_any
    return has_any
