"""Hostile shapes of PDF: each one technique by which a small file costs much, grown to a wanted size.

As `hostile_shapes`; most are packed, so that some kilobytes ask for as much as the technique gives at all, and the size
only says how often what cannot be packed is repeated.
"""

from __future__ import annotations

import struct
import zlib
from functools import partial
from typing import TYPE_CHECKING

from tests.corpus.bombs import as_file

if TYPE_CHECKING:
    from collections.abc import Callable

_FONT = b"/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
_FORM = "/Type/XObject/Subtype/Form/BBox[0 0 595 842]"
_WORDS = b"(abcdef) Tj "
_PLACED = b"1 0 0 1 9 99 Tm (a) Tj "
_BOX = b"/MediaBox[0 0 595 842]"
_CMAP = b"begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange "


def stream(entries: str, octets: bytes) -> bytes:
    """Write a deflated stream."""
    packed = zlib.compress(octets, 9)
    return f"<<{entries}/Filter/FlateDecode/Length {len(packed)}>>stream\n".encode() + packed + b"\nendstream"


def packed_pdf(objects: dict[int, bytes], catalog: bytes = b"", prev: bytes = b"") -> bytes:
    """Write a file whose plain objects lie in one object stream; object 1 is the catalog, 2 the page tree."""
    objects = {1: b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>"} | objects
    plain = {number: octets for number, octets in objects.items() if not octets.endswith(b"endstream")}
    out, rows, last = bytearray(b"%PDF-1.7\n"), {0: (0, 0, 0)}, max(objects) + 2
    heads, body = [], bytearray()
    for place, (number, octets) in enumerate(plain.items()):
        heads.append(b"%d %d" % (number, len(body)))
        body += octets + b"\n"
        rows[number] = (2, last - 1, place)
    head = b" ".join(heads) + b"\n"
    packed = stream(f"/Type/ObjStm/N {len(plain)}/First {len(head)}", head + body)
    for number, octets in [*((one, objects[one]) for one in objects if one not in plain), (last - 1, packed)]:
        rows[number] = (1, len(out), 0)
        out += b"%d 0 obj\n" % number + octets + b"\nendobj\n"
    rows[last] = (1, len(out), 0)
    table = b"".join(struct.pack(">BII", *rows.get(number, (0, 0, 0))) for number in range(last + 1))
    about = f"/Type/XRef/W[1 4 4]/Size {last + 1}/Root 1 0 R" + prev.decode()
    return bytes(out) + b"%d 0 obj\n" % last + stream(about, table) + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(out)


def pages(
    count: int, entries: bytes | Callable[[int], bytes], objects: dict[int, bytes], catalog: bytes = b""
) -> bytes:
    """Write a file of so many pages, numbered from 1,000, with further objects."""
    made = {
        1_000 + n: b"<</Type/Page/Parent 2 0 R" + _BOX + (entries if isinstance(entries, bytes) else entries(n)) + b">>"
        for n in range(count)
    }
    kids = b" ".join(b"%d 0 R" % number for number in made)
    return packed_pdf({2: b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % count} | objects | made, catalog)


def page_of(
    content: bytes, resources: bytes = _FONT, more: bytes = b"", objects: dict[int, bytes] | None = None
) -> bytes:
    """Write a file of one page with a content."""
    entries = b"/Contents 3 0 R/Resources<<" + resources + b">>" + more
    return pages(1, entries, {3: stream("", content)} | (objects or {}))


def _text(operators: bytes) -> bytes:
    return b"BT /F 9 Tf 9 800 Td " + operators + b" ET"


def _full(operators: bytes, octets: int = 5_900_000, before: bytes = b"", after: bytes = b"") -> Callable[[int], bytes]:
    """Fill one page with operators up to what a page may have."""
    return lambda _: page_of(before + operators * (octets // len(operators)) + after)


def shared(operators: bytes, count: int, octets: int) -> Callable[[int], bytes]:
    """Make pages that all draw one content."""
    content = _text(operators * (octets // len(operators)))
    return lambda _: pages(count, b"/Contents 3 0 R/Resources<<" + _FONT + b">>", {3: stream("", content)})


def alike(operators: bytes, count: int, octets: int) -> Callable[[int], bytes]:
    """Make pages that differ by one octet and draw one form."""
    form = stream(f"{_FORM}/Resources<<{_FONT.decode()}>>", _text(operators * (octets // len(operators))))
    streams = {3: form} | {4 + n: stream("", b"/X Do %" + b"%d" % n) for n in range(count)}
    return lambda _: pages(count, lambda n: b"/Contents %d 0 R/Resources<</XObject<</X 3 0 R>>>>" % (4 + n), streams)


def _often(times: int, count: int, octets: int) -> bytes:
    """Make pages that draw one form of words many times."""
    form = stream(f"{_FORM}/Resources<<{_FONT.decode()}>>", _text(b"(ab) Tj " * (octets // 8)))
    return pages(
        count, lambda n: b"/Contents 4 0 R/Rotate %d/Resources<</XObject<</X 3 0 R>>>>" % (n * 360),
        {3: form, 4: stream("", b"/X Do " * times)},
    )  # fmt: skip


def _tower(levels: int, width: int, leaf: bytes) -> bytes:
    """Make forms that draw forms, so many at each of so many levels, above a leaf."""
    forms = {
        10 + n: stream(f"{_FORM}/Resources<</XObject<</X {11 + n} 0 R>>>>", b"/X Do " * width) for n in range(levels)
    }
    forms[10 + levels] = stream(f"{_FORM}/Resources<<{_FONT.decode()}>>", leaf)
    return page_of(b"/X Do " * width, b"/XObject<</X 10 0 R>>", objects=forms)


def _all_name_all(count: int) -> bytes:
    """Make forms whose resources name all the others, and which draw nothing."""
    names = "".join(f"/F{n} {n} 0 R" for n in range(10, 10 + count))
    forms = {n: stream(f"{_FORM}/Resources<</XObject<<{names}>>>>", b"q Q") for n in range(10, 10 + count)}
    return page_of(b"", b"/XObject<<" + names.encode() + b">>", objects=forms)


def _pieces(count: int, octets: int) -> bytes:
    """Name one content stream thousands of times as the pieces of each page."""
    return pages(
        50,
        b"/Contents[" + b"3 0 R " * count + b"]/Resources<<" + _FONT + b">>",
        {3: stream("", _text(_WORDS * (octets // 12)))},
    )


def _damaged(count: int, size: int) -> bytes:
    """Damage the end of a deflated content that all pages share."""
    packed = zlib.compress(_text(_WORDS * 1_000), 0)[:-2_000] + b"\xff" * max(size - 14_000, 2_000)
    content = b"<</Filter/FlateDecode/Length %d>>stream\n" % len(packed) + packed + b"\nendstream"
    return pages(count, lambda n: b"/Contents 3 0 R/Rotate %d/Resources<<" % (n * 360) + _FONT + b">>", {3: content})


def _annotated(count: int, number: int, look: bytes) -> bytes:
    """Put notes with one appearance on pages."""
    notes = {10 + n: b"<</Subtype/Stamp/Rect[9 9 %d 99]/AP<</N 3 0 R>>>>" % (50 + n) for n in range(number)}
    listed = b" ".join(b"%d 0 R" % one for one in notes)
    form = stream(f"{_FORM}/Resources<<{_FONT.decode()}>>", look)
    return pages(count, b"/Annots[" + listed + b"]", {3: form} | {4: stream("", b"q Q")} | notes)


def _fields(count: int, entries: Callable[[int], bytes], page: bytes = b"") -> bytes:
    """Make a form of fields."""
    fields = {2_000 + n: b"<<" + entries(n) + b">>" for n in range(count)}
    listed = b" ".join(b"%d 0 R" % one for one in fields)
    return pages(1, page, fields, b"/AcroForm<</Fields[" + listed + b"]>>")


def _signatures(count: int) -> bytes:
    """Make signature fields whose values are signatures of nothing."""
    return _fields(
        count,
        lambda n: (
            b"/FT/Sig/T(%d)/V<</ByteRange[0 9 %d 9]/Contents<%04x>/SubFilter/adbe.pkcs7.detached>>" % (n, 20 + n, n)
        ),
    )


def _chain_of_fields(count: int) -> bytes:
    """Make each field the child of the one before."""
    return _fields(count, lambda n: b"/T(%s)/FT/Sig/Kids[%d 0 R]" % (b"a" * 200, 2_001 + n))


def _font(more: str, objects: dict[int, bytes], text: bytes = b"<00410042> Tj ", times: int = 400) -> bytes:
    """Make a page in a composite font with further entries."""
    font = f"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[6 0 R]{more}>>".encode()
    below = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(A)/Ordering(I)/Supplement 0>>>>"
    return page_of(_text(text * times), b"/Font<</F 5 0 R>>", objects={5: font, 6: below} | objects)


def _many_fonts(count: int, more: str, objects: dict[int, bytes]) -> bytes:
    """Use many fonts that share one map."""
    below = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(A)/Ordering(I)/Supplement 0>>>>"
    fonts = {
        10 + n: f"<</Type/Font/Subtype/Type0/BaseFont/A{n}/Encoding/Identity-H/DescendantFonts[6 0 R]{more}>>".encode()
        for n in range(count)
    }
    names = b"".join(b"/F%d %d 0 R" % (n, n) for n in fonts)
    content = b"BT " + b"".join(b"/F%d 9 Tf <0041> Tj " % n for n in fonts) + b"ET"
    return page_of(content, b"/Font<<" + names + b">>", objects={6: below} | fonts | objects)


def _simple_fonts(count: int) -> bytes:
    """Use many fonts that are not embedded."""
    fonts = {10 + n: b"<</Type/Font/Subtype/TrueType/BaseFont/Arial%d>>" % n for n in range(count)}
    names = b"".join(b"/F%d %d 0 R" % (n, n) for n in fonts)
    return page_of(
        b"BT " + b"".join(b"/F%d 9 Tf (ab) Tj " % n for n in fonts) + b"ET", b"/Font<<" + names + b">>", objects=fonts
    )


def _drawn_letters(letter: bytes, text: bytes, times: int, count: int = 1) -> bytes:
    """Make a font whose letters are drawn by contents of their own (Type 3)."""
    font = b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 6 0 R>>"
    font += b"/Encoding<</Differences[97/a]>>/FirstChar 97/LastChar 97/Widths[9]/Resources<<>>>>"
    return pages(
        count, lambda n: b"/Rotate %d/Contents 3 0 R/Resources<</Font<</F 5 0 R>>>>" % (360 * n),
        {3: stream("", _text(text * times)), 5: font, 6: stream("", b"9 0 d0 " + letter)},
    )  # fmt: skip


def _letters_in_forms(count: int) -> bytes:
    """Have many forms share resources of a hundred fonts of two hundred drawn letters each."""
    letters = "".join(f"/a{n} 6 0 R" for n in range(250))
    font = f"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<<{letters}>>>>".encode()
    names = "".join(f"/F{n} 5 0 R" for n in range(100))
    forms = {10 + n: stream(f"{_FORM}/Resources 7 0 R", b"q Q %%%d" % n) for n in range(count)}
    drawn = b"".join(b"/X%d Do " % n for n in forms)
    objects = b"".join(b"/X%d %d 0 R" % (n, n) for n in forms)
    shared_ = {5: font, 6: stream("", b"9 0 d0"), 7: f"<</Font<<{names}>>>>".encode()}
    return page_of(drawn, b"/XObject<<" + objects + b">>", objects=forms | shared_)


def _image(width: int, height: int, bits: int, more: str = "", octets: bytes | None = None) -> bytes:
    data = bytes(-(-width * bits // 8) * height) if octets is None else octets
    return stream(
        f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray/BitsPerComponent {bits}{more}",
        data,
    )


def _covered(count: int, image: bytes, more: dict[int, bytes] | None = None) -> bytes:
    """Draw pictures over a text, each large enough to hide it."""
    content = _text(b"(a) Tj ") + b" ".join(b"q %d 0 0 842 0 0 cm /I Do Q" % (595 + n) for n in range(count))
    return page_of(content, _FONT + b"/XObject<</I 4 0 R>>", objects={4: image} | (more or {}))


def _scans(count: int, image: bytes) -> bytes:
    """Make pages that are pictures of one size, each an object of its own."""
    content = {3: stream("", b"q 595 0 0 842 0 0 cm /I Do Q")}
    images = {10 + n: image for n in range(count)}
    return pages(count, lambda n: b"/Contents 3 0 R/Resources<</XObject<</I %d 0 R>>>>" % (10 + n), content | images)


def _masked(number: int, width: int) -> bytes:
    """Make a picture with a soft mask."""
    mask = _image(width, width, 8, octets=bytes(width * width // 2) + b"\xff" * (width * width - width * width // 2))
    return _covered(number, _image(width, width, 8, "/SMask 8 0 R"), {8: mask})


def _objects(count: int, one: bytes) -> bytes:
    """Fill a file with objects nobody names."""
    return pages(1, b"", {2_000 + n: one for n in range(count)})


def _tables(count: int) -> bytes:
    """Chain cross-reference tables by /Prev."""
    out = bytearray(
        b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n"
    )
    places = [out.index(b"%d 0 obj" % n) for n in (1, 2, 3)]
    prev = b""
    for _ in range(count):
        here = len(out)
        out += b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % one for one in places)
        out += b"trailer<</Size 4/Root 1 0 R" + prev + b">>\n"
        prev = b"/Prev %d" % here
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % here


def _tree(count: int, kids: bytes) -> bytes:
    """Name pages many times."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<<" + _FONT + b">>>>"
    return packed_pdf({
        2: b"<</Type/Pages/Kids[" + kids * count + b"]/Count %d>>" % count, 3: page, 4: stream("", _text(_WORDS * 400)),
    })  # fmt: skip


def _metadata(piece: bytes) -> bytes:
    """Fill the metadata."""
    return pages(1, b"", {4: stream("/Type/Metadata/Subtype/XML", piece * (499_000 // len(piece)))}, b"/Metadata 4 0 R")


def _xfa(piece: bytes) -> bytes:
    """Name one piece of an XFA form for all of them."""
    return pages(
        1,
        b"",
        {4: stream("", piece * (499_000 // len(piece)))},
        b"/AcroForm<</Fields[]/XFA[" + b"(a)4 0 R " * 20 + b"]>>",
    )


def _outline(count: int) -> bytes:
    """Make bookmarks."""
    items = {2_000 + n: b"<</Title(%s)/Next %d 0 R/Parent 3 0 R>>" % (b"M" * 3_000, 2_001 + n) for n in range(count)}
    return pages(1, b"", {3: b"<</First 2000 0 R/Last 2000 0 R>>"} | items, b"/Outlines 3 0 R")


def _attached(count: int, octets: bytes) -> bytes:
    """Name one file many times, each in a stream of its own."""
    files = {10 + 2 * n: b"<</Type/Filespec/UF(%d.pdf)/EF<</F %d 0 R>>>>" % (n, 11 + 2 * n) for n in range(count)}
    streams = {11 + 2 * n: stream("/Type/EmbeddedFile", octets + b"%%%d" % n) for n in range(count)}
    return pages(1, b"", files | streams)


def _layers(count: int) -> bytes:
    """Put every word into a layer that is off."""
    groups = {2_000 + n: b"<</Type/OCG/Name(%d)>>" % n for n in range(count)}
    listed = b" ".join(b"%d 0 R" % one for one in groups)
    names = b"".join(b"/P%d %d 0 R" % (one, one) for one in groups)
    words = b"".join(b"/OC/P%d BDC (a) Tj EMC " % one for one in groups)
    catalog = b"/OCProperties<</OCGs[" + listed + b"]/D<</OFF[" + listed + b"]>>>>"
    content = {3: stream("", _text(words * (5_000 // count)))}
    return pages(
        20,
        lambda n: b"/Rotate %d/Contents 3 0 R/Resources<<" % (360 * n) + _FONT + b"/Properties<<" + names + b">>>>",
        groups | content,
        catalog,
    )


def _broken(piece: bytes) -> Callable[[int], bytes]:
    """Fill a file without a table with pieces."""
    return lambda size: b"%PDF-1.4\n" + piece * (size // len(piece)) + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def _numbered(make: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """Fill a file without a table with objects of rising numbers."""

    def made(size: int) -> bytes:
        whole = b"".join(make(n) for n in range(4, 4 + size // len(make(100))))
        return (
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[4 0 R]/Count 1>>endobj\n"
            + whole
        )

    return made


_MAPS: dict[str, bytes] = {
    "ranges": b"100 beginbfrange " + b"<0000> <ffff> <0000> " * 100 + b"endbfrange ",
    "letters": b"100 beginbfchar " + b"<0041> <0042> " * 100 + b"endbfchar ",
    "long letters": b"1 beginbfchar <0041> <" + b"0042" * 500 + b"> endbfchar ",
    "ranges of arrays": b"1 beginbfrange <0000> <00ff> [" + b"<0041>" * 256 + b"] endbfrange ",
}


def _map(piece: bytes, octets: int) -> bytes:
    return stream("", _CMAP + piece * (octets // len(piece)))


FILES: dict[str, Callable[[int], bytes]] = {
    "50 pages share a stream of words": shared(_WORDS, 50, 108_000),
    "200 pages share a stream of letters placed": shared(_PLACED, 200, 100_000),
    "200 pages alike that draw one form": alike(_PLACED, 200, 50_000),
    "20 pages alike that draw one form of words": alike(_WORDS, 20, 1_000_000),
    "200 pages that draw a form twenty times": lambda _: _often(20, 200, 5_600),
    "forms upon forms upon words": lambda _: _tower(9, 3, _text(_WORDS * 10)),
    "forms upon forms upon nothing": lambda _: _tower(13, 2, b""),
    "forms that all name all others": lambda _: _all_name_all(80),
    "pieces of a page, the same thousands of times": lambda _: _pieces(5_000, 1_000),
    "pieces of a page, large ones": lambda _: _pieces(5_000, 5_000_000),
    "damaged contents of 200 pages": lambda size: _damaged(200, size),
    "strokes": _full(b"0 0 m 9 9 l S\n"),
    "curves of one path": _full(b"1 2 3 4 5 6 c\n", before=b"0 0 m\n", after=b"f"),
    "rectangles": _full(b"1 2 3 4 re f\n"),
    "rectangles of one path": _full(b"1 2 3 4 re\n", after=b"f"),
    "clips": _full(b"0 0 9 9 re W n\n"),
    "one long string": lambda _: page_of(_text(b"(" + b"a" * 5_900_000 + b") Tj")),
    "long strings": _full(b"(" + b"ab " * 1_000 + b") Tj ", before=b"BT /F 9 Tf "),
    "short words": _full(b"(a)Tj ", before=b"BT /F 9 Tf "),
    "words on lines": _full(b"(a)' ", before=b"BT /F 1 Tf 9 TL 9 800 Td "),
    "words from right to left": lambda _: page_of(b"BT /F 9 Tf 9000 800 Td " + b"-.01 0 Td(a)Tj " * 80_000 + b"ET"),
    "words over words": lambda _: _often(20, 1, 20_000),
    "words from right to left, pages of them": lambda _: pages(
        200,
        lambda n: b"/Rotate %d/Contents 3 0 R/Resources<<" % (360 * n) + _FONT + b">>",
        {3: stream("", b"BT /F 9 Tf 900 800 Td " + b"-.01 0 Td(a)Tj " * 7_500 + b"ET")},
    ),
    "arrays of letters": _full(b"[" + b"(a)-900" * 500 + b"]TJ ", before=b"BT /F 9 Tf "),
    "hexadecimal letters": _full(b"<61>Tj ", before=b"BT /F 9 Tf "),
    "states saved": _full(b"q ", after=b""),
    "states saved and restored": _full(b"q Q "),
    "matrices": _full(b"1 0 0 1 0 0 cm "),
    "fonts set": _full(b"/F 9 Tf ", before=b"BT "),
    "texts begun": _full(b"BT ET "),
    "colours": _full(b"1 0 0 rg "),
    "numbers": _full(b"1 "),
    "names": _full(b"/a "),
    "arrays in arrays": _full(b"["),
    "dictionaries": _full(b"/a<</b 1>>BDC EMC "),
    "unknown operators": _full(b"xyzzy "),
    "inline pictures": _full(b"BI/W 1/H 1/BPC 8/CS/G ID x EI "),
    "inline pictures, large": _full(b"BI/W 9000/H 9000/BPC 8/CS/G/F/Fl ID x EI ", 500_000),
    "marked contents": _full(b"/Span<</ActualText(MAT)>>BDC(a)Tj EMC ", before=b"BT /F 9 Tf "),
    "shadings": lambda _: page_of(b"/S sh " * 500_000, b"/Shading<</S<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 9 9]/Function<</FunctionType 2/Domain[0 1]/N 1>>>>>>"),
    "patterns": lambda _: page_of(b"/Pattern cs /P scn 0 0 9 9 re f " * 180_000, b"/Pattern<</P 4 0 R>>", objects={4: stream("/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 1/YStep 1/Resources<<>>", b"0 0 1 1 re f")}),
    "invisible words": lambda _: pages(50, lambda n: b"/Rotate %d/Contents 3 0 R/Resources<<" % (360 * n) + _FONT + b">>", {3: stream("", _text(b"3 Tr " + _WORDS * 9_000))}),
    "words of all layers off": lambda _: _layers(500),
    "pictures over words": lambda _: _covered(300, _image(1_000, 1_000, 8)),
    "pictures with masks over words": lambda _: _masked(200, 1_500),
    "a picture drawn thousands of times": lambda _: page_of(b"q 595 0 0 842 0 0 cm /I Do Q " * 200_000, b"/XObject<</I 4 0 R>>", objects={4: _image(1, 1, 8)}),
    "scans, white": lambda _: _scans(3, _image(5_000, 6_000, 8)),
    "scans, bitonal": lambda _: _scans(3, _image(14_000, 17_000, 1)),
    "scans, many": lambda _: _scans(200, _image(600, 800, 8)),
    "a scan of strips": lambda _: page_of(b"".join(b"q 595 0 0 2 0 %d cm /I Do Q " % (2 * n) for n in range(421)), b"/XObject<</I 4 0 R>>", objects={4: _image(4_000, 14, 8)}),
    "a stack of scans": lambda _: page_of(b"q 595 0 0 842 0 0 cm /I Do Q " * 400, b"/XObject<</I 4 0 R>>", objects={4: _image(2_000, 80, 8)}),
    "notes of one appearance": lambda _: _annotated(50, 400, _text(_WORDS * 20)),
    "notes of a heavy appearance": lambda _: _annotated(1, 400, _text(_WORDS * 900)),
    "notes of no appearance": lambda _: pages(1, b"/Annots[" + b"<</Subtype/Text/Rect[0 0 9 9]/Contents(a)>>" * 20_000 + b"]", {}),
    "links": lambda _: pages(1, b"/Annots[" + b"<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(http://a.vn)>>>>" * 20_000 + b"]", {}),
    "fields": lambda _: _fields(8_000, lambda n: b"/FT/Tx/T(%d)/V(a)" % n),
    "fields in a chain": lambda _: _chain_of_fields(7_000),
    "fields of signatures": lambda _: _fields(6_500, lambda n: b"/FT/Sig/T(%d)/Rect[0 0 9 9]/AP<</N 3 0 R>>" % n),
    "signatures of nothing": lambda _: _signatures(5_200),
    "signatures shown": lambda _: _fields(4_500, lambda n: b"/FT/Sig/T(%d)/Rect[0 0 99 99]/V<</ByteRange[0 9 %d 9]/Contents<%04x>/SubFilter/ETSI.RFC3161>>" % (n, 20 + n, n)),
    "a map that expands": lambda _: _font("/ToUnicode 7 0 R", {7: _map(_MAPS["ranges"], 400_000)}),
    "a map of letters": lambda _: _font("/ToUnicode 7 0 R", {7: _map(_MAPS["letters"], 7_900_000)}),
    "a map of long letters": lambda _: _font("/ToUnicode 7 0 R", {7: _map(_MAPS["long letters"], 7_900_000)}, times=4_000),
    "a map of arrays": lambda _: _font("/ToUnicode 7 0 R", {7: _map(_MAPS["ranges of arrays"], 7_900_000)}),
    "a letter that says thousands": lambda _: _font("/ToUnicode 7 0 R", {7: _map(_MAPS["long letters"], 2_500)}, b"<" + b"0041" * 1_000 + b"> Tj ", 500),
    "many fonts, one map": lambda _: _many_fonts(300, "/ToUnicode 7 0 R", {7: _map(_MAPS["ranges"], 20_000)}),
    "many fonts, no map": lambda _: _many_fonts(2_000, "", {}),
    "many fonts, none embedded": lambda _: _simple_fonts(3_000),
    "an encoding that expands": lambda _: _font("", {5: b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding 7 0 R/DescendantFonts[6 0 R]>>", 7: stream("/Type/CMap/CMapName/A", _CMAP + b"100 begincidrange " + b"<0000> <ffff> 0 " * 100 + b"endcidrange ")}),
    "widths": lambda _: _font("", {6: b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(A)/Ordering(I)/Supplement 0>>/W[" + b"0 65535 500 " * 300_000 + b"]>>"}),
    "differences": lambda _: page_of(_text(_WORDS), b"/Font<</F<</Type/Font/Subtype/Type1/BaseFont/A/Encoding<</Differences[" + b"0/a/b/c/d " * 300_000 + b"]>>>>>>"),
    "drawn letters": lambda _: _drawn_letters(b"0 0 m 9 9 l S " * 7_000, b"(aaaaaaaa) Tj ", 400),
    "drawn letters, many": lambda _: _drawn_letters(b"", b"(" + b"a" * 100 + b") Tj ", 5_000, 20),
    "drawn letters of many forms": lambda _: _letters_in_forms(500),
    "objects nobody names": lambda _: _objects(13_000, b"<</a 1>>"),
    "objects of deep arrays": lambda _: _objects(2_000, b"[" * 400 + b"]" * 400),
    "objects that may act": lambda _: _objects(13_000, b"<</S/Launch/A[<</JS 1>>]>>"),
    "an object of many parts": lambda _: _objects(20, b"[" + b"<</S/Launch>>" * 30_000 + b"]"),
    "numbers in an array": lambda _: _objects(1, b"[" + b"1 " * 4_000_000 + b"]"),
    "tables in a chain": lambda size: _tables(size // 150),
    "a page named twenty thousand times": lambda _: _tree(19_000, b"3 0 R "),
    "pages written out": lambda _: _tree(15_000, b"<</Type/Page/MediaBox[0 0 9 9]/Contents 4 0 R>>"),
    "metadata of items": lambda _: _metadata(b"<rdf:li>MAT</rdf:li>"),
    "metadata of tags": lambda _: _metadata(b"<rdf:li " + b"a" * 190),
    "a form of XML": lambda _: _xfa(b"<a>MAT</a>"),
    "a form of tags": lambda _: _xfa(b"<" + b"a" * 1_999),
    "bookmarks": lambda _: _outline(6_000),
    "properties": lambda _: pages(1, b"", {2_000 + n: b"<</Title(%s)/Subject(%s)>>" % (b"M " * 1_500, b"a" * 3_000) for n in range(5_000)}),
    "files inside": lambda _: _attached(60, shared(_WORDS, 20, 108_000)(0)),
    "objects begun": _broken(b"1 0 obj "),
    "objects begun, numbers rising": _numbered(lambda n: b"%d 0 obj<<>>" % n),
    "streams never ended": _numbered(lambda n: b"%d 0 obj<</Length 9>>stream\n" % n),
    "streams of unknown length": _numbered(lambda n: b"%d 0 obj<</Length %d 0 R>>stream\nendstream endobj\n" % (n, n + 1)),
    "trailers": _broken(b"trailer<</Root 1 0 R/Prev 9>>\n"),
    "ends of files": _broken(b"startxref\n9\n%%EOF\n"),
    "strings never ended": _broken(b"1 0 obj("),
    "dictionaries never ended": _broken(b"<</a"),
}  # fmt: skip
"""Technique to a maker of the file."""


def _mail(make: Callable[[int], bytes], size: int) -> bytes:
    return as_file(make(size), b"a.pdf")


SHAPES: dict[str, Callable[[int], bytes]] = {f"pdf, {name}": partial(_mail, make) for name, make in FILES.items()}
