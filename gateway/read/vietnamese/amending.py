"""Amending: which document corrects or replaces which other one, as a text says (Decree 30/2020 article 18.3).

Errors of form are mended by a correcting letter (`đính chính`), errors of substance by a document that replaces
(`thay thế`); a corrected copy may bear its own number again. Read is what is said to be so: a request, a promise, a
condition, a draft, a question and a negation are not, nor what mends a part by a part (`thay thế Phụ lục I`).
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from gateway.read.vietnamese.clauses import clause_start
from gateway.read.vietnamese.lead import answers
from gateway.read.vietnamese.normalise import is_quoted
from gateway.read.vietnamese.number import find_candidates
from gateway.read.vietnamese.sending import FORM, TYPE, TYPES
from gateway.values.facts import Amendment
from gateway.values.numbers import number_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.vietnamese.lead import Lead
    from gateway.read.vietnamese.normalise import View
    from gateway.read.vietnamese.number import Candidate, Numbers

MAX_AMENDMENTS: Final = 16
"""Of one text; an honest decision replaces a few others."""
MAX_PLACES: Final = 32
"""Places of the words that are looked at."""
_PART_CHARACTERS: Final = 90
"""Between `đính chính` and the number: which part of the document was wrong."""

_VERB = re.compile(r"(?<![a-z])(?P<word>dinh chinh|thay the|thay cho)(?![a-z])(?: cho(?![a-z]))?")
_SPELT = {"dinh chinh": "đính chính", "thay the": "thay thế", "thay cho": "thay cho"}
_NAMED = rf"(?:(?:cac |nhung )?(?:{TYPE})(?: {FORM})?(?: (?:cua [a-z ]{{2,40}}))? )?(?:so ?)?[:.]? ?"
_TARGET = re.compile(rf"[ :]{{0,2}}{_NAMED}\Z")
_PART = re.compile(r"[ ,]{0,2}(?!nhu sau)(?:[a-z0-9]+[ ,]{1,2}){1,16}(?:so ?)?[:.]? ?\Z")
_DATE = r"(?: ?,? ?ngay \d{1,2}(?:[/.\-]\d{1,2}[/.\-]\d{4}| thang \d{1,2} nam \d{4}))"
_NEXT = re.compile(rf"(?:{_DATE}|(?: cua [a-z ]{{2,40}}))?(?:,|;| va|, va) {_NAMED}\Z")
_YEAR = re.compile(
    r" ?,? ?(?:ky )?(?:ngay \d{1,2}(?:[/.\-]\d{1,2}[/.\-]| thang \d{1,2} nam )|nam )(?P<year>(?:19|20)\d\d)(?!\d)"
)
_LEFT = re.compile(
    rf"{_DATE}?(?: cua [a-z ]{{2,40}}?)?(?: nay)?(?: co hieu luc[a-z0-9 /]{{0,50}} va)?"
    rf"(?: ?\(| ?-|,? (?:ve viec|v/v))? ?(?:(?:nay|la|de|duoc ban hanh) )?\Z"
)
"""What may stand between a number and the verb of which it is the subject."""
_LEFT_OTHER = re.compile(r" (?:sua doi|bo sung|bai bo|thu hoi)(?:, bo sung)? [^;.\n]{0,120},(?: va)? ?\Z")
"""`... sửa đổi Quyết định số 88, thay thế ...`: the first number mends both."""
_THIS = re.compile(rf"(?:^|.* )(?:{TYPE}) nay(?: [a-z0-9/, ]{{0,90}})? ?\Z")
_ITSELF = re.compile(rf"(?P<type>{TYPE})(?: co hieu luc[a-z0-9/ ]{{0,60}}(?:va|,))? ?\Z")
_TITLE = re.compile(
    rf"[ \-.:\"]{{0,3}}(?:(?:{TYPE}|ban)(?: {FORM})? )?(?:v/v|vv|ve viec)?[: ]{{0,2}}(?:thu hoi(?:,| va) )?\Z"
)
_PERFORMED = re.compile(r"(?:^|.*[ ,])(?:nay|xin|nay xin|xin duoc) \Z")
_OFFICE_PERFORMS = re.compile(
    r"(?:^|.*, )(?:nay,? )?(?:so|ubnd|uy ban|van phong|phong|ban|chi cuc|cuc|trung tam|hdnd|bo)(?: [a-z]{1,10}){1,8} \Z"
)
_AS_FOLLOWS = re.compile(r"[^;.\n]{0,160}nhu sau(?![a-z])")
_BEEN = re.compile(rf"{_DATE}?(?: da)? (?:duoc|bi) ")
_PASSIVE = re.compile(r"(?:duoc|bi) \Z")
_BY = re.compile(rf" (?:bang|boi) {_NAMED}\Z")
_UNSAID = re.compile(
    r"(?<![a-z])(?:khong|chua|se|de nghi|yeu cau|nho|mong|can(?! (?:cu|bo))|phai|vui long|hay|neu|khi|truong hop"
    r"|du thao|gop y|xay dung|soan thao|tham dinh|co phai|bao gio|cho (?:ban|van ban)|du kien|chuan bi|danh muc"
    r")(?![a-z])"
)
"""What is not so, or not yet, or somebody's wish; a draft of what shall replace."""
_ASKED = re.compile(r"\?|(?<![a-z])(?:khong a|khong nhi|chua a|ha (?:anh|chi|em)|phai khong)(?![a-z])")
_OLDER_COPY = re.compile(r" ban (?:(?:da |vua )?gui|cu|truoc|hom|ngay|sang|ky|dinh kem)(?![a-z])")
_ENDS = re.compile(r"[.?!](?=\s|\Z)|\n")
_SENTENCE_CHARACTERS: Final = 300
_THIS_COPY = re.compile(r"\((?:la )?ban \Z")


class _Place(NamedTuple):
    """One place of a text that speaks of correcting or replacing."""

    view: View
    kind: str
    """Of the text."""
    lead: Lead
    own: Candidate | None
    candidates: list[Candidate]
    start: int
    end: int
    """Of the verb."""
    before: str
    """The clause or line up to the verb."""
    does: str
    """`corrects` or `replaces`."""

    @property
    def left(self) -> Candidate | None:
        """The number before the verb next to it."""
        return next((one for one in reversed(self.candidates) if one.end <= self.start), None)

    def since(self, one: Candidate) -> str:
        """Give what stands between a number and the verb."""
        return self.view.key[one.end : self.start]


def read_amendments(view: View, kind: str, lead: Lead, numbers: Numbers) -> tuple[Amendment, ...]:
    """List what a text says to correct or replace what; an answer's subject names what is answered."""
    if kind == "file_name" or not any(word in view.key for word in _SPELT):
        return ()
    if kind == "subject" and answers(view.key):
        return ()
    found: dict[Amendment, None] = {}
    candidates: list[Candidate] | None = None
    for verb in islice(_VERB.finditer(view.key), MAX_PLACES):
        word = verb["word"]
        if is_quoted(view, verb.start()) or not view.has(*verb.span("word"), _SPELT[word]):
            continue
        candidates = find_candidates(view) if candidates is None else candidates
        start = max(clause_start(view.key, verb.start()), view.key.rfind("\n", 0, verb.start()) + 1)
        does = "corrects" if word == "dinh chinh" else "replaces"
        before = view.key[start : verb.start()]
        place = _Place(view, kind, lead, numbers.own, candidates, *verb.span(), before, does)
        found.update(dict.fromkeys(_read(place)))
    return tuple(found)[:MAX_AMENDMENTS]


def _read(place: _Place) -> Iterator[Amendment]:
    """Give what one place says."""
    view, own = place.view, place.own
    ends = _ENDS.search(view.key, place.end, place.end + _SENTENCE_CHARACTERS)
    if _UNSAID.search(place.before) or _ASKED.search(view.key, place.end, ends.end() if ends else len(view.key)):
        return
    if own is not None and _is_of_own_copy(place, own):
        yield Amendment("corrects", _written(own), _year(view, own))
    elif _PASSIVE.search(place.before):
        yield from _passive(place)
    elif (targets := list(_targets(place))) and (by := _performer(place)) is not None:
        for one in targets:
            if by or not _is_same(one, own):  # `Công văn đính chính số 131/SA-VP`: its own number
                yield Amendment(place.does, _written(one), _year(view, one), by)


def _is_of_own_copy(place: _Place, own: Candidate) -> bool:
    """Tell whether the text sends its own document in place of an earlier copy."""
    key, distance = place.view.key, place.start - own.end
    if _OLDER_COPY.match(key, place.end):
        return 0 <= distance <= _PART_CHARACTERS
    is_copy = _THIS_COPY.search(key, max(0, place.start - 8), place.start) is not None
    return is_copy and key.startswith(")", place.end) and 0 <= distance <= _PART_CHARACTERS


def _targets(place: _Place) -> Iterator[Candidate]:
    """Give the numbers behind the verb: the first next to it or, of a correction, behind the part that was wrong."""
    at, is_first = place.end, True
    for one in place.candidates:
        if one.start < at:
            continue
        between = place.view.key[at : one.start]
        if is_first:
            is_part = place.does == "corrects" and len(between) <= _PART_CHARACTERS and _PART.match(between)
            if not (is_part or _TARGET.match(between)):
                return
        elif not _NEXT.match(between):
            return
        yield one
        at, is_first = one.end, False


def _passive(place: _Place) -> Iterator[Amendment]:
    """`Công văn số 15 được thay thế bằng Công văn số 15a`: what stands behind does it."""
    left = place.left
    right = next((one for one in place.candidates if one.start >= place.end), None)
    if left is None or right is None or not _BEEN.fullmatch(place.since(left)):
        return
    if _BY.match(place.view.key[place.end : right.start]):
        by = "" if _is_same(right, place.own) else _written(right)
        yield Amendment(place.does, _written(left), _year(place.view, left), by)


def _performer(place: _Place) -> str | None:
    """Give who corrects or replaces: a number, empty for the text's own document; None when that is open."""
    own, left = place.own, place.left
    if left is not None and _LEFT.fullmatch(place.since(left)):
        return "" if _is_same(left, own) else _written(left)
    if own is not None and own.end <= place.start and _LEFT_OTHER.fullmatch(place.since(own)):
        return ""
    return "" if _THIS.match(place.before) or _is_itself(place) or _is_performed(place) else None


def _is_itself(place: _Place) -> bool:
    """`Quyết định có hiệu lực ... và thay thế`: a sentence about the type of the text's own document."""
    itself = _ITSELF.match(place.before.lstrip(" -")) if place.kind != "subject" else None
    return (
        itself is not None and place.own is not None and TYPES.get(" ".join(itself["type"].split())) == place.own.label
    )


def _is_performed(place: _Place) -> bool:
    """Tell whether a title or the letter itself does what the verb says; in a mail such words may be a request."""
    key = place.view.key
    if place.kind == "subject":
        return _TITLE.fullmatch(key, min(place.lead.sent_start, place.start), place.start) is not None
    if place.kind != "first_page":
        return False
    is_said = _OFFICE_PERFORMS.match(place.before) and _AS_FOLLOWS.match(key, place.end)
    return bool(is_said or _TITLE.fullmatch(place.before) or _PERFORMED.match(place.before))


def _is_same(one: Candidate, own: Candidate | None) -> bool:
    return own is not None and number_key(one.number, one.notation) == number_key(own.number, own.notation)


def _written(one: Candidate) -> str:
    return f"{one.number}{'-' if one.is_party else '/'}{one.notation}"


def _year(view: View, one: Candidate) -> int:
    """Give the year of its notation or of the date behind it; 0 for none."""
    if one.has_year:
        return int(one.notation[:4])
    dated = _YEAR.match(view.key, one.end)
    return int(dated["year"]) if dated else 0
