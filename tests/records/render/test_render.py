"""Renderings: the same report as page, workbook, CSV and JSON, for people and for machines."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser

import pytest
from msgspec import structs
from openpyxl import load_workbook

from gateway.records.render.data import plain, read_report, report_json, report_schema, table_csv
from gateway.records.render.page import report_page
from gateway.records.render.words import cell_words, period_words
from gateway.records.render.xlsx import report_xlsx
from gateway.records.report import Column, Hidden, Share, Table, Text, hide_small
from tests.support.sample_report import sample_report
from tests.support.tree import ROOT

REPORT = sample_report()
PAGE = report_page(REPORT, [("a.xlsx", "Excel")], [("../index.html", "Các tháng")])
SCHEMA = ROOT / "docs" / "schemas" / "report.schema.json"
VOID = {"meta", "br", "rect", "line", "circle", "polyline", "img", "link"}


class _Nesting(HTMLParser):
    """Collects what is never closed, and everything that could run or be fetched."""

    def __init__(self):
        super().__init__()
        self.open, self.words, self.wrong, self.ids = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        self.wrong += [tag for name, _ in attrs if name.startswith("on") or name == "src"]
        self.wrong += [tag] if tag in {"script", "iframe", "link", "object", "img", "b"} else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def test_page_is_well_formed_and_inert():
    """Every element is closed, ids are unique, nothing runs and nothing is fetched, names are no markup."""
    nesting = _Nesting()
    nesting.feed(PAGE)

    assert nesting.open == []
    assert nesting.wrong == []
    assert len(nesting.ids) == len(set(nesting.ids))
    assert any("Sở <b>Tài chính</b> & cs" in words for words in nesting.words)


@pytest.mark.parametrize(
    "words",
    [
        "Thống kê mẫu", "Sample statistics", "Tháng 10/2026", "1.214", "80,9 % (1.214/1.500)", "14/10/2026", "đúng hạn",
        "không có mẫu số (198 trên ít nhất 240, nhiều nhất 82,5 %)", "1.250.000 đ", "dưới 5",
        "Bản đính chính số 2", "Bổ sung sổ của nút n2", "Thiếu sổ của nút n2 ngày 05/10.", "Văn bản mật không có",
        "[14/CT-UBND 4]", 'href="a.xlsx"', 'href="../index.html"', 'lang="en"',
    ],
)  # fmt: skip
def test_page_says(words):
    """Numbers as Vietnamese readers write them, both languages, version and warnings."""
    assert words in PAGE.replace("\u00a0", " ")


def test_control_characters_of_a_name_stop_no_file():
    """A registry may hold one; workbook and CSV show a mark in its place."""
    table = Table("a", Text("Bảng", "Table"), (Column("agency", Text("Cơ quan", "Agency")),), (("Sở\x01A",),))
    report = structs.replace(
        REPORT, tables=(table,), correction="b\x02c", warnings=(Text("x\x0by", "z"),)
    )  # fmt: skip
    book = load_workbook(io.BytesIO(report_xlsx(report)))

    assert book.worksheets[1]["A2"].value == "Sở\ufffdA"
    assert "Sở\ufffdA" in table_csv(table).decode()


def test_workbook_holds_numbers_and_no_formula():
    """Shares as part, whole and percent; dates as dates; a name that looks like a formula stays text."""
    book = load_workbook(io.BytesIO(report_xlsx(REPORT)))
    sheet = book.worksheets[1]

    assert [sheet.title for sheet in book] == ["Giới thiệu", "1. Theo cơ quan"]
    assert [cell.value for cell in sheet[2]][:7] == ["Sở Nội vụ (mẫu)", 1214, 1214, 1500, None, 80.9, sheet["G2"].value]
    assert sheet["G2"].value.isoformat()[:10] == "2026-10-14"
    assert [cell.value for cell in sheet[3]][2:6] == [198, None, 240, None]
    assert sheet["A4"].value == '\'=HYPERLINK("x")'
    assert all(cell.data_type != "f" for row in sheet for cell in row)
    assert sheet["J3"].value == "<5"


def test_csv_has_each_side_of_a_share():
    """With a byte order mark, and a row of sums last."""
    octets = table_csv(REPORT.tables[0])
    rows = list(csv.DictReader(io.StringIO(octets.decode("utf-8-sig"))))

    assert octets.startswith(b"\xef\xbb\xbf")
    assert (rows[0]["rate"], rows[0]["rate_of"], rows[0]["rate_percent"]) == ("1214", "1500", "80.9")
    assert (rows[1]["rate_of"], rows[1]["rate_of_at_least"], rows[1]["rate_percent"]) == ("", "240", "")
    assert rows[1]["leaders"] == "<5"
    assert rows[2]["agency"].startswith("'=")
    assert rows[-1]["agency"] == "Cộng"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), (" =1+1", "' =1+1"), ("\t=1+1", "'\t'=1+1"),
        ("Báo giá; =1+1", "Báo giá;' =1+1"), ("Báo giá;+1", "Báo giá;'+1"), ("45/BC-SNV; 46/BC-SNV", "45/BC-SNV; 46/BC-SNV"),
    ],
)  # fmt: skip
def test_a_cell_of_a_clerk_begins_no_formula_in_any_spreadsheet(typed, written):
    """A program of a country with a decimal comma ends a cell at `;`, also where the file means none to end."""
    assert plain(typed) == written


def test_json_is_the_whole_report_and_comes_back():
    """Nothing is lost, and the schema is named."""
    octets = report_json(REPORT)

    assert json.loads(octets)["$schema"] == report_schema()["$id"]
    assert read_report(octets) == REPORT


def test_schema_is_the_one_in_the_repository():
    """Readers of the JSON build on it; `scripts/reference` writes it."""
    assert json.loads(SCHEMA.read_text("utf-8")) == report_schema()


def test_the_same_report_gives_the_same_octets():
    """Whenever it is written: a digest tells content from content."""
    octets = report_xlsx(REPORT)
    written = zipfile.ZipFile(io.BytesIO(octets)).read("docProps/core.xml")

    assert octets == report_xlsx(sample_report())
    # two writings in one second are alike anyway: no time of writing stands in the file
    assert re.findall(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T", written) == [b"2000-01-01T", b"2000-01-01T"]
    assert report_json(REPORT) == report_json(sample_report())


def test_small_counts_of_persons_are_hidden():
    """A single hidden one beside a total would be told by the difference, so that the next one goes too."""
    assert hide_small([1, 4, 5, 0], with_total=False) == [Hidden(), Hidden(), 5, 0]
    assert hide_small([3, 90, 7], with_total=True) == [Hidden(), 90, Hidden()]
    assert hide_small([None, 0], with_total=True) == [None, 0]


def test_shares_without_a_denominator_give_no_percentage():
    """Nor does a share of nothing."""
    assert Share(5, None, 10).percent is None
    assert Share(5, None, 10).percent_at_most == 50.0
    assert Share(0, 0).percent is None
    assert cell_words(Share(0, 0), "share") == "– (0/0)"
    assert cell_words(Share(3, None), "share") == "không có mẫu số (3)"


def test_a_row_of_another_width_cannot_be_made():
    """A table is a rectangle."""
    with pytest.raises(ValueError, match="row of 2 cells"):
        Table("t", Text("a", "b"), (Column("c", Text("a", "b")),), ((1, 2),))


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2026-10", "tháng 10/2026"), ("2026-Q3", "quý III/2026"), ("2026-H1", "6 tháng đầu năm 2026"),
        ("2026", "năm 2026"), ("2014-03-01/2014-08-31", "từ 01/03/2014 đến 31/08/2014"),
    ],
)  # fmt: skip
def test_periods_in_words(period, words):
    """As an office writes them."""
    assert period_words(period) == words


def test_years_are_no_quantities():
    """2026, not 2.026; a count has its dot."""
    assert (cell_words(2026, "text"), cell_words(2026, "count")) == ("2026", "2.026")
