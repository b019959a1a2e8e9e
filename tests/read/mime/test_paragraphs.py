"""Plain text put together: what programs cut is joined, what the writer ended stays."""

import time

import pytest

from gateway.read.mime.paragraphs import joined_text, plain_lines


def shown(text: str, **flow: bool) -> list[str]:
    """Paragraphs with their depth as `>`."""
    return [">" * line.depth + line.text for line in plain_lines(text, **flow)]


WRAPPED = [
    # cut before a small letter, at 72 and 76 columns
    (
        "Em đã nhắc các thôn giữ gìn thông tin cá nhân và tài khoản, nhớ bảo\nmật.",
        ["Em đã nhắc các thôn giữ gìn thông tin cá nhân và tài khoản, nhớ bảo mật."],
    ),
    (
        (
            "Thực hiện chỉ đạo của Lãnh đạo Sở, phòng đề nghị các đơn vị rà soát việc bảo\n"
            "mật tài khoản thư điện tử và báo cáo trước ngày 05/12/2026."
        ),
        [
            (
                "Thực hiện chỉ đạo của Lãnh đạo Sở, phòng đề nghị các đơn vị rà soát việc bảo mật tài khoản thư điện tử "
                "và báo cáo trước ngày 05/12/2026."
            )
        ],
    ),
    # cut before a name
    (
        "Em xin giới thiệu với chị người phụ trách mới của xã em là bà Trần Thị\nMật.\nEm cảm ơn chị.",
        [
            "Em xin giới thiệu với chị người phụ trách mới của xã em là bà Trần Thị Mật.",
            "Em cảm ơn chị.",
        ],
    ),
    # in a quotation
    (
        "Vâng.\n\n> Em đã nhắc các thôn giữ gìn thông tin cá nhân và tài khoản, nhớ bảo\n> mật.",
        ["Vâng.", "", ">Em đã nhắc các thôn giữ gìn thông tin cá nhân và tài khoản, nhớ bảo mật."],
    ),
    (
        ">> Đề nghị các xã khẩn trương rà soát, không để chậm so với thời hạn, hỏa\n>> tốc thì gọi điện.",
        [">>Đề nghị các xã khẩn trương rà soát, không để chậm so với thời hạn, hỏa tốc thì gọi điện."],
    ),
    # three lines of one paragraph
    (
        (
            "Căn cứ tình hình thực tế, Phòng Tổng hợp đề nghị các phòng chuyên môn sớm\n"
            "cử người tham gia buổi tập huấn về an toàn thông tin, trong đó có phần bảo\nmật."
        ),
        [
            (
                "Căn cứ tình hình thực tế, Phòng Tổng hợp đề nghị các phòng chuyên môn sớm cử người tham gia buổi tập huấn "
                "về an toàn thông tin, trong đó có phần bảo mật."
            )
        ],
    ),
    # cut before a date
    (
        "Đề nghị các đồng chí có mặt đúng giờ tại phòng họp số 2 vào lúc 8 giờ ngày\n30/11/2026.",
        ["Đề nghị các đồng chí có mặt đúng giờ tại phòng họp số 2 vào lúc 8 giờ ngày 30/11/2026."],
    ),
    # counted in octets
    (
        "Đề nghị các đồng chí giữ gìn tài khoản, tuyệt đối\nbảo mật và không chuyển cho người khác, kể cả bảo\nmật viên.",
        [
            "Đề nghị các đồng chí giữ gìn tài khoản, tuyệt đối bảo mật và không chuyển cho người khác, kể cả bảo mật viên."
        ],
    ),
    ("a\r\nb\rc", ["a", "b", "c"]),
]

KEPT = [
    # a mark or heading on a line of its own
    "Kính gửi anh chị, em xin gửi kèm báo cáo tình hình an ninh biên giới quý IV\nMẬT",
    "DANH MỤC TÀI LIỆU PHỤC VỤ KỲ HỌP THỨ MƯỜI HAI CỦA HỘI ĐỒNG NHÂN DÂN TỈNH\nTỐI MẬT",
    "Phòng Tổng hợp gửi các đơn vị dự thảo báo cáo năm để lấy ý kiến góp ý chung\nDỰ THẢO LẦN 2",
    "SỞ KẾ HOẠCH VÀ ĐẦU TƯ          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nMẬT",
    # lists
    "Hồ sơ gồm các giấy tờ sau đây, đề nghị đơn vị chuẩn bị đầy đủ trước khi nộp\n- đơn đề nghị\n- bản sao giấy tờ",
    "Hồ sơ gồm các giấy tờ sau đây, đề nghị đơn vị chuẩn bị đầy đủ trước khi nộp\n1. Đơn đề nghị\n2. Bản sao",
    "Hồ sơ gồm các giấy tờ sau đây, đề nghị đơn vị chuẩn bị đầy đủ trước khi nộp\na) đơn đề nghị\nb) bản sao",
    # fields
    "Trích yếu: Về việc rà soát hồ sơ cán bộ, công chức, viên chức năm học 2026\nĐộ mật: Mật\nĐộ khẩn: Thường",
    "Trân trọng kính mời các đồng chí tới dự buổi làm việc với đoàn công tác xã\nThời gian: 15h30 ngày 30/11/2026",
    # a sentence ends
    "Em xin gửi anh chị số liệu tháng 11 để tổng hợp vào báo cáo chung của Sở.\nCảm ơn anh chị.",
    "Danh sách cán bộ tham gia lớp tập huấn an toàn thông tin đợt 2 như sau đây:\nTrần Thị Mật",
    # short lines, and columns
    "Packing list:\nMAT\nBOX\nBAG",
    "Trần Thị\nMật",
    "STT      Họ và tên                 Đơn vị công tác             Ghi chú thêm\nMật      x",
    # there was room for the word: the writer ended the line
    (
        "Kính gửi: Văn phòng Ủy ban nhân dân xã, Phòng Văn hóa, Công an\nxin gửi bảng\n"
        "Kính gửi các cơ quan, đơn vị trên địa bàn tỉnh và các xã, phường, đặc khu x"
    ),
    # nobody wraps at this width
    "Em xin gửi " + "số liệu " * 14 + "của phòng\nmật độ dân số",
]


@pytest.mark.parametrize(("text", "paragraphs"), WRAPPED)
def test_wrapped(text: str, paragraphs: list[str]) -> None:
    """A line filled to the width programs wrap at goes on in the next."""
    assert shown(text) == paragraphs


@pytest.mark.parametrize("text", KEPT)
def test_kept(text: str) -> None:
    """A line that ends where its writer ended it stays a line."""
    assert shown(text) == text.split("\n")
    assert joined_text(text) == text


def test_flowed() -> None:
    """RFC 3676 section 4: soft breaks, stuffed blanks, depths, the line before a signature."""
    text = "Em đã nhắc giữ bảo \nmật.\n From here\n>> Hỏa \n>> tốc\n> một \nhai\n-- \nVăn thư \n-- \nx"
    assert shown(text, is_flowed=True) == [
        "Em đã nhắc giữ bảo mật.", "From here", ">>Hỏa tốc", ">một", "hai", "-- ", "Văn thư", "-- ", "x",
    ]  # fmt: skip


def test_delsp() -> None:
    """With DelSp=yes the blank of a soft break is deleted, so that one within a word can be written."""
    assert shown("bảo  \nmật và thư \n điện tử", is_flowed=True, is_delsp=True) == ["bảo mật và thưđiện tử"]


def test_flowed_stuffed() -> None:
    """A stuffed blank is taken off each line, soft breaks or none."""
    assert shown(" >một\n > hai\n  ba", is_flowed=True) == [">một", "> hai", " ba"]


@pytest.mark.parametrize(
    "text",
    [
        "x" * 70 + "\n" + "y\n" * 30_000,
        (("x " * 35) + "\n") * 800,
        ("> " * 30 + "\n") * 900,
        ">" * 60_000,
        " " * 60_000,
        ("a " * 30 + ":" * 10 + "\n") * 800,
        ("1." * 35 + "\n") * 800,
    ],
)
def test_hostile_lines(text: str) -> None:
    """Any text is put together in time that grows with its length."""
    begin = time.process_time()
    plain_lines(text)
    plain_lines(text, is_flowed=True)
    assert time.process_time() - begin < 1.0
