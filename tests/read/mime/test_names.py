"""File names: every way of writing one, and what is taken out of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.mime.fields import read_parameters
from gateway.read.mime.names import find_name
from gateway.read.names import clean_name
from gateway.read.notes import Notes


def name_of(disposition: str | bytes, content_type: str | bytes = b"a/b") -> tuple[str, set[str]]:
    """The name chosen and the ambiguities noted."""
    notes = Notes(DEFAULT_BUDGET)
    raws = [raw.encode() if isinstance(raw, str) else raw for raw in (disposition, content_type)]
    found = find_name(read_parameters(raws[0], notes), read_parameters(raws[1], notes), notes)
    return found.name, notes.ambiguities


@pytest.mark.parametrize(
    ("disposition", "name", "ambiguities"),
    [
        ("attachment; filename=a.pdf", "a.pdf", set()),
        ('attachment; filename="a b.pdf"', "a b.pdf", set()),
        ('attachment; filename="Báo cáo.pdf"', "Báo cáo.pdf", set()),
        (b'attachment; filename="B\xb8o c\xb8o th\xb8ng.doc"', "Báo cáo tháng.doc", set()),
        ("attachment; filename*=utf-8''b%C3%A1o.pdf", "báo.pdf", set()),
        ("attachment; filename*=UTF-8'vi'%E1%BB%9D", "ờ", set()),
        ("attachment; filename*=plain.pdf", "plain.pdf", set()),
        ("attachment; filename*0=a; filename*1=b.pdf", "ab.pdf", set()),
        ("attachment; filename*1*=%C3%A1.pdf; filename*0*=utf-8''b", "bá.pdf", set()),
        ("attachment; filename*0*=utf-8''b%C3; filename*1*=%A1.pdf", "bá.pdf", set()),
        ("attachment; filename*0=a; filename*2=c", "a", set()),
        ('attachment; filename="=?utf-8?b?YsOhLnBkZg==?="', "bá.pdf", set()),
        ("attachment; filename=a.exe; filename*=utf-8''b.pdf", "b.pdf", {"name_conflict"}),
        ("attachment; filename=bao_cao.pdf; filename*=utf-8''b%C3%A1o.pdf", "báo.pdf", set()),
        ("attachment; filename=a.pdf; filename*=utf-8''a.pdf", "a.pdf", set()),
        ("attachment", "", set()),
    ],
)
def test_names_are_decoded(disposition: str | bytes, name: str, ambiguities: set[str]) -> None:
    """RFC 2231, RFC 2047 and raw octets give the same Unicode name."""
    assert name_of(disposition) == (name, ambiguities)


def test_the_disposition_outweighs_the_type() -> None:
    """Filename is chosen before name; that they differ is noted."""
    assert name_of("attachment; filename=a.pdf", "a/b; name=b.exe") == ("a.pdf", {"name_conflict"})


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("../../etc/a.pdf", "a.pdf", "pdf"),
        ("C:\\x\\b.DOC", "b.DOC", "doc"),
        ("a.exe. . ", "a.exe", "exe"),
        ("a\x00b\n.pdf", "ab.pdf", "pdf"),
        ("/", "", ""),
        ("..", "", ""),
        (".pdf", ".pdf", "pdf"),
        ("a.b c", "a.b c", ""),
        ("Ba\u0301o.pdf", "Báo.pdf", "pdf"),
        ("x" * 400 + ".pdf", "x" * 251 + ".pdf", "pdf"),
    ],
)
def test_names_are_cleaned(text: str, name: str, kind: str) -> None:
    """Paths, controls and trailing dots go; the extension survives cutting."""
    cleaned = clean_name(text)

    assert (cleaned.name, cleaned.kind, cleaned.is_deceptive) == (name, kind, False)


@pytest.mark.parametrize("character", ["\u202e", "\u200f", "\u2066", "\u061c"])
def test_characters_that_deceive_the_eye_are_a_fact(character: str) -> None:
    """Direction controls leave the name and mark it."""
    cleaned = clean_name(f"a{character}fdp.exe")

    assert (cleaned.name, cleaned.kind, cleaned.is_deceptive) == ("afdp.exe", "exe", True)


@pytest.mark.parametrize("character", ["\u200b", "\ufeff", "\u00ad", "\u2060"])
def test_characters_without_width_just_go(character: str) -> None:
    """What a copied title brings along is taken out without suspicion."""
    assert clean_name(f"a{character}.pdf{character}") == clean_name("a.pdf")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_cleans_to_a_bare_name(text: str) -> None:
    """A cleaned name holds no path, no control, at most 255 characters, and cleaning it again changes nothing."""
    name = clean_name(text).name

    assert not set(name) & set("/\\\n\r\0")
    assert len(name) <= 255
    assert clean_name(name).name == name


@pytest.mark.parametrize(
    ("name", "is_deceptive"),
    [
        ("hoa don.pdf.exe", True),
        ("bao cao.docx .scr", True),
        ("anh" + " " * 40 + ".exe", True),
        ("setup.exe", False),
        ("cv.pdf.p7s", False),
        ("v1.2.docx", False),
        ("a.b" * 2_000 + ".pdf.js", True),
    ],
)
def test_programs_dressed_as_documents(name: str, is_deceptive: bool) -> None:
    """A program behind the extension of a document, or behind blanks, is there to deceive."""
    assert clean_name(name).is_deceptive is is_deceptive


WRITTEN = [
    # without quotes: to the semicolon, as Outlook, Gmail and Thunderbird show it
    ("filename=125 SA-VP.pdf", "125 SA-VP.pdf"),
    ("filename=Công văn 125_SA-VP.pdf", "Công văn 125_SA-VP.pdf"),
    ("filename=bao cao (lan 2).pdf; size=12", "bao cao (lan 2).pdf"),
    ("filename=bao cao, ke hoach.pdf", "bao cao, ke hoach.pdf"),
    ("filename = 12 KH.pdf ; size=12", "12 KH.pdf"),
    ("filename=a.pdf size=12", "a.pdf"),
    ("filename=bao cao\r\n thang 11.pdf; x=y", "bao cao thang 11.pdf"),
    ('filename=125_SA-VP.pdf"', "125_SA-VP.pdf"),
    ("filename=a=b.pdf", "a=b.pdf"),
    ("filename=[12].pdf", "[12].pdf"),
    # paths of Windows and Unix
    (r'filename="C:\Van thu\125_SA-VP.pdf"', "125_SA-VP.pdf"),
    (r"filename=C:\Van thu\125_SA-VP.pdf", "125_SA-VP.pdf"),
    (r'filename="C:\\Van thu\\125_SA-VP.pdf"', "125_SA-VP.pdf"),
    (r'filename="\\may-chu\van thu\12.pdf"', "12.pdf"),
    ('filename="/tmp/scan/12.pdf"', "12.pdf"),
    ('filename="../../12.pdf"', "12.pdf"),
    # strokes of a number
    (r'filename="15\QD-SA.pdf"', "15_QD-SA.pdf"),
    ('filename="15/QĐ-SA.pdf"', "15_QĐ-SA.pdf"),
    ("filename=To trinh so 15/TTr-SA.pdf", "To trinh so 15_TTr-SA.pdf"),
    ("filename*=utf-8''15%2FQ%C4%90-SA.pdf", "15_QĐ-SA.pdf"),
    # escapes
    (r'filename="a\"b.pdf"', 'a"b.pdf'),
    (r'filename="a\\b.pdf"', "a_b.pdf"),
]


@pytest.mark.parametrize(("parameter", "name"), WRITTEN)
def test_names_as_programs_show_them(parameter: str, name: str) -> None:
    """Names without quotes, with blanks, brackets, paths and strokes are what mail programs show and save."""
    assert name_of(f"attachment; {parameter}\r\n")[0] == name
