"""Where words stand: cells of rows and paragraphs, however a program draws them."""

from __future__ import annotations

import io
import itertools

import pikepdf
import pytest
from pikepdf import Name

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.pdf.lines import MAX_LINES
from gateway.read.pdf.reader import read_pdf
from gateway.values.trust import EMPTY_TRUST
from tests.corpus.pdf_tools import AT, facts
from tests.support.pdf_layout import (
    LEFT,
    RIGHT,
    SHAPES,
    Words,
    by_letter,
    centred,
    document,
    ending,
    length,
    moved,
    paragraph,
)

_ISSUER, _NUMBER, _DATE = "SỞ NỘI VỤ TỈNH X", "Số: 45/BC-SNV", "X, ngày 20 tháng 11 năm 2026"
_NATION, _MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
_LONG = (
    "Thực hiện Chỉ thị số 15/QĐ-UBND ngày 12 tháng 10 năm 2026 của Ủy ban nhân dân tỉnh về tăng cường sử dụng văn bản "
    "điện tử trong hoạt động của cơ quan nhà nước và bảo vệ bí mật nhà nước, Sở A đề nghị các đơn vị gửi báo cáo."
)


def text_of(octets: bytes) -> str:
    """The text of a file as the detectors get it."""
    return read_pdf(octets, DEFAULT_BUDGET, EMPTY_TRUST, AT).text


def secrecy_of(octets: bytes) -> object:
    """The level read of a mail with the file."""
    return facts(octets)["secrecy"]


def rows(*pairs: tuple[str, str], top: float = 790.0, size: float = 13.0) -> list[Words]:
    """Rows of two cells, each centred in its own."""
    found = []
    for place, (left, right) in enumerate(pairs):
        found += [centred(left, 165, top - 18 * place, size)] if left else []
        found += [centred(right, 400, top - 18 * place, size)] if right else []
    return found


BODY = paragraph(_LONG, 690, indent=36)


def head(mark: str, layout: str) -> list[Words]:
    """A letter head in one of the usual layouts, the mark in its place."""
    left, right = (_ISSUER, _NUMBER, mark), (_NATION, _MOTTO, _DATE)
    if layout == "rows":
        return rows(*zip(left, right, strict=True))
    if layout == "two rows":
        return rows((_ISSUER, _NATION), (_NUMBER, _MOTTO)) + moved(rows((mark, _DATE)), 40)
    if layout == "number row":
        return rows((_ISSUER, _NATION), ("", _MOTTO), (_NUMBER, mark), ("", _DATE))
    if layout == "cells":
        cells = [*zip(left, ("", "", ""), strict=True)], [*zip(("", "", ""), right, strict=True)]
        return rows(*cells[0]) + rows(*cells[1])
    if layout == "tabs":
        return [
            Words(text, x, 790 - 18 * row) for row in range(3) for text, x in ((left[row], LEFT), (right[row], 290))
        ]
    if layout == "ends at the margin":
        lines = [Words(text, LEFT, 790 - 18 * place) for place, text in enumerate(left)]
        return [
            *itertools.chain(
                *zip(lines, [ending(text, RIGHT, 790 - 18 * place) for place, text in enumerate(right)], strict=True)
            )
        ]
    if layout == "blanks":
        return [
            Words(f"{one}{' ' * 9}{other}", LEFT, 790 - 18 * row)
            for row, (one, other) in enumerate(zip(left, right, strict=True))
        ]
    assert layout == "box drawn last", layout
    return [*rows((_ISSUER, _NATION), (_NUMBER, _MOTTO), ("", _DATE)), *BODY, centred(mark, 165, 735)]


LAYOUTS = (
    "rows", "two rows", "number row", "cells", "tabs", "ends at the margin", "blanks", "box drawn last",
)  # fmt: skip


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_mark_beside_date_or_number(layout: str, shape: str, turn: int):
    """A level beside the place and date, or beside the number, is a cell of its own in every layout and shape."""
    octets = document([*head("MẬT", layout), *BODY], shape=SHAPES[shape], turn=turn)

    cells = [cell for line in text_of(octets).split("\n") for cell in line.split("\t")]

    assert {"MẬT", _NUMBER, _DATE} <= set(cells)
    assert secrecy_of(octets) == "mat"


@pytest.mark.parametrize("mark", ["TỐI MẬT", "TUYỆT MẬT", "HỎA TỐC", "DỰ THẢO", "KHẨN"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_other_marks_are_cells(layout: str, mark: str):
    """The same for every level, urgency and draft."""
    cells = [cell for line in text_of(document([*head(mark, layout), *BODY])).split("\n") for cell in line.split("\t")]

    assert mark in cells


@pytest.mark.parametrize("layout", LAYOUTS)
def test_number_and_date_are_read_in_every_layout(layout: str):
    """Number, notation and date are read whatever stands beside them."""
    parts = facts(document([*head("HỎA TỐC", layout), *BODY]))["parts"]

    assert parts[-1]["marks"]["number"] == "45"  # type: ignore[index]


def test_landscape_page():
    """On a page laid broad by its own box, as on one turned by /Rotate."""
    pdf = pikepdf.open(io.BytesIO(document([*moved(head("MẬT", "rows"), 300), *moved(BODY, 300)])))
    pdf.pages[0].obj.MediaBox = [0, 0, 842, 595]
    out = io.BytesIO()
    pdf.save(out, static_id=True)

    assert f"MẬT\t{_DATE}" in text_of(out.getvalue())


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("is_justified", [True, False])
@pytest.mark.parametrize("indent", [0.0, 36.0])
def test_paragraph_is_one_line(shape: str, indent: float, *, is_justified: bool):
    """Wrapped lines are one paragraph, justified or ragged, and two paragraphs stay two."""
    one = paragraph(_LONG, 700, indent=indent, is_justified=is_justified)
    two = paragraph(_LONG, one[-1].y - 22, indent=indent, is_justified=is_justified)

    assert text_of(document([*one, *two], shape=SHAPES[shape])).split("\n") == [_LONG, _LONG]


@pytest.mark.parametrize("size", [10.0, 13.0, 14.0])
def test_word_wrapped_alone(size: float):
    """A paragraph whose last word `mật.` wraps into a line of its own is no mark, whatever it begins with."""
    text = "Các cơ quan, đơn vị thực hiện đúng quy định của pháp luật về bảo vệ thông tin và tài liệu mật."
    right = LEFT + length(text.rpartition(" ")[0], size) + 1

    said = text_of(
        document(
            paragraph(_LONG + " " + _LONG, 760, right=right, size=size) + paragraph(text, 500, right=right, size=size)
        )
    )

    assert text in said.split("\n")


@pytest.mark.parametrize("mark", ["MẬT.", "MẬT"])
def test_capitals_wrapped_alone(mark: str):
    """A justified line of capitals is stretched: the next goes on with it, though it holds a level and no more."""
    text = f"TĂNG CƯỜNG CÔNG TÁC LÃNH ĐẠO VÀ BẢO VỆ BÍ {mark}"
    right = LEFT + length(text.rpartition(" ")[0]) + 8
    octets = document(paragraph(_LONG + " " + _LONG, 760, right=right) + paragraph(text, 560, right=right))

    assert text in text_of(octets).split("\n")
    assert secrecy_of(octets) == "none"


def test_columns_of_a_newsletter():
    """Two columns of a newsletter are paragraphs, not cells of rows."""
    columns = [paragraph(_LONG, 700, left=left, right=left + 210, size=10) for left in (LEFT, LEFT + 240)]

    assert text_of(document([*columns[0], *columns[1]])).split("\n") == [_LONG, _LONG]


def test_bilingual_page():
    """Vietnamese beside English, in rows drawn from left to right: each row has two cells, and no cell is a mark."""
    pairs = [("BẢO VỆ BÍ MẬT NHÀ NƯỚC", "PROTECTION OF STATE SECRETS"), ("Độ mật của tài liệu", "Level of a document")]
    octets = document(rows(*pairs))

    assert text_of(octets).split("\n") == ["\t".join(pair) for pair in pairs]
    assert secrecy_of(octets) == "none"


def test_table_of_names():
    """A bearer of the name Mật in a table of names is a cell among others."""
    people = [("1", "Hoàng Văn", "Mật", "Phòng A"), ("2", "Lê Thị", "An", "Phòng B"), ("3", "Mật", "", "Phòng C")]
    words = [
        Words(text, LEFT + 110 * place, 700 - 18 * row)
        for row, one in enumerate(people)
        for place, text in enumerate(one)
        if text
    ]
    octets = document([centred("DANH SÁCH CÁN BỘ", 300, 740), *words])

    assert "1\tHoàng Văn\tMật\tPhòng A" in text_of(octets).split("\n")


def test_agenda():
    """Hours beside what happens at them are cells; a topic of secrecy is none."""
    words = [
        Words("08 giờ 00", LEFT, 700), Words("Phổ biến Luật Bảo vệ bí mật nhà nước", LEFT + 100, 700),
        Words("09 giờ 30", LEFT, 680), Words("Giải lao", LEFT + 100, 680),
    ]  # fmt: skip
    octets = document([centred("CHƯƠNG TRÌNH", 300, 740), *words])

    assert "09 giờ 30\tGiải lao" in text_of(octets)
    assert secrecy_of(octets) == "none"


def test_enumerated_paragraph():
    """A number before a paragraph, with a gap behind it, is no column of its own."""
    lines = paragraph(_LONG, 700, left=LEFT + 36)
    octets = document([Words("1.", LEFT, 700), *lines, Words("2.", LEFT, 600), *paragraph(_LONG, 600, left=LEFT + 36)])

    assert text_of(octets).split("\n") == [f"1. {_LONG}", f"2. {_LONG}"]


def test_lines_of_an_address_stay_lines():
    """Short lines one below the other are lines, also where one of them is the widest."""
    said = ["Nơi nhận:", "- Như trên;", "- Ủy ban nhân dân tỉnh (để báo cáo);", "- Lưu: VT."]

    assert (
        text_of(document([Words(text, LEFT, 300 - 14 * place, 11) for place, text in enumerate(said)])).split("\n")
        == said
    )


def test_heading_stays_apart():
    """Lines of a centred heading, and a head set at the left in a narrow box, are not one paragraph."""
    box = ["ỦY BAN NHÂN DÂN XÃ", "TRUNG TÂM PHỤC VỤ", "MẬT"]
    words = [centred("BÁO CÁO", 300, 700), centred("Kết quả công tác quý IV", 300, 682)]
    said = text_of(document([*(Words(text, LEFT, 790 - 18 * place) for place, text in enumerate(box)), *words]))

    assert said.split("\n") == ["MẬT", *box, "BÁO CÁO", "Kết quả công tác quý IV"]


@pytest.mark.parametrize(
    ("upper", "lower", "joined"),
    [
        ("số 125/QĐ-", "UBND ngày 12", "125/QĐ-UBND"),
        ("số 125/", "QĐ-UBND ngày", "125/QĐ-UBND"),
        ("số 12-", "15/TB", "12-15/TB"),
    ],
)
def test_notation_broken_at_its_hyphen(upper: str, lower: str, joined: str):
    """A notation broken behind its hyphen or stroke is one again."""
    before = "Căn cứ Quyết định của Chủ tịch Ủy ban nhân dân tỉnh về việc quy định chế độ "
    right = LEFT + length(before + upper) + 1
    words = paragraph(_LONG, 760, right=right)

    said = text_of(document([*words, Words(before + upper, LEFT, 600), Words(lower, LEFT, 583)]))

    assert joined in said


def test_letters_drawn_behind_their_line():
    """Letters that a font lacks, drawn from another after the line, stand where they show."""

    def apart(one: Words, codes: dict[str, int]) -> str:
        plain = [(letter, length(one.text[:place], one.size)) for place, letter in enumerate(one.text)]
        ordered = sorted(plain, key=lambda pair: pair[0] > "\u0233")
        return "".join(by_letter(Words(letter, one.x + x, one.y, one.size), codes) for letter, x in ordered)

    octets = document([*head("MẬT", "rows"), *BODY], shape=apart)

    assert f"MẬT\t{_DATE}" in text_of(octets)
    assert _LONG in text_of(octets)
    assert secrecy_of(octets) == "mat"


def test_stretched_line_has_no_columns():
    """A narrow justified line has wide gaps and no columns."""
    words = paragraph("Về việc nâng cao trách nhiệm trong quản lý tài liệu mật của các cơ quan", 700, right=LEFT + 120)

    assert "\t" not in text_of(document(words))


def test_many_lines_are_bounded():
    """Lines beyond the limit are read all the same, each by itself."""
    words = [Words("a", 20 + 7 * (place % 60), 800 - 3 * (place // 60), 3) for place in range(2 * MAX_LINES)]

    said = text_of(document(sorted(words, key=lambda one: (one.x * 31 + one.y * 17) % 97)))

    assert 2 * MAX_LINES == said.count("a")


def test_unmeasured_letters_are_read():
    """Letters of no size at all are still text, though no place can be told."""
    pdf = pikepdf.open(io.BytesIO(document([Words("MẬT", 100, 700, 0.0), *BODY])))
    page = pdf.pages[0].obj
    assert page.Type == Name.Page
    out = io.BytesIO()
    pdf.save(out, static_id=True)

    reading = read_pdf(out.getvalue(), DEFAULT_BUDGET, EMPTY_TRUST, AT)

    assert _LONG in reading.text


@pytest.mark.parametrize("angle", [30, 45, 60, 315])
@pytest.mark.parametrize("shape", SHAPES)
def test_watermark(shape: str, angle: int):
    """A level set large across the page is a mark, drawn under the text or over it."""
    octets = document(
        [*rows((_ISSUER, _NATION), (_NUMBER, _MOTTO)), *BODY],
        aslant=(Words("TUYỆT MẬT", 150, 300, 70), angle),
        shape=SHAPES[shape],
    )

    assert text_of(octets).startswith("TUYỆT MẬT\n")
    assert secrecy_of(octets) == "tuyet_mat"


def test_watermark_that_is_no_mark():
    """Other words across the page are read, and mark nothing."""
    octets = document(BODY, aslant=(Words("BẢN SAO NỘI BỘ", 150, 300, 60), 45))

    assert secrecy_of(octets) == "none"
