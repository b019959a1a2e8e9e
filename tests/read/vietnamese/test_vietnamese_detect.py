"""Detect: the fields that the labelled corpus does not carry."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from gateway.read.vietnamese import detect

if TYPE_CHECKING:
    from gateway.values.facts import Marks

AT = datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(hours=7)))


def _marks(text: str, kind: str = "subject") -> Marks:
    return detect(text, kind, AT)


SECTION_6 = [
    ("vào lúc 8 giờ 00, ngày 25 tháng 11 năm 2026 (thứ Tư)", "2026-11-25T08:00"), ("14h00, thứ Năm, ngày 26/11/2026", "2026-11-26T14:00"),
    ("lúc 7 giờ 30 phút ngày 01/12/2026", "2026-12-01T07:30"), ("hồi 08h30' ngày 27/11/2026", "2026-11-27T08:30"),
    ("08:00 ngày 27-11-2026", "2026-11-27T08:00"), ("8g30 sáng 28/11", "2026-11-28T08:30"),
    ("13g30 chiều thứ Sáu, 27.11.2026", "2026-11-27T13:30"), ("02 giờ 30 chiều 26/11", "2026-11-26T14:30"),
    ("9 giờ sáng mai", "2026-11-24T09:00"), ("14h00 cùng ngày", "2026-11-23T14:00"), ("chiều mai, 15h", "2026-11-24T15:00"),
    ("15h chiều ngày mốt", "2026-11-25T15:00"), ("8h thứ Hai tuần sau (30/11)", "2026-11-30T08:00"),
    ("từ 8 giờ 00 đến 11 giờ 30 ngày 02/12/2026", "2026-12-02T08:00"), ("08h00 - 11h30, thứ Tư, 02/12/2026", "2026-12-02T08:00"),
    ("01 ngày, bắt đầu lúc 8 giờ 00 ngày 03/12/2026", "2026-12-03T08:00"),
    ("trong 02 ngày 03-04/12/2026, khai mạc 8h00 ngày 03/12", "2026-12-03T08:00"),
    ("07 giờ 30, ngày 10 tháng Mười Hai năm 2026", "2026-12-10T07:30"), ("8 giờ ngày mồng 5 tháng 12 năm 2026", "2026-12-05T08:00"),
    ("sáng thứ Năm (10/12/2026), 8 giờ 15 phút", "2026-12-10T08:15"), ("7 giờ tối ngày 11/12/2026", "2026-12-11T19:00"),
    ("1 giờ trưa 11/12", "2026-12-11T13:00"), ("9 giờ rưỡi ngày 25/11/2026", "2026-11-25T09:30"),
    ("9 giờ kém 15 ngày 25/11/2026", "2026-11-25T08:45"), ("24 giờ ngày 30/11/2026", "2026-12-01T00:00"),
    ("0 giờ ngày 01/12/2026", "2026-12-01T00:00"), ("8.00 giờ ngày 25/11/26", "2026-11-25T08:00"), ("8h.00 ngày 25/11/26", "2026-11-25T08:00"),
    ("8h’ ngày 25/11/26", "2026-11-25T08:00"), ("8 giờ OO ngày 25/11/26", "2026-11-25T08:00"), ("l4h00 ngày 25/11/26", "2026-11-25T14:00"),
    ("T5, 26/11/2026, 14h", "2026-11-26T14:00"), ("thứ 5 ngày 26/11", "2026-11-26"), ("CN 29/11 7h", "2026-11-29T07:00"),
    ("8h00 ngay 25/11/2026 (thu tu)", "2026-11-25T08:00"), ("chiều ngày 25/11/2026", "2026-11-25"),
    ("sáng 8h, chiều 13h30 ngày 26/11/2026", "2026-11-26T08:00"), ("giờ hành chính ngày 25/11/2026", "2026-11-25"),
    ("8 giờ ngày 30/11/2026 (nhằm ngày 22 tháng 10 năm Bính Ngọ)", "2026-11-30T08:00"), ("8h ngày 31/11/2026", None),
    ("15h00 ngày 26/11/2026 (thay cho 8h00 ngày 25/11/2026)", "2026-11-26T15:00"), ("gửi về trước 16 giờ 00 ngày 25/11/2026", None),
    ("Phước Sơn, ngày 20 tháng 11 năm 2026", None), ("tuần 48 (từ 23/11 đến 29/11/2026)", None),
    ("ngay sau khi kết thúc phiên họp buổi sáng (dự kiến 10h) ngày 26/11/2026", "2026-11-26T10:00"),
]  # fmt: skip


@pytest.mark.parametrize(
    "frame",
    [
        ("Giấy mời họp giao ban, ", "subject"),
        ("GIẤY MỜI\nHọp\nThời gian: ", "first_page"),
        ("Kính mời đồng chí dự họp, thời gian: ", "body"),
    ],
    ids=["subject", "page", "body"],
)
@pytest.mark.parametrize(("text", "wanted"), SECTION_6)
def test_times_of_section_6(frame: tuple[str, str], text: str, wanted: str | None) -> None:
    """Each time expression gives its start, in a subject, on a page and in a body."""
    start = wanted if wanted is None or len(wanted) == 10 else f"{wanted}:00+07:00"

    assert start == _marks(frame[0] + text, frame[1]).meeting_time


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("Giấy mời họp thứ Hai, ngày 25/11/2026 lúc 8h", ("weekday_mismatch",)),
        ("Giấy mời họp 8h ngày 31/11/2026", ("invalid_date",)),
        ("Giấy mời họp dự kiến 10h ngày 26/11/2026", ("approximate",)),
        ("Giấy mời họp 3h ngày 26/11/2026", ("ambiguous_hour",)),
        ("Giấy mời họp 8h ngày 26/11/2026", ()),
    ],
)
def test_doubtful_times_are_flagged(text: str, flags: tuple[str, ...]) -> None:
    """What a reader would question is said."""
    assert flags == _marks(text).meeting_flags


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("V/v gửi báo cáo trước 16 giờ 00 ngày 25/11/2026", "2026-11-25T16:00:00+07:00"),
        ("V/v báo cáo chậm nhất 17h ngày 30/11/2026", "2026-11-30T17:00:00+07:00"),
        ("V/v góp ý, hạn cuối 30/11/2026", "2026-11-30"),
        ("V/v nộp hồ sơ trước ngày 05/12/2026", "2026-12-05"),
        ("Giấy mời họp 8h ngày 26/11/2026", None),
        ("Trước mắt, hạn chế đi lại ngày 25/11/2026", None),
        ("Thời gian nộp hồ sơ: từ ngày 24/11/2026", None),
        ("Thời gian nộp hồ sơ: 24/11/2026 - 04/12/2026", "2026-12-04"),
        ("Các phòng đã phải nộp báo cáo trước ngày 20/11/2026", None),
        ("Sở A đã đề nghị các xã gửi số liệu trước ngày 20/11/2026", None),
        ("Hạn nộp đã qua ngày 20/11/2026", None),
        ("Hạn trả kết quả: 17:00 02/12/2026", "2026-12-02T17:00:00+07:00"),
        ("Hạn giải quyết: 02/12/2026", "2026-12-02"),
        ("Hạn sử dụng: 02/12/2027", None),
        ("Thời hạn hợp đồng: 02/12/2027", None),
    ],
)
def test_time_limits_are_not_meetings(text: str, due: str | None) -> None:
    """A time limit is told from the time of a meeting."""
    assert ([] if due is None else [due]) == [one.at for one in _marks(text).time_limits]


@pytest.mark.parametrize(
    ("text", "is_invitation"),
    [
        ("Hội mời tham gia cuộc thi ảnh. Hạn nhận ảnh: 31/12/2026.", False),
        ("Mời tham gia chương trình ưu đãi, giảm 20%.", False),
        ("Kính mời tham gia hội thảo.", True),
        ("Sở A mời tham gia lớp bồi dưỡng lúc 8h00 ngày 05/12/2026.", True),
        ("Sở A mời tham gia đoàn kiểm tra, xuất phát 7 giờ 30 ngày 05/12/2026.", True),
    ],
)
def test_taking_part_needs_something_to_come_to(text: str, is_invitation: bool) -> None:
    """`mời tham gia` invites where an event or an hour follows; a contest or an offer is no meeting."""
    assert is_invitation == _marks(text, "body").is_invitation


def test_timed_urgency_carries_its_hour() -> None:
    """Hỏa tốc hẹn giờ tells before when it must arrive."""
    page = "HOẢ TỐC HẸN GIỜ\nTrước 15 giờ ngày 24/11/2026\nVĂN PHÒNG\nSố: 3/VP-KT\nV/v mực nước"

    assert "2026-11-24T15:00:00+07:00" == _marks(page, "first_page").urgent_before


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Báo cáo tháng 11 năm 2026", "month"), ("Báo cáo quý IV năm 2026", "quarter"), ("Báo cáo 6 tháng đầu năm", "half_year"),
        ("Báo cáo nhanh thiệt hại bão", "adhoc"), ("Báo cáo tuần 47", "week"), ("Báo cáo tổng kết năm 2026", "year"),
        ("Báo cáo số liệu thống kê chuyên ngành", "statistics"), ("Báo cáo 9 tháng", "other"), ("Kế hoạch tháng 11", None),
    ],
)  # fmt: skip
def test_report_periods(text: str, period: str | None) -> None:
    """Only reports have a period."""
    assert period == _marks(text).period


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("V/v quyết toán kinh phí", "funding"), ("Quyết định bổ nhiệm cán bộ", "personnel"), ("V/v gia hạn giấy phép", "licensing"),
        ("Tờ trình khen thưởng", "emulation"), ("TB giới thiệu chữ ký và mẫu dấu", "seal_notice"), ("V/v góp ý quy chế", "feedback"),
        ("Thông báo kết luận cuộc họp", "conclusion_notice"), ("Lịch làm việc tuần 48", "schedule"), ("Phiếu trình lãnh đạo", "submission"),
        ("Giấy ủy quyền dự họp", "absence_authorisation"), ("Tài liệu họp HĐND", "meeting_papers"), ("Đăng ký phòng họp", "booking"),
        ("Giấy mời họp", "invitation"), ("Quyết định 27/2026/QĐ-UBND ban hành quy định", "normative"), ("Kế hoạch trồng rừng", "programme"),
    ],
)  # fmt: skip
def test_policy_classes(text: str, name: str) -> None:
    """Each class of directive 14 is found by its words or its type."""
    assert name in _marks(text).policy_classes


@pytest.mark.parametrize(
    ("text", "name", "is_of_it"),
    [
        ("V/v cấp phát vốn đầu tư năm 2026", "funding", True),
        ("Thông báo cấp phát năm 2026", "funding", True),
        ("V/v cấp phát, thanh toán vốn", "funding", True),
        ("Lệnh cấp phát", "funding", True),
        ("V/v cấp phát bổ sung có mục tiêu cho các xã", "funding", True),
        ("Mẫu phiếu đề nghị cấp phát văn bản", "funding", False),
        ("V/v cấp phát gạo hỗ trợ học sinh", "funding", False),
        ("Danh sách cấp phát thẻ bảo hiểm y tế", "funding", False),
        ("V/v cấp phát thuốc, vật tư và kinh phí phòng dịch", "funding", True),
        ("V/v thông báo mẫu dấu mới của Sở A", "seal_notice", True),
        ("Thông báo mẫu dấu, mẫu chữ ký", "seal_notice", True),
        ("Mẫu dấu chỉ độ mật", "seal_notice", False),
        ("V/v khắc mẫu dấu độ khẩn", "seal_notice", False),
        ("Gửi phụ lục mẫu dấu kèm Nghị định", "seal_notice", False),
        ("V/v thông báo mẫu dấu kèm phụ lục", "seal_notice", True),
    ],
)
def test_what_a_word_means_is_said_by_what_it_governs(text: str, name: str, is_of_it: bool) -> None:
    """Funds are allotted, and papers, rice and cards are too; a stamp of a level, or of an annex, is nobody's seal."""
    assert is_of_it == (name in _marks(text).policy_classes)


@pytest.mark.parametrize(
    ("text", "name", "is_of_it"),
    [
        (
            "Danh sách văn bản quá hạn:\n1\t45/SA-VP\tV/v góp ý\tKhẩn\n2\t46/SA-VP\tV/v kinh phí\tThường",
            "feedback",
            False,
        ),
        (
            "Danh sách văn bản quá hạn:\n1\t45/SA-VP\tV/v góp ý\tKhẩn\n2\t46/SA-VP\tV/v kinh phí\tThường",
            "funding",
            False,
        ),
        ("Tổng hợp ý kiến góp ý:\n1\tSở B\tĐiều 3\tNhất trí\n2\tSở C\tĐiều 4\tSửa", "feedback", True),
        ("BẢNG DỰ TOÁN\n1\tThuê xe\tchuyến\t2", "funding", True),
        ("SỞ A\nSố: 12/SA-VP\tV/v góp ý dự thảo\nKính gửi: Sở B", "feedback", True),
        ("1. Về góp ý dự thảo quy chế", "feedback", True),
    ],
)
def test_topics_of_entries_of_a_register_are_not_the_mails(text: str, name: str, is_of_it: bool) -> None:
    """A numbered row of several cells says what the document it names is about; a heading above says what the list is."""
    assert is_of_it == (name in _marks(text, "body").policy_classes)


def test_inspection_conclusions_are_not_meeting_conclusions() -> None:
    """Kết luận thanh tra is another class."""
    assert "conclusion_notice" not in _marks("Thông báo kết luận thanh tra").policy_classes


def test_recipient_roles() -> None:
    """Kính gửi acts; Nơi nhận names the other roles."""
    page = (
        "SỞ Y TẾ\nSố: 3/SYT-VP\nV/v trực\nKính gửi: Các bệnh viện.\nNơi nhận:\n- Như trên;\n- UBND tỉnh (để b/c);\n"
        "- Báo tỉnh (để biết);\n- Công an tỉnh (p/h);\n- Lưu: VT, NVY."
    )

    assert ("act", "archive", "coordinate", "know", "report") == _marks(page, "first_page").recipient_roles


def test_circulation_marks_are_restricted_not_secret() -> None:
    """LƯU HÀNH NỘI BỘ is no state secret."""
    marks = _marks("SỞ Y TẾ\nSố: 3/SYT-VP\nLƯU HÀNH NỘI BỘ\nV/v trực", "first_page")

    assert (True, "none") == (marks.is_restricted, marks.secrecy.value)
    assert not _marks("V/v in tài liệu lưu hành nội bộ của ngành").is_restricted


def test_secrecy_as_a_topic_is_mentioned() -> None:
    """A document about secrecy is not a secret document (SEC-3)."""
    assert _marks("Kế hoạch tập huấn Luật Bảo vệ bí mật nhà nước").is_secrecy_mentioned
    assert not _marks("V/v đổi mật khẩu").is_secrecy_mentioned
    assert not _marks("[MẬT] 12/KH-BCĐ").is_secrecy_mentioned


def test_blank_number_and_source_of_the_type() -> None:
    """A blank form is no number, and the type says where it came from."""
    marks = _marks("SỞ Y TẾ\nSố:      /KH-SYT\nKẾ HOẠCH", "first_page")

    assert (True, None, "KH-SYT", "notation") == (
        marks.has_blank_number,
        marks.number,
        marks.notation,
        marks.type_source,
    )


@pytest.mark.parametrize(
    ("mark", "urgency", "before"),
    [
        ("HỎA TỐC HẸN GIỜ: phát đến nơi trước 07:30 ngày 24/11/2026", "hoa_toc_hen_gio", "2026-11-24T07:30:00+07:00"),
        ("HỎA TỐC HẸN GIỜ: đến nơi chậm nhất 9h00", "hoa_toc_hen_gio", None),
        ("THƯỢNG KHẨN\n(giao trước 11 giờ ngày 24/11/2026)", "thuong_khan", None),
    ],
)
def test_words_of_delivery_before_the_hour_of_the_mark(mark: str, urgency: str, before: str | None) -> None:
    """Only hỏa tốc hẹn giờ has an hour of delivery; an hour without its day is none."""
    marks = _marks(f"{mark}\nUBND TỈNH T\nSố: 12/UBND-VX\nV/v x\nKính gửi: Sở A.", "first_page")

    assert (marks.urgency.value, marks.urgent_before) == (urgency, before)


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("Công văn số 644/UBND-\nKGVX yêu cầu báo cáo.", ("644/UBND-KGVX",)),
        ("Văn bản số 1902/\nSVHTTDL-QLDL ngày 18/9/2026.", ("1902/SVHTTDL-QLDL",)),
        ("Theo Công văn số 12/SA-\nTHÔNG BÁO MỚI", ("12/SA",)),
        ("Theo CV 212/UBND ngày 22/5 của UBND phường.", ("212/UBND",)),
        ("Nhà số 212/UBND cũ.", ()),
        ("Phòng 212/UBND tầng 2.", ()),
        ("Gói thầu số 05/XL đã khởi công.", ()),
        ("Theo Hợp đồng số 15/HĐ-2026 ngày 10/8/2026.", ("15/HĐ-2026",)),
        ("Theo Thông báo số 19.10/2026/TB-LR.", ("19.10/2026/TB-LR",)),
        ("Trực 24/24, từ 19.10/2026 đến nay.", ()),
    ],
)
def test_numbers_that_are_cited(text: str, cited: tuple[str, ...]) -> None:
    """Broken at the end of a line, behind a type alone, of contracts and firms; lots of a tender are no documents."""
    assert _marks(text, "body").cited_numbers == cited
