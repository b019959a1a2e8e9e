"""Sending: does a text say that it sends a certain document, or does it only speak of it.

A verb of sending whose object it is, with nothing between but who receives it and in what form; or words behind it
that say it comes along. Asked for, promised, past and somebody else's sending is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.read.vietnamese.normalise import strip_marks
from gateway.read.vietnamese.tables import TYPE_WORDS

if TYPE_CHECKING:
    from gateway.read.vietnamese.normalise import View
    from gateway.read.vietnamese.number import Candidate

CLAUSE_CHARACTERS = 200
"""A clause further back says nothing of a number."""

TYPES = {strip_marks(word): label for label, words in TYPE_WORDS.items() for word in words} | {
    "van ban": "cong_van", "vb": "cong_van", "cv": "cong_van", "gm": "giay_moi", "ttr": "to_trinh", "qd": "quyet_dinh",
    "kh": "ke_hoach", "bc": "bao_cao", "tb": "thong_bao", "nq": "nghi_quyet", "ct": "chi_thi", "hd": "huong_dan",
    "cd": "cong_dien", "bb": "bien_ban", "pa": "phuong_an", "ctr": "chuong_trinh", "guq": "giay_uy_quyen",
}  # fmt: skip
TYPE = "|".join(sorted(map(re.escape, TYPES), key=len, reverse=True)).replace(r"\ ", " {1,2}")
FORM = (
    r"(?:hoa toc|khan|thuong khan|mat|toi mat|tuyet mat|nhanh|dieu chinh|bo sung|thay the|moi|lien tich|ban hanh"
    r"|da ky(?: so)?|ky so|dinh kem|scan|chinh thuc)"
)
_TO_TYPE = re.compile(
    rf"(?:(?<![a-z0-9])(?P<type>{TYPE})(?: {FORM}){{0,2}} {{0,2}})?(?:so {{0,2}})?[:.#(]{{0,2}} {{0,2}}\Z"
)
"""What may stand between the verb's recipients and the number: `Công văn hỏa tốc số`."""
_SENDING = re.compile(
    r"(?<![a-z0-9])(?<!phieu )(?:(?:xin |kinh |tran trong )?(?:gui|chuyen|goi)(?: kem(?: theo)?)?|(?:xin|kinh) trinh"
    r"|sao gui|dinh kem(?: theo)?|kem theo(?= (?:thu|mail|email|day|tep|file|la) ))(?![a-z0-9:/])"
)
_UNSENT = re.compile(
    r"(?<![a-z])(?:(?:nho|de nghi|yeu cau|mong|vui long|hay|phai|can|muon|giup|do|cho em|nhac)(?: [a-z/]{1,6}){0,4}"
    r"|(?:chua|khong|se|da|vua|khi|neu|viec|de|kip|moi|ban|ngay|han|cho|duoc|tung|bi|lan|nguoi|noi|co)"
    r"(?: [a-z]{1,6})?) $"
)
"""Sending that is not done here: asked for, still to come, past, or somebody else's."""
_UNSENT_SPELT = {
    "noi": ("nơi", "nói"), "da": ("đã",), "can": ("cần",), "co": ("có",), "ban": ("bạn",), "moi": ("mới", "mời"),
    "han": ("hạn",), "bi": ("bị",), "lan": ("lần",), "tung": ("từng",), "se": ("sẽ",), "hay": ("hãy",),
    "vua": ("vừa",), "phai": ("phải",), "muon": ("muốn",), "chua": ("chưa",), "mong": ("mong",), "nhac": ("nhắc",),
}  # fmt: skip
"""Those of its words whose ASCII form is also another word, often of a name: `Nội vụ`, `Đà Nẵng`, `Cổ phần`."""
_PAST = re.compile(r"(?<![a-z])(?:(?:hom|lan|tuan|thang|bua) (?:truoc|qua|kia|roi)|truoc (?:day|do)|moi day)(?![a-z])")
_PAST_BEHIND = re.compile(r"(?: ngay [\d/.\-]{3,10})? roi(?![a-z])")
"""`Hôm trước đã gửi …`, `… rồi`: sent before, by another mail."""
_PURPOSE = re.compile(
    r"(?<![a-z])(?:xu ly|(?:de )(?:(?:biet|thuc hien|trien khai|xem xet|phoi hop|chi dao|theo doi|t/h|va),? ){0,4}"
    r"(?:biet|thuc hien|trien khai|xem xet|phoi hop|chi dao|theo doi|xu ly|t/h)) ?:"
)
"""What the recipients shall do with a document that is named behind the colon."""
_SENT_ALONG = re.compile(r"kem|dinh")
CITING = re.compile(
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
_LIST_LEAD = re.compile(r"\n[ \-+*•?]{0,4}(?:\d{1,2}[.)] {0,2})?\Z")


def clause_start(view: View, start: int, floor: int = 0) -> int:
    """Where the clause that leads to `start` begins, not before `floor`."""
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


_AT_TYPE = re.compile(rf" (?:{TYPE})(?: {FORM}){{0,2}} (?:so )?\d")


def _find_unsent(view: View, start: int, stop: int) -> str:
    """Words of `[start, stop)` that make the verb at `stop` no sending here; empty when none do.

    The accents decide, and capitals inside a clause: `Cần Thơ` and `Nội vụ` are names.
    """
    at = max(start, stop - _UNSENT_CHARACTERS)
    while match := _UNSENT.search(view.key[:stop], at):
        word = re.match(r"[a-z]+", match[0])
        first, last = match.start(), match.start() + (len(word[0]) if word else 0)
        spelt = _UNSENT_SPELT.get(view.key[first:last])
        is_meant = spelt is None or any(view.has(first, last, one) for one in spelt)
        if is_meant and not _is_in_name(view, first, last, start):
            return match[0]
        at = match.start() + 1
    return ""


_UNSENT_CHARACTERS = 40


def _is_in_name(view: View, first: int, last: int, start: int) -> bool:
    """A capital inside a clause, or before another one, is a name's."""
    if not view.text[first].isupper() or view.text[start:last].isupper():
        return False
    is_led = not view.text[start:first].strip(" -+*:.,\"'(")
    following = view.text[last : last + 2].strip()
    return not is_led or following.isupper()


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


def last_citing(view: View, start: int, stop: int) -> int:
    """End of the last citing word of `[start, stop)` outside a verb of sending; -1 when none is there."""
    sent = [verb.span() for verb in _sendings(view, start, stop)]
    cites = [
        m.end()
        for m in CITING.finditer(view.key, start, stop)
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
            if any(f" {name} " in f" {_OFFICES.sub('', rest)} " for name in TYPES):
                return False
            break
    return True


def _is_object(view: View, start: int, candidate: Candidate) -> bool:
    """Tell whether the number's document is the object of a verb that ends at `start`."""
    between = view.key[start : candidate.start]
    tail = _TO_TYPE.search(between)
    head = between[: tail.start()] if tail else between
    if _is_for_recipients(head):
        label = TYPES.get(" ".join(tail["type"].split())) if tail and tail["type"] else None
        return label in {None, "cong_van", candidate.label} or candidate.label is None
    named = re.search(rf"(?<![a-z0-9])(?P<type>{TYPE})(?![a-z0-9])", _OFFICES.sub(lambda m: "x" * len(m[0]), between))
    if named is None or TYPES.get(" ".join(named["type"].split())) != candidate.label:
        return False
    return _is_for_recipients(between[: named.start()]) and between.rstrip().endswith(("so", "so:", "("))


def is_sent(view: View, candidate: Candidate, floor: int = 0) -> bool:
    """Tell whether the text says that it sends this very document."""
    start = clause_start(view, candidate.start, floor)
    verbs = _sendings(view, start, candidate.start)
    if verbs:
        return _sends(view, start, verbs[-1], candidate)
    behind = _SENT_BEHIND.match(view.key, candidate.end)
    if behind and last_citing(view, start, candidate.start) < 0:
        head = _TO_TYPE.sub("", view.key[start : candidate.start])
        return _is_for_recipients(re.sub(r"(?<![a-z])(?:de nghi|tiep nhan|nhan|xem|giup|moi|xin)(?![a-z])", " ", head))
    return _is_listed_as_sent(view, candidate)


def _sends(view: View, start: int, verb: re.Match[str], candidate: Candidate) -> bool:
    """Tell whether a verb in the clause from `start` sends the document now."""
    unsent = _find_unsent(view, start, verb.start())
    if unsent and not (_SENT_ALONG.search(verb[0]) and unsent.startswith(("da ", "duoc "))):
        return False
    if _PAST.search(view.key, start, verb.start()) or _PAST_BEHIND.match(view.key, candidate.end):
        return False
    purpose = _PURPOSE.search(view.key, verb.end(), candidate.start)
    if purpose is not None:
        return _is_for_recipients(view.key[verb.end() : purpose.start()]) and _is_object(view, purpose.end(), candidate)
    return last_citing(view, start, candidate.start) <= verb.end() and _is_object(view, verb.end(), candidate)


_PREDICATE = re.compile(
    r"[ ,]{0,2}(?:(?:ben|cua|phong) ?[a-z]{1,8} |em |toi |minh |nay |kia |do |hom qua |hom truoc ){0,2}"
    r"(?:chua|khong|o dau|dau roi|nao|da (?:nhan|in|xem|du)|thieu|sai|bi |can )"
)
"""What is said of papers that do not come along: not ready, not received, wrong."""


def is_sent_or_titled(view: View, start: int, end: int) -> bool:
    """Tell whether the papers named in `[start, end)` come along: sent, enclosed, or the title of a line."""
    at = clause_start(view, start)
    if _PREDICATE.match(view.key, end):
        return False
    verbs = _sendings(view, at, start)
    if verbs:
        return not _find_unsent(view, at, verbs[-1].start()) and _is_for_recipients(view.key[verbs[-1].end() : start])
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
