"""Words of a PDF outside its page contents: notes, form values, bookmarks, properties, XFA forms and XMP metadata.

A reader shows them beside the page, in a panel or on hovering; a mark there is a mark of the document.
Cites: ISO 32000-1 sections 12.5.6 (annotations), 12.7 (forms), 12.3.3 (outlines), 14.3 (metadata).
"""

from __future__ import annotations

import html
import re
from itertools import islice
from typing import TYPE_CHECKING, Any

import pikepdf

from gateway.read.pdf.inflation import inflated

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_WORDS = 400
"""Texts kept of one file; a large form has some hundred values."""
_CHARACTERS = 4_000
"""Kept of one text."""
_MARKUP_OCTETS = 500_000
"""Unpacked octets of one piece of an XFA form, and of the metadata."""
_PIECES = 40
"""Pieces of an XFA form; the format knows ten."""
_KEYS = ("/Contents", "/RC", "/V", "/DV", "/Title", "/Subject", "/Keywords")
HINT = re.compile(rb"/(?:Contents|RC|V|DV|Title|Subject|Keywords) ?[(<\[]")
"""Of a serialised object that may hold such texts."""
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BLANKS = re.compile(r"\s{2,}")
_XMP = re.compile(
    r"<rdf:li[^<>]{0,200}>([^<]{1,2000})<|<pdf:Keywords>([^<]{1,2000})<|pdf:Keywords=[\"']([^\"'<>]{1,2000})[\"']"
)


def words_of(thing: pikepdf.Dictionary) -> Iterator[str]:
    """Yield the texts one object says outside the pages; `/Contents` of a signature is none."""
    if "/ByteRange" in thing:
        return
    for key in _KEYS:
        value = thing.get(key)
        for one in islice(value, _PIECES) if isinstance(value, pikepdf.Array) else (value,):
            if isinstance(one, pikepdf.String):
                text = str(one)[:_CHARACTERS]
                yield _TAG.sub(" ", text) if key == "/RC" else text


def form_words(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Yield the text of the pieces of an XFA form (ISO 32000-1 section 12.7.8)."""
    form = pdf.Root.get("/AcroForm")
    xfa = form.get("/XFA") if isinstance(form, pikepdf.Dictionary) else None
    for piece in islice(xfa, _PIECES) if isinstance(xfa, pikepdf.Array) else (xfa,):
        if isinstance(piece, pikepdf.Stream):
            text = html.unescape(_TAG.sub("\n", _unpacked(piece)))
            yield _BLANKS.sub("\n", text)[: 4 * _CHARACTERS]


def metadata_words(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Yield title, description and keywords of the XMP metadata (ISO 16684-1)."""
    stream = pdf.Root.get("/Metadata")
    if isinstance(stream, pikepdf.Stream):
        for match in islice(_XMP.finditer(_unpacked(stream)), MAX_WORDS):
            yield html.unescape(match[1] or match[2] or match[3]).strip()


def _unpacked(stream: Any) -> str:
    filters = stream.stream_dict.get("/Filter")
    names = [str(name) for name in (filters if isinstance(filters, pikepdf.Array) else (filters,)) if name is not None]
    octets = inflated(names, stream.read_raw_bytes(), _MARKUP_OCTETS)[:_MARKUP_OCTETS]
    if octets[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return octets.decode("utf-16", "replace")
    return octets.decode("utf-8", "replace")
