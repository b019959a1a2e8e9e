"""Issuer: what the head of a document says of who issued it (Decree 30/2020 Appendix I, II.1 to II.4).

The organisation lines (the body above, then the issuer), the place of the place-and-date line, whom it addresses, and
the issuer's letters in the notation. Words only: which agency they mean is for the judge, for every People's
Committee issues under the letters UBND. Of a subject or body: whose document it says it sends. Here also: a page that
says it is an enclosure of another document, and a body that is a document itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.vietnamese.normalise import Line, cells, strip_marks
from gateway.read.vietnamese.sending import clause_start
from gateway.read.vietnamese.tables import INSTRUMENT_WORDS, ORGANISATIONS, TYPE_LETTERS, YEAR_LETTERS

if TYPE_CHECKING:
    from gateway.read.vietnamese.normalise import View
    from gateway.read.vietnamese.number import Candidate

HEAD_LINES = 24
"""Lines of the first page among which the head stands."""
MAX_LINES = 8
"""Organisation lines kept: two names, each wrapped to a few lines."""
MAX_CHARACTERS = 160
"""Characters kept of one line, of the place and of the addressee."""
_HEAD_CHARACTERS = 4_000

_TYPES = frozenset(strip_marks(letters.lower()) for letters in (*TYPE_LETTERS, *YEAR_LETTERS))
_GROUP = re.compile(r"[^\W_]+")
_NATION = re.compile(r"cong hoa xa hoi|doc lap ?[-.]|dang cong san")
_NATION_WRAPPED = re.compile(r"(?:chu nghia )?viet nam\W{0,4}")
_MOTTO = "hanh phuc"
_NUMBER_BEHIND = re.compile(r" so ?: ?[\d.]")
_NUMBER = re.compile(r"so ?(?:[:.]|\d|/)|\d{1,6} ?/")
_SUBJECT = re.compile(r"(?:v/v|vv|ve viec)\b")
_DATED = re.compile(r"(?P<place>[^\d,;:]{1,60}?) ?, {0,3}(?:(?:ngay|ng\.)(?![a-z])\s{0,2}|(?=\d{1,2}/\d{1,2}/\d{4}))")
_DATE_OF_CELL = r"ngay (?=(?:mong |mung )?\d{1,2} {1,2}thang {1,2}\d{1,2} {1,2}nam {1,2}\d{4}[\W_]{0,4}\Z)"
_DATED_ALONE = re.compile(rf"[\W_]{{0,4}}{_DATE_OF_CELL}")
"""A head whose writer names no place: a cell that is a whole date and nothing else."""
_DATED_BY_HOUR = re.compile(
    rf"(?P<place>[^\d,;:]{{1,60}}?) ?, hoi \d{{1,2}} ?(?:gio|g|h|:)(?: ?\d{{1,2}})?(?: ?phut|')?,? {_DATE_OF_CELL}"
)
"""A telegram is issued at an hour: `Hà Nội, hồi 18 giờ 00 ngày 25 tháng 6 năm 2026`."""
_NO_PLACE = re.compile(
    r"[\W_]{0,4}(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])(?= ?,)|thoi gian|hom nay|hoi|luc|vao|sang|chieu|chu nhat|t[2-7]"
    r"|gio|phut)(?![a-z])"
)
"""What stands before the date of a meeting, or of minutes."""
_ORGANISATION = re.compile(rf"(?:{ORGANISATIONS}|huyen|quan|thanh pho|tp|tinh|xa|phuong|thi xa|thi tran)(?![a-z])")
_END = re.compile(r"kinh gui|can cu|noi nhan|phu luc|bieu mau|mau so")
_TYPE_LINE = re.compile(
    "(?:" + "|".join(sorted(map(strip_marks, INSTRUMENT_WORDS), key=len, reverse=True)) + r")(?!\w)"
)
_MARK = re.compile(r"(?:tuyet mat|toi mat|mat|thuong khan|khan|du thao.{0,12}|hoa toc.{0,40})\W{0,4}")
_PASSED_OVER = (_MARK, _NATION_WRAPPED)
_ADDRESSEE = re.compile(r"kinh gui {0,3}:?[ \n]{0,6}(?:[-+] {0,3})?(?P<who>[^\n]{2,160})")
_ENCLOSED = re.compile(
    r"(?:^|[\n(\[]) {0,4}(?:ban hanh |duoc ban hanh )?kem theo (?!doi)[^\n]{0,60}?(?:so|ngay|nay)(?![a-z])"
)
_ENCLOSURE_TITLE = re.compile(r"\s{0,40}(?:phu luc|bieu mau|mau so|bieu so)(?![a-z])")


class Head(NamedTuple):
    """What the head of one page says."""

    lines: tuple[str, ...] = ()
    """Organisation lines in order, the body above first, as printed."""
    place: str = ""
    addressee: str = ""
    dated_at: int = -1
    """Where the date behind the place begins in the view; -1 without one."""


NO_HEAD = Head()


def issuer_letters(notation: str) -> str:
    """Give the issuer's letters of a notation: its first group, or the second behind type letters.

    `SA-VP` gives `SA`, `QĐ-SA` `SA`, `2026/QĐ-UBND` `UBND`, `UBND-SA` `UBND`; empty when a type stands alone.
    """
    groups = [group for group in _GROUP.findall(notation) if not group.isdecimal()]
    behind = groups[1:] if groups and strip_marks(groups[0].lower()) in _TYPES else groups
    return behind[0] if behind else ""


def read_head(view: View) -> Head:
    """Read the head of the first page."""
    found: list[str] = []
    place, is_open, dated_at = "", True, -1
    for line in view.lines[:HEAD_LINES]:
        is_over = line.rank >= HEAD_LINES or line.start >= _HEAD_CHARACTERS or bool(place and not is_open)
        if is_over or _END.match(view.key, line.start, line.end):
            break
        for start, end in cells(view, line):
            nation = _NATION.search(view.key, start, end)
            stop = nation.start() if nation else end
            behind = max(start, view.key.rfind(_MOTTO, start, end) + len(_MOTTO)) if nation else start
            dated = None if place else _find_dated(view, line, behind, end)
            if dated:
                dated_at = dated.end()
                named = slice(*dated.span("place")) if "place" in dated.re.groupindex else slice(0)
                place = view.text[named].strip(" (-")[:MAX_CHARACTERS]
            if is_open and not (dated and behind == start):
                is_open = _take(view, Line(start, stop, line.rank), found)
    at = view.key.find("kinh gui", 0, _HEAD_CHARACTERS)
    who = _ADDRESSEE.match(view.key, at) if at >= 0 else None
    addressee = view.text[who.start("who") : who.end("who")].strip() if who else ""
    return Head(tuple(found[:MAX_LINES]), place, addressee[:MAX_CHARACTERS], dated_at)


def _find_dated(view: View, line: Line, start: int, end: int) -> re.Match[str] | None:
    """Find place and date in one cell of a line, the match ending where the date begins.

    A date alone counts only above the title: below it is of a meeting.
    """
    key = view.key
    if key.find(",", start, end) < 0:
        alone = _DATED_ALONE.match(key, start, end) if key.find("ngay ", start, start + 9) >= 0 else None
        above = view.lines[: view.lines.index(line)] if alone else ()
        return None if any(_TYPE_LINE.match(key, one.start, one.end) for one in above) else alone
    by_hour = _DATED_BY_HOUR.match(key, start, end) if key.find(", hoi ", start, end) >= 0 else None
    dated = by_hour or _DATED.search(key, start, end)
    return None if dated is None or _NO_PLACE.match(key, dated.start(), dated.end()) else dated


def _take(view: View, cell: Line, found: list[str]) -> bool:
    """Add an organisation line; tell whether more may follow."""
    behind = _NUMBER_BEHIND.search(view.key, cell.start, cell.end)
    if behind:  # the whole left column in one cell
        _take(view, Line(cell.start, behind.start(), cell.rank), found)
        return not found
    text = view.text[cell.start : cell.end].strip(" -_*=.\u2014")
    if not any(map(str.isalpha, text)) or any(one.fullmatch(view.key, cell.start, cell.end) for one in _PASSED_OVER):
        return True
    if any(one.match(view.key, cell.start, cell.end) for one in (_NUMBER, _SUBJECT)):
        return not found
    if _TYPE_LINE.match(view.key, cell.start, cell.end):
        return False
    is_name = text.isupper() or _ORGANISATION.match(view.key, cell.start, cell.end)
    if is_name and len(text) <= MAX_CHARACTERS and not text.endswith((";", ",")):
        found.append(text)
        return True
    return not found


def is_enclosure(view: View) -> bool:
    """Tell whether a page without a number of its own says that it goes with another document."""
    head = min(len(view.key), 800)
    return bool(_ENCLOSURE_TITLE.match(view.key) or _ENCLOSED.search(view.key, 0, head))


_ANY_ORGANISATION = rf"(?:{ORGANISATIONS}|huyen|quan|thanh pho|tp|tinh|xa|phuong|thi xa|thi tran)(?![a-z])"
_NAME_CHARACTERS = 80
_OF = re.compile(
    r"(?:,? {0,2}(?:ngay )?\d{1,2}(?:[/.\-]| thang )\d{1,2}(?:[/.\-]| nam )\d{4})?,? {1,2}(?:cua|do) "
    rf"(?P<who>{_ANY_ORGANISATION}[^,.;:()\n]{{0,{_NAME_CHARACTERS}}}?)"
    r"(?= (?:ve|v/v|ngay|da|nen|de|kem|gui|ban hanh|ky|xin|nho|cho|len|qua|la|co|duoc)(?![a-z])|[,.;:()\n]|$)"
)
"""`… số 62/TB-UBND ngày 27/11/2026 của UBND xã C`."""
_POLITE = re.compile(r" (?:ạ|nhé|nha|rồi)\Z")
"""Particles that end a sentence; their ASCII keys are letters in the names of places."""
_SENDER = re.compile(
    rf"(?P<who>{_ANY_ORGANISATION}[^,.;:()\n]{{0,{_NAME_CHARACTERS}}}?)"
    r" (?:xin |kinh |tran trong ){0,2}(?:gui|trinh|ban hanh)(?![a-z])"
)
"""`UBND xã D gửi Công văn số …`; `chuyển` passes on what somebody else issued."""


def read_said_issuer(view: View, number: Candidate) -> tuple[str, ...]:
    """Read whose document a subject or body says it sends: what stands behind the number, else who sends it.

    One line, as written; empty when the text does not say.
    """
    behind = _OF.match(view.key, number.end)
    if behind:
        return (_POLITE.sub("", view.text[slice(*behind.span("who"))].strip()),)
    start = clause_start(view, number.start)
    start += len(view.key[start : number.start]) - len(view.key[start : number.start].lstrip())
    sender = _SENDER.match(view.key, start, number.start)
    return (view.text[slice(*sender.span("who"))].strip(),) if sender else ()


_RECEIVERS = re.compile(r"\n\W{0,4}noi nhan\W")


def is_whole(view: View, number: Candidate) -> bool:
    """Tell whether a text is a document, nothing before it: its issuer or the nation's name first, receivers last."""
    first = view.lines[0]
    start, end = cells(view, first)[0]
    is_issuer = view.text[start:end].isupper() and _ORGANISATION.match(view.key, start, end) is not None
    return (is_issuer or _NATION.match(view.key, start) is not None) and bool(_RECEIVERS.search(view.key, number.end))
