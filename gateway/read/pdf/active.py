"""Active content of a PDF: what acts when the file is opened, or reaches outside it.

Every object is looked at, reachable or not. Names come from qpdf, which undoes their #-escapes. Cites: ISO 32000-1
sections 12.5.6 (annotations), 12.6.4 (actions), 7.11 (file specifications), 8.10.4 (reference XObjects).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NESTING = 50
"""Direct objects inside one another; qpdf itself refuses 500."""
_CONTAINERS = 50_000
"""Dictionaries and arrays looked into in one file: ten microseconds each."""
_CONTAINERS_OF = (pikepdf.Dictionary, pikepdf.Array)
MAX_LINKS = 64
"""Targets of links kept of one file."""

_KEYS: dict[str, str] = {
    "/JS": "javascript",
    "/JavaScript": "javascript",
    "/AA": "additional_action",
    "/XFA": "xfa",
    "/RichMedia": "rich_media",
    "/Collection": "portfolio",
    "/EmbeddedFiles": "embedded_file",
    "/EmbeddedFile": "embedded_file",
    "/EF": "embedded_file",
    "/AF": "embedded_file",
    "/FFilter": "external_stream",
    "/OPI": "external_stream",
}
"""Dictionary keys that mean active content, whatever their value."""

_VALUES: dict[str, str] = {
    "/JavaScript": "javascript",
    "/RichMedia": "rich_media",
    "/RichMediaExecute": "rich_media",
    "/3D": "rich_media",
    "/GoTo3DView": "rich_media",
    "/Sound": "rich_media",
    "/Movie": "rich_media",
    "/Screen": "rich_media",
    "/Rendition": "rich_media",
    "/EmbeddedFile": "embedded_file",
    "/FileAttachment": "embedded_file",
    "/Launch": "launch",
    "/SubmitForm": "submit_form",
    "/ImportData": "import_data",
    "/GoToR": "remote_link",
    "/GoToE": "remote_link",
    "/Thread": "thread_action",
    "/Hide": "hide_action",
    "/SetOCGState": "layer_action",
    "/PS": "postscript",
}
"""Names as values of /S, /Subtype and /Type."""
_VALUE_KEYS = ("/S", "/Subtype", "/Type")
_REFERENCE = "/Ref"
"""In a form XObject: a page of another file stands in for it."""

_WORDS = sorted({*_KEYS, *_VALUES, _REFERENCE})
SUSPECT = re.compile(b"|".join(re.escape(word.encode()) + rb"[\s/<\[(>]" for word in _WORDS))
"""Cheap first look at a serialised object; strings may match too, so a hit is looked at in detail."""
_LINK = re.compile(rb"/URI\s?\(\s{0,9}([A-Za-z][A-Za-z0-9+.-]{0,30}):(?:[/\\]{2}([^\s/\\?#()]{1,253}))?")
_WEB = frozenset({b"http", b"https"})


class Room:
    """How many dictionaries and arrays of one file are looked into; real ones that may act hold some hundred."""

    __slots__ = ("left",)

    def __init__(self, left: int = _CONTAINERS) -> None:
        """Begin a file."""
        self.left = left

    def take(self) -> bool:
        """Take one, as long as there are some left."""
        self.left -= 1
        return self.left >= 0


def active_names(thing: Any, room: Room, depth: int = _NESTING) -> Iterator[str]:
    """Name what is active in one object and its direct children; `too_deep` where there is more than is looked into."""
    if depth == 0 or not room.take():
        yield "too_deep"
        return
    children: Iterable[Any] = ()
    if isinstance(thing, pikepdf.Dictionary):
        yield from _names_of(thing)
        children = thing.values()
    elif isinstance(thing, pikepdf.Array):
        children = thing
    for value in children:
        if isinstance(value, _CONTAINERS_OF) and not is_indirect(value):
            if room.left <= 0:
                yield "too_deep"
                return
            yield from active_names(value, room, depth - 1)


def _names_of(thing: pikepdf.Dictionary) -> Iterator[str]:
    for key in thing.keys():  # noqa: SIM118 - a pikepdf dictionary iterates over keys only by keys()
        if key in _KEYS:
            yield _KEYS[key]
    for key in _VALUE_KEYS:
        value = thing.get(key)
        if isinstance(value, pikepdf.Name) and str(value) in _VALUES:
            yield _VALUES[str(value)]
    if _REFERENCE in thing and thing.get("/Subtype") == pikepdf.Name.Form:
        yield "external_stream"


def is_indirect(value: Any) -> bool:
    """Is it an object of its own, visited by itself? Plain numbers and strings never are."""
    return bool(getattr(value, "is_indirect", False))


def link_targets(serialised: bytes) -> Iterator[str]:
    """Host of every web link in a serialised object; for other schemes the scheme with its colon (`file:`)."""
    for match in _LINK.finditer(serialised):
        scheme, authority = match[1].lower(), match[2] or b""
        if scheme in _WEB:
            yield authority.rpartition(b"@")[2].partition(b":")[0].decode("latin-1").lower()
        else:
            yield scheme.decode("ascii") + ":"
