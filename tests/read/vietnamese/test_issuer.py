"""What the head of a document says of its issuer."""

from __future__ import annotations

import pytest

from gateway.read.vietnamese import detect
from gateway.read.vietnamese.issuer import issuer_letters
from tests.support.judging import AT

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
REST = "BÁO CÁO\nTình hình tháng 11\nKính gửi: Ủy ban nhân dân tỉnh.\nThực hiện chỉ đạo, UBND xã báo cáo như sau."

LAYOUTS = [
    f"UBND TỈNH T\nỦY BAN NHÂN DÂN XÃ C\n{NATION}\n{MOTTO}\nSố: 20/BC-UBND\nXã C, ngày 30 tháng 11 năm 2026\n{REST}",
    f"UBND TỈNH T\t{NATION}\nỦY BAN NHÂN DÂN XÃ C\t{MOTTO}\nSố: 20/BC-UBND\tXã C, ngày 30 tháng 11 năm 2026\n{REST}",
    f"UBND TỈNH T\nỦY BAN NHÂN DÂN XÃ C\n———\nSố: 20/BC-UBND\n{NATION}\n{MOTTO}\nXã C, ngày 30 tháng 11 năm 2026\n{REST}",
    f"{NATION}\n{MOTTO}\nXã C, ngày 30 tháng 11 năm 2026\nUBND TỈNH T\nỦY BAN NHÂN DÂN XÃ C\nSố: 20/BC-UBND\n{REST}",
    f"MẬT\nUBND TỈNH T {NATION}\nỦY BAN NHÂN DÂN XÃ C {MOTTO}\nSố: 20/BC-UBND\tXã C, ngày 30 tháng 11 năm 2026\n{REST}",
    f"UBND TỈNH T ỦY BAN NHÂN DÂN XÃ C Số: 20/BC-UBND\t{NATION} {MOTTO} Xã C, ngày 30 tháng 11 năm 2026\n{REST}",
    f"UBND tỉnh T\t{NATION}\nUBND xã C\t{MOTTO}\nSố: 20/BC-UBND\tXã C, ngày 30 tháng 11 năm 2026\n{REST}",
]


@pytest.mark.parametrize("text", LAYOUTS)
def test_the_organisation_lines_are_found_in_every_layout(text):
    """One column after the other, side by side, right column first, under a stamp."""
    marks = detect(text, "first_page", AT)
    assert "xã c" in marks.issuer_lines[-1].lower()
    assert "tỉnh t" in marks.issuer_lines[0].lower()
    assert "Xã C" == marks.place
    assert not any("Số" in line or "ngày" in line for line in marks.issuer_lines)
    assert ("UBND", "first_page") == (marks.issuer_letters, marks.number_source)
    assert "Ủy ban nhân dân tỉnh." == marks.addressee


def test_a_wrapped_name_is_kept_line_by_line():
    """The judge joins the lines: names are compared as words."""
    text = f"ỦY BAN NHÂN DÂN TỈNH THỬ\nNGHIỆM\n———\nSố: 4567/UBND-KT\nV/v phòng cháy\n{NATION}\n{MOTTO}\nThử Nghiệm, ngày 1 tháng 2"
    marks = detect(text, "first_page", AT)
    assert ("ỦY BAN NHÂN DÂN TỈNH THỬ", "NGHIỆM") == marks.issuer_lines
    assert "Thử Nghiệm" == marks.place


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Bảng số liệu\nTổ 1: 12 hộ",
        "Kính gửi: Ủy ban nhân dân xã C\nNội dung.",
        "QUYẾT ĐỊNH\nVề việc ban hành Quy chế",
        "Danh sách đơn vị\n1. Xã A, ngày mai họp\n2. Xã B",
        "Em gửi anh bảng số liệu, UBND phường đã ban hành Kế hoạch số 118/KH-UBND.",
    ],
)
def test_a_page_without_a_head_names_nobody(text):
    """Organisations in running text, titles and addressees issue nothing."""
    assert () == detect(text, "first_page", AT).issuer_lines


def test_a_head_stands_on_a_first_page_or_is_pasted_into_a_body():
    """A subject or body else names organisations as any text does: only whose document it sends is kept."""
    assert detect(LAYOUTS[0], "first_page", AT).issuer_lines == detect(LAYOUTS[0], "body", AT).issuer_lines
    assert ("UBND xã C",) == detect("Em gửi Thông báo số 62/TB-UBND của UBND xã C ạ.", "body", AT).issuer_lines
    assert () == detect("Phòng A đã họp với UBND xã C và Sở B chiều qua.", "body", AT).issuer_lines
    assert () == detect("UBND xã C, Thông báo số 62/TB-UBND", "file_name", AT).issuer_lines


@pytest.mark.parametrize(
    ("notation", "letters"),
    [
        ("SA-VP", "SA"),
        ("UBND-SA", "UBND"),
        ("QĐ-SA", "SA"),
        ("QD-SA", "SA"),
        ("2026/QĐ-UBND", "UBND"),
        ("TTr-SNV", "SNV"),
        ("KH/SNV", "SNV"),
        ("QĐ_UBND", "UBND"),
        ("CV/TU", "TU"),
        ("NĐ-CP", "CP"),
        ("QD-SA.Phu", "SA"),
        ("QĐ", ""),
    ],
)
def test_the_issuers_letters_stand_first_or_behind_the_type(notation, letters):
    """Decree 30/2020 Appendix I, II.3."""
    assert letters == issuer_letters(notation)


@pytest.mark.parametrize(
    "text",
    [
        "PHỤ LỤC\nDanh sách đơn vị\n(Kèm theo Quyết định số 15/QĐ-SA ngày 30/11/2026 của Sở A)",
        "DANH SÁCH\n(Ban hành kèm theo Kế hoạch số 3/KH-SA)\n1. Đơn vị một",
        "Phụ lục II\nMẪU BÁO CÁO\nTên đơn vị:",
        "Biểu mẫu 01\nKèm theo Công văn số 125/SA-VP",
        f"{NATION}\n{MOTTO}\nĐƠN ĐĂNG KÝ\n(Kèm theo Công văn số 125/SA-VP ngày 1/11/2026)",
    ],
)
def test_a_page_that_goes_with_another_document_says_so(text):
    """Decree 30/2020 Appendix I, II.8: the enclosure names the document it belongs to."""
    assert detect(text, "first_page", AT).is_enclosure


@pytest.mark.parametrize(
    "text",
    [
        LAYOUTS[0],
        f"{LAYOUTS[0]}\n(Kèm theo Phụ lục số 1)",
        "Báo cáo tháng\nTình hình. Số liệu có kèm theo đối chiếu.",
        "Sở A gửi kèm theo đây tài liệu của hội nghị.",
    ],
)
def test_a_document_with_a_number_and_plain_text_are_no_enclosures(text):
    """What encloses something is not enclosed."""
    assert not detect(text, "first_page", AT).is_enclosure


@pytest.mark.parametrize(
    ("line", "issued_on"),
    [
        ("Ngày 20 tháng 11 năm 2026", "2026-11-20"),
        ("Ngày mùng 6 tháng 11 năm 2026", "2026-11-06"),
        ("K, ngày 20/11/2026", "2026-11-20"),
        ("Xã C, hồi 18 giờ 00 ngày 20 tháng 11 năm 2026", "2026-11-20"),
        ("Ngày 20 tháng 11 năm 2026 tại hội trường", None),
        ("Hôm nay, hồi 8 giờ 30 ngày 20 tháng 11 năm 2026", None),
        ("Hội trường, lúc 8 giờ 00 ngày 20 tháng 11 năm 2026", None),
    ],
)
def test_a_head_is_dated_without_a_place_and_by_the_hour(line, issued_on):
    """A whole date above the title is the date of issue; one of a meeting, or in a sentence, is not."""
    assert detect(f"UBND XÃ C\nSố: 20/BC-UBND\n{line}\n{REST}", "first_page", AT).issued_on == issued_on


def test_a_date_alone_below_the_title_is_of_what_the_title_names():
    """`GIẤY MỜI`, then the day of the meeting."""
    text = "UBND XÃ C\nSố: 20/GM-UBND\nGIẤY MỜI\nHọp giao ban\nNgày 27 tháng 11 năm 2026\nTại hội trường"

    assert detect(text, "first_page", AT).issued_on is None
