"""Text of office files, RTF and HTML."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.documents import html_text, read_office, rtf_text
from gateway.read.notes import Notes
from gateway.read.sheets import binary_strings
from tests.corpus.compose import archive, docx, odt

TYPES = ("[Content_Types].xml", b"<Types/>")


def office(octets: bytes, kind: str, limit: int = 1_000) -> tuple[str, bool]:
    """Text and macros of an office file."""
    found = read_office(octets, kind, limit, Notes(DEFAULT_BUDGET))
    return found.text, found.has_macros


def test_word_text_comes_with_headers_and_footers() -> None:
    """Header parts stand before the body; paragraphs are lines, tabs are tabs; deleted text is left out."""
    body = b"<w:d xmlns:w='w'><w:p><w:t>S\xe1\xbb\x91: 1/BC</w:t><w:tab/><w:t>x</w:t><w:delText>cu</w:delText></w:p><w:p><w:t>hai</w:t></w:p></w:d>"
    octets = archive(
        TYPES,
        ("word/document.xml", body),
        ("word/header1.xml", b"<w:hdr xmlns:w='w'><w:t>M\xe1\xba\xacT</w:t></w:hdr>"),
    )

    assert office(octets, "docx") == ("MẬT\nSố: 1/BC\tx\nhai\n", False)


def test_word_text_comes_with_notes_comments_and_every_header() -> None:
    """Endnotes and comments follow the body; a later section's header is read like the first."""
    parts = [(f"word/header{number}.xml", f"<h><t>h{number}</t></h>".encode()) for number in (1, 9)]
    parts += [(f"word/{name}.xml", f"<n><t>{name}</t></n>".encode()) for name in ("endnotes", "comments")]

    assert office(docx("x", *parts), "docx")[0].split() == ["h1", "h9", "x", "endnotes", "comments"]


def test_properties_are_texts_of_their_own() -> None:
    """Title, subject, keywords, category and status of the package, empty ones left out."""
    core = "<c xmlns:dc='d'><dc:title>[MẬT] Kế hoạch</dc:title><dc:subject/><keywords>a; b</keywords><dc:creator>x</dc:creator></c>"
    found = read_office(docx("x", ("docProps/core.xml", core.encode())), "docx", 100, Notes(DEFAULT_BUDGET))

    assert found.properties == ("[MẬT] Kế hoạch", "a; b")
    assert found.text == "x\n"


def test_open_document_text() -> None:
    """All character data of content.xml is text."""
    assert office(odt("Kính gửi"), "odt") == ("Kính gửi\n", False)


def test_sheets_and_slides() -> None:
    """Shared strings of a workbook, slides in their order."""
    strings = b"<sst><si><t>mot</t></si><si><t>hai</t></si></sst>"
    slides = [(f"ppt/slides/slide{number}.xml", f"<a><t>{number}</t></a>".encode()) for number in (10, 2)]

    assert office(archive(TYPES, ("xl/sharedStrings.xml", strings)), "xlsx")[0] == "mot\nhai\n"
    cell = b"<w><row><c><is><t>ba</t></is></c></row></w>"
    assert office(archive(TYPES, ("xl/worksheets/sheet1.xml", cell)), "xlsx")[0] == "ba\n"
    assert office(archive(TYPES, *slides), "pptx")[0] == "2\n10"


@pytest.mark.parametrize("name", ["word/vbaProject.bin", "Basic/Standard/Module1.xml", "word/activeX/activeX1.bin"])
def test_macros_show(name: str) -> None:
    """A macro store of either family is active content."""
    assert office(docx("x", (name, b"x")), "docx") == ("x\n", True)


def test_declared_entities_are_refused() -> None:
    """Entity declarations end the reading of a part: expansion bombs are never expanded."""
    bomb = b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><d><t>&b;</t></d>'

    assert office(archive(TYPES, ("word/document.xml", bomb)), "docx") == ("", False)


def test_one_endless_tag_ends() -> None:
    """A tag of megabytes is not parsed to its end."""
    notes = Notes(DEFAULT_BUDGET)
    octets = archive(TYPES, ("word/document.xml", b"<d a='" + b"ab" * 10_000_000))
    read_office(octets, "docx", 100, notes)

    assert DEFAULT_BUDGET.container_octets - notes.container_octets < 5_000_000


def test_text_is_bounded() -> None:
    """No more characters than asked for, and what stands before damage is kept."""
    assert office(docx("x" * 500), "docx", 10)[0] == "x" * 10
    assert office(archive(TYPES, ("word/document.xml", b"<d><t>mot</t><")), "docx")[0] == "mot"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>mot</p><p>hai &amp; ba</p>", "\nmot\n\nhai & ba\n"),
        ("a<style>b</style>c<SCRIPT x=1>d</script >e", "ace"),
        ("a<!-- <p>b --> c", "a c"),
        ("a<script>b", "ab"),
        ("a<!-- b", "a<!-- b"),
        ("1 < 2 <b>x</b>", "1 < 2 x"),
        ("&#7853;&#x1EAD;&#999999999999;", "ậậ;"),
        ("K&iacute;nh g&#7917;i", "Kính gửi"),
    ],
)
def test_html(source: str, text: str) -> None:
    """Tags go, blocks break lines, hidden parts are dropped unless never closed."""
    assert html_text(source, 1_000) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (rb"{\rtf1\ansi mot\par hai}", "mot\nhai"),
        (rb"{\rtf1{\fonttbl{\f0 Times;}}{\*\generator x;}a\{b\}\~c}", "a{b} c"),
        (rb"{\rtf1 K\u237?nh g\u7917\'3fi}", "Kính gửi"),
        (rb"{\rtf1\ansi\ansicpg1252 caf\'e9}", "café"),
        (rb"{\rtf1 \u-10179?\u-8704?}", "\U0001f600"),
        (rb"{\rtf1 {\pict 00ff}a\cell b}", "a\tb"),
    ],
)
def test_rtf(source: bytes, text: str) -> None:
    """Control words go, escapes are decoded, tables of fonts and pictures are skipped."""
    assert rtf_text(source, 1_000) == (text, False)


def test_rtf_objects_are_active_content() -> None:
    """An embedded object shows."""
    assert rtf_text(rb"{\rtf1{\object{\*\objdata 0105}}x}", 10) == ("x", True)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(["<", ">", "<!--", "-->", "<script>", "</script", "&#", "9" * 20, "x", '"', "\n"]), max_size=60
    )
)
def test_any_html_has_text(pieces: list[str]) -> None:
    """Any markup gives text no longer than it, within the limit."""
    source = "".join(pieces)
    assert len(html_text(source, 50)) <= min(50, len(source))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [b"{", b"}", b"\\", b"\\u9999999 ", b"\\'e", b"\\'e9", b"\\*", b"\\par", b"x", b"\xff", b"\\ansicpg99999 "]
        ),
        max_size=60,
    )
)
def test_any_rtf_has_text(pieces: list[bytes]) -> None:
    """Any RTF gives text within the limit."""
    assert len(rtf_text(b"".join(pieces), 50)[0]) <= 50


@pytest.mark.parametrize(
    ("kind", "mode", "is_active"),
    [("attachedTemplate", "External", True), ("oleObject", "external", True), ("attachedTemplate", "Internal", False),
     ("hyperlink", "External", False), ("image", "External", False)],
)  # fmt: skip
def test_what_is_fetched_when_opened_is_active(kind: str, mode: str, is_active: bool) -> None:
    """External templates and objects load without a click; links and pictures do not run anything."""
    relations = f"<Relationships><Relationship Type='http://x/{kind}' TargetMode='{mode}' Target='x'/></Relationships>"

    assert office(docx("x", ("word/_rels/settings.xml.rels", relations.encode())), "docx")[1] is is_active


def test_page_headers_of_sheets_lose_their_codes() -> None:
    """Places, fonts and sizes inside a page header are not its text; an ampersand elsewhere is."""
    sheet = b"<s><t>R&amp;D</t></s>"
    header = '<s><oddHeader>&amp;L&amp;"Times,Bold"&amp;14MẬT&amp;RTrang &amp;P</oddHeader></s>'.encode()
    octets = archive(TYPES, ("xl/worksheets/sheet1.xml", header), ("xl/sharedStrings.xml", sheet))

    assert office(octets, "xlsx")[0].split() == ["R&D", "MẬT", "Trang"]


def test_binary_workbooks_give_their_strings() -> None:
    """Strings of an .xlsb are records of seven-bit numbers; a cut table gives what is whole."""
    items = b"".join(
        bytes((19, 5 + 2 * len(text))) + b"\0" + len(text).to_bytes(4, "little") + text.encode("utf-16-le")
        for text in ("MẬT", "Số: 12/CV-UBND")
    )
    octets = archive(TYPES, ("xl/workbook.bin", b""), ("xl/sharedStrings.bin", b"\x9f\x01\x08" + b"\0" * 8 + items))

    assert office(octets, "xlsx")[0] == "MẬT\nSố: 12/CV-UBND"
    for cut in range(len(items)):
        list(binary_strings(items[:cut]))
