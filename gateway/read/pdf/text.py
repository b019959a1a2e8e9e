"""Text of one loaded PDF page: decoded by its fonts, apart from what the page does not show.

PDFium gives text in the order it is drawn. Editors and signing tools draw what they add last, wherever it stands, so
a mark on a line of its own is put above the text when it stands in the upper half or is set large, a mark in a cell
when its row is one of the first by place and not by order, and so are the few words of a watermark.
"""

from __future__ import annotations

import ctypes
import re
from bisect import bisect_left
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from pypdfium2 import raw

from gateway.read.pdf.fonts import decode_runs
from gateway.read.pdf.hidden import Sight, find_hidden, take_off
from gateway.read.pdf.lines import HYPHEN, MAX_LINES, write
from gateway.read.pdf.paragraphs import arrange
from gateway.read.pdf.replaced import drop_replacements
from gateway.read.vietnamese.levels import ends_in_first_half
from gateway.read.vietnamese.normalise import strip_marks
from gateway.read.vietnamese.syllables import is_plain_syllable, is_syllable

if TYPE_CHECKING:
    from gateway.read.pdf.contents import PagePlan
    from gateway.read.pdf.lines import Row, Segments

_FONT_NAME = 256
_ODD = re.compile("[\ufffd\ufffe\uffff\ue000-\uf8ff\x00-\x08\x0e-\x1f\x7f-\x9f]")
"""What stands for letters a font does not name."""
_ODD_SHARE = 0.2
_ODD_WORD = re.compile(rf"(?:[^\W\d_]|{_ODD.pattern}){_ODD.pattern}")
"""Where such a one ends or is part of a word; alone or before one it is a bullet of a symbol font."""
_WORD = re.compile(r"[^\W\d_]{2,7}")
_WORDS_JUDGED = 300
_FEWEST_WORDS = 10
_SYLLABLE_SHARE = 0.15
"""Of the words of a text that is not Vietnamese; English has a seventh to a quarter."""
_VOWEL = re.compile("[aeiouy]")
_VOWEL_SHARE = 0.5
"""Of short words, with a vowel: languages of Latin letters have nine in ten, lists of products six, glyph numbers 3."""
_DIGIT_SHARE = 0.55
"""Of a table of numbers or codes; capitals without a map give two digits in five."""
_OTHER_SCRIPT = re.compile("[\u0370-\u1dff\u2c00-\ud7ff\uf900-\uffdc]")
"""Letters of other scripts: glyph numbers come out as controls and Latin, seldom higher."""
_MARK = re.compile(
    r"[^\w\n]{0,12}(?:(?:T ?U ?Y ?Ệ ?T {1,4}|T ?Ố ?I {1,4})?M ?Ậ ?T|H ?(?:Ỏ ?A|O ?Ả) {1,4}T ?Ố ?C|"
    r"(?:THƯỢNG {1,4})?K ?H ?Ẩ ?N)[^\w\n]{0,12}"
)
_MARKS = 20
_MARK_CHARACTERS = 60
_LARGE = 14.0
"""Points; the body of an official document has 13 or 14 (Decree 30/2020 Appendix I)."""
_WATERMARK, _WATERMARK_CHARACTERS = 20.0, 40
"""Least size of letters that run aslant, and the most there are of them."""
_HEAD_ROWS = 15
"""Rows at the top of a page where its marks stand (as MARK_LINES of the detectors)."""


class PageText(NamedTuple):
    """What one page says."""

    shown: str = ""
    """What it shows, marks of its upper half first."""
    withheld: tuple[str, ...] = ()
    """What it holds besides: its whole text, and each piece that is hidden or replaced."""
    hidden_characters: int = 0
    ways: frozenset[str] = frozenset()
    """How text is hidden, in the words of `pdf_hidden`; `replaced` by another for whoever copies it."""
    charsets: frozenset[str] = frozenset()
    """Legacy charsets decoded by the names of fonts."""
    has_outlines: bool = False
    """It draws curves as large as the letters of a watermark."""
    has_pictures: bool = False
    """Pictures, or forms that may hold some, stand on it, those of annotations among them."""
    is_unreadable: bool = False
    """There is text, and no letters can be made of it."""
    is_unread: bool = False
    """Its texts are too many, and in too odd an order, to be read."""
    is_doubtful: bool = False
    """Some letters of it may be others than the page shows: a font does not say what they are, or says no letters."""
    is_bare: bool = False
    """It is a picture of paper, and what text lies on it is none of what the picture shows."""


@dataclass(frozen=True, slots=True)
class Closeness:
    """How closely one page is looked at."""

    limit: int
    """Characters."""
    is_scan: bool
    plan: PagePlan
    number: int
    is_unmapped: bool
    """Some font of the file does not say what its letters are."""
    rows: int = MAX_LINES
    """Rows whose place on the page matters."""


def read_page_text(pdf: Any, page: Any, how: Closeness) -> PageText:
    """Read the text of a loaded page; hidden letters and replacement texts are taken off the page in memory."""
    with closing(page.get_textpage()) as text_page:
        said = _letters(text_page, how)
        whole = said.text
        sight = Sight(how.is_scan, how.number in how.plan.clipped, how.plan.layers_off)
        hidden = find_hidden(pdf, page, text_page, sight) if whole and not whole.isspace() else None
        pieces = hidden.pieces if hidden else []
        if not pieces:
            marks = _raised(text_page, said, page)
    ways = set(hidden.ways) if hidden else set()
    shown, withheld = whole, []
    if hidden and pieces:
        take_off(page, hidden.texts)
        withheld = [whole, *pieces]
    if how.number in how.plan.replacing and drop_replacements(page):
        pieces = pieces or [""]
    if pieces:
        shown, marks = _again(page, how)
        if _alike(shown) != _alike(whole) and not (hidden and hidden.texts):
            withheld, ways = [whole], {*ways, "replaced"}
    return PageText(
        shown="\n".join([*marks, shown]) if marks else shown,
        withheld=tuple(piece for piece in withheld if piece.strip()),
        hidden_characters=max(0, len(_alike(whole)) - len(_alike(shown))) if hidden and hidden.texts else 0,
        ways=frozenset(ways if withheld or "unchecked" in ways else ()),
        charsets=said.charsets,
        is_unreadable=_is_unreadable(whole, is_unmapped=how.is_unmapped),
        is_doubtful=bool(whole.strip()) and (how.is_unmapped or _ODD_WORD.search(whole) is not None),
    )


def _again(page: Any, how: Closeness) -> tuple[str, list[str]]:
    """Read the text of a page anew, and its marks."""
    with closing(page.get_textpage()) as text_page:
        said = _letters(text_page, how)
        return said.text, _raised(text_page, said, page)


def _alike(text: str) -> str:
    """Letters and digits only, in which texts are compared."""
    return "".join(filter(str.isalnum, text))


class _Said(NamedTuple):
    """The text of a page, and where its rows stand."""

    text: str = ""
    charsets: frozenset[str] = frozenset()
    rows: tuple[Row, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()
    """Of each row."""


def _letters(text_page: Any, how: Closeness) -> _Said:
    """Text with line feeds behind paragraphs, decoded by its fonts where the file has legacy ones."""
    count = min(text_page.count_chars(), max(how.limit, 0))
    if not count:
        return _Said()
    plain = text_page.get_text_range(0, count)
    fonts: list[str] | None = None
    if how.plan.has_legacy_fonts or len(plain) != count:
        characters = [chr(min(raw.FPDFText_GetUnicode(text_page, place), 0x10FFFF)) for place in range(count)]
        plain = "".join(characters)
        fonts = _fonts(text_page, count) if how.plan.has_legacy_fonts else None
    segments, rows = arrange(text_page, plain, how.rows)
    if fonts is None:
        return _Said(write(plain, segments), frozenset(), tuple(rows), tuple(row.cells(plain) for row in rows))
    return _decoded(plain, fonts, segments, rows)


def _fonts(text_page: Any, count: int) -> list[str]:
    """Name the font of each character."""
    buffer, flags = ctypes.create_string_buffer(_FONT_NAME), ctypes.c_int()
    fonts = []
    known: dict[bytes, str] = {}
    for place in range(count):
        length = raw.FPDFText_GetFontInfo(text_page, place, buffer, _FONT_NAME, flags)
        name = buffer.raw[: length - 1] if 0 < length <= _FONT_NAME else b""
        fonts.append(known.setdefault(name, name.decode("utf-8", "replace")))
    return fonts


def _decoded(plain: str, fonts: list[str], segments: Segments, rows: list[Row]) -> _Said:
    """Decode the segments, and the cells of the rows, by their fonts."""
    characters, own = [], []
    for start, end, mark in segments:
        characters += [*plain[start:end], *mark]
        own += [*fonts[start:end], *("" for _ in mark)]
    text, charsets = decode_runs(characters, own)
    cells = []
    for row in rows:
        decoded, _ = decode_runs(list(plain[row.start : row.end]), fonts[row.start : row.end])
        # Decoding needs the font of each letter, which rows of several cells are not asked for.
        cells.append(row.cells(plain) if row.tabs or row.is_sorted else (decoded,))
    return _Said(text.replace(HYPHEN, "-"), charsets, tuple(rows), tuple(cells))


def _raised(text_page: Any, said: _Said, page: Any) -> list[str]:
    """Find what belongs above the text: marks drawn out of their place, marks set large, and watermarks."""
    found: list[str] = []
    bases = None
    for number, (row, cells) in enumerate(zip(said.rows, said.cells, strict=True)):
        if len(found) >= _MARKS:
            break
        if row.angle % 90 and row.size >= _WATERMARK and row.end - row.start <= _WATERMARK_CHARACTERS:
            found.append(" ".join(cells).strip())
        for cell in () if row.goes_on else cells:
            if len(cell) > _MARK_CHARACTERS or not _MARK.fullmatch(cell):
                continue
            if len(cells) == 1:
                # a centred title may break inside the word: `… TOÀN VÀ BẢO` / `MẬT`
                above = said.cells[number - 1][-1] if number else ""
                is_due = not ends_in_first_half(above.lower()) and _is_prominent(text_page, row, page)
            else:
                bases = sorted(one.base for one in said.rows) if bases is None else bases
                is_due = number >= _HEAD_ROWS > bisect_left(bases, row.base)
            found += [cell.strip()] if is_due else []
    return found


def _is_prominent(text_page: Any, row: Row, page: Any) -> bool:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    box = raw.FS_RECTF()
    if not raw.FPDFText_GetCharBox(text_page, row.end - 1, left, right, bottom, top):
        return True
    raw.FPDF_GetPageBoundingBox(page, box)
    is_upright = raw.FPDFPage_GetRotation(page) == 0
    is_upper = bottom.value >= (box.bottom + box.top) / 2
    return not is_upright or is_upper or row.size >= _LARGE


def _is_unreadable(text: str, *, is_unmapped: bool) -> bool:
    """Does the text layer hold something that is no writing?"""
    letters = len(text) - sum(map(text.count, " \n\r\t"))
    if letters < _FEWEST_WORDS:
        return False
    if len(_ODD.findall(text)) >= _ODD_SHARE * letters:
        return True
    if not is_unmapped:
        return False
    if sum(map(str.isdigit, text)) >= _DIGIT_SHARE * letters or len(_OTHER_SCRIPT.findall(text)) >= letters / 2:
        return False
    words = [word.lower() for word, _ in zip(_WORD.findall(text), range(_WORDS_JUDGED), strict=False)]
    if len(words) < letters / 40:
        return True
    good = sum(is_plain_syllable(word) if word.isascii() else is_syllable(word) for word in words)
    voiced = sum(_VOWEL.search(strip_marks(word)) is not None for word in words)
    is_language = good >= _SYLLABLE_SHARE * len(words) or voiced >= _VOWEL_SHARE * len(words)
    return len(words) >= _FEWEST_WORDS and not is_language
