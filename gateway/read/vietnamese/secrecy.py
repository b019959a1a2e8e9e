"""Secrecy: the level marked on a text, told from secrecy as a topic (LANGUAGE section 8, Law 117/2025/QH15).

A level counts only in the positions S1 to S5; elsewhere it is a topic. Both errors are grave: a missed
mark leaks a state secret, a false one blocks lawful mail. So the accents decide, never the ASCII key alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.read.vietnamese.normalise import Scan, cells, strip_marks
from gateway.read.vietnamese.syllables import canonical, is_faded
from gateway.read.vietnamese.tables import SECRET_NOUNS
from gateway.values.facts import Secrecy

if TYPE_CHECKING:
    from gateway.read.vietnamese.lead import Lead
    from gateway.read.vietnamese.normalise import Line, View

MARK_LINES = 15
"""Lines of a page among which a level on its own line is a mark (S3)."""

MAX_LINE = 200
"""Characters of a line that may hold a mark in one of its columns."""

MAX_PLACES = 400
"""Places of one text that are judged."""

_RANK = {Secrecy.NONE: 0, Secrecy.MAT: 1, Secrecy.TOI_MAT: 2, Secrecy.TUYET_MAT: 3}
_SLURRED = frozenset({"mât", "mạt", "mất", "mầt", "mẩt", "mẫt"})
"""`mật` after OCR lost or changed one mark; `mặt` and `mắt` stay other words."""
_LEVELS = {"mat": Secrecy.MAT, "toimat": Secrecy.TOI_MAT, "tuyetmat": Secrecy.TUYET_MAT}
_OTHER_WORDS = frozenset({("tôi", "mất"), ("tới", "mất"), ("tội", "mất"), ("tôi", "mạt"), ("tới", "mạt")})
_ENVELOPE = {"a": Secrecy.TUYET_MAT, "b": Secrecy.TOI_MAT, "c": Secrecy.MAT}
_URGENCY = r"hoa toc,?[ -]{0,3}hen gio|hoa toc|thuong khan|khan"


def _join(parts: list[str]) -> str:
    return "".join(parts)


def read_level(raw: str, key: str, *, is_strict: bool) -> Secrecy:
    """Read a piece that should be a level and nothing else, in any spacing; NONE when it is not.

    `is_strict` pieces stand where ASCII needs capitals (S2, S3); behind a label (S1) any spelling will do.
    """
    level = _LEVELS.get(_join(key.split()))
    if level is None:
        return Secrecy.NONE
    compact = _join(raw.split())
    if compact.isascii():
        return level if not is_strict or compact.isupper() else Secrecy.NONE
    lower = compact.lower()
    first, last = lower[:-3], lower[-3:]
    if not is_strict or last == "mật":
        return level
    if not first:
        return level if last in _SLURRED else Secrecy.NONE
    if (first, last) in _OTHER_WORDS:
        return Secrecy.NONE
    return level if last in _SLURRED or (last == "mat" and first in {"tối", "tuyệt"}) else Secrecy.NONE


_LABEL = Scan(
    r"(?:(?<![a-z0-9])(?:do|muc|cap|loai)(?: bao)?|dau) mat(?: {0,2}\(\d{1,2}\))?"
    r"\s{0,3}[:=\-]{1,2}\s{0,4}[\[(\"'*]{0,2}\s{0,2}"
    r"(?P<level>tuyet\s{1,3}mat|toi\s{1,3}mat|mat|[abc](?=\s*(?:$|[\n.,;)])))(?![a-z0-9])"
)
_COMPOUNDS = (
    "khẩu", "mã", "độ", "thiết", "vụ", "danh", "ong", "mía", "gấu", "tông", "sơn", "trận", "bằng", "nghị",
    "thám", "khu", "đàm", "ước", "ngọt", "hoa", "cật", "ngữ", "lệnh", "thư", "phái", "giáo", "hiệu",
)  # fmt: skip
"""Second syllables of other words that begin with `mật`, and of `mặt trận` read badly."""
_COMPOUND_AFTER = re.compile(r" {1,3}(" + "|".join(map(strip_marks, _COMPOUNDS)) + r")(?![a-z0-9])(?! muc(?![a-z]))")


def _is_compound(view: View, end: int) -> bool:
    """The level word is the first half of another word (`mật khẩu`, `mật độ`)."""
    match = _COMPOUND_AFTER.match(view.key, end)
    if not match:
        return False
    piece = view.lower[slice(*match.span(1))]
    if canonical(piece) in _COMPOUND_KEYS or (piece.isascii() and view.is_plain):
        return True
    is_level_faded = not view.lower.startswith("mật", end - 3)
    return is_level_faded and any(is_faded(piece, word) for word in _COMPOUNDS)


_COMPOUND_KEYS = frozenset(map(canonical, _COMPOUNDS))
_LIST_AFTER = re.compile(r"\s{0,2}(?:,|/|;|va|hoac|hay|-)\s{0,2}(?:do )?(?:tuyet mat|toi mat|mat)(?![a-z0-9])")
_LIST_BEFORE = re.compile(r"(?<![a-z])(?:tuyet mat|toi mat|mat)\s{0,2}(?:,|/|;|va|hoac|hay)\s{0,2}(?:do )?$")


def _is_listed(view: View, start: int, end: int) -> bool:
    """Levels enumerated (`Tuyệt mật, Tối mật và Mật`) are a topic."""
    if _LIST_AFTER.match(view.key, end):
        return True
    return bool(_LIST_BEFORE.search(view.key, max(0, start - 24), start))


def _by_label(view: View) -> Secrecy:
    best = Secrecy.NONE
    for match in _LABEL.finditer(view):
        start, end = match.span("level")
        if _is_compound(view, end) or _is_listed(view, start, end):
            continue
        piece = view.text[start:end]
        if len(piece) == 1:
            level = _ENVELOPE.get(piece.lower(), Secrecy.NONE) if piece.isupper() else Secrecy.NONE
        else:
            level = read_level(piece, match["level"], is_strict=False)
            if piece.lower() in {"mặt", "mắt", "mất"}:
                level = Secrecy.NONE
        best = max(best, level, key=_RANK.__getitem__)
    return best


_SEPARATOR = re.compile(r"\s{0,3}(?:[-+,.;:/|&]|\s)\s{0,3}")
_OWN_WORDS = re.compile(
    rf"[\s\-*_.:;,\"'\[\](){{}}<>|/=~]{{0,12}}(?:(?:{_URGENCY})[\s\-,.;:/|()]{{1,4}})?"
    r"(?P<level>t\s{0,2}u\s{0,2}y\s{0,2}e\s{0,2}t\s{0,3}m\s{0,2}a\s{0,2}t"
    r"|t\s{0,2}o\s{0,2}i\s{0,3}m\s{0,2}a\s{0,2}t|m\s{0,2}a\s{0,2}t)"
    rf"(?:[\s\-,.;:/|()]{{1,4}}(?:{_URGENCY}))?"
    r"(?:[\s\-,.;:/|(]{1,4}(?:ban so|so ban|ban thu|so)\s{0,2}:?\s{0,2}[\d./_?]{1,8}|[\s(]{1,3}mau(?: [a-z]{2,8}){0,3}"
    r"|[\s(]{1,3}ban sao)?"
    r"[\s\-*_.:;,\"'\[\](){}<>|/=~!]{0,12}"
)


def _own_level(view: View, start: int, end: int) -> Secrecy:
    """Read a piece that holds only a level, perhaps with urgency or copy number (S2, S3)."""
    if end - start > 80:
        return Secrecy.NONE
    match = _OWN_WORDS.fullmatch(view.key, start, end)
    if not match:
        return Secrecy.NONE
    return read_level(view.text[slice(*match.span("level"))], match["level"], is_strict=True)


def _by_lead(view: View, lead: Lead) -> Secrecy:
    best = Secrecy.NONE
    for group in lead.groups:
        if group.form == "label":
            continue
        end = group.end
        while end > group.start and view.key[end - 1] in " :-.,;|/!":
            end -= 1
        level = _own_level(view, group.start, end)
        if level is Secrecy.NONE or (group.form == "bare" and _is_bare_topic(view, group.start, group.end, lead)):
            continue
        best = max(best, level, key=_RANK.__getitem__)
    return best


_BARE_LIST = re.compile(
    r"\s*(?:tuyet mat|toi mat|mat)\s{0,2}(?:[,/;]|va|hoac)\s{0,2}(?:tuyet mat|toi mat|mat)(?![a-z])"
)
_BARE_FOLLOWER = re.compile(
    r"\d|v/v|so |cv |vb |cong van|cong dien|bao cao|ke hoach|to trinh|phieu|quyet dinh|ttr|van ban"
)


def _is_bare_topic(view: View, start: int, end: int, lead: Lead) -> bool:
    """A level without brackets at the start: a list is a topic; ASCII `MAT` needs a document behind it."""
    if _BARE_LIST.match(view.key, start):
        return True
    piece = view.text[start:end].strip(" :-.,;|/!")
    if piece.isascii() and len(piece) == 3:
        return not _BARE_FOLLOWER.match(view.key, lead.start)
    return False


_TAIL = re.compile(r"(?:[\[(]|\s[-|]{1,2}\s)\s{0,2}(?P<piece>[^\[\]()\n|]{3,40}?)[\])]?[\s.]*$")


def _by_tail(view: View, start: int, end: int) -> Secrecy:
    """A level in brackets or behind a dash at the end of a subject, name or heading."""
    match = _TAIL.search(view.key, max(start, end - 60), end)
    if not match:
        return Secrecy.NONE
    first, last = match.span("piece")
    level = _own_level(view, first, last)
    if level is Secrecy.NONE:
        return level
    piece = view.text[first:last]
    if piece.isascii() and len(_join(piece.split())) == 3:
        return Secrecy.NONE
    before = view.key[max(0, match.start() - 80) : match.start()]
    return Secrecy.NONE if _TOPIC_BEFORE.search(before) and match[0].lstrip()[:1] in "([" else level


def _by_lines(view: View, *, is_subject: bool) -> Secrecy:
    """A line of a page that holds only a level (S3), unless the levels are listed one below the other."""
    hits: list[tuple[int, Secrecy]] = []
    for index, line in enumerate(view.lines):
        if line.end - line.start > MAX_LINE or (line.rank >= MARK_LINES and not _is_page_top(view, index)):
            continue
        level = max((_own_level(view, *cell) for cell in cells(view, line)), key=_RANK.__getitem__)
        if level is Secrecy.MAT and _is_broken_word(view, index):
            continue
        if level is not Secrecy.NONE:
            hits.append((index, level))
        elif (stamp := _stamp_level(view, line)) is not Secrecy.NONE:
            hits.append((index, stamp))
        elif (split := _split_level(view, index)) is not Secrecy.NONE:
            hits.append((index + 1, split))
        if len(hits) >= MAX_PLACES:
            break
    kept = [level for index, level in hits if is_subject or not _is_column(view, index, level, hits)]
    return max(kept, key=_RANK.__getitem__, default=Secrecy.NONE)


_SECOND_HALF = frozenset({"bang", "tran", "duong", "do", "khau", "dien", "nuoc", "hang", "tien", "bang.", "the"})


def _is_broken_word(view: View, index: int) -> bool:
    """ASCII `MAT` with the other half of its word on the next line (`GIAI PHONG / MAT / BANG`)."""
    if index + 1 >= len(view.lines):
        return False
    line, below = view.lines[index], view.lines[index + 1]
    return view.text[line.start : line.end].isascii() and view.key[below.start : below.end] in _SECOND_HALF


def _split_level(view: View, index: int) -> Secrecy:
    """A level broken over two lines by the extraction (`TUYỆT` / `MẬT`)."""
    line = view.lines[index]
    if view.key[line.start : line.end] not in {"tuyet", "toi"} or index + 1 >= len(view.lines):
        return Secrecy.NONE
    return _own_level(view, line.start, view.lines[index + 1].end)


def _is_column(view: View, index: int, level: Secrecy, hits: list[tuple[int, Secrecy]]) -> bool:
    """A choice of a form: levels one below the other, or `Thường` within two lines."""
    near = [there for other, there in hits if abs(index - other) == 1]
    around = view.lines[max(0, index - 2) : index + 3]
    is_form = any(view.key[line.start : line.end].strip(" []().") == "thuong" for line in around)
    return is_form or any(level is not there for there in near)


_PAGE_NUMBER = re.compile(r"(?:trang )?-? ?\d{1,3} ?-?(?: ?/ ?\d{1,3})?")


def _is_page_top(view: View, index: int) -> bool:
    """The line just below a page number: the head of a further page whose break was lost."""
    above = [view.lines[i] for i in (index - 1, index - 2) if i >= 0]
    return any(_PAGE_NUMBER.fullmatch(view.key, line.start, line.end) for line in above)


def _stamp_level(view: View, line: Line) -> Secrecy:
    """Lines of the stamps of Decree 26/2020 and its successor that are not a level themselves (S5)."""
    key = view.key[line.start : line.end].strip(" .-*\"'[]()")
    if key == "chi nguoi co ten moi duoc boc bi":
        return Secrecy.TUYET_MAT
    return Secrecy.MAT if key == "tai lieu thu hoi" else Secrecy.NONE


_NOUNS = "|".join(noun.replace(" ", " {1,3}") for noun in SECRET_NOUNS)
_NOUN_LEVEL = Scan(
    rf"(?<![a-z0-9])(?P<noun>{_NOUNS})(?: so)? {{0,3}}(?P<mid>(?:(?:do mat|do|loai"
    rf"|muc do) )?[\"'(\[]{{0,2}})(?P<level>tuyet {{1,3}}mat|toi {{1,3}}mat|mat)(?![a-z0-9])"
)
_TOPIC_BEFORE = re.compile(
    r"(?<![a-z0-9])(?:cac|nhung|moi|tat ca|toan bo|loai|mot so|nhieu|tru|ngoai|ngoai tru|quan ly|soan thao|soan"
    r"|luu tru|luu giu"
    r"|bao quan|bao ve|tieu huy|sao chup|in sao|sao|giao nhan|van chuyen|dang ky|tap huan|quy dinh|danh muc|viec"
    r"|cong tac"
    r"|he thong|mau|xu ly|thong ke|phan mem|chuyen giao|gui,? nhan|cam|nghiem cam|tuyet doi|khong|chua|khi"
    r"|neu|doi voi"
    r"|cach|quy trinh|may tinh|kiem tra|ra soat|bao mat|giai mat|xac dinh|giao nop|huy|phan loai|dong dau|tra cuu"
    r"|khai thac|su dung|lo lot"
    r"|ro ri|lam lo|lam mat|phat tan|truy cap|chia se|dang tai|luat|nghi dinh|can bo|trao doi|lien quan|ve"
    r"|noi dung|theo|nhu"
    r"|vi pham|kho|tu|gui qua|so luong|ty le|chuyen de|giam|tang|ha|thu hoi|tuyen truyen|pho bien|thoi han"
    r"|khai niem|the nao"
    r"|trong|co|la|thuoc|nguoi|bi lo|dau|moi loai|hoac|giua|tung|mot|cua|so theo doi|so sach|buu gui|chuyen phat"
    r"|phong)"
    r"(?![a-z0-9])"
)
_TOPIC_AFTER = re.compile(
    r"\s{0,2}(?:la|phai|duoc(?! gui)|khong|chi|bi|thi|can|nen|se|tren mang|tren moi truong|gui (?:theo|qua)"
    r"|qua (?:mang|thu|duong"
    r"|buu|fax|email|dich vu|zalo|he thong|phan mem)|va|hoac|theo quy dinh"
    r"|cua co quan|trong co quan|thuoc danh muc|theo dung|dung quy dinh|nam \d|het|den muc)(?![a-z0-9])"
)
_NUMBER_AFTER = re.compile(r"[\"')\] ]{0,3}(?:so)?[ :]{0,3}\d{1,5} {0,2}[/-] {0,2}[a-z]")
_SENT_BEFORE = re.compile(
    r"(?:kinh gui|kinh chuyen|gui kem(?: theo)?|xin gui|sao gui|dinh kem(?: theo)?|kem theo|xin chuyen"
    r"|gui(?: [a-z]+){0,4}|chuyen|co)\s{0,3}[:\"'(\[]?\s{0,2}$"
)
_SENT_EXACT = re.compile(
    r"(?:^|[\n.;:,(\[\-] ?)\s{0,3}(?:(?:toi|chung toi|em|so|ubnd|van phong|phong)(?: [a-z]+){0,4} )?"
    r"(?:kinh gui|kinh chuyen|gui kem(?: theo)?|xin gui|sao gui|dinh kem(?: theo)?|kem theo"
    r"|xin chuyen|gui|chuyen)(?: la)?"
    r"(?: (?:quy|dong chi|anh|chi|don vi|co quan|ong|ba|lanh dao)(?: [a-z]+){0,4})?\s{0,3}[:\"'(\[]?\s{0,2}$"
)
_CLAUSE = re.compile(r"[;\n]|\.\s|[?!]\s|:\s")


def _is_noun_mark(view: View, match: re.Match[str], heads: frozenset[int]) -> bool:
    """Judge a document noun with a level behind it (S4): this document, or documents as a topic."""
    start, (first, last) = match.start(), match.span("level")
    if not _is_level_spelt(view.lower[first:last]) or _is_compound(view, last) or _is_listed(view, first, last):
        return False
    window = view.key[max(0, start - 80) : start]
    breaks = list(_CLAUSE.finditer(window))
    clause = window[breaks[-1].end() :] if breaks else window
    if _NUMBER_AFTER.match(view.key, last):
        return not _DECLASSIFIED.search(clause)
    if _TOPIC_AFTER.match(view.key, last):
        return False
    is_sent = _SENT_EXACT.search(window) is not None
    if match["mid"].strip(" \"'(["):
        return is_sent
    if start in heads or is_sent or (breaks and not clause.strip(" -+*\"'([")):
        return True
    is_generic = match["noun"] in _GENERIC and _ABOUT.search(clause) is not None
    return not is_generic and not _TOPIC_BEFORE.search(clause)


def _is_level_spelt(piece: str) -> bool:
    """Only `mật` itself, or `mât` and `tối mạt` as OCR leaves it; `tài liệu mất` is another thing."""
    return piece.endswith(("mật", "mât")) or (piece.endswith("mạt") and "ố" in piece)


_DECLASSIFIED = re.compile(r"giai mat|thu hoi|danh muc|xac dinh|giam do mat")
_GENERIC = frozenset({"van ban", "tai lieu", "ho so", "vb"})
_ABOUT = re.compile(r"(?<![a-z])(?:v ?/ ?v|vv|ve viec) (?:[a-z]+,? ){0,3}(?:gui|chuyen|phat hanh)[a-z, ]{0,20}$")
"""`V/v gửi văn bản mật`: sending secret papers is the topic when the noun is generic."""


def _by_noun(view: View, lead: Lead) -> Secrecy:
    best = Secrecy.NONE
    heads = frozenset({lead.start, lead.sent_start, *(g.start for g in lead.groups), *(ln.start for ln in view.lines)})
    for count, match in enumerate(_NOUN_LEVEL.finditer(view)):
        if count >= MAX_PLACES:
            break
        if _is_noun_mark(view, match, heads):
            best = max(best, _LEVELS[_join(match["level"].split())], key=_RANK.__getitem__)
    return best


def _by_bracket_inside(view: View) -> Secrecy:
    """A level alone in brackets behind a document or annex name: `Phụ lục I (Mật)`, `12/KH-BCĐ [MẬT]`."""
    best = Secrecy.NONE
    for count, match in enumerate(_INNER.finditer(view)):
        if count >= MAX_PLACES:
            break
        first, last = match.span("piece")
        piece = view.text[first:last]
        level = Secrecy.NONE if piece.isascii() else _own_level(view, first, last)
        if level is Secrecy.NONE:
            continue
        window = view.key[max(0, match.start() - 60) : match.start()]
        breaks = list(_CLAUSE.finditer(window))
        clause = window[breaks[-1].end() :] if breaks else window
        if re.search(
            rf"(?:(?:{_NOUNS})(?: (?:so )?[ivx\d]{{1,4}})?|\d/?[a-z0-9&-]{{2,20}})\s{{0,2}}$", clause
        ) and not (_TOPIC_BEFORE.search(clause)):
            best = max(best, level, key=_RANK.__getitem__)
    return best


_INNER = Scan(r"[\[(] {0,2}(?P<piece>(?:tuyet |toi )?mat) {0,2}[\])]")
_MENTIONED = Scan(
    r"(?<![a-z0-9])(?:bi mat nha nuoc|do mat|giai mat|(?:tuyet|toi) mat|(?:van ban|tai lieu|cong van|ho so) mat"
    r"|khong mat|noi dung mat)(?![a-z0-9])"
)


def _is_mentioned(view: View) -> bool:
    """Secrecy is spoken of, with its own accents (or, in undiacritised text, unmistakably)."""
    for count, match in enumerate(_MENTIONED.finditer(view)):
        if count >= MAX_PLACES:
            return False
        piece = view.lower[match.start() : match.end()]
        if "mật" in piece or match[0] == "bi mat nha nuoc":
            return not _is_compound(view, match.end())
    return False


_LAST_WORD = re.compile(r"m[ .]{0,3}a[ .]{0,3}t(?![a-z0-9])")


def may_be_secret(view: View) -> bool:
    """Tell whether any word of secrecy stands in the text, in whatever sense; most texts have none."""
    return "boc bi" in view.key or "lieu thu hoi" in view.key or _LAST_WORD.search(view.key) is not None


def read_secrecy(view: View, kind: str, lead: Lead) -> tuple[Secrecy, bool]:
    """Find the highest level marked on the text, and whether secrecy is only spoken of."""
    if not may_be_secret(view):
        return Secrecy.NONE, False
    found = [_by_label(view), _by_lead(view, lead), _by_lines(view, is_subject=kind in {"subject", "file_name"})]
    if kind in {"subject", "file_name"}:
        found.append(_by_tail(view, lead.start, len(view.key.rstrip())))
    found += [_by_noun(view, lead), _by_bracket_inside(view)]
    level = max(found, key=_RANK.__getitem__)
    return level, level is Secrecy.NONE and _is_mentioned(view)
