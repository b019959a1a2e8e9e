"""Secret fields: a level declared as the value of a field (Law 117/2025/QH15).

A field is a label and its value in one line, in neighbouring cells, a label's line above a value's line, an entry of
XML or JSON under the names that public document systems give it (`DoMat`, `doMat`, `do_mat`, `muc_do_mat`,
`SecurityLevel`, `security_level`, `DocSecurity`, `Confidentiality`), a ticked box, or a column of a list of documents.
A neighbouring label ends the value; `Thường`, `Không` and an empty value are levels that say none.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from gateway.read.vietnamese.levels import LEVEL, highest_level, is_compound, is_listed, own_level, read_level
from gateway.read.vietnamese.normalise import Scan, cells
from gateway.read.vietnamese.tables import NOUNS
from gateway.values.facts import Secrecy

if TYPE_CHECKING:
    from gateway.read.vietnamese.normalise import View

MAX_PLACES = 400
"""Fields of one text that are judged."""

_ENVELOPE = {"a": Secrecy.TUYET_MAT, "b": Secrecy.TOI_MAT, "c": Secrecy.MAT}
_ENGLISH = {"confidential": Secrecy.MAT, "secret": Secrecy.TOI_MAT, "topsecret": Secrecy.TUYET_MAT}
"""Values that Vietnamese document systems give their levels in English; only behind a Vietnamese label."""
_SHORT = {"toi": Secrecy.TOI_MAT, "tuyet": Secrecy.TUYET_MAT}
"""Values of the same systems that leave `mật` to the label."""

_WORDS = (
    r"(?:(?:do|muc|cap|loai)(?: do)?(?: bao)?|dau(?: chi)?(?: muc)?(?: do)?)"
    r" mat(?: {0,2}\((?:\d{1,2}|neu co)\)|(?:/| ?, ?| va )(?:do )?khan)?"
)
_KEYS = (
    r"(?:ten|text|loai|muc|cap|dau)?[_-]?(?:muc[_-]?|cap[_-]?)?(?:do|muc|cap|dau)[_-]?(?:bao[_-]?)?mat"
    r"(?:[_-]?(?:name|text|ten|vb|vanban|van[_-]ban))?"
)
_FOREIGN_KEYS = (
    r"(?:doc|document|secret|security|secrecy|confidential|confidentiality)(?:[ _-]?(?:level|security|secrecy|class"
    r"|classification))"
    r"|confidentiality|secrecy"
)
_OF_DOCUMENT = rf"(?: (?:cua|cho|doi voi) (?:{NOUNS})(?: (?:nay|tren|kem theo|dinh kem|gui kem|duoi day))?)?"
"""`Độ mật của văn bản này: Mật`."""
_NAMED = (
    rf"(?<![a-z0-9])(?:{_WORDS}{_OF_DOCUMENT}|{_KEYS}|(?P<foreign>{_FOREIGN_KEYS}))(?:[ ./_-](?:ten|name|text|value))?"
)
_TO = (
    r"(?:[\"'*_]{0,3}[ \n.?]{0,8}(?:[:=>]{1,2}|-(?!-))|[\"'] ?[;,] ?(?=[\"'])|[\"']{0,2} {0,2}\|| {2,12}"
    r"|[\"']? ?, ?[\"']?(?:value|gia_?tri"
    r"|text)[\"']? ?[:=])"
    r"(?:[ \n]{0,3}\{[^{}\n]{0,60}:|[ \n]{0,3}<!\[cdata\[|[ \n]{0,3}<(?:ten|name|text|value)>)?"
)
_LABEL = Scan(
    rf"{_NAMED}{_TO}(?P<gap>[ \n]{{0,4}})[\[(\"'*]{{0,2}} {{0,2}}"
    rf"(?P<level>{LEVEL}|[abc](?=\s{{0,3}}(?:$|[\n.,;)]))|top[ _-]?secret|secret|confidential|toi(?=[\"'<])"
    rf"|tuyet(?=[\"'<]))(?![a-z0-9])"
)
_GUIDE = re.compile(r"(?:chon|nhap|dien|tich|vi du|vd|neu|khi|truong hop)\W{0,3}(?:la |co )?\W{0,2}$")
"""Words before a label that make it an instruction or an example."""
_TALK_AFTER = re.compile(r"[\"']? {0,2}(?:[:=] {0,2}\d| (?:la|thi|phai|hay|khong|duoc) )")
"""What makes a field a count or a question (`Độ mật: Mật: 4`, `Độ mật: Mật là gì`)."""


_STAMP = re.compile(r"dau mat")
_OTHER_STAMP = re.compile(r"(?<![a-z])dau (?:toi|tuyet) mat(?![a-z])")
_STAMPS_CHARACTERS = 160
"""Before and behind one stamp of a list of them: two rows of a table."""


def _is_sample(view: View, match: re.Match[str]) -> bool:
    """`Dấu Mật` beside `Dấu Tối mật`: stamps by their names, with what each of them says; no field of a document."""
    around = max(0, match.start() - _STAMPS_CHARACTERS), match.end() + _STAMPS_CHARACTERS
    return _STAMP.match(match[0]) is not None and _OTHER_STAMP.search(view.key, *around) is not None


def _is_alone_below(view: View, match: re.Match[str]) -> bool:
    """A value on the line below its label fills that line and no list of levels follows."""
    end = view.key.find("\n", match.end())
    stop = len(view.key) if end < 0 else end
    if view.key[match.end() : stop].strip(" .\"'])*,}"):
        return False
    following = view.key[stop : stop + 60].split("\n")[1:4]
    return not any(re.fullmatch(r"\W{0,4}(?:tuyet mat|toi mat|mat)\W{0,4}", line) for line in following)


def _field_level(view: View, match: re.Match[str]) -> Secrecy:
    start, end = match.span("level")
    piece = view.text[start:end]
    compact = "".join(filter(str.isalpha, match["level"]))
    if len(compact) == 1:
        return _ENVELOPE[compact] if piece.isupper() else Secrecy.NONE
    if compact in _ENGLISH:
        return Secrecy.NONE if match["foreign"] is not None else _ENGLISH[compact]
    if compact in _SHORT:
        return _SHORT[compact]
    if piece.lower() in {"mặt", "mắt", "mất"}:
        return Secrecy.NONE
    return read_level(piece, match["level"], is_strict=False)


def by_label(view: View) -> Secrecy:
    """The highest level declared behind a label."""
    best = Secrecy.NONE
    for match in islice(_LABEL.finditer(view), MAX_PLACES):
        start, end = match.span("level")
        if is_compound(view, end) or is_listed(view, start, end) or _TALK_AFTER.match(view.key, end):
            continue
        if _GUIDE.search(view.key, max(0, match.start() - 24), match.start()) or _is_sample(view, match):
            continue
        if "\n" in view.key[match.start() : start] and not _is_alone_below(view, match):
            continue
        best = highest_level((best, _field_level(view, match)))
    return best


_LABEL_LINE = re.compile(rf"\W{{0,3}}{_WORDS}\W{{0,4}}")


def _by_lines_below(view: View) -> Secrecy:
    """A label's line without a colon, and the level alone on the next (fields laid out as paragraphs)."""
    best = Secrecy.NONE
    for index, line in enumerate(view.lines[:-1]):
        if line.end - line.start > 40 or not _LABEL_LINE.fullmatch(view.key, line.start, line.end):
            continue
        levels = [own_level(view, one.start, one.end) for one in view.lines[index + 1 : index + 8]]
        others = [level for level in levels[1:] if level is not Secrecy.NONE]
        if not others and not _is_choice(view, index + 1):
            best = highest_level((best, levels[0]))
    return best


_EMPTY_BOX = re.compile(r"(?:\[ {0,3}\]|\( {0,3}\)|\u2610|\u25a1|\u25fb)")


def _is_choice(view: View, index: int) -> bool:
    """A level behind an empty box, or over the word for none: a form to fill in, nothing declared."""
    value = view.lines[index] if index < len(view.lines) else None
    if value is None or _EMPTY_BOX.match(view.text, value.start):
        return True
    below = view.lines[index + 1] if index + 1 < len(view.lines) else None
    return below is not None and _NONE_LINE.fullmatch(view.key, below.start, below.end) is not None


_TICKED = Scan(rf"(?:\[ ?[xv] ?\]|\( ?[xv] ?\)|\?) {{0,2}}(?P<level>{LEVEL})(?![a-z0-9])")
_TICKS = "☑☒✓✔✗✘🗹🗷xXvV"


def _by_tick(view: View) -> Secrecy:
    """A ticked box before a level, on a line that a label of secrecy begins."""
    best = Secrecy.NONE
    for match in islice(_TICKED.finditer(view), MAX_PLACES):
        box = view.text[match.start() : match.start("level")]
        line = view.key[view.key.rfind("\n", 0, match.start()) + 1 : match.start()]
        if any(tick in box for tick in _TICKS) and re.match(rf"\W{{0,4}}{_WORDS}", line):
            piece = view.text[slice(*match.span("level"))]
            best = highest_level((best, read_level(piece, match["level"], is_strict=False)))
    return best


_COLUMN_HEAD = re.compile(rf"\W{{0,2}}{_WORDS}\W{{0,2}}")
_DOCUMENT_HEAD = re.compile(
    r"\W{0,2}(?:so ?/? ?(?:va )?ky hieu|so (?:van ban|vb|cv|den|di)|trich yeu|ky hieu|ten (?:van ban|tai lieu))"
)
_COUNT_HEAD = re.compile(r"\W{0,2}(?:so luong|tong|thoi han|sl)(?![a-z])")


def _by_column(view: View) -> Secrecy:
    """The column `Độ mật` of a list of documents."""
    best = Secrecy.NONE
    for _head, values in _columns(view):
        for start, end in values:
            best = highest_level((best, read_level(view.text[start:end], view.key[start:end], is_strict=False)))
    return best


def _columns(view: View) -> list[tuple[tuple[int, int], list[tuple[int, int]]]]:
    """Find the column `Độ mật` of every list of documents: its head and the cells below, `[start, end)`."""
    found: list[tuple[tuple[int, int], list[tuple[int, int]]]] = []
    column, width = -1, 0
    for line in view.lines:
        row = cells(view, line, at_bars=True)
        heads = [i for i, cell in enumerate(row) if _COLUMN_HEAD.fullmatch(view.key, *cell)]
        if heads and len(row) > 2:
            is_list = any(_DOCUMENT_HEAD.match(view.key, *cell) for cell in row)
            is_count = any(_COUNT_HEAD.match(view.key, *cell) for cell in row)
            column, width = (heads[0], len(row)) if is_list and not is_count else (-1, 0)
            if column >= 0:
                found.append((row[column], []))
        elif column >= 0 and len(row) == width:
            found[-1][1].append(row[column])
    return found


def by_fields(view: View, *, is_about: bool) -> Secrecy:
    """The highest level that a field of the text declares; of papers about secrecy, columns and boxes are contents."""
    found = [by_label(view)]
    if "do mat" in view.key or "muc mat" in view.key or "cap mat" in view.key:
        found.append(_by_lines_below(view))
        found += [] if is_about else [_by_column(view), _by_tick(view)]
    return highest_level(found)


_NONE_WORD = r"(?:thuong|binh thuong|khong(?: mat| co| ap dung)?|cong khai|hanh chinh|normal|none|null|n/a|0)"
_NONE_LINE = re.compile(rf"\W{{0,6}}{_NONE_WORD}\W{{0,4}}")
_NONE_FIELD = Scan(
    rf"{_NAMED}(?:{_TO}[ \"'\[(]{{0,6}}{_NONE_WORD}(?![a-z0-9])"
    r"|[\"']? {0,2}(?:[:=|]| {3})[ .;,|\"'_-]{0,12}(?=$|\n|(?:(?:muc )?do khan|so|trich yeu|ngay|loai|don vi|nguoi"
    r"|han)(?![a-z])))"
)
_LABEL_BEGINS = re.compile(rf"\W{{0,4}}{_WORDS}")


def spans_of_none(view: View) -> list[tuple[int, int]]:
    """Fields, columns and boxes of secrecy that say none or nothing; they are no talk of secrecy."""
    found = [match.span() for match in islice(_NONE_FIELD.finditer(view), MAX_PLACES)]
    for head, values in _columns(view) if "do mat" in view.key or "muc mat" in view.key else ():
        if values and all(_NONE_LINE.fullmatch(view.key, *value) for value in values):
            found.append(head)
    # boxes behind a label: a choice, and where a level is ticked nobody asks whether secrecy is spoken of
    labelled = (line for line in view.lines if _LABEL_BEGINS.match(view.key, line.start, line.end))
    return found + [(one.start, one.end) for one in labelled if _EMPTY_BOX.search(view.text, one.start, one.end)]
