"""Pages that draw the same are read once, and only those; pages for which time does not suffice are named."""

from __future__ import annotations

import io
from itertools import count

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.clock import Clock
from gateway.read.pdf.contents import plan_pages
from gateway.read.pdf.reader import read_pdf
from tests.corpus.pdf_tools import add_page, lines, saved
from tests.support.signed_pdfs import AT, trust

PLAIN, MARKED = lines("Trang trong"), lines("MẬT", top=600)


def read(octets, clock=None):
    """Read, under a clock when one is given."""
    return read_pdf(octets, DEFAULT_BUDGET, trust(), AT, **({"clock": clock} if clock else {}))


def plan(octets):
    """Plan the pages of a file."""
    with pikepdf.open(io.BytesIO(octets)) as pdf:
        return plan_pages(pdf, DEFAULT_BUDGET, has_legacy_fonts=False, may_replace=False)


def alike(number, content=PLAIN):
    """Pages that name one content and one dictionary of resources."""
    pdf = pikepdf.new()
    for _ in range(number):
        add_page(pdf, b"")
    shared = pdf.make_stream(content), pdf.make_indirect(pdf.pages[0].obj.Resources)
    for page in pdf.pages:
        page.obj.Contents, page.obj.Resources = shared
    return pdf


def form(pdf, content):
    """A form that draws in the font of the page."""
    drawn = pdf.make_stream(content)
    drawn.stream_dict.update({"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array([0, 0, 595, 842])})
    drawn.stream_dict["/Resources"] = Dictionary(Font=pdf.pages[0].obj.Resources.Font)
    return drawn


def resources(page, pdf):
    """Draw another form under the same name."""
    page.Resources = Dictionary(Font=page.Resources.Font, XObject=Dictionary(X=form(pdf, MARKED)))


def annotation(page, pdf):
    """Put a stamp on the page."""
    page.Annots = Array(
        [Dictionary(Subtype=Name.Stamp, Rect=Array([0, 0, 595, 842]), AP=Dictionary(N=form(pdf, MARKED)))]
    )


def piece(page, pdf):
    """Add a piece of content."""
    page.Contents = Array([page.Contents, pdf.make_stream(MARKED)])


def parent(page, pdf):
    """Leave the resources to a node above, which names another form."""
    del page["/Resources"]
    above = Dictionary(Type=Name.Pages, Kids=Array([page]), Count=1, Parent=pdf.Root.Pages)
    above.Resources = Dictionary(Font=pdf.pages[0].obj.Resources.Font, XObject=Dictionary(X=form(pdf, MARKED)))
    page.Parent = pdf.make_indirect(above)
    pdf.Root.Pages.Kids[4] = page.Parent


def test_pages_that_name_the_same_are_read_once_and_all_of_them():
    """None is unread, and those that speak for the document speak."""
    octets = saved(alike(200))
    found = read(octets)

    assert (0, "") == (found.facts.unread_pages, found.uninspectable)
    assert 3 == found.text.count("Trang trong")
    assert {0} == set(plan(octets).twins.values())


@pytest.mark.parametrize("change", [resources, annotation, piece, parent])
def test_what_one_page_shows_besides_is_read(change):
    """A fifth page that differs in one thing, which says a mark."""
    pdf = alike(9, PLAIN + b"/X Do ")
    pdf.pages[0].obj.Resources.XObject = Dictionary(X=form(pdf, PLAIN))
    change(pdf.pages[4].obj, pdf)

    assert any("MẬT" in top for top in read(saved(pdf)).tops)


@pytest.mark.parametrize(
    ("key", "value"),
    [("/Rotate", 90), ("/CropBox", Array([0, 0, 300, 300])), ("/MediaBox", Array([0, 0, 300, 300])), ("/UserUnit", 2)],
)
def test_the_paper_counts(key, value):
    """The same content on other paper shows other words."""
    pdf = alike(9)
    pdf.pages[4].obj[key] = value

    assert 4 not in plan(saved(pdf)).twins


def test_a_copy_of_a_content_is_another_page():
    """Files that say the same twice are as much longer."""
    pdf = pikepdf.new()
    for _ in range(5):
        add_page(pdf, PLAIN)

    assert {} == plan(saved(pdf)).twins


def test_pages_for_which_time_does_not_suffice_are_named():
    """Those that speak for the document come first; the rest is unread, and the file cannot be inspected."""
    pdf = pikepdf.new()
    for number in range(30):
        add_page(pdf, lines(f"Trang {number}"))
    ticks = count()
    found = read(saved(pdf), Clock(lambda: next(ticks), 45))

    assert all(f"Trang {number}\n" in f"{found.text}\n" for number in (0, 1, 29))
    assert 0 < found.facts.unread_pages < 27
    assert ("over_budget", True) == (found.uninspectable, found.is_late)
    assert (0, "") == (read(saved(pdf)).facts.unread_pages, read(saved(pdf)).uninspectable)


def test_no_page_is_read_when_time_is_over():
    """Not even the first: the structure is known, and what the file is."""
    found = read(saved(alike(3)), Clock(iter(range(10**6)).__next__, 0))

    assert ("", 3, "over_budget") == (found.text, found.facts.page_count, found.uninspectable)
