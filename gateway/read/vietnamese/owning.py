"""Owning: which number of a text is the document's own; every other one is cited (Decree 30/2020 Appendix I, II.3).

A citation is the normal case. A number is the document's own in the line `Số:` of its head; where it leads a subject;
and where the text says that it sends that very document (`sending`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.read.vietnamese.normalise import cells, is_quoted, strip_marks
from gateway.read.vietnamese.notices import find_noticed
from gateway.read.vietnamese.number import (
    Candidate,
    Numbers,
    find_blank,
    find_candidates,
    read_misread,
    read_without_slash,
)
from gateway.read.vietnamese.places import is_headed
from gateway.read.vietnamese.sending import CITING, FORM, TYPE, TYPES, clause_start, is_sent, last_citing
from gateway.values.numbers import number_key

if TYPE_CHECKING:
    from gateway.read.vietnamese.lead import Lead
    from gateway.read.vietnamese.normalise import Line, View

HEADER_LINES = 20
"""Lines of a page among which the line `Số:` may stand."""

_HEAD_COLUMNS = 2
"""Columns of a head (Decree 30/2020 Appendix I); a number without its label in a wider row is an entry of a list."""

_O = "oóòỏõọôốồổỗộơOÓÒỎÕỌÔỐỒỔỖỘƠ"

_LEADS = re.compile(
    rf"[ :.#\-]{{0,4}}(?:(?:{TYPE})(?: {FORM}){{0,2}})?[ :_.\-]{{0,4}}(?:so)?[ :.\-]{{0,4}}"
    rf"|(?:{TYPE}) (?:hop|ket luan|uy quyen|thay the|dinh chinh|lien nganh) (?:so )?"
)
_LINE_BEFORE = re.compile(r"(?:^|\n|\f|  |\||[A-Z] )\s*$")
_LAW_BEFORE = re.compile(r"(?:luat|phap lenh|nghi quyet|lenh|bo luat) {0,3}")
_NOTED = re.compile(
    r"[ \-:,.(/]{0,4}(?:(?:em|toi|minh|a|c|anh|chi|don vi|phong|co quan|so|ben [a-z]{1,5})(?: [a-z]{1,5})? )?"
    r"(?:(?:xac nhan )?(?:da |vua |moi |chua )(?:duoc )?(?:nhan|tiep nhan|xem|doc|thay)"
    r"|(?:tiep )?nhan (?:duoc|du|roi|ok)|(?:xem|doc|in|tai|xu ly) (?:xong |duoc )?(?:roi|xong)"
    r"|khong (?:mo|doc|xem|tai|thay)|bi (?:loi|hong|thieu|mo)|chua (?:mo|co|dung)"
    r"|cho (?:em|toi|minh|hoi|xin)|ok(?![a-z])"
    r"|(?:xin )?cam on|thank|received|noted|xin lai|gui lai giup)"
)
"""What a subject says of a document it answers: received, seen, not to be opened."""
_INFORMAL = re.compile(
    r"(?P<type>cong van|cv|vb|van ban|giay moi|thu moi hop|gm|to trinh|ttr|ke hoach|kh|thong bao|tb|bao cao|bc"
    r"|quyet dinh|qd|so)(?P<so> {0,2}so)?[ :_]{1,3}"
    r"(?P<num>(?:[a-z]\d{1,3}\.)?(?:\d{1,3}\.\d{3}|\d{1,6})(?: ?bis|[a-e])?)(?![\w/.,:%-])"
    r"(?! {0,2}(?:thang|nam|quy|ngay|gio|phut|don vi|nguoi|ban|%|/|-|xa|nhiem))"
)


def _is_lead(words: str, candidate: Candidate) -> bool:
    """Only a type, the issuer's letters, or words the notation abbreviates (`Kết luận thanh tra số … /KL-`) lead."""
    if _LEADS.fullmatch(words):
        return True
    code = words.strip(" :_-")
    named = re.match(TYPE, code)
    if named and TYPES[" ".join(named[0].split())] == candidate.label and code.endswith(" so"):
        return not CITING.search(code)
    if code in {strip_marks(part) for part in (candidate.notation, *candidate.groups)}:
        return True
    letters = strip_marks(candidate.groups[0])
    initials = "".join(word[0] for word in code.split())
    return len(initials) <= 6 and initials.startswith(letters) and code.endswith(" so")


def _is_own_in_subject(view: View, lead: Lead, candidate: Candidate, lead_label: str | None) -> bool:
    """Tell whether a subject is of this document: the number leads it, is sent, or is of the type that leads it."""
    if _NOTED.match(view.key, candidate.end):
        return False
    if candidate.start <= lead.sent_start or _LEADS.fullmatch(view.key, lead.sent_start, candidate.start):
        return True
    start = clause_start(view, candidate.start, lead.start)
    leads = {lead.sent_start, lead.start, *({start} if view.key.endswith(". ", 0, start) else ())}
    if any(_is_lead(view.key[at : candidate.start], candidate) for at in leads):
        return True
    between = view.key[lead.sent_start : candidate.start]
    is_named = lead_label is not None and candidate.label == lead_label
    if is_named and between.endswith(" - "):
        return True
    sends = is_sent(view, candidate, lead.start)
    if _ABOUT.match(view.key, lead.start):
        return sends and bool(re.search(r"(?:kinh|xin|sao) (?:gui|chuyen)|kem", between))
    return sends or (is_named and last_citing(view, start, candidate.start) < 0)


_ABOUT = re.compile(r"(?:v/v|vv|ve viec)\b[: ]")


def _find_header(view: View, candidates: list[Candidate]) -> Candidate | None:
    """The candidate of the line `Số:` among the first lines of the page."""
    lines = view.lines[:HEADER_LINES]
    if not lines:
        return None
    stop = lines[-1].end
    for candidate in candidates:
        if candidate.start > stop:
            break
        line = next(ln for ln in lines if ln.start <= candidate.start <= ln.end)
        if _is_stamp(view, line.start):
            continue
        if _is_labelled(view, line, candidate.start):
            return candidate
        if candidate.start == line.start and len(cells(view, line, at_bars=True)) <= _HEAD_COLUMNS:
            return candidate
    return None


def _is_labelled(view: View, line: Line, at: int) -> bool:
    """`Số:` stands before `at`, and begins a line or column."""
    before = view.text[max(0, at - 12) : at]
    label = re.search(rf"S[{_O}]\s{{0,2}}[:.]?\s{{0,3}}$", before, re.IGNORECASE)
    if label is None:
        return False
    start = at - (len(before) - label.start())
    return (
        start <= line.start
        or bool(_LAW_BEFORE.fullmatch(view.key, line.start, start))
        or bool(_LINE_BEFORE.search(view.text[max(0, start - 3) : start]))
    )


_HEADER_LABEL = re.compile(rf"(?:^|\n|   |\|) {{0,3}}S[{_O}]\s{{0,2}}[:.]\s{{0,3}}(?=[\dA-Z])", re.IGNORECASE)


def _header_without_slash(view: View) -> Candidate | None:
    lines = view.lines[:HEADER_LINES]
    for label in _HEADER_LABEL.finditer(view.text, 0, lines[-1].end if lines else 0):
        if found := read_without_slash(view, label.end()):
            return found
    return None


def _is_stamp(view: View, line_start: int) -> bool:
    """The incoming stamp has its own number: `ĐẾN` stands on its line or just above."""
    near = view.text[max(0, line_start - 24) : line_start + 40]
    return bool(re.search(r"(?:^|[\s\[])(?:Dấu )?(?:CÔNG VĂN |VĂN BẢN )?ĐẾN(?:\s|:|$)", near))


def _find_pasted_header(view: View, candidates: list[Candidate]) -> Candidate | None:
    """The header of a document whose text was pasted into a body: its motto, issuer or title stands there too."""
    found = _find_header(view, candidates)
    if found is None or found.start > 1_500:
        return None
    index = next(i for i, ln in enumerate(view.lines[:HEADER_LINES]) if ln.start <= found.start <= ln.end)
    if not _is_labelled(view, view.lines[index], found.start):
        return None
    is_page = (
        "cong hoa xa hoi" in view.key[: found.start + 400]
        or re.match(r"[^\n]{0,60}\n{1,3} {0,4}(?:v/v|ve viec)", view.key[found.end : found.end + 80])
        or is_headed(view, index)
    )
    return found if is_page else None


def _find_in_body(view: View, said: list[Candidate]) -> tuple[Candidate | None, str]:
    """The own number of a mail body and `Numbers.form`: of a pasted head, of a notice, or of what it says it sends."""
    if (pasted := _find_pasted_header(view, said)) is not None:
        return pasted, "head"
    if (noticed := find_noticed(view, said)) is not None:
        return noticed, "notice"
    return next((one for one in said if is_sent(view, one)), None), ""


def read_numbers(view: View, kind: str, lead: Lead, lead_label: str | None) -> Numbers:
    """Find the own number of the document and the numbers it cites.

    `kind` as in `detect`; `lead_label` is the type word that leads the text, if any.
    """
    candidates = find_candidates(view)
    own: Candidate | None = None
    form = ""
    is_blank, blank_notation = (False, None)
    if kind == "first_page":
        own = _find_header(view, candidates) or _header_without_slash(view) or read_misread(view)
    elif kind == "body" and candidates:
        said = [c for c in candidates if not is_quoted(view, c.start)]
        own, form = _find_in_body(view, said)
    elif candidates:
        own = next((c for c in candidates if _is_own_in_subject(view, lead, c, lead_label)), None)
    if own is None and kind != "file_name":
        is_blank, blank_notation = find_blank(view)
    informal = None
    if own is None and not is_blank and kind == "subject":
        match = _INFORMAL.match(view.key, lead.sent_start)
        informal = view.text[slice(*match.span("num"))] if match and not _NOTED.match(view.key, match.end()) else None
    return Numbers(own, informal, blank_notation, is_blank, _cited(view, candidates, own), form)


_STAMPED = re.compile(r"(?<![a-z])(?:so |vb |van ban |cong van )?den {0,3}(?:so {0,2})?: {0,3}$")
_SHARING = re.compile(
    r"(?<![a-z])(?:cac|nhung|hai|ba) [a-z ]{0,24}?(?:so )?(?P<numbers>(?:\d{1,6}[a-z]?(?:, {0,2}| va )){1,12})$"
)
"""`các Công văn số 12, 13, 14/SA-VP`: numbers that share the notation of the last."""
_SHARING_CHARACTERS = 120


def _cited(view: View, candidates: list[Candidate], own: Candidate | None) -> tuple[str, ...]:
    """Numbers of other documents as written, in order; one that is the own number in another form is none of them."""
    others = [one for one in candidates if own is None or one.start != own.start]
    if not others:
        return ()
    found: dict[str, str] = {}
    for one in others:
        if _STAMPED.search(view.key, max(0, one.start - 24), one.start):
            continue
        for number in (*_sharing(view, one.start), one.number):
            found.setdefault(number_key(number, one.notation), f"{number}{'-' if one.is_party else '/'}{one.notation}")
    if own is not None:
        found.pop(number_key(own.number, own.notation), None)
    return tuple(found.values())


def _sharing(view: View, start: int) -> list[str]:
    """Numbers before the one at `start` that share its notation."""
    if not view.key[max(0, start - 4) : start].endswith((", ", ",", " va ")):
        return []
    match = _SHARING.search(view.key, max(0, start - _SHARING_CHARACTERS), start)
    return re.findall(r"\d+[a-z]?", match["numbers"]) if match else []
