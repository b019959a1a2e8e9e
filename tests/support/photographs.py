"""Labelled photographs: pages lying on tables under uneven light, and pictures without any page, made from a number.

`photographs()` lists the set that `scripts/seal-report --photographs` measures and docs/scan-evidence.md reports.
"""

from __future__ import annotations

import io
import math
import random
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from tests.support.scans import Scan, _around, _font, _seal_mask, scans

SIZES = ((1200, 1600), (1536, 2048), (2448, 3264))
"""What messengers leave of a telephone's picture, and what it takes."""


@dataclass(frozen=True)
class Photograph:
    """How one photograph is made."""

    number: int
    kind: str
    """`seal`, the decoy on the page, or what is seen instead of a page."""
    is_seal: bool
    page: Scan | None = None

    def picture(self) -> Image.Image:
        """Take it."""
        randomly = random.Random(self.number)
        size = randomly.choice(SIZES)
        if self.page is None:
            return _SCENES[self.kind](size, randomly)
        page = self.page.picture().convert("RGB")
        return _lit(_laid(page, size, randomly), randomly)

    def file(self) -> bytes:
        """Write it as telephones and messengers do: half of them lying, with a note of how they were held."""
        randomly, out = random.Random(self.number + 1), io.BytesIO()
        picture, exif = self.picture(), Image.Exif()
        if randomly.random() < 0.5:
            picture, exif[0x0112] = picture.rotate(90, expand=True), 6
        picture.save(out, "JPEG", quality=randomly.choice((60, 75, 85)), exif=exif)
        return out.getvalue()


def _laid(page: Image.Image, size: tuple[int, int], randomly: random.Random) -> Image.Image:
    """Lay a page on a table and look at it from slightly aside."""
    width, height = size
    table = _table(size, randomly)
    inset = randomly.uniform(0.01, 0.07)
    bend = randomly.uniform(0.0, 0.05)
    corners = [
        (width * (inset + randomly.uniform(0, bend)), height * (inset + randomly.uniform(0, bend))),
        (width * (1 - inset - randomly.uniform(0, bend)), height * (inset + randomly.uniform(0, bend))),
        (width * (1 - inset - randomly.uniform(0, bend)), height * (1 - inset - randomly.uniform(0, bend))),
        (width * (inset + randomly.uniform(0, bend)), height * (1 - inset - randomly.uniform(0, bend))),
    ]
    way = _perspective(corners, [(0, 0), (page.width, 0), (page.width, page.height), (0, page.height)])
    laid = page.transform(size, Image.Transform.PERSPECTIVE, way, Image.Resampling.BICUBIC)
    mask = Image.new("L", page.size, 255).transform(size, Image.Transform.PERSPECTIVE, way)
    table.paste(laid, (0, 0), mask)
    return table.filter(ImageFilter.GaussianBlur(randomly.uniform(0.3, 1.0)))


def _perspective(seen: list[tuple[float, float]], flat: list[tuple[float, float]]) -> list[float]:
    """Solve for the eight numbers that map what is seen to the flat page."""
    rows = []
    for (x, y), (u, v) in zip(seen, flat, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for step in range(8):
        pivot = max(range(step, 8), key=lambda row: abs(rows[row][step]))
        rows[step], rows[pivot] = rows[pivot], rows[step]
        rows[step] = [value / rows[step][step] for value in rows[step]]
        for row in range(8):
            if row != step:
                factor = rows[row][step]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[step], strict=True)]
    return [row[8] for row in rows]


def _table(size: tuple[int, int], randomly: random.Random) -> Image.Image:
    """Draw a table: brown wood, red wood, grey, green cloth, near black, red cloth."""
    base = randomly.choice(((139, 101, 66), (120, 60, 45), (150, 150, 148), (60, 95, 70), (40, 38, 36), (165, 45, 40)))
    grain = Image.frombytes("L", (6, 64), randomly.randbytes(384)).resize(size, Image.Resampling.BICUBIC)
    return Image.merge("RGB", [grain.point(lambda v, base=one: max(0, min(255, base + v // 8 - 16))) for one in base])


def _lit(picture: Image.Image, randomly: random.Random) -> Image.Image:
    """Let light fall from one side, warm or cold, and a hand throw its shadow."""
    across = Image.linear_gradient("L").rotate(randomly.choice((0, 90, 180, 270))).resize(picture.size)
    darkest = randomly.uniform(0.5, 0.9)
    light = across.point(lambda v: int(255 * (darkest + (1 - darkest) * v / 255)))
    shadow = Image.new("L", (picture.width // 8, picture.height // 8), 255)
    if randomly.random() < 0.5:
        x, y = randomly.uniform(0, shadow.width), randomly.uniform(0, shadow.height)
        box = (x - 60, y - 50, x + 60, y + 50)
        ImageDraw.Draw(shadow).ellipse(box, fill=randomly.randint(120, 190))
    shadow = shadow.filter(ImageFilter.GaussianBlur(6)).resize(picture.size, Image.Resampling.BICUBIC)
    light = ImageChops.multiply(light, shadow)
    tint = randomly.choice(((255, 255, 255), (255, 244, 226), (255, 236, 205), (232, 242, 255)))
    bands = [ImageChops.multiply(band, light).point(lambda v, t=one: v * t // 255)
             for band, one in zip(picture.split(), tint, strict=True)]  # fmt: skip
    return Image.merge("RGB", bands)


def _warm(size: tuple[int, int], randomly: random.Random, count: int = 120) -> Image.Image:
    """Fill a scene with blurred shapes: faces, bricks, flowers."""
    scene = Image.new("RGB", size, tuple(randomly.randint(60, 200) for _ in range(3)))
    draw = ImageDraw.Draw(scene)
    for _ in range(count):
        x, y, reach = randomly.random() * size[0], randomly.random() * size[1], randomly.uniform(0.01, 0.12) * size[0]
        colour = (randomly.randint(90, 250), randomly.randint(20, 210), randomly.randint(20, 190))
        shape = (x - reach, y - reach * randomly.uniform(0.5, 1.2), x + reach, y + reach)
        (draw.ellipse if randomly.random() < 0.6 else draw.rectangle)(shape, fill=colour)
    return _lit(scene.filter(ImageFilter.GaussianBlur(size[0] / 500)), randomly)


def _meeting(size: tuple[int, int], randomly: random.Random) -> Image.Image:
    """Draw a hall: red curtain, gold letters, a row of heads."""
    scene = _warm(size, randomly, 40)
    draw = ImageDraw.Draw(scene)
    draw.rectangle((0, 0, size[0], size[1] // 2), fill=(170, 25, 30))
    draw.text(
        (size[0] / 2, size[1] / 4), "HỘI NGHỊ TỔNG KẾT", font=_font(size[0] // 14), fill=(250, 215, 70), anchor="mm"
    )
    for step in range(12):
        x, y = (step + 0.5) * size[0] / 12, size[1] * 0.7
        draw.ellipse((x - size[0] / 40, y - size[0] / 30, x + size[0] / 40, y + size[0] / 30), fill=(205, 160, 130))
    return _lit(scene, randomly)


def _sign(size: tuple[int, int], randomly: random.Random) -> Image.Image:
    """Draw a road sign: a red ring on white, with a word or a number in it."""
    scene = _warm(size, randomly, 30)
    draw, reach = ImageDraw.Draw(scene), randomly.uniform(0.06, 0.3) * size[0]
    x, y = randomly.uniform(0.35, 0.65) * size[0], randomly.uniform(0.35, 0.65) * size[1]
    draw.ellipse(
        (x - reach, y - reach, x + reach, y + reach), fill=(240, 240, 238), outline=(200, 25, 30), width=int(reach / 6)
    )
    draw.text(
        (x, y), randomly.choice(("40", "STOP", "5t")), font=_font(int(reach * 0.7)), fill=(20, 20, 20), anchor="mm"
    )
    return _lit(scene, randomly)


def _plate(size: tuple[int, int], randomly: random.Random) -> Image.Image:
    """Draw a plate or clock: a thin red rim and signs all around, its middle coloured or with hands."""
    scene = _warm(size, randomly, 30)
    draw, reach = ImageDraw.Draw(scene), randomly.uniform(0.08, 0.3) * size[0]
    x, y = size[0] / 2, size[1] / 2
    draw.ellipse(
        (x - reach, y - reach, x + reach, y + reach),
        fill=(246, 244, 240),
        outline=(190, 30, 35),
        width=max(2, int(reach / 18)),
    )
    for hour in range(12):
        angle = math.pi * hour / 6
        at = (x + 0.78 * reach * math.cos(angle), y + 0.78 * reach * math.sin(angle))
        draw.text(at, str(hour + 1), font=_font(int(reach * 0.17)), fill=(25, 25, 25), anchor="mm")
    draw.line((x, y, x + reach * 0.5, y - reach * 0.3), fill=(20, 20, 20), width=max(2, int(reach / 30)))
    draw.line((x, y, x - reach * 0.1, y - reach * 0.6), fill=(20, 20, 20), width=max(2, int(reach / 40)))
    return _lit(scene, randomly)


def _flags(size: tuple[int, int], randomly: random.Random) -> Image.Image:
    """Draw flags and lanterns in a street."""
    scene = _warm(size, randomly, 40)
    draw = ImageDraw.Draw(scene)
    for _ in range(6):
        x, y, wide = randomly.random() * size[0], randomly.random() * size[1], randomly.uniform(0.05, 0.2) * size[0]
        draw.rectangle((x, y, x + wide, y + wide * 0.66), fill=(215, 35, 30))
        draw.ellipse((x + wide * 0.35, y + wide * 0.18, x + wide * 0.65, y + wide * 0.48), fill=(250, 220, 30))
    for _ in range(6):
        x, y, reach = randomly.random() * size[0], randomly.random() * size[1], randomly.uniform(0.02, 0.07) * size[0]
        draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=(220, 40, 35), outline=(240, 190, 60), width=4)
    return _lit(scene, randomly)


def _button(size: tuple[int, int], randomly: random.Random) -> Image.Image:
    """Draw a product's label: red ring, red letters around it, a picture in its middle."""
    scene = Image.new("RGB", size, (236, 230, 214))
    scan = Scan(0, "seal", is_seal=False, dpi=int(size[0] * 0.5 / 36 * 25.4))
    mask = Image.new("L", _seal_mask(scan).size)
    middle, reach = mask.width / 2, mask.width / 3
    draw = ImageDraw.Draw(mask)
    draw.ellipse((middle - reach, middle - reach, middle + reach, middle + reach), outline=255, width=int(reach / 30))
    _around(mask, "HÀNG VIỆT NAM CHẤT LƯỢNG CAO", 0.8, reach, reach / 6, first=180, last=360)
    at = ((size[0] - mask.width) // 2, (size[1] - mask.height) // 2)
    scene.paste((200, 30, 40), (*at, at[0] + mask.width, at[1] + mask.height), mask)
    x, y = size[0] / 2, size[1] / 2
    ImageDraw.Draw(scene).ellipse((x - reach / 2, y - reach / 2, x + reach / 2, y + reach / 2), fill=(60, 130, 60))
    return _lit(scene, randomly)


_SCENES = {"shapes": _warm, "meeting": _meeting, "sign": _sign, "clock": _plate, "flags": _flags, "label": _button}


@cache
def photographs(seed: int = 0) -> tuple[Photograph, ...]:
    """List a set: 60 pages with a seal, 60 with a decoy, 60 pictures without a page."""
    first = 500_000 + seed * 10_000
    pages = [scan for scan in scans(seed) if not scan.is_hard and scan.mode == "RGB"]
    sealed = [scan for scan in pages if scan.is_seal][::2][:60]
    decoys = [scan for scan in pages if not scan.is_seal and scan.kind != "pink_paper"][::1][:60]
    found = [Photograph(first + number, "seal", is_seal=True, page=scan) for number, scan in enumerate(sealed)]
    found += [
        Photograph(first + 1_000 + number, scan.kind, is_seal=False, page=scan) for number, scan in enumerate(decoys)
    ]
    kinds = sorted(_SCENES)
    found += [Photograph(first + 2_000 + number, kinds[number % len(kinds)], is_seal=False) for number in range(60)]
    return tuple(found)
