"""What contents cost, told before they are loaded; honest heavy pages are read."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.pdf.reader import read_pdf
from gateway.read.pdf.signature_pictures import gather_pictures
from tests.corpus.hostile_pdfs import packed_pdf, page_of, stream
from tests.corpus.pdf_tools import add_page, lines, saved
from tests.support.signed_pdfs import AT, trust

FONT = b"/Font<</F 4 0 R>>"


def read(octets):
    """Read a file without a clock."""
    return read_pdf(octets, DEFAULT_BUDGET, trust(), AT)


def page(content, to_unicode=""):
    """One page in a simple font, with a map from codes to letters."""
    font = b"<</Type/Font/Subtype/TrueType/BaseFont/A/Encoding/WinAnsiEncoding"
    font += b"/ToUnicode 5 0 R>>" if to_unicode else b">>"
    cmap = f"begincmap 1 begincodespacerange <00> <ff> endcodespacerange {to_unicode} endcmap"
    return page_of(b"BT /F 9 Tf 9 800 Td " + content + b" ET", FONT, objects={4: font, 5: stream("", cmap.encode())})


def table(columns, rows):
    """Letters placed one by one, in the order of reading."""
    return b"".join(
        b"1 0 0 1 %d %d Tm (%c) Tj " % (9 + 4 * column, 830 - 4 * row, b"abcdefgh"[column % 8])
        for row in range(rows)
        for column in range(columns)
    )


@pytest.mark.parametrize(
    "piece",
    [b"(" + b"a" * 30_000 + b") Tj ", b"(()" + b"a" * 30_000 + b") Tj ", b"(\\)" + b"a" * 30_000 + b") Tj ",
     b"(a(a)(" + b"a" * 15_000 + b")" + b"a" * 15_000 + b") Tj ", b"<" + b"61" * 30_000 + b"> Tj ", b"[" + b"(a)-9" * 30_000 + b"] TJ "],
    ids=["plain", "brackets", "escaped", "brackets in brackets", "hexadecimal", "array"],
)  # fmt: skip
def test_letters_are_counted_however_they_are_written(piece):
    """Half a million on one page are more than anybody reads."""
    assert "over_budget" == read(page(piece * 20)).uninspectable


@pytest.mark.parametrize(
    "content", [table(140, 150), b"[" + b"(abcdefg)-200" * 8_000 + b"] TJ", b"0 0 m 9 9 l S " * 200_000]
)
def test_dense_pages_are_read(content):
    """A table of 21,000 letters placed one by one, a page of 56,000 letters, and a drawing of 200,000 strokes."""
    assert "" == read(page(content)).uninspectable


def test_ligatures_cost_nothing():
    """A code that stands for three letters, as those of `ffi` do."""
    found = read(page(b"(" + b"a" * 2_000 + b") Tj", "1 beginbfchar <61> <006600660069> endbfchar"))

    assert ("", True) == (found.uninspectable, "ffi" * 100 in found.text)


def test_a_code_that_stands_for_a_page_is_too_much():
    """Some thousand of them would say millions of letters."""
    assert (
        "over_budget"
        == read(page(b"(" + b"a" * 9_000 + b") Tj", f"1 beginbfchar <61> <{'0062' * 500}> endbfchar")).uninspectable
    )


def test_maps_of_whole_ranges_are_too_much():
    """Each line of them maps every code."""
    cmap = "100 beginbfrange " + "<0000> <ffff> <0000> " * 200_000 + " endbfrange"

    assert "over_budget" == read(page(b"(a) Tj", cmap)).uninspectable


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"BI/W 8/H 8/BPC 8/CS/G ID " + b"x" * 64 + b" EI ", ""),
        (b"BI/W 8/H 8/BPC 8/CS/G ID " + b"x" * 64 + b" EI " * 3, ""),
        (b"BI/W 1/H 1/BPC 8/CS/G ID x EI " * 120_000, "over_budget"),
        (b"BI/W 9000/H 9000/BPC 8/CS/G/F/Fl ID x EI " * 100, "over_budget"),
        (b"BI/Height 9000/Width 9000/BPC 8/CS/G/F/Fl ID x EI " * 100, "over_budget"),
    ],
)
def test_pictures_inside_a_content_count(content, expected):
    """By their number, and by the pixels they claim."""
    assert expected == read(page(b"(a) Tj ET " + content + b"BT")).uninspectable


def test_words_against_the_direction_of_reading_are_not_put_in_order():
    """Twenty thousand on one line, from right to left; the page is named, and not waited for."""
    found = read(page(b"9000 0 Td " + b"-.01 0 Td (a) Tj " * 20_000))

    assert (1, "over_budget") == (found.facts.unread_pages, found.uninspectable)


def test_words_in_an_odd_order_are_read():
    """A few, as editors leave them; and lines from the bottom to the top."""
    few = b"".join(b"1 0 0 1 %d 700 Tm (a%d) Tj " % (500 - 2 * n, n) for n in range(200))
    rows = b"".join(b"1 0 0 1 %d %d Tm (b) Tj " % (9 + 3 * (n % 150), 10 + 8 * (n // 150)) for n in range(13_000))

    assert ["", ""] == [read(page(content)).uninspectable for content in (few, rows)]


def test_a_brochure_of_nested_forms_is_read():
    """Two pages; some writers give each form the names of all others, and only a few draw any."""
    pdf = pikepdf.new()
    for number in range(2):
        add_page(pdf, lines(f"Trang {number}", "Gioi thieu") + b"/F0 Do /F7 Do")
    forms = Dictionary({f"/F{n}": pdf.make_stream(b"/F%d Do" % (n + 1) if n % 8 < 3 else b"q Q") for n in range(60)})
    for one in forms.values():
        one.stream_dict.update({"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array([0, 0, 595, 842])})
        one.stream_dict["/Resources"] = pdf.make_indirect(Dictionary(XObject=forms))
    for one in pdf.pages:
        one.obj.Resources.XObject = forms
    found = read(saved(pdf))

    assert ("", 0) == (found.uninspectable, found.facts.unread_pages)
    assert {"Trang 0", "Trang 1"} <= set(found.text.splitlines())


@pytest.mark.parametrize(("depth", "expected"), [(1, (0,)), (2, (0,)), (3, ())])
def test_pictures_in_forms_are_found_as_deep_as_tools_nest_them(depth, expected):
    """Pages that have some are looked at for seals, and others are not loaded for it."""
    forms = {
        10 + n: stream(f"/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X {11 + n} 0 R/Y 10 0 R>>>>", b"")
        for n in range(depth)
    }
    picture = stream("/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8", b"\0")
    octets = packed_pdf({
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Resources<</XObject<</X 10 0 R>>>>>>",
    } | forms | {10 + depth: picture})  # fmt: skip
    with pikepdf.open(io.BytesIO(octets)) as pdf:
        assert expected == gather_pictures(pdf).pages
