"""Who issued a document: this agency, somebody else, or nobody can tell."""

from __future__ import annotations

import msgspec
import pytest

from gateway.judge.issuer import issuers_of
from gateway.values.facts import Marks, PartFacts
from gateway.values.registry import Agency
from tests.support.judging import AT, pdf, registry, signature

COMMUNE = Agency(
    id="xa-c",
    name="Ủy ban nhân dân xã C",
    names=("UBND xã C",),
    notations=("UBND",),
    certificate_serials=("5c01",),
    certificate_subjects=("ỦY BAN NHÂN DÂN XÃ C",),
    parent="ubnd",
)
PROVINCE = Agency(id="ubnd", name="UBND tỉnh Thử Nghiệm", notations=("UBND",))
DEPARTMENT = Agency(
    id="so-a",
    name="Sở A tỉnh Thử Nghiệm",
    names=("Sở A",),
    notations=("SA",),
    certificate_serials=("5a01",),
    parent="ubnd",
)
OFFICE = Agency(
    id="vpubnd", name="Văn phòng UBND tỉnh Thử Nghiệm", agency_class="vpubnd", parent="ubnd", notations=("VPUBND",)
)
SCHOOL = Agency(id="thcs-d", name="Trường THCS D", notations=("THCS",), parent="xa-c")


def ask(agency, letters, *lines, signers=(), **marks):
    """Ask whether the agency issued a document under these letters and this head."""
    known = registry(COMMUNE, PROVINCE, DEPARTMENT, OFFICE, SCHOOL, agency)
    seen = Marks(number="20", notation=f"BC-{letters}", issuer_letters=letters, issuer_lines=lines, **marks)
    part = (
        msgspec.structs.replace(pdf(*signers), marks=seen) if signers else PartFacts(path="2", kind="pdf", marks=seen)
    )
    answers = [one.issued(part) for one in issuers_of(agency, known, AT.date())]
    return True if True in answers else None if None in answers else False


OWN_HEADS = [
    (COMMUNE, "UBND", ("UBND TỈNH THỬ NGHIỆM", "ỦY BAN NHÂN DÂN XÃ C")),
    (COMMUNE, "UBND", ("ỦY BAN NHÂN DÂN", "XÃ C")),
    (COMMUNE, "UBND", ("UBND XÃ C",)),
    (COMMUNE, "UBND", ("UỶ BAN NHÂN DÂN XÃ C", "TỈNH THỬ NGHIỆM")),
    (COMMUNE, "UBND", ("HUYỆN X", "ỦY BAN NHÂN DÂN XÃ C")),
    (DEPARTMENT, "SA", ("UBND TỈNH THỬ NGHIỆM", "SỞ A")),
    (DEPARTMENT, "SA", ("SỞ A",)),
    (DEPARTMENT, "SA", ("ỦY BAN NHÂN DÂN TỈNH", "THỬ NGHIỆM", "SỞ A", "VĂN PHÒNG")),
    (DEPARTMENT, "SA", ("SỞ A TỈNH THỬ NGHIỆM",)),
    (DEPARTMENT, "SA", ()),
    (OFFICE, "VPUBND", ("UBND TỈNH THỬ NGHIỆM", "VĂN PHÒNG")),
    (OFFICE, "UBND", ("ỦY BAN NHÂN DÂN TỈNH THỬ NGHIỆM",)),
    (SCHOOL, "THCS", ("UBND XÃ C", "TRƯỜNG THCS D")),
]


@pytest.mark.parametrize(("agency", "letters", "lines"), OWN_HEADS)
def test_a_head_that_names_the_agency_makes_a_document_its_own(agency, letters, lines):
    """With or without the body above, wrapped or not, short or in full; letters nobody shares need no head."""
    assert ask(agency, letters, *lines) is True


FOREIGN_HEADS = [
    (COMMUNE, "UBND", ("ỦY BAN NHÂN DÂN TỈNH THỬ NGHIỆM",)),
    (COMMUNE, "UBND", ("ỦY BAN NHÂN DÂN", "TỈNH THỬ NGHIỆM")),
    (COMMUNE, "UBND", ("ỦY BAN NHÂN DÂN TỈNH THỬ", "NGHIỆM")),
    (COMMUNE, "UBND", ("ỦY BAN NHÂN DÂN XÃ D",)),
    (COMMUNE, "UBND", ("HUYỆN X", "ỦY BAN NHÂN DÂN XÃ D")),
    (COMMUNE, "UBND", ("ỦY BAN NHÂN DÂN XÃ C BÌNH",)),
    (COMMUNE, "UBND", ("ỦY BAN NHÂN DÂN TỈNH",)),
    (COMMUNE, "UBND", ("TỈNH KHÁC", "ỦY BAN NHÂN DÂN XÃ C")),
    (PROVINCE, "UBND", ("UBND TỈNH THỬ NGHIỆM", "ỦY BAN NHÂN DÂN XÃ C")),
    (DEPARTMENT, "UBND", ("ỦY BAN NHÂN DÂN TỈNH",)),
    (DEPARTMENT, "SA", ("UBND TỈNH KHÁC", "SỞ A")),
    (DEPARTMENT, "SA", ("UBND TỈNH THỬ NGHIỆM", "SỞ B")),
    (SCHOOL, "THCS", ("UBND XÃ C", "TRƯỜNG THCS E")),
    (OFFICE, "VPUBND", ("UBND TỈNH KHÁC", "VĂN PHÒNG")),
]


@pytest.mark.parametrize(("agency", "letters", "lines"), FOREIGN_HEADS)
def test_a_head_that_names_somebody_else_makes_it_passed_on(agency, letters, lines):
    """Whatever the letters: another place, another level, another office of the same kind, another province."""
    assert ask(agency, letters, *lines) is False


def test_letters_of_every_committee_alone_leave_it_open():
    """UBND says that a committee issued it, not which; the same for a head whose place was not read."""
    assert ask(COMMUNE, "UBND") is None
    assert ask(COMMUNE, "UBND", "ỦY BAN NHÂN DÂN") is None
    assert ask(COMMUNE, "UBND", place="Thử Nghiệm") is None


def test_place_addressee_and_signer_close_what_letters_leave_open():
    """A commune dates its papers at home, addresses nobody by its own name, and signs with its own certificate."""
    assert ask(COMMUNE, "UBND", place="Xã C") is True
    assert ask(COMMUNE, "UBND", place="C") is True
    assert ask(COMMUNE, "UBND", place="Xã C", addressee="UBND xã C") is False
    assert ask(COMMUNE, "UBND", signers=(signature(signer_serial="5c01"),)) is True
    assert ask(COMMUNE, "UBND", signers=(signature(signer_serial="ff", signer_organisation="UBND XÃ D"),)) is False
    assert ask(DEPARTMENT, "SA", signers=(signature(signer_serial="ff", signer_organisation="SỞ B"),)) is False


def test_who_sends_a_document_to_its_addressee_issued_it():
    """Of letters that leave it open; a head that names somebody else still decides."""
    known = registry(COMMUNE, DEPARTMENT)
    (issuer,) = issuers_of(COMMUNE, known, AT.date(), [DEPARTMENT, COMMUNE])
    to_department = Marks(number="20", notation="UBND-VP", issuer_letters="UBND", addressee="Sở A tỉnh Thử Nghiệm.")
    assert issuer.named(to_department) is True
    assert issuer.named(msgspec.structs.replace(to_department, addressee="Các sở, ban, ngành")) is None
    assert issuer.named(msgspec.structs.replace(to_department, addressee="UBND xã C")) is False
    foreign = msgspec.structs.replace(to_department, issuer_lines=("ỦY BAN NHÂN DÂN TỈNH THỬ NGHIỆM",))
    assert issuer.named(foreign) is False


def test_the_head_outweighs_signer_and_place():
    """A letter head of one's own under another's signature is a finding, not a document passed on."""
    by_other = signature(signer_serial="ff", signer_organisation="SỞ B")
    assert ask(DEPARTMENT, "SA", "SỞ A", signers=(by_other,)) is True
    assert ask(COMMUNE, "UBND", "UBND XÃ C", place="Thử Nghiệm") is True


def test_a_department_that_drafted_for_the_committee_has_not_issued():
    """45/UBND-SA: the first group issued, the last one drafted (Decree 30/2020 Appendix I, II.3)."""
    assert ask(DEPARTMENT, "UBND") is False


def test_letters_that_two_agencies_share_need_a_head_too():
    """Health stations of two communes issue under one notation."""
    one = Agency(id="tyt-c", name="Trạm Y tế xã C", notations=("TYT",))
    other = Agency(id="tyt-d", name="Trạm Y tế xã D", notations=("TYT",))
    known = registry(one, other)
    marks = Marks(number="3", notation="BC-TYT", issuer_letters="TYT")
    (issuer,) = issuers_of(one, known, AT.date())
    assert issuer.named(marks) is None
    assert issuer.named(msgspec.structs.replace(marks, issuer_lines=("UBND XÃ C", "TRẠM Y TẾ XÃ C"))) is True
    assert issuer.named(msgspec.structs.replace(marks, issuer_lines=("UBND XÃ D", "TRẠM Y TẾ XÃ D"))) is not True


def test_a_damaged_notation_counts_when_the_head_agrees():
    """`QĐSA` has lost its hyphen in a PDF."""
    assert ask(DEPARTMENT, "QĐSA", "SỞ A") is True
    assert ask(DEPARTMENT, "QĐSA") is False


def test_facts_without_letters_are_guessed_by_type():
    """Cases of packs give the notation alone: first group of a công văn, second of a typed document."""
    (issuer,) = issuers_of(DEPARTMENT, registry(DEPARTMENT), AT.date())
    letter = Marks(doc_type="cong_van", number="1", notation="SA-VP")
    decision = Marks(doc_type="quyet_dinh", number="1", notation="2026/QĐ-SA")
    drafted = Marks(doc_type="cong_van", number="1", notation="UBND-SA")
    assert [issuer.named(one) for one in (letter, decision, drafted)] == [True, True, False]
