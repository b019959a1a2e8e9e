"""Facts about `gateway.read.scans.frames`: a boxed word is a mark in any colour, what only looks boxed is none.

What needs letters is skipped without a recogniser.
"""

from __future__ import annotations

import datetime as dt
import time

import pytest
from PIL import Image, ImageDraw, ImageFont

from gateway.demo.documents import FONT
from gateway.edge.readers.tesseract import load_recogniser
from gateway.read.budget import Budget
from gateway.read.pdf.reader import read_pdf
from gateway.read.scans.frames import FRAME_DPI, find_frames
from gateway.read.scans.picture_sheets import A4_INCHES, PictureSheet
from gateway.values.trust import EMPTY_TRUST
from tests.support.pressed import MARKS, some, together
from tests.support.scans import pdf_of

RECOGNISER = load_recogniser()
AT = dt.datetime(2026, 11, 30, 2, tzinfo=dt.UTC)
WITH_LETTERS = pytest.mark.skipif(RECOGNISER is None, reason="tesseract is not installed")
CLEAR = {"dpi": 200, "noise": 4, "strength": 0.95, "place": (48.0, 52.0), "quality": 60}
MM = 200 / 25.4


def stamps(pdf: bytes, pages: int = 0) -> tuple[str, ...]:
    """Read the stamps of a scan; of its letters as well when asked."""
    RECOGNISER.grant(60_000)
    return read_pdf(pdf, Budget(ocr_pages=pages), EMPTY_TRUST, AT, recogniser=RECOGNISER).facts.stamps


def frames(picture: Image.Image):
    """Find frames; bounds in millimetres."""
    found = find_frames(PictureSheet(picture.convert("L"), A4_INCHES[1]).render(FRAME_DPI))
    return [tuple(round(edge * 25.4) for edge in box.bounds) for box in found]


def printed(draw_on) -> Image.Image:
    """A blank page of A4 at 200 dpi with something on it; `draw_on` gets a brush and a way to write; millimetres."""
    picture = Image.new("L", (round(210 * MM), round(297 * MM)), 250)
    draw = ImageDraw.Draw(picture)

    def box(left, top, right, bottom, thick=0.4):
        draw.rectangle([edge * MM for edge in (left, top, right, bottom)], outline=30, width=round(thick * MM))

    def write(x, y, text, size=5.0):
        font = ImageFont.truetype(str(FONT), round(size * MM))
        draw.text((x * MM, y * MM), text, font=font, fill=30, anchor="mm")

    draw_on(box, write)
    return picture


@WITH_LETTERS
@pytest.mark.parametrize("tone", ["L", "1", "grey"])
@pytest.mark.parametrize("turn", [-5.0, 0.0, 5.0])
def test_marks_are_read_without_their_red(turn, tone):
    """Grey copies, black-and-white ones, and grey ones saved in colour, turned by what a feeder does."""
    about = {**CLEAR, "tone": tone, "turn": turn, "tilt": 0.0, "strength": 1.4}
    page = together(*(some(21, f"mark:{word}", 0, **about) for word in MARKS))

    assert sorted(MARKS) == sorted(stamps(page.pdf()))


@WITH_LETTERS
@pytest.mark.parametrize("tone", ["L", "1"])
@pytest.mark.parametrize(
    "words",
    [
        ("MẤT", "MẶT", "MÁT", "MẠT", "TỐI MẶT"),
        ("MẤT ĐIỆN", "MẶT TRẬN", "BẢO MẬT", "MẬT ONG", "MẬT MÃ"),
        ("BÍ MẬT", "SỰ THẬT", "ĐẾN", "BẢN CHÍNH", "20-11-2026"),
        ("MẶT TRẬN\nTỔ QUỐC", "MẬT ONG\nRỪNG U MINH", "NGUYỄN THỊ\nVĂN THƯ", "ĐẾN\n21-11-2026"),
    ],
)
def test_other_words_in_frames_are_no_mark(words, tone):
    """Stamps of arrival, dates, names, labels and headings, beside a mark that is one."""
    about = {**CLEAR, "borders": 1, "tone": tone, "tilt": 0.0}
    others = (some(22, f"word:{word}", 1, **about) for word in words)
    page = together(*others, some(21, "mark:MẬT", 0, **{**about, "borders": 2, "strength": 1.4}))

    assert ("MẬT",) == stamps(page.pdf())


def _touched(box, write):
    write(50, 47, "V/v rà soát công trình phòng", 4.4)
    for inset in (0, 1):
        box(30 + inset, 48 + inset, 62 - inset, 57 - inset)
    write(46, 52.5, "TỐI MẬT", 4.6)


def _over_print(box, write):
    box(120, 48, 142, 57)
    write(131, 52.5, "MẬT", 5)
    write(95, 52.5, "Kính gửi: Văn phòng", 4.4)


@WITH_LETTERS
@pytest.mark.parametrize(("draw_on", "word"), [(_touched, "TỐI MẬT"), (_over_print, "MẬT")])
def test_print_may_touch_a_frame(draw_on, word):
    """The line above runs into it, or it stands in a line of print."""
    assert (word,) == stamps(pdf_of(printed(draw_on), 200))


def _table(box, write):
    for row in range(4):
        for column, text in enumerate(("Họ và tên", "MẬT", "12")):
            box(30 + 40 * column, 60 + 9 * row, 70 + 40 * column, 69 + 9 * row)
            write(50 + 40 * column, 64.5 + 9 * row, text, 4.4)


def _row(box, write):
    for column, text in enumerate(("Độ", "MẬT", "Thường")):
        box(30 + 40 * column, 60, 70 + 40 * column, 69)
        write(50 + 40 * column, 64.5, text, 4.4)


def _underlined(box, write):
    write(105, 60, "TỐI MẬT là một độ mật theo Luật")
    box(60, 64, 150, 64.3, 0.3)


def _large(box, write):
    box(20, 20, 190, 277)
    write(105, 60, "MẬT")


def _long(box, write):
    box(30, 60, 180, 70)
    write(105, 65, "Nghiêm cấm làm lộ bí mật nhà nước trong văn bản này")


def _running(box, write):
    write(105, 60, "Tài liệu có độ MẬT phải được quản lý theo quy định")
    write(105, 67, "HỎA TỐC là mức độ khẩn cao nhất của văn bản")


@pytest.mark.parametrize("draw_on", [_table, _row, _underlined, _large, _running])
def test_what_runs_on_is_no_frame(draw_on):
    """Cells, rows, rules under a line, borders of a page, lines of print."""
    assert [] == frames(printed(draw_on))


@WITH_LETTERS
@pytest.mark.parametrize("draw_on", [_table, _row, _underlined, _large, _long, _running])
def test_words_in_tables_and_lines_are_no_stamps(draw_on):
    """Also where letters are read."""
    assert () == stamps(pdf_of(printed(draw_on), 200), pages=2)


def test_frames_are_found_where_they_stand():
    """Two borders are one frame."""
    (box,) = frames(printed(_touched))

    assert (30, 48, 62, 57) == pytest.approx(box, abs=2)


def _net(box, _write):
    for row in range(60):
        for column in range(30):
            box(10 + 6.4 * column, 10 + 4.6 * row, 10 + 6.4 * (column + 1), 10 + 4.6 * (row + 1))


def _boxes(box, _write):
    for row in range(25):
        for column in range(8):
            box(8 + 24 * column, 8 + 11 * row, 28 + 24 * column, 16 + 11 * row)


def _shelves(box, _write):
    for line in range(120):
        box(20, 15 + 2.2 * line, 100, 15.3 + 2.2 * line, 0.3)
        box(15 + 1.5 * line, 15, 15.3 + 1.5 * line, 280, 0.3)


@pytest.mark.parametrize("draw_on", [_net, _boxes, _shelves])
def test_many_lines_cost_little(draw_on):
    """Nets, two hundred boxes, hundreds of rules: bounded in lines, pairs and frames read."""
    sheet = PictureSheet(printed(draw_on), A4_INCHES[1]).render(FRAME_DPI)
    started = time.process_time()
    found = find_frames(sheet)

    assert len(found) <= 6
    assert time.process_time() - started < 2.0


def test_noise_costs_little():
    """A page of specks has no lines."""
    noise = Image.effect_noise((1654, 2339), 120)
    started = time.process_time()

    assert [] == frames(noise)
    assert time.process_time() - started < 2.0
