"""Number: number and notation of the document itself, told apart from those it cites (LANGUAGE section 2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.read.vietnamese.normalise import strip_marks
from gateway.read.vietnamese.tables import (
    INSTRUMENT_WORDS,
    LETTERS_BY_LOWER,
    NEUTRAL_LETTERS,
    TYPE_LETTERS,
    YEAR_LETTERS,
)

if TYPE_CHECKING:
    from gateway.read.vietnamese.lead import Lead
    from gateway.read.vietnamese.normalise import View

MAX_CANDIDATES = 200
"""Numbers of one text that are classified; the rest of a hostile list is ignored."""

MAX_SLASHES = 1_000
"""Slashes of one text that are looked at."""

HEADER_LINES = 20
"""Lines of a page among which the line `Số:` may stand."""

BODY_LEAD_CHARACTERS = 240
"""A mail body names its own document at its start."""

_O = "oóòỏõọôốồổỗộơOÓÒỎÕỌÔỐỒỔỖỘƠ"
"""The `ố` of `Số` with its marks lost or changed (N9)."""

_UPPER = "A-ZĐƯƠÔÂĂÊ"
_FIRST = rf"(?:TTr|CTr|PTr|TrS|TTh|Qy[ĐD]|TTg(?:CP)?|[{_UPPER}][{_UPPER}0-9&]{{0,14}})"
_REST = rf"(?:TTg|[{_UPPER}][A-Za-zĐđƯƠÔÂĂÊ0-9&.]{{0,14}})"
_NOTATION = rf"{_FIRST}(?: {{0,2}}- {{0,2}}{_REST}(?:-{_REST}){{0,3}})?"
_NUMBER = re.compile(
    r"(?:(?<![\w/.,:-])|(?<=[sS][ốo])|(?<=S[ỐO])|(?<=[^\d\W]:))"
    rf"(?P<num>\d{{1,5}}) {{0,3}}/ {{0,3}}(?:(?P<year>(?:19|20)\d\d) {{0,2}}/ {{0,2}})?(?P<nota>{_NOTATION})(?![\w/])"
)
_LOWER = re.compile(
    r"(?:(?<![\w/.,:-])|(?<=s[ốo])|(?<=[^\d\W]:))(?P<num>\d{1,5}) {0,2}/ {0,2}(?:(?P<year>(?:19|20)\d\d)/)?"
    r"(?P<nota>[a-zđ]{1,8}(?:-[a-zđ0-9&]{2,15}){1,3})(?![\w/])"
)
_PARTY = re.compile(
    rf"(?<![\w/.,:-])(?P<num>\d{{1,4}}) ?- ?(?P<nota>(?:NQ|CV|CTr|KL|QĐ|QD|CT|BC|KH|TB|HD|QC|QyĐ|TTr|ĐA|GM|BB|PC"
    rf"|PB)/[{_UPPER}]{{2,12}}"
    rf"(?:-[{_UPPER}0-9]{{1,10}})?)(?![\w/])"
)
_DIGITS_BEFORE = re.compile(r"(?<!\d)\d{1,5} {0,3}\Z")
_PARTY_BEFORE = re.compile(r"(?<!\d)\d{1,4} ?- ?[A-Za-zĐ]{2,6}\Z")
_OCR_HEADER = re.compile(
    rf"(?:^|[\n ])S[{_O}]\s?[:.]?\s{{0,3}}(?P<num>[0-9OoQlISB"
    rf"|]{{1,5}}) {{0,3}}/ {{0,3}}(?P<nota>{_NOTATION})(?![\w/])"
)
_OCR_DIGITS = str.maketrans("OoQlI|SB", "00011158")
_BLANK = re.compile(
    r"(?<![a-z0-9])so(?: {0,2}:[ .?_*\-]{0,60}|[ .?_*\-]{2,60})/ {0,3}(?P<year>(?:19|20)\d\d {0,2}/ {0,2})?(?=[a-z])"
)
_BLANK_ALONE = re.compile(r"^ *so {0,2}: {0,3}(?:[.?_]{2,40}|\?) *$", re.MULTILINE)
_BLANK_NOTATION = re.compile(_NOTATION)
_LAW = re.compile(r"QH\d{1,2}\Z")

_TO_NUMBER = re.compile(r"(?:^|[^a-z0-9])so\s{0,2}[:.]?\s{0,3}$")
_FOREIGN_BEFORE = re.compile(
    r"(?:(?<![a-z])mau(?: so)?|bieu(?: so)?|nha(?: so)?|ban an(?: so)?|so nha|duong|ngo|hem|km|qcvn|tcvn|(?:dan"
    r"|hinh) su so|to khai(?: so)?)"
    r"\s{0,2}:?\s{0,2}$"
)
_CITING = re.compile(
    r"(?<![a-z0-9])(?:can cu|theo|thuc hien|trien khai|phuc dap|tra loi|gop y|thay the|thay cho|sua doi|bo sung"
    r"|kem theo|kem"
    r"|tai(?! (?:chinh|lieu|nguyen|san|khoan))|thi hanh|v/v|vv|ve viec|ve|tiep theo|huong ung|dinh chinh|thu hoi"
    r"|bai bo|huy bo|huy|quan triet|pho bien"
    r"|cua|ban hanh kem|so voi|lien quan|nhac|don doc|dan chieu|tong ket|so ket|danh gia|kiem tra|giam sat|chap hanh"
    r"|xet|sau|doi chieu|giai trinh|thong nhat voi|neu|da gui|doi hop|hoan hop|noi dung|gia han"
    r"|dieu chinh)(?![a-z0-9])"
)
_SENDING = re.compile(
    r"(?<![a-z0-9])(?<!phieu )(?:kinh chuyen|gui kem(?: theo)?|xin gui|sao gui|kinh gui|dinh kem(?: theo)?|gui"
    r"|chuyen)(?![a-z0-9:])"
)
_CLAUSE_BREAK = re.compile(r"[;(\n\"\[]|\.\s|\?\s")
_LINE_BEFORE = re.compile(r"(?:^|\n|\f|  |\||[A-Z] )\s*$")
_TYPE_THEN_NUMBER = re.compile(
    "(?:" + "|".join(sorted(map(strip_marks, INSTRUMENT_WORDS), key=len, reverse=True)) + r") {1,3}(?:so )?[:.]? {0,3}"
)
_LAW_BEFORE = re.compile(r"(?:luat|phap lenh|nghi quyet|lenh|bo luat) {0,3}")
_INFORMAL = re.compile(
    r"(?P<type>cong van|cv|vb|van ban|giay moi|thu moi hop|gm|to trinh|ttr|ke hoach|kh|thong bao|tb|bao cao|bc"
    r"|quyet dinh|qd"
    r"|so)(?P<so> {0,2}so)?[ :_]{1,3}(?P<num>\d{1,5})(?![\d/.,:hg%-])(?! {0,2}(?:thang|nam|quy|ngay|gio|phut"
    r"|don vi|nguoi|ban|%|/|-|xa|nhiem))"
)


@dataclass(frozen=True)
class Candidate:
    """One number with notation found in the text."""

    start: int
    end: int
    number: str
    notation: str
    is_party: bool = False

    @property
    def first_group(self) -> str:
        """Letters of the first group, without a year."""
        tail = self.notation.split("/")
        group = tail[0] if self.is_party else tail[-1]
        return group.split("-")[0]

    @property
    def has_year(self) -> bool:
        """A year group stands between number and type, as in normative documents."""
        return not self.is_party and "/" in self.notation

    @property
    def label(self) -> str | None:
        """Type by the notation: type letters, else công văn; None for letters that are neither."""
        group = self.first_group
        if _LAW.match(group):
            return "luat"
        if self.has_year and group in YEAR_LETTERS:
            return YEAR_LETTERS[group]
        if group in NEUTRAL_LETTERS:
            return None
        return TYPE_LETTERS.get(group, "cong_van")


@dataclass(frozen=True)
class Numbers:
    """What the number reading of one text gave."""

    own: Candidate | None = None
    informal: str | None = None
    """A number without notation (`CV số 72`)."""
    blank_notation: str | None = None
    is_blank: bool = False
    cited: tuple[str, ...] = ()


def notation_label(notation: str) -> str | None:
    """Type label of a notation alone."""
    return Candidate(0, 0, "", notation).label


def _tidy(nota: str, year: str | None) -> str:
    joined = nota.replace(" ", "").rstrip(".-")
    return f"{year}/{joined}" if year else joined


def _recase(nota: str) -> str:
    first, *rest = nota.split("-")
    return "-".join([LETTERS_BY_LOWER.get(first, first.upper()), *(part.upper() for part in rest)])


def _is_ours(view: View, start: int, nota: str) -> bool:
    """Leave out forms, streets, roads, standards and court cases; demand a hyphen, `Số` or a law."""
    before = view.key[max(0, start - 24) : start]
    if _FOREIGN_BEFORE.search(before) or nota == "ĐẾN":
        return False
    return "-" in nota or bool(_LAW.match(nota)) or bool(_TO_NUMBER.search(before))


def find_candidates(view: View) -> list[Candidate]:
    """Every number with notation, in order of appearance; each slash is looked at once, at most MAX_SLASHES."""
    found: list[Candidate] = []
    at = done = -1
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
    window = view.text[max(0, slash - 14) : slash]
    digits = _DIGITS_BEFORE.search(window)
    base = slash - len(window)
    if digits:
        start = base + digits.start()
        if (match := _NUMBER.match(view.text, start)) and _is_ours(view, start, match["nota"].replace(" ", "")):
            return Candidate(start, match.end(), match["num"], _tidy(match["nota"], match["year"]))
        if (match := _LOWER.match(view.lower, start)) and _is_ours(view, start, match["nota"]):
            return Candidate(start, match.end(), match["num"], _tidy(_recase(match["nota"]), match["year"]))
        return None
    party = _PARTY_BEFORE.search(window)
    match = _PARTY.match(view.text, base + party.start()) if party else None
    return Candidate(match.start(), match.end(), match["num"], match["nota"], is_party=True) if match else None


def _clause_before(view: View, start: int, floor: int = 0) -> str:
    window = view.key[max(floor, start - 160) : start]
    breaks = list(_CLAUSE_BREAK.finditer(window))
    return window[breaks[-1].end() :] if breaks else window


_CITING_SPELT = {
    "tai": "tại",
    "ve": "về",
    "sau": "sau",
    "neu": "nêu",
    "xet": "xét",
    "huy": "hủy",
    "cua": "của",
    "tiep": "tiếp",
}
"""Short citing words whose ASCII form is also another word: the accents decide."""


def _cites(view: View, base: int, match: re.Match[str]) -> bool:
    spelt = _CITING_SPELT.get(match[0])
    return spelt is None or view.has(base + match.start(), base + match.end(), spelt)


def _is_sent(view: View, start: int, floor: int = 0) -> bool | None:
    """True after words of sending, False after words of citing, None when neither stands in `[floor, start)`."""
    clause = _clause_before(view, start, floor)
    base = start - len(clause)
    sent = [m.span() for m in _SENDING.finditer(clause)]
    cites = [
        m.span()
        for m in _CITING.finditer(clause)
        if _cites(view, base, m) and not any(a <= m.start() < b for a, b in sent)
    ]
    if not sent and not cites:
        return None
    last_sent = sent[-1][0] if sent else -1
    last_cite = cites[-1][0] if cites else -1
    return last_sent > last_cite


def _is_own_in_subject(view: View, lead: Lead, candidate: Candidate, lead_label: str | None) -> bool:
    clause = _clause_before(view, candidate.start, lead.start)
    if candidate.start <= lead.sent_start:
        return True
    between = view.key[lead.sent_start : candidate.start]
    if lead_label and candidate.label == lead_label and between.endswith(" - "):
        return True
    sent = _is_sent(view, candidate.start, lead.start)
    if sent is not None:
        starts_with_about = re.match(r"\s*(?:v/v|vv|ve viec)\b[: ]", view.key[lead.start :])
        plain_send = re.search(r"(?<![a-z])(?:gui|chuyen)\s+(?!kem)[a-z ]*$", clause) and not re.search(
            r"(?:kinh|xin|sao) (?:gui|chuyen)", clause
        )
        return sent and not (starts_with_about and plain_send)
    if not between.strip(" :.-") or _TO_NUMBER.fullmatch(between) or _TYPE_THEN_NUMBER.fullmatch(between):
        return True
    return lead_label is None or candidate.label == lead_label or lead_label in {"tai_lieu_hop", "dang_ky_hop"}


def _find_header(view: View, candidates: list[Candidate]) -> Candidate | None:
    """The candidate of the line `Số:` among the first lines of the page."""
    lines = view.lines[:HEADER_LINES]
    if not lines:
        return None
    stop = lines[-1].end
    for candidate in candidates:
        if candidate.start > stop:
            break
        before = view.text[max(0, candidate.start - 12) : candidate.start]
        label = re.search(rf"S[{_O}]\s{{0,2}}[:.]?\s{{0,3}}$", before, re.IGNORECASE)
        line = next(ln for ln in lines if ln.start <= candidate.start <= ln.end)
        if _is_stamp(view, line.start):
            continue
        if label:
            start = candidate.start - (len(before) - label.start())
            if (
                start <= line.start
                or _LAW_BEFORE.fullmatch(view.key, line.start, start)
                or _LINE_BEFORE.search(view.text[max(0, start - 3) : start])
            ):
                return candidate
        elif candidate.start == line.start:
            return candidate
    return None


def _is_stamp(view: View, line_start: int) -> bool:
    """The incoming stamp has its own number: `ĐẾN` stands on its line or just above."""
    near = view.text[max(0, line_start - 24) : line_start + 40]
    return bool(re.search(r"(?:^|[\s\[])(?:Dấu )?(?:CÔNG VĂN |VĂN BẢN )?ĐẾN(?:\s|:|$)", near))


def _find_blank(view: View) -> tuple[bool, str | None]:
    head = view.key[:4_000]
    match = _BLANK.search(head)
    if match:
        notation = _BLANK_NOTATION.match(view.text, match.end())
        year = match["year"] and match["year"].strip(" /")
        return True, _tidy(notation[0], year) if notation else None
    return bool(_BLANK_ALONE.search(head)), None


def _ocr_header(view: View) -> Candidate | None:
    match = _OCR_HEADER.search(view.text, 0, 2_000)
    if not match or not any(map(str.isdigit, match["num"])):
        return None
    digits = match["num"].translate(_OCR_DIGITS)
    return Candidate(match.start("num"), match.end(), digits, _tidy(match["nota"], None))


def read_numbers(view: View, kind: str, lead: Lead, lead_label: str | None) -> Numbers:
    """Find the own number of the document and the numbers it cites.

    `kind` as in `detect`; `lead_label` is the type word that leads the text, if any.
    """
    candidates = find_candidates(view)
    own: Candidate | None = None
    is_blank, blank_notation = (False, None)
    if kind == "first_page":
        own = _find_header(view, candidates) or _ocr_header(view)
    elif candidates:
        for candidate in candidates:
            near = kind == "subject" or candidate.start - lead.start < BODY_LEAD_CHARACTERS
            if near and _is_own_in_subject(view, lead, candidate, lead_label):
                own = candidate
                break
            if kind == "body" and not near and _is_sent(view, candidate.start):
                own = candidate
                break
    if own is None and kind != "file_name":
        is_blank, blank_notation = _find_blank(view)
    informal = None
    if own is None and not is_blank and kind == "subject":
        match = _INFORMAL.match(view.key, lead.sent_start)
        informal = match["num"] if match else None
    cited = dict.fromkeys(f"{c.number}/{c.notation}" for c in candidates if own is None or c.start != own.start)
    return Numbers(own, informal, blank_notation, is_blank, tuple(cited))


_FILE_NUMBER = re.compile(
    rf"(?:^|[ ([])(?:S[oố] {{0,2}})?(?P<num>\d{{1,5}})[ ._-]{{1,3}}"
    rf"(?P<nota>{_FIRST}-{_REST}(?:-{_REST}){{0,2}})(?![^\W_])"
)
_FILE_TYPE = re.compile(
    r"(?:^|[ ([])(?P<type>CV|VB|GM|TTr|KH|BC|TB|QĐ|QD|NQ|CT|CTr|HD|CĐ|GUQ|BB|PA|ĐA"
    r"|PTr)[ ._-]{1,3}(?:s[oố][ ._-]{1,3})?(?P<num>\d{1,5})(?![\w])"
)


def read_file_number(view: View) -> tuple[Candidate | None, str | None, str | None]:
    """Number in a file name, where no slash can stand: (number with notation, number alone, type letters)."""
    match = _FILE_NUMBER.search(view.text)
    if match and (match["nota"].split("-")[0] in TYPE_LETTERS or len(match["nota"]) > 3):
        return Candidate(match.start("num"), match.end(), match["num"], _tidy(match["nota"], None)), None, None
    match = _FILE_TYPE.search(view.text)
    if match:
        number = match["num"]
        return None, None if re.fullmatch(r"(?:19|20)\d\d", number) else number, match["type"]
    return None, None, None
