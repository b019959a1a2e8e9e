"""Time limits a text sets: what each principle takes in, beside the nearest that asks for nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from gateway.judge.due import Basis, fall, spell
from gateway.read.vietnamese import detect
from gateway.values.working_days import LAWFUL_DAYS
from tests.support.judging import AT

PAGE = (
    "UBND TỈNH PHƯỚC SƠN\nSỞ NỘI VỤ\nSố: 12/BC-SNV\nPhước Sơn, ngày 20 tháng 11 năm 2026\nBÁO CÁO\nKết quả tháng 11\n"
)


def limits(text: str, kind: str = "body") -> list[str]:
    """Spell them as of Monday 23 November 2026, 09:00."""
    marks = detect(text, kind, AT)
    issued_on = dt.date.fromisoformat(marks.issued_on) if marks.issued_on else None
    return [spell(fall(one, Basis(AT, issued_on, LAWFUL_DAYS))) for one in marks.time_limits]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Đề nghị gửi báo cáo trước 16h30.", ["2026-11-23T16:30"]),
        ("Mai em nộp giúp chị hồ sơ trước 9h nhé.", ["2026-11-24T09:00"]),
        ("Chị Mai nộp giúp em hồ sơ trước 10h nhé.", ["2026-11-23T10:00"]),
        ("Thứ Sáu 27/11 | Trước 16h30 các bộ phận nộp báo cáo tuần", ["2026-11-27T16:30"]),
        ("In giúp anh bộ tài liệu, xong trước 1 rưỡi chiều nhé.", ["2026-11-23T13:30"]),
        ("Thông báo trước 24 giờ cho các hộ dân.", []),
        ("Đơn vị đăng ký báo trước 2h để bảo vệ mở cửa.", []),
        ("Đề nghị các đồng chí có mặt trước 7h15.", []),
        ("Báo cáo trước 15h00 hằng ngày.", []),
    ],
)
def test_an_hour_without_its_day(text: str, wanted: list[str]) -> None:
    """It is of the day its sentence names before it, else of today or `mai`; notice given and people expected are none."""
    assert limits(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Hội nghị diễn ra ngày 27/11/2026; gửi ảnh trước 17h cùng ngày.", ["2026-11-27T17:00"]),
        ("Thực hiện Công văn số 12/SNV-VP ngày 10/11/2026, gửi ảnh trước 17h cùng ngày.", ["2026-11-23T17:00"]),
        (
            "Gửi đăng ký trước 9h ngày 25/11/2026, danh sách trước 17h cùng ngày.",
            ["2026-11-25T09:00", "2026-11-25T17:00"],
        ),
    ],
)
def test_the_same_day_is_the_one_named_last(text: str, wanted: list[str]) -> None:
    """Of an event as of a time limit, not the date of a document that is cited."""
    assert limits(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Gửi góp ý trong thời hạn 10 ngày kể từ ngày 24/11/2026.", ["2026-12-04"]),
        ("Gửi góp ý trong 05 ngày làm việc kể từ ngày 24/11/2026.", ["2026-12-01"]),
        ("Khắc phục trong 48 giờ kể từ 6h00 ngày 24/11/2026.", ["2026-11-26T06:00"]),
        ("Gửi góp ý trong vòng 1 tuần kể từ hôm nay.", ["2026-11-30"]),
        ("Gia hạn thêm 10 ngày làm việc kể từ ngày nhận được công văn này.", ["2026-12-07"]),
        ("Báo cáo khi có cháy, trong vòng 30 phút.", ["?"]),
        ("Công dân có quyền khiếu nại trong 15 ngày kể từ ngày nhận được công văn này.", ["2026-12-08"]),
        ("Nộp giấy bảo lãnh bảo hành trong vòng 07 ngày.", ["2026-11-30"]),
        ("Thiết bị được bảo hành trong vòng 12 tháng.", []),
        ("Công trình kéo dài thêm 10 ngày.", []),
        ("Tuyến đường thông xe sau 10 ngày kể từ ngày 24/11/2026.", []),
        ("Đại biểu báo cáo tham luận trong 15 phút.", []),
    ],
)
def test_lengths_of_time_and_what_they_count_from(text: str, wanted: list[str]) -> None:
    """A day or hour the text names, today, what has not happened yet; how long something lasts is none."""
    assert limits(text) == wanted


def test_a_length_counts_from_the_date_of_its_document() -> None:
    """`kể từ ngày của thông báo này`, `kể từ ngày lập biên bản`."""
    head = PAGE.replace("BÁO CÁO", "THÔNG BÁO").replace("BC-", "TB-")

    assert limits(f"{head}Đề nghị nộp trong 10 ngày kể từ ngày của thông báo này.", "first_page") == ["2026-11-30"]
    assert limits(f"{head}Khắc phục trong 10 ngày kể từ ngày lập biên bản.", "first_page") == ["2026-11-30"]


@pytest.mark.parametrize(
    ("lead", "wanted"),
    [("Đề nghị các đơn vị:", ["2026-11-25T20:00", "<2026-11-26"]), ("Kết quả đạt được:", [])],
)
def test_a_demand_above_a_list_asks_for_every_entry(lead: str, wanted: list[str]) -> None:
    """Whatever is to be done there; below what is merely told nothing is."""
    assert limits(f"{lead}\n- Sơ tán dân trước 20h00 ngày 25/11/2026;\n- Neo đậu tàu trước ngày 26/11/2026.") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Gửi báo cáo trước cuối tháng 12/2026.", ["2026-12-31"]),
        ("Quyết toán kinh phí: trong quý I/2027.", ["2027-03-31"]),
        ("Tình hình quyết toán trong quý I/2027.", []),
        ("Đề nghị gửi báo cáo trong thứ Sáu tuần này.", ["2026-11-27"]),
        ("Các mục trình bày trong thứ tự ưu tiên.", []),
        ("Các đợt trước (10/9, 15/10) nhiều đơn vị nộp trễ.", []),
    ],
)
def test_days_said_otherwise(text: str, wanted: list[str]) -> None:
    """The end of a month, an entry `việc: trong quý`, a day of the week; order and former times are none."""
    assert limits(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Trước ngày 25/12/2026 Kho bạc sẽ chuyển tiền.", []),
        ("Trước ngày 25/12/2026 các đơn vị gửi hồ sơ.", ["<2026-12-25"]),
        ("Dự kiến hoàn thành công trình trước ngày 30/12/2026.", []),
        ("Đề nghị gửi danh sách nhân sự dự kiến trước ngày 30/11/2026.", ["<2026-11-30"]),
        ("Gửi về Sở trước ngày 27/11/2026 (Sở cần tổng hợp gửi Bộ trước ngày 30/11/2026).", ["<2026-11-27"]),
        ("Báo cáo gửi về Sở (UBND xã phải ký số trước ngày 27/11/2026).", ["<2026-11-27"]),
        ("Phần đã có gửi trước, phần còn lại trong thứ Sáu bổ sung sau.", ["2026-11-27"]),
        ("UBND xã đã gửi báo cáo, số liệu gửi trước ngày 25/11/2026.", []),
        ("HỎA TỐC\n(bưu điện phát trước 10 giờ ngày 24/11/2026)\nĐề nghị nộp trước ngày 27/11/2026.", ["<2026-11-27"]),
    ],
)
def test_what_nobody_is_asked_for(text: str, wanted: list[str]) -> None:
    """Promised, planned, owed by those who ask, done, or of the delivery of the document itself."""
    assert limits(text) == wanted


def test_a_report_sets_only_what_it_demands() -> None:
    """Its writer's own tasks are told, not asked for."""
    assert limits(f"{PAGE}Nhiệm vụ: hoàn thành hạ tầng trước ngày 30/11/2026.", "first_page") == []
    assert limits(f"{PAGE}Kiến nghị UBND tỉnh: đề nghị phê duyệt trước ngày 30/11/2026.", "first_page") == [
        "<2026-11-30"
    ]
