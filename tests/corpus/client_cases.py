"""Corpus of honest mail: the structure ordinary programs give a mail with a Vietnamese text and a PDF.

Written after what each program sends; none of it may be taken for ambiguous.
"""

from __future__ import annotations

from tests.corpus.compose import b64, docx, pdf

TO = b"To: vanthu@tinh-b.example.vn\r\n"
FROM = b"From: =?UTF-8?B?VsSDbiB0aMawIFPhu58gQQ==?= <vanthu@so-a.example.vn>\r\n"
DATE = b"Date: Sat, 21 Nov 2026 09:00:00 +0700\r\n"
TEXT = "Kính gửi quý đơn vị.\r\n"
HTML = '<html><head><meta http-equiv="Content-Type" content="text/html; charset={}"></head><body><p>Kính gửi quý đơn vị.</p></body></html>\r\n'
DKIM = (
    b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=so-a.example.vn; s=s1;\r\n\th=From:To:Subject:Date:\r\n"
    b"\t Message-ID:MIME-Version:\r\n\t Content-Type:Content-Transfer-Encoding:From;\r\n\tbh=eA==; b=eA==\r\n"
)
SIGNATURE = bytes.fromhex("302306092a864886f70d010702a01630140201013100300b06092a864886f70d0107013100")


def tree(
    boundary: bytes, kind: bytes, *parts: bytes, notice: bytes = b"", extra: bytes = b"", close: bytes = b"\r\n"
) -> bytes:
    """A multipart entity with its field, in the manner of one program: `extra` parameters, a notice before the parts."""
    head = b"Content-Type: multipart/" + kind + b';\r\n\tboundary="' + boundary + b'"' + extra + b"\r\n\r\n" + notice
    return (
        head
        + b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
        + b"--"
        + boundary
        + b"--"
        + close
    )


def text(field: bytes = b"Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n") -> bytes:
    """A text part in base64."""
    return field + b"\r\n" + b64(TEXT.encode())


def page(charset: str = "utf-8", name: bytes = b"UTF-8") -> bytes:
    """A part of HTML that says its charset once more."""
    head = b'Content-Type: text/html;\r\n\tcharset="' + name + b'"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return head + b64(HTML.format(charset).encode())


def attached(fields: bytes) -> bytes:
    """A PDF under the fields of one program."""
    return fields + b"Content-Transfer-Encoding: base64\r\n\r\n" + b64(pdf())


PDF = (
    b'Content-Type: application/pdf; name="=?UTF-8?B?QsOhbyBjw6FvLnBkZg==?="\r\n'
    b'Content-Disposition: attachment; filename="=?UTF-8?B?QsOhbyBjw6FvLnBkZg==?="\r\n'
)
PDF_2231 = (
    b'Content-Type: application/pdf; name="=?UTF-8?B?QsOhbyBjw6FvLnBkZg==?="\r\n'
    b"Content-Disposition: attachment; filename*0*=UTF-8''%42%C3%A1%6F%20%63%C3%A1; filename*1*=%6F%2E%70%64%66\r\n"
)
TOP = FROM + TO + DATE + b"Subject: =?UTF-8?B?QsOhbyBjw6FvIHRow6FuZyAxMQ==?=\r\nMIME-Version: 1.0\r\n"
CLIENT_CASES = {
    "outlook": b"Received: from a by b; Sat, 21 Nov 2026 09:00:00 +0700\r\n" + FROM + TO + b"Subject: =?utf-8?B?QsOhbyBjw6Fv?=\r\n" + DATE
    + b"Message-ID: <000001d9$x$y@so-a.example.vn>\r\nMIME-Version: 1.0\r\nX-Mailer: Microsoft Outlook 16.0\r\nThread-Index: AdkX\r\nContent-Language: vi\r\n"
    + tree(b"----=_NextPart_000_0001_01D9ABCD.12345678", b"mixed",
           tree(b"----=_NextPart_001_0002_01D9ABCD.12345678", b"alternative", text(), page("utf-8", b"utf-8"), close=b"\r\n\r\n"),
           attached(b'Content-Type: application/pdf;\r\n\tname="=?utf-8?B?QsOhbyBjw6FvLnBkZg==?="\r\nContent-Disposition: attachment;\r\n\tfilename="=?utf-8?B?QsOhbyBjw6FvLnBkZg==?="\r\n'),
           notice=b"This is a multipart message in MIME format.\r\n\r\n"),
    "exchange": DKIM + TOP + b"Accept-Language: vi-VN, en-US\r\nX-MS-Has-Attach: yes\r\nX-MS-TNEF-Correlator:\r\nContent-Language: vi-VN\r\n"
    + tree(b"_004_SG2PR0601MB1234ABCD_", b"mixed",
           tree(b"_000_SG2PR0601MB1234ABCD_", b"alternative", text(b'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n'), page("Windows-1258", b"utf-8")),
           attached(b'Content-Type: application/pdf; name="=?utf-8?B?QsOhbyBjw6FvLnBkZg==?="\r\nContent-Description: =?utf-8?B?QsOhbyBjw6FvLnBkZg==?=\r\n'
                    b'Content-Disposition: attachment;\r\n\tfilename="=?utf-8?B?QsOhbyBjw6FvLnBkZg==?="; size=400;\r\n\tcreation-date="Sat, 21 Nov 2026 02:00:00 GMT";\r\n\tmodification-date="Sat, 21 Nov 2026 02:00:00 GMT"\r\nContent-ID: <A1@x>\r\n')),
    "gmail": DKIM + b"X-Received: by 2002:a17 with SMTP id x; Fri, 20 Nov 2026 18:00:00 -0800 (PST)\r\n" + TOP
    + tree(b"000000000000a1b2c3060a1b2c3d", b"mixed",
           tree(b"000000000000a1b2c1060a1b2c3b", b"alternative", text(b'Content-Type: text/plain; charset="UTF-8"\r\nContent-Transfer-Encoding: base64\r\n'),
                b'Content-Type: text/html; charset="UTF-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<div dir=3D"ltr">K=C3=ADnh g=E1=BB=ADi</div>\r\n', close=b""),
           attached(PDF + b"Content-ID: <f_lq1>\r\nX-Attachment-Id: f_lq1\r\n"), close=b"").replace(b";\r\n\tboundary=", b"; boundary="),
    "thunderbird": b"User-Agent: Mozilla Thunderbird\r\n" + TOP + b"Content-Language: vi\r\n"
    + tree(b"------------0aBcDeFgHiJkLmNoPqRsTuVw", b"mixed",
           b"Content-Type: text/plain; charset=UTF-8; format=flowed\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + TEXT.encode() + b"-- \r\nVan thu So A\r\n",
           attached(b'Content-Type: application/pdf; name="=?UTF-8?B?QsOhbyBjw6FvLnBkZg==?="\r\nContent-Disposition: attachment; filename*0*=UTF-8\'\'%42%C3%A1%6F%20;\r\n filename*1*=%63%C3%A1%6F%2E%70%64%66\r\n'),
           notice=b"This is a multi-part message in MIME format.\r\n"),
    "apple_mail": TOP.replace(b"1.0", b"1.0 (Mac OS X Mail 16.0 \\(3774.600.62\\))") + b"X-Mailer: Apple Mail (2.3774.600.62)\r\n"
    + tree(b"Apple-Mail=_0A1B2C3D-1234-5678-9ABC-DEF012345678", b"alternative", text(),
           tree(b"Apple-Mail=_1A1B2C3D-1234-5678-9ABC-DEF012345678", b"mixed", page(), attached(b"Content-Disposition: attachment;\r\n\tfilename*=utf-8''B%C3%A1o%20c%C3%A1o.pdf\r\nContent-Type: application/pdf;\r\n\tx-unix-mode=0644;\r\n\tname=\"=?utf-8?B?QmHMgW8gY2HMgW8ucGRm?=\"\r\n"), page())),
    "ios": TOP.replace(b"1.0", b"1.0 (1.0)") + b"X-Mailer: iPhone Mail (21A329)\r\nContent-Transfer-Encoding: 7bit\r\n"
    + tree(b"Apple-Mail-0A1B2C3D-1234-5678-9ABC-DEF012345678", b"mixed", text(), attached(b"Content-Type: application/pdf;\r\n\tname=a.pdf;\r\n\tx-apple-part-url=0A1B\r\nContent-Disposition: inline;\r\n\tfilename=a.pdf\r\n"), text(), close=b""),
    "zimbra": TOP + b"X-Originating-IP: [192.0.2.7]\r\nX-Mailer: Zimbra 8.8.15 (ZimbraWebClient)\r\nThread-Topic: Bao cao\r\n"
    + tree(b"----=_Part_12345_678901234.1700000000000", b"mixed",
           tree(b"=_0a1b2c3d-1234-5678-9abc-def012345678", b"alternative", text(b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"), page()),
           attached(PDF.replace(b"; name", b";\r\n name"))),
    "mdaemon": TOP + b"X-MDRemoteIP: 192.0.2.7\r\nX-Return-Path: vanthu@so-a.example.vn\r\nX-MDaemon-Deliver-To: vanthu@tinh-b.example.vn\r\nX-Mailer: MDaemon Webmail\r\n"
    + tree(b"0121-0900-51-PART-BREAK", b"mixed", tree(b"0121-0900-51-PART-BREAK-2", b"alternative", text(), page()), attached(b'Content-Type: application/pdf; name="CV 72.pdf"\r\nContent-Disposition: attachment; filename="CV 72.pdf"\r\n'), notice=b"This is a multipart message in MIME format.\r\n\r\n"),
    "roundcube": TOP + b"User-Agent: Roundcube Webmail/1.6.5\r\n"
    + tree(b"=_0a1b2c3d4e5f60718293a4b5c6d7e8f9", b"mixed", b"Content-Transfer-Encoding: 8bit\r\nContent-Type: text/plain; charset=UTF-8;\r\n format=flowed\r\n\r\n" + TEXT.encode(), attached(b"Content-Type: application/pdf;\r\n name=\"=?UTF-8?Q?B=C3=A1o_c=C3=A1o=2Epdf?=\"\r\nContent-Disposition: attachment;\r\n filename*=UTF-8''B%C3%A1o%20c%C3%A1o.pdf;\r\n size=400\r\n")),
    "outlook_express": FROM + TO + DATE + b"Subject: Bao cao\r\nMIME-Version: 1.0\r\nX-Mailer: Microsoft Outlook Express 6.00.2900.5931\r\n"
    + tree(b"----=_NextPart_000_0008_01C9ABCD.12345678", b"mixed", tree(b"----=_NextPart_001_0009_01C9ABCD.12345678", b"alternative", b'Content-Type: text/plain;\r\n\tcharset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nK=C3=ADnh g=E1=BB=ADi\r\n', b'Content-Type: text/html;\r\n\tcharset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<META http-equiv=3DContent-Type content=3D"text/html; charset=3Dutf-8">\r\n<A href=3D"http://x.example/?a=3Db">K=C3=ADnh</A>\r\n', close=b"\r\n\r\n"), attached(b'Content-Type: application/pdf;\r\n\tname="CV 72.pdf"\r\nContent-Disposition: attachment;\r\n\tfilename="CV 72.pdf"\r\n'), notice=b"This is a multi-part message in MIME format.\r\n\r\n"),
    "yahoo": TOP + b"References: <a@x.example>\r\nX-Mailer: WebService/1.1.21952 YMailNorrin\r\n"
    + tree(b"----=_Part_1_2.1700000000000", b"mixed", tree(b"----=_Part_0_1.1700000000000", b"alternative", text(), page()), attached(b'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="=?UTF-8?b?QsOhbyBjw6FvLnBkZg==?="\r\nContent-ID: <x@yahoo.example>\r\n')),
    "list_footer": TOP + b"List-Id: <ds.x.example>\r\n"
    + tree(b"===============0123456789==", b"mixed", text(), attached(PDF), b'Content-Type: text/plain; charset="utf-8"\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: inline\r\n\r\n' + b64(b"_____\nDanh sach\n")),
    "bounce": b"From: MAILER-DAEMON@mx.example.vn (Mail Delivery System)\r\n" + TO + DATE + b"Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
    + tree(b"4ABCD12345.1700000000/mx.example.vn", b"report; report-type=delivery-status", b"Content-Description: Notification\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nThis is the mail system.\r\n",
           b"Content-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.vn\r\n\r\nFinal-Recipient: rfc822; a@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n",
           b"Content-Description: Undelivered Message Headers\r\nContent-Type: text/rfc822-headers\r\n\r\nContent-Type: multipart/mixed; boundary=x\r\n" + TOP, notice=b"This is a MIME-encapsulated message.\r\n\r\n"),
    "bounce_headers_only": b"From: <postmaster@mx.example.vn>\r\n" + TO + DATE + b"Subject: Undeliverable\r\nMIME-Version: 1.0\r\n"
    + tree(b"a1b2", b"report; report-type=delivery-status", text(), b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n", b"Content-Type: message/rfc822\r\n\r\n" + TOP + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"),
    "forward_as_attachment": TOP + tree(b"f1", b"mixed", text(), b'Content-Type: message/rfc822; name="thu.eml"\r\nContent-Disposition: attachment; filename="thu.eml"\r\n\r\n' + TOP + tree(b"f2", b"mixed", text(), attached(PDF))),
    "invitation": TOP + tree(b"i1", b"mixed", tree(b"i2", b"alternative", text(), page(), b"Content-Type: text/calendar; charset=UTF-8; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"), b'Content-Type: application/ics; name="invite.ics"\r\nContent-Disposition: attachment; filename="invite.ics"\r\nContent-Transfer-Encoding: base64\r\n\r\n' + b64(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")),
    "smime_signed": TOP + tree(b"----1A2B", b"signed", text(), b'Content-Type: application/pkcs7-signature; name="smime.p7s"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="smime.p7s"\r\n\r\n' + b64(SIGNATURE), extra=b'; protocol="application/pkcs7-signature"; micalg="sha-256"', notice=b"This is an S/MIME signed message\r\n\r\n"),
    "php_script": b"To: vanthu@tinh-b.example.vn\r\nSubject: =?UTF-8?B?QsOhbyBjw6Fv?=\r\nDate: Sat, 21 Nov 2026 09:00:00 +0700\r\nFrom: He thong <vanthu@so-a.example.vn>\r\nMessage-ID: <a@so-a.example.vn>\r\nX-Mailer: PHPMailer 6.8.0 (https://github.com/PHPMailer/PHPMailer)\r\nMIME-Version: 1.0\r\n"
    + tree(b"b1_0a1b2c3d4e5f60718293a4b5c6d7e8f9", b"mixed", tree(b"b2_0a1b2c3d4e5f60718293a4b5c6d7e8f9", b"alternative", b"Content-Type: text/plain; charset=us-ascii\r\n\r\nKinh gui: https://x.example/?id=AB12&a=20\r\n", b"Content-Type: text/html; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64(TEXT.encode()), close=b"\r\n\r\n"), attached(PDF), notice=b"This is a multi-part message in MIME format.\r\n\r\n"),
    "no_close": TOP + tree(b"n1", b"mixed", text(), attached(PDF)).removesuffix(b"--n1--\r\n"),
    "old_without_version": TOP.replace(b"MIME-Version: 1.0\r\n", b"") + tree(b"o1", b"mixed", text(), attached(PDF)),
    "archive_of_disk": (TOP + tree(b"d1", b"mixed", text(), attached(PDF))).replace(b"\r\n", b"\n"),
    "docx_quoted": TOP + tree(b"q1", b"mixed", text(), b"Content-Type: text/csv; name=a.csv\r\nContent-Disposition: attachment; filename=a.csv\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nS=E1=BB=91,T=C3=AAn\r\n1,a=3Db\r\n"),
    "docx": TOP + tree(b"w1", b"mixed", text(), b"Content-Type: application/vnd.openxmlformats-officedocument.wordprocessingml.document; name=a.docx\r\nContent-Disposition: attachment; filename=a.docx\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64(docx("x"))),
    "boundary_of_words": TOP + tree(b"simple boundary", b"mixed", text(), attached(PDF)),
    "prose_of_mail": TOP + b"Content-Type: text/plain; charset=UTF-8\r\n\r\nNguoi dung hoi ve hai dong:\r\n\r\n--x\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n",
    "opendkim_oversigned": DKIM.replace(b"From;\r\n\tbh=eA==; b=eA==", b"From;\r\n\t b=eAqpQPb64uuequotedx==") + TOP + b"Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + TEXT.encode(),
    "dkim_folded_at_from": b"DKIM-Signature: v=1; a=rsa-sha256; d=so-a.example.vn; s=s1; h=mime-version:\r\n\tfrom:to:subject; i=@so-a.example.vn;\r\n\tbh=eA==; b=eA==\r\n" + TOP + tree(b"k1", b"mixed", text(), attached(PDF)),
    "ham_report": b"X-Ham-Report: Spam detection software has NOT identified this as spam.\r\n Content preview:  ---- Forwarded ----\r\n    From: Van thu <vanthu@so-c.example.vn> Date: 20/11\r\n" + TOP + tree(b"h1", b"mixed", text(), attached(PDF)),
    "name_with_comma": TOP.replace(FROM, "From: UBND tỉnh, Sở A <vanthu@so-a.example.vn>\r\n".encode()) + tree(b"c1", b"mixed", text(), attached(PDF)),
    "name_with_colon": TOP.replace(FROM, b"From: =?utf-8?Q?VP:_S=E1=BB=9F_A,_B?= <vanthu@so-a.example.vn>\r\n") + tree(b"c2", b"mixed", text(), attached(PDF)),
    "name_of_domain_account": TOP.replace(FROM, b"From: SO-A\\vanthu <vanthu@so-a.example.vn> (vanthu@so-a.example.vn)\r\n") + tree(b"c3", b"mixed", text(), attached(PDF)),
    "name_from_address_book": TOP.replace(FROM, "From: \u2068Văn thư\u2069 <vanthu@so-a.example.vn>\r\n".encode()) + tree(b"c4", b"mixed", text(), attached(PDF)),
    "scanner": b"From: scan@so-a.example.vn\r\n" + TO + DATE + b"Subject: Scan\r\n"
    + tree(b"sc1", b"mixed", b"Content-Type: text/plain\r\n\r\nScan\r\n", 'Content-Type: application/pdf; name="Tờ trình.pdf"\r\nContent-Disposition: attachment; filename="Tờ trình.pdf"\r\nContent-Transfer-Encoding: BASE64\r\n\r\n'.encode() + b64(pdf()).replace(b"\r\n", b"") + b"\r\n").removesuffix(b"--sc1--\r\n"),
    "scanner_legacy_names": TOP + tree(b"sc2", b"mixed", text(), attached(b'Content-Type: application/pdf; name="=?UTF-8?B?QsOhbyBjw6FvLnBkZg==?="\r\nContent-Disposition: attachment; filename="B\xb8o c\xb8o.pdf"\r\n')),
    "name_cut_at_line_length": TOP + tree(b"l1", b"mixed", text(), attached(b'Content-Type: application/pdf;\r\n\tname="=?UTF-8?B?QsOhbyBjw6FvIDExLjIwMjY=?="\r\nContent-Disposition: attachment;\r\n\tfilename*0="=?UTF-8?B?QsOhbyBjw6FvIDEx";\r\n\tfilename*1="LjIwMjYucGRm?="\r\n')),
    "name_in_iso_2022": TOP + tree(b"l2", b"mixed", text(), attached(b'Content-Type: application/pdf; name="\x1b$B8x\x1b(B.pdf"\r\nContent-Disposition: attachment; filename="\x1b$B8x\x1b(B.pdf"\r\n')),
    "notice_windows_1258": TOP + b"Content-Type: text/html; charset=windows-1258\r\nContent-Transfer-Encoding: 8bits\r\n\r\n<p>K\xednh g\xed\xf2i https://x.example/?id=20&so=12</p>\r\n",
    "notice_of_two_types": TOP + b"Content-Type: text/plain; charset=iso-8859-1\r\nContent-type: text/html; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\nContent-Transfer-Encoding: 7bit\r\n\r\n<p>" + TEXT.encode() + b"</p>\r\n",
    "notice_tcvn3": TOP + b"Content-Type: text/plain; charset=x-viet-tcvn\r\n\r\nV\xa8n b\xb6n s\xe8 12 ng\xb5y 20/11\r\n",
    "encoding_of_charset": TOP + b"Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: utf-8\r\n\r\nXem https://x.example/?id=20&a=3D\r\n",
    "line_of_script_cut": TOP + tree(b"x1", b"mixed", text(), PDF + b"Content-Transfer-Encoding: base64\r\n\r\n" + b64(pdf()).replace(b"\r\n", b"")[:400] + b"!\r\n " + b64(pdf()).replace(b"\r\n", b"")[400:] + b"\r\n"),
    "bounce_of_cut_header": TOP.replace(FROM, b"From: <postmaster@mx.example.vn>\r\n") + tree(b"bc", b"report; report-type=delivery-status", text(), b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n", b"Content-Type: message/rfc822\r\n\r\n" + TOP + b"Content-Ty\r\n"),
    "bounce_without_message": TOP + tree(b"bw", b"report; report-type=delivery-status", text(), b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n", b"Content-Type: message/rfc822\r\n\r\n(the message is not returned)\r\n"),
    "read_receipt": TOP + tree(b"r1", b"report; report-type=disposition-notification", text(), b"Content-Type: message/disposition-notification\r\nContent-Transfer-Encoding: 7bit\r\n\r\nReporting-UA: x\r\nFinal-Recipient: rfc822;a@x.example\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n"),
    "pgp_signed": TOP + tree(b"p1", b'signed; micalg=pgp-sha512; protocol="application/pgp-signature"', text(), b'Content-Type: application/pgp-signature; name="signature.asc"\r\nContent-Description: OpenPGP digital signature\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\neA==\r\n=eAeA\r\n-----END PGP SIGNATURE-----\r\n'),
    "list_footer_behind": TOP + tree(b"f3", b"mixed", text(), attached(PDF)) + b"_____\r\nDanh sach\r\n",
    "list_footer_in_base64": TOP + text() + b"_____\r\nDanh sach cong van, http://x.example/list\r\n",
    "html_attached_raw": TOP + tree(b"ha", b"mixed", text(), b'Content-Type: text/html; name=a.htm\r\nContent-Disposition: attachment; filename=a.html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<html><a href="x">K=C3=ADnh</a></html>\r\n'),
    "mail_on_disk": TOP + tree(b"md", b"mixed", text(), b'Content-Type: application/octet-stream; name="thu.eml"\r\nContent-Disposition: attachment; filename="thu.eml"\r\nContent-Transfer-Encoding: base64\r\n\r\n' + b64(b"Received: by x\n" + TOP + tree(b"me", b"mixed", text(), attached(PDF)))),
    "fields_twice_alike": TOP.replace(b"Subject:", b"Subject: =?UTF-8?Q?B=C3=A1o_c=C3=A1o_th=C3=A1ng_11?=\r\nReply-To: <vanthu@so-a.example.vn>\r\nReply-To: vanthu@so-a.example.vn\r\nSubject:", 1)
    + tree(b"t2", b"mixed", text(), attached(b"Content-Type: application/octet-stream; name=a.pdf\r\nContent-Disposition: inline; filename=a.pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n")),
}  # fmt: skip
