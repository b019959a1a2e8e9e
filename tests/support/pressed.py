"""Pages stamped by other hands than `tests.support.scans`: marks, words that look like marks, seals and rings.

Every page is made from a number. Faces, strokes, frames, inks, papers, places, turns, light and compression are drawn
anew for each, so that what is tuned on one set says something about the other. Lengths are millimetres.
"""

from __future__ import annotations

import io
import math
import random
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from gateway.demo.documents import FONT
from tests.support.scans import A4_MM, pdf_of

MARKS = ("MẬT", "TỐI MẬT", "TUYỆT MẬT")
FALSE_WORDS = (
    "MẤT", "MẶT", "MÁT", "MẠT", "MÃT", "MẮT", "MAT", "MẶT TRẬN", "BẢO MẬT", "MẬT ONG", "MẤT ĐIỆN", "ĐẾN", "BẢN CHÍNH",
    "ĐÃ DUYỆT", "CHẬT", "VẬT", "MẬP", "MẬN", "TẤT", "NHẬT", "SỰ THẬT", "TỐI MẶT", "TUYỆT MẮT", "TỐI MẤT", "MẬT MÃ",
    "ĐÃ THU TIỀN", "BẢN SAO", "THƯ MỜI", "MẬT ĐỘ", "BÍ MẬT",
)  # fmt: skip
"""Red words in frames that are no mark. MẬT ONG and BẢO MẬT hold the word and say something else."""
_FOLDERS = ("/usr/share/fonts/truetype/liberation", "/usr/share/fonts/truetype/dejavu")
_BOLD = ("LiberationSerif-Bold", "LiberationSans-Bold", "DejaVuSans-Bold", "DejaVuSerif-Bold", "DejaVuSansCondensed-Bold",
         "LiberationSans-Regular", "LiberationSerif-Regular", "DejaVuSerifCondensed-Bold", "LiberationSansNarrow-Bold")  # fmt: skip
_LINES = (
    "Căn cứ Luật Tổ chức chính quyền địa phương; căn cứ đề nghị của các phòng chuyên môn,",
    "Sở A báo cáo Ủy ban nhân dân tỉnh kết quả rà soát hồ sơ quý IV và đề xuất như sau:",
    "1. Đã kiểm tra 12 đơn vị, phát hiện 03 thiếu sót về sổ theo dõi, đã khắc phục xong.",
    "2. Đề nghị bố trí kinh phí sửa chữa kho lưu trữ, thời gian thực hiện trong tháng 12.",
    "Trong quá trình thực hiện nếu có vướng mắc, các đơn vị phản ánh về Sở để xem xét.",
)
_REDS = ((200, 25, 40), (222, 52, 62), (185, 22, 58), (214, 66, 48), (165, 28, 40), (228, 40, 90), (196, 45, 32))
_PAPERS = ((255, 255, 255), (250, 249, 244), (246, 240, 228), (238, 239, 243), (249, 246, 238), (243, 244, 236))


@dataclass(frozen=True)
class Pressed:
    """How one page is made."""

    number: int
    word: str = ""
    """Pressed in a frame; `\\n` parts its lines."""
    seal: str = ""
    """`seal`, or the name of a round or oblong decoy; empty for none."""
    dpi: int = 200
    quality: int = 60
    tone: str = "RGB"
    """`RGB`, `L` (grey), `1` (black and white), `grey` (grey in a colour file)."""
    turn: float = 0.0
    """Degrees of the page; the stamp has a turn of its own besides."""
    tilt: float = 0.0
    noise: float = 0.0
    face: str = ""
    borders: int = 2
    colour: tuple[int, int, int] = (200, 25, 40)
    paper: tuple[int, int, int] = (255, 255, 255)
    strength: float = 1.0
    place: tuple[float, float] = (45.0, 62.0)
    """Middle of the stamp."""
    perspective: float = 0.0
    letters: float = 0.58
    """Height of the capitals, of what the frame leaves; with hat and dot they are half as high again."""
    high: float = 8.0
    seal_place: tuple[float, float] = field(default=(140.0, 215.0))
    radius: float = 18.0
    beside: tuple[Pressed, ...] = ()
    """Pages whose stamps and seals are pressed on this one as well."""

    def picture(self) -> Image.Image:
        """Draw the page as a scanner or a telephone sees it."""
        randomly = random.Random(self.number)
        page = _printed(self, randomly)
        for one in (self, *self.beside):
            drawn = randomly if one is self else random.Random(one.number)
            if one.seal:
                _ink(page, one, _round(one, drawn), one.seal_place, drawn)
            if one.word:
                _ink(page, one, _framed(one, drawn), one.place, drawn)
        return _seen(page, self, randomly)

    def pdf(self) -> bytes:
        """Wrap it in a PDF of one picture."""
        return pdf_of(self.picture(), self.dpi, self.quality)


@cache
def faces(names: tuple[str, ...] = _BOLD) -> tuple[str, ...]:
    """Give as many faces on every machine: the one the project ships stands for those that are not installed."""
    places = ([Path(folder) / f"{name}.ttf" for folder in _FOLDERS] for name in names)
    return (*(str(next((path for path in one if path.is_file()), FONT)) for one in places), str(FONT))


@cache
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(face, max(6, size))


def _printed(page: Pressed, randomly: random.Random) -> Image.Image:
    mm = page.dpi / 25.4
    sheet = Image.new("RGB", (round(A4_MM[0] * mm), round(A4_MM[1] * mm)), page.paper)
    draw, face = ImageDraw.Draw(sheet), str(FONT)
    black = (randomly.randint(15, 60),) * 3
    small, bold = _font(face, round(4.3 * mm)), _font(face, round(4.2 * mm))
    head = randomly.uniform(14, 24)
    for x, row, text, font in (
        (60, 0, "UBND TỈNH THỬ NGHIỆM", small), (60, 6, "SỞ A", bold), (60, 16, "Số: 123/SA-VP", small),
        (150, 0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", _font(face, round(3.8 * mm))),
        (150, 6, "Độc lập - Tự do - Hạnh phúc", bold), (150, 16, "Thử Nghiệm, ngày 20 tháng 11 năm 2026", small),
    ):  # fmt: skip
        draw.text((x * mm, (head + row) * mm), text, font=font, fill=black, anchor="mm")
    y = head + randomly.uniform(48, 62)
    for row in range(randomly.randint(9, 20)):
        draw.text((28 * mm, y * mm), _LINES[row % len(_LINES)], font=small, fill=black)
        y += randomly.choice((6.5, 7.0, 7.5))
    draw.text((130 * mm, (y + 8) * mm), "GIÁM ĐỐC", font=bold, fill=black)
    return sheet


def _framed(page: Pressed, randomly: random.Random) -> Image.Image:
    """Draw words in their frame, white on black."""
    mm, lines = page.dpi / 25.4, page.word.split("\n")
    high = page.high * len(lines) * mm * (0.8 if len(lines) > 1 else 1.0)
    thick, gap = randomly.uniform(0.3, 0.6), randomly.uniform(0.6, 1.0)
    room = page.high - 2 * (thick + gap * (page.borders - 1)) if page.borders else page.high
    size = round(page.letters * room * mm / 0.72)
    font = _font(page.face or faces()[0], size)
    long = max(sum(_advance(letter, font) for letter in line) for line in lines)
    wide = max(long + 2 * randomly.uniform(2.0, 4.5) * mm, 18 * mm)
    mask = Image.new("L", (round(wide + 10 * mm), round(high + 14 * mm)))
    draw, (x, y) = ImageDraw.Draw(mask), (mask.width / 2, mask.height / 2)
    for number in range(page.borders):
        inset = number * gap * mm
        box = (x - wide / 2 + inset, y - high / 2 + inset, x + wide / 2 - inset, y + high / 2 - inset)
        draw.rectangle(box, outline=255, width=max(1, round(thick * mm)))
    stroke, between = round(randomly.choice((0, 0, 0.08)) * mm), randomly.choice((0, 0, 0.04)) * size
    for number, line in enumerate(lines):
        middle = y + (number - (len(lines) - 1) / 2) * high / len(lines)
        along = x - sum(_advance(letter, font) for letter in line) / 2 - between * (len(line) - 1) / 2
        for letter in line:
            _letter(draw, (along, middle + 0.36 * size), letter, font, stroke)
            along += _advance(letter, font) + between
    return mask.rotate(page.tilt, Image.Resampling.BICUBIC)


_BASES = {"Ậ": "Â.", "Ặ": "Ă.", "Ạ": "A.", "Ấ": "Â/", "Ắ": "Ă/", "Ố": "Ô/", "Ệ": "Ê.", "Ả": "A?", "Ư": "U'", "Ờ": "Ơ", "Ự": "U.",
          "Ộ": "Ô."}  # fmt: skip
"""Letters that some faces want, as another letter and what is drawn by hand below or above it."""


def _has(letter: str, font: ImageFont.FreeTypeFont) -> bool:
    return bytes(font.getmask(letter)) != bytes(font.getmask("\u0e81"))


def _advance(letter: str, font: ImageFont.FreeTypeFont) -> float:
    return font.getlength(letter if letter not in _BASES or _has(letter, font) else _BASES[letter][0])


def _letter(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], letter: str, font: ImageFont.FreeTypeFont, stroke: int
) -> None:
    """Write one letter on its base line."""
    if letter not in _BASES or _has(letter, font):
        draw.text(at, letter, font=font, fill=255, anchor="ls", stroke_width=stroke)
        return
    base, mark = _BASES[letter][0], _BASES[letter][1:]
    draw.text(at, base, font=font, fill=255, anchor="ls", stroke_width=stroke)
    size, middle = font.size, at[0] + font.getlength(base) / 2
    thick = max(1, round(0.05 * size))
    if mark == ".":
        y = at[1] + 0.15 * size
        draw.ellipse((middle - 1.3 * thick, y - 1.3 * thick, middle + 1.3 * thick, y + 1.3 * thick), fill=255)
    elif mark == "/":
        y = at[1] - 0.94 * size
        draw.line(
            (middle + 0.12 * size, y + 0.08 * size, middle + 0.24 * size, y - 0.05 * size), fill=255, width=2 * thick
        )
    elif mark:
        y = at[1] - 0.86 * size
        draw.arc(
            (middle - 0.1 * size, y - 0.1 * size, middle + 0.1 * size, y + 0.06 * size), -150, 90, fill=255, width=thick
        )


def _around(mask: Image.Image, text: str, reach: float, size: float, start: float, stop: float, face: str) -> None:
    font, middle = _font(face, round(size)), mask.width / 2
    for number, letter in enumerate(text):
        angle = start + (stop - start) * (number + 0.5) / len(text)
        patch = Image.new("L", (round(size * 2), round(size * 2)))
        ImageDraw.Draw(patch).text((size, size), letter, font=font, fill=255, anchor="mm")
        patch = patch.rotate(-angle - 90, Image.Resampling.BICUBIC)
        x, y = (middle + reach * turn(math.radians(angle)) for turn in (math.cos, math.sin))
        mask.paste(255, (round(x - size), round(y - size)), patch)


def _round(page: Pressed, randomly: random.Random) -> Image.Image:
    """Draw a seal, or what is none."""
    mm = page.dpi / 25.4
    side = round(2 * page.radius * mm * 1.4)
    mask, middle, radius = Image.new("L", (side, side)), side / 2, page.radius * mm
    draw, face = ImageDraw.Draw(mask), randomly.choice(faces())

    def ring(share: float, thick: float, aspect: float = 1.0) -> None:
        across, up = share * radius, share * radius * aspect
        box = (middle - across, middle - up, middle + across, middle + up)
        draw.ellipse(box, outline=255, width=max(1, round(thick * mm)))

    def line(text: str, row: float, size: float) -> None:
        draw.text((middle, middle + row * mm), text, font=_font(face, round(size * mm)), fill=255, anchor="mm")

    outer, inner = randomly.uniform(0.5, 1.2), randomly.uniform(0.58, 0.68)
    match page.seal:
        case "seal":
            ring(1.0, outer)
            if randomly.random() < 0.5:
                ring(0.94, 0.25)
            ring(inner, randomly.uniform(0.25, 0.5))
            size = randomly.uniform(2.6, 3.3) * mm * page.radius / 18
            where = (inner + 0.93) / 2 * radius
            _around(mask, "ỦY BAN NHÂN DÂN TỈNH THỬ NGHIỆM", where, size, 185, 355, face)
            _around(mask, "★ SỞ A ★", where, size, 130, 50, face)
            corners = [
                (radius * (0.34 if k % 2 == 0 else 0.14), math.pi * k / 5 - math.pi / 2 + 0.2) for k in range(10)
            ]
            if randomly.random() < 0.6:
                draw.polygon([(middle + r * math.cos(a), middle + r * math.sin(a)) for r, a in corners], fill=255)
            else:
                line("SỞ A", -3, 4)
                line("VĂN PHÒNG", 3, 3)
        case "rings":
            for share in sorted(randomly.sample((1.0, 0.92, 0.84, 0.76, 0.68, 0.6, 0.5), randomly.randint(1, 4))):
                ring(share, randomly.choice((0.4, 0.7, 1.0)))
            ring(1.0, outer)
        case "date":
            ring(1.0, outer)
            if randomly.random() < 0.5:
                ring(0.92, 0.3)
            for row in (-3.2, 3.2):
                draw.line(
                    (middle - radius, middle + row * mm, middle + radius, middle + row * mm),
                    fill=255,
                    width=round(0.4 * mm),
                )
            line("SỞ A", -0.45 * page.radius, 3.4)
            line("20 -11- 2026", 0, 3.6)
            line("ĐẾN", 0.45 * page.radius, 3.4)
        case "word":
            ring(1.0, outer)
            ring(0.9, 0.4)
            line("KCS", 0, 9)
        case "oval":
            ring(1.0, outer, 0.6)
            ring(0.88, 0.4, 0.55)
            line("CÔNG TY A", -2, 3)
            line("ĐÃ KIỂM TRA", 3, 3)
        case "clock":
            ring(1.0, outer)
            for tick in range(12):
                angle = tick * math.pi / 6
                ends = [
                    (middle + r * radius * math.cos(angle), middle + r * radius * math.sin(angle)) for r in (0.82, 0.95)
                ]
                draw.line([*ends[0], *ends[1]], fill=255, width=round(0.6 * mm))
            draw.line((middle, middle, middle, middle - 0.6 * radius), fill=255, width=round(0.6 * mm))
        case "target":
            for share in (1.0, 0.75, 0.5, 0.25):
                ring(share, 0.8)
            draw.line((middle - radius, middle, middle + radius, middle), fill=255, width=round(0.4 * mm))
            draw.line((middle, middle - radius, middle, middle + radius), fill=255, width=round(0.4 * mm))
        case "wheel":
            ring(1.0, 0.8)
            ring(0.3, 0.8)
            for spoke in range(randomly.choice((8, 12, 16))):
                angle = spoke * math.pi / 6
                draw.line(
                    (middle, middle, middle + radius * math.cos(angle), middle + radius * math.sin(angle)),
                    fill=255,
                    width=round(0.5 * mm),
                )
        case "paragraph":
            ring(1.0, outer)
            for row, text in enumerate(("ĐÃ KIỂM TRA", "Ngày 20/11/2026", "Người kiểm tra", "Số: 12")):
                line(text, (row - 1.5) * 0.42 * page.radius, 2.9)
    return mask.rotate(page.tilt * (6 if page.seal == "seal" else 1), Image.Resampling.BICUBIC)


def _ink(
    sheet: Image.Image, page: Pressed, mask: Image.Image, place: tuple[float, float], randomly: random.Random
) -> None:
    """Press a mask: unevenly, with bare specks, and print showing through."""
    mm = page.dpi / 25.4
    cloud = Image.frombytes("L", (9, 7), randomly.randbytes(63)).resize(mask.size, Image.Resampling.BICUBIC)
    cloud = cloud.point(lambda value: 165 + value * 90 // 255)
    specks = Image.frombytes("L", mask.size, randomly.randbytes(mask.width * mask.height))
    bare = randomly.choice((0, 4, 14))
    specks = specks.point(lambda value: 60 if value < bare else 255).filter(ImageFilter.GaussianBlur(0.06 * mm))
    mask = ImageChops.multiply(ImageChops.multiply(mask, cloud), specks)
    mask = mask.filter(ImageFilter.GaussianBlur(randomly.uniform(0.02, 0.07) * mm))
    mask = mask.point(lambda value: min(255, int(value * page.strength)))
    at = (round(place[0] * mm - mask.width / 2), round(place[1] * mm - mask.height / 2))
    under = sheet.crop((*at, at[0] + mask.width, at[1] + mask.height))
    inked = ImageChops.multiply(under, Image.new("RGB", mask.size, page.colour))
    sheet.paste(inked, at, mask)


def _seen(sheet: Image.Image, page: Pressed, randomly: random.Random) -> Image.Image:
    if page.turn:
        sheet = sheet.rotate(page.turn, Image.Resampling.BICUBIC, fillcolor=page.paper)
    if page.perspective:
        wide, high = sheet.size
        lean = [randomly.uniform(-1, 1) * page.perspective for _ in range(8)]
        corners = ((0, 0), (0, high), (wide, high), (wide, 0))
        quad = [value + lean[2 * n + k] * wide for n, corner in enumerate(corners) for k, value in enumerate(corner)]
        sheet = sheet.transform(sheet.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fillcolor=page.paper)
    sheet = sheet.filter(ImageFilter.GaussianBlur(page.dpi / 200 * randomly.uniform(0.35, 0.8)))
    if page.noise:
        random_noise = Image.frombytes("L", sheet.size, randomly.randbytes(sheet.width * sheet.height))
        grain = random_noise.point(lambda value: 128 + int((value - 128) * page.noise / 74))
        sheet = Image.merge("RGB", [
            ImageChops.add(band, ImageChops.offset(grain, 11 * index, 5 * index), 1, -128)
            for index, band in enumerate(sheet.split())
        ])  # fmt: skip
    if page.tone == "1":
        bound = randomly.randint(140, 185)
        return (
            sheet.convert("L").point(lambda value: 255 if value > bound else 0).convert("1", dither=Image.Dither.NONE)
        )
    if page.tone == "grey":
        return sheet.convert("L").convert("RGB")
    return sheet.convert(page.tone)


def some(seed: int, kind: str, number: int, **fixed: object) -> Pressed:
    """Make the numbered page of a kind (`mark:WORD`, `word:WORD`, `seal`, name of a decoy) at random."""
    randomly = random.Random(f"{seed}/{kind}/{number}")
    what, _, word = kind.partition(":")
    chosen: dict[str, object] = {
        "dpi": randomly.choice((150, 200, 200, 300)), "quality": randomly.choice((40, 40, 55, 75, 90)),
        "turn": randomly.choice((0.0, randomly.uniform(-3, 3), randomly.uniform(-5, 5))),
        "tilt": randomly.uniform(-5, 5) if randomly.random() < 0.6 else 0.0,
        "noise": randomly.choice((0, 0, 4, 9, 14)), "face": randomly.choice(faces()),
        "borders": 2 if "MẬT" in word else randomly.choice((1, 1, 2)),
        "colour": randomly.choice(_REDS), "paper": randomly.choice(_PAPERS), "strength": randomly.uniform(0.6, 1.0),
        "place": randomly.choice((
            (randomly.uniform(36, 60), randomly.uniform(47, 57)), (randomly.uniform(36, 60), randomly.uniform(47, 57)),
            (randomly.uniform(80, 130), randomly.uniform(8, 12)), (randomly.uniform(130, 160), randomly.uniform(47, 57)),
            (randomly.uniform(36, 60), randomly.uniform(30, 70)),
        )),
        "letters": randomly.uniform(0.5, 0.64), "high": randomly.choice((8.0, 8.0, 9.0, 10.0)),
        "seal_place": (randomly.uniform(60, 160), randomly.uniform(150, 250)),
        "radius": randomly.choice((16.0, 17.0, 18.0, 18.0, 19.0, 20.0)),
    }  # fmt: skip
    if what in {"mark", "word"}:
        chosen["word"] = word
    else:
        chosen["seal"] = what
        if what == "date":
            chosen["radius"] = randomly.choice((11.0, 13.0, 15.0, 16.0, 18.0))
    chosen.update(fixed)
    return Pressed(number=randomly.randrange(1 << 30), **chosen)  # type: ignore[arg-type]


_PLACES = ((38.0, 52.0), (105.0, 52.0), (172.0, 52.0), (38.0, 268.0), (105.0, 268.0), (172.0, 268.0))
_SEAL_PLACES = ((55.0, 160.0), (150.0, 160.0), (105.0, 230.0))


def together(*pages: Pressed) -> Pressed:
    """Press what stands on several pages onto the first: as many stamps or seals as are looked at on one."""
    places = _SEAL_PLACES if pages[0].seal else _PLACES
    moved = [
        replace(page, **{"seal_place" if page.seal else "place": place})  # type: ignore[arg-type]
        for page, place in zip(pages, places, strict=False)
    ]
    assert len(moved) == len(pages), "more than one page is looked at for"
    return replace(moved[0], beside=tuple(moved[1:]))


def jpeg_of(picture: Image.Image, quality: int = 60) -> bytes:
    """Make a picture file as a telephone does."""
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()
