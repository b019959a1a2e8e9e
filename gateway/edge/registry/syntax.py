"""Registry syntax: the spelling of every single value an agency registry may hold.

Each `normal_*` function gives the one form that is stored, or raises ValueError with the advice for the
clerk who wrote the value. All are pure; none looks at other values.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from gateway.values.addresses import normalise_domain

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_TEXT_CHARACTERS = 300
"""One name or evidence line; the longest agency names in law stay below 200."""
FIRST_DAY = dt.date.min.toordinal()
LAST_DAY = dt.date.max.toordinal()

LEVELS = ("central", "province", "district", "commune", "unit")
CERTIFICATE_STATES = ("issued", "none", "expired", "revoked", "unknown")
DOMAIN_KINDS = ("official", "registered_other")
MAILBOX_KINDS = {
    "agency": "agency",
    "văn thư": "agency",
    "cơ quan": "agency",
    "personal": "personal",
    "cá nhân": "personal",
    "system": "system",
    "hệ thống": "system",
    "registered_other": "registered_other",
    "đăng ký khác": "registered_other",
}
"""Kind as written (lower case, NFC) to the kind that is stored."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PLAIN_LOCAL = re.compile(r"(?=.{1,64}$)[a-z0-9_-]++(?:\.[a-z0-9_-]++)*")
_LOCAL_ATOM = re.compile(r"[^\s@,;:<>()\[\]\"\\.\x00-\x20\x7f]{1,64}")
_CODE = re.compile(r"[A-Z0-9]+(?:[.-][A-Z0-9]+)*")
_NOTATION = re.compile(r"[^\W\d_][^\W_]*(?:[-.&][^\W_]+)*")
_HEX = re.compile(r"[0-9a-f]{1,40}")
_BUDGET_CODE = re.compile(r"\d{7}")
_TAX_CODE = re.compile(r"\d{10}(?:-?\d{3})?|\d{12}")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


def normal_text(text: str) -> str:
    """Give NFC text on one line, without outer or doubled spaces."""
    joined = " ".join(unicodedata.normalize("NFC", text).split())
    if not joined:
        raise ValueError("is empty; write the text or leave the key out")
    if len(joined) > MAX_TEXT_CHARACTERS:
        raise ValueError(f"is longer than {MAX_TEXT_CHARACTERS} characters")
    return joined


def normal_id(text: str) -> str:
    """Give an agency or territory id: the word metrics and links use, so it is ASCII and never changes."""
    if not _ID.fullmatch(text):
        raise ValueError(f"`{text}` is not an id; use a-z, 0-9 and hyphens, 1 to 63 characters")
    return text


def normal_word(text: str) -> str:
    """Give a class word such as `commune_ubnd`."""
    if not _WORD.fullmatch(text):
        raise ValueError(f"`{text}` is not a class; use a-z, 0-9 and underscores, such as `commune_ubnd`")
    return text


def normal_domain(text: str) -> str:
    """Give a mail domain as lower-case A-labels without final dot, of two labels at least."""
    advice = f"`{text}` is not a domain name; write it like `so-a.tinh-b.gov.vn`"
    try:
        domain = normalise_domain(text.strip().removesuffix("."))
    except ValueError:
        raise ValueError(advice) from None
    if "." not in domain:
        raise ValueError(advice)
    return domain


def normal_address(text: str, domains: dict[str, str] | None = None) -> str:
    """Give a mailbox as `local@domain` in lower case; `domains` remembers domains already normalised."""
    local, at, domain = text.strip().lower().rpartition("@")
    known = domains.get(domain) if domains is not None else None
    if known is None or not _PLAIN_LOCAL.fullmatch(local):
        atoms = local.split(".")
        if not at or len(local.encode()) > 64 or not all(_LOCAL_ATOM.fullmatch(atom) for atom in atoms):
            raise ValueError(f"`{text}` is not a mail address; write it like `vanthu@so-a.tinh-b.gov.vn`")
        local = unicodedata.normalize("NFC", local)
        known = normal_domain(domain)
        if domains is not None:
            domains[domain] = known
    return f"{local}@{known}"


def normal_mailbox_kind(text: str) -> str:
    """Give the kind of a mailbox; empty means the agency's own (văn thư)."""
    written = unicodedata.normalize("NFC", text.strip().lower()) or "agency"
    if written not in MAILBOX_KINDS:
        raise ValueError(f"`{text}` is not a kind of mailbox; use one of {', '.join(MAILBOX_KINDS)}")
    return MAILBOX_KINDS[written]


def normal_date(text: str) -> dt.date:
    """Read a date as people write it: 2025-07-01, 01/07/2025 (day first) or 01.07.2025."""
    stripped = text.strip()
    try:
        if iso := _ISO.fullmatch(stripped):
            return dt.date(int(iso[1]), int(iso[2]), int(iso[3]))
        if slashed := _SLASHED.fullmatch(stripped):
            return dt.date(int(slashed[3]), int(slashed[2]), int(slashed[1]))
    except ValueError:
        raise ValueError(f"`{text}` is not a day of the calendar") from None
    raise ValueError(f"`{text}` is not a date; write 2025-07-01 or 01/07/2025 (day first)")


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def normal(text: str) -> str:
        if text not in words:
            raise ValueError(f"`{text}` is not known; use one of {', '.join(words)}")
        return text

    return normal


def _matching(pattern: re.Pattern[str], example: str, drop: str = "") -> Callable[[str], str]:
    def normal(text: str) -> str:
        bare = unicodedata.normalize("NFC", text.strip()).translate({ord(character): None for character in drop})
        if len(bare) > 64 or not pattern.fullmatch(bare):
            raise ValueError(f"`{text}` is not of the form `{example}`")
        return bare

    return normal


def _serial(text: str) -> str:
    return _matching(_HEX, "5404fe0a1c", drop=":- ")(text.lower()).lstrip("0") or "0"


class Attribute(NamedTuple):
    """How one attribute of an agency is written."""

    field: str
    """Field of `gateway.values.registry.Agency`; empty when the attribute only feeds an index."""
    is_list: bool
    """Several values may hold on one date."""
    normal: Callable[[str], str]


ATTRIBUTES = {
    # key in TOML: Agency field, several at a time?, spelling
    "name": Attribute("name", is_list=False, normal=normal_text),
    "names": Attribute("names", is_list=True, normal=normal_text),
    "notations": Attribute("notations", is_list=True, normal=_matching(_NOTATION, "SNV")),
    "codes": Attribute("codes", is_list=True, normal=_matching(_CODE, "000.00.15.H09")),
    "level": Attribute("level", is_list=False, normal=_one_of(LEVELS)),
    "class": Attribute("agency_class", is_list=False, normal=normal_word),
    "territory": Attribute("territory", is_list=False, normal=normal_id),
    "parent": Attribute("parent", is_list=False, normal=normal_id),
    "certificate": Attribute("certificate", is_list=False, normal=_one_of(CERTIFICATE_STATES)),
    "certificate_serials": Attribute("certificate_serials", is_list=True, normal=_serial),
    "certificate_subjects": Attribute("certificate_subjects", is_list=True, normal=normal_text),
    "tax_code": Attribute("tax_code", is_list=False, normal=_matching(_TAX_CODE, "3700123456")),
    "budget_code": Attribute("budget_code", is_list=False, normal=_matching(_BUDGET_CODE, "1012345")),
    "domains": Attribute("", is_list=True, normal=normal_domain),
}
"""Every dated attribute of an agency, by its key in TOML and its column in CSV."""
