"""Mail that machines write: calendars, bounces, automatic answers, receipts, lists, scanners."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tests.everyday.shapes.mime import Style, multipart, part, split_address, text_part
from tests.everyday.shapes.office import EXCHANGE, quoted_text
from tests.everyday.shapes.words import Row, divisions, plain

if TYPE_CHECKING:
    from collections.abc import Callable

POSTFIX = Style(boundary="{}.everyday/mx1")
DEVICE = Style(words="b", names="2047", charset="UTF-8", boundary="--scan_{}")
PLAIN = Style(words="b", names="2231")
_ZONE = (
    "BEGIN:VTIMEZONE\nTZID:SE Asia Standard Time\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0700\n"
    "TZOFFSETTO:+0700\nEND:STANDARD\nEND:VTIMEZONE\n"
)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Fold at 75 octets (RFC 5545 section 3.1)."""
    lines, piece = [], ""
    for character in line:
        if len((piece + character).encode()) > 74:
            lines.append(piece)
            piece = " "
        piece += character
    return "\n".join((*lines, piece))


def _event(row: Row, seed: str) -> str:
    plan = row["calendar"]
    start = dt.datetime.fromisoformat(plan["start"])
    end = start + dt.timedelta(minutes=plan.get("minutes", 60))
    zone = ";TZID=SE Asia Standard Time"
    organiser = row["to"][0] if plan["method"] == "REPLY" else split_address(row["from"])[1]
    guests = [split_address(row["from"])[1]] if plan["method"] == "REPLY" else row["to"]
    status = "ACCEPTED" if plan["method"] == "REPLY" else "NEEDS-ACTION"
    lines = [
        "BEGIN:VEVENT",
        f"ORGANIZER:mailto:{organiser}",
        *(f"ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT={status}:mailto:{split_address(one)[1]}" for one in guests),
        f"DESCRIPTION;LANGUAGE=vi-VN:{_escaped(row['text'])}",
        f"UID:040000008200E00074C5B7101A82E008{seed}",
        f"SUMMARY;LANGUAGE=vi-VN:{_escaped(row['subject'])}",
        f"DTSTART{zone}:{start:%Y%m%dT%H%M%S}",
        f"DTEND{zone}:{end:%Y%m%dT%H%M%S}",
        "CLASS:PUBLIC",
        "PRIORITY:5",
        "DTSTAMP:20261130T010000Z",
        f"STATUS:{'CANCELLED' if plan['method'] == 'CANCEL' else 'CONFIRMED'}",
        f"SEQUENCE:{1 if plan['method'] == 'CANCEL' else 0}",
        f"LOCATION;LANGUAGE=vi-VN:{_escaped(plan.get('place', ''))}",
        "END:VEVENT",
    ]
    return "\n".join(map(_folded, lines)) + "\n"


def calendar(row: Row, seed: str) -> bytes:
    """Write text, HTML and the event (RFC 6047)."""
    method = row["calendar"]["method"]
    event = (
        f"BEGIN:VCALENDAR\nMETHOD:{method}\nPRODID:Microsoft Exchange Server 2010\nVERSION:2.0\n{_ZONE}"
        f"{_event(row, seed)}END:VCALENDAR\n"
    )
    html = f"<html><body>{divisions(row['text'])}</body></html>"
    parts = [
        text_part("plain", plain(row) + quoted_text(row), "base64"),
        text_part("html", html, "quoted-printable"),
        text_part("calendar", event.replace("\n", "\r\n"), "base64", f"; method={method}"),
    ]
    return multipart("alternative", parts, EXCHANGE, seed)


def maillist(row: Row, seed: str) -> bytes:
    """Write the text and the footer part that Mailman adds."""
    name = split_address(row["from"])[1].split("@")[0]
    footer = f"_______________________________________________\n{name} mailing list\nhttp://lists.example/{name}\n"
    parts = [text_part("plain", plain(row), "base64"), text_part("plain", footer, "7bit")]
    return multipart("mixed", parts, Style(boundary="==============={}=="), seed)


def bounce(row: Row, seed: str, compose: Callable[[Row], bytes]) -> bytes:
    """Write a report of failure with the mail that came back (RFC 3464)."""
    status = (
        "Reporting-MTA: dns; mx1.everyday.example\nArrival-Date: Mon, 30 Nov 2026 08:00:00 +0700\n\n"
        f"Final-Recipient: rfc822; {row['failed']['to'][0]}\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown\n"
    )
    parts = [
        part("text/plain; charset=utf-8", plain(row).encode(), "8bit", "Content-Description: Notification"),
        part("message/delivery-status", status.encode(), "7bit", "Content-Description: Delivery report"),
        part("message/rfc822", compose(row["failed"]), "8bit", "Content-Description: Undelivered Message"),
    ]
    return multipart("report", parts, POSTFIX, seed, " report-type=delivery-status;")


def receipt(row: Row, seed: str) -> bytes:
    """Write a disposition notification (RFC 8098)."""
    reader = split_address(row["from"])[1]
    status = (
        f"Reporting-UA: mail.example; Mail\nFinal-Recipient: rfc822;{reader}\n"
        f"Original-Message-ID: <{seed}.before@everyday.example>\nDisposition: manual-action/MDN-sent-manually; displayed\n"
    )
    parts = [
        text_part("plain", plain(row), "base64"),
        part("message/disposition-notification", status.encode(), "7bit"),
    ]
    return multipart("report", parts, EXCHANGE, seed, " report-type=disposition-notification;")


def text_only(row: Row, seed: str) -> bytes:
    """Write plain text and nothing of a program's own."""
    del seed
    text = plain(row) + quoted_text(row)
    return text_part("plain", text, "7bit" if text.isascii() else "8bit")
