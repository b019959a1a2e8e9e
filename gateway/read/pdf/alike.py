"""Pages that draw the same: the same contents with the same resources on the same paper need to be read once.

Forms, cover sheets and what tests of printers make name one content on many pages; so do files that are made to cost
much. Told by objects, not by octets: a page that draws a copy is another page, and its file is as much longer.
"""

from __future__ import annotations

from typing import Any

import pikepdf

_PAPER = ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit")
"""Entries that say how the content lies on the page, all but the last inherited (ISO 32000-1 table 30)."""
_ANCESTORS = 30

Place = tuple[int, int]


class Drawings:
    """The drawings of the pages of one file met so far."""

    def __init__(self) -> None:
        """Begin before the first page."""
        self._first: dict[bytes | Place, int] = {}
        self._pages: dict[int, Any] = {}
        self._whole: dict[tuple[Any, ...], int] = {}

    def twin(self, number: int, page: pikepdf.Dictionary) -> int | None:
        """Give the first page that draws what this one does, from 0; None for a page unlike all before.

        Looked at closely only where two pages name the same contents, which few files have.
        """
        pieces = _contents(page)
        if not pieces:
            return None
        first = self._first.setdefault(pieces, number)
        if first == number:
            self._pages[number] = page
            return None
        if first in self._pages:
            self._whole[self._drawing(pieces, self._pages.pop(first))] = first
        twin = self._whole.setdefault(self._drawing(pieces, page), number)
        return twin if twin != number and not len(page.get("/Annots", ())) else None

    @staticmethod
    def _drawing(pieces: bytes | Place, page: pikepdf.Dictionary) -> tuple[Any, ...]:
        resources = inherited(page, "/Resources")
        place = getattr(resources, "objgen", (0, 0))
        about = place if place != (0, 0) else _written(resources)
        has_notes = bool(len(page.get("/Annots", ())))
        return (pieces, about, has_notes, *(_written(inherited(page, key)) for key in _PAPER))


def _contents(page: pikepdf.Dictionary) -> bytes | Place:
    """Name the objects of a content as they are written; empty for none."""
    contents: Any = page.get("/Contents")
    if isinstance(contents, pikepdf.Array):
        return bytes(contents.unparse(resolved=True)) if len(contents) else b""
    return contents.objgen if isinstance(contents, pikepdf.Stream) else b""


def _written(thing: Any) -> bytes:
    return thing.unparse() if isinstance(thing, pikepdf.Object) else repr(thing).encode()


def inherited(page: pikepdf.Dictionary, key: str) -> Any:
    """Look a key up in a page and the nodes above it (ISO 32000-1 section 7.7.3.4)."""
    node: Any = page
    for _ in range(_ANCESTORS):
        if not isinstance(node, pikepdf.Dictionary) or key in node:
            break
        node = node.get("/Parent")
    return node.get(key) if isinstance(node, pikepdf.Dictionary) else None
