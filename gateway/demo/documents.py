"""Sample documents: official PDFs, scans with and without a seal, office files, encrypted and active PDFs.

Everything is deterministic. Text is set in a shipped subset of DejaVu Serif, so that Vietnamese survives in
the text layer as in real exports of word processors (embedded font with ToUnicode).
"""

from __future__ import annotations

import io
import math
import random
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab import rl_config
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from gateway.demo.signing import VARIANT_MARK

rl_config.useA85 = 0  # pictures as they are: no office program writes ASCII85

FONT = Path(__file__).with_name("fonts") / "DejaVuSerif-vi.ttf"
_FONT_NAME = "DejaVuSerifVi"
_A4 = (595.276, 841.89)
_LINE = 17.0


@dataclass(frozen=True)
class OfficialDocument:
    """The words of one official document, laid out after Decree 30/2020 Appendix I."""

    parent: str = "UBND TỈNH THỬ NGHIỆM"
    organisation: str = "SỞ A"
    number: str = "125"
    """Empty for a document not issued yet: the line reads `Số:      /`."""
    notation: str = "SA-VP"
    place_date: str = "Thử Nghiệm, ngày 20 tháng 11 năm 2026"
    type_line: str = ""
    """`GIẤY MỜI`, `BÁO CÁO`, ...; empty for công văn."""
    summary: str = "V/v triển khai gửi, nhận văn bản điện tử"
    marks: tuple[str, ...] = ()
    """Lines of their own above the body: `HỎA TỐC`, `MẬT`, `DỰ THẢO`."""
    addressee: str = "Ủy ban nhân dân các huyện, thị xã, thành phố"
    body: tuple[str, ...] = (
        (
            "Thực hiện Chỉ thị về tăng cường sử dụng văn bản điện tử trong hoạt động của cơ quan nhà nước, "
            "Sở A đề nghị các đơn vị gửi báo cáo qua hệ thống thư điện tử công vụ."
        ),
        "Văn bản điện tử phải được ký số bằng chứng thư số chuyên dùng của cơ quan, tổ chức.",
    )
    receivers: tuple[str, ...] = ("- Như trên;", "- Lưu: VT, VP.")
    signer_title: str = "GIÁM ĐỐC"

    def lines(self) -> tuple[str, ...]:
        """The document as lines of text from top to bottom."""
        number = self.number or "     "
        head = (self.parent, self.organisation, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
        return (
            *head,
            f"Số: {number}/{self.notation}",
            self.place_date,
            *self.marks,
            *((self.type_line,) if self.type_line else ()),
            self.summary,
            f"Kính gửi: {self.addressee}",
            *self.body,
            "Nơi nhận:",
            *self.receivers,
            self.signer_title,
        )


STANDARD = OfficialDocument()


@cache
def _register_font() -> str:
    pdfmetrics.registerFont(TTFont(_FONT_NAME, str(FONT)))
    return _FONT_NAME


def _noise_jpeg(size_octets: int, seed: int) -> bytes:
    """Make a JPEG of about this size: noise does not compress, as photographs hardly do."""
    side = max(16, int(math.sqrt(size_octets / 0.83)))
    picture = Image.frombytes("L", (side, side), random.Random(seed).randbytes(side * side))  # noqa: S311 - padding
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


def _mark_variant(octets: bytes) -> bytes:
    """Rewrite with a classic cross-reference table and the mark that `signing.variant` replaces."""
    with pikepdf.open(io.BytesIO(octets)) as pdf:
        pdf.docinfo["/Producer"] = "congthu demo"
        pdf.docinfo["/CongthuVariant"] = "0000000000"
        out = io.BytesIO()
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, deterministic_id=True)
    assert VARIANT_MARK % 0 in out.getvalue()
    return out.getvalue()


def official_pdf(
    document: OfficialDocument = STANDARD, *, size_octets: int = 0, pages: int = 1, figure: int = 0
) -> bytes:
    """Make a born-digital PDF; `size_octets` pads it with a figure on its second page, another for each `figure`."""
    font, out = _register_font(), io.BytesIO()
    canvas = Canvas(out, pagesize=_A4, invariant=1, pdfVersion=(1, 7))
    y = _A4[1] - 60
    canvas.setFont(font, 11)
    for line in document.lines():
        for piece in simpleSplit(line, font, 11, 480):
            canvas.drawString(57, y, piece)
            y -= _LINE
    canvas.showPage()
    for number in range(2, pages + 1):
        canvas.setFont(font, 11)
        canvas.drawString(57, _A4[1] - 60, f"Phụ lục trang {number}")
        canvas.showPage()
    missing = size_octets - 20_000
    if missing > 0:
        picture = ImageReader(io.BytesIO(_noise_jpeg(missing, size_octets + figure)))
        canvas.setFont(font, 11)
        canvas.drawString(57, _A4[1] - 60, "Phụ lục: bản đồ khu vực triển khai")
        canvas.drawImage(picture, 120, 200, 350, 350)
        canvas.showPage()
    canvas.save()
    return _mark_variant(out.getvalue())


def _draw_seal(draw: ImageDraw.ImageDraw, centre: tuple[int, int], radius: int) -> None:
    """Draw a red round seal: two rings, a star, and strokes for the lettering between the rings."""
    red, (x, y) = (205, 30, 45), centre
    for ring, width in ((radius, radius // 14), (int(radius * 0.62), radius // 25)):
        draw.ellipse((x - ring, y - ring, x + ring, y + ring), outline=red, width=width)
    star = []
    for corner in range(10):
        length = radius * (0.34 if corner % 2 == 0 else 0.14)
        turn = math.pi * corner / 5 - math.pi / 2
        star.append((x + length * math.cos(turn), y + length * math.sin(turn)))
    draw.polygon(star, fill=red)
    for step in range(40):
        turn = 2 * math.pi * step / 40
        near, far = radius * 0.72, radius * (0.86 if step % 3 else 0.80)
        start = (x + near * math.cos(turn), y + near * math.sin(turn))
        draw.line((start, (x + far * math.cos(turn), y + far * math.sin(turn))), fill=red, width=radius // 22)


def scan_picture(
    document: OfficialDocument = STANDARD, *, dpi: int = 200, has_seal: bool = True, has_ink: bool = True
) -> Image.Image:
    """Draw the page as a colour scanner sees it: print, seal of 36 mm, blue ink, paper tone and blur."""
    width, height = round(_A4[0] / 72 * dpi), round(_A4[1] / 72 * dpi)
    picture = Image.new("RGB", (width, height), (250, 248, 243))
    draw = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(FONT), round(dpi * 0.16))
    y = int(dpi * 0.8)
    for line in document.lines():
        for piece in simpleSplit(line, _register_font(), 11.5, 480):
            draw.text((int(dpi * 0.8), y), piece, font=font, fill=(35, 35, 40))
            y += int(dpi * 0.26)
    block = (int(width * 0.66), int(height * 0.72))
    if has_ink:
        curve = [(block[0] + 3.2 * step * dpi / 200, block[1] + 60 * math.sin(step / 9)) for step in range(90)]
        draw.line(curve, fill=(30, 50, 170), width=max(2, dpi // 50))
    if has_seal:
        _draw_seal(draw, block, int(18 / 25.4 * dpi))
    return picture.filter(ImageFilter.GaussianBlur(dpi / 250))


def scanned_pdf(  # noqa: PLR0913 - each names one trait of a scan
    document: OfficialDocument = STANDARD,
    *,
    dpi: int = 200,
    has_seal: bool = True,
    has_ink: bool = True,
    is_grey: bool = False,
    pages: int = 1,
) -> bytes:
    """Make a scan: one picture a page and no text layer; `is_grey` is what a fax or copier leaves."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=_A4, invariant=1, pdfVersion=(1, 4))
    for page in range(1, pages + 1):
        is_last = page == pages
        picture = scan_picture(document, dpi=dpi, has_seal=has_seal and is_last, has_ink=has_ink and is_last)
        jpeg = io.BytesIO()
        (picture.convert("L") if is_grey else picture).save(jpeg, "JPEG", quality=80)
        canvas.drawImage(ImageReader(io.BytesIO(jpeg.getvalue())), 0, 0, *_A4)
        canvas.showPage()
    canvas.save()
    return _mark_variant(out.getvalue())


def encrypted_pdf(document: OfficialDocument = STANDARD, *, user_password: str = "") -> bytes:
    """Encrypt; with the empty user password any viewer opens it, and it still counts as encrypted."""
    with pikepdf.open(io.BytesIO(official_pdf(document))) as pdf:
        out = io.BytesIO()
        pdf.save(out, encryption=pikepdf.Encryption(owner="owner", user=user_password, R=6))
    return out.getvalue()


def javascript_pdf(document: OfficialDocument = STANDARD) -> bytes:
    """Let the document run a script when it is opened."""
    with pikepdf.open(io.BytesIO(official_pdf(document))) as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def zip_of(files: dict[str, bytes]) -> bytes:
    """Pack files by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, octets in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 20, 8, 0, 0)), octets, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def docx(document: OfficialDocument = STANDARD) -> bytes:
    """Make a minimal word-processor file (ECMA-376 Part 1): content types, relations, one paragraph a line."""
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    packages = "http://schemas.openxmlformats.org/package/2006"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    types = (
        f'{head}<Types xmlns="{packages}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )
    relations = (
        f'{head}<Relationships xmlns="{packages}/relationships">'
        f'<Relationship Id="rId1" Type="{office}" Target="word/document.xml"/></Relationships>'
    )
    paragraphs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{_escape(line)}</w:t></w:r></w:p>' for line in document.lines()
    )
    words = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = f'{head}<w:document xmlns:w="{words}"><w:body>{paragraphs}</w:body></w:document>'
    files = {"[Content_Types].xml": types, "_rels/.rels": relations, "word/document.xml": text}
    return zip_of({name: content.encode() for name, content in files.items()})


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def doc() -> bytes:
    """Make what tells an old word-processor file: an OLE2 header ([MS-CFB] section 2.2) and empty sectors."""
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + bytes.fromhex("3e000300feff0900060000000000")
    return header.ljust(512, b"\x00") + b"\xff" * 512 + "WordDocument".encode("utf-16-le").ljust(1024, b"\x00")
