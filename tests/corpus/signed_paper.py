"""A small PDF written octet by octet, with revisions and signatures: what attackers write by hand, no library does.

Every method answers a new paper; nothing is changed in place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from gateway.demo.cms_maker import CmsPlan, build_cms, build_token
from tests.corpus.signed_keys import SIGNED, agency

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gateway.demo.pki import Identity

RANGE = b"[0 ########## ########## ##########]"
"""Stands for /ByteRange until the file is whole."""
HOLE = b"<" + b"00" * 1500 + b">"
"""Stands for /Contents; its length is the room a CMS has."""
WIDE = b"<" + b"00" * 2600 + b">"
HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
TEXT = "So: 125/SA-VP Bao cao thang 11, kinh phi 100 trieu dong"
CATALOG, PAGES, PAGE, CONTENT, FONT, FORM = range(1, 7)


def stream(octets: bytes, about: bytes = b"") -> bytes:
    """Serialise a stream."""
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (about, len(octets), octets)


def words(text: str, size: int = 14, place: tuple[int, int] = (50, 700)) -> bytes:
    """Serialise a content stream that shows one line of ASCII."""
    return stream(b"BT /F1 %d Tf %d %d Td (%b) Tj ET" % (size, *place, text.encode("ascii")))


def shown(text: str, size: tuple[int, int] = (200, 40), picture: int = 0) -> bytes:
    """Serialise an appearance: lines of ASCII on white, and a picture of its height, when one is numbered."""
    more = b"/XObject<</I %d 0 R>>" % picture if picture else b""
    about = b"/Type/XObject/Subtype/Form/BBox[0 0 %d %d]/Resources<</Font<</F1 5 0 R>>%b>>" % (*size, more)
    lines = b"".join(b"(%b) Tj 0 -12 Td " % line.encode("ascii") for line in text.split("\n"))
    draw = b"1 1 1 rg 0 0 %d %d re f BT 0 g /F1 10 Tf 4 %d Td %bET" % (*size, size[1] - 14, lines)
    return stream(draw + (b" q %d 0 0 %d 0 0 cm /I Do Q" % (size[1], size[1]) if picture else b""), about)


def picture(colour: tuple[int, int, int], side: int = 24) -> bytes:
    """Serialise a picture: a ring of one colour on white."""
    pixels = bytearray()
    for y in range(side):
        for x in range(side):
            far = ((x - side / 2 + 0.5) ** 2 + (y - side / 2 + 0.5) ** 2) ** 0.5 / side
            pixels += bytes(colour if 0.3 < far < 0.48 else (255, 255, 255))
    about = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8" % (side, side)
    return stream(bytes(pixels), about)


def padded(cms: bytes, hole: bytes) -> bytes:
    """Write /Contents as honest tools do: hex digits and zeros."""
    return b"<" + cms.hex().encode().ljust(len(hole) - 2, b"0") + b">"


def filled(
    octets: bytes,
    contents: Callable[[bytes], bytes],
    *,
    hole: bytes = HOLE,
    write: Callable[[bytes, bytes], bytes] = padded,
    first: int = 0,
    early: int = 0,
    cut: int = 0,
) -> bytes:
    """Write the last /ByteRange and /Contents that are still open.

    Args:
        octets: the file, ending where the signed revision ends.
        contents: makes the CMS of the signed octets.
        hole: the placeholder of /Contents.
        write: makes what takes the place of the hole, as long as it, of the CMS.
        first: offset the first range begins at.
        early: octets before the hole that are left out as well.
        cut: octets at the end that are left out.
    """
    place, start = octets.rindex(RANGE), octets.rindex(hole)
    end, last = start + len(hole), len(octets) - cut
    numbers = b"[%d %d %d %d]" % (first, start - early - first, end, last - end)
    out = octets[:place] + numbers.ljust(len(RANGE)) + octets[place + len(RANGE) :]
    cms = contents(out[first : start - early] + out[end:last])
    assert 2 * len(cms) <= len(hole) - 2, f"the CMS needs {len(cms)} octets"
    value = write(cms, hole)
    assert len(value) == len(hole)
    return out[:start] + value + out[end:]


@dataclass(frozen=True)
class Seal:
    """How one signature stands in a paper."""

    identity: Identity | None = None
    """The standard agency when None."""
    plan: CmsPlan = field(default_factory=lambda: CmsPlan(signing_time=SIGNED))
    name: str = "Van thu"
    sub_filter: str = "adbe.pkcs7.detached"
    claimed: datetime | None = None
    certify: int = 0
    lock: bytes = b""
    """A FieldMDP transform of the signature."""
    rect: tuple[int, int, int, int] = (0, 0, 0, 0)
    appearance: int = 0
    """Object number of its appearance; 0 for none."""
    value: bytes = (
        b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/%(filter)b%(more)b/ByteRange %(range)b/Contents %(hole)b>>"
    )
    widget: bytes = (
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(%(name)b)/F 132/Rect[%(rect)b]/P 3 0 R/V %(value)d 0 R%(shown)b>>"
    )
    hole: bytes = HOLE
    fill: dict[str, Any] = field(default_factory=dict)
    """Other arguments of `filled`."""
    cms: Callable[[bytes], bytes] | None = None
    """Makes the CMS instead of `plan`."""


@dataclass(frozen=True)
class Paper:
    """A file and what its newest revision says."""

    octets: bytes = b""
    objects: dict[int, bytes] = field(default_factory=dict)
    fields: tuple[int, ...] = ()
    annotations: tuple[int, ...] = ()
    catalog: bytes = b""
    """More entries of the catalog."""
    resources: bytes = b""
    """More resources of the page."""
    page: bytes = b""
    """More entries of the page."""
    form: bytes = b"/SigFlags 3"
    root: int = CATALOG

    @property
    def free(self) -> int:
        """The first object number not in use."""
        return max(self.objects, default=0) + 1

    def structure(self) -> dict[int, bytes]:
        """Catalog, page and form as they follow from the fields."""
        form = b"/AcroForm 6 0 R" if self.fields or FORM in self.objects else b""
        annotations = b"/Annots[%b]" % _references(self.annotations) if self.annotations else b""
        found = {
            self.root: b"<</Type/Catalog/Pages 2 0 R%b%b>>" % (form, self.catalog),
            PAGE: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>%b>>%b>>"
            % (self.resources, annotations + self.page),
        }
        if form:
            found[FORM] = b"<</Fields[%b]%b>>" % (_references(self.fields), self.form)
        return found

    def revise(self, changes: dict[int, bytes], **options: bytes | int | bool) -> Paper:
        """Append a revision; options as of `appended`."""
        new = {number: octets for number, octets in changes.items() if self.objects.get(number) != octets}
        objects = self.objects | changes
        octets = appended(self.octets, new, size=max(objects) + 1, root=self.root, **options)  # type: ignore[arg-type]
        return replace(self, octets=octets, objects=objects)

    def refresh(self, changes: dict[int, bytes] | None = None, **changed: object) -> Paper:
        """Append a revision with other fields of this paper, and catalog, page and form renewed."""
        other = replace(self, **changed)  # type: ignore[arg-type]
        return other.revise((changes or {}) | other.structure())

    def sign(self, seal: Seal | None = None, **own: object) -> Paper:
        """Append a revision with one signature; `own` are fields of `Seal`."""
        seal = replace(seal or Seal(), **own)  # type: ignore[arg-type]
        return self.prepared(seal).closed(seal)

    def closed(self, seal: Seal | None = None) -> Paper:
        """Write ranges and CMS of the signature whose placeholders are open."""
        own = seal or Seal()
        octets = filled(self.octets, lambda document: cms_of(document, own), hole=own.hole, **own.fill)
        return replace(self, octets=octets)

    def prepared(self, seal: Seal) -> Paper:
        """Append the revision of a signature, its placeholders open."""
        entry, value = self.free, self.free + 1
        catalog = self.catalog + (b"/Perms<</DocMDP %d 0 R>>" % value if seal.certify else b"")
        texts = {
            b"name": seal.name.encode(), b"rect": b" ".join(b"%d" % side for side in seal.rect), b"value": value,
            b"shown": b"/AP<</N %d 0 R>>" % seal.appearance if seal.appearance else b"",
        }  # fmt: skip
        objects = {entry: seal.widget % texts, value: value_of(seal)}
        return self.refresh(
            objects, fields=(*self.fields, entry), annotations=(*self.annotations, entry), catalog=catalog
        )


def value_of(seal: Seal) -> bytes:
    """Serialise a signature dictionary, its placeholders open."""
    more = b"/M(D:%b)" % seal.claimed.strftime("%Y%m%d%H%M%SZ").encode() if seal.claimed else b""
    references = b""
    if seal.certify:
        references += b"<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/V/1.2/P %d>>>>" % (
            seal.certify
        )
    references += seal.lock
    more += b"/Reference[%b]" % references if references else b""
    return seal.value % {b"filter": seal.sub_filter.encode(), b"more": more, b"range": RANGE, b"hole": seal.hole}


def cms_of(document: bytes, seal: Seal) -> bytes:
    """Make the CMS a seal asks for."""
    identity = seal.identity or agency()
    if seal.cms:
        return seal.cms(document)
    if seal.sub_filter == "ETSI.RFC3161":
        assert seal.plan.stamp_time
        return build_token(document, identity, seal.plan.stamp_time, seal.plan.stamp_digest)
    return build_cms(document, identity, seal.plan)


def _references(numbers: tuple[int, ...]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)


def appended(
    octets: bytes,
    changes: dict[int, bytes],
    *,
    size: int,
    root: int = CATALOG,
    trailer: bytes = b"",
    has_table: bool = True,
    freed: tuple[int, ...] = (),
    previous: int | None = None,
    tail: bytes = b"%%EOF\n",
) -> bytes:
    """Write a revision with a classic cross-reference table.

    Args:
        octets: what stands before; a header is written when empty.
        changes: object number to its text.
        size: of the trailer dictionary.
        root: object number of the catalog.
        trailer: more entries of the trailer dictionary.
        has_table: False leaves out table, trailer and startxref.
        freed: objects the table marks as free.
        previous: offset of the table before; found when None.
        tail: after startxref.
    """
    out = bytearray(octets or HEADER)
    found = re.findall(rb"startxref\s+(\d+)", octets)
    before = previous if previous is not None else int(found[-1]) if found else None
    table = bytearray(b"xref\n0 1\n0000000000 65535 f \n")
    for number in sorted({*changes, *freed}):
        if number in freed:
            table += b"%d 1\n0000000000 65535 f \n" % number
            continue
        table += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, changes[number])
    if not has_table:
        return bytes(out)
    start = len(out)
    prev = b"/Prev %d" % before if before is not None else b""
    out += table + b"trailer\n<</Size %d/Root %d 0 R%b%b>>\nstartxref\n%d\n%b" % (
        size,
        root,
        prev,
        trailer,
        start,
        tail,
    )
    return bytes(out)


def paper(text: str = TEXT, **own: object) -> Paper:
    """A one-page document of one line, unsigned."""
    made = Paper(**own)  # type: ignore[arg-type]
    objects = {
        PAGES: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        CONTENT: words(text),
        FONT: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        FORM: b"<<>>",
    }
    return replace(made, objects={}).revise(objects | made.structure())


def signed(**own: object) -> Paper:
    """The plainest signed document."""
    return paper().sign(**own)


def hole_of(octets: bytes) -> tuple[int, int]:
    """Find the last filled /Contents: from its `<` to behind its `>`."""
    start = octets.rindex(b"/Contents <30") + len(b"/Contents ")
    return start, octets.index(b">", start) + 1


def with_contents(octets: bytes, cms: bytes) -> bytes:
    """Put another CMS into the last filled /Contents, zero padded."""
    start, end = hole_of(octets)
    return octets[: start + 1] + cms.hex().encode().ljust(end - start - 2, b"0") + octets[end - 1 :]


def cms_in(octets: bytes) -> bytes:
    """The CMS of the last filled /Contents, padding included."""
    start, end = hole_of(octets)
    return bytes.fromhex(octets[start + 1 : end - 1].decode())
