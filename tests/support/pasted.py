"""Stamps and other pictures pasted into documents: drawn from a word, an ink and a number of borders."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from gateway.demo.documents import FONT
from tests.support.scans import plain_pdf, stream

_MARGIN = 12
_SPACE = "http://schemas.openxmlformats.org"


def stamp(word: str, ink: str = "red", borders: int = 2, size: int = 40, paper: str = "white") -> Image.Image:
    """Draw words in a frame as wide as they are; a line feed parts lines."""
    font = ImageFont.truetype(str(Path(FONT)), size)
    left, top, right, bottom = ImageDraw.Draw(Image.new("L", (1, 1))).multiline_textbbox((0, 0), word, font=font)
    picture = Image.new("RGB", (round(right - left) + 64, round(bottom - top) + 60), paper)
    draw = ImageDraw.Draw(picture)
    for inset in range(_MARGIN, _MARGIN + 6 * borders, 6):
        draw.rectangle((inset, inset, picture.width - inset, picture.height - inset), outline=ink, width=3)
    draw.multiline_text((32 - left, 30 - top), word, font=font, fill=ink, align="center", stroke_width=1)
    return picture


def logo(ink: str = "red") -> Image.Image:
    """Draw a sign in a ring, as letterheads have."""
    picture = Image.new("RGB", (220, 220), "white")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((10, 10, 210, 210), outline=ink, width=8)
    draw.polygon([(110, 40), (170, 170), (50, 170)], fill=ink)
    return picture


def png(picture: Image.Image) -> bytes:
    """Write a picture as a file."""
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def text_page(picture: Image.Image, left: float = 60, top: float = 130, dpi: int = 200, rotate: int = 0) -> bytes:
    """A PDF page of print with a picture on it; `left` and `top` in points from the upper left corner."""
    wide, high = picture.width * 72 / dpi, picture.height * 72 / dpi
    lines = (("So: 12/SA-TH", 60, 780), ("Kinh gui: Van phong", 200, 640), ("Noi dung bao cao theo yeu cau.", 90, 600))
    shown = "".join(f"BT /F 13 Tf {x} {y} Td ({text}) Tj ET " for text, x, y in lines)
    content = f"{shown} q {wide:.2f} 0 0 {high:.2f} {left} {842 - top - high:.2f} cm /I Do Q".encode()
    about = f"/Type/XObject/Subtype/Image/Width {picture.width}/Height {picture.height}/BitsPerComponent 8"
    return plain_pdf([
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate {rotate}/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>"
        "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>".encode(),
        stream("", content),
        stream(f"{about}/ColorSpace/DeviceRGB/Filter/FlateDecode", zlib.compress(picture.convert("RGB").tobytes())),
    ])  # fmt: skip


def word_file(*pictures: bytes, text: str = "Nội dung báo cáo theo yêu cầu của Văn phòng. " * 8) -> bytes:
    """A docx of one paragraph, with pictures in its media folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_SPACE}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="png" ContentType="image/png"/><Override PartName="/word/document.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        )
        package.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{_SPACE}/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p>'
            "</w:body></w:document>",
        )
        for number, picture in enumerate(pictures, 1):
            package.writestr(f"word/media/image{number}.png", picture)
    return out.getvalue()
