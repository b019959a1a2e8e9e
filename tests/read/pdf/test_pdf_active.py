"""Active content of a PDF: every word of the table, whatever object holds it, and links apart."""

from __future__ import annotations

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.pdf.active import SUSPECT, Room, active_names, link_targets
from gateway.read.pdf.structure import read_structure
from tests.corpus.pdf_tools import changed


@pytest.mark.parametrize(
    ("thing", "expected"),
    [
        (Dictionary(S=Name.Launch, F=String("a.exe")), {"launch"}),
        (Dictionary(S=Name.SubmitForm), {"submit_form"}),
        (Dictionary(S=Name.ImportData), {"import_data"}),
        (Dictionary(S=Name.GoToR), {"remote_link"}),
        (Dictionary(S=Name.GoToE), {"remote_link"}),
        (Dictionary(S=Name.Thread), {"thread_action"}),
        (Dictionary(S=Name.Hide), {"hide_action"}),
        (Dictionary(S=Name.Rendition), {"rich_media"}),
        (Dictionary(S=Name.JavaScript, JS=String("1")), {"javascript"}),
        (Dictionary(AA=Dictionary(O=Dictionary(S=Name.GoTo))), {"additional_action"}),
        (Dictionary(Subtype=Name.Movie), {"rich_media"}),
        (Dictionary(Subtype=Name.Sound), {"rich_media"}),
        (Dictionary(Subtype=Name.RichMedia), {"rich_media"}),
        (Dictionary({"/Subtype": Name("/3D")}), {"rich_media"}),
        (Dictionary(XFA=Array([])), {"xfa"}),
        (Dictionary(OPI=Dictionary()), {"external_stream"}),
        (Dictionary(FFilter=Name.FlateDecode), {"external_stream"}),
        (Dictionary(Subtype=Name.Form, Ref=Dictionary()), {"external_stream"}),
        (Dictionary(Type=Name.StructElem, Ref=Array([])), set()),
        (Dictionary(Collection=Dictionary()), {"portfolio"}),
        (Dictionary(AF=Array([])), {"embedded_file"}),
        (Dictionary(Subtype=Name.FileAttachment), {"embedded_file"}),
        (Dictionary(Subtype=Name.PS), {"postscript"}),
        (Dictionary(S=Name.GoTo), set()),
        (Dictionary(S=Name.URI, URI=String("https://a.example")), set()),
        (Array([Dictionary(Next=Array([Dictionary(S=Name.Launch)]))]), {"launch"}),
    ],
)
def test_word_of_the_table(thing, expected):
    """In a dictionary, or in what stands inside it; and the cheap look does not miss it."""
    assert expected == set(active_names(thing, Room()))
    assert not expected or SUSPECT.search(thing.unparse())


@pytest.mark.parametrize("mode", list(pikepdf.ObjectStreamMode))
def test_unreachable_objects_count(mode):
    """What no page refers to may be referred to by the next revision."""

    def change(pdf):
        pdf.Root["/Odd"] = pdf.make_indirect(Dictionary(S=Name.Launch))

    octets = changed(change, object_stream_mode=mode)

    assert ("launch",) == read_structure(octets, DEFAULT_BUDGET).active_content


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        (b"(https://Van-Thu@Dich-Vu.Example:8443/a)", ["dich-vu.example"]),
        (b"(http:\\\\a.example\\b)", ["a.example"]),
        (b"(FILE:///c:/a.exe)", ["file:"]),
        (b"(javascript:alert\\(1\\))", ["javascript:"]),
        (b"(trang.html)", []),
    ],
)
def test_links(uri, expected):
    """Host of a web link without user and port; of others the scheme."""
    assert expected == list(link_targets(b"<< /S /URI /URI " + uri + b" >>"))
