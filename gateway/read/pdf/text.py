"""Text of one loaded PDF page: decoded by its fonts, apart from what the page does not show.

PDFium gives text in the order it is drawn. Editors and signing tools draw what they add last, wherever it stands, so
a mark on a line of its own is put above the text when it stands in the upper half or is set large.
"""

from __future__ import annotations

import ctypes
import re
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from pypdfium2 import raw

from gateway.read.pdf.fonts import decode_runs
from gateway.read.pdf.hidden import Sight, find_hidden, take_off
from gateway.read.pdf.replaced import drop_replacements
from gateway.read.vietnamese.syllables import is_plain_syllable, is_syllable

if TYPE_CHECKING:
    from gateway.read.pdf.contents import PagePlan

_FONT_NAME = 256
_ODD = re.compile("[\ufffd\ufffe\uffff\ue000-\uf8ff\x00-\x08\x0e-\x1f\x7f-\x9f]")
"""What stands for letters a font does not name."""
_ODD_SHARE = 0.2
_WORD = re.compile(r"[^\W\d_]{2,7}")
_WORDS_JUDGED = 300
_FEWEST_WORDS = 10
_SYLLABLE_SHARE = 0.15
"""Of the words of a text that is no language: Vietnamese has nearly all, English a quarter."""
_MARK = re.compile(
    r"^[^\w\n]{0,12}(?:(?:T ?U ?Y ?Ệ ?T {1,4}|T ?Ố ?I {1,4})?M ?Ậ ?T|H ?(?:Ỏ ?A|O ?Ả) {1,4}T ?Ố ?C|"
    r"(?:THƯỢNG {1,4})?K ?H ?Ẩ ?N)[^\w\n]{0,12}$",
    re.MULTILINE,
)
_MARKS = 20
_LARGE = 14.0
"""Points; the body of an official document has 13 or 14 (Decree 30/2020 Appendix I)."""


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
    is_unreadable: bool = False
    """There is text, and no letters can be made of it."""


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


def read_page_text(pdf: Any, page: Any, how: Closeness) -> PageText:
    """Read the text of a loaded page; hidden letters and replacement texts are taken off the page in memory."""
    with closing(page.get_textpage()) as text_page:
        whole, charsets = _letters(text_page, how)
        sight = Sight(how.is_scan, how.number in how.plan.clipped, how.plan.layers_off)
        hidden = find_hidden(pdf, page, text_page, sight) if whole and not whole.isspace() else None
        pieces = hidden.pieces if hidden else []
        if not pieces:
            marks = _raised(text_page, whole, page)
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
        charsets=charsets,
        is_unreadable=_is_unreadable(whole, is_unmapped=how.is_unmapped),
    )


def _again(page: Any, how: Closeness) -> tuple[str, list[str]]:
    """Read the text of a page anew, and its marks."""
    with closing(page.get_textpage()) as text_page:
        text, _ = _letters(text_page, how)
        return text, _raised(text_page, text, page)


def _alike(text: str) -> str:
    """Letters and digits only, in which texts are compared."""
    return "".join(filter(str.isalnum, text))


def _letters(text_page: Any, how: Closeness) -> tuple[str, frozenset[str]]:
    """Text with line feeds, decoded by its fonts where the file has legacy ones."""
    count = min(text_page.count_chars(), max(how.limit, 0))
    if not count:
        return "", frozenset()
    if not how.plan.has_legacy_fonts:
        return text_page.get_text_range(0, count).replace("\r\n", "\n"), frozenset()
    buffer, flags = ctypes.create_string_buffer(_FONT_NAME), ctypes.c_int()
    characters, fonts = [], []
    known: dict[bytes, str] = {}
    for place in range(count):
        length = raw.FPDFText_GetFontInfo(text_page, place, buffer, _FONT_NAME, flags)
        name = buffer.raw[: length - 1] if 0 < length <= _FONT_NAME else b""
        fonts.append(known.setdefault(name, name.decode("utf-8", "replace")))
        characters.append(chr(min(raw.FPDFText_GetUnicode(text_page, place), 0x10FFFF)))
    text, charsets = decode_runs(characters, fonts)
    return text.replace("\r\n", "\n"), charsets


def _raised(text_page: Any, text: str, page: Any) -> list[str]:
    """Find marks on lines of their own that stand in the upper half of the page, or are set large."""
    found = []
    for match, _ in zip(_MARK.finditer(text), range(_MARKS), strict=False):
        # Decoding may have joined characters, so the place is as good as the share of the text before it.
        place = match.end() - 1 + text.count("\n", 0, match.end())
        if _is_prominent(text_page, place, page):
            found.append(match[0].strip())
    return found


def _is_prominent(text_page: Any, place: int, page: Any) -> bool:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    box = raw.FS_RECTF()
    if not raw.FPDFText_GetCharBox(text_page, place, left, right, bottom, top):
        return True
    raw.FPDF_GetPageBoundingBox(page, box)
    is_upright = raw.FPDFPage_GetRotation(page) == 0
    is_upper = bottom.value >= (box.bottom + box.top) / 2
    return not is_upright or is_upper or raw.FPDFText_GetFontSize(text_page, place) >= _LARGE


def _is_unreadable(text: str, *, is_unmapped: bool) -> bool:
    """Does the text layer hold something that is no writing?"""
    letters = len(text) - sum(map(text.count, " \n\r\t"))
    if letters < _FEWEST_WORDS:
        return False
    if len(_ODD.findall(text)) >= _ODD_SHARE * letters:
        return True
    if not is_unmapped:
        return False
    words = [word.lower() for word, _ in zip(_WORD.findall(text), range(_WORDS_JUDGED), strict=False)]
    good = sum(is_plain_syllable(word) if word.isascii() else is_syllable(word) for word in words)
    return len(words) < letters / 40 or (len(words) >= _FEWEST_WORDS and good < _SYLLABLE_SHARE * len(words))
