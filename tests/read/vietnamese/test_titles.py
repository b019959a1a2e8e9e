"""What the pages of a file are entitled."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from gateway.read.vietnamese import detect, titles_of_tops
from gateway.read.vietnamese.titles import MAX_ANNEX_TITLES

AT = datetime(2026, 11, 30, 9, tzinfo=timezone(timedelta(hours=7)))


def test_the_first_page_is_entitled_below_its_head() -> None:
    """Organisations, nation, number and date are no title."""
    text = "UBND TỈNH A\nSỞ B\nSố: 12/KH-SB\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nKẾ HOẠCH\nTrồng cây năm 2027\nNội dung"
    assert ("KẾ HOẠCH", "Trồng cây năm 2027") == detect(text, "first_page", AT).titles


def test_annexes_are_entitled_at_the_top_of_their_pages() -> None:
    """A page that goes on with running text begins nothing."""
    text = "KẾ HOẠCH\n\fđiều này được tiếp tục ở trang sau\n\fPHỤ LỤC I\nDANH SÁCH\n1. A"
    assert ("PHỤ LỤC I", "DANH SÁCH") == detect(text, "first_page", AT).annex_titles


def test_an_annex_shows_without_pages_too() -> None:
    """Word processors keep none: below the head a title in capitals tells."""
    text = (
        "QUYẾT ĐỊNH\n" + "Điều 1. Nội dung của quyết định này.\n" * 20 + "QUY CHẾ\nQuản lý thư điện tử\nĐiều 1. Phạm vi"
    )
    assert ("QUY CHẾ", "Quản lý thư điện tử") == detect(text, "first_page", AT).annex_titles


def test_tops_of_the_pages_of_a_pdf() -> None:
    """As many as are kept, each once."""
    tops = ["PHỤ LỤC II\nBIỂU TỔNG HỢP\f\nPHỤ LỤC III", *(f"PHỤ LỤC {one}" for one in range(500))]
    found = titles_of_tops(tops)

    assert ("PHỤ LỤC II", "BIỂU TỔNG HỢP", "PHỤ LỤC III") == found[:3]
    assert MAX_ANNEX_TITLES == len(found)
