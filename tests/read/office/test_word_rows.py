"""Tables of old Word files and of RTF, as a word processor wrote them: the same lines as of the same .docx."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.containers.ole import CompoundFile
from gateway.read.notes import Notes
from gateway.read.office.old_office import read_old_office
from gateway.read.office.rtf import read_rtf
from gateway.read.office.word_rows import Paragraphs, with_rows

HERE = Path(__file__).parent
LINES = [
    "Mở đầu",
    "UBND TỈNH THỬ NGHIỆM\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "SỞ A\tĐộc lập - Tự do - Hạnh phúc",
    "Số: 15/QĐ-SA\tThử Nghiệm, ngày 23 tháng 11 năm 2026",
    "MẬT",
    "QUYẾT ĐỊNH",
    "Về việc x",
    "Độ mật\tMật",
    "Thường",
    "Cuối",
    "Kính gửi: Sở B",
]


def doc(octets: bytes) -> str:
    """Text of an old Word file."""
    return read_old_office(CompoundFile(octets), "doc", 5_000, Notes(DEFAULT_BUDGET)).text or ""


def test_rows_of_an_old_word_file() -> None:
    """The properties of paragraphs tell where cells and rows end, blank cells or not."""
    assert doc((HERE / "letter_head.doc").read_bytes()).rstrip("\n").split("\n") == LINES


def test_rows_of_rtf() -> None:
    """A row is told by its cells; paragraphs before a table are none of its first cell."""
    assert read_rtf((HERE / "letter_head.rtf").read_bytes(), 5_000).text.rstrip("\n").split("\n") == LINES


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (rb"{\rtf1 a\par\pard\intbl b\cell c\cell\row\pard d}", "a\nb\tc\nd"),
        (rb"{\rtf1\pard\intbl a\par b\cell c\par d\cell\row}", "a\tc\nb\td\n"),
        (rb"{\rtf1\pard\intbl a\cell b\cell}", "a\tb\n"),
        (rb"{\rtf1 a\cell b\row c}", "a\tb\nc"),
        (rb"{\rtf1\pard\intbl a\nestcell b\nestcell\nestrow\cell c\cell\row}", "a\tb\tc\n"),
        (rb"{\rtf1\pard\intbl\cell\cell\row a}", "a"),
        (rb"{\rtf1\row\cell}", "\n\t"),
    ],
)
def test_rows_of_odd_rtf(source: bytes, text: str) -> None:
    """Rows that are not ended, cells outside of tables, tables in cells, blank rows."""
    assert read_rtf(source, 1_000).text == text


def test_rows_by_flags() -> None:
    """Text outside of tables keeps its paragraphs; what breaks off is kept."""
    inside, row_end, outside = (True, False), (True, True), (False, False)
    plain = lambda text: text.replace("\r", "\n")  # noqa: E731

    assert with_rows("x\ra\rb\x07c\x07\x07y\r", [outside, *[inside] * 3, row_end, outside], plain) == "x\na\tc\nb\ny\n"
    assert with_rows("a\x07b", [inside], plain) == "a\nb"
    assert with_rows("a\x07x\r", [inside, outside], plain) == "a\nx\n"
    assert with_rows("a\rb\r", [inside, outside], plain) == "a\nb\n"
    assert with_rows("a\x07b\x07", [], plain) == "a\x07b\x07"


def test_damaged_properties_are_no_rows() -> None:
    """Pages of noise, lists that lead nowhere, and none at all never raise."""
    noise = random.Random(7)
    for _ in range(50):
        main = bytearray(noise.randbytes(8_192))
        main[0x0102:0x010A] = struct.pack("<II", 0, 804)
        plan = noise.randbytes(404) + b"".join(struct.pack("<I", noise.randrange(20)) for _ in range(100))
        assert Paragraphs(bytes(main), plan).find(noise.randrange(8_192)) in [
            (one, other) for one in (True, False) for other in (True, False)
        ]
    octets = (HERE / "letter_head.doc").read_bytes()
    for at in range(600, len(octets), 97):
        assert isinstance(doc(octets[:at] + b"\xff" * 40 + octets[at + 40 :]), str)
