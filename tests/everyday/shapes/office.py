"""Mail of Outlook and Exchange, and of a document system."""

from __future__ import annotations

from html import escape
from typing import Any

from tests.everyday.shapes.mime import Style, multipart, text_part
from tests.everyday.shapes.words import Row, columns, plain, recipients, signature_pictures, wrap_source

OUTLOOK = Style(words="b", names="2047", charset="utf-8", boundary="_000_{}everyday_")
EXCHANGE = Style(words="b", names="both", charset="utf-8", boundary="_004_{}everyday_")
DOCUMENTS = Style(words="b", names="2047", charset="utf-8", boundary="----=_Part_{}")
_HEAD = (
    '<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40"><head>'
    '<meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=Generator content="Microsoft Word 15'
    ' (filtered medium)"><style><!--\n/* Font Definitions */\n@font-face\n\t{font-family:"Cambria Math";}\n'
    "p.MsoNormal, li.MsoNormal, div.MsoNormal\n\t{margin:0in;font-size:11.0pt;font-family:"
    '"Calibri",sans-serif;}\n@page WordSection1\n\t{size:8.5in 11.0in;}\ndiv.WordSection1\n\t{page:WordSection1;}\n'
    '--></style><!--[if gte mso 9]><xml>\n<o:shapedefaults v:ext="edit" spidmax="1026" />\n</xml><![endif]--></head>\n'
    '<body lang=EN-US link="#0563C1" vlink="#954F72" style=\'word-wrap:break-word\'><div class=WordSection1>\n'
)


def _paragraphs(text: str) -> str:
    return "\n".join(
        f"<p class=MsoNormal>{escape(line, quote=False) or '<o:p>&nbsp;</o:p>'}{'<o:p></o:p>' if line else ''}</p>"
        for line in text.split("\n")
    )


def word_table(rows: list[list[Any]]) -> str:
    """Write a table as Word does."""
    if not rows:
        return ""
    cell = (
        "<td width=156 valign=top style='width:116.85pt;border:solid windowtext 1.0pt;padding:0in 5.4pt 0in 5.4pt'>"
        "<p class=MsoNormal>{}<o:p></o:p></p></td>"
    )
    lines = ("".join(cell.format(escape(str(one), quote=False)) for one in row) for row in rows)
    return (
        "<table class=MsoNormalTable border=1 cellspacing=0 cellpadding=0 style='border-collapse:collapse'>\n"
        + "\n".join(f"<tr>{line}</tr>" for line in lines)
        + "</table>\n"
    )


def _quoted_html(row: Row) -> str:
    quote = row.get("quote")
    if not quote:
        return ""
    fields = (("From", quote["from"]), ("Sent", quote["date"]), ("To", recipients(row)), ("Subject", quote["subject"]))
    head = "<br>".join(f"<b>{name}:</b> {escape(value, quote=False)}" for name, value in fields)
    return (
        "<div id=divRplyFwdMsg style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'>\n"
        f"<p class=MsoNormal>{head}<o:p></o:p></p></div>\n<p class=MsoNormal><o:p>&nbsp;</o:p></p>\n"
        f"{_paragraphs(quote['text'])}\n"
    )


def quoted_text(row: Row) -> str:
    """Quote as Outlook does in plain text: the fields of the mail, unmarked words below."""
    quote = row.get("quote")
    if not quote:
        return ""
    head = (
        f"From: {quote['from']}\nSent: {quote['date']}\nTo: {recipients(row)}\nSubject: {quote['subject']}\n\n"
        f"{quote['text']}\n"
    )
    return f"\n\n{head}"


def outlook(row: Row, seed: str) -> bytes:
    """Write text and Word's HTML."""
    html = row.get("html") or wrap_source(
        f"{_HEAD}{_paragraphs(row['text'])}\n{word_table(row.get('table', []))}"
        f"<p class=MsoNormal>{signature_pictures(row)}<o:p>&nbsp;</o:p></p>\n{_quoted_html(row)}</div></body></html>"
    )
    # a text part made from Word's HTML puts each cell in a line of its own
    cells = "\n\n".join(str(cell) for line in row.get("table", []) for cell in line)
    text = row["text"] + (f"\n\n{cells}" if cells else "") + quoted_text(row)
    parts = [text_part("plain", text, "base64"), text_part("html", html, "quoted-printable")]
    return multipart("alternative", parts, OUTLOOK, seed)


def exchange(row: Row, seed: str) -> bytes:
    """Write plain text of Outlook on the web: base64, or quoted-printable for each other row."""
    rule = "________________________________" if row.get("quote") else ""
    text = plain(row) + (f"\n\n{rule}{quoted_text(row)[1:]}" if rule else "")
    encoding = "base64" if sum(seed.encode()) % 2 else "quoted-printable"
    return text_part("plain", text, encoding)


def docsystem(row: Row, seed: str) -> bytes:
    """Write the notice of a document system: a table of labels and values."""
    pairs = row.get("fields", [])
    lines = "".join(
        f'<tr><td style="width:160px"><b>{escape(str(label), quote=False)}</b></td>'
        f"<td>{escape(str(value), quote=False)}</td></tr>\n"
        for label, value in pairs
    )
    text = "".join(f"<p>{escape(one, quote=False)}</p>\n" for one in row["text"].split("\n") if one)
    html = f'<html><body>{text}<table border="1" cellpadding="4">\n{lines}</table></body></html>'
    alternative = row["text"] + "\n\n" + "\n".join(f"{label}: {value}" for label, value in pairs)
    if row.get("table"):
        html = html.replace("</body>", f"{word_table(row['table'])}</body>")
        alternative += "\n\n" + columns(row["table"])
    parts = [text_part("plain", alternative, "base64"), text_part("html", row.get("html") or html, "base64")]
    return multipart("alternative", parts, DOCUMENTS, seed)
