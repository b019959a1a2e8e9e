"""Mail of programs that are no Outlook: Thunderbird, Zimbra, Roundcube, Gmail, Apple, Android, old webmail."""

from __future__ import annotations

from html import escape

from tests.everyday.shapes.mime import Style, flowed, hard, multipart, text_part
from tests.everyday.shapes.words import (
    Row,
    breaks,
    divisions,
    is_forward,
    plain,
    plain_table,
    recipients,
    signature_pictures,
)

THUNDERBIRD = Style(words="b", names="2231", boundary="------------{}everyday")
ZIMBRA = Style(words="q", names="2047", charset="utf-8", boundary="----=_Part_{}.1780000000000")
ROUNDCUBE = Style(words="q", names="2231", boundary="=_{}")
GMAIL = Style(words="b", names="2047", boundary="000000000000{}")
APPLE = Style(words="q", names="2231", charset="utf-8", boundary="Apple-Mail={}")
ANDROID = Style(words="b", names="2047", charset="utf-8", boundary="--_com.android.email_{}")
OLD = Style(words="b", names="2047", charset="utf-8", boundary="=====_{}")


def _fields(row: Row, names: tuple[str, str, str, str]) -> str:
    quote = row["quote"]
    values = (quote["from"], recipients(row), quote["date"], quote["subject"])
    return "\n".join(f"{name}: {value}" for name, value in zip(names, values, strict=True))


_ENGLISH = ("From", "To", "Sent", "Subject")
_SHORT = ("From", "To", "Date", "Subject")
_VIETNAMESE = ("Từ", "Đến", "Ngày", "Chủ đề")


def thunderbird(row: Row, seed: str) -> bytes:
    """Write flowed text, or HTML with a citation when there is a quote in a mail of each other row."""
    quote, text = row.get("quote"), flowed(plain(row))
    if not quote and not row.get("table") and not row.get("html"):
        return text_part("plain", text, "8bit", "; format=flowed")
    if quote and is_forward(row):
        block = "\n\n-------- Forwarded Message --------\n" + _fields(row, _SHORT) + f"\n\n{quote['text']}"
        return text_part("plain", text + flowed(block), "8bit", "; format=flowed")
    if quote and sum(seed.encode()) % 2:
        prefix = f"On {quote['date']}, {quote['from'].split('<')[0].strip()} wrote:\n"
        return text_part("plain", f"{prefix}{flowed(quote['text'], prefix='> ')}\n\n{text}", "8bit", "; format=flowed")
    cited = (
        ""
        if not quote
        else (
            f'<div class="moz-cite-prefix">On {quote["date"]}, {escape(quote["from"])} wrote:<br></div>\n'
            f'<blockquote type="cite" cite="mid:{seed}@everyday"><p>{breaks(quote["text"])}</p></blockquote>'
        )
    )
    html = row.get("html") or (
        '<!DOCTYPE html><html><head><meta http-equiv="content-type" content="text/html; charset=UTF-8"></head><body>\n'
        f"<p>{breaks(row['text'])}</p>{plain_table(row.get('table', []))}{signature_pictures(row)}\n{cited}</body></html>"
    )
    return text_part("html", html, "8bit")


def zimbra(row: Row, seed: str) -> bytes:
    """Write text and HTML in Zimbra's division; quotes lie under `Original Message`."""
    quote, text = row.get("quote"), plain(row)
    inner = divisions(row["text"]) + plain_table(row.get("table", [])) + signature_pictures(row)
    if quote:
        word = "Forwarded Message" if is_forward(row) else "Original Message"
        block = f"----- {word} -----\n{_fields(row, _ENGLISH)}\n\n{quote['text']}"
        marked = "\n".join(f"> {line}" for line in block.split("\n")) if sum(seed.encode()) % 2 else block
        text += f"\n\n{marked}"
        inner += f'<hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__">{breaks(block)}</div>'
    html = row.get("html") or (
        f'<html><body><div style="font-family: arial, helvetica, sans-serif; font-size: 12pt; color: #000000">{inner}'
        "</div></body></html>"
    )
    parts = [text_part("plain", text, "quoted-printable"), text_part("html", html, "quoted-printable")]
    return multipart("alternative", parts, ZIMBRA, seed)


def roundcube(row: Row, seed: str) -> bytes:
    """Write flowed text at 72 columns, or quoted-printable for each other row."""
    quote, text = row.get("quote"), flowed(plain(row))
    if quote and is_forward(row):
        text += flowed("\n\n-------- Thư gốc --------\n" + _fields(row, _VIETNAMESE) + f"\n\n{quote['text']}")
    elif quote:
        name = quote["from"].split("<")[0].strip()
        text = f"Vào {quote['date']}, {name} đã viết:\n{flowed(quote['text'], prefix='> ')}\n\n{text}"
    encoding = "8bit" if sum(seed.encode()) % 2 else "quoted-printable"
    return text_part("plain", text, encoding, ";\r\n format=flowed")


def gmail(row: Row, seed: str) -> bytes:
    """Write text wrapped hard, and HTML with the quote in its division; both base64."""
    quote, text = row.get("quote"), hard(plain(row), 76)
    inner = divisions(row["text"]) + plain_table(row.get("table", [])) + signature_pictures(row)
    if quote and is_forward(row):
        fields = _fields(row, _SHORT)
        text += f"\n\n---------- Forwarded message ---------\n{fields}\n\n\n{hard(quote['text'], 76)}"
        head = f'<div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>{breaks(fields)}<br></div>'
        inner += f'<br><div class="gmail_quote">{head}<br><br>{divisions(quote["text"])}</div>'
    elif quote:
        line = f"Vào {quote['date']} {quote['from']} đã viết:"
        text += f"\n\n{hard(line, 76)}\n\n{hard(quote['text'], 76, '> ')}"
        inner += (
            f'<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{escape(line)}<br></div>'
            '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204)">'
            f"{divisions(quote['text'])}</blockquote></div>"
        )
    html = row.get("html") or f'<div dir="ltr">{inner}</div>'
    return multipart(
        "alternative", [text_part("plain", text, "base64"), text_part("html", html, "base64")], GMAIL, seed
    )


def applemail(row: Row, seed: str) -> bytes:
    """Write quoted-printable text; with a table or quote, also HTML with `blockquote type=cite`."""
    quote, text = row.get("quote"), plain(row)
    inner = divisions(row["text"]) + plain_table(row.get("table", [])) + signature_pictures(row)
    if quote:
        begin = "Begin forwarded message:\n\n" + _fields(row, _SHORT) + "\n"
        line = begin if is_forward(row) else f"Vào {quote['date']}, {quote['from']} đã viết:"
        marked = "\n".join(f"> {one}" for one in quote["text"].split("\n"))
        text += f"\n\n{line}\n\n{marked}"
        inner += (
            f'<div><br><blockquote type="cite"><div>{breaks(line)}</div>{divisions(quote["text"])}</blockquote></div>'
        )
    body = text_part("plain", text, "quoted-printable")
    if not (quote or row.get("table") or row.get("html") or row.get("inline")):
        return body
    html = row.get("html") or f'<html><body style="overflow-wrap: break-word;">{inner}</body></html>'
    return multipart("alternative", [body, text_part("html", html, "quoted-printable")], APPLE, seed)


def ios(row: Row, seed: str) -> bytes:
    """Write the plain text of a telephone, with its own line below."""
    del seed
    own = "Đã gửi từ iPhone của tôi"
    text = plain(row) if "iPhone" in row["text"] else f"{plain(row)}\n\n{own}"
    if quote := row.get("quote"):
        marked = "\n".join(f"> {one}" for one in quote["text"].split("\n"))
        line = f"Vào {quote['date']}, {quote['from']} đã viết:"
        if is_forward(row):
            line = "Bắt đầu thư được chuyển tiếp:\n\n> " + _fields(row, _VIETNAMESE).replace("\n", "\n> ") + "\n>"
        text += f"\n\n{line}\n{'' if is_forward(row) else chr(10)}{marked}"
    return text_part("plain", text, "quoted-printable")


def android(row: Row, seed: str) -> bytes:
    """Write base64 text and HTML."""
    quote, text = row.get("quote"), plain(row)
    inner = (
        divisions(row["text"], tag="p", empty="&nbsp;") + plain_table(row.get("table", [])) + signature_pictures(row)
    )
    if quote:
        head = "-------- Thư gốc --------\n" + _fields(row, _VIETNAMESE)
        text += f"\n\n{head}\n\n{quote['text']}"
        inner += f"<div>{breaks(head)}</div><br><div>{breaks(quote['text'])}</div>"
    html = row.get("html") or f'<html><body dir="auto">{inner}</body></html>'
    parts = [text_part("plain", text, "base64"), text_part("html", html, "base64")]
    return multipart("alternative", parts, ANDROID, seed)


def hardwrap(row: Row, seed: str) -> bytes:
    """Write 8-bit text with hard ends of lines at 72 columns; quotes are wrapped again below their marks."""
    del seed
    text = hard(row["text"], 72)
    if table := row.get("table"):
        text += "\n\n" + plain({"text": "", "table": table}).strip("\n")
    if quote := row.get("quote"):
        if is_forward(row):
            text += f"\n\n----- Original Message -----\n{_fields(row, _ENGLISH)}\n\n{hard(quote['text'], 72)}"
        else:
            text += f"\n\n{quote['from']} wrote:\n\n{hard(quote['text'], 72, '> ')}"
    return text_part("plain", text, "8bit")
