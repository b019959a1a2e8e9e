"""Topics: policy classes, report period and recipient roles (directive 14 point 1)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.read.vietnamese.normalise import Phrases, Scan, cells, strip_marks
from gateway.read.vietnamese.places import is_entry
from gateway.read.vietnamese.sending import is_sent_or_titled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.read.vietnamese.lead import Lead
    from gateway.read.vietnamese.normalise import View
    from gateway.read.vietnamese.number import Numbers

TOPIC_CHARACTERS = 1_200
"""A topic is stated at the head of a text; further down its words are incidental."""
ENTRY_CHARACTERS = 600
"""Of a line, among which the cells of an entry are looked for, once for each topic in it."""

_TOPICS: dict[str, tuple[str, ...]] = {
    "funding": (
        "kinh phí", "dự toán", "quyết toán", "tạm ứng", "cấp phát", "ngân sách", "thanh toán", "giải ngân",
        "nguồn vốn", "đầu tư công", "mua sắm",
    ),
    "personnel": (
        "bổ nhiệm", "miễn nhiệm", "điều động", "luân chuyển", "tuyển dụng", "nâng lương", "nâng bậc lương",
        "nghỉ hưu", "thôi việc", "kỷ luật", "biên chế", "quy hoạch cán bộ", "nhân sự", "kê khai tài sản",
    ),
    "licensing": (
        "cấp phép", "giấy phép", "cấp giấy phép", "gia hạn giấy phép", "thu hồi giấy phép", "chứng chỉ hành nghề",
    ),
    "emulation": (
        "thi đua", "khen thưởng", "bằng khen", "giấy khen", "danh hiệu", "cờ thi đua", "huân chương",
    ),
    "seal_notice": (
        "giới thiệu con dấu", "giới thiệu chữ ký", "mẫu dấu", "con dấu", "mẫu chữ ký", "trụ sở làm việc",
        "thay đổi địa chỉ", "thay đổi trụ sở",
    ),
    "absence_authorisation": (
        "giấy ủy quyền", "ủy quyền dự họp", "báo cáo vắng mặt",
    ),
    "feedback": (
        "góp ý", "tham gia ý kiến", "đóng góp ý kiến", "trao đổi nghiệp vụ", "lấy ý kiến", "xin ý kiến",
    ),
    "conclusion_notice": (
        "thông báo kết luận", "thông báo ý kiến kết luận", "tb kết luận", "kết luận cuộc họp", "kết luận của",
        "kết luận hội nghị", "ý kiến kết luận", "kết luận tại", "kết luận giao ban",
    ),
    "meeting_papers": (
        "tài liệu họp", "tài liệu phục vụ họp", "tài liệu phục vụ cuộc họp", "tài liệu cuộc họp",
        "tài liệu hội nghị", "tài liệu kỳ họp", "tài liệu phục vụ hội nghị", "tài liệu phục vụ kỳ họp",
        "hồ sơ trình tại cuộc họp",
    ),
    "booking": (
        "đăng ký lịch họp", "đăng ký phòng họp", "mượn phòng họp",
    ),
    "recall": (
        "thu hồi văn bản", "thu hồi công văn", "thu hồi thông báo", "thu hồi báo cáo", "thu hồi kế hoạch",
        "thu hồi tờ trình", "thu hồi giấy mời", "thu hồi quyết định số",
    ),
}  # fmt: skip
_TOPIC_WORDS = {word: name for name, words in _TOPICS.items() for word in words}
_ANY_TOPIC = Phrases(*_TOPIC_WORDS)
_TOPIC_KEYS = {strip_marks(word): name for word, name in _TOPIC_WORDS.items()}
_BY_TYPE = {
    "lich_lam_viec": "schedule", "tai_lieu_hop": "meeting_papers", "dang_ky_hop": "booking", "phieu_trinh":
        "submission",
    "to_trinh": "submission", "giay_uy_quyen": "absence_authorisation", "nghi_dinh": "normative", "thong_tu":
        "normative",
    "luat": "normative", "phap_lenh": "normative", "lenh": "normative",
}  # fmt: skip
_PROGRAMME = frozenset({"chuong_trinh", "ke_hoach", "de_an", "du_an", "quyet_dinh"})
_OTHERWISE = {
    "ky luat": re.compile(
        r"(?<!ky cuong )(?<!ky cuong, )(?<!ky cuong va )ky luat"
        r"(?!,? (?:va )?(?:ky cuong|phat ngon|lao dong|cong vu|tai chinh|ngan sach|hanh chinh|thong tin|cong tac))"
    ),
    "thanh toan": re.compile(r"thanh toan(?! (?:dien tu|truc tuyen|khong dung|khong tien|online|so(?![a-z])|qua ))"),
    "giay phep": re.compile(r"giay phep(?! (?:lai|dieu khien))"),
    "cap phat": re.compile(
        r"cap phat(?=\W*$|\W*\n| ?[,;.:()]| (?:kinh phi|von|tien|ngan sach|ngan quy|du toan|tam ung|bo sung|them|lan"
        r"|dot|cho|theo|tu|va|nam|quy|thang)(?![a-z]))"
    ),
    "mau dau": re.compile(r"(?<!phu luc )mau dau(?! (?:chi )?(?:muc )?do (?:mat|khan))"),
}
"""Topics whose words are elsewhere of another matter: discipline as a virtue, ways to pay, driving licences, papers or
goods that are handed out, stamps that say a level."""
_ONLY_OF_NOTICE = frozenset({"mau dau", "con dau", "tru so lam viec"})
"""Things that are bought, kept and worked in as well: a notice says that one is introduced, changed or used."""
_GIVES_NOTICE = re.compile(
    r"(?<![a-z])(?:thong bao|tb|gioi thieu|thay doi|chuyen(?= (?:den )?tru so)|su dung|dang ky|cong bo"
    r"|(?:mau dau|con dau|tru so lam viec) moi(?! hop))(?![a-z])"
)
_NOTICE_CHARACTERS = 60
_INSPECTION = re.compile(r"ket luan (?:thanh tra|kiem tra|dieu tra)")
_NORMATIVE_NOTATION = re.compile(r"(?:19|20)\d\d/")


def read_policy_classes(view: View, doc_type: str | None, numbers: Numbers, *, is_invitation: bool) -> tuple[str, ...]:
    """Classes of directive 14 point 1 the text belongs to; sorted."""
    end = min(len(view.key), TOPIC_CHARACTERS)
    found = {_TOPIC_KEYS[" ".join(m[0].split())] for m in _ANY_TOPIC.matches(view, 0, end) if _is_topic(view, m)}
    if "conclusion_notice" in found and _INSPECTION.search(view.key, 0, end):
        found.discard("conclusion_notice")
    if doc_type in _BY_TYPE:
        found.add(_BY_TYPE[doc_type])
    if is_invitation:
        found.add("invitation")
    if doc_type in _PROGRAMME:
        found.add("programme")
    if numbers.own is not None and _NORMATIVE_NOTATION.match(numbers.own.notation) and doc_type != "hop_dong":
        found.add("normative")
        found.discard("programme")
    return fitting(found, doc_type)


def fitting(classes: Iterable[str], doc_type: str | None) -> tuple[str, ...]:
    """Keep the classes that a document of a type can be of; sorted.

    Only a notice or letter gives notice of a seal or of conclusions, and who submits asks for a decision: `xin ý kiến`
    in a submission is no exchange of opinions.
    """
    found = set(classes)
    if doc_type not in {"thong_bao", "cong_van", None}:
        found -= {"conclusion_notice", "seal_notice"}
    if _BY_TYPE.get(doc_type or "") == "submission":
        found.discard("feedback")
    return tuple(sorted(found))


def _is_topic(view: View, match: re.Match[str]) -> bool:
    """Tell whether a phrase is of its topic here; papers of a meeting are such where they are sent or entitled so."""
    if _is_in_entry(view, match.start()):
        return False
    words = " ".join(match[0].split())
    if (narrow := _OTHERWISE.get(words)) is not None and not narrow.match(view.key, match.start()):
        return False
    if words in _ONLY_OF_NOTICE:
        before = view.key[max(0, match.start() - _NOTICE_CHARACTERS) : match.start()].rpartition("\n")[2]
        behind = view.key[match.start() : match.end() + _NOTICE_CHARACTERS].partition("\n")[0]
        return _GIVES_NOTICE.search(before + behind) is not None
    return _TOPIC_KEYS[words] != "meeting_papers" or is_sent_or_titled(view, match.start(), match.end())


def _is_in_entry(view: View, at: int) -> bool:
    """What an entry of a register is about is no topic of the text that lists it."""
    line = next((one for one in view.lines if one.start <= at < one.end), None)
    if line is None or not view.key[line.start].isdigit():
        return False
    begun = replace(line, end=min(line.end, line.start + ENTRY_CHARACTERS))
    return is_entry(view, cells(view, begun, at_bars=True))


_ANY_PERIOD = re.compile(
    r"(?<![a-z0-9])(?:(?P<statistics>so lieu thong ke|thong ke chuyen nganh)"
    r"|(?P<adhoc>(?:bao cao |bc )?(?:nhanh|dot xuat))"
    r"|(?P<half_year>(?:0?6|sau) thang(?! {1,2}\d))"
    r"|(?P<other>(?:0?[1-57-9]|1[01]|bay|tam|chin|muoi(?: mot)?) thang(?! {1,2}\d)|giai doan|nhiem ky|chuyen de)"
    r"|(?P<quarter>quy (?:[1-4]|i{1,3}|iv)(?![a-z0-9])|hang quy)"
    r"|(?P<month>thang {1,2}(?:\d{1,2}|muoi|mot|hai|ba|tu)(?!\d)|hang thang)"
    r"|(?P<week>tuan(?: \d{1,2}| nay| qua| le)?)"
    r"|(?P<year>ca nam|tong ket nam|hang nam|nam (?:19|20)\d\d|tong ket)(?!\d))(?![a-z])"
)
_WHOLE_YEAR = re.compile(r"(?:va|,|-) (?:ca |tong ket )?nam (?:19|20)\d\d|(?:va|,) ca nam")
"""`Quý IV và năm 2026`: the report is also that of the year."""
_AHEAD = re.compile(
    r"(?:[,;]|va|-|\n)? ?(?:(?:dinh huong|phuong huong|muc tieu|nhiem vu|chuong trinh|ke hoach|giai phap|du kien"
    r"|trien khai|trong tam)(?:, | va | )){1,4}(?:cong tac |trong tam |chu yeu |hoat dong ){0,3}"
    r"(?:(?:cua )?(?:thang|quy|nam|tuan|\d{1,2} thang|sau thang|giai doan|thoi gian))"
)
"""Where a report looks ahead: the period behind is not what it reports on."""
_CITED_NUMBER = re.compile(r"(?<![a-z])so \d{1,6}[a-z]?(?:[/-][a-z0-9&/-]{2,24})?")
_FULL_DATE = re.compile(r"ngay {1,3}\d{1,2} {1,3}thang {1,3}\d{1,2}(?: {1,3}nam {1,3}\d{4})?")
_TITLE_ENDS = re.compile(r"(?:thuc hien|can cu|kinh gui|theo|phan thu|[i1][.)]) ")


def read_period(view: View, kind: str, doc_type: str | None, lead: Lead) -> str | None:
    """Report period of a báo cáo; None for other documents."""
    if doc_type != "bao_cao":
        return None
    head = _title(view) if kind == "first_page" else view.key[lead.start : lead.start + 300]
    head = _CITED_NUMBER.sub(" ", _FULL_DATE.sub(" ", head))
    ahead = _AHEAD.search(head)
    reported = head[: ahead.start()] if ahead else head
    found = [match.lastgroup for match in _ANY_PERIOD.finditer(reported)] or [
        match.lastgroup for match in _ANY_PERIOD.finditer(head)
    ]
    for name in ("statistics", "adhoc"):
        if name in found:
            return name
    if found and found[0] not in {"year", "other"} and _WHOLE_YEAR.search(reported):
        return "year"
    return next((name for name in found if name != "year"), found[0] if found else None)


def _title(view: View) -> str:
    """Title of a report: its type line and what follows, up to its first sentence."""
    title = next((i for i, ln in enumerate(view.lines) if view.key.startswith("bao cao", ln.start)), 0)
    lines = view.lines[title : title + 4]
    ends = next((i for i, ln in enumerate(lines) if i and _TITLE_ENDS.match(view.key, ln.start)), len(lines))
    lines = lines[:ends]
    return view.key[lines[0].start : lines[-1].end] if lines else ""


_ROLES: tuple[tuple[str, Scan], ...] = (
    ("report", Scan(r"\((?:de |thay )?(?:bao cao|b/c|b/cao)")),
    ("know", Scan(r"\((?:de )?biet|dang tai\)|de biet[,)]")),
    ("act", Scan(r"\((?:de )?(?:thuc hien|t/h|chi dao)|\n {0,4}kinh gui ?:|nhu (?:dieu \d|tren)")),
    ("coordinate", Scan(r"\((?:de )?(?:phoi hop|p/h)")),
    ("archive", Scan(r"\n[ \-+]{0,6}luu ?:? ?vt")),
)


def read_recipient_roles(view: View, kind: str) -> tuple[str, ...]:
    """Roles named in `Kính gửi` and `Nơi nhận`; sorted.

    `Như Điều 3` and `Như trên` name those who act. In a mail body `Kính gửi` is a salutation, not a document's.
    """
    if "(" not in view.key and "\n" not in view.key and "kinh gui" not in view.key:
        return ()
    if kind == "body" and "noi nhan" not in view.key:
        return ()
    found = {name for name, scan in _ROLES if scan.search(view)}
    if view.key.startswith("kinh gui"):
        found.add("act")
    return tuple(sorted(found))
