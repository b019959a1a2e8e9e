"""Hostile shapes of mail, text and pictures: each one technique that asks for much work, grown to a wanted size.

A bomb (`bombs`) is as large as its technique needs. A shape is given a number of octets and fills them, so that what a
reader spends can be told per kB: `scripts/worst` prints it, `tests/read/test_hostile_shapes.py` has all of them read.
"""

from __future__ import annotations

import base64
import io
import random
import struct
import zlib
from itertools import count
from typing import TYPE_CHECKING

from PIL import Image

from tests.corpus.bombs import as_file, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_HEAD = b"From: a@so-a.example.vn\r\nMIME-Version: 1.0\r\n"
_MIXED = _HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'


def fill(piece: bytes, size: int) -> bytes:
    """Repeat a piece until it fills the size."""
    return piece * max(1, size // len(piece))


def numbered(make: Callable[[int], bytes], size: int) -> bytes:
    """Join pieces that differ by their number until they fill the size."""
    pieces, octets = [], 0
    for number in count():
        piece = make(number)
        octets += len(piece)
        if octets > size and pieces:
            return b"".join(pieces)
        pieces.append(piece)
    raise AssertionError


def body(text: str | bytes, subtype: str = "plain", more: str = "") -> bytes:
    """Make a mail of one text."""
    octets = text.encode() if isinstance(text, str) else text
    head = f"Content-Type: text/{subtype}; charset=utf-8{more}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return _HEAD + b"Subject: a\r\n" + head.encode() + octets


def text(piece: str) -> Callable[[int], bytes]:
    """Fill a plain body with a piece of text."""
    return lambda size: body(fill(piece.encode(), size))


def html(piece: str, before: str = "", after: str = "") -> Callable[[int], bytes]:
    """Fill an HTML body with a piece of markup."""
    return lambda size: body(before.encode() + fill(piece.encode(), size) + after.encode(), "html")


def header(name: str, piece: str) -> Callable[[int], bytes]:
    """Fill one field with a piece."""
    return lambda size: field(name.encode(), fill(piece.encode(), size))


def fields(make: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """Fill the header section with fields that differ."""
    return lambda size: _HEAD + numbered(make, size) + b"\r\nx\r\n"


def file(name: str, piece: str | bytes, before: bytes = b"", after: bytes = b"") -> Callable[[int], bytes]:
    """Attach a file filled with a piece."""
    octets = piece.encode() if isinstance(piece, str) else piece
    return lambda size: as_file(before + fill(octets, size) + after, name.encode())


def parts(make: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """Fill a multipart with parts that differ."""
    return lambda size: _MIXED + numbered(lambda number: b"--b\r\n" + make(number) + b"\r\n", size) + b"--b--\r\n"


def _boundaries(size: int) -> bytes:
    """Put multiparts in one another whose boundaries are beginnings of each other."""
    inner = b""
    for depth in range(1, 60):
        mark = b"b" * depth
        inner = b"Content-Type: multipart/mixed; boundary=" + mark + b"\r\n\r\n--" + mark + b"\r\n" + inner
    return _HEAD + inner + fill(b"\r\n--b\r\n--bb\r\n--bbb--\r\n\r\nx", size)


def _indefinite(size: int) -> bytes:
    """Put constructed octet strings of indefinite length side by side and in one another."""
    start = bytes.fromhex("308006092a864886f70d010702a080308002010131003080")
    return start + fill(b"\x24\x80" * 40 + b"\x04\x01x" + b"\0\0" * 40, size) + b"\0\0" * 6


def _der(tag: int, *inner: bytes) -> bytes:
    content = b"".join(inner)
    length = len(content)
    if length < 128:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content


def _signers(size: int) -> bytes:
    """Make signed data by thousands who sign nothing."""
    oid = bytes.fromhex
    name = _der(0x30, _der(0x31, _der(0x30, oid("0603550403"), _der(0x0C, b"x"))))
    sha256 = _der(0x30, oid("0609608648016503040201"), b"\x05\0")
    rsa = _der(0x30, oid("06092a864886f70d010101"), b"\x05\0")

    def signer(number: int) -> bytes:
        serial = _der(0x02, number.to_bytes(4, "big"))
        return _der(0x30, b"\x02\x01\x01", _der(0x30, name, serial), sha256, rsa, _der(0x04, bytes(8)))

    content = _der(0x30, oid("06092a864886f70d010701"), _der(0xA0, _der(0x04, b"x")))
    signed = _der(0x30, b"\x02\x01\x01", _der(0x31, sha256), content, _der(0x31, numbered(signer, size)))
    return _der(0x30, oid("06092a864886f70d010702"), _der(0xA0, signed))


def _tiff_loop(size: int) -> bytes:
    """Make a TIFF whose directories lead in a circle after a long walk."""
    count_ = max(1, size // 30)
    octets = bytearray(b"II*\0" + struct.pack("<I", 8))
    for number in range(count_):
        following = 8 + 30 * ((number + 1) % count_)
        octets += struct.pack("<H", 2) + struct.pack("<HHII", 256, 3, 1, 9) + struct.pack("<HHII", 257, 3, 1, 9)
        octets += struct.pack("<I", following)
    return bytes(octets)


def _png(chunks: Iterable[tuple[bytes, bytes]]) -> bytes:
    made = (
        struct.pack(">I", len(data)) + word + data + struct.pack(">I", zlib.crc32(word + data)) for word, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


def _png_texts(size: int) -> bytes:
    """Make a PNG of packed texts, each of a megabyte."""
    packed = b"Comment\0\0" + zlib.compress(bytes(1_000_000), 9)
    one = (b"zTXt", packed)
    plain = [(b"IHDR", struct.pack(">II5B", 300, 400, 8, 0, 0, 0, 0)), *([one] * max(1, size // len(packed)))]
    return _png([*plain, (b"IDAT", zlib.compress(bytes(301 * 400))), (b"IEND", b"")])


def _frames(kind: str, width: int, height: int) -> Callable[[int], bytes]:
    """Animate: as many frames as fit, each a whole picture."""

    def make(size: int) -> bytes:
        drawn = [Image.new("P", (width, height), number) for number in (0, 1)]
        one = io.BytesIO()
        drawn[0].save(one, kind, save_all=True, append_images=[drawn[1]])
        wanted = min(400, max(2, 2 * size // len(one.getvalue())))
        octets = io.BytesIO()
        drawn[0].save(octets, kind, save_all=True, append_images=[drawn[1], drawn[0]] * (wanted // 2))
        return octets.getvalue()

    return lambda size: as_file(make(size), b"a." + kind.encode())


def _progressive(size: int) -> bytes:
    """Make a progressive JPEG whose last scan is repeated: each costs a pass over the whole picture."""
    octets = io.BytesIO()
    Image.new("L", (4_000, 4_000), 255).save(octets, "JPEG", progressive=True, quality=20)
    whole = octets.getvalue()
    last = whole.rindex(b"\xff\xda")
    scan = whole[last:-2]
    return whole[:-2] + fill(scan, max(1, size - len(whole))) + b"\xff\xd9"


def _pictures(size: int) -> bytes:
    """Attach many pages of paper, each a small file and a large picture."""
    octets = io.BytesIO()
    Image.new("1", (2_480, 3_508), 1).save(octets, "PNG")
    one = base64.encodebytes(octets.getvalue()).replace(b"\n", b"\r\n")
    head = b"Content-Type: image/png; name=%d.png\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return parts(lambda number: head % number + one)(size)


def _random_text(size: int) -> bytes:
    """Shuffle the words detectors look for, so that each of them finds beginnings everywhere."""
    words = [
        "MẬT",
        "TỐI",
        "TUYỆT",
        "Số:",
        "12/QĐ-UBND",
        "ngày",
        "30",
        "tháng",
        "11",
        "năm",
        "2026",
        "V/v",
        "giấy",
        "mời",
        "họp",
        "lúc",
        "8h00",
        "hỏa",
        "tốc",
        "dự",
        "thảo",
        "(",
        ")",
        "[",
        "]",
        "|",
        "\t",
        "\n",
        "Kính",
        "gửi:",
        "Nơi",
        "nhận:",
        "độ",
        "mật",
        "là",
        "đóng",
        "dấu",
        "gửi",
        "kèm",
        "công",
        "văn",
        "số",
        "hoãn",
        "dời",
        "chuyển",
        "sang",
        "quý",
        "IV",
        "UBND",
        "SỞ",
        "A",
        "KHẨN",
        "/",
        "-",
        ".",
        ",",
        ":",
    ]
    randomly = random.Random(7)
    made, octets = [], 0
    while octets < size:
        word = randomly.choice(words)
        made.append(word)
        octets += len(word.encode()) + 1
    return body(" ".join(made))


SHAPES: dict[str, Callable[[int], bytes]] = {
    "field folded at every letter": header("Subject", "a\r\n "),
    "field of encoded words": header("Subject", "=?utf-8?q?=4d?= "),
    "field of broken encoded words": header("Subject", "=?utf-8?q?=?=?="),
    "field of words in many charsets": fields(
        lambda number: b"Subject: =?%b?b?TeG6rFQ=?=\r\n" % [b"utf-7", b"iso-2022-jp", b"gb18030", b"viscii"][number % 4]
    ),
    "fields all different": fields(lambda number: b"X-%d: %d\r\n" % (number, number)),
    "fields all Received": fields(lambda number: b"Received: from a (b [1.2.3.%d]) by c; now\r\n" % (number % 250)),
    "fields all Subject": fields(lambda number: b"Subject: a%d\r\n" % number),
    "fields all From": fields(lambda number: b"From: a%d@b.vn\r\n" % number),
    "fields that claim to be ours": fields(lambda number: b"Congthu-Tag: a%d\r\n" % number),
    "addresses in groups": header("To", 'a: b@c.vn, (x) "y" <d@e.vn>;, '),
    "addresses of comments": header("From", "(\\()"),
    "addresses of brackets": header("From", "<<>"),
    "addresses of quotes": header("To", '"a\\"" <"b c"@d.vn>, '),
    "name in pieces": lambda size: field(
        b"Content-Disposition", b"attachment" + numbered(lambda n: b"; filename*%d*=%%4D" % n, size)
    ),
    "name in conflict": parts(
        lambda n: b'Content-Type: a/b; name="a%d.pdf"\r\nContent-Disposition: attachment; filename="b%d.exe"\r\n\r\nx' % (n, n)
    ),
    "parameters all different": lambda size: field(b"Content-Type", b"text/plain" + numbered(lambda n: b"; a%d=b" % n, size)),
    "parts of one octet": parts(lambda _: b"\r\nx"),
    "parts that are messages": parts(lambda _: b"Content-Type: message/rfc822\r\n\r\nSubject: a\r\n\r\nx"),
    "parts of alternating encodings": parts(
        lambda n: b"Content-Transfer-Encoding: %b\r\n\r\n=41QQ==" % [b"base64", b"quoted-printable", b"x-uuencode"][n % 3]
    ),
    "parts that are small archives": parts(
        lambda n: b'Content-Type: application/zip; name="%d.zip"\r\n\r\nPK\x05\x06' % n + bytes(18)
    ),
    "boundaries that begin each other": _boundaries,
    "uuencoded files": text("begin 644 a\r\n#0V%T\r\n`\r\nend\r\n"),
    "uuencoded beginnings": text("begin 644 a\r\n"),
    "quoted soft breaks": lambda size: field(b"Content-Transfer-Encoding", b"quoted-printable") + fill(b"=41=\r\n", size),
    "quotes of all depths": text("> > >> >a\r\n> b\r\n"),
    "flowed lines": lambda size: body(fill(b"a \r\n", size), more="; format=flowed"),
    "lines that wrap at 72": text("x" * 70 + " mật\r\n"),
    "letters set apart": text("M Ậ T "),
    "letters with dots": text("M.Ậ.T. "),
    "marks on lines": text("MẬT\r\n"),
    "marks in brackets": text("(MẬT) "),
    "words of secrecy": text("tài liệu mật của độ mật "),
    "words that declare": text("văn bản này thuộc độ mật, "),
    "fields of levels": text("Độ mật: "),
    "numbers": text("số 12/QĐ-UBND "),
    "numbers cited": text("theo Công văn số 12/UBND-VX ngày 12/11/2026, "),
    "heads of documents": text("UBND TỈNH A\r\nSố: 12/QĐ-UBND\r\nngày 30 tháng 11 năm 2026\r\n"),
    "letters of notations": text("QĐ-UBND-"),
    "digits": text("12/12/12/"),
    "invitations": text("Kính mời họp lúc 8h00 ngày 12/12/2026, "),
    "times": text("8h00 ngày mai, "),
    "changes of meetings": text("hoãn họp dời sang chuyển lịch họp "),
    "urgency": text("hỏa tốc khẩn "),
    "drafts": text("dự thảo gửi lấy ý kiến "),
    "addressees": text("Kính gửi: UBND xã A;\r\n- Như trên;\r\n"),
    "cells": text("a\tb   c | d\t"),
    "combining marks": text("a\u0302\u0323\u0301"),
    "no blank anywhere": text("mật"),
    "legacy letters": lambda size: body(fill("TuyÖt mËt ".encode(), size)),
    "invisible characters": text("M\u200bẬ\u200dT\u2060 "),
    "all words of the detectors": _random_text,
    "tags in tags": html("<b>"),
    "cells in tables": html("<td>a", "<table><tr>", "</table>"),
    "tables in tables": html("<table><tr><td>a</td><td>"),
    "rows of empty cells": html("<tr><td><td><td>"),
    "paragraphs in a cell": html("<p>a", "<table><tr><td>", "</td><td>b</td></tr></table>"),
    "hidden text": html('<span style="display:none">MẬT</span>'),
    "references": html("&#x1ead;&nbsp;"),
    "references that never end": html("&amp"),
    "comments": html("<!---->a"),
    "attributes": html(" a=b", "<p", ">x"),
    "styles": html("a{display:none}", "<style>", "</style>x"),
    "links": html('<a href="http://a.vn/x">b</a>'),
    "files in the page": html('<img src="data:image/png;base64,iVBORw0KGgo=">'),
    "quotes of mail programs": html("<blockquote>a<div>From: b<br>"),
    "calendar, folded": file("a.ics", "SUMMARY:M\r\n \u1eadt\r\n", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"),
    "calendar of events": file(
        "a.ics", "BEGIN:VEVENT\r\nDTSTART:20261202T080000Z\r\nSUMMARY:a\\, b\r\nEND:VEVENT\r\n", b"BEGIN:VCALENDAR\r\n"
    ),
    "calendar in calendar": file("a.ics", "BEGIN:VEVENT\r\n", b"BEGIN:VCALENDAR\r\n"),
    "json, deep": file("a.json", '{"DoMat":['),
    "json, wide": file("a.json", '"a":"Mật",', b"{", b'"b":1}'),
    "xml, deep": file("a.xml", "<DoMat>"),
    "xml, wide": file("a.xml", "<DoMat>Thường</DoMat>", b"<a>", b"</a>"),
    "csv": file("a.csv", "Độ mật;Mật;"),
    "csv of quotes": file("a.csv", '""""\n'),
    "cms, indefinite lengths": lambda size: as_file(_indefinite(size), b"a.p7m"),
    "cms, many signers": lambda size: as_file(_signers(size), b"a.p7m"),
    "tiff, directories in a circle": lambda size: as_file(_tiff_loop(size), b"a.tif"),
    "png of packed texts": lambda size: as_file(_png_texts(size), b"a.png"),
    "gif, small frames": _frames("gif", 8, 8),
    "gif, large frames": _frames("gif", 2_000, 2_000),
    "webp, large frames": _frames("webp", 1_200, 1_200),
    "jpeg, scans upon scans": lambda size: as_file(_progressive(size), b"a.jpg"),
    "pictures of empty paper": _pictures,
}  # fmt: skip
"""Technique to a maker that takes the octets to fill, about."""
