"""Facts about scans on which something is written: what annotations and stamps of programs say is no text layer."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pikepdf
import pytest

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.pdf.reader import read_pdf
from gateway.read.scans.ocr import Reading
from gateway.values.trust import EMPTY_TRUST
from tests.corpus.pdf_tools import line, saved, unicode_font
from tests.support.scans import Scan

AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
PICTURE = "SỞ A\nSố: 12/SA-VP\nV/v rà soát"
LAYER = ["SO A", "So 12 SA VP", "Ve viec ra soat cac hop dong thue dat nam nay", "Kinh gui cac phong chuyen mon"]


class Reader:
    """Reads the same off every page, and no stamps."""

    def recognise(self, grey, width, height, *, dpi, is_line, milliseconds):
        """Answer by what is asked."""
        return Reading("", 0) if dpi > 200 else Reading(PICTURE, 92)


def scan(*, content: tuple[str, ...] = (), shown: str = "", kind: str = "/Widget", before: str = "") -> bytes:
    """A scanned page with text on it, and an annotation that shows some."""
    with pikepdf.open(io.BytesIO(Scan(7, "plain", is_seal=False, dpi=100).pdf())) as pdf:
        page = pdf.pages[0]
        font = pikepdf.Dictionary(F1=unicode_font(pdf))
        page.obj.Resources["/Font"] = font
        for row, text in enumerate(content):
            page.contents_add(pdf.make_stream(line(text, 60, 780 - 20 * row, before=before)))
        if shown:
            look = pdf.make_stream(line(shown, 5, 20))
            look.Type, look.Subtype, look.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 200, 60]
            look.Resources = pikepdf.Dictionary(Font=font)
            about = {
                "/Type": pikepdf.Name.Annot,
                "/Subtype": pikepdf.Name(kind),
                "/Rect": [380, 760, 580, 820],
                "/F": 4,
            }
            if kind == "/Widget":
                about |= {"/FT": pikepdf.Name.Sig, "/T": pikepdf.String("Signature1")}
            one = pikepdf.Dictionary({**about, "/AP": pikepdf.Dictionary(N=look)})
            page.obj["/Annots"] = pikepdf.Array([pdf.make_indirect(one)])
            if kind == "/Widget":
                pdf.Root.AcroForm = pikepdf.Dictionary(Fields=page.obj.Annots)
        return saved(pdf)


def read(octets: bytes, reader=None):
    """Read a file."""
    return read_pdf(octets, DEFAULT_BUDGET, EMPTY_TRUST, AT, recogniser=reader)


OVERLAID = {
    "signature": scan(shown="So A 20/11/2026 10:00:00 +07:00"),
    "long signature": scan(shown="Ky boi So A, co quan UBND tinh, ngay ky 20/11/2026 10:00:00 +07:00, ly do phat hanh"),
    "text box": scan(shown="So 12, ngay 20/11/2026", kind="/FreeText"),
    "stamp": scan(shown="DA DUYET", kind="/Stamp"),
    "scanner": scan(content=("Scanned with CamScanner",)),
    "number": scan(content=("12/SA-VP", "20/11/2026")),
    "page": scan(content=("1",)),
    "nothing": scan(),
}


@pytest.mark.parametrize("octets", OVERLAID.values(), ids=OVERLAID)
def test_what_lies_on_a_scan_is_no_text_layer(octets):
    """The picture is read as of any scan; without a recogniser it is unread and reported so."""
    seen, unseen = read(octets, Reader()), read(octets)

    assert (False, "pages", "") == (seen.facts.has_text, seen.facts.ocr, seen.uninspectable)
    assert "Số: 12/SA-VP" in seen.text.splitlines()
    assert (False, "no_ocr") == (unseen.facts.has_text, unseen.uninspectable)


@pytest.mark.parametrize("reader", [None, Reader()], ids=["no recogniser", "recogniser"])
def test_what_signing_tools_write_is_still_read(reader):
    """Numbers and dates live in appearances: they stand in the text beside what the picture says."""
    text = read(OVERLAID["text box"], reader).text

    assert "So 12, ngay 20/11/2026" in text


@pytest.mark.parametrize("shown", ["", "So A 20/11/2026 10:00:00 +07:00"])
def test_a_layer_over_the_whole_page_is_one(shown):
    """What a recogniser of a scanner wrote under its picture is the text of the page, signed or not."""
    reading = read(scan(content=tuple(LAYER), shown=shown, before="3 Tr"))

    assert (True, "") == (reading.facts.has_text, reading.uninspectable)
    assert "hop dong thue dat" in reading.text
