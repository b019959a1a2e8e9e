"""Contents of PDF pages before PDFium loads them: how much there is to draw, and what needs a closer look.

PDFium cannot be interrupted. Two megabytes of operators take it half a second and 200 MB, and a form that draws
a form ten times, which draws another ten times, multiplies; so every page is weighed first, its forms as often as
they are drawn.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import pikepdf

from gateway.read.pdf.inflation import inflate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.budget import Budget

MAX_PAGE_OCTETS = 6_000_000
"""Expanded content of one page: about a second and half a gigabyte in PDFium at worst; print has some ten thousand."""
_MOST = 1 << 40
"""Weights beyond are all alike."""
_FORM_DEPTH = 30
"""Forms in one another; PDFium follows some more, and what lies deeper counts as too much."""
_FORM_OCTETS = 256
"""What drawing a form costs beside its content: PDFium needs 45 microseconds for one, measured."""
_FORMS = 20_000
"""Forms weighed in one file."""
_ANNOTATIONS = 500
_STREAMS = 5_000
"""Pieces of the content of one page."""
_ODD_FILTER_OCTETS = 100_000
"""Streams packed otherwise than by deflate are unpacked up to this length only."""
_DO = re.compile(rb"/([^\s/<>\[\]()%{}]{1,127})\s{1,9}Do(?![A-Za-z])")
_CLIP = re.compile(rb"W\*?\s")
"""An operator that clips, or letters like it: a pattern that begins with a letter is looked for ten times faster."""
_ESCAPED = re.compile(rb"/[A-Za-z]{0,12}#[0-9A-Fa-f]{2}")
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")


class Content(NamedTuple):
    """What one page has to draw."""

    octets: int
    """With forms, as often as they are drawn."""
    clips: bool = False
    """It may clip what it shows."""
    replaces: bool = False
    """It may say other letters than it shows (/ActualText, ISO 32000-1 section 14.9.4)."""

    @property
    def is_heavy(self) -> bool:
        """Is it too much to be loaded?"""
        return self.octets > MAX_PAGE_OCTETS


@dataclass(frozen=True, slots=True)
class PagePlan:
    """Which pages are read, and how closely."""

    principal: tuple[int, ...] = ()
    """From 0: the first pages and the last, whose text speaks for the document."""
    middle: tuple[int, ...] = ()
    """The others that are read, in order: what stands at their top is looked at."""
    unread: int = 0
    """Pages beyond the budget: their text was not looked at."""
    is_over_budget: bool = False
    """A principal page is too heavy to be loaded."""
    clipped: frozenset[int] = frozenset()
    replacing: frozenset[int] = frozenset()
    has_legacy_fonts: bool = False
    layers_off: frozenset[str] = frozenset()

    def within(self, count: int) -> PagePlan:
        """Leave out pages that another reader of the file does not have."""
        if max((*self.principal, *self.middle), default=0) < count:
            return self
        kept = [tuple(number for number in pages if number < count) for pages in (self.principal, self.middle)]
        return replace(self, principal=kept[0], middle=kept[1])


NO_PLAN = PagePlan()


def plan_pages(pdf: pikepdf.Pdf, budget: Budget, *, has_legacy_fonts: bool, may_replace: bool) -> PagePlan:
    """Weigh the pages and decide which to read.

    Args:
        pdf: the open file.
        budget: `pdf_pages_read`, `pdf_text_pages` and `pdf_content_octets` are asked.
        has_legacy_fonts: some font of the file has the name of one.
        may_replace: some object of the file holds a replacement text.
    """
    count, weights = len(pdf.pages), _Weights()
    first = {*range(min(budget.pdf_pages_read - 1, count)), count - 1} - {-1}
    others = [number for number in range(min(count, budget.pdf_text_pages)) if number not in first]
    left, kept, is_over = budget.pdf_content_octets, {}, False
    for number in [*sorted(first), *others]:
        content = weights.content(pdf.pages[number].obj)
        if content.is_heavy or content.octets > left:
            is_over = is_over or number in first
            continue
        left -= content.octets
        kept[number] = content
    return PagePlan(
        principal=tuple(sorted(first & kept.keys())),
        middle=tuple(sorted(kept.keys() - first)),
        unread=count - len(kept),
        is_over_budget=is_over,
        clipped=frozenset(number for number, content in kept.items() if content.clips),
        replacing=frozenset(number for number, content in kept.items() if content.replaces or may_replace),
        has_legacy_fonts=has_legacy_fonts,
        layers_off=_layers_off(pdf),
    )


def weight_of(form: Any) -> int:
    """Weigh one form alone: octets of content that drawing it costs."""
    return _Weights().form(form, None, 0)


class _Weights:
    """Weights of forms, each taken once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], int] = {}
        self._forms = 0

    def content(self, page: pikepdf.Dictionary) -> Content:
        """Weigh one page with the appearances of its annotations, which are drawn with it."""
        plain = b"\n".join(_plain(stream, MAX_PAGE_OCTETS) for stream in islice(_streams(page), _STREAMS))
        if len(plain) > MAX_PAGE_OCTETS:
            return Content(len(plain))
        resources = inherited(page, "/Resources")
        weight = len(plain) + self._drawn(plain, resources, 0)
        for appearance in _appearances(page):
            weight += self.form(appearance, resources, 0)
        replaces = b"ActualText" in plain or _ESCAPED.search(plain) is not None
        return Content(weight, _CLIP.search(plain) is not None, replaces)

    def _drawn(self, plain: bytes, resources: Any, depth: int, *, has_fonts: bool = True) -> int:
        """Weigh the forms a content draws, and the letters of its fonts that are drawn by contents of their own."""
        if not isinstance(resources, pikepdf.Dictionary):
            return 0
        weight = 0
        objects = resources.get("/XObject")
        if isinstance(objects, pikepdf.Dictionary):
            for name, times in Counter(_DO.findall(plain)).items():
                thing = objects.get("/" + _HEX.sub(_octet, name).decode("latin-1"))
                if isinstance(thing, pikepdf.Stream) and thing.stream_dict.get("/Subtype") == pikepdf.Name.Form:
                    weight += times * self.form(thing, resources, depth)
        fonts = resources.get("/Font") if has_fonts else None
        for font in islice(fonts.values(), 100) if isinstance(fonts, pikepdf.Dictionary) else ():
            letters = font.get("/CharProcs") if isinstance(font, pikepdf.Dictionary) else None
            for letter in islice(letters.values(), 256) if isinstance(letters, pikepdf.Dictionary) else ():
                if isinstance(letter, pikepdf.Stream):
                    weight += self.form(letter, font.get("/Resources", resources), depth, is_letter=True)
        return min(weight, _MOST)

    def form(self, form: Any, around: Any, depth: int, *, is_letter: bool = False) -> int:
        """Weigh one form or letter, with the resources around it where it has none of its own.

        One that draws itself counts as too much: PDFium draws it once on a page, but when the page is an annotation's
        appearance made part of it, without end.
        """
        place = form.objgen
        if place in self._known:
            return self._known[place]
        self._forms += 1
        if depth >= _FORM_DEPTH or self._forms > _FORMS:
            return _MOST
        self._known[place] = _MOST
        plain = _plain(form, MAX_PAGE_OCTETS)
        inner = form.stream_dict.get("/Resources", around)
        # A letter is drawn with the fonts around it in sight, its own among them, and uses none of them as a rule.
        weight = _FORM_OCTETS + len(plain) + self._drawn(plain, inner, depth + 1, has_fonts=not is_letter)
        self._known[place] = min(weight, _MOST)
        return self._known[place]


def _octet(match: re.Match[bytes]) -> bytes:
    return bytes([int(match[1], 16)])


def _streams(page: pikepdf.Dictionary) -> Iterator[Any]:
    contents = page.get("/Contents")
    for one in contents if isinstance(contents, pikepdf.Array) else (contents,):
        if isinstance(one, pikepdf.Stream):
            yield one


def inherited(page: pikepdf.Dictionary, key: str) -> Any:
    """Look a key up in a page and the nodes above it (ISO 32000-1 section 7.7.3.4)."""
    node: Any = page
    for _ in range(_FORM_DEPTH):
        if not isinstance(node, pikepdf.Dictionary) or key in node:
            break
        node = node.get("/Parent")
    return node.get(key) if isinstance(node, pikepdf.Dictionary) else None


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


def _layers_off(pdf: pikepdf.Pdf) -> frozenset[str]:
    """Names of the optional content groups that are off at first (ISO 32000-1 section 8.11.4.3)."""
    about = pdf.Root.get("/OCProperties")
    if not isinstance(about, pikepdf.Dictionary) or not isinstance(about.get("/D"), pikepdf.Dictionary):
        return frozenset()
    default: Any = about.D
    off = default.get("/OFF")
    groups = list(islice(off, 1_000)) if isinstance(off, pikepdf.Array) else []
    if default.get("/BaseState") == pikepdf.Name.OFF and isinstance(about.get("/OCGs"), pikepdf.Array):
        on = default.get("/ON")
        lit = {one.objgen for one in islice(on, 1_000)} if isinstance(on, pikepdf.Array) else set()
        groups += [one for one in islice(about.OCGs, 1_000) if one.objgen not in lit]
    return frozenset(str(one.get("/Name")) for one in groups if isinstance(one, pikepdf.Dictionary) and "/Name" in one)
