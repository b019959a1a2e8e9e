"""Urgency: the mark of Decree 30/2020 Appendix I III.2b, told from adverbs and courier adverts."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from gateway.read.vietnamese.levels import is_stamp_like, own_level
from gateway.read.vietnamese.normalise import Scan, cells
from gateway.read.vietnamese.places import MAX_LINE, Cell, Standing, head_cells, is_entry, standing
from gateway.read.vietnamese.tables import CITING_VERBS
from gateway.values.facts import Secrecy, Urgency

if TYPE_CHECKING:
    from gateway.read.vietnamese.lead import Lead
    from gateway.read.vietnamese.normalise import View

MARK_LINES = 20
"""Lines of a page among which the mark may stand alone."""

MAX_CELLS = 400
"""Cells of one text that may hold a mark."""

MAX_PLACES = 200
"""Places of one text that are judged."""

_RANK = {
    u: i
    for i, u in enumerate((Urgency.NONE, Urgency.KHAN, Urgency.THUONG_KHAN, Urgency.HOA_TOC, Urgency.HOA_TOC_HEN_GIO))
}
_SLURRED = ("khẩn", "khân", "khấn", "khần", "khẫn", "khận", "khản")
"""`khẩn`, and what OCR leaves of it with one mark lost or changed; `khán`, `khăn`, `khàn` stay other words."""
_LEVEL = r"(?P<level>hoa toc[ ,\-(]{1,4}hen gio|hoatochengio|hoa toc|hoatoc|thuong khan|thuongkhan|khan)"
_LABEL = Scan(
    r"(?<![a-z0-9])(?:(?:muc )?(?:do|muc|cap do)(?: do)? khan(?: cap)?|(?:muc_?)?do_?khan(?:_?(?:name|text"
    r"|ten))?)[\"']{0,2}"
    r"(?:\s{0,3}[:=>\-]| {0,2}\|| {3,12}) {0,4}[\[(\"']{0,2}" + _LEVEL + r"(?![a-z0-9])"
)
"""A label and its value in one line, in neighbouring cells, or in XML and JSON (`DoKhan`, `do_khan`)."""
_TAIL = Scan(r"[-| ] {0,2}" + _LEVEL + r"[ .]{0,3}$")
_NOUN = Scan(
    r"(?<![a-z0-9])(?:cong van|cong dien|giay moi|van ban|thu moi|to trinh|bao cao|thong bao|vb|cv|gm|dien"
    r"|ke hoach|quyet dinh)"
    r" {1,3}" + _LEVEL + r"(?![a-z0-9])(?! (?:cap|truong|thiet|hoang|hiem|gia|dai|quang|tieng|giong))"
)
_COURIER = Scan(
    r"giao hang|chuyen phat|(?<![a-z])ve (?:may bay )?hoa toc|bang gia|cuoc phi|(?<![a-z])ship(?![a-z])|dich vu"
    r"|buu pham|khuyen mai"
)
_OWN = re.compile(
    r"[\s\-*_.:;,\"'\[\](){}<>|/=]{0,8}(?:(?:tuyet mat|toi mat|mat)[\s\-,.;:/|]{1,4})?" + _LEVEL + r"(?![a-z0-9])"
    r"(?P<rest>.{0,60})"
)
_REST = re.compile(r"[\s\-*_.:;,\"'\[\](){}<>|/=!]*(?:(?:tuyet mat|toi mat|mat)[\s\-*_.:;,\"')\]]*)?")
_TIMED_REST = re.compile(
    r"[\s\-,:.(]*(?:hen gio[\s\-,:.(]*)?(?:(?:phat|giao|den|toi|noi|tay|truoc|luc|vao|cham nhat) ){0,5}"
    r"\d{1,2} ?(?:gio|g|h|:).{0,40}"
)
_TOPIC = re.compile(
    r"(?<![a-z0-9])(?:cac|nhung|loai|viec|nhu|mot so|doi voi|quan ly|khong|quy dinh|gui nhan|xu ly|nhan|dau"
    r"|hoac)(?![a-z0-9])"
)
_NUMBER_NEXT = re.compile(r"[ \"'()]{0,3}(?:so)?[ :]{0,3}\d")
_SENT = re.compile(
    r"(?:^|[.;:,] ?)\W{0,3}(?:(?:toi|em|minh|chung toi|so|ubnd|van phong|phong)(?: [a-z]+){0,4} )?"
    r"(?:(?:xin |kinh )?(?:gui|chuyen)(?: kem)?(?: theo)?|kem theo|dinh kem|trinh)"
    r"(?: (?:quy|dong chi|anh|chi|em|don vi|co quan|ong|ba|lanh dao|cac)(?: [a-z]+){0,4})? {0,2}:? {0,2}$"
)
_CITING = re.compile(rf"(?<![a-z])(?:{CITING_VERBS}|co|nhan duoc)(?:[ ,][a-z]{{1,10}}){{0,4}} {{0,2}}$")
"""Words before a document that is cited: its urgency is not the mail's."""
_CHOICES = frozenset({"khan", "thuong khan", "hoa toc", "hoa toc hen gio"})
_LAST_WORD = re.compile(r"k[ .*_-]{0,3}h[ .*_-]{0,3}a[ .*_-]{0,3}n|t[ .*_-]{0,3}o[ .*_-]{0,3}c(?![a-z])")


def _level(raw: str, key: str, *, needs_capitals: bool) -> Urgency:
    """Read one level; ASCII `khan` needs capitals, and accents must be those of the mark."""
    word = key.replace(" ", "")
    lower = raw.lower()
    if word.startswith("hoatoc"):
        if not raw.isascii() and not re.match(r"h[oóòỏõọôốồ]?[aáàảãạ] {0,3}t[oôốồổỗộóo]c", lower):
            return Urgency.NONE
        return Urgency.HOA_TOC_HEN_GIO if "hen" in word else Urgency.HOA_TOC
    if raw.isascii():
        if needs_capitals and not raw.isupper():
            return Urgency.NONE
    elif not lower.endswith(_SLURRED):
        return Urgency.NONE
    return Urgency.THUONG_KHAN if word.startswith("thuong") else Urgency.KHAN


def _by_label(view: View) -> Urgency:
    match = _LABEL.search(view)
    return (
        _level(view.text[slice(*match.span("level"))], match["level"], needs_capitals=False) if match else Urgency.NONE
    )


def _own(view: View, start: int, end: int) -> Urgency:
    match = _OWN.match(view.key, start, end)
    if not match:
        return Urgency.NONE
    level = _level(view.text[slice(*match.span("level"))], match["level"], needs_capitals=True)
    rest = match["rest"]
    if level in {Urgency.HOA_TOC, Urgency.HOA_TOC_HEN_GIO} and _TIMED_REST.fullmatch(rest):
        return Urgency.HOA_TOC_HEN_GIO if "hen gio" in match[0] else level
    return level if match.end() == end and _REST.fullmatch(rest) else Urgency.NONE


def _by_lead(view: View, lead: Lead, *, is_heading: bool) -> list[Urgency]:
    found = []
    for group in lead.groups:
        if group.form == "label":
            continue
        end = group.end
        while end > group.start and view.key[end - 1] in " :-.,;|/!([":
            end -= 1
        if is_heading or group.form == "bracket" or view.text[group.start : end].isupper():
            found.append(_own(view, group.start, end))
    return found


def _by_lines(view: View) -> list[Urgency]:
    """A cell of a page's head that holds only the mark; a lone `Khẩn` elsewhere is a name."""
    found: list[Urgency] = []
    for cell in islice(head_cells(view, MARK_LINES), MAX_CELLS):
        level = _own(view, cell.start, cell.end)
        if level is Urgency.NONE or _is_choice(view, cell) or is_entry(view, cell.row):
            continue
        place = standing(view, _beside_secrecy(view, cell))
        # `MAT` beside `KHAN` are a mat and a towel as well: only a head makes them marks
        is_doubtful = len(cell.row) > 1 and level is Urgency.KHAN and view.text[cell.start : cell.end].isascii()
        is_stamp = not is_doubtful and (is_stamp_like(view, cell.start, cell.end) or level is Urgency.HOA_TOC_HEN_GIO)
        is_opening = cell.line == 0 and level is not Urgency.KHAN
        if place is Standing.HEAD or (place is Standing.FREE and (is_stamp or is_opening)):
            found.append(level)
    return found


def _is_choice(view: View, cell: Cell) -> bool:
    """A choice of a form: another level or `Thường` on the next line to it."""
    level = view.key[cell.start : cell.end].strip(" []().-*")
    near = [view.lines[index] for index in (cell.line - 1, cell.line + 1) if 0 <= index < len(view.lines)]
    rows = [cells(view, line, at_bars=True) for line in near if line.end - line.start <= MAX_LINE]
    others = (view.key[slice(*one)].strip(" []().-*") for row in rows for one in row)
    return any(other == "thuong" or (other != level and other in _CHOICES) for other in others)


def _beside_secrecy(view: View, cell: Cell) -> Cell:
    """Marks of secrecy and urgency in one row, and nothing else: they stand where one of them alone would."""
    others = [one for one in cell.row if one != (cell.start, cell.end)]
    if others and all(own_level(view, *one) is not Secrecy.NONE for one in others):
        return cell._replace(row=((cell.start, cell.end),))
    return cell


_BRACKET = Scan(r"[\[(] {0,2}" + _LEVEL + r" {0,2}[\])]")


def _by_noun(view: View, lead: Lead, *, is_heading: bool) -> list[Urgency]:
    """A document noun with the mark behind it: the document itself, not one that is cited."""
    found = []
    for match in islice(_NOUN.finditer(view), MAX_PLACES):
        level = _level(view.text[slice(*match.span("level"))], match["level"], needs_capitals=True)
        clause = view.key[max(0, match.start() - 60) : match.start()].rsplit("\n", 1)[-1]
        if _CITING.search(clause):
            continue
        is_led = match.start() in {lead.start, lead.sent_start}
        is_sent = _SENT.search(clause) is not None
        is_numbered = _NUMBER_NEXT.match(view.key, match.end()) is not None and not _TOPIC.search(clause)
        is_own_line = not clause.strip(" -*+") and view.text[match.start() : match.end()].isupper()
        if is_led or is_sent or is_own_line or (is_heading and (is_numbered or not _TOPIC.search(clause))):
            found.append(level)
    return found


def read_urgency(view: View, kind: str, lead: Lead) -> Urgency:
    """Find the highest urgency mark of the text."""
    if not _LAST_WORD.search(view.key):
        return Urgency.NONE
    is_heading = kind in {"subject", "file_name"}
    if is_heading and _COURIER.search(view):
        return Urgency.NONE
    found = [
        _by_label(view),
        *_by_lead(view, lead, is_heading=is_heading),
        *_by_noun(view, lead, is_heading=is_heading),
    ]
    if is_heading:
        found += [*(_own(view, at, len(view.key)) for at in {0, lead.start}), *_by_brackets(view)]
    else:
        found += _by_lines(view)
    level = max(found, key=_RANK.__getitem__, default=Urgency.NONE)
    is_timed = level is Urgency.HOA_TOC and _TIMED_BELOW.search(view.key) is not None
    return Urgency.HOA_TOC_HEN_GIO if is_timed else level


_TIMED_BELOW = re.compile(r"(?:^|\n) {0,80}hoa toc,? {0,4}\n {0,80}\(?hen gio(?![a-z])")
"""The words of one stamp on two lines."""


def _by_brackets(view: View) -> list[Urgency]:
    """The mark in brackets anywhere, or in capitals behind a dash or bar at the end."""
    spans = [match.span("level") for match in islice(_BRACKET.finditer(view), MAX_PLACES)]
    tail = _TAIL.search(view)
    is_parted = tail is not None and (view.key[tail.start()] != " " or tail.start() in view.joints)
    if tail is not None and is_parted and view.text[slice(*tail.span("level"))].isupper():
        spans.append(tail.span("level"))
    return [_level(view.text[first:last], view.key[first:last], needs_capitals=True) for first, last in spans]
