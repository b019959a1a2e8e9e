"""Urgency: the mark of Decree 30/2020 Appendix I III.2b, told from adverbs and courier adverts (LANGUAGE section 9)."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from gateway.read.vietnamese.normalise import Scan
from gateway.read.vietnamese.places import Standing, head_cells, standing
from gateway.values.facts import Urgency

if TYPE_CHECKING:
    from gateway.read.vietnamese.lead import Lead
    from gateway.read.vietnamese.normalise import View

MARK_LINES = 20
"""Lines of a page among which the mark may stand alone."""

MAX_CELLS = 400
"""Cells of one text that are judged."""

MAX_PLACES = 200
"""Places of one text that are judged."""

_RANK = {
    u: i
    for i, u in enumerate((Urgency.NONE, Urgency.KHAN, Urgency.THUONG_KHAN, Urgency.HOA_TOC, Urgency.HOA_TOC_HEN_GIO))
}
_SLURRED = ("khẩn", "khân", "khấn", "khần", "khẫn", "khận", "khản")
"""`khẩn`, and what OCR leaves of it with one mark lost or changed; `khán`, `khăn`, `khàn` stay other words."""
_LEVEL = r"(?P<level>hoa toc[ ,\-(]{1,4}hen gio|hoatochengio|hoa toc|hoatoc|thuong khan|thuongkhan|khan)"
_WORD = re.compile(_LEVEL + r"(?![a-z0-9])")
_LABEL = Scan(
    r"(?<![a-z0-9])(?:do|muc do|muc|cap do) khan(?: cap)?\s{0,3}[:=\-]\s{0,3}[\[(\"']?" + _LEVEL + r"(?![a-z0-9])"
)
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
_TIMED_REST = re.compile(r"[\s\-,:.(]*(?:hen gio[\s\-,:.(]*)?(?:truoc |luc |vao luc )?\d{1,2} ?(?:gio|g|h|:).{0,40}")
_TOPIC = re.compile(
    r"(?<![a-z0-9])(?:cac|nhung|loai|viec|nhu|mot so|doi voi|quan ly|khong|quy dinh|gui nhan|xu ly|nhan|dau"
    r"|hoac)(?![a-z0-9])"
)
_NUMBER_NEXT = re.compile(r"[ \"'()]{0,3}(?:so)?[ :]{0,3}\d")
_SENT = re.compile(r"(?:gui|chuyen|gui kem)\s*$")
_CITED = re.compile(
    r"(?<![a-z])(?:can cu|theo|thuc hien|trien khai"
    r"|tiep theo|tra loi|phuc dap|xet|tai|cua|quan triet|chap hanh|thi hanh"
    r"|tiep thu|lien quan(?: den)?|nhan duoc)(?: (?:noi dung|y kien|chi dao|cac|tai|cua)){0,3} {0,3}$"
)
"""What is done about a document makes its urgency that document's, not the mail's (LANGUAGE section 15)."""


def _level(raw: str, key: str, *, needs_capitals: bool) -> Urgency:
    """Read one level; ASCII `khan` needs capitals, and accents must be those of the mark."""
    word = key.replace(" ", "")
    lower = raw.lower()
    if word.startswith(("hoatoc", "hoatoc"[:6])):
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


def _by_lead(view: View, lead: Lead) -> list[Urgency]:
    found = []
    for group in lead.groups:
        if group.form == "label":
            continue
        end = group.end
        while end > group.start and view.key[end - 1] in " :-.,;|/!([":
            end -= 1
        found.append(_own(view, group.start, end))
    return found


def _by_lines(view: View) -> list[Urgency]:
    """Cells of a page's head that hold only the mark; small letters are a name (`Khẩn`) where no head is near."""
    found: list[Urgency] = []
    for cell in islice(head_cells(view, MARK_LINES), MAX_CELLS):
        level = _own(view, cell.start, cell.end)
        if level is Urgency.NONE:
            continue
        place = standing(view, cell)
        is_capital = view.text[cell.start : cell.end].isupper() or "hen gio" in view.key[cell.start : cell.end]
        if place is Standing.HEAD or (place is Standing.FREE and is_capital):
            found.append(level)
    return found


_BRACKET = Scan(r"[\[(] {0,2}" + _LEVEL + r" {0,2}[\])]")


def _by_noun(view: View, kind: str, lead: Lead) -> list[Urgency]:
    found = []
    for count, match in enumerate(_NOUN.finditer(view)):
        if count >= MAX_PLACES:
            break
        level = _level(view.text[slice(*match.span("level"))], match["level"], needs_capitals=True)
        clause = view.key[max(0, match.start() - 40) : match.start()]
        if _CITED.search(clause):
            continue
        if (
            _NUMBER_NEXT.match(view.key, match.end())
            or match.start() in {lead.start, lead.sent_start}
            or (not _TOPIC.search(clause) and (kind == "subject" or _SENT.search(clause)))
        ):
            found.append(level)
    return found


def read_urgency(view: View, kind: str, lead: Lead) -> Urgency:
    """Find the highest urgency mark of the text."""
    if "khan" not in view.key and "toc" not in view.key and "k h a n" not in view.key:
        return Urgency.NONE
    is_heading = kind in {"subject", "file_name"}
    if is_heading and _COURIER.search(view):
        return Urgency.NONE
    found = [_by_label(view), *_by_lead(view, lead), *_by_lines(view), *_by_noun(view, kind, lead)]
    if is_heading:
        found += [
            _level(view.text[slice(*match.span("level"))], match["level"], needs_capitals=True)
            for match in islice(_BRACKET.finditer(view), MAX_PLACES)
        ]
    return max(found, key=_RANK.__getitem__, default=Urgency.NONE)
