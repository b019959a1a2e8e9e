"""What looks like a signature in a file that has none: an empty field, a stamp, a pasted seal or signature.

Decree 30/2020 Appendix I puts the red seal and the blue signature under the text, right of the middle. Logos,
emblems and letterheads stand at the head of a page; so a picture counts only below it, in the right half, of a
seal's or signature's size, and red or blue. Evidence of form, never proof of anything.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import pikepdf
import pypdfium2
from pypdfium2 import raw

from gateway.read.pdf.alike import inherited
from gateway.read.scans.picture_colour import colour_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ANNOTATIONS = 500
_RESOURCES = 200
_FORMS = 200
"""Forms of one depth looked into."""
_DEPTH = 3
_OBJECTS = 5_000
"""Page objects looked at for pictures; a text page has some hundred."""
_MILLIMETRE = 72 / 25.4
_SEAL = (24, 52)
"""Millimetres: seals of agencies measure 36 to 42, with room for margins of their picture."""
_SIGNATURE = (12, 90)
"""Millimetres, width of a signature's picture."""
_HEAD = 0.3
"""Share of the page's height that is its head."""
_KINDS = {"/Stamp": "stamp", "/Ink": "ink"}


@dataclass(frozen=True, slots=True)
class Pictures:
    """What the structure tells."""

    kinds: frozenset[str] = frozenset()
    """As `PdfFacts.signature_pictures`."""
    pages: tuple[int, ...] = ()
    """Indexes of pages that have pictures, to be looked at."""


NO_PICTURES = Pictures()


def gather_pictures(pdf: pikepdf.Pdf) -> Pictures:
    """Look for annotations that pose as signatures, and for pages with pictures: the first two and the last two.

    Raises:
        Exception: whatever the parser meets; the caller maps it.
    """
    count = len(pdf.pages)
    kinds: set[str] = set()
    pages = []
    for number in sorted({0, 1, count - 2, count - 1} & set(range(count))):
        page = pdf.pages[number].obj
        kinds |= set(_annotations(page))
        if _has_image(inherited(page, "/Resources")):
            pages.append(number)
    return Pictures(frozenset(kinds), tuple(pages))


def _annotations(page: Any) -> Iterator[str]:
    listed = page.get("/Annots")
    for one in islice(listed, _ANNOTATIONS) if isinstance(listed, pikepdf.Array) else ():
        if isinstance(one, pikepdf.Dictionary) and str(one.get("/Subtype", "")) in _KINDS:
            yield _KINDS[str(one.Subtype)]


def _has_image(resources: Any) -> bool:
    """Do resources hold an image, in forms too? Each form is looked into once, for all may name all others."""
    level, seen = [resources], set()
    for _ in range(_DEPTH):
        forms = []
        for one in (thing for around in level for thing in _streams(around)):
            if one.get("/Subtype") == pikepdf.Name.Image:
                return True
            if one.objgen not in seen:
                seen.add(one.objgen)
                forms.append(one.get("/Resources"))
        level = forms[:_FORMS]
    return False


def _streams(resources: Any) -> Iterator[Any]:
    things: Any = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
    for key in islice(things.keys(), _RESOURCES) if isinstance(things, pikepdf.Dictionary) else ():
        if isinstance(things[key], pikepdf.Stream):
            yield things[key]


def pasted_pictures(octets: bytes, pages: Iterable[int]) -> set[str]:
    """Find pictures of seals and signatures on these pages.

    Raises:
        pypdfium2.PdfiumError: PDFium cannot open the file or a page.
    """
    found: set[str] = set()
    with closing(pypdfium2.PdfDocument(octets)) as pdf:
        for number in pages:
            with closing(pdf[number]) as page:
                width, height = page.get_size()
                for one in islice(page.get_objects(max_depth=_DEPTH), _OBJECTS):
                    if one.type == raw.FPDF_PAGEOBJ_IMAGE:
                        found |= _kind(one, width, height)
    return found


def _kind(image: Any, width: float, height: float) -> set[str]:
    left, bottom, right, top = image.get_bounds()
    wide, high = (right - left) / _MILLIMETRE, (top - bottom) / _MILLIMETRE
    if (left + right) / 2 < width / 2 or (top + bottom) / 2 > height * (1 - _HEAD):
        return set()
    if not (_SIGNATURE[0] <= wide <= _SIGNATURE[1] and 5 <= high <= _SEAL[1]):
        return set()
    colour = colour_of(image)
    if colour == "red" and all(_SEAL[0] <= side <= _SEAL[1] for side in (wide, high)) and 0.8 <= wide / high <= 1.25:
        return {"seal_picture"}
    return {"ink_picture"} if colour == "blue" else set()
