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


def test_how_the_page_writes_its_number_is_kept() -> None:
    """As the head has it, whatever the subject makes of it; a party's or a law's number has a form of its own."""
    heads = {
        "SỞ Y TẾ\nSố: 12 /KH - SYT\nKẾ HOẠCH\nTiêm chủng": ("spaces",),
        "SỞ Y TẾ\nSố: 12/KH_SYT\nKẾ HOẠCH\nTiêm chủng": ("separator",),
        "SỞ Y TẾ\nSố: 12/KHO-SYT\nHà Nội, ngày 20 tháng 11 năm 2026\nKẾ HOẠCH\nTiêm chủng": ("type_letters",),
        "SỞ Y TẾ\nSố: 12/KH-SYT\nKẾ HOẠCH\nTiêm chủng": (),
        "SỞ Y TẾ\nSố: 12/SYT-VP\nV/v tiêm chủng": (),
        "UBND TỈNH\nSố: 38/2016/QĐ-UBND\nQUYẾT ĐỊNH\nBan hành Quy chế": (),
    }
    merged = [merge(_marks("V/v tiêm chủng"), Marks(), [_marks(head, "first_page")]) for head in heads]

    assert list(heads.values()) == [one.number_form for one in merged]


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


_ANSWERED = _marks("RE: 1445/UBND-NN V/v vận hành cống ngăn mặn")
_REPORT = "UBND XÃ D\nSố: 91/BC-UBND\nBÁO CÁO\nKết quả đóng cống\nKính gửi: UBND tỉnh"


def test_an_answer_is_of_what_it_sends() -> None:
    """The subject of an answer names the document answered; a document sent with it outweighs that."""
    report = _marks(_REPORT, "first_page")
    merged = merge(_ANSWERED, Marks(), [report], is_answer=True)

    assert ("91", "BC-UBND", "bao_cao") == (merged.number, merged.notation, merged.doc_type)
    assert "1445" == merge(_ANSWERED, Marks(), [report]).number


def test_what_is_sent_back_comes_after_what_is_sent() -> None:
    """Of the files of an answer the one the body sends comes first, and the document answered last."""
    back = _marks("UBND TỈNH\nSố: 1445/UBND-NN\nV/v vận hành cống", "first_page")
    enclosed = _marks("SỞ A\nSố: 7/KH-SA\nKẾ HOẠCH\nTuần", "first_page")
    report = _marks(_REPORT, "first_page")
    body = _marks("UBND xã D gửi Báo cáo số 91/BC-UBND.", "body")

    assert "91" == merge(_ANSWERED, body, [back, enclosed, report], is_answer=True).number
    assert "7" == merge(_ANSWERED, Marks(), [back, enclosed], is_answer=True).number
    assert "1445" == merge(_ANSWERED, Marks(), [back], is_answer=True).number
    assert "91" == merge(_ANSWERED, body, [], is_answer=True).number
    assert "1445" == merge(_ANSWERED, _marks("Em nhận được rồi ạ.", "body"), [], is_answer=True).number


def test_an_answer_tells_the_new_time() -> None:
    """The time in the subject of an answer is the old one."""
    subject = _marks("Re: Mời làm việc 2 giờ chiều thứ Tư 02/12 - thay đổi thời gian họp")
    body = _marks("Xin thay đổi thời gian họp: đẩy sớm lên 8h30 ngày 02/12/2026 (thay cho 14h00 cùng ngày).", "body")
    merged = merge(subject, body, [], is_answer=True)

    assert ("rescheduled", "2026-12-02T08:30:00+07:00") == (merged.meeting_change, merged.meeting_time)


def test_papers_of_a_meeting_stay_papers() -> None:
    """A report without number that goes with papers of a meeting does not make the mail a report; a numbered one does."""
    subject = _marks("Tài liệu phục vụ họp lúc 8h00 ngày 02/12/2026 (theo Giấy mời số 214/GM-VPUBND)")
    summary = _marks("BÁO CÁO TÓM TẮT\nTiến độ chuyển đổi số", "first_page")
    merged = merge(subject, Marks(), [summary])

    assert ("tai_lieu_hop", None, "2026-12-02T08:00:00+07:00") == (merged.doc_type, merged.number, merged.meeting_time)
    assert "bao_cao" == merge(subject, Marks(), [_marks(_REPORT, "first_page")]).doc_type


_LETTER = _marks("SỞ A\nSố: 126/SA-VP\nV/v báo cáo", "first_page")
_OTHER = _marks("SỞ A\nSố: 127/SA-VP\nV/v họp", "first_page")


def test_a_mail_speaks_of_paper_for_the_one_document_it_carries() -> None:
    """Of two nobody can tell which is meant; what contradicts itself says nothing; an answer's subject is of another."""
    body = _marks("Sở A gửi công văn đính kèm. Bản giấy gửi sau.", "body")
    none = _marks("Sở A\nSố: 126/SA-VP\nVăn bản này không gửi bản giấy.", "first_page")

    assert "announced" == merge(Marks(), body, [_LETTER]).paper
    assert "" == merge(Marks(), body, [_LETTER, _OTHER]).paper
    assert "" == merge(Marks(), body, [none]).paper
    assert "" == merge(_marks("Re: CV 126 (bản giấy gửi sau)"), Marks(), [_LETTER], is_answer=True).paper


def test_what_replaces_is_told_apart_by_its_number() -> None:
    """Said with the number of the principal document it is that one's own, with another number it stays that one's."""
    body = _marks("Sở A gửi Công văn số 126/SA-VP thay thế Công văn số 120/SA-VP ngày 01/11/2026.", "body")
    titled = _marks("Đính chính Công văn số 125/SA-VP")

    assert [("replaces", "120/SA-VP", 2026, "")] == [
        (one.kind, one.number, one.year, one.by) for one in merge(Marks(), body, [_LETTER, _OTHER]).amends
    ]
    assert [("corrects", "")] == [(one.kind, one.by) for one in merge(titled, Marks(), [_LETTER]).amends]
    assert () == merge(titled, Marks(), [_LETTER, _OTHER]).amends
    assert "126/SA-VP" == merge(Marks(), body, [_OTHER]).amends[0].by
