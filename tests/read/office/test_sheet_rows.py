"""Rows of old workbooks: cells of one row on one line, numbers beside words, and bounded whatever the records say."""

from __future__ import annotations

import struct

import pytest

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.containers.ole import CompoundFile
from gateway.read.notes import Notes
from gateway.read.office.packages import read_office
from gateway.read.office.sheet_rows import rk_value
from gateway.read.office.sheets import read_sheets
from tests.corpus.compose import archive
from tests.corpus.ole import compound

BEGIN = struct.pack("<HHHH", 0x0809, 4, 0x0600, 5)


def record(kind: int, body: bytes) -> bytes:
    """One record."""
    return struct.pack("<HH", kind, len(body)) + body


def shared(*texts: str) -> bytes:
    """Table of shared strings in UTF-16."""
    rows = b"".join(struct.pack("<HB", len(text), 1) + text.encode("utf-16-le") for text in texts)
    return record(0x00FC, struct.pack("<II", len(texts), len(texts)) + rows)


def word(row: int, column: int, number: int) -> bytes:
    """A cell that shows a shared string."""
    return record(0x00FD, struct.pack("<HHHI", row, column, 0, number))


def value(row: int, column: int, number: float) -> bytes:
    """A cell with a double."""
    return record(0x0203, struct.pack("<HHHd", row, column, 0, number))


def rk(row: int, column: int, number: int) -> bytes:
    """A cell with an integer of 30 bits."""
    return record(0x027E, struct.pack("<HHHI", row, column, 0, number << 2 | 2))


def read(*records: bytes, limit: int = 1_000):
    """Text of a workbook of these records."""
    stream = (BEGIN + b"".join(records)).ljust(4_096, b"\0")
    return read_sheets(CompoundFile(compound({"Workbook": stream})), limit)


END = record(0x000A, b"")
FORMULA_OF_TEXT = record(0x0006, struct.pack("<HHH8s", 0, 1, 0, b"\0\0\0\0\0\0\xff\xff") + b"\0" * 8)
TEXT_OF_IT = record(0x0207, struct.pack("<HB", 3, 1) + "MẬT".encode("utf-16-le"))


@pytest.mark.parametrize(
    ("records", "text"),
    [
        ((shared("SỞ A", "MẬT"), word(0, 0, 0), word(0, 1, 1), END), "SỞ A\tMẬT\n"),
        (
            (shared("Độ mật", "Mật", "Thường"), word(0, 0, 0), word(0, 1, 1), word(1, 1, 2), END),
            "Độ mật\tMật\nThường\n",
        ),
        ((shared("Mật"), value(0, 0, 1.0), word(0, 1, 0), rk(0, 2, 1980), END), "1\tMật\t1980\n"),
        ((shared("a"), value(0, 0, 1.0), rk(0, 1, 2), END, word(0, 0, 0), END), "a\n"),
        ((shared("a\nb", "c\nd"), word(0, 0, 0), word(0, 1, 1), END), "a\tc\nb\td\n"),
        ((shared("SỞ A"), word(0, 0, 0), FORMULA_OF_TEXT, TEXT_OF_IT, END), "SỞ A\tMẬT\n"),
        ((shared("thừa"), END), "thừa"),
        ((shared("a"), word(0, 0, 7), word(0, 0, 0)), "a\n"),
    ],
)
def test_rows(records: tuple[bytes, ...], text: str) -> None:
    """What no cell shows comes last; rows of numbers alone say nothing."""
    assert read(*records).text == text


def test_each_sheet_stands_apart() -> None:
    """A mark is looked for on the first lines of every sheet, however long those before are."""
    assert read(shared("một", "hai"), word(0, 0, 0), END, word(0, 0, 1), END).asides == ("một\n", "hai\n")


def test_repeated_strings_stay_within_the_limit() -> None:
    """A long string that every cell shows is not copied for every cell."""
    found = read(shared("a" * 4_000), *(word(0, column, 0) for column in range(3_000)), END, limit=5_000)

    assert len(found.text or "") <= 5_000


@pytest.mark.parametrize(
    ("number", "value"), [(2 << 2 | 2, 2.0), (150 << 2 | 3, 1.5), (0x3FF00000, 1.0), (0xFFFFFFFE, -1.0)]
)
def test_short_numbers(number: int, value: float) -> None:
    """Integers, hundredths and the upper bits of doubles (section 2.5.217)."""
    assert rk_value(number) == value


def short(kind: int, body: bytes) -> bytes:
    """One record of a binary workbook."""
    return bytes((kind, len(body))) + body


def cell(kind: int, value: bytes) -> bytes:
    """A cell: column and style, then its value."""
    return short(kind, b"\0" * 8 + value)


def counted(text: str) -> bytes:
    """A string behind its length."""
    return len(text).to_bytes(4, "little") + text.encode("utf-16-le")


def test_rows_of_a_binary_workbook() -> None:
    """Cells of one row on one line; what no cell shows comes last."""
    strings = b"".join(short(19, b"\0" + counted(text)) for text in ("Độ mật", "Mật", "thừa"))
    sheet = short(0, b"\0" * 17) + cell(7, b"\0\0\0\0") + cell(7, b"\1\0\0\0") + cell(5, struct.pack("<d", 20.0))
    sheet += (
        short(0, b"\1" + b"\0" * 16) + cell(6, counted("Trần Văn")) + cell(8, counted("Mật")) + cell(2, b"\x06\0\0\0")
    )
    octets = archive(
        ("[Content_Types].xml", b"<Types/>"), ("xl/worksheets/sheet1.bin", sheet + b"\x82\x01\0"), ("xl/sharedStrings.bin", strings + b"\xa0\x01\0")
    )  # fmt: skip

    found = read_office(octets, "xlsx", 1_000, Notes(DEFAULT_BUDGET))

    assert found.text == "Độ mật\tMật\t20\nTrần Văn\tMật\t1\n\nthừa"
    assert found.asides == ("Độ mật\tMật\t20\nTrần Văn\tMật\t1\n",)
