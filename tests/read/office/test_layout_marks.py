"""What the detectors make of office layouts: marks beside the place and date, and honest tables that hold the word."""

from __future__ import annotations

import datetime as dt

import pytest

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.notes import Notes
from gateway.read.office.packages import read_office
from gateway.read.vietnamese import detect, detect_secrecy
from gateway.values.facts import Secrecy
from tests.read.office.test_layouts import HEADS, box, lines, p, read, row, table, workbook

AT = dt.datetime(2026, 11, 23, 9, tzinfo=dt.timezone(dt.timedelta(hours=7)))
LETTER = p("QUYẾT ĐỊNH") + p("Về việc ban hành Quy chế làm việc") + p("Căn cứ Luật Tổ chức chính quyền địa phương;")
FRAME = "<w:p><w:pPr><w:framePr w:w='1200' w:x='1100' w:y='1200'/></w:pPr><w:r><w:t>MẬT</w:t></w:r></w:p>"
PLAIN_HEAD = table(row(("UBND TỈNH THỬ NGHIỆM", "SỞ A", "Số: 15/QĐ-SA"), ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Thử Nghiệm, ngày 23 tháng 11 năm 2026")))  # fmt: skip
MARKED = {name: head + LETTER for name, head in HEADS.items()} | {
    "a box in the head": table(row(p("SỞ A") + p("Số: 15/QĐ-SA", box("MẬT")), ("CỘNG HÒA",))) + LETTER,
    "a box before the head": p("", box("TỐI MẬT")) + PLAIN_HEAD + LETTER,
    "a frame": FRAME + PLAIN_HEAD + LETTER,
    "beside the date": table(row(("SỞ A",), ("CỘNG HÒA",)), row(("Số: 15/QĐ-SA",), ("Thử Nghiệm, ngày 23 tháng 11 năm 2026",)), row(("MẬT",), ("",))) + LETTER,
    "a cell of its own in the row of the number": table(row(("Số: 15/QĐ-SA",), ("MẬT",), ("ngày 23 tháng 11 năm 2026",))) + LETTER,
    "a form": PLAIN_HEAD + table(row(("Số ký hiệu",), ("15/QĐ-SA",)), row(("Độ mật",), ("Mật",)), row(("Độ khẩn",), ("Thường",))),
    "a form of two columns": table(row(("Độ mật",), ("Mật",), ("Độ khẩn",), ("Thường",))),
    "the second document of a file": PLAIN_HEAD + LETTER + p("Nơi nhận:") * 30 + p("", "<w:r><w:br w:type='page'/></w:r>") + HEADS["one row of two cells"] + LETTER,
}  # fmt: skip
HONEST = {
    "a head without a mark": PLAIN_HEAD + LETTER,
    "names": PLAIN_HEAD + table(row(("STT",), ("Họ và tên đệm",), ("Tên",)), row(("1",), ("Trần Văn",), ("Mật",)), row(("2",), ("Lê Thị",), ("Hoa",))),
    "names under one another": table(row(("Họ đệm", "Trần Văn", "Lê Thị"), ("Tên", "Mật", "Hoa"))),
    "a packing list": table(row(("No",), ("MAT",), ("QTY",)), row(("1",), ("Steel",), ("20",))),
    "a price list": table(row(("Mặt hàng",), ("Đơn giá",)), row(("Mật ong",), ("150.000",)), row(("Mật mía",), ("60.000",))),
    "an agenda": table(row(("08:00",), ("Đón tiếp đại biểu",)), row(("08:30",), ("Đồng chí Mật phát biểu",))),
    "a signature": PLAIN_HEAD + LETTER + table(row(("Nơi nhận:", "- Như trên;", "- Lưu: VT."), ("GIÁM ĐỐC", "", "Nguyễn Văn Mật"))),
    "an eye clinic": table(row(("Khoa",), ("Bệnh viện Mắt",)), row(("Phòng",), ("Khám mắt",))),
    "a level that is none": table(row(("Độ mật",), ("Thường",)), row(("Người soạn",), ("Mật",))),
    "a level left blank": table(row(("Độ mật",), ("",)), row(("Độ khẩn",), ("Hỏa tốc",))),
    "counts": table(row(("Loại văn bản",), ("Đi",), ("Đến",)), row(("Tuyệt mật",), ("0",), ("0",)), row(("Mật",), ("4",), ("2",))),
}  # fmt: skip
LEVELS = {Secrecy.MAT, Secrecy.TOI_MAT, Secrecy.TUYET_MAT}


def levels(body: str) -> set[Secrecy]:
    """Levels of the text of a Word file and of what stands apart in it."""
    found = read(body)
    return {detect_secrecy(text, "first_page") for text in (found.text, *found.asides)} & LEVELS


@pytest.mark.parametrize("name", MARKED)
def test_marks_of_layouts_are_seen(name: str) -> None:
    """Wherever Word lets a writer put it."""
    assert levels(MARKED[name])


@pytest.mark.parametrize("name", HONEST)
def test_honest_tables_carry_no_mark(name: str) -> None:
    """The word in a cell is a name, a ware, a count, or another word."""
    assert not levels(HONEST[name])


@pytest.mark.parametrize("name", [name for name, head in HEADS.items() if "Số:" in head])
def test_number_and_notation_of_layouts(name: str) -> None:
    """The number of the head is the document's own."""
    marks = detect("\n".join(lines(HEADS[name] + LETTER)), "first_page", AT)

    assert (marks.number, marks.notation, marks.doc_type) == ("15", "QĐ-SA", "quyet_dinh")


@pytest.mark.parametrize(
    ("rows", "is_marked"),
    [
        ((("SỞ A", "MẬT"), ("DANH SÁCH CƠ SỞ",)), True),
        ((("Độ mật", "Mật"), ("Độ khẩn", "Thường")), True),
        ((("STT", "Họ đệm", "Tên", "Năm sinh"), ("1", "Trần Văn", "Mật", "1980")), False),
        ((("No", "MAT", "QTY"), ("1", "Steel", "20")), False),
        ((("Tên hàng", "Số lượng"), ("Mật ong", "20"), ("Mật", "3")), False),
        ((("Độ mật", "Thường"), ("Người ký", "Mật")), False),
    ],
)  # fmt: skip
def test_rows_of_sheets(rows: tuple[tuple[str, ...], ...], *, is_marked: bool) -> None:
    """A level beside an office is a mark, a name beside a number is none."""
    cells = ["".join(f'<c t="inlineStr"><is><t>{one}</t></is></c>' for one in cells) for cells in rows]
    found = read_office(workbook(*cells), "xlsx", 1_000, Notes(DEFAULT_BUDGET))

    assert is_marked == any(detect_secrecy(text, "first_page") in LEVELS for text in (found.text, *found.asides))
