"""Receivers: whom a document says it goes to, and what for (Decree 30/2020 Appendix I, II.9).

Lines of `Kính gửi` and `Nơi nhận` in words; which agencies they mean is for the judge. `Như trên` stands for the lines
of `Kính gửi`, `Như Điều 3` for whom that article charges with carrying it out.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from gateway.read.vietnamese.normalise import cells, strip_marks
from gateway.read.vietnamese.tables import ORGANISATIONS
from gateway.values.facts import Receiver

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gateway.read.vietnamese.normalise import Line, View

MAX_RECEIVERS = 64
"""Lines kept of one document."""
MAX_WORDS = 400
"""Characters of one line: an article that charges twenty agencies has as many."""
_MAX_LISTED = 80
"""Lines looked at of one list."""
_ARTICLE_CHARACTERS = 1_200

_ROLES = (
    ("report", re.compile(r"(?<![a-z])(?:bao cao|b/c(?:ao)?)(?![a-z])")),
    ("know", re.compile(r"(?<![a-z])(?:biet|dang tai)(?![a-z])")),
    ("act", re.compile(r"(?<![a-z])(?:thuc hien|th?/h(?:ien)?|chi dao|thi hanh)(?![a-z])")),
    ("coordinate", re.compile(r"(?<![a-z])(?:phoi hop|ph?/h(?:op)?)(?![a-z])")),
)
"""Role to the words in brackets behind a receiver, or behind a final `để`."""
_ASIDE = re.compile(
    r"\(([^()\n]{1,80})(?:\)|\Z)| (?:de|thay) ((?:bao|b/c|biet|thuc|th?/h|chi dao|phoi|ph?/h)[a-z/ ,]{0,20})\Z"
)
_BULLET = re.compile(r"(?:[-+*?]|\(?\d{1,2}[.)/])(?![a-z\d]) {0,3}")
_GREETING = re.compile(r"(?:^|\n) {0,60}kinh gui {0,3}:? {0,3}")
_RECEIVED_BY = re.compile(r"(?:^|\n)[ \-*]{0,60}noi nhan {0,2}[:.]? {0,3}")
_AS_ABOVE = re.compile(r"nhu (?:tren|kinh gui)")
_AS_ARTICLE = re.compile(r"nhu (?:tai )?dieu (\d{1,2})")
_KEPT = re.compile(r"luu(?:[ :]|$)")
_VIA = re.compile(r"\(?(?:qua|thong qua)(?![a-z])")
_CHARGED = re.compile(
    r"(?:,? (?:va )?)?(?:chiu trach nhiem|co trach nhiem|can cu quyet dinh|chiu (?=thi hanh)|thi hanh)"
)
_NEXT_ARTICLE = re.compile(r"\n {0,8}(?:dieu \d|noi nhan)")
_OTHER_PIECE = re.compile(r"phu luc|du thao|bieu mau|mau so|cong hoa xa hoi|so ?:[^\n]{0,40}/")
_PAGE_TOP = 400
_SET_IN = 4
"""Blanks before an entry that stands under another one, and not at the margin as what the document says does."""
_OFFICE = re.compile(rf"(?:{ORGANISATIONS})(?![a-z])")
_PAGES = 100
"""Pages on which another piece may begin that are looked at."""
_NATION = "cong hoa xa hoi"
_ANNEX = re.compile(r"\n {0,60}phu luc")


_LISTING = re.compile(r"(?:các|cac) [^:;]{2,40}: ?[^:;]{2,60};", re.IGNORECASE)
_SEMICOLON = re.compile(r";(?=\s*(?:lưu|luu|như|nhu|các|cac)\b)", re.IGNORECASE)
"""Behind `Các Sở: A; B` a semicolon parts names, unless what follows is no name."""


class _Item(NamedTuple):
    """One entry of a list."""

    words: str
    key: str


def read_receivers(view: View, kind: str, *, has_head: bool) -> tuple[Receiver, ...]:
    """Read whom the document of a page, or one pasted into a body, goes to; `has_head`: its own number stands in it."""
    if kind != "first_page" and not (kind == "body" and has_head):
        return ()
    if "kinh gui" not in view.key and "noi nhan" not in view.key:
        return ()
    limit = _end_of_piece(view)
    addressed = list(_greeted(view, limit))
    below = list(_listed(view, limit))
    found = [Receiver(_without_roles(item), _roles(item.key, "act")) for item in addressed]
    for item in below:
        if _AS_ABOVE.match(item.key) and addressed:
            found += _with_roles(found[: len(addressed)], _said_roles(item.key))
        elif (article := _AS_ARTICLE.match(item.key)) is not None:
            found += _of_article(view, article[1], item, limit)
        elif _KEPT.match(item.key):
            found.append(Receiver(item.words, ("archive",)))
        else:
            found.append(Receiver(_without_roles(item), _said_roles(item.key)))
    return tuple(dict.fromkeys(one for one in found if one.words))[:MAX_RECEIVERS]


def _with_roles(receivers: Iterable[Receiver], roles: tuple[str, ...]) -> list[Receiver]:
    return [Receiver(one.words, roles) for one in receivers] if roles else []


def _roles(key: str, otherwise: str) -> tuple[str, ...]:
    return _said_roles(key) or (otherwise,)


def _said_roles(key: str) -> tuple[str, ...]:
    """Give the roles that brackets of a line name; sorted."""
    said = " ".join(match[1] or match[2] for match in _ASIDE.finditer(key))
    return tuple(sorted(name for name, words in _ROLES if words.search(said))) if said else ()


def _without_roles(item: _Item) -> str:
    """Leave out brackets that say what for, not those that name or except somebody."""
    out, at = [], 0
    for match in _ASIDE.finditer(item.key):
        aside = match[1] or match[2]
        if any(words.search(aside) for _, words in _ROLES) or aside.startswith(("kem", "qua ", "de ")):
            out.append(item.words[at : match.start()])
            at = match.end()
    return "".join([*out, item.words[at:]]).strip(" .;,")


def _end_of_piece(view: View) -> int:
    """Give where another piece begins that is bound in behind: an annex, a draft, another document.

    It begins on a page of its own where pages are told apart; else with its title or with the name of the nation.
    """
    at = view.text.find("\f", 1)
    for _ in range(_PAGES):
        if at < 0:
            break
        if _OTHER_PIECE.search(view.key, at, min(len(view.key), at + _PAGE_TOP)):
            return at
        at = view.text.find("\f", at + 1)
    first = view.key.find(_NATION)
    second = view.key.find(_NATION, first + 1) if first >= 0 else -1
    annex = next((m.start() for m in _ANNEX.finditer(view.key) if view.text[m.end() - 1].isupper()), -1)
    return min((one for one in (second, annex) if one > 0), default=len(view.key))


def _greeted(view: View, limit: int) -> Iterator[_Item]:
    """Give the entries of `Kính gửi`: what stands behind it on its line, or the list below."""
    found = _GREETING.search(view.key, 0, limit)
    if found is None:
        return
    stop = view.key.find("\n", found.end(), limit)
    stop = limit if stop < 0 else stop
    first = view.text[found.end() : stop].strip()
    if first and not _BULLET.match(first):
        yield from _entries(first)
        yield from _set_in_below(view, stop, limit)
        return
    rows = [*_one_line(view, found.end(), stop), *_lines(view, stop, limit)]
    bare = _unmarked(view, rows)
    yield from _joined(view, bare or rows, is_bulleted=not bare)


def _set_in_below(view: View, at: int, limit: int) -> Iterator[_Item]:
    """Give further entries below the first one that are set in under it, without bullets; an empty line ends them."""
    for _ in range(_MAX_LISTED):
        stop = view.key.find("\n", at + 1, limit)
        line = view.text[at + 1 : limit if stop < 0 else stop]
        if len(line) - len(line.lstrip()) < _SET_IN or not _OFFICE.match(strip_marks(line.strip())):
            return
        yield from _entries(line.strip())
        at = stop
        if stop < 0:
            return


def _unmarked(view: View, rows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give the lines of a list without bullets, which a semicolon shows, as far as its full stop; else none."""
    if not rows or _BULLET.match(view.key, *rows[0]) or not view.key[slice(*rows[0])].rstrip().endswith(";"):
        return []
    last = next((n for n, row in enumerate(rows) if view.key[slice(*row)].rstrip().endswith(".")), None)
    return [] if last is None else rows[: last + 1]


def _listed(view: View, limit: int) -> Iterator[_Item]:
    """Give the entries of `Nơi nhận`, `Lưu` the last."""
    found = _RECEIVED_BY.search(view.key, 0, limit)
    if found is None:
        return
    stop = view.key.find("\n", found.end(), limit)
    stop = limit if stop < 0 else stop
    rows = [*_one_line(view, found.end(), stop), *_lines(view, stop, limit)]
    for item in _joined(view, rows, is_bulleted=False):
        yield item
        if _KEPT.match(item.key):
            return


def _one_line(view: View, start: int, stop: int) -> list[tuple[int, int]]:
    """Give what stands behind the word itself, as far as the column goes."""
    text = view.text[start:stop]
    start += len(text) - len(text.lstrip())
    gap = view.key.find("   ", start, stop)
    end = gap if gap >= 0 else stop
    piece = view.text[start:end].strip()
    return [(start, end)] if piece and not (piece.isupper() and ";" not in piece and not _BULLET.match(piece)) else []


def _lines(view: View, start: int, limit: int) -> list[tuple[int, int]]:
    """Give the first column of the lines below."""
    below: list[Line] = list(islice((line for line in view.lines if line.start >= start), _MAX_LISTED))
    return [cells(view, line)[0] for line in below if line.start < limit]


def _joined(view: View, rows: Iterable[tuple[int, int]], *, is_bulleted: bool) -> Iterator[_Item]:
    """Put wrapped entries together and cut lines that hold several; a list with bullets ends with the first without."""
    open_words, is_entry = "", False
    for start, end in rows:
        text = view.text[start:end]
        bullet = _BULLET.match(view.key, start, end)
        is_wrapped = bool(open_words) and bullet is None and not text.isupper()
        if bullet is None and not is_wrapped:
            if is_bulleted:
                break
            if text.isupper() or text.startswith("("):
                continue
        body = view.text[bullet.end() if bullet else start : end].strip()
        if open_words and not is_wrapped:
            yield from _entries(open_words, is_entry=is_entry)
            open_words = ""
        is_entry = is_entry if is_wrapped else bullet is not None
        open_words = f"{open_words} {body}" if is_wrapped else body
        if body.endswith((";", ".")) or len(open_words) > MAX_WORDS:
            yield from _entries(open_words, is_entry=is_entry)
            open_words = ""
    if open_words:
        yield from _entries(open_words, is_entry=is_entry)


def _entries(text: str, *, is_entry: bool = False) -> Iterator[_Item]:
    """Cut one line at semicolons; what follows in capitals is the signature of the other column.

    What stands behind one bullet (`is_entry`) shares the role at its end: `- Sở A; Sở B (để t/h);`.
    """
    pieces = [piece.strip(" .,-") for piece in _SEMICOLON.split(text)] if _LISTING.search(text) else []
    pieces = [piece for piece in pieces or [piece.strip(" .,-") for piece in text.split(";")] if piece]
    if is_entry and len(pieces) > 1:
        pieces = _sharing_role(pieces)
    for number, piece in enumerate(pieces):
        words = piece[:MAX_WORDS]
        key = strip_marks(words)
        is_signature = number > 0 and words.isupper() and not pieces[0].isupper()
        if not is_signature and not _VIA.match(key):
            yield _Item(words, key)


def _sharing_role(pieces: list[str]) -> list[str]:
    """Say the role of the last piece of the others too, where none of them says one or refers to something."""
    *others, last = map(strip_marks, pieces)
    said = _ASIDE.search(last)
    if said is None or any(_ASIDE.search(one) or one.startswith(("nhu ", "luu")) for one in others):
        return pieces
    role = pieces[-1][slice(*said.span())].strip()
    return [*(f"{piece} {role}" for piece in pieces[:-1]), pieces[-1]]


def _of_article(view: View, number: str, item: _Item, limit: int) -> Iterator[Receiver]:
    """Give whom an article charges; the reference itself where it is not found."""
    roles = _roles(item.key, "act")
    found = re.search(rf"(?:^|\n) {{0,8}}dieu {number} ?[.:]", view.key[:limit])
    if found is None:
        yield Receiver(item.words, roles)
        return
    high = min(limit, found.end() + _ARTICLE_CHARACTERS)
    following = _NEXT_ARTICLE.search(view.key, found.end(), high)
    end = following.start() if following else high
    charged = _CHARGED.search(view.key, found.end(), end)
    end = charged.start() if charged else end
    yield from (Receiver(one.words, roles) for one in _entries(view.text[found.end() : end].replace("\n", " ")))
