"""Normalise: one text in three aligned keys.

`View.text` is NFC, `View.lower` its lower case, `View.key` the same without diacritics and pure ASCII.
All three have the same length, so an offset found in one holds in the others.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

import re2  # type: ignore[import-untyped]  # google-re2 ships no stubs

from gateway.read.vietnamese.syllables import canonical, compose, is_faded

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PHRASES = 400
"""Places of one phrase set that are looked at in one text."""

MAX_CHARACTERS = 60_000
"""Characters of one text that are looked at (as Budget.text_characters)."""

MAX_LINES = 4_000
"""Lines of one text that are looked at one by one."""

_RE2_OPTIONS = re2.Options()
_RE2_OPTIONS.log_errors = False

_SPACES = "\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_DROPPED = (
    "\x00-\x08\x0e-\x1f\x7f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u2069\ufeff\u0300-\u036f\ud800-\udfff"
)
_BREAKS = "\r\x0b\x85\u2028\u2029"
_DASHES = "\u2010-\u2015\u2212\ufe58\ufe63"
_QUOTES = "\u2018-\u201f\u2032\u2033\u00b4"
_SLASHES = "\u2215\u2044\uff0f"
_BRACKETS = {"【": "[", "〔": "[", "［": "[", "】": "]", "〕": "]", "］": "]", "《": "<", "》": ">"}
_COMPATIBLE = "\u2100-\u214f\u2460-\u24ff\uff01-\uff5e\U0001d400-\U0001d7ff"
_ALIKE = dict(
    zip(
        "АВЕКМНОРСТУХІЈЅаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧοаÐð",
        "ABEKMHOPCTYXIJSaeopcyxijsABEZHIKMNOPTYXoaĐđ",
        strict=True,
    )
)


def _expand(ranges: str) -> list[int]:
    codes: list[int] = []
    chars = list(ranges)
    while chars:
        first = ord(chars.pop(0))
        if chars[:1] == ["-"] and len(chars) > 1:
            chars.pop(0)
            codes.extend(range(first, ord(chars.pop(0)) + 1))
        else:
            codes.append(first)
    return codes


def _odd_table() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys(_expand(_SPACES), " ")
    table.update(dict.fromkeys(_expand(_DROPPED)))
    table[0x09] = "   "  # a tab separates columns
    table.update(dict.fromkeys(_expand(_BREAKS), "\n"))
    table.update(dict.fromkeys(_expand(_DASHES), "-"))
    table.update({code: '"' if code in range(0x201C, 0x2020) or code == 0x2033 else "'" for code in _expand(_QUOTES)})
    table.update(dict.fromkeys(_expand(_SLASHES), "/"))
    for code in _expand(_COMPATIBLE):
        folded = unicodedata.normalize("NFKC", chr(code))
        if len(folded) == 1:
            table.setdefault(code, folded)
    table.update({ord(old): new for old, new in (_ALIKE | _BRACKETS).items()})
    return table


_ODD = _odd_table()
_ODD_FOUND = re.compile("[" + re.escape("".join(chr(c) for c in _ODD if c < 0x10000)) + "]")
_ODD_ASCII = re.compile("[\x00-\x09\x0b\x0d-\x1f\x7f]")
_ODD_ASTRAL = re.compile("[\U0001d400-\U0001d7ff]")


def _replace_odd(match: re.Match[str]) -> str:
    return _ODD[ord(match[0])] or ""


def _plain_table() -> dict[int, str]:
    table = {0x110: "d", 0x111: "d", 0x152: "o", 0x153: "o", 0xC6: "a", 0xE6: "a", 0xD8: "o", 0xF8: "o", 0x131: "i"}
    for code in [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]:
        first = unicodedata.normalize("NFD", chr(code))[0].lower()
        if first.isascii():
            table.setdefault(code, first)
    return table


_PLAIN = _plain_table()
_SPACED_LINE = re.compile(r"^[ ]*[^\W\d_](?: {1,4}[^\W\d_]){2,40}[ ]*(?:[.:][ ]*)?$", re.MULTILINE)
_SPACED_LEAD = re.compile(r"\A([ \[(]{0,3})([^\W\d_](?:[ .]{1,4}[^\W\d_]){2,20})(?=[ .]{0,3}[-:\])])")
_WIDE_GAP = re.compile(r" {2,}")


_BASED = "".join(
    c
    for c in map(chr, [*range(0x80, 0x250), *range(0x1E00, 0x1F00)])
    if unicodedata.normalize("NFD", c)[0].isascii()
    and unicodedata.normalize("NFC", unicodedata.normalize("NFD", c)) == c
)
_NOT_BASED = re.compile(f"[^\x00-\x7f{_BASED}]")


def _lower(text: str) -> str:
    """Lower case of the same length (`İ` would grow)."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(low if len(low := c.lower()) == 1 else c for c in text)
    return lower


def _plain(lower: str) -> str:
    """ASCII of the same length: bare letters, `?` for what has none."""
    if lower.isascii():
        return lower
    based = _NOT_BASED.sub(_plain_char, lower.replace("đ", "d"))
    plain = unicodedata.normalize("NFD", based).encode("ascii", "ignore").decode("ascii")
    if len(plain) == len(lower):
        return plain
    return lower.translate(_PLAIN).encode("ascii", "replace").decode("ascii")


def _plain_char(match: re.Match[str]) -> str:
    return _PLAIN.get(ord(match[0]), "?")


def strip_marks(text: str) -> str:
    """Lower case without diacritics, pure ASCII, same length as the NFC text given."""
    return _plain(_lower(text))


_SPACED_PHRASES = {
    phrase.replace(" ", ""): phrase
    for phrase in (
        "tuyet mat", "toi mat", "mat", "hoa toc", "hoa toc hen gio", "thuong khan", "khan", "du thao", "giay moi",
        "quyet dinh", "chi thi", "thong bao", "bao cao", "ke hoach", "to trinh", "nghi quyet", "cong dien",
        "huong dan", "chuong trinh", "bien ban", "de an", "tai lieu mat", "van ban mat",
    )
}  # fmt: skip


def _collapse(match: re.Match[str]) -> str:
    line = match[0].strip()
    words = [chunk.replace(" ", "") for chunk in _WIDE_GAP.split(line)]
    if len(words) > 1:
        return " ".join(words)
    phrase = _SPACED_PHRASES.get(strip_marks(words[0]).rstrip(".:"))
    if phrase is None:
        return words[0]
    out, at = [], 0
    for part in phrase.split(" "):
        out.append(words[0][at : at + len(part)])
        at += len(part)
    return " ".join(out)


def _collapse_lead(match: re.Match[str]) -> str:
    """Join a letter-spaced or dotted mark that leads a subject (`M Ậ T - 12/KH`, `[M.Ậ.T]`); nothing else."""
    joined = match[2].replace(".", " ")
    compact = joined.replace(" ", "")
    if strip_marks(compact) not in _SPACED_PHRASES:
        return match[0]
    return match[1] + _SPACED_LINE.sub(_collapse, compact if "  " not in joined else joined)


def normalise(text: str) -> str:
    """NFC, plain spaces, dashes, quotes and slashes, no invisible characters, letter-spaced lines joined."""
    text = text[:MAX_CHARACTERS]
    if not text.isascii():
        text = compose(text)
    if "\r\n" in text:
        text = text.replace("\r\n", "\n")
    if not text.isascii() or _ODD_ASCII.search(text):
        text = _ODD_FOUND.sub(_replace_odd, text)
        if _ODD_ASTRAL.search(text):
            text = text.translate(_ODD)
    return _SPACED_LEAD.sub(_collapse_lead, _SPACED_LINE.sub(_collapse, text), count=1)


@dataclass(frozen=True)
class Line:
    """One non-blank line: `[start, end)` without surrounding spaces, `rank` from 0 within its page."""

    start: int
    end: int
    rank: int


@dataclass(frozen=True)
class View:
    """Normalised text with its aligned keys; built once, read by every detector."""

    text: str
    lower: str
    key: str
    joints: tuple[int, ...] = ()
    """Offsets of blanks that were underscores in a subject or file name: there they separate like dashes, too."""

    @classmethod
    def of(cls, text: str, joints: tuple[int, ...] = ()) -> View:
        """Build the keys of normalised text."""
        lower = _lower(text)
        return cls(text, lower, _plain(lower), joints)

    @cached_property
    def octets(self) -> bytes:
        """The key as octets, for RE2; offsets agree."""
        return self.key.encode("ascii")

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Non-blank lines, at most MAX_LINES; a form feed starts a new page."""
        out: list[Line] = []
        rank = at = 0
        for raw in self.text.split("\n", MAX_LINES)[:MAX_LINES]:
            if "\f" in raw:
                rank = 0
            body = raw.strip(" \f")
            if body:
                start = at + raw.index(body)
                out.append(Line(start, start + len(body), rank))
                rank += 1
            at += len(raw) + 1
        return tuple(out)

    @cached_property
    def is_plain(self) -> bool:
        """Written without diacritics altogether."""
        return self.text.isascii()

    def has(self, start: int, end: int, phrase: str) -> bool:
        """Tell whether the slice spells the phrase: with its diacritics, or with some or all of them lost."""
        piece = self.lower[start:end]
        return piece.isascii() or is_faded(piece, phrase)


def is_quoted(view: View, at: int) -> bool:
    """Tell whether the line of `at` is marked as quoted (`> …`, RFC 3676 section 4.5): it is somebody else's."""
    start = view.key.rfind("\n", 0, at) + 1
    return view.key.startswith(">", start)


_COLUMN_GAP = re.compile(r" {3,}")
_GAP_OR_BAR = re.compile(r" {3,}| ?\|{1,2} ?")


def cells(view: View, line: Line, *, at_bars: bool = False) -> tuple[tuple[int, int], ...]:
    """Columns of one line, cut at wide gaps, as `[start, end)` without empty ones.

    Text extraction interleaves the columns of a head; `at_bars` also cuts where people draw them (`A | B`).
    """
    out, at = [], line.start
    for gap in (_GAP_OR_BAR if at_bars else _COLUMN_GAP).finditer(view.key, line.start, line.end):
        out.append((at, gap.start()))
        at = gap.end()
    out.append((at, line.end))
    return tuple((start, end) for start, end in out if end > start)


class Scan:
    """One expression over the ASCII key, behind an RE2 gate.

    RE2 looks for the expression without its lookarounds, in one linear pass; only from the first such
    place does `re` judge the rest. Most texts never pass the gate.
    """

    def __init__(self, pattern: str) -> None:
        """Compile both machines."""
        self.expression = re.compile(pattern)
        self._gate = re2.compile(_without_lookarounds(pattern).encode("ascii"), _RE2_OPTIONS)

    def search(self, view: View, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """The first match in `[start, end)`; lookbehinds see the text before `start`."""
        stop = len(view.key) if end is None else end
        first = self._gate.search(view.octets, start, stop)
        return self.expression.search(view.key, first.start(), stop) if first else None

    def finditer(self, view: View, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """Matches in `[start, end)` in order."""
        stop = len(view.key) if end is None else end
        first = self._gate.search(view.octets, start, stop)
        return self.expression.finditer(view.key, first.start(), stop) if first else iter(())


_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?<?[=!]|\(\?P<\w+>|\(\?:|.", re.DOTALL)
"""One piece of an expression: escape, character class, opening of a group, or a character."""


def _without_lookarounds(pattern: str) -> str:
    """Drop lookaheads and lookbehinds, nested groups included, and make every group non-capturing."""
    out, depth = [], 0
    for piece in _PIECE.findall(pattern):
        opens = piece[0] == "("
        if depth:
            depth += opens - (piece == ")")
        elif opens and re.match(r"\(\?<?[=!]", piece):
            depth = 1
        else:
            out.append("(?:" if opens else piece)
    return "".join(out)


class Phrases:
    """A set of Vietnamese phrases searched on the ASCII key and confirmed on the diacritics."""

    def __init__(self, *phrases: str) -> None:
        self._known: dict[str, set[str]] = {}
        for phrase in phrases:
            self._known.setdefault(strip_marks(phrase), set()).add(canonical(phrase))
        words = sorted(self._known, key=len, reverse=True)
        body = "|".join(re.escape(word).replace(r"\ ", " {1,3}") for word in words)
        self._scan = Scan(rf"(?<![a-z0-9])(?:{body})(?![a-z0-9])")

    def matches(self, view: View, start: int = 0, end: int | None = None) -> list[re.Match[str]]:
        """All places where one of the phrases stands, in order, at most MAX_PHRASES."""
        found = islice(self._scan.finditer(view, start, end), MAX_PHRASES)
        return [m for m in found if self._is_spelt(view, m)]

    def find(self, view: View, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """The first place, None when the phrases do not occur."""
        found = self.matches(view, start, end)
        return found[0] if found else None

    def _is_spelt(self, view: View, match: re.Match[str]) -> bool:
        piece = view.lower[match.start() : match.end()]
        return piece.isascii() or any(is_faded(piece, phrase) for phrase in self._known[" ".join(match[0].split())])
