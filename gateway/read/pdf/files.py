"""Files inside a PDF: of its names tree, portfolio, associated files and attachment annotations, referred to or not.

Cites: ISO 32000-1 section 7.11.4 (embedded file streams), 12.3.5 (collections), 12.5.6.15; ISO 32000-2 section 14.13.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import pikepdf

from gateway.read.pdf.inflation import bare, inflate

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FILES = 1_000
"""Taken of one file; how many are opened is the budget's."""
_NAME = 512
_STREAM_KEYS = ("/UF", "/F", "/Unix", "/DOS", "/Mac")
_NESTING = 20
_CONTAINERS = 50_000
"""Objects and their parts looked through for files."""
_CRYPT = "/Crypt"


class Embedded(NamedTuple):
    """One file as it stands in the PDF, still packed."""

    name: str
    octets: bytes
    filters: tuple[str, ...]

    def unpacked(self, limit: int) -> tuple[bytes | None, str]:
        """Unpack at most `limit` octets: them, or None and the reason."""
        plain = bare(self.octets, list(self.filters[:-1]) if self._is_deflated else list(self.filters))
        if plain is None:
            return None, "encrypted" if _CRYPT in self.filters else "unsupported"
        if self._is_deflated:
            plain = inflate(plain, limit + 1)
        return (None, "over_budget") if len(plain) > limit else (plain, "")

    @property
    def _is_deflated(self) -> bool:
        return self.filters[-1:] in (("/FlateDecode",), ("/Fl",))


class Collector:
    """The files met on a walk over all objects; each stream is taken once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._looked_into = 0
        self._named: dict[tuple[int, int], Embedded] = {}
        self._bare: dict[tuple[int, int], Embedded] = {}

    def add_specifications(self, thing: Any, depth: int = _NESTING) -> None:
        """Take the files of every file specification in an object and its direct children."""
        self._looked_into += 1
        if not depth or self._looked_into > _CONTAINERS:
            return
        if isinstance(thing, pikepdf.Dictionary):
            files = thing.get("/EF")
            if isinstance(files, pikepdf.Dictionary):
                self._add(thing, files)
            children: Any = thing.values()
        elif isinstance(thing, pikepdf.Array):
            children = thing
        else:
            return
        for child in children:
            if not getattr(child, "is_indirect", True):
                self.add_specifications(child, depth - 1)

    def add_stream(self, stream: Any) -> None:
        """Take a stream that says it is an embedded file."""
        if len(self._bare) < MAX_FILES:
            self._bare.setdefault(stream.objgen, _embedded("", stream))

    def _add(self, about: Any, files: Any) -> None:
        name = next((str(about[key]) for key in _STREAM_KEYS if isinstance(about.get(key), pikepdf.String)), "")
        for key in _STREAM_KEYS:
            stream = files.get(key)
            if isinstance(stream, pikepdf.Stream) and len(self._named) < MAX_FILES:
                self._named.setdefault(stream.objgen, _embedded(name[:_NAME], stream))

    def files(self) -> tuple[Embedded, ...]:
        """All files, those with names first, in the order they were met."""
        return tuple((self._bare | self._named)[place] for place in [*self._named, *(self._bare.keys() - self._named)])


def _embedded(name: str, stream: Any) -> Embedded:
    return Embedded(name, bytes(stream.read_raw_bytes()), tuple(islice(_filters(stream), 9)))


def _filters(stream: Any) -> Iterator[str]:
    named = stream.stream_dict.get("/Filter")
    for name in named if isinstance(named, pikepdf.Array) else (named,):
        if name is not None:
            yield str(name)
