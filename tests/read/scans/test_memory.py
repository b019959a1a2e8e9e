"""PictureMemory: a picture is looked at once, whatever documents it stands in, and no fact depends on that."""

from __future__ import annotations

import datetime as dt
import zlib
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.edge.readers.tesseract import load_recogniser
from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.cache import FactsCache
from gateway.read.message import read_message
from gateway.read.scans import memory as memory_module
from gateway.read.scans.colour import Page
from gateway.read.scans.memory import PictureMemory
from gateway.read.scans.ocr import Reading
from gateway.values.facts import Secrecy
from gateway.values.trust import EMPTY_TRUST
from tests.corpus.compose import file, many
from tests.support.pasted import logo, png, stamp, text_page, word_file
from tests.support.scans import Scan, plain_pdf, stream

RECOGNISER = load_recogniser()
AT = dt.datetime(2026, 11, 30, 2, tzinfo=dt.UTC)
WITH_LETTERS = pytest.mark.skipif(RECOGNISER is None, reason="tesseract is not installed")


class Counting:
    """A recogniser that says one thing, or has no time, and counts how often it was asked."""

    def __init__(self, said: str | None = "xq") -> None:
        self.said, self.count = said, 0

    def recognise(self, grey, width, height, *, dpi, is_line, milliseconds):
        """Answer."""
        self.count += 1
        return None if self.said is None else Reading(self.said, 90)


def remembering() -> FactsCache:
    """A cache that keeps no documents: only pictures are known again."""
    cache = FactsCache(0, EMPTY_TRUST.generation)
    cache.pictures = PictureMemory(4_096, cache.tag_of)
    return cache


def read(octets: bytes, seen: FactsCache | None, recogniser=RECOGNISER, subject: bytes = b""):
    """Facts of a mail with one file."""
    if recogniser is RECOGNISER and RECOGNISER is not None:
        RECOGNISER.grant(60_000)
    mail = subject + many(file(octets, b"filename=a.bin"))
    return read_message(mail, DEFAULT_BUDGET, EMPTY_TRUST, AT, cache=seen, recogniser=recogniser)


def numbered(octets: bytes, number: int) -> bytes:
    """The same page under another number."""
    return octets.replace(b"12/SA-TH", b"%02d/SA-TH" % number)


def test_a_logo_is_read_once_for_all_documents():
    """Fifty letters of an office with its logo on each."""
    seen, recogniser = remembering(), Counting()
    asked = []
    for number in range(50):
        read(numbered(text_page(logo()), number), seen, recogniser)
        asked.append(recogniser.count)

    assert asked[0] > 0
    assert set(asked) == {asked[0]}


W, H = stamp("MẬT", "black").size
INK = zlib.compress(stamp("MẬT", "black").convert("L").tobytes())
GREY = "/BitsPerComponent 8/ColorSpace/DeviceGray"
INDEXED = "/BitsPerComponent 8/ColorSpace[/Indexed/DeviceRGB 255<{}>]"
SIZE = f"/Width {W}/Height {H}"
MASK = f"/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode{SIZE}"
PLACE = f"{W * 0.36} 0 0 {H * 0.36} 60 600 cm"


def altered(about: str = SIZE + GREY, place: str = PLACE, mask: int | None = None, more: str = "") -> bytes:
    """A page with one picture of the same encoded octets, and something else that says what it looks like."""
    about += "" if mask is None else "/SMask 6 0 R"
    covering = zlib.compress(bytes([mask or 0]) * W * H)
    return plain_pdf([
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        (b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>"
        b"/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"),
        stream("", f"BT /F 13 Tf 90 500 Td (Noi dung bao cao theo yeu cau.) Tj ET q {place} {more} /I Do Q".encode()),
        stream(f"/Type/XObject/Subtype/Image/Filter/FlateDecode{about}", INK),
        stream(MASK + "/Matte[0.5]", covering),
    ])  # fmt: skip


ALTERED = {
    "as it is": altered(),
    "inverted": altered(SIZE + GREY + "/Decode[1 0]"),
    "blank": altered(SIZE + GREY + "/Decode[1 1]"),
    "black": altered(SIZE + GREY + "/Decode[0 0]"),
    "palette of red": altered(SIZE + INDEXED.format("ff0000" * 128 + "ffffff" * 128)),
    "palette of white": altered(SIZE + INDEXED.format("ffffff" * 256)),
    "calibrated": altered(SIZE + "/BitsPerComponent 8/ColorSpace[/CalGray<</WhitePoint[0.95 1 1.09]/Gamma 9>>]"),
    "other width": altered(f"/Width {W // 2}/Height {H * 2}{GREY}"),
    "half of the rows": altered(f"/Width {W}/Height {H // 2}{GREY}"),
    "four bits": altered(f"/Width {2 * W}/Height {H}/BitsPerComponent 4/ColorSpace/DeviceGray"),
    "stencil": altered(f"/Width {8 * W}/Height {H}/ImageMask true", more="1 0 0 rg"),
    "stencil in white": altered(f"/Width {8 * W}/Height {H}/ImageMask true", more="1 g"),
    "ink masked out": altered(SIZE + GREY + "/Mask[0 128]"),
    "transparent": altered(mask=0),
    "pale": altered(mask=20),
    "opaque": altered(mask=255),
    "mirrored": altered(place=f"{-W * 0.36} 0 0 {H * 0.36} 300 600 cm"),
    "large": altered(place=f"{W} 0 0 {H} 60 600 cm"),
    "flat": altered(place=f"{W * 0.36} 0 0 {H * 0.1} 60 600 cm"),
    "turned": altered(place=f"0 {H * 0.36} {-W * 0.36} 0 300 500 cm"),
    "clipped": altered(place=f"60 600 40 {H * 0.36} re W n {PLACE}"),
}
"""One encoded stream; what its dictionary and the page around it say differs."""


@cache
def alone(name: str):
    """Facts of one of them in a worker that has seen nothing."""
    return read(ALTERED[name], None)


@WITH_LETTERS
def test_one_stream_says_what_its_dictionary_makes_of_it():
    """Some of the altered pictures are a stamp, some are none, by the same octets."""
    said = {name: alone(name).parts[-1].pdf.stamps for name in ALTERED}

    assert said["as it is"] == said["opaque"] == said["palette of red"] == ("MẬT",)
    assert said["blank"] == said["transparent"] == said["palette of white"] == said["ink masked out"] == ()


@WITH_LETTERS
@pytest.mark.parametrize("step", [1, -1, 8])
def test_no_order_of_altered_pictures_changes_facts(step):
    """A sender who has a harmless picture remembered does not hide a stamp behind it, nor the other way round."""
    seen, names = remembering(), list(ALTERED)

    for name in [names[step * number % len(names)] for number in range(len(names))]:
        assert (name, read(ALTERED[name], seen)) == (name, alone(name))


DOCUMENTS = [
    *(text_page(stamp(word, ink, borders)) for word in ("MẬT", "MẤT") for ink, borders in (("red", 2), ("#777", 1))),
    text_page(stamp("TỐI MẬT"), rotate=90),
    text_page(logo()),
    text_page(logo("blue"), dpi=80),
    word_file(png(stamp("KHẨN", "red", 1)), png(logo())),
    png(stamp("TUYỆT MẬT")),
    Scan(1, "seal", is_seal=True, stamp="HỎA TỐC").pdf(),
]  # fmt: skip


@WITH_LETTERS
def test_facts_are_the_same_cold_warm_and_in_any_order():
    """Stamps, logos, office files, pictures and a scan: there, back, and there again."""
    fresh = [read(octets, None) for octets in DOCUMENTS]
    seen = remembering()
    for number in [*range(len(DOCUMENTS)), *reversed(range(len(DOCUMENTS))), *range(0, len(DOCUMENTS), 2)]:
        assert read(DOCUMENTS[number], seen) == fresh[number]


PLANES = st.integers(1, 3).flatmap(
    lambda width: st.tuples(st.just(width), *[st.lists(st.integers(0, 1), min_size=6, max_size=6).map(bytes)] * 3)
)


@settings(max_examples=50, deadline=None)
@given(pages=st.lists(st.tuples(PLANES, st.sampled_from([60, 150]), st.sampled_from(["mark", "boxes"])), max_size=12))
def test_every_pixel_plane_size_and_question_counts(pages):
    """An answer out of memory is the answer to the same question about the same pixels."""
    memory = FactsCache(4_096, "").pictures
    for (width, *planes), dpi, question in pages:
        page = Page(*planes, width, 6 // width, dpi)
        known = memory.answer(question, page, lambda one=(question, page): one, is_whole=lambda: True)
        assert known == (question, page)


def page(number: int) -> Page:
    """A page of one pixel row that is like no other."""
    plane = b"%06d" % number
    return Page(plane, plane, plane, 6, 1, 150)


@pytest.mark.parametrize(("answers", "octets", "kept"), [(5, 4_000_000, 5), (4_096, 4_000, 4), (0, 4_000_000, 0)])
def test_the_memory_is_bounded_in_answers_and_in_octets(monkeypatch, answers, octets, kept):
    """The first goes out first; a memory of no answers keeps none."""
    monkeypatch.setattr(memory_module, "MAX_OCTETS", octets)
    memory = PictureMemory(answers, bytes)
    for number in range(20):
        memory.answer("mark", page(number), lambda: "MẬT", is_whole=lambda: True)

    assert len(memory) == kept
    assert memory.answer("mark", page(19), lambda: "other", is_whole=lambda: True) == ("MẬT" if kept else "other")
    assert memory.answer("mark", page(1), lambda: "other", is_whole=lambda: True) == "other"


def test_an_answer_beyond_all_bounds_is_given_and_not_kept():
    """A text of a million letters stands in no memory."""
    memory = PictureMemory(10, bytes)

    assert len(memory.answer("mark", page(1), lambda: "x" * 1_000_000, is_whole=lambda: True)) == 1_000_000
    assert len(memory) == 0


def test_what_was_cut_short_is_not_remembered():
    """Letters left unread by one message are read in the next, and only then remembered."""
    octets, seen, late, recogniser = text_page(stamp("MẬT")), remembering(), Counting(None), Counting("MẬT")

    assert read(octets, seen, late).parts[-1].uninspectable == "unread_letters"
    assert read(octets, seen, recogniser).parts[-1].uninspectable == ""
    assert recogniser.count > 0


def test_what_is_remembered_is_read_without_time():
    """A message that has no time left for letters says what a picture seen before says: more, never less."""
    octets, seen, late = text_page(logo()), remembering(), Counting(None)
    whole = read(octets, seen, Counting())

    assert read(octets, seen, late) == whole
    assert late.count == 0
    assert read(octets, None, late).parts[-1].uninspectable == "unread_letters"


def test_nothing_of_a_secret_message_stays():
    """Neither an answer nor that there was one: the next message with the picture asks as the first ever does."""
    octets, recogniser = text_page(logo("blue")), Counting()
    read(octets, remembering(), recogniser)
    alone, seen = recogniser.count, remembering()
    read(text_page(logo("red")), seen, recogniser)
    kept, hits = len(seen.pictures), (seen.hits, seen.misses)

    secret = read(octets, seen, recogniser, subject=b"Subject: =?utf-8?q?M=E1=BA=ACT?=\r\n")
    assert secret.secrecy is Secrecy.MAT
    assert len(seen.pictures) == kept
    before = recogniser.count
    read(octets, seen, recogniser)
    assert recogniser.count - before == alone
    assert seen.hits == hits[0]


def test_what_others_sent_stays_after_a_secret_message_has_it():
    """A logo known before is known afterwards: a secret message takes nothing away, by which it could be told."""
    octets, seen, recogniser = text_page(logo()), remembering(), Counting()
    read(octets, seen, recogniser)
    before = recogniser.count
    read(octets, seen, recogniser, subject=b"Subject: =?utf-8?q?M=E1=BA=ACT?=\r\n")
    read(octets, seen, recogniser)

    assert recogniser.count == before
