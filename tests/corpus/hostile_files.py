"""Hostile shapes of office files and containers: each one technique that asks for much work, grown to a wanted size.

As `hostile_shapes`, which are mail, text and pictures. What is packed in them is as much as a mail of that size may hold.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from functools import cache
from typing import TYPE_CHECKING

from PIL import Image

from tests.corpus import boxes, compose, office, ole
from tests.corpus.archives import cab, iso, rar, rar_of_filters
from tests.corpus.bombs import as_file
from tests.corpus.hostile_shapes import fill, numbered

if TYPE_CHECKING:
    from collections.abc import Callable

_PACKED = 120
"""What a mail octet unpacks to here: well packed, and below the ratio that is refused."""
_MOST = 15_000_000
_W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_S = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_A = b'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_ODF = (
    b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    b'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    b'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
)
_RELATIONS = b'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def _inner(size: int) -> int:
    return min(_MOST, size * _PACKED)


def _zip(parts: dict[str, bytes], *, is_stored: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(
        out, "w", zipfile.ZIP_STORED if is_stored else zipfile.ZIP_DEFLATED, compresslevel=6
    ) as archive:
        for name, octets in parts.items():
            archive.writestr(zipfile.ZipInfo(name), octets, None if is_stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _rels(target: str, kind: str) -> bytes:
    return b"<Relationships %s><Relationship Id='a' Type='%s' Target='%s'/></Relationships>" % (
        _RELATIONS, (_OFFICE + kind).encode(), target.encode(),
    )  # fmt: skip


def _package(kind: str, part: str, octets: bytes, rows: bytes = b"") -> bytes:
    """An office package of one part, and its relations."""
    if kind == "odt":
        return _zip({"mimetype": b"application/vnd.oasis.opendocument.text", part: octets})
    others = {"word/_rels/document.xml.rels": rows} if rows else {}
    parts = {"[Content_Types].xml": b"<Types/>", "_rels/.rels": _rels(part, "officeDocument"), part: octets}
    return _zip(parts | others)


def docx(piece: bytes, before: bytes = b"", after: bytes = b"") -> Callable[[int], bytes]:
    """Fill the body of a document with a piece of XML."""
    return lambda size: as_file(
        _package(
            "docx", "word/document.xml",
            b"<w:document " + _W + b"><w:body>" + before + fill(piece, _inner(size)) + after + b"</w:body></w:document>",
        ), b"a.docx",
    )  # fmt: skip


def xlsx(piece: bytes, strings: bytes = b"<si><t>a</t></si>") -> Callable[[int], bytes]:
    """Fill the rows of a sheet with a piece of XML."""

    def make(size: int) -> bytes:
        sheet = b"<worksheet " + _S + b"><sheetData>" + fill(piece, _inner(size)) + b"</sheetData></worksheet>"
        book = b"<workbook " + _S + b"><sheets><sheet name='a' sheetId='1'/></sheets></workbook>"
        parts = {
            "[Content_Types].xml": b"<Types/>", "_rels/.rels": _rels("xl/workbook.xml", "officeDocument"),
            "xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": _rels("worksheets/sheet1.xml", "worksheet"),
            "xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": b"<sst " + _S + b">" + strings + b"</sst>",
        }  # fmt: skip
        return as_file(_zip(parts), b"a.xlsx")

    return make


def odt(piece: bytes, before: bytes = b"", after: bytes = b"") -> Callable[[int], bytes]:
    """Fill the content of an OpenDocument with a piece of XML."""
    head = b"<office:document-content " + _ODF + b"><office:body>"
    return lambda size: as_file(
        _package("odt", "content.xml", head + before + fill(piece, _inner(size)) + after + b"</office:body></office:document-content>"),
        b"a.odt",
    )  # fmt: skip


def _many_parts(name: str, octets: bytes) -> Callable[[int], bytes]:
    """Fill a package with parts of one kind."""

    def make(size: int) -> bytes:
        count = size // (2 * len(name) + 110 + len(zlib.compress(octets, 6)))
        parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document " + _W + b"/>"}
        return as_file(_zip(parts | {name % number: octets for number in range(count)}), b"a.docx")

    return make


def _relations(size: int) -> bytes:
    """Relations by the hundred thousand, all to one part."""
    rows = numbered(lambda n: b"<Relationship Id='r%d' Type='x' Target='http://a.vn/%d'/>" % (n, n), size * 6)
    rows = b"<Relationships " + _RELATIONS + b">" + rows + b"</Relationships>"
    return as_file(_package("docx", "word/document.xml", b"<w:document " + _W + b"/>", rows=rows), b"a.docx")


def rtf(piece: bytes, before: bytes = b"") -> Callable[[int], bytes]:
    """Fill a rich text with a piece."""
    return lambda size: as_file(b"{\\rtf1\\ansi " + before + fill(piece, size) + b"}", b"a.rtf")


def _word_pieces(size: int) -> bytes:
    """A piece table whose pieces all show the same long text."""
    text = ("văn bản mật " * 2_000)[:20_000]
    streams = ole.word_streams(text)
    count = min(3_000, size // 13)
    positions = [len(text) * number for number in range(count + 1)]
    plc = struct.pack(f"<{count + 1}I", *positions) + struct.pack("<HIH", 0, 2_048, 0) * count
    clx = b"\x02" + struct.pack("<I", len(plc)) + plc
    main = bytearray(streams["WordDocument"])
    main[0x4C:0x50] = struct.pack("<I", positions[-1])
    main[0x1A2:0x1AA] = struct.pack("<II", 16, len(clx))
    return as_file(
        ole.compound({"WordDocument": bytes(main), "0Table": (bytes(16) + clx).ljust(4_096, b"\0")}), b"a.doc"
    )


def _sheet_of_one_string(size: int) -> bytes:
    """An old workbook whose every cell shows the same long string."""
    stream = office.sheets("Độ mật " * 4_000)
    cells = b"".join(office.record(0xFD, struct.pack("<HHHI", row, 0, 0, 0)) for row in range(min(2_500, size // 14)))
    return as_file(ole.compound({"Workbook": stream[:-4] + office.record(0x0809, bytes(16)) + cells}), b"a.xls")


def _slides(size: int) -> bytes:
    """An old presentation of containers in one another."""
    head = struct.pack("<HHI", 0xF, 0x03E8, 60_000)
    return as_file(
        ole.compound({"PowerPoint Document": fill(head, min(size, 50_000)), "Current User": bytes(40)}), b"a.ppt"
    )


def _directory(size: int) -> bytes:
    """A compound file whose directory is all there is."""
    return as_file(ole.compound({f"S{number}": b"" for number in range(min(250, size // 128))}), b"a.doc")


def _tnef_values(size: int) -> bytes:
    """A list of properties that claim values by the thousand."""
    rows = fill(struct.pack("<HHI", 0x1002, 0x3001, 0xFFFFFFFF) + bytes(64), min(size, 60_000))
    octets = b"\x78\x9f\x3e\x22\x01\0" + fill(
        b"\x02" + struct.pack("<II", 0x00069005, len(rows)) + struct.pack("<I", 1 << 30) + rows[4:] + b"\0\0", size
    )
    return as_file(octets, b"winmail.dat")


def _packed_rtf(size: int) -> bytes:
    """Compressed RTF of references that each give seventeen letters ([MS-OXRTFCP])."""
    body = (b"\xff" + b"\x0f\xff" * 8) * (size // 17)
    head = struct.pack("<IIII", len(body) + 12, len(body) * 8, 0x75465A4C, zlib.crc32(body))
    return as_file(office.outlook("a", "b", body=(head + body)[:40_000]), b"a.msg")


def _stray_headers(size: int) -> bytes:
    """Zip entries without a directory, one beginning in another."""
    head = struct.pack("<4sHHHIIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, 9_000, 9_000, 1, 0) + b"a\3\0"
    return as_file(fill(head, size), b"a.zip")


def _extra_fields(size: int) -> bytes:
    """Entries with 64 kB of extra fields, none of which is the one looked for."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(max(1, size // 66_000)):
            info = zipfile.ZipInfo(f"{number}")
            info.extra = fill(b"upupup\0\0", 60_000)[:60_000]
            archive.writestr(info, b"x")
    return as_file(out.getvalue(), b"a.zip")


def _one_for_all(octets: bytes, name: str) -> Callable[[int], bytes]:
    """A directory whose entries all show the same packed file."""

    def make(size: int) -> bytes:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = packer.compress(octets) + packer.flush()
        local = struct.pack("<4sHHHIIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, len(packed), len(octets), len(name), 0)
        row = struct.pack(
            "<4sHHHHIIIIHHHHHII", b"PK\1\2", 20, 20, 0, 8, 0, 0, len(packed), len(octets), len(name), 0, 0, 0, 0, 0, 0
        )
        rows = (row + name.encode()) * min(1_000, size // (len(row) + len(name)))
        count = len(rows) // (len(row) + len(name))
        data = local + name.encode() + packed
        end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, len(rows), len(data), 0)
        return as_file(data + rows + end, b"a.zip")

    return make


def _xz(octets: bytes) -> bytes:
    """Pack in a tenth of the usual time: what is alike packs as well, and unpacks as slowly."""
    return lzma.compress(octets, preset=0)


def _bz2(octets: bytes) -> bytes:
    """Pack in small blocks, for the same reason."""
    return bz2.compress(octets, 1)


def _variants(make: Callable[[int], bytes], name: str, pack: Callable[[bytes], bytes]) -> Callable[[int], bytes]:
    """A tape archive of files that differ in a few octets, packed as one."""

    def made(size: int) -> bytes:
        # beyond what may always be unpacked the ratio of what is so alike would be all that is looked at
        count = max(1, min(800, size // 40, _MOST // (len(make(0)) + 1_024)))
        files = [(f"{number}{name}", make(number)) for number in range(count)]
        while len(packed := pack(compose.tar(*files))) > size and len(files) > 1:
            files = files[: len(files) // 2]
        return as_file(packed, b"a.tar.xz")

    return made


def _heavy_docx(number: int) -> bytes:
    row = b"<w:tr><w:tc><w:p><w:r><w:t>\xc4\x90\xe1\xbb\x99 m\xe1\xba\xadt %d</w:t></w:r></w:p></w:tc></w:tr>" % number
    return _package(
        "docx",
        "word/document.xml",
        b"<w:document " + _W + b"><w:body><w:tbl>" + row * 600 + b"</w:tbl></w:body></w:document>",
    )


@cache
def _white() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1_500, 2_000), (255, 255, 255)).save(out, "PNG")
    return out.getvalue()


def _picture(number: int) -> bytes:
    """Draw a page once, and tell it from others by a comment."""
    end = _white().rindex(b"IEND") - 4
    words = b"tEXtComment\0%d" % number
    chunk = struct.pack(">I", len(words) - 4) + words + struct.pack(">I", zlib.crc32(words))
    return _white()[:end] + chunk + _white()[end:]


def _pax(size: int) -> bytes:
    """Records of pax headers, each block of them full."""
    records = fill(b"12 path=aaa\n", 65_000)
    block = bytearray(compose.tar(("a", records))[: 512 + -(-len(records) // 512) * 512])
    block[156:157] = b"x"
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block[:512])
    return as_file(gzip.compress(bytes(block) * max(1, size // 400)), b"a.tar.gz")


SHAPES = {
    "docx, runs of a letter": docx(b"<w:p><w:r><w:t>m</w:t></w:r></w:p>"),
    "docx, cells in rows": docx(b"<w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr>", b"<w:tbl>", b"</w:tbl>"),
    "docx, cells in one row": docx(b"<w:tc><w:p><w:r><w:t>M</w:t></w:r></w:p></w:tc>", b"<w:tbl><w:tr>", b"</w:tr></w:tbl>"),
    "docx, tables in tables": docx(b"<w:tbl><w:tr><w:tc><w:p/>"),
    "docx, empty paragraphs": docx(b"<w:p/>"),
    "docx, boxes": docx(b"<w:p><w:r><w:txbxContent><w:p><w:r><w:t>M\xe1\xba\xacT</w:t></w:r></w:p></w:txbxContent></w:r></w:p>"),
    "docx, tabs": docx(b"<w:tab/><w:br/>", b"<w:p><w:r>", b"</w:r></w:p>"),
    "docx, fields": docx(b"<w:fldSimple w:instr='DATE'><w:r><w:t>a</w:t></w:r></w:fldSimple>", b"<w:p>", b"</w:p>"),
    "docx, comments of XML": docx(b"<!-- -->"),
    "docx, attributes": docx(b"<w:p w:a='1' w:b='2' w:c='3' w:d='4'/>"),
    "docx, headers": _many_parts("word/header%d.xml", b"<w:hdr " + _W + b"><w:p><w:r><w:t>M\xe1\xba\xacT</w:t></w:r></w:p></w:hdr>"),
    "docx, parts": _many_parts("word/x%d.bin", b"x"),
    "docx, pictures": _many_parts("word/media/%d.png", _picture(1)),
    "docx, embedded": _many_parts("word/embeddings/%d.docx", _heavy_docx(1)),
    "docx, relations": _relations,
    "xlsx, cells": xlsx(b"<row><c><v>1</v></c></row>"),
    "xlsx, one row": xlsx(b"<c t='s'><v>0</v></c>"),
    "xlsx, one long string": xlsx(b"<row><c t='s'><v>0</v></c></row>", b"<si><t>" + b"\xc4\x90\xe1\xbb\x99 m\xe1\xba\xadt " * 3_000 + b"</t></si>"),
    "xlsx, strings in cells": xlsx(b"<row><c t='inlineStr'><is><t>a</t></is></c></row>"),
    "xlsx, far columns": xlsx(b"<row r='1'><c r='XFD1048576'><v>1</v></c></row>"),
    "odt, paragraphs": odt(b"<text:p>a</text:p>", b"<office:text>", b"</office:text>"),
    "odt, repeated cells": odt(b"<table:table-row table:number-rows-repeated='1048576'><table:table-cell table:number-columns-repeated='16384'><text:p>a</text:p></table:table-cell></table:table-row>", b"<office:spreadsheet><table:table>", b"</table:table></office:spreadsheet>"),
    "odt, blanks": odt(b"<text:p>a<text:s text:c='1000000000'/>b</text:p>", b"<office:text>", b"</office:text>"),
    "rtf, paragraphs": rtf(b"\\par "),
    "rtf, groups": rtf(b"{\\b m}"),
    "rtf, letters": rtf(b"\\u7853?\\'e1"),
    "rtf, cells": rtf(b"a\\cell\\row "),
    "rtf, fonts": rtf(b"{\\f1\\fcharset163 a;}", b"{\\fonttbl"),
    "rtf, charsets": rtf(b"\\f1\\'e1\\f2\\'e2", b"{\\fonttbl{\\f1\\fcharset163 a;}{\\f2\\fcharset0 .VnTime;}}"),
    "rtf, objects": rtf(b"{\\object{\\objdata 0105000002000000}}"),
    "rtf, one object": rtf(b"d0cf11e0a1b11ae1 ", b"{\\object{\\objdata "),
    "rtf, pictures": rtf(b"{\\pict\\pngblip 89504e470d0a1a0a}"),
    "rtf, hidden": rtf(b"{\\v m}{\\*\\x m}"),
    "doc, pieces of one text": _word_pieces,
    "xls, one string": _sheet_of_one_string,
    "ppt, containers": _slides,
    "ole, directory": _directory,
    "tnef, values": _tnef_values,
    "msg, packed rich text": _packed_rtf,
    "zip, stray headers": _stray_headers,
    "zip, extra fields": _extra_fields,
    "zip, one docx for all": _one_for_all(_heavy_docx(1), "a.docx"),
    "zip, one picture for all": _one_for_all(_picture(1), "a.png"),
    "zip, one text for all": _one_for_all("Độ mật: Mật\r\n".encode() * 60_000, "a.txt"),
    "zip, one page for all": _one_for_all(b"<td>a<b>" * 100_000, "a.html"),
    "zip, one stray zip for all": _one_for_all(fill(b"PK\3\4" + bytes(26), 200_000), "a.zip"),
    "tar.xz of docx": _variants(_heavy_docx, ".docx", _xz),
    "tar.xz of pictures": _variants(_picture, ".png", _xz),
    "tar.xz of texts": _variants(lambda n: b"%d" % n + "Độ mật: Mật\r\n".encode() * 8_000, ".txt", _xz),
    "tar.bz2 of pages": _variants(lambda n: b"<html>%d" % n + b"<td>a<b>" * 20_000, ".html", _bz2),
    "tar.xz of mails": _variants(lambda n: b"From: a@b.vn\r\nSubject: %d\r\n\r\n" % n + "Độ mật: Mật\r\n".encode() * 8_000, ".eml", _xz),
    "tar.xz of rtf": _variants(lambda n: b"{\\rtf1 %d" % n + b"{\\b m\\'e1}" * 20_000, ".rtf", _xz),
    "tar.gz, pax": _pax,
    "iso, one extent for all": lambda size: as_file(boxes.disc(
        boxes.volume(18), boxes.END,
        boxes.folder(18, *(boxes.Node(b"%d" % number, 19, 40 * 2_048) for number in range(40))), fill("Độ mật: Mật\r\n".encode(), min(size, 81_920)),
    ), b"a.iso"),
    "iso, many": lambda size: as_file(iso(*((f"{n}", b"x") for n in range(min(40, size // 2_048)))), b"a.iso"),
    "cab, one text for all": lambda size: as_file(boxes.cabinet(
        [(b"%d.txt" % n, 1_000_000, n, 0) for n in range(min(900, size // 24))], boxes.mszip("Độ mật: Mật\r\n".encode() * 80_000)), b"a.cab"),
    "cab, many": lambda size: as_file(cab(*((f"{n}", b"x") for n in range(min(900, size // 24)))), b"a.cab"),
    "rar, many": lambda size: as_file(rar(*((f"{n}", b"x") for n in range(size // 48))), b"a.rar"),
    "rar, filters with vast data": lambda size: as_file(rar_of_filters(size // 17, 100_000_000), b"a.rar"),
    "rar5, many": lambda size: as_file(boxes.rar5(*(boxes.rar5_file(f"{n}", b"x") for n in range(size // 32))), b"a.rar"),
    "7z, vast dictionary": lambda _size: as_file(boxes.seven_zip_wanting(1 << 30), b"a.7z"),
}  # fmt: skip
"""Name to maker; of a mail of so many octets, or fewer where the technique ends."""
