"""Facts about `gateway.read.pdf.scans` and `pdf_pictures`: what scans show, read through the whole PDF reader."""

from __future__ import annotations

import io
import random
import struct
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from PIL import Image

from gateway.edge.readers.tesseract import load_recogniser
from gateway.read.budget import Budget
from gateway.read.message import read_message
from gateway.read.pdf.reader import read_pdf
from gateway.read.scans.ocr import Reading
from gateway.values.facts import Secrecy, Urgency
from gateway.values.trust import EMPTY_TRUST
from tests.support.scans import Scan, pdf_of, plain_pdf, stream

AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
WHOLE_PAGE = b"q 595 0 0 842 0 0 cm /I Do Q "
STAMPED = Scan(7, "stamp", is_seal=False, stamp="MẬT", dpi=150)


class Spelling:
    """A recogniser that says what it is told to, for what is recognised is held in test_tesseract."""

    def __init__(self, line: str = "", page: str | None = "") -> None:
        self.line, self.page, self.asked = line, page, []

    def recognise(self, grey, width, height, *, dpi, is_line, milliseconds):
        """Answer by what is asked: stamps at 300 dpi, pages at 150."""
        assert width * height == len(grey)
        self.asked.append((dpi, is_line, milliseconds))
        said = self.line if dpi == 300 else self.page
        return None if said is None else Reading(said, 90)


def read(octets, recogniser=None, budget=None):
    """Read a file."""
    return read_pdf(octets, budget or Budget(), EMPTY_TRUST, AT, recogniser=recogniser)


def page_with(image: bytes, content: bytes = WHOLE_PAGE, mask: bytes = b"", resources: str = "") -> bytes:
    """A page of one picture object."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>"
        + resources.encode()
        + b">>>>",
        stream("", content),
        image,
    ]
    return plain_pdf([*parts, mask] if mask else parts)


def picture(width: int, height: int, coding: str = "FlateDecode", octets: bytes = b"", more: str = "") -> bytes:
    """A picture object that claims these sides."""
    about = f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8/ColorSpace/DeviceRGB"
    return stream(f"{about}/Filter/{coding}{more}", octets or zlib.compress(bytes(60)))


def test_scan_without_recogniser_is_not_read():
    """Image-only and nobody to read it: `no_ocr`, no text, no stamp; never guessed."""
    reading = read(STAMPED.pdf())

    assert ("no_ocr", "", (), "") == (reading.uninspectable, reading.text, reading.facts.stamps, reading.facts.ocr)


def test_letters_of_first_and_last_page_are_read():
    """Two pages recognised, the stamp above the text; the facts say by what."""
    recogniser = Spelling("MẬT", "SỞ A\nSố: 12/SA-VP")
    reading = read(STAMPED.pdf(), recogniser)

    assert ("", ("MẬT",), "pages") == (reading.uninspectable, reading.facts.stamps, reading.facts.ocr)
    assert "MẬT\nSỞ A\nSố: 12/SA-VP" == reading.text
    assert [(300, True, 400), (150, False, 2000)] == recogniser.asked


def test_page_that_takes_too_long_stays_unread():
    """Stamps were read, the page was not: that is `no_ocr` too."""
    reading = read(STAMPED.pdf(), Spelling("MẬT", None))

    assert ("no_ocr", ("MẬT",), "marks") == (reading.uninspectable, reading.facts.stamps, reading.facts.ocr)


def test_stamp_marks_the_message():
    """A scan stamped MẬT in a mail: the document is marked secret and urgent as by a text layer; unread, it is not."""
    mail = EmailMessage()
    mail["Subject"] = "V/v triển khai"
    mail.set_content("Kính gửi văn bản.")
    mail.add_attachment(STAMPED.pdf(), maintype="application", subtype="pdf", filename="125.pdf")
    octets = mail.as_bytes(policy=SMTP)
    seen = read_message(octets, Budget(), EMPTY_TRUST, AT, recogniser=Spelling("TỐI MẬT", "SỞ A\nHỎA TỐC\nV/v họp"))
    unseen = read_message(octets, Budget(), EMPTY_TRUST, AT)

    assert (Secrecy.TOI_MAT, Urgency.HOA_TOC) == (seen.secrecy, seen.document.urgency)
    assert (Secrecy.NONE, "no_ocr") == (unseen.secrecy, unseen.parts[-1].uninspectable)


def test_red_words_that_are_no_mark_say_nothing():
    """A red box that says something else: no stamp."""
    assert () == read(STAMPED.pdf(), Spelling("ĐÃ THU TIỀN", "")).facts.stamps


@pytest.mark.parametrize("stamp", ["MẬT", "TỐI MẬT", "TUYỆT MẬT", "HỎA TỐC", "THƯỢNG KHẨN", "KHẨN"])
def test_stamps_are_read_where_ocr_is_installed(stamp):
    """Each mark of the decree at 150 dpi, turned by four degrees; without the library, none is guessed."""
    recogniser = load_recogniser()
    if recogniser is not None:
        recogniser.grant(60_000)
    scan = replace(STAMPED, stamp=stamp, turn=4.0 if stamp == "HỎA TỐC" else 0.0)
    facts = read(scan.pdf(), recogniser, Budget(ocr_pages=0)).facts

    assert ((stamp,) if recogniser is not None else ()) == facts.stamps


def test_facts_of_a_sealed_scan():
    """Tone, colour, turn, place of the seal, ink."""
    facts = read(Scan(3, "seal", is_seal=True, ink="blue", dpi=150, turn=-2.0, place=(120.0, 200.0)).pdf()).facts

    assert ("colour", True, True, 150) == (facts.scan_tone, facts.shows_colour, facts.is_scan_colour, facts.scan_dpi)
    assert 1.5 <= facts.skew_degrees <= 2.5
    assert (facts.seal_score >= 0.8, 1, 3, facts.ink_score) == (True, facts.seal_page, len(facts.seal_place), 1.0)


@pytest.mark.parametrize(
    ("mode", "tone", "is_colour", "shows_colour"),
    [
        ("RGB", "colour", True, True),
        ("grey", "colour", True, False),
        ("L", "grey", False, False),
        ("1", "bitonal", False, False),
    ],
)
def test_tone_of_a_copy(mode, tone, is_colour, shows_colour):
    """Format and what is seen are two facts: a grey copy saved in colour shows none."""
    facts = read(Scan(3, "grey_copy", is_seal=False, dpi=150, mode=mode).pdf()).facts

    assert (tone, is_colour, shows_colour) == (facts.scan_tone, facts.is_scan_colour, facts.shows_colour)


def test_resolution_of_a_page_placed_sideways():
    """A scan stored lying and placed by a quarter turn: its resolution is that of the paper."""
    lying = Image.new("RGB", (2339, 1654), (250, 250, 250))
    out = io.BytesIO()
    lying.save(out, "JPEG")
    image = picture(2339, 1654, "DCTDecode", out.getvalue())

    assert 200 == read(page_with(image, b"q 0 842 -595 0 595 0 cm /I Do Q")).facts.scan_dpi


SEALED = Scan(3, "seal", is_seal=True, dpi=150, stamp="MẬT", place=(138.0, 214.0))


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_page_turned_by_its_rotate_entry_is_a_scan(degrees):
    """A picture stored on its side and shown upright by /Rotate: a page image with its seal where the reader sees it."""
    picture = SEALED.picture().rotate(degrees, expand=True)
    octets = pdf_of(picture, 150).replace(b"/Type/Page/", b"/Type/Page/Rotate %d/" % degrees)
    facts = read(octets).facts

    assert (1, 150, True) == (facts.image_pages, facts.scan_dpi, facts.seal_score >= 0.8)
    assert (138, 214, 36) == pytest.approx(facts.seal_place, abs=2)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_page_scanned_the_wrong_way_is_looked_at_upright(degrees):
    """Lying on its side or on its head: seal, its place, turn and stamp boxes are those of the page put upright."""
    recogniser = Spelling("MẬT", "")
    facts = read(pdf_of(SEALED.picture().rotate(degrees, expand=True), 150), recogniser).facts

    assert ((138, 214, 36), 0.0, ("MẬT",)) == (
        pytest.approx(facts.seal_place, abs=2), facts.skew_degrees, facts.stamps
    )  # fmt: skip


def test_page_beside_the_origin_is_a_scan():
    """A media box that does not begin at zero, as cropped scans have."""
    octets = page_with(picture(1240, 1754), b"q 595 0 0 842 100 200 cm /I Do Q").replace(
        b"[0 0 595 842]", b"[100 200 695 1042]"
    )

    assert (1, 150) == (read(octets).facts.image_pages, read(octets).facts.scan_dpi)


class Unsure(Spelling):
    """Reads well only what it is shown the second time, as a page on its head is read."""

    def recognise(self, grey, width, height, *, dpi, is_line, milliseconds):
        """Answer a page with little confidence first."""
        seen = super().recognise(grey, width, height, dpi=dpi, is_line=is_line, milliseconds=milliseconds)
        return seen if dpi == 300 or len([one for one in self.asked if one[0] == 150]) > 1 else Reading("ıɐʌ ƃuɐu", 30)


def test_page_read_badly_is_read_the_other_way():
    """Where nothing told that it stands on its head, the reading does: the surer one counts."""
    recogniser = Unsure("", "Kính gửi: Sở A")

    assert "Kính gửi: Sở A" == read(Scan(3, "plain", is_seal=False, dpi=150).pdf(), recogniser).text


def huge_jpeg() -> bytes:
    """A JPEG of 64 pixels a side whose own header claims 60,000."""
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (200, 30, 40)).save(out, "JPEG")
    octets = bytearray(out.getvalue())
    at = octets.find(b"\xff\xc0")
    octets[at + 5 : at + 9] = struct.pack(">HH", 60_000, 60_000)
    return bytes(octets)


@pytest.mark.parametrize(
    "octets",
    [
        page_with(picture(100_000, 100_000)),
        page_with(picture(100, 100, more="/SMask 6 0 R"), mask=picture(30_000, 30_000)),
        page_with(picture(1000, 1000, "DCTDecode", huge_jpeg())),
        page_with(picture(2000, 2000), WHOLE_PAGE * 30),
        page_with(picture(10, 10), WHOLE_PAGE * 600),
    ],
    ids=["huge", "mask", "jpeg", "often", "strips"],
)
def test_pictures_beyond_measure_are_a_fact(octets):
    """A kilobyte that would take gigabytes: over budget, nothing decoded, nothing rendered."""
    reading = read(octets, Spelling("", "x"))

    assert ("over_budget", 1, "", "") == (
        reading.uninspectable, reading.facts.image_pages, reading.facts.scan_tone, reading.facts.ocr
    )  # fmt: skip


def test_drawings_over_a_scan_are_not_rendered():
    """A pattern of a hundred thousand tiles over the picture costs nothing: only pictures are drawn."""
    pattern = stream(
        "/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 0.01/YStep 0.01/Resources<<>>",
        b"0 0 1 1 re f",
    )
    content = WHOLE_PAGE + b"/Pattern cs /P scn 0 0 595 842 re f"
    reading = read(page_with(picture(100, 100), content, pattern, "/Pattern<</P 6 0 R>>"))

    assert ("no_ocr", 1, "colour") == (reading.uninspectable, reading.facts.image_pages, reading.facts.scan_tone)


def test_page_of_noise_is_bounded():
    """Coloured noise all over: no seal, no stamp, and no more than six boxes asked for."""
    noise = Image.frombytes("L", (620, 877), random.Random(1).randbytes(620 * 877))
    reddish = Image.merge("RGB", (noise.point(lambda v: min(255, 2 * v)), noise, noise))
    recogniser = Spelling("MẬT", "")
    facts = read(pdf_of(reddish, 75), recogniser).facts

    assert (True, True) == (facts.seal_score < 0.5, len(recogniser.asked) <= 13)
