"""Groups: words by which `Kính gửi` and `Nơi nhận` name offices together or by who heads them. Data, no rule.

Keys are folded as `words.plain` folds names: no diacritics, short forms written out, no commas, no `và`.
Sources: Decree 30/2020 Appendix I, II.9 (receivers), and the groups of directives 14/CT-UBND, 226/UBND-TTTH and
241/VPUBND-HCTC; district words are those of texts before 01/7/2025.
"""

from __future__ import annotations

HEADS: dict[str, str] = {
    "chanh van phong": "van phong", "chanh thanh tra": "thanh tra", "truong phong": "phong", "vien truong": "",
    "chu tich": "", "ct": "", "pho chu tich": "", "pct": "",
    "giam doc": "", "pho giam doc": "", "gd": "", "pgd": "", "thu truong": "", "bi thu": "", "thuong truc": "",
    "ban thuong vu": "", "btv": "",
    "tt": "",
    "lanh dao": "", "ld": "", "dong chi": "", "d c": "", "ong": "", "ba": "", "ong ba": "",
    "truong ban": "", "hieu truong": "", "thanh vien": "", "ban lanh dao": "",
    "cuc truong": "", "chi cuc truong": "", "bo truong": "",
}  # fmt: skip
"""What stands before the name of an office and means it, with what of the name it swallows."""
OPEN_HEADS = frozenset({"thanh vien"})
"""Of these, those who may belong to other offices as well: members of a committee head departments."""
COMMITTEE_HEADS = frozenset({"chu tich", "ct", "pho chu tich", "pct"})
"""Alone they are those of the committee that writes."""

SHORT: dict[str, str] = {
    "vpubnd": "van phong uy ban nhan dan", "mttqvn": "mat tran to quoc viet nam",
    "mttq": "mat tran to quoc", "ubmttq": "uy ban mat tran to quoc", "ubmttqvn": "uy ban mat tran to quoc viet nam",
    "ldvp": "ld van phong uy ban nhan dan", "cvp": "chanh van phong uy ban nhan dan",
    "pcvp": "chanh van phong uy ban nhan dan", "pvp": "chanh van phong uy ban nhan dan",
}  # fmt: skip
"""Short forms of receivers beside those of names."""
WHOLE: dict[str, str] = {"tu": "tinh uy"}
"""Short forms that are ordinary syllables too, and count only where nothing else stands with them."""

CLASSES: dict[str, tuple[str, ...]] = {
    "cac so ban nganh": ("department",),
    "cac so nganh": ("department",),
    "so ban nganh": ("department",),
    "cac so": ("department",),
    "cac so ban nganh doan the": ("department", ""),
    "cac so ban nganh hoi doan the": ("department", ""),
    "cac co quan chuyen mon": ("department",),
    "cac don vi su nghiep": ("service_unit",),
    "cac don vi su nghiep cong lap": ("service_unit",),
    "van phong uy ban nhan dan": ("vpubnd",),
}  # fmt: skip
"""Group to the classes of the registry it means; an empty one: others, which the registry gives no class."""
BEHIND_GROUPS = (
    "cap tinh", "cua tinh", "thuoc tinh", "thuoc uy ban nhan dan tinh", "tren dia ban tinh", "tinh", "cap thanh pho",
    "thuoc uy ban nhan dan thanh pho", "thanh pho", "truc thuoc", "truc thuoc uy ban nhan dan tinh",
)  # fmt: skip
"""What may stand behind a group and narrows it no further than to the territory."""
COMMITTEES: dict[str, str] = {
    "huyen": "district_ubnd", "quan": "district_ubnd", "thi xa": "district_ubnd", "thanh pho": "district_ubnd",
    "xa": "commune_ubnd", "phuong": "commune_ubnd", "thi tran": "commune_ubnd", "dac khu": "commune_ubnd",
}  # fmt: skip
"""Level behind `UBND các`, `UBND cấp` to the class of its committees."""
OWN = (
    "cac phong", "cac phong ban", "cac phong don vi", "cac phong thuoc so", "cac phong don vi thuoc so", "ban giam doc",
    "cac phong ban thuoc so", "so", "cac phong trung tam", "cac phong chuyen mon", "cac phong ban trung tam",
    "cac don vi truc thuoc so", "cac phong don vi truc thuoc",
)  # fmt: skip
"""What stands for the office that writes, or a part of it."""
LISTED: dict[str, tuple[str, ...]] = {
    "cac so": ("so ",), "cac ban": ("ban ",), "cac bo": ("bo ",),
}  # fmt: skip
"""Words before a list of names, with what each name begins with: `Các Sở: Nội vụ, Tài chính`."""
KINDS: dict[str, str] = {
    "department": r"so(?! (?:huu|luong|lieu|do))", "committee": "uy ban nhan dan", "office": "van phong",
    "party": r"(?:tinh|thanh|huyen|quan|thi|dang) uy|dang bo|chi bo", "council": "hoi dong nhan dan",
    "front": "mat tran to quoc", "police": "cong an", "station": "dai (?:phat thanh|ptth|pt th|truyen)",
    "division": r"phong [a-z ]{2,60} (?:huyen|quan|thi xa|thanh pho)", "centre": "trung tam", "hospital": "benh vien",
    "project": "ban quan ly", "ministry": r"bo (?:noi|tai|tu|xay|y|khoa|cong|nong|giao|van|quoc|ngoai|dan)",
}  # fmt: skip
"""Kind of an office to what its name begins with: a name no registry knows is that of no office of another kind."""
