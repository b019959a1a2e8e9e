"""A mark in a calendar is found wherever the calendar stands in a mail."""

from __future__ import annotations

import base64
import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from gateway.read.budget import Budget
from gateway.read.message import read_message
from gateway.values.facts import Secrecy
from gateway.values.trust import TrustSnapshot

if TYPE_CHECKING:
    from collections.abc import Callable

AT = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
TOP = b"From: vanthu@so-a.test\r\nTo: a@so-b.test\r\nSubject: Giay moi\r\nMIME-Version: 1.0\r\n"
TITLED = "SUMMARY:[MẬT] 12/KH-SA họp phương án phòng thủ".encode()
DESCRIBED = "DESCRIPTION:CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\\nMẬT\\nNội dung".encode()
QUOTED = b"SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=5BM=E1=BA=\r\n=ACT=5D 12/KH-SA"
NAMED = 'ATTENDEE;CN="[MẬT] Nguyễn Văn A":mailto:a@so-b.test'.encode()
CUT = b"\r\n ".join(TITLED[at : at + 7] for at in range(0, len(TITLED), 7))
"""Folds between the octets of a letter, as RFC 5545 section 3.1 warns of."""


def calendar(line: bytes) -> bytes:
    """Write a calendar of one event."""
    event = b"BEGIN:VEVENT\r\nUID:1@so-a.test\r\n%s\r\nDTSTART:20261201T010000Z\r\nEND:VEVENT\r\n" % line
    return b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\n" + event + b"END:VCALENDAR\r\n"


def attached(octets: bytes, name: str = "hop.ics", media_type: str = "text/calendar; charset=utf-8") -> bytes:
    """Write a mail with one attachment."""
    fields = f"Content-Type: {media_type}; name={name}\r\nContent-Disposition: attachment; filename={name}\r\n".encode()
    file = fields + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(octets).replace(b"\n", b"\r\n")
    text = b"Content-Type: text/plain\r\n\r\nxem\r\n"
    return TOP + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + text + b"--b\r\n" + file + b"--b--\r\n"


def zipped(octets: bytes) -> bytes:
    """Write a mail with the file in an archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("hop.ics", octets)
    return attached(file.getvalue(), "hop.zip", "application/zip")


def invited(octets: bytes) -> bytes:
    """Write an invitation: the calendar is one of the alternatives."""
    return (
        attached(octets)
        .replace(b"multipart/mixed", b"multipart/alternative")
        .replace(b"Content-Disposition: attachment; filename=hop.ics\r\n", b"")
    )


PLACES: dict[str, Callable[[bytes], bytes]] = {
    "attachment": attached,
    "vCalendar file": lambda octets: attached(octets, "hop.vcs", "text/x-vcalendar"),
    "octet stream": lambda octets: attached(octets, "hop.ics", "application/octet-stream"),
    "whole mail": lambda octets: TOP + b"Content-Type: text/calendar; charset=utf-8\r\n\r\n" + octets,
    "text": lambda octets: TOP + b"Content-Type: text/plain; charset=utf-8\r\n\r\nxem\r\n" + octets,
    "invitation": invited,
    "archive": zipped,
    "mail in a mail": lambda octets: attached(attached(octets), "thu.eml", "application/octet-stream"),
    "forwarded": lambda octets: attached(invited(octets), "thu.eml", "message/rfc822"),
}


@pytest.mark.parametrize(
    "line", [TITLED, DESCRIBED, QUOTED, NAMED, CUT], ids=["title", "text", "quoted", "name", "cut"]
)
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_mark_in_a_calendar_is_found(place, line):
    """In a part of any type, a file of any name, an archive, or a mail inside."""
    facts = read_message(place(calendar(line)), Budget(), TrustSnapshot(generation=1), AT)

    assert facts.secrecy is Secrecy.MAT


@pytest.mark.parametrize("place", ["attachment", "invitation", "archive", "whole mail"])
def test_a_calendar_folded_within_letters_is_found(place):
    """What is known for a calendar is unfolded before its octets become letters."""
    facts = read_message(PLACES[place](calendar(CUT)), Budget(), TrustSnapshot(generation=1), AT)

    assert facts.secrecy is Secrecy.MAT


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_an_ordinary_invitation_is_ordinary(place):
    """The same calendar about nothing secret."""
    line = "SUMMARY:Họp công tác bảo vệ bí mật nhà nước\r\nDESCRIPTION:Mật khẩu: 123456".encode()
    facts = read_message(place(calendar(line)), Budget(), TrustSnapshot(generation=1), AT)

    assert facts.secrecy is Secrecy.NONE


PAPER = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nMẬT\nSố: 12/KH-SA\nNội dung".encode()


def carried(head: str, octets: bytes) -> bytes:
    """Write a property whose value is a file, folded."""
    line = head.encode() + base64.b64encode(octets)
    return b"\r\n ".join(line[at : at + 74] for at in range(0, len(line), 74))


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize(
    "head",
    [
        "ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;FILENAME=thu.txt:",
        "attach;encoding=base64:",
        "ATTACH:data:text/plain;base64,",
        "ATTACH;VALUE=URI:data:text/plain;charset=utf-8;base64,",
    ],
)
def test_a_file_in_a_calendar_is_read(place, head):
    """It is a file of the mail like any other, and named for what it is."""
    if place is PLACES["text"]:
        octets = place(calendar(carried(head, PAPER))).replace(b"xem\r\n", b"")
    else:
        octets = place(calendar(carried(head, PAPER)))
    facts = read_message(octets, Budget(), TrustSnapshot(generation=1), AT)

    assert facts.secrecy is Secrecy.MAT
    assert any(part.kind == "text" and part.is_attachment for part in facts.parts)


def test_a_file_elsewhere_is_no_file():
    """Addresses of files are left to the mail program; what is no base64 harms nobody."""
    lines = b"ATTACH:https://x.test/a.pdf\r\nATTACH;FMTTYPE=application/pdf:cid:1\r\nATTACH;ENCODING=BASE64:A===\r\n"
    facts = read_message(
        attached(calendar(lines + b"ATTACH;ENCODING=BASE64:QUJDR")), Budget(), TrustSnapshot(generation=1), AT
    )

    assert [part.size_octets for part in facts.parts if part.kind == "text"][1:] == [3]
