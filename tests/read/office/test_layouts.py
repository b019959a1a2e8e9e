"""Letter heads, tables and forms as office programs lay them out: one paragraph a line, cells of a row by tabs."""

from __future__ import annotations

import pytest

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.notes import Notes
from gateway.read.office.packages import read_office
from gateway.read.rows import join_row
from tests.corpus.compose import archive

TYPES = ("[Content_Types].xml", b"<Types/>")
LEFT = ("UBND TỈNH THỬ NGHIỆM", "SỞ A", "Số: 15/QĐ-SA", "MẬT")
RIGHT = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Thử Nghiệm, ngày 23 tháng 11 năm 2026")
SIDE_BY_SIDE = [
    "UBND TỈNH THỬ NGHIỆM\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "SỞ A\tĐộc lập - Tự do - Hạnh phúc",
    "Số: 15/QĐ-SA\tThử Nghiệm, ngày 23 tháng 11 năm 2026",
    "MẬT",
]


def p(*runs: str) -> str:
    """One paragraph; a run that is an element stands as it is."""
    return f"<w:p>{''.join(run if run.startswith('<') else f'<w:r><w:t>{run}</w:t></w:r>' for run in runs)}</w:p>"


def row(*cells: tuple[str, ...] | str) -> str:
    """One row of a table; a cell is its paragraphs, or what stands in it."""
    inner = (one if isinstance(one, str) else "".join(map(p, one)) for one in cells)
    return f"<w:tr>{''.join(f'<w:tc><w:tcPr/>{one}</w:tc>' for one in inner)}</w:tr>"


def table(*rows: str) -> str:
    """A table of rows."""
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


def box(*paragraphs: str) -> str:
    """A run with a text box, as Word writes it: a shape, and the same for programs that know none."""
    text = f"<w:txbxContent>{''.join(map(p, paragraphs))}</w:txbxContent>"
    return (
        f"<w:r><mc:AlternateContent><mc:Choice><wps:txbx>{text}</wps:txbx></mc:Choice>"
        f"<mc:Fallback><v:textbox>{text}</v:textbox></mc:Fallback></mc:AlternateContent></w:r>"
    )


def lines(body: str, limit: int = 5_000) -> list[str]:
    """Lines of a Word file with this body."""
    return read(body, limit).text.rstrip("\n").split("\n")


def read(body: str, limit: int = 5_000):
    """What is read of a Word file with this body."""
    spaces = "".join(f" xmlns:{name}='{name}'" for name in ("w", "mc", "wps", "v"))
    document = f"<w:document{spaces}><w:body>{body}</w:body></w:document>".encode()
    octets = archive(TYPES, ("word/document.xml", document))
    return read_office(octets, "docx", limit, Notes(DEFAULT_BUDGET))


HEADS = {
    "one row of two cells": table(row(LEFT, RIGHT)),
    "two rows": table(row(LEFT[:2], RIGHT[:2]), row(LEFT[2:], RIGHT[2:])),
    "three rows": table(row(LEFT[:1], RIGHT[:1]), row(LEFT[1:2], RIGHT[1:2]), row(LEFT[2:], RIGHT[2:])),
    "four rows": table(*(row((left,), RIGHT[at : at + 1]) for at, left in enumerate(LEFT))),
    "three cells, the middle one blank": table(row(LEFT, ("",), RIGHT)),
    "a table in a table": table(row(table(row(LEFT, RIGHT)))),
    "cells that are content controls": table(
        "<w:tr>" + "".join(f"<w:sdt><w:sdtContent>{row(one)[6:-7]}</w:sdtContent></w:sdt>" for one in (LEFT, RIGHT)) + "</w:tr>"
    ),
    "tabs": "".join(p(one, "<w:r><w:tab/></w:r>", other) for one, other in zip(LEFT, RIGHT, strict=False)) + p("MẬT"),
    "tabs to the margin": "".join(p(one, "<w:r><w:ptab/></w:r>", other) for one, other in zip(LEFT, RIGHT, strict=False)) + p("MẬT"),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_a_head_is_read_side_by_side(name: str) -> None:
    """Whatever holds its two columns, what stands at one height is one line, and the letter follows."""
    found = [line.strip("\t") for line in lines(HEADS[name] + p("Kính gửi: Sở B"))]

    assert found == [*SIDE_BY_SIDE, "Kính gửi: Sở B"]


def test_a_box_follows_the_paragraph_or_row_it_is_anchored_in() -> None:
    """As lines of its own, once, and apart as well; never between the cells of a row."""
    cell = p("SỞ A", box("MẬT"))

    assert lines(p("SỞ A", box("TUYỆT MẬT", "Bản số 01")) + p("Số: 15")) == ["SỞ A", "TUYỆT MẬT", "Bản số 01", "Số: 15"]
    assert lines(table(row(cell, ("CỘNG HÒA",)), row(("Số: 15",), ("Ngày",)))) == [
        "SỞ A\tCỘNG HÒA", "MẬT", "Số: 15\tNgày"
    ]  # fmt: skip
    assert "MẬT\n" in read(table(row(cell, ("CỘNG HÒA",)))).asides


def test_a_table_in_a_box_is_read_as_rows() -> None:
    """A form drawn as a box keeps label and value together."""
    inner = table(row(("Độ mật",), ("Mật",)), row(("Độ khẩn",), ("Thường",)))
    body = f"<w:p><w:r><w:txbxContent>{inner}</w:txbxContent></w:r></w:p>"

    assert lines(body) == ["", "Độ mật\tMật", "Độ khẩn\tThường"]


def test_labels_and_values_of_several_paragraphs_stay_together() -> None:
    """A form of one row: labels below one another beside their values."""
    assert lines(table(row(("Độ mật", "Độ khẩn"), ("Mật", "Thường")))) == ["Độ mật\tMật", "Độ khẩn\tThường"]


def test_signs_of_a_number_are_read() -> None:
    """Word keeps a hyphen that does not break as an element, and a soft one as nothing."""
    body = p("<w:r><w:t>Số: 15/QĐ</w:t><w:noBreakHyphen/><w:t>S</w:t><w:softHyphen/><w:t>A</w:t></w:r>")

    assert lines(body) == ["Số: 15/QĐ-SA"]


def test_pages_end_where_the_writer_ended_them() -> None:
    """A break, a paragraph that begins a page, the end of a section; a continuous section ends none."""
    ended = "<w:p><w:pPr><w:sectPr>{}</w:sectPr></w:pPr><w:r><w:t>mot</w:t></w:r></w:p>"

    assert lines(p("mot", "<w:r><w:br w:type='page'/></w:r>") + p("hai")) == ["mot", "\f", "", "hai"]
    assert lines(p("mot") + "<w:p><w:pPr><w:pageBreakBefore/></w:pPr><w:r><w:t>hai</w:t></w:r></w:p>") == [
        "mot",
        "\fhai",
    ]
    assert lines(ended.format("") + p("hai")) == ["mot", "\fhai"]
    assert lines(ended.format("<w:type w:val='continuous'/>") + p("hai")) == ["mot", "hai"]


def test_a_content_control_is_a_field() -> None:
    """Its title, or tag, is the label of what it holds."""
    body = "<w:p><w:r><w:t>Độ mật: </w:t></w:r><w:sdt><w:sdtPr><w:alias w:val='Độ mật'/><w:tag w:val='DoMat'/></w:sdtPr><w:sdtContent><w:r><w:t>Mật</w:t></w:r></w:sdtContent></w:sdt></w:p>"

    assert lines(body) == ["Độ mật: Mật"]
    assert {"Độ mật: Mật", "DoMat: Mật"} <= set(read(body).asides)


def test_rows_of_open_documents() -> None:
    """Cells of a text and of a sheet alike; blanks written as an element are blanks."""
    cells = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    rows = "".join(
        f"<table:table-row>{''.join(map(cells.format, row))}</table:table-row>"
        for row in (("Độ mật", "Mật"), ("Độ khẩn", "Thường"))
    )
    octets = archive(
        TYPES,
        (
            "content.xml",
            f"<o xmlns:table='t' xmlns:text='x'><table:table>{rows}</table:table><text:p>a<text:s text:c='2'/>b<text:tab/>c</text:p></o>".encode(),
        ),
    )

    found = read_office(octets, "odt", 1_000, Notes(DEFAULT_BUDGET)).text

    assert found == "Độ mật\tMật\nĐộ khẩn\tThường\na  b\tc\n"


SHEET = "<sheetData>{}</sheetData>"
STRINGS = "<sst>{}</sst>"


def workbook(*rows: str, strings: tuple[str, ...] = ()) -> bytes:
    """A workbook of one sheet with these cells."""
    shared = STRINGS.format("".join(f"<si><t>{one}</t></si>" for one in strings))
    sheet = f"<worksheet>{SHEET.format(''.join(f'<row>{one}</row>' for one in rows))}</worksheet>"
    return archive(
        TYPES, ("xl/sharedStrings.xml", shared.encode()), ("xl/worksheets/sheet1.xml", sheet.encode())
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "strings", "text"),
    [
        (['<c t="inlineStr"><is><t>SỞ A</t></is></c><c t="inlineStr"><is><t>MẬT</t></is></c>'], (), "SỞ A\tMẬT\n"),
        (['<c t="s"><v>0</v></c><c t="s"><v>1</v></c>'], ("Độ mật", "Mật"), "Độ mật\tMật\n"),
        (['<c t="s"><v>0</v></c><c><v>20</v></c>', "<c><v>1</v></c><c><v>2</v></c>"], ("Thép", ), "Thép\t20\n"),
        (['<c><v>1</v></c><c t="s"><v>0</v></c>'], ("Mật",), "1\tMật\n"),
        (['<c t="s"><v>0</v></c><c t="s"><v>1</v></c>'], ("SỞ A\nPHÒNG B", "CỘNG HÒA\nĐộc lập"), "SỞ A\tCỘNG HÒA\nPHÒNG B\tĐộc lập\n"),
        (['<c t="str"><f>A1</f><v>Mật</v></c>'], (), "Mật\n"),
    ],
)  # fmt: skip
def test_rows_of_a_workbook(rows: list[str], strings: tuple[str, ...], text: str) -> None:
    """One line a row; numbers are cells where words stand beside them, and rows of numbers alone say nothing."""
    assert read_office(workbook(*rows, strings=strings), "xlsx", 1_000, Notes(DEFAULT_BUDGET)).text == text


def test_the_first_lines_of_a_late_sheet_are_read() -> None:
    """A sheet that fills the text does not hide the one behind it."""
    long = "<worksheet><row><c t='inlineStr'><is><t>" + "a " * 2_000 + "</t></is></c></row></worksheet>"
    late = "<worksheet><row><c t='inlineStr'><is><t>MẬT</t></is></c></row></worksheet>"
    octets = archive(
        TYPES, ("xl/worksheets/sheet1.xml", long.encode()), ("xl/worksheets/sheet2.xml", late.encode())
    )  # fmt: skip

    assert "MẬT\n" in read_office(octets, "xlsx", 1_000, Notes(DEFAULT_BUDGET)).asides


def test_a_table_on_a_slide_is_rows_and_no_boxes() -> None:
    """Texts of its cells are no shapes of their own: a name in a list stands beside its office."""
    cell = "<a:tc><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc>"
    slide = f"<s xmlns:a='a'><a:tbl><a:tr>{cell.format('Nguyễn Văn')}{cell.format('Mật')}</a:tr></a:tbl></s>"
    octets = archive(TYPES, ("ppt/slides/slide1.xml", slide.encode()))

    found = read_office(octets, "pptx", 1_000, Notes(DEFAULT_BUDGET))

    assert found.text == "Nguyễn Văn\tMật\n"
    assert "Mật\n" not in found.asides


def test_hostile_tables_cost_what_they_hold() -> None:
    """Cells, rows and tables inside one another without end, and tall cells beside many, stay linear."""
    deep = "<w:tbl><w:tr><w:tc>" * 20_000 + p("x")
    tall = table(row(("a",) * 5_000, *[("b",)] * 5_000))

    assert "x" in read(deep).text
    assert len(lines(tall, 60_000)) == 5_000
    assert join_row(["a\n" * 20_000, *["b"] * 20_000]).startswith("a\tb\tb")
