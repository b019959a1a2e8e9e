"""Enclosures: is there what a mail says comes along? Every file and every annex bound in behind a document is asked.

A thing that is named is answered by a file of its number, of its index (`Phụ lục II`) or of its title, wherever it
lies. It is missing only where nothing is left that might be it: a file whose letters nobody could read, or one that
answers nothing and may be titled otherwise than it was named, leaves it open.
Cites: 226/UBND-TTTH, HCM-2a (list of enclosures named in the text against what is attached).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gateway.judge.own import TRANSPARENT
from gateway.judge.words import fold
from gateway.values.numbers import number_key
from gateway.values.registry import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gateway.values.facts import Enclosure, Marks, MessageFacts, PartFacts

MAX_FILE_CHARACTERS = 4_000
"""Of the name and the titles of one file; what has more counts as not read to its end."""
MAX_NAMING = 4
"""Files that carry the number of the document and speak for it: signed, scanned, and to be worked on."""
MAX_FILES = 256
"""Files that are compared; beyond them nothing is called missing."""
_NO_FILES = frozenset({*TRANSPARENT, "ics", "empty", "leftover", "certificate"})
"""Kinds that go along with a message and answer nothing."""
_SIGNATURES = frozenset({"p7s", "sig", "asc", "sign"})
_PICTURES = frozenset({"jpeg", "png", "gif", "bmp", "tiff", "webp", "heic"})
_ARCHIVES = frozenset(
    ("zip", "7z", "rar", "iso", "cab", "lha", "ar", "cpio", "arj", "ace", "wim", "gzip", "xz", "bzip2", "zstd", "tar")
)
_ANY = frozenset(
    ("file", "tep", "tai lieu", "ho so", "van ban", "noi dung", "cac tai lieu", "cac van ban", "tap tin", "tep tin")
)
"""Names that any file answers."""
_CARRIERS = frozenset(("file", "tep", "tin", "mem", "scan", "excel", "word", "pdf", "dinh", "kem", "da", "ky", "thu"))
"""Words for the form something is sent in; alone they name nothing else (`file mềm`)."""
_ANY_BEHIND = re.compile(
    r"(?: (?:lien quan|co lien quan|can thiet|nay|tren|dinh kem|kem theo|noi tren|trinh|(?:phuc vu )?(?:cuoc )?hop))+$"
)
_ABBREVIATIONS: dict[str, str] = {
    "ds": "danh sach", "dm": "danh muc", "pl": "phu luc", "bm": "bieu mau", "bb": "bien ban", "bc": "bao cao",
    "kh": "ke hoach", "qd": "quyet dinh", "ttr": "to trinh", "dt": "du thao", "cv": "cong van", "tb": "thong bao",
    "nq": "nghi quyet", "hs": "ho so", "pa": "phuong an", "gm": "giay moi", "qc": "quy che",
    "bv": "ban ve", "kq": "ket qua",
}  # fmt: skip
"""How names of files shorten the words of a title."""
_EMPTY_WORDS = frozenset(
    ("cua", "ve", "va", "theo", "so", "ngay", "thang", "nam", "cac", "nhung", "cho", "den", "tai", "tren", "ban", "bo",
     "mot", "hai", "ba", "kem", "nay", "duoc", "co", "la", "voi", "trong")
)  # fmt: skip
"""Words that tell no title from another."""
_INDEXED = re.compile(
    r"(?<![a-z])(?P<noun>phu ?luc|pl|bieu|mau|bang)(?: bieu| mau)?(?: so)? ?(?P<index>\d{1,3}|[ivx]{1,6})(?![a-z0-9])"
)
_NOUN_ALONE = re.compile(r"(?<![a-z])(?:phu ?luc|pl|bieu|mau|bang)(?![a-z])")
_NUMBER = re.compile(r"(?P<number>\d{1,6}\w{0,3})\s{0,3}/\s{0,3}(?P<notation>(?:\d{4}/)?[^\W\d_][^\s,;()]{1,40})")
_ROMAN = {"i": 1, "v": 5, "x": 10}
_LIKE = 0.6
"""Share of the words of a title that a file must have to be it."""
MAX_MISSING = 64


class Answered(NamedTuple):
    """What of the enclosures a mail names is there."""

    named: int = 0
    missing: tuple[str, ...] = ()
    """Titles, in the words of the text."""
    has_all: bool | None = True
    """None when one of them is neither found nor certainly missing, or what would name them was not read."""


NOTHING_NAMED = Answered()


class _File(NamedTuple):
    """What may answer, as it is compared."""

    words: frozenset[str]
    """Of its name and titles, short forms written out."""
    key: str
    """Its name and titles without blanks, to find numbers in."""
    ordinals: frozenset[tuple[str, int]]
    """Kinds and numbers of order in them: `Phụ lục II`."""
    number: str
    """Its own, as `number_key` folds it; empty when it has none."""
    doc_type: str
    is_opaque: bool
    """Some of its letters were not read."""


class _Wanted(NamedTuple):
    """One enclosure, as it is compared."""

    enclosure: Enclosure
    words: frozenset[str]
    number: str
    ordinal: tuple[str, int] | None
    """Kind of enclosure and its number of order: `Phụ lục II`."""
    is_any: bool


def answer_enclosures(facts: MessageFacts, principal: PartFacts | None) -> Answered:
    """Compare what subject, body and principal document say is enclosed with what came along."""
    naming = _naming(facts, principal)
    by_mail = _distinct((one for marks in (facts.subject_marks, facts.body_marks) for one in marks.enclosures), [])
    by_document = _distinct((one for part in naming for one in part.marks.enclosures), by_mail)
    is_unread = facts.is_unreadable or any(_is_opaque(part) and not part.marks.titles for part in naming)
    if not by_mail and not by_document:
        return Answered(has_all=None if is_unread else True)
    parts = [part for part in facts.parts if _may_answer(part, facts.parts)]
    is_whole = not facts.overruns and len(parts) <= MAX_FILES
    files = {part.path: _file(part) for part in parts[:MAX_FILES]}
    annexes = [one for part in naming if (one := _annexes(part)).key or one.is_opaque]
    others = [file for path, file in files.items() if all(path != part.path for part in naming)]
    asked = [(one, list(files.values())) for one in by_mail] + [(one, [*others, *annexes]) for one in by_document]
    answers = _answer(asked, is_whole=is_whole)
    missing = [one.enclosure.title for (one, _), answer in zip(asked, answers, strict=True) if answer is False]
    has_all = False if missing else None if is_unread or None in answers else True
    return Answered(sum(one.enclosure.count for one, _ in asked), tuple(missing)[:MAX_MISSING], has_all)


def _naming(facts: MessageFacts, principal: PartFacts | None) -> list[PartFacts]:
    """Give the files of the principal document, whose text speaks for the mail: a PDF and its working copy.

    What has the number in its name alone may be what comes with it: `133_QD-UBND_danh sach kem theo.xlsx`.
    """
    if principal is None:
        return []
    key = _number_of(facts.document)
    same = [
        part
        for part in facts.parts
        if part.is_attachment and key and part.marks.number_source == "first_page" and _number_of(part.marks) == key
    ]
    return [principal, *(part for part in same if part is not principal)][:MAX_NAMING]


def _answer(asked: Sequence[tuple[_Wanted, Sequence[_File]]], *, is_whole: bool) -> list[bool | None]:
    """Tell of each whether it is there; None when that is open."""
    found = [[_compare(wanted, file) for file in against] for wanted, against in asked]
    claimed = {
        id(file)
        for (wanted, against), said in zip(asked, found, strict=True)
        for file, is_it in zip(against, said, strict=True)
        if is_it and not wanted.is_any
    }
    answers: list[bool | None] = []
    for (wanted, against), said in zip(asked, found, strict=True):
        hits = [file for file, is_it in zip(against, said, strict=True) if is_it]
        is_open = any(
            file.is_opaque or (is_it is None and id(file) not in claimed)
            for file, is_it in zip(against, said, strict=True)
        )
        if hits:
            answers.append(True if _suffices(wanted.enclosure.count, hits) else None)
        else:
            answers.append(None if is_open or not is_whole else False)
    return answers


def _suffices(count: int, hits: Sequence[_File]) -> bool:
    """Tell whether files are as many as are wanted; one may hold several forms, by their numbers."""
    return count <= max(len(hits), *(len(file.ordinals) for file in hits))


def _compare(wanted: _Wanted, file: _File) -> bool | None:
    """Tell whether a file is what is named; None when it may be."""
    if wanted.number:
        return _has_number(wanted, file)
    if wanted.ordinal is not None:
        return _has_ordinal(wanted.ordinal, file)
    if wanted.is_any:
        return True
    share = len(wanted.words & file.words) / max(len(wanted.words), 1)
    if share >= _LIKE:
        return True
    is_of_type = wanted.words.issuperset(file.doc_type.split("_"))
    return None if is_of_type or not file.number else False  # an issued document is entitled by its type


def _has_number(wanted: _Wanted, file: _File) -> bool | None:
    if wanted.number == file.number or _is_in(fold(wanted.number), file.key):
        return True
    if file.number:
        return False
    return None


def _is_in(number: str, key: str) -> bool:
    """Tell whether a key holds a number, and not as the end of a longer one."""
    at = key.find(number)
    return at >= 0 and not key[at - 1 : at].isdecimal()


def _has_ordinal(ordinal: tuple[str, int], file: _File) -> bool | None:
    """Tell whether a file is the annex, or form, of that order; one without any may hold it."""
    if ordinal in file.ordinals:
        return True
    return False if any(noun == ordinal[0] for noun, _ in file.ordinals) else None


def _ordinals(text: str) -> frozenset[tuple[str, int]]:
    return frozenset((_noun(match["noun"]), _value(match["index"])) for match in _INDEXED.finditer(text))


def _noun(word: str) -> str:
    return "phuluc" if word.startswith(("p",)) else word


def _value(index: str) -> int:
    """Give 2 for `02` and `ii`."""
    if index.isdecimal():
        return int(index)
    values = [_ROMAN[letter] for letter in index]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def _wanted(one: Enclosure) -> _Wanted:
    key = _spaced(one.title)
    found = _NUMBER.search(one.title) if "/" in one.title else None
    number = number_key(found["number"], found["notation"]) if found else ""
    indexed = None if found else _INDEXED.search(key)
    ordinal = (_noun(indexed["noun"]), _value(indexed["index"])) if indexed else None
    words = _words(key)
    return _Wanted(one, words, number, ordinal, _ANY_BEHIND.sub("", key) in _ANY or words <= _CARRIERS)


def _file(part: PartFacts) -> _File:
    marks = part.marks
    name = part.name.rpartition(".")[0] or part.name
    texts = [name, *marks.titles, *marks.annex_titles]
    return _as_file(
        tuple(texts), _number_of(marks), marks.doc_type or "", is_draft=_is_draft(marks), is_opaque=_is_opaque(part)
    )


def _annexes(part: PartFacts) -> _File:
    """What is bound in behind a document."""
    return _as_file(part.marks.annex_titles, "", "", is_draft=False, is_opaque=_is_opaque(part))


def _as_file(texts: tuple[str, ...], number: str, doc_type: str, *, is_draft: bool, is_opaque: bool) -> _File:
    text = " ".join(texts)
    key = _spaced(text[:MAX_FILE_CHARACTERS])
    words = _words(key) | (frozenset(doc_type.split("_")) if doc_type else frozenset())
    if is_draft:
        words |= {"du", "thao"}
    is_cut = len(text) > MAX_FILE_CHARACTERS
    return _File(words, key.replace(" ", ""), _ordinals(key), number, doc_type, is_opaque or is_cut)


def _is_draft(marks: Marks) -> bool:
    return marks.is_draft or marks.has_blank_number


def _words(key: str) -> frozenset[str]:
    """Give the words of a folded title that tell it from others, short forms written out."""
    words = " ".join(_ABBREVIATIONS.get(word, word) for word in key.split()).split()
    told = frozenset(word for word in words if word not in _EMPTY_WORDS and not word.isdecimal())
    return told or frozenset(words)


def _spaced(text: str) -> str:
    return name_key(text.replace("_", " "))


def _number_of(marks: Marks) -> str:
    return number_key(marks.number, marks.notation) if marks.number and marks.notation else ""


def _is_opaque(part: PartFacts) -> bool:
    """Tell whether letters of a file were not read: locked, a scan, pages beyond what is read."""
    pdf = part.pdf
    if part.uninspectable or part.is_encrypted:
        return True
    if pdf is None:
        return part.picture is not None
    # Letters recognised may be too bad to tell a title by.
    return bool(pdf.unread_pages or pdf.image_pages) or pdf.is_text_unreadable


def _may_answer(part: PartFacts, parts: Sequence[PartFacts]) -> bool:
    """Tell whether a part is a file that somebody may have enclosed; an archive is what it holds, if it was opened."""
    if not part.is_attachment or part.kind in _NO_FILES or part.name_kind in _SIGNATURES:
        return False
    if part.is_inline and part.kind in _PICTURES and not (part.picture and part.picture.image_pages):
        return False
    return part.kind not in _ARCHIVES or not any(one.path.startswith(f"{part.path}!") for one in parts)


def _distinct(ones: Iterable[Enclosure], others: Sequence[_Wanted]) -> list[_Wanted]:
    """Keep what is named twice, here or among `others`, once: the first time."""
    kept: list[_Wanted] = []
    for one in map(_wanted, ones):
        if not any(_is_same(one, other) for other in (*others, *kept)):
            kept.append(one)
    return kept


def _is_same(mine: _Wanted, theirs: _Wanted) -> bool:
    if mine.number != theirs.number or mine.ordinal != theirs.ordinal:
        return False
    return mine.ordinal is not None or bool(mine.number) or mine.words == theirs.words
