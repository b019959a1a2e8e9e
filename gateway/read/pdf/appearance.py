"""What signatures show: where, how large, which words, a picture and its colour (Decree 30/2020 Appendix I).

`gather_looks` runs while pikepdf has the file open and copies every appearance onto a page of its own, so that
PDFium reads it apart from the page it lies on; `read_looks` asks PDFium. Only signatures that show something cost
anything. A picture proves nothing of who signed: these are facts for rules about form.
"""

from __future__ import annotations

import io
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import pikepdf
import pypdfium2
from msgspec import structs
from pypdfium2 import raw

from gateway.read.pdf.appearance_words import copy_kind_of, names_any, organisation_in, time_in
from gateway.read.pdf.tangle import is_tangled
from gateway.read.pdf.weights import weight_of
from gateway.read.scans.picture_colour import colour_of
from gateway.values.evidence import AppearanceFacts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from gateway.values.evidence import SignatureFacts

MAX_LOOKS = 16
"""Signatures with an appearance looked at in one file; documents of many signers have some ten."""
_PAGES = 2_000
"""Pages searched for the widget of a signature."""
_ANNOTATIONS = 500
_LARGEST_SIDE = 2_400.0
"""Points; A0 is 2,384 wide. A larger appearance is placed, but not read."""
_LEAST_SIDE = 3.0
"""Points; pikepdf makes no smaller page."""
_HEAVIEST = 200_000
"""Octets of content, forms as often as they are drawn; real appearances have some thousand."""
_TEXT = 500
"""Characters of one appearance kept."""
_OBJECTS = 2_000
"""Page objects of one appearance looked at for pictures."""
_DEPTH = 5
"""Forms inside forms; signing tools nest /FRM, /n2 and the picture."""
_LEAST_PICTURE = 8.5
"""Points, 3 mm: less is a dot or a rule."""
_FARTHEST = 1e7
"""Points; a coordinate beyond is none of a page."""
_INCHES = 25.4 / 72
_HIDDEN = 0b10_0010
"""Annotation flags Hidden and NoView (ISO 32000-1 table 165)."""
_ANCESTORS = 32
_WIDGETS = 8
"""Rectangles of one signature; tools make one, and some one for each page."""
_CHILDREN = 100
"""Children of one field looked at for them."""
_BOXES = 32
"""Places of one signature's rectangles on pages, for one may be listed on many."""

Box = tuple[float, float, float, float]


class Shown(NamedTuple):
    """How one signature shows itself."""

    number: int
    """Index of the signature."""
    about: AppearanceFacts = AppearanceFacts()
    """Where it lies; of several rectangles the largest."""
    boxes: tuple[tuple[int, Box], ...] = ()
    """Every page, from 0, that shows it, and where, in points of the page's own axes."""
    is_placed: bool = False
    """`boxes` has all of them."""


@dataclass(frozen=True, slots=True)
class Looks:
    """Appearances of one file."""

    shown: tuple[Shown, ...] = ()
    drawing: bytes = b""
    """A PDF with one page for each of the first, in the same order; empty when nothing can be drawn."""


NO_LOOKS = Looks()


def gather_looks(pdf: pikepdf.Pdf, fields: Sequence[Any]) -> Looks:
    """Place the appearances of signature fields, and copy them.

    Args:
        pdf: the open file.
        fields: fields of the signatures, in the order of the form.

    Raises:
        Exception: whatever the parser meets; the caller maps it.
    """
    widgets = [(number, found) for number, field in enumerate(fields) if (found := _widgets(field))]
    if not widgets:
        return NO_LOOKS
    wanted = {one.objgen for _, found in widgets[:MAX_LOOKS] for one in found}
    pages = _pages_of(pdf, wanted, is_alone=len(fields) == 1)
    shown: list[Shown] = []
    with pikepdf.new() as drawing:
        for number, found in widgets[:MAX_LOOKS]:
            largest = max(found, key=lambda one: _area(_box(one.Rect)))
            shown.append(_place(number, found, largest, pages))
            _draw(drawing, largest, _box(largest.Rect))
        out = io.BytesIO()
        drawing.save(out, static_id=True, compress_streams=False)
    return Looks((*shown, *(Shown(number) for number, _ in widgets[MAX_LOOKS:])), out.getvalue())


def unread_looks(fields: Sequence[Any], guard: Callable[[Callable[[], Any]], Any]) -> Looks:
    """Say which signatures show something, or may, where `gather_looks` gave up."""
    return Looks(tuple(Shown(number) for number, field in enumerate(fields) if guard(partial(_widgets, field)) != []))


def _place(
    number: int, widgets: Sequence[Any], largest: Any, pages: dict[tuple[int, int], list[tuple[int, Any]]]
) -> Shown:
    """Place one signature on the pages that list its widgets."""
    boxes = [(place - 1, _box(one.Rect)) for one in widgets for place, _ in pages.get(one.objgen, ())]
    page_number, page = pages.get(largest.objgen, [(0, None)])[0]
    about = AppearanceFacts(page=page_number, place=_placed(_box(largest.Rect), page) if page is not None else ())
    is_placed = len(widgets) <= _WIDGETS and all(one.objgen in pages for one in widgets)
    return Shown(number, about, tuple(dict.fromkeys(boxes))[:_BOXES], is_placed and len(boxes) <= _BOXES)


def _widgets(field: Any) -> list[Any]:
    """Take the widgets of a field that show something, the field itself or its children; one more than the limit."""
    kids = field.get("/Kids")
    found = []
    for one in (field, *(islice(kids, _CHILDREN) if isinstance(kids, pikepdf.Array) else ())):
        if not isinstance(one, pikepdf.Dictionary) or "/Rect" not in one:
            continue
        flags = one.get("/F", 0)
        if _area(_box(one.Rect)) > 0 and not (type(flags) is int and flags & _HIDDEN):
            found.append(one)
    return found[: _WIDGETS + 1]


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _box(rectangle: Any) -> Box:
    left, bottom, right, top = _numbers(rectangle, 4) or (0.0, 0.0, 0.0, 0.0)
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _numbers(thing: Any, count: int) -> tuple[float, ...]:
    """Read an array of numbers; empty when it is none, or holds what no page has."""
    if not isinstance(thing, (pikepdf.Array, tuple)):
        return ()
    found = list(islice(thing, count))
    if len(found) < count or not all(isinstance(one, (int, float, Decimal)) for one in found):
        return ()
    numbers = tuple(map(float, found))
    return numbers if all(abs(number) <= _FARTHEST for number in numbers) else ()


def _pages_of(
    pdf: pikepdf.Pdf, wanted: set[tuple[int, int]], *, is_alone: bool
) -> dict[tuple[int, int], list[tuple[int, Any]]]:
    """Find the pages each widget is really listed on; what /P says nobody draws by.

    A widget may stand on many pages. Of a signature that stands alone the first will do: there is none it may hide.
    """
    found: dict[tuple[int, int], list[tuple[int, Any]]] = {}
    for number, page in enumerate(islice(pdf.pages, _PAGES), start=1):
        listed = page.obj.get("/Annots")
        for one in islice(listed, _ANNOTATIONS) if isinstance(listed, pikepdf.Array) else ():
            place = getattr(one, "objgen", (0, 0))
            if place in wanted and place != (0, 0):
                found.setdefault(place, []).append((number, page))
        if is_alone and len(found) == len(wanted):
            break
    return found


def _placed(box: Box, page: Any) -> tuple[float, ...]:
    """Left, top, width and height in mm as the page is shown, its /Rotate followed."""
    left, bottom, right, top = box
    x_least, y_least, x_most, y_most = _box(page.cropbox)
    turns = _rotation(page.obj) // 90 % 4
    place = (
        (left - x_least, y_most - top, right - left, top - bottom),
        (bottom - y_least, left - x_least, top - bottom, right - left),
        (x_most - right, bottom - y_least, right - left, top - bottom),
        (y_most - top, x_most - right, top - bottom, right - left),
    )[turns]
    return tuple(round(side * _INCHES, 1) for side in place)


def _rotation(page: Any) -> int:
    node = page
    for _ in range(_ANCESTORS):
        if not isinstance(node, pikepdf.Dictionary):
            break
        if "/Rotate" in node:
            turn: Any = node.get("/Rotate")
            return turn if type(turn) is int else 0
        node = node.get("/Parent")
    return 0


def _draw(drawing: pikepdf.Pdf, widget: Any, box: Box) -> None:
    """Draw one appearance on a page of its own, as ISO 32000-1 section 12.5.5 maps it onto its rectangle."""
    width, height = box[2] - box[0], box[3] - box[1]
    page = drawing.add_blank_page(page_size=(_side(width), _side(height))).obj
    look = _normal(widget)
    if look is None or max(width, height) > _LARGEST_SIDE or weight_of(look) > _HEAVIEST:
        return
    left, bottom, right, top = _covered(look)
    if right <= left or top <= bottom:
        return
    scale = width / (right - left), height / (top - bottom)
    numbers = (scale[0], 0, 0, scale[1], -left * scale[0], -bottom * scale[1])
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(A=drawing.copy_foreign(look)))
    page.Contents = pikepdf.Stream(drawing, " ".join(f"{number:.6f}" for number in numbers).encode() + b" cm /A Do")


def _side(length: float) -> float:
    return min(max(length, _LEAST_SIDE), _LARGEST_SIDE)


def _normal(widget: Any) -> Any:
    """Take the normal appearance, of the current state where there are several."""
    looks = widget.get("/AP")
    look = looks.get("/N") if isinstance(looks, pikepdf.Dictionary) else None
    if isinstance(look, pikepdf.Dictionary) and not isinstance(look, pikepdf.Stream):
        look = look.get(str(widget.get("/AS", "/Off")))
    return look if isinstance(look, pikepdf.Stream) else None


def _covered(look: Any) -> Box:
    """Bound the appearance: its /BBox through its /Matrix."""
    left, bottom, right, top = _box(look.get("/BBox"))
    a, b, c, d, e, f = _numbers(look.get("/Matrix"), 6) or (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (left, right) for y in (bottom, top)]
    across, along = zip(*corners, strict=True)
    return min(across), min(along), max(across), max(along)


def read_looks(
    looks: Looks, octets: bytes, under: Collection[int], crowded: Collection[int] = (), *, may_decode: bool
) -> dict[int, AppearanceFacts]:
    """Read the words and pictures of appearances, by index of the signature.

    Args:
        looks: as gathered.
        octets: the file.
        under: pages, from 0, of which the letters under an appearance are counted; they are loaded for it.
        crowded: pages whose texts may be in too odd an order to be asked for.
        may_decode: false when a picture of the file is too large to be decoded.

    Raises:
        pypdfium2.PdfiumError: PDFium cannot open one of them.
    """
    found = {one.number: one.about for one in looks.shown}
    if looks.drawing:
        with closing(pypdfium2.PdfDocument(looks.drawing)) as pdf:
            for place, one in enumerate(looks.shown[: len(pdf)]):
                with closing(pdf[place]) as page:
                    found[one.number] = _read(page, one.about, may_decode=may_decode)
    if under:
        with closing(pypdfium2.PdfDocument(octets)) as pdf:
            for one in looks.shown:
                if one.is_placed and all(number in under for number, _ in one.boxes):
                    counts = [_letters_under(pdf, number, box, crowded) for number, box in one.boxes]
                    letters = None if None in counts else sum(filter(None, counts))
                    found[one.number] = structs.replace(found[one.number], covered_letters=letters)
    return found


def _read(page: Any, about: AppearanceFacts, *, may_decode: bool) -> AppearanceFacts:
    with closing(page.get_textpage()) as words:
        count = min(words.count_chars(), _TEXT)
        text = words.get_text_range(0, count).replace("\r\n", "\n").strip() if count > 0 else ""
    colour, has_picture = "", False
    for one in islice(page.get_objects(max_depth=_DEPTH), _OBJECTS):
        if one.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = one.get_bounds()
            if min(right - left, top - bottom) >= _LEAST_PICTURE:
                has_picture = True
                colour = colour or (colour_of(one) if may_decode else "")
    return structs.replace(
        about,
        text=text,
        has_picture=has_picture,
        picture_colour=colour,
        copy_kind=copy_kind_of(text),
        shown_time=time_in(text),
        named_organisation=organisation_in(text),
    )


def _letters_under(pdf: Any, number: int, box: Box, crowded: Collection[int]) -> int | None:
    """Count letters of the page's own text, annotations apart, under a rectangle; None where that takes too long."""
    with closing(pdf[number]) as page:
        if number in crowded and is_tangled(page):
            return None
        with closing(page.get_textpage()) as words:
            left, bottom, right, top = box
            return sum(map(str.isalnum, words.get_text_bounded(left, bottom, right, top)))


def naming(signature: SignatureFacts) -> SignatureFacts:
    """Say whether what a signature shows names its signer; unknown without words."""
    about = signature.appearance
    if about is None or not about.text or not signature.signer_fingerprint:
        return signature
    names = (signature.signer_organisation, signature.signer_common_name)
    return structs.replace(signature, appearance=structs.replace(about, names_signer=names_any(about.text, names)))
