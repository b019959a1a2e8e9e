"""PDF files with more than pages: words beside them, files inside, odd structure, and too much of something."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.corpus.pdf_texts import SECRET, page_mark_drawn_last
from tests.corpus.pdf_tools import add_page, changed, letter, line, lines, paper, saved

if TYPE_CHECKING:
    from collections.abc import Callable

# Words outside the page.


def _annotation(**keys: object) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        about = Dictionary(Type=Name.Annot, Rect=Array([60, 600, 160, 640]), **keys)
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(about)])

    return change


@paper
def aside_note() -> bytes:
    """A sticky note."""
    return changed(_annotation(Subtype=Name.Text, Contents=String("MẬT")))


@paper
def aside_hidden_annotation() -> bytes:
    """An annotation that is never shown."""
    return changed(_annotation(Subtype=Name.FreeText, F=2, DA=String("/F1 12 Tf"), Contents=String("TỐI MẬT")))


@paper
def aside_form_value() -> bytes:
    """The value of a form field whose appearance the viewer makes."""

    def change(pdf: pikepdf.Pdf) -> None:
        field = pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("Do mat"), V=String("MẬT")))
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]), NeedAppearances=True)

    return changed(change)


@paper
def aside_bookmark() -> bytes:
    """A bookmark."""

    def change(pdf: pikepdf.Pdf) -> None:
        item = pdf.make_indirect(Dictionary(Title=String("MẬT")))
        pdf.Root.Outlines = pdf.make_indirect(Dictionary(Type=Name.Outlines, First=item, Last=item, Count=1))

    return changed(change)


@paper
def aside_metadata() -> bytes:
    """The title in XMP only."""

    def change(pdf: pikepdf.Pdf) -> None:
        xmp = "<x:xmpmeta><rdf:RDF><dc:title><rdf:Alt><rdf:li xml:lang='x-default'>MẬT</rdf:li></rdf:Alt></dc:title>"
        pdf.Root.Metadata = pdf.make_stream(xmp.encode(), Type=Name.Metadata, Subtype=Name.XML)

    return changed(change)


@paper
def aside_xfa() -> bytes:
    """A form in XML: viewers that know it show it instead of the page."""

    def change(pdf: pikepdf.Pdf) -> None:
        template = "<template><subform><draw><value><text>MẬT</text></value></draw></subform></template>"
        piece = pdf.make_stream(template.encode())
        pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=Array([String("template"), piece]))

    return changed(change)


# Files inside.


def _specification(pdf: pikepdf.Pdf, name: str, content: bytes) -> pikepdf.Object:
    stream = pdf.make_stream(content, Type=Name.EmbeddedFile)
    return pdf.make_indirect(
        Dictionary(Type=Name.Filespec, F=String(name), UF=String(name), EF=Dictionary(F=stream, UF=stream))
    )


@paper
def file_in_names() -> bytes:
    """A secret letter in the names tree."""

    def change(pdf: pikepdf.Pdf) -> None:
        about = _specification(pdf, "phu-luc.txt", "SỞ A\nMẬT\nNội dung".encode())
        pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("a"), about])))

    return changed(change)


@paper
def file_in_portfolio() -> bytes:
    """A portfolio of two: a PDF with a mark, and a program that calls itself a text."""

    def change(pdf: pikepdf.Pdf) -> None:
        program = b"MZ" + bytes(58) + b"\x40\0\0\0" + b"PE\0\0" + bytes(64)
        inner = [_specification(pdf, "a.pdf", page_mark_drawn_last()), _specification(pdf, "b.txt", program)]
        names = Array([String("a"), inner[0], String("b"), inner[1]])
        pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=names))
        pdf.Root.Collection = Dictionary(View=Name.D)

    return changed(change)


@paper
def file_in_annotation() -> bytes:
    """Behind a paper clip on the page, packed."""

    def change(pdf: pikepdf.Pdf) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(zipfile.ZipInfo("trong.txt", (2026, 11, 20, 8, 0, 0)), "SỞ A\nTỐI MẬT\n")
        about = _specification(pdf, "tep.zip", packed.getvalue())
        _annotation(Subtype=Name.FileAttachment, FS=about)(pdf)

    return changed(change)


@paper
def file_associated() -> bytes:
    """An associated file of PDF 2.0."""
    return changed(lambda pdf: pdf.Root.update({"/AF": Array([_specification(pdf, "a.txt", "SỞ A\nMẬT".encode())])}))


@paper
def file_unreferred() -> bytes:
    """A stream that says it is an embedded file and that nothing refers to."""

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root["/Odd"] = pdf.make_stream("SỞ A\nMẬT".encode(), Type=Name.EmbeddedFile)

    return changed(change)


@paper
def file_bomb() -> bytes:
    """A file of sixty megabytes of nothing in sixty kilobytes."""

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root["/AF"] = Array([_specification(pdf, "a.txt", bytes(60_000_000))])

    return changed(change)


# Structure.


@paper
def outside_junk() -> bytes:
    """A thousand octets before the header."""
    return b"x" * 1_000 + letter()


@paper
def outside_truncated() -> bytes:
    """The end is missing; the page shows after repair."""
    return letter()[:-40]


@paper
def outside_jpeg() -> bytes:
    """The beginning of a JPEG, and a PDF in its comment."""
    comment = letter(line(SECRET, 60, 815))
    return b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\1\0\0\x01\0\x01\0\0\xff\xfe\xff\xff" + comment + b"\xff\xd9"


@paper
def outside_zip() -> bytes:
    """An archive behind the PDF: archivers open it from its end."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("trong.txt", (2026, 11, 20, 8, 0, 0)), "SỞ A\nTỐI MẬT\n")
    return letter() + packed.getvalue()


@paper
def outside_html() -> bytes:
    """A page of the web before the header."""
    return b"<html><script>location='//a.example'</script>\n" + letter()


@paper
def encrypted_without_password() -> bytes:
    """Encrypted, and every viewer opens it."""
    with pikepdf.open(io.BytesIO(letter(line(SECRET, 60, 815)))) as pdf:
        return saved(pdf, encryption=pikepdf.Encryption(owner="chu", user="", R=4, aes=False, metadata=False))


@paper
def active_escaped() -> bytes:
    """A script whose names are written with escapes, in an annotation."""

    def change(pdf: pikepdf.Pdf) -> None:
        action = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
        _annotation(Subtype=Name.Link, A=action)(pdf)

    return changed(change).replace(b"/JavaScript", b"/J#61v#61Script").replace(b"/JS", b"/#4aS")


@paper
def active_links() -> bytes:
    """Links to a site, to a share and to a local file: recorded apart from what acts."""

    def change(pdf: pikepdf.Pdf) -> None:
        targets = ("https://vanthu@dich-vu.example:8443/a", "file://may-chu/tep.exe", "mailto:a@so-b.example")
        pdf.pages[0].obj.Annots = Array(
            [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]),
                        A=Dictionary(S=Name.URI, URI=String(target))) for target in targets]
        )  # fmt: skip

    return changed(change)


# Too much.


@paper
def bomb_forms() -> bytes:
    """Forms in forms, ten times each: ten to the ninth letters out of two kilobytes."""
    pdf = pikepdf.new()
    inner: pikepdf.Object | None = None
    for _ in range(9):
        form = pdf.make_stream(b"/X Do " * 10 if inner is not None else b"BT /F1 9 Tf (a) Tj ET")
        form.stream_dict.update({"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array([0, 0, 9, 9])})
        form.stream_dict["/Resources"] = Dictionary(XObject=Dictionary(X=inner)) if inner is not None else Dictionary()
        inner = form
    add_page(pdf, b"/X Do", XObject=Dictionary(X=inner))
    return saved(pdf)


@paper
def bomb_content() -> bytes:
    """A page of twenty megabytes of operators."""
    pdf = pikepdf.new()
    add_page(pdf, b"BT /F1 9 Tf " + b"(a) Tj " * 3_000_000 + b"ET")
    return saved(pdf, compress_streams=True)


@paper
def bomb_middle() -> bytes:
    """The same in the middle of a document: the rest is read, and one page is said not to be."""
    pdf = pikepdf.new()
    for number in range(5):
        content = b"BT /F1 9 Tf " + b"(a) Tj " * 1_000_000 + b"ET" if number == 2 else lines(f"Trang {number}")
        add_page(pdf, content)
    return saved(pdf, compress_streams=True)


@paper
def bomb_font_map() -> bytes:
    """A font whose own character map maps everything again a hundred thousand times."""
    pdf = pikepdf.new()
    cmap = b"1 begincodespacerange <0000> <ffff> endcodespacerange\n" + b"1 begincidrange <0000> <ffff> 1 endcidrange\n"
    inner = Dictionary(Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/A+T"))
    outer = Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/A+T"), Encoding=pdf.make_stream(cmap * 100_000),
        DescendantFonts=Array([pdf.make_indirect(inner)]),
    )  # fmt: skip
    add_page(pdf, b"BT /F1 9 Tf <0041> Tj ET", {"F1": pdf.make_indirect(outer)})
    return saved(pdf, compress_streams=True)


@paper
def bomb_page_tree() -> bytes:
    """A page below fifteen hundred nodes."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>"]
    depth = 1_500
    for number in range(2, depth + 2):
        parent = b"/Parent %d 0 R" % (number - 1) if number > 2 else b""
        objects.append(b"<</Type/Pages/Count 1/Kids[%d 0 R]%s>>" % (number + 1, parent))
    objects.append(b"<</Type/Page/MediaBox[0 0 595 842]/Parent %d 0 R>>" % (depth + 1))
    return by_hand(objects)


def by_hand(objects: list[bytes]) -> bytes:
    """Write objects with a cross-reference table."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


@paper
def bomb_revisions() -> bytes:
    """Cross-references that name one another as the one before."""
    pages = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
    made = by_hand([b"<</Type/Catalog/Pages 2 0 R>>", pages, b"<</Type/Page/MediaBox[0 0 9 9]/Parent 2 0 R>>"])
    start = made.rindex(b"startxref\n") + len(b"startxref\n")
    return made.replace(b"/Root 1 0 R>>", b"/Root 1 0 R/Prev %s>>" % made[start:].split(b"\n")[0])
