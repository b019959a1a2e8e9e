"""Claims: what a display name or local part says its owner is. Words only; whether it is true is for rules."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from gateway.values.registry import name_key

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_NAME_CHARACTERS = 256
"""Longer display names are cut: an agency name has at most 200 (Decree 30/2020 Appendix VI)."""
MAX_NAME_WORDS = 32
MIN_WORDS_INSIDE = 3
"""Shortest agency name that is looked for inside a longer display name: shorter ones may be anybody's."""
MAX_WORDS_OF_A_NAME = 24
"""Longest agency name looked for, in words."""

# Keys (no diacritics) that by themselves say "an agency or its office". Whole words, anywhere in the name.
_OFFICE_PHRASES = (
    "uy ban nhan dan",
    "ubnd",
    "hoi dong nhan dan",
    "hdnd",
    "van phong chinh phu",
    "vpcp",
    "vpubnd",
    "van phong uy ban",
    "cong an tinh",
    "cong an thanh pho",
    "cong an xa",
    "cong an phuong",
    "bo chi huy quan su",
    "toa an nhan dan",
    "vien kiem sat",
    "cuc thue",
    "kho bac nha nuoc",
    "bao hiem xa hoi",
    "ban quan ly khu cong nghiep",
    "mat tran to quoc",
    "cong thong tin dien tu",
)
# Phrases that count only where the name begins: later in a name they are ordinary words.
_LEADING_PHRASES = (
    "so noi vu",
    "so tai chinh",
    "so xay dung",
    "so y te",
    "so tu phap",
    "so cong thuong",
    "so giao duc",
    "so khoa hoc",
    "so nong nghiep",
    "so van hoa",
    "so ngoai vu",
    "so dan toc",
    "so thong tin",
    "so ke hoach",
    "so tai nguyen",
    "so giao thong",
    "so lao dong",
    "so du lich",
    "bo noi vu",
    "bo tai chinh",
    "bo cong an",
    "bo quoc phong",
    "bo y te",
    "bo giao duc",
    "bo xay dung",
    "bo cong thuong",
    "bo tu phap",
    "bo khoa hoc",
    "bo nong nghiep",
    "bo ngoai giao",
    "thanh tra tinh",
    "thanh tra chinh phu",
    "chu tich",
    "pho chu tich",
    "chanh van phong",
    "giam doc so",
    "pho giam doc so",
    "phong noi vu",
    "phong tai chinh",
    "phong giao duc",
    "ban chi dao",
    "trung tam phuc vu hanh chinh cong",
)
# Without diacritics these are also given names (Chi Cúc, Thanh Uy): they count only as written in full.
_WRITTEN_PHRASES = ("chi cục", "tỉnh ủy", "thành ủy", "huyện ủy", "quận ủy", "thị ủy", "đảng ủy")
# Whoever names a firm or society first claims no public office ("Chủ tịch Hội đồng quản trị Công ty ...").
_FIRM_PHRASES = (
    "cong ty",
    "cty",
    "tap doan",
    "ngan hang",
    "doanh nghiep",
    "hop tac xa",
    "hoi dong quan tri",
    "hdqt",
    "hiep hoi",
    "cau lac bo",
    "cong doan",
    "chu tich hoi(?! dong nhan dan)",
)
_OFFICE = re.compile(rf"(?:^| )(?:{'|'.join(_OFFICE_PHRASES)})(?: |$)")
_LEADING = re.compile(rf"^(?:{'|'.join(_LEADING_PHRASES)})(?: |$)")
_WRITTEN = re.compile(rf"(?<!\w)(?:{'|'.join(_WRITTEN_PHRASES)})(?!\w)")
_FIRM = re.compile(rf"(?:^| )(?:{'|'.join(_FIRM_PHRASES)})(?: |$)")
_CLERK = re.compile(r"(?:^|[-\u2013\u2014,;:(|/] {0,3})(văn thư)(?!\w) ?(\w{0,20})", re.IGNORECASE)
"""`Nguyễn Văn Thư` is a person: the clerk's office stands at the beginning or behind a mark."""
_CLERK_OF = frozenset(("sở", "ubnd", "hđnd", "phòng", "ban", "huyện", "xã", "phường", "tỉnh", "cục", "chi", "trung"))
_LOCAL = re.compile(
    r"^(?:(?:vanthu|vanphong|vp)?[._-]?(?:ubnd|hdnd)(?:\d|tinh|tp|thanhpho|quan|huyen|thixa|xa|phuong|[._-]|$)"
    r"|vpcp(?:[._-]|$))"
)
_SHOWN_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9.-]{1,253})")
_SPELT = re.compile(r"(?<!\S)\w(?: \w(?!\S)){2,15}")
"""Letters set apart: `U B N D`, `U.B.N.D`."""
_TWINS = str.maketrans(
    # Letters of other scripts that read as Latin (UTS 39 confusables): Cyrillic, Greek capitals, Greek small letters.
    dict(zip("АВЕКМНОРСТУХІЅЈавекмнорстухіјѕԁһԛԝ", "ABEKMHOPCTYXISJabekmhopctyxijsdhqw", strict=True))
    | dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True))
    | dict(zip("αγικνορτυχ", "ayikvoptux", strict=True))
)


def shown_name(display_name: str) -> str:
    """Give a display name as it is seen: compatibility forms folded, characters without width dropped; bounded."""
    text = unicodedata.normalize("NFKC", display_name[:MAX_NAME_CHARACTERS])
    return " ".join("".join(letter for letter in text if unicodedata.category(letter) != "Cf").split())


def _key(shown: str) -> str:
    """Fold to a name key by sight: letters of other scripts that look Latin, letters set apart."""
    key = name_key(shown.translate(_TWINS))
    return _SPELT.sub(lambda spelt: spelt[0].replace(" ", ""), key)


def claims_office(display_name: str, local_part: str) -> bool:
    """Tell whether a name uses the words of an agency, office or head of one.

    A citizen wrongly taken for an office would be refused, so words that are also given names need their
    diacritics, and the name of a firm or society outweighs what stands behind it and any mere title.
    """
    if _LOCAL.search(local_part.lower()):
        return True
    if not display_name:
        return False
    shown = shown_name(display_name)
    key = _key(shown)
    office, firm = _OFFICE.search(key), _FIRM.search(key)
    if office and not (firm and firm.start() < office.start()):
        return True
    written = shown.lower().replace("uỷ", "ủy")
    return not firm and bool(_LEADING.match(key) or _WRITTEN.search(written) or _names_clerk(shown))


def _names_clerk(shown: str) -> bool:
    found = _CLERK.search(shown)
    return found is not None and (found[1] != "Văn Thư" or found.start(1) > 0 or found[2].lower() in _CLERK_OF)


def find_claimed_agency(display_name: str, names: Mapping[str, str]) -> str:
    """Find the agency whose name stands in a display name, longest name first; empty when none.

    Names of one or two words count only as the whole display name, and of two words only with diacritics:
    `Thành ủy` is a Party committee, `Thanh Uy` a person.
    """
    if not display_name or not names:
        return ""
    shown = shown_name(display_name)
    words = _key(shown).split()[:MAX_NAME_WORDS]
    for length in range(min(len(words), MAX_WORDS_OF_A_NAME), MIN_WORDS_INSIDE - 1, -1):
        for start in range(len(words) - length + 1):
            found = names.get(" ".join(words[start : start + length]))
            if found:
                return found
    is_person_like = len(words) == MIN_WORDS_INSIDE - 1 and shown.isascii()
    return "" if len(words) >= MIN_WORDS_INSIDE or is_person_like else names.get(" ".join(words), "")


def shown_domain(display_name: str) -> str:
    """Give the domain of an address written inside a display name, lower case; empty when none."""
    found = _SHOWN_ADDRESS.search(shown_name(display_name)) if display_name else None
    return found.group(1).lower().rstrip(".") if found else ""
