"""Makers of bombs: small files that ask for much time or memory, each of one technique known from attacks."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib

from tests.corpus import compose, ole
from tests.support.scans import plain_pdf, stream

MANY = 100_000
_ZEROS = bytes(8_000_000)


def overlapping_zip(entries: int = 2_000, octets: int = 1_000_000) -> bytes:
    """Make a zip whose entries all share the octets of one file, packed 150 to 1 at most."""
    kernel = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = b"".join(bytes((number % 251,)) * 120 for number in range(octets // 120))
    packed = kernel.compress(content) + kernel.flush()
    sizes = struct.pack("<III", zlib.crc32(content), len(packed), len(content))
    out = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0" + sizes + struct.pack("<HH", 1, 0) + b"a" + packed
    directory = b"".join(
        b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0" + sizes + struct.pack("<HHHHHII", 1, 0, 0, 0, 0, 0, 0) + b"a"
        for _ in range(entries)
    )
    end = struct.pack("<HHHHIIH", 0, 0, min(entries, 65_535), min(entries, 65_535), len(directory), len(out), 0)
    return out + directory + b"PK\x05\x06" + end


def zips_in_zips(levels: int, width: int = 4) -> bytes:
    """Make zips that hold copies of zips that hold copies, as 42.zip does; the innermost swells."""
    octets = compose.archive(("0", _ZEROS))
    for _ in range(levels):
        octets = compose.archive(*((str(number), octets) for number in range(width)))
    return octets


def own_zip_in_itself(depth: int = 40) -> bytes:
    """Make a zip so deep that only a loop would reach its end, as r.zip is."""
    octets = b"x"
    for _ in range(depth):
        octets = compose.archive(("r.zip", octets), packed=False)
    return octets


def tar_of_many(entries: int = 30_000) -> bytes:
    """Make a gzip of a tar of empty files, with some octets between them against the ratio."""
    row = bytearray(tarfile.TarInfo("a").tobuf())
    rows = bytearray(row * entries)
    for number in range(entries):
        # the device number of a file is nobody's business, and no part of what readers check but for the sum
        rows[512 * number + 400 : 512 * number + 500] = (
            struct.pack("<Q", number * 0x9E3779B97F4A7C15 % 2**64).hex().encode() * 6 + b"0000"
        )
        block = rows[512 * number : 512 * number + 512]
        block[148:156] = b" " * 8
        rows[512 * number + 148 : 512 * number + 156] = b"%06o\0 " % sum(block)
    return gzip.compress(bytes(rows), 1)


def gzip_of_gzip() -> bytes:
    """Pack zeros twice: each layer 1000 to 1."""
    return gzip.compress(gzip.compress(_ZEROS * 3, 1), 1)


def package(kind: str, part: str, content: bytes) -> bytes:
    """Make an office package with one part of the given octets."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        if kind == "odt":
            archive.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.text")
            archive.writestr("META-INF/manifest.xml", "<manifest/>")
        else:
            archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, content)
    return out.getvalue()


def laughs(root: bytes) -> bytes:
    """Write XML of entities of entities: a billion words."""
    entities = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"ha") for n in range(10))
    return b"<?xml version='1.0'?><!DOCTYPE x [" + entities + b"]><" + root + b">&l9;</" + root + b">"


def blowup(root: bytes) -> bytes:
    """Write XML of one long entity used often: quadratic, and no entity of entities."""
    entity = b'<!ENTITY a "' + b"x" * 50_000 + b'">'
    return b"<?xml version='1.0'?><!DOCTYPE x [" + entity + b"]><" + root + b">" + b"&a;" * 20_000 + b"</" + root + b">"


def deep_xml(root: bytes) -> bytes:
    """Write XML of a hundred thousand elements in one another."""
    return b"<" + root + b">" + b"<p>" * MANY + b"x" + b"</p>" * MANY + b"</" + root + b">"


def wide_xml(root: bytes) -> bytes:
    """Write one element with a hundred thousand attributes."""
    return b"<" + root + b" " + b" ".join(b"a%d='1'" % number for number in range(MANY)) + b"/>"


def sheet_strings() -> bytes:
    """Write 2^20 shared strings, as many as a sheet has rows."""
    return b"<sst>" + b"".join(b"<si><t>%d</t></si>" % number for number in range(1 << 20)) + b"</sst>"


def pdf(*objects: bytes) -> bytes:
    """Make a PDF of a catalog, a page tree and further objects; the third is the page."""
    return plain_pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", *objects])


_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]"


def page(more: bytes, *objects: bytes) -> bytes:
    """Make a PDF of one page with further entries, and objects from number 4."""
    return pdf(_PAGE + more + b">>", *objects)


def object_stream() -> bytes:
    """Make a PDF whose objects lie in a stream of 8 MB packed to 8 kB, and claims ten million of them."""
    packed = zlib.compress(b"1 0 " * 2_000_000, 9)
    return pdf(_PAGE + b">>", stream("/Type/ObjStm/N 10000000/First 30000000/Filter/FlateDecode", packed))


def chained(names: str, octets: bytes) -> bytes:
    """Make a PDF whose page content is packed by a chain of filters."""
    return page(b"/Contents 4 0 R", stream(f"/Filter[{names}]", octets))


def layers(count: int) -> bytes:
    """Deflate zeros several times over."""
    octets = _ZEROS
    for _ in range(count):
        octets = zlib.compress(octets, 9)
    return octets


def run_lengths() -> bytes:
    """Zeros in run lengths, deflated."""
    return zlib.compress(b"\x81\0" * 1_000_000 + b"\x80", 9)


def lzw() -> bytes:
    """Zeros in LZW: codes that grow by one octet each, deflated; after the clear code, 0 and every next code."""
    bits = "".join(format(code, "09b") for code in [256, 0, *range(258, 511)])
    return zlib.compress(int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big") * 4_000, 9)


def deep_pages(levels: int = 30_000) -> bytes:
    """Make a page tree that is a chain, and ends in its own beginning."""
    nodes = [b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (number + 1) for number in range(2, levels)]
    return plain_pdf([b"<</Type/Catalog/Pages 2 0 R>>", *nodes, b"<</Type/Pages/Kids[2 0 R]/Count 1>>"])


def many_pages() -> bytes:
    """Make a page tree that names one page a million times."""
    kids = b"3 0 R " * 1_000_000
    return plain_pdf(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1000000/Kids[" + kids + b"]>>", _PAGE + b">>"]
    )


def forms_in_forms() -> bytes:
    """Make forms of which each draws the next ten times: ten to the tenth in all."""
    forms = [
        stream(f"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F {number + 1} 0 R>>>>", b"/F Do " * 10)
        for number in range(5, 15)
    ]
    last = stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]", b"0 0 9 9 re f")
    return page(b"/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>", stream("", b"/F Do " * 10), *forms, last)


def form_in_itself() -> bytes:
    """Make a form that draws itself."""
    form = stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 5 0 R>>>>", b"/F Do")
    return page(b"/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>", stream("", b"/F Do"), form)


def huge_table() -> bytes:
    """Make a cross-reference stream of two thousand million entries."""
    head = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    index = "/Type/XRef/W[8 8 8]/Index[0 2000000000]/Size 2000000000/Root 1 0 R/Filter/FlateDecode"
    return (
        head
        + b"3 0 obj\n"
        + stream(index, zlib.compress(_ZEROS * 2, 9))
        + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)
    )


def deep_objects() -> bytes:
    """Make an array of arrays of arrays."""
    return page(b"/Annots " + b"[" * MANY + b"]" * MANY)


def chained_tables() -> bytes:
    """Make a cross-reference table whose /Prev is itself."""
    octets = page(b"")
    at = octets.rindex(b"xref\n0")
    return octets.replace(b"trailer<<", b"trailer<</Prev %d" % at)


def picture_page(entries: str, octets: bytes) -> bytes:
    """Make a page that is one picture."""
    image = stream(f"/Type/XObject/Subtype/Image/ColorSpace/DeviceGray{entries}", octets)
    content = stream("", b"595 0 0 842 0 0 cm /I Do")
    return page(b"/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>", content, image)


def tiny_tiles() -> bytes:
    """Make a page painted with a pattern of tiles a thousandth of a point wide, over a picture of the whole page."""
    pattern = stream(
        "/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep .001/YStep .001/Resources<<>>",
        b"0 0 1 1 re f",
    )
    image = stream(
        "/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/Width 100/Height 140/BitsPerComponent 8", bytes(14_000)
    )
    content = stream("", b"q 595 0 0 842 0 0 cm /I Do Q /Pattern cs /P scn 0 0 595 842 re f")
    return page(b"/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>/Pattern<</P 6 0 R>>>>", content, image, pattern)


def many_strokes() -> bytes:
    """Make a page of millions of strokes, packed well."""
    content = stream("/Filter/FlateDecode", zlib.compress(b"0 0 m 595 842 l S\n" * 1_500_000, 9))
    return page(b"/Contents 4 0 R", content)


def endless_font() -> bytes:
    """Make a font whose map from codes to letters names every code a hundred times over."""
    ranges = b"100 beginbfrange\n" + b"<0000> <ffff> <0000>\n" * 100 + b"endbfrange\n"
    cmap = b"1 begincodespacerange <0000> <ffff> endcodespacerange\n" + ranges * 40
    font = b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>"
    descendant = (
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(A)/Ordering(I)/Supplement 0>>>>"
    )
    content = stream("", b"BT /F 9 Tf (" + b"ab" * 100 + b") Tj ET")
    return page(b"/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>", content, font, descendant, stream("", cmap))


def swelling_font() -> bytes:
    """Make an embedded font program of 32 MB packed to 32 kB."""
    font = b"<</Type/Font/Subtype/TrueType/BaseFont/A/FirstChar 32/LastChar 33/Widths[9 9]/FontDescriptor 6 0 R>>"
    descriptor = b"<</Type/FontDescriptor/FontName/A/Flags 4/FontFile2 7 0 R>>"
    program = stream("/Filter/FlateDecode", zlib.compress(b"\0\1\0\0\xff\xff" + _ZEROS * 4, 9))
    content = stream("", b"BT /F 9 Tf (ab) Tj ET")
    return page(b"/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>", content, font, descriptor, program)


def nested_rtf() -> bytes:
    """Write a million groups in one another, and lengths of binary data that run over the end."""
    return b"{\\rtf1 " + b"{" * 1_000_000 + b"\\bin2147483647 " * 1_000 + b"x"


def nested_html() -> bytes:
    """Write tags in tags, comments never closed, and one endless tag."""
    return b"<html><body>" + b"<div>" * MANY + b"<!--" * MANY + b"<script>" * MANY + b"<a " + b"x=" * MANY


def ole_in_a_circle() -> bytes:
    """Make an old Word file whose allocation table leads in a circle, and whose directory is its own child."""
    octets = bytearray(ole.word("Kính gửi" * 400))
    for sector in range(2, 100):
        octets[512 + 4 * sector : 516 + 4 * sector] = struct.pack("<I", 2 if sector > 3 else sector + 1)
    return bytes(octets)


def tnef_of_lengths() -> bytes:
    """Make TNEF attributes that claim four thousand million octets, after a hundred thousand files of one octet."""
    small = b"\x02" + struct.pack("<II", 0x0006800F, 1) + b"x\0\0"
    return b"\x78\x9f\x3e\x22\0\0" + small * MANY + b"\x02" + struct.pack("<II", 0x0006800F, 0xFFFFFFFF)


def deep_cms() -> bytes:
    """Make a CMS of octet strings of indefinite length in one another."""
    return bytes.fromhex("308006092a864886f70d010702a080308002010131003080") + b"\x24\x80" * MANY + b"\0\0" * MANY


def huge_picture(kind: str) -> bytes:
    """Make a picture of hundreds of millions of pixels in some hundred octets."""
    if kind == "png":
        header = struct.pack(">II5B", 60_000, 60_000, 1, 0, 0, 0, 0)
        rows = zlib.compress(bytes(2_000_000), 9)
        chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
        body = (
            struct.pack(">I", len(data)) + word + data + struct.pack(">I", zlib.crc32(word + data))
            for word, data in chunks
        )
        return b"\x89PNG\r\n\x1a\n" + b"".join(body)
    if kind == "jpeg":
        frame = struct.pack(">HBHHB", 11, 8, 65_500, 65_500, 1) + b"\x01\x11\0"
        return b"\xff\xd8\xff\xc0" + frame + b"\xff\xda\0\x08\x01\x01\0\0\x3f\0" + b"\0" * 500 + b"\xff\xd9"
    if kind == "tiff":
        fields = (
            (256, 4, 1, 2_000_000_000),
            (257, 4, 1, 2_000_000_000),
            (258, 3, 1, 8),
            (259, 3, 1, 1),
            (262, 3, 1, 1),
        )
        more = ((273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, 2_000_000_000), (279, 4, 1, 100))
        rows = b"".join(struct.pack("<HHII", *field) for field in (*fields, *more))
        # the next directory is this one: a picture of endless pages
        return b"II*\0\x08\0\0\0" + struct.pack("<H", 9) + rows + struct.pack("<I", 8) + bytes(100)
    if kind == "gif":
        return (
            b"GIF89a\xff\xff\xff\xff\0\0\0"
            + (b"!\xf9\x04\0\0\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x08\x01\0\0" * 20_000)
            + b";"
        )
    return (
        b"BM"
        + struct.pack("<IIIIiiHHIIiiII", 200, 0, 54, 40, 2_000_000_000, 2_000_000_000, 1, 24, 0, 0, 0, 0, 0, 0)
        + bytes(100)
    )


J2K = bytes.fromhex("ff4fff510029000000fffff0000ffff000000000000000000000fffff0000ffff000000000000000000001070101")
"""The beginning of a JPEG 2000 codestream of a million by a million."""


def field(name: bytes, octets: bytes) -> bytes:
    """Make a mail with one field of the given octets."""
    return b"From: a@so-a.example.vn\r\nMIME-Version: 1.0\r\n" + name + b": " + octets + b"\r\n\r\nx\r\n"


def qp(octets: bytes) -> bytes:
    """Make a mail in quoted-printable."""
    return field(b"Content-Transfer-Encoding", b"quoted-printable") + octets


def nested_messages(levels: int = 3_000) -> bytes:
    """Make mails in mails."""
    return b"MIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n" * levels


def as_file(octets: bytes, name: bytes = b"a.bin") -> bytes:
    """Attach a file as it is."""
    head = b"From: a@so-a.example.vn\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream; name="
    return head + name + b"\r\n\r\n" + octets


FILES = {
    "zip, flat": (lambda: compose.archive(("0", _ZEROS * 3)), "container_ratio"),
    "zip, overlapping": (overlapping_zip, "container_octets"),
    "zip, 42": (lambda: zips_in_zips(3), "container_octets"),
    "zip in itself": (own_zip_in_itself, "container_depth"),
    "tar of many": (tar_of_many, "container_entries"),
    "gzip of gzip": (gzip_of_gzip, "container_ratio"),
    "bzip2": (lambda: bz2.compress(_ZEROS * 3), "container_ratio"),
    "xz": (lambda: lzma.compress(_ZEROS * 3, preset=0), "container_ratio"),
    "docx, a billion laughs": (lambda: package("docx", "word/document.xml", laughs(b"t")), ""),
    "xlsx, a billion laughs": (lambda: package("xlsx", "xl/sharedStrings.xml", laughs(b"t")), ""),
    "odt, a billion laughs": (lambda: package("odt", "content.xml", laughs(b"text")), ""),
    "docx, one long entity": (lambda: package("docx", "word/document.xml", blowup(b"t")), ""),
    "odt, one long entity": (lambda: package("odt", "content.xml", blowup(b"text")), ""),
    "docx, deep": (lambda: package("docx", "word/document.xml", deep_xml(b"w")), ""),
    "docx, wide": (lambda: package("docx", "word/document.xml", wide_xml(b"w")), ""),
    "docx, relations": (lambda: package("docx", "word/_rels/document.xml.rels", deep_xml(b"Relationships")), ""),
    "xlsx of many strings": (lambda: package("xlsx", "xl/sharedStrings.xml", sheet_strings()), ""),
    "pdf, object stream": (object_stream, ""),
    "pdf, deflated four times": (lambda: chained("/FlateDecode " * 4, layers(4)), "over_budget"),
    "pdf, run lengths": (lambda: chained("/FlateDecode/RunLengthDecode", run_lengths()), "over_budget"),
    "pdf, lzw": (lambda: chained("/FlateDecode/LZWDecode", lzw()), "over_budget"),
    "pdf, a hundred filters": (lambda: chained("/FlateDecode " * 100, layers(2)), "over_budget"),
    "pdf, deep pages": (deep_pages, "over_budget"),
    "pdf, many pages": (many_pages, "over_budget"),
    "pdf, forms in forms": (forms_in_forms, "over_budget"),
    "pdf, form in itself": (form_in_itself, ""),
    "pdf, huge table": (huge_table, "malformed"),
    "pdf, deep objects": (deep_objects, ""),
    "pdf, table of itself": (chained_tables, ""),
    "pdf, tiny tiles": (tiny_tiles, ""),
    "pdf, many strokes": (many_strokes, "over_budget"),
    "pdf, endless font": (endless_font, ""),
    "pdf, swelling font": (swelling_font, ""),
    "pdf, huge jpeg": (
        lambda: picture_page("/Width 65500/Height 65500/BitsPerComponent 8/Filter/DCTDecode", huge_picture("jpeg")), "over_budget",
    ),
    "pdf, huge bitmap": (
        lambda: picture_page("/Width 60000/Height 60000/BitsPerComponent 8/Filter/FlateDecode", layers(1)), "over_budget",
    ),
    "pdf, huge fax": (
        lambda: picture_page("/Width 60000/Height 60000/BitsPerComponent 1/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 60000/Rows 60000>>", bytes(1_000)), "over_budget",
    ),
    "pdf, huge j2k": (lambda: picture_page("/Width 9/Height 9/Filter/JPXDecode", J2K + bytes(500)), "over_budget"),
    "pdf, huge jbig2": (
        lambda: picture_page(
            "/Width 60000/Height 60000/BitsPerComponent 1/Filter/JBIG2Decode",
            bytes.fromhex("00000000300001000000130000ea600000ea60000000000000000000000000") + bytes(500),
        ), "over_budget",
    ),
    "png": (lambda: huge_picture("png"), "over_budget"),
    "jpeg": (lambda: huge_picture("jpeg"), "over_budget"),
    "tiff": (lambda: huge_picture("tiff"), "over_budget"),
    "gif": (lambda: huge_picture("gif"), "over_budget"),
    "bmp": (lambda: huge_picture("bmp"), "over_budget"),
    "rtf, nested": (nested_rtf, ""),
    "html, nested": (nested_html, ""),
    "ole in a circle": (ole_in_a_circle, ""),
    "tnef of lengths": (tnef_of_lengths, "container_entries"),
    "cms, deep": (deep_cms, "malformed"),
}  # fmt: skip
"""Files: maker, and the fact that names what was met; empty where the file is read as far as it goes."""

MAILS = {
    "multiparts in multiparts": (lambda: compose.nested(3_000), "depth"),
    "messages in messages": (nested_messages, "depth"),
    "one long field": (lambda: field(b"X-Long", b"x" * 10_000_000), "header_octets"),
    "one long field, folded": (lambda: field(b"X-Long", b"x\r\n " * 2_000_000), "header_octets"),
    "a million fields": (lambda: field(b"X", b"x\r\nX: x" * 1_000_000), "header_octets"),
    "addresses": (lambda: field(b"To", b"a@b.vn, " * 200_000), "header_octets"),
    "comments in comments": (lambda: field(b"From", b"(" * 100_000), ""),
    "quotes never closed": (lambda: field(b"From", b'"\\' * 12_500) .replace(b"\r\n\r\n", b"\r\nFrom: " + b'"\\' * 12_500 + b"\r\n\r\n"), ""),
    "encoded words": (lambda: field(b"Subject", b"=?utf-8?B?" * 9_000), ""),
    "parameters": (lambda: field(b"Content-Type", b"text/plain" + b";a=b" * 20_000), ""),
    "pieces of a name": (
        lambda: field(b"Content-Type", b"a/b" + b"".join(b";name*%d*=%%41" % number for number in range(6_000))), "",
    ),
    "delimiters": (lambda: field(b"Content-Type", b"multipart/mixed; boundary=a") + b"--a\r\n" * 500_000, "parts"),
    "lines like delimiters": (lambda: field(b"Content-Type", b"multipart/mixed; boundary=a") + b"--\r\n" * 2_000_000, ""),
    "quoted-printable": (lambda: qp(b"=" * 5_000_000), ""),
    "quoted-printable, all escapes": (lambda: qp(b"=41 " * 2_500_000), ""),
    "base64 of blanks": (lambda: field(b"Content-Transfer-Encoding", b"base64") + b"A \r\n" * 1_000_000, ""),
    "letters spaced, then blanks": (lambda: field(b"X", b"x") + b"a b c" + b" " * 58_000 + b"z", ""),
    "uuencoded beginnings": (lambda: field(b"X", b"x") + b"begin 644 a\r\n" * 200_000, ""),
    "yenc beginnings": (lambda: field(b"X", b"x") + b"=ybegin line=128 size=1 name=a\r\n" * 100_000, ""),
}  # fmt: skip
"""Mails, as above."""
