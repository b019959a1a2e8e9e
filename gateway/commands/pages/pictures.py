"""Pictures: what a step looks like, drawn as small SVG from a few labels; no screenshot, no letter of any font file.

Everything is drawn 340 units wide, which is a telephone's width, in letters of 14 units: nothing shrinks there.
Shapes carry classes that the style sheet of the page colours, so that print and screen share them.
"""

from __future__ import annotations

import textwrap
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gateway.values.guide import Picture

WIDTH: Final = 340
_LINE, _PAD = 19, 10
_LETTER: Final = 7.6
"""Width of a letter of 14 units, on the safe side for Vietnamese capitals."""


def drawn(picture: Picture) -> str:
    """Draw one picture as an SVG element with its words as alternative text."""
    height, shapes = _KINDS[picture.kind](picture.labels)
    words = _PAPER_ALT if picture.kind == "paper" else {}
    told = "; ".join(words.get(label, label.removeprefix("* ")) for label in picture.labels)
    return (
        f'<svg role="img" aria-label="Hình minh họa: {escape(told)}" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}">{"".join(shapes)}</svg>'
    )


def _box(x: float, y: float, width: float, height: float, kind: str = "box") -> str:
    return f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="4"/>'


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    of = f' class="{kind}"' if kind else ""
    return f'<text{of} x="{x:g}" y="{y:g}">{escape(text)}</text>'


def _lines(label: str, width: float) -> list[str]:
    return textwrap.wrap(label, max(8, int(width / _LETTER))) or [""]


def _words(x: float, y: float, lines: list[str], kind: str = "") -> str:
    return "".join(_text(x, y + _LINE * (index + 0.75), line, kind) for index, line in enumerate(lines))


def _menu(labels: tuple[str, ...]) -> tuple[int, list[str]]:
    """Each entry below and to the right of the one it opens from; the last is the one to choose."""
    shapes, y = [], 2
    for depth, label in enumerate(labels):
        x = 2 + 18 * depth
        width = WIDTH - x - 2
        is_last = depth == len(labels) - 1
        lines = _lines(label, width - 46)
        height = _LINE * len(lines) + _PAD
        shapes.append(_box(x, y, width, height, "chosen" if is_last else "box"))
        shapes.append(_words(x + _PAD, y + _PAD / 2, lines, "on" if is_last else ""))
        if not is_last:
            middle = y + height / 2
            shapes.append(f'<path class="line" d="M{WIDTH - 22} {middle - 5:g}l6 5l-6 5"/>')
        y += height + 4
    return y, shapes


def _dialog(labels: tuple[str, ...]) -> tuple[int, list[str]]:
    """A title bar, rows that are ticked, to be filled in or text, and the button to press."""
    title, *rows, button = labels
    shapes = [_box(2, 2, WIDTH - 4, 30, "bar"), _text(12, 22, title, "strong")]
    y = 40
    for row in rows:
        row_shapes, height = _dialog_row(row, y)
        shapes += row_shapes
        y += height + 6
    width = min(WIDTH - 24, len(button) * _LETTER + 28)
    shapes += [_box(WIDTH - 12 - width, y, width, 30, "chosen"), _text(WIDTH - width + 2, y + 20, button, "on")]
    return y + 42, [_box(2, 2, WIDTH - 4, y + 38, "box"), *shapes]


def _dialog_row(row: str, y: int) -> tuple[list[str], int]:
    if row.startswith(("[x] ", "[ ] ")):
        lines = _lines(row[4:], WIDTH - 60)
        mark = f'<path class="tick" d="M16 {y + 10}l4 5l8 -10"/>' if row[1] == "x" else ""
        return [_box(12, y, 20, 20, "field"), mark, _words(42, y + 1, lines)], max(20, _LINE * len(lines))
    name, equals, value = row.partition(" = ")
    if not equals:
        lines = _lines(row, WIDTH - 24)
        return [_words(12, y, lines)], _LINE * len(lines)
    lines = _lines(value, WIDTH - 44)
    height = _LINE * len(lines) + 6
    shapes = [_text(12, y + 14, name, "soft"), _box(12, y + 20, WIDTH - 24, height, "field")]
    return [*shapes, _words(20, y + 23, lines)], height + 20


def _mail(labels: tuple[str, ...]) -> tuple[int, list[str]]:
    """The lines of a mail being written; those marked `* ` are the ones that matter."""
    shapes, y = [], 8
    for label in labels:
        is_marked = label.startswith("* ")
        lines = _lines(label.removeprefix("* "), WIDTH - 32)
        height = _LINE * len(lines) + 8
        shapes.append(_box(8, y, WIDTH - 16, height, "marked" if is_marked else "field"))
        shapes.append(_words(16, y + 4, lines, "strong" if is_marked else ""))
        y += height + 4
    return y + 6, [_box(2, 2, WIDTH - 4, y + 2, "box"), *shapes]


def _flow(labels: tuple[str, ...]) -> tuple[int, list[str]]:
    """What to do (`v `) with a tick, one below the other, and what not to do (`x `) with a cross."""
    shapes, y = [], 2
    for index, label in enumerate(labels):
        is_good = label.startswith("v ")
        lines = _lines(label[2:], WIDTH - 60)
        height = _LINE * len(lines) + 12
        if index and is_good and labels[index - 1].startswith("v "):
            shapes.append(f'<path class="line" d="M{WIDTH // 2} {y}v10m-5 -5l5 5l5 -5"/>')
            y += 12
        elif index:
            y += 6
        middle = y + height / 2
        shapes.append(_box(2, y, WIDTH - 4, height, "good" if is_good else "bad"))
        sign = f"M14 {middle:g}l5 6l10 -12" if is_good else f"M15 {middle - 6:g}l12 12m0 -12l-12 12"
        shapes.append(f'<path class="{"tick" if is_good else "cross"}" d="{sign}"/>')
        shapes.append(_words(42, y + 6, lines))
        y += height
    return y + 2, shapes


_PAPER: Final[dict[str, Callable[[], Iterator[str]]]] = {
    "so": lambda: iter((_box(34, 42, 124, 24, "marked"), _text(44, 59, "Số: 05/BC-SA", "strong"))),
    "du-thao": lambda: iter((_box(118, 76, 104, 26, "marked"), _text(131, 94, "DỰ THẢO", "strong"))),
    "chu-ky": lambda: iter(('<path class="ink" d="M212 222c14 -26 20 26 30 2s14 16 26 -4s12 12 24 -2"/>',)),
    "dau": lambda: (f'<circle class="seal" cx="216" cy="222" r="{radius}"/>' for radius in (26, 21)),
    "phu-luc": lambda: iter((
        _box(178, 22, 132, 46, "marked"), _text(186, 41, "05/BC-SA", "strong"), _text(186, 60, "ngày giờ ký", "strong"),
    )),
}  # fmt: skip
"""Marks of a page by name: where each stands (Decree 30/2020 Appendix I)."""
_PAPER_ALT: Final = {
    "so": "số, ký hiệu ở đầu trang, bên trái",
    "du-thao": "chữ DỰ THẢO ở đầu văn bản",
    "chu-ky": "chữ ký số của người có thẩm quyền, màu xanh, giữa chức vụ và họ tên",
    "dau": "dấu đỏ của cơ quan trùm khoảng 1/3 chữ ký về bên trái",
    "phu-luc": "chữ ký số của cơ quan ở góc trên bên phải trang đầu phụ lục, gồm số, ký hiệu và thời gian ký",
}
_HEAD_MARKS: Final = {"so", "phu-luc"}


def _paper(labels: tuple[str, ...]) -> tuple[int, list[str]]:
    """A page with lines for text and the marks named, each at its place."""
    shapes = [_box(20, 4, 300, 276, "box")]
    if "phu-luc" not in labels:
        shapes += [_rule(40, 26, 110), _rule(190, 26, 110)]
    if not _HEAD_MARKS & set(labels):
        shapes.append(_rule(56, 50, 70))
    shapes += [_rule(40, y, 260) for y in range(118, 176, 14)]
    if {"chu-ky", "dau"} & set(labels):
        shapes += [_text(212, 196, "CHỨC VỤ", "soft"), _text(218, 264, "Họ và tên", "soft")]
    for label in labels:
        shapes += _PAPER[label]() if label in _PAPER else (_text(40, 264, label),)
    return 284, shapes


def _rule(x: int, y: int, width: int) -> str:
    return f'<path class="rule" d="M{x} {y}h{width}"/>'


_KINDS: Final[dict[str, Callable[[tuple[str, ...]], tuple[int, list[str]]]]] = {
    "menu": _menu, "dialog": _dialog, "mail": _mail, "flow": _flow, "paper": _paper,
}  # fmt: skip
