"""Facts about stamps that are pictures: on text pages of PDFs, in office files, and as small files of their own.

What needs letters is skipped without a recogniser.
"""

from __future__ import annotations

import datetime as dt
import io
import time
import zipfile
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from PIL import Image

from gateway.edge.readers.tesseract import load_recogniser
from gateway.read.budget import Budget
from gateway.read.cache import FactsCache
from gateway.read.message import read_message
from gateway.read.notes import Notes
from gateway.read.pdf.reader import read_pdf
from gateway.read.scans.ocr import Reading
from gateway.read.scans.pictures import read_stamps
from gateway.values.facts import Secrecy
from gateway.values.trust import EMPTY_TRUST
from tests.support.pasted import logo, png, stamp, text_page, word_file

RECOGNISER = load_recogniser()
AT = dt.datetime(2026, 11, 30, 2, tzinfo=dt.UTC)
WITH_LETTERS = pytest.mark.skipif(RECOGNISER is None, reason="tesseract is not installed")
LEVELS = {"MẬT": Secrecy.MAT, "TỐI MẬT": Secrecy.TOI_MAT, "TUYỆT MẬT": Secrecy.TUYET_MAT}
OTHERS = [
    "MẤT",
    "MẶT",
    "MẤT ĐIỆN",
    "BẢO MẬT",
    "MẬT ONG",
    "MẶT TRẬN\nTỔ QUỐC",
    "NGUYỄN VĂN A",
    "ĐẾN\n21-11-2026",
    "SỞ A",
]
WAYS = [("red", 2), ("black", 2), ("black", 1), ("#777", 2), ("red", 0), ("black", 0)]


class Counting:
    """A recogniser that says one thing, or has no time, and counts how often it was asked."""

    def __init__(self, said: str | None) -> None:
        self.said, self.count = said, 0

    def recognise(self, grey, width, height, *, dpi, is_line, milliseconds):
        """Answer."""
        self.count += 1
        return None if self.said is None else Reading(self.said, 90)


def of_pdf(octets: bytes, recogniser=RECOGNISER) -> tuple[str, ...]:
    """Stamps of a PDF."""
    if recogniser is RECOGNISER:
        RECOGNISER.grant(60_000)
    return read_pdf(octets, Budget(), EMPTY_TRUST, AT, recogniser=recogniser).facts.stamps


def mail(files: dict[str, bytes]) -> bytes:
    """A message with a text and some files."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "vanthu@soa.example.vn"
    message.set_content("Kính gửi văn bản.")
    for name, octets in files.items():
        message.add_attachment(octets, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def zipped(files: dict[str, bytes]) -> bytes:
    """An archive of some files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, octets in files.items():
            archive.writestr(name, octets)
    return out.getvalue()


def mailed(name: str, octets: bytes, recogniser=RECOGNISER):
    """Facts of a file as it is attached."""
    if recogniser is RECOGNISER and RECOGNISER is not None:
        RECOGNISER.grant(60_000)
    facts = read_message(mail({name: octets}), Budget(), EMPTY_TRUST, AT, recogniser=recogniser)
    return next(part for part in facts.parts if part.name == name)


@WITH_LETTERS
@pytest.mark.parametrize("word", LEVELS)
@pytest.mark.parametrize(("ink", "borders"), WAYS)
def test_stamp_pictures_on_text_pages_are_read(word, ink, borders):
    """In any ink, with and without a frame."""
    assert (word,) == of_pdf(text_page(stamp(word, ink, borders)))


@WITH_LETTERS
@pytest.mark.parametrize("word", OTHERS)
@pytest.mark.parametrize(("ink", "borders"), WAYS[:3])
def test_other_pictures_on_text_pages_are_no_stamps(word, ink, borders):
    """Labels, headings, names, dates, organisations."""
    assert () == of_pdf(text_page(stamp(word, ink, borders)))


@WITH_LETTERS
@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_pages_may_be_turned(rotate):
    """The picture stands upright for whoever looks at the page."""
    picture = stamp("TỐI MẬT", "black", 0).rotate(rotate, expand=True)

    assert ("TỐI MẬT",) == of_pdf(text_page(picture, left=100, top=300, rotate=rotate))


@WITH_LETTERS
@pytest.mark.parametrize("word", LEVELS)
@pytest.mark.parametrize("name", ["a.docx", "a.png"])
def test_stamps_in_documents_and_small_files_mark_them(word, name):
    """A picture in a document with text, and a picture sent by itself."""
    picture = png(stamp(word))

    assert mailed(name, word_file(picture) if name == "a.docx" else picture).marks.secrecy is LEVELS[word]


@WITH_LETTERS
@pytest.mark.parametrize("word", OTHERS)
@pytest.mark.parametrize("name", ["a.docx", "a.png"])
def test_other_pictures_mark_nothing(word, name):
    """The same words as on pages, beside a logo."""
    picture = png(stamp(word))
    part = mailed(name, word_file(png(logo()), picture) if name == "a.docx" else picture)

    assert (Secrecy.NONE, "") == (part.marks.secrecy, part.uninspectable)


@WITH_LETTERS
@pytest.mark.parametrize("ink", ["red", "black", "blue"])
def test_logos_are_no_stamps(ink):
    """A ring with a sign in it."""
    assert () == of_pdf(text_page(logo(ink)))
    assert Secrecy.NONE is mailed("a.png", png(logo(ink))).marks.secrecy


@WITH_LETTERS
def test_strips_of_a_page_are_looked_over():
    """The head of a page cut out, with the stamp in its place."""
    strip = Image.new("RGB", (1240, 380), "white")
    strip.paste(stamp("TỐI MẬT", "black"), (140, 200))

    assert ("TỐI MẬT",) == mailed("a.png", png(strip)).picture.stamps


class Raising(Counting):
    """A recogniser that breaks."""

    def recognise(self, grey, width, height, *, dpi, is_line, milliseconds):
        """Raise."""
        raise ValueError(dpi)


@pytest.mark.parametrize("octets", [text_page(stamp("MẬT")), word_file(png(stamp("MẬT"))), png(stamp("MẬT"))])
def test_what_a_picture_breaks_leaves_the_document_readable(octets):
    """A file is not unread for a picture beside its text."""
    assert mailed("a.bin", octets, recogniser=Raising("")).uninspectable == ""


def test_white_pictures_exceed_no_ratio():
    """Blank pictures pack a thousandfold; an honest file with some is within every budget."""
    blank = [png(Image.new("RGB", (900 + number, 900), "white")) for number in range(20)]
    large = png(Image.new("L", (9_000, 9_000), "white"))

    assert mailed("a.docx", word_file(*blank, large), recogniser=Counting("")).uninspectable == ""


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_broken_logos_are_no_unreadable_documents(kind):
    """Only a picture that may have been a page is `malformed`."""
    out = io.BytesIO()
    Image.effect_noise((300, 200), 90).convert("RGB").save(out, kind)
    octets = bytearray(out.getvalue())
    for place in range(600, len(octets), 40):
        octets[place] ^= 0x5A
    part = mailed("a.bin", bytes(octets), recogniser=Counting("MẬT ONG"))

    assert (Secrecy.NONE, "") == (part.marks.secrecy, part.uninspectable)


@pytest.mark.parametrize("octets", [png(stamp("MẬT")), word_file(png(stamp("MẬT"))), text_page(stamp("MẬT"))])
def test_nothing_is_guessed_without_a_recogniser(octets):
    """And nothing is said to be unread that was not looked at before."""
    part = mailed("a.bin", octets, recogniser=None)

    assert (Secrecy.NONE, "") == (part.marks.secrecy, part.uninspectable)


@pytest.mark.parametrize(
    ("octets", "most"),
    [
        (word_file(*[png(stamp(f"{number} MẬT")) for number in range(60)]), 12 * 8),
        (text_page(stamp("XX")), 8),
    ],
    ids=["docx", "page"],
)
def test_pictures_are_bounded_in_count(octets, most):
    """Sixty pictures in one document: twelve are looked at."""
    counting = Counting("SỞ A")
    mailed("a.bin", octets, recogniser=counting)

    assert counting.count <= most


def test_pixels_are_bounded():
    """A picture far larger than a stamp and no page is not decoded, and many cost the message's pixels."""
    counting, notes = Counting("MẬT"), Notes(Budget(picture_pixels=1_200_000))
    small = png(stamp("MẬT"))

    assert [] == read_stamps(png(Image.new("1", (60_000, 300))), "png", notes, counting)
    assert [True, True, True, False] == [bool(read_stamps(small, "png", notes, counting)) for _ in range(4)]


BESIDE_TEXT = {
    "a.png": png(stamp("MẬT")),
    "a.pdf": text_page(stamp("MẬT")),
    "a.docx": word_file(png(stamp("MẬT"))),
}


@pytest.mark.parametrize("name", BESIDE_TEXT)
def test_what_time_did_not_suffice_for_is_named_and_not_remembered(name):
    """A stamp beside text is not passed over in silence, and another message may have time for it."""
    cache, octets = FactsCache(10, EMPTY_TRUST.generation), mail({name: BESIDE_TEXT[name]})
    said = [
        read_message(octets, Budget(), EMPTY_TRUST, AT, cache=cache, recogniser=reader).parts[-1].uninspectable
        for reader in (Counting(None), Counting("SỞ A"), Counting(None))
    ]

    assert ["unread_letters", "", ""] == said


def test_a_file_is_named_for_its_own_pictures_only():
    """An archive holds one whose stamp was read and one whose was not; and a third without any."""
    files = {"a.docx": word_file(png(stamp("MẬT"))), "b.txt": b"Kinh gui: Van phong"}
    octets = mail({"x.zip": zipped(files)})
    parts = read_message(octets, Budget(), EMPTY_TRUST, AT, recogniser=Counting(None)).parts[1:]

    assert ["", "unread_letters", ""] == [part.uninspectable for part in parts]


def test_pictures_beyond_what_a_message_may_show_are_named():
    """The second office file of two is left unlooked at for want of pixels."""
    files = {f"{number}.docx": word_file(png(stamp("MẬT"))) for number in range(2)}
    budget = Budget(picture_pixels=100_000)
    facts = read_message(mail(files), budget, EMPTY_TRUST, AT, recogniser=Counting("SỞ A"))

    assert ["", "unread_letters"] == [part.uninspectable for part in facts.parts[1:]]


@pytest.mark.parametrize("ink", ["red", "black"])
def test_noise_in_pictures_costs_little(ink):
    """A picture of noise of stamp size and one of page width."""
    for size in ((300, 120), (1_500, 480)):
        noise = Image.effect_noise(size, 120)
        picture = Image.merge("RGB", (noise, *[noise.point(lambda _: 0)] * 2)) if ink == "red" else noise
        counting, started = Counting("MẬT TƯ"), time.process_time()
        read_stamps(png(picture), "png", Notes(Budget()), counting)

        assert time.process_time() - started < 2.0
        assert counting.count <= 40
