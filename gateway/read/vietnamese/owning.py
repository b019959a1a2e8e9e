"""Owning: which number of a text is the document's own; every other one is cited (LANGUAGE sections 2 and 15).

A citation is the normal case. A number is the document's own in the line `Số:` of its head; where it leads a subject;
and where the text says that it sends that very document: a verb of sending whose object it is, with nothing between
but who receives it and in what form.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.read.vietnamese.normalise import is_quoted, strip_marks
from gateway.read.vietnamese.number import (
    Candidate,
    Numbers,
    find_blank,
    find_candidates,
    read_misread,
    read_without_slash,
)
from gateway.read.vietnamese.tables import TYPE_WORDS

if TYPE_CHECKING:
    from gateway.read.vietnamese.lead import Lead
    from gateway.read.vietnamese.normalise import Line, View

HEADER_LINES = 20
"""Lines of a page among which the line `Số:` may stand."""

CLAUSE_CHARACTERS = 200
"""A clause further back says nothing of a number."""

_O = "oóòỏõọôốồổỗộơOÓÒỎÕỌÔỐỒỔỖỘƠ"

# ---------------------------------------------------------------- words

_TYPES = {strip_marks(word): label for label, words in TYPE_WORDS.items() for word in words} | {
    "van ban": "cong_van", "vb": "cong_van", "cv": "cong_van", "gm": "giay_moi", "ttr": "to_trinh", "qd": "quyet_dinh",
    "kh": "ke_hoach", "bc": "bao_cao", "tb": "thong_bao", "nq": "nghi_quyet", "ct": "chi_thi", "hd": "huong_dan",
    "cd": "cong_dien", "bb": "bien_ban", "pa": "phuong_an", "ctr": "chuong_trinh", "guq": "giay_uy_quyen",
}  # fmt: skip
_TYPE = "|".join(sorted(map(re.escape, _TYPES), key=len, reverse=True)).replace(r"\ ", " {1,2}")
_FORM = (
    r"(?:hoa toc|khan|thuong khan|mat|toi mat|tuyet mat|nhanh|dieu chinh|bo sung|thay the|moi|lien tich|ban hanh"
    r"|da ky(?: so)?|ky so|dinh kem|scan|chinh thuc)"
)
_TO_TYPE = re.compile(
    rf"(?:(?<![a-z0-9])(?P<type>{_TYPE})(?: {_FORM}){{0,2}} {{0,2}})?(?:so {{0,2}})?[:.#(]{{0,2}} {{0,2}}\Z"
)
"""What may stand between the verb's recipients and the number: `Công văn hỏa tốc số`."""
_LEADS = re.compile(
    rf"[ :.#\-]{{0,4}}(?:(?:{_TYPE})(?: {_FORM}){{0,2}})?[ :_.\-]{{0,4}}(?:so)?[ :.\-]{{0,4}}"
    rf"|(?:{_TYPE}) (?:hop|ket luan|uy quyen|thay the|dinh chinh|lien nganh) (?:so )?"
)
_SENDING = re.compile(
    r"(?<![a-z0-9])(?<!phieu )(?:(?:xin |kinh |tran trong )?(?:gui|chuyen|goi)(?: kem(?: theo)?)?|(?:xin|kinh) trinh"
    r"|sao gui|dinh kem(?: theo)?|kem theo (?=(?:thu|mail|email|day|tep|file|la )))(?![a-z0-9:/])"
)
_UNSENT = re.compile(
    r"(?<![a-z])(?:(?:nho|de nghi|yeu cau|mong|vui long|hay|phai|can|muon|giup|do|cho em|nhac)(?: [a-z/]{1,6}){0,4}"
    r"|(?:chua|khong|se|da|vua|khi|neu|viec|de|kip|moi|ban|ngay|han|cho|duoc|tung|bi|lan|nguoi|noi)(?: [a-z]{1,6})?) $"
)
"""Sending that is not done here: asked for, still to come, past, or somebody else's."""
_SENT_ALONG = re.compile(r"kem|dinh")
_CITING = re.compile(
    r"(?<![a-z0-9])(?:can cu|theo|thuc hien|trien khai|phuc dap|tra loi|gop y|thay the|thay cho|sua doi|bo sung"
    r"|kem theo|kem"
    r"|tai(?! (?:chinh|lieu|nguyen|san|khoan))|thi hanh|v/v|vv|ve viec|ve|tiep theo|huong ung|dinh chinh|thu hoi"
    r"|bai bo|huy bo|huy|quan triet|pho bien"
    r"|cua|ban hanh|so voi|lien quan|nhac|don doc|dan chieu|tong ket|so ket|danh gia|kiem tra|giam sat|chap hanh"
    r"|xet|sau|doi chieu|giai trinh|thong nhat voi|neu|da gui|doi hop|hoan hop|noi dung|gia han|phuc vu|trong|giong"
    r"|mau|gioi thieu|da co|dieu chinh|nhu)(?![a-z0-9])"
)
_CITING_SPELT = {
    "tai": "tại", "ve": "về", "sau": "sau", "neu": "nêu", "xet": "xét", "huy": "hủy", "cua": "của", "tiep": "tiếp",
    "trong": "trong", "mau": "mẫu", "nhu": "như",
}  # fmt: skip
"""Short citing words whose ASCII form is also another word: the accents decide."""
_PERSONS = frozenset(
    {
        *(
            "quy",
            "cac",
            "anh",
            "chi",
            "em",
            "ong",
            "ba",
            "co",
            "chu",
            "bac",
            "thay",
            "cau",
            "to",
            "minh",
            "dong",
            "d/c",
        ),
        *("a/c", "anh/chi", "ac", "ca", "nha", "moi", "nguoi", "lanh", "dao", "thu", "truong", "giam", "doc", "sep"),
        *("toan", "the", "tat", "deu", "lai", "kem", "theo", "nay", "email", "mail", "la", "toi", "den", "cho", "ve"),
        *("qua", "o", "duoi", "day", "som", "ban", "chinh", "thuc", "da", "ky", "so", "hoa", "dien", "tu", "mem"),
        *("cung", "scan", "pdf", "word", "file", "tep", "van", "bo", "voi", "xin", "kinh", "hai", "mot", "01", "02"),
        *("va", "du", "gom", "sau", "tiep", "ngay", "hom", "dinh", "tran", "trong", "toc", "khan", "thuong", "mat"),
        *("tuyet", "nhu"),
    }
)
"""Words of persons addressed and of the form in which a document goes: none of them is a thing that is sent."""
_AGENCY = re.compile(
    r"(?:so|ubnd|uy ban|phong|ban|van (?:phong|thu)|vp|vpubnd|vpcp|trung tam|chi (?:cuc|bo|doan)|cuc|bo|don vi|co quan"
    r"|hdnd|dang (?:uy|bo)|cong an|truong|hoi|doan|thanh (?:tra|pho)|kho bac|thue|toa an|vien|benh vien|tinh|huyen|xa"
    r"|phuong|khoa|bch|mttq|ubmttq|doi|chu tich|pho|bi thu|chanh|to (?:truong|cong|giup)|quan|dia phuong) [a-z]"
    r"|(?:don vi|co quan|ubnd|xa|phuong|dia phuong|chu tich|vp|ban|phong|so|cuc|to|khoa|doi|hoi|truong|huyen|tinh)$"
)
"""How an agency or office begins: what follows, up to a comma, is its name."""
_THINGS = re.compile(
    r"(?<![a-z])(?:bang|bieu|danh|lieu|slide|y kien|gop|dung|phu luc|mau|ho so|ket qua|tien do|thong tin|link|anh"
    r"|hinh|clip|bai|phieu|de cuong|du thao|lich|don(?! vi)|the|giay|tong hop|cau hoi|phan|muc|dieu|trang|noi dung"
    r"|thuyet minh|ban (?:do|ke|cam|ve|in|dich|tin|thuyet|tom)|dang ky|lam|xem|xin|nho|se|da|dang"
    r"|co the|phuc vu|de)(?![a-z])"
)
"""Things and doings in what would be the name of an agency: the number is not what is sent."""
_OFFICES = re.compile(r"(?:so|phong|bo|vu|ban|tai chinh -) (?:ke hoach|thong tin)")
_SENT_BEHIND = re.compile(
    r"(?:[ ,]{0,2}(?:ngay )?\d{1,2}(?:[/.\-]| thang )\d{1,2}(?:[/.\-]| nam )\d{4})?[ ,]{0,2}(?:duoc )?\(?"
    r"(?:dinh kem|gui kem|kem theo|kem)(?: theo)?(?: (?:thu|mail|email|tep) nay| (?:o )?(?:ben )?duoi)?\)?"
    r"(?= {0,2}(?:[.,;)!]|a[.! \n]|nhe|\n|va |\Z))"
)
"""`Công văn số … ngày … kèm theo.`"""
_CLAUSE_BREAK = re.compile(r"[;(\n\"\[]|\.\s|[?!]\s|   ")
_LINE_BEFORE = re.compile(r"(?:^|\n|\f|  |\||[A-Z] )\s*$")
_LAW_BEFORE = re.compile(r"(?:luat|phap lenh|nghi quyet|lenh|bo luat) {0,3}")
_NOTED = re.compile(
    r"[ \-:,.(/]{0,4}(?:(?:em|toi|minh|a|c|anh|chi|don vi|phong|co quan|so|ben [a-z]{1,5})(?: [a-z]{1,5})? )?"
    r"(?:(?:xac nhan )?(?:da |vua |moi |chua )(?:duoc )?(?:nhan|tiep nhan|xem|doc|thay)"
    r"|(?:tiep )?nhan (?:duoc|du|roi|ok)"
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
_LIST_LEAD = re.compile(r"\n[ \-+*•?]{0,4}(?:\d{1,2}[.)] {0,2})?\Z")

# ---------------------------------------------------------------- clauses


def _clause_start(view: View, start: int, floor: int = 0) -> int:
    base = max(floor, start - CLAUSE_CHARACTERS)
    breaks = [m.end() for m in _CLAUSE_BREAK.finditer(view.key, base, start)]
    return breaks[-1] if breaks else base


def _cites(view: View, match: re.Match[str]) -> bool:
    spelt = _CITING_SPELT.get(match[0])
    return spelt is None or view.has(match.start(), match.end(), spelt)


_VERB_SPELT = {
    "gui": frozenset({"gửi", "gữi", "gưi", "gủi", "gui"}),
    "goi": frozenset({"gởi", "gơi", "gỡi"}),
    "chuyen": frozenset({"chuyển", "chuyễn", "chuyen"}),
}
"""Spellings of the verbs, marks lost or confused as they are; `chuyên` and `gọi` are other words."""


_AT_TYPE = re.compile(rf" (?:{_TYPE})(?: {_FORM}){{0,2}} (?:so )?\d")


def _sendings(view: View, start: int, stop: int) -> list[re.Match[str]]:
    """Verbs of sending in `[start, stop)`, told from `chuyên`, `gọi` by their accents."""
    return [
        verb
        for verb in _SENDING.finditer(view.key, start, stop)
        if verb[0].startswith(("kinh", "xin", "tran"))
        or (_AT_TYPE.match(view.key, verb.end()) and "chuyện" not in view.lower[verb.start() : verb.end()])
        or all(
            view.lower[verb.start() + word.start() : verb.start() + word.end()] in _VERB_SPELT[word[0]]
            for word in re.finditer(r"gui|goi|chuyen", verb[0])
        )
    ]


def _last_citing(view: View, start: int, stop: int) -> int:
    """End of the last citing word of `[start, stop)` outside a verb of sending; -1 when none is there."""
    sent = [verb.span() for verb in _sendings(view, start, stop)]
    cites = [
        m.end()
        for m in _CITING.finditer(view.key, start, stop)
        if _cites(view, m) and not any(a <= m.start() < b + (2 if m[0] == "ve" else 0) for a, b in sent)
    ]
    return cites[-1] if cites else -1


def _is_for_recipients(text: str) -> bool:
    """Tell whether words between a verb of sending and a document name only who receives it and in what form."""
    for clause in text.split(","):
        words = clause.strip(" :.-").split()
        for place, word in enumerate(words):
            rest = " ".join(words[place:])
            is_agency = _AGENCY.match(rest)
            if word in _PERSONS and not is_agency:
                continue
            if not is_agency or len(words) - place > 12 or _THINGS.search(rest):
                return False
            if any(f" {name} " in f" {_OFFICES.sub('', rest)} " for name in _TYPES):
                return False
            break
    return True


def _is_object(view: View, start: int, candidate: Candidate) -> bool:
    """Tell whether the number's document is the object of a verb that ends at `start`."""
    between = view.key[start : candidate.start]
    tail = _TO_TYPE.search(between)
    head = between[: tail.start()] if tail else between
    if _is_for_recipients(head):
        label = _TYPES.get(" ".join(tail["type"].split())) if tail and tail["type"] else None
        return label in {None, "cong_van", candidate.label} or candidate.label is None
    named = re.search(rf"(?<![a-z0-9])(?P<type>{_TYPE})(?![a-z0-9])", _OFFICES.sub(lambda m: "x" * len(m[0]), between))
    if named is None or _TYPES.get(" ".join(named["type"].split())) != candidate.label:
        return False
    return _is_for_recipients(between[: named.start()]) and between.rstrip().endswith(("so", "so:", "("))


def _is_sent(view: View, candidate: Candidate, floor: int = 0) -> bool:
    """Tell whether the text says that it sends this very document."""
    start = _clause_start(view, candidate.start, floor)
    verbs = _sendings(view, start, candidate.start)
    if verbs:
        verb = verbs[-1]
        before = view.key[max(start, verb.start() - 40) : verb.start()]
        unsent = _UNSENT.search(before)
        if unsent and not (_SENT_ALONG.search(verb[0]) and unsent[0].startswith(("da ", "duoc "))):
            return False
        if _last_citing(view, start, candidate.start) > verb.end():
            return False
        return _is_object(view, verb.end(), candidate)
    behind = _SENT_BEHIND.match(view.key, candidate.end)
    if behind and _last_citing(view, start, candidate.start) < 0:
        head = _TO_TYPE.sub("", view.key[start : candidate.start])
        return _is_for_recipients(re.sub(r"(?<![a-z])(?:de nghi|tiep nhan|nhan|xem|giup|moi|xin)(?![a-z])", " ", head))
    return _is_listed_as_sent(view, candidate)


_PREDICATE = re.compile(
    r"[ ,]{0,2}(?:(?:ben|cua|phong) ?[a-z]{1,8} |em |toi |minh |nay |kia |do |hom qua |hom truoc ){0,2}"
    r"(?:chua|khong|o dau|dau roi|nao|da (?:nhan|in|xem|du)|thieu|sai|bi |can )"
)
"""What is said of papers that do not come along: not ready, not received, wrong."""


def is_sent_or_titled(view: View, start: int, end: int) -> bool:
    """Tell whether the papers named in `[start, end)` come along: sent, enclosed, or the title of a line."""
    at = _clause_start(view, start)
    if _PREDICATE.match(view.key, end):
        return False
    verbs = _sendings(view, at, start)
    if verbs:
        unsent = _UNSENT.search(view.key[max(at, verbs[-1].start() - 40) : verbs[-1].start()])
        return not unsent and _is_for_recipients(view.key[verbs[-1].end() : start])
    before = view.key[at:start].strip(" -+*:.,")
    return (
        not before or re.fullmatch(r"(?:re|fw|fwd|tl|ct|chuyen tiep):?|.{0,80}(?:kem|kem theo|va)", before) is not None
    )


def _is_listed_as_sent(view: View, candidate: Candidate) -> bool:
    """Tell whether the number opens an entry of a list that `Gửi kèm:` introduces."""
    tail = _TO_TYPE.search(view.key, max(0, candidate.start - 60), candidate.start)
    at = tail.start() if tail else candidate.start
    if not _LIST_LEAD.search(view.key, max(0, at - 12), at):
        return False
    lead = view.key[max(0, at - 700) : at]
    head = lead.rstrip().rsplit(":\n", 1)
    if len(head) < 2 and not lead.rstrip(" \n-+*").endswith(":"):
        return False
    line = head[0].rstrip(" \n-+*:").rsplit("\n", 1)[-1]
    entries = head[1] if len(head) > 1 else ""
    has_verb = any(not _UNSENT.search(line[: m.start()]) for m in _SENDING.finditer(line))
    return (
        has_verb
        and "\n\n" not in entries
        and not re.search(r"can cu|thuc hien|theo(?! day)", line.replace("kem theo", ""))
    )


# ---------------------------------------------------------------- places


def _is_lead(words: str, candidate: Candidate) -> bool:
    """Only a type, the issuer's letters, or words the notation abbreviates (`Kết luận thanh tra số … /KL-`) lead."""
    if _LEADS.fullmatch(words):
        return True
    code = words.strip(" :_-")
    named = re.match(_TYPE, code)
    if named and _TYPES[" ".join(named[0].split())] == candidate.label and code.endswith(" so"):
        return not _CITING.search(code)
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
    start = _clause_start(view, candidate.start, lead.start)
    leads = {lead.sent_start, lead.start, *({start} if view.key.endswith(". ", 0, start) else ())}
    if any(_is_lead(view.key[at : candidate.start], candidate) for at in leads):
        return True
    between = view.key[lead.sent_start : candidate.start]
    is_named = lead_label is not None and candidate.label == lead_label
    if is_named and between.endswith(" - "):
        return True
    is_sent = _is_sent(view, candidate, lead.start)
    if _ABOUT.match(view.key, lead.start):
        return is_sent and bool(re.search(r"(?:kinh|xin|sao) (?:gui|chuyen)|kem", between))
    return is_sent or (is_named and _last_citing(view, start, candidate.start) < 0)


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
        if _is_labelled(view, line, candidate.start) or candidate.start == line.start:
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
    """The header of a document whose text was pasted into a body: its motto or its title stands there too."""
    found = _find_header(view, candidates)
    if found is None or found.start > 1_500:
        return None
    line = next(ln for ln in view.lines[:HEADER_LINES] if ln.start <= found.start <= ln.end)
    if not _is_labelled(view, line, found.start):
        return None
    is_page = "cong hoa xa hoi" in view.key[: found.start + 400] or re.match(
        r"[^\n]{0,60}\n{1,3} {0,4}(?:v/v|ve viec)", view.key[found.end : found.end + 80]
    )
    return found if is_page else None


def read_numbers(view: View, kind: str, lead: Lead, lead_label: str | None) -> Numbers:
    """Find the own number of the document and the numbers it cites.

    `kind` as in `detect`; `lead_label` is the type word that leads the text, if any.
    """
    candidates = find_candidates(view)
    own: Candidate | None = None
    is_blank, blank_notation = (False, None)
    if kind == "first_page":
        own = _find_header(view, candidates) or _header_without_slash(view) or read_misread(view)
    elif kind == "body" and candidates:
        said = [c for c in candidates if not is_quoted(view, c.start)]
        own = _find_pasted_header(view, said) or next((c for c in said if _is_sent(view, c)), None)
    elif candidates:
        own = next((c for c in candidates if _is_own_in_subject(view, lead, c, lead_label)), None)
    if own is None and kind != "file_name":
        is_blank, blank_notation = find_blank(view)
    informal = None
    if own is None and not is_blank and kind == "subject":
        match = _INFORMAL.match(view.key, lead.sent_start)
        informal = view.text[slice(*match.span("num"))] if match and not _NOTED.match(view.key, match.end()) else None
    cited = dict.fromkeys(f"{c.number}/{c.notation}" for c in candidates if own is None or c.start != own.start)
    return Numbers(own, informal, blank_notation, is_blank, tuple(cited))
