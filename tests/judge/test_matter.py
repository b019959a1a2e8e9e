"""What is kept of a message: whose it is, which documents it carries, and nothing of its text."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.judge.describe import describe
from gateway.judge.matter import matter_of
from gateway.values.envelope import Client, Envelope
from gateway.values.evidence import Outcome, PdfFacts
from gateway.values.facts import (
    AddressFacts,
    Amendment,
    HeaderFacts,
    Marks,
    MessageFacts,
    PartFacts,
    PictureFacts,
    Receiver,
)
from gateway.values.identity import Authentication
from gateway.values.ledger import DocumentId, Matter, Recipient
from gateway.values.registry import Agency
from tests.support.judging import AGENCY, AGENCY_MAILBOX, AT, OFFICE_MAILBOX, pdf, registry, signature

SENDER = msgspec.structs.replace(AGENCY, notations=("SA",))
OTHER = Agency(id="so-b", name="Sở B tỉnh Thử Nghiệm", notations=("SB",), territory="binh-duong")
REGISTRY = registry(SENDER, OTHER)
LETTER = Marks(doc_type="cong_van", number="0125", notation="SA-VP", issued_on="2026-11-20")
DIGEST = "ab" * 32


def kept(*parts: PartFacts, author: str = AGENCY_MAILBOX, to: tuple[str, ...] = (OFFICE_MAILBOX,), **facts) -> Matter:
    """Judge a message and give what is kept of it, as it comes out of a worker."""
    header = facts.pop("header", HeaderFacts(author=(AddressFacts(author),)))
    reverse_path = facts.pop("reverse_path", author)
    whole = MessageFacts(size_octets=1, header=header, parts=parts, **facts)
    scene = describe(Envelope(Client("192.0.2.1"), reverse_path, to, 0, "t1"), whole, REGISTRY, AT)
    return msgspec.msgpack.decode(msgspec.msgpack.encode(matter_of(scene, whole, REGISTRY)), type=Matter)


def letter(path: str = "2", marks: Marks = LETTER, kind: str = "pdf", **facts) -> PartFacts:
    """An attached file that shows a number."""
    return PartFacts(path=path, kind=kind, is_attachment=True, marks=marks, sha256=DIGEST, **facts)


def test_an_own_letter_is_one_document_of_its_agency() -> None:
    """Number without zeros in front, the year of its date, the digest of its file."""
    (document,) = kept(letter(), document=LETTER).documents
    assert document.id == DocumentId("so-a", "125", "SA-VP", 2026, DIGEST)
    assert (document.is_own, document.is_official, document.doc_type) == (True, True, "cong_van")


def test_files_of_one_number_are_one_document_and_the_signed_one_speaks() -> None:
    """A working copy beside the PDF counts nothing; form and signature are those of the signed file."""
    signed = msgspec.structs.replace(letter("3"), pdf=pdf(signature()).pdf, sha256="cd" * 32)
    (document,) = kept(letter("2", kind="docx"), signed, document=LETTER).documents
    assert (document.form, document.signature, document.id.digest) == ("signed", "pass", "cd" * 32)


def test_the_year_is_that_of_the_day_where_no_date_stands() -> None:
    """A number begins anew each year, so one must be told."""
    marks = msgspec.structs.replace(LETTER, issued_on=None)
    assert kept(letter(marks=marks), document=marks).documents[0].id.year == 2026


@pytest.mark.parametrize(
    ("part", "form"),
    [
        ({"pdf": PdfFacts(page_count=2, has_text=True)}, "pdf"),
        ({"pdf": PdfFacts(page_count=2, image_pages=2)}, "scan"),
        ({"kind": "jpeg", "picture": PictureFacts(image_pages=1)}, "scan"),
        ({"kind": "docx"}, "other"),
    ],
)
def test_the_form_is_told(part: dict, form: str) -> None:
    """Signed, scanned, any other PDF, anything else."""
    assert kept(letter(**part), document=LETTER).documents[0].form == form


@pytest.mark.parametrize(
    ("outcome", "more", "word"),
    [
        (Outcome.PASS, {}, "pass"),
        (Outcome.PASS, {"modification": "other"}, "fail"),
        (Outcome.FAIL, {}, "fail"),
        (Outcome.TEMPERROR, {}, "temperror"),
    ],
)
def test_a_signature_counts_as_it_holds(outcome: Outcome, more: dict, word: str) -> None:
    """One that holds over something else than is shown does not."""
    file = msgspec.structs.replace(letter(), pdf=pdf(signature(outcome, **more)).pdf)
    assert kept(file, document=LETTER).documents[0].signature == word


def test_what_is_passed_on_is_told_from_what_is_issued() -> None:
    """Of another agency by its letters; of nobody known where no agency of the registry has these."""
    foreign = Marks(doc_type="cong_van", number="7", notation="SB-KH")
    unknown = Marks(doc_type="cong_van", number="9", notation="XYZ-KH")
    found = kept(letter("2", foreign), letter("3", unknown)).documents
    assert [(one.id.issuer, one.is_own) for one in found] == [("so-b", False), ("", False)]


def test_a_number_that_is_only_spoken_of_is_no_document() -> None:
    """In the subject of a mail without the document, of an answer, or beside somebody's own file."""
    assert kept(document=LETTER, subject_marks=LETTER).documents == ()
    header = HeaderFacts(author=(AddressFacts(AGENCY_MAILBOX),), subject="Re: 125/SA-VP")
    assert kept(document=LETTER, subject_marks=LETTER, header=header).documents == ()
    bare = letter(marks=Marks())
    assert kept(bare, document=LETTER, subject_marks=LETTER, author="dan@gmail.com").documents == ()


def test_a_scan_nobody_could_read_counts_for_the_number_its_sender_names() -> None:
    """The subject sends it, and it is the sender's own."""
    (document,) = kept(letter(marks=Marks()), document=LETTER, subject_marks=LETTER).documents
    assert document.id.number == "125"


def test_enclosures_and_drafts_are_no_documents() -> None:
    """Phụ lục of a letter has its number only in the name; what has none yet is not issued."""
    enclosed = letter(marks=msgspec.structs.replace(LETTER, is_enclosure=True))
    draft = letter(marks=msgspec.structs.replace(LETTER, is_draft=True))
    assert kept(enclosed, draft).documents == ()


@pytest.mark.parametrize(
    ("cited", "recalled"),
    [
        (("0125/SA-VP",), [("125", "SA-VP")]),
        (("125/SA-VP", "30/2020/NĐ-CP"), [("125", "SA-VP")]),
        (("125/SA-VP", "126/SA-VP"), []),
        (("7/SB-KH",), []),
        (("12/QĐ-SA",), [("12", "QĐ-SA")]),
    ],
)
def test_a_recall_names_what_it_takes_back(cited: tuple[str, ...], recalled: list[tuple[str, str]]) -> None:
    """One number of its own issuer; nothing where that is open, or another agency's to say."""
    notice = msgspec.structs.replace(LETTER, number="130", cited_numbers=cited, policy_classes=("recall",))
    (document,) = kept(letter(marks=notice), document=notice).documents
    assert [(one.number, one.notation) for one in document.recalls] == recalled
    plain = msgspec.structs.replace(notice, policy_classes=())
    assert kept(letter(marks=plain), document=plain).documents[0].recalls == ()


@pytest.mark.parametrize(
    ("amends", "corrects", "replaces"),
    [
        ((Amendment("corrects", "0124/SA-VP", 2025),), [("124", "SA-VP", 2025)], []),
        ((Amendment("replaces", "12/QĐ-SA"), Amendment("replaces", "13/QĐ-SA")), [], [("12", "QĐ-SA", 0), ("13", "QĐ-SA", 0)]),
        ((Amendment("corrects", "125/SA-VP"),), [("125", "SA-VP", 0)], []),
        ((Amendment("replaces", "7/SB-KH"),), [], []),
        ((Amendment("replaces", "7/SA-KH", by="9/SA-KH"),), [], []),
        ((Amendment("replaces", "7/SA-KH", by="125/SA.VP"),), [], [("7", "SA-KH", 0)]),
        ((Amendment("replaces", "không rõ"),), [], []),
    ],
)  # fmt: skip
def test_a_document_names_what_it_corrects_and_replaces(amends: tuple, corrects: list, replaces: list) -> None:
    """Of its own issuer alone, and only what is said of this very document; a corrected copy names itself."""
    marks = msgspec.structs.replace(LETTER, amends=amends)
    (document,) = kept(letter(marks=marks), document=marks).documents
    assert [(one.number, one.notation, one.year) for one in document.corrects] == corrects
    assert [(one.number, one.notation, one.year) for one in document.replaces] == replaces


def test_a_mail_says_by_number_which_of_its_documents_replaces_another() -> None:
    """`Công văn 126 thay thế Công văn 120`, and 126 lies in the mail beside 125."""
    other = msgspec.structs.replace(LETTER, number="126")
    principal = msgspec.structs.replace(LETTER, amends=(Amendment("replaces", "120/SA-VP", by="126/SA-VP"),))
    first, second = kept(letter("2"), letter("3", other), document=principal).documents
    assert (first.replaces, [one.number for one in second.replaces]) == ((), ["120"])


@pytest.mark.parametrize("paper", ["", "announced", "none_announced"])
def test_what_is_said_of_paper_is_kept(paper: str) -> None:
    """As the texts of the mail say; nothing where they say nothing."""
    marks = msgspec.structs.replace(LETTER, paper=paper)
    assert kept(letter(), document=marks).documents[0].paper == paper


def test_a_thousand_documents_are_sixteen() -> None:
    """The bound is kept, and the principal one is among them."""
    many = [letter(str(number), msgspec.structs.replace(LETTER, number=str(number))) for number in range(2, 1_002)]
    found = kept(*many, letter("1002", LETTER), document=LETTER).documents
    assert len(found) == 16
    assert found[0].id.number == "125"


def test_recipients_are_agencies_and_classes() -> None:
    """Those of one agency count together; of others only the class of their domain remains."""
    to = (OFFICE_MAILBOX, "phong@vpubnd.thunghiem.gov.vn", "ai@gmail.com", "b@gmail.com", "x@elsewhere.example")
    found = kept(to=to).recipients
    assert found[0] == Recipient("vpubnd", "own", "agency", (), 1)
    assert {(one.domain_class, one.agency): one.count for one in found[1:]}[("free", "")] == 2
    assert sum(one.count for one in found) == len(to)


def test_roles_are_those_of_the_document() -> None:
    """Whom `Kính gửi` and `Nơi nhận` name, and for what."""
    marks = msgspec.structs.replace(LETTER, receivers=(Receiver("Văn phòng UBND tỉnh Thử Nghiệm", ("act",)),))
    assert kept(letter(marks=marks), document=marks).recipients[0].roles == ("act",)


def test_who_only_claims_to_be_of_an_agency_counts_for_nobody() -> None:
    """Where senders are checked and nobody vouches for them; else the registry is believed."""
    assert kept().sender.agency == "so-a"
    party = kept(authentication=Authentication(source="check")).sender
    assert (party.agency, party.mailbox, party.mailbox_kind) == ("", "", "")


def test_a_notification_is_of_nobody() -> None:
    """The null reverse-path answers for nothing."""
    assert kept(reverse_path="").sender == msgspec.convert({"domain_class": "null"}, type(kept().sender))


def test_nothing_of_an_outside_address_is_kept() -> None:
    """Neither whole nor folded nor as a digest."""
    octets = msgspec.json.encode(kept(author="canary.nguoi@canary-mail.example", to=("ai.canary@gmail.com",)))
    assert b"canary" not in octets
    assert b'"mailbox"' not in octets


TEXTS = st.text(max_size=80) | st.text(alphabet="0123456789./-QĐUBNDSA \n", max_size=20)


@given(number=TEXTS, notation=TEXTS, issued_on=TEXTS, address=TEXTS, sha256=TEXTS)
def test_whatever_a_reader_says_fits_into_a_record(
    number: str, notation: str, issued_on: str, address: str, sha256: str
) -> None:
    """What comes out of a worker can always be decoded: nothing a sender writes costs a mail, or its record."""
    marks = Marks(doc_type="cong_van", number=number, notation=notation, issued_on=issued_on)
    file = PartFacts(path="2", kind="pdf", is_attachment=True, marks=marks, sha256=sha256)
    assert isinstance(kept(file, author=address, document=marks, subject_marks=marks), Matter)
