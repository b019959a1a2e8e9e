"""Contents of pages weighed before PDFium loads them."""

from __future__ import annotations

import io

import pikepdf
import pytest
from msgspec import structs
from pikepdf import Array, Dictionary, Name

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.pdf.contents import plan_pages
from gateway.read.pdf.weights import MAX_PAGE_OCTETS
from tests.corpus.pdf_tools import add_page, lines, saved


def plan(octets, **budget):
    """Plan the pages of a file."""
    with pikepdf.open(io.BytesIO(octets)) as pdf:
        limits = structs.replace(DEFAULT_BUDGET, **budget)
        return plan_pages(pdf, limits, has_legacy_fonts=False, may_replace=False)


def pages(*contents):
    """A document of pages with these contents."""
    pdf = pikepdf.new()
    for content in contents:
        add_page(pdf, content)
    return saved(pdf, compress_streams=True)


def test_first_and_last_pages_speak_and_the_others_are_read():
    """Of seven pages, with a budget of five."""
    found = plan(pages(*[lines("a")] * 7), pdf_text_pages=5)

    assert ((0, 1, 6), (2, 3, 4), 1) == (found.principal, found.middle, found.unread)
    assert not found.is_over_budget


@pytest.mark.parametrize(("place", "is_over"), [(0, True), (2, False), (4, True)])
def test_a_heavy_page_is_not_loaded(place, is_over):
    """It makes the file one that cannot be inspected only when it speaks for the document."""
    contents = [lines("a")] * 5
    contents[place] = b"0 0 m " * (MAX_PAGE_OCTETS // 6 + 1)
    found = plan(pages(*contents))

    assert (1, is_over) == (found.unread, found.is_over_budget)
    assert place not in (*found.principal, *found.middle)


def test_all_pages_share_one_budget():
    """Pages that are light each by itself."""
    found = plan(pages(*[lines("a" * 1_000)] * 6), pdf_content_octets=3_500)

    assert (3, (0, 1, 5)) == (found.unread, found.principal)


def test_damaged_content_weighs_what_stands_before_the_damage():
    """Readers draw that much, so a bomb cannot hide behind a wrong checksum."""
    octets = pages(b"0 0 m " * (MAX_PAGE_OCTETS // 6 + 1))
    with pikepdf.open(io.BytesIO(octets)) as pdf:
        packed = pdf.pages[0].obj.Contents.read_raw_bytes()
        pdf.pages[0].obj.Contents.write(packed[:-4] + b"\0\0\0\0", filter=Name.FlateDecode)
        out = io.BytesIO()
        pdf.save(out, static_id=True)

    assert 1 == plan(out.getvalue()).unread


def test_appearances_and_letters_drawn_by_contents_count():
    """An annotation, and a font of type 3, each with a form drawn too often."""
    pdf = pikepdf.new()
    add_page(pdf, lines("a"))
    inner = pdf.make_stream(b"0 0 m " * 10_000)
    inner.stream_dict.update({"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array([0, 0, 9, 9])})
    outer = pdf.make_stream(b"/X#31 Do " * 200)
    outer.stream_dict.update({"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array([0, 0, 9, 9])})
    outer.stream_dict["/Resources"] = Dictionary(XObject=Dictionary(X1=inner))
    by_annotation, by_font = (pikepdf.Dictionary(pdf.pages[0].obj) for _ in range(2))
    by_annotation.Annots = Array([Dictionary(Subtype=Name.Stamp, AP=Dictionary(N=outer))])
    letters = Dictionary(Type=Name.Font, Subtype=Name.Type3, CharProcs=Dictionary(a=outer))
    by_font.Resources = Dictionary(Font=Dictionary(F1=letters))
    pdf.pages.extend(pikepdf.Page(pdf.make_indirect(page)) for page in (by_annotation, by_font))

    assert (2, (0,)) == (plan(saved(pdf)).unread, plan(saved(pdf)).principal)


def test_letters_that_see_their_own_font_do_not_draw_it():
    """Fonts of type 3 without resources of their own use the page's, where they stand themselves."""
    pdf = pikepdf.new()
    letters = Dictionary(a=pdf.make_stream(b"0 0 m 9 9 l S"))
    own = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type3, CharProcs=letters))
    add_page(pdf, b"BT /F1 9 Tf (a) Tj ET", {"F1": own})

    assert (0,) == plan(saved(pdf)).principal


def test_a_form_that_draws_itself_is_too_much():
    """PDFium draws it once on a page, and without end when an appearance is made part of the page."""
    pdf = pikepdf.new()
    drawn = pdf.make_stream(b"/X Do")
    drawn.stream_dict.update({"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array([0, 0, 9, 9])})
    drawn.stream_dict["/Resources"] = Dictionary(XObject=Dictionary(X=drawn))
    add_page(pdf, b"/X Do", XObject=Dictionary(X=drawn))

    assert plan(saved(pdf)).is_over_budget


def test_pages_another_reader_does_not_have_are_left_out():
    """Readers that count pages differently still read those they have."""
    found = plan(pages(*[lines("a")] * 5)).within(2)

    assert ((0, 1), ()) == (found.principal, found.middle)
