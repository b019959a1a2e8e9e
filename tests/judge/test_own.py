"""Which attached files are judged for the form of an official document."""

from __future__ import annotations

import pytest

from gateway.judge.own import find_own_documents, own_notations
from gateway.values.facts import HeaderFacts, Marks, MessageFacts, PartFacts
from gateway.values.registry import Agency
from tests.support.judging import AT, pdf, registry, signature

OWN = ("sa",)
LETTER = Marks(doc_type="cong_van", number="125", notation="SA-VP")
FOREIGN = Marks(doc_type="cong_van", number="45", notation="UBND-VX")


def file(path, kind="pdf", marks=None, **facts):
    """An attached file; without marks it carries no number."""
    return PartFacts(path=path, kind=kind, is_attachment=True, marks=marks or Marks(), **facts)


def own(*parts, document=LETTER, subject="", is_bounce=False, notations=OWN, **facts):
    """Find the own documents of a message whose merged document is `document`."""
    header = HeaderFacts(subject=subject)
    message = MessageFacts(size_octets=1, header=header, parts=parts, document=document, **facts)
    return sorted(find_own_documents(message, notations, is_bounce=is_bounce))


def test_the_file_with_an_own_number_counts():
    """A file that carries a number of the sender's counts, whatever the subject names."""
    assert ["3"] == own(file("2"), file("3", marks=LETTER), document=FOREIGN)


def test_a_pdf_stands_for_an_editable_copy():
    """Of one document the PDF counts; a PDF without number is taken for the scan of it."""
    docx = file("2", "docx", LETTER)
    assert ["3"] == own(docx, file("3", marks=LETTER))
    assert ["3"] == own(docx, file("3"))
    assert ["2"] == own(docx)


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
    """An incomplete registry does not switch the rules off."""
    assert ["2"] == own(file("2", marks=FOREIGN), document=FOREIGN, notations=())


@pytest.mark.parametrize("subject", ["Re: 125/SA-VP", "RE[2]: 125/SA-VP", "[nhom] Trả lời: 125/SA-VP", "TL: 125/SA-VP"])
def test_an_answer_quotes_its_subject(subject):
    """The number in the subject of an answer belongs to what it answers; one in a file counts all the same."""
    assert [] == own(file("2", "docx"), subject=subject, subject_marks=LETTER)
    assert ["2"] == own(file("2", "docx", LETTER), subject=subject, subject_marks=LETTER)


def test_a_forwarded_thread_quotes_its_body():
    """The number in the body of a forwarded thread is quoted; in its subject it names what is forwarded."""
    assert [] == own(file("2", "docx"), subject="Fwd: số liệu", body_marks=LETTER)
    assert ["2"] == own(file("2", "docx"), subject="Fwd: 125/SA-VP", subject_marks=LETTER, body_marks=LETTER)
    assert ["2"] == own(file("2", "docx"), subject="Gửi văn bản", body_marks=LETTER)


def test_a_bounce_answers_for_nothing_it_returns():
    """Files of the returned message are not the sender's; outside a bounce they lie open."""
    returned = (file("3", "eml", LETTER), file("3.2", marks=LETTER))
    assert [] == own(*returned, is_bounce=True)
    assert ["3.2"] == own(*returned)


def test_a_message_attached_as_a_file_lies_open_an_archive_does_not():
    """A PDF inside an attached message counts itself; inside an archive the archive does."""
    assert ["2!1.2"] == own(file("2", "eml"), file("2!1.2", marks=LETTER))
    assert ["2!1"] == own(file("2", "tnef"), file("2!1", marks=LETTER))
    assert ["2"] == own(file("2", "zip"), file("2!1", marks=LETTER))


def test_pictures_in_the_text_and_signature_files_are_no_documents():
    """A logo shown in the text and an S/MIME signature do not stand for the document the subject names."""
    assert [] == own(file("2", "png", is_inline=True), file("3", "pkcs7"), subject_marks=LETTER)
    assert ["2"] == own(file("2", "png"), subject_marks=LETTER)


def test_an_office_issues_what_its_committee_does():
    """The office of a People's Committee answers for the Committee's documents too (BD-2b)."""
    committee = Agency(id="ubnd", name="UBND tỉnh Thử Nghiệm", notations=("UBND",))
    office = Agency(id="vpubnd", agency_class="vpubnd", parent="ubnd", notations=("VPUBND",))
    department = Agency(id="so-a", agency_class="department", parent="ubnd", notations=("SA",))
    agencies = registry(committee, office, department)
    assert ("vpubnd", "ubnd") == own_notations(office, agencies, AT.date())
    assert ("sa",) == own_notations(department, agencies, AT.date())
