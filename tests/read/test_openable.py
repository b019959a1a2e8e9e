"""Readings are ambiguous when they give two documents somebody could open, and only then."""

import base64

import pytest

from gateway.read.openable import distinct, is_same, opens
from tests.corpus.compose import MIME, PLAIN, archive, b64
from tests.corpus.mime_cases import DATA, ENCODING, FILE, NAMED, RAW, SECRET_DOCX, encoded, mixed
from tests.read.test_mime_techniques import read

OTHER_DOCX = archive(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w:t>khac</w:t>"), packed=False)
OTHER = NAMED + ENCODING + b"\r\n" + b64(OTHER_DOCX)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
LETTER = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nK=C3=ADnh g=E1=BB=ADi\r\n"
QP = b"Content-Transfer-Encoding: quoted-printable\r\n"
TYPE = b'Content-Type: multipart/mixed; boundary="=_b1"\r\n'


def two(field: bytes, first: bytes = FILE, second: bytes = OTHER) -> bytes:
    """A file behind delimiters of `a`, another behind those of `b`."""
    parts = [
        b"--" + mark + b"\r\n" + part + b"--" + mark + b"--\r\n" for mark, part in ((b"a1", first), (b"b2", second))
    ]
    return MIME + field + b"\r\n" + b"".join(parts)


def qp_named(boundary: bytes, *parts: bytes, encoding: bytes = QP) -> bytes:
    """Old webmail: the encoding of a part named on the multipart too."""
    field = b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n' + encoding
    return mixed(*parts, field=field, mark=boundary)


HONEST = {
    # the transfer encoding of a part named on the multipart
    "qp on a multipart": qp_named(b"=_8f1c0", FILE),
    "qp, letter in qp": qp_named(b"=_8f1c0", LETTER, FILE),
    "qp, boundary of dashes": qp_named(b"----=_Part_1_2.3", FILE),
    "qp, boundary that is an escape": qp_named(b"===============3302899922306882796==", FILE),
    "qp, two files": qp_named(b"x", FILE, OTHER),
    "qp, padded file": qp_named(b"x", NAMED + ENCODING + b"\r\n" + b64(SECRET_DOCX + b"\0")),
    "base64 on a multipart": qp_named(b"x", FILE, encoding=ENCODING),
    "base64, letter in qp": qp_named(b"=_8f", LETTER, FILE, encoding=ENCODING),
    "qp, no file": qp_named(b"=_8f1c0", LETTER),
    "qp on an inner multipart": mixed(
        b'Content-Type: multipart/mixed; boundary="in"\r\n' + QP + b"\r\n--in\r\n" + FILE + b"--in--\r\n"
    ),
    # an encoding misspelt or not named
    "base-64": encoded(b"Content-Transfer-Encoding: base-64\r\n"),
    "no encoding named": encoded(b""),
    "7bit and base64": encoded(b"Content-Transfer-Encoding: 7bit\r\n" + ENCODING),
    # damaged data that decodes to one document
    "footer behind base64": encoded(ENCODING, DATA + b"-- \r\nTo chuc nay quet vi-rut\r\n"),
    "stars in base64": encoded(ENCODING, DATA.replace(b"\r\n", b"*\r\n")),
    "padding doubled": encoded(ENCODING, RAW + b"==\r\n"),
    # names
    "doc and docx": mixed(FILE.replace(b"octet-stream", b"msword; name=a.doc")),
    "pdf and docx": mixed(FILE.replace(b"octet-stream", b"pdf; name=a.pdf")),
    # types
    "type named twice": mixed(FILE, field=b"Content-Type: text/plain\r\n" + TYPE),
    "type without semicolon": mixed(FILE, field=TYPE.replace(b";", b"")),
    # delimiters
    "footer with fields behind the end": mixed(FILE) + b"Content-Type: text/plain\r\n\r\n-- \r\nDanh sach thu\r\n",
    "text before the first part": MIME + TYPE + b"\r\nContent-Type: text/plain\r\n\r\nchao\r\n" + mixed(FILE).partition(b"\r\n\r\n")[2],
    "boundary of the outer": mixed(TYPE + b"\r\n--=_b1\r\n" + PLAIN + b"\r\n--=_b1\r\n" + FILE),
    "boundary not declared": mixed(FILE, field=b"Content-Type: multipart/mixed\r\n"),
    "boundary folded": mixed(FILE, field=b'Content-Type: multipart/mixed;\r\n boundary="=_b1"; boundary="=_b1"\r\n'),
}  # fmt: skip
HOSTILE = {
    "qp that shows another file": qp_named(
        b"x1", FILE + b"\r\n=2D=2Dx1\r\n" + OTHER.replace(b"\r\n", b"=0D=0A").replace(b"Content", b"=43ontent")
    ),
    "base64 that shows another file": MIME
    + TYPE
    + ENCODING
    + b"\r\n"
    + base64.b64encode(b"\r\n--=_b1\r\n" + OTHER + b"\r\n--=_b1--\r\n")
    + b"\r\n--=_b1\r\n"
    + FILE
    + b"--=_b1--\r\n",
    "a file as it is, another decoded": encoded(b"Content-Transfer-Encoding: base-64\r\n", RAW + b"\n" + PDF),
    "two encodings, two files": encoded(b"Content-Transfer-Encoding: 7bit\r\n" + ENCODING, RAW + b"\n" + PDF),
    "two files in one base64": encoded(ENCODING, RAW + b"\r\n" + base64.b64encode(OTHER_DOCX + b"\0\0")),
    "two boundaries": two(b"Content-Type: multipart/mixed; boundary=a1; boundary=b2\r\n"),
    "a boundary in quotes": two(b'Content-Type: multipart/mixed; boundary="a1"; x="boundary=b2"; boundary*=b2\r\n'),
    "two types": two(b"Content-Type: multipart/mixed; boundary=a1\r\nContent-Type: multipart/mixed; boundary=b2\r\n"),
    "a file behind the close": mixed(FILE) + b"--=_b1\r\n" + OTHER,
    "a file behind the end": mixed(FILE) + b"\r\n" + OTHER,
    "a file before the first": MIME + TYPE + b"\r\n" + OTHER + b"\r\n" + mixed(FILE).partition(b"\r\n\r\n")[2],
    "indented delimiters": MIME + TYPE + b"\r\n--=_b1\r\n" + FILE + b"\r\n --=_b1\r\n" + OTHER + b"\r\n--=_b1--\r\n",
    "a program and a document": mixed(FILE.replace(b"octet-stream", b"octet-stream; name=a.exe")),
    "a hidden field": two(
        b" Content-Type: multipart/mixed; boundary=a1\r\nContent-Type: multipart/mixed; boundary=b2\r\n"
    ),
}


@pytest.mark.parametrize("name", HONEST)
def test_one_document(name: str) -> None:
    """One document is none the less one for a reading that shows nothing in its place."""
    facts = read(HONEST[name])
    assert not facts.is_ambiguous, facts.ambiguities
    assert {part.kind for part in facts.parts if part.is_attachment} <= {"docx", "text", "eml"}
    assert any(part.kind == "docx" for part in facts.parts) == (name != "qp, no file")


@pytest.mark.parametrize("name", HOSTILE)
def test_two_documents(name: str) -> None:
    """Two documents, of which each reader sees one, are ambiguous."""
    assert read(HOSTILE[name]).is_ambiguous


def test_openable() -> None:
    """Texts, noise and what has lost its end open as no document."""
    assert [opens(one) for one in (SECRET_DOCX, PDF, PDF[:40], SECRET_DOCX[:90], b"abc", b"", b"\0\1\2")] == [
        True, True, False, False, False, False, False,
    ]  # fmt: skip
    assert distinct([PDF[:40], b"x"]) == []


def test_same() -> None:
    """Noise around a document and lost last octets change nothing; an update of a PDF or a second archive does."""
    update = b"2 0 obj<</Type/Catalog>>endobj\nstartxref\n9\n%%EOF\n"
    same = [PDF + b"\0\1", PDF[:-2], b"abc" + PDF, PDF[:-3] + b"xyz"]
    assert [is_same(PDF, one) for one in same] == [True] * 4
    assert [is_same(PDF, one) for one in (PDF + update, SECRET_DOCX, PDF + b"x" * 2_000)] == [False] * 3
    assert not is_same(SECRET_DOCX, SECRET_DOCX + OTHER_DOCX)
