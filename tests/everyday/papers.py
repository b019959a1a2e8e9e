"""Attachments of everyday mail, made from a few words: letters as Word sets them, scans, sheets, archives.

A letter has its head in two columns, as offices set it: issuer and number on the left, motto, place and date on the
right; a mark stands below the number. Everything is deterministic but for signatures with elliptic keys.
"""

from __future__ import annotations

import csv
import io
from dataclasses import fields
from html import escape
from typing import TYPE_CHECKING, Any

import pikepdf
from PIL import Image, ImageDraw
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from gateway.demo.cms_maker import CmsPlan
from gateway.demo.documents import FONT, OfficialDocument, scanned_pdf, zip_of
from gateway.demo.signing import SignPlan, sign_pdf
from tests.corpus.compose import odt, tnef
from tests.corpus.ole import word

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from gateway.demo.pki import Identity

WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGES = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FACE = "EverydayFace"
_WIDTH, _HEIGHT = 595.276, 841.89


def letter(words: dict[str, Any]) -> OfficialDocument:
    """Make a document of the words a line gives; the others are those of an ordinary công văn of Sở A."""
    known = {field.name for field in fields(OfficialDocument)}
    assert set(words) <= known, set(words) - known
    lists = {name: tuple(value) for name, value in words.items() if isinstance(value, list)}
    return OfficialDocument(**{**words, **lists})


class _Page:
    """A page written from top to bottom."""

    def __init__(self) -> None:
        pdfmetrics.registerFont(TTFont(_FACE, str(FONT)))
        self.out = io.BytesIO()
        self.canvas = Canvas(self.out, pagesize=(_WIDTH, _HEIGHT), invariant=1, pdfVersion=(1, 7))
        self.canvas.setFont(_FACE, 11)
        self.y = _HEIGHT - 60

    def columns(self, left: str, right: str) -> None:
        """Set one row of the head, each column centred."""
        self.canvas.drawCentredString(150, self.y, left)
        self.canvas.drawCentredString(410, self.y, right)
        self.y -= 16

    def paragraph(self, text: str) -> None:
        """Set a paragraph in lines of the page's measure."""
        # Columns that a writer sets off with blanks stay apart; splitting would fold them.
        lines = [text] if "    " in text else simpleSplit(text, _FACE, 11, 480)
        for line in lines or [""]:
            if self.y < 60:
                self.canvas.showPage()
                self.canvas.setFont(_FACE, 11)
                self.y = _HEIGHT - 60
            self.canvas.drawString(57, self.y, line)
            self.y -= 16
        self.y -= 4

    def done(self) -> bytes:
        """Close the file, with the classic cross-reference table that signing tools append to."""
        self.canvas.showPage()
        self.canvas.save()
        with pikepdf.open(io.BytesIO(self.out.getvalue())) as pdf:
            out = io.BytesIO()
            pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, deterministic_id=True)
        return out.getvalue()


def letter_pdf(document: OfficialDocument, placed: Sequence[tuple[float, float, int, str]] = ()) -> bytes:
    """Set a letter as a word processor exports it; `placed` are words of stamps: left, top (points), size, words."""
    page = _Page()
    for left, top, size, words in placed:
        page.canvas.setFont(_FACE, size)
        page.canvas.drawString(left, _HEIGHT - top, words)
    page.canvas.setFont(_FACE, 11)
    page.columns(document.parent, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    page.columns(document.organisation, "Độc lập - Tự do - Hạnh phúc")
    page.columns(f"Số: {document.number or '        '}/{document.notation}", document.place_date)
    for mark in document.marks:
        page.columns(mark, "")
    page.y -= 10
    if document.type_line:
        page.canvas.drawCentredString(_WIDTH / 2, page.y, document.type_line)
        page.y -= 18
        page.canvas.drawCentredString(_WIDTH / 2, page.y, document.summary)
        page.y -= 24
    else:
        page.columns(document.summary, "")
    if document.addressee:
        page.paragraph(f"Kính gửi: {document.addressee}")
    for text in document.body:
        page.paragraph(text)
    page.columns("Nơi nhận:", document.signer_title)
    for line in document.receivers:
        page.paragraph(line)
    return page.done()


def text_pdf(paragraphs: list[str]) -> bytes:
    """Set a paper that is no letter."""
    page = _Page()
    for text in paragraphs:
        page.paragraph(text)
    return page.done()


def _package(files: dict[str, str], main: str, content_type: str) -> bytes:
    types = (
        f'{_HEAD}<Types xmlns="{PACKAGES}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{content_type}"/></Types>'
    )
    relations = (
        f'{_HEAD}<Relationships xmlns="{PACKAGES}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="{main}"/></Relationships>'
    )
    every = {"[Content_Types].xml": types, "_rels/.rels": relations, **files}
    return zip_of({name: text.encode() for name, text in every.items()})


def _run(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r></w:p>'


def _word_table(rows: list[list[str]]) -> str:
    cells = ("".join(f"<w:tc>{_run(str(cell))}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def _word(body: str, **asides: list[str]) -> bytes:
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    box = "".join(map(_run, asides.get("box", ())))
    if box:
        body = f"<w:p><w:r><w:pict><w:txbxContent>{box}</w:txbxContent></w:pict></w:r></w:p>{body}"
    text = f'{_HEAD}<w:document xmlns:w="{WORDS}"><w:body>{body}</w:body></w:document>'
    edges = {
        f"word/{name}1.xml": f'{_HEAD}<w:{tag} xmlns:w="{WORDS}">{"".join(map(_run, asides[name]))}</w:{tag}>'
        for name, tag in (("header", "hdr"), ("footer", "ftr"))
        if asides.get(name)
    }
    return _package({"word/document.xml": text, **edges}, "word/document.xml", main)


def letter_docx(document: OfficialDocument, **asides: list[str]) -> bytes:
    """Set a letter with its head in a table, as most offices do; `header`, `footer` and `box` stand apart."""
    head = [
        [document.parent, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        [document.organisation, "Độc lập - Tự do - Hạnh phúc"],
        [f"Số: {document.number or '        '}/{document.notation}", document.place_date],
        *([mark, ""] for mark in document.marks),
        *([] if document.type_line else [[document.summary, ""]]),
    ]
    typed = (document.type_line, document.summary) if document.type_line else ()
    addressee = (f"Kính gửi: {document.addressee}",) if document.addressee else ()
    body = "".join(map(_run, (*typed, *addressee, *document.body)))
    foot = _word_table([["\n".join(("Nơi nhận:", *document.receivers)), document.signer_title]])
    return _word(_word_table(head) + body + foot, **asides)


def text_docx(paragraphs: list[str], table: list[list[str]], **asides: list[str]) -> bytes:
    """Set a paper that is no letter, with its table below the text."""
    return _word("".join(map(_run, paragraphs)) + (_word_table(table) if table else ""), **asides)


def text_rtf(paragraphs: list[str]) -> bytes:
    """Set a paper as rich text, letters beyond ASCII as WordPad escapes them."""
    escaped = (
        "".join(one if one.isascii() else f"\\u{ord(one)}?" for one in text.replace("\\", "\\\\"))
        for text in paragraphs
    )
    return ("{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Times New Roman;}}\n" + "\\par\n".join(escaped) + "\\par\n}").encode()


def sheet(rows: list[list[Any]]) -> bytes:
    """Make a workbook of one sheet with inline strings."""
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    lines = []
    for number, row in enumerate(rows, 1):
        cells = "".join(
            f'<c r="{chr(65 + column)}{number}" t="inlineStr"><is><t>{escape(str(cell), quote=False)}</t></is></c>'
            for column, cell in enumerate(row)
            if str(cell)
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    book = (
        f'{_HEAD}<workbook xmlns="{space}" xmlns:r="{OFFICE}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/>'
        "</sheets></workbook>"
    )
    relations = (
        f'{_HEAD}<Relationships xmlns="{PACKAGES}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    )
    text = f'{_HEAD}<worksheet xmlns="{space}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
    files = {
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": relations,
        "xl/worksheets/sheet1.xml": text,
    }
    return _package(files, "xl/workbook.xml", main)


def _csv(rows: list[list[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def picture(kind: str, *, is_logo: bool = False) -> bytes:
    """Draw a photograph-like gradient, or the small logo of a signature."""
    size = (120, 40) if is_logo else (800, 600)
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    ImageDraw.Draw(image).rectangle((10, 10, size[0] // 2, size[1] // 2), fill=(40, 90, 160))
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def locked_zip(octets: bytes) -> bytes:
    """Pack a file behind a password: the flag that says so, over octets nobody can read."""
    plain = bytearray(zip_of({"tai_lieu.docx": octets}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        plain[plain.index(signature) + flags] |= 1
    return bytes(plain)


_EXE = b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0" + b"\x4c\x01" + bytes(200)
_PLAIN: dict[str, Callable[[], bytes]] = {
    "jpg": lambda: picture("JPEG"),
    "png": lambda: picture("PNG"),
    "mp3": lambda: b"ID3\x04\0\0\0\0\0\x0aTIT2" + bytes(20) + b"\xff\xfb\x90\x64" + bytes(413),
    "dwg": lambda: b"AC1032" + bytes(122) + bytes(range(256)),
    "exe": lambda: _EXE,
    "ds_store": lambda: b"\0\0\0\x01Bud1\0\0\x10\0\0\0\x08\0" + bytes(200),
    "lock": lambda: b"\x0dVan thu So A" + b" " * 42 + b"\x0d\0V\0a\0n\0" + bytes(100),
}


class Maker:
    """Makes attachments with the keys of one throw-away hierarchy."""

    def __init__(self, signers: dict[str, Identity], compose: Callable[[dict[str, Any]], bytes]) -> None:
        """Sign for these agencies; `compose` makes the octets of an attached mail."""
        self._signers = signers
        self._compose = compose

    def make(self, plan: dict[str, Any], at: dt.datetime) -> bytes:
        """Make the octets of one attachment of a line."""
        kind = plan["make"]
        if kind in {"pdf", "signed", "docx", "doc", "scan"}:
            return self._paper(kind, plan, at)
        if kind in {"zip", "tnef"}:
            members = {one["name"]: self.make(one, at) for one in plan["files"]}
            return zip_of(members) if kind == "zip" else tnef(*members.items())
        if kind in {"odt", "rtf"}:
            text = plan["paragraphs"]
            return text_rtf(text) if kind == "rtf" else odt("</text:p><text:p>".join(escape(one) for one in text))
        if kind == "locked":
            return locked_zip(letter_docx(letter({})))
        if kind == "eml":
            return self._compose({"at": at.isoformat(), **plan["mail"]})
        if kind in {"xlsx", "csv"}:
            return (sheet if kind == "xlsx" else _csv)(plan["rows"])
        if kind in {"txt", "html", "xml", "json"}:
            return str(plan["text"]).encode()
        return _PLAIN[kind]()

    def _paper(self, kind: str, plan: dict[str, Any], at: dt.datetime) -> bytes:
        paragraphs = plan.get("paragraphs")
        document = letter(plan.get("doc", {}))
        if kind == "scan":
            return scanned_pdf(document, dpi=200)
        if kind == "doc":
            return word("".join(f"{line}\r" for line in (paragraphs or document.lines())))
        if kind == "docx":
            has_words = paragraphs is not None or "table" in plan
            asides = {name: plan[name] for name in ("header", "footer", "box") if name in plan}
            if has_words:
                return text_docx(paragraphs or [], plan.get("table", []), **asides)
            return letter_docx(document, **asides)
        octets = text_pdf(paragraphs) if paragraphs is not None else letter_pdf(document, plan.get("placed", ()))
        if kind == "pdf":
            return octets
        return sign_pdf(octets, self._signers[plan.get("by", "so-a")], SignPlan(cms=CmsPlan(signing_time=at)))
