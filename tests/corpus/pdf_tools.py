"""Tools of the makers of PDF files: pages of plain operators, and the facts that are expected of a file.

The letters are those of the standard fonts, so that a file has a few kilobytes; nobody looks at these pages.
"""

from __future__ import annotations

import base64
import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import pikepdf
from pikepdf import Dictionary, Name

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.message import read_message
from gateway.values.trust import EMPTY_TRUST

if TYPE_CHECKING:
    from collections.abc import Callable

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
_A4 = (595, 842)
HEAD = "UBND TINH THU NGHIEM|SO A|So: 125/SA-VP|Thu Nghiem, ngay 20 thang 11 nam 2026"
BODY = tuple(f"Dong thu {number} cua van ban" for number in range(20))

MAKERS: dict[str, Callable[[], bytes]] = {}
"""Name of the file, without its extension, to what makes it."""


def paper(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Put a maker into the table under its own name."""
    MAKERS[make.__name__] = make
    return make


def saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    """Serialise the same way every time."""
    out = io.BytesIO()
    pdf.save(out, static_id=True, **options)
    return out.getvalue()


def font(pdf: pikepdf.Pdf, name: str = "Helvetica", **more: object) -> pikepdf.Object:
    """A simple font by name, in the encoding of Windows."""
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name("/" + name), Encoding=Name.WinAnsiEncoding, **more
        )
    )


def unicode_font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """A font that says Vietnamese letters: octets from 0x80 stand for the letters of one line of capitals."""
    letters = "ẬẤỆỐỎÀÁĂÂĐÊÔƠƯ"
    pairs = "".join(f"<{0x80 + place:02x}> <{ord(letter):04x}>\n" for place, letter in enumerate(letters))
    plain = "<20> <7e> <0020>\n"
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n1 begincodespacerange <00> <ff> "
        f"endcodespacerange\n1 beginbfrange\n{plain}endbfrange\n{len(letters)} beginbfchar\n{pairs}endbfchar\n"
        "endcmap end end"
    )
    return font(pdf, "Times-Roman", ToUnicode=pdf.make_stream(cmap.encode()))


UNICODE = {letter: bytes([0x80 + place]) for place, letter in enumerate("ẬẤỆỐỎÀÁĂÂĐÊÔƠƯ")}


def octets(text: str) -> bytes:
    """Text in the codes of `unicode_font`, fit for a PDF string."""
    return b"".join(UNICODE.get(letter, letter.encode("latin-1", "replace")) for letter in text)


def line(text: str | bytes, x: float, y: float, face: str = "F1", size: float = 12, before: str = "") -> bytes:
    """Draw one line of text."""
    said = octets(text) if isinstance(text, str) else text
    return b"%s BT /%s %g Tf 1 0 0 1 %g %g Tm (%s) Tj ET\n" % (before.encode(), face.encode(), size, x, y, said)


def lines(*texts: str | bytes, top: float = 800, face: str = "F1") -> bytes:
    """Draw lines from the top of a page."""
    return b"".join(line(text, 60, top - 18 * place, face) for place, text in enumerate(texts))


def add_page(pdf: pikepdf.Pdf, content: bytes, fonts: dict[str, pikepdf.Object] | None = None, **more: object) -> None:
    """Append a page; /F1 is the Unicode font unless told otherwise."""
    page = pdf.add_blank_page(page_size=_A4)
    page.obj.Resources = Dictionary(Font=Dictionary({f"/{key}": one for key, one in (fonts or {}).items()}), **more)
    if "/F1" not in page.obj.Resources.Font:
        page.obj.Resources.Font.F1 = unicode_font(pdf)
    page.obj.Contents = pdf.make_stream(content)


def letter(*extra: bytes, **more: object) -> bytes:
    """One page of an ordinary letter, with further drawing."""
    pdf = pikepdf.new()
    add_page(pdf, lines(*HEAD.split("|"), *BODY) + b"".join(extra), **more)
    return saved(pdf)


def changed(change: Callable[[pikepdf.Pdf], None], **options: object) -> bytes:
    """An ordinary letter after a change."""
    with pikepdf.open(io.BytesIO(letter())) as pdf:
        change(pdf)
        return saved(pdf, **options)


def whole(octets_of_pdf: bytes, name: str = "van-ban.pdf") -> bytes:
    """A mail with the file attached."""
    head = (
        "From: van thu <vanthu@so-a.example>\r\nTo: a@so-b.example\r\nSubject: Gui van ban\r\n"
        "Date: Fri, 20 Nov 2026 08:00:00 +0700\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: application/octet-stream; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    )
    return head.encode() + base64.encodebytes(octets_of_pdf).replace(b"\n", b"\r\n")


def facts(octets_of_pdf: bytes) -> dict[str, object]:
    """What is read of a file attached to a mail; marks cut down to what the file is about."""
    found = msgspec.to_builtins(read_message(whole(octets_of_pdf), DEFAULT_BUDGET, EMPTY_TRUST, AT, host="mx.example"))
    parts = []
    for part in found["parts"]:
        marks = part.pop("marks", {})
        part["marks"] = {key: marks[key] for key in ("number", "secrecy", "encoding") if key in marks}
        for key in ("sha256", "start", "end", "size_octets", "media_type"):
            part.pop(key, None)
        parts.append(part)
    return {"secrecy": found.get("secrecy", "none"), "overruns": found.get("overruns", []),
            "ambiguities": found.get("ambiguities", []), "parts": parts}  # fmt: skip


def golden(octets_of_pdf: bytes) -> bytes:
    """Those facts as a file."""
    return msgspec.json.format(msgspec.json.encode(facts(octets_of_pdf)), indent=1) + b"\n"
