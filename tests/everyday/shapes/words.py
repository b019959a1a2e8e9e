"""The words of a row as text and as HTML, in the ways the programs share."""

from __future__ import annotations

from html import escape
from typing import Any

Row = dict[str, Any]


def columns(rows: list[list[Any]]) -> str:
    """Show a table as columns of blanks."""
    if not rows:
        return ""
    count = max(map(len, rows))
    widths = [max((len(str(row[place])) for row in rows if place < len(row)), default=0) for place in range(count)]
    return "\n".join(
        "   ".join(str(cell).ljust(widths[place]) for place, cell in enumerate(row)).rstrip() for row in rows
    )


def plain(row: Row) -> str:
    """Give the text as typed, with its table below."""
    table = columns(row.get("table", []))
    return f"{row['text']}\n\n{table}" if table else str(row["text"])


def signature_pictures(row: Row) -> str:
    """Refer to the logos of the signature."""
    return "".join(
        f'<img width="120" height="40" src="cid:logo{place}@everyday">' for place in range(row.get("inline", 0))
    )


def plain_table(rows: list[list[Any]], attributes: str = ' border="1"') -> str:
    """Write a table without a word processor's dress."""
    if not rows:
        return ""
    lines = ("".join(f"<td>{escape(str(cell), quote=False)}</td>" for cell in row) for row in rows)
    return f"<table{attributes}><tbody>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</tbody></table>"


def divisions(text: str, empty: str = "<br>", tag: str = "div") -> str:
    """Write each paragraph as an element of its own."""
    return "".join(f"<{tag}>{escape(line, quote=False) or empty}</{tag}>" for line in text.split("\n"))


def breaks(text: str) -> str:
    """Write paragraphs that end in `<br>`."""
    return "<br>\r\n".join(escape(line, quote=False) for line in text.split("\n"))


def is_forward(row: Row) -> bool:
    """Tell a forward from an answer."""
    return row.get("mode") == "forward"


def recipients(row: Row) -> str:
    """Name whom a quoted mail went to: the author of this one."""
    return str(row["from"])


def wrap_source(html: str, width: int = 76) -> str:
    """Break the source at blanks, as Word's HTML is: inside tags and inside sentences."""
    lines, line = [], ""
    for words in html.split("\n"):
        for word in words.split(" "):
            if line and len(line) + 1 + len(word) > width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
        line = ""
    return "\r\n".join(lines)
