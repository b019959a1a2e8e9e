"""Which attached files are judged for the form of an official document."""

from __future__ import annotations

import msgspec
import pytest

from gateway.judge.issuer import issuers_of
from gateway.judge.own import find_own_documents, is_document_in_text
from gateway.read.vietnamese import detect
from gateway.values.facts import HeaderFacts, Marks, MessageFacts, PartFacts, PictureFacts
from gateway.values.registry import Agency
from tests.support.judging import AT, pdf, registry, signature

AGENCY = Agency(id="so-a", name="Sở A tỉnh Thử Nghiệm", agency_class="department", notations=("SA",))
PAGE = PictureFacts(width=1654, height=2339, image_pages=1)
LETTER = Marks(doc_type="cong_van", number="125", notation="SA-VP")
FOREIGN = Marks(doc_type="cong_van", number="45", notation="UBND-VX")


def file(path, kind="pdf", marks=None, **facts):
    """An attached file; without marks it carries no number."""
    return PartFacts(path=path, kind=kind, is_attachment=True, marks=marks or Marks(), **facts)


def own(*parts, document=LETTER, subject="", agency=AGENCY, is_auto_submitted=False, **facts):
    """Find the own documents of a message whose merged document is `document`."""
    header = HeaderFacts(subject=subject, is_auto_submitted=is_auto_submitted)
    message = MessageFacts(size_octets=1, header=header, parts=parts, document=document, **facts)
    return sorted(find_own_documents(message, issuers_of(agency, registry(agency), AT.date())))


def test_the_file_with_an_own_number_counts():
    """A file that carries a number of the sender's counts, whatever the subject names."""
    assert ["3"] == own(file("2"), file("3", marks=LETTER), document=FOREIGN)


def test_a_pdf_stands_for_an_editable_copy():
    """Of one document the PDF counts; a PDF without number is taken for the scan of it."""
    docx = file("2", "docx", LETTER)
    assert ["3"] == own(docx, file("3", marks=LETTER))
    assert ["3"] == own(docx, file("3"))
    assert ["2"] == own(docx)


@pytest.mark.parametrize("reason", ["over_budget", "crashed_reader"])
@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_a_file_of_which_nothing_was_read_is_not_judged(kind, reason):
    """It may be signed or a draft; nor is its working copy judged in its place."""
    unread = file("2", kind, LETTER, uninspectable=reason)
    nameless = file("2", kind, uninspectable=reason)
    assert [] == own(unread) == own(nameless)
    assert [] == own(unread, file("3", "docx", LETTER))


def test_a_file_that_was_read_in_part_is_judged():
    """Signatures and the pages that speak for it were looked at; locked and broken files are facts."""
    page = msgspec.structs.replace(pdf(path="2").pdf, has_text=True)
    assert ["2"] == own(file("2", marks=LETTER, pdf=page, uninspectable="over_budget"))
    assert ["2"] == own(file("2", marks=LETTER, uninspectable="encrypted"))
    assert ["2"] == own(file("2", marks=LETTER, uninspectable="malformed"))


def test_signed_copies_count_before_unsigned_ones():
    """Every signed PDF of one document counts, so a tampered one beside a good one shows."""
    signed = [pdf(signature(), path=path) for path in ("3", "4")]
    signed = [PartFacts(path=one.path, kind="pdf", is_attachment=True, pdf=one.pdf, marks=LETTER) for one in signed]
    assert ["3", "4"] == own(file("2", marks=LETTER), *signed)


def test_each_document_counts():
    """A signed document does not cover another one beside it."""
    other = Marks(doc_type="cong_van", number="126", notation="SA-VP")
    assert ["2", "3"] == own(file("2", marks=LETTER), file("3", marks=other))


def test_a_document_of_another_agency_is_passed_on():
    """Who forwards a document has not issued it."""
    assert [] == own(file("2", marks=FOREIGN), document=FOREIGN)
    assert [] == own(file("2", "png"), document=FOREIGN, subject_marks=FOREIGN)


def test_without_registered_notations_every_notation_is_own():
    """An incomplete registry does not switch the rules off; letters that every committee uses say nothing even then."""
    nameless = Agency(id="so-a", name="Sở A tỉnh Thử Nghiệm", agency_class="department")
    assert ["2"] == own(file("2", marks=LETTER), agency=nameless)
    assert [] == own(file("2", marks=FOREIGN), document=FOREIGN, agency=nameless)


@pytest.mark.parametrize("subject", ["Re: 125/SA-VP", "RE[2]: 125/SA-VP", "[nhom] Trả lời: 125/SA-VP", "TL: 125/SA-VP"])
def test_an_answer_quotes_its_subject(subject):
    """The number in the subject of an answer belongs to what it answers; one in a file counts all the same."""
    assert [] == own(file("2", "docx"), subject=subject, subject_marks=LETTER)
    assert ["2"] == own(file("2", "docx", LETTER), subject=subject, subject_marks=LETTER)


def test_a_forwarded_thread_quotes_its_body():
    """The number in the body of a forwarded thread is quoted; in its subject it names what is forwarded.

    An editable file without a number may be anybody's comment on it.
    """
    assert [] == own(file("2", "docx"), subject="Fwd: số liệu", body_marks=LETTER)
    assert ["2"] == own(file("2", "pdf"), subject="Fwd: 125/SA-VP", subject_marks=LETTER, body_marks=LETTER)
    assert ["2"] == own(file("2", "docx", LETTER), subject="Fwd: 125/SA-VP", subject_marks=LETTER)
    assert [] == own(file("2", "docx"), subject="Fwd: 125/SA-VP", subject_marks=LETTER, body_marks=LETTER)
    assert ["2"] == own(file("2", "docx"), subject="Gửi văn bản", body_marks=LETTER)


def test_what_is_returned_in_an_attached_message_lies_open():
    """A PDF inside an attached message counts itself; inside an archive it counts in the place of the archive."""
    assert ["3.2"] == own(file("3", "eml", LETTER), file("3.2", marks=LETTER))
    assert ["2!1.2"] == own(file("2", "eml"), file("2!1.2", marks=LETTER))
    assert ["2!1"] == own(file("2", "tnef"), file("2!1", marks=LETTER))
    assert ["1!2"] == own(file("1", "pkcs7"), file("1!2", "docx", LETTER))
    assert ["2!1"] == own(file("2", "zip"), file("2!1", marks=LETTER))


def test_an_archive_is_looked_into():
    """Its PDFs count in its place, numbered or not; without any the archive itself is judged."""
    named = file("2", "zip", LETTER, name="125_SA-VP.zip")
    assert ["2!1"] == own(named, file("2!1"), file("2!2", "docx"))
    assert ["2"] == own(named, file("2!1", "docx"))
    assert ["2"] == own(named)
    assert ["2!1"] == own(file("2", "rar"), file("2!1"), subject_marks=LETTER)


def test_a_dossier_packed_beside_a_signed_letter_is_not_judged_again():
    """Older documents of the agency in a dossier do not issue themselves anew beside the signed letter that opens it."""
    letter = msgspec.structs.replace(pdf(signature()), marks=LETTER)
    old = Marks(doc_type="quyet_dinh", number="12", notation="QĐ-SA")
    assert ["2"] == own(letter, file("3", "zip"), file("3!1", "docx", old))


def test_pictures_in_the_text_logos_and_signature_files_are_no_documents():
    """A logo, shown in the text or attached, does not stand for the document the subject names; a scanned page does."""
    assert [] == own(file("2", "png", is_inline=True, picture=PAGE), file("3", "pkcs7"), subject_marks=LETTER)
    assert [] == own(file("2", "png", picture=PictureFacts(width=120, height=40)), subject_marks=LETTER)
    assert [] == own(file("2", "png"), file("3", "text"), file("4", "ics"), subject_marks=LETTER)
    assert ["2"] == own(file("2", "png", picture=PAGE), subject_marks=LETTER)


REPORTS = [
    "Accepted: 125/SA-VP",
    "Đã chấp nhận: 125/SA-VP họp giao ban",
    "Recall: 125/SA-VP",
    "Thu hồi: 125/SA-VP",
    "Automatic reply: 125/SA-VP",
    "Trả lời tự động: 125/SA-VP",
    "Out of Office: 125/SA-VP",
    "Read: 125/SA-VP",
    "Not read: 125/SA-VP",
    "[nhom] Undeliverable: 125/SA-VP",
    "Cảm ơn, đã nhận 125/SA-VP",
    "Xác nhận đã nhận văn bản 125/SA-VP",
    "125/SA-VP đã nhận",
]


@pytest.mark.parametrize("subject", REPORTS)
def test_receipts_answers_recalls_and_thanks_issue_nothing(subject):
    """The number is that of what they report on; a file that carries one itself counts all the same."""
    assert [] == own(file("2", "docx"), subject=subject, subject_marks=LETTER)
    assert [] == own(file("2", "pdf"), subject=subject, body_marks=LETTER)
    assert ["2"] == own(file("2", "docx", LETTER), subject=subject, subject_marks=LETTER)


@pytest.mark.parametrize(
    "subject",
    [
        "125/SA-VP V/v thu hồi văn bản",
        "Công văn 125/SA-VP về việc đọc và trả lời tự động",
        "Readiness: 125/SA-VP",
        "Gửi 125/SA-VP",
    ],
)
def test_a_subject_about_recalls_is_no_recall(subject):
    """The words count only where mail programs put them."""
    assert ["2"] == own(file("2", "docx"), subject=subject, subject_marks=LETTER)


def test_an_automatic_message_issues_only_what_carries_a_number():
    """RFC 3834: its subject is that of what it answers; a document system that sends a document names it on the page."""
    assert [] == own(file("2", "docx"), subject_marks=LETTER, is_auto_submitted=True)
    assert ["2"] == own(file("2", "docx", LETTER), subject_marks=LETTER, is_auto_submitted=True)


SAME = [
    ("15", "QĐ-SA", "15", "QD-SA"),
    ("09", "CĐ-SA", "9", "CĐ-SA"),
    ("15", "QĐ-SA", "15", "qđ-sa"),
    ("15", "QĐ-SA", "015", "QĐ_SA"),
    ("1.250", "SA-VP", "1250", "SA.VP"),
    ("15a", "SA-VP", "15A", "SA-VP"),
]


@pytest.mark.parametrize(("number", "notation", "other_number", "other_notation"), SAME)
def test_numbers_of_files_compare_without_marks_zeros_and_separators(number, notation, other_number, other_notation):
    """A file named after the signed document is not a second one."""
    printed = Marks(doc_type="quyet_dinh", number=number, notation=notation, issuer_letters="SA")
    spelt = Marks(doc_type="quyet_dinh", number=other_number, notation=other_notation, issuer_letters="SA")
    letter = msgspec.structs.replace(pdf(signature()), marks=printed)
    assert ["2"] == own(letter, file("3", "docx", spelt), document=printed)


@pytest.mark.parametrize(("number", "notation"), [("16", "QĐ-SA"), ("15", "TB-SA"), ("150", "QĐ-SA"), ("15b", "QĐ-SA")])
def test_another_number_or_type_is_another_document(number, notation):
    """Only what differs in spelling is the same."""
    printed = Marks(doc_type="quyet_dinh", number="15", notation="QĐ-SA")
    letter = msgspec.structs.replace(pdf(signature()), marks=printed)
    other = Marks(doc_type="quyet_dinh", number=number, notation=notation, number_source="first_page")
    assert ["2", "3"] == own(letter, file("3", "docx", other), document=printed)


ENCLOSURES = [
    "15_QD-SA_phu luc.docx",
    "PL_15_QD-SA.xlsx",
    "Phu luc kem QD so 15-QD-SA.docx",
    "PHULUC 1 15-QĐ-SA.docx",
    "15.QD-SA.Phu luc 1.xlsx",
    "Danh sách kèm 15_QĐ-SA.xlsx",
    "DS_15_QD-SA.xlsx",
    "Biểu mẫu 15_QĐ-SA.docx",
    "15_QĐ-SA (kèm theo).docx",
    "pl2_15-QD-SA.docx",
]


@pytest.mark.parametrize("name", ENCLOSURES)
def test_an_enclosure_named_after_its_document_is_none_itself(name):
    """Sent with or after the signed document, under whatever spelling of its number."""
    marks = Marks(doc_type="quyet_dinh", number="15", notation="QD-SA.Phu", number_source="file_name")
    assert [] == own(file("2", "docx", marks, name=name), document=marks)


@pytest.mark.parametrize(
    "name", ["15_QD-SA.docx", "15_QĐ-SA kèm phụ lục.docx", "15_QD-SA va danh sach.docx", "DSA 15.docx"]
)
def test_the_document_itself_is_no_enclosure(name):
    """Also when its name says what it encloses."""
    marks = Marks(doc_type="quyet_dinh", number="15", notation="QD-SA", number_source="file_name")
    assert ["2"] == own(file("2", "docx", marks, name=name), document=marks)


def test_a_page_with_a_number_of_its_own_is_no_enclosure_whatever_its_name():
    """Renaming a document does not take it out of the rules."""
    marks = Marks(doc_type="quyet_dinh", number="15", notation="QĐ-SA", number_source="first_page")
    assert ["2"] == own(file("2", "docx", marks, name="phu luc.docx"), document=marks)


def test_an_enclosure_does_not_stand_for_the_document_the_subject_names():
    """Who sends the form of a letter again has not sent the letter."""
    assert [] == own(file("2", "docx", name="bieu mau.docx"), subject_marks=LETTER)
    assert [] == own(file("2", "docx", Marks(is_enclosure=True)), subject_marks=LETTER)
    assert ["2"] == own(file("2", "docx", name="cong van.docx"), subject_marks=LETTER)


def test_a_file_whose_head_names_somebody_else_does_not_stand_in():
    """The letter answered is attached, the answer is the mail."""
    other = Marks(issuer_lines=("UBND TỈNH THỬ NGHIỆM", "SỞ B"))
    assert [] == own(file("2", "pdf", other), subject_marks=LETTER)
    assert ["3"] == own(file("2", "pdf", other), file("3"), subject_marks=LETTER)


COMMUNE = Agency(id="xa-c", name="Ủy ban nhân dân xã C", agency_class="commune", notations=("UBND",))
NAMELESS = Marks(
    doc_type="cong_van", number="20", notation="UBND-VP", issuer_letters="UBND", issuer_lines=("ỦY BAN NHÂN DÂN",)
)


def test_a_working_copy_sent_by_its_number_is_own_though_the_head_names_no_place():
    """Who passes something on passes it on as it was issued, and seldom under the bare number."""
    sent = {"document": NAMELESS, "agency": COMMUNE, "subject_marks": NAMELESS}
    assert ["2"] == own(file("2", "docx", NAMELESS), subject="20/UBND-VP", **sent)
    assert [] == own(file("2", "docx", NAMELESS), subject="Fwd: 20/UBND-VP", **sent)
    assert [] == own(file("2", "docx", NAMELESS), subject="Re: 20/UBND-VP", **sent)
    assert [] == own(file("2", "pdf", NAMELESS), subject="20/UBND-VP", **sent)
    assert [] == own(file("2", "docx", NAMELESS), subject="Gửi văn bản", document=NAMELESS, agency=COMMUNE)


COMMUNE = Agency(
    id="xa-c", name="Ủy ban nhân dân xã C", names=("UBND xã C",), agency_class="commune", notations=("UBND",)
)
NOTICE = Marks(doc_type="thong_bao", number="62", notation="TB-UBND")


def said(text, subject=""):
    """Own files when a picture named after a notice of some committee goes along with a text."""
    body = detect(text, "body", AT)
    head = detect(subject, "subject", AT) if subject else Marks()
    picture = file("2", "jpeg", NOTICE, name="62_TB-UBND.jpg")
    return own(picture, document=NOTICE, subject=subject, agency=COMMUNE, body_marks=body, subject_marks=head)


@pytest.mark.parametrize(
    "text",
    [
        "Gửi UBND xã D thông báo số 62/TB-UBND của UBND xã C, máy scan hỏng.",
        "UBND xã C gửi Thông báo số 62/TB-UBND ngày 27/11/2026.",
        "Em gửi ảnh Thông báo số 62/TB-UBND của xã C đã ký đóng dấu.",
        "Kính gửi Sở A.\nỦy ban nhân dân xã C kính gửi Thông báo số 62/TB-UBND.",
        "Em gửi thông báo số 62/TB-UBND ngày 20/11/2026 do UBND xã C ban hành ạ.",
    ],
)
def test_a_text_says_whose_document_it_sends(text):
    """The letters of every committee say nothing; who sends the document, or whose it is, does."""
    assert ["2"] == said(text)


@pytest.mark.parametrize(
    "text",
    [
        "Em gửi thông báo số 62/TB-UBND của UBND tỉnh để xã biết.",
        "UBND xã C gửi các thôn Thông báo số 62/TB-UBND của UBND tỉnh.",
        "UBND xã C chuyển Thông báo số 62/TB-UBND để các thôn biết.",
        "Em gửi ảnh Thông báo số 62/TB-UBND của xã D.",
        "Em gửi thông báo số 62/TB-UBND ạ.",
        "UBND xã C nhận được Thông báo số 62/TB-UBND, chữ bị mờ.",
        "Ảnh chụp chợ xã C sau khi có Thông báo số 62/TB-UBND.",
    ],
)
def test_what_a_text_leaves_open_or_gives_to_others_is_not_own(text):
    """Passed on, somebody else's, or nobody's: not the sender's."""
    assert [] == said(text)


def test_an_answer_says_nothing_of_its_own_pictures():
    """A picture in an answer shows what is talked about."""
    text = "UBND xã C gửi lại Thông báo số 62/TB-UBND, chị xem dòng 2."
    assert [] == said(text, "Re: Thông báo số 62/TB-UBND bị mờ")


def test_a_picture_shown_in_the_text_counts_when_it_is_named_after_what_is_sent():
    """Telephones show all they attach; logos, screenshots and pictures of places have no number in their names."""
    shown = {"is_inline": True, "kind": "jpeg"}
    named = file("2", marks=LETTER, name="125_SA-VP trang 1.jpg", **shown)
    assert ["2"] == own(named, subject="Gửi CV 125/SA-VP", subject_marks=LETTER)
    assert ["2"] == own(named, body_marks=LETTER)
    assert [] == own(named, subject="Ảnh màn hình lỗi phông")
    assert [] == own(named, subject="Re: 125/SA-VP", subject_marks=LETTER, body_marks=LETTER)
    assert [] == own(named, subject="Fwd: 125/SA-VP", subject_marks=LETTER)
    assert [] == own(file("2", name="image001.jpg", **shown), subject_marks=LETTER)
    assert [] == own(file("2", name="anh hien truong.jpg", picture=PAGE, **shown), subject_marks=LETTER)
    signed = msgspec.structs.replace(pdf(signature(), path="3"), marks=LETTER)
    assert ["3"] == own(named, signed, subject_marks=LETTER)
    foreign = file("2", marks=FOREIGN, name="45_UBND-VX.jpg", **shown)
    assert [] == own(foreign, document=FOREIGN, subject_marks=FOREIGN)


PASTED = (
    "UBND TỈNH THỬ NGHIỆM\nSỞ A\nSố: 681/SA-VP\nV/v cung cấp đầu mối\n\nKính gửi: UBND xã C\n\nSở A đề nghị UBND xã C"
    " cung cấp đầu mối tiếp nhận.\n\nNơi nhận:\n- Như trên;\n- Lưu: VT.\n\nGIÁM ĐỐC"
)


def in_text(text, subject="681/SA-VP V/v đầu mối", agency=AGENCY, parts=(), **header):
    """Tell whether the text of a mail is an own document."""
    facts = MessageFacts(
        size_octets=1,
        header=HeaderFacts(subject=subject, **header),
        parts=parts,
        body_marks=detect(text, "body", AT),
    )
    return is_document_in_text(facts, issuers_of(agency, registry(agency), AT.date()))


@pytest.mark.parametrize(
    "text",
    [
        PASTED,
        PASTED.replace("SỞ A\n", "SỞ A TỈNH THỬ NGHIỆM\n"),
        PASTED.replace("V/v cung cấp đầu mối\n", "\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"),
        PASTED.replace("681/SA-VP", "12/BC-SA").replace("V/v cung cấp đầu mối", "BÁO CÁO\nKết quả tuần 48"),
        PASTED.replace("681/SA-VP", "7/KH-SA").replace("V/v cung cấp đầu mối", "KẾ HOẠCH\nTuần 49"),
    ],
)
def test_a_document_in_the_text_is_one(text):
    """From its organisation lines to its receivers, with nothing before it and no file."""
    assert in_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "Gửi chị nội dung công văn đã phát hành để chị nắm:\n\n" + PASTED,
        PASTED.partition("Nơi nhận")[0],
        PASTED.replace("681/SA-VP", "      /SA-VP"),
        PASTED.replace("Số: 681", "DỰ THẢO\nSố: 681"),
        PASTED.replace("SỞ A\n", "SỞ B\n"),
        "Sở A thông báo lịch nghỉ.\n\nNơi nhận:\n- Các phòng.",
        "Theo Công văn số 681/SA-VP của Sở A, đề nghị xã gửi danh sách.\n\nNơi nhận: như công văn.",
    ],
)
def test_talk_about_a_document_is_none(text):
    """Introduced, in part, unnumbered, a draft, somebody else's, or a mail like any other."""
    assert not in_text(text)


def test_an_answer_a_forward_and_a_file_leave_the_text_alone():
    """What is quoted back, passed on or attached is judged otherwise; a logo is no file."""
    assert not in_text(PASTED, "Re: 681/SA-VP")
    assert not in_text(PASTED, "Chuyển tiếp: 681/SA-VP")
    assert not in_text(PASTED, is_auto_submitted=True)
    assert not in_text(PASTED, parts=(file("2"),))
    assert not in_text(PASTED, agency=COMMUNE)
    assert in_text(PASTED, parts=(file("2", "png", is_inline=True, name="image001.png"),))
