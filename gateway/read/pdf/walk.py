"""Every object of a PDF, looked at once, reachable or not: what acts, what swells, what is signed, files and words.

Nothing is decoded but object streams, and fonts' maps where they could be beyond measure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import pikepdf

from gateway.read.clock import NO_CLOCK
from gateway.read.pdf.active import MAX_LINKS, SUSPECT, Room, active_names, link_targets
from gateway.read.pdf.files import Collector, Embedded
from gateway.read.pdf.fonts import LEGACY
from gateway.read.pdf.inflation import Inflation, inflate
from gateway.read.pdf.words import HINT, MAX_WORDS, words_of
from gateway.read.scans.picture_sizes import is_vast

if TYPE_CHECKING:
    from gateway.read.clock import Clock

_BETWEEN_LOOKS = 20_000
"""Octets of objects between two looks at the clock: some milliseconds."""
_OBJECT_OCTETS = 50
"""What looking at one object costs beside its length."""
_MAP_OCTETS = 2_000_000
"""Character maps that fonts bring along, all together; PDFium takes 13 microseconds for a line that maps everything."""

Place = tuple[int, int]
"""Object and generation number."""


@dataclass(slots=True)
class Objects:
    """What all objects together hold."""

    count: int = 0
    """At most one more than the limit."""
    is_late: bool = False
    """Time ran out before all were looked at."""
    is_swollen: bool = False
    has_vast_picture: bool = False
    signed_places: set[Place] = field(default_factory=set)
    """Objects that are a signature dictionary, or a field with one inside."""
    has_legacy_fonts: bool = False
    has_replacements: bool = False
    """Some object holds a replacement text (/ActualText)."""
    has_unmapped_fonts: bool = False
    """A composite font does not say what its letters are (no /ToUnicode)."""
    active: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    words: list[str] = field(default_factory=list)
    files: tuple[Embedded, ...] = ()


def walk_objects(pdf: pikepdf.Pdf, limit: int, clock: Clock = NO_CLOCK) -> Objects:
    """Look at every object once, at most `limit`, as long as there is time."""
    walk = _Walk()
    looked_at = 0
    for thing in islice(iter(pdf.objects), limit + 1):
        walk.take(thing)
        if walk.octets - looked_at > _BETWEEN_LOOKS:
            looked_at = walk.octets
            if clock.is_over():
                walk.found.is_late = True
                break
    walk.found.is_swollen = walk.inflation.is_over or walk.map_octets > _MAP_OCTETS
    walk.found.files = walk.collector.files()
    return walk.found


class _Walk:
    """One walk."""

    def __init__(self) -> None:
        self.found = Objects()
        self.inflation = Inflation()
        self.collector = Collector()
        self.map_octets = 0
        self.room = Room()
        self.octets = 0
        """Of the objects so far as they are written out, without their streams."""

    def take(self, thing: Any) -> None:
        """Look at one object."""
        self.found.count += 1
        # Numbers, booleans and null come as Python's own; isinstance on pikepdf types costs as much as the look itself.
        kind = getattr(thing, "_type_code", None)
        if kind is pikepdf.ObjectType.stream:
            stream, thing = thing, thing.stream_dict
            self._stream(stream, thing)
        elif kind is not pikepdf.ObjectType.dictionary and kind is not pikepdf.ObjectType.array:
            return
        text = thing.unparse(resolved=True)
        self.octets += _OBJECT_OCTETS + len(text)
        if SUSPECT.search(text):
            self.found.active.update(active_names(thing, self.room))
            if b"/EF" in text:
                self.collector.add_specifications(thing)
        if b"/URI" in text and len(self.found.links) < MAX_LINKS:
            self.found.links.update(link_targets(text))
        if kind is pikepdf.ObjectType.array:
            return
        if b"/ByteRange" in text and kind is pikepdf.ObjectType.dictionary and _is_signed(thing):
            self.found.signed_places.add(thing.objgen)
        if b"Font" in text:
            self._font(thing, text)
        if HINT.search(text) and len(self.found.words) < MAX_WORDS:
            self.found.words.extend(words_of(thing))
        self.found.has_replacements = self.found.has_replacements or b"/ActualText" in text

    def _stream(self, stream: Any, about: Any) -> None:
        self.found.has_vast_picture = self.found.has_vast_picture or _is_vast_picture(stream, about)
        self.inflation.add(*filters_of(about), stream.read_raw_bytes)
        if "/F" in about:
            self.found.active.add("external_stream")
        if about.get("/Type") == pikepdf.Name.EmbeddedFile:
            self.collector.add_stream(stream)

    def _font(self, font: Any, text: bytes) -> None:
        """Look at a font: how its letters are to be read, and how much it takes to find out."""
        self.found.has_legacy_fonts = self.found.has_legacy_fonts or LEGACY.search(text) is not None
        if b"/DescendantFonts" not in text:
            return
        self.found.has_unmapped_fonts = self.found.has_unmapped_fonts or b"/ToUnicode" not in text
        own = font.get("/Encoding")
        if isinstance(own, pikepdf.Stream):
            names, length = filters_of(own.stream_dict)
            is_deflated = names in (["/FlateDecode"], ["/Fl"])
            plain = inflate(own.read_raw_bytes(), _MAP_OCTETS + 1) if is_deflated else b""
            # Other filters are rare here; at their greatest ratio they may not exceed the limit either.
            self.map_octets += len(plain) if is_deflated else length * (len(names) * 100 + 1)


def _is_vast_picture(stream: Any, about: Any) -> bool:
    """Is this an image beyond measure? Masks are images too, whatever names them."""
    if "/Width" not in about and "/Height" not in about:
        return False
    return is_vast(about.get("/Width"), about.get("/Height"), filters_of(about)[0], stream.read_raw_bytes)


def filters_of(stream: pikepdf.Dictionary) -> tuple[list[str], int]:
    """Name the filters of a stream, and its length as far as it is said."""
    named: Any = stream.get("/Filter")
    length: Any = stream.get("/Length")
    names = list(named) if isinstance(named, pikepdf.Array) else [named]
    return [str(name) for name in names if name is not None], length if type(length) is int else 2**31


def _is_signed(thing: pikepdf.Dictionary) -> bool:
    """Is this a signature dictionary, or does it hold one as its direct value?"""
    value = thing.get("/V")
    return "/ByteRange" in thing or (isinstance(value, pikepdf.Dictionary) and "/ByteRange" in value)
