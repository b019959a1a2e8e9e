"""Labelled scans: pages with red round seals, and pages with things that are none, all made from a number.

`scans()` lists the set that `scripts/seal-report` measures and docs/scan-evidence.md reports. Every page is drawn
as a scanner would see it, compressed, and wrapped in a PDF of one picture, so that the whole reader is measured.
"""

from __future__ import annotations

import io
import math
import random
import zlib
from dataclasses import dataclass, replace
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from gateway.demo.documents import FONT, STANDARD

PAPER = (250, 248, 243)
STAMPS = ("MẬT", "TỐI MẬT", "TUYỆT MẬT", "HỎA TỐC", "THƯỢNG KHẨN", "KHẨN")
STAMP_MM = {"MẬT": 20, "TỐI MẬT": 30, "TUYỆT MẬT": 40, "HỎA TỐC": 30, "THƯỢNG KHẨN": 40, "KHẨN": 20}
"""Widths after Decree 30/2020 and the secrecy circulars; all are 8 mm high."""
A4_MM = (210, 297)


@dataclass(frozen=True)
class Scan:
    """How one page is made; lengths in millimetres."""

    number: int
    kind: str
    """What is drawn: `seal`, or the name of a decoy."""
    is_seal: bool
    """A person would accept what is seen as an agency's red round seal."""
    is_hard: bool = False
    """Persons would disagree: reported apart and counted in neither rate."""
    stamp: str = ""
    dpi: int = 200
    quality: int = 75
    turn: float = 0.0
    """Degrees the whole page is turned."""
    noise: int = 0
    mode: str = "RGB"
    """`RGB`, `L` (grey), `1` (fax), `grey` (grey picture in a colour file)."""
    strength: float = 1.0
    """Of the red ink, 1 fresh, 0.3 faded."""
    radius: float = 18.0
    style: int = 0
    tilt: float = 0.0
    place: tuple[float, float] = (138.0, 214.0)
    ink: str = ""
    red: tuple[int, int, int] = (205, 30, 45)
    paper: tuple[int, int, int] = PAPER

    def picture(self) -> Image.Image:
        """Draw the page."""
        page = _printed(self.dpi, self.paper).copy()
        randomly = random.Random(self.number)
        if self.ink:
            _sign(page, self, randomly)
        if self.kind in {"seal", "seal_and_stamp", "other_colour"}:
            _press(page, self, _seal_mask(self), self.place)
        else:
            _DRAWN[self.kind](page, self, randomly)
        if self.stamp:
            _press(page, self, _stamp_mask(self.stamp, self), (52.0, 82.0))
        return _scanned(page, self)

    def pdf(self) -> bytes:
        """Wrap the page into a PDF as scanners do."""
        return pdf_of(self.picture(), self.dpi, self.quality)


def pdf_of(picture: Image.Image, dpi: int, quality: int = 75) -> bytes:
    """Make a PDF of one picture a page: 1-bit pictures deflated, others JPEG."""
    width, height = picture.size
    if picture.mode == "1":
        octets, coding, bits = zlib.compress(picture.tobytes()), "FlateDecode", 1
    else:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality)
        octets, coding, bits = out.getvalue(), "DCTDecode", 8
    space = "DeviceRGB" if picture.mode == "RGB" else "DeviceGray"
    wide, high = width * 72 / dpi, height * 72 / dpi
    content = f"q {wide:.2f} 0 0 {high:.2f} 0 0 cm /I Do Q".encode()
    image = f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent {bits}/ColorSpace/{space}"
    return plain_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {wide:.2f} {high:.2f}]"
            "/Resources<</XObject<</I 5 0 R>>>>/Contents 4 0 R>>".encode(),
            stream("", content),
            stream(f"{image}/Filter/{coding}", octets),
        ]
    )


def stream(entries: str, octets: bytes) -> bytes:
    """Make a stream object."""
    return f"<<{entries}/Length {len(octets)}>>stream\n".encode() + octets + b"\nendstream"


def plain_pdf(objects: list[bytes], version: str = "1.5") -> bytes:
    """Put objects, the first of which is the catalog, into a file with a classic cross-reference table."""
    out, offsets = bytearray(f"%PDF-{version}\n".encode()), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    out += f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)


@cache
def _printed(dpi: int, paper: tuple[int, int, int]) -> Image.Image:
    """Draw the black print of a page, which all pages share."""
    mm = dpi / 25.4
    page = Image.new("RGB", (round(A4_MM[0] * mm), round(A4_MM[1] * mm)), paper)
    draw = ImageDraw.Draw(page)
    y = 22.0
    for line in STANDARD.lines():
        words, start = line.split(), 0
        for stop in range(1, len(words) + 1):
            if stop == len(words) or len(" ".join(words[start : stop + 1])) > 62:
                draw.text(
                    (30 * mm, y * mm), " ".join(words[start:stop]), font=_font(round(4.4 * mm)), fill=(35, 35, 40)
                )
                start, y = stop, y + 7.5
    draw.text((112 * mm, 196 * mm), "GIÁM ĐỐC", font=_font(round(4.6 * mm)), fill=(30, 30, 35))
    draw.text((106 * mm, 238 * mm), "Người có thẩm quyền", font=_font(round(4.6 * mm)), fill=(30, 30, 35))
    return page


def _seal_mask(scan: Scan) -> Image.Image:
    """Draw one seal, white on black, letters around it and a sign in its middle."""
    mm = scan.dpi / 25.4
    side = round(2 * scan.radius * mm * 1.5)
    mask, radius, middle = Image.new("L", (side, side)), scan.radius * mm, side / 2
    draw = ImageDraw.Draw(mask)

    def ring(share: float, width_mm: float) -> None:
        reach = share * radius
        box = (middle - reach, middle - reach, middle + reach, middle + reach)
        draw.ellipse(box, outline=255, width=max(1, round(width_mm * mm)))

    ring(1.0, (1.0, 0.8, 0.6, 1.3)[scan.style % 4])
    if scan.style % 2:
        ring(0.93, 0.3)
    ring(0.62, 0.4)
    _around(mask, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 0.775, radius, 3.4 * mm, first=200, last=520)
    _around(mask, "SỞ A TỈNH THỬ NGHIỆM", 0.775, radius, 3.4 * mm, first=30, last=150)
    if scan.style < 4:
        corners = [
            (radius * (0.36 if corner % 2 == 0 else 0.15), math.pi * corner / 5 - math.pi / 2) for corner in range(10)
        ]
        draw.polygon([(middle + r * math.cos(a), middle + r * math.sin(a)) for r, a in corners], fill=255)
        if scan.style == 2:
            draw.text((middle, middle + radius * 0.45), "SỞ A", font=_font(round(3 * mm)), fill=255, anchor="mm")
    else:
        for row, word in enumerate(("VĂN", "PHÒNG", "SỞ A")):
            place = (middle, middle + (row - 1) * 5 * mm)
            draw.text(place, word, font=_font(round(4.4 * mm)), fill=255, anchor="mm")
    return mask.rotate(scan.tilt, Image.Resampling.BICUBIC)


def _around(
    mask: Image.Image, text: str, share: float, radius: float, size: float, *, first: float, last: float
) -> None:
    """Write letters along a circle from one angle to another, degrees clockwise from the right."""
    font, middle = _font(round(size)), mask.width / 2
    for number, letter in enumerate(text):
        angle = first + (last - first) * (number + 0.5) / len(text)
        patch = Image.new("L", (round(size * 2), round(size * 2)))
        ImageDraw.Draw(patch).text((size, size), letter, font=font, fill=255, anchor="mm")
        patch = patch.rotate(-angle - 90, Image.Resampling.BICUBIC)
        x = middle + share * radius * math.cos(math.radians(angle))
        y = middle + share * radius * math.sin(math.radians(angle))
        mask.paste(255, (round(x - size), round(y - size)), patch)


def _stamp_mask(text: str, scan: Scan) -> Image.Image:
    """Draw a mark in its frame: double for secrecy, single for urgency (`style` 9 has no frame)."""
    mm = scan.dpi / 25.4
    wide, high = STAMP_MM.get(text, 40) * mm, 8 * mm
    mask = Image.new("L", (round(wide * 1.3 + 6 * mm), round(wide * 0.3 + high * 2)))
    draw, (x, y) = ImageDraw.Draw(mask), (mask.width / 2, mask.height / 2)
    if scan.style != 9:
        for inset in (0.0, 0.9) if "MẬT" in text else (0.0,):
            reach = (wide / 2 - inset * mm, high / 2 - inset * mm)
            box = (x - reach[0], y - reach[1], x + reach[0], y + reach[1])
            draw.rectangle(box, outline=255, width=max(1, round(0.45 * mm)))
    size = 4.4
    while draw.textlength(text, font=_font(round(size * mm))) > wide - 4 * mm:
        size -= 0.2
    draw.text((x, y), text, font=_font(round(size * mm)), fill=255, anchor="mm", stroke_width=round(0.1 * mm))
    return mask.rotate(scan.tilt / 12, Image.Resampling.BICUBIC)


def _press(page: Image.Image, scan: Scan, mask: Image.Image, place: tuple[float, float]) -> None:
    """Print a mask in red ink, unevenly as rubber does; what reaches over the edge of the paper is lost."""
    mm = scan.dpi / 25.4
    grain = Image.frombytes("L", (24, 24), random.Random(scan.number).randbytes(576)).point(lambda v: 190 + v // 4)
    even = grain.resize(mask.size, Image.Resampling.BICUBIC)
    mask = ImageChops.multiply(mask, even).point(lambda value: int(value * scan.strength))
    at = (round(place[0] * mm - mask.width / 2), round(place[1] * mm - mask.height / 2))
    page.paste(Image.new("RGB", mask.size, scan.red), at, mask)


def _sign(page: Image.Image, scan: Scan, randomly: random.Random) -> None:
    """Sign across the seal's left: loops of blue or black ink."""
    mm, (x, y) = scan.dpi / 25.4, scan.place
    colour = {"blue": (35, 55, 170), "black": (25, 25, 30)}[scan.ink]
    phase = randomly.random() * 6
    curve = [
        ((x - 26 + 0.45 * step) * mm, (y + (7 - step / 20) * math.sin(step / 5 + phase) + step / 30) * mm)
        for step in range(100)
    ]
    ImageDraw.Draw(page).line(curve, fill=colour, width=max(2, round(0.6 * mm)))


def _scanned(page: Image.Image, scan: Scan) -> Image.Image:
    """Turn, blur and soil the page, then take its colour."""
    if scan.turn:
        page = page.rotate(scan.turn, Image.Resampling.BILINEAR, fillcolor=scan.paper)
    page = page.filter(ImageFilter.GaussianBlur(scan.dpi / 280))
    if scan.noise:
        grain = random.Random(scan.number).randbytes(page.width * page.height)
        # bytes at random have a standard deviation of 74
        noise = Image.frombytes("L", page.size, grain).point(lambda value: 128 + (value - 128) * scan.noise // 74)
        page = Image.merge("RGB", [ImageChops.add(band, ImageChops.offset(noise, 7 * index, 3 * index), 1, -128)
                                   for index, band in enumerate(page.split())])  # fmt: skip
    if scan.mode == "grey":
        return page.convert("L").convert("RGB")
    return page if scan.mode == "RGB" else page.convert(scan.mode)


def _circle(page: Image.Image, scan: Scan, reach_mm: float, **how: object) -> None:
    mm, (x, y) = scan.dpi / 25.4, scan.place
    box = tuple(round(value * mm) for value in (x - reach_mm, y - reach_mm, x + reach_mm, y + reach_mm))
    ImageDraw.Draw(page).ellipse(box, **how)


def _star(page: Image.Image, scan: Scan, reach_mm: float, fill: tuple[int, int, int], corners: int = 5) -> None:
    mm, (x, y) = scan.dpi / 25.4, scan.place
    points = []
    for corner in range(2 * corners):
        length, angle = reach_mm * (1 if corner % 2 == 0 else 0.4), math.pi * corner / corners - math.pi / 2
        points.append(((x + length * math.cos(angle)) * mm, (y + length * math.sin(angle)) * mm))
    ImageDraw.Draw(page).polygon(points, fill=fill)


def _plain(page: Image.Image, scan: Scan, randomly: random.Random) -> None:
    """Nothing but print."""


def _solid_logo(page: Image.Image, scan: Scan, randomly: random.Random) -> None:
    mm = scan.dpi / 25.4
    _circle(page, scan, scan.radius, fill=scan.red)
    place = (scan.place[0] * mm, scan.place[1] * mm)
    ImageDraw.Draw(page).text(place, "A", font=_font(round(scan.radius * mm)), fill=PAPER, anchor="mm")


def _two_colours(page: Image.Image, scan: Scan, randomly: random.Random) -> None:
    mm = scan.dpi / 25.4
    _circle(page, scan, scan.radius, outline=scan.red, width=round(3 * mm))
    _circle(page, scan, scan.radius * 0.7, fill=(20, 90, 160))
    _star(page, scan, scan.radius * 0.5, PAPER)


def _emblem(page: Image.Image, scan: Scan, randomly: random.Random) -> None:
    """Draw a red disc, gold ears around it and a gold star, as emblems of states are."""
    mm, (x, y) = scan.dpi / 25.4, scan.place
    _circle(page, scan, scan.radius, fill=(215, 40, 40), outline=(215, 165, 50), width=round(2.2 * mm))
    for step in range(24):
        angle = 2 * math.pi * step / 24
        at = ((x + scan.radius * 0.8 * math.cos(angle)) * mm, (y + scan.radius * 0.8 * math.sin(angle)) * mm)
        ImageDraw.Draw(page).ellipse((at[0] - mm, at[1] - 2 * mm, at[0] + mm, at[1] + 2 * mm), fill=(225, 180, 60))
    _star(page, scan, scan.radius * 0.5, (245, 205, 60))


def _gold_ring(page: Image.Image, scan: Scan, randomly: random.Random) -> None:
    """Draw a crest: red ring and letters on gold."""
    mm = scan.dpi / 25.4
    _circle(page, scan, scan.radius, fill=(240, 205, 90), outline=scan.red, width=round(1.2 * mm))
    mask = _seal_mask(scan)
    at = (round(scan.place[0] * mm - mask.width / 2), round(scan.place[1] * mm - mask.height / 2))
    page.paste(Image.new("RGB", mask.size, scan.red), at, mask)


def _letterhead(page: Image.Image, scan: Scan, randomly: random.Random) -> None:
    mm, draw = scan.dpi / 25.4, ImageDraw.Draw(page)
    for row, text in enumerate(("CÔNG TY THỬ NGHIỆM A", "BẢN TIN NỘI BỘ", "SỐ ĐẶC BIỆT")):
        draw.text((60 * mm, (8 + 8 * row) * mm), text, font=_font(round((9 - 2 * row) * mm)), fill=scan.red)
    draw.line((20 * mm, 34 * mm, 190 * mm, 34 * mm), fill=scan.red, width=round(mm))


def _square(page: Image.Image, scan: Scan, randomly: random.Random) -> None:
    """Draw a square stamp of the size of a seal: framed, solid or rounded."""
    mm, (x, y), r = scan.dpi / 25.4, scan.place, scan.radius
    box = tuple(round(value * mm) for value in (x - r, y - r, x + r, y + r))
    draw = ImageDraw.Draw(page)
    if scan.style == 1:
        draw.rectangle(box, fill=scan.red)
        return
    draw.rounded_rectangle(box, radius=0 if scan.style == 0 else 5 * mm, outline=scan.red, width=round(1.2 * mm))
    for row, word in enumerate(("TÀI LIỆU", "KIỂM SOÁT", "BẢN SỐ 02")):
        place = (x * mm, (y + 7 * (row - 1)) * mm)
        draw.text(place, word, font=_font(round(4.5 * mm)), fill=scan.red, anchor="mm")


def _polygon(page: Image.Image, scan: Scan, randomly: random.Random) -> None:
    mm, (x, y), corners = scan.dpi / 25.4, scan.place, 3 + scan.style
    points = []
    for corner in range(corners + 1):
        angle = 2 * math.pi * corner / corners + 0.3
        points.append(((x + scan.radius * math.cos(angle)) * mm, (y + scan.radius * math.sin(angle)) * mm))
    ImageDraw.Draw(page).line(points, fill=scan.red, width=round(1.2 * mm), joint="curve")
    ImageDraw.Draw(page).text((x * mm, y * mm), "ĐÃ THU", font=_font(round(5 * mm)), fill=scan.red, anchor="mm")


def _stamp(page: Image.Image, scan: Scan, randomly: random.Random) -> None:
    """Draw nothing here: the mark itself is the decoy."""


def _arrival(page: Image.Image, scan: Scan, randomly: random.Random) -> None:
    """Draw the clerk's stamp of incoming mail, 35 x 50 mm."""
    mm, draw = scan.dpi / 25.4, ImageDraw.Draw(page)
    draw.rectangle((20 * mm, 60 * mm, 70 * mm, 95 * mm), outline=scan.red, width=round(0.6 * mm))
    for row, text in enumerate(("TÊN CƠ QUAN", "ĐẾN   Số: ......", "Ngày: .........", "Chuyển: .......")):
        draw.text((23 * mm, (62 + 8 * row) * mm), text, font=_font(round(4 * mm)), fill=scan.red)


def _table(page: Image.Image, scan: Scan, randomly: random.Random) -> None:
    mm, draw = scan.dpi / 25.4, ImageDraw.Draw(page)
    for row in range(8):
        draw.line(
            (25 * mm, (150 + 12 * row) * mm, 190 * mm, (150 + 12 * row) * mm), fill=scan.red, width=round(0.5 * mm)
        )
    for column in range(5):
        draw.line(
            ((25 + 41 * column) * mm, 150 * mm, (25 + 41 * column) * mm, 234 * mm), fill=scan.red, width=round(0.5 * mm)
        )


def _flag(page: Image.Image, scan: Scan, randomly: random.Random) -> None:
    mm, (x, y), r = scan.dpi / 25.4, scan.place, scan.radius
    box = tuple(round(value * mm) for value in (x - 1.5 * r, y - r, x + 1.5 * r, y + r))
    ImageDraw.Draw(page).rectangle(box, fill=(218, 37, 29))
    _star(page, scan, r * 0.6, (255, 220, 0))


def _photograph(page: Image.Image, scan: Scan, randomly: random.Random) -> None:
    """Draw warm shapes under soft light: skin, bricks, roses."""
    mm = scan.dpi / 25.4
    size = (round(130 * mm), round(95 * mm))
    photo = Image.new("RGB", size, (120, 105, 90))
    draw = ImageDraw.Draw(photo)
    for _ in range(60):
        x, y, reach = randomly.random() * size[0], randomly.random() * size[1], randomly.uniform(3, 26) * mm
        warm = (randomly.randint(120, 240), randomly.randint(40, 190), randomly.randint(30, 150))
        draw.ellipse((x - reach, y - reach * 0.9, x + reach, y + reach), fill=warm)
    photo = photo.filter(ImageFilter.GaussianBlur(0.6 * mm))
    page.paste(photo, (round(40 * mm), round(130 * mm)))


def _pen(page: Image.Image, scan: Scan, randomly: random.Random) -> None:
    """Draw a reader's red pen: a word ringed by hand, underlines, ticks."""
    mm, (x, y), draw = scan.dpi / 25.4, scan.place, ImageDraw.Draw(page)
    wobble = [randomly.uniform(-1.5, 1.5) for _ in range(13)]
    ring = []
    for step in range(61):
        angle = 2 * math.pi * step / 58
        reach = scan.radius + wobble[step // 5] + step * 0.04
        ring.append(((x + reach * math.cos(angle)) * mm, (y + 0.72 * reach * math.sin(angle)) * mm))
    draw.line(ring, fill=scan.red, width=round(0.6 * mm))
    for row in range(4):
        draw.line((30 * mm, (70 + 15 * row) * mm, 120 * mm, (71 + 15 * row) * mm), fill=scan.red, width=round(0.6 * mm))


def _ring(page: Image.Image, scan: Scan, randomly: random.Random) -> None:
    """Draw a ring with a word in it: a logo, a page number, a button."""
    mm, (x, y) = scan.dpi / 25.4, scan.place
    _circle(page, scan, scan.radius, outline=scan.red, width=round(1.2 * mm))
    place = (x * mm, y * mm)
    ImageDraw.Draw(page).text(place, "TN", font=_font(round(scan.radius * 0.8 * mm)), fill=scan.red, anchor="mm")


def _date_stamp(page: Image.Image, scan: Scan, randomly: random.Random) -> None:
    """Draw a clerk's round stamp of receipt: a ring, two lines across, a date between them."""
    mm, (x, y), reach = scan.dpi / 25.4, scan.place, 0.75 * scan.radius
    draw = ImageDraw.Draw(page)
    _circle(page, scan, reach, outline=scan.red, width=max(1, round(0.8 * mm)))
    for row in (-3, 3):
        draw.line(
            ((x - reach) * mm, (y + row) * mm, (x + reach) * mm, (y + row) * mm), fill=scan.red, width=round(mm / 2)
        )
    for row, text in ((-6.5, "ĐÃ NHẬN"), (0, "21 -11- 2026"), (6.5, "SỞ A")):
        draw.text((x * mm, (y + row) * mm), text, font=_font(round(3 * mm)), fill=scan.red, anchor="mm")


def _letterhead_logo(page: Image.Image, scan: Scan, randomly: random.Random) -> None:
    """Draw a company's small round logo at the head: red, letters around it, as a seal of half the size."""
    small = replace(scan, radius=randomly.choice((8.0, 9.0, 10.0)), strength=1.0, style=scan.style % 4)
    _press(page, small, _seal_mask(small), (35.0, 25.0))


def _red_signature(page: Image.Image, scan: Scan, randomly: random.Random) -> None:
    """Sign in red ink: loops and a circle around the initials, as some do."""
    mm, (x, y), draw = scan.dpi / 25.4, scan.place, ImageDraw.Draw(page)
    reach = 0.7 * scan.radius
    turns = [
        (x + reach * (1 + 0.07 * math.sin(step / 3)) * math.cos(step / 8), y + reach * math.sin(step / 8))
        for step in range(70)
    ]
    loops = [(x - reach + step * 0.02 * reach, y + 6 * math.sin(step / 4)) for step in range(110)]
    for line in (turns, loops):
        draw.line([(a * mm, b * mm) for a, b in line], fill=scan.red, width=max(2, round(0.6 * mm)))


def _copied(page: Image.Image, scan: Scan, randomly: random.Random) -> None:
    """Press a seal that the copier or the fax takes the colour from."""
    _press(page, scan, _seal_mask(scan), scan.place)


_DECOYS = {
    "plain": _plain, "solid_logo": _solid_logo, "two_colours": _two_colours, "emblem": _emblem,
    "gold_crest": _gold_ring, "letterhead": _letterhead, "square": _square, "polygon": _polygon, "stamp": _stamp,
    "arrival_stamp": _arrival, "table": _table, "flag": _flag, "photograph": _photograph, "red_pen": _pen,
    "ring_with_word": _ring, "small_ring": _ring, "large_ring": _ring, "grey_copy": _copied, "fax": _copied,
    "grey_in_colour": _copied, "pink_paper": _plain,
}  # fmt: skip
_LATER = {"date_stamp": _date_stamp, "letterhead_logo": _letterhead_logo, "red_signature": _red_signature}
"""Decoys added after the first sets were measured, behind them: the pages before stay what they were."""
_DRAWN = {**_DECOYS, **_LATER,
}  # fmt: skip
_REDS = ((205, 30, 45), (225, 45, 60), (190, 25, 60), (215, 60, 50), (170, 30, 45))
_PAPERS = (PAPER, (255, 255, 255), (244, 236, 220), (235, 236, 240))


@cache
def scans(seed: int = 0) -> tuple[Scan, ...]:
    """List a whole set: 130 pages with a seal, 12 hard ones, 148 decoys. Seed 0 is the set the detector was tuned on."""
    first = seed * 10_000
    found = [*_seals(first), *_hard(first)]
    kinds = sorted(_DECOYS)
    found += [_decoy(first + 1_000 + number, kinds[number % len(kinds)], number // len(kinds)) for number in range(130)]
    later = sorted(_LATER)
    found += [_decoy(first + 2_000 + number, later[number % len(later)], number // len(later)) for number in range(18)]
    return tuple(found)


def _base(number: int, kind: str, randomly: random.Random) -> Scan:
    """Choose how a page is scanned: resolution, compression, turn, noise."""
    return Scan(
        number, kind, is_seal=kind == "seal", dpi=randomly.choice((150, 200, 200, 300)),
        quality=randomly.choice((30, 50, 75, 90)), turn=randomly.choice((0, 0, randomly.uniform(-5, 5))),
        noise=randomly.choice((0, 0, 8, 16)), red=randomly.choice(_REDS), paper=randomly.choice(_PAPERS),
    )  # fmt: skip


def _seals(first: int) -> list[Scan]:
    found = []
    for number in range(first, first + 130):
        randomly = random.Random(number)
        scan = replace(
            _base(number, "seal", randomly), radius=randomly.choice((15, 16, 18, 18, 19, 20, 21)),
            style=number % 5, tilt=randomly.uniform(-40, 40), ink=("", "blue", "black")[number % 3],
            strength=(1.0, 0.85, 0.7, 0.5, 0.38)[number // 3 % 5],
            place=(randomly.uniform(60, 165), randomly.uniform(60, 255)),
        )  # fmt: skip
        if number % 8 == 5:  # pressed at the edge of the paper: up to a quarter of the diameter is lost
            scan = replace(scan, place=(A4_MM[0] - scan.radius * randomly.uniform(0.5, 0.9), scan.place[1]), turn=0.0)
        if number % 8 == 6:
            stamp = randomly.choice(STAMPS)
            scan = replace(scan, stamp=stamp, place=(150.0, 200.0), style=scan.style)
        found.append(scan)
    return found


def _hard(first: int) -> list[Scan]:
    """Seals half cut off, nearly gone or violet."""
    found = []
    for number in range(first + 500, first + 512):
        randomly = random.Random(number)
        scan = replace(_base(number, "seal", randomly), is_hard=True, tilt=randomly.uniform(-40, 40))
        if number % 3 == 0:
            scan = replace(scan, place=(A4_MM[0] - 1.0, 200.0), turn=0.0)
        elif number % 3 == 1:
            scan = replace(scan, strength=0.16)
        else:
            scan = replace(scan, red=(130, 40, 140))
        found.append(scan)
    return found


def _decoy(number: int, kind: str, turn: int) -> Scan:
    randomly = random.Random(number)
    scan = replace(
        _base(number, kind, randomly), radius=randomly.choice((15, 17, 18, 19, 21)), style=turn % 5,
        place=(randomly.uniform(60, 150), randomly.uniform(170, 240)), tilt=randomly.uniform(-40, 40),
    )  # fmt: skip
    if kind in {"small_ring", "large_ring"}:
        scan = replace(scan, radius=8 if kind == "small_ring" else 32)
    if kind == "stamp":
        scan = replace(scan, stamp=STAMPS[turn % len(STAMPS)], style=0)
    mode = {"grey_copy": "L", "fax": "1", "grey_in_colour": "grey"}.get(kind, "RGB")
    if kind == "pink_paper":
        scan = replace(scan, paper=((250, 205, 205), (245, 190, 175))[turn % 2])
    if kind == "polygon":
        scan = replace(scan, style=turn % 4)
    return replace(scan, mode=mode, red=(30, 50, 180) if kind == "other_colour" else scan.red)
