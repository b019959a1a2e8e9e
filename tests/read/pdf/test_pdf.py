"""Facts about `gateway.read.pdf.reader`: structure, text, scans, and that it is total."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from pikepdf import Array, Dictionary, Name, String

from gateway.demo.documents import (
    STANDARD,
    encrypted_pdf,
    javascript_pdf,
    official_pdf,
    scanned_pdf,
)
from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.pdf.reader import PdfReading, read_pdf
from tests.support.signed_pdfs import AT, base, one, read, trust, two


def edited(change, **options) -> bytes:
    """The standard document after a change, saved anew."""
    with pikepdf.open(io.BytesIO(base())) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out, **options)
    return out.getvalue()


def test_born_digital_document():
    """Text in Vietnamese, version, pages; no image, nothing active."""
    reading = read(base())

    assert "" == reading.uninspectable
    assert ("1.7", 1, True, 0, ()) == (
        reading.facts.version,
        reading.facts.page_count,
        reading.facts.has_text,
        reading.facts.image_pages,
        reading.facts.active_content,
    )
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in reading.text
    assert "Số: 125/SA-VP" in reading.text
    assert STANDARD.summary in reading.text


def test_text_of_annotations_is_read():
    """The clerk's number lives in the appearance of a signature field, which text extraction skips."""
    assert "So: 125/SA-VP" in read(two()).text


def test_text_of_first_two_and_last_page():
    """Five pages: the middle is not read for classification."""
    text = read(official_pdf(pages=5)).text

    assert ["trang 2" in text, "trang 3" in text, "trang 4" in text, "trang 5" in text] == [True, False, False, True]


def test_tops_of_later_pages_and_properties_come_apart():
    """A document bound behind another begins on a page of its own; the document information is no text of it."""
    other = pikepdf.open(io.BytesIO(official_pdf(replace(STANDARD, marks=("MẬT",)))))

    def bind(pdf):
        pdf.pages.extend(other.pages)
        pdf.docinfo["/Title"], pdf.docinfo["/Keywords"] = "[MẬT] 12/KH-SA", " "

    reading = read(edited(bind))

    assert [True] == ["MẬT" in top.splitlines() for top in reading.tops]
    assert ("[MẬT] 12/KH-SA", "unspecified") == reading.properties
    assert reading.properties[0] not in reading.text


def test_text_is_bounded():
    """`text_characters` bounds what the detectors get."""
    budget = structs.replace(DEFAULT_BUDGET, text_characters=10)

    assert read_pdf(base(), budget, trust(), AT).text == "UBND TỈNH"


def test_catalog_version_counts():
    """A header of 1.3 under a catalog of 1.7 is a 1.7 file, and the other way round."""

    def set_version(pdf):
        pdf.Root.Version = Name("/1.7")

    assert "1.7" == read(edited(set_version, force_version="1.3")).facts.version
    assert "1.3" == read(edited(lambda _: None, force_version="1.3")).facts.version


@pytest.mark.parametrize(("password", "opens"), [("", True), ("secret", False)])
def test_encrypted_file_is_uninspectable(password, opens):
    """With the empty user password any viewer opens it: it is read like any other, and its encryption stays a fact."""
    reading = read(encrypted_pdf(user_password=password))

    assert ("" if opens else "encrypted", True) == (reading.uninspectable, reading.facts.is_encrypted)
    assert (opens, opens) == (reading.facts.opens_without_password, "125/SA-VP" in reading.text)


def test_javascript_is_active_content():
    """An action run when the document opens."""
    assert ("javascript",) == read(javascript_pdf()).facts.active_content


def _action(**keys):
    def change(pdf):
        pdf.Root.OpenAction = Dictionary(**keys)

    return change


def _nested(pdf):
    annotation = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]))
    annotation.A = Dictionary(S=Name.GoTo, Next=Array([Dictionary(S=Name.Launch, F=String("a.exe"))]))
    pdf.pages[0].obj.Annots = Array([annotation])


def _attach(pdf):
    pdf.attachments["a.txt"] = b"hello"


def _xfa(pdf):
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=String("<xdp/>"))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_action(S=Name.Launch, F=String("a.exe")), ("launch",)),
        (_action(S=Name.SubmitForm, F=String("http://example.invalid")), ("submit_form",)),
        (_action(S=Name.GoToR, F=String("b.pdf")), ("remote_link",)),
        (_action(S=Name.GoTo, D=Array([])), ()),
        (_action(S=Name.URI, URI=String("https://example.gov.vn")), ()),
        (_nested, ("launch",)),
        (_attach, ("embedded_file",)),
        (_xfa, ("xfa",)),
    ],
)
def test_active_content_is_named(change, expected):
    """Actions in direct objects and object streams too; plain links and destinations are no active content."""
    for mode in (pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate):
        assert expected == read(edited(change, object_stream_mode=mode)).facts.active_content


def test_words_in_strings_are_no_active_content():
    """A title that speaks of /JavaScript runs nothing."""

    def change(pdf):
        pdf.docinfo["/Title"] = "Ve /JavaScript (x) va /Launch trong PDF"

    assert () == read(edited(change)).facts.active_content


def test_objects_beyond_the_budget_make_it_uninspectable():
    """Active content could hide behind the last object looked at."""
    budget = structs.replace(DEFAULT_BUDGET, pdf_objects=3)

    assert "over_budget" == read_pdf(base(), budget, trust(), AT).uninspectable


def test_broken_cross_reference_is_repaired_and_said():
    """The file opens after repair; that it needed repair is a fact."""
    reading = read(base().replace(b"startxref\n", b"startxref\n9"))

    assert ("", True) == (reading.uninspectable, reading.facts.is_repaired)
    assert "Số: 125/SA-VP" in reading.text


def test_header_and_trailing_junk_are_facts():
    """Another file in front or behind: a polyglot."""
    front, behind = read(b"MZ\x90\n" + base()).facts, read(base() + b"PK\x03\x04").facts

    assert (True, False) == (front.has_header_junk, front.has_trailing_junk)
    assert (False, True) == (behind.has_header_junk, behind.has_trailing_junk)
    assert (False, False) == (
        read(base() + b"\r\n").facts.has_header_junk,
        read(base() + b"\r\n").facts.has_trailing_junk,
    )


def test_unsigned_signature_field_is_counted():
    """A field to be signed, empty: no signature; shown as a picture, a fact of its own."""

    def change(pdf):
        picture = pdf.make_stream(b"0 0 m")
        field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String("Ky"), Rect=Array([0, 0, 9, 9]))
        field.AP = Dictionary(N=picture)
        pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(field)]))

    facts = read(edited(change)).facts

    assert (1, True, ()) == (facts.unsigned_signature_fields, facts.has_signature_picture_only, facts.signatures)


def test_scan_with_seal():
    """Colour, 200 dpi, red round seal on the last page."""
    reading = read(scanned_pdf(pages=2))
    facts = reading.facts

    assert (2, 200, True, 2, False) == (
        facts.image_pages,
        facts.scan_dpi,
        facts.is_scan_colour,
        facts.seal_page,
        facts.has_text,
    )
    assert facts.seal_score >= 0.9


def test_scan_without_seal():
    """Ink alone is no seal."""
    facts = read(scanned_pdf(has_seal=False)).facts

    assert (1, True, 0.0, 0) == (facts.image_pages, facts.is_scan_colour, facts.seal_score, facts.seal_page)


def test_grey_fax_shows_no_seal():
    """What a copier leaves: no colour, coarse."""
    facts = read(scanned_pdf(is_grey=True, dpi=100)).facts

    assert (1, 100, False, 0.0) == (facts.image_pages, facts.scan_dpi, facts.is_scan_colour, facts.seal_score)


def test_figure_on_a_page_is_no_scan():
    """A born-digital document with a picture in it."""
    facts = read(official_pdf(size_octets=60_000)).facts

    assert (2, 0, 0) == (facts.page_count, facts.image_pages, facts.scan_dpi)


@pytest.mark.parametrize(
    "octets", [b"", b"%PDF-", b"%PDF-1.7\n%%EOF", b"hello", b"%PDF-1.4\n" + b"[" * 50_000, bytes(5000)]
)
def test_what_is_no_pdf_is_malformed(octets):
    """Whatever claims to be one."""
    assert "malformed" == read(octets).uninspectable


def test_deeply_nested_objects_are_bounded():
    """Arrays in arrays: an answer, not a crash of the stack."""
    bomb = b"%PDF-1.4\n1 0 obj\n" + b"[" * 20_000 + b"]" * 20_000 + b"\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF"

    assert "malformed" == read(bomb).uninspectable


def test_form_that_contains_itself_is_bounded():
    """A field that is its own child."""

    def change(pdf):
        field = pdf.make_indirect(Dictionary(T=String("a"), FT=Name.Sig))
        field.Kids = Array([field, field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))

    assert isinstance(read(edited(change)), PdfReading)


def test_long_life_leaks_no_descriptor():
    """Thousands of files in one worker: nothing stays open."""
    read(one())
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(50):
        read(one())
        read(one()[:5000])

    assert before == len(list(Path("/proc/self/fd").iterdir()))


@settings(max_examples=60, deadline=None)
@given(octets=st.binary(max_size=400))
def test_any_octets_give_facts(octets):
    """No octets raise, with or without a PDF header in front."""
    for candidate in (octets, b"%PDF-1.7\n" + octets):
        assert read(candidate).uninspectable in {"", "malformed", "encrypted"}


@settings(max_examples=60, deadline=None)
@given(start=st.integers(0, len(base())), cut=st.integers(0, 3000), junk=st.binary(max_size=40))
def test_any_damage_gives_facts(start, cut, junk):
    """A piece cut out and other octets put in its place: an answer."""
    damaged = base()[:start] + junk + base()[start + cut :]

    assert read(damaged).uninspectable in {"", "malformed", "encrypted", "over_budget", "no_ocr"}


def test_huge_page_is_not_rendered():
    """A page of five metres with a picture over it: no seal is looked for, no gigabyte of pixels drawn."""
    with pikepdf.open(io.BytesIO(scanned_pdf())) as pdf:
        pdf.pages[0].obj.MediaBox = Array([0, 0, 14_400, 14_400])
        pdf.pages[0].obj.Contents = pdf.make_stream(b"14400 0 0 14400 0 0 cm " + _image_name(pdf) + b" Do")
        out = io.BytesIO()
        pdf.save(out)
    facts = read(out.getvalue()).facts

    assert (1, 0.0) == (facts.image_pages, facts.seal_score)


def _image_name(pdf) -> bytes:
    return str(next(iter(pdf.pages[0].obj.Resources.XObject.keys()))).encode()
