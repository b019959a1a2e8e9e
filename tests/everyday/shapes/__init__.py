"""Turns a row into the octets of a whole mail, as the program it names writes it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tests.everyday.papers import picture
from tests.everyday.shapes import clients, machines, office
from tests.everyday.shapes.charsets import octets_in
from tests.everyday.shapes.mime import (
    CRLF,
    Style,
    attachment,
    date_field,
    encoded,
    mailbox,
    multipart,
    part,
    split_address,
    text_part,
)
from tests.everyday.world import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.everyday.shapes.words import Row

    File = Callable[[Row, dt.datetime], bytes]
    Writer = Callable[[Row, str], bytes]

_WRITERS: dict[str, tuple[Writer, Style, tuple[str, ...]]] = {
    "outlook": (office.outlook, office.OUTLOOK, ("X-Mailer: Microsoft Outlook 16.0", "Thread-Index: AdkEveryday0==")),
    "exchange": (office.exchange, office.EXCHANGE, ("Accept-Language: vi-VN, en-US", "X-MS-Has-Attach:")),
    "docsystem": (office.docsystem, office.DOCUMENTS, ("X-Mailer: Apache Commons Mail", "X-Priority: 3")),
    "thunderbird": (
        clients.thunderbird,
        clients.THUNDERBIRD,
        ("User-Agent: Mozilla Thunderbird", "Content-Language: vi"),
    ),
    "zimbra": (clients.zimbra, clients.ZIMBRA, ("X-Mailer: Zimbra 8.8.15_GA_4545 (ZimbraWebClient - GC120 (Win))",)),
    "roundcube": (clients.roundcube, clients.ROUNDCUBE, ("User-Agent: Roundcube Webmail/1.6.5",)),
    "gmail": (clients.gmail, clients.GMAIL, ()),
    "applemail": (clients.applemail, clients.APPLE, ("X-Mailer: Apple Mail (2.3774.300.61.1.2)",)),
    "ios": (clients.ios, clients.APPLE, ("X-Mailer: iPhone Mail (21F90)",)),
    "android": (clients.android, clients.ANDROID, ()),
    "hardwrap": (clients.hardwrap, clients.OLD, ("X-Mailer: OpenWebMail 2.53", "X-Priority: 3 (Normal)")),
    "scanner": (machines.text_only, machines.DEVICE, ("X-Mailer: Scan to E-mail",)),
    "calendar": (machines.calendar, office.EXCHANGE, ("X-MS-Has-Attach:",)),
    "list": (machines.maillist, machines.PLAIN, ()),
    "autoreply": (
        office.exchange,
        office.EXCHANGE,
        ("Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All"),
    ),
    "receipt": (machines.receipt, office.EXCHANGE, ("Auto-Submitted: auto-replied",)),
    "plain": (machines.text_only, machines.PLAIN, ()),
}
_PLAIN_SHAPES = frozenset({"exchange", "roundcube", "ios", "hardwrap", "scanner", "list", "autoreply", "plain"})
"""Shapes that write text alone: HTML that a row gives goes beside it."""
SHAPES = frozenset({*_WRITERS, "bounce"})


def instant(row: Row) -> dt.datetime:
    """Give the instant a row arrives: its `at` in Vietnam, or the usual one."""
    at = dt.datetime.fromisoformat(row["at"]) if row.get("at") else NOW
    return at if at.tzinfo else at.replace(tzinfo=NOW.tzinfo)


def compose(row: Row, make: File) -> bytes:
    """Write the whole mail of a row; `make` makes the octets of a file."""
    at = instant(row)
    seed = str(row.get("id", "inner"))
    shape = row.get("shape", "plain")
    if shape == "bounce":
        style, own = machines.POSTFIX, ("Auto-Submitted: auto-replied",)
        body = machines.bounce(row, seed, lambda mail: compose({"at": at.isoformat(), **mail}, make))
    else:
        writer, style, own = _WRITERS[shape]
        body = writer(_whole(row), seed)
        if "html" in row and shape in _PLAIN_SHAPES:  # the program writes the text only when nothing else was typed
            body = multipart("alternative", [body, text_part("html", row["html"], "quoted-printable")], style, seed)
    if "charset" in row:
        body = _in_charset(row, body)
    body = _with_pictures(row, body, style, seed)
    # telephones show their files inside the text
    disposition = "inline" if shape == "ios" else "attachment"
    files = [attachment(one["name"], make(one, at), style, disposition=disposition) for one in row.get("files", [])]
    return _header(row, style, own, at, seed) + multipart("mixed", [body, *files], style, seed)


def _whole(row: Row) -> Row:
    """Add what an inner mail may leave out."""
    return {"subject": "", "text": "", "from": "", "to": [], **row}


def _with_pictures(row: Row, body: bytes, style: Style, seed: str) -> bytes:
    if not row.get("inline"):
        return body
    logo = picture("PNG", is_logo=True)
    pictures = [
        part(
            f'image/png;\r\n name="image00{place + 1}.png"',
            logo,
            "base64",
            f"Content-ID: <logo{place}@everyday>",
            f'Content-Disposition: inline;\r\n filename="image00{place + 1}.png"',
        )
        for place in range(row["inline"])
    ]
    return multipart("related", [body, *pictures], style, seed)


def _in_charset(row: Row, body: bytes) -> bytes:
    """Write the text in its own octets, under the label the program puts there, right or wrong or none."""
    plan = row["charset"]
    label = f"; charset={plan['label']}" if plan.get("label") else ""
    text = body.partition(CRLF * 2)[2].decode("utf-8").replace("\r\n", "\n")
    return part(f"text/plain{label}", octets_in(text, plan["codec"]), "8bit")


def _subject(row: Row, style: Style) -> bytes:
    """Write the subject: encoded words, or raw octets of the row's charset (old programs, contrary to RFC 5322)."""
    if row.get("charset", {}).get("subject") == "raw":
        return octets_in(row["subject"], row["charset"]["codec"])
    return encoded(row.get("subject", ""), style).encode()


def _header(row: Row, style: Style, own: tuple[str, ...], at: dt.datetime, seed: str) -> bytes:
    sender = row.get("from", "")
    host = split_address(sender)[1].rpartition("@")[2] or "everyday.example"
    lines = [f"Date: {date_field(at)}", f"From: {mailbox(sender, style)}"]
    lines += [
        f"{name.title()}: " + ",\r\n ".join(mailbox(one, style) for one in row[name])
        for name in ("to", "cc")
        if row.get(name)
    ]
    lines += [f"Reply-To: {row['reply_to']}"] if "reply_to" in row else []
    lines += [
        "Subject: \N{NULL}",  # its octets may be of any charset
        f"Message-ID: <everyday.{seed}@{host}>",
        *own,
        "MIME-Version: 1.0",
    ]
    if row.get("mode") == "reply" and row.get("quote"):
        lines += [f"In-Reply-To: <everyday.{seed}.before@{host}>", f"References: <everyday.{seed}.before@{host}>"]
    if row.get("shape") == "list":
        name = split_address(sender)[1].split("@")[0]
        lines += [f"List-Id: <{name}.{host}>", f"List-Unsubscribe: <mailto:{name}-leave@{host}>", "Precedence: list"]
    return "\r\n".join(lines).encode().replace(b"\0", _subject(row, style)) + CRLF
