"""Hidden text of a page: what the corpus does not say, and honest pages that hide nothing."""

from __future__ import annotations

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name

from gateway.demo.documents import official_pdf
from gateway.read.pdf.hidden import Sight, find_hidden
from gateway.read.pdf.objects import MAX_OBJECTS
from tests.corpus.pdf_tools import add_page, line, lines, saved
from tests.support.signed_pdfs import read

SIGHT = Sight(is_scan=False, is_clipped=True, layers_off=frozenset())


def hidden(octets, sight=SIGHT):
    """Ways and letters of the first page."""
    pdf = pypdfium2.PdfDocument(octets)
    page = pdf[0]
    text_page = page.get_textpage()
    found = find_hidden(pdf, page, text_page, sight)
    for one in (text_page, page, pdf):
        one.close()
    return sorted(found.ways), [piece.strip() for piece in found.pieces]


def page(*drawing, **more):
    """One page with a line of text and further drawing."""
    pdf = pikepdf.new()
    add_page(pdf, lines("Trang dau") + b"".join(drawing), **more)
    return saved(pdf)


def form(content, **more):
    """A page that draws a form, moved up by 400 points."""
    pdf = pikepdf.new()
    drawn = pdf.make_stream(content)
    drawn.stream_dict.update({"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array([0, 0, 595, 842]), **more})
    add_page(pdf, b"q 1 0 0 1 0 400 cm /X Do Q", XObject=Dictionary(X=drawn))
    drawn.stream_dict["/Resources"] = Dictionary(Font=pdf.pages[0].obj.Resources.Font)
    return saved(pdf)


def test_ordinary_pages_hide_nothing():
    """Bullets, dashes, tables and letters of a word processor."""
    assert ([], []) == hidden(official_pdf())


@pytest.mark.parametrize(
    "drawing",
    [
        b"0 0 0 rg 50 600 300 40 re f\n" + line("Tieu de", 60, 610, before="1 g"),
        b"q 0 0 595 842 re W n\n" + line("Trong khung", 60, 600) + b"Q\n",
        line("Duoi vong tron", 200, 600) + b"0.9 g 200 600 m 200 700 400 700 400 600 c 300 500 l f\n",
        line("-", 60, 600),
        line(" ", 900, 600),
        line("Nua ngoai", 560, 600),
    ],
)
def test_what_shows_is_not_hidden(drawing):
    """White on black, a clip around the page, a shape that is no box, a dash, blanks, letters over the edge."""
    assert ([], []) == hidden(page(drawing))


def test_places_inside_forms_are_those_of_the_page():
    """A form moved up by 400 points: one line shows, the other is above the page."""
    assert (["outside_page"], ["tren"]) == hidden(form(line("giua", 60, 100) + line("tren", 60, 500)))


def test_letters_recognised_from_a_scan_are_not_hidden():
    """Invisible ones, and those under the picture; a scan without such letters all the same."""
    octets = page(line("Chu", 60, 600, before="3 Tr"))

    assert (["invisible"], ["Chu"]) == hidden(octets)
    assert ([], []) == hidden(octets, SIGHT._replace(is_scan=True))


def test_a_page_of_too_many_objects_is_said_to_be_unchecked():
    """What comes first is looked at."""
    octets = page(line("Chu", 60, 600, before="1 g"), b"0 0 m 9 9 l S\n" * MAX_OBJECTS)

    assert (["background_colour", "unchecked"], ["Chu"]) == hidden(octets)


def test_hidden_letters_are_no_text_of_the_document():
    """A number nobody sees is not the document's."""
    reading = read(page(line("So: 99/QD-SA", 60, 700, before="1 g")))

    assert ("Trang dau", 8) == (reading.text.strip(), reading.facts.hidden_characters)
    assert any("99/QD-SA" in piece for piece in reading.withheld)


def test_an_inherited_page_box_survives_flattening():
    """A note on a page whose size stands above it: the text beside the note is still on the page."""
    pdf = pikepdf.new()
    add_page(pdf, lines("Trang dau"))
    node = pdf.pages[0].obj
    pdf.Root.Pages.MediaBox = node.MediaBox
    del node.MediaBox
    look = pdf.make_stream(b"0 0 m 9 9 l S", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    node.Annots = Array([Dictionary(Subtype=Name.Stamp, Rect=Array([0, 0, 90, 90]), AP=Dictionary(N=look))])

    assert ("Trang dau", ()) == (read(saved(pdf)).text.strip(), read(saved(pdf)).facts.hidden_text)
