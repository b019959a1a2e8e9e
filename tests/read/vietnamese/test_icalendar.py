"""Calendars become the words a mail program shows."""

from __future__ import annotations

import pytest

from gateway.read.vietnamese.icalendar import calendar_text

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
