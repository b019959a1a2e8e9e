"""Polyglots: which other files stand around a PDF, and which files hold one."""

from __future__ import annotations

import io
import zipfile

import pytest

from gateway.read.pdf.polyglots import holds_pdf, other_kinds
from tests.corpus.pdf_oddities import file_in_annotation
from tests.corpus.pdf_tools import letter


def archive():
    """A small archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.txt", "a")
    return out.getvalue()


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (letter(), ()),
        (letter() + b"\r\n", ()),
        (file_in_annotation(), ()),
        (b"MZ\x90\0" + letter(), ("executable",)),
        (b"<!DOCTYPE html>\n" + letter(), ("html",)),
        (letter() + b"<script>a()</script>", ("html",)),
        (letter() + archive(), ("zip",)),
        (b"Rar!\x1a\x07\0" + letter(), ("rar",)),
        (letter() + b"7z\xbc\xaf\x27\x1c", ("7z",)),
        (letter() + bytes(0x8001 - len(letter())) + b"CD001", ("iso",)),
    ],
)
def test_kinds_around_a_pdf(octets, expected):
    """An archive inside the PDF has the rest of the PDF behind it and is none around it."""
    assert expected == other_kinds(octets)


@pytest.mark.parametrize(
    ("octets", "kind", "expected"),
    [
        (b"\xff\xd8\xff\xfe\xff\xff" + letter(), "jpeg", True),
        (b"GIF89a" + letter(), "gif", True),
        (b"GIF89a" + bytes(2_000) + letter(), "gif", False),
        (b"GIF89a %PDF-1.7", "gif", False),
        (archive() + letter(), "zip", False),
    ],
)
def test_files_that_hold_a_pdf(octets, kind, expected):
    """Near the beginning, with a trailer; members of archives are files of their own."""
    assert expected == holds_pdf(octets, kind)
