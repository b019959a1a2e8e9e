"""Secrecy: the level marked on a text, told from secrecy as a topic (Law 117/2025/QH15).

A level counts only in the positions S1 to S6; elsewhere it is a topic. Both errors are grave: a missed mark leaks a
state secret, a false one blocks lawful mail. Where a mark may stand: fields (`secret_fields`), the head of a page
(`places`), the lead and tail of a subject or file name, and what a sentence says of the document (`secret_nouns`).
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from gateway.read.vietnamese.levels import (
    highest_level,
    is_ascii_mat,
    is_compound,
    is_stamp_like,
    own_level,
    read_level,
)
from gateway.read.vietnamese.normalise import Scan
from gateway.read.vietnamese.places import Cell, Standing, head_cells, is_continued, is_page_top, standing
from gateway.read.vietnamese.secret_errands import is_catalogued, is_elsewhere, is_given
from gateway.read.vietnamese.secret_fields import by_fields, spans_of_none
from gateway.read.vietnamese.secret_headings import TALK_BEFORE, by_headings
from gateway.read.vietnamese.secret_nouns import (
    TOPIC_BEFORE,
    by_nouns,
    by_sentence,
    clause_before,
    is_about_secrecy,
    is_cited,
    is_counted,
)
from gateway.read.vietnamese.tables import NOUNS
from gateway.values.facts import Secrecy

if TYPE_CHECKING:
    from gateway.read.vietnamese.lead import Group, Lead
    from gateway.read.vietnamese.normalise import View

MARK_LINES = 15
"""Lines of a page among which a level on its own line is a mark (S3)."""

MAX_PLACES = 400
"""Places of one text that are judged."""

_HEADINGS = frozenset({"subject", "file_name"})


def _by_lead(view: View, lead: Lead, kind: str) -> Secrecy:
    found = []
    is_heading = kind in _HEADINGS
    for group in lead.groups:
        if group.form == "label":
            continue
        end = group.end
        while end > group.start and view.key[end - 1] in " \n:-.,;|/!":
            end -= 1
        level = own_level(view, group.start, end)
        if level is Secrecy.NONE or (group.form == "bare" and _is_bare_topic(view, group, lead)):
            continue
        is_whole = end - group.start == len(view.key) and group.form == "bare"
        if kind == "file_name" and is_whole and not view.text.isupper():
            continue  # a person's photograph; `by_headings` reads other whole names
        is_line = view.key[end : end + 4].lstrip(" ").startswith("\n")  # judged by its place, with the other lines
        if is_heading or (not is_line and (group.form == "bracket" or view.text[group.start : end].isupper())):
            found.append(level)
    return highest_level(found)


_BARE_LIST = re.compile(
    r"\s*(?:tuyet mat|toi mat|mat)\s{0,2}(?:[,/;]|va|hoac)\s{0,2}(?:tuyet mat|toi mat|mat)(?![a-z])"
)
_BARE_FOLLOWER = re.compile(
    r"\d|v/v|so |cv |vb |cong van|cong dien|bao cao|ke hoach|to trinh|phieu|quyet dinh|ttr|van ban"
)
_ADDRESSING = re.compile(r"(?:em|anh|chi|cho|nho|oi|a|co|chau)(?![a-z])")


def _is_bare_topic(view: View, group: Group, lead: Lead) -> bool:
    """A level without brackets at the start: a list is a topic; ASCII `MAT` needs a document behind it.

    `Mật, em gửi …` calls somebody by name.
    """
    if _BARE_LIST.match(view.key, group.start):
        return True
    piece = view.text[group.start : group.end].strip(" :-.,;|/!")
    if piece.isascii() and len(piece) == 3:
        return not _BARE_FOLLOWER.match(view.key, lead.start)
    is_called = not piece.isupper() and "," in view.text[group.start : group.end]
    return is_called and _ADDRESSING.match(view.key, lead.start) is not None


_INNER = Scan(r"[\[(] {0,2}(?P<said>(?:muc )?do )?(?P<piece>(?:tuyet |toi )?mat) {0,2}[\])]")
_NAMED_BEFORE = re.compile(rf"(?:(?:{NOUNS})(?: (?:so )?[ivx\d]{{1,4}})?|\d/?[a-z0-9&-]{{2,20}})\s{{0,2}}$")


_SUBJECT_FIELD = re.compile(r"\W{0,4}(?:trich yeu(?: noi dung)?|tieu de|chu de|ve viec)[\"' ]{0,3}[:|\t]")


def _ends_subject_field(view: View, match: re.Match[str]) -> bool:
    """A bracket ends the subject of a document that a field tells, as it may end the subject of a mail."""
    start = view.key.rfind("\n", 0, match.start()) + 1
    end = view.key.find("\n", match.end())
    behind = view.key[match.end() : end if end >= 0 else len(view.key)]
    said = view.key[start : match.start()]
    return not behind.strip(" .;,|\t\"'") and _SUBJECT_FIELD.match(said) is not None and not TALK_BEFORE.search(said)


def _by_bracket_inside(view: View, *, is_heading: bool) -> Secrecy:
    """A level alone in brackets behind a document or annex name: `Phụ lục I (Mật)`, `12/KH-BCĐ [MẬT]`.

    In running text behind what is sent, whatever it is called, and not behind what is counted or elsewhere.
    """
    best = Secrecy.NONE
    for match in islice(_INNER.finditer(view), MAX_PLACES):
        first, last = match.span("piece")
        level = Secrecy.NONE if view.text[first:last].isascii() else own_level(view, first, last)
        if level is Secrecy.NONE or (match["said"] and not view.text[first].isupper()):
            continue
        clause, _ = clause_before(view, match.start(), 60)
        is_told = TOPIC_BEFORE.search(clause) or is_cited(clause) or is_catalogued(view, match.start())
        is_named = _NAMED_BEFORE.search(clause) and not is_told
        if not is_heading and (is_counted(view, match.end()) or is_elsewhere(view, match.start(), match.end())):
            continue
        if is_named or _ends_subject_field(view, match) or is_given(view, match.start()):
            best = highest_level((best, level))
    return best


def _by_lines(view: View, *, is_about: bool) -> Secrecy:
    """A cell of a page's head that holds only a level (S3), unless the levels are listed one below the other."""
    hits: list[tuple[int, Secrecy]] = []
    stamps: list[Secrecy] = []
    for cell in head_cells(view, MARK_LINES):
        level = own_level(view, cell.start, cell.end)
        if level is Secrecy.NONE and not is_about:
            level = _named_level(view, cell)
        if level is not Secrecy.NONE:
            if not _is_mark_in_place(view, cell, level):
                continue
            hits.append((cell.line, level))
        elif (stamp := _stamp_level(view, cell)) is not Secrecy.NONE:
            stamps.append(stamp)
        elif (split := _split_level(view, cell)) is not Secrecy.NONE:
            hits.append((cell.line + 1, split))
        if len(hits) >= MAX_PLACES:
            break
    return highest_level([*stamps, *(level for at, level in hits if not _is_column(view, at, level, hits))])


def _is_choice(view: View, start: int, end: int) -> bool:
    """A level, or the word for none, in a cell beside another level: the heads of a count, or a choice."""
    is_ordinary = view.key[start:end].strip(" []().") in {"thuong", "binh thuong", "khong mat"}
    return is_ordinary or own_level(view, start, end) is not Secrecy.NONE


def _is_mark_in_place(view: View, cell: Cell, level: Secrecy) -> bool:
    """Where nothing speaks for a head, only what looks like a stamp is a mark; ASCII `MAT` needs the head."""
    others = [one for one in cell.row if one != (cell.start, cell.end)]
    if any(_is_choice(view, *one) for one in others):
        return False
    place = standing(view, cell)
    if is_ascii_mat(view, cell.start, cell.end):
        return place is Standing.HEAD
    if place is Standing.FREE:
        line = cell.line
        is_top = view.lines[line].rank == 0 or (is_page_top(view, line) and view.lines[line - 1].rank == 0)
        return (is_top and len(cell.row) == 1 and level is not Secrecy.MAT) or is_stamp_like(view, cell.start, cell.end)
    is_sentence = view.text[cell.end - 1] == "." and not is_stamp_like(view, cell.start, cell.end)
    return place is Standing.HEAD and not is_sentence


_NAMED_LEVEL = re.compile(
    r"\W{0,9}(?:van ban|tai lieu|ho so|cong van|bao cao)(?: so)? (?P<level>(?:tuyet |toi )?mat)\W{0,9}"
)


def _named_level(view: View, cell: Cell) -> Secrecy:
    """`TÀI LIỆU MẬT` on a line of its own."""
    match = _NAMED_LEVEL.fullmatch(view.key, cell.start, cell.end) if cell.end - cell.start <= 48 else None
    if match is None or is_continued(view, cell.line, is_noun=True):
        return Secrecy.NONE
    piece = view.text[slice(*match.span("level"))]
    return Secrecy.NONE if piece.isascii() else read_level(piece, match["level"], is_strict=True)


def _split_level(view: View, cell: Cell) -> Secrecy:
    """A level broken over two lines by the extraction (`TUYỆT` / `MẬT`)."""
    if view.key[cell.start : cell.end] not in {"tuyet", "toi"} or cell.line + 1 >= len(view.lines):
        return Secrecy.NONE
    below = view.lines[cell.line + 1]
    is_mark = view.text[cell.start : below.end].isupper() or standing(view, cell) is Standing.HEAD
    return own_level(view, cell.start, below.end) if is_mark else Secrecy.NONE


def _is_column(view: View, index: int, level: Secrecy, hits: list[tuple[int, Secrecy]]) -> bool:
    """A choice of a form: levels one below the other, or `Thường` within two lines."""
    near = [there for other, there in hits if abs(index - other) == 1]
    around = view.lines[max(0, index - 2) : index + 3]
    is_form = any(view.key[line.start : line.end].strip(" []().") == "thuong" for line in around)
    return is_form or any(level is not there for there in near)


def _stamp_level(view: View, cell: Cell) -> Secrecy:
    """Lines of the stamps of Decree 26/2020 and its successor that are not a level themselves (S5)."""
    key = view.key[cell.start : cell.end].strip(" .-*\"'[]()")
    if key == "chi nguoi co ten moi duoc boc bi":
        return Secrecy.TUYET_MAT
    return Secrecy.MAT if key == "tai lieu thu hoi" else Secrecy.NONE


_MENTIONED = Scan(
    r"(?<![a-z0-9])(?:bi mat nha nuoc|do mat|giai mat|(?:tuyet|toi) mat|(?:van ban|tai lieu|cong van|ho so) mat"
    r"|khong mat|noi dung mat)(?![a-z0-9])"
)


def _is_mentioned(view: View) -> bool:
    """Secrecy is spoken of, with its own accents (or, in undiacritised text, unmistakably); no field that says none."""
    empty = spans_of_none(view)
    for match in islice(_MENTIONED.finditer(view), MAX_PLACES):
        piece = view.lower[match.start() : match.end()]
        if any(start <= match.start() < end for start, end in empty):
            continue
        if "mật" in piece or match[0] == "bi mat nha nuoc":
            return not is_compound(view, match.end())
    return False


_LAST_WORD = re.compile(r"m[\s.*_~+/?-]{0,3}a[\s.*_~+/?-]{0,3}t(?![a-z0-9])")


def may_be_secret(view: View) -> bool:
    """Tell whether any word of secrecy stands in the text, in whatever sense; most texts have none."""
    key = view.key
    return (
        _LAST_WORD.search(key) is not None
        or "boc bi" in key
        or "lieu thu hoi" in key
        or "secre" in key
        or "confid" in key
    )


def read_secrecy(view: View, kind: str, lead: Lead) -> tuple[Secrecy, bool]:
    """Find the highest level marked on the text, and whether secrecy is only spoken of."""
    if not may_be_secret(view):
        return Secrecy.NONE, False
    is_heading, is_about = kind in _HEADINGS, is_about_secrecy(view)
    found = [
        by_fields(view, is_about=is_about),
        _by_lead(view, lead, kind),
        by_headings(view, kind) if is_heading else _by_lines(view, is_about=is_about),
        by_nouns(view, lead, is_heading=is_heading, is_about=is_about),
        by_sentence(view),
    ]
    if is_heading or not is_about:
        found.append(_by_bracket_inside(view, is_heading=is_heading))
    level = highest_level(found)
    return level, level is Secrecy.NONE and _is_mentioned(view)
