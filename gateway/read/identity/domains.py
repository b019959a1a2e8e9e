"""Names of domains as SPF and DMARC meet them: what may be asked, what is nobody's, what lies below what.

All names here are lower case and carry no final dot.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from gateway.values.addresses import is_mail_domain

MAX_NAME_OCTETS: Final = 253
"""RFC 1035 section 2.3.4: 255 octets on the wire, less the root and the first length."""

_LABEL_OCTETS = r"[ -\-/-\[\]-~]{1,63}"
_NAME = re.compile(rf"{_LABEL_OCTETS}(?:\.{_LABEL_OCTETS})*")
"""Printable ASCII in labels of 1 to 63. A backslash is in no name anybody uses, and is an escape to resolvers."""

_SOLD = "ac ai biz com edu gov health id info int io name net org pro"
_PLACES = """
    angiang bacgiang backan baclieu bacninh baria-vungtau bentre binhdinh binhduong binhphuoc binhthuan camau cantho
    caobang daklak daknong danang dienbien dongnai dongthap gialai hagiang haiduong haiphong hanam hanoi hatinh
    haugiang hoabinh hue hungyen khanhhoa kiengiang kontum laichau lamdong langson laocai longan namdinh nghean
    ninhbinh ninhthuan phutho phuyen quangbinh quangnam quangngai quangninh quangtri soctrang sonla tayninh thaibinh
    thainguyen thanhhoa thanhphohochiminh thuathienhue tiengiang travinh tuyenquang vinhlong vinhphuc yenbai
"""
PUBLIC_SUFFIXES: Final = frozenset(f"{label}.vn" for label in f"{_SOLD} {_PLACES}".split())
"""Names of .vn below which strangers register: the section `vn` of the Public Suffix List, October 2026.

RFC 9989 leaves the boundary to a record with `psd=y`, and they publish none. Should one of them publish a record
without that tag, every agency below `gov.vn` would be one organisation, and each could sign for all others. So
these names count as if they said `psd=y`, as does every single label."""


def is_askable(name: str) -> bool:
    """Tell whether a resolver can be asked: labels of 1 to 63 octets, 253 in all, printable, without backslash."""
    return len(name) <= MAX_NAME_OCTETS and _is_name(name)


@lru_cache(maxsize=1024)
def _is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def author_name(text: str) -> str:
    """Bring the domain of From into the form DMARC walks up from; empty where no domain stands at its end.

    A name that cannot exist, for it has a label of 64 octets or a letter that is none of a host, stays one: the
    owner of what it lies below says what is to be done with names that do not exist. One that is too long is cut on
    the left to what is too long still.
    """
    name = text.removesuffix(".").lower()[-MAX_NAME_OCTETS - 1 :]
    return name if is_mail_domain(name) or is_mail_domain(".".join(name.rsplit(".", 2)[-2:])) else ""


def is_suffix(name: str) -> bool:
    """Tell whether strangers register below this name, as far as we know without asking."""
    return "." not in name or name in PUBLIC_SUFFIXES


def lies_within(name: str, domain: str) -> bool:
    """Tell whether a name is the domain or below it, on a label boundary."""
    return name == domain or name.endswith("." + domain)


@lru_cache(maxsize=1024)
def common_ancestor(one: str, other: str) -> str:
    """Give the longest name that both lie within; empty when they share not even the last label."""
    shared: list[str] = []
    for left, right in zip(reversed(one.split(".")), reversed(other.split(".")), strict=False):
        if left != right:
            break
        shared.append(left)
    return ".".join(reversed(shared))
