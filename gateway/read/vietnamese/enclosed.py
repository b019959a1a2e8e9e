"""Enclosed: what one entry of a list of enclosures names, with its title, and how many there are of it.

`03 biểu mẫu` is three of a kind, `Phụ lục I, II` are two, `Biểu số 01 đến 03` three.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.read.vietnamese.normalise import strip_marks
from gateway.values.facts import Enclosure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.vietnamese.normalise import View

MAX_ENCLOSURES = 64
"""Enclosures kept of one text; a file of a project has thirty."""
MAX_TITLE_CHARACTERS = 160
_MAX_COUNT = 200
BULLET = re.compile(r"[ \f]{0,8}(?:[-+*?>]|\(?\d{1,2}[.)/]|[a-z][.)])(?=[ \"a-z]) {0,3}")
_LEADING = re.compile(r"(?:va|cac|la|gom|bao gom|co|mot so|nhung|toan bo|cung|theo|:) {1,2}")
_PURPOSE = re.compile(
    r"(?:,(?: và)?| và) (?:nhờ|mong|kính|vui lòng|đề nghị|xin|anh|chị|em|thầy|cô|quý)(?!\w)"
    r"| (?:để|nhằm|ạ|nhé|về việc góp ý"
    r"|đã (?:được )?(?:có )?(?:chữ ký|ký|xác nhận|đóng dấu|chỉnh sửa|hoàn thiện|sửa))(?!\w)"
)
"""Where a title ends: what it is for, to whom it is said, in what state it comes."""
_PURPOSE_PLAIN = re.compile(
    r", (?:nho|mong|kinh|vui long|de nghi|xin|anh|chi|em)(?![a-z])| de (?!an(?![a-z])|cuong|nghi|xuat|tai(?![a-z]))"
)
_ORDERED = r"(?:phu luc|bieu(?: mau)?|mau(?: bieu)?|bang)(?: so)?"
_SERIES = re.compile(
    rf"(?P<noun>{_ORDERED}) (?P<first>\d{{1,3}}|[ivx]{{1,6}})"
    rf"(?P<rest>(?:(?:,| va|, va)(?: {_ORDERED})? (?:\d{{1,3}}|[ivx]{{1,6}})(?![a-z\d/])){{1,40}})"
)
_ORDER = r"(?:\d{1,2}|[ivx]{1,5})"
_SPAN = re.compile(
    rf"(?P<noun>{_ORDERED}) (?P<first>{_ORDER})(?: den| ?-)(?: {_ORDERED})? ?(?P<last>{_ORDER})(?![a-z\d/])"
)
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi")
_ITS_NUMBER = re.compile(r"\d{1,3}|[ivx]{1,6}\Z|(?<= )[ivx]{1,6}(?=,| |\Z)")
_COUNT = re.compile(r"(?P<count>\d{1,3})(?: ?\([^()]{1,12}\))? (?!bo |ban (?:sao|chinh|giay)|thang|nam|ngay)")
_TOLD = re.compile(r"(?:cac )?(?:noi dung|thong tin|y kien|chi tiet|ket qua|so lieu)(?![a-z])[^;]{0,80}: ?[^ ]")
"""`thông tin tài khoản: số 123`: told in the text itself."""


def read_entry(view: View, start: int, end: int) -> Iterator[Enclosure]:
    """Make enclosures of one item: one, as many as a series counts (`Phụ lục I, II`), or so many of a kind."""
    key = view.key
    while start < end and (lead := _LEADING.match(key, start, end) or BULLET.match(key, start, end)):
        start = lead.end()
    piece = view.text[start:end]
    cut = _PURPOSE.search(piece) or (_PURPOSE_PLAIN.search(key[start:end]) if view.is_plain else None)
    piece = (piece[: cut.start()] if cut else piece).partition(" (")[0]
    title = piece.strip(' .;,:"-)(')[:MAX_TITLE_CHARACTERS]
    folded = strip_marks(title)
    if sum(map(str.isalpha, title)) < 2 or _TOLD.match(folded) or folded.endswith((" nay", " nay:")):
        return
    if spanned := _SPAN.match(folded):
        yield from _span(title[: spanned.end("noun")], spanned["first"], spanned["last"])
        return
    series = _SERIES.match(folded)
    if series:
        noun = title[: series.end("noun")]
        numbers = [
            title[slice(*series.span("first"))],
            *_ITS_NUMBER.findall(folded[series.start("rest") : series.end()]),
        ]
        yield from (Enclosure(f"{noun} {number.upper()}") for number in numbers)
        return
    counted = _COUNT.match(folded)
    count = min(int(counted["count"]), _MAX_COUNT) if counted else 1
    yield Enclosure(title, max(count, 1))


def _span(noun: str, first: str, last: str) -> Iterator[Enclosure]:
    """`Biểu số 01 đến Biểu số 03` are three."""
    if first.isdecimal() and last.isdecimal():
        numbers = [
            str(one).zfill(len(first)) for one in range(int(first), min(int(last), int(first) + MAX_ENCLOSURES) + 1)
        ]
    elif first in _ROMAN and last in _ROMAN:
        numbers = [one.upper() for one in _ROMAN[_ROMAN.index(first) : _ROMAN.index(last) + 1]]
    else:
        numbers = [first.upper(), last.upper()]
    yield from (Enclosure(f"{noun} {one}") for one in numbers)
