r"""Showing: text of anybody's made fit to be shown, on one line and in the order it is written.

What does not print goes: controls of both sets (line ends, tabs, the escapes a terminal obeys), direction marks,
characters without width or assignment, separators but the blank, halves of characters. Who runs the gateway is told
which they were, as `\u202e`, in logs and on terminals; a sender or clerk sees a `?`, which says no more than that.
"""

from __future__ import annotations


def coded(text: str) -> str:
    r"""Write what does not print as its code, `\u202e`, beyond four digits `\U000e0001`; for logs and terminals."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else _code(ord(letter)) for letter in text)


def plain(text: str) -> str:
    """Write what does not print as `?`, letter by letter, so that the length stays; for senders and clerks."""
    return text if text.isprintable() else "".join(letter if letter.isprintable() else "?" for letter in text)


def cut(text: str, most: int) -> str:
    """Cut a text to so many characters, the last of them an ellipsis where any went."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _code(point: int) -> str:
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"
