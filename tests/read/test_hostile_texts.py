"""Facts about texts made to break, hold or pass the reader: each costs no more than its length, and hides nothing."""

from __future__ import annotations

import datetime as dt
import time
from email.message import EmailMessage

import pytest

from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.containers.members import reason_by_name
from gateway.read.kinds import sniff
from gateway.read.message import read_message
from gateway.read.mime.fields import read_parameters
from gateway.read.mime.names import find_name
from gateway.read.mime.paragraphs import plain_lines
from gateway.read.mime.quotes import BodyText, join_bodies
from gateway.read.names import PROGRAMS
from gateway.read.notes import Notes
from gateway.read.office.sheet_rows import LABEL_SST, SheetRows
from gateway.read.office.sheets import _Book
from gateway.read.vietnamese import detect
from gateway.read.vietnamese.icalendar import calendar_text
from gateway.read.web.data_text import data_text
from gateway.read.web.html import html_text
from gateway.values.facts import Secrecy
from gateway.values.trust import EMPTY_TRUST
from tests.support.judging import PACKS

AT = dt.datetime(2026, 11, 30, 2, tzinfo=dt.UTC)
SECONDS = 2.0
"""CPU time; what these inputs cost before was five times this and more."""


def read(body: bytes, kind: str = "text/plain; charset=utf-8", name: str = ""):
    """Read a mail with one part."""
    disposition = f'Content-Disposition: attachment; filename="{name}"\r\n' if name else ""
    head = f"From: a@soa.example.vn\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\n{disposition}"
    octets = (head + "Content-Transfer-Encoding: 8bit\r\n\r\n").encode() + body.replace(b"\n", b"\r\n")
    return read_message(octets, DEFAULT_BUDGET, EMPTY_TRUST, AT)


def costs(work) -> float:
    """CPU seconds of a piece of work."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


@pytest.mark.parametrize("blank", ["\u00a0", "\t", "\u3000", "\u00a0 \u00a0"])
@pytest.mark.parametrize("is_flowed", [True, False])
def test_lines_of_blanks_that_do_not_break_end_a_paragraph(blank, is_flowed):
    """Mail programs write them between paragraphs."""
    lines = plain_lines("a" * 70 + f"\n{blank}\nabc", is_flowed=is_flowed, is_delsp=False)

    assert ["a" * 70, "abc"] == [line.text.strip() for line in lines if line.text.strip()]


def test_half_a_character_out_of_json_is_none():
    """Facts are written as UTF-8."""
    source = '[{"number":"12/KH-SA","x":"UBND TỈNH \\ud800 SÔNG AN","b":"Kính gửi: \\udc00 abc","DoMat":"M\\u1eacT"}]'

    assert "\ud800" not in (data_text(source, 10_000) or "")
    assert read(source.encode(), "application/json", "a.json").secrecy is Secrecy.MAT


def test_half_a_character_never_leaves_the_detectors():
    """Whoever hands it in."""
    detect("Kính gửi: Sở \ud800A\nSố: 12/\udfffSA-VP", "first_page", AT).issuer_lines.__repr__().encode()


@pytest.mark.parametrize("count", [700, 10_000])
def test_thousands_of_bare_names_cost_their_length(count):
    """One field may hold a hundred thousand octets."""
    field = b"attachment; name=x" + b" name =a" * count

    assert costs(lambda: read_parameters(field, Notes(DEFAULT_BUDGET))) < SECONDS


def test_a_bare_name_is_still_read_to_its_end():
    """As mail programs show it."""
    notes = Notes(DEFAULT_BUDGET)

    found = find_name(read_parameters(b"attachment; filename=15 QD SA (ky).pdf; size=3", notes), read_parameters(b"", notes), notes)  # fmt: skip

    assert found.name == "15 QD SA (ky).pdf"


def test_a_row_of_many_cells_beside_one_of_many_paragraphs_costs_its_length():
    """Cells times paragraphs it was."""
    page = "<table><tr><td>" + "<p>a" * 60_000 + "<td>a" * 60_000

    assert costs(lambda: html_text(page, 300_000)) < SECONDS


def test_cells_of_several_paragraphs_are_read_side_by_side():
    """The two columns of a head."""
    page = "<table><tr><td><p>SỞ A<p>Số: 12/SA<td><p>CỘNG HÒA<p>Độc lập</table>"

    assert "SỞ A\tCỘNG HÒA\nSố: 12/SA\tĐộc lập" in html_text(page, 1_000)


@pytest.mark.parametrize("piece", ['\\"', '"\\', '\\\\"', '"a\\"'])
def test_strings_that_never_end_cost_their_length(piece):
    """What opens is looked through once."""
    assert costs(lambda: data_text('{"a":' + piece * 60_000, 60_000)) < SECONDS


def test_a_string_that_is_cut_is_read_as_far_as_it_goes():
    """A file may end in the middle."""
    assert "DoMat: Mật" in (data_text('{"DoMat":"Mật","x":"Trích yế', 1_000) or "")


def test_a_shared_string_in_two_thousand_cells_is_read_once():
    """A row has so many characters, however often one string is named."""
    book = _Book(60_000)
    book.legacy, book.strings = ".VnTime", ["«ng " * 15_000]
    record = bytes(6) + (0).to_bytes(4, "little")

    assert costs(lambda: [book.take(LABEL_SST, [record], is_wide=True) for _ in range(2_000)]) < SECONDS


def test_cells_of_other_rows_still_have_room():
    """Only what is left of all sheets bounds them."""
    rows = SheetRows(100)
    rows.word(0, "a" * 90)

    assert (10, 100) == (rows.room_in(0), rows.room_in(1))


def test_a_thousand_texts_of_one_message_cost_their_number():
    """Each is compared with those beside it."""
    bodies = [BodyText(f"{number} " + f"từ {number} " * 250) for number in range(950)]

    assert costs(lambda: join_bodies(bodies)) < SECONDS


def test_the_views_of_an_alternative_are_read_once():
    """They stand side by side."""
    assert join_bodies([BodyText("Một  hai ba"), BodyText("Một\nhai ba"), BodyText("Khác")]).count("hai") == 1


def test_every_name_the_rule_on_programs_lists_is_one_beside_a_document():
    """Readers that take the other name would run it."""
    (rule,) = (rule for pack in PACKS for rule in pack.rules if rule.id == "NAT-EXE-1")
    listed = {word for word in rule.when.replace('"', " ").replace(",", " ").split() if word.isalnum()}
    known = {"xll", "msp", "chm", "application", "wsc", "vb", "exe", "hta", "lnk", "rdp"}

    assert known <= listed & PROGRAMS
    for extension in sorted(known):
        notes = Notes(DEFAULT_BUDGET)
        find_name(read_parameters(b'attachment; filename="a.pdf"', notes), read_parameters(f'x/y; name="a.{extension}"'.encode(), notes), notes)  # fmt: skip
        assert "name_conflict" in notes.ambiguities, extension


def test_a_text_that_begins_like_a_drawing_is_read():
    """Its lines are words that anybody opens with an editor."""
    page = "0\nSECTION\n2\nHEADER\nSỞ A\nSố: 12/BC-SA\nTUYỆT MẬT\nBÁO CÁO\nKết quả\n"

    assert sniff(page.encode()) == "text"
    assert read(page.encode(), name="a.txt").secrecy is Secrecy.TUYET_MAT


def test_a_text_in_utf_16_that_begins_like_a_model_is_read():
    """An odd first letter hides nothing."""
    page = "\u0effSketchUp\nSỞ A\nSố: 12/BC-SA\nTUYỆT MẬT\nBÁO CÁO\nKết quả\n"

    assert sniff(b"\xff\xfe" + page.encode("utf-16-le")) == "text"


@pytest.mark.parametrize(
    "lines",
    [
        "BEGIN:VEVENT\nSUMMARY:Họp\nBEGIN:VALARM\nSUMMARY:Độ mật: Tuyệt mật\nEND:VALARM\nEND:VEVENT",
        "SUMMARY:TÀI LIỆU\nSUMMARY: Độ mật: Tuyệt mật",
        "BEGIN:VEVENT\nSUMMARY:Họp\nSUMMARY:Độ mật: Tuyệt mật\nEND:VEVENT",
        "BEGIN:VEVENT\nSUMMARY:Họp\nLOCATION:Phòng 1\nLOCATION:Độ mật: Tuyệt mật\nEND:VEVENT",
        "BEGIN:VEVENT\nSUMMARY:Họp\nCLASS:Độ mật: Tuyệt mật\nEND:VEVENT",
        "BEGIN:VEVENT\nSUMMARY:Họp\nATTENDEE:Độ mật: Tuyệt mật\nEND:VEVENT",
        "BEGIN:VTIMEZONE\nTZNAME:Độ mật: Tuyệt mật\nEND:VTIMEZONE",
        "PRODID:Độ mật: Tuyệt mật",
    ],
)
def test_no_property_of_a_calendar_hides_a_mark(lines):
    """In an event or beside it, once or twice."""
    calendar = f"BEGIN:VCALENDAR\nVERSION:2.0\n{lines}\nEND:VCALENDAR\n"

    assert read(calendar.encode(), "text/calendar; charset=utf-8; method=REQUEST").secrecy is Secrecy.TUYET_MAT
    assert read(calendar.encode()).secrecy is Secrecy.TUYET_MAT


def test_what_programs_write_into_calendars_is_not_shown():
    """It says nothing to people."""
    text = "BEGIN:VCALENDAR\nPRODID:-//x//y\nBEGIN:VEVENT\nUID:1@a\nSUMMARY:Họp\nEND:VEVENT\nEND:VCALENDAR"

    assert "UID" not in calendar_text(text)


@pytest.mark.parametrize(
    ("name", "size", "reason"),
    [
        (".DS_Store", 6_148, "leftover"),
        ("._15_QĐ-SA.pdf", 4_096, "leftover"),
        ("Thumbs.db", 900_000, "leftover"),
        ("bao cao.docx", 6_148, "unsupported"),
        (".DS_Store", 50_000_000, "unsupported"),
        ("du lieu", 8, "unsupported"),
    ],
)
def test_a_leftover_has_the_name_and_size_of_one(name, size, reason):
    """Its first octets alone make nothing one."""
    assert reason_by_name(name, "leftover", size, "leftover") == reason


@pytest.mark.parametrize(
    ("sender", "number"),
    [
        ("Sở Nội vụ kính gửi quý đơn vị Công văn số 231/SNV-CCHC", "231"),
        ("Phòng Nội vụ gửi Công văn số 231/PNV-CCHC", "231"),
        ("Thành phố Đà Nẵng kính gửi Công văn số 231/UBND-CCHC", "231"),
        ("UBND thành phố Cần Thơ xin gửi Công văn số 231/UBND-CCHC", "231"),
        ("Ban Nội chính gửi Công văn số 231/BNC-TH", "231"),
        ("Đơn vị nói đã gửi Công văn số 231/SNV-CCHC", None),
        ("Anh cần gửi Công văn số 231/SNV-CCHC trước thứ Sáu", None),
        ("Hôm trước em đã gửi Công văn số 231/SNV-CCHC", None),
        ("Nơi gửi Công văn số 231/SNV-CCHC là Sở A", None),
        ("Cần gửi Công văn số 231/SNV-CCHC cho ai ạ", None),
    ],
)
def test_names_of_agencies_do_not_cancel_sending(sender, number):
    """`Nội vụ` is no `nói`, `Đà Nẵng` no `đã`; words that do cancel it still do."""
    assert detect(f"{sender}.", "body", AT).number == number


def test_a_register_drawn_with_bars_has_no_number_of_its_own():
    """Its rows are entries."""
    assert detect("12/BC-SA | 02/3/2026 | Thường | Báo cáo\n13/BC-SA | 03/3/2026 | Thường | Tờ trình", "first_page", AT).number is None  # fmt: skip


def test_a_mail_of_all_of_them_is_read_within_its_time():
    """Beside one another."""
    message = EmailMessage()
    message["From"] = "a@soa.example.vn"
    message.set_content("a" * 70 + "\n\u00a0\nabc")
    message.add_attachment(
        ('{"a":' + '\\"' * 60_000).encode(), maintype="application", subtype="json", filename="a.json"
    )

    octets = message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
    assert costs(lambda: read_message(octets, DEFAULT_BUDGET, EMPTY_TRUST, AT)) < 2 * SECONDS
