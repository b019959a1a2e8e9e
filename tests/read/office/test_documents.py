"""Text of office packages, what runs in them, and what they hold."""

from __future__ import annotations

import pytest

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.notes import Notes
from gateway.read.office.binary_sheets import binary_strings
from gateway.read.office.packages import read_office
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
    """A later section's header is read like the first; endnotes and comments stand apart from the body."""
    parts = [(f"word/header{number}.xml", f"<h><t>h{number}</t></h>".encode()) for number in (1, 9)]
    parts += [(f"word/{name}.xml", f"<n><t>{name}</t></n>".encode()) for name in ("endnotes", "comments")]

    found = read_office(docx("x", *parts), "docx", 1_000, Notes(DEFAULT_BUDGET))

    assert found.text.split() == ["h1", "h9", "x"]
    assert {"endnotes", "comments"} <= {text.strip() for text in found.asides}


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

    assert office(octets, "xlsx")[0].split() == ["MẬT", "Trang", "R&D"]


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
