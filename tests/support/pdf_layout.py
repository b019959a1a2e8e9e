"""Pages of PDF set word by word: the layouts of letter heads, in the shapes in which word processors draw text.

Letters have the widths of Times, nearly, and are mapped to Unicode, so that any Vietnamese text can be set and measured. A page is a list of `Words`: a text, where its baseline begins, and its size.
"""

from __future__ import annotations

import io
import math
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

import pikepdf
from pikepdf import Array, Dictionary, Name

A4 = (595.0, 842.0)
LEFT, RIGHT = 85.0, 538.0
"""Margins of an official document (Decree 30/2020 Appendix I): 30 mm and 20 mm."""
_NAMES = {
    " ": "space", "0": "zero", "1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "7": "seven",
    "8": "eight", "9": "nine", ".": "period", ",": "comma", ":": "colon", ";": "semicolon", "/": "slash",
}  # fmt: skip
_NARROW, _WIDE, _CAPITAL = "fijlrtI.,:;!|'()-/ ", "mwM", 0.68


@dataclass(frozen=True)
class Words:
    """One piece of text on a page."""

    text: str
    x: float
    y: float
    size: float = 13.0
    stretch: float = 0.0
    """Points added to every blank, as in a justified line."""


def width_of(letter: str) -> float:
    """Of the em, nearly that of Times."""
    base = unicodedata.normalize("NFD", letter.replace("đ", "d").replace("Đ", "D"))[0]
    if base == " ":
        return 0.25
    if base in _WIDE:
        return 0.85
    if base in _NARROW:
        return 0.31
    return _CAPITAL if base.isupper() else 0.5 if base.isdigit() else 0.47


def length(text: str, size: float = 13.0) -> float:
    """Points a text takes."""
    return sum(map(width_of, text)) * size


def centred(text: str, middle: float, y: float, size: float = 13.0) -> Words:
    """Set a text around a middle."""
    return Words(text, middle - length(text, size) / 2, y, size)


def ending(text: str, right: float, y: float, size: float = 13.0) -> Words:
    """Set a text so that it ends at a margin."""
    return Words(text, right - length(text, size), y, size)


def paragraph(
    text: str,
    top: float,
    left: float = LEFT,
    right: float = RIGHT,
    *,
    size: float = 13.0,
    indent: float = 0.0,
    leading: float = 1.3,
    is_justified: bool = True,
) -> list[Words]:
    """Break a paragraph into lines as a word processor does; all but the last are stretched to the measure."""
    broken: list[list[str]] = [[]]
    for word in text.split():
        room = right - left - (indent if len(broken) == 1 else 0.0)
        if broken[-1] and length(" ".join([*broken[-1], word]), size) > room:
            broken.append([])
        broken[-1].append(word)
    found = []
    for number, words in enumerate(broken):
        start = left + (0.0 if number else indent)
        line = " ".join(words)
        free = right - start - length(line, size)
        stretch = free / (len(words) - 1) if is_justified and number + 1 < len(broken) and len(words) > 1 else 0.0
        found.append(Words(line, start, top - number * leading * size, size, stretch))
    return found


Codes = dict[str, int]
Shape = Callable[[Words, Codes], str]


def _coded(text: str, codes: dict[str, int]) -> str:
    return "<" + "".join(f"{codes[letter]:02x}" for letter in text) + ">"


def whole_lines(one: Words, codes: Codes) -> str:
    """One string a piece; blanks stretched by an array, as LibreOffice does."""
    if one.stretch:
        return kerned(one, codes)
    return f"BT /F1 {one.size:g} Tf 1 0 0 1 {one.x:.2f} {one.y:.2f} Tm {_coded(one.text, codes)} Tj ET\n"


def kerned(one: Words, codes: Codes) -> str:
    """An array of letters with small kerning between, and the stretch behind blanks."""
    drawn = []
    for number, letter in enumerate(one.text):
        drawn.append(_coded(letter, codes))
        drawn.append(f"{-1000 * one.stretch / one.size if letter == ' ' else (number % 3 - 1) * 8:.1f}")
    return f"BT /F1 {one.size:g} Tf 1 0 0 1 {one.x:.2f} {one.y:.2f} Tm [{' '.join(drawn)}] TJ ET\n"


def by_word(one: Words, codes: Codes, *, has_blanks: bool = True) -> str:
    """A text object a word, with the blank behind it or a mere gap, in a font of size one as Word's printers do."""
    drawn, x = "", one.x
    for word in one.text.split(" "):
        said = word + " " * has_blanks
        drawn += f"BT /F1 1 Tf {one.size:g} 0 0 {one.size:g} {x:.2f} {one.y:.2f} Tm {_coded(said, codes)} Tj ET\n"
        x += length(word + " ", one.size) + one.stretch
    return drawn


def by_gap(one: Words, codes: Codes) -> str:
    """Words without blanks."""
    return by_word(one, codes, has_blanks=False)


def by_letter(one: Words, codes: Codes) -> str:
    """A text object a letter; blanks are gaps."""
    drawn, x = f"BT /F1 {one.size:g} Tf\n", one.x
    for letter in one.text:
        if letter != " ":
            drawn += f"1 0 0 1 {x:.2f} {one.y:.2f} Tm {_coded(letter, codes)} Tj\n"
        x += length(letter, one.size) + (one.stretch if letter == " " else 0.0)
    return drawn + "ET\n"


SHAPES: dict[str, Shape] = {
    "lines": whole_lines, "kerned": kerned, "words": by_word, "gaps": by_gap, "letters": by_letter,
}  # fmt: skip


def document(
    *pages: list[Words], shape: Shape = whole_lines, turn: int = 0, aslant: tuple[Words, int] | None = None
) -> bytes:
    """Make a file of these pages.

    `turn` lays the page on its side as /Rotate does, the words standing upright again; `aslant` is drawn first, at an
    angle in degrees.
    """
    pdf = pikepdf.new()
    every = [one for page in pages for one in page] + ([aslant[0]] if aslant else [])
    letters = sorted({letter for one in every for letter in one.text} | {" "})
    codes = {letter: 33 + place for place, letter in enumerate(letters)}
    font = _font(pdf, codes)
    for words in pages:
        content = "".join(shape(one, codes) for one in words).encode("ascii")
        if aslant:
            content = _turned(shape(replace(aslant[0], x=0, y=0), codes), *aslant) + content
        width, height = A4
        if turn:
            around = {90: (0, 1, -1, 0, height, 0), 180: (-1, 0, 0, -1, width, height), 270: (0, -1, 1, 0, 0, width)}
            numbers = " ".join(map(str, around[turn])).encode()
            content = b"q " + numbers + b" cm\n" + content + b"Q\n"
        page = pdf.add_blank_page(page_size=A4 if turn in {0, 180} else A4[::-1])
        page.obj.Resources = Dictionary(Font=Dictionary({"/F1": font}))
        page.obj.Contents = pdf.make_stream(content)
        if turn:
            page.obj.Rotate = turn
    out = io.BytesIO()
    pdf.save(out, static_id=True, compress_streams=True)
    return out.getvalue()


def _turned(drawn: str, one: Words, angle: int) -> bytes:
    across, up = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return f"q {across:.6f} {up:.6f} {-up:.6f} {across:.6f} {one.x:g} {one.y:g} cm\n{drawn}Q\n".encode("ascii")


def moved(words: list[Words], down: float) -> list[Words]:
    """The same words lower on the page."""
    return [replace(one, y=one.y - down) for one in words]


def _font(pdf: pikepdf.Pdf, codes: Codes) -> pikepdf.Object:
    """A font of one octet a letter, drawn as the bare letters every reader has."""
    bare = [unicodedata.normalize("NFD", one.replace("đ", "d").replace("Đ", "D"))[0] for one in codes]
    names = [_NAMES.get(one, one if one.isalpha() and one.isascii() else "hyphen") for one in bare]
    pairs = "".join(f"<{code:02x}> <{ord(letter):04x}>\n" for letter, code in codes.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n1 begincodespacerange <00> <ff> "
        f"endcodespacerange\n{len(codes)} beginbfchar\n{pairs}endbfchar\nendcmap end end"
    )
    return pdf.make_indirect(Dictionary(
        Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name("/Times-Roman"), FirstChar=33, LastChar=32 + len(codes),
        Widths=Array([round(width_of(letter) * 1000) for letter in codes]),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([33, *(Name("/" + name) for name in names)])),
        ToUnicode=pdf.make_stream(cmap.encode()),
    ))  # fmt: skip
