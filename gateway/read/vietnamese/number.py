"""Number: number and notation wherever a text writes them, whole or damaged (Decree 30/2020 Appendix I, II.3).

What stands before a slash is looked at once. Which of the numbers is the document's own is told in `owning`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.read.vietnamese.normalise import View, strip_marks
from gateway.read.vietnamese.tables import (
    COMMON_ISSUERS,
    LETTERS_BY_LOWER,
    NEUTRAL_LETTERS,
    TYPE_LETTERS,
    YEAR_LETTERS,
)

MAX_CANDIDATES = 200
"""Numbers of one text that are classified; the rest of a hostile list is ignored."""

MAX_SLASHES = 1_000
"""Slashes of one text that are looked at."""

_O = "oóòỏõọôốồổỗộơOÓÒỎÕỌÔỐỒỔỖỘƠ"
"""The `ố` of `Số` with its marks lost or changed (N9)."""

_UPPER = "A-ZĐƯƠÔÂĂÊ"
NUMBER = (
    r"(?:[A-Z]\d{1,3}\.)?(?:\d{1,3}\.\d{3}|\d{1,2}\.\d{1,2}(?= ?/ ?20\d\d ?/)|\d{1,6})"
    r"(?: ?(?:bis|BIS|ter|TER)|[a-kmnđA-HKĐ](?![^\W\d_]))?"
)
"""A number as printed: with a system's prefix (H29.125), a thousands dot (1.250), a letter or `bis` (15a, 15bis); firms
number by day and month (25.11/2026/TB-LR).

Letters that are misread digits (O, l, I, S) are left out: those numbers are restored (N9)."""

_FIRST = rf"(?:TTr|CTr|PTr|TrS|TTh|Qy[ĐD]|TTg(?:CP)?|[{_UPPER}][{_UPPER}0-9&]{{0,14}})"
_REST = rf"(?:TTg|[{_UPPER}][A-Za-zĐđƯƠÔÂĂÊ0-9&.]{{0,14}})"
_DAMAGED = rf"[._/][{_UPPER}][{_UPPER}0-9&]{{0,14}}(?![^\W\d_])"
"""A further group behind a mark that stands for the hyphen (UBND.VX, QĐ_UBND, KH/SNV): capitals only."""
NOTATION = rf"{_FIRST}(?: {{0,2}}- {{0,2}}{_REST}(?:-{_REST}){{0,3}}|(?:{_DAMAGED}){{1,2}}(?:-{_REST}){{0,2}})?"
_CONTRACT = r"H[ĐD][A-Z]{0,4}-(?:19|20)\d\d"
"""Contracts have their year last (15/HĐ-2026)."""
_NUMBER = re.compile(
    rf"(?P<num>{NUMBER}) {{0,3}}/ {{0,3}}(?:(?P<year>(?:19|20)\d\d) {{0,2}}/ {{0,2}})?"
    rf"(?P<nota>{_CONTRACT}|{NOTATION})(?![\w/])"
)
_LOWER = re.compile(
    r"(?P<num>(?:[a-z]\d{1,3}\.)?(?:\d{1,3}\.\d{3}|\d{1,6})(?: ?(?:bis|ter)|[a-kmnđ](?![^\W\d_]))?)"
    r" {0,2}/ {0,2}(?:(?P<year>(?:19|20)\d\d)/)?"
    r"(?P<nota>[a-zđ]{1,8}(?:-[a-zđ0-9&]{2,15}){1,3})(?![\w/])"
)
_PARTY_TYPES = "NQ|CV|CTr|KL|QĐ|QD|CT|BC|KH|TB|HD|QC|QyĐ|TTr|ĐA|GM|BB|PC|PB"
_PARTY = re.compile(
    rf"(?P<num>{NUMBER}) ?- ?(?P<nota>(?:{_PARTY_TYPES})/[{_UPPER}]{{2,12}}(?:-[{_UPPER}0-9]{{1,10}})?)(?![\w/])"
)
_AT_START = r"(?:(?<![\w/.,:-])|(?<=[sS][ốo])|(?<=S[ỐO])|(?<=[^\d\W]:))"
_NUMBER_BEFORE = re.compile(rf"{_AT_START}(?:{NUMBER}|\d{{1,2}}\.\d{{1,2}}) {{0,3}}\Z")
_DIGIT = re.compile("[0-9]")
_PARTY_BEFORE = re.compile(rf"(?<![\w/.,:-]){NUMBER} ?- ?[A-Za-zĐ]{{2,6}}\Z")
_OCR_HEADER = re.compile(
    rf"(?:^|[\n ])S[{_O}]\s?[:.]?\s{{0,3}}(?P<num>[0-9OoQlISB|]{{1,6}}) {{0,3}}/ {{0,3}}(?P<nota>{NOTATION})(?![\w/])"
)
_OCR_DIGITS = str.maketrans("OoQlI|SB", "00011158")
_NO_SLASH = re.compile(
    rf"(?P<num>{NUMBER})(?: ?[-_.] ?| )(?:(?P<year>(?:19|20)\d\d) ?[-_./] ?)?"
    rf"(?P<nota>(?P<type>{'|'.join(sorted(TYPE_LETTERS, key=len, reverse=True))}|NĐ|TT|TTLT)"
    rf"[-_.]{_REST}(?:-{_REST}){{0,2}})(?![\w/])"
)
"""A header whose slash became another mark: `18-2019-TT-BGDĐT`, `125_QĐ-UBND`."""
# `so` stands before what may not stand before it: an expression is searched for by the letters it begins with
_BLANK = re.compile(
    r"so(?<![a-z0-9]so)(?: {0,2}:[ .?_*<>\[\]x\-]{0,60}|[ .?_*\-]{2,60})/ {0,3}"
    r"(?P<year>(?:19|20)\d\d {0,2}/ {0,2})?(?=[a-z])"
)
_ENCLOSED_WITH = re.compile(r"kem theo (?:[a-z]{2,10} ){0,3}$")
_BLANK_PARTY = re.compile(
    rf"so(?<![a-z0-9]so)(?: {{0,2}}:[ .?_*]{{0,60}}|[ .?_*]{{2,60}})- {{0,3}}(?=(?:{strip_marks(_PARTY_TYPES)})/[a-z])"
)
_BLANK_ALONE = re.compile(r"^ *so {0,2}: {0,3}(?:[.?_]{2,40}|\?) *$", re.MULTILINE)
_BLANK_NOTATION = re.compile(NOTATION)
_LAW = re.compile(r"QH\d{1,2}\Z")
_SPLIT = re.compile(r"[-._/]")

TO_NUMBER = re.compile(r"(?:^|[^a-z0-9])so\s{0,2}[:.]?\s{0,3}$")
_FOREIGN_BEFORE = re.compile(
    r"(?:(?<![a-z])mau(?: so)?|bieu(?: so)?|nha(?: so)?|ban an(?: so)?|so nha|duong|ngo|hem|km|qcvn|tcvn|(?:dan"
    r"|hinh) su so|to khai(?: so)?|goi thau(?: so)?)"
    r"\s{0,2}:?\s{0,2}$"
)


_TYPE_BEFORE = re.compile(
    r"(?<![a-z])(?:cong van|cv|van ban|vb|thong bao|tb|ke hoach|kh|bao cao|bc|to trinh|ttr|quyet dinh|qd) {1,2}$"
)
"""`CV 212/UBND`: the type stands for `số`."""
_BROKEN = re.compile(
    r"(?<=[A-ZĐ]-)\n(?=[A-ZĐ][A-ZĐ&]{1,11}(?:[,;.)]| (?:ngày|của|về|và|do|yêu cầu)|\Z))"
    r"|(?<=\d/)\n(?=[A-ZĐ]{2,12}-[A-ZĐ]{2,12}(?![\w/]))"
)
"""Where a column broke a number that is cited: `644/UBND-` and `KGVX yêu cầu` below."""


@dataclass(frozen=True)
class Candidate:
    """One number with notation found in the text."""

    start: int
    end: int
    number: str
    notation: str
    is_party: bool = False

    @property
    def groups(self) -> list[str]:
        """Groups of the notation without a year, the type or issuer first."""
        if self.is_party:
            return [*_SPLIT.split(self.notation, maxsplit=1)]
        groups = _SPLIT.split(self.notation)
        return groups[1:] if self.has_year else groups

    @property
    def has_year(self) -> bool:
        """A year group stands between number and type, as in normative documents."""
        return not self.is_party and self.notation[:4].isdigit()

    @property
    def label(self) -> str | None:
        """Type by the notation: type letters, else công văn; None for letters that are neither."""
        group = self.groups[0]
        if _LAW.match(group):
            return "luat"
        if self.has_year and group in YEAR_LETTERS:
            return YEAR_LETTERS[group]
        if group in NEUTRAL_LETTERS:
            return None
        return TYPE_LETTERS.get(group) or _label_of_joined(group) or "cong_van"

    @property
    def names_type(self) -> bool:
        """The first group is the letters of a type, whole; else the label is what the others leave open."""
        group = self.groups[0]
        return group in TYPE_LETTERS or bool(_LAW.match(group)) or (self.has_year and group in YEAR_LETTERS)


@dataclass(frozen=True)
class Numbers:
    """What the number reading of one text gave."""

    own: Candidate | None = None
    informal: str | None = None
    """A number without notation (`CV số 72`)."""
    blank_notation: str | None = None
    is_blank: bool = False
    cited: tuple[str, ...] = ()
    form: str = ""
    """How a mail body has the own number: `head` of a pasted document, `notice` of a document system; else empty."""


def _label_of_joined(group: str) -> str | None:
    """Label of letters whose hyphen was lost (`QĐUBND`): a type before an issuer everybody has."""
    for issuer in COMMON_ISSUERS:
        if group.endswith(issuer) and (label := TYPE_LETTERS.get(group[: -len(issuer)])):
            return label
    return None


def written_form(view: View, own: Candidate, doc_type: str | None, source: str) -> tuple[str, ...]:
    """Name what the head of a page writes otherwise than Decree 30/2020 Appendix I, II.3 asks; sorted."""
    if own.is_party or _LAW.search(own.notation):
        return ()
    printed = view.text[own.start : own.end]
    is_typed = source == "type_line" and doc_type is not None and doc_type != "cong_van"
    found = {
        "spaces": " " in printed.strip(),
        "separator": re.search(r"[._]|/.*/", printed.partition("/")[2]) is not None and not own.has_year,
        "type_letters": is_typed and not own.names_type,
    }
    return tuple(name for name in sorted(found) if found[name])


def notation_label(notation: str) -> str | None:
    """Type label of a notation alone."""
    return Candidate(0, 0, "", notation).label


def tidy(nota: str, year: str | None = None) -> str:
    """Join a notation as it is compared: without blanks, the year before it."""
    joined = nota.replace(" ", "").rstrip(".-")
    return f"{year}/{joined}" if year else joined


def _recase(nota: str) -> str:
    first, *rest = nota.split("-")
    return "-".join([LETTERS_BY_LOWER.get(first, first.upper()), *(part.upper() for part in rest)])


def _is_ours(view: View, start: int, nota: str) -> bool:
    """Leave out forms, streets, roads, standards and court cases.

    Demand a hyphen, `Số` before, a law, or letters of a type that go on behind another mark or an issuer.
    """
    before = view.key[max(0, start - 24) : start]
    if _FOREIGN_BEFORE.search(before) or nota == "ĐẾN":
        return False
    if "-" in nota or _LAW.match(nota) or TO_NUMBER.search(before):
        return True
    first, *rest = _SPLIT.split(nota)
    if not rest and first in COMMON_ISSUERS and _TYPE_BEFORE.search(before):
        return True
    return bool(rest and (first in TYPE_LETTERS or first in COMMON_ISSUERS)) or _label_of_joined(first) is not None


def find_candidates(view: View) -> list[Candidate]:
    """Every number with notation, in order of appearance; each slash is looked at once, at most MAX_SLASHES."""
    found: list[Candidate] = []
    at = done = -1
    if ("/\n" in view.text or "-\n" in view.text) and _BROKEN.search(view.text):
        view = View.of(_BROKEN.sub(" ", view.text), view.joints)
    for _ in range(MAX_SLASHES):
        at = view.text.find("/", at + 1)
        if at < 0 or len(found) >= MAX_CANDIDATES:
            break
        candidate = _candidate_at(view, at) if at > done else None
        if candidate is not None:
            found.append(candidate)
            done = candidate.end
    return found


def _candidate_at(view: View, slash: int) -> Candidate | None:
    """Read the number whose first slash (in the Party form: only slash) stands at `slash`."""
    base = max(0, slash - 20)
    if _DIGIT.search(view.text, base, slash) is None:
        return None
    digits = _NUMBER_BEFORE.search(view.text, base, slash)
    if digits:
        start = digits.start()
        if (match := _NUMBER.match(view.text, start)) and _is_ours(view, start, match["nota"].replace(" ", "")):
            return Candidate(start, match.end(), match["num"], tidy(match["nota"], match["year"]))
        if (match := _LOWER.match(view.lower, start)) and _is_ours(view, start, match["nota"]):
            number = view.text[match.start("num") : match.end("num")]
            return Candidate(start, match.end(), number, tidy(_recase(match["nota"]), match["year"]))
        return None
    party = _PARTY_BEFORE.search(view.text, base, slash)
    match = _PARTY.match(view.text, party.start()) if party else None
    return Candidate(match.start(), match.end(), match["num"], match["nota"], is_party=True) if match else None


def find_blank(view: View) -> tuple[bool, str | None]:
    """Tell whether a form `Số:   /KH-UBND` is not filled in, and its notation."""
    head = view.key[:4_000]
    match = _BLANK.search(head)
    if match and _ENCLOSED_WITH.search(head, max(0, match.start() - 60), match.start()):
        return True, None  # the number of what it is promulgated with
    if match:
        notation = _BLANK_NOTATION.match(view.text, match.end())
        year = match["year"] and match["year"].strip(" /")
        return True, tidy(notation[0], year) if notation else None
    if (match := _BLANK_PARTY.search(head)) is not None:
        party = re.match(rf"(?:{_PARTY_TYPES})/[\w-]{{2,24}}", view.text[match.end() : match.end() + 32])
        return True, party[0] if party else None
    return bool(_BLANK_ALONE.search(head)), None


def read_without_slash(view: View, start: int) -> Candidate | None:
    """Read a number at `start` whose slash became another mark; only letters of a type follow."""
    match = _NO_SLASH.match(view.text, start)
    if match is None or (match["type"] in YEAR_LETTERS and not match["year"]):
        return None
    return Candidate(start, match.end(), match["num"], tidy(match["nota"], match["year"]))


def read_misread(view: View) -> Candidate | None:
    """Read a header whose digits were taken for letters (N9)."""
    match = _OCR_HEADER.search(view.text, 0, 2_000)
    if not match or not any(map(str.isdigit, match["num"])):
        return None
    digits = match["num"].translate(_OCR_DIGITS)
    return Candidate(match.start("num"), match.end(), digits, tidy(match["nota"]))
