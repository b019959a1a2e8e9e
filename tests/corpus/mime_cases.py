"""Corpus of MIME ambiguity: one mail for each technique published for hiding an attachment from whoever inspects it.

Every mail carries the same Word file with a mark of secrecy, or a text with one, behind one trick. docs/mime.md lists
the techniques, which mail program reads what, and what becomes of the mail.
"""

from __future__ import annotations

import base64
from urllib.parse import quote_from_bytes

from tests.corpus.compose import MIME, PLAIN, TOP, archive, b64, marked, uuencoded, yenc

SECRET_DOCX = archive(
    ("[Content_Types].xml", b"<Types/>"), ("word/document.xml", marked("<w:t>{}</w:t>")), packed=False
)
"""A Word file marked MẬT, which a reader must find in at least one reading of every case."""
DATA = b64(SECRET_DOCX)
RAW = base64.b64encode(SECRET_DOCX)
NAMED = b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=a.docx\r\n"
ENCODING = b"Content-Transfer-Encoding: base64\r\n"
FILE = NAMED + ENCODING + b"\r\n" + DATA
SECRET_TEXT = "MẬT\r\nSố: 12/CV-UBND\r\nV/v báo cáo kết quả tháng 11\r\n"


def mixed(
    *parts: bytes, field: bytes = b'Content-Type: multipart/mixed; boundary="=_b1"\r\n', mark: bytes = b"=_b1"
) -> bytes:
    """A multipart under the usual header, its Content-Type given whole and its delimiter apart from that."""
    body = b"".join(b"--" + mark + b"\r\n" + part + b"\r\n" for part in (PLAIN, *parts))
    return MIME + field + b"\r\n" + body + b"--" + mark + b"--\r\n"


def encoded(value: bytes, body: bytes = DATA) -> bytes:
    """The file under the given lines in place of its transfer encoding."""
    return mixed(NAMED + value + b"\r\n" + body)


def bounded(parameter: bytes, mark: bytes) -> bytes:
    """The file behind delimiters of `mark` when the field says `parameter`."""
    return mixed(FILE, field=b"Content-Type: multipart/mixed; " + parameter + b"\r\n", mark=mark)


def typed(value: bytes) -> bytes:
    """The file in a multipart under other lines of Content-Type; the delimiter stays."""
    return mixed(FILE, field=value)


def escaped(width: int = 20, line_end: bytes = b"=\r\n", extra: bytes = b"", last: bytes = b"\r\n") -> bytes:
    """The file in quoted-printable, all escapes; `extra` stands behind the first escape of each line."""
    codes = [b"=%02X" % octet for octet in SECRET_DOCX]
    lines = [codes[at : at + width] for at in range(0, len(codes), width)]
    return line_end.join(line[0] + extra + b"".join(line[1:]) for line in lines) + last


def every(step: int, between: bytes) -> bytes:
    """The file in base64 with `between` behind every `step` letters."""
    return b"".join(RAW[at : at + step] + between for at in range(0, len(RAW), step)) + b"\r\n"


def pieces(size: int) -> bytes:
    """The file in base64, encoded anew with padding of its own for every `size` octets."""
    return b"".join(base64.b64encode(SECRET_DOCX[at : at + size]) for at in range(0, len(SECRET_DOCX), size)) + b"\r\n"


QUOTED = b"Content-Transfer-Encoding: quoted-printable\r\n"
INNER = b"--in\r\n" + FILE + b"--in--\r\n"
FIELDS = {
    "encoding_two": encoded(ENCODING + b"Content-Transfer-Encoding: 7bit\r\n"),
    "encoding_two_reversed": encoded(b"Content-Transfer-Encoding: 7bit\r\n" + ENCODING),
    "encoding_list": encoded(b"Content-Transfer-Encoding: base64, 7bit\r\n"),
    "encoding_list_quoted": encoded(b'Content-Transfer-Encoding: "7bit", base64\r\n'),
    "encoding_comment": encoded(b"Content-Transfer-Encoding: base64 (7bit)\r\n"),
    "encoding_comment_inside": encoded(b"Content-Transfer-Encoding: bas(x)e64\r\n"),
    "encoding_comment_whole": encoded(b"Content-Transfer-Encoding: (base64)\r\n"),
    "encoding_comment_open": encoded(b"Content-Transfer-Encoding: base64(7bit\r\n"),
    "encoding_misspelt": encoded(b"Content-Transfer-Encoding: base-64\r\n"),
    "encoding_trailing": encoded(b"Content-Transfer-Encoding: base64-\r\n"),
    "encoding_doubled": encoded(b"Content-Transfer-Encoding: base64base64\r\n"),
    "encoding_name_twice": encoded(b"Content-Transfer-Encoding:Content-Transfer-Encoding:base64\r\n"),
    "encoding_word": encoded(b"Content-Transfer-Encoding: =?us-ascii?q?base=364?=\r\n"),
    "encoding_nul": encoded(b"Content-Transfer-Encoding: bas\0e64\r\n"),
    "encoding_cut_by_fold": encoded(b"Content-Transfer-Encoding: bas\r\n e64\r\n"),
    "encoding_folded": encoded(b"Content-Transfer-Encoding:\r\n base64\r\n"),
    "encoding_missing": encoded(b""),
    "encoding_7bit": encoded(b"Content-Transfer-Encoding: 7bit\r\n"),
    "encoding_7bit_quoted": encoded(b"Content-Transfer-Encoding: 7bit\r\n", escaped()),
    "encoding_behind_blank": encoded(b" Content-Transfer-Encoding: base64\r\n"),
    "encoding_first_behind_blank": mixed(b" " + ENCODING + NAMED + b"\r\n" + DATA),
    "encoding_blank_before_colon": encoded(b"Content-Transfer-Encoding : base64\r\n"),
    "encoding_colon_folded": encoded(b"Content-Transfer-Encoding\r\n : base64\r\n"),
    "encoding_name_comment": encoded(b"Content-Transfer-Encoding(: )base64\r\n"),
    "encoding_name_cut": encoded(b"Content-Transfe(r-Encoding: base64\r\n"),
    "encoding_name_nul": encoded(b"Content-Transfer-Encoding\0: base64\r\n"),
    "encoding_behind_cr": mixed(NAMED.rstrip() + b"\r" + ENCODING + b"\r\n" + DATA),
    "fields_behind_empty_line": mixed(b"\r\n" + FILE),
    "fields_divided": mixed(b"Content-Type: application/octet-stream\r\n\r\nContent-Disposition: attachment; filename=a.docx\r\n" + ENCODING + b"\r\n" + DATA),
    "fields_behind_prose": mixed(NAMED + b"\r\nMot dong chu.\r\n" + ENCODING + b"\r\n" + DATA),
    "header_not_ended": mixed(NAMED + ENCODING + DATA),
    "header_broken": mixed(NAMED + b"Mot dong chu\r\n" + ENCODING + b"\r\n" + DATA),
    "header_broken_at_top": (MIME + b"Mot dong chu\r\n").join([b"", mixed(FILE).removeprefix(MIME)]),
    "type_two": typed(b'Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary="=_b1"\r\n'),
    "type_two_reversed": typed(b'Content-Type: multipart/mixed; boundary="=_b1"\r\nContent-Type: text/plain\r\n'),
    "type_list": typed(b'Content-Type: text/plain, multipart/mixed; boundary="=_b1"\r\n'),
    "type_behind_blank": typed(b' Content-Type: multipart/mixed; boundary="=_b1"\r\n'),
    "type_blank_before_colon": typed(b'Content-Type : multipart/mixed; boundary="=_b1"\r\n'),
    "type_without_semicolon": typed(b'Content-Type: multipart/mixed boundary="=_b1"\r\n'),
    "type_name_twice": typed(b'Content-Type: Content-Type: multipart/mixed; boundary="=_b1"\r\n'),
    "type_doubled": typed(b'Content-Type: multipart/mixedmultipart/mixed; boundary="=_b1"\r\n'),
    "type_nul": typed(b'Content-Type: multi\0part/mixed; boundary="=_b1"\r\n'),
    "type_comment": typed(b'Content-Type: multipart/mixed (x); boundary="=_b1"\r\n'),
    "type_unknown_subtype": typed(b'Content-Type: multipart/x-la; boundary="=_b1"\r\n'),
    "type_octets": mixed(FILE.replace(b"a.docx", b"a.pdf")),
    "type_of_part_two": mixed(b"Content-Type: multipart/mixed; boundary=x\r\n" + FILE),
    "disposition_two": mixed(b"Content-Disposition: inline\r\n" + FILE),
    "mime_version_missing": TOP + mixed(FILE).removeprefix(MIME),
}  # fmt: skip
BOUNDARIES = {
    "boundary_two": bounded(b"boundary=kia; boundary=day", b"day"),
    "boundary_two_reversed": bounded(b"boundary=day; boundary=kia", b"day"),
    "boundary_comma": bounded(b"boundary=kia, boundary=day", b"day"),
    "boundary_part_of_list": bounded(b"boundary=day,kia", b"day"),
    "boundary_comment": bounded(b"boundary=da(x)y", b"day"),
    "boundary_comment_kept": bounded(b"boundary=da(x)y", b"da(x)y"),
    "boundary_comment_open": bounded(b"boundary=day(x", b"day"),
    "boundary_quoted_tail": bounded(b'boundary="kia"day', b"day"),
    "boundary_quoted_tail_joined": bounded(b'boundary="kia"day', b"kiaday"),
    "boundary_quotes_kept": bounded(b'boundary="day kia"', b'"day kia"'),
    "boundary_empty": bounded(b"boundary=", b""),
    "boundary_empty_quoted": bounded(b'boundary=""', b""),
    "boundary_absent": typed(b"Content-Type: multipart/mixed\r\n"),
    "boundary_misnamed": bounded(b"bound=day", b"day"),
    "boundary_blank_inside": bounded(b"boundary=day kia", b"day kia"),
    "boundary_blank_cuts": bounded(b'boundary="day kia"', b"day"),
    "boundary_blank_in_front": bounded(b'boundary=" day"', b"day"),
    "boundary_blank_kept": bounded(b"boundary= day", b" day"),
    "boundary_semicolon": bounded(b'boundary="day;kia"', b"day"),
    "boundary_semicolon_kept": bounded(b"boundary=day;kia", b"day;kia"),
    "boundary_escape": bounded(b'boundary="d\\ay"', b"d\\ay"),
    "boundary_folded": bounded(b'boundary="da\r\n y"', b"day"),
    "boundary_folded_value": bounded(b"boundary=\r\n day", b"day"),
    "boundary_word": bounded(b"boundary==?us-ascii?q?day?=", b"day"),
    "boundary_2231": bounded(b"boundary*=us-ascii''d%61y", b"day"),
    "boundary_2231_continued": bounded(b"boundary*0=da; boundary*1=y", b"day"),
    "boundary_2231_and_plain": bounded(b"boundary=kia; boundary*0=da; boundary*1=y", b"day"),
    "boundary_name_nul": bounded(b"boundary\0=day", b"day"),
    "boundary_other": bounded(b"boundary=kia", b"day"),
    "boundary_blank_behind": bounded(b'boundary="day  "', b"day  "),
    "delimiter_padded": mixed(FILE).replace(b"--=_b1\r\n", b"--=_b1 \t\r\n"),
    "delimiter_longer": mixed(FILE).replace(b"--=_b1\r\n" + NAMED[:20], b"--=_b1x\r\n" + NAMED[:20]),
    "delimiter_with_text": mixed(FILE).replace(b"--=_b1\r\n" + NAMED[:20], b"--=_b1 x\r\n" + NAMED[:20]),
    "delimiter_indented": mixed(FILE).replace(b"--=_b1\r\n" + NAMED[:20], b" --=_b1\r\n" + NAMED[:20]),
    "delimiter_close_indented": mixed(FILE, b"\r\nthem").replace(b"--=_b1\r\n\r\nthem", b" --=_b1--\r\n--=_b1\r\n\r\nthem"),
    "delimiter_behind_cr": mixed(FILE).replace(b"\r\n--=_b1\r\n" + NAMED[:20], b"\r--=_b1\r\n" + NAMED[:20]),
    "parts_behind_close": mixed(FILE).replace(b"--=_b1\r\n" + NAMED[:20], b"--=_b1--\r\n\r\n--=_b1\r\n" + NAMED[:20]),
    "part_behind_close": mixed().rstrip() + b"\r\n" + FILE,
    "part_before_first": mixed().replace(b"\r\n\r\n--", b"\r\n\r\n" + FILE + b"--", 1),
    "part_between": mixed(PLAIN).replace(b"--=_b1\r\n", b"--=_b1--\r\n" + FILE + b"--=_b1\r\n").replace(b"--=_b1--", b"--=_b1", 1),
    "close_missing": mixed(FILE).removesuffix(b"--=_b1--\r\n"),
    "boundary_of_outer": mixed(b'Content-Type: multipart/mixed; boundary="=_b1"\r\n\r\n--=_b1\r\n' + PLAIN + b"--=_b1--\r\n" + FILE),
    "boundary_crossed": mixed(b"Content-Type: multipart/mixed; boundary=in\r\n\r\n--in\r\n" + PLAIN, FILE + b"--in--\r\n"),
    "boundary_of_inner_absent": mixed(b"Content-Type: multipart/mixed\r\n\r\n" + INNER),
    "multipart_base64": MIME + b"Content-Type: multipart/mixed; boundary=in\r\n" + ENCODING + b"\r\n" + b64(INNER),
    "partial": MIME + b'Content-Type: message/partial; id="1"; number=1; total=2\r\n\r\n' + mixed(FILE)[:-400],
    "alternative": mixed(FILE).replace(b"multipart/mixed", b"multipart/alternative"),
    "related": mixed(FILE).replace(b"multipart/mixed", b"multipart/related; type=text/plain"),
    "report": mixed(FILE).replace(b"multipart/mixed", b"multipart/report; report-type=delivery-status"),
    "message_base64": mixed(b"Content-Type: message/rfc822\r\n" + ENCODING + b"\r\n" + b64(mixed(FILE))),
}  # fmt: skip
DATA_TRICKS = {
    "base64_dots": encoded(ENCODING, every(4, b".")),
    "base64_dots_everywhere": encoded(ENCODING, every(1, b".")),
    "base64_url_alphabet": encoded(ENCODING, RAW.replace(b"+", b"-").replace(b"/", b"_").replace(b"A", b"A", 1) + b"\r\n"),
    "base64_padding_lines": encoded(ENCODING, every(4, b"=\r\n")),
    "base64_padding_odd": encoded(ENCODING, every(5, b"=")),
    "base64_octet_by_octet": encoded(ENCODING, pieces(1)),
    "base64_pieces": encoded(ENCODING, pieces(100)),
    "base64_prefix": encoded(ENCODING, b"UERG=\r\n" + DATA),
    "base64_footer": encoded(ENCODING, DATA + b"-- \r\nchan thu\r\n"),
    "base64_unpadded": encoded(ENCODING, RAW.rstrip(b"=") + b"\r\n"),
    "base64_long_line": encoded(ENCODING, RAW + b"\r\n"),
    "base64_blanks": encoded(ENCODING, every(6, b" \t\r\n")),
    "base64_empty_lines": encoded(ENCODING, every(60, b"\r\n\r\n")),
    "quoted_padded_breaks": encoded(QUOTED, escaped(line_end=b"= \t\r\n")),
    "quoted_hard_breaks": encoded(QUOTED, escaped(line_end=b"\r\n")),
    "quoted_double_equals": encoded(QUOTED, escaped(line_end=b"==\r\n")),
    "quoted_half_escapes": encoded(QUOTED, escaped(extra=b"=2")),
    "quoted_strangers": encoded(QUOTED, escaped(extra=b"\x12")),
    "quoted_blanks": encoded(QUOTED, escaped(line_end=b"=\r\n\t")),
    "quoted_lower_case": encoded(QUOTED, escaped().lower()),
    "quoted_long_lines": encoded(QUOTED, escaped(width=1_000)),
    "uuencode_body": TOP + b"\r\nKem theo.\r\n" + uuencoded(SECRET_DOCX, "a.docx"),
    "uuencode_not_ended": TOP + b"\r\n" + uuencoded(SECRET_DOCX, "a.docx").removesuffix(b"`\r\nend\r\n"),
    "uuencode_encoding": mixed(NAMED + b"Content-Transfer-Encoding: x-uuencode\r\n\r\n" + uuencoded(SECRET_DOCX, "a.docx")),
    "uuencode_base64": TOP + b"\r\nbegin-base64 644 a.docx\r\n" + DATA + b"====\r\n",
    "yenc_body": TOP + b"\r\n" + yenc(SECRET_DOCX, "a.docx"),
}  # fmt: skip


def named(parameters: bytes, type_parameters: bytes = b"") -> bytes:
    """The file under other names."""
    head = b"Content-Type: application/octet-stream" + type_parameters + b"\r\nContent-Disposition: attachment"
    return mixed(head + parameters + b"\r\n" + ENCODING + b"\r\n" + DATA)


NAMES = {
    "name_differs": named(b"; filename=a.docx", b"; name=a.txt"),
    "name_twice": named(b"; filename=a.txt; filename=a.docx"),
    "name_2231_and_plain": named(b"; filename=a.txt; filename*=utf-8''a%2Edocx"),
    "name_continued_and_plain": named(b"; filename=a.txt; filename*0=a; filename*1=.docx"),
    "name_word": named(b'; filename="=?utf-8?b?YS5kb2N4?="'),
    "name_word_unquoted": named(b"; filename==?utf-8?q?a=2Edocx?="),
    "name_percent": named(b"; filename=a%2Edocx"),
    "name_utf7": named(b"; filename*=utf-7''a%2BAC4-docx"),
    "name_folded": named(b'; filename="a\r\n .docx"'),
    "name_only_in_type": named(b"", b"; name=a.docx"),
    "name_in_wrong_field": named(b"; name=a.docx"),
    "name_without_extension": named(b"; filename=a.docx", b"; name=att"),
}
TEXTS = {
    "charset_two": MIME + b"Content-Type: text/plain; charset=utf-16-le; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + SECRET_TEXT.encode(),
    "charset_two_fields": MIME + b"Content-Type: text/plain; charset=us-ascii\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n" + SECRET_TEXT.encode("utf-7"),
    "charset_of_meta": MIME + b"Content-Type: text/html; charset=us-ascii\r\n\r\n<html><meta charset=utf-7><p>" + SECRET_TEXT.replace("\r\n", "<p>").encode("utf-7"),
    "charset_utf7": MIME + b"Content-Type: text/plain; charset=unicode-1-1-utf-7\r\n\r\n" + SECRET_TEXT.encode("utf-7"),
    "charset_utf16_marked": MIME + b"Content-Type: text/plain; charset=utf-8\r\n" + ENCODING + b"\r\n" + b64(SECRET_TEXT.encode("utf-16")),
    "charset_cp1258": MIME + b"Content-Type: text/plain; charset=windows-1258\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + b"M\xc2\xf2T\r\nS\xf4\xec: 12/CV-UBND\r\nV/v ba\xeco ca\xeco\r\n",
    "charset_unknown": MIME + b"Content-Type: text/plain; charset=x-la\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + SECRET_TEXT.encode(),
    "text_in_base64": MIME + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + b64(SECRET_TEXT.encode()),
    "subject_two": TOP + "Subject: [MẬT] 12/KH-SA\r\n\r\n.\r\n".encode(),
    "preamble_secret": mixed().replace(b"\r\n\r\n--", b"\r\n\r\n" + b"x" * 400 + b"\r\n" + SECRET_TEXT.encode() + b"--", 1),
    "epilogue_secret": mixed() + SECRET_TEXT.encode(),
}  # fmt: skip


def page(inside: bytes) -> bytes:
    """A mail that is one page."""
    head = b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return MIME + head + b"<html><body><p>Xem tep.</p>" + inside + b"</body></html>\r\n"


ADDRESS = b"data:application/octet-stream;base64," + RAW
SHOWN_SECRET = SECRET_TEXT.replace("\r\n", "<br>\r\n").encode()
PAGES = {
    "html_data_address": page(b'<a download="a.docx" href="' + ADDRESS + b'">tai ve</a>'),
    "html_data_percent": page(b"<iframe src='data:text/html," + quote_from_bytes(b"<html><a href='" + ADDRESS + b"'>x</a>").encode() + b"'></iframe>"),
    "html_script_string": page(b"<script>var d='" + RAW + b"';save(new Blob([atob(d)]),'a.docx')</script>"),
    "html_script_escapes": page(b'<script>var d="' + b"".join(b"\\x%02x" % octet for octet in SECRET_DOCX) + b'"</script>'),
    "html_script_numbers": page(b"<script>var d=new Uint8Array([" + b",".join(b"%d" % octet for octet in SECRET_DOCX) + b"])</script>"),
    "html_attached": mixed(b"Content-Type: text/html; name=a.html\r\nContent-Disposition: attachment; filename=a.html\r\n\r\n<html><script>var d='" + RAW + b"'</script></html>"),
    "html_not_displayed": page(b'<div style="display: none">' + SHOWN_SECRET + b"</div>"),
    "html_no_size": page(b'<span style="color:red;font-size:0px;">' + SHOWN_SECRET + b"</span>"),
    "html_white": page(b'<p style="color:#ffffff">' + SHOWN_SECRET + b"</p>"),
    "html_comment": page(b"<!-- " + SHOWN_SECRET + b" -->"),
    "html_conditional": page(b"<!--[if mso]><p>" + SHOWN_SECRET + b"</p><![endif]-->"),
    "html_noscript": page(b"<noscript>" + SHOWN_SECRET + b"</noscript>"),
    "html_template": page(b"<template>" + SHOWN_SECRET + b"</template>"),
    "html_form": page(b'<form action="https://x.example/"><input type=password></form>' + SHOWN_SECRET),
    "html_refresh": page(b'<meta http-equiv="refresh" content="0;url=https://x.example/">' + SHOWN_SECRET),
}  # fmt: skip
MIME_CASES = FIELDS | BOUNDARIES | DATA_TRICKS | NAMES | TEXTS | PAGES
