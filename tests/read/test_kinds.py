"""Real type by content, and contradiction with the name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.read.containers.ole import CompoundFile
from gateway.read.kinds import is_mismatched, sniff
from tests.corpus.compose import archive, docx, odt, ole, pdf, tar

ENVELOPED = bytes.fromhex("308006092a864886f70d010703a080")


@pytest.mark.parametrize(
    ("octets", "kind"),
    [
        (b"", "empty"),
        (pdf(), "pdf"),
        (b"x" * 1_024 + pdf(), "pdf"),
        (b"x" * 1_100 + pdf(), "text"),
        (docx("x"), "docx"),
        (archive(("[Content_Types].xml", b""), ("xl/workbook.xml", b"")), "xlsx"),
        (archive(("[Content_Types].xml", b""), ("ppt/presentation.xml", b"")), "pptx"),
        (odt("x"), "odt"),
        (archive(("word/readme.txt", b"")), "zip"),
        (archive(("a.pdf", pdf()), packed=False), "zip"),
        (ole("WordDocument"), "doc"),
        (ole("Workbook"), "xls"),
        (ole("PowerPoint Document"), "ppt"),
        (ole("other"), "ole"),
        (b"{\\rtf1 x}", "rtf"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"GIF89a", "gif"),
        (b"II*\0", "tiff"),
        (b"BM" + b"\0" * 40, "bmp"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"Rar!\x1a\x07\0", "rar"),
        (b"\x1f\x8b\x08", "gzip"),
        (tar(("a.pdf", pdf())), "tar"),
        (b"\x78\x9f\x3e\x22\0", "tnef"),
        (b"MZ" + b"\0" * 80, "executable"),
        (b"\x7fELF\x02", "executable"),
        (ENVELOPED, "pkcs7"),
        (b"-----BEGIN PGP MESSAGE-----\n", "pgp"),
        (b"-----BEGIN PGP SIGNED MESSAGE-----\n", "text"),
        (b"<?xml version='1.0'?><a/>", "xml"),
        (b"<?xml version='1.0'?><html>", "html"),
        (b"\xef\xbb\xbf <!DOCTYPE html><p>", "html"),
        (b"<div>x</div>", "html"),
        (b"<3 x", "text"),
        (b"BEGIN:VCALENDAR\r\n", "ics"),
        (b"From: a@b.vn\r\nSubject: x\r\n\r\n", "eml"),
        (b"From: a person of that name\r\nsome prose", "text"),
        ("Kính gửi".encode(), "text"),
        ("Kính gửi".encode("utf-16"), "text"),
        (b"\0\1\2\3", "unknown"),
        ("Kính gửi quý cơ quan".encode("utf-16-le"), "text"),
        ("Kính gửi quý cơ quan".encode("utf-16-be"), "text"),
        (bytes(range(1, 9)).replace(b"\4", b"\0") * 8, "unknown"),
        (b"\5\0\6\0\7\0\x41\0" * 8, "unknown"),
        (b"\xfd7zXZ\0", "xz"),
        (b"BZh91AY&SY", "bzip2"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"MSCF\0\0\0\0", "cab"),
        (b"\x20\x30-lh5-x", "lha"),
        (b"\0" * 0x8001 + b"CD001\x01", "iso"),
        (b"MSWIM\0\0\0", "wim"),
        (b"PK\x07\x08PK\x03\x04", "zip"),
        (b"RIFF\1\2\3\4WEBPVP8 ", "webp"),
        (b"\0\0\0\x18ftypheic", "heic"),
        (b"MZ" + b"\0" * 58 + b"\x40\0\0\0PE\0\0%PDF-1.7", "executable"),
        (b"\x85\x01\x0c\x03" + b"\x99" * 8 + b"\x01\x08\0", "pgp"),
        (b"\x8c\x0d\x04\x09\x03\x02", "pgp"),
        (b"\0\1\2\3" * 9 + archive(("a.pdf", pdf())), "zip"),
        (b"mot hai ba\n" * 900 + archive(("a.pdf", pdf())), "text"),
    ],
)
def test_kinds(octets: bytes, kind: str) -> None:
    """Each kind of the closed table is told by its content alone."""
    assert sniff(octets) == kind


@pytest.mark.parametrize(
    ("kind", "name_kind", "media_type", "expected"),
    [
        ("pdf", "pdf", "application/pdf", False),
        ("pdf", "pdf", "application/octet-stream", False),
        ("executable", "pdf", "application/pdf", True),
        ("pdf", "docx", "", True),
        ("pdf", "", "image/jpeg", True),
        ("rtf", "doc", "application/msword", False),
        ("docx", "docx", "application/msword", False),
        ("docx", "doc", "application/msword", True),
        ("unknown", "xyz", "application/x-own", False),
        ("unknown", "pdf", "", True),
    ],
)
def test_contradiction(kind: str, name_kind: str, media_type: str, *, expected: bool) -> None:
    """Only a name or declared type that says something can contradict."""
    assert is_mismatched(kind, name_kind, media_type) is expected


def test_a_directory_chain_in_a_circle_ends() -> None:
    """A compound file whose directory chain leads back to itself is walked a bounded number of times."""
    circle = bytearray(ole("WordDocument"))
    circle[516:520] = (1).to_bytes(4, "little")

    assert CompoundFile(bytes(circle)).names == {"Root Entry", "WordDocument"}


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=600),
    st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<", b"From: a\r\n"]),
)
def test_any_octets_have_a_kind(octets: bytes, head: bytes) -> None:
    """Sniffing never raises and always names a kind."""
    assert sniff(head + octets)


@pytest.mark.parametrize(
    ("octets", "kind"),
    [
        (b"<!-- x --><html><body>", "html"),
        (b"<!--\n" + b"x" * 300 + b"-->\n<html>", "html"),
        (b"<!-- a --><!-- b -->\n<!DOCTYPE html><html>", "html"),
        (b"<!-- saved from url=(0014)about:internet -->\r\n<html>", "html"),
        (b"\xef\xbb\xbf<!-- x --> <table>", "html"),
        (b"<!-- a > b --><p>x", "html"),
        (b"<!-- x", "html"),
        (b"<!--" + b"x" * 5_000 + b"--><p>", "html"),
        (b"<center>abc", "html"),
        (b"<font color=red>x</font>", "html"),
        (b"<!-- x --><?xml version='1.0'?><a/>", "xml"),
        (b"<b 4", "html"),
        (b"<banhang@so-a.example.vn> viet", "text"),
        (b"<a@so-a.example.vn> viet", "text"),
        (b"<!x", "text"),
        (b"<-- x -->", "text"),
    ],
)
def test_markup_by_its_beginning(octets: bytes, kind: str) -> None:
    """What begins with a comment or a tag is a page, as browsers take it; an address in brackets is none."""
    assert sniff(octets) == kind
