"""What a text says comes along with it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from gateway.read.vietnamese import detect
from gateway.read.vietnamese.enclosed import MAX_ENCLOSURES, MAX_TITLE_CHARACTERS

AT = datetime(2026, 11, 30, 9, tzinfo=timezone(timedelta(hours=7)))


def named(text: str, kind: str = "body") -> list[str]:
    """Titles, those of several of a kind with their count."""
    return [f"{one.count} x {one.title}" if one.count > 1 else one.title for one in detect(text, kind, AT).enclosures]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("(Có dự thảo Nghị quyết kèm theo)", ["dự thảo Nghị quyết"]),
        ("Sở A xin gửi kèm theo danh sách cán bộ.", ["danh sách cán bộ"]),
        ("Sở A đính kèm biên bản họp để các đơn vị biết.", ["biên bản họp"]),
        ("Số liệu chi tiết tại Phụ lục II, III kèm theo.", ["Phụ lục II", "Phụ lục III"]),
        ("Gửi kèm 03 biểu mẫu.", ["3 x 03 biểu mẫu"]),
        ("Gửi kèm 02 bộ hồ sơ.", ["02 bộ hồ sơ"]),
        ("Gửi kèm:\n- Đơn đề nghị;\n- Sơ đồ vị trí.\nTrân trọng.", ["Đơn đề nghị", "Sơ đồ vị trí"]),
        ("Sở A gửi kèm bản vẽ và thuyết minh.", ["bản vẽ", "thuyết minh"]),
        ("So A gui kem danh sach can bo de tong hop.", ["danh sach can bo"]),
        ("Điều 1. Ban hành kèm theo Quyết định này Quy chế làm việc.", ["Quy chế làm việc"]),
        ("Em gửi kèm kế hoạch tuần, anh duyệt giúp em.", ["kế hoạch tuần"]),
        ("Em gửi kèm chị bảng điểm và danh sách lớp.", ["bảng điểm", "danh sách lớp"]),
        ("Gửi kèm ảnh công trình và biên bản.", ["ảnh công trình", "biên bản"]),
        ("Gửi kèm bộ tài liệu tập huấn, gồm:\n- Kế hoạch;\n- Danh sách lớp.", ["Kế hoạch", "Danh sách lớp"]),
        ("Gửi kèm Danh sách lớp gồm: họ tên, đơn vị.", ["Danh sách lớp"]),
        ("Đính kèm: 1. Đơn đề nghị; 2. Biên bản.", ["Đơn đề nghị", "Biên bản"]),
        ("Báo cáo số liệu theo biểu số 03 (gửi kèm).", ["biểu số 03"]),
        ("Gửi kèm hợp đồng đã ký ạ.", ["hợp đồng"]),
    ],
)
def test_ways_of_saying_it(text: str, titles: list[str]) -> None:
    """Before and behind, in brackets, as a list, as a series, so many of a kind."""
    assert titles == named(text)


@pytest.mark.parametrize(
    "text",
    [
        "Áp dụng Phụ lục III ban hành kèm theo Nghị định số 30/2020/NĐ-CP.",
        "Sở B nhận được Công văn số 12/SA-VP kèm theo dự thảo Quyết định.",
        "Đề nghị các đơn vị gửi kèm minh chứng khi báo cáo.",
        "Tài liệu kèm theo gửi qua đường bưu điện.",
        "Tài liệu kèm theo tại đường dẫn https://a.example/x.",
        "Tinh thần làm việc còn yếu kém. Kem chống nắng.",
        "Gió mạnh kèm theo mưa đá.",
        "Dấu hiệu thư giả: địa chỉ gửi lạ, tệp đính kèm .exe.",
        "Tài liệu sẽ được gửi kèm thư mời.",
        "Muốn gửi ảnh, anh chọn biểu tượng Đính kèm.",
        "Đề nghị các xã nộp danh sách (kèm theo).",
        "Em chưa xem được tệp đính kèm.",
        "Hôm trước anh quên gửi kèm danh sách.",
        "Theo biểu mẫu đính kèm Thông tư số 07/2024/TT-BYT, đơn vị tổng hợp.",
        "Phòng gửi kèm thông tin liên hệ: máy lẻ 102.",
        "Danh sách gửi kèm trong thư hôm 20/11.",
    ],
)
def test_what_is_enclosed_elsewhere(text: str) -> None:
    """Annexes of a decree, what others sent or are asked for, post, links, and other words."""
    assert [] == named(text)


def test_what_goes_with_this_letter() -> None:
    """`kèm theo Công văn này` on a page with a number of its own speaks of what that letter encloses."""
    letter = "SỞ A\nSố: 12/SA-VP\nV/v đăng ký\nKính gửi: Sở B\nĐăng ký theo Biểu 1, Biểu 2 kèm theo Công văn này.\n"
    assert ["Biểu 1", "Biểu 2"] == named(letter, "first_page")


def test_an_enclosure_encloses_nothing() -> None:
    """A page that says which letter it goes with names that letter, not a file of the mail."""
    assert [] == named("PHỤ LỤC I\n(Kèm theo Công văn số 12/SA-VP, có danh sách kèm theo)", "first_page")


def test_a_hostile_list_is_bounded() -> None:
    """Thousands of items, and one without end."""
    many = detect("Gửi kèm:\n" + "".join(f"- Tài liệu {one};\n" for one in range(5000)), "body", AT).enclosures
    endless = detect("Gửi kèm danh sách " + "rất dài " * 5000, "body", AT).enclosures

    assert MAX_ENCLOSURES == len(many)
    assert MAX_TITLE_CHARACTERS == len(endless[0].title)


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("Phòng gửi Báo cáo số 12/BC-PNV, kèm 02 phụ lục.", ["2 x 02 phụ lục"]),
        ("Phòng nhận được Báo cáo số 12/BC-PNV, kèm 02 phụ lục.", []),
        ("Đề nghị nộp đơn, kèm 02 ảnh thẻ.", []),
        ("Mẫu 02 đã gửi kèm Công văn số 12/SNV-VP ngày 10/11/2026.", []),
        ("Em đã gửi kèm Công văn số 12/SNV-VP ngày 10/11/2026.", ["Công văn số 12/SNV-VP ngày 10/11/2026"]),
        ("Các hộ kê khai theo mẫu (Phiếu kê khai, phát kèm công văn này).", ["Phiếu kê khai"]),
        ("Đề nghị các thôn phát kèm phiếu khảo sát cho hộ dân.", []),
        ("Dự trù kinh phí kèm theo.", ["Dự trù kinh phí"]),
        ("Văn phòng gửi lịch làm việc tuần 48.", []),
    ],
)
def test_counted_handed_out_and_gone_with_another_document(text: str, titles: list[str]) -> None:
    """A number says as much as `theo`; what went with a document that is cited does not come again."""
    assert titles == named(text)
