"""Facts about `gateway.read.scans.pictures`: a scan or photograph sent as a picture gives what a scanned page gives."""

from __future__ import annotations

import base64
import io
import json
import struct
import subprocess
import sys
import warnings
import zlib
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gateway.read.budget import Budget
from gateway.read.cache import FactsCache
from gateway.read.message import read_message
from gateway.read.notes import Notes
from gateway.read.scans.ocr import Reading
from gateway.read.scans.pictures import KINDS, is_document_size, read_picture
from gateway.values.facts import Secrecy
from gateway.values.trust import EMPTY_TRUST
from tests.read.pdf.test_pdf_scans import AT, Spelling
from tests.support.scans import Scan

SEALED = Scan(3, "seal", is_seal=True, dpi=100, stamp="MẬT", ink="blue").picture()
PLACE = (138, 214, 36)


def encoded(picture: Image.Image, form: str, **how) -> bytes:
    """Write a picture as a file."""
    out = io.BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def held(orientation: int) -> Image.Exif:
    """What a telephone writes about how it was held."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def look(octets: bytes, kind: str, recogniser=None, budget=None):
    """Read a picture."""
    return read_picture(octets, kind, Notes(budget or Budget()), recogniser)


@pytest.mark.parametrize(
    ("kind", "octets"),
    [
        ("jpeg", encoded(SEALED, "JPEG")),
        ("jpeg", encoded(SEALED, "JPEG", progressive=True)),
        ("jpeg", encoded(SEALED.convert("CMYK"), "JPEG")),
        ("png", encoded(SEALED, "PNG")),
        ("png", encoded(SEALED.convert("RGBA"), "PNG")),
        ("tiff", encoded(SEALED, "TIFF", compression="tiff_lzw")),
        ("gif", encoded(SEALED.quantize(64), "GIF")),
        ("bmp", encoded(SEALED, "BMP")),
        ("webp", encoded(SEALED, "WEBP", method=0)),
        ("jpeg", encoded(SEALED.rotate(90, expand=True), "JPEG", exif=held(6))),
        ("jpeg", encoded(SEALED.rotate(90, expand=True), "JPEG")),
        ("jpeg", encoded(SEALED.rotate(180), "JPEG")),
    ],
    ids=["jpeg", "progressive", "cmyk", "png", "alpha", "tiff", "gif", "bmp", "webp", "held", "lying", "head-down"],
)
def test_every_format_shows_the_seal(kind, octets):
    """Seal, its place on A4, colour and ink, upright however it was held; unread letters are `no_ocr`."""
    reading = look(octets, kind)
    facts = reading.facts

    assert ("no_ocr", 1, True, "colour", True) == (
        reading.uninspectable, facts.image_pages, facts.is_scan_colour, facts.scan_tone, facts.shows_colour
    )  # fmt: skip
    assert (True, 1, True) == (facts.seal_score >= 0.8, facts.seal_page, facts.ink_score > 0.5)
    assert pytest.approx(facts.seal_place, abs=2) == PLACE


def test_letters_and_stamps_are_read():
    """As of a scanned PDF: the stamp above the text, and the facts say by what."""
    reading = look(encoded(SEALED, "PNG"), "png", Spelling("MẬT", "SỞ A\nSố: 12/SA-VP"))

    assert ("", ("MẬT",), "pages", "MẬT\nSỞ A\nSố: 12/SA-VP") == (
        reading.uninspectable, reading.facts.stamps, reading.facts.ocr, reading.text
    )  # fmt: skip


@pytest.mark.parametrize(
    ("width", "height", "is_document"),
    [
        (414, 585, True),
        (827, 1169, True),
        (1080, 2340, True),
        (1280, 720, True),
        (4000, 3000, True),
        (512, 512, False),
        (400, 400, False),
        (600, 200, False),
        (1600, 500, False),
        (350, 3000, False),
        (1, 1, False),
    ],
)
def test_documents_are_told_from_logos_by_size(width, height, is_document):
    """Pages from 50 dpi on, screenshots and photographs may be documents; icons, portraits and banners are none."""
    assert is_document == is_document_size(width, height)


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif"])
def test_logo_is_no_document(kind):
    """Its size is a fact; nothing is decoded, and nothing about it is unread."""
    reading = look(encoded(Image.new("P", (200, 80)).convert("L"), kind.upper()), kind)

    assert ("", 0, (200, 80), "") == (
        reading.uninspectable, reading.facts.image_pages, (reading.facts.width, reading.facts.height), reading.facts.ocr
    )  # fmt: skip


@pytest.mark.parametrize(("mode", "tone"), [("1", "bitonal"), ("L", "grey"), ("LA", "grey"), ("RGB", "colour")])
def test_tone_is_that_of_the_format(mode, tone):
    """A fax, a grey copy, colour."""
    assert tone == look(encoded(SEALED.convert(mode), "PNG"), "png").facts.scan_tone


@pytest.mark.parametrize(
    ("how", "dpi"),
    [
        ({"dpi": (100, 100)}, 100),
        ({"dpi": (72, 72)}, 0),
        ({"dpi": (300, 300)}, 300),
        ({}, 0),
    ],
)
def test_resolution_is_told_or_unknown(how, dpi):
    """A scanner's word counts; what programs write when they know none does not."""
    assert dpi == look(encoded(SEALED, "JPEG", **how), "jpeg").facts.scan_dpi


def test_resolution_a_camera_writes_says_nothing():
    """It has no paper to measure by."""
    exif = held(1)
    exif[0x010F] = "Camera"

    assert 0 == look(encoded(SEALED, "JPEG", dpi=(300, 300), exif=exif), "jpeg").facts.scan_dpi


def test_fax_of_several_pages():
    """A TIFF of five pages: the first two and the last are looked at, letters read of the first and the last."""
    pages = [Image.new("L", (827, 1169), 250)] * 4
    octets = encoded(pages[0], "TIFF", save_all=True, append_images=[*pages[1:], SEALED.copy()])
    recogniser = Spelling("", "Kính gửi")
    facts = look(octets, "tiff", recogniser).facts

    assert (5, 3, 5, 2) == (
        facts.page_count, facts.image_pages, facts.seal_page, len([one for one in recogniser.asked if one[0] == 150])
    )  # fmt: skip


def test_picture_cut_short_shows_what_is_there():
    """Viewers show the upper half; so do we."""
    octets = encoded(SEALED, "JPEG")

    assert "no_ocr" == look(octets[: len(octets) // 2], "jpeg").uninspectable


def jpeg_claiming(width: int, height: int, scans: int = 1) -> bytes:
    """A small progressive JPEG that claims other sides and repeats its last scan."""
    octets = bytearray(encoded(Image.new("L", (64, 64), 120), "JPEG", progressive=True))
    at = octets.find(b"\xff\xc2")
    octets[at + 5 : at + 9] = struct.pack(">HH", height, width)
    last = octets.rfind(b"\xff\xda")
    return bytes(octets[:last]) + bytes(octets[last:-2]) * scans + b"\xff\xd9"


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header claims these sides."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    data = b"IDAT" + zlib.compress(bytes(100_000))
    chunks = b"".join(
        struct.pack(">I", len(one) - 4) + one + struct.pack(">I", zlib.crc32(one)) for one in (head, data)
    )
    return b"\x89PNG\r\n\x1a\n" + chunks


def tiff_in_a_circle(pages: int, fields: int = 0) -> bytes:
    """A TIFF whose last page points to its first."""
    out = bytearray(b"II*\0" + struct.pack("<I", 8))
    for number in range(pages):
        here = len(out)
        after = here + 6 + 12 * fields if number + 1 < pages else 8
        out += struct.pack("<H", fields) + bytes(12 * fields) + struct.pack("<I", after)
    return bytes(out)


@pytest.mark.parametrize(
    ("kind", "octets", "reason"),
    [
        ("jpeg", jpeg_claiming(60_000, 60_000), "over_budget"),
        ("jpeg", jpeg_claiming(6_000, 6_000, scans=5_000), "over_budget"),
        ("png", png_claiming(30_000, 30_000), "over_budget"),
        ("png", png_claiming(9_000, 9_000), "over_budget"),
        ("webp", b"RIFF\xff\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\x3f\0\xff\x3f\0", "over_budget"),
        (
            "bmp",
            b"BM" + struct.pack("<IIIIiiHHIIIIII", 54, 0, 54, 40, 60_000, 60_000, 1, 24, 0, 0, 0, 0, 0, 0),
            "over_budget",
        ),
        ("gif", b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x08\0;", "over_budget"),
    ],
    ids=["jpeg", "scans", "png", "alpha", "webp", "bmp", "gif"],
)
def test_pictures_beyond_measure_are_a_fact(kind, octets, reason):
    """Headers that claim gigabytes, or a thousand passes: told before anything is decoded."""
    assert reason == look(octets, kind, Spelling("", "")).uninspectable


@pytest.mark.parametrize("octets", [tiff_in_a_circle(3), tiff_in_a_circle(1, fields=500)])
def test_tiff_without_end_is_not_followed(octets):
    """Pages in a circle, or one of hundreds of fields: not opened at all."""
    mail = EmailMessage()
    mail.add_attachment(octets, maintype="image", subtype="tiff", filename="a.tif")
    part = read_message(mail.as_bytes(policy=SMTP), Budget(), EMPTY_TRUST, AT).parts[-1]

    assert ("tiff", True) == (part.kind, part.uninspectable == "over_budget")


def message(*files: tuple[str, bytes]) -> bytes:
    """A mail with pictures."""
    mail = EmailMessage()
    mail["Subject"] = "V/v triển khai"
    mail.set_content("Kính gửi văn bản.")
    for name, octets in files:
        mail.add_attachment(octets, maintype="image", subtype=name.rpartition(".")[2], filename=name)
    return mail.as_bytes(policy=SMTP)


def test_stamp_on_a_photographed_document_marks_the_message():
    """A picture stamped TỐI MẬT: the message is marked secret; unread, that is not known."""
    octets = message(("anh.jpeg", encoded(SEALED, "JPEG")))
    seen = read_message(octets, Budget(), EMPTY_TRUST, AT, recogniser=Spelling("TỐI MẬT", "SỞ A\nV/v họp"))
    unseen = read_message(octets, Budget(), EMPTY_TRUST, AT)

    assert (Secrecy.TOI_MAT, "pages") == (seen.secrecy, seen.parts[-1].picture.ocr)
    assert (Secrecy.NONE, "no_ocr") == (unseen.secrecy, unseen.parts[-1].uninspectable)


def test_pictures_share_what_may_be_looked_at():
    """The second of two is unread for want of budget: named, no overrun; the next message has a budget again."""
    pictures = [(f"{shade}.png", encoded(Image.new("L", (827, 1169), shade), "PNG")) for shade in (200, 250)]
    budget, cache = Budget(picture_pixels=1_000), FactsCache(10, EMPTY_TRUST.generation)
    both, second = (
        read_message(message(*files), budget, EMPTY_TRUST, AT, cache=cache, recogniser=Spelling("", ""))
        for files in (pictures, pictures[1:])
    )

    assert ((["", "unread_letters"], ()), [""]) == (
        ([part.uninspectable for part in both.parts[1:]], both.overruns),
        [part.uninspectable for part in second.parts[1:]],
    )


def test_heic_stays_closed():
    """No codec for it is shipped: a named fact, whatever its size."""
    octets = message(("anh.heic", b"\0\0\0\x18ftypheic" + bytes(100)))

    assert ("heic", "unsupported") == tuple(
        getattr(read_message(octets, Budget(), EMPTY_TRUST, AT).parts[-1], name) for name in ("kind", "uninspectable")
    )


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.integers(0, 400), st.binary(max_size=30))
def test_damaged_pictures_end_in_a_fact(kind, at, octets):
    """Whatever stands in the middle of a file: a reading or a named fact, never an exception out of the message."""
    whole = bytearray(encoded(Image.new("L", (450, 600), 90), kind.upper()))
    whole[at : at + len(octets)] = octets
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of what it mends
        part = read_message(message(("a." + kind, bytes(whole))), Budget(), EMPTY_TRUST, AT).parts[-1]

    assert part.uninspectable in {"", "malformed", "over_budget", "no_ocr", "unsupported"}


class Unsure(Spelling):
    """Reads nothing with confidence."""

    def recognise(self, grey, width, height, *, dpi, is_line, milliseconds):
        """Say something unlikely."""
        super().recognise(grey, width, height, dpi=dpi, is_line=is_line, milliseconds=milliseconds)
        return Reading("xq", 5)


def test_photograph_without_letters_is_read():
    """Nothing legible is an answer: the picture counts as read."""
    assert "" == look(encoded(Image.new("RGB", (900, 600), (90, 140, 60)), "JPEG"), "jpeg", Unsure()).uninspectable


_IN_SANDBOX = """
import base64, json, sys
from gateway.edge.readers import sandbox
from gateway.read.budget import Budget
from gateway.read.notes import Notes
from gateway.read.scans.pictures import read_picture

files = json.load(sys.stdin)
sandbox.enter(sandbox.Limits())
print([read_picture(base64.b64decode(data), kind, Notes(Budget()), None).uninspectable for kind, data in files])
"""


def test_every_format_is_decoded_inside_the_sandbox():
    """Decoders load nothing late, write no file and start no program."""
    page = Image.new("RGB", (420, 600), (250, 250, 240))
    files = [(kind, base64.b64encode(encoded(page.copy(), kind.upper())).decode()) for kind in sorted(KINDS)]
    done = subprocess.run(
        [sys.executable, "-c", _IN_SANDBOX],
        input=json.dumps(files),
        capture_output=True,
        check=True,
        timeout=60,
        text=True,
    )

    assert str(["no_ocr"] * len(KINDS)) == done.stdout.strip()
