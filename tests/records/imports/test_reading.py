"""Sheets of clerks: what is read, every mistake by row and cell, and nothing taken while one is left."""

from __future__ import annotations

import datetime as dt
import io
import time
import zipfile

import pytest
from openpyxl import Workbook

from gateway.records.imports import xlsx
from gateway.records.imports.grid import Unreadable, column_letters
from gateway.records.imports.reading import Known, read_sheet
from gateway.values.declared import DeclaredTotal, HandedIn, PaperPart, UnitPrice
from gateway.values.period import parse_period

AGENCIES = {"SNV": "bd-so-nv", "bd-so-nv": "bd-so-nv", "Sở Tài chính": "bd-so-tc", "bd-so-tc": "bd-so-tc"}
KNOWN = Known(lambda words, _on: AGENCIES.get(words, ""), frozenset({"HN-3"}), dt.date(2026, 11, 30))


def as_csv(*lines):
    """Write lines as a file with byte order mark, as Excel saves it."""
    return ("\ufeff" + "\r\n".join(lines)).encode()


def as_xlsx(*rows):
    """Write rows as a workbook."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    octets = io.BytesIO()
    book.save(octets)
    return octets.getvalue()


def mistakes(octets):
    """Read a file that must not be taken and give its lines."""
    with pytest.raises(Unreadable) as caught:
        read_sheet("so-lieu", octets, KNOWN)
    return caught.value.lines()


def changed(octets, name, edit):
    """Write a workbook anew with one part changed or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            text = old.read(entry)
            new.writestr(entry, edit(text) if entry == name else text)
    return out.getvalue()


def renamed(octets, edit, *, name="xl/worksheets/sheet1.dat"):
    """Write a workbook anew with its sheet changed and under another name, which its relations tell."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            text = old.read(entry).replace(SHEET.encode(), name.encode())
            new.writestr(name if entry == SHEET else entry, edit(text) if entry == SHEET else text)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
GOOD = as_xlsx(["Mã cơ quan", "Tháng", "Văn bản phát hành"], ["bd-so-nv", "10/2026", 214])


def test_totals_of_a_csv_are_read():
    """Semicolons, Vietnamese titles in any case, dots in thousands."""
    found = read_sheet("a.csv", as_csv("ĐƠN VỊ;Tháng;Số văn bản đi;VB đến", "SNV;10/2026;1.214;"), KNOWN)

    assert found.kind == "totals"
    assert found.rows == (DeclaredTotal("bd-so-nv", parse_period("2026-10"), 1214),)


def test_totals_of_a_workbook_are_read():
    """Titles under a heading, dates as dates, a column of numbers, remarks, and a row of sums at the end."""
    octets = as_xlsx(
        ["UBND TỈNH (MẪU)"],
        ["Thống kê tháng 10/2026"],
        [],
        ["STT", "Tên đơn vị", "Kỳ báo cáo", "Văn bản đi", "Văn bản đến", "Đã nhập đủ bản giấy", "Ghi chú"],
        [1, "SNV", dt.date(2026, 10, 1), 214, 300.0, "Có", "đã rà soát"],
        [2, "Sở Tài chính", "tháng 10/2026", "198", None, None, None],
        ["Tổng cộng", None, None, "=SUM(D5:D6)", None, None, None],
    )

    october = parse_period("2026-10")
    assert read_sheet("a.xlsx", octets, KNOWN).rows == (
        DeclaredTotal("bd-so-nv", october, 214, 300, True),
        DeclaredTotal("bd-so-tc", october, 198),
    )


def test_paper_parts_are_read():
    """The year of a number comes from the date of its document."""
    octets = as_csv(
        'Cơ quan ban hành,"Số, ký hiệu",Ngày văn bản,Đi/đến,Ngày đến,Nơi nhận,Số trang',
        "SNV,0125/TTr-SNV,31/12/2025,đến,02/01/2026,bd-so-tc,12",
    )

    assert read_sheet("a.csv", octets, KNOWN).rows == (
        PaperPart("bd-so-nv", "125", "TTr-SNV", 2025, "received", "bd-so-tc", dt.date(2026, 1, 2), 1, 12),
    )


def test_prices_and_reports_handed_in_are_read():
    """The two small kinds."""
    prices = as_csv("Khoản chi,Đơn giá,Áp dụng từ,Căn cứ", "Sao y,2.000,01/01/2026,Bảng giá 2026")
    reports = as_csv("Mã cơ quan,Mã báo cáo,Kỳ,Ngày gửi,Số ký hiệu", "SNV,HN-3,quý III/2026,09/10/2026,45/BC-SNV")

    assert read_sheet("p", prices, KNOWN).rows == (
        UnitPrice("certified_copy", 2000, dt.date(2026, 1, 1), "Bảng giá 2026"),
    )
    assert read_sheet("r", reports, KNOWN).rows == (
        HandedIn("bd-so-nv", "HN-3", parse_period("2026-Q3"), dt.date(2026, 10, 9), "45/BC-SNV"),
    )


def test_every_mistake_is_told_with_its_cell():
    """All at once, in order; the file is named on each line."""
    octets = as_xlsx(
        ["Mã cơ quan", "Tháng", "Văn bản phát hành", "Văn bản đến", "Đủ bản giấy"],
        ["bd-so-nv", "10/2026", "mười hai", -3, None],
        ["Sở Không Có", "13/2026", 5, 2.5, None],
        [None, "10/2026", "=12+15", None, None],
        ["bd-so-tc", "12/2026", 5, None, "9"],
        ["bd-so-nv", "09/2026", 1, None, None],
        ["SNV", "9/2026", 2, None, None],
        ["Sở Không Có", "9/2026", 2, None, None],
        ["SNV", "12/2026", 2, None, None],
    )

    assert mistakes(octets) == [
        "so-lieu: ô C2: văn bản phát hành: “mười hai” không phải là số nguyên từ 0 trở lên",
        "so-lieu: ô D2: văn bản đến: “-3” không phải là số nguyên từ 0 trở lên",
        "so-lieu: ô B3: tháng: “13/2026” không phải là kỳ; hãy ghi như 10/2026 hoặc quý III/2026",
        "so-lieu: ô D3: văn bản đến: “2.5” không phải là số nguyên từ 0 trở lên",
        "so-lieu: ô A4: mã cơ quan: để trống",
        "so-lieu: ô C4: văn bản phát hành: chứa công thức; hãy chép rồi dán giá trị (Paste Special > Values)",
        "so-lieu: ô E5: đã nhập đủ bản giấy: “9”: hãy ghi “có” hoặc “không”",
        "so-lieu: dòng 7: trùng với dòng 6",
        "so-lieu: ô A8: mã cơ quan: không có cơ quan “Sở Không Có” trong danh bạ vào ngày 30/09/2026",
        "so-lieu: ô B9: tháng: ngày 01/12/2026 chưa tới",
    ]


def test_mistakes_of_paper_are_told():
    """A date before the document's, a number that is none, a receiver that is missing."""
    octets = as_csv(
        "Cơ quan ban hành,Số ký hiệu,Ngày văn bản,Đi/đến,Ngày đến,Nơi nhận",
        "SNV,TTr-SNV,05/10/2026,lên,04/10/2026,",
        "SNV,TTr-SNV,05/10/2026,đến,04/10/2026,",
    )

    assert mistakes(octets) == [
        "so-lieu: ô D2: đi/đến: “lên”: hãy ghi “đi” hoặc “đến”",
        "so-lieu: ô B3: số, ký hiệu: “TTr-SNV” không phải là số, ký hiệu như 125/TTr-SNV",
        "so-lieu: ô E3: ngày gửi, nhận: trước ngày văn bản",
        "so-lieu: ô F3: nơi nhận: để trống; bản giấy đến phải có nơi nhận",
    ]


def test_titles_are_checked():
    """An unknown column may hold what was meant; one that is missing is named, and one that stands twice."""
    assert mistakes(as_csv("Mã cơ quan,Tháng,Văn bản đ1,Tháng", "SNV,10/2026,5,10/2026")) == [
        "so-lieu: dòng 1: thiếu cột “văn bản phát hành”",
        (
            "so-lieu: ô C1: không có cột “Văn bản đ1” trong mẫu “Tổng số văn bản phát hành và tiếp nhận”; "
            "hãy xóa cột hoặc sửa tiêu đề"
        ),
        "so-lieu: ô D1: cột “tháng” có hai lần",
    ]
    assert "không thấy dòng tiêu đề" in mistakes(as_csv("a,b", "1,2"))[0]
    assert "không có dòng số liệu" in mistakes(as_csv("Mã cơ quan,Tháng,Văn bản phát hành"))[0]


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"", "dòng tiêu đề"),
        ("Mã cơ quan,Tháng".encode("utf-16"), "không phải UTF-8"),
        (b"PK\x03\x04 nothing", "không phải tệp .xlsx"),
        (GOOD[:-40], "không phải tệp .xlsx"),
        (b'a,b\n"never closed', "không đọc được như CSV"),
        (b"a," * 100, "quá 64 ô"),
        (b"x" * (8 * 1024 * 1024 + 1), "lớn hơn 8 MiB"),
        (b"a,b\n" * 20_002, "hơn 20000 dòng"),
        (changed(GOOD, SHEET, lambda text: text.replace(b"<worksheet", b"<!DOCTYPE x><worksheet", 1)), "Excel không ghi"),
        (changed(GOOD, SHEET, lambda text: text.decode().encode("utf-16")), "Excel không ghi"),
        (
            changed(GOOD, SHEET, lambda text: b'<?xml version="1.0" encoding="UTF-7"?>' + text.partition(b"?>")[2]),
            "Excel không ghi",
        ),
        (changed(GOOD, SHEET, lambda _: b"<worksheet>" + b" " * (17 * 1024 * 1024)), "quá lớn"),
        (changed(GOOD, SHEET, lambda _: b"<worksheet><sheetData><row>" + b"<c/>" * 1_500_000), "quá lớn"),
        (changed(GOOD, "xl/styles.xml", lambda text: text + b" " * 600_000), "quá lớn"),
        (changed(GOOD, SHEET, lambda _: b"<worksheet><sheetData><row>"), "không đọc được như tệp Excel"),
        (renamed(GOOD, lambda _: b"<worksheet><sheetData><row>" + b"<c/>" * 3_000_000), "quá lớn"),
        (renamed(GOOD, lambda text: b" " * 600_000 + text), "quá lớn"),
        (renamed(GOOD, lambda text: text.replace(b"<worksheet", b"<!DOCTYPE x><worksheet", 1)), "Excel không ghi"),
        (renamed(GOOD, lambda text: text.decode().encode("utf-16")), "Excel không ghi"),
        (renamed(GOOD, lambda _: "<?xml version='1.0' encoding='cp037'?><a/>".encode("cp037")), "Excel không ghi"),
    ],
)  # fmt: skip
def test_what_is_no_sheet_is_refused_in_words(octets, words):
    """Damaged, foreign and hostile files end in one line for the clerk, and soon."""
    begun = time.process_time()
    lines = mistakes(octets)

    assert len(lines) == 1
    assert words in lines[0]
    assert time.process_time() - begun < 5


def test_a_picture_in_a_workbook_is_not_looked_at():
    """A letterhead is larger than any part that is parsed, and no text."""
    out = io.BytesIO(GOOD)
    with zipfile.ZipFile(out, "a") as book:
        book.writestr("xl/media/image1.png", b"\x89PNG\r\n\x1a\n" + bytes(600_000))

    assert len(read_sheet("a.xlsx", out.getvalue(), KNOWN).rows) == 1


def test_a_control_character_in_a_cell_is_a_mistake():
    """No report could show it; a workbook is XML and holds none."""
    octets = as_csv("Khoản chi,Đơn giá,Áp dụng từ,Căn cứ", "Sao y,2.000,01/01/2026,Bảng\x01giá")

    assert mistakes(octets) == [
        "so-lieu: ô D2: căn cứ: chứa ký tự điều khiển không nhìn thấy được; hãy xóa ô và gõ lại"
    ]


def test_a_row_far_below_costs_nothing():
    """A workbook may say that a row is the millionth; rows between are not made."""
    far = changed(GOOD, SHEET, lambda text: text.replace(b'<row r="2"', b'<row r="1048576"'))

    assert "hơn 20000 dòng" in mistakes(far)[0] or "không có dòng số liệu" in mistakes(far)[0]


def test_cells_far_to_the_right_are_told_and_cost_nothing():
    """A cell of the last column that Excel has makes 16,000 of its row; 20,000 such rows are read in moments."""
    far = "".join(f'<row r="{number}"><c r="XFD{number}"/></row>' for number in range(3, 20_000)).encode()
    last = b'<row r="20000"><c r="XFD20000"><v>1</v></c></row>'
    wide = changed(GOOD, SHEET, lambda text: text.replace(b"</sheetData>", far + last + b"</sheetData>"))
    began = time.process_time()

    assert mistakes(wide) == ["so-lieu: ô BM20000: quá 64 cột"]
    assert time.process_time() - began < 20


def test_what_a_library_takes_hours_for_is_given_up(monkeypatch):
    """An expression of openpyxl looks at a list of ranges from every place in it."""
    monkeypatch.setattr(xlsx, "MAX_S", 0.5)
    area = b'<definedName name="_xlnm.Print_Area" localSheetId="0">%b</definedName>' % (b"$A$1:$B$2," * 40_000)
    slow = changed(
        GOOD,
        "xl/workbook.xml",
        lambda text: text.replace(b"<definedNames/>", b"<definedNames>%b</definedNames>" % area),
    )

    assert mistakes(slow) == ["so-lieu: mất quá lâu để đọc; hãy chép số liệu sang một tệp mới"]


def test_what_a_workbook_says_of_its_size_is_not_believed():
    """A false dimension hides no row."""
    wrong = changed(GOOD, SHEET, lambda text: text.replace(b'<dimension ref="A1:C2"', b'<dimension ref="A1:A1"'))

    assert read_sheet("a.xlsx", wrong, KNOWN).rows == (DeclaredTotal("bd-so-nv", parse_period("2026-10"), 214),)


def test_mistakes_of_a_large_sheet_are_cut_off():
    """Two hundred are enough to begin with."""
    lines = mistakes(as_csv("Mã cơ quan,Tháng,Văn bản phát hành", *["SNV,x,1"] * 1_000))

    assert len(lines) == 201
    assert lines[-1] == "so-lieu: còn 800 lỗi khác"


def test_columns_are_called_as_spreadsheets_call_them():
    """After Z comes AA."""
    assert [column_letters(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
