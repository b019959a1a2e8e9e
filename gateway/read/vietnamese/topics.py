"""Topics: policy classes, report period and recipient roles (LANGUAGE sections 5, 7, 11, 12; directive 14 point 1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.read.vietnamese.normalise import Phrases, Scan, strip_marks

if TYPE_CHECKING:
    from gateway.read.vietnamese.lead import Lead
    from gateway.read.vietnamese.normalise import View
    from gateway.read.vietnamese.number import Numbers

TOPIC_CHARACTERS = 1_200
"""A topic is stated at the head of a text; further down its words are incidental."""

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
        "thi đua", "khen thưởng", "bằng khen", "danh hiệu", "cờ thi đua", "huân chương",
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
_INSPECTION = re.compile(r"ket luan (?:thanh tra|kiem tra|dieu tra)")
_NORMATIVE_NOTATION = re.compile(r"(?:19|20)\d\d/")


def read_policy_classes(view: View, doc_type: str | None, numbers: Numbers, *, is_invitation: bool) -> tuple[str, ...]:
    """Classes of directive 14 point 1 the text belongs to; sorted."""
    end = min(len(view.key), TOPIC_CHARACTERS)
    found = {_TOPIC_KEYS[" ".join(match[0].split())] for match in _ANY_TOPIC.matches(view, 0, end)}
    if "conclusion_notice" in found and (
        _INSPECTION.search(view.key, 0, end) or doc_type not in {"thong_bao", "cong_van", None}
    ):
        found.discard("conclusion_notice")
    if "seal_notice" in found and doc_type not in {"thong_bao", "cong_van", None}:
        found.discard("seal_notice")
    if doc_type in _BY_TYPE:
        found.add(_BY_TYPE[doc_type])
    if is_invitation:
        found.add("invitation")
    if doc_type in _PROGRAMME:
        found.add("programme")
    if numbers.own is not None and _NORMATIVE_NOTATION.match(numbers.own.notation) and doc_type != "hop_dong":
        found.add("normative")
        found.discard("programme")
    return tuple(sorted(found))


_PERIODS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("statistics", re.compile(r"(?<![a-z])(?:so lieu thong ke|thong ke chuyen nganh)")),
    ("adhoc", re.compile(r"(?<![a-z])(?:bao cao|bc) (?:nhanh|dot xuat)|(?<![a-z])dot xuat")),
    ("half_year", re.compile(r"(?<![a-z0-9])(?:0?6|sau) thang|so ket 6 thang")),
    ("other", re.compile(r"(?<![a-z0-9])(?:0?9|chin) thang|giai doan|nhiem ky|chuyen de|(?<![a-z0-9])0?[3458] thang")),
    ("quarter", re.compile(r"(?<![a-z])quy (?:[1-4]|i{1,3}|iv)(?![a-z0-9])|hang quy|hang quy")),
    ("month", re.compile(r"(?<![a-z0-9])thang {1,2}(?:\d{1,2}|muoi|mot|hai|ba|tu)(?!\d)|hang thang")),
    ("week", re.compile(r"(?<![a-z])tuan(?: \d{1,2}| nay| qua| le)?(?![a-z])")),
    ("year", re.compile(r"(?<![a-z])(?:ca nam|tong ket nam|hang nam|nam (?:19|20)\d\d|tong ket)(?!\d)")),
)
_FULL_DATE = re.compile(r"ngay {1,3}\d{1,2} {1,3}thang {1,3}\d{1,2}(?: {1,3}nam {1,3}\d{4})?")


def read_period(view: View, kind: str, doc_type: str | None, lead: Lead) -> str | None:
    """Report period of a báo cáo; None for other documents."""
    if doc_type != "bao_cao":
        return None
    if kind == "first_page":
        title = next((i for i, ln in enumerate(view.lines) if view.key.startswith("bao cao", ln.start)), 0)
        lines = view.lines[title : title + 4]
        head = view.key[lines[0].start : lines[-1].end] if lines else ""
    else:
        head = view.key[lead.start : lead.start + 300]
    head = _FULL_DATE.sub(" ", head)
    return next((name for name, expression in _PERIODS if expression.search(head)), None)


_ROLES: tuple[tuple[str, Scan], ...] = (
    ("report", Scan(r"\((?:de |thay )?(?:bao cao|b/c|b/cao)")),
    ("know", Scan(r"\((?:de )?biet|dang tai\)|de biet[,)]")),
    ("act", Scan(r"\((?:de )?(?:thuc hien|t/h|chi dao)|\n {0,4}kinh gui ?:")),
    ("coordinate", Scan(r"\((?:de )?(?:phoi hop|p/h)")),
    ("archive", Scan(r"\n[ \-+]{0,6}luu ?:? ?vt")),
)


def read_recipient_roles(view: View) -> tuple[str, ...]:
    """Roles named in `Kính gửi` and `Nơi nhận`; sorted."""
    if "(" not in view.key and "\n" not in view.key and "kinh gui" not in view.key:
        return ()
    found = {name for name, scan in _ROLES if scan.search(view)}
    if view.key.startswith("kinh gui"):
        found.add("act")
    return tuple(sorted(found))
