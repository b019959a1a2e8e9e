"""Laws of the detectors: total, indifferent to Unicode form, bounded in work."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.read.vietnamese import detect, detect_secrecy
from gateway.read.vietnamese.normalise import MAX_CHARACTERS, Scan, View, normalise
from gateway.read.vietnamese.number import MAX_CANDIDATES, find_candidates
from gateway.values.facts import Marks, Secrecy

AT = datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(hours=7)))
KINDS = ("subject", "body", "first_page", "file_name")
CORPUS = Path(__file__).parents[2] / "corpus" / "text"
WORDS = re.findall(
    "[^ ]+",
    "Số: 12/KH-UBND V/v mật tối tuyệt mật độ khẩu hỏa tốc khẩn giấy mời họp lúc 8h00 ngày 25/11/2026 trước sang dự thảo "
    "chậm nhất hạn nộp trong vòng 05 ngày làm việc kể từ ngày nhận được văn bản này tháng 12 quý IV hẹn giờ gửi đã sẽ "
    "hoãn dời hủy đính chính thay thế bản giấy sau bưu điện ( ) [ ] - : , . \n \f Kính gửi nhận tài liệu văn bản công văn báo cáo thứ Năm mai 31/02 24 giờ MẬT KHẨN",
)
HOSTILE = (
    "1\tx\ty\t" + "góp ý, " * 160 + "\ta b" * 15_000,  # an entry that begins with many topics and does not end
    "\t".join(["KHẨN"] * 35) + "\n" + "ab  " * 15_000,  # many marks beside a line of many cells
    "1/" * 30_000, "số " * 20_000, "12345 " * 10_000, " " * 60_000, "V/v " * 15_000, "mật " * 15_000, "1/1/2026 " * 6_700,
    "tài liệu mật " * 4_700, "12/KH-UBND " * 5_500, "8h00 " * 12_000, "\n" * 60_000, "MẬT\n" * 15_000, "(" * 60_000,
    "Số: " + "." * 60_000, "a" + "\u0301\u0323" * 30_000, "Ã¡" * 30_000, "a^'" * 20_000, "tèi mËt " * 7_500, "a " * 30_000,
    "[x]" * 20_000, "re: " * 15_000, "12/A-B-C-D-E" * 5_000, "lùi " * 15_000, "x" * 1_000_000, "ngày 1 tháng 1 " * 4_000,
    "gửi kèm dự thảo, " * 4_000, "(kèm " * 12_000, "gửi kèm:\n" + "- a\n" * 15_000, "\f\n" * 30_000, "\fPHỤ LỤC\n" * 6_000,
    "Nơi nhận:\n- Như Điều 3;\n" * 2_500, "Kính gửi: " + "Sở A, " * 9_000,
    "gửi trước ngày 1/12 " * 3_000, "trong vòng 05 ngày làm việc kể từ ngày nhận " * 1_300, "hỏa tốc hẹn giờ " * 3_700,
    "hoàn thành trong quý IV " * 2_400, "theo Công văn 1/A-B, gửi chậm nhất 1/12, " * 1_400, "các số 1, 2, " * 4_600 + "3/A-B",
    "Sở A, ngày\n" * 5_000, "trước " * 10_000, "trong ngày\n" * 5_000, "đến hết " * 7_500, "hạn nộp hồ sơ " * 4_200,
    "bản giấy " * 6_600, "đã gửi bản giấy, " * 3_500, "thay thế Công văn số 1/A-B " * 2_200, "thay thế 1/A-B, " * 3_700,
    "1/A-B ngày 1/1/2026 của Sở " * 2_200 + "thay thế 2/A-B", "Công văn này " * 4_600 + "đính chính 2/A-B",
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300), st.sampled_from(KINDS))
@example("\ud800\x00\udfff mật", "subject")
@example("İ Số: 12/KH-UBND", "subject")
@example("Độ mật: Ậ", "subject")
def test_any_text_gives_marks(text: str, kind: str) -> None:
    """Lone surrogates, NULs and letters that grow in lower case included."""
    assert isinstance(detect(text, kind, AT), Marks)


PIECES = (
    "\n", "\n- ", "\n+ ", "\n1. ", ";", ";;", ".", "......", "…", ":", ",", "-", "(", ")", "/", " ", "\t", "   ", "\f",
    "Kính gửi:", "Nơi nhận:", "Như trên", "Như Điều 3", "Lưu: VT", "(để b/c)", "(để t/h)", "Sở A", "UBND xã B", "ĐIỀU 3.", "Điều 3. ",
    "Số: 12/SA-VP", "Số:", "/SA-VP", "V/v", "ngày 05 tháng 3 năm 2026", "ngày   tháng   năm 2026", "HỎA TỐC", "hẹn giờ 10h00",
    "MẬT", "kèm theo", "Gửi kèm:", "02 phụ lục", "Phụ lục I", "theo Công văn số 9/B-C ngày 1/2/2026", "chậm nhất", "trước 10 giờ",
    "trong vòng 05 ngày làm việc", "kể từ ngày nhận", "cùng ngày", "báo cáo", "KT. CHỦ TỊCH", "GIẤY MỜI", "CÔNG ĐIỆN", "DỰ THẢO",
    "bản giấy", "gửi sau", "không gửi", "đính chính", "thay thế", "Công văn này",
)  # fmt: skip
"""What letters are made of, forms left blank among them: leaders, bullets without a word, lists of nothing."""


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map("".join), st.sampled_from(KINDS))
@example("Nơi nhận:\n- ....;", "body")
@example("Kính gửi:\n- ;;\nSở A", "first_page")
def test_any_order_of_a_letters_pieces_gives_marks(text: str, kind: str) -> None:
    """A detector that raises takes all marks of its text along, secrecy among them."""
    assert isinstance(detect(f"SỞ A\nSố: 12/SA-VP\n{text}", kind, AT), Marks)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=40), st.sampled_from(KINDS))
def test_unicode_form_does_not_matter(words: list[str], kind: str) -> None:
    """NFC and NFD of one text give the same marks, which round-trip through JSON."""
    text = " ".join(words)
    marks = detect(unicodedata.normalize("NFC", text), kind, AT)

    assert marks == detect(unicodedata.normalize("NFD", text), kind, AT)
    assert marks == msgspec.json.decode(msgspec.json.encode(marks), type=Marks)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=20), st.sampled_from(KINDS))
@example(["Độ", "mật:", "A"], "subject")
@example(["M", "Ậ", "T"], "first_page")
@example(["TÀI", "LIỆU", "THU", "HỒI"], "first_page")
@example(["Chỉ", "người", "có", "tên", "mới", "được", "bóc", "bì"], "body")
def test_secrecy_alone_is_that_of_all_marks(words: list[str], kind: str) -> None:
    """Who asks for nothing but secrecy gets what stands in the marks."""
    text = " ".join(words)

    assert detect(text, kind, AT).secrecy == detect_secrecy(text, kind)


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_the_calendar_are_survived(year: int) -> None:
    """A message received at the first or last day of the calendar raises nothing."""
    for day in (datetime(year, 1, 1, tzinfo=UTC), datetime(year, 12, 31, 23, 59, tzinfo=UTC)):
        assert isinstance(
            detect("Giấy mời họp 24 giờ ngày 31/12, 8h sáng mai, thứ Hai tuần sau", "subject", day), Marks
        )
        limits = "Nộp trong tháng 12, trong quý I, trong tuần sau, trước thứ Hai, gửi trước 31/12, số 1/A-B ngày 31/12"
        assert isinstance(detect(limits, "body", day), Marks)
        assert isinstance(detect("Giấy mời họp 24 giờ ngày 31/12/9999; 8h ngày 01/01/0000", "subject", day), Marks)


def test_only_the_stated_number_of_characters_is_read() -> None:
    """The work is bounded by construction: what lies behind MAX_CHARACTERS changes nothing."""
    head = "Số 12/KH-UBND " + "x " * MAX_CHARACTERS

    assert detect(head, "body", AT) == detect(head + " [TỐI MẬT] 13/BC-UBND", "body", AT)
    assert MAX_CHARACTERS == len(normalise(head))


def test_numbers_of_a_hostile_list_are_bounded() -> None:
    """At most MAX_CANDIDATES numbers are classified."""
    view = View.of(normalise("12/KH-UBND " * 5_000))

    assert MAX_CANDIDATES == len(find_candidates(view))


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_hostile_text_is_read(text: str) -> None:
    """Every worst case we know ends, in every kind (a quadratic scan would hang here)."""
    for kind in KINDS:
        assert isinstance(detect(text, kind, AT), Marks)


def test_no_expression_repeats_without_bound_over_words() -> None:
    """Expressions behind the gate have no unbounded repeat of a group, the shape that backtracks."""
    from gateway.read.vietnamese import draft, invitation, secrecy, times, topics, urgency  # noqa: PLC0415 - modules as data

    for module in (draft, invitation, secrecy, times, topics, urgency):
        for name, value in vars(module).items():
            pattern = value.expression.pattern if isinstance(value, Scan) else getattr(value, "pattern", "")
            assert not re.search(r"(?<!\\)\)[*+]", pattern) or name == "_SEPARATOR", f"{module.__name__}.{name}"


def test_legacy_encodings_give_the_marks_of_unicode() -> None:
    """A text in TCVN3, VNI, VIQR or mojibake gives the marks of its Unicode original but for `encoding`."""
    originals = {}
    for line in (CORPUS / "unicode.jsonl").read_text("utf-8").rstrip("\n").split("\n"):
        record = json.loads(line)
        originals[record["id"][1:]] = record
    checked = 0
    for name in ("tcvn3", "vni", "viqr", "mojibake", "nfd", "tohop"):
        for line in (CORPUS / f"{name}.jsonl").read_text("utf-8").rstrip("\n").split("\n")[::4]:
            record = json.loads(line)
            original = originals[record["id"].rsplit("-", 1)[1]]
            found, wanted = (detect(r["text"], r["kind"], AT) for r in (record, original))
            assert wanted.secrecy is found.secrecy, record["id"]
            assert (wanted.doc_type, wanted.number, wanted.notation) == (found.doc_type, found.number, found.notation)
            checked += 1
    assert checked > 150


def test_secrecy_only_rises_with_a_mark_line() -> None:
    """Putting a level on its own line into any labelled first page marks at least that level."""
    ranks = [Secrecy.NONE, Secrecy.MAT, Secrecy.TOI_MAT, Secrecy.TUYET_MAT]
    for line in (CORPUS / "unicode.jsonl").read_text("utf-8").rstrip("\n").split("\n"):
        record = json.loads(line)
        if record["kind"] != "first_page":
            continue
        for lower, higher in pairwise(ranks):
            words = {"mat": "MẬT", "toi_mat": "TỐI MẬT", "tuyet_mat": "TUYỆT MẬT"}[higher.value]
            marks = detect(f"{words}\n\nỦY BAN\n{record['text']}", "first_page", AT)
            assert ranks.index(marks.secrecy) > ranks.index(lower), record["id"]
