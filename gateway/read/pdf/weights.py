"""Weights of PDF contents before PDFium loads them: how much there is to draw, its forms as often as they are drawn.

PDFium cannot be interrupted. A form that draws a form ten times, which draws another ten times, multiplies; and some
operators cost far more than their octets say, so each content has a load beside its length.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import pikepdf

from gateway.read.pdf.alike import inherited
from gateway.read.pdf.inflation import inflate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_PAGE_OCTETS = 6_000_000
"""Load of one page: a second and 200 MB in PDFium at worst; print has some hundred thousand."""
_MOST = 1 << 40
"""Weights beyond are all alike."""
_FORM_DEPTH = 30
"""Forms in one another; PDFium follows some more, and what lies deeper counts as too much."""
_FORM_OCTETS = 256
"""What drawing a form costs beside its content: PDFium needs 45 microseconds for one, measured."""
_FORMS = 20_000
"""Forms weighed in one file."""
_WORD = 24
"""Octets that cost as much as a piece of text, one letter of it, or a state that is kept: PDFium needs 3 microseconds
and 600 octets for one, measured."""
_ANNOTATIONS = 500
_STREAMS = 5_000
"""Pieces of the content of one page."""
_KEPT_OCTETS = 16_000_000
"""Unpacked pieces of contents kept while pages are weighed: many pages may name the same."""
_ODD_FILTER_OCTETS = 100_000
"""Streams packed otherwise than by deflate are unpacked up to this length only."""
_DO = re.compile(rb"/([^\s/<>\[\]()%{}]{1,127})\s{1,9}Do(?![A-Za-z])")
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
_HEXADECIMAL = re.compile(rb"<[0-9A-Fa-f\s]{1,}+>")
_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_RANGE = re.compile(rb"<([0-9A-Fa-f]{1,8})>\s*<([0-9A-Fa-f]{1,8})>\s*[<\[]")
_LONG = re.compile(rb"<[0-9A-Fa-f\s]{9,}+>")
_WHOLE_RANGE = 54
"""Octets that cost as much as one line of a map that maps every code."""
_INLINE = re.compile(rb"\b(BI)\b|\bID\b|/(?:W|Width|H|Height)\s{0,9}(\d{1,9})")
_PICTURE, _PIXELS = 60, 100
"""Octets that cost as much as one of them, and pixels that cost as much as an octet."""
_FONTS = 1_000
"""Fonts of one dictionary of resources; more are too much."""
_SHOWING = (b"Tj", b"TJ", b"'", b'"')
"""Operators that show text, or letters like them."""


class Weight(NamedTuple):
    """What a content costs."""

    octets: int
    """With forms, as often as they are drawn."""
    load: int
    """The same, with what costs more than its octets counted as so many more."""
    letters: int = 0
    """Codes of letters it shows, at most."""
    words: int = 0
    """Pieces of text, at most."""

    def plus(self, other: Weight, times: int = 1) -> Weight:
        """Add another, so many times."""
        return Weight(*(min(own + times * more, _MOST) for own, more in zip(self, other, strict=True)))


NOTHING, _TOO_MUCH = Weight(0, 0), Weight(_MOST, _MOST)


def _weight_of(plain: bytes) -> Weight:
    """Weigh one content by its operators."""
    words = sum(map(plain.count, _SHOWING))
    kept = max(0, plain.count(b"q") - plain.count(b"Q"))
    load = len(plain) + _WORD * (words + kept)
    if load > MAX_PAGE_OCTETS:
        return Weight(len(plain), load, 0, words)  # its letters make no difference, and take a tenth of a second
    letters = _letters_of(plain) if words else 0
    load += _WORD * letters
    if b"BI" in plain:
        load += _load_of_pictures(plain)
    return Weight(len(plain), load, letters, words)


def _letters_of(plain: bytes) -> int:
    """Count the octets of all strings: a string may hold brackets in pairs (ISO 32000-1 section 7.3.4.2)."""
    if b"\\" in plain:
        plain = _ESCAPE.sub(b"x", plain)
    letters, depth = sum(map(len, _HEXADECIMAL.findall(plain))) // 2, 0
    for piece in plain.split(b")"):
        begun = piece.count(b"(")
        if depth:
            letters += len(piece)
        elif begun:
            letters += len(piece) - piece.find(b"(") - 1
        depth = max(depth + begun - 1, 0)
    return letters


def _load_of_pictures(plain: bytes) -> int:
    """Weigh the pictures a content holds itself: PDFium makes room for the pixels of each to find its end."""
    load, pixels, side = plain.count(b"BI") * _PICTURE, 0, 0
    if load > MAX_PAGE_OCTETS:
        return load
    for match in _INLINE.finditer(plain):
        if match[2]:
            pixels, side = pixels + side * int(match[2]), int(match[2])
        elif not match[1]:
            load, pixels, side = load + pixels // _PIXELS, 0, 0
    return min(load + pixels // _PIXELS, _MOST)


class _Map(NamedTuple):
    """What a map from codes to letters costs (ISO 32000-1 section 9.10.3)."""

    load: int
    longest: int
    """Letters that one code stands for; ligatures have three."""


def _map_of(plain: bytes) -> _Map:
    """Weigh a map: whole ranges take PDFium 9 microseconds a line, single letters next to nothing."""
    spans = sum(abs(int(last, 16) - int(first, 16)) & 0xFFFF for first, last in _RANGE.findall(plain))
    longest = max(map(len, _LONG.findall(plain)), default=0)
    return _Map(len(plain) // 4 + spans * _WHOLE_RANGE // 0x10000, max(1, longest // 4))


def weight_of(form: Any) -> int:
    """Weigh one form alone: octets of content that drawing it costs."""
    return Weights().form(form, None, 0).octets


class Weights:
    """Weights of the pages, forms and fonts of one file, each taken once."""

    def __init__(self) -> None:
        """Begin with nothing weighed."""
        self._known: dict[tuple[int, int], Weight] = {}
        self._forms = 0
        self._pieces: dict[tuple[int, int], bytes] = {}
        self._room = _KEPT_OCTETS
        self._fonts: dict[tuple[int, int], Weight] = {}
        self._maps: dict[tuple[int, int], _Map] = {}
        self._longest = 1
        self._owed = 0
        """Load of the maps of fonts first met on this page: a font is loaded once."""

    def page(self, page: pikepdf.Dictionary) -> tuple[Weight, bytes]:
        """Weigh one page with the appearances of its annotations, which are drawn with it; give its content, too.

        Of one that is too much no more than its beginning is unpacked.
        """
        plain = self._joined(page)
        if len(plain) > MAX_PAGE_OCTETS:
            return Weight(len(plain), len(plain)), plain
        resources = inherited(page, "/Resources")
        weight = _weight_of(plain).plus(self._drawn(plain, resources, 0))
        for appearance in _appearances(page):
            weight = weight.plus(self.form(appearance, resources, 0))
        load = weight.load + _WORD * weight.letters * (self._longest - 1) + self._owed
        self._owed = 0
        return weight._replace(load=load), plain

    def _joined(self, page: pikepdf.Dictionary) -> bytes:
        """Unpack the pieces of a content, no further than one beyond the limit."""
        pieces, octets = [], 0
        for stream in islice(_streams(page), _STREAMS):
            place = stream.objgen
            piece = self._pieces.get(place)
            if piece is None:
                piece = _plain(stream, MAX_PAGE_OCTETS)
                self._room -= len(piece)
                if self._room > 0:
                    self._pieces[place] = piece
            pieces.append(piece)
            octets += len(piece) + 1
            if octets > MAX_PAGE_OCTETS:
                break
        return b"\n".join(pieces)

    def _drawn(self, plain: bytes, resources: Any, depth: int, *, has_fonts: bool = True) -> Weight:
        """Weigh the forms a content draws, and the letters of its fonts that are drawn by contents of their own."""
        if not isinstance(resources, pikepdf.Dictionary):
            return NOTHING
        weight = NOTHING
        objects = resources.get("/XObject")
        if isinstance(objects, pikepdf.Dictionary):
            for name, times in Counter(_DO.findall(plain)).items():
                thing = objects.get("/" + _HEX.sub(_octet, name).decode("latin-1"))
                if isinstance(thing, pikepdf.Stream) and thing.stream_dict.get("/Subtype") == pikepdf.Name.Form:
                    weight = weight.plus(self.form(thing, resources, depth), times)
        fonts = resources.get("/Font") if has_fonts else None
        if isinstance(fonts, pikepdf.Dictionary):
            weight = weight.plus(self._once(fonts, partial(self._letters_of_all, fonts, resources, depth)))
        return weight

    def _once(self, thing: Any, weigh: Callable[[], Weight]) -> Weight:
        """Weigh what many contents have in common once."""
        place = thing.objgen
        if place == (0, 0):
            return weigh()
        if place not in self._fonts:
            self._fonts[place] = weigh()
        return self._fonts[place]

    def _letters_of_all(self, fonts: pikepdf.Dictionary, resources: Any, depth: int) -> Weight:
        """Weigh the drawn letters of fonts (Type 3)."""
        weight = _TOO_MUCH if len(fonts) > _FONTS else NOTHING
        for font in islice(fonts.values(), _FONTS):
            if isinstance(font, pikepdf.Dictionary):
                weight = weight.plus(self._once(font, partial(self._letters, font, resources, depth)))
        return weight

    def _letters(self, font: pikepdf.Dictionary, resources: Any, depth: int) -> Weight:
        self._charge_map(font.get("/ToUnicode"))
        letters: Any = font.get("/CharProcs")
        weight = NOTHING
        for letter in islice(letters.values(), 256) if isinstance(letters, pikepdf.Dictionary) else ():
            if isinstance(letter, pikepdf.Stream):
                weight = weight.plus(self.form(letter, font.get("/Resources", resources), depth, is_letter=True))
        return weight

    def _charge_map(self, stream: Any) -> None:
        if isinstance(stream, pikepdf.Stream):
            found = self._maps.get(stream.objgen)
            if found is None:
                found = self._maps[stream.objgen] = _map_of(_plain(stream, MAX_PAGE_OCTETS))
            self._owed += found.load
            self._longest = max(self._longest, found.longest)

    def form(self, form: Any, around: Any, depth: int, *, is_letter: bool = False) -> Weight:
        """Weigh one form or letter, with the resources around it where it has none of its own.

        One that draws itself counts as too much: PDFium draws it once on a page, but when the page is an annotation's
        appearance made part of it, without end.
        """
        place = form.objgen
        if place in self._known:
            return self._known[place]
        self._forms += 1
        if depth >= _FORM_DEPTH or self._forms > _FORMS:
            return _TOO_MUCH
        self._known[place] = _TOO_MUCH
        plain = _plain(form, MAX_PAGE_OCTETS)
        inner = form.stream_dict.get("/Resources", around)
        # A letter is drawn with the fonts around it in sight, its own among them, and uses none of them as a rule.
        weight = _weight_of(plain).plus(Weight(_FORM_OCTETS, _FORM_OCTETS))
        self._known[place] = weight.plus(self._drawn(plain, inner, depth + 1, has_fonts=not is_letter))
        return self._known[place]


def _octet(match: re.Match[bytes]) -> bytes:
    return bytes([int(match[1], 16)])


def _streams(page: pikepdf.Dictionary) -> Iterator[Any]:
    contents = page.get("/Contents")
    for one in contents if isinstance(contents, pikepdf.Array) else (contents,):
        if isinstance(one, pikepdf.Stream):
            yield one


def _appearances(page: pikepdf.Dictionary) -> Iterator[Any]:
    annotations = page.get("/Annots")
    for one in islice(annotations, _ANNOTATIONS) if isinstance(annotations, pikepdf.Array) else ():
        appearance = one.get("/AP") if isinstance(one, pikepdf.Dictionary) else None
        normal = appearance.get("/N") if isinstance(appearance, pikepdf.Dictionary) else None
        if isinstance(normal, pikepdf.Stream):
            yield normal
        elif isinstance(normal, pikepdf.Dictionary):
            yield from (state for state in islice(normal.values(), 10) if isinstance(state, pikepdf.Stream))


def _plain(stream: Any, limit: int) -> bytes:
    """Unpack a content; one that is longer than `limit`, or packed in a way not looked into, weighs as much."""
    filters = stream.stream_dict.get("/Filter")
    if isinstance(filters, pikepdf.Array) and len(filters) == 1:
        filters = filters[0]
    try:
        octets = stream.read_raw_bytes()
    except pikepdf.PdfError:
        return b""
    if filters is None or (isinstance(filters, pikepdf.Array) and not len(filters)):
        return bytes(octets[: limit + 1])
    if filters in (pikepdf.Name.FlateDecode, pikepdf.Name.Fl):
        return inflate(octets, limit + 1)
    if len(octets) > _ODD_FILTER_OCTETS:
        return b" " * (limit + 1)
    try:
        return bytes(stream.get_stream_buffer())[: limit + 1]
    except pikepdf.PdfError:
        return b""
