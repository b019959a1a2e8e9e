"""Merge: one principal document out of subject, body and attachments."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from gateway.read.vietnamese import detect, merge
from gateway.values.facts import Marks, Secrecy, Urgency

AT = datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(hours=7)))


def _marks(text: str, kind: str = "subject") -> Marks:
    return detect(text, kind, AT)


def test_number_of_the_subject_wins() -> None:
    """The own number comes from the subject when it has one, and is not also cited."""
    page = _marks("SỞ Y TẾ\nSố: 12/SYT-VP\nV/v trực\nThực hiện Kế hoạch số 5/KH-UBND", "first_page")
    merged = merge(_marks("Số 12/SYT-VP V/v trực"), Marks(), [page])

    assert ("12", "SYT-VP", "cong_van") == (merged.number, merged.notation, merged.doc_type)
    assert ("5/KH-UBND",) == merged.cited_numbers


def test_trich_yeu_subject_takes_the_number_of_the_document() -> None:
    """A subject that is only a trích yếu leaves number and type to the first document."""
    page = _marks("SỞ Y TẾ\nSố: 12/KH-SYT\nKẾ HOẠCH\nTiêm chủng", "first_page")
    merged = merge(_marks("V/v tiêm chủng"), Marks(), [page])

    assert ("12", "KH-SYT", "ke_hoach") == (merged.number, merged.notation, merged.doc_type)


def test_secrecy_and_urgency_are_the_highest() -> None:
    """A mark anywhere marks the message."""
    page = _marks("CÔNG AN TỈNH\nSố: 3/BC-CAT\nTỐI MẬT\nHỎA TỐC\nBÁO CÁO", "first_page")
    merged = merge(_marks("[MẬT] Báo cáo"), _marks("KHẨN\nKính gửi", "body"), [page])

    assert (Secrecy.TOI_MAT, Urgency.HOA_TOC) == (merged.secrecy, merged.urgency)


def test_enclosed_draft_does_not_make_the_letter_a_draft() -> None:
    """An issued letter that asks for comments on an enclosed draft is about a draft, not one."""
    letter = _marks("SỞ TƯ PHÁP\nSố: 45/STP-VB\nV/v góp ý dự thảo Quy chế", "first_page")
    draft = _marks("DỰ THẢO\nUBND TỈNH\nSố:     /QĐ-UBND\nQUYẾT ĐỊNH", "first_page")
    merged = merge(_marks("V/v góp ý dự thảo Quy chế"), Marks(), [letter, draft])

    assert (False, True) == (merged.is_draft, merged.about_draft)


def test_draft_alone_is_a_draft() -> None:
    """A mail that carries only an unissued document is a draft, whatever its subject."""
    draft = _marks("DỰ THẢO\nUBND TỈNH\nSố:     /QĐ-UBND\nQUYẾT ĐỊNH", "first_page")
    merged = merge(_marks("Gửi anh chị xem"), Marks(), [draft])

    assert (True, "quyet_dinh") == (merged.is_draft, merged.doc_type)


def test_meeting_with_hour_beats_date_alone() -> None:
    """The page knows the hour that the subject leaves out."""
    page = _marks("UBND XÃ\nSố: 3/GM-UBND\nGIẤY MỜI\nThời gian: 8h00 ngày 25/11/2026", "first_page")
    merged = merge(_marks("Giấy mời họp sáng ngày 25/11/2026"), Marks(), [page])

    assert "2026-11-25T08:00:00+07:00" == merged.meeting_time


def test_postponed_meeting_has_no_time() -> None:
    """A postponement takes invitation and time away."""
    merged = merge(_marks("V/v hoãn họp"), Marks(), [_marks("GIẤY MỜI\nThời gian: 8h ngày 25/11/2026", "first_page")])

    assert (False, None, "postponed") == (merged.is_invitation, merged.meeting_time, merged.meeting_change)


def test_nothing_merges_to_nothing() -> None:
    """Empty texts give default marks."""
    assert Marks() == merge(Marks(), Marks(), [])
