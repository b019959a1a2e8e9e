"""Claims: what a display name or local part says its owner is. Words only; whether it is true is for rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.values.registry import name_key

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_NAME_CHARACTERS = 256
"""Longer display names are cut: an agency name has at most 200 (Decree 30/2020 Appendix VI)."""
MAX_NAME_WORDS = 32
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
    "chi cuc",
    "kho bac nha nuoc",
    "bao hiem xa hoi",
    "ban quan ly khu cong nghiep",
    "mat tran to quoc",
    "tinh uy",
    "thanh uy",
    "huyen uy",
    "dang uy",
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
    "van thu",
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
_OFFICE = re.compile(rf"(?:^| )(?:{'|'.join(_OFFICE_PHRASES)})(?: |$)")
_LEADING = re.compile(rf"^(?:{'|'.join(_LEADING_PHRASES)})(?: |$)")
_LOCAL = re.compile(r"^(?:ubnd|hdnd|vpubnd|vanthu|vpcp|snv|stttt|skhcn)(?:[._-]|$)")
_SHOWN_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9.-]{1,253})")


def claims_office(display_name: str, local_part: str) -> bool:
    """Tell whether a name uses the words of an agency, office or head of one."""
    key = name_key(display_name[:MAX_NAME_CHARACTERS])
    return bool(_OFFICE.search(key) or _LEADING.match(key) or _LOCAL.match(local_part.lower()))


def find_claimed_agency(display_name: str, names: Mapping[str, str]) -> str:
    """Find the agency whose name stands in a display name, longest name first; empty when none.

    One-word names (abbreviations such as `SNV`) count only as the whole display name.
    """
    words = name_key(display_name[:MAX_NAME_CHARACTERS]).split()[:MAX_NAME_WORDS]
    whole = names.get(" ".join(words), "")
    if whole or not names:
        return whole
    for length in range(min(len(words), MAX_WORDS_OF_A_NAME), 1, -1):
        for start in range(len(words) - length + 1):
            found = names.get(" ".join(words[start : start + length]))
            if found:
                return found
    return ""


def shown_domain(display_name: str) -> str:
    """Give the domain of an address written inside a display name, lower case; empty when none."""
    found = _SHOWN_ADDRESS.search(display_name[:MAX_NAME_CHARACTERS])
    return found.group(1).lower().rstrip(".") if found else ""
