"""Parts and fields as programs write them: transfer encodings, encoded words, RFC 2231, boundaries."""

from __future__ import annotations

import base64
import datetime as dt
import mimetypes
import quopri
import re
import zlib
from dataclasses import dataclass
from email.utils import format_datetime
from urllib.parse import quote as percent

CRLF = b"\r\n"
_ADDRESS = re.compile(r"^\s*(?P<name>.*?)\s*<(?P<address>[^<>]*)>\s*$")
_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".eml": "message/rfc822",
    ".zip": "application/zip",
    ".dwg": "application/acad",
    ".exe": "application/x-msdownload",
    ".csv": "text/csv",
}


@dataclass(frozen=True)
class Style:
    """How one program writes fields."""

    words: str = "b"
    """Encoded words in base64 (`b`) or quoted-printable (`q`)."""
    names: str = "2231"
    """File names after RFC 2231, or as encoded words in quotes (`2047`), or `both`."""
    charset: str = "UTF-8"
    boundary: str = "=_{}"


def encoded(text: str, style: Style) -> str:
    """Write unstructured text: ASCII as it is, else encoded words of at most 75 characters on folded lines (RFC 2047)."""
    if text.isascii():
        return text
    pieces, piece = [], ""
    for character in text:
        if len(_word(piece + character, style)) > 72:
            pieces.append(piece)
            piece = ""
        piece += character
    return "\r\n ".join(_word(one, style) for one in (*pieces, piece))


def _word(text: str, style: Style) -> str:
    octets = text.encode()
    if style.words == "b":
        return f"=?{style.charset}?B?{base64.b64encode(octets).decode()}?="
    safe = "".join(chr(one) if chr(one).isalnum() and one < 128 else f"={one:02X}" for one in octets)
    return f"=?{style.charset}?Q?{safe.replace('=20', '_')}?="


def split_address(text: str) -> tuple[str, str]:
    """Split `Tên <address>` into name and address."""
    match = _ADDRESS.match(text)
    return (match["name"].strip('"'), match["address"]) if match else ("", text.strip())


def mailbox(text: str, style: Style) -> str:
    """Write one address with its name."""
    name, address = split_address(text)
    if not name:
        return address if "<" not in text else f"<{address}>"
    shown = encoded(name, style) if not name.isascii() else f'"{name}"'
    return f"{shown} <{address}>"


def file_parameter(key: str, name: str, style: Style) -> str:
    """Write the parameter that carries a file name."""
    if name.isascii():
        return f'{key}="{name}"'
    word = encoded(name, style).replace("\r\n ", "\r\n\t")
    if style.names == "2047" or key == "name":
        return f'{key}="{word}"'
    value = percent(name, safe="")
    chunks: list[str] = []
    while value:
        cut = 54
        while cut < len(value) and "%" in value[cut - 2 : cut]:
            cut -= 1
        chunks.append(value[:cut])
        value = value[cut:]
    if len(chunks) == 1:
        return f"{key}*=UTF-8''{chunks[0]}"
    lines = [
        f"{key}*{place}*={'' if place else chr(85) + 'TF-8' + chr(39) * 2}{one}" for place, one in enumerate(chunks)
    ]
    return ";\r\n ".join(lines)


def part(media_type: str, octets: bytes, encoding: str, *fields: str) -> bytes:
    """Write a leaf: its fields and its body under a transfer encoding."""
    if media_type.startswith("text/") and "name" not in media_type:
        octets = octets.replace(b"\r\n", b"\n").replace(b"\n", CRLF)  # the canonical form (RFC 2046 section 4.1.1)
    if encoding == "base64":
        body = base64.encodebytes(octets).replace(b"\n", CRLF)
    elif encoding == "quoted-printable":
        body = CRLF.join(quopri.encodestring(line).replace(b"\n", CRLF) for line in octets.split(CRLF))
        body += CRLF
    else:
        body = octets.replace(b"\r\n", b"\n").replace(b"\n", CRLF)
    head = [f"Content-Type: {media_type}", f"Content-Transfer-Encoding: {encoding}", *fields]
    return "\r\n".join(head).encode() + CRLF * 2 + body


def text_part(kind: str, text: str, encoding: str, parameters: str = "") -> bytes:
    """Write a text leaf in UTF-8."""
    return part(f"text/{kind}; charset=UTF-8{parameters}", text.encode(), encoding)


def multipart(subtype: str, parts: list[bytes], style: Style, seed: str, parameters: str = "") -> bytes:
    """Write a container; one part without `mixed` company stays alone."""
    if len(parts) == 1 and subtype in {"mixed", "related", "alternative"}:
        return parts[0]
    mark = style.boundary.format(f"{zlib.crc32((subtype + seed).encode()):08x}")
    edge = f"--{mark}".encode()
    head = f'Content-Type: multipart/{subtype};{parameters}\r\n boundary="{mark}"'.encode()
    body = b"".join(edge + CRLF + one.removesuffix(CRLF) + CRLF for one in parts)
    return head + CRLF * 2 + body + edge + b"--" + CRLF


def attachment(name: str, octets: bytes, style: Style, *, disposition: str = "attachment") -> bytes:
    """Write a file; a mail is not encoded (RFC 2046 section 5.2.1)."""
    suffix = "." + name.rsplit(".", 1)[-1].lower()
    media = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    where = f"Content-Disposition: {disposition};\r\n {file_parameter('filename', name, style)}"
    if media == "message/rfc822":
        return part(media, octets, "8bit", where)
    return part(f"{media};\r\n {file_parameter('name', name, style)}", octets, "base64", where)


def date_field(at: dt.datetime) -> str:
    """Write the Date a minute before arrival."""
    return format_datetime(at - dt.timedelta(minutes=1))


def hard(text: str, width: int, prefix: str = "") -> str:
    """Wrap each paragraph at a width with plain line ends, as old programs do; a word is never cut."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            if line and len(line) + 1 + len(word) > width - len(prefix):
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return "\n".join(f"{prefix}{line}".rstrip() if prefix else line for line in lines)


def flowed(text: str, width: int = 72, prefix: str = "") -> str:
    """Wrap as format=flowed: a soft line ends in a blank; leading blanks and `From ` are stuffed (RFC 3676)."""
    lines = []
    for paragraph in text.split("\n"):
        pieces = (
            hard(paragraph, width - 1, prefix).split("\n") if not prefix else hard(paragraph, width - 3).split("\n")
        )
        for place, piece in enumerate(pieces):
            line = piece if piece == "-- " else piece.rstrip()
            stuffed = f" {line}" if line.startswith((" ", "From ", ">")) else line
            end = " " if place < len(pieces) - 1 else ""
            lines.append(f"{prefix}{stuffed}{end}")
    return "\n".join(lines)
