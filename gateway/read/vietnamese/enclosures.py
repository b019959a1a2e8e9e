"""Enclosures: what a text says goes along with it (Decree 30/2020 Appendix I, II.8: `Kèm theo`), in its own words.

Three ways of saying it: a thing and behind it that it comes along (`dự thảo Kế hoạch kèm theo`), the other way round
(`gửi kèm theo Báo cáo số ...`), and a list behind a colon. What is enclosed elsewhere is none: annexes of a decree
that is cited, what others sent or are asked for, what goes by post or lies behind a link.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.vietnamese.clauses import clause_end, clause_start, may_be_aside, sentence_start
from gateway.read.vietnamese.enclosed import BULLET, MAX_ENCLOSURES, read_entry
from gateway.read.vietnamese.issuer import is_enclosure
from gateway.read.vietnamese.normalise import Scan, strip_marks
from gateway.read.vietnamese.tables import ENCLOSURE_NOUNS, INSTRUMENT_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.read.vietnamese.normalise import View
    from gateway.values.facts import Enclosure

_MAX_PLACES = 64
"""Places of one text that say so."""
_ITEMS_CHARACTERS = 1_200

_INSTRUMENTS = "|".join(sorted({strip_marks(word) for word in INSTRUMENT_WORDS}, key=len, reverse=True))
_NOUN = rf"(?:{'|'.join(ENCLOSURE_NOUNS)}|{_INSTRUMENTS})(?![a-z])"
_PICTURE = "anh"
"""`ảnh` is enclosed, `anh` is addressed."""
_TO_WHOM = re.compile(
    r"(?:la|(?:cac |quy )?(?:anh ?[/,]? ?chi|anh|chi|em|ong ba|ong|ba|thay co|thay|co|dong chi|don vi|co quan|so"
    r"|phong)) {1,2}"
)
"""Between `gửi kèm` and what is enclosed."""
_QUANTITY = r"(?:(?:\d{1,3}|mot|hai|ba|bon|nam)(?: ?\([^()\n]{1,12}\))? )"
_BEGINS = re.compile(
    rf"(?:{_QUANTITY}|cac |nhung |toan bo |ban |bo )?(?:bo |ban |tap |cuon |file |to )?{_NOUN}|{_QUANTITY}"
)
_SENT_BEFORE = re.compile(r"(?<![a-z])(?:gui|dinh|trinh|chuyen|phat) {1,2}\Z")
_THEO = re.compile(r" {1,2}theo(?![a-z])")
_THIS = rf" {{0,2}}(?:theo )?(?:(?:{_INSTRUMENTS}|van ban|ho so|tai lieu|thu|e?mail)(?: trinh)?(?: nay)?)?"
_LIST = re.compile(rf"{_THIS},?(?: (?:la|gom|bao gom)(?: co)?)?(?: cac [a-z ]{{2,30}}(?: sau)?)? ?:")
_THIS_ONE = re.compile(rf" {{1,2}}(?:{_INSTRUMENTS}|van ban|thu|e?mail) (?:nay(?:,| la| gom| co)?|la|gom)(?=[ .,;)])")
_OTHERS = re.compile(rf" {{1,2}}(?:{_INSTRUMENTS}|van ban) (?:lien tich )?(?:so|ngay|so:|nay)(?![a-z])")
"""`kèm theo Công văn số 12`: the text is an enclosure itself, or speaks of one."""
_GOES_ON = (
    rf"(?:[ :]*(?:theo )?(?:[.;,:)]|{_NOUN}|{_QUANTITY}|{_TO_WHOM.pattern}|thu|e?mail|la:|gom|bao gom|cac |nhung "
    r"|toan bo |(?:ban|bo|tap|cuon|to) )|[^\n]{0,3}\n)"
)
_ON = re.compile(_GOES_ON)
"""How a text goes on behind a mere `kèm theo` that names something: with that, or with the end of what it says."""
_COUNTED = re.compile(rf" {{1,2}}(?=\d{{1,3}}(?: ?\([^()\n]{{1,12}}\))? {_NOUN})")
"""`gửi Báo cáo số 399, kèm 02 phụ lục`: a number of things says as much as `theo`."""
_GATE = Scan(
    rf"(?:gui|dinh|trinh|chuyen|phat) {{1,2}}kem|\(kem|kem {{1,2}}(?:\d|theo{_GOES_ON})|\([\s\S]*kem {{1,2}}theo"
)
"""Somebody sends it, or it goes on so, or a bracket may be about it: else (`gửi văn bản kèm theo để thực hiện`) a text
names nothing, which one pass shows."""
_ISSUED_WITH = re.compile(r"ban hanh {1,2}\Z")
_WENT_WITH = re.compile(rf"{_NOUN}[^,;]*(?<![a-z])da(?: duoc)? {{0,2}}\Z")
"""`Mẫu 02 đã gửi kèm Công văn số 12`: the thing went with that document, and neither comes now."""
_ASKED = re.compile(r"(?<![a-z])(?:de nghi|yeu cau|phai|nop|khi|neu)(?![a-z])")
_RECEIVED = re.compile(
    r"(?<![a-z])(?:nhan duoc|da nhan|tiep nhan|theo|can cu|xet|phuc dap|tra loi|de nghi|yeu cau|nop)(?![a-z])"
)
_OF_OTHERS = re.compile(rf"{_ASKED.pattern}|(?<![a-z])(?:nhan duoc|da nhan|tiep nhan|phuc dap|tra loi)(?![a-z])")
_SENDS = re.compile(r"(?<![a-z])(?:gui|trinh|chuyen)(?![a-z])")
_POINTS = re.compile(
    r"(?<![a-z])(?:tai|theo|nhu|trong|co|o|xem|vao|bang|su dung|chi tiet|noi dung|cu the)(?: cac)?"
    r"(?![a-z])"
)
_ELSEWHERE = re.compile(
    r"buu (?:dien|chinh)|ban giay|ban cung|(?:gui|nop) truc tiep|https?:|www\.|tai (?:ve|xuong|tai)(?![a-z])"
    r"|(?<![a-z])(?:tai|trong) (?:thu|e?mail) (?:ngay|truoc|hom|cu)(?![a-z])"
    r"|duong (?:dan|link)|(?<![a-z])link(?![a-z])|ma qr|dang tai|cong thong tin"
)
"""Sent by post, with another mail, or laid out behind a link: no file comes along."""
_PAPER_TOO = re.compile(r"\((?:cac )?ban (?:giay|chinh|goc|cung)[^()]{0,120}\)?")
"""A bracket about the paper that comes besides."""
_NOT_NOW = re.compile(
    r"(?<![a-z])(?:se|chua|khong)(?: duoc)? {1,2}\Z"
    r"|(?<![a-z])(?:nut|chuc nang|tinh nang|bieu tuong|(?<!danh )muc) [\"']?\Z"
)
"""Not yet, not at all, or what a button of a program is called."""
_LACKING = re.compile(
    r"(?<![a-z])(?:quen|(?:khong|chua) (?:mo|thay|doc|xem|tai|nhan)|khong co (?:file|tep))(?![a-z])[^,]*\Z"
)
"""Said of what another mail brought, or should have."""
_JOINT = re.compile(rf"(?:,| va| cung| kem)(?: theo)? (?=(?:va )?(?:{_QUANTITY}|cac )?{_NOUN})")
_CONTENTS = re.compile(r",? (?:bao gom|gom)(?: co)?(?: cac [a-z ]{2,30})? ?:")
"""`tài liệu kỳ họp, gồm:` - what is enclosed stands behind it, if that names documents."""
_STARTS_WITH_NOUN = re.compile(rf"[ \-+*]{{0,4}}(?:cac )?{_NOUN}")
_CITED = re.compile(
    r" {0,4}(?:thuc hien|can cu|theo|tiep theo|xet|phuc dap|tra loi|nhan duoc|qua nghien cuu)(?![a-z])[^,]*\Z"
)
"""Before a bracket: what stands in it is said of a document that is cited."""
_ENDS = frozenset(".;,:)\n")


class _Place(NamedTuple):
    """Where a text says that something comes along."""

    start: int
    end: int
    is_sent: bool
    """`gửi kèm`, `đính kèm`: somebody does it."""
    is_bare: bool
    """`(kèm`, `kèm 02 phụ lục`."""


def read_enclosures(view: View, kind: str, number: str | None) -> tuple[Enclosure, ...]:
    """List what a text says comes along with it, in order, each once; `number` is its own, None without one.

    A page that is an enclosure itself encloses nothing.
    """
    if "kem" not in view.key or kind == "file_name" or _GATE.search(view) is None:
        return ()
    if kind == "first_page" and number is None and is_enclosure(view):
        return ()
    found: dict[str, Enclosure] = {}
    for place in islice(_places(view.key), _MAX_PLACES):
        for start, end in _items(view, place, number if kind == "first_page" else None):
            for one in read_entry(view, start, end):
                found.setdefault(strip_marks(one.title), one)
        if len(found) >= MAX_ENCLOSURES:
            break
    return tuple(found.values())[:MAX_ENCLOSURES]


def _places(key: str) -> Iterator[_Place]:
    """Find the words that say it, and a bare `kèm` behind a bracket."""
    at = key.find("kem")
    while at >= 0:
        theo = _THEO.match(key, at + 3)
        before = _SENT_BEFORE.search(key, max(0, at - 9), at)
        is_word = not key[at + 3 : at + 4].isalnum() and (before or not key[at - 1 : at].isalnum())
        counted = key[at - 2 : at] == ", " and _COUNTED.match(key, at + 3) is not None
        if is_word and (theo or before or counted or key[at - 1 : at] == "("):
            start, end = before.start() if before else at, theo.end() if theo else at + 3
            yield _Place(start, end, is_sent=before is not None, is_bare=not theo and not before)
        at = key.find("kem", at + 3)


def _may_name(key: str, place: _Place) -> bool:
    """Tell whether a place may name something: most of a mere `kèm theo` say only that something goes along."""
    is_said = place.is_sent or place.is_bare or _ON.match(key, place.end) is not None
    return is_said or may_be_aside(key, place.start)


def _items(view: View, place: _Place, number: str | None) -> list[tuple[int, int]]:
    """Give the ranges of what one place says is enclosed; none when it is enclosed elsewhere."""
    if not _may_name(view.key, place):
        return []
    key, opening = view.key, clause_start(view.key, place.start)
    is_aside = opening > 0 and key[opening - 1] == "("
    close = clause_end(key, place.end, is_aside=is_aside)
    named = _named(view, place, number, (opening, close), is_aside=is_aside)
    # asked last: most places name nothing
    is_here = named and not _is_elsewhere(key, opening, place.start, max(close, place.end), is_aside=is_aside)
    return named if is_here else []


def _named(
    view: View, place: _Place, number: str | None, clause: tuple[int, int], *, is_aside: bool
) -> list[tuple[int, int]]:
    """Give the ranges of what one place names, wherever that is; `clause` is where what it says stands."""
    key, opening, close, start, end, is_sent, is_bare = view.key, *clause, *place
    before = key[opening:start]
    listed, this, others = _LIST.match(key, end), _THIS_ONE.match(key, end), _OTHERS.match(key, end)
    if not is_aside and (_LACKING.search(before) or (others and _WENT_WITH.search(before))):
        return []
    is_issued = _ISSUED_WITH.search(before) is not None
    is_listed = listed and (is_aside or _STARTS_WITH_NOUN.match(before) or not _ASKED.search(before))
    if (listed and is_listed and not is_issued) or _is_heading(view, opening, end):
        return _behind(view, listed.end() if listed else end, close, is_listed=True)
    is_with_this = others is not None and number is not None and _is_this(key, others, number, is_issued=is_issued)
    is_of_cited = others is not None and (not is_sent or _is_pointed(key, opening, start))
    if not is_with_this and (is_issued or (not is_bare and is_of_cited)):
        is_mine = this is not None and (is_issued or not before.strip())
        return _behind(view, this.end(), close, is_listed=listed is not None) if this and is_mine else []
    behind = this.end() if this else end
    behind += len(key[behind:close]) - len(key[behind:close].lstrip(" :"))
    begins = _beginning(view, behind, close)
    if not is_with_this and key[end : end + 1] not in _ENDS and begins is not None:
        is_ours = _is_ours(before, is_sent=is_sent, is_aside=is_aside)
        return _behind(view, begins, close, is_listed=False) if is_ours else []
    if is_aside and not before.strip() and key[end : end + 1] == ")":
        return _before_bracket(view, opening - 1)
    return _in_front(view, opening, start, is_sent=is_sent or is_with_this, is_aside=is_aside)


def _is_this(key: str, others: re.Match[str], number: str, *, is_issued: bool) -> bool:
    """Tell whether the document something goes with is the one that says so: by its number, or `Công văn này`."""
    is_pointed = others[0].endswith("nay") and not is_issued
    is_last = _BEGINS.match(key, others.end() + 1) is None
    return (is_pointed and is_last) or key.startswith(f" {number.lower()}/", others.end())


def _is_pointed(key: str, opening: int, start: int) -> bool:
    """Tell whether something points to a document right before: `theo Danh mục đính kèm Nghị định số 30`."""
    points = list(_POINTS.finditer(key, opening, start))
    return bool(points) and re.match(rf" {_NOUN}[^,]*\Z", key[points[-1].end() : start]) is not None


def _is_heading(view: View, opening: int, end: int) -> bool:
    """Tell whether a line in capitals ends here, above a list: `DANH MỤC HỒ SƠ GỬI KÈM`."""
    below = view.key.find("\n", end, end + 4)
    return below >= 0 and view.text[opening:end].isupper() and BULLET.match(view.key, below + 1) is not None


def _is_elsewhere(key: str, opening: int, start: int, end: int, *, is_aside: bool) -> bool:
    """Tell whether it went by post, lies behind a link, or came with a document that is cited before the bracket."""
    if is_aside and _CITED.match(key[sentence_start(key, opening) : opening - 1]):
        return True
    if _NOT_NOW.search(key, max(opening, start - 20), start):
        return True
    said = key[opening if is_aside else sentence_start(key, start) : end]
    return _ELSEWHERE.search(_PAPER_TOO.sub("", said)) is not None


def _is_ours(before: str, *, is_sent: bool, is_aside: bool) -> bool:
    """Tell whether it is the writer who encloses, and not somebody who is asked to or has written before."""
    if is_aside:
        return True
    if is_sent:
        return not _ASKED.search(before)
    return not before.strip(' -+*"') or bool(_SENDS.search(before) and not _RECEIVED.search(before))


def _behind(view: View, start: int, close: int, *, is_listed: bool) -> list[tuple[int, int]]:
    """Give the items that stand behind: on the lines below a colon, else up to the end of the sentence."""
    if is_listed and not view.key[start:close].strip():
        return list(_lines_below(view, close))
    contents = _CONTENTS.search(view.key, start, close)
    if contents is None:
        return list(_split(view, start, close))
    is_below = not view.key[contents.end() : close].strip()
    items = list(_lines_below(view, close) if is_below else _split(view, contents.end(), close))
    is_named = bool(items) and _BEGINS.match(view.key[items[0][0] : items[0][1]].lstrip(" :-"))
    return items if is_named else [(start, contents.start())]


def _in_front(view: View, opening: int, start: int, *, is_sent: bool, is_aside: bool) -> list[tuple[int, int]]:
    """Give what stands before `kèm theo`: the words from the last noun of a document that something points to."""
    key = view.key
    if not is_sent and not is_aside and key[start + 8 : start + 9] not in _ENDS:
        return []
    points = list(_POINTS.finditer(key, opening, start))
    nouns = [m for m in re.finditer(_NOUN, key[opening:start]) if _is_noun(view, opening + m.start())]
    if not nouns:
        return []
    if is_aside or points:
        after = [m for m in nouns if not points or opening + m.start() >= points[-1].end()]
        first = (after or nouns)[0]
    elif is_sent or not key[opening : opening + nouns[0].start()].strip():
        first = nouns[-1]
        if first[0] in _GENERIC and not _SHOWS.search(key[opening : opening + first.start()].rpartition(",")[2]):
            return []  # `tệp đính kèm` as such
    else:
        return []
    begin = opening + first.start()
    if is_aside and not points:
        begin = opening
    return list(_split(view, begin, start))


_GENERIC = frozenset(("file", "tep", "tai lieu", "van ban"))
_SHOWS = re.compile(r"(?<![a-z])(?:gui|chuyen|xem|mo|trinh)(?![a-z])")


def _before_bracket(view: View, bracket: int) -> list[tuple[int, int]]:
    """`theo biểu mẫu số 01 (gửi kèm)`: the bracket says it of what stands before it."""
    stop = bracket - (view.key[bracket - 1 : bracket] == " ")
    opening = clause_start(view.key, stop)
    is_pointed = _POINTS.search(view.key, opening, stop) is not None
    is_of_others = _OF_OTHERS.search(view.key, opening, stop) is not None
    return _in_front(view, opening, stop, is_sent=True, is_aside=False) if is_pointed or not is_of_others else []


def _beginning(view: View, at: int, close: int) -> int | None:
    """Give where what is enclosed begins, behind whom it is sent to; None where no document is named."""
    if _BEGINS.match(view.key, at, close) and not _is_called(view, at):
        return at
    named = _TO_WHOM.match(view.key, at, close)
    return named.end() if named and _BEGINS.match(view.key, named.end(), close) else None


def _is_called(view: View, at: int) -> bool:
    """Tell whether `anh` stands here, not `ảnh`."""
    is_alone = view.key.startswith(_PICTURE, at) and not view.key[at + 3 : at + 4].isalnum()
    return is_alone and not view.lower.startswith("ả", at)


def _is_noun(view: View, at: int) -> bool:
    """Tell whether what is spelt like the noun of a document begins a word, and is no `anh` that somebody is called."""
    return (at == 0 or not view.key[at - 1].isalnum()) and not _is_called(view, at)


def _split(view: View, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a range at semicolons, and at commas and `và` before the next noun of a document."""
    key = view.key
    end = min(end, start + _ITEMS_CHARACTERS)
    joints = [(m.start(), m.end()) for m in re.finditer(r";", key[start:end])]
    if not joints:
        named = (m for m in _JOINT.finditer(key[start:end]) if not _is_called(view, start + m.end()))
        joints = [(m.start(), m.end()) for m in named]
    at = 0
    for left, right in [*joints, (end - start, end - start)]:
        if left > at:
            yield start + at, start + left
        at = right


def _lines_below(view: View, at: int) -> Iterator[tuple[int, int]]:
    """Give the items of a list, a wrapped one as far as its first line breaks off."""
    is_open = False
    lines = (line for line in view.lines if line.start >= at)
    for line in islice(lines, 2 * MAX_ENCLOSURES):
        bullet = BULLET.match(view.key, line.start, line.end)
        if bullet is None and not is_open:
            return
        is_open = view.key[line.end - 1] not in ";."
        if bullet:
            yield bullet.end(), line.end
