"""Compose the corpus: `python -m tests.corpus.compose` writes every .eml again, octet for octet the same.

A case is a row of a table: add one, run this, then `python -m tests.corpus.renew`, and read the golden it writes.
All senders, agencies and texts are made up; roles only.
"""

from __future__ import annotations

import base64
import binascii
import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from pathlib import Path

from tests.corpus.archives import SEVEN_ZIP, SEVEN_ZIP_ENCRYPTED, SEVEN_ZIP_SEALED, cab, iso, rar
from tests.corpus.crafted import CRAFTED, CRAFTED_LIBRARY
from tests.corpus.office import outlook, packaged, presentation, properties, sheets, workbook
from tests.corpus.ole import compound, ole, word
from tests.corpus.places import MARKED, RUNNING

HERE = Path(__file__).parent
PLACES = {**MARKED, **RUNNING}
TOP = (
    b"From: =?utf-8?q?V=C4=83n_th=C6=B0_S=E1=BB=9F_A?= <vanthu@so-a.example.vn>\r\nTo: vanthu@tinh-b.example.vn\r\n"
    b"Subject: Bao cao thang 11\r\nDate: Sat, 21 Nov 2026 09:00:00 +0700\r\nMessage-ID: <case@so-a.example.vn>\r\n"
)
MIME = TOP + b"MIME-Version: 1.0\r\n"
PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\nK\xc3\xadnh g\xe1\xbb\xadi qu\xc3\xbd \xc4\x91\xc6\xa1n v\xe1\xbb\x8b.\r\n"


def b64(octets: bytes) -> bytes:
    """Base64 in lines of 76, CRLF."""
    return base64.encodebytes(octets).replace(b"\n", b"\r\n")


def many(
    *parts: bytes, boundary: bytes = b"=_b1", subtype: bytes = b"mixed", top: bytes = MIME, close: bool = True
) -> bytes:
    """A multipart of the given entities under `top`."""
    head = top + b"Content-Type: multipart/" + subtype + b'; boundary="' + boundary + b'"\r\n\r\n'
    body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    return head + body + (b"--" + boundary + b"--\r\n" if close else b"")


def file(octets: bytes, name: bytes, media_type: bytes = b"application/octet-stream") -> bytes:
    """An attachment; `name` is the whole parameter, such as `filename=a.pdf`."""
    head = b"Content-Type: " + media_type + b"\r\nContent-Transfer-Encoding: base64\r\n"
    return head + b"Content-Disposition: attachment; " + name + b"\r\n\r\n" + b64(octets)


def pdf() -> bytes:
    """A smallest PDF of one empty page with a correct cross-reference."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    ]
    out, offsets = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj" % number + body + b"endobj\n"
    xref = len(out)
    out += b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % xref


def archive(*members: tuple[str, bytes], packed: bool = True) -> bytes:
    """A zip file with fixed dates."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as writer:
        for name, octets in members:
            entry = zipfile.ZipInfo(name, (2026, 11, 21, 9, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            writer.writestr(entry, octets)
    return out.getvalue()


def docx(text: str, *extra: tuple[str, bytes]) -> bytes:
    """A smallest Word package with one paragraph."""
    body = f'<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>'
    return archive(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", body.encode()), *extra)


def rels(kind: str) -> bytes:
    """Relations with one external target."""
    return (
        "<Relationships><Relationship Id='r' TargetMode='External' Target='https://x.example/a.dotm' "
        f"Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}'/></Relationships>"
    ).encode()


def marked(element: str) -> bytes:
    """An XML part with a secrecy mark in the given element."""
    lines = "".join(f"<w:p>{element.format(line)}</w:p>" for line in ("MẬT", "Số: 12/CV-UBND"))
    return f"<x xmlns:w='w' xmlns:a='a'>{lines}</x>".encode()


def odt(text: str) -> bytes:
    """A smallest OpenDocument text: its type first and stored."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as writer:
        for name, octets in (
            ("mimetype", b"application/vnd.oasis.opendocument.text"),
            ("content.xml", f"<o:d xmlns:o='o' xmlns:text='t'><text:p>{text}</text:p></o:d>".encode()),
        ):
            writer.writestr(zipfile.ZipInfo(name, (2026, 11, 21, 9, 0, 0)), octets)
    return out.getvalue()


def encrypted(octets: bytes) -> bytes:
    """Set the encryption bit in both headers of a zip of one entry."""
    changed = bytearray(octets)
    changed[6] |= 1
    changed[octets.find(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


def tar(*members: tuple[str, bytes]) -> bytes:
    """A ustar archive with fixed dates."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as writer:
        for name, octets in members:
            info = tarfile.TarInfo(name)
            info.size = len(octets)
            writer.addfile(info, io.BytesIO(octets))
    return out.getvalue()


def tnef(*members: tuple[str, bytes]) -> bytes:
    """A winmail.dat with a rendering, title and data attribute for each file; checksums are left zero."""
    out = b"\x78\x9f\x3e\x22\x01\0"
    for name, octets in members:
        for attribute, value in ((0x00069002, b"\0" * 14), (0x00018010, name.encode() + b"\0"), (0x0006800F, octets)):
            out += struct.pack("<BII", 2, attribute, len(value)) + value + b"\0\0"
    return out


def uuencoded(octets: bytes, name: str) -> bytes:
    """A uuencoded file, CRLF lines."""
    lines = (binascii.b2a_uu(octets[at : at + 45]).rstrip(b"\n") for at in range(0, len(octets), 45))
    return b"begin 644 " + name.encode() + b"\r\n" + b"\r\n".join(lines) + b"\r\n`\r\nend\r\n"


def yenc(octets: bytes, name: str) -> bytes:
    """A yEnc file in one part."""
    coded = b""
    for octet in octets:
        one = (octet + 42) % 256
        coded += bytes((0x3D, (one + 64) % 256)) if one in b"\0\r\n=" else bytes((one,))
    lines = b"\r\n".join(coded[at : at + 128] for at in range(0, len(coded), 128))
    head = b"=ybegin line=128 size=%d name=" % len(octets) + name.encode()
    return head + b"\r\n" + lines + b"\r\n=yend size=%d\r\n" % len(octets)


def nested(levels: int) -> bytes:
    """Multiparts inside one another."""
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=n%d\r\n\r\n--n%d\r\n" % (level, level) for level in range(levels)
    )


def matryoshka(levels: int) -> bytes:
    """Zip in zip, a PDF inside the last."""
    octets = pdf()
    for level in range(levels):
        octets = archive((f"tang{level}.{'zip' if level else 'pdf'}", octets))
    return octets


TEXT = "Kính gửi Văn phòng, Sở A báo cáo kết quả tháng 11."
INNER = TOP.replace(b"Bao cao thang 11", b"Thu ben trong") + PLAIN.replace(
    b"Content-Type", b"MIME-Version: 1.0\r\nContent-Type"
)

RFC = {
    "plain": TOP + b"\r\nXin ch\xc3\xa0o.\r\n",
    "plain_8bit": MIME + b"Content-Transfer-Encoding: 8bit\r\n" + PLAIN,
    "quoted_printable": MIME
    + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nK=C3=ADnh g=E1=BB=\r\n=ADi\r\n",
    "base64_text": MIME
    + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: BASE64\r\n\r\n"
    + b64(TEXT.encode()),
    "html_only": MIME
    + b"Content-Type: text/html; charset=utf-8\r\n\r\n<html><style>p{}</style><p>"
    + TEXT.encode()
    + b"</p></html>\r\n",
    "alternative": many(
        PLAIN,
        b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>K\xc3\xadnh g\xe1\xbb\xadi</p>\r\n",
        subtype=b"alternative",
    ),
    "pdf_attached": many(PLAIN, file(pdf(), b"filename=214_GM-UBND.pdf", b"application/pdf")),
    "docx_attached": many(PLAIN, file(docx(TEXT), b'filename="bao cao.docx"')),
    "odt_attached": many(PLAIN, file(odt(TEXT), b"filename=bc.odt", b"application/vnd.oasis.opendocument.text")),
    "rtf_attached": many(
        PLAIN, file(rb"{\rtf1\ansi{\fonttbl{\f0 Times;}}K\u237?nh g\'edi\par}", b"filename=a.rtf", b"application/rtf")
    ),
    "forwarded_message": many(PLAIN, b"Content-Type: message/rfc822\r\n\r\n" + INNER),
    "forwarded_multipart": many(
        PLAIN, b"Content-Type: message/rfc822\r\n\r\n" + many(PLAIN, file(pdf(), b"filename=b.pdf"), boundary=b"in")
    ),
    "digest": many(b"\r\n" + INNER, b"\r\n" + INNER, subtype=b"digest"),
    "mixed_in_mixed": many(many(PLAIN, PLAIN, boundary=b"=_b1_in", top=b""), PLAIN),
    "inline_picture": many(
        PLAIN,
        b"Content-Type: image/png\r\nContent-ID: <p>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + b64(b"\x89PNG\r\n\x1a\n" + b"\0" * 30),
        subtype=b"related",
    ),
    "calendar": many(PLAIN, b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
    "name_2231": many(PLAIN, file(pdf(), b"filename*=utf-8'vi'b%C3%A1o%20c%C3%A1o.pdf", b"application/pdf")),
    "name_2231_continued": many(
        PLAIN, file(pdf(), b"filename*1*=%C3%A1o.pdf;\r\n filename*0*=utf-8''c%C3%B4ng%20b", b"application/pdf")
    ),
    "delivery_report": many(
        PLAIN,
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.vn\r\n",
        subtype=b"report; report-type=delivery-status",
    ),
    "auto_submitted": TOP + b"Auto-Submitted: (vacation) auto-replied; x=1\r\n\r\nVang mat.\r\n",
    "signed_detached": many(
        PLAIN,
        file(
            bytes.fromhex("302306092a864886f70d010702a01630140201013100300b06092a864886f70d0107013100"),
            b"filename=smime.p7s",
            b"application/pkcs7-signature",
        ),
        subtype=b"signed; protocol=p7s",
    ),
    "comments_and_group": b'From: Van thu (So (A)) <vanthu @ SO-A.Example.VN> (x)\r\nSender: "V. Thu\\"" <s@so-a.example.vn>\r\nReply-To: Nhom: a@x.example.vn, B <b@x.example.vn>;\r\nSubject: x\r\n\r\n.\r\n',
    "folded": b"From:\r\n a@so-a.example.vn\r\nSubject: mot\r\n\thai\r\n  ba\r\n\r\n.\r\n",
    "international_domain": "From: Văn thư <vanthu@sở-a.example.vn>\r\nSubject: Chào\r\n\r\n.\r\n".encode(),
    "received_twice": b"Received: from a by b.example.vn; x\r\nReceived: from b by mx.gateway.example\r\n\t(Congthu) with ESMTP id 4bXk2TzQ; x\r\n"
    + TOP
    + b"\r\n.\r\n",
}
LEGACY = {
    "tcvn3_body": MIME
    + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n\r\nK\xddnh g\xf6i: V\xa8n ph\xdfng \xf1y ban nh\xa9n d\xa9n t\xd8nh\r\n",
    "tcvn3_name": many(PLAIN, file(docx(TEXT), b'filename="B\xb8o c\xb8o th\xb8ng.docx"')),
    "vni_body": MIME
    + b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\nKi\xednh gu\xfb\xf4i \xd1\xf2\xf1n v\xf2\r\n",
    "viqr_body": MIME + b"Content-Type: text/plain; charset=us-ascii\r\n\r\nKi'nh gu+?i ca'c ddo+n vi.\r\n",
    "windows_1258": MIME + b"Content-Type: text/plain; charset=windows-1258\r\n\r\n" + b"K" + b"\xednh g\xfd\xd2i\r\n",
    "utf8_name": many(PLAIN, file(pdf(), 'filename="Báo cáo tháng.pdf"'.encode(), b"application/pdf")),
    "utf8_name_decomposed": many(PLAIN, file(pdf(), 'filename="Ba\u0301o ca\u0301o.pdf"'.encode(), b"application/pdf")),
    "name_2047": many(PLAIN, file(pdf(), b'filename="=?UTF-8?B?QsOhbyBjw6FvLnBkZg==?="', b"application/pdf")),
    "name_in_type": many(
        PLAIN,
        b"Content-Type: application/pdf; name*=utf-8''t%E1%BB%9D.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + b64(pdf()),
    ),
    "subject_utf8": "From: a@so-a.example.vn\r\nSubject: Báo cáo tuần\r\n\r\n.\r\n".encode(),
    "subject_split": b"From: a@so-a.example.vn\r\nSubject: =?utf-8?b?VsSDbiB0?=\r\n =?utf-8?b?aMaw?= x\r\n\r\n.\r\n",
    "subject_cut_character": b"From: a@so-a.example.vn\r\nSubject: =?utf-8?b?QsOhbyBjw?= =?utf-8?q?=A1o?=\r\n\r\n.\r\n".replace(
        b"QsOhbyBjw?=", b"QsOhbyBjww==?="
    ),
    "lines_of_lf": (MIME + PLAIN).replace(b"\r\n", b"\n"),
    "mbox_line": b"From vanthu Sat Nov 21 09:00:00 2026\r\n" + TOP + b"\r\n.\r\n",
    "old_word_text": many(PLAIN, file(word("Kính gửi: ", b"Van phong\r"), b"filename=a.doc", b"application/msword")),
    "old_word": many(PLAIN, file(ole("WordDocument", "1Table"), b'filename="CV 72.doc"', b"application/msword")),
    "uuencoded": TOP + b"\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n",
    "tnef": many(
        PLAIN,
        file(
            tnef(("CV 72.doc", ole("WordDocument")), ("b.pdf", pdf())), b"filename=winmail.dat", b"application/ms-tnef"
        ),
    ),
}
MALFORMED = {
    "empty": b"",
    "only_body": b"\r\nKhong co tieu de.\r\n",
    "only_header": TOP,
    "no_from": b"Subject: x\r\n\r\n.\r\n",
    "two_froms": b"From: a@x.example.vn\r\nFrom: b@y.example.vn\r\nSubject: x\r\nSubject: y\r\n\r\n.\r\n",
    "two_authors": b"From: a@x.example.vn, b@y.example.vn\r\n\r\n.\r\n",
    "from_without_address": b"From: Van thu\r\n\r\n.\r\n",
    "two_content_types": MIME
    + b"Content-Type: text/plain\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n\r\n.\r\n",
    "blank_before_colon": b"From : a@x.example.vn\r\nSubject\t: x\r\n\r\n.\r\n",
    "blank_first": b" x\r\nFrom: a@x.example.vn\r\n\r\n.\r\n",
    "no_field": b"From: a@x.example.vn\r\nday khong phai truong\r\nSubject: x\r\n\r\n.\r\n",
    "bare_cr": b"From: a@x.example.vn\r\nSubject: x\ry\r\n\r\n.\r\n",
    "no_boundary": MIME + b"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\n.\r\n",
    "boundary_not_found": MIME + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n.\r\n",
    "boundary_long": many(PLAIN, boundary=b"b" * 90),
    "boundary_twice": MIME
    + b"Content-Type: multipart/mixed; boundary=x; boundary=y\r\n\r\n--x\r\n\r\nmot\r\n--x--\r\n",
    "boundary_reused": many(many(PLAIN, boundary=b"=_b1", top=b""), PLAIN),
    "boundary_prefix": many(PLAIN, PLAIN).replace(b"--=_b1--", b"--=_b1x\r\n\r\nthem\r\n--=_b1--"),
    "not_closed": many(PLAIN, PLAIN, close=False),
    "delimiter_after_close": many(PLAIN) + b"--=_b1\r\n" + file(pdf(), b"filename=sau.pdf"),
    "epilogue": many(PLAIN) + b"Loi ket o ngoai.\r\n",
    "preamble": many(PLAIN).replace(b"\r\n\r\n--=_b1", b"\r\n\r\nContent-Type: text/plain\r\n\r\nan\r\n--=_b1", 1),
    "preamble_notice": many(PLAIN).replace(
        b"\r\n\r\n--=_b1", b"\r\n\r\nThis is a message in MIME format.\r\n--=_b1", 1
    ),
    "no_mime_version": many(PLAIN, top=TOP),
    "type_without_subtype": MIME + b"Content-Type: text\r\n\r\n.\r\n",
    "unknown_encoding": MIME + b"Content-Transfer-Encoding: x-none\r\n\r\n.\r\n",
    "encoded_multipart": many(PLAIN, top=MIME + b"Content-Transfer-Encoding: base64\r\n"),
    "base64_junk": many(PLAIN, file(pdf(), b"filename=a.pdf").replace(b"JVBERi0", b"JVBE!*Ri0")),
    "base64_padding_inside": many(
        PLAIN,
        b"Content-Type: text/plain; name=a.txt\r\nContent-Transfer-Encoding: base64\r\n\r\nbW90\r\nYQ==\r\naGFp\r\n",
    ),
    "base64_cut": many(
        PLAIN, b"Content-Type: text/plain; name=a.txt\r\nContent-Transfer-Encoding: base64\r\n\r\nbW90a\r\n"
    ),
    "quoted_printable_damaged": MIME + b"Content-Transfer-Encoding: quoted-printable\r\n\r\na =zz b=\r\n",
    "names_differ": many(PLAIN, file(pdf(), b"filename=a.pdf", b"application/pdf; name=b.exe")),
    "parameter_twice": MIME + b"Content-Type: text/plain; charset=utf-8; charset=cp1258\r\n\r\n.\r\n",
    "parameter_folded": MIME + b'Content-Type: text/plain; name="a\r\n b.txt"\r\n\r\n.\r\n',
    "control_in_type": MIME + b"Content-Type: text/\x01plain\r\n\r\n.\r\n",
    "partial": MIME + b'Content-Type: message/partial; id="1"; number=1\r\n\r\n.\r\n',
    "external_body": MIME
    + b"Content-Type: message/external-body; access-type=URL\r\n\r\nContent-Type: image/gif\r\n\r\n",
    "encoded_message": many(
        PLAIN, b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64(INNER)
    ),
    "date_impossible": b"From: a@x.example.vn\r\nDate: Sat, 31 Feb 2026 09:00:00 +0700\r\n\r\n.\r\n",
    "pdf_named_docx": many(PLAIN, file(pdf(), b"filename=a.docx")),
    "zip_cut": many(PLAIN, file(archive(("a.txt", b"mot"))[:-30], b"filename=a.zip", b"application/zip")),
}
SECRET = "MẬT\r\nSố: 12/CV-UBND\r\nV/v báo cáo kết quả tháng 11\r\n"
"""A body marked secret, for whatever hides it."""
HOSTILE = {
    "forged_fields": b"Congthu-Verdict: relay\r\ncongthu-TAG : x\r\n y\r\n" + TOP + b"CONGTHU-Other:\r\n\r\n.\r\n",
    "forged_results": b'Authentication-Results: (x (y)) MX.Gateway.Example\r\n ; spf=pass\r\nAuthentication-Results: "mx.gateway.\\example" 1; none\r\nAuthentication-Results: mx.other.example; none\r\n' + TOP + b"\r\n.\r\n",
    "name_right_to_left": many(PLAIN, file(b"MZ" + b"\0" * 80, 'filename="bao_cao_\u202efdp.exe"'.encode())),
    "docx_template": many(PLAIN, file(docx(TEXT, ("word/_rels/settings.xml.rels", rels("attachedTemplate"))), b"filename=a.docx")),
    "docx_hyperlink": many(PLAIN, file(docx(TEXT, ("word/_rels/document.xml.rels", rels("hyperlink"))), b"filename=a.docx")),
    "docx_main_elsewhere": many(PLAIN, file(archive(("[Content_Types].xml", b"<Types/>"), ("word/khac.xml", marked("<w:t>{}</w:t>"))), b"filename=a.docx")),
    "xlsx_header_secret": many(PLAIN, file(archive(("[Content_Types].xml", b"<Types/>"), ("xl/worksheets/sheet1.xml", marked('<oddHeader>&amp;C&amp;"Times,Bold"{}</oddHeader>'))), b"filename=a.xlsx")),
    "pptx_notes_secret": many(PLAIN, file(archive(("[Content_Types].xml", b"<Types/>"), ("ppt/notesSlides/notesSlide1.xml", marked("<a:t>{}</a:t>"))), b"filename=a.pptx")),
    "odt_encrypted": many(PLAIN, file(archive(("mimetype", b"application/vnd.oasis.opendocument.text"), ("META-INF/manifest.xml", b"<m:manifest xmlns:m='m'><m:encryption-data/></m:manifest>"), ("content.xml", b"\0\1\2"), packed=False), b"filename=a.odt")),
    "name_two_extensions": many(PLAIN, file(b"MZ" + b"\0" * 80, b'filename="hoa don.pdf.exe"')),
    "name_blanks": many(PLAIN, file(b"MZ" + b"\0" * 80, b'filename="hoa don' + b" " * 60 + b'.scr"')),
    "uuencoded_pdf": TOP + b"\r\nKem theo.\r\n" + uuencoded(pdf(), "cv.pdf") + b"Het.\r\n" + uuencoded(b"MZ" + b"\0" * 80, "a.exe"),
    "uuencoded_body": MIME + b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n" + uuencoded(pdf(), "a.pdf"),
    "yenc_pdf": TOP + b"\r\nKem theo.\r\n" + yenc(pdf(), "cv.pdf"),
    "utf7_body": MIME + b"Content-Type: text/plain; charset=utf-7\r\n\r\n" + SECRET.encode("utf-7"),
    "utf16_body": MIME + b"Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64(SECRET.encode("utf-16-be")),
    "utf16_undeclared": MIME + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64(SECRET.encode("utf-16-le")),
    "utf7_html": MIME + b"Content-Type: text/html\r\n\r\n<meta charset=utf-7><p>" + SECRET.encode("utf-7"),
    "two_encodings_pdf": many(PLAIN, b"Content-Transfer-Encoding: 7bit\r\n" + file(pdf(), b"filename=a.txt", b"text/plain")),
    "two_types_multipart": MIME + b"Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" + file(pdf(), b"filename=a.pdf") + b"--x--\r\n",
    "unknown_encoding_base64": many(PLAIN, file(pdf(), b"filename=a.pdf").replace(b"Encoding: base64", b"Encoding: base-64")),
    "unknown_encoding_quoted": MIME + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: qp\r\n\r\n" + binascii.b2a_qp(SECRET.encode(), istext=False),
    "encoded_multipart_secret": MIME + b"Content-Type: multipart/mixed; boundary=x\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64(b"--x\r\n" + file(pdf(), b"filename=a.pdf") + b"--x--\r\n"),
    "name_zero_width": many(PLAIN, file(pdf(), 'filename="a.pdf\u200b.exe"'.encode())),
    "name_path": many(PLAIN, file(pdf(), b'filename="..\\\\..\\\\x/../../etc/a.pdf"')),
    "name_trailing_dots": many(PLAIN, file(b"MZ" + b"\0" * 80, b'filename="a.exe. . "')),
    "program_as_pdf": many(PLAIN, file(b"MZ" + b"\0" * 80, b"filename=a.pdf", b"application/pdf")),
    "pdf_as_picture": many(PLAIN, file(pdf(), b"filename=a.jpg", b"image/jpeg")),
    "pdf_behind_junk": many(PLAIN, file(b"rac\n" * 50 + pdf(), b"filename=a.pdf")),
    "pdf_in_text_body": MIME + b"Content-Transfer-Encoding: base64\r\n\r\n" + b64(pdf()),
    "zip_of_doc": many(PLAIN, file(archive(("thu muc/", b""), ("thu muc/CV 72.doc", ole("WordDocument")), ("a.pdf", pdf())), b"filename=a.zip", b"application/zip")),
    "zip_encrypted": many(PLAIN, file(encrypted(archive(("mat.docx", docx(TEXT)))), b"filename=a.zip")),
    "zip_bomb": many(PLAIN, file(archive(("0.txt", b"\0" * 17_000_000)), b"filename=a.zip")),
    "zip_in_zip": many(PLAIN, file(matryoshka(7), b"filename=a.zip")),
    "zip_many": many(PLAIN, file(archive(*((f"{n}", b"") for n in range(1_005))), b"filename=a.zip")),
    "zip_two_names": many(PLAIN, file(archive(("a.pdf", pdf()), packed=False).replace(b"a.pdf", b"a.exe", 1), b"filename=a.zip")),
    "zip_of_mail": many(PLAIN, file(archive(("thu.eml", INNER)), b"filename=a.zip")),
    "gzip_bomb": many(PLAIN, file(gzip.compress(b"\0" * 17_000_000, mtime=0), b"filename=a.gz")),
    "gzip_of_tar": many(PLAIN, file(gzip.compress(tar(("a.pdf", pdf()), ("b/c.txt", b"mot")), mtime=0), b"filename=a.tgz")),
    "macros_docm": many(PLAIN, file(docx(TEXT, ("word/vbaProject.bin", b"x")), b"filename=a.docm")),
    "docx_in_docx": many(
        PLAIN,
        file(docx(TEXT, ("word/embeddings/mat.docx", docx("MẬT")), ("word/embeddings/oleObject1.bin", ole("x"))), b"filename=a.docx"),
    ),
    "doc_encrypted": many(PLAIN, file(word("x", flags=0x100), b"filename=a.doc")),
    "macros_doc": many(PLAIN, file(ole("WordDocument", "Macros", "VBA"), b"filename=a.doc")),
    "office_encrypted": many(PLAIN, file(ole("EncryptionInfo", "EncryptedPackage"), b"filename=a.docx")),
    "docx_entities": many(PLAIN, file(archive(("[Content_Types].xml", b""), ("word/document.xml", b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><d><t>&b;</t></d>')), b"filename=a.docx")),
    "nested_150": MIME + nested(150) + b"\r\nday\r\n",
    "parts_1100": many(*([b"\r\n"] * 1_100)),
    "messages_120": MIME + b"Content-Type: message/rfc822\r\n\r\n" * 120 + b"\r\n.\r\n",
    "addresses_11000": b"From: " + b"a@b.vn," * 5_500 + b"\r\n\r\n.\r\n",
    "comments_2000": b"From: " + b"(" * 2_000 + b")" * 2_000 + b" a@x.example.vn\r\n\r\n.\r\n",
    "nul_in_subject": b"From: a@x.example.vn\r\nSubject: a\0b\r\n\r\n.\r\n",
    "pgp_body": MIME + b"Content-Type: text/plain\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nx\r\n-----END PGP MESSAGE-----\r\n",
    "smime_enveloped": MIME + b"Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64(bytes.fromhex("308006092a864886f70d010703a080") + b"\0" * 20),
    "address_encoded": b"From: =?utf-8?q?giamdoc=40so-a.example.vn?= <x@free.example>\r\n\r\n.\r\n",
    "address_hidden": b"From: =?utf-8?q?=3Ca=40b=3E?=@free.example\r\n\r\n.\r\n",
    "html_script_open": MIME + b"Content-Type: text/html\r\n\r\n<p>mot<script>hai\r\n",
    "rlo_in_zip": many(PLAIN, file(archive(("a\u202efdp.exe", b"MZ" + b"\0" * 80)), b"filename=a.zip")),
    "xz_of_tar": many(PLAIN, file(lzma.compress(tar(("a.pdf", pdf()))), b"filename=a.txz")),
    "bzip2_of_text": many(PLAIN, file(bz2.compress(b"mot"), b"filename=a.txt.bz2")),
    "zip_behind_octets": many(PLAIN, file(b"\0\1\2\3" * 9 + archive(("a.pdf", pdf())), b"filename=a.zip")),
    "xls_secret": many(PLAIN, file(workbook("Danh s\u00e1ch", "MẬT", cut=34), b"filename=a.xls", b"application/vnd.ms-excel")),
    "xls_macro_sheet": many(PLAIN, file(workbook("x", macro_sheet=True), b"filename=a.xls")),
    "xls_encrypted": many(PLAIN, file(workbook("x", encrypted=True), b"filename=a.xls")),
    "ppt_text": many(PLAIN, file(presentation("Kính gửi", b"MOT"), b"filename=a.ppt")),
    "ppt_encrypted": many(PLAIN, file(presentation("x", encrypted=True), b"filename=a.ppt")),
    "ppt_macros": many(PLAIN, file(presentation("x", macros=True), b"filename=a.ppt")),
    "doc_properties_secret": many(PLAIN, file(compound({"\x05SummaryInformation": properties(title="MẬT", subject="x"), "Workbook": sheets("x")}), b"filename=a.xls")),
    "ole_packaged_program": many(PLAIN, file(docx(TEXT, ("word/embeddings/oleObject1.bin", packaged("hoadon.pdf.exe", b"MZ" + b"\0" * 80))), b"filename=a.docx")),
    "outlook_message": many(PLAIN, file(outlook("Báo cáo MẬT", "Kính gửi", ("a.pdf", pdf()), ("b.zip", archive(("c.pdf", pdf())))), b"filename=thu.msg", b"application/vnd.ms-outlook")),
    "outlook_in_outlook": many(PLAIN, file(outlook("x", "y", ("thu trong", "TUYỆT MẬT\nSố: 1/TM-UBND"), ("z.bin", b"")), b"filename=thu.msg")),
}  # fmt: skip
LIBRARY = {
    "rar": many(PLAIN, file(b"Rar!\x1a\x07\x01\0" + b"\0" * 20, b"filename=a.rar")),
    "seven_zip": many(PLAIN, file(SEVEN_ZIP, b"filename=a.7z")),
    "seven_zip_encrypted": many(PLAIN, file(SEVEN_ZIP_ENCRYPTED, b"filename=a.7z")),
    "seven_zip_sealed": many(PLAIN, file(SEVEN_ZIP_SEALED, b"filename=a.7z")),
    "seven_zip_as_pdf": many(PLAIN, file(SEVEN_ZIP, b"filename=a.pdf", b"application/pdf")),
    "seven_zip_piece": many(PLAIN, file(SEVEN_ZIP[:150], b"filename=a.7z.001"), file(SEVEN_ZIP[150:], b"filename=a.7z.002")),
    "rar_stored": many(PLAIN, file(rar(("CV_72.pdf", pdf()), ("doc/a.txt", b"mot")), b"filename=a.rar")),
    "rar_piece": many(PLAIN, file(rar(("a.pdf", pdf()), flags=1), b"filename=a.part1.rar")),
    "rar_encrypted": many(PLAIN, file(rar(("a.pdf", pdf()), file_flags=4), b"filename=a.rar")),
    "cab_stored": many(PLAIN, file(cab(("a.pdf", pdf()), ("b.exe", b"MZ" + b"\0" * 80)), b"filename=a.cab")),
    "iso_of_program": many(PLAIN, file(iso(("HOADON.EXE", b"MZ" + b"\0" * 80)), b"filename=hoadon.iso")),
}  # fmt: skip
OFFICE = {name: many(PLAIN, file(octets, b"filename=" + shown.encode())) for name, (shown, octets) in PLACES.items()}
CONTAINERS, OF_LIBRARY = (
    {
        name: many(PLAIN, *(file(octets, b'filename="' + shown.encode() + b'"') for shown, octets in files))
        for name, files in cases.items()
    }
    for cases in (CRAFTED, CRAFTED_LIBRARY)
)
LIBRARY |= OF_LIBRARY
CASES = {
    "rfc": RFC,
    "legacy": LEGACY,
    "malformed": MALFORMED,
    "hostile": HOSTILE,
    "library": LIBRARY,
    "office": OFFICE,
    "containers": CONTAINERS,
}


def all_cases() -> dict[str, dict[str, bytes]]:
    """Every case by folder, those of modules that are made of the helpers above included."""
    from tests.corpus.author_cases import AUTHOR_CASES  # noqa: PLC0415 - it is made of the helpers above
    from tests.corpus.client_cases import CLIENT_CASES  # noqa: PLC0415 - as just said
    from tests.corpus.mime_cases import MIME_CASES  # noqa: PLC0415 - as just said

    return CASES | {"author": AUTHOR_CASES, "clients": CLIENT_CASES, "mime": MIME_CASES}


def compose() -> int:
    """Write every case; the number written."""
    count = 0
    for folder, cases in all_cases().items():
        (HERE / folder).mkdir(exist_ok=True)
        for name, octets in cases.items():
            (HERE / folder / f"{name}.eml").write_bytes(octets)
            count += 1
    return count


if __name__ == "__main__":
    print(compose(), "messages composed")  # noqa: T201 - a script
