"""Letters as curves: what office programs make of a watermark. Bare letters of a standard font, hats and dots drawn on."""

from __future__ import annotations

import ctypes
import io
import math
import unicodedata

import pikepdf
import pypdfium2
from pypdfium2 import raw

_HAT, _DOT, _HOOK = "\u0302", "\u0323", "\u0301"


def curves(text: str, x: float, y: float, size: float, angle: float, colour: str = "0.8 g") -> bytes:
    """Draw a text as filled paths, one a letter, from a point at an angle in degrees."""
    pdf = pypdfium2.PdfDocument.new()
    font = raw.FPDFText_LoadStandardFont(pdf, b"Helvetica-Bold")
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    drawn, across = f"q {cosine:.5f} {sine:.5f} {-sine:.5f} {cosine:.5f} {x:g} {y:g} cm {colour}\n", 0.0
    for letter in text:
        base, *marks = unicodedata.normalize("NFD", letter)
        width = ctypes.c_float()
        raw.FPDFFont_GetGlyphWidth(font, ord(base), size, width)
        if base != " ":
            drawn += _glyph(font, base, size, across)
        for mark in marks:
            drawn += _mark(mark, across + width.value / 2, size)
        across += width.value
    return (drawn + "Q\n").encode("ascii")


def _glyph(font: object, letter: str, size: float, across: float) -> str:
    path = raw.FPDFFont_GetGlyphPath(font, ord(letter), size)
    x, y, said, waiting = ctypes.c_float(), ctypes.c_float(), [], []
    for number in range(raw.FPDFGlyphPath_CountGlyphSegments(path)):
        segment = raw.FPDFGlyphPath_GetGlyphPathSegment(path, number)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = f"{x.value * size + across:.2f} {y.value * size:.2f}"
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_BEZIERTO:
            waiting.append(point)
            if len(waiting) == 3:
                said.append(" ".join(waiting) + " c")
                waiting = []
        else:
            said.append(f"{point} {'m' if kind == raw.FPDF_SEGMENT_MOVETO else 'l'}")
        if raw.FPDFPathSegment_GetClose(segment):
            said.append("h")
    return " ".join(said) + " f\n"


def _mark(mark: str, middle: float, size: float) -> str:
    unit = size / 15 if mark == _DOT else size / 20
    if mark == _DOT:
        points = [
            (middle + unit * math.cos(turn), -2.5 * unit + unit * math.sin(turn)) for turn in map(_turn, range(12))
        ]
    elif mark == _HAT:
        points = [
            (middle + a * unit, (b + 15) * unit) for a, b in ((-3, 0), (0, 2.6), (3, 0), (1.9, 0), (0, 1.4), (-1.9, 0))
        ]
    else:
        points = [(middle + a * unit, (b + 15) * unit) for a, b in ((-1, 0), (1, 2.6), (2.4, 2.6), (0.2, 0))]
    return " ".join(f"{x:.2f} {y:.2f} {'l' if number else 'm'}" for number, (x, y) in enumerate(points)) + " h f\n"


def _turn(number: int) -> float:
    return number * math.pi / 6


def with_drawing(octets: bytes, drawing: bytes) -> bytes:
    """Draw under the text of the first page."""
    with pikepdf.open(io.BytesIO(octets)) as pdf:
        page = pdf.pages[0].obj
        page.Contents = pdf.make_stream(drawing + page.Contents.read_bytes())
        out = io.BytesIO()
        pdf.save(out, static_id=True)
    return out.getvalue()
