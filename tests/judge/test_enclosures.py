"""Whether what a mail names came along."""

from __future__ import annotations

import pytest

from gateway.judge.enclosures import answer_enclosures
from gateway.judge.parts import principal_of
from gateway.values.evidence import PdfFacts
from gateway.values.facts import Enclosure, Marks, MessageFacts, PartFacts

LETTER = Marks(doc_type="cong_van", number="125", notation="SA-VP", titles=("CÔNG VĂN",))


def file(path, name, kind="docx", **facts):
    """An attached file."""
    return PartFacts(path=path, kind=kind, name=name, is_attachment=True, **facts)


def answered(titles, *files, body=(), **facts):
    """Ask about a letter that names these titles, and the files beside it."""
    letter = PartFacts(
        path="2",
        kind="pdf",
        name="125_SA-VP.pdf",
        is_attachment=True,
        pdf=PdfFacts(has_text=True, page_count=1),
        marks=Marks(**{**structs(LETTER), "enclosures": tuple(map(Enclosure, titles)), **facts.pop("letter", {})}),
    )
    message = MessageFacts(
        size_octets=1,
        parts=(letter, *files),
        document=LETTER,
        body_marks=Marks(enclosures=tuple(map(Enclosure, body))),
        **facts,
    )
    return answer_enclosures(message, principal_of(message))[1:]


def structs(marks):
    """Fields of marks that are not their defaults."""
    return {name: getattr(marks, name) for name in ("doc_type", "number", "notation", "titles")}


def test_a_file_answers_by_title_number_or_order():
    """In the words of its name or of its first page."""
    assert ((), True) == answered(["danh sách cán bộ"], file("3", "DS can bo.xlsx"))
    assert ((), True) == answered(["Phụ lục II"], file("3", "x.docx", marks=Marks(titles=("PHỤ LỤC 2",))))
    report = Marks(number="15", notation="BC-SB", doc_type="bao_cao")
    assert ((), True) == answered(["Báo cáo số 15/BC-SB"], file("3", "scan.pdf", "pdf", marks=report))


def test_what_nothing_can_be_is_missing():
    """No file at all; a document of another number; the annex of another order."""
    assert (("danh sách",), False) == answered(["danh sách"])
    other = Marks(number="16", notation="BC-SB", doc_type="bao_cao")
    assert (("Báo cáo số 15/BC-SB",), False) == answered(["Báo cáo số 15/BC-SB"], file("3", "b.pdf", marks=other))
    first = file("3", "Phu luc I.docx", marks=Marks(titles=("PHỤ LỤC I",)))
    assert (("Phụ lục II",), False) == answered(["Phụ lục I", "Phụ lục II"], first)


@pytest.mark.parametrize(
    "odd",
    [
        {"uninspectable": "no_ocr"},
        {"uninspectable": "encrypted", "is_encrypted": True},
        {"kind": "pdf", "pdf": PdfFacts(image_pages=1, ocr="pages")},
        {"kind": "pdf", "pdf": PdfFacts(has_text=True, unread_pages=3)},
        {},
    ],
    ids=["scan", "locked", "scan whose letters were recognised", "pages beyond the budget", "titled otherwise"],
)
def test_what_may_be_somewhere_is_not_missing(odd):
    """A file that was not read, or one nobody named, may be it under another title."""
    assert ((), None) == answered(["danh sách cán bộ"], file("3", "0001.bin", **odd))


def test_pages_bound_in_behind_answer():
    """An annex of the letter's own file, but not the title of the letter itself."""
    annexes = {"annex_titles": ("PHỤ LỤC", "DANH SÁCH CÁN BỘ")}
    assert ((), True) == answered(["Danh sách cán bộ"], letter=annexes)
    assert (("công văn",), False) == answered(["công văn"])


def test_files_in_containers_and_attached_mails_answer():
    """An archive is what it holds; what signs a file or lies in the text as a logo is nothing."""
    inside = file("3!1", "Danh sach can bo.xlsx")
    assert ((), True) == answered(["danh sách cán bộ"], file("3", "a.zip", "zip"), inside)
    signature, logo = file("4", "x.p7s", "pkcs7"), file("5", "logo.png", "png", is_inline=True)
    assert (("danh sách",), False) == answered(["danh sách"], signature, logo)


def test_the_number_in_a_name_is_not_the_letter_itself():
    """`125_SA-VP_danh sach kem theo.xlsx` is what comes with it."""
    listed = Marks(number="125", notation="SA-VP", number_source="file_name")
    assert ((), True) == answered(["danh sách"], file("3", "125_SA-VP_danh sach kem theo.xlsx", marks=listed))


def test_the_body_may_name_the_letter_itself():
    """`Gửi kèm Công văn số 125/SA-VP` is answered by it, and counts once with what the letter says."""
    assert ((), True) == answered([], body=["Công văn số 125/SA-VP"])
    assert (("danh sách",), False) == answered(["danh sách"], body=["danh sách"])


def test_a_letter_nobody_read_leaves_it_open():
    """Whether it names anything is not known."""
    scan = PartFacts(path="2", kind="pdf", name="a.pdf", is_attachment=True, uninspectable="no_ocr")
    facts = MessageFacts(size_octets=1, parts=(scan,))
    assert (0, (), None) == answer_enclosures(facts, scan)


def test_so_many_of_a_kind():
    """Three files, or one that holds three forms; two leave it open."""
    three = MessageFacts(size_octets=1, body_marks=Marks(enclosures=(Enclosure("03 biểu mẫu", 3),)))

    def ask(*files):
        return answer_enclosures(MessageFacts(size_octets=1, body_marks=three.body_marks, parts=files), None)

    forms = [file(str(one), f"Bieu mau {one}.xlsx") for one in (2, 3, 4)]
    merged = file("2", "Bieu mau.xlsx", marks=Marks(titles=("BIỂU 01", "BIỂU 02"), annex_titles=("BIỂU 03",)))
    assert [True, True, None, False] == [ask(*forms)[2], ask(merged)[2], ask(*forms[:2])[2], ask()[2]]
    assert 3 == ask().named
