"""Calendars become the words a mail program shows."""

from __future__ import annotations

import base64

import pytest

from gateway.read.vietnamese import detect_secrecy
from gateway.read.vietnamese.icalendar import calendar_text, tell_calendars
from gateway.values.facts import Secrecy

_EVENT = "BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def _told(*lines: str, method: str = "REQUEST") -> list[str]:
    return calendar_text(_EVENT.format(method=method, lines="\r\n".join(lines))).split("\n")


def test_a_request_invites() -> None:
    """Title, start in local time, place and description stand in lines of their own."""
    told = _told(
        "SUMMARY:Giao ban", "DTSTART:20261201T010000Z", "LOCATION:Phòng 1", "DESCRIPTION:Dòng một\\nDòng\r\n  hai\\, ba"
    )

    assert told[:5] == [
        "Mời họp: Giao ban", "Thời gian: 08 giờ 00, ngày 01/12/2026", "Địa điểm: Phòng 1", "Dòng một", "Dòng hai, ba",
    ]  # fmt: skip


@pytest.mark.parametrize("method", ["REPLY", "COUNTER", "REFRESH"])
def test_an_answer_quotes(method: str) -> None:
    """Nothing of an answer speaks for its sender."""
    told = _told("SUMMARY:Mời họp", "DTSTART:20261201T010000Z", "DESCRIPTION:Kính mời", method=method)

    assert all(line.startswith(">") for line in told if line)
    assert not any("Thời gian" in line for line in told)


def test_a_start_in_an_unknown_zone_is_not_told() -> None:
    """An offset that summer time may change is not guessed; one described without it is used."""
    zone = "BEGIN:VTIMEZONE\nTZID:Tokyo\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETTO:+0900\nEND:STANDARD\nEND:VTIMEZONE"
    text = "BEGIN:VCALENDAR\nMETHOD:REQUEST\n{}\nBEGIN:VEVENT\nDTSTART;TZID=Tokyo:20261201T100000\nEND:VEVENT\nEND:VCALENDAR"

    assert "Thời gian" not in calendar_text(text.format("X-A:b"))
    assert "08 giờ 00, ngày 01/12/2026" in calendar_text(text.format(zone))


@pytest.mark.parametrize(
    "lines",
    [
        "BEGIN:VALARM\nDESCRIPTION:MẬT\nEND:VALARM",
        "X-DOMAT:MẬT",
        "một dòng lạ MẬT",
        "X-ALT-DESC:<p>MẬT</p>",
        "COMMENT:MẬT",
    ],
)
def test_no_text_is_lost(lines: str) -> None:
    """Whatever may carry a mark is still there, inside the event or outside of it."""
    assert "MẬT" in calendar_text(f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{lines}\nEND:VEVENT\nEND:VCALENDAR")
    assert "MẬT" in calendar_text(f"BEGIN:VCALENDAR\n{lines}\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR")


def test_text_around_a_calendar_stays() -> None:
    """Only the calendar is told anew, ended or not."""
    assert calendar_text("Kính gửi\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Họp").startswith("Kính gửi\n")
    assert calendar_text("không có lịch") == "không có lịch"


HEADING = "[MẬT] 12/KH-SA họp phương án phòng thủ"
PAGE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\\nĐộc lập - Tự do - Hạnh phúc\\nMẬT\\nNội dung"
FIELD = "Độ mật: Mật"
MARKED = {"heading": HEADING, "page": PAGE, "field": FIELD}


def _octets(text: str) -> bytes:
    return text.replace("\\n", "\r\n").encode()


def _quoted(name: str, text: str) -> str:
    octets = b"".join(b"=%02X" % octet for octet in _octets(text))
    lines = [octets[at : at + 72].decode() for at in range(0, len(octets), 72)]
    return f"{name};ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:" + "=\r\n".join(lines)


def _packed(name: str, text: str) -> str:
    letters = base64.b64encode(_octets(text)).decode()
    return f"{name};CHARSET=utf-8;ENCODING=BASE64:\r\n " + "\r\n ".join(
        letters[at : at + 70] for at in range(0, len(letters), 70)
    )


WRITTEN = {
    "plain": lambda name, text: f"{name}:{text}",
    "folded": lambda name, text: "\r\n ".join(f"{name}:{text}"[at : at + 9] for at in range(0, len(text) + 12, 9)),
    "folded by tabs": lambda name, text: f"{name}:{text}".replace(" ", "\r\n\t "),
    "in small letters": lambda name, text: f"{name.lower()}:{text}",
    "in a group": lambda name, text: f"ITEM1.{name}:{text}",
    "with parameters": lambda name, text: f'{name};LANGUAGE=vi;ALTREP="cid:a:b":{text}',
    "quoted-printable": _quoted,
    "quoted-printable, bare": lambda name, text: _quoted(name, text).replace("ENCODING=", ""),
    "quoted-printable, folded": lambda name, text: _quoted(name, text).replace("=\r\n", "=\r\n "),
    "base64": _packed,
}


@pytest.mark.parametrize("text", MARKED.values(), ids=MARKED)
@pytest.mark.parametrize("form", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("name", ["SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "X-DOMAT", "CATEGORIES", "STATUS"])
def test_a_mark_is_found_in_every_property_however_written(name, form, text):
    """What a program shows by itself is marked by itself: a title as a subject is, a description as a letter is."""
    event = _EVENT.format(method="REQUEST", lines="SUMMARY:Giao ban\r\n" + form(name, text))

    assert detect_secrecy(event, "first_page") is Secrecy.MAT


@pytest.mark.parametrize("text", [HEADING, FIELD, "[MẬT] Nguyễn Văn A"])
@pytest.mark.parametrize(
    "line",
    [
        'ATTENDEE;ROLE=CHAIR;CN="{}":mailto:a@so-a.test',
        'ORGANIZER;CN="{}":mailto:a@so-a.test',
        'ATTACH;FMTTYPE=application/pdf;FILENAME="{}":cid:1',
        "X-ALT-DESC;FMTTYPE=text/html:<html><body><p>Kính mời</p></body></html>\r\nX-ALT-DESC:<p>{}</p>",
        "BEGIN:VALARM\r\nSUMMARY:{}\r\nEND:VALARM",
        "END:VEVENT\r\nX-WR-CALNAME:{}\r\nBEGIN:VEVENT",
        "END:VEVENT\r\nBEGIN:VTODO\r\nSUMMARY:{}\r\nEND:VTODO\r\nBEGIN:VEVENT",
        "END:VEVENT\r\nBEGIN:VFREEBUSY\r\nCOMMENT:{}\r\nEND:VFREEBUSY\r\nBEGIN:VEVENT",
    ],
)
def test_a_mark_is_found_in_names_and_in_every_component(line, text):
    """Of those invited, of files, of calendars; in pages of HTML, alarms and tasks."""
    assert detect_secrecy(_EVENT.format(method="REPLY", lines=line.format(text)), "first_page") is Secrecy.MAT


def test_lines_of_a_parameter_are_lines():
    """A parameter writes what it cannot hold with a caret (RFC 6868)."""
    line = f'ATTENDEE;CN="Anh ^^A^^^n{FIELD}":mailto:a@so-a.test'

    assert detect_secrecy(_EVENT.format(method="REPLY", lines=line), "first_page") is Secrecy.MAT


def test_a_page_of_html_is_read_by_its_paragraphs():
    """A stamp in a paragraph of its own stands in a line of its own; references are letters."""
    page = "<p>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</p><p>Độc lập - Tự do - Hạnh phúc</p><p>M&#7852;T</p><p>Nội dung</p>"

    assert detect_secrecy(_EVENT.format(method="REQUEST", lines=f"X-ALT-DESC:{page}"), "first_page") is Secrecy.MAT


@pytest.mark.parametrize(
    "line",
    [
        "SUMMARY:Họp về công tác bảo vệ bí mật nhà nước",
        "SUMMARY:Rà soát danh mục bí mật nhà nước độ Tối mật",
        "SUMMARY:Mật độ xây dựng khu A",
        "DESCRIPTION:Mật khẩu cuộc họp: 123456",
        "DESCRIPTION:Vào Zoom\\nMật khẩu: MAT123",
        "DESCRIPTION:This message is confidential",
        "DESCRIPTION:Tài liệu mật không gửi qua thư điện tử.",
        "LOCATION:Phòng Bảo mật",
        "CLASS:CONFIDENTIAL",
        "ATTENDEE;CN=Nguyễn Văn Mật;ROLE=REQ-PARTICIPANT:mailto:mat@so-a.test",
        'ATTENDEE;CN="Mật (Phó Chánh VP)":mailto:mat@so-a.test',
        "ORGANIZER;CN=Mật:mailto:mat@so-a.test",
    ],
)
def test_topics_and_people_are_no_marks(line):
    """Meetings about secrecy, passwords, and people of that name are ordinary."""
    assert detect_secrecy(_EVENT.format(method="REQUEST", lines=line), "first_page") is Secrecy.NONE


def test_what_is_told_apart_is_bounded():
    """A calendar of ten thousand meetings costs no more than its text; the text is still whole."""
    lines = "\n".join(f"BEGIN:VEVENT\nSUMMARY:Họp thứ {number}\nEND:VEVENT" for number in range(10_000))
    told = tell_calendars(f"BEGIN:VCALENDAR\n{lines}\nEND:VCALENDAR")

    assert len(told.headings) == 2_000
    assert "Họp thứ 9999" in told.text
